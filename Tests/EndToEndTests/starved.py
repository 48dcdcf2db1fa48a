"""The machine has no memory, no descriptor or no time: the server lives, says so, and forgets nothing that it said.

ASSENT_STARVED_POINTS says at how many of the calls of a journey each thing is refused, 40 unless told.
"""

import contextlib
import http.client
import os
import random
import signal
import subprocess
import sys
import threading
import time

from _bank import ThirdParty, main
from _history import violations
from _wire import Person
from disk import Rigged, operations

ACCEPT, OPEN, MEMORY = 32, 64, 128
REFUSE_ONCE, REFUSE_FROM_HERE = 7, 8
POINTS = int(os.environ.get("ASSENT_STARVED_POINTS", "40"))
SCRIPT = ["register", "allow", "redeem", "refresh", "revoke"]
# What a client sees of a server that has nothing left: an answer of 5xx in any words, or a connection that ends.
GONE = (OSError, http.client.HTTPException)


class Walk:
    """Journeys at a server that may refuse any part of them."""

    def __init__(self, bank, kinds=0):
        self.bank, self.kinds, self.tpp = bank, kinds, ThirdParty(bank)
        self.person, self.token = Person(bank, self.tpp), self.tpp.client_token()
        self.refused = self.deaths = 0

    def go(self):
        """As far as it comes; what was answered with yes is written down as done."""
        journey, steps = operations(self.bank, self.tpp, self.person, self.token)
        self.is_gone = False
        for name in SCRIPT:
            journey.begin(name, journey.told[-1] if name in ("refresh", "revoke") else None)
            try:
                is_done, answer, brings = steps[name]()
            except GONE:
                self.refused, self.is_gone = self.refused + 1, True
                return journey
            if not is_done:
                self.refused += 1
                location = answer.header("Location") or ""
                is_ours = answer.status in (500, 503) or "error=temporarily_unavailable" in location or "error=server_error" in location
                # A signature that could not be checked for want of memory is one that does not fit: 400 and 401 are a no as well.
                assert is_ours or self.kinds == MEMORY, (name, answer.status, answer.text[:300], location)
                return journey
            journey.acknowledge(brings)
        return journey

    def check(self, journey):
        wrong = violations(journey.operations, journey.find(self.tpp, self.token))
        assert wrong == [], (wrong, journey.operations)

    def require_life(self, may_die=False):
        """The server goes on; where it may end for want of memory, it starts again as after any other death."""
        if may_die and self.is_gone:
            # Its end takes a moment longer than that of its connections.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.bank.process.wait(0.3)
        if self.bank.process.poll() is None:
            return
        assert may_die and "fails only where there is no memory left" in self.bank.output(), self.bank.output()[-4000:]
        self.deaths += 1
        self.bank.stop()
        self.bank.start()


def count(bank, kinds, walk):
    with bank.counting(kinds) as calls:
        journey = walk.go()
    walk.check(journey)
    return calls[0]


def refused_at(kinds, what):
    """Each of some calls is refused once, and from some on all of them are; then everything is there again."""
    choose = random.Random(what)
    with Rigged() as bank:
        walk = Walk(bank, kinds)
        calls = count(bank, kinds, walk)
        assert calls > 0, f"there is no {what} to refuse"
        tried = 0
        for deed in (REFUSE_ONCE, REFUSE_FROM_HERE):
            # Every one where there are few; of many the first ones and others between, not the same distance apart.
            numbers = range(calls) if calls <= POINTS else sorted({*range(5), *choose.sample(range(calls), POINTS - 5)})
            for number in numbers:
                bank.order(kinds, number, deed)
                # Who waits at the door waits until there is a descriptor again.
                relief = threading.Timer(0.3, bank.disarm)
                if kinds == ACCEPT:
                    relief.start()
                journey = walk.go()
                relief.cancel()
                bank.disarm()
                walk.require_life(kinds == MEMORY)
                walk.check(journey)
                tried += 1
        print(f"      {tried} points of {calls} calls, each once and from there on; {walk.refused} operations refused"
              + (f", {walk.deaths} deaths" if walk.deaths else ""), flush=True)
        assert walk.refused > 0
        walk.check(walk.go())
        status = bank.stop()
        assert status == 0, (status, bank.output()[-2000:])


def sockets_that_cannot_be_taken_in():
    """4.3 the n-th connection that comes in finds no descriptor, once and from then on: the ones after it are served"""
    refused_at(ACCEPT, "connection")


def memory_that_is_not_there():
    """4.3 the n-th memory that OpenSSL or SQLite asks for is refused, once and from then on: no yes that is not kept"""
    # SHA-2 and HMAC have no other answer than the end of the process, as Swift has for its own memory; the start after it
    # finds everything.
    refused_at(MEMORY, "memory")


def files_that_cannot_be_opened():
    """4.3 no file can be opened: whoever is served needs none, a reload is refused whole, and ends nothing"""
    with Rigged() as bank:
        walk = Walk(bank)
        bank.order(OPEN, 0, REFUSE_FROM_HERE)
        walk.check(walk.go())
        assert walk.refused == 0
        before = bank.output()
        bank.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while "server.reload-refused" not in bank.output()[len(before):]:
            assert time.monotonic() < deadline, "nobody was told that the reload was refused"
            time.sleep(0.02)
        bank.disarm()
        # Each file of a reload in turn.
        with bank.counting(OPEN) as calls:
            bank.reload()
        for number in range(calls[0]):
            bank.order(OPEN, number, REFUSE_ONCE)
            with contextlib.suppress(RuntimeError):
                bank.reload()
            bank.disarm()
            walk.require_life()
        print(f"      {calls[0]} files of a reload", flush=True)
        walk.check(walk.go())
        bank.reload()
        assert bank.stop() == 0


def a_server_that_is_stopped_for_seconds():
    """4.4 a server that is stopped for seconds under load goes on where it was, and loses nothing"""
    with Rigged() as bank:
        walks, journeys, over, failures = [Walk(bank) for _ in range(3)], [], threading.Event(), []

        def work(walk):
            try:
                while not over.is_set():
                    journeys.append((walk, walk.go()))
            except Exception as failure:
                failures.append(failure)

        threads = [threading.Thread(target=work, args=[walk]) for walk in walks]
        for thread in threads:
            thread.start()
        for seconds in (1, 2, 5):
            time.sleep(1)
            bank.process.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            bank.process.send_signal(signal.SIGCONT)
        time.sleep(1)
        over.set()
        for thread in threads:
            thread.join()
        assert not failures, failures
        assert len(journeys) > 10
        for walk, journey in journeys:
            walk.check(journey)
        print(f"      {len(journeys)} journeys, {sum(walk.refused for walk in walks)} operations refused", flush=True)
        assert bank.stop() == 0


TESTS = [
    sockets_that_cannot_be_taken_in,
    files_that_cannot_be_opened,
    memory_that_is_not_there,
    a_server_that_is_stopped_for_seconds,
]

if __name__ == "__main__":
    chosen = sys.argv[1:]
    main([test for test in TESTS if not chosen or test.__name__ in chosen])
