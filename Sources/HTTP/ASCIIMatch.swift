import Text

extension Span<UInt8> {
    /// Whether these bytes stand here, upper and lower case told apart.
    func matches(_ text: String, at start: Int) -> Bool {
        let length = text.utf8.count
        guard start >= 0, start <= count, length <= count - start else { return false }
        var index = start
        for byte in text.utf8 {
            guard self[index] == byte else { return false }
            index += 1
        }
        return true
    }

    /// Whether the range holds this lower-case text and nothing else, letters of ASCII compared without case.
    func equalsIgnoringCase(_ text: String, in range: Range<Int>) -> Bool {
        guard range.count == text.utf8.count else { return false }
        var index = range.lowerBound
        for byte in text.utf8 {
            guard self[index].lowercasedASCII == byte else { return false }
            index += 1
        }
        return true
    }
}
