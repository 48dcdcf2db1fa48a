package import Consents
import Crypto
import OAuth
package import Storage
import Testing
import Text

/// What every store must do: one suite for all that there are.
package enum StoreContract {
    /// One change in one state of the store, and whether its condition holds there.
    package struct Row: Sendable, CustomTestStringConvertible {
        let sentence: String
        let given: [Storage.Change]
        let change: Storage.Change
        let holds: Bool

        package var testDescription: String { sentence }

        init(_ sentence: String, given: [Storage.Change] = [], _ change: Storage.Change, holds: Bool) {
            self.sentence = sentence
            self.given = given
            self.change = change
            self.holds = holds
        }
    }

    /// A condition that holds lets the whole list be made; one that does not leaves nothing but its remedy.
    package static func check(_ row: Row, on store: some Store) async throws {
        for change in row.given {
            #expect(try await store.commit([change]) == .kept)
        }
        let before = try await Picture(of: store)
        let list = [.openFamily("first in the list"), row.change, .openFamily("last in the list")]
        let result = try await store.commit(list)
        let after = try await Picture(of: store)
        if row.holds {
            #expect(result == .kept)
            #expect(after.families["first in the list"] != nil)
            #expect(after.families["last in the list"] != nil)
        } else {
            #expect(result == .overtaken(row.change))
            #expect(after == before.revoking(row.change.refusal.remedy))
        }
    }

    /// Who spends it second hears that somebody was faster, and with the same commit everything issued falls.
    package static func replay(_ spent: Storage.Change, given: [Storage.Change], on store: some Store) async throws {
        #expect(try await store.commit(given + [spent]) == .kept)
        #expect(try await store.family("family-1")?.revoked == nil)
        #expect(try await store.commit([.openFamily("the loser's"), spent]) == .overtaken(spent))
        #expect(try await store.family("family-1")?.revoked == .noon)
        #expect(try await store.family("the loser's") == nil)
        let requirement = Storage.Change.oauth(.requireFamily("family-1"))
        #expect(try await store.commit([requirement]) == .overtaken(requirement))
    }

    /// Of many that want one thing at once, one gets it, and every other hears that it was overtaken.
    package static func race(
        _ contested: Storage.Change,
        given: [Storage.Change],
        runners: Int,
        on store: some Store
    ) async throws {
        #expect(try await store.commit(given) == .kept)
        let winners = try await withThrowingTaskGroup(of: String?.self) { group in
            for runner in 0..<runners {
                let name = "won by \(runner)"
                group.addTask {
                    let result = try await store.commit([.openFamily(name), contested])
                    guard result == .kept else {
                        #expect(result == .overtaken(contested))
                        return nil
                    }
                    return name
                }
            }
            return try await group.reduce(into: [String]()) { winners, name in
                if let name { winners.append(name) }
            }
        }
        #expect(winners.count == 1)
        for runner in 0..<runners {
            let name = "won by \(runner)"
            let isKept = try await store.family(Identifier(WireText(name))) != nil
            #expect(isKept == winners.contains(name))
        }
    }
}

extension Storage.Change {
    /// A family that tells whether a list was made.
    package static func openFamily(_ name: String) -> Storage.Change {
        .oauth(.openFamily(.sample(id: Identifier(WireText(name)))))
    }
}

// MARK: Every change, with its condition kept and failed

extension StoreContract {
    package static let rows: [Row] =
        interactions + pushedRequests + polledRequests + logins + families + codes + tokens + consents + keys + sessions
        + chains + registrations + logouts

