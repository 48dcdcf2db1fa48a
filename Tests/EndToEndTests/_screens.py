"""Every screen that people meet, by its name: each is opened from nothing, in a tab of its own.

    with chromium() as browser, Stage(browser) as stage:
        for name in SCREENS:
            with stage.screen(name, locale="cy") as page:
                look(page, name)

Nothing here reads a word of a page, only the ids that `templates/README.md` names, so that it works in every language.
"""

import contextlib
import json
import subprocess
import time

from _bank import Bank, ThirdParty, binary, hash_of, request
from _chromium import tab

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}
VIOLATIONS = """async options => (await axe.run(options)).violations.map(violation =>
    [violation.id, violation.nodes.map(node => node.target.join(' '))])"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

SCREENS = {}


def screen(open):
    """One that opens a screen: it gets the stage and a tab."""
    SCREENS[open.__name__.replace("_", " ")] = open
    return open


class Stage:
    """Sandboxes with people for every screen, and a browser before them."""

    def __init__(self, browser):
        self.browser, self.banks, self.stack = browser, {}, contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stack.close()

    @property
    def bank(self):
        return self.started()

    @property
    def hasty(self):
        """One that does not wait for people."""
        return self.started("--interaction-seconds", "2")

    @property
    def announcing(self):
        """One that leads back by a page."""
        return self.started("--refresh-page")

    def started(self, *options):
        if options not in self.banks:
            bank = self.stack.enter_context(Bank(options=options))
            with bank.people() as people:
                people += more_people(people)
                for person in people:
                    person["passwordHash"] = hash_of(f"{person['username']}-sandbox")
            bank.reload()
            self.banks[options] = bank
        return self.banks[options]

    @contextlib.contextmanager
    def screen(self, name, **options):
        """A tab with the screen in it."""
        with tab(self.browser, **options) as page:
            SCREENS[name](self, page)
            page.wait_for_selector("h1")
            yield page


def more_people(people):
    """Those whom some screens need beside the sandbox's own."""
    bert = next(person for person in people if person["username"] == "bert")

    def account(id, nickname, product, number, reason=None):
        changes = {"id": id, "subtype": product, "eligible": reason is None, "transactions": []}
        if nickname:
            changes["nickname"] = nickname
        if reason:
            changes["reason"] = reason
        identification = {"scheme": "UK.OBIE.SortCodeAccountNumber", "number": number, "name": bert["name"]}
        plain = {name: value for name, value in bert["accounts"][0].items() if name not in ("nickname", "reason")}
        return {**plain, **changes, "identifications": [identification]}

    def person(username, accounts):
        return {**bert, "id": f"psu-{username}", "username": username, "accounts": accounts}

    products = ["CurrentAccount", "Savings", "CreditCard"]
    several = [account(f"several-{n}", None if n % 4 == 3 else f"Branch {n + 1}", products[n % 3], f"001020{n + 10:08}",
                       "This account is closed." if n == 4 else None) for n in range(12)]
    crowd = [account(f"crowd-{n}", f"Client {n + 1}", products[n % 3], f"001020{n + 50:08}") for n in range(60)]
    moved = [account(f"moved-{n}", name, "CurrentAccount", f"001020{n + 30:08}")
             for n, name in enumerate(("Bills", "Old account"))]
    return [person("several", several), person("crowd", crowd), person("moved", moved),
            person("locked", [account("locked-0", "Bills", "CurrentAccount", "00102000000001")])]


# MARK: The way there


def sign_in(page, username):
    page.fill("#username", username)
    page.fill("#password", f"{username}-sandbox")
    page.click("#sign-in")


def asked(bank, page, username=None, consent=None, **changes):
    """To the login page of a new request, and on to what it asks this person; the consent that it is about."""
    tpp = ThirdParty(bank)
    consent = consent or tpp.register(tpp.client_token())
    page.goto(bank.issuer + tpp.authorization(consent, **changes)[0])
    if username:
        if page.locator("#sign-in").count():
            sign_in(page, username)
        page.wait_for_selector("#deny")
    return consent


