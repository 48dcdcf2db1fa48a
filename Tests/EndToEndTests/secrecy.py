"""Where secrets come from, and who can read them while the server works: never the command line, never its memory."""

import contextlib
import json
import os
import pathlib
import re
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile

from _bank import Bank, Browser, ThirdParty, binary, hash_of, main
from _klarna import ConfiguredBank

NOBODY = 65_534


def help_of(*words):
    return subprocess.run([binary(), *words, "--help"], text=True, capture_output=True, timeout=30).stdout


def no_secret_is_typed():
    """SE-06 no option of any command takes a secret: files and standard input do"""
    commands = re.findall(r"^  ([a-z-]+)  ", help_of(), re.MULTILINE)
    assert len(commands) > 10, commands
    kinds = set()
    for command in commands:
        for name, value in re.findall(r"^  --([a-z-]+)(?: ([A-Z:]+))?  ", help_of(command), re.MULTILINE):
            if value and re.search(r"password|secret|token|key|ca$|mtls|client-file", name):
                kinds.add(value)
                assert value in ("FILE", "FOLDER", "CERT:KEY"), f"{command} --{name} {value}"
    assert {"FILE", "FOLDER"} <= kinds, kinds
    for words in (["people", "add", "x", "--password", "p"], ["flow", "--password", "p"], ["flow", "--secret", "s"],
                  ["token", "introspect", "--secret", "s"], ["clients", "add", "x", "--secret", "s"]):
        told = subprocess.run([binary(), *words], text=True, capture_output=True, timeout=30)
        assert told.returncode == 64 and "there is no option" in told.stderr, told


def no_secret_is_in_the_environment():
    """SE-06 a running server has no secret in its command line or its environment, and asks the environment for none"""
    with ConfiguredBank() as bank:
        keys = [path.read_bytes() for path in bank.keys.iterdir() if path.is_file()]
        known = [path.read_bytes().strip() for path in (bank.folder / "data").glob("*.secret")]
        assert keys and known
        for name in ("cmdline", "environ"):
            content = pathlib.Path(f"/proc/{bank.process.pid}/{name}").read_bytes()
            assert content and not any(secret in content for secret in keys + known), name
        bank.stop()
        # What looks like a secret there is not taken for one.
        os.environ["ASSENT_CLIENT_SECRET"] = os.environ["ASSENT_KEY"] = "K" * 43
        try:
            bank.start()
            party = ThirdParty(bank)
            party.secret = "K" * 43
            assert party.post("/token", {"grant_type": "client_credentials"}).status == 401
        finally:
            del os.environ["ASSENT_CLIENT_SECRET"], os.environ["ASSENT_KEY"]


def memory_of(pid):
    """Every byte that the process can write to, where it is."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            area, rights, *_ = line.split()
            start, end = (int(number, 16) for number in area.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                with contextlib.suppress(OSError, OverflowError):
                    memory.seek(start)
                    yield line, memory.read(end - start)


def places(pid, mark):
    return [(line.split()[-1], data[max(0, data.find(mark) - 60):data.find(mark) + 60])
            for line, data in memory_of(pid) if mark in data]


def a_password_does_not_stay_in_memory():
    """SE-03 after a login and the issue of tokens, the password is nowhere in the memory of the server, right or wrong"""
    if os.geteuid() != 0:
        print("      skipped: only root can look")
        return
    marks = {kind: secrets.token_hex(20) for kind in ("right", "wrong", "escaped", "short")}
    marks["short"] = marks["short"][:12]
    with Bank() as bank:
        with bank.people() as persons:
            for person in persons:
                known = {"anna": marks["right"], "bert": f"{marks['escaped']} +&é", "cleo": marks["short"]}
                person["passwordHash"] = hash_of(known[person["username"]])
        bank.reload()
        tpp = ThirdParty(bank)

        def log_in(username, password):
            browser = Browser(bank)
            page = browser.open(tpp.authorization()[0])
            return browser, browser.press(page, "log-in", username=username, password=password)

        # What is looked for can be found: a name that the server keeps is there.
        browser, page = log_in("anna", marks["right"])
        assert places(bank.process.pid, b"anna@customers.example")
        left = browser.press(page, "allow")
        assert tpp.redeem(left.parameters["code"], "x" * 43).status == 400
        assert log_in("anna", marks["wrong"])[1].has_button("log-in")
        assert log_in("bert", f"{marks['escaped']} +&é")[1].has_button("allow")
        assert log_in("cleo", marks["short"])[1].has_button("allow")
        assert tpp.client_token()
        for kind, mark in marks.items():
            found = places(bank.process.pid, mark.encode())
            assert not found, (kind, len(found), found)


def looked_at(pid):
    """What another process of the same user may read of a server."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        for name in ("mem", "environ", "auxv"):
            try:
                open(f"/proc/{pid}/{name}", "rb").close()
                os.write(writing, f"open {name}\n".encode())
            except PermissionError:
                os.write(writing, f"closed {name}\n".encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as told:
        return told.read().splitlines()


def nobody_reads_the_memory_of_a_server():
    """SE-04 another process of the same user cannot read the server's memory, and a crash leaves no file of it"""
    if os.geteuid() != 0:
        print("      skipped: only root can be somebody else")
        return
    with ConfiguredBank() as bank:
        bank.stop()
        # A place that the other user can come to, with everything in it theirs.
        folder = pathlib.Path(tempfile.mkdtemp(prefix="assent-nobody-", dir="/tmp"))
        try:
            program = folder / "assent"
            shutil.copy(binary(), program)
            shutil.copytree(bank.folder / "data", folder / "data")
            shutil.copytree(bank.keys, folder / "keys")
            shutil.copytree(bank_templates(bank), folder / "templates")
            document = json.loads((bank.folder / "assent.json").read_text())
            document["keys"]["folder"] = str(folder / "keys")
            # The file of the copy, wherever the sandbox keeps everything.
            document["storing"] = {"databaseFile": str(folder / "data" / "assent.sqlite")}
            document["clients"]["folder"] = str(folder / "data" / "clients.d")
            document["people"]["file"] = str(folder / "data" / "people.json")
            document["pages"]["templatesFolder"] = str(folder / "templates")
            (folder / "assent.json").write_text(json.dumps(document))
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
            # More than is allowed to it, so that it is the server that says no.
            server = subprocess.Popen(
                [program, "serve", "--config", folder / "assent.json"], user=NOBODY, group=NOBODY, extra_groups=[],
                cwd=folder, stderr=subprocess.PIPE, text=True, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"},
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30)))
            try:
                wait_for(bank.port, server)
                assert looked_at(server.pid) == ["closed mem", "closed environ", "closed auxv"]
                limits = pathlib.Path(f"/proc/{server.pid}/limits").read_text()
                assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE), limits
                server.send_signal(signal.SIGABRT)
                server.wait(20)
                assert not [path for path in folder.rglob("core*")], "a file of its memory was left"
            finally:
                with contextlib.suppress(ProcessLookupError):
                    server.kill()
                server.communicate()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def bank_templates(bank):
    return json.loads((bank.folder / "assent.json").read_text())["pages"]["templatesFolder"]


def wait_for(port, server):
    for _ in range(400):
        assert server.poll() is None, server.stderr.read()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.05)
    raise RuntimeError("nothing listens")


if __name__ == "__main__":
    main([
        no_secret_is_typed,
        no_secret_is_in_the_environment,
        a_password_does_not_stay_in_memory,
        nobody_reads_the_memory_of_a_server,
    ])
