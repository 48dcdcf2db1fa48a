"""What customers do with their own consents: look, stop, and take a signed receipt home."""

import json
import re
import secrets
import sys
import urllib.parse

from _bank import Bank, Browser, Page, ThirdParty, ask, ask_again, at_once, log_in, main, request

try:
    import jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

BROWSER, SESSION = "__Host-assent-browser", "__Host-assent-session"
LOGIN, LOGOUT = "/consents/login", "/consents/logout"


def signed_in(username="bert"):
    browser = Browser(bank)
    page = log_in(browser, browser.open("/consents"), username)
    assert page.answer.status == 200 and page.url.endswith("/consents"), (page.url, page.text)
    return browser


def given(browser, tpp=None, username="bert", **changes):
    """A consent that was given in this browser, and what its code brought."""
    question = ask(bank, browser, username, tpp, **changes)
    left = question.press("allow")
    answer = question.tpp.redeem(left.parameters["code"], question.verifier)
    assert answer.status == 200, answer.text
    return question, answer.json


def links(page):
    return re.findall(r'href="([^"]*)"', page.answer.text)


def stop_form(browser, consent):
    page = browser.open(f"/consents/{consent}/revoke")
    assert page.has_button("stop"), page.text
    return [*page.form_with("stop").fields, ("decision", "stop")]


def stop(browser, consent, form=None, **headers):
    return browser.send("POST", f"/consents/{consent}/revoke", form=form or stop_form(browser, consent), **headers)


def status(tpp, consent):
    answer = tpp.call("GET", f"/account-access-consents/{consent}", tpp.client_token())
    return answer.json["Data"]["Status"] if answer.status == 200 else answer.status


def without_references(text):
    return re.sub(r'<bdi dir="ltr"[^>]*>[^<]*</bdi>', "", text)


def a_customer_looks_stops_and_keeps_the_receipt():
    """CO-45 a customer finds what is shared, stops it, and everything issued on it is over at once"""
    browser = Browser(bank)
    question, tokens = given(browser)
    consent, tpp = question.consent, question.tpp
    # The login that the third party's request asked for is good here, and the other way round.
    page = browser.open("/consents")
    assert f"/consents/{consent}" in links(page), page.text
    for word in ("Money Pilot", "Sharing", "Bills", "Current account", "Your Account Details", "You agreed on"):
        assert word in page.text, (word, page.text)
    page = browser.open(f"/consents/{consent}")
    for word in ("Your account balance", "Details of your transactions", "All transactions available",
                 "Sharing goes on until you stop it", "Asked to see information", "Sharing began", consent):
        assert word in page.text, (word, page.text)
    assert tpp.introspect(tokens["access_token"])["active"] is True

    assert f"/consents/{consent}/revoke" in links(page)
    page = browser.open(f"/consents/{consent}/revoke")
    assert "Stop sharing with Money Pilot?" in page.text and "keeps what it has already received" in page.text
    assert status(tpp, consent) == "Authorised", "looking stops nothing"
    page = browser.press(page, "stop")
    assert page.url.endswith(f"/consents/{consent}") and "Sharing stopped on" in page.text, page.text
    assert f"/consents/{consent}/revoke" not in links(page)

    assert status(tpp, consent) == "Revoked"
    assert tpp.introspect(tokens["access_token"]) == {"active": False}
    assert tpp.call("GET", "/accounts", tokens["access_token"]).status == 401
    refused = tpp.refresh(tokens["refresh_token"])
    assert (refused.status, refused.json["error"]) == (400, "invalid_grant"), refused.text
    page = browser.open("/consents")
    assert "No longer shared" in page.text, page.text


