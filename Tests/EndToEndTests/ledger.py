"""What third parties have complained of at banks, as https://github.com/openbankingspace/tpp-issues keeps it: one test a row.

The numbers are those of the tracker. #26 and #93, about refresh tokens whose answer was lost, stand in `uk_flow.py`, where the client's
profile keeps its refresh tokens.
"""

import re
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

from _bank import Bank, Browser, Left, ThirdParty, ask, ask_again, claims, log_in, main, request, way_back


def asked(browser, **changes):
    """A request that has come to its first page, what it was, and the third party's state."""
    tpp = ThirdParty(bank)
    url, parameters, _ = tpp.authorization(tpp.register(tpp.client_token()), **changes)
    return browser.open(url), parameters


def returned(left, parameters, reason, bank_=None):
    """Whether the browser went back with a no that says everything."""
    assert isinstance(left, Left), left.text
    answer = left.parameters
    assert (answer["error"], answer["state"]) == ("access_denied", parameters["state"]), answer
    assert answer["iss"] == (bank_ or bank).issuer, answer
    assert answer["error_description"].startswith(f"{reason}: "), answer


def cancel_before_login():
    """#3, #105 whoever does not want to log in can cancel, and the third party hears of it"""
    browser = Browser(bank)
    page, parameters = asked(browser)
    returned(browser.press(page, "cancel"), parameters, "psu_cancelled_before_login")


def cancel_from_everywhere():
    """#19 cancelling leads back to the third party from every screen that asks for something"""
    def wrong(browser, page):
        return browser.press(page, "log-in", username="bert", password="wrong")

    def slowed_down(browser, page):
        for _ in range(12):
            page = browser.press(page, "log-in", username="nobody", password="wrong")
        assert page.answer.status == 429
        return page

    def logged_out(browser, page):
        page = log_in(browser, page, "bert")
        browser.cookies = {name: value for name, value in browser.cookies.items() if "session" not in name}
        page = browser.press(page, "allow", boxes=["bert-current"])
        assert ("account", "bert-current") in page.form_with("log-in").fields
        return page

    def nothing_chosen(browser, page):
        return browser.press(log_in(browser, page, "bert"), "allow")

    def consent(username):
        return lambda browser, page: log_in(browser, page, username)

    before, after = "psu_cancelled_before_login", "psu_denied"
    for number, (go, reason) in enumerate((
            (lambda browser, page: page, before), (wrong, before), (slowed_down, before), (logged_out, before),
            (consent("bert"), after), (nothing_chosen, after), (consent("anna"), after),
            (consent("cleo"), "no_eligible_accounts"))):
        browser = Browser(bank, f"127.0.70.{number + 1}")
        page, parameters = asked(browser)
        page = go(browser, page)
        returned(browser.press(page, "cancel" if page.has_button("cancel") else "deny"), parameters, reason)

    # Who is asked again is told no more than no, and what was shared before goes on.
    browser = Browser(bank)
    question = ask(bank, browser)
    question.press("allow")
    again = ask_again(browser, question.tpp, question.consent)
    returned(again.press("deny"), again.parameters, after)
    assert question.status == "Authorised"


def every_failure_has_a_way_back():
    """#104, #106 after the address is known to be the third party's, nothing that fails ends at the bank"""
    for changes in ({"response_type": "token"}, {"scope": "accounts nonsense"}, {"code_challenge": None},
                    {"prompt": "none"}, {"claims": "{}"}, {"max_age": "x"}, {"response_mode": "nonsense"}):
        left, parameters = asked(Browser(bank), **changes)
        assert isinstance(left, Left), (changes, left.text)
        assert left.parameters["error"] and left.parameters["state"] == parameters["state"], left.parameters
        assert left.parameters["iss"] == bank.issuer

    # What is wrong with a form is said at the bank, with a link to the page that can be cancelled.
    browser = Browser(bank)
    question = ask(bank, browser)
    for answer in (question.send(question.fields(boxes=["anna-current"])),
                   question.send([*question.fields(), ("more", "x")])):
        assert answer.status == 403
        link, = re.findall(r'id="back" href="([^"]+)"', answer.text)
        assert browser.open(link).has_button("deny")

    # A person whom the bank has locked in the middle.
    question = ask(bank, Browser(bank), "anna")
    with bank.people() as people:
        next(person for person in people if person["username"] == "anna")["locked"] = True
    bank.reload()
    try:
        page = question.press("allow")
        assert page.answer.status == 403
        returned(way_back(page), question.parameters, "account_locked")
    finally:
        with bank.people() as people:
            next(person for person in people if person["username"] == "anna")["locked"] = False
        bank.reload()
    # Unlocked, they log in again and go on where they were.
    question.browser.cookies.pop("__Host-assent-session", None)
    page = log_in(question.browser, question.press("allow"), "anna")
    assert question.browser.press(page, "allow", ["anna-current"]).parameters["code"]


