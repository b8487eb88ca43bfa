"""What may not be listed is listed at most as often as promised, however one looks; what is safe, as planned."""

from __future__ import annotations

from datetime import timedelta
from math import comb

import msgspec
import numpy as np
import pytest

from nomoat.errors import InputError
from nomoat.stats import betting, paired
from nomoat.work.plan import fix
from nomoat.work.prove import judged, level_of, needs, prove
from oracles.search import searched
from work.planted import ON, World, population, write

KINDS = ["single", "correlated", "informative", "drift", "failing", "graded"]


def binomial_tail(k: int, n: int, p: float) -> float:
    """P(at least k of n), summed term by term."""
    return sum(comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(k, n + 1))


def e_by_hand(differences, sizes, margin, largest):
    """The capital of the safe bet after each conversation, factor by factor; no line is shared with the package."""
    grid = [0.9 / (1 - margin) * ((k + 1) / 40) ** 2 for k in range(40)]
    paths, out = [1.0] * 40, []
    for total, size in zip(differences, sizes, strict=True):
        x = size / largest * (total / size + margin)
        paths = [w * (1 + stake * x) for w, stake in zip(paths, grid, strict=True)]
        out.append(sum(paths) / 40)
    return out


def verdict_of(world, upto=None, **more):
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    return judged(plan, frame, marks[:upto], answers[:upto], {}, run="r", **more)


@pytest.mark.parametrize("kind", KINDS)
def test_at_the_margin_looking_after_every_conversation_lists_at_most_at_the_level(kind):
    """The truth is a loss of exactly the margin; an analyst stops at the first look that would list it.

    The whole path (plan, frame, journal, marks, pairs, bets) gives the stopping rule its `decided_at`, which is the
    first of all looks: so one verdict at the end is as good as a look after every answer. That these agree is the
    next test.
    """
    reps, rng = 80, np.random.default_rng(7)
    wrong = 0
    for rep in range(reps):
        world = World({"u": population(kind, rng, 200, loss=0.1)}, margin=0.1, level=0.2, seed=rep)
        found = verdict_of(world).cases[0]
        wrong += found.status == "safe"
        assert (found.status == "safe") == (found.decided_at is not None)
    # Rejecting the promise itself only where luck would explain it less than once in 1,000 runs.
    assert binomial_tail(wrong, reps, 0.2 * 6 / np.pi**2) > 0.001


def test_looking_after_every_answer_is_looking_at_the_stopping_time():
    world = World({"u": population("correlated", np.random.default_rng(3), 60, loss=-0.1)}, margin=0.15, level=0.3)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    last = judged(plan, frame, marks, answers, {}, run="r").cases[0]
    assert last.status == "safe"
    statuses = []
    for upto in range(0, len(answers), 7):
        found = judged(plan, frame, marks[:upto], answers[:upto], {}, run="r").cases[0]
        # Four turns, three arms; the incumbent's second answer, the last of a conversation, is not waited for.
        whole = (upto + 1) // 12
        assert found.conversations == whole
        statuses.append(found.status)
        assert found.status == ("safe" if whole >= last.decided_at else "undecided")
    assert {"safe", "undecided"} == set(statuses)


def test_a_planted_fault_is_found_arrival_order_and_single_requests_would_err():
    """The same worlds break the bet when it is made the easy way; so the test above can fail."""
    reps, rng, arrival, single = 120, np.random.default_rng(11), 0, 0
    bar = np.log(1 / 0.12)
    for _ in range(reps):
        talks = population("drift", rng, 200, loss=0.1)
        d = np.array([m[0, 1] - m[0, 0] for m in talks.values()])
        arrival += betting.trial(d, np.ones(200), margin=0.1, largest=1.0).safe.log.max() > bar
        talks = population("correlated", rng, 200, loss=0.1)
        d = np.concatenate([m[:, 1] - m[:, 0] for m in talks.values()])
        single += betting.trial(d, np.ones(800), margin=0.1, largest=1.0).safe.log.max() > bar
    assert binomial_tail(int(arrival), reps, 0.12) < 0.001
    assert binomial_tail(int(single), reps, 0.12) < 0.001


