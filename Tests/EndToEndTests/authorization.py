"""The authorization endpoint from outside: what comes in crooked, what goes out, and to whom."""

import hashlib
import html
import json
import re
import statistics
import time
import urllib.parse
from datetime import datetime, timedelta, timezone

from _bank import (Bank, Browser, Left, Page, ThirdParty, ask, ask_again, claims, log_in, main, request)


def signed_in(username="bert"):
    browser = Browser(bank)
    ask(bank, browser, username).press("deny")
    return browser


def local(answer, status=400):
    """An error page of our own: nobody is redirected, and nothing that was sent is shown."""
    assert answer.status == status, (answer.status, answer.headers)
    assert answer.header("Location") is None and not answer.all("Set-Cookie"), answer.headers
    assert answer.header("Content-Type") == "text/html; charset=utf-8"
    assert "evil" not in answer.text
    assert answer.text.count("<form") == answer.text.count('<form class="languages"')
    return answer


def back(left, error, parameters):
    """An error at the client: its state and our name, and nothing of the request."""
    assert isinstance(left, Left), left.text
    assert left.answer.status == 303
    assert left.parameters["error"] == error, left.parameters
    assert left.parameters["state"] == parameters["state"] and left.parameters["iss"] == bank.issuer
    assert set(left.parameters) == {"error", "error_description", "error_uri", "state", "iss"}
    return left


def interactions():
    return len(bank.rows("SELECT 1 FROM interaction"))


def no_open_redirector():
    """AZ-13 a client that the bank registered gets its error at once, at a registered address and nowhere else"""
    # The catalogue wants a login first. Here every client was registered and vetted by the bank, so the only
    # addresses that a link can lead to are the bank's own choice, and clients hear of their mistakes at once.
    # Clients that register themselves will get a page in between.
    tpp, before = ThirdParty(bank), interactions()
    for changes, error in (
        ({"scope": "bogus"}, "invalid_scope"), ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"), ({"claims": "x"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"), ({"prompt": "none"}, "login_required"),
    ):
        url, parameters, _ = tpp.authorization(**changes)
        left = back(Browser(bank).open(url), error, parameters)
        assert left.url.startswith(tpp.redirect_uri + "?"), left.url
        assert "evil" not in left.url and "bogus" not in left.url
        for uri in ("https://evil.test/", tpp.redirect_uri + "/", tpp.redirect_uri + "@evil.test", "//evil.test"):
            local(request("GET", bank.issuer + tpp.authorization(redirect_uri=uri, **changes)[0]))
    assert interactions() == before


TARGETS = ("//evil.test", "/\\evil.test", "https:evil.test", "/%09/evil.test", "https://evil.test/", "\\\\evil.test",
           "///evil.test", "/\t/evil.test", "https:/evil.test", "javascript:alert(1)//evil", "/evil.test/..//",
           "http://localhost@evil.test", "https://evil.test%2f@localhost", "?next=//evil.test", "/%2fevil.test",
           "/%5cevil.test", "//evil%E3%80%82test", "https://evil.test#@localhost", "data:text/html,evil")


