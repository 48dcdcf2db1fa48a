"""Debian's Apache with one of its modules, in a folder and at a port of its own."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from _bank import free_port

PROGRAM = pathlib.Path("/usr/sbin/apache2")
MODULES = pathlib.Path("/usr/lib/apache2/modules")

CONFIGURATION = """
ServerRoot "{folder}"
ServerName 127.0.0.1
PidFile "{folder}/pid"
DefaultRuntimeDir "{folder}"
Mutex file:{folder} default
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule {module}_module {modules}/mod_{module}.so
{identity}
ErrorLog "{folder}/error.log"
LogLevel warn
DocumentRoot "{folder}/www"
StartServers 1
ThreadsPerChild 8
MaxRequestWorkers 8
ServerLimit 1
{own}
"""


class Apache:
    """A server with one module of other people, started and ended by its process."""

    def __init__(self, module, port=None):
        for needed in (PROGRAM, MODULES / f"mod_{module}.so"):
            if not needed.exists():
                print(f"skipped: this needs apache2 and its module {module} ({needed} is missing)")
                sys.exit(77)
        self.module, self.port, self.process = module, port or free_port(), None
        self.origin = f"http://127.0.0.1:{self.port}"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="apache-"))
        self.folder.chmod(0o755)

    def start(self, own, pages=()):
        for path, text in dict(pages).items():
            page = self.folder / "www" / path
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text)
        # Apache does not answer as root; what it writes then belongs to whom it answers as.
        identity = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        path = self.folder / "apache.conf"
        path.write_text(CONFIGURATION.format(
            folder=self.folder, port=self.port, modules=MODULES, module=self.module, identity=identity, own=own))
        self.process = subprocess.Popen(
            [PROGRAM, "-f", path, "-D", "FOREGROUND"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 20
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"apache ended: {self.process.stderr.read().decode()} {self.log()}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return self
            if time.monotonic() > deadline:
                raise RuntimeError(f"apache does not answer: {self.log()}")
            time.sleep(0.02)

    def log(self):
        path = self.folder / "error.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
            self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)
