"""The stores of earlier releases under this one: what was live lives on, what was spent is spent, what is too old is refused.

`stores/` keeps one store of every schema that was released, as SQL text that knows nothing of our migrations, with the
bearer values that only its clients and browsers knew in its first line. Whoever adds a step to `Migrations.all` keeps
one more, made by the release that has the step:

    python3 Tests/EndToEndTests/upgrade.py keep 0.2
"""

import contextlib
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from _bank import ROOT, Bank, Browser, ThirdParty, ask, binary, hash_of, main
from _klarna import SCOPE, Aggregator, Consent
from _seal import seal

STORES = pathlib.Path(__file__).parent / "stores"
PARTY, SECRET, REDIRECT = "kept-tpp", "K" * 43, "https://tpp.example/callback"
# 2100-01-01: what was live when the store was kept is live whenever this runs.
FAR = 4_102_444_800
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class KeptBank(Bank):
    """A sandbox with the keys, the customer and the third party of the time when a store was kept; not yet started."""

    def __init__(self, known):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-upgrade-"))
        if not (shared := ROOT / ".build" / "end-to-end-keys").exists():
            with Bank():
                pass
        shutil.copytree(shared, folder / "keys")
        (folder / "keys" / "forms.key").write_bytes(bytes.fromhex(known["forms_key"]))
        super().__init__(folder, keys=folder / "keys")
        self.own, self.database = True, folder / "data" / "assent.sqlite"
        self.start()
        self.stop()
        with self.people() as persons:
            anna, = [person for person in persons if person["username"] == "anna"]
            anna["passwordHash"] = known["password_hash"]
        like = json.loads((folder / "data" / "clients.d" / "demo-tpp.json").read_text())
        digest = hashlib.sha256(SECRET.encode()).hexdigest()
        self.client(PARTY, **{name: value for name, value in like.items() if not name.startswith("backchannel")} | {
            "client_id": PARTY, "redirect_uris": [REDIRECT], "merchant_id": None,
            "client_secret_sha256": digest, "portal_token_sha256": digest,
            "grant_types": [name for name in like["grant_types"] if not name.endswith(":ciba")]})

    def __enter__(self):
        return self

    def party(self):
        return ThirdParty(self, PARTY, SECRET, REDIRECT)

    @contextlib.contextmanager
    def opened(self):
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            connection.create_function("seal", -1, seal, deterministic=True)
            yield connection

    def put(self, script):
        """Puts a kept store in the place of the sandbox's own, with the witness that stood beside it."""
        for path in self.database.parent.glob("assent.sqlite*"):
            path.unlink()
        with self.opened() as connection:
            connection.executescript(script)
            connection.execute("PRAGMA application_id = 0x41534E54")
            connection.execute("PRAGMA journal_mode = WAL")
            name, generation = connection.execute("SELECT name, generation FROM epoch").fetchone()
        self.database.chmod(0o600)
        witness = self.database.with_name("assent.sqlite.witness")
        witness.write_text(f"assent {name.hex()} {generation:016x}\n")
        witness.chmod(0o600)


def kept(name):
    """What only clients and browsers knew of a store, and its SQL."""
    first, _, script = (STORES / f"{name}.sql").read_text().partition("\n")
    return json.loads(first.removeprefix("-- ")), script


# Keeping one


def keep(name):
    """Lets a sandbox of this release live through a bit of everything, and keeps its store."""
    known = {"forms_key": "5a" * 32, "password_hash": hash_of("anna-sandbox")}
    with KeptBank(known) as bank:
        bank.start()
        known |= live(bank)
        bank.stop()
        with bank.opened() as connection:
            prolong(connection)
            script = "\n".join(connection.iterdump())
    (STORES / f"{name}.sql").write_text(f"-- {json.dumps(known)}\n{script}\n")


def live(bank):
    """Something of every kind that lives, and of what was spent, revoked or refused."""
    tpp, browser = bank.party(), Browser(bank)
    token = tpp.client_token()

    def allow():
        question = ask(bank, browser, "anna", tpp)
        left = question.press("allow")
        return question, left.parameters["code"]

    known = {}
    question, code = allow()
    first = tpp.redeem(code, question.verifier).json
    known |= {"consent": question.consent, "refresh_token": first["refresh_token"]}

    question, code = allow()
    second = tpp.redeem(code, question.verifier).json["refresh_token"]
    third = tpp.refresh(second).json["refresh_token"]
    known |= {"spent_code": [code, question.verifier], "rotated": [second, third]}

    question, code = allow()
    known |= {"code": [code, question.verifier]}

    known["revoked"] = tpp.register(token)
    assert tpp.call("DELETE", f"/account-access-consents/{known['revoked']}", token).status == 204
    ask(bank, browser, "anna", tpp).press("deny")

    _, parameters, verifier = tpp.authorization(tpp.register(token))
    pushed = tpp.post("/par", parameters)
    assert pushed.status == 201, pushed.text
    known["pushed"] = [pushed.json["request_uri"], verifier]

    answer = tpp.post("/device_authorization", {"scope": "openid offline_access"})
    assert answer.status == 200, answer.text
    known["device"] = [answer.json["device_code"], answer.json["user_code"]]

    aggregator = Aggregator(bank, SECRET)
    session = aggregator.session({**SCOPE, "lifetime": 3650})
    aggregator.allow(aggregator.start(session["flows"]["accounts"]), "anna", browser=browser)
    answer = aggregator.call("POST", session["consent"])
    assert answer.status == 200, answer.text
    known["one_time"] = [answer.json["data"]["consent_id"], answer.json["data"]["consent_token"]]

    question = ask(bank, browser, "anna", tpp)
    known["waiting"] = [question.page.form_with("allow").action, question.verifier]
    return known | {"cookies": browser.cookies}


