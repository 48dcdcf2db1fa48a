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
        intent: Identifier<Intent>? = "consent-1",
        expires: Timestamp = .noon + 600,
        session: Fingerprint? = nil,
        closed: Timestamp? = nil
    ) -> Interaction {
        Interaction(
            id: id,
            browser: Fingerprint(of: "browser"),
            parameters: parameters,
            intent: intent,
            created: .noon,
            expires: expires,
            session: session,
            closed: closed
        )
    }
}
