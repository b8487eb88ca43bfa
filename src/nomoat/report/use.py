"""Which chapters are about use, price and time to come, and which sentence and chart answer each?"""

from __future__ import annotations

from nomoat.report.chapter import Chapter, Drawn, absent, drawn
from nomoat.report.parts import Parts
from nomoat.views import adoption, concentration, forecast, passing, plane, price, reconcile_share, words
from nomoat.views.series import series_figure, series_finding
from nomoat.views.split import split_figure, split_finding
from nomoat.views.table import Table
from nomoat.world.series import Series


def use(parts: Parts) -> Chapter:
    """The open share of use: one week in three units, one unit over time, what others publish, and how few have it."""
    found, together = parts.adoption, parts.split
    answer: tuple[str, ...] = ()
    figures: tuple[Drawn, ...] = ()
    tables: tuple[Table, ...] = ()
    if together is not None:
        answer += (split_finding(together) + ".",)
        figures += (drawn(lambda w: split_figure(together, width=w)),)
    else:
        answer += absent(parts, "split")
    series = None if found is None else _monthly(found.series)
    if found is not None and series is not None:
        answer += (series_finding(series) + ".",)
        figures += (drawn(lambda w: series_figure(series, found, width=w)),)
    elif found is None:
        answer += absent(parts, "adoption")
    if parts.quoted:
        first = parts.quoted[0]
        answer += (reconcile_share.finding(first) + ".",)
        answer += (f"Both can be right. {first.both}",) if first.both else ()
        figures += (drawn(lambda w: reconcile_share.share_figure(first, name="quoted", width=w)),)
        tables += (reconcile_share.quoted_table(parts.quoted),)
    few = parts.concentration
    if few is not None and few.wholes:
        answer += (concentration.concentration_sentence(few),)
        figures += (drawn(lambda w: concentration.concentration_figure(few, width=w)),)
    else:
        answer += absent(parts, "concentration")
    if found is not None and found.figures:
        tables += (adoption.published_table(found, "open"),)
    return Chapter(
        id="use",
        question="Is open 5 % and falling, or 70 % and rising?",
        raised="A podcast note puts open models at about 5 % of enterprise use and perhaps falling; others quote 70 % "
        "of a router's tokens, or 41 % of downloads.",
        answer=answer,
        figures=figures,
        tables=tables,
        notes=(f"{few.missing[0].upper()}{few.missing[1:]}.",) if few is not None and few.missing else (),
    )


def costs(parts: Parts) -> Chapter:
    """The price of one capability from either side, and who is cheapest at each capability."""
    found = parts.price
    said = absent(parts, "price")
    figures: tuple[Drawn, ...] = ()
    if found is not None:
        said = (price.finding(found) + ".", plane.plane_finding(found) + ".")
        said += tuple(
            f"Price of it from {words.cohort(cohort)}: {price.fallen(sale.fall)}."
            for level in found.levels[:1]
            for cohort, sale in ((found.follower, level.follower), (found.leader, level.leader))
        )
        figures += (
            drawn(lambda w: price.price_figure(found, width=w)),
            drawn(lambda w: plane.plane_figure(found, width=w)),
        )
    return Chapter(
        id="price",
        question="What does the same capability cost?",
        raised="",
        answer=said,
        figures=figures,
        notes=() if found is None else (*found.warnings, price.TOKENS),
    )


def ahead(parts: Parts) -> Chapter:
    """By when the follower reaches the leader's best of today, and by when a share passes a level."""
    found, share = parts.forecast, parts.passing
    answer: tuple[str, ...] = ()
    figures: tuple[Drawn, ...] = ()
    notes: tuple[str, ...] = ()
    if found is not None:
        answer += (forecast.finding(found) + ".",)
        figures += (drawn(lambda w: forecast.forecast_figure(found, width=w)),)
        notes += (*(f"{o.method}: {o.note}." for o in found.outlooks if o.note), *found.warnings)
    else:
        answer += absent(parts, "forecast")
    if share is not None:
        answer += (passing.finding(share) + ".",)
        figures += (drawn(lambda w: passing.passing_figure(share, width=w)),)
    return Chapter(
        id="ahead",
        question="When do open models reach today's best closed one?",
        raised="A talk of October 2025 expects an open equivalent of Sora 2, the best then, within two years.",
        answer=answer,
        figures=figures,
        notes=notes,
    )


def _monthly(series: tuple[Series, ...]) -> Series | None:
    """The widest open series with a month as its grain, else the first."""
    kept = [s for s in series if s.cohort == "open"]
    return next((s for s in kept if s.grain == "month"), kept[0] if kept else None)
