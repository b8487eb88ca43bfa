"""What is said of one use case to somebody who has to sign its verdict, in sentences?"""

from __future__ import annotations

from nomoat.views import words
from nomoat.views.table import printable
from nomoat.work.verdict import Case, Interval, percent, percent_up

NAMED = {"safe": "safe", "worse": "not safe", "undecided": "undecided", "not provable": "not provable"}
# What a class of licences asks, for whoever has to see that it is kept; the licence itself is not read here.
ASKS = {
    "weights-noncommercial": " Its licence bars commercial use: whether this traffic is that, legal has to say.",
    "weights-restricted": " Its licence sets conditions on the use or the user: legal has to read it.",
    "weights-permissive": " What its licence asks, such as its notices with copies of the weights, is yours to keep.",
    "open-source": " What its licence asks, such as its notices with copies of the weights, is yours to keep.",
}
_UNITS = ((1.0, "a success"), (1e3, "a thousand successes"), (1e6, "a million successes"))


def told(case: Case) -> list[str]:
    """The evidence on one use case, a line a thought; lines after the first are indented."""
    name, candidate = printable(case.use_case), printable(case.candidate)
    share = f"{percent(case.share_requests)} of requests" if case.share_requests is not None else "share unknown"
    spend = f", {percent(case.share_spend)} of spend" if case.share_spend is not None else ""
    critical = ", critical" if case.critical else ""
    head = f"{name} ({share}{spend}{critical}): {NAMED[case.status]}, {printable(case.why)}."
    if case.better:
        head += f" {candidate} is shown to be better."
    if not case.conversations:
        return [head, f"  {case.judge}"] if case.judge else [head]
    said = [head, f"  {_tested(case)}"]
    if case.status == "worse" and case.reference == "logged":
        said.append(
            "  Differs is all that this shows: what is right was taken to be the incumbent's logged answer. Whether "
            f"{candidate} is worse, people or a file of right answers can say."
        )
    for one, meant in ((case.whenever, "at any look"), (case.difference, "were the sample fixed")):
        if one is not None:
            said.append(f"  {_difference(one)} {meant}, {one.method}.")
    said += [*_failed(case), *_ended(case)]
    if case.floor is not None:
        again = f"{case.floor.discordance:.1%}".replace("%", " %")
        theirs = f"{case.discordance or 0:.1%}".replace("%", " %")
        said.append(
            f"  The incumbent, asked twice in {words.count(case.floor.conversations, 'conversation')}, differs from "
            f"itself on {again} of requests{_none(case)}; the candidate differs from it on {theirs}."
        )
    if case.beside is not None:
        which = "the logged prompts" if case.beside.adapted is None else prompts(case.beside.adapted)
        gap = f" {_difference(case.beside.difference)}." if case.beside.difference else ""
        said.append(
            f"  Beside it, not bet on: {candidate} with {which} scores {score(case.beside.score)} on "
            f"{words.count(case.beside.requests, 'request')}.{gap} Which goes to the proof was chosen on other "
            "conversations."
        )
    if case.judge:
        said.append(f"  {case.judge}")
    return [*said, f"  {_answered(case)}", f"  {openness(case)}", f"  {paid(case)}"]


def _tested(case: Case) -> str:
    candidate, incumbent = printable(case.candidate), printable(case.incumbent)
    how = f" with {prompts(case.adapted)}" if case.adapted else ""
    of = f" ({case.of_log:,} are in the log)" if case.of_log and case.of_log != case.requests else ""
    after = f" Enough after {case.decided_at:,} conversations." if case.decided_at else ""
    return (
        f"{candidate}{how} against {incumbent} on the same {words.count(case.requests, 'request')}{of} of "
        f"{words.count(case.conversations, 'conversation')} drawn at random, {scored_by(case)}: "
        f"{score(case.score_candidate)} against {score(case.score_incumbent)} of 100, better on {case.won:,}, worse on "
        f"{case.lost:,}. A loss of {100 * case.margin:g} points was allowed.{after}"
    )


def scored_by(case: Case) -> str:
    """The scorer, and what it takes to be right."""
    if case.reference is None:
        return f"scorer {case.scorer}"
    if case.reference == "logged":
        return f"scorer {case.scorer} against the incumbent's logged answers, which favours the incumbent"
    return f"scorer {case.scorer} against {printable(case.reference)}"


