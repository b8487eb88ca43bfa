"""What is shown of a plan and of a verdict to somebody who has to sign it?"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.grounds import grounds
from nomoat.views.paragraph import fill
from nomoat.views.signed import NAMED, dollars, told
from nomoat.views.table import Column, Table, printable
from nomoat.views.theme import LIGHT, WIDE
from nomoat.work.plan import Plan, UseCase
from nomoat.work.planning import Planned
from nomoat.work.score import reference_of as reference
from nomoat.work.verdict import Case, Interval, Verdict, percent, percent_up

MOST = 40  # use cases drawn; the table has all
ROOM = 98  # columns of a terminal in which the verdict's table has all of its own


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
            Column(key="scorer", title="scorer, right is", wide=24),
            Column(key="needed", title="needs"),
            Column(key="proof", title="has"),
            Column(key="cost_usd", title="cost, $", digits=2),
            Column(key="provable", title="provable", only="file"),
        ),
        rows=tuple(
            (
                u.name, u.share_requests, u.incumbent, ", ".join(a.name for a in u.arms), 100 * u.margin,
                _scorer(u), u.needed, u.proof, u.cost_usd, u.why_not is None,
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
        price = f"${sum(c for c in known if c is not None):,.2f}"
        lines.append(_wrap(f"The run costs about {price} at these prices{_takes(plan)}.", width))
    elif known:
        lines.append(_wrap("What the run costs is not known: an endpoint has no price, or the log no tokens.", width))
    if known and None not in known and plan.budget_usd is not None and sum(c or 0 for c in known) > plan.budget_usd:
        lines.append(_wrap(f"That is more than the budget of ${plan.budget_usd:,.2f}, at which the run stops.", width))
    lines += [_wrap(line, width) for line in map(_asks, plan.use_cases)]
    lines += [_wrap(line, width) for line in (*_provable(plan), *_against(plan), *_arms(plan))]
    asked = {name for u in plan.provable for name in (u.incumbent, *u.candidates, u.scorer.get("judge"))}
    places = sorted({f"{e.host} ({e.name})" for e in plan.endpoints.values() if e.name in asked})
    if places:
        lines.append(_wrap(f"Prompts go to {', '.join(places)} when it is run, and nowhere else.", width))
    if plan.redact:
        lines.append(
            _wrap("Personal data are masked in every prompt before it leaves, of both arms and judges.", width)
        )
    first = " --part tuning" if any(len(u.arms) > 1 for u in plan.provable) else ""
    then = "Edit margins and scorers in plan.toml, then: nomoat work plan --fix DATE"
    lines.append(_wrap(then if plan.sha256 is None else f"Next: nomoat work run{first}", width))
    return "\n".join(lines)


def _scorer(case: UseCase) -> str:
    """The scorer, and in a word what it holds an answer against."""
    source = reference(case.scorer)
    return str(case.scorer["kind"]) + (f", {source}" if source else "")


def _asks(case: UseCase) -> str:
    name = printable(case.name)
    if case.why_not:
        return f"{name}: not provable with your traffic, because {printable(case.why_not)}."
    needed = f"about {case.needed:,} of" if case.needed and case.needed <= case.proof else "more than"
    return (
        f"{name}: {needed} {case.proof:,} conversations for a chance of {case.power:.0%}, if {case.discordance:.0%} of "
        "answers differ and the candidate is as good."
    )


def _takes(plan: Plan) -> str:
    """How long a run is, where the log says how long its answers took."""
    times = [u.seconds for u in plan.provable]
    if None in times:
        return ""
    minutes = sum(s or 0.0 for s in times) / 60
    said = f"{minutes:,.0f} minutes" if minutes >= 2 else "a minute or two"
    return f" and takes about {said}, if answers take as long as in the log"


def _provable(plan: Plan) -> list[str]:
    """How much of the log a run could list at best, said before anything is paid."""
    asked, rest = plan.provable, len(plan.use_cases) - len(plan.provable)
    if not rest:
        return []
    shares = [u.share_requests for u in asked]
    most = "" if None in shares else f", {percent(sum(s or 0.0 for s in shares))} of requests,"
    return [
        f"A run asks about {words.count(len(asked), 'use case')}{most} and can list no more; {rest} cannot be proven "
        "and will stay undecided."
    ]


def _against(plan: Plan) -> list[str]:
    """What is taken to be right, where that is the incumbent's own answer."""
    names = [printable(u.name) for u in plan.provable if reference(u.scorer) == "logged"]
    if not names:
        return []
    return [
        f"{words.listing(names)}: what is right is taken to be the incumbent's logged answer, which favours the "
        'incumbent and can show no candidate to be worse, only to differ. Better: reference = "FILE.csv" or '
        '"hint:NAME" in the scorer, a scorer that needs none, or people.'
    ]


def _arms(plan: Plan) -> list[str]:
    """How one of several arms will come to be proven."""
    names = [printable(u.name) for u in plan.provable if len(u.arms) > 1]
    if not names:
        return []
    return [f"{words.listing(names)}: one of several is chosen first, on conversations kept apart: nomoat work run "
            "--part tuning, nomoat work score --part tuning."]  # fmt: skip


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
            Column(key="evidence", title="e-value", only="page"),
            Column(key="e_value", title="", only="file"),
            Column(key="e_worse", title="", only="file"),
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
                c.use_case, NAMED[c.status], c.arm, _points(c.whenever, "value"), _span(c.whenever),
                _points(c.whenever, "low"), _points(c.whenever, "high"), 100 * c.margin, _e(c), c.e_safe, c.e_worse,
                c.needs, c.conversations, c.requests, c.cost.ratio, c.share_requests, c.share_spend, c.why,
            )
            for c in found.cases
        ),
    )  # fmt: skip


