#!/usr/bin/env python3
"""Runs the tests that follow OpenID's conformance suite, and prints what became of each of its modules.

The modules stand in conformance-modules.json, with the plans they belong to, or with the reason why they do not
apply. A module has passed where a test in ConformanceTests ran and passed whose name holds its id as a whole word,
and no test that names it failed. Ids are written whole. In a suite whose type is named for one of the plans below
the prefix may be left out, which also tells the two FAPI plans apart where they have a module of the same name.

The command fails where a module that applies has no test that passed.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
from pathlib import Path

TESTS = Path(__file__).resolve().parent
MODULES = TESTS / "conformance-modules.json"

# How a suite's type begins, and what its ids begin with then.
PREFIXES = {
    "FAPI1": "fapi1-advanced-final-",
    "FAPI2": "fapi2-security-profile-final-",
    "CIBA": "fapi-ciba-id1-",
}

WORD = re.compile(r"[A-Za-z0-9_-]*[A-Za-z0-9]")


class Module:
    def __init__(self, row, reasons):
        self.id, self.plans = row["module"], row["plans"]
        # A plan that does not apply takes those modules with it that are in no other.
        plans = [reasons[plan] for plan in self.plans]
        self.reason = row.get("exempt") or (plans[0] if all(plans) else None)
        self.passed, self.failed = [], []

    @property
    def state(self):
        if self.failed:
            return "failed"
        if self.passed:
            return "passed"
        return "does not apply" if self.reason else "no test"


class Test:
    """A test as the report has it: what it is called, and the ids that it names."""

    def __init__(self, case):
        self.suite = case.get("classname", "").split(".")[-1]
        self.name = case.get("name", "")
        self.failed = case.find("failure") is not None or case.find("error") is not None
        self.skipped = case.find("skipped") is not None
        words = set(WORD.findall(self.name))
        prefix = next((prefix for kind, prefix in PREFIXES.items() if self.suite.startswith(kind)), None)
        self.ids = words | ({prefix + word for word in words} if prefix else set())


def run(report, options):
    """Runs the tests, and leaves their results in the file."""
    if not options.skip_build:
        subprocess.run(["swift", "build", "--build-tests"], check=True, stdout=sys.stderr)
    command = ["swift", "test", "--skip-build", "--disable-xctest", "--filter", "^ConformanceTests\\."]
    # After a crash the backtracer can wait for ever on a pipe.
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no")
    result = subprocess.run(
        [*command, "--xunit-output", report],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode != 0:
        print("\n".join(line for line in result.stdout.splitlines() if "✘" in line), file=sys.stderr)
    return result.returncode


def judge(modules, tests):
    """Gives every test to the modules that it names."""
    by_id = {module.id: module for module in modules}
    for test in tests:
        for id in test.ids & by_id.keys():
            if test.failed:
                by_id[id].failed.append(test)
            elif not test.skipped:
                by_id[id].passed.append(test)


def write(modules, plans, options):
    """One line a module, then one a plan."""
    width = max(len(module.id) for module in modules)
    for module in modules:
        if options.owed and module.state not in ("failed", "no test"):
            continue
        if options.plan and options.plan not in module.plans:
            continue
        state = module.state if module.state != "does not apply" else f"does not apply: {module.reason}"
        print(f"{module.id:<{width}}  {state:<8}  {' '.join(module.plans)}")
    print(f"\n{'':<36}{'modules':>8}{'passed':>8}{'failed':>8}{'no test':>9}{'not applicable':>16}")
    for plan in [*plans, None]:
        some = [module for module in modules if plan is None or plan in module.plans]
        if options.plan and plan != options.plan:
            continue
        states = [module.state for module in some]
        if plan and plans[plan]:
            states = ["does not apply"] * len(some)
        counts = [states.count(state) for state in ("passed", "failed", "no test", "does not apply")]
        print("{:<36}{:>8}{:>8}{:>8}{:>9}{:>16}".format(plan or "all, each once", len(some), *counts))


def main():
    arguments = argparse.ArgumentParser(description="Runs the conformance modules and prints the table.")
    arguments.add_argument("--owed", action="store_true", help="print only modules without a test that passed")
    arguments.add_argument("--plan", help="print only the modules of this plan")
    arguments.add_argument("--skip-build", action="store_true", help="run what is built already")
    arguments.add_argument("--report", help="read this report of `swift test --xunit-output` and run nothing")
    options = arguments.parse_args()

    table = json.loads(MODULES.read_text(encoding="utf-8"))
    plans = table["plans"]
    modules = [Module(row, plans) for row in table["modules"]]
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        report = options.report or str(Path(folder) / "report.xml")
        if not options.report:
            status = run(report, options)
        try:
            cases = xml.etree.ElementTree.parse(report).iter("testcase")
        except (OSError, xml.etree.ElementTree.ParseError) as problem:
            print(f"the tests left no report: {problem}")
            return 1
        tests = [Test(case) for case in cases]
    judge(modules, tests)
    write(modules, plans, options)
    if status != 0:
        print("\nnot every test passed")
    return 1 if status != 0 or any(module.state in ("failed", "no test") for module in modules) else 0


if __name__ == "__main__":
    sys.exit(main())
