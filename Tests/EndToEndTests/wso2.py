"""The bank's own consent page, its gateway and its staff, on listeners that no third party reaches."""

import base64
import contextlib
import json
import secrets
import signal
import urllib.parse
import warnings

import jwt

from _bank import ROOT, Bank, Browser, Left, ThirdParty, ask, at_once, claims, log_in, main, request

API = "/api/fs/consent"
bank = Bank()


def basic(id, secret):
    return "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()


class Inside:
    """One of the bank's own systems, calling a listener of its own."""

    def __init__(self, bank, offset=2):
        self.bank, self.offset = bank, offset
        self.secret = (bank.folder / "data" / "demo-bank.secret").read_text()
        self.credential = basic("demo-bank", self.secret)

    def call(self, method, path, body=None, credential=..., **headers):
        url = f"http://localhost:{self.bank.port + self.offset}{API}{path}"
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Authorization"] = self.credential if credential is ... else credential
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        return request(method, url, headers, body)

    def retrieve(self, key, **changes):
        return self.call("GET", f"/authorize/retrieve/{key}", **changes)

    def persist(self, key, body, query="?authorize=true", **changes):
        return self.call("PATCH", f"/authorize/persist/{key}{query}", body, **changes)


class Page:
    """A request that waits for a person who has signed in, and the bank's own page about it."""

    def __init__(self, username="bert", browser=None, **changes):
        self.inside, self.browser = Inside(bank), browser or Browser(bank)
        self.question = ask(bank, self.browser, username, **changes)
        self.consent, self.tpp = self.question.consent, self.question.tpp
        self.key = self.question.page.form_with("deny").action.split("/")[2]

    def retrieve(self):
        answer = self.inside.retrieve(self.key)
        assert answer.status == 200, answer.text
        return answer.json

    def decision(self, shown=None, accounts=None, approval="true", **changes):
        """The body of the published example, with the names of this page."""
        shown = shown or self.retrieve()
        uid = shown["consentData"]["permissions"][0]["uid"]
        chosen = [shown["consumerData"]["accounts"][0]["accountId"]] if accounts is None else accounts
        body = {
            "metadata": {}, "approval": approval,
            "requestParameters": {
                "hasApprovedAlways": ["false"], uid: chosen,
                "consent": ["true" if str(approval).lower() == "true" else "false"],
                "type": ["accounts"], "sessionDataKeyConsent": [self.key]},
            "type": "accounts", "cookies": {**self.browser.cookies, "ui_lang": "en_US"}}
        body.update(changes)
        return {name: value for name, value in body.items() if value is not ...}

    def persist(self, body=None, **changes):
        return self.inside.persist(self.key, body or self.decision(), **changes)

    @property
    def status(self):
        return self.question.status


def left(answer):
    """What the redirect says."""
    assert answer.status == 302, f"{answer.status} {answer.text}"
    return Left(answer, answer.header("Location"))


def refused(answer, status, code=None):
    assert answer.status == status, f"{answer.status} {answer.text}"
    error = answer.json["error"]
    assert set(error) == {"code", "message", "description"}, error
    assert code is None or error["code"] == code, error
    assert answer.header("x-fapi-interaction-id")
    return error


HYBRID = {"response_type": "code id_token"}


def the_published_example_is_answered_as_published():
    """the published example of retrieve and persist is answered with the same fields and types"""
    page = Page(data={"TransactionFromDateTime": "2026-04-16T11:36:10.955194+05:30",
                      "TransactionToDateTime": "2026-12-19T11:36:10.955271+05:30",
                      "ExpirationDateTime": "2027-04-21T11:36:10.954581+05:30"}, **HYBRID)
    shown = page.retrieve()
    sample = json.loads("""{
      "consentData": {
        "permissions": [{"uid": "3c42210b-5eb8-40e2-a712-5c759a1773ef", "displayValues": ["ReadAccountsBasic"]}],
        "allowMultipleAccounts": true, "type": "accounts",
        "basicConsentData": {"Transaction From Date Time": ["2026-04-16T11:36:10.955194+05:30"],
          "Transaction To Date Time": ["2026-04-19T11:36:10.955271+05:30"],
          "Expiration Date Time": ["2026-04-21T11:36:10.954581+05:30"]}},
      "application": "oQ4KoaavpOuoE7rvQsZEOV",
      "consumerData": {"accounts": [{"accountId": "30080012343456", "displayName": "Salary Saver Account",
        "selected": false}]},
      "type": "accounts"}""")

    def same_kind(expected, found, path=""):
        assert type(expected) is type(found), f"{path}: {found}"
        if isinstance(expected, dict):
            assert set(expected) <= set(found), f"{path}: {set(expected) - set(found)}"
            for name in expected:
                same_kind(expected[name], found[name], f"{path}.{name}")
        elif isinstance(expected, list):
            assert found, path
            same_kind(expected[0], found[0], path + "[]")

    same_kind(sample, shown)
    assert set(shown) - set(sample) <= {"additionalData"}
    assert shown["consentData"]["permissions"][0]["displayValues"] == page.tpp.permissions
    names = [account["displayName"] for account in shown["consumerData"]["accounts"]]
    again = page.retrieve()
    assert again["consentData"]["permissions"][0]["uid"] != shown["consentData"]["permissions"][0]["uid"]

    end = left(page.persist(page.decision(shown, [names[0]])))
    assert "#" in end.url
    assert list(end.parameters)[:4] == ["code", "id_token", "session_state", "state"], list(end.parameters)
    digest, _, salt = end.parameters["session_state"].partition(".")
    assert len(digest) == 64 and len(salt) == 22, end.parameters["session_state"]
    assert end.parameters["state"] == page.question.parameters["state"]
    assert claims(end.parameters["id_token"])["openbanking_intent_id"] == page.consent
    tokens = page.tpp.redeem(end.parameters["code"], page.question.verifier)
    assert tokens.status == 200, tokens.text
    opened = page.tpp.call("GET", "/accounts", tokens.json["access_token"]).json["Data"]["Account"]
    assert [account["AccountId"] for account in opened] == [
        shown["consumerData"]["accounts"][0]["accountId"]], opened
    shown_page = bank.rows("SELECT shown_digest FROM revision WHERE consent = ? AND reason = 'authorised'", page.consent)
    assert len(shown_page[0][0]) == 32


