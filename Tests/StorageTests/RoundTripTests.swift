import Consents
import Crypto
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// What is written is read again, byte for byte.
@Suite
struct RoundTripTests {
    /// Texts that a store could change, cut short, fold together or take for words of its own.
    static let texts: [WireText] = [
        "",
        "plain",
        "a\u{0}b",
        "e\u{301}",
        "\u{E9}",
        "'; DROP TABLE code; --",
        "%_?1:name@x$y\"\\",
        "[\"a\",\"b\"]",
        "\u{10FFFF}\u{FEFF}",
        " leading and trailing ",
        WireText(String(repeating: "x", count: 70_000)),
    ]

    @Test(arguments: StoreKind.allCases, texts)
    func `ST-01 a family comes back as it was written`(kind: StoreKind, text: WireText) async throws {
        let family = TokenFamily(
            id: Identifier(WireText("id \(text)")),
            client: Identifier(text),
            person: Identifier(text),
            intent: Identifier(text),
            scope: ["openid", "accounts"],
            redirectURI: text,
            nonce: text,
            authenticated: .earliest,
            acr: text,
            created: .noon,
            expires: .latest,
            revoked: Timestamp(-1),
            details: AuthorizationDetails([
                .accountInformation(AccountInformation(actions: [.listAccounts], accounts: ["a", text]))
            ]),
            resources: [text, "plain"],
            claims: GrantedClaims(
                idToken: [.init(.name), .init(.emailVerified, values: [true, .integer(7), .null])],
                userInfo: [.init(.email, values: [.text(text), ["a": [.text(text)]]])]
            )
        )
        try await kind.with { store async throws in
            #expect(try await store.commit([.oauth(.openFamily(family))]) == .kept)
            #expect(try await store.family(family.id) == family)
            #expect(try await store.family(Identifier(WireText("id \(text) "))) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `TK-44 a refresh token comes back with what it is bound to`(kind: StoreKind) async throws {
        let bindings: [OAuth.Confirmation?] = [
            nil, .certificate(Fingerprint(of: "certificate")), .key(Fingerprint(of: "key")),
        ]
        for confirmation in bindings {
            try await kind.with { store async throws in
                let record = RefreshRecord.sample(confirmation: confirmation)
                #expect(
                    try await store.commit([.oauth(.openFamily(.sample)), .oauth(.issueRefreshToken(record))]) == .kept
                )
                #expect(try await store.refreshToken(record.fingerprint) == record)
            }
        }
    }

