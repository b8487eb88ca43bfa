"""Notes written from a recording say what it says, and reading them again gives the same graph."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.marked import LOOKALIKES
from nomoat.documents.generate import generate
from nomoat.documents.graph import Graph, graph
from nomoat.documents.read import read, read_bytes
from nomoat.documents.support import supported
from nomoat.documents.write import write
from nomoat.errors import InputError

SPOKEN = ["panel.vtt", "second_talk.json", "third_podcast.srt", "podcast_note.md"]


def facts(made: Graph) -> tuple[set[tuple[str, ...]], set[tuple[object, ...]]]:
    nodes = {(n.id, n.kind, n.name) for n in made.nodes}
    links = {
        (c.source, c.type, c.target, int(p.place.seconds))
        for c in made.connections
        for p in c.passages
        if p.place.seconds is not None
    }
    return nodes, links


def again(notes):
    return [read_bytes(f"{note.slug}.md", note.text.encode()) for note in notes.notes]


@pytest.mark.parametrize("fewest", [1, 2, 4])
@pytest.mark.parametrize("name", SPOKEN)
def test_reading_a_written_note_again_gives_the_same_graph(name, fewest):
    document = read(LOOKALIKES / name)
    notes = write(document, fewest=fewest)
    back = again(notes)
    if notes.unstamped == 0:
        assert facts(graph(back)) == facts(graph([document]))
    links = facts(graph([document]))[1]
    assert facts(graph(back))[1] == links
    assert all(not d.flags for d in back)


@pytest.mark.parametrize("name", SPOKEN)
def test_every_sentence_is_there_once_with_its_second(name):
    document = read(LOOKALIKES / name)
    spoken = sorted((p.reading, int(p.place.seconds)) for p in document.passages if p.place.seconds is not None)
    notes = write(document, fewest=2)
    back = again(notes)
    written = sorted(
        (p.reading, int(p.place.seconds)) for d in back for p in d.passages if p.kind not in ("heading", "title")
    )
    assert written == spoken
    assert notes.sentences == len(spoken) == sum(n.sentences for n in notes.notes)
    assert write(document, fewest=2) == notes


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
