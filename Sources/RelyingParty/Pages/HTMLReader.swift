package import Text

/// Takes the bytes of a page apart: HTML Living Standard §13.2.5, as far as forms need it.
package struct HTMLReader {
    private let bytes: [UInt8]
    private var position = 0

    /// A piece of a page.
    package enum Token {
        case opening(Tag)
        case closing(WireText)
        case text([UInt8])
    }

    /// An element's name and attributes, names in lower case.
    package struct Tag: Sendable {
        package let name: WireText
        package let attributes: [(name: WireText, value: WireText)]

        package subscript(name: WireText) -> WireText? { attributes.first { $0.name == name }?.value }
    }

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package mutating func next() -> Token? {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else { return .text(words()) }
            if starts(with: "<!--") {
                skip(past: "-->")
            } else if starts(with: "<!") || starts(with: "<?") {
                skip(past: ">")
            } else if starts(with: "</") {
                position += 2
                let name = name()
                skip(past: ">")
                if !name.isEmpty { return .closing(name) }
            } else if position + 1 < bytes.count, bytes[position + 1].isLetter {
                position += 1
                return .opening(tag())
            } else {
                position += 1
                return .text([UInt8(ascii: "<")])
            }
        }
        return nil
    }

    /// Goes behind the end of an element whose content is not for us.
    package mutating func skip(until name: WireText) {
        let end = Array("</\(name)".utf8)
        while position < bytes.count {
            let piece = bytes[position...].prefix(end.count)
            if piece.count == end.count, piece.map(\.lowercasedASCII) == end {
                skip(past: ">")
                return
            }
            position += 1
        }
    }

    private mutating func words() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return CharacterReference.decode(bytes[start..<position])
    }

    private mutating func tag() -> Tag {
        let name = name()
        var attributes: [(name: WireText, value: WireText)] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
            if bytes[position].isHTMLSpace || bytes[position] == UInt8(ascii: "/") {
                position += 1
                continue
            }
            let attribute = attributeName()
            attributes.append((attribute, attributeValue()))
        }
        position += 1
        return Tag(name: name, attributes: attributes)
    }

    private mutating func name() -> WireText {
        let start = position
        while position < bytes.count, !bytes[position].isHTMLSpace, bytes[position] != UInt8(ascii: ">"),
            bytes[position] != UInt8(ascii: "/")
        { position += 1 }
        return WireText(bytes[start..<position].map(\.lowercasedASCII)) ?? ""
    }

    private mutating func attributeName() -> WireText {
        let start = position
        while position < bytes.count, !bytes[position].isHTMLSpace, bytes[position] != UInt8(ascii: ">"),
            bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: "/")
        { position += 1 }
        // A sign that begins no name is passed over, so that every turn goes on.
        if position == start { position += 1 }
        return WireText(bytes[start..<position].map(\.lowercasedASCII)) ?? ""
    }

    private mutating func attributeValue() -> WireText {
        var next = position
        while next < bytes.count, bytes[next].isHTMLSpace { next += 1 }
        guard next < bytes.count, bytes[next] == UInt8(ascii: "=") else { return "" }
        next += 1
        while next < bytes.count, bytes[next].isHTMLSpace { next += 1 }
        position = next
        guard position < bytes.count else { return "" }
        let quote = bytes[position]
        let start: Int
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            position += 1
            start = position
            while position < bytes.count, bytes[position] != quote { position += 1 }
            defer { position = min(position + 1, bytes.count) }
            return WireText(CharacterReference.decode(bytes[start..<position])) ?? ""
        }
        start = position
        while position < bytes.count, !bytes[position].isHTMLSpace, bytes[position] != UInt8(ascii: ">") {
            position += 1
        }
        return WireText(CharacterReference.decode(bytes[start..<position])) ?? ""
    }

    private func starts(with text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    private mutating func skip(past text: String) {
        let end = Array(text.utf8)
        while position < bytes.count, !bytes[position...].starts(with: end) { position += 1 }
        position = min(position + end.count, bytes.count)
    }
}

extension UInt8 {
    fileprivate var isHTMLSpace: Bool {
        self == .space || self == .newline || self == .carriageReturn || self == .horizontalTab || self == 0x0C
    }
}

/// The references of HTML that forms are written with: numbers, and the few names that escaping uses.
enum CharacterReference {
    static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "&")) else { return Array(bytes) }
        var decoded: [UInt8] = []
        var rest = bytes
        while let byte = rest.first {
            if byte == UInt8(ascii: "&"), let end = rest.prefix(longest).firstIndex(of: UInt8(ascii: ";")),
                let text = meaning(rest[(rest.startIndex + 1)..<end])
            {
                decoded += text
                rest = rest[(end + 1)...]
            } else {
                decoded.append(byte)
                rest = rest.dropFirst()
            }
        }
        return decoded
    }

    private static func meaning(_ name: ArraySlice<UInt8>) -> [UInt8]? {
        if name.first == UInt8(ascii: "#") {
            let digits = String(decoding: name.dropFirst(), as: UTF8.self)
            let isHexadecimal = digits.hasPrefix("x") || digits.hasPrefix("X")
            let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return number.flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
        }
        return names[String(decoding: name, as: UTF8.self)].map { Array($0.utf8) }
    }

    private static let longest = 12
    private static let names = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "copy": "©", "hellip": "…",
        "ndash": "–", "mdash": "—",
    ]
}
