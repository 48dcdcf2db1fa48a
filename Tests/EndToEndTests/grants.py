"""Consents that are asked for in the request itself, grants that are managed by name, and tokens that a gateway swaps."""

import hashlib
import json
import secrets

from _bank import Bank, Browser, Left, ThirdParty, claims, log_in, main, request

API = "https://api.bank.example"
GATEWAY_SECRET = secrets.token_urlsafe(32)
EVERYTHING = {"type": "account_information", "actions": ["list_accounts", "read_balances", "read_transactions"],
              "datatypes": ["account_numbers"]}
ACCOUNTS = {"type": "account_information", "actions": ["list_accounts"]}


def ask(details, boxes=2, **changes):
    """Pushes a request, has bert answer it, and redeems the code: tokens, or what came back instead."""
    _, parameters, verifier = TPP.authorization(scope=None, nonce=None, authorization_details=json.dumps([details]), **changes)
    pushed = TPP.post("/par", parameters)
    assert pushed.status == 201, pushed.text
    browser = Browser(BANK)
    page = browser.open(f"/authorize?client_id={TPP.id}&request_uri={pushed.json['request_uri']}")
    page = log_in(browser, page, "bert")
    assert page.has_button("allow"), page.text
    left = browser.press(page, "allow", boxes=[box for _, box in page.form_with("allow").boxes][:boxes])
    assert isinstance(left, Left), left.text
    answer = TPP.redeem(left.parameters["code"], verifier)
    assert answer.status == 200, answer.text
    return answer.json, page


def read(path, tokens):
    return TPP.call("GET", f"/accounts{path}", tokens["access_token"])


def grant(method, id, scope="grant_management_query"):
    token = TPP.client_token(scope)
    return request(method, f"{BANK.issuer}/grants/{id}", {"Authorization": f"Bearer {token}"})


def a_consent_is_asked_for_in_the_request_itself():
    """AZ-58 details become the consent of the page, and the token opens what they say and what was chosen"""
    tokens, page = ask(EVERYTHING)
    assert "Your account details" in page.text or "account" in page.text
    (told,) = tokens["authorization_details"]
    assert told["type"] == "account_information" and len(told["accounts"]) == 2, told
    assert claims(tokens["access_token"])["authorization_details"] == [told]
    shown = read("", tokens)
    assert [one["AccountId"] for one in shown.json["Data"]["Account"]] == told["accounts"]
    assert read(f"/{told['accounts'][0]}/balances", tokens).status == 200
    (row,) = BANK.rows("SELECT status, origin, accounts FROM consent WHERE id = ?", claims(tokens["access_token"])["consent_id"])
    assert row[:2] == ("authorised", "authorization-details") and json.loads(row[2]) == told["accounts"]
    # Less may be asked for, and the rest is still there for the next token.
    one = {**ACCOUNTS, "accounts": told["accounts"][1:]}
    narrow = TPP.refresh(tokens["refresh_token"], authorization_details=json.dumps([one])).json
    assert [account["AccountId"] for account in read("", narrow).json["Data"]["Account"]] == one["accounts"]
    assert read(f"/{told['accounts'][0]}", narrow).status == 403
    assert read(f"/{one['accounts'][0]}/balances", narrow).status == 403
    more = {**EVERYTHING, "accounts": ["somebody-elses"]}
    refused = TPP.refresh(narrow["refresh_token"], authorization_details=json.dumps([more]))
    assert refused.json["error"] == "invalid_authorization_details", refused.text


def payments_are_refused():
    """AZ-58 a payment is refused at once, in the request's own words"""
    details = [{"type": "payment_initiation", "instructedAmount": {"currency": "EUR", "amount": "123.50"}}]
    _, parameters, _ = TPP.authorization(scope=None, authorization_details=json.dumps(details))
    answer = TPP.post("/par", parameters)
    assert (answer.status, answer.json["error"]) == (400, "invalid_authorization_details"), answer.text


def a_refused_request_leaves_nothing():
    """what nobody allowed is no consent"""
    before = BANK.rows("SELECT count(*) FROM consent")
    url, _, _ = TPP.authorization(scope=None, authorization_details=json.dumps([EVERYTHING]))
    browser = Browser(BANK)
    page = log_in(browser, browser.open(url), "bert")
    left = browser.press(page, "deny")
    assert left.parameters["error"] == "access_denied"
    assert BANK.rows("SELECT count(*) FROM consent") == before


