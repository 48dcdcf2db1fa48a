"""Every page in every language: what is chosen, what is kept, and how it looks in Chromium."""

import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import pages as over_http
from _bank import ROOT, Bank, Browser, Left, Page, ThirdParty, ask, binary, log_in, main
from _chromium import chromium, sign_in, tab
from _screens import RULES, WIDER

LANGUAGES = ["ar", "cy", "de", "en", "es", "fr", "pl"]
SEEN = ["en", "cy", "ar"]


def words(language):
    return json.loads((ROOT / "templates" / "text" / f"{language}.json").read_text())


class Reader(Browser):
    """A browser whose person likes one language best."""

    def __init__(self, bank, language, source=None):
        super().__init__(bank, source)
        self.language = language

    def send(self, method, url, form=None, body=None, **headers):
        return super().send(method, url, form, body, **{"Accept-Language": self.language, **headers})

    def choose(self, page, language, **fields):
        """Presses a language on a page that has a form of its own."""
        form = next(form for form in page.forms if any(name == "form_token" for name, _ in form.fields))
        values = [(name, fields.get(name, value)) for name, value in form.fields] + [("language", language)]
        values += [("account", box) for box in fields.get("boxes", ())]
        return self.send("POST", form.action, form=values)


def shown(answer):
    """The language of an answer, which says it twice."""
    language, direction = re.search(r'<html lang="([^"]*)" dir="([^"]*)">', answer.text).groups()
    assert answer.header("Content-Language") == language, answer.headers
    assert direction == ("rtl" if language.startswith(("ar", "qps-rtl")) else "ltr")
    return language


# MARK: Choosing


def every_page_speaks():
    """every page there is comes in every language, with its words and with no place left open"""
    for language in LANGUAGES:
        text = words(language)
        found = states(language)
        for name, html in found.items():
            assert f'<html lang="{language}"' in html, (language, name)
            assert "{{" not in html and not re.search(r">[^<]*\{[a-z_]+[,}]", html.split("</style>")[1]), (language, name)
        assert text["text"]["error"]["heading"] in found["no client"]
        assert text["problems"]["login_slowed_down"] in found["login, too many"]
        assert text["text"]["consents"]["heading"] in found["list"]
        assert text["states"]["revoked"] in found["sharing, stopped"]
        month = text["months"][0]
        assert f" {month} 2026" in found["sharing"] or f" de {month} de 2026" in found["sharing"], language


def asked_by_the_client():
    """ui_locales counts however it comes: in the query, pushed, or from a device; a tag nobody knows is no error"""
    tpp = ThirdParty(bank)

    def first_page(**changes):
        return shown(Reader(bank, "pl").open(tpp.authorization(scope="openid", **changes)[0]).answer)

    for wish, language in (("cy", "cy"), ("fr-CA en", "fr"), ("tlh x-y de-AT", "de"), ("xx", "pl"), (None, "pl")):
        assert first_page(ui_locales=wish) == language, wish
        _, parameters, _ = tpp.authorization(scope="openid", ui_locales=wish)
        pushed = tpp.post("/par", parameters)
        assert pushed.status == 201, pushed.text
        login = Reader(bank, "pl").open("/authorize?client_id=demo-tpp&request_uri=" + pushed.json["request_uri"])
        assert shown(login.answer) == language, wish
    device = tpp.post("/device_authorization", {"scope": "openid", "ui_locales": "es"}).json
    reader = Reader(bank, "pl")
    page = reader.open(device["verification_uri_complete"])
    # Before the code is brought, it is not known whose request it is.
    assert shown(page.answer) == "pl"
    assert shown(reader.press(page, "continue").answer) == "es"
    # An answer that is a page of ours, and a no, are in the same language.
    signed = over_http.signed_in()
    signed.press(signed.open(tpp.authorization(scope="openid", prompt="consent")[0]), "allow")
    posted = signed.send("GET", tpp.authorization(
        scope="openid", response_mode="form_post", prompt="none", ui_locales="cy")[0])
    assert shown(posted) == "cy" and words("cy")["text"]["form_post"]["heading"] in posted.text
    assert shown(signed.send("GET", tpp.authorization(redirect_uri="https://evil.test/", ui_locales="fr")[0])) == "fr"
    assert shown(signed.send("GET", "/logout?ui_locales=xx+ar")) == "ar"