def a_receipt_can_be_checked_by_anybody():
    """a receipt is verified by another library with the published keys, and opens nothing"""
    browser = Browser(bank)
    question, _ = given(browser, data={
        "ExpirationDateTime": "2027-03-14T09:00:00+00:00", "TransactionFromDateTime": "2026-01-01T00:00:00+00:00"})
    path = f"/consents/{question.consent}/receipt"
    assert path in links(browser.open(f"/consents/{question.consent}"))

    def receipt():
        answer = browser.send("GET", path)
        assert answer.status == 200 and answer.header("Content-Type") == "application/jwt", answer.headers
        assert answer.header("Content-Disposition") == f'attachment; filename="consent-{question.consent}.jwt"'
        assert answer.header("Cache-Control") == "no-store"
        key = jwt.PyJWKSet.from_dict(bank.get("/jwks").json)[jwt.get_unverified_header(answer.text)["kid"]]
        assert jwt.get_unverified_header(answer.text)["typ"] == "consent-receipt+jwt"
        return answer.text, jwt.decode(
            answer.text, key, algorithms=["ES256"], issuer=bank.issuer, options={"require": ["iss", "iat", "jti", "sub"]})

    text, claims = receipt()
    consent = claims["consent"]
    assert claims["sub"] == "psu-bert" and consent["id"] == question.consent and consent["status"] == "authorised"
    assert consent["third_party"] == {"client_id": "demo-tpp", "name": "Money Pilot"}, consent
    assert consent["permissions"] == question.tpp.permissions and consent["expires"] == "2027-03-14T09:00:00Z"
    assert consent["transactions_from"] == "2026-01-01T00:00:00Z"
    assert consent["accounts"] == [{"id": "bert-current", "name": "Bills", "ending": "4321"}], consent["accounts"]
    # The same entries as in the ledger, with the digests of the page that bert read.
    rows = bank.rows(
        "SELECT reason, shown_digest, shown_templates, terms FROM revision WHERE consent = ? ORDER BY sequence", question.consent)
    assert [entry["what"] for entry in consent["history"]] == [row[0] for row in rows] == ["registered", "authorised"]
    shown = consent["history"][1]
    assert (shown["page_sha256"], shown["templates_sha256"]) == (rows[1][1].hex(), rows[1][2].hex())
    assert [entry["terms_sha256"] for entry in consent["history"]] == [row[3].hex() for row in rows]

    assert stop(browser, question.consent).status == 303
    _, after = receipt()
    assert after["consent"]["status"] == "revoked" and after["jti"] != claims["jti"]
    assert after["consent"]["history"][-1]["by"] == "person"
    # SD-01: no door opens for it.
    for path in ("/userinfo", "/open-banking/v3.1/aisp/accounts", f"/open-banking/v3.1/aisp/account-access-consents/{question.consent}"):
        assert browser.send("GET", path, Authorization=f"Bearer {text}").status == 401, path
    assert question.tpp.introspect(text) == {"active": False}


def nobody_sees_what_is_another_persons():
    """SD-02 another person's consent is not there, like one that nobody gave and one that nobody has answered"""
    tpp = ThirdParty(bank)
    question, _ = given(Browser(bank))
    awaiting = tpp.register(tpp.client_token())
    anna = signed_in("anna")
    assert question.consent not in anna.open("/consents").answer.text
    for end in ("", "/revoke", "/receipt", "/print"):
        seen = set()
        for id in (question.consent, awaiting, "00000000-0000-4000-8000-000000000000", "x", "%20", "1'--", "a" * 2000):
            answer = anna.send("GET", f"/consents/{id}{end}")
            assert answer.status == 404 and not answer.header("Location"), (id, answer.status)
            seen.add(without_references(answer.text))
        assert len(seen) == 1
    # A form of hers about a consent of his.
    own, _ = given(anna, username="anna")
    form = stop_form(anna, own.consent)
    seen = {(answer.status, without_references(answer.text)) for answer in (
        stop(anna, question.consent, form), stop(anna, "nothing", form))}
    assert len(seen) == 1 and next(iter(seen))[0] == 404, seen
    assert status(tpp, question.consent) == "Authorised"


def nobody_is_let_in_without_a_login():
    """CO-27 without a login there is only the login page, and after logging out there is nothing else"""
    question, _ = given(Browser(bank))
    stranger = Browser(bank)
    for path in ("/consents", f"/consents/{question.consent}", f"/consents/{question.consent}/revoke",
                 f"/consents/{question.consent}/receipt", f"/consents/{question.consent}/print", "/consents/nothing"):
        answer = stranger.send("GET", path)
        assert (answer.status, answer.header("Location")) == (303, LOGIN), (path, answer.status)
        assert answer.header("Cross-Origin-Opener-Policy") == "same-origin" and not answer.body
    assert stop(stranger, question.consent, [("form_token", "x"), ("decision", "stop")]).header("Location") == LOGIN

    browser = signed_in()
    form, old = stop_form(browser, question.consent), dict(browser.cookies)
    # A page of a third party that is open in another tab ends with the login as well.
    other = ask(bank, browser)
    page = browser.press(browser.open("/consents"), "log-out")
    assert page.has_button("log-in") and SESSION not in browser.cookies, page.text
    for cookies in (old, browser.cookies):
        browser.cookies = dict(cookies)
        assert browser.send("GET", "/consents").header("Location") == LOGIN
        assert stop(browser, question.consent, form).header("Location") == LOGIN
        answer = other.send(other.fields())
        if SESSION in cookies:
            # Who was there a moment ago finds what they had ticked.
            page = Page(answer, "")
            assert page.has_button("log-in") and not page.has_button("allow"), page.text
        else:
            assert answer.header("Location").endswith("/login"), answer.headers
    assert status(question.tpp, question.consent) == "Authorised" and other.status == "AwaitingAuthorisation"


