package import Crypto
package import Text

/// A private key as a JWK: RFC 7517 §9.1 says to keep it to oneself, and so it has a type of its own.
package struct PrivateJWK: Sendable {
    package let publicPart: JWK
    package let key: PrivateKey

    package init(_ key: PrivateKey, publicPart: JWK) {
        precondition(key.publicKey == publicPart.key, "Both parts are those of one key.")
        self.key = key
        self.publicPart = publicPart
    }

    package init(_ json: JSON) throws(JOSEFailure) {
        publicPart = try JWK(publicPartOf: json)
        let numbers: PrivateKey.Numbers
        switch publicPart.key.kind {
        case .p256: numbers = .p256(d: try json.bytes("d"))
        case .ed25519: numbers = .ed25519(d: try json.bytes("d"))
        case .rsa:
            // RFC 7518 §6.3.2.7: more than two primes are more than we have a use for.
            guard json["oth"] == nil else { throw .unsupportedKey("oth") }
            numbers = .rsa(
                PrivateKey.RSA(
                    d: try json.bytes("d"),
                    p: try json.bytes("p"),
                    q: try json.bytes("q"),
                    dp: try json.bytes("dp"),
                    dq: try json.bytes("dq"),
                    qi: try json.bytes("qi")
                )
            )
        }
        do { key = try PrivateKey(numbers, of: publicPart.key) } catch { throw .keyRefused(error) }
    }

    /// The key with its private part, for whoever shall hold it.
    package func json() throws(JOSEFailure) -> JSON {
        let numbers: PrivateKey.Numbers
        do { numbers = try key.numbers() } catch { throw .keyRefused(error) }
        let secrets: [(WireText, [UInt8])] =
            switch numbers {
            case .p256(let d), .ed25519(let d): [("d", d)]
            case .rsa(let rsa):
                [("d", rsa.d), ("p", rsa.p), ("q", rsa.q), ("dp", rsa.dp), ("dq", rsa.dq), ("qi", rsa.qi)]
            }
        let members = publicPart.json.members ?? []
        return .object(members + secrets.map { .init($0.0, .text(WireText(Base64URL.encode($0.1)))) })
    }
}
