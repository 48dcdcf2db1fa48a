/// Read and write buffers of one loop that nobody holds at the moment.
///
/// A connection borrows a pair while bytes are on their way and gives it back when it is idle, so that
/// ten thousand idle connections hold none and a busy one asks the allocator for nothing.
struct BufferPool {
    /// A request of every protocol we speak fits.
    static let capacity = 16_384
    /// Two megabytes a loop, kept for the next ones.
    private static let kept = 64

    private var pairs: [Pair] = []
    /// How many are lent.
    private var lent = 0

    private struct Pair {
        var input: [UInt8]
        var output: [UInt8]
    }

    /// A pair, or nothing where so many are lent.
    mutating func take(atMost most: Int) -> (input: [UInt8], output: [UInt8])? {
        guard lent < most else { return nil }
        lent += 1
        if let pair = pairs.popLast() { return (pair.input, pair.output) }
        return (Self.makeBuffer(), Self.makeBuffer())
    }

    mutating func giveBack(_ input: consuming [UInt8], _ output: consuming [UInt8]) {
        lent -= 1
        // What grew for one large request goes back to the allocator.
        guard pairs.count < Self.kept, Self.isOrdinary(input), Self.isOrdinary(output) else { return }
        if !input.isEmpty { input.removeAll(keepingCapacity: true) }
        if !output.isEmpty { output.removeAll(keepingCapacity: true) }
        pairs.append(Pair(input: input, output: output))
    }

    private static func isOrdinary(_ buffer: borrowing [UInt8]) -> Bool {
        buffer.capacity >= capacity && buffer.capacity < capacity * 2
    }

    private static func makeBuffer() -> [UInt8] {
        var buffer: [UInt8] = []
        buffer.reserveCapacity(capacity)
        return buffer
    }
}
