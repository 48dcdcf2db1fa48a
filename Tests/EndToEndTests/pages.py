"""Every page as a browser gets it: its headers, and what becomes of texts that want to be more than text."""

import base64
import functools
import hashlib
import html.parser
import re
import urllib.parse

from _bank import Bank, Browser, Left, ThirdParty, ask, hash_of, log_in, main, request
from _payloads import ATTRIBUTES, ELEMENTS, EVERYTHING, MARKUP, TEMPLATES, VISIBLE


def signed_in(username="bert"):
    browser = Browser(bank)
    ask(bank, browser, username).press("deny")
    return browser


def every_page():
    """One answer of each kind that a browser can get, by name; and whether its forms lead to the client."""
    tpp, browser, pages = ThirdParty(bank), Browser(bank, "127.0.60.1"), {}
    login = browser.open(tpp.authorization(scope="openid")[0])
    pages["login"] = login.answer
    action = login.form_with("log-in").action
    fields = [*login.form_with("log-in").fields[:1], ("username", "x"), ("password", "y"), ("decision", "log-in")]
    pages["login, wrong"] = browser.send("POST", action, form=fields)
    for _ in range(5):
        pages["login, too many"] = browser.send("POST", action, form=fields)
    pages["identity"] = log_in(browser, login, "anna").answer
    question = ask(bank, browser, "anna")
    pages["consent"] = question.page.answer
    pages["consent, nothing chosen"] = question.press("allow", []).answer
    pages["consent, review"] = question.send(question.fields("review"))
    pages["consent, no accounts"] = ask(bank, Browser(bank), "cleo").page.answer
    pages["foreign account"] = question.send(question.fields(boxes=["bert-current"]))
    pages["forged"] = question.send(question.fields(), Origin="https://evil.test")
    pages["other body"] = browser.send("POST", action, body="x", **{"Content-Type": "text/plain"})
    pages["other browser"] = Browser(bank).send("GET", action)
    pages["no such request"] = browser.send("GET", "/interaction/nothing/consent")
    pages["decided"] = (question.press("allow"), question.press("allow"))[1].answer
    url, _, _ = tpp.authorization(scope="openid", response_mode="form_post", prompt="none", state="s")
    pages["form post"] = browser.send("GET", url)
    device = tpp.post("/device_authorization", {"scope": "openid"}).json
    pages["device"] = browser.open(device["verification_uri_complete"])
    pages["device, unknown"] = browser.press(browser.open("/device"), "continue", user_code="BBBB-BBBB").answer
    asked = browser.press(pages["device"], "continue")
    pages["device, asked"], pages["device"] = asked.answer, pages["device"].answer
    pages["device, done"] = browser.press(asked, "allow").answer
    for name, changes in (("no client", {"client_id": None}), ("unknown client", {"client_id": "nope"}),
                          ("other address", {"redirect_uri": "https://evil.test/"}),
                          ("no address", {"redirect_uri": None})):
        pages[name] = browser.send("GET", tpp.authorization(**changes)[0])
    pages["twice"] = browser.send("GET", tpp.authorization()[0] + "&client_id=demo-tpp")
    pages["no encoding"] = browser.send("GET", tpp.authorization()[0] + "&x=%zz")
    pages["logout"] = browser.send("GET", "/logout?ui_locales=en")
    pages["logout, nowhere"] = browser.send("GET", "/logout?post_logout_redirect_uri=https://evil.test/")
    pages["logout, forged"] = browser.send("POST", "/logout/confirm", form=fields, Origin="https://evil.test")
    pages["logged out"] = Browser(bank).send("GET", "/logout")
    pages["logged out, nowhere"] = Browser(bank).send("GET", "/logout?post_logout_redirect_uri=https://evil.test/")
    return pages


EXPECTED = {
    "login": 200, "login, wrong": 400, "login, too many": 429, "identity": 200, "consent": 200,
    "consent, nothing chosen": 400, "consent, review": 200, "consent, no accounts": 200, "foreign account": 403,
    "forged": 403, "other body": 415, "other browser": 400, "no such request": 400, "decided": 409, "form post": 200,
    "device": 200, "device, unknown": 400, "device, asked": 200, "device, done": 200,
    "no client": 400, "unknown client": 400, "other address": 400, "no address": 400, "twice": 400, "no encoding": 400,
    "logout": 200, "logout, nowhere": 400, "logout, forged": 403, "logged out": 200, "logged out, nowhere": 400,
}


