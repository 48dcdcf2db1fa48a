package import OAuth
package import Text

extension Configuration {
    /// Who we are, and how long what we issue lives.
    package struct Issuing: Sendable, Hashable {
        package var issuer: Issuer
        package var lifetimes = Lifetimes()
        /// The level that the bank's login reaches, as `acr` names it.
        package var acr: WireText = "urn:openbanking:psd2:ca"
        /// Whether proofs of possession must repeat a nonce of ours: RFC 9449 §8.
        package var requiresProofNonces = false
        /// Resources beside our own that tokens may be for: RFC 8707.
        package var resources: [WireText] = []
        /// Partners whose word about people is believed, one file each; absent where there are none.
        package var trustedIssuersFolder: String?

        package init(issuer: Issuer) {
            self.issuer = issuer
        }
    }
}

extension Configuration.Issuing {
    /// An issuer that is wrong is noted, and everything else is read all the same.
    init?(_ reader: inout ConfigurationReader) {
        let issuer = Self.issuer(&reader)
        let standard = Lifetimes()
        let lifetimes = Lifetimes(
            // RFC 6749 §4.1.2 allows ten minutes; the profiles of open banking allow one.
            code: reader.integer("/issuing/codeSeconds", in: 10...60, or: standard.code),
            accessToken: reader.integer(
                "/issuing/accessTokenSeconds",
                in: 60...Limits.accessTokenSeconds,
                or: standard.accessToken
            ),
            idToken: reader.integer("/issuing/idTokenSeconds", in: 60...86_400, or: standard.idToken),
            refreshToken: reader.integer(
                "/issuing/refreshTokenSeconds",
                // From an hour to five years: UK consents need not end, so that the token is what does.
                in: 3_600...157_680_000,
                or: standard.refreshToken
            ),
            interaction: reader.integer("/issuing/interactionSeconds", in: 60...3_600, or: standard.interaction),
            session: reader.integer("/issuing/sessionSeconds", in: 60...43_200, or: standard.session)
        )
        let acr = reader.text("/issuing/acr", or: "urn:openbanking:psd2:ca")
        let requiresProofNonces = reader.flag("/issuing/requiresProofNonces", or: false)
        let resources = Self.resources(&reader)
        let trustedIssuersFolder = reader.optionalFilePath("/issuing/trustedIssuersFolder")
        guard let issuer else { return nil }
        self.init(issuer: issuer)
        self.requiresProofNonces = requiresProofNonces
        self.lifetimes = lifetimes
        self.resources = resources
        self.trustedIssuersFolder = trustedIssuersFolder
        self.acr = acr
    }

    private static func resources(_ reader: inout ConfigurationReader) -> [WireText] {
        let path: WireText = "/issuing/resources"
        let names = reader.texts(path) ?? []
        if names.count >= Limits.resources {
            reader.note(path, "There may be at most \(Limits.resources - 1), beside the issuer itself.")
        }
        for (index, name) in names.enumerated() {
            let place = JSONPointer.appending(index, to: path)
            if !Resources.isName(name) { reader.note(place, "This must be an absolute URI without a fragment.") }
            if names[..<index].contains(name) { reader.note(place, "This resource stood here before.") }
        }
        return names
    }

    private static func issuer(_ reader: inout ConfigurationReader) -> Issuer? {
        guard let text = reader.requiredText("/issuing/issuer") else { return nil }
        guard let issuer = Issuer(text) else {
            reader.note(
                "/issuing/issuer",
                "This must be https://, a host and perhaps a port, without a path and without a slash at the end; "
                    + "http:// is for localhost only."
            )
            return nil
        }
        return issuer
    }
}
