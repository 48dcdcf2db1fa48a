"""Other people's libraries as judges: what we sign and encrypt, and a whole OpenID client."""

import base64
import contextlib
import hashlib
import os
import secrets
import sys
import tempfile
import urllib.parse
import warnings

from _bank import Bank, Browser, Left, ThirdParty, log_in, main

# Proxies are for the world outside; plain HTTP is for this machine.
os.environ.update(NO_PROXY="localhost,127.0.0.1", no_proxy="localhost,127.0.0.1", AUTHLIB_INSECURE_TRANSPORT="1",
                  OAUTHLIB_INSECURE_TRANSPORT="1")

try:
    import joserfc.jwe
    import joserfc.jwk
    import joserfc.jwt
    import jwt
    from authlib.integrations.base_client.sync_app import BaseApp, OAuth2Mixin
    from authlib.integrations.base_client.sync_openid import OpenIDMixin
    from authlib.integrations.requests_client import OAuth2Session
    from authlib.oauth2.rfc7523 import PrivateKeyJWT
    from authlib.oauth2.rfc7523.assertion import private_key_jwt_sign
    from idpyoidc.client.client_auth import PrivateKeyJWT as IdpyPrivateKeyJWT
    from idpyoidc.client.rp_handler import RPHandler
    from joserfc.errors import JoseError, SecurityWarning
    from requests.auth import HTTPBasicAuth
    from requests_oauthlib import OAuth2Session as OAuthlibSession
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

# RFC 9864 calls it Ed25519; most clients still say EdDSA.
warnings.simplefilter("ignore", SecurityWarning)

ALGORITHMS = ["ES256", "PS256", "RS256", "EdDSA"]
SECRET = secrets.token_urlsafe(32)
HEADERS = {"alg", "kid", "typ"}


def client(bank, id, **changes):
    """A client of the test beside those of the sandbox."""
    bank.client(
        id, client_name="Judge", client_secret_sha256=hashlib.sha256(SECRET.encode()).hexdigest(),
        redirect_uris=["https://judge.example/callback"], response_types=["code", "code id_token"],
        grant_types=["authorization_code", "refresh_token", "client_credentials"],
        scope="openid profile email offline_access accounts", **changes)
    return ThirdParty(bank, id, SECRET, "https://judge.example/callback")


def answered(bank, url):
    """What comes back to the client, once bert has allowed all that he is asked."""
    browser = Browser(bank)
    page = log_in(browser, browser.open(url), "bert")
    left = browser.press(page, "allow", boxes=[box for _, box in page.form_with("allow").boxes])
    assert isinstance(left, Left), left.text
    return left.parameters


def tokens(bank, party, **changes):
    """Every token of one journey, and the nonce it was asked with."""
    registered = party.client_token()
    url, asked, verifier = party.authorization(party.register(registered), **changes)
    back = answered(bank, url)
    answer = party.redeem(back["code"], verifier)
    assert answer.status == 200, answer.text
    signed = {
        "token of the client itself": registered,
        "token of the code flow": answer.json["access_token"],
        "ID token of the token endpoint": answer.json["id_token"],
    }
    if "id_token" in back:
        signed["ID token of the hybrid answer"] = back["id_token"]
    return signed, asked["nonce"], back


