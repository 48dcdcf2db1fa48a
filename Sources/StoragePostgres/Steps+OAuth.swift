import Crypto
import OAuth
import Storage
import Text

extension Steps {
    /// The statements of one change of the protocol.
    mutating func add(_ change: OAuth.Change) {
        switch change {
        case .keepPushedRequest(let request, let now): keep(request, at: now)
        case .spendPushedRequest(let fingerprint, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE pushed_request SET spent = $2 WHERE fingerprint = $1 AND spent IS NULL RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    now
                )
            )
        case .openInteraction(let interaction): open(interaction)
        case .signIn(let id, let session, let person, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE interaction SET session = $2, person = $3
                        WHERE id = $1 AND closed IS NULL AND expires > $4 RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    id,
                    session,
                    person,
                    now
                )
            )
        case .closeInteraction(let id, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE interaction SET closed = $2 WHERE id = $1 AND closed IS NULL RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    id,
                    now
                )
            )
        case .openSession(let session): open(session)
        case .endSession(let fingerprint):
            always(Statement("DELETE FROM session WHERE fingerprint = $1", fingerprint))
        case .requireSession(let fingerprint, let now):
            // Shared with others who require it; whoever ends it waits, and then sees what was done in its name.
            require(
                Statement(
                    """
                    WITH held AS (SELECT 1 FROM session WHERE fingerprint = $1 AND expires > $2 FOR SHARE)
                    SELECT 1 / count(*) FROM held
                    """,
                    fingerprint,
                    now
                )
            )
        case .rememberScope(let scope, let circumstances, let now):
            always(
                Statement(
                    """
                    INSERT INTO remembered_scope (person, client, redirect_uri, credential, scope, remembered)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (person, client, redirect_uri) DO UPDATE SET
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
                )
            )
        case .countLoginFailure(let subject, let now):
            always(
                Statement(
                    """
                    INSERT INTO login_throttle (subject, failures, last) VALUES ($1, 1, $2)
                    ON CONFLICT (subject) DO UPDATE SET
                        failures = CASE WHEN login_throttle.last > $3 THEN login_throttle.failures + 1 ELSE 1 END,
                        last = excluded.last
                    """,
                    subject.key,
                    now,
                    now - LoginThrottle.memorySeconds
                )
            )
        case .forgetLoginFailures(let subject):
            always(Statement("DELETE FROM login_throttle WHERE subject = $1", subject.key))

        case .openFamily(let family): open(family)
        case .revokeFamily(let id, let now):
            // Written even where it is revoked already: a commit that changes nothing waits for no standby, and the one
            // that revoked it may not have reached any.
            always(Statement("UPDATE family SET revoked = coalesce(revoked, $2) WHERE id = $1", id, now))
        case .revokeFamilies(let intent, let now):
            always(Statement("UPDATE family SET revoked = $2 WHERE intent = $1 AND revoked IS NULL", intent, now))
        case .requireFamily(let id):
            // Without a lock: what is issued in a family falls with it, even if it was issued a moment later.
            require(Statement("SELECT 1 / count(*) FROM family WHERE id = $1 AND revoked IS NULL", id))
        case .requireConsent(let intent, let client, let person, let now):
            // Shared as above: whoever ends the consent sees the families that were opened on it.
            require(
                Statement(
                    """
                    WITH held AS (
                        SELECT 1 FROM consent
                        WHERE id = $1 AND third_party = $2 AND person = $3 AND status = 'authorised' AND deleted IS NULL
                            AND (expires IS NULL OR expires > $4)
                        FOR SHARE
                    ) SELECT 1 / count(*) FROM held
                    """,
                    intent,
                    client,
                    person,
                    now
                )
            )

        case .issueCode(let code): issue(code)
        case .spendCode(let fingerprint, let family, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE code SET spent = $3 WHERE fingerprint = $1 AND family = $2 AND spent IS NULL RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    family,
                    now
                )
            )
        case .countCodeFailure(let fingerprint, let now):
            always(
                Statement(
                    """
                    UPDATE code SET
                        failures = failures + 1,
                        spent = CASE WHEN failures + 1 >= $2 THEN $3 END
                    WHERE fingerprint = $1 AND spent IS NULL
                    """,
                    fingerprint,
                    Limits.codeFailures,
                    now
                )
            )
        case .issueRefreshToken(let token): issue(token)
        case .spendRefreshToken(let fingerprint, let family, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE refresh_token SET spent = $3
                        WHERE fingerprint = $1 AND family = $2 AND spent IS NULL RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    family,
                    now
                )
            )
        case .revokeAccessToken(let fingerprint, let expires, let place):
            revoke(fingerprint, expires: expires, leaving: place)
        case .spendAssertion(let client, let fingerprint, let expires):
            spend(fingerprint, of: client.text, expires: expires, livingAtMost: Limits.assertionSeconds)
        case .spendRequest(let client, let identifier, let expires):
            spend(
                identifier,
                of: WireText("request \(client)"),
                expires: expires,
                livingAtMost: Limits.assertionSeconds
            )
        case .spendGrantAssertion(let issuer, let identifier, let expires):
            spend(
                identifier,
                of: WireText("issuer \(issuer)"),
                expires: expires,
                livingAtMost: Limits.assertionSeconds
            )
        case .spendProof(let key, let identifier, let expires):
            spend(
                identifier,
                of: WireText("dpop \(Base64URL.encode(key.bytes))"),
                expires: expires,
                livingAtMost: Limits.proofSeconds
            )
        case .polled(let change): add(change)
        }
    }

    /// What was spent between a backup and its return is forgotten, so nothing that could be as old counts.
    private mutating func spend(
        _ identifier: Fingerprint,
        of owner: WireText,
        expires: Timestamp,
        livingAtMost seconds: Int
    ) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO spent_assertion (client, fingerprint, expires)
                    SELECT $1, $2, $3 WHERE (SELECT started FROM epoch) + $4 < $3
                    ON CONFLICT (fingerprint, client) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                owner,
                identifier,
                expires,
                // The end that is kept for the longest-lived one: clocks differ on either side, and a second beyond.
                seconds + 2 * Limits.clockSkewSeconds + 1
            )
        )
    }

    private mutating func keep(_ request: PushedRequest, at now: Timestamp) {
        lock(counting: WireText("pushed \(request.client)"))
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO pushed_request (fingerprint, client, expires, spent, signed, certificate, parameters)
                    SELECT $1, $2, $3, $4, $5, $6, $7
                    WHERE (SELECT count(*) FROM pushed_request WHERE client = $2 AND expires > $8) < $9
                    ON CONFLICT (fingerprint) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                request.fingerprint,
                request.client,
                request.expires,
                request.spent,
                request.isSigned,
                request.certificate,
                request.parameters,
                now,
                Limits.pushedRequests
            )
        )
    }

    private mutating func open(_ interaction: Interaction) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO interaction (
                        id, browser, intent, created, expires, session, closed, parameters, reference, signed,
                        certificate, polled, person
                    )
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                    ON CONFLICT (id) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
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
                interaction.arrival.isSigned,
                interaction.arrival.certificate,
                interaction.arrival.polled.map { WireText($0.rawValue) },
                interaction.person
            )
        )
    }

    private mutating func open(_ session: Session) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO session (fingerprint, sid, person, authenticated, acr, credential, expires)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    ON CONFLICT (fingerprint) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                session.fingerprint,
                session.sid,
                session.person,
                session.authenticated,
                session.acr,
                session.credential,
                session.expires
            )
        )
    }

    /// Takes the first place from there on that nobody has, living or ended, and none where the neighbourhood is full.
    ///
    /// Who wants a place in the same moment as another is refused by its index (23505), and begins again.
    private mutating func open(_ family: TokenFamily) {
        require(
            Statement(
                """
                WITH free AS (
                    SELECT ($17 + step) % $18 AS number FROM generate_series(0, $19 - 1) AS step
                    WHERE (SELECT count(*) FROM family WHERE place = ($17 + step) % $18) = 0
                        AND (SELECT count(*) FROM revoked_access_token WHERE place = ($17 + step) % $18) = 0
                    LIMIT 1
                ), changed AS (
                    INSERT INTO family (
                        id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, sid, claims, created,
                        expires, revoked, details, resources, place
                    )
                    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, number FROM free
                    ON CONFLICT (id) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
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
                TextArray(family.resources),
                family.place.number,
                StatusPlace.count,
                Limits.statusProbes
            )
        )
    }

    /// Nothing to do where it has been revoked already: its family has left the place then.
    private mutating func revoke(_ fingerprint: Fingerprint, expires: Timestamp, leaving place: StatusPlace?) {
        always(
            Statement(
                """
                INSERT INTO revoked_access_token (fingerprint, expires, place) VALUES ($1, $2, $3)
                ON CONFLICT (fingerprint) DO UPDATE SET expires = revoked_access_token.expires
                """,
                fingerprint,
                expires,
                place?.number
            )
        )
        guard let place else { return }
        // Whoever moves it at this moment has done so when the next statement looks.
        always(Statement("SELECT 1 FROM family WHERE place = $1 FOR UPDATE", place.number))
        require(
            Statement(
                """
                WITH standing AS (SELECT 1 FROM family WHERE place = $1), free AS (
                    SELECT ($2 + step) % $3 AS number FROM generate_series(0, $4 - 1) AS step
                    WHERE (SELECT count(*) FROM family WHERE place = ($2 + step) % $3) = 0
                        AND (SELECT count(*) FROM revoked_access_token WHERE place = ($2 + step) % $3) = 0
                    LIMIT 1
                ), changed AS (
                    UPDATE family SET place = free.number FROM free WHERE family.place = $1 RETURNING 1
                ) SELECT 1 / CASE
                    WHEN (SELECT count(*) FROM standing) = (SELECT count(*) FROM changed) THEN 1 ELSE 0
                END
                """,
                place.number,
                StatusPlace(randomlyBy: fingerprint).number,
                StatusPlace.count,
                Limits.statusProbes
            )
        )
    }

    private mutating func issue(_ code: CodeRecord) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO code (
                        fingerprint, family, challenge, certificate, state, expires, spent, failures, family_expires,
                        proof_key
                    )
                    SELECT $1, id, $3, $4, $5, $6, $7, 0, expires, $8 FROM family WHERE id = $2
                    ON CONFLICT (fingerprint) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                code.fingerprint,
                code.family.id,
                code.challenge?.bytes,
                code.certificate,
                code.state,
                code.expires,
                code.spent,
                code.proofKey
            )
        )
    }

    private mutating func issue(_ token: RefreshRecord) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO refresh_token (fingerprint, family, certificate, proof_key, expires, spent, family_expires)
                    SELECT $1, id, $3, $4, $5, $6, expires FROM family WHERE id = $2
                    ON CONFLICT (fingerprint) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                token.fingerprint,
                token.family.id,
                token.confirmation?.certificate,
                token.confirmation?.key,
                token.expires,
                token.spent
            )
        )
    }
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
