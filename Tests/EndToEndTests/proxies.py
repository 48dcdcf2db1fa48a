"""Real proxies in front of the server: whatever they forward, both see the same requests with the same ends."""

import concurrent.futures
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

from _bank import Bank, free_port, main

# Most of the time is spent on waiting for answers that do not come.
WORKERS = 24

# A second request that hides in the body of the first. Its answer is known by its status: no path has the method.
HIDDEN = b"BREW /hidden HTTP/1.1\r\nHost: {host}\r\nX: y"


TE = b"Transfer-Encoding"


def coding_names():
    te = TE
    return [te, te.lower(), te.upper(), b"Transfer_Encoding", te + b" ", te + b"\t", b" " + te, b"\t" + te, te + b"\x00",
             b"\x00" + te, te + b"\x0b", b"Transfer-Encoding\x7f", b"X: y\r\n" + te, b"X: y\r" + te, b"X: y\n" + te,
             b"Transfer-\r\n Encoding", b"\xff" + te, b"Transfer\xe2\x80\x90Encoding"]


def coding_values():
    return [b"chunked", b"Chunked", b"CHUNKED", b"chunked ", b" chunked", b"\tchunked", b"chunked\t", b"\x0bchunked",
              b"chunked\x00", b"\x00chunked", b"\"chunked\"", b"'chunked'", b"chunked;a=b", b"chunked, identity",
              b"identity, chunked", b"identity", b"chunked, chunked", b"chunked\r\n\tx", b"\r\n chunked", b"\n chunked",
              b"x chunked", b"chunked x", b"chunke", b"gzip, chunked", b"", b",chunked", b"chunked,", b"\xffchunked"]


def spellings():
    """Ways to write the two fields that say where a body ends, as published lists of desync attacks vary them."""
    te = TE
    for name in coding_names():
        yield name + b": chunked"
    for value in coding_values():
        yield te + b": " + value
    for joint in (b":", b" : ", b":\t", b"\t:", b":\r\n ", b":\n", b"=", b"::", b": \x00"):
        yield te + joint + b"chunked"
    yield te + b": chunked\r\n" + te + b": identity"
    yield te + b": identity\r\n" + te + b": chunked"
    yield te + b": chunked\r\n" + te + b": chunked"


def lengths(right):
    """Ways to write a length, some of which no two readers understand alike."""
    text = str(right).encode()
    yield from (b"Content-Length: " + text, b"Content-Length:" + text, b"Content-Length : " + text,
                b"Content-Length: +" + text, b"Content-Length: 0" + text, b"Content-Length: " + text + b", " + text,
                b"Content-Length: " + text + b"\r\nContent-Length: 0", b"Content-Length: 0\r\nContent-Length: " + text,
                b"Content-Length: " + text + b" 0", b"Content-Length: -1", b"Content-Length: 0x" + text,
                b"Content-Length: \x0b" + text, b"Content-Length:\r\n " + text, b"\x00Content-Length: " + text,
                b"Content_Length: " + text, b"Content-Length: " + text + b"\x00", b"Content-Length: 1e1",
                b"Content-Length: 18446744073709551616", b"Content-Length: 4294967296")


def probes(host):
    """Each of the connections, with a number by which it is known again."""
    for number, probe in enumerate(dict.fromkeys(connections(host))):
        line = b"Host: " + host + b"\r\n"
        yield number, probe.replace(line, line + b"X-Probe: %d.\r\n" % number, 1)


