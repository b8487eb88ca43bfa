"""The five kinds of documents are read with exact places, repairs and dates."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.marked import LOOKALIKES
from nomoat.documents.read import read, read_bytes
from nomoat.errors import InputError

ALL = sorted(LOOKALIKES.iterdir())


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_every_passage_stands_where_it_says(path):
    document = read(path)
    assert document.text == path.read_text(encoding="utf-8")
    lines = document.text.split("\n")
    for passage in document.passages:
        place = passage.place
        assert document.text[place.start : place.end] == passage.text
        first = passage.text.split("\n")[0]
        assert first in lines[place.line - 1]
        if place.seconds is not None and document.video:
            assert place.link == f"https://www.youtube.com/watch?v={document.video}&t={int(place.seconds)}"


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.name)
def test_reading_is_the_text_under_its_edits(path):
    from nomoat.documents.entities import reading_of

    document = read(path)
    for passage in document.passages:
        assert reading_of(document, passage).text == passage.reading


def test_kinds():
    formats = {p.name: read(p).format for p in ALL}
    assert formats == {
        "newsletter.txt": "newsletter",
        "panel.vtt": "transcript",
        "podcast_note.md": "note",
        "second_newsletter.md": "newsletter",
        "second_talk.json": "transcript",
        "talk_digest.txt": "digest",
        "third_blog.html": "page",
        "third_podcast.srt": "transcript",
    }


def test_a_digest_with_a_glued_header():
    document = read(LOOKALIKES / "talk_digest.txt")
    assert document.title == "What the Second Wave of Open Labs Wants"
    assert document.publisher == "FieldNotes"
    assert document.speakers == ("Ingrid Solbakken",)
    assert document.dating.day == date(2026, 3, 4)
    assert document.seconds == 72 * 60
    assert document.declared == {
        "connections": 27, "entities": 31, "moments": 14, "segments": 212, "themes": 9,
        "media": 4, "company": 10, "product": 6, "concept": 6, "location": 4, "person": 1,
    }  # fmt: skip
    assert document.themes == (
        "Open Labs", "Qwen", "Llama", "Mistral AI", "Public Compute", "Data Centres", "Model Derivatives",
        "Hugging Face", "European AI",
    )  # fmt: skip
    assert document.passages[3].reading.startswith("A year ago three countries")
    assert [p.reading for p in document.passages if p.kind == "heading"] == [
        "How the Map Has Shifted", "Money and Compute", "What Labs Want From Openness", "What Comes Next",
    ]  # fmt: skip


def test_mojibake_is_repaired_where_it_is_certain_and_listed_where_it_is_not():
    document = read(LOOKALIKES / "talk_digest.txt")
    dots = [r for r in document.repairs if r.kind == "encoding" and r.seen == "Β·"]
    assert len(dots) == document.text.count("Β·") > 8
    assert all(r.certain and r.read == "·" for r in dots)
    assert any(r.certain and r.read == "’" for r in document.repairs)
    emoji = [r for r in document.repairs if r.seen.startswith("π")]
    assert len(emoji) >= 10
    assert not any(r.certain or r.read for r in emoji)
    assert "π" not in "".join(p.reading for p in document.passages)


@pytest.mark.parametrize("page", ["cp1252", "cp1251", "mac_roman"])
def test_what_another_code_page_made_of_it_is_read_back(page):
    good = "It’s “better” – 5 € · more … “enough” than before."
    bad = "".join(
        "".join(bytes([b]).decode(page, "replace").replace("\ufffd", chr(b)) for b in c.encode()) if ord(c) > 127 else c
        for c in good
    )
    assert bad != good
    document = read_bytes("x.txt", bad.encode())
    assert document.passages[0].reading == good
    assert document.text == bad


def test_real_greek_and_french_stay():
    text = "Η ανοιχτή κοινότητα μεγαλώνει · και οι άλλοι το βλέπουν. Le modèle coûte très cher à l’usage déjà."
    document = read_bytes("x.txt", text.encode())
    assert " ".join(p.reading for p in document.passages) == text
    assert document.repairs == ()


def test_misheard_names_are_listed_and_read():
    text = b"AI2's MOO 2 32B is good. Anker of Brain Trust says so. Deep Seek V3 is open. I like Moo cows."
    document = read_bytes("x.txt", text)
    found = {r.seen: r.read for r in document.repairs}
    assert found == {
        "MOO 2 32B": "OLMo 2 32B",
        "Anker of Brain Trust": "Ankur Goyal of Braintrust",
        "Deep Seek V3": "DeepSeek V3",
    }
    assert document.text.encode() == text


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Gemma 3, released recently, is amazing.", date(2025, 3, 12), date(2025, 6, 12)),
        ("DeepSeek-R1 made all the fuss this week.", date(2025, 1, 20), date(2025, 2, 20)),
        (
            "The leak of LLaMA in March of this year changed it. “We have no moat” was written.",
            date(2023, 5, 4),
            date(2023, 12, 31),
        ),
        ("GPT-4 is the best of all models.", date(2023, 3, 14), None),
        ("Nothing in this one says when it was made.", None, None),
    ],
)
def test_an_undated_document_has_a_range_and_reasons(text, low, high):
    dating = read_bytes("x.txt", text.encode()).dating
    assert (dating.low, dating.high) == (low, high)
    assert dating.reasons[0] == "no date is stated"
    assert len(dating.reasons) == 3
    assert not dating.stated


def test_retrieval_bounds_from_above():
    dating = read_bytes("x.txt", b"GPT-4 is the best of all models.", retrieved=date(2024, 1, 2)).dating
    assert dating.high == date(2024, 1, 2)


def test_front_matter_that_contradicts_itself_keeps_the_first_and_says_so():
    text = (
        "---\ntitle: One\ntitle: Two\ndate: 2025-03-01\npublished: 2025-04-01\nvideoId: P6y0gr-W2-k\n"
        "url: https://youtu.be/atMRWzgHEGg\nnonsense\n---\nOpen models fell by 5 % "
        '<a class="yt-timestamp" data-t="00:01:02">[00:01:03]</a>.\n'
    )
    document = read_bytes("x.md", text.encode())
    assert (document.title, document.dating.day, document.video) == ("One", date(2025, 3, 1), "P6y0gr-W2-k")
    flagged = [(f.kind, f.place.line) for f in document.flags]
    assert flagged == [
        ("contradiction", 3), ("contradiction", 5), ("contradiction", 7), ("front matter", 8), ("contradiction", 10),
    ]  # fmt: skip
    assert document.passages[0].place.seconds == 62


def test_stamps_out_of_order_are_flagged_and_kept():
    text = "WEBVTT\n\n00:00:09.000 --> 00:00:10.000\nLater words.\n\n00:00:02.000 --> 00:00:01.000\nEarlier words.\n"
    document = read_bytes("x.vtt", text.encode())
    assert [p.place.seconds for p in document.passages] == [9, 2]
    assert [f.kind for f in document.flags] == ["stamp order", "stamp order"]


def test_a_sentence_over_two_cues_is_one_passage():
    document = read(LOOKALIKES / "panel.vtt")
    passage = next(p for p in document.passages if p.reading.startswith("So we run"))
    assert passage.reading.endswith("on our own machines.")
    assert passage.place.seconds == 11.2
    assert "-->" in passage.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "x.srt",
            "1\n00:00:01,500 --> 00:00:02,000\nHello there all.\n\n2\n00:00:03,000 --> 00:00:04,000\nBye now all.\n",
        ),
        ("x.json", json.dumps([{"start": 1.5, "text": "Hello there all."}, {"start": 3, "text": "Bye now all."}])),
        (
            "x.json",
            json.dumps(
                {
                    "segments": [
                        {"start_ms": 1500, "text": "Hello there all."},
                        {"start": "0:03", "text": "Bye now all."},
                    ]
                }
            ),
        ),
        ("x.vtt", "WEBVTT\n\n00:01.500 --> 00:02.000\nHello there all.\n\n00:03.000 --> 00:04.000\nBye now all.\n"),
    ],
)
def test_transcripts_of_several_makes(name, text):
    document = read_bytes(name, text.encode())
    assert document.format == "transcript"
    assert [(p.reading, p.place.seconds) for p in document.passages] == [
        ("Hello there all.", 1.5),
        ("Bye now all.", 3.0),
    ]


def test_captions_that_roll_are_read_once_and_repeated_words_twice():
    rolling = (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nso open models\n\n00:00:03.000 --> 00:00:03.010\nso open models\n\n"
        "00:00:03.010 --> 00:00:05.000\nso open models\nare cheap.\n\n00:00:05.000 --> 00:00:06.000\nYeah.\n\n"
        "00:00:06.000 --> 00:00:07.000\nYeah.\n"
    )
    document = read_bytes("x.vtt", rolling.encode())
    assert " ".join(p.reading for p in document.passages) == "so open models are cheap. Yeah. Yeah."
    assert [p.place.seconds for p in document.passages] == [1, 5, 6]
    assert any(r.kind == "glued" for r in document.repairs)


def test_speaker_lines_with_and_without_times():
    plain = "Ann: Open is cheap.\nBob: It is not.\nAnn: Why?\nBob: Look at the bill.\n"
    timed = plain
    for time in ("[00:09] ", "[00:07] ", "[00:05] ", "[00:01] "):
        head, turn, tail = timed.rpartition(
            {"9": "Bob: Look", "7": "Ann: Why", "5": "Bob: It", "1": "Ann: Open"}[time[5]]
        )
        timed = head + time + turn + tail
    for text, seconds in ((plain, [None] * 4), (timed, [1, 5, 7, 9])):
        document = read_bytes("x.txt", text.encode())
        assert document.speakers == ("Ann", "Bob")
        assert [(p.speaker, p.place.seconds) for p in document.passages] == list(
            zip(["Ann", "Bob"] * 2, seconds, strict=True)
        )


def test_broken_json_keeps_what_stands_before():
    text = '[{"start": 1, "text": "Good \\u00e9 \\"one\\"."}, {"start": 2, "text": "Cut of'
    document = read_bytes("x.json", text.encode())
    assert [p.reading for p in document.passages] == ['Good é "one".']
    assert [f.kind for f in document.flags] == ["json"]


def test_a_saved_page():
    document = read(LOOKALIKES / "third_blog.html")
    assert document.authors == ("Noor Haddad",)
    assert document.publisher == "Paperclip Weekly"
    assert document.dating.day == date(2025, 12, 9)
    assert document.address == "https://paperclip.example/posts/second-source"
    readings = " ".join(p.reading for p in document.passages)
    assert "Subscribe to our list" not in readings
    assert "stealing" not in readings
    assert {f.kind for f in document.flags} == {"script", "link", "hidden"}


HOSTILE = """# Notes <script>alert("one")</script>

