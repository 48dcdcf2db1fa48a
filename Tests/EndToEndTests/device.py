"""RFC 8628 over real sockets: a device without a browser, a person at another one, and a server that is killed between."""

import json
import signal
import urllib.parse

from _bank import Bank, Browser, Page, ThirdParty, claims, log_in, main
from _wire import is_error

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Device:
    """The demo third party on a television."""

    def __init__(self, scope="openid offline_access", consent=None):
        self.tpp = ThirdParty(bank)
        form = {"scope": scope}
        if consent:
            claim = {"openbanking_intent_id": {"value": consent, "essential": True}}
            form = {"scope": "openid accounts", "claims": json.dumps({"id_token": claim})}
        answer = self.tpp.post("/device_authorization", form)
        assert answer.status == 200, answer.text
        self.codes = answer.json

    def poll(self):
        return self.tpp.post("/token", {"grant_type": GRANT, "device_code": self.codes["device_code"]})


def enter(browser, code, complete=False):
    """What comes after a code was typed, or compared where it came with the address."""
    page = browser.open("/device?" + urllib.parse.urlencode({"user_code": code}) if complete else "/device")
    return browser.press(page, "continue", **({} if complete else {"user_code": code}))


def killed():
    bank.stop(signal.SIGKILL)
    bank.start()


def every_step_outlives_a_kill():
    """rfc8628 §3: codes, a slower interval, a yes and its use are kept before anybody hears of them"""
    device, browser = Device(), Browser(bank)
    killed()
    assert is_error(device.poll(), 400, "authorization_pending")
    assert is_error(device.poll(), 400, "slow_down")
    killed()
    assert bank.rows("SELECT interval FROM polled_request WHERE spent IS NULL AND decided IS NULL") == [(10,)]
    page = enter(browser, device.codes["user_code"].lower().replace("-", " "))
    killed()
    page = log_in(browser, page, "anna")
    assert page.has_button("allow"), page.text
    killed()
    done = browser.press(page, "allow")
    assert isinstance(done, Page) and "Go back to Money Pilot, where you began" in done.text, done.text
    killed()
    answer = device.poll()
    assert answer.status == 200, answer.text
    assert claims(answer.json["id_token"])["sub"] == "psu-anna"
    killed()
    assert is_error(device.poll(), 400, "invalid_grant")
    assert device.tpp.refresh(answer.json["refresh_token"]).status == 200


def accounts_of_a_consent():
    """a consent for accounts is given with the accounts in view, and the device reads them"""
    tpp = ThirdParty(bank)
    device, browser = Device(consent=tpp.register(tpp.client_token())), Browser(bank)
    page = log_in(browser, enter(browser, device.codes["user_code"], complete=True), "bert")
    boxes = [value for _, value in page.form_with("allow").boxes]
    browser.press(page, "allow", boxes=boxes[:1])
    token = device.poll().json["access_token"]
    accounts = tpp.call("GET", "/accounts", token).json["Data"]["Account"]
    assert [account["AccountId"] for account in accounts] == boxes[:1]


def a_no_and_a_cancelled_login():
    """a no on either page reaches the device, and no later yes takes it back"""
    for cancel in (False, True):
        device, browser = Device(), Browser(bank)
        page = enter(browser, device.codes["user_code"])
        late = enter(Browser(bank), device.codes["user_code"])
        assert "cancel" in [value for form in late.forms for _, value in form.buttons]
        done = browser.press(page, "cancel") if cancel else browser.press(log_in(browser, page, "anna"), "deny")
        assert "Nothing was shared" in done.text, done.text
        assert is_error(device.poll(), 400, "access_denied")
        again = enter(browser, device.codes["user_code"])
        assert again.answer.status == 400 and "not a code that waits" in again.text, again.text


def guesses_are_few():
    """rfc8628 §5.1: after five wrong codes a browser waits, and a kill forgets none of them"""
    device, browser = Device(), Browser(bank)
    for _ in range(5):
        assert enter(browser, "BBBB-BBBB").answer.status == 400
    killed()
    slow = enter(browser, device.codes["user_code"])
    assert slow.answer.status == 429 and int(slow.answer.header("Retry-After")) > 0, slow.text
    assert enter(Browser(bank), device.codes["user_code"]).has_button("log-in")


if __name__ == "__main__":
    with Bank() as bank:
        bank.hurry()
        main([
            every_step_outlives_a_kill,
            accounts_of_a_consent,
            a_no_and_a_cancelled_login,
            guesses_are_few,
        ])
