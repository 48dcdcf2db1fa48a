"""The sandbox's workbench: every way to ask, every button with what it should find, and nothing left out of the record."""

import base64
import html
import html.parser
import json
import re
import urllib.parse

from _bank import Bank, Browser, Left, log_in, main, request
from _chromium import chromium, sign_in, tab

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
USUAL = ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits",
         "ReadTransactionsDebits"]
METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]


# MARK: The page, as a program reads it


class Hops(html.parser.HTMLParser):
    """Each hop of a journey's page: its title, its status, whether it was as expected, and all of its words."""

    def __init__(self, text):
        super().__init__()
        self.all, self.inside = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        words = (attributes.get("class") or "").split()
        if tag == "li" and "hop" in words:
            self.all.append({"tone": words[-1], "title": "", "status": "", "text": "", "verdict": None})
        if self.all:
            hop = self.all[-1]
            if "verdict" in words:
                hop["verdict"] = "good" in words
            self.inside.append("title" if tag == "h3" else "status" if "status" in words else "")

    def handle_endtag(self, tag):
        if self.inside:
            self.inside.pop()

    def handle_data(self, data):
        if self.all:
            self.all[-1]["text"] += data
            if self.inside and self.inside[-1]:
                self.all[-1][self.inside[-1]] += data


class Journey:
    """One journey, driven by plain HTTP."""

    def __init__(self, path):
        self.path = urllib.parse.urlsplit(path).path

    @property
    def page(self):
        answer = request("GET", party + self.path)
        assert answer.status == 200, answer.text
        return answer.text

    @property
    def hops(self):
        return Hops(self.page).all

    def press(self, step):
        """Presses a button that can be pressed, and returns the hops that it has added."""
        page = self.page
        button = re.search(rf'<button [^>]*value="{step}"[^>]*>', page).group()
        assert "disabled" not in button, f"{step} cannot be pressed"
        before = len(Hops(page).all)
        answer = request("POST", party + self.path, form={"step": step})
        assert answer.status == 303, answer.text
        assert answer.header("Location").endswith(f"#hop-{before + 1}"), answer.header("Location")
        return self.hops[before:]

    def fact(self, id):
        found = re.search(rf'id="{id}">([^<]*)<', self.page)
        return html.unescape(found.group(1)) if found else None

    @property
    def standing(self):
        return self.fact("standing")

    def require_no_surprise(self):
        surprises = [hop for hop in self.hops if hop["verdict"] is False]
        assert not surprises, surprises


def start(auth="client_secret_basic", permissions=USUAL, **choices):
    """Sends the form of the first page; where the browser is led."""
    choices = {"response_type": "code", **choices}
    form = [("auth", auth), *(("permission", code) for code in permissions)]
    form += [(name, value) for name, value in choices.items() if value is not None]
    answer = request("POST", f"{party}/sandbox", form=form)
    assert answer.status == 303, answer.text
    return answer.header("Location")


def at_the_bank(url, decision="allow", browser=None):
    """A person at the pages of the bank, until the browser is sent back or shown a form that goes back."""
    browser = browser or Browser(bank)
    page = browser.open(url)
    if isinstance(page, Left):
        return page
    if page.has_button("log-in"):
        page = log_in(browser, page, "bert")
    boxes = [value for _, value in page.form_with("allow").boxes][:2] if decision == "allow" else []
    return browser.press(page, decision, boxes=boxes)


def bring(left):
    """Brings the answer to the third party, as the browser would; the journey that it belongs to."""
    if isinstance(left, Left):
        parts = urllib.parse.urlsplit(left.url)
        if parts.fragment:
            # A browser asks without the fragment, and finds a page that asks for it.
            bare = request("GET", f"{party}{parts.path}")
            assert bare.status == 200 and 'name="url"' in bare.text, bare.text
            answer = request("POST", f"{party}/sandbox/answer", form={"url": left.url})
        else:
            answer = request("GET", f"{party}{parts.path}?{parts.query}")
    else:
        form = next(form for form in left.forms if form.action.startswith(party))
        answer = request("POST", form.action, {"Origin": bank.issuer}, form=form.fields)
    assert answer.status == 303, answer.text
    return Journey(answer.header("Location"))


def journey(decision="allow", **choices):
    return bring(at_the_bank(start(**choices), decision))


def held(**choices):
    """A journey whose code waits for a button."""
    waiting = Journey(start(stop="on", **choices))
    answer = request("POST", party + waiting.path, form={"step": "leave"})
    assert answer.status == 303 and answer.header("Location").startswith(f"{bank.issuer}/authorize?"), answer.text
    came = bring(at_the_bank(answer.header("Location")))
    assert came.path == waiting.path
    return came


