/// Bytes in and bytes out without ever waiting: a socket, or TLS over one.
///
/// Where nothing can be done, the channel says what its watch has to become ready for. It is asked
/// first and waited for afterwards, because TLS may hold bytes of which the socket knows nothing.
protocol Channel: AnyObject {
    var watch: Watch { get }

    /// What must be agreed before the first byte; done at once where there is nothing to agree.
    func handshake() -> Transfer

    /// Appends at most `count` bytes to `buffer`.
    func read(into buffer: inout [UInt8], atMost count: Int) -> Transfer

    /// Writes from the front of `bytes`, which are not empty.
    func write(_ bytes: borrowing Span<UInt8>) -> Transfer

    /// Says that nothing more will be written.
    func endWriting()

    /// Why the handshake failed, for the log.
    var failure: String? { get }

    /// The certificate the other side showed, as DER.
    var certificate: [UInt8]? { get }

    /// What it showed beside its own, as DER.
    var issuers: [[UInt8]] { get }

    var isEncrypted: Bool { get }

    /// Whether something may be read now, of which the socket need not know.
    var mayHaveUnread: Bool { get }
}

/// What became of an attempt to read or write.
enum Transfer {
    /// So many bytes, at least one; any number for a handshake.
    case done(Int)
    case blocked(Readiness)
    /// The other side has said in order that nothing more will come.
    case ended
    case broken
}
