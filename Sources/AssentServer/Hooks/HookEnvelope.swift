internal import Text

/// What every answer to an event is wrapped in.
enum HookEnvelope {
    case success(JSON)
    /// - Parameter ends: Whether the consent ends with the refusal.
    case refused(ends: Bool)

    /// Reads the answer to an event; members that we do not know are the bank's own business.
    init(_ body: [UInt8]) throws(HookFailure) {
        let root: JSON
        do { root = try JSONReader.read(body) } catch { throw .malformed("body") }
        guard root["responseId"]?.text != nil else { throw .malformed("responseId") }
        guard let data = root["data"], data.members != nil else { throw .malformed("data") }
        switch root["status"]?.text {
        case "SUCCESS": self = .success(data)
        case "ERROR":
            // Its text is for the log there: a redirect that carried it could say anything in our name.
            guard data["errorMessage"]?.text != nil else { throw .malformed("errorMessage") }
            self = .refused(ends: try Self.ends(data["newConsentStatus"]))
        default: throw .malformed("status")
        }
    }

    private static func ends(_ status: JSON?) throws(HookFailure) -> Bool {
        switch status {
        case nil, .null: return false
        case .text("Rejected"): return true
        // No other status comes from a refusal.
        case .text: throw .unkept("newConsentStatus")
        default: throw .malformed("newConsentStatus")
        }
    }
}
