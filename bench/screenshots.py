"""Take the pictures of docs/screenshots from a running service: ask page, article, open citation and review list, wide and narrow.

Usage: python bench/screenshots.py http://127.0.0.1:8080 FOLDER   (without API keys; the question is sent to review)
Needs the dev packages and Debian's chromium.
"""

from __future__ import annotations

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
        page.screenshot(path=folder / f"{what}-{name}.png", type="png", scale="css")

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


if __name__ == "__main__":
    main()
