-- Four of the tables of the first state that had a store, which was never released.
BEGIN TRANSACTION;
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
            updated INTEGER NOT NULL,
            created INTEGER NOT NULL,
            origin TEXT NOT NULL,
            period_from INTEGER,
            period_to INTEGER,
            permissions TEXT NOT NULL,
            receipt BLOB NOT NULL,
            seal INTEGER NOT NULL AS (seal(
                id, third_party, status, deleted, expires, person, accounts, given, version, status_updated,
                updated, created, origin, period_from, period_to, permissions, receipt
            )) STORED,
            CHECK ((person IS NULL) = (accounts IS NULL) AND (person IS NULL) = (given IS NULL)),
            CHECK (seal = seal(
                id, third_party, status, deleted, expires, person, accounts, given, version, status_updated,
                updated, created, origin, period_from, period_to, permissions, receipt
            ))
        ) STRICT, WITHOUT ROWID;
INSERT INTO "consent" VALUES('consent-1','demo-tpp','authorised',NULL,NULL,'psu-anna','anna-current',1795000000,2,1795000000,1795000000,1795000000,'uk-open-banking',NULL,NULL,'ReadAccountsDetail',X'7B7D');
CREATE TABLE epoch (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            name BLOB NOT NULL CHECK (length(name) = 16),
            started INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            seen INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(id, name, started, generation, seen)) STORED,
            CHECK (seal = seal(id, name, started, generation, seen))
        ) STRICT;
INSERT INTO "epoch" VALUES(1,X'000102030405060708090A0B0C0D0E0F',0,3,1795000000);
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
            user_info_names TEXT NOT NULL,
            created INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            revoked INTEGER,
            seal INTEGER NOT NULL AS (seal(
                id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, user_info_names,
                created, expires, revoked
            )) STORED,
            CHECK (seal = seal(
                id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, user_info_names,
                created, expires, revoked
            ))
        ) STRICT, WITHOUT ROWID;
INSERT INTO "family" VALUES('family-1','demo-tpp','psu-anna',NULL,'openid accounts','https://tpp.example/callback',NULL,1795000000,'urn:openbanking:psd2:ca','',1795000000,4102444800,NULL);
CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
INSERT INTO "migration" VALUES(1,'first');
CREATE TABLE refresh_token (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            family TEXT NOT NULL,
            expires INTEGER NOT NULL,
            spent INTEGER,
            family_expires INTEGER NOT NULL,
            seal INTEGER NOT NULL AS (seal(fingerprint, family, expires, spent, family_expires)) STORED,
            CHECK (seal = seal(fingerprint, family, expires, spent, family_expires))
        ) STRICT, WITHOUT ROWID;
INSERT INTO "refresh_token" VALUES(X'1111111111111111111111111111111111111111111111111111111111111111','family-1',4102444800,NULL,4102444800);
CREATE INDEX family_by_end ON family (expires);
CREATE INDEX refresh_token_by_end ON refresh_token (family_expires);
COMMIT;