def verdict_text(found: Verdict, width: int) -> str:
    """The verdict as it is signed: the sentence, what was tested on what, the evidence, and what is not known."""
    margins = f"Margins were fixed on {words.day(found.fixed_on)}, as its owner says (plan {found.plan_sha256[:12]})"
    when = (
        f"{margins}; answers are of {_days(found)}."
        if found.first_answer
        else f"{margins}; the answers carry no dates."
    )
    lines = [
        _wrap(found.sentence, width),
        "",
        _wrap(f"{when} {_until(found)}", width),
        *(_wrap(line, width) for line in relied(found)),
        "",
        _narrow(verdict_table(found), width).text(width),
    ]
    for case in found.cases:
        lines += ["", *(_wrap(line, width) for line in told(case))]
    lines += ["", "Not known:", *(_wrap(f"- {printable(line)}", width) for line in found.unknown)]
    lines += ["", _wrap(f"Method: {found.method}. Run {printable(found.run)}, frame {found.frame_sha256[:12]}.", width)]
    return "\n".join(lines)


def _narrow(table: Table, width: int) -> Table:
    """Without what the lines below the table say as well, where its intervals would be cut in the middle."""
    if width >= ROOM:
        return table
    columns = (replace(one, terminal=one.key not in ("candidate", "ratio")) for one in table.columns)
    return replace(table, columns=tuple(columns))


def relied(found: Verdict) -> tuple[str, ...]:
    """What all use cases have in common: level, e-value, the log, what was sent where, what moving them saves."""
    level = (
        f"Level: {percent_up(found.level)} for all generations of models together, {percent_up(found.level_here)} for "
        f"this one, the {_ordinal(found.generation)}. {_meaning(found)}"
    )
    return (level, *grounds(found))


def verdict_figure(found: Verdict, *, width: int = WIDE, container: bool = False) -> Figure:
    """Per use case the difference with its interval, its margin as a line, and its e-value."""
    shown, compact = [c for c in found.cases if c.whenever is not None][:MOST], width < 560
    lane = lanes.lanes([printable(c.use_case) for c in shown], compact=compact)
    rows = [
        {
            "row": k, "value": 100 * c.whenever.value, "low": 100 * c.whenever.low, "high": 100 * c.whenever.high,
            "margin": -100 * c.margin, "status": c.status, "e": f"e = {_e(c)}",
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
        marks.texts(
            [{**r, "value": _beside(r, room, compact), "text": r["e"]} for r in rows],
            x,
            lane.y,
            dx=8,
            colour=LIGHT.soft,
        )
    )
    rest = len(found.cases) - len(shown)
    return Figure(
        name="verdict",
        finding=found.sentence.split(". ")[0].removesuffix("."),
        alt=f"{words.count(len(shown), 'use case')} with the difference in score, its interval and its margin. "
        + found.sentence,
        footer=(
            "| the margin of the plan; line: 95% interval, valid at any look; filled circle safe, diamond "
            f"loses too much, hollow undecided. Level {percent_up(found.level_here)} by e-BH.",
            *([f"{words.count(rest, 'use case')} without answers."] if rest else []),
        ),
        view=marks.plot([*layers, *lane.layers()], width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=verdict_table(found),
    )


def _beside(row: dict[str, Any], room: float, compact: bool) -> float:
    """Where an e-value is written: beside the interval, or beyond a margin that it would be written over."""
    written = room * (0.3 if compact else 0.12)
    return float(row["margin"] if row["high"] < row["margin"] < row["high"] + written else row["high"])


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
            "95% intervals by leaving out conversations; dashed: as dear as now. Failed calls are in it; judges and "
            "routing are not, and hardware of your own as far as its price is.",
        ),
        view=marks.plot([*layers, *lane.layers()], width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=verdict_table(found),
    )


def _dollars(case: Case) -> str:
    return dollars(case.cost.candidate or 0.0, case.cost.incumbent or 0.0)


def _e(case: Case) -> str:
    worse = case.status == "worse"
    value = case.e_worse if worse else case.e_safe
    said = f"{value:,.0f}" if 10 <= value < 1e5 else f"{value:.1g}" if value < 1 else f"{value:.2g}"
    return f"{said}{' of loss' if worse else ''}"


def _meaning(found: Verdict) -> str:
    """What an e-value is, in the words of somebody who has to rely on one."""
    needs = max((case.needs for case in found.cases), default=1.0)
    return (
        f"An e-value of {needs:,.0f} lists a use case whatever the others say: were its loss above the margin, "
        f"evidence as strong would come up at most once in {needs:,.0f} times, however often one looks."
    )


def _points(one: Interval | None, end: str) -> float | None:
    return None if one is None else 100 * float(getattr(one, end))


def _span(one: Interval | None) -> str:
    return "–" if one is None else words.span(100 * one.low, 100 * one.high)


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
    return fill(line, width, subsequent_indent=lead)