def the_same_decision_in_two_tabs():
    """a yes counts for the page that was read, in its language, whatever was chosen in another tab; the record says which"""
    reader = Reader(bank, "en")
    question = ask(bank, reader)
    assert shown(question.page.answer) == "en"
    other = reader.send("POST", "/help/errors/forbidden", form=[("language", "pl")])
    assert other.status == 303 and "__Host-assent-language" in reader.cookies
    # Asked again it comes in Polish; as it stands it is still English, and can be answered.
    assert shown(reader.send("GET", question.page.url)) == "pl"
    fields = question.fields("allow")
    assert ("page_language", "en") in fields
    # Nobody can say that another page was read than the one whose proof they have.
    for language in ("pl", "cy"):
        lie = [(name, language if name == "page_language" else value) for name, value in fields]
        assert question.send(lie).status == 409, language
    assert isinstance(question.press("allow"), Left)
    assert decided_in(question.consent) == "en"

    second = ask(bank, reader)
    assert shown(second.page.answer) == "pl"
    page = reader.choose(second.page, "ar", boxes=second.boxes[1:])
    assert shown(page) == "ar" and page.text.count(" checked") == len(second.boxes[1:])
    answer = reader.press(Page(page, second.page.url), "allow", boxes=second.boxes[1:])
    assert isinstance(answer, Left)
    assert decided_in(second.consent) == "ar"


def decided_in(consent):
    """The language that the ledger has of a decision."""
    rows = bank.rows("SELECT shown_language FROM revision WHERE consent = ? AND shown_language IS NOT NULL "
                     "ORDER BY version", consent)
    return rows[-1][0]


def switched_in_chromium():
    """without scripts a language is chosen on every page of a journey, and what was typed and ticked stays"""
    for scripts in (False, True):
        with tab(browser, scripts) as page:
            page.goto(f"{party}/")
            page.click("#connect")
            page.fill("#username", "bert")
            page.click("button[name=language][value=cy]")
            page.wait_for_selector("html[lang=cy]")
            assert page.input_value("#username") == "bert" and page.input_value("#password") == ""
            sign_in(page)
            page.wait_for_selector("html[lang=cy] #allow")
            page.check("#account-2")
            page.check("#account-3")
            page.click("button[name=language][value=ar]")
            page.wait_for_selector("html[lang=ar][dir=rtl] #allow")
            assert [page.is_checked(f"#account-{n}") for n in (1, 2, 3)] == [False, True, True]
            # Enter on a box still decides nothing, and chooses no language.
            page.focus("#account-2")
            with page.expect_navigation():
                page.keyboard.press("Enter")
            assert page.locator("html[lang=ar] #allow").count() == 1 and page.is_checked("#account-2")
            page.uncheck("#account-3")
            page.click("#allow")
            page.wait_for_url(f"{party}/callback?**")
            assert len(page.locator("#accounts li").all()) == 1
            # It is remembered, and pages with nothing to fill in have the same form.
            page.goto(bank.issuer + "/consents")
            page.wait_for_selector("html[lang=ar] #log-out")
            page.click("button[name=language][value=de]")
            page.wait_for_selector("html[lang=de] #log-out")
            page.goto(bank.issuer + "/authorize?client_id=nobody&x=y")
            page.click("button[name=language][value=pl]")
            page.wait_for_selector("html[lang=pl] #message")
            assert page.url == bank.issuer + "/authorize?client_id=nobody&x=y"
            page.goto(bank.issuer + "/device?user_code=WDJB-MJHT")
            page.click("button[name=language][value=fr]")
            page.wait_for_selector("html[lang=fr] p#user-code:has-text('WDJB-MJHT')")
            assert not [line for line in page.said if "400" not in line], page.said


