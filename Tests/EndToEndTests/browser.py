"""What people meet: the pages of the real server in a real browser."""

import json
import pathlib
import re
import tempfile
import urllib.parse

from _bank import Bank, ThirdParty, hash_of, main
from _chromium import Web, certificate, chromium, sign_in, tab

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

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
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


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
        assert [stop for stop in stops if stop not in ("SUMMARY", "BODY")] == [*boxes, "allow", "deny"], stops
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{party}/callback?**")
        assert page.locator("#accounts li").all_text_contents() == ["Bills"]


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


# MARK: How pages look


def look(page, name):
    """Everything that holds for every page, in every colouring and width."""
    from axe_playwright_python.sync_playwright import Axe

    backgrounds = set()
    for colours in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
        page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **colours})
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            where = f"{name} at {width} px, {colours}"
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert not found, f"{where}: {[(one['id'], [node['target'] for node in one['nodes']]) for one in found]}"
            assert page.evaluate(WIDER) <= 0, f"{where} is {page.evaluate(WIDER)} px too wide"
        if "forced_colors" not in colours:
            backgrounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(backgrounds) == 2, f"{name} is the same by day and by night: {backgrounds}"

    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": 280, "height": 800})
    assert page.evaluate(WIDER) <= 0, f"{name} is too wide at 280 px"
    page.set_viewport_size({"width": 320, "height": 800})
    # The spacing that WCAG 2.2, 1.4.12, wants pages to bear; a sheet made by a script is not held to the policy.
    page.evaluate("""() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; ' +
            'word-spacing: .16em !important }');
        document.adoptedStyleSheets = [sheet]; }""")
    assert page.evaluate(WIDER) <= 0, f"{name} is too wide with wide spacing"
    page.evaluate("() => { document.adoptedStyleSheets = []; document.documentElement.dir = 'rtl' }")
    assert page.evaluate(WIDER) <= 0, f"{name} is too wide from right to left"


def good_to_look_at():
    """every page passes axe in every colouring, fits 320 px, and asks for nothing from elsewhere"""
    with tab(browser) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{party}/")
        page.click("#connect")
        page.wait_for_selector("#sign-in")
        look(page, "login")
        page.reload()
        page.fill("#username", "bert")
        page.fill("#password", "not it")
        page.click("#sign-in")
        page.wait_for_selector("#problem")
        look(page, "login after a wrong password")
        sign_in(page)
        page.wait_for_selector("#allow")
        look(page, "consent")
        page.reload()
        same = [page.locator(button).bounding_box() for button in ("#allow", "#deny")]
        assert (same[0]["width"], same[0]["height"]) == (same[1]["width"], same[1]["height"]), same
        for target in page.locator("button:not(.away), summary, .choice").all():
            assert target.bounding_box()["height"] >= 44, target.inner_text()
        page.click("#allow")
        page.wait_for_selector("#problem")
        look(page, "consent without a choice")
        answered = page.url
        page.check("#account-1")
        page.click("#allow")
        page.wait_for_url(f"{party}/callback?**")
        page.goto(answered)
        page.wait_for_selector("h1:text('already answered')")
        look(page, "decided")
        foreign = [url for url in asked if not url.startswith((bank.issuer + "/", party + "/", "data:"))]
        assert not foreign, foreign
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
    device = ThirdParty(bank).post("/device_authorization", {"scope": "openid profile"}).json
    with tab(browser) as page:
        page.goto(device["verification_uri"])
        look(page, "device")
        page.reload()
        page.fill("#user-code", "BBBB-BBBB")
        page.click("#go-on")
        page.wait_for_selector("#problem")
        look(page, "device with a wrong code")
        page.goto(device["verification_uri_complete"])
        look(page, "device with a code to compare")
        page.reload()
        page.click("#go-on")
        sign_in(page)
        page.wait_for_selector("#elsewhere")
        look(page, "consent of a device")
        page.reload()
        page.click("#allow")
        page.wait_for_selector("h1:text('Done')")
        look(page, "done")
    for username, name in (("anna", "one account"), ("cleo", "no account that can be shared")):
        with tab(browser) as page:
            page.goto(f"{party}/")
            page.click("#connect")
            sign_in(page, username)
            page.wait_for_selector("#deny")
            look(page, f"consent with {name}")
    with tab(browser) as page:
        page.goto(bank.issuer + "/authorize?client_id=nobody")
        look(page, "error")
    with tab(browser) as page:
        form_post(page)
        look(page, "form_post")


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


