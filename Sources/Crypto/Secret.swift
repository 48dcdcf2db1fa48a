import COpenSSL

/// Bytes that cannot be copied and are wiped when they are no longer needed.
@safe package struct Secret: ~Copyable, @unchecked Sendable {
    // Heap memory with one owner, never changed after it was filled: a value on the stack would leave
    // copies behind where it moves.
    private let memory: UnsafeMutableRawBufferPointer

    package init(copying bytes: borrowing Span<UInt8>) {
        unsafe memory = .allocate(byteCount: bytes.count, alignment: 16)
        unsafe bytes.withUnsafeBytes { source in
            unsafe memory.copyMemory(from: source)
        }
    }

    /// - Parameter byte: Gives each byte in turn, so that no copy of them is made on the way.
    package init(byteCount: Int, _ byte: () -> UInt8) {
        unsafe memory = .allocate(byteCount: byteCount, alignment: 16)
        for index in 0..<byteCount { unsafe memory[index] = byte() }
    }

    /// - Parameter fill: Writes every byte, and says whether it could.
    init?(byteCount: Int, filledBy fill: (UnsafeMutablePointer<UInt8>) -> Bool) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        guard let start = unsafe memory.bindMemory(to: UInt8.self).baseAddress, unsafe fill(start) else {
            unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
            unsafe memory.deallocate()
            return nil
        }
        unsafe self.memory = unsafe memory
    }

    package var byteCount: Int { unsafe memory.count }

    /// The first bytes of it, in memory of their own.
    borrowing func prefix(_ count: Int) -> Secret {
        let bytes = unsafe UnsafeBufferPointer(memory.bindMemory(to: UInt8.self))
        return unsafe Secret(copying: bytes.span.extracting(0..<count))
    }

    /// Lends the bytes; a copy made of them is the borrower's to answer for.
    package borrowing func withBytes<Result, Failure>(
        _ body: (borrowing Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe memory.bindMemory(to: UInt8.self)
        return try body(unsafe UnsafeBufferPointer(bytes).span)
    }

    deinit {
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }
}
