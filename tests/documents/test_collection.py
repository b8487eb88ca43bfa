"""A collection takes what is a document, once, within bounds, and names what it leaves."""

from __future__ import annotations

import pytest

from nomoat.catalog import shelf as shelves
from nomoat.catalog.shelf import Shelf
from nomoat.documents import collection
from nomoat.documents import read as reader
from nomoat.documents.collection import add, chosen, entities_of, graph_of, on_shelf, statements_of
from nomoat.documents.entities import entities
from nomoat.documents.graph import graph
from nomoat.documents.read import read_bytes
from nomoat.documents.statements import statements
from nomoat.errors import InputError

TEXT = b"Usage of open models is about 5 % and falling, said Jane Roe of Acme Labs."


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "talks").mkdir()
    (tmp_path / "talks" / "note.md").write_bytes(TEXT)
    return tmp_path / "talks"


def test_links_are_counted_and_not_followed(home, folder, tmp_path):
    (tmp_path / "secret.txt").write_bytes(b"Nobody meant this file to be read.")
    (folder / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "circle").symlink_to(folder)
    (folder / ".hidden.md").write_bytes(TEXT)
    found = add([folder], home)
    assert [d.name for d in found.documents] == ["note.md"]
    assert {one.what: one.count for one in found.left_out} == {"symbolic links": 2, "hidden files": 1}


def test_of_a_huge_folder_the_first_are_read_and_the_rest_counted(home, folder, monkeypatch):
    monkeypatch.setattr(collection, "MOST", 3)
    for k in range(7):
        (folder / f"{k}.txt").write_bytes(TEXT + b" %d" % k)
    found = add([folder], home)
    assert [d.name for d in found.documents] == ["0.txt", "1.txt", "2.txt"]
    assert [(one.what, one.count) for one in found.left_out] == [("further files", 5)]


def test_a_file_that_is_too_large_is_named_and_not_kept(home, folder, monkeypatch):
    monkeypatch.setattr(collection, "LARGEST", 1 << 20)
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(2 << 20)
    found = add([folder], home)
    assert [d.name for d in found.documents] == ["note.md"]
    assert [("huge.txt" in one.why, "2 MB" in one.why) for one in found.refused] == [(True, True)]
    with pytest.raises(InputError, match=r"huge\.txt is 2 MB"):
        chosen([str(folder / "huge.txt")], home)


def test_a_file_that_grows_while_it_is_copied_is_not_kept(home, folder, monkeypatch):
    monkeypatch.setattr(shelves, "LARGEST", 10)
    with pytest.raises(InputError, match=r"note\.md"):
        Shelf(home).keep(folder / "note.md")
    assert Shelf(home).kept() == ()


def test_a_file_that_changes_between_reading_and_keeping_is_named(home, folder, monkeypatch):
    def meddled(path, retrieved=None):
        document = read(path, retrieved)
        path.write_bytes(TEXT + b" And another thing.")
        return document

    read = collection.read
    monkeypatch.setattr(collection, "read", meddled)
    found = add([folder], home)
    assert found.documents == ()
    assert "note.md changed while it was read" in found.refused[0].why
    assert Shelf(home).kept() == ()


def test_a_file_that_changes_under_a_command_is_named(home, folder, monkeypatch):
    def meddled(path):
        path.write_bytes(TEXT + b" And another thing.")
        return read(path)

    read = collection.read
    monkeypatch.setattr(collection, "read", meddled)
    with pytest.raises(InputError, match=r"note\.md changed while it was read"):
        chosen([str(folder / "note.md")], home)


def test_what_was_read_is_not_read_again_until_it_changes(home, folder, monkeypatch):
    add([folder], home)
    first, whole = on_shelf(home), chosen([], home)

    def never(*_):
        raise AssertionError("read again")

    monkeypatch.setattr(collection, "read_bytes", never)
    assert on_shelf(home) == first
    assert chosen([], home) == whole
    (kept,) = Shelf(home).kept()
    (Shelf(home).folder / kept.sha256).write_bytes(TEXT[:-1] + b"!")
    monkeypatch.undo()
    monkeypatch.setenv("NOMOAT_HOME", str(home))
    assert "damaged" in on_shelf(home).refused[0].why


def test_a_share_above_the_whole_is_flagged_where_it_stands(home, folder):
    (folder / "note.md").write_bytes(b"All is well.\n\nNow 140% of enterprises use open models, they say.")
    (document,) = chosen([str(folder / "note.md")], home)
    assert [(f.kind, f.seen, f.place.line) for f in document.flags] == [("doubt", "140%", 3)]


PAGE = b"""<html><head><meta charset="utf-8"><meta property="og:title" content="A title">
<meta http-equiv="refresh" content="0;url=https://evil.example/">
<script type="application/ld+json">{"author": {"name": "Ada Roe"}, "datePublished": "2025-05-06"}</script>
<script>steal()</script></head><body><p>Open models win, said nobody at all.</p></body></html>"""


def test_data_of_a_page_that_was_used_is_no_refused_script(home, tmp_path):
    (tmp_path / "page.html").write_bytes(PAGE)
    (document,) = chosen([str(tmp_path / "page.html")], home)
    assert (document.title, document.authors, str(document.dating.day)) == ("A title", ("Ada Roe",), "2025-05-06")
    assert [(f.kind, f.place.line) for f in document.flags] == [("script", 2), ("script", 4)]


def test_what_was_found_is_not_looked_for_again(home, folder, monkeypatch):
    add([folder], home)
    documents = chosen([], home)
    asked = (
        lambda: statements_of(documents),
        lambda: entities_of(documents, ["Qwen 3"]),
        lambda: graph_of(documents, ["Qwen 3"]),
    )
    first = [ask() for ask in asked]
    assert first[0].documents == (statements(documents[0]),)
    assert first[1].documents == (entities(documents[0], catalog=["Qwen 3"]),)
    assert first[2] == graph(documents, catalog=["Qwen 3"])

    def never(*_, **__):
        raise AssertionError("looked for again")

    for name in ("statements", "entities", "graph"):
        monkeypatch.setattr(collection, name, never)
    assert [ask() for ask in asked] == first
    with pytest.raises(AssertionError, match="again"):
        entities_of(documents, ["another catalogue"])


@pytest.mark.parametrize("sentence", ["Use of Qwen 3 fell by 40 percent, says Jane Roe. ", "words without end ", "x"])
def test_of_a_line_without_end_a_bounded_part_is_read(monkeypatch, sentence):
    monkeypatch.setattr(reader, "_MOST_PASSAGES", 50)
    monkeypatch.setattr(reader, "_MOST_WORDS", 30_000)
    text = (sentence * 200_000)[:200_000].strip()
    document = read_bytes("long.txt", text.encode())
    assert len(document.passages) <= 50
    assert sum(len(p.reading) for p in document.passages) <= 30_000
    assert [f.kind for f in document.flags].count("size") >= 1
    assert all("left out" in f.done for f in document.flags if f.kind == "size")
    assert all(f.place.end == len(text) for f in document.flags if f.kind == "size")


def test_a_document_of_many_paragraphs_ends_at_a_sentence(monkeypatch):
    monkeypatch.setattr(reader, "_MOST_PASSAGES", 7)
    text = "\n\n".join(f"Model {k} is cheap. It is also fast." for k in range(40))
    document = read_bytes("long.txt", text.encode())
    assert [p.reading for p in document.passages][-2:] == ["It is also fast.", "Model 3 is cheap."]
    (flag,) = [f for f in document.flags if f.kind == "size"]
    assert text[flag.place.start :].startswith("It is also fast.\n\nModel 4")
