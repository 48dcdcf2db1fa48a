#!/usr/bin/env python3
"""Takes the pictures in docs/images: the real pages of the sandbox, sharp enough for dense screens, and small files."""
import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "EndToEndTests"))

from PIL import Image  # noqa: E402

from _bank import ROOT  # noqa: E402
from _chromium import chromium  # noqa: E402
from _screens import COLOURS, Stage  # noqa: E402

FOLDER = ROOT / "docs" / "images"
BYTES = 60_000
# What the pictures are called, and the screens that they show.
PICTURES = {
    "login": "login", "consent": "consent", "again": "again", "outbound": "outbound", "cancelled": "outbound denied",
    "timed-out": "timed out", "error": "error", "consents": "consents", "details": "consent details", "stop": "stop",
    "receipt": "receipt", "device": "device compared",
}


def take(page, name, width=760, colours="light"):
    page.emulate_media(**COLOURS[colours])
    page.set_viewport_size({"width": width, "height": 300})
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    # A page of few flat colours needs no more than a palette of them.
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB").quantize(16, dither=Image.Dither.NONE)
    file = FOLDER / f"{name}.png"
    picture.save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file.name}: {size / 1000:.0f} kB")
    assert size <= BYTES, f"{file.name} has {size} bytes"


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, Stage(browser) as stage:
        for name, screen in PICTURES.items():
            with stage.screen(screen, device_scale_factor=1.5) as page:
                if name == "consent":
                    page.check("#account-1")
                take(page, name)
                if name == "consent":
                    take(page, "consent-dark", colours="dark")
                    take(page, "consent-320", width=320)


if __name__ == "__main__":
    main()
