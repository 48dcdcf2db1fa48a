package import Text

/// The protected header of a signed token: RFC 7515 §4.
///
/// `jwk`, `jku`, `x5u`, `x5c` and `x5t` are not even read: a token does not say by which key it is checked.
package struct Header: Sendable, Hashable {
    package let algorithm: Algorithm
    package let keyID: WireText?
    package let type: WireText?
    package let contentType: WireText?

    init(_ json: JSON) throws(JOSEFailure) {
        // RFC 7515 §4.1.11: what must be understood and is not, refuses the token. We understand no extension, and
        // not even the empty list is allowed. RFC 7797 `b64` changes what is signed, with `crit` or without it.
        for name in ["crit", "b64", "zip", "enc"] as [WireText] where json[name] != nil {
            throw .unsupportedHeader(name)
        }
        guard let name = json["alg"]?.text else { throw .badHeader("alg") }
        guard let algorithm = Algorithm(name) else { throw .unknownAlgorithm }
        self.algorithm = algorithm
        keyID = try json.optionalText("kid", else: JOSEFailure.badHeader)
        type = try json.optionalText("typ", else: JOSEFailure.badHeader)
        contentType = try json.optionalText("cty", else: JOSEFailure.badHeader)
    }

    /// Whether `typ` says so, with `application/` or without it and in either case: RFC 7515 §4.1.9.
    package func isOfType(_ name: WireText) -> Bool {
        guard let type = type?.lowercasedASCII else { return false }
        let expected = name.lowercasedASCII
        return type == expected || type == WireText("application/\(expected)")
    }
}
