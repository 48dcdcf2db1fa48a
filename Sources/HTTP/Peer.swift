package import Text

/// Who is at the other end of a connection, as far as the connection itself can tell.
package struct Peer: Sendable, Hashable {
    package var address: WireText
    package var port: Int
    /// The part of the address that one subscriber has, as limits count them; absent where it says nothing of who is there.
    package var network: UInt64?
    /// The certificate the client showed in the handshake, as DER.
    ///
    /// Nothing is said about its worth.
    package var certificate: [UInt8]?
    /// What the client showed with its certificate, to say who stands behind it; as DER.
    package var issuers: [[UInt8]]
    package var isEncrypted: Bool

    package init(
        address: WireText,
        port: Int,
        network: UInt64? = nil,
        certificate: [UInt8]? = nil,
        issuers: [[UInt8]] = [],
        isEncrypted: Bool
    ) {
        self.address = address
        self.port = port
        self.network = network
        self.certificate = certificate
        self.issuers = issuers
        self.isEncrypted = isEncrypted
    }
}
