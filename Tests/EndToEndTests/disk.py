"""The disk fails, fills up, or is held by somebody else: what cannot be kept is not acknowledged."""

import contextlib
import http.client
import mmap
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

from _bank import Bank, Browser, Left, Page, ThirdParty, main, request
from _history import Journey, violations
from _wire import Person, encode, is_error, race

WRITE, SYNC, READ = 1, 2, 4
EIO_ONCE, ENOSPC_ONCE, KILL_BEFORE, KILL_HALF_WAY, KILL_AFTER, ENOSPC_FROM_HERE = range(1, 7)
SOURCE = pathlib.Path(__file__).with_name("faults.c")


class Rigged(Bank):
    """A sandbox whose calls to the disk can be broken one at a time."""

    library = None

    def __init__(self):
        super().__init__()
        if Rigged.library is None:
            Rigged.library = pathlib.Path(tempfile.mkdtemp(prefix="assent-")) / "faults.so"
            subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", Rigged.library, SOURCE], check=True)
        path = self.folder / "orders"
        path.write_bytes(bytes(64))
        with open(path, "r+b") as file:
            self.orders = mmap.mmap(file.fileno(), 64)
        self.environment = {"LD_PRELOAD": str(Rigged.library), "FAULTS": str(path)}

    def start(self):
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            return super().start()
        finally:
            os.environ.clear()
            os.environ.update(before)

    def order(self, kinds, number, deed):
        """The call of these kinds that comes after so many others breaks."""
        self.orders[:32] = struct.pack("<4q", kinds, number, deed, 0)

    def disarm(self):
        """Nothing breaks any more; how many calls there were since the order."""
        count = struct.unpack("<4q", self.orders[:32])[3]
        self.orders[:32] = bytes(32)
        return count

    @contextlib.contextmanager
    def counting(self, kinds):
        calls = []
        self.order(kinds, 1 << 40, EIO_ONCE)
        yield calls
        calls.append(self.disarm())


def is_unavailable(answer):
    """A refusal for which nobody but us is to blame, in whatever words the place has for it."""
    if answer.status == 303:
        return "error=temporarily_unavailable" in answer.header("Location")
    return answer.status == 503 and answer.header("Retry-After") is not None


# A full disk


class Prepared:
    """A bit of everything that wants to be written."""

    def __init__(self, bank):
        self.bank, self.tpp = bank, ThirdParty(bank)
        self.bert = Person(bank, self.tpp)
        self.token = self.tpp.client_token()
        self.tokens, self.revoked = self.bert.tokens(self.tpp), self.bert.tokens(self.tpp)
        self.waiting, self.deleted = self.tpp.register(self.token), self.tpp.register(self.token)
        self.page = self.bert.browser.open(self.tpp.authorization(self.waiting)[0])
        self.stranger = Browser(bank)
        self.login = self.stranger.open(self.tpp.authorization(self.tpp.register(self.token))[0])
        self.code, self.verifier, _ = self.bert.allow(self.tpp)

    def send(self, browser, page, button, **fields):
        form = page.form_with(button)
        values = [(name, fields.pop(name, value)) for name, value in form.fields] + list(fields.items())
        values += [("account", value) for _, value in form.boxes[:1]] if button == "allow" else []
        return browser.send("POST", form.action, form=values + [("decision", button)])

    def writes(self):
        """Every request that has to write, by name, and whether its answer is a yes."""
        tpp = self.tpp
        return {
            "register": (lambda: tpp.call("POST", "/account-access-consents", self.token,
                                          {"Data": {"Permissions": tpp.permissions}, "Risk": {}}), lambda it: it.status == 201),
            "redeem": (lambda: tpp.redeem(self.code, self.verifier), lambda it: it.status == 200),
            "refresh": (lambda: tpp.refresh(self.tokens["refresh_token"]), lambda it: it.status == 200),
            "revoke": (lambda: tpp.post("/revoke", {"token": self.revoked["refresh_token"]}), lambda it: it.status == 200),
            "delete": (lambda: tpp.call("DELETE", f"/account-access-consents/{self.deleted}", self.token),
                       lambda it: it.status == 204),
            "authorize": (lambda: self.bert.browser.send("GET", tpp.authorization(self.waiting)[0]),
                          lambda it: it.status == 303 and "/interaction/" in it.header("Location")),
            "wrong password": (lambda: self.send(self.stranger, self.login, "log-in", username="anna", password="x"),
                               lambda it: it.status == 400),
            "log in": (lambda: self.send(self.stranger, self.login, "log-in", username="anna", password="anna-sandbox"),
                       lambda it: it.status == 303 and "/consent" in it.header("Location")),
            "allow": (lambda: self.send(self.bert.browser, self.page, "allow"),
                      lambda it: it.status == 303 and "code=" in it.header("Location")),
        }

    def check_reads(self):
        """Whatever only reads goes on, and sees that nothing has changed."""
        bank, tpp = self.bank, self.tpp
        assert bank.get("/jwks").status == 200
        assert bank.get("/.well-known/openid-configuration").status == 200
        assert tpp.client_token()
        for it in (self.tokens, self.revoked):
            assert tpp.introspect(it["access_token"])["active"] and tpp.introspect(it["refresh_token"])["active"]
            assert request("GET", bank.issuer + "/userinfo", {"Authorization": f"Bearer {it['access_token']}"}).status == 200
        for consent in (self.waiting, self.deleted):
            answer = tpp.call("GET", f"/account-access-consents/{consent}", self.token)
            assert answer.json["Data"]["Status"] == "AwaitingAuthorisation", answer.text