def a_grant_is_queried_merged_replaced_and_revoked():
    """a grant keeps its name through its life, and its tokens do not"""
    first, _ = ask(ACCOUNTS, grant_management_action="create")
    id = first["grant_id"]
    told = grant("GET", id)
    assert told.status == 200 and told.json["authorization_details"] == first["authorization_details"], told.text
    merged, page = ask(EVERYTHING, grant_management_action="merge", grant_id=id)
    # Whoever is asked again reads what is new, and what falls away.
    assert "Keep sharing with Money Pilot?" in page.text and "What changes" in page.text
    assert "New: Your transactions" in page.text and "New: Your account balance" in page.text, page.text
    assert merged["grant_id"] == id
    assert set(merged["authorization_details"][0]["actions"]) == set(EVERYTHING["actions"])
    assert TPP.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert read("", first).status == 401 and read("", merged).status == 200
    replaced, page = ask(ACCOUNTS, boxes=1, grant_management_action="replace", grant_id=id)
    assert "No longer shared: Your transactions" in page.text and "New: Any other name" in page.text
    assert replaced["authorization_details"][0]["actions"] == ["list_accounts"]
    assert len(replaced["authorization_details"][0]["accounts"]) == 1
    assert read("", merged).status == 401 and read("", replaced).status == 200
    assert grant("GET", id).json["authorization_details"] == replaced["authorization_details"]

    assert grant("DELETE", id).status == 403
    assert grant("DELETE", id, "grant_management_revoke").status == 204
    assert grant("GET", id).status == 404
    assert read("", replaced).status == 401
    assert TPP.introspect(replaced["access_token"]) == {"active": False}
    reasons = [reason for reason, in BANK.rows("SELECT reason FROM revision WHERE consent = ? ORDER BY version", id)]
    assert reasons == ["registered", "authorised", "amended", "amended", "revoked-by-third-party"], reasons


def a_gateway_swaps_a_token_for_one_that_opens_less():
    """a gateway's token is for the next resource alone, names who acts, and ends with what it was swapped for"""
    tokens, _ = ask(EVERYTHING)
    gateway = ThirdParty(BANK, "gateway", GATEWAY_SECRET)
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token": tokens["access_token"],
            "subject_token_type": "urn:ietf:params:oauth:token-type:access_token", "resource": API,
            "authorization_details": json.dumps([ACCOUNTS])}
    answer = gateway.post("/token", form)
    assert answer.status == 200, answer.text
    swapped = answer.json
    assert swapped["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    assert "refresh_token" not in swapped and "id_token" not in swapped
    told, before = claims(swapped["access_token"]), claims(tokens["access_token"])
    assert told["aud"] == API and told["act"] == {"sub": "gateway"} and told["sub"] == before["sub"]
    assert told["exp"] <= before["exp"] and told["consent_id"] == before["consent_id"]
    assert told["authorization_details"][0]["actions"] == ["list_accounts"]
    assert gateway.introspect(swapped["access_token"])["active"] is True
    assert read("", swapped).status == 401
    # The consent ends, and with it what came of it.
    assert TPP.post("/revoke", {"token": tokens["refresh_token"]}).status == 200
    assert gateway.introspect(swapped["access_token"]) == {"active": False}
    assert gateway.post("/token", form).json["error"] == "invalid_request"
    assert gateway.post("/token", {**form, "resource": BANK.issuer}).status == 400
    assert TPP.post("/token", form).json["error"] == "unauthorized_client"


if __name__ == "__main__":
    with Bank() as BANK:
        BANK.client(
            "gateway", client_name="Gateway", client_secret_sha256=hashlib.sha256(GATEWAY_SECRET.encode()).hexdigest(),
            grant_types=["urn:ietf:params:oauth:grant-type:token-exchange"], response_types=[], scope="accounts",
            introspects_all=True, token_exchange_resources=[API])
        BANK.hurry()
        TPP = ThirdParty(BANK)
        main([
            a_consent_is_asked_for_in_the_request_itself, payments_are_refused, a_refused_request_leaves_nothing,
            a_grant_is_queried_merged_replaced_and_revoked, a_gateway_swaps_a_token_for_one_that_opens_less,
        ])
