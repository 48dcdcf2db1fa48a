#!/usr/bin/env python3
"""Changes one condition at a time of the files that decide, and says which changes no test notices.

Every change is built into one program and sleeps until it is named: a condition of a `guard` or an `if` is left out, or
turned round, or `<` becomes `<=`. So there is one build, and one run of the tests for each change. The work is done in a copy
of the tree in .build/mutants, unless --here is said; what was found is kept in .build/mutants/results.json, and the next
run goes on with what has not been tried.
"""
import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".build" / "mutants"
RESULTS = WORK / "results.json"
TARGETS = ["OAuth"]
TESTS = {"OAuth": "OAuthTests"}

SOURCE = """import Glibc

/// One change of one condition, awake where it is named.
enum Mutant {
    private static let awake = unsafe getenv("MUTANT").flatMap { unsafe Int(String(cString: $0)) } ?? 0

    static func drop(_ number: Int, _ condition: Bool) -> Bool { number == awake ? true : condition }

    static func never(_ number: Int, _ condition: Bool) -> Bool { number == awake ? false : condition }

    static func flip(_ number: Int, _ condition: Bool) -> Bool { number == awake ? !condition : condition }

    static func pick(_ number: Int, _ condition: Bool, _ other: Bool) -> Bool { number == awake ? other : condition }
}
"""


def clauses(text):
    """The conditions of a statement, split at the commas between them."""
    parts, depth, quoted, start = [], 0, False, 0
    for index, letter in enumerate(text):
        if letter == '"' and text[index - 1:index] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += letter in "([{"
            depth -= letter in ")]}"
            if letter == "," and depth == 0:
                parts.append(text[start:index])
                start = index + 1
    return parts + [text[start:]]


def is_plain(clause):
    """Whether it is a condition that can be a value: no binding, and nothing that may fail or wait."""
    return not re.search(r'(?:^|\s)(?:let|var|case|try|await|is|as)\s|#|\{|\\|"', clause) and clause.strip() not in ("true", "false", "")


OTHER = [(" < ", " <= "), (" <= ", " < "), (" > ", " >= "), (" >= ", " > ")]


def change(line, number):
    """The line with its changes built in, and what each of them is; the line itself where there is none."""
    found = re.match(r"(\s*(?:\} else )?)(guard|if) (.+?)( else \{.*| \{.*)$", line)
    # What comes after a brace may be a closure, and part of the condition.
    if not found or "$0" in found[4]:
        return line, []
    before, word, conditions, rest = found.groups()
    made, written = [], []
    for clause in clauses(conditions):
        if not is_plain(clause):
            written.append(clause)
            continue
        plain, text = clause.strip(), clause.strip()
        for sign, other in OTHER:
            if plain.count(sign) == 1 and not re.search(r"&&|\|\||\?", plain):
                number += 1
                made.append((number, f"{plain}  ->  {plain.replace(sign, other)}"))
                text = f"Mutant.pick({number}, {text}, {plain.replace(sign, other)})"
        number += 1
        made.append((number, f"{word} {plain}  ->  left out"))
        text = f"Mutant.{'drop' if word == 'guard' else 'never'}({number}, {text})"
        number += 1
        made.append((number, f"{word} {plain}  ->  turned round"))
        text = f"Mutant.flip({number}, {text})"
        written.append(clause[: len(clause) - len(clause.lstrip())] + text)
    return f"{before}{word} {','.join(written)}{rest}", made


def mutate(tree, targets):
    """Builds every change into the files; number to what it is."""
    found, number = {}, 0
    for target in targets:
        folder = tree / "Sources" / target
        for path in sorted(folder.rglob("*.swift")):
            lines = path.read_text().splitlines()
            for index, line in enumerate(lines):
                lines[index], made = change(line, number)
                for number, what in made:
                    found[number] = {"target": target, "at": f"{path.relative_to(tree)}:{index + 1}", "what": what}
            path.write_text("\n".join(lines) + "\n")
        (folder / "Mutant.swift").write_text(SOURCE)
    return found


def copy(tree):
    """The files of the repository as they are now."""
    shutil.rmtree(tree, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tree / name)


def is_noticed(tree, scratch, filter, number, seconds=600):
    environment = dict(os.environ, MUTANT=str(number), SWIFT_BACKTRACE="enable=no")
    command = ["swift", "test", "--skip-build", "--disable-xctest", "--filter", filter, *scratch]
    try:
        done = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds)
    except subprocess.TimeoutExpired:
        # A test that never ends is noticed as well.
        return True
    return done.returncode != 0


def load():
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def save(results):
    WORK.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600, help="for the runs; the build is not counted")
    parser.add_argument("--here", action="store_true", help="in this tree, which is brought back afterwards")
    parser.add_argument("--seed", type=int, default=1, help="in which order")
    parser.add_argument("--build", default="swift build", help="the command that builds")
    parser.add_argument("--wider", metavar="FILTER", default="OAuthTests|AssentServerTests|ConformanceTests|JOSETests",
                        help="the tests for what the target's own do not notice")
    arguments = parser.parse_args()

    tree = ROOT if arguments.here else WORK / "tree"
    scratch = [] if arguments.here else ["--scratch-path", str(WORK / "build")]
    if arguments.here:
        dirty = subprocess.run(["git", "status", "--porcelain", "Sources"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if dirty.stdout:
            parser.error("Sources have changes that are not committed")
    else:
        copy(tree)
    # Whoever ends it early gets the tree back as well.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        mutants = mutate(tree, TARGETS)
        subprocess.run([*arguments.build.split(), "--build-tests", *scratch], cwd=tree, check=True)
        if is_noticed(tree, scratch, "|".join(TESTS[target] for target in TARGETS), 0):
            print("the tests fail without any change")
            return 1
        results, end = load(), time.monotonic() + arguments.seconds
        order = [number for number in mutants if name(mutants[number]) not in results]
        random.Random(arguments.seed).shuffle(order)
        for number in order:
            if time.monotonic() > end:
                break
            mutant = mutants[number]
            verdict = "noticed" if is_noticed(tree, scratch, TESTS[mutant["target"]], number) else "survived"
            if verdict == "survived" and is_noticed(tree, scratch, arguments.wider, number):
                verdict = "noticed"
            results[name(mutant)] = verdict
            save(results)
            print(f"{verdict}: {name(mutant)}", flush=True)
    finally:
        if arguments.here:
            subprocess.run(["git", "checkout", "--quiet", "Sources"], cwd=ROOT)
            for target in TARGETS:
                (ROOT / "Sources" / target / "Mutant.swift").unlink(missing_ok=True)
    survived = sorted(what for what, verdict in results.items() if verdict == "survived")
    print(f"{len(results)} of {len(mutants)} changes tried, {len(survived)} survived")
    for what in survived:
        print(f"  {what}")
    return 0


def name(mutant):
    return f"{mutant['at']}: {mutant['what']}"


if __name__ == "__main__":
    sys.exit(main())
