"""Registrations that come twice: once where the key and the request are the same, and refused where they are not."""

import base64
import json
import secrets
import signal

from _bank import Bank, at_once, main, request

bank = Bank()


def basic(id, secret):
    return "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()


PERMISSIONS = ["ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail"]


class Gateway:
    """Registers consents for a third party on the internal listener."""

    header, change = "x-idempotency-key", {"Permissions": ["ReadAccountsDetail"]}

    def post(self, key, client="demo-tpp", **changes):
        secret = (bank.folder / "data" / "demo-bank.secret").read_text()
        headers = {"Authorization": basic("demo-bank", secret), "x-wso2-client-id": client, self.header: key,
                   "Content-Type": "application/json"}
        data = {"Permissions": ["ReadAccountsBasic"], **changes}
        url = f"http://localhost:{bank.port + 2}/api/fs/consent/manage/account-access-consents"
        return request("POST", url, headers, json.dumps({"Data": data, "Risk": {}}))

    def id(self, answer):
        return answer.json["Data"]["ConsentId"]

    def other(self, key):
        return self.post(key, client="demo-app")


class Merchant:
    """Registers consents for its users on the public listener."""

    header, change = "idempotency-key", {"permissions": PERMISSIONS[:1]}

    def token(self, user):
        body = {"userId": user, "merchantId": 1,
                "permissions": ["ais:accounts:read", "ais:balance:read", "ais:transactions:read"]}
        headers = {"Authorization": basic("demo-tpp", bank.secret()), "Content-Type": "application/json"}
        answer = request("POST", bank.issuer + "/v1/auth/generate-token", headers, json.dumps(body))
        assert answer.status == 200, answer.text
        return answer.json["token"]

    def post(self, key, user="user-1", **changes):
        headers = {"Authorization": f"Bearer {self.token(user)}", self.header: key, "Content-Type": "application/json"}
        body = {"permissions": PERMISSIONS, "expirationDateTime": "2030-01-01T00:00:00Z",
                "transactionFromDateTime": "2026-01-01T00:00:00Z", **changes}
        return request("POST", bank.issuer + "/v1/ais/consents", headers, json.dumps(body))

    def id(self, answer):
        return answer.json["requestId"]

    def other(self, key):
        return self.post(key, user="user-2")


def one_request_is_one_consent():
    """SD-05 the same key and body make one consent and one answer, a hundred at once and after a crash"""
    for api in (Gateway(), Merchant()):
        key = secrets.token_hex(20)
        first = api.post(key)
        assert first.status == 201, first.text
        answers = at_once(*[lambda: api.post(key)] * 100)
        bank.stop(signal.SIGKILL)
        bank.start()
        for answer in [*answers, api.post(key)]:
            assert (answer.status, answer.json) == (201, first.json), answer.text
        fresh = secrets.token_hex(20)
        names = {api.id(answer) for answer in at_once(*[lambda: api.post(fresh)] * 100)}
        assert len(names) == 1 and api.id(first) not in names


def another_request_is_refused():
    """SD-05 the same key with another body is refused, and so is a key that is none; both leave nothing"""
    for api in (Gateway(), Merchant()):
        key = secrets.token_hex(20)
        assert api.post(key).status == 201
        before = bank.rows("SELECT count(*) FROM consent")
        for answer in (api.post(key, **api.change), api.post("k" * 41), api.post("")):
            assert answer.status == 400 and api.header in answer.text, answer.text
        assert bank.rows("SELECT count(*) FROM consent") == before
        assert api.post("k" * 40).status == 201


def a_key_is_its_owners():
    """SD-05 the same key of somebody else is another key"""
    for api in (Gateway(), Merchant()):
        key = secrets.token_hex(20)
        first, second = api.post(key), api.other(key)
        assert (first.status, second.status) == (201, 201), second.text
        assert api.id(first) != api.id(second)
    key = secrets.token_hex(20)
    assert Gateway().post(key).status == Merchant().post(key).status == 201


if __name__ == "__main__":
    with bank:
        main([one_request_is_one_consent, another_request_is_refused, a_key_is_its_owners])
