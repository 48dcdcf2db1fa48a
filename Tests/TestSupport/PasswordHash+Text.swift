package import Crypto
package import Text

extension PasswordHash {
    /// Whether this is the hash of a password that is no secret.
    package func accepts(_ password: WireText) throws(OpenSSLFailure) -> Bool {
        try accepts(Secret(copying: password.string.utf8.span))
    }
}
