"""The consent form against those who send what the page did not offer, twice, too late, or at the same time."""

import hashlib
import re
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

from _bank import (Bank, Browser, Left, Page, ThirdParty, ask, ask_again, at_once, claims, hash_of, log_in, main,
                   request, way_back)

TABLES = ("consent", "revision", "code", "family", "session", "remembered_scope", "interaction")


def state():
    """Everything that a refused form must leave alone."""
    return {table: sorted(map(repr, bank.rows(f"SELECT * FROM {table}"))) for table in TABLES}


def signed_in(username="bert"):
    browser = Browser(bank)
    ask(bank, browser, username).press("deny")
    return browser


def refused(answer, status=403):
    assert answer.status == status, (answer.status, answer.text[-600:])
    assert answer.header("Location") is None, answer.headers
    return answer


def without_reference(answer):
    """The page without what is new each time."""
    return re.sub(r"(Tell us this reference if you call: <strong>)?<bdi dir=\"ltr\"( id=\"reference\")?>[^<]*</bdi>|"
                  r"/interaction/[\w-]+", "…", answer.text)


def a_form_is_taken_only_from_the_page_that_is_open():
    """CO-22 a forged form is refused, and leaves nothing behind"""
    browser = signed_in()
    question = ask(bank, browser)
    other = ask(bank, browser)
    stranger = ask(bank, Browser(bank), "anna")
    token = dict(question.fields())["form_token"]
    login_page = Browser(bank).open(question.tpp.authorization(question.consent)[0])
    fields = question.fields()
    before = state()

    def with_token(value):
        return [(name, value if name == "form_token" else content) for name, content in fields]

    for wrong in (
        dict(other.fields())["form_token"], dict(stranger.fields())["form_token"],
        dict(login_page.form_with("log-in").fields)["form_token"], "", token[:-1], token + "A", token.swapcase(),
    ):
        refused(question.send(with_token(wrong)))
    refused(question.send([field for field in fields if field[0] != "form_token"]))
    refused(question.send(fields + [("form_token", token)]))

    for headers in (
        {"Origin": "https://evil.test"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": None}, {"Origin": bank.issuer + ".evil.test"},
        {"Origin": f"http://localhost:{bank.port + 1}", "Sec-Fetch-Site": "same-site"},
        {"Origin": bank.issuer.upper()}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"}, {"Origin": None, "Sec-Fetch-Site": "cross-site"},
        {"Origin": "", "Sec-Fetch-Site": None},
    ):
        refused(question.send(fields, **headers))

    body = urllib.parse.urlencode(fields)
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields)
    action = question.page.form_with("allow").action
    for kind, content in (
        ("text/plain", "\r\n".join(f"{name}={value}" for name, value in fields)), ("text/plain", body),
        ("multipart/form-data; boundary=x", parts + "--x--\r\n"), ("application/json", "{}"), (None, body),
        ("application/x-www-form-urlencoded-not", body),
    ):
        refused(browser.send("POST", action, body=content, **{"Content-Type": kind}), 415)

    # The path is that of the page itself, so a GET shows it again: what stands in the query is not read.
    shown = browser.send("GET", f"{action}?{body}")
    assert shown.status == 200 and Page(shown, action).has_button("allow") and " checked" not in shown.text
    for method in ("PUT", "DELETE", "PATCH"):
        answer = refused(browser.send(method, action, body=body), 405)
        assert answer.header("Allow") == "GET, POST", answer.headers

    assert state() == before
    assert question.status == "AwaitingAuthorisation"
    # Our own page sends no referrer, so its forms have the origin null; the browser says where they come from.
    answer = question.send(fields, Origin="null")
    assert answer.status == 303 and "code=" in answer.header("Location"), answer.text


def a_form_of_an_older_state_is_refused():
    """CO-22 a form that was rendered before the consent changed is refused"""
    browser = signed_in()
    first = ask(bank, browser)
    assert first.press("allow", first.boxes[:1]).parameters["code"]
    older, newer = (ask_again(browser, first.tpp, first.consent) for _ in range(2))
    assert newer.press("allow", newer.boxes[:2]).parameters["code"]
    before = state()
    refused(older.send(older.fields(boxes=older.boxes)))
    assert state() == before
    # The page itself, opened again, is of the new state.
    again = browser.open(older.page.form_with("allow").action)
    assert browser.press(again, "allow", boxes=older.boxes[:1]).parameters["code"]


