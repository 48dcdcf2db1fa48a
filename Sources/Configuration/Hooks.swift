package import Text

extension Configuration {
    /// The bank's own systems, asked before the consent page is shown and before a decision is kept.
    package struct Hooks: Sendable, Hashable {
        /// Absent where nobody is asked.
        package var receiver: HookReceiver?

        package init() {}
    }

    /// Where the events are sent, and how we prove there who we are.
    package struct HookReceiver: Sendable, Hashable {
        package var baseURL: WireText
        package var user: WireText
        package var passwordFile: String
        /// The authorities, in PEM, that must have issued the certificate; those of the system where absent.
        package var authoritiesFile: String?

        package init(baseURL: WireText, user: WireText, passwordFile: String, authoritiesFile: String? = nil) {
            self.baseURL = baseURL
            self.user = user
            self.passwordFile = passwordFile
            self.authoritiesFile = authoritiesFile
        }
    }
}

extension Configuration.Hooks {
    init(_ reader: inout ConfigurationReader) {
        self.init()
        let text = reader.optionalText("/hooks/baseURL")
        let user = Self.user(&reader)
        let password = reader.optionalFilePath("/hooks/passwordFile")
        let authorities = reader.optionalFilePath("/hooks/authoritiesFile")
        guard let text else {
            for (name, isThere) in [("user", user != nil), ("passwordFile", password != nil)] where isThere {
                reader.note(WireText("/hooks/\(name)"), "There is no baseURL to use it at.")
            }
            return
        }
        guard let baseURL = Self.baseURL(text, &reader) else { return }
        if authorities != nil, !baseURL.hasPrefix("https://") {
            reader.note("/hooks/authoritiesFile", "Certificates are shown in TLS only: a baseURL with https://.")
        }
        // Whoever could send no credentials could not tell us from a stranger either.
        guard let user, let password else {
            reader.note("/hooks/baseURL", "It needs a user and a passwordFile, by which we are known there.")
            return
        }
        receiver = Configuration.HookReceiver(
            baseURL: baseURL,
            user: user,
            passwordFile: password,
            authoritiesFile: authorities
        )
    }

    private static func baseURL(_ text: WireText, _ reader: inout ConfigurationReader) -> WireText? {
        let path: WireText = "/hooks/baseURL"
        guard let uri = URIReference(text), let host = uri.host, !uri.hasUserInformation, uri.query == nil,
            uri.fragment == nil, uri.path.utf8.last != UInt8(ascii: "/")
        else {
            reader.note(path, "This must be a URL without a slash at the end, such as https://hooks.bank.example/v1.")
            return nil
        }
        // Who reads the wire reads account names, and who writes it decides for the bank.
        guard uri.scheme == "https" || (uri.scheme == "http" && isOfThisMachine(host)) else {
            reader.note(path, "This must begin with https://, or be an address of this machine.")
            return nil
        }
        return text
    }

    private static func isOfThisMachine(_ host: WireText) -> Bool {
        host == "localhost" || ListeningAddress(WireText("\(host):1"))?.isOfThisMachine == true
    }

    /// RFC 7617 §2: a colon ends the name.
    private static func user(_ reader: inout ConfigurationReader) -> WireText? {
        guard let user = reader.optionalText("/hooks/user") else { return nil }
        guard user.isVisibleASCII, !user.utf8.contains(UInt8(ascii: ":")) else {
            reader.note("/hooks/user", "This must have visible ASCII characters and no colon.")
            return nil
        }
        return user
    }
}
