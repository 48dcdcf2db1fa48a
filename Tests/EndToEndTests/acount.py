"""Merchants at /v1/ais and /v1/auth: from a token to accounts and back, and what others try on the way."""

import base64
import datetime
import hashlib
import json
import re
import socket
import urllib.parse
import uuid

from _bank import Bank, Browser, Left, Page, ThirdParty, claims, log_in, main, request

WORDS = ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"]
SCOPES = ["ais:accounts:read", "ais:balance:read", "ais:transactions:read"]
REQUEST_ID = re.compile(r"rq:[1-9A-HJ-NP-Za-km-z]{22}:[1-9A-HJ-NP-Za-km-z]{8}")


def instant(days):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Merchant:
    """The demo third party as a merchant, or another one, acting for one of its users."""

    def __init__(self, tpp=None, id=1, user="user_2abc123def456", permissions=SCOPES):
        self.tpp, self.id, self.user = tpp or ThirdParty(bank), id, user
        answer = self.generate(permissions=permissions)
        assert answer.status == 200 and list(answer.json) == ["token"], answer.text
        self.token = answer.json["token"]

    def generate(self, headers=None, **changes):
        document = {"userId": self.user, "merchantId": self.id, "permissions": SCOPES, **changes}
        headers = headers or {"X-Partner-Client-Id": self.tpp.id, "X-Partner-Client-Secret": self.tpp.secret}
        return request("POST", f"{bank.issuer}/v1/auth/generate-token",
                       {"Content-Type": "application/json", **headers}, json.dumps(document))

    def call(self, method, path="", document=None, token=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None
        if document is not None:
            headers.setdefault("Content-Type", "application/json")
            body = document if isinstance(document, str) else json.dumps(document)
        return request(method, f"{bank.issuer}/v1/ais/consents{path}",
                       {"Authorization": f"Bearer {token or self.token}", **headers}, body)

    def create(self, **changes):
        document = {"permissions": WORDS, "expirationDateTime": instant(90),
                    "transactionFromDateTime": "2025-01-01T00:00:00Z", **changes}
        return self.call("POST", document={name: value for name, value in document.items() if value is not None})

    def consent(self, **changes):
        answer = self.create(**changes)
        assert answer.status == 201, answer.text
        return answer.json

    def get(self, name):
        answer = self.call("GET", f"/{name}")
        assert answer.status == 200, answer.text
        return answer.json


def another_merchant():
    bank.client("shop-2", client_name="Other Shop", client_secret_sha256=hashlib.sha256(b"x" * 43).hexdigest(),
                token_endpoint_auth_method="client_secret_basic", redirect_uris=["https://other.example/cb"],
                grant_types=["authorization_code"], response_types=["none"], scope="openid accounts", merchant_id=2)
    bank.reload()
    return Merchant(ThirdParty(bank, "shop-2", "x" * 43, "https://other.example/cb"), 2)


def decide(merchant, consent, button="allow", username="bert"):
    """The user at the bank, by the link alone."""
    browser = Browser(bank)
    page = browser.open(consent["authorizationUrl"])
    if button == "cancel":
        return browser.press(page, "cancel")
    page = log_in(browser, page, username)
    boxes = [value for _, value in page.form_with("deny").boxes]
    return browser.press(page, button, boxes=boxes[:2] if button == "allow" else ())


def refused(answer, status, code):
    assert answer.status == status, (answer.status, answer.text)
    assert list(answer.json) == ["error"], answer.text
    error = answer.json["error"]
    assert list(error) == ["errorCode", "message", "requestId"] and error["errorCode"] == code, answer.text
    assert error["requestId"] == answer.header("x-request-id") and uuid.UUID(error["requestId"])


def a_consent_goes_the_whole_way():
    """a consent is registered, allowed by the user, used, shown on every surface, and taken back"""
    merchant = Merchant()
    says = claims(merchant.token)
    assert (says["merchantId"], says["sub"], says["exp"] - says["iat"]) == (1, merchant.user, 3600), says
    consent = merchant.consent()
    assert list(consent) == [
        "requestId", "merchantId", "userId", "permissions", "expirationDateTime", "transactionFromDateTime", "status",
        "createdAt", "updatedAt", "authorizationUrl"], consent
    assert REQUEST_ID.fullmatch(consent["requestId"]), consent
    assert (consent["status"], consent["permissions"], consent["userId"]) == ("pending", WORDS, merchant.user)
    assert consent["transactionFromDateTime"] == "2025-01-01T00:00:00Z"
    name = consent["requestId"]
    assert merchant.get(name) == consent
    assert merchant.get(urllib.parse.quote(name)) == consent
    sent = merchant.call("POST", f"/{name}/authorize")
    assert (sent.status, sent.json) == (200, {"authorizationUrl": consent["authorizationUrl"]}), sent.text
    refused(merchant.call("GET", f"/{name}/accounts"), 409, "FAILED_PRECONDITION")
    refused(merchant.call("POST", f"/{name}/revoke"), 409, "FAILED_PRECONDITION")

    left = decide(merchant, consent)
    assert isinstance(left, Left) and left.url.startswith(merchant.tpp.redirect_uri + "?"), left
    # The callback is a plain redirect: what became of the consent is asked for, and not believed.
    assert left.parameters == {"state": name, "iss": bank.issuer}, left.parameters
    allowed = merchant.get(name)
    assert allowed["status"] == "authorized" and "authorizationUrl" not in allowed, allowed
    id = allowed["consentId"]
    assert merchant.get(id) == allowed
    accounts = merchant.call("GET", f"/{id}/accounts").json
    assert [account["accountId"] for account in accounts] == ["bert-current", "bert-savings"], accounts
    assert accounts[0]["accountHolderName"] == "Bert Okafor" and accounts[0]["isActive"] is True
    assert accounts[0]["accountDetails"]["accountType"] == "CurrentAccount", accounts

    tpp, token = merchant.tpp, merchant.tpp.client_token()
    uk = tpp.call("GET", f"/account-access-consents/{id}", token).json["Data"]
    assert uk["Status"] == "Authorised" and "ReadTransactionsCredits" in uk["Permissions"], uk
    revoked = merchant.call("POST", f"/{id}/revoke")
    assert (revoked.status, revoked.json) == (
        200, {"success": True, "message": "Consent revoked successfully"}), revoked.text
    assert merchant.get(id)["status"] == "revoked"
    assert tpp.call("GET", f"/account-access-consents/{id}", token).json["Data"]["Status"] == "Revoked"
    refused(merchant.call("POST", f"/{id}/revoke"), 409, "FAILED_PRECONDITION")
    refused(merchant.call("POST", f"/{id}/authorize"), 409, "FAILED_PRECONDITION")
    refused(merchant.call("GET", f"/{id}/accounts"), 409, "FAILED_PRECONDITION")


def a_no_has_a_message():
    """a no and a cancelled login are failed, each with its message, and cannot be asked again"""
    merchant = Merchant()
    for button, message in (("deny", "User denied consent"), ("cancel", "User cancelled at login")):
        consent = merchant.consent()
        left = decide(merchant, consent, button)
        assert left.parameters["error"] == "access_denied" and left.parameters["state"] == consent["requestId"]
        after = merchant.get(consent["requestId"])
        assert (after["status"], after["errorMessage"]) == ("failed", message), after
        assert "consentId" not in after and "authorizationUrl" not in after
        refused(merchant.call("POST", f"/{consent['requestId']}/authorize"), 409, "FAILED_PRECONDITION")


def what_is_somebody_elses_is_not_there():
    """SD-02 another merchant's consent and another user's are not there, in the words of an unknown one"""
    merchant, other = Merchant(), another_merchant()
    neighbour = Merchant(user="user_other")
    consent = merchant.consent()
    decide(merchant, consent)
    id = merchant.get(consent["requestId"])["consentId"]
    waiting = merchant.consent()["requestId"]
    unknown = ["rq:" + "1" * 22 + ":11111111", "consent_2abc123def456", str(uuid.uuid4()), "x" * 300]
    bodies = set()
    for stranger in (other, neighbour):
        for name in [id, consent["requestId"], waiting, *unknown]:
            for method, path in (("GET", ""), ("POST", "/authorize"), ("POST", "/revoke"), ("GET", "/accounts")):
                answer = stranger.call(method, f"/{name}{path}", x_request_id="93bac548-d2de-4546-b106-880a5018460d")
                refused(answer, 404, "NOT_FOUND")
                bodies.add(answer.text)
    assert len(bodies) == 1, bodies
    assert merchant.get(id)["status"] == "authorized" and merchant.get(waiting)["status"] == "pending"
    # A consent that waits is not known by its own name yet, and a name with another letter is no name.
    raw = bank.rows("SELECT id FROM consent WHERE status = 'awaiting'")
    assert raw and all(merchant.call("GET", f"/{row[0]}").status == 404 for row in raw)
    assert merchant.call("GET", f"/{waiting[:-1]}{'2' if waiting[-1] != '2' else '3'}").status == 404


def only_the_verified_token_counts():
    """SD-50 only the verified token says who the merchant and the user are"""
    merchant, other = Merchant(), another_merchant()
    consent = merchant.consent()
    header, payload, signature = merchant.token.split(".")
    edited = dict(claims(merchant.token), merchantId=2)
    forged = {
        "edited": f"{header}.{encode(edited)}.{signature}",
        "unsigned": f"{encode({'alg': 'none', 'typ': 'merchant+jwt'})}.{payload}.",
        "cut": merchant.token[:-1], "none": "x", "access token": merchant.tpp.client_token(),
    }
    for name, token in forged.items():
        refused(merchant.call("GET", f"/{consent['requestId']}", token=token), 401, "UNAUTHENTICATED")
    for scheme in (merchant.tpp.basic(), f"Token {merchant.token}", None):
        answer = request("GET", f"{bank.issuer}/v1/ais/consents/{consent['requestId']}", {"Authorization": scheme})
        refused(answer, 401, "UNAUTHENTICATED")
    # The other way round it opens nothing either.
    assert merchant.tpp.call("GET", "/accounts", merchant.token).status == 401
    assert merchant.tpp.introspect(merchant.token) == {"active": False}
    for changes in ({"merchantId": 2}, {"userId": "user_other"}):
        refused(merchant.create(**changes), 401, "UNAUTHENTICATED")
    for value in ([1], "1", 1.5, None, True):
        answer = merchant.call("POST", document={
            "permissions": WORDS, "expirationDateTime": instant(1),
            "transactionFromDateTime": "2025-01-01T00:00:00Z", "merchantId": value})
        refused(answer, 400, "INVALID_ARGUMENT")
    assert merchant.consent(merchantId=1, userId=merchant.user)["merchantId"] == 1
    asked = merchant.call("GET", f"/{consent['requestId']}?merchantId=2&userId=user_other")
    assert asked.status == 200 and asked.json["merchantId"] == 1

    # A token is given to whoever proves to be the merchant whom it names.
    for value, status in ((2, 401), ([1], 400), ("1", 400), (None, 400), (1.0, 400), (10**30, 400)):
        assert merchant.generate(merchantId=value).status == status, value
    wrong = {"X-Partner-Client-Id": "demo-tpp", "X-Partner-Client-Secret": "wrong"}
    for headers in (wrong, {"X-Partner-Client-Id": "demo-tpp"}, {"Authorization": f"Bearer {merchant.token}"},
                    {"X-None": "1"}, {"Authorization": merchant.tpp.basic(), **wrong},
                    {"X-Partner-Client-Id": "demo-app", "X-Partner-Client-Secret": ""}):
        refused(merchant.generate(headers), 401, "UNAUTHENTICATED")
    assert merchant.generate({"Authorization": merchant.tpp.basic()}).status == 200
    for value in ([], SCOPES + SCOPES[:1], ["ais:payments:write"], "ais:accounts:read", None):
        refused(merchant.generate(permissions=value), 400, "INVALID_ARGUMENT")

    bank.client("shop-2", disabled=True)
    bank.reload()
    refused(other.call("POST", document={}), 401, "UNAUTHENTICATED")
    bank.client("shop-2", disabled=None)
    bank.reload()


def encode(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def a_token_does_what_its_permissions_say():
    """a permission that the token lacks is refused with 403, and nothing is registered"""
    merchant = Merchant()
    poor = Merchant(permissions=SCOPES[:1])
    before = bank.rows("SELECT count(*) FROM consent")
    refused(poor.create(), 403, "PERMISSION_DENIED")
    assert bank.rows("SELECT count(*) FROM consent") == before
    assert poor.consent(permissions=WORDS[:1])["permissions"] == WORDS[:1]
    consent = merchant.consent()["requestId"]
    for method, path in (("GET", ""), ("POST", "/authorize"), ("POST", "/revoke"), ("GET", "/accounts")):
        refused(poor.call(method, f"/{consent}{path}"), 403, "PERMISSION_DENIED")


def balances_alone_open_accounts_without_details():
    """a consent for balances alone says so, and its accounts come without numbers and names"""
    merchant = Merchant()
    consent = merchant.consent(permissions=["ReadBalances"])
    assert consent["permissions"] == ["ReadBalances"]
    decide(merchant, consent)
    accounts = merchant.call("GET", f"/{consent['requestId']}/accounts").json
    assert accounts and all("accountHolderName" not in account and "iban" not in account for account in accounts)


def a_callback_proves_nothing():
    """SD-51 nothing that is put on or changed in a callback or a link decides a consent"""
    merchant = Merchant()
    mine, other = merchant.consent(), merchant.consent()
    forged = urllib.parse.urlencode({
        "request_id": mine["requestId"], "tokenId": "ta:1", "status": "authorized",
        "signature": json.dumps({"memberId": "m", "keyId": "k", "signature": "s"}), "state": mine["requestId"]})
    browser = Browser(bank)
    for path in (f"/v1/ais/consents/{mine['requestId']}?{forged}", f"/v1/ais/callback?{forged}",
                 f"/authorize?{forged}", f"{mine['authorizationUrl']}&{forged}"):
        browser.open(urllib.parse.urljoin(bank.issuer, path))
        request("POST", urllib.parse.urljoin(bank.issuer, path), form={"status": "authorized"})
    assert merchant.get(mine["requestId"])["status"] == "pending"

    # A link whose state was changed decides the consent that it names, and says nothing about another.
    changed = mine["authorizationUrl"].replace(
        urllib.parse.quote(mine["requestId"], safe=""), urllib.parse.quote(other["requestId"], safe=""))
    assert changed != mine["authorizationUrl"]
    left = decide(merchant, {"authorizationUrl": changed})
    assert left.parameters["state"] == other["requestId"]
    assert merchant.get(other["requestId"])["status"] == "pending"
    assert merchant.get(mine["requestId"])["status"] == "authorized"

    # Another client cannot have it decided, nor have the user sent elsewhere.
    third = another_merchant()
    for old, new in (("client_id=demo-tpp", "client_id=shop-2"), ("%2Fcallback", "%2Fevil")):
        answer = browser.open(other["authorizationUrl"].replace(old, new))
        assert isinstance(answer, Page) and answer.answer.status == 400, answer
    stolen = third.consent()["authorizationUrl"]
    own = re.search(r"value%22%3A%22([0-9a-f-]{36})", stolen)[1]
    victim = re.search(r"value%22%3A%22([0-9a-f-]{36})", other["authorizationUrl"])[1]
    left = browser.open(stolen.replace(own, victim))
    assert left.parameters["error"] == "invalid_request", left.parameters
    # A callback that was seen once and is opened again is a page of the merchant's; here it is nothing.
    assert merchant.get(other["requestId"])["status"] == "pending"


def what_a_merchant_may_ask_for():
    """SD-06 SD-07 dates and permission lists that are none are refused, and nothing is registered"""
    merchant = Merchant()
    before = bank.rows("SELECT count(*) FROM consent")
    for field in ("expirationDateTime", "transactionFromDateTime"):
        for value in ("10000-01-01T00:00:00Z", "2027-02-30T00:00:00Z", "2027-01-01T24:00:00Z", "2027-01-01T00:00:60Z",
                      "2027-01-01T00:00:00+24:00", "2027-01-01T00:00:00", "2027-01-01T00:00:00." + "1" * 1000 + "Z",
                      "２０２７-01-01T00:00:00Z", "2027-01-01", "", None, 1, [], "0000-00-00T00:00:00Z"):
            refused(merchant.call("POST", document={
                "permissions": WORDS, "expirationDateTime": instant(9),
                "transactionFromDateTime": "2025-01-01T00:00:00Z", field: value}), 400, "INVALID_ARGUMENT")
    refused(merchant.create(expirationDateTime="2020-01-01T00:00:00Z", transactionFromDateTime="2019-01-01T00:00:00Z"),
            400, "INVALID_ARGUMENT")
    refused(merchant.create(transactionFromDateTime=instant(200)), 400, "INVALID_ARGUMENT")
    for value in ([], WORDS * 500, WORDS[:1] * 2, ["readbalances"], ["ReadBalancеs"], ["ReadBalances\u0301"],
                  [None], [WORDS], ["ReadParty"], "ReadBalances", None, {}, ["ReadAccountsBasic"]):
        refused(merchant.call("POST", document={
            "permissions": value, "expirationDateTime": instant(9),
            "transactionFromDateTime": "2025-01-01T00:00:00Z"}), 400, "INVALID_ARGUMENT")
    for value in ("https://evil.example/", merchant.tpp.redirect_uri + "?x=1", "", 1):
        refused(merchant.create(redirectUrl=value), 400, "INVALID_ARGUMENT")
    for body in ("{", "[]", '{"permissions":[],"permissions":[]}', '{"payments":true}', "null"):
        refused(merchant.call("POST", document=body), 400, "INVALID_ARGUMENT")
    refused(merchant.call("POST", document={}, Content_Type="text/plain"), 415, "INVALID_ARGUMENT")
    refused(merchant.call("DELETE", "/x"), 405, "UNIMPLEMENTED")
    refused(merchant.call("GET", ""), 405, "UNIMPLEMENTED")
    refused(merchant.call("GET", "/x/y/z"), 404, "NOT_FOUND")
    assert bank.rows("SELECT count(*) FROM consent") == before
    sent = merchant.consent(expirationDateTime="2027-01-01T02:00:00.5+02:00", redirectUrl=merchant.tpp.redirect_uri)
    assert sent["expirationDateTime"] == "2027-01-01T00:00:00Z", sent


def nobody_names_a_url_for_us_to_call():
    """SD-52 RG-20 no merchant can name a URL that the server would call: there are no webhooks, and none is taken"""
    merchant = Merchant()
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        target = f"http://127.0.0.1:{trap.getsockname()[1]}/hook"
        for method, path in (("PUT", "/webhook/config"), ("POST", "/webhooks"), ("PUT", "/../webhook/config")):
            assert merchant.call(method, path, {"config": {"type": ["X"], "url": target}}).status in (404, 405), path
        for name in ("webhookUrl", "callbackUrl", "notificationUrl", "url"):
            refused(merchant.create(**{name: target}), 400, "INVALID_ARGUMENT")
        refused(merchant.create(redirectUrl=target), 400, "INVALID_ARGUMENT")
        consent = merchant.consent()
        decide(merchant, consent)
        try:
            caller, _ = trap.accept()
            raise AssertionError(f"somebody called {caller.getpeername()}")
        except TimeoutError:
            pass


def a_request_is_known_by_a_uuid():
    """SD-04 x-request-id is echoed where it is a UUID, and replaced where it is anything else"""
    merchant = Merchant()
    name = "93bac548-d2de-4546-b106-880a5018460d"
    for method, path in (("GET", "/nothing"), ("POST", ""), ("GET", "/a/b/c"), ("DELETE", "/x")):
        answer = merchant.call(method, path, x_request_id=name)
        assert answer.status >= 400 and answer.all("x-request-id") == [name], answer.headers
        for value in ("<b>", "a" * 7_000, name + "x", ""):
            fresh = merchant.call(method, path, x_request_id=value).all("x-request-id")
            assert len(fresh) == 1 and fresh[0] not in (value, name) and uuid.UUID(fresh[0])


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            a_consent_goes_the_whole_way,
            a_no_has_a_message,
            what_is_somebody_elses_is_not_there,
            only_the_verified_token_counts,
            a_token_does_what_its_permissions_say,
            balances_alone_open_accounts_without_details,
            a_callback_proves_nothing,
            what_a_merchant_may_ask_for,
            nobody_names_a_url_for_us_to_call,
            a_request_is_known_by_a_uuid,
        ])
