#!/usr/bin/env python3
"""Plays simulated worlds for a time, and adds up what was done over all campaigns, in .build/simulation/results.json.

What a world is stands in World.swift beside this file, and what must hold in it in Oracle.swift. The first thing each
campaign does is to plant every mistake of Plan.swift and see that it is found.
"""
import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / ".build" / "simulation"
RESULTS = WORK / "results.json"
PROGRAM = WORK / "simulate"


def build():
    """Builds and puts the program aside, so that the next build does not disturb a campaign under way."""
    command = ["swift", "build", "--configuration", "release", "--product", "simulate"]
    subprocess.run(command, cwd=ROOT, check=True)
    WORK.mkdir(parents=True, exist_ok=True)
    fresh = PROGRAM.with_suffix(".new")
    shutil.copy(ROOT / ".build" / "release" / "simulate", fresh)
    fresh.replace(PROGRAM)


def run(options, idle):
    command = [str(PROGRAM), *options]
    if idle:
        command = ["nice", "-n", "19", "chrt", "--idle", "0", *command]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout


def load():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def add(results, found):
    for name, value in found.items():
        if isinstance(value, dict):
            add(results.setdefault(name, {}), value)
        else:
            results[name] = results.get(name, 0) + value


def save(results):
    partial = RESULTS.with_suffix(".json.new")
    partial.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    partial.replace(RESULTS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600, help="for the campaign as a whole")
    parser.add_argument("--from", dest="first", type=int, help="the first seed; another each time where none is given")
    parser.add_argument("--built", action="store_true", help="with the program of the last campaign")
    parser.add_argument("--idle", action="store_true", help="only when the machine has nothing else to do")
    arguments = parser.parse_args()

    if not arguments.built:
        build()
    status, printed = run(["--prove"], arguments.idle)
    print(printed, end="", flush=True)
    if status:
        return 1

    # The seeds of a commit's share are its own; two processes at the same time must not play the same worlds.
    first, end = arguments.first or time.time_ns() // 1_000, time.monotonic() + arguments.seconds
    while (left := end - time.monotonic()) > 0:
        status, printed = run(["--seconds", str(round(min(60, max(left, 1)))), "--from", str(first)], arguments.idle)
        if status:
            print(printed, end="")
            commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout
            print(f"at commit {commit.strip()}" if status == 1 else f"the program ended with {status}, from seed {first} on")
            return 1
        found = json.loads(printed.splitlines()[-1])
        first += found["worlds"]
        results = load()
        add(results, found)
        save(results)
    print(f"{results['requests']:,} requests in {results['worlds']:,} worlds in all, and no violation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