    private static let interactions: [Row] = [
        Row("opens an interaction", .oauth(.openInteraction(.sample)), holds: true),
        Row(
            "opens no interaction under a name that is taken",
            given: [.oauth(.openInteraction(.sample))],
            .oauth(.openInteraction(.sample(parameters: "other"))),
            holds: false
        ),
        Row(
            "signs in where the request waits",
            given: [.oauth(.openInteraction(.sample))],
            .oauth(.signIn("interaction-1", session: Session.sample.fingerprint, of: "psu-anna", at: .noon)),
            holds: true
        ),
        Row(
            "signs in again with another login",
            given: [
                .oauth(.openInteraction(.sample)),
                .oauth(.signIn("interaction-1", session: Fingerprint(of: "a"), of: "psu-anna", at: .noon)),
            ],
            .oauth(.signIn("interaction-1", session: Fingerprint(of: "b"), of: "psu-anna", at: .noon)),
            holds: true
        ),
        Row(
            "signs in where nothing waits: not",
            .oauth(.signIn("interaction-1", session: Session.sample.fingerprint, of: "psu-anna", at: .noon)),
            holds: false
        ),
        Row(
            "signs in to a closed request: not",
            given: [.oauth(.openInteraction(.sample)), .oauth(.closeInteraction("interaction-1", at: .noon))],
            .oauth(.signIn("interaction-1", session: Session.sample.fingerprint, of: "psu-anna", at: .noon)),
            holds: false
        ),
        Row(
            "signs in at the last second",
            given: [.oauth(.openInteraction(.sample))],
            .oauth(.signIn("interaction-1", session: Session.sample.fingerprint, of: "psu-anna", at: .noon + 599)),
            holds: true
        ),
        Row(
            "signs in when the request is over: not",
            given: [.oauth(.openInteraction(.sample))],
            .oauth(.signIn("interaction-1", session: Session.sample.fingerprint, of: "psu-anna", at: .noon + 600)),
            holds: false
        ),
        Row(
            "closes a request that waits",
            given: [.oauth(.openInteraction(.sample))],
            .oauth(.closeInteraction("interaction-1", at: .noon)),
            holds: true
        ),
        Row(
            "closes one that nobody finished in time",
            given: [.oauth(.openInteraction(.sample))],
            .oauth(.closeInteraction("interaction-1", at: .noon + 6_000)),
            holds: true
        ),
        Row(
            "closes a request twice: not",
            given: [.oauth(.openInteraction(.sample)), .oauth(.closeInteraction("interaction-1", at: .noon))],
            .oauth(.closeInteraction("interaction-1", at: .noon)),
            holds: false
        ),
        Row("closes what is not there: not", .oauth(.closeInteraction("interaction-1", at: .noon)), holds: false),
    ]

    private static let pushedRequests: [Row] = [
        Row("keeps a pushed request", keepPushedRequest, holds: true),
        Row(
            "keeps no request under a reference that is taken",
            given: [keepPushedRequest],
            .oauth(.keepPushedRequest(.sample(client: "tpp-2"), at: .noon)),
            holds: false
        ),
        Row("spends a pushed request", given: [keepPushedRequest], spendPushedRequest, holds: true),
        Row(
            "spends one whose minute is over, for who began in time",
            given: [keepPushedRequest],
            .oauth(.spendPushedRequest(PushedRequest.sample.fingerprint, at: .noon + 600)),
            holds: true
        ),
        Row(
            "spends a pushed request twice: not",
            given: [keepPushedRequest, spendPushedRequest],
            spendPushedRequest,
            holds: false
        ),
        Row("spends a request that nobody pushed: not", spendPushedRequest, holds: false),
    ]

    private static let keepPushedRequest = Storage.Change.oauth(.keepPushedRequest(.sample, at: .noon))

    private static let spendPushedRequest = Storage.Change.oauth(
        .spendPushedRequest(PushedRequest.sample.fingerprint, at: .noon)
    )

    private static let logins: [Row] = [
        Row("opens a session", .oauth(.openSession(.sample)), holds: true),
        Row(
            "opens no session under a cookie that is taken",
            given: [.oauth(.openSession(.sample))],
            .oauth(.openSession(.sample(expires: .noon))),
            holds: false
        ),
        Row(
            "ends a session",
            given: [.oauth(.openSession(.sample))],
            .oauth(.endSession(Session.sample.fingerprint)),
            holds: true
        ),
        Row("ends what has ended", .oauth(.endSession(Session.sample.fingerprint)), holds: true),
        Row(
            "requires a session that lives",
            given: [.oauth(.openSession(.sample))],
            .oauth(.requireSession(Session.sample.fingerprint, at: .noon + 1_769)),
            holds: true
        ),
        Row(
            "requires a session that is over: not",
            given: [.oauth(.openSession(.sample))],
            .oauth(.requireSession(Session.sample.fingerprint, at: .noon + 1_770)),
            holds: false
        ),
        Row(
            "requires a session that ended: not",
            given: [.oauth(.openSession(.sample)), .oauth(.endSession(Session.sample.fingerprint))],
            .oauth(.requireSession(Session.sample.fingerprint, at: .noon)),
            holds: false
        ),
        Row(
            "remembers a scope",
            .oauth(.rememberScope(["openid"], .sample, at: .noon)),
            holds: true
        ),
        Row("counts a failed login", .oauth(.countLoginFailure(.person("psu-anna"), at: .noon)), holds: true),
        Row("forgets what was never counted", .oauth(.forgetLoginFailures(.person("psu-anna"))), holds: true),
    ]

