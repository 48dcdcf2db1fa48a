"""Three nodes on one PostgreSQL behind nginx: what is single-use, counted or ended at one of them is so at all.

ASSENT_NODE_ROUNDS says how often each race is run, three times unless told. With words on the command line only the tests
whose names hold one of them are run.
"""

import concurrent.futures
import hashlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time

from _bank import Browser, Left, Page, ThirdParty, at_once, binary, claims, log_in, main, request, until
from _nodes import Nodes, why_not
from _postgres import Postgres
from _wire import Key, KeyParty, Person, b64, encode, encode_form, is_error, race

ROUNDS = int(os.environ.get("ASSENT_NODE_ROUNDS", "3"))
AT_ONCE = 100


def prepare():
    """Clients beside the demo third party: one with a key, one that may ask for little."""
    secret = secrets.token_urlsafe(32)
    NODES.client("greedy", client_secret_sha256=hashlib.sha256(secret.encode()).hexdigest(), redirect_uris=[],
                 token_endpoint_auth_method="client_secret_basic", grant_types=["client_credentials"], scope="accounts",
                 response_types=[], requests_per_second=3, requests_at_once=30)
    NODES.client("keys-1", token_endpoint_auth_method="private_key_jwt", jwks={"keys": [KEY.jwk]}, redirect_uris=[],
                 grant_types=["client_credentials"], response_types=[], scope="accounts")
    return ThirdParty(NODES, "greedy", secret)


class Watching(Browser):
    """Notes which node has answered."""

    def exchange(self, method, url, headers, body, form):
        answer = super().exchange(method, url, headers, body, form)
        self.seen = [*getattr(self, "seen", []), answer.header("X-Node")]
        return answer


def host():
    return f"localhost:{NODES.port}"


def form_of(tpp, path="/token", **form):
    return encode_form(path, host(), {"Authorization": tpp.basic()}, form)


def everywhere(path, form, tpp):
    """The same question to each node."""
    return [node.send("POST", path, {"Authorization": tpp.basic()}, form=form) for node in NODES.nodes]


def ended(token):
    return all(answer.json == {"active": False} for answer in everywhere("/introspect", {"token": token}, TPP))


def a_journey_crosses_nodes():
    """a journey goes from node to node at every step, without a sticky session, and ends with tokens that all know"""
    browser = Watching(NODES)
    consent = TPP.register(TPP.client_token())
    url, parameters, verifier = TPP.authorization(consent)
    page = log_in(browser, browser.open(url), "anna")
    boxes = [value for _, value in page.form_with("allow").boxes]
    left = browser.press(page, "allow", boxes=boxes[:1])
    assert isinstance(left, Left) and left.parameters["state"] == parameters["state"], left
    assert len(set(browser.seen)) == len(NODES.nodes) and all(a != b for a, b in zip(browser.seen, browser.seen[1:]))
    tokens = TPP.redeem(left.parameters["code"], verifier).json
    for _ in NODES.nodes:
        tokens = {**tokens, **TPP.refresh(tokens["refresh_token"]).json}
        answers = everywhere("/introspect", {"token": tokens["access_token"]}, TPP)
        assert all(answer.json["active"] for answer in answers)
        for node in NODES.nodes:
            accounts = node.send("GET", f"{TPP.base}/accounts", {"Authorization": f"Bearer {tokens['access_token']}"})
            assert accounts.status == 200, accounts.text


def a_code_is_redeemed_once():
    """TK-21 a hundred redemptions of one code over all nodes: one answer with tokens, which then are worth nothing"""
    for _ in range(ROUNDS):
        code, verifier, _ = BERT.allow(TPP)
        data = form_of(TPP, grant_type="authorization_code", code=code, redirect_uri=TPP.redirect_uri, code_verifier=verifier)
        answers = race(NODES.ports, [data] * AT_ONCE)
        winners = [answer for answer in answers if answer.status == 200]
        assert len(winners) == 1, sorted(answer.status for answer in answers)
        assert all(is_error(answer, 400, "invalid_grant") for answer in answers if answer.status != 200)
        assert ended(winners[0].json["access_token"]) and ended(winners[0].json["refresh_token"])


def a_refresh_token_is_used_once():
    """TK-40 a hundred uses of one refresh token over all nodes: one answer with tokens, and then none work"""
    for _ in range(ROUNDS):
        tokens = BERT.tokens(TPP)
        answers = race(NODES.ports, [form_of(TPP, grant_type="refresh_token", refresh_token=tokens["refresh_token"])] * AT_ONCE)
        winners = [answer.json for answer in answers if answer.status == 200]
        assert len(winners) == 1, sorted(answer.status for answer in answers)
        assert all(is_error(answer, 400, "invalid_grant") for answer in answers if answer.status != 200)
        assert ended(winners[0]["access_token"]) and ended(winners[0]["refresh_token"])


