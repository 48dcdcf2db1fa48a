"""Our own keys while the server runs: announced, used and retired, by command, by reload and across kill -9."""

import base64
import json
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from _bank import Bank, ThirdParty, binary, main

try:
    import joserfc.jwk
    import joserfc.jws
    import joserfc.jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

ROUNDS = 25


class House:
    """A bank with a key folder of its own, whose housekeeping goes round every second."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-keys-"))
        self.keys = self.folder / "keys"
        self.bank = Bank(keys=self.keys, options=["--interaction-seconds", "1"])
        self.command("new")
        self.bank.start()
        self.party = ThirdParty(self.bank)
        return self

    def __exit__(self, *exception):
        self.bank.__exit__(*exception)
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words):
        told = subprocess.run([binary(), "keys", *words, "--folder", self.keys], text=True, capture_output=True, timeout=60)
        assert told.returncode == 0, told
        return [line.split() for line in told.stdout.splitlines()]

    def states(self, algorithm="ES256"):
        return {row[0].rsplit("/", 1)[1]: row[3] for row in self.command("list") if row[1] == algorithm}

    def published(self):
        return self.bank.get("/jwks").json

    def names(self):
        names = [key["kid"] for key in self.published()["keys"]]
        assert len(names) == len(set(names)), names
        return set(names)

    def until(self, condition):
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, (self.command("list"), self.bank.output()[-2000:])
            time.sleep(0.1)


def name_of(token):
    head = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]


def verified(token, keys):
    joserfc.jwt.decode(token, joserfc.jwk.KeySet.import_key_set(keys), algorithms=["ES256"])


def a_rotated_key_is_announced_by_the_running_server():
    """JO-26 keys rotate adds a key to those published, which does not sign yet, and the server is not told"""
    with House() as house:
        before, token = house.names(), house.party.client_token()
        assert house.states() == {"es256-1.pem": "signs"}, house.states()
        made = house.command("rotate", "--algorithm", "ES256")[0][2]
        house.until(lambda: made in house.names())
        assert before < house.names()
        assert house.states() == {"es256-2.pem": "announced", "es256-1.pem": "signs"}, house.states()
        assert name_of(house.party.client_token()) == name_of(token) != made
        # Announced is announced, however often the server starts.
        house.bank.stop(signal.SIGKILL)
        stages = (house.keys / "stages.json").read_text()
        house.bank.start()
        assert house.names() == before | {made} and (house.keys / "stages.json").read_text() == stages
        verified(token, house.published())


def a_key_for_now_signs_at_once():
    """a key made with --now signs after the next round, and what was signed before still verifies and opens"""
    with House() as house:
        token = house.party.client_token()
        made = house.command("rotate", "--algorithm", "ES256", "--now")[0][2]
        house.until(lambda: name_of(house.party.client_token()) == made)
        assert house.states() == {"es256-2.pem": "signs", "es256-1.pem": "published"}, house.states()
        verified(token, house.published())
        assert house.party.post("/introspect", {"token": token}).json["active"] is True
        # Keys to encrypt to: one opens before it is offered, and the one for now is offered alone.
        offered = [key for key in house.published()["keys"] if key["use"] == "enc"]
        house.command("rotate", "--algorithm", "ECDH-ES")
        house.until(lambda: house.states("ECDH-ES") == {"ecdh-es-2.pem": "opens", "ecdh-es-1.pem": "offered"})
        assert [key for key in house.published()["keys"] if key["use"] == "enc"] == offered
        house.command("rotate", "--algorithm", "ECDH-ES", "--now")
        house.until(lambda: [key for key in house.published()["keys"] if key["use"] == "enc"] != offered)
        assert len([key for key in house.published()["keys"] if key["use"] == "enc"]) == 2


def a_remembered_signature_is_no_more_than_a_signature():
    """JO-23 a token that was verified before is refused once it is revoked, once its key is taken away, and with another end"""
    with House() as house:
        def is_active(token):
            return house.party.post("/introspect", {"token": token}).json["active"]

        revoked, orphan = house.party.client_token(), house.party.client_token()
        assert is_active(revoked) and is_active(orphan)
        head, body, signature = orphan.split(".")
        assert not is_active(f"{head}.{body}.{signature[::-1]}") and not is_active(f"{head}.{body}.")
        assert house.party.post("/revoke", {"token": revoked}).status == 200
        assert not is_active(revoked) and is_active(orphan)
        made = house.command("rotate", "--algorithm", "ES256", "--now")[0][2]
        house.until(lambda: name_of(house.party.client_token()) == made)
        assert is_active(orphan)
        (house.keys / "retired").mkdir(mode=0o700, exist_ok=True)
        (house.keys / "es256-1.pem").rename(house.keys / "retired" / "es256-1.pem")
        house.bank.reload()
        assert not is_active(orphan) and is_active(house.party.client_token())


def killed_at_any_moment_no_token_is_orphaned():
    """JO-26 ST-10 rotated and killed at any moment, again and again: no token of ours meets keys that do not know it"""
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with House() as house:
        tokens = []
        for _ in range(ROUNDS):
            tokens.append(house.party.client_token())
            house.command("rotate", "--algorithm", "ES256", *chance.choice([[], ["--now"]]))
            if chance.random() < 0.5:
                house.bank.process.send_signal(signal.SIGHUP)
            time.sleep(chance.random() * 0.4)
            if chance.random() < 0.6:
                house.bank.stop(signal.SIGKILL)
                house.bank.start()
            keys = house.published()
            for token in tokens:
                verified(token, keys)
                assert house.party.post("/introspect", {"token": token}).json["active"] is True
        assert len({name_of(token) for token in tokens}) > 3
        states = list(house.states().values())
        assert states.count("signs") == 1, states
        # What the server was never told of, it has found by itself.
        house.until(lambda: "new:" not in house.states().values())
        assert len(house.names()) >= len(house.states())


if __name__ == "__main__":
    main([
        a_rotated_key_is_announced_by_the_running_server,
        a_key_for_now_signs_at_once,
        a_remembered_signature_is_no_more_than_a_signature,
        killed_at_any_moment_no_token_is_orphaned,
    ])
