"""Logins, sessions and their cookies, against those who plant, swap, replay, guess and flood."""

import re
import statistics
import threading
import time
import unicodedata
import urllib.parse

from _bank import Bank, Browser, Left, Page, ThirdParty, ask, ask_again, at_once, hash_of, log_in, main, request

BROWSER, SESSION = "__Host-assent-browser", "__Host-assent-session"


def login_page(browser, tpp=None, **changes):
    tpp = tpp or ThirdParty(bank)
    changes.setdefault("scope", "openid profile")
    page = browser.open(tpp.authorization(**changes)[0])
    assert page.has_button("log-in"), page.text
    return page


def credentials(page, username, password):
    form = page.form_with("log-in")
    return form.action, [(name, value) for name, value in form.fields if name == "form_token"] + [
        ("username", username), ("password", password), ("decision", "log-in")]


def guess(browser, page, username, password="wrong"):
    action, fields = credentials(page, username, password)
    return browser.send("POST", action, form=fields)


def sessions():
    return len(bank.rows("SELECT 1 FROM session"))


def is_signed_in(browser):
    """Whether a silent request finds somebody; it shows no page and changes nothing."""
    left = browser.open(ThirdParty(bank).authorization(scope="openid", prompt="none")[0])
    assert left.parameters["error"] in ("login_required", "consent_required"), left.parameters
    return left.parameters["error"] == "consent_required"


def another_browser_cannot_go_on():
    """CO-20 what one browser began, no other sees or finishes, signed in or not"""
    attacker = Browser(bank)
    page = login_page(attacker)
    begun = ask(bank, Browser(bank), "anna")
    victims = Browser(bank), Browser(bank), Browser(bank)
    victims[1].cookies[BROWSER] = "A" * 43
    ask(bank, victims[2], "bert").press("deny")
    assert is_signed_in(victims[2])
    before = sessions()
    for victim in victims:
        for action in (page.form_with("log-in").action, begun.page.form_with("allow").action):
            answers = [
                victim.copy().send("GET", action), guess(victim.copy(), page, "bert", "bert-sandbox"),
                victim.copy().send("POST", action, form=begun.fields()),
            ]
            for answer in answers:
                assert answer.status == 400, (answer.status, answer.text)
                shown = Page(answer, action)
                assert "start again" in shown.text and not answer.all("Set-Cookie")
                assert not any(name == "decision" for form in shown.forms for name, _ in form.buttons)
                assert "Money Pilot" not in answer.text and not answer.header("Location")
    # The cookie alone opens nothing that another browser began, and the interaction alone nothing at all.
    mixed = attacker.copy()
    mixed.cookies[SESSION] = victims[2].cookies[SESSION]
    assert mixed.send("GET", begun.page.form_with("allow").action).status == 400
    assert sessions() == before and begun.status == "AwaitingAuthorisation"
    assert begun.press("allow").parameters["code"]


def a_planted_cookie_is_never_a_session():
    """CO-21 a session cookie that somebody planted is not adopted, and every login has a new one"""
    browser = Browser(bank)
    planted = "B" * 43
    browser.cookies[SESSION] = planted
    page = login_page(browser)
    assert browser.cookies[SESSION] == planted
    log_in(browser, page, "bert")
    first = browser.cookies[SESSION]
    assert first != planted and re.fullmatch(r"[\w-]{43}", first)
    assert is_signed_in(browser)
    holder = Browser(bank)
    holder.cookies[SESSION] = planted
    assert not is_signed_in(holder)
    # Signing in again, as the same person or as another, ends what was before.
    for username in ("bert", "anna"):
        old = browser.cookies[SESSION]
        log_in(browser, login_page(browser, prompt="login"), username)
        assert browser.cookies[SESSION] != old
        holder.cookies[SESSION] = old
        assert not is_signed_in(holder) and is_signed_in(browser)
    # Somebody else's live session that was planted dies with the login, and is not taken over.
    victim, attacker = Browser(bank), browser
    victim.cookies[SESSION] = attacker.cookies[SESSION]
    log_in(victim, login_page(victim, prompt="login"), "bert")
    assert not is_signed_in(attacker) and is_signed_in(victim)
    for value in ("", "x", "A" * 42, "A" * 44, "=" * 43, "\x01" * 43, "é" * 21 + "a", "null", first[::-1]):
        holder.cookies[SESSION] = value.encode("latin-1", "replace").decode("latin-1")
        answer = holder.send("GET", ThirdParty(bank).authorization(scope="openid", prompt="none")[0])
        assert "login_required" in (answer.header("Location") or "") or answer.status == 400, answer.status