def accounts_of_others_are_refused_alike():
    """CO-30 an account of somebody else, of nobody, and one that cannot be shared are refused alike"""
    question = ask(bank, signed_in("bert"))
    before = state()
    own = question.boxes[0]
    answers = [
        refused(question.send(question.fields(boxes=boxes)))
        for boxes in (["anna-current"], ["no-such"], ["cleo-mortgage"], [own, "anna-current"], ["no-such", own],
                      [own, own], [""], [own + " "], [own.upper()], [own.encode().hex()])
    ]
    assert len({without_reference(answer) for answer in answers}) == 1
    assert state() == before
    cleo = ask(bank, signed_in("cleo"))
    assert cleo.boxes == [] and not cleo.page.has_button("allow")
    fields = [*cleo.page.form_with("deny").fields, ("decision", "allow")]
    for accounts in (["cleo-mortgage"], ["cleo-trust", "bert-current"], ["anna-current"]):
        refused(cleo.send(fields + [("account", account) for account in accounts]))
    assert cleo.status == question.status == "AwaitingAuthorisation"
    deadline = time.monotonic() + 5
    while (logged := bank.output().count('"reason":"foreign-account"')) < len(answers) + 3:
        assert time.monotonic() < deadline, logged
        time.sleep(0.02)


def nothing_but_the_offered_choices_is_read():
    """CO-31 a form says yes or no and which accounts, and whatever else it says refuses it"""
    question = ask(bank, signed_in())
    fields = question.fields()
    before = state()
    for name, value in (
        ("client_id", "demo-app"), ("sub", "psu-anna"), ("redirect_uri", "https://evil.test/"), ("username", "bert"),
        ("approved_scope", "openid accounts"), ("scope", "accounts"), ("permissions", "ReadParty"),
        ("ExpirationDateTime", "2099-01-01T00:00:00Z"), ("state", "x"), ("password", "bert-sandbox"), ("x", ""),
        ("decision", "deny"), ("decision", "allow"), ("Decision", "allow"), ("accounts", question.boxes[1]), ("", ""),
        ("account[]", question.boxes[1]), ("account\0", question.boxes[1]),
    ):
        refused(question.send(fields + [(name, value)]))
    for decision in ("", "Allow", "ALLOW", "yes", "true", "1", "allow ", "allow\0", "cancel", "log-in"):
        refused(question.send([*fields[:-1], ("decision", decision)]))
    refused(question.send(fields[:-1]))
    assert state() == before
    assert question.press("allow", question.boxes[1:]).parameters["code"]
    # What is kept is what was asked for and chosen, in the server's own words.
    (accounts,), = bank.rows("SELECT accounts FROM consent WHERE id = ?", question.consent)
    assert all(box in accounts for box in question.boxes[1:]) and question.boxes[0] not in accounts, accounts


def no_account_is_no_decision():
    """CO-32 allowing without an account shows the page again with a message"""
    question = ask(bank, signed_in())
    before = state()
    again = question.press("allow", [])
    assert again.answer.status == 400 and "Choose at least one account." in again.text
    assert again.has_button("allow") and " checked" not in again.answer.text
    # The Enter key on a box decides nothing, and keeps what was ticked.
    review = question.send(question.fields("review", question.boxes[1:2]))
    assert review.status == 200 and review.text.count(" checked") == 1, review.text
    assert re.search(f'value="{question.boxes[1]}" checked', review.text)
    assert state() == before
    assert question.browser.press(again, "allow", boxes=question.boxes[:1]).parameters["code"]


