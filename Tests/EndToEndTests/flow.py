"""`assent flow`, from outside: its ways through our own server, its reports, and an issuer that nobody here has written."""

import contextlib
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import xml.etree.ElementTree

from _bank import Bank, Browser, Left, binary, free_port, log_in, main, request

STEPS = ["discover", "client-token", "consent", "push", "authorize", "respond", "redeem", "identify", "verify",
         "introspect", "resource", "refresh", "revoke"]


def flow(bank, *words, text=None, cwd=None):
    return subprocess.run([binary(), "flow", "--folder", bank.folder / "data", *words],
                          text=True, input=text, capture_output=True, timeout=300, cwd=cwd)


def outcomes(told):
    return {step["step"]: step["outcome"] for step in json.loads(told.stdout)["steps"]}


def a_journey_goes_each_way():
    """a journey succeeds by every way that the server offers, and each step of it is told"""
    with Bank() as bank:
        bank.hurry()
        for words, skipped in [
            ([], []), (["--no-par"], ["push"]), (["--dpop"], []), (["--jar", "--jarm"], []), (["--client", "demo-signer"], []),
            (["--response-mode", "form_post"], []), (["--response-mode", "form_post.jwt"], []),
            (["--client", "demo-app"], ["client-token", "consent", "introspect"]),
            (["--user", "anna", "--accounts", "1", "--scope", "openid accounts"], []),
            (["--scope", "openid profile"], ["client-token", "consent", "refresh"]),
        ]:
            told = flow(bank, "--checks", "none", "--json", *words)
            assert told.returncode == 0, (words, told)
            said = outcomes(told)
            assert list(said) == STEPS, (words, said)
            assert {name for name, outcome in said.items() if outcome != "done"} == set(skipped), (words, said)
        # Whoever says no is sent back, and that is the end of it.
        denied = flow(bank, "--deny", "--json")
        assert denied.returncode == 0 and list(outcomes(denied))[-1] == "respond", denied
        told = flow(bank, "--checks", "none", "--explain")
        assert "The code becomes tokens" in told.stdout and "POST " in told.stdout, told


def what_goes_wrong_is_told():
    """a journey that cannot go on says where and why, and ends with status 1"""
    with Bank() as bank:
        bank.hurry()
        told = flow(bank, "--user", "cleo", "--checks", "none")
        assert told.returncode == 1 and "FAIL" in told.stdout and "pages answered" in told.stderr, told
        told = flow(bank, "--user", "bert", "--password-file", "-", "--checks", "none", text="wrong\n")
        assert told.returncode == 1 and "pages answered" in told.stderr, told
        told = flow(bank, f"http://localhost:{free_port()}", "--client-file", bank.folder / "data" / "flow.json")
        assert told.returncode == 1 and "discovery" in told.stderr, told
        with tempfile.TemporaryDirectory() as empty:
            told = subprocess.run([binary(), "flow"], cwd=empty, text=True, capture_output=True, timeout=60)
            assert told.returncode == 64 and "name an issuer" in told.stderr, told
        for words in (["--only", "B999"], ["--checks", "many"], ["--accounts", "one"], ["--mtls", "x"], ["--connect-to", "x"],
                      ["--client", "unknown"]):
            assert flow(bank, *words).returncode == 64, words


def reports_are_what_other_programs_read():
    """a run is told as JSON, TAP and JUnit, and its exchanges are saved for their owner alone"""
    with Bank() as bank, tempfile.TemporaryDirectory() as folder:
        bank.hurry()
        folder = pathlib.Path(folder)
        told = flow(bank, "--checks", "B01,B47", "--tap", "--junit", folder / "flow.xml", "--save", folder / "flow.har",
                    "--markdown", folder / "flow.md")
        lines = told.stdout.splitlines()
        assert lines[:2] == ["TAP version 14", "1..15"], lines[:2]
        assert sum(line.startswith("ok ") for line in lines) == 15 and lines[-1].startswith("ok 15 - B47"), lines
        suite = xml.etree.ElementTree.parse(folder / "flow.xml").getroot()
        assert (suite.get("tests"), suite.get("failures"), len(suite)) == ("15", "0", 15), suite.attrib
        entries = json.loads((folder / "flow.har").read_text())["log"]["entries"]
        assert any(entry["request"]["url"].endswith("/token") and entry["response"]["status"] == 200 for entry in entries)
        assert "## 1. discovery" in (folder / "flow.md").read_text()
        assert (folder / "flow.har").stat().st_mode & 0o077 == 0
        said = json.loads(flow(bank, "--only", "B01", "--json").stdout)
        assert (said["passed"], said["failed"], said["steps"]) == (1, 0, []), said
        assert flow(bank, "--only", "respond").stdout.count("\n") == 6


