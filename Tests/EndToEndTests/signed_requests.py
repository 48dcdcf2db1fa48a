"""Requests that a client pushes and signs, and answers that it verifies, with somebody else's library on its side."""

import hashlib
import secrets
import sys
import time
import urllib.parse
import warnings

from _bank import Bank, Browser, Left, ThirdParty, log_in, main, request

try:
    import joserfc.jwe
    import joserfc.jwk
    import joserfc.jwt
    from joserfc.errors import SecurityWarning
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

# RFC 9864 calls it Ed25519; most clients still say EdDSA.
warnings.simplefilter("ignore", SecurityWarning)

SECRET = secrets.token_urlsafe(32)
SIGNING = {
    "ES256": joserfc.jwk.ECKey.generate_key("P-256"),
    "PS256": joserfc.jwk.RSAKey.generate_key(2048),
    "EdDSA": joserfc.jwk.OKPKey.generate_key("Ed25519"),
}
OPENING = joserfc.jwk.ECKey.generate_key("P-256")


def client(bank, algorithm, **changes):
    """A client that signs with this algorithm, and is answered with the same."""
    key = {**SIGNING[algorithm].as_dict(private=False), "use": "sig", "alg": algorithm, "kid": "signing"}
    lock = {**OPENING.as_dict(private=False), "use": "enc", "alg": "ECDH-ES", "kid": "opening"}
    id = f"signer-{algorithm.lower()}"
    bank.client(
        id, client_name="Signer", client_secret_sha256=hashlib.sha256(SECRET.encode()).hexdigest(),
        redirect_uris=["https://signer.example/callback"], response_types=["code"],
        grant_types=["authorization_code", "client_credentials"], scope="openid accounts", jwks={"keys": [key, lock]},
        require_pushed_authorization_requests=True, require_signed_request_object=True,
        request_object_signing_alg=algorithm, authorization_signed_response_alg=algorithm, **changes)
    return ThirdParty(bank, id, SECRET, "https://signer.example/callback")


def request_object(party, algorithm, consent):
    """A signed request about a consent, its state, and the PKCE verifier."""
    _, parameters, verifier = party.authorization(consent, response_mode="jwt")
    now = int(time.time())
    said = {**parameters, "iss": party.id, "aud": party.bank.issuer, "nbf": now, "exp": now + 60}
    header = {"alg": algorithm, "kid": "signing", "typ": "oauth-authz-req+jwt"}
    return joserfc.jwt.encode(header, said, SIGNING[algorithm], algorithms=[algorithm]), parameters, verifier


def push(party, signed):
    return party.post("/par", {"client_id": party.id, "request": signed})


def link(party, pushed):
    query = {"client_id": party.id, "request_uri": pushed.json["request_uri"]}
    return "/authorize?" + urllib.parse.urlencode(query)


def answer(party, url, press="allow"):
    """The one parameter that comes back, once bert has decided."""
    browser = Browser(party.bank)
    page = log_in(browser, browser.open(url), "bert")
    left = browser.press(page, press, boxes=[box for _, box in page.form_with("allow").boxes] if press == "allow" else [])
    assert isinstance(left, Left), left.text
    assert list(left.parameters) == ["response"], left.parameters
    return left.parameters["response"]


def verified(party, token, algorithm):
    """The claims, by the keys that are served."""
    keys = joserfc.jwk.KeySet.import_key_set(party.bank.get("/jwks").json)
    read = joserfc.jwt.decode(token, keys, algorithms=[algorithm])
    joserfc.jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": party.bank.issuer}, aud={"essential": True, "value": party.id},
        exp={"essential": True}).validate(read.claims)
    return read.claims


def signed_from_end_to_end():
    """PA-03 AZ-28 a request that was signed and pushed is answered in a JWT, for every algorithm, and its code is good"""
    with Bank() as bank:
        parties = {name: client(bank, name) for name in SIGNING}
        bank.reload()
        for name, party in parties.items():
            signed, asked, verifier = request_object(party, name, party.register(party.client_token()))
            pushed = push(party, signed)
            assert (pushed.status, pushed.json["expires_in"]) == (201, 60), pushed.text
            url = link(party, pushed)
            back = verified(party, answer(party, url), name)
            assert back["state"] == asked["state"] and "error" not in back, back
            assert party.redeem(back["code"], verifier).status == 200
            # The decision has spent the reference.
            assert Browser(bank).open(url).answer.status == 400


def encrypted_answers_open():
    """AZ-28 an answer is encrypted around its signature, and a no as well as a yes"""
    with Bank() as bank:
        party = client(bank, "ES256", authorization_encrypted_response_alg="ECDH-ES",
                       authorization_encrypted_response_enc="A128GCM")
        bank.reload()
        for press in ("deny", "allow"):
            signed, asked, _ = request_object(party, "ES256", party.register(party.client_token()))
            sealed = answer(party, link(party, push(party, signed)), press)
            opened = joserfc.jwe.decrypt_compact(sealed, OPENING, algorithms=["ECDH-ES", "A128GCM"])
            back = verified(party, opened.plaintext.decode(), "ES256")
            assert back["state"] == asked["state"], back
            assert ("code" in back, back.get("error")) == ((True, None) if press == "allow" else (False, "access_denied"))