    private static let families: [Row] = [
        Row("opens a family", .oauth(.openFamily(.sample)), holds: true),
        Row(
            "opens no family under a name that is taken",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.openFamily(.sample(person: "psu-bert"))),
            holds: false
        ),
        Row(
            "revokes a family",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.revokeFamily("family-1", at: .noon)),
            holds: true
        ),
        Row(
            "revokes what was revoked",
            given: [.oauth(.openFamily(.sample)), .oauth(.revokeFamily("family-1", at: .noon))],
            .oauth(.revokeFamily("family-1", at: .noon + 1)),
            holds: true
        ),
        Row(
            "revokes all of a consent",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.revokeFamilies(of: "consent-1", at: .noon)),
            holds: true
        ),
        Row("revokes all of a consent without any", .oauth(.revokeFamilies(of: "consent-1", at: .noon)), holds: true),
        Row("revokes what is not there", .oauth(.revokeFamily("family-1", at: .noon)), holds: true),
        Row(
            "requires a family",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.requireFamily("family-1")),
            holds: true
        ),
        Row(
            "requires a revoked family: not",
            given: [.oauth(.openFamily(.sample)), .oauth(.revokeFamily("family-1", at: .noon))],
            .oauth(.requireFamily("family-1")),
            holds: false
        ),
        Row("requires a family that is not there: not", .oauth(.requireFamily("family-1")), holds: false),
    ]

    private static let codes: [Row] = [
        Row(
            "issues a code",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.issueCode(.sample)),
            holds: true
        ),
        Row(
            "issues a code twice: not",
            given: [.oauth(.openFamily(.sample)), .oauth(.issueCode(.sample))],
            .oauth(.issueCode(.sample(expires: .noon + 61))),
            holds: false
        ),
        Row("issues a code without a family: not", .oauth(.issueCode(.sample)), holds: false),
        Row("spends a code", given: code, spendCode, holds: true),
        Row("spends a code twice: not", given: code + [spendCode], spendCode, holds: false),
        Row("spends a code that is not there: not", given: [.oauth(.openFamily(.sample))], spendCode, holds: false),
        Row(
            "spends a code as another family's: not",
            given: code + [.oauth(.openFamily(.sample(id: "family-2")))],
            .oauth(.spendCode(CodeRecord.sample.fingerprint, of: "family-2", at: .noon)),
            holds: false
        ),
        Row("counts a wrong redemption", given: code, countCodeFailure, holds: true),
        Row(
            "spends a code that four failed for",
            given: code + Array(repeating: countCodeFailure, count: 4),
            spendCode,
            holds: true
        ),
        Row(
            "spends a code that five failed for: not",
            given: code + Array(repeating: countCodeFailure, count: 5),
            spendCode,
            holds: false
        ),
        Row("counts no failure of a spent code", given: code + [spendCode], countCodeFailure, holds: true),
    ]

    private static let tokens: [Row] = [
        Row(
            "issues a refresh token",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.issueRefreshToken(.sample)),
            holds: true
        ),
        Row(
            "issues a refresh token twice: not",
            given: refreshToken,
            .oauth(.issueRefreshToken(.sample(expires: .noon))),
            holds: false
        ),
        Row("issues a refresh token without a family: not", .oauth(.issueRefreshToken(.sample)), holds: false),
        Row("spends a refresh token", given: refreshToken, spendRefreshToken, holds: true),
        Row(
            "spends a refresh token twice: not",
            given: refreshToken + [spendRefreshToken],
            spendRefreshToken,
            holds: false
        ),
        Row("spends a refresh token that is not there: not", spendRefreshToken, holds: false),
        Row(
            "spends a refresh token as another family's: not",
            given: refreshToken + [.oauth(.openFamily(.sample(id: "family-2")))],
            .oauth(.spendRefreshToken(RefreshRecord.sample.fingerprint, of: "family-2", at: .noon)),
            holds: false
        ),
        Row("ends an access token", .oauth(.revokeAccessToken(Fingerprint(of: "jti"), expires: .noon)), holds: true),
        Row(
            "ends an access token again",
            given: [.oauth(.revokeAccessToken(Fingerprint(of: "jti"), expires: .noon))],
            .oauth(.revokeAccessToken(Fingerprint(of: "jti"), expires: .noon)),
            holds: true
        ),
        Row(
            "ends an access token and leaves its place",
            given: [.oauth(.openFamily(.sample))],
            .oauth(
                .revokeAccessToken(Fingerprint(of: "jti"), expires: .noon + 600, leaving: TokenFamily.sample.place)
            ),
            holds: true
        ),
        Row(
            "leaves a place that nobody has",
            .oauth(
                .revokeAccessToken(Fingerprint(of: "jti"), expires: .noon + 600, leaving: TokenFamily.sample.place)
            ),
            holds: true
        ),
        Row("spends an assertion", spendAssertion(of: "tpp-1"), holds: true),
        Row(
            "spends an assertion twice: not",
            given: [spendAssertion(of: "tpp-1")],
            spendAssertion(of: "tpp-1"),
            holds: false
        ),
        Row("spends a signed request", spendRequest(of: "tpp-1"), holds: true),
        Row(
            "spends a signed request twice: not",
            given: [spendRequest(of: "tpp-1")],
            spendRequest(of: "tpp-1"),
            holds: false
        ),
        Row(
            "spends an assertion that has the name of a signed request",
            given: [spendRequest(of: "tpp-1")],
            spendAssertion(of: "tpp-1"),
            holds: true
        ),
        Row("spends a grant's assertion", spendGrantAssertion(of: "tpp-1"), holds: true),
        Row(
            "spends a grant's assertion twice: not",
            given: [spendGrantAssertion(of: "tpp-1")],
            spendGrantAssertion(of: "tpp-1"),
            holds: false
        ),
        Row(
            "spends a grant's assertion of the name that a client's had",
            given: [spendAssertion(of: "tpp-1"), spendGrantAssertion(of: "tpp-2")],
            spendGrantAssertion(of: "tpp-1"),
            holds: true
        ),
        Row("spends a proof", spendProof(of: "key"), holds: true),
        Row("spends a proof twice: not", given: [spendProof(of: "key")], spendProof(of: "key"), holds: false),
        Row(
            "spends another key's proof of the same name",
            given: [spendProof(of: "key")],
            spendProof(of: "another"),
            holds: true
        ),
        Row(
            "spends an assertion that has the name of a proof",
            given: [spendProof(of: "key")],
            spendAssertion(of: "tpp-1"),
            holds: true
        ),
        Row(
            "issues a refresh token that is bound to a key",
            given: [.oauth(.openFamily(.sample))],
            .oauth(.issueRefreshToken(.sample(confirmation: .key(Fingerprint(of: "key"))))),
            holds: true
        ),
        Row(
            "spends another client's assertion of the same name",
            given: [spendAssertion(of: "tpp-1")],
            spendAssertion(of: "tpp-2"),
            holds: true
        ),
    ]

    private static let consents: [Row] = [
        Row("creates a consent", create(.sample), holds: true),
        Row("creates a consent twice: not", given: [create(.sample)], create(.sample), holds: false),
        Row("replaces a consent", given: [create(.sample)], replace(.authorisedSample), holds: true),
        Row("replaces a consent that is not there: not", replace(.authorisedSample), holds: false),
        Row(
            "replaces a consent that was changed since: not",
            given: [create(.sample), replace(.authorisedSample)],
            replace(.sample(status: .rejected, version: 2)),
            holds: false
        ),
        Row(
            "replaces a consent with one from the future: not",
            given: [create(.sample)],
            replace(.sample(status: .rejected, version: 3)),
            holds: false
        ),
        Row("requires a consent in force", given: authorised, requireConsent(), holds: true),
        Row(
            "requires a consent at its last second",
            given: authorised,
            requireConsent(at: .noon + (Timestamp.days(90) - 1)),
            holds: true
        ),
        Row(
            "requires a consent that is over: not",
            given: authorised,
            requireConsent(at: .noon + Timestamp.days(90)),
            holds: false
        ),
        Row(
            "requires a consent without an end",
            given: [
                create(.sample(expires: nil)),
                replace(.sample(expires: nil, status: .authorised, authorisation: .sample, version: 2)),
            ],
            requireConsent(at: .latest),
            holds: true
        ),
        Row("requires a consent of another client: not", given: authorised, requireConsent(of: "tpp-2"), holds: false),
        Row(
            "requires a consent of another person: not",
            given: authorised,
            requireConsent(by: "psu-bert"),
            holds: false
        ),
        Row("requires a consent that waits: not", given: [create(.sample)], requireConsent(), holds: false),
        Row("requires a consent that is not there: not", requireConsent(), holds: false),
        Row(
            "requires a revoked consent: not",
            given: authorised + [replace(.sample(status: .revoked, authorisation: .sample, version: 3))],
            requireConsent(),
            holds: false
        ),
        Row(
            "requires a deleted consent: not",
            given: authorised + [
                replace(.sample(status: .authorised, deleted: .noon, authorisation: .sample, version: 3))
            ],
            requireConsent(),
            holds: false
        ),
    ]
}