def a_token_is_printed_for_other_programs():
    """a token, a header and a command line are printed alone, and they work"""
    with Bank() as bank:
        bank.hurry()
        token = flow(bank, "--print", "token")
        assert token.returncode == 0 and len(token.stdout.split()) == 1 and "discovery" in token.stderr, token
        told = bank.get("/open-banking/v3.1/aisp/accounts", Authorization=f"Bearer {token.stdout.strip()}")
        assert told.status == 200, told.text
        name, _, value = flow(bank, "--print", "header", "--scope", "openid").stdout.strip().partition(": ")
        assert bank.get("/userinfo", **{name: value}).status == 200
        assert flow(bank, "--print", "curl").stdout.startswith("curl -i -H 'accept: application/json' -H 'authorization: Bearer ")


def a_person_answers_the_pages():
    """a person answers the pages, in a browser that comes back by itself, or by pasting where it ended"""
    with Bank() as bank:
        bank.hurry()

        def visit(url):
            browser = Browser(bank)
            page = log_in(browser, browser.open(url), "bert")
            left = browser.press(page, "allow", boxes=[box for _, box in page.form_with("allow").boxes])
            assert isinstance(left, Left), left.text
            return left.url

        with started(bank, "--browser") as process:
            back = visit(url_told(process))
            # A stray visit with another state is not the answer.
            stray = request("GET", re.sub(r"state=[^&]*", "state=stray", back))
            assert stray.status == 200 and process.poll() is None
            assert "close this page" in request("GET", back).text
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0 and "tokens revoked" in out, out
        with started(bank, "--paste") as process:
            process.stdin.write(visit(url_told(process)) + "\n")
            process.stdin.flush()
            out, _ = process.communicate(timeout=60)
            assert process.returncode == 0 and "tokens revoked" in out, out
        assert flow(bank, "--browser", "--client", "demo-tpp", "--client-file", "/nowhere").returncode == 64


@contextlib.contextmanager
def started(bank, *words):
    process = subprocess.Popen([binary(), "flow", "--folder", bank.folder / "data", *words], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def url_told(process):
    for line in process.stderr:
        if line.strip().startswith("http"):
            return line.strip()
    raise RuntimeError("no URL is told")


def an_issuer_of_others_is_tried():
    """an issuer that nobody here has written is tried from end to end, with clients that register themselves"""
    program = pathlib.Path(sys.executable).with_name("oidc-provider-mock")
    if not program.exists():
        print("skipped: oidc-provider-mock of Tests/requirements.txt is not installed")
        return
    port = free_port()
    process = subprocess.Popen([program, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            time.sleep(0.1)
        with tempfile.TemporaryDirectory() as empty:
            told = subprocess.run(
                [binary(), "flow", f"http://localhost:{port}", "--user", "anna", "--json"],
                cwd=empty, text=True, capture_output=True, timeout=300)
        assert told.returncode == 1, told
        said = json.loads(told.stdout)
        assert all(step["outcome"] != "failed" for step in said["steps"]), said["steps"]
        verdicts = {check["id"]: check["verdict"] for check in said["checks"]}
        # What it is known to do, and not to do: it checks codes and clients, and knows nothing of PKCE.
        assert {verdicts[id] for id in ["B01", "B23", "B40", "B47", "B50", "B62", "B64"]} == {"PASS"}, verdicts
        assert {verdicts[id] for id in ["B04", "B12", "B41", "B42"]} == {"FAIL"}, verdicts
        assert verdicts["B31"] == verdicts["B93"] == "SKIP", verdicts
        print(f"      {said['passed']} passed, {said['failed']} failed, {said['skipped']} skipped there")
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main([
        a_journey_goes_each_way,
        what_goes_wrong_is_told,
        reports_are_what_other_programs_read,
        a_token_is_printed_for_other_programs,
        a_person_answers_the_pages,
        an_issuer_of_others_is_tried,
    ])
