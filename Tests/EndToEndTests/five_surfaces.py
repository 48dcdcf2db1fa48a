"""One consent, five consent APIs: what each says of it after every step, wherever it was registered and ended."""

import base64
import datetime
import json
import time
import urllib.parse

from _bank import Bank, Browser, Left, ThirdParty, log_in, main, request
from _hooks import PERSIST, HookServer, says

WORDS = ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"]
PSU = {"user_agent": "Mozilla/5.0", "ip_address": "192.0.2.7"}

# After each event: UK Open Banking, WSO2, Klarna (flow, and whether the consent opens anything), Acount, and whether
# what the bank's back end fetched through Konsentus works. None where the API has no word.
TABLE = {
    "registered": ("AwaitingAuthorisation", "AwaitingAuthorisation", ("CONSUMER_INPUT_NEEDED", False), "pending", None),
    "allowed": ("Authorised", "Authorised", ("FINISHED", True), "authorized", True),
    "refused": ("Rejected", "Rejected", ("ABORTED", False), "failed", None),
    "walked away": ("Rejected", "Rejected", ("ABORTED", False), "failed", None),
    "failed": ("Rejected", "Rejected", ("EXCEPTION", False), "failed", None),
    "expired, allowed": ("Authorised", "Expired", None, "expired", False),
    "expired, waiting": ("AwaitingAuthorisation", "Expired", None, "expired", None),
    "revoked by the person": ("Revoked", "Revoked", ("FINISHED", False), "revoked", False),
    "revoked by the staff": ("Revoked", "Revoked", ("FINISHED", False), "revoked", False),
    "revoked by the merchant": ("Revoked", "Revoked", ("FINISHED", False), "revoked", False),
    "deleted by the third party": (400, "Revoked", ("FINISHED", False), "revoked", False),
}


def basic(id, secret):
    return "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()


def instant(seconds):
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """The demo third party on all of its surfaces, the bank's own systems, and one customer."""

    def __init__(self, bank):
        self.bank, self.tpp, self.browser = bank, ThirdParty(bank), Browser(bank)
        data = bank.folder / "data"
        self.bank_credential = basic("demo-bank", (data / "demo-bank.secret").read_text())
        self.portal = "Token " + (data / "demo-tpp-portal.secret").read_text()
        answer = self.send("POST", "/v1/auth/generate-token", basic("demo-tpp", bank.secret()), {
            "userId": "user-1", "merchantId": 1,
            "permissions": ["ais:accounts:read", "ais:balance:read", "ais:transactions:read"]})
        self.merchant = "Bearer " + answer.json["token"]
        self.token = self.tpp.client_token()

    def send(self, method, path, credential, document=None, listener=0, **headers):
        url = path if path.startswith("http") else f"http://localhost:{self.bank.port + listener}{path}"
        headers = {"Authorization": credential, **headers}
        if document is not None:
            headers["Content-Type"] = "application/json"
        return request(method, url, headers, None if document is None else json.dumps(document))

    def staff(self, method, path):
        return self.send(method, f"/api/fs/consent/admin{path}", self.bank_credential, listener=3, **{"x-staff": "kim"})