def half_hash(text, algorithm):
    """OpenID Connect Core 3.3.2.11: the left half, by the hash of the signature; Ed25519 has SHA-512 inside."""
    digest = hashlib.new("sha512" if algorithm == "EdDSA" else "sha256", text.encode()).digest()
    return base64.urlsafe_b64encode(digest[:len(digest) // 2]).rstrip(b"=").decode()


def judged(bank, token, audience):
    """Header and claims as both libraries read them, from the keys that are served and nothing else."""
    header = jwt.get_unverified_header(token)
    key = jwt.PyJWKClient(f"{bank.issuer}/jwks").get_signing_key_from_jwt(token)
    first = jwt.decode(token, key, algorithms=[header["alg"]], audience=audience, issuer=bank.issuer,
                       options={"require": ["exp", "iat", "iss", "sub", "aud"]})
    keys = joserfc.jwk.KeySet.import_key_set(bank.get("/jwks").json)
    second = joserfc.jwt.decode(token, keys, algorithms=[header["alg"]])
    assert (second.header, second.claims) == (header, first), (second.header, second.claims)
    head, body, signature = token.split(".")
    for broken in (f"{head}.{body}.{signature[:-6]}{'AAAAA' if signature[-6] != 'A' else 'BBBBB'}{signature[-1]}",
                   f"{head}.{body[:-2]}.{signature}"):
        try:
            jwt.decode(broken, key, algorithms=[header["alg"]], audience=audience)
        except jwt.InvalidTokenError:
            continue
        raise AssertionError("a broken signature is taken for a good one")
    return header, first


def every_signature_is_good():
    """JO-25 PyJWT and joserfc verify every kind of token against the served keys, for every algorithm"""
    with Bank() as bank:
        parties = {name: client(bank, f"judge-{name.lower()}", id_token_signed_response_alg=name)
                   for name in ALGORITHMS}
        bank.reload()
        for name, party in parties.items():
            signed, nonce, back = tokens(bank, party, response_type="code id_token")
            assert len(signed) == 4
            for kind, token in signed.items():
                is_id_token = kind.startswith("ID token")
                header, claims = judged(bank, token, party.id if is_id_token else bank.issuer)
                assert HEADERS <= set(header), (kind, header)
                assert header["alg"] == (name if is_id_token else "ES256"), (kind, header)
                assert header["typ"] == ("JWT" if is_id_token else "at+jwt"), (kind, header)
                if is_id_token:
                    assert claims["nonce"] == nonce, kind
                else:
                    assert claims["client_id"] == party.id and claims["jti"], kind
            hybrid = judged(bank, signed["ID token of the hybrid answer"], party.id)[1]
            assert hybrid["c_hash"] == half_hash(back["code"], name), name
            assert hybrid["s_hash"] == half_hash(back["state"], name), name


def no_private_key_is_served():
    """JO-25 the served keys have a name, a use and an algorithm, and nothing private"""
    with Bank() as bank:
        keys = bank.get("/jwks").json["keys"]
        assert sorted(key["alg"] for key in keys if key["use"] == "sig") == sorted(ALGORITHMS), keys
        # What is encrypted to us is encrypted to keys that sign nothing.
        assert sorted(key["alg"] for key in keys if key["use"] == "enc") == ["ECDH-ES", "RSA-OAEP-256"], keys
        assert len({key["kid"] for key in keys}) == len(keys)
        for key in keys:
            assert not {"d", "p", "q", "dp", "dq", "qi", "oth", "k"} & set(key), key
            assert not joserfc.jwk.import_key(key).is_private


def encrypted_tokens_open():
    """ID tokens encrypted with RSA-OAEP and ECDH-ES open with joserfc, and hold a token signed by us"""
    kinds = {
        "RSA-OAEP": joserfc.jwk.RSAKey.generate_key(2048),
        "RSA-OAEP-256": joserfc.jwk.RSAKey.generate_key(2048),
        "ECDH-ES": joserfc.jwk.ECKey.generate_key("P-256"),
    }
    with Bank() as bank:
        parties = {}
        for name, key in kinds.items():
            public = {**key.as_dict(private=False), "use": "enc", "alg": name, "kid": "judge"}
            parties[name] = client(
                bank, f"judge-{name.lower()}", jwks={"keys": [public]}, id_token_encrypted_response_alg=name,
                id_token_encrypted_response_enc="A256GCM")
        bank.reload()
        for name, party in parties.items():
            signed, nonce, _ = tokens(bank, party, response_type="code id_token")
            for kind in ("ID token of the token endpoint", "ID token of the hybrid answer"):
                opened = joserfc.jwe.decrypt_compact(
                    signed[kind], kinds[name], algorithms=[name, "A256GCM"])
                assert opened.headers()["cty"] == "JWT" and opened.headers()["kid"] == "judge", opened.headers()
                assert judged(bank, opened.plaintext.decode(), party.id)[1]["nonce"] == nonce
                other = type(kinds[name]).generate_key("P-256" if name == "ECDH-ES" else 2048)
                try:
                    joserfc.jwe.decrypt_compact(signed[kind], other, algorithms=[name, "A256GCM"])
                except (JoseError, ValueError):
                    continue
                raise AssertionError("any key opens it")


class App(OAuth2Mixin, OpenIDMixin, BaseApp):
    """Authlib's OpenID client without a web framework around it."""

    client_cls = OAuth2Session


def authlib_completes_the_code_flow():
    """Authlib, told the discovery URL alone, completes the code flow with PKCE, refreshes and revokes"""
    with Bank() as bank:
        party = ThirdParty(bank)
        app = App(
            framework=None, name="assent", client_id=party.id, client_secret=party.secret,
            server_metadata_url=f"{bank.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email offline_access", "code_challenge_method": "S256"})
        begun = app.create_authorization_url(party.redirect_uri)
        back = answered(bank, begun["url"].removeprefix(bank.issuer))
        assert back["state"] == begun["state"]
        assert back["iss"] == app.load_server_metadata()["issuer"] == bank.issuer
        token = app.fetch_access_token(
            party.redirect_uri, code=back["code"], code_verifier=begun["code_verifier"])
        person = app.parse_id_token(token, nonce=begun["nonce"])
        assert person["aud"] in (party.id, [party.id]), person
        try:
            app.parse_id_token(token, nonce="another")
        except Exception as refused:
            assert "nonce" in str(refused), refused
        else:
            raise AssertionError("the nonce is not checked")
        told = app.userinfo(token=token)
        assert told["sub"] == person["sub"] and told["name"] == "Bert Okafor", told
        assert told["email"] == "bert@customers.example", told

        metadata = app.load_server_metadata()
        with OAuth2Session(party.id, party.secret, token=token) as session:
            fresh = session.refresh_token(metadata["token_endpoint"])
            assert fresh["access_token"] != token["access_token"]
            assert app.userinfo(token=fresh)["sub"] == person["sub"]
            told = session.introspect_token(metadata["introspection_endpoint"], fresh["access_token"])
            assert told.json()["active"] is True, told.text
            revoked = session.revoke_token(
                metadata["revocation_endpoint"], fresh["refresh_token"], token_type_hint="refresh_token")
            assert revoked.status_code == 200, revoked.text
            told = session.introspect_token(metadata["introspection_endpoint"], fresh["access_token"])
            assert told.json() == {"active": False}, told.text
            try:
                session.refresh_token(metadata["token_endpoint"], fresh["refresh_token"])
            except Exception as refused:
                assert "invalid_grant" in str(refused), refused
            else:
                raise AssertionError("a revoked token is refreshed")


class ShortAssertion(PrivateKeyJWT):
    """Authlib's assertions live for an hour unless told; ours may live for five minutes at the most."""

    def sign(self, auth, token_endpoint):
        return private_key_jwt_sign(auth.client_secret, client_id=auth.client_id, token_endpoint=token_endpoint,
                                    alg="ES256", header={"kid": "judge"}, expires_in=60)


def key_client(bank, id, keys):
    bank.client(id, client_name="Judge", token_endpoint_auth_method="private_key_jwt", jwks=keys,
                redirect_uris=["https://judge.example/callback"], grant_types=["authorization_code", "refresh_token"],
                scope="openid profile email offline_access", require_pushed_authorization_requests=id == "pushing")
    bank.reload()


def authlib_pushes_and_proves_itself_by_a_key():
    """Authlib, with private_key_jwt, pushes its request, redeems the code with PKCE and refreshes"""
    with Bank() as bank:
        key = joserfc.jwk.ECKey.generate_key("P-256", parameters={"kid": "judge", "use": "sig", "alg": "ES256"})
        key_client(bank, "pushing", {"keys": [key.as_dict(private=False)]})
        metadata = bank.get("/.well-known/openid-configuration").json
        with OAuth2Session(
            "pushing", key, scope="openid offline_access", redirect_uri="https://judge.example/callback",
            code_challenge_method="S256", token_endpoint_auth_method="private_key_jwt",
        ) as session:
            session.register_client_auth_method(ShortAssertion(metadata["token_endpoint"]))
            verifier = secrets.token_urlsafe(48)
            url, state = session.create_authorization_url(
                metadata["authorization_endpoint"], code_verifier=verifier, nonce="n")
            pushed = session.post(
                metadata["pushed_authorization_request_endpoint"], data=urllib.parse.urlsplit(url).query,
                headers={"Content-Type": "application/x-www-form-urlencoded"}, withhold_token=True,
                auth=session.client_auth("private_key_jwt"))
            assert pushed.status_code == 201, pushed.text
            query = urllib.parse.urlencode({"client_id": "pushing", "request_uri": pushed.json()["request_uri"]})
            back = answered(bank, f"/authorize?{query}")
            assert back["state"] == state
            token = session.fetch_token(metadata["token_endpoint"], code=back["code"], code_verifier=verifier)
            assert judged(bank, token["id_token"], "pushing")[1]["nonce"] == "n"
            fresh = session.refresh_token(metadata["token_endpoint"])
            assert fresh["access_token"] != token["access_token"]
            assert fresh["refresh_token"] != token["refresh_token"]


class IdpyShortAssertion(IdpyPrivateKeyJWT):
    """idpyoidc's assertions live for ten minutes unless told; ours may live for five at the most."""

    def construct(self, request, service=None, http_args=None, **kwargs):
        return super().construct(request, service, http_args, **{**kwargs, "lifetime": 60})


def idpyoidc_completes_the_code_flow():
    """idpyoidc finds us by discovery, completes the code flow with PKCE and private_key_jwt, and refreshes"""
    # It pushes no request: of the answers to one it takes none but 200, where RFC 9126 2.2 has 201.
    services = {
        "discovery": "provider_info_discovery.ProviderInfoDiscovery", "authorization": "authorization.Authorization",
        "access_token": "access_token.AccessToken", "userinfo": "userinfo.UserInfo",
        "refresh_access_token": "refresh_access_token.RefreshAccessToken",
    }
    by_key = {"conf": {"default_authn_method": "private_key_jwt"}}
    # It writes its keys into the folder that it runs in.
    with Bank() as bank, tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        handler = RPHandler(base_url="https://judge.example", client_configs={"assent": {
            "issuer": bank.issuer, "client_id": "idpy", "client_type": "oidc",
            "redirect_uris": ["https://judge.example/callback"], "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "scope": ["openid", "profile", "email", "offline_access"], "id_token_signed_response_alg": "ES256",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "client_authn_methods": ["private_key_jwt"],
            "key_conf": {"key_defs": [{"type": "EC", "crv": "P-256", "use": ["sig"]}]},
            "services": {
                name: {"class": f"idpyoidc.client.oidc.{path}", "kwargs": by_key if "token" in name else {}}
                for name, path in services.items()},
            "add_ons": {"pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"}}},
        }})
        client = handler.client_setup("assent")
        context = client.get_context()
        context.claims.set_usage("token_endpoint_auth_method", "private_key_jwt")
        for holder in (context, *client.get_services().values()):
            if "private_key_jwt" in holder.client_authn_methods:
                holder.client_authn_methods["private_key_jwt"] = IdpyShortAssertion()
        key_client(bank, "idpy", context.keyjar.export_jwks())

        back = answered(bank, handler.init_authorization(client).removeprefix(bank.issuer))
        told = handler.finalize(bank.issuer, back)
        assert told["id_token"]["aud"] == ["idpy"] and told["id_token"]["sid"], told
        assert told["userinfo"]["sub"] == told["id_token"]["sub"], told
        assert told["userinfo"]["email"] == "bert@customers.example", told
        fresh = client.refresh_access_token(back["state"])
        assert fresh["access_token"] != told["token"], fresh