def only_our_own_targets_are_followed():
    """AZ-15 no parameter but the registered redirect URI says where a browser goes"""
    tpp, browser = ThirdParty(bank), signed_in()
    names = ("return_to", "next", "rd", "redirect", "url", "post_logout_redirect_uri", "returnTo", "target_link_uri",
             "ui_locales", "continue", "iss")
    for target in TARGETS:
        extra = {name: target for name in names}
        url, parameters, _ = tpp.authorization(scope="openid", prompt="login", **extra)
        answer = browser.send("GET", url)
        assert re.fullmatch(r"/interaction/[\w-]{43}/login", answer.header("Location")), answer.headers
        query = urllib.parse.urlencode(extra)
        shown = browser.send("GET", f"{answer.header('Location')}?{query}")
        assert shown.status == 200 and "evil" not in shown.text
        page = Page(shown, answer.header("Location"))
        # The form has a closed list of fields; one more refuses it.
        fields = [*page.form_with("cancel").fields, ("decision", "cancel")]
        action = page.form_with("cancel").action
        local(browser.send("POST", action, form=fields + [("return_to", target)]), 403)
        answer = browser.send("POST", f"{action}?{query}", form=fields)
        assert answer.header("Location").startswith(tpp.redirect_uri + "?error=access_denied")
    for path in ("/end_session", "/login", "/interaction"):
        assert browser.send("GET", f"{path}?next=//evil.test&post_logout_redirect_uri=//evil.test").status == 404
    for target in TARGETS:
        for named in ({}, {"client_id": tpp.id}):
            query = urllib.parse.urlencode({"post_logout_redirect_uri": target, "next": target, **named})
            local(Browser(bank).send("GET", f"/logout?{query}"))
            asked = browser.send("GET", f"/logout?{query}")
            assert asked.status == 400 and asked.header("Location") is None and "evil" not in asked.text, target


def the_answer_as_a_form():
    """AZ-26 the answer as a form carries code, state and issuer to the registered address, and runs no script"""
    tpp, browser = ThirdParty(bank), signed_in()
    for state in ("plain", '"><script>alert(1)</script>', "' onmouseover='alert(1)", "</form><form action=//evil.test>",
                  "&quot;&#34;&lt;", "\r\nX: y", "é\u0301\u202e\U0001f600", "javascript:alert(1)"):
        url, parameters, verifier = tpp.authorization(
            scope="openid", response_mode="form_post", prompt="consent", state=state)
        page = browser.press(browser.open(url), "allow")
        assert page.answer.status == 200, page.text
        form, = page.forms
        assert form.action == tpp.redirect_uri and not form.boxes
        values = dict(form.fields)
        assert set(values) == {"code", "state", "iss", "session_state"} and len(form.fields) == 4, form.fields
        assert values["state"] == state, values
        assert values["iss"] == bank.issuer
        policy = directives(page.answer)
        # The catalogue wants the one origin. Browsers hold every redirect of the client to this as well (decision 7).
        assert policy["form-action"] == ["https:", "http:"], policy
        assert policy["default-src"] == ["'none'"] and "script-src" not in policy
        assert page.answer.text.count("<script") == page.answer.text.count("onmouseover=\"") == 0
        assert page.answer.header("Cache-Control") == "no-store"
        assert page.answer.header("Referrer-Policy") == "no-referrer"
        assert tpp.redeem(values["code"], verifier).status == 200
    # A no and an error take the same way.
    url, parameters, _ = tpp.authorization(scope="openid", response_mode="form_post", prompt="consent")
    page = browser.press(browser.open(url), "deny")
    assert dict(page.forms[0].fields)["error"] == "access_denied"
    url, parameters, _ = tpp.authorization(scope="bogus", response_mode="form_post")
    values = dict(Browser(bank).open(url).forms[0].fields)
    assert values["error"] == "invalid_scope" and values["state"] == parameters["state"]


def directives(answer):
    policy = answer.header("Content-Security-Policy")
    return {part.split()[0]: part.split()[1:] for part in policy.split(";")}


def nobody_guesses_a_code():
    """AZ-30 codes are of 256 bits, never the same, and kept as digests alone"""
    tpp, browser = ThirdParty(bank), signed_in()
    browser.press(browser.open(tpp.authorization(scope="openid profile", prompt="consent")[0]), "allow")
    codes = [browser.open(tpp.authorization(scope="openid", prompt="none")[0]).parameters["code"] for _ in range(300)]
    assert len(set(codes)) == 300
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", code) for code in codes)
    # Every place has seen nearly every letter, so none is fixed. The last one carries four bits.
    for place in range(42):
        assert len({code[place] for code in codes}) > 50, place
    assert len({code[42] for code in codes}) > 12
    stored = {bytes(fingerprint) for fingerprint, in bank.rows("SELECT fingerprint FROM code")}
    assert all(hashlib.sha256(code.encode()).digest() in stored for code in codes)
    files = [path.read_bytes() for path in (bank.folder / "data").glob("assent.sqlite*")]
    for code in codes:
        assert not any(code.encode() in content for content in files)
    assert not any(code in bank.output() for code in codes)