def a_page_is_as_the_published_description_says():
    """what a page is given to show is as the published description says"""
    path = ROOT.parent / "shared" / "data" / "wso2" / "accelerator-extensions-v1.0.4.yaml"
    if not path.exists():
        print(f"      skipped: there is no description at {path}")
        return
    import yaml
    from openapi_schema_validator import OAS30Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    document = yaml.safe_load(path.read_text())
    registry = Registry().with_resource("urn:pages", Resource(contents=document, specification=DRAFT4))
    name = "SuccessResponsePopulateConsentAuthorizeScreenData"
    validator = OAS30Validator({"$ref": f"urn:pages#/components/schemas/{name}"}, registry=registry)
    for username, data in (("bert", {}), ("anna", {"ExpirationDateTime": "2027-04-21T11:36:10Z"})):
        shown = Page(username, data=data).retrieve()
        problems = [error.message for error in validator.iter_errors(shown)]
        assert not problems, problems
        known = document["components"]["schemas"][name]["properties"]
        assert set(shown) - set(known) == {"application", "type"}
        assert set(shown["consentData"]) <= set(known["consentData"]["properties"])
    # The description leaves most members open; it is no judge that lets everything pass.
    assert list(validator.iter_errors({"consumerData": {"accounts": [{"accountId": "a"}]}}))


def a_no_is_kept_and_told():
    """a denial is kept and told in the words of the contract"""
    page = Page(**HYBRID)
    end = left(page.persist(page.decision(approval="false")))
    assert "#error=access_denied" in end.url
    assert end.parameters["error_description"] == "User denied the consent"
    assert end.parameters["error_uri"] == f"{bank.issuer}/errors/access_denied", end.parameters
    assert end.parameters["state"] == page.question.parameters["state"] and "code" not in end.parameters
    assert page.status == "Rejected"


def a_decision_can_be_kept_without_a_redirect():
    """authorize=false keeps the decision and answers without a body; other values are refused"""
    page = Page()
    for query in ("?authorize=", "?authorize=yes", "?authorize=TRUE", "?authorize=true&authorize=false"):
        refused(page.persist(query=query), 400, "invalid_request")
    assert page.status == "AwaitingAuthorisation"
    answer = page.persist(query="?authorize=false")
    assert (answer.status, answer.body, answer.header("Location")) == (200, b"", None)
    assert page.status == "Authorised"
    assert not bank.rows("SELECT 1 FROM family WHERE intent = ?", page.consent)
    page = Page()
    assert "code" in left(page.persist(query="")).parameters


def a_key_is_no_credential():
    """SD-20 CO-20 a key that is guessed, reused, or another browser's or person's decides nothing"""
    page, other = Page(), Page("anna")
    body = page.decision()
    unknown = refused(page.inside.retrieve(secrets.token_urlsafe(32)), 400, "server_error")
    refused(page.inside.persist(secrets.token_urlsafe(32), {**body, "requestParameters": {}}), 400, "server_error")
    for cookies in ({}, other.browser.cookies, {**page.browser.cookies, "__Host-assent-session": "A" * 43},
                    {**page.browser.cookies,
                     "__Host-assent-session": other.browser.cookies["__Host-assent-session"]},
                    {**page.browser.cookies,
                     "__Host-assent-browser": other.browser.cookies["__Host-assent-browser"]},
                    {name: value for name, value in page.browser.cookies.items() if "browser" in name},
                    {name: value for name, value in page.browser.cookies.items() if "session" in name}):
        error = refused(page.persist({**body, "cookies": cookies}), 400, "server_error")
        assert error["description"] == unknown["description"]
    # Another login of the same person in the same browser is not the one that the page was shown to.
    again = page.browser.copy()
    log_in(again, again.open(page.tpp.authorization(page.consent, prompt="login")[0]), "bert")
    refused(page.persist({**body, "cookies": again.cookies}), 400, "server_error")
    assert page.status == "AwaitingAuthorisation"
    # That login ended the first one, and with it the page.
    refused(page.persist(body), 400, "server_error")

    page = Page()
    body = page.decision()
    assert "code" in left(page.persist(body)).parameters
    refused(page.persist(body), 400, "server_error")
    refused(page.inside.retrieve(page.key), 400, "server_error")


def a_yes_is_to_what_was_retrieved():
    """SD-20 a persist without a retrieve, or of a page that has changed since, is refused"""
    page = Page()
    body = page.decision()
    chosen = next(value for value in body["requestParameters"].values() if value not in (
        ["false"], ["true"], ["accounts"], [page.key]))
    for uid in (None, "6ae75f7a-3124-4841-a783-2e065418e2fe"):
        parameters = {"consent": ["true"], **({uid: chosen} if uid else {})}
        refused(page.persist({**body, "requestParameters": parameters}), 400, "invalid_request")
    with bank.people() as persons:
        accounts = next(person for person in persons if person["username"] == "bert")["accounts"]
        kept = accounts[0]["nickname"]
        accounts[0]["nickname"] = "Renamed"
    bank.reload()
    refused(page.persist(body), 400, "invalid_request")
    with bank.people() as persons:
        next(person for person in persons if person["username"] == "bert")["accounts"][0]["nickname"] = kept
    bank.reload()


