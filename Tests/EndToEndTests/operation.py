"""What operators watch and do: health, metrics, traces, a copy that is put back, and the doctor."""

import contextlib
import json
import re
import shutil
import signal
import socket
import sqlite3

from _bank import ROOT, Bank, Browser, ask, main, request, until
from _hooks import HookServer
from commands import Folder, served, wait_for
from kill import seal

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


@contextlib.contextmanager
def serving(folder, config="ok.json"):
    """A server that runs, with its port; its log comes when it has ended."""
    port = json.loads((folder.path / config).read_text())["listening"]["address"].rpartition(":")[2]
    process = folder.serve(config)
    try:
        # The listener of the operators is the last.
        wait_for(int(port) + 1)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            process.log = process.communicate(timeout=30)[1]


def ready(port):
    return request("GET", f"http://localhost:{port + 1}/health/ready")


def failed(answer):
    return [check["check"] for check in answer.json["checks"] if check["status"] == "failed"]


def readiness_follows_what_can_be_kept():
    """ST-21 a database that was taken away makes the server not ready, and it is ready again when that is back"""
    with Folder() as folder:
        port = served(folder)
        with serving(folder):
            answer = ready(port)
            assert answer.status == 200 and answer.json["status"] == "ready" and not failed(answer), answer.text
            database = folder.path / "assent.sqlite"
            database.rename(folder.path / "aside")
            assert failed(until(lambda: (seen := ready(port)).status == 503 and seen)) == ["store"]
            assert request("GET", f"http://localhost:{port + 1}/health/live").status == 200
            (folder.path / "aside").rename(database)
            until(lambda: ready(port).status == 200)


def a_server_that_stops_says_so_while_it_finishes():
    """after SIGTERM the server is not ready at once, goes on with what has begun, and ends with status 0"""
    with Folder() as folder:
        port = served(folder)
        with serving(folder) as process:
            with socket.create_connection(("127.0.0.1", port), 5) as begun:
                begun.sendall(b"GET /jwks HTTP/1.1\r\n")
                # The server has read it when it has answered somebody who came later.
                assert request("GET", f"http://localhost:{port}/jwks").status == 200
                process.send_signal(signal.SIGTERM)
                assert failed(until(lambda: (seen := ready(port)).status == 503 and seen)) == ["running"]
                assert request("GET", f"http://localhost:{port + 1}/health/live").status == 200
                begun.sendall(f"Host: localhost:{port}\r\n\r\n".encode())
                assert begun.recv(4096).startswith(b"HTTP/1.1 200"), "what had begun was not finished"
            process.log = process.communicate(timeout=20)[1]
        assert process.returncode == 0, process.log


def metrics_count_by_route_and_measure_the_process():
    """HT-24 metrics count answers by route, never by path, and say how the process is"""
    with Folder() as folder:
        port = served(folder)
        with serving(folder):
            def metrics():
                lines = request("GET", f"http://localhost:{port + 1}/metrics").text.splitlines()
                return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}

            before = metrics()
            for _ in range(3):
                assert request("GET", f"http://localhost:{port}/jwks").status == 200
            assert request("GET", f"http://localhost:{port}/nowhere/at-all").status == 404
            assert request("GET", f"http://localhost:{port}/authorize").status == 400
            assert request("POST", f"http://localhost:{port}/token", form={"grant_type": "client_credentials",
                                                                           "client_id": "x", "client_secret": "y"}).status == 401
            after = metrics()

            def grown(name):
                return after[name] - before[name]

            assert grown('assent_http_requests_total{route="/jwks",code="2xx"}') == 3
            assert grown('assent_http_requests_total{route="other",code="4xx"}') == 1
            assert grown('assent_authorization_requests_total{result="invalid_request"}') == 1
            assert grown('assent_client_auth_failures_total{reason="mismatch"}') == 1
            assert grown("assent_http_request_duration_seconds_count") >= 6
            assert after["process_resident_memory_bytes"] > 1_000_000 and after["process_open_fds"] > 5, after
            ages = [age for name, age in after.items()
                    if name.startswith("assent_signing_key_age_seconds") and 'phase="current"' in name]
            assert ages and all(0 <= age < 600 for age in ages), after
            rules = (ROOT / "config/prometheus/assent.rules.yml").read_text()
            families = {name.partition("{")[0] for name in after}
            if missing := set(re.findall(r"\bassent_\w+", rules)) - families - {"assent_certificate_expiry_timestamp_seconds"}:
                raise AssertionError(f"alerts ask for what is not measured: {missing}")
            assert after["assent_config_reload_success"] == 1 and after["assent_store_failures_total"] == 0
            assert not any("nowhere" in name for name in after)