def asked_who(bank, page, username=None, **changes):
    page.goto(bank.issuer + ThirdParty(bank).authorization(scope="openid profile", prompt="consent", **changes)[0])
    if username:
        sign_in(page, username)
        page.wait_for_selector("#deny")


def allow(page):
    """Says yes, with every account that can be chosen."""
    for box in page.locator("[name=account]:enabled:visible").all():
        box.check()
    page.click("#allow")
    page.wait_for_url("**/callback?**")


def given(bank, page, username, **changes):
    """A consent that this person has given in this tab."""
    consent = asked(bank, page, username, **changes)
    allow(page)
    return consent


def staying(page):
    """Keeps the browser from leaving, so that the page from which it leaves by itself can be looked at."""
    page.route("**/callback?**", lambda route: route.fulfill(status=204))


@contextlib.contextmanager
def changed(bank, username, **changes):
    """A person who is another for a while."""
    with bank.people() as people:
        person = next(person for person in people if person["username"] == username)
        before = dict(person)
        person.update(changes)
    bank.reload()
    try:
        yield
    finally:
        with bank.people() as people:
            person = next(person for person in people if person["username"] == username)
            person.clear()
            person.update(before)
        bank.reload()


# MARK: Logging in


@screen
def login(stage, page):
    asked(stage.bank, page)


@screen
def login_wrong(stage, page):
    asked(stage.bank, page)
    page.fill("#username", "bert")
    page.fill("#password", "not it")
    page.click("#sign-in")
    page.wait_for_selector("#problem")


@screen
def login_slowed_down(stage, page):
    asked(stage.bank, page)
    for _ in range(12):
        page.fill("#username", "nobody")
        page.fill("#password", "not it")
        with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            page.click("#sign-in")
        page.wait_for_selector("#problem")
        if answer.value.status == 429:
            return
    raise AssertionError("guesses are not slowed down")


@screen
def login_again(stage, page):
    """After the login ended under the page."""
    asked(stage.bank, page, "bert")
    page.check("#account-2")
    page.context.clear_cookies(name="__Host-assent-session")
    page.click("#allow")
    page.wait_for_selector("#resumed")


@screen
def login_dashboard(stage, page):
    page.goto(f"{stage.bank.issuer}/consents")


# MARK: Deciding


@screen
def consent(stage, page):
    asked(stage.bank, page, "bert")


@screen
def consent_nothing_chosen(stage, page):
    asked(stage.bank, page, "bert")
    page.click("#allow")
    page.wait_for_selector("#problem")


@screen
def consent_one_account(stage, page):
    asked(stage.bank, page, "anna")


@screen
def consent_no_account(stage, page):
    asked(stage.bank, page, "cleo")


@screen
def consent_several_accounts(stage, page):
    asked(stage.bank, page, "several")


@screen
def consent_many_accounts(stage, page):
    asked(stage.bank, page, "crowd")
    page.check("#account-1")
    page.fill("#find", "client 5")
    page.click("#show")
    page.wait_for_selector("#account-1:checked")


@screen
def consent_identity(stage, page):
    asked_who(stage.bank, page, "bert")


@screen
def consent_device(stage, page):
    codes = ThirdParty(stage.bank).post("/device_authorization", {"scope": "openid profile"}).json
    page.goto(codes["verification_uri_complete"])
    page.click("#go-on")
    sign_in(page, "bert")
    page.wait_for_selector("#elsewhere")


@screen
def consent_summons(stage, page):
    summoned(stage, page)
    page.locator("[id^=review-]").first.click()
    page.wait_for_selector("#message")


@screen
def again(stage, page):
    """The same consent, a second time."""
    asked(stage.bank, page, "bert", given(stage.bank, page, "bert"))


