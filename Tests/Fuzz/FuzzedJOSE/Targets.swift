package import Fuzzing

/// Readers of `JOSE` and `Crypto`.
package enum FuzzedJOSE {
    package static let targets = [
        FuzzTarget("certificate", FuzzedCertificate.check),
        FuzzTarget("claims", FuzzedClaims.check),
        FuzzTarget("encrypted-token", FuzzedEncryptedToken.check),
        FuzzTarget("ip-address", FuzzedIPAddress.check),
        FuzzTarget("key-set", FuzzedKeySet.check),
        FuzzTarget("pem", FuzzedPEM.check),
        FuzzTarget("public-key", FuzzedPublicKey.check),
        FuzzTarget("signed-token", FuzzedSignedToken.check),
    ]
}
