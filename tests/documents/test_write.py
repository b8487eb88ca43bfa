"""Notes written from a recording say what it says, and reading them again gives the same graph."""

from __future__ import annotations

import json
import os
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.marked import HERE, LOOKALIKES
from nomoat.documents.fronted import quoted, unquoted
from nomoat.documents.generate import generate
from nomoat.documents.graph import Graph, graph
from nomoat.documents.markup import clock
from nomoat.documents.read import read, read_bytes
from nomoat.documents.support import supported
from nomoat.documents.write import write
from nomoat.errors import InputError

SPOKEN = ["panel.vtt", "second_talk.json", "third_podcast.srt", "podcast_note.md"]
TEXTS = [*sorted(LOOKALIKES.iterdir()), *sorted((HERE / "further").glob("*"))]


def facts(made: Graph) -> tuple[set[tuple[str, ...]], set[tuple[object, ...]]]:
    nodes = {(n.id, n.kind, n.name) for n in made.nodes}
    links = {
        (c.source, c.type, c.target, None if p.place.seconds is None else int(p.place.seconds))
        for c in made.connections
        for p in c.passages
    }
    return nodes, links


def again(notes):
    return [read_bytes(f"{note.slug}.md", note.text.encode()) for note in notes.notes]


def said(document):
    return sorted(
        (p.reading, -1 if p.place.seconds is None else int(p.place.seconds))
        for p in document.passages
        if p.kind in ("segment", "sentence", "bullet", "quote", "callout")
    )


def round_trip(document, fewest):
    """Every sentence is there once with its second, and the graph is the same."""
    notes = write(document, fewest=fewest)
    back = again(notes)
    assert facts(graph(back)) == facts(graph([document]))
    assert sorted(one for d in back for one in said(d)) == said(document)
    assert notes.sentences == len(said(document)) == sum(n.sentences for n in notes.notes)
    assert notes.unstamped == sum(second < 0 for _, second in said(document))
    assert [f for d in back for f in d.flags] == []
    assert write(document, fewest=fewest) == notes
    return notes


@pytest.mark.parametrize("fewest", [1, 2, 4])
@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name)
def test_reading_a_written_note_again_gives_the_same_graph(path, fewest):
    document = read(path)
    if all(p.place.seconds is None for p in document.passages):
        with pytest.raises(InputError, match="no times"):
            write(document)
        return
    round_trip(document, fewest)


def test_the_five_come_back_the_same():
    folder = os.environ.get("DOCS")
    if folder is None:
        pytest.skip("DOCS names no folder: the five documents are not committed")
    for path in sorted(Path(folder).iterdir()):
        document = read(path)
        if any(p.place.seconds is not None for p in document.passages):
            for fewest in (1, 2, 4):
                round_trip(document, fewest)


SENTENCES = [
    "Qwen 3 is cheaper than GPT-5.", "Jane Roe of Acme Labs says Deep Seek V3 is open.", "We pay 3 dollars: no more.",
    "Why?", "Usage fell by 40 percent.", "Meta's Llama 4 competes with Claude.", "So [what] *is* a # moat | really?",
    "Roe thinks the gap is closing.", "I work at Papierwerk now.", "It costs $5 & a_b `c` <d>.", "And then nothing",
    "Gemma 3, Kimi K2 and GLM-5 trail GPT-5.", "“Open wins,” he said.", "On No. 3 it reads 91 of 100 pages.",
]  # fmt: skip
CUES = st.lists(
    st.tuples(st.sampled_from(SENTENCES), st.sampled_from(["Ann Lee", "Bob", None]), st.booleans()),
    min_size=1,
    max_size=24,
)


@given(CUES, st.sampled_from(["A: talk", "On Qwen", "- no", 'He "said" #1']), st.sampled_from([1, 2, 4]))
def test_any_transcript_comes_back_the_same(cues, title, fewest):
    segments = [
        {"text": text, **({"start": 7 * k} if timed else {}), **({"speaker": who} if who else {})}
        for k, (text, who, timed) in enumerate(cues)
    ]
    document = read_bytes("x.json", json.dumps({"title": title, "segments": segments}).encode())
    if any(p.place.seconds is not None for p in document.passages):
        notes = round_trip(document, fewest)
        assert again(notes)[0].title == document.title


