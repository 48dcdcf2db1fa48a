/// The place of a value inside a document: RFC 6901 §3.
package enum JSONPointer {
    /// The place of a member.
    package static func appending(_ name: WireText, to path: WireText) -> WireText {
        var spelled = path.bytes
        spelled.append(UInt8(ascii: "/"))
        for byte in name.utf8 {
            // Or a slash inside a name would point somewhere else.
            switch byte {
            case UInt8(ascii: "~"): spelled.append(contentsOf: "~0".utf8)
            case UInt8(ascii: "/"): spelled.append(contentsOf: "~1".utf8)
            default: spelled.append(byte)
            }
        }
        return WireText(String(decoding: spelled, as: UTF8.self))
    }

    /// The place of an element.
    package static func appending(_ index: Int, to path: WireText) -> WireText {
        WireText("\(path)/\(index)")
    }
}
