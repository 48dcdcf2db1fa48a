"""The bank's own back end at /v1/obie: three credentials, codes for tokens, and errors that explain themselves."""

import base64
import datetime
import hashlib
import http.client
import json

from _bank import ROOT, Bank, Browser, Left, ThirdParty, at_once, claims, log_in, main, request

INSTITUTION = "PSDGB-FCA-111111"


class BackEnd:
    """The demo bank's back end, which acts for a third party."""

    def __init__(self, bank):
        self.bank = bank
        secret = (bank.folder / "data" / "demo-bank.secret").read_text()
        self.basic = "Basic " + base64.b64encode(f"demo-bank:{secret}".encode()).decode()

    def headers(self, token, **changes):
        headers = {"Authorization": self.basic, "fi_reference_id": INSTITUTION, "version": "1",
                   "ccg_token": token, "Content-Type": "application/json", **changes}
        return {name: value for name, value in headers.items() if value is not None}

    def post(self, path, document, token, **changes):
        body = document if isinstance(document, (str, bytes)) else json.dumps(document)
        return request("POST", f"{self.bank.issuer}/v1/obie/{path}", self.headers(token, **changes), body)

    def order(self, tpp, consent, account="bert-current", **changes):
        document = {"consent_id": consent, "psu_account_id": account, "redirect_uri": tpp.redirect_uri,
                    "scope": "accounts", "state": "example-state"}
        document = {name: value for name, value in {**document, **changes}.items() if value is not None}
        return self.post("authorization_code", document, tpp.client_token())

    def code(self, tpp, consent, account="bert-current"):
        answer = self.order(tpp, consent, account)
        assert answer.status == 201, answer.text
        return answer.json["data"]["code"]

    def redeem(self, tpp, code, token=None, headers=(), **changes):
        document = {"auth_code": code, "redirect_uri": tpp.redirect_uri, **changes}
        return self.post("tokens", document, token or tpp.client_token(), **dict(headers))


def code_of(answer):
    """The word of a refusal, whose document has exactly the fields of the contract."""
    assert list(answer.json) == ["errors"] and len(answer.json["errors"]) == 1, answer.text
    error = answer.json["errors"][0]
    assert list(error) == ["id", "code", "title", "link"], error
    assert all(isinstance(value, str) and value for value in error.values()), error
    return error["code"]


def refused(answer, status, code):
    assert (answer.status, code_of(answer)) == (status, code), (answer.status, answer.text)


def in_days(days):
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def another_party():
    """A third party beside the demo one, registered now."""
    bank.client("tpp-2", client_name="Other", client_secret_sha256=hashlib.sha256(b"x" * 43).hexdigest(),
                token_endpoint_auth_method="client_secret_basic", redirect_uris=["https://other.example/cb"],
                grant_types=["authorization_code", "refresh_token", "client_credentials"],
                response_types=["code"], scope="openid accounts")
    bank.reload()
    return ThirdParty(bank, "tpp-2", "x" * 43, "https://other.example/cb")


def a_code_from_the_browser_is_redeemed_by_the_bank():
    """TK-20 SD-31 a code from the browser is redeemed by the bank once; the second time ends its tokens"""
    tpp, browser = ThirdParty(bank), Browser(bank)
    consent = tpp.register(tpp.client_token(), ExpirationDateTime=in_days(30))
    url, parameters, verifier = tpp.authorization(consent)
    page = log_in(browser, browser.open(url), "bert")
    boxes = [value for _, value in page.form_with("allow").boxes]
    left = browser.press(page, "allow", boxes=boxes[:1])
    assert isinstance(left, Left), left.text
    code = left.parameters["code"]

    refused(back.redeem(tpp, code), 400, "auth_code_invalid")
    refused(back.redeem(tpp, code, code_verifier="w" * 43), 400, "auth_code_invalid")
    refused(back.redeem(tpp, code, code_verifier=verifier, redirect_uri="https://evil.example/"),
            400, "auth_code_invalid")
    answer = back.redeem(tpp, code, code_verifier=verifier)
    assert answer.status == 201, answer.text
    data = answer.json["data"]
    assert list(answer.json) == ["data"] and list(data) == ["access_token", "expires_in", "token_type", "state"]
    assert data["token_type"] == "bearer" and data["state"] == parameters["state"]
    assert claims(data["access_token"])["consent_id"] == consent
    accounts = tpp.call("GET", "/accounts", data["access_token"])
    assert [account["AccountId"] for account in accounts.json["Data"]["Account"]] == boxes[:1], accounts.text

    refused(back.redeem(tpp, code, code_verifier=verifier), 400, "auth_code_invalid")
    assert tpp.introspect(data["access_token"]) == {"active": False}
    assert tpp.call("GET", "/accounts", data["access_token"]).status == 401


