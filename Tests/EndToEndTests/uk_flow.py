"""The UK profile of FAPI 1.0 Advanced over real TLS: two clients with two certificates, and PS256 for everything."""

import datetime
import hashlib
import ipaddress
import socket
import ssl
import urllib.parse
import uuid
import warnings

from _bank import claims, main
from _fapi import CA, SCA, Party, SecureBank, SecureBrowser, half
from _wire import b64, is_error


# What the suite takes without having asked for it.
EXPECTED = {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash",
            "nbf", "jti", "sid", "txn", "openbanking_intent_id"}


def link(party, parameters):
    """The front channel by value: the object, and what RFC 6749 wants beside it."""
    query = {"client_id": party.id, "response_type": parameters["response_type"], "scope": "openid accounts",
             "request": party.sign(parameters, "oauth-authz-req+jwt")}
    return "/authorize?" + urllib.parse.urlencode(query)


def parameters(party, consent, **changes):
    made, _ = party.parameters(
        consent, response_type="code id_token", code_challenge=None, code_challenge_method=None, **changes)
    return made


def granted(party, consent, **changes):
    """Tokens of a whole flow, with everything checked on the way that the suite checks."""
    asked = parameters(party, consent, **changes)
    left = SecureBrowser(party.bank).decide(link(party, asked))
    parts = urllib.parse.urlsplit(left.url)
    assert left.answer.status == 303 and parts.fragment, left.url
    assert parts.query == urllib.parse.urlsplit(party.redirect_uri).query, left.url
    back = left.parameters
    assert set(back) <= {"code", "id_token", "state", "session_state", "iss"}, back
    assert (back["state"], back["iss"]) == (asked["state"], party.bank.issuer), back
    front = party.bank.verified(back["id_token"], "PS256", party.id)
    assert (front["s_hash"], front["c_hash"]) == (half(asked["state"]), half(back["code"])), front
    answer = party.redeem(back["code"])
    assert answer.status == 200, answer.text
    assert "no-store" in answer.header("Cache-Control") and answer.json["expires_in"] > 0, answer.headers
    behind = party.bank.verified(answer.json["id_token"], "PS256", party.id)
    assert behind["at_hash"] == half(answer.json["access_token"]), behind
    for token in (front, behind):
        assert token["openbanking_intent_id"] == consent and token["acr"] in (SCA, CA), token
        assert token["nonce"] == asked["nonce"], token
        assert set(token) <= EXPECTED, token
    thumbprint = b64(hashlib.sha256(party.bank.certificates.der(party.certificate)).digest())
    assert claims(answer.json["access_token"])["cnf"] == {"x5t#S256": thumbprint}
    return answer.json


def discovery_is_that_of_the_profile():
    """discovery says what FAPI 1.0 Advanced and UK Open Banking look for"""
    document = BANK.metadata()

    def has(name, *values):
        assert set(values) <= set(document[name]), (name, document[name])

    assert document["issuer"] == BANK.issuer
    has("response_types_supported", "code id_token")
    has("grant_types_supported", "authorization_code", "client_credentials")
    has("scopes_supported", "openid", "accounts")
    has("claims_supported", "acr", "openbanking_intent_id")
    has("token_endpoint_auth_methods_supported", "private_key_jwt", "tls_client_auth")
    has("token_endpoint_auth_signing_alg_values_supported", "PS256")
    has("id_token_signing_alg_values_supported", "PS256")
    has("request_object_signing_alg_values_supported", "PS256")
    has("code_challenge_methods_supported", "S256")
    assert document["tls_client_certificate_bound_access_tokens"] is True
    assert document["request_parameter_supported"] is True and document["claims_parameter_supported"] is True
    assert document["require_pushed_authorization_requests"] is False
    for name, value in document.items():
        if name.endswith("_endpoint"):
            assert value.startswith(BANK.issuer + "/"), (name, value)
    for name, value in document["mtls_endpoint_aliases"].items():
        assert value.startswith(BANK.mutual + "/"), (name, value)
    keys = BANK.call("GET", document["jwks_uri"]).json["keys"]
    assert len({key["kid"] for key in keys}) == len(keys) > 1, keys
    assert all(len(key.get("n", "x" * 342)) >= 342 for key in keys)


def two_clients_go_the_whole_way():
    """SD-11 TK-50 a consent becomes tokens and accounts for each of two clients, and nothing of one serves the other"""
    day = datetime.datetime.now(datetime.timezone.utc)
    dates = {
        "ExpirationDateTime": day + datetime.timedelta(hours=2),
        "TransactionFromDateTime": day - datetime.timedelta(days=30), "TransactionToDateTime": day,
    }
    dates = {name: value.strftime("%Y-%m-%dT%H:%M:%S+00:00") for name, value in dates.items()}
    consent = FIRST.consent()
    mine, others = granted(FIRST, consent), granted(SECOND, SECOND.consent(**dates))
    path = FIRST.base + "/accounts"
    for party, tokens in ((FIRST, mine), (SECOND, others)):
        interaction = str(uuid.uuid4())
        answer = party.call(
            "GET", path, tokens["access_token"], Accept="application/json;q=0.9, */*;q=0.1",
            **{"x-fapi-interaction-id": interaction, "x-fapi-auth-date": "Sat, 21 Nov 2026 10:00:00 GMT",
               "x-fapi-customer-ip-address": str(ipaddress.ip_address("2001:db8::1893:25c8:1946"))})
        assert (answer.status, len(answer.json["Data"]["Account"])) == (200, 2), answer.text
        assert answer.header("x-fapi-interaction-id") == interaction and answer.header("Date"), answer.headers
        assert answer.header("Content-Type") == "application/json; charset=utf-8", answer.headers
        for scheme in ("bearer", "BEARER", "bEARER"):
            assert party.call("GET", path, tokens["access_token"], scheme=scheme).status == 200, scheme
        # The other's certificate, none, and a token where it does not belong.
        other = "other" if party.certificate == "tpp" else "tpp"
        for certificate in (other, None):
            assert party.call("GET", path, tokens["access_token"], certificate=certificate).status == 401
        in_query = party.call("GET", f"{path}?access_token={tokens['access_token']}", None)
        assert in_query.status == 401, in_query.text
    # A consent belongs to who has registered it.
    left = SecureBrowser(BANK).open(link(SECOND, parameters(SECOND, consent)))
    assert left.parameters["error"] == "invalid_request" and "code" not in left.parameters, left.url


