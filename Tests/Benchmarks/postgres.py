#!/usr/bin/env python3
"""Measures nodes on PostgreSQL: refresh tokens that rotate beside what pgbench commits, two nodes beside one, and what
each request costs a node and the database.

The program must have been built with `--traits PostgreSQL`; ASSENT_BINARY names it. pgbench keeps as many connections as
a node does, and commits the statements of a refresh on tables of the same form, in the same run. Two nodes are two hosts,
beside one for the database and one for nginx and the load: each has a network namespace of its own, and each node a bounded
share of a core, so that neither the database nor the load is what ends first. What each host used is said beside it. That
part needs root, and says so where it has not; `postgres.py hosts` does nothing else.
"""

import contextlib
import ctypes
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from _tools import LOAD_CORE, ROUNDS, SECONDS, Load, Row, cpu_seconds, on
from _bank import Browser, Left, ThirdParty, log_in
from _nodes import Node, Nodes, why_not
from _postgres import Postgres, program

CONNECTIONS = 8
BROWSERS = 32
# How much of a core a node has where hosts are compared, how often one and two are measured in turn, and for how long.
SHARE, HOST_ROUNDS, HOST_SECONDS = 0.25, 4, 6

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
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if sys.argv[1:] != ["hosts"]:
            rows += one_host(folder)
        rows += hosts(folder)
    width = max(len(row.name) for row in rows)
    print()
    for row in rows:
        print(f"{row.name:<{width}}  {row.value:<60}  goal: {row.goal}")


def one_host(folder):
    with Postgres() as database:
        with Nodes(database, count=1, options={"storing": {"databaseConnections": CONNECTIONS}}) as nodes:
            yield from beside_pgbench(folder, nodes, database)
            yield from costs(folder, nodes, database)
            yield Row("bytes of a consent", size(nodes, database), "-")
        yield from standby(folder, database)


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
    answer = party.redeem(left.parameters["code"], verifier)
    assert answer.status == 200, answer.text
    return answer.json["access_token"]


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


# A standby that is asked


def standby(folder, database):
    """What an introspection costs the primary with a standby that answers, and without one.

    The token is of a consent, so that three questions are asked of the store.
    """
    with Postgres(following=database) as follower:
        replica = follower.uri_without_password().split("?")[0]
        for name, replicas in [("the primary alone", []), ("a standby that is asked", [replica])]:
            options = {"storing": {"databaseConnections": CONNECTIONS, "databaseReplicas": replicas}}
            with Nodes(database, count=1, options=options) as nodes:
                yield asked(name, folder, nodes, database, follower)


def asked(name, folder, nodes, database, follower):
    node, party = nodes.nodes[0], ThirdParty(nodes)
    token = whole(party, Browser(nodes))
    assert party.introspect(token)["active"]
    headers = {"Host": f"localhost:{nodes.port}", "Authorization": party.basic()}
    load = Load(folder, "introspection", f"http://127.0.0.1:{node.port}/introspect", f"token={token}", headers)
    load.rate(1)

    def used():
        return cpu_seconds(node.process.pid), database_seconds(database), database_seconds(follower)

    before = used()
    rate = load.rate()
    costs = [(end - begin) / (rate * SECONDS) * 1e6 for begin, end in zip(before, used())]
    return Row(f"an introspection of a consent's token, {name}",
               f"{rate:,.0f}/s, p99 {load.p99:.1f} ms; node {costs[0]:.0f} µs, primary {costs[1]:.0f} µs, standby "
               f"{costs[2]:.0f} µs", "-")


# Two hosts


def hosts(folder):
    """Requests of one node and of two, where the load, each node and the database are hosts of their own."""
    if reason := Network.why_not():
        return [Row("two nodes", f"not measured: {reason}", "1.7 times one")]
    with contextlib.ExitStack() as stack:
        network = stack.enter_context(Network(["load", "one", "two", "database"], {"one": SHARE, "two": SHARE}))
        database = HostedPostgres(network)
        stack.enter_context(database)
        nodes = HostedNodes(database, network, folder)
        stack.callback(nodes.__exit__)
        stack.enter_context(network["load"])
        nodes.start()
        return list(beside_one(folder, nodes, network))


