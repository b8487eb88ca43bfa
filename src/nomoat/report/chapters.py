"""Which questions do the documents ask, and which sentence and chart answer each?"""

from __future__ import annotations

from nomoat.report.chapter import Chapter as Chapter
from nomoat.report.chapter import Drawn, absent, drawn
from nomoat.report.parts import Parts
from nomoat.report.use import ahead, costs, use
from nomoat.report.work import own_work
from nomoat.types import Gap
from nomoat.views import attribution, effort, frontier, months, panel, records, tables, wake, waterfall, words

# The two models that the second podcast note names, as the catalogue begins their names.
NAMED = ("Gemma 3", "DeepSeek-V3")
RIVALS = ("open & country=CN", "open & country=US")
# The second panel leaves out what its first has shown to matter little for the time to match, or has no row for.
MATCH_AXES = ("rule", "weights", "openness", "distillation", "dates", "source")


def chapters(parts: Parts) -> tuple[Chapter, ...]:
    """The chapters in the order in which a reader asks; a part that is missing leaves its reason."""
    order = (_gap, _trend, ahead, _who, _country, _named, use, costs, _garage, _records, _sure, _others)
    mine = (own_work,) if parts.work is not None or "work" in parts.missing else ()
    return tuple(build(parts) for build in (*mine, *order))


def _gap(parts: Parts) -> Chapter:
    gap, match = parts.gap, parts.gap.time_to_match
    total = match.matched + match.censored
    lag = gap.current_lag
    answer = [frontier.finding(gap) + "."]
    if lag.reference is not None and gap.quality_gap.value > 0:
        answer.append(
            f"{gap.quality_gap.follower.model}, the best of {words.cohort(gap.follower)}, stands where "
            f"{words.cohort(gap.leader)} stood with {lag.reference.model} on {words.day(lag.reference.date)}."
        )
    notes = list(gap.warnings)
    if gap.quality_gap.bias is not None:
        notes.append(
            f"In simulated worlds the quality gap comes out {words.number(gap.quality_gap.bias)} {gap.unit} too wide: "
            "a running best over noisy scores favours the noisier side. The value above is not corrected."
        )
    waiting = (drawn(lambda w: records.waiting_figure(gap, width=w)),) if total else ()
    return Chapter(
        id="gap",
        question="Where do the two frontiers stand?",
        raised="",
        answer=tuple(answer),
        figures=(drawn(lambda w: frontier.frontier_figure(parts.frontier, gap, width=w)), *waiting),
        tables=(tables.gap_table(gap),),
        notes=tuple(notes),
    )


def _trend(parts: Parts) -> Chapter:
    lag, points = months.trend(parts.frontier, "months"), months.trend(parts.frontier, "points")
    return Chapter(
        id="trend",
        question="Is the time gap shrinking while the quality gap stays large?",
        raised="A podcast note says that the time gap has been shrinking, and that it may become very small "
        "even while the quality gap is large.",
        answer=(lag.sentence(), points.sentence()),
        figures=(
            drawn(lambda w: months.months_figure(parts.frontier, "months", width=w)),
            drawn(lambda w: months.months_figure(parts.frontier, "points", width=w)),
        ),
    )


def _who(parts: Parts) -> Chapter:
    found = parts.organisations
    said = absent(parts, "organisations") if found is None else (attribution.finding(found) + ".",)
    return Chapter(
        id="who",
        question="Is it DeepSeek, or “team open source”?",
        raised="A podcast note credits the catching up to single actors, DeepSeek above all, and not to open "
        "source as a collective.",
        answer=said,
        figures=() if found is None else (drawn(lambda w: attribution.attribution_figure(found, width=w)),),
    )


def _country(parts: Parts) -> Chapter:
    line, between, by = parts.rivals, parts.rivalry, parts.countries
    answer: tuple[str, ...] = ()
    figures: tuple[Drawn, ...] = ()
    if line is not None and between is not None:
        answer += (f"{_ahead(between)}.",)
        figures += (drawn(lambda w: frontier.frontier_figure(line, between, width=w, name="frontier-country")),)
    else:
        answer += absent(parts, "rivals")
    if by is not None:
        answer += (attribution.finding(by) + ".",)
        figures += (drawn(lambda w: attribution.attribution_figure(by, width=w)),)
    else:
        answer += absent(parts, "countries")
    return Chapter(
        id="country",
        question="Is China ahead among open models?",
        raised="A talk of October 2025 says that Chinese open models have passed American ones in performance "
        "and have become the standard.",
        answer=answer,
        figures=figures,
    )