def switched_by_keyboard():
    """the keyboard alone reaches every language after everything else on the page, each called by itself"""
    with tab(browser, scripts=False) as page:
        page.goto(bank.issuer + "/consents")
        page.focus("#sign-in")
        names = []
        for _ in range(len(LANGUAGES) - 1):
            page.keyboard.press("Tab")
            names.append(page.evaluate("document.activeElement.innerText"))
            assert page.evaluate("document.activeElement.getBoundingClientRect().height") >= 44
        assert names == [words(language)["name"] for language in LANGUAGES if language != "en"]
        page.keyboard.press("Enter")
        page.wait_for_selector("html[lang=pl]")


# MARK: Looking

STATES = {}


@contextlib.contextmanager
def at(another):
    """Everything within is said to another bank."""
    global bank
    before = bank
    bank = over_http.bank = another
    try:
        yield
    finally:
        bank = over_http.bank = before


def states(language):
    """Every page that there is, by name, as it comes in this language."""
    if language in STATES:
        return STATES[language]
    original = Browser.send

    def send(self, method, url, form=None, body=None, **headers):
        url = url.replace("ui_locales=en", "ui_locales=" + language)
        return original(self, method, url, form, body, **{"Accept-Language": language, **headers})

    Browser.send = send
    try:
        found = {name: answer.text for name, answer in over_http.every_page().items()}
        found |= dashboard()
    finally:
        Browser.send = original
    STATES[language] = found
    return found


def dashboard():
    """The pages of somebody who shares something, and of somebody who does not."""
    found, reader = {}, Browser(bank)
    for length in (1, 2):
        question = ask(bank, reader, "bert", data={"ExpirationDateTime": "2031-01-05T00:00:00+00:00",
                                                   "TransactionFromDateTime": "2026-01-01T00:00:00+00:00"}.items())
        question.press("allow", question.boxes[:length])
    path = f"/consents/{question.consent}"
    found["list"] = reader.send("GET", "/consents").text
    found["sharing"] = reader.send("GET", path).text
    page = reader.open(f"{path}/revoke")
    found["stop"] = page.answer.text
    found["sharing, stopped"] = reader.press(page, "stop").answer.text
    found["already ended"] = reader.send("GET", f"{path}/revoke").text
    found["nothing of theirs"] = reader.send("GET", "/consents/nothing").text
    found["help"] = reader.send("GET", "/help/errors/auth_code_invalid").text
    found["login to the dashboard"] = Browser(bank).send("GET", "/consents/login").text
    empty = Browser(bank)
    log_in(empty, empty.open("/consents"), "cleo")
    found["empty list"] = empty.send("GET", "/consents").text
    return found


def different(found):
    """Of pages that have the same bones, the first."""
    seen = {}
    for name, html in found.items():
        bones = re.sub(r"[A-Za-z0-9_-]{43}|\d\d:\d\d", "", html.split("</style>")[1])
        seen.setdefault(re.sub(r">[^<]*<", "><", bones), (name, html))
    return dict(seen.values())