def hold(bank, fill, free):
    """Fills the disk, tries everything, frees it again, and tries everything again; no restart in between."""
    prepared = Prepared(bank)
    prepared.check_reads()
    fill()
    for round in range(2):
        for name, (ask, _) in prepared.writes().items():
            answer = ask()
            assert is_unavailable(answer), (name, answer.status, answer.text)
        prepared.check_reads()
    free()
    for name, (ask, is_right) in prepared.writes().items():
        answer = ask()
        assert is_right(answer), (name, answer.status, answer.text, answer.headers)
    assert prepared.tpp.introspect(prepared.revoked["access_token"]) == {"active": False}
    assert prepared.tpp.call("GET", f"/account-access-consents/{prepared.deleted}", prepared.token).status == 400


def a_file_that_may_not_grow():
    """ST-20 a limit on the size of files is a full disk: 503, reads go on, and it ends without a restart"""
    with Bank() as bank:
        before = resource.prlimit(bank.process.pid, resource.RLIMIT_FSIZE)
        hold(bank, lambda: resource.prlimit(bank.process.pid, resource.RLIMIT_FSIZE, (4096, before[1])),
             lambda: resource.prlimit(bank.process.pid, resource.RLIMIT_FSIZE, before))
        assert bank.stop() == 0


def a_disk_without_room():
    """ST-20 a disk that says at every write that it is full"""
    with Rigged() as bank:
        hold(bank, lambda: bank.order(WRITE, 0, ENOSPC_FROM_HERE), bank.disarm)
        assert "SQLite 13" in bank.output(), "nobody was told"


def a_file_system_that_fills_up():
    """ST-20 a real file system fills up under load, and is emptied again"""
    with contextlib.ExitStack() as stack:
        bank = Bank()
        stack.callback(shutil.rmtree, bank.folder, ignore_errors=True)
        data = bank.folder / "data"
        data.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", data], capture_output=True)
        if mounted.returncode != 0:
            print("      skipped: no file system can be mounted here")
            return
        stack.callback(subprocess.run, ["umount", "-l", data], check=True)
        stack.enter_context(bank)
        tpp = ThirdParty(bank)
        token, kept = tpp.client_token(), []
        document = {"Data": {"Permissions": tpp.permissions}, "Risk": {}}
        filler = data / "filler"
        with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        failures = 0
        while failures < 20:
            answer = tpp.call("POST", "/account-access-consents", token, document)
            if answer.status == 201:
                kept.append(answer.json["Data"]["ConsentId"])
                # What the log had room for; the disk is full all the same.
                assert len(kept) < 2_000
            else:
                assert is_unavailable(answer), answer.text
                failures += 1
        assert bank.get("/jwks").status == 200 and tpp.client_token()
        filler.unlink()
        kept.append(tpp.register(token))
        bank.stop(signal.SIGKILL)
        bank.start()
        for consent in kept:
            assert tpp.call("GET", f"/account-access-consents/{consent}", token).status == 200
        assert bank.stop() == 0


# Calls that break


