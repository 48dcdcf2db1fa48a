import Text

/// Text as a column keeps it.
///
/// PostgreSQL keeps every character but NUL, which stands there as SUB and `0`; SUB stands as SUB and `1`, so that
/// no two texts are kept alike.
enum StoredText {
    private static let substitute: UInt8 = 0x1A

    static func write(_ text: WireText, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            guard byte == 0 || byte == substitute else {
                bytes.append(byte)
                continue
            }
            bytes.append(substitute)
            bytes.append(byte == 0 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
        }
    }

    /// `nil` for what was not written by us.
    static func read(_ bytes: ArraySlice<UInt8>) -> WireText? {
        guard bytes.contains(substitute) else { return WireText(Array(bytes)) }
        var text: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == substitute else {
                text.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "0"): text.append(0)
            case UInt8(ascii: "1"): text.append(substitute)
            default: return nil
            }
        }
        return WireText(text)
    }
}
