"""nomoat hub on a store with readings of the Hub: tables, charts, sentences; and on one without."""

from __future__ import annotations

import json
import shutil

import pytest

from nomoat.cli import main
from world.hubs import small


@pytest.fixture
def stocked(tmp_path, monkeypatch):
    """A store of one's own that holds three planted readings."""
    from click.testing import CliRunner

    (tmp_path / "made").mkdir()
    small(tmp_path / "made")
    (tmp_path / "home" / "vintages").mkdir(parents=True)
    shutil.move(tmp_path / "made" / "snapshot", tmp_path / "home" / "vintages" / "planted")
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return lambda *typed: CliRunner().invoke(main, typed)


def test_the_help_of_every_part_has_an_example_that_runs(stocked):
    from nomoat.cli.hub import command

    lines = [
        line.strip().removeprefix("nomoat ").split()
        for part in (command, *command.commands.values())
        for line in (part.epilog or "").splitlines()
        if line.strip().startswith("nomoat ")
    ]
    assert len(lines) >= 10
    for line in lines:
        said = stocked(*line)
        if line[1] == "derivatives" or line[1] == "relative":
            assert said.exit_code == 2, "the planted store has no lineage and no parameters"
            continue
        assert said.exit_code == 0, said.output
        assert said.stdout


def test_downloads_are_told_in_every_form(stocked):
    told = stocked("hub", "downloads", "--by", "model")
    assert "Qwen-A" in told.stdout
    assert "1130" in told.stdout
    assert "fell" in told.stdout
    document = json.loads(stocked("hub", "downloads", "--json").stdout)
    assert document["total"] == 1655
    assert "weights-permissive had 92.4% to 100.0%" in stocked("hub", "downloads", "--cite").stdout
    assert stocked("hub", "downloads", "--csv").stdout.splitlines()[0] == "openness,low,high,downloads,models"
    assert stocked("hub", "downloads", "--out", "d.svg").exit_code == 0


def test_adoption_sends_those_who_ask_for_downloads_here(stocked):
    said = stocked("adoption", "--unit", "downloads")
    assert said.exit_code == 2
    assert "nomoat hub" in said.stderr


def test_the_shipped_data_say_what_to_type(stocked, monkeypatch, tmp_path):
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "empty"))
    for part in ("list", "downloads", "derivatives", "relative", "counters"):
        said = stocked("hub", part)
        assert said.exit_code == 2
        assert said.stderr.startswith("Error: No such series in this snapshot")
        assert said.stderr.rstrip().endswith("Try: nomoat update hub")
