package import Text

extension Client {
    /// Every URL that it wants called, and the member of its registration that says so.
    package var calls: [(member: WireText, uri: WireText)] {
        var calls: [(member: WireText, uri: WireText)] = []
        if let remoteKeys { calls.append(("jwks_uri", remoteKeys.uri)) }
        if let uri = logout.backchannelURI { calls.append(("backchannel_logout_uri", uri)) }
        if case .ping(let uri) = backchannel?.delivery {
            calls.append(("backchannel_client_notification_endpoint", uri))
        }
        return calls
    }
}
