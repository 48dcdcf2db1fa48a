package import Crypto
package import OAuth
package import Text

extension Interaction {
    /// A request of noon that waits ten minutes for a person.
    package static let sample = Interaction.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<Interaction> = "interaction-1",
        parameters: WireText = "response_type=code&client_id=tpp-1&state=a+b",
        arrival: Arrival = .plain,
        intent: Identifier<Intent>? = "consent-1",
        expires: Timestamp = .noon + 600,
        session: Fingerprint? = nil,
        closed: Timestamp? = nil
    ) -> Interaction {
        Interaction(
            id: id,
            browser: Fingerprint(of: "browser"),
            parameters: parameters,
            arrival: arrival,
            intent: intent,
            created: .noon,
            expires: expires,
            session: session,
            closed: closed
        )
    }
}

extension PushedRequest {
    /// The reference under which the sample client has pushed.
    package static let sampleReference = reference("6esc_11ACC5bwc014ltc14eY22cAAAAAAAAAAAAAAAA")

    /// A request that was pushed at noon.
    package static let sample = PushedRequest.sample()

    /// The sample with something changed.
    package static func sample(
        reference: WireText = sampleReference,
        client: Identifier<Client> = "tpp-1",
        parameters: WireText = "response_type=code&client_id=tpp-1&state=a+b",
        isSigned: Bool = false,
        certificate: Fingerprint? = nil,
        expires: Timestamp = .noon + 60,
        spent: Timestamp? = nil
    ) -> PushedRequest {
        PushedRequest(
            fingerprint: Fingerprint(of: reference),
            client: client,
            parameters: parameters,
            isSigned: isSigned,
            certificate: certificate,
            expires: expires,
            spent: spent
        )
    }
}