def every_page_is_hardened():
    """CO-01 every page, errors included, may do nothing but show itself and send its form"""
    pages = every_page()
    assert {name: answer.status for name, answer in pages.items()} == EXPECTED
    for name, answer in pages.items():
        fields = [field.lower() for field, _ in answer.headers]
        assert len(fields) == len(set(fields)), (name, fields)
        policy = [part.split() for part in answer.header("Content-Security-Policy").split(";")]
        policy = {directive: sources for directive, *sources in policy}
        style, = re.findall(r"<style>(.*?)</style>", answer.text, re.S)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        # Decision 7: what leads to the client names where a client may redirect to; nothing else leads anywhere.
        # The sandbox's client is on plain loopback, hence http.
        leads = name.startswith(("login", "consent", "identity"))
        where = ["'self'", "https:", "http:"] if leads else ["https:", "http:"] if name == "form post" else ["'self'"]
        assert policy == {
            "default-src": ["'none'"], "base-uri": ["'none'"], "object-src": ["'none'"], "frame-ancestors": ["'none'"],
            "img-src": ["'self'", "data:"], "style-src": [f"'sha256-{digest}'"], "form-action": where,
        }, (name, policy)
        for header, value in (
            ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store"),
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Language", "en"),
        ):
            assert answer.header(header) == value, (name, header, answer.header(header))
        assert "camera=()" in answer.header("Permissions-Policy")
        # Decision 8: a window that a third party opened for the login must find its way back.
        assert answer.header("Cross-Origin-Opener-Policy") is None
        # RFC 6797 §7.2: nothing about TLS over a connection without it, as the sandbox has.
        assert answer.header("Strict-Transport-Security") is None
        assert answer.header("Server") is None and answer.header("X-Powered-By") is None
    # What is no page is not taken for one.
    for method, path in (("GET", "/nothing"), ("PUT", "/authorize"), ("FOO", "/authorize"), ("GET", "/"),
                         ("GET", "/jwks"), ("GET", "/token"), ("GET", "/userinfo"),
                         ("GET", "/.well-known/openid-configuration")):
        answer = request(method, bank.issuer + path)
        assert answer.header("X-Content-Type-Options") == "nosniff", (path, answer.headers)
        assert "html" not in (answer.header("Content-Type") or ""), (path, answer.headers)


class Outline(html.parser.HTMLParser):
    """The bones of a page: every tag with the names of its attributes; and its texts and values apart."""

    def __init__(self, text):
        super().__init__()
        self.bones, self.texts, self.values = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.bones.append((tag, *sorted(name for name, _ in attributes)))
        self.values += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        self.bones.append((f"/{tag}",))

    def handle_comment(self, data):
        self.bones.append(("comment",))

    def handle_decl(self, declaration):
        self.bones.append(("declaration", declaration))

    def handle_pi(self, data):
        self.bones.append(("instruction",))

    unknown_decl = handle_pi

    def handle_data(self, data):
        self.texts.append(data)

    def shows(self, text):
        return any(text in part for part in self.texts) or any(text in (value or "") for _, _, value in self.values)


def nothing_leaks():
    """AZ-29 no page loads or names anything of others, and nothing on the way tells where somebody came from"""
    seen, client = [], f"localhost:{bank.port + 1}"

    theirs = ("https://money-pilot.example/privacy", "https://money-pilot.example/terms")

    def recording(browser):
        send = browser.send

        def sending(*arguments, **named):
            seen.append(send(*arguments, **named))
            return seen[-1]

        browser.send = sending
        return browser

    browser = recording(Browser(bank))
    question = ask(bank, browser)
    question.press("allow", [])
    assert isinstance(question.press("allow"), Left)
    question.press("allow")
    ask(bank, browser).press("deny")
    browser.open(ThirdParty(bank).authorization(scope="openid", prompt="none")[0])
    browser.open(ThirdParty(bank).authorization(scope="bogus")[0])
    redirects = [answer for answer in seen if answer.status == 303]
    assert len(redirects) >= 7 and sum(client in answer.header("Location") for answer in redirects) == 4
    for answer in seen + [answer for name, answer in every_page().items() if name != "form post"]:
        assert answer.header("Referrer-Policy") == "no-referrer", answer.headers
        assert answer.header("Cache-Control") == "no-store", answer.headers
        assert answer.header("Refresh") is None and answer.header("Link") is None
        for tag, name, value in Outline(answer.text).values:
            if name in ("src", "href", "action", "srcset", "data", "poster", "ping", "formaction", "background"):
                ours = ("/interaction/", "/consents", "/device", "/logout/confirm", "#", "data:,")
                # What a third party says of itself is a link to be followed, and nothing that a page loads.
                assert value.startswith(ours) or (tag, name) == ("a", "href") and value in theirs, (tag, name, value)
            assert tag not in ("script", "img", "iframe", "base", "object", "embed"), tag
            assert client not in (value or "") and name != "http-equiv", (tag, name, value)
        text = functools.reduce(lambda text, link: text.replace(link, ""), theirs, answer.text)
        assert not re.search(r"url\(|@import|https?://", text)