def beside_one(folder, nodes, network):
    """One node and two in turn, several times, so that what else the machine does falls on both."""
    party, refreshes = ThirdParty(nodes), HostedRefreshes(folder, nodes, nodes.port)
    refreshes.prepare()
    access = party.refresh(refreshes.tokens.read_text().split()[0]).json["access_token"]
    headers = {"Host": f"localhost:{nodes.port}", "Authorization": party.basic()}
    introspections = Counted(folder, "introspection", f"http://127.0.0.1:{nodes.port}/introspect", f"token={access}", headers)
    for load in (refreshes, introspections):
        load.network, seen = network, {1: [], 2: []}
        for number in range(2 * HOST_ROUNDS):
            # One, two, two, one: what changes slowly does not look like a difference.
            count = (1, 2, 2, 1)[number % 4]
            nodes.balance(without=nodes.nodes[count:])
            time.sleep(1)
            seen[count].append({"rate": load.rate(HOST_SECONDS), **load.cores})
        one, two = ({part: statistics.median(use[part] for use in seen[count]) for part in seen[count][0]} for count in (1, 2))
        ratios = [b["rate"] / a["rate"] for a, b in zip(seen[1], seen[2])]
        yield Row(f"{load.name}, two nodes beside one", f"{two['rate']:,.0f}/s beside {one['rate']:,.0f}/s, "
                  f"{statistics.median(ratios):.2f} times, {min(ratios):.2f} to {max(ratios):.2f}", "1.7 times one")
        for words, use in (("one node", one), ("two nodes", two)):
            used = ", ".join(f"{name} {use[name]:.2f}" for name in network.names)
            yield Row(f"{load.name}, {words}: cores used", f"{used}; {sum(use[name] for name in network.names):.2f} "
                      f"of {os.cpu_count()}", "-")


class Counted(Load):
    """As much as keeps two nodes busy, with what every host used of the processor meanwhile."""

    connections = 64

    def run(self, seconds):
        before, began = self.network.seconds(), time.monotonic()
        said = super().run(seconds)
        passed = time.monotonic() - began
        self.cores = {name: (now - before[name]) / passed for name, now in self.network.seconds().items()}
        return said


class HostedRefreshes(Refreshes, Counted):
    connections = threads = 64


class Network:
    """Network namespaces on one switch, each with control groups that weigh, bound and count what runs there.

    All addresses are inside the namespaces, and everything is removed at the end.
    """

    groups = [pathlib.Path("/sys/fs/cgroup/cpu"), pathlib.Path("/sys/fs/cgroup/cpuacct")]

    def __init__(self, names, shares):
        self.names, self.shares, self.switch = names, shares, f"assent-{os.getpid()}-switch"
        self.hosts = {name: Host(f"assent-{os.getpid()}-{name}", f"10.77.0.{number}") for number, name in enumerate(names, 1)}

    @classmethod
    def why_not(cls):
        if os.geteuid() != 0 or not shutil.which("ip") or not all((group / "tasks").exists() for group in cls.groups):
            return "this needs root, ip, and the control groups cpu and cpuacct"
        return None

    def __getitem__(self, name):
        return self.hosts[name]

    def __enter__(self):
        try:
            ip("netns", "add", self.switch)
            ip("-n", self.switch, "link", "add", "switch", "type", "bridge")
            ip("-n", self.switch, "link", "set", "switch", "up")
            for number, (name, host) in enumerate(self.hosts.items()):
                ip("netns", "add", host.name)
                ip("-n", self.switch, "link", "add", f"port{number}", "type", "veth", "peer", "name", "wire", "netns", host.name)
                ip("-n", self.switch, "link", "set", f"port{number}", "master", "switch", "up")
                ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "wire")
                ip("-n", host.name, "link", "set", "wire", "up")
                ip("-n", host.name, "link", "set", "lo", "up")
                for group in self.groups:
                    (group / host.name).mkdir()
                cpu = self.groups[0] / host.name
                # Other work on this machine waits rather than that it decides the figures.
                (cpu / "cpu.shares").write_text("16384")
                if name in self.shares:
                    (cpu / "cpu.cfs_period_us").write_text("10000")
                    (cpu / "cpu.cfs_quota_us").write_text(str(int(10_000 * self.shares[name])))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        for host in self.hosts.values():
            subprocess.run(["ip", "netns", "del", host.name], stderr=subprocess.DEVNULL)
            for group in self.groups:
                until_gone(group / host.name)
        subprocess.run(["ip", "netns", "del", self.switch], stderr=subprocess.DEVNULL)

    def seconds(self):
        return {name: host.seconds for name, host in self.hosts.items()}


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def until_gone(group):
    """A group goes when its last process has."""
    for _ in range(100):
        if not group.exists():
            return
        with contextlib.suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.05)


