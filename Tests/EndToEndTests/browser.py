"""What people meet: the pages of the real server in a real browser."""

import json
import pathlib
import re
import tempfile
import urllib.parse

from _bank import Bank, ThirdParty, hash_of, main
from _chromium import Web, certificate, chromium, sign_in, tab

# What people have tried elsewhere: markup in every place that takes a word, a letter joined to a sign of
# markup, and what a template language would run.
ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=data:,alert(1)></sCrIpT>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea></select><svg onload=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math>",
    "\"><script>alert(1)</script>",
    "'><script>alert(1)</script>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' autofocus onfocus='alert(1)",
    "\" style=\"position:fixed;inset:0\" onmouseover=\"alert(1)",
    "`onmouseover=alert(1)",
    "javascript:alert(1)//a",
    "JaVaScRiPt:alert`1`",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href=//evil.test>",
    "<meta http-equiv=refresh content=0;url=//evil.test>",
    "<form action=//evil.test><button>a",
    "<button formaction=//evil.test>a",
    "<style>@import'//evil.test'</style>",
    "<!--<a>-->",
    "]]><b>a</b>",
    "&lt;b&gt;a",
    "&#60;script&#62;alert(1)",
    "&amp;lt;a",
    "<\u0301script>alert(1)</script>",
    "\"\u20d7 onfocus=alert(1) autofocus x=\"\u20d7",
    "<\U0001f1ea\U0001f1fascript>a",
    "\uff1cscript\uff1ealert(1)",
    "{{form.token}} {{{a}}} {{> head}}",
    "${7*7} #{7*7} <%= 7*7 %>",
]
# No name of a client may hold these; a request may.
UNSEEN = ["<\u200dscript>alert(1)</script>", "\u202e<b>a</b>", "\"\u200b onfocus=alert(1) autofocus \"", "\ufeff<a>"]

TREE = """() => {
  const walk = node => node.nodeType === 3 ? node.data : node.nodeType !== 1 ? [node.nodeType] :
    [node.tagName, [...node.attributes].map(a => [a.name, a.value]), [...node.childNodes].map(walk)];
  return walk(document.documentElement);
}"""
FOCUS = "document.activeElement.id || document.activeElement.value || document.activeElement.tagName"


# MARK: Journeys


def journey(page):
    """From the address that the sandbox prints to the page that asks."""
    page.goto(f"{party}/")
    page.click("#connect")
    sign_in(page)
    page.wait_for_selector("#allow")


def parameters(page):
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))


def whole_journey(scripts):
    with tab(browser, scripts) as page:
        journey(page)
        assert page.locator("[name=account]:checked").count() == 0, "something was chosen for the person"
        assert page.locator("[name=account]").count() == 3
        page.check("#account-1")
        page.click("#allow")
        page.wait_for_url(f"{party}/callback?**")
        assert page.locator("#accounts li").all_text_contents() == ["Bills"]
        answer = parameters(page)
        assert answer["code"] and answer["state"] and answer["iss"] == bank.issuer, answer
        assert page.locator("#state").text_content() == answer["state"]
        assert not page.said, page.said


def one_of_three():
    """somebody who allows one of three accounts ends at the third party, which shows that one"""
    whole_journey(scripts=True)


def without_scripts():
    """CO-09 the whole journey works with scripts switched off"""
    whole_journey(scripts=False)


def device_without_scripts():
    """CO-09 a code of another device is typed, compared and allowed with scripts switched off"""
    device = ThirdParty(bank).post("/device_authorization", {"scope": "openid profile"}).json
    with tab(browser, scripts=False) as page:
        page.goto(device["verification_uri"])
        page.fill("#user-code", "BBBB-BBBB")
        page.click("#go-on")
        page.wait_for_selector("#problem")
        page.goto(device["verification_uri_complete"])
        page.click("#go-on")
        sign_in(page)
        page.click("#allow")
        page.wait_for_selector("h1:text('Done')")


