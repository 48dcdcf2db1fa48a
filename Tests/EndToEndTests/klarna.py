"""Klarna's XS2A API against the real program: a session, the person's yes, and one-time tokens that outlive a crash."""

import hashlib
import json
import signal
import socket
import time

from _bank import Bank, at_once, claims, main
from _klarna import PSU, Aggregator, ConfiguredBank, Consent, code


def a_whole_session():
    """a session leads over the one login and consent page to data, and from there to a consent that outlives it"""
    with Bank() as bank:
        aggregator = Aggregator(bank)
        session = aggregator.session()
        assert len(session["session_id"]) == 32 and len(session["session_id_short"]) == 8
        assert set(session["flows"]) == {"accounts", "account_details", "balances", "transactions"}
        flow = aggregator.start(session["flows"]["accounts"])
        assert flow["state"] == "CONSUMER_INPUT_NEEDED", flow
        early = aggregator.call("POST", session["consent"])
        assert (early.status, code(early)) == (400, "CONSENT.NOT_RETRIEVABLE")

        boxes, left = aggregator.allow(flow, accounts=2)
        assert left.parameters["state"] == flow["flow_id"], left.url
        assert left.parameters["iss"] == bank.issuer
        assert set(left.parameters) == {"state", "iss"}, left.url

        done = aggregator.call("GET", flow["self"]).json["data"]
        assert done["state"] == "FINISHED", done
        assert [account["id"] for account in done["result"]["accounts"]] == boxes[:2], done
        balances = aggregator.start(session["flows"]["balances"], account_id=boxes[0])
        assert isinstance(balances["result"]["available"]["amount"], int), balances

        answer = aggregator.call("POST", session["consent"])
        assert answer.status == 200
        assert answer.header("Content-Type") == "application/json;charset=utf-8"
        consent = Consent(aggregator, answer.json["data"], boxes[:2])
        assert set(consent.urls) == {"accounts", "account_details", "balances", "transactions"}
        assert consent.urls["account_details"].endswith(f"/xs2a/v1/consents/{consent.id}/account-details/get")
        assert claims(consent.token)["consent_id"] == consent.id

        assert aggregator.call("DELETE", session["self"]).status == 204
        closed = aggregator.call("POST", session["consent"])
        assert (closed.status, code(closed)) == (400, "USER.SESSION.TIMEOUT")
        shown = consent.use()
        assert [account["id"] for account in shown.json["data"]["result"]["accounts"]] == boxes[:2]
        assert consent.use("account_details", account_id=boxes[1]).status == 200
        outside = consent.use("balances", account_id=boxes[2])
        assert (outside.status, code(outside)) == (400, "CONSENT.RESOURCE_NOT_GRANTED")
        assert outside.successor, outside.text
        assert consent.use("balances", account_id=boxes[0]).status == 200


def a_no_is_told_in_the_flow():
    """a no ends the flow as ABORTED, and leaves no consent to fetch"""
    with Bank() as bank:
        aggregator = Aggregator(bank)
        session = aggregator.session()
        flow = aggregator.start(session["flows"]["transactions"])
        _, left = aggregator.allow(flow, button="deny")
        assert left.parameters["error"] == "access_denied"
        assert left.parameters["state"] == flow["flow_id"]
        done = aggregator.call("GET", flow["self"]).json["data"]
        assert (done["state"], done["error"]["code"]) == ("ABORTED", "USER.ABORTED"), done
        assert code(aggregator.call("POST", session["consent"])) == "CONSENT.NOT_RETRIEVABLE"


