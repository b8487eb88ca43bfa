"""What is shown of a plan and of a verdict to somebody who has to sign it?"""

from __future__ import annotations

from textwrap import fill

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, printable
from nomoat.views.theme import LIGHT, WIDE
from nomoat.work.plan import Plan, UseCase
from nomoat.work.planning import Planned
from nomoat.work.verdict import Case, Interval, Verdict, percent, percent_up

MOST = 40  # use cases drawn; the table has all
_NAMED = {"safe": "safe", "worse": "not safe", "undecided": "undecided", "not provable": "not provable"}


def plan_table(plan: Plan) -> Table:
    """A row a use case: what is compared, within which margin, and what the proof takes."""
    fixed = f"fixed on {plan.fixed_on}, sha256 {plan.sha256[:12]}" if plan.sha256 else "a draft: margins are not fixed"
    return Table(
        name="plan",
        caption=f"Plan of {words.count(len(plan.use_cases), 'use case')}, {fixed}.",
        columns=(
            Column(key="use_case", title="use case", wide=28),
            Column(key="share_requests", title="share", digits=2),
            Column(key="incumbent", title="incumbent", wide=20),
            Column(key="candidates", title="candidates", wide=28),
            Column(key="margin", title="margin, points", digits=1),
            Column(key="scorer", title="scorer"),
            Column(key="needed", title="needs"),
            Column(key="proof", title="has"),
            Column(key="cost_usd", title="cost, $", digits=2),
            Column(key="provable", title="provable", only="file"),
        ),
        rows=tuple(
            (
                u.name, u.share_requests, u.incumbent, ", ".join(u.candidates), 100 * u.margin, str(u.scorer["kind"]),
                u.needed, u.proof, u.cost_usd, u.why_not is None,
            )
            for u in plan.use_cases
        ),
    )  # fmt: skip


def plan_text(planned: Planned, width: int) -> str:
    """The plan in words: what a proof takes, what it costs, what is not provable and why."""
    plan, table = planned.plan, plan_table(planned.plan)
    lines = [table.caption, "", table.text(width), ""]
    known = [u.cost_usd for u in plan.provable]
    if known and None not in known:
        lines.append(
            _wrap(f"The run costs about ${sum(c for c in known if c is not None):,.2f} at these prices.", width)
        )
    elif known:
        lines.append(_wrap("What the run costs is not known: an endpoint has no price, or the log no tokens.", width))
    lines += [_wrap(line, width) for line in map(_asks, plan.use_cases)]
    places = sorted({f"{e.host} ({e.name})" for e in plan.endpoints.values()})
    lines.append(_wrap(f"Prompts go to {', '.join(places)} when it is run, and nowhere else.", width))
    if plan.sha256 is None:
        lines.append(_wrap("Edit margins and scorers in plan.toml, then: nomoat work plan --fix DATE", width))
    return "\n".join(lines)


def _asks(case: UseCase) -> str:
    name = printable(case.name)
    if case.why_not:
        return f"{name}: not provable with your traffic, because {printable(case.why_not)}."
    needed = f"about {case.needed:,} of" if case.needed and case.needed <= case.proof else "more than"
    return (
        f"{name}: {needed} {case.proof:,} conversations for a chance of {case.power:.0%}, if {case.discordance:.0%} of "
        "answers differ and the candidate is as good."
    )


def verdict_table(found: Verdict) -> Table:
    """A row a use case: its status and the evidence."""
    return Table(
        name="verdict",
        caption=found.sentence,
        columns=(
            Column(key="use_case", title="use case", wide=26),
            Column(key="status", title="verdict"),
            Column(key="candidate", title="candidate", wide=20),
            Column(key="difference", title="points", digits=1),
            Column(key="interval", title="95%, at any look", only="page"),
            Column(key="low", title="", only="file"),
            Column(key="high", title="", only="file"),
            Column(key="margin", title="margin", digits=1),
            Column(key="e_value", title="e-value"),
            Column(key="needs", title="", only="file"),
            Column(key="conversations", title="conv."),
            Column(key="requests", title="", only="file"),
            Column(key="ratio", title="cost ratio", digits=2),
            Column(key="share_requests", title="", only="file"),
            Column(key="share_spend", title="", only="file"),
            Column(key="why", title="", only="file"),
        ),
        rows=tuple(
            (
                c.use_case, _NAMED[c.status], c.candidate, _points(c.whenever, "value"), _span(c.whenever),
                _points(c.whenever, "low"), _points(c.whenever, "high"), 100 * c.margin, c.e_safe, c.needs,
                c.conversations, c.requests, c.cost.ratio, c.share_requests, c.share_spend, c.why,
            )
            for c in found.cases
        ),
    )  # fmt: skip