# MARK: Whole journeys


def each_way_to_prove_who_it_is():
    """a whole journey by each client authentication, every hop as expected and every token good"""
    for auth in METHODS:
        came = journey(auth=auth, par="on")
        titles = [hop["title"] for hop in came.hops]
        consent = [] if auth == "none" else ["token for the client", "consent registered"]
        assert titles == ["discovery", "keys", *consent, "pushed request", "browser sent to the bank",
                          "browser back with the answer", "code redeemed", "accounts called"], (auth, titles)
        came.require_no_surprise()
        assert [hop["status"] for hop in came.hops][-3:] == ["303", "200", "200"], came.hops
        redeemed = came.hops[-2]["text"]
        for word in ("access_token decoded", "id_token decoded", "at_hash holds", "holds by the bank's key"):
            assert word in redeemed, (auth, word, redeemed)
        assert "bert-current" in came.hops[-1]["text"], came.hops[-1]["text"]
        assert came.standing == "tokens in hand", came.standing
        pushed = next(hop["text"] for hop in came.hops if hop["title"] == "pushed request")
        proof = {"client_secret_basic": "authorizationBasic ", "client_secret_post": "client_secret",
                 "private_key_jwt": "client_assertion decoded", "none": "authorization_details"}[auth]
        assert proof in pushed, (auth, pushed)
        if auth == "private_key_jwt":
            assert "holds by the client's key" in pushed, pushed


def each_way_to_ask():
    """a request travels in the query, signed, pushed, and signed and pushed, with a proof of a key or without"""
    for auth in ("client_secret_basic", "private_key_jwt"):
        for par in (None, "on"):
            for signed in (None, "on"):
                for dpop in (None, "on"):
                    choices = {"par": par, "request_object": signed, "dpop": dpop}
                    came = journey(auth=auth, **choices)
                    came.require_no_surprise()
                    assert came.standing == "tokens in hand", (choices, came.standing)
                    text = "".join(hop["text"] for hop in came.hops)
                    assert ("request decoded" in text) == (signed is not None), choices
                    assert ("DPoP decoded" in text) == (dpop is not None), choices
                    assert ("holds by the key in its own header" in text) == (dpop is not None), choices
                    assert ('"token_type": "DPoP"' in text) == (dpop is not None), choices
                    assert ("pushed request" in [hop["title"] for hop in came.hops]) == (par is not None), choices


def each_way_back():
    """an answer comes back in each mode that the bank offers, by query, by form, by hand, and signed"""
    offered = bank.get("/.well-known/openid-configuration").json["response_modes_supported"]
    assert len(offered) == 7, offered
    for kind in ("code", "code id_token"):
        for mode in ("", *offered):
            choices = {"response_type": kind, "response_mode": mode}
            left = at_the_bank(start(**choices)) if kind == "code" or not mode.startswith("query") else None
            if left is None:
                # OAuth 2.0 Multiple Response Types §3: no ID token in a query; the bank says so to the client.
                left = Browser(bank).open(start(**choices))
                assert isinstance(left, Left), left.text
                came = bring(left)
                assert came.hops[-1]["title"] in ("browser back with the answer", "answer pasted by hand"), came.hops
                assert "invalid_request" in came.fact("failure"), came.fact("failure")
                continue
            came = bring(left)
            came.require_no_surprise()
            assert came.standing == "tokens in hand", (choices, came.standing)
            text = "".join(hop["text"] for hop in came.hops)
            assert ("response decoded" in text) == mode.endswith("jwt"), choices
            back = next(hop for hop in came.hops if hop["title"] in ("browser back with the answer", "answer pasted by hand"))
            by_hand = "fragment" in mode or (kind != "code" and mode in ("", "jwt"))
            assert (back["title"] == "answer pasted by hand") == by_hand, (choices, back["title"])
            assert ("c_hash holds" in back["text"]) == (kind != "code" and not mode.endswith("jwt")), choices


def what_was_chosen_arrives():
    """permissions, dates and the language arrive at the bank as they were chosen"""
    codes = ["ReadAccountsBasic", "ReadTransactionsBasic", "ReadTransactionsCredits"]
    url = start(permissions=codes, expires="2031-02-01", to="2026-03-01", ui_locales="en", **{"from": "2026-01-01"})
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["ui_locales"] == ["en"], url
    came = bring(at_the_bank(url))
    came.require_no_surprise()
    registered = next(hop["text"] for hop in came.hops if hop["title"] == "consent registered")
    for word in codes + ["2031-02-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"]:
        assert registered.count(word) == 3, (word, registered)
    assert "ReadBalances" not in registered