def query_or_body():
    """AZ-41 parameters come in the query or in the body, never in both"""
    url, parameters, _ = ThirdParty(bank).authorization(scope="openid")
    before = interactions()
    scope, rest = {"scope": parameters["scope"]}, {k: v for k, v in parameters.items() if k != "scope"}
    target = bank.issuer + "/authorize"
    for query, form in ((scope, rest), (rest, scope), (parameters, parameters), ({"x": "y"}, parameters),
                        (parameters, {})):
        local(request("POST", f"{target}?{urllib.parse.urlencode(query)}", form=form))
    body = urllib.parse.urlencode(parameters)
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/json", None):
        local(request("POST", target, {"Content-Type": kind}, body))
    # A body of a GET is no request.
    answer = request("GET", target, {"Content-Type": "application/x-www-form-urlencoded"}, body)
    assert answer.status == 400 and not answer.header("Location")
    assert interactions() == before
    answer = request("POST", target, form=parameters)
    assert answer.status == 303 and answer.header("Location").startswith("/authorize?")
    assert interactions() == before and not answer.all("Set-Cookie")
    assert request("GET", bank.issuer + answer.header("Location")).header("Location").endswith("/login")
    assert request("POST", target, form={**parameters, "state": "x" * 5_000}).status == 303
    local(request("POST", target, form={**parameters, "state": "x" * 6_200}))
    assert request("POST", target + "?", form=parameters).status in (303, 400)


def methods():
    """AZ-44 GET and POST are one, and no other method does anything"""
    url, parameters, _ = ThirdParty(bank).authorization(scope="openid")
    before = interactions()
    for method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = request(method, bank.issuer + url, {"X-Secret": "echo me"})
        assert answer.status == 405 and answer.header("Allow") == "GET, POST", (method, answer.status, answer.headers)
        assert answer.body == b"" and "echo me" not in str(answer.headers)
    for method in ("get", "Post", "FOO", "GETT", "PROPFIND"):
        answer = request(method, bank.issuer + url)
        assert answer.status == 501 and not answer.header("Location"), (method, answer.status)
    assert interactions() == before
    shown = []
    turned = Browser(bank).send("POST", "/authorize", form=parameters).header("Location")
    for answer in (Browser(bank).send("GET", url), Browser(bank).send("GET", turned)):
        assert answer.status == 303
        shown.append(re.sub(r"[\w-]{43}", "…", answer.header("Location")))
    assert shown[0] == shown[1] and interactions() == before + 2


def a_form_of_another_site():
    """a form of another site, which comes without cookies, ends no request that waits in the browser"""
    tpp, browser = ThirdParty(bank), Browser(bank)
    page = browser.open(tpp.authorization(scope="openid profile", prompt="consent")[0])
    _, parameters, _ = tpp.authorization(scope="openid profile", prompt="consent")
    # What a browser does with SameSite=Lax: no cookies with the form, all of them with the redirect.
    answer = request("POST", bank.issuer + "/authorize", {"Origin": "https://tpp.test"}, form=parameters)
    assert answer.status == 303 and not answer.all("Set-Cookie"), answer.headers
    other = browser.open(answer.header("Location"))
    assert other.has_button("log-in")
    assert log_in(browser, page, "bert").has_button("allow")


