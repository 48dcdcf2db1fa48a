package import Crypto
package import JOSE
internal import Net
package import OAuth
package import Text

/// The private keys in `keys/`: one PEM file a key with how far each has come, the key of the forms, that of pairwise
/// subjects, and that of readable secrets.
///
/// A file is called by its algorithm and a number that grows, such as `es256-1.pem`. `stages.json` is written by the
/// running server alone; whoever makes a key only puts its file there.
package struct KeyFolder: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Why the folder cannot be used, in a sentence that names the file.
    package struct Failure: Error, Sendable, Hashable {
        package let sentence: String
    }

    /// One key and its file.
    package struct Entry: Sendable {
        package let name: KeyName
        package let key: Key
        /// SHA-256 of its file.
        fileprivate let content: Fingerprint

        package var keyID: WireText {
            switch key {
            case .signing(let key): key.keyID
            case .opening(let key): key.keyID
            }
        }
    }

    /// A private key, ready for the one thing it is for.
    package enum Key: Sendable {
        case signing(SigningKey)
        case opening(OpeningKey)
    }

    private static let formKeyFile = "forms.key"
    /// Not derived from the other: that one may be replaced, and this one never.
    private static let subjectKeyFile = "subjects.key"
    /// What secrets of clients are sealed with, where they must be read again.
    package static let clientSecretKeyFile = "clients.key"
    private static let sharedKeyBytes = 32
    private static let stagesFile = "stages.json"
    private static let retiredFolder = "retired"
    /// What stands beside a key that is to be used at once.
    private static let urgentEnding = ".now"

    // MARK: Reading

    /// What the names of the files say, without opening any; refuses a key under any other name.
    package func names() throws(Failure) -> [KeyName] {
        try requirePrivate(path, isFolder: true)
        var names: [KeyName] = []
        for file in try files() where file.hasSuffix(".pem") {
            guard let name = KeyName(file: file) else {
                throw Failure(
                    sentence: "\(path)/\(file) is no key of this server: names are es256-1.pem, ps256-1.pem and so on."
                )
            }
            names.append(name)
        }
        return names
    }

    /// The keys that are to be used without an announcement.
    package func urgentNames() throws(Failure) -> Set<KeyName> {
        Set(try files().compactMap { KeyName($0, ending: Self.urgentEnding) })
    }

    /// How far the keys had come; `nil` where no server has run with them.
    package func stages() throws(Failure) -> [KeyName: KeyStage]? {
        let file = "\(path)/\(Self.stagesFile)"
        guard File.exists(file) else { return nil }
        let bytes = try attempt { () throws(NetFailure) in try File.read(file, limit: 65_536) }
        guard let stages = KeyStages.read(bytes) else {
            throw Failure(
                sentence: "\(file) cannot be read; put back a copy, or remove it and the newest key of each algorithm "
                    + "signs at once."
            )
        }
        return stages
    }

    /// Opens a key.
    ///
    /// - Parameter known: The key as it was opened before; it is taken again where its file is still the same, because
    ///   opening takes milliseconds.
    package func entry(_ name: KeyName, known: Entry? = nil) throws(Failure) -> Entry {
        let file = "\(path)/\(name.file)"
        try requirePrivate(file, isFolder: false)
        let pem = try attempt { () throws(NetFailure) in try File.read(file, limit: 16_384) }
        let content = Fingerprint(of: pem)
        if let known, known.name == name, known.content == content { return known }
        let key: PrivateKey
        do { key = try PrivateKey(pem: pem.span) } catch {
            throw Failure(sentence: "\(file) holds no usable private key: \(error).")
        }
        let wrongKind = Failure(sentence: "\(file) holds a key of another kind than its name says.")
        switch name.kind {
        case .signing(let algorithm):
            guard let signing = SigningKey(key, algorithm: algorithm) else { throw wrongKind }
            return Entry(name: name, key: .signing(signing), content: content)
        case .opening(let encryption):
            guard let opening = OpeningKey(key, encryption: encryption) else { throw wrongKind }
            return Entry(name: name, key: .opening(opening), content: content)
        }
    }

    /// The key that the forms of pages are sealed with.
    package func formKey() throws(Failure) -> HMACKey { try sharedKey(Self.formKeyFile) }

    /// The key that makes pairwise subjects of persons: with another one everybody is a stranger to every such client.
    package func subjectKey() throws(Failure) -> HMACKey { try sharedKey(Self.subjectKeyFile) }

    /// The key that readable secrets of clients are sealed with; `nil` in a folder that is older than it.
    package func clientSecretKey() throws(Failure) -> ClientSecretKey? {
        guard File.exists("\(path)/\(Self.clientSecretKeyFile)") else { return nil }
        return ClientSecretKey(try sharedBytes(Self.clientSecretKeyFile))
    }

    private func sharedKey(_ name: String) throws(Failure) -> HMACKey { HMACKey(try sharedBytes(name)) }

    private func sharedBytes(_ name: String) throws(Failure) -> [UInt8] {
        let file = "\(path)/\(name)"
        guard File.exists(file) else { throw Failure(sentence: "\(file) is missing; assent keys new makes it.") }
        try requirePrivate(file, isFolder: false)
        let bytes = try attempt { () throws(NetFailure) in try File.read(file, limit: Self.sharedKeyBytes) }
        guard bytes.count == Self.sharedKeyBytes else {
            throw Failure(sentence: "\(file) must hold \(Self.sharedKeyBytes) bytes.")
        }
        return bytes
    }

    // MARK: Writing

    /// Makes a key, which a running server announces, and then uses.
    ///
    /// - Parameter isUrgent: Whether it is used at once, before everybody can know it.
    package func make(_ kind: KeyKind, isUrgent: Bool = false) throws(Failure) -> Entry {
        try prepare()
        let pem = try Self.makePEM(kind)
        while true {
            let name = KeyName(kind, try highestNumber(of: kind) + 1)
            if isUrgent {
                // Before the key, so that no server finds it without; its number is taken by it as well.
                let mark = "\(path)/\(urgentFile(name))"
                try attempt { () throws(NetFailure) in try File.write([], to: mark, mode: 0o600) }
            }
            let file = "\(path)/\(name.file)"
            // Another process may have made one of the same name in between, which must not be lost.
            let isNew = try attempt { () throws(NetFailure) in try File.writeNew(pem, to: file, mode: 0o600) }
            if isNew { return try entry(name) }
        }
    }

    /// Makes what a server needs to start, and leaves alone what is there.
    ///
    /// - Returns: What was made; nothing by the second of two who come at once.
    package func fill(_ kinds: [KeyKind] = KeyKind.all) throws(Failure) -> [Entry] {
        try makeFolder()
        return try alone { () throws(Failure) in
            try prepare()
            let present = Set(try names().map(\.kind))
            var made: [Entry] = []
            for kind in kinds where !present.contains(kind) { made.append(try make(kind)) }
            return made
        }
    }

    /// Does what depends on how things stand in the folder, while no other process does; who comes second waits.
    package func alone<Value>(_ work: () throws(Failure) -> Value) throws(Failure) -> Value {
        let lock = try attempt { () throws(NetFailure) in try File.lock(path) }
        defer { withExtendedLifetime(lock) {} }
        return try work()
    }

    /// Keeps how far the keys have come.
    package func keep(_ stages: [KeyName: KeyStage]) throws(Failure) {
        let file = "\(path)/\(Self.stagesFile)"
        let document = KeyStages.document(stages)
        try attempt { () throws(NetFailure) in try File.write(document, to: file, mode: 0o600) }
        // What is kept needs no mark; one that stays behind says nothing about any other key.
        for name in try urgentNames() where stages[name] != nil {
            let mark = "\(path)/\(urgentFile(name))"
            try attempt { () throws(NetFailure) in try File.remove(mark) }
        }
    }

    /// Puts a key aside, where nobody reads it but people.
    package func retire(_ name: KeyName) throws(Failure) {
        let folder = "\(path)/\(Self.retiredFolder)"
        let file = "\(path)/\(name.file)"
        try attempt { () throws(NetFailure) in
            try File.makeFolder(folder, mode: 0o700)
            try File.move(file, to: "\(folder)/\(name.file)")
        }
    }

    // MARK: Parts

    private func makeFolder() throws(Failure) {
        if !File.exists(path) {
            try attempt { () throws(NetFailure) in try File.makeFolder(path, mode: 0o700) }
        }
    }

    private func prepare() throws(Failure) {
        try makeFolder()
        let shared = [Self.formKeyFile, Self.subjectKeyFile, Self.clientSecretKeyFile]
        for file in shared.map({ "\(path)/\($0)" }) where !File.exists(file) {
            let bytes: [UInt8]
            do { bytes = try Entropy.system.bytes(Self.sharedKeyBytes) } catch {
                throw Failure(sentence: "the generator of random bytes failed: \(error)")
            }
            _ = try attempt { () throws(NetFailure) in try File.writeNew(bytes, to: file, mode: 0o600) }
        }
    }

    /// Numbers of retired keys do not come again, because what is written down about them names files.
    private func highestNumber(of kind: KeyKind) throws(Failure) -> Int {
        let retired = "\(path)/\(Self.retiredFolder)"
        var files = try files()
        if File.exists(retired) { files += try attempt { () throws(NetFailure) in try File.names(in: retired) } }
        let names = files.compactMap { KeyName(file: $0) ?? KeyName($0, ending: Self.urgentEnding) }
        return names.filter { $0.kind == kind }.map(\.number).max() ?? 0
    }

    private static func makePEM(_ kind: KeyKind) throws(Failure) -> [UInt8] {
        do {
            return try PrivateKey.generate(kind.template).pem().withBytes { bytes in
                var copy: [UInt8] = []
                for index in bytes.indices { copy.append(bytes[index]) }
                return copy
            }
        } catch { throw Failure(sentence: "the key could not be made: \(error)") }
    }

    private func urgentFile(_ name: KeyName) -> String { "\(name.file.dropLast(4))\(Self.urgentEnding)" }

    private func files() throws(Failure) -> [String] {
        try attempt { () throws(NetFailure) in try File.names(in: path) }
    }

    /// A key that others could read or replace is no secret: the server does not start with it.
    private func requirePrivate(_ path: String, isFolder: Bool) throws(Failure) {
        guard File.exists(path) else { throw Failure(sentence: "\(path) is missing; assent keys new makes it.") }
        let access = try attempt { () throws(NetFailure) in try File.access(of: path) }
        guard isFolder ? access.isFolder : access.isRegular else {
            throw Failure(sentence: "\(path) must be a \(isFolder ? "folder" : "file"), and no link.")
        }
        guard access.isOwnedByUs else { throw Failure(sentence: "\(path) belongs to another user.") }
        if isFolder {
            guard !access.isWritableByOthers else {
                throw Failure(sentence: "\(path) can be written by others; chmod 700 it.")
            }
        } else {
            guard !access.isOpenToOthers else {
                throw Failure(sentence: "\(path) can be read by others; chmod 600 it.")
            }
        }
    }

    private func attempt<Value>(_ work: () throws(NetFailure) -> Value) throws(Failure) -> Value {
        do { return try work() } catch { throw Failure(sentence: "\(error)") }
    }
}

extension KeyKind {
    fileprivate var template: PrivateKey.Template {
        switch self {
        case .signing(.es256), .signing(.hs256), .opening(.ecdhES): .p256
        case .signing(.ps256), .signing(.rs256), .opening(.rsaOAEP), .opening(.rsaOAEP256): .rsa(bits: 2_048)
        case .signing(.edDSA): .ed25519
        }
    }
}
