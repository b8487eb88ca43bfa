"""Documents on the command line: read, kept, shown, connected, written back; a bad file hurts no good one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from xml.etree import ElementTree

import msgspec
import pytest

from nomoat.claims.ledger import ledger
from nomoat.claims.verdicts import said_in
from nomoat.documents.graph import graph
from nomoat.documents.read import read, read_bytes
from nomoat.documents.statements import statements
from pages import ROOT

LOOKALIKES = ROOT / "tests" / "documents" / "lookalikes"
FILES = sorted(path for path in LOOKALIKES.iterdir() if path.suffix != ".toml")


@pytest.fixture
def talk(place, monkeypatch):
    """A folder of documents, and a store of its own."""
    monkeypatch.setenv("NOMOAT_HOME", str(place / "store"))
    folder = place / "talk"
    folder.mkdir()
    for path in FILES:
        shutil.copy(path, folder)
    return folder


def kept(place) -> list:
    return [path for path in (place / "store" / "documents").glob("*") if path.is_file() and not path.suffix]


def test_a_folder_is_read_and_kept_as_it_came(ask, talk, place):
    said = json.loads(ask("documents", "add", "talk", "--json").out)
    assert [d["name"] for d in said["documents"]] == [path.name for path in FILES]
    assert all(d["new"] and d["passages"] and d["format"] for d in said["documents"])
    assert {p.name: p.read_bytes() for p in kept(place)} == {
        hashlib.sha256(p.read_bytes()).hexdigest(): p.read_bytes() for p in FILES
    }
    again = json.loads(ask("documents", "add", "talk", "--json").out)
    assert not any(d["new"] for d in again["documents"])
    assert len(kept(place)) == len(FILES)


def test_what_was_added_is_listed(ask, talk):
    assert "nomoat documents add FILE" in ask("documents").out
    ask("documents", "add", "talk")
    rows = list(csv.DictReader(io.StringIO(ask("documents", "--csv").out)))
    assert {row["name"] for row in rows} == {path.name for path in FILES}
    said = ask("documents")
    assert all(row["id"] in said.out for row in rows)
    assert max(map(len, said.out.splitlines())) <= 100


HOSTILE = {
    "picture.md": b"\x89PNG\r\n\x1a\n0000",
    "empty.txt": b" \n",
    "nul.txt": b"\0\1\2\3",
    "paper.html": b"%PDF-1.7",
}


def test_a_bad_file_is_a_line_and_the_good_ones_are_kept(ask, talk, place):
    for name, content in HOSTILE.items():
        (talk / name).write_bytes(content)
    said = ask("documents", "add", "talk")
    assert said.code == 1
    lines = said.err.splitlines()
    assert len(lines) == len(HOSTILE)
    assert all(line.startswith("Refused: ") and any(name in line for name in HOSTILE) for line in lines)
    assert len(kept(place)) == len(FILES)


@pytest.mark.parametrize("bad", ["nul.txt", "nowhere.md", "void"])
@pytest.mark.parametrize("first", [True, False])
def test_one_bad_name_among_good_ones_costs_only_itself(ask, talk, place, bad, first):
    (talk / "nul.txt").write_bytes(HOSTILE["nul.txt"])
    (talk / "void").mkdir()
    good = ["talk/panel.vtt", "talk/newsletter.txt"]
    said = ask("documents", "add", *([f"talk/{bad}", *good] if first else [*good, f"talk/{bad}"]))
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert said.err.startswith("Refused: ")
    assert bad in said.err
    assert "panel.vtt" in said.out
    assert len(kept(place)) == 2
    assert ask("documents", "add", *good).code == 0
    assert ask("documents", "add", f"talk/{bad}").code == 2


def test_a_document_is_removed_and_its_bytes_are_where_it_says(ask, talk, place):
    ask("documents", "add", "talk")
    content = (talk / "panel.vtt").read_bytes()
    said = json.loads(ask("documents", "remove", "panel.vtt", "--json").out)["documents"]
    assert [one["name"] for one in said] == ["panel.vtt"]
    assert (place / said[0]["bytes_at"]).read_bytes() == content
    assert (talk / "panel.vtt").read_bytes() == content
    assert "panel.vtt" not in ask("documents").out
    assert ask("documents", "show", "panel.vtt").code == 2
    assert ask("documents", "add", "talk/panel.vtt").code == 0
    assert "panel.vtt" in ask("documents").out
    sha = hashlib.sha256(content).hexdigest()
    gone = ask("documents", "remove", sha[:8], "--delete")
    assert (gone.code, "deleted" in gone.out) == (0, True)
    assert len(kept(place)) == len(FILES) - 1


def test_of_several_to_remove_one_unknown_touches_none(ask, talk, place):
    ask("documents", "add", "talk")
    assert ask("documents", "remove", "panel.vtt", "nobody").code == 2
    assert len(kept(place)) == len(FILES)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_file_alone_is_one_line(ask, talk, place, name):
    (place / name).write_bytes(HOSTILE[name])
    said = ask("documents", "add", name)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert name in said.err
    assert not kept(place)


def test_nothing_but_bad_files(ask, talk, place):
    for name, content in HOSTILE.items():
        (place / name).write_bytes(content)
    said = ask("documents", "add", *HOSTILE)
    assert said.code == 2
    assert said.err.splitlines()[-1].startswith("Error: None of 4 ")


def test_hundred_megabytes_in_a_line(ask, talk, place):
    (place / "long.txt").write_bytes(b"Open models win. " * (100 * 2**20 // 17))
    said = ask("documents", "add", "long.txt", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["documents"][0]["flags"] > 0


def test_hostile_markup_comes_out_as_text(ask, talk, place):
    evil = (
        "Meta makes <script>alert(1)</script> Llama 2 \u202egnp [x](javascript:alert(2)). Llama 2 beats GPT-4 \x1b[31m."
    )
    (place / "evil.md").write_text(evil)
    for part in ("show", "statements", "entities", "graph"):
        said = ask("documents", part, "evil.md")
        assert said.code == 0, said.err
        assert not set(said.out) & {"\x1b", "\u202e"}
    ask("documents", "graph", "evil.md", "--out", "evil.html")
    page = (place / "evil.html").read_text()
    assert "alert(1)" not in page
    assert "javascript:" not in page


def test_one_document_with_its_dates_and_repairs(ask, talk):
    said = ask("documents", "show", "talk/talk_digest.txt")
    found = read(LOOKALIKES / "talk_digest.txt")
    assert found.title in said.out
    assert str(found.dating.low) in said.out
    assert f"Repairs ({len(found.repairs)})" in said.out
    assert (
        json.loads(ask("documents", "show", "talk/talk_digest.txt", "--json").out)["document"]["sha256"] == found.sha256
    )


def test_a_document_of_the_ledger_shows_its_claims():
    claim = ledger().claim("garage")
    document = read_bytes("x.md", b"A kid in a garage.")
    assert said_in(document).claims == ()
    named = msgspec.structs.replace(document, sha256=claim.sha256)
    assert claim in said_in(named).claims


def test_statements_are_those_of_python(ask, talk):
    said = json.loads(ask("documents", "statements", "talk/panel.vtt", "--json").out)
    assert said["documents"] == [json.loads(statements(read(LOOKALIKES / "panel.vtt")).json())]
    text = ask("documents", "statements", "talk/panel.vtt").out
    assert "Roughly six thousand euros" in text
    assert "hedged: roughly" in text


def test_declared_and_found_stand_side_by_side(ask, talk):
    text = ask("documents", "entities", "talk/talk_digest.txt").out
    declared = read(LOOKALIKES / "talk_digest.txt").declared
    made = graph([read(LOOKALIKES / "talk_digest.txt")]).documents[0]
    row = next(line for line in text.splitlines() if "entities" in line and str(declared["entities"]) in line)
    assert row.split()[-4:-2] == [str(declared["entities"]), str(made.found["entities"])]


TALK = {
    "title": "A talk",
    "entityCount": 3,
    "segmentCount": 2,
    "segments": [
        {"start": 1, "text": "Qwen 3 beats Llama 4."},
        {"start": 9, "text": "Mistral competes with OpenAI."},
    ],
    "entities": [{"type": "company", "name": "Papierwerk"}, {"type": "product", "name": "Qwen 3"}],
    "connections": [{"source": "Papierwerk", "type": "uses", "target": "Qwen 3"}],
    "themes": ["Price", "Moats"],
}


def test_of_what_is_found_the_declared_ones_are_told_apart(ask, place):
    (place / "talk.json").write_text(json.dumps(TALK))
    source = json.loads(ask("documents", "graph", "talk.json", "--json").out)["documents"][0]
    assert source["declared"] == {"entities": 3, "segments": 2, "connections": 1}
    assert (source["found"]["entities"], source["found"]["connections"]) == (5, 3)
    assert (source["listed"]["entities"], source["listed"]["connections"], source["listed"]["segments"]) == (2, 1, 2)
    shown = " ".join(ask("documents", "show", "talk.json").out.split())
    assert "3 entities (5 found, of which 2 are the declared ones)" in shown
    assert "1 connection (3 found, of which 1 is the declared one)" in shown
    assert "2 segments (2 found, all declared)" in shown
    for part in ("graph", "entities"):
        rows = [line.split()[-4:] for line in ask("documents", part, "talk.json").out.splitlines()]
        assert ["entities", "3", "5", "2"] in rows
        assert ["connections", "1", "3", "1"] in rows
        assert ["segments", "2", "2", "2"] in rows
    ask("documents", "graph", "talk.json", "--out", "graph.html")
    page = (place / "graph.html").read_text()
    assert '<td>connections</td><td class="n">1</td><td class="n">3</td><td class="n">1</td>' in page


def test_a_document_is_found_by_name_and_by_checksum(ask, talk):
    ask("documents", "add", "talk")
    sha = hashlib.sha256((LOOKALIKES / "panel.vtt").read_bytes()).hexdigest()
    assert ask("documents", "show", "panel.vtt").out == ask("documents", "show", sha[:8]).out
    assert "'panel.vtt'" in ask("documents", "show", "panel.vt").err


def test_the_graph_of_all_in_every_form(ask, talk, place):
    ask("documents", "add", "talk")
    for name in ("graph.html", "graph.graphml", "graph.json", "graph.csv"):
        said = ask("documents", "graph", "--out", name)
        assert (said.code, said.out, said.err) == (0, "", f"{name} written\n")
    made = json.loads((place / "graph.json").read_text())
    assert json.loads(ask("documents", "graph", "--json").out) == made
    assert len(made["documents"]) == len(FILES)
    own = graph([read(path) for path in FILES])
    assert {(c.source, c.type, c.target) for c in own.connections} <= {
        (c["source"], c["type"], c["target"]) for c in made["connections"]
    }
    assert len(list(csv.reader(io.StringIO((place / "graph.csv").read_text())))) == len(made["connections"]) + 1
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(list(ElementTree.parse(place / "graph.graphml").iter(f"{space}node"))) == len(made["nodes"])
    assert (place / "graph.html").read_text().startswith("<!doctype html>")


def test_notes_written_and_read_again_give_the_same_graph(ask, talk, place):
    said = ask("documents", "write", "talk/panel.vtt", "--out", "notes")
    assert said.code == 0, said.err
    written = sorted((place / "notes").iterdir())
    assert said.err.count("written") == len(written) > 0

    def connections(*paths):
        made = json.loads(ask("documents", "graph", *map(str, paths), "--json").out)
        return {(c["source"], c["type"], c["target"]) for c in made["connections"]}

    assert connections(*written) == connections("talk/panel.vtt")
    assert ask("documents", "write", "talk/panel.vtt", "--out", "notes").code == 0, "its own notes may be renewed"


def test_a_note_of_somebody_elses_is_not_overwritten(ask, talk, place):
    ask("documents", "write", "talk/panel.vtt", "--out", "notes")
    mine = next((place / "notes").iterdir())
    mine.write_text("my own words")
    said = ask("documents", "write", "talk/panel.vtt", "--out", "notes")
    assert said.code == 2
    assert mine.read_text() == "my own words"


@pytest.mark.parametrize(
    "arguments",
    [
        ("shwo",),
        ("add", "nowhere"),
        ("add",),
        ("show", "nobody"),
        ("statements",),
        ("graph",),
        ("graph", "talk/panel.vtt", "--out", "graph.svg"),
        ("graph", "talk/panel.vtt", "--out", "nowhere/graph.html"),
        ("write", "talk/newsletter.txt"),
        ("write", "talk/panel.vtt", "--out", "talk/panel.vtt"),
        ("write", "talk/panel.vtt", "--model", "m"),
        ("write", "talk/panel.vtt", "--endpoint", "http://localhost:1"),
        ("write", "talk/panel.vtt", "--endpoint", "localhost", "--model", "m"),
        ("write", "talk/panel.vtt", "--endpoint", "http://127.0.0.1:9", "--model", "m", "--key-from", "NO_SUCH"),
        ("write", "talk/panel.vtt", "--endpoint", "http://127.0.0.1:9", "--model", "m"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_one_line(ask, talk, arguments):
    said = ask("documents", *arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    assert ". Expected " in said.err or ". Try: " in said.err
