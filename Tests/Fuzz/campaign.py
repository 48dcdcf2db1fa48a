#!/usr/bin/env python3
"""Fuzzes the targets one after the other, goes on where the last campaign ended, and adds up what was done.

A target is a line of a Targets.swift beside this file. Its inputs begin with those of Corpus/NAME: files that people
wrote, and found.base64 with one input a line. What is found on the way is kept in .build/fuzz/corpus/NAME, and the counts
in .build/fuzz/results.json. The next target is always the one that was fuzzed least, so that campaigns of any length go
round.
"""
import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
WORK = ROOT / ".build" / "fuzz"
RESULTS = WORK / "results.json"
PROGRAMS = WORK / "programs"
FOUND = "found.base64"

# Inputs grow to these lengths, and to 512 bytes where nothing is said: longer ones are slower and find no more.
LENGTHS = {"certificate": 1_024, "client-document": 2_048, "configuration": 4_096, "forwarded-certificate": 2_048,
           "key-set": 2_048, "pem": 1_024, "requests": 1_024, "signed-token": 1_024}


def targets():
    """Name to program, in the order of the lists."""
    found = {}
    for path in sorted(FOLDER.glob("Fuzzed*/Targets.swift")):
        program = "fuzz-" + path.parent.name.removeprefix("Fuzzed").lower()
        for name in re.findall(r'FuzzTarget\("([^"]+)"', path.read_text()):
            found[name] = program
    return found


def build(programs):
    """Builds and puts the programs aside, so that the next build does not disturb a campaign under way."""
    folder = WORK / "build"
    command = ["swift", "build", "--configuration", "release", "--sanitize=fuzzer", "--scratch-path", str(folder)]
    environment = dict(os.environ, ASSENT_FUZZ="1")
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    for program in sorted(programs):
        subprocess.run([*command, "--product", program], cwd=ROOT, env=environment, check=True)
        fresh = PROGRAMS / f"{program}.new"
        shutil.copy(folder / "release" / program, fresh)
        fresh.replace(PROGRAMS / program)


def run(binary, target, options, corpora=(), idle=False):
    """One run of libFuzzer, and what it printed."""
    command = [str(binary), *options, *map(str, corpora)]
    if idle:
        command = ["nice", "-n", "19", "chrt", "--idle", "0", *command]
    environment = dict(os.environ, FUZZ_TARGET=target, SWIFT_BACKTRACE="enable=no")
    done = subprocess.run(command, env=environment, cwd=WORK, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return done.returncode, done.stderr.decode(errors="replace")


def coverage(printed):
    """The edges that were reached at the end; nothing where the program was built without counters."""
    found = re.findall(r"\bcov: (\d+)", printed)
    return int(found[-1]) if found else None


def fuzz(binary, target, seconds, idle):
    """Runs a target for some seconds: executions, edges, new inputs, and what went wrong."""
    corpus = WORK / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    findings = WORK / "findings"
    findings.mkdir(exist_ok=True)
    length = LENGTHS.get(target, 512)
    options = [f"-max_len={length}", "-timeout=10", "-rss_limit_mb=2048", "-detect_leaks=0", "-print_final_stats=1",
               f"-artifact_prefix={findings}/{target}-"]
    dictionary = FOLDER / "Dictionaries" / f"{target}.dict"
    if dictionary.exists():
        options.append(f"-dict={dictionary}")

    _, alone = run(binary, target, ["-runs=1", "-detect_leaks=0"], idle=idle)
    # Every fourth time the values of comparisons are followed as well: further, at less than half the rate.
    profile = int(round(time.time()) % 4 == 0)
    status, printed = run(binary, target, [*options, f"-max_total_time={seconds}", f"-use_value_profile={profile}"],
                          [corpus, seeds(target)], idle)
    number = {name: int(value) for name, value in re.findall(r"stat::(\w+):\s+(\d+)", printed)}
    edges, fewest = coverage(printed), coverage(alone)
    problem = None
    if status:
        problem = "\n".join(printed.splitlines()[-12:])
    elif edges is None or fewest is None or edges <= fewest:
        # Two sanitizers at once were seen to instrument nothing: millions of runs, and all of them blind.
        problem = f"{target} is not guided by coverage: {fewest} edges without its inputs, {edges} with them"
    return number.get("number_of_executed_units", 0), edges, number.get("new_units_added", 0), problem


def seeds(target):
    """The inputs of the repository, each in a file of its own."""
    folder = WORK / "seeds" / target
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FOLDER / "Corpus" / target, folder, ignore=shutil.ignore_patterns(FOUND))
    found = FOLDER / "Corpus" / target / FOUND
    for number, line in enumerate(found.read_text().split() if found.exists() else []):
        (folder / f"found-{number:03}").write_bytes(base64.b64decode(line))
    return folder