def one_login_serves_both():
    """who has logged in to look is asked by a third party without logging in again"""
    browser = signed_in("anna")
    tpp = ThirdParty(bank)
    page = browser.open(tpp.authorization(tpp.register(tpp.client_token()))[0])
    assert page.has_button("allow"), page.text
    # The login of the dashboard is as strict as the other: a new session each time, and the old one dies.
    old = browser.copy()
    login = browser.copy()
    login.cookies.pop(SESSION)
    page = login.open("/consents")
    login.cookies[SESSION] = old.cookies[SESSION]
    log_in(login, page, "anna")
    assert login.cookies[SESSION] != old.cookies[SESSION]
    assert old.send("GET", "/consents").header("Location") == LOGIN
    planted = Browser(bank)
    planted.cookies[SESSION] = "B" * 43
    log_in(planted, planted.open("/consents"), "anna")
    assert planted.cookies[SESSION] != "B" * 43


def forged_forms_do_nothing():
    """CO-22 no form of another site, session, consent or step stops anything; CO-23 nor signs anybody in or out"""
    browser = Browser(bank)
    question, _ = given(browser)
    other, _ = given(browser)
    path = f"/consents/{question.consent}/revoke"
    own, wrong = stop_form(browser, question.consent), stop_form(browser, other.consent)
    second = signed_in()
    leave = browser.open("/consents").form_with("log-out").fields
    fresh = Browser(bank)
    login = fresh.open(LOGIN).form_with("log-in")
    entry = [*[(n, v) for n, v in login.fields if n == "form_token"], ("username", "bert"), ("password", "bert-sandbox"),
             ("decision", "log-in")]
    before = bank.rows("SELECT count(*) FROM session")
    for headers in (
        {"Origin": "https://evil.test"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": None}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": None, "Sec-Fetch-Site": "none"},
    ):
        for answer in (
            stop(browser, question.consent, own, **headers),
            browser.send("POST", LOGOUT, form=[*leave, ("decision", "log-out")], **headers),
            fresh.send("POST", LOGIN, form=entry, **headers),
        ):
            assert answer.status == 403 and not answer.all("Set-Cookie"), (headers, answer.status)
    for form in (wrong, leave + [("decision", "stop")], stop_form(second, question.consent), own[1:], own[:1],
                 [("form_token", ""), own[-1]], own + [("sub", "psu-anna")], own + [("account", "bert-current")],
                 own + own, [own[0], ("decision", "allow")]):
        assert stop(browser, question.consent, form).status == 403, form
    for form in (entry[1:], [("form_token", secrets.token_urlsafe(32)), *entry[1:]],
                 [*own[:1], *entry[1:]], [*entry, ("account", "bert-current")]):
        assert fresh.send("POST", LOGIN, form=form).status == 403, form
    # The form of one browser in another, and in none at all.
    assert Browser(bank).send("POST", LOGIN, form=entry).status == 403
    body = urllib.parse.urlencode(own)
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json", None):
        assert browser.send("POST", path, body=body, **{"Content-Type": kind}).status == 415
    assert browser.send("GET", f"{path}?{body}").status == 200 and browser.send("PUT", path).status == 405
    assert browser.send("GET", LOGOUT).status == 405 and browser.send("DELETE", f"/consents/{question.consent}").status == 405
    assert status(question.tpp, question.consent) == status(other.tpp, other.consent) == "Authorised"
    assert bank.rows("SELECT count(*) FROM session") == before and SESSION not in fresh.cookies
    assert stop(browser, question.consent, own).status == 303
    assert fresh.send("POST", LOGIN, form=entry).status == 303 and SESSION in fresh.cookies


