"""The ledger of consents, as an auditor reads it: proved whole, and broken wherever somebody altered it."""

import contextlib
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

from _bank import Bank, Browser, ThirdParty, ask, binary, main
from _seal import seal


def audit(*words):
    return subprocess.run([binary(), "audit", *map(str, words)], text=True, capture_output=True, timeout=60)


def history():
    """The database of a bank where one consent was allowed, one refused, and one deleted."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-audit-"))
    with Bank(folder) as bank:
        browser = Browser(bank)
        ask(bank, browser, "anna").press("allow")
        ask(bank, browser, "anna").press("deny")
        tpp = ThirdParty(bank)
        token = tpp.client_token()
        assert tpp.call("DELETE", f"/account-access-consents/{tpp.register(token)}", token).status == 204
        # Beside a server that is running.
        assert audit("verify", folder / "data" / "assent.sqlite").returncode == 0
        bank.stop()
    return folder / "data" / "assent.sqlite"


@contextlib.contextmanager
def altered(database, *statements):
    """A copy in which somebody who can write the file has written, hiding it from all but the ledger."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "assent.sqlite"
        shutil.copy(database, copy)
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            connection.create_function("seal", -1, seal, deterministic=True)
            for statement in statements:
                assert connection.execute(statement).rowcount > 0, statement
            connection.commit()
        yield copy


def a_ledger_is_proved_and_its_head_can_be_noted():
    """a ledger that was not altered is proved, and a head that was noted is found in it"""
    proof = audit("verify", database)
    assert proof.returncode == 0, proof.stderr
    head = proof.stdout.split()[0]
    number, digest = head.split(":")
    assert number == "6" and len(digest) == 64
    assert audit("verify", database, "--head", head).returncode == 0
    foreign = audit("verify", database, "--head", f"{number}:{'0' * 64}")
    assert foreign.returncode == 1 and "noted head is not in it" in foreign.stderr


def every_entry_can_be_checked_by_anybody():
    """every line of the export can be checked with any SHA-256, and says who did what and why"""
    lines = audit("export", database).stdout.splitlines()
    before, entries = bytes(32), []
    for line in lines:
        digest, _, text = line.partition(" ")
        before = hashlib.sha256(before + text.encode()).digest()
        assert before.hex() == digest
        entries.append(json.loads(text))
    assert [entry["reason"] for entry in entries] == [
        "registered", "authorised", "registered", "refused", "registered", "deleted-by-third-party"]
    allowed = entries[1]
    assert allowed["actor"] == "person" and allowed["name"] == "psu-anna" and len(allowed["accounts"]) == 1
    assert len(allowed["page_sha256"]) == len(allowed["templates_sha256"]) == 64 and allowed["language"] == "en"


def what_was_altered_is_named():
    """an entry that was altered, taken out or put in is named, and so is a consent that no entry explains"""
    for statement, sentence in [
        ("UPDATE revision SET reason = 'refused' WHERE sequence = 2", "breaks at entry 2: it is not what was written"),
        ("UPDATE revision SET accounts = '[]' WHERE sequence = 2", "breaks at entry 2: it is not what was written"),
        ("UPDATE revision SET at = at - 86400 WHERE sequence = 6", "breaks at entry 6: it is not what was written"),
        ("UPDATE revision SET reason = 'a whim' WHERE sequence = 4", "breaks at entry 4: it is not what was written"),
        ("UPDATE revision SET shown_digest = zeroblob(32) WHERE sequence = 2", "breaks at entry 2"),
        ("UPDATE revision SET terms = zeroblob(32) WHERE sequence = 2", "breaks at entry 2"),
        ("DELETE FROM revision WHERE sequence = 3", "breaks at entry 3: it is missing"),
        ("DELETE FROM revision WHERE sequence = 6", "is not as its last entry says"),
        ("UPDATE consent SET status = 'authorised', deleted = NULL WHERE status = 'revoked'", "is not as its last entry"),
        ("UPDATE consent SET permissions = '[\"ReadPAN\"]' WHERE status = 'authorised'", "is not as its last entry"),
        ("UPDATE consent SET expires = 1 WHERE status = 'authorised'", "is not as its last entry"),
        ("UPDATE consent SET receipt = x'7b7d' WHERE status = 'authorised'", "is not as its last entry"),
        # Back to what an earlier entry says.
        ("UPDATE consent SET status = 'awaiting', reason = 'registered', deleted = NULL, version = 1, updated = created,"
         " status_updated = created WHERE status = 'revoked'", "is not as its last entry"),
        ("UPDATE consent SET deleted = NULL WHERE status = 'revoked'", "is not as its last entry"),
        ("UPDATE consent SET updated = updated - 86400 WHERE status = 'authorised'", "is not as its last entry"),
        ("UPDATE consent SET given = given - 86400 WHERE status = 'authorised'", "is not as its last entry"),
        ("UPDATE consent SET status_updated = status_updated - 86400 WHERE status = 'rejected'", "is not as its last entry"),
        ("UPDATE consent SET reason = 'revoked-by-person' WHERE status = 'revoked'", "is not as its last entry"),
        ("DELETE FROM consent WHERE status = 'revoked'", "is not as its last entry"),
    ]:
        with altered(database, statement) as copy:
            proof = audit("verify", copy)
            assert proof.returncode == 1, statement
            assert sentence in proof.stderr, (statement, proof.stderr)


def what_is_no_ledger_is_refused():
    """a file that is not there or not ours is refused, and so is a command that is none"""
    assert audit("verify", "/nowhere/assent.sqlite").returncode == 1
    assert audit("verify", __file__).returncode == 1
    for words in (["verify"], ["burn", database], ["verify", database, "--head", "6"]):
        assert audit(*words).returncode == 64, words


if __name__ == "__main__":
    database = history()
    try:
        main([
            a_ledger_is_proved_and_its_head_can_be_noted,
            every_entry_can_be_checked_by_anybody,
            what_was_altered_is_named,
            what_is_no_ledger_is_refused,
        ])
    finally:
        shutil.rmtree(database.parent.parent)