def a_consent_token_is_used_once():
    """SD-40 TK-60 a hundred uses of one token of a consent over all nodes: one successor"""
    for _ in range(ROUNDS):
        consent = Aggregator(NODES).consent("bert")
        target = consent.urls["accounts"].removeprefix(NODES.issuer)
        body = json.dumps({"consent_token": consent.token, "psu": PSU}).encode()
        headers = {"Authorization": f"Token {consent.aggregator.token}", "Content-Type": "application/json;charset=utf-8"}
        answers = race(NODES.ports, [encode("POST", target, host(), headers, body)] * AT_ONCE)
        kinds = sorted("used" if answer.status == 200 else answer.json["error"]["code"] for answer in answers)
        assert kinds == ["CONSENT.TOKEN_USED"] * (AT_ONCE - 1) + ["used"], kinds
        winner = next(answer for answer in answers if answer.status == 200)
        assert consent.use(token=winner.json["data"]["consent_token"]).status == 200


def an_assertion_is_taken_once():
    """TK-09 a hundred requests with one assertion over all nodes: one is served"""
    party = KeyParty(NODES, "keys-1", KEY)
    for _ in range(ROUNDS):
        form = {"grant_type": "client_credentials", "scope": "accounts", **party.credentials()}
        statuses = sorted(answer.status for answer in race(NODES.ports, [encode_form("/token", host(), {}, form)] * AT_ONCE))
        assert statuses == [200] + [401] * (AT_ONCE - 1), statuses


def a_proof_is_taken_once():
    """TK-53 a hundred requests with one proof of possession over all nodes: one is served"""
    public = {name: KEY.jwk[name] for name in ("kty", "crv", "x", "y")}
    for _ in range(ROUNDS):
        made = {"jti": secrets.token_urlsafe(16), "htm": "POST", "htu": f"{NODES.issuer}/token", "iat": int(time.time())}
        headers = {"Authorization": TPP.basic(), "DPoP": KEY.sign(made, typ="dpop+jwt", jwk=public, kid=None)}
        data = encode_form("/token", host(), headers, {"grant_type": "client_credentials", "scope": "accounts"})
        answers = race(NODES.ports, [data] * AT_ONCE)
        winners = [answer for answer in answers if answer.status == 200]
        assert len(winners) == 1, sorted((answer.status, answer.text[:80]) for answer in answers)[:3]
        assert winners[0].json["token_type"] == "DPoP"
        assert all(is_error(answer, 400, "invalid_dpop_proof") for answer in answers if answer.status != 200)


def a_pushed_request_is_decided_once():
    """a request that was pushed at one node is decided once, though many browsers have its pages at all nodes"""
    for _ in range(ROUNDS):
        consent = TPP.register(TPP.client_token())
        _, parameters, _ = TPP.authorization(consent)
        pushed = NODES.nodes[0].send("POST", "/par", {"Authorization": TPP.basic()}, form=parameters)
        assert pushed.status == 201, pushed.text
        query = f"/authorize?client_id={TPP.id}&request_uri={pushed.json['request_uri']}"
        browsers = [BERT.browser.copy() for _ in range(6)]
        pages = [browser.open(query) for browser in browsers]
        assert all(isinstance(page, Page) for page in pages)

        def decide(browser, page):
            boxes = [value for _, value in page.form_with("allow").boxes]
            return browser.press(page, "allow", boxes=boxes[:1])

        ends = at_once(*[lambda pair=pair: decide(*pair) for pair in zip(browsers, pages)])
        codes = [end.parameters["code"] for end in ends if isinstance(end, Left) and "code" in end.parameters]
        assert len(codes) == 1, [getattr(end, "parameters", end) for end in ends]


def a_key_makes_one_consent():
    """SD-05 a hundred registrations with one key over all nodes make one consent"""
    headers = {"Authorization": "Basic " + TPP.basic().split()[1], "Content-Type": "application/json"}
    body = {"userId": "user-1", "merchantId": 1,
            "permissions": ["ais:accounts:read", "ais:balance:read", "ais:transactions:read"]}
    answer = request("POST", NODES.issuer + "/v1/auth/generate-token", headers, json.dumps(body))
    assert answer.status == 200, answer.text
    wish = json.dumps({"permissions": ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"],
                       "expirationDateTime": "2030-01-01T00:00:00Z", "transactionFromDateTime": "2026-01-01T00:00:00Z"})
    for _ in range(ROUNDS):
        headers = {"Authorization": f"Bearer {answer.json['token']}", "idempotency-key": secrets.token_hex(20),
                   "Content-Type": "application/json"}
        answers = race(NODES.ports, [encode("POST", "/v1/ais/consents", host(), headers, wish.encode())] * AT_ONCE)
        assert {one.status for one in answers} == {201}, {(one.status, one.text[:200]) for one in answers}
        assert len({one.json["requestId"] for one in answers}) == 1


