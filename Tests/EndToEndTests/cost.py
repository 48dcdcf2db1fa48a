"""What the largest inputs cost, in instructions: twice as much input is twice as much work, and never more.

Counted in the release (`make build`), or in ASSENT_BINARY: valgrind does not get through the start of what tests run.
"""

import os
import pathlib
import shutil
import subprocess
import sys

from _bank import ROOT, Bank, ThirdParty, main
from _wire import Wire, encode

RELEASE = ROOT / ".build" / "release" / "assent"
RATIO = 2.2
CHUNK = b"1\r\nx\r\n"


class Counted(Bank):
    """A sandbox whose instructions are counted by callgrind."""

    pause = 0.2

    def start(self):
        before = os.environ.get("ASSENT_BINARY", str(RELEASE))
        os.environ["ASSENT_BINARY"] = before
        if not (self.folder / "data").exists():
            # Making what is missing hashes passwords, which takes minutes when every instruction is counted.
            super().start()
            self.stop()
        program = self.folder / "counted"
        program.write_text("#!/bin/sh\nexec valgrind -q --tool=callgrind --instr-atstart=no "
                           f'--callgrind-out-file={self.folder}/cost {before} "$@"\n')
        program.chmod(0o755)
        os.environ["ASSENT_BINARY"] = str(program)
        try:
            super().start()
        finally:
            os.environ["ASSENT_BINARY"] = before
        self.control("--instr=on")
        self.parts = 0
        return self

    def control(self, *words):
        told = subprocess.run(["callgrind_control", *words, str(self.process.pid)], capture_output=True, text=True, timeout=120)
        assert told.returncode == 0, told

    def count(self, work):
        """How many instructions the server needs for something that has been done once before."""
        work()
        self.control("--zero")
        work()
        self.control("--dump")
        self.parts += 1
        totals = [line for line in (self.folder / f"cost.{self.parts}").read_text().splitlines() if line.startswith("totals:")]
        return int(totals[-1].split()[1])


def inputs(bank):
    """Every kind of input by name: a function of a size, and the largest size that is taken or read to its end."""
    host, tpp = f"localhost:{bank.port}", ThirdParty(bank)
    basic, token = {"Authorization": tpp.basic()}, tpp.client_token()

    def get(target="/jwks", **headers):
        return encode("GET", target, host, {name.replace("_", "-"): value for name, value in headers.items()})

    def form(body, path="/token"):
        return encode("POST", path, host, {**basic, "Content-Type": "application/x-www-form-urlencoded"}, body)

    def json(body):
        return encode("POST", tpp.base + "/account-access-consents", host,
                      {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, body)

    def chunked(count):
        head = encode("POST", "/token", host, {**basic, "Content-Type": "application/x-www-form-urlencoded",
                                               "Transfer-Encoding": "chunked"}).replace(b"Content-Length: 0\r\n", b"")
        return head + CHUNK * count + b"0\r\n\r\n"

    def strings(size, piece):
        return b'{"Data":{"Permissions":["' + piece * (size // len(piece)) + b'"]},"Risk":{}}'

    return {
        "a long target": (lambda n: get("/authorize?state=" + "x" * n), 8_000),
        "a target of escapes": (lambda n: get("/authorize?state=" + "%41" * (n // 3)), 8_000),
        "parameters of a query": (lambda n: get("/authorize?" + "&".join(f"p{i}=x" for i in range(n))), 100),
        "a long path": (lambda n: get("/" + "x" * n), 8_000),
        "fields of a head": (lambda n: get(**{f"x{i}": "y" * 200 for i in range(n)}), 96),
        "cookies": (lambda n: get("/consents", Cookie="; ".join(f"c{i:04}=v" for i in range(n // 9))), 4_000),
        "languages": (lambda n: get("/authorize", Accept_Language=",".join(f"x{i:04}" for i in range(n // 6))), 8_000),
        "media types": (lambda n: get("/authorize", Accept=",".join(f"a/b{i:04}" for i in range(n // 8))), 8_000),
        "a Basic credential": (lambda n: get("/userinfo", Authorization="Basic " + "QUFB" * (n // 4)), 8_000),
        "a Bearer token": (lambda n: get("/userinfo", Authorization="Bearer " + "e30." * (n // 4)), 8_000),
        "a proof": (lambda n: get("/userinfo", Authorization="DPoP x", DPoP="e30." + "QUFB" * (n // 4) + ".e30"), 8_000),
        "a form": (lambda n: form(b"grant_type=client_credentials&scope=" + b"x" * n), 64_000),
        "a form of escapes": (lambda n: form(b"a=" + b"%41" * (n // 3)), 65_000),
        "fields of a form": (lambda n: form(b"&".join(b"p%d=x" % i for i in range(n))), 100),
        "words of a scope": (lambda n: form(b"grant_type=client_credentials&scope=" + b"+".join(b"s%d" % i for i in range(n))), 8_000),
        "a refresh token": (lambda n: form(b"grant_type=refresh_token&refresh_token=" + b"x" * n), 60_000),
        "an assertion": (lambda n: form(b"grant_type=client_credentials&client_assertion=e30." + b"QUFB" * (n // 4) + b".e30"), 60_000),
        "a pushed request": (lambda n: form(b"response_type=code&client_id=demo-tpp&claims=" + b"%5B" * (n // 3), "/par"), 60_000),
        "chunks": (chunked, 4_000),
        "a JSON text": (lambda n: json(strings(n, b"x")), 65_000),
        "escapes of JSON": (lambda n: json(strings(n, b"\\u00e9")), 65_000),
        "members of JSON": (lambda n: json(b'{"Data":{' + b",".join(b'"m%d":1' % i for i in range(n)) + b"}}"), 5_000),
        "elements of JSON": (lambda n: json(b'{"Data":{"Permissions":[' + b",".join(b'"p%d"' % i for i in range(n)) + b"]}}"), 6_000),
        "depth of JSON": (lambda n: json(b"[" * n + b"]" * n), 32),
        "digits of JSON": (lambda n: json(b'{"a":' + b"9" * n + b"}"), 65_000),
        "white space of JSON": (lambda n: json(b" " * n + b"{}"), 65_000),
        "requests at once": (lambda n: get() * n, 100),
    }


def twice_as_much_is_twice_the_work():
    """RE-07 every input at its cap costs at the most 2.2 times what half of it costs"""
    with Counted() as bank:
        worst, wrong = {}, []
        for name, (make, cap) in inputs(bank).items():
            def cost(size):
                data = make(size)

                def ask():
                    with Wire(bank.port, timeout=120) as wire:
                        wire.send(data)
                        for _ in range(size if name == "requests at once" else 1):
                            assert wire.receive() is not None, name

                return bank.count(ask)

            costs = [cost(cap // 2), cost(cap)]
            # A round of housekeeping that came between is counted as well, but not each time.
            for _ in range(3):
                if costs[1] <= RATIO * costs[0]:
                    break
                costs = [costs[0], min(costs[1], cost(cap))]
            worst[name] = costs[1] / costs[0]
            if worst[name] > RATIO:
                wrong.append((name, costs))
            print(f"      {worst[name]:.2f}  {costs[1]:>12,}  {name}", flush=True)
        assert not wrong, wrong


if __name__ == "__main__":
    if not shutil.which("valgrind") or not pathlib.Path(os.environ.get("ASSENT_BINARY", RELEASE)).exists():
        print("skipped: this needs valgrind, and the release that make build makes")
        sys.exit(77)
    main([twice_as_much_is_twice_the_work])
