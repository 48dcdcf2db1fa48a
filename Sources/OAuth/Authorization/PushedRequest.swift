package import Crypto
package import Text

/// An authorization request that its client has pushed: RFC 9126, kept by the fingerprint of its reference.
package struct PushedRequest: Sendable, Hashable {
    /// Of the whole `request_uri`.
    package let fingerprint: Fingerprint
    /// Who pushed it; nobody else can use it.
    package let client: Identifier<Client>
    /// The parameters as they came, or as they were signed.
    package let parameters: WireText
    /// Whether its client signed it.
    package let isSigned: Bool
    /// The certificate of the connection, if there was one.
    package let certificate: Fingerprint?
    /// When no browser can begin with it any more.
    package let expires: Timestamp
    /// When it was decided, if it was.
    package let spent: Timestamp?

    /// A request, pushed just now or as a store has it.
    package init(
        fingerprint: Fingerprint,
        client: Identifier<Client>,
        parameters: WireText,
        isSigned: Bool,
        certificate: Fingerprint?,
        expires: Timestamp,
        spent: Timestamp? = nil
    ) {
        self.fingerprint = fingerprint
        self.client = client
        self.parameters = parameters
        self.isSigned = isSigned
        self.certificate = certificate
        self.expires = expires
        self.spent = spent
    }

    /// What every reference of ours begins with: RFC 9126 §2.2.
    package static let prefix: WireText = "urn:ietf:params:oauth:request_uri:"

    /// The reference for a random value.
    package static func reference(_ random: WireText) -> WireText { WireText("\(prefix)\(random)") }

    /// How long a reference waits for its browser: FAPI 2.0 Security Profile §5.3.2.2 wants less than ten minutes.
    package static let seconds = 60
}

extension PushedRequest {
    /// The parameters for a browser that brings the reference.
    ///
    /// It can be brought again until the person has decided, because people reload pages; what cannot be had twice is
    /// the decision, which spends it.
    package func fields(for client: Identifier<Client>, at now: Timestamp) throws(Refusal) -> AuthorizationFields {
        guard client == self.client, spent == nil, now < expires else { throw .requestURIInvalid }
        let arrival = Arrival(reference: fingerprint, isSigned: isSigned, certificate: certificate)
        do { return AuthorizationFields(try FormFields(parameters), arrival: arrival) } catch { throw .serverFailed }
    }
}
