import Crypto
import OAuth
import Text

extension Connection {
    func code(_ fingerprint: Fingerprint) throws(SQLiteFailure) -> CodeRecord? {
        try first(
            """
            SELECT family.id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims,
                created, family.expires, revoked, details, resources, sid, place, challenge, certificate, code.expires,
                spent, state, proof_key
            FROM code JOIN family ON family.id = code.family
            WHERE fingerprint = ?1
            """,
            fingerprint
        ) { row throws(SQLiteFailure) in
            var challenge: Challenge?
            if let bytes = try row.optionalBlob(17) {
                guard let read = Challenge(bytes: bytes) else { throw .corrupt("a challenge") }
                challenge = read
            }
            return CodeRecord(
                fingerprint: fingerprint,
                family: try row.family(),
                challenge: challenge,
                certificate: try row.optionalFingerprint(18),
                proofKey: try row.optionalFingerprint(22),
                state: try row.optionalText(21),
                expires: try row.timestamp(19),
                spent: try row.optionalTimestamp(20)
            )
        }
    }

    func refreshToken(_ fingerprint: Fingerprint) throws(SQLiteFailure) -> RefreshRecord? {
        try first(
            """
            SELECT family.id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims,
                created, family.expires, revoked, details, resources, sid, place, refresh_token.expires, spent,
                certificate, proof_key
            FROM refresh_token JOIN family ON family.id = refresh_token.family
            WHERE fingerprint = ?1
            """,
            fingerprint
        ) { row throws(SQLiteFailure) in
            RefreshRecord(
                fingerprint: fingerprint,
                family: try row.family(),
                confirmation: Confirmation(
                    certificate: try row.optionalFingerprint(19),
                    key: try row.optionalFingerprint(20)
                ),
                expires: try row.timestamp(17),
                spent: try row.optionalTimestamp(18)
            )
        }
    }

    func family(_ id: Identifier<TokenFamily>) throws(SQLiteFailure) -> TokenFamily? {
        try first(
            """
            SELECT id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims, created,
                expires, revoked, details, resources, sid, place
            FROM family WHERE id = ?1
            """,
            id
        ) { row throws(SQLiteFailure) in try row.family() }
    }

    func liveFamily(of intent: Identifier<Intent>) throws(SQLiteFailure) -> TokenFamily? {
        let last: Identifier<TokenFamily>? = try first(
            "SELECT id FROM family WHERE intent = ?1 AND revoked IS NULL ORDER BY created DESC, id LIMIT 1",
            intent
        ) { row throws(SQLiteFailure) in try row.identifier(0) }
        guard let last else { return nil }
        return try family(last)
    }

    func isRevoked(accessToken: Fingerprint) throws(SQLiteFailure) -> Bool {
        try first(
            "SELECT 1 FROM revoked_access_token WHERE fingerprint = ?1",
            accessToken,
            read: { _ in true }
        ) ?? false
    }

    func session(_ fingerprint: Fingerprint) throws(SQLiteFailure) -> Session? {
        try first(
            "SELECT fingerprint, sid, person, authenticated, acr, credential, expires FROM session WHERE fingerprint = ?1",
            fingerprint
        ) { row throws(SQLiteFailure) in try row.session() }
    }

    func interaction(_ id: Identifier<Interaction>) throws(SQLiteFailure) -> Interaction? {
        try first(
            """
            SELECT id, browser, parameters, intent, created, expires, session, closed, reference, signed, certificate,
                polled, person
            FROM interaction WHERE id = ?1
            """,
            id
        ) { row throws(SQLiteFailure) in try row.interaction() }
    }

    func pushedRequest(_ fingerprint: Fingerprint) throws(SQLiteFailure) -> PushedRequest? {
        try first(
            "SELECT client, parameters, signed, certificate, expires, spent FROM pushed_request WHERE fingerprint = ?1",
            fingerprint
        ) { row throws(SQLiteFailure) in
            PushedRequest(
                fingerprint: fingerprint,
                client: try row.identifier(0),
                parameters: try row.text(1),
                isSigned: try row.count(2) == 1,
                certificate: try row.optionalFingerprint(3),
                expires: try row.timestamp(4),
                spent: try row.optionalTimestamp(5)
            )
        }
    }

    func abandonedInteractions(at now: Timestamp, limit: Int) throws(SQLiteFailure) -> [Interaction] {
        try all(
            """
            SELECT id, browser, parameters, intent, created, expires, session, closed, reference, signed, certificate,
                polled, person
            FROM interaction
            WHERE closed IS NULL AND expires <= ?1
            ORDER BY expires, id LIMIT ?2
            """,
            now,
            limit
        ) { row throws(SQLiteFailure) in try row.interaction() }
    }