def connections(host):
    """Whole connections: a request that could be read in two ways, and the hidden one."""
    hidden = HIDDEN.replace(b"{host}", host)
    start = b"POST /token HTTP/1.1\r\nHost: " + host + b"\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    clte = b"0\r\n\r\n" + hidden
    tecl = b"%x\r\n%s\r\n0\r\n\r\n" % (len(hidden) + 4, hidden + b"\r\n\r\n")
    for field in spellings():
        yield start + b"Content-Length: %d\r\n" % len(clte) + field + b"\r\n\r\n" + clte
        yield start + field + b"\r\nContent-Length: 4\r\n\r\n" + tecl
        yield start + field + b"\r\n\r\n" + clte + b"\r\n\r\n"
    # Every name with every value: each of the three ways to be read in two ways in its turn.
    pairs = [(name, value) for name in coding_names() for value in coding_values()]
    for number, (name, value) in enumerate(pairs):
        field = name + b": " + value
        yield (start + b"Content-Length: %d\r\n" % len(clte) + field + b"\r\n\r\n" + clte,
               start + field + b"\r\nContent-Length: 4\r\n\r\n" + tecl,
               start + field + b"\r\n\r\n" + clte + b"\r\n\r\n")[number % 3]
    for field in lengths(len(hidden) + 4):
        yield start + field + b"\r\n\r\n" + hidden + b"\r\n\r\n"
        yield start.replace(b"POST", b"GET") + field + b"\r\n\r\n" + hidden + b"\r\n\r\n"
    for size in (b"0", b"00", b"0x0", b"0;a", b"0 ", b"+0", b"-1", b"1\r\nx\r\n0", b"0\r\nTrailer: x", b"0\n", b"0\r"):
        yield start + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n\r\n" + hidden + b"\r\n\r\n"
    for line in (b"GET /jwks HTTP/1.1\n", b"GET /jwks HTTP/1.0\r\n", b"GET /jwks\r\n", b"GET  /jwks HTTP/1.1\r\n",
                 b"GET /jwks HTTP/1.1 \r\n", b"\r\nGET /jwks HTTP/1.1\r\n", b"GET /jwks HTTP/2.0\r\n",
                 b"GET http://other/jwks HTTP/1.1\r\n", b"GET /jw\tks HTTP/1.1\r\n", b"GET /jwks\x00 HTTP/1.1\r\n"):
        yield line + b"Host: " + host + b"\r\n\r\n" + hidden + b"\r\n\r\n"
    for expect in (b"Expect: 100-continue", b"Expect: 100-continue\r\nExpect: x", b"Connection: Content-Length",
                   b"Connection: Transfer-Encoding", b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings"):
        yield start + b"Content-Length: %d\r\n" % len(clte) + expect + b"\r\n\r\n" + clte


class Tap:
    """Stands between a proxy and the server, and keeps what each connection carried both ways."""

    def __init__(self, port):
        self.server, self.connections = ("127.0.0.1", port), []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                proxy, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.server)
            kept = {"up": bytearray(), "down": bytearray()}
            self.connections.append(kept)
            for source, sink, name in ((proxy, server, "up"), (server, proxy, "down")):
                threading.Thread(target=self.copy, args=(source, sink, kept[name]), daemon=True).start()

    @staticmethod
    def copy(source, sink, kept):
        try:
            while data := source.recv(65536):
                kept += data
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder}; ignore_invalid_headers {ignore};
    underscores_in_headers on;
    upstream bank {{ server 127.0.0.1:{tap}; keepalive 8; }}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/front.pem;
        ssl_certificate_key {folder}/front.pem;
        location / {{ proxy_pass http://bank; proxy_http_version 1.1; proxy_set_header Connection ""; {buffering}
                      proxy_set_header Host $http_host; }}
    }}
}}"""

HAPROXY = """
global
    maxconn 256
defaults
    mode http
    timeout connect 2s
    timeout client 5s
    timeout server 5s
    http-reuse always
    {option}
frontend outside
    bind 127.0.0.1:{port} ssl crt {folder}/front.pem
    default_backend bank
backend bank
    {option}
    server one 127.0.0.1:{tap}
"""

PROXIES = {
    "nginx": (["nginx", "-e", "stderr", "-c"], NGINX, {"ignore": "on", "buffering": ""}),
    "nginx, forgiving": (["nginx", "-e", "stderr", "-c"], NGINX,
                         {"ignore": "off", "buffering": "proxy_request_buffering off;"}),
    "haproxy": (["haproxy", "-db", "-q", "-f"], HAPROXY, {"option": "option http-keep-alive"}),
    "haproxy, forgiving": (["haproxy", "-db", "-q", "-f"], HAPROXY,
                           {"option": "option accept-invalid-http-request"}),
}


# Whose certificate the proxy shows is not what is asked here.
BLIND = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
BLIND.check_hostname, BLIND.verify_mode = False, ssl.CERT_NONE


def certificate(folder):
    """A key and its own certificate in one file, for the proxies."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                    "/CN=localhost", "-days", "2", "-keyout", folder / "front.key", "-out", folder / "front.crt"],
                   check=True, capture_output=True, timeout=60)
    (folder / "front.pem").write_bytes((folder / "front.key").read_bytes() + (folder / "front.crt").read_bytes())


def answers_in(data):
    """How many answers a stream holds; a HEAD is never sent, so each has the length that it says."""
    count, rest = 0, bytes(data)
    while rest:
        head, end, rest = rest.partition(b"\r\n\r\n")
        if not end or not head.startswith(b"HTTP/1."):
            return None
        if head.split(b" ")[1][:1] == b"1":
            continue
        fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
        length = int(fields.get(b"content-length", b"0"))
        count, rest = count + 1, rest[length:]
    return count


