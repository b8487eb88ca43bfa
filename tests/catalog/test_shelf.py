"""Documents are kept as they came, once, and never overwritten."""

from __future__ import annotations

import hashlib
import os
from datetime import date

import pytest

from nomoat.catalog.shelf import Shelf
from nomoat.errors import InputError, OutputError, SnapshotError


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes(b"Open models\r\nwin. \xff")
    return path


def test_bytes_come_back_as_they_were(tmp_path, note):
    shelf = Shelf(tmp_path / "home")
    kept, new = shelf.keep(note, date(2026, 8, 1))
    assert new
    assert kept.sha256 == hashlib.sha256(note.read_bytes()).hexdigest()
    assert (kept.name, kept.size, kept.retrieved) == ("note.md", note.stat().st_size, date(2026, 8, 1))
    assert shelf.content(kept) == note.read_bytes()
    assert (tmp_path / "home" / "documents" / kept.sha256).read_bytes() == note.read_bytes()


def test_what_is_there_is_not_written_again(tmp_path, note):
    shelf = Shelf(tmp_path / "home")
    first, _ = shelf.keep(note)
    target = shelf.folder / first.sha256
    before = target.stat().st_mtime_ns, target.stat().st_ino
    other = tmp_path / "other.md"
    other.write_bytes(note.read_bytes())
    again, new = shelf.keep(other, date(2026, 1, 1))
    assert not new
    assert again == first
    assert (target.stat().st_mtime_ns, target.stat().st_ino) == before


def test_a_break_while_writing_leaves_nothing(tmp_path, note, monkeypatch):
    shelf = Shelf(tmp_path / "home")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(OutputError, match="No space left"):
        shelf.keep(note)
    assert list(shelf.folder.iterdir()) == []
    assert shelf.kept() == ()


def test_damaged_bytes_are_not_handed_out(tmp_path, note):
    shelf = Shelf(tmp_path / "home")
    kept, _ = shelf.keep(note)
    (shelf.folder / kept.sha256).write_bytes(b"other")
    with pytest.raises(SnapshotError, match=r"note\.md.*damaged"):
        shelf.content(kept)


@pytest.mark.parametrize("card", [b"", b"{}", b"[1]", b'{"sha256": "x", "name": "y", "size": 1}'])
def test_a_lost_name_loses_no_bytes(tmp_path, note, card):
    shelf = Shelf(tmp_path / "home")
    kept, _ = shelf.keep(note)
    (shelf.folder / f"{kept.sha256}.json").write_bytes(card)
    (found,) = shelf.kept()
    assert found.name == kept.sha256[:12]
    assert shelf.content(found) == note.read_bytes()


def test_a_file_that_is_gone_and_a_store_that_is_none(tmp_path, note):
    with pytest.raises(InputError):
        Shelf(tmp_path / "home").keep(tmp_path / "gone.md")
    assert not list((tmp_path / "home" / "documents").iterdir())
    with pytest.raises(OutputError):
        Shelf(note).keep(note)
    assert Shelf(tmp_path / "nowhere").kept() == ()