def many_accounts():
    """a company with three hundred accounts can share all of them"""
    with bank.people() as people:
        bert = next(person for person in people if person["username"] == "bert")
        accounts = [{**bert["accounts"][0], "id": f"acme-{number:035}", "transactions": []} for number in range(300)]
        people.append({**bert, "id": "psu-acme", "username": "acme", "passwordHash": hash_of("acme-sandbox"),
                       "accounts": accounts})
    bank.reload()
    question = ask(bank, Browser(bank), "acme")
    assert len(question.boxes) == 300
    answer = question.tpp.redeem(question.press("allow", question.boxes).parameters["code"], question.verifier)
    data = question.tpp.call("GET", "/accounts", answer.json["access_token"]).json["Data"]
    assert [account["AccountId"] for account in data["Account"]] == question.boxes
    # What is more than that is no form of ours.
    refused(question.send([("account", str(number)) for number in range(1_001)]), 409)
    other = ask(bank, question.browser, "acme")
    refused(other.send(other.fields(boxes=[str(number) for number in range(999)])))


def many_accounts_are_easy_to_survey():
    """more than ten accounts stand under their products, and of more than fifty some are looked for without losing a tick"""
    products = ["CurrentAccount", "Savings", "CreditCard"]
    with bank.people() as people:
        bert = next(person for person in people if person["username"] == "bert")
        for username, count in (("ten", 10), ("eleven", 11), ("sixty", 60)):
            accounts = [{**bert["accounts"][0], "id": f"{username}-{number}", "subtype": products[number % 3],
                         "nickname": f"Client {number}", "transactions": []} for number in range(count)]
            people.append({**bert, "id": f"psu-{username}", "username": username, "accounts": accounts,
                           "passwordHash": hash_of(f"{username}-sandbox")})
    bank.reload()
    headings = ["Current accounts", "Savings accounts", "Credit cards"]
    for username, groups, has_field in (("ten", [], False), ("eleven", headings, False), ("sixty", headings, True)):
        question = ask(bank, Browser(bank), username)
        assert re.findall(r'<h3 class="group">(.*?)</h3>', question.page.answer.text) == groups
        assert ('id="find"' in question.page.answer.text) is has_field
        numbers = re.findall(r'id="account-(\d+)" name', question.page.answer.text)
        assert numbers == [str(number + 1) for number in range(len(question.boxes))]

    def shown(answer):
        return re.findall(r'name="account" value="([\w-]+)"( checked)?', answer.text)

    def look_for(words, boxes):
        fields = [(name, words if name == "find" else value) for name, value in question.fields("review", boxes)]
        answer = question.send(fields)
        assert answer.status == 200, answer.status
        return shown(answer)

    # By name, by kind and by the last digits; what is ticked stays, and nothing else is ticked.
    fives = [(f"sixty-{number}", "") for number in (5, *range(50, 60))]
    assert sorted(look_for("CLIENT 5", [])) == sorted(fives)
    assert ("sixty-7", " checked") in look_for("client 5", ["sixty-7"])
    assert len(look_for("savings", ["sixty-0"])) == 21
    assert look_for("nothing of the kind", ["sixty-7"]) == [("sixty-7", " checked")]
    assert len(look_for("", [])) == len(look_for("4321", [])) == 60
    assert question.press("allow", ["sixty-7", "sixty-8"]).parameters["code"]


