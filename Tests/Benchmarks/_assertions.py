"""Tokens for clients that prove themselves by a key, each proof good for one request; and what TLS adds to that."""

import base64
import contextlib
import json
import multiprocessing
import re
import statistics
import subprocess
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from _tools import LOAD_CORE, ROUNDS, SECONDS, Load, Nginx, Row, alone, cpu_seconds, on
from _bank import free_port
from _certificates import Certificates, Server, enrol
from commands import Folder

CONNECTIONS = 32
# More than a core can answer, so that no proof is ever used twice.
PROOFS_A_SECOND = 14_000
CLIENT = "by-key"


def assertions(static):
    """`private_key_jwt` straight at the server, and then through a proxy that speaks plain HTTP or mutual TLS with it."""
    with places() as (plain, mutual, folder, keys):
        with alone(plain) as server:
            url, host = f"http://127.0.0.1:{server.port}", f"localhost:{server.port}"
            for key in keys:
                load = Assertions(static.folder, key, url, host)
                yield Row(load.name, load.beside(static), "8,000/s or more")
            through_plain = proxied(static.folder, keys[0], server, "http", server.port, "")
        with alone(mutual) as server:
            shown = f"proxy_ssl_certificate {folder.path}/tpp.crt; proxy_ssl_certificate_key {folder.path}/tpp.key;"
            through_tls = proxied(static.folder, keys[0], server, "https", server.mutual, shown)
    yield Row("ES256 through a proxy", f"{through_plain.rate:,.0f}/s, {through_plain.cost:.0f} µs of CPU", "-")
    yield Row("ES256 over mutual TLS", f"{through_tls.rate:,.0f}/s, {through_tls.cost:.0f} µs of CPU, "
              f"{through_plain.cost / through_tls.cost:.2f} of plain", "0.75 of plain or more")


def handshakes():
    """Full handshakes with a client's certificate, all keys P-256."""
    with places() as (_, mutual, folder, _), alone(mutual) as server:
        command = ["openssl", "s_time", "-connect", f"localhost:{server.mutual}", "-new", "-time", str(SECONDS),
                   "-CAfile", f"{folder.path}/tls.crt", "-cert", f"{folder.path}/tpp.crt", "-key", f"{folder.path}/tpp.key"]
        costs = []
        for _ in range(ROUNDS):
            before = cpu_seconds(server.process.pid)
            said = on(LOAD_CORE, lambda: subprocess.run(command, capture_output=True, text=True, check=True)).stdout
            count = int(re.search(r"^(\d+) connections in \d+ real seconds", said, re.M)[1])
            costs.append((cpu_seconds(server.process.pid) - before) / count * 1e6)
        yield Row("full handshake, client certificate", f"{statistics.median(costs):.0f} µs of CPU", "1,000 µs or less")


@contextlib.contextmanager
def places():
    """A server without TLS and one with, for the same client."""
    with Folder() as folder, Folder() as secured:
        keys, port = [EllipticKey(), RSAKey()], free_port()
        for place in (folder, secured):
            enrol(place, CLIENT, token_endpoint_auth_method="private_key_jwt", requests_per_second=0,
                  jwks={"keys": [key.jwk for key in keys]})
        Certificates(secured)
        yield Server(folder), Server(
            secured, certificateFile="tls.crt", privateKeyFile="tls.key", clientCertificates="asked",
            clientAuthoritiesFile="authority.crt", mutualTLS=f"https://localhost:{port}",
            mutualTLSAddress=f"127.0.0.1:{port}"), secured, keys


class Proxied:
    def __init__(self, rate, cost):
        self.rate, self.cost = rate, cost


