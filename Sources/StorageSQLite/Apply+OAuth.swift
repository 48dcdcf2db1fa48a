import Crypto
import OAuth
import Storage
import Text

extension Connection {
    /// Makes one change; `false` where its condition does not hold.
    ///
    /// The condition stands in the statement itself, so that between looking and changing nothing can happen.
    func apply(_ change: OAuth.Change) throws(SQLiteFailure) -> Bool {
        switch change {
        case .keepPushedRequest(let request, let now): try keep(request, at: now)
        case .spendPushedRequest(let fingerprint, let now):
            try run(
                "UPDATE pushed_request SET spent = ?2 WHERE fingerprint = ?1 AND spent IS NULL",
                fingerprint,
                now
            ) == 1
        case .openInteraction(let interaction): try open(interaction)
        case .signIn(let id, let session, let person, let now):
            try run(
                "UPDATE interaction SET session = ?2, person = ?3 WHERE id = ?1 AND closed IS NULL AND expires > ?4",
                id,
                session,
                person,
                now
            ) == 1
        case .closeInteraction(let id, let now):
            try run("UPDATE interaction SET closed = ?2 WHERE id = ?1 AND closed IS NULL", id, now) == 1
        case .openSession(let session): try open(session)
        case .endSession(let fingerprint):
            try always(run("DELETE FROM session WHERE fingerprint = ?1", fingerprint))
        case .requireSession(let fingerprint, let now):
            try holds("SELECT 1 FROM session WHERE fingerprint = ?1 AND expires > ?2", fingerprint, now)
        case .rememberScope(let scope, let circumstances, let now):
            try run(
                """
                INSERT INTO remembered_scope (person, client, redirect_uri, credential, scope, remembered)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT DO UPDATE SET
                    credential = excluded.credential,
                    scope = excluded.scope,
                    remembered = excluded.remembered
                """,
                circumstances.person,
                circumstances.client,
                circumstances.redirectURI,
                circumstances.credential,
                scope.text,
                now
            ) == 1
        case .countLoginFailure(let subject, let now):
            try run(
                """
                INSERT INTO login_throttle (subject, failures, last) VALUES (?1, 1, ?2)
                ON CONFLICT DO UPDATE SET
                    failures = CASE WHEN last > ?3 THEN failures + 1 ELSE 1 END,
                    last = excluded.last
                """,
                subject.key,
                now,
                now - LoginThrottle.memorySeconds
            ) == 1
        case .forgetLoginFailures(let subject):
            try always(run("DELETE FROM login_throttle WHERE subject = ?1", subject.key))

        case .openFamily(let family): try open(family)
        case .revokeFamily(let id, let now):
            try always(run("UPDATE family SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL", id, now))
        case .revokeFamilies(let intent, let now):
            try always(run("UPDATE family SET revoked = ?2 WHERE intent = ?1 AND revoked IS NULL", intent, now))
        case .requireFamily(let id):
            try holds("SELECT 1 FROM family WHERE id = ?1 AND revoked IS NULL", id)
        case .requireConsent(let intent, let client, let person, let now):
            try holds(
                """
                SELECT 1 FROM consent
                WHERE id = ?1 AND third_party = ?2 AND person = ?3 AND status = 'authorised' AND deleted IS NULL
                    AND (expires IS NULL OR expires > ?4)
                """,
                intent,
                client,
                person,
                now
            )

        case .issueCode(let code): try issue(code)
        case .spendCode(let fingerprint, let family, let now):
            try run(
                "UPDATE code SET spent = ?3 WHERE fingerprint = ?1 AND family = ?2 AND spent IS NULL",
                fingerprint,
                family,
                now
            ) == 1
        case .countCodeFailure(let fingerprint, let now):
            try always(
                run(
                    """
                    UPDATE code SET
                        failures = failures + 1,
                        spent = CASE WHEN failures + 1 >= ?2 THEN ?3 END
                    WHERE fingerprint = ?1 AND spent IS NULL
                    """,
                    fingerprint,
                    Limits.codeFailures,
                    now
                )
            )
        case .issueRefreshToken(let token): try issue(token)
        case .spendRefreshToken(let fingerprint, let family, let now):
            try run(
                "UPDATE refresh_token SET spent = ?3 WHERE fingerprint = ?1 AND family = ?2 AND spent IS NULL",
                fingerprint,
                family,
                now
            ) == 1
        case .revokeAccessToken(let fingerprint, let expires, let place):
            try revoke(fingerprint, expires: expires, leaving: place)
        case .spendAssertion(let client, let fingerprint, let expires):
            try spend(fingerprint, of: client.text, expires: expires, livingAtMost: Limits.assertionSeconds)
        case .spendRequest(let client, let identifier, let expires):
            // It is shown by its client alone, so that an hour in which none is taken would guard nothing.
            try spend(
                identifier,
                of: WireText("request \(client)"),
                expires: expires,
                livingAtMost: Limits.assertionSeconds
            )
        case .spendGrantAssertion(let issuer, let identifier, let expires):
            try spend(
                identifier,
                of: WireText("issuer \(issuer)"),
                expires: expires,
                livingAtMost: Limits.assertionSeconds
            )
        case .spendProof(let key, let identifier, let expires):
            try spend(
                identifier,
                of: WireText("dpop \(Base64URL.encode(key.bytes))"),
                expires: expires,
                livingAtMost: Limits.proofSeconds
            )
        case .polled(let change): try apply(change)
        }
    }

