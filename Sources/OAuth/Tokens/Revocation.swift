package import Text

/// What a client may end before its time: RFC 7009.
package enum Revocation {
    /// RFC 7009 §2.1: a refresh token takes everything along that was granted with it.
    package static func changes(_ record: RefreshRecord?, by client: Client, at now: Timestamp) -> [Change] {
        guard let record, record.family.client == client.id else { return [] }
        return [.revokeFamily(record.family.id, at: now)]
    }

    /// One access token; what else was granted stays.
    package static func changes(_ token: AccessToken, by client: Client) -> [Change] {
        guard token.client == client.id else { return [] }
        // A gateway gives back what it has swapped, and the token of the client stays as it is.
        let place = token.actors.isEmpty ? token.status : nil
        return [.revokeAccessToken(token.fingerprint, expires: token.expires, leaving: place)]
    }
}