def proxied(folder, key, server, scheme, port, shown):
    """Rate and cost of a request where a proxy keeps connections to the server open."""
    forward = f"""location / {{
        proxy_pass {scheme}://bank; proxy_http_version 1.1; proxy_set_header Connection "";
        proxy_set_header Host localhost:{port}; proxy_ssl_protocols TLSv1.3; {shown}
    }}"""
    kept = f"upstream bank {{ server 127.0.0.1:{port}; keepalive 64; keepalive_requests 1000000000; }}"
    with Nginx(folder, forward, kept, cores=LOAD_CORE) as nginx:
        load = Assertions(folder, key, nginx.url, f"localhost:{port}", issuer=server.port, scheme=scheme)
        load.rate(1)
        rates, costs = [], []
        for _ in range(ROUNDS):
            load.sign(SECONDS)
            before = cpu_seconds(server.process.pid)
            said = load.wrk(SECONDS)
            used = cpu_seconds(server.process.pid) - before
            rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]))
            costs.append(used / int(re.search(r"(\d+) requests in", said)[1]) * 1e6)
        return Proxied(statistics.median(rates), statistics.median(costs))


class Assertions(Load):
    """A request for a token with a proof that nobody has seen."""

    connections = CONNECTIONS

    def __init__(self, folder, key, url, host, issuer=None, scheme="http"):
        self.folder, self.key, self.url = folder, key, url + "/token"
        self.name = f"private_key_jwt, {key.algorithm}"
        self.script = folder / "assertions.lua"
        self.issuer = f"{scheme}://localhost:{issuer}" if issuer else f"http://{host}"
        self.script.write_text(f"""
            local start = "grant_type=client_credentials&scope=accounts&client_assertion_type=" ..
                "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
            local headers = {{["Host"] = "{host}", ["Content-Type"] = "application/x-www-form-urlencoded"}}
            local proofs = io.lines("{folder}/proofs")
            function request() return wrk.format("POST", nil, headers, start .. proofs()) end
            """)

    def run(self, seconds):
        self.sign(seconds)
        return self.wrk(seconds)

    def wrk(self, seconds):
        return super().run(seconds)

    def sign(self, seconds):
        count = PROOFS_A_SECOND * seconds + 1000
        share = -(-count // multiprocessing.cpu_count())
        header, expires = encode({"alg": self.key.algorithm, "kid": self.key.algorithm}), int(time.time()) + 240
        shares = [(self.key.pem, header, self.issuer, expires, f"{time.monotonic_ns():x}-{start:x}", share)
                  for start in range(0, count, share)]
        with multiprocessing.Pool() as pool, open(self.folder / "proofs", "w") as file:
            for proofs in pool.imap(signed, shares):
                file.writelines(proofs)


def signed(share):
    """Some proofs, as lines."""
    pem, header, issuer, expires, name, count = share
    key = serialization.load_pem_private_key(pem, None)
    sign = EllipticKey.sign if isinstance(key, ec.EllipticCurvePrivateKey) else RSAKey.sign
    lines = []
    for number in range(count):
        text = header + "." + encode({"iss": CLIENT, "sub": CLIENT, "aud": issuer, "exp": expires,
                                      "jti": f"{name}-{number:x}"})
        lines.append(text + "." + b64(sign(key, text.encode())) + "\n")
    return lines


class Key:
    def __init__(self, key):
        self.numbers = key.public_key().public_numbers()
        self.pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption())
        self.jwk = {"kid": self.algorithm, "alg": self.algorithm, **self.members()}


class EllipticKey(Key):
    algorithm = "ES256"

    def __init__(self):
        super().__init__(ec.generate_private_key(ec.SECP256R1()))

    def members(self):
        return {"kty": "EC", "crv": "P-256", "x": number(self.numbers.x, 256), "y": number(self.numbers.y, 256)}

    @staticmethod
    def sign(key, message):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class RSAKey(Key):
    """What the directories of open banking ask for."""

    algorithm = "PS256"

    def __init__(self):
        super().__init__(rsa.generate_private_key(65537, 2048))

    def members(self):
        return {"kty": "RSA", "n": number(self.numbers.n, 2048), "e": number(self.numbers.e, 24)}

    @staticmethod
    def sign(key, message):
        return key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())


def number(value, bits):
    return b64(value.to_bytes(bits // 8, "big"))


def encode(document):
    return b64(json.dumps(document, separators=(",", ":")).encode())


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
