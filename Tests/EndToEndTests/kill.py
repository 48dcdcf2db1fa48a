"""The server is killed under load, again and again: what it has acknowledged is there when it comes back.

ASSENT_KILL_ROUNDS says how often, 200 times unless told; ASSENT_KILL_SEED repeats the choices of a run.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import sqlite3
import sys
import threading
import time

from _bank import Bank, Left, ThirdParty, log_in, main
from _history import Journey, check_the_checker, violations
from _wire import Person

ROUNDS = int(os.environ.get("ASSENT_KILL_ROUNDS", "200"))
SEED = int(os.environ.get("ASSENT_KILL_SEED", str(random.randrange(1 << 32))))
WORKERS = 4


class Worker:
    """A third party with its customer, who stays signed in whatever happens to the server."""

    def __init__(self, bank, number):
        self.bank, self.tpp, self.random = bank, ThirdParty(bank), random.Random(f"{SEED}.{number}")
        self.person, self.token, self.journeys, self.failure = Person(bank, self.tpp), None, [], None

    def ask(self, consent, decision):
        url, _, verifier = self.tpp.authorization(consent)
        left = self.answer(self.person.browser.open(url), decision)
        # A session lasts half an hour, and a run may take longer; it may end while somebody reads.
        if not isinstance(left, Left) and left.has_button("log-in"):
            left = self.answer(left, decision)
        assert isinstance(left, Left), left.text
        if decision == "deny":
            assert left.parameters["error"] == "access_denied", left.parameters
            return None
        return left.parameters["code"], verifier

    def answer(self, page, decision):
        if page.has_button("log-in"):
            page = log_in(self.person.browser, page, "bert")
        boxes = [value for _, value in page.form_with("allow").boxes]
        return self.person.browser.press(page, decision, boxes=boxes[:1] if decision == "allow" else ())

    def work(self):
        """One journey after the other, until the server is gone."""
        try:
            while True:
                journey = Journey()
                self.journeys.append(journey)
                journey.walk(self.tpp, self.token, self.ask, self.random.randrange)
        # What a client sees of a server that dies: a connection that ends or is not taken, or half an answer.
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            pass
        except Exception as failure:
            self.failure = failure

    def check(self, report):
        try:
            self.token = self.tpp.client_token()
            for journey in self.journeys:
                for sentence in violations(journey.operations, journey.find(self.tpp, self.token)):
                    report.append((sentence, journey.operations))
        except Exception as failure:
            self.failure = failure
        self.journeys = []


def at_once(workers, name, *arguments):
    threads = [threading.Thread(target=getattr(worker, name), args=arguments) for worker in workers]
    for thread in threads:
        thread.start()
    return threads


def nothing_acknowledged_is_lost():
    """ST-10 a server that is killed at any moment has kept what it acknowledged, and nothing by half"""
    print(f"      {ROUNDS} rounds, seed {SEED}", flush=True)
    pause, checked, acknowledged, report = random.Random(SEED), 0, 0, []
    with Bank() as bank:
        # A long run gives way to everything else on the machine, and is slow then.
        bank.pause, bank.patience = 0.005, 300
        workers = [Worker(bank, number) for number in range(WORKERS)]
        for number in range(ROUNDS + 1):
            checked += sum(len(worker.journeys) for worker in workers)
            acknowledged += sum(operation.is_acknowledged for worker in workers for journey in worker.journeys
                                for operation in journey.operations)
            for thread in at_once(workers, "check", report):
                thread.join()
            assert not report, report
            if number == ROUNDS:
                break
            threads = at_once(workers, "work")
            time.sleep(pause.uniform(0.02, 0.5))
            bank.stop(signal.SIGKILL)
            for thread in threads:
                thread.join()
            bank.start()
            for worker in workers:
                if worker.failure:
                    raise worker.failure
        assert "store.restored" not in bank.output(), "a kill was taken for a backup"
        assert bank.stop() == 0
        is_sound(bank)
    print(f"      {checked} journeys, {acknowledged} acknowledged operations", flush=True)
    assert acknowledged > 5 * ROUNDS, "there was not enough to lose"


def is_sound(bank):
    """The file is whole, and every consent's history is one path."""
    path = bank.folder / "data" / "assent.sqlite"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.create_function("seal", -1, seal, deterministic=True)
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        histories = {}
        rows = database.execute("SELECT consent, version, from_status, to_status FROM revision ORDER BY consent, version")
        for consent, version, before, after in rows:
            path = histories.setdefault(consent, [None])
            assert (version, before) == (len(path), path[-1]), (consent, version, before, path)
            path.append(after)
        for consent, status, version in database.execute("SELECT id, status, version FROM consent"):
            assert histories[consent][-1] == status and len(histories[consent]) == version + 1, consent
        assert len(histories) == database.execute("SELECT count(*) FROM consent").fetchone()[0]


def seal(*values):
    """The sum that every row carries: FNV-1a over its values with their types and lengths."""
    state = 0xCBF29CE484222325

    def add(data):
        nonlocal state
        for byte in data:
            state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF

    for value in values:
        kind = {int: 1, str: 3, bytes: 4, type(None): 5}[type(value)]
        add(kind.to_bytes(8, "little"))
        if kind == 1:
            add((value & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little"))
        elif kind != 5:
            data = value.encode() if kind == 3 else value
            add(len(data).to_bytes(8, "little"))
            add(data)
    return state - (1 << 64) if state >> 63 else state


def the_checker_finds_what_must_not_be():
    """the checker of histories finds every planted violation, and none where there is none"""
    check_the_checker()


if __name__ == "__main__":
    if sys.argv[1:]:
        ROUNDS = int(sys.argv[1])
    main([the_checker_finds_what_must_not_be, nothing_acknowledged_is_lost])
