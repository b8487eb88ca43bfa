"""The page of one's own work says how to begin, then what the folder holds, and makes no folder by looking."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nomoat.catalog.store import Catalog
from nomoat.explorer.pages import pages
from nomoat.explorer.state import parse
from nomoat.explorer.work import PARAMS, answer
from nomoat.work.profile import profile
from nomoat.work.request import Request, Usage
from nomoat.work.store import append
from nomoat.work.usecase import discover, freeze, usecases


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
    assert view.result.profile is None
    assert not (home / "work").exists()


def test_it_shows_the_profile_and_the_use_cases_of_the_folder(home, work):
    before = shown(home)
    assert before.result.profile.dict() == profile(work, catalog=Catalog.open(home)).dict()
    assert "nomoat work usecases" in before.section("use-cases").build().empty
    assert {line.split()[0] for line in texts(before, "models")} == {"gpt-4o", "nobody-knows-7b"}
    assert any("closed-api" in line for line in texts(before, "models"))
    assert (40, "requests without a cost") in [(left.count, left.what) for left in before.left_out]
    freeze(work, discover(work, clusters=False))
    after = shown(home)
    assert after.result.use_cases.dict() == usecases(work).dict()
    assert [line.split()[0] for line in texts(after, "use-cases")] == ["triage", "notes"]
