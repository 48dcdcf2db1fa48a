"""Clients that take their time, vanish, or come and go: nobody else waits for them, and nothing of them is left.

SLOW_CONNECTIONS and SLOW_SECONDS make the attacks larger and longer: 4000 and 60 are the goal of G12.
"""

import contextlib
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import time

from _bank import Bank, ThirdParty, binary, main, request
from _latency import Meter, compare
from _wire import Wire, encode_form
from commands import Folder, served, wait_for

CONNECTIONS = int(os.environ.get("SLOW_CONNECTIONS", "1000"))
SECONDS = int(os.environ.get("SLOW_SECONDS", "6"))
RATE = 200


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@contextlib.contextmanager
def attack(mode, url):
    """The attack goes on inside, and has all of its connections open."""
    options = {
        # A line of a head each second, without an end.
        "slow heads": ["-H", "-t", "GET", "-i", "1", "-x", "24"],
        # A body of 4 kB, a few bytes each second.
        "slow bodies": ["-B", "-t", "POST", "-i", "1", "-s", "4096", "-x", "10"],
        "ranges": ["-R", "-t", "GET", "-a", "1", "-b", "2000"],
        # An answer that is read five bytes at a time, from a window of a few bytes.
        "slow reading": ["-X", "-t", "GET", "-w", "1", "-y", "8", "-n", "1", "-z", "5", "-k", "3"],
    }[mode]
    command = ["slowhttptest", *options, "-c", str(CONNECTIONS), "-r", str(CONNECTIONS), "-l", str(SECONDS + 4), "-p", "3",
               "-v", "0", "-u", url]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
        assert process.poll() is None, f"the attack by {mode} was over before its time"
    finally:
        process.kill()
        process.wait()


def slow_clients_hold_up_nobody():
    """HT-21 HT-22 four slow attacks beside normal requests, which wait hardly any longer"""
    if shutil.which("slowhttptest") is None:
        raise SystemExit(77)
    with Bank() as bank:
        third_party = ThirdParty(bank)
        data = encode_form("/token", f"localhost:{bank.port}", {"Authorization": third_party.basic()},
                           {"grant_type": "client_credentials"})
        meter = Meter(bank.port, data, RATE)
        meter.measure(1)
        before = descriptors(bank.process.pid)

        def rounds(mode):
            while True:
                quiet = meter.measure(SECONDS / 2)
                with attack(mode, f"{bank.issuer}/authorize" if mode == "slow bodies" else f"{bank.issuer}/jwks"):
                    wait_until(lambda: descriptors(bank.process.pid) > before + CONNECTIONS / 2, 10, "there is no attack")
                    beside = meter.measure(SECONDS)
                # A few may be the server's own: it opens files of its store when it first has a use for them.
                wait_until(lambda: descriptors(bank.process.pid) <= before + 5, 30, f"connections are left of {mode}")
                yield quiet, beside

        for mode in ["slow heads", "slow bodies", "slow reading"]:
            compare(f"{mode}, {CONNECTIONS} connections", rounds(mode))
        # Answered at once, for a range is asked for what has none.
        with attack("ranges", f"{bank.issuer}/jwks"):
            meter.measure(1)
        meter.close()


def reset(connection):
    """Ends a connection by a reset, and not in order."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def nothing_is_left_of_the_vanished():
    """HT-23 resets in the middle of an answer, half-closed connections, and connect-and-reset leave nothing behind"""
    flood = int(os.environ.get("RESETS", "5000"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with Bank() as bank:
        pid = bank.process.pid
        bank.get("/jwks")
        before = descriptors(pid)
        ask = f"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost:{bank.port}\r\n\r\n".encode()

        def connect(receive=None):
            connection = socket.socket()
            if receive:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
            connection.connect(("127.0.0.1", bank.port))
            return connection

        for _ in range(flood):
            reset(connect())
        for _ in range(500):
            # Far more answers than fit into the buffers of both, of which a few bytes are read.
            connection = connect(receive=2048)
            connection.sendall(ask * 60)
            connection.recv(100)
            reset(connection)
        # A request, and the half of it that stays open is never used again.
        halves = [connect() for _ in range(500)]
        for connection in halves:
            connection.sendall(ask)
            connection.shutdown(socket.SHUT_WR)
        answered = 0
        for connection in halves:
            data = b""
            while piece := connection.recv(65536):
                data += piece
            answered += data.startswith(b"HTTP/1.1 200 ")
        assert answered == len(halves), answered
        wait_until(lambda: descriptors(pid) <= before + 5, 15, f"{descriptors(pid)} descriptors, {before} before")
        for connection in halves:
            connection.close()
        assert bank.get("/jwks").status == 200 and bank.process.poll() is None
        print(f"      {flood} connect-and-reset, 500 resets within an answer, 500 half-closed: {descriptors(pid)} descriptors, "
              f"{before} before", flush=True)


def short_of_memory_some_hear_503():
    """RE-03 with a fifth more memory than it starts with, requests beyond that hear 503 and the server goes on"""
    with Folder() as folder:
        port = served(folder)

        def serve(bytes=None):
            def limit():
                if bytes:
                    resource.setrlimit(resource.RLIMIT_AS, (bytes, bytes))
            process = subprocess.Popen([binary(), "serve", "--config", "ok.json"], cwd=folder.path, stderr=subprocess.PIPE,
                                       text=True, preexec_fn=limit)
            wait_for(port)
            for _ in range(20):
                assert request("GET", f"http://localhost:{port}/jwks").status == 200
            return process

        def end(process):
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
            assert process.returncode == 0, (process.returncode, log)
            return log

        process = serve()
        size = int(re.search(r"VmSize:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text())[1]) * 1024
        end(process)
        process = serve(size * 6 // 5)
        # Whole heads, and most of a body that is as long as may be.
        head = f"POST /token HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Length: 65536\r\n\r\n".encode()
        wires, refused = [], 0
        for _ in range(3000):
            wires.append(Wire(port))
            wires[-1].socket.setblocking(False)
            with contextlib.suppress(OSError):
                wires[-1].send(head + bytes(60_000))
        time.sleep(1)
        for wire in wires:
            with contextlib.suppress(BlockingIOError, ConnectionResetError, BrokenPipeError):
                answer = wire.receive()
                if answer is not None:
                    assert answer.status == 503 and answer.header("Retry-After") == "1", (answer.status, answer.headers)
                    refused += 1
            wire.close()
        assert process.poll() is None, "the server has ended"
        # Once they are gone everybody is served again.
        wait_until(lambda: request("GET", f"http://localhost:{port}/jwks").status == 200, 15, "nobody is served")
        log = end(process)
        assert refused > 100 and '"server.shed"' in log, (refused, log)
        print(f"      {size / 1e6:.0f} MB and a fifth more: of 3000 long requests at once {refused} were answered with 503", flush=True)


if __name__ == "__main__":
    main([slow_clients_hold_up_nobody, nothing_is_left_of_the_vanished, short_of_memory_some_hear_503])
