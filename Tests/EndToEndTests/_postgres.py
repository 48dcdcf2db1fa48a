#!/usr/bin/env python3
"""A PostgreSQL of one's own: on free ports, in a temporary folder, with a synchronous standby where one is wanted.

Run as a program, it starts one, runs a command with ASSENT_POSTGRES set to its URI, and stops it:
`_postgres.py swift test --traits PostgreSQL`.
"""

import contextlib
import os
import pathlib
import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

USER, DATABASE = "assent", "assent"
# Debian has each version in a folder of its own; the newest that is there is taken.
PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def is_here():
    return bool(PROGRAMS) and (PROGRAMS[-1] / "postgres").exists()


def program(name):
    return str(PROGRAMS[-1] / name)


def free_port():
    """From below those that the system gives to outgoing connections, one of which may come before the server does."""
    for _ in range(50):
        port = random.randrange(10_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no free port")


def as_owner():
    """What comes before a command: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={owner().pw_uid}", f"--regid={owner().pw_gid}", "--clear-groups"]


def owner():
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


class Postgres:
    """One server with its folder: the primary, or with `following` the standby of another."""

    # Seconds in which a server must take connections after a start.
    patience = 60

    def __init__(self, settings=(), following=None, tls=False):
        self.following, self.process, self.port = following, None, free_port()
        self.password = following.password if following else secrets.token_urlsafe(16)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-postgres-"))
        self.data, self.log = self.folder / "data", self.folder / "log"
        # What nobody needs here and what costs memory is small; what a commit promises is as it is delivered.
        self.settings = {"shared_buffers": "64MB", "max_connections": "120", "max_wal_senders": "4",
                         "wal_level": "replica", "hot_standby": "on", "listen_addresses": "127.0.0.1",
                         "unix_socket_directories": "", "logging_collector": "off", "jit": "off",
                         "log_min_messages": "warning", **dict(settings)}
        (self.folder / "password").write_text(self.password)
        (self.folder / "pgpass").write_text(f"*:*:*:*:{self.password}\n")
        for path in [self.folder, self.folder / "password", self.folder / "pgpass"]:
            path.chmod(0o700 if path.is_dir() else 0o600)
            if os.geteuid() == 0:
                os.chown(path, owner().pw_uid, owner().pw_gid)
        if following:
            self.run("pg_basebackup", "--pgdata", self.data, "--write-recovery-conf", "--wal-method=stream",
                     "--checkpoint=fast", "--dbname",
                     f"{following.keywords('postgres')} application_name=standby")
        else:
            self.run("initdb", "--pgdata", self.data, "--username", USER, "--auth=scram-sha-256", "--encoding=UTF8",
                     "--locale=C.UTF-8", "--pwfile", self.folder / "password")
            if tls:
                self.certify()

    def certify(self):
        """A key and its own certificate, for connections that are to know whom they reach."""
        self.certificate = self.data / "server.crt"
        self.shell("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                   "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2",
                   "-keyout", self.data / "server.key", "-out", self.certificate)
        self.settings["ssl"] = "on"

    # Started and ended

    def start(self):
        options = [word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")]
        command = [*as_owner(), program("postgres"), "-D", self.data, "-p", str(self.port), *options]
        deadline = time.monotonic() + self.patience
        while True:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True)
            while self.process.poll() is None:
                if self.is_ready():
                    self.prepare()
                    return self
                if time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL does not answer: {self.log.read_text()}")
                time.sleep(0.02)
            # The processes of one that was killed hold its memory for a moment longer.
            if time.monotonic() > deadline or "pre-existing shared memory" not in self.log.read_text():
                raise RuntimeError(f"PostgreSQL ended: {self.log.read_text()}")
            time.sleep(0.05)

    def prepare(self):
        if self.following is None and not self.query(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'", "postgres"):
            self.query(f"CREATE DATABASE {DATABASE}", "postgres")

    def is_ready(self):
        words = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"]
        return subprocess.run(words, timeout=10).returncode == 0

    def stop(self, how=signal.SIGINT):
        """Ends it: with SIGINT in order, with SIGQUIT at once, with SIGKILL as the loss of its machine would."""
        if self.process is None:
            return None
        if how == signal.SIGKILL:
            # All of them stand still before the first is gone: none may finish what another had begun.
            family = [self.process.pid, *self.children()]
            for sign in (signal.SIGSTOP, signal.SIGKILL):
                for pid in family:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, sign)
        else:
            os.kill(self.process.pid, how)
        status = self.process.wait(60)
        self.process = None
        return status

    def children(self):
        """The processes of its connections and its own work, which it has started itself."""
        path = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def freeze(self):
        """Stops it where it stands, as a machine that hangs: its connections stay open and nothing answers."""
        self.frozen = [self.process.pid, *self.children()]
        for pid in self.frozen:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.frozen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *exception):
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Reached

    @property
    def uri(self):
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def uri_with(self, *others):
        """Finds whichever of them takes changes."""
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self, *others))
        return f"postgresql://{USER}:{self.password}@{hosts}/{DATABASE}?target_session_attrs=read-write"

    def uri_without_password(self, *others):
        """The same as a configuration may have it, where the password stands in a file."""
        return self.uri_with(*others).replace(f":{self.password}@", "@")

    def keywords(self, database=DATABASE):
        return (f"host=127.0.0.1 port={self.port} user={USER} dbname={database} "
                f"passfile={self.folder / 'pgpass'}")

    def query(self, text, database=DATABASE):
        """The rows of an answer, each a list of texts."""
        told = subprocess.run(
            [program("psql"), "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", self.keywords(database),
             "-c", text], capture_output=True, text=True, timeout=120)
        if told.returncode != 0:
            raise RuntimeError(told.stderr)
        return [line.split("\x1f") for line in told.stdout.splitlines()]

    def run(self, name, *words):
        return self.shell(program(name), *words)

    def shell(self, *words):
        """A command as the owner of the folder, which must succeed."""
        told = subprocess.run([*as_owner(), *map(str, words)], capture_output=True, text=True, timeout=120, cwd=self.folder,
                              env={**os.environ, "HOME": str(self.folder)})
        if told.returncode != 0:
            raise RuntimeError(f"{words[0]}: {told.stderr}")
        return told.stdout

    # Followed by another

    def wait_for_standby(self):
        """From here on nothing is acknowledged that the standby has not on its disk."""
        self.query("ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby)'")
        self.query("SELECT pg_reload_conf()")
        deadline = time.monotonic() + self.patience
        while self.query("SELECT sync_state FROM pg_stat_replication") != [["sync"]]:
            if time.monotonic() > deadline:
                raise RuntimeError("the standby does not follow")
            time.sleep(0.05)

    def promote(self):
        """Makes a standby the one that takes changes, and has it wait for nobody."""
        self.query("ALTER SYSTEM RESET synchronous_standby_names", "postgres")
        self.query("SELECT pg_promote(true, 60)", "postgres")
        self.following = None


@contextlib.contextmanager
def pair(**options):
    """A primary and its synchronous standby."""
    with Postgres(**options) as primary, Postgres(following=primary, **options) as standby:
        primary.wait_for_standby()
        yield primary, standby


def main(command):
    if not command:
        sys.exit("usage: _postgres.py COMMAND [WORD ...]")
    if not is_here():
        sys.exit("this needs PostgreSQL: apt-get install postgresql")
    # Ended in order, whoever ends us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with Postgres() as server:
        return subprocess.run(command, env={**os.environ, "ASSENT_POSTGRES": server.uri}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
