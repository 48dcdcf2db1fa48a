#!/usr/bin/env python3
"""Measures nodes on PostgreSQL: refresh tokens that rotate beside what pgbench commits, two nodes beside one, and what
each request costs a node and the database.

The program must have been built with `--traits PostgreSQL`; ASSENT_BINARY names it. pgbench keeps as many connections as
a node does, and commits the statements of a refresh on tables of the same form, in the same run. Two nodes are two hosts:
each has a network namespace of its own and a bounded share of a processor, so that neither the database nor the load is
what ends first; that part needs root, and says so where it has not.
"""

import contextlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from _tools import LOAD_CORE, ROUNDS, SECONDS, Load, Row, cpu_seconds, on
from _bank import Browser, Left, ThirdParty, log_in
from _nodes import Node, Nodes, why_not
from _postgres import Postgres, program

CONNECTIONS = 8
BROWSERS = 32
# How much of a processor a host of its own has where hosts are compared.
SHARE = 0.15

PGBENCH = r"""
\set next :turn + 1
SELECT f.*, r.expires, r.spent FROM bench_refresh_token r JOIN bench_family f ON f.id = r.family
    WHERE r.fingerprint = sha256(convert_to(:run || '.' || :client_id || '.' || :turn, 'UTF8'));
BEGIN;
WITH changed AS (
    UPDATE bench_refresh_token SET spent = :turn
    WHERE fingerprint = sha256(convert_to(:run || '.' || :client_id || '.' || :turn, 'UTF8')) AND spent IS NULL RETURNING 1
) SELECT 1 / count(*) FROM changed;
SELECT 1 / count(*) FROM bench_family WHERE id = 'family-' || :client_id AND revoked IS NULL;
INSERT INTO bench_refresh_token (fingerprint, family, expires, family_expires)
    VALUES (sha256(convert_to(:run || '.' || :client_id || '.' || :next, 'UTF8')), 'family-' || :client_id,
        2000000000, 2000000000);
COMMIT;
\set turn :next
"""


def main():
    if reason := why_not():
        sys.exit(reason)
    rows = []
    with tempfile.TemporaryDirectory() as folder, Postgres() as database:
        folder = pathlib.Path(folder)
        with Nodes(database, count=1, options={"storing": {"databaseConnections": CONNECTIONS}}) as nodes:
            rows += beside_pgbench(folder, nodes, database)
            rows += costs(folder, nodes, database)
            rows += [Row("bytes of a consent", size(nodes, database), "-")]
        rows += hosts(folder, database)
    width = max(len(row.name) for row in rows)
    print()
    for row in rows:
        print(f"{row.name:<{width}}  {row.value:<60}  goal: {row.goal}")


# Beside pgbench


class Refreshes(Load):
    """Every connection has a family and a thread to itself, and spends one token of it after the other."""

    connections = threads = BROWSERS
    name = "refresh with rotation"

    def __init__(self, folder, nodes, port):
        self.folder, self.nodes, self.url = folder, nodes, f"http://127.0.0.1:{port}"
        self.script, self.tokens = folder / f"refreshes-{port}.lua", folder / f"tokens-{port}"
        party = ThirdParty(nodes)
        self.script.write_text(f"""
            local lines, count = {{}}, 0
            for line in io.lines("{self.tokens}") do lines[#lines + 1] = line end
            function setup(thread)
                count = count + 1
                thread:set("token", lines[count])
            end
            function init()
                headers = {{["Host"] = "localhost:{nodes.port}", ["Authorization"] = "{party.basic()}",
                           ["Content-Type"] = "application/x-www-form-urlencoded"}}
            end
            function request()
                return wrk.format("POST", "/token", headers, "grant_type=refresh_token&refresh_token=" .. token)
            end
            function response(status, _, body)
                token = body:match('"refresh_token":"([^"]+)"') or token
            end
            """)

    def prepare(self):
        """A family each, given by one person to the third party."""
        party, browser = ThirdParty(self.nodes), Browser(self.nodes)
        tokens = []
        for _ in range(self.connections):
            url, _, verifier = party.authorization(prompt="consent")
            page = browser.open(url)
            if not isinstance(page, Left) and page.has_button("log-in"):
                page = log_in(browser, page, "bert")
            left = page if isinstance(page, Left) else browser.press(page, "allow")
            tokens.append(party.redeem(left.parameters["code"], verifier).json["refresh_token"])
        self.tokens.write_text("\n".join(tokens) + "\n")

    def run(self, seconds):
        self.prepare()
        before = spent(self.nodes.database)
        said = super().run(seconds)
        # What is believed is what the store says: each answer stands for a token that was spent.
        answered = int(re.search(r"(\d+) requests in", said)[1])
        kept = spent(self.nodes.database) - before
        if not answered <= kept <= answered + self.connections:
            raise RuntimeError(f"{answered} answers and {kept} tokens spent")
        return said


def spent(database):
    return int(database.query("SELECT count(*) FROM refresh_token WHERE spent IS NOT NULL")[0][0])


