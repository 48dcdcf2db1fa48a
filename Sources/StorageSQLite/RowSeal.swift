import CSQLite

/// The SQL function `seal`, by which a row shows that the disk gave back what was written.
///
/// SQLite has sums neither on its pages nor on its rows, so one bit that flips in a scope or an expiry is a
/// good row with another meaning. Every table keeps the seal of its columns and checks it; `quick_check`
/// at each start then finds what was altered. It guards against accidents, not against somebody who can write.
enum RowSeal {
    /// Makes the function known to a connection.
    static func register(on connection: OpaquePointer) -> Int32 {
        unsafe sqlite3_create_function_v2(
            connection,
            "seal",
            -1,
            // Innocuous, so that our schema may use it; nothing else that a schema says is trusted.
            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
            nil,
            { context, count, values in
                var seal = RowSum()
                for index in 0..<Int(count) {
                    if let value = unsafe values?[index] { unsafe seal.add(value) }
                }
                unsafe sqlite3_result_int64(context, seal.sum)
            },
            nil,
            nil,
            nil
        )
    }
}

/// The 64-bit FNV-1a sum of values with their types and lengths: fnvhash.github.io.
///
/// Each step can be undone, so that a change of one byte is noticed for certain.
private struct RowSum {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    var sum: Int64 { Int64(bitPattern: state) }

    mutating func add(_ value: OpaquePointer) {
        let type = unsafe sqlite3_value_type(value)
        add(UInt64(type))
        switch type {
        case SQLITE_INTEGER:
            add(UInt64(bitPattern: unsafe sqlite3_value_int64(value)))
        case SQLITE_NULL:
            break
        default:
            // Bytes before length: SQLite may still have to convert the value.
            let start = unsafe sqlite3_value_blob(value)
            let count = Int(unsafe sqlite3_value_bytes(value))
            add(UInt64(count))
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
            for index in 0..<bytes.count { add(unsafe bytes[index]) }
        }
    }

    /// Eight bytes, the least significant first.
    private mutating func add(_ word: UInt64) {
        guard word >= 0x100 else {
            // Types and most lengths: the seven zero bytes multiply, and do nothing else.
            state = (state ^ word) &* Self.primeToTheEighth
            return
        }
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: word >> UInt64(shift))) }
    }

    private mutating func add(_ byte: UInt8) {
        state ^= UInt64(byte)
        state = state &* Self.prime
    }

    private static let prime: UInt64 = 0x0000_0100_0000_01B3
    private static let primeToTheEighth: UInt64 = 0x1EFA_C709_0AEF_4A21
}
