import Text

/// Addresses of the internet, as texts: RFC 3986 §3.2.2.
enum IPAddress {
    static func isWellFormed(_ text: WireText) -> Bool {
        isFour(text) || isSix(text)
    }

    private static func isFour(_ text: WireText) -> Bool {
        let numbers = text.split(at: UInt8(ascii: "."))
        return numbers.count == 4
            && numbers.allSatisfy { number in
                (1...3).contains(number.byteCount) && number.utf8.allSatisfy(\.isDigit)
                    && (number.byteCount == 1 || number.utf8.first != UInt8(ascii: "0"))
                    && (Int(number.string) ?? 256) < 256
            }
    }

    /// Eight groups, of which one run of zeros may be left out; the last two may be written as an IPv4 address.
    private static func isSix(_ text: WireText) -> Bool {
        var groups = text.split(at: UInt8(ascii: ":"))
        guard groups.count >= 3, groups.count <= 9 else { return false }
        var length = 8
        if let last = groups.last, isFour(last) {
            groups.removeLast()
            length = 6
        }
        // At either end the left-out run shows as two empty groups, in between as one.
        if groups.first?.isEmpty == true {
            guard groups.count > 1, groups[1].isEmpty else { return false }
            groups.removeFirst()
        }
        if length == 8, groups.last?.isEmpty == true {
            guard groups.count > 1, groups[groups.count - 2].isEmpty else { return false }
            groups.removeLast()
        }
        let gaps = groups.count { $0.isEmpty }
        guard groups.allSatisfy({ $0.byteCount <= 4 && $0.utf8.allSatisfy { $0.hexValue != nil } }) else {
            return false
        }
        return gaps == 0 ? groups.count == length : gaps == 1 && groups.count - 1 < length
    }
}