def deny_and_cancel():
    """a no on the consent page and a cancelled login both end at the third party"""
    with tab(browser) as page:
        journey(page)
        page.click("#deny")
        page.wait_for_url(f"{party}/callback?**")
        assert page.locator("#error").text_content() == "access_denied"
    with tab(browser) as page:
        page.goto(f"{party}/")
        page.click("#connect")
        page.click("#cancel")
        page.wait_for_url(f"{party}/callback?**")
        assert page.locator("#error").text_content() == "access_denied"


def nothing_chosen():
    """allowing without a choice asks again and leads to what is missing"""
    with tab(browser) as page:
        journey(page)
        page.click("#allow")
        page.wait_for_selector("#problem")
        assert page.evaluate(FOCUS) == "problem", page.evaluate(FOCUS)
        page.click("#problem a")
        assert page.evaluate(FOCUS) == "account-1"
        page.check("#account-3")
        page.click("#allow")
        page.wait_for_url(f"{party}/callback?**")
        assert page.locator("#accounts li").all_text_contents() == ["Travel card"]


def wrong_password():
    """a wrong password says so where a screen reader begins, and keeps the name"""
    with tab(browser) as page:
        page.goto(f"{party}/")
        page.click("#connect")
        page.fill("#username", "anna")
        page.fill("#password", "not it")
        page.click("#sign-in")
        page.wait_for_selector("#problem")
        assert page.evaluate(FOCUS) == "problem"
        assert (page.input_value("#username"), page.input_value("#password")) == ("anna", "")
        page.click("#problem a")
        assert page.evaluate(FOCUS) == "username"


# MARK: Keys and clicks


def press_until(page, target):
    """Tabs to an element; every stop on the way."""
    stops = []
    while not stops or stops[-1] != target:
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
        assert len(stops) < 20, f"Tab never comes to {target}: {stops}"
    return stops


def keyboard_alone():
    """CO-10 the keyboard alone is enough, and Enter on a box approves nothing"""
    with tab(browser) as page:
        page.goto(f"{party}/")
        press_until(page, "connect")
        page.keyboard.press("Enter")
        page.wait_for_selector("#username")
        press_until(page, "username")
        page.keyboard.type("bert")
        page.keyboard.press("Tab")
        page.keyboard.type("bert-sandbox")
        page.keyboard.press("Enter")
        page.wait_for_selector("#allow")
        press_until(page, "account-1")
        page.keyboard.press("Space")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.startswith(bank.issuer), page.url
        assert page.is_checked("#account-1") and not page.is_checked("#account-2")
        stops = press_until(page, "deny")
        boxes = ["account-1", "account-2", "account-3"]
        assert [stop for stop in stops if stop != "BODY" and not stop.startswith("cluster-")] == [*boxes, "allow", "deny"], stops
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{party}/callback?**")
        assert page.locator("#accounts li").all_text_contents() == ["Bills"]


def as_few_keys_as_can_be():
    """CO-09 with the keyboard alone and without scripts, a whole consent takes no more than thirteen keys beside the login"""
    with tab(browser, scripts=False) as page:
        page.goto(f"{party}/")
        page.click("#connect")
        page.wait_for_selector("#username")
        presses = []

        def press(key):
            presses.append(key)
            page.keyboard.press(key)

        def tab_to(id):
            while page.locator(f"#{id}:focus").count() == 0:
                press("Tab")
                assert len(presses) < 40, presses

        tab_to("username")
        page.keyboard.type("bert")
        tab_to("password")
        page.keyboard.type("bert-sandbox")
        press("Enter")
        page.wait_for_selector("#allow")
        tab_to("account-1")
        press("Space")
        tab_to("allow")
        press("Enter")
        page.wait_for_url(f"{party}/callback?**")
        print(f"      {len(presses)} keys: {' '.join(presses)}")
        assert len(presses) <= 13, presses


