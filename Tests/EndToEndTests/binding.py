"""Certificates of clients, from outside: real handshakes, a proxy that passes certificates on, and tokens bound to them."""

import hashlib
import json
import secrets
import signal
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from _bank import Bank, ThirdParty, claims, free_port, main, request
from _certificates import Certificates, Server, enrol
from _wire import Person, b64, is_error
from commands import Folder, served


def open_folder():
    folder = Folder()
    folder.__enter__()
    return folder, Certificates(folder)


FOLDER, MADE = open_folder()
DN = "CN=tpp, O=A Third Party, C=GB"


def enrol_all():
    mutual = {"token_endpoint_auth_method": "tls_client_auth"}
    alone = {"token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": {"keys": [jwk("alone", x5c=True)]}}
    enrol(FOLDER, "by-dn", **mutual, tls_client_auth_subject_dn=DN)
    enrol(FOLDER, "by-dns", **mutual, tls_client_auth_san_dns="tpp.example")
    enrol(FOLDER, "by-key", **alone)
    enrol(FOLDER, "bound", **mutual, tls_client_auth_subject_dn=DN, tls_client_certificate_bound_access_tokens=True)


def jwk(name, x5c=False):
    from cryptography import x509
    numbers = x509.load_der_x509_certificate(MADE.der(name)).public_key().public_numbers()
    key = {"kty": "EC", "crv": "P-256", "x": b64(numbers.x.to_bytes(32, "big")), "y": b64(numbers.y.to_bytes(32, "big"))}
    return {**key, "x5c": [MADE.base64(name)]} if x5c else key


def clients_are_known_by_their_certificates():
    """TL-04 TL-05 TK-51 a client is known by a certificate of an authority of ours or by its own, and nobody else is"""
    with SERVER as server:
        for client in ("by-dn", "by-dns"):
            for certificate in ("tpp", "long"):
                answer = server.token(client, certificate)
                assert answer.status == 200, (client, certificate, answer.text, answer.status)
            for certificate in ("forged", "alone", "other" if client == "by-dn" else None, None):
                assert is_error(server.token(client, certificate), 401, "invalid_client"), certificate
        assert server.token("by-key", "alone").status == 200
        for certificate in ("tpp", "forged", "other", None):
            assert is_error(server.token("by-key", certificate), 401, "invalid_client"), certificate
        # Where browsers come nobody is asked, so what a client would show does not reach us.
        answer = server.ask("POST", "/token", "tpp", server.port, form={
            "grant_type": "client_credentials", "client_id": "by-dn"})
        assert is_error(answer, 401, "invalid_client")
        # HT-63: a stranger's header is not read, not even beside a certificate.
        for certificate in (None, "other"):
            answer = server.ask("POST", "/token", certificate, form={
                "grant_type": "client_credentials", "client_id": "by-dn"}, **{"Client-Cert": f":{MADE.base64('tpp')}:"})
            assert is_error(answer, 401, "invalid_client")


def discovery_says_where_certificates_are_shown():
    """discovery names the methods that can work and the host where certificates are asked for"""
    with SERVER as server:
        document = server.ask("GET", "/.well-known/openid-configuration", port=server.port).json
        assert {"tls_client_auth", "self_signed_tls_client_auth"} <= set(document["token_endpoint_auth_methods_supported"])
        assert document["mtls_endpoint_aliases"]["token_endpoint"] == f"https://localhost:{server.mutual}/token"


def sessions_do_not_outlive_their_authority():
    """TL-02 an authority that is taken away by a reload is believed no more"""
    with SERVER as server:
        assert server.token("by-dn", "tpp").status == 200
        good = (FOLDER.path / "authority.crt").read_bytes()
        try:
            (FOLDER.path / "authority.crt").write_bytes((FOLDER.path / "stranger.crt").read_bytes())
            server.process.send_signal(signal.SIGHUP)
            deadline = time.monotonic() + 10
            while server.token("by-dn", "tpp").status == 200 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert is_error(server.token("by-dn", "tpp"), 401, "invalid_client")
            assert server.token("by-dn", "forged").status == 200
        finally:
            (FOLDER.path / "authority.crt").write_bytes(good)