def test_of_many_use_cases_the_share_listed_wrongly_keeps_to_the_level():
    rng, shares = np.random.default_rng(5), []
    for rep in range(16):
        truth = {f"bad{k}": 0.1 for k in range(4)} | {f"good{k}": -0.05 for k in range(3)}
        world = World({u: population("single", rng, 300, loss) for u, loss in truth.items()}, 0.1, 0.3, rep)
        for use_case, talks in world.scores.items():
            world.scores[use_case] = {f"{use_case}{name}": m for name, m in talks.items()}
        cases = verdict_of(world).cases
        listed = [case.use_case for case in cases if case.status == "safe"]
        shares.append(sum(name.startswith("bad") for name in listed) / max(1, len(listed)))
    level = 0.3 * 6 / np.pi**2
    assert np.mean(shares) <= level + 3 * np.std(shares) / np.sqrt(len(shares))
    assert len(listed) >= 3


@pytest.mark.parametrize("kind", ["single", "correlated", "informative", "graded"])
def test_the_evidence_is_the_products_taken_by_hand(kind):
    world = World({"u": population(kind, np.random.default_rng(2), 80, loss=0.0)}, margin=0.1, seed=9)
    plan, frame = world.plan()
    found = verdict_of(world).cases[0]
    rows = [world.scores["u"][one.conversation_id] for one in frame.use_cases["u"].proof]
    sizes = [len(m) for m in rows]
    path = e_by_hand([float((m[:, 1] - m[:, 0]).sum()) for m in rows], sizes, 0.1, max(sizes))
    bar = np.pi**2 / 6 / 0.05
    first = next((k for k, e in enumerate(path) if e >= bar), None)
    assert found.e_safe == pytest.approx(path[-1] if first is None else path[first], rel=1e-9)
    assert needs(plan) == pytest.approx(bar)
    flat = np.concatenate(rows)
    assert found.difference.value == pytest.approx(float((flat[:, 1] - flat[:, 0]).mean()))
    assert found.score_incumbent == pytest.approx(float(flat[:, 0].mean()))
    assert (found.won, found.lost) == (int((flat[:, 1] > flat[:, 0]).sum()), int((flat[:, 1] < flat[:, 0]).sum()))
    assert found.floor.discordance == pytest.approx(float(np.abs(flat[:, 2] - flat[:, 0]).mean()))


@pytest.mark.parametrize("kind", ["single", "informative", "graded"])
def test_the_interval_for_any_moment_is_the_one_that_the_full_search_gives(kind):
    world = World({"u": population(kind, np.random.default_rng(2), 120, loss=0.05)}, margin=0.1)
    _, frame = world.plan()
    rows = [world.scores["u"][one.conversation_id] for one in frame.use_cases["u"].proof]
    sizes = np.array([len(m) for m in rows], dtype=float)
    means = np.array([(m[:, 1] - m[:, 0]).mean() for m in rows])
    low, high = searched(means, sizes, largest=sizes.max())
    found = verdict_of(world).cases[0].whenever
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.0055)  # its grid has steps of 0.005


def test_the_sentence_holds_the_numbers_of_the_cases():
    rng = np.random.default_rng(8)
    worlds = {"a": ("single", 900, -0.02), "b": ("correlated", 300, 0.3), "c": ("single", 40, 0.0)}
    scores = {
        u: {f"{u}{name}": m for name, m in population(kind, rng, n, loss, 0.35 if u == "b" else 0.1).items()}
        for u, (kind, n, loss) in worlds.items()
    }
    found = verdict_of(World(scores, margin=0.05), openness={"open": "weights-permissive"})
    assert [case.status for case in found.cases] == ["safe", "worse", "undecided"]
    # 900 of 2,140 requests are listed, 1,200 are worse, 40 are open; 900 / 2,140 of a loss of 5 points is 2.11.
    assert found.sentence == (
        "An open model can take 42 % of requests (42 % of spend). Of the use cases listed, at most 3.1 % are expected "
        "to be listed wrongly (loss above their margin); if all margins were used up, the loss is at most 2.2 points "
        "over all requests. On 56 % of requests the candidate is shown to lose more than the margin. 2 % cannot be "
        "decided with this traffic."
    )
    assert found.level_here == pytest.approx(0.05 * 6 / np.pi**2)
    assert found.holds_until == found.last_answer + timedelta(days=90)
    alone = verdict_of(World({"c": scores["c"]}, margin=0.05))
    assert alone.sentence == (
        "No use case is shown to be safe for a candidate on this traffic. 100 % cannot be decided with this traffic."
    )
    unknown = verdict_of(World(scores, margin=0.05))
    assert unknown.sentence.startswith("The candidate can take 42 %")
    assert any("whether open is open is not known" in line for line in unknown.unknown)


