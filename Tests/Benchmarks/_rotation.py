"""Consent calls, each of which spends a token for the next and is durable before its answer leaves."""

import json
import re

from _tools import Load, Row, alone
from _bank import Browser
from _klarna import PSU, Aggregator, ConfiguredBank

CHAINS = 32


def rotations(static):
    with alone(ConfiguredBank(attendedUsesPerDay=1_000_000)) as bank:
        load = Rotation(static.folder, bank)
        return [Row(load.name, load.beside(static), "6,000/s or more")]


class Rotation(Load):
    """Every connection has a consent and a thread to itself."""

    connections = threads = CHAINS
    name = "consent call with rotation"

    def __init__(self, folder, bank):
        self.bank, self.folder, self.script = bank, folder, folder / "rotation.lua"
        self.url = f"http://127.0.0.1:{bank.port}"
        self.aggregator, browser, self.sessions = Aggregator(bank), Browser(bank), []
        for _ in range(CHAINS):
            session = self.aggregator.session()
            self.aggregator.allow(self.aggregator.start(session["flows"]["accounts"]), browser=browser)
            self.sessions.append(session)
        (folder / "body").write_text('{"psu":' + json.dumps(PSU) + ',"consent_token":"')
        self.script.write_text(f"""
            local lines, count = {{}}, 0
            for line in io.lines("{folder}/tokens") do lines[#lines + 1] = line end
            function setup(thread)
                count = count + 1
                local path, token = lines[count]:match("(%S+) (%S+)")
                thread:set("path", path)
                thread:set("token", token)
            end
            function init()
                start = io.open("{folder}/body"):read("*a")
                headers = {{["Host"] = "localhost:{bank.port}", ["Content-Type"] = "application/json",
                           ["Authorization"] = "Token {self.aggregator.token}"}}
            end
            function request() return wrk.format("POST", path, headers, start .. token .. '"}}') end
            function response(_, _, body) token = body:match('"consent_token":"([^"]+)"') end
            """)

    def run(self, seconds):
        lines = []
        for session in self.sessions:
            # Fetched anew, because what the load has spent it does not tell.
            data = self.aggregator.call("POST", session["consent"]).json["data"]
            lines.append(data["consents"]["accounts"].removeprefix(self.bank.issuer) + " " + data["consent_token"])
        (self.folder / "tokens").write_text("\n".join(lines) + "\n")
        before = self.generations()
        said = super().run(seconds)
        # What is believed is what the store says: each answer stands for a generation that was kept.
        answered = int(re.search(r"(\d+) requests in", said)[1])
        kept = self.generations() - before
        if not answered <= kept <= answered + CHAINS:
            raise RuntimeError(f"{self.name}: {answered} answers and {kept} generations")
        return said

    def generations(self):
        return self.bank.rows("SELECT sum(generation) FROM consent_token")[0][0]
