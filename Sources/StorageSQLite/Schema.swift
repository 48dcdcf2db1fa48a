import Crypto
package import Text

/// The marks by which a file is known as ours, and the proof that nobody changed its tables.
package enum Schema {
    /// "ASNT", in the header of every file we made.
    static let applicationIDBytes: [UInt8] = [0x41, 0x53, 0x4E, 0x54]

    static let applicationID: Int64 = 0x4153_4E54

    /// Marks an empty file.
    ///
    /// It is one page, so that it is there whole or not at all.
    static func mark(_ path: DatabasePath) throws(SQLiteFailure) {
        let maker = try Connection(path.string, as: .maker)
        try maker.execute("PRAGMA application_id = 0x41534E54")
    }

    /// The name of the first object that differs from what `migrations` make of an empty database.
    ///
    /// A trigger or view in a file that somebody put there could change what our statements do.
    static func difference(of connection: Connection, from migrations: [Migration]) throws(SQLiteFailure) -> WireText? {
        let found = try objects(of: connection)
        // Making a database to compare with takes longer than all else of an opening.
        let isOfThisRelease = migrations.map(\.name.description) == Migrations.all.map(\.name.description)
        if isOfThisRelease, digest(of: found) == Migrations.schemaDigest { return nil }
        let pattern = try Connection(":memory:", as: .copy)
        _ = try Migrations.apply(migrations, to: pattern)
        let expected = try objects(of: pattern)
        guard found != expected else { return nil }
        return found.first { !expected.contains($0) }?.name ?? expected.first { !found.contains($0) }?.name
    }

    /// SHA-256 of the tables and indexes of a database, each with the statement that made it.
    package static func digest(of connection: Connection) throws(SQLiteFailure) -> WireText {
        digest(of: try objects(of: connection))
    }

    private static func digest(of objects: [Object]) -> WireText {
        var bytes: [UInt8] = []
        for part in objects.flatMap({ [$0.type, $0.name, $0.sql] }) {
            bytes += part.utf8
            bytes.append(0)
        }
        return WireText(Hex.encode(Digest.sha256(bytes)))
    }

    private static func objects(of connection: Connection) throws(SQLiteFailure) -> [Object] {
        // Statistics that ANALYZE keeps are data, though SQLite lists them as tables.
        try connection.all(
            """
            SELECT type, name, coalesce(sql, '') FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name
            """
        ) { row throws(SQLiteFailure) in
            try Object(type: row.text(0), name: row.text(1), sql: row.text(2))
        }
    }

    private struct Object: Equatable {
        let type: WireText
        let name: WireText
        let sql: WireText
    }
}
