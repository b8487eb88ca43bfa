"""The demo runs from documents to a report, on ours and on the reader's own, and its claims stand on their document."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from nomoat.claims.ledger import read
from nomoat.documents.read import read as read_document
from pages import ROOT

DEMO, CLAIMS = ROOT / "examples" / "demo.py", ROOT / "examples" / "talk-digest.toml"
TALK = ROOT / "tests" / "documents" / "lookalikes" / "talk_digest.txt"


def run(folder, furnished, *documents):
    furnished(folder / "nomoat-demo" / "store")
    told = [sys.executable, str(DEMO), *documents]
    return subprocess.run(told, cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("claim", read(CLAIMS), ids=lambda claim: claim.id)
def test_a_claim_of_the_demo_is_in_its_document(claim):
    document = read_document(TALK)
    assert claim.sha256 == hashlib.sha256(TALK.read_bytes()).hexdigest()
    assert claim.quote in document.text.split("\n")[claim.line - 1]
    assert (claim.earliest, claim.latest) == (document.dating.low, document.dating.high)
    assert claim.speaker in document.speakers


def test_it_walks_from_our_documents_to_a_report(tmp_path, furnished):
    ran = run(tmp_path, furnished, "")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for line in ("$ nomoat documents add", "graph.html written", "$ nomoat claims check second-wave-halved", "Done in"):
        assert line in ran.stdout
    made = tmp_path / "nomoat-demo"
    assert "second-wave-halved" in (made / "report" / "index.html").read_text(encoding="utf-8")
    assert (made / "graph.html").exists()
    assert list((made / "notes").glob("*.md"))


def test_it_walks_on_documents_of_the_reader_that_nobody_has_judged(tmp_path, furnished):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "note.txt").write_text("Open models are two years behind, says Jane Roe of Papierwerk.")
    ran = run(tmp_path, furnished, "mine")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No claim of the ledger was said in these documents" in ran.stdout
    assert "no notes are written" in ran.stdout


def test_a_folder_that_is_not_there_is_one_line(tmp_path, furnished):
    ran = run(tmp_path, furnished, "nowhere")
    assert ran.returncode == 2
    assert "Error: There is no" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
