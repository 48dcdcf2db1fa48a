"""The program as it is shipped: nothing in it that only tests need, and nothing of the sandbox that a server would serve.

Looks at the release where one was built (`make build`), or at ASSENT_BINARY, and otherwise at what tests run.
"""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import time

from _bank import ROOT, Bank, Browser, Page, ThirdParty, binary, main, request
from _klarna import ConfiguredBank

RELEASE = ROOT / ".build" / "release" / "assent"
# What tests are made of, and what they break things with.
TOOLS = [
    r"TestSupport", r"MemoryStore", r"StoreContract", r"CountedEntropy", r"FixedClock", r"swift-testing", r"XCTest",
    r"\bFAULTS\b", r"LD_PRELOAD", r"ASSENT_BINARY", r"libFuzzer", r"/debug\b", r"pprof", r"/test/",
]
# What is a secret, or would be one: private keys, hashes of passwords, names for what nobody should ship.
SECRETS = [
    r"BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----[\r\n]", r"\$scrypt\$ln=\d+,r=8,p=\d\$\w", r"changeit|changeme|letmein",
    r"(?i)\bpassword\s*[=:]\s*\w", r"(?i)\bsecret\s*[=:]\s*\w",
]
# The customers of the sandbox, whose passwords everybody knows: for `dev`, and for clients that try it out.
KNOWN = {"anna-sandbox", "bert-sandbox", "cleo-sandbox"}


def program():
    return pathlib.Path(os.environ["ASSENT_BINARY"]) if "ASSENT_BINARY" in os.environ else (
        RELEASE if RELEASE.exists() else binary())


def texts():
    """Every run of eight and more printable characters, as `strings` has them."""
    return [found.decode() for found in re.findall(rb"[\x20-\x7e\n\r]{8,}", program().read_bytes())]


def nothing_of_the_tests_is_shipped():
    """SC-04 the program has no endpoint, hook or fault of tests in it, and no secret but those of the sandbox's customers"""
    found = texts()
    assert len(found) > 1_000
    # The program finds its own words here, so that an empty search would be seen.
    assert any("account-access-consents" in text for text in found)
    for pattern in TOOLS + SECRETS:
        # Where it was built stands in what is made for a debugger only.
        hits = [text for text in found if re.search(pattern, text) and ".build/" not in text]
        assert not hits, (pattern, [hit[:200] for hit in hits[:3]])
    passwords = {word for text in found for word in re.findall(r"\b\w+-sandbox\b", text)}
    assert passwords <= KNOWN, passwords


def a_server_serves_nothing_of_the_sandbox():
    """SC-04 `serve` knows no customer, client and page of the sandbox: its passwords open nothing, its routes are not there"""
    with ConfiguredBank(servesAccounts=False) as bank:
        bank.stop()
        data = bank.folder / "data"
        secret = bank.secret()
        people = json.loads((data / "people.json").read_text())
        (data / "people.json").write_text(json.dumps({**people, "persons": []}))
        for path in (data / "clients.d").iterdir():
            path.unlink()
        bank.client("only", client_secret_sha256="0" * 64, token_endpoint_auth_method="client_secret_basic",
                    redirect_uris=["https://tpp.example/cb"], grant_types=["authorization_code"], scope="openid")
        # As it stands there now, and nothing added to it.
        bank.log = open(bank.folder / "log", "ab")
        bank.process = subprocess.Popen(
            [binary(), "serve", "--config", bank.folder / "assent.json"], stdout=bank.log, stderr=bank.log, cwd=ROOT)
        until_it_answers(bank)
        for client in ("demo-tpp", "demo-app", "demo-bank", "demo-signer"):
            for offered in (secret, client, "secret", ""):
                answer = ThirdParty(bank, client, offered).post("/token", {"grant_type": "client_credentials"})
                assert answer.status in (400, 401), (client, answer.status)
        for username in ("anna", "bert", "cleo", "admin", "test"):
            browser = Browser(bank)
            url, _, _ = ThirdParty(bank, "only", "x", "https://tpp.example/cb").authorization(scope="openid")
            page = browser.open(url)
            page = browser.press(page, "log-in", username=username, password=f"{username}-sandbox")
            assert isinstance(page, Page) and page.has_button("log-in"), username
        for path in ("/callback", "/flow", "/workbench", "/hops", "/notice", "/debug", "/test", "/health", "/metrics",
                     "/open-banking/v3.1/aisp/accounts"):
            assert bank.get(path).status == 404, (path, bank.get(path).status)
        for offset in (1, 2, 3):
            try:
                request("GET", f"http://localhost:{bank.port + offset}/")
                raise AssertionError(f"something listens at {offset}")
            except ConnectionError:
                pass


def until_it_answers(bank):
    for _ in range(400):
        assert bank.process.poll() is None, bank.output()
        with contextlib.suppress(OSError):
            if bank.get("/jwks").status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")


def the_log_says_which_libraries_are_loaded():
    """SC-03 the versions of OpenSSL and SQLite stand in the log of every start, and in what `assent version` prints"""
    with Bank() as bank:
        line, = [line for line in bank.output().splitlines() if '"server.libraries"' in line]
        told = json.loads(line)
        shown = subprocess.run([binary(), "version"], text=True, capture_output=True, timeout=30).stdout
        assert f"OpenSSL {told['openssl']}\n" in shown and f"SQLite {told['sqlite']}\n" in shown, (told, shown)
        assert re.fullmatch(r"3\.\d+\.\d+.*", told["openssl"]) and re.fullmatch(r"3\.\d+\.\d+", told["sqlite"]), told


if __name__ == "__main__":
    main([
        nothing_of_the_tests_is_shipped,
        a_server_serves_nothing_of_the_sandbox,
        the_log_says_which_libraries_are_loaded,
    ])
