"""RFC 7523 §2.1: a partner signs who the person is, and its word opens what that person has allowed, once, and no more."""

import hashlib
import json
import secrets
import sys
import time

from _bank import Bank, ThirdParty, claims, main, request
from _wire import Key, Person, is_error, race, encode_form

try:
    import jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PARTNER = "https://partner.example"


def setting_up():
    """Anna's and bert's names are what the bank calls them; the partner may speak for bert alone."""
    secret = secrets.token_urlsafe(32)
    folder = HOUSE.folder / "data" / "issuers.d"
    folder.mkdir(exist_ok=True)
    document = {"issuer": PARTNER, "jwks": {"keys": [KEY.jwk]}, "subjects": ["psu-bert"], "scope": "accounts"}
    (folder / "partner.json").write_text(json.dumps(document))
    HOUSE.client("aggregator", client_name="Aggregator", client_secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
                 token_endpoint_auth_method="client_secret_basic", redirect_uris=["https://aggregator.example/cb"],
                 grant_types=["authorization_code", "client_credentials", GRANT], scope="openid accounts",
                 jwt_bearer_issuers=[PARTNER])
    HOUSE.reload()
    return ThirdParty(HOUSE, "aggregator", secret, "https://aggregator.example/cb")


def assertion(consent, key=None, header=None, **changes):
    """Made by PyJWT, as a partner would make it."""
    now = int(time.time())
    said = {"iss": PARTNER, "sub": "psu-bert", "aud": HOUSE.issuer, "jti": secrets.token_urlsafe(16), "iat": now,
            "exp": now + 120, "consent_id": consent, **changes}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, (key or KEY).key, algorithm="ES256", headers={"kid": KEY.name, **(header or {})})


def bring(party, text, **fields):
    return party.post("/token", {"grant_type": GRANT, "assertion": text, **fields})


def given(party, person):
    consent = party.register(party.client_token())
    person.tokens(party, consent)
    return consent


def a_word_opens_what_was_allowed():
    """the partner's word brings an access token of the consent that works, and no refresh token or ID token"""
    document = HOUSE.get("/.well-known/oauth-authorization-server").json
    assert GRANT not in document["grant_types_supported"]
    party = setting_up()
    assert GRANT in HOUSE.get("/.well-known/oauth-authorization-server").json["grant_types_supported"]
    bert = Person(HOUSE, party)
    consent = given(party, bert)
    answer = bring(party, assertion(consent))
    assert answer.status == 200, answer.text
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope"}, answer.json
    token = answer.json["access_token"]
    said = claims(token)
    assert (said["sub"], said["consent_id"], said["scope"], said["client_id"]) == ("psu-bert", consent, "accounts", "aggregator")
    assert party.introspect(token)["active"]
    accounts = party.call("GET", "/accounts", token)
    assert accounts.status == 200 and len(accounts.json["Data"]["Account"]) == 1, accounts.text
    assert request("GET", HOUSE.issuer + "/userinfo", {"Authorization": f"Bearer {token}"}).status == 403


def what_is_not_registered_is_refused():
    """issuer, subject, consent, audience, time, key and kind each are what was registered, or the grant is invalid"""
    party = setting_up()
    bert = Person(HOUSE, party)
    consent = given(party, bert)
    anna = Person(HOUSE, party, "anna")
    hers, now = given(party, anna), int(time.time())
    words = {
        "whose word this client may not bring": [assertion(consent, iss="https://stranger.example"), assertion(consent, iss=None)],
        "may not speak for its subject": [assertion(hers, sub="psu-anna")],
        "no consent that its subject": [assertion(hers), assertion("unknown")],
        "must be signed by its issuer": [
            assertion(consent, aud="https://other.example"), assertion(consent, aud=[HOUSE.issuer, "https://other.example"]),
            assertion(consent, exp=now - 60), assertion(consent, exp=now + 3600), assertion(consent, jti=None),
            assertion(consent, exp=None), assertion(consent, key=Key(KEY.name)), assertion(consent, header={"typ": "at+jwt"}),
            assertion(None), "a.b.c",
        ],
    }
    for sentence, assertions in words.items():
        for text in assertions:
            answer = bring(party, text)
            assert is_error(answer, 400, "invalid_grant"), (sentence, answer.text)
            assert sentence in answer.json["error_description"], answer.text
    assert is_error(bring(party, assertion(consent), scope="openid"), 400, "invalid_scope")
    assert is_error(party.post("/token", {"grant_type": GRANT}), 400, "invalid_request")
    # Another client has neither the grant nor the partner, and a consent is never another client's.
    assert is_error(bring(ThirdParty(HOUSE), assertion(consent)), 400, "unauthorized_client")


def a_word_counts_once():
    """of fifty uses of one assertion at once one is good, also when the server was started anew in between"""
    party = setting_up()
    consent = given(party, Person(HOUSE, party))
    text = assertion(consent)
    form = {"grant_type": GRANT, "assertion": text}
    post = encode_form("/token", f"localhost:{HOUSE.port}", {"Authorization": party.basic()}, form)
    answers = race(HOUSE.port, [post] * 50)
    assert sorted(answer.status for answer in answers) == [200] + [400] * 49
    HOUSE.stop()
    HOUSE.start()
    answer = bring(party, text)
    assert is_error(answer, 400, "invalid_grant") and "used before" in answer.text, answer.text


def a_word_ends_with_the_consent():
    """a consent that was deleted, a partner that was removed and a key that was replaced end it"""
    party = setting_up()
    consent = given(party, Person(HOUSE, party))
    token = bring(party, assertion(consent)).json["access_token"]
    assert party.call("DELETE", f"/account-access-consents/{consent}", party.client_token()).status == 204
    assert party.introspect(token) == {"active": False}
    answer = bring(party, assertion(consent))
    assert is_error(answer, 400, "invalid_grant") and "not in force" in answer.text, answer.text
    consent, file = given(party, Person(HOUSE, party)), HOUSE.folder / "data" / "issuers.d" / "partner.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps({**document, "jwks": {"keys": [Key("other").jwk]}}))
    HOUSE.reload()
    assert is_error(bring(party, assertion(consent)), 400, "invalid_grant")
    file.unlink()
    # A client that brings a stranger's word is refused before anything is changed.
    try:
        HOUSE.reload()
    except RuntimeError as refused:
        assert "aggregator brings assertions of https://partner.example" in str(refused), refused
    else:
        raise AssertionError("the reload was taken")


if __name__ == "__main__":
    KEY = Key("partner-1")
    with Bank() as HOUSE:
        main([a_word_opens_what_was_allowed, what_is_not_registered_is_refused, a_word_counts_once,
              a_word_ends_with_the_consent])
