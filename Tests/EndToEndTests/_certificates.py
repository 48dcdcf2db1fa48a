"""Certificates of clients and a server that asks for them, for the tests over mutual TLS."""

import base64
import http.client
import json
import signal
import ssl
import subprocess
import urllib.parse

from _bank import Answer
from commands import served, wait_for

AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n"
LEAF = "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\nsubjectAltName=DNS:tpp.example\n"


class Certificates:
    """Two authorities and who they have signed for, made by OpenSSL's own program."""

    def __init__(self, folder):
        self.path = folder.path
        (self.path / "authority.ext").write_text(AUTHORITY)
        (self.path / "leaf.ext").write_text(LEAF)
        for name in ("authority", "stranger"):
            self.make(name, f"/CN={name}", "authority.ext")
        self.make("between", "/CN=between", "authority.ext", "authority")
        self.make("tls", "/CN=localhost", None)
        subject = "/C=GB/O=A Third Party/CN=tpp"
        self.make("tpp", subject, "leaf.ext", "authority")
        self.make("long", subject, "leaf.ext", "between")
        self.make("forged", subject, "leaf.ext", "stranger")
        self.make("alone", subject, "leaf.ext")
        self.make("other", "/CN=other", "leaf.ext", "authority")
        long = self.path / "long.crt"
        long.write_bytes(long.read_bytes() + (self.path / "between.crt").read_bytes())

    def run(self, *words):
        subprocess.run(["openssl", *words], cwd=self.path, check=True, capture_output=True, timeout=60)

    def make(self, name, subject, extensions, issuer=None):
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key", "-subj", subject]
        if extensions is None:
            self.run("req", "-x509", *key, "-out", f"{name}.crt", "-addext", "subjectAltName=DNS:localhost")
            (self.path / f"{name}.key").chmod(0o600)
            return
        self.run("req", *key, "-out", f"{name}.csr")
        by = ["-signkey", f"{name}.key"] if issuer is None else [
            "-CA", f"{issuer}.crt", "-CAkey", f"{issuer}.key", "-CAcreateserial"]
        self.run("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.crt", "-days", "2", "-extfile", extensions, *by)

    def der(self, name):
        return ssl.PEM_cert_to_DER_cert((self.path / f"{name}.crt").read_text().split("-----END")[0] + "-----END CERTIFICATE-----\n")

    def base64(self, name):
        return base64.b64encode(self.der(name)).decode()


class Server:
    """A server of one's own configuration, until it is left."""

    def __init__(self, folder, **listening):
        self.folder, self.port = folder, served(folder, **listening)
        self.mutual = int(listening["mutualTLSAddress"].rpartition(":")[2]) if "mutualTLSAddress" in listening else None

    def __enter__(self):
        self.process = self.folder.serve("ok.json")
        wait_for(self.port)
        return self

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGTERM)
        _, self.log = self.process.communicate(timeout=20)

    def ask(self, method, path, certificate=None, port=None, form=None, **headers):
        """One request over TLS, with a certificate or without."""
        context = ssl.create_default_context(cafile=self.folder.path / "tls.crt")
        if certificate:
            path_of = self.folder.path / certificate
            context.load_cert_chain(path_of.with_suffix(".crt"), path_of.with_suffix(".key"))
        port = port or self.mutual
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
        try:
            connection.request(method, path, body, {**headers, "Host": f"localhost:{port}"})
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def token(self, client, certificate=None, **form):
        return self.ask("POST", "/token", certificate, form={
            "grant_type": "client_credentials", "client_id": client, **form})


def enrol(folder, id, **document):
    (folder.path / "clients.d").mkdir(exist_ok=True)
    folder.write(f"clients.d/{id}.json", json.dumps({
        "client_id": id, "grant_types": ["client_credentials"], "response_types": [], "scope": "accounts", **document}))