def operations(bank, tpp, person, token):
    """A journey that ends in a deletion, one operation after the other."""
    journey = Journey()

    def register():
        journey.consent = None
        answer = tpp.call("POST", "/account-access-consents", token, {"Data": {"Permissions": tpp.permissions}, "Risk": {}})
        if answer.status == 201:
            journey.consent = answer.json["Data"]["ConsentId"]
        return answer.status == 201, answer, None

    def allow():
        url, _, journey.verifier = tpp.authorization(journey.consent)
        page = person.browser.open(url)
        if isinstance(page, Left):
            return False, page.answer, None
        form = page.form_with("allow") if page.has_button("allow") else None
        if form is None:
            return False, page.answer, None
        boxes = [value for _, value in form.boxes]
        left = person.browser.press(page, "allow", boxes=boxes[:1])
        if isinstance(left, Left) and "code" in left.parameters:
            journey.code = left.parameters["code"]
            return True, left.answer, None
        return False, left.answer, None

    def take(answer):
        if answer.status != 200:
            return False, answer, None
        journey.access.append(answer.json["access_token"])
        return True, answer, answer.json["refresh_token"]

    def revoke():
        answer = tpp.post("/revoke", {"token": journey.told[-1]})
        return answer.status == 200, answer, None

    def delete():
        answer = tpp.call("DELETE", f"/account-access-consents/{journey.consent}", token)
        return answer.status == 204, answer, None

    return journey, {
        "register": register, "allow": allow, "redeem": lambda: take(tpp.redeem(journey.code, journey.verifier)),
        "refresh": lambda: take(tpp.refresh(journey.told[-1])), "revoke": revoke, "delete": delete,
    }


def go(journey, steps, last):
    """Makes the operations up to the last of them; whether it was acknowledged, and its answer."""
    for name, step in steps.items():
        if name == "revoke" and last == "delete":
            continue
        journey.begin(name, journey.told[-1] if name in ("refresh", "revoke") else None)
        if name == last:
            return step
        is_done, answer, brings = step()
        assert is_done, (name, answer.text)
        journey.acknowledge(brings)


