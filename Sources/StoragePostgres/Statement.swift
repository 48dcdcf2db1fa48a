/// A statement and its values.
///
/// It is a literal, prepared once a connection and kept there. A text that was put together cannot be passed, so a
/// value from outside cannot become SQL.
struct Statement: Sendable {
    let sql: StaticString
    let types: [UInt32]
    let parameters: Parameters

    init<each Value: PostgresValue>(_ sql: StaticString, _ values: repeat each Value) {
        self.sql = sql
        var types: [UInt32] = []
        var parameters = Parameters()
        for value in repeat each values { Self.add(value, &types, &parameters) }
        self.types = types
        self.parameters = parameters
    }

    /// A literal does not move, so its address is its name.
    var key: UInt { unsafe UInt(bitPattern: sql.utf8Start) }

    private static func add<Value: PostgresValue>(
        _ value: Value,
        _ types: inout [UInt32],
        _ parameters: inout Parameters
    ) {
        types.append(Value.type)
        value.write(to: &parameters)
    }
}
