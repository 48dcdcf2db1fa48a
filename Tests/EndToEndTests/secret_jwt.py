"""`client_secret_jwt`, OpenID Connect Core §9: proofs made by two libraries of others, and a secret that is kept sealed."""

import json
import os
import secrets
import subprocess
import sys
import time

from _bank import Bank, ThirdParty, binary, claims, main, request
from _wire import Key, KeyParty, encode_form, is_error, race

try:
    import jwt
    from authlib.integrations.requests_client import OAuth2Session
    from authlib.oauth2.rfc7523 import ClientSecretJWT
    from authlib.oauth2.rfc7523.assertion import client_secret_jwt_sign
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)


class ShortAssertion(ClientSecretJWT):
    """Authlib's assertions live for an hour unless told; ours may live for five minutes at the most."""

    def sign(self, auth, token_endpoint):
        return client_secret_jwt_sign(auth.client_secret, client_id=auth.client_id, token_endpoint=token_endpoint, expires_in=60)


class SecretParty(KeyParty):
    """A third party that signs who it is with its secret."""

    def __init__(self, bank, id, secret):
        ThirdParty.__init__(self, bank, id, secret, "https://secret.example/cb")

    def assertion(self, header=(), secret=None, **changes):
        now = int(time.time())
        said = {"iss": self.id, "sub": self.id, "aud": self.bank.issuer, "jti": secrets.token_urlsafe(16), "iat": now,
                "exp": now + 60, **changes}
        said = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(said, secret or self.secret, algorithm="HS256", headers=dict(header))


def add(id, *options, method="client_secret_jwt"):
    """Registers a client by the command, as an operator does; what it printed and how it ended."""
    done = subprocess.run(
        [binary(), "clients", "add", id, "--folder", HOUSE.folder / "data" / "clients.d", "--keys", HOUSE.keys,
         "--method", method, "--redirect-uri", "https://secret.example/cb", "--scope", "openid accounts",
         *options], capture_output=True, text=True, timeout=30)
    return done


def party(id, method="client_secret_jwt"):
    done = add(id, method=method)
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("client_secret")]
    HOUSE.reload()
    return (SecretParty if method == "client_secret_jwt" else ThirdParty)(HOUSE, id, line.split()[1])


