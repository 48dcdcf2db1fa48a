"""What a page costs that waits for a person: everything from the request to the last byte, without a password's hash."""

import re
import statistics

from _tools import ROUNDS, SECONDS, Load, Row, alone, cpu_seconds
from _bank import Bank, Browser, ThirdParty, log_in


def pages(folder):
    """Both pages of one request of the demo third party for all that it may ask for."""
    with alone(Bank()) as bank:
        third_party, browser = ThirdParty(bank), Browser(bank)
        consent = third_party.register(third_party.client_token())
        login = browser.open(third_party.authorization(consent)[0])
        yield Row("login page", cost(folder, bank, browser, login, "log-in"), "50 µs or less")
        page = log_in(browser, login, "bert")
        yield Row("consent page", cost(folder, bank, browser, page, "allow"), "150 µs or less")


def cost(folder, bank, browser, page, button):
    """Server CPU for each time that a page is asked for again."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    path = page.form_with(button).action
    load = Load(folder, button, f"http://127.0.0.1:{bank.port}{path}", headers={
        "Host": f"localhost:{bank.port}", "Cookie": cookie})
    load.rate(1)
    costs = []
    for _ in range(ROUNDS):
        before = cpu_seconds(bank.process.pid)
        count = int(re.search(r"(\d+) requests in", load.run(SECONDS))[1])
        costs.append((cpu_seconds(bank.process.pid) - before) / count * 1e6)
    again = browser.open(path)
    assert again.has_button(button), "the page must still be the one that is measured"
    return f"{statistics.median(costs):.0f} µs of CPU, {len(again.answer.body) / 1000:.1f} kB"