def cookies_that_come_twice_are_nobodys():
    """CO-25 CO-26 cookies of the dashboard are as strict as all others, and two of one name are none"""
    fresh = Browser(bank)
    line, = fresh.send("GET", LOGIN).all("Set-Cookie")
    for attribute in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert attribute in line.split("; "), line
    assert line.startswith(BROWSER + "=")
    browser = signed_in()
    own = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    answer = browser.copy().send("GET", "/consents", Cookie=f"{own}; {SESSION}={'C' * 43}")
    assert answer.header("Location") == LOGIN and answer.all("Set-Cookie")[0].startswith(f"{SESSION}=;")


def guessing_is_slowed_down_in_one_count():
    """CO-51 guesses at one login page are counted at the other"""
    bank.hurry()
    fresh = Browser(bank)
    page = fresh.open(LOGIN)
    answers = [fresh.press(page, "log-in", username="cleo", password="wrong") for _ in range(5)]
    assert [answer.answer.status for answer in answers] == [400] * 5, [answer.answer.status for answer in answers]
    assert fresh.press(page, "log-in", username="cleo", password="cleo-sandbox").answer.status == 429
    tpp, other = ThirdParty(bank), Browser(bank)
    page = other.open(tpp.authorization(tpp.register(tpp.client_token()))[0])
    page = other.press(page, "log-in", username="cleo", password="cleo-sandbox")
    assert page.answer.status == 429 and page.answer.header("Retry-After"), page.text


def a_stop_has_one_winner():
    """SD-03 of a stop and a DELETE, a confirmation or another stop at the same moment, one wins, and none breaks"""
    tpp, browser = ThirdParty(bank), Browser(bank)
    token = tpp.client_token()
    for round in range(ROUNDS):
        question, tokens = given(browser, tpp)
        consent = question.consent
        form = stop_form(browser, consent)
        again = ask_again(browser, tpp, consent)
        fields = again.fields()

        def confirm():
            return again.browser.copy().send("POST", again.page.form_with("allow").action, form=fields)

        def press():
            return stop(browser.copy(), consent, form)

        def delete():
            return tpp.call("DELETE", f"/account-access-consents/{consent}", token)

        other = (press, delete, confirm)[round % 3]
        mine, theirs = at_once(press, other)
        kept = [row[0] for row in bank.rows("SELECT reason FROM revision WHERE consent = ? ORDER BY sequence", consent)]
        assert mine.status in (303, 409) and theirs.status < 500, (mine.status, theirs.status)
        if mine.status == 409:
            assert "Sharing has already ended" in mine.text
        if other is press:
            assert sorted((mine.status, theirs.status)) == [303, 409], (mine.status, theirs.status)
            assert kept == ["registered", "authorised", "revoked-by-person"], kept
        elif other is delete:
            # A DELETE of what was just stopped is told that it has ended.
            assert (mine.status, theirs.status) in ((303, 400), (409, 204)), (mine.status, theirs.status)
            assert kept[2:] == ["revoked-by-person" if mine.status == 303 else "deleted-by-third-party"], kept
        else:
            assert mine.status == 303 and kept[-1] == "revoked-by-person" and kept.count("revoked-by-person") == 1, kept
            assert kept[2:-1] in ([], ["reauthorised"]), kept
            location = theirs.header("Location") or ""
            assert ("code=" in location) == ("reauthorised" in kept), (theirs.status, location, kept)
            if "code=" in location:
                code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))["code"]
                assert tpp.redeem(code, again.verifier).json["error"] == "invalid_grant"
        assert tpp.introspect(tokens["access_token"]) == {"active": False}


def what_ended_otherwise_is_told_from_what_was_stopped():
    """a consent that the third party deleted is shown as over, with who did it, and cannot be stopped"""
    tpp, browser = ThirdParty(bank), Browser(bank)
    question, _ = given(browser, tpp)
    form = stop_form(browser, question.consent)
    assert tpp.call("DELETE", f"/account-access-consents/{question.consent}", tpp.client_token()).status == 204
    page = browser.open(f"/consents/{question.consent}")
    assert "Sharing ended Money Pilot," in page.text, page.text
    for answer in (stop(browser, question.consent, form), browser.send("GET", f"/consents/{question.consent}/revoke")):
        assert answer.status == 409 and "Sharing has already ended" in answer.text