def one_decode():
    """AZ-45 parameters are decoded exactly once, and what is no encoding is refused by a page"""
    tpp = ThirdParty(bank)
    _, parameters, _ = tpp.authorization(scope="openid", prompt="none", state="STATE")
    query = urllib.parse.urlencode(parameters)

    def send(state):
        return request("GET", f"{bank.issuer}/authorize?{query.replace('STATE', state)}")

    for spelled, meant in (
        ("a+b", "a b"), ("a%20b", "a b"), ("%2561", "%61"), ("%252525", "%2525"), ("a%2Bb", "a+b"),
        ("%26x%3Dy", "&x=y"),
        ("%c3%a9", "é"), ("%C3%A9", "é"), ("e%cc%81", "e\u0301"), ("%f0%9f%98%80", "\U0001f600"), ("a%00b", "a\0b"),
        ("a%0d%0ab", "a\r\nb"), ("a;b", "a;b"), ("a=b", "a=b"), ("%e2%80%ae", "\u202e"),
    ):
        left = Left(send(spelled), send(spelled).header("Location"))
        assert left.parameters["error"] == "login_required", (spelled, left.parameters)
        assert left.parameters["state"] == meant, (spelled, left.parameters)
        assert left.url.isascii() and not re.search(r"[\x00-\x20]", left.url)
    # A request of which a part cannot be read is not understood in its other parts either: a page answers.
    for spelled in ("%", "%2", "%zz", "%u0041", "%ff", "%c0%af", "%e0%80%af", "%ed%a0%80", "%f4%90%80%80", "%c3", "%80",
                    "%-1", "%+1", "%0x41"):
        local(send(spelled))
        local(request("GET", f"{bank.issuer}/authorize?{query}&x={spelled}"))
    for name, value in (("client_id", "demo%252Dtpp"), ("redirect_uri", urllib.parse.quote(
            urllib.parse.quote(tpp.redirect_uri, safe=""), safe=""))):
        changed = {**parameters}
        del changed[name]
        local(request("GET", f"{bank.issuer}/authorize?{urllib.parse.urlencode(changed)}&{name}={value}"))
    changed = {**parameters}
    del changed["client_id"]
    answer = request("GET", f"{bank.issuer}/authorize?{urllib.parse.urlencode(changed)}&client%5Fid=demo%2Dtpp")
    assert answer.status == 303, answer.text


def silent_requests():
    """AZ-52 a silent request is answered at once and never by a page"""
    tpp = ThirdParty(bank)

    def silent(browser, error, **changes):
        url, parameters, verifier = tpp.authorization(prompt="none", **changes)
        before = interactions()
        answer = browser.send("GET", url)
        assert answer.status == 303 and interactions() == before, answer.text
        left = Left(answer, answer.header("Location"))
        if error is None:
            assert tpp.redeem(left.parameters["code"], verifier).status == 200
        else:
            back(left, error, parameters)

    silent(Browser(bank), "login_required", scope="openid")
    browser = Browser(bank)
    log_in(browser, browser.open(tpp.authorization(scope="openid email", prompt="login")[0]), "anna")
    began = time.monotonic()
    silent(browser, "consent_required", scope="openid email")
    page = browser.open(tpp.authorization(scope="openid email")[0])
    assert browser.press(page, "allow").parameters["code"]
    silent(browser, None, scope="openid email")
    silent(browser, None, scope="openid", max_age="1000")
    silent(browser, "consent_required", scope="openid email profile")
    silent(browser, "login_required", scope="openid", max_age="0")
    # A consent is decided by a person, each time.
    consent = tpp.register(tpp.client_token())
    claim = json.dumps({"id_token": {"openbanking_intent_id": {"value": consent, "essential": True}}})
    silent(browser, "consent_required", scope="openid accounts", claims=claim)
    silent(Browser(bank), "login_required", scope="openid accounts", claims=claim)
    time.sleep(max(0, 2.1 - (time.monotonic() - began)))
    silent(browser, "login_required", scope="openid", max_age="1")