def what_ends_at_one_node_has_ended_at_all():
    """a consent stopped at one node, and a login ended at one node, have ended at every other at once"""
    for number, node in enumerate(NODES.nodes):
        tokens = BERT.tokens(TPP, consent := TPP.register(TPP.client_token()))
        assert all(answer.json["active"] for answer in everywhere("/introspect", {"token": tokens["access_token"]}, TPP))
        gone = node.send("DELETE", f"{TPP.base}/account-access-consents/{consent}",
                         {"Authorization": f"Bearer {TPP.client_token()}"})
        assert gone.status == 204, gone.text
        assert ended(tokens["access_token"]) and ended(tokens["refresh_token"])

        revoked = BERT.tokens(TPP, TPP.register(TPP.client_token()))
        answer = node.send("POST", "/revoke", {"Authorization": TPP.basic()}, form={"token": revoked["refresh_token"]})
        assert answer.status == 200, answer.text
        assert ended(revoked["access_token"]) and ended(revoked["refresh_token"])

        person = Person(NODES, TPP, "cleo")
        cookies = "; ".join(f"{name}={value}" for name, value in person.browser.cookies.items())
        assert all(one.send("GET", "/consents", {"Cookie": cookies}).status == 200 for one in NODES.nodes)
        at = Browser(NODES)
        at.cookies = dict(person.browser.cookies)
        at.press(at.open("/logout"), "log-out")
        for one in NODES.nodes:
            answer = one.send("GET", "/consents", {"Cookie": cookies})
            assert (answer.status, answer.header("Location")) == (303, "/consents/login"), answer.status


def wrong_passwords_are_counted_together():
    """CO-51 wrong passwords at one node slow down the next try at another"""
    browsers = [Browser(NODES) for _ in range(8)]
    pages = [browser.open(TPP.authorization(TPP.register(TPP.client_token()))[0]) for browser in browsers]
    for browser, page in zip(browsers[:7], pages):
        browser.press(page, "log-in", username="anna", password="a guess")
    answer = browsers[7].press(pages[7], "log-in", username="anna", password="anna-sandbox")
    assert isinstance(answer, Page) and answer.has_button("log-in"), "the eighth try was taken at once"


def a_limit_is_of_all_nodes():
    """RE-05 a client is answered by all nodes together as often as its limit says, and no more"""
    data = form_of(GREEDY, grant_type="client_credentials", scope="accounts")
    began = time.monotonic()
    answers = race(NODES.ports, [data] * 90)
    served = sum(answer.status == 200 for answer in answers)
    assert {answer.status for answer in answers} == {200, 429}, {answer.status for answer in answers}
    assert served <= 30 + 3 * (time.monotonic() - began), served
    assert served >= 27, served


