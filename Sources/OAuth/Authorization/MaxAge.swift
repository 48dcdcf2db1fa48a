package import Text

/// How many seconds ago the person may have signed in at the most: OpenID Connect Core §3.1.2.1.
package struct MaxAge: Sendable, Hashable {
    /// Seconds, not negative.
    package let seconds: Int64

    /// A number as it is registered; `nil` beyond the same bounds.
    package init?(_ seconds: Int64) {
        guard (0...Int64(Int32.max)).contains(seconds) else { return nil }
        self.seconds = seconds
    }

    /// Reads digits and nothing else; `nil` beyond 31 bits, which are 68 years.
    package init?(_ text: WireText) {
        guard (1...10).contains(text.byteCount) else { return nil }
        var seconds: Int64 = 0
        for byte in text.utf8 {
            guard byte.isDigit else { return nil }
            seconds = seconds * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        guard seconds <= Int64(Int32.max) else { return nil }
        self.seconds = seconds
    }
}