def texts_of_a_request_stay_texts():
    """CO-04 a hint, a name that was typed, a state and a language stay text, whatever they are made of"""
    tpp = ThirdParty(bank)
    browser = Browser(bank)

    def shown(answer, text):
        outline = Outline(answer.text)
        assert outline.shows(text), (text, answer.text[-1500:])
        return outline.bones

    def hinted(text):
        return browser.open(tpp.authorization(scope="openid", login_hint=text)[0]).answer

    plain = shown(hinted("plain"), "plain")
    for text in EVERYTHING:
        assert shown(hinted(text), text) == plain, text

    # What was typed comes back into the form; each from an address of its own, where failures are counted.
    def typed(number, text):
        mine = Browser(bank, f"127.0.61.{number % 250 + 1}")
        page = mine.open(tpp.authorization(scope="openid")[0])
        fields = [*page.form_with("log-in").fields[:1], ("username", text), ("password", text), ("decision", "log-in")]
        return mine.send("POST", page.form_with("log-in").action, form=fields)

    plain = shown(typed(0, "plain"), "plain")
    for number, text in enumerate(MARKUP[:3] + ATTRIBUTES[:4] + ELEMENTS[:2] + TEMPLATES[:3]):
        answer = typed(number, text)
        assert shown(answer, text) == plain, text
        assert answer.text.count('type="password"') == 1 and 'type="password" value' not in answer.text

    # A state reaches a page only where it is posted to the client.
    known = signed_in()
    known.press(known.open(tpp.authorization(scope="openid", prompt="consent")[0]), "allow")

    def posted(text):
        return known.send("GET", tpp.authorization(
            scope="openid", response_mode="form_post", prompt="none", state=text)[0])

    plain, policy = shown(posted("plain"), "plain"), posted("plain").header("Content-Security-Policy")
    for text in EVERYTHING:
        answer = posted(text)
        assert shown(answer, text) == plain, text
        assert answer.header("Content-Security-Policy") == policy

    # Error pages and all others show nothing of a request.
    for text in EVERYTHING:
        for changes in ({"client_id": text}, {"redirect_uri": text}, {"redirect_uri": "https://c.example/" + text}):
            answer = browser.send("GET", tpp.authorization(**changes)[0])
            assert answer.status == 400 and answer.text.count("<form") == answer.text.count('<form class="languages"')
            # Short ones stand in the style sheet and between tags anyway.
            assert len(text) < 5 or not Outline(answer.text).shows(text), text
        answer = browser.send("GET", tpp.authorization(scope="openid", ui_locales=text, display=text, acr_values=text,
                                                       nonce=text, foo=text)[0])
        assert answer.status == 303 and re.fullmatch(r"/interaction/[\w-]{43}/login", answer.header("Location"))
    for path in ("<script>alert(1)</script>", "\"><svg onload=alert(1)>", "../../x"):
        answer = browser.send("GET", f"/interaction/{urllib.parse.quote(path, safe='')}/consent")
        assert "alert" not in answer.text and answer.status in (400, 404)


