"""`assent flow` with a certificate, over mutual TLS, at our own server."""

import json
import subprocess

from _bank import binary, main
from _fapi import Party, SecureBank


def flow(*words, certificate="tpp", checks="all"):
    path = BANK.folder.path
    shown = ["--mtls", f"{path / certificate}.crt:{path / certificate}.key"] if certificate else []
    return subprocess.run(
        [binary(), "flow", BANK.issuer, "--client", CLIENT.id, "--auth", "tls_client_auth", "--redirect-uri", CLIENT.redirect_uri,
         "--scope", "openid accounts", "--consent-api", BANK.mutual + CLIENT.base, "--user", "anna", "--password-file", "-",
         "--ca", path / "tls.crt", "--checks", checks, *shown, *words],
        cwd=path, input="anna-sandbox\n", text=True, capture_output=True, timeout=300)


def a_client_goes_the_whole_way_with_its_certificate():
    """a client proves itself by its certificate at every step, and no check fails"""
    told = flow("--json")
    said = json.loads(told.stdout)
    assert told.returncode == 0, (said, told.stderr)
    outcomes = {step["step"]: step["outcome"] for step in said["steps"]}
    assert set(outcomes.values()) == {"done"}, outcomes
    assert said["failed"] == 0 and said["passed"] > 60, said


def no_other_certificate_will_do():
    """without the certificate, with another's or with a forged one, the journey ends at the first token"""
    for certificate in (None, "other", "forged"):
        told = flow("--json", certificate=certificate, checks="none")
        failed = [step["step"] for step in json.loads(told.stdout)["steps"] if step["outcome"] == "failed"]
        assert told.returncode == 1 and failed == ["client-token"], (certificate, told)


def a_token_is_for_its_certificate_alone():
    """a token of a journey opens accounts with the certificate that it was issued to, and with no other"""
    token = flow("--print", "token").stdout.strip()
    accounts = BANK.mutual + CLIENT.base + "/accounts"
    for certificate, status in (("tpp", 200), ("other", 401), (None, 401)):
        answer = BANK.call("GET", accounts, {"Authorization": f"Bearer {token}"}, certificate=certificate)
        assert answer.status == status, (certificate, answer.text)


if __name__ == "__main__":
    BANK = SecureBank()
    CLIENT = Party(BANK, "tpp-1", "tpp", profile="oauth21", method="tls_client_auth", algorithm="ES256")
    with BANK:
        main([
            a_client_goes_the_whole_way_with_its_certificate,
            no_other_certificate_will_do,
            a_token_is_for_its_certificate_alone,
        ])
