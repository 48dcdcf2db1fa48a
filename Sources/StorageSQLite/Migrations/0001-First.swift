package import Text

extension Migration {
    /// The tables of the first release.
    ///
    /// A schema that was released is not changed any more: what comes after it is a further step.
    ///
    /// `STRICT` keeps types; a table whose key is no number is kept in the order of its key and nowhere else.
    /// Times are whole seconds since 1970. Fingerprints are SHA-256. Every row is sealed: see `RowSeal`.
    static let first = Migration(
        "0.1",
        """
        -- One row: which life of this database it is, and how far it has come.
        CREATE TABLE epoch (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name BLOB NOT NULL CHECK (length(name) = 16),
            started INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(id, name, started, generation, seen)) STORED,
            CHECK (seal = seal(id, name, started, generation, seen))
        ) STRICT;
        INSERT INTO epoch (id, name, started, generation, seen) VALUES (1, randomblob(16), 0, 0, 0);

        CREATE TABLE family (
            id TEXT PRIMARY KEY,
            client TEXT NOT NULL,
            person TEXT NOT NULL,
            intent TEXT,
            scope TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            nonce TEXT,
            authenticated INTEGER NOT NULL,
            acr TEXT NOT NULL,
            sid TEXT,
            claims TEXT NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            revoked INTEGER,
            details TEXT NOT NULL,
            resources TEXT NOT NULL,
            -- Where its status stands: list and bit in one number.
            place INTEGER NOT NULL UNIQUE,
            seal INTEGER NOT NULL AS (seal(
                id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, sid, claims,
                created, expires, revoked, details, resources, place
            )) STORED,
            CHECK (seal = seal(
                id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, sid, claims,
                created, expires, revoked, details, resources, place
            ))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX family_by_end ON family (expires);
        CREATE INDEX family_by_login ON family (sid) WHERE sid IS NOT NULL;
        CREATE INDEX family_by_revocation ON family (revoked) WHERE revoked IS NOT NULL;
        CREATE INDEX family_by_intent ON family (intent) WHERE intent IS NOT NULL AND revoked IS NULL;

        -- Codes and refresh tokens stay as long as their family, because a copy may come back that late.
        CREATE TABLE code (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            family TEXT NOT NULL,
            challenge BLOB CHECK (length(challenge) = 32),
            certificate BLOB CHECK (length(certificate) = 32),
            proof_key BLOB CHECK (length(proof_key) = 32),
            state TEXT,
            expires INTEGER NOT NULL,
            spent INTEGER,
            failures INTEGER NOT NULL,
            family_expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                fingerprint, family, challenge, certificate, proof_key, state, expires, spent, failures,
                family_expires
            )) STORED,
            CHECK (seal = seal(
                fingerprint, family, challenge, certificate, proof_key, state, expires, spent, failures,
                family_expires
            ))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX code_by_end ON code (family_expires);

        CREATE TABLE refresh_token (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            family TEXT NOT NULL,
            certificate BLOB CHECK (length(certificate) = 32),
            proof_key BLOB CHECK (length(proof_key) = 32),
            expires INTEGER NOT NULL,
            spent INTEGER,
            family_expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                fingerprint, family, certificate, proof_key, expires, spent, family_expires
            )) STORED,
            CHECK (certificate IS NULL OR proof_key IS NULL),
            CHECK (seal = seal(fingerprint, family, certificate, proof_key, expires, spent, family_expires))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX refresh_token_by_end ON refresh_token (family_expires);

        CREATE TABLE revoked_access_token (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            expires INTEGER NOT NULL,
            -- Where the status of its family stood.
            place INTEGER,
            seal INTEGER NOT NULL AS (seal(fingerprint, expires, place)) STORED,
            CHECK (seal = seal(fingerprint, expires, place))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX revoked_access_token_by_place ON revoked_access_token (place) WHERE place IS NOT NULL;
        CREATE INDEX revoked_access_token_by_end ON revoked_access_token (expires);

        -- Proofs of possession as well: their client is `dpop` and the key, with a space that no client has. So are
        -- requests that were signed, whose client is `request` and the client, and assertions in the place of a grant,
        -- whose client is `issuer` and its name.
        -- Kept in the order in which they come, and found by a number, so that of the pages that a busy commit
        -- writes only those of one index lie apart.
        CREATE TABLE spent_assertion (
            id INTEGER PRIMARY KEY,
            client TEXT NOT NULL,
            fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
            expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(id, client, fingerprint, expires)) STORED,
            CHECK (seal = seal(id, client, fingerprint, expires))
        ) STRICT;
        CREATE UNIQUE INDEX spent_assertion_once ON spent_assertion (fingerprint, client);
        CREATE INDEX spent_assertion_by_end ON spent_assertion (expires);

        CREATE TABLE session (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            sid TEXT NOT NULL,
            person TEXT NOT NULL,
            authenticated INTEGER NOT NULL,
            acr TEXT NOT NULL,
            credential BLOB NOT NULL CHECK (length(credential) = 32),
            expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(fingerprint, sid, person, authenticated, acr, credential, expires)) STORED,
            CHECK (seal = seal(fingerprint, sid, person, authenticated, acr, credential, expires))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_by_end ON session (expires);

        CREATE TABLE interaction (
            id TEXT PRIMARY KEY,
            browser BLOB NOT NULL CHECK (length(browser) = 32),
            intent TEXT,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            session BLOB CHECK (length(session) = 32),
            closed INTEGER,
            parameters TEXT NOT NULL,
            reference BLOB CHECK (length(reference) = 32),
            signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
            certificate BLOB CHECK (length(certificate) = 32),
            polled TEXT,
            person TEXT,
            seal INTEGER NOT NULL AS (seal(
                id, browser, intent, created, expires, session, closed, parameters, reference, signed, certificate,
                polled, person
            )) STORED,
            CHECK (seal = seal(
                id, browser, intent, created, expires, session, closed, parameters, reference, signed, certificate,
                polled, person
            ))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX interaction_waiting ON interaction (expires, id) WHERE closed IS NULL;
        CREATE INDEX interaction_by_intent ON interaction (intent, expires) WHERE closed IS NULL AND intent IS NOT NULL;
        CREATE INDEX interaction_closed ON interaction (expires) WHERE closed IS NOT NULL;

        CREATE TABLE pushed_request (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            client TEXT NOT NULL,
            expires INTEGER NOT NULL,
            spent INTEGER,
            signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
            certificate BLOB CHECK (length(certificate) = 32),
            parameters TEXT NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                fingerprint, client, expires, spent, signed, certificate, parameters
            )) STORED,
            CHECK (seal = seal(fingerprint, client, expires, spent, signed, certificate, parameters))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX pushed_request_by_client ON pushed_request (client, expires);
        CREATE INDEX pushed_request_by_end ON pushed_request (expires);

        -- Requests that their clients poll.
        CREATE TABLE polled_request (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            kind TEXT NOT NULL,
            client TEXT NOT NULL,
            user_code BLOB CHECK (length(user_code) = 32),
            person TEXT,
            message TEXT,
            signed INTEGER NOT NULL CHECK (signed IN (0, 1)),
            notice_name TEXT,
            notice_token TEXT,
            notice_tries INTEGER NOT NULL,
            notice_due INTEGER,
            certificate BLOB CHECK (length(certificate) = 32),
            proof_key BLOB CHECK (length(proof_key) = 32),
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            interval INTEGER NOT NULL,
            entries INTEGER NOT NULL,
            decided INTEGER,
            family TEXT,
            spent INTEGER,
            parameters TEXT NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                fingerprint, kind, client, user_code, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due, certificate, proof_key, created, expires, interval, entries, decided, family, spent,
                parameters
            )) STORED,
            CHECK (family IS NULL OR decided IS NOT NULL),
            CHECK (seal = seal(
                fingerprint, kind, client, user_code, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due, certificate, proof_key, created, expires, interval, entries, decided, family, spent,
                parameters
            ))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX polled_request_by_user_code ON polled_request (user_code) WHERE user_code IS NOT NULL;
        CREATE INDEX polled_request_by_client ON polled_request (client, expires) WHERE decided IS NULL;
        CREATE INDEX polled_request_by_person ON polled_request (person, created)
            WHERE decided IS NULL AND person IS NOT NULL;
        CREATE INDEX polled_request_to_tell ON polled_request (notice_due) WHERE notice_due IS NOT NULL;
        CREATE INDEX polled_request_by_end ON polled_request (expires);

        CREATE TABLE remembered_scope (
            person TEXT NOT NULL,
            client TEXT NOT NULL,
            redirect_uri TEXT NOT NULL,
            credential BLOB NOT NULL CHECK (length(credential) = 32),
            scope TEXT NOT NULL,
            remembered INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(person, client, redirect_uri, credential, scope, remembered)) STORED,
            PRIMARY KEY (person, client, redirect_uri),
            CHECK (seal = seal(person, client, redirect_uri, credential, scope, remembered))
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE login_throttle (
            subject TEXT PRIMARY KEY,
            failures INTEGER NOT NULL,
            last INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(subject, failures, last)) STORED,
            CHECK (seal = seal(subject, failures, last))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX login_throttle_by_end ON login_throttle (last);

        -- The receipt is last, because it is long and most questions do not want it.
        CREATE TABLE consent (
            id TEXT PRIMARY KEY,
            third_party TEXT NOT NULL,
            status TEXT NOT NULL,
            deleted INTEGER,
            expires INTEGER,
            person TEXT,
            accounts TEXT,
            given INTEGER,
            version INTEGER NOT NULL,
            status_updated INTEGER NOT NULL,
            reason TEXT NOT NULL,
            updated INTEGER NOT NULL,
            created INTEGER NOT NULL,
            origin TEXT NOT NULL,
            lifetime_days INTEGER,
            period_from INTEGER,
            period_to INTEGER,
            permissions TEXT NOT NULL,
            end_user TEXT,
            named_accounts TEXT NOT NULL,
            receipt BLOB NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user,
                named_accounts, receipt
            )) STORED,
            CHECK ((person IS NULL) = (accounts IS NULL) AND (person IS NULL) = (given IS NULL)),
            CHECK (seal = seal(
                id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user,
                named_accounts, receipt
            ))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX consent_by_person ON consent (person, created) WHERE person IS NOT NULL;
        CREATE INDEX consent_by_creation ON consent (created, id);
        CREATE INDEX consent_by_change ON consent (updated);

        CREATE TABLE idempotency (
            third_party TEXT NOT NULL,
            key BLOB NOT NULL CHECK (length(key) = 32),
            request BLOB NOT NULL CHECK (length(request) = 32),
            consent TEXT NOT NULL,
            expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(third_party, key, request, consent, expires)) STORED,
            PRIMARY KEY (third_party, key),
            CHECK (seal = seal(third_party, key, request, consent, expires))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_by_end ON idempotency (expires);

        -- The ledger: each entry's hash is over the entry and the hash before it, so that none can be altered alone.
        CREATE TABLE revision (
            sequence INTEGER PRIMARY KEY,
            consent TEXT NOT NULL,
            version INTEGER NOT NULL,
            from_status TEXT,
            to_status TEXT NOT NULL,
            accounts TEXT NOT NULL,
            terms BLOB NOT NULL CHECK (length(terms) = 32),
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            actor_name TEXT,
            reason TEXT NOT NULL,
            shown_digest BLOB CHECK (length(shown_digest) = 32),
            shown_templates BLOB CHECK (length(shown_templates) = 32),
            shown_language TEXT,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            seal INTEGER NOT NULL AS (seal(
                sequence, consent, version, from_status, to_status, accounts, terms, at, actor, actor_name,
                reason, shown_digest, shown_templates, shown_language, hash
            )) STORED,
            UNIQUE (consent, version),
            CHECK (seal = seal(
                sequence, consent, version, from_status, to_status, accounts, terms, at, actor, actor_name,
                reason, shown_digest, shown_templates, shown_language, hash
            ))
        ) STRICT;

        -- Sessions, their flows, and the one-time tokens of consents.
        CREATE TABLE access_session (
            id TEXT PRIMARY KEY,
            short_id TEXT NOT NULL,
            third_party TEXT NOT NULL,
            consent TEXT NOT NULL,
            return_url TEXT NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            closed INTEGER,
            seal INTEGER NOT NULL AS (seal(
                id, short_id, third_party, consent, return_url, created, expires, closed
            )) STORED,
            CHECK (seal = seal(id, short_id, third_party, consent, return_url, created, expires, closed))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX access_session_by_end ON access_session (expires);

        -- A flow falls with its session, whose end stands here as well so that it is found.
        CREATE TABLE access_flow (
            id TEXT PRIMARY KEY,
            session TEXT NOT NULL,
            kind TEXT NOT NULL,
            client_token BLOB NOT NULL CHECK (length(client_token) = 32),
            created INTEGER NOT NULL,
            session_expires INTEGER NOT NULL,
            receipt BLOB NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                id, session, kind, client_token, created, session_expires, receipt
            )) STORED,
            CHECK (seal = seal(id, session, kind, client_token, created, session_expires, receipt))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX access_flow_by_token ON access_flow (client_token);
        CREATE INDEX access_flow_by_session ON access_flow (session);
        CREATE INDEX access_flow_by_end ON access_flow (session_expires);

        CREATE TABLE consent_token (
            consent TEXT PRIMARY KEY,
            third_party TEXT NOT NULL,
            expires INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            live BLOB NOT NULL CHECK (length(live) = 32),
            preceding BLOB CHECK (length(preceding) = 32),
            rotated INTEGER NOT NULL,
            day INTEGER NOT NULL,
            unattended INTEGER NOT NULL,
            attended INTEGER NOT NULL,
            version INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                consent, third_party, expires, generation, live, preceding, rotated, day, unattended, attended, version
            )) STORED,
            CHECK (seal = seal(
                consent, third_party, expires, generation, live, preceding, rotated, day, unattended, attended, version
            ))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX consent_token_by_end ON consent_token (expires);

        -- Clients that registered themselves, and the initial access tokens that were used.
        CREATE TABLE registered_client (
            id TEXT PRIMARY KEY,
            document TEXT NOT NULL,
            policy TEXT NOT NULL,
            software TEXT,
            access_token BLOB NOT NULL CHECK (length(access_token) = 32),
            issued INTEGER NOT NULL,
            version INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(id, document, policy, software, access_token, issued, version)) STORED,
            CHECK (seal = seal(id, document, policy, software, access_token, issued, version))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX registered_client_by_software ON registered_client (software) WHERE software IS NOT NULL;

        CREATE TABLE spent_invitation (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(fingerprint, expires)) STORED,
            CHECK (seal = seal(fingerprint, expires))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX spent_invitation_by_end ON spent_invitation (expires);

        -- Ends of logins that a client is still to hear of.
        CREATE TABLE logout_notice (
            id TEXT PRIMARY KEY,
            client TEXT NOT NULL,
            person TEXT NOT NULL,
            sid TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            due INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(id, client, person, sid, attempts, due, expires)) STORED,
            CHECK (seal = seal(id, client, person, sid, attempts, due, expires))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX logout_notice_by_login ON logout_notice (sid, client);
        CREATE INDEX logout_notice_by_time ON logout_notice (due, id);
        CREATE INDEX logout_notice_by_end ON logout_notice (expires);
        """
    )
}

extension Migrations {
    /// Every migration of this release, oldest first, each named after the release that brought it.
    package static let all: [Migration] = [.first]

    /// SHA-256 of what all of them make of an empty database: see `Schema.digest`.
    package static let schemaDigest: WireText =
        "f2a03a1e68dbcfc70a10bef488d96617efe86deb419e28cd997a84794d2c69c7"

    /// What the only step was called before there was a release; its tables were never twice the same.
    static let unreleased: WireText = "first"
}
