"""FAPI 2.0 over real TLS: pushed requests, signed or not, tokens bound to certificates or to keys."""

import json
import urllib.parse
import uuid

from _bank import claims, main
from _fapi import Party, SecureBank, SecureBrowser
from _wire import is_error


def push(party, consent, **changes):
    """A reference to a request, its parameters and its verifier."""
    asked, verifier = party.parameters(consent, **changes)
    if party.signs:
        form = {"request": party.sign({**asked, "response_mode": "jwt"}, "oauth-authz-req+jwt")}
    else:
        form = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in asked.items()}
    answer = party.post("/par", form)
    assert (answer.status, answer.json.get("expires_in")) == (201, 60), answer.text
    query = {"client_id": party.id, "request_uri": answer.json["request_uri"]}
    return "/authorize?" + urllib.parse.urlencode(query), asked, verifier


def answered(party, url, press="allow"):
    """What came back through the browser, out of its JWT where it is in one."""
    left = SecureBrowser(BANK).decide(url, press)
    if not party.signs:
        assert left.parameters["iss"] == BANK.issuer, left.url
        return left.parameters
    assert list(left.parameters) == ["response"], left.url
    return BANK.verified(left.parameters["response"], party.algorithm, party.id)


def granted(party):
    url, asked, verifier = push(party, party.consent())
    back = answered(party, url)
    assert back["state"] == asked["state"], back
    answer = party.redeem(back["code"], verifier)
    assert answer.status == 200, answer.text
    told = BANK.verified(answer.json["id_token"], party.algorithm, party.id)
    assert told["nonce"] == asked["nonce"], told
    return answer.json, back["code"], verifier


def every_kind_of_client_goes_the_whole_way():
    """PA-03 TK-50 TK-52 keys or certificates, bound to either, signed or not: a pushed request becomes accounts"""
    path = Party.base + "/accounts"
    for party in PARTIES:
        tokens, code, verifier = granted(party)
        token = tokens["access_token"]
        kind, member = ("DPoP", "jkt") if party.bound == "key" else ("Bearer", "x5t#S256")
        assert tokens["token_type"] == kind and list(claims(token)["cnf"]) == [member], tokens
        interaction = str(uuid.uuid4())
        answer = party.call("GET", path, token, **{"x-fapi-interaction-id": interaction})
        assert (answer.status, len(answer.json["Data"]["Account"])) == (200, 2), answer.text
        assert answer.header("x-fapi-interaction-id") == interaction and answer.header("Date")
        assert party.call("GET", path, token, scheme=kind.swapcase()).status == 200
        # What the token is bound to opens it, and nothing else does.
        if party.bound == "key":
            url = BANK.mutual + path
            stranger = next(other for other in PARTIES if other is not party and other.bound == "key")
            for proof in (None, stranger.proof("GET", url, token), party.proof("GET", url), party.proof("POST", url, token)):
                assert party.call("GET", path, token, DPoP=proof).status == 401
            once = party.proof("GET", url, token)
            assert party.call("GET", path, token, DPoP=once).status == 200
            assert party.call("GET", path, token, DPoP=once).status == 401
        else:
            for certificate in ("long", None):
                assert party.call("GET", path, token, certificate=certificate).status == 401
        assert party.call("GET", f"{path}?access_token={token}", None).status == 401
        # A second use of the code ends what came of the first.
        assert is_error(party.redeem(code, verifier), 400, "invalid_grant")
        assert party.call("GET", path, token).status == 401


def a_refresh_token_stays():
    """TK-44 a refresh takes the client and what it holds, and keeps the refresh token"""
    for party in PARTIES:
        tokens, _, _ = granted(party)
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        refused = party.post("/token", form, **({"prove": False} if party.bound == "key" else {"certificate": None}))
        assert refused.status in (400, 401), refused.text
        for _ in range(2):
            renewed = party.post("/token", form)
            assert renewed.status == 200 and "refresh_token" not in renewed.json, renewed.text
            assert party.call("GET", Party.base + "/accounts", renewed.json["access_token"]).status == 200


def what_is_not_pushed_is_not_answered():
    """PA-07 PA-05 a request by the browser is refused, and a reference is good for one decision"""
    for party in PARTIES:
        consent = party.consent()
        asked, _ = party.parameters(None)
        left = SecureBrowser(BANK).open("/authorize?" + urllib.parse.urlencode(asked))
        assert left.parameters["error"] == "invalid_request" and "code" not in left.parameters, left.url
        url, _, _ = push(party, consent)
        # Looked at twice, decided once.
        SecureBrowser(BANK).open(url)
        assert answered(party, url, "deny")["error"] == "access_denied"
        assert SecureBrowser(BANK).open(url).answer.status == 400


if __name__ == "__main__":
    BANK = SecureBank()
    PARTIES = []
    for profile, signs in (("fapi2", False), ("fapi2-message-signing", True)):
        for method in ("private_key_jwt", "tls_client_auth"):
            for bound in ("certificate", "key"):
                more = {"authorization_signed_response_alg": "ES256"} if signs else {}
                party = Party(
                    BANK, f"tpp-{len(PARTIES)}", "tpp", profile=profile, method=method, bound=bound, algorithm="ES256",
                    response_types=["code"], **more)
                party.signs = signs
                PARTIES.append(party)
    with BANK:
        main([
            every_kind_of_client_goes_the_whole_way,
            a_refresh_token_stays,
            what_is_not_pushed_is_not_answered,
        ])
