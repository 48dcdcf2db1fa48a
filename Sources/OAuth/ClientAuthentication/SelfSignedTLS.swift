package import Crypto
import JOSE
package import Text

/// `self_signed_tls_client_auth`, RFC 8705 §2.2: a certificate, or a key, that the client has registered.
package enum SelfSignedTLS {
    /// The name in registrations and in discovery.
    package static let method: WireText = "self_signed_tls_client_auth"

    /// What a client has registered, one for each of its keys.
    package enum Registered: Sendable, Hashable {
        /// By `x5c`: this certificate and no other of the same key.
        case certificate(Fingerprint)
        /// A key without `x5c`: every certificate of it.
        case key(PublicKey)
    }

    /// Nobody stands behind such a certificate; its time of validity counts all the same.
    static func decide(
        _ shown: ShownCertificate?,
        among registered: [Registered],
        at now: Timestamp
    ) throws(Refusal) {
        guard let shown, let certificate = try? Certificate(der: shown.der), certificate.isValid(at: now),
            registered.contains(where: { $0.is(certificate) })
        else { throw .clientCredentialsWrong }
    }

    /// Reads the `jwks` of a registration.
    ///
    /// - Throws: A sentence that says what is wrong with it.
    package static func read(_ document: JSON) throws(Problem) -> [Registered] {
        guard let keys = document["keys"]?.array, (1...Limits.keysInSet).contains(keys.count) else {
            throw Problem("It must hold keys.")
        }
        var registered: [Registered] = []
        for json in keys { registered.append(try Registered(json)) }
        return registered
    }

    /// What is wrong with registered keys.
    package struct Problem: Error, Sendable, Hashable {
        /// For the person who registers the client.
        package let sentence: String

        init(_ sentence: String) {
            self.sentence = sentence
        }
    }
}

extension SelfSignedTLS.Registered {
    fileprivate init(_ json: JSON) throws(SelfSignedTLS.Problem) {
        let key: PublicKey
        do { key = try JWK(json).key } catch { throw SelfSignedTLS.Problem("The keys cannot be used: \(error).") }
        guard let chain = json["x5c"] else {
            self = .key(key)
            return
        }
        // RFC 7517 §4.7: Base64, not Base64url, and the first is the certificate of this key.
        guard let text = chain.texts?.first, let der = Base64.decode(text), let certificate = try? Certificate(der: der)
        else { throw SelfSignedTLS.Problem("x5c must begin with a certificate in Base64.") }
        guard certificate.publicKey == key else {
            throw SelfSignedTLS.Problem("The certificate in x5c is one of another key.")
        }
        self = .certificate(certificate.thumbprint)
    }

    /// What it is, for whoever must know whether it has changed.
    package var bytes: [UInt8] {
        switch self {
        case .certificate(let thumbprint): thumbprint.bytes
        case .key(let key): key.der
        }
    }

    fileprivate func `is`(_ certificate: Certificate) -> Bool {
        switch self {
        case .certificate(let thumbprint): certificate.thumbprint == thumbprint
        case .key(let key): certificate.publicKey == key
        }
    }
}
