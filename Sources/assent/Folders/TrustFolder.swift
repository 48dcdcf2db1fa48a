import Net
import OAuth
import Text

/// The partners whose word about people is believed: one document a file.
struct TrustFolder {
    let path: String

    /// Reads all documents, and reports everything that is wrong with them at once; no folder is nobody.
    func read() throws(CommandFailure) -> TrustedIssuers {
        var issuers: [TrustedIssuer] = []
        var problems: [String] = []
        for name in try names() {
            do { issuers.append(try issuer(in: "\(path)/\(name)")) } catch { problems.append(error.sentence) }
        }
        let all = issuers.map(\.issuer)
        for issuer in Set(all) where all.count(where: { $0 == issuer }) > 1 {
            problems.append("\(path): the issuer \(issuer) stands in two files.")
        }
        guard problems.isEmpty else { throw CommandFailure(problems.joined(separator: "\n"), exit: .configuration) }
        return TrustedIssuers(issuers)
    }

    private func issuer(in file: String) throws(CommandFailure) -> TrustedIssuer {
        let bytes: [UInt8]
        do { bytes = try File.read(file, limit: Limits.jsonBytes) } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
        let document: JSON
        do { document = try JSONReader.read(bytes) } catch {
            throw CommandFailure("\(file): byte \(error.offset): \(error.reason).", exit: .configuration)
        }
        do { return try TrustedIssuer(document) } catch {
            throw CommandFailure("\(file): \(error.member): \(error.sentence)", exit: .configuration)
        }
    }

    private func names() throws(CommandFailure) -> [String] {
        guard File.exists(path) else { return [] }
        do { return try File.names(in: path).filter { $0.hasSuffix(".json") } } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
    }
}

extension TrustedIssuers {
    /// A client that brings the word of somebody whom nobody believes would be refused each time.
    func requireTrust(of clients: [Client]) throws(CommandFailure) {
        for client in clients {
            guard let stranger = stranger(among: client) else { continue }
            throw CommandFailure(
                "the client \(client.id) brings assertions of \(stranger), and issuing.trustedIssuersFolder has no such "
                    + "issuer.",
                exit: .configuration
            )
        }
    }
}
