"""What cannot be answered gets one clear line, exit code 2, no traceback, and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HEAD = "model,date,group,score\n"
TWO = "A,2025-01-01,closed,5\nB,2025-02-01,open,4\n"
TABLES = {
    "undated.csv": "model,group,score\nA,closed,5\nB,open,4\n",
    "empty-date.csv": HEAD + "A,,closed,5\nB,2025-02-01,open,4\n",
    "no-date.csv": HEAD + "A,last week,closed,5\nB,2025-02-01,open,4\n",
    "future.csv": HEAD + TWO + "C,2999-01-01,closed,6\n",
    "one-group.csv": HEAD + "A,2025-01-01,closed,5\nB,2025-02-01,closed,4\n",
    "three-groups.csv": HEAD + TWO.replace("closed", "x").replace("open", "y") + "C,2025-03-01,z,6\n",
    "twice.csv": HEAD + TWO + "A,2025-03-01,closed,6\n",
    "nan.csv": HEAD + "A,2025-01-01,closed,nan\nB,2025-02-01,open,4\n",
    "word.csv": HEAD + "A,2025-01-01,closed,good\nB,2025-02-01,open,4\n",
    "no-rows.csv": HEAD,
    "nothing.csv": "",
    "ragged.csv": HEAD + "A,2025-01-01,closed\n",
    "binary.csv": "\0\1\2\3",
    "not.parquet": "PAR1 it is not",
    "no-score.csv": "model,date,group\nA,2025-01-01,closed\n",
}
COHORTS = [
    ("gap", "opn"),
    ("gap", "closed", "open & land=CN"),
    ("gap", "closed", "open & country=AQ"),
    ("gap", "closed", "(open"),
    ("gap", "closed", "open &"),
    ("gap", "closed", "fits=24GB"),
    ("frontier", "closed", "nobody"),
    ("attribute", "closed", "country=AQ"),
    ("panel", "closed", "country=AQ", "--draws", "0"),
    ("effort", "closed", "country=AQ"),
    ("models", "open & land=CN"),
    ("models", "no such model"),
    ("scales", "no such scale"),
]
VALUES = [
    ("gap", "--on", "no-such-scale"),
    ("gap", "--on", "benchmark:GPQR"),
    ("gap", "--on", "domain:cooking"),
    ("gap", "--on", "arena:text/cooking"),
    ("gap", "--on", "missing.csv"),
    ("gap", "--rule", "km2"),
    ("gap", "--method", "magic"),
    ("gap", "--by", "colour"),
    ("gap", "--by", "domain", "--rule", "guess"),
    ("gap", "--by", "domain", "--on", "scores.csv"),
    ("gap", "--at", "yesterday"),
    ("gap", "--at", "2026-02-30"),
    ("gap", "--at", "20260811"),
    ("gap", "--at", "2999-01-01"),
    ("gap", "--at", "1999-01-01"),
    ("gap", "--as-of", "2001-01-01"),
    ("gap", "--as-of", "soon"),
    ("models", "--as-of", "2001-01-01"),
    ("gap", "--level", "0"),
    ("gap", "--level", "1"),
    ("gap", "--level", "90"),
    ("gap", "--level", "nan"),
    ("gap", "--draws", "-1"),
    ("gap", "--draws", "1.5"),
    ("gap", "--draws", "1000000000"),
    ("gap", "--seed", "-3"),
    ("gap", "--seed", "lucky"),
    ("gap", "--json", "--csv"),
    ("gap", "--lvel", "0.9"),
    ("gap", "closed", "open", "third"),
    ("attribute", "--by", "colour"),
    ("attribute", "--start", "2026-08-11"),
    ("effort", "--utilisation", "2"),
    ("effort", "--run", "No Such Run"),
    ("reconcile",),
    ("reconcile", "soon"),
    ("reconcile", "150 %"),
    ("reconcile", "5 apples"),
    ("gpa",),
    ("snapshot", "build"),
    ("snapshot", "build", "--from", "nowhere"),
    ("snapshot", "build", "--from", "."),
]
PLACES = [
    ("gap", "--out", "gap.gif"),
    ("gap", "--out", "gap"),
    ("gap", "--out", "nowhere/gap.svg"),
    ("gap", "--out", "/proc/gap.json", "--draws", "0"),
    ("gap", "--out", "scores.csv/gap.svg"),
    ("models", "qwen", "--out", "models.svg"),
    ("report", "--out", "scores.csv", "--draws", "0"),
    ("report", "--out", "scores.csv/report", "--draws", "0"),
    ("report", "--out", "/proc/report", "--draws", "0"),
]


def here(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(said, place, before) -> str:
    assert said.code == 2, said
    assert said.out == ""
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("Error: ")
    assert "Traceback" not in said.err
    assert ". Expected " in lines[0] or ". Try: " in lines[0], "neither what was expected nor what to type"
    assert here(place) == before, "something was left behind"
    return lines[0]


@pytest.mark.parametrize("arguments", [*COHORTS, *VALUES, *PLACES], ids=" ".join)
def test_a_request_that_cannot_be_answered(ask, place, arguments):
    before = here(place)
    refused(ask(*arguments), place, before)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("openings", "--start", "2030-01-01"), "The start 2030-01-01 is not before 2026-08-11"),
        (("openings", "--at", "2030-01-01"), "Try: --at 2026-08-11"),
        (("standing", "--start", "2030-01-01"), "Try: --start 2023-02-24"),
        (("standing", "--by", "colour"), "Try: --by organisation"),
        (("traces", "--at", "1999-01-01"), "Try: --at 2026-11-22"),
        (("diffusion", "--at", "1999-01-01"), "Try: --at 2026-11-22"),
        (("adoption", "--population", "martians"), "(population martians, by openness)"),
        (("adoption", "--concentration", "--population", "martians"), "population martians"),
        (("price", "--prices", "missing.toml"), "Try: --prices FILE.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_told_to_type_is_an_option_as_it_is_typed(ask, place, arguments, said):
    assert said in refused(ask(*arguments), place, here(place))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_read(ask, place, name):
    (place / name).write_bytes(TABLES[name].encode("latin-1"))
    before = here(place)
    line = refused(ask("gap", "--on", name), place, before)
    assert name in line or "table" in line


@pytest.mark.parametrize("verb", ["attribute", "standing"])
def test_a_frontier_that_begins_on_the_last_day_is_said_to(ask, place, verb):
    """“The start 2025-02-01 is not before 2025-02-01. Try: --start 2025-02-01” helped nobody."""
    (place / "young.csv").write_text(HEAD + TWO)
    line = refused(ask(verb, "--on", "young.csv", "--draws", "0"), place, here(place))
    assert "The open frontier begins on 2025-02-01, the last day looked at" in line


def test_a_host_that_is_none_of_this_machine_is_said_to_be_so_and_nothing_else(nomoat, place):
    said = nomoat("explore", "--no-open", "--host", "203.0.113.7")
    assert "'203.0.113.7' is no address of this machine" in refused(said, place, here(place))


def test_a_process_of_its_own_says_the_same(nomoat, place):
    before = here(place)
    assert refused(nomoat("gap", "opn"), place, before).startswith("Error: No cohort word 'opn'")


@pytest.mark.parametrize("manifest", ["", "{}", '{"schema_version": 99}', "[1]", "\x00"])
def test_a_vintage_that_cannot_be_read(nomoat, place, tmp_path_factory, manifest):
    home = tmp_path_factory.mktemp("broken")
    (home / "vintages" / "2026-09-01").mkdir(parents=True)
    (home / "vintages" / "2026-09-01" / "manifest.json").write_text(manifest)
    said = nomoat("gap", "--draws", "0", NOMOAT_HOME=str(home))
    # The answer stands on what can be read; what cannot is named, with the line that puts it aside.
    assert said.code == 0
    assert "manifest.json" in said.err
    assert "Try: nomoat sources drop 2026-09-01" in said.err
    assert "Traceback" not in said.err


def test_a_damaged_table_of_a_vintage(nomoat, place, tmp_path_factory):
    from shutil import copytree

    from nomoat.catalog.store import SNAPSHOT

    home = tmp_path_factory.mktemp("damaged")
    copytree(SNAPSHOT, home / "vintages" / "2026-09-01")
    table = home / "vintages" / "2026-09-01" / "scores.parquet"
    table.write_bytes(table.read_bytes()[:-100])
    said = nomoat("gap", "--draws", "0", NOMOAT_HOME=str(home))
    assert said.code == 0
    assert "scores.parquet is damaged" in said.err
    assert "Try: nomoat sources drop 2026-09-01" in said.err


def test_a_chart_that_cannot_be_put_in_place_leaves_the_old_one(ask, place, monkeypatch):
    (place / "gap.json").write_text("the old one")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    before = here(place)
    line = refused(ask("gap", "--on", "scores.csv", "--out", "gap.json"), place, before)
    assert "No space left" in line
