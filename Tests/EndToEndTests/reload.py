"""What is read again while the server works: all of it or nothing, and from the next request on."""

import hashlib
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import threading
import time

from _bank import ROOT, Bank, ThirdParty, binary, main
from _wire import Wire, encode, encode_form


class Asking(threading.Thread):
    """A third party that asks for tokens on one connection, without a pause; what it was answered, in order."""

    def __init__(self, party):
        super().__init__(daemon=True)
        self.bank, self.answers, self.is_over = party.bank, [], threading.Event()
        self.request = encode_form("/token", f"localhost:{self.bank.port}", {"Authorization": party.basic()},
                                   {"grant_type": "client_credentials", "scope": "accounts"})

    def run(self):
        with Wire(self.bank.port) as wire:
            while not self.is_over.is_set():
                answer = wire.ask(self.request)
                self.answers.append(answer.status if answer else None)

    def until(self, count):
        deadline, goal = time.monotonic() + 20, len(self.answers) + count
        while len(self.answers) < goal:
            assert time.monotonic() < deadline and self.is_alive(), self.answers[-3:]
            time.sleep(0.01)


def register(bank, id):
    secret = secrets.token_urlsafe(32)
    bank.client(id, client_secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
                token_endpoint_auth_method="client_secret_basic", grant_types=["client_credentials"], redirect_uris=[],
                scope="accounts")
    return ThirdParty(bank, id, secret)


def all_of_it_or_nothing():
    """UP-05 a client removed, one and a key added, and a syntax error, under load: taken whole or not at all"""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-reload-"))
    with Bank():
        shutil.copytree(ROOT / ".build" / "end-to-end-keys", folder / "keys")
    bank = Bank(folder, keys=folder / "keys")
    try:
        with bank:
            leaving = register(bank, "leaving")
            bank.reload()
            load = [Asking(leaving) for _ in range(2)] + [
                Asking(ThirdParty(bank)) for _ in range(2)]
            for thread in load:
                thread.start()
            load[0].until(50)

            clients = folder / "data" / "clients.d"
            names = {key["kid"] for key in bank.get("/jwks").json["keys"]}
            (clients / "leaving.json").unlink()
            coming = register(bank, "coming")
            subprocess.run([binary(), "keys", "rotate", "--algorithm", "ES256", "--folder", folder / "keys"],
                           check=True, capture_output=True)
            broken = clients / "broken.json"
            broken.write_text('{"client_id": "broken",')
            try:
                bank.reload()
                raise AssertionError("a file that is none was taken")
            except RuntimeError as refusal:
                assert "broken.json" in str(refusal), refusal
            # Neither what was well and was read before the error, nor what was read after it.
            for thread in load:
                thread.until(50)
            assert coming.post("/token", {"grant_type": "client_credentials"}).status == 401
            assert all(set(thread.answers) == {200} for thread in load), [set(thread.answers) for thread in load]

            broken.unlink()
            bank.reload()
            # The server has said that it took it, and nothing older than that is seen by anybody.
            assert coming.post("/token", {"grant_type": "client_credentials"}).status == 200
            assert names < {key["kid"] for key in bank.get("/jwks").json["keys"]}
            for thread in load:
                thread.until(50)
                thread.is_over.set()
            for thread in load:
                thread.join()
            for thread in load[:2]:
                last = len(thread.answers) - thread.answers[::-1].index(200)
                assert set(thread.answers[:last]) == {200} and set(thread.answers[last:]) == {401}, thread.answers
            for thread in load[2:]:
                assert set(thread.answers) == {200}, set(thread.answers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def what_somebody_may_no_longer_do():
    """UP-06 a role that is taken from a client of the bank is gone at its next request, on the same connection"""
    with Bank() as bank:
        staff = ThirdParty(bank, "demo-bank", (bank.folder / "data" / "demo-bank.secret").read_text())
        ask = encode("GET", "/api/fs/consent/admin/search", f"localhost:{bank.port + 3}",
                     {"Authorization": staff.basic(), "x-staff": "kim"})
        with Wire(bank.port + 3) as wire:
            assert wire.ask(ask).status == 200
            bank.client("demo-bank", bank_roles=["consent-page", "manage", "validate"])
            bank.reload()
            assert wire.ask(ask).status == 401
            bank.client("demo-bank", bank_roles=["admin"])
            bank.reload()
            assert wire.ask(ask).status == 200
            # And so is a client that is there no longer, or whose secret is another.
            bank.client("demo-bank", client_secret_sha256="0" * 64)
            bank.reload()
            assert wire.ask(ask).status == 401


if __name__ == "__main__":
    main([all_of_it_or_nothing, what_somebody_may_no_longer_do])