class Host:
    """Where whatever is begun within `with` is, and stays; hosts are entered from outside, or from each other for a moment."""

    # Where this program is, from the outermost on.
    path = [""]

    def __init__(self, name, address):
        self.name, self.address, self.before = name, address, []

    def __enter__(self):
        self.before.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY))
        enter(os.open(f"/run/netns/{self.name}", os.O_RDONLY))
        self.path.append(self.name)
        self.join()
        return self

    def __exit__(self, *exception):
        enter(self.before.pop())
        self.path.pop()
        self.join()

    def join(self):
        for group in Network.groups:
            (group / self.path[-1] / "tasks").write_text(str(threading.get_native_id()))

    @property
    def seconds(self):
        """Of the processor, by all that ever ran here."""
        return int((Network.groups[1] / self.name / "cpuacct.usage").read_text()) / 1e9


def enter(namespace):
    """This thread, and what it starts from now on."""
    if ctypes.CDLL(None, use_errno=True).setns(namespace, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(namespace)


class HostedPostgres(Postgres):
    def __init__(self, network):
        super().__init__({"listen_addresses": "*"})
        self.host = network["database"]
        with open(self.data / "pg_hba.conf", "a") as rules:
            rules.write("host all all 10.77.0.0/24 scram-sha-256\n")

    def start(self):
        with self.host:
            return super().start()

    def query(self, *words):
        with self.host:
            return super().query(*words)


class HostedNodes(Nodes):
    """Nodes that are reached over a network, and so over TLS."""

    def __init__(self, database, network, folder):
        super().__init__(database, count=0, options={"storing": {"databaseConnections": CONNECTIONS}})
        self.network, self.key, self.certificate = network, folder / "node.key", folder / "node.crt"
        self.nodes = [HostedNode(self, number, network[name]) for number, name in enumerate(("one", "two"))]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                        "/CN=node", "-addext", "subjectAltName=DNS:node", "-days", "2", "-keyout", self.key, "-out",
                        self.certificate], check=True, capture_output=True)

    def configuration(self, node):
        made = super().configuration(node)
        made["listening"] = {"address": f"{node.host.address}:{node.port}", "operations": f"127.0.0.1:{node.operations}",
                             "certificateFile": str(self.certificate), "privateKeyFile": str(self.key)}
        made["storing"]["database"] = made["storing"]["database"].replace("127.0.0.1", self.network["database"].address)
        return made

    def proxied(self, text):
        """nginx verifies whom it asks, and keeps its connections."""
        return text.replace("http://nodes", "https://nodes").replace("access_log off;", f"""access_log off;
            proxy_ssl_verify on; proxy_ssl_trusted_certificate {self.certificate}; proxy_ssl_name node;""").replace(
            "upstream nodes {", "upstream nodes { least_conn;")


class HostedNode(Node):
    def __init__(self, nodes, number, host):
        super().__init__(nodes, number)
        self.host = host

    @property
    def address(self):
        return f"{self.host.address}:{self.port}"

    def start(self):
        with self.host:
            return super().start()

    def ready(self):
        with self.host:
            return super().ready()


if __name__ == "__main__":
    main()
