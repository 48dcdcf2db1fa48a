import AssentServer
import Consents
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Registrations that are sent twice, as time goes by.
struct IdempotencyTests {
    @Test
    func `SD-05 a key means something for a day, and nothing after it`() async throws {
        let house = try SampleHouse(store: MemoryStore(), clients: [.sample, .system])
        let bank = try Composition.bank(house.house)
        let first = await bank.respond(to: Self.registration)
        #expect(first.status == .created)
        house.time.pass(seconds: IdempotencyRecord.seconds - 1)
        #expect(await bank.respond(to: Self.registration).body == first.body)
        house.time.pass(seconds: 1)
        let next = await bank.respond(to: Self.registration)
        #expect(next.status == .created)
        #expect(next.body != first.body)
    }

    private static let registration: Request = {
        var fields = Fields()
        let pair = Base64.encode(Array("system:\(Client.sampleSecret)".utf8))
        fields.append(.authorization, FieldValue(WireText("Basic \(pair)")) ?? "")
        fields.append(.contentType, "application/json")
        fields.append("x-wso2-client-id", "tpp-1")
        fields.append(.xIdempotencyKey, "key-1")
        return Request(
            method: .post,
            path: "/api/fs/consent/manage/account-access-consents",
            query: nil,
            authority: "bank.example",
            fields: fields,
            body: Array(#"{"Data":{"Permissions":["ReadAccountsBasic"]},"Risk":{}}"#.utf8),
            peer: Peer(address: "127.0.0.1", port: 1_024, isEncrypted: false)
        )
    }()
}
