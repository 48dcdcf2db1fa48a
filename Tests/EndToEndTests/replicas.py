"""Standbys that are asked in the place of the primary: what they answer is never older than the request."""

import json
import signal
import subprocess
import sys
import time

from _bank import ThirdParty, binary, main, request, until
from _nodes import Nodes, why_not
from _postgres import Postgres, pair

ROUNDS = 40


class Read:
    """A database with a standby that is read."""

    def __init__(self, primary, *standbys, others=()):
        self.primary, self.standbys, self.others, self.password = primary, standbys, others, primary.password

    def uri_without_password(self):
        return self.primary.uri_without_password(*self.others)

    def query(self, question):
        return self.primary.query(question)

    def options(self, **more):
        replicas = [standby.uri_without_password().split("?")[0] for standby in self.standbys]
        return {"storing": {"databaseReplicas": replicas, **more}}


def nodes_on(database, count=2, **more):
    return Nodes(database, count=count, options=database.options(**more))


def figures(nodes):
    """How many questions standbys have answered, and how many were left to the primary."""
    counts = {"answers": 0, "passes": 0}
    for node in nodes.nodes:
        for line in request("GET", f"http://localhost:{node.operations}/metrics").text.splitlines():
            for name in counts:
                if line.startswith(f"assent_store_replica_{name}_total "):
                    counts[name] += int(line.split()[1])
    return counts


def say(node, tpp, token):
    answer = node.send("POST", "/introspect", {"Authorization": tpp.basic()}, form={"token": token})
    assert answer.status == 200, (answer.status, answer.text)
    return answer.json["active"]


def revoke(node, tpp, token):
    answer = node.send("POST", "/revoke", {"Authorization": tpp.basic()}, form={"token": token})
    assert answer.status == 200, (answer.status, answer.text)


def end_many(nodes, tpp):
    """Tokens that are ended at one node and asked about at every other in the next moment."""
    for number in range(ROUNDS):
        token = tpp.client_token()
        assert all(say(node, tpp, token) for node in nodes.nodes)
        revoke(nodes.nodes[number % len(nodes.nodes)], tpp, token)
        assert not any(say(node, tpp, token) for node in nodes.nodes), f"a token lived on in round {number}"


def what_has_ended_has_ended():
    """a standby answers introspections, and what was ended at one node is ended at all in that moment"""
    with Postgres() as primary, Postgres(following=primary) as standby:
        with nodes_on(Read(primary, standby)) as nodes:
            tpp = ThirdParty(nodes)
            tpp.client_token()
            # The first question names the history that the primary writes.
            until(lambda: [say(nodes.nodes[0], tpp, tpp.client_token())] and figures(nodes)["answers"] > 0)
            end_many(nodes, tpp)
            told = figures(nodes)
            print(f"      {told['answers']} answers of the standby, {told['passes']} of the primary", flush=True)
            assert told["answers"] > told["passes"], told
            # Without its standby a node asks the primary, and says so once.
            standby.stop(signal.SIGKILL)
            end_many(nodes, tpp)
            assert nodes.output().count("store.replica-left-out") <= 2 * len(nodes.nodes)
            standby.start()
            before = figures(nodes)["answers"]
            until(lambda: [say(node, tpp, "x") for node in nodes.nodes] and figures(nodes)["answers"] > before + 5)


def a_standby_that_is_far_behind():
    """a standby that applies everything a minute later is not believed"""
    with Postgres() as primary, Postgres(following=primary) as standby:
        with nodes_on(Read(primary, standby)) as nodes:
            tpp = ThirdParty(nodes)
            until(lambda: [say(node, tpp, tpp.client_token()) for node in nodes.nodes] and figures(nodes)["answers"] > 5)
            standby.stop()
            standby.settings["recovery_min_apply_delay"] = "60s"
            standby.start()
            # Whoever asks after a silence hears of it.
            nodes.stop()
            nodes.start()
            end_many(nodes, tpp)
            until(lambda: [tpp.client_token(), say(nodes.nodes[0], tpp, "x")]
                  and "it has not come as far" in nodes.output())
            began = time.monotonic()
            for _ in range(50):
                say(nodes.nodes[0], tpp, "x")
            # It is left alone for a second after each time that it was behind.
            assert time.monotonic() - began < 5, time.monotonic() - began


