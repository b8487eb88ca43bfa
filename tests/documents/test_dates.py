"""The day that a document states is read wherever it stands, and a day that nothing fixes stays a range."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.documents.byline import byline
from nomoat.documents.days import MONTHS, day, written
from nomoat.documents.read import read, read_bytes

BODY = (
    "\nOpen models are catching up with closed ones, and nobody knows why.\n"
    "\nThey cost less than GPT-4 does, by a wide margin, in every test that we have run so far.\n"
)


@pytest.mark.parametrize(
    ("line", "when", "people"),
    [
        ("Published 3 November 2025 by Ruth Cole", date(2025, 11, 3), ("Ruth Cole",)),
        ("12 Sept 2025", date(2025, 9, 12), ()),
        ("Ruth Cole, 12 Sept 2025", date(2025, 9, 12), ("Ruth Cole",)),
        ("Ruth ColeNovember 3, 202512 min", date(2025, 11, 3), ("Ruth Cole",)),
        ("Nov 3rd, 2025 · Ruth Cole · 7 min read", date(2025, 11, 3), ("Ruth Cole",)),
        ("By Ruth Cole and Ian van Dam | Monday, 3 November 2025", date(2025, 11, 3), ("Ruth Cole", "Ian van Dam")),
        ("Posted on 2025-11-03 by Ruth Cole, last updated 2025-12-01", date(2025, 11, 3), ("Ruth Cole",)),
        ("Written by Ruth Cole · 03.11.2025", date(2025, 11, 3), ("Ruth Cole",)),
    ],
)
@pytest.mark.parametrize(
    "shape", ["{title}\n{line}\n{body}", "{line}\n{title}\n{body}", "# {title}\n\n*{line}*\n{body}"]
)
def test_the_line_around_a_title_states_the_day(shape, line, when, people):
    document = read_bytes(
        "x.md" if shape[0] == "#" else "x.txt", shape.format(title="A Second Look", line=line, body=BODY).encode()
    )
    assert document.title == "A Second Look"
    assert document.dating.day == when
    assert document.dating.stated
    assert document.authors == people
    assert not document.flags
    assert [p.kind for p in document.passages if line[:4] in p.text] == ["header"]


@pytest.mark.parametrize(
    "line",
    [
        "On 3 November 2025 prices fell again.",
        "GPT-4 was released on March 14, 2023",
        "From May 5, 2025 to June 3, 2025",
        "By design",
        "By 2025 half of all firms",
        "Written by the team",
        "What changed since 3 November 2025?",
    ],
)
def test_a_sentence_with_a_day_in_it_is_no_byline(line):
    assert byline(line) is None


def test_a_day_of_two_readings_is_flagged_and_not_guessed():
    document = read_bytes("x.txt", f"A Second Look\nPosted on 03/11/2025 by Ruth Cole\n{BODY}".encode())
    assert not document.dating.stated
    assert [(f.kind, f.place.line) for f in document.flags] == [("date", 2)]
    assert written("13/11/2025")[0][0] == date(2025, 11, 13)


def test_glued_headers_are_listed_as_repairs():
    document = read_bytes("x.txt", f"A Second Look\nRuth ColeNovember 3, 202512 min\n{BODY}".encode())
    (repair,) = document.repairs
    assert (repair.kind, repair.certain, repair.read) == ("header", True, "Ruth Cole | November 3, 2025 | 12 min")


SHORT_DIGEST = """What Small Labs Want
Ruth ColeNovember 3, 202512 min
12 connections·9 entities in this video
How it began
- Open models grow quickly.
- Qwen leads the field.
"""


def test_a_short_digest_is_a_digest():
    document = read_bytes("x.txt", SHORT_DIGEST.encode())
    assert document.format == "digest"
    assert document.declared == {"connections": 12, "entities": 9}
    assert (document.speakers, document.seconds) == (("Ruth Cole",), 720)
    prose = "Our map has 40 entities.\nIt has 39 connections to speak of, and the transcript 12 segments.\n"
    assert read_bytes("x.txt", prose.encode()).format == "newsletter"


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from([0, 1, 2, 3]))
def test_any_day_is_read_in_any_dress_and_glued_to_anything(when, dress):
    month = list(MONTHS)[when.month - 1]
    text = [
        f"{month} {when.day}, {when.year}",
        f"{when.day} {month[:3]} {when.year}",
        f"{when.day:02d}.{when.month:02d}.{when.year}",
        when.isoformat(),
    ][dress]
    assert day(text) == when
    if dress == 0:
        ((found, start, end),) = written(f"Ruth Cole{text}48 min")
        assert (found, f"Ruth Cole{text}"[start:end]) == (when, text)


@pytest.mark.parametrize(
    ("text", "low", "high", "flags"),
    [
        # a first release bounds the year from below only
        ("Llama was on every phone in March of this year.", date(2023, 3, 1), None, ["date"]),
        ("In March of this year Llama was on every phone. GPT-5 is newer.", date(2025, 8, 7), None, ["date"]),
        ("Mistral Large was cheap in January of this year.", date(2025, 1, 1), None, ["date"]),
        # what happened once fixes it
        ("LLaMA leaked in March of this year.", date(2023, 3, 1), date(2023, 12, 31), []),
        ("Llama 4 was released in April of this year.", date(2025, 4, 5), date(2025, 12, 31), []),
        # who tries an old model this week has not just met it
        ("We tried GPT-4 on our letters this week.", date(2023, 3, 14), None, []),
        # what is still to come was not there yet
        ("When GPT-5 comes, Llama 3 will look old.", None, None, []),
        ("Analysts see half of all firms there in 2028.", None, None, []),
    ],
)
def test_what_is_mentioned_bounds_a_day_no_further_than_it_says(text, low, high, flags):
    document = read_bytes("x.txt", text.encode())
    assert (document.dating.low, document.dating.high) == (low, high)
    assert [f.kind for f in document.flags] == flags


def test_of_two_stated_days_the_one_that_can_be_is_kept():
    bad = read_bytes("x.md", b"---\ntitle: T\ndate: 2025-02-30\ndate: 2025-03-01\n---\nQwen 2.5 is cheap.\n")
    assert bad.dating.day == date(2025, 3, 1)
    assert [(f.kind, f.place.line) for f in bad.flags] == [("date", 3)]
    early = read_bytes("x.md", b"---\ntitle: T\ndate: 2015-01-01\npublished: 2025-05-01\n---\nQwen 3 is cheap.\n")
    assert early.dating.day == date(2025, 5, 1)
    assert [(f.kind, f.place.line) for f in early.flags] == [("contradiction", 3)]
    alone = read_bytes("x.md", b"---\ntitle: T\ndate: 2015-01-01\n---\nQwen 3 is cheap.\n")
    assert alone.dating.day == date(2015, 1, 1)
    assert [f.kind for f in alone.flags] == ["date"]


def test_a_later_revision_is_no_contradiction():
    text = f"A Second Look\nPublished May 1, 2025\nUpdated May 9, 2025\n{BODY}"
    document = read_bytes("x.txt", text.encode())
    assert document.dating.day == date(2025, 5, 1)
    assert not document.flags


@pytest.mark.parametrize("between", ["&middot;", "&bull;", "&#183;", "&ndash;", "&nbsp;|&nbsp;", ",", "<span>·</span>"])
def test_a_byline_is_read_as_the_page_shows_it(between):
    page = (
        "<html><body><h1>Open models are fine</h1>"
        f"<p>By <b>Ann&nbsp;Poe</b> {between} 3 July 2025</p>"
        "<p>We think that open models cost 40 percent less, which is a lot of money for all of us.</p></body></html>"
    )
    document = read_bytes("x.html", page.encode())
    assert document.authors == ("Ann Poe",)
    assert document.dating.day == date(2025, 7, 3)
    assert [p.kind for p in document.passages] == ["title", "header", "sentence"]


def test_a_day_that_cannot_be_is_flagged_and_gives_a_range(tmp_path):
    text = f"---\ntitle: T\ndate: 2031-02-01\n---\n{BODY}"
    document = read_bytes("x.md", text.encode())
    assert not document.dating.stated
    assert document.dating.low == date(2023, 3, 14)  # GPT-4 is spoken of
    assert document.dating.high is None
    assert "2031-02-01" in document.dating.reasons[0]
    assert [(f.kind, f.seen, f.place.line) for f in document.flags] == [("date", "2031-02-01", 3)]


def test_a_day_after_the_file_was_written_is_not_believed(tmp_path):
    path = tmp_path / "x.md"
    path.write_text(f"---\ntitle: T\ndate: 2025-09-01\n---\n{BODY}")
    assert read(path).dating.day == date(2025, 9, 1)
    seconds = datetime(2025, 6, 15, tzinfo=UTC).timestamp()
    os.utime(path, (seconds, seconds))
    found = read(path).dating
    assert (found.stated, found.low, found.high) == (False, date(2023, 3, 14), date(2025, 6, 15))
    assert "last written on 2025-06-15" in found.reasons[0]
    os.utime(path, (0, 0))  # an archive's time says nothing
    assert read(path).dating.day == date(2025, 9, 1)
    kept = read_bytes("x.md", path.read_bytes(), retrieved=date(2025, 8, 1)).dating
    assert (kept.stated, kept.high) == (False, date(2025, 8, 1))


def test_a_second_day_that_can_be_is_taken():
    text = f"---\ntitle: T\ndate: 2035-07-03\npublished: 2025-07-03\n---\n{BODY}"
    document = read_bytes("x.md", text.encode())
    assert document.dating.day == date(2025, 7, 3)
    assert ("date", "2035-07-03") in [(f.kind, f.seen) for f in document.flags]