def asked_again():
    """who is asked about the same consent again reads what stays and what changes, and finds the accounts of before"""
    def ticked(page):
        return re.findall(r'value="([\w-]+)" checked', page.answer.text)

    browser = Browser(bank)
    question = ask(bank, browser)
    assert "Keep sharing" not in question.page.text and not ticked(question.page)
    question.press("allow", ["bert-current", "bert-card"])
    again = ask_again(browser, question.tpp, question.consent)
    text = again.page.text
    assert "Keep sharing with Money Pilot?" in text and "Nothing changes" in text and "You agreed to this on" in text, text
    assert "The accounts that stay shared Bills" in text and "Travel card" in text
    assert ticked(again.page) == ["bert-current", "bert-card"]
    # The boxes are there for who wants others, and closed for who does not.
    assert '<details class="choose"><summary' in again.page.answer.text
    assert '<details class="choose" open>' in again.send(again.fields("review", ["bert-card"])).text
    nothing = again.send(again.fields("allow", []))
    assert nothing.status == 400 and '<details class="choose" open>' in nothing.text and not re.search(" checked>", nothing.text)
    assert again.press("allow", ["bert-current", "bert-card"]).parameters["code"]

    # An account that is closed by then falls away, and says why.
    again = ask_again(browser, question.tpp, question.consent)
    with bank.people() as people:
        card = next(person for person in people if person["username"] == "bert")["accounts"][2]
        card.update(eligible=False, reason="This card was cancelled.")
    bank.reload()
    try:
        refused(again.send(again.fields("allow", ["bert-current", "bert-card"])), 409)
        again = ask_again(browser, question.tpp, question.consent)
        text = again.page.text
        assert "What changes" in text and "Nothing changes" not in text
        assert "This account can no longer be shared: Travel card" in text and "This card was cancelled." in text
        assert ticked(again.page) == ["bert-current"] and '<details class="choose" open>' in again.page.answer.text
        left = again.press("allow", ticked(again.page))
    finally:
        with bank.people() as people:
            card = next(person for person in people if person["username"] == "bert")["accounts"][2]
            card.update(eligible=True)
            del card["reason"]
        bank.reload()
    answer = again.tpp.redeem(left.parameters["code"], again.verifier)
    data = again.tpp.call("GET", "/accounts", answer.json["access_token"]).json["Data"]
    assert [account["AccountId"] for account in data["Account"]] == ["bert-current"]
    assert again.status == "Authorised"


def decided(page):
    assert page.answer.status == 409 and "You have already answered" in page.text, page.text
    assert "start again there" in page.text and not page.has_button("allow") and not page.has_button("deny")
    return page


def a_second_click_changes_nothing():
    """CO-33 of a hundred equal clicks one is answered with a code, and all others with what has happened"""
    browser = signed_in()
    question = ask(bank, browser)
    codes = len(bank.rows("SELECT 1 FROM code"))
    first = question.press("allow")
    assert first.parameters["code"]
    decided(question.press("allow"))
    for _ in range(3):
        question = ask(bank, browser)
        fields = question.fields()
        answers = at_once(*[lambda: question.send(fields)] * 100)
        won = [answer for answer in answers if answer.status == 303]
        assert len(won) == 1, [answer.status for answer in answers]
        for answer in answers:
            if answer is not won[0]:
                decided(Page(answer, ""))
        assert question.status == "Authorised"
        code = Left(won[0], won[0].header("Location")).parameters["code"]
        assert question.tpp.redeem(code, question.verifier).status == 200
    assert len(bank.rows("SELECT 1 FROM code")) == codes + 4


def going_back_decides_nothing():
    """CO-34 after the decision the page and its form say that it was made"""
    browser = signed_in()
    for button, status in (("allow", "Authorised"), ("deny", "Rejected")):
        question = ask(bank, browser)
        assert isinstance(question.press(button), Left)
        action = question.page.form_with("deny").action
        before = state()
        decided(browser.open(action))
        decided(browser.open(action.replace("/consent", "/login")))
        decided(question.press("allow"))
        decided(question.press("deny"))
        assert state() == before and question.status == status


def yes_and_no_at_once():
    """CO-35 of a yes and a no at the same moment one wins, and the browser is told which"""
    browser = signed_in()
    wins = {"allow": 0, "deny": 0}
    for _ in range(200):
        question = ask(bank, browser)
        allow, deny = question.fields(), question.fields("deny", [])
        yes, no = at_once(lambda: question.send(allow), lambda: question.send(deny))
        assert sorted((yes.status, no.status)) == [303, 409], (yes.status, no.status, yes.text, no.text)
        winner = yes if yes.status == 303 else no
        decided(Page(no if winner is yes else yes, ""))
        parameters = Left(winner, winner.header("Location")).parameters
        (status,), = bank.rows("SELECT status FROM consent WHERE id = ?", question.consent)
        if winner is yes:
            wins["allow"] += 1
            assert status == "authorised" and parameters["code"]
        else:
            wins["deny"] += 1
            assert status == "rejected" and parameters["error"] == "access_denied"
    print(f"      allow won {wins['allow']} times, deny {wins['deny']} times")


