"""The bank's own systems, asked about every page and every decision: they take away and never add."""

import json
import time

from _bank import ROOT, Bank, Browser, Left, ask, main, request
from _hooks import (
    PERSIST, POPULATE, HookServer, basic, drips, huge, says, shows, slow, status as status_of)

hooks = HookServer()
bank = Bank(options=["--hooks", hooks.url])
DESCRIPTION = ROOT.parent / "shared" / "data" / "wso2" / "accelerator-extensions-v1.0.4.yaml"


def question(answers=(), **changes):
    """A new consent, and the page about it, with the bank's systems answering as told."""
    hooks.answers = dict(answers)
    hooks.events.clear()
    return ask(bank, Browser(bank), **changes)


def the_bank_is_asked_before_a_page_and_before_a_decision():
    """our own page asks the bank's systems before it is shown and before a yes is kept"""
    asked = question()
    assert [name for name, _, _ in hooks.events] == [POPULATE]
    secret = (bank.folder / "data" / "hooks.secret").read_text()
    assert hooks.events[0][1] == basic("assent", secret)
    left = asked.press("allow")
    assert isinstance(left, Left) and "code" in left.parameters, left.url
    assert [name for name, _, _ in hooks.events] == [POPULATE, POPULATE, PERSIST]
    decided = hooks.of(PERSIST)[0]["data"]
    assert decided["isApproved"] is True and decided["consentId"] == asked.consent
    granted = decided["userGrantedData"]["authorizedResources"]
    assert [account["accountId"] for account in granted["authorizedData"][0]["accounts"]] == asked.boxes[:1]
    assert decided["consentResource"]["status"] == "AwaitingAuthorisation"


def accounts_that_the_bank_takes_away_are_neither_shown_nor_taken():
    """accounts that the bank's systems take away are neither shown nor taken"""
    everything = question()
    kept, gone = everything.boxes[0], everything.boxes[1]
    asked = question({POPULATE: shows(kept)})
    assert asked.boxes == [kept], asked.boxes
    answer = asked.send(asked.fields(boxes=[gone]))
    assert answer.status == 403, answer.status
    left = asked.press("allow", boxes=[kept])
    assert "code" in left.parameters


def a_page_of_the_banks_own_is_asked_about_alike():
    """a page of the bank's own is given what the bank's systems leave, and what they add"""
    boxes = question().boxes
    section = {"title": "Before you decide", "items": [{"item": "Read this.", "type": "text"}]}
    listed = [{"accountId": boxes[0], "displayName": "a", "selected": True}]
    asked = question({POPULATE: says({
        "consentData": {"allowMultipleAccounts": False}, "consumerData": {"accounts": listed},
        "additionalData": [section]})})
    key = asked.page.form_with("deny").action.split("/")[2]
    secret = (bank.folder / "data" / "demo-bank.secret").read_text()
    place = f"http://localhost:{bank.port + 2}/api/fs/consent/authorize"
    headers = {"Authorization": basic("demo-bank", secret)}
    shown = request("GET", f"{place}/retrieve/{key}", headers).json
    assert [account["accountId"] for account in shown["consumerData"]["accounts"]] == boxes[:1]
    assert shown["consentData"]["allowMultipleAccounts"] is False and section in shown["additionalData"]
    uid = shown["consentData"]["permissions"][0]["uid"]
    for chosen, status in (([boxes[1]], 400), (boxes[:1], 302)):
        answer = request("PATCH", f"{place}/persist/{key}", {**headers, "Content-Type": "application/json"}, json.dumps({
            "approval": True, "cookies": asked.browser.cookies, "requestParameters": {uid: chosen}}))
        assert answer.status == status, answer.text
    assert hooks.of(PERSIST)[0]["data"]["isApproved"] is True and asked.status == "Authorised"
    # Where they do not answer, the page is told to try again, and nothing is lost.
    asked = question()
    key = asked.page.form_with("deny").action.split("/")[2]
    hooks.answers = {POPULATE: status_of(500)}
    answer = request("GET", f"{place}/retrieve/{key}", headers)
    assert answer.status == 503 and answer.header("Retry-After")
    hooks.answers = {}
    assert request("GET", f"{place}/retrieve/{key}", headers).status == 200


