"""A random walk over three nodes behind nginx, while nodes and PostgreSQL are killed and come back.

Third parties, people and the bank take right and wrong steps with everything that is spent, counted or ended, each step at
any node; `_walk.py` says what they must be told. ASSENT_WALK_SECONDS says for how long, 10 unless told; ASSENT_WALK_SEED
begins with the same choices again.
"""

import collections
import contextlib
import hashlib
import http.client
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

from _bank import Browser, Left, Page, ThirdParty, binary, hash_of, log_in, main, request
from _klarna import PSU, Aggregator
from _nodes import Away, Nodes, why_not
from _postgres import Postgres
from _walk import (LOST, Assertion, Call, Chain, Consent, Device, Login, Proof, Registered, Registration, Violation,
                   check_the_machines)
from _wire import Key, KeyParty
from postgres_faults import is_sound

SECONDS = float(os.environ.get("ASSENT_WALK_SECONDS", "10"))
SEED = int(os.environ.get("ASSENT_WALK_SEED", str(random.randrange(1 << 32))))
# Who walks, each for one of these.
PEOPLE, ACTORS = ["anna", "bert"], 4
SESSION = "__Host-assent-session"
# What a client has given up may be done a moment later, by a database whose node has died.
REST_SECONDS = 1.5
# Codes and proofs last a minute, the tokens of consents for ten.
FRESH_SECONDS, TOKEN_SECONDS = 40, 540
STRANGER = secrets.token_urlsafe(32)
STRANGER_PORTAL = secrets.token_urlsafe(32)
INVITATIONS = 400


class Road:
    """How requests get to the bank: through nginx, or straight to one of the nodes."""

    def __init__(self, nodes, choose):
        self.nodes, self.choose, self.requests, self.lost = nodes, choose, 0, 0

    def ask(self, method, url, headers=(), body=None, form=None):
        ports = self.nodes.ports
        if method in ("GET", "POST"):
            # What is PUT and DELETEd nginx asks for again at another node, so that one answer may stand for two.
            ports = [*ports, self.nodes.port]
        path = urllib.parse.urlsplit(url)._replace(scheme="", netloc="").geturl()
        headers = {"Host": f"localhost:{self.nodes.port}", **dict(headers)}
        self.requests += 1
        for _ in range(20):
            try:
                answer = request(method, f"http://localhost:{self.choose.choice(ports)}{path}", headers, body, form)
            except ConnectionRefusedError:
                # Nobody has heard of it.
                time.sleep(0.02)
                continue
            except (OSError, http.client.HTTPException) as failure:
                self.lost += 1
                raise Away(str(failure)) from None
            if answer.status in (502, 503, 504):
                self.lost += 1
                raise Away(f"status {answer.status}")
            assert answer.status < 500, (method, path, answer.status, answer.text)
            return answer
        raise Away("nobody is there")


class Party(ThirdParty):
    def __init__(self, road, *words):
        super().__init__(road.nodes, *words)
        self.road = road

    def post(self, path, form):
        return self.road.ask("POST", path, {"Authorization": self.basic()}, form=form)

    def call(self, method, path, token, document=None):
        headers = {"Authorization": f"Bearer {token}"}
        if document is not None:
            headers["Content-Type"] = "application/json"
        return self.road.ask(method, self.base + path, headers, None if document is None else json.dumps(document))


class Signing(KeyParty):
    def __init__(self, road, id):
        super().__init__(road.nodes, id, KEY)
        self.road = road

    def post(self, path, form, assertion=None):
        return self.road.ask("POST", path, form={**form, **self.credentials(assertion)})


class Portal(Aggregator):
    def __init__(self, road, token=None):
        super().__init__(road.nodes, token)
        self.road = road

    def call(self, method, url, document=None, **headers):
        if url.startswith("/"):
            url = f"/xs2a/v1{url}"
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json;charset=utf-8", **headers}
        return self.road.ask(method, url, headers, None if document is None else json.dumps(document))


class Walker(Browser):
    def __init__(self, road):
        super().__init__(road.nodes)
        self.road = road

    def copy(self):
        copy = Walker(self.road)
        copy.cookies = dict(self.cookies)
        return copy

    def exchange(self, method, url, headers, body, form):
        return self.road.ask(method, url, headers, body, form)

    def open(self, url):
        return arrived(super().open(url))

    def press(self, page, button, boxes=(), **fields):
        return arrived(super().press(page, button, boxes, **fields))


