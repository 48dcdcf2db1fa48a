package import Crypto
package import OAuth
package import Text

/// The clients that the bank has registered, from the documents in `clients.d`.
package final class ClientRegistry: ClientReader {
    private let clients: Reloadable<Index>

    package init(_ clients: [Client]) {
        self.clients = Reloadable(Index(clients))
    }

    package func client(_ id: Identifier<Client>) async throws(StoreFailure) -> Client? {
        self[id]
    }

    package subscript(id: Identifier<Client>) -> Client? { clients.current.byName[id] }

    /// Takes effect at the next step of every request, those under way included.
    package func replace(with clients: [Client]) {
        self.clients.replace(with: Index(clients))
    }

    /// The client that was given this static token in the portal.
    package func client(portalToken: Fingerprint) -> Client? {
        clients.current.byPortalToken[portalToken].flatMap { self[$0] }
    }

    private struct Index: Sendable {
        var byName: [Identifier<Client>: Client] = [:]
        var byPortalToken: [Fingerprint: Identifier<Client>] = [:]

        init(_ clients: [Client]) {
            for client in clients where byName[client.id] == nil {
                byName[client.id] = client
                if let token = client.consentAPIs.portalToken { byPortalToken[token] = client.id }
            }
        }
    }
}