def two_tabs():
    """CO-36 two requests in two tabs of one browser, decided in mixed order, end each with its own state and accounts"""
    with tab(browser) as first:
        journey(first)
        second = first.context.new_page()
        second.goto(f"{party}/")
        second.click("#connect")
        second.wait_for_selector("#allow")
        first.check("#account-1")
        second.check("#account-3")
        states = []
        for page, account in ((second, "Travel card"), (first, "Bills")):
            page.click("#allow")
            page.wait_for_url(f"{party}/callback?**")
            assert page.locator("#accounts li").all_text_contents() == [account]
            assert page.locator("#state").text_content() == parameters(page)["state"]
            states.append(parameters(page)["state"])
        assert len(set(states)) == 2

        # The same page in two tabs: the second answer is told that the first was given.
        journey_again = first.context.new_page()
        journey_again.goto(f"{party}/")
        journey_again.click("#connect")
        journey_again.wait_for_selector("#allow")
        copy = first.context.new_page()
        copy.goto(journey_again.url)
        journey_again.click("#deny")
        journey_again.wait_for_url(f"{party}/callback?**")
        copy.check("#account-1")
        copy.click("#allow")
        copy.wait_for_selector("h1:text('already answered')")


def reload_of_an_answer():
    """CO-34 a page that is loaded again sends its form again, and decides nothing by it"""
    with tab(browser) as page:
        journey(page)
        page.check("#account-1")
        page.focus("#account-1")
        for key in ("Enter", "F5"):
            with page.expect_navigation():
                page.keyboard.press("Enter") if key == "Enter" else page.reload()
            assert page.is_checked("#account-1") and page.url.startswith(bank.issuer)
        page.uncheck("#account-1")
        page.click("#allow")
        page.wait_for_selector("#problem")
        page.reload()
        page.wait_for_selector("#problem")
        page.check("#account-1")
        page.click("#allow")
        page.wait_for_url(f"{party}/callback?**")
        # The page before came as an answer to a form and is not kept, so that the browser asks before it sends that again.
        try:
            page.go_back()
        except Exception as problem:
            assert "ERR_CACHE_MISS" in str(problem), problem
            # The page that says so takes the place of the other a moment after we hear of it.
            page.wait_for_url("chrome-error://**")
        page.reload()
        page.wait_for_selector("#home")
        assert page.locator("form:not(.languages), main button").count() == 0


def double_click():
    """CO-33 a double click on Allow makes one code, and the browser arrives with it"""
    for pause in (0, 40, 150, 400):
        with tab(browser) as page:
            journey(page)
            page.check("#account-1")
            codes = bank.rows("SELECT count(*) FROM code")[0][0]
            box = page.locator("#allow").bounding_box()
            page.mouse.move(box["x"] + 20, box["y"] + 20)
            page.mouse.click(box["x"] + 20, box["y"] + 20)
            page.wait_for_timeout(pause)
            page.mouse.click(box["x"] + 20, box["y"] + 20, click_count=2)
            page.wait_for_selector("#accounts, h1:text('already answered')")
            assert bank.rows("SELECT count(*) FROM code")[0][0] == codes + 1
            assert page.url.startswith(f"{party}/callback?"), f"after {pause} ms: {page.url}"


def back_button():
    """CO-34 whoever goes back after an answer is told that it was given"""
    with tab(browser) as page:
        journey(page)
        page.check("#account-2")
        page.click("#allow")
        page.wait_for_url(f"{party}/callback?**")
        page.go_back()
        page.wait_for_selector("h1:text('You have already answered')")
        assert page.locator("form:not(.languages), main button").count() == 0


# MARK: Where pages lead


def hops(client, web, scripts):
    """From the consent to a client that itself leads on to a third origin; where the browser arrives."""
    landing = web.url("/landed", "localhost")
    web.put("/callback", lambda asked: landing + "?" + urllib.parse.urlsplit(asked).query)
    web.put("/landed", "<p id=landed>landed</p>")
    tpp = ThirdParty(bank, client, "not used here", web.url("/callback"))
    url, asked, _ = tpp.authorization(scope="openid profile", prompt="consent")
    with tab(browser, scripts) as page:
        page.goto(bank.issuer + url)
        sign_in(page)
        page.click("#allow")
        page.wait_for_selector("#landed")
        assert page.url.startswith(landing), page.url
        assert parameters(page)["state"] == asked["state"] and parameters(page)["code"]
        assert not page.said, page.said


