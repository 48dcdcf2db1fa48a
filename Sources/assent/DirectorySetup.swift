import JOSE
import Net
import OAuth
import Text

/// A directory of software, from a configuration.
struct DirectorySetup: Sendable {
    let issuer: WireText
    let keysFile: String
    let certificate: SoftwareDirectory.CertificateDemand

    func read() throws(CommandFailure) -> SoftwareDirectory {
        do {
            let keys = try JWKSet(try File.read(keysFile, limit: Limits.jsonBytes))
            return SoftwareDirectory(issuer: issuer, keys: keys, certificate: certificate)
        } catch { throw CommandFailure("\(keysFile): \(error)", exit: .configuration) }
    }
}
