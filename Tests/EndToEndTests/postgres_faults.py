"""Nodes and PostgreSQL die under load, at random: what was acknowledged is there, and nothing is spent twice.

ASSENT_FAULT_ROUNDS says how often something is killed, 12 times unless told; ASSENT_FAULT_SEED repeats the choices of
a run. With words on the command line only the tests whose names hold one of them are run.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time

from _bank import Left, ThirdParty, at_once, binary, main, request, until
from _history import Journey, violations
from _nodes import Away, Nodes, PatientBrowser, PatientParty, why_not
from _postgres import Postgres, pair
from _wire import Person

ROUNDS = int(os.environ.get("ASSENT_FAULT_ROUNDS", "12"))
SEED = int(os.environ.get("ASSENT_FAULT_SEED", str(random.randrange(1 << 32))))
WORKERS = 4
# How long a node may take from the moment at which the database takes connections again.
BACK_SECONDS = 1.0


class Worker:
    """A third party with its customer, who goes on with something new when an answer stays away."""

    def __init__(self, nodes, number):
        self.nodes, self.tpp, self.random = nodes, PatientParty(nodes), random.Random(f"{SEED}.{number}")
        person = Person(nodes, self.tpp)
        self.browser = PatientBrowser(nodes)
        self.browser.cookies = person.browser.cookies
        self.token, self.journeys, self.failure = self.tpp.client_token(), [], None

    def ask(self, consent, decision):
        url, _, verifier = self.tpp.authorization(consent)
        page = patient(self.browser.open(url))
        boxes = [value for _, value in page.form_with("allow").boxes]
        left = patient(self.browser.press(page, decision, boxes=boxes[:1] if decision == "allow" else ()))
        assert isinstance(left, Left), left.text
        if decision == "deny":
            assert left.parameters["error"] == "access_denied", left.parameters
            return None
        return left.parameters["code"], verifier

    def work(self, is_over):
        try:
            while not is_over.is_set():
                journey = Journey()
                self.journeys.append(journey)
                try:
                    journey.walk(self.tpp, self.token, self.ask, self.random.randrange)
                # What a client sees of what dies: 502 or 503, a connection that ends, half an answer.
                except (OSError, http.client.HTTPException, json.JSONDecodeError):
                    time.sleep(0.05)
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


def patient(page):
    """RFC 6749 §4.1.2.1: what a status cannot say to a third party, a redirect does."""
    if isinstance(page, Left) and page.parameters.get("error") == "temporarily_unavailable":
        raise Away(page.parameters["error"])
    return page


def under_load(nodes, workers, hurt):
    """Has everybody work while `hurt` does its worst, and then holds what is left against what was told.

    Returns how many journeys there were, and how many acknowledged operations.
    """
    is_over, report = threading.Event(), []
    threads = [threading.Thread(target=worker.work, args=(is_over,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        hurt()
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
    for worker in workers:
        if worker.failure:
            raise worker.failure
    settle(nodes)
    journeys = [journey for worker in workers for journey in worker.journeys]
    acknowledged = sum(operation.is_acknowledged for journey in journeys for operation in journey.operations)
    at_once(*[lambda worker=worker: worker.check(report) for worker in workers])
    for worker in workers:
        if worker.failure:
            raise worker.failure
    assert not report, report[:3]
    return len(journeys), acknowledged


def settle(nodes):
    """Until every node is ready, and nginx asks all of them again."""
    for node in nodes.nodes:
        node.wait()
    # nginx counts the second of fail_timeout in whole ones, of which two may have begun.
    time.sleep(2.1)


def is_sound(database):
    """Every consent's history is one path, and the ledger one chain without a gap."""
    rows = database.query("SELECT consent, version, coalesce(from_status, ''), to_status FROM revision ORDER BY consent, version")
    histories = {}
    for consent, version, before, after in rows:
        path = histories.setdefault(consent, [""])
        assert (int(version), before) == (len(path), path[-1]), (consent, version, before, path)
        path.append(after)
    for consent, status, version in database.query("SELECT id, status, version FROM consent"):
        assert histories[consent][-1] == status and len(histories[consent]) == int(version) + 1, consent
    (count, last), = database.query("SELECT count(*), coalesce(max(sequence), 0) FROM revision")
    assert count == last, (count, last)
    told = subprocess.run([binary(), "audit", "verify", database.uri], capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr


def nothing_acknowledged_is_lost():
    """ST-10 nodes and the database are killed at random under load: nothing acknowledged is lost, nothing spent twice"""
    choose, checked, acknowledged = random.Random(SEED), 0, 0
    print(f"      {ROUNDS} rounds, seed {SEED}", flush=True)
    with Postgres() as database, Nodes(database) as nodes:
        workers = [Worker(nodes, number) for number in range(WORKERS)]

        def hurt():
            time.sleep(choose.uniform(0.1, 0.8))
            victim = choose.choice([*nodes.nodes, database])
            victim.stop(signal.SIGKILL)
            # For a moment the others are alone, or all of them without a database.
            time.sleep(choose.uniform(0, 0.5))
            victim.start()
            time.sleep(choose.uniform(0.1, 0.5))

        for _ in range(ROUNDS):
            journeys, told = under_load(nodes, workers, hurt)
            checked, acknowledged = checked + journeys, acknowledged + told
        is_sound(database)
        nodes.stop()
    print(f"      {checked} journeys, {acknowledged} acknowledged operations", flush=True)
    assert acknowledged > 5 * ROUNDS, "there was not enough to lose"


def without_the_database():
    """ST-21 without the database a node says 503 and when to come again, serves discovery and keys, and is soon back"""
    with Postgres() as database, Nodes(database) as nodes:
        tpp, times = ThirdParty(nodes), []

        def ask(node, path="/token"):
            return node.send("POST", path, {"Authorization": tpp.basic()},
                             form={"grant_type": "authorization_code", "code": "none", "redirect_uri": tpp.redirect_uri,
                                   "code_verifier": "v" * 43} if path == "/token" else {"token": "x"})

        assert all(ask(node).status == 400 for node in nodes.nodes)
        for number in range(5):
            # In order, in a hurry, by the loss of its machine, or by one that hangs.
            how = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL][number % 3]
            database.stop(how)
            for node in nodes.nodes:
                for path in ("/token", "/introspect"):
                    answer = ask(node, path)
                    assert answer.status == 503, (path, answer.status, answer.text)
                    assert int(answer.header("Retry-After")) >= 1, answer.headers
                    assert answer.json["error"] == "temporarily_unavailable", answer.text
                for path in ("/.well-known/openid-configuration", "/jwks"):
                    assert node.send("GET", path).status == 200, path
                # What was seen of the database counts for a second.
                until(lambda: node.ready().status == 503)
                assert request("GET", f"http://localhost:{node.operations}/health/live").status == 200
            time.sleep([0, 3][number % 2])
            database.start()
            began = time.monotonic()
            # A code that nobody has is refused as soon as somebody can be asked.
            for node in nodes.nodes:
                while ask(node).status != 400:
                    assert time.monotonic() < began + 30, "a node does not come back"
                    time.sleep(0.005)
                times.append(time.monotonic() - began)
        print(f"      back {statistics.median(times):.2f} s after the database, {max(times):.2f} s at the most", flush=True)
        assert max(times) < BACK_SECONDS, times


