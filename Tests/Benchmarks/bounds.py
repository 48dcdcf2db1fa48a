#!/usr/bin/env python3
"""Instructions that the release spends on a request, beside what `docs/bounds.json` allows.

Counted by valgrind, so that a busy machine changes nothing. Only the program's own instructions count, the Swift
runtime inside it included: those of OpenSSL, SQLite and libc depend on the machine. With `--record` what is
measured becomes what is allowed.
"""

import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from _tools import TESTS
from _bank import Bank, Browser, ThirdParty, log_in

BINARY = (TESTS.parent / ".build" / "release" / "assent").resolve()
BOUNDS = TESTS.parent / "docs" / "bounds.json"
WARM_UP, REQUESTS = 40, 200
# What a change may cost before it has to be looked at.
TOLERANCE = 0.05


def main():
    counts = measure()
    if "--record" in sys.argv:
        BOUNDS.write_text(json.dumps(counts, indent=2) + "\n")
    allowed = json.loads(BOUNDS.read_text())
    width, over = max(map(len, counts)), False
    for name, count in counts.items():
        change = count / allowed[name] - 1
        over = over or change > TOLERANCE
        print(f"{name:<{width}}  {count:>9,} instructions, allowed {allowed[name]:>9,}  {change:+.1%}")
    if set(allowed) != set(counts):
        sys.exit(f"{BOUNDS.name} speaks of other requests than are measured")
    if over:
        sys.exit(f"more than {TOLERANCE:.0%} over what is allowed; if it must be, run this with --record and say why")


def measure():
    """Each request of each kind again and again on one connection, and what one of them takes."""
    with Counted() as bank:
        third_party = ThirdParty(bank)
        credentials = {"Authorization": third_party.basic(), "Content-Type": "application/x-www-form-urlencoded"}
        token = third_party.client_token()
        stranger, customer = Browser(bank), Browser(bank)
        login = stranger.open(third_party.authorization(third_party.register(token))[0])
        consent = log_in(customer, customer.open(third_party.authorization(third_party.register(token))[0]), "bert")
        return {
            "client credentials": bank.count("POST", "/token", credentials, "grant_type=client_credentials&scope=accounts"),
            "introspection": bank.count("POST", "/introspect", credentials, f"token={token}"),
            "discovery": bank.count("GET", "/.well-known/openid-configuration", {}),
            "login page": bank.count("GET", login.form_with("log-in").action, cookies(stranger)),
            "consent page": bank.count("GET", consent.form_with("allow").action, cookies(customer)),
        }


def cookies(browser):
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}


class Counted(Bank):
    """A sandbox under valgrind, which counts when it is told to."""

    pause = 0.2

    def start(self):
        self.counts = pathlib.Path(tempfile.mkdtemp(prefix="assent-"))
        wrapper = self.counts / "assent"
        wrapper.write_text(f"""#!/bin/sh
            export SWIFT_DETERMINISTIC_HASHING=1
            exec valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file={self.counts}/out {BINARY} "$@"
            """.replace("\n            ", "\n"))
        wrapper.chmod(0o755)
        os.environ["ASSENT_BINARY"] = str(wrapper)
        return super().start()

    def count(self, method, path, headers, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": f"localhost:{self.port}", **headers}

        def ask(times):
            for _ in range(times):
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                text = answer.read()
                assert answer.status == 200, (path, answer.status, text[:300])

        ask(WARM_UP)
        self.control("-z")
        self.control("-i", "on")
        ask(REQUESTS)
        self.control("-i", "off")
        for old in self.counts.glob("out*"):
            old.unlink()
        self.control("-d")
        connection.close()
        return self.instructions() // REQUESTS

    def control(self, *what):
        subprocess.run(["callgrind_control", *what, str(self.process.pid)], check=True, capture_output=True)

    def instructions(self):
        """What the last dump says of the program itself."""
        deadline = time.monotonic() + 30
        while not (dumps := [path for path in self.counts.glob("out*") if path.stat().st_size]):
            if time.monotonic() > deadline:
                raise RuntimeError("valgrind wrote nothing")
            time.sleep(0.1)
        total = 0
        for dump in dumps:
            said = subprocess.run(["callgrind_annotate", "--threshold=100", dump], capture_output=True, text=True, check=True)
            for line in said.stdout.splitlines():
                line = re.match(rf"\s*([\d,]+) .*\[{re.escape(str(BINARY))}\]$", line.rstrip())
                total += int(line[1].replace(",", "")) if line else 0
        return total


if __name__ == "__main__":
    main()
