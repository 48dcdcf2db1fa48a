#!/usr/bin/env python3
"""What changes when the store holds a million consents and not a thousand: start, memory, and the cost of a request.

Consents are copied inside the database from one that a person gave, each with its two entries in the ledger; the
hashes of the ledger's chain are not those of a real one. `large.py 100000` makes fewer.
"""

import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from _tools import ROUNDS, TESTS, alone, cpu_seconds, memory
from _bank import Bank, Browser, ThirdParty, ask

BINARY = TESTS.parent / ".build" / "release" / "assent"
FEW, REQUESTS = 1_000, 3_000


def main():
    os.environ.setdefault("ASSENT_BINARY", str(BINARY))
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="assent-") as folder:
        folder = pathlib.Path(folder)
        small, large = folder / "small", folder / "large"
        grown(small, FEW)
        shutil.copytree(small, large)
        consents(large / "data" / "assent.sqlite", FEW, many)
        size = (large / "data" / "assent.sqlite").stat().st_size / 1e6
        print(f"{many:,} consents: {size:,.0f} MB")
        print(f"first answer after kill -9: {restart(small):.0f} ms with {FEW:,}, {restart(large):.0f} ms with {many:,}")
        with alone(Bank(small)) as few, alone(Bank(large)) as many_bank:
            print(f"memory idle: {memory(few.process.pid):.1f} MiB and {memory(many_bank.process.pid):.1f} MiB")
            # The look at the whole file goes on beside the first requests, and would be counted with them.
            while "store.sound" not in many_bank.output():
                time.sleep(0.1)
            sides = [Side(few), Side(many_bank)]
            for name in sides[0].requests:
                costs = [[side.cost(name) for side in sides] for _ in range(ROUNDS)]
                few_cost, many_cost = (statistics.median(side) for side in zip(*costs))
                print(f"{name}: {few_cost:.0f} µs and {many_cost:.0f} µs of CPU, {many_cost / few_cost:.2f}")
            print(f"memory after: {memory(few.process.pid):.1f} MiB and {memory(many_bank.process.pid):.1f} MiB")


def grown(folder, count):
    """A sandbox's folder with so many consents."""
    folder.mkdir()
    with Bank(folder) as bank:
        question = ask(bank, Browser(bank))
        question.browser.press(question.page, "allow", question.boxes)
        bank.stop()
    consents(folder / "data" / "assent.sqlite", 1, count)


def consents(database, first, last):
    """Copies the first consent under other names; three to a person."""
    tool = pathlib.Path(tempfile.mkdtemp(prefix="assent-")) / "sealed"
    subprocess.run(["cc", "-O2", "-o", tool, pathlib.Path(__file__).with_name("sealed.c"), "-lsqlite3"], check=True)
    number = f"WITH RECURSIVE copy(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM copy WHERE i + 1 < {last})"
    # Spread over the whole index, as the random names of real ones are.
    name = "printf('%08x-aed0-4019-931e-%012x', (i * 2654435761) & 4294967295, i)"
    script = f"""
        PRAGMA synchronous = OFF;
        BEGIN;
        CREATE TEMP TABLE one AS SELECT * FROM consent WHERE id IN (SELECT consent FROM revision WHERE sequence = 1);
        CREATE TEMP TABLE told AS SELECT * FROM revision WHERE sequence <= 2;
        CREATE TEMP TABLE made AS {number} SELECT i, {name} AS name FROM copy ORDER BY name;
        INSERT INTO consent
            SELECT name, third_party, status, deleted, expires, 'psu-' || (i / 3), accounts, given, version, status_updated,
                reason, updated, created + i % 86400, origin, lifetime_days, period_from, period_to, permissions, end_user,
                named_accounts, receipt
            FROM made, one;
        INSERT INTO revision
            SELECT (SELECT max(sequence) FROM revision) + (i - {first}) * 2 + told.version, name, version, from_status,
                to_status, accounts, terms, at, actor, actor_name, reason, shown_digest, shown_templates, shown_language, hash
            FROM made, told ORDER BY i, told.version;
        COMMIT;
        PRAGMA wal_checkpoint(TRUNCATE);
        """
    subprocess.run([tool, database], input=script, text=True, check=True)


def restart(folder):
    """Milliseconds from a start after `kill -9` to the first answer; the best of three."""
    times = []
    for _ in range(3):
        bank = Bank(folder)
        bank.pause = 0.0005
        began = time.monotonic()
        bank.start()
        times.append((time.monotonic() - began) * 1000)
        third_party = ThirdParty(bank)
        third_party.register(third_party.client_token())
        bank.stop(signal.SIGKILL)
    return min(times)


class Side:
    """Requests that look into the store, on a connection that is kept."""

    def __init__(self, bank):
        self.bank, self.third_party = bank, ThirdParty(bank)
        self.token = self.third_party.client_token()
        question = ask(bank, Browser(bank))
        left = question.browser.press(question.page, "allow", question.boxes)
        answer = self.third_party.redeem(left.parameters["code"], question.verifier)
        base, consent = ThirdParty.base, question.consent
        form = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": self.third_party.basic()}
        bearer = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        document = json.dumps({"Data": {"Permissions": ThirdParty.permissions}, "Risk": {}})
        self.requests = {
            "introspection of a person's token": ("POST", "/introspect", f"token={answer.json['access_token']}", form),
            "a consent read": ("GET", f"{base}/account-access-consents/{consent}", None, bearer),
            "a consent registered": ("POST", f"{base}/account-access-consents", document, bearer),
        }

    def cost(self, name):
        method, path, body, headers = self.requests[name]
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.bank.port, timeout=60)) as connection:
            before = cpu_seconds(self.bank.process.pid)
            for _ in range(REQUESTS):
                connection.request(method, path, body, {"Host": f"localhost:{self.bank.port}", **headers})
                answer = connection.getresponse()
                assert answer.status in (200, 201), (answer.status, answer.read()[:300])
                answer.read()
            return (cpu_seconds(self.bank.process.pid) - before) / REQUESTS * 1e6


if __name__ == "__main__":
    main()
