"""Closer to the wire than `_bank.py`: many requests at one moment, raw bytes, and JWTs made by hand."""

import base64
import contextlib
import json
import math
import secrets
import socket
import statistics
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from _bank import Answer, Browser, Left, Page, ThirdParty, log_in, request


# Bytes


def encode(method, target, host, headers=(), body=b"", close=False):
    """A request as it stands on the wire."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in dict(headers).items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def encode_form(target, host, headers, form, **options):
    headers = {"Content-Type": "application/x-www-form-urlencoded", **dict(headers)}
    return encode("POST", target, host, headers, urllib.parse.urlencode(form).encode(), **options)


class Wire:
    """One connection; what is sent is sent as it is."""

    def __init__(self, port, timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The next answer, or None where the other side ended."""
        head = self.until(b"\r\n\r\n")
        if head is None:
            return None
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = [tuple(part.strip() for part in line.split(":", 1)) for line in lines if line]
        answer = Answer(int(status.split()[1]), headers, b"")
        length = int(answer.header("Content-Length") or 0)
        while len(self.rest) < length:
            piece = self.socket.recv(65536)
            if not piece:
                return None
            self.rest += piece
        answer.body, self.rest = self.rest[:length], self.rest[length:]
        return answer

    def until(self, mark):
        while mark not in self.rest:
            try:
                piece = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not piece:
                return None
            self.rest += piece
        head, self.rest = self.rest.split(mark, 1)
        return head

    def ask(self, data):
        self.send(data)
        return self.receive()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()


def race(port, requests, connections=None):
    """Sends all requests at one moment: each on a connection of its own, or pipelined on fewer.

    Where there are several ports, each connection goes to the next of them.
    """
    ports = [port] if isinstance(port, int) else port
    wires, opened = [Wire(ports[index % len(ports)]) for index in range(connections or len(requests))], time.monotonic()
    shares = [requests[index::len(wires)] for index in range(len(wires))]
    gate = threading.Barrier(len(wires))
    answers, lock = [], threading.Lock()

    def run(index):
        gate.wait()
        # A server ends what says nothing for ten seconds, and a busy machine may be as slow to begin a hundred threads.
        if time.monotonic() > opened + 5:
            wires[index].close()
            wires[index] = Wire(ports[index % len(ports)])
        wire, share = wires[index], shares[index]
        wire.send(b"".join(share))
        mine = [wire.receive() for _ in share]
        with lock:
            answers.extend(mine)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(wires))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for wire in wires:
        wire.close()
    assert len(answers) == len(requests) and None not in answers, "a request was not answered"
    return answers


# JWTs


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    """A key of P-256, with the name under which it is registered."""

    def __init__(self, name="key-1"):
        self.name, self.key = name, ec.generate_private_key(ec.SECP256R1())

    @property
    def jwk(self):
        numbers = self.key.public_key().public_numbers()
        return {"kty": "EC", "crv": "P-256", "kid": self.name, "use": "sig", "alg": "ES256",
                "x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}

    def sign(self, claims, **header):
        head = {"alg": "ES256", "kid": self.name, "typ": "JWT", **header}
        head = {name: value for name, value in head.items() if value is not None}
        text = b64(json.dumps(head).encode()) + "." + b64(json.dumps(claims).encode())
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return text + "." + b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def verifies(token, keys):
    """Whether an ES256 token was signed by the key of the set that it names."""
    head, payload, signature = token.split(".")
    header, raw = json.loads(unb64(head)), unb64(signature)
    jwk = next((key for key in keys["keys"] if key["kid"] == header["kid"]), None)
    if jwk is None or header["alg"] != "ES256" or len(raw) != 64:
        return False
    numbers = ec.EllipticCurvePublicNumbers(
        int.from_bytes(unb64(jwk["x"]), "big"), int.from_bytes(unb64(jwk["y"]), "big"), ec.SECP256R1())
    with contextlib.suppress(Exception):
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        numbers.public_key().verify(der, f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
        return True
    return False


# Parties


class KeyParty(ThirdParty):
    """A third party that signs who it is."""

    def __init__(self, bank, id, key):
        super().__init__(bank, id)
        self.key = key

    def assertion(self, header=(), **changes):
        now = int(time.time())
        claims = {"iss": self.id, "sub": self.id, "aud": self.bank.issuer, "jti": secrets.token_urlsafe(16),
                  "iat": now, "exp": now + 60, **changes}
        return self.key.sign({name: value for name, value in claims.items() if value is not None}, **dict(header))

    def credentials(self, assertion=None):
        return {"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion or self.assertion()}

    def post(self, path, form, assertion=None):
        return request("POST", self.bank.issuer + path, form={**form, **self.credentials(assertion)})


class Person:
    """A customer who has signed in, and says yes to whatever is asked."""

    def __init__(self, bank, tpp, username="bert"):
        self.bank, self.browser = bank, Browser(bank)
        page = self.browser.open(tpp.authorization(tpp.register(tpp.client_token()))[0])
        self.page = log_in(self.browser, page, username)
        self.browser.press(self.page, "deny")

    def allow(self, tpp, consent=None, accounts=1, **changes):
        """A code for a consent, or for a login where there is none, and the verifier that belongs to it."""
        url, parameters, verifier = tpp.authorization(consent, **changes)
        page = self.browser.open(url)
        if isinstance(page, Page):
            boxes = [value for _, value in page.form_with("allow").boxes]
            page = self.browser.press(page, "allow", boxes=boxes[:accounts])
        assert isinstance(page, Left), page.text
        assert "code" in page.parameters, page.parameters
        return page.parameters["code"], verifier, page.parameters

    def tokens(self, tpp, consent=None, **changes):
        """What a whole journey brings."""
        code, verifier, _ = self.allow(tpp, consent, **changes)
        answer = tpp.redeem(code, verifier)
        assert answer.status == 200, answer.text
        return answer.json


# Answers


def is_error(answer, status, code):
    """A refusal in the form of RFC 6749 §5.2, which nobody keeps."""
    assert (answer.status, answer.json["error"]) == (status, code), (answer.status, answer.text)
    assert answer.header("Content-Type") == "application/json", answer.headers
    assert answer.header("Cache-Control") == "no-store", answer.headers
    return True


def welch(first, second):
    """How many standard errors two means are apart."""
    spread = math.sqrt(statistics.variance(first) / len(first) + statistics.variance(second) / len(second))
    return abs(statistics.mean(first) - statistics.mean(second)) / spread if spread else 0.0