def a_database_that_hangs():
    """ST-22 a database that takes connections and does not answer costs a request its deadline and no more"""
    with Postgres() as database, Nodes(database, count=1) as nodes:
        tpp, node = ThirdParty(nodes), nodes.nodes[0]
        assert tpp.introspect("x") == {"active": False}
        database.freeze()
        try:
            began = time.monotonic()
            answer = node.send("POST", "/introspect", {"Authorization": tpp.basic()}, form={"token": "x"})
            assert answer.status == 503, answer.text
            assert time.monotonic() - began < 12, time.monotonic() - began
            assert node.send("GET", "/jwks").status == 200
        finally:
            database.thaw()
        began = time.monotonic()
        while node.send("POST", "/introspect", {"Authorization": tpp.basic()}, form={"token": "x"}).status != 200:
            assert time.monotonic() < began + 30, "the node does not come back"
            time.sleep(0.01)
        print(f"      back {time.monotonic() - began:.2f} s after it went on", flush=True)


class Cluster:
    """A primary and its synchronous standby, as one database to the nodes."""

    def __init__(self, primary, standby):
        self.primary, self.standby, self.password = primary, standby, primary.password

    def uri_without_password(self):
        return self.primary.uri_without_password(self.standby)

    def query(self, question):
        return self.primary.query(question)


def a_standby_is_promoted():
    """the primary's machine is lost under load and its synchronous standby promoted: nothing acknowledged is lost"""
    print(f"      seed {SEED}", flush=True)
    choose, checked, acknowledged, times = random.Random(SEED), 0, 0, []
    for _ in range(max(1, ROUNDS // 6)):
        with pair() as (primary, standby):
            cluster = Cluster(primary, standby)
            with Nodes(cluster) as nodes:
                workers = [Worker(nodes, number) for number in range(WORKERS)]

                def hurt():
                    time.sleep(choose.uniform(0.5, 2))
                    primary.stop(signal.SIGKILL)
                    time.sleep(choose.uniform(0, 0.3))
                    standby.promote()
                    cluster.primary, began = standby, time.monotonic()
                    with contextlib.suppress(Away):
                        workers[0].tpp.client_token()
                    while True:
                        with contextlib.suppress(OSError):
                            PatientParty(nodes).register(workers[0].token)
                            break
                        assert time.monotonic() < began + 30, "the nodes do not find the standby"
                        time.sleep(0.01)
                    times.append(time.monotonic() - began)
                    time.sleep(0.5)

                journeys, told = under_load(nodes, workers, hurt)
                checked, acknowledged = checked + journeys, acknowledged + told
                is_sound(standby)
    print(f"      {checked} journeys, {acknowledged} acknowledged operations; served again {max(times):.2f} s after the "
          "promotion at the most", flush=True)
    assert acknowledged > 50, "there was not enough to lose"


if __name__ == "__main__":
    if reason := why_not():
        print(f"skipped: {reason}")
        sys.exit(77)
    tests = [without_the_database, a_database_that_hangs, nothing_acknowledged_is_lost, a_standby_is_promoted]
    main([test for test in tests if not sys.argv[1:] or any(word in test.__name__ for word in sys.argv[1:])])
