extension Span<UInt8> {
    /// Where a byte stands first in a range.
    ///
    /// Blocks without it are passed over at once: a loop that has no early way out is done many bytes at a time.
    package func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while range.upperBound - index >= Self.block, !extracting(index..<index + Self.block).holds(byte) {
            index += Self.block
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    private func holds(_ byte: UInt8) -> Bool {
        var found: UInt8 = 0
        for index in indices { found |= self[index].mark(ofSame: byte) }
        return found != 0
    }

    private static var block: Int { 32 }
}
