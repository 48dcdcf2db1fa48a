"""What clients are told of people: claim by claim, under one name or another, to whoever may ask how."""

import hashlib
import json
import urllib.parse

from _bank import Bank, Browser, Left, Page, ThirdParty, claims, log_in, main, request

SCOPE = "openid profile email address phone offline_access"
SECRET = "a-secret-of-the-tests-that-is-long-enough-to-be-one"


def party(bank, id, host, **members):
    """A relying party that knows no PKCE, as OpenID's suites play one."""
    redirect_uri = f"https://{host}/cb"
    bank.client(
        id, client_name=id.title(), client_secret_sha256=hashlib.sha256(SECRET.encode()).hexdigest(),
        token_endpoint_auth_method="client_secret_basic", redirect_uris=[redirect_uri], profile="openid-connect",
        grant_types=["authorization_code", "refresh_token"], response_types=["code", "code id_token"], scope=SCOPE,
        **members)
    return ThirdParty(bank, id, SECRET, redirect_uri)


def tokens(bank, browser, tpp, **changes):
    """A whole login of Anna's; the pages that she saw, and what the client got."""
    url, parameters, _ = tpp.authorization(code_challenge=None, code_challenge_method=None, **changes)
    seen, step = [], browser.open(url)
    while isinstance(step, Page):
        seen.append(step)
        step = log_in(browser, step, "anna") if step.has_button("log-in") else browser.press(step, "allow")
    assert isinstance(step, Left) and step.parameters["state"] == parameters["state"], step.url
    form = {"grant_type": "authorization_code", "code": step.parameters["code"], "redirect_uri": tpp.redirect_uri}
    answer = tpp.post("/token", form)
    assert answer.status == 200, answer.text
    return seen, answer.json


def user_info(bank, token):
    answer = request("GET", bank.issuer + "/userinfo", {"Authorization": f"Bearer {token}"})
    assert answer.status == 200, answer.text
    return answer.json


def what_is_asked_for_is_told():
    """what a request asks for is named to the person and told to the client, and nothing else is"""
    with Bank() as bank:
        tpp = party(bank, "reader", "reader.example")
        bank.reload()
        asked = {"userinfo": {"birthdate": None, "eye_color": {"essential": True}},
                 "id_token": {"phone_number": {"essential": True}}}
        browser = Browser(bank)
        pages, answer = tokens(bank, browser, tpp, scope="openid address", claims=json.dumps(asked))
        words = pages[-1].text
        for line in ("Your postal address", "Your date of birth", "Your telephone number"):
            assert line in words, words
        told = claims(answer["id_token"])
        assert told["phone_number"] == "+441632960001" and "address" not in told and "birthdate" not in told
        info = user_info(bank, answer["access_token"])
        assert set(info) == {"sub", "address", "birthdate"}, info
        assert info["address"]["country"] == "GB" and info["birthdate"] == "1988-04-17"
        # The bank learns something, and the next answer says it.
        with bank.people() as people:
            people[0]["claims"]["address"]["locality"] = "York"
        bank.reload()
        assert user_info(bank, answer["access_token"])["address"]["locality"] == "York"


def the_ways_to_ask():
    """the token comes in the header or in a form, once, and never in the query"""
    with Bank() as bank:
        tpp = party(bank, "reader", "reader.example")
        bank.reload()
        _, answer = tokens(bank, Browser(bank), tpp, scope="openid email")
        url, token = bank.issuer + "/userinfo", answer["access_token"]
        header = {"Authorization": f"Bearer {token}"}
        told = user_info(bank, token)
        assert told["email_verified"] is True
        assert request("POST", url, header).json == told
        assert request("POST", url, form={"access_token": token}).json == told
        twice = request("POST", url, header, form={"access_token": token})
        assert twice.status == 400 and twice.json["error"] == "invalid_request", twice.text
        for form in ({"access_token": ""}, {"token": token}, {}):
            assert request("POST", url, form=form).status == 401
        body = f"access_token={token}&access_token={token}"
        repeated = request("POST", url, {"Content-Type": "application/x-www-form-urlencoded"}, body=body)
        assert repeated.status == 400, repeated.text
        # RFC 6750 §2.2: a form, and in a request that has a body.
        text = request("POST", url, {"Content-Type": "text/plain"}, body=f"access_token={token}")
        assert text.status == 401
        assert request("GET", f"{url}?access_token={token}").status == 401
        # A form is a way for the user info endpoint alone.
        accounts = request("POST", bank.issuer + "/introspect", form={"access_token": token, "token": token})
        assert accounts.status == 401