def of_two_that_redeem_one_code_one_gets_tokens():
    """TK-21 SD-31 of one racer at the bank and one at the token endpoint, one gets tokens, which then end"""
    tpp = ThirdParty(bank)
    consent = tpp.register(tpp.client_token())
    token = tpp.client_token()
    for _ in range(15):
        code = back.code(tpp, consent)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": tpp.redirect_uri}
        answers = at_once(lambda: back.redeem(tpp, code, token), lambda: tpp.post("/token", form))
        assert sorted(answer.status for answer in answers) in ([200, 400], [201, 400]), [a.text for a in answers]
        won = next(answer.json for answer in answers if answer.status < 300)
        assert tpp.introspect(won.get("data", won)["access_token"]) == {"active": False}


def the_bank_authorises_for_the_owner_of_an_account():
    """the bank authorises a consent for the owner of an account, and the code opens that account alone"""
    tpp = ThirdParty(bank)
    consent = tpp.register(tpp.client_token())
    answer = back.order(tpp, consent)
    assert answer.status == 201, answer.text
    data = answer.json["data"]
    assert data["redirect_uri"] == {
        "base_uri": tpp.redirect_uri,
        "parameters": {"code": data["code"], "state": "example-state", "iss": bank.issuer}}
    assert data["expires_in"] == 60
    status = tpp.call("GET", f"/account-access-consents/{consent}", tpp.client_token())
    assert status.json["Data"]["Status"] == "Authorised"
    # RFC 9700 §2.1.1: it has no challenge, so a verifier fits nothing.
    refused(back.redeem(tpp, data["code"], code_verifier="w" * 43), 400, "auth_code_invalid")
    tokens = back.redeem(tpp, data["code"])
    assert tokens.status == 201 and tokens.json["data"]["state"] == "example-state", tokens.text
    access = tokens.json["data"]["access_token"]
    accounts = tpp.call("GET", "/accounts", access).json["Data"]["Account"]
    assert [account["AccountId"] for account in accounts] == ["bert-current"], accounts
    history = bank.rows("SELECT reason, actor, actor_name FROM revision WHERE consent = ? ORDER BY version",
                        consent)
    assert history[1] == ("authorised", "staff", INSTITUTION), history

    # Once more for the same person is a re-authentication; for another person it is nothing.
    assert back.order(tpp, consent, "bert-savings").status == 201
    assert tpp.introspect(access) == {"active": False}
    refused(back.order(tpp, consent, "anna-current"), 400, "consent_state")