def two_hops():
    """CO-03 a browser arrives where the client leads it, over two hops and three origins, with scripts or without"""
    for client, web in (("hop", plain), ("hop-tls", encrypted)):
        for scripts in (True, False):
            hops(client, web, scripts)


def form_post(page):
    """To the page whose button posts the answer; the state that was asked with."""
    tpp = ThirdParty(bank, "hop", "not used here", plain.url("/callback"))
    url, asked, _ = tpp.authorization(scope="openid profile", prompt="consent", response_mode="form_post")
    page.goto(bank.issuer + url)
    sign_in(page)
    page.click("#allow")
    page.wait_for_selector("#continue")
    return asked["state"]


def pressed_form_post():
    """CO-03 the button of a form post brings the answer to the client in a body, and on to where the client leads"""
    for scripts in (True, False):
        for leads in ("<p id=landed>landed</p>", plain.url("/landed", "localhost")):
            plain.put("/callback", leads)
            plain.put("/landed", "<p id=landed>landed</p>")
            with tab(browser, scripts) as page:
                state = form_post(page)
                page.click("#continue")
                page.wait_for_selector("#landed")
                method, url, body = plain.asked("/callback")[-1]
                fields = dict(urllib.parse.parse_qsl(body))
                assert (method, urllib.parse.urlsplit(url).query) == ("POST", ""), (method, url)
                assert fields["state"] == state and fields["code"] and fields["iss"] == bank.issuer, fields
                assert not page.said, page.said


def framing():
    """CO-02 nothing of a page is rendered in a frame, of the same site or of another"""
    tpp = ThirdParty(bank)
    login = bank.issuer + tpp.authorization(tpp.register(tpp.client_token()))[0]
    error = bank.issuer + "/authorize?client_id=nobody"
    dashboard = bank.issuer + "/consents"
    plain.put("/inner", "<p>inner</p>")
    for host in ("localhost", "127.0.0.1"):
        for url, shown in ((login, False), (error, False), (dashboard, False), (plain.url("/inner", host), True)):
            plain.put("/frame", f'<iframe id=frame src="{url.replace("&", "&amp;")}"></iframe>')
            with tab(browser) as page:
                page.goto(plain.url("/frame", host), wait_until="load")
                frame = page.frames[1]
                frame.wait_for_load_state()
                text = frame.evaluate("document.body ? document.body.innerText : ''")
                # The last one shows that a frame of this kind can be looked into.
                assert ("inner" in text) is shown, text
                assert shown or "chrome-error:" in frame.url, frame.url
                assert frame.locator("form, h1, main").count() == 0 or not shown
                assert shown or any("frame-ancestors" in line for line in page.said), page.said


# MARK: Markup from outside


def tree(page, attack, plain_word):
    """The document with the attack taken for the plain word, and without what differs every time."""
    def same(value):
        if isinstance(value, list):
            return [same(member) for member in value]
        if isinstance(value, str):
            value = value.replace(attack, plain_word)
            value = re.sub(r"[A-Za-z0-9_-]{43}", "token", value)
            value = re.sub(r"\d\d:\d\d(:\d\d)?", "clock", value)
        return value
    return same(page.evaluate(TREE))


def without_reference(document):
    return re.sub(r'\["id", "reference"\].*?\]\]', "", re.sub(r"\b[0-9a-fA-F-]{8,36}\b", "reference", json.dumps(document)))


def attacked(words, open_page):
    """Opens a page with each word and with a plain one; the documents must be equal."""
    with tab(browser) as page:
        open_page(page, "plain")
        wanted = without_reference(tree(page, "plain", "plain"))
        assert "plain" in wanted, "the page does not show the word at all"
        page.said.clear()
        for word in words:
            open_page(page, word)
            assert without_reference(tree(page, word, "plain")) == wanted, f"{word!r} changes the page"
            page.evaluate("document.querySelectorAll('*').forEach(e => { e.focus(); })")
        said = [line for line in page.said if "400 (Bad Request)" not in line]
        assert not said, said


