"""Results of a planted world: twelve models whose gaps can be told by eye, as a measure would give them."""

from __future__ import annotations

from datetime import date

from nomoat.types import (
    MONTH,
    Attribution,
    Choice,
    Credit,
    CurrentLag,
    Dated,
    Effort,
    Fall,
    Frontier,
    Gap,
    Garage,
    LeftOut,
    MonthGap,
    Origin,
    Pair,
    Panel,
    Point,
    QualityGap,
    Reading,
    Reconciliation,
    Record,
    Spent,
    Step,
    TimeToMatch,
)

CUT = date(2026, 8, 11)
ORIGIN = Origin(
    id="planted/world@2026-08-11",
    publisher="Planted Institute",
    title="Planted scores",
    address="https://example.org/planted",
    licence="CC-BY 4.0",
    retrieved=CUT,
    sha256="0" * 64,
    evidence="computed here",
)
LEFT = (LeftOut(what="models of unknown openness", count=24, why="neither open nor closed by any source"),)

# (model, released, score, side, organisation): closed leads; open reaches every level but the last two.
MODELS = (
    ("Alpha 1", date(2024, 1, 10), 120.0, "leader", "Alpha"),
    ("Alpha 2", date(2024, 9, 1), 128.0, "leader", "Alpha"),
    ("Beta 1", date(2025, 2, 20), 135.0, "leader", "Beta"),
    ("Beta mini", date(2025, 4, 2), 126.0, "leader", "Beta"),
    ("Alpha 3", date(2025, 11, 5), 143.0, "leader", "Alpha"),
    ("Beta 2", date(2026, 6, 15), 149.0, "leader", "Beta"),
    ("Moss 7B", date(2024, 3, 1), 112.0, "follower", "Moss"),
    ("Moss 70B", date(2024, 8, 20), 121.5, "follower", "Moss"),
    ("DeepSeek-V3", date(2024, 12, 24), 129.0, "follower", "DeepSeek"),
    ("Gemma 3", date(2025, 3, 12), 124.0, "follower", "Google"),
    ("Deep 2", date(2025, 9, 9), 136.0, "follower", "DeepSeek"),
    ("Fern Large", date(2026, 5, 30), 142.0, "follower", "Fern"),
)  # fmt: skip


def steps(side: str, models=MODELS) -> tuple[Step, ...]:
    best, found = float("-inf"), []
    for model, released, score, cohort, _ in sorted(models, key=lambda m: m[1]):
        if cohort == side and score > best:
            best = score
            found.append(Step(date=released, model=model, score=score, low=score - 2, high=score + 2))
    return tuple(found)


