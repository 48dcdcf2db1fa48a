package import Crypto
package import JOSE
package import OAuth
package import Text

/// The keys that we sign with, are known by, and open with what was encrypted to us.
package final class KeyRing: Sendable {
    private let keys: Reloadable<Keys>

    /// What is read together and replaced together: keys that are known to fit each other.
    package struct Keys: Sendable {
        fileprivate let signing: [Algorithm: SigningKey]
        fileprivate let published: JWKSet
        fileprivate let document: [UInt8]
        fileprivate let opening: [OpeningKey]
        fileprivate let awaited: [OpeningKey]
        fileprivate let accessTokens: Algorithm

        /// - Parameters:
        ///   - signing: The first of each algorithm signs; all are published.
        ///   - published: Those that do not sign yet, or no more.
        ///   - opening: All open; of each algorithm the first is published.
        ///   - awaited: Those that open already, and are not published yet.
        ///   - accessTokens: The algorithm of access tokens, as soon as a key of it signs.
        ///   - required: Algorithms that somebody is registered for.
        package init(
            _ signing: [SigningKey],
            published others: [SigningKey] = [],
            opening: [OpeningKey] = [],
            awaited: [OpeningKey] = [],
            accessTokens: Algorithm = .es256,
            required: Set<Algorithm>
        ) throws(Problem) {
            var byAlgorithm: [Algorithm: SigningKey] = [:]
            for key in signing where byAlgorithm[key.algorithm] == nil { byAlgorithm[key.algorithm] = key }
            for algorithm in Algorithm.allCases where required.contains(algorithm) && byAlgorithm[algorithm] == nil {
                throw .keyMissing(algorithm)
            }
            guard byAlgorithm[accessTokens] != nil || others.contains(where: { $0.algorithm == accessTokens }) else {
                throw .keyMissing(accessTokens)
            }
            // Who encrypts to us finds one key for each algorithm, and has no choice to make.
            let offered = opening.enumerated().filter { index, key in
                !opening[..<index].contains { $0.encryption == key.encryption }
            }
            do { published = try JWKSet((signing + others).map(\.jwk) + offered.map(\.element.jwk)) } catch {
                throw .keysContradictory(error)
            }
            document = JSONWriter.write(published.json)
            self.signing = byAlgorithm
            self.opening = opening
            self.awaited = awaited
            self.accessTokens = byAlgorithm[accessTokens] == nil ? .es256 : accessTokens
        }
    }

    /// Why keys cannot be used as they are.
    package enum Problem: Error, Sendable, Hashable {
        case keyMissing(Algorithm)
        case keysContradictory(JOSEFailure)
    }

    package init(_ keys: Keys) {
        self.keys = Reloadable(keys)
    }

    package func replace(with keys: Keys) {
        self.keys.replace(with: keys)
    }

    /// Another number after every replacement, for whoever remembers what the keys have said.
    ///
    /// Read it before the keys: what is remembered under too low a number is only forgotten early.
    package var generation: Int { keys.generation }

    package var algorithms: [Algorithm] {
        let signing = keys.current.signing
        return Algorithm.allCases.filter { signing[$0] != nil }
    }

    /// How others may encrypt to us.
    package var encryptions: [KeyEncryption] {
        let opening = keys.current.opening
        return KeyEncryption.allCases.filter { encryption in opening.contains { $0.encryption == encryption } }
    }

    /// RFC 7517 §5: public parts only, by the type of what is written.
    package var publicDocument: [UInt8] { keys.current.document }

    package func sign(_ token: AccessToken) throws(Refusal) -> WireText {
        let keys = keys.current
        return try sign(token.claims, with: keys.signing[keys.accessTokens], type: AccessToken.type)
    }

    /// A list of statuses, signed like the tokens that point to it.
    func sign(_ list: StatusList, issuer: Issuer, at now: Timestamp) throws(Refusal) -> WireText {
        let keys = keys.current
        return try sign(
            list.claims(issuer: issuer, at: now),
            with: keys.signing[keys.accessTokens],
            type: StatusList.type
        )
    }

    /// What a gateway is told of a consent.
    package func sign(consentInformation claims: [UInt8]) throws(Refusal) -> WireText {
        try sign(claims, by: .es256, type: "consent-information+jwt")
    }

    func sign(_ receipt: ConsentReceipt) throws(Refusal) -> WireText {
        try sign(JSONWriter.write(receipt.claims), by: .es256, type: ConsentReceipt.type)
    }

    /// Signed, and then encrypted where the client is registered so.
    package func sign(_ token: IDToken, for client: Client, entropy: Entropy) throws(Refusal) -> WireText {
        let algorithm = client.idTokenAlgorithm
        let signed = try sign(token.claims(signedWith: algorithm), by: algorithm, type: "JWT")
        return try encrypt(signed, as: client.idTokenEncryption, entropy: entropy)
    }

    /// Back-Channel Logout §2.4: by the same keys as the ID tokens of that client, and encrypted where those are.
    func sign(_ token: LogoutToken, for client: Client, entropy: Entropy) throws(Refusal) -> WireText {
        let signed = try sign(token.claims, by: client.idTokenAlgorithm, type: LogoutToken.type)
        return try encrypt(signed, as: client.idTokenEncryption, entropy: entropy)
    }

    /// An authorization answer: JARM §2.2; signed, and then encrypted where the client is registered so.
    func sign(answer claims: [UInt8], for client: Client, entropy: Entropy) throws(Refusal) -> WireText {
        // Somebody took the registration back while the person was deciding.
        guard let algorithm = client.frontChannel.answerAlgorithm else { throw .responseModeUnsupported }
        let signed = try sign(claims, by: algorithm, type: "JWT")
        return try encrypt(signed, as: client.frontChannel.answerEncryption, entropy: entropy)
    }

    /// What a client is told in the form that it is registered for: signed, and then perhaps encrypted.
    func sign(
        _ claims: [UInt8],
        type: WireText,
        as format: AnswerFormat,
        entropy: Entropy
    ) throws(Refusal) -> WireText {
        try encrypt(try sign(claims, by: format.algorithm, type: type), as: format.encryption, entropy: entropy)
    }

    /// What somebody encrypted to us; who it was is still to be verified.
    package func decrypt(_ encrypted: WireText) throws(JOSEFailure) -> JWE.Opened {
        let keys = keys.current
        return try JWE.open(encrypted, with: keys.opening + keys.awaited)
    }

    private func encrypt(
        _ signed: WireText,
        as encryption: Client.Encryption?,
        entropy: Entropy
    ) throws(Refusal) -> WireText {
        guard let encryption else { return signed }
        do {
            let key = try KeySelection.encryptionKey(for: encryption.algorithm, among: encryption.keys)
            return try JWE.encrypt(signed, to: key, encryption.algorithm, encryption.content, entropy: entropy)
        } catch { throw .serverFailed }
    }

    package func sign(_ token: MerchantToken) throws(Refusal) -> WireText {
        try sign(token.claims, by: .es256, type: MerchantToken.type)
    }

    /// A token that one of our keys signed for a merchant, whatever has become of it since.
    package func verifyMerchantToken(_ text: WireText, issuer: Issuer) -> MerchantToken? {
        guard let token = try? JWT(text, signedBy: keys.current.published, allowing: [.es256]),
            token.header.isOfType(MerchantToken.type),
            let merchantToken = MerchantToken(claims: token.claims), merchantToken.issuer == issuer.text,
            merchantToken.audience == MerchantToken.audience(of: issuer)
        else { return nil }
        return merchantToken
    }

    /// A token that one of our keys signed as an access token of this issuer, for whichever resource.
    package func verifyAccessToken(_ text: WireText, issuer: Issuer) -> AccessToken? {
        // Of whichever algorithm: a key has one only, and access tokens may have had another before.
        guard let token = try? JWT(text, signedBy: keys.current.published, allowing: Set(Algorithm.allCases)),
            // RFC 8725 §3.11: an ID token, signed with the same key, is no access token.
            token.header.isOfType(AccessToken.type),
            let accessToken = AccessToken(claims: token.claims), accessToken.issuer == issuer.text
        else { return nil }
        return accessToken
    }

    /// The `sub` of an ID token that one of our keys signed for this client, expired or not.
    ///
    /// OpenID Connect Core §3.1.2.1: as a hint it says whom the client expects, and lets nobody in.
    package func subject(
        hintedBy text: WireText,
        of client: Identifier<Client>,
        issuer: Issuer
    ) -> WireText? {
        guard let hint = idTokenHint(text, issuer: issuer), hint.audiences.contains(client) else { return nil }
        return hint.subject
    }

    /// What an ID token says that one of our keys signed, expired or not.
    ///
    /// RP-Initiated Logout §2: logging out is most wanted when the token is long over.
    package func idTokenHint(_ text: WireText, issuer: Issuer) -> IDTokenHint? {
        guard let token = try? JWT(text, signedBy: keys.current.published, allowing: Set(algorithms)),
            // RFC 8725 §3.11: an access token, signed with the same key, is no ID token.
            token.header.isOfType("JWT"), let claims = try? RegisteredClaims(token.claims),
            claims.issuer == issuer.text, let subject = claims.subject,
            // OpenID Connect Core §2: an answer of UserInfo, signed with the same key, has neither.
            claims.expires != nil, claims.issued != nil
        else { return nil }
        let audiences = claims.audiences.map { Identifier<Client>($0) }
        return IDTokenHint(audiences: audiences, subject: subject, sid: token.claims["sid"]?.text)
    }

    private func sign(_ claims: [UInt8], by algorithm: Algorithm, type: WireText) throws(Refusal) -> WireText {
        try sign(claims, with: keys.current.signing[algorithm], type: type)
    }

    private func sign(_ claims: [UInt8], with key: SigningKey?, type: WireText) throws(Refusal) -> WireText {
        guard let key else { throw .serverFailed }
        do { return try key.sign(claims, type: type) } catch { throw .serverFailed }
    }
}
