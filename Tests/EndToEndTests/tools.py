"""The small tools beside the server: explain, jwt, token, pkce, completion, man; and the pages that errors lead to."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from _bank import Bank, Browser, ThirdParty, binary, challenge, main, request


def run(*words, text=None, cwd=None):
    return subprocess.run([binary(), *words], text=True, input=text, capture_output=True, timeout=60, cwd=cwd)


def an_error_leads_to_its_page():
    """AZ-31 an error carries a link to a page that says why, where it is written, and what to do, and no more than the error does"""
    with Bank() as bank:
        tpp = ThirdParty(bank)
        page = {}
        for answer in (tpp.redeem("made-up", "v" * 43), tpp.refresh("made-up")):
            uri = answer.json["error_uri"]
            assert uri == f"{bank.issuer}/errors/invalid_grant", answer.text
            told = request("GET", uri)
            assert told.status == 200 and answer.json["error_description"] in told.text, told.text
            page[uri] = told.text
        # One page for all the reasons: which of them it was is not to be seen from the link.
        assert len(page) == 1
        assert run("explain", "invalid_grant").stdout.strip() == page.popitem()[1].strip()
        url, _, _ = tpp.authorization(None, prompt="none")
        left = Browser(bank).open(url)
        assert left.parameters["error_uri"] == f"{bank.issuer}/errors/login_required", left.parameters
        assert request("GET", left.parameters["error_uri"]).status == 200
        assert bank.get("/errors/no_such_error").status == 404
        refused = bank.get("/userinfo", Authorization="Bearer made-up")
        assert refused.json["error_uri"] == f"{bank.issuer}/errors/invalid_token", refused.text


def errors_are_explained():
    """every error is explained without a network"""
    codes = run("explain").stdout.split()
    assert {"invalid_grant", "invalid_client", "use_dpop_nonce", "invalid_software_statement"} <= set(codes), codes
    # One of each consent API.
    assert {"UK.OBIE.Field.Missing", "CONSENT.TOKEN_USED", "FAILED_PRECONDITION", "auth_code_invalid"} <= set(codes), codes
    assert "WSO2 consent API" in run("explain", "server_error").stdout
    for code in codes:
        reasons = json.loads(run("explain", code, "--json").stdout)
        assert reasons and all(set(reason) == {"error", "error_description", "cause", "clause", "fix"} for reason in reasons)
    told = run("explain", "no_such_error")
    assert told.returncode == 64 and "there is no error" in told.stderr, told


def a_verifier_has_a_challenge():
    """a verifier and its challenge are made, and checked"""
    made = json.loads(run("pkce", "--json").stdout)
    assert made["code_challenge"] == challenge(made["code_verifier"]) and len(made["code_verifier"]) == 43
    assert challenge("a" * 50) in run("pkce", "a" * 50).stdout
    assert run("pkce", "too-short").returncode == 64


def tokens_are_read_verified_and_given_back():
    """a token is decoded, verified by its issuer's keys, asked about and revoked"""
    with Bank() as bank:
        bank.hurry()
        data = bank.folder / "data"
        token = run("flow", "--folder", data, "--print", "token").stdout.strip()
        told = run("jwt", "decode", token)
        header, claims = [json.loads(part) for part in told.stdout.replace("}\n\n{", "}\0{").split("\0")]
        assert (header["typ"], claims["iss"], claims["client_id"]) == ("at+jwt", bank.issuer, "demo-tpp"), told
        assert "expires 20" in told.stderr
        assert run("jwt", "verify", text=token + "\n").returncode == 0
        (data / "keys.json").write_text(bank.get("/jwks").text)
        assert run("jwt", "verify", "--jwks", data / "keys.json", token).returncode == 0
        for words in (["--audience", "somebody"], ["--issuer", "http://localhost:1"]):
            assert run("jwt", "verify", "--jwks", data / "keys.json", *words, token).returncode == 1, words
        head, body, signature = token.split(".")
        forged = run("jwt", "verify", f"{head}.{body}.{signature[::-1]}")
        assert forged.returncode == 1 and "signature" in forged.stderr, forged
        assert run("jwt", "decode", "opaque").returncode == 1

        asked = json.loads(run("token", "introspect", "--folder", data, token).stdout)
        assert asked["active"] is True and asked["client_id"] == "demo-tpp", asked
        assert run("token", "revoke", "--folder", data, token).returncode == 0
        assert json.loads(run("token", "introspect", "--folder", data, text=token + "\n").stdout) == {"active": False}
        assert run("token", "keep", "--folder", data, token).returncode == 64


def bash_completes_words():
    """bash completes commands, what can stand behind them, options, and files"""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "clients.json").touch()
        (pathlib.Path(folder) / "completion").write_text(run("completion", "bash").stdout)

        def complete(*words):
            line = " ".join(f"'{word}'" for word in ("assent", *words))
            script = f'. ./completion; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _assent; printf "%s\\n" "${{COMPREPLY[@]}}"'
            told = subprocess.run(["bash", "-c", script], cwd=folder, text=True, capture_output=True, timeout=20)
            assert not told.stderr, told
            return told.stdout.split()

        assert complete("fl") == ["flow"]
        assert set(complete("jwt", "")) >= {"decode", "verify", "--issuer", "--help"}
        assert complete("flow", "--sa") == ["--save"]
        assert complete("flow", "--client-file", "cl") == ["clients.json"]
        assert complete("keys", "ro") == ["rotate"]
        assert complete("nothing", "x") == []
    assert run("completion", "tcsh").returncode == 64
    # The other shells' files, by the shells themselves where they are installed.
    for shell, words in {"zsh": ["-n"], "fish": ["--no-execute"]}.items():
        text = run("completion", shell).stdout
        assert "flow" in text and "--client-file" in text or "client-file" in text
        if shutil.which(shell):
            with tempfile.NamedTemporaryFile("w", suffix=f".{shell}") as file:
                file.write(text)
                file.flush()
                told = subprocess.run([shell, *words, file.name], text=True, capture_output=True, timeout=20)
                assert told.returncode == 0 and not told.stderr, told


def the_manual_is_one():
    """the manual page has every command and option, and groff has nothing to say against it"""
    page = run("man").stdout
    if not shutil.which("groff"):
        print("skipped: groff is not installed")
        return
    told = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-rLL=100n", "-z"], input=page, text=True, capture_output=True, timeout=20)
    assert told.returncode == 0 and not told.stderr, told.stderr
    shown = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou"], input=page, text=True, capture_output=True, timeout=20).stdout
    for word in ("assent flow", "--client-file", "assent completion", "EXIT STATUS", "curl -H"):
        assert word in shown, word
    overview = run("--help").stdout
    for line in overview.splitlines():
        if line.startswith("  "):
            assert f"assent {line.split()[0]}" in shown, line


if __name__ == "__main__":
    main([
        an_error_leads_to_its_page,
        errors_are_explained,
        a_verifier_has_a_challenge,
        tokens_are_read_verified_and_given_back,
        bash_completes_words,
        the_manual_is_one,
    ])
