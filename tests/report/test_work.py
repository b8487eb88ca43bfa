"""A report speaks of one's own traffic only where it is asked to, and then with the verdict's own words and numbers."""

from __future__ import annotations

import numpy as np
import pytest

from nomoat.errors import InputError
from nomoat.report.chapters import chapters
from nomoat.report.page import Page
from nomoat.report.parts import Parts
from nomoat.report.work import own_work
from nomoat.work.prove import judged
from nomoat.work.proven import newest
from nomoat.world.frontier import frontier
from nomoat.world.gap import gap
from work.planted import World, population


@pytest.fixture(scope="module")
def verdict():
    world = World({"triage": population("single", np.random.default_rng(3), 400, loss=-0.05, discordance=0.1)})
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    return judged(plan, frame, marks, answers, {}, run="r", openness={"open": "weights-permissive"})


@pytest.fixture(scope="module")
def parts():
    return Parts(gap=gap(draws=4), frontier=frontier(draws=4))


def test_nothing_of_it_is_said_unasked(parts):
    assert next(chapter.id for chapter in chapters(parts)) == "gap"
    assert "work" not in parts.results()


def test_asked_it_leads_with_the_sentence_that_is_signed(parts, verdict):
    from msgspec.structs import replace

    told = replace(parts, work=verdict, missing={"own": "On your own work a gap takes 2 models a side"})
    chapter = chapters(told)[0]
    assert (chapter.id, chapter.answer[0]) == ("work", verdict.sentence)
    assert verdict.sentence.startswith("An open model can take 100 % of requests")
    assert "cannot be said: On your own work a gap takes 2 models" in chapter.answer[-1]
    assert chapter.notes[0].startswith("triage (100 % of requests"), "a use case, a paragraph"
    whole = chapters(told)
    drawings = {figure.wide.name: ("", "") for one in whole for figure in one.figures}
    page = Page(parts=told, chapters=whole, command="nomoat report --work").html(drawings, frozenset())
    assert page.index('id="work"') < page.index('id="gap"')
    assert any("against big" in note or "against closed" in note for note in chapter.notes)
    assert len(chapter.figures) == 2
    with_gap = own_work(replace(told, own=parts.gap, missing={}))
    assert with_gap.answer[-1].startswith("On your own use cases: On 11 August 2026")


def test_a_folder_without_a_verdict_says_so(parts, tmp_path):
    from msgspec.structs import replace

    (tmp_path / "runs").mkdir()
    with pytest.raises(InputError, match="Nothing of your work is proven yet"):
        newest(tmp_path)
    (tmp_path / "runs" / "r").mkdir()
    (tmp_path / "runs" / "r" / "verdict.json").write_text("{}")
    with pytest.raises(InputError, match="is no verdict"):
        newest(tmp_path)
    said = own_work(replace(parts, missing={"work": "Nothing of your work is proven yet."})).answer
    assert said == ("The data cannot say: Nothing of your work is proven yet.",)