LISTED = {
    "product": ["Kimi K2", "GPT-9 Nano", "Grok 4", "Ziegel-7B", "R2 [beta]", "MMLU"],
    "company": ["Moonshot AI", "Papierwerk", "Acme & Sons Ltd", "Deep Seek", "xAI"],
    "person": ["Ann Lee", "Tomas O'Neil", "Yann LeCun"],
    "concept": ["Distillation", "Moats", "Open weights: yes or no", "#1 in use"],
    "location": ["China", "Lower Saxony"],
    "media": ["The Ledger", "Papers *weekly*"],
    "thing": ["A kettle"],
}
OBJECTS = st.lists(
    st.sampled_from([(kind, name) for kind, names in LISTED.items() for name in names]), min_size=1, max_size=12
)
ENDS = st.integers(0, 11)
HOW = st.sampled_from(["makes", "uses", "rivals", "knows"])
LINKS = st.lists(st.tuples(ENDS, HOW, ENDS, st.sampled_from([None, 9, 70.5])), max_size=6)


@given(CUES, OBJECTS, LINKS, st.sampled_from([1, 2, 4]))
def test_what_a_digest_lists_and_nobody_says_comes_back(cues, objects, links, fewest):
    segments = [
        {"text": text, **({"start": 7 * k} if timed else {}), **({"speaker": who} if who else {})}
        for k, (text, who, timed) in enumerate(cues)
    ]
    digest = {
        "title": "On Qwen",
        "segments": segments,
        "smartObjects": [{"type": kind, "name": name} for kind, name in objects],
        "connections": [
            {"source": objects[a % len(objects)][1], "type": how, "target": objects[b % len(objects)][1],
             **({} if at is None else {"start": at})}
            for a, how, b, at in links
        ],
        "chapters": [{"title": "Grok and Ziegel-7B", "start": 7}],
    }  # fmt: skip
    document = read_bytes("talk.json", json.dumps(digest).encode())
    assert document.format == "digest"
    if any(p.place.seconds is not None for p in document.passages if p.kind == "segment"):
        round_trip(document, fewest)


def test_names_that_are_only_listed_stand_in_a_section_of_their_own():
    digest = {
        "title": "A talk",
        "segments": [{"start": 1, "text": "Qwen 3 is cheap."}],
        "entities": [{"type": "company", "name": "Papierwerk"}, {"type": "product", "name": "Qwen 3"}],
        "connections": [{"source": "Papierwerk", "type": "uses", "target": "Qwen 3"}],
    }
    (note,) = write(read_bytes("talk.json", json.dumps(digest).encode())).notes
    assert note.text.endswith("## Also named\n\n- company: Papierwerk\n\n## How they connect\n\n"
                              "- Papierwerk — uses — Qwen 3\n")  # fmt: skip
    (back,) = again(write(read_bytes("talk.json", json.dumps(digest).encode())))
    assert [(p.kind, p.reading) for p in back.passages][-2:] == [
        ("reference:company", "Papierwerk"),
        ("connection", "Papierwerk — uses — Qwen 3"),
    ]


def test_a_list_stays_with_the_words_that_announce_it():
    lines = ["Qwen 3 is cheap. [00:01:00]", "Qwen 3 has caught up, but this is nuanced: [00:02:00]"]
    lines += [f"- Llama 4 is {what}. [00:03:0{k}]" for k, what in enumerate(("small", "slow", "open", "dear"))]
    text = "# T\n\n" + "\n\n".join([*lines, "Qwen 3 wins. [00:04:00]", "Qwen 3 is fast. [00:05:00]"]) + "\n"
    notes = write(read_bytes("x.md", text.encode()), fewest=4).notes
    (note,) = (n for n in notes if "nuanced:" in n.text)
    order = [note.text.index(word) for word in ("nuanced", "small", "slow", "open", "dear")]
    assert order == sorted(order)