def a_name_for_each_sector():
    """clients of one sector know a person by one name, and no other client by that name"""
    with Bank() as bank:
        pairwise = {"subject_type": "pairwise"}
        sector = {**pairwise, "sector_identifier_uri": "https://group.example/uris.json"}
        parties = [party(bank, "plain", "plain.example"), party(bank, "alone", "alone.example", **pairwise),
                   party(bank, "one", "one.example", **sector), party(bank, "two", "two.example", **sector)]
        bank.reload()
        browser, names = Browser(bank), []
        for tpp in parties:
            _, answer = tokens(bank, browser, tpp, scope="openid offline_access", prompt="consent")
            name = claims(answer["id_token"])["sub"]
            told = {name, claims(answer["access_token"])["sub"], user_info(bank, answer["access_token"])["sub"],
                    tpp.introspect(answer["access_token"])["sub"], tpp.introspect(answer["refresh_token"])["sub"],
                    claims(tpp.refresh(answer["refresh_token"]).json["id_token"])["sub"]}
            assert told == {name}, told
            # What the client calls the person is understood when it comes back.
            silent = {"scope": "openid offline_access", "prompt": "none"}
            for hint in ({"id_token_hint": answer["id_token"]},
                         {"claims": json.dumps({"id_token": {"sub": {"value": name}}})}):
                _, again = tokens(bank, browser, tpp, **silent, **hint)
                assert claims(again["id_token"])["sub"] == name
            names.append(name)
        assert names[0] == "psu-anna" and names[2] == names[3], names
        assert len(set(names)) == 3 and "anna" not in "".join(names[1:]), names
        # A name of another sector is nobody's here.
        url, _, _ = parties[1].authorization(
            scope="openid offline_access", prompt="none", code_challenge=None, code_challenge_method=None,
            claims=json.dumps({"id_token": {"sub": {"value": names[2]}}}))
        assert browser.open(url).parameters["error"] == "login_required"
        # Nor is anybody renamed by a slip.
        bank.client("alone", subject_type="public")
        try:
            bank.reload()
            raise AssertionError("a client was given other names for everybody")
        except RuntimeError as refused:
            assert "changes_subjects" in str(refused), refused
        bank.client("alone", subject_type="pairwise")
        bank.reload()
        # The names stay the same from one start to the next.
        bank.stop()
        bank.start()
        _, later = tokens(bank, Browser(bank), parties[1], scope="openid")
        assert claims(later["id_token"])["sub"] == names[1]


def links_of_a_third_party():
    """CO-07 policy and terms of a third party are links on the login page, and its logo is not loaded"""
    with Bank() as bank:
        tpp = party(bank, "reader", "reader.example", policy_uri="https://reader.example/privacy",
                    tos_uri="https://reader.example/terms", logo_uri="https://reader.example/logo.png")
        bank.reload()
        url, _, _ = tpp.authorization(scope="openid", code_challenge=None, code_challenge_method=None)
        page = Browser(bank).open(url)
        for link in ("https://reader.example/privacy", "https://reader.example/terms"):
            assert f' href="{link}" target="_blank" rel="noopener noreferrer">' in page.answer.text
        assert "logo.png" not in page.answer.text
        assert "Privacy policy" in page.text and urllib.parse.urlsplit(tpp.redirect_uri).scheme == "https"


if __name__ == "__main__":
    main([
        what_is_asked_for_is_told,
        the_ways_to_ask,
        a_name_for_each_sector,
        links_of_a_third_party,
    ])
