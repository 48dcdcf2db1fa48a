import Text

extension PostgresMigration {
    /// The tables of the first release on PostgreSQL: those that SQLite has, in PostgreSQL's types.
    ///
    /// A schema that was released is not changed any more: what comes after it is a further step.
    ///
    /// Texts are compared and sorted as bytes, whatever language the database was made for. Times are whole seconds since
    /// 1970. Fingerprints are SHA-256.
    static let first = PostgresMigration(
        "0.1",
        least: 1,
        """
        -- One row: which life of this database it is.
        CREATE TABLE epoch (
            id bigint PRIMARY KEY CHECK (id = 1),
            started bigint NOT NULL,
            seen bigint NOT NULL,
            -- Random, new in every life; and that of the life before, which was ended knowingly.
            name text COLLATE "C" NOT NULL DEFAULT gen_random_uuid(),
            previous text COLLATE "C" NOT NULL DEFAULT '',
            -- Counts rounds of housekeeping.
            round bigint NOT NULL DEFAULT 0,
            -- The timeline that was written last, and the name that it was given here.
            timeline text COLLATE "C" NOT NULL DEFAULT '',
            branch text COLLATE "C" NOT NULL DEFAULT ''
        );
        INSERT INTO epoch (id, started, seen) VALUES (1, 0, 0);

        -- One row: the end of the ledger. Whoever adds an entry holds it until the commit.
        CREATE TABLE ledger (
            id bigint PRIMARY KEY CHECK (id = 1),
            sequence bigint NOT NULL,
            hash bytea NOT NULL CHECK (octet_length(hash) = 32)
        );
        INSERT INTO ledger (id, sequence, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

        CREATE TABLE family (
            id text COLLATE "C" PRIMARY KEY,
            client text COLLATE "C" NOT NULL,
            person text COLLATE "C" NOT NULL,
            intent text COLLATE "C",
            scope text COLLATE "C" NOT NULL,
            redirect_uri text COLLATE "C" NOT NULL,
            nonce text COLLATE "C",
            authenticated bigint NOT NULL,
            acr text COLLATE "C" NOT NULL,
            sid text COLLATE "C",
            claims text COLLATE "C" NOT NULL,
            created bigint NOT NULL,
            expires bigint NOT NULL,
            revoked bigint,
            details text COLLATE "C" NOT NULL,
            resources text[] COLLATE "C" NOT NULL,
            -- Where its status stands: list and bit in one number.
            place bigint NOT NULL UNIQUE
        );
        CREATE INDEX family_by_end ON family (expires);
        CREATE INDEX family_by_login ON family (sid) WHERE sid IS NOT NULL;
        CREATE INDEX family_by_revocation ON family (revoked) WHERE revoked IS NOT NULL;
        CREATE INDEX family_by_intent ON family (intent) WHERE intent IS NOT NULL AND revoked IS NULL;

        -- Codes and refresh tokens stay as long as their family, because a copy may come back that late.
        CREATE TABLE code (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            family text COLLATE "C" NOT NULL,
            challenge bytea CHECK (octet_length(challenge) = 32),
            certificate bytea CHECK (octet_length(certificate) = 32),
            proof_key bytea CHECK (octet_length(proof_key) = 32),
            state text COLLATE "C",
            expires bigint NOT NULL,
            spent bigint,
            failures bigint NOT NULL,
            family_expires bigint NOT NULL
        );
        CREATE INDEX code_by_end ON code (family_expires);

        CREATE TABLE refresh_token (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            family text COLLATE "C" NOT NULL,
            certificate bytea CHECK (octet_length(certificate) = 32),
            proof_key bytea CHECK (octet_length(proof_key) = 32),
            expires bigint NOT NULL,
            spent bigint,
            family_expires bigint NOT NULL,
            CHECK (certificate IS NULL OR proof_key IS NULL)
        );
        CREATE INDEX refresh_token_by_end ON refresh_token (family_expires);

        CREATE TABLE revoked_access_token (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            expires bigint NOT NULL,
            -- Where the status of its family stood.
            place bigint
        );
        CREATE INDEX revoked_access_token_by_place ON revoked_access_token (place) WHERE place IS NOT NULL;
        CREATE INDEX revoked_access_token_by_end ON revoked_access_token (expires);

        -- Proofs of possession as well: their client is `dpop` and the key, with a space that no client has. So are
        -- requests that were signed, whose client is `request` and the client, and assertions in the place of a grant,
        -- whose client is `issuer` and its name.
        -- Kept in the order in which they come, and found by a number, so that of the pages that a busy commit
        -- writes only those of one index lie apart.
        CREATE TABLE spent_assertion (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            client text COLLATE "C" NOT NULL,
            fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
            expires bigint NOT NULL
        );
        CREATE UNIQUE INDEX spent_assertion_once ON spent_assertion (fingerprint, client);
        CREATE INDEX spent_assertion_by_end ON spent_assertion (expires);

        CREATE TABLE session (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            sid text COLLATE "C" NOT NULL,
            person text COLLATE "C" NOT NULL,
            authenticated bigint NOT NULL,
            acr text COLLATE "C" NOT NULL,
            credential bytea NOT NULL CHECK (octet_length(credential) = 32),
            expires bigint NOT NULL
        );
        CREATE INDEX session_by_end ON session (expires);

        CREATE TABLE interaction (
            id text COLLATE "C" PRIMARY KEY,
            browser bytea NOT NULL CHECK (octet_length(browser) = 32),
            intent text COLLATE "C",
            created bigint NOT NULL,
            expires bigint NOT NULL,
            session bytea CHECK (octet_length(session) = 32),
            closed bigint,
            parameters text COLLATE "C" NOT NULL,
            reference bytea CHECK (octet_length(reference) = 32),
            signed boolean NOT NULL,
            certificate bytea CHECK (octet_length(certificate) = 32),
            polled text COLLATE "C",
            person text COLLATE "C"
        );
        CREATE INDEX interaction_waiting ON interaction (expires, id) WHERE closed IS NULL;
        CREATE INDEX interaction_by_intent ON interaction (intent, expires) WHERE closed IS NULL AND intent IS NOT NULL;
        CREATE INDEX interaction_closed ON interaction (expires) WHERE closed IS NOT NULL;

        CREATE TABLE pushed_request (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            client text COLLATE "C" NOT NULL,
            expires bigint NOT NULL,
            spent bigint,
            signed boolean NOT NULL,
            certificate bytea CHECK (octet_length(certificate) = 32),
            parameters text COLLATE "C" NOT NULL
        );
        CREATE INDEX pushed_request_by_client ON pushed_request (client, expires);
        CREATE INDEX pushed_request_by_end ON pushed_request (expires);

        -- Requests that their clients poll.
        CREATE TABLE polled_request (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            kind text COLLATE "C" NOT NULL,
            client text COLLATE "C" NOT NULL,
            user_code bytea CHECK (octet_length(user_code) = 32),
            person text COLLATE "C",
            message text COLLATE "C",
            signed boolean NOT NULL,
            notice_name text COLLATE "C",
            notice_token text COLLATE "C",
            notice_tries bigint NOT NULL,
            notice_due bigint,
            certificate bytea CHECK (octet_length(certificate) = 32),
            proof_key bytea CHECK (octet_length(proof_key) = 32),
            created bigint NOT NULL,
            expires bigint NOT NULL,
            interval bigint NOT NULL,
            entries bigint NOT NULL,
            decided bigint,
            family text COLLATE "C",
            spent bigint,
            parameters text COLLATE "C" NOT NULL,
            CHECK (family IS NULL OR decided IS NOT NULL)
        );
        CREATE UNIQUE INDEX polled_request_by_user_code ON polled_request (user_code) WHERE user_code IS NOT NULL;
        CREATE INDEX polled_request_by_client ON polled_request (client, expires) WHERE decided IS NULL;
        CREATE INDEX polled_request_by_person ON polled_request (person, created)
            WHERE decided IS NULL AND person IS NOT NULL;
        CREATE INDEX polled_request_to_tell ON polled_request (notice_due) WHERE notice_due IS NOT NULL;
        CREATE INDEX polled_request_by_end ON polled_request (expires);

        CREATE TABLE remembered_scope (
            person text COLLATE "C" NOT NULL,
            client text COLLATE "C" NOT NULL,
            redirect_uri text COLLATE "C" NOT NULL,
            credential bytea NOT NULL CHECK (octet_length(credential) = 32),
            scope text COLLATE "C" NOT NULL,
            remembered bigint NOT NULL,
            PRIMARY KEY (person, client, redirect_uri)
        );

        CREATE TABLE login_throttle (
            subject text COLLATE "C" PRIMARY KEY,
            failures bigint NOT NULL,
            last bigint NOT NULL
        );
        CREATE INDEX login_throttle_by_end ON login_throttle (last);

        -- The receipt is last, because it is long and most questions do not want it.
        CREATE TABLE consent (
            id text COLLATE "C" PRIMARY KEY,
            third_party text COLLATE "C" NOT NULL,
            status text COLLATE "C" NOT NULL,
            deleted bigint,
            expires bigint,
            person text COLLATE "C",
            accounts text[] COLLATE "C",
            given bigint,
            version bigint NOT NULL,
            status_updated bigint NOT NULL,
            reason text COLLATE "C" NOT NULL,
            updated bigint NOT NULL,
            created bigint NOT NULL,
            origin text COLLATE "C" NOT NULL,
            lifetime_days bigint,
            period_from bigint,
            period_to bigint,
            permissions text[] COLLATE "C" NOT NULL,
            end_user text COLLATE "C",
            named_accounts text[] COLLATE "C" NOT NULL,
            receipt bytea NOT NULL,
            CHECK ((person IS NULL) = (accounts IS NULL) AND (person IS NULL) = (given IS NULL))
        );
        CREATE INDEX consent_by_person ON consent (person, created) WHERE person IS NOT NULL;
        CREATE INDEX consent_by_creation ON consent (created, id);
        CREATE INDEX consent_by_change ON consent (updated);

        CREATE TABLE idempotency (
            third_party text COLLATE "C" NOT NULL,
            key bytea NOT NULL CHECK (octet_length(key) = 32),
            request bytea NOT NULL CHECK (octet_length(request) = 32),
            consent text COLLATE "C" NOT NULL,
            expires bigint NOT NULL,
            PRIMARY KEY (third_party, key)
        );
        CREATE INDEX idempotency_by_end ON idempotency (expires);

        -- The ledger: each entry's hash is over the entry and the hash before it, so that none can be altered alone.
        CREATE TABLE revision (
            sequence bigint PRIMARY KEY,
            consent text COLLATE "C" NOT NULL,
            version bigint NOT NULL,
            from_status text COLLATE "C",
            to_status text COLLATE "C" NOT NULL,
            accounts text[] COLLATE "C" NOT NULL,
            terms bytea NOT NULL CHECK (octet_length(terms) = 32),
            at bigint NOT NULL,
            actor text COLLATE "C" NOT NULL,
            actor_name text COLLATE "C",
            reason text COLLATE "C" NOT NULL,
            shown_digest bytea CHECK (octet_length(shown_digest) = 32),
            shown_templates bytea CHECK (octet_length(shown_templates) = 32),
            shown_language text COLLATE "C",
            hash bytea NOT NULL CHECK (octet_length(hash) = 32),
            UNIQUE (consent, version)
        );

        -- Sessions, their flows, and the one-time tokens of consents.
        CREATE TABLE access_session (
            id text COLLATE "C" PRIMARY KEY,
            short_id text COLLATE "C" NOT NULL,
            third_party text COLLATE "C" NOT NULL,
            consent text COLLATE "C" NOT NULL,
            return_url text COLLATE "C" NOT NULL,
            created bigint NOT NULL,
            expires bigint NOT NULL,
            closed bigint
        );
        CREATE INDEX access_session_by_end ON access_session (expires);

        -- A flow falls with its session, whose end stands here as well so that it is found.
        CREATE TABLE access_flow (
            id text COLLATE "C" PRIMARY KEY,
            session text COLLATE "C" NOT NULL,
            kind text COLLATE "C" NOT NULL,
            client_token bytea NOT NULL CHECK (octet_length(client_token) = 32),
            created bigint NOT NULL,
            session_expires bigint NOT NULL,
            receipt bytea NOT NULL
        );
        CREATE UNIQUE INDEX access_flow_by_token ON access_flow (client_token);
        CREATE INDEX access_flow_by_session ON access_flow (session);
        CREATE INDEX access_flow_by_end ON access_flow (session_expires);

        CREATE TABLE consent_token (
            consent text COLLATE "C" PRIMARY KEY,
            third_party text COLLATE "C" NOT NULL,
            expires bigint NOT NULL,
            generation bigint NOT NULL,
            live bytea NOT NULL CHECK (octet_length(live) = 32),
            preceding bytea CHECK (octet_length(preceding) = 32),
            rotated bigint NOT NULL,
            day bigint NOT NULL,
            unattended bigint NOT NULL,
            attended bigint NOT NULL,
            version bigint NOT NULL
        );
        CREATE INDEX consent_token_by_end ON consent_token (expires);

        -- Clients that registered themselves, and the initial access tokens that were used.
        CREATE TABLE registered_client (
            id text COLLATE "C" PRIMARY KEY,
            document text COLLATE "C" NOT NULL,
            policy text COLLATE "C" NOT NULL,
            software text COLLATE "C",
            access_token bytea NOT NULL CHECK (octet_length(access_token) = 32),
            issued bigint NOT NULL,
            version bigint NOT NULL
        );
        CREATE INDEX registered_client_by_software ON registered_client (software) WHERE software IS NOT NULL;

        CREATE TABLE spent_invitation (
            fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
            expires bigint NOT NULL
        );
        CREATE INDEX spent_invitation_by_end ON spent_invitation (expires);

        -- Ends of logins that a client is still to hear of.
        CREATE TABLE logout_notice (
            id text COLLATE "C" PRIMARY KEY,
            client text COLLATE "C" NOT NULL,
            person text COLLATE "C" NOT NULL,
            sid text COLLATE "C" NOT NULL,
            attempts bigint NOT NULL,
            due bigint NOT NULL,
            expires bigint NOT NULL
        );
        CREATE UNIQUE INDEX logout_notice_by_login ON logout_notice (sid, client);
        CREATE INDEX logout_notice_by_time ON logout_notice (due, id);
        CREATE INDEX logout_notice_by_end ON logout_notice (expires);
        """
    )
}

extension PostgresMigrations {
    /// Every migration of this release, oldest first, each named after the release that brought it.
    package static let all: [PostgresMigration] = [.first]
}
