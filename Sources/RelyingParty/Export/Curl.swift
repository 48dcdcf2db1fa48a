internal import HTTP
package import Text

extension Call {
    /// The command line that repeats it.
    package var curl: WireText {
        var words = ["curl", "-i"]
        if method != .get { words += ["-X", method.token.string] }
        for (name, value) in fields.pairs { words += ["-H", Self.quoted("\(name): \(value)")] }
        if !body.isEmpty { words += ["--data-raw", Self.quoted(String(decoding: body, as: UTF8.self))] }
        words.append(Self.quoted(url.string))
        return WireText(words.joined(separator: " "))
    }

    /// As a shell takes it literally: between single quotes, each of its own outside of them.
    private static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "'")]
        for byte in text.utf8 {
            if byte == UInt8(ascii: "'") { bytes += Array("'\\''".utf8) } else { bytes.append(byte) }
        }
        bytes.append(UInt8(ascii: "'"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