extension StoreContract {
    private static let keys: [Row] = [
        Row("takes a key", .takeKey(.sample(), at: .noon), holds: true),
        Row(
            "takes a taken key: not",
            given: [.takeKey(.sample(), at: .noon)],
            .takeKey(.sample("2"), at: .noon),
            holds: false
        ),
        Row(
            "takes a key in its last second: not",
            given: [.takeKey(.sample(), at: .noon)],
            .takeKey(.sample("2"), at: .noon + (IdempotencyRecord.seconds - 1)),
            holds: false
        ),
        Row(
            "takes a key whose day is over",
            given: [.takeKey(.sample(), at: .noon)],
            .takeKey(.sample("2"), at: .noon + IdempotencyRecord.seconds),
            holds: true
        ),
        Row(
            "takes the same key for another client",
            given: [.takeKey(.sample(), at: .noon)],
            .takeKey(.sample(of: "tpp-2"), at: .noon),
            holds: true
        ),
    ]
}

// MARK: What the rows are made of

extension StoreContract {
    package static let code: [Storage.Change] = [.oauth(.openFamily(.sample)), .oauth(.issueCode(.sample))]

    package static let refreshToken: [Storage.Change] = [
        .oauth(.openFamily(.sample)), .oauth(.issueRefreshToken(.sample)),
    ]

