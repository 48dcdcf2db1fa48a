#!/usr/bin/env python3
"""Prints which rows of the attack catalogue have a test that names them.

A row counts as covered where its id stands in the name of a test: of a Swift function, or in the first
words of a text in a Python test. Rows about what is not built are excepted in coverage-exceptions.json,
each with its reason, so that what is left uncovered is what is owed.

With --check the command fails where a P0 row of the first release is owed.
"""
import json
import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
CATALOGUE = TESTS.parent.parent / "shared" / "reference" / "security.md"
EXCEPTIONS = TESTS / "coverage-exceptions.json"

# The first release is gated by sections 1 to 6 and 8, without proof of possession and rotating tokens.
FIRST_RELEASE = re.compile(r"^(?:1|2|3(?!\.[45])|4|5|6|8)(?:\.|$)")

ROW = re.compile(r"^\| ([A-Z]{2}-\d{2,3})( \*\*P0\*\*)? \|")
HEADING = re.compile(r"^##+ (\d+(?:\.\d+)?)\.? (.+)$")
SWIFT_NAME = re.compile(r"func\s+`([^`]+)`|@(?:Test|Suite)\(\s*\"([^\"]+)\"")
PYTHON_NAME = re.compile(r"[\"'](?=[A-Z]{2}-\d{2,3}\b)([^\"'\n]+)")
ID = re.compile(r"\b[A-Z]{2}-\d{2,3}\b")


class Row:
    def __init__(self, id, section, must):
        self.id, self.section, self.must = id, section, must


def read_catalogue(text):
    """The rows in their order, and the title of each section."""
    rows, titles, section = [], {}, ""
    for line in text.splitlines():
        if heading := HEADING.match(line):
            section = heading[1]
            titles[section] = heading[2]
        elif row := ROW.match(line):
            rows.append(Row(row[1], section, row[2] is not None))
    return rows, titles


def named_in_tests():
    """Every id that stands in the name of a test, with the files it stands in."""
    named = {}
    for path in sorted(TESTS.rglob("*")):
        if path == Path(__file__).resolve() or path.suffix not in (".swift", ".py"):
            continue
        pattern = SWIFT_NAME if path.suffix == ".swift" else PYTHON_NAME
        for match in pattern.finditer(path.read_text(encoding="utf-8")):
            for id in ID.findall(" ".join(filter(None, match.groups()))):
                named.setdefault(id, set()).add(str(path.relative_to(TESTS)))
    return named


def main():
    if not CATALOGUE.exists():
        print(f"skipped: there is no attack catalogue at {CATALOGUE}")
        return 0
    rows, titles = read_catalogue(CATALOGUE.read_text(encoding="utf-8"))
    named = named_in_tests()
    exceptions = json.loads(EXCEPTIONS.read_text(encoding="utf-8")) if EXCEPTIONS.exists() else {}

    known = {row.id for row in rows}
    mistakes = [f"{id} is excepted but not in the catalogue" for id in exceptions if id not in known]
    mistakes += [f"{id} is excepted without a reason" for id, reason in exceptions.items() if not reason.strip()]
    mistakes += [f"{id} is excepted but has a test: take the exception away" for id in exceptions if id in named]
    mistakes += [
        f"{id} is named by {', '.join(sorted(files))} but not in the catalogue"
        for id, files in sorted(named.items())
        if id not in known
    ]

    for section, title in titles.items():
        here = [row for row in rows if row.section == section]
        if not here:
            continue
        covered = [row for row in here if row.id in named]
        excepted = [row for row in here if row.id in exceptions]
        owed = [row for row in here if row.id not in named and row.id not in exceptions]
        print(f"\n{section} {title}: {len(covered)} of {len(here)} covered, {len(excepted)} not built")
        for label, some in (
            ("covered", covered),
            ("owed P0", [row for row in owed if row.must]),
            ("owed", [row for row in owed if not row.must]),
            ("not built", excepted),
        ):
            if some:
                print(f"  {label:<10}{' '.join(row.id for row in some)}")

    gate = [row for row in rows if FIRST_RELEASE.match(row.section) and row.id not in exceptions]
    gate_must = [row for row in gate if row.must]
    owed_must = [row for row in gate_must if row.id not in named]
    print(f"\nall: {sum(row.id in named for row in rows)} of {len(rows)} rows covered, {len(exceptions)} not built")
    print(f"first release: {sum(row.id in named for row in gate)} of {len(gate)} rows covered")
    print(f"first release, P0: {len(gate_must) - len(owed_must)} of {len(gate_must)} rows covered")
    for mistake in mistakes:
        print(f"mistake: {mistake}")
    return 1 if mistakes or ("--check" in sys.argv[1:] and owed_must) else 0


if __name__ == "__main__":
    sys.exit(main())