def tabs_do_not_mix():
    """CO-36 two tabs with two requests keep state, nonce, proof, accounts and consent apart"""
    browser = signed_in()
    first, second = ask(bank, browser), ask(bank, browser)
    answers = {}
    for question, boxes in ((second, second.boxes[1:2]), (first, first.boxes[:1])):
        left = question.press("allow", boxes)
        assert left.parameters["state"] == question.parameters["state"]
        answers[question] = left.parameters["code"], boxes
    code, _ = answers[first]
    assert first.tpp.redeem(code, second.verifier).json["error"] == "invalid_grant"
    for question, (code, boxes) in answers.items():
        answer = question.tpp.redeem(code, question.verifier)
        assert answer.status == 200, answer.text
        token = claims(answer.json["id_token"])
        assert token["nonce"] == question.parameters["nonce"]
        assert token["openbanking_intent_id"] == question.consent
        accounts = question.tpp.call("GET", "/accounts", answer.json["access_token"]).json["Data"]["Account"]
        assert [account["AccountId"] for account in accounts] == boxes
    # A form of one tab is none in the other.
    third, fourth = ask(bank, browser), ask(bank, browser)
    refused(browser.send("POST", third.page.form_with("allow").action, form=fourth.fields()))


def the_world_changes_under_the_page():
    """CO-37 a consent, person or account that is gone by the time of the answer gives no code"""
    codes = len(bank.rows("SELECT 1 FROM code"))
    browser = signed_in()
    # The third party takes it back.
    deleted = ask(bank, browser)
    token = deleted.tpp.client_token()
    assert deleted.tpp.call("DELETE", f"/account-access-consents/{deleted.consent}", token).status == 204
    left = deleted.press("allow")
    assert left.parameters["error"] == "access_denied", left.parameters
    assert left.parameters["state"] == deleted.parameters["state"]
    assert deleted.press("deny").parameters["error"] == "access_denied"

    # It ends by itself.
    soon = datetime.now(timezone.utc) + timedelta(seconds=2)
    ending = ask(bank, browser, data={"ExpirationDateTime": soon.isoformat(timespec="seconds")})
    time.sleep(2.1)
    left = ending.press("allow")
    assert left.parameters["error"] == "access_denied", left.parameters

    # The person is locked, or an account can no longer be shared.
    locked, lost, denied = ask(bank, Browser(bank), "anna"), ask(bank, browser), ask(bank, browser)
    with bank.people() as people:
        by_name = {person["username"]: person for person in people}
        by_name["anna"]["locked"] = True
        account = next(account for account in by_name["bert"]["accounts"] if account["id"] == lost.boxes[0])
        account.update(eligible=False, reason="This account is closed.")
    bank.reload()
    try:
        page = locked.press("allow")
        assert page.answer.status == 403 and not page.has_button("allow") and not page.has_button("log-in")
        left = way_back(page).parameters
        assert left["error"] == "access_denied" and left["error_description"].startswith("account_locked")
        assert locked.status == "AwaitingAuthorisation"
        # A no is one to whatever the page says by now.
        assert denied.press("deny").parameters["error"] == "access_denied"
        anew = refused(lost.send(lost.fields()), 409)
        assert "The page has changed since you opened it" in anew.text and "This account is closed." in anew.text
        shown = lost.browser.open(lost.page.form_with("allow").action)
        assert "This account is closed." in shown.text
        assert ("account", lost.boxes[0]) not in shown.form_with("allow").boxes
        assert lost.status == "AwaitingAuthorisation"
    finally:
        with bank.people() as people:
            by_name = {person["username"]: person for person in people}
            by_name["anna"]["locked"] = False
            account = next(account for account in by_name["bert"]["accounts"] if account["id"] == lost.boxes[0])
            account.update(eligible=True)
            del account["reason"]
        bank.reload()
    assert len(bank.rows("SELECT 1 FROM code")) == codes


