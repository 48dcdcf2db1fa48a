"""From SQLite to PostgreSQL: a bank that was one server goes on as nodes, with every consent, token and entry."""

import subprocess
import sys

from _bank import Bank, Browser, ThirdParty, ask, binary, main
from _nodes import Nodes, why_not
from _postgres import Postgres


def command(*words):
    return subprocess.run([binary(), *words], capture_output=True, text=True, timeout=120)


def configured(nodes):
    """The file that the first node will be started with."""
    return nodes.folder / "node-0.json"


def a_bank_goes_on_as_nodes():
    """everything that SQLite held is in PostgreSQL after one command: tokens work, consents stand, the ledger goes on"""
    with Postgres() as database:
        nodes = Nodes(database)
        try:
            nodes.nodes[0].write()
            file = nodes.folder / "data" / "assent.sqlite"
            with Bank(nodes.folder, nodes.port, nodes.keys) as bank:
                tpp = ThirdParty(bank)
                given, refused = ask(bank, Browser(bank)), ask(bank, Browser(bank), "anna")
                left = given.browser.press(given.page, "allow", boxes=given.boxes[:1])
                tokens = tpp.redeem(left.parameters["code"], given.verifier).json
                refused.press("deny")
                waiting = ask(bank, Browser(bank), "anna")
                unused = ask(bank, Browser(bank), "bert").press("allow")
                statuses = [given.status, refused.status, waiting.status]
                beside = command("store", "copy", str(file), "--config", str(configured(nodes)))
                assert beside.returncode == 1 and "in use" in beside.stderr, beside
                assert bank.stop() == 0
            nodes.forget_callbacks()
            head = command("audit", "verify", str(file)).stdout.split()[0]

            missing = command("migrate", "--dry-run", "--config", str(configured(nodes)))
            assert missing.returncode == 0 and "0.1  is missing" in missing.stdout, missing
            assert database.query("SELECT to_regclass('consent') IS NULL") == [["t"]], "a trial changed something"
            done = command("migrate", "--config", str(configured(nodes)))
            assert done.returncode == 0 and "0.1  done" in done.stdout, done
            assert "Nothing is missing" in command("migrate", "--config", str(configured(nodes))).stdout

            copied = command("store", "copy", str(file), "--config", str(configured(nodes)))
            assert copied.returncode == 0 and head in copied.stdout, copied
            again = command("store", "copy", str(file), "--config", str(configured(nodes)))
            assert again.returncode != 0 and "not empty" in again.stderr, again
            file.rename(nodes.folder / "aside.sqlite")

            with nodes:
                tpp = ThirdParty(nodes)
                assert tpp.introspect(tokens["access_token"])["active"]
                assert tpp.call("GET", "/accounts", tokens["access_token"]).status == 200
                given.tpp = refused.tpp = waiting.tpp = tpp
                assert [given.status, refused.status, waiting.status] == statuses
                # Who was reading a page goes on with it, and still signed in.
                waiting.browser.bank = nodes
                assert "code" in waiting.press("allow").parameters
                refreshed = tpp.refresh(tokens["refresh_token"])
                assert refreshed.status == 200, refreshed.text
                assert tpp.refresh(tokens["refresh_token"]).status == 400, "a token was spent twice"
                assert "code" in unused.parameters
                (count, last), = database.query("SELECT count(*), max(sequence) FROM revision")
                assert int(count) == int(last) > int(head.split(":")[0]), (count, last, head)
        finally:
            nodes.__exit__(None)


def what_is_damaged_is_not_copied():
    """a file that is damaged, or that is none, leaves the database empty"""
    with Postgres() as database:
        nodes = Nodes(database)
        try:
            nodes.nodes[0].write()
            whole = nodes.folder / "assent.sqlite"
            damaged = bytearray(whole.read_bytes())
            damaged[8192:8216] = b"Z" * 24
            (nodes.folder / "damaged.sqlite").write_bytes(damaged)
            (nodes.folder / "none.sqlite").write_bytes(b"nothing" * 1000)
            for name in ("damaged.sqlite", "none.sqlite", "nowhere.sqlite"):
                told = command("store", "copy", str(nodes.folder / name), "--config", str(configured(nodes)))
                assert told.returncode == 1 and name in told.stderr, told
            assert database.query("SELECT to_regclass('consent') IS NULL") == [["t"]]
            assert command("store", "copy").returncode == 64
        finally:
            nodes.__exit__(None)


if __name__ == "__main__":
    if reason := why_not():
        print(f"skipped: {reason}")
        sys.exit(77)
    main([a_bank_goes_on_as_nodes, what_is_damaged_is_not_copied])
