"""The bank's own systems, played from outside: they answer events as a test tells them to."""

import base64
import http.server
import json
import threading
import time

POPULATE, PERSIST = "populate-consent-authorize-screen", "persist-authorized-consent"


class HookServer:
    """Listens on a port of this machine; `answers` says how it answers each event."""

    def __init__(self):
        self.events, self.answers, self.traces = [], {}, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = self.path.rpartition("/")[2]
                outer.events.append((event, self.headers["Authorization"], json.loads(body)))
                outer.traces.append(self.headers["traceparent"])
                answer = outer.answers.get(event, success)
                try:
                    answer(self, json.loads(body))
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/bank/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, event):
        return [body for name, _, body in self.events if name == event]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def send(handler, body, status=200, **headers):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)


def success(handler, _):
    send(handler, {"responseId": "r", "status": "SUCCESS", "data": {}})


def says(data, status="SUCCESS"):
    return lambda handler, _: send(handler, {"responseId": "r", "status": status, "data": data})


def shows(*accounts, **consent_data):
    listed = [{"accountId": account, "displayName": account, "selected": False} for account in accounts]
    return says({"consentData": consent_data, "consumerData": {"accounts": listed}})


def slow(handler, body):
    time.sleep(4)
    success(handler, body)


def drips(handler, _):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    for _ in range(50):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def huge(handler, _):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(4_096):
        handler.wfile.write(b" " * 262_144)


def status(number, **headers):
    return lambda handler, _: send(
        handler, {"responseId": "r", "status": "SUCCESS", "data": {}}, number, **headers)


def basic(user, secret):
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
