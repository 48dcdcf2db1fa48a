package import Consents
package import Crypto
package import Text

extension AccessSession {
    /// A session that was opened at noon for the sample consent.
    package static let sample = AccessSession.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<AccessSession> = "session-1",
        thirdParty: Identifier<ThirdParty> = "tpp-1",
        expires: Timestamp = .noon + Limits.accessSessionSeconds,
        closed: Timestamp? = nil
    ) -> AccessSession {
        AccessSession(
            id: id,
            shortID: "HB7LM2GT",
            thirdParty: thirdParty,
            consent: "consent-1",
            returnURL: "https://tpp.example/callback",
            created: .noon,
            expires: expires,
            closed: closed
        )
    }
}

extension AccessFlow {
    /// A flow of the sample session that wants the accounts.
    package static let sample = AccessFlow.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<AccessFlow> = "flow-1",
        session: Identifier<AccessSession> = "session-1",
        kind: AccessKind = .accounts,
        clientToken: Fingerprint = Fingerprint(of: "client token"),
        receipt: [UInt8] = Array("{}".utf8)
    ) -> AccessFlow {
        AccessFlow(
            id: id,
            session: session,
            kind: kind,
            clientToken: clientToken,
            receipt: receipt,
            created: .noon
        )
    }
}

extension ConsentTokenChain {
    /// The chain of the sample consent, with its first token.
    package static let sample = ConsentTokenChain.sample()

    /// The sample with something changed.
    package static func sample(
        consent: Identifier<Consent> = "consent-1",
        thirdParty: Identifier<ThirdParty> = "tpp-1",
        expires: Timestamp = .noon + Timestamp.days(90),
        generation: Int = 1,
        live: Fingerprint = Fingerprint(of: "token 1"),
        preceding: Fingerprint? = nil,
        rotated: Timestamp = .noon,
        quota: UseQuota = .unused(at: .noon),
        version: Int = 1
    ) -> ConsentTokenChain {
        ConsentTokenChain(
            consent: consent,
            thirdParty: thirdParty,
            expires: expires,
            generation: generation,
            live: live,
            preceding: preceding,
            rotated: rotated,
            quota: quota,
            version: version
        )
    }
}
