"""An answer is the same number in every form, and leaves quietly when nobody listens any more."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import pytest

import nomoat
from nomoat.cli import output

MEASURES = [
    ("gap",),
    ("gap", "--by", "country"),
    ("frontier",),
    ("panel",),
    ("attribute",),
]
FEW = ("--draws", "10")
REST = [("effort",), ("reconcile", "4 months"), ("reconcile", "8 points")]
WITH_DRAWS = [(*verb, *FEW) for verb in MEASURES]
EVERY = [*WITH_DRAWS, *REST]


@pytest.mark.parametrize("verb", [*EVERY, ("models", "qwen"), ("scales",)], ids=" ".join)
def test_json_is_a_document_with_its_version(ask, verb):
    said = ask(*verb, "--json")
    assert said.code == 0, said.err
    document = json.loads(said.out)
    assert document["schema_version"] == 1
    assert document["origins"]
    assert all(origin["sha256"] for origin in document["origins"])


def test_json_is_what_python_gives(ask):
    said = ask("gap", "closed", "open & country=CN", "--draws", "20", "--seed", "3", "--level", "0.8", "--json")
    found = nomoat.gap("closed", "open & country=CN", draws=20, seed=3, level=0.8)
    assert said.out == found.json() + "\n"
    assert json.loads(said.out) == json.loads(json.dumps(found.dict()))


def test_gap_json_has_the_promised_shape(ask):
    document = json.loads(ask("gap", *FEW, "--json").out)
    assert set(document) >= {
        "schema_version",
        "leader",
        "follower",
        "scale",
        "method",
        "rule",
        "as_of",
        "at",
        "cut",
        "quality_gap",
        "current_lag",
        "time_to_match",
        "records",
        "left_out",
        "origins",
    }
    assert set(document["quality_gap"]) >= {"value", "low", "high", "level"}
    assert set(document["current_lag"]) >= {"months", "low", "high", "level", "mean_24_months", "reference"}
    assert set(document["current_lag"]["reference"]) >= {"model", "date"}
    assert set(document["time_to_match"]) >= {
        "median",
        "restricted_mean",
        "horizon",
        "low",
        "high",
        "level",
        "weighted_median",
        "weighted_restricted_mean",
        "matched",
        "censored",
        "settled_by",
    }
    assert set(document["records"][0]) >= {
        "model",
        "date",
        "score",
        "matched_by",
        "months",
        "censored",
        "days_as_frontier",
        "p_caught_up",
    }
    assert set(document["left_out"][0]) == {"what", "count", "why"}


@pytest.mark.parametrize("verb", [*EVERY, ("models", "qwen"), ("scales",)], ids=" ".join)
def test_csv_has_a_header_and_rows_of_one_length(ask, verb):
    said = ask(*verb, "--csv")
    assert said.code == 0, said.err
    rows = list(csv.reader(io.StringIO(said.out)))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(rows[0])


def test_csv_of_the_gap_is_its_records(ask):
    found = nomoat.gap(draws=10)
    rows = list(csv.DictReader(io.StringIO(ask("gap", *FEW, "--csv").out)))
    assert [(row["model"], float(row["score"])) for row in rows] == [(r.model, r.score) for r in found.records]


@pytest.mark.parametrize("verb", EVERY, ids=" ".join)
def test_a_citation_is_one_sentence_with_vintage_and_origin(ask, verb):
    said = ask(*verb, "--cite")
    assert said.code == 0, said.err
    assert said.out.count("\n") == 1
    assert said.out.rstrip().endswith(".")
    assert "Epoch AI" in said.out
    assert "2026-08-11" in said.out


@pytest.mark.parametrize("verb", EVERY, ids=" ".join)
def test_the_terminal_gets_lines_that_fit(ask, verb):
    said = ask(*verb)
    assert said.code == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 100
    assert "Epoch AI" in said.out


@pytest.mark.parametrize("verb", EVERY, ids=" ".join)
def test_every_measure_has_a_chart(ask, place, verb):
    said = ask(*verb, "--out", "chart.svg")
    assert said.code == 0, said.err
    assert said.out == ""
    assert said.err == "chart.svg written\n"
    assert ElementTree.parse(place / "chart.svg").getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("ending", "start"), [("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>"), ("csv", b"model,"), ("json", b"{\n")]
)
def test_out_writes_the_format_that_the_ending_names(ask, place, ending, start):
    assert ask("gap", "--on", "scores.csv", "--out", f"gap.{ending}").code == 0
    assert (place / f"gap.{ending}").read_bytes().startswith(start)
    assert sorted(p.name for p in place.iterdir()) == sorted([f"gap.{ending}", "scores.csv"])


def test_a_form_and_a_file_go_together(ask, place):
    said = ask("gap", *FEW, "--cite", "--out", "gap.json")
    assert said.out.startswith("On 2026-08-11, open models were ")
    assert json.loads((place / "gap.json").read_text())["follower"] == "open"


def test_the_file_has_the_rights_that_the_user_gives_to_files(ask, place):
    before = os.umask(0o027)
    try:
        ask("models", "qwen", "--out", "models.csv")
    finally:
        os.umask(before)
    assert (place / "models.csv").stat().st_mode & 0o777 == 0o640


def test_the_same_question_gets_the_same_answer_from_memory(nomoat):
    first, second = nomoat("gap", "--draws", "30", "--json"), nomoat("gap", "--draws", "30", "--json")
    assert first.out == second.out
    assert first.code == 0


def test_a_reader_who_leaves_is_no_error(place):
    shell = f"{sys.executable} -m nomoat models --csv | head -n 1"
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=120)
    assert ran.stdout.startswith("model,")
    assert ran.stderr == ""


def test_an_interrupt_is_no_error():
    # A shell starts what it puts in the background deaf to interrupts, and children inherit that.
    hear = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)"
    told = [sys.executable, "-c", f"{hear}\n{SLOW}\nmain(['gap'])"]
    process = subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "computing\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, err.strip()) == ("", "")


SLOW = """
import time
from nomoat.cli import main
import nomoat.world.gap
def slow(*_, **__):
    print("computing", flush=True)
    time.sleep({seconds})
