import Text

/// Digits from outside: `Int("+5")` is 5, and that is how requests are smuggled.
enum Decimal {
    /// Reads digits and nothing else, without a leading zero; `nil` also where they exceed the machine's word.
    static func read(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        guard range.count == 1 || bytes[range.lowerBound] != UInt8(ascii: "0") else { return nil }
        var number = 0
        for index in range {
            guard bytes[index].isDigit else { return nil }
            let (tens, overflowed) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflowedAgain) = tens.addingReportingOverflow(Int(bytes[index] - UInt8(ascii: "0")))
            guard !overflowed, !overflowedAgain else { return nil }
            number = sum
        }
        return number
    }
}
