"""Who asks for too much: they hear 429 and are served again, nobody else waits for them, and the log stays short."""

import base64
import fcntl
import hashlib
import json
import multiprocessing
import os
import re
import signal
import subprocess
import threading
import time

from _bank import Bank, binary, main, request
from _latency import Meter, compare, p99
from _wire import Wire, encode_form
from commands import Folder, served, wait_for

# So often a second may the greedy one ask, and so often it asks.
LIMIT, ASKED = 10, 1000


def basic(id, secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()}


def register(bank, id, **more):
    secret = f"{id}-" + "s" * 40
    bank.client(id, client_secret_sha256=hashlib.sha256(secret.encode()).hexdigest(), scope="accounts",
                grant_types=["client_credentials"], response_types=[], **more)
    return basic(id, secret)


def token_request(port, credentials):
    return encode_form("/token", f"localhost:{port}", credentials, {"grant_type": "client_credentials"})


def be_greedy(port, data, seconds, results):
    """A hundred times as much as may be, in small heaps: how much was asked, and how much was answered how."""
    wires, counts, waits, heap = [Wire(port) for _ in range(4)], {}, set(), 5
    began, asked = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        if asked >= passed * ASKED:
            time.sleep(0.002)
            continue
        wire = wires[asked // heap % len(wires)]
        wire.send(data * heap)
        asked += heap
        for _ in range(heap):
            answer = wire.receive()
            counts[answer.status] = counts.get(answer.status, 0) + 1
            waits.add(answer.header("Retry-After"))
    results.put((asked, counts, waits - {None}, time.monotonic() - began))


def a_greedy_client_starves_nobody():
    """RE-05 a client at a hundred times its limit hears 429, and another one waits hardly any longer"""
    with Bank() as bank:
        greedy = register(bank, "greedy", requests_per_second=LIMIT, requests_at_once=LIMIT)
        modest = register(bank, "modest", requests_per_second=LIMIT, requests_at_once=LIMIT)
        bank.reload()
        data = token_request(bank.port, greedy)
        meter = Meter(bank.port, token_request(bank.port, modest), rate=10)
        results = multiprocessing.Queue()
        meter.measure(1)

        def rounds():
            while True:
                quiet = meter.measure(3)
                process = multiprocessing.Process(target=be_greedy, args=(bank.port, data, 4, results))
                process.start()
                time.sleep(0.5)
                beside = meter.measure(3)
                asked, counts, waits, seconds = results.get(timeout=60)
                process.join()
                served = counts.pop(200)
                # More than it may is refused, and not less is served.
                assert set(counts) == {429} and asked == served + counts[429], (asked, served, counts)
                assert LIMIT * (seconds - 1) <= served <= LIMIT * (seconds + 1) + 1, (served, seconds)
                assert waits == {"1"}, waits
                yield quiet, beside

        compare(f"a client that asks {ASKED} times a second and may {LIMIT}", rounds())
        meter.close()
        time.sleep(1)
        with Wire(bank.port) as wire:
            assert wire.ask(data).status == 200
        told = [json.loads(line) for line in bank.output().splitlines() if '"limit.reached"' in line]
        assert 1 <= len(told) <= 3 and all(line["client"] == "greedy" for line in told), told


def a_limit_is_no_weapon():
    """RE-06 a stranger's wrong secrets are paid for by the stranger's address, and the client is served"""
    with Folder() as folder:
        port = served(folder)
        document = json.loads((folder.path / "ok.json").read_text())
        document["limiting"] = {"addressRequestsPerSecond": 1, "addressRequestsAtOnce": 5, "clientRequestsPerSecond": 50}
        folder.write("ok.json", json.dumps(document))
        secret = folder.run("clients", "add", "tpp", "--folder", "clients.d", "--scope", "openid accounts",
                            "--redirect-uri", "https://tpp.example/cb").stdout.split("client_secret")[1].split()[0]
        process, url, form = folder.serve("ok.json"), f"http://localhost:{port}", {"grant_type": "client_credentials"}
        try:
            wait_for(port)

            def ask(credentials, source):
                return request("POST", url + "/token", credentials, form=form, source=source)

            stranger = [ask(basic("tpp", "a guess"), "127.0.0.2") for _ in range(10)]
            assert [answer.status for answer in stranger] == [401] * 5 + [429] * 5, [it.status for it in stranger]
            assert stranger[-1].json["error"] == "temporarily_unavailable" and stranger[-1].header("Retry-After") == "1"
            # The client has as much as ever, also where strangers would have had enough.
            assert [ask(basic("tpp", secret), "127.0.0.3").status for _ in range(20)] == [200] * 20
            page = request("GET", url + "/authorize", source="127.0.0.2")
            assert page.status == 429 and page.header("Content-Type").startswith("text/html"), page.status
            assert page.header("Retry-After") == "1" and "script" not in page.text
            time.sleep(1.1)
            assert ask(basic("tpp", "a guess"), "127.0.0.2").status == 401
            metrics = request("GET", f"http://localhost:{port + 1}/metrics").text
            assert 'assent_requests_limited_total{limit="address"} 6' in metrics, metrics
            assert 'assent_requests_limited_total{limit="client"} 0' in metrics, metrics
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log
        assert log.count('"limit.reached"') == 1 and '"address":"127.0.0.2"' in log, log


def fail(port, seconds, results):
    """Requests that the log tells of, as many as can be: how many were answered."""
    data = f"GET /authorize?client_id=nobody HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    wires, count, end = [Wire(port) for _ in range(2)], 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for wire in wires:
            wire.send(data * 20)
        for wire in wires:
            for _ in range(20):
                assert wire.receive().status == 400
                count += 1
    results.put((count, seconds))


def failures_do_not_flood_the_log():
    """RE-10 many failures are a few lines with counts, and a log that nobody reads holds up no request and no end"""
    with Folder() as folder:
        port = served(folder)
        document = json.loads((folder.path / "ok.json").read_text())
        document["limiting"] = {"clientRequestsPerSecond": 0}
        folder.write("ok.json", json.dumps(document))
        secret = folder.run("clients", "add", "tpp", "--folder", "clients.d", "--scope", "openid accounts",
                            "--redirect-uri", "https://tpp.example/cb").stdout.split("client_secret")[1].split()[0]
        for reads in [True, False]:
            theirs, ours = os.pipe()
            # A page of memory: some twenty lines fill it.
            fcntl.fcntl(ours, 1031, 4096)
            process = subprocess.Popen([binary(), "serve", "--config", "ok.json"], cwd=folder.path, stderr=ours)
            os.close(ours)
            lines, reader = [], None
            if reads:
                reader = threading.Thread(target=lambda: lines.extend(open(theirs, closefd=False)))
                reader.start()
            try:
                wait_for(port)
                meter = Meter(port, token_request(port, basic("tpp", secret)), rate=50)
                results = multiprocessing.Queue()
                meter.measure(1)
                flood = multiprocessing.Process(target=fail, args=(port, 4, results))
                flood.start()
                time.sleep(0.5)
                beside = p99(meter.measure(3))
                count, seconds = results.get(timeout=60)
                flood.join()
                meter.close()
                print(f"      {count / seconds * 60:,.0f} failures a minute, the log is {'read' if reads else 'blocked'}: others p99 "
                      f"{beside:.1f} ms", flush=True)
                # Who waited for the log would wait for ever.
                assert beside < 1000, beside
                metrics = request("GET", f"http://localhost:{port + 1}/metrics").text
                suppressed = int(re.search(r"^assent_log_lines_suppressed_total (\d+)$", metrics, re.M)[1])
                assert suppressed > 0.5 * count - 1000, (suppressed, count)
            finally:
                process.send_signal(signal.SIGTERM)
                status = process.wait(20)
            assert status == 0, status
            if reader:
                reader.join(10)
                told = [json.loads(line) for line in lines]
                failures = [line for line in told if line["event"] == "page.refused"]
                left_out = sum(line.get("suppressed", 0) for line in told)
                left_out += sum(line["lines"] for line in told if line["event"] == "log.suppressed")
                # Every failure is a line, or is counted in one.
                assert len(failures) < 1500 and len(failures) + left_out == count, (len(failures), left_out, count)
                print(f"      {count} failures: {len(failures)} lines, {left_out} counted", flush=True)
            os.close(theirs)


if __name__ == "__main__":
    main([a_greedy_client_starves_nobody, a_limit_is_no_weapon, failures_do_not_flood_the_log])
