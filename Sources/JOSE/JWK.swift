package import Crypto
package import Text

/// A public key with what its owner says about it: RFC 7517 §4.
///
/// There is no room in it for a private or a shared key, so that none can be published.
package struct JWK: Sendable, Hashable {
    package let key: PublicKey
    package let keyID: WireText?
    package let use: Use?
    package let operations: [Operation]?
    package let algorithm: KeyAlgorithm?

    private let verifiers: Verifiers

    /// RFC 7517 §4.2.
    package enum Use: Sendable, Hashable {
        case signature
        case encryption
    }

    /// RFC 7517 §4.3.
    package enum Operation: Sendable, Hashable, CaseIterable {
        case sign
        case verify
        case encrypt
        case decrypt
        case wrapKey
        case unwrapKey
        case deriveKey
        case deriveBits
    }

    /// What a key is bound to by its `alg`: RFC 7517 §4.4.
    package enum KeyAlgorithm: Sendable, Hashable {
        case signature(Algorithm)
        case encryption(KeyEncryption)
    }

    package init(
        _ key: PublicKey,
        keyID: WireText?,
        use: Use? = nil,
        operations: [Operation]? = nil,
        algorithm: KeyAlgorithm? = nil
    ) {
        self.key = key
        self.keyID = keyID
        self.use = use
        self.operations = operations
        self.algorithm = algorithm
        verifiers = Verifiers(of: key)
    }

    /// Reads a public key, and refuses one that carries its private part.
    package init(_ json: JSON) throws(JOSEFailure) {
        guard !Self.holdsSecret(json) else { throw .secretInPublicKey }
        try self.init(publicPartOf: json)
    }

    /// Reads the members that a public key has, whatever else is there.
    init(publicPartOf json: JSON) throws(JOSEFailure) {
        guard json.members != nil else { throw .notAnObject }
        let key = try PublicKey(json)
        let algorithm = try KeyAlgorithm(json)
        guard algorithm.map({ $0.kind == key.kind }) ?? true else { throw .badKey("alg") }
        let use = try Use(json)
        let operations = try Operation.read(json)
        // RFC 7517 §4.3: where both say what a key is for, they say the same.
        guard Self.agree(use, operations) else { throw .badKey("key_ops") }
        self.init(
            key,
            keyID: try json.optionalText("kid", else: JOSEFailure.badKey),
            use: use,
            operations: operations,
            algorithm: algorithm
        )
    }

    /// The verifier for an algorithm, where this key is of its kind and nobody said that it is for something else.
    package func verifier(for algorithm: Algorithm) -> Verifier? {
        guard let signature = algorithm.signature, use != .encryption, operations?.contains(.verify) ?? true else {
            return nil
        }
        guard self.algorithm.map({ $0 == .signature(algorithm) }) ?? true else { return nil }
        return verifiers[signature]
    }

    /// Whether a token may be encrypted to this key in this way.
    package func accepts(_ encryption: KeyEncryption) -> Bool {
        guard encryption.kind == key.kind, use != .signature else { return false }
        guard operations.map({ $0.contains(where: \.isForEncryption) }) ?? true else { return false }
        return algorithm.map { $0 == .encryption(encryption) } ?? true
    }

    package var json: JSON {
        var members = key.jwkMembers
        if let keyID { members.append(.init("kid", .text(keyID))) }
        if let use { members.append(.init("use", .text(use.name))) }
        if let operations { members.append(.init("key_ops", .array(operations.map { .text($0.name) }))) }
        if let algorithm { members.append(.init("alg", .text(algorithm.name))) }
        return .object(members)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.key == right.key && left.keyID == right.keyID && left.use == right.use
            && left.operations == right.operations && left.algorithm == right.algorithm
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(keyID)
    }

    /// RFC 7518 §6.2.2, §6.3.2 and §6.4.1: the members that nobody publishes.
    static func holdsSecret(_ json: JSON) -> Bool {
        let secrets: [WireText] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
        return secrets.contains { json[$0] != nil }
    }

    private static func agree(_ use: Use?, _ operations: [Operation]?) -> Bool {
        guard let use, let operations else { return true }
        return operations.allSatisfy { $0.isForEncryption == (use == .encryption) }
    }
}

/// The verifiers of one key, one for each algorithm of its kind, made when it is read.
private struct Verifiers: Sendable {
    private let verifiers: [Verifier]