def markup_in_requests():
    """CO-04 markup in a login hint, a state and a client id is text"""
    tpp = ThirdParty(bank)
    posted = {"client_id": "hop", "redirect_uri": plain.url("/callback"), "scope": "openid", "prompt": "none",
              "response_mode": "form_post"}
    words = ATTACKS + UNSEEN
    attacked(words, lambda page, word: page.goto(
        bank.issuer + tpp.authorization(login_hint=word)[0]))
    attacked(words, lambda page, word: page.goto(
        bank.issuer + tpp.authorization(**posted, state=word)[0]))
    with tab(browser) as page:
        for word in words:
            page.goto(bank.issuer + "/authorize?" + urllib.parse.urlencode({"client_id": word}))
            assert page.locator("script, img, iframe, form:not(.languages), base, math").count() == 0
        assert all("400 (Bad Request)" in line for line in page.said), page.said


def markup_in_names():
    """CO-04 markup in the name of a client is text on every page that shows it"""
    names = {"plain": "named"}
    for number, word in enumerate(ATTACKS):
        names[word] = f"named-{number}"
    for name, client in names.items():
        bank.client(client, **{**HOP, "client_name": name}, redirect_uris=[plain.url("/callback")])
    bank.reload()
    with tab(browser) as page:
        def open_page(page, name, **changes):
            tpp = ThirdParty(bank, names[name], "not used here", plain.url("/callback"))
            page.goto(bank.issuer + tpp.authorization(scope="openid profile", **changes)[0])

        open_page(page, "plain")
        sign_in(page)
        page.wait_for_selector("#allow")
        cookies = page.context.cookies()

    attacked(ATTACKS, open_page)

    def open_consent(page, name):
        page.context.add_cookies(cookies)
        open_page(page, name)
        page.wait_for_selector("#allow")

    attacked(ATTACKS, open_consent)


def markup_in_accounts():
    """CO-04 markup in what somebody calls an account is text"""
    words = [word for word in ATTACKS if len(word) <= 70]
    with bank.people() as people:
        bert = next(person for person in people if person["username"] == "bert")
        for username, names in (("plain", ["plain"] * len(words)), ("marked", words)):
            accounts = [{**bert["accounts"][0], "id": f"same-{number}-{username}", "nickname": name}
                        for number, name in enumerate(names)]
            people.append({**bert, "id": f"psu-{username}", "username": username, "accounts": accounts,
                           "passwordHash": hash_of(f"{username}-sandbox")})
    bank.reload()
    documents = []
    for username in ("plain", "marked"):
        with tab(browser) as page:
            page.goto(f"{party}/")
            page.click("#connect")
            sign_in(page, username)
            page.wait_for_selector("#allow")
            shown = page.locator(".choice b").all_text_contents()
            assert shown == (words if username == "marked" else ["plain"] * len(words)), shown
            document = json.dumps(tree(page, "-marked", "-plain"))
            for word in sorted(words, key=len, reverse=True) if username == "marked" else ():
                document = document.replace(f'["BDI", [], [{json.dumps(word)}]]', '["BDI", [], ["plain"]]')
            documents.append(without_reference(json.loads(document)))
            assert not page.said, page.said
    assert documents[0] == documents[1]


# MARK: The dashboard


def shared(page, *accounts):
    """Gives the sandbox's third party a consent for these accounts, in this tab."""
    page.goto(f"{party}/")
    page.click("#connect")
    page.wait_for_selector("#allow")
    for account in accounts:
        page.check(f"#account-{account}")
    page.click("#allow")
    page.wait_for_url(f"{party}/callback?**")


def looking(page, username="bert"):
    """To the list of what somebody shares, by its own login."""
    page.goto(f"{bank.issuer}/consents")
    sign_in(page, username)
    page.wait_for_selector("#log-out")


