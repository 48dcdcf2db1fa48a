"""The server under test, and the two who talk to it: a browser without scripts, and a third party.

Only the standard library, and only HTTP: nothing here knows how the server is made.
"""

import base64
import concurrent.futures
import contextlib
import hashlib
import html
import html.parser
import http.client
import json
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]


def binary():
    """The program that `swift build` made last; ASSENT_BINARY names another."""
    named = os.environ.get("ASSENT_BINARY")
    return pathlib.Path(named) if named else ROOT / ".build" / "debug" / "assent"


def free_port():
    """A port whose three neighbours are free as well, for all that the sandbox listens at.

    From below those that the system gives to outgoing connections, one of which may come before the server does.
    """
    for _ in range(50):
        port = random.randrange(10_000, 32_000)
        with contextlib.ExitStack() as sockets, contextlib.suppress(OSError):
            # The third party, the bank's own systems and its staff have the three after it.
            for offset in range(4):
                sockets.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            return port
    raise RuntimeError("no four free ports")


def rows_on(server, question, values):
    """The same of PostgreSQL, in the types that SQLite answers with."""
    parts = question.split("?")
    literals = ["'" + str(value).replace("'", "''") + "'" for value in values]
    filled = "".join(part + literal for part, literal in zip(parts, [*literals, ""]))
    told = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", server,
         "-c", f"SELECT coalesce(json_agg(found), '[]') FROM ({filled}) AS found"],
        capture_output=True, text=True, timeout=60, check=True)

    def value(of):
        if isinstance(of, bool):
            return int(of)
        if isinstance(of, list):
            return json.dumps(of, separators=(",", ":"))
        if isinstance(of, str) and of.startswith("\\x"):
            return bytes.fromhex(of[2:])
        return of

    return [tuple(map(value, row.values())) for row in json.loads(told.stdout)]


class Bank:
    """A sandbox in a folder of its own, started and stopped."""

    # Seconds between two looks whether it answers.
    pause = 0.02
    # How much slower the program may be than it is: under memcheck it is.
    slowness = float(os.environ.get("ASSENT_SLOWNESS", "1"))
    # Seconds in which it must answer after a start.
    patience = 30 * slowness

    def __init__(self, folder=None, port=None, keys=None, templates=None, options=()):
        self.own, self.options = folder is None, options
        self.templates = pathlib.Path(templates or ROOT / "templates")
        # Making RSA keys takes longer than most tests; one set serves all that do not change keys.
        self.keys = pathlib.Path(keys or ROOT / ".build" / "end-to-end-keys")
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="assent-"))
        self.port = port or free_port()
        self.issuer = f"http://localhost:{self.port}"
        self.process = None

    def start(self):
        self.log = open(self.folder / "log", "ab")
        # What an earlier start has said does not count.
        earlier = len(self.output())
        self.process = subprocess.Popen(
            [binary(), "dev", "--port", str(self.port), "--folder", self.folder / "data",
             "--keys", self.keys, "--templates", self.templates, *self.options],
            stdout=self.log, stderr=self.log, cwd=ROOT)
        deadline = time.monotonic() + self.patience
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: {self.output()}")
            with contextlib.suppress(OSError):
                # It answers a moment before it has said where.
                if self.get("/jwks").status == 200 and "Ctrl-C stops it" in self.output()[earlier:]:
                    return self
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server does not answer: {self.output()}")
            time.sleep(self.pause)

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(20 * self.slowness)
        self.process = None
        self.log.close()
        return status

    def output(self):
        return (self.folder / "log").read_text(errors="replace")

    def secret(self):
        return (self.folder / "data" / "demo-tpp.secret").read_text()

    def get(self, path, **headers):
        return request("GET", self.issuer + path, headers)

    def reload(self):
        """Has everything read again, and returns once the server says that it was."""
        before = self.output()
        self.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while True:
            news = self.output()[len(before):]
            if "server.reload-refused" in news:
                raise RuntimeError(news)
            if "server.reloaded" in news:
                return
            if time.monotonic() > deadline:
                raise RuntimeError("the server does not reload")
            time.sleep(0.01)

    def client(self, id, **changes):
        """Changes what is registered of a client, or registers it; read by the next reload."""
        path = self.folder / "data" / "clients.d" / f"{id}.json"
        document = json.loads(path.read_text()) if path.exists() else {"client_id": id}
        document.update(changes)
        path.write_text(json.dumps({name: value for name, value in document.items() if value is not None}))
        return document

    @contextlib.contextmanager
    def people(self):
        """The list of persons, to be changed within; read by the next reload."""
        path = self.folder / "data" / "people.json"
        document = json.loads(path.read_text())
        yield document["persons"]
        path.write_text(json.dumps(document))

    def hurry(self):
        """Gives the sandbox's customers the cheapest hashes of their passwords, so that many logins are quick."""
        with self.people() as persons:
            for person in persons:
                person["passwordHash"] = hash_of(f"{person['username']}-sandbox")
        self.reload()

    def rows(self, question, *values):
        """What the database holds; read beside the server, which goes on writing."""
        if server := os.environ.get("ASSENT_DATABASE"):
            return rows_on(server, question, values)
        file = urllib.parse.quote(str(self.folder / "data" / "assent.sqlite"))
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(question, values).fetchall()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        if self.process is not None:
            self.stop(signal.SIGKILL)
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]