def what_the_bank_refuses_is_shown():
    """what the bank refuses ends the journey with its answer, and a no of the person is no surprise"""
    past = Journey(start(expires="2020-01-01"))
    assert past.hops[-1]["title"] == "consent registered" and past.hops[-1]["verdict"] is False, past.hops
    assert "400" in past.fact("failure") and "ExpirationDateTime" in past.hops[-1]["text"]
    assert "UK.OBIE" in past.hops[-1]["text"]

    denied = journey("deny")
    denied.require_no_surprise()
    assert "access_denied" in denied.fact("failure"), denied.fact("failure")
    assert denied.hops[-1]["title"] == "browser back with the answer"


def what_cannot_work_is_said():
    """what cannot work is said before anything is sent, and the form keeps what was chosen"""
    page = request("GET", f"{party}/sandbox").text
    choice = re.search(r'<input [^>]*value="tls_client_auth"[^>]*>', page).group()
    assert "disabled" in choice, choice
    for form, word in (({"auth": "tls_client_auth"}, "tls_client_auth does not work"),
                       ({"auth": "none", "request_object": "on"}, "no key of its own")):
        answer = request("POST", f"{party}/sandbox", form={**form, "permission": "ReadParty", "from": "2026-01-02"})
        assert answer.status == 422 and word in answer.text, answer.text
        assert 'value="ReadParty" checked' in answer.text and 'value="2026-01-02"' in answer.text
    assert request("POST", f"{party}/sandbox", form={"auth": "anything"}).status == 400
    assert request("POST", f"{party}/sandbox", form={"auth": "none", "from": "x" * 200}).status == 400


# MARK: Buttons


def who_has_the_code_alone():
    """a wrong verifier, client and redirect URI are refused while the code is held, and the code works afterwards"""
    for auth in ("client_secret_basic", "none"):
        came = held(auth=auth, par="on", dpop="on")
        assert "held" in came.standing, came.standing
        for step in ("wrong-verifier", "wrong-client", "wrong-redirect-uri"):
            (hop,) = came.press(step)
            assert hop["status"] == "400 invalid_grant" and hop["verdict"], (auth, hop)
        (hop,) = came.press("redeem")
        assert hop["status"] == "200" and hop["verdict"], hop
        for step in ("wrong-verifier", "redeem"):
            answer = request("POST", party + came.path, form={"step": step})
            assert answer.status == 303 and len(came.hops) == len(came.hops), answer.text
            assert re.search(rf'value="{step}"[^>]* disabled', came.page), step


def too_many_wrong_tries():
    """five wrong tries spend the code, which the page expects"""
    came = held()
    for _ in range(5):
        came.press("wrong-verifier")
    (hop,) = came.press("redeem")
    assert hop["status"] == "400 invalid_grant" and hop["verdict"], hop


def tokens_until_their_end():
    """accounts, claims, introspection, refresh and revocation find what they should, before and after"""
    for auth in ("client_secret_post", "none"):
        public = auth == "none"
        came = journey(auth=auth, par="on")
        for step, status in (("accounts", "200"), ("user-info", "200"), ("refresh", "200"), ("accounts", "200"),
                             ("introspect", "401 invalid_client" if public else "200")):
            (hop,) = came.press(step)
            assert hop["status"] == status and hop["verdict"], (auth, step, hop)
        (hop,) = came.press("revoke-access-token")
        assert hop["status"] == "200" and hop["verdict"], hop
        (hop,) = came.press("accounts")
        assert hop["status"].startswith("401") and hop["verdict"], hop
        (hop,) = came.press("refresh")
        assert hop["status"] == "200" and hop["verdict"], hop
        (hop,) = came.press("accounts")
        assert hop["status"] == "200" and hop["verdict"], hop
        came.press("revoke-refresh-token")
        for step, status in (("accounts", "401"), ("refresh", "400 invalid_grant"),
                             ("introspect", "401 invalid_client" if public else "200")):
            (hop,) = came.press(step)
            assert hop["status"].startswith(status) and hop["verdict"], (auth, step, hop)
        if not public:
            assert '"active":false' in came.hops[-1]["text"].replace(" ", ""), came.hops[-1]["text"]
        came.require_no_surprise()


