"""The commands of the program, as an operator types them: keys, clients, people, configuration, TLS."""

import hashlib
import json
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time

from _bank import ROOT, Bank, binary, free_port, main, request


class Folder:
    """An empty place to type commands in."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="assent-"))
        (self.path / "templates").symlink_to(ROOT / "templates")
        return self

    def __exit__(self, *exception):
        shutil.rmtree(self.path, ignore_errors=True)

    def run(self, *words, text=None):
        return subprocess.run([binary(), *words], cwd=self.path, text=True, input=text, capture_output=True,
                              timeout=60 * Bank.slowness)

    def write(self, name, text):
        (self.path / name).write_text(text)

    def serve(self, name):
        return subprocess.Popen([binary(), "serve", "--config", name], cwd=self.path, stderr=subprocess.PIPE, text=True)


def every_command_explains_itself():
    """every command explains itself, and an unknown one ends with status 64"""
    with Folder() as folder:
        overview = folder.run("--help")
        assert overview.returncode == 0
        names = [line.split()[0] for line in overview.stdout.splitlines() if line.startswith("  ")]
        assert {"dev", "serve", "check-config", "keys", "clients", "people", "backup", "version"} <= set(names), names
        for name in names:
            told = folder.run(name, "--help")
            assert told.returncode == 0 and f"usage: assent {name}" in told.stdout, told
        assert folder.run("nonsense").returncode == 64
        assert folder.run("keys", "list", "--nonsense").returncode == 64


def keys_are_made_listed_and_protected():
    """keys are made, listed, and readable by their owner alone; another algorithm comes with a flag only"""
    with Folder() as folder:
        assert folder.run("keys", "rotate").returncode == 78
        assert folder.run("keys", "new", "--algorithm", "ES256").returncode == 0
        assert folder.run("keys", "new", "--algorithm", "HS256").returncode == 64

        def rows():
            return [line.split() for line in folder.run("keys", "list").stdout.splitlines()]

        refused = folder.run("keys", "rotate", "--algorithm", "PS256")
        assert refused.returncode == 64 and "--add-algorithm" in refused.stderr, refused
        assert [row[1] for row in rows()] == ["ES256"], rows()
        assert folder.run("keys", "rotate", "--algorithm", "EdDSA", "--add-algorithm").returncode == 0
        assert sorted(row[1] for row in rows()) == ["ES256", "EdDSA"], rows()
        # Everything that a server needs, and what is there is left alone.
        made = [line.split()[1] for line in folder.run("keys", "new").stdout.splitlines()]
        assert made == ["PS256", "RS256", "RSA-OAEP-256", "ECDH-ES"], made
        assert "Nothing is missing" in folder.run("keys", "new").stdout
        rotated = [line.split()[0] for line in folder.run("keys", "rotate").stdout.splitlines()]
        assert "keys/es256-2.pem" in rotated and len(rotated) == 6, rotated
        modes = {file.name: file.stat().st_mode & 0o777 for file in (folder.path / "keys").iterdir()}
        assert set(modes.values()) == {0o600}, modes


def a_key_that_is_no_secret_is_refused():
    """ST-40 a key file that is missing, open to others, a link or no such key is refused by name, with status 78"""
    with Folder() as folder:
        served(folder)
        keys, key, form = folder.path / "keys", folder.path / "keys" / "es256-1.pem", folder.path / "keys" / "forms.key"
        good = key.read_bytes()
        public = subprocess.run(["openssl", "pkey", "-pubout"], input=good, capture_output=True).stdout
        locked = subprocess.run(["openssl", "pkey", "-aes128", "-passout", "pass:x"], input=good, capture_output=True).stdout
        other = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True).stdout

        def is_refused(name):
            told = folder.run("check-config", "--config", "ok.json")
            return told.returncode == 78 and name in told.stderr

        for content in [b"", good[:60], public, locked, other]:
            key.write_bytes(content)
            assert is_refused("es256-1.pem"), content
        key.write_bytes(good)
        for file in [key, form]:
            file.chmod(0o640)
            assert is_refused(file.name), file
            file.chmod(0o600)
            file.rename(folder.path / "aside")
            assert is_refused("keys"), file
            file.symlink_to(folder.path / "aside")
            assert is_refused(file.name), file
            file.unlink()
            (folder.path / "aside").rename(file)
        keys.chmod(0o777)
        assert is_refused("keys")
        keys.chmod(0o700)
        assert folder.run("check-config", "--config", "ok.json").returncode == 0


def clients_are_registered_shown_and_disabled():
    """TK-14 clients are registered, listed, shown, disabled and given new secrets, which are told once and kept as digests"""
    with Folder() as folder:
        added = folder.run("clients", "add", "tpp", "--redirect-uri", "https://tpp.example/cb")
        assert added.returncode == 0, added
        secret = added.stdout.split("client_secret")[1].split()[0]
        document = json.loads(folder.run("clients", "show", "tpp").stdout)
        assert document["redirect_uris"] == ["https://tpp.example/cb"]
        assert secret not in json.dumps(document) and len(document["client_secret_sha256"]) == 64
        assert folder.run("clients", "add", "tpp").returncode == 1
        assert folder.run("clients", "disable", "tpp").returncode == 0
        assert "disabled" in folder.run("clients", "list").stdout
        assert "old secret" not in folder.run("clients", "list").stdout
        rotated = folder.run("clients", "rotate", "tpp", "--days", "3")
        fresh = rotated.stdout.split("client_secret")[1].split()[0]
        changed = json.loads(folder.run("clients", "show", "tpp").stdout)
        assert changed["previous_client_secret_sha256"] == document["client_secret_sha256"], changed
        assert changed["client_secret_sha256"] == hashlib.sha256(fresh.encode()).hexdigest() and fresh != secret
        assert 0 <= time.time() + 3 * 86400 - changed["previous_client_secret_expires_at"] < 60, changed
        assert changed["disabled"] and "  old secret until 2" in folder.run("clients", "list").stdout
        assert folder.run("clients", "rotate", "tpp", "--days", "0").returncode == 0
        assert not [name for name in json.loads(folder.run("clients", "show", "tpp").stdout) if name.startswith("previous")]
        for days in ["-1", "366", "x", ""]:
            assert folder.run("clients", "rotate", "tpp", "--days", days).returncode == 64, days
        assert folder.run("clients", "add", "app", "--method", "none", "--redirect-uri", "https://tpp.example/a").returncode == 0
        refused = folder.run("clients", "rotate", "app")
        assert refused.returncode == 1 and "has no secret; its method is none" in refused.stderr, refused
        for uri in ["http://tpp.example/cb", "javascript:alert(1)", "https://tpp.example/*", "https://tpp.example/#f"]:
            refused = folder.run("clients", "add", "other", "--redirect-uri", uri)
            assert refused.returncode == 64 and "redirect_uris" in refused.stderr, (uri, refused)


def people_are_added_without_a_password_on_the_command_line():
    """people are added with a password that no other user of the machine can read"""
    with Folder() as folder:
        added = folder.run("people", "add", "dora", "--file", "people.json", text="a long password\n")
        assert added.returncode == 0, added
        assert "dora" in folder.run("people", "list", "--file", "people.json").stdout
        assert "$scrypt$" in (folder.path / "people.json").read_text()


def a_configuration_is_told_all_that_is_wrong_with_it():
    """SC-05 every problem of a configuration is told at once, with line and column, and nothing listens"""
    with Folder() as folder:
        folder.write("bad.json", '{\n  // here\n  "issuing": {"issuer": "http://bank.example", "codeSecond": 5},\n  "x": 1,\n}\n')
        for command in ["serve", "check-config"]:
            told = folder.run(command, "--config", "bad.json")
            assert told.returncode == 78, told
            for place in ["bad.json:3:", "codeSeconds", "bad.json:4:"]:
                assert place in told.stderr, (place, told.stderr)
        assert folder.run("serve", "--config", "nowhere.json").returncode == 78


def served(folder, **listening):
    """A configuration of a server whose folders are full, and its port."""
    port = free_port()
    folder.run("keys", "new")
    folder.run("people", "add", "dora", "--file", "people.json", text="a long password\n")
    scheme = "https" if "certificateFile" in listening else "http"
    folder.write("ok.json", json.dumps({
        "issuing": {"issuer": f"{scheme}://localhost:{port}"},
        "listening": {"address": f"127.0.0.1:{port}", "operations": f"127.0.0.1:{port + 1}", **listening},
        "clients": {"folder": "clients.d"}, "people": {"file": "people.json"},
    }))
    checked = folder.run("check-config", "--config", "ok.json")
    assert checked.returncode == 0, checked
    return port


def wait_for(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("nothing listens")


def a_server_serves_reloads_and_stops():
    """a server serves, takes a new client in on SIGHUP, shows health apart, and stops with status 0"""
    with Folder() as folder:
        port = served(folder)
        process = folder.serve("ok.json")
        try:
            wait_for(port)
            assert request("GET", f"http://localhost:{port}/jwks").status == 200
            # Health and metrics are for operators: not on the public listener (IR-10).
            for path in ["/health/live", "/health/ready", "/metrics"]:
                assert request("GET", f"http://localhost:{port}{path}").status == 404, path
            assert request("GET", f"http://localhost:{port + 1}/health/live").json == {"status": "live"}
            assert request("GET", f"http://localhost:{port + 1}/health/ready").json["status"] == "ready"
            assert "assent_" in request("GET", f"http://localhost:{port + 1}/metrics").text
            secret = folder.run("clients", "add", "new", "--folder", "clients.d", "--scope", "openid accounts",
                                "--redirect-uri", "https://new.example/cb").stdout.split("client_secret")[1].split()[0]
            form = {"grant_type": "client_credentials", "client_id": "new", "client_secret": secret}
            assert request("POST", f"http://localhost:{port}/token", form=form).status == 401
            # A document that cannot be read leaves everything as it was.
            folder.write("clients.d/broken.json", "{")
            process.send_signal(signal.SIGHUP)
            time.sleep(1)
            assert request("GET", f"http://localhost:{port}/jwks").status == 200
            (folder.path / "clients.d" / "broken.json").unlink()
            process.send_signal(signal.SIGHUP)
            import base64
            basic = {"Authorization": "Basic " + base64.b64encode(f"new:{secret}".encode()).decode()}
            deadline = time.monotonic() + 10
            while True:
                answer = request("POST", f"http://localhost:{port}/token", basic, form={"grant_type": "client_credentials"})
                if answer.status == 200 or time.monotonic() > deadline:
                    break
                time.sleep(0.1)
            assert answer.status == 200, answer.text
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=20)
        assert process.returncode == 0, log
        assert "server.reload-refused" in log and "server.reloaded" in log, log


def a_server_speaks_tls():
    """TL-01 a server speaks TLS 1.2 and 1.3 and nothing older, with HSTS on its pages"""
    with Folder() as folder:
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-keyout", "tls.key", "-out", "tls.crt", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            cwd=folder.path, capture_output=True)
        assert made.returncode == 0, made
        (folder.path / "tls.key").chmod(0o600)
        port = served(folder, certificateFile="tls.crt", privateKeyFile="tls.key")
        process = folder.serve("ok.json")
        try:
            wait_for(port)
            for version in [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]:
                context = ssl.create_default_context(cafile=folder.path / "tls.crt")
                context.minimum_version = context.maximum_version = version
                with context.wrap_socket(socket.create_connection(("127.0.0.1", port), 5), server_hostname="localhost") as link:
                    link.sendall(f"GET /authorize HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
                    answer = b"".join(iter(lambda: link.recv(65536), b""))
                assert answer.startswith(b"HTTP/1.1 400"), answer[:200]
                assert b"strict-transport-security: max-age=" in answer.lower(), answer[:800]
            old = subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"],
                input=b"", capture_output=True, timeout=20)
            assert b"alert protocol version" in old.stderr or old.returncode != 0, old
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


if __name__ == "__main__":
    main([
        every_command_explains_itself,
        keys_are_made_listed_and_protected,
        a_key_that_is_no_secret_is_refused,
        clients_are_registered_shown_and_disabled,
        people_are_added_without_a_password_on_the_command_line,
        a_configuration_is_told_all_that_is_wrong_with_it,
        a_server_serves_reloads_and_stops,
        a_server_speaks_tls,
    ])
