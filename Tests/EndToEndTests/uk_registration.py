"""Software registers itself as UK Open Banking has it: a statement of a directory, keys at a URL, and mutual TLS."""

import http.server
import json
import signal
import ssl
import sys
import threading
import time

from _bank import Left, free_port, main
from _fapi import Party, SecureBank, SecureBrowser
from _wire import is_error
from commands import wait_for

try:
    import joserfc.jwk
    import joserfc.jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

DIRECTORY = "OpenBanking Ltd"
ORGANISATION = "0015800000"


class Keystore:
    """The directory's server, with the keys of software at /SOFTWARE_ID.jwks, over TLS."""

    def __init__(self, bank):
        self.port, self.keys, self.asked = free_port(), {}, []
        store = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                store.asked.append(self.path)
                name = self.path.removeprefix("/").removesuffix(".jwks")
                body = json.dumps({"keys": store.keys.get(name, [])}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/jwk-set+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(bank.folder.path / "tls.crt", bank.folder.path / "tls.key")
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Directory:
    """Who vouches for software, by a key that the bank has in a file."""

    def __init__(self):
        self.key = joserfc.jwk.RSAKey.generate_key(2048, {"kid": "directory", "use": "sig", "alg": "PS256"})

    def statement(self, software, **changes):
        said = {
            "iss": DIRECTORY, "iat": int(time.time()), "jti": f"statement-{time.monotonic_ns()}",
            "software_id": software.software, "software_client_name": "Fresh Ledger", "software_roles": ["AISP"],
            "software_redirect_uris": [software.redirect_uri, "https://tpp.example/other"],
            "software_jwks_endpoint": f"https://localhost:{KEYSTORE.port}/{software.software}.jwks",
            "software_client_uri": "https://tpp.example/about", "org_id": ORGANISATION, "org_status": "Active",
            "organisation_competent_authority_claims": {"authority_id": "FCAGBR", "registration_id": "123456"}, **changes}
        return joserfc.jwt.encode({"alg": "PS256", "kid": "directory"}, said, self.key, algorithms=["PS256"])


class Software(Party):
    """Software of a third party, before and after it is a client."""

    def __init__(self, bank, id, certificate="software"):
        self.bank, self.id, self.certificate, self.bound = bank, id, certificate, "certificate"
        self.method, self.algorithm, self.redirect_uri = "private_key_jwt", "PS256", "https://tpp.example/cb"
        self.name, self.key = f"{id}-key", joserfc.jwk.RSAKey.generate_key(2048)
        self.client = None
        KEYSTORE.keys[id] = [{**self.key.as_dict(private=False), "use": "sig", "alg": "PS256", "kid": self.name}]

    def sign(self, said, type="JWT", **changes):
        now = int(time.time())
        claims = {"iss": self.id, "aud": self.bank.issuer, "iat": now, "nbf": now, "exp": now + 60,
                  "jti": f"{self.name}-{time.monotonic_ns()}", **said, **changes}
        header = {"alg": "PS256", "kid": self.name, "typ": type}
        return joserfc.jwt.encode(header, claims, self.key, algorithms=["PS256"])

    def request(self, statement=None, **changes):
        said = {
            "iss": self.software, "software_statement": statement or DIRECTORY_OF_SOFTWARE.statement(self),
            "redirect_uris": [self.redirect_uri], "token_endpoint_auth_method": "private_key_jwt",
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "response_types": ["code id_token"], "application_type": "web", "scope": "openid accounts",
            "id_token_signed_response_alg": "PS256", "request_object_signing_alg": "PS256", **changes}
        return self.sign(said)

    @property
    def software(self):
        return self.name.removesuffix("-key")

    def send(self, method, path, body=None, token=None, certificate="own"):
        headers = {"Content-Type": "application/jose" if body else None, "Authorization": token and f"Bearer {token}"}
        return self.bank.call(
            method, self.bank.mutual + path, headers, body, certificate=self.certificate if certificate == "own" else certificate)

    def register(self):
        answer = self.send("POST", "/register", self.request())
        assert answer.status == 201, answer.text
        self.client, self.id = answer.json, answer.json["client_id"]
        return self

    @property
    def path(self):
        return f"/register/{self.id}"

    def token(self):
        answer = self.post("/token", {"grant_type": "client_credentials", "scope": "accounts"})
        assert answer.status == 200, answer.text
        return answer.json["access_token"]


def software_is_believed_with_its_directory_and_its_certificate():
    """RG-01 DCR-004 nothing is registered without a statement of the directory, a request of the software, and a certificate of both"""
    software = Software(BANK, "4711abc")
    for certificate in (None, "tpp", "alone"):
        refused = software.send("POST", "/register", software.request(), certificate=certificate)
        assert is_error(refused, 400, "unapproved_software_statement"), (certificate, refused.text)
    assert not KEYSTORE.asked, KEYSTORE.asked
    stranger = Directory()
    refused = software.send("POST", "/register", software.request(stranger.statement(software)))
    assert is_error(refused, 400, "invalid_software_statement"), refused.text
    other = Software(BANK, "other")
    forged = other.sign({"software_statement": DIRECTORY_OF_SOFTWARE.statement(software), "iss": "4711abc"})
    assert is_error(software.send("POST", "/register", forged), 400, "invalid_client_metadata")
    inside = DIRECTORY_OF_SOFTWARE.statement(software, software_jwks_endpoint=f"https://127.0.0.1:{BANK.port}/jwks")
    assert is_error(software.send("POST", "/register", software.request(inside)), 400, "invalid_software_statement")
    elsewhere = software.request(post_logout_redirect_uris=["https://elsewhere.example/"])
    assert is_error(software.send("POST", "/register", elsewhere), 400, "invalid_client_metadata")
    once = software.request()
    assert software.send("POST", "/register", once).status == 201
    assert is_error(software.send("POST", "/register", once), 400, "invalid_client_metadata")


def software_goes_the_whole_way():
    """DCR-002 DCR-003 DCR-005 DCR-008 from a statement to accounts, through a killed server, to the end"""
    software = Software(BANK, "4712abc").register()
    given = software.client
    assert given["client_uri"] == "https://tpp.example/about" and given["software_id"] == "4712abc", given
    assert given["profile"] == "fapi1-advanced-uk" and given["tls_client_certificate_bound_access_tokens"] is True, given
    consent = software.consent()
    asked, _ = software.parameters(
        consent, response_type="code id_token", code_challenge=None, code_challenge_method=None)
    link = f"/authorize?client_id={software.id}&response_type=code%20id_token&scope=openid%20accounts&request="
    left = SecureBrowser(BANK).decide(link + software.sign(asked, "oauth-authz-req+jwt"))
    assert isinstance(left, Left) and left.parameters["state"] == asked["state"], left.url
    tokens = software.redeem(left.parameters["code"])
    assert tokens.status == 200, tokens.text
    accounts = software.call("GET", software.base + "/accounts", tokens.json["access_token"])
    assert (accounts.status, len(accounts.json["Data"]["Account"])) == (200, 2), accounts.text

    # What was registered outlives a server that is killed, and its keys are fetched anew.
    BANK.process.send_signal(signal.SIGKILL)
    BANK.process.communicate(timeout=20)
    BANK.process = BANK.folder.serve("ok.json")
    wait_for(BANK.mutual_port)
    token = software.token()
    read = software.send("GET", software.path, token=token)
    assert read.status == 200 and read.json["software_statement"] == given["software_statement"], read.text
    assert software.send("GET", software.path, token=token, certificate="tpp").status == 401
    assert software.send("GET", software.path, token="foobar").status == 401
    moved = software.send(
        "PUT", software.path, software.request(iss="4712abc", redirect_uris=["https://tpp.example/other"]), token)
    assert moved.status == 200 and moved.json["redirect_uris"] == ["https://tpp.example/other"], moved.text
    left = SecureBrowser(BANK).open(link + software.sign(asked, "oauth-authz-req+jwt"))
    assert not isinstance(left, Left), left.url

    assert software.send("DELETE", software.path, token=token).status == 204
    for method in ("GET", "PUT", "DELETE"):
        body = software.request(iss="4712abc") if method == "PUT" else None
        assert software.send(method, software.path, body, token).status == 401, method
    assert software.call("GET", software.base + "/accounts", tokens.json["access_token"]).status == 401
    form = {"grant_type": "refresh_token", "refresh_token": tokens.json["refresh_token"]}
    assert is_error(software.post("/token", form), 401, "invalid_client")


def software_registers_a_few_times():
    """RG-01 of twenty requests of one software at once five are kept"""
    software = Software(BANK, "4713abc")
    requests = [software.request() for _ in range(20)]

    def register(request):
        # So many keys are fetched at once; who comes meanwhile is told to come again.
        deadline = time.monotonic() + 30
        while (status := software.send("POST", "/register", request).status) == 503:
            assert time.monotonic() < deadline, "it is always too busy"
        return status

    statuses = at_once(*(lambda request=request: register(request) for request in requests))
    assert sorted(statuses) == [201] * 5 + [400] * 15, statuses


if __name__ == "__main__":
    from _bank import at_once

    BANK, DIRECTORY_OF_SOFTWARE = SecureBank(), Directory()
    BANK.certificates.make("software", f"/C=GB/O=A Third Party/OU={ORGANISATION}/CN=software", "leaf.ext", "authority")
    KEYSTORE = Keystore(BANK)
    public = {**DIRECTORY_OF_SOFTWARE.key.as_dict(private=False)}
    BANK.folder.write("directory.jwks", json.dumps({"keys": [public]}))
    (BANK.folder.path / "registration.d").mkdir()
    configuration = json.loads((BANK.folder.path / "ok.json").read_text())
    configuration["registering"] = {
        "folder": "registration.d", "directoryIssuer": DIRECTORY, "directoryKeysFile": "directory.jwks",
        "directoryCertificates": "organisation"}
    configuration["outbound"] = {
        "hosts": [{"host": f"localhost:{KEYSTORE.port}", "isInternal": True}], "caFile": "tls.crt"}
    BANK.folder.write("ok.json", json.dumps(configuration))
    with BANK:
        main([
            software_is_believed_with_its_directory_and_its_certificate,
            software_goes_the_whole_way,
            software_registers_a_few_times,
        ])
