"""What an answer says when something goes wrong: fixed words, and nothing of the machine, the store or the program."""

import os
import re
import secrets
import urllib.parse

from _bank import ROOT, ThirdParty, main, request
from disk import EIO_ONCE, ENOSPC_FROM_HERE, READ, SYNC, WRITE, Prepared, Rigged, is_unavailable

RANDOM = 16
# What no answer may hold, whoever reads it: where we are, what we are made of, and what others have said to us.
INNER = re.compile(
    re.escape(str(ROOT)) + r"|/tmp/|/home/|/usr/|/proc/|\.sqlite|\.swift\b|\.pem\b|\.json\b|sqlite|\bSQL\b"
    r"|SELECT |INSERT |constraint failed"
    r"|database is|disk I/O|errno|OpenSSL|libssl|libcrypto|error:[0-9A-F]{6,}|\bSwift\b|Glibc|Fatal error|backtrace"
    r"|StoreFailure|NetFailure|EntropyFailure|Optional\(|\bnil\b|0x[0-9a-f]{6,}|\b0\.1\.0\b|Debian|Linux|SQLite|PostgreSQL|postgres")


def is_silent(answer, what):
    """An error that tells a stranger nothing about us; pages are read without their style."""
    text = re.sub(r"<style.*?</style>", "", answer.text, flags=re.DOTALL)
    found = INNER.search(text)
    assert not found, (what, answer.status, found, text[:400])
    for name, value in answer.headers:
        assert name.lower() not in ("server", "x-powered-by"), (what, name)
        assert name.lower() in ("location", "link") or not INNER.search(value), (what, name, value)
    return True


PLACES = ["/authorize", "/token", "/par", "/introspect", "/revoke", "/userinfo", "/device_authorization", "/device",
          "/bc-authorize", "/register", "/register/x", "/logout", "/consents", "/consents/x", "/grants/x", "/jwks",
          "/.well-known/openid-configuration", "/statuses/0", "/statuses/x", "/errors/x", "/interaction/x",
          "/interaction/x/consent", "/open-banking/v3.1/aisp/account-access-consents",
          "/open-banking/v3.1/aisp/account-access-consents/x", "/open-banking/v3.1/aisp/accounts",
          "/open-banking/v3.1/aisp/accounts/x/balances", "/xs2a/v1/sessions", "/xs2a/v1/sessions/x",
          "/xs2a/v1/consents/x/accounts/get", "/v1/ais/consents", "/v1/auth/generate-token", "/v1/obie/tokens",
          "/v1/obie/authorization_code", "/nowhere", "/help/errors/x"]
BODIES = [
    ("application/x-www-form-urlencoded", ""), ("application/x-www-form-urlencoded", "grant_type=%00&a=%ff&client_id=%zz"),
    ("application/x-www-form-urlencoded", "client_id='%20OR%201=1--&request=e30.e30.&token=x&user_code=x&username=x"),
    ("application/json", ""), ("application/json", "{"), ("application/json", '{"a":1,"a":2}'), ("application/json", "[" * 200),
    ("application/json", '{"Data":{"Permissions":[1]},"Risk":"x","psu":null,"consent_scope":[],"userId":{}}'),
    ("application/json", '{"n":' + "9" * 400 + "}"), ("text/plain", "x"), ("application/jwt", "e30.e30.x"),
]
CREDENTIALS = [None, "Basic x", "Basic " + "Og==", "Bearer e30.e30.e30", "DPoP x", "Token x"]


def no_error_tells_what_we_are():
    """SE-08 whatever is sent to any endpoint is refused in fixed words, without a path, SQL, a version or our own names"""
    count = 0
    for place in PLACES:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            bodies = BODIES if method != "GET" else [(None, None)]
            # Every body and every credential comes to every place, and not each with each.
            for index in range(max(len(bodies), len(CREDENTIALS))):
                (kind, body), credential = bodies[index % len(bodies)], CREDENTIALS[index % len(CREDENTIALS)]
                answer = request(method, bank.issuer + place, {"Authorization": credential, "Content-Type": kind}, body)
                assert answer.status != 500, (method, place, kind, body)
                if answer.status >= 400:
                    count += is_silent(answer, (method, place, kind, body, credential))
    answer = request("GET", bank.issuer + "/authorize?" + urllib.parse.urlencode(
        {"client_id": "demo-tpp", "redirect_uri": "'; DROP TABLE code; --", "request": "e30.e30."}))
    count += is_silent(answer, "authorize")
    for offset in (2, 3):
        for place in ("/api/fs/consent/admin/search", "/api/fs/consent/authorize/retrieve/x", "/api/fs/consent/manage/x",
                      "/api/fs/consent/validate/validate", "/x"):
            for method, body in (("GET", None), ("POST", "{"), ("DELETE", None)):
                answer = request(method, f"http://localhost:{bank.port + offset}{place}", {}, body)
                count += is_silent(answer, (method, place))
    print(f"      {count} errors", flush=True)
    assert count > 1_000


