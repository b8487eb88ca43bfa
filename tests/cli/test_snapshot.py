"""`nomoat snapshot build` makes a vintage of a folder of publishers' files, as its help says."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
from functools import partial
from pathlib import Path

import pytest

from nomoat.catalog.store import Catalog
from nomoat.cli import main


@pytest.fixture
def raw(place, monkeypatch) -> Path:
    """The small publishers' files of tests/sources, in the folder that the example in help names."""
    from nomoat.sources import build

    spec = importlib.util.spec_from_file_location("planted", Path(__file__).parents[1] / "sources" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    planted = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(planted)
    for name, (columns, rows) in planted.FILES.items():
        planted.write(place / "raw" / name, columns, rows)
    for name, text in planted.TEXTS.items():
        (place / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "raw" / name).write_text(text, encoding="utf-8")
    curated = place / "curated"
    shutil.copytree(planted.FOLDER, curated)
    (curated / "peaks.csv").write_text("device,peak_tflop_s,address\nRTX 4090,165.2,https://example.org/ada\n")
    monkeypatch.setattr(build, "build", partial(build.build, curated=curated))
    return place / "raw"


def examples() -> set[str]:
    from click import Context

    group = main.get_command(Context(main), "snapshot")
    pages = [group.epilog, *(command.epilog for command in group.commands.values())]
    return {line.strip() for page in pages for line in page.splitlines() if line.strip().startswith("nomoat ")}


@pytest.mark.parametrize("line", sorted(examples()))
def test_the_example_in_help_runs(ask, raw, place, line):
    said = ask(*shlex.split(line)[1:])
    assert said.code == 0, said.err
    assert "models" in said.out
    assert len(Catalog.open(place / "home", place / "snapshot").table("scores")) == 7


def test_what_was_left_out_is_counted(ask, raw):
    said = ask("snapshot", "build", "--from", str(raw))
    assert said.out.startswith("snapshot: ")
    assert "Left out: " in said.out


def test_a_missing_file_is_named_and_nothing_is_written(ask, raw, place):
    (raw / "crossing" / "devices.csv").unlink()
    said = ask("snapshot", "build", "--from", "raw")
    assert said.code == 2
    assert "devices.csv" in said.err
    assert said.err.count("\n") == 1
    assert sorted(p.name for p in place.iterdir()) == ["curated", "raw", "scores.csv"]