def arrived(page):
    """RFC 6749 §4.1.2.1: what a status cannot say to a third party, a redirect does."""
    if isinstance(page, Left) and page.parameters.get("error") == "temporarily_unavailable":
        raise Away(page.parameters["error"])
    return page


def error(answer):
    return answer.json["error"]


# Each machine's hands: what a step is on the wire, and which word of the machine its answer is. Making them begins the thing.


class AskedHands:
    """Whoever can put a yes or a no to a person, by a page."""

    def allow(self, step):
        return self.decide("allow")

    def deny(self, step):
        return self.decide("deny")


class ConsentHands(AskedHands):
    def __init__(self, actor, thing):
        self.actor, self.thing = actor, thing
        self.consent = actor.party.register(actor.token())
        url, parameters, self.verifier = actor.party.authorization(self.consent)
        if actor.choose.random() < 0.5:
            pushed = actor.party.post("/par", parameters)
            assert pushed.status == 201, pushed.text
            url = f"/authorize?client_id={actor.party.id}&request_uri={pushed.json['request_uri']}"
            # Whoever pushed a request may open it in several windows, and decides once.
            self.windows = [actor.page(url) for _ in range(2)]
        else:
            self.windows = [actor.page(url)] * 2

    def decide(self, button):
        browser, page = self.actor.choose.choice(self.windows)
        boxes = [value for _, value in page.form_with("allow").boxes]
        left = browser.copy().press(page, button, boxes=boxes[:1] if button == "allow" else ())
        if isinstance(left, Left) and "code" in left.parameters:
            self.thing.code = left.parameters["code"]
            return "code"
        # A third party is told of a consent that is over as of a person's no.
        is_told = isinstance(left, Left) and left.parameters["error"] == "access_denied"
        assert is_told or left.answer.status in (400, 403, 409), (left.answer.status, left.url)
        return "refused"

    def redeem(self, step):
        return self.take(step, self.actor.whoever(step).redeem(self.thing.code, self.verifier, **self.callback))

    def redeem_wrongly(self, step):
        return self.take(step, self.actor.party.redeem(self.thing.code, "w" * 43))

    @property
    def callback(self):
        return {"redirect_uri": self.actor.party.redirect_uri}

    def refresh(self, step):
        return self.take(step, self.actor.whoever(step).refresh(self.thing.told[step.about]["refresh_token"]))

    def take(self, step, answer):
        if answer.status != 200:
            return error(answer)
        self.thing.told[step.number] = answer.json
        return "tokens"

    def introspect_refresh(self, step):
        return self.introspect(step, "refresh_token")

    def introspect_access(self, step):
        return self.introspect(step, "access_token")

    def introspect(self, step, kind):
        answer = self.actor.whoever(step).introspect(self.thing.told[step.about][kind])
        assert answer["active"] or answer == {"active": False}, answer
        return "active" if answer["active"] else "inactive"

    def read(self, step):
        answer = self.actor.party.call("GET", "/accounts", self.thing.told[step.about]["access_token"])
        assert answer.status in (200, 401, 403), answer.text
        return "served" if answer.status == 200 else "refused"

    def look(self, step):
        answer = self.actor.party.call("GET", f"/account-access-consents/{self.consent}", self.actor.token())
        assert answer.status in (200, 400), answer.text
        return answer.json["Data"]["Status"] if answer.status == 200 else "gone"

    def revoke_refresh(self, step):
        return self.revoke(step, "refresh_token")

    def revoke_access(self, step):
        return self.revoke(step, "access_token")

    def revoke(self, step, kind):
        answer = self.actor.whoever(step).post("/revoke", {"token": self.thing.told[step.about][kind]})
        return "done" if answer.status == 200 else error(answer)

    def delete(self, step):
        answer = self.actor.party.call("DELETE", f"/account-access-consents/{self.consent}", self.actor.token())
        assert answer.status in (204, 400), answer.text
        return "done" if answer.status == 204 else "refused"

    def stop(self, step):
        browser = self.actor.at_home()
        page = browser.open(f"/consents/{self.consent}/revoke")
        if not page.has_button("stop"):
            return "refused"
        done = browser.press(page, "stop")
        assert done.answer.status in (200, 409), (done.answer.status, done.text[-500:])
        return "done" if done.answer.status == 200 else "refused"

    def bank(self, step):
        bank = self.actor.road.nodes
        secret = (bank.folder / "data" / "demo-bank.secret").read_text()
        headers = {"Authorization": Party(self.actor.road, "demo-bank", secret).basic(), "X-Staff": "kim.lee"}
        node = self.actor.choose.choice(bank.nodes)
        url = f"http://localhost:{node.port + 3}/api/fs/consent/admin/revoke?consentId={self.consent}"
        try:
            answer = request("DELETE", url, headers)
        except (OSError, http.client.HTTPException) as failure:
            raise Away(str(failure)) from None
        if answer.status == 503:
            raise Away("status 503")
        assert answer.status in (204, 400), (answer.status, answer.text)
        return "done" if answer.status == 204 else "refused"


