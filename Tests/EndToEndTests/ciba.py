"""OpenID CIBA over real sockets: a client names a person, the person decides at the dashboard, and the client polls or is told."""

import http.server
import json
import signal
import threading
import time

from _bank import Bank, Browser, Page, ThirdParty, claims, log_in, main
from _wire import Key, KeyParty, is_error

GRANT = "urn:openid:params:grant-type:ciba"


class Listener:
    """A client's own server: what it was told, and what it answers."""

    def __init__(self):
        self.heard, self.status = [], 204
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                listener.heard.append((self.path, self.headers.get("Authorization"), json.loads(body)))
                self.send_response(listener.status)
                if listener.status == 301:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count):
        deadline = time.monotonic() + 30
        while len(self.heard) < count:
            assert time.monotonic() < deadline, f"told {len(self.heard)} times, not {count}"
            time.sleep(0.02)
        return self.heard


def party(name, ping=True):
    """A client of its own, registered to be told or to poll."""
    key = Key(f"{name}-key")
    bank.client(
        name, client_name=name, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [key.jwk]},
        grant_types=[GRANT, "refresh_token", "client_credentials"], scope="openid profile offline_access accounts",
        backchannel_token_delivery_mode="ping" if ping else "poll",
        backchannel_client_notification_endpoint=f"{listener.origin}/{name}" if ping else None)
    bank.reload()
    return KeyParty(bank, name, key)


def ask(tpp, **changes):
    form = {"scope": "openid offline_access", "login_hint": "anna", "binding_message": "7 apples",
            "client_notification_token": f"token-of-{tpp.id}", **changes}
    return tpp.post("/bc-authorize", {name: value for name, value in form.items() if value is not None})


def poll(tpp, id):
    return tpp.post("/token", {"grant_type": GRANT, "auth_req_id": id})


def at_dashboard(username="anna"):
    browser = Browser(bank)
    return browser, log_in(browser, browser.open("/consents"), username)


def killed():
    bank.stop(signal.SIGKILL)
    bank.start()


def every_step_outlives_a_kill():
    """CIBA §7 to §10: a request, its answer and its use are kept before anybody hears of them"""
    tpp = party("poller", ping=False)
    answer = ask(tpp)
    assert answer.status == 200 and answer.json["interval"] == 5, answer.text
    id = answer.json["auth_req_id"]
    killed()
    assert is_error(poll(tpp, id), 400, "authorization_pending")
    browser, page = at_dashboard()
    assert "7 apples" in page.text, page.text
    page = browser.press(page, "review")
    assert "7 apples" in page.text and page.has_button("allow"), page.text
    killed()
    done = browser.press(page, "allow")
    assert isinstance(done, Page) and "Go back to poller, where you began" in done.text, done.text
    killed()
    answer = poll(tpp, id)
    assert answer.status == 200, answer.text
    told = claims(answer.json["id_token"])
    assert (told["sub"], told["urn:openid:params:jwt:claim:auth_req_id"]) == ("psu-anna", id), told
    killed()
    assert is_error(poll(tpp, id), 400, "invalid_grant")
    assert tpp.post("/token", {"grant_type": "refresh_token", "refresh_token": answer.json["refresh_token"]}).status == 200


def a_client_is_told():
    """CIBA §10.2: the client is told once, with its own token, and fetches what the person has allowed"""
    tpp = party("told")
    id = ask(tpp).json["auth_req_id"]
    before = len(listener.heard)
    browser, page = at_dashboard()
    browser.press(browser.press(page, "review"), "allow")
    assert listener.wait(before + 1)[before:] == [("/told", "Bearer token-of-told", {"auth_req_id": id})]
    assert poll(tpp, id).status == 200


def a_notice_outlives_a_kill():
    """CIBA §10.2: what could not be told, because the client's server or ours was gone, is told later"""
    tpp = party("patient")
    id = ask(tpp).json["auth_req_id"]
    before, listener.status = len(listener.heard), 503
    browser, page = at_dashboard()
    browser.press(browser.press(page, "review"), "deny")
    listener.wait(before + 1)
    bank.stop(signal.SIGKILL)
    listener.status = 204
    # Nothing in the file says it: the identifier is made again, and the token is there for as long as it is needed.
    (kept,), = bank.rows("SELECT notice_token FROM polled_request WHERE client = 'patient' AND notice_token IS NOT NULL")
    # It is the client's own secret, and whoever reads the file reads none.
    assert "token-of-patient" not in kept, kept
    bank.start()
    assert listener.wait(before + 2)[before:] == [("/patient", "Bearer token-of-patient", {"auth_req_id": id})] * 2
    assert is_error(poll(tpp, id), 400, "access_denied")


def a_redirect_is_not_followed():
    """CIBA §10.2: an endpoint that leads elsewhere, or refuses, is told once"""
    for status in (301, 401):
        tpp = party(f"answers-{status}")
        id = ask(tpp).json["auth_req_id"]
        before, listener.status = len(listener.heard), status
        browser, page = at_dashboard()
        browser.press(browser.press(page, "review"), "allow")
        listener.wait(before + 1)
        # What is not kept yet would be told again, and should be: the answer may have been lost.
        deadline = time.monotonic() + 20
        while bank.rows("SELECT 1 FROM polled_request WHERE notice_due IS NOT NULL"):
            assert time.monotonic() < deadline, "it is not kept that somebody was told"
        killed()
        assert poll(tpp, id).status == 200
        assert [path for path, _, _ in listener.heard[before:]] == [f"/answers-{status}"], listener.heard[before:]
    listener.status = 204


def nobody_else_is_asked():
    """CIBA §8: somebody else finds nothing at their dashboard, and a request that has expired is gone"""
    tpp = party("expires", ping=False)
    id = ask(tpp, requested_expiry="2").json["auth_req_id"]
    assert "expires" not in at_dashboard("bert")[1].text
    deadline = time.monotonic() + 20
    while poll(tpp, id).json["error"] != "expired_token":
        assert time.monotonic() < deadline, "it does not expire"
    assert "expires" not in at_dashboard()[1].text
    assert is_error(ask(tpp, login_hint="nobody"), 400, "unknown_user_id")
    assert is_error(ask(tpp, binding_message="7\u202e8"), 400, "invalid_binding_message")


def the_sandbox_shows_it():
    """the demo third party is told of an answer, and shows the accounts"""
    from _bank import request
    origin = f"http://localhost:{bank.port + 1}"
    page = Page(request("POST", f"{origin}/call", form={"username": "bert"}), "/")
    id = dict(page.forms[0].fields)["auth_req_id"]
    browser, list = at_dashboard("bert")
    question = browser.press(list, "review")
    message = page.text.split("same message: ")[1].split()[0]
    assert message in question.text, (message, question.text)
    boxes = [value for _, value in question.form_with("allow").boxes]
    told = bank.output().count("notice.sent")
    browser.press(question, "allow", boxes=boxes[:1])
    deadline = time.monotonic() + 20
    while bank.output().count("notice.sent") == told:
        assert time.monotonic() < deadline, "nobody is told"
        time.sleep(0.02)
    page = Page(request("POST", f"{origin}/call/poll", form={"auth_req_id": id}), "/")
    assert page.text.startswith("Connected"), page.text
    assert "The bank has told us" in page.text, page.text


if __name__ == "__main__":
    listener = Listener()
    with Bank(options=["--outbound", listener.origin]) as bank:
        bank.hurry()
        main([
            every_step_outlives_a_kill,
            a_client_is_told,
            a_notice_outlives_a_kill,
            a_redirect_is_not_followed,
            nobody_else_is_asked,
            the_sandbox_shows_it,
        ])
