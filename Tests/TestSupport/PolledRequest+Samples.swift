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
        expires: Timestamp = .noon + 600,
        interval: Int = 5,
        decision: Decision? = nil,
        spent: Timestamp? = nil
    ) -> PolledRequest {
        PolledRequest(
            fingerprint: Fingerprint(of: code),
            kind: .device,
            client: client,
            parameters: parameters,
            binding: binding,
            userCode: userCode?.fingerprint,
            created: .noon,
            expires: expires,
            interval: interval,
            decision: decision,
            spent: spent
        )
    }
}
