#!/usr/bin/env python3
"""Has valgrind's memcheck watch the release while end-to-end scripts use it, and fails where it touches what is not its own.

Names on the command line choose among the scripts. Neither the runner of the Swift tests nor a program that loads Swift's
libraries when it starts can be watched: the main thread of these ends before the process does, which this valgrind takes for a
fault of its own. So it is the release, which has them built in, with OpenSSL, SQLite and its own calls of the system.

Branches on undefined bits are counted, with where they are, and do not fail: in optimised code, copies of enums that the compiler
writes, and the runtime that lays out types, test words of which memcheck takes only a part for defined. The build for tests has
none in what could be watched of it.
"""
import collections
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BINARY = Path(os.environ.get("ASSENT_BINARY", ROOT / ".build" / "release" / "assent"))
# A person's way, sealed secrets, registrations and their fetched keys, certificates over TLS, refusals of every kind of token request.
SCRIPTS = ["journey", "secret_jwt", "registration", "flow_mutual", "tokens"]
# It says each at once, so that a server that is killed has said it.
ACCESS = re.compile(r"^==\d+== (?:Invalid |Syscall param|Mismatched|Source and destination).*", re.MULTILINE)
UNDEFINED = re.compile(r"^==\d+== (?:Conditional jump|Use of uninit).*\n==\d+==    at 0x\w+: (.+?)(?: \(|$)", re.MULTILINE)
PROCESS = """#!/bin/sh
exec valgrind --tool=memcheck --num-callers=30 --log-file={folder}/%p.log {binary} "$@"
"""


def main():
    scripts = sys.argv[1:] or SCRIPTS
    with tempfile.TemporaryDirectory(prefix="assent-memcheck-") as folder:
        folder = Path(folder)
        wrapper = folder / "assent"
        wrapper.write_text(PROCESS.format(folder=folder, binary=BINARY))
        wrapper.chmod(0o755)
        # Under memcheck everything takes thirty times as long.
        environment = {**os.environ, "ASSENT_BINARY": str(wrapper), "ASSENT_SLOWNESS": "30"}
        failed = subprocess.run([sys.executable, ROOT / "Tests" / "end_to_end.py", *scripts], cwd=ROOT, env=environment).returncode
        logs = [log.read_text(errors="replace") for log in sorted(folder.glob("*.log"))]
    errors, undefined = 0, collections.Counter()
    for text in logs:
        undefined.update(UNDEFINED.findall(text))
        if found := ACCESS.findall(text):
            errors += len(found)
            print(text)
    for place, times in undefined.most_common():
        print(f"  {times:4} branches on undefined bits in {place}")
    print(f"{len(logs)} processes watched: {errors} accesses to what is not theirs, {undefined.total()} branches on undefined bits")
    return 1 if errors or not logs else failed


if __name__ == "__main__":
    sys.exit(main())
