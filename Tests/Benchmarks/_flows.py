"""Whole code flows, and refresh tokens that rotate, from simulated browsers that read and send the forms.

The driver of the browsers is published beside the project and needs a Rust compiler; without either the rows
say so and nothing else is left out.
"""

import json
import shutil
import statistics
import subprocess

from _tools import LOAD_CORE, ROUNDS, SECONDS, TESTS, Row, alone, on
from _bank import Bank, hash_of

SOURCE = TESTS.parents[1] / "shared" / "bench" / "driver" / "flow.rs"
# No more browsers a person than may log in at once.
PEOPLE, BROWSERS_EACH = 8, 4


def flows(static):
    """Code flows with PKCE and a consent page each, then rotation; with the ratio to nginx measured beside each."""
    rows = [("code flow with consent", "code", "0.033 of nginx or more"),
            ("refresh with rotation", "refresh", "0.10 of nginx or more")]
    compiler = shutil.which("rustc")
    if not SOURCE.exists() or compiler is None:
        missing = "the driver is not here" if compiler else "there is no rustc"
        return [Row(name, f"not measured: {missing}", goal) for name, _, goal in rows]
    driver = static.folder / "flow"
    subprocess.run([compiler, "-O", "-o", driver, SOURCE], check=True, capture_output=True)
    return [Row(name, Browsers(driver, mode).beside(static), goal) for name, mode, goal in rows]


class Browsers:
    """Simulated browsers of several people, on connections that they keep."""

    def __init__(self, driver, mode):
        self.driver, self.mode = driver, mode

    def beside(self, static):
        with alone(Bank()) as bank:
            enrol(bank)
            pairs = [(static.rate(), self.run(bank)) for _ in range(ROUNDS)]
        limit = statistics.median(limit for limit, _ in pairs)
        ratio = statistics.median(said["rate"] / limit for limit, said in pairs)
        middle = sorted((said for _, said in pairs), key=lambda said: said["rate"])[ROUNDS // 2]
        return (f"{middle['rate']:,.0f}/s, {ratio:.3f} of nginx's {limit:,.0f}/s, "
                f"p50 {middle['p50_ms']:.1f} ms, p99 {middle['p99_ms']:.1f} ms")

    def run(self, bank):
        """What all drivers say together, where each flow of each came to its end."""
        command = [self.driver, self.mode, "--base", bank.issuer, "--client-id", "demo-tpp",
                   "--client-secret", bank.secret(), "--redirect-uri", f"http://localhost:{bank.port + 1}/callback",
                   "--scope", "openid offline_access", "--param", "prompt=consent", "--press", "decision=allow",
                   "--concurrency", str(BROWSERS_EACH), "--warmup", "1", "--duration", str(SECONDS)]
        drivers = on(LOAD_CORE, lambda: [
            subprocess.Popen([*command, "--fill", f"username={name}", "--fill", f"password={name}-sandbox"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for name in names()])
        answers = [driver.communicate() for driver in drivers]
        said = [json.loads(out.splitlines()[-1]) for out, _ in answers]
        if failed := [errors for one, (_, errors) in zip(said, answers) if one["errors"]]:
            raise RuntimeError(f"{self.mode}: {failed[0][-2000:]}")
        return {"rate": sum(one["rate"] for one in said), "done": sum(one["done"] for one in said),
                "p50_ms": statistics.median(one["p50_ms"] for one in said),
                "p99_ms": max(one["p99_ms"] for one in said)}


def names():
    return [f"customer-{number}" for number in range(PEOPLE)]


def enrol(bank):
    """Customers like bert, whose passwords are checked in no time: logging in is not what is measured."""
    with bank.people() as persons:
        bert = next(person for person in persons if person["username"] == "bert")
        for name in names():
            persons.append({**bert, "username": name, "id": f"psu-{name}", "accounts": [],
                            "passwordHash": hash_of(f"{name}-sandbox")})
    bank.reload()