def test_prose_under_such_a_heading_is_prose():
    text = "# T\n\n## Also named\n\nMeta makes Llama 2 [00:01].\n\n## How they connect\n\n- Qwen is cheap [00:02].\n"
    document = read_bytes("x.md", text.encode())
    assert [p.kind for p in document.passages] == ["title", "heading", "sentence", "heading", "bullet"]


def test_speakers_chapters_moments_and_themes_come_back():
    document = read(LOOKALIKES / "panel.vtt")
    first = again(write(document))[0]
    assert first.speakers == document.speakers
    assert {(p.reading, p.speaker) for p in first.passages if p.kind != "heading"} == {
        (p.reading, p.speaker) for p in document.passages
    }
    assert [c.title for c in first.chapters] == [c.title for c in document.chapters]
    assert [m.text for m in first.moments] == [m.text for m in document.moments]
    assert first.themes
    assert first.dating.day == document.dating.day


def test_a_note_from_captions_has_headings_links_callouts_in_place_and_sorted_moments():
    document = read(LOOKALIKES / "panel.vtt")
    (note,) = write(document).notes
    lines = note.text.split("\n")
    assert lines[1] == 'title: "Panel: can a small team leave its API?"'
    headings = [line for line in lines if line.startswith("## ")]
    # `Qwen` alone would name what nobody spoke of: they spoke of Qwen 3
    assert headings[:2] == [f"## {c.title.removesuffix(', Qwen')}" for c in document.chapters]
    assert headings[2:] == ["## Chapters", "## Key moments", "## Themes"]
    assert "[[qwen_3 | Qwen 3]]" in note.text
    assert "[[llama_3.3 | Llama 3.3]]" in note.text
    # a callout stands where it was said, in one block with its mark on each line
    for at in [k for k, line in enumerate(lines) if "[!INFO]" in line]:
        assert lines[at].startswith("> [!INFO] ")
        assert lines[at + 1].startswith("> ")
        assert lines[at + 2] == ""
    stamps = [clock(found) for found in re.findall(r'data-t="([^"]+)"', note.text)]
    assert stamps == sorted(stamps)
    listed = note.text.split("## Key moments")[1].split("##")[0]
    moments = [clock(found) for found in re.findall(r"^- (\S+)", listed, re.M)]
    assert moments == sorted(moments)
    assert len(moments) == len(document.moments)
    callouts = [p for p in again(write(document))[0].passages if p.kind == "callout"]
    assert len(callouts) == 2
    assert all(re.search("million|two", p.reading) for p in callouts)


def test_moments_and_chapters_of_a_note_out_of_order_are_written_in_order():
    text = "---\ntitle: T\n---\n> Later words here. [00:09:00]\n\n> Earlier words here. [00:01:00]\n"
    (note,) = write(read_bytes("x.md", text.encode())).notes
    listed = note.text.split("## Key moments")[1].split("##")[0].strip().split("\n")
    assert listed == ["- 00:01:00 Earlier words here.", "- 00:09:00 Later words here."]


@given(st.text(max_size=30))
def test_a_value_of_the_front_matter_comes_back_and_is_one_line(text):
    line = quoted(text)
    assert "\n" not in line
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    assert unquoted(line) == shown
    if not line.startswith('"'):
        assert not re.search(r": |#|^[-?\[{&*!|>%@`,]|:$", line)


def test_notes_of_a_topic_link_to_one_another():
    notes = write(read(LOOKALIKES / "podcast_note.md"), fewest=2)
    assert len(notes.notes) > 1
    slugs = {note.slug for note in notes.notes}
    targets = {link.target for d in again(notes) for link in d.links if link.kind == "wiki"}
    assert targets & slugs