def two_decisions_that_race_leave_one():
    """SD-20 CO-33 CO-35 of decisions that race one is kept, and it is the one that was told"""
    for _ in range(15):
        page = Page()
        shown = page.retrieve()
        yes, no = page.decision(shown), page.decision(shown, approval="false")
        answers = at_once(*[lambda body=body: page.persist(body) for body in (yes, no, yes, no)])
        ends = [left(answer).parameters for answer in answers if answer.status == 302]
        assert len(ends) == 1, [answer.status for answer in answers]
        assert all(answer.status in (302, 400) for answer in answers)
        assert page.status == ("Authorised" if "code" in ends[0] else "Rejected")


def nothing_of_it_is_public():
    """SD-21 SD-01 the API is on no public listener, and answers nobody without the right credentials"""
    page = Page()
    inside, staff = page.inside, Inside(bank, 3)
    body = page.decision()
    places = [("GET", f"/authorize/retrieve/{page.key}"), ("PATCH", f"/authorize/persist/{page.key}"),
              ("POST", "/manage/account-access-consents"), ("GET", f"/manage/account-access-consents/{page.consent}"),
              ("DELETE", f"/manage/account-access-consents/{page.consent}"), ("POST", "/validate/validate")]
    admin = [("GET", "/admin/search"), ("DELETE", f"/admin/revoke?consentId={page.consent}"),
             ("DELETE", f"/admin/accounts?consentId={page.consent}&accountId=a"),
             ("GET", f"/admin/search/consent-status-audit?consentId={page.consent}"),
             ("GET", f"/admin/consent-amendment-history?consentId={page.consent}")]
    for method, path in places + admin:
        public = request(method, bank.issuer + API + path, {"Authorization": inside.credential}, json.dumps(body))
        assert public.status == 404, f"{method} {path}: {public.status}"
    for method, path in admin:
        assert inside.call(method, path).status == 404
    for method, path in places:
        assert staff.call(method, path).status == 404
    token = page.tpp.client_token()
    person = left(Page().persist()).parameters
    wrong = [None, "Basic " + "A" * 40, basic("demo-bank", "wrong"), basic("demo-tpp", bank.secret()),
             f"Bearer {token}", "Token abc", basic("demo-bank", inside.secret) + "x",
             f"Bearer {person['code']}"]
    for method, path in places:
        for credential in wrong:
            answer = inside.call(method, path, body, credential=credential)
            refused(answer, 401)
    for method, path in admin:
        for credential in wrong:
            refused(staff.call(method, path, credential=credential, x_staff="kim"), 401)
    assert page.status == "AwaitingAuthorisation"
    # Each system of the bank may do what it is registered for and nothing else.
    secret = secrets.token_urlsafe(32)
    import hashlib
    digest = hashlib.sha256(secret.encode()).hexdigest()
    for role, allowed in (("consent-page", places[:2]), ("manage", places[2:5]), ("admin", [])):
        bank.client("one-role", client_secret_sha256=digest, token_endpoint_auth_method="client_secret_basic",
                    redirect_uris=["https://bank.example/cb"], scope="openid", bank_roles=[role])
        bank.reload()
        for method, path in places:
            status = inside.call(method, path, "{}", credential=basic("one-role", secret),
                                 Content_Type="application/json").status
            assert (status == 401) == ((method, path) not in allowed), f"{role} {method} {path}: {status}"
        status = staff.call("GET", "/admin/search", credential=basic("one-role", secret), x_staff="kim").status
        assert status == (200 if role == "admin" else 401), f"{role}: {status}"


def nothing_but_a_clear_yes_is_a_yes():
    """SD-22 approval is true or false, and nothing that looks like it"""
    page = Page()
    shown = page.retrieve()
    for value in ("TRUE", "yes", "True", 1, 0, "", None, [True], {}, "false ", ...):
        body = page.decision(shown)
        if value is ...:
            del body["approval"]
        else:
            body["approval"] = value
        error = refused(page.persist(body), 400, "invalid_request")
        assert "approval" in error["description"], error
    twice = json.dumps(page.decision(shown)).replace('"approval": "true"', '"approval": "true", "approval": "true"')
    refused(page.persist(twice, Content_Type="application/json"), 400)
    contrary = page.decision(shown)
    contrary["requestParameters"]["consent"] = ["false"]
    refused(page.persist(contrary), 400)
    assert page.status == "AwaitingAuthorisation"
    for value, status in ((True, "Authorised"), ("true", "Authorised"), (False, "Rejected"), ("false", "Rejected")):
        page = Page()
        left(page.persist(page.decision(approval=value)))
        assert page.status == status


def accounts_are_chosen_by_what_they_are():
    """SD-23 CO-30 an account is chosen by its identifier, and by a name only where it has that name alone"""
    with bank.people() as persons:
        bert = next(person for person in persons if person["username"] == "bert")
        names = [account["nickname"] for account in bert["accounts"]]
        bert["accounts"][0]["nickname"] = "Caf\u00e9"
        bert["accounts"][1]["nickname"] = "Cafe\u0301"
    bank.reload()
    try:
        page, anna = Page(), Page("anna")
        shown = page.retrieve()
        ids = [account["accountId"] for account in shown["consumerData"]["accounts"]]
        foreign = anna.retrieve()["consumerData"]["accounts"][0]["accountId"]
        for chosen in (["Caf\u00e9"], ["Cafe\u0301"], ["nobody's"], [foreign], [ids[0], foreign], [], [""],
                       [ids[0], ids[0]], ids[0], [None]):
            refused(page.persist(page.decision(shown, chosen)), 400, "invalid_request")
        uid = shown["consentData"]["permissions"][0]["uid"]
        two = page.decision(shown)
        two["requestParameters"]["6ae75f7a-3124-4841-a783-2e065418e2fe"] = [ids[0]]
        refused(page.persist(two), 400)
        theirs = page.decision(anna.retrieve(), [foreign])
        refused(page.persist(theirs), 400)
        assert page.status == "AwaitingAuthorisation"
        assert uid == uid.lower() and len(uid) == 36
        left(page.persist(page.decision(shown, [ids[1]])))
        assert page.status == "Authorised"
    finally:
        with bank.people() as persons:
            bert = next(person for person in persons if person["username"] == "bert")
            for account, name in zip(bert["accounts"], names):
                account["nickname"] = name
        bank.reload()


