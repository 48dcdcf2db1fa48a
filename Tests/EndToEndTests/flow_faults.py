"""The checks of `assent flow`: all pass at our own server, and each of them fails at a server with one fault."""

import json
import subprocess
import sys
import urllib.parse

from _bank import Bank, binary, main
from _faulty import Fault, Proxy, reread

try:
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

KEY = ec.generate_private_key(ec.SECP256R1())
JWK = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key())), "kid": "faulty", "use": "sig", "alg": "ES256"}


# What servers do wrong. Each takes the fault, the request and the answer.

def description(**changes):
    def fault(self, asked, told):
        if "/.well-known/" in asked.path:
            told.change(**{name: value(told.json) if callable(value) else value for name, value in changes.items()})
    return fault


def differing_descriptions(self, asked, told):
    if asked.path == "/.well-known/oauth-authorization-server":
        told.change(token_endpoint=told.json["issuer"] + "/other")


def private_keys(self, asked, told):
    if asked.path == "/jwks":
        told.change(keys=[{**key, "d": "AAAA"} for key in told.json["keys"]])


def code_for_all(self, asked, told):
    """An authorization request that is refused gets a code, wherever it asks for it."""
    if asked.path == "/authorize" and (told.status >= 400 or "error" in told.parameters):
        target = asked.query.get("redirect_uri", REGISTERED).partition("#")[0]
        query = urllib.parse.urlencode({"code": "faulty", "state": asked.query.get("state", "")})
        told.redirect(f"{target}{'&' if '?' in target else '?'}{query}")


def page_for_all(self, asked, told):
    if asked.path == "/authorize" and "error" in told.parameters:
        told.page()


def answer_without(name):
    def fault(self, asked, told):
        url = urllib.parse.urlsplit(told.header("Location") or "")
        if name in told.parameters:
            kept = {key: value for key, value in told.parameters.items() if key != name}
            told.set("Location", url._replace(query=urllib.parse.urlencode(kept)).geturl())
    return fault


def wrong_refusal(self, asked, told):
    if told.parameters.get("error") == "access_denied":
        told.set("Location", told.header("Location").replace("access_denied", "server_error"))


def repeating_redirect(self, asked, told):
    if asked.method == "POST" and told.status == 303:
        told.status = 307


def any_request_object(self, asked, told):
    if asked.path == "/par" and told.status == 400:
        told.say(201, self.pushed)


def any_grant(self, asked, told):
    """A refused request for tokens gets tokens."""
    if asked.path == "/token" and told.status == 400:
        told.say(200, self.tokens or {"access_token": "faulty", "token_type": "Bearer"})


def any_refresh(self, asked, told):
    if asked.form.get("grant_type") == "refresh_token" and told.status == 400:
        told.say(200, self.tokens or {"access_token": "faulty", "token_type": "Bearer"})


def no_refresh(self, asked, told):
    if asked.form.get("grant_type") == "refresh_token":
        told.say(400, {"error": "invalid_grant"})


def any_client(self, asked, told):
    """Whoever asks is believed to be the client; what is wrong is the code."""
    if asked.path == "/token" and told.status in (400, 401, 405):
        told.say(400, {"error": "invalid_grant"})


def other_error(self, asked, told):
    if asked.path == "/token" and told.status == 400:
        told.say(400, {"error": "invalid_request"})


def resigned(kind, header=(), **changes):
    """A token with other claims, and a good signature."""
    def fault(self, asked, told):
        if asked.path == "/jwks":
            told.change(keys=told.json["keys"] + [JWK])
        if asked.path == "/token" and kind in told.json:
            head, claims = reread(told.json[kind])
            claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
            head = {"typ": head.get("typ", "JWT"), "kid": "faulty", **dict(header)}
            told.change(**{kind: jwt.encode(claims, KEY, "ES256", head)})
    return fault


def badly_signed(self, asked, told):
    if asked.path == "/token" and "id_token" in told.json:
        head, body, signature = told.json["id_token"].split(".")
        told.change(id_token=f"{head}.{body}.{signature[::-1]}")


def any_token(self, asked, told):
    if asked.path == "/userinfo" and told.status >= 400:
        told.say(200, {"sub": "somebody"})


def other_person(self, asked, told):
    if asked.path == "/userinfo":
        told.change(sub="somebody else")


def without_header(name, path=None):
    def fault(self, asked, told):
        if path is None or asked.path.startswith(path):
            told.set(name, None)
    return fault


def framed(self, asked, told):
    told.set("Content-Security-Policy", None)
    told.set("X-Frame-Options", None)


def errors_in_html(self, asked, told):
    if asked.path == "/token" and told.status >= 400:
        told.set("Content-Type", "text/html")


def introspection_for_all(self, asked, told):
    if asked.path == "/introspect" and told.status == 401:
        told.say(200, {"active": False})


def talkative(self, asked, told):
    if asked.path == "/introspect":
        told.change(client_id="somebody")


def no_revocation(self, asked, told):
    if asked.path == "/revoke":
        told.say(400, {"error": "invalid_request"})


def unbound(self, asked, told):
    if asked.path == "/token" and told.json.get("token_type") == "DPoP":
        told.change(token_type="Bearer")


def every_account(self, asked, told):
    if asked.path.endswith("/accounts"):
        accounts = told.json["Data"]["Account"]
        told.change(Data={"Account": accounts + accounts})


