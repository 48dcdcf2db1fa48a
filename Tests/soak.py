#!/usr/bin/env python3
"""Half the load that a server bears, for long: memory, descriptors, threads and the log must not grow.

    Tests/soak.py [MINUTES]

Each third party rests after a journey for as long as the journey took. What the first fifth of the time shows is
warming up; of the rest, the end is held against the beginning. ASSENT_BINARY names another program than the release.
"""
import os
import statistics
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("ASSENT_BINARY", str(ROOT / ".build" / "release" / "assent"))
sys.path.insert(0, str(ROOT / "Tests" / "EndToEndTests"))

from _bank import Bank  # noqa: E402
from _history import Journey, violations  # noqa: E402
from kill import Worker  # noqa: E402

WORKERS = 8
# Journeys after which a third party takes a new token, long before the old one is over.
TOKEN_USES = 20
# A page of memory more or less is no leak: G19 asks for 1 % over a day, which is looked at from a run of a day.
MEMORY_GROWTH, MEMORY_BYTES = 1.10, 2_000_000
DESCRIPTORS, THREADS = 8, 2
LOG_BYTES = 64 << 20


class Load:
    """The third parties and their customers, until it is over."""

    def __init__(self, bank):
        self.workers = [Worker(bank, number) for number in range(WORKERS)]
        self.is_over, self.journeys, self.acknowledged, self.failures, self.lock = False, 0, 0, [], threading.Lock()
        self.threads = [threading.Thread(target=self.walk, args=(worker,)) for worker in self.workers]

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        self.is_over = True
        for thread in self.threads:
            thread.join()

    def walk(self, worker):
        try:
            uses = 0
            while not self.is_over:
                if uses % TOKEN_USES == 0:
                    worker.token = worker.tpp.client_token()
                uses += 1
                began, journey = time.monotonic(), Journey()
                journey.walk(worker.tpp, worker.token, worker.ask, worker.random.randrange)
                wrong = violations(journey.operations, journey.find(worker.tpp, worker.token))
                with self.lock:
                    self.journeys += 1
                    self.acknowledged += sum(operation.is_acknowledged for operation in journey.operations)
                    self.failures += wrong
                time.sleep(time.monotonic() - began)
        except Exception as failure:
            with self.lock:
                self.failures.append(repr(failure))
            self.is_over = True


def look(bank):
    """What the process holds at this moment."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{bank.process.pid}/status").read_text().splitlines())
    log = bank.folder / "data" / "assent.sqlite-wal"
    return {
        "memory": int(status["VmRSS"].split()[0]) * 1024,
        "descriptors": len(os.listdir(f"/proc/{bank.process.pid}/fd")),
        "threads": int(status["Threads"]),
        "log": log.stat().st_size if log.exists() else 0,
    }


def grown(looks):
    """Sentences about what has grown, from the first fifth behind the warming up to the last."""
    looks = looks[len(looks) // 5:]
    fifth = max(1, len(looks) // 5)
    early = {name: statistics.median(look[name] for look in looks[:fifth]) for name in looks[0]}
    late = {name: statistics.median(look[name] for look in looks[-fifth:]) for name in looks[0]}
    problems = []
    if late["memory"] > early["memory"] * MEMORY_GROWTH + MEMORY_BYTES:
        problems.append(f"memory grew from {early['memory']:.0f} to {late['memory']:.0f} bytes")
    if late["descriptors"] > early["descriptors"] + DESCRIPTORS:
        problems.append(f"descriptors grew from {early['descriptors']:.0f} to {late['descriptors']:.0f}")
    if late["threads"] > early["threads"] + THREADS:
        problems.append(f"threads grew from {early['threads']:.0f} to {late['threads']:.0f}")
    if max(look["log"] for look in looks) > LOG_BYTES:
        problems.append(f"the log grew to {max(look['log'] for look in looks)} bytes")
    return problems, early, late


def check_the_check():
    """Growth of each kind is found, and a steady run passes."""
    steady = {"memory": 30_000_000, "descriptors": 40, "threads": 9, "log": 4 << 20}
    assert not grown([dict(steady) for _ in range(50)])[0]
    for name, step in [("memory", 500_000), ("descriptors", 1), ("threads", 1), ("log", 4 << 20)]:
        assert grown([{**steady, name: steady[name] + step * number} for number in range(50)])[0], name


def main():
    minutes = float(sys.argv[1]) if sys.argv[1:] else 30
    check_the_check()
    looks, began = [], time.monotonic()
    with Bank() as bank:
        bank.hurry()
        load = Load(bank)
        load.start()
        pause = min(10, minutes * 60 / 50)
        while time.monotonic() - began < minutes * 60 and not load.is_over:
            time.sleep(pause)
            looks.append(look(bank))
        load.end()
        seconds = time.monotonic() - began
        is_running = bank.process.poll() is None
        status = bank.stop()
    problems, early, late = grown(looks)
    problems += load.failures[:5]
    if not is_running or status != 0:
        problems.append(f"the server ended with status {status}")
    print(f"{seconds / 60:.1f} minutes, {load.journeys} journeys, {load.acknowledged} acknowledged operations, "
          f"{load.acknowledged / seconds:.0f} a second")
    for name in early:
        print(f"  {name:12} {early[name]:>12.0f} → {late[name]:>12.0f}, at most {max(look[name] for look in looks)}")
    for problem in problems:
        print(f"  FAILED: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