def a_login_cannot_be_forged():
    """CO-23 a login that another site sends is refused, whatever it brings"""
    browser = Browser(bank)
    page = login_page(browser)
    action, fields = credentials(page, "anna", "anna-sandbox")
    other = dict(credentials(login_page(Browser(bank)), "", "")[1])["form_token"]
    second = dict(credentials(login_page(browser), "", "")[1])["form_token"]
    before = sessions()

    def post(fields=fields, **headers):
        return browser.send("POST", action, form=fields, **headers)

    for headers in (
        {"Origin": "https://evil.test"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": None}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": None, "Sec-Fetch-Site": "none"},
    ):
        answer = post(**headers)
        assert answer.status == 403 and not answer.all("Set-Cookie"), (headers, answer.status)
    for token in (other, second, "", "x"):
        answer = post([("form_token", token), *fields[1:]])
        assert answer.status == 403 and not answer.all("Set-Cookie"), answer.status
    assert post(fields[1:]).status == 403
    body = urllib.parse.urlencode(fields)
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json", None):
        assert browser.send("POST", action, body=body, **{"Content-Type": kind}).status == 415
    # A lax cookie does not come with a form of another site; then nothing is known at all.
    assert request("POST", bank.issuer + action, {"Origin": "https://evil.test"}, form=fields).status == 400
    assert sessions() == before and not is_signed_in(browser)
    assert post().status == 303 and is_signed_in(browser)


def cookies_are_as_strict_as_can_be():
    """CO-25 every cookie is of this host alone, out of reach of scripts and of other sites' forms"""
    browser, seen = Browser(bank), []
    send = browser.send

    def recording(*arguments, **named):
        answer = send(*arguments, **named)
        seen.extend(answer.all("Set-Cookie"))
        return answer

    browser.send = recording
    question = ask(bank, browser)
    assert isinstance(question.press("allow"), Left)
    log_in(browser, login_page(browser, prompt="login"), "anna")
    # The one that other sites' frames and scripts may see names no login: OpenID Connect Session Management §4.2.
    states = [line for line in seen if line.startswith("__Host-assent-state=")]
    strict = [line for line in seen if line not in states]
    assert len(strict) == 3 and states, seen
    for line in states:
        pair, *attributes = line.split("; ")
        assert set(attributes) <= {"Path=/", "SameSite=None", "Secure", "Max-Age=1800"}, line
        assert not any(pair.split("=", 1)[1] in other for other in strict), line
    for line in strict:
        pair, *attributes = line.split("; ")
        name, value = pair.split("=", 1)
        assert name in (BROWSER, SESSION) and re.fullmatch(r"[\w-]{43}", value), line
        assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], line
        assert len(line) < 4_096
    assert len({line.split(";")[0] for line in strict}) == 3


def tossed_cookies_are_nobodys():
    """CO-26 of two cookies with one name neither counts, and both are cleared"""
    browser = Browser(bank)
    question = ask(bank, browser)
    url = ThirdParty(bank).authorization(scope="openid", prompt="none")[0]
    own = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    for tossed in (f"{own}; {SESSION}={'C' * 43}", f"{SESSION}={'C' * 43}; {own}", f"{own}; {SESSION}=",
                   f"{own}; {SESSION}={browser.cookies[SESSION]}"):
        answer = browser.copy().send("GET", url, Cookie=tossed)
        assert "login_required" in answer.header("Location"), answer.headers
        cleared, = answer.all("Set-Cookie")
        assert cleared.startswith(f"{SESSION}=;") and "Max-Age=0" in cleared, cleared
    action = question.page.form_with("allow").action
    for method, form in (("GET", None), ("POST", question.fields())):
        answer = browser.copy().send(method, action, form=form, Cookie=f"{own}; {BROWSER}={'D' * 43}")
        assert answer.status == 400 and answer.all("Set-Cookie")[0].startswith(f"{BROWSER}=;"), answer.headers
    crowd = "; ".join(f"c{number}={number}" for number in range(200))
    assert "consent_required" in browser.send("GET", url, Cookie=f"{crowd}; {own}").header("Location")
    answer = browser.send("GET", url, Cookie=f"x={'y' * 16_384}; {own}")
    assert answer.status == 431 and answer.header("Connection") == "close", (answer.status, answer.headers)
    assert question.press("allow").parameters["code"]


