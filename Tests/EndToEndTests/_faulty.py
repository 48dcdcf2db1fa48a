"""A proxy between a client and the server under test, which plants one fault in what passes through it.

It stands where the issuer's name leads, so that the client sees one server, and a bad one.
"""

import base64
import contextlib
import http.client
import http.server
import json
import threading
import urllib.parse


class Asked:
    """A request on its way to the server; a fault may change it before it goes on."""

    def __init__(self, method, target, headers, body):
        self.method, self.headers, self.body = method, headers, body
        self.path, _, query = target.partition("?")
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.target = target

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def form(self):
        if "form" not in (self.header("Content-Type") or ""):
            return {}
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))

    def without(self, name):
        """Takes a parameter out of the URL."""
        pairs = [pair for pair in urllib.parse.parse_qsl(self.target.partition("?")[2]) if pair[0] != name]
        self.target = f"{self.path}?{urllib.parse.urlencode(pairs)}"


class Told:
    """The answer on its way back; a fault may change it."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def set(self, name, value):
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    def say(self, status, document):
        self.status, self.body = status, json.dumps(document).encode()
        self.set("Content-Type", "application/json")
        self.set("Location", None)

    def change(self, **members):
        """Changes members of a JSON body; None takes one away."""
        document = {**self.json, **members}
        self.body = json.dumps({name: value for name, value in document.items() if value is not None}).encode()

    def page(self, text="<p>Go on.</p><form method=post><button>Continue</button></form>"):
        self.status, self.body = 200, text.encode()
        self.set("Content-Type", "text/html; charset=utf-8")
        self.set("Location", None)

    def redirect(self, url):
        self.status, self.body = 303, b""
        self.set("Location", url)

    @property
    def parameters(self):
        """What a redirect carries."""
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.header("Location") or "").query))


class Proxy:
    """Passes everything on to a bank; `fault` is called with each request, and with each answer."""

    def __init__(self, bank):
        self.bank, self.fault = bank, None
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                asked = Asked(self.command, self.path, list(self.headers.items()), self.rfile.read(length))
                told = proxy.exchange(asked)
                self.send_response_only(told.status)
                for name, value in told.headers:
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(told.body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(told.body)
                self.close_connection = True

            do_GET = do_POST = do_DELETE = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def exchange(self, asked):
        fault = self.fault
        if fault:
            fault.ask(asked)
        connection = http.client.HTTPConnection("127.0.0.1", self.bank.port, timeout=30)
        with contextlib.closing(connection):
            connection.putrequest(asked.method, asked.target, skip_host=True, skip_accept_encoding=True)
            for name, value in asked.headers:
                connection.putheader(name, value)
            connection.endheaders(asked.body or None)
            answer = connection.getresponse()
            told = Told(answer.status, answer.getheaders(), answer.read())
        if fault:
            fault.tell(asked, told)
        return told

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.server.shutdown()
        self.server.server_close()


class Fault:
    """One thing that is wrong with a server; remembers the last good answers, to give them again."""

    def __init__(self, tell=None, ask=None):
        self.on_tell, self.on_ask = tell, ask
        self.tokens, self.pushed = None, None

    def ask(self, asked):
        if self.on_ask:
            self.on_ask(asked)

    def tell(self, asked, told):
        if told.status in (200, 201):
            if asked.path == "/token" and "access_token" in told.json:
                self.tokens = told.json
            if asked.path == "/par":
                self.pushed = told.json
        if self.on_tell:
            self.on_tell(self, asked, told)


def reread(token):
    """Header and claims of a JWT."""
    parts = [json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in token.split(".")[:2]]
    return parts[0], parts[1]