def names_of_clients_stay_names():
    """CO-04 names, agents, scopes and addresses of clients stay text on every page that shows them"""
    names = [text for text in VISIBLE if any(letter.isalpha() for letter in text)]
    assert len(names) > 70
    tpp, browser = ThirdParty(bank), signed_in()

    def register(number, name, agent, scope):
        bank.client(f"named-{number}", client_name=name, on_behalf_of=agent, token_endpoint_auth_method="none",
                    redirect_uris=["https://named.example/cb"], grant_types=["authorization_code"],
                    scope=f"openid {scope}")

    # A scope value may be made of nearly all of ASCII, and one without words is shown as it is.
    scopes = [re.sub(r"[^!#-\[\]-~]", "", name) or "x" for name in names]
    register("plain", "Plain", None, "plain")
    register("agent", "Plain", "Agent", "plain")
    for number, (name, scope) in enumerate(zip(names, scopes)):
        register(number, name, None, scope)
        register(f"agent-{number}", "Plain", name, scope)
    bank.reload()

    def pages(number, scope, name):
        party = ThirdParty(bank, f"named-{number}", None, "https://named.example/cb")
        url = party.authorization(scope=f"openid {scope}")[0]
        question = browser.open(url)
        login = Browser(bank).open(url)
        shown = {"login": login.answer, "consent": question.answer}
        assert isinstance(browser.press(question, "deny"), Left)
        shown["decided"] = browser.press(question, "deny").answer
        outlines = {page: Outline(answer.text) for page, answer in shown.items()}
        for page, outline in outlines.items():
            assert outline.shows(name), (page, name)
        assert outlines["consent"].shows(scope), scope
        assert outlines["consent"].shows("named.example")
        # In the title there is no markup to tell a name by, so it must be there letter by letter.
        title, = re.findall(r"<title>(.*?)</title>", shown["consent"].text, re.S)
        assert re.search(r"[<\"']", title) is None, title
        return {page: outline.bones for page, outline in outlines.items()}

    plain, agent = pages("plain", "plain", "Plain"), pages("agent", "plain", "Agent")
    for number, (name, scope) in enumerate(zip(names, scopes)):
        assert pages(number, scope, name) == plain, name
        if number % 4 == 0:
            assert pages(f"agent-{number}", scope, name) == agent, name


def texts_of_the_bank_stay_texts():
    """CO-04 nicknames, reasons and numbers of accounts stay text, and none of them ticks a box"""
    def account(id, nickname, reason, last):
        return {
            "id": id, "nickname": nickname, "type": "Personal", "subtype": "CurrentAccount", "currency": "GBP",
            "identifications": [{"scheme": "UK.OBIE.SortCodeAccountNumber", "number": f"0010{last}", "name": nickname}],
            "eligible": reason is None, **({"reason": reason} if reason else {}),
            "balances": [
                {"type": "InterimBooked", "direction": "Credit", "amount": "1.00", "at": "2026-01-01T00:00:00Z"}],
            "transactions": []}

    texts = [text for text in VISIBLE if len(text) <= 70]
    ends = ["<b>\"", "'>&<", "\"on=", "&lt;", "{{x}", "<!--", "\"><s", "</b>"]
    with bank.people() as people:
        for name, spell in (("mark", lambda text: text), ("pete", lambda text: "plain")):
            accounts = [
                account(f"{name}-{number}", spell(text), None, ends[number % len(ends)] if name == "mark" else "1234")
                for number, text in enumerate(texts)]
            accounts += [account(f"{name}-no-{number}", spell(text), spell(text), "1234")
                         for number, text in enumerate(texts)]
            people.append({"id": f"psu-{name}", "username": name, "name": spell(texts[0]),
                           "passwordHash": hash_of(f"{name}-sandbox"), "accounts": accounts})
    bank.reload()
    marked, plain = ask(bank, Browser(bank), "mark"), ask(bank, Browser(bank), "pete")
    outline = Outline(marked.page.answer.text)
    assert outline.bones == Outline(plain.page.answer.text).bones
    for text in texts:
        assert outline.texts.count(text) >= 2, text
    for end in ends[:len(texts)]:
        assert end in outline.texts, end
    assert marked.boxes == [f"mark-{number}" for number in range(len(texts))]
    assert not any(name == "checked" for _, name, _ in outline.values)
    # Ticked by the person, they come back ticked, and no others.
    again = marked.send(marked.fields("review", marked.boxes[3:5]))
    ticked = re.findall(r'value="(mark-\d+)" checked', again.text)
    assert ticked == marked.boxes[3:5], ticked
    answer = marked.tpp.redeem(marked.press("allow", marked.boxes).parameters["code"], marked.verifier)
    accounts = marked.tpp.call("GET", "/accounts", answer.json["access_token"]).json["Data"]["Account"]
    assert [account["Nickname"] for account in accounts] == texts


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            every_page_is_hardened,
            nothing_leaks,
            texts_of_a_request_stay_texts,
            names_of_clients_stay_names,
            texts_of_the_bank_stay_texts,
        ])