def request(method, url, headers=(), body=None, form=None, source=None):
    """One request on a connection of its own; redirects are not followed.

    A source is another loopback address to come from, where failed logins are counted by themselves.
    """
    parts = urllib.parse.urlsplit(url)
    headers = {name: value for name, value in dict(headers).items() if value is not None}
    if form is not None:
        body = urllib.parse.urlencode(form)
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    connection = http.client.HTTPConnection(
        "127.0.0.1", parts.port, timeout=30, source_address=(source, 0) if source else None)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, {"Host": parts.netloc, **headers})
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


class Form:
    def __init__(self, action):
        self.action, self.fields, self.buttons, self.boxes = action, [], [], []


class Page(html.parser.HTMLParser):
    """What a browser without scripts sees of a page: its forms and its words."""

    def __init__(self, answer, url):
        super().__init__()
        self.answer, self.url, self.forms, self.words = answer, url, [], []
        self.feed(answer.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        # The form by which every page is read in another language decides nothing, and is none of those that do.
        if tag == "form" and attributes.get("class") != "languages":
            self.forms.append(Form(attributes.get("action", "")))
        elif tag == "input" and self.forms and "name" in attributes:
            if attributes.get("type") == "checkbox":
                if "disabled" not in attributes:
                    self.forms[-1].boxes.append((attributes["name"], attributes.get("value", "")))
            else:
                self.forms[-1].fields.append((attributes["name"], attributes.get("value", "")))
        elif tag == "button" and self.forms and "name" in attributes:
            self.forms[-1].buttons.append((attributes["name"], attributes.get("value", "")))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def form_with(self, button):
        return next(form for form in self.forms if ("decision", button) in form.buttons)

    def has_button(self, button):
        return any(("decision", button) in form.buttons for form in self.forms)


class Browser:
    """Cookies and forms, as a browser has them; one host."""

    def __init__(self, bank, source=None):
        self.bank, self.source, self.cookies = bank, source, {}

    def copy(self):
        """The same browser, to be used at the same time or with the cookies of this moment."""
        copy = Browser(self.bank, self.source)
        copy.cookies = dict(self.cookies)
        return copy

    def send(self, method, url, form=None, body=None, **headers):
        """One request; a header that is None is not sent."""
        url = urllib.parse.urljoin(self.bank.issuer, url)
        if self.cookies and "Cookie" not in headers:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers.setdefault("Origin", self.bank.issuer)
            headers.setdefault("Sec-Fetch-Site", "same-origin")
        answer = self.exchange(method, url, headers, body, form)
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                pair = value.split(";")[0]
                key, _, content = pair.partition("=")
                if "max-age=0" in value.lower():
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = content
        return answer

    def exchange(self, method, url, headers, body, form):
        return request(method, url, headers, body, form, self.source)

    def open(self, url):
        """Follows redirects as long as they stay with the bank; the last answer, and where it is from."""
        for _ in range(10):
            answer = self.send("GET", url)
            if answer.status not in (302, 303):
                return Page(answer, url)
            url = urllib.parse.urljoin(self.bank.issuer, answer.header("Location"))
            if not url.startswith(self.bank.issuer + "/"):
                return Left(answer, url)
        raise RuntimeError("too many redirects")

    def press(self, page, button, boxes=(), **fields):
        """Sends the form that has the button, with the boxes that are ticked."""
        form = page.form_with(button)
        values = [(name, fields.pop(name, value)) for name, value in form.fields]
        values += [("account", box) for box in boxes] + [("decision", button)]
        answer = self.send("POST", form.action, form=values)
        if answer.status in (302, 303):
            url = urllib.parse.urljoin(self.bank.issuer, answer.header("Location"))
            return self.open(url) if url.startswith(self.bank.issuer + "/") else Left(answer, url)
        return Page(answer, form.action)


class Left:
    """The browser was sent to the third party, with these parameters."""

    def __init__(self, answer, url):
        self.answer, self.url = answer, url
        parts = urllib.parse.urlsplit(url)
        self.parameters = dict(urllib.parse.parse_qsl(parts.fragment or parts.query, keep_blank_values=True))


def way_back(page):
    """Where the one link of a page leads on which nothing is left to answer."""
    link, = re.findall(r'<a class="button" id="leave" href="([^"]+)">', page.answer.text)
    return Left(page.answer, html.unescape(link))


class ThirdParty:
    """The demo third party of the sandbox, or another client, played from outside."""

    base = "/open-banking/v3.1/aisp"
    permissions = ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits",
                   "ReadTransactionsDebits"]

    def __init__(self, bank, id="demo-tpp", secret=None, redirect_uri=None):
        self.bank, self.id, self.secret = bank, id, bank.secret() if id == "demo-tpp" else secret
        self.redirect_uri = redirect_uri or f"http://localhost:{bank.port + 1}/callback"

    def post(self, path, form):
        if self.secret is None:
            return request("POST", self.bank.issuer + path, form={"client_id": self.id, **form})
        return request("POST", self.bank.issuer + path, {"Authorization": self.basic()}, form=form)

    def basic(self):
        pair = f"{urllib.parse.quote(self.id, safe='')}:{urllib.parse.quote(self.secret, safe='')}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def client_token(self, scope="accounts"):
        answer = self.post("/token", {"grant_type": "client_credentials", "scope": scope})
        assert answer.status == 200, answer.text
        return answer.json["access_token"]

    def call(self, method, path, token, document=None):
        headers = {"Authorization": f"Bearer {token}"}
        body = None
        if document is not None:
            headers["Content-Type"], body = "application/json", json.dumps(document)
        return request(method, self.bank.issuer + self.base + path, headers, body)

    def register(self, token, **data):
        document = {"Data": {"Permissions": self.permissions, **data}, "Risk": {}}
        answer = self.call("POST", "/account-access-consents", token, document)
        assert answer.status == 201, answer.text
        return answer.json["Data"]["ConsentId"]

    def authorization(self, consent=None, **changes):
        """Parameters of an authorization request, its state, and the PKCE verifier."""
        verifier = secrets.token_urlsafe(32)
        parameters = {
            "response_type": "code", "client_id": self.id, "redirect_uri": self.redirect_uri,
            "scope": "openid accounts" if consent else "openid profile email offline_access",
            "state": secrets.token_urlsafe(16), "nonce": secrets.token_urlsafe(16),
            "code_challenge": challenge(verifier), "code_challenge_method": "S256",
        }
        if consent:
            claim = {"openbanking_intent_id": {"value": consent, "essential": True}}
            parameters["claims"] = json.dumps({"id_token": claim})
        parameters.update(changes)
        parameters = {name: value for name, value in parameters.items() if value is not None}
        return "/authorize?" + urllib.parse.urlencode(parameters), parameters, verifier

    def redeem(self, code, verifier, **changes):
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
                "code_verifier": verifier}
        return self.post("/token", {**form, **changes})

    def refresh(self, token, **changes):
        return self.post("/token", {"grant_type": "refresh_token", "refresh_token": token, **changes})

    def introspect(self, token):
        answer = self.post("/introspect", {"token": token})
        assert answer.status == 200, answer.text
        return answer.json


