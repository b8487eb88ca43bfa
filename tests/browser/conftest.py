"""A real browser on a real explorer; where no browser can be had the tests fail with the line to type."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from explorer import hostile
from explorer.serving import running
from nomoat.documents.collection import add

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
SHOTS = Path(__file__).parent / "shots"
NOTES = {
    "letter.md": "# A letter on open models\n\nMeta makes Llama 2. DeepSeek-R1 competes with GPT-4. "
    "Alibaba makes Qwen.\n\nUsage of open models is about 5 % and falling, said Jane Roe of Acme Labs.\n",
    "talk.vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:06.000\n<v Ann Lee>OpenAI makes GPT-4 and Meta makes Llama 2.\n\n"
    "00:00:07.000 --> 00:00:12.000\n<v Bob Ray>Open models will catch up within two years.\n",
}


def installed(playwright: Playwright) -> str:
    """The path of a browser of Chromium's kind: installed, Playwright's own, or Debian's where it may be installed."""
    own = Path(playwright.chromium.executable_path)
    found = next(filter(None, map(shutil.which, NAMES)), None) or (str(own) if own.exists() else None)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        for line in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
            subprocess.run(line, check=False, capture_output=True, timeout=600)
        found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("No browser to look with. Type: sudo apt-get install -y chromium, or: playwright install chromium")
    return found


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=installed(playwright), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, furnished):
    """An explorer on a store with two notes."""
    home = furnished(tmp_path_factory.mktemp("site"))
    for name, text in NOTES.items():
        (home / name).write_text(text, encoding="utf-8")
    assert len(add([home / name for name in NOTES], home).documents) == 2
    with running(home) as address:
        yield address


@pytest.fixture(scope="module")
def evil(tmp_path_factory, furnished):
    home = furnished(tmp_path_factory.mktemp("evil"))
    id = hostile.store(home)
    with running(home) as address:
        yield address, id


class Visit:
    """A tab, and what must not happen in it: a console message, an error, a foreign request, a dialog."""

    def __init__(self, browser, site, *, width=1280, height=900, dark=False):
        self.site = site
        paper = "dark" if dark else "light"
        self.context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=paper)
        self.page = self.context.new_page()
        self.heard: list[str] = []
        self.page.on("console", lambda message: self.heard.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self._asked)

    def _asked(self, request):
        if not request.url.startswith((self.site, "data:")):
            self.heard.append(f"foreign request: {request.url}")

    def go(self, path):
        self.page.goto(f"{self.site}{path}")
        self.page.wait_for_load_state("networkidle", timeout=90_000)  # all verdicts of a fresh store, on a busy machine
        return self.page

    def settled(self):
        """Every chart drawn and every late section filled."""
        until(self.page, "[...document.querySelectorAll('.chart')].every(c => c.querySelector('svg'))")
        return self.page


def until(page, expression, seconds=30):
    """Wait for an expression; Playwright's own wait makes scripts from text, which the page's policy forbids."""
    for _ in range(seconds * 20):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"not in {seconds} seconds: {expression}")


@pytest.fixture
def visit(browser, site):
    visits = []

    def opened(**given):
        visits.append(Visit(browser, given.pop("site", site), **given))
        return visits[-1]

    yield opened
    for one in visits:
        one.context.close()
        assert one.heard == []
