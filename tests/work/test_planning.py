"""What a plan promises is what the proof keeps; what it cannot promise it says; the choice sees tuning alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest

from nomoat.errors import InputError
from nomoat.stats import betting
from nomoat.work import drafting
from nomoat.work import frame as frames
from nomoat.work.answer import Mark
from nomoat.work.endpoint import Endpoint
from nomoat.work.marking import choose, score, write_choice
from nomoat.work.plan import UseCase, digest, parsed, text
from nomoat.work.planning import COVERED, TIMES, propose
from nomoat.work.power import power
from nomoat.work.prove import needs, stopped
from nomoat.work.request import Request, Usage
from nomoat.work.store import append
from nomoat.work.usecase import discover, freeze
from work.planted import AT, ON, population, write

ENDS = {
    "closed": Endpoint(name="closed", url="https://c.example/v1", model="big", price_input=10, price_output=30),
    "cheap": Endpoint(name="cheap", url="http://127.0.0.1:1/v1", model="s", price_input=0.1, price_output=0.2),
    "dear": Endpoint(name="dear", url="http://127.0.0.1:2/v1", model="m", price_input=1, price_output=2),
}


def log(n: int, sizes=(1,), use_cases=("triage",), bodies=True):
    """n conversations, use case by hint."""
    out = []
    for k in range(n):
        for turn in range(sizes[k % len(sizes)]):
            out.append(
                Request(
                    request_id=f"r{k}.{turn}", conversation_id=f"c{k}", turn=turn, model="big", cost_usd=0.01,
                    time=datetime(2026, 10, 1, tzinfo=UTC) + timedelta(minutes=k),
                    messages=({"role": "user", "content": f"ticket {k}"},) if bodies else None,
                    response={"role": "assistant", "content": f"class {k % 3}"}, usage=Usage(input=100, output=10),
                    hints={"tag": use_cases[k % len(use_cases)]},
                )
            )  # fmt: skip
    return out


def tag(request):
    return request.hints["tag"]


@pytest.mark.parametrize("kind", ["single", "correlated"])
def test_the_power_promised_is_the_power_found(kind):
    """250 proofs where the truth is no loss: the share listed against the promise, made before.

    That the whole path bets on these numbers is test_prove.py's; `make calibrate` takes it through 600 worlds.
    """
    rng, reps, n = np.random.default_rng(1), 250, 140
    m, bar = {"single": 1, "correlated": 4}[kind], np.pi**2 / 6 / 0.1
    listed = 0
    for _ in range(reps):
        talks = population(kind, rng, n, loss=0.0).values()
        means = np.array([(one[:, 1] - one[:, 0]).mean() for one in talks])
        found = betting.trial(means, np.full(n, float(m)), margin=0.1, largest=float(m))
        listed += stopped(found.safe, bar)[1] is not None
    promised = power([m], margin=0.1, largest=m, needs=bar, available=n, discordance=0.2, alike=0.7, worlds=500)
    assert 0.4 < promised.chance < 0.98
    assert abs(listed / reps - promised.chance) < 0.05 + 2 * np.sqrt(0.25 / reps)


def test_more_margin_less_noise_and_more_conversations_help():
    def chance(**more):
        base = {"margin": 0.05, "largest": 1, "needs": 33.0, "available": 300, "discordance": 0.1, "worlds": 100}
        return power([1], **{**base, **more})

    base = chance()
    assert chance(margin=0.1).chance > base.chance > chance(discordance=0.3).chance
    assert chance(available=900).chance > base.chance
    assert chance(needs=330.0).needed > base.needed
    # workload.md 6: 461 at the 80 % quantile for e >= 20; the bar is 33 here.
    assert chance(needs=20.0).needed == pytest.approx(461, rel=0.25)


def test_a_bar_is_set_for_the_use_cases_that_can_reach_it_not_for_all_of_the_log():
    """Two large use cases beside eighteen tiny ones: a proof asks about two, and so does the plan."""
    names = [*("a",) * 4, *("b",) * 4] * 40 + [f"tiny{k}" for k in range(18)]
    found = propose(log(len(names), use_cases=names), tag, ENDS, "closed", ["cheap"], margins=dict.fromkeys(names, 0.1))
    assert [u.name for u in found.plan.provable] == ["a", "b"]
    for case in found.plan.provable:
        promised = power([1], margin=0.1, largest=1, needs=needs(found.plan), available=case.proof)
        assert case.needed == promised.needed
        assert promised.chance > 0.5
        # At a bar of twenty use cases neither would have been asked about.
        assert power([1], margin=0.1, largest=1, needs=10 * needs(found.plan), available=case.proof).chance < 0.5
    tiny = next(u for u in found.plan.use_cases if u.name == "tiny3")
    assert tiny.why_not == "1 conversations with logged prompts are left for the proof"


def test_a_small_margin_with_much_traffic_can_be_proven():
    """A critical use case within one point: some 6,000 conversations do it, and a log may hold them."""
    found = power([1], margin=0.01, largest=1, needs=33.0, available=8000, discordance=0.04, worlds=60)
    assert found.chance > 0.7
    assert 4_500 < found.needed < 7_500


def test_a_longer_simulation_goes_on_where_a_shorter_one_ends():
    kept = {"margin": 0.1, "largest": 3, "needs": 33.0, "discordance": 0.2, "worlds": 40}
    short, long = (power([1, 3], available=n, **kept) for n in (200, 1200))
    assert short.needed == long.needed
    assert long.chance > short.chance > 0.2


def test_a_draft_says_what_is_needed_what_it_costs_and_what_cannot_be_proven():
    mixed = log(900, use_cases=("triage", "triage", "rare"), sizes=(1,))
    found = propose(mixed, tag, ENDS, "closed", ["cheap"], margins={"triage": 0.1, "rare": 0.01})
    triage, rare = found.plan.use_cases
    assert (triage.name, triage.requests, triage.proof, triage.why_not) == ("triage", 600, 600, None)
    assert triage.share_requests == pytest.approx(2 / 3)
    assert 0 < triage.needed < 600
    # 600 asked once and 200 twice at 0.0013 dollars, 600 at 0.000012: by hand.
    assert triage.cost_usd == pytest.approx(800 * 0.0013 + 600 * 0.000012)
    assert "there are 300" in rare.why_not
    assert "1 points" in rare.why_not
    assert found.frame.use_cases["rare"].proof == ()
    assert {cell.use_case for cell in frames.cells(found.plan, found.frame)} == {"triage"}
    assert parsed(text(found.plan)) == found.plan
    assert digest(found.plan) == digest(parsed(text(found.plan)))


def test_the_order_is_of_the_seed_and_not_of_arrival_and_one_order_serves_all_use_cases():
    requests = log(300, use_cases=("a", "b"))
    one = propose(requests, tag, ENDS, "closed", ["cheap"], margins={"a": 0.2, "b": 0.2})
    other = propose(requests[::-1], tag, ENDS, "closed", ["cheap"], margins={"a": 0.2, "b": 0.2})
    assert one.frame == other.frame
    ranks = [int(d.conversation_id[1:]) for d in one.frame.use_cases["a"].proof]
    assert abs(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1]) < 0.2
    asked = [c.conversation_id for c in frames.cells(one.plan, one.frame)]
    assert asked == sorted(asked, key=lambda name: frames.place(name, 0))
    moved = propose(requests, tag, ENDS, "closed", ["cheap"], margins={"a": 0.2, "b": 0.2}, seed=1)
    assert moved.frame.sha256 != one.frame.sha256


def test_conversations_without_bodies_spent_or_fitted_are_not_asked_about():
    requests = log(200)
    requests += [msgspec.structs.replace(r, request_id="x" + r.request_id, conversation_id="x" + r.conversation_id,
                                                   messages=None) for r in log(50)]  # fmt: skip
    found = propose(
        requests, tag, ENDS, "closed", ["cheap"], margins={"triage": 0.2}, spent=frozenset({"c0", "c1"}),
        fitted=lambda name: name == "c2",
    )  # fmt: skip
    ids = {one.conversation_id for one in found.frame.use_cases["triage"].proof}
    assert len(ids) == 197
    assert not ids & {"c0", "c1", "c2"}
    assert [(row.count, row.why[:16]) for row in found.left_out] == [(50, "in conversations")]


def test_one_very_long_conversation_does_not_set_the_stake():
    requests = log(400, sizes=(1, 2)) + [
        msgspec.structs.replace(one, request_id=f"long{k}", conversation_id="long", turn=k)
        for k, one in enumerate(log(1) * 10)
    ]
    found = propose(requests, tag, ENDS, "closed", ["cheap"], margins={"triage": 0.2})
    (case,) = found.plan.use_cases
    kept = sum(len(one.requests) for one in found.frame.use_cases["triage"].proof)
    assert case.largest == 2
    assert COVERED <= kept / len(requests) < 1


def test_a_giant_conversation_is_cut_until_the_others_count():
    """One conversation with half of all requests would set the stake of all others to a fourhundredth."""
    requests = log(400) + [
        msgspec.structs.replace(log(1)[0], request_id=f"giant{k}", conversation_id="giant", turn=k) for k in range(400)
    ]
    found = propose(requests, tag, ENDS, "closed", ["cheap"], margins={"triage": 0.2})
    (case,) = found.plan.use_cases
    kept = found.frame.use_cases["triage"].proof
    sizes = np.array([len(one.requests) for one in kept])
    assert (case.why_not, case.largest) == (None, sizes.max())
    assert case.largest <= TIMES * sizes.mean() < case.largest + 1
    assert sum(one.more for one in kept) == 400 - case.largest


@pytest.mark.parametrize("alike", [0.0, 0.9])
def test_a_plan_takes_what_it_is_told_of_how_turns_go_together(alike):
    """Four turns a conversation: where they go together they are worth few, and a plan that is told so says so."""
    told = {"triage": UseCase(name="triage", incumbent="closed", candidates=("cheap",), alike=alike)}
    (case,) = propose(
        log(400, sizes=(4,)), tag, ENDS, "closed", ["cheap"], margins={"triage": 0.1}, like=told
    ).plan.use_cases
    assert case.alike == alike
    asked = {"margin": 0.1, "largest": 4, "needs": np.pi**2 / 6 / 0.05, "available": 400, "discordance": 0.1}
    assert case.needed == power([4], alike=alike, **asked).needed
    assert (case.needed < 110) == (alike == 0)
    with pytest.raises(InputError, match=r"plan.toml, line \d+: alike 2"):
        parsed(text(propose(log(300), tag, ENDS, "closed", ["cheap"]).plan).replace("alike = 0.5", "alike = 2"))


def test_one_candidate_is_chosen_on_the_tuning_split_alone():
    found = propose(log(500), tag, ENDS, "closed", ["dear", "cheap"], margins={"triage": 0.1})
    plan, frame = found.plan, found.frame
    split = frame.use_cases["triage"]
    assert len(split.tuning) == 60
    assert not {d.conversation_id for d in split.tuning} & {d.conversation_id for d in split.proof}
    with pytest.raises(InputError, match="none is chosen"):
        next(frames.cells(plan, frame))

    def marks(good):
        """`good`: the share that each arm has right on the tuning split; on the proof it is the other way round."""
        for part, flip in ((split.tuning, False), (split.proof, True)):
            for k, drawn in enumerate(part):
                for arm, share in good.items():
                    value = float((k / len(part) < share) != (flip and arm != "incumbent"))
                    yield Mark(run="r", arm=arm, request_id=drawn.requests[0], conversation_id=drawn.conversation_id,
                               use_case="triage", scorer="normalised", score=value)  # fmt: skip

    def choice(**good):
        return choose(plan, frame, marks({"incumbent": 1.0, **good}), [], {}).get("triage")

    assert choice(cheap=0.95, dear=1.0).candidate == "cheap"
    assert choice(cheap=0.5, dear=0.95).candidate == "dear"
    assert choice(cheap=0.5, dear=0.7).candidate == "dear"
    assert choose(plan, frame, list(marks({"incumbent": 1.0, "cheap": 1.0})), [], {}) == {}
    cells = list(frames.cells(plan, frame, {"triage": "dear"}))
    assert {cell.arm for cell in cells} == {"incumbent", "dear", "again"}
    assert sum(cell.arm == "again" for cell in cells) == frames.FLOOR
    assert {cell.arm for cell in frames.cells(plan, frame, part="tuning")} == {"incumbent", "cheap", "dear"}


def test_a_run_is_scored_from_its_files(tmp_path):
    requests = [msgspec.structs.replace(r, response=None) if r.request_id == "r7.0" else r for r in log(120)]
    (tmp_path / "requests").mkdir()
    append(tmp_path, requests)
    found = propose(requests, tag, ENDS, "closed", ["cheap"], margins={"triage": 0.4},
                    scorers={"triage": {"kind": "exact", "reference": "logged"}})  # fmt: skip
    truth = {r.request_id: r.response for r in requests}
    answers = []
    for cell in frames.cells(found.plan, found.frame):
        bad = cell.arm == "cheap" and cell.request_id.startswith("r1")
        answers.append(
            _answer(cell, None if bad else truth[cell.request_id] or {"content": "x"}, "status 500" if bad else None)
        )
    write(tmp_path / "runs" / "r", answers, [])
    scored = score(found.plan, found.frame, tmp_path, "r")
    assert scored.unscorable == {"r7.0": "no reference"}
    bad = [r.request_id for r in requests if r.request_id.startswith("r1")]
    assert scored.failed == {"cheap": len(bad)}
    assert scored.by_arm == {"incumbent": 119, "again": 119, "cheap": 119}
    again = score(found.plan, found.frame, tmp_path, "r")
    assert again == scored
    write_choice(tmp_path, choose(found.plan, found.frame, [], [], {}))
    assert frames.read_choice(tmp_path / "choice.json")["triage"].candidate == "cheap"


def _answer(cell, response, error):
    from nomoat.work.answer import Answer

    return Answer(run="r", arm=cell.arm, request_id=cell.request_id, conversation_id=cell.conversation_id, key="k",
                  model="m", response=response, error=error, at=AT)  # fmt: skip


def test_a_generation_is_not_spent_twice_and_all_share_one_level(tmp_path):
    """Its number and the level stand in a draft that anyone may edit."""
    (tmp_path / "requests").mkdir()
    append(tmp_path, log(300))
    freeze(tmp_path, discover(tmp_path, clusters=False))
    (tmp_path / "servers.toml").write_text(
        "".join(f'[endpoints.{n}]\nurl = "https://{n}.example/v1"\nmodel = "{n}"\n' for n in ("closed", "cheap"))
    )
    more = {"servers": tmp_path / "servers.toml", "incumbent": "closed", "candidates": ("cheap",), "margin": 0.3}
    drafting.draft(tmp_path, **more)
    drafting.fixed(tmp_path, ON)
    drafting.again(tmp_path)
    path = tmp_path / "plan.toml"
    fresh = path.read_text()
    for old, new, said in (
        ("generation = 2", "generation = 1", r"generation 1 was fixed already.*Try: generation = 2"),
        ("level = 0.05", "level = 0.2", r"generation 1 was proven as a part of 0.05.*Try: level = 0.05"),
    ):
        assert old in fresh
        path.write_text(fresh.replace(old, new))
        with pytest.raises(InputError, match=said):
            drafting.draft(tmp_path)
    path.write_text(fresh)
    assert drafting.draft(tmp_path).plan.generation == 2
    with pytest.raises(InputError, match="one level for all"):
        drafting.draft(tmp_path, settings={"level": 0.01})
