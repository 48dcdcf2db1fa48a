#!/usr/bin/env python3
"""Measures the release beside nginx, which answers 300 bytes from memory: one core for the server, one for the load.

Each round measures nginx first and the server straight after it, because the machine's own speed moves from
minute to minute; what is compared is the ratio. An answer is looked at before its rate is believed.
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS / "EndToEndTests"))
from _bank import Bank, Browser, ThirdParty, free_port, request  # noqa: E402
from _klarna import PSU, Aggregator, ConfiguredBank  # noqa: E402

BINARY = TESTS.parent / ".build" / "release" / "assent"
ROUNDS, SECONDS, CONNECTIONS = 3, 5, 16
CHAINS = 32
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = {CORES[0]}, {CORES[-1]}


def on(cores, work):
    """Does the work on these cores; what it starts stays there."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        return work()
    finally:
        os.sched_setaffinity(0, before)


class Nginx:
    def __init__(self, folder):
        self.port = free_port()
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(f"""
            daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
            events {{ worker_connections 1024; }}
            http {{
                access_log off; keepalive_requests 1000000000;
                client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
                uwsgi_temp_path {folder}; scgi_temp_path {folder};
                server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 "{'x' * 300}"; }} }}
            }}""")

    def __enter__(self):
        start = ["nginx", "-c", str(self.configuration), "-e", "stderr"]
        self.process = on(SERVER_CORE, lambda: subprocess.Popen(start))
        self.url = f"http://127.0.0.1:{self.port}/"
        wait_for(self.url)
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait(10)


def wait_for(url):
    deadline = time.monotonic() + 10
    while True:
        try:
            if request("GET", url).status == 200:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing answers at {url}")
        time.sleep(0.0005)


class Load:
    """One request, again and again."""

    def __init__(self, folder, name, url, host=None, form=None, authorization=None):
        self.name, self.url = name, url
        self.script = folder / f"{name.replace(' ', '-')}.lua"
        lines = []
        if host:
            lines.append(f'wrk.headers["Host"] = "{host}"')
        if form:
            lines += ['wrk.method = "POST"', f'wrk.body = "{form}"',
                      'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"',
                      f'wrk.headers["Authorization"] = "{authorization}"']
        self.script.write_text("\n".join(lines) + "\n")

    def rate(self, seconds=SECONDS):
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(self.script), self.url]
        said = on(LOAD_CORE, lambda: subprocess.run(command, capture_output=True, text=True, check=True)).stdout
        if "Non-2xx" in said or "Socket errors" in said:
            raise RuntimeError(f"{self.name}: {said}")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


class Rotation:
    """Consent calls, each of which spends a token for the next: every connection has a consent and a thread to itself."""

    name = "consent call with rotation"

    def __init__(self, folder, bank):
        self.bank, self.folder, self.script = bank, folder, folder / "rotation.lua"
        self.aggregator, browser, self.sessions = Aggregator(bank), Browser(bank), []
        for _ in range(CHAINS):
            session = self.aggregator.session()
            self.aggregator.allow(self.aggregator.start(session["flows"]["accounts"]), browser=browser)
            self.sessions.append(session)
        (folder / "body").write_text('{"psu":' + json.dumps(PSU) + ',"consent_token":"')
        self.script.write_text(f"""
            local lines, count = {{}}, 0
            for line in io.lines("{folder}/tokens") do lines[#lines + 1] = line end
            function setup(thread)
                count = count + 1
                local path, token = lines[count]:match("(%S+) (%S+)")
                thread:set("path", path)
                thread:set("token", token)
            end
            function init()
                start = io.open("{folder}/body"):read("*a")
                headers = {{["Host"] = "localhost:{bank.port}", ["Content-Type"] = "application/json",
                           ["Authorization"] = "Token {self.aggregator.token}"}}
            end
            function request() return wrk.format("POST", path, headers, start .. token .. '"}}') end
            function response(_, _, body) token = body:match('"consent_token":"([^"]+)"') end
            """)

    def rate(self, seconds=SECONDS):
        lines = []
        for session in self.sessions:
            # Fetched anew, because what the load has spent it does not tell.
            data = self.aggregator.call("POST", session["consent"]).json["data"]
            lines.append(data["consents"]["accounts"].removeprefix(self.bank.issuer) + " " + data["consent_token"])
        (self.folder / "tokens").write_text("\n".join(lines) + "\n")
        before = self.generations()
        command = ["wrk", f"-t{CHAINS}", f"-c{CHAINS}", f"-d{seconds}s", "-s", str(self.script),
                   f"http://127.0.0.1:{self.bank.port}"]
        said = on(LOAD_CORE, lambda: subprocess.run(command, capture_output=True, text=True, check=True)).stdout
        if "Non-2xx" in said or "Socket errors" in said:
            raise RuntimeError(f"{self.name}: {said}")
        # What is believed is what the store says: each answer stands for a generation that was kept.
        answered = int(re.search(r"(\d+) requests in", said)[1])
        kept = self.generations() - before
        if not answered <= kept <= answered + CHAINS:
            raise RuntimeError(f"{self.name}: {answered} answers and {kept} generations")
        return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])

    def generations(self):
        return self.bank.rows("SELECT sum(generation) FROM consent_token")[0][0]


