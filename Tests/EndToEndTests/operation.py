"""What operators watch: health, metrics and traces."""

import contextlib
import json
import signal
import socket
import time

from _bank import Bank, Browser, ask, main, request
from _hooks import HookServer
from commands import Folder, served, wait_for

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


def until(look, seconds=15):
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
    return seen


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


if __name__ == "__main__":
    main([
        readiness_follows_what_can_be_kept,
        a_server_that_stops_says_so_while_it_finishes,
        metrics_count_by_route_and_measure_the_process,
        a_trace_goes_through,
    ])
