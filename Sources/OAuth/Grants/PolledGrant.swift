import Crypto
import Text

/// What every grant does whose client polls: RFC 8628 §3.4 and §3.5.
package enum PolledGrant {
    /// What the store knows about it.
    package struct Facts: Sendable {
        let request: PolledRequest?
        let family: TokenFamily?
        let standing: Standing?

        /// What was found; nothing of it is believed to be this client's.
        package init(request: PolledRequest?, family: TokenFamily? = nil, standing: Standing? = nil) {
            self.request = request
            self.family = family
            self.standing = standing
        }
    }

    /// One question while nobody has decided, so that polling costs little.
    static func load(
        _ code: WireText?,
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> Facts {
        guard let code, let polled = try await store.polledRequest(Fingerprint(of: code)) else {
            return Facts(request: nil)
        }
        guard case .granted(let id) = polled.decision, polled.spent == nil, let family = try await store.family(id)
        else { return Facts(request: polled) }
        guard let intent = family.intent else { return Facts(request: polled, family: family) }
        return Facts(
            request: polled,
            family: family,
            standing: try await store.standing(of: intent, at: request.now)
        )
    }

    static func decide(_ kind: PolledRequest.Kind, _ request: TokenRequest, _ facts: Facts) throws(Refusal) -> Issuance
    {
        // Another client's code is answered as an unknown one: RFC 6749 §5.2. So is one that was used, and nothing falls
        // with it: it never went through a browser, and a client whose answer was lost asks again.
        guard let polled = facts.request, polled.kind == kind, polled.client == request.client.id, polled.spent == nil
        else { throw .polledCodeUnknown }
        try requireHolder(of: polled.binding, request)
        if polled.decision == .denied { throw .accessDenied }
        guard request.now < polled.expires else { throw .polledCodeExpired }
        guard case .granted = polled.decision else {
            // RFC 8628 §3.5: the interval counts from the last poll, whatever that was told.
            if let last = request.lastPoll, request.now.since(last) < polled.interval {
                throw .pollTooEarly(polled.fingerprint)
            }
            throw .decisionPending
        }
        guard let family = facts.family else { throw .familyRevoked }
        try FamilyIssuance.requireInForce(family, facts.standing, for: request)
        return try FamilyIssuance.issue(
            family,
            facts.standing,
            for: request,
            spending: .polled(.spend(polled.fingerprint, at: request.now))
        )
    }

    private static func requireHolder(of binding: PolledRequest.Binding, _ request: TokenRequest) throws(Refusal) {
        if let certificate = binding.certificate {
            guard certificate == request.certificate else { throw .certificateDiffers }
        }
        if let key = binding.proofKey {
            guard let shown = request.proofKey else { throw .proofMissing }
            guard shown == key else { throw .proofKeyDiffers }
        }
    }
}