def beside_pgbench(folder, nodes, database):
    load = Refreshes(folder, nodes, nodes.nodes[0].port)
    bench = Pgbench(folder, database)
    load.rate(1)
    bench.rate(1)
    rounds = [(bench.rate(), load.rate(), load.p99) for _ in range(ROUNDS)]
    ratio = statistics.median(mine / limit for limit, mine, _ in rounds)
    limit, rate, p99 = (statistics.median(values) for values in zip(*rounds))
    yield Row(f"{load.name}, {BROWSERS} clients", f"{rate:,.0f}/s, {ratio:.2f} of pgbench's {limit:,.0f}/s, p99 {p99:.1f} ms",
              "0.6 of pgbench or more")


class Pgbench:
    """The statements of a refresh, from as many connections as a node keeps."""

    def __init__(self, folder, database):
        self.database, self.script, self.number = database, folder / "refresh.sql", 0
        self.script.write_text(PGBENCH)
        database.query("""
            CREATE TABLE bench_family (LIKE family INCLUDING ALL);
            CREATE TABLE bench_refresh_token (LIKE refresh_token INCLUDING ALL)""")

    def rate(self, seconds=SECONDS):
        self.number += 1
        columns = [name for name, in self.database.query(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'family' AND column_name NOT IN ('id', 'place')")]
        named = ", ".join(columns)
        for client in range(CONNECTIONS):
            self.database.query(f"""
                INSERT INTO bench_family (id, place, {named})
                    SELECT 'family-{client}', {client}, {named} FROM family LIMIT 1 ON CONFLICT DO NOTHING;
                INSERT INTO bench_refresh_token (fingerprint, family, expires, family_expires)
                    VALUES (sha256('{self.number}.{client}.0'), 'family-{client}', 2000000000, 2000000000)""")
        words = [program("pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "1", "-T", str(seconds),
                 "-D", "turn=0", "-D", f"run={self.number}", "-f", str(self.script), self.database.keywords()]
        told = on(LOAD_CORE, lambda: subprocess.run(words, capture_output=True, text=True))
        if told.returncode != 0:
            raise RuntimeError(told.stderr)
        return float(re.search(r"tps = ([\d.]+)", told.stdout)[1])


# What a request costs


def costs(folder, nodes, database):
    """CPU of the node and of the database for each request, under a load that both bear."""
    node = nodes.nodes[0]
    party = ThirdParty(nodes)
    tokens = Refreshes(folder, nodes, node.port)
    tokens.prepare()
    access = party.refresh(tokens.tokens.read_text().split()[0]).json["access_token"]
    assert party.introspect(access)["active"]
    headers = {"Host": f"localhost:{nodes.port}", "Authorization": party.basic()}
    origin = f"http://127.0.0.1:{node.port}"
    loads = [("an introspection", Load(folder, "introspection", origin + "/introspect", f"token={access}", headers)), ("a refresh", tokens)]
    for name, load in loads:
        load.rate(1)
        before = cpu_seconds(node.process.pid), database_seconds(database)
        said = load.run(SECONDS)
        used = cpu_seconds(node.process.pid) - before[0], database_seconds(database) - before[1]
        count = int(re.search(r"(\d+) requests in", said)[1])
        yield Row(f"{name}", f"{count / SECONDS:,.0f}/s; {used[0] / count * 1e6:.0f} µs of CPU in the node, "
                             f"{used[1] / count * 1e6:.0f} µs in the database", "-")
    count, before = 100, (cpu_seconds(node.process.pid), database_seconds(database))
    browser = Browser(nodes)
    whole(party, browser)
    before = cpu_seconds(node.process.pid), database_seconds(database)
    for _ in range(count):
        whole(party, browser)
    used = cpu_seconds(node.process.pid) - before[0], database_seconds(database) - before[1]
    yield Row("a consent, asked for, given and redeemed", f"{used[0] / count * 1e6:.0f} µs of CPU in the node, "
              f"{used[1] / count * 1e6:.0f} µs in the database", "-")


def whole(party, browser):
    consent = party.register(party.client_token())
    url, _, verifier = party.authorization(consent)
    page = browser.open(url)
    if page.has_button("log-in"):
        page = log_in(browser, page, "bert")
    boxes = [value for _, value in page.form_with("allow").boxes]
    left = browser.press(page, "allow", boxes=boxes[:1])
    assert party.redeem(left.parameters["code"], verifier).status == 200


def database_seconds(database):
    """Of the server and all the processes that it has started; connections are kept, so that none is lost."""
    return sum(cpu_seconds(pid) for pid in [database.process.pid, *database.children()])


def size(nodes, database):
    """What stands on the disk for a consent that was given, with its family, its first tokens and its history."""
    tables = ["consent", "revision", "family", "code", "refresh_token", "interaction"]
    bytes_of = "SELECT " + " + ".join(f"pg_total_relation_size('{table}')" for table in tables)
    database.query("VACUUM")
    before, count = int(database.query(bytes_of)[0][0]), int(database.query("SELECT count(*) FROM consent")[0][0])
    party, browser = ThirdParty(nodes), Browser(nodes)
    for _ in range(300):
        whole(party, browser)
    grown = int(database.query(bytes_of)[0][0]) - before
    made = int(database.query("SELECT count(*) FROM consent")[0][0]) - count
    return f"{grown / made:,.0f} with its family, tokens and history"


# Two hosts


def hosts(folder, database):
    """Refreshes of one node, and of two, each on a host of its own with the same share of a processor."""
    if os.geteuid() != 0 or not shutil.which("ip") or not pathlib.Path("/sys/fs/cgroup/cpu").exists():
        return [Row("two nodes", "not measured: this needs root, ip and control groups", "1.7 times one")]
    with Hosts(2) as made:
        database.query("ALTER SYSTEM SET listen_addresses = '*'")
        with open(database.data / "pg_hba.conf", "a") as rules:
            rules.write("host all all 10.77.0.0/16 scram-sha-256\n")
        database.stop()
        database.settings["listen_addresses"] = "*"
        database.start()
        with HostedNodes(database, made) as nodes:
            rates = {1: [], 2: []}
            used = {1: [], 2: []}
            for _ in range(ROUNDS):
                for count in (1, 2):
                    rate, share = together(folder, nodes, count, database)
                    rates[count].append(rate)
                    used[count].append(share)
            ratio = statistics.median(two / one for one, two in zip(rates[1], rates[2]))
            one, two = statistics.median(rates[1]), statistics.median(rates[2])
            return [Row("two nodes", f"{two:,.0f}/s beside {one:,.0f}/s of one, {ratio:.2f} times; the database has "
                        f"{statistics.median(used[2]):.2f} of a core", "1.7 times one")]


def together(folder, nodes, count, database):
    """The rate of so many nodes behind nginx, and how much of a core the database had."""
    nodes.balance(without=nodes.nodes[count:])
    time.sleep(1)
    load = Refreshes(folder, nodes, nodes.port)
    before, began = database_seconds(database), time.monotonic()
    rate = load.rate()
    return rate, (database_seconds(database) - before) / (time.monotonic() - began)


class Hosts:
    """Network namespaces with a link each, and control groups that bound their processors."""

    def __init__(self, count):
        self.names = [f"assent-{os.getpid()}-{number}" for number in range(count)]

    def __enter__(self):
        for number, name in enumerate(self.names):
            outside, inside = f"asn{os.getpid() % 100000}o{number}", f"asn{os.getpid() % 100000}i{number}"
            here, there = self.addresses(number)
            for words in [
                ["ip", "netns", "add", name],
                ["ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name],
                ["ip", "addr", "add", f"{here}/30", "dev", outside], ["ip", "link", "set", outside, "up"],
                ["ip", "-n", name, "addr", "add", f"{there}/30", "dev", inside],
                ["ip", "-n", name, "link", "set", inside, "up"], ["ip", "-n", name, "link", "set", "lo", "up"],
            ]:
                subprocess.run(words, check=True)
            group = self.group(number)
            group.mkdir()
            (group / "cpu.cfs_period_us").write_text("10000")
            (group / "cpu.cfs_quota_us").write_text(str(int(10_000 * SHARE)))
        return self

    def __exit__(self, *exception):
        for number, name in enumerate(self.names):
            subprocess.run(["ip", "netns", "del", name])
            with contextlib.suppress(OSError):
                self.group(number).rmdir()

    @staticmethod
    def addresses(number):
        return f"10.77.{number}.1", f"10.77.{number}.2"

    def group(self, number):
        return pathlib.Path("/sys/fs/cgroup/cpu") / self.names[number]

    def prefix(self, number):
        """What starts a command on that host; the group first, because a namespace has a /sys of its own."""
        script = f"echo $$ > {self.group(number)}/cgroup.procs && exec \"$@\""
        return ["sh", "-c", script, "sh", "ip", "netns", "exec", self.names[number]]


class HostedNodes(Nodes):
    """Nodes whose database is another host, and whom nginx reaches by sockets of the file system, which has no hosts."""

    def __init__(self, database, made):
        super().__init__(database, count=0, options={"storing": {"databaseConnections": CONNECTIONS}})
        self.made = made
        self.nodes = [HostedNode(self, number) for number in range(2)]

    def configuration(self, node):
        made = super().configuration(node)
        made["listening"] = {"address": str(node.socket), "operations": None}
        made["storing"]["database"] = made["storing"]["database"].replace("127.0.0.1", Hosts.addresses(node.number)[0])
        return made


class HostedNode(Node):
    @property
    def socket(self):
        return self.nodes.folder / f"node-{self.number}.socket"

    @property
    def address(self):
        return f"unix:{self.socket}"

    @property
    def prefix(self):
        return self.nodes.made.prefix(self.number)

    def wait(self, seconds=120):
        # On a small share of a processor a start takes its time.
        deadline = time.monotonic() + seconds
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.output())
            time.sleep(0.05)
        return self


if __name__ == "__main__":
    main()
