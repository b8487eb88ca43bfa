"""Statements are found as readers marked them, on documents of our own and, where DOCS names them, on the five."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from documents.marked import LOOKALIKES, marks, score
from nomoat.documents.quantities import quantities
from nomoat.documents.read import read, read_bytes
from nomoat.documents.statements import statements

FIRST = ["podcast_note.md", "newsletter.txt", "talk_digest.txt", "panel.vtt"]
SECOND = ["second_newsletter.md", "second_talk.json"]
# precision, recall, and both for "is this sentence a statement at all", as measured once: 0.895, 0.548, 0.867, 0.619
HELD_OUT = (0.89, 0.54, 0.86, 0.61)
THIRD = ["third_blog.html", "third_podcast.srt"]


def test_the_look_alikes_that_the_rules_were_widened_on():
    """Before any rule was widened on them: 0.885/0.605 on the first four, 0.833/0.595 on the second two."""
    first = score([LOOKALIKES / name for name in FIRST], marks("lookalikes.csv"))
    second = score([LOOKALIKES / name for name in SECOND], marks("second.csv"))
    assert first.precision() >= 0.93
    assert first.recall() >= 0.95
    assert second.precision() >= 0.94
    assert second.recall() >= 0.90


def test_the_look_alikes_that_no_rule_was_widened_on():
    """The honest figure: written and marked after the rules, and the rules were not touched for them."""
    held = score([LOOKALIKES / name for name in THIRD], marks("third.csv"))
    assert held.precision() >= HELD_OUT[0]
    assert held.recall() >= HELD_OUT[1]
    assert held.precision("any") >= HELD_OUT[2]
    assert held.recall("any") >= HELD_OUT[3]


def test_the_five_documents():
    folder = os.environ.get("DOCS")
    if not folder:
        pytest.skip("DOCS names no folder: the five documents are not committed, their marks are (marks/seeds.csv)")
    marked = marks("seeds.csv")
    paths = [p for p in sorted(Path(folder).iterdir()) if hashlib.sha256(p.read_bytes()).hexdigest() in marked]
    if len(paths) < len(marked):
        pytest.skip(f"DOCS={folder} holds {len(paths)} of the {len(marked)} marked documents")
    found = score(paths, marked)
    assert found.precision() >= 0.93
    assert found.recall() >= 0.98


def test_a_statement_says_who_when_where_and_how_firmly():
    document = read(LOOKALIKES / "talk_digest.txt")
    by_line = {s.place.line: s for s in statements(document).statements}
    share = by_line[5]
    assert share.speaker == "Ingrid Solbakken"
    assert share.low == share.high == document.dating.day
    assert share.direction == "down"
    assert "about" in share.hedges
    assert document.text[share.place.start : share.place.end].startswith("Meta's share")
    assert by_line[21].source == "Epoch AI"
    assert by_line[16].hedges == ("could",)


def test_a_speaker_is_whose_turn_it_is():
    found = statements(read(LOOKALIKES / "panel.vtt")).statements
    speakers = {s.text.split()[0]: s.speaker for s in found}
    assert speakers["Roughly"] == "Lucía Ferrer"
    assert speakers["So"] == "Okan Demir"
    assert next(s for s in found if s.text.startswith("So")).place.link.endswith("v=m3L_x9Kq-T8&t=11")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It fell to around 5%.", [(5, 5, "%", "around")]),
        ("They hold 80%–90% of it.", [(80, 90, "%", None)]),
        ("between 4% and 6% of tokens", [(4, 6, "%", None)]),
        ("more than 400 million times", [(4e8, 4e8, "times", "more than")]),
        ("nine million requests a day", [(9e6, 9e6, "requests", None)]),
        ("It costs $4.10 per million tokens.", [(4.1, 4.1, "$", None)]),
        ("That is 11,000 euros.", [(11000, 11000, "euros", None)]),
        ("a factor of thirteen", [(13, 13, "times", None)]),
        ("In 2024 we met on 3 May.", []),
        ("GPT-4.1 and Llama 3.", []),
        ("one of the three big labs", []),
        ("Tencent and the tension in it", []),
        ("call +84 (0) 24 6685 0596", []),
    ],
)
def test_amounts(text, expected):
    assert [(q.low, q.high, q.unit, q.hedge) for q in quantities(text)] == expected


@pytest.mark.parametrize(
    ("text", "negated"),
    [("Open models have not caught up with closed ones.", True), ("Open models caught up with closed ones.", False)],
)
def test_polarity(text, negated):
    (found,) = statements(read_bytes("x.txt", text.encode())).statements
    assert found.negated is negated
    assert "comparative" in found.kinds


def test_questions_headings_and_small_talk_are_no_statements():
    text = "Is Open Cheaper Than Closed\n\nHow much cheaper is it than GPT-5? Thank you for having me today.\n"
    assert statements(read_bytes("x.txt", text.encode())).statements == ()
