package import Consents
import Crypto
package import Text

/// The end of a ledger: how many entries it has, and the hash that stands for all of them.
package struct LedgerHead: Sendable, Hashable {
    /// The number of the last entry, counted from 1.
    package let sequence: Int
    /// SHA-256 over the last entry and the hash before it.
    package let hash: [UInt8]

    /// A head, as a store or an operator noted it.
    package init(sequence: Int, hash: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Before the first entry.
    package static let beginning = LedgerHead(sequence: 0, hash: [UInt8](repeating: 0, count: 32))
}

/// An entry of the ledger: what happened to a consent, chained to everything that happened before.
package struct LedgerEntry: Sendable, Hashable {
    /// What happened.
    package let revision: Revision
    /// The ledger, up to and with this entry.
    package let head: LedgerHead

    /// A new entry.
    package init(_ revision: Revision, after last: LedgerHead) {
        self.revision = revision
        let sequence = last.sequence + 1
        let hash = Digest.sha256(last.hash + Self.line(revision, sequence: sequence))
        head = LedgerHead(sequence: sequence, hash: hash)
    }

    /// An entry as a store has it; `LedgerCheck` says whether it is what it was.
    package init(_ revision: Revision, head: LedgerHead) {
        self.revision = revision
        self.head = head
    }

    /// The bytes that are hashed: one line of JSON with its members in this order and no white space.
    package var line: [UInt8] { Self.line(revision, sequence: head.sequence) }

    /// What stands in the line of a new entry behind `{"sequence":` and its number, for a store that counts by itself.
    package static func lineBehindNumber(of revision: Revision) -> [UInt8] {
        Array(line(revision, sequence: 1).dropFirst(#"{"sequence":1"#.utf8.count))
    }

    private static func line(_ revision: Revision, sequence: Int) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("sequence", Int64(sequence))
        writer.member("consent", revision.consent.text)
        writer.member("version", Int64(revision.version))
        if let from = revision.from { writer.member("from", WireText(from.rawValue)) }
        writer.member("to", WireText(revision.to.rawValue))
        writer.member("accounts", json: .array(revision.accounts.map { .text($0.text) }))
        writer.member("terms_sha256", WireText(Hex.encode(revision.terms)))
        writer.member("at", WireText(revision.at.rfc3339))
        writer.member("actor", revision.actor.kind)
        if let name = revision.actor.name { writer.member("name", name) }
        writer.member("reason", WireText(revision.reason.rawValue))
        if let shown = revision.shown {
            writer.member("page_sha256", WireText(Hex.encode(shown.digest)))
            writer.member("templates_sha256", WireText(Hex.encode(shown.templates)))
            writer.member("language", shown.language)
        }
        writer.endObject()
        return writer.bytes
    }
}

/// Reads a ledger from its first entry to its last, and finds where it is not what was written.
package struct LedgerCheck: Sendable {
    /// What has been read and holds.
    package private(set) var head = LedgerHead.beginning

    /// At the beginning, where nothing has been read.
    package init() {}

    /// Reads the next entry.
    package mutating func read(_ entry: LedgerEntry) throws(LedgerBreak) {
        guard entry.head.sequence == head.sequence + 1 else { throw .missing(sequence: head.sequence + 1) }
        let expected = LedgerEntry(entry.revision, after: head)
        guard entry.head == expected.head else { throw .altered(sequence: entry.head.sequence) }
        head = entry.head
    }
}

/// Where a ledger is not what was written.
package enum LedgerBreak: Error, Sendable, Hashable {
    /// The entry with this number is not there.
    case missing(sequence: Int)
    /// This entry, or the hash of the one before it, is not what it was.
    case altered(sequence: Int)
}

extension Actor {
    /// What kind of party acted, by the name that is stored.
    package var kind: WireText {
        switch self {
        case .thirdParty: "third-party"
        case .person: "person"
        case .staff: "staff"
        case .system: "system"
        }
    }

    /// Who it was, where anybody was.
    package var name: WireText? {
        switch self {
        case .thirdParty(let id): id.text
        case .person(let id): id.text
        case .staff(let name): name
        case .system: nil
        }
    }
}