def cookies_in_a_body_go_nowhere():
    """SD-24 cookies in a body are compared, and never sent or echoed"""
    page = Page()
    body = page.decision()
    for cookies in ({**body["cookies"], "x": "a\r\nSet-Cookie: b=c"}, {**body["cookies"], "long": "a" * 40_000}):
        answer = page.persist({**body, "cookies": cookies, "approval": "maybe"})
        assert answer.header("Set-Cookie") is None and "b=c" not in answer.text
    assert page.persist({**body, "cookies": {"a": "b" * 102_400}}).status == 413
    refused(page.persist({**body, "cookies": ["x"]}), 400)
    refused(page.persist({**body, "cookies": {
        name: value + "\r\n" for name, value in page.browser.cookies.items()}}), 400, "server_error")
    assert page.status == "AwaitingAuthorisation"
    answer = page.persist({**body, "cookies": {**body["cookies"], "x": "a\r\nSet-Cookie: b=c"}})
    assert left(answer).parameters["code"] and answer.header("Set-Cookie") is None


CONSENT = {"Data": {"Permissions": ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail",
                                    "ReadTransactionsCredits"],
                    "ExpirationDateTime": "2027-04-21T11:36:10.954581+05:30"}, "Risk": {}}


def a_gateway_registers_shows_and_ends():
    """manage registers, shows and ends consents for the client that the gateway names"""
    inside, path = Inside(bank), "/manage/account-access-consents"
    answer = inside.call("POST", path, CONSENT, x_wso2_client_id="demo-tpp")
    assert answer.status == 201 and set(answer.json) == {"Data", "Risk"}, answer.text
    data = answer.json["Data"]
    assert data["Status"] == "AwaitingAuthorisation"
    assert data["ExpirationDateTime"] == CONSENT["Data"]["ExpirationDateTime"]
    one = f"{path}/{data['ConsentId']}"
    tpp = ThirdParty(bank)
    assert tpp.call("GET", f"/account-access-consents/{data['ConsentId']}", tpp.client_token()).status == 200
    assert inside.call("GET", one, x_wso2_client_id="demo-tpp").json == answer.json
    raw = inside.call("GET", one, x_wso2_client_id="demo-tpp", x_wso2_internal_request="true").json
    assert raw["consentID"] == data["ConsentId"] and json.loads(raw["receipt"]) == CONSENT
    assert raw["authorizationResources"][0]["authorizationStatus"] == "Created"
    assert set(raw) == {"consentID", "clientID", "consentType", "status", "receipt", "createdTime", "updatedTime",
                        "validityPeriod", "consentFrequency", "recurringIndicator", "consentAttributes",
                        "authorizationResources"}
    assert inside.call("DELETE", one, x_wso2_client_id="demo-tpp").status == 204
    assert inside.call("GET", one, x_wso2_client_id="demo-tpp").json["Data"]["Status"] == "Revoked"
    error = refused(inside.call("DELETE", one, x_wso2_client_id="demo-tpp"), 400, "invalid_request")
    assert error["description"] == "Consent is already in revoked or rejected state"
    assert tpp.call("GET", f"/account-access-consents/{data['ConsentId']}", tpp.client_token()).status == 400
    key = secrets.token_hex(8)
    twice = [inside.call("POST", path, CONSENT, x_wso2_client_id="demo-tpp", x_idempotency_key=key) for _ in range(2)]
    assert [answer.status for answer in twice] == [201, 201] and twice[0].json == twice[1].json
    other = {**CONSENT, "Data": {**CONSENT["Data"], "Permissions": ["ReadAccountsBasic"]}}
    refused(inside.call("POST", path, other, x_wso2_client_id="demo-tpp", x_idempotency_key=key), 400)
    for method in ("PUT", "PATCH"):
        answer = inside.call(method, one, CONSENT, x_wso2_client_id="demo-tpp")
        assert answer.status == 405 and answer.header("Allow"), answer.status
    payment = {"Data": {"Initiation": {"InstructedAmount": {"Amount": "1.00", "Currency": "GBP"}}}, "Risk": {}}
    refused(inside.call("POST", path, payment, x_wso2_client_id="demo-tpp"), 400)
    assert inside.call("POST", "/manage/domestic-payment-consents", payment, x_wso2_client_id="demo-tpp").status == 404


def a_registration_that_comes_twice_is_one():
    """SD-05 a registration under one key is made once: in parallel, after a crash, and by its own client alone"""
    path = "/manage/account-access-consents"
    other = {**CONSENT, "Data": {**CONSENT["Data"], "Permissions": ["ReadAccountsBasic"]}}
    with Bank() as own:
        inside, key = Inside(own), secrets.token_hex(8)

        def register(body=CONSENT, client="demo-tpp", key=key):
            return inside.call("POST", path, body, x_wso2_client_id=client, x_idempotency_key=key)

        def count():
            return own.rows("SELECT count(*) FROM consent")[0][0]

        # On a server that both of this script's banks share there are others.
        before = count()

        answers = at_once(*[register] * 100)
        assert {answer.status for answer in answers} == {201}, {answer.status for answer in answers}
        assert len({answer.json["Data"]["ConsentId"] for answer in answers}) == 1
        assert count() == before + 1
        refused(register(other), 400)
        mine = register(client="demo-app").json["Data"]["ConsentId"]
        assert mine != answers[0].json["Data"]["ConsentId"]
        for bad in ("a" * 41, ""):
            refused(register(key=bad), 400)
        own.stop(signal.SIGKILL)
        own.start()
        assert register().json == answers[0].json
        assert count() == before + 2


