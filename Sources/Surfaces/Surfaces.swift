package import Text

/// The consent APIs of this server, one a line.
package enum Surfaces {
    package static let all: [any Surface] = [
        AccountAccessConsents(),
        Konsentus(),
        MerchantConsents(),
        MerchantTokens(),
        KlarnaXS2A(),
    ]

    /// Account data for the sandbox; in production the bank's own APIs serve it.
    package static let sandbox: [any Surface] = [
        AccountInformation()
    ]

    /// What only the bank's own systems reach, on the internal listener.
    package static let bank: [any Surface] = [
        ConsentRetrieval(),
        ConsentPersistence(),
        ConsentManagement(),
        ConsentValidation(),
    ]

    /// What the bank's staff reach, on the admin listener.
    package static let admin: [any Surface] = [
        ConsentAdministration()
    ]

    /// The surface that answers for a path, its unknown paths included.
    ///
    /// Surfaces may share a prefix where they share the shape of their answers.
    package static func owner(of path: WireText, among surfaces: [any Surface]) -> (any Surface)? {
        surfaces.first { $0.owns(path) }
    }
}
