"""What was computed once is not computed again, a corrupt file is, and nothing here ever fails."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nomoat.catalog import cache
from nomoat.catalog.cache import remember


class Work:
    def __init__(self, result=b"result"):
        self.result, self.done = result, 0

    def __call__(self):
        self.done += 1
        return self.result


def files(home):
    return sorted(path for path in (home / "cache").iterdir())


def test_the_same_parts_are_computed_once(tmp_path):
    work = Work(bytes(range(256)) * 100)
    parts = {"catalog": "abc", "seed": 7, "method": "eci", "level": 0.9, "at": None}
    assert remember(parts, work, tmp_path) == remember(dict(reversed(parts.items())), work, tmp_path) == work.result
    assert work.done == 1


@pytest.mark.parametrize("change", [{"seed": 8}, {"catalog": "abd"}, {"more": 1}, {"at": "2025-01-01"}])
def test_other_parts_are_computed_anew(tmp_path, change):
    parts = {"catalog": "abc", "seed": 7, "at": None}
    remember(parts, Work(b"one"), tmp_path)
    assert remember({**parts, **change}, Work(b"two"), tmp_path) == b"two"


def test_changed_code_is_computed_anew(tmp_path, monkeypatch):
    remember({"seed": 1}, Work(b"one"), tmp_path)
    monkeypatch.setattr(cache, "code_version", lambda: "other code")
    assert remember({"seed": 1}, Work(b"two"), tmp_path) == b"two"


@pytest.mark.parametrize("hurt", [lambda raw: raw[:-1], lambda raw: b"", lambda raw: raw[:10], lambda raw: raw[::-1]])
def test_a_corrupt_file_is_computed_again_and_mended(tmp_path, hurt):
    remember({"seed": 1}, Work(), tmp_path)
    (path,) = files(tmp_path)
    path.write_bytes(hurt(path.read_bytes()))
    work = Work()
    assert remember({"seed": 1}, work, tmp_path) == b"result"
    assert work.done == 1
    assert remember({"seed": 1}, work, tmp_path) == b"result"
    assert work.done == 1


def test_an_empty_result_is_a_result(tmp_path):
    work = Work(b"")
    assert remember({}, work, tmp_path) == remember({}, work, tmp_path) == b""
    assert work.done == 1


def test_nothing_is_left_beside_the_result(tmp_path):
    remember({"seed": 1}, Work(), tmp_path)
    assert len(files(tmp_path)) == 1


def test_what_was_used_least_lately_goes_when_there_is_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "LIMIT", 40_000)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "notes.txt").write_text("the user's own, whatever it does here")
    (tmp_path / "cache" / ".writing-killed").write_bytes(bytes(1000))
    for old, kept in enumerate([tmp_path / "cache" / ".writing-killed", tmp_path / "cache" / "notes.txt"]):
        os.utime(kept, (old, old))
    first = Work(bytes(1000))
    for seed in range(400):
        remember({"seed": seed}, Work(seed.to_bytes(4) * 250), tmp_path)
        remember({"first": True}, first, tmp_path)
    assert first.done == 1, "what is used all the time stays"
    assert sum(path.stat().st_size for path in files(tmp_path)) < 40_000 + 100 * 1032
    assert (tmp_path / "cache" / "notes.txt").exists()
    assert not (tmp_path / "cache" / ".writing-killed").exists()


def test_a_home_that_cannot_be_written_only_costs_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    work = Work()
    assert remember({"seed": 1}, work, blocked) == remember({"seed": 1}, work, blocked) == b"result"
    assert work.done == 2
    (tmp_path / "cache").write_text("in the way")
    assert remember({"seed": 1}, work, tmp_path) == b"result"


def test_what_may_only_be_read_is_read(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    remember({"seed": 1}, Work(), tmp_path)
    monkeypatch.setattr(os, "utime", refused)
    assert remember({"seed": 1}, Work(b"not asked"), tmp_path) == b"result"


def test_a_full_disk_only_costs_time(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert remember({"seed": 1}, Work(), tmp_path) == b"result"
    assert files(tmp_path) == []


def test_a_failing_computation_fails_and_leaves_nothing(tmp_path):
    def broken():
        raise RuntimeError("no result")

    with pytest.raises(RuntimeError, match="no result"):
        remember({"seed": 1}, broken, tmp_path)
    assert not (tmp_path / "cache").exists()


def test_the_folder_is_the_environments(tmp_path, monkeypatch):
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "home"))
    remember({"seed": 1}, Work())
    assert len(files(tmp_path / "home")) == 1
    monkeypatch.delenv("NOMOAT_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    remember({"seed": 1}, Work())
    assert len(list((tmp_path / "xdg" / "nomoat").iterdir())) == 1


def test_many_processes_write_one_result(tmp_path):
    code = "import sys; from pathlib import Path; from nomoat.catalog.cache import remember;"
    code += "assert remember({'x': 1}, lambda: b'y' * 10**6, Path(sys.argv[1])) == b'y' * 10**6"
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert len(files(tmp_path)) == 1