def dashboard_is_good_to_look_at():
    """every page of the dashboard passes axe in every colouring, and fits 320 px"""
    with tab(browser) as page:
        page.goto(f"{bank.issuer}/consents")
        page.wait_for_selector("#sign-in")
        look(page, "login to the dashboard")
        sign_in(page, "anna")
        page.wait_for_selector("#none")
        look(page, "empty list")
        for _ in range(8):
            shared(page)
        called = ThirdParty(bank).post("/bc-authorize", {
            "scope": "openid profile", "login_hint": "anna", "binding_message": "1234",
            "client_notification_token": "x"})
        assert called.status == 200, called.text
        page.goto(f"{bank.issuer}/consents")
        page.wait_for_selector("#summonses")
        look(page, "list with a request that waits")
        page.reload()
        page.click("button[value=review]")
        page.wait_for_selector("#message")
        look(page, "consent of a request with a message")
        page.reload()
        page.click("#deny")
        page.wait_for_selector("h1:text('Nothing was shared')")
        page.goto(f"{bank.issuer}/consents")
        page.wait_for_selector("#on")
        look(page, "list")
        page.reload()
        for target in page.locator("summary, .more a, .turning a, #log-out").all():
            assert target.bounding_box()["height"] >= 44, target.inner_text()
        page.locator(".more a").first.click()
        page.wait_for_selector("#stop")
        look(page, "sharing")
        page.reload()
        page.click("#stop")
        page.wait_for_selector("#keep")
        look(page, "stop")
        page.reload()
        address = page.url
        same = [page.locator(button).bounding_box() for button in ("button#stop", "#keep")]
        assert (same[0]["width"], same[0]["height"]) == (same[1]["width"], same[1]["height"]), same
        page.click("button#stop")
        page.wait_for_selector("#history")
        look(page, "sharing that was stopped")
        page.goto(address)
        page.wait_for_selector("#details")
        look(page, "already ended")
        page.goto(f"{bank.issuer}/consents/nothing")
        page.wait_for_selector("#home")
        look(page, "nothing of theirs")
        page.goto(f"{bank.issuer}/consents?page=2")
        look(page, "second page of the list")


def logging_out_is_good_to_look_at():
    """the pages of logging out pass axe in every colouring, and fit 320 px"""
    with tab(browser) as page:
        looking(page)
        page.goto(f"{bank.issuer}/logout?client_id=demo-tpp")
        page.wait_for_selector("#stay")
        look(page, "logout")
        page.reload()
        same = [page.locator(button).bounding_box() for button in ("#log-out", "#stay")]
        assert (same[0]["width"], same[0]["height"]) == (same[1]["width"], same[1]["height"]), same
        page.goto(f"{bank.issuer}/logout?client_id=demo-tpp&post_logout_redirect_uri=https://evil.test/")
        page.wait_for_selector("#developer")
        look(page, "logout that leads nowhere")
        page.reload()
        page.click("#log-out")
        page.wait_for_selector("h1:text('logged out')")
        look(page, "logged out")


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
            one_of_three, without_scripts, deny_and_cancel, nothing_chosen, wrong_password,
            keyboard_alone, double_click, back_button,
            two_hops, pressed_form_post, framing,
            markup_in_requests, markup_in_names, markup_in_accounts,
            good_to_look_at,
            stopped_by_keyboard, receipt_is_a_download, dashboard_is_good_to_look_at, logging_out_is_good_to_look_at,
            markup_at_the_dashboard,
        ])
