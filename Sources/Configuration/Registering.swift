package import OAuth
package import Text

extension Configuration {
    /// Clients that register themselves.
    package struct Registering: Sendable, Hashable {
        /// Whom the bank has invited, and what it says of those who came; absent where nobody registers.
        package var folder: String?
        /// A directory whose word about software is believed, if there is one.
        package var directory: Directory?

        package init() {}
    }

    /// A directory of software, as UK Open Banking has one.
    package struct Directory: Sendable, Hashable {
        package var issuer: WireText
        /// Its keys: a JWK Set.
        package var keysFile: String
        package var certificate: SoftwareDirectory.CertificateDemand

        package init(issuer: WireText, keysFile: String, certificate: SoftwareDirectory.CertificateDemand = .none) {
            self.issuer = issuer
            self.keysFile = keysFile
            self.certificate = certificate
        }
    }
}

extension Configuration.Registering {
    init(_ reader: inout ConfigurationReader) {
        folder = reader.optionalFilePath("/registering/folder")
        let issuer = reader.optionalText("/registering/directoryIssuer")
        let keys = reader.optionalFilePath("/registering/directoryKeysFile")
        let demand = reader.choice("/registering/directoryCertificates", or: SoftwareDirectory.CertificateDemand.none)
        switch (issuer, keys) {
        case (let issuer?, let keys?):
            directory = Configuration.Directory(issuer: issuer, keysFile: keys, certificate: demand)
            if folder == nil {
                reader.note("/registering/directoryIssuer", "Nobody registers without the setting folder.")
            }
        case (_?, nil):
            reader.note("/registering/directoryIssuer", "A directory needs its keys: directoryKeysFile.")
        case (nil, _?):
            reader.note("/registering/directoryKeysFile", "Keys need the directory that they are of: directoryIssuer.")
        case (nil, nil): break
        }
    }
}
