import JOSE
import Text

extension ClientMetadata {
    /// The members that say how a client is answered.
    static let answerMembers: Set<WireText> = [
        "userinfo_signed_response_alg", "userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc",
        "introspection_signed_response_alg", "introspection_encrypted_response_alg",
        "introspection_encrypted_response_enc",
    ]

    /// In which form a client is answered, as it has registered.
    static func answers(_ document: JSON, _ profile: Profile) throws(Problem) -> AnswerFormats {
        AnswerFormats(
            userInfo: try answerFormat(document, "userinfo", profile),
            introspection: try answerFormat(document, "introspection", profile)
        )
    }

    private static func answerFormat(
        _ document: JSON,
        _ purpose: String,
        _ profile: Profile
    ) throws(Problem) -> AnswerFormat? {
        let member = WireText("\(purpose)_signed_response_alg")
        let encryption = try encryption(document, "\(purpose)_encrypted_response")
        guard document[member] != nil else {
            // Encryption alone says nothing about who speaks: anybody has the client's key.
            guard encryption == nil else {
                throw Problem(WireText("\(purpose)_encrypted_response_alg"), "It needs \(member).")
            }
            return nil
        }
        let algorithm = try algorithm(document, member)
        guard profile.demands.algorithms.contains(algorithm) else {
            throw Problem(member, "The profile \(profile.rawValue) does not allow \(algorithm.name).")
        }
        return AnswerFormat(algorithm: algorithm, encryption: encryption)
    }
}
