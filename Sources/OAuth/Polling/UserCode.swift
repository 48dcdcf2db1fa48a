package import Crypto
package import Text

/// The code that a person reads on one device and types on another: RFC 8628 §6.1.
///
/// Eight letters of twenty are 34 bits. They do not stand for themselves: how often somebody may guess is bounded, and
/// behind the code a person still has to log in and say yes.
package struct UserCode: Sendable, Hashable {
    private let letters: [UInt8]

    /// Makes one of random bytes; `nil` where too few of them can be used.
    package init?(random bytes: [UInt8]) {
        // Each letter is as likely as every other: what is left over above a multiple of twenty is not used.
        let even = 256 - 256 % Self.alphabet.count
        letters = bytes.filter { Int($0) < even }.prefix(Self.length).map {
            Self.alphabet[Int($0) % Self.alphabet.count]
        }
        guard letters.count == Self.length else { return nil }
    }

    /// Reads one as people type it: in any case, with hyphens and spaces wherever they like.
    package init?(typed text: WireText) {
        guard text.byteCount <= Self.longestTyped else { return nil }
        letters = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
            .map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 0x20 : $0 }
        guard letters.count == Self.length, letters.allSatisfy(Self.alphabet.contains) else { return nil }
    }

    /// As both devices show it.
    package var text: WireText {
        WireText(letters.prefix(Self.length / 2) + [UInt8(ascii: "-")] + letters.suffix(Self.length / 2)) ?? ""
    }

    /// What is kept of it.
    package var fingerprint: Fingerprint { Fingerprint(of: WireText(letters) ?? "") }

    /// RFC 8628 §6.1: no vowels, so that no words come of it, and nothing that looks like something else.
    private static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
    private static let length = 8
    private static let longestTyped = 64
    /// Random bytes that are enough but once in a billion times.
    package static let randomBytes = 24
}