@screen
def again_changed(stage, page):
    """The same, and one of its accounts can no longer be shared."""
    first = given(stage.bank, page, "moved")
    with stage.bank.people() as people:
        accounts = next(person for person in people if person["username"] == "moved")["accounts"]
    closed = [accounts[0], {**accounts[1], "eligible": False, "reason": "This account is closed."}]
    with changed(stage.bank, "moved", accounts=closed):
        asked(stage.bank, page, "moved", first)
        page.wait_for_selector("#again")


# MARK: Leaving


@screen
def outbound(stage, page):
    staying(page)
    asked(stage.announcing, page, "anna")
    page.click("#allow")
    page.wait_for_selector("#leave")


@screen
def outbound_denied(stage, page):
    staying(page)
    asked(stage.announcing, page, "anna")
    page.click("#deny")
    page.wait_for_selector("#leave")


@screen
def timed_out(stage, page):
    asked(stage.hasty, page)
    time.sleep(2.1)
    page.click("#cancel")
    page.wait_for_selector("#leave")


@screen
def locked(stage, page):
    asked(stage.bank, page, "locked")
    with changed(stage.bank, "locked", locked=True):
        page.click("#allow")
        page.wait_for_selector("#leave")


@screen
def decided(stage, page):
    asked(stage.bank, page, "anna")
    answered = page.url
    allow(page)
    page.goto(answered)
    page.wait_for_selector("#home")


@screen
def form_post(stage, page):
    asked_who(stage.bank, page, "anna", response_mode="form_post")
    page.click("#allow")
    page.wait_for_selector("#continue")


@screen
def leaving(stage, page):
    """Before an error goes to a client that registered itself and that nobody has looked at."""
    bank = stage.bank
    data = bank.folder / "data"
    said = subprocess.run(
        [binary(), "registrations", "invite", "fresh-ledger", "--folder", data / "registration.d", "--database",
         data / "assent.sqlite"], capture_output=True, text=True, timeout=60, check=True).stdout
    bank.reload()
    document = {"redirect_uris": ["https://fresh.example/cb"], "client_name": "Fresh Ledger", "scope": "openid"}
    answer = request("POST", f"{bank.issuer}/register", {
        "Content-Type": "application/json", "Authorization": f"Bearer {said.split()[3]}"}, json.dumps(document))
    assert answer.status == 201, answer.text
    tpp = ThirdParty(bank, answer.json["client_id"], answer.json["client_secret"], "https://fresh.example/cb")
    page.goto(bank.issuer + tpp.authorization(scope="openid", prompt="none")[0])
    page.wait_for_selector("#leave")


@screen
def error(stage, page):
    page.goto(f"{stage.bank.issuer}/authorize?client_id=nobody")


@screen
def error_with_a_way_back(stage, page):
    """A form that was shown before the consent changed."""
    bank = stage.bank
    consent = given(bank, page, "anna")
    asked(bank, page, "anna", consent)
    other = page.context.new_page()
    asked(bank, other, "anna", consent)
    other.click("#allow")
    other.wait_for_url("**/callback?**")
    other.close()
    page.click("#allow")
    page.wait_for_selector("#back")


@screen
def help(stage, page):
    page.goto(f"{stage.bank.issuer}/help/errors/forbidden")


# MARK: The dashboard


def summoned(stage, page):
    page.goto(f"{stage.bank.issuer}/consents")
    sign_in(page, "anna")
    page.wait_for_selector("#log-out")
    called = ThirdParty(stage.bank).post("/bc-authorize", {
        "scope": "openid profile", "login_hint": "anna", "binding_message": "1234", "client_notification_token": "x"})
    assert called.status == 200, called.text
    page.reload()
    page.wait_for_selector("#summonses")


def opened(stage, page, username="bert"):
    """To the page of a consent that was given a moment ago."""
    consent = given(stage.bank, page, username)
    page.goto(f"{stage.bank.issuer}/consents")
    page.click(f"#details-{consent}")
    page.wait_for_selector("#receipt")
    return consent


@screen
def consents_empty(stage, page):
    page.goto(f"{stage.bank.issuer}/consents")
    sign_in(page, "cleo")
    page.wait_for_selector("#none")


