"""The files of the worked deployment, as they are delivered but for addresses and names of files: what passes through them."""

import base64
import http.client
import json
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse

from _bank import ROOT, Answer, free_port, main
from _certificates import Certificates, enrol
from _wire import is_error
from commands import Folder, wait_for

ISSUER, MUTUAL = "auth.bank.example", "mtls.bank.example"
STREAM = pathlib.Path("/usr/lib/nginx/modules/ngx_stream_module.so")


class Deployment:
    """nginx with both files, one node behind it, and one that is away."""

    def __enter__(self):
        self.folder = Folder().__enter__()
        self.path = self.folder.path
        self.made = Certificates(self.folder)
        self.made.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "node.key",
                      "-subj", "/CN=node", "-out", "node.crt", "-addext", f"subjectAltName=DNS:{ISSUER},DNS:{MUTUAL}")
        (self.path / "node.key").chmod(0o600)
        self.public, self.mutual, self.node, self.handshakes, away = (free_port() for _ in range(5))
        self.folder.run("keys", "new")
        self.folder.run("people", "add", "dora", "--file", "people.json", text="a long password\n")
        enrol(self.folder, "by-dn", token_endpoint_auth_method="tls_client_auth",
              tls_client_auth_subject_dn="CN=tpp, O=A Third Party, C=GB")
        added = self.folder.run("clients", "add", "secret-tpp", "--grant", "client_credentials", "--scope", "accounts",
                                "--folder", "clients.d")
        assert added.returncode == 0, added
        self.secret = re.search(r"client_secret\s+(\S+)", added.stdout)[1]
        self.folder.write("node.json", json.dumps({
            "issuing": {"issuer": f"https://{ISSUER}"},
            "listening": {
                "address": f"127.0.0.1:{self.node}", "operations": None, "certificateFile": "node.crt",
                "privateKeyFile": "node.key", "trustedProxies": ["127.0.0.1"], "clientCertificates": "asked",
                "clientAuthoritiesFile": "authority.crt", "mutualTLS": f"https://{MUTUAL}:{self.mutual}",
                "mutualTLSAddress": f"127.0.0.1:{self.handshakes}"},
            "clients": {"folder": "clients.d"}, "people": {"file": "people.json"}}))
        self.server = self.folder.serve("node.json")
        self.proxy = None
        try:
            wait_for(self.node)
            self.start_proxy(away)
        except BaseException:
            self.__exit__()
            raise
        return self

    def start_proxy(self, away):
        """The delivered files with the addresses of this machine."""
        here = {
            "10.0.0.11:8080": f"127.0.0.1:{self.node}", "10.0.0.12:8080": f"127.0.0.1:{away}",
            "10.0.0.11:8444": f"127.0.0.1:{self.handshakes}", "10.0.0.12:8444": f"127.0.0.1:{away}",
            "listen 443": f"listen 127.0.0.1:{self.public}", "listen 10.0.0.10:8444": f"listen 127.0.0.1:{self.mutual}",
            f"/etc/nginx/{ISSUER}.crt": str(self.path / "node.crt"), f"/etc/nginx/{ISSUER}.key": str(self.path / "node.key"),
            "/etc/nginx/nodes-ca.pem": str(self.path / "node.crt"),
        }
        for name in ("assent.conf", "assent-mtls.conf"):
            text = (ROOT / "config" / "nginx" / name).read_text()
            for there, word in here.items():
                text = text.replace(there, word)
            assert not re.search(r"^[^#]*(10\.0\.0\.|/etc/)", text, re.M), name
            (self.path / name).write_text(text)
        (self.path / "nginx.conf").write_text(f"""
            load_module {STREAM}; daemon off; worker_processes 1; pid {self.path}/nginx.pid; error_log {self.path}/nginx.log;
            events {{ worker_connections 512; }}
            include {self.path}/assent-mtls.conf;
            http {{
                access_log off; client_body_temp_path {self.path}/t1; proxy_temp_path {self.path}/t2;
                fastcgi_temp_path {self.path}/t3; uwsgi_temp_path {self.path}/t4; scgi_temp_path {self.path}/t5;
                include {self.path}/assent.conf;
            }}""")
        self.proxy = subprocess.Popen(["nginx", "-c", str(self.path / "nginx.conf"), "-e", "stderr"])
        wait_for(self.public)

    def __exit__(self, *exception):
        if self.proxy:
            self.proxy.terminate()
            self.proxy.wait(20)
        self.server.send_signal(signal.SIGTERM)
        self.server.communicate(timeout=30)
        self.folder.__exit__()

    def ask(self, method, path, form=None, host=ISSUER, port=None, certificate=None, **headers):
        """One request on a connection of its own, with the name of the host and not with its address."""
        port = port or self.public
        context = ssl.create_default_context(cafile=self.path / "node.crt")
        if certificate:
            context.load_cert_chain(self.path / f"{certificate}.crt", self.path / f"{certificate}.key")
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPSConnection(host, port, timeout=20, context=context)
        connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port), 20), server_hostname=host)
        try:
            connection.request(method, path, body, {**headers, "Host": host if port == self.public else f"{host}:{port}"})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def token(self, client, **where):
        return self.ask("POST", "/token", {"grant_type": "client_credentials", "client_id": client}, **where)