def verdict_text(found: Verdict, width: int) -> str:
    """The verdict as it is signed: the sentence, what was tested on what, the evidence, and what is not known."""
    margins = f"Margins were fixed on {words.day(found.fixed_on)} (plan {found.plan_sha256[:12]}), before any answer"
    when = (
        f"{margins}; answers are of {_days(found)}."
        if found.first_answer
        else f"{margins}; the answers carry no dates."
    )
    lines = [
        _wrap(found.sentence, width),
        "",
        _wrap(f"{when} {_until(found)}", width),
        _wrap(
            f"Level: {percent_up(found.level)} for all generations of models together, {percent_up(found.level_here)} "
            f"for this one, the {_ordinal(found.generation)}.",
            width,
        ),
        "",
        verdict_table(found).text(width),
    ]
    for case in found.cases:
        lines += ["", *(_wrap(line, width) for line in _told(case))]
    lines += ["", "Not known:", *(_wrap(f"- {printable(line)}", width) for line in found.unknown)]
    lines += ["", _wrap(f"Method: {found.method}. Run {printable(found.run)}, frame {found.frame_sha256[:12]}.", width)]
    return "\n".join(lines)


def _told(case: Case) -> list[str]:
    """What was done on one use case, in sentences."""
    name, candidate = printable(case.use_case), printable(case.candidate)
    share = f"{percent(case.share_requests)} of requests" if case.share_requests is not None else "share unknown"
    head = f"{name} ({share}{', critical' if case.critical else ''}): {_NAMED[case.status]}, {printable(case.why)}."
    if not case.conversations:
        return [head]
    said = [
        head,
        f"  {candidate} against {printable(case.incumbent)} on the same {words.count(case.requests, 'request')} of "
        f"{words.count(case.conversations, 'conversation')} drawn at random, scorer {case.scorer}: "
        f"{_score(case.score_candidate)} against {_score(case.score_incumbent)}, better on {case.won:,}, worse on "
        f"{case.lost:,}. A loss of {100 * case.margin:g} points was allowed."
        + (f" Enough after {case.decided_at:,} conversations." if case.decided_at else ""),
    ]
    for one, meant in ((case.whenever, "at any look"), (case.difference, "were the sample fixed")):
        if one is not None:
            ends = f"{words.number(100 * one.low)} to {words.number(100 * one.high)}"
            said.append(
                f"  Difference {words.number(100 * one.value)} points, {one.level:.0%} {ends} {meant}, {one.method}."
            )
    if case.failed_incumbent or case.failed_candidate:
        bound = (
            ""
            if case.bound is None
            else f" Had the incumbent's been right: {words.number(100 * case.bound.value)} points."
        )
        said.append(
            f"  Calls that failed and count as 0: candidate {case.failed_candidate:,}, incumbent "
            f"{case.failed_incumbent:,}.{bound}"
        )
    if case.floor is not None:
        said.append(
            f"  The incumbent asked twice differs from itself on {100 * case.floor.discordance:.1f} % of requests, the "
            f"candidate from it on {100 * (case.discordance or 0):.1f} %."
        )
    if case.judge:
        said.append(f"  {case.judge}")
    return [*said, f"  {_paid(case)}"]


def _paid(case: Case) -> str:
    cost = case.cost
    if cost.ratio is None:
        return f"Cost per success: not known, {printable(cost.why_not or '')}."
    ends = f", {cost.level:.0%} {cost.low:.3g} to {cost.high:.3g}" if cost.low is not None else ""
    return (
        f"Cost per success: ${cost.candidate:.3g} against ${cost.incumbent:.3g}, {cost.ratio:.3g} of it{ends}; without "
        "judges and hardware of your own."
    )