def a_login_that_was_asked_for():
    """AZ-54 a login that the client asked for is made, and no older one takes its place"""
    tpp, browser = ThirdParty(bank), Browser(bank)
    log_in(browser, browser.open(tpp.authorization(scope="openid profile", prompt="login")[0]), "bert")
    page = browser.open(tpp.authorization(scope="openid profile", prompt="consent")[0])
    assert browser.press(page, "allow").parameters["code"]
    time.sleep(2.1)
    for changes in ({"max_age": "1"}, {"max_age": "0"}, {"prompt": "login"}, {"prompt": "select_account"}):
        asked = int(time.time())
        url, parameters, verifier = tpp.authorization(scope="openid profile", **changes)
        page = browser.open(url)
        assert page.has_button("log-in"), page.text
        # Neither the next page nor the form of an earlier request is a way round.
        ahead = page.url.replace("/login", "/consent")
        before = browser.cookies["__Host-assent-session"]
        for answer in (browser.send("GET", ahead), browser.send("POST", ahead, form=page.form_with("log-in").fields)):
            assert answer.status == 303 and answer.header("Location").endswith("/login"), answer.headers
        assert browser.press(page, "log-in", username="bert", password="wrong").has_button("log-in")
        left = log_in(browser, page, "bert")
        assert isinstance(left, Left), left.text
        token = claims(tpp.redeem(left.parameters["code"], verifier).json["id_token"])
        assert token["auth_time"] >= asked, (token, asked)
        # The old login is over, and gets nowhere with the address of what came after the new one.
        old = browser.copy()
        old.cookies["__Host-assent-session"] = before
        url, _, _ = tpp.authorization(scope="openid profile", prompt="login")
        page = browser.open(url)
        assert old.open(page.url.replace("/login", "/consent")).has_button("log-in")


def a_hint_tells_nothing():
    """AZ-57 a hint fills in the form, whoever it names, and is text wherever it stands"""
    tpp, browser = ThirdParty(bank), Browser(bank)

    def page(hint):
        return browser.open(tpp.authorization(scope="openid", login_hint=hint)[0])

    def shape(hint):
        shown = page(hint)
        text = shown.answer.text.replace(f'value="{html.escape(hint)}"', 'value=""')
        return re.sub(r"/interaction/[\w-]+|name=\"form_token\" value=\"[\w-]+\"|<time.*?</time>", "…", text)

    assert shape("anna") == shape("nobody") == shape("bert@customers.example") == shape("psu-anna")
    for hint in ('"><script>alert(1)</script>', "' autofocus onfocus='alert(1)", "<img src=x onerror=alert(1)>",
                 "{{text}}",
                 "\0\x01\x1b", "a" * 2_000, "\u202eanna", "&lt;b&gt;", "javascript:alert(1)"):
        shown = page(hint)
        fields = dict(shown.form_with("log-in").fields)
        assert fields["username"] == hint and fields["password"] == "", fields
        assert len(shown.forms) == 2 and "<script" not in shown.answer.text and "<img" not in shown.answer.text
    times = {"anna": [], "nobody": []}
    for _ in range(40):
        for hint, values in times.items():
            began = time.monotonic()
            page(hint)
            values.append(time.monotonic() - began)
    medians = [statistics.median(values) for values in times.values()]
    assert max(medians) < 1.5 * min(medians) + 0.002, medians


def locales():
    """AZ-60 a flood of languages leaves no trace, and none of them is a path"""
    tpp, browser = ThirdParty(bank), Browser(bank)

    def memory():
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{bank.process.pid}/status").read())[1])

    def ask_in(locale):
        url, _, _ = tpp.authorization(scope="openid", prompt="none", ui_locales=locale)
        return browser.send("GET", url, **{"Accept-Language": f"{locale[:200]};q=0.5"})

    for number in range(200):
        ask_in(f"warm-{number}")
    before = memory()
    for number in range(800):
        assert ask_in(f"x-{number}-{'y' * 500}").status == 303
    grown = memory() - before
    assert grown < 4_096, f"{grown} KiB for 800 languages"
    plain = browser.open(tpp.authorization(scope="openid")[0])
    for locale in ("../../x", "../../../../etc/passwd", "/etc/passwd", "en/../../x", "..", "\0", "de-DE-x-" + "y" * 900,
                   "tlh", " ".join(f"l{number}" for number in range(500)), "<script>", "%2e%2e%2f"):
        page = browser.open(tpp.authorization(scope="openid", ui_locales=locale)[0])
        assert page.answer.status == 200 and page.answer.header("Content-Language") == "en"
        assert page.text.split("until")[0] == plain.text.split("until")[0]