def what_comes_twice():
    """a code and a refresh token that come twice are refused, and everything of them ends"""
    for auth in ("private_key_jwt", "none"):
        came = journey(auth=auth)
        again, after = came.press("replay")
        assert again["status"] == "400 invalid_grant" and again["verdict"], again
        assert after["verdict"], after
        assert ("false" in after["text"]) if auth != "none" else after["status"].startswith("401"), after
        assert came.standing == "over: the code was used twice", came.standing

        came = journey(auth=auth)
        came.press("refresh")
        (again,) = came.press("replay-refresh")
        assert again["status"] == "400 invalid_grant" and again["verdict"], again
        (after,) = came.press("accounts")
        assert after["status"].startswith("401") and after["verdict"], after


def the_consent_ends():
    """the third party deletes the consent, and its tokens end with it; a public app is told why it cannot"""
    came = journey()
    _, deleted = came.press("delete-consent")
    assert deleted["status"] == "204" and deleted["verdict"], deleted
    for step, status in (("accounts", "401"), ("refresh", "400 invalid_grant"), ("introspect", "200")):
        (hop,) = came.press(step)
        assert hop["status"].startswith(status) and hop["verdict"], (step, hop)
    assert re.search(r'value="delete-consent"[^>]* disabled', came.page)
    app = journey(auth="none")
    assert "only the person ends it" in html.unescape(app.page)
    assert f'href="{bank.issuer}/consents"' in app.page


def a_surprise_is_a_surprise():
    """a button whose expectation is not met says so: the person has stopped the consent meanwhile"""
    came = journey()
    consent = came.fact("consent")
    browser = Browser(bank)
    page = browser.open("/consents")
    page = log_in(browser, page, "bert")
    page = browser.open(f"/consents/{consent}/revoke")
    browser.press(page, "stop")
    (hop,) = came.press("accounts")
    assert hop["status"].startswith("401") and hop["verdict"] is False and hop["tone"] == "bad", hop
    assert came.fact("bad") == "1 not met", came.fact("bad")


# MARK: The record


def nothing_is_missing():
    """every hop shows method, address, headers, body, answer, the clause, a reason, and the curl to repeat it"""
    came = journey(auth="client_secret_basic", par="on")
    for hop in came.hops:
        for word in ("Request", "Answer", "Repeat it with curl", "curl -i", "ms", "→"):
            assert word in hop["text"], (word, hop)
        assert re.search(r"(RFC|OpenID|UK Open Banking|OAuth)", hop["text"]), hop
    why = re.findall(r'<p class="why">([^<]*)</p>', came.page)
    assert len(why) == len(came.hops) and all(len(text) > 30 for text in why), why
    secret = (bank.folder / "data" / "workbench-basic.secret").read_text()
    basic = base64.b64encode(f"workbench-basic:{secret}".encode()).decode()
    redeemed = came.hops[-2]["text"]
    assert redeemed.count(f"Basic {basic}") == 2, "the secret is not in the header and in the curl"
    assert "code_verifier" in redeemed and "refresh_token" in redeemed
    tokens = json.loads(har(came)["entries"][-2]["response"]["content"]["text"])
    for name in ("access_token", "refresh_token", "id_token"):
        assert tokens[name] in redeemed, name


def curl_repeats_it():
    """the curl of a hop, run as it stands, gets the same kind of answer"""
    import shutil
    import subprocess

    if not shutil.which("curl"):
        return
    came = journey()
    for title, status in (("accounts called", " 200 "), ("code redeemed", " 400 ")):
        text = next(hop["text"] for hop in came.hops if hop["title"] == title)
        command = text[text.index("curl -i"):].strip()
        done = subprocess.run(["sh", "-c", command + " -s"], capture_output=True, text=True, timeout=30)
        assert status in done.stdout.splitlines()[0], (command, done.stdout, done.stderr)


def har(came):
    answer = request("GET", f"{party}{came.path}/har")
    assert answer.status == 200 and "attachment" in answer.header("Content-Disposition"), answer.headers
    return answer.json["log"]