def headers_make_nobody_internal():
    """SD-25 SD-02 a client id counts from the gateway alone, once, and opens that client's consents only"""
    inside, path = Inside(bank), "/manage/account-access-consents"
    consent = inside.call("POST", path, CONSENT, x_wso2_client_id="demo-tpp").json["Data"]["ConsentId"]
    one = f"{path}/{consent}"
    refused(inside.call("GET", one), 400)
    refused(inside.call("GET", one, x_wso2_client_id=""), 400)
    refused(inside.call("POST", path, CONSENT, x_wso2_client_id="nobody"), 400)
    error = refused(inside.call("GET", one, x_wso2_client_id="demo-app"), 400)
    assert "does not match" in error["description"]
    refused(inside.call("DELETE", one, x_wso2_client_id="demo-app"), 400)
    refused(inside.call("GET", f"{path}/not-a-uuid", x_wso2_client_id="demo-tpp"), 400)
    refused(inside.call("GET", f"{path}/3c42210b-5eb8-40e2-a712-5c759a1773ef", x_wso2_client_id="demo-tpp"), 400)
    refused(inside.call("GET", one, x_wso2_client_id="demo-tpp", x_wso2_internal_request="1"), 400)
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", bank.port + 2, timeout=10)
    connection.putrequest("GET", API + one)
    connection.putheader("Authorization", inside.credential)
    connection.putheader("X-WSO2-Client-ID", "demo-tpp")
    connection.putheader("x-wso2-client-id", "demo-app")
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()
    # From outside the header is a header like any other.
    answer = request("GET", f"{bank.issuer}/open-banking/v3.1/aisp/account-access-consents/{consent}",
                     {"x-wso2-client-id": "demo-tpp", "x-wso2-internal-request": "true"})
    assert answer.status == 401


class Gateway(Inside):
    def __init__(self, bank):
        super().__init__(bank)
        self.key = next((bank.folder / "data" / "demo-bank-keys").glob("es256-*.pem")).read_text()
        self.keys = {key["kid"]: jwt.PyJWK(key) for key in bank.get("/jwks").json["keys"] if key["use"] == "sig"}

    def question(self, consent, **changes):
        import time
        now = int(time.time())
        question = {
            "iss": "demo-bank", "aud": bank.issuer, "iat": now, "exp": now + 60, "jti": secrets.token_urlsafe(16),
            "headers": {"Accept": "*/*"}, "consentId": consent, "userId": "psu-bert", "clientId": "demo-tpp",
            "electedResource": "/accounts",
            "resourceParams": {"resource": "/aisp/accounts", "context": "/open-banking/v3.1/aisp",
                               "httpMethod": "GET"}}
        resource = changes.pop("resource", None)
        if resource:
            question["resourceParams"]["resource"], question["electedResource"] = resource, resource.split("?")[0]
        method = changes.pop("method", None)
        if method:
            question["resourceParams"]["httpMethod"] = method
        question.update(changes)
        return {name: value for name, value in question.items() if value is not None}

    def sign(self, question, key=None, algorithm="ES256", **headers):
        return jwt.encode(question, key or self.key, algorithm, headers=headers or None)

    def send(self, token, **headers):
        return self.call("POST", "/validate/validate", token, Content_Type="application/jwt", **headers)

    def ask(self, consent, **changes):
        question = self.question(consent, **changes)
        answer = self.send(self.sign(question))
        assert answer.status == 200, answer.text
        signed = answer.json["consentInformation"]
        header = jwt.get_unverified_header(signed)
        assert header["typ"] == "consent-information+jwt"
        told = jwt.decode(signed, self.keys[header["kid"]], ["ES256"], audience="demo-bank", issuer=bank.issuer)
        assert told["request_id"] == question["jti"] and told["consentId"] == consent, told
        assert told["resource"] == question["resourceParams"]["resource"]
        assert told["isValid"] == answer.json["isValid"] and abs(told["iat"] - question["iat"]) < 5
        return answer.json, told


def a_gateway_lets_pass_what_the_consent_opens():
    """validate lets pass what the consent opens, says why not, and signs both"""
    gateway, page = Gateway(bank), Page(data={"Permissions": ["ReadAccountsBasic", "ReadBalances"]})
    error, told = gateway.ask(page.consent)
    assert (error["httpCode"], error["errorMessage"]) == ("400", "Consent is not in the correct state")
    shown = page.retrieve()
    first, second = [account["accountId"] for account in shown["consumerData"]["accounts"]][:2]
    left(page.persist(page.decision(shown, [first])))
    answer, told = gateway.ask(page.consent)
    assert answer["isValid"] is True and set(answer) == {"isValid", "consentInformation"}
    assert told["openAccounts"] == [first] and told["currentStatus"] == "Authorised"
    assert told["effectivePermissions"] == ["ReadAccountsBasic", "ReadBalances"]
    assert told["consentMappingResources"][0]["account_id"] == first
    for changes in ({"resource": f"/accounts/{first}"}, {"resource": f"/aisp/accounts/{first}/balances?x=y"},
                    {"resource": "/open-banking/v3.1/aisp/balances"},
                    {"resource": f"/accounts/{first}/balances", "electedResource": "/accounts/{AccountId}/balances"}):
        answer, _ = gateway.ask(page.consent, **changes)
        assert answer["isValid"] is True, (changes, answer)
    for status, changes in (
            ("403", {"clientId": "demo-app"}), ("400", {"userId": "psu-anna"}), ("400", {"consentId": "nothing"}),
            ("403", {"resource": "/transactions"}), ("403", {"resource": f"/accounts/{first}/transactions"}),
            ("401", {"resource": f"/accounts/{second}"}), ("401", {"resource": "/payments"}),
            ("401", {"resource": f"/accounts/{first}", "electedResource": f"/accounts/{second}"}),
            ("401", {"resource": f"/accounts/{first}", "electedResource": "/balances"})):
        question = gateway.question(page.consent, **changes)
        answer = gateway.send(gateway.sign(question)).json
        assert answer["isValid"] is False and answer["httpCode"] == status, (changes, answer)
    _, told = gateway.ask(page.consent, clientId="demo-app")
    assert "receipt" not in told and "openAccounts" not in told
    assert page.tpp.call("DELETE", f"/account-access-consents/{page.consent}", page.tpp.client_token()).status == 204
    answer, told = gateway.ask(page.consent)
    assert answer["httpCode"] == "400" and told["openAccounts"] == []