def the_client_changes_under_way():
    """AZ-62 a client that was disabled or lost an address or a scope gets no code for what is under way"""
    tpp = ThirdParty(bank)
    original = json.loads((bank.folder / "data" / "clients.d" / "demo-tpp.json").read_text())
    codes = bank.rows("SELECT count(*) FROM code")

    def change(**changes):
        question = ask(bank, browser)
        login = Browser(bank)
        page = login.open(tpp.authorization(scope="openid accounts", claims=question.parameters["claims"])[0])
        bank.client("demo-tpp", **changes)
        bank.reload()
        return question, login, page

    browser = signed_in()
    for changes in ({"disabled": True}, {"redirect_uris": ["https://other.example/cb"]}):
        question, login, page = change(**changes)
        local(question.send(question.fields()))
        local(question.send(question.fields("deny", [])))
        local(browser.send("GET", question.page.form_with("allow").action))
        local(login.send("POST", page.form_with("log-in").action, form=[
            *page.form_with("log-in").fields[:1], ("username", "bert"), ("password", "bert-sandbox"),
            ("decision", "log-in")]))
        bank.client("demo-tpp", **{"disabled": None, **original})
        bank.reload()
        assert question.press("allow").parameters["code"]
    codes = bank.rows("SELECT count(*) FROM code")
    # A merchant needs the scope of accounts, so without it the client is none.
    question, login, page = change(scope="openid", merchant_id=None)
    back(question.press("allow"), "invalid_scope", question.parameters)
    question_url = question.page.form_with("allow").action
    back(browser.open(question_url), "invalid_scope", question.parameters)
    # The client is gone as a whole.
    (bank.folder / "data" / "clients.d" / "demo-tpp.json").unlink()
    bank.reload()
    local(question.send(question.fields()))
    local(browser.send("GET", question_url))
    bank.client("demo-tpp", **original)
    bank.reload()
    assert bank.rows("SELECT count(*) FROM code") == codes
    assert question.press("allow").parameters["code"]


def browsers_swapped():
    """AZ-63 a request is finished in the browser that began it, and its code is worth nothing without the verifier"""
    # What is left is documented: whoever makes a person follow a link of the third party itself, and then reads
    # the answer at that third party, is beyond our reach. State, nonce and PKCE are there for the third party.
    attacker, victim = Browser(bank), signed_in()
    tpp = ThirdParty(bank)
    consent = tpp.register(tpp.client_token())
    url, parameters, verifier = tpp.authorization(consent)
    begun = attacker.open(url)
    for path in (begun.url, begun.url.replace("/login", "/consent")):
        local(victim.send("GET", path))
    # The victim's own answer to the same link is bound to the challenge in it.
    question = ask_again(victim, tpp, consent)
    left = question.press("allow")
    other = tpp.redeem(left.parameters["code"], verifier)
    assert (other.status, other.json["error"]) == (400, "invalid_grant"), other.text
    answer = tpp.redeem(left.parameters["code"], question.verifier)
    assert claims(answer.json["id_token"])["nonce"] == question.parameters["nonce"] != parameters["nonce"]


