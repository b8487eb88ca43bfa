"""A policy ends on its day, on another version and on drift, and one that is fine raises few alarms."""

from __future__ import annotations

import json
from datetime import date, timedelta
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from nomoat.catalog.store import Catalog
from nomoat.cli import main
from nomoat.errors import InputError
from nomoat.work import frame as frames
from nomoat.work import journal
from nomoat.work import plan as plans
from nomoat.work.drift import seen
from nomoat.work.place import workplace
from nomoat.work.prove import prove
from nomoat.work.proven import proven
from nomoat.work.request import Request, Usage
from nomoat.work.route import route
from nomoat.work.score import marks_of
from nomoat.work.standing import standing
from nomoat.work.store import append
from nomoat.work.usecase import Assigner
from nomoat.work.watch import watch
from work.planted import AT, World, population, write


@pytest.fixture
def work(tmp_path):
    folder = workplace(tmp_path / "work")
    world = World({"u": population("single", np.random.default_rng(0), 500, -0.02, 0.1)}, margin=0.1)
    plan, frame = world.plan()
    (folder / plans.FILE).write_text(plans.text(plan))
    frames.write(folder / frames.FILE, frame)
    write(folder / "runs" / "proof-1", *world.journal(plan, frame))
    found = prove(plan, frame, folder / "runs" / "proof-1")
    (folder / "runs" / "proof-1" / "verdict.json").write_text(found.json())
    (folder / "policy.json").write_text(route(found, plan, Assigner()).json())
    return folder


