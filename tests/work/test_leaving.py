"""What is flagged leaves the house masked, or with the user's word, or not at all."""

from __future__ import annotations

import json

import msgspec
import pytest
from click.testing import CliRunner

from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.views.leaving import labelling, sensitive
from nomoat.work import leaving as gate
from nomoat.work.leaving import leaving, require_leave
from nomoat.work.planning import Planned
from work.test_planned import nomoat, place

HOME, AWAY = "http://127.0.0.1:9/v1", "https://api.nobody.invalid/v1"


def test_prompts_with_addresses_do_not_leave_unmasked_without_a_word(tmp_path):
    place(tmp_path, HOME, AWAY)
    found = leaving(tmp_path)
    assert (found.flagged, found.prompts, found.kinds) == (60, 60, {"e-mail": 60})
    assert found.hosts == ("api.nobody.invalid",)
    with pytest.raises(InputError, match="60 of 60 prompts would leave the house for api") as caught:
        require_leave(found, unmasked=False)
    assert "--redact" in caught.value.next
    assert "--unmasked" in caught.value.next
    require_leave(found, unmasked=True)
    refused = nomoat("run", "--in", str(tmp_path))
    assert refused.returncode != 0
    assert "e-mail in 60" in refused.stderr
    assert not list((tmp_path / "runs").glob("*"))
    wanted = nomoat("run", "--in", str(tmp_path), "--unmasked", "--patience", "0")
    assert "Prompts go to" in wanted.stderr


def test_a_plan_that_masks_and_servers_in_the_house_need_no_word(tmp_path):
    for name, away, more in (
        ("masked", AWAY, {"redact": True}),
        ("home", HOME, {}),
        ("near", "http://10.0.0.7/v1", {}),
    ):
        folder = tmp_path / name
        folder.mkdir()
        place(folder, HOME, away, **more)
        found = leaving(folder)
        assert (found.flagged, found.prompts) == (0, 0)
        require_leave(found, unmasked=False)


def test_prompts_without_any_need_no_word_and_the_logged_answer_does_not_count(tmp_path, monkeypatch):
    place(tmp_path, HOME, AWAY)
    seen = []
    monkeypatch.setattr(gate, "flags", lambda request: seen.append(request.response) or frozenset())
    found = leaving(tmp_path)
    assert (found.flagged, found.prompts) == (0, 60)
    assert set(seen) == {None}
    require_leave(found, unmasked=False)


def test_a_judge_outside_sees_no_flagged_prompt_without_a_word(tmp_path):
    place(tmp_path, HOME, HOME, scorer={"kind": "rubric", "judge": "unasked", "rubric": "Is it right?"})
    assert leaving(tmp_path).prompts == 0
    found = leaving(tmp_path, judges=True)
    assert (found.flagged, found.hosts) == (60, ("never.example",))
    refused = nomoat("score", "--in", str(tmp_path), "--ask")
    assert refused.returncode == 2
    assert "60 of 60 prompts would leave the house for never.example" in refused.stderr


def test_no_judge_is_asked_where_a_rule_scores(tmp_path):
    place(tmp_path, HOME, AWAY)
    assert leaving(tmp_path, judges=True).prompts == 0


def test_a_plan_says_of_each_use_case_how_many_prompts_go_out_with_what_should_stay(tmp_path):
    plan, frame = place(tmp_path, HOME, AWAY)
    planned = Planned(plan=plan, frame=frame)
    found = gate.shown(planned, tmp_path)
    (one,) = found.sensitive
    assert (one.use_case, one.prompts, one.drawn, one.flagged, one.kinds) == ("triage", 60, 60, 60, {"e-mail": 60})
    assert sensitive(found) == (
        "triage: 60 of 60 prompts hold what should stay in the house (e-mail in 60) and go as they are to "
        "api.nobody.invalid.",
        "A run will ask for your word before it sends them (--unmasked); nomoat work plan --again --redact masks them.",
    )
    part = gate.shown(planned, tmp_path, most=7)
    assert "7 of the first 7 prompts drawn hold" in sensitive(part)[0]
    masks = msgspec.structs.replace(found, plan=msgspec.structs.replace(plan, redact=True))
    assert len(sensitive(masks)) == 1
    assert "go masked to" in sensitive(masks)[0]
    line = ["work", "plan", "--in", str(tmp_path)]
    said = " ".join(CliRunner().invoke(main, line).stdout.split())
    assert "triage: 60 of 60 prompts hold what should stay in the house" in said
    assert said.endswith("Next: nomoat work run")
    assert json.loads(CliRunner().invoke(main, [*line, "--json"]).stdout)["sensitive"][0]["flagged"] == 60


def test_of_what_stays_in_the_house_nothing_is_said_and_a_judge_outside_counts(tmp_path):
    plan, frame = place(tmp_path, HOME, HOME)
    assert gate.shown(Planned(plan=plan, frame=frame), tmp_path).sensitive == ()
    assert sensitive(gate.shown(Planned(plan=plan, frame=frame), tmp_path)) == ()
    judged = tmp_path / "judged"
    judged.mkdir()
    plan, frame = place(judged, HOME, HOME, scorer={"kind": "rubric", "judge": "unasked"})
    found = gate.shown(Planned(plan=plan, frame=frame), judged)
    assert found.sensitive[0].hosts == ("never.example",)
    assert labelling(found) == ()
    cases = tuple(msgspec.structs.replace(case, needed=12) for case in plan.use_cases)
    (said,) = labelling(msgspec.structs.replace(found, plan=msgspec.structs.replace(plan, use_cases=cases)))
    assert "people label up to 48 answers" in said
    assert said.endswith("--to-label 12 after the run. The judge alone proves nothing.")