class ChainHands:
    def __init__(self, actor, thing):
        self.actor, self.thing, self.portal = actor, thing, Portal(actor.road)
        self.session = self.portal.session()
        flow = self.portal.start(self.session["flows"]["accounts"])
        self.portal.allow(flow, browser=actor.at_home())

    def whoever(self, step):
        return Portal(self.actor.road, STRANGER_PORTAL) if step.stolen else self.portal

    def fetch(self, step):
        answer = self.whoever(step).call("POST", self.session["consent"])
        if answer.status == 404:
            return "refused"
        assert answer.status == 200, answer.text
        data = answer.json["data"]
        self.url, self.thing.told[step.number] = data["consents"]["accounts"], data["consent_token"]
        return "token"

    def use(self, step, psu=PSU):
        body = {"consent_token": self.thing.told[step.about], "psu": psu}
        answer = self.whoever(step).call("POST", self.url, {name: value for name, value in body.items() if value})
        if answer.status == 200:
            self.thing.told[step.number] = answer.json["data"]["consent_token"]
            return "token"
        code = answer.json["error"]["code"]
        words = {"CONSENT.TOKEN_USED": "used", "CONSENT.QUOTA_EXCEEDED": "quota", "CONSENT.TOKEN_INVALID": "invalid"}
        return words.get(code, code)

    def use_away(self, step):
        return self.use(step, None)


class AssertionHands:
    def __init__(self, actor, thing):
        self.party = Signing(actor.road, "keys-1")
        self.assertion = self.party.assertion()

    def take(self, step):
        answer = self.party.post("/token", {"grant_type": "client_credentials", "scope": "accounts"}, self.assertion)
        return "taken" if answer.status == 200 else {"invalid_client": "refused"}.get(error(answer), answer.text)


class ProofHands:
    def __init__(self, actor, thing):
        self.actor = actor
        public = {name: KEY.jwk[name] for name in ("kty", "crv", "x", "y")}
        made = {"jti": secrets.token_urlsafe(16), "htm": "POST", "htu": f"{actor.road.nodes.issuer}/token",
                "iat": int(time.time())}
        self.headers = {"Authorization": actor.party.basic(), "DPoP": KEY.sign(made, typ="dpop+jwt", jwk=public, kid=None)}

    def take(self, step):
        form = {"grant_type": "client_credentials", "scope": "accounts"}
        answer = self.actor.road.ask("POST", "/token", self.headers, form=form)
        return "taken" if answer.status == 200 else {"invalid_dpop_proof": "refused"}.get(error(answer), answer.text)


class RegistrationHands:
    """A merchant's registration of a consent."""

    permissions = ["ais:accounts:read", "ais:balance:read", "ais:transactions:read"]

    def __init__(self, actor, thing):
        self.actor, self.name = actor, None
        headers = {"Authorization": actor.party.basic(), "Content-Type": "application/json"}
        body = json.dumps({"userId": secrets.token_hex(8), "merchantId": 1, "permissions": self.permissions})
        answer = actor.road.ask("POST", "/v1/auth/generate-token", headers, body)
        assert answer.status == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json['token']}", "idempotency-key": secrets.token_hex(20),
                        "Content-Type": "application/json"}
        self.body = json.dumps({"permissions": ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"],
                                "expirationDateTime": "2030-01-01T00:00:00Z", "transactionFromDateTime": "2026-01-01T00:00:00Z"})

    def register(self, step):
        answer = self.actor.road.ask("POST", "/v1/ais/consents", self.headers, self.body)
        assert answer.status == 201, answer.text
        name = answer.json["requestId"]
        self.name = self.name or name
        return "the one" if name == self.name else f"another: {name}"


