package import OAuth
import Text

/// A file in `clients.d`: RFC 7591 §2 as JSON without comments, so that other programs can write it.
package enum ClientDocument {
    /// Reads a client, or says where in the file something is wrong.
    package static func read(_ bytes: [UInt8], file: String) throws(Problems) -> Client {
        let source = SourceText(file: file, bytes: bytes)
        let located: JSONReader.Located
        do {
            located = try JSONReader.readLocated(bytes, dialect: .strict, lengthLimit: Limits.jsonBytes)
        } catch { throw Problems(problems: [source.problem(error)]) }
        guard located.duplicates.isEmpty else { throw Problems(problems: located.duplicates.map(source.problem)) }
        do { return try ClientMetadata.read(located.value) } catch {
            let path: WireText = error.member.isEmpty ? "" : JSONPointer.appending(error.member, to: "")
            let offset = located.offsets[path] ?? located.offsets[""] ?? 0
            throw Problems(problems: [source.problem(at: offset, path: path, error.sentence)])
        }
    }
}
