import COpenSSL
package import Text

/// A person's password as it is kept: scrypt (RFC 7914), its parameters in the text.
///
/// Such as `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, both parts in Base64 without padding. Checking one takes about
/// 90 ms and 32 MiB by intention, so never on a thread that serves others.
package struct PasswordHash: Sendable, Hashable {
    package let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// What a guess costs: 2^`logN` blocks of 1 KiB, `passes` times over.
    package struct Cost: Sendable, Hashable {
        package let logN: Int
        package let passes: Int

        /// 32 MiB; more would let a few people at the login page use up the machine.
        package static let standard = Cost(uncheckedLogN: 15, passes: 1)

        /// Refuses what is cheap to guess and what would exhaust us, because the text might be a forgery.
        package init?(logN: Int, passes: Int) {
            guard (12...17).contains(logN), (1...4).contains(passes) else { return nil }
            self.init(uncheckedLogN: logN, passes: passes)
        }

        private init(uncheckedLogN logN: Int, passes: Int) {
            self.logN = logN
            self.passes = passes
        }
    }

    private static let blockSize = 8
    private static let saltBytes = 16
    private static let hashBytes = 32

    /// A hash that no password has, to be checked where there is no such person: it takes as long.
    package static let ofNobody = PasswordHash(
        cost: .standard,
        salt: [UInt8](repeating: 0, count: saltBytes),
        hash: [UInt8](repeating: 0, count: hashBytes)
    )

    package init(
        of password: WireText,
        cost: Cost = .standard,
        entropy: Entropy
    ) throws(Failure) {
        guard (1...Limits.passwordBytes).contains(password.byteCount) else { throw .length }
        let salt: [UInt8]
        do { salt = try entropy.bytes(Self.saltBytes) } catch { throw .entropy(error) }
        let hash: [UInt8]
        do {
            hash = try Self.hash(Secret(copying: password.string.utf8.span), salt: salt, cost: cost)
        } catch { throw .openSSL(error) }
        self.init(cost: cost, salt: salt, hash: hash)
    }

    /// Reads what `text` wrote.
    package init?(_ text: WireText) {
        let parts = text.split(at: UInt8(ascii: "$"))
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Cost(parts[2]),
            let salt = Base64.decode(unpadded: parts[3]), salt.count == Self.saltBytes,
            let hash = Base64.decode(unpadded: parts[4]), hash.count == Self.hashBytes
        else { return nil }
        self.init(cost: cost, salt: salt, hash: hash)
    }

    private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    package var text: WireText {
        WireText("$scrypt$\(cost.text)$\(Base64.encodeUnpadded(salt))$\(Base64.encodeUnpadded(hash))")
    }

    /// Whether this is the hash of the password.
    ///
    /// - Throws: Where that could not be found out, which is not the same as a wrong password.
    package func accepts(_ password: borrowing Secret) throws(OpenSSLFailure) -> Bool {
        guard (1...Limits.passwordBytes).contains(password.byteCount) else { return false }
        return ConstantTime.equal(try Self.hash(password, salt: salt, cost: cost), hash)
    }

    private static func hash(_ password: borrowing Secret, salt: [UInt8], cost: Cost) throws(OpenSSLFailure) -> [UInt8]
    {
        var hash = [UInt8](repeating: 0, count: hashBytes)
        let n = UInt64(1) << UInt64(cost.logN)
        // RFC 7914 §2: N blocks of 128 r bytes, and some for what works on them.
        let memory = (n + 64) * 128 * UInt64(blockSize)
        let succeeded = password.withBytes { letters in
            unsafe letters.withUnsafeBytes { letters in
                unsafe EVP_PBE_scrypt(
                    letters.baseAddress?.assumingMemoryBound(to: CChar.self),
                    letters.count,
                    salt,
                    salt.count,
                    n,
                    UInt64(blockSize),
                    UInt64(cost.passes),
                    memory,
                    &hash,
                    hash.count
                ) == 1
            }
        }
        guard succeeded else { throw OpenSSLFailure() }
        return hash
    }
}

extension PasswordHash {
    /// Why a password has no hash.
    package enum Failure: Error, Sendable, Hashable {
        /// Empty, or longer than `Limits.passwordBytes`.
        case length
        case entropy(EntropyFailure)
        case openSSL(OpenSSLFailure)
    }
}

extension PasswordHash.Cost {
    fileprivate var text: String { "ln=\(logN),r=8,p=\(passes)" }

    /// The few texts that `text` can write are all that can be read.
    fileprivate init?(_ text: WireText) {
        for logN in 12...17 {
            for passes in 1...4 {
                guard let cost = Self(logN: logN, passes: passes), WireText(cost.text) == text else { continue }
                self = cost
                return
            }
        }
        return nil
    }
}

extension Base64 {
    fileprivate static func encodeUnpadded(_ bytes: [UInt8]) -> String {
        String(encode(bytes).prefix { $0 != "=" })
    }

    fileprivate static func decode(unpadded text: WireText) -> [UInt8]? {
        guard !text.utf8.contains(UInt8(ascii: "=")) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.byteCount % 4) % 4)
        return decode(WireText(text.string + padding))
    }
}