def a_registration_is_known_everywhere():
    """RG-03 a client that registers at one node is served, changed and removed at others"""
    one, two, three = NODES.nodes
    told = subprocess.run([binary(), "registrations", "invite", "tester", "--folder",
                           NODES.folder / "data" / "registration.d"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told
    NODES.reload()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {told.stdout.split()[3]}"}
    document = {"client_name": "Fresh Ledger", "redirect_uris": ["https://c.example/cb"], "scope": "openid accounts"}
    made = one.send("POST", "/register", headers, json.dumps(document))
    assert made.status == 201, made.text
    id, secret, access = (made.json[name] for name in ("client_id", "client_secret", "registration_access_token"))
    party = ThirdParty(NODES, id, secret)
    form = {"grant_type": "client_credentials"}
    # Its secret counts at once everywhere: the refusal is about the grant.
    for answer in everywhere("/token", form, party):
        assert is_error(answer, 400, "unauthorized_client")
    bearer = {"Authorization": f"Bearer {access}"}
    assert two.send("GET", f"/register/{id}", bearer).status == 200
    assert three.send("DELETE", f"/register/{id}", bearer).status == 204
    for answer in everywhere("/token", form, party):
        assert is_error(answer, 401, "invalid_client")


def keys_rotate_without_a_gap():
    """JO-26 every node publishes a key before any signs with it, and each verifies what every other has signed"""
    def names(node):
        return {key["kid"] for key in json.loads(node.send("GET", "/jwks").body)["keys"]}

    def kid(token):
        return claims_of_head(token)["kid"]

    seen, wrong, is_over = set(), [], threading.Event()

    def watch(number):
        while not is_over.is_set():
            node = NODES.nodes[number % len(NODES.nodes)]
            answer = node.send("POST", "/token", {"Authorization": TPP.basic()},
                               form={"grant_type": "client_credentials", "scope": "accounts"})
            token = answer.json["access_token"]
            seen.add(kid(token))
            for other in NODES.nodes:
                if kid(token) not in names(other):
                    wrong.append(f"node {other.number} does not publish what node {node.number} signs with")
            if not all(one.json["active"] for one in everywhere("/introspect", {"token": token}, TPP)):
                wrong.append("a token of one node is not good at another")
            number += 1

    def rotate(*words):
        told = subprocess.run([binary(), "keys", "rotate", "--algorithm", "ES256", *words, "--folder", NODES.keys],
                              capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, told
        return told.stdout.split()[2]

    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        watchers = [threads.submit(watch, number) for number in range(2)]
        try:
            before = set(seen)
            made = rotate()
            until(lambda: all(made in names(node) for node in NODES.nodes), 40)
            assert made not in seen, "a key was used before everybody could know it"
            # An hour passes: the announcement is over, as the folder tells it.
            path = NODES.keys / "stages.json"
            stages = json.loads(path.read_text())
            file = next(name for name, stage in stages.items() if stage["phase"] == "announced")
            stages[file]["until"] = stages[file]["since"]
            path.write_text(json.dumps(stages))
            path.chmod(0o600)
            until(lambda: made in seen, 40)
            until(lambda: all(kid(node.send("POST", "/token", {"Authorization": TPP.basic()}, form={
                "grant_type": "client_credentials"}).json["access_token"]) == made for node in NODES.nodes), 40)
        finally:
            is_over.set()
        for watcher in watchers:
            watcher.result()
    assert len(seen) == len(before) + 2 or len(seen) == 2, seen
    assert not wrong, wrong[:3]


def claims_of_head(token):
    import base64
    head = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))


def nodes_are_replaced_one_by_one():
    """UP-05 each node in turn is taken out, stopped, started and put back under load, and no request fails"""
    is_over, statuses, lock = threading.Event(), [], threading.Lock()

    def ask():
        while not is_over.is_set():
            tokens = TPP.post("/token", {"grant_type": "client_credentials", "scope": "accounts"})
            page = NODES.get("/.well-known/openid-configuration")
            with lock:
                statuses.extend([tokens.status, page.status])

    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        asking = [threads.submit(ask) for _ in range(4)]
        try:
            for node in NODES.nodes:
                NODES.balance(without=[node])
                # nginx has taken that in when nothing new comes here.
                time.sleep(1)
                assert node.stop() == 0, node.output()[-2000:]
                node.start().wait()
                NODES.balance()
        finally:
            is_over.set()
        for one in asking:
            one.result()
    assert set(statuses) == {200} and len(statuses) > 100, (set(statuses), len(statuses))


def a_node_that_dies_costs_only_what_it_held():
    """a node that is killed is not asked again within a moment, and the others go on with everybody's journeys"""
    browser = Browser(NODES)
    consent = TPP.register(TPP.client_token())
    url, _, verifier = TPP.authorization(consent)
    page = log_in(browser, browser.open(url), "anna")
    NODES.nodes[0].stop(signal.SIGKILL)
    try:
        boxes = [value for _, value in page.form_with("allow").boxes]
        left = browser.press(page, "allow", boxes=boxes[:1])
        assert isinstance(left, Left) and "code" in left.parameters, left
        assert TPP.redeem(left.parameters["code"], verifier).status == 200
        statuses = {TPP.post("/token", {"grant_type": "client_credentials"}).status for _ in range(20)}
        assert statuses == {200}, statuses
    finally:
        NODES.nodes[0].start().wait()


if __name__ == "__main__":
    if reason := why_not():
        print(f"skipped: {reason}")
        sys.exit(77)
    from _klarna import PSU, Aggregator
    KEY = Key("key-1")
    chosen = sys.argv[1:]
    with Postgres() as database:
        NODES = Nodes(database)
        GREEDY = prepare()
        with NODES:
            TPP = ThirdParty(NODES)
            BERT = Person(NODES, TPP, "bert")
            tests = [
                a_journey_crosses_nodes,
                a_code_is_redeemed_once,
                a_refresh_token_is_used_once,
                a_consent_token_is_used_once,
                an_assertion_is_taken_once,
                a_proof_is_taken_once,
                a_pushed_request_is_decided_once,
                a_key_makes_one_consent,
                what_ends_at_one_node_has_ended_at_all,
                a_limit_is_of_all_nodes,
                a_registration_is_known_everywhere,
                a_node_that_dies_costs_only_what_it_held,
                nodes_are_replaced_one_by_one,
                keys_rotate_without_a_gap,
                wrong_passwords_are_counted_together,
            ]
            main([test for test in tests if not chosen or any(word in test.__name__ for word in chosen)])