def one_consent_one_person():
    """SD-12 a consent that one person gave, another can neither see, nor answer, nor take over"""
    bert = ask(bank, signed_in("bert"))
    # Anna's page was open before Bert allowed it.
    anna = ask_again(signed_in("anna"), bert.tpp, bert.consent, "anna")
    assert anna.page.has_button("allow")
    assert bert.press("allow").parameters["code"]
    before = bank.rows("SELECT * FROM consent WHERE id = ?", bert.consent)
    for fields in (anna.fields(), anna.fields("deny", [])):
        answer = anna.send(fields)
        assert answer.status == 303 and answer.header("Location").endswith("/login"), answer.headers
    for url in (anna.page.form_with("allow").action, bert.tpp.authorization(bert.consent)[0]):
        page = anna.browser.open(url)
        assert page.has_button("log-in") and not page.has_button("allow"), page.text
        left = log_in(anna.browser, page, "anna")
        assert isinstance(left, Left) and left.parameters["error"] == "access_denied", left
    silent = anna.browser.open(bert.tpp.authorization(bert.consent, prompt="none")[0])
    assert silent.parameters["error"] == "login_required", silent.parameters
    assert bank.rows("SELECT * FROM consent WHERE id = ?", bert.consent) == before
    assert bert.status == "Authorised"
    # Bert himself may confirm it again.
    again = ask_again(bert.browser, bert.tpp, bert.consent)
    assert again.press("allow", again.boxes[1:2]).parameters["code"] and bert.status == "Authorised"


def the_record_tells_what_was_shown():
    """CO-44 the record of a decision names the page by its digest, its templates and its language"""
    question = ask(bank, signed_in())
    page = question.browser.send("GET", question.page.form_with("allow").action).text
    assert question.press("allow", question.boxes[:2]).parameters["code"]
    (to, actor, name, reason, digest, templates, language), = bank.rows(
        "SELECT to_status, actor, actor_name, reason, shown_digest, shown_templates, shown_language FROM revision"
        " WHERE consent = ? ORDER BY version DESC LIMIT 1", question.consent)
    assert (to, actor, name, reason, language) == ("authorised", "person", "psu-bert", "authorised", "en")
    assert len(templates) == 32
    # The digest is that of the page as it came, without what is another at each visit.
    lasting = re.sub(r'(<form class="part" id="answers" method="post" action=")[^"]*', r"\1", page)
    lasting = re.sub(r'(name="form_token" value=")[^"]*', r"\1", lasting)
    lasting = re.sub(r'(<time datetime=")[^"]*(">)[^<]*(</time>\.</p>\n</main>)', r"\1\2\3", lasting)
    assert hashlib.sha256(lasting.encode()).digest() == digest
    (permissions, accounts, person), = bank.rows(
        "SELECT permissions, accounts, person FROM consent WHERE id = ?", question.consent)
    assert person == "psu-bert" and all(code in permissions for code in question.tpp.permissions)
    assert all(box in accounts for box in question.boxes[:2]) and question.boxes[2] not in accounts


def other_grants_are_no_way_round():
    """CO-42 no other grant opens what a person has not allowed"""
    tpp = ThirdParty(bank)
    for scope in ("openid", "accounts openid", "profile", "email", "offline_access", "accounts offline_access"):
        answer = tpp.post("/token", {"grant_type": "client_credentials", "scope": scope})
        assert (answer.status, answer.json["error"]) == (400, "invalid_scope"), (scope, answer.text)
    token = tpp.client_token()
    for path in ("/accounts", "/accounts/bert-current", "/accounts/bert-current/balances"):
        assert tpp.call("GET", path, token).status in (401, 403)
    userinfo = request("GET", bank.issuer + "/userinfo", {"Authorization": f"Bearer {token}"})
    assert userinfo.status in (401, 403)
    for grant, error in (("password", "unsupported_grant_type"), ("implicit", "unsupported_grant_type"),
                         ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unauthorized_client"),
                         ("urn:ietf:params:oauth:grant-type:token-exchange", "unauthorized_client"),
                         # What nobody has begun, nobody can end.
                         ("urn:ietf:params:oauth:grant-type:device_code", "invalid_request"),
                         ("urn:openid:params:grant-type:ciba", "invalid_request")):
        answer = tpp.post("/token", {"grant_type": grant, "username": "bert", "password": "bert-sandbox"})
        assert (answer.status, answer.json["error"]) == (400, error), answer.text
    # A refresh opens no more than was allowed, and nothing once it is taken back.
    question = ask(bank, signed_in())
    answer = tpp.redeem(question.press("allow").parameters["code"], question.verifier)
    for scope in ("openid accounts profile", "email"):
        assert tpp.refresh(answer.json["refresh_token"], scope=scope).json["error"] == "invalid_scope"
    path = f"/account-access-consents/{question.consent}"
    assert tpp.call("DELETE", path, token).status == 204
    assert tpp.refresh(answer.json["refresh_token"]).json["error"] == "invalid_grant"