def pages_are_uses():
    """SD-40 SD-46 every page of a listing spends a token, and an offset goes with the token it came with"""
    with Bank() as bank:
        consent = Aggregator(bank).consent()
        account = consent.accounts[0]
        whole = consent.use("transactions", account_id=account).json["data"]["result"]["transactions"]
        assert len(whole) > 10, len(whole)
        page = consent.use("transactions", account_id=account, preferred_pagination_size=len(whole) // 2)
        listing = page.json["data"]["result"]["pagination"]
        first = page.json["data"]["result"]["transactions"]
        stale = consent.use(token=consent.token).status
        assert stale == 200
        late = consent.use(url=listing["url"], offset=listing["next"]["offset"])
        assert late.status == 400 and not late.successor, late.text
        page = consent.use("transactions", account_id=account, preferred_pagination_size=len(whole) // 2)
        pages = [first]
        while pagination := page.json["data"]["result"].get("pagination"):
            page = consent.use(url=pagination["url"], offset=pagination["next"]["offset"])
            assert page.status == 200, page.text
            pages.append(page.json["data"]["result"]["transactions"])
        assert sum(pages, []) == whole


def one_of_many():
    """SD-40 TK-60 of many who use one token at once, one gets its successor"""
    with Bank() as bank:
        consent = Aggregator(bank).consent()
        token = consent.token
        answers = at_once(*[lambda: consent.use(token=token, keep=False) for _ in range(16)])
        assert sorted(answer.status for answer in answers) == [200] + [400] * 15
        assert {code(answer) for answer in answers if answer.status == 400} == {"CONSENT.TOKEN_USED"}
        winner = next(answer for answer in answers if answer.status == 200)
        assert consent.use(token=winner.successor).status == 200


def four_times_a_day():
    """SD-45 a consent is used four times a day while its person is away"""
    with Bank() as bank:
        consent = Aggregator(bank).consent()
        for _ in range(4):
            assert consent.use(psu=None).status == 200
        refused = consent.use(psu=None)
        assert (refused.status, code(refused)) == (429, "CONSENT.QUOTA_EXCEEDED")
        assert 0 < int(refused.header("Retry-After")) <= 86_400
        assert consent.use().status == 200


def another_client_has_nothing():
    """SD-02 another client of the portal gets nothing of a session, a flow or a consent, whatever it knows of them"""
    with Bank() as bank:
        bank.client("other-tpp", client_name="Other", token_endpoint_auth_method="none",
                    redirect_uris=["https://other.example/cb"], grant_types=["authorization_code"],
                    response_types=["none"], scope="openid accounts",
                    portal_token_sha256=hashlib.sha256(b"other-portal-token").hexdigest())
        bank.reload()
        aggregator, other = Aggregator(bank), Aggregator(bank, "other-portal-token")
        session = aggregator.session()
        flow = aggregator.start(session["flows"]["accounts"])
        for method, url in [("GET", session["self"]), ("GET", flow["self"]), ("POST", session["consent"]),
                            ("PUT", session["flows"]["accounts"]), ("DELETE", session["self"])]:
            assert other.call(method, url).status == 404, (method, url)
        consent = aggregator.consent()
        foreign = other.call("POST", consent.urls["accounts"], {"consent_token": consent.token, "psu": PSU})
        unknown = other.call("POST", "/consents/nowhere/accounts/get", {"consent_token": consent.token, "psu": PSU})
        assert (foreign.status, code(foreign)) == (400, "CONSENT.TOKEN_INVALID")
        assert (foreign.status, foreign.body) == (unknown.status, unknown.body)
        stranger = aggregator.call("POST", consent.urls["accounts"], {"consent_token": consent.token},
                                   Authorization=f"Token {flow['client_token']}")
        assert (stranger.status, code(stranger)) == (401, "TECHNICAL.UNAUTHORIZED")
        assert consent.use().status == 200


def an_answer_that_is_lost():
    """SD-41 TK-43 TK-61 after kill -9 between commit and answer, the token that was sent gets the same successor again"""
    bank = ConfiguredBank(tokenGraceSeconds=60, attendedUsesPerDay=100_000)
    with bank:
        consent = Aggregator(bank).consent()
        lost = told = 0
        for round in range(12):
            before = consent.token
            # The request is sent whole, and the server dies while it is at it or just after.
            sent = send_and_go(bank, consent)
            time.sleep(0.002 * (round % 4))
            bank.stop(signal.SIGKILL)
            answer = sent.read()
            bank.start()
            chain = bank.rows("SELECT generation FROM consent_token WHERE consent = ?", consent.id)[0][0]
            if answer is not None:
                told += 1
                # What was told is the truth: the successor lives.
                consent.token = answer
            elif chain > claims(before)["generation"]:
                lost += 1
            again = consent.use(token=before, keep=False)
            assert again.status == 200, (round, again.text)
            successor = again.successor
            assert answer is None or successor == answer
            assert consent.use(token=before, keep=False).successor == successor
            consent.token = successor
            assert consent.use().status == 200
            assert code(consent.use(token=before, keep=False)) == "CONSENT.TOKEN_USED"
        print(f"      {lost} answers lost after the commit, {told} delivered, of 12", flush=True)


class send_and_go:
    """A consent call whose answer is read later, if there is one."""

    def __init__(self, bank, consent):
        body = json.dumps({"consent_token": consent.token, "psu": PSU})
        path = consent.urls["accounts"].removeprefix(bank.issuer)
        self.socket = socket.create_connection(("127.0.0.1", bank.port), timeout=10)
        self.socket.sendall((
            f"POST {path} HTTP/1.1\r\nHost: localhost:{bank.port}\r\nAuthorization: Token {consent.aggregator.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}").encode())

    def read(self):
        """The successor, where a whole answer came."""
        received = b""
        try:
            while part := self.socket.recv(65_536):
                received += part
        except OSError:
            pass
        self.socket.close()
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            return None
        try:
            return json.loads(body)["data"]["consent_token"]
        except ValueError:
            return None


if __name__ == "__main__":
    main([
        a_whole_session, a_no_is_told_in_the_flow, pages_are_uses, one_of_many, four_times_a_day,
        another_client_has_nothing, an_answer_that_is_lost,
    ])
