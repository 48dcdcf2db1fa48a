import Crypto
import OAuth
import TestSupport
import Text

/// What a store would answer, each kind on a shelf of its own.
struct GrantShelf: GrantReader, ClientReader {
    var codes: [Fingerprint: CodeRecord] = [:]
    var refreshTokens: [Fingerprint: RefreshRecord] = [:]
    var families: [Identifier<TokenFamily>: TokenFamily] = [:]
    var standings: [Identifier<Intent>: Standing] = [:]
    var clients: [Identifier<Client>: Client] = [:]
    var revoked: Set<Fingerprint> = []
    var polledRequests: [Fingerprint: PolledRequest] = [:]

    /// A code, a refresh token and their consent, all of the sample family.
    static let sample = GrantShelf(
        codes: [Fingerprint(of: CodeRecord.sampleCode): .sample],
        refreshTokens: [Fingerprint(of: RefreshRecord.sampleToken): .sample],
        families: ["family-1": .sample],
        standings: ["consent-1": .sample],
        clients: ["tpp-1": .sample]
    )

    func code(_ fingerprint: Fingerprint) async throws(StoreFailure) -> CodeRecord? { codes[fingerprint] }

    func refreshToken(_ fingerprint: Fingerprint) async throws(StoreFailure) -> RefreshRecord? {
        refreshTokens[fingerprint]
    }

    func family(_ id: Identifier<TokenFamily>) async throws(StoreFailure) -> TokenFamily? { families[id] }

    func isRevoked(accessToken: Fingerprint) async throws(StoreFailure) -> Bool { revoked.contains(accessToken) }

    func standing(of intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Standing? {
        standings[intent]
    }

    func polledRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        polledRequests[fingerprint]
    }

    func polledRequest(userCode: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        polledRequests.values.first { $0.userCode == userCode }
    }

    func summonses(of person: Identifier<Person>, at now: Timestamp) async throws(StoreFailure) -> [PolledRequest] {
        []
    }

    func duePings(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [PolledRequest] { [] }

    func liveFamily(of intent: Identifier<Intent>) async throws(StoreFailure) -> TokenFamily? {
        families.values.first { $0.intent == intent && $0.revoked == nil }
    }

    func client(_ id: Identifier<Client>) async throws(StoreFailure) -> Client? { clients[id] }
}
