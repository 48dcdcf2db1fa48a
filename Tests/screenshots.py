#!/usr/bin/env python3
"""Takes the pictures in docs/images: the real pages of the sandbox, by day, sharp enough for dense screens."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "EndToEndTests"))

from _bank import ROOT, Bank  # noqa: E402
from _chromium import chromium, sign_in, tab  # noqa: E402

FOLDER = ROOT / "docs" / "images"
SIZE = {"width": 900, "height": 400}


def take(page, name):
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    picture = page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
    print(f"{name}.png: {len(picture) // 1000} kB")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, Bank() as bank:
        with tab(browser, viewport=SIZE, device_scale_factor=1.5, color_scheme="light") as page:
            page.goto(f"http://localhost:{bank.port + 1}/")
            page.click("#connect")
            page.fill("#username", "bert")
            take(page, "login")
            sign_in(page)
            page.wait_for_selector("#allow")
            page.check("#account-1")
            take(page, "consent")
            page.click("#allow")
            page.wait_for_selector("#accounts")
            page.goto(f"{bank.issuer}/consents")
            take(page, "consents")


if __name__ == "__main__":
    main()