    /// What was spent between a backup and its return is forgotten, so nothing that could be as old counts.
    private func spend(
        _ identifier: Fingerprint,
        of owner: WireText,
        expires: Timestamp,
        livingAtMost seconds: Int
    ) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO spent_assertion (client, fingerprint, expires)
            SELECT ?1, ?2, ?3 WHERE (SELECT started FROM epoch) + ?4 < ?3
            ON CONFLICT DO NOTHING
            """,
            owner,
            identifier,
            expires,
            // The end that is kept for the longest-lived one: clocks differ on either side, and a second beyond.
            seconds + 2 * Limits.clockSkewSeconds + 1
        ) == 1
    }

    private func keep(_ request: PushedRequest, at now: Timestamp) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO pushed_request (fingerprint, client, expires, spent, signed, certificate, parameters)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
            WHERE (SELECT count(*) FROM pushed_request WHERE client = ?2 AND expires > ?8) < ?9
            ON CONFLICT DO NOTHING
            """,
            request.fingerprint,
            request.client,
            request.expires,
            request.spent,
            request.isSigned ? 1 : 0,
            request.certificate,
            request.parameters,
            now,
            Limits.pushedRequests
        ) == 1
    }

    private func open(_ interaction: Interaction) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO interaction (
                id, browser, intent, created, expires, session, closed, parameters, reference, signed, certificate, polled,
                person
            )
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT DO NOTHING
            """,
            interaction.id,
            interaction.browser,
            interaction.intent,
            interaction.created,
            interaction.expires,
            interaction.session,
            interaction.closed,
            interaction.parameters,
            interaction.arrival.reference,
            interaction.arrival.isSigned ? 1 : 0,
            interaction.arrival.certificate,
            interaction.arrival.polled.map { WireText($0.rawValue) },
            interaction.person
        ) == 1
    }

    private func open(_ session: Session) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO session (fingerprint, sid, person, authenticated, acr, credential, expires)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO NOTHING
            """,
            session.fingerprint,
            session.sid,
            session.person,
            session.authenticated,
            session.acr,
            session.credential,
            session.expires
        ) == 1
    }

    private func open(_ family: TokenFamily) throws(SQLiteFailure) -> Bool {
        guard let place = try freePlace(from: family.place) else { return false }
        return try run(
            """
            INSERT INTO family (
                id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, sid, claims, created,
                expires, revoked, details, resources, place
            )
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            ON CONFLICT DO NOTHING
            """,
            family.id,
            family.client,
            family.person,
            family.intent,
            family.scope.text,
            family.redirectURI,
            family.nonce,
            family.authenticated,
            family.acr,
            family.sid,
            WireText(String(decoding: JSONWriter.write(family.claims.document), as: UTF8.self)),
            family.created,
            family.expires,
            family.revoked,
            WireText(String(decoding: JSONWriter.write(family.details.json), as: UTF8.self)),
            TextList(family.resources),
            place.number
        ) == 1
    }

    /// Nothing to do where it has been revoked already: its family has left the place then.
    private func revoke(
        _ fingerprint: Fingerprint,
        expires: Timestamp,
        leaving place: StatusPlace?
    ) throws(SQLiteFailure) -> Bool {
        _ = try run(
            "INSERT INTO revoked_access_token (fingerprint, expires, place) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            fingerprint,
            expires,
            place?.number
        )
        guard let place, try holds("SELECT 1 FROM family WHERE place = ?1", place.number) else { return true }
        guard let free = try freePlace(from: StatusPlace(randomlyBy: fingerprint)) else { return false }
        return try run("UPDATE family SET place = ?2 WHERE place = ?1", place.number, free.number) == 1
    }

    private func issue(_ code: CodeRecord) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO code (
                fingerprint, family, challenge, certificate, state, expires, spent, failures, family_expires, proof_key
            )
            SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, 0, expires, ?8 FROM family WHERE id = ?2
            ON CONFLICT DO NOTHING
            """,
            code.fingerprint,
            code.family.id,
            code.challenge?.bytes,
            code.certificate,
            code.state,
            code.expires,
            code.spent,
            code.proofKey
        ) == 1
    }

    private func issue(_ token: RefreshRecord) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO refresh_token (fingerprint, family, certificate, proof_key, expires, spent, family_expires)
            SELECT ?1, id, ?3, ?4, ?5, ?6, expires FROM family WHERE id = ?2
            ON CONFLICT DO NOTHING
            """,
            token.fingerprint,
            token.family.id,
            token.confirmation?.certificate,
            token.confirmation?.key,
            token.expires,
            token.spent
        ) == 1
    }

    private func holds<each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value
    ) throws(SQLiteFailure) -> Bool {
        try first(sql, repeat each values, read: { _ in true }) ?? false
    }

    /// For a change without a condition: where there was nothing to change, what it wants is so already.
    private func always(_ changed: Int) -> Bool { true }
}

extension Confirmation {
    fileprivate var certificate: Fingerprint? {
        guard case .certificate(let fingerprint) = self else { return nil }
        return fingerprint
    }

    fileprivate var key: Fingerprint? {
        guard case .key(let fingerprint) = self else { return nil }
        return fingerprint
    }
}

extension Fingerprint: Bindable {
    package func bind(to statement: borrowing Statement, at position: Int32) {
        bytes.bind(to: statement, at: position)
    }
}