def a_question_is_signed_for_us_and_for_now():
    """SD-27 questions of another key, time, kind or path are refused, and answers name their question"""
    gateway, page = Gateway(bank), Page()
    left(page.persist())
    consent, question = page.consent, gateway.question(page.consent)
    from cryptography.hazmat.primitives.asymmetric import ec
    stranger = ec.generate_private_key(ec.SECP256R1())
    good = gateway.sign(question)
    assert gateway.send(good).json["isValid"] is True
    tokens = [
        gateway.sign(question, stranger), jwt.encode(question, None, "none"),
        jwt.encode(question, "a" * 32, "HS256"), good[:-8] + "AAAAAAAA", good + ".x", good.rpartition(".")[0] + ".", "",
        "x", json.dumps(question), gateway.sign(question, typ="at+jwt"), gateway.sign(question, typ="client-authentication+jwt"),
        gateway.sign(question, crit=["x"], x=1)]
    for changes in ({"iss": "demo-tpp"}, {"iss": None}, {"aud": "https://other.example"}, {"aud": None},
                    {"aud": [bank.issuer, "https://other.example"]}, {"exp": None}, {"jti": None},
                    {"exp": question["iat"] - 60}, {"exp": question["iat"] + 86_400},
                    {"nbf": question["iat"] + 600}):
        tokens.append(gateway.sign(gateway.question(consent, **changes)))
    for token in tokens:
        refused(gateway.send(token), 401)
    refused(gateway.call("POST", "/validate/validate", good, Content_Type="application/json"), 415)
    account = bank.rows("SELECT accounts FROM revision WHERE consent = ? ORDER BY version DESC", consent)[0][0]
    account = account.split()[0].strip('[]",') if account else "x"
    for resource in ("/accounts/../balances", "//accounts", "/accounts/", "/accounts/%2e%2e/balances", "/Accounts",
                     f"/accounts/{account}%2Fbalances", "/accounts;a=b", "/accounts/.", "accounts",
                     f"/accounts/{account}/balances/", "/aisp/aisp/accounts", "/accounts#x"):
        answer, _ = gateway.ask(consent, resource=resource)
        assert answer["isValid"] is False and answer["httpCode"] == "401", (resource, answer)
    for method in ("get", "Get", "POST", "GET ", "HEAD"):
        answer, _ = gateway.ask(consent, method=method)
        assert answer["httpCode"] == "401", method
    for changes in ({"resourceParams": None}, {"resourceParams": "x"}, {"userId": None}, {"clientId": 1}):
        refused(gateway.send(gateway.sign(gateway.question(consent, **changes))), 400)


def staff_search_and_revoke_in_their_own_name():
    """SD-26 staff search within bounds, revoke in their own name, and read what happened"""
    staff = Inside(bank, 3)
    page = Page("anna")
    shown = page.retrieve()
    account = shown["consumerData"]["accounts"][0]["accountId"]
    left(page.persist(page.decision(shown)))

    def search(**query):
        return staff.call("GET", "/admin/search?" + urllib.parse.urlencode(query), x_staff="kim.lee")

    found = search(consentIDs=page.consent).json
    assert found["metadata"] == {"count": 1, "offset": 0, "limit": 25, "total": 1}, found
    one = found["data"][0]
    assert one["consentId"] == page.consent and one["currentStatus"] == "Authorised"
    assert one["authorizationResources"][0]["userID"] == "psu-anna"
    assert one["consentMappingResources"][0]["accountId"] == account
    everything = search(limit=1000).json["metadata"]["total"]
    assert everything > 10
    for query in ({"clientIDs": "demo-tpp"}, {"consentTypes": "accounts"}, {"userIds": "psu-anna"},
                  {"userIDs": "psu-anna,psu-bert"}, {"accountIds": account}, {"consentStatuses": "Authorised"},
                  {"fromTime": 0, "toTime": 253402300799}, {"consentIDs": f"x,{page.consent}"}):
        answer = search(limit=1000, **query)
        assert page.consent in [one["consentId"] for one in answer.json["data"]], (query, answer.text[:300])
    for query in ({"clientIDs": "demo-app"}, {"userIds": "psu-cleo"}, {"consentStatuses": "Revoked,Expired"},
                  {"toTime": 1}, {"accountIds": "' OR 1=1 --"}, {"consentIDs": "x' UNION SELECT 1"},
                  {"clientIDs": "%"}, {"offset": everything}):
        answer = search(limit=1000, **query)
        assert answer.status == 200, (query, answer.text)
        assert page.consent not in [one["consentId"] for one in answer.json["data"]], query
    two = search(limit=2, offset=1).json
    assert two["metadata"] == {"count": 2, "offset": 1, "limit": 2, "total": everything}
    for query in ({"limit": -1}, {"limit": 0}, {"limit": 1001}, {"limit": 10**9}, {"limit": "1e3"}, {"limit": " 1"},
                  {"offset": -1}, {"offset": 10**10}, {"consentStatuses": "authorised"}, {"consentTypes": "payments"},
                  {"fromTime": "x"}, {"fromTime": 2, "toTime": 1}, {"sort": "x"}, {"clientIDs": "a," * 200},
                  {"clientIDs": "a" * 300}):
        refused(search(**query), 400, "invalid_request")
    refused(staff.call("GET", "/admin/search?limit=1&limit=2", x_staff="kim"), 400)
    # Nobody signs as what the server does by itself.
    for name in (None, "", "a b", "a" * 129, "\u00e9", "system", "Hooks"):
        headers = {} if name is None else {"x_staff": name.encode("latin-1").decode("latin-1")}
        refused(staff.call("GET", "/admin/search", **headers), 400)

    revoke = f"/admin/revoke?consentId={page.consent}"
    refused(staff.call("DELETE", revoke + "&userId=psu-bert", x_staff="kim.lee"), 403)
    refused(staff.call("DELETE", revoke), 400)
    refused(staff.call("DELETE", "/admin/revoke", x_staff="kim.lee"), 400)
    refused(staff.call("DELETE", "/admin/revoke?consentId=none", x_staff="kim.lee"), 400)
    assert staff.call("DELETE", revoke + "&userId=psu-anna", x_staff="kim.lee").status == 204
    refused(staff.call("DELETE", revoke, x_staff="kim.lee"), 400)
    assert page.status == "Revoked"
    audit = staff.call(
        "GET", f"/admin/search/consent-status-audit?consentId={page.consent}", x_staff="kim.lee").json["data"]
    assert [(entry.get("previousStatus"), entry["currentStatus"], entry["actionBy"]) for entry in audit] == [
        (None, "AwaitingAuthorisation", "demo-tpp"), ("AwaitingAuthorisation", "Authorised", "psu-anna"),
        ("Authorised", "Revoked", "kim.lee")], audit
    one = staff.call("GET", f"/admin/search/consent-status-audit?consentId={page.consent}&actionBy=kim.lee&limit=1",
                     x_staff="kim.lee").json
    assert one["metadata"]["total"] == 1 and one["data"][0]["currentStatus"] == "Revoked"
    history = staff.call(
        "GET", f"/admin/consent-amendment-history?consentId={page.consent}", x_staff="kim.lee").json["data"]
    assert [entry["amendedReason"] for entry in history] == ["ConsentAmendmentFlow", "ConsentRevocation"]
    assert [entry["consentData"]["accountIds"] for entry in history] == [[account], []]


