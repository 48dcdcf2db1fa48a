import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct PushedRequestTests {
    @Test
    func `PA-04 a reference is good for its client, until its second, and before the decision`() throws {
        let pushed = PushedRequest.sample(isSigned: true, certificate: Fingerprint(of: "certificate"))
        let fields = try pushed.fields(for: "tpp-1", at: .noon + 59)
        #expect(fields[.state] == "a b")
        #expect(fields.arrival.isPushed && fields.arrival.isSigned)
        #expect(fields.arrival.reference == Fingerprint(of: PushedRequest.sampleReference))
        #expect(fields.arrival.certificate == Fingerprint(of: "certificate"))
        for (other, client, seconds) in [
            (pushed, "tpp-2", 0), (pushed, "tpp-1", 60), (.sample(spent: .noon), "tpp-1", 1),
        ] as [(PushedRequest, Identifier<Client>, Int)] {
            #expect(throws: Refusal.requestURIInvalid) { try other.fields(for: client, at: .noon + seconds) }
        }
        #expect(Refusal.requestURIInvalid.code == "invalid_request_uri")
    }

    @Test
    func `PA-05 a decision ends the request that waits and its reference, and nothing is ended that never was`() {
        let reference = PushedRequest.sample.fingerprint
        let pushed = Interaction.sample(arrival: Arrival(reference: reference))
        #expect(
            pushed.decided(at: .noon) == [
                .closeInteraction("interaction-1", at: .noon), .spendPushedRequest(reference, at: .noon),
            ]
        )
        #expect(Interaction.sample.decided(at: .noon) == [.closeInteraction("interaction-1", at: .noon)])
    }
}