Click [here](javascript:alert(1)) or [there](https://example.org/x) for open models.
<img src=x onerror="alert(2)"> An <a href="java&#115;cript:alert(3)">innocent</a> word.
The price is \u202e005$\u202c today.

<iframe src="https://evil.example/"></iframe>
"""


def test_hostile_markdown_is_flagged_by_name_and_place_and_what_was_good_is_kept():
    document = read_bytes("x.md", HOSTILE.encode())
    readings = " ".join(p.reading for p in document.passages)
    assert "alert" not in readings
    assert "innocent word" in readings
    assert [(link.target, link.place.line) for link in document.links] == [("https://example.org/x", 3)]
    flags = {(f.kind, f.place.line) for f in document.flags}
    assert {("script", 1), ("link", 3), ("script", 4), ("link", 4), ("bidi", 5), ("script", 7)} <= flags
    assert not any(ord(c) in range(0x202A, 0x202F) for c in readings)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 x",
        b"PK\x03\x04aaaa",
        b"\x89PNG\r\n",
        b"abc\x00def",
        bytes(range(1, 32)) * 90,
        b"",
        b"   \n \n",
        b"<html></html>",
    ],
)
def test_what_is_no_text_is_refused_with_its_name(data):
    with pytest.raises(InputError, match=r"file\.bin"):
        read_bytes("file.bin", data)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt"):
        read(tmp_path / "none.txt")


def test_a_hundred_megabytes_in_one_line_are_bounded(tmp_path):
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"open models " * 83_000 + b"xxxx")
    document = read(path)
    assert document.size == path.stat().st_size > 99_000_000
    assert len(document.text) == 4 * 1024 * 1024
    assert {"size", "long line"} <= {f.kind for f in document.flags}
    assert max(len(p.text) for p in document.passages) <= 2000


def test_millions_of_defects_are_counted_and_a_hundred_listed():
    document = read_bytes("x.txt", ("\u202eopen " * 5000).encode())
    bidi = [f for f in document.flags if f.kind == "bidi"]
    assert [f.seen for f in bidi].count("5000 in all") == 2
    assert len(bidi) == 102
    assert any("4900 more flags" in f.done for f in bidi)


def test_encodings():
    text = "Café models cost 5 € – “cheap” enough to try them at home."
    assert read_bytes("x.txt", text.encode("utf-16")).passages[0].reading == text
    assert read_bytes("x.txt", b"\xef\xbb\xbf" + text.encode()).passages[0].reading == text
    windows = read_bytes("x.txt", text.encode("cp1252"))
    assert windows.passages[0].reading == text
    assert windows.flags[0].kind == "encoding"


@given(st.text(max_size=400))
def test_any_text_is_read_in_place_or_refused(text):
    try:
        document = read_bytes("x.txt", text.encode("utf-8", "replace"))
    except InputError:
        return
    for passage in document.passages:
        assert document.text[passage.place.start : passage.place.end] == passage.text


PIECES = [
    "---\n", "title: x\n", "# H\n", "- b ", "> q ", "[!INFO] c\n", "[[a | b]]", "[00:01:02]",
    "<a data-t='00:00:01'>x</a>", "<b>", "</p>", "<p>", "<html>", "<script>", "</script>", "&amp;",
    "**", "*", "\n", "\n\n", "Open models win. ",
    "Β·", "π‘",
    "WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n", "Ann: hi\n", "{", "[", '"text": "a"', "]", "}", "Topics3 themes\n",
    "Chapters2 moments\n", "Knowledge graph1 entities\n", "\u202e", "<!--", "-->",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_mix_of_markup_is_read_in_place_or_refused(text):
    try:
        document = read_bytes("x", text.encode())
    except InputError:
        return
    assert read_bytes("x", text.encode()) == document
    for passage in document.passages:
        assert document.text[passage.place.start : passage.place.end] == passage.text
        assert "<script" not in passage.reading