def make_client(id, **changes):
    """One more confidential client, with the secret of its name."""
    bank.client(id, client_name="Money Pilot", token_endpoint_auth_method="client_secret_basic",
                client_secret_sha256=hashlib.sha256(id.encode()).hexdigest(),
                redirect_uris=["https://twin.example/cb", "https://twin.example/other"],
                grant_types=["authorization_code", "refresh_token"], response_types=["code"],
                scope="openid profile email offline_access", **changes)
    return ThirdParty(bank, id, id, "https://twin.example/cb")


def remembered_only_as_it_was():
    """CO-39 what was allowed once is asked again for more scope, another address, another client or new keys"""
    tpp, browser = ThirdParty(bank), signed_in()
    twin = make_client("twin")
    bank.client("demo-tpp", redirect_uris=[tpp.redirect_uri, tpp.redirect_uri + "/second"])
    bank.reload()

    def open(party, scope="openid profile", **changes):
        return browser.open(party.authorization(scope=scope, **changes)[0])

    page = open(tpp)
    assert page.has_button("allow"), page.text
    assert browser.press(page, "allow").parameters["code"]
    assert open(tpp).parameters["code"]
    assert open(tpp, "profile openid").parameters["code"]
    assert open(tpp, "openid").parameters["code"]
    for other in (
        open(tpp, "openid profile email"), open(tpp, "openid email"), open(tpp, "openid profile offline_access"),
        open(tpp, redirect_uri=tpp.redirect_uri + "/second"), open(tpp, prompt="consent"), open(twin),
    ):
        assert isinstance(other, Page) and other.has_button("allow"), other
        assert browser.press(other, "deny").parameters["error"] == "access_denied"
    assert open(tpp, "openid email", prompt="none").parameters["error"] == "consent_required"
    # Somebody else in the same browser is asked as well.
    anna = browser.open(tpp.authorization(scope="openid profile", prompt="login")[0])
    anna = log_in(browser, anna, "anna")
    assert anna.has_button("allow"), anna.text
    assert browser.press(anna, "deny").parameters["error"] == "access_denied"
    # An open-banking consent is decided each time.
    again = ask(bank, browser, "anna")
    assert again.press("allow", again.boxes).parameters["code"]
    assert ask_again(browser, again.tpp, again.consent, "anna").page.has_button("allow")

    # Other keys under the same name may be somebody else.
    browser = signed_in()
    assert open(tpp).parameters["code"]
    bank.client("demo-tpp", client_secret_sha256=hashlib.sha256(b"rotated").hexdigest())
    bank.reload()
    try:
        page = open(tpp)
        assert isinstance(page, Page) and page.has_button("allow"), page
    finally:
        bank.client("demo-tpp", client_secret_sha256=hashlib.sha256(tpp.secret.encode()).hexdigest(),
                    redirect_uris=[tpp.redirect_uri])
        bank.reload()


