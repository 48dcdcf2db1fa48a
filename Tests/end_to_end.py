#!/usr/bin/env python3
"""Runs every script in EndToEndTests, one after the other, and counts.

A script passes with exit status 0 and is skipped with 77. Files that begin with an underscore are shared by
the others. Names on the command line choose among the scripts. Where ASSENT_POSTGRES names a server, the sandboxes
of each script keep everything there, in a schema of the script's own; scripts about a file are then left out.
ASSENT_NEEDED names scripts that may not be skipped.
"""
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "EndToEndTests"
# As in _bank.py: under memcheck everything takes longer.
SECONDS = 900 * float(os.environ.get("ASSENT_SLOWNESS", "1"))
SKIPPED = 77
# These are about the file that SQLite writes: its disk, its seals, its releases.
OF_A_FILE = {"audit", "disk", "kill", "power_cut", "starved", "upgrade"}


def run(script):
    # A group of its own, so that no server or browser outlives its script.
    process = subprocess.Popen([sys.executable, str(script)], start_new_session=True, cwd=FOLDER.parent.parent,
                               env={**os.environ, **database(script)})
    try:
        return process.wait(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{script.name} was still running after {SECONDS} seconds", flush=True)
        return 1
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()


def database(script):
    """What tells the sandboxes of a script where to keep everything: nothing, unless there is a server."""
    server = os.environ.get("ASSENT_POSTGRES")
    if not server:
        return {}
    schema = f"{script.stem}_{secrets.token_hex(4)}"
    subprocess.run(["psql", "-X", "-q", "-d", server, "-c", f"CREATE SCHEMA {schema}"], check=True, timeout=60)
    return {"ASSENT_DATABASE": f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"}


def main():
    scripts = [path for path in sorted(FOLDER.glob("*.py")) if not path.name.startswith("_")]
    if chosen := sys.argv[1:]:
        scripts = [path for path in scripts if path.stem in chosen or path.name in chosen]
    if os.environ.get("ASSENT_POSTGRES"):
        scripts = [path for path in scripts if path.stem not in OF_A_FILE]
    if not scripts:
        print("there is no end-to-end script to run")
        return 1 if chosen else 0

    # What is to be there where somebody says so: a skipped script is no passed one.
    needed = os.environ.get("ASSENT_NEEDED", "").split()
    passed, failed, skipped = 0, [], 0
    for script in scripts:
        print(f"== {script.name}", flush=True)
        began = time.monotonic()
        status = run(script)
        print(f"== {script.name}: status {status}, {time.monotonic() - began:.1f} s", flush=True)
        if status == 0:
            passed += 1
        elif status == SKIPPED and script.stem not in needed:
            skipped += 1
        else:
            failed.append(script.name)

    if failed:
        print(f"failed: {' '.join(failed)}")
    print(f"{passed} passed, {len(failed)} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
