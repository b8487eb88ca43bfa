"""The gap on one's own work: planted scores come back, and what cannot be compared is refused with its reason."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.work import drafting
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.answer import Answer
from nomoat.work.marking import marked
from nomoat.work.measured import _together, measured, write
from nomoat.work.place import workplace
from nomoat.work.request import Request, Usage
from nomoat.work.store import append
from nomoat.work.usecase import discover, freeze
from nomoat.world.gap import gap

RIGHT = {"closed-1": 0.70, "closed-2": 0.95, "open-1": 0.5, "open-2": 0.8}
RELEASED = {"closed-1": "2025-01-01", "closed-2": "2026-01-01", "open-1": "2025-06-01", "open-2": "2026-06-01"}
SCORER = '{ kind = "exact", reference = "hint:gold" }'


def servers(missing=""):
    lines = []
    for name in RIGHT:
        openness = "closed-api" if name.startswith("closed") else "weights-permissive"
        lines += [f"[endpoints.{name}]", f'url = "https://{name}.example/v1"', f'model = "our-{name}"']
        lines += [f'openness = "{openness}"']
        lines += [] if name == missing else [f"released = {RELEASED[name]}"]
    return "\n".join(lines) + "\n"


def place(tmp_path, missing="", scorer=SCORER, candidates=("closed-1", "open-1", "open-2")):
    """A scored tuning run of 60 conversations a use case in which every model is right as often as RIGHT says."""
    folder = workplace(tmp_path / "work")
    append(folder, [
        Request(
            request_id=f"r{k}", conversation_id=f"c{k}", model="big", usage=Usage(input=100, output=10),
            messages=({"role": "user", "content": f"number {k}"},), response={"content": "yes"},
            hints={"tag": "triage" if k % 3 else "summary", "gold": "yes"},
        )
        for k in range(900)
    ])  # fmt: skip
    (tmp_path / "servers.toml").write_text(servers(missing))
    freeze(folder, discover(folder, clusters=False))
    drafting.draft(folder, servers=tmp_path / "servers.toml", incumbent="closed-2", candidates=candidates, margin=0.2)
    path = folder / plans.FILE
    path.write_text(path.read_text().replace('{ kind = "normalised", reference = "logged" }', scorer))
    plan = drafting.fixed(folder, date(2026, 11, 1)).plan
    frame, rng, lines = frames.read(folder / frames.FILE, plan), np.random.default_rng(1), []
    for cell in frames.cells(plan, frame, part="tuning"):
        said = "yes" if rng.random() < RIGHT[cell.endpoint] else "no"
        answer = Answer(
            run="tuning-1", arm=cell.arm, request_id=cell.request_id, conversation_id=cell.conversation_id, key="k",
            model="m", response={"content": said}, usage=Usage(), at=datetime(2026, 11, 2, tzinfo=UTC),
        )  # fmt: skip
        lines.append(msgspec.json.encode(answer) + b"\n")
    (folder / "runs" / "tuning-1").mkdir(parents=True)
    (folder / "runs" / "tuning-1" / "journal.jsonl").write_bytes(b"".join(lines))
    marked(folder, "tuning")
    return folder


def test_planted_scores_come_back_and_the_gap_is_the_worlds(tmp_path):
    folder = place(tmp_path)
    found = measured(folder)
    assert set(found.use_cases) == {"triage", "summary"}
    assert {one.model: (one.open, one.conversations) for one in found.models} == {
        f"our-{name}": (name.startswith("open"), 120) for name in RIGHT
    }
    for one in found.models:
        truth = 100 * RIGHT[one.model.removeprefix("our-")]
        assert abs(one.score - truth) < 4 * one.stderr
        assert 1 < one.stderr < 7
    by = {one.model: one for one in found.models}
    own = gap(on=write(folder, found), draws=200)
    assert own.quality_gap.value == pytest.approx(by["our-closed-2"].score - by["our-open-2"].score)
    assert (own.quality_gap.leader.model, own.quality_gap.follower.model) == ("our-closed-2", "our-open-2")
    # The best open model stands between the two closed ones: it is where closed ones were in 2026-01 at the latest.
    assert own.current_lag.reference.model == "our-closed-2"
    alone = measured(folder, "triage")
    assert {one.conversations for one in alone.models} == {60}


def test_a_use_case_that_nobody_was_asked_about_hides_no_other(tmp_path):
    folder = place(tmp_path)
    marks = folder / "runs" / "tuning-1" / "marks.jsonl"
    kept = [line for line in marks.read_bytes().splitlines(keepends=True) if b'"use_case":"triage"' in line]
    marks.write_bytes(b"".join(kept))
    found = measured(folder)
    assert found.use_cases == ("triage",)
    assert (len(found.models), found.left_out[0].count) == (4, 1)
    assert "20 conversations of it" in found.left_out[0].why
    with pytest.raises(InputError, match="1 use case left out, no model answered 20 conversations of it"):
        measured(folder, "summary")


def test_that_use_cases_are_not_marked_alike_is_said_beside_their_mean(tmp_path):
    found = measured(place(tmp_path))
    own = gap(on=write(tmp_path, found), draws=0)
    assert found.scorers == {"triage": "exact", "summary": "exact"}
    assert found.beside(own).warnings == own.warnings
    mixed = msgspec.structs.replace(found, scorers={"triage": "exact", "summary": "similarity"})
    (said,) = set(mixed.beside(own).warnings) - set(own.warnings)
    assert "triage by exact, summary by similarity" in said


def test_it_is_told_from_the_command_line(tmp_path, monkeypatch):
    place(tmp_path)
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))
    told = CliRunner().invoke(main, ["gap", "--on", "work", "--draws", "50", "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["quality_gap"]["leader"]["model"] == "our-closed-2"
    said = CliRunner().invoke(main, ["gap", "--on", "work:sumary"])
    assert "No use case 'sumary'" in said.stderr


def test_what_cannot_be_compared_is_refused_with_its_reason(tmp_path):
    with pytest.raises(InputError, match="Nothing of your work was run yet"):
        measured(tmp_path)
    folder = place(tmp_path, missing="open-2")
    with pytest.raises(InputError, match=r"open: our-open-1; 1 model left out, no release date is known.*released = "):
        measured(folder)


def test_what_the_incumbent_logged_is_no_scale(tmp_path):
    folder = place(tmp_path, scorer='{ kind = "exact", reference = "logged" }')
    with pytest.raises(InputError, match="there it leads by construction"):
        measured(folder)


def test_the_error_is_of_conversations_whatever_use_cases_they_hold_and_never_nought():
    """Whole conversations go right or wrong, in both of their use cases at once: half the units, twice the variance."""
    rng, held, spread = np.random.default_rng(2), 0, []
    for _ in range(300):
        right = rng.random(120) < 0.7
        one = {f"c{k}": [float(r), 1.0] for k, r in enumerate(right)}
        two = {f"c{k}": [2.0 * r, 2.0] for k, r in enumerate(right)}
        mean, error = _together([one, two], np.array([0.5, 0.5]))
        held += abs(mean - 0.7) <= 1.98 * error
        spread.append((mean, error))
    means, errors = np.array(spread).T
    assert held / 300 > 0.912
    assert errors.mean() == pytest.approx(means.std(), rel=0.12)
    mean, error = _together([{f"c{k}": [1.0, 1.0] for k in range(20)}], np.ones(1))
    assert mean == 1.0
    assert 0.02 < error < 0.08
