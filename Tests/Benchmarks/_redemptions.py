"""Codes that were made beforehand are redeemed, each one once and durable before its answer leaves."""

import concurrent.futures
import http.client
import re
import urllib.parse

from _tools import Load, Row, alone
from _bank import Bank, Browser, Left, ThirdParty, log_in

# Enough for a run, and made well within the minute that a code lives.
CODES, SECONDS, MAKERS = 10_000, 1, 4


def redemptions(static):
    with alone(Bank()) as bank:
        load = Redemption(static.folder, bank)
        return [Row(load.name, load.beside(static), "1,000/s or more")]


class Redemption(Load):
    """One connection each, and no code twice."""

    name = "code redeemed"

    def __init__(self, folder, bank):
        self.folder, self.script, self.url = folder, folder / "redemption.lua", f"http://127.0.0.1:{bank.port}/token"
        self.bank, self.party, self.browser = bank, ThirdParty(bank), Browser(bank)
        # What a person has agreed to once is not asked again, so that from here on a request brings a code.
        self.path, _, self.verifier = self.party.authorization(scope="openid profile")
        page = log_in(self.browser, self.browser.open(self.path), "bert")
        assert isinstance(self.browser.press(page, "allow"), Left)
        self.script.write_text(f"""
            local codes, turn = {{}}, 0
            for line in io.lines("{folder}/codes") do codes[#codes + 1] = line end
            wrk.method = "POST"
            wrk.headers["Host"] = "localhost:{bank.port}"
            wrk.headers["Authorization"] = "{self.party.basic()}"
            wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
            function request()
                turn = turn + 1
                return wrk.format(nil, nil, nil, "grant_type=authorization_code&code_verifier={self.verifier}&redirect_uri="
                    .. "{urllib.parse.quote(self.party.redirect_uri, safe='')}&code=" .. (codes[turn] or "none-is-left"))
            end
            """)

    def rate(self, seconds=SECONDS):
        return super().rate(min(seconds, SECONDS))

    def run(self, seconds):
        with concurrent.futures.ThreadPoolExecutor(MAKERS) as makers:
            codes = [code for some in makers.map(self.codes, [CODES // MAKERS] * MAKERS) for code in some]
        (self.folder / "codes").write_text("\n".join(codes) + "\n")
        before = self.redeemed()
        said = super().run(seconds)
        # What is believed is what the store says.
        answered, kept = int(re.search(r"(\d+) requests in", said)[1]), self.redeemed() - before
        if not answered <= kept <= answered + self.connections:
            raise RuntimeError(f"{self.name}: {answered} answers and {kept} codes spent")
        return said

    def codes(self, count):
        """So many codes, on one connection."""
        line = http.client.HTTPConnection("127.0.0.1", self.bank.port)
        headers = {"Host": f"localhost:{self.bank.port}",
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())}
        codes = []
        while len(codes) < count:
            path, code = self.path, None
            while code is None:
                line.request("GET", path, headers=headers)
                answer = line.getresponse()
                answer.read()
                path = urllib.parse.urljoin(self.bank.issuer, answer.headers["Location"])
                code = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query).get("code", [None])[0]
                path = path.removeprefix(self.bank.issuer)
            codes.append(code)
        return codes

    def redeemed(self):
        return self.bank.rows("SELECT count(*) FROM code WHERE spent IS NOT NULL")[0][0]