class PolledHands(AskedHands):
    def poll(self, step):
        answer = self.ask(step)
        if answer.status == 200:
            self.thing.told[step.number] = answer.json
            return "tokens"
        return {"authorization_pending": "pending", "slow_down": "pending"}.get(error(answer), error(answer))

    def decide(self, button):
        browser, page = self.actor.choose.choice(self.windows)
        done = browser.copy().press(page, button)
        assert isinstance(done, Page) and done.answer.status in (200, 400, 403, 409), (done.answer.status, done.text[-500:])
        return "done" if done.answer.status == 200 else "refused"


class DeviceHands(PolledHands):
    def __init__(self, actor, thing):
        self.actor, self.thing = actor, thing
        answer = actor.party.post("/device_authorization", {"scope": "openid offline_access"})
        assert answer.status == 200, answer.text
        self.code, self.windows = answer.json["device_code"], []
        for _ in range(2):
            browser = actor.at_home()
            page = browser.press(browser.open("/device"), "continue", user_code=answer.json["user_code"])
            assert page.has_button("allow"), page.text[-500:]
            self.windows.append((browser, page))

    def ask(self, step):
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": self.code}
        return self.actor.whoever(step).post("/token", form)


class CallHands(PolledHands):
    def __init__(self, actor, thing):
        self.actor, self.thing, self.party = actor, thing, Signing(actor.road, "caller")
        message = secrets.token_hex(6)
        answer = self.party.post("/bc-authorize", {"scope": "openid offline_access", "login_hint": actor.name,
                                                   "binding_message": message})
        assert answer.status == 200, answer.text
        self.id, self.windows = answer.json["auth_req_id"], [self.page(message) for _ in range(2)]

    def page(self, message):
        """The one among those that wait for this person."""
        browser = self.actor.at_home()
        waiting = browser.open("/consents")
        for form in waiting.forms:
            if ("decision", "review") in form.buttons:
                answer = browser.send("POST", form.action, form=[*form.fields, ("decision", "review")])
                page = browser.open(answer.header("Location")) if answer.status == 303 else Page(answer, form.action)
                if message in page.text and page.has_button("allow"):
                    return browser, page
        raise AssertionError(f"what waits for {self.actor.name} is not shown: {waiting.text[-800:]}")

    def ask(self, step):
        form = {"grant_type": "urn:openid:params:grant-type:ciba", "auth_req_id": self.id}
        return Signing(self.actor.road, "keys-2").post("/token", form) if step.stolen else self.party.post("/token", form)


class LoginHands:
    def __init__(self, actor, thing):
        self.actor, self.thing, self.browser = actor, thing, Walker(actor.road)

    def enter(self, step):
        url = self.actor.party.authorization(scope="openid profile", prompt="login")[0]
        page = self.browser.open(url)
        before = self.browser.cookies.get(SESSION)
        log_in(self.browser, page, self.actor.name)
        assert self.browser.cookies.get(SESSION, before) != before, "nobody is signed in"
        self.thing.told[step.number] = dict(self.browser.cookies)
        return "in"

    def as_then(self, step):
        browser = Walker(self.actor.road)
        browser.cookies = dict(self.thing.told[step.about])
        return browser

    def look(self, step):
        answer = self.as_then(step).send("GET", "/consents")
        assert answer.status == 200 or (answer.status, answer.header("Location")) == (303, "/consents/login"), answer.status
        return "in" if answer.status == 200 else "out"

    def leave(self, step):
        browser = self.as_then(step)
        page = browser.open("/logout")
        if not page.has_button("log-out"):
            return "out"
        browser.press(page, "log-out")
        return "done"