    init(of key: PublicKey) {
        verifiers = SignatureAlgorithm.allCases.compactMap { Verifier(key, $0) }
    }

    subscript(algorithm: SignatureAlgorithm) -> Verifier? {
        verifiers.first { $0.algorithm == algorithm }
    }
}

extension PublicKey {
    /// Reads the members of RFC 7518 §6 and RFC 8037 §2.
    fileprivate init(_ json: JSON) throws(JOSEFailure) {
        let numbers: Numbers
        guard let type = json["kty"]?.text else { throw .badKey("kty") }
        switch type {
        case "EC":
            guard let curve = json["crv"]?.text else { throw .badKey("crv") }
            guard curve == "P-256" else { throw .unsupportedKey("crv") }
            numbers = .p256(x: try json.bytes("x"), y: try json.bytes("y"))
        case "RSA":
            numbers = .rsa(modulus: try json.bytes("n"), exponent: try json.bytes("e"))
        case "OKP":
            guard let curve = json["crv"]?.text else { throw .badKey("crv") }
            guard curve == "Ed25519" else { throw .unsupportedKey("crv") }
            numbers = .ed25519(try json.bytes("x"))
        default: throw .unsupportedKey("kty")
        }
        do { try self.init(numbers) } catch { throw .keyRefused(error) }
    }

    /// The members that make the key, in the order of their names: RFC 7638 §3.2.
    var jwkMembers: [JSON.Member] {
        func encoded(_ bytes: [UInt8]) -> JSON { .text(WireText(Base64URL.encode(bytes))) }
        return switch numbers {
        case .p256(let x, let y):
            [.init("crv", "P-256"), .init("kty", "EC"), .init("x", encoded(x)), .init("y", encoded(y))]
        case .rsa(let modulus, let exponent):
            [.init("e", encoded(exponent)), .init("kty", "RSA"), .init("n", encoded(modulus))]
        case .ed25519(let point):
            [.init("crv", "Ed25519"), .init("kty", "OKP"), .init("x", encoded(point))]
        }
    }
}

extension JWK.Use {
    fileprivate init?(_ json: JSON) throws(JOSEFailure) {
        guard let name = try json.optionalText("use", else: JOSEFailure.badKey) else { return nil }
        switch name {
        case "sig": self = .signature
        case "enc": self = .encryption
        default: throw .unsupportedKey("use")
        }
    }

    fileprivate var name: WireText {
        switch self {
        case .signature: "sig"
        case .encryption: "enc"
        }
    }
}

extension JWK.Operation {
    fileprivate static func read(_ json: JSON) throws(JOSEFailure) -> [Self]? {
        guard let value = json["key_ops"] else { return nil }
        guard let names = value.texts, Set(names).count == names.count else { throw .badKey("key_ops") }
        var operations: [Self] = []
        for name in names {
            guard let operation = allCases.first(where: { $0.name == name }) else { throw .unsupportedKey("key_ops") }
            operations.append(operation)
        }
        return operations
    }

    fileprivate var name: WireText {
        switch self {
        case .sign: "sign"
        case .verify: "verify"
        case .encrypt: "encrypt"
        case .decrypt: "decrypt"
        case .wrapKey: "wrapKey"
        case .unwrapKey: "unwrapKey"
        case .deriveKey: "deriveKey"
        case .deriveBits: "deriveBits"
        }
    }

    fileprivate var isForEncryption: Bool {
        switch self {
        case .sign, .verify: false
        case .encrypt, .decrypt, .wrapKey, .unwrapKey, .deriveKey, .deriveBits: true
        }
    }
}

extension JWK.KeyAlgorithm {
    fileprivate init?(_ json: JSON) throws(JOSEFailure) {
        guard let name = try json.optionalText("alg", else: JOSEFailure.badKey) else { return nil }
        if let signature = Algorithm(name) {
            self = .signature(signature)
        } else if let encryption = KeyEncryption(name) {
            self = .encryption(encryption)
        } else {
            throw .unsupportedKey("alg")
        }
    }

    fileprivate var name: WireText {
        switch self {
        case .signature(let algorithm): algorithm.name
        case .encryption(let algorithm): algorithm.name
        }
    }

    /// The kind of key it takes; none of ours for a shared key.
    fileprivate var kind: KeyKind? {
        switch self {
        case .signature(let algorithm): algorithm.signature?.kind
        case .encryption(let algorithm): algorithm.kind
        }
    }
}