def verdict_figure(found: Verdict, *, width: int = WIDE, container: bool = False) -> Figure:
    """Per use case the difference with its interval, its margin as a line, and its e-value."""
    shown, compact = [c for c in found.cases if c.whenever is not None][:MOST], width < 560
    lane = lanes.lanes([printable(c.use_case) for c in shown], compact=compact)
    rows = [
        {
            "row": k, "value": 100 * c.whenever.value, "low": 100 * c.whenever.low, "high": 100 * c.whenever.high,
            "margin": -100 * c.margin, "status": c.status, "e": _e(c),
        }
        for k, c in enumerate(shown) if c.whenever is not None
    ]  # fmt: skip
    ends = [float(r[key]) for r in rows for key in ("low", "high", "margin")] + [0.0]
    room = (max(ends) - min(ends)) or 1.0
    x = lanes.scale(
        (min(ends) - 0.04 * room, max(ends) + 0.24 * room), "Candidate minus incumbent, points", compact=compact
    )
    at = [{**r, "value": r["low"], "until": r["high"]} for r in rows]
    bars = [{**r, "value": r["margin"]} for r in rows]
    layers = [
        marks.rule([{"value": 0.0}], x, {"value": 0}, y2=None, color=LIGHT.line, strokeWidth=1.2)
        | {"encoding": {"x": x}},
        marks.rule(at, x, lane.y, x2="until", strokeWidth=1.8),
        marks.texts(
            [{**b, "text": "|"} for b in bars], x, lane.y, align="center", weight="bold", size=17, colour=LIGHT.leader
        ),
    ]
    looks = {"safe": ("circle", LIGHT.follower, False), "worse": ("diamond", LIGHT.leader, False),
             "undecided": ("circle", LIGHT.other, True)}  # fmt: skip
    for status, (shape, colour, hollow) in looks.items():
        picked = [r for r in rows if r["status"] == status]
        layers.append(marks.points(picked, x, lane.y, colour, shape, size=70, hollow=hollow))
    layers.append(
        marks.texts([{**r, "value": r["high"], "text": r["e"]} for r in rows], x, lane.y, dx=8, colour=LIGHT.soft)
    )
    rest = len(found.cases) - len(shown)
    return Figure(
        name="verdict",
        finding=found.sentence.split(". ")[0].removesuffix("."),
        alt=f"{words.count(len(shown), 'use case')} with the difference in score, its interval and its margin. "
        + found.sentence,
        footer=(
            "| the margin, fixed before any answer; line: 95% interval, valid at any look; filled circle safe, diamond "
            f"loses too much, hollow undecided. Level {percent_up(found.level_here)} by e-BH.",
            *([f"{words.count(rest, 'use case')} without answers."] if rest else []),
        ),
        view=marks.plot([*layers, *lane.layers()], width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=verdict_table(found),
    )


def cost_figure(found: Verdict, *, width: int = WIDE, container: bool = False) -> Figure | None:
    """Per use case what a success costs with the candidate over what it costs now; None where no cost is known."""
    known = [c for c in found.cases if c.cost.ratio is not None][:MOST]
    if not known:
        return None
    compact = width < 560
    lane = lanes.lanes([printable(c.use_case) for c in known], compact=compact)
    rows = [
        {"row": k, "value": c.cost.ratio, "low": c.cost.low, "high": c.cost.high, "text": _dollars(c)}
        for k, c in enumerate(known)
    ]
    ends = [float(v) for r in rows for v in (r["value"], r["high"]) if isinstance(v, int | float)] + [1.0]
    x = lanes.scale((0.0, max(ends) * 1.35), "Cost per success, candidate over incumbent", compact=compact)
    spans = [{**r, "value": r["low"], "until": r["high"]} for r in rows if r["low"] is not None]
    layers = [
        marks.rule([{"value": 1.0}], x, {"value": 0}, color=LIGHT.leader, strokeDash=[4, 3]) | {"encoding": {"x": x}},
        marks.rule(spans, x, lane.y, x2="until", strokeWidth=1.8),
        marks.points(rows, x, lane.y, LIGHT.follower, "circle", size=70),
        marks.texts([{**r, "value": r["high"] or r["value"]} for r in rows], x, lane.y, dx=8, colour=LIGHT.soft),
    ]
    cheaper = sum(1 for c in known if c.cost.high is not None and c.cost.high < 1)
    return Figure(
        name="cost",
        finding=f"A success is cheaper with the candidate in {cheaper} of {words.count(len(known), 'use case')}",
        alt=f"{words.count(len(known), 'use case')} with the ratio of cost per success and its interval.",
        footer=(
            "95% intervals by drawing conversations again; dashed: as dear as now. Failed calls are in it; judges, "
            "routing and hardware of your own are not.",
        ),
        view=marks.plot([*layers, *lane.layers()], width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=verdict_table(found),
    )


def _dollars(case: Case) -> str:
    return f"${case.cost.candidate:.2g} against ${case.cost.incumbent:.2g}"


def _e(case: Case) -> str:
    worse = case.status == "worse"
    value = case.e_worse if worse else case.e_safe
    said = f"{value:,.0f}" if 10 <= value < 1e5 else f"{value:.1g}" if value < 1 else f"{value:.2g}"
    return f"e = {said}{' of loss' if worse else ''}"


def _points(one: Interval | None, end: str) -> float | None:
    return None if one is None else 100 * float(getattr(one, end))


def _span(one: Interval | None) -> str:
    return "–" if one is None else words.span(100 * one.low, 100 * one.high)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _days(found: Verdict) -> str:
    if found.first_answer is None or found.last_answer is None:
        return "unknown days"
    first, last = words.day(found.first_answer), words.day(found.last_answer)
    return first if first == last else f"{first} to {last}"


def _until(found: Verdict) -> str:
    if found.holds_until is None:
        return "How long it holds is not known."
    return (
        f"It holds until {words.day(found.holds_until)}, or until the incumbent or the candidate is another version, a "
        "price changes, or the traffic drifts."
    )


def _ordinal(n: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(n, f"{n}th")


def _wrap(line: str, width: int) -> str:
    lead = "    " if line.startswith("  ") else "  "
    return fill(line, width, subsequent_indent=lead, break_long_words=False)
