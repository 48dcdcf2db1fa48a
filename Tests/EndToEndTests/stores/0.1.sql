-- {"forms_key": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a", "password_hash": "$scrypt$ln=12,r=8,p=1$U3uFv48q9rVuxuLmQy3ZCg$hdaC4qgnLKCUB1e10aN5BLnNbFLgFRWAl/DXqJL0ypo", "consent": "f329884b-16dd-49db-aef2-4abc396c4828", "refresh_token": "gUsBUNv_yBQZIgoQ7189AL0OtyoavIyOG4Jxj8pX2Hw", "spent_code": ["p2UgnecZWPJZ00-qPIpmN9lLmnDRyOASNacJqYMh2Wc", "_epg5ogAnU53T6rUCDBKuj30Gd9grV_iF6ralPn-GM0"], "rotated": ["x3m_Qy6TU8keeAFw1rlqZz0MvuqufdA-idDxJC6iNX0", "To0eM17auj4gpE3-n7abcQXwq9gM4pC7pw72A17v5kA"], "code": ["2uDSHM2WBCbtY1PYE_5F9nTa6hSlVwRsG0wweHfDcTQ", "5L6Tl_-0Br6gjE5R70VFXU9YS73x-MJekSdebkt32ZM"], "revoked": "737752eb-842d-46c1-913d-bdf143f9b4db", "pushed": ["urn:ietf:params:oauth:request_uri:gl1OoZBZycg26Lf2XjKnQzSAgJQmpsUU4ViRs0O2ZA0", "xkbD-ZwEXssbOLNPCbzpObz94LJhcc93RWSoLUo479s"], "device": ["0cFrVLb55A-FGoTuc9VHskunYxRzB9qV3i4XYP3JuY0", "MQMS-XRNQ"], "one_time": ["e597e9c5-bf87-4ff1-829d-406d2b728fec", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbiI6IjZ0aEdpbHhuSWdZMnVlWFdBRFJHNjdXWXVKRXVDbmwyb1kyd0lMbVhfOWMiLCJjb25zZW50X2lkIjoiZTU5N2U5YzUtYmY4Ny00ZmYxLTgyOWQtNDA2ZDJiNzI4ZmVjIiwiZ2VuZXJhdGlvbiI6MX0.K8oz9rGjNDPZH6nK8IGRNGfJ3VU9shENcf1gTii0gs4"], "waiting": ["/interaction/cygncUjvay17Kqk_xmT4a_7XwtWHejEfClcuW5s3Kik/consent", "yXWcqbW7eHkMlDBKNbWvITuMOKWUZv5yVLjJRUuk_uI"], "cookies": {"__Host-assent-browser": "9asJG2zC_iAo-W8ntbtairriEywPrRsDEHWQE_aiUjg", "__Host-assent-session": "inYuRviqMI-dh7EkTNYy_wgfBv2WfrWCj51CwQJDZks", "__Host-assent-state": "TkG6UB75r06cw-9zGIRWlZSKpIy6zoRAlKpavvrHwsE"}}
BEGIN TRANSACTION;
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
INSERT INTO "access_flow" VALUES('c8134l7cbm8t5n3knlq8hs8813r393p4','hrsrp8nv364bu3mjjto5rav2mud7alvs','accounts',X'726FD0E0A22C64E489FF709D17A5D8AB77C57274048E35782B70A26DFA100EB2',1795301536,4102444800,X'7B7D');
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
INSERT INTO "access_session" VALUES('hrsrp8nv364bu3mjjto5rav2mud7alvs','YUL47CS5','kept-tpp','e597e9c5-bf87-4ff1-829d-406d2b728fec','https://tpp.example/callback',1795301536,4102444800,NULL);
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
INSERT INTO "code" VALUES(X'59EF1A215077ED4FB863D31EC2D2272D26CF765267FF2D4D4E4770FAB3B11A70','c9eacc44-58b7-4555-b1c0-4d45518f3c18',X'22CBA7616983895A3DCBBE6C7F5D48B213AFC3E5CC0EA37DEC3CBF8F872FA652',NULL,NULL,'deu4bll088KfbJU6xVRw5w',4102444800,1795301536,0,4102444800);
INSERT INTO "code" VALUES(X'BDC880268781D9ED6ACF72887AEC79B3913FBA4F6920B653845766CECE55E02E','8fa0492f-ee13-4743-8192-989795332ac3',X'612AD149996383805FF6ACE1C625B9E8BA3F2DB0600B3157DFF704A35B8AFCD2',NULL,NULL,'wOj9Sv1TOCEb-Y7RAuz2Og',4102444800,NULL,0,4102444800);
INSERT INTO "code" VALUES(X'D8D123A1F222BBA294FA74E4F48325B8DE6FECD257654306AA58FC1715254720','87bc7c75-e2e2-4e6f-9692-93eb5eb0ac12',X'F42CAE71C6C412D973B0C5D8DBE49AF2220B3718E683A5ACCD1600A8980805DB',NULL,NULL,'NjPprqoWxWGdoD4KBi0N-w',4102444800,1795301536,0,4102444800);
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
INSERT INTO "consent" VALUES('737752eb-842d-46c1-913d-bdf143f9b4db','kept-tpp','revoked',1795301536,NULL,NULL,NULL,NULL,2,1795301536,'deleted-by-third-party',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
INSERT INTO "consent" VALUES('8e6a024e-70a7-43d6-b10a-1ca7801906a0','kept-tpp','authorised',NULL,NULL,'psu-anna','["anna-current"]',1795301536,2,1795301536,'authorised',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
INSERT INTO "consent" VALUES('ada4b683-e245-47e3-ad2d-c2ee1f1589f0','kept-tpp','rejected',NULL,NULL,NULL,NULL,NULL,2,1795301536,'refused',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
INSERT INTO "consent" VALUES('bb1b33e2-8104-496d-a440-e5145b153670','kept-tpp','authorised',NULL,NULL,'psu-anna','["anna-current"]',1795301536,2,1795301536,'authorised',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
INSERT INTO "consent" VALUES('c925825b-9d11-4677-82f4-190d10591c1e','kept-tpp','awaiting',NULL,NULL,NULL,NULL,NULL,1,1795301536,'registered',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
INSERT INTO "consent" VALUES('da98784f-be08-419b-8e95-d6b144d1a29d','kept-tpp','awaiting',NULL,NULL,NULL,NULL,NULL,1,1795301536,'registered',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
INSERT INTO "consent" VALUES('e597e9c5-bf87-4ff1-829d-406d2b728fec','kept-tpp','authorised',NULL,2110661536,'psu-anna','["anna-current"]',1795301536,2,1795301536,'authorised',1795301536,1795301536,'klarna-xs2a',3650,1790035200,NULL,'["ReadAccountsBasic","ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B22707375223A207B22757365725F6167656E74223A20224D6F7A696C6C612F352E3020285831313B204C696E7578207838365F363429222C202269705F61646472657373223A20223139322E302E322E37227D2C2022636F6E73656E745F73636F7065223A207B226163636F756E7473223A207B7D2C20226163636F756E745F64657461696C73223A207B7D2C202262616C616E636573223A207B7D2C20227472616E73616374696F6E73223A207B226C6173745F64617973223A2036307D2C20226C69666574696D65223A20333635307D7D');
INSERT INTO "consent" VALUES('f329884b-16dd-49db-aef2-4abc396c4828','kept-tpp','authorised',NULL,NULL,'psu-anna','["anna-current"]',1795301536,2,1795301536,'authorised',1795301536,1795301536,'uk-open-banking',NULL,NULL,NULL,'["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadTransactionsCredits","ReadTransactionsDebits"]',NULL,'[]',X'7B2244617461223A207B225065726D697373696F6E73223A205B22526561644163636F756E747344657461696C222C20225265616442616C616E636573222C2022526561645472616E73616374696F6E7344657461696C222C2022526561645472616E73616374696F6E7343726564697473222C2022526561645472616E73616374696F6E73446562697473225D7D2C20225269736B223A207B7D7D');
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
INSERT INTO "consent_token" VALUES('e597e9c5-bf87-4ff1-829d-406d2b728fec','kept-tpp',4102444800,1,X'4389CE27F0D74B7DC2E511187DD86A5BAEA79B3B07BC5499E3D0C52ED759B663',NULL,1795301536,20778,0,0,1);
CREATE TABLE epoch (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name BLOB NOT NULL CHECK (length(name) = 16),
    started INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    seal INTEGER NOT NULL AS (seal(id, name, started, generation, seen)) STORED,
    CHECK (seal = seal(id, name, started, generation, seen))
) STRICT;
INSERT INTO "epoch" VALUES(1,X'D98E69F182F4237533FED96445C0F3B4',0,32,1795301536);
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
INSERT INTO "family" VALUES('87bc7c75-e2e2-4e6f-9692-93eb5eb0ac12','kept-tpp','psu-anna','8e6a024e-70a7-43d6-b10a-1ca7801906a0','openid accounts','https://tpp.example/callback','I7nVoHVAtmZF7z0uKqCEWw',1795301536,'urn:openbanking:psd2:ca','EJkouHezm7KyL_W1HrAPPVfcUymaJukkznVAOfW8TNY','{"id_token":{},"userinfo":{}}',1795301536,4102444800,NULL,'[]','[]',14094283);
INSERT INTO "family" VALUES('8fa0492f-ee13-4743-8192-989795332ac3','kept-tpp','psu-anna','bb1b33e2-8104-496d-a440-e5145b153670','openid accounts','https://tpp.example/callback','VN8Smx5q6YW2BKe0-2SxLA',1795301536,'urn:openbanking:psd2:ca','EJkouHezm7KyL_W1HrAPPVfcUymaJukkznVAOfW8TNY','{"id_token":{},"userinfo":{}}',1795301536,4102444800,NULL,'[]','[]',3902133);
INSERT INTO "family" VALUES('c9eacc44-58b7-4555-b1c0-4d45518f3c18','kept-tpp','psu-anna','f329884b-16dd-49db-aef2-4abc396c4828','openid accounts','https://tpp.example/callback','KtV-9hXIKX3pO75c72ji4A',1795301536,'urn:openbanking:psd2:ca','EJkouHezm7KyL_W1HrAPPVfcUymaJukkznVAOfW8TNY','{"id_token":{},"userinfo":{}}',1795301536,4102444800,NULL,'[]','[]',4397417);
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
INSERT INTO "interaction" VALUES('3RWQttJ6w7TI11Ym8QxMz9q0wtJAj9pcqlafANLC800',X'C13BC9183117E974BA12F5BD52E4778DC1043AEC0556205696D2A53713CC2DE7','e597e9c5-bf87-4ff1-829d-406d2b728fec',1795301536,4102444800,NULL,1795301536,'client_id=kept-tpp&response_type=none&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=c8134l7cbm8t5n3knlq8hs8813r393p4&claims=%7B%22id_token%22%3A%7B%22openbanking_intent_id%22%3A%7B%22value%22%3A%22e597e9c5-bf87-4ff1-829d-406d2b728fec%22%2C%22essential%22%3Atrue%7D%7D%7D',NULL,0,NULL,NULL,NULL);
INSERT INTO "interaction" VALUES('AtG3yaWk1OLC6NZ_x2ATRxKL0FDNBlHgajGOQkfVP-4',X'C13BC9183117E974BA12F5BD52E4778DC1043AEC0556205696D2A53713CC2DE7','8e6a024e-70a7-43d6-b10a-1ca7801906a0',1795301536,4102444800,NULL,1795301536,'response_type=code&client_id=kept-tpp&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=NjPprqoWxWGdoD4KBi0N-w&nonce=I7nVoHVAtmZF7z0uKqCEWw&code_challenge=9CyuccbEEtlzsMXY2-Sa8iILNxjmg6WszRYAqJgIBds&code_challenge_method=S256&claims=%7B%22id_token%22%3A%20%7B%22openbanking_intent_id%22%3A%20%7B%22value%22%3A%20%228e6a024e-70a7-43d6-b10a-1ca7801906a0%22%2C%20%22essential%22%3A%20true%7D%7D%7D',NULL,0,NULL,NULL,NULL);
INSERT INTO "interaction" VALUES('MqVbJDk89VL2EoFB5ICbGZl705Tvmn0e6CWOdlUQWKs',X'C13BC9183117E974BA12F5BD52E4778DC1043AEC0556205696D2A53713CC2DE7','bb1b33e2-8104-496d-a440-e5145b153670',1795301536,4102444800,NULL,1795301536,'response_type=code&client_id=kept-tpp&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=wOj9Sv1TOCEb-Y7RAuz2Og&nonce=VN8Smx5q6YW2BKe0-2SxLA&code_challenge=YSrRSZljg4Bf9qzhxiW56Lo_LbBgCzFX3_cEo1uK_NI&code_challenge_method=S256&claims=%7B%22id_token%22%3A%20%7B%22openbanking_intent_id%22%3A%20%7B%22value%22%3A%20%22bb1b33e2-8104-496d-a440-e5145b153670%22%2C%20%22essential%22%3A%20true%7D%7D%7D',NULL,0,NULL,NULL,NULL);
INSERT INTO "interaction" VALUES('c0pfI4e2nd47ImzjFgmc9WczQRcxkeMp1dk4q52BNAk',X'C13BC9183117E974BA12F5BD52E4778DC1043AEC0556205696D2A53713CC2DE7','ada4b683-e245-47e3-ad2d-c2ee1f1589f0',1795301536,4102444800,NULL,1795301536,'response_type=code&client_id=kept-tpp&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=iG44sEXEaP_QMR43wctciQ&nonce=dpafGLPrOPOPvHyxS9JG3w&code_challenge=WVAo2jOdO7Tn9AB-PET2wF0b9JZ1ygm74lNkjSj8RZc&code_challenge_method=S256&claims=%7B%22id_token%22%3A%20%7B%22openbanking_intent_id%22%3A%20%7B%22value%22%3A%20%22ada4b683-e245-47e3-ad2d-c2ee1f1589f0%22%2C%20%22essential%22%3A%20true%7D%7D%7D',NULL,0,NULL,NULL,NULL);
INSERT INTO "interaction" VALUES('cygncUjvay17Kqk_xmT4a_7XwtWHejEfClcuW5s3Kik',X'C13BC9183117E974BA12F5BD52E4778DC1043AEC0556205696D2A53713CC2DE7','c925825b-9d11-4677-82f4-190d10591c1e',1795301536,4102444800,NULL,NULL,'response_type=code&client_id=kept-tpp&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=ndQ7khyfCz7E1lV_KukB5w&nonce=Q0J2-B9jeZto7if1n8iP6A&code_challenge=6NHFom9OoEWvBfpbV72_4CjEJ_x3uSY5cBXEKH50zuw&code_challenge_method=S256&claims=%7B%22id_token%22%3A%20%7B%22openbanking_intent_id%22%3A%20%7B%22value%22%3A%20%22c925825b-9d11-4677-82f4-190d10591c1e%22%2C%20%22essential%22%3A%20true%7D%7D%7D',NULL,0,NULL,NULL,NULL);
INSERT INTO "interaction" VALUES('fxhdTIHQzFPeNHpP7Avn5koBjd_7JSH7dKP2uwHqMTo',X'C13BC9183117E974BA12F5BD52E4778DC1043AEC0556205696D2A53713CC2DE7','f329884b-16dd-49db-aef2-4abc396c4828',1795301536,4102444800,X'4DCD2DD79490F2C8744C2F036BE3911E82797247BE420E971D64C56FB9756765',1795301536,'response_type=code&client_id=kept-tpp&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=deu4bll088KfbJU6xVRw5w&nonce=KtV-9hXIKX3pO75c72ji4A&code_challenge=IsunYWmDiVo9y75sf11IshOvw-XMDqN97Dy_j4cvplI&code_challenge_method=S256&claims=%7B%22id_token%22%3A%20%7B%22openbanking_intent_id%22%3A%20%7B%22value%22%3A%20%22f329884b-16dd-49db-aef2-4abc396c4828%22%2C%20%22essential%22%3A%20true%7D%7D%7D',NULL,0,NULL,NULL,'psu-anna');
CREATE TABLE login_throttle (
    subject TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last INTEGER NOT NULL,
    seal INTEGER NOT NULL AS (seal(subject, failures, last)) STORED,
    CHECK (seal = seal(subject, failures, last))
) STRICT, WITHOUT ROWID;
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
CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
INSERT INTO "migration" VALUES(1,'0.1');
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
INSERT INTO "polled_request" VALUES(X'A4678C7882BD82BF065B830CD40D703E2D6766AE75131EE48F3672EB1524EEBF','device','kept-tpp',X'B67DAA6A5C53BEF48DCE66F9A2594825B2F03BBCA7E90F3A2733B78DC9DFAF8F',NULL,NULL,0,NULL,NULL,0,NULL,NULL,NULL,1795301536,4102444800,5,0,NULL,NULL,NULL,'client_id=kept-tpp&scope=openid%20offline_access');
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
INSERT INTO "pushed_request" VALUES(X'3E6B4E324B8F05C66A10534C495060837D6EE88CD2241A9A5425A3A32C85B5D7','kept-tpp',4102444800,NULL,0,NULL,'response_type=code&client_id=kept-tpp&redirect_uri=https%3A%2F%2Ftpp.example%2Fcallback&scope=openid%20accounts&state=ELpP8eg4R07ltTUo_b1dpQ&nonce=VXqgzNPylSuogOlGIrSH7Q&code_challenge=JhfVm0jfIby70IdxEKP-fzAIBmliu8PGDjnrl_lRDcE&code_challenge_method=S256&claims=%7B%22id_token%22%3A%20%7B%22openbanking_intent_id%22%3A%20%7B%22value%22%3A%20%22da98784f-be08-419b-8e95-d6b144d1a29d%22%2C%20%22essential%22%3A%20true%7D%7D%7D');
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
INSERT INTO "refresh_token" VALUES(X'54FF3187F997399103176D0E449653DE1D6E608AE569FA57222DF83497A4A531','87bc7c75-e2e2-4e6f-9692-93eb5eb0ac12',NULL,NULL,4102444800,NULL,4102444800);
INSERT INTO "refresh_token" VALUES(X'586418802BE6B12852236BD40721B30B9B07B8B10D68DDC99AAC0B675172A7AC','87bc7c75-e2e2-4e6f-9692-93eb5eb0ac12',NULL,NULL,4102444800,1795301536,4102444800);
INSERT INTO "refresh_token" VALUES(X'BE42BE2AD7BBED6D5A72C3A9BA760B1211D552373AB17445471BB1D9ADE8AA3A','c9eacc44-58b7-4555-b1c0-4d45518f3c18',NULL,NULL,4102444800,NULL,4102444800);
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
INSERT INTO "revision" VALUES(1,'f329884b-16dd-49db-aef2-4abc396c4828',1,NULL,'awaiting','[]',X'4CFC73A66183C2C405516C87845D70C857BCB6458206EC2456B4D2E042AE0FFC',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'74370268902F709AD8BF9EA5143D2A52AB880DACC4F1F6544ACA2F0464CB8779');
INSERT INTO "revision" VALUES(2,'f329884b-16dd-49db-aef2-4abc396c4828',2,'awaiting','authorised','["anna-current"]',X'A53B34948C4CA8641C0CB3D25C3ED83E6F094C0975741B3E704E2D61C98F5BBE',1795301536,'person','psu-anna','authorised',X'EA5B69A1722ECD450E887456C3096E3C1C069B1214CA80516C7DD6244E7430D8',X'9666E6A43FB83DF36D8650B6A66742B8F141A1E2FB858BF320608C30975FB702','en',X'7D0A28FFA4D621A68B562354D1F5CB4525BE80B5E1A808531465654C7323B60D');
INSERT INTO "revision" VALUES(3,'8e6a024e-70a7-43d6-b10a-1ca7801906a0',1,NULL,'awaiting','[]',X'22934A6D54923887A5228AAD733C768173917C887499C338DB4B0643AC47918B',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'75AAA5BF21541FAE46B188943427363830396F7C44027676FEBD5092BD33F9ED');
INSERT INTO "revision" VALUES(4,'8e6a024e-70a7-43d6-b10a-1ca7801906a0',2,'awaiting','authorised','["anna-current"]',X'F1C6476FD2102DEE5E8FE225CC6BE18D0CDAC9108491E8C879CB33FE70D5306F',1795301536,'person','psu-anna','authorised',X'EA5B69A1722ECD450E887456C3096E3C1C069B1214CA80516C7DD6244E7430D8',X'9666E6A43FB83DF36D8650B6A66742B8F141A1E2FB858BF320608C30975FB702','en',X'10A090F4F002DF15908AE46B3532FE3022E84F2A9CE4A2E2EE7F96DD0C965A56');
INSERT INTO "revision" VALUES(5,'bb1b33e2-8104-496d-a440-e5145b153670',1,NULL,'awaiting','[]',X'514A669AE17507C5DE4F16C1E5D1781C9E202CA1F1346C866D8139BF9EDE776D',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'A23A20913861B3D9E33802969737B075B95B7325FA0C6BB6014CFB3B2E6F557D');
INSERT INTO "revision" VALUES(6,'bb1b33e2-8104-496d-a440-e5145b153670',2,'awaiting','authorised','["anna-current"]',X'5552508A4FBD255D7083B39396BD5AE90AAD7E63D9E64C0DA7D885CB898F25FA',1795301536,'person','psu-anna','authorised',X'EA5B69A1722ECD450E887456C3096E3C1C069B1214CA80516C7DD6244E7430D8',X'9666E6A43FB83DF36D8650B6A66742B8F141A1E2FB858BF320608C30975FB702','en',X'6A0D8DE0D865C59B3778808AB9C0C45F2F65983F42DAF1824AEAD57C78EABE36');
INSERT INTO "revision" VALUES(7,'737752eb-842d-46c1-913d-bdf143f9b4db',1,NULL,'awaiting','[]',X'446FE049BA6289F666524A1463CDF3203116E78A501788BB8B4DD61C1CADA7A0',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'FAA2013AC5EADACB07882CDC0191BE48557A87D880CF958B0C8D79F6E3F9CBE0');
INSERT INTO "revision" VALUES(8,'737752eb-842d-46c1-913d-bdf143f9b4db',2,'awaiting','revoked','[]',X'446FE049BA6289F666524A1463CDF3203116E78A501788BB8B4DD61C1CADA7A0',1795301536,'third-party','kept-tpp','deleted-by-third-party',NULL,NULL,NULL,X'DD3CC95412052A35EB52B56F945EF9CB1EF07131D218D59AD5968B9277E0FE5E');
INSERT INTO "revision" VALUES(9,'ada4b683-e245-47e3-ad2d-c2ee1f1589f0',1,NULL,'awaiting','[]',X'614C0A173C08B7E8C6CE46BDC026BA2B2DD39C52795005A3A3872F41322FB7A2',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'D6131D94FCD183EAE7C160D95E469770687FA13D67A3A325C5F76107FE6636E0');
INSERT INTO "revision" VALUES(10,'ada4b683-e245-47e3-ad2d-c2ee1f1589f0',2,'awaiting','rejected','[]',X'614C0A173C08B7E8C6CE46BDC026BA2B2DD39C52795005A3A3872F41322FB7A2',1795301536,'person','psu-anna','refused',NULL,NULL,NULL,X'BA83B09B2EEC64C1FC3E35291C59FC339E0B92D6E3BB58FF934D6436A5F378FE');
INSERT INTO "revision" VALUES(11,'da98784f-be08-419b-8e95-d6b144d1a29d',1,NULL,'awaiting','[]',X'9A51C77D9B88F194B30E5AC9928CA6C71204DADF5E0506535D23085983600D38',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'E2C66C2DAF82AC1AECACB3AA6D0EA6A6B5A9ADB6EE2B73DFD9C00743E307443B');
INSERT INTO "revision" VALUES(12,'e597e9c5-bf87-4ff1-829d-406d2b728fec',1,NULL,'awaiting','[]',X'59FD8691115967B94A28762D8AF44531CCFD9525517A2527888C88EC2EDA548F',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'667B167609FBB2ADB29832F47D1A57335DB489C0989A6E1BCD274C802A17E71D');
INSERT INTO "revision" VALUES(13,'e597e9c5-bf87-4ff1-829d-406d2b728fec',2,'awaiting','authorised','["anna-current"]',X'AE6D60B6D1F206D62B398EDF19CFBB668739C9D7CA39085A35D3C79672301B5E',1795301536,'person','psu-anna','authorised',X'23D7B19512AD8C27953649673AF7A7185BD537468DB94C18FF7F6299A2A5B05E',X'9666E6A43FB83DF36D8650B6A66742B8F141A1E2FB858BF320608C30975FB702','en',X'95E8BC2BE6F338F841E9BC5DE8282114E268A555988CB828FBDF227030A9B250');
INSERT INTO "revision" VALUES(14,'c925825b-9d11-4677-82f4-190d10591c1e',1,NULL,'awaiting','[]',X'FEB430909CAA167D41911E39F88681754C918A2733E9CCC560179ABBDC18535F',1795301536,'third-party','kept-tpp','registered',NULL,NULL,NULL,X'41034D1BBDBFD1213D31FC617C2C5DCE46E839675EAEDD33F32D11EA1C366FBF');
CREATE TABLE revoked_access_token (
    fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
    expires INTEGER NOT NULL,
    -- Where the status of its family stood.
    place INTEGER,
    seal INTEGER NOT NULL AS (seal(fingerprint, expires, place)) STORED,
    CHECK (seal = seal(fingerprint, expires, place))
) STRICT, WITHOUT ROWID;
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
INSERT INTO "session" VALUES(X'4DCD2DD79490F2C8744C2F036BE3911E82797247BE420E971D64C56FB9756765','EJkouHezm7KyL_W1HrAPPVfcUymaJukkznVAOfW8TNY','psu-anna',1795301536,'urn:openbanking:psd2:ca',X'0AE7F452C2CE8860F0406CD25ACB9DD967ECCEAF568F918CEC13C6BA206866C1',4102444800);
CREATE TABLE spent_assertion (
    id INTEGER PRIMARY KEY,
    client TEXT NOT NULL,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    expires INTEGER NOT NULL,
    seal INTEGER NOT NULL AS (seal(id, client, fingerprint, expires)) STORED,
    CHECK (seal = seal(id, client, fingerprint, expires))
) STRICT;
CREATE TABLE spent_invitation (
    fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
    expires INTEGER NOT NULL,
    seal INTEGER NOT NULL AS (seal(fingerprint, expires)) STORED,
    CHECK (seal = seal(fingerprint, expires))
) STRICT, WITHOUT ROWID;
CREATE INDEX family_by_end ON family (expires);
CREATE INDEX family_by_login ON family (sid) WHERE sid IS NOT NULL;
CREATE INDEX family_by_revocation ON family (revoked) WHERE revoked IS NOT NULL;
CREATE INDEX family_by_intent ON family (intent) WHERE intent IS NOT NULL AND revoked IS NULL;
CREATE INDEX code_by_end ON code (family_expires);
CREATE INDEX refresh_token_by_end ON refresh_token (family_expires);
CREATE INDEX revoked_access_token_by_place ON revoked_access_token (place) WHERE place IS NOT NULL;
CREATE INDEX revoked_access_token_by_end ON revoked_access_token (expires);
CREATE UNIQUE INDEX spent_assertion_once ON spent_assertion (fingerprint, client);
CREATE INDEX spent_assertion_by_end ON spent_assertion (expires);
CREATE INDEX session_by_end ON session (expires);
CREATE INDEX interaction_waiting ON interaction (expires, id) WHERE closed IS NULL;
CREATE INDEX interaction_by_intent ON interaction (intent, expires) WHERE closed IS NULL AND intent IS NOT NULL;
CREATE INDEX interaction_closed ON interaction (expires) WHERE closed IS NOT NULL;
CREATE INDEX pushed_request_by_client ON pushed_request (client, expires);
CREATE INDEX pushed_request_by_end ON pushed_request (expires);
CREATE UNIQUE INDEX polled_request_by_user_code ON polled_request (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX polled_request_by_client ON polled_request (client, expires) WHERE decided IS NULL;
CREATE INDEX polled_request_by_person ON polled_request (person, created)
    WHERE decided IS NULL AND person IS NOT NULL;
CREATE INDEX polled_request_to_tell ON polled_request (notice_due) WHERE notice_due IS NOT NULL;
CREATE INDEX polled_request_by_end ON polled_request (expires);
CREATE INDEX login_throttle_by_end ON login_throttle (last);
CREATE INDEX consent_by_person ON consent (person, created) WHERE person IS NOT NULL;
CREATE INDEX consent_by_creation ON consent (created, id);
CREATE INDEX consent_by_change ON consent (updated);
CREATE INDEX idempotency_by_end ON idempotency (expires);
CREATE INDEX access_session_by_end ON access_session (expires);
CREATE UNIQUE INDEX access_flow_by_token ON access_flow (client_token);
CREATE INDEX access_flow_by_session ON access_flow (session);
CREATE INDEX access_flow_by_end ON access_flow (session_expires);
CREATE INDEX consent_token_by_end ON consent_token (expires);
CREATE INDEX registered_client_by_software ON registered_client (software) WHERE software IS NOT NULL;
CREATE INDEX spent_invitation_by_end ON spent_invitation (expires);
CREATE UNIQUE INDEX logout_notice_by_login ON logout_notice (sid, client);
CREATE INDEX logout_notice_by_time ON logout_notice (due, id);
CREATE INDEX logout_notice_by_end ON logout_notice (expires);
COMMIT;