def a_standby_of_another_history():
    """a standby that followed the lost primary further than its successor did knows less, though it counts higher"""
    with Postgres() as primary, Postgres(following=primary) as heir, Postgres(following=primary) as ahead:
        with nodes_on(Read(primary, ahead), count=1) as nodes:
            tpp = ThirdParty(nodes)
            token = tpp.client_token()
            until(lambda: [say(nodes.nodes[0], tpp, token)] and figures(nodes)["answers"] > 0)
            # The heir misses what the other has.
            heir.stop(signal.SIGKILL)
            primary.query("CREATE TABLE filling AS SELECT repeat('x', 1000) AS x FROM generate_series(1, 2000)")
            flushed = primary.query("SELECT pg_current_wal_flush_lsn()")[0][0]
            until(lambda: ahead.query(f"SELECT pg_last_wal_replay_lsn() >= '{flushed}'") == [["t"]])
            nodes.stop()
        primary.stop(signal.SIGKILL)
        heir.start()
        heir.promote()
        (ahead_is_higher,), = ahead.query(
            f"SELECT pg_last_wal_replay_lsn() > '{heir.query('SELECT pg_current_wal_flush_lsn()')[0][0]}'")
        assert ahead_is_higher == "t", "the test has not made what it is about"
        with nodes_on(Read(heir, ahead), count=1) as nodes:
            tpp = ThirdParty(nodes)
            end_many(nodes, tpp)
            assert figures(nodes)["answers"] == 0, figures(nodes)
            assert "another history" in nodes.output()


def a_standby_of_another_database():
    """a server of another cluster is refused at the start"""
    with Postgres() as primary, Postgres() as other:
        nodes = nodes_on(Read(primary, other), count=1)
        try:
            path = nodes.nodes[0].write()
            other.query(f"ALTER ROLE assent PASSWORD '{primary.password}'")
            told = subprocess.run([binary(), "serve", "--config", path], capture_output=True, text=True, timeout=60)
            assert told.returncode == 69 and "belongs to another cluster" in told.stderr, told
        finally:
            nodes.__exit__(None)


def a_database_that_was_taken_back():
    """a node refuses a database that has not all that it has seen, until somebody says that it is right"""
    with Postgres() as database:
        witness = []
        with Nodes(database, count=1) as nodes:
            file = nodes.folder / "assent.witness"
            nodes.sections["storing"] = {"databaseWitnessFile": str(file)}
            witness.append(file)
            nodes.stop()
            nodes.start()
            node, tpp = nodes.nodes[0], ThirdParty(nodes)
            token = tpp.client_token()
            # A round of housekeeping is noted at the start and at the end.
            until(lambda: file.exists() and file.stat().st_size > 0)
            nodes.stop()
            dump = database.folder / "dump"
            database.run("pg_dump", "--format=custom", "--file", dump, database.keywords())
            nodes.start()
            nodes.stop()
            database.query("DROP DATABASE assent", "postgres")
            database.query("CREATE DATABASE assent", "postgres")
            database.run("pg_restore", "--dbname", database.keywords(), dump)
            config = nodes.nodes[0].write()
            told = subprocess.run([binary(), "serve", "--config", config], capture_output=True, text=True, timeout=60)
            assert told.returncode == 69 and "assent migrate --restored" in told.stderr, told
            done = subprocess.run([binary(), "migrate", "--restored", "--config", config], capture_output=True, text=True,
                                  timeout=60)
            assert done.returncode == 0 and "have ended" in done.stdout, done
            nodes.start()
            assert tpp.introspect(tpp.client_token())["active"]
            # While it runs as well: connections to a server that is behind are not used.
            until(lambda: int(database.query("SELECT round FROM epoch")[0][0]) > 0)
            database.query("UPDATE epoch SET round = 0")
            database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'assent'", "postgres")
            until(lambda: "assent migrate --restored" in nodes.nodes[0].output())
            assert nodes.nodes[0].send("POST", "/introspect", {"Authorization": tpp.basic()}, form={"token": token}).status == 503
            done = subprocess.run([binary(), "migrate", "--restored", "--config", config], capture_output=True, text=True,
                                  timeout=60)
            assert done.returncode == 0, done
            until(lambda: nodes.nodes[0].ready().status == 200)


def the_server_is_known():
    """a server is known by its certificate: another name or another authority is refused in a sentence"""
    with Postgres(tls=True) as database:
        nodes = Nodes(database, count=1)
        try:
            node = nodes.nodes[0]

            def command(*words, **parameters):
                text = "&".join(f"{name}={value}" for name, value in parameters.items())
                node.write()
                path = nodes.folder / "node-0.json"
                said = json.loads(path.read_text())
                said["storing"]["database"] = said["storing"]["database"].replace("127.0.0.1", host) + "&" + text
                path.write_text(json.dumps(said))
                return subprocess.run([binary(), *words, "--config", path], capture_output=True, text=True, timeout=60)

            authority = nodes.folder / "database-ca.pem"
            authority.write_bytes(database.certificate.read_bytes())
            host = "localhost"
            good = command("migrate", sslmode="verify-full", sslrootcert=authority)
            assert good.returncode == 0 and "0.1  done" in good.stdout, good
            assert "database.tls: The server is known" in command("doctor", sslmode="verify-full", sslrootcert=authority).stdout
            host = "wrong.example"
            other = command("migrate", sslmode="verify-full", sslrootcert=authority, hostaddr="127.0.0.1")
            assert other.returncode == 69 and "does not match host name" in other.stderr, other
            host = "localhost"
            stranger = nodes.folder / "stranger.pem"
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                            "-subj", "/CN=stranger", "-days", "2", "-keyout", "/dev/null", "-out", stranger],
                           check=True, capture_output=True)
            unknown = command("migrate", sslmode="verify-full", sslrootcert=stranger)
            assert unknown.returncode == 69 and "certificate verify failed" in unknown.stderr, unknown
            none = command("migrate", sslmode="verify-full", sslrootcert=nodes.folder / "none.pem")
            assert none.returncode == 69 and "root certificate file" in none.stderr, none
        finally:
            nodes.__exit__(None)


