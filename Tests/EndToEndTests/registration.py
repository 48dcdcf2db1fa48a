"""Third parties that register themselves, over real sockets: invitations, keys at a URL, and what the bank says."""

import http.server
import json
import os
import subprocess
import sys
import threading
import time

from _bank import Bank, Browser, Left, ThirdParty, binary, free_port, log_in, main, request

try:
    import joserfc.jwk
    import joserfc.jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)


class KeyServer:
    """A third party's own server, with its keys at /jwks."""

    def __init__(self, port):
        self.keys, self.asked, self.origin = [], 0, f"http://localhost:{port}"
        party = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                party.asked += 1
                body = json.dumps({"keys": [key.as_dict(private=False) for key in party.keys]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def new_key(self, kid):
        key = joserfc.jwk.ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})
        self.keys = [key]
        return key


def command(bank, *words):
    """What `assent registrations` says, on the sandbox's own folder."""
    data = bank.folder / "data"
    done = subprocess.run(
        [binary(), "registrations", *words, "--folder", data / "registration.d", "--database",
         os.environ.get("ASSENT_DATABASE", data / "assent.sqlite")],
        capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout


def invite(bank, name, *options):
    status, said = command(bank, "invite", name, *options)
    assert status == 0, said
    bank.reload()
    return said.split()[3]


def register(bank, token, **document):
    document = {"redirect_uris": ["https://c.example/cb"], "client_name": "Fresh Ledger", **document}
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}" if token else None}
    return request("POST", f"{bank.issuer}/register", headers, json.dumps(document))


def manage(method, registered, document=None):
    headers = {"Content-Type": "application/json",
               "Authorization": f"Bearer {registered['registration_access_token']}"}
    return request(method, registered["registration_client_uri"], headers, document and json.dumps(document))


def own(registered, **changes):
    given = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
    return {**{name: value for name, value in registered.items() if name not in given}, **changes}


def a_third_party_registers_itself():
    """RG-01 RG-03 from an invitation to tokens, a change, a restart, and the end"""
    with Bank() as bank:
        assert register(bank, None).status == 401
        assert register(bank, "guess").status == 401
        token = invite(bank, "fresh", "--scope", "openid accounts")
        answer = register(bank, token, grant_types=["authorization_code", "client_credentials"], bank_roles=["admin"])
        assert answer.status == 201, answer.text
        assert register(bank, token).status == 401
        client = answer.json
        assert "bank_roles" not in client and client["scope"] == "openid accounts"

        party = ThirdParty(bank, client["client_id"], client["client_secret"], "https://c.example/cb")
        consent = party.register(party.client_token())
        url, asked, verifier = party.authorization(consent)
        browser = Browser(bank)
        page = log_in(browser, browser.open(url), "bert")
        left = browser.press(page, "allow", boxes=page.form_with("allow").boxes and [page.form_with("allow").boxes[0][1]])
        assert isinstance(left, Left) and left.parameters["state"] == asked["state"], left
        assert party.redeem(left.parameters["code"], verifier).status == 200

        # What was registered outlives the server, and so does what was spent.
        assert bank.stop() == 0
        bank.start()
        assert party.client_token()
        assert register(bank, token).status == 401
        changed = manage("PUT", client, own(client, client_name="Older Ledger"))
        assert (changed.status, changed.json["client_name"]) == (200, "Older Ledger"), changed.text
        assert manage("GET", client).status == 401
        assert manage("GET", changed.json).status == 200
        assert manage("DELETE", changed.json).status == 204
        assert manage("GET", changed.json).status == 401
        assert party.post("/token", {"grant_type": "client_credentials"}).status == 401


def the_bank_has_the_last_word():
    """AZ-14 RG-03 a client is shown before an error leads to it, until it is vetted; a disabled one stays disabled"""
    with Bank() as bank:
        client = register(bank, invite(bank, "fresh")).json
        party = ThirdParty(bank, client["client_id"], client["client_secret"], "https://c.example/cb")
        url = party.authorization(scope="openid", prompt="none")[0]
        shown = Browser(bank).open(url)
        assert shown.answer.status == 400 and "https://c.example" in shown.text, shown.text
        status, said = command(bank, "list")
        assert (status, said.split()) == (0, [client["client_id"], "not", "vetted", "Fresh", "Ledger"]), said
        assert command(bank, "vet", client["client_id"])[0] == 0
        bank.reload()
        left = Browser(bank).open(url)
        assert isinstance(left, Left) and left.parameters["error"] == "login_required", left
        assert command(bank, "list")[1].split()[1] == "vetted"

        # It leads elsewhere now, and nobody has looked at that.
        client = manage("PUT", client, own(client, redirect_uris=["https://c.example/cb", "https://evil.example/"])).json
        assert Browser(bank).open(url).answer.status == 400
        assert command(bank, "disable", client["client_id"])[0] == 0
        bank.reload()
        for method in ("GET", "PUT", "DELETE"):
            assert manage(method, client, own(client)).status == 401
        assert party.post("/token", {"grant_type": "client_credentials"}).status == 401


def keys_stay_with_the_client():
    """RG-20 RG-22 keys at a listed host are fetched beside the requests, a new one when it is named; no other host is called"""
    port = free_port()
    with Bank(options=("--outbound", f"http://localhost:{port}")) as bank:
        server = KeyServer(port)
        key = server.new_key("one")
        asked = {"token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials"],
                 "jwks_uri": f"{server.origin}/jwks"}
        token = invite(bank, "keys")
        for elsewhere in ("https://169.254.169.254/jwks", f"http://127.0.0.1:{port}/jwks", "file:///etc/passwd"):
            refused = register(bank, token, **{**asked, "jwks_uri": elsewhere})
            assert (refused.status, refused.json["error"]) == (400, "invalid_client_metadata"), refused.text
        client = register(bank, token, **asked).json

        def token_with(key):
            now = int(time.time())
            said = {"iss": client["client_id"], "sub": client["client_id"], "aud": bank.issuer, "exp": now + 60,
                    "jti": f"{key.kid}-{time.monotonic_ns()}"}
            signed = joserfc.jwt.encode({"alg": "ES256", "kid": key.kid}, said, key, algorithms=["ES256"])
            return request("POST", f"{bank.issuer}/token", form={
                "grant_type": "client_credentials", "scope": "accounts", "client_assertion": signed,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}).status

        assert token_with(key) == 200
        assert token_with(key) == 200
        assert server.asked == 1
        # Within the minute an unknown key causes no second call.
        other = server.new_key("two")
        for _ in range(20):
            assert token_with(other) == 401
        assert server.asked == 1


if __name__ == "__main__":
    main([
        a_third_party_registers_itself,
        the_bank_has_the_last_word,
        keys_stay_with_the_client,
    ])