def frontier(models=MODELS, *, leader: str = "closed", follower: str = "open") -> Frontier:
    lead, follow = steps("leader", models), steps("follower", models)
    names = {step.model for step in (*lead, *follow)}
    months = []
    start = max(lead[0].date, follow[0].date)
    for k in range(start.year * 12 + start.month, CUT.year * 12 + CUT.month):
        day = date(k // 12, k % 12 + 1, 1)
        high = max(step.score for step in lead if step.date <= day)
        low = max(step.score for step in follow if step.date <= day)
        reached = next((step.date for step in lead if step.score >= low), None)
        lag = (day - reached).days / MONTH if reached and low >= lead[0].score else None
        months.append(
            MonthGap(
                date=day,
                points=high - low,
                points_low=high - low - 1.5,
                points_high=high - low + 1.5,
                months=lag,
                months_low=None if lag is None else max(0.0, lag - 1),
                months_high=None if lag is None else lag + 1,
            )
        )
    return Frontier(
        leader=leader, follower=follower, scale="capability", unit="points", method="eci", level=0.9,
        as_of=CUT, at=CUT, cut=CUT,
        points=tuple(
            Point(model=model, date=released, score=score, low=score - 2, high=score + 2, cohort=cohort,
                  record=model in names, organisation=organisation, openness=None)
            for model, released, score, cohort, organisation in models
        ),
        leader_steps=lead, follower_steps=follow, gap_by_month=tuple(months), left_out=LEFT, origins=(ORIGIN,),
    )  # fmt: skip


def records(models=MODELS) -> tuple[Record, ...]:
    lead, follow, found = steps("leader", models), steps("follower", models), []
    for k, step in enumerate(lead):
        match = next((s for s in follow if s.score >= step.score), None)
        until = lead[k + 1].date if k + 1 < len(lead) else CUT
        found.append(
            Record(
                model=step.model, date=step.date, score=step.score, matched_by=match.model if match else None,
                months=max(0.0, ((match.date if match else CUT) - step.date).days / MONTH), censored=match is None,
                days_as_frontier=float((until - step.date).days), p_caught_up=0.93 if match else 0.125,
                left_truncated=k == 0,
            )
        )  # fmt: skip
    return tuple(found)


def gap(models=MODELS, *, leader: str = "closed", follower: str = "open", **match) -> Gap:
    lead, follow, found = steps("leader", models), steps("follower", models), records(models)
    reached = next((s for s in lead if s.score >= follow[-1].score), None)
    points = lead[-1].score - follow[-1].score
    months = (CUT - reached.date).days / MONTH if reached else 0.0
    given = {
        "median": 7.25, "restricted_mean": 8.5, "horizon": 24.0, "low": 3.75, "high": 11.5, "level": 0.9,
        "weighted_median": 7.75, "weighted_restricted_mean": 9.25, "weighted_low": 4.25, "weighted_high": 12.5,
        "mean_low": 6.5, "mean_high": 10.5, "matched": sum(not r.censored for r in found),
        "censored": sum(r.censored for r in found), "settled_by": 3,
    } | match  # fmt: skip
    return Gap(
        leader=leader, follower=follower, scale="capability", unit="points", method="eci", rule="km",
        as_of=CUT, at=CUT, cut=CUT, n={"leader": 6, "follower": 6}, draws=500, seed=0,
        quality_gap=QualityGap(
            value=points, low=points - 2.5, high=points + 2.25, level=0.9, bias=0.75,
            leader=Dated(model=lead[-1].model, date=lead[-1].date, score=lead[-1].score),
            follower=Dated(model=follow[-1].model, date=follow[-1].date, score=follow[-1].score),
        ),
        current_lag=CurrentLag(
            months=months, low=months - 1.5, high=months + 2.25, level=0.9,
            mean_24_months=8.125, mean_low=6.875, mean_high=9.625,
            reference=Dated(model=reached.model, date=reached.date, score=reached.score) if reached else None,
        ),
        time_to_match=TimeToMatch(**given), records=found, left_out=LEFT,
        warnings=("The first record is left-truncated: it may have been set earlier.",), origins=(ORIGIN,),
    )  # fmt: skip


def choice(axis: str, name: str, months: float | None = 9.2, points: float | None = 7.0, **more) -> Choice:
    def around(value, width):
        return (None, None) if value is None else (value - width, value + width)

    given = {
        "axis": axis, "choice": name, "default": False, "months": months, "points": points,
        "months_low": around(months, 1.5)[0], "months_high": around(months, 1.5)[1],
        "points_low": around(points, 2.0)[0], "points_high": around(points, 2.0)[1],
        "match_median": 7.25, "match_exceeds": None, "match_mean": 8.5, "match_mean_low": 6.5,
        "match_mean_high": 10.5, "unit": "points", "n_leader": 104, "n_follower": 94,
    } | more  # fmt: skip
    return Choice(**given)


def panel() -> Panel:
    rows = (
        choice("rule", "km", default=True),
        choice("rule", "epoch", note="a missing interval decided a match"),
        choice("dates", "latest date", 3.4, None, months_low=None, months_high=None, note="25 models move"),
        choice("openness", "permissive licences only", 14.6, 11.5, n_follower=41, match_median=None,
               match_exceeds=12.5),
        choice("domain", "math", 4.2, 4.0),
        choice("domain", "agents", None, 12.0, note="fewer than five open models"),
        choice("board", "arena:text/overall", 3.1, 22.0, unit="Elo", n_leader=88, n_follower=61),
        choice("organisation left out", "DeepSeek", 13.1, 10.25),
    )  # fmt: skip
    return Panel(
        leader="closed", follower="open", as_of=CUT, at=CUT, level=0.9, rows=rows, left_out=LEFT, origins=(ORIGIN,)
    )


def attribution(by: str = "organisation") -> Attribution:
    players = {
        "organisation": [("DeepSeek", 5.5), ("Moss", 3.0), ("Fern", 1.25), ("Google", 0.25)],
        "country": [("CN", 6.75), ("US", 2.5), ("FR", 0.75)],
    }[by]  # fmt: skip
    total = sum(value for _, value in players)
    credits = tuple(
        Credit(
            player=player, shapley=value, low=value * 0.75, high=value * 1.25, share=value / total,
            without=total - value * 0.5, lag_shapley=value / 2, lag_without=8.0 - value / 4, records=2, models=6,
        )
        for player, value in players
    )  # fmt: skip
    return Attribution(
        leader="closed", follower="open", by=by, scale="capability", unit="points", method="eci", level=0.9,
        start=date(2024, 3, 1), as_of=CUT, cut=CUT, total=total, total_lag=8.0, credits=credits, left_out=LEFT,
        origins=(ORIGIN,),
    )  # fmt: skip


def spent(model: str, flop: float | None, parameters: float | None = None) -> Spent:
    released, score = next((m[1], m[2]) for m in MODELS if m[0] == model)
    return Spent(model=model, date=released, score=score, training_flop=flop, cost_usd=None, parameters=parameters)


def effort() -> Effort:
    pairs = (
        Pair(record=spent("Alpha 1", 2e25), match=spent("Moss 70B", 6e24, 7e10), months=7.3, flop_ratio=0.3,
             parameter_ratio=None),
        Pair(record=spent("Alpha 2", 3e25), match=spent("DeepSeek-V3", 3e24, 6.7e11), months=3.7, flop_ratio=0.1,
             parameter_ratio=None),
        Pair(record=spent("Beta 1", 5e25), match=spent("Deep 2", None), months=6.6, flop_ratio=None,
             parameter_ratio=None),
        Pair(record=spent("Beta 2", None), match=None, months=1.9, flop_ratio=None, parameter_ratio=None),
    )  # fmt: skip
    garage = (
        Garage(device="RTX 4090", hours=31.1, peak_flop_s=1.65e14, utilisation=0.4),
        Garage(device="H100 SXM", hours=5.2, peak_flop_s=9.9e14, utilisation=0.4),
        Garage(device="Old laptop", hours=980.0, peak_flop_s=5.2e12, utilisation=0.4),
    )
    return Effort(
        leader="closed", follower="open", scale="capability", as_of=CUT, cut=CUT, pairs=pairs,
        models=tuple(p.record for p in pairs), median_flop_ratio=0.2, n_flop_ratio=2,
        reference_run="Transformer (base and big)", reference_flop=7.4e18, garage=garage, left_out=LEFT,
        origins=(ORIGIN,),
    )  # fmt: skip


def reconciliation() -> Reconciliation:
    return Reconciliation(
        figure="3.5 months", value=3.5, unit="months", tolerance=0.25,
        readings=(
            Reading(definition={"rule": "epoch", "statistic": "mean over levels", "vintage": "2025-11"},
                    value=3.46, distance=0.04),
            Reading(definition={"rule": "strict", "statistic": "median", "vintage": "2025-11"}, value=3.7,
                    distance=0.2),
        ),
        waterfall=(
            Fall(changed="vintage", before="2025-11", after="2026-08", value=4.1, delta=0.64),
            Fall(changed="rule", before="epoch", after="km", value=None, delta=None, note="not reached"),
            Fall(changed="statistic", before="mean over levels", after="median", value=7.25, delta=3.15),
        ),
        published=({"publisher": "Epoch AI", "published": "2025-10-30", "rule": "not statistically different"},),
        tried=240, left_out=LEFT, origins=(ORIGIN,),
    )  # fmt: skip
