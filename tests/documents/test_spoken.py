"""Who speaks, when, and in whole sentences: labels, stamps and JSON of many makes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.documents.entities import entities
from nomoat.documents.graph import graph
from nomoat.documents.label import label
from nomoat.documents.parsed import parse
from nomoat.documents.read import read_bytes
from nomoat.errors import InputError


def turns(document):
    return [(p.speaker, p.place.seconds, p.reading) for p in document.passages if p.kind == "segment"]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Ann: Open is cheap.\nBob: It is not.\nAnn: Why?\n", ("Ann", "Bob")),
        (
            "Ruth Cole (host): I welcome you.\n[Ian Dam]: Good to be here.\nRuth Cole (host): So?\n",
            ("Ruth Cole", "Ian Dam"),
        ),
        ("SPEAKER 1: Open is cheap.\nSPEAKER 2: It is not.\n", ("SPEAKER 1", "SPEAKER 2")),
        ("A short talk\n12 Sept 2025\n\nAnn: Is it cheap?\nBob: I doubt it.\n", ("Ann", "Bob")),
        ("Dr. Ruth Cole [guest]: I doubt it.\nHost: Why?\nDr. Ruth Cole [guest]: Prices.\n", ("Dr. Ruth Cole", "Host")),
        ("**Ann:** Open is cheap.\n\n**Bob:** It is not.\n\n**Ann:** Why?\n", ("Ann", "Bob")),
    ],
)
def test_a_few_lines_of_talk_are_a_transcript(text, speakers):
    document = read_bytes("x.txt", text.encode())
    assert document.format == "transcript"
    assert document.speakers == speakers
    assert {p.speaker for p in document.passages} == set(speakers)


@pytest.mark.parametrize(
    "text",
    [
        "Customization: You can change it.\nControl: Banks do not share data.\nCost: It is generally free.\n",
        "Pros: it is cheap.\nCons: it is slow.\nVerdict: wait.\n",
        "Use Case Discovery: firms look for uses.\nRapid Model Evolution: there is a new one each week.\n",
        "Title: What labs want\nSource: nobody\nThey want to be read.\n",
        "Speed: 40 tokens a second.\nPrice: 3 dollars.\nQuality: good enough.\nSupport: none.\n",
    ],
)
def test_a_list_of_leads_is_no_talk(text):
    assert read_bytes("x.txt", text.encode()).format == "newsletter"
    assert read_bytes("x.txt", text.encode()).speakers == ()


SRT = """1
00:00:01,000 --> 00:00:03,000
SPEAKER 1: Welcome to a show about Qwen.

2
00:00:03,000 --> 00:00:05,000
SPEAKER 2: Thanks. Open models
are cheap.

3
00:00:05,000 --> 00:00:07,000
Note: nobody knows why.

