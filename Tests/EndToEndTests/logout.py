"""The end of a login: a client ends it, other clients hear of it, and a browser shows what people see of that."""

import contextlib
import http.server
import signal
import sys
import threading
import time
import urllib.parse

from _bank import Bank, Browser, Left, Page, ThirdParty, log_in, main
from _chromium import Web, chromium, sign_in, tab

try:
    import jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)


class Receiver:
    """A client's own server: it keeps what it is sent, and answers as it is told."""

    def __init__(self):
        self.status, self.sent, self.hold = 200, [], 0
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                receiver.sent.append((self.path, self.headers["Content-Type"], urllib.parse.parse_qs(body)))
                time.sleep(receiver.hold)
                with contextlib.suppress(OSError):
                    self.send_response(receiver.status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count, seconds=30):
        """What came, once there is as much as was waited for."""
        deadline = time.monotonic() + seconds
        while len(self.sent) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(self.sent) >= count, f"{len(self.sent)} instead of {count}"
        return self.sent


def register(bank, id, web, **members):
    """A client without a secret, whose pages are at the test's own server."""
    bank.client(id, client_name=id.title(), token_endpoint_auth_method="none", scope="openid offline_access",
                redirect_uris=[web.url(f"/{id}/callback")], post_logout_redirect_uris=[web.url(f"/{id}/out")],
                grant_types=["authorization_code", "refresh_token"], **members)
    return ThirdParty(bank, id, None, web.url(f"/{id}/callback"))


def logged_in(browser, party, username="bert"):
    """The answer of the token endpoint, and the parameters that came with the code."""
    url, _, verifier = party.authorization(scope="openid offline_access")
    page = browser.open(url)
    if isinstance(page, Page) and page.has_button("log-in"):
        page = log_in(browser, page, username)
    left = page if isinstance(page, Left) else browser.press(page, "allow")
    answer = party.redeem(left.parameters["code"], verifier)
    assert answer.status == 200, answer.text
    return answer.json, left.parameters


def logout_url(hint=None, **parameters):
    named = {"id_token_hint": hint, **parameters}
    return "/logout?" + urllib.parse.urlencode({name: value for name, value in named.items() if value is not None})


def read(bank, token, audience):
    key = jwt.PyJWKClient(f"{bank.issuer}/jwks").get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=["ES256"], audience=audience, issuer=bank.issuer,
                      options={"require": ["exp", "iat", "jti", "events", "sub"]})


def is_over(browser, party):
    left = browser.open(party.authorization(scope="openid", prompt="none")[0])
    return isinstance(left, Left) and left.parameters.get("error") == "login_required"


