"""Files are read out of an archive in memory and within bounds; nothing of it reaches the disk."""

from __future__ import annotations

import zipfile

import pytest

from nomoat.errors import SourceError
from nomoat.sources.facts import Facts
from nomoat.sources.zipped import members


def archive(path, *files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as made:
        for name, body in files:
            made.writestr(name, body)
    return path


def test_files_come_by_name_without_the_first_folder(tmp_path):
    path = archive(tmp_path / "a.zip", ("r-main/b.yml", b"2"), ("r-main/a.yml", b"1"), ("r-main/c.txt", b"3"))
    assert list(members(path, r"[^/]+\.yml")) == [("a.yml", b"1"), ("b.yml", b"2")]


def test_a_path_that_leads_out_leads_nowhere(tmp_path):
    """As zipfile stores them, and as it does not: a name is taken as it stands in the directory of the archive."""
    evil = ("../../evil.yml", "/etc/evil.yml", "r/../../ok.yml", "C:evil.yml")
    path = archive(tmp_path / "a.zip", *[(name, b"x") for name in evil], ("r/ok.yml", b"y"))
    facts = Facts()
    assert dict(members(path, r"[\w./]+\.yml", facts)) == {"ok.yml": b"y"}
    assert [(left.count, left.why) for left in facts.left()] == [(4, "their path leads out of it")]
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


def test_a_second_file_of_one_name_is_counted_and_the_first_is_read(tmp_path):
    path = archive(tmp_path / "a.zip", ("r/a.yml", b"1"), ("other/a.yml", b"2"))
    facts = Facts()
    assert dict(members(path, r"[^/]+\.yml", facts)) == {"a.yml": b"1"}
    assert [left.count for left in facts.left()] == [1]


def test_a_bomb_is_not_unpacked(tmp_path):
    path = archive(tmp_path / "a.zip", ("r/a.yml", b"\0" * (64 << 20)))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(SourceError, match="too large"):
        list(members(path, r".*"))


def test_many_files_of_the_allowed_size_are_too_large_together(tmp_path):
    path = archive(tmp_path / "a.zip", *[(f"r/{n}.yml", b"\0" * (2 << 20)) for n in range(66)])
    with pytest.raises(SourceError, match="too large"):
        list(members(path, r".*"))


def test_what_is_no_whole_archive_is_refused(tmp_path):
    path = archive(tmp_path / "a.zip", ("r/a.yml", b"text " * 1000))
    whole = path.read_bytes()
    for broken in (b"", b"<html>", whole[: len(whole) // 2], whole[:40] + b"\xff" * 10 + whole[50:]):
        path.write_bytes(broken)
        with pytest.raises(SourceError, match="cannot be read"):
            list(members(path, r".*"))


def test_an_archive_without_such_a_file_is_refused(tmp_path):
    with pytest.raises(SourceError, match="has no file such as"):
        list(members(archive(tmp_path / "a.zip", ("r/a.txt", b"")), r"[^/]+\.yml"))
