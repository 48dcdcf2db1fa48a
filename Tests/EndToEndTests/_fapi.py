"""A bank over TLS that asks clients for certificates, and third parties of FAPI with keys, certificates and proofs."""

import hashlib
import http.client
import json
import secrets
import signal
import ssl
import sys
import time
import urllib.parse
import warnings

from _bank import Answer, Browser, Left, Page, challenge, free_port, hash_of
from _certificates import Certificates
from _wire import b64
from commands import Folder, served, wait_for

try:
    import joserfc.jwk
    import joserfc.jwt
    from joserfc.errors import SecurityWarning
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

warnings.simplefilter("ignore", SecurityWarning)

SCA, CA = "urn:openbanking:psd2:sca", "urn:openbanking:psd2:ca"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ACCOUNT = {
    "nickname": "Everyday", "type": "Personal", "subtype": "CurrentAccount", "currency": "GBP",
    "identifications": [{"scheme": "UK.OBIE.SortCodeAccountNumber", "number": "00102012345678", "name": "Anna Lindqvist"}],
    "servicer": {"scheme": "UK.OBIE.BICFI", "identification": "ASNTGB00XXX"}, "eligible": True,
    "balances": [{"type": "InterimBooked", "direction": "Credit", "amount": "842.16", "at": "2026-08-24T00:00:00Z"}],
    "transactions": [],
}


class SecureBank:
    """A server of one's own configuration that serves accounts as well; browsers come to one port, clients to another."""

    def __init__(self):
        self.folder = Folder()
        self.folder.__enter__()
        self.certificates = Certificates(self.folder)
        for algorithm in ("PS256", "EdDSA"):
            self.folder.run("keys", "new", "--algorithm", algorithm)
        self.mutual_port = free_port()
        self.port = served(
            self.folder, certificateFile="tls.crt", privateKeyFile="tls.key", clientCertificates="asked",
            clientAuthoritiesFile="authority.crt", mutualTLS=f"https://localhost:{self.mutual_port}",
            mutualTLSAddress=f"127.0.0.1:{self.mutual_port}")
        self.issuer, self.mutual = f"https://localhost:{self.port}", f"https://localhost:{self.mutual_port}"
        configuration = json.loads((self.folder.path / "ok.json").read_text())
        configuration["issuing"]["acr"] = SCA
        configuration["consenting"] = {"servesAccounts": True, "tellsRefreshTokenEnd": False}
        self.folder.write("ok.json", json.dumps(configuration))
        accounts = [{"id": f"anna-{number}", **ACCOUNT} for number in (1, 2)]
        self.folder.write("people.json", json.dumps({"persons": [{
            "id": "psu-anna", "username": "anna", "name": "Anna Lindqvist", "email": "anna@customers.example",
            "passwordHash": hash_of("anna-sandbox"), "locked": False, "accounts": accounts}]}))
        (self.folder.path / "clients.d").mkdir(exist_ok=True)

    def __enter__(self):
        checked = self.folder.run("check-config", "--config", "ok.json")
        assert checked.returncode == 0, checked
        self.process = self.folder.serve("ok.json")
        wait_for(self.port)
        wait_for(self.mutual_port)
        return self

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=20)
        if getattr(exception[1], "code", exception[1]):
            print(log)
        self.folder.__exit__()

    def context(self, certificate=None):
        context = ssl.create_default_context(cafile=self.folder.path / "tls.crt")
        if certificate:
            path = self.folder.path / certificate
            context.load_cert_chain(path.with_suffix(".crt"), path.with_suffix(".key"))
        return context

    def call(self, method, url, headers=(), body=None, form=None, certificate=None):
        """One request over TLS, with a certificate or without; redirects are not followed."""
        parts = urllib.parse.urlsplit(url)
        headers = {name: value for name, value in dict(headers).items() if value is not None}
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection = http.client.HTTPSConnection(
            "localhost", parts.port, timeout=20, context=self.context(certificate))
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, {**headers, "Host": parts.netloc})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def metadata(self):
        answer = self.call("GET", self.issuer + "/.well-known/openid-configuration")
        assert answer.status == 200, answer.text
        return answer.json

    def verified(self, token, algorithm, audience):
        """The claims of a JWT of the bank, by the keys that it serves."""
        keys = joserfc.jwk.KeySet.import_key_set(self.call("GET", self.issuer + "/jwks").json)
        read = joserfc.jwt.decode(token, keys, algorithms=[algorithm])
        assert read.header["kid"], read.header
        joserfc.jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer}, aud={"essential": True, "value": audience},
            exp={"essential": True}).validate(read.claims)
        return read.claims


class SecureBrowser(Browser):
    """A browser without scripts, over TLS and without a certificate."""

    def exchange(self, method, url, headers, body, form):
        return self.bank.call(method, url, headers, body, form)

    def decide(self, url, press="allow"):
        """Signs Anna in where she must, decides, and returns where the third party got to."""
        page = self.open(url)
        if isinstance(page, Page) and page.has_button("log-in"):
            page = self.press(page, "log-in", username="anna", password="anna-sandbox")
        if isinstance(page, Page):
            boxes = [value for _, value in page.form_with("allow").boxes] if press == "allow" else []
            page = self.press(page, press, boxes=boxes)
        assert isinstance(page, Left), page.text
        return page