def what_ends_a_session_ends_it_at_once():
    """CO-27 a session is over with the next login, the lock and the new password, and stores no decision"""
    def people(change):
        with bank.people() as persons:
            change(next(person for person in persons if person["username"] == "anna"))
        bank.reload()

    def relogin(_):
        holder = question.browser.copy()
        log_in(holder, login_page(holder, prompt="login"), "anna")

    old = hash_of("anna-sandbox")
    people(lambda anna: anna.update(passwordHash=old))
    for end, mend, is_locked in (
        (relogin, lambda _: None, False),
        # Who is locked is told so, because there is no logging in again.
        (lambda anna: anna.update(locked=True), lambda anna: anna.update(locked=False), True),
        (lambda anna: anna.update(passwordHash=hash_of("another")), lambda anna: anna.update(passwordHash=old), False),
        (lambda anna: anna.update(passwordHash=hash_of("anna-sandbox")), lambda anna: anna.update(passwordHash=old),
         False),
    ):
        question = ask(bank, Browser(bank), "anna")
        fields, codes = question.fields(), bank.rows("SELECT count(*) FROM code")
        end(None) if end is relogin else people(end)
        try:
            assert not is_signed_in(question.browser)
            for _ in range(2):
                page = Page(question.send(fields), "")
                assert page.answer.status == (403 if is_locked else 200), page.answer.status
                assert page.has_button("log-in") is not is_locked and not page.has_button("allow")
            page = question.browser.open(question.page.form_with("allow").action)
            assert page.has_button("log-in") is not is_locked and not page.has_button("allow")
            assert question.status == "AwaitingAuthorisation"
            assert bank.rows("SELECT count(*) FROM code") == codes
        finally:
            if end is not relogin:
                people(mend)


def what_was_granted_ends_with_the_person():
    """CO-52 a person who is locked after the decision is not acted for at the token endpoint"""
    question = ask(bank, Browser(bank), "anna")
    other = ask_again(question.browser, question.tpp, question.tpp.register(question.tpp.client_token()), "anna")
    answer = other.tpp.redeem(other.press("allow").parameters["code"], other.verifier)
    assert answer.status == 200, answer.text
    code = question.press("allow").parameters["code"]
    for locked in (True, False):
        with bank.people() as persons:
            next(person for person in persons if person["username"] == "anna")["locked"] = locked
        bank.reload()
        if locked:
            refused = question.tpp.redeem(code, question.verifier)
            assert (refused.status, refused.json["error"]) == (400, "invalid_grant"), refused.text
            refused = other.tpp.refresh(answer.json["refresh_token"])
            assert (refused.status, refused.json["error"]) == (400, "invalid_grant"), refused.text
            assert other.tpp.introspect(answer.json["access_token"]) == {"active": False}
            assert other.tpp.call("GET", "/accounts", answer.json["access_token"]).status in (401, 403)


def a_refused_reload_changes_nothing():
    """a file that is wrong refuses the whole reload, says where, and leaves everything as it was"""
    with bank.people() as persons:
        good = persons[0].copy()
        persons[0].update(locked=True, username="x" * 65)
    bank.client("demo-tpp", disabled=True)
    try:
        bank.reload()
        raise AssertionError("a user name of 65 characters was taken")
    except RuntimeError as refusal:
        assert "people.json:1: /persons/0/username: This must have 1 to 64 printable characters." in str(refusal)
    assert ask(bank, Browser(bank), "anna").press("allow").parameters["code"]
    with bank.people() as persons:
        persons[0] = good
    bank.client("demo-tpp", disabled=None)
    bank.reload()
    assert ask(bank, Browser(bank), "anna").press("allow").parameters["code"]