def everybody_hears_of_it():
    """a client ends the login and gets its browser back with its state; every client of the login is told once"""
    receiver, web = Receiver(), Web()
    with Bank(options=("--outbound", receiver.origin)) as bank:
        parties = [register(bank, id, web, backchannel_logout_uri=f"{receiver.origin}/{id}")
                   for id in ("shop", "club")]
        silent = register(bank, "silent", web)
        bank.reload()
        said = bank.get("/.well-known/openid-configuration").json
        assert said["backchannel_logout_supported"] and said["frontchannel_logout_supported"], said
        assert said["end_session_endpoint"] == f"{bank.issuer}/logout", said
        browser, stranger = Browser(bank), Browser(bank)
        answers = [logged_in(browser, party)[0] for party in (*parties, silent)]
        logged_in(stranger, parties[0], "anna")
        sid = jwt.decode(answers[0]["id_token"], options={"verify_signature": False})["sid"]
        state = "s" * 1000 + "&=%+ é"
        began = time.monotonic()
        receiver.hold = 2
        left = browser.open(logout_url(
            answers[2]["id_token"], post_logout_redirect_uri=web.url("/silent/out"), state=state))
        assert time.monotonic() - began < 1, "a person waits for a client's server"
        assert isinstance(left, Left) and left.url.startswith(web.url("/silent/out?")), left
        assert left.parameters == {"state": state}, left.parameters
        assert is_over(browser, silent) and not is_over(stranger, parties[0])
        sent = receiver.wait(2)
        assert sorted(path for path, _, _ in sent) == ["/club", "/shop"], sent
        for path, kind, form in sent:
            assert kind == "application/x-www-form-urlencoded" and list(form) == ["logout_token"], (kind, form)
            token, = form["logout_token"]
            assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"
            told = read(bank, token, path[1:])
            assert told["sid"] == sid and "nonce" not in told, told
            assert told["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}, told
        time.sleep(0.2)
        assert len(receiver.sent) == 2, "nobody is told twice"
        # What was granted for when the person is away stays: Back-Channel Logout 2.7.
        assert parties[0].refresh(answers[0]["refresh_token"]).status == 200


def a_notice_survives_a_crash():
    """a logout that was acknowledged survives kill -9, and the client hears of it once both are there again"""
    receiver, web = Receiver(), Web()
    with Bank(options=("--outbound", receiver.origin)) as bank:
        party = register(bank, "shop", web, backchannel_logout_uri=f"{receiver.origin}/shop")
        bank.reload()
        browser = Browser(bank)
        answer, _ = logged_in(browser, party)
        receiver.status = 503
        left = browser.open(logout_url(answer["id_token"], post_logout_redirect_uri=web.url("/shop/out")))
        assert isinstance(left, Left), left.text
        receiver.wait(1)
        bank.stop(signal.SIGKILL)
        receiver.status = 200
        bank.start()
        assert is_over(browser, party)
        sent = receiver.wait(2, 60)
        first, second = (read(bank, form["logout_token"][0], "shop") for _, _, form in sent[:2])
        assert first["jti"] == second["jti"] and first["sid"] == second["sid"], (first, second)
        deadline = time.monotonic() + 20
        while bank.rows("SELECT 1 FROM logout_notice") and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not bank.rows("SELECT 1 FROM logout_notice"), "what was heard is kept for ever"


def the_bank_ends_it():
    """a person whom the bank locks is logged out, and so is who leaves at the dashboard; clients are told"""
    receiver, web = Receiver(), Web()
    with Bank(options=("--outbound", receiver.origin)) as bank:
        party = register(bank, "shop", web, backchannel_logout_uri=f"{receiver.origin}/shop")
        bank.reload()
        anna, bert = Browser(bank), Browser(bank)
        subjects = {}
        for username, browser in (("anna", anna), ("bert", bert)):
            answer, _ = logged_in(browser, party, username)
            subjects[username] = jwt.decode(answer["id_token"], options={"verify_signature": False})["sub"]
        with bank.people() as persons:
            next(person for person in persons if person["username"] == "anna")["locked"] = True
        bank.reload()
        token, = receiver.wait(1)[0][2]["logout_token"]
        assert read(bank, token, "shop")["sub"] == subjects["anna"]
        assert is_over(anna, party) and not is_over(bert, party)
        page = bert.open("/consents")
        bert.press(page, "log-out")
        token, = receiver.wait(2)[1][2]["logout_token"]
        assert read(bank, token, "shop")["sub"] == subjects["bert"]
        assert is_over(bert, party)


def a_client_that_cannot_be_told_is_refused():
    """a client whose server nobody may call is not taken, and the server says which"""
    web = Web()
    with Bank() as bank:
        register(bank, "shop", web, backchannel_logout_uri="https://shop.example/back")
        try:
            bank.reload()
        except RuntimeError as refused:
            assert "outbound.hosts" in str(refused) and "shop" in str(refused), refused
        else:
            raise AssertionError("it is taken")


def asked_in_a_browser():
    """CO-24 a link from elsewhere asks first; a yes on our page ends the login and goes back to the client"""
    web = Web()
    with Bank() as bank, tab(browser, scripts=False) as page:
        register(bank, "shop", web)
        bank.reload()
        target = logout_url(client_id="shop", post_logout_redirect_uri=web.url("/shop/out"), state="s")
        web.put("/evil", f'<a id="go" href="{bank.issuer}{target}">go</a>'
                         f'<form method="post" action="{bank.issuer}/logout"><button id="post">post</button></form>')
        web.put("/shop/out", "<h1>out</h1>")
        page.goto(f"{bank.issuer}/consents")
        sign_in(page)
        page.wait_for_selector("#log-out")
        page.goto(web.url("/evil"))
        page.click("#post")
        page.wait_for_selector("#stay")
        page.click("#stay")
        page.wait_for_selector("#person")
        page.goto(web.url("/evil"))
        page.click("#go")
        page.wait_for_selector("#stay")
        page.click("#log-out")
        page.wait_for_url(web.url("/shop/out?state=s"))
        page.goto(f"{bank.issuer}/consents")
        page.wait_for_selector("#sign-in")
        assert not page.said, page.said


def frames_of_clients():
    """clients that want it are told in frames of our page, and then the browser goes on, with scripts or without"""
    for scripts in (True, False):
        shop, club = Web(), Web()
        with Bank() as bank, tab(browser, scripts=scripts) as page:
            parties = [register(bank, id, web, frontchannel_logout_uri=web.url(f"/{id}/front?x=y"),
                                frontchannel_logout_session_required=True)
                       for id, web in (("shop", shop), ("club", club))]
            bank.reload()
            for id, web in (("shop", shop), ("club", club)):
                web.put(f"/{id}/front", "<p>bye</p>")
                web.put(f"/{id}/callback", "<h1>in</h1>")
                web.put(f"/{id}/out", "<h1>out</h1>")
            hints = []
            for party, web in zip(parties, (shop, club)):
                url, _, verifier = party.authorization(scope="openid")
                page.goto(bank.issuer + url)
                if page.locator("#sign-in").count():
                    sign_in(page)
                page.click("#allow")
                page.wait_for_url(party.redirect_uri + "?**")
                code = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["code"][0]
                hints.append(party.redeem(code, verifier).json["id_token"])
            sid = jwt.decode(hints[0], options={"verify_signature": False})["sid"]
            page.goto(bank.issuer + logout_url(
                hints[0], post_logout_redirect_uri=shop.url("/shop/out"), state="s"))
            page.wait_for_url(shop.url("/shop/out?state=s"))
            for id, web in (("shop", shop), ("club", club)):
                (method, url, _), = web.asked(f"/{id}/front")
                asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
                assert method == "GET" and asked == {"x": "y", "iss": bank.issuer, "sid": sid}, url
            # Nowhere to go: the page stays, and says that it is done.
            page.goto(f"{bank.issuer}/logout")
            page.wait_for_selector("h1:text('You are logged out')")
            assert not page.said, page.said


WATCHER = """<!doctype html><title>watch</title><iframe id="op" src="{frame}"></iframe><script>
window.answers = [];
addEventListener("message", (event) => {{
  if (event.origin === "{issuer}") window.answers.push(event.data);
}});
window.ask = (text) => document.getElementById("op").contentWindow.postMessage(text, "{issuer}");
</script>"""


def watched_by_a_frame():
    """the page that clients frame says unchanged, changed and error, to each client about itself, in Chromium"""
    web = Web()
    # At another port of the same name: a browser that forgets keeps cookies from frames of other sites.
    with Bank() as bank, tab(browser) as page:
        register(bank, "shop", web)
        here = web.url("/shop/callback", "localhost")
        bank.client("shop", redirect_uris=[here])
        party = ThirdParty(bank, "shop", None, here)
        bank.reload()
        frame = bank.get("/.well-known/openid-configuration").json["check_session_iframe"]
        web.put("/shop/callback", "<h1>in</h1>")
        web.put("/shop/out", "<h1>out</h1>")
        web.put("/watch", WATCHER.format(frame=frame, issuer=bank.issuer))
        url, _, verifier = party.authorization(scope="openid")
        page.goto(bank.issuer + url)
        sign_in(page)
        page.click("#allow")
        page.wait_for_url(party.redirect_uri + "?**")
        back = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
        hint = party.redeem(back["code"][0], verifier).json["id_token"]
        state, = back["session_state"]
        held = page.context.cookies(bank.issuer)
        kept = {cookie["name"]: cookie for cookie in held}
        shown = kept["__Host-assent-state"]
        assert shown["secure"] and not shown["httpOnly"] and shown["sameSite"] == "None", shown
        assert kept["__Host-assent-session"]["httpOnly"], kept

        def answers(*texts, host="localhost"):
            page.goto(web.url("/watch", host))
            page.frame_locator("#op").locator("html").wait_for(state="attached")
            for count, text in enumerate(texts, 1):
                page.evaluate("text => ask(text)", text)
                page.wait_for_function("count => answers.length === count", arg=count)
            return page.evaluate("answers")

        digest, salt = state.split(".")
        assert answers(f"shop {state}", f"club {state}", f"shop {digest[::-1]}.{salt}", "shop", f"shop {digest}", "",
                       f"shop {state} more") == ["unchanged", "changed", "changed", *["error"] * 4]
        # What is true for one origin is nothing that another can learn.
        assert answers(f"shop {state}", host="127.0.0.1") == ["changed"]
        page.goto(bank.issuer + logout_url(hint, post_logout_redirect_uri=web.url("/shop/out")))
        page.wait_for_url(web.url("/shop/out"))
        assert answers(f"shop {state}") == ["changed"]
        assert not page.said, page.said


with chromium() as browser:
    main([everybody_hears_of_it, a_notice_survives_a_crash, the_bank_ends_it, a_client_that_cannot_be_told_is_refused,
          asked_in_a_browser, frames_of_clients, watched_by_a_frame])
