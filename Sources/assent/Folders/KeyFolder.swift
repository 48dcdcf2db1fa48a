import Crypto
import JOSE
import Net
import Text

/// The private keys in `keys/`: one PEM file a signing key, the key of the forms, and that of pairwise subjects.
///
/// A file is called by its algorithm and a number that grows, such as `es256-1.pem`. The highest number
/// of an algorithm signs; the others are still published, so that what they signed can be checked.
struct KeyFolder {
    let path: String

    /// One signing key and its file.
    struct Entry {
        let file: String
        let key: SigningKey
    }

    static let algorithms: [Algorithm] = [.es256, .ps256, .rs256, .edDSA]

    private static let formKeyFile = "forms.key"
    /// Not derived from the other: that one may be replaced, and this one never.
    private static let subjectKeyFile = "subjects.key"
    private static let sharedKeyBytes = 32

    /// All signing keys, the one that signs first for each algorithm.
    func entries() throws(CommandFailure) -> [Entry] {
        try requirePrivate(path, isFolder: true)
        var entries: [(number: Int, entry: Entry)] = []
        for file in try read({ () throws(NetFailure) in try File.names(in: path) }) where file.hasSuffix(".pem") {
            guard let (algorithm, number) = Self.parse(file) else {
                throw CommandFailure(
                    "\(path)/\(file) is no key of this server: names are es256-1.pem, ps256-1.pem and so on.",
                    exit: .configuration
                )
            }
            try requirePrivate("\(path)/\(file)", isFolder: false)
            entries.append((number, Entry(file: file, key: try load(file, algorithm))))
        }
        return entries.sorted { $0.number > $1.number }.map(\.entry)
    }

    /// The key that the forms of pages are sealed with.
    func formKey() throws(CommandFailure) -> HMACKey { try sharedKey(Self.formKeyFile) }

    /// The key that makes pairwise subjects of persons: with another one everybody is a stranger to every such client.
    func subjectKey() throws(CommandFailure) -> HMACKey { try sharedKey(Self.subjectKeyFile) }

    private func sharedKey(_ name: String) throws(CommandFailure) -> HMACKey {
        let file = "\(path)/\(name)"
        guard File.exists(file) else {
            throw CommandFailure("\(file) is missing; assent keys new makes it.", exit: .configuration)
        }
        try requirePrivate(file, isFolder: false)
        let bytes = try read { () throws(NetFailure) in try File.read(file, limit: Self.sharedKeyBytes) }
        guard bytes.count == Self.sharedKeyBytes else {
            throw CommandFailure("\(file) must hold \(Self.sharedKeyBytes) bytes.", exit: .configuration)
        }
        return HMACKey(bytes)
    }

    /// Makes a key of this algorithm, which signs from the next start or reload on.
    func make(_ algorithm: Algorithm) throws(CommandFailure) -> Entry {
        try prepare()
        let numbers = try names().filter { $0.algorithm == algorithm }.map(\.number)
        let file = "\(algorithm.name.lowercasedASCII)-\((numbers.max() ?? 0) + 1).pem"
        let pem: [UInt8]
        do {
            pem = try PrivateKey.generate(algorithm.template).pem().withBytes { bytes in
                var copy: [UInt8] = []
                for index in bytes.indices { copy.append(bytes[index]) }
                return copy
            }
        } catch { throw CommandFailure("the key could not be made: \(error)") }
        try read { () throws(NetFailure) in try File.write(pem, to: "\(path)/\(file)", mode: 0o600) }
        return Entry(file: file, key: try load(file, algorithm))
    }

    /// Makes what a server needs to start, and leaves alone what is there.
    func fill() throws(CommandFailure) {
        try prepare()
        let present = Set(try names().map(\.algorithm))
        for algorithm in Self.algorithms where !present.contains(algorithm) { _ = try make(algorithm) }
    }

    private func prepare() throws(CommandFailure) {
        if !File.exists(path) {
            try read { () throws(NetFailure) in try File.makeFolder(path, mode: 0o700) }
        }
        for file in [Self.formKeyFile, Self.subjectKeyFile].map({ "\(path)/\($0)" }) where !File.exists(file) {
            let bytes: [UInt8]
            do { bytes = try Entropy.system.bytes(Self.sharedKeyBytes) } catch {
                throw CommandFailure("the generator of random bytes failed: \(error)")
            }
            try read { () throws(NetFailure) in try File.write(bytes, to: file, mode: 0o600) }
        }
    }

    /// What the names of the files say, without opening any.
    private func names() throws(CommandFailure) -> [(algorithm: Algorithm, number: Int)] {
        try read { () throws(NetFailure) in try File.names(in: path) }.compactMap { Self.parse($0) }
    }

    private func load(_ file: String, _ algorithm: Algorithm) throws(CommandFailure) -> SigningKey {
        let path = "\(path)/\(file)"
        let pem = try read { () throws(NetFailure) in try File.read(path, limit: 16_384) }
        let key: PrivateKey
        do { key = try PrivateKey(pem: pem.span) } catch {
            throw CommandFailure("\(path) holds no usable private key: \(error).", exit: .configuration)
        }
        guard let signing = SigningKey(key, algorithm: algorithm) else {
            throw CommandFailure("\(path) holds a key of another kind than its name says.", exit: .configuration)
        }
        return signing
    }

    /// A key that others could read or replace is no secret: the server does not start with it.
    private func requirePrivate(_ path: String, isFolder: Bool) throws(CommandFailure) {
        guard File.exists(path) else {
            throw CommandFailure("\(path) is missing; assent keys new makes it.", exit: .configuration)
        }
        let access = try read { () throws(NetFailure) in try File.access(of: path) }
        guard isFolder ? access.isFolder : access.isRegular else {
            throw CommandFailure(
                "\(path) must be a \(isFolder ? "folder" : "file"), and no link.",
                exit: .configuration
            )
        }
        guard access.isOwnedByUs else {
            throw CommandFailure("\(path) belongs to another user.", exit: .configuration)
        }
        if isFolder {
            guard !access.isWritableByOthers else {
                throw CommandFailure("\(path) can be written by others; chmod 700 it.", exit: .configuration)
            }
        } else {
            guard !access.isOpenToOthers else {
                throw CommandFailure("\(path) can be read by others; chmod 600 it.", exit: .configuration)
            }
        }
    }

    private func read<Value>(_ work: () throws(NetFailure) -> Value) throws(CommandFailure) -> Value {
        do { return try work() } catch { throw CommandFailure("\(error)", exit: .configuration) }
    }

    private static func parse(_ file: String) -> (algorithm: Algorithm, number: Int)? {
        let parts = file.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard file.hasSuffix(".pem"), parts.count == 2, let number = Int(parts[1]), number > 0,
            let algorithm = algorithms.first(where: { $0.name.lowercasedASCII.string == parts[0] })
        else { return nil }
        return (algorithm, number)
    }
}

extension Algorithm {
    fileprivate var template: PrivateKey.Template {
        switch self {
        case .es256, .hs256: .p256
        case .ps256, .rs256: .rsa(bits: 2_048)
        case .edDSA: .ed25519
        }
    }
}