def the_doctor_looks_at_the_server():
    """the doctor says what is wrong with a database, and check-config what it can without one"""
    with Postgres() as database:
        nodes = Nodes(database, count=1)
        try:
            node, path = nodes.nodes[0], None

            def told(word, **storing):
                nodes.sections["storing"] = storing
                done = subprocess.run([binary(), word, "--config", node.write()], capture_output=True, text=True, timeout=60)
                return done.stdout + done.stderr

            assert "WARN  database: The server answers, and the database is empty." in told("doctor")
            assert "is valid" in told("check-config")
            path = node.write()
            subprocess.run([binary(), "migrate", "--config", path], check=True, capture_output=True)
            good = told("doctor")
            assert "OK    database: The server answers, and has the schema" in good, good
            assert "OK    database.clock" in good and "OK    database.tls" in good, good
            assert "WARN  listeners: Nobody listens" in good, good
            nodes.sections["storing"] = {}
            nodes.start()
            good = told("doctor")
            assert "OK    readiness" in good and "OK    listeners.address" in good, good
            nodes.stop()
            away = told("doctor", database="postgresql://assent@127.0.0.1:1/assent")
            assert "FAIL  database: " in away and "refused" in away, away
            other = told("doctor", database=nodes.database_uri.replace("/assent?", "/nobody?"))
            assert "FAIL  database: " in other and "nobody" in other, other
            assert "is valid" in told("check-config", database="postgresql://assent@127.0.0.1:1/assent")
            weak = told("check-config", database="postgresql://assent@db.example/assent")
            assert "reached without being known" in weak, weak
            database.query("INSERT INTO migration VALUES (99, 'later', 99)")
            later = told("doctor")
            assert "FAIL  database: the database needs 99 migrations" in later, later
            assert "libpq " in subprocess.run([binary(), "version"], capture_output=True, text=True).stdout
        finally:
            nodes.__exit__(None)


def a_standby_that_nobody_has():
    """where commits wait for a standby that nobody has, a migration says so and does not wait for ever"""
    with Postgres() as database:
        nodes = Nodes(database, count=1)
        try:
            database.query("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (nobody)'")
            database.query("SELECT pg_reload_conf()")
            until(lambda: database.query("SHOW synchronous_standby_names") != [[""]])
            path = nodes.nodes[0].write()
            began = time.monotonic()
            told = subprocess.run([binary(), "migrate", "--config", path], capture_output=True, text=True, timeout=60)
            assert told.returncode == 69 and "synchronous_standby_names" in told.stderr, told
            assert time.monotonic() - began < 30
            told = subprocess.run([binary(), "doctor", "--config", path], capture_output=True, text=True, timeout=60)
            assert "FAIL  database.promises: synchronous_standby_names" in told.stdout, told
        finally:
            nodes.__exit__(None)


def commits_that_hang_take_no_connections():
    """while the standby is away, a node keeps the connections that it has, and is well again when the standby is back"""
    with pair() as (primary, standby):
        database = Read(primary, others=(standby,))
        with Nodes(database, count=1) as nodes:
            tpp, node = ThirdParty(nodes), nodes.nodes[0]
            token = tpp.client_token()
            standby.freeze()
            try:
                statuses = set()
                for _ in range(3):
                    answer = node.send("POST", "/revoke", {"Authorization": tpp.basic()}, form={"token": token})
                    statuses.add(answer.status)
                    (count,), = primary.query("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'assent'")
                    assert int(count) <= 8, count
                    # Whoever ends the wait makes it visible, on no standby: it is not acknowledged by saying it again.
                    primary.query("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
                                  "postgres")
                assert statuses == {503}, statuses
            finally:
                standby.thaw()
            until(lambda: node.send("POST", "/revoke", {"Authorization": tpp.basic()}, form={"token": token}).status == 200)
            assert not say(node, tpp, token)


if __name__ == "__main__":
    if reason := why_not():
        print(f"skipped: {reason}")
        sys.exit(77)
    tests = [what_has_ended_has_ended, a_standby_that_is_far_behind, a_standby_of_another_history,
             a_standby_of_another_database, a_database_that_was_taken_back, the_server_is_known,
             the_doctor_looks_at_the_server, a_standby_that_nobody_has, commits_that_hang_take_no_connections]
    main([test for test in tests if not sys.argv[1:] or any(word in test.__name__ for word in sys.argv[1:])])