4
00:00:07,000 --> 00:00:09,000
SPEAKER 1: Why?
SPEAKER 2: Because.
"""


def test_labels_inside_of_captions_are_speakers_until_the_next_one():
    document = read_bytes("x.srt", SRT.encode())
    assert document.speakers == ("SPEAKER 1", "SPEAKER 2")
    assert turns(document) == [
        ("SPEAKER 1", 1, "Welcome to a show about Qwen."),
        ("SPEAKER 2", 3, "Thanks."),
        ("SPEAKER 2", 3, "Open models are cheap."),
        ("SPEAKER 2", 5, "Note: nobody knows why."),
        ("SPEAKER 1", 7, "Why?"),
        ("SPEAKER 2", 7, "Because."),
    ]
    # a part that somebody plays is no person that we could name
    assert [e.name for e in entities(document).entities if e.kind == "person"] == []


def test_names_in_captions_and_an_unnamed_change_of_voice():
    text = SRT.replace("SPEAKER 1:", ">> RUTH COLE:").replace("SPEAKER 2:", ">>")
    document = read_bytes("x.srt", text.encode())
    assert document.speakers == ("RUTH COLE",)
    assert [speaker for speaker, _, _ in turns(document)] == ["RUTH COLE", None, None, None, "RUTH COLE", None]


@pytest.mark.parametrize(
    ("stamp", "seconds"),
    [("[00:01]", 1), ("1:02:03,500", 3723.5), ("(0:07)", 7), ("00:01:02 -", 62), ("[0:01 - 0:04]", 1)],
)
@pytest.mark.parametrize("blank", [" ", ""])
def test_times_before_a_label_with_a_blank_or_without(stamp, seconds, blank):
    text = f"{stamp}{blank}Ann: Open is cheap.\n{stamp}{blank}Bob: It is not.\n"
    document = read_bytes("x.txt", text.encode())
    assert turns(document) == [("Ann", seconds, "Open is cheap."), ("Bob", seconds, "It is not.")]
    assert [r.kind for r in document.repairs] == ["glued"] * (2 if not blank else 0)
    assert not document.flags


def test_stamps_that_are_no_times_or_run_backwards_are_flagged_with_their_line():
    text = "[00:01] Ann: Open is cheap.\n[00:99] Bob: It is not.\n[00:09 - 00:05] Ann: Why?\n[00:12] Bob: Prices.\n"
    document = read_bytes("x.txt", text.encode())
    assert [(f.kind, f.place.line) for f in document.flags] == [("stamp", 2), ("stamp order", 3)]
    assert [seconds for _, seconds, _ in turns(document)] == [1, None, 9, 12]
    note = read_bytes(
        "x.md", b"---\ntitle: T\n---\nIt is cheap[00:01:02]and good00:02:03. It fell [00:75:10]. Now 4 (4:1).\n"
    )
    assert [p.reading for p in note.passages] == ["It is cheap and good.", "It fell.", "Now 4 (4:1)."]
    assert [(r.kind, r.read) for r in note.repairs] == [
        ("glued", "cheap | [00:01:02] | and"), ("glued", "good | 00:02:03"),
    ]  # fmt: skip
    assert [(f.kind, f.seen) for f in note.flags] == [("stamp", "00:75:10")]
    ends = [{"start": 5, "end": 2, "text": "It is cheap."}]
    assert [f.kind for f in read_bytes("x.json", json.dumps(ends).encode()).flags] == ["stamp order"]


@pytest.mark.parametrize(
    ("segments", "read"),
    [
        (
            [("A", "We run about nine million"), ("A", "requests a day on Qwen 3")],
            [("A", "We run about nine million requests a day on Qwen 3")],
        ),
        (
            [("A", "We run about nine"), (None, "million requests a day.")],
            [("A", "We run about nine million requests a day.")],
        ),
        (
            [("A", "We run. And it"), ("A", "works. Well"), ("B", "Does it?")],
            [("A", "We run."), ("A", "And it works."), ("A", "Well"), ("B", "Does it?")],
        ),
        (
            [("A", "Open Models Win"), ("A", "Closed Models Lose")],
            [("A", "Open Models Win"), ("A", "Closed Models Lose")],
        ),
    ],
)
def test_a_sentence_that_runs_over_segments_is_one(segments, read):
    made = [{"start": k, "text": text} | ({"speaker": who} if who else {}) for k, (who, text) in enumerate(segments)]
    document = read_bytes("x.json", json.dumps(made).encode())
    assert [(p.speaker, p.reading) for p in document.passages] == read


@pytest.mark.parametrize(
    "wrap",
    [
        lambda s: s,
        lambda s: {"results": {"segments": s}},
        lambda s: {"metadata": {"title": "T"}, "data": {"transcript": {"paragraphs": [{"sentences": s}]}}},
        lambda s: {"monologues": [{"segments": s[:1]}, {"segments": s[1:]}]},
    ],
)
def test_segments_are_found_however_deep(wrap):
    segments = [
        {
            "start": 1.5,
            "text": "Open is cheap.",
            "speaker": {"name": "Ruth Cole"},
            "words": [{"text": "Open", "start": 1.5}],
        },
        {"start": "0:03", "text": "It is.", "speaker": 2},
    ]
    document = read_bytes("x.json", json.dumps(wrap(segments)).encode())
    assert turns(document) == [("Ruth Cole", 1.5, "Open is cheap."), ("Speaker 2", 3, "It is.")]
    assert not document.flags


def test_whole_numbers_that_cannot_be_seconds_are_milliseconds():
    made = {"utterances": [{"speaker": "A", "start": 1500, "end": 4200, "text": "Open models are cheap."}]}
    document = read_bytes("x.json", json.dumps(made).encode())
    assert document.passages[0].place.seconds == 1.5
    assert [f.kind for f in document.flags] == ["stamp"]


DIGEST = {
    "title": "What labs want", "channel": "Field Notes", "published": "12 Sept 2025",
    "stats": {"entityCount": 5, "connections": 4},
    "knowledgeGraph": {
        "entities": [
            {"id": "e1", "name": "Qwen", "type": "product"},
            {"id": "e2", "name": "Alibaba", "type": "organization"},
            {"id": "e3", "name": "Ruth Cole", "type": "person"},
            {"id": "e4", "name": "Lattice\u202e Labs", "type": "company"},
            {"id": "e5", "name": "Zorblax", "type": "riddle"},
        ],
        "connections": [
            {"source": "e1", "target": "e2", "type": "made_by"},
            {"from": "Ruth Cole", "to": "e4", "relation": "works at"},
            {"source": "e4", "target": "e1", "type": "funds"}, {"source": "e9"},
        ],
    },
    "chapters": [{"title": "Start", "start": 0}], "topics": ["Open Models", "Qwen"],
    "keyMoments": [{"text": "Open is cheap.", "time": "0:03"}],
    "transcript": [{"start": 3, "text": "Open models are cheap \\ \"here\"."}],
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 2])
def test_a_digest_saved_as_json_keeps_its_graph_and_its_counts(indent):
    document = read_bytes("x.json", json.dumps(DIGEST, indent=indent).encode())
    assert document.format == "digest"
    assert (document.title, document.publisher, document.dating.day.isoformat()) == (
        "What labs want",
        "Field Notes",
        "2025-09-12",
    )
    assert document.declared == {"entities": 5, "connections": 4}
    assert document.themes == ("Open Models", "Qwen")
    assert [(c.title, c.start) for c in document.chapters] == [("Start", 0)]
    assert [(m.text, m.seconds) for m in document.moments] == [("Open is cheap.", 3)]
    assert turns(document) == [(None, 3, 'Open models are cheap \\ "here".')]
    made = graph([document])
    assert {(n.kind, n.name) for n in made.nodes} >= {
        ("product", "Qwen"), ("company", "Alibaba"), ("person", "Ruth Cole"), ("company", "Lattice Labs"),
    }  # fmt: skip
    assert {(c.source, c.type, c.target) for c in made.connections} == {
        ("company:alibaba", "makes", "product:qwen"),
        ("person:ruth-cole", "works at", "company:lattice-labs"),
        ("company:lattice-labs", "mentioned with", "product:qwen"),
    }
    for link in made.connections:
        (evidence,) = link.passages
        stands = document.text[evidence.place.start : evidence.place.end]
        assert json.loads(stands) in DIGEST["knowledgeGraph"]["connections"]
    assert made.documents[0].declared == {"entities": 5, "connections": 4}
    assert {f.kind for f in document.flags} == {"count", "entity", "json"}


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
))  # fmt: skip
def test_json_is_parsed_as_the_standard_library_does_and_each_value_stands_where_it_says(value):
    text = json.dumps(value)
    read = parse(text)
    assert read.broken is None
    for _, found in read.root.walk():
        there = json.loads(text[found.start : found.end])
        if found.pairs is not None:
            assert [k for k, _ in found.pairs] == list(there)
        elif found.items is not None:
            assert len(found.items) == len(there)
        else:
            assert there == found.scalar


@given(st.integers(0, 600))
def test_json_that_breaks_off_anywhere_keeps_what_stands_before(at):
    text = json.dumps(DIGEST)[:at]
    try:
        document = read_bytes("x.json", text.encode())
    except InputError:
        return
    assert any(f.kind == "json" for f in document.flags) or not text.startswith("{")


def test_hostile_depth_is_refused_and_not_a_crash():
    with pytest.raises(InputError, match="JSON"):
        read_bytes("x.json", b'{"a":' * 5000 + b"[" * 100_000)


@pytest.mark.parametrize(
    "line", ["And: so on.", "http://x.org", "It was: bad", "Two words.. here: x", "A B C D E F: x"]
)
def test_what_is_no_label(line):
    assert label(line) is None


def test_a_first_name_on_a_label_is_the_person_who_is_named_in_full():
    text = (
        "ANKUR: Qwen 3 is good.\nHost: I have Ankur Goyal here.\nANKUR: Jane Roe of Acme Labs says so.\nJane: I do.\n"
    )
    document = read_bytes("x.txt", text.encode())
    assert document.speakers == ("Ankur Goyal", "Host", "Jane Roe")
    assert [(r.kind, r.seen, r.read) for r in document.repairs] == [
        ("speaker", "ANKUR", "Ankur Goyal"), ("speaker", "Jane", "Jane Roe"),
    ]  # fmt: skip
    assert [e.name for e in entities(document).entities if e.kind == "person"] == ["Ankur Goyal", "Jane Roe"]
    two = read_bytes("x.txt", b"Ann: I met Ann Lee.\nBob: And Ann Ray?\nAnn: Her too.\n")
    assert two.speakers == ("Ann", "Bob")


def test_a_recording_without_a_title_is_called_like_its_file():
    document = read_bytes("keynote-2025.srt", b"1\n00:00:01,000 --> 00:00:04,000\nWelcome back.\n")
    assert document.title == "keynote-2025"


@pytest.mark.parametrize(
    "theme", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[](javascript:alert(1))"]
)
def test_a_theme_that_could_run_is_none(theme):
    digest = {"title": "T", "segments": [{"start": 1, "text": "Qwen 3 is cheap."}], "themes": ["Price", theme]}
    for name, text in (
        ("x.json", json.dumps(digest)),
        ("x.md", f"---\ntitle: T\nthemes:\n  - Price\n  - {theme!r}\n---\nQwen 3 is cheap.\n"),
        ("y.md", f"# T\n\nQwen 3 is cheap.\n\n## Themes\n\nPrice, {theme}\n"),
    ):
        assert read_bytes(name, text.encode()).themes == ("Price",), name
