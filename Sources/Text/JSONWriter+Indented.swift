extension JSONWriter {
    /// A document for people: what fits one line stands on one.
    package static func writeIndented(_ value: JSON) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, depth: 0, to: &bytes)
        bytes.append(.newline)
        return bytes
    }

    private static func append(_ value: JSON, depth: Int, to bytes: inout [UInt8]) {
        let line = write(value)
        guard line.count > lineBytes else {
            bytes += line
            return
        }
        switch value {
        case .array(let elements):
            enclose("[", "]", elements.count, depth: depth, to: &bytes) { index, bytes in
                append(elements[index], depth: depth + 1, to: &bytes)
            }
        case .object(let members):
            enclose("{", "}", members.count, depth: depth, to: &bytes) { index, bytes in
                bytes += write(.text(members[index].name))
                bytes += ": ".utf8
                append(members[index].value, depth: depth + 1, to: &bytes)
            }
        case .null, .boolean, .integer, .number, .text: bytes += line
        }
    }

    private static let lineBytes = 80

    private static func enclose(
        _ opening: String,
        _ closing: String,
        _ count: Int,
        depth: Int,
        to bytes: inout [UInt8],
        _ append: (Int, inout [UInt8]) -> Void
    ) {
        bytes += opening.utf8
        for index in 0..<count {
            bytes += index == 0 ? "\n".utf8 : ",\n".utf8
            bytes += String(repeating: "  ", count: depth + 1).utf8
            append(index, &bytes)
        }
        bytes += "\n\(String(repeating: "  ", count: depth))\(closing)".utf8
    }
}
