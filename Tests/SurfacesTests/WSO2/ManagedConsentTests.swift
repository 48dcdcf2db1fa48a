import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// What a gateway is shown of a consent, and what its headers are worth.
struct ManagedConsentTests {
    @Test func `a deleted consent is shown as Revoked, and one at its end as Expired`() {
        let deleted = Consent.sample(status: .revoked, deleted: .noon)
        #expect(ManagedConsent.document(deleted, at: .noon)["Data"]?["Status"] == "Revoked")
        let ended = Consent.sample(expires: .noon, status: .authorised, authorisation: .sample)
        #expect(ManagedConsent.document(ended, at: .noon)["Data"]?["Status"] == "Expired")
        #expect(ManagedConsent.document(ended, at: .noon).members?.map(\.name) == ["Data", "Risk"])
    }

    @Test func `the bank sees the record as it was received`() {
        let record = ManagedConsent.record(.authorisedSample, at: .noon + 60)
        #expect(record["receipt"] == #"{"Data":{},"Risk":{}}"#)
        #expect(record["createdTime"] == .integer(Timestamp.noon.seconds))
        let authorisation = record["authorizationResources"]?.array?.first
        #expect(authorisation?["userID"] == "psu-anna")
        #expect(authorisation?["authorizationStatus"] == "Authorised")
        #expect(authorisation?["resources"]?.array?.map { $0["accountID"] } == ["account-1", "account-2"])
    }

    @Test func `parts of a consent keep their names until it is given anew`() {
        let one = StoredConsent.document(.authorisedSample, at: .noon)["authorizations"]?.array?.first?["id"]
        let again = StoredConsent.document(.authorisedSample, at: .noon + 5)["authorizations"]?.array?.first?["id"]
        #expect(one != nil && one == again)
        let later = Authorisation(person: "psu-anna", accounts: ["account-1"], given: .noon + 600)
        let given = Consent.sample(status: .authorised, authorisation: later, version: 3)
        #expect(StoredConsent.document(given, at: .noon)["authorizations"]?.array?.first?["id"] != one)
    }

    private func headers(_ pairs: [(FieldName, FieldValue)]) throws(SurfaceRefusal) -> GatewayHeaders {
        var request = Request(method: .get, path: "/", peer: Peer(address: "127.0.0.1", port: 1, isEncrypted: false))
        for (name, value) in pairs { request.fields.append(name, value) }
        return try GatewayHeaders(request)
    }

    @Test func `SD-25 a gateway names one client, once, and says clearly whether it asks for itself`() throws {
        let client: (FieldName, FieldValue) = ("x-wso2-client-id", "tpp-1")
        #expect(try headers([client]).client == "tpp-1")
        #expect(try !headers([client]).isInternal)
        #expect(try headers([client, ("X-WSO2-Internal-Request", "true")]).isInternal)
        #expect(try !headers([client, ("x-wso2-internal-request", "false")]).isInternal)
        #expect(throws: SurfaceRefusal.self) { try headers([]) }
        #expect(throws: SurfaceRefusal.self) { try headers([client, client]) }
        #expect(throws: SurfaceRefusal.self) { try headers([client, ("x-wso2-internal-request", "TRUE")]) }
        #expect(throws: SurfaceRefusal.self) {
            try headers([client, ("x-wso2-internal-request", "true"), ("x-wso2-internal-request", "true")])
        }
    }
}