def it_can_be_taken_home():
    """the export as HAR has the fields of HAR 1.2, that as Markdown each hop; none leaves a hop out"""
    came = held(auth="private_key_jwt", par="on", request_object="on", response_mode="form_post.jwt")
    came.press("wrong-client")
    came.press("redeem")
    log = har(came)
    assert log["version"] == "1.2" and set(log["creator"]) == {"name", "version"}, log["creator"]
    hops = came.hops
    assert len(log["entries"]) == len(hops)
    for entry, hop in zip(log["entries"], hops):
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry), entry
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", entry["startedDateTime"])
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
                "bodySize"} <= set(entry["request"]), entry["request"]
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize",
                "bodySize"} <= set(entry["response"]), entry["response"]
        assert {"size", "mimeType"} <= set(entry["response"]["content"])
        assert {"send", "wait", "receive"} <= set(entry["timings"])
        assert hop["title"] in entry["comment"] and hop["status"].startswith(str(entry["response"]["status"]))
        if "postData" in entry["request"]:
            assert {"mimeType", "text"} <= set(entry["request"]["postData"])
    answer = request("GET", f"{party}{came.path}/markdown")
    assert answer.header("Content-Type").startswith("text/markdown")
    text = answer.text
    for number, hop in enumerate(hops, 1):
        assert f"\n## {number}. {hop['title']}\n" in text, (number, hop["title"])
    assert text.count("curl -i") == len(hops)


def markup_is_text():
    """markup in whatever the browser brings is text on the page, and is not believed"""
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    waiting = Journey(start(stop="on"))
    answer = request("POST", party + waiting.path, form={"step": "leave"})
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.header("Location")).query)["state"][0]
    query = urllib.parse.urlencode(
        {"error": evil, "error_description": evil, "state": state, "iss": bank.issuer, evil: evil})
    answer = request("GET", f"{party}/sandbox/callback?{query}", {"X-Evil": evil})
    assert answer.status == 303, answer.text
    page = waiting.page
    assert "<script" not in page and "<img" not in page, page
    assert html.escape("<script>alert(1)</script>") in page
    for path in (f"/sandbox/callback?state={urllib.parse.quote(evil)}&code=x", f"/sandbox/{urllib.parse.quote(evil)}",
                 f"/sandbox/flows/{urllib.parse.quote(evil)}"):
        answer = request("GET", party + path)
        assert answer.status in (400, 404) and "<script" not in answer.text, answer.text
    answer = request("POST", f"{party}/sandbox", form={"auth": "tls_client_auth", "from": evil})
    assert answer.status == 422 and "<script" not in answer.text and html.escape("<script>") in answer.text
    answer = request("POST", f"{party}/sandbox/answer", form={"url": evil})
    assert answer.status == 422 and "<script" not in answer.text


def an_answer_of_another():
    """an answer with another issuer, or a state that nobody waits for, is not used; a state is answered once"""
    for changes, word in (({"iss": "https://evil.test"}, "iss is not the issuer"), ({"iss": None}, "iss is not the issuer")):
        waiting = Journey(start(stop="on"))
        answer = request("POST", party + waiting.path, form={"step": "leave"})
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.header("Location")).query)["state"][0]
        fields = {"code": "x", "state": state, "iss": bank.issuer, **changes}
        fields = {name: value for name, value in fields.items() if value is not None}
        callback = f"{party}/sandbox/callback?{urllib.parse.urlencode(fields)}"
        assert request("GET", callback).status == 303
        hop = waiting.hops[-1]
        assert hop["verdict"] is False and word in hop["text"], hop
        assert re.search(r'value="redeem"[^>]* disabled', waiting.page)
        assert request("GET", callback).status == 400
    assert request("GET", f"{party}/sandbox/callback?code=x&state=y").status == 400


def pages_of_strangers():
    """a form of another site is not taken, and no other name of this machine shows a page"""
    answer = request("POST", f"{party}/sandbox", {"Sec-Fetch-Site": "cross-site"}, form={"auth": "none"})
    assert answer.status == 403
    answer = request("GET", f"{party}/sandbox", {"Host": f"evil.test:{bank.port + 1}"})
    assert answer.status == 421, answer.status


def the_oldest_are_forgotten():
    """the newest journeys are kept, each up to a bound, and the oldest are forgotten"""
    first = Journey(start(stop="on"))
    for _ in range(24):
        last = Journey(start(stop="on"))
    assert request("GET", party + first.path).status == 404
    assert request("GET", party + last.path).status == 200
    assert request("GET", f"{party}/sandbox").text.count('<li><a href="/sandbox/flows/') == 24

    came = journey()
    for _ in range(210):
        assert request("POST", party + came.path, form={"step": "accounts"}).status == 303
    assert "as much as it may" in came.page
    assert len(har(came)["entries"]) <= 200


# MARK: In a browser


def policy_of(answer):
    policy = answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src" not in policy, policy
    assert answer.header("Cache-Control") == "no-store" and answer.header("X-Content-Type-Options") == "nosniff"
    assert "<script" not in answer.text


