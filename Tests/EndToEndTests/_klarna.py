"""A client of Klarna's XS2A API, and a bank that is configured for it."""

import json
import os
import subprocess
import time
import urllib.parse

from _bank import ROOT, Bank, Browser, Left, Page, binary, log_in, request

PSU = {"user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "ip_address": "192.0.2.7"}
SCOPE = {"accounts": {}, "account_details": {}, "balances": {}, "transactions": {"last_days": 60}, "lifetime": 90}


class ConfiguredBank(Bank):
    """The sandbox's folder, served under a configuration that says more than a sandbox does."""

    def __init__(self, **consenting):
        super().__init__()
        self.consenting = consenting
        with Bank(self.folder, self.port, self.keys):
            pass

    def start(self):
        data = self.folder / "data"
        configuration = self.folder / "assent.json"
        # A bank calls nobody without TLS, and the sandbox's third party has none.
        client = data / "clients.d" / "demo-tpp.json"
        said = {name: value for name, value in json.loads(client.read_text()).items() if "backchannel" not in name}
        said["grant_types"] = [grant for grant in said["grant_types"] if not grant.endswith(":ciba")]
        client.write_text(json.dumps(said))
        configuration.write_text(json.dumps({
            "issuing": {"issuer": self.issuer},
            "listening": {"address": f"127.0.0.1:{self.port}", "operations": None},
            "keys": {"folder": str(self.keys)},
            "storing": self.storing(),
            "clients": {"folder": str(data / "clients.d")},
            "people": {"file": str(data / "people.json")},
            # One third party plays all of them, as fast as it can.
            "limiting": {"clientRequestsPerSecond": None},
            "consenting": {"servesAccounts": True, **self.consenting},
            "pages": {"templatesFolder": str(ROOT / "templates"), "bankName": "Sandbox Bank"},
            "logging": {"level": "warning"},
        }))
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [binary(), "serve", "--config", configuration], stdout=self.log, stderr=self.log, cwd=ROOT)
        deadline = time.monotonic() + 30
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: {self.output()}")
            try:
                if self.get("/jwks").status == 200:
                    return self
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server does not answer: {self.output()}")
            time.sleep(self.pause)


    def storing(self):
        """Where the sandbox keeps everything; the password of a server stands in a file."""
        server = os.environ.get("ASSENT_DATABASE")
        if not server:
            return {"databaseFile": str(self.folder / "data" / "assent.sqlite")}
        parts = urllib.parse.urlsplit(server)
        path = self.folder / "database.password"
        path.write_text(urllib.parse.unquote(parts.password or ""))
        path.chmod(0o600)
        named = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@"))
        return {"database": named.geturl(), "databasePasswordFile": str(path)}


class Aggregator:
    """The demo third party, as a client of the portal."""

    def __init__(self, bank, token=None):
        self.bank = bank
        self.token = token or (bank.folder / "data" / "demo-tpp-portal.secret").read_text()

    def call(self, method, url, document=None, **headers):
        if url.startswith("/"):
            url = f"{self.bank.issuer}/xs2a/v1{url}"
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json;charset=utf-8", **headers}
        return request(method, url, headers, None if document is None else json.dumps(document))

    def session(self, scope=None):
        answer = self.call("PUT", "/sessions", {"psu": PSU, "consent_scope": scope or SCOPE})
        assert answer.status == 201, answer.text
        return answer.json["data"]

    def start(self, url, **wish):
        answer = self.call("PUT", url, wish)
        assert answer.status == 201, answer.text
        return answer.json["data"]

    def allow(self, flow, username="bert", accounts=1, button="allow", browser=None):
        """The person's browser, from the app's link to the return URL; it signs in where it is not."""
        browser = browser or Browser(self.bank)
        page = browser.open(flow["app_url"])
        if isinstance(page, Page) and page.has_button("log-in"):
            page = log_in(browser, page, username)
        boxes = [value for _, value in page.form_with("allow").boxes]
        left = browser.press(page, button, boxes=boxes[:accounts] if button == "allow" else ())
        assert isinstance(left, Left), left.text
        return boxes, left

    def consent(self, username="bert", accounts=1, scope=None):
        """A consent with its first token."""
        session = self.session(scope)
        boxes, _ = self.allow(self.start(session["flows"]["accounts"]), username, accounts)
        answer = self.call("POST", session["consent"])
        assert answer.status == 200, answer.text
        return Consent(self, answer.json["data"], boxes[:accounts])


class Consent:
    """A consent in a third party's hands, which keeps the token of whatever answer has one."""

    def __init__(self, aggregator, data, accounts):
        self.aggregator, self.accounts = aggregator, accounts
        self.id, self.token, self.urls = data["consent_id"], data["consent_token"], data["consents"]

    def use(self, kind="accounts", token=None, keep=True, url=None, **wish):
        document = {"consent_token": token or self.token, "psu": PSU, **wish}
        answer = self.aggregator.call("POST", url or self.urls[kind], {k: v for k, v in document.items() if v})
        body = answer.json
        successor = body.get("data", body).get("consent_token")
        if successor and keep:
            self.token = successor
        answer.successor = successor
        return answer


def code(answer):
    return answer.json["error"]["code"]
