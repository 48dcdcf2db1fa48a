import Crypto
import JOSE
import OAuth
import TestSupport
import Text

/// One of the two third parties that a FAPI plan is run with: its keys, its certificate and its address.
struct Party: Sendable {
    let id: Identifier<Client>
    let redirectURI: WireText
    /// What its connections show.
    let certificate: [UInt8]
    /// What its proofs of possession are made with.
    let prover = SampleProof()
    private let certificateName: CertificateName
    private let elliptic: PrivateKey
    private let rsa: PrivateKey

    static let first = Party(
        "tpp-1",
        at: "https://c.example/cb",
        SampleCertificates.client,
        CertificateName("tls_client_auth_san_dns", "tpp.example")
    )
    /// Its redirect URI has a query, which must stay.
    static let second = Party(
        "tpp-2",
        at: "https://other.example/cb?dummy1=lorem&dummy2=ipsum",
        SampleCertificates.other,
        CertificateName("tls_client_auth_subject_dn", "CN=tpp-2")
    )

    private init(
        _ id: Identifier<Client>,
        at redirectURI: WireText,
        _ certificate: [UInt8],
        _ name: CertificateName?
    ) {
        guard let name, let elliptic = try? PrivateKey.generate(.p256),
            let rsa = try? PrivateKey.generate(.rsa(bits: 2_048))
        else { preconditionFailure("OpenSSL makes keys of the kinds that we have.") }
        self.id = id
        self.redirectURI = redirectURI
        self.certificate = certificate
        certificateName = name
        self.elliptic = elliptic
        self.rsa = rsa
    }

    /// Its key for an algorithm, under the name by which it is registered.
    func signer(_ algorithm: Algorithm) -> SigningKey {
        let key = algorithm == .es256 ? elliptic : rsa
        guard let signer = SigningKey(key, algorithm: algorithm, keyID: Self.name(of: algorithm)) else {
            preconditionFailure("The key is one for the algorithm.")
        }
        return signer
    }

    /// What it is registered with: no key is bound to an algorithm, so that the profile decides.
    private var keys: JWKSet {
        let keys = [
            JWK(elliptic.publicKey, keyID: Self.name(of: .es256), use: .signature),
            JWK(rsa.publicKey, keyID: Self.name(of: .ps256), use: .signature),
        ]
        do { return try JWKSet(keys) } catch { preconditionFailure("Two keys have two names.") }
    }

    private static func name(of algorithm: Algorithm) -> WireText { algorithm == .es256 ? "elliptic" : "rsa" }

    /// How it is registered for a variant.
    func client(_ variant: Variant) -> Client {
        .sample(
            id: id,
            authentication: variant.authentication == .privateKeyJWT
                ? .privateKeyJWT(keys) : .mutualTLS(certificateName),
            redirectURIs: [RedirectURI(stringLiteral: redirectURI.string)],
            responseTypes: [variant.responseType],
            scope: ["openid", "accounts", "profile", "email", "address", "phone", "offline_access"],
            profile: variant.profile,
            idTokenAlgorithm: variant.algorithm,
            frontChannel: FrontChannel(
                keys: keys,
                answerAlgorithm: variant.answersAreSigned ? variant.algorithm : nil
            ),
            senderConstraint: variant.constraint
        )
    }
}