def test_a_document_without_times_is_refused():
    with pytest.raises(InputError, match="no times"):
        write(read(LOOKALIKES / "newsletter.txt"))


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30), min_size=1, max_size=8))
def test_markup_in_what_is_said_stays_what_is_said(words):
    text = " ".join(words)
    source = json.dumps([{"start": 5, "text": f"They said {text} at home."}])
    document = read_bytes("x.json", source.encode())
    notes = write(document)
    spoken = [p.reading for p in document.passages]
    written = [p.reading for d in again(notes) for p in d.passages if p.kind not in ("heading", "title")]
    assert sorted(" ".join(written).split()) == sorted(" ".join(spoken).split())


PASSAGE = "Usage in enterprises is around 5% and decreasing, said Ankur Goyal of Braintrust."


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Enterprises' usage is around 6% and decreasing.", "no 6"),
        ("Usage in enterprises is around 5% and increasing.", "goes up"),
        ("Usage in enterprises is not around 5% and decreasing.", "denies"),
        ("OpenAI says usage in enterprises is around 5% and decreasing.", "OpenAI"),
        ("Usage in Norwegian enterprises is around 5% and decreasing.", "Norwegian"),
        ("Usage in enterprises will be around 5% and decreasing.", "what will be"),
        ("Regulators everywhere dislike vendors, decreasing trust by 5%.", "words stand"),
    ],
)
def test_a_sentence_that_its_passage_does_not_carry_is_refused(sentence, why):
    verdict = supported(sentence, PASSAGE)
    assert not verdict.supported
    assert why in verdict.why


@pytest.mark.parametrize(
    "sentence",
    [
        "Ankur Goyal of Braintrust said usage in enterprises is decreasing.",
        "Usage in enterprises is around 5%.",
        PASSAGE,
    ],
)
def test_a_sentence_that_its_passage_carries_is_kept(sentence):
    assert supported(sentence, PASSAGE).supported


ANSWER = (
    "- They run nine million requests a day at Papierwerk. [00:00:11]\n"
    "They run ninety million requests a day. [00:00:11]\n"
    "A sentence without a time.\n"
    "Prices for used cards keep dropping [00:01:24].\n"
    "Prices for used cards keep dropping. [00:59:59]\n"
)


class Endpoint(BaseHTTPRequestHandler):
    seen: list[dict[str, object]] = []  # noqa: RUF012 - one server, one test

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
        data = json.dumps({"choices": [{"message": {"content": ANSWER}}]}).encode()
        self.send_response(200 if "bad" not in self.path else 500)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture
def endpoint():
    Endpoint.seen.clear()
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_generated_sentences_are_kept_only_if_their_passage_carries_them(endpoint):
    document = read(LOOKALIKES / "panel.vtt")
    made = generate(document, endpoint + "/v1", "some-model", key="secret")
    assert [call["path"] for call in Endpoint.seen] == ["/v1/chat/completions"] * len(document.chapters)
    assert Endpoint.seen[0]["key"] == "Bearer secret"
    assert Endpoint.seen[0]["model"] == "some-model"
    kept = [p for p in read_bytes("x.md", made.note.text.encode()).passages if p.kind != "heading"]
    assert sorted((p.reading, p.place.seconds) for p in kept) == [
        ("Prices for used cards keep dropping.", 84),
        ("They run nine million requests a day at Papierwerk.", 11),
    ]
    assert made.kept == 2
    reasons = [d.why for d in made.dropped]
    assert len(reasons) == 5 * len(document.chapters) - 2
    assert "the passage has no 90" in reasons
    assert "it carries no time" in reasons
    assert "secret" not in made.json()


def test_an_endpoint_that_fails_is_named(endpoint):
    document = read(LOOKALIKES / "panel.vtt")
    with pytest.raises(InputError, match="500"):
        generate(document, endpoint + "/bad", "m")
    with pytest.raises(InputError, match="no address"):
        generate(document, "file:///etc/passwd", "m")
    with pytest.raises(InputError, match="did not answer"):
        generate(document, "http://127.0.0.1:9/v1", "m", timeout=5)