def memory(pid):
    """Proportional set size in MiB."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024


def rotations(nginx, folder, rows):
    """What a consent call costs that is durable before its answer leaves."""
    with ConfiguredBank(attendedUsesPerDay=1_000_000) as bank:
        os.sched_setaffinity(bank.process.pid, SERVER_CORE)
        for thread in pathlib.Path(f"/proc/{bank.process.pid}/task").iterdir():
            os.sched_setaffinity(int(thread.name), SERVER_CORE)
        load, static = Rotation(folder, bank), Load(folder, "nginx", nginx.url)
        load.rate(1)
        pairs = [(static.rate(), load.rate()) for _ in range(ROUNDS)]
        ratio = statistics.median(mine / limit for limit, mine in pairs)
        rate = statistics.median(mine for _, mine in pairs)
        limit = statistics.median(limit for limit, _ in pairs)
        rows.append((load.name, f"{rate:,.0f}/s, {ratio:.2f} of nginx's {limit:,.0f}/s", "6,000/s or more"))


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


def main():
    os.environ["ASSENT_BINARY"] = str(BINARY)
    rows = [("binary", f"{BINARY.stat().st_size / 1e6:.1f} MB", "15 MB or less")]
    with tempfile.TemporaryDirectory() as folder, Nginx(pathlib.Path(folder)) as nginx:
        folder = pathlib.Path(folder)
        bank = Bank()
        on(SERVER_CORE, bank.start)
        with_bank(bank, nginx, folder, rows)
        rotations(nginx, folder, rows)
    rows.append(("first answer", f"{first_answer():.0f} ms", "50 ms or less"))

    width = max(len(row[0]) for row in rows)
    print()
    for name, value, goal in rows:
        print(f"{name:<{width}}  {value:<38}  goal: {goal}")


def with_bank(bank, nginx, folder, rows):
    try:
        time.sleep(1)
        rows.append(("idle memory", f"{memory(bank.process.pid):.1f} MiB", "20 MiB or less"))
        third_party = ThirdParty(bank)
        token = third_party.client_token()
        assert third_party.introspect(token)["active"], "the token must be one that is looked up"
        host, origin = f"localhost:{bank.port}", f"http://127.0.0.1:{bank.port}"
        static = Load(folder, "nginx", nginx.url)
        loads = [
            (Load(folder, "client credentials", f"{origin}/token", host,
                  "grant_type=client_credentials&scope=accounts", third_party.basic()), "0.12 of nginx or more"),
            (Load(folder, "introspection", f"{origin}/introspect", host, f"token={token}", third_party.basic()),
             "0.20 of nginx or more"),
            (Load(folder, "discovery", f"{origin}/.well-known/openid-configuration", host), "-"),
        ]
        for load, goal in loads:
            load.rate(1)
            pairs = [(static.rate(), load.rate()) for _ in range(ROUNDS)]
            ratio = statistics.median(mine / limit for limit, mine in pairs)
            rate = statistics.median(mine for _, mine in pairs)
            limit = statistics.median(limit for limit, _ in pairs)
            rows.append((load.name, f"{rate:,.0f}/s, {ratio:.2f} of nginx's {limit:,.0f}/s", goal))
        rows.append(("memory after load", f"{memory(bank.process.pid):.1f} MiB", "-"))
    finally:
        bank.stop()


if __name__ == "__main__":
    main()