def test_what_six_digits_of_a_share_lose_is_not_undecided_traffic():
    rng = np.random.default_rng(8)
    losses = {"a": 0.0, "b": 0.5}
    scores = {u: {f"{u}{n}": m for n, m in population("single", rng, 200, loss, 0.05).items()}
              for u, loss in losses.items()}  # fmt: skip
    plan, frame = (world := World(scores, margin=0.15)).plan()
    answers, marks = world.journal(plan, frame)
    for shares, rest in (((0.715505, 0.284495), 0.0), ((0.7155049, 0.2844949), 0.0), ((0.7155, 0.2844), 0.0001)):
        cases = [msgspec.structs.replace(u, share_requests=s) for u, s in zip(plan.use_cases, shares, strict=True)]
        known = msgspec.structs.replace(plan, use_cases=tuple(cases))
        found = judged(known, frame, marks, answers, {}, run="r")
        assert [case.status for case in found.cases] == ["safe", "worse"]
        assert found.share_undecided == pytest.approx(rest, abs=1e-12)
        assert ("cannot be decided" in found.sentence) == (rest > 0)


def test_failures_count_against_their_arm_and_the_bound_says_what_hinges_on_them():
    """The incumbent fails on a third of calls and is right on the rest; the candidate is right on two thirds."""
    rng = np.random.default_rng(4)
    talks = {}
    for k in range(400):
        first, second = (-1.0 if rng.random() < 1 / 3 else 1.0), float(rng.random() < 2 / 3)
        talks[f"c{k}"] = np.array([[first, second, first]])
    found = verdict_of(World({"u": talks}, margin=0.1))
    (case,) = found.cases
    assert case.failed_incumbent == sum(m[0, 0] < 0 for m in talks.values())
    assert case.e_safe_bound < 1 < case.e_safe
    assert case.bound.high < -0.25
    assert case.status != "safe" or any("hinges" in line for line in found.unknown)
    swapped = {name: m[:, [1, 0, 2]] for name, m in talks.items()}
    (worse,) = verdict_of(World({"u": swapped}, margin=0.1)).cases
    assert worse.failed_candidate == case.failed_incumbent
    assert worse.score_candidate == pytest.approx(case.score_incumbent)


def test_critical_use_cases_answer_to_holm_as_well(tmp_path):
    rng = np.random.default_rng(6)
    scores = {u: {f"{u}{n}": m for n, m in population("single", rng, 260, -0.01, 0.1).items()} for u in "ab"}
    plain = verdict_of(World(scores, margin=0.1)).cases
    strict = verdict_of(World(scores, margin=0.1, critical=("a",))).cases
    assert [c.e_safe for c in plain] == [c.e_safe for c in strict]
    assert {c.status for c in plain} == {"safe"}


def test_files_of_a_run_give_the_verdict_of_memory_and_say_what_is_wrong(tmp_path):
    world = World({"u": population("correlated", np.random.default_rng(1), 60, loss=0.0)})
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    write(tmp_path / "r", answers, marks)
    found = prove(plan, frame, tmp_path / "r")
    assert found == judged(plan, frame, marks, answers, {}, run="r")
    assert msgspec.json.decode(found.json(), type=type(found)) == found
    with pytest.raises(InputError, match="older than the margins"):
        prove(fix(msgspec.structs.replace(plan, sha256=None), ON + timedelta(days=9)), frame, tmp_path / "r")
    with pytest.raises(InputError, match="draft"):
        prove(msgspec.structs.replace(plan, sha256=None), frame, tmp_path / "r")
    loosened = msgspec.structs.replace(plan.use_cases[0], margin=0.4)
    with pytest.raises(InputError, match="changed after it was fixed"):
        prove(msgspec.structs.replace(plan, use_cases=(loosened,)), frame, tmp_path / "r")
    with pytest.raises(InputError, match="not the one"):
        prove(plan, msgspec.structs.replace(frame, seed=5), tmp_path / "r")