def intents_that_cannot_be_asked_about():
    """SD-11 a consent that is foreign, over, unknown or unclear ends the request before any page"""
    tpp = ThirdParty(bank)
    token = tpp.client_token()
    bank.client("other-tpp", client_name="Other", token_endpoint_auth_method="client_secret_basic",
                client_secret_sha256=hashlib.sha256(b"other").hexdigest(), redirect_uris=["https://other.example/cb"],
                grant_types=["authorization_code", "client_credentials"], scope="openid accounts")
    bank.reload()
    other = ThirdParty(bank, "other-tpp", "other", "https://other.example/cb")
    foreign = other.register(other.client_token())
    browser = signed_in()
    soon = datetime.now(timezone.utc) + timedelta(seconds=2)
    ended = tpp.register(token, ExpirationDateTime=soon.isoformat(timespec="seconds"))
    deleted, rejected, revoked = (tpp.register(token) for _ in range(3))
    assert tpp.call("DELETE", f"/account-access-consents/{deleted}", token).status == 204
    ask_again(browser, tpp, rejected).press("deny")
    assert ask_again(browser, tpp, revoked).press("allow").parameters["code"]
    assert tpp.call("DELETE", f"/account-access-consents/{revoked}", token).status == 204
    good = tpp.register(token)

    def claim(value=good, essential=True, **more):
        intent = {"value": value} if essential is None else {"value": value, "essential": essential}
        return {"id_token": {"openbanking_intent_id": intent}, **more}

    time.sleep(2.1)
    before = interactions()
    wrong = [claim(value) for value in (
        foreign, ended, deleted, rejected, revoked, "no-such", good.upper(), good + " ", " " + good, good[:-1], "",
        "' OR 1=1 --", "../" + good, good + "\0", 7, None, [good], {"value": good}, True)]
    wrong += [claim(essential=essential) for essential in (None, False, "true", 1)]
    wrong += [claim(userinfo={"openbanking_intent_id": {"value": value, "essential": True}})
              for value in (foreign, deleted, good.upper())]
    wrong += [{"id_token": {"openbanking_intent_id": None}}, {"id_token": {}}, {}, [], "x", None]
    for browsing in (Browser(bank), browser):
        for document in wrong:
            url, parameters, _ = tpp.authorization(scope="openid accounts", claims=json.dumps(document))
            left = back(browsing.open(url), "invalid_request", parameters)
            assert foreign not in left.url and "Other" not in left.url
        name, first = '"openbanking_intent_id"', json.dumps({"value": foreign, "essential": True})
        twice = json.dumps(claim()).replace(name, f"{name}: {first}, {name}", 1)
        url, parameters, _ = tpp.authorization(scope="openid accounts", claims=twice)
        back(browsing.open(url), "invalid_request", parameters)
        # Accounts without a consent are not asked for at all.
        url, parameters, _ = tpp.authorization(scope="openid accounts")
        back(browsing.open(url), "invalid_request", parameters)
    # Unknown and foreign are one answer.
    urls = set()
    for value in (foreign, "7e0b6a3c-9f2d-4c57-8d18-1f8f5f0b8a11", deleted):
        url, _, _ = tpp.authorization(scope="openid accounts", state="s", claims=json.dumps(claim(value)))
        urls.add(Browser(bank).open(url).url)
    assert len(urls) == 1
    assert interactions() == before
    # The same in both places is clear enough, and so is the consent of the one who may be asked.
    both = claim(userinfo={"openbanking_intent_id": {"value": good, "essential": True}})
    assert browser.open(tpp.authorization(scope="openid accounts", claims=json.dumps(both))[0]).has_button("allow")
    # One that was authorised may be confirmed again by the same person (UK Read/Write API, re-authentication).
    again = ask_again(browser, tpp, good)
    assert again.press("allow").parameters["code"]
    assert ask_again(browser, tpp, good).page.has_button("allow")
    assert tpp.call("GET", f"/account-access-consents/{good}", token).json["Data"]["Status"] == "Authorised"


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            no_open_redirector,
            only_our_own_targets_are_followed,
            the_answer_as_a_form,
            nobody_guesses_a_code,
            query_or_body,
            methods,
            a_form_of_another_site,
            one_decode,
            silent_requests,
            a_login_that_was_asked_for,
            a_hint_tells_nothing,
            locales,
            the_client_changes_under_way,
            browsers_swapped,
            intents_that_cannot_be_asked_about,
        ])
