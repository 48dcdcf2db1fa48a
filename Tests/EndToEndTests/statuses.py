"""Status lists: a resource server that verifies tokens alone, with zlib and a JOSE library of others, hears of every end."""

import base64
import sys
import time
import zlib

from _bank import Bank, ThirdParty, main
from _wire import Person

try:
    import joserfc.jwk
    import joserfc.jwt
    import jwt
except ImportError as missing:
    print(f"skipped: this needs the Python packages of Tests/requirements.txt ({missing})")
    sys.exit(77)

BITS = 1 << 20


class Verifier:
    """Knows where metadata is, and asks about no token."""

    def __init__(self, bank):
        self.bank = bank
        self.metadata = bank.get("/.well-known/oauth-authorization-server").json

    def read(self, token):
        keys = joserfc.jwk.KeySet.import_key_set(self.bank.get("/jwks").json)
        return joserfc.jwt.decode(token, keys, algorithms=["ES256"])

    def place(self, token):
        return self.read(token).claims["status"]["status_list"]

    def list(self, uri):
        """A list as §8.3 has it checked, by two libraries."""
        assert uri.startswith(self.bank.issuer), uri
        answer = self.bank.get(uri[len(self.bank.issuer):], Accept="application/statuslist+jwt")
        assert answer.status == 200 and answer.header("Content-Type") == "application/statuslist+jwt", answer.headers
        document = self.read(answer.text)
        keys = jwt.PyJWKSet.from_dict(self.bank.get("/jwks").json)
        said = jwt.decode(answer.text, keys[jwt.get_unverified_header(answer.text)["kid"]], algorithms=["ES256"])
        assert said == document.claims, said
        assert document.header["typ"] == "statuslist+jwt" and document.claims["sub"] == uri, document
        assert document.claims["iat"] <= time.time() + 1 < document.claims["exp"] and document.claims["ttl"] > 0
        assert document.claims["status_list"]["bits"] == 1
        packed = document.claims["status_list"]["lst"]
        bits = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        assert len(bits) * 8 == BITS, len(bits)
        return bits

    def bit(self, token):
        place = self.place(token)
        return self.list(place["uri"])[place["idx"] // 8] >> place["idx"] % 8 & 1


def a_verifier_hears_of_an_end():
    """the bit of a token says in the next answer that it, its family or its consent has ended, and no other bit does"""
    party, verifier = ThirdParty(HOUSE), Verifier(HOUSE)
    own = party.client_token()
    assert "status" not in verifier.read(own).claims
    person = Person(HOUSE, party)

    def granted():
        consent = party.register(own)
        return consent, person.tokens(party, consent)

    (_, first), (consent, second), (_, third) = granted(), granted(), granted()
    tokens = [grant["access_token"] for grant in (first, second, third)]
    assert [verifier.bit(token) for token in tokens] == [0, 0, 0]
    assert party.post("/revoke", {"token": tokens[0]}).status == 200
    assert [verifier.bit(token) for token in tokens] == [1, 0, 0]
    # What is issued on the same decision afterwards is good.
    tokens.append(party.refresh(first["refresh_token"]).json["access_token"])
    assert [verifier.bit(token) for token in tokens] == [1, 0, 0, 0]
    assert party.call("DELETE", f"/account-access-consents/{consent}", own).status == 204
    assert [verifier.bit(token) for token in tokens] == [1, 1, 0, 0]
    tokens.append(party.refresh(third["refresh_token"]).json["access_token"])
    assert verifier.place(tokens[4]) == verifier.place(tokens[2])
    # A refresh token that comes twice ends its family.
    assert party.refresh(third["refresh_token"]).status == 400
    assert [verifier.bit(token) for token in tokens] == [1, 1, 1, 0, 1]
    for token in tokens:
        assert party.introspect(token)["active"] is (verifier.bit(token) == 0)
    ended = sum(bin(int.from_bytes(verifier.list(uri), "little")).count("1") for uri in lists(verifier))
    assert ended == 3, ended


def lists(verifier):
    answer = verifier.bank.get(verifier.metadata["status_list_aggregation_endpoint"][len(verifier.bank.issuer):])
    return answer.json["status_lists"]


def lists_are_found_and_say_little():
    """metadata names all lists; a list is small, may be kept, is for any page, and survives the process"""
    verifier = Verifier(HOUSE)
    uris = lists(verifier)
    assert len(uris) == 16 == len(set(uris))
    before = [verifier.list(uri) for uri in uris]
    for uri in uris:
        answer = HOUSE.get(uri[len(HOUSE.issuer):], Origin="https://page.example")
        assert len(answer.body) < 3000, len(answer.body)
        assert answer.header("Cache-Control") == "public, max-age=30"
        assert answer.header("Access-Control-Allow-Origin") == "*"
        assert HOUSE.get(uri[len(HOUSE.issuer):] + "?time=1").status == 501
    for path in ("/statuses/16", "/statuses/-1", "/statuses/00", "/statuses/"):
        assert HOUSE.get(path).status == 404, path
    HOUSE.stop()
    HOUSE.start()
    assert [verifier.list(uri) for uri in uris] == before


if __name__ == "__main__":
    with Bank() as HOUSE:
        main([a_verifier_hears_of_an_end, lists_are_found_and_say_little])
