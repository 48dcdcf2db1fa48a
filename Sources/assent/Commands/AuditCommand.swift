import Consents
import Storage
import StoragePostgres
import StorageSQLite
import Text

/// The command `assent audit`.
struct AuditCommand: Command {
    static let name = "audit"
    static let summary = "Proves the ledger of consents, or writes it out."
    static let operands = "verify|export DATABASE"
    static let options = [
        Option("head", "NUMBER:HASH", "a head that verify printed before, which must still be in the ledger")
    ]
    static let examples = [
        "assent audit verify sandbox/assent.sqlite", "assent audit export sandbox/assent.sqlite > ledger.jsonl",
        "assent audit verify postgresql://auditor@db.example/assent",
    ]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.operands.count == 2 else {
            throw CommandFailure("say audit verify DATABASE or audit export DATABASE.", exit: .usage)
        }
        let ledger = try AuditedLedger(Database(arguments.operands[1]))
        switch arguments.operands[0] {
        case "verify": try verify(ledger, noted: try arguments["head"].map(Self.head))
        case "export": _ = try Self.head(of: ledger) { Terminal.say(Self.line(of: $0)) }
        default: throw CommandFailure("say audit verify DATABASE or audit export DATABASE.", exit: .usage)
        }
    }

    private func verify(_ ledger: AuditedLedger, noted: LedgerHead?) throws(CommandFailure) {
        var isFound = noted == nil || noted == .beginning
        let head = try Self.head(of: ledger) { entry in
            if entry.head == noted { isFound = true }
        }
        // Who can write the whole file can write a whole other ledger; a head that was noted elsewhere tells.
        guard isFound else {
            throw CommandFailure(
                "the ledger holds \(head.sequence) entries and is sound, but the noted head is not in it."
            )
        }
        if let consent = try ledger.consentApart() {
            throw CommandFailure("the ledger is sound, but the consent \(consent) is not as its last entry says.")
        }
        Terminal.say("\(head.sequence):\(Hex.encode(head.hash))  \(head.sequence) entries, all as they were written")
    }

    private static func head(
        of ledger: AuditedLedger,
        _ read: (LedgerEntry) -> Void
    ) throws(CommandFailure) -> LedgerHead {
        switch try ledger.verify(read) {
        case .success(let head): return head
        case .failure(.missing(let sequence)):
            throw CommandFailure("the ledger breaks at entry \(sequence): it is missing.")
        case .failure(.altered(let sequence)):
            throw CommandFailure("the ledger breaks at entry \(sequence): it is not what was written.")
        }
    }

    /// The entry as it was hashed, and the hash: whoever has the hash before it can check it with any SHA-256.
    private static func line(of entry: LedgerEntry) -> String {
        "\(Hex.encode(entry.head.hash)) \(String(decoding: entry.line, as: UTF8.self))"
    }

    private static func head(_ text: String) throws(CommandFailure) -> LedgerHead {
        let parts = WireText(text).split(at: UInt8(ascii: ":"))
        guard parts.count == 2, let sequence = Int(parts[0].string), sequence >= 0,
            let hash = Hex.decode(parts[1]), hash.count == 32
        else { throw CommandFailure("--head is a number, a colon and 64 hexadecimal digits.", exit: .usage) }
        return LedgerHead(sequence: sequence, hash: hash)
    }
}

/// The ledger in a file or on a server.
private enum AuditedLedger {
    case file(LedgerFile)
    case server(PostgresLedger)

    init(_ database: Database) throws(CommandFailure) {
        switch database {
        case .file(let path):
            do throws(OpeningFailure) { self = .file(try LedgerFile(try DatabasePath(path))) } catch {
                throw CommandFailure("\(error)")
            }
        case .server(let server):
            let address = try server.address()
            do throws(PostgresOpeningFailure) { self = .server(try PostgresLedger(at: address)) } catch {
                throw CommandFailure("\(error.sentence).")
            }
        }
    }

    func verify(_ read: (LedgerEntry) -> Void) throws(CommandFailure) -> Result<LedgerHead, LedgerBreak> {
        switch self {
        case .file(let ledger): return ledger.verify(read)
        case .server(let ledger):
            do throws(PostgresFailure) { return try ledger.verify(read) } catch { throw CommandFailure("\(error)") }
        }
    }

    func consentApart() throws(CommandFailure) -> Identifier<Consent>? {
        switch self {
        case .file(let ledger):
            do throws(SQLiteFailure) { return try ledger.consentApart() } catch { throw CommandFailure("\(error)") }
        case .server(let ledger):
            do throws(PostgresFailure) { return try ledger.consentApart() } catch { throw CommandFailure("\(error)") }
        }
    }
}
