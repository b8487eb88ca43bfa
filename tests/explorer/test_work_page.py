"""The page of one's own work says how to begin, then what the folder holds, and makes no folder by looking."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from nomoat.catalog.store import Catalog
from nomoat.explorer.pages import pages
from nomoat.explorer.state import parse
from nomoat.explorer.work import PARAMS, answer
from nomoat.work import plan as plans
from nomoat.work.profile import profile
from nomoat.work.prove import judged
from nomoat.work.request import Request, Usage
from nomoat.work.route import route
from nomoat.work.store import append
from nomoat.work.usecase import Assigner, discover, freeze, usecases
from work.planted import World, population


def logged(number, model, tag):
    return Request(
        request_id=f"{tag}-{number}",
        conversation_id=f"{tag}-{number // 2}",
        time=datetime(2026, 5, 1, tzinfo=UTC),
        model=model,
        messages=({"role": "user", "content": f"question {number}"},),
        usage=Usage(input=10, output=5),
        cost_usd=0.5 if model == "gpt-4o" else None,
        hints={"tag": tag},
    )


@pytest.fixture
def home(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def work(home):
    folder = home / "work"
    folder.mkdir(parents=True)
    rows = [logged(k, "gpt-4o", "triage") for k in range(60)] + [
        logged(k, "nobody-knows-7b", "notes") for k in range(40)
    ]
    append(folder, rows)
    return folder


def shown(home, *query):
    return answer(Catalog.open(home), parse(PARAMS, query))


def texts(view, section):
    return [" ".join(map(str, row)) for row in view.section(section).build().table.shown()[1]]


def test_it_is_in_the_navigation():
    assert pages()["work"].nav == "Your work"


def test_without_a_work_folder_it_says_how_to_begin_and_makes_none(home):
    view = shown(home)
    assert "nomoat work read" in " ".join(view.section("begin").build().words)
    assert view.answer.profile is None
    assert not (home / "work").exists()


def test_it_shows_the_profile_and_the_use_cases_of_the_folder(home, work):
    before = shown(home)
    assert before.answer.profile.dict() == profile(work, catalog=Catalog.open(home)).dict()
    assert "nomoat work usecases" in before.section("use-cases").build().empty
    assert {line.split()[0] for line in texts(before, "models")} == {"gpt-4o", "nobody-knows-7b"}
    assert any("closed-api" in line for line in texts(before, "models"))
    assert (40, "requests without a cost") in [(left.count, left.what) for left in before.left_out]
    freeze(work, discover(work, clusters=False))
    after = shown(home)
    assert after.answer.use_cases.dict() == usecases(work).dict()
    assert [line.split()[0] for line in texts(after, "use-cases")] == ["triage", "notes"]


def test_it_shows_the_verdict_with_its_sentence_evidence_and_plan(home, work):
    rng = np.random.default_rng(3)
    scores = {u: {f"{u}{n}": m for n, m in population("single", rng, 300, loss, 0.05).items()}
              for u, loss in (("triage", 0.0), ("invoices", 0.6))}  # fmt: skip
    plan, frame = (world := World(scores, margin=0.1)).plan()
    answers, marks = world.journal(plan, frame)
    found = judged(plan, frame, marks, answers, {}, run="proof-1")
    (work / "plan.toml").write_text(plans.text(plan), encoding="utf-8")
    policy = route(found, plan, Assigner())
    (work / "policy.json").write_text(policy.json(), encoding="utf-8")
    run = work / "runs" / "proof-1"
    run.mkdir(parents=True)
    (run / "verdict.json").write_text(found.json(), encoding="utf-8")
    view = shown(home)
    assert view.lead == (found.sentence,)
    assert view.answer.verdict == found
    rows = {line.split()[0]: line for line in texts(view, "plan")}
    assert set(rows) == {"triage", "invoices"}
    assert view.answer.policy == policy
    assert [line.split()[:3] for line in texts(view, "policy")] == [["triage", "small", "big"]]
    section = view.section("verdict").build()
    lines = {row[0]: row[1] for row in section.figure().table.shown()[1]}
    assert lines == {"triage": "safe", "invoices": "not safe"}
    assert section.figure(width=360, container=True).spec()["layer"]
    for case in found.cases:
        assert any(case.use_case in line and case.why in line for line in section.words)


def test_a_file_that_cannot_be_read_is_named_and_hides_nothing(home, work):
    (work / "plan.toml").write_text("level = 2", encoding="utf-8")
    (work / "policy.json").write_text("[]", encoding="utf-8")
    run = work / "runs" / "proof-1"
    run.mkdir(parents=True)
    (run / "verdict.json").write_text('{"sentence": "An open model can take everything."}', encoding="utf-8")
    view = shown(home)
    assert len(view.warnings) == 3
    assert any("level 2" in line for line in view.warnings)
    assert view.answer.verdict is None
    assert "everything" not in " ".join(view.lead)
    assert len(texts(view, "models")) == 2