    func isAwaited(_ intent: Identifier<Intent>, at now: Timestamp) throws(SQLiteFailure) -> Bool {
        try first(
            "SELECT 1 FROM interaction WHERE intent = ?1 AND closed IS NULL AND expires > ?2 LIMIT 1",
            intent,
            now,
            read: { _ in true }
        ) ?? false
    }

    func rememberedScope(in circumstances: Circumstances) throws(SQLiteFailure) -> Scope? {
        try first(
            """
            SELECT scope FROM remembered_scope
            WHERE person = ?1 AND client = ?2 AND redirect_uri = ?3 AND credential = ?4
            """,
            circumstances.person,
            circumstances.client,
            circumstances.redirectURI,
            circumstances.credential
        ) { row throws(SQLiteFailure) in try row.scope(0) }
    }

    func throttle(_ subject: LoginThrottle.Subject) throws(SQLiteFailure) -> LoginThrottle? {
        try first(
            "SELECT failures, last FROM login_throttle WHERE subject = ?1",
            subject.key
        ) { row throws(SQLiteFailure) in
            LoginThrottle(failures: try row.count(0), last: try row.timestamp(1))
        }
    }
}

extension Confirmation {
    /// The two columns of a refresh token, one of which is empty at the least.
    fileprivate init?(certificate: Fingerprint?, key: Fingerprint?) {
        if let certificate {
            self = .certificate(certificate)
        } else if let key {
            self = .key(key)
        } else {
            return nil
        }
    }
}

extension Row {
    /// The seventeen columns of a family, in the order of the questions above.
    fileprivate func family() throws(SQLiteFailure) -> TokenFamily {
        TokenFamily(
            id: try identifier(0),
            client: try identifier(1),
            person: try identifier(2),
            intent: try optionalIdentifier(3),
            scope: try scope(4),
            redirectURI: try text(5),
            nonce: try optionalText(6),
            authenticated: try timestamp(7),
            acr: try text(8),
            sid: try optionalText(15),
            created: try timestamp(10),
            expires: try timestamp(11),
            revoked: try optionalTimestamp(12),
            details: try details(13),
            resources: try texts(14),
            claims: try claims(9),
            place: try place(16)
        )
    }

    private func place(_ column: Int32) throws(SQLiteFailure) -> StatusPlace {
        guard let place = StatusPlace(number: try count(column)) else { throw .corrupt("a place") }
        return place
    }

    fileprivate func details(_ column: Int32) throws(SQLiteFailure) -> AuthorizationDetails {
        let bytes = try text(column).bytes
        guard let json = try? JSONReader.read(bytes, lengthLimit: bytes.count),
            let details = AuthorizationDetails(granted: json)
        else { throw .corrupt("authorization details") }
        return details
    }

    private func claims(_ column: Int32) throws(SQLiteFailure) -> GrantedClaims {
        let bytes = try text(column).bytes
        // What we wrote was bounded when it came in.
        guard let document = try? JSONReader.read(bytes, lengthLimit: bytes.count),
            let claims = GrantedClaims(document: document)
        else { throw .corrupt("claims") }
        return claims
    }

    func session() throws(SQLiteFailure) -> Session {
        Session(
            fingerprint: try fingerprint(0),
            sid: try text(1),
            person: try identifier(2),
            authenticated: try timestamp(3),
            acr: try text(4),
            credential: try fingerprint(5),
            expires: try timestamp(6)
        )
    }

    fileprivate func interaction() throws(SQLiteFailure) -> Interaction {
        Interaction(
            id: try identifier(0),
            browser: try fingerprint(1),
            parameters: try text(2),
            arrival: Arrival(
                reference: try optionalFingerprint(8),
                isSigned: try count(9) == 1,
                certificate: try optionalFingerprint(10),
                polled: try optionalPolledKind(11)
            ),
            intent: try optionalIdentifier(3),
            created: try timestamp(4),
            expires: try timestamp(5),
            session: try optionalFingerprint(6),
            person: try optionalIdentifier(12),
            closed: try optionalTimestamp(7)
        )
    }

    fileprivate func scope(_ column: Int32) throws(SQLiteFailure) -> Scope {
        let text = try text(column)
        guard !text.isEmpty else { return Scope([]) }
        guard let scope = Scope(text) else { throw .corrupt("a scope") }
        return scope
    }

    func fingerprint(_ column: Int32) throws(SQLiteFailure) -> Fingerprint {
        guard let fingerprint = Fingerprint(bytes: try blob(column)) else { throw .corrupt("a fingerprint") }
        return fingerprint
    }

    func optionalFingerprint(_ column: Int32) throws(SQLiteFailure) -> Fingerprint? {
        isNull(column) ? nil : try fingerprint(column)
    }
}