class RegisteredHands:
    def __init__(self, actor, thing):
        self.actor, self.thing, self.invitation, self.client = actor, thing, INVITED.pop(), None

    def send(self, method, path, token, document=None):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return self.actor.road.ask(method, path, headers, document and json.dumps(document))

    def register(self, step):
        document = {"client_name": "Fresh Ledger", "redirect_uris": ["https://c.example/cb"], "scope": "openid accounts"}
        answer = self.send("POST", "/register", self.invitation, document)
        if answer.status == 401:
            return "refused"
        assert answer.status == 201, answer.text
        self.client, self.thing.told[step.number] = answer.json, answer.json
        return "made"

    def manage(self, method, step, word, document=None):
        answer = self.send(method, f"/register/{self.client['client_id']}",
                           self.thing.told[step.about]["registration_access_token"], document)
        if answer.status == 401:
            return "refused"
        assert answer.status in (200, 204), answer.text
        return answer if word is None else word

    def read(self, step):
        return self.manage("GET", step, "found")

    def change(self, step):
        given = ("registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at")
        document = {name: value for name, value in self.client.items() if name not in given}
        answer = self.manage("PUT", step, None, {**document, "client_name": f"Ledger {step.number}"})
        if answer == "refused":
            return answer
        self.thing.told[step.number] = answer.json
        return "changed"

    def remove(self, step):
        return self.manage("DELETE", step, "removed")

    def know(self, step):
        party = Party(self.actor.road, self.client["client_id"], self.client["client_secret"])
        # What it may not ask for it is told only where it is known.
        answer = party.post("/token", {"grant_type": "client_credentials"})
        return {"unauthorized_client": "known", "invalid_client": "unknown"}.get(error(answer), answer.text)


HANDS = [(Consent, ConsentHands, 10), (Chain, ChainHands, 2), (Assertion, AssertionHands, 2), (Proof, ProofHands, 2),
         (Registration, RegistrationHands, 1), (Device, DeviceHands, 2), (Call, CallHands, 2), (Login, LoginHands, 1),
         (Registered, RegisteredHands, 1)]


# Who walks