def nothing_loses_the_journey():
    """#111 no link leads away, and reloading or going back keeps the request and what was typed"""
    browser = Browser(bank)
    page, parameters = asked(browser)
    pages = [page]
    for _ in range(2):
        pages.append(browser.open(page.url if page.url.startswith("/") else urllib.parse.urlsplit(page.url).path))
        assert pages[-1].has_button("log-in")
    pages.append(browser.press(page, "log-in", username="bert", password="wrong"))
    pages.append(log_in(browser, page, "bert"))
    action = pages[-1].form_with("allow").action
    # Back to the login, which has done its work, and on again.
    pages.append(browser.open(action.replace("/consent", "/login")))
    assert pages[-1].has_button("allow")
    pages.append(browser.press(pages[-1], "review", boxes=["bert-savings"]))
    assert re.search(r'value="bert-savings" checked', pages[-1].answer.text)
    for page in pages:
        for attributes in re.findall(r"<a ([^>]*)>", page.answer.text):
            assert 'href="#' in attributes or 'target="_blank"' in attributes, attributes
    left = browser.press(pages[-1], "allow", boxes=["bert-savings"])
    assert left.parameters["code"] and left.parameters["state"] == parameters["state"]


def a_wrong_name_is_no_blank_page():
    """#121 a wrong user name shows what is wrong, with what was typed, and never an empty page"""
    browser = Browser(bank, "127.0.71.1")
    page, _ = asked(browser)
    for username in ("nobody", "", "b" * 2_000, "\u0000", "bért", "' OR 1=1"):
        page = browser.press(page, "log-in", username=username, password="x")
        assert page.answer.status in (400, 429) and page.has_button("cancel"), username
        assert 'id="problem"' in page.answer.text and "<title>Error: " in page.answer.text
        assert dict(page.form_with("log-in").fields)["username"] == username
    for _ in range(12):
        page = browser.press(page, "log-in", username="nobody", password="x")
    assert page.answer.status == 429 and page.has_button("cancel") and page.answer.header("Retry-After")


def time_out_is_an_error():
    """#171 who comes too late goes back with an error, the state and the issuer"""
    with Bank(options=("--interaction-seconds", "2")) as hasty:
        tpp, browser = ThirdParty(hasty), Browser(hasty)
        url, parameters, _ = tpp.authorization(tpp.register(tpp.client_token()))
        form, _, _ = tpp.authorization(tpp.register(tpp.client_token()), response_mode="form_post")
        page, posted = browser.open(url), browser.open(form)
        time.sleep(2.1)
        for late in (log_in(browser, page, "bert"), browser.press(page, "cancel"),
                     browser.open(page.form_with("cancel").action)):
            assert late.answer.status == 410, late.answer.status
            returned(way_back(late), parameters, "session_timeout", hasty)
        fields = dict(browser.press(posted, "cancel").forms[0].fields)
        assert fields["error"] == "access_denied" and fields["state"] and fields["iss"] == hasty.issuer