AXE = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ['violations'], elementRef: false}))
    .violations.map(one => [one.id, one.nodes.map(node => node.target.join(' '))])"""


def good_to_look_at():
    """every page passes axe in English, Welsh and Arabic, in every colouring, at 320 and 1280 px"""
    from axe_playwright_python.sync_playwright import Axe

    script = Axe().axe_script
    looked = 0
    with tab(browser) as page:
        for language in SEEN:
            for name, html in different(states(language)).items():
                page.set_content(html)
                page.evaluate(script)
                for colours in ("light", "dark", "forced"):
                    page.emulate_media(color_scheme="dark" if colours == "dark" else "light",
                                       forced_colors="active" if colours == "forced" else "none")
                    for width in (320, 1280):
                        page.set_viewport_size({"width": width, "height": 800})
                        where = f"{name} in {language}, {colours}, {width} px"
                        violations = page.evaluate(AXE, RULES)
                        assert not violations, f"{where}: {violations}"
                        wider = page.evaluate(WIDER)
                        assert wider <= 0, f"{where} is {wider} px too wide"
                        looked += 1
    print(f"# {looked} looks")


# MARK: A language that nobody speaks

ACCENTS = dict(zip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                   "åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"))


def pseudo(text):
    """Accents on every letter, and four letters more for every ten; places and choices stay as they are."""
    spelled, letters, inside, at = "", 0, ["words"], 0
    while at < len(text):
        kept = re.compile({
            "words": r"\{[a-z_]+\}|\{[a-z_]+, plural,|\}", "choice": r" *(=\d+|[a-z]+) \{| *\}",
        }[inside[-1]]).match(text, at)
        if kept:
            if kept[0].endswith(("plural,", " {")):
                inside.append("choice" if kept[0].endswith(",") else "words")
            elif kept[0].strip() == "}":
                inside.pop()
        letters += text[at].isalpha() and not kept
        spelled += kept[0] if kept else ACCENTS.get(text[at], text[at])
        at += len(kept[0]) if kept else 1
    more = letters * 2 // 5
    return " ".join([spelled, *("ö" * min(8, more - done) for done in range(0, more, 8))])


def pseudo_locale(folder):
    """The templates with two languages more, of which no bank can have one by accident."""
    templates = pathlib.Path(folder) / "templates"
    shutil.copytree(ROOT / "templates", templates)
    keep = {"lang", "dir", "name", "plurals", "reviewed", "date", "moment"}

    def spoken(value, name=""):
        if name in keep:
            return value
        if isinstance(value, dict):
            return {name: spoken(member, name) for name, member in value.items()}
        return [spoken(member) for member in value] if isinstance(value, list) else pseudo(value)

    for tag, direction in (("qps", "ltr"), ("qps-rtl", "rtl")):
        text = spoken(words("en")) | {"lang": tag, "dir": direction, "name": f"Þšéûđö {direction}"}
        (templates / "text" / f"{tag}.json").write_text(json.dumps(text, ensure_ascii=False))
        for wording in (templates / "wording").glob("*.en.json"):
            document = spoken(json.loads(wording.read_text())) | {"lang": tag}
            wording.with_name(wording.name.replace(".en.", f".{tag}.")).write_text(json.dumps(document, ensure_ascii=False))
    return templates


# What is no word of ours: names, numbers and times stand in elements of their own, and other languages say so.
SPOKEN = """() => {
  const found = [];
  const walk = node => {
    if (node.nodeType === 3) { if (node.data.trim()) found.push(node.data.trim()); return; }
    if (node.nodeType !== 1 || node.matches('style, bdi, time, code, [lang]:not(html)')) return;
    for (const name of ['title', 'alt', 'aria-label', 'placeholder'])
      if (node.hasAttribute(name)) found.push(node.getAttribute(name));
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return found;
}"""

# Every text lies within the box that it is written in, and no box hides what is in it.
CLIPPED = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode, box = text.parentElement.closest('button, summary, label, li, p, h1, h2, h3, a, legend, div');
    if (!text.data.trim() || text.parentElement.closest('.away, style') || !box) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const outer = box.getBoundingClientRect();
    for (const inner of range.getClientRects())
      if (inner.width && (inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 6))
        found.push(text.data.trim());
  }
  return found;
}"""


def nothing_is_hard_coded():
    """no page has a word that did not come from the language, and none is clipped where words are longer"""
    names = ["Sandbox Bank", "Money Pilot", "Bert", "Cleo", "Anna"]
    with at(other), tab(browser) as page:
        for language in ("qps", "qps-rtl"):
            for name, html in different(states(language)).items():
                page.set_content(html)
                for text in page.evaluate(SPOKEN) + [page.title()]:
                    for known in names:
                        text = text.replace(known, "")
                    english = re.findall(r"[A-Za-z]{2,}", text)
                    assert not english, f"{name} says {english} in {text!r}"
                for width in (280, 320, 1280):
                    page.set_viewport_size({"width": width, "height": 800})
                    wider = page.evaluate(WIDER)
                    assert wider <= 0, f"{name} in {language} is {wider} px too wide at {width} px"
                    clipped = page.evaluate(CLIPPED)
                    assert not clipped, f"{name} in {language} clips {clipped} at {width} px"


def reloaded_as_a_whole():
    """a language that is changed is there after SIGHUP, and one that is broken changes nothing"""
    file = templates / "text" / "cy.json"
    before = file.read_text()
    bank = other

    def heading():
        return re.search(r"<h1>(.*?)</h1>", Reader(bank, "cy").send("GET", "/help/errors/forbidden").text).group(1)

    text = json.loads(before)
    text["text"]["help"]["heading"] = "Rhywbeth arall"
    file.write_text(json.dumps(text, ensure_ascii=False))
    bank.reload()
    assert heading() == "Rhywbeth arall"
    text["text"]["help"]["heading"] = ""
    text["sentences"]["until"] = "{tim}"
    file.write_text(json.dumps(text, ensure_ascii=False))
    try:
        bank.reload()
    except RuntimeError as refused:
        assert "text/cy.json: text.help.heading is missing or no text" in str(refused), refused
        assert "text/cy.json: sentences.until has a place {tim}, for which there is nothing" in str(refused), refused
    else:
        raise AssertionError("a broken language was taken")
    assert heading() == "Rhywbeth arall"
    file.unlink()
    bank.reload()
    assert shown(Reader(bank, "cy").send("GET", "/help/errors/forbidden")) == "en"
    file.write_text(before)
    bank.reload()
    assert heading() == words("cy")["text"]["help"]["heading"]


# MARK: What a bank changes


def templates_command(*words):
    """What `assent templates` says, and how it ends."""
    done = subprocess.run([binary(), "templates", *map(str, words)], capture_output=True, text=True, cwd=ROOT, timeout=60)
    return done.returncode, done.stdout + done.stderr


def looked_at_before_it_is_served():
    """assent templates check names file, line and column of what may not be, and preview writes every page in every language"""
    for regime in ("uk-ceg", "eu-psd2", "au-cdr", "generic"):
        status, said = templates_command("check", "--templates", ROOT / "templates", "--regime", regime)
        assert status == 0 and "in 7 languages are as they must be" in said, said
    with tempfile.TemporaryDirectory() as folder:
        mine, pages = pathlib.Path(folder) / "templates", pathlib.Path(folder) / "pages"
        shutil.copytree(ROOT / "templates", mine)
        for file, before, after in (("colours", "--quiet: #475767", "--quiet: #8a97a5"),
                                    ("foot", "{{> languages}}", "{{{bank.name}}}"), ("brand", "{{bank.name}}", "{{bank.nick}}")):
            path = mine / f"{file}.mustache"
            good = path.read_text()
            assert before in good, (file, before)
            path.write_text(good.replace(before, after))
            status, said = templates_command("check", "--templates", mine)
            assert status == 78 and re.search(rf"{file}\.mustache:\d+:\d+: ", said), said
            path.write_text(good)
        status, said = templates_command("preview", pages, "--templates", mine, "--regime", "eu-psd2")
        assert status == 0, said
        names = {path.name for path in pages.iterdir()}
        assert f"{len(names)} pages" in said
        screens = {name.split("-")[0] for name in names}
        assert screens == {path.stem for path in mine.glob("*.mustache") if "{{> head}}" in path.read_text()}
        for language in LANGUAGES:
            mine_in = [name for name in names if name.endswith(f".{language}.html")]
            assert len(mine_in) * len(LANGUAGES) == len(names)
            assert all(f'<html lang="{language}"' in (pages / name).read_text() for name in mine_in)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        templates = pseudo_locale(folder)
        with Bank() as bank, Bank(templates=templates) as other:
            over_http.bank, party = bank, f"http://localhost:{bank.port + 1}"
            main([
                every_page_speaks, asked_by_the_client, the_same_decision_in_two_tabs, switched_in_chromium,
                switched_by_keyboard, good_to_look_at,
                nothing_is_hard_coded, reloaded_as_a_whole, looked_at_before_it_is_served,
            ])
