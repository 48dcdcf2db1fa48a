package import Crypto
package import OAuth
package import Text

extension PostgresStore {
    package func code(_ fingerprint: Fingerprint) async throws(StoreFailure) -> CodeRecord? {
        try await first(
            """
            SELECT family.id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims,
                created, family.expires, revoked, details, resources, sid, place, challenge, certificate, code.expires,
                spent, state, proof_key
            FROM code JOIN family ON family.id = code.family
            WHERE fingerprint = $1
            """,
            fingerprint
        ) { row throws(PostgresFailure) in
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

    package func refreshToken(_ fingerprint: Fingerprint) async throws(StoreFailure) -> RefreshRecord? {
        try await first(
            """
            SELECT family.id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims,
                created, family.expires, revoked, details, resources, sid, place, refresh_token.expires, spent,
                certificate, proof_key
            FROM refresh_token JOIN family ON family.id = refresh_token.family
            WHERE fingerprint = $1
            """,
            fingerprint
        ) { row throws(PostgresFailure) in
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

    package func family(_ id: Identifier<TokenFamily>) async throws(StoreFailure) -> TokenFamily? {
        try await first(
            """
            SELECT id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims, created,
                expires, revoked, details, resources, sid, place
            FROM family WHERE id = $1
            """,
            id
        ) { row throws(PostgresFailure) in try row.family() }
    }

    package func liveFamily(of intent: Identifier<Intent>) async throws(StoreFailure) -> TokenFamily? {
        try await first(
            """
            SELECT id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, claims, created,
                expires, revoked, details, resources, sid, place
            FROM family WHERE intent = $1 AND revoked IS NULL ORDER BY created DESC, id LIMIT 1
            """,
            intent
        ) { row throws(PostgresFailure) in try row.family() }
    }

    package func isRevoked(accessToken: Fingerprint) async throws(StoreFailure) -> Bool {
        try await first(
            "SELECT 1 FROM revoked_access_token WHERE fingerprint = $1",
            accessToken,
            read: { _ in true }
        ) ?? false
    }

    package func session(_ fingerprint: Fingerprint) async throws(StoreFailure) -> Session? {
        try await first(
            "SELECT fingerprint, sid, person, authenticated, acr, credential, expires FROM session WHERE fingerprint = $1",
            fingerprint
        ) { row throws(PostgresFailure) in try row.session() }
    }

    package func interaction(_ id: Identifier<Interaction>) async throws(StoreFailure) -> Interaction? {
        try await first(
            """
            SELECT id, browser, parameters, intent, created, expires, session, closed, reference, signed, certificate,
                polled, person
            FROM interaction WHERE id = $1
            """,
            id
        ) { row throws(PostgresFailure) in try row.interaction() }
    }

    package func pushedRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PushedRequest? {
        try await first(
            "SELECT client, parameters, signed, certificate, expires, spent FROM pushed_request WHERE fingerprint = $1",
            fingerprint
        ) { row throws(PostgresFailure) in
            PushedRequest(
                fingerprint: fingerprint,
                client: try row.identifier(0),
                parameters: try row.text(1),
                isSigned: try row.boolean(2),
                certificate: try row.optionalFingerprint(3),
                expires: try row.timestamp(4),
                spent: try row.optionalTimestamp(5)
            )
        }
    }

    package func abandonedInteractions(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [Interaction] {
        try await all(
            """
            SELECT id, browser, parameters, intent, created, expires, session, closed, reference, signed, certificate,
                polled, person
            FROM interaction
            WHERE closed IS NULL AND expires <= $1
            ORDER BY expires, id LIMIT $2
            """,
            now,
            limit
        ) { row throws(PostgresFailure) in try row.interaction() }
    }

    package func isAwaited(_ intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Bool {
        try await first(
            "SELECT 1 FROM interaction WHERE intent = $1 AND closed IS NULL AND expires > $2 LIMIT 1",
            intent,
            now,
            read: { _ in true }
        ) ?? false
    }

    package func rememberedScope(in circumstances: Circumstances) async throws(StoreFailure) -> Scope? {
        try await first(
            """
            SELECT scope FROM remembered_scope
            WHERE person = $1 AND client = $2 AND redirect_uri = $3 AND credential = $4
            """,
            circumstances.person,
            circumstances.client,
            circumstances.redirectURI,
            circumstances.credential
        ) { row throws(PostgresFailure) in try row.scope(0) }
    }

    package func throttle(_ subject: LoginThrottle.Subject) async throws(StoreFailure) -> LoginThrottle? {
        try await first(
            "SELECT failures, last FROM login_throttle WHERE subject = $1",
            subject.key
        ) { row throws(PostgresFailure) in
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
    fileprivate func family() throws(PostgresFailure) -> TokenFamily {
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

    private func place(_ column: Int) throws(PostgresFailure) -> StatusPlace {
        guard let place = StatusPlace(number: try count(column)) else { throw .corrupt("a place") }
        return place
    }

    fileprivate func details(_ column: Int) throws(PostgresFailure) -> AuthorizationDetails {
        let bytes = try text(column).bytes
        guard let json = try? JSONReader.read(bytes, lengthLimit: bytes.count),
            let details = AuthorizationDetails(granted: json)
        else { throw .corrupt("authorization details") }
        return details
    }

    private func claims(_ column: Int) throws(PostgresFailure) -> GrantedClaims {
        let bytes = try text(column).bytes
        // What we wrote was bounded when it came in.
        guard let document = try? JSONReader.read(bytes, lengthLimit: bytes.count),
            let claims = GrantedClaims(document: document)
        else { throw .corrupt("claims") }
        return claims
    }

    func session() throws(PostgresFailure) -> Session {
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

    fileprivate func interaction() throws(PostgresFailure) -> Interaction {
        Interaction(
            id: try identifier(0),
            browser: try fingerprint(1),
            parameters: try text(2),
            arrival: Arrival(
                reference: try optionalFingerprint(8),
                isSigned: try boolean(9),
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

    fileprivate func scope(_ column: Int) throws(PostgresFailure) -> Scope {
        let text = try text(column)
        guard !text.isEmpty else { return Scope([]) }
        guard let scope = Scope(text) else { throw .corrupt("a scope") }
        return scope
    }
}
