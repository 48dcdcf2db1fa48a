"""Debian's Chromium, and small places on the web for it to go to."""

import contextlib
import http.server
import pathlib
import shutil
import ssl
import subprocess
import sys
import threading
import urllib.parse

CHROMIUM = pathlib.Path("/usr/bin/chromium")


@contextlib.contextmanager
def chromium():
    """A browser without a window; the script is skipped where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        sync_playwright = None
    if sync_playwright is None or not CHROMIUM.exists():
        print("skipped: this needs the package chromium and the Python packages of Tests/requirements.txt")
        sys.exit(77)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextlib.contextmanager
def tab(browser, scripts=True, **options):
    """A tab of a browser that has never been here; `said` holds every dialog and every line of its console."""
    context = browser.new_context(java_script_enabled=scripts, ignore_https_errors=True, **options)
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.said = []

    def dialog(dialog):
        page.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dialog)
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    try:
        yield page
    finally:
        context.close()


def sign_in(page, username="bert"):
    page.fill("#username", username)
    page.fill("#password", f"{username}-sandbox")
    page.click("#sign-in")


class Web:
    """A server of the test, under both names of this machine, so that it stands for two foreign origins."""

    def __init__(self, certificate=None):
        self.pages, self.seen = {}, []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                path = urllib.parse.urlsplit(self.path).path
                body = self.rfile.read(length).decode()
                if path in web.pages:
                    web.seen.append((self.command, f"{web.scheme}://{self.headers['Host']}{self.path}", body))
                page = web.pages.get(path, "")
                page = page(self.path) if callable(page) else page
                self.send_response(303 if page.startswith("http") else 200)
                if page.startswith("http"):
                    self.send_header("Location", page)
                    page = ""
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page.encode())))
                self.end_headers()
                self.wfile.write(page.encode())

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        # A browser that goes elsewhere before an answer is whole is none of our problems.
        self.server.handle_error = lambda *_: None
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path, host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def put(self, path, page):
        """A page, or the address that the path leads to; a function makes it from what was asked for."""
        self.pages[path] = page

    def asked(self, path):
        return [seen for seen in self.seen if urllib.parse.urlsplit(seen[1]).path == path]


def certificate(folder):
    """A certificate that nobody has signed but itself, with its key, in one file."""
    path = pathlib.Path(folder) / "certificate.pem"
    subprocess.run(
        [shutil.which("openssl") or "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", path, "-out",
         path.with_suffix(".crt")], check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path
