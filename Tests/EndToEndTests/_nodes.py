"""Several servers on one PostgreSQL behind one nginx: the sandbox's folder, which all of them share."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from _bank import ROOT, Bank, Browser, ThirdParty, binary, free_port, request
from _postgres import is_here

# The nodes are told where their database is; the sandbox that fills their folder keeps a file.
os.environ.pop("ASSENT_DATABASE", None)

NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log error;
events {{ worker_connections 1024; }}
http {{
    access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder}; keepalive_requests 1000000;
    upstream nodes {{
{servers}
        keepalive 64;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://nodes; proxy_http_version 1.1; proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            # What may have been done is never asked for twice: nginx passes a POST on only where it has not sent it.
            proxy_next_upstream error timeout;
            add_header X-Node $upstream_addr always;
        }}
    }}
}}"""


def why_not():
    """What is missing on this machine, if anything."""
    if not is_here():
        return "this needs PostgreSQL"
    if not shutil.which("nginx"):
        return "this needs nginx"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "assent.json"
        path.write_text('{"issuing": {"issuer": "http://localhost:1"}, "storing": {"database": "postgresql://127.0.0.1:1/a"}}')
        words = [binary(), "migrate", "--dry-run", "--config", path]
        told = subprocess.run(words, capture_output=True, text=True, timeout=60)
    if "without PostgreSQL" in told.stderr:
        return "this needs a program that was built with --traits PostgreSQL"
    return None


class Node:
    """One of the servers."""

    def __init__(self, nodes, number):
        self.nodes, self.number, self.process = nodes, number, None
        self.port = free_port()
        self.operations = self.port + 1
        self.log = nodes.folder / f"node-{number}.log"

    @property
    def address(self):
        """As nginx has it."""
        return f"127.0.0.1:{self.port}"

    def write(self):
        """Its configuration, in a file."""
        path = self.nodes.folder / f"node-{self.number}.json"
        path.write_text(json.dumps(self.nodes.configuration(self)))
        return path

    def start(self):
        path = self.write()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--config", path], stdout=log, stderr=log, cwd=ROOT)
        return self

    def wait(self, seconds=60):
        deadline = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                # A database that does not answer yet ends a start; whoever supervises it begins another.
                if "PostgreSQL 08" not in self.output()[-500:]:
                    raise RuntimeError(f"node {self.number} ended: {self.output()[-3000:]}")
                self.start()
            with contextlib.suppress(OSError):
                if self.ready().status == 200:
                    return self
            if time.monotonic() > deadline:
                raise RuntimeError(f"node {self.number} is not ready: {self.output()[-3000:]}")
            time.sleep(0.01)

    def ready(self):
        return request("GET", f"http://localhost:{self.operations}/health/ready")

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        self.process.send_signal(how)
        status = self.process.wait(30)
        self.process = None
        return status

    def output(self):
        return self.log.read_text(errors="replace")

    def send(self, method, path, headers=(), body=None, form=None):
        """A request straight to this node, by the name that all have."""
        headers = {"Host": f"localhost:{self.nodes.port}", **dict(headers)}
        return request(method, f"http://localhost:{self.port}{path}", headers, body, form)