def exchange(port, probe):
    """What a client gets for a connection's worth of bytes, until nothing comes for a moment."""
    received = bytearray()
    with BLIND.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5)) as client:
        client.sendall(probe)
        client.settimeout(0.3)
        try:
            while data := client.recv(65536):
                received += data
                client.settimeout(0.1)
        except (TimeoutError, ConnectionResetError, ssl.SSLError):
            pass
    return bytes(received)


def through(name):
    command, template, values = PROXIES[name]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-proxy-"))
    tap, port = Tap(bank.port), free_port()
    certificate(folder)
    (folder / "proxy.conf").write_text(template.format(folder=folder, port=port, tap=tap.port, **values))
    process = subprocess.Popen([*command, folder / "proxy.conf"], stderr=subprocess.DEVNULL)
    try:
        host = f"localhost:{bank.port}".encode()
        deadline = time.monotonic() + 10
        while True:
            try:
                if b"200" in exchange(port, b"GET /jwks HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")[:15]:
                    break
            except OSError:
                pass
            assert time.monotonic() < deadline, f"{name} does not start"
            time.sleep(0.05)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
            list(workers.map(lambda probe: exchange(port, probe[1]), probes(host)))
        sent = b"".join(bytes(kept["up"]) for kept in tap.connections)
        forwarded = len(set(re.findall(rb"x-probe: (\d+)\.", sent, re.IGNORECASE)))
        assert forwarded > 20, f"{name} forwarded {forwarded} of the probes, which proves little"
        for kept in tap.connections:
            assert not (found := disagreement(kept)), (name, found, bytes(kept["up"])[-600:], bytes(kept["down"])[-600:])
        return forwarded
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        tap.close()
        shutil.rmtree(folder, ignore_errors=True)


def disagreement(kept):
    """Where proxy and server did not see the same requests on a connection, if they did not."""
    heads, answers = split(bytes(kept["up"])), answers_in(kept["down"])
    if answers is None:
        return "what came back is no sequence of answers"
    # Fewer where the server refused and closed; one more would be the answer to a request that nobody sent.
    if answers > len(heads):
        return f"{len(heads)} requests were answered {answers} times"
    if b" 501 " in bytes(kept["down"]) and not any(head.startswith(b"BREW") for head in heads):
        return "a request that was hidden in a body was answered"
    return None


def split(stream):
    """The requests of a proxy's stream by the framing that it writes itself: one field, and the last word on it."""
    heads, rest = [], stream
    while rest:
        head, end, rest = rest.partition(b"\r\n\r\n")
        if not end:
            break
        heads.append(head)
        fields = {}
        for line in head.split(b"\r\n")[1:]:
            field, _, value = line.partition(b":")
            fields.setdefault(field.strip().lower(), []).append(value.strip().lower())
        if fields.get(b"transfer-encoding") == [b"chunked"]:
            while True:
                size, end, rest = rest.partition(b"\r\n")
                if not end:
                    return heads
                count = int(size.split(b";")[0], 16)
                rest = rest[count + 2:]
                if not count:
                    break
        elif b"content-length" in fields:
            rest = rest[int(fields[b"content-length"][0].split(b",")[0]):]
    return heads


def the_judge_is_not_blind():
    """what a server that believes the hidden request would do is found, and what ours does is not"""
    request = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"
    answer, hidden = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"HTTP/1.1 501 No\r\nContent-Length: 0\r\n\r\n"
    assert disagreement({"up": request, "down": answer}) is None
    assert disagreement({"up": request * 2, "down": answer * 2}) is None
    assert disagreement({"up": request * 2, "down": answer}) is None
    for down in (answer * 2, answer + hidden, hidden, answer + b"ok"):
        assert disagreement({"up": request, "down": down}), down


def there_are_enough():
    """HT-13 at least five hundred ways to write the framing of a request are tried, no two of them alike"""
    different = set(connections(b"x"))
    assert len(different) >= 500, len(different)


def as_shipped():
    """HT-13 behind nginx and HAProxy as they are shipped, no request is seen that the proxy did not send"""
    for name in ("nginx", "haproxy"):
        print(f"      {name} forwarded {through(name)} of {len(list(probes(b'x')))}")


def forgiving():
    """HT-13 behind proxies that are told to forward what they should not, the same holds"""
    for name in ("nginx, forgiving", "haproxy, forgiving"):
        print(f"      {name} forwarded {through(name)} of {len(list(probes(b'x')))}")


if __name__ == "__main__":
    if not (shutil.which("nginx") and shutil.which("haproxy")):
        print("skipped: this needs nginx and haproxy")
        sys.exit(77)
    bank = Bank()
    with bank:
        main([the_judge_is_not_blind, there_are_enough, as_shipped, forgiving])