def a_decision_may_be_kept_for_fewer_accounts():
    """a yes is kept for the accounts that the bank's systems leave of it"""
    asked = question()
    chosen = asked.boxes[:2]
    resources = [{"accountId": chosen[1], "permission": "primary", "status": "active"}]
    hooks.answers[PERSIST] = says({"consentResource": {
        "type": "accounts", "status": "Authorised",
        "authorizations": [{"type": "authorisation", "status": "Authorised", "resources": resources}]}})
    left = asked.press("allow", boxes=chosen)
    token = asked.tpp.redeem(left.parameters["code"], asked.verifier).json["access_token"]
    accounts = asked.tpp.call("GET", "/accounts", token).json["Data"]["Account"]
    assert [account["AccountId"] for account in accounts] == chosen[1:], accounts


def a_bank_that_allows_one_account_gets_one():
    """where the bank's systems allow one account, two are asked about again"""
    boxes = question().boxes
    asked = question({POPULATE: shows(*boxes[:2], allowMultipleAccounts=False)})
    again = asked.press("allow", boxes=boxes[:2])
    assert again.answer.status == 400 and "Choose one account only." in again.text
    assert asked.status == "AwaitingAuthorisation"
    assert "code" in asked.press("allow", boxes=boxes[:1]).parameters


def a_no_of_the_bank_is_told_to_the_third_party():
    """a no of the bank's systems ends the request, and the consent where they say so"""
    for data, expected in (({"errorMessage": "closed"}, "AwaitingAuthorisation"),
                           ({"errorMessage": "closed", "newConsentStatus": "Rejected"}, "Rejected")):
        asked = question({POPULATE: says(data, "ERROR")})
        assert isinstance(asked.page, Left) and asked.page.parameters["error"] == "access_denied"
        assert "closed" not in asked.page.url
        assert asked.status == expected, asked.status
    asked = question({PERSIST: says({"consentResource": {"status": "Rejected"}})})
    left = asked.press("allow")
    assert left.parameters["error"] == "access_denied" and asked.status == "Rejected"
    history = bank.rows("SELECT actor, actor_name, reason FROM revision WHERE consent = ?", asked.consent)
    assert history[-1] == ("staff", "hooks", "failed"), history


def a_no_of_the_person_holds_whatever_the_bank_says():
    """a no of the person is kept, whatever the bank's systems make of it"""
    asked = question({PERSIST: status_of(500)})
    left = asked.press("deny")
    assert left.parameters["error"] == "access_denied" and asked.status == "Rejected"
    assert hooks.of(PERSIST)[0]["data"]["isApproved"] is False


def hostile_systems_decide_nothing():
    """SD-28 slow, dripping, huge, redirecting and wider answers show no page and keep no yes"""
    wider = shows("somebody-elses")
    for name, answer in (
            ("slow", slow), ("dripping", drips), ("huge", huge), ("500", status_of(500)),
            ("moved", status_of(301, Location=hooks.url + "/" + POPULATE)), ("created", status_of(201)),
            ("wider", wider), ("empty", lambda handler, _: handler.close_connection or None)):
        asked = question()
        for event, act in ((POPULATE, lambda: asked.browser.open(asked.page.form_with("deny").action)),
                           (PERSIST, lambda: asked.press("allow"))):
            if event == PERSIST and answer is wider:
                continue
            hooks.answers = {event: answer}
            before = len(hooks.events)
            started = time.monotonic()
            page = act()
            took = time.monotonic() - started
            assert page.answer.status == 503, f"{name} {event}: {page.answer.status}"
            assert took < 3.6, f"{name} {event}: {took:.1f} s"
            asked_for = [event for event, _, _ in hooks.events[before:]]
            assert asked_for == ([POPULATE] if event == POPULATE else [POPULATE, PERSIST]), asked_for
            if name in ("moved", "wider", "created", "500", "empty"):
                continue
            break
        hooks.answers = {}
        assert asked.status == "AwaitingAuthorisation", f"{name}: {asked.status}"
        # It can be tried again, and nothing was spent.
        assert "code" in asked.press("allow").parameters, name


