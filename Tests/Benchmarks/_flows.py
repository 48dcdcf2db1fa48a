"""Whole code flows, and refresh tokens that rotate, from simulated browsers that read and send the forms.

The driver of the browsers is published beside the project and needs a Rust compiler; without either the rows
say so and nothing else is left out.
"""

import json
import pathlib
import shutil
import statistics
import subprocess

from _tools import LOAD_CORE, ROUNDS, SECONDS, TESTS, Row, alone, on
from _bank import Bank

SOURCE = TESTS.parents[1] / "shared" / "bench" / "driver" / "flow.rs"
BROWSERS = 32


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
    """Simulated browsers of one person, on connections that they keep."""

    def __init__(self, driver, mode):
        self.driver, self.mode = driver, mode

    def beside(self, static):
        with alone(Bank()) as bank:
            pairs = [(static.rate(), self.run(bank)) for _ in range(ROUNDS)]
        limit = statistics.median(limit for limit, _ in pairs)
        ratio = statistics.median(said["rate"] / limit for limit, said in pairs)
        middle = sorted((said for _, said in pairs), key=lambda said: said["rate"])[ROUNDS // 2]
        return (f"{middle['rate']:,.0f}/s, {ratio:.3f} of nginx's {limit:,.0f}/s, "
                f"p50 {middle['p50_ms']:.1f} ms, p99 {middle['p99_ms']:.1f} ms")

    def run(self, bank):
        command = [self.driver, self.mode, "--base", bank.issuer, "--client-id", "demo-tpp",
                   "--client-secret", bank.secret(), "--redirect-uri", f"http://localhost:{bank.port + 1}/callback",
                   "--scope", "openid offline_access", "--param", "prompt=consent", "--fill", "username=bert",
                   "--fill", "password=bert-sandbox", "--press", "decision=allow", "--concurrency", str(BROWSERS),
                   "--warmup", "1", "--duration", str(SECONDS)]
        done = on(LOAD_CORE, lambda: subprocess.run(command, capture_output=True, text=True, check=True))
        said = json.loads(done.stdout.splitlines()[-1])
        if said["errors"]:
            raise RuntimeError(f"{self.mode}: {said['errors']} errors\n{done.stderr[-2000:]}\n{bank.output()[-2000:]}")
        return said