def what_the_bank_may_not_have():
    """SD-02 a consent of another PSP, payments, a foreign redirect URI and an account nobody may share are refused"""
    tpp, other = ThirdParty(bank), another_party()
    consent = tpp.register(tpp.client_token())
    refused(back.order(other, consent), 403, "psp_forbidden")
    refused(back.order(tpp, "00000000-0000-4000-8000-000000000000"), 400, "consent_unknown")
    for scope in ("payment", "payments", "openid accounts", ""):
        refused(back.order(tpp, consent, scope=scope), 400, "parameter_invalid")
    for uri in (other.redirect_uri, tpp.redirect_uri + "/", "javascript:alert(1)"):
        refused(back.order(tpp, consent, redirect_uri=uri), 400, "redirect_uri_invalid")
    for account in ("cleo-mortgage", "nobody-1", "psu-bert"):
        refused(back.order(tpp, consent, account), 400, "parameter_invalid")
    status = tpp.call("GET", f"/account-access-consents/{consent}", tpp.client_token())
    assert status.json["Data"]["Status"] == "AwaitingAuthorisation"
    # Another PSP's code is nobody else's, and works for its own afterwards.
    code = back.code(tpp, consent)
    refused(back.redeem(other, code), 403, "psp_forbidden")
    assert back.redeem(tpp, code).status == 201


def three_credentials_agree_or_nothing_happens():
    """SD-01 SD-30 the three credentials agree, or the answer is 401 or 403 and nothing is changed"""
    tpp, other = ThirdParty(bank), another_party()
    consent = tpp.register(tpp.client_token())
    code, token = back.code(tpp, consent), tpp.client_token()
    person = back.redeem(tpp, back.code(tpp, tpp.register(token, ExpirationDateTime=in_days(2)))).json["data"]
    before = bank.rows("SELECT count(*), count(spent) FROM code")
    basic = {
        "missing": None, "wrong": "Basic " + base64.b64encode(b"demo-bank:wrong").decode(),
        "of a PSP": tpp.basic(), "a token": f"Bearer {token}", "junk": "Basic ///",
    }
    for name, value in basic.items():
        refused(back.redeem(tpp, code, token, {"Authorization": value}), 401, "authentication_failed")
    for value in (None, "", "ABC12", "A" * 129, "A" * 7_000):
        refused(back.redeem(tpp, code, token, {"fi_reference_id": value}), 401, "authentication_failed")
    refused(back.redeem(tpp, code, token, {"fi_reference_id": "PSDGB-FCA-222222"}), 403, "forbidden")
    bad = (None, "", "junk", token[:-4] + "AAAA", person["access_token"], "A" * 7_000)
    for value in bad:
        refused(back.redeem(tpp, code, "-", {"ccg_token": value}), 401, "ccg_token_invalid")
    revoked = tpp.client_token()
    assert tpp.post("/revoke", {"token": revoked}).status == 200
    refused(back.redeem(tpp, code, revoked), 401, "ccg_token_invalid")
    refused(back.redeem(tpp, code, other.client_token()), 403, "psp_forbidden")
    for name in ("Authorization", "fi_reference_id", "ccg_token"):
        assert twice(tpp, code, token, name) == 401, name
    for value in (None, "2", "1.0"):
        refused(back.redeem(tpp, code, token, {"version": value}), 400, "header_invalid")
    huge = request("POST", f"{bank.issuer}/v1/obie/tokens",
                   back.headers(token, ccg_token="A" * 65_536), json.dumps({"auth_code": code}))
    assert huge.status == 431, huge.status
    assert bank.rows("SELECT count(*), count(spent) FROM code") == before
    assert back.redeem(tpp, code, token).status == 201