def requests_oauthlib_completes_the_code_flow():
    """requests-oauthlib completes the code flow with PKCE, refreshes, and hears that a code counts once"""
    with Bank() as bank:
        party = ThirdParty(bank)
        metadata = bank.get("/.well-known/openid-configuration").json
        session = OAuthlibSession(
            party.id, scope=["openid", "profile", "email", "offline_access"], redirect_uri=party.redirect_uri,
            pkce="S256")
        url, state = session.authorization_url(metadata["authorization_endpoint"])
        back = answered(bank, url.removeprefix(bank.issuer))
        assert back["state"] == state
        redeemed = {"token_url": metadata["token_endpoint"], "code": back["code"], "client_secret": party.secret}
        token = session.fetch_token(**redeemed)
        assert session.get(metadata["userinfo_endpoint"]).json()["name"] == "Bert Okafor"
        fresh = session.refresh_token(
            metadata["token_endpoint"], auth=HTTPBasicAuth(party.id, party.secret))
        assert fresh["access_token"] != token["access_token"]
        try:
            session.fetch_token(**redeemed)
        except Exception as refused:
            assert "invalid_grant" in str(refused), refused
        else:
            raise AssertionError("a code is redeemed twice")


def discovery_says_what_is_there():
    """discovery names every algorithm and way that these tests use"""
    with Bank() as bank:
        said = bank.get("/.well-known/openid-configuration").json
        assert sorted(said["id_token_signing_alg_values_supported"]) == sorted(ALGORITHMS)
        assert set(said["id_token_encryption_alg_values_supported"]) == {"RSA-OAEP", "RSA-OAEP-256", "ECDH-ES"}
        assert set(said["id_token_encryption_enc_values_supported"]) == {"A128GCM", "A256GCM"}


if __name__ == "__main__":
    main([
        every_signature_is_good,
        no_private_key_is_served,
        encrypted_tokens_open,
        authlib_completes_the_code_flow,
        authlib_pushes_and_proves_itself_by_a_key,
        idpyoidc_completes_the_code_flow,
        requests_oauthlib_completes_the_code_flow,
        discovery_says_what_is_there,
    ])