class Actor:
    """A third party, its customer, and the bank as far as it deals with them."""

    def __init__(self, nodes, number, kinds=HANDS):
        self.choose, self.name, self.kinds = random.Random(f"{SEED}.{number}"), PEOPLE[number % len(PEOPLE)], kinds
        self.road = Road(nodes, self.choose)
        self.party, self.stranger = Party(self.road), Party(self.road, "stranger", STRANGER)
        self.browser, self.bearer, self.failure = None, (None, 0), None
        # What is walked with now, with its hands and the moment from which on it may be; and what was.
        self.things, self.past, self.begun, self.steps = [], [], [], 0

    def whoever(self, step):
        return self.stranger if step.stolen else self.party

    def token(self):
        """Good for some minutes."""
        if time.monotonic() > self.bearer[1]:
            self.bearer = self.party.client_token(), time.monotonic() + 200
        return self.bearer[0]

    def at_home(self):
        """A window of the browser in which the person is signed in; a session lasts half an hour."""
        if self.browser is None or time.monotonic() > self.browser.until:
            browser = Walker(self.road)
            log_in(browser, browser.open(self.party.authorization(scope="openid profile", prompt="login")[0]), self.name)
            self.browser, browser.until = browser, time.monotonic() + 1_200
        return self.browser.copy()

    def page(self, url):
        browser = self.at_home()
        page = browser.open(url)
        assert isinstance(page, Page), page.parameters
        assert page.has_button("allow"), page.text[-500:]
        return browser, page

    def walk(self, is_over):
        try:
            while not is_over.is_set():
                self.once()
        except Exception as failure:
            self.failure = failure

    def once(self):
        self.retire()
        if len(self.things) < 6:
            self.begin()
        ready = [one for one in self.things if one[2] <= time.monotonic()]
        if not ready:
            time.sleep(0.02)
        elif self.past and self.choose.random() < 0.2:
            self.look_back()
        else:
            one = self.choose.choice(ready)
            drawn = [one[0].draw(self.choose)]
            if one[0].races and self.choose.random() < 0.15:
                # The same again at the same moment, or something else.
                same = self.choose.random() < 0.5
                other = one[0].draw(self.choose)
                drawn.append(drawn[0]._replace(number=other.number) if same else other)
            self.take(one, drawn)

    def begin(self):
        kind, hands, _ = self.choose.choices(self.kinds, [weight for _, _, weight in self.kinds])[0]
        if kind is Registered and not INVITED:
            return
        thing = kind()
        with contextlib.suppress(Away):
            self.things.append([thing, hands(self, thing), 0])
            self.begun.append(kind.__name__)

    def retire(self):
        for one in list(self.things):
            thing = one[0]
            if time.monotonic() > thing.began + FRESH_SECONDS / 2 or len(thing.story) > 25:
                self.things.remove(one)
                self.past.append(one)
        # Whose tokens would pass away by themselves is forgotten.
        self.past = [one for one in self.past if time.monotonic() < one[0].began + TOKEN_SECONDS]

    def look_back(self):
        """Asks for something that was told long ago."""
        one = self.choose.choice(self.past)
        questions = list(one[0].questions())
        if questions and one[2] <= time.monotonic():
            self.take(one, [self.choose.choice(questions)])

    def take(self, one, steps):
        """Sends steps at one moment, and learns what was answered."""
        thing, hands, _ = one
        answers = [LOST] * len(steps)

        def send(index):
            try:
                answers[index] = getattr(hands, steps[index].name.replace(" ", "_"))(steps[index])
            except Away:
                pass
            # What no step is ever answered is no word of a machine, and told in its story.
            except Exception as failure:
                answers[index] = repr(failure)

        if len(steps) == 1:
            send(0)
        else:
            threads = [threading.Thread(target=send, args=(index,)) for index in range(len(steps))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.steps += len(steps)
        if LOST in answers:
            one[2] = time.monotonic() + REST_SECONDS
        try:
            thing.learn(list(zip(steps, answers)))
        except Violation as violation:
            raise Violation(f"{violation}\n      seed {SEED}, {self.name}\n{thing.tell()}") from None

    def finish(self):
        """Everything that was ever told is asked for once more."""
        try:
            for one in self.past + self.things:
                for question in one[0].questions():
                    self.take(one, [question])
                if isinstance(one[0], Consent) and one[0].code and time.monotonic() < one[0].began + FRESH_SECONDS:
                    self.take(one, [one[0].step("redeem")])
                    for question in one[0].questions():
                        self.take(one, [question])
        except Exception as failure:
            self.failure = failure


class Storm:
    """Kills nodes and the database at random, and starts again whatever has ended."""

    def __init__(self, nodes, database, choose):
        self.nodes, self.database, self.choose = nodes, database, choose
        self.kills, self.failure = {"node": 0, "database": 0}, None

    def rage(self, is_over):
        try:
            while not is_over.wait(self.choose.uniform(0.2, 1.5)):
                nodes = self.nodes.nodes
                # One node, two of them, or the database with all its processes.
                victims = self.choose.choice([[node] for node in nodes] + [nodes[:2], [self.database], [self.database]])
                for victim in victims:
                    victim.stop(signal.SIGKILL)
                    self.kills["database" if victim is self.database else "node"] += 1
                is_over.wait(self.choose.uniform(0, 0.6))
                for victim in victims:
                    victim.start()
                for node in self.nodes.nodes:
                    node.wait()
        except Exception as failure:
            self.failure = failure


class WalkedNodes(Nodes):
    """Nodes with the listener of the bank's staff, and everybody whom the walk needs."""

    def __init__(self, database):
        super().__init__(database, options={"consenting": {"attendedUsesPerDay": 100_000}})
        with self.people() as persons:
            for person in persons:
                person["passwordHash"] = hash_of(f"{person['username']}-sandbox")
        digest = hashlib.sha256(STRANGER.encode()).hexdigest()
        secret = {"client_secret_sha256": digest, "token_endpoint_auth_method": "client_secret_basic"}
        self.client("stranger", client_name="Stranger", redirect_uris=["https://other.example/cb"], response_types=["code"],
                    grant_types=["authorization_code", "refresh_token", "client_credentials",
                                 "urn:ietf:params:oauth:grant-type:device_code"],
                    scope="openid accounts", **secret, portal_token_sha256=hashlib.sha256(STRANGER_PORTAL.encode()).hexdigest())
        signing = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [KEY.jwk]}}
        self.client("keys-1", **signing, redirect_uris=[], response_types=[], grant_types=["client_credentials"],
                    scope="accounts")
        for name in ("caller", "keys-2"):
            self.client(name, **signing, client_name=name, scope="openid profile offline_access accounts",
                        grant_types=["urn:openid:params:grant-type:ciba", "refresh_token"],
                        backchannel_token_delivery_mode="poll")

    def configuration(self, node):
        made = super().configuration(node)
        made["listening"]["admin"] = f"127.0.0.1:{node.port + 3}"
        return made