def _named(parts: Parts) -> Chapter:
    found = wake.wakes(parts.frontier, NAMED)
    absent = [name for name in NAMED if not any(wake.named(w.point.model, name) for w in found)]
    answer: tuple[str, ...] = (wake.finding(found) + ".",) if found else ()
    if absent:
        answer += (f"No scored model here is called {words.listing(absent)}.",)
    return Chapter(
        id="named",
        question="Did Gemma 3 and DeepSeek V3 stay close to the frontier?",
        raised="A podcast note praises both as signs that open models stay very close to the frontier.",
        answer=answer,
        figures=(drawn(lambda w: wake.wake_figure(parts.frontier, NAMED, width=w)),) if found else (),
    )


def _garage(parts: Parts) -> Chapter:
    found = parts.effort
    figures: tuple[Drawn, ...] = ()
    answer = absent(parts, "effort")
    if found is not None:
        answer = (effort.garage_finding(found) + ".", effort.finding(found) + ".", *effort.equal_findings(found))
        if found.garage:
            figures += (drawn(lambda w: effort.garage_figure(found, width=w)),)
        if found.pairs:
            figures += (drawn(lambda w: effort.effort_figure(found, width=w)),)
    return Chapter(
        id="garage",
        question="What does a garage's compute buy?",
        raised="A podcast note says that a child in a garage now has more compute than it took to invent the "
        "Transformer.",
        answer=answer,
        figures=figures,
    )


def _records(parts: Parts) -> Chapter:
    gap = parts.gap
    return Chapter(
        id="records",
        question="Which records were matched, and by whom?",
        raised="",
        answer=(records.finding(gap) + ".",),
        figures=(drawn(lambda w: records.records_figure(gap, width=w)),) if gap.records else (),
        tables=(records.records_table(gap),),
    )


def _sure(parts: Parts) -> Chapter:
    found, domains = parts.panel, parts.domains
    answer: tuple[str, ...] = ()
    figures: tuple[Drawn, ...] = ()
    notes: tuple[str, ...] = ()
    if found is None:
        answer += absent(parts, "panel")
    else:
        answer += (
            panel.finding(found, "months") + ".",
            panel.finding(found, "match", axes=MATCH_AXES) + ".",
        )
        figures += (
            drawn(lambda w: panel.panel_figure(found, "months", width=w)),
            drawn(lambda w: panel.panel_figure(found, "match", axes=MATCH_AXES, width=w)),
        )
        notes += tuple(f"{row.axis}, {row.choice}: {row.note}" for row in found.rows if row.note)
    if domains is not None:
        answer += ("By domain: " + panel.finding(domains, "months") + ".",)
        figures += (drawn(lambda w: panel.panel_figure(domains, "months", name="domains", width=w)),)
    return Chapter(
        id="sure",
        question="How sure are we?",
        raised="",
        answer=answer,
        figures=figures,
        notes=notes,
    )


def _others(parts: Parts) -> Chapter:
    figures = tuple(
        drawn(
            lambda w, one=one, number=number: waterfall.waterfall_figure(  # type: ignore[misc]
                one, name=f"reconcile-{number}", width=w
            )
        )
        for number, one in enumerate(parts.reconciled, start=1)
    )
    said = tuple(waterfall.finding(one) + "." for one in parts.reconciled) or absent(parts, "reconciled")
    quoted = [one.figure for one in parts.reconciled]
    return Chapter(
        id="others",
        question=f"Why do others say {_or(quoted)}?" if quoted else "Why do others print other figures?",
        raised="",
        answer=said,
        figures=figures,
        tables=tuple(waterfall.readings_table(one, name=f"readings-{n}") for n, one in enumerate(parts.reconciled, 1)),
    )


def _ahead(gap: Gap) -> str:
    """Who leads between two cohorts, by how much, and whether the interval leaves that open."""
    quality = gap.quality_gap
    first, second = (gap.leader, gap.follower) if quality.value >= 0 else (gap.follower, gap.leader)
    low, high = quality.low, quality.high
    if quality.value < 0:
        low, high = (None if high is None else -high), (None if low is None else -low)
    said = (
        f"On {words.day(gap.at)} the best {words.cohort(first)} stand {words.number(abs(quality.value))} {gap.unit} "
        f"above the best {words.rest(second, first)} ({words.interval(low, high, quality.level)})"
    )
    if low is not None and low <= 0:
        said += "; the interval includes nought, so the order is not settled"
    if quality.value > 0:
        lag = gap.current_lag
        said += f", and {words.number(lag.months)} months ahead ({words.interval(lag.low, lag.high, lag.level)})"
    return said


def _or(items: list[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " or " + items[-1]