def twice(tpp, code, token, name):
    """The status of a request in which one header stands twice."""
    connection = http.client.HTTPConnection("127.0.0.1", bank.port, timeout=30)
    body = json.dumps({"auth_code": code, "redirect_uri": tpp.redirect_uri}).encode()
    connection.putrequest("POST", "/v1/obie/tokens", skip_host=True)
    connection.putheader("Host", f"localhost:{bank.port}")
    for key, value in back.headers(token).items():
        connection.putheader(key, value)
        if key == name:
            connection.putheader(key, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    status = connection.getresponse().status
    connection.close()
    return status


def a_token_lives_no_longer_than_its_consent():
    """SD-32 a token of the bank's back end lives no longer than its consent, and says so"""
    tpp = ThirdParty(bank)
    short = tpp.register(tpp.client_token(), ExpirationDateTime=in_days(1))
    data = back.redeem(tpp, back.code(tpp, short)).json["data"]
    assert 86_300 < data["expires_in"] <= 86_400, data
    assert claims(data["access_token"])["exp"] - claims(data["access_token"])["iat"] == data["expires_in"]
    assert "refresh_token" not in data and "id_token" not in data
    long = tpp.register(tpp.client_token(), ExpirationDateTime=in_days(360))
    assert back.redeem(tpp, back.code(tpp, long)).json["data"]["expires_in"] == 90 * 86_400


def a_psp_that_lost_its_registration_gets_nothing():
    """SD-33 a PSP that lost its registration between code and token gets 403, and its tokens are dead"""
    tpp = ThirdParty(bank)
    consent = tpp.register(tpp.client_token())
    held = back.redeem(tpp, back.code(tpp, tpp.register(tpp.client_token()))).json["data"]["access_token"]
    assert tpp.call("GET", "/accounts", held).status == 200
    code, token = back.code(tpp, consent), tpp.client_token()
    bank.client("demo-tpp", disabled=True)
    bank.reload()
    try:
        refused(back.redeem(tpp, code, token), 403, "psp_forbidden")
        assert tpp.call("GET", "/accounts", held).status == 401
    finally:
        bank.client("demo-tpp", disabled=None)
        bank.reload()


def every_refusal_is_explained_on_a_page():
    """every refusal has the shape of the contract, and its link leads to a page that explains it"""
    tpp = ThirdParty(bank)
    token = tpp.client_token()
    answers = [
        back.post("tokens", "{", token), back.post("tokens", '{"auth_code": "a", "auth_code": "b"}', token),
        back.post("tokens", {"auth_code": "a"}, token), back.post("tokens", {"auth_code": 1}, token),
        back.post("tokens", {"auth_code": "a", "redirect_uri": "b", "client_id": "c"}, token),
        back.post("tokens", {}, token, **{"Content-Type": "application/x-www-form-urlencoded"}),
        back.post("nothing", {}, token), request("GET", f"{bank.issuer}/v1/obie/tokens"),
        request("GET", f"{bank.issuer}/v1/obie"), back.post("tokens", "x" * 70_000, token),
    ]
    assert [answer.status for answer in answers] == [400, 400, 400, 400, 400, 406, 404, 405, 404, 413], [
        (answer.status, answer.text) for answer in answers]
    assert answers[7].header("Allow") == "POST"
    for answer in answers:
        # A body that is refused before it was read never reaches the surface.
        if answer.status != 413:
            code = code_of(answer)
            assert answer.json["errors"][0]["link"] == f"{bank.issuer}/help/errors/{code}"
    words = json.loads((ROOT / "templates" / "text" / "en.json").read_text())["errors"]
    for code, sentence in words.items():
        page = bank.get(f"/help/errors/{code}")
        assert page.status == 200 and page.header("Content-Type") == "text/html; charset=utf-8"
        assert code in page.text and sentence.split("&")[0].split("'")[0] in page.text, page.text
        assert "<script" not in page.text and "script-src" not in page.header("Content-Security-Policy")
    for path in ("/help/errors/nothing", "/help/errors/", "/help/errors/%3Cscript%3E"):
        answer = bank.get(path)
        assert answer.status == 404 and "script" not in answer.text.lower()


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        back = BackEnd(bank)
        main([
            a_code_from_the_browser_is_redeemed_by_the_bank,
            of_two_that_redeem_one_code_one_gets_tokens,
            the_bank_authorises_for_the_owner_of_an_account,
            what_the_bank_may_not_have,
            three_credentials_agree_or_nothing_happens,
            a_token_lives_no_longer_than_its_consent,
            a_psp_that_lost_its_registration_gets_nothing,
            every_refusal_is_explained_on_a_page,
        ])