def minimise(binary, target):
    """Writes down the fewest inputs that reach every edge, beside those that people wrote."""
    fresh = WORK / "merged" / target
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    written = seeds(target)
    corpus = WORK / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    # How often an edge was reached would keep ten times as many, and 256 bytes are enough for nearly all of them.
    status, printed = run(binary, target, ["-set_cover_merge=1", "-use_counters=0", "-max_len=256"],
                          [fresh, written, corpus])
    assert not status, printed
    by_hand = {path.read_bytes() for path in (FOLDER / "Corpus" / target).iterdir() if path.name != FOUND}
    kept = sorted({path.read_bytes() for path in fresh.iterdir()} - by_hand, key=lambda input: (len(input), input))
    lines = [base64.b64encode(input).decode() for input in kept if input]
    (FOLDER / "Corpus" / target / FOUND).write_text("".join(f"{line}\n" for line in lines))


def load():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def save(results):
    partial = RESULTS.with_suffix(".new")
    partial.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")
    partial.replace(RESULTS)


def table(results):
    total = 0
    print(f"{'target':24}{'executions':>16}{'seconds':>9}{'edges':>8}")
    for target, result in sorted(results.items()):
        print(f"{target:24}{result['executions']:>16,}{result['seconds']:>9,.0f}{result['edges'] or 0:>8,}")
        total += result["executions"]
    print(f"{'all':24}{total:>16,}")


def share(names, commit):
    """A few targets of one program, so that a build of one floor is enough; another few at the next commit."""
    programs = sorted(set(names.values()))
    number = int(commit[:8], 16)
    chosen = [name for name in names if names[name] == programs[number % len(programs)]]
    start = number // len(programs) % len(chosen)
    return (chosen[start:] + chosen[:start])[:4]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600, help="for the campaign as a whole")
    parser.add_argument("--each", type=int, default=60, help="for a target at a time")
    parser.add_argument("--share-of", metavar="COMMIT", help="only a few targets, which follow from the commit")
    parser.add_argument("--minimise", action="store_true", help="bring what was found into Corpus, and nothing else")
    parser.add_argument("--built", action="store_true", help="with the programs of the last campaign")
    parser.add_argument("--idle", action="store_true", help="only when the machine has nothing else to do")
    parser.add_argument("names", nargs="*", help="only these targets")
    arguments = parser.parse_args()

    known = targets()
    names = arguments.names or (share(known, arguments.share_of) if arguments.share_of else list(known))
    if unknown := set(names) - set(known):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if not arguments.built:
        build({known[name] for name in names})
    if arguments.minimise:
        for name in names:
            minimise(PROGRAMS / known[name], name)
        return 0

    results, problems, began, done = load(), [], time.monotonic(), 0
    rounds = len(names) if arguments.share_of else None
    while (time.monotonic() - began < arguments.seconds if rounds is None else done < rounds) and len(problems) < min(3, len(names)):
        nothing = {"executions": 0, "seconds": 0, "edges": 0}
        waiting = [name for name in names if name not in problems]
        target = names[done] if rounds else min(waiting, key=lambda name: results.get(name, nothing)["seconds"])
        started = time.monotonic()
        executions, edges, found, problem = fuzz(PROGRAMS / known[target], target, arguments.each, arguments.idle)
        result = results.setdefault(target, nothing)
        result["executions"] += executions
        result["seconds"] += time.monotonic() - started
        result["edges"] = max(edges or 0, result["edges"])
        save(results)
        done += 1
        print(f"{target}: {executions:,} executions, {edges} edges, {found} new inputs", flush=True)
        if problem:
            problems.append(target)
            print(problem, flush=True)
    table(results)
    if problems:
        print(f"failed: {' '.join(problems)}; the inputs are in {WORK / 'findings'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