def invite(nodes, count):
    """Invitations to register, for one client each."""
    for number in range(count):
        told = subprocess.run([binary(), "registrations", "invite", f"walker-{number}", "--folder",
                               nodes.folder / "data" / "registration.d"], capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, told
        yield told.stdout.split()[3]


INVITED = []
KEY = Key("key-1")


def walk(nodes, seconds, storm=None, kinds=HANDS, count=ACTORS):
    """Everybody walks for so long; afterwards the faults are over, and everything is looked at again."""
    actors = [Actor(nodes, number, kinds) for number in range(count)]
    is_over, storm_is_over = threading.Event(), threading.Event()
    raging = [threading.Thread(target=storm.rage, args=(storm_is_over,))] if storm else []
    with running([threading.Thread(target=actor.walk, args=(is_over,)) for actor in actors], is_over):
        with running(raging, storm_is_over):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and not any(one.failure for one in [*actors, *filter(None, [storm])]):
                time.sleep(0.05)
    raise_any([*actors, *filter(None, [storm])])
    for node in nodes.nodes:
        node.wait()
    time.sleep(REST_SECONDS if storm else 0)
    with running([threading.Thread(target=actor.finish) for actor in actors]):
        pass
    raise_any(actors)
    return actors


@contextlib.contextmanager
def running(threads, is_over=None):
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        if is_over:
            is_over.set()
        for thread in threads:
            thread.join()


def raise_any(walkers):
    for walker in walkers:
        if walker.failure:
            raise walker.failure


def everything_is_told_right():
    """ST-10 TK-21 TK-40 TK-60 TK-09 TK-53 SD-05 nodes and database die while everybody walks: nothing told is untrue"""
    print(f"      seed {SEED}", flush=True)
    INVITED.extend(invite(NODES, max(12, min(INVITATIONS, int(SECONDS)))))
    NODES.reload()
    storm = Storm(NODES, NODES.database, random.Random(SEED))
    actors = walk(NODES, SECONDS, storm)
    is_sound(NODES.database)
    steps, lost = sum(actor.steps for actor in actors), sum(actor.road.lost for actor in actors)
    begun = collections.Counter(kind for actor in actors for kind in actor.begun)
    print(f"      {steps} steps, {lost} answers lost, {storm.kills['node']} nodes and {storm.kills['database']} times the "
          f"database killed: {', '.join(f'{name} {count}' for name, count in begun.most_common())}", flush=True)
    assert steps > 50, "there was not enough to go wrong"


# What a database does that forgets, as SQL, and whose walk meets it.
FORGETTING = [
    ("a code was spent", "UPDATE ON code", "NEW.spent := NULL", [Consent]),
    ("a refresh token was spent", "UPDATE ON refresh_token", "NEW.spent := NULL", [Consent]),
    ("a family was revoked", "UPDATE ON family", "NEW.revoked := NULL", [Consent]),
    ("a code was tried in vain", "UPDATE ON code", "NEW.failures := 0", [Consent]),
    ("a token of a consent was used", "UPDATE ON consent_token", "NEW.live := OLD.live", [Chain]),
    ("a request was polled", "UPDATE ON polled_request", "NEW.spent := NULL", [Device, Call]),
    ("a jti was shown", "INSERT ON spent_assertion", "NEW.fingerprint := sha256(random()::text::bytea)", [Assertion, Proof]),
    ("a login ended", "DELETE ON session", "RETURN NULL", [Login]),
]


def a_database_that_forgets_is_noticed():
    """on a database that forgets what it was told, the walk is soon told what must not be"""
    for name, event, action, kinds in FORGETTING:
        NODES.database.query(f"""
            CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {action}; RETURN NEW; END $$;
            CREATE TRIGGER forget BEFORE {event} FOR EACH ROW EXECUTE FUNCTION forget()""")
        try:
            walk(NODES, 120, kinds=[one for one in HANDS if one[0] in kinds], count=2)
        except Violation as violation:
            if os.environ.get("ASSENT_WALK_TOLD"):
                print(f"      {name}: {violation}")
        else:
            raise AssertionError(f"nobody notices that it forgets that {name}")
        finally:
            NODES.database.query("DROP FUNCTION forget() CASCADE")


def the_machines_find_what_is_planted():
    """the machines that judge the walk find every planted mistake, and none where there is none"""
    print(f"      {check_the_machines()} planted mistakes", flush=True)


if __name__ == "__main__":
    if reason := why_not():
        print(f"skipped: {reason}")
        sys.exit(77)
    with Postgres() as database, WalkedNodes(database) as NODES:
        main([the_machines_find_what_is_planted, everything_is_told_right, a_database_that_forgets_is_noticed])