def a_page_belongs_to_who_saw_it():
    """CO-28 a form that was shown to one person is not taken from another in the same browser"""
    browser = Browser(bank)
    anna = ask(bank, browser, "anna")
    form = anna.fields()
    log_in(browser, login_page(browser, prompt="login"), "bert")
    for fields in (form, anna.fields("deny", []), [*form[:1], ("account", "bert-current"), form[-1]]):
        answer = anna.send(fields)
        assert answer.status == 403 and not answer.header("Location"), (answer.status, answer.text)
    assert anna.status == "AwaitingAuthorisation"
    # Opened again, it is Bert's, with Bert's accounts.
    page = browser.open(anna.page.form_with("allow").action)
    assert [value for _, value in page.form_with("allow").boxes] == ["bert-current", "bert-savings", "bert-card"]


def steps_come_in_their_order():
    """CO-29 only the step that is due is taken, with the form of that step"""
    browser = Browser(bank)
    tpp = ThirdParty(bank)
    consent = tpp.register(tpp.client_token())
    page = browser.open(tpp.authorization(consent)[0])
    action, fields = credentials(page, "bert", "bert-sandbox")
    ahead = action.replace("/login", "/consent")
    before = sessions()
    # Ahead of the login there is no consent page, whatever is sent there.
    for answer in (browser.send("GET", ahead), browser.send("POST", ahead, form=fields),
                   browser.send("POST", ahead, form=[fields[0], ("account", "bert-current"), ("decision", "allow")])):
        assert answer.status == 303 and answer.header("Location") == action, answer.headers
    for decision in ("allow", "deny", "review", ""):
        assert browser.send("POST", action, form=[*fields[:-1], ("decision", decision)]).status == 403
    assert sessions() == before
    shown = log_in(browser, page, "bert")
    assert shown.has_button("allow")
    # The login form has done its work: neither it nor its cancel is taken a second time.
    for again in (fields, [fields[0], ("decision", "cancel")]):
        assert browser.send("POST", action, form=again).status == 403
    assert browser.send("GET", action).header("Location") == ahead
    form = shown.form_with("allow").fields
    for wrong in ([*form, ("decision", "log-in")], [*form, ("decision", "cancel")], [fields[0], ("decision", "allow")],
                  [*form, *fields[1:]]):
        assert browser.send("POST", ahead, form=wrong).status == 403
    # The token of one step is none in the other, and that of another request is none here.
    assert browser.send("POST", action, form=[*form, *fields[1:]]).status == 403
    other = ask(bank, browser)
    assert browser.send("POST", ahead, form=other.fields()).status == 403
    for step in ("", "/", "/decide", "/consent/", "/login/x", "/Consent"):
        assert browser.send("GET", action.replace("/login", step)).status == 404
    for method in ("HEAD", "PUT", "DELETE"):
        assert browser.send(method, ahead).status == 405
    assert browser.press(shown, "allow", boxes=["bert-current"]).parameters["code"]


