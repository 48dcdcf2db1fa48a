package import JOSE
package import Text

/// An authorization request that its client has signed: RFC 9101.
package enum RequestObject {
    /// What may be used to sign one; discovery lists it.
    package static let algorithms: [Algorithm] = [.es256, .ps256, .edDSA]

    /// How one may be encrypted to us around its signature; discovery lists it.
    package static let encryptions: [KeyEncryption] = [.rsaOAEP256, .ecdhES]

    /// Whether it is encrypted, by its form: RFC 7516 §9.
    package static func isEncrypted(_ text: WireText) -> Bool {
        text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 4
    }

    /// The signed object that was inside an encrypted one: RFC 9101 §6.1.
    ///
    /// Whoever has our keys can have encrypted it, so that nothing is known of its sender yet.
    ///
    /// - Parameter open: Opens what was encrypted to us.
    package static func open(
        _ text: WireText,
        of client: Client,
        by open: (WireText) throws(JOSEFailure) -> JWE.Opened
    ) throws(Refusal) -> WireText {
        // Who signs nothing has nothing to encrypt, and is not worked for.
        guard client.frontChannel.keys != nil else { throw .parameterUnsupported(.request) }
        let opened: JWE.Opened
        do { opened = try open(text) } catch { throw .requestObjectInvalid }
        if let bound = client.frontChannel.requestEncryption {
            guard opened.encryption == bound.algorithm, bound.content.map({ $0 == opened.content }) ?? true else {
                throw .requestObjectInvalid
            }
        }
        return opened.text
    }

    /// The parameters that a client signed, and nothing of what came beside them: RFC 9101 §6.3.
    package static func read(
        _ text: WireText,
        of client: Client,
        for issuer: Issuer,
        at now: Timestamp
    ) throws(Refusal) -> FormFields {
        // Who has no keys has not registered for it: OpenID Connect Core §6.
        guard let keys = client.frontChannel.keys else { throw .parameterUnsupported(.request) }
        let claims = SignedRequest.claims(
            text,
            of: client,
            signedBy: keys,
            allowing: client.requestAlgorithms,
            required: client.profile.demands.requestClaims,
            for: issuer,
            at: now
        )
        // RFC 9101 §5 and §6.3: it speaks for this client, and for no other request.
        guard let claims, claims["client_id"]?.text == client.id.text, claims["request_uri"] == nil else {
            throw .requestObjectInvalid
        }
        return try parameters(claims)
    }

    /// The claims that are parameters, spelled as a form would spell them.
    private static func parameters(_ claims: JSON) throws(Refusal) -> FormFields {
        var form = FormFields()
        for member in claims.members ?? [] {
            guard let parameter = Parameter(name: member.name), parameter.isOfAuthorization else { continue }
            switch (parameter, member.value) {
            // RFC 8707 §2 lets it come several times, which in JSON is an array.
            case (.resource, .array):
                guard let names = member.value.texts else { throw .requestObjectInvalid }
                for name in names { form.append(member.name, name) }
            case (_, .text(let text)): form.append(member.name, text)
            // RFC 9101 §4: numbers and objects stand as what they are, and so do the details of RFC 9396 §2.
            case (_, .integer(let number)): form.append(member.name, WireText("\(number)"))
            case (_, .object), (.authorizationDetails, .array):
                form.append(member.name, WireText(String(decoding: JSONWriter.write(member.value), as: UTF8.self)))
            case (_, .null), (_, .boolean), (_, .number), (_, .array): throw .requestObjectInvalid
            }
        }
        return form
    }
}