def an_account_leaves_one_consent():
    """an account leaves one consent, and the others of it stay open"""
    staff, page = Inside(bank, 3), Page()
    shown = page.retrieve()
    first, second = [account["accountId"] for account in shown["consumerData"]["accounts"]][:2]
    end = left(page.persist(page.decision(shown, [first, second])))
    token = page.tpp.redeem(end.parameters["code"], page.question.verifier).json["access_token"]
    path = f"/admin/accounts?consentId={page.consent}&accountId="
    refused(staff.call("DELETE", path + "another", x_staff="kim"), 400)
    assert staff.call("DELETE", path + first, x_staff="kim").status == 204
    refused(staff.call("DELETE", path + first, x_staff="kim"), 400)
    opened = page.tpp.call("GET", "/accounts", token).json["Data"]["Account"]
    assert [account["AccountId"] for account in opened] == [second]
    assert page.status == "Authorised"


def persons_see_and_revoke_their_own():
    """SD-26 SD-02 a person sees and revokes their own through the bank's portal, and no third party does"""
    staff = Inside(bank, 3)
    mine, theirs = Page("bert"), Page("anna")
    end = left(mine.persist())
    left(theirs.persist())
    third_party = mine.tpp.redeem(end.parameters["code"], mine.question.verifier).json["access_token"]
    for path in ("/admin/search", f"/admin/revoke?consentId={mine.consent}"):
        refused(staff.call("GET" if "search" in path else "DELETE", path, credential=f"Bearer {third_party}"), 401)

    portal = ThirdParty(bank, "demo-bank", staff.secret, f"http://localhost:{bank.port + 1}/bank")
    url, _, verifier = portal.authorization(scope="openid")
    browser = mine.browser
    page = browser.open(url)
    end = page if isinstance(page, Left) else browser.press(page, "allow")
    token = portal.redeem(end.parameters["code"], verifier).json["access_token"]

    def call(method, path, **headers):
        return staff.call(method, path, credential=f"Bearer {token}", **headers)

    found = call("GET", "/admin/search?limit=1000").json
    owners = {resource.get("userID") for one in found["data"] for resource in one["authorizationResources"]}
    assert owners == {"psu-bert"} and mine.consent in [one["consentId"] for one in found["data"]]
    assert found["metadata"]["total"] == len(found["data"])
    refused(call("GET", "/admin/search?userIds=psu-anna"), 403)
    refused(call("GET", "/admin/search?userIds=psu-bert,psu-anna"), 403)
    assert call("GET", f"/admin/search?consentIDs={theirs.consent}").json["data"] == []
    unknown = refused(call("DELETE", "/admin/revoke?consentId=none"), 403)
    for method, path in (("DELETE", "/admin/revoke?consentId="), ("GET", "/admin/search/consent-status-audit?consentId="),
                         ("GET", "/admin/consent-amendment-history?consentId="),
                         ("DELETE", "/admin/accounts?accountId=a&consentId=")):
        error = refused(call(method, path + theirs.consent), 403, "access_denied")
        assert error["description"] == unknown["description"]
        refused(call(method, path + theirs.consent, x_staff="kim"), 403)
    assert theirs.status == "Authorised"
    assert call("DELETE", f"/admin/revoke?consentId={mine.consent}").status == 204
    audit = call("GET", f"/admin/search/consent-status-audit?consentId={mine.consent}").json["data"]
    assert (audit[-1]["actionBy"], audit[-1]["reason"]) == ("psu-bert", "revoked-by-person")