def challenge(verifier):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def claims(token):
    """What a JWT says, unverified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def until(look, seconds=15):
    """What is seen once something is to be seen."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)
    return seen


def log_in(browser, page, username):
    return browser.press(page, "log-in", username=username, password=f"{username}-sandbox")


def ask(bank, browser, username="bert", tpp=None, data=(), **changes):
    """The page that asks a person about a new consent; the browser signs in where it is not."""
    tpp = tpp or ThirdParty(bank)
    consent = tpp.register(tpp.client_token(), **dict(data))
    return ask_again(browser, tpp, consent, username, **changes)


def ask_again(browser, tpp, consent, username="bert", **changes):
    url, parameters, verifier = tpp.authorization(consent, **changes)
    page = browser.open(url)
    if isinstance(page, Page) and page.has_button("log-in"):
        page = log_in(browser, page, username)
    return Question(tpp, browser, consent, parameters, verifier, page)


class Question:
    """A consent, and the page that is open about it."""

    def __init__(self, tpp, browser, consent, parameters, verifier, page):
        self.tpp, self.browser, self.consent, self.page = tpp, browser, consent, page
        self.parameters, self.verifier = parameters, verifier

    @property
    def boxes(self):
        return [value for _, value in self.page.form_with("deny").boxes]

    def fields(self, button="allow", boxes=None):
        """What the form would send; with the first account ticked unless told."""
        form = self.page.form_with(button)
        boxes = self.boxes[:1] if boxes is None else boxes
        return [*form.fields, *(("account", box) for box in boxes), ("decision", button)]

    def send(self, fields, **headers):
        return self.browser.send("POST", self.page.form_with("deny").action, form=fields, **headers)

    def press(self, button, boxes=None):
        chosen = (self.boxes[:1] if boxes is None else boxes) if button == "allow" else ()
        return self.browser.press(self.page, button, boxes=chosen)

    @property
    def status(self):
        answer = self.tpp.call("GET", f"/account-access-consents/{self.consent}", self.tpp.client_token())
        return answer.json["Data"]["Status"] if answer.status == 200 else answer.status


def at_once(*works):
    """Runs all of them at the same moment, each on a thread of its own; what they return, in order."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        return work()

    with concurrent.futures.ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def hash_of(password, cost=12):
    """A hash as `people.json` has it; by default the cheapest that is taken, so that tests are quick."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(
        password.encode(), salt=salt, n=1 << cost, r=8, p=1, dklen=32, maxmem=1 << (cost + 11))
    spell = [base64.b64encode(part).decode().rstrip("=") for part in (salt, digest)]
    return f"$scrypt$ln={cost},r=8,p=1${spell[0]}${spell[1]}"


def main(tests):
    """Runs functions whose names say what they check; the last line counts them."""
    import sys
    import traceback

    passed = failed = 0
    for test in tests:
        sentence = test.__doc__ or test.__name__.replace("_", " ")
        try:
            test()
            passed += 1
            print(f"ok    {sentence}", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL  {sentence}", flush=True)
            traceback.print_exc()
    print(f"{passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
