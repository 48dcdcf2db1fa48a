import Net
import OAuth
import Text

/// The registered clients in `clients.d/`: one RFC 7591 document a file, `CLIENT_ID.json`.
struct ClientFolder {
    let path: String

    /// Reads all documents, and reports everything that is wrong with them at once.
    func read() throws(CommandFailure) -> [Client] {
        var clients: [Client] = []
        var problems: [String] = []
        for file in try names() {
            do { clients.append(try client(in: file)) } catch { problems.append(error.sentence) }
        }
        let ids = clients.map(\.id)
        for id in Set(ids) where ids.count(where: { $0 == id }) > 1 {
            problems.append("\(path): the client \(id) is registered twice.")
        }
        guard problems.isEmpty else {
            throw CommandFailure(problems.joined(separator: "\n"), exit: .configuration)
        }
        return clients
    }

    /// The document of a client, for changing it.
    func document(of id: String) throws(CommandFailure) -> JSON {
        guard File.exists(file(of: id)) else { throw CommandFailure("there is no client \(id) in \(path).") }
        return try document(in: "\(id).json")
    }

    /// Keeps a document, if it can be read back as a client.
    func write(_ document: JSON) throws(CommandFailure) -> Client {
        let client: Client
        do { client = try ClientMetadata.read(document) } catch {
            throw CommandFailure("\(error.member): \(error.sentence)", exit: .usage)
        }
        guard client.id.text.utf8.allSatisfy(\.isUnreserved), client.id.text.utf8.first != UInt8(ascii: ".") else {
            throw CommandFailure("a client id may hold letters, digits and -._~ only.", exit: .usage)
        }
        do {
            try File.makeFolder(path)
            try File.write(Self.pretty(document), to: file(of: client.id.text.string), mode: 0o640)
        } catch { throw CommandFailure("\(error)") }
        return client
    }

    func file(of id: String) -> String { "\(path)/\(id).json" }

    private func names() throws(CommandFailure) -> [String] {
        guard File.exists(path) else { return [] }
        do { return try File.names(in: path).filter { $0.hasSuffix(".json") } } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
    }

    private func client(in file: String) throws(CommandFailure) -> Client {
        let document = try document(in: file)
        do { return try ClientMetadata.read(document) } catch {
            throw CommandFailure("\(path)/\(file): \(error.member): \(error.sentence)", exit: .configuration)
        }
    }

    private func document(in file: String) throws(CommandFailure) -> JSON {
        let bytes: [UInt8]
        do { bytes = try File.read("\(path)/\(file)", limit: Limits.jsonBytes) } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
        do { return try JSONReader.read(bytes) } catch {
            throw CommandFailure(
                "\(path)/\(file): byte \(error.offset): \(error.reason).",
                exit: .configuration
            )
        }
    }

    /// One member a line, so that a difference reads well.
    private static func pretty(_ document: JSON) -> [UInt8] {
        let lines = (document.members ?? []).map { member in
            var line = JSONWriter.write(.text(member.name))
            line.append(contentsOf: ": ".utf8)
            line.append(contentsOf: JSONWriter.write(member.value))
            return "  " + String(decoding: line, as: UTF8.self)
        }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }
}