def a_browser_is_handed_to_the_banks_own_page():
    """SD-20 a browser goes to the bank's own page with a key alone, and a consent given meanwhile ends older pages"""
    global bank
    page_url = "http://localhost:9/consent"
    outer = bank
    with Bank(options=["--consent-page", page_url]) as own:
        own.hurry()
        bank = own
        try:
            tpp, browser, inside = ThirdParty(own), Browser(own), Inside(own)

            def arrive(consent=None, **changes):
                consent = consent or tpp.register(tpp.client_token())
                url, parameters, verifier = tpp.authorization(consent, **changes)
                page = browser.open(url)
                if not isinstance(page, Left):
                    page = log_in(browser, page, "bert") if page.has_button("log-in") else page
                return consent, parameters, verifier, page

            for first in (True, False):
                consent, parameters, verifier, arrived = arrive(response_type="code id_token")
                assert isinstance(arrived, Left) and arrived.url.startswith(page_url + "?"), arrived
                assert arrived.answer.status == 303 and set(arrived.parameters) == {"sessionDataKeyConsent"}
                key = arrived.parameters["sessionDataKeyConsent"]
                shown = inside.retrieve(key).json
                uid = shown["consentData"]["permissions"][0]["uid"]
                chosen = shown["consumerData"]["accounts"][0]["accountId"]
                answer = inside.persist(key, {"approval": True, "cookies": browser.cookies,
                                              "requestParameters": {uid: [chosen]}})
                end = left(answer)
                assert tpp.redeem(end.parameters["code"], verifier).status == 200
                again = browser.open(f"/interaction/{key}/consent")
                assert again.answer.status == 409
            consent, _, _, one = arrive()
            *_, two = arrive(consent)
            bodies = []
            for arrived in (one, two):
                shown = inside.retrieve(arrived.parameters["sessionDataKeyConsent"]).json
                uid = shown["consentData"]["permissions"][0]["uid"]
                chosen = shown["consumerData"]["accounts"][0]["accountId"]
                bodies.append((arrived.parameters["sessionDataKeyConsent"], {
                    "approval": True, "cookies": browser.cookies, "requestParameters": {uid: [chosen]}}))
            # What one page was given is nothing on another.
            refused(inside.persist(bodies[0][0], bodies[1][1]), 400, "invalid_request")
            assert "code" in left(inside.persist(*bodies[0])).parameters
            refused(inside.persist(*bodies[1]), 400, "invalid_request")
            shown = inside.retrieve(bodies[1][0]).json
            assert shown["consentData"]["isReauthorization"] is True
            # Where the answer is a page that posts itself, ours it is.
            *_, page = arrive(response_mode="form_post")
            assert not isinstance(page, Left) and page.has_button("allow")
        finally:
            bank = outer


def id_tokens_are_encrypted_for_who_asked():
    """SD-29 an ID token is signed and then encrypted to the client's key, and weak or missing keys are refused"""
    from cryptography.hazmat.primitives.asymmetric import rsa
    from joserfc import jwe
    from joserfc.jwk import RSAKey
    key = rsa.generate_private_key(65_537, 2_048)
    private = RSAKey.import_key(key)
    public = {**private.as_dict(private=False), "use": "enc", "kid": "enc-1", "alg": "RSA-OAEP"}
    document = bank.client("demo-tpp")
    changes = {"id_token_encrypted_response_alg": "RSA-OAEP", "id_token_encrypted_response_enc": "A256GCM"}
    try:
        bank.client("demo-tpp", jwks={"keys": [public]}, **changes)
        bank.reload()
        page = Page(**HYBRID)
        token = left(page.persist()).parameters["id_token"]
        header = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
        assert (header["alg"], header["enc"], header["cty"]) == ("RSA-OAEP", "A256GCM", "JWT"), header
        signed = jwe.decrypt_compact(token, private, algorithms=["RSA-OAEP", "A256GCM"]).plaintext.decode()
        keys = {one["kid"]: jwt.PyJWK(one) for one in bank.get("/jwks").json["keys"] if one["use"] == "sig"}
        told = jwt.decode(signed, keys[jwt.get_unverified_header(signed)["kid"]], ["ES256"], audience="demo-tpp")
        assert told["openbanking_intent_id"] == page.consent
        with warnings.catch_warnings(action="ignore"):
            weak = RSAKey.import_key(rsa.generate_private_key(65_537, 1_024))
        for keys, changed in (
                ([{**public, "use": "sig"}], {}), ([], {}), ([public, {**public, "kid": "enc-2"}], {}),
                ([{**weak.as_dict(private=False), "use": "enc"}], {}),
                ([public], {"id_token_encrypted_response_alg": "RSA1_5"})):
            bank.client("demo-tpp", jwks={"keys": keys}, **{**changes, **changed})
            with contextlib.suppress(RuntimeError):
                bank.reload()
                raise AssertionError(f"{keys} {changed} is taken")
    finally:
        bank.client("demo-tpp", jwks=document.get("jwks"), **{name: document.get(name) for name in changes})
        bank.reload()


if __name__ == "__main__":
    with bank:
        bank.hurry()
        main([
            the_published_example_is_answered_as_published,
            a_page_is_as_the_published_description_says,
            a_no_is_kept_and_told,
            a_decision_can_be_kept_without_a_redirect,
            a_key_is_no_credential,
            a_yes_is_to_what_was_retrieved,
            two_decisions_that_race_leave_one,
            nothing_of_it_is_public,
            nothing_but_a_clear_yes_is_a_yes,
            accounts_are_chosen_by_what_they_are,
            cookies_in_a_body_go_nowhere,
            a_gateway_registers_shows_and_ends,
            a_registration_that_comes_twice_is_one,
            headers_make_nobody_internal,
            a_gateway_lets_pass_what_the_consent_opens,
            a_question_is_signed_for_us_and_for_now,
            staff_search_and_revoke_in_their_own_name,
            an_account_leaves_one_consent,
            persons_see_and_revoke_their_own,
            a_browser_is_handed_to_the_banks_own_page,
            id_tokens_are_encrypted_for_who_asked,
        ])
