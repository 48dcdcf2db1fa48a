import Text

extension ClientMetadata {
    /// How a client's requests come, as it has registered.
    static func frontChannel(_ document: JSON, _ profile: Profile) throws(Problem) -> FrontChannel {
        let member: WireText = "require_pushed_authorization_requests"
        let mustPush = try boolean(document, member)
        // Who says no to what the profile demands means another profile.
        if profile.demands.needsPush, document[member] != nil, !mustPush {
            throw Problem(member, "The profile \(profile.rawValue) demands it.")
        }
        return FrontChannel(mustPush: mustPush)
    }
}