class Party:
    """A third party: its registration, and how it proves itself at every request."""

    base = "/open-banking/v3.1/aisp"

    def __init__(self, bank, id, certificate, *, profile, method, bound="certificate", algorithm="PS256",
                 redirect_uri="https://tpp.example/cb", **document):
        self.bank, self.id, self.certificate, self.bound = bank, id, certificate, bound
        self.method, self.algorithm, self.redirect_uri = method, algorithm, redirect_uri
        self.key = joserfc.jwk.RSAKey.generate_key(2048) if algorithm == "PS256" else joserfc.jwk.ECKey.generate_key("P-256")
        self.prover = joserfc.jwk.ECKey.generate_key("P-256")
        public = {**self.key.as_dict(private=False), "use": "sig", "alg": algorithm, "kid": f"{id}-key"}
        known = {"tls_client_auth_subject_dn": self.subject} if method == "tls_client_auth" else {}
        bank.folder.write(f"clients.d/{id}.json", json.dumps({
            "client_id": id, "client_name": f"Third Party {id}", "profile": profile, "jwks": {"keys": [public]},
            "token_endpoint_auth_method": method, "redirect_uris": [redirect_uri],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"], "scope": "openid accounts",
            "id_token_signed_response_alg": algorithm, "request_object_signing_alg": algorithm,
            "tls_client_certificate_bound_access_tokens": bound == "certificate",
            "dpop_bound_access_tokens": bound == "key", **known, **document}))

    @property
    def subject(self):
        return {"tpp": "CN=tpp, O=A Third Party, C=GB", "other": "CN=other"}[self.certificate]

    def sign(self, said, type="JWT", **changes):
        now = int(time.time())
        claims = {"iss": self.id, "aud": self.bank.issuer, "iat": now, "nbf": now, "exp": now + 60,
                  "jti": secrets.token_urlsafe(16), **said, **changes}
        header = {"alg": self.algorithm, "kid": f"{self.id}-key", "typ": type}
        return joserfc.jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    def proof(self, method, url, token=None):
        """A proof of possession: RFC 9449 §4.2."""
        said = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": int(time.time())}
        if token:
            said["ath"] = b64(hashlib.sha256(token.encode()).digest())
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.prover.as_dict(private=False)}
        return joserfc.jwt.encode(header, said, self.prover, algorithms=["ES256"])

    def post(self, path, form, certificate="own", prove=None):
        """A form at an endpoint for clients, with whatever the client must show there."""
        url = self.bank.mutual + path
        said = {"client_id": self.id}
        if self.method == "private_key_jwt":
            said |= {"client_assertion": self.sign({"sub": self.id}), "client_assertion_type": ASSERTION}
        proves = self.bound == "key" and path == "/token" if prove is None else prove
        headers = {"DPoP": self.proof("POST", url)} if proves else {}
        certificate = self.certificate if certificate == "own" else certificate
        return self.bank.call("POST", url, headers, form={**said, **form}, certificate=certificate)

    def call(self, method, path, token, certificate="own", scheme=None, document=None, **headers):
        """A resource with a token."""
        url = self.bank.mutual + path
        certificate = self.certificate if certificate == "own" else certificate
        scheme = scheme or ("DPoP" if self.bound == "key" else "Bearer")
        sent = {"Authorization": f"{scheme} {token}" if token else None, **headers}
        if self.bound == "key":
            sent.setdefault("DPoP", self.proof(method, url, token))
        body = None
        if document is not None:
            sent["Content-Type"], body = "application/json; charset=utf-8", json.dumps(document)
        return self.bank.call(method, url, sent, body, certificate=certificate)

    def consent(self, **data):
        """Registers a consent with a token of the client's own."""
        granted = self.post("/token", {"grant_type": "client_credentials", "scope": "accounts"})
        assert granted.status == 200, granted.text
        assert granted.json["token_type"].lower() == ("dpop" if self.bound == "key" else "bearer"), granted.text
        answer = self.call(
            "POST", self.base + "/account-access-consents", granted.json["access_token"],
            document={"Data": {"Permissions": ["ReadAccountsBasic"], **data}, "Risk": {}},
            **{"x-fapi-auth-date": "Sat, 21 Nov 2026 10:00:00 GMT"})
        assert answer.status == 201 and answer.header("x-fapi-interaction-id"), answer.text
        return answer.json["Data"]["ConsentId"]

    def parameters(self, consent=None, **changes):
        """A request in which nothing is wrong, and its verifier."""
        verifier = secrets.token_urlsafe(32)
        parameters = {
            "client_id": self.id, "redirect_uri": self.redirect_uri, "response_type": "code", "scope": "openid",
            "state": secrets.token_urlsafe(16), "nonce": secrets.token_urlsafe(32),
            "code_challenge": challenge(verifier), "code_challenge_method": "S256",
        }
        if consent:
            parameters["scope"] = "openid accounts"
            parameters["claims"] = {"id_token": {
                "openbanking_intent_id": {"value": consent, "essential": True},
                "acr": {"essential": True, "values": [SCA, CA]}}}
        parameters.update(changes)
        return {name: value for name, value in parameters.items() if value is not None}, verifier

    def redeem(self, code, verifier=None, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        return self.post("/token", {**form, **changes})


def half(text):
    """What `s_hash`, `c_hash` and `at_hash` hold: OpenID Connect Core §3.3.2.11."""
    return b64(hashlib.sha256(text.encode()).digest()[:16])