    package static let spendCode = Storage.Change.oauth(
        .spendCode(CodeRecord.sample.fingerprint, of: "family-1", at: .noon)
    )

    package static let spendRefreshToken = Storage.Change.oauth(
        .spendRefreshToken(RefreshRecord.sample.fingerprint, of: "family-1", at: .noon)
    )

    package static let authorised: [Storage.Change] = [create(.sample), replace(.authorisedSample)]

    package static func create(_ consent: Consent) -> Storage.Change {
        .consent(.create(consent, .registration(of: consent)))
    }

    package static func replace(_ consent: Consent) -> Storage.Change {
        let revision = Revision(
            consent: consent.id,
            version: consent.version,
            from: .awaiting,
            to: consent.status,
            accounts: consent.openAccounts,
            terms: consent.termsDigest,
            at: .noon + consent.version,
            actor: .person("psu-anna"),
            reason: .authorised,
            shown: ShownPage(
                digest: Fingerprint(of: "page").bytes,
                templates: Fingerprint(of: "templates").bytes,
                language: "de"
            )
        )
        return .consent(.replace(consent, revision))
    }

    private static let countCodeFailure = Storage.Change.oauth(
        .countCodeFailure(CodeRecord.sample.fingerprint, at: .noon)
    )

    private static func spendAssertion(of client: Identifier<Client>) -> Storage.Change {
        .oauth(.spendAssertion(client, Fingerprint(of: "jti"), expires: .noon + 300))
    }

    private static func spendRequest(of client: Identifier<Client>) -> Storage.Change {
        .oauth(.spendRequest(client, Fingerprint(of: "jti"), expires: .noon + 300))
    }

    private static func spendGrantAssertion(of issuer: WireText) -> Storage.Change {
        .oauth(.spendGrantAssertion(issuer: issuer, Fingerprint(of: "jti"), expires: .noon + 300))
    }

    private static func spendProof(of key: WireText) -> Storage.Change {
        .oauth(.spendProof(Fingerprint(of: key), Fingerprint(of: "jti"), expires: .noon + 61))
    }

    private static func requireConsent(
        of client: Identifier<Client> = "tpp-1",
        by person: Identifier<OAuth.Person> = "psu-anna",
        at now: Timestamp = .noon
    ) -> Storage.Change {
        .oauth(.requireConsent("consent-1", client, person, at: now))
    }
}