def what_passes_through_the_delivered_files():
    """HT-63 pages, keys and tokens come through though one node is away; a field about a certificate does not"""
    for _ in range(6):
        assert DEPLOYMENT.ask("GET", "/.well-known/openid-configuration").json["issuer"] == f"https://{ISSUER}"
        assert DEPLOYMENT.ask("GET", "/jwks").status == 200
        time.sleep(0.5)
    basic = base64.b64encode(f"secret-tpp:{DEPLOYMENT.secret}".encode()).decode()
    told = DEPLOYMENT.ask("POST", "/token", {"grant_type": "client_credentials"}, Authorization=f"Basic {basic}")
    assert told.status == 200, told.text
    page = DEPLOYMENT.ask("GET", "/authorize?client_id=nobody")
    assert page.status in (400, 401) and "text/html" in page.header("Content-Type"), (page.status, page.headers)
    claim = {"Client-Cert": f":{DEPLOYMENT.made.base64('tpp')}:"}
    assert is_error(DEPLOYMENT.token("by-dn", **claim), 401, "invalid_client")


def what_changes_something_reaches_the_node():
    """PUT and DELETE, which are not sent twice, are answered by the node and not by the proxy"""
    statuses = []
    for method in ("PUT", "DELETE"):
        for path in ("/open-banking/v3.1/aisp/account-access-consents/none", "/nothing"):
            deadline = time.monotonic() + 10
            answer = DEPLOYMENT.ask(method, path)
            # The node that is away refused it; it is left alone for a while now.
            while answer.status == 502 and time.monotonic() < deadline:
                answer = DEPLOYMENT.ask(method, path)
            statuses.append(answer.status)
    assert not {418, 502} & set(statuses), statuses


def certificates_come_through_the_stream():
    """HT-63 a client is known by the handshake that the proxy lets through, and by nothing that it writes beside"""
    def known(**what):
        for _ in range(3):
            try:
                return DEPLOYMENT.token("by-dn", host=MUTUAL, port=DEPLOYMENT.mutual, **what)
            except (ssl.SSLError, OSError):
                time.sleep(0.5)
        raise AssertionError("no handshake came through")

    assert known(certificate="tpp").status == 200
    claim = {"Client-Cert": f":{DEPLOYMENT.made.base64('tpp')}:"}
    assert is_error(known(**claim), 401, "invalid_client")
    assert is_error(known(certificate="other", **claim), 401, "invalid_client")
    aliases = DEPLOYMENT.ask("GET", "/.well-known/openid-configuration").json["mtls_endpoint_aliases"]
    assert aliases["token_endpoint"] == f"https://{MUTUAL}:{DEPLOYMENT.mutual}/token", aliases


if __name__ == "__main__":
    if not shutil.which("nginx") or not STREAM.exists():
        print("skipped: nginx and its module for streams are not here")
        sys.exit(77)
    with Deployment() as DEPLOYMENT:
        main([what_passes_through_the_delivered_files, what_changes_something_reaches_the_node, certificates_come_through_the_stream])
