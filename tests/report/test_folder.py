"""A report is there whole or not at all, and never in the place of somebody's own files."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

import pytest

from nomoat.errors import OutputError
from nomoat.report import Parts, folder, publish
from nomoat.report.page import picture
from nomoat.views.render import render
from views import planted


@pytest.fixture(autouse=True)
def drawn_once(request, monkeypatch):
    """Drawing takes most of a report's time, and these tests are about files: each picture is drawn once."""
    if "same_files" in request.node.name:
        return
    for name, real in (("render", render), ("picture", picture)):
        monkeypatch.setattr(folder, name, partial(remembered, name, real))


def remembered(name, real, figure, *given, **more):
    key = (name, repr(figure.spec()), given)
    if key not in PICTURES:
        PICTURES[key] = real(figure, *given, **more)
    return PICTURES[key]


PICTURES = {}


def small():
    """The least that makes a page."""
    return Parts(gap=planted.gap(), frontier=planted.frontier())


def tree(root):
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_everything_listed_is_there_and_nothing_else(tmp_path):
    report = publish(tmp_path / "deep" / "out", small())
    out = tmp_path / "deep" / "out"
    assert report.path == str(out / "index.html")
    assert tree(out) == set(report.files)
    assert set(json.loads((out / "report.json").read_text())["files"]) == set(report.files) - {"report.json"}
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"out"}
    assert all(path.stat().st_size for path in out.rglob("*") if path.is_file())


def test_others_may_read_it(tmp_path):
    publish(tmp_path / "out", small())
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o777 & ~mask


def test_the_same_results_give_the_same_files(tmp_path):
    publish(tmp_path / "one", small())
    publish(tmp_path / "two", small())
    for name in tree(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_an_earlier_report_is_replaced_and_a_file_laid_beside_it_stays(tmp_path):
    out = tmp_path / "out"
    publish(out, small())
    (out / "notes.txt").write_text("mine")
    (out / "charts" / "my.png").write_text("mine too")
    (out / "index.html").write_text("changed")
    publish(out, small())
    assert "changed" not in (out / "index.html").read_text()
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "charts" / "my.png").read_text() == "mine too"
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_a_picture_that_a_new_report_no_longer_has_goes(tmp_path):
    out = tmp_path / "out"
    publish(out, Parts(gap=planted.gap(), frontier=planted.frontier(), effort=planted.effort()))
    assert (out / "charts" / "garage.svg").exists()
    publish(out, small())
    assert not (out / "charts" / "garage.svg").exists()


def test_an_empty_folder_is_taken(tmp_path):
    publish(tmp_path, small())
    assert (tmp_path / "index.html").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"files": 3}', "not json"])
def test_a_folder_of_somebody_elses_is_refused(tmp_path, content):
    (tmp_path / "thesis.tex").write_text("years of work")
    if content:
        (tmp_path / "report.json").write_text(content)
    before = tree(tmp_path)
    with pytest.raises(OutputError, match=r"holds other files.*Expected a new or empty folder.*--out DIR"):
        publish(tmp_path, small())
    assert tree(tmp_path) == before


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="is a file"):
        publish(tmp_path / "out", small())
    with pytest.raises(OutputError, match="cannot be"):
        publish(tmp_path / "out" / "deeper", small())
    assert (tmp_path / "out").read_text() == "a file"


@pytest.mark.parametrize("failing", ["write_bytes", "rename"])
def test_a_failure_half_way_leaves_the_earlier_report_and_no_litter(tmp_path, monkeypatch, failing):
    out = tmp_path / "out"
    publish(out, small())
    before = {name: (out / name).read_bytes() for name in tree(out)}
    real, calls = getattr(Path, failing), []

    def break_down(self, *given):
        calls.append(self)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return real(self, *given)

    monkeypatch.setattr(Path, failing, break_down)
    with pytest.raises(OutputError, match="No space left on device"):
        publish(out, small())
    monkeypatch.undo()
    assert {name: (out / name).read_bytes() for name in tree(out)} == before
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_a_chart_that_cannot_be_drawn_leaves_nothing(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ValueError("no such mark")

    monkeypatch.setattr(folder, "render", broken)
    with pytest.raises(ValueError, match="no such mark"):
        publish(tmp_path / "out", small())
    assert not list(tmp_path.iterdir())