def any_reader(self, asked, told):
    if "/account-access-consents/" in asked.path and told.status >= 400:
        told.say(200, {"Data": {}})


def lasting_accounts(self, asked, told):
    if asked.path.endswith("/accounts") and told.status >= 400:
        told.say(200, {"Data": {"Account": []}})


def with_script(self, asked, told):
    if b"</body>" in told.body:
        told.body = told.body.replace(b"</body>", b"<script>1</script></body>")


def readable_cookies(self, asked, told):
    told.headers = [(name, value.replace("; HttpOnly", "")) for name, value in told.headers]


def any_form(self, asked, told):
    if asked.method == "POST" and asked.path.startswith("/interaction") and told.status >= 400:
        told.page("<p>Well done.</p>")


REGISTERED = ""

FAULTS = {
    "B01": description(issuer="https://other.example"),
    "B02": description(token_endpoint="http://bank.example/token"),
    "B03": differing_descriptions,
    "B04": description(code_challenge_methods_supported=["S256", "plain"]),
    "B05": private_keys,
    "B06": description(request_object_signing_alg_values_supported=["PS256", "none"]),
    "B07": description(grant_types_supported=lambda said: said["grant_types_supported"] + ["password"]),
    **{f"B{number:02}": code_for_all for number in [8, 9, 10, 11, 12, 13, 14, *range(22, 30), 31, 32, 33, 94, 96, 98]},
    "B15": page_for_all,
    "B17": answer_without("state"),
    "B18": answer_without("iss"),
    "B19": answer_without("iss"),
    "B20": wrong_refusal,
    "B21": wrong_refusal,
    "B30": repeating_redirect,
    **{f"B{number}": any_request_object for number in range(34, 38)},
    **{f"B{number}": any_grant for number in [*range(38, 48), 49, 92]},
    **{f"B{number}": any_refresh for number in [48, 75, 76, 77, 78, 79, 82, 83]},
    **{f"B{number}": any_client for number in [*range(50, 60), 61]},
    "B60": other_error,
    "B62": badly_signed,
    "B63": resigned("id_token", aud="another client"),
    "B64": resigned("id_token", nonce="another"),
    "B65": resigned("id_token", exp=1_000_000_000),
    "B66": resigned("id_token", at_hash="AAAA"),
    **{f"B{number}": any_token for number in [67, 71, 72, *range(87, 92)]},
    "B68": other_person,
    "B69": resigned("access_token", header={"typ": "JWT"}.items()),
    "B70": resigned("access_token", jti=None),
    "B73": without_header("Cache-Control", "/token"),
    "B74": errors_in_html,
    "B80": introspection_for_all,
    "B81": talkative,
    "B84": no_revocation,
    "B85": no_refresh,
    "B86": unbound,
    "B93": every_account,
    "B95": any_reader,
    "B97": lasting_accounts,
    "B99": framed,
    "B100": without_header("Content-Security-Policy"),
    "B101": with_script,
    "B102": without_header("Cache-Control"),
    "B103": readable_cookies,
    "B104": any_form,
    "B105": any_form,
}
# What is wrong with how a request is read, and not with its answer.
ASKED = {"B16": lambda asked: asked.path == "/authorize" and asked.without("max_age")}


def flow(bank, proxy, *words):
    """What `assent flow` says of the server behind the proxy."""
    told = subprocess.run(
        [binary(), "flow", "--folder", bank.folder / "data", "--json",
         "--connect-to", f"localhost:{bank.port}=127.0.0.1:{proxy.port}", *words],
        capture_output=True, text=True, timeout=600)
    assert told.returncode in (0, 1), told
    return told.returncode, json.loads(told.stdout)


def verdicts(document):
    return {check["id"]: (check["verdict"], check["detail"]) for check in document["checks"]}


def ids():
    listed = subprocess.run([binary(), "flow", "--list"], capture_output=True, text=True, timeout=60).stdout
    return [line.split()[1] for line in listed.splitlines() if line.startswith("| B")]


def every_check_passes_at_our_own_server():
    """a whole journey succeeds at our own server, and all checks pass there, none of them skipped"""
    with Bank() as bank, Proxy(bank) as proxy:
        bank.hurry()
        status, said = flow(bank, proxy)
        assert len(ids()) >= 48 and len(set(ids())) == len(ids())
        assert [check["id"] for check in said["checks"]] == ids()
        bad = {id: verdict for id, verdict in verdicts(said).items() if verdict[0] != "PASS"}
        assert not bad and status == 0, bad
        assert {step["outcome"] for step in said["steps"]} == {"done"}, said["steps"]


def every_check_is_seen_to_fail():
    """no check that cannot fail: each of them finds its fault"""
    global REGISTERED
    assert sorted({**FAULTS, **ASKED}) == sorted(ids()), set(ids()) ^ set({**FAULTS, **ASKED})
    with Bank() as bank, Proxy(bank) as proxy:
        bank.hurry()
        REGISTERED = f"http://localhost:{bank.port + 1}/callback"
        blind = {}
        for id in ids():
            proxy.fault = Fault(FAULTS.get(id), ASKED.get(id))
            status, said = flow(bank, proxy, "--only", id)
            verdict = verdicts(said)[id]
            if verdict[0] != "FAIL" or status != 1:
                blind[id] = verdict
        assert not blind, blind


if __name__ == "__main__":
    main([every_check_passes_at_our_own_server, every_check_is_seen_to_fail])