def encrypted_requests_are_opened():
    """RO-07 JO-16 a request that is encrypted around its signature is opened, and one that is not signed is refused"""
    with Bank() as bank:
        party = client(bank, "PS256")
        bank.reload()
        discovery = bank.get("/.well-known/openid-configuration").json
        offered = {key["alg"]: key for key in bank.get("/jwks").json["keys"] if key["use"] == "enc"}
        assert set(discovery["request_object_encryption_alg_values_supported"]) == set(offered) == {"RSA-OAEP-256", "ECDH-ES"}
        consent_token = party.client_token()
        for name, key in offered.items():
            for content in discovery["request_object_encryption_enc_values_supported"]:
                signed, asked, verifier = request_object(party, "PS256", party.register(consent_token))
                lock = joserfc.jwk.import_key(key)

                def sealed(text):
                    header = {"alg": name, "enc": content, "kid": key["kid"], "cty": "JWT"}
                    return joserfc.jwe.encrypt_compact(header, text.encode(), lock, algorithms=[name, content])

                pushed = push(party, sealed(signed))
                assert pushed.status == 201, pushed.text
                back = verified(party, answer(party, link(party, pushed)), "PS256")
                assert party.redeem(back["code"], verifier).status == 200
                for inner in (signed.rsplit(".", 1)[0] + ".", sealed(signed), "{}"):
                    refused = push(party, sealed(inner))
                    assert (refused.status, refused.json["error"]) == (400, "invalid_request_object"), refused.text


def answers_about_tokens_and_persons_are_signed():
    """JO-25 UserInfo and introspection answer in JWTs that another library opens and verifies"""
    with Bank() as bank:
        lock = {"userinfo_encrypted_response_alg": "ECDH-ES", "userinfo_encrypted_response_enc": "A128GCM"}
        party = client(bank, "ES256", userinfo_signed_response_alg="PS256",
                       introspection_signed_response_alg="RS256", **lock)
        bank.reload()
        signed, _, verifier = request_object(party, "ES256", party.register(party.client_token()))
        back = verified(party, answer(party, link(party, push(party, signed))), "ES256")
        token = party.redeem(back["code"], verifier).json["access_token"]
        told = bank.get("/userinfo", Authorization=f"Bearer {token}")
        assert told.header("Content-Type") == "application/jwt", told.headers
        opened = joserfc.jwe.decrypt_compact(told.text, OPENING, algorithms=["ECDH-ES", "A128GCM"])
        keys = joserfc.jwk.KeySet.import_key_set(bank.get("/jwks").json)
        claims = joserfc.jwt.decode(opened.plaintext.decode(), keys, algorithms=["PS256"]).claims
        assert (claims["iss"], claims["aud"]) == (bank.issuer, party.id) and claims["sub"], claims
        asked = request("POST", bank.issuer + "/introspect",
                        {"Authorization": party.basic(), "Accept": "application/token-introspection+jwt"}, form={"token": token})
        assert asked.header("Content-Type") == "application/token-introspection+jwt", asked.headers
        told = joserfc.jwt.decode(asked.text, keys, algorithms=["RS256"])
        assert told.header["typ"] == "token-introspection+jwt", told.header
        assert set(told.claims) == {"iss", "aud", "iat", "token_introspection"}, told.claims
        assert told.claims["aud"] == party.id and told.claims["token_introspection"]["active"] is True


def nothing_else_is_taken():
    """RO-01 PA-07 a client that has bound itself is answered in no other way, and nobody else's signature counts"""
    with Bank() as bank:
        party = client(bank, "ES256")
        bank.reload()
        consent = party.register(party.client_token())
        url, parameters, _ = party.authorization(consent, response_mode="jwt")
        plain = party.post("/par", parameters)
        assert (plain.status, plain.json["error"]) == (400, "invalid_request"), plain.text
        left = Browser(bank).open(url)
        assert verified(party, left.parameters["response"], "ES256")["error"] == "invalid_request"
        signed, _, _ = request_object(party, "ES256", consent)
        head, body, signature = signed.split(".")
        other = joserfc.jwt.encode({"alg": "ES256", "kid": "signing"}, {"client_id": party.id},
                                   joserfc.jwk.ECKey.generate_key("P-256"), algorithms=["ES256"])
        for forged in (other, f"{head}.{body}.", f"{head}.{body}.{signature[::-1]}"):
            refused = push(party, forged)
            assert (refused.status, refused.json["error"]) == (400, "invalid_request_object"), refused.text
        by_value = Browser(bank).open("/authorize?" + urllib.parse.urlencode(
            {"client_id": party.id, "request": signed}))
        assert verified(party, by_value.parameters["response"], "ES256")["error"] == "invalid_request"


if __name__ == "__main__":
    main([
        signed_from_end_to_end,
        encrypted_answers_open,
        encrypted_requests_are_opened,
        answers_about_tokens_and_persons_are_signed,
        nothing_else_is_taken,
    ])
