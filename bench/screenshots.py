"""Take the pictures of docs/screenshots from a running service: ask page, article, open citation and review list, wide and narrow.

Usage: python bench/screenshots.py http://127.0.0.1:8080 FOLDER   (without API keys; the question is sent to review)
Needs the dev packages and Debian's chromium.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"wide": (1280, 860), "narrow": (390, 780)}
_AS_WEBP = """async (png) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${png}`;
    await picture.decode();
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({type: "image/webp", quality: 0.8})).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}"""
QUESTION = "Does acupuncture help chronic low back pain?"


def main() -> None:
    """Take each picture at both widths."""
    address, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        context = playwright.chromium.launch_persistent_context(home, executable_path=CHROMIUM, args=FLAGS)
        page = context.new_page()
        for name, (width, height) in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            _take(page, address, folder, name)
        context.close()


def _take(page: Page, address: str, folder: Path, name: str) -> None:
    def shoot(what: str) -> None:
        page.wait_for_timeout(400)
        (folder / f"{what}-{name}.webp").write_bytes(_webp(page, page.screenshot(scale="css")))

    page.goto(address)
    shoot("ask")
    page.fill("#question", QUESTION)
    page.click("button.primary")
    page.wait_for_selector(".references")
    shoot("article")
    page.locator(".cites a").first.click()
    page.wait_for_selector("dialog[open] mark")
    shoot("citation")
    page.keyboard.press("Escape")
    page.click("text=Send to review")
    page.goto(f"{address}/articles")
    shoot("review")


def _webp(page: Page, png: bytes) -> bytes:
    """Return a picture as WebP, written by the browser, on a page that no policy binds."""
    blank = page.context.new_page()
    data = blank.evaluate(_AS_WEBP, base64.b64encode(png).decode())
    blank.close()
    return base64.b64decode(data)


if __name__ == "__main__":
    main()
