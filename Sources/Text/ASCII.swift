// Classes of bytes, and case folding of ASCII and of nothing else: Unicode folding turns the Kelvin
// sign into `k`, so that "chun\u{212A}ed" would pass for "chunked".
//
// Inlinable, because every parser asks these of every byte: a head is read twice as fast for it.

extension UInt8 {
    @inlinable package static var horizontalTab: UInt8 { 0x09 }
    @inlinable package static var newline: UInt8 { 0x0A }
    @inlinable package static var carriageReturn: UInt8 { 0x0D }
    @inlinable package static var space: UInt8 { 0x20 }

    @inlinable package var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    @inlinable package var isUppercase: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }

    @inlinable package var isLowercase: Bool { self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }

    @inlinable package var isLetter: Bool { isUppercase || isLowercase }

    @inlinable package var isAlphanumeric: Bool { isLetter || isDigit }

    /// A character that is seen: `VCHAR` of RFC 5234.
    @inlinable package var isVisible: Bool { self >= 0x21 && self <= 0x7E }

    /// A character of a token: RFC 9110 §5.6.2.
    @inlinable package var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: isAlphanumeric
        }
    }

    /// A character that needs no escape in a URI: RFC 3986 §2.3.
    @inlinable package var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: isAlphanumeric
        }
    }

    /// The value of a hexadecimal digit of either case.
    @inlinable package var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    @inlinable package var lowercasedASCII: UInt8 { isUppercase ? self | 0x20 : self }

    /// 0x80 where this is the same byte, and 0 elsewhere.
    ///
    /// By arithmetic: a loop that adds these up is done many bytes at a time, and one that compares is not.
    @inlinable package func mark(ofSame other: UInt8) -> UInt8 {
        let difference = self ^ other
        return (difference &- 1) & ~difference & 0x80
    }

    /// 0x80 where this is a control character of C0, and 0 elsewhere.
    @inlinable package var markOfControl: UInt8 { (self &- 0x20) & ~self & 0x80 }
}