def nobody_learns_who_has_an_account():
    """CO-50 unknown, wrong and locked are one answer, in words and in time"""
    # Neither what a test has nor what the server would make: an unknown name costs what a known one does here.
    shared = hash_of("right", 14)
    with bank.people() as people:
        for person in people:
            person["passwordHash"] = shared
        for number in range(8):
            for kind in ("know", "lock"):
                people.append({
                    "id": f"psu-{kind}{number}", "username": f"{kind}{number}", "name": "Somebody",
                    "passwordHash": shared, "locked": kind == "lock", "accounts": []})
    bank.reload()
    browsers = [Browser(bank, f"127.0.50.{number}") for number in range(1, 6)]
    pages = [login_page(browser) for browser in browsers]

    def view(answer, username):
        headers = [(name, value) for name, value in answer.headers if name.lower() != "date"]
        return answer.status, headers, answer.text.replace(f'value="{username}"', "")

    views = {}
    for kind, username, password in (("unknown", "none0", "wrong"), ("wrong", "know0", "wrong"),
                                     ("locked", "lock0", "right"), ("both", "lock0", "wrong")):
        views[kind] = view(guess(browsers[0], pages[0], username, password), username)
    assert views["unknown"][0] == 400 and len(set(map(repr, views.values()))) == 1, views

    names = {"unknown": "none", "wrong": "know", "locked": "lock"}
    times = {kind: [] for kind in names}
    for attempt in range(3):
        for number in range(5):
            for kind, name in names.items():
                began = time.monotonic()
                password = "right" if kind == "locked" else "no"
                answer = guess(browsers[number], pages[number], f"{name}{number + 1}", password)
                times[kind].append(time.monotonic() - began)
                assert answer.status == 400, answer.status
        medians = {kind: statistics.median(values) for kind, values in times.items()}
        spread = max(medians.values()) / min(medians.values())
        if attempt > 0 and spread < 1.2:
            break
    print("      " + ", ".join(f"{kind} {1000 * median:.0f} ms" for kind, median in medians.items()))
    # Without a hash for nobody the difference is tenfold; a busy machine makes some of its own.
    assert spread < 1.4, medians
    bank.hurry()


def guesses_are_slowed_down():
    """CO-51 guesses at one person or from one address are slowed down, at once or one by one, and bounded"""
    person, strangers = Browser(bank, "127.0.51.1"), Browser(bank, "127.0.51.2")
    page = login_page(strangers)
    answers = [guess(strangers, page, "bert", f"guess {number}") for number in range(7)]
    assert [answer.status for answer in answers] == [400] * 5 + [429] * 2, [answer.status for answer in answers]
    wait = int(answers[5].header("Retry-After"))
    assert 1 <= wait <= 2 and "Too many attempts" in answers[5].text
    # While it lasts, the right password is not even looked at, wherever it comes from.
    own = login_page(person)
    refused = guess(person, own, "bert", "bert-sandbox")
    assert refused.status == 429 and not refused.all("Set-Cookie")
    time.sleep(wait + 0.1)
    # Nobody is locked out for good, and a login forgets the guesses.
    assert guess(person, own, "bert", "bert-sandbox").status == 303
    assert guess(strangers, page, "bert", "again").status == 400

    # Fifty at once, each from an address of its own: as many are checked as one by one.
    with bank.people() as people:
        people.append({"id": "psu-dora", "username": "dora", "name": "Dora", "passwordHash": hash_of("right", 15),
                       "accounts": []})
    bank.reload()
    crowd = [Browser(bank, f"127.0.52.{number}") for number in range(1, 51)]
    pages = [login_page(browser) for browser in crowd]
    statuses = [answer.status for answer in at_once(*[
        lambda browser=browser, page=page: guess(browser, page, "dora") for browser, page in zip(crowd, pages)])]
    assert set(statuses) == {400, 429} and statuses.count(400) <= 5, statuses

    # One guess at each of many names is slowed down by where it comes from.
    sprayer = Browser(bank, "127.0.51.3")
    page = login_page(sprayer)
    statuses = [guess(sprayer, page, f"name{number}").status for number in range(24)]
    assert statuses[:20] == [400] * 20 and statuses[-1] == 429, statuses
    assert guess(Browser.copy(sprayer), page, "anna", "anna-sandbox").status == 429
    # Names are compared byte by byte, so no other spelling is another way to the same person.
    speller = Browser(bank, "127.0.51.4")
    page = login_page(speller)
    for name in ("Anna", "ANNA", "anna ", " anna", "ann\u00e0", "anna\0", "psu-anna", "anna@customers.example",
                 "\uff41nna"):
        assert guess(speller, page, name, "anna-sandbox").status == 400, name
    assert guess(speller, page, "anna", "anna-sandbox").status == 303