class Nodes(Bank):
    """What third parties and browsers take for one bank."""

    def __init__(self, database, count=3, options=()):
        super().__init__()
        # Whose keys rotate here is nobody else's matter.
        self.database, self.sections, self.keys = database, dict(options), self.folder / "keys"
        shutil.copytree(prepared_keys(), self.keys)
        with Bank(self.folder, self.port, self.keys):
            pass
        self.forget_callbacks()
        (self.folder / "data" / "assent.sqlite").rename(self.folder / "assent.sqlite")
        self.password = self.folder / "database.password"
        self.password.write_text(database.password)
        self.password.chmod(0o600)
        self.nodes = [Node(self, number) for number in range(count)]
        self.nginx = None

    def forget_callbacks(self):
        """A bank calls nobody without TLS, and the sandbox's third party has none."""
        path = self.folder / "data" / "clients.d" / "demo-tpp.json"
        said = {name: value for name, value in json.loads(path.read_text()).items() if "backchannel" not in name}
        said["grant_types"] = [grant for grant in said["grant_types"] if not grant.endswith(":ciba")]
        path.write_text(json.dumps(said))

    def configuration(self, node):
        data = self.folder / "data"
        made = {
            "issuing": {"issuer": self.issuer},
            "listening": {"address": f"127.0.0.1:{node.port}", "operations": f"127.0.0.1:{node.operations}"},
            "keys": {"folder": str(self.keys)},
            "storing": {"database": self.database_uri, "databasePasswordFile": str(self.password)},
            "clients": {"folder": str(data / "clients.d")},
            "registering": {"folder": str(data / "registration.d")},
            "people": {"file": str(data / "people.json")},
            # One third party plays all of them, as fast as it can.
            "limiting": {"clientRequestsPerSecond": None, "nodes": len(self.nodes)},
            "consenting": {"servesAccounts": True},
            "pages": {"templatesFolder": str(ROOT / "templates"), "bankName": "Sandbox Bank"},
        }
        for section, members in self.sections.items():
            made[section] = {**made.get(section, {}), **members}
        return made

    @property
    def database_uri(self):
        """As the configuration has it: the password stands in a file."""
        return self.database.uri_without_password()

    # Started and ended

    def start(self):
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait()
        self.balance()
        with open(self.folder / "nginx.out", "ab") as log:
            self.nginx = subprocess.Popen(["nginx", "-e", "stderr", "-c", self.folder / "nginx.conf"], stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while True:
            with contextlib.suppress(OSError):
                if self.get("/jwks").status == 200:
                    return self
            assert time.monotonic() < deadline, (self.folder / "nginx.out").read_text()
            time.sleep(0.02)

    def balance(self, without=()):
        """Says among whom requests are dealt out; a running nginx finishes what it has begun."""
        servers = "\n".join(f"        server {node.address} max_fails=1 fail_timeout=1s{' down' * (node in without)};"
                            for node in self.nodes)
        # Sockets of nodes are their owner's.
        text = NGINX.format(user="user root;" if os.geteuid() == 0 else "", folder=self.folder, port=self.port, servers=servers)
        (self.folder / "nginx.conf").write_text(self.proxied(text))
        if self.nginx:
            self.nginx.send_signal(signal.SIGHUP)

    def proxied(self, text):
        """The configuration of nginx as it is here."""
        return text

    def stop(self, how=signal.SIGTERM):
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait(20)
            self.nginx = None
        return [node.stop(how) for node in self.nodes if node.process]

    def __exit__(self, *exception):
        self.stop(signal.SIGKILL)
        if any(getattr(one, "code", one) for one in exception[1:2]):
            print("\n".join(node.output()[-1500:] for node in self.nodes if node.log.exists()))
        shutil.rmtree(self.folder, ignore_errors=True)

    def reload(self):
        for node in self.nodes:
            before = len(node.output())
            node.process.send_signal(signal.SIGHUP)
            deadline = time.monotonic() + 20
            while "server.reloaded" not in (news := node.output()[before:]):
                assert time.monotonic() < deadline and "server.reload-refused" not in news, news
                time.sleep(0.01)

    @property
    def ports(self):
        return [node.port for node in self.nodes]

    def output(self):
        """Of the sandbox while it is prepared, and of all nodes from then on."""
        if self.nginx is None:
            return super().output()
        return "".join(node.output() for node in self.nodes)

    def rows(self, question, *values):
        assert not values, "the question says all of it"
        return self.database.query(question)


def prepared_keys():
    """Making RSA keys takes longer than most tests."""
    folder = ROOT / ".build" / "end-to-end-keys"
    if not folder.exists():
        with Bank():
            pass
    return folder


# Who goes on where an answer stays away


class Away(OSError):
    """The bank did not answer, or said that it cannot; what was asked for may have been done."""


def answered(answer):
    if answer.status in (502, 503, 504):
        raise Away(f"status {answer.status}")
    return answer


class PatientParty(ThirdParty):
    def post(self, path, form):
        return answered(super().post(path, form))

    def call(self, method, path, token, document=None):
        return answered(super().call(method, path, token, document))


class PatientBrowser(Browser):
    def exchange(self, method, url, headers, body, form):
        return answered(super().exchange(method, url, headers, body, form))
