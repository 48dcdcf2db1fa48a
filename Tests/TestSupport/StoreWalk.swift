import Consents
import Crypto
import OAuth
package import Storage
package import Text

/// A walk of random lists of changes, so that two stores can be walked side by side.
package struct StoreWalk: Sendable {
    private var generator: SeededGenerator
    private var now = Timestamp.noon

    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// The time after the last step.
    package var time: Timestamp { now }

    /// The next list.
    ///
    /// Its names are few, so that changes meet.
    package mutating func next() -> [Storage.Change] {
        now = now + Int.random(in: 0...200, using: &generator)
        return (0..<Int.random(in: 1...3, using: &generator)).map { _ in change() }
    }

    private mutating func change() -> Storage.Change {
        let family = family()
        let code = CodeRecord.sample(family: family)
        let token = RefreshRecord.sample(family: family)
        let session = Session.sample.fingerprint
        let other = Fingerprint(of: "another")
        let choices: [OAuth.Change] = [
            .openInteraction(.sample(expires: now + 600)),
            .keepPushedRequest(.sample(expires: now + 60), at: now),
            .spendPushedRequest(PushedRequest.sample.fingerprint, at: now),
            .polled(polledChange()),
            .signIn("interaction-1", session: session, of: "psu-anna", at: now),
            .closeInteraction("interaction-1", at: now),
            .openSession(.sample(expires: now + 300)),
            .endSession(session),
            .requireSession(pick([session, other]), at: now),
            .rememberScope(pick([["a"], ["b"]]), pick([.sample, .sample(credential: other)]), at: now),
            .countLoginFailure(pick([.person("psu-anna"), .address("psu-anna")]), at: now),
            .forgetLoginFailures(.person("psu-anna")),
            .openFamily(family),
            .revokeFamily(family.id, at: now), .revokeFamilies(of: "consent-1", at: now),
            .requireFamily(family.id),
            .requireConsent("consent-1", "tpp-1", pick(["psu-anna", "psu-bert"]), at: now),
            .issueCode(code),
            .spendCode(code.fingerprint, of: family.id, at: now),
            .countCodeFailure(pick([code.fingerprint, other]), at: now),
            .issueRefreshToken(token),
            .spendRefreshToken(token.fingerprint, of: family.id, at: now),
            .revokeAccessToken(
                pick([other, Fingerprint(of: "jti")]),
                expires: now + 60,
                leaving: pick([nil, family.place])
            ),
            .spendGrantAssertion(issuer: "tpp-1", pick([session, other]), expires: now + 300),
            .spendAssertion(pick(["tpp-1", "tpp-2"]), pick([session, other]), expires: now + 300),
        ]
        return switch Int.random(in: 0..<7, using: &generator) {
        case 0: .consent(consentChange())
        case 6: .registration(registrationChange())
        case 1: .access(accessChange())
        case 2: .logout(logoutChange())
        default: .oauth(pick(choices))
        }
    }

    private mutating func consentChange() -> ConsentChange {
        let version = Int.random(in: 1...4, using: &generator)
        let status: Consent.Status = version == 1 ? .awaiting : pick([.authorised, .authorised, .revoked])
        let consent = Consent.sample(
            expires: .noon + 5_000,
            status: status,
            deleted: status == .revoked ? pick([nil, now]) : nil,
            authorisation: status == .awaiting ? nil : .sample,
            version: version
        )
        let revision = Revision(
            consent: consent.id,
            version: version,
            from: nil,
            to: status,
            accounts: [],
            terms: consent.termsDigest,
            at: now,
            actor: pick([.system, .staff("clerk")]),
            reason: .registered,
            shown: nil
        )
        return version == 1 ? .create(consent, revision) : .replace(consent, revision)
    }

    private mutating func accessChange() -> AccessChange {
        let version = Int.random(in: 1...4, using: &generator)
        let live = Fingerprint(of: WireText("token \(version)"))
        let chain = ConsentTokenChain.sample(live: live, preceding: pick([nil, live]), rotated: now, version: version)
        return pick([
            .open(.sample(expires: now + 300)),
            .close("session-1", at: now),
            .requireOpen("session-1", at: now),
            .start(.sample(id: pick(["flow-1", "flow-2"]), clientToken: pick([live, AccessFlow.sample.clientToken]))),
            .openTokens(chain),
            .advanceTokens(chain),
        ])
    }

    private mutating func polledChange() -> PolledRequestChange {
        let code = PolledRequest.sample.fingerprint
        return pick([
            .keep(.sample(expires: now + 600), at: now), .enter(code, at: now), .grant(code, "family-1", at: now),
            .deny(code, at: now), .spend(code, at: now), .slowDown(code),
            .keep(.sample(userCode: nil, summons: .sample, expires: now + 300), at: now), .settleNotice(code),
            .attemptNotice(code, tries: pick([0, 1]), next: now + 5),
        ])
    }

    private mutating func registrationChange() -> RegistrationChange {
        let version = Int.random(in: 1...4, using: &generator)
        let client = RegisteredClient.sample(accessToken: WireText("token \(version)"), version: version)
        return pick([
            .register(client), .replace(client), .replace(client), .remove(client.id, accessToken: client.accessToken),
            .spendInvitation(client.accessToken, expires: now),
        ])
    }

    private mutating func logoutChange() -> LogoutChange {
        let notice = LogoutNotice.sample(
            id: pick(["notice-1", "notice-2"]),
            client: pick(["tpp-1", "tpp-2"]),
            attempts: Int.random(in: 0...2, using: &generator),
            due: now,
            expires: now + 3_000
        )
        return pick([
            .endSession(Session.sample.fingerprint, sid: "login-1", known: pick([[], ["tpp-1"]])),
            .endGrants(sid: "login-1", at: now),
            .keepNotice(notice),
            .attemptNotice(notice, next: now + 15),
            .dropNotice(notice.id),
        ])
    }

    private mutating func family() -> TokenFamily {
        .sample(
            id: pick(["family-1", "family-2"]),
            intent: pick([nil, "consent-1"]),
            expires: .noon + 4_000
        )
    }

    private mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &generator)]
    }
}