def a_trusted_proxy_passes_certificates_on():
    """HT-63 a proxy that is configured is believed about what it was shown, once and in the one field"""
    with Server(FOLDER, clientAuthoritiesFile="authority.crt", trustedProxies=["127.0.0.1"]) as server:
        form = {"grant_type": "client_credentials", "client_id": "by-dn"}

        def ask(**headers):
            return request("POST", f"http://localhost:{server.port}/token", headers, form=form)

        assert ask(**{"Client-Cert": f":{MADE.base64('tpp')}:"}).status == 200
        between = {"Client-Cert": f":{MADE.base64('long')}:", "Client-Cert-Chain": f":{MADE.base64('between')}:"}
        assert ask(**between).status == 200
        assert is_error(ask(**{"Client-Cert": f":{MADE.base64('long')}:"}), 401, "invalid_client")
        assert is_error(ask(**{"Client-Cert": f":{MADE.base64('forged')}:"}), 401, "invalid_client")
        assert is_error(ask(), 401, "invalid_client")
        assert is_error(ask(**{"X-SSL-Client-Cert": MADE.base64("tpp")}), 401, "invalid_client")
        assert ask(**{"Client-Cert": MADE.base64("tpp")}).status == 400
        # From another address the same words are nothing.
        told = request("POST", f"http://localhost:{server.port}/token", {"Client-Cert": f":{MADE.base64('tpp')}:"},
                       form=form, source="127.0.0.2")
        assert is_error(told, 401, "invalid_client")


def a_proxy_that_lets_tls_through_is_not_believed():
    """HT-63 where clients show certificates to us, a field that came with the request says nothing, whoever let it through"""
    port = free_port()
    with Server(FOLDER, certificateFile="tls.crt", privateKeyFile="tls.key", clientCertificates="asked",
                clientAuthoritiesFile="authority.crt", mutualTLS=f"https://localhost:{port}",
                mutualTLSAddress=f"127.0.0.1:{port}", trustedProxies=["127.0.0.1"]) as server:
        form = {"grant_type": "client_credentials", "client_id": "by-dn"}
        claim = {"Client-Cert": f":{MADE.base64('tpp')}:"}
        assert server.token("by-dn", "tpp").status == 200
        for certificate, at in [(None, port), ("other", port), (None, server.port)]:
            assert is_error(server.ask("POST", "/token", certificate, at, form, **claim), 401, "invalid_client")


def tokens_are_bound_to_certificates():
    """TK-50 a token that is bound to a certificate is refused with another, without one, and where none is asked for"""
    with SERVER as server:
        assert is_error(server.token("bound"), 401, "invalid_client")
        token = server.token("bound", "tpp").json["access_token"]
        print_of_it = b64(hashlib.sha256(MADE.der("tpp")).digest())
        assert claims(token)["cnf"] == {"x5t#S256": print_of_it}, claims(token)
        # There is no such consent; whoever may ask is told that, and nobody else is.
        path = "/open-banking/v3.1/aisp/account-access-consents/none"
        bearer = {"Authorization": f"Bearer {token}"}
        assert server.ask("GET", path, "tpp", **bearer).status == 400
        for certificate in ("long", "other", None):
            assert server.ask("GET", path, certificate, **bearer).status == 401, certificate
        assert server.ask("GET", path, "tpp", server.port, **bearer).status == 401