def prolong(connection):
    """Moves every end to where no run of these tests comes; the terms of consents, and so the ledger, have none."""
    for (table,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        names = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
        for name in {"expires", "family_expires", "session_expires"} & set(names):
            if table != "consent":
                connection.execute(f"UPDATE {table} SET {name} = ?", (FAR,))
    connection.commit()


# What is promised


def what_was_live_lives_on():
    """UP-01 what was live in the store of every release is live under this one, and what was over is over"""
    names = sorted(path.stem for path in STORES.glob("[0-9]*.sql"))
    assert names, "no store was kept"
    for name in names:
        known, script = kept(name)
        with KeptBank(known) as bank:
            bank.put(script)
            bank.start()
            check(bank, known)


def check(bank, known):
    tpp, browser = bank.party(), Browser(bank)
    browser.cookies = dict(known["cookies"])
    token = tpp.client_token()

    def status(consent):
        answer = tpp.call("GET", f"/account-access-consents/{consent}", token)
        return answer.json["Data"]["Status"] if answer.status == 200 else answer.status

    # Refresh tokens, and what they open.
    assert status(known["consent"]) == "Authorised"
    answer = tpp.refresh(known["refresh_token"])
    assert answer.status == 200, answer.text
    assert len(tpp.call("GET", "/accounts", answer.json["access_token"]).json["Data"]["Account"]) == 1
    again = tpp.refresh(answer.json["refresh_token"])
    assert again.status == 200, again.text

    # A code, once.
    for expected in (200, 400):
        answer = tpp.redeem(*known["code"])
        assert answer.status == expected, answer.text

    # A login, and a person who was about to decide.
    left = browser.open(tpp.authorization(scope="openid", prompt="none")[0])
    assert left.parameters.get("error") == "consent_required", left.parameters
    action, verifier = known["waiting"]
    page = browser.open(action)
    assert page.has_button("allow"), page.text
    left = browser.press(page, "allow", boxes=[value for _, value in page.form_with("allow").boxes])
    assert tpp.redeem(left.parameters["code"], verifier).status == 200

    # A request that was pushed, and a device that polls.
    uri, verifier = known["pushed"]
    page = browser.open(f"/authorize?client_id={PARTY}&request_uri={uri}")
    left = browser.press(page, "allow", boxes=[value for _, value in page.form_with("allow").boxes])
    assert tpp.redeem(left.parameters["code"], verifier).status == 200
    device, typed = known["device"]
    form = {"grant_type": DEVICE, "device_code": device}
    assert tpp.post("/token", form).json["error"] == "authorization_pending"
    page = browser.press(browser.open("/device"), "continue", user_code=typed)
    assert page.has_button("allow"), page.text
    browser.press(page, "allow")

    # A one-time token, and the next one.
    aggregator, (consent, one_time) = Aggregator(bank, SECRET), known["one_time"]
    urls = {"accounts": f"{bank.issuer}/xs2a/v1/consents/{consent}/accounts/get"}
    consent = Consent(aggregator, {"consent_id": consent, "consent_token": one_time, "consents": urls}, [])
    for _ in range(2):
        answer = consent.use()
        assert answer.status == 200, answer.text
    assert consent.use(token=one_time, keep=False).status == 400

    # What was over is over; a spent code and a rotated token end what came of them.
    assert status(known["revoked"]) in (400, "Revoked")
    spent, live = known["rotated"]
    assert tpp.introspect(live)["active"]
    assert tpp.redeem(*known["spent_code"]).json["error"] == "invalid_grant"
    assert not tpp.introspect(live)["active"] and tpp.refresh(spent).json["error"] == "invalid_grant"

    told = subprocess.run([binary(), "audit", "verify", bank.database], text=True, capture_output=True, timeout=60)
    assert told.returncode == 0, told
    assert "store.restored" not in bank.output()


def what_is_too_old_is_left_alone():
    """UP-01 a store from before the first release is refused with a sentence, and not a byte of it is changed"""
    known, _ = kept("0.1")
    with KeptBank(known) as bank:
        bank.put((STORES / "before-0.1.sql").read_text())
        before = bank.database.read_bytes()
        try:
            bank.start()
            raise AssertionError("it was opened")
        except RuntimeError as refusal:
            assert "was made before 0.1, the first release, and is left as it is" in str(refusal), refusal
        assert bank.database.read_bytes() == before


if __name__ == "__main__":
    if sys.argv[1:2] == ["keep"]:
        keep(sys.argv[2])
    else:
        main([what_was_live_lives_on, what_is_too_old_is_left_alone])