def stopped_by_keyboard():
    """CO-09 what is shared is found and stopped with the keyboard alone and without scripts"""
    with tab(browser, scripts=False) as page:
        page.goto(f"{bank.issuer}/consents")
        page.focus("#username")
        for text in ("bert", "Tab", "bert-sandbox", "Enter"):
            page.keyboard.press(text) if text in ("Tab", "Enter") else page.keyboard.type(text)
        page.wait_for_selector("#log-out")
        shared(page, 1)
        page.goto(f"{bank.issuer}/consents")
        page.locator(".more a").first.press("Enter")
        page.locator("#stop").press("Enter")
        page.wait_for_selector("#keep")
        address = page.url
        page.locator("#keep").press("Enter")
        page.wait_for_selector("#receipt")
        page.locator("#stop").press("Enter")
        page.locator("button#stop").press("Enter")
        page.wait_for_selector("#history")
        assert page.locator(".state").inner_text().strip() == "Stopped"
        assert page.locator("#stop").count() == 0
        # Back at the form that has done its work, nothing is left to press.
        page.goto(address)
        page.wait_for_selector("h1:text('Sharing has already ended')")
        page.click("#details")
        page.click("#home")
        page.click("#log-out")
        page.wait_for_selector("#sign-in")
        assert not [line for line in page.said if "409" not in line], page.said


def receipt_is_a_download():
    """the receipt is a file to keep, and the page that it came from stays"""
    with tab(browser, accept_downloads=True) as page:
        looking(page)
        shared(page, 1)
        page.goto(f"{bank.issuer}/consents")
        page.locator(".more a").first.click()
        consent = page.locator("#consent-id").inner_text()
        with page.expect_download() as download:
            page.click("#receipt")
        assert download.value.suggested_filename == f"consent-{consent}.jwt"
        assert page.locator("#receipt").count() == 1 and not page.said, page.said


def markup_at_the_dashboard():
    """CO-04 markup in the name of a third party is text on every page of the dashboard"""
    words = [word for word in ATTACKS if len(word) <= 100]
    with tab(browser) as page:
        looking(page)
        shared(page, 1)
        page.goto(f"{bank.issuer}/consents")
        address = page.locator(".more a").first.get_attribute("href")
        cookies = page.context.cookies()
    named = bank.client("demo-tpp")["client_name"]
    shown = []

    def open_page(page, name, path):
        if shown != [name]:
            bank.client("demo-tpp", client_name=name)
            bank.reload()
            shown[:] = [name]
        page.context.add_cookies(cookies)
        page.goto(bank.issuer + path)
        page.wait_for_selector("h1")

    try:
        for path in (address, f"{address}/revoke", "/consents"):
            attacked(words, lambda page, name: open_page(page, name, path))
    finally:
        bank.client("demo-tpp", client_name=named)
        bank.reload()


HOP = {
    "client_name": "Two Hops", "client_secret_sha256": "ab" * 32, "scope": "openid profile",
    "grant_types": ["authorization_code"], "response_types": ["code"],
}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, Bank() as bank:
        party = f"http://localhost:{bank.port + 1}"
        assert f"{party}/" in bank.output(), "the sandbox does not print where to begin"
        plain, encrypted = Web(), Web(certificate(pathlib.Path(folder)))
        bank.client("hop", **HOP, redirect_uris=[plain.url("/callback")])
        bank.client("hop-tls", **HOP, redirect_uris=[encrypted.url("/callback")])
        bank.reload()
        main([
            one_of_three, without_scripts, device_without_scripts, deny_and_cancel, nothing_chosen, wrong_password,
            keyboard_alone, as_few_keys_as_can_be, double_click, back_button, reload_of_an_answer, two_tabs,
            two_hops, pressed_form_post, framing,
            markup_in_requests, markup_in_names, markup_in_accounts,
            stopped_by_keyboard, receipt_is_a_download,
            markup_at_the_dashboard,
        ])
