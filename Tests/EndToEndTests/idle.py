"""Ten thousand connections that only wait: all are held, a new one is answered at once, and they cost little.

The connections are held by a process of their own, because a process has 20,000 descriptors at the most.
IDLE_CONNECTIONS names another number. What they cost is judged in the release, where one was built (`make build`), or
in ASSENT_BINARY: what tests run keeps much that an optimizer takes out.
"""

import contextlib
import multiprocessing
import os
import pathlib
import re
import resource
import select
import signal
import socket
import ssl
import subprocess
import time

from _bank import ROOT, Bank, binary, main
from _latency import p99
from commands import Folder, served, wait_for

RELEASE = ROOT / ".build" / "release" / "assent"
if RELEASE.exists():
    os.environ.setdefault("ASSENT_BINARY", str(RELEASE))
COUNT = int(os.environ.get("IDLE_CONNECTIONS", "10000"))
# Megabytes that as many may add, and milliseconds in which a new request is answered: reliability goals G6 and G7.
PLAIN_MEGABYTES, TLS_MEGABYTES, MILLISECONDS = 100, 400, 50


def connect(port, authority):
    plain = socket.create_connection(("127.0.0.1", port), timeout=30)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return CONTEXTS[authority].wrap_socket(plain, server_hostname="localhost") if authority else plain


CONTEXTS = {}


def ask(connection, port):
    """One request, after which the connection is kept."""
    connection.sendall(f"GET /jwks HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536) or exit("the server closed a connection")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), head
    left = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(65536))


def hold(port, authority, count, orders):
    """Opens so many connections, has each answered once, and keeps them until it is told to look at them again."""
    if authority:
        CONTEXTS[authority] = ssl.create_default_context(cafile=authority)
    connections, asked = [], []
    for number in range(count):
        connections.append(connect(port, authority))
        ask(connections[-1], port)
        asked.append(time.monotonic())
        # On a slow machine the first would have idled for too long before the last is there.
        if number % 100 == 0:
            for old in [index for index, then in enumerate(asked) if time.monotonic() - then > 30]:
                ask(connections[old], port)
                asked[old] = time.monotonic()
    orders.send(len(connections))
    orders.recv()
    # Whatever the server has closed is readable now.
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLIN | select.POLLHUP)
    orders.send(len(connections) - len(poll.poll(0)))
    for connection in connections[:: max(1, count // 200)]:
        ask(connection, port)
    orders.send("answered")
    orders.recv()


def memory(pid):
    """Megabytes that a process has to itself or shares with few."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) * 1024 / 1e6


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def new_requests(port, authority, count=200):
    """Milliseconds from the first packet of a new connection to its answer, the handshake of TLS included."""
    if authority:
        CONTEXTS[authority] = ssl.create_default_context(cafile=authority)
    times = []
    for _ in range(count):
        began = time.perf_counter()
        with contextlib.closing(connect(port, authority)) as connection:
            ask(connection, port)
        times.append((time.perf_counter() - began) * 1000)
    return times


def check(what, pid, port, authority, most):
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    quiet = p99(new_requests(port, authority))
    before, open_before = memory(pid), descriptors(pid)
    ours, theirs = multiprocessing.Pipe()
    began = time.monotonic()
    holder = multiprocessing.Process(target=hold, args=(port, authority, COUNT, theirs))
    holder.start()
    try:
        theirs.close()
        assert ours.recv() == COUNT
        opened = time.monotonic() - began
        added, held = memory(pid) - before, descriptors(pid) - open_before
        beside = p99(new_requests(port, authority))
        ours.send("look")
        still, _ = ours.recv(), ours.recv()
        print(f"      {COUNT} idle, {what}: {added:.1f} MB, {added * 1e3 / COUNT:.2f} kB each, opened in {opened:.1f} s; a new "
              f"request p99 {beside:.1f} ms, {quiet:.1f} ms before", flush=True)
        # A few of the connections before them may have been open a moment longer.
        assert still == COUNT and held > COUNT - 10, (still, held)
        assert added < most * COUNT / 10_000 + 5 or "debug" in binary().parts, added
        assert beside < MILLISECONDS, beside
        ours.send("end")
        holder.join(30)
    finally:
        holder.kill()
    deadline = time.monotonic() + 10
    while descriptors(pid) > open_before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert descriptors(pid) <= open_before, (descriptors(pid), open_before)


def many_idle_connections():
    """RE-02 ten thousand idle connections are held, and a new one is answered at once"""
    with Bank() as bank:
        check("plain", bank.process.pid, bank.port, None, PLAIN_MEGABYTES)


def many_idle_connections_over_tls():
    """RE-02 the same over TLS"""
    with Folder() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                        "tls.key", "-out", "tls.crt", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       cwd=folder.path, check=True, capture_output=True)
        (folder.path / "tls.key").chmod(0o600)
        port = served(folder, certificateFile="tls.crt", privateKeyFile="tls.key")
        process = folder.serve("ok.json")
        try:
            wait_for(port)
            check("TLS 1.3", process.pid, port, str(folder.path / "tls.crt"), TLS_MEGABYTES)
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=30)
        assert process.returncode == 0, log


if __name__ == "__main__":
    main([many_idle_connections, many_idle_connections_over_tls])
