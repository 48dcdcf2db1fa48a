"""The whole journey through HTTP and forms: allow, deny, cancel, replay."""

import time

from _bank import Bank, Browser, Left, ThirdParty, claims, log_in, main


def connect(bank, username="bert", accounts=1, **changes):
    """From a registered consent to an answer at the third party."""
    tpp, browser = ThirdParty(bank), Browser(bank)
    token = tpp.client_token()
    consent = tpp.register(token)
    url, parameters, verifier = tpp.authorization(consent, **changes)
    page = log_in(browser, browser.open(url), username)
    boxes = [value for _, value in page.form_with("allow").boxes]
    left = browser.press(page, "allow", boxes=boxes[:accounts])
    assert isinstance(left, Left), left.text
    return tpp, browser, token, consent, parameters, verifier, boxes, left


def a_consent_is_worth_what_was_chosen_until_it_is_deleted():
    """a consent opens the chosen account alone, until it is deleted"""
    with Bank() as bank:
        tpp, browser, token, consent, parameters, verifier, boxes, left = connect(bank)
        assert len(boxes) == 3, boxes
        assert left.parameters["state"] == parameters["state"]
        assert left.parameters["iss"] == bank.issuer
        answer = tpp.redeem(left.parameters["code"], verifier)
        assert answer.status == 200, answer.text
        access = answer.json["access_token"]
        assert claims(access)["consent_id"] == consent
        assert claims(answer.json["id_token"])["openbanking_intent_id"] == consent
        assert claims(answer.json["id_token"])["nonce"] == parameters["nonce"]
        assert tpp.introspect(access)["active"] is True
        accounts = tpp.call("GET", "/accounts", access).json["Data"]["Account"]
        assert [account["AccountId"] for account in accounts] == boxes[:1], accounts
        assert tpp.call("GET", f"/accounts/{boxes[1]}", access).status in (400, 403)
        assert tpp.call("GET", f"/accounts/{boxes[0]}/balances", access).status == 200
        assert tpp.call("GET", f"/accounts/{boxes[0]}/transactions", access).status == 200
        status = tpp.call("GET", f"/account-access-consents/{consent}", token)
        assert status.json["Data"]["Status"] == "Authorised"

        started = time.monotonic()
        assert tpp.call("DELETE", f"/account-access-consents/{consent}", token).status == 204
        assert tpp.introspect(access) == {"active": False}
        assert tpp.call("GET", "/accounts", access).status == 401
        refreshed = tpp.refresh(answer.json["refresh_token"])
        assert (refreshed.status, refreshed.json["error"]) == (400, "invalid_grant")
        assert time.monotonic() - started < 1
        gone = tpp.call("GET", f"/account-access-consents/{consent}", token)
        assert gone.status == 400 and "UK.OBIE.Resource.NotFound" in gone.text


def a_second_yes_ends_what_came_of_the_first():
    """a re-authentication changes the accounts, keeps the status, and ends every token of before"""
    with Bank() as bank:
        tpp, browser, token, consent, parameters, verifier, boxes, left = connect(bank)
        first = tpp.redeem(left.parameters["code"], verifier).json
        before = tpp.call("GET", f"/account-access-consents/{consent}", token).json["Data"]

        url, _, verifier = tpp.authorization(consent)
        left = browser.press(browser.open(url), "allow", boxes=boxes[1:2])
        # Dead from the decision on, whether or not the new code is ever redeemed.
        assert tpp.introspect(first["access_token"]) == {"active": False}
        assert tpp.call("GET", "/accounts", first["access_token"]).status == 401
        assert tpp.refresh(first["refresh_token"]).json["error"] == "invalid_grant"

        second = tpp.redeem(left.parameters["code"], verifier).json
        accounts = tpp.call("GET", "/accounts", second["access_token"]).json["Data"]["Account"]
        assert [account["AccountId"] for account in accounts] == boxes[1:2]
        assert tpp.refresh(second["refresh_token"]).status == 200
        assert tpp.call("GET", f"/account-access-consents/{consent}", token).json["Data"] == before


def a_no_is_told_to_the_third_party_and_kept():
    """CO-38 a no is told to the third party, kept, and cannot be asked again"""
    with Bank() as bank:
        tpp, browser = ThirdParty(bank), Browser(bank)
        token = tpp.client_token()
        consent = tpp.register(token)
        url, parameters, _ = tpp.authorization(consent)
        page = log_in(browser, browser.open(url), "bert")
        left = browser.press(page, "deny")
        assert left.parameters["error"] == "access_denied"
        assert left.parameters["state"] == parameters["state"]
        status = tpp.call("GET", f"/account-access-consents/{consent}", token)
        assert status.json["Data"]["Status"] == "Rejected"
        again = browser.open(tpp.authorization(consent)[0])
        assert again.parameters["error"] == "invalid_request"


def cancel_at_the_login_is_a_no():
    """cancelling before the login returns access_denied and state"""
    with Bank() as bank:
        tpp, browser = ThirdParty(bank), Browser(bank)
        consent = tpp.register(tpp.client_token())
        url, parameters, _ = tpp.authorization(consent)
        left = browser.press(browser.open(url), "cancel")
        assert left.parameters["error"] == "access_denied"
        assert left.parameters["state"] == parameters["state"]


def a_code_works_once():
    """TK-20 a code works once, and its second use ends everything that came of it"""
    with Bank() as bank:
        tpp, _, _, _, _, verifier, _, left = connect(bank)
        first = tpp.redeem(left.parameters["code"], verifier)
        assert first.status == 200
        assert tpp.introspect(first.json["access_token"])["active"]
        second = tpp.redeem(left.parameters["code"], verifier)
        assert (second.status, second.json["error"]) == (400, "invalid_grant")
        assert tpp.introspect(first.json["access_token"]) == {"active": False}
        assert tpp.refresh(first.json["refresh_token"]).status == 400


def the_hybrid_answer_ties_its_parts_together():
    """AZ-27 the hybrid answer carries an ID token with c_hash and s_hash in the fragment"""
    with Bank() as bank:
        tpp, _, _, consent, parameters, verifier, _, left = connect(bank, response_type="code id_token")
        assert "#" in left.url
        token = claims(left.parameters["id_token"])
        assert token["openbanking_intent_id"] == consent and token["nonce"] == parameters["nonce"]
        assert token["c_hash"] and token["s_hash"] and "at_hash" not in token
        assert tpp.redeem(left.parameters["code"], verifier).status == 200


if __name__ == "__main__":
    main([
        a_consent_is_worth_what_was_chosen_until_it_is_deleted,
        a_second_yes_ends_what_came_of_the_first,
        a_no_is_told_to_the_third_party_and_kept,
        cancel_at_the_login_is_a_no,
        a_code_works_once,
        the_hybrid_answer_ties_its_parts_together,
    ])
