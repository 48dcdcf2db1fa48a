internal import HTTP
internal import JOSE
internal import OAuth
internal import Text

extension House {
    /// The proof that a request carries, checked but not yet spent: RFC 9449 §4.3.
    ///
    /// - Parameter accessToken: The token that came with it, at a resource.
    func proof(
        of request: Request,
        for accessToken: WireText? = nil,
        at now: Timestamp
    ) throws(Refusal) -> DPoPProof? {
        let text: WireText?
        do { text = try request.fields.single(.dpop) } catch { throw .proofInvalid }
        guard let text else { return nil }
        // Our own names and never the Host that was sent: a proof for another server is not one for us.
        let origins = [base] + (certificates.origin.map { [$0] } ?? [])
        let target = DPoPProof.Target(
            method: request.method.token,
            urls: origins.map { WireText("\($0)\(request.path)") },
            accessToken: accessToken
        )
        return try DPoPProof(text, for: target, nonces: proofNonces, at: now)
    }

    /// Refuses whoever has a bound token and not what it is bound to.
    func requireHolder(
        of token: AccessToken,
        _ text: WireText,
        byProof: Bool,
        _ request: Request,
        at now: Timestamp
    ) async throws(Refusal) {
        switch (token.confirmation, byProof) {
        case (nil, false): return
        case (.certificate(let thumbprint), false):
            guard request.peer.shownCertificate?.thumbprint == thumbprint else { throw .accessTokenInvalid }
        case (.key(let key), true):
            guard let proof = try proof(of: request, for: text, at: now) else { throw .proofMissing }
            guard proof.key == key else { throw .accessTokenInvalid }
            try await commit([proof.spending])
        // RFC 9449 §7.2: a bound token is no bearer token, whoever brings it; and one that is not bound proves nothing.
        case (.key, false), (nil, true), (.certificate, true): throw .accessTokenInvalid
        }
    }

    /// How a resource says that it wants another token or another proof: RFC 6750 §3 and RFC 9449 §7.1.
    func challenge(_ refusal: Refusal, to request: Request) -> [FieldValue] {
        let algorithms = DPoPProof.algorithms.map(\.name.string).joined(separator: " ")
        let error = "error=\"\(refusal.code)\", error_description=\"\(refusal.sentence)\""
        if refusal == .accessTokenMissing {
            return ["Bearer realm=\"assent\"", "DPoP algs=\"\(algorithms)\""].compactMap { FieldValue(WireText($0)) }
        }
        let challenge =
            request.triesProof
            ? "DPoP \(error), algs=\"\(algorithms)\"" : "Bearer realm=\"assent\", \(error)"
        return [FieldValue(WireText(challenge))].compactMap { $0 }
    }

    /// The same where the refusal is one of a surface, which has its own words for all of them.
    func challengeOfProof(to request: Request, at now: Timestamp) -> FieldValue? {
        guard case .dpop(let token) = try? Authorization.read(request.fields) else { return nil }
        var refusal = Refusal.accessTokenInvalid
        do {
            if try proof(of: request, for: token, at: now) == nil { refusal = .proofMissing }
        } catch { refusal = error }
        return challenge(refusal, to: request).first
    }
}

extension Request {
    /// Whether the client tried a token that is bound to a key.
    var triesProof: Bool {
        guard case .dpop = try? Authorization.read(fields) else { return false }
        return true
    }
}