class Registered:
    """A consent, and how each surface speaks of it."""

    def __init__(self, world, origin, expires=7_776_000):
        self.world, self.origin, self.session, self.issued = world, origin, None, None
        getattr(self, origin)(expires)

    def uk(self, expires):
        self.id = self.world.tpp.register(
            self.world.token, Permissions=[*WORDS, "ReadTransactionsCredits", "ReadTransactionsDebits"],
            ExpirationDateTime=instant(expires), TransactionFromDateTime="2025-01-01T00:00:00Z")

    def acount(self, expires):
        document = {"permissions": WORDS, "expirationDateTime": instant(expires),
                    "transactionFromDateTime": "2025-01-01T00:00:00Z"}
        answer = self.world.send("POST", "/v1/ais/consents", self.world.merchant, document)
        assert answer.status == 201, answer.text
        self.request, self.link = answer.json["requestId"], answer.json["authorizationUrl"]
        claim = json.loads(dict(parse(self.link))["claims"])
        self.id = claim["id_token"]["openbanking_intent_id"]["value"]

    def klarna(self, expires):
        scope = {"accounts": {}, "account_details": {}, "balances": {}, "transactions": {"from_date": "2025-01-01"},
                 "lifetime": 90}
        answer = self.world.send("PUT", "/xs2a/v1/sessions", self.world.portal, {"psu": PSU, "consent_scope": scope})
        assert answer.status == 201, answer.text
        self.session = answer.json["data"]
        answer = self.world.send("PUT", self.session["flows"]["accounts"], self.world.portal, {})
        assert answer.status == 201, answer.text
        self.flow, self.link = answer.json["data"]["self"], answer.json["data"]["app_url"]
        self.id = self.newest()

    def newest(self):
        found = self.world.staff("GET", "/search?limit=1000").json["data"]
        others = {one["consentId"] for one in found} - self.world.known
        assert len(others) == 1, others
        return others.pop()

    # What the person does

    def page(self):
        if self.origin == "uk":
            url, self.parameters, self.verifier = self.world.tpp.authorization(self.id)
        else:
            url = self.link
        page = self.world.browser.open(url)
        if not isinstance(page, Left) and page.has_button("log-in"):
            page = log_in(self.world.browser, page, "bert")
        return page

    def answer(self, button):
        page = self.page()
        boxes = [value for _, value in page.form_with(button).boxes]
        left = self.world.browser.press(page, button, boxes=boxes[:1] if button == "allow" else ())
        assert isinstance(left, Left), left.text
        return left

    def decide(self, button):
        left = self.answer(button)
        if button == "allow":
            self.fetch(left)

    def fetch(self, left):
        """The bank's back end gets a token: by the code that came back, or by one of its own."""
        code, changes = left.parameters.get("code"), {}
        if code:
            changes["code_verifier"] = self.verifier
        else:
            if self.session:
                self.tokens()
            order = {"consent_id": self.id, "psu_account_id": "bert-current", "redirect_uri": self.world.tpp.redirect_uri,
                     "scope": "accounts", "state": "s"}
            answer = self.konsentus("authorization_code", order)
            assert answer.status == 201, answer.text
            code = code_in(answer)
        answer = self.konsentus("tokens", {"auth_code": code, "redirect_uri": self.world.tpp.redirect_uri, **changes})
        assert answer.status == 201, answer.text
        assert answer.json["data"]["state"] == (left.parameters["state"] if changes else "s")
        self.issued = answer.json["data"]["access_token"]

    def tokens(self):
        answer = self.world.send("POST", self.session["consent"], self.world.portal)
        assert answer.status == 200, answer.text
        self.consent_token, self.calls = answer.json["data"]["consent_token"], answer.json["data"]["consents"]

    def konsentus(self, path, document):
        return self.world.send(
            "POST", f"/v1/obie/{path}", self.world.bank_credential, document,
            fi_reference_id="PSDGB-FCA-111111", version="1", ccg_token=self.world.token)

    # What the surfaces say

    def on_uk(self):
        answer = self.world.tpp.call("GET", f"/account-access-consents/{self.id}", self.world.token)
        return answer.json["Data"]["Status"] if answer.status == 200 else answer.status

    def on_wso2(self):
        found = self.world.staff("GET", f"/search?consentIDs={self.id}").json["data"]
        return found[0]["currentStatus"]

    def on_klarna(self):
        if not self.session:
            return None
        state = self.world.send("GET", self.flow, self.world.portal).json["data"]["state"]
        if not hasattr(self, "calls"):
            return state, self.world.send("POST", self.session["consent"], self.world.portal).status == 200
        answer = self.world.send("POST", self.calls["accounts"], self.world.portal,
                                 {"consent_token": self.consent_token, "psu": PSU})
        body = answer.json
        # Whatever is said, the token was spent and its successor comes with the answer.
        self.consent_token = (body.get("data") or body)["consent_token"]
        if answer.status != 200:
            assert body["error"]["code"].startswith("CONSENT."), body
        return state, answer.status == 200

    def on_acount(self):
        name = getattr(self, "request", None) or self.id
        answer = self.world.send("GET", f"/v1/ais/consents/{name}", self.world.merchant)
        return answer.json["status"] if answer.status == 200 else None

    def on_konsentus(self):
        if self.issued is None:
            return None
        opened = self.world.tpp.call("GET", "/accounts", self.issued).status == 200
        assert self.world.tpp.introspect(self.issued)["active"] is opened
        return opened

    def expect(self, event):
        uk, wso2, klarna, acount, konsentus = TABLE[event]
        assert self.on_uk() == uk, (self.origin, event, self.on_uk())
        assert self.on_wso2() == wso2, (self.origin, event, self.on_wso2())
        if self.session and klarna:
            said = self.on_klarna()
            assert said == klarna, (event, said)
        said = self.on_acount()
        # A consent of another surface has no name there before it is allowed.
        assert said == acount or (said is None and self.origin != "acount"), (self.origin, event, said)
        if self.issued is not None:
            assert self.on_konsentus() is konsentus, (self.origin, event)

    # How it ends; each says whether it did

    def revoke_as_person(self):
        page = self.world.browser.open(f"/consents/{self.id}/revoke")
        if not page.has_button("stop"):
            return False
        form = [*page.form_with("stop").fields, ("decision", "stop")]
        return self.world.browser.send("POST", f"/consents/{self.id}/revoke", form=form).status == 303

    def revoke_as_staff(self):
        return self.world.staff("DELETE", f"/revoke?consentId={self.id}&userId=psu-bert").status == 204

    def revoke_as_merchant(self):
        name = getattr(self, "request", None) or self.id
        return self.world.send("POST", f"/v1/ais/consents/{name}/revoke", self.world.merchant).status == 200

    def delete_as_third_party(self):
        return self.world.tpp.call("DELETE", f"/account-access-consents/{self.id}", self.world.token).status == 204