def consents_of_every_surface_are_in_one_list():
    """a consent that a merchant registered is listed and stopped beside those of the UK API"""
    tpp, browser = ThirdParty(bank), Browser(bank)
    question, _ = given(browser, tpp)
    kind = {"Content-Type": "application/json"}
    answer = request(
        "POST", bank.issuer + "/v1/auth/generate-token",
        {**kind, "X-Partner-Client-Id": tpp.id, "X-Partner-Client-Secret": tpp.secret},
        json.dumps({"userId": "user-1", "merchantId": 1, "permissions": ["ais:accounts:read", "ais:balance:read"]}))
    assert answer.status == 200, answer.text
    kind["Authorization"] = f"Bearer {answer.json['token']}"
    document = {"permissions": ["ReadAccountsDetail", "ReadBalances"], "expirationDateTime": "2027-01-31T12:00:00Z",
                "transactionFromDateTime": "2026-01-01T00:00:00Z"}
    answer = request("POST", bank.issuer + "/v1/ais/consents", kind, json.dumps(document))
    assert answer.status == 201, answer.text
    page = browser.open(answer.json["authorizationUrl"])
    browser.press(page, "allow", boxes=[value for _, value in page.form_with("allow").boxes][:1])

    def told():
        told = request("GET", f"{bank.issuer}/v1/ais/consents/{answer.json['requestId']}", kind)
        assert told.status == 200, told.text
        return told.json

    own = told()["consentId"]
    assert {f"/consents/{own}", f"/consents/{question.consent}"} <= set(links(browser.open("/consents")))
    page = browser.open(f"/consents/{own}")
    assert "Sharing stops on 31 January 2027 at 12:00 UTC" in page.text, page.text
    assert told()["status"] == "authorized"
    assert stop(browser, own).status == 303
    assert told()["status"] == "revoked"
    assert status(tpp, question.consent) == "Authorised"


def many_consents_come_in_pages():
    """SD-26 a long list comes in pages that no number in the address breaks"""
    browser = signed_in("anna")
    tpp = ThirdParty(bank)
    for _ in range(7):
        given(browser, tpp, "anna")
    first = browser.open("/consents")
    assert "/consents?page=2" in links(first) and len(first.answer.body) <= 20_000
    second = browser.open("/consents?page=2")
    ids = [set(re.findall(r'href="/consents/([0-9a-f-]{36})"', page.answer.text)) for page in (first, second)]
    assert len(ids[0]) == 5 and ids[1] and not ids[0] & ids[1], ids
    for number in ("0", "-1", "1e3", "9" * 40, "x", "", "1'--", "1&page=2", "%31%00"):
        assert "Page 1 of 2" in browser.open(f"/consents?page={number}").text, number
    assert browser.send("GET", "/consents?page=999999").header("Location") == "/consents"


def headers_are_as_strict_as_can_be():
    """CO-01 pages of the dashboard are framed, kept and opened by nobody, whatever they say"""
    browser = Browser(bank)
    question, _ = given(browser)
    fresh = Browser(bank)
    for answer in (
        fresh.send("GET", LOGIN), browser.send("GET", "/consents"), browser.send("GET", f"/consents/{question.consent}"),
        browser.send("GET", f"/consents/{question.consent}/revoke"), browser.send("GET", "/consents/nothing"),
        stop(browser, question.consent, [("form_token", "x"), ("decision", "stop")]),
    ):
        policy = answer.header("Content-Security-Policy")
        assert policy.startswith("default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"), policy
        assert policy.endswith("form-action 'self'") and "unsafe" not in policy, policy
        for name, value in (("Cross-Origin-Opener-Policy", "same-origin"), ("Cache-Control", "no-store"),
                            ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"),
                            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin")):
            assert answer.all(name) == [value], (name, answer.all(name))
    # Decision 8: the pages that a third party may open in a window of its own do without the one.
    page = ask(bank, browser).page
    assert page.answer.header("Cross-Origin-Opener-Policy") is None


ROUNDS = 30

if __name__ == "__main__":
    with Bank() as bank:
        main([
            a_customer_looks_stops_and_keeps_the_receipt, a_receipt_can_be_checked_by_anybody,
            nobody_sees_what_is_another_persons, nobody_is_let_in_without_a_login, one_login_serves_both,
            forged_forms_do_nothing, cookies_that_come_twice_are_nobodys, a_stop_has_one_winner,
            what_ended_otherwise_is_told_from_what_was_stopped, consents_of_every_surface_are_in_one_list,
            many_consents_come_in_pages, headers_are_as_strict_as_can_be, guessing_is_slowed_down_in_one_count,
        ])