nomoat.world.gap.gap = slow
""".replace("{seconds}", "2.5")


def test_a_terminal_is_told_after_a_second_that_work_goes_on():
    shown, hidden = pty.openpty()
    told = [sys.executable, "-c", f"{SLOW}\nmain(['gap', '--json'])"]
    process = subprocess.Popen(told, stdout=subprocess.DEVNULL, stderr=hidden)
    os.close(hidden)
    said, end = b"", time.monotonic() + 60
    while time.monotonic() < end and b"gap: 1 s" not in said:
        said += os.read(shown, 1000)
    process.kill()
    process.wait()
    os.close(shown)
    assert b"gap: 1 s" in said


def test_no_terminal_is_told_nothing(nomoat):
    assert nomoat("panel", "--draws", "0", "--csv").err == ""


def test_characters_that_a_terminal_lacks_do_not_stop_the_answer(nomoat):
    said = nomoat("models", "--csv", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert said.code == 0, said.err
    assert said.out.startswith("model,")


def test_wide_and_narrow_terminals(nomoat):
    for columns in (40, 60, 200):
        said = nomoat("gap", "--on", "scores.csv", COLUMNS=str(columns))
        longest = max(map(len, said.out.splitlines()))
        assert longest <= min(max(columns, output.NARROWEST), output.WIDEST)


@pytest.mark.parametrize("path", [(), ("snapshot",)])
def test_a_bare_command_shows_its_help(ask, path):
    said = ask(*path)
    assert said.code == 0
    assert said.err == ""
    assert said.out == ask(*path, "--help").out
    assert said.out.startswith("Usage: nomoat ")