def code_in(answer):
    """The code wherever the back end finds it: beside the redirect or in it."""
    data = answer.json["data"]
    return data.get("code") or dict(parse(data["redirect_uri"]))["code"]


def parse(url):
    return urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query)


ORIGINS = ("uk", "acount", "klarna")
ENDS = {"revoked by the person": Registered.revoke_as_person, "revoked by the staff": Registered.revoke_as_staff,
        "revoked by the merchant": Registered.revoke_as_merchant,
        "deleted by the third party": Registered.delete_as_third_party}


def register(world, origin, **changes):
    world.known = {one["consentId"] for one in world.staff("GET", "/search?limit=1000").json["data"]}
    return Registered(world, origin, **changes)


def every_step_is_told_alike():
    """SD-03 registered on any surface, ended on any other: all five tell the same after every step"""
    with Bank() as bank:
        world = World(bank)
        for origin in ORIGINS:
            for event, end in ENDS.items():
                consent = register(world, origin)
                consent.expect("registered")
                consent.decide("allow")
                consent.expect("allowed")
                assert end(consent), event
                consent.expect(event)
                # It ended once, on whichever surface it is tried again.
                assert not any(other(consent) for other in ENDS.values())
                consent.expect(event)


def a_no_is_a_no_everywhere():
    """a no is told by every surface in its own word"""
    with Bank() as bank:
        world = World(bank)
        for origin in ORIGINS:
            consent = register(world, origin)
            consent.decide("deny")
            consent.expect("refused")


def who_walks_away_has_said_no():
    """a person who walks away has rejected the consent on every surface"""
    with Bank(options=["--interaction-seconds", "2"]) as bank:
        world = World(bank)
        consents = [register(world, origin) for origin in ORIGINS]
        for consent in consents:
            url = consent.world.tpp.authorization(consent.id)[0] if consent.origin == "uk" else consent.link
            Browser(bank).open(url)
        deadline = time.monotonic() + 30
        while any(consent.on_wso2() != "Rejected" for consent in consents):
            assert time.monotonic() < deadline, "nobody noticed that the person is gone"
            time.sleep(0.2)
        for consent in consents:
            consent.expect("walked away")


def what_breaks_is_nobodys_no():
    """a consent that the bank's own systems end is told by every surface in its own word"""
    hooks = HookServer()
    hooks.answers = {PERSIST: says({"consentResource": {"status": "Rejected"}})}
    try:
        with Bank(options=["--hooks", hooks.url]) as bank:
            world = World(bank)
            for origin in ORIGINS:
                consent = register(world, origin)
                left = consent.answer("allow")
                assert left.parameters["error"] == "access_denied", left.url
                consent.expect("failed")
    finally:
        hooks.close()


def time_ends_a_consent_everywhere():
    """a consent ends by its date on every surface that has a word for that, and opens nothing on the others"""
    with Bank() as bank:
        world = World(bank)
        for origin in ("uk", "acount"):
            waiting, allowed = register(world, origin, expires=8), register(world, origin, expires=8)
            allowed.decide("allow")
            allowed.expect("allowed")
            deadline = time.monotonic() + 20
            while allowed.on_wso2() != "Expired":
                assert time.monotonic() < deadline
                time.sleep(0.2)
            allowed.expect("expired, allowed")
            waiting.expect("expired, waiting")


if __name__ == "__main__":
    main([
        every_step_is_told_alike,
        a_no_is_a_no_everywhere,
        who_walks_away_has_said_no,
        what_breaks_is_nobodys_no,
        time_ends_a_consent_everywhere,
    ])
