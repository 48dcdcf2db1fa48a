import COpenSSL

/// The OpenSSL that is loaded, which is not always the one that we were built with.
package enum OpenSSLVersion {
    /// Such as `3.0.19`.
    package static var text: String { unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING)) }

    /// What we need and an older one does not have: the functions of OpenSSL 3, and their fixes of the first year.
    package static let oldest = (3, 0, 2)

    /// Whether the one that is loaded will do.
    package static var isSupported: Bool {
        isSupported(
            major: Int(OPENSSL_version_major()),
            minor: Int(OPENSSL_version_minor()),
            patch: Int(OPENSSL_version_patch())
        )
    }

    package static func isSupported(major: Int, minor: Int, patch: Int) -> Bool { (major, minor, patch) >= oldest }
}
