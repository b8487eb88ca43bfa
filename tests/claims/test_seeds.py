"""Every passage of the five documents has a line that says what answers it, and the page is the one written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import nomoat
from nomoat.claims.ledger import ledger
from nomoat.claims.seeds import KINDS, PAGE, TABLE, answers, checksum, page, passages, unanswered
from nomoat.errors import SnapshotError

ROOT = Path(nomoat.__file__).parents[2]
LEDGER = ledger(home=Path("/nonexistent"))
DOCS = os.environ.get("DOCS")


def test_every_passage_is_answered_by_a_command_and_a_test_that_exist():
    found = answers(LEDGER)
    assert len(found) == len(passages()) > 130
    for one in found:
        assert one.answer
        assert "nomoat " in one.command
        for test in one.test.split(", "):
            assert (ROOT / test).exists(), test


def test_every_claim_stands_on_a_passage():
    places = {(p.document, p.line) for p in passages() if p.kind == "claims"}
    assert {(c.document, c.line) for c in LEDGER} == places


def test_the_page_is_the_one_that_the_table_gives():
    assert PAGE.read_text(encoding="utf-8") == page(LEDGER), "python -m nomoat.claims.seeds"


def test_a_passage_that_nothing_answers_fails(tmp_path):
    table = tmp_path / "passages.csv"
    table.write_text(TABLE.read_text() + "newsletter,99,0123456789abcdef,riddle,\n")
    with pytest.raises(SnapshotError, match="line 99"):
        answers(LEDGER, table)
    table.write_text(TABLE.read_text() + "newsletter,99,0123456789abcdef,claims,\n")
    with pytest.raises(SnapshotError, match="no claim"):
        answers(LEDGER, table)


def test_a_line_that_the_table_lacks_is_named(tmp_path):
    # A document of ours stands in for one of the five: the table knows one of its three lines.
    (tmp_path / "doc.txt").write_text("known words\n\nunknown words\nchanged\n")
    import hashlib

    import msgspec

    sha = hashlib.sha256((tmp_path / "doc.txt").read_bytes()).hexdigest()
    from nomoat.claims.ledger import Ledger

    book = Ledger((msgspec.structs.replace(LEDGER.claims[0], sha256=sha, document="mine"),))
    table = tmp_path.parent / "table.csv"
    rows = [("mine", 1, checksum("known  words")), ("mine", 4, checksum("before"))]
    table.write_text("document,line,sha256,kind,see\n" + "".join(f"{d},{n},{s},claims,\n" for d, n, s in rows))
    said = list(unanswered(tmp_path, book, table))
    assert [line.split(":")[0] for line in said] == ["mine, line 3", "mine, line 4"]


def test_kinds_name_what_answers_them():
    assert all(len(kind) == 3 and all(kind) for kind in KINDS.values())


@pytest.mark.skipif(DOCS is None, reason="DOCS names no folder with the five documents")
def test_the_five_documents_have_no_passage_without_a_line():
    assert DOCS is not None
    assert list(unanswered(Path(DOCS), LEDGER)) == []