def the_same_words_whatever_was_sent():
    """SE-08 an error has one sentence: what was sent is not in it"""
    marks = [secrets.token_hex(8) for _ in range(2)]
    seen = []
    for mark in marks:
        tpp = ThirdParty(bank)
        answers = [
            tpp.post("/token", {"grant_type": mark}), tpp.redeem(mark, mark), tpp.refresh(mark), tpp.refresh("x", scope=mark),
            ThirdParty(bank, mark, mark).post("/token", {"grant_type": "client_credentials"}),
            request("GET", bank.issuer + "/userinfo", {"Authorization": f"Bearer {mark}"}),
            request("GET", bank.issuer + f"/{mark}"), tpp.post("/par", {"redirect_uri": mark, mark: mark}),
            tpp.call("GET", f"/account-access-consents/{mark}", tpp.client_token()),
        ]
        assert all(answer.status >= 400 for answer in answers), [answer.status for answer in answers]
        assert not any(mark in answer.text for answer in answers)
        # The only part that differs is the id under which the log has more.
        seen.append([re.sub(r"[0-9A-Z]{5}-[0-9A-Z]{5}|[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.text) for answer in answers])
    assert seen[0] == seen[1]


def a_disk_that_fails_is_not_described():
    """SE-08 what SQLite said is in the log, and in no answer"""
    prepared = Prepared(bank)
    before = len(bank.output())
    for kinds, deed in ((WRITE, ENOSPC_FROM_HERE), (SYNC, EIO_ONCE)):
        bank.order(kinds, 0, deed)
        try:
            for name, (ask, _) in prepared.writes().items():
                answer = ask()
                if answer.status >= 400:
                    is_silent(answer, name)
        finally:
            bank.disarm()
    tpp = prepared.tpp
    for ask in (lambda: tpp.post("/introspect", {"token": prepared.tokens["refresh_token"]}),
                lambda: tpp.call("GET", f"/account-access-consents/{prepared.waiting}", prepared.token),
                lambda: prepared.bert.browser.send("GET", "/consents")):
        tpp.register(prepared.token)
        bank.order(READ, 0, EIO_ONCE)
        answer = ask()
        bank.disarm()
        assert answer.status == 503, answer.status
        is_silent(answer, "read")
    assert "SQLite" in bank.output()[before:], "nobody was told"


def without_random_bytes_nothing_is_issued():
    """SE-07 where the generator fails nothing is issued and nothing is kept, and it ends without a restart"""
    prepared = Prepared(bank)
    tpp = prepared.tpp
    issuing = {
        "token": lambda: tpp.post("/token", {"grant_type": "client_credentials", "scope": "accounts"}),
        "push": lambda: tpp.post("/par", tpp.authorization(prepared.waiting)[1]),
        "device": lambda: tpp.post("/device_authorization", {"scope": "openid"}),
        **{name: ask for name, (ask, _) in prepared.writes().items() if name in (
            "register", "redeem", "refresh", "authorize", "log in", "allow")},
    }
    tables = ("code", "refresh_token", "family", "session", "interaction", "pushed_request", "polled_request", "consent")

    def rows():
        return {table: bank.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}

    for name, ask in issuing.items():
        before = rows()
        bank.order(RANDOM, 0, ENOSPC_FROM_HERE)
        try:
            answer = ask()
        finally:
            asked = bank.disarm()
        assert asked > 0, (name, "asks for no random bytes")
        assert is_unavailable(answer), (name, answer.status, answer.text)
        is_silent(answer, name)
        assert rows() == before, (name, before, rows())
    # Each of them once more, on the same server.
    for name, ask in issuing.items():
        answer = ask()
        assert answer.status in (200, 201, 303), (name, answer.status, answer.text)


if __name__ == "__main__":
    with Rigged() as bank:
        # Somebody else's database has a disk of its own.
        of_a_file = [] if os.environ.get("ASSENT_DATABASE") else [a_disk_that_fails_is_not_described]
        main([
            no_error_tells_what_we_are,
            the_same_words_whatever_was_sent,
            *of_a_file,
            without_random_bytes_nothing_is_issued,
        ])