def there_is_time_to_read():
    """#34 a page waits for at least twenty minutes, and says so; a login that ends before keeps what was chosen"""
    question = ask(bank, Browser(bank))
    shown = re.findall(r'id="until">.*?datetime="([^"]+)"', question.page.answer.text)
    until = datetime.fromisoformat(shown[0].replace("Z", "+00:00"))
    assert until - datetime.now(timezone.utc) > timedelta(minutes=19, seconds=30), shown

    browser = question.browser
    session = browser.cookies.pop("__Host-assent-session")
    page = question.press("allow", ["bert-current", "bert-card"])
    assert page.answer.status == 200 and page.has_button("log-in") and 'id="resumed"' in page.answer.text
    # A wrong password loses nothing either.
    page = browser.press(page, "log-in", username="bert", password="wrong")
    page = log_in(browser, page, "bert")
    ticked = re.findall(r'value="([\w-]+)" checked', page.answer.text)
    assert ticked == ["bert-current", "bert-card"], ticked
    assert browser.cookies["__Host-assent-session"] != session
    assert browser.press(page, "allow", boxes=ticked).parameters["code"]

    # What another site sends ticks nothing.
    question = ask(bank, Browser(bank))
    del question.browser.cookies["__Host-assent-session"]
    answer = question.send(question.fields(boxes=["bert-card"]), Origin="https://evil.test", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 303 and answer.header("Location").endswith("/login")
    # And what somebody else chose ticks nothing of the one who logs in.
    page = log_in(question.browser, question.press("allow", ["bert-card"]), "anna")
    assert page.has_button("allow") and "bert-card" not in page.answer.text


def the_way_back_is_automatic():
    """#36, #37 an answer takes the browser back by itself, and no page tells people how to find the way"""
    for button in ("allow", "deny"):
        question = ask(bank, Browser(bank))
        answer = question.send(question.fields(button, ["bert-current"] if button == "allow" else []))
        assert answer.status == 303 and answer.header("Location").startswith(question.tpp.redirect_uri), answer.headers
    with Bank(options=("--refresh-page",)) as announcing:
        for button, reason in (("allow", None), ("deny", "psu_denied")):
            question = ask(announcing, Browser(announcing), "anna")
            page = question.press(button)
            delay, _, target = page.answer.header("Refresh").partition(";url=")
            assert page.answer.status == 200 and delay == "0", page.answer.headers
            left = way_back(page)
            assert left.url == target, (left.url, target)
            assert left.parameters["state"] == question.parameters["state"]
            if reason:
                returned(left, question.parameters, reason, announcing)
            else:
                answer = question.tpp.redeem(left.parameters["code"], question.verifier)
                assert answer.status == 200, answer.text
        # Who asked to see nothing sees nothing.
        silent = ThirdParty(announcing).authorization(scope="openid", prompt="none")[0]
        assert Browser(announcing).send("GET", silent).status == 303


def every_account_has_a_name():
    """#11 an account that nobody has named is called by what it is and its last digits"""
    with bank.people() as people:
        account = next(person for person in people if person["username"] == "anna")["accounts"][0]
        name = account.pop("nickname")
    bank.reload()
    try:
        page = ask(bank, Browser(bank), "anna").page
        assert "Current account ending in •••• 5678" in page.text, page.text
        assert "anna-current" not in page.text and "Current account Current account" not in page.text
    finally:
        with bank.people() as people:
            next(person for person in people if person["username"] == "anna")["accounts"][0]["nickname"] = name
        bank.reload()


def nothing_changes_overnight():
    """#46, #135 the issuer, the metadata, the keys and their algorithms are the same after a reload and a restart"""
    with Bank() as steady:
        def published():
            return [steady.get(path).json for path in ("/.well-known/openid-configuration", "/jwks")]

        question = ask(steady, Browser(steady), "anna")
        answer = question.tpp.redeem(question.press("allow").parameters["code"], question.verifier).json
        before = published()
        assert before[0]["issuer"] == steady.issuer == claims(answer["id_token"])["iss"]
        steady.reload()
        assert published() == before
        steady.stop()
        steady.start()
        assert published() == before
        assert question.tpp.introspect(answer["access_token"])["active"] is True


def refreshing_lasts_as_long_as_the_consent():
    """#167 a refresh token works for as long as its consent, and no longer"""
    soon = (datetime.now(timezone.utc) + timedelta(seconds=3)).isoformat(timespec="seconds")
    question = ask(bank, Browser(bank), "anna", data={"ExpirationDateTime": soon})
    token = question.tpp.redeem(question.press("allow").parameters["code"], question.verifier).json["refresh_token"]
    assert question.tpp.refresh(token).status == 200
    time.sleep(3.1)
    answer = question.tpp.refresh(token)
    assert (answer.status, answer.json["error"]) == (400, "invalid_grant")


def machines_are_answered_in_json():
    """#168 the token endpoint answers in JSON, whatever it is sent"""
    tpp = ThirdParty(bank)
    basic = {"Authorization": tpp.basic()}
    answers = [
        tpp.post("/token", {"grant_type": "nonsense"}), tpp.post("/token", {}),
        tpp.post("/token", {"grant_type": "authorization_code", "code": "x"}),
        request("POST", f"{bank.issuer}/token", form={"grant_type": "client_credentials"}),
        request("POST", f"{bank.issuer}/token", {"Authorization": "Basic eDp5"}, form={"grant_type": "x"}),
        request("POST", f"{bank.issuer}/token", {**basic, "Content-Type": "text/plain"}, "x"),
        request("POST", f"{bank.issuer}/token", {**basic, "Content-Type": "application/json"}, "{}"),
    ]
    for answer in answers:
        assert answer.status in (400, 401, 415), answer.status
        assert answer.header("Content-Type").startswith("application/json"), answer.headers
        assert answer.json["error"], answer.text


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            cancel_before_login,
            cancel_from_everywhere,
            every_failure_has_a_way_back,
            nothing_loses_the_journey,
            a_wrong_name_is_no_blank_page,
            time_out_is_an_error,
            there_is_time_to_read,
            the_way_back_is_automatic,
            every_account_has_a_name,
            nothing_changes_overnight,
            refreshing_lasts_as_long_as_the_consent,
            machines_are_answered_in_json,
        ])