def no_script_and_a_strict_policy():
    """every page has the strict policy and no script"""
    came = journey()
    for path in ("/sandbox", "/sandbox/callback", "/sandbox/nothing", came.path):
        policy_of(request("GET", party + path))


def in_chromium(scripts):
    with tab(browser, scripts) as page:
        page.goto(f"{party}/")
        page.click("#sandbox")
        page.check("[name=auth][value=private_key_jwt]")
        page.check("#dpop")
        page.select_option("#response_type", "code id_token")
        page.select_option("#response_mode", "form_post")
        page.check("#stop")
        page.click("#start")
        page.click("#leave")
        sign_in(page)
        page.check("#account-1")
        page.click("#allow")
        # The page that posts the answer has no script either: a button does it.
        page.click("main button")
        page.wait_for_url(f"{party}/sandbox/flows/**")
        for step in ("wrong-verifier", "wrong-client", "wrong-redirect-uri", "redeem", "accounts", "introspect",
                     "refresh", "replay"):
            count = page.locator(".hop").count()
            page.click(f"#{step}")
            page.wait_for_function("count => document.querySelectorAll('.hop').length > count", arg=count) \
                if scripts else page.wait_for_selector(f"#hop-{count + 1}")
        assert page.locator("#bad").count() == 0, page.locator(".verdict.bad").all_text_contents()
        assert page.locator(".verdict.good").count() == page.locator(".verdict").count() >= 12
        assert not page.said, page.said


def with_scripts():
    """a whole journey in Chromium, with each button"""
    in_chromium(scripts=True)


def without_scripts():
    """the same with scripts switched off"""
    in_chromium(scripts=False)


def a_fragment_by_hand():
    """an answer in a fragment is brought back by hand, from the page that the browser was sent to"""
    with tab(browser) as page:
        page.goto(f"{party}/sandbox")
        page.select_option("#response_type", "code id_token")
        page.click("#start")
        sign_in(page)
        page.check("#account-1")
        page.click("#allow")
        page.wait_for_url(f"{party}/sandbox/callback#**")
        look(page, "a fragment")
        page.fill("#url", page.url)
        page.click("#bring")
        page.wait_for_url(f"{party}/sandbox/flows/**")
        assert page.locator("#standing").text_content() == "tokens in hand"
        assert page.locator("#bad").count() == 0


def look(page, name):
    from axe_playwright_python.sync_playwright import Axe

    for colours in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"forced_colors": "active"}):
        page.emulate_media(**{"color_scheme": "light", "forced_colors": "none", **colours})
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert not found, (name, width, colours, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found])
            assert page.evaluate(WIDER) <= 0, f"{name} is {page.evaluate(WIDER)} px too wide at {width}, {colours}"
    page.emulate_media(color_scheme="light", forced_colors="none")


def good_to_look_at():
    """every page passes axe by day, by night and in forced colours, at 320 and 1280 px, and asks for nothing from elsewhere"""
    came = held(par="on", dpop="on", response_type="code id_token", response_mode="form_post.jwt")
    came.press("wrong-client")
    came.press("redeem")
    came.press("replay")
    with tab(browser) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{party}/")
        page.click("#sandbox")
        look(page, "choices")
        page.goto(f"{party}{came.path}")
        look(page, "journey")
        page.click("#open-all")
        page.wait_for_selector("#hop-1[id] details[open]")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        look(page, "journey with everything open")
        page.goto(f"{party}/sandbox/nothing")
        look(page, "problem")
        assert all(url.startswith(party) or url.startswith("data:") for url in asked), asked
        # Chromium itself says that the last of them was not found.
        assert len(page.said) == 1 and "404" in page.said[0], page.said


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        party = f"http://localhost:{bank.port + 1}"
        with chromium() as browser:
            main([
                each_way_to_prove_who_it_is, each_way_to_ask, each_way_back, what_was_chosen_arrives,
                what_the_bank_refuses_is_shown, what_cannot_work_is_said, who_has_the_code_alone, too_many_wrong_tries,
                tokens_until_their_end, what_comes_twice, the_consent_ends, a_surprise_is_a_surprise, nothing_is_missing,
                curl_repeats_it, it_can_be_taken_home, markup_is_text, an_answer_of_another, pages_of_strangers,
                no_script_and_a_strict_policy, with_scripts, without_scripts, a_fragment_by_hand, good_to_look_at,
                the_oldest_are_forgotten,
            ])