def a_trace_goes_through():
    """a caller's trace is in the lines about its request, and goes along to the bank's own systems"""
    hooks = HookServer()
    try:
        with Bank(options=["--hooks", hooks.url]) as bank:
            before = bank.output()
            refused = request("GET", bank.issuer + "/authorize?client_id=nobody", {"traceparent": PARENT})
            assert refused.status == 400, refused.text
            assert request("GET", bank.issuer + "/authorize?client_id=nobody", {"traceparent": "00-nonsense"}).status == 400

            def lines():
                told = bank.output()[len(before):].splitlines()
                return [line for line in (json.loads(line) for line in told if line.startswith("{"))
                        if line["event"] == "page.refused"]

            first, second = until(lambda: len(found := lines()) == 2 and found)
            assert first["trace_id"] == TRACE and first["span_id"] != "00f067aa0ba902b7", first
            assert len(second["trace_id"]) == 32 and second["trace_id"] != TRACE, second
            hooks.traces.clear()
            ask(bank, Browser(bank)).press("allow")
            assert hooks.traces, "the bank's systems were not asked"
            for trace in hooks.traces:
                version, name, span, flags = trace.split("-")
                assert (version, len(name), len(span), flags) == ("00", 32, 16, "00"), trace
    finally:
        hooks.close()


def a_copy_is_put_back():
    """ST-42 a copy is proved and put back; a running server's database and a damaged copy are refused"""
    with Folder() as folder:
        served(folder)
        with serving(folder):
            assert folder.run("backup", "assent.sqlite", "copy.sqlite").returncode == 0
            proved = folder.run("restore", "copy.sqlite", "--verify")
            assert proved.returncode == 0 and "whole" in proved.stdout, proved
            refused = folder.run("restore", "copy.sqlite", "assent.sqlite")
            assert refused.returncode == 1 and "in use" in refused.stderr, refused
        restored = folder.run("restore", "copy.sqlite", "assent.sqlite")
        assert restored.returncode == 0 and "assent.sqlite.replaced" in restored.stdout, restored
        with serving(folder) as process:
            pass
        assert "store.restored" in process.log, process.log

        damaged = bytearray((folder.path / "copy.sqlite").read_bytes())
        damaged[4096:4120] = b"Z" * 24
        (folder.path / "copy.sqlite").write_bytes(damaged)
        for words in [["--verify"], ["assent.sqlite"]]:
            assert folder.run("restore", "copy.sqlite", *words).returncode == 1, words
        assert folder.run("restore", "copy.sqlite").returncode == 64
        assert folder.run("restore", "nowhere.sqlite", "--verify").returncode == 1
        with contextlib.closing(sqlite3.connect(folder.path / "foreign.sqlite")) as foreign:
            foreign.execute("CREATE TABLE t (a)")
        assert folder.run("restore", "foreign.sqlite", "--verify").returncode == 1


def the_doctor_finds_what_is_wrong():
    """the doctor says what is wrong and what to do, with status 1 where something must be put right"""
    with Folder() as folder:
        def look(*words):
            told = folder.run("doctor", "--config", "ok.json", "--json", *words)
            findings = json.loads(told.stdout)["findings"]
            for finding in findings:
                assert finding["severity"] == "OK" or finding["remedy"], finding
            assert told.returncode == int(any(finding["severity"] == "FAIL" for finding in findings)), told
            return {finding["id"]: finding["severity"] for finding in findings}

        port = served(folder)
        # Where these tests lie, a disk may be a layer of a container or in memory; the rest must be well.
        quiet = look()
        assert "FAIL" not in {severity for id, severity in quiet.items() if not id.startswith("disk")}, quiet
        assert quiet["listeners"] == "OK", quiet
        with serving(folder):
            busy = look()
            for id in ["listeners.address", "listeners.operations", "readiness", "issuer.reached", "database", "keys.age"]:
                assert busy[id] == "OK", busy
            (folder.path / "people.json").chmod(0o644)
            assert look()["permissions"] == "FAIL"
            (folder.path / "people.json").chmod(0o600)
            assert look()["permissions"] == "OK"
            told = folder.run("doctor", "--config", "ok.json")
            assert "OK    configuration: ok.json is valid." in told.stdout, told.stdout
            (folder.path / "people.json").rename(folder.path / "aside")
            assert look()["configuration"] == "FAIL"
            (folder.path / "aside").rename(folder.path / "people.json")

        config = json.loads((folder.path / "ok.json").read_text())
        with contextlib.closing(sqlite3.connect(folder.path / "assent.sqlite")) as database:
            database.create_function("seal", -1, seal, deterministic=True)
            database.execute("UPDATE epoch SET seen = seen + 864000")
            database.commit()
        assert look()["clock"] == "FAIL"
        shutil.copy(folder.path / "ok.json", folder.path / "aside")
        config["outbound"] = {"hosts": ["localhost"]}
        folder.write("ok.json", json.dumps(config))
        assert look()["outbound.localhost"] == "WARN"
        folder.write("ok.json", "{")
        assert look() == {"configuration": "FAIL"}
        shutil.copy(folder.path / "aside", folder.path / "ok.json")
        damaged = bytearray((folder.path / "assent.sqlite").read_bytes())
        damaged[8192:8216] = b"Z" * 24
        (folder.path / "assent.sqlite").write_bytes(damaged)
        assert look()["database"] == "FAIL"


if __name__ == "__main__":
    main([
        readiness_follows_what_can_be_kept,
        a_server_that_stops_says_so_while_it_finishes,
        metrics_count_by_route_and_measure_the_process,
        a_trace_goes_through,
        a_copy_is_put_back,
        the_doctor_finds_what_is_wrong,
    ])