def test_an_input_that_no_arm_can_be_scored_on_is_left_out_and_counted_and_a_late_answer_waits():
    world = World({"u": population("correlated", np.random.default_rng(1), 40, loss=0.0)})
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    drawn = frame.use_cases["u"].proof
    bare = {drawn[0].requests[0]: "x", **dict.fromkeys(drawn[1].requests, "x")}
    found = judged(plan, frame, [m for m in marks if m.request_id not in bare], answers, bare, run="r")
    assert (found.cases[0].unscorable, found.cases[0].conversations, found.cases[0].requests) == (5, 39, 155)
    late = [m for m in marks if not (m.request_id == drawn[10].requests[2] and m.arm == "open")]
    found = judged(plan, frame, late, answers, {}, run="r")
    assert (found.cases[0].conversations, found.cases[0].waiting) == (10, 30)


def test_generations_share_the_level():
    world = World({"u": population("single", np.random.default_rng(1), 30, loss=0.0)})
    plan, _ = world.plan()
    parts = [level_of(msgspec.structs.replace(plan, generation=g)) for g in range(1, 500)]
    assert sum(parts) < 0.05
    assert parts == sorted(parts, reverse=True)


def test_a_look_that_ends_where_bad_answers_are_slow_lists_nothing_by_the_lower_bars():
    """In the middle of a run the look ends just before the first answer that takes long."""
    rng, margin = np.random.default_rng(3), 0.1
    scores = {name: population("single", rng, 400, loss) for name, loss in (("good", -0.3), ("u", 0.05))}
    scores = {case: {f"{case}{name}": m for name, m in talks.items()} for case, talks in scores.items()}
    world = World(scores, margin=margin, level=0.2)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    drawn = frame.use_cases["u"].proof
    rows = [scores["u"][one.conversation_id] for one in drawn]
    path = np.array(e_by_hand([float((m[:, 1] - m[:, 0]).sum()) for m in rows], [1] * 400, margin, 1.0))
    enough = needs(plan)
    first = next(k for k, e in enumerate(path) if enough / 2 <= e < enough)  # what lists it beside "good"
    slow = {one.conversation_id for one in drawn[first + 1 :]}
    kept = [(a, m) for a, m in zip(answers, marks, strict=True) if a.conversation_id not in slow]
    found = judged(plan, frame, [m for _, m in kept], [a for a, _ in kept], {}, run="r")
    status = {case.use_case: case.status for case in found.cases}
    assert status == {"good": "safe", "u": "undecided"}
    (case,) = (case for case in found.cases if case.use_case == "u")
    assert case.e_safe == pytest.approx(path[first])
    assert case.why.endswith("beside the others it would be enough, once all are answered")
    assert any(line.startswith(f"How it ends: {len(slow)} conversations") for line in found.unknown)


def test_the_verdict_says_that_its_date_was_typed_and_that_prompts_were_masked():
    world = World({"u": population("single", np.random.default_rng(1), 30, loss=0.0)}, margin=0.1)
    plan, frame = world.plan()
    answers, marks = world.journal(plan, frame)
    first = min(a.at for a in answers).date()
    for days, said in ((0, "on that same day"), (1, "1 day later"), (400, "400 days later")):
        earlier = msgspec.structs.replace(plan, fixed_on=first - timedelta(days=days))
        lines = judged(earlier, frame, marks, answers, {}, run="r").unknown
        assert any(f"{earlier.fixed_on} was typed" in line and f"came {said}" in line for line in lines)
        assert not any("masked" in line for line in lines)
    masking = msgspec.structs.replace(plan, redact=True)
    assert any(
        line.startswith("Unmasked prompts") for line in judged(masking, frame, marks, answers, {}, run="r").unknown
    )


def test_turns_that_differ_by_themselves_ask_for_no_more_conversations_than_their_number_does():
    """The incumbent's two answers to five independent turns: wins and losses of a conversation cancel in its total."""
    rng = np.random.default_rng(8)
    talks = {f"t{k}": np.where(rng.random((5, 3)) < 0.2, 0.0, 1.0) for k in range(200)}
    world = World({"u": talks}, margin=0.05)
    found = verdict_of(world).cases[0].floor
    independent = betting.units_needed(0.05, found.discordance, needs=needs(world.plan()[0]), power=0.8) / 5
    assert independent <= found.needed <= 1.25 * independent + 1
    # At the bar of the plan and looked at whenever one likes, more than a sample of one fixed size and level takes.
    assert found.needed > 1.5 * paired.pairs_needed(0.05, found.discordance, power=0.8) / 5


