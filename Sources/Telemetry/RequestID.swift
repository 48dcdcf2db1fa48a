package import Text

/// The short name of a request, in the log, in the answer and on the page that says sorry.
///
/// People read it to a help desk, so it has no letters that look or sound like digits: Crockford's
/// base 32, ten characters in two groups, such as `7K3MQ-9XD2T`.
package struct RequestID: Sendable, Hashable {
    package let text: WireText

    /// How many random bytes make one.
    package static let byteCount = 7

    /// A name from random bytes, 50 bits of which are used.
    package init(random bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "A request id is made of 7 bytes.")
        let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var spelled: [UInt8] = []
        for place in 0..<10 {
            if place == 5 { spelled.append(UInt8(ascii: "-")) }
            spelled.append(Self.letters[Int(number >> (5 * UInt64(place)) & 0x1F)])
        }
        text = WireText(String(decoding: spelled, as: UTF8.self))
    }

    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
}

extension RequestID: CustomStringConvertible {
    package var description: String { text.string }
}