def an_app_that_anybody_can_be_is_asked_for_each_time():
    """CO-40 a client that cannot prove who it is gets nothing without a question, wherever the request came from"""
    app = ThirdParty(bank, "demo-app", None, "http://127.0.0.1:50123/callback")
    browser = signed_in()
    for site in ("cross-site", "same-site", "none", None):
        url, parameters, verifier = app.authorization(scope="openid profile")
        answer = browser.send("GET", url, **{"Sec-Fetch-Site": site})
        page = browser.open(urllib.parse.urljoin(bank.issuer, answer.header("Location")))
        assert isinstance(page, Page) and page.has_button("allow"), page
        code = browser.press(page, "allow").parameters["code"]
        assert app.redeem(code, verifier).status == 200
        silent = browser.open(app.authorization(scope="openid profile", prompt="none")[0])
        assert silent.parameters["error"] == "consent_required", silent.parameters
    # A client that the bank has registered and that proves who it is was vetted, so it is not asked about twice.
    tpp = ThirdParty(bank)
    page = browser.open(tpp.authorization(scope="openid profile", prompt="consent")[0])
    assert browser.press(page, "allow").parameters["code"]
    answer = browser.send("GET", tpp.authorization(scope="openid profile")[0], **{"Sec-Fetch-Site": "cross-site"})
    assert "code=" in answer.header("Location"), answer.headers


def time_runs_out():
    """a request that is not answered in time is refused with state, and its consent is rejected"""
    with Bank(options=("--interaction-seconds", "5")) as hasty:
        def walk_away(browser, username=None):
            tpp = ThirdParty(hasty)
            consent = tpp.register(tpp.client_token())
            url, parameters, _ = tpp.authorization(consent)
            page = browser.open(url)
            if username:
                page = log_in(browser, page, username)
            return tpp, consent, parameters, page

        browser = Browser(hasty)
        tpp, consent, parameters, page = walk_away(browser)
        nobody = walk_away(Browser(hasty))
        time.sleep(5.1)
        left = way_back(browser.press(page, "log-in", username="bert", password="bert-sandbox"))
        assert left.parameters["error"] == "access_denied", left.parameters
        assert left.parameters["state"] == parameters["state"]
        assert consent_status(tpp, consent) == "Rejected"
        assert hasty.rows("SELECT actor, reason FROM revision WHERE consent = ? AND version = 2", consent) == [
            ("system", "timed-out")]
        # Whoever comes back later hears the same.
        again = way_back(browser.open(page.form_with("log-in").action))
        assert again.parameters["error"] == "access_denied" and again.parameters["state"] == parameters["state"]

        # An old tab that runs out of time ends no consent that a newer one asks about.
        old, new = Browser(hasty), Browser(hasty)
        tpp, consent, parameters, page = walk_away(old)
        time.sleep(3)
        again = ask_again(new, tpp, consent)
        time.sleep(2.2)
        assert way_back(old.press(page, "cancel")).parameters["error"] == "access_denied"
        assert consent_status(tpp, consent) == "AwaitingAuthorisation"
        assert again.press("allow").parameters["code"]
        assert consent_status(tpp, consent) == "Authorised"

        # Nobody comes back: the bank looks by itself.
        tpp, consent, parameters, page = nobody
        deadline = time.monotonic() + 10
        while consent_status(tpp, consent) != "Rejected":
            assert time.monotonic() < deadline, "the walked-away request is still waiting"
            time.sleep(0.1)


def consent_status(tpp, consent):
    answer = tpp.call("GET", f"/account-access-consents/{consent}", tpp.client_token())
    return answer.json["Data"]["Status"]


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            a_form_is_taken_only_from_the_page_that_is_open,
            a_form_of_an_older_state_is_refused,
            accounts_of_others_are_refused_alike,
            nothing_but_the_offered_choices_is_read,
            no_account_is_no_decision,
            many_accounts,
            many_accounts_are_easy_to_survey,
            asked_again,
            a_second_click_changes_nothing,
            going_back_decides_nothing,
            yes_and_no_at_once,
            tabs_do_not_mix,
            the_world_changes_under_the_page,
            one_consent_one_person,
            the_record_tells_what_was_shown,
            other_grants_are_no_way_round,
            remembered_only_as_it_was,
            an_app_that_anybody_can_be_is_asked_for_each_time,
            time_runs_out,
        ])