def test_calls_that_fail_for_both_arms_are_no_evidence():
    """A night without a network: two zeros are "no difference", which the bet wants to see."""
    nobody = verdict_of(World({"u": {f"c{k}": np.full((2, 3), -1.0) for k in range(300)}}, margin=0.1))
    assert (nobody.cases[0].status, nobody.cases[0].conversations, nobody.cases[0].e_safe) == ("undecided", 0, 1.0)
    assert [(row.count, row.why) for row in nobody.left_out] == [(600, "answered by neither arm")]
    assert any(line.startswith("u: 600 requests that neither arm answered") for line in nobody.unknown)
    rng, listed = np.random.default_rng(3), 0
    for rep in range(40):
        # Six of ten calls reach nobody; of those answered the candidate loses 12 points, and 4.8 over all.
        talks = {}
        for k in range(400):
            a, b = float(rng.random() < 0.9), float(rng.random() < 0.78)
            talks[f"c{k}"] = np.full((1, 3), -1.0) if rng.random() < 0.6 else np.array([[a, b, a]])
        found = verdict_of(World({"u": talks}, margin=0.1, level=0.1, seed=rep)).cases[0]
        listed += found.status == "safe"
        assert found.conversations + found.unreached == 400
        assert found.tested == pytest.approx(found.conversations / 400)
    assert binomial_tail(listed, 40, 0.1 * 6 / np.pi**2) > 0.001


def test_where_the_incumbent_has_nothing_to_lose_nothing_is_listed():
    """A scorer that nobody passes: whatever a candidate answers, it loses less than the margin."""
    rng = np.random.default_rng(1)
    noise = {f"c{k}": (rng.random((1, 3)) < 0.02).astype(float) for k in range(400)}
    real = {f"d{k}": m for k, m in enumerate(population("single", rng, 400, 0.0, 0.05).values())}
    found = verdict_of(World({"bad": noise, "good": real}, margin=0.05))
    by = {case.use_case: case for case in found.cases}
    assert by["bad"].e_safe > by["bad"].needs
    assert (by["bad"].status, by["good"].status) == ("undecided", "safe")
    assert "is the scorer right?" in by["bad"].why
    assert found.share_requests == pytest.approx(0.5)
    thin = {f"c{k}": np.tile(float(k % 12 == 0), (1, 3)) for k in range(400)}
    found = verdict_of(World({"u": thin}, margin=0.05))
    assert found.cases[0].status == "safe"
    assert any("more than half" in line for line in found.unknown)


def test_answers_that_are_copies_are_counted_in_the_verdict():
    plan, frame = World({"u": population("single", np.random.default_rng(1), 30, loss=0.0)}, margin=0.1).plan()
    answers, marks = World({"u": population("single", np.random.default_rng(1), 30, loss=0.0)}, 0.1).journal(
        plan, frame
    )
    assert not any("copies" in line for line in judged(plan, frame, marks, answers, {}, run="r").unknown)
    copied = [msgspec.structs.replace(a, cached=k < 7) for k, a in enumerate(answers)]
    assert any("7 of 90 answers are copies" in line for line in judged(plan, frame, marks, copied, {}, run="r").unknown)


def test_the_incumbent_differs_from_itself_is_said_beyond_chance_over_all_use_cases():
    """Of 20 use cases in which it only has noise, one interval leaves 0 out as a rule; a shift in one is said."""
    rng, told = np.random.default_rng(12), 0
    for rep in range(6):
        scores = {}
        for u in range(20):
            talks = (rng.random((60, 1, 3)) < 0.7).astype(float)
            if rep == 5 and u == 3:
                talks[:, :, 2] = 0.0
            scores[f"u{u}"] = {f"u{u}c{k}": one for k, one in enumerate(talks)}
        said = [line for line in verdict_of(World(scores, margin=0.1, seed=rep)).unknown if "from itself" in line]
        told += len(said) if rep < 5 else 0
    assert told <= 1
    assert "u3:" in [line[:3] for line in said]


def test_a_margin_of_next_to_nothing_takes_no_number_of_conversations():
    """Half of the incumbent's answers differ: no stake of the grid grows against a hundredth of a point."""
    talks = {f"c{k}": m for k, m in enumerate((np.random.default_rng(1).random((40, 1, 3)) < 0.5).astype(float))}
    found = verdict_of(World({"u": talks}, margin=0.0001)).cases[0]
    assert found.floor.discordance > 0.3
    assert found.floor.needed is None
    assert "all conversations of the frame are used up" in found.why
