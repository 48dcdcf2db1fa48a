"""Other people's servers beside ours: Apache as a client of the login, and Apache in front of an API."""

import hashlib
import http.client
import secrets
import time
import urllib.parse

from _apache import Apache
from _bank import Bank, Browser, ThirdParty, log_in, main, request
from _chromium import chromium, sign_in, tab

SECRET = secrets.token_urlsafe(32)


def document(id, **members):
    return {
        "client_name": "Apache", "client_secret_sha256": hashlib.sha256(SECRET.encode()).hexdigest(),
        "scope": "openid profile email offline_access", **members,
    }


RELYING = """
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID apache
OIDCClientSecret {secret}
OIDCRedirectURI {origin}/secure/redirect_uri
OIDCCryptoPassphrase {passphrase}
OIDCPKCEMethod S256
OIDCScope "openid profile email"
OIDCRemoteUserClaim sub
OIDCSessionInactivityTimeout 600
<Location /secure>
    AuthType openid-connect
    Require valid-user
    Header always set X-Person "expr=%{{REMOTE_USER}}"
    Header always set X-Email "%{{OIDC_CLAIM_email}}e"
    Header always set X-Access-Token "%{{OIDC_access_token}}e"
</Location>
"""


def relying(apache, bank, **members):
    """Apache, as a client that is registered at the bank and has been told where its discovery is."""
    bank.client(
        "apache", **document("apache", **members), redirect_uris=[f"{apache.origin}/secure/redirect_uri"],
        grant_types=["authorization_code", "refresh_token"],
        post_logout_redirect_uris=[f"{apache.origin}/out.html"],
        backchannel_logout_uri=f"{apache.origin}/secure/redirect_uri?logout=backchannel")
    bank.reload()
    apache.start(
        RELYING.format(issuer=bank.issuer, secret=SECRET, origin=apache.origin, passphrase=secrets.token_hex(16)),
        {"secure/index.html": "<h1>inside</h1>", "out.html": "<h1>outside</h1>"})


def apache_logs_people_in():
    """mod_auth_openidc logs somebody in through Chromium, with PKCE, and knows who it is"""
    with Apache("auth_openidc") as apache, Bank(options=("--outbound", apache.origin)) as bank, tab(browser) as page:
        relying(apache, bank)
        page.goto(f"{apache.origin}/secure/index.html")
        assert page.url.startswith(f"{bank.issuer}/interaction/"), (page.url, apache.log())
        sign_in(page)
        page.click("#allow")
        page.wait_for_selector("h1:text('inside')")
        answer = page.goto(f"{apache.origin}/secure/index.html")
        assert answer.status == 200, (answer.status, apache.log())
        headers = answer.all_headers()
        assert headers["x-email"] == "bert@customers.example", headers
        told = request("GET", f"{bank.issuer}/userinfo", {"Authorization": f"Bearer {headers['x-access-token']}"})
        assert headers["x-person"].split("@")[0] == told.json["sub"], (headers, told.text)

        # Whoever says no at the bank is not let in.
        with tab(browser) as other:
            other.goto(f"{apache.origin}/secure/index.html")
            other.click("#cancel")
            other.wait_for_url(f"{apache.origin}/secure/redirect_uri?**")
            assert other.locator("h1:text('inside')").count() == 0


def apache_logs_people_out():
    """mod_auth_openidc ends the login at the bank and comes back; a logout elsewhere ends its own by a logout token"""
    with Apache("auth_openidc") as apache, Bank(options=("--outbound", apache.origin)) as bank, tab(browser) as page:
        relying(apache, bank)

        def enter():
            page.goto(f"{apache.origin}/secure/index.html")
            sign_in(page)
            if page.locator("#allow").count():
                page.click("#allow")
            page.wait_for_selector("h1:text('inside')")

        enter()
        back = urllib.parse.quote(f"{apache.origin}/out.html", safe="")
        page.goto(f"{apache.origin}/secure/redirect_uri?logout={back}")
        page.wait_for_selector("h1:text('outside')")
        page.goto(f"{bank.issuer}/consents")
        page.wait_for_selector("#sign-in")
        enter()
        page.goto(f"{bank.issuer}/consents")
        page.click("#log-out")
        page.wait_for_selector("#sign-in")
        deadline = time.monotonic() + 20
        while True:
            page.goto(f"{apache.origin}/secure/index.html")
            if page.url.startswith(f"{bank.issuer}/interaction/"):
                break
            assert time.monotonic() < deadline, ("Apache does not hear of the logout", apache.log(), bank.output())
            time.sleep(0.1)


GUARDING = """
<Location /jwks>
    AuthType oauth2
    OAuth2TokenVerify jwks_uri {issuer}/jwks verify.exp=required
    Require oauth2_claim aud:{issuer}
    Header always set X-Person "%{{OAUTH2_CLAIM_sub}}e"
</Location>
<Location /introspect>
    AuthType oauth2
    OAuth2TokenVerify introspect {issuer}/introspect introspect.auth=client_secret_basic&client_id=apache&client_secret={secret}
    Require oauth2_claim client_id:demo-tpp
    Header always set X-Person "%{{OAUTH2_CLAIM_sub}}e"
</Location>
"""


def called(apache, path, token=None):
    connection = http.client.HTTPConnection("127.0.0.1", apache.port, timeout=20)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("X-Person")


def apache_guards_an_api():
    """mod_oauth2 takes an access token of ours, by our keys and by asking us, and refuses an ID token and junk"""
    with Apache("oauth2") as apache, Bank() as bank:
        bank.client("apache", **document("apache"), grant_types=["client_credentials"], introspects_all=True)
        bank.reload()
        apache.start(GUARDING.format(issuer=bank.issuer, secret=SECRET),
                     {"jwks/index.html": "<h1>data</h1>", "introspect/index.html": "<h1>data</h1>"})
        party, person = ThirdParty(bank), Browser(bank)
        url, _, verifier = party.authorization()
        back = person.press(log_in(person, person.open(url), "bert"), "allow")
        tokens = party.redeem(back.parameters["code"], verifier).json
        subject = request(
            "GET", f"{bank.issuer}/userinfo", {"Authorization": f"Bearer {tokens['access_token']}"}).json["sub"]
        for path in ("/jwks/index.html", "/introspect/index.html"):
            shown = called(apache, path, tokens["access_token"])
            assert shown == (200, subject), (path, shown, apache.log())
            for refused in (tokens["id_token"], tokens["refresh_token"], tokens["access_token"][:-6] + "AAAAAA", None):
                status, _ = called(apache, path, refused)
                assert status == 401, (path, status, apache.log())


if __name__ == "__main__":
    with chromium() as browser:
        main([apache_logs_people_in, apache_logs_people_out, apache_guards_an_api])
