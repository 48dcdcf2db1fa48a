package import OAuth
package import Text

/// The clients that the bank has registered, from the documents in `clients.d`.
package final class ClientRegistry: ClientReader {
    private let clients: Reloadable<[Identifier<Client>: Client]>

    package init(_ clients: [Client]) {
        self.clients = Reloadable(Self.index(clients))
    }

    package func client(_ id: Identifier<Client>) async throws(StoreFailure) -> Client? {
        self[id]
    }

    package subscript(id: Identifier<Client>) -> Client? { clients.current[id] }

    /// Takes effect at the next step of every request, those under way included.
    package func replace(with clients: [Client]) {
        self.clients.replace(with: Self.index(clients))
    }

    private static func index(_ clients: [Client]) -> [Identifier<Client>: Client] {
        Dictionary(clients.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
