import AssentServer
import Crypto
import Net
import OAuth
import Text

/// Who may register a client, and what the bank says of those who did: `invitations/` and `clients/`, a file each.
struct RegistrationFolder {
    let path: String

    /// What a server is started with, and every problem of all files at once.
    ///
    /// - Parameter directory: Whose word about software is believed as well.
    func read(
        _ directory: SoftwareDirectory? = nil
    ) throws(CommandFailure) -> (rules: RegistrationRules, verdicts: [Identifier<Client>: ClientVerdict]) {
        var problems: [String] = []
        var invitations: [Invitation] = []
        var verdicts: [Identifier<Client>: ClientVerdict] = [:]
        for name in try names(in: "invitations") {
            do { invitations.append(try invitation(in: "invitations/\(name)")) } catch {
                problems.append(error.sentence)
            }
        }
        for name in try names(in: "clients") {
            let id = Identifier<Client>(WireText(String(name.dropLast(".json".count))))
            do { verdicts[id] = try verdict(in: "clients/\(name)") } catch { problems.append(error.sentence) }
        }
        guard problems.isEmpty else { throw CommandFailure(problems.joined(separator: "\n"), exit: .configuration) }
        return (RegistrationRules(invitations, directory: directory), verdicts)
    }

    /// Keeps an invitation; the token itself is nowhere.
    func write(_ invitation: Invitation, named name: String) throws(CommandFailure) {
        guard Self.isName(name) else {
            throw CommandFailure("a name may hold letters, digits and -._~ only.", exit: .usage)
        }
        let file = "invitations/\(name).json"
        guard !File.exists("\(path)/\(file)") else { throw CommandFailure("\(path)/\(file) is there already.") }
        let document = invitation.policy.json
            .setting("token_sha256", .text(WireText(Hex.encode(invitation.token.bytes))))
            .setting("expires", .text(WireText(invitation.expires.rfc3339)))
        try write(document, to: file)
    }

    func verdict(of id: Identifier<Client>) throws(CommandFailure) -> ClientVerdict {
        let file = "clients/\(id).json"
        return File.exists("\(path)/\(file)") ? try verdict(in: file) : ClientVerdict()
    }

    func write(_ verdict: ClientVerdict, of id: Identifier<Client>) throws(CommandFailure) {
        guard Self.isName(id.text.string) else { throw CommandFailure("\(id) registered itself nowhere.") }
        var members: [JSON.Member] = []
        if let vetted = verdict.vetted {
            members.append(.init("vetted_sha256", .text(WireText(Hex.encode(vetted.bytes)))))
        }
        if verdict.isDisabled { members.append(.init("disabled", true)) }
        try write(.object(members), to: "clients/\(id).json")
    }

    private func invitation(in file: String) throws(CommandFailure) -> Invitation {
        let document = try document(in: file, of: ["token_sha256", "expires", "profile", "scope", "grant_types"])
        guard let token = Self.fingerprint(document["token_sha256"]),
            let expires = document["expires"]?.text.flatMap({ Timestamp(rfc3339: $0) }),
            let policy = RegistrationPolicy(document)
        else {
            throw CommandFailure(
                "\(path)/\(file): an invitation has token_sha256, expires, profile, scope and grant_types.",
                exit: .configuration
            )
        }
        return Invitation(token: token, expires: expires, policy: policy)
    }

    private func verdict(in file: String) throws(CommandFailure) -> ClientVerdict {
        let document = try document(in: file, of: ["vetted_sha256", "disabled"])
        let vetted = Self.fingerprint(document["vetted_sha256"])
        let isDisabled = document["disabled"].map(\.boolean)
        guard document["vetted_sha256"] == nil || vetted != nil, isDisabled != .some(nil) else {
            throw CommandFailure(
                "\(path)/\(file): vetted_sha256 is 64 hexadecimal digits, and disabled is true or false.",
                exit: .configuration
            )
        }
        return ClientVerdict(vetted: vetted, isDisabled: isDisabled == .some(true))
    }

    private func document(in file: String, of known: Set<WireText>) throws(CommandFailure) -> JSON {
        let bytes: [UInt8]
        do { bytes = try File.read("\(path)/\(file)", limit: Limits.jsonBytes) } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
        let document: JSON
        do { document = try JSONReader.read(bytes) } catch {
            throw CommandFailure("\(path)/\(file): byte \(error.offset): \(error.reason).", exit: .configuration)
        }
        for member in document.members ?? [] where !known.contains(member.name) {
            throw CommandFailure("\(path)/\(file): \(member.name) is not known.", exit: .configuration)
        }
        return document
    }

    private func write(_ document: JSON, to file: String) throws(CommandFailure) {
        do {
            try File.makeFolder("\(path)/invitations")
            try File.makeFolder("\(path)/clients")
            try File.write(JSONWriter.write(document) + [.newline], to: "\(path)/\(file)", mode: 0o640)
        } catch { throw CommandFailure("\(error)") }
    }

    private func names(in folder: String) throws(CommandFailure) -> [String] {
        guard File.exists("\(path)/\(folder)") else { return [] }
        do { return try File.names(in: "\(path)/\(folder)").filter { $0.hasSuffix(".json") } } catch {
            throw CommandFailure("\(error)", exit: .configuration)
        }
    }

    private static func fingerprint(_ value: JSON?) -> Fingerprint? {
        value?.text.flatMap { Hex.decode($0) }.flatMap { Fingerprint(bytes: $0) }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(\.isUnreserved) && name.utf8.first != UInt8(ascii: ".")
    }
}
