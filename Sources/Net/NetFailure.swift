package import Text

/// What a wire, a file or the machine can do to us.
package enum NetFailure: Error, Hashable, Sendable {
    /// A system call failed; its name and `errno`.
    case system(String, Int32)
    /// Somebody else listens there already.
    case addressInUse(Address)
    case tooManyDescriptors
    case fileTooLarge(String)
    /// A certificate, a key or a list of authorities cannot be used; which, and what OpenSSL says.
    case tls(String)
    /// The deadline of a wait has passed; what was waited for.
    case late(Phase)
    /// The peer closed, or the connection broke.
    case closed
    /// What we would send is no HTTP; nothing was sent.
    case requestMalformed
    /// What the peer sent is no HTTP.
    case answerMalformed
    case answerTooLarge
    /// A queue has reached its length.
    case busy
    /// A name leads to no address, or to none that we may call.
    case noAddress(WireText)

    /// The waits of a connection.
    package enum Phase: String, Hashable, Sendable {
        case lookup
        case connect
        case handshake
        case head
        case body
        case idle
        case write
    }
}

extension NetFailure: CustomStringConvertible {
    /// For the log and the terminal, never for a client.
    package var description: String {
        switch self {
        case .system(let call, let number): "\(call): \(SystemError.text(number))"
        case .addressInUse(let address): "\(address) is in use by another process"
        case .tooManyDescriptors: "too many open files"
        case .fileTooLarge(let path): "\(path): too large"
        case .tls(let reason): "TLS: \(reason)"
        case .late(let phase): "no \(phase.rawValue) in time"
        case .closed: "connection closed"
        case .requestMalformed: "the request cannot be written as HTTP/1.1"
        case .answerMalformed: "the answer is not HTTP/1.1"
        case .answerTooLarge: "the answer is too large"
        case .busy: "too many are waiting already"
        case .noAddress(let name): "no address to call for \(name)"
        }
    }
}