def no_is_told_and_levels_are_kept():
    """AZ-61 a no goes back with nothing beside it, and a level that no login reaches is said"""
    asked = parameters(SECOND, SECOND.consent(), state="s" * 128)
    left = SecureBrowser(BANK).decide(link(SECOND, asked), "deny")
    assert set(left.parameters) == {"error", "error_description", "error_uri", "state", "iss"}, left.url
    assert (left.parameters["error"], left.parameters["state"]) == ("access_denied", "s" * 128), left.url
    assert "?dummy1=lorem&dummy2=ipsum#" in left.url
    consent = FIRST.consent()
    asked = parameters(FIRST, consent)
    asked["claims"]["id_token"]["acr"]["values"] = [CA]
    assert SecureBrowser(BANK).open(link(FIRST, asked)).parameters["error"] == "access_denied"
    granted(FIRST, consent)


def refreshing_keeps_the_token_and_revocation_ends_it():
    """TK-44 #26 #93 a refresh takes the client and its certificate, keeps the refresh token, and ends with a revocation"""
    for party, other in ((FIRST, SECOND), (SECOND, FIRST)):
        tokens = granted(party, party.consent())
        form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        assert is_error(other.post("/token", form), 400, "invalid_grant")
        refused = party.post("/token", form, certificate=None)
        assert refused.status in (400, 401), refused.text
        for _ in range(2):
            renewed = party.post("/token", form)
            assert renewed.status == 200 and "refresh_token" not in renewed.json, renewed.text
            assert "no-store" in renewed.header("Cache-Control")
            party.bank.verified(renewed.json["id_token"], "PS256", party.id)
            assert party.call("GET", party.base + "/accounts", renewed.json["access_token"]).status == 200
        assert party.post("/revoke", {"token": tokens["refresh_token"]}).status == 200
        assert party.call("GET", party.base + "/accounts", renewed.json["access_token"]).status == 401
        assert is_error(party.post("/token", form), 400, "invalid_grant")


def tls_is_that_of_the_profile():
    """TL-01 TLS 1.0 and 1.1 are refused, 1.2 is spoken with ECDHE and AES-GCM alone, and 1.3 is preferred, at every endpoint"""
    paths = ["/authorize", "/token", "/userinfo", "/par", FIRST.base + "/account-access-consents", FIRST.base + "/accounts"]
    for port in (BANK.port, BANK.mutual_port):
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            try:
                shake(port, version, "ALL:@SECLEVEL=0")
                raise AssertionError(f"{version.name} is spoken at {port}")
            except (ssl.SSLError, ConnectionResetError) as refused:
                # It is the server that refuses, and not this side.
                assert "ALERT" in str(refused) or isinstance(refused, ConnectionResetError), refused
        assert shake(port)[0] == "TLSv1.3"
        spoken = set()
        names = {suite["name"] for suite in every_suite() if suite["protocol"] != "TLSv1.3"}
        assert len(names) > 20, names
        for name in names:
            try:
                spoken.add(shake(port, ssl.TLSVersion.TLSv1_2, f"{name}:@SECLEVEL=0")[1])
            except (ssl.SSLError, ConnectionResetError):
                pass
        # Our certificate is of a P-256 key; one of RSA would add the same two under its own name.
        assert spoken == {"ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"}, spoken
        for path in paths:
            for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                assert ask(port, path, newest).startswith(b"HTTP/1.1 "), path


def every_suite():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return context.get_ciphers()


def connection(port, version=None, suites=None):
    context = ssl.create_default_context(cafile=BANK.folder.path / "tls.crt")
    if suites:
        context.set_ciphers(suites)
    if version:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), 10), server_hostname="localhost")


def shake(port, version=None, suites=None):
    """The version and the suite that are agreed on."""
    with connection(port, version, suites) as spoken:
        return spoken.version(), spoken.cipher()[0]


def ask(port, path, version):
    with connection(port, version) as spoken:
        spoken.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        return spoken.recv(4096)


if __name__ == "__main__":
    BANK = SecureBank()
    FIRST = Party(
        BANK, "tpp-1", "tpp", profile="fapi1-advanced-uk", method="private_key_jwt", response_types=["code id_token"])
    SECOND = Party(
        BANK, "tpp-2", "other", profile="fapi1-advanced-uk", method="tls_client_auth", response_types=["code id_token"],
        redirect_uri="https://other.example/cb?dummy1=lorem&dummy2=ipsum")
    with BANK:
        main([
            discovery_is_that_of_the_profile,
            two_clients_go_the_whole_way,
            no_is_told_and_levels_are_kept,
            refreshing_keeps_the_token_and_revocation_ends_it,
            tls_is_that_of_the_profile,
        ])
