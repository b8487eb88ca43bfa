"""A name is offered only where it may have been meant."""

from __future__ import annotations

import errno
import os
import random

import pytest

from nomoat.errors import UnknownName, nearest
from nomoat.sources.known import SOURCES, source

UNRELATED = ["nosuch", "foobar", "nothing", "xyzzy", "hello", "banana", "unicorn", "teapot", "wombat", "elephant"]


@pytest.mark.parametrize("word", UNRELATED)
def test_a_word_that_is_like_nothing_is_answered_with_the_list(word):
    assert not nearest(word, SOURCES)
    with pytest.raises(UnknownName, match=r"and \d+ more") as error:
        source(word)
    assert error.value.next == "nomoat sources", "the next step is no guess"


@pytest.mark.parametrize("name", [name for name in SOURCES if len(name) > 3])
def test_a_slip_of_the_keys_finds_what_was_meant(name):
    dice = random.Random(name)
    at = dice.randrange(1, len(name) - 1)
    slips = (
        name[:at] + name[at + 1 :],
        name[:at] + "x" + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name.upper(),
    )
    assert all(name in nearest(slip, SOURCES) for slip in slips)


def test_the_commands_offer_no_far_name_either(capsys):
    from nomoat.cli import main

    for typed in (["update", "nosuch"], ["nosuch"], ["work", "nosuch"]):
        with pytest.raises(SystemExit):
            main(typed)
        said = capsys.readouterr().err
        assert "nosuch" in said
        assert "Nearest" not in said
        assert "update epoch" not in said


@pytest.mark.parametrize("code", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_disk_that_is_full_or_not_ones_own_is_one_line(code, monkeypatch, capsys):
    from nomoat.cli import main
    from nomoat.work import place

    def full(folder):
        raise OSError(code, os.strerror(code), "marks.jsonl.new")

    monkeypatch.setattr(place, "workplace", full)
    with pytest.raises(SystemExit) as left:
        main(["work", "prove"])
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert said.count("\n") == 1
    assert f"marks.jsonl.new cannot be read or written ({os.strerror(code)})" in said


def test_another_fault_of_the_system_keeps_its_traceback(monkeypatch):
    from nomoat.cli import main
    from nomoat.work import place

    def lost(folder):
        raise OSError(errno.EIO, "a fault")

    monkeypatch.setattr(place, "workplace", lost)
    with pytest.raises(OSError, match="a fault"):
        main(["work", "prove"])
