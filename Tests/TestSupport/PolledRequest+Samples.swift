import Crypto
package import OAuth
package import Text

extension PolledRequest {
    /// The code that the sample's device polls with, and the one that it shows.
    package static let sampleCode: WireText = "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS0A"
    package static let sampleUserCode: UserCode = {
        guard let code = UserCode(typed: "WDJB-MJHT") else { preconditionFailure("RFC 8628 §3.2 shows this code.") }
        return code
    }()

    /// A request of a device at noon, about nothing but who its person is.
    package static let sample = PolledRequest.sample()

    /// The sample with something changed.
    package static func sample(
        code: WireText = sampleCode,
        client: Identifier<Client> = "tpp-1",
        parameters: WireText = "client_id=tpp-1&scope=openid",
        binding: Binding = Binding(),
        userCode: UserCode? = sampleUserCode,
        summons: Summons? = nil,
        expires: Timestamp = .noon + 600,
        interval: Int = 5,
        decision: Decision? = nil,
        spent: Timestamp? = nil
    ) -> PolledRequest {
        PolledRequest(
            fingerprint: Fingerprint(of: code),
            kind: summons == nil ? .device : .backchannel,
            client: client,
            parameters: parameters,
            binding: binding,
            userCode: userCode?.fingerprint,
            summons: summons,
            created: .noon,
            expires: expires,
            interval: interval,
            decision: decision,
            spent: spent
        )
    }
}

extension PolledRequest.Summons {
    /// Anna is asked, and the client is to be told what she said.
    package static let sample = PolledRequest.Summons.sample()

    /// The sample with something changed.
    package static func sample(
        person: Identifier<Person> = "psu-anna",
        message: WireText? = "1234",
        notice: PolledRequest.Notice? = .sample
    ) -> PolledRequest.Summons {
        PolledRequest.Summons(person: person, message: message, isSigned: true, notice: notice)
    }
}

extension PolledRequest.Notice {
    /// What the sample's client is to be told.
    package static let sample = PolledRequest.Notice(
        name: UUID(random: [UInt8](repeating: 7, count: 16)),
        token: "8d67dc78-7faa-4d41-aabd-67707b374255"
    )
}
