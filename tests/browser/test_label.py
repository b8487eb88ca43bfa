"""The page for labels goes by keyboard, keeps what was said, hands it out as labels are read, and asks nobody."""

from __future__ import annotations

import pytest

from nomoat.work.labelled import people
from nomoat.work.labels import Sheet

CODES = ("bbbbbbbbbb", "cccccccccc", "dddddddddd")
EVIL = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
SHEET = Sheet(
    run="proof-1",
    rows=tuple(("triage", code, f"r{k}", f"user: ticket {k}", EVIL) for k, code in enumerate(CODES)),
)


@pytest.fixture
def tab(browser, tmp_path):
    path = tmp_path / "to-label.html"
    path.write_text(SHEET.page(), encoding="utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, accept_downloads=True)
    page, heard = context.new_page(), []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "blob:")) else heard.append(asked.url))
    page.goto(path.as_uri())
    yield page
    context.close()
    assert heard == []


def test_labels_are_given_by_keyboard_kept_and_read(tab, tmp_path):
    assert tab.inner_text("#answer") == EVIL
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    tab.keyboard.press("1")
    tab.keyboard.press("5")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("0")
    assert "2 of 3 labelled" in tab.inner_text("#told")
    tab.fill("#by", "Ann O'Neil")
    tab.press("#by", "1")  # what is typed into a name is no label
    tab.wait_for_timeout(500)  # Chromium takes a moment until the next process of a file's page sees what was kept
    tab.reload()
    assert tab.inner_text("#case") == "triage, answer 3 of 3"
    assert "2 of 3 labelled" in tab.inner_text("#told")
    tab.keyboard.press("c")
    assert "3 of 3 labelled" in tab.inner_text("#told")
    tab.keyboard.press("x")
    with tab.expect_download() as saved:
        tab.click("#save")
    assert saved.value.suggested_filename == "labels-ann-o-neil1.csv"
    saved.value.save_as(tmp_path / "labels.csv")
    said = people([tmp_path / "labels.csv"]).said
    assert said == {CODES[0]: {"Ann O'Neil1": 1.0}, CODES[1]: {"Ann O'Neil1": 0.0}}
    tab.evaluate("localStorage.clear()")
    tab.wait_for_timeout(500)
    tab.reload()
    assert "0 of 3 labelled" in tab.inner_text("#told")
    tab.set_input_files("#load", tmp_path / "labels.csv")
    tab.wait_for_function("document.getElementById('told').textContent.startsWith('2 of 3')")
    assert tab.inner_text("#case") == "triage, answer 3 of 3"
