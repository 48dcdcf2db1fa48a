package import Crypto
package import JOSE
package import OAuth
internal import Synchronization
package import Text

/// All clients: those of the documents in `clients.d`, and those that registered themselves.
///
/// A file wins over a registration of the same name, and no registration changes it.
package final class ClientRegistry: ClientReader {
    private let state: Mutex<State>
    /// Where registrations may change without us: other processes have the same store.
    private let shared: (any RegistrationReader)?

    package init(
        _ clients: [Client],
        verdicts: [Identifier<Client>: ClientVerdict] = [:],
        shared: (any RegistrationReader)? = nil
    ) {
        state = Mutex(State(files: clients, verdicts: verdicts))
        self.shared = shared
    }

    /// The client as it is now, whoever changed it: what begins with a client begins here.
    package func client(_ id: Identifier<Client>) async throws(StoreFailure) -> Client? {
        // Names that are given to registrations are all of one form, so that no other costs a question.
        if let shared, UUID(id.text) != nil, state.withLock({ !$0.isOfFile(id) }) {
            take(try await shared.registeredClient(id), as: id)
        }
        return self[id]
    }

    private func take(_ registration: RegisteredClient?, as id: Identifier<Client>) {
        guard let registration else { return forget(id) }
        do { try keep(registration) } catch { forget(id) }
    }

    package subscript(id: Identifier<Client>) -> Client? { state.withLock { $0.byName }[id] }

    /// The client that was given this static token in the portal.
    package func client(portalToken: Fingerprint) -> Client? {
        state.withLock { $0.byPortalToken }[portalToken].flatMap { self[$0] }
    }

    /// Takes what the bank says anew; takes effect at the next step of every request, those under way included.
    package func replace(with clients: [Client], verdicts: [Identifier<Client>: ClientVerdict] = [:]) {
        state.withLock { state in
            state.files = clients
            state.verdicts = verdicts
            state.build()
        }
    }

    // MARK: Clients that registered themselves

    /// A registration as it is kept, unless the name is that of a client of the bank's files.
    package func registration(of id: Identifier<Client>) -> RegisteredClient? {
        state.withLock { $0.isOfFile(id) ? nil : $0.registered[id] }
    }

    /// Every algorithm that one of them has registered for.
    package var registeredAlgorithms: Set<Algorithm> {
        state.withLock { state in
            state.registered.keys.reduce(into: []) { $0.formUnion(state.byName[$1]?.signingAlgorithms ?? []) }
        }
    }

    /// How many clients one piece of software has registered.
    package func count(ofSoftware id: WireText) -> Int {
        state.withLock { $0.registered }.values.count { $0.policy.software == id }
    }

    /// Takes a client in as it was kept, unless a later state of it is there already.
    package func keep(_ client: RegisteredClient) throws(ClientMetadata.Problem) {
        let problem = state.withLock { state -> ClientMetadata.Problem? in
            guard state.registered[client.id].map({ $0.version < client.version }) ?? true else { return nil }
            do throws(ClientMetadata.Problem) {
                let read = try client.client(state.verdicts[client.id])
                state.registered[client.id] = client
                state.show(read)
                return nil
            } catch { return error }
        }
        if let problem { throw problem }
    }

    /// Forgets a client that was removed.
    package func forget(_ id: Identifier<Client>) {
        state.withLock { state in
            state.registered[id] = nil
            state.fetched[id] = nil
            if !state.isOfFile(id) { state.byName[id] = nil }
        }
    }

    // MARK: Keys that stay with the client

    /// The clients whose keys are fetched, and from where.
    package var remoteKeys: [Identifier<Client>: WireText] {
        state.withLock { $0.byName }.compactMapValues { $0.remoteKeys?.uri }
    }

    /// Takes in keys that were found at a URL, if that is still the client's and the keys are of use to it.
    package func keep(keys: JSON, from uri: WireText, of id: Identifier<Client>) throws(ClientMetadata.Problem) {
        let problem = state.withLock { state -> ClientMetadata.Problem? in
            guard let client = state.byName[id], client.remoteKeys?.uri == uri else { return nil }
            do throws(ClientMetadata.Problem) {
                state.byName[id] = try client.fetching(keys)
                state.fetched[id] = FetchedKeys(uri: uri, keys: keys)
                return nil
            } catch { return error }
        }
        if let problem { throw problem }
    }

    /// Forgets fetched keys that are too old to be believed.
    package func forgetKeys(of id: Identifier<Client>) {
        state.withLock { state in
            guard state.fetched.removeValue(forKey: id) != nil else { return }
            state.build()
        }
    }

    private struct FetchedKeys: Sendable {
        let uri: WireText
        let keys: JSON
    }

    private struct State: Sendable {
        var files: [Client]
        var verdicts: [Identifier<Client>: ClientVerdict]
        var registered: [Identifier<Client>: RegisteredClient] = [:]
        var fetched: [Identifier<Client>: FetchedKeys] = [:]
        var byName: [Identifier<Client>: Client] = [:]
        var byPortalToken: [Fingerprint: Identifier<Client>] = [:]
        private var ofFiles: Set<Identifier<Client>> = []

        init(files: [Client], verdicts: [Identifier<Client>: ClientVerdict]) {
            self.files = files
            self.verdicts = verdicts
            build()
        }

        func isOfFile(_ id: Identifier<Client>) -> Bool { ofFiles.contains(id) }

        mutating func build() {
            byName = [:]
            byPortalToken = [:]
            ofFiles = Set(files.map(\.id))
            for client in files where byName[client.id] == nil {
                byName[client.id] = knowing(client)
                if let token = client.consentAPIs.portalToken { byPortalToken[token] = client.id }
            }
            for client in registered.values {
                // It was read when it came, and what the bank says of it makes it no less readable.
                if let read = try? client.client(verdicts[client.id]) { show(read) }
            }
        }

        mutating func show(_ client: Client) {
            guard !isOfFile(client.id) else { return }
            byName[client.id] = knowing(client)
        }

        /// The client with the keys that were fetched for it, where they are of use to what it is now.
        private func knowing(_ client: Client) -> Client {
            guard let known = fetched[client.id], known.uri == client.remoteKeys?.uri else { return client }
            return (try? client.fetching(known.keys)) ?? client
        }
    }
}
