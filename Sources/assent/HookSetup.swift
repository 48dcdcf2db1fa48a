import AssentServer
import Configuration
import Net
import Text

/// How the bank's own systems are reached, from a configuration or from the sandbox.
struct HookSetup: Sendable {
    let baseURL: WireText
    let user: WireText
    let passwordFile: String
    let authoritiesFile: String?

    /// Reads the secret and looks up the address: both at the start and at a reload, and never while a person waits.
    func hooks(on group: LoopGroup, _ resolver: Resolver) async throws(CommandFailure) -> Hooks {
        guard let uri = URIReference(baseURL), let host = uri.host, let port = uri.portNumber else {
            throw CommandFailure("\(baseURL) cannot be called.", exit: .configuration)
        }
        let line: HookLine?
        do {
            let address = try await Self.address(host, port, resolver)
            line = HookLine(
                baseURL,
                at: address,
                user: user,
                password: try password(),
                tls: uri.scheme == "https" ? try TLSContext(trusting: authoritiesFile) : nil,
                loops: group
            )
        } catch { throw CommandFailure("hooks: \(error)", exit: .configuration) }
        guard let line else { throw CommandFailure("\(baseURL) cannot be called.", exit: .configuration) }
        return Hooks(
            { event, body throws(HookFailure) in try await line.post(event, body) },
            reach: { () throws(HookFailure) in try await line.reach() }
        )
    }

    private static func address(_ host: WireText, _ port: UInt16, _ resolver: Resolver) async throws(NetFailure)
        -> Address
    {
        if let address = Address(WireText("\(host):\(port)")) { return address }
        guard let address = try await resolver.addresses(of: host, port: port).first else { throw .noAddress(host) }
        return address
    }

    /// The first line of the file.
    private func password() throws(NetFailure) -> WireText {
        let bytes = try File.read(passwordFile, limit: Limits.passwordBytes)
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return WireText(Array(line)) ?? ""
    }
}

extension URIReference {
    fileprivate var portNumber: UInt16? {
        guard let port, !port.isEmpty else { return scheme == "https" ? 443 : 80 }
        return UInt16(port.string)
    }
}
