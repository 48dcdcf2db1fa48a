internal import Crypto
package import OAuth
package import Surfaces
package import Text

package import enum Consents.Account

/// Persons and their accounts from one file: a value, replaced as a whole when the file is read again.
package struct FileDirectory: Bank {
    /// A customer and their accounts.
    package struct Entry: Sendable {
        package let person: Customer
        package let accounts: [AccountData]

        package init(person: Customer, accounts: [AccountData]) {
            self.person = person
            self.accounts = accounts
        }
    }

    /// In the order of the file.
    package let entries: [Entry]
    private let byID: [Identifier<Person>: Entry]
    private let byUsername: [WireText: Entry]
    private let byAccount: [Identifier<Account>: Entry]

    /// Reads `people.json`, which may hold comments, and reports everything that is wrong with it.
    package init(_ bytes: [UInt8]) throws(DirectoryProblems) {
        let entries = try DirectoryReader.read(bytes)
        self.entries = entries
        // The reader has refused names that two persons share.
        byID = Dictionary(entries.map { ($0.person.id, $0) }) { first, _ in first }
        byUsername = Dictionary(entries.map { ($0.person.username, $0) }) { first, _ in first }
        byAccount = Dictionary(entries.flatMap { entry in entry.accounts.map { ($0.id, entry) } }) { first, _ in first }
    }

    /// Entries that were put together by hand pass the same reader as what is in a file.
    package init(_ entries: [Entry]) throws(DirectoryProblems) {
        try self.init(DirectoryWriter.write(entries))
    }

    package func person(named username: WireText) -> Customer? {
        byUsername[username]?.person
    }

    package func person(_ id: Identifier<Person>) -> Customer? {
        byID[id]?.person
    }

    package func person(where fits: (Customer) -> Bool) -> Customer? {
        entries.first { fits($0.person) }?.person
    }

    package func person(inPlaceOf username: WireText) -> Customer? {
        guard !entries.isEmpty else { return nil }
        let number = Fingerprint(of: username).bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return entries[Int(number % UInt64(entries.count))].person
    }

    package func accounts(of id: Identifier<Person>) -> [AccountData] {
        byID[id]?.accounts ?? []
    }

    package func owner(of account: Identifier<Account>) -> Customer? {
        byAccount[account]?.person
    }

    /// The directory with one customer more.
    package func adding(_ entry: Entry) throws(DirectoryProblems) -> FileDirectory {
        try FileDirectory(entries + [entry])
    }

    /// As it is written to `people.json`.
    package var bytes: [UInt8] { DirectoryWriter.write(entries) }
}