class Prover:
    """A key, and proofs of it, made by somebody else's library."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        members = json.dumps({name: self.jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
        self.thumbprint = b64(hashlib.sha256(members.encode()).digest())

    def proof(self, method, url, token=None, **changes):
        made = {"jti": secrets.token_urlsafe(16), "htm": method, "htu": url, "iat": int(time.time()), **changes}
        if token:
            made["ath"] = b64(hashlib.sha256(token.encode()).digest())
        return jwt.encode(made, self.key, "ES256", {"typ": "dpop+jwt", "jwk": self.jwk})


def tokens_are_bound_to_keys():
    """TK-52 TK-53 TK-55 a token that is bound to a key works with fresh proofs of it, each once, and with nothing else"""
    with Bank() as bank:
        tpp, prover = ThirdParty(bank), Prover()
        person = Person(bank, tpp)
        token_url, info_url = bank.issuer + "/token", bank.issuer + "/userinfo"
        code, verifier, _ = person.allow(tpp, dpop_jkt=prover.thumbprint)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": tpp.redirect_uri,
                "code_verifier": verifier}

        def redeem(proof):
            headers = {"Authorization": tpp.basic(), **({"DPoP": proof} if proof else {})}
            return request("POST", token_url, headers, form=form)

        assert is_error(redeem(None), 400, "invalid_dpop_proof")
        assert is_error(redeem(Prover().proof("POST", token_url)), 400, "invalid_grant")
        assert is_error(redeem(prover.proof("POST", info_url)), 400, "invalid_dpop_proof")
        answer = redeem(prover.proof("POST", token_url))
        assert (answer.status, answer.json["token_type"]) == (200, "DPoP"), answer.text
        token = answer.json["access_token"]
        assert claims(token)["cnf"] == {"jkt": prover.thumbprint}
        told = tpp.post("/introspect", {"token": token}).json
        assert (told["active"], told["token_type"], told["cnf"]) == (True, "DPoP", {"jkt": prover.thumbprint}), told

        def ask(scheme, proof):
            headers = {"Authorization": f"{scheme} {token}", **({"DPoP": proof} if proof else {})}
            return request("GET", info_url, headers)

        once = prover.proof("GET", info_url, token)
        assert ask("DPoP", once).status == 200
        # A used proof is remembered across a restart.
        bank.stop()
        bank.start()
        for scheme, proof in [("DPoP", once), ("DPoP", None), ("Bearer", None), ("DPoP", prover.proof("GET", info_url)),
                              ("DPoP", Prover().proof("GET", info_url, token)),
                              ("DPoP", prover.proof("GET", info_url, token, iat=int(time.time()) - 3600))]:
            refused = ask(scheme, proof)
            assert refused.status == 401 and refused.header("WWW-Authenticate").startswith(scheme), refused.headers
        assert ask("DPoP", prover.proof("GET", info_url, token)).status == 200


def a_client_that_nobody_could_know_is_refused_at_the_start():
    """SC-05 a client whose certificate is not asked for, or is vouched for by nobody, is a problem of the configuration"""
    with Folder() as folder:
        served(folder)
        enrol(folder, "by-dn", token_endpoint_auth_method="tls_client_auth", tls_client_auth_subject_dn=DN)
        told = folder.run("check-config", "--config", "ok.json")
        assert told.returncode == 78 and "listening.clientCertificates" in told.stderr, told
        configuration = json.loads((folder.path / "ok.json").read_text())
        configuration["listening"]["trustedProxies"] = ["unix"]
        folder.write("ok.json", json.dumps(configuration))
        told = folder.run("check-config", "--config", "ok.json")
        assert told.returncode == 78 and "listening.clientAuthoritiesFile" in told.stderr, told


if __name__ == "__main__":
    try:
        enrol_all()
        PORT = free_port()
        SERVER = Server(
            FOLDER, certificateFile="tls.crt", privateKeyFile="tls.key", clientCertificates="asked",
            clientAuthoritiesFile="authority.crt", mutualTLS=f"https://localhost:{PORT}",
            mutualTLSAddress=f"127.0.0.1:{PORT}")
        main([
            clients_are_known_by_their_certificates,
            discovery_says_where_certificates_are_shown,
            tokens_are_bound_to_certificates,
            tokens_are_bound_to_keys,
            sessions_do_not_outlive_their_authority,
            a_client_that_nobody_could_know_is_refused_at_the_start,
            a_trusted_proxy_passes_certificates_on,
            a_proxy_that_lets_tls_through_is_not_believed,
        ])
    finally:
        FOLDER.__exit__()
