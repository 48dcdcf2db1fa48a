import Fuzzing
import OAuth
import Text

/// Details that were read are read again as the same ones, and name no resource that is not ours.
enum FuzzedAuthorizationDetails {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        guard let text = WireText(bytes), let issuer = Issuer("https://as.example") else { return .refused }
        let resources = Resources(issuer: issuer, listed: ["https://api.example"])
        var verdict = Verdict.refused
        for side in [AuthorizationDetails.Side.person, .token] {
            let types = Set(AuthorizationDetail.types)
            guard let details = try? AuthorizationDetails(text, asking: side, types: types, resources: resources) else {
                continue
            }
            verdict = .accepted
            try require(AuthorizationDetails(granted: details.json) == details, "what was written is something else")
            try require(details.locations.allSatisfy(resources.contains), "a resource that is not ours")
            let none = try? AuthorizationDetails(text, asking: side, types: [], resources: resources)
            try require(none == nil, "a type that the client is not registered for")
        }
        return verdict
    }
}