@screen
def consents(stage, page):
    consent_stopped(stage, page)
    given(stage.bank, page, "bert")
    page.goto(f"{stage.bank.issuer}/consents")
    page.wait_for_selector("#ended")


@screen
def consents_summons(stage, page):
    summoned(stage, page)


@screen
def consents_in_pages(stage, page):
    for _ in range(7):
        given(stage.bank, page, "several")
    page.goto(f"{stage.bank.issuer}/consents?page=2")
    page.wait_for_selector("#back")


@screen
def consent_details(stage, page):
    opened(stage, page)


@screen
def consent_stopped(stage, page):
    stop(stage, page)
    page.click("button#stop")
    page.wait_for_selector("#history")


@screen
def stop(stage, page):
    opened(stage, page)
    page.click("#stop")
    page.wait_for_selector("#keep")


@screen
def ended(stage, page):
    stop(stage, page)
    address = page.url
    page.click("button#stop")
    page.wait_for_selector("#history")
    page.goto(address)
    page.wait_for_selector("#details")


@screen
def receipt(stage, page):
    opened(stage, page)
    page.click("#print")
    page.wait_for_selector("#download")


@screen
def not_found(stage, page):
    page.goto(f"{stage.bank.issuer}/consents")
    sign_in(page, "cleo")
    page.wait_for_selector("#log-out")
    page.goto(f"{stage.bank.issuer}/consents/nothing")
    page.wait_for_selector("#home")


# MARK: Another device


@screen
def device(stage, page):
    page.goto(f"{stage.bank.issuer}/device")


@screen
def device_wrong_code(stage, page):
    page.goto(f"{stage.bank.issuer}/device")
    page.fill("#user-code", "BBBB-BBBB")
    page.click("#go-on")
    page.wait_for_selector("#problem")


@screen
def device_compared(stage, page):
    codes = ThirdParty(stage.bank).post("/device_authorization", {"scope": "openid profile"}).json
    page.goto(codes["verification_uri_complete"])


@screen
def device_done(stage, page):
    consent_device(stage, page)
    page.click("#allow")
    page.wait_for_selector("#next")


@screen
def device_denied(stage, page):
    consent_device(stage, page)
    page.click("#deny")
    page.wait_for_selector("#next")


# MARK: Logging out


@screen
def logout(stage, page):
    page.goto(f"{stage.bank.issuer}/consents")
    sign_in(page, "anna")
    page.wait_for_selector("#log-out")
    page.goto(f"{stage.bank.issuer}/logout?client_id=demo-tpp")
    page.wait_for_selector("#stay")


@screen
def logout_to_nowhere(stage, page):
    logout(stage, page)
    page.goto(f"{stage.bank.issuer}/logout?client_id=demo-tpp&post_logout_redirect_uri=https://evil.test/")
    page.wait_for_selector("#developer")


@screen
def logged_out(stage, page):
    logout(stage, page)
    page.click("#log-out")
    page.wait_for_selector("#on, h1")


# MARK: How a screen looks


def look(page, name, colours=COLOURS, widths=(320, 1280)):
    """Everything that holds for every screen, in these colourings and widths."""
    from axe_playwright_python.base import AXE_SCRIPT

    # Once a page, because it is half a megabyte; of what it finds only what is wrong is brought here.
    page.evaluate(AXE_SCRIPT)
    backgrounds = {}
    for colouring in colours:
        page.emulate_media(**COLOURS[colouring])
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            where = f"{name} at {width} px, {colouring}"
            found = page.evaluate(VIOLATIONS, {"runOnly": RULES, "resultTypes": ["violations"]})
            assert not found, f"{where}: {found}"
            assert page.evaluate(WIDER) <= 0, f"{where} is {page.evaluate(WIDER)} px too wide"
        backgrounds[colouring] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    if {"light", "dark"} <= set(colours):
        assert backgrounds["light"] != backgrounds["dark"], f"{name} is the same by day and by night: {backgrounds}"
    page.emulate_media(**COLOURS["light"])
