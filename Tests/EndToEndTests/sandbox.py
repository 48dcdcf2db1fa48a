"""The sandbox as a newcomer meets it: one URL, a whole journey, a second start, a clean stop."""

import urllib.parse

from _bank import Bank, Browser, log_in, main, request


def the_printed_url_starts_a_journey_that_ends_at_the_third_party():
    """the printed URL starts a journey that ends at the third party with code and state"""
    with Bank() as bank:
        party = f"http://localhost:{bank.port + 1}"
        assert f"{party}/" in bank.output()
        assert request("GET", f"{party}/").status == 200
        sent = request("POST", f"{party}/connect", form={})
        assert sent.status == 303, sent.text
        browser = Browser(bank)
        page = log_in(browser, browser.open(sent.header("Location")), "bert")
        boxes = [value for _, value in page.form_with("allow").boxes]
        left = browser.press(page, "allow", boxes=boxes[:2])
        assert left.url.startswith(f"{party}/callback?"), left.url
        assert left.parameters["code"] and left.parameters["state"]
        parts = urllib.parse.urlsplit(left.url)
        answer = request("GET", f"{party}{parts.path}?{parts.query}")
        assert answer.status == 200 and 'id="code"' in answer.text, answer.text
        assert answer.text.count("<li>") == 2, answer.text
        # A state that came back once is not waited for again.
        assert request("GET", f"{party}{parts.path}?{parts.query}").status == 502


def a_second_start_works_on_the_same_data():
    """a second start works on the same data, and an interrupt ends it with status 0"""
    import signal

    with Bank() as bank:
        secret = bank.secret()
        assert bank.stop(signal.SIGINT) == 0
        bank.start()
        assert bank.secret() == secret
        assert bank.stop() == 0


if __name__ == "__main__":
    main([
        the_printed_url_starts_a_journey_that_ends_at_the_third_party,
        a_second_start_works_on_the_same_data,
    ])
