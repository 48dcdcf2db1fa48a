"""Something is slow: the disk, the hash of a password, a client's own server. Whoever does not need it does not wait."""

import contextlib
import socket
import sqlite3
import threading
import time

from _bank import Bank, Browser, ThirdParty, free_port, main
from _wire import Key, KeyParty, Wire, encode, encode_form

# Far below every deadline of ours, and far above what a busy machine adds.
PROMPTLY = 1.5


@contextlib.contextmanager
def others_are_served(bank, rounds=15):
    """In here everything that needs nothing slow is answered at once, many times over."""
    tpp = ThirdParty(bank)
    asks = {
        "keys": (lambda: bank.get("/jwks"), 200),
        "discovery": (lambda: bank.get("/.well-known/openid-configuration"), 200),
        "a token": (lambda: tpp.post("/token", {"grant_type": "client_credentials", "scope": "accounts"}), 200),
        "introspection": (lambda: tpp.post("/introspect", {"token": "x"}), 200),
        "an error page": (lambda: bank.get("/authorize"), 400),
    }
    yield
    for _ in range(rounds):
        for name, (ask, status) in asks.items():
            began = time.monotonic()
            answer = ask()
            seconds = time.monotonic() - began
            assert answer.status == status, (name, answer.status, answer.text)
            assert seconds < PROMPTLY, (name, seconds)


class Many:
    """Requests that are all under way, each on a connection of its own."""

    def __init__(self, port, requests):
        self.wires = [Wire(port, timeout=60) for _ in requests]
        for wire, data in zip(self.wires, requests):
            wire.send(data)

    def answered(self):
        """How many have an answer by now."""
        count = 0
        for wire in self.wires:
            wire.socket.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                count += bool(wire.socket.recv(1, socket.MSG_PEEK))
            wire.socket.settimeout(60)
        return count

    def finish(self):
        statuses = [wire.receive().status for wire in self.wires]
        for wire in self.wires:
            wire.close()
        return statuses


def a_slow_disk():
    """RE-08 a thousand requests wait for the disk, and who does not write is served"""
    with Bank() as bank:
        tpp = ThirdParty(bank)
        token = tpp.client_token()
        body = b'{"Data":{"Permissions":["ReadAccountsDetail"]},"Risk":{}}'
        data = encode("POST", tpp.base + "/account-access-consents", f"localhost:{bank.port}",
                      {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, body)
        lock = sqlite3.connect(bank.folder / "data" / "assent.sqlite", isolation_level=None, timeout=20)
        lock.execute("BEGIN IMMEDIATE")
        with others_are_served(bank):
            many = Many(bank.port, [data] * 1_000)
        lock.execute("ROLLBACK")
        lock.close()
        statuses = many.finish()
        assert set(statuses) <= {201, 429, 503} and 201 in statuses, {it: statuses.count(it) for it in set(statuses)}


def slow_hashes():
    """RE-08 many passwords are being checked, and who does not log in is served"""
    with Bank() as bank:
        tpp = ThirdParty(bank)
        requests = []
        for number in range(60):
            browser = Browser(bank)
            page = browser.open(tpp.authorization(scope="openid")[0])
            form = page.form_with("log-in")
            fields = dict(form.fields) | {"username": f"nobody-{number}", "password": "wrong", "decision": "log-in"}
            headers = {"Origin": bank.issuer, "Sec-Fetch-Site": "same-origin",
                       "Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
            requests.append(encode_form(form.action, f"localhost:{bank.port}", headers, fields))
        with others_are_served(bank, rounds=5):
            many = Many(bank.port, requests)
        waiting = len(requests) - many.answered()
        statuses = many.finish()
        print(f"      {waiting} were still waiting", flush=True)
        assert set(statuses) <= {400, 429, 503}, set(statuses)


class Silence:
    """A server that takes every connection and says nothing."""

    def __init__(self):
        self.port, self.held = free_port(), []
        self.socket = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.held.append(self.socket.accept()[0])

    def close(self):
        self.socket.close()


def a_slow_client_server():
    """RE-08 a client's host says nothing when its keys are asked for, and everybody else is served"""
    silence = Silence()
    with Bank(options=("--outbound", f"http://localhost:{silence.port}")) as bank:
        parties = []
        for number in range(20):
            name = f"silent-{number}"
            bank.client(name, token_endpoint_auth_method="private_key_jwt", grant_types=["client_credentials"],
                        redirect_uris=[], scope="accounts", jwks_uri=f"http://localhost:{silence.port}/{name}")
            parties.append(KeyParty(bank, name, Key(f"key-{number}")))
        bank.reload()
        requests = []
        for party in parties:
            for _ in range(10):
                form = {"grant_type": "client_credentials", "scope": "accounts", **party.credentials()}
                requests.append(encode_form("/token", f"localhost:{bank.port}", {}, form))
        with others_are_served(bank):
            many = Many(bank.port, requests)
        statuses = many.finish()
        assert set(statuses) <= {401, 429, 503}, set(statuses)
        assert silence.held, "nobody was asked for keys"
        # Its keys are another's affair: a client with a secret is served as ever.
        assert ThirdParty(bank).client_token()
    silence.close()


if __name__ == "__main__":
    main([a_slow_disk, slow_hashes, a_slow_client_server])
