import Crypto
import OAuth
import Text

/// Reads `people.json` strictly: no name that is unknown, no value that an answer could not show.
struct DirectoryReader {
    var file: LocatedFields

    static func read(_ bytes: [UInt8]) throws(DirectoryProblems) -> [FileDirectory.Entry] {
        let located: JSONReader.Located
        do {
            located = try JSONReader.readLocated(bytes, dialect: .commented, lengthLimit: Limits.directoryBytes)
        } catch { throw DirectoryProblems(problems: [DirectoryProblem(error, in: bytes)]) }
        var reader = DirectoryReader(file: LocatedFields(located, in: bytes))
        let entries = reader.entries(located.value)
        guard reader.file.problems.isEmpty else { throw DirectoryProblems(problems: reader.file.problems) }
        return entries
    }

    private mutating func entries(_ value: JSON) -> [FileDirectory.Entry] {
        guard let fields = file.object(value, at: "", required: ["persons"]) else { return [] }
        return list(fields, "persons") { $0.entry($1, $2) }
    }

    private mutating func entry(_ value: JSON, _ path: WireText) -> FileDirectory.Entry? {
        guard
            let fields = file.object(
                value,
                at: path,
                required: ["id", "username", "name", "passwordHash", "accounts"],
                optional: ["email", "claims", "locked"]
            )
        else { return nil }
        let id = personID(fields)
        let username = file.text(fields, "username", lengths: 1...64)
        file.claim(username, as: "username", fields, "username")
        let name = file.text(fields, "name", lengths: 1...70)
        let email = file.text(fields, "email", lengths: 3...254)
        let claims = claims(fields, hasEmail: email != nil)
        let hash = passwordHash(fields)
        let isLocked = file.flag(fields, "locked") ?? false
        let accounts = list(fields, "accounts") { $0.account($1, $2) }
        guard let id, let username, let name, let hash else { return nil }
        return FileDirectory.Entry(
            person: Customer(
                id: Identifier(id),
                username: username,
                name: name,
                email: email,
                claims: claims,
                passwordHash: hash,
                isLocked: isLocked
            ),
            accounts: accounts
        )
    }

    private mutating func personID(_ fields: LocatedFields.Object) -> WireText? {
        guard let id = file.text(fields, "id", lengths: 5...64) else { return nil }
        guard id.hasPrefix(Person.prefix), id.isVisibleASCII else {
            file.report(fields, "id", "An id begins with \(Person.prefix) and has no spaces.")
            return nil
        }
        file.claim(id, as: "person", fields, "id")
        return id
    }

    private mutating func passwordHash(_ fields: LocatedFields.Object) -> PasswordHash? {
        guard let text = file.text(fields, "passwordHash", lengths: 1...256) else { return nil }
        let hash = PasswordHash(text)
        if hash == nil { file.report(fields, "passwordHash", "This is not a hash that `assent people add` makes.") }
        return hash
    }

    /// The elements of a list that could be read; of the others it is reported why not.
    mutating func list<Element>(
        _ fields: LocatedFields.Object,
        _ name: WireText,
        _ read: (inout DirectoryReader, JSON, WireText) -> Element?
    ) -> [Element] {
        guard let value = fields[name] else { return [] }
        guard let elements = value.array else {
            file.report(fields, name, "This must be an array, not \(value.kind).")
            return []
        }
        var list: [Element] = []
        for (index, element) in elements.enumerated() {
            let path = JSONPointer.appending(index, to: fields.path(of: name))
            if let read = read(&self, element, path) { list.append(read) }
        }
        return list
    }
}