def a_secret_signs_and_stays_sealed():
    """the command shows the secret once, keeps it sealed, and proofs of PyJWT and Authlib are taken"""
    metadata = HOUSE.get("/.well-known/openid-configuration").json
    for endpoint in ("token", "introspection", "revocation"):
        assert "client_secret_jwt" in metadata[f"{endpoint}_endpoint_auth_methods_supported"]
        assert "HS256" in metadata[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
    client = party("sealed")
    kept = json.loads((HOUSE.folder / "data" / "clients.d" / "sealed.json").read_text())
    assert client.secret not in json.dumps(kept) and "client_secret_sha256" not in kept and len(client.secret) == 43
    token = client.client_token()
    assert client.introspect(token)["client_id"] == "sealed"
    session = OAuth2Session("sealed", client.secret, token_endpoint_auth_method=ShortAssertion(HOUSE.issuer + "/token"),
                            scope="accounts")
    session.trust_env = False
    assert session.fetch_token(HOUSE.issuer + "/token", grant_type="client_credentials")["access_token"]
    assert (os.stat(HOUSE.keys / "clients.key").st_mode & 0o777, (HOUSE.keys / "clients.key").stat().st_size) == (0o600, 32)


def a_proof_is_held_to_everything():
    """another secret, another algorithm, the secret itself, and an assertion for another time or server prove nothing"""
    client, now = party("strict"), int(time.time())
    key = Key("strict")
    unsigned = jwt.encode({"iss": "strict", "sub": "strict", "aud": HOUSE.issuer, "jti": "x", "exp": now + 60}, None, algorithm="none")
    said = {"iss": "strict", "sub": "strict", "aud": HOUSE.issuer, "jti": secrets.token_urlsafe(8), "exp": now + 60}
    wrong = [
        client.assertion(secret=secrets.token_urlsafe(32)), client.assertion(aud="https://other.example"),
        client.assertion(exp=now - 60), client.assertion(exp=now + 3600), client.assertion(jti=None), client.assertion(exp=None),
        client.assertion(iss="demo-tpp"), client.assertion(header={"typ": "at+jwt"}), unsigned, key.sign(said),
        jwt.encode(said, client.secret + "0" * 40, algorithm="HS512"), jwt.encode(said, client.secret + "0" * 40, algorithm="HS384"),
    ]
    for text in wrong:
        answer = client.post("/token", {"grant_type": "client_credentials", "scope": "accounts"}, assertion=text)
        assert is_error(answer, 401, "invalid_client"), (text, answer.text)
    form = {"grant_type": "client_credentials", "scope": "accounts"}
    assert is_error(ThirdParty.post(client, "/token", form), 401, "invalid_client")
    posted = request("POST", HOUSE.issuer + "/token", form={**form, "client_id": "strict", "client_secret": client.secret})
    assert is_error(posted, 401, "invalid_client")
    assert client.client_token()


def a_proof_counts_once():
    """of fifty uses of one assertion at once one is good"""
    client = party("once")
    form = {"grant_type": "client_credentials", "scope": "accounts", **client.credentials()}
    answers = race(HOUSE.port, [encode_form("/token", f"localhost:{HOUSE.port}", {}, form)] * 50)
    assert sorted(answer.status for answer in answers) == [200] + [401] * 49


def rotate(id, days):
    """Gives a client a new secret by the command, and has the server read it."""
    done = subprocess.run(
        [binary(), "clients", "rotate", id, "--folder", HOUSE.folder / "data" / "clients.d", "--keys", HOUSE.keys, "--days", days],
        capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    HOUSE.reload()
    return done.stdout.split("client_secret")[1].split()[0]


def told(id):
    lines = [json.loads(line) for line in HOUSE.output().splitlines() if '"client.previous_secret"' in line]
    return [line for line in lines if line["client"] == id]


def a_secret_changes_without_a_gap():
    """TK-14 an old secret works beside the new one until its end, the log says who still uses it, and both are listed"""
    folder = HOUSE.folder / "data" / "clients.d"
    form = {"grant_type": "client_credentials", "scope": "accounts"}
    sealed, digested = party("changing"), party("plain", "client_secret_basic")
    for client in (sealed, digested):
        assert client.post("/token", form).status == 200
        fresh = type(client)(HOUSE, client.id, rotate(client.id, "2"))
        assert not told(client.id)
        assert fresh.post("/token", form).status == 200 and not told(client.id)
        assert client.post("/token", form).status == 200
        deadline = time.monotonic() + 20
        # The log makes nobody wait, and is written a moment later.
        while not told(client.id) and time.monotonic() < deadline:
            time.sleep(0.02)
        (line,) = told(client.id)
        document = json.loads((folder / f"{client.id}.json").read_text())
        ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(document["previous_client_secret_expires_at"]))
        assert line["ends"] == ends, (line, ends)
        listed = subprocess.run([binary(), "clients", "list", "--folder", folder], capture_output=True, text=True, timeout=30).stdout
        assert f"old secret until {ends}" in listed, listed
        assert client.secret not in json.dumps(document) + HOUSE.output() and fresh.secret not in json.dumps(document)
        # Its end has passed, as the document says.
        (folder / f"{client.id}.json").write_text(json.dumps({**document, "previous_client_secret_expires_at": int(time.time()) - 1}))
        HOUSE.reload()
        assert is_error(client.post("/token", form), 401, "invalid_client")
        assert fresh.post("/token", form).status == 200
        rotate(client.id, "0")
        assert is_error(fresh.post("/token", form), 401, "invalid_client")


def a_sealed_secret_is_of_its_client():
    """a sealed secret in the document of another client, a lost key and a FAPI profile are refused before anything is changed"""
    folder = HOUSE.folder / "data" / "clients.d"
    party("owner")
    document = json.loads((folder / "owner.json").read_text())
    (folder / "thief.json").write_text(json.dumps({**document, "client_id": "thief"}))
    try:
        HOUSE.reload()
    except RuntimeError as refused:
        assert "secret of the client thief does not open" in str(refused), refused
    else:
        raise AssertionError("the reload was taken")
    (folder / "thief.json").write_text(json.dumps({**document, "client_id": "thief", "profile": "fapi2",
                                                   "dpop_bound_access_tokens": True}))
    try:
        HOUSE.reload()
    except RuntimeError as refused:
        assert "does not allow client_secret_jwt" in str(refused), refused
    else:
        raise AssertionError("the reload was taken")
    (folder / "thief.json").unlink()
    HOUSE.reload()
    done = subprocess.run([binary(), "clients", "add", "late", "--folder", folder, "--keys", HOUSE.folder, "--method",
                           "client_secret_jwt"], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and "clients.key is missing; assent keys new makes it" in done.stderr, done.stderr
    assert not (folder / "late.json").exists()


if __name__ == "__main__":
    with Bank() as HOUSE:
        main([a_secret_signs_and_stays_sealed, a_proof_is_held_to_everything, a_proof_counts_once,
              a_secret_changes_without_a_gap, a_sealed_secret_is_of_its_client])