def shadow(folder, loss, served="v1", seed=1, n=300):
    """A live sample: the candidate loses `loss` from half of it on."""
    rng = np.random.default_rng(seed)
    talks = {f"s{k}": m for k, m in population("single", rng, n // 2, -0.02, 0.1).items()}
    talks |= {f"t{k}": m for k, m in population("single", rng, n // 2, loss, max(0.1, loss)).items()}
    world = World({"u": talks}, margin=0.1)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    rank = {name: k for k, name in enumerate(talks)}
    answers = [
        msgspec.structs.replace(a, served=served, at=AT + timedelta(minutes=rank[a.conversation_id])) for a in answers
    ]
    write(folder / "runs" / "live", answers, marks)


def test_a_policy_ends_on_its_day(work):
    end, catalog = AT.date() + timedelta(days=90), Catalog.open()
    assert watch(work, end - timedelta(days=30), catalog=catalog).holds == ("u",)
    soon = watch(work, end, catalog=catalog)
    assert (soon.holds, [n.kind for n in soon.notices if n.kind not in ("new model", "not watched")]) == (
        ("u",),
        ["expires soon"],
    )
    after = watch(work, end + timedelta(days=1), catalog=catalog)
    assert (after.holds, after.void) == ((), ("u",))


def test_a_day_before_the_margins_is_a_wrong_clock(work):
    with pytest.raises(InputError, match=r"fixed on 2026-11-01.*is the clock right"):
        watch(work, date(1970, 1, 1), catalog=Catalog.open())


def test_evidence_that_is_gone_or_another_is_said_and_voids_nothing(work):
    catalog, day, place = Catalog.open(), date(2026, 11, 4), work / "runs" / "proof-1"
    found = proven(work)
    (work / "policy.json").write_text(route(found, plans.read(work / plans.FILE), Assigner()).json())

    def said():
        seen = watch(work, day, catalog=catalog)
        assert seen.void == ()
        return [n.what for n in seen.notices if n.kind == "evidence"]

    assert said() == []
    with (place / "marks.jsonl").open("ab") as file:
        file.write(b"\n")
    assert said() == [
        "runs/proof-1/marks.jsonl is not as it was when the verdict was made; nomoat work prove looks again"
    ]
    (place / "marks.jsonl").unlink()
    assert said() == ["runs/proof-1/marks.jsonl is gone, which the verdict rests on"]


def test_drift_and_a_new_version_void_a_use_case(work):
    day, catalog = AT.date() + timedelta(days=3), Catalog.open()
    shadow(work, loss=-0.02)
    assert watch(work, day, shadow="live", catalog=catalog).void == ()
    shadow(work, loss=0.35)
    drifted = watch(work, day, shadow="live", catalog=catalog)
    (notice,) = [n for n in drifted.notices if n.kind == "drift"]
    at = int(notice.what.split("conversation ")[1].split(" ")[0])
    assert 150 < at < 250
    assert drifted.void == ("u",)
    shadow(work, loss=-0.02, served="v2")
    assert {n.kind for n in watch(work, day, shadow="live", catalog=catalog).notices if n.voids} == {"version"}


def test_false_alarms_are_rare_at_the_margin(work):
    alarms, stand = 0, standing(work)
    for seed in range(40):
        shadow(work, loss=0.1, seed=seed, n=200)
        alarms += seen(work / "runs" / "live", stand.plan, stand.verdict.cases[0]).drift is not None
    assert alarms <= 6  # 200 conversations of a patience of 2,000 are at most one in ten: P(7 or more of 40) = 0.1 %


def test_a_night_without_a_network_is_no_sign_that_nothing_changed(work):
    shadow(work, loss=0.35)
    stand, place = standing(work), work / "runs" / "live"
    before = seen(place, stand.plan, stand.verdict.cases[0])
    answers, marks = list(journal.answers(place)), list(marks_of(place))
    night = {a.request_id for a in answers if a.request_id.startswith("s")}
    dark = [msgspec.structs.replace(a, error="connection refused", response=None) for a in answers]
    dark = [new if new.request_id in night else old for new, old in zip(dark, answers, strict=True)]
    write(place, dark, [msgspec.structs.replace(m, score=0.0) if m.request_id in night else m for m in marks])
    after = seen(place, stand.plan, stand.verdict.cases[0])
    assert 0 < len(night) < before.conversations * 2
    assert after.conversations < before.conversations
    assert after.drift is not None


def test_new_open_models_since_the_margins_were_fixed_are_named(work):
    policy = json.loads((work / "policy.json").read_text())
    (work / "policy.json").write_text(json.dumps({**policy, "fixed_on": "2026-01-01"}))
    found = watch(work, AT.date())
    assert found.new_models > 5
    assert not any(n.voids for n in found.notices if n.kind == "new model")
    assert "no verdict that they could overturn" in next(n.what for n in found.notices if n.kind == "new model")


class Shelf:
    """A catalogue of two new open models, an old one and a closed one, and of prices on two days."""

    sold = (
        ("org/new", "cheap-host", 0.0, 0.0),  # a free tier is no price
        ("org/new", "a", 0.1, 0.1), ("org/new", "b", 0.5, 0.5), ("org/new", "c", 9.0, 9.0),
        ("org/paints", "a", 0.01, 0.01),
    )  # fmt: skip

    def __init__(self, reads="text>text", context=None):
        self.reads, self.context = reads, context

    def members(self, as_of=None):
        rows = [
            ("org/new", "New", date(2026, 11, 2), "weights-permissive", self.reads),
            ("org/unsold", "Unsold", date(2026, 11, 3), "open-source", "language"),
            ("org/old", "Old", date(2026, 10, 31), "weights-permissive", "language"),
            ("org/shut", "Shut", date(2026, 11, 2), "closed-api", "language"),
            ("org/paints", "Paints", date(2026, 11, 4), "weights-permissive", "image generation"),
        ]
        model_id, name, released, openness, modality = (list(column) for column in zip(*rows, strict=True))
        return SimpleNamespace(model_id=model_id, name=name, released=released, openness=openness, modality=modality)

    def table(self, name, as_of=None):
        rows = [
            {"provider": seller, "name": model, "model_id": model, "tier": None, "mode": "chat", "input": i,
             "output": o, "cache_read": None, "context": self.context}
            for model, seller, i, o in self.sold
        ]  # fmt: skip
        later = as_of is not None and as_of > date(2026, 11, 5)
        rows += [
            {"provider": "openrouter", "name": "big", "model_id": None, "tier": None, "mode": "chat",
             "input": 3.0 if later else 2.0, "output": 8.0, "cache_read": None},
        ]  # fmt: skip
        return SimpleNamespace(rows=lambda: iter([dict(row) for row in rows]))


def edited(work, default_url="http://127.0.0.1:2/v1", **prices):
    """The same policy and plan with prices, the answers of 1,000 tokens in and 100 out each."""
    plan = plans.read(work / plans.FILE)
    ends = {k: msgspec.structs.replace(e, **prices.get(k, {})) for k, e in plan.endpoints.items()}
    (work / plans.FILE).write_text(plans.text(msgspec.structs.replace(plan, endpoints=ends)))
    policy = json.loads((work / "policy.json").read_text())
    for target in (policy["default"], *(r[k] for r in policy["routes"] for k in ("to", "fallback"))):
        target |= prices.get(target["endpoint"], {})
        target["url"] = default_url if target["endpoint"] == "closed" else target["url"]
    (work / "policy.json").write_text(json.dumps(policy))
    lines = (work / "runs" / "proof-1" / "journal.jsonl").read_bytes().splitlines()
    answers = [msgspec.json.decode(line) for line in lines]
    said = [msgspec.json.encode({**a, "usage": {"input": 1000, "output": 100}}) + b"\n" for a in answers]
    (work / "runs" / "proof-1" / "journal.jsonl").write_bytes(b"".join(said))


def test_what_trying_a_new_model_costs_is_said_by_the_middle_seller(work):
    """1,000 tokens in and 100 out a conversation: 0.00055 at 0.5 a million, 0.0028 for the incumbent at 2 and 8."""
    edited(work, closed={"price_input": 2.0, "price_output": 8.0}, open={"price_input": 1.0, "price_output": 1.0})
    found = watch(work, date(2026, 11, 4), catalog=Shelf())
    assert [one.name for one in found.candidates] == ["New", "Paints", "Unsold"], "what can be tried comes first"
    new, paints, unsold = found.candidates
    assert (paints.overturns, paints.barred) == ((), "known for image generation, not for answering in text")
    assert (unsold.seller, unsold.overturns, unsold.screening_usd) == (None, (), None)
    assert (new.seller, new.sellers, new.price_input) == ("b", 3, 0.5)
    (one,) = new.overturns
    assert (one.use_case, one.status, one.conversations) == ("u", "safe", None)
    assert "50 % below open's" in one.why
    assert one.screening_usd == pytest.approx(20 * 0.00055)
    assert one.proof_usd is None
    plan = plans.read(work / plans.FILE)
    case = msgspec.structs.replace(plan.use_cases[0], needed=300)
    (work / plans.FILE).write_text(plans.text(msgspec.structs.replace(plan, use_cases=(case,))))
    (one,) = watch(work, date(2026, 11, 4), catalog=Shelf()).candidates[0].overturns
    assert one.proof_usd == pytest.approx(300 * (0.00055 + 0.0028) + 200 * 0.0028)


def test_a_new_model_that_costs_more_overturns_no_safe_verdict_and_may_overturn_a_lost_one(work):
    edited(work, closed={"price_input": 2.0, "price_output": 8.0}, open={"price_input": 0.1, "price_output": 0.1})
    assert watch(work, date(2026, 11, 4), catalog=Shelf()).candidates[0].overturns == ()
    path = work / "runs" / "proof-1" / "verdict.json"
    said = json.loads(path.read_text())
    said["cases"].append({**said["cases"][0], "use_case": "v", "status": "worse"})
    path.write_text(json.dumps(said))
    plan = plans.read(work / plans.FILE)
    both = (*plan.use_cases, msgspec.structs.replace(plan.use_cases[0], name="v"))
    (work / plans.FILE).write_text(plans.text(msgspec.structs.replace(plan, use_cases=both)))
    (one,) = watch(work, date(2026, 11, 4), catalog=Shelf()).candidates[0].overturns
    assert (one.use_case, one.status, one.screening_usd) == ("v", "worse", None)
    strict = msgspec.structs.replace(plan, use_cases=both, limits=plans.Limits(classes=("open-source",)))
    (work / plans.FILE).write_text(plans.text(strict))
    new = next(one for one in watch(work, date(2026, 11, 4), catalog=Shelf()).candidates if one.name == "New")
    assert (new.overturns, new.barred) == ((), "weights-permissive, not open-source")


PICTURE = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "data:,"}}]


@pytest.mark.parametrize(
    ("reads", "context", "barred", "asks"),
    [
        ("text>text", 8_000, "reads text, and 500 requests hold image", ""),
        ("image,text>text", 8_000, None, ""),
        ("image,text>text", 4_000, "reads 4,000 tokens, and the longest request takes 5,000", ""),
        (None, 8_000, None, "whether it reads image is not known"),
        ("language,multimodal", None, None, "whether it reads image and whether it reads 5,000 tokens is not known"),
    ],
)
def test_a_new_model_is_held_against_what_the_requests_hold(work, reads, context, barred, asks):
    edited(work, closed={"price_input": 2.0, "price_output": 8.0}, open={"price_input": 1.0, "price_output": 1.0})
    frozen = frames.read(work / frames.FILE, plans.read(work / plans.FILE))
    append(
        work,
        [
            Request(
                request_id=one, conversation_id=drawn.conversation_id, model="big",
                messages=({"role": "user", "content": PICTURE},), usage=Usage(input=4_900, output=100),
            )
            for drawn in frozen.use_cases["u"].proof for one in drawn.requests
        ],
    )  # fmt: skip
    found = watch(work, date(2026, 11, 4), catalog=Shelf(reads, context))
    new = next(one for one in found.candidates if one.name == "New")
    assert new.barred == barred
    assert [one.use_case for one in new.overturns] == ([] if barred else ["u"])
    said = next(notice.what for notice in found.notices if "New (" in notice.what)
    assert (barred or "New (weights-permissive): could be tried on u (safe)") in said
    assert asks in said


@pytest.mark.parametrize(
    ("pays", "voids"),
    [
        ({}, True),
        ({"price_input": 2.0, "price_output": 8.0}, True),
        ({"price_input": 1.5, "price_output": 8.0}, False),
    ],
)
def test_a_list_price_that_changed_voids_where_it_is_what_one_pays(work, pays, voids):
    edited(work, default_url="https://openrouter.ai/api/v1", closed=pays)
    policy = json.loads((work / "policy.json").read_text())
    assert policy["fixed_on"] == "2026-11-01"
    assert not [n for n in watch(work, date(2026, 11, 4), catalog=Shelf()).notices if n.kind == "price"]
    found = watch(work, date(2026, 11, 6), catalog=Shelf())
    (notice,) = [n for n in found.notices if n.kind == "price"]
    assert "3 in and 8 out a million tokens (was 2 and 8)" in notice.what
    assert (notice.voids, found.void) == (voids, ("u",) if voids else ())


def test_what_is_void_goes_back_to_the_incumbent_in_the_files_of_gateways_alone(work):
    def sent(day):
        words = ["work", "route", "--in", str(work), "--to", "litellm", "--to", "python", "--on", day]
        said = CliRunner().invoke(main, words)
        assert said.exit_code == 0, said.output
        groups = yaml.safe_load((work / "litellm.yaml").read_text())["model_list"]
        return next(one["litellm_params"]["model"] for one in groups if one["model_name"] == "nomoat/u")

    before = (work / "policy.json").read_bytes()
    assert sent("2026-12-01") == "openai/small"
    assert sent("2027-12-01") == "openai/big"
    assert (work / "policy.json").read_bytes() == before
    bare = CliRunner().invoke(main, ["work", "route", "--in", str(work), "--on", "2026-12-01"])
    assert bare.exit_code == 2
    assert "--to" in bare.stderr


def test_cron_gets_one_line_and_a_code(work):
    def typed(*words):
        return CliRunner().invoke(main, ["work", "watch", "--in", str(work), *words])

    fine, late = typed("--on", "2026-12-01"), typed("--on", "2027-12-01")
    assert (fine.exit_code, late.exit_code) == (0, 1)
    assert fine.stdout.count("\n") == 1
    assert json.loads(late.stdout)["void"] == ["u"]
    (work / "policy.json").unlink()
    assert typed("--on", "2026-12-01").exit_code == 2
    with pytest.raises(InputError, match="no policy"):
        watch(work, AT.date())
