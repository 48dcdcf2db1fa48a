"""The power goes: of every file only what was synchronised is left, and a rotation of keys ends wherever it was."""

import contextlib
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

from _bank import ROOT, Bank, ThirdParty, binary, main
from _history import violations
from _wire import Person
from disk import KILL_BEFORE, Rigged, operations

KEYS = 8
FILES = ["assent.sqlite", "assent.sqlite-wal"]


class Cut(Rigged):
    """A sandbox whose power can be cut, and whose keys are its own."""

    def __init__(self, **environment):
        super().__init__()
        self.durable = self.folder / "durable"
        self.durable.mkdir()
        self.keys = self.folder / "keys"
        if not (shared := ROOT / ".build" / "end-to-end-keys").exists():
            with Bank():
                pass
        shutil.copytree(shared, self.keys)
        self.environment |= {"DURABLE": str(self.durable), **environment}

    def cut(self):
        """Ends the server, and puts every file back to what was on the disk for certain."""
        self.stop(signal.SIGKILL)
        data = self.folder / "data"
        for path in data.glob("assent.sqlite-*"):
            path.unlink()
        for name in FILES:
            if (kept := self.durable / name).exists():
                (data / name).unlink(missing_ok=True)
                shutil.copy(kept, data / name)
                (data / name).chmod(0o600)

    def run(self, *words):
        environment = {**os.environ, **self.environment}
        return subprocess.run([binary(), "keys", *words, "--folder", self.keys], env=environment, text=True,
                              capture_output=True, timeout=60)


def what_was_acknowledged_outlives_a_power_cut():
    """ST-13 after a power cut everything that was acknowledged is there, whenever it comes"""
    with Cut() as bank:
        tpp = ThirdParty(bank)
        person, token = Person(bank, tpp), tpp.client_token()
        # The power goes after each of the answers in turn.
        for last in ["register", "allow", "redeem", "refresh", "revoke", "delete"]:
            journey, steps = operations(bank, tpp, person, token)
            for name, step in steps.items():
                if name == "revoke" and last == "delete":
                    continue
                journey.begin(name, journey.told[-1] if name in ("refresh", "revoke") else None)
                is_done, answer, brings = step()
                assert is_done, (name, answer.text)
                journey.acknowledge(brings)
                if name == last:
                    break
            bank.cut()
            bank.start()
            wrong = violations(journey.operations, journey.find(tpp, token))
            assert wrong == [], (last, wrong)
        assert "store.restored" not in bank.output(), "a power cut was taken for a backup"


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = " + sys.argv[2])
connection.execute("CREATE TABLE told (number)")
connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
for number in range(20):
    connection.execute("INSERT INTO told VALUES (?)", (number,))
    print(number, flush=True)
sys.stdin.read()
"""


def what_is_less_than_full_loses_commits():
    """ST-13 the same cut loses what synchronous NORMAL has acknowledged, so that the test is known to see it"""
    left = {}
    bank = Cut()
    try:
        for promise in ["FULL", "NORMAL"]:
            folder = bank.folder / promise
            (folder / "durable").mkdir(parents=True)
            path = folder / "assent.sqlite"
            environment = {**os.environ, **bank.environment, "DURABLE": str(folder / "durable")}
            writer = subprocess.Popen([sys.executable, "-c", WRITER, path, promise], env=environment, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            told = [writer.stdout.readline() for _ in range(20)]
            writer.kill()
            writer.wait()
            assert told[-1] == "19\n", told
            with contextlib.closing(sqlite3.connect(folder / "durable" / "assent.sqlite")) as connection:
                left[promise] = connection.execute("SELECT count(*) FROM told").fetchone()[0]
    finally:
        bank.__exit__()
    assert left["FULL"] == 20 and left["NORMAL"] < 20, left


def a_promise_that_is_too_weak_is_refused():
    """ST-13 where SQLite would promise less than FULL, the server does not start, and says why"""
    bank = Cut(WEAKER="1")
    try:
        bank.start()
        raise AssertionError("it started")
    except RuntimeError as refusal:
        assert "synchronous is not FULL" in str(refusal), refusal
    finally:
        bank.__exit__()


def one_connection_writes():
    """ST-23 of all connections to the database one may write, and the log says which SQLite it is"""
    with Bank() as bank:
        # The writer opens the file when there is something to write.
        ThirdParty(bank).register(ThirdParty(bank).client_token())
        opened = []
        for descriptor in pathlib.Path(f"/proc/{bank.process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(descriptor).endswith("/assent.sqlite"):
                    text = (descriptor.parent.parent / "fdinfo" / descriptor.name).read_text()
                    flags = int(next(line.split()[1] for line in text.splitlines() if line.startswith("flags:")), 8)
                    opened.append(flags & os.O_ACCMODE)
        assert opened.count(os.O_RDWR) == 1 and len(opened) > 1, opened
        assert f'"sqlite":"{sqlite3.sqlite_version}"' in bank.output(), bank.output()
        has_defect = sqlite3.sqlite_version_info < (3, 51, 3)
        assert ("has the WAL-reset defect" in bank.output()) == has_defect, bank.output()


def a_rotation_that_is_cut_off():
    """ST-41 killed at each step of a rotation: one key signs, and all that is published has its private part"""
    with Cut() as bank:
        bank.stop()
        steps = 0
        number = 0
        while number < 40:
            bank.order(KEYS, number, KILL_BEFORE)
            told = bank.run("rotate", "--algorithm", "ES256", "--now")
            bank.disarm()
            look(bank)
            if told.returncode == 0:
                break
            assert told.returncode == -signal.SIGKILL, told
            number, steps = number + 1, steps + 1
        assert 3 < number < 40, number
        # And each step of the server that takes the new keys in.
        number = 0
        while number < 40:
            assert bank.run("rotate", "--algorithm", "ES256", "--now").returncode == 0
            bank.order(KEYS, number, KILL_BEFORE)
            with contextlib.suppress(RuntimeError):
                bank.start()
            is_dead = bank.process.poll() is not None
            bank.disarm()
            bank.stop(signal.SIGKILL) if not is_dead else bank.process.wait()
            bank.process = None
            look(bank)
            if not is_dead:
                break
            number, steps = number + 1, steps + 1
        assert 1 < number < 40, number
        print(f"      {steps} steps", flush=True)


def look(bank):
    """What a server makes of the folder as it is."""
    bank.start()
    rows = [line.split() for line in bank.run("list").stdout.splitlines()]
    keys = [(row[0], row[2], row[3]) for row in rows if row[1] == "ES256"]
    assert [state for _, _, state in keys].count("signs") == 1, rows
    published = {key["kid"] for key in bank.get("/jwks").json["keys"] if key.get("alg") == "ES256"}
    assert published <= {kid for _, kid, _ in keys}, (published, rows)
    assert all(pathlib.Path(file).exists() for file, _, _ in keys), rows
    assert ThirdParty(bank).client_token()
    bank.stop()


if __name__ == "__main__":
    main([
        what_was_acknowledged_outlives_a_power_cut,
        what_is_less_than_full_loses_commits,
        a_promise_that_is_too_weak_is_refused,
        one_connection_writes,
        a_rotation_that_is_cut_off,
    ])