    @Test(arguments: StoreKind.allCases, texts)
    func `ST-01 a pushed request comes back as it was written, and what waits says how it came`(
        kind: StoreKind,
        text: WireText
    ) async throws {
        let certificate = Fingerprint(of: "certificate")
        let signed = PushedRequest.sample(
            client: Identifier(text),
            parameters: text,
            isSigned: true,
            certificate: certificate,
            expires: .latest
        )
        let arrival = Arrival(reference: signed.fingerprint, isSigned: true, certificate: certificate)
        let interactions = [
            Interaction.sample(id: "plain"), .sample(id: "signed", arrival: Arrival(isSigned: true)),
            .sample(id: "pushed", arrival: arrival),
        ]
        try await kind.with { store async throws in
            let kept = OAuth.Change.keepPushedRequest(signed, at: .noon)
            #expect(try await store.commit([kept] + interactions.map { .openInteraction($0) }) == .kept)
            #expect(try await store.pushedRequest(signed.fingerprint) == signed)
            for interaction in interactions { #expect(try await store.interaction(interaction.id) == interaction) }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `what is absent stays absent`(kind: StoreKind) async throws {
        let family = TokenFamily.sample(intent: nil, scope: [], nonce: nil)
        try await kind.with { store async throws in
            let token = RefreshRecord.sample(family: family, expires: .noon + 5, spent: .noon)
            let code = CodeRecord.sample(
                family: family,
                certificate: Fingerprint(of: "certificate"),
                proofKey: Fingerprint(of: "key"),
                spent: .noon
            )
            let list: [OAuth.Change] = [.openFamily(family), .issueCode(code), .issueRefreshToken(token)]
            #expect(try await store.commit(list) == .kept)
            #expect(try await store.family(family.id) == family)
            #expect(try await store.code(code.fingerprint) == code)
            #expect(try await store.refreshToken(token.fingerprint) == token)
        }
    }

    @Test(arguments: StoreKind.allCases, texts)
    func `interactions, sessions, scopes and throttles come back`(kind: StoreKind, text: WireText) async throws {
        let interaction = Interaction.sample(
            id: Identifier(text),
            parameters: text,
            intent: nil,
            session: Fingerprint(of: "s"),
            closed: .noon
        )
        let session = Session.sample(person: Identifier(text), acr: text)
        try await kind.with { store async throws in
            let list: [OAuth.Change] = [
                .openInteraction(interaction),
                .openSession(session),
                .rememberScope(["openid"], .sample(person: Identifier(text), redirectURI: text), at: .noon),
                .rememberScope(["openid", "email"], .sample(person: Identifier(text), redirectURI: text), at: .noon),
                .countLoginFailure(.address(text), at: .noon),
                .countLoginFailure(.address(text), at: .noon + 7),
            ]
            #expect(try await store.commit(list) == .kept)
            #expect(try await store.interaction(interaction.id) == interaction)
            #expect(try await store.session(session.fingerprint) == session)
            let scope = try await store.rememberedScope(in: .sample(person: Identifier(text), redirectURI: text))
            #expect(scope == ["openid", "email"])
            #expect(try await store.throttle(.address(text)) == LoginThrottle(failures: 2, last: .noon + 7))
            #expect(try await store.throttle(.person(Identifier(text))) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases, texts)
    func `a login's name comes back, and what clients are to hear of its end`(
        kind: StoreKind,
        text: WireText
    ) async throws {
        let notice = LogoutNotice(
            id: Identifier(text),
            client: Identifier(text),
            person: Identifier(text),
            sid: text,
            attempts: 3,
            due: .earliest,
            expires: .latest
        )
        let session = Session.sample(sid: text)
        let families = [
            TokenFamily.sample(id: "1", client: Identifier(text), sid: text), .sample(id: "2", client: "b", sid: text),
            .sample(id: "3", client: Identifier(text), sid: text), .sample(id: "4", client: "c", sid: "another"),
            .sample(id: "5", client: "d", sid: nil), .sample(id: "6", client: "e", scope: ["accounts"], sid: text),
        ]
        try await kind.with { store async throws in
            var list = families.map { Storage.Change.oauth(.openFamily($0)) }
            list += [.oauth(.openSession(session)), .logout(.keepNotice(notice))]
            #expect(try await store.commit(list) == .kept)
            #expect(try await store.session(session.fingerprint) == session)
            #expect(try await store.sessions(after: nil, at: .noon, limit: 9) == [session])
            #expect(try await store.sessions(after: session.fingerprint, at: .noon, limit: 9).isEmpty)
            #expect(try await store.sessions(after: nil, at: session.expires, limit: 9).isEmpty)
            #expect(try await store.dueNotices(at: .earliest, limit: 9) == [notice])
            #expect(try await store.dueNotices(at: .latest, limit: 0).isEmpty)
            #expect(Set(try await store.clients(toldOf: text)) == [Identifier(text), "b"])
            #expect(try await store.clients(toldOf: text).count == 2)
            for family in families { #expect(try await store.family(family.id) == family) }
        }
    }

    @Test(arguments: StoreKind.allCases, texts)
    func `a consent and its history come back`(kind: StoreKind, text: WireText) async throws {
        let consent = Consent(
            id: Identifier(text),
            thirdParty: Identifier(text),
            origin: .ukOpenBanking,
            receipt: text.bytes + [0, 0xFF],
            permissions: Permission.allCases.reversed(),
            period: TransactionPeriod(from: .earliest, to: .latest),
            endUser: text,
            namedAccounts: [text, ""],
            lifetime: Lifetime(expires: nil, days: 30),
            created: .noon,
            status: .authorised,
            reason: .accountLeft,
            statusUpdated: .noon + 1,
            updated: .noon + 2,
            deleted: .noon + 3,
            authorisation: Authorisation(
                person: Identifier(text),
                accounts: [Identifier(text), "2"],
                given: .noon + 4
            ),
            version: 1
        )
        let actors: [Actor] = [.thirdParty(Identifier(text)), .person(Identifier(text)), .staff(text), .system]
        try await kind.with { store async throws in
            var versions = [consent]
            var revisions: [Revision] = []
            for actor in actors {
                let last = try #require(versions.last)
                let revision = Revision(
                    consent: consent.id,
                    version: last.version,
                    from: revisions.isEmpty ? nil : .awaiting,
                    to: .authorised,
                    accounts: [Identifier(text)],
                    terms: last.termsDigest,
                    at: .noon,
                    actor: actor,
                    reason: .accountLeft,
                    shown: nil
                )
                let change = revisions.isEmpty ? ConsentChange.create(last, revision) : .replace(last, revision)
                #expect(try await store.commit([.consent(change)]) == .kept)
                #expect(try await store.consent(consent.id) == last)
                revisions.append(revision)
                var next = last
                next.version += 1
                next.deleted = nil
                next.authorisation = nil
                next.status = .revoked
                next.reason = .revokedByBank
                next.lifetime = Lifetime(expires: .noon + 9)
                next.permissions = [.readAccountsBasic]
                next.receipt = [1, 2, 3]
                versions.append(next)
            }
            #expect(try await store.revisions(of: consent.id) == revisions)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `failed logins are counted until they are forgotten or long ago`(kind: StoreKind) async throws {
        let anna = LoginThrottle.Subject.person("psu-anna")
        try await kind.with { store async throws in
            for second in [0, 1, 3_600] {
                #expect(try await store.commit([.countLoginFailure(anna, at: .noon + second)]) == .kept)
            }
            #expect(try await store.throttle(anna) == LoginThrottle(failures: 3, last: .noon + 3_600))
            #expect(try await store.commit([.countLoginFailure(anna, at: .noon + 7_200)]) == .kept)
            #expect(try await store.throttle(anna) == LoginThrottle(failures: 1, last: .noon + 7_200))
            #expect(try await store.commit([.forgetLoginFailures(anna)]) == .kept)
            #expect(try await store.throttle(anna) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `the first revocation of a family is the one that is kept`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let list: [OAuth.Change] = [
                .openFamily(.sample), .revokeFamily("family-1", at: .noon), .revokeFamily("family-1", at: .noon + 9),
            ]
            #expect(try await store.commit(list) == .kept)
            #expect(try await store.family("family-1") == .sample(revoked: .noon))
        }
    }
}