def a_sync_that_fails():
    """ST-12 a sync or a write that fails once is 503, and nothing is assumed of it"""
    names = ["register", "allow", "redeem", "refresh", "revoke", "delete"]
    with Rigged() as bank:
        tpp = ThirdParty(bank)
        person, token, refused, tries = Person(bank, tpp), tpp.client_token(), 0, 0
        for name in names:
            for kinds in (SYNC, WRITE):
                journey, steps = operations(bank, tpp, person, token)
                step = go(journey, steps, name)
                with bank.counting(kinds) as calls:
                    is_done, answer, brings = step()
                assert is_done and calls[0] > 0, (name, answer.text)
                journey.acknowledge(brings)
                assert violations(journey.operations, journey.find(tpp, token)) == [], name
                # Each sync, and some of the writes: the first, the last and one between.
                numbers = range(calls[0]) if kinds == SYNC else {0, calls[0] // 2, calls[0] - 1}
                for number in numbers:
                    journey, steps = operations(bank, tpp, person, token)
                    step = go(journey, steps, name)
                    bank.order(kinds, number, EIO_ONCE)
                    is_done, answer, brings = step()
                    bank.disarm()
                    tries += 1
                    if is_done:
                        journey.acknowledge(brings)
                    else:
                        assert is_unavailable(answer), (name, number, answer.status, answer.text)
                        refused += 1
                    # What was refused may have happened or not, as if the answer had been lost; nothing else may.
                    wrong = violations(journey.operations, journey.find(tpp, token))
                    assert wrong == [], (name, kinds, number, is_done, wrong)
        assert refused > tries // 2, (refused, tries)
        assert "SQLite 1034" in bank.output() and "SQLite 778" in bank.output(), "nobody was told"
        assert bank.stop() == 0


def killed_at_every_write():
    """ST-10 killed at every write and sync of a journey, and ST-11 with half of the write done"""
    script = ["register", "allow", "redeem", "refresh", "revoke"]
    with Rigged() as bank:
        bank.pause = 0.005
        tpp = ThirdParty(bank)
        person, token = Person(bank, tpp), tpp.client_token()

        def walk():
            journey, steps = operations(bank, tpp, person, token)
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                for name in script:
                    journey.begin(name, journey.told[-1] if name in ("refresh", "revoke") else None)
                    is_done, answer, brings = steps[name]()
                    assert is_done, (name, answer.status, answer.text)
                    journey.acknowledge(brings)
            return journey

        def check(journey):
            wrong = violations(journey.operations, journey.find(tpp, token))
            assert wrong == [], (wrong, journey.operations)

        points = 0
        for deed in (KILL_HALF_WAY, KILL_BEFORE, KILL_AFTER):
            kinds = WRITE if deed == KILL_HALF_WAY else SYNC
            with bank.counting(kinds) as calls:
                check(walk())
            number, step = 0, 1 if len(sys.argv) > 1 else STEP[deed]
            while number < calls[0] * 2:
                bank.order(kinds, number, deed)
                journey = walk()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    bank.process.wait(0.2)
                if bank.process.poll() is None:
                    # The journey was over before that many calls.
                    bank.disarm()
                    check(journey)
                    break
                assert bank.process.wait() == -signal.SIGKILL
                bank.disarm()
                bank.stop(signal.SIGKILL)
                bank.start()
                check(journey)
                points += 1
                number += step
        print(f"      {points} points", flush=True)
        assert points > 20
        assert "store.restored" not in bank.output()


# With an argument every point is tried; without one, every third write.
STEP = {KILL_HALF_WAY: 3, KILL_BEFORE: 1, KILL_AFTER: 1}


def a_read_that_fails():
    """ST-30 a read that fails is 503: no token becomes inactive by it, and none that was spent becomes good"""
    with Rigged() as bank:
        tpp = ThirdParty(bank)
        bert, token = Person(bank, tpp), tpp.client_token()
        consent = tpp.register(token)
        live, dead, spent = bert.tokens(tpp, consent), bert.tokens(tpp), bert.tokens(tpp)
        assert tpp.post("/revoke", {"token": dead["access_token"]}).status == 200
        tpp.refresh(spent["refresh_token"])
        questions = {
            "live access token": (lambda: tpp.post("/introspect", {"token": live["access_token"]}),
                                  lambda it: it.json["active"]),
            "live refresh token": (lambda: tpp.post("/introspect", {"token": live["refresh_token"]}),
                                   lambda it: it.json["active"]),
            "revoked access token": (lambda: tpp.post("/introspect", {"token": dead["access_token"]}),
                                     lambda it: it.json == {"active": False}),
            "spent refresh token": (lambda: tpp.post("/introspect", {"token": spent["refresh_token"]}),
                                    lambda it: it.json == {"active": False}),
            "account data": (lambda: tpp.call("GET", "/accounts", live["access_token"]), lambda it: it.status == 200),
            "consent": (lambda: tpp.call("GET", f"/account-access-consents/{consent}", token), lambda it: it.status == 200),
            "silent login": (lambda: bert.browser.send("GET", tpp.authorization(prompt="none")[0]),
                             lambda it: "code=" in it.header("Location")),
        }
        failed = 0
        for name, (ask, is_right) in questions.items():
            number = 0
            while True:
                # A commit of somebody else makes every reader look again.
                tpp.register(token)
                bank.order(READ, number, EIO_ONCE)
                answer = ask()
                reads = bank.disarm()
                if answer.status == 503 or "error=temporarily_unavailable" in (answer.header("Location") or ""):
                    failed += 1
                else:
                    assert is_right(answer), (name, number, answer.status, answer.text)
                if reads <= number:
                    break
                number += 1
                assert number < 200
            assert is_right(ask()), name
        print(f"      {failed} reads failed", flush=True)
        assert failed > len(questions)


# Somebody else


def another_process_holds_the_lock():
    """ST-22 a lock that somebody else holds is waited for, and then it is 503; never a wrong answer"""
    with Bank() as bank:
        prepared = Prepared(bank)
        tpp, lock = prepared.tpp, sqlite3.connect(bank.folder / "data" / "assent.sqlite", isolation_level=None,
                                                  check_same_thread=False, timeout=20)
        for seconds in (1, 10):
            begin = time.monotonic()
            lock.execute("BEGIN IMMEDIATE")
            timer = threading.Timer(seconds, lambda: lock.execute("ROLLBACK"))
            timer.start()
            answers = []
            threads = [threading.Thread(target=lambda: answers.append(tpp.call(
                "POST", "/account-access-consents", prepared.token, {"Data": {"Permissions": tpp.permissions}, "Risk": {}})))
                for _ in range(10)]
            for thread in threads:
                thread.start()
            prepared.check_reads()
            assert time.monotonic() - begin < seconds, "reading waited for the lock"
            for thread in threads:
                thread.join()
            waited = time.monotonic() - begin
            if seconds == 1:
                assert all(answer.status == 201 for answer in answers), [answer.status for answer in answers]
            else:
                assert all(is_unavailable(answer) or answer.status == 201 for answer in answers)
                assert any(is_unavailable(answer) for answer in answers), [answer.status for answer in answers]
                assert 4 < waited < 12, waited
            timer.join()
        lock.close()
        for name, (ask, is_right) in prepared.writes().items():
            answer = ask()
            assert is_right(answer), (name, answer.status, answer.text)
        assert "SQLite 5:" in bank.output()


def a_hundred_writers_and_a_long_reader():
    """ST-22 a hundred who write at once all write, while somebody reads the database for a long time"""
    with Bank() as bank:
        tpp = ThirdParty(bank)
        token = tpp.client_token()
        reader = sqlite3.connect(f"file:{bank.folder}/data/assent.sqlite?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        before = reader.execute("SELECT count(*) FROM consent").fetchone()[0]
        body = b'{"Data":{"Permissions":["ReadAccountsDetail"]},"Risk":{}}'
        data = encode("POST", tpp.base + "/account-access-consents", f"localhost:{bank.port}",
                      {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, body)
        for _ in range(10):
            answers = race(bank.port, [data] * 100)
            assert all(answer.status == 201 for answer in answers), sorted(answer.status for answer in answers)
            assert len({answer.json["Data"]["ConsentId"] for answer in answers}) == 100
        assert reader.execute("SELECT count(*) FROM consent").fetchone()[0] == before
        reader.close()
        assert bank.rows("SELECT count(*) FROM consent")[0][0] == before + 1_000
        assert (bank.folder / "data" / "assent.sqlite-wal").stat().st_size < 100_000_000
        assert bank.stop() == 0
        assert not (bank.folder / "data" / "assent.sqlite-wal").exists() or (
            bank.folder / "data" / "assent.sqlite-wal").stat().st_size == 0


def the_file_is_taken_away():
    """ST-21 a database that was removed under the server takes no more writes that nobody would find"""
    with Bank() as bank:
        tpp = ThirdParty(bank)
        token = tpp.client_token()
        tpp.register(token)
        database = bank.folder / "data" / "assent.sqlite"
        database.rename(bank.folder / "data" / "elsewhere")
        document = {"Data": {"Permissions": tpp.permissions}, "Risk": {}}
        assert is_unavailable(tpp.call("POST", "/account-access-consents", token, document))
        assert bank.get("/jwks").status == 200
        (bank.folder / "data" / "elsewhere").rename(database)
        tpp.register(token)


def damage_in_a_large_file_ends_the_server():
    """ST-24 damage in a database too large to be read at the start is found beside the work, and ends the server"""
    with Bank() as bank:
        database = bank.folder / "data" / "assent.sqlite"
        tpp = ThirdParty(bank)
        token = tpp.client_token()
        while database.stat().st_size < 3_000_000:
            for _ in range(100):
                tpp.register(token)
        assert bank.stop() == 0
        bank.start()
        wait_for(lambda: '"store.sound"' in bank.output(), "the file was not looked at")
        assert bank.stop() == 0
        with open(database, "r+b") as file:
            # A page in the middle, which nothing asks for when the server starts.
            file.seek(database.stat().st_size // 8192 * 4096)
            file.write(bytes(4096))
        # It may be found before the first answer.
        with contextlib.suppress(RuntimeError):
            bank.start()
        assert bank.process.wait(20) == 69, bank.output()
        assert '"store.damaged"' in bank.output() and "restore a backup." in bank.output(), bank.output()
        bank.process = None


def wait_for(condition, what):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


TESTS = [
    a_file_that_may_not_grow,
    a_disk_without_room,
    a_file_system_that_fills_up,
    a_sync_that_fails,
    killed_at_every_write,
    a_read_that_fails,
    another_process_holds_the_lock,
    a_hundred_writers_and_a_long_reader,
    the_file_is_taken_away,
    damage_in_a_large_file_ends_the_server,
]

if __name__ == "__main__":
    chosen = [word for word in sys.argv[1:] if word != "all"]
    main([test for test in TESTS if not chosen or test.__name__ in chosen])
