import Fuzzing
import OAuth
import Text

/// What `claims` asks for is the same however the document is spelled.
enum FuzzedClaimsRequest {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let claims = try? ClaimsRequest(text) else { return .refused }
        guard let document = try? JSONReader.read(bytes) else { throw Broken("what is no JSON was read") }
        let again = JSONWriter.write(document)
        guard again.count <= Limits.claimsParameterBytes else { return .accepted }
        try require(WireText(again).flatMap { try? ClaimsRequest($0) } == claims, "spelled anew it is another request")
        try require(claims.subject.map { !$0.isEmpty } ?? true, "a person without a name")
        return .accepted
    }
}