def prompts(file: str | None) -> str:
    """Which prompts an arm was asked with.

    >>> prompts(None), prompts("qwen.txt")
    ('the logged prompts', 'the adapted prompts of qwen.txt')
    """
    return "the logged prompts" if file is None else f"the adapted prompts of {printable(file)}"


def _difference(one: Interval) -> str:
    ends = f"{words.number(100 * one.low)} to {words.number(100 * one.high)}"
    return f"Difference {words.number(100 * one.value)} points, {one.level:.0%} {ends}".replace("%", " %")


def _failed(case: Case) -> list[str]:
    if not (case.failed_incumbent or case.failed_candidate):
        return []
    bound = (
        "" if case.bound is None else f" Had the incumbent's been right: {words.number(100 * case.bound.value)} points."
    )
    return [
        f"  Calls that failed and count as 0: candidate {case.failed_candidate:,}, incumbent "
        f"{case.failed_incumbent:,}.{bound}"
    ]


def _none(case: Case) -> str:
    """What no difference at all in so many conversations leaves open, by the rule of three."""
    if case.floor is None or case.floor.discordance > 0:
        return ""
    return f" (95 %: in up to {percent_up(min(1.0, 3.0 / case.floor.conversations))} of conversations it may)"


def _ended(case: Case) -> list[str]:
    """Answers that ended before they were done; they are scored as they are."""
    said = []
    refused = "that refuse, in their own field or by a content filter"
    for counts, how in ((case.cut, "cut off by their length limit"), (case.refused, refused)):
        if counts:
            both = f"candidate {counts.get(case.arm, 0):,}, incumbent {counts.get('incumbent', 0):,}"
            said.append(f"  Answers {how}, scored as they are: {both}.")
    return said


def _answered(case: Case) -> str:
    """Which versions answered, as they name themselves: what the verdict is about."""
    said = []
    for arm in ("incumbent", case.arm):
        versions = ", ".join(f"{printable(name)} ({n:,})" for name, n in case.served.get(arm, {}).items())
        said.append(f"{printable(arm)} {versions or 'nobody'}")
    return f"Answers came from: {'; '.join(said)}."


def openness(case: Case) -> str:
    """How open the candidate is, and who says so."""
    if case.openness is None:
        return (
            f"Whether {printable(case.candidate)} is open, and under which licence, nobody says: not the catalogue, "
            "and not plan.toml."
        )
    who = printable(case.openness_by or "by whom is not known")
    return f"{printable(case.candidate)} is {case.openness}: {who}.{ASKS.get(case.openness, '')}"


def paid(case: Case) -> str:
    """What a success costs with either, in a unit in which it can be read."""
    cost = case.cost
    if cost.ratio is None or cost.candidate is None or cost.incumbent is None:
        return f"Cost per success: not known, {printable(cost.why_not or '')}."
    ends = f", {cost.level:.0%} {cost.low:.3g} to {cost.high:.3g}".replace("%", " %") if cost.low is not None else ""
    free = " The candidate's price is 0: what its hardware costs is not in it." if cost.candidate == 0 else ""
    return (
        f"Cost: {dollars(cost.candidate, cost.incumbent)}, {cost.ratio:.3g} of it{ends}; failed calls are in it, "
        f"judges are not, and hardware of your own as far as its price is.{free}"
    )


def dollars(candidate: float, incumbent: float) -> str:
    """Two costs per success, in the smallest unit in which the lower has two digits.

    >>> dollars(3.66e-06, 7.31e-05)
    '$3.66 against $73.10 a million successes'
    >>> dollars(0.0, 0.25), dollars(0.02, 0.25)
    ('$0.00 against $0.25 a success', '$20.00 against $250.00 a thousand successes')
    """
    least = min(value for value in (candidate, incumbent) if value > 0) if max(candidate, incumbent) > 0 else 0.01
    times, unit = next(((t, u) for t, u in _UNITS if least * t >= 0.1), _UNITS[-1])
    return f"${times * candidate:,.2f} against ${times * incumbent:,.2f} {unit}"


def score(value: float | None) -> str:
    """A mean score out of 100."""
    return "–" if value is None else f"{100 * value:.1f}"
