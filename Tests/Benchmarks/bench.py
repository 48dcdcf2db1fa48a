#!/usr/bin/env python3
"""Measures the release beside nginx, which answers 300 bytes from memory: one core for the server, one for the load.

Each round measures nginx first and the server straight after it, because the machine's own speed moves from
minute to minute; what is compared is the ratio. An answer is looked at before its rate is believed.
"""

import os
import pathlib
import tempfile
import time

from _tools import TESTS, Load, Nginx, Row, alone, memory
from _bank import Bank, ThirdParty
from _assertions import assertions, handshakes
from _flows import flows
from _pages import pages
from _redemptions import redemptions
from _rotation import rotations

BINARY = TESTS.parent / ".build" / "release" / "assent"


def main():
    os.environ["ASSENT_BINARY"] = str(BINARY)
    rows = [Row("binary", f"{BINARY.stat().st_size / 1e6:.1f} MB", "15 MB or less")]
    with tempfile.TemporaryDirectory() as folder, Nginx(pathlib.Path(folder)) as nginx:
        static = Load(pathlib.Path(folder), "nginx", nginx.url)
        rows += sandbox(static)
        rows += flows(static)
        rows += redemptions(static)
        rows += rotations(static)
        rows += assertions(static)
        rows += pages(pathlib.Path(folder))
    rows += handshakes()
    rows.append(Row("first answer", f"{first_answer():.0f} ms", "20 ms or less"))

    width = max(len(row.name) for row in rows)
    print()
    for row in rows:
        print(f"{row.name:<{width}}  {row.value:<44}  goal: {row.goal}")


def sandbox(static):
    """What the demo third party asks most, and what that takes in memory."""
    with alone(Bank()) as bank:
        time.sleep(1)
        yield Row("idle memory", f"{memory(bank.process.pid):.1f} MiB", "12 MiB or less")
        third_party = ThirdParty(bank)
        token = third_party.client_token()
        assert third_party.introspect(token)["active"], "the token must be one that is looked up"
        host, origin = f"localhost:{bank.port}", f"http://127.0.0.1:{bank.port}"
        credentials = {"Authorization": third_party.basic()}
        for name, path, form, headers, goal in [
            ("client credentials", "/token", "grant_type=client_credentials&scope=accounts", credentials,
             "0.19 of nginx or more, p99 5 ms or less"),
            ("introspection", "/introspect", f"token={token}", credentials, "0.30 of nginx or more, p99 5 ms or less"),
            ("discovery", "/.well-known/openid-configuration", None, {}, "0.55 of nginx or more"),
        ]:
            load = Load(static.folder, name, origin + path, form, {"Host": host, **headers})
            yield Row(name, load.beside(static), goal)
        load = RoundTokens(static.folder, origin + "/introspect", {"Host": host, **credentials},
                           [third_party.client_token() for _ in range(1000)])
        yield Row(load.name, load.beside(static), "0.30 of nginx or more")
        yield Row("memory after load", f"{memory(bank.process.pid):.1f} MiB", "40 MiB or less")


class RoundTokens(Load):
    """Introspection of a thousand tokens in turn, which shows what remembering one answer would hide."""

    def __init__(self, folder, url, headers, tokens):
        super().__init__(folder, "introspection of 1,000 tokens", url, "-", headers)
        (folder / "tokens.txt").write_text("\n".join(tokens) + "\n")
        with open(self.script, "a") as script:
            script.write(f"""
                local bodies, turn = {{}}, 0
                for line in io.lines("{folder}/tokens.txt") do bodies[#bodies + 1] = "token=" .. line end
                function request()
                    turn = turn % #bodies + 1
                    return wrk.format(nil, nil, nil, bodies[turn])
                end
                """)


def first_answer():
    """Milliseconds from start to the first answer, with data that is there already; the best of five."""
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(6):
            bank = Bank(folder)
            bank.pause = 0.0005
            began = time.monotonic()
            bank.start()
            times.append((time.monotonic() - began) * 1000)
            bank.stop()
    # The first start makes the data.
    return min(times[1:])


if __name__ == "__main__":
    main()