def passwords_are_bytes():
    """CO-53 a password is what was typed, byte by byte and to its last character"""
    accented = unicodedata.normalize("NFC", "pässwörd-é-0123456789")
    passwords = ["a" * 64, "b" * 1_024, "nul\0inside", " leading", "trailing ", accented, "c" * 72 + "d", "𝓟" * 256,
                 "a+b&c=d%20e;f", "\r\n\t", "<script>alert(1)</script>", "0"]
    with bank.people() as people:
        for number, password in enumerate(passwords):
            people.append({"id": f"psu-p{number}", "username": f"p{number}", "name": "P",
                           "passwordHash": hash_of(password), "accounts": []})
    bank.reload()
    for number, password in enumerate(passwords):
        browser = Browser(bank, f"127.0.53.{number + 1}")
        page = login_page(browser)
        near = {password[:-1], password + "x", password.strip(), password.split("\0")[0], password.swapcase(),
                unicodedata.normalize("NFD", password), password[:72], ""} - {password}
        for wrong in sorted(near)[:4]:
            answer = guess(browser, page, f"p{number}", wrong)
            assert answer.status == 400 and not answer.all("Set-Cookie"), (password, wrong, answer.status)
            assert wrong == "" or len(wrong) < 9 or wrong not in answer.text
        assert guess(browser, page, f"p{number}", password).status == 303, password
    # What is too long is refused before it is hashed.
    browser = Browser(bank, "127.0.53.99")
    page = login_page(browser)
    assert guess(browser, page, "p1", "b" * 1_025).status == 400
    assert guess(browser, page, "n" * 257, "x").status == 400
    assert guess(browser, page, "p1", "b" * 1_048_576).status in (400, 413)
    assert guess(browser, page, "p1", "b" * 1_024).status == 303
    for leak in ("bbbbbbbbbbbb", "nul", "pässwörd", "𝓟𝓟"):
        assert leak not in bank.output()


def a_flood_of_logins_leaves_room():
    """CO-54 of five hundred logins at once some wait, the others hear 503, and the rest of the house goes on"""
    tpp = ThirdParty(bank)
    browser = Browser(bank)
    page = login_page(browser)

    def memory(name):
        status = open(f"/proc/{bank.process.pid}/status").read()
        return int(re.search(rf"{name}:\s+(\d+)", status)[1]) // 1024

    before = memory("VmRSS")
    counts, lock, gate = {}, threading.Lock(), threading.Barrier(501)

    def one(number):
        mine = Browser(bank, f"127.0.54.{number % 100 + 1}")
        mine.cookies = browser.cookies
        gate.wait()
        answer = guess(mine, page, f"flood{number}")
        assert answer.status != 503 or answer.header("Retry-After"), answer.headers
        with lock:
            counts[answer.status] = counts.get(answer.status, 0) + 1

    threads = [threading.Thread(target=one, args=(number,)) for number in range(500)]
    for thread in threads:
        thread.start()
    gate.wait()
    # Wait for the crowd to be sorted, and measure while the workers are busy.
    while sum(counts.values()) < 400:
        time.sleep(0.01)
    times = []
    while sum(counts.values()) < 500 and len(times) < 100:
        began = time.monotonic()
        tpp.client_token()
        times.append(time.monotonic() - began)
    for thread in threads:
        thread.join()
    print(f"      {counts}, token median {1000 * statistics.median(times):.0f} ms in {len(times)},"
          f" memory {before} to {memory('VmHWM')} MiB")
    assert sum(counts.values()) == 500 and set(counts) == {400, 503}, counts
    assert 64 <= counts[400] <= 300, counts
    assert len(times) >= 3 and statistics.median(times) < 0.25, times
    assert memory("VmHWM") - before < 200
    assert guess(Browser.copy(browser), page, "anna", "anna-sandbox").status == 303


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            another_browser_cannot_go_on,
            a_planted_cookie_is_never_a_session,
            a_login_cannot_be_forged,
            cookies_are_as_strict_as_can_be,
            tossed_cookies_are_nobodys,
            what_ends_a_session_ends_it_at_once,
            what_was_granted_ends_with_the_person,
            a_refused_reload_changes_nothing,
            a_page_belongs_to_who_saw_it,
            steps_come_in_their_order,
            nobody_learns_who_has_an_account,
            guesses_are_slowed_down,
            passwords_are_bytes,
            a_flood_of_logins_leaves_room,
        ])