def a_wrong_certificate_is_nobodys():
    """SD-28 a certificate that no authority of ours has issued ends the question before it is asked"""
    import datetime
    import ssl
    import tempfile

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, hashes.SHA256()))
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()))
        file.flush()
        secured = HookServer()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file.name)
        secured.server.socket = context.wrap_socket(secured.server.socket, server_side=True)
        url = secured.url.replace("http://127.0.0.1", "https://localhost")
        with Bank(options=["--hooks", url]) as own:
            asked = ask(own, Browser(own))
            assert asked.page.answer.status == 503 and secured.events == []
            assert asked.status == "AwaitingAuthorisation"
        secured.close()


def others_are_served_while_the_bank_sleeps():
    """SD-28 nobody else waits for systems that are slow"""
    asked = question()
    hooks.answers = {POPULATE: slow}
    import threading
    waiting = [threading.Thread(target=asked.browser.copy().open, args=[asked.page.form_with("deny").action])
               for _ in range(20)]
    for thread in waiting:
        thread.start()
    time.sleep(0.2)
    started = time.monotonic()
    assert bank.get("/jwks").status == 200
    assert time.monotonic() - started < 0.5
    for thread in waiting:
        thread.join()


def what_is_sent_is_as_the_published_description_says():
    """bodies of events, and the answers that we take, are as the published description says"""
    if not DESCRIPTION.exists():
        print(f"      skipped: there is no description at {DESCRIPTION}")
        return
    import yaml
    from openapi_schema_validator import OAS30Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    document = yaml.safe_load(DESCRIPTION.read_text())
    registry = Registry().with_resource("urn:hooks", Resource(contents=document, specification=DRAFT4))

    def hold(name, body):
        schema = {"$ref": f"urn:hooks#/components/schemas/{name}"}
        problems = [error.message for error in OAS30Validator(schema, registry=registry).iter_errors(body)]
        assert not problems, f"{name}: {problems}"

    asked = question()
    asked.press("allow", boxes=asked.boxes[:2])
    again = question()
    again.press("deny")
    bodies = [("PopulateConsentAuthorizeScreenRequestBody", body) for body in hooks.of(POPULATE)]
    bodies += [("PersistAuthorizedConsentRequestBody", body) for body in hooks.of(PERSIST)]
    assert len(bodies) == 3, [name for name, _ in bodies]
    for name, body in bodies:
        hold(name, body)
        # The description leaves nearly every member open, so that a misspelled one would pass it.
        known = document["components"]["schemas"]
        data = known["PopulateConsentAuthorizeScreenData" if name.startswith("Pop") else "PersistAuthorizedConsent"]
        assert set(body["data"]) <= set(data["properties"]), set(body["data"]) - set(data["properties"])
        stored = known["StoredDetailedConsentResourceData"]["properties"]
        assert set(body["data"]["consentResource"]) <= set(stored)
    hold("SuccessResponsePopulateConsentAuthorizeScreen", {
        "responseId": "r", "status": "SUCCESS",
        "data": {"consentData": {"allowMultipleAccounts": False}, "consumerData": {
            "accounts": [{"accountId": "a", "displayName": "a", "selected": False}]}}})
    hold("FailedResponseInConsentAuthorize", {
        "responseId": "r", "status": "ERROR", "data": {"errorMessage": "closed", "newConsentStatus": "Rejected"}})


if __name__ == "__main__":
    with bank:
        bank.hurry()
        main([
            the_bank_is_asked_before_a_page_and_before_a_decision,
            accounts_that_the_bank_takes_away_are_neither_shown_nor_taken,
            a_page_of_the_banks_own_is_asked_about_alike,
            a_decision_may_be_kept_for_fewer_accounts,
            a_bank_that_allows_one_account_gets_one,
            a_no_of_the_bank_is_told_to_the_third_party,
            a_no_of_the_person_holds_whatever_the_bank_says,
            hostile_systems_decide_nothing,
            a_wrong_certificate_is_nobodys,
            others_are_served_while_the_bank_sleeps,
            what_is_sent_is_as_the_published_description_says,
        ])
