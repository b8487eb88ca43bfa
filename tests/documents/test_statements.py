"""Statements are found as readers marked them, on documents of our own and, where DOCS names them, on the five."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from documents.marked import FURTHER, LOOKALIKES, marks, score
from nomoat.documents import phrasing
from nomoat.documents.quantities import doubt, quantities
from nomoat.documents.read import read, read_bytes
from nomoat.documents.statements import classify, statements

# Each set was marked before it was scored. After misses were read, six marks of the fourth and seven of the sixth set
# were mended where they broke the guideline; of the fifth, two were, before the new rules were scored on it.
FIRST = ("lookalikes.csv", LOOKALIKES, ["podcast_note.md", "newsletter.txt", "talk_digest.txt", "panel.vtt"])
SECOND = ("second.csv", LOOKALIKES, ["second_newsletter.md", "second_talk.json"])
THIRD = ("third.csv", LOOKALIKES, ["third_blog.html", "third_podcast.srt"])
FOURTH = (
    "fourth.csv",
    FURTHER,
    ["fourth_newsletter.md", "fourth_analyst.txt", "fourth_interview.txt", "fourth_vendor.html", "fourth_podcast.vtt"],
)
SIXTH = ("sixth.csv", FURTHER, ["sixth_essay.md", "sixth_panel.json"])
SEVENTH = ("seventh.csv", FURTHER, ["seventh_digest.txt", "seventh_lecture.srt"])
EIGHTH = ("eighth.csv", FURTHER, ["eighth_blog.html", "eighth_interview.txt"])
FIFTH = ("fifth.csv", FURTHER, ["fifth_podcast_note.md", "fifth_vendor_blog.html"])


def measured(which, capsys):
    name, folder, files = which
    found = score([folder / file for file in files], marks(name))
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: precision {found.precision():.3f}, recall {found.recall():.3f} ")
    return found


@pytest.mark.parametrize(
    ("which", "precision", "recall"),
    [
        (FIRST, 0.92, 0.95),
        (SECOND, 0.94, 0.94),
        (THIRD, 0.92, 0.83),
        (FOURTH, 0.95, 0.92),
        (SIXTH, 0.91, 0.88),
        (SEVENTH, 0.91, 0.90),
        (EIGHTH, 0.94, 0.87),
    ],
    ids=lambda value: value[0].removesuffix(".csv") if isinstance(value, tuple) else "",
)
def test_the_look_alikes_that_rules_were_improved_on(which, precision, recall, capsys):
    """What the rules of the time scored on each before anybody had read its misses (precision/recall): 0.885/0.605,
    0.833/0.595, 0.895/0.548, 0.732/0.438, then, widened on these, 0.818/0.590, 0.841/0.806 and 0.867/0.788: the last is
    what to expect of prose that nobody has seen. One person wrote all sets and the rules."""
    found = measured(which, capsys)
    assert found.precision() >= precision
    assert found.recall() >= recall


def test_the_look_alikes_that_no_rule_was_improved_on(capsys):
    """HELD OUT: whoever changes a rule must not read which sentences of these two are missed or wrongly found.

    0.867/0.527 with the rules as they were, 0.893/0.882 when first scored with the wider ones, 0.905/0.882 since those
    were trimmed on the sets above.
    """
    found = measured(FIFTH, capsys)
    assert found.precision() >= 0.90
    assert found.recall() >= 0.85


def test_the_five_documents():
    folder = os.environ.get("DOCS")
    if not folder:
        pytest.skip("DOCS names no folder: the five documents are not committed, their marks are (marks/seeds.csv)")
    marked = marks("seeds.csv")
    paths = [p for p in sorted(Path(folder).iterdir()) if hashlib.sha256(p.read_bytes()).hexdigest() in marked]
    if len(paths) < len(marked):
        pytest.skip(f"DOCS={folder} holds {len(paths)} of the {len(marked)} marked documents")
    found = score(paths, marked)
    assert found.precision() >= 0.94
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It fell from 19 % to 13 %.", [(19, "%", None, "earlier", None), (13, "%", None, "level", None)]),
        (
            "It is at 11% of workloads, down from 19% a year ago.",
            [(11, "%", None, "level", None), (19, "%", None, "earlier", "a year ago")],
        ),
        ("It runs 3x as fast.", [(3, "times", None, "ratio", None)]),
        ("They make up a third of the requests.", [(pytest.approx(1 / 3), "share", None, "level", None)]),
        ("Migration takes 6-12 months.", [(6, "months", None, "level", None)]),
        ("It sells for $0.55 per million tokens.", [(0.55, "$", "million tokens", "level", None)]),
        ("Its price fell by half.", [(0.5, "share", None, "change", None)]),
        ("Prices rose 40% last year.", [(40, "%", None, "change", "last year")]),
        ("Usage doubled since March.", [(2, "times", None, "change", "since March")]),
        ("37 of 60 buyers use one.", [(pytest.approx(37 / 60), "share", None, "level", None)]),
        (
            "Of the eleven firms here, three ban them.",
            [(11, "firms", None, "level", None), (pytest.approx(3 / 11), "share", None, "level", None)],
        ),
        ("Seven requests out of ten are open.", [(0.7, "share", None, "level", None)]),
        ("It cost a hundred million dollars.", [(1e8, "dollars", None, "level", None)]),
        (
            "It went from eight per cent to one point seven.",
            [(8, "%", None, "earlier", None), (1.7, "%", None, "level", None)],
        ),
        ("We pay $22 an hour.", [(22, "$", "hour", "level", None)]),
        ("Harbor 2 runs on a 70B base.", []),
        ("Llama-4 costs little.", []),
    ],
)
def test_value_unit_window_and_role(text, expected):
    assert [(q.low, q.unit, q.per, q.role, q.window) for q in quantities(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The conference had 1,200 seats, four rooms and one toilet.",
        "The visa desk at the airport wanted 80 euros.",
        "This episode is 48 minutes long.",
        "We spoke for an hour and ten minutes.",
        "She is 26 years old and has two children.",
        "He has worked there for eleven years.",
    ],
)
def test_amounts_of_the_setting_are_no_statements(text):
    (passage,) = read_bytes("x.txt", text.encode()).passages
    assert "quantity" not in classify(passage, [])[0]


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("140% of enterprises use open models.", True),
        ("Its share of the market reached 130%.", True),
        ("Open models hold 120% of the market.", True),
        ("60 of 48 clients use it.", True),
        ("It costs 140% of what it did.", False),
        ("Revenue grew 300%.", False),
        ("It is 250% faster.", False),
        ("46% of the respondents prefer it.", False),
    ],
)
def test_a_part_larger_than_its_whole_is_named(text, doubtful):
    assert any(doubt(text, q) for q in quantities(text)) is doubtful
    found = statements(read_bytes("x.txt", text.encode())).statements
    assert any(s.doubts for s in found) is doubtful


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Use fell from May through July 2024.", ()),
        ("In May it fell, and by May it was gone.", ()),
        ("It may fall in May.", ("may",)),
        ("Prices may not fall, they might rise and could double.", ("may", "might", "could")),
        ("The might of Google is great.", ()),
        ("There were discussions around licenses.", ()),
        ("Around the world people talk about it.", ()),
        ("Open models caught up to closed ones and are catching up to 5 labs.", ()),
        ("I am worried about costs and talking about 3 models.", ()),
        ("It is up to you.", ()),
        ("It saves up to 40 percent, around two million dollars, about a third, roughly $3.", (
            "up to", "around", "about", "roughly",
        )),
        ("At least five labs, as many as a dozen.", ("at least", "as many as")),
        ("They are roughly the same.", ("roughly",)),
        ("What kind of model is this kind of model?", ()),
        ("It is kind of slow.", ("kind of",)),
    ],
)  # fmt: skip
def test_a_hedge_softens_an_amount_or_a_verb(text, found):
    assert phrasing.hedges(text) == found


@pytest.mark.parametrize("word", ["around", "about", "up to", "roughly", "may", "might", "could"])
def test_a_hedge_without_anything_to_soften_is_none(word):
    assert phrasing.hedges(f"They went {word}.") == phrasing.hedges(f"{word.capitalize()} they.") == ()
