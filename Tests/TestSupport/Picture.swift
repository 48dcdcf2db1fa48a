import Consents
import Crypto
package import OAuth
package import Storage
package import Text

/// All that a store answers about the things that the contract's changes name.
///
/// Two stores with one history must look the same, and a list that was undone must leave no trace.
package struct Picture: Sendable, Hashable {
    package var families: [WireText: TokenFamily] = [:]
    private var code: CodeRecord?
    private var refreshToken: RefreshRecord?
    private var isRevoked: Bool
    package var endedPlaces: [[Int]] = []
    private var session: Session?
    private var interaction: Interaction?
    private var pushedRequest: PushedRequest?
    private var polledRequests: [PolledRequest?]
    package var summonses: [PolledRequest]
    package var pings: [PolledRequest]
    package var abandoned: [Interaction]
    package var isAwaited: Bool
    private var scopes: [Scope?]
    private var throttles: [LoginThrottle?]
    private var consent: Consent?
    private var revisions: [Revision]
    private var standing: Standing?
    private var key: IdempotencyRecord?
    private var accessSession: AccessSession?
    private var accessFlows: [AccessFlow?]
    private var hasAccessFlow: Bool
    private var tokenChain: ConsentTokenChain?
    private var registeredClients: [RegisteredClient]
    package var told: [Identifier<Client>]
    package var notices: [LogoutNotice]
    package var logins: [Session]

    package init(of store: some Store, at now: Timestamp = .noon) async throws(StoreFailure) {
        for name in ["family-1", "family-2", "first in the list", "last in the list"] as [WireText] {
            families[name] = try await store.family(Identifier(name))
        }
        code = try await store.code(CodeRecord.sample.fingerprint)
        refreshToken = try await store.refreshToken(RefreshRecord.sample.fingerprint)
        isRevoked = try await store.isRevoked(accessToken: Fingerprint(of: "jti"))
        for list in 0..<StatusPlace.lists { endedPlaces.append(try await store.endedPlaces(ofList: list, at: now)) }
        session = try await store.session(Session.sample.fingerprint)
        interaction = try await store.interaction("interaction-1")
        pushedRequest = try await store.pushedRequest(PushedRequest.sample.fingerprint)
        polledRequests = [
            try await store.polledRequest(PolledRequest.sample.fingerprint),
            try await store.polledRequest(userCode: PolledRequest.sampleUserCode.fingerprint),
        ]
        summonses = try await store.summonses(of: "psu-anna", at: now)
        pings = try await store.duePings(at: now, limit: 10)
        abandoned = try await store.abandonedInteractions(at: now + 600, limit: 10)
        isAwaited = try await store.isAwaited("consent-1", at: now)
        scopes = []
        for circumstances in [Circumstances.sample, .sample(credential: Fingerprint(of: "another"))] {
            scopes.append(try await store.rememberedScope(in: circumstances))
        }
        throttles = [
            try await store.throttle(.person("psu-anna")),
            try await store.throttle(.address("psu-anna")),
        ]
        consent = try await store.consent("consent-1")
        revisions = try await store.revisions(of: "consent-1")
        standing = try await store.standing(of: "consent-1", at: now)
        let record = IdempotencyRecord.sample()
        key = try await store.idempotencyRecord(of: record.thirdParty, key: record.key)
        accessSession = try await store.accessSession("session-1")
        accessFlows = [
            try await store.accessFlow("flow-1"), try await store.accessFlow("flow-2"),
            try await store.accessFlow(clientToken: AccessFlow.sample.clientToken),
        ]
        hasAccessFlow = try await store.hasAccessFlow(in: "session-1")
        tokenChain = try await store.tokenChain(of: "consent-1")
        registeredClients = try await store.registeredClients(after: "", limit: 10)
        told = try await store.clients(toldOf: "login-1")
        notices = try await store.dueNotices(at: now + 3_600, limit: 10)
        logins = try await store.sessions(after: nil, at: now, limit: 10)
    }
}

extension Picture {
    /// The same, after the remedy of a refusal.
    func revoking(_ remedy: [OAuth.Change]) -> Picture {
        var picture = self
        for case .revokeFamily(let id, let now) in remedy {
            guard let family = families[id.text], family.revoked == nil else { continue }
            let revoked = family.revoked(at: now)
            picture.families[id.text] = revoked
            picture.endedPlaces[revoked.place.list].append(revoked.place.index)
            picture.endedPlaces[revoked.place.list].sort()
            if let code, code.family.id == id { picture.code = code.with(revoked) }
            if let refreshToken, refreshToken.family.id == id { picture.refreshToken = refreshToken.with(revoked) }
        }
        return picture
    }
}

extension CodeRecord {
    fileprivate func with(_ family: TokenFamily) -> CodeRecord {
        CodeRecord(
            fingerprint: fingerprint,
            family: family,
            challenge: challenge,
            certificate: certificate,
            proofKey: proofKey,
            state: state,
            expires: expires,
            spent: spent
        )
    }
}

extension RefreshRecord {
    fileprivate func with(_ family: TokenFamily) -> RefreshRecord {
        RefreshRecord(
            fingerprint: fingerprint,
            family: family,
            confirmation: confirmation,
            expires: expires,
            spent: spent
        )
    }
}
