"""Every kind of answer of the UK API, held to its published description."""

import json
import sys

from _bank import ROOT, Bank, Browser, ThirdParty, log_in, main, request

# The first version that we follow, and the last that third parties are built for.
DESCRIPTIONS = [ROOT.parent / "shared" / "data" / "obie" / f"account-info-v{version}-openapi.yaml"
                for version in ("3.1.1", "3.1.11")]
SKIPPED = 77

for path in DESCRIPTIONS:
    if not path.exists():
        print(f"skipped: there is no description at {path}")
        sys.exit(SKIPPED)

from _uk_documents import Description  # noqa: E402

PERMISSIONS = ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits"]
descriptions = {path.stem: Description(path) for path in DESCRIPTIONS}
bank = Bank()


def hold(method, path, answer, status):
    """Fails where the answer is not what the description says of this status."""
    assert answer.status == status, f"{method} {path}: {answer.status} {answer.text[:300]}"
    exchange = {
        "method": method, "path": path.partition("?")[0], "status": answer.status,
        "headers": dict(answer.headers), "body": answer.text,
    }
    for name, description in descriptions.items():
        problems = list(description.problems(exchange))
        assert not problems, f"{method} {path} {status} by {name}: {problems}"
    return answer


def exchange(third_party, method, path, token, status, document=None):
    return hold(method, path, third_party.call(method, path, token, document), status)


def consent_document(**data):
    return {"Data": {"Permissions": PERMISSIONS, **data}, "Risk": {}}


def allowed(third_party):
    """The token of a consent that bert gave for his first account."""
    token = third_party.client_token()
    consent = third_party.register(token)
    url, _, verifier = third_party.authorization(consent)
    browser = Browser(bank)
    page = log_in(browser, browser.open(url), "bert")
    left = browser.press(page, "allow", boxes=[page.form_with("allow").boxes[0][1]])
    answer = third_party.redeem(left.parameters["code"], verifier)
    assert answer.status == 200, answer.text
    return consent, answer.json["access_token"]


def a_consent_is_registered_fetched_and_deleted():
    third_party = ThirdParty(bank)
    token = third_party.client_token()
    document = consent_document(
        ExpirationDateTime="2099-01-01T00:00:00+00:00", TransactionFromDateTime="2026-01-01T00:00:00Z",
        TransactionToDateTime="2026-12-31T23:59:59Z")
    made = exchange(third_party, "POST", "/account-access-consents", token, 201, document).json["Data"]
    assert made["Status"] == "AwaitingAuthorisation", made
    assert made["ExpirationDateTime"] == "2099-01-01T00:00:00+00:00", made
    path = f"/account-access-consents/{made['ConsentId']}"
    assert exchange(third_party, "GET", path, token, 200).json["Data"] == made
    exchange(third_party, "DELETE", path, token, 204)
    exchange(third_party, "GET", path, token, 400)


def what_is_refused_is_refused_in_the_described_form():
    third_party = ThirdParty(bank)
    token = third_party.client_token()
    for document in [
        consent_document(Permissions=[]), consent_document(Permissions=["ReadBalances"]),
        consent_document(Permissions=["ReadEverything"]), consent_document(ExpirationDateTime="tomorrow"),
        consent_document(ExpirationDateTime="2001-01-01T00:00:00Z"), {"Data": {}, "Risk": {}}, {"Risk": {}}, [], {},
        consent_document(Permissions=["ReadAccountsDetail", "ReadTransactionsDetail"]),
    ]:
        exchange(third_party, "POST", "/account-access-consents", token, 400, document)
    exchange(third_party, "GET", "/account-access-consents/unknown", token, 400)
    exchange(third_party, "DELETE", "/account-access-consents/unknown", token, 400)


def without_a_good_token_there_is_no_body():
    third_party = ThirdParty(bank)
    for token in ["wrong", ""]:
        answer = exchange(third_party, "POST", "/account-access-consents", token, 401, consent_document())
        assert not answer.body, answer.text
    url = bank.issuer + third_party.base + "/account-access-consents/x"
    hold("GET", "/account-access-consents/x", request("GET", url), 401)


def what_http_itself_refuses_is_described_too():
    third_party = ThirdParty(bank)
    token = {"Authorization": f"Bearer {third_party.client_token()}"}
    url, consents = bank.issuer + third_party.base, "/account-access-consents"
    json_type = {"Content-Type": "application/json"}
    body = json.dumps(consent_document())
    hold("POST", consents, request("POST", url + consents, {**token, "Content-Type": "text/plain"}, body), 415)
    hold("POST", consents, request("POST", url + consents, {**token, **json_type, "Accept": "text/html"}, body), 406)
    hold("PUT", consents, request("PUT", url + consents, {**token, **json_type}, body), 405)
    hold("GET", "/nothing-here", request("GET", url + "/nothing-here", token), 404)


def the_chosen_account_is_shown_and_no_other():
    third_party = ThirdParty(bank)
    consent, token = allowed(third_party)
    accounts = exchange(third_party, "GET", "/accounts", token, 200).json["Data"]["Account"]
    assert len(accounts) == 1, accounts
    own = accounts[0]["AccountId"]
    exchange(third_party, "GET", f"/accounts/{own}", token, 200)
    exchange(third_party, "GET", f"/accounts/{own}/balances", token, 200)
    exchange(third_party, "GET", f"/accounts/{own}/transactions", token, 200)
    exchange(third_party, "GET", "/accounts/of-somebody-else", token, 403)
    # The token dies with its consent.
    client = third_party.client_token()
    exchange(third_party, "DELETE", f"/account-access-consents/{consent}", client, 204)
    exchange(third_party, "GET", "/accounts", token, 401)


with bank:
    main([
        a_consent_is_registered_fetched_and_deleted,
        what_is_refused_is_refused_in_the_described_form,
        without_a_good_token_there_is_no_body,
        what_http_itself_refuses_is_described_too,
        the_chosen_account_is_shown_and_no_other,
    ])
