"""Who stood at the top, who keeps opening, how ideas spread, what is shown of thinking: the four small tables?"""

from __future__ import annotations

from nomoat.views import words
from nomoat.views.table import Column, Table, raw
from nomoat.world.diffusion import Diffusion
from nomoat.world.openings import Openings
from nomoat.world.standing import Standing
from nomoat.world.traces import Traces


def standing_table(found: Standing) -> Table:
    """One holder a row, with its share of the days."""
    return Table(
        name="standing",
        caption=(
            f"Who held the {found.cohort} frontier from {found.start} to {found.at}, by {found.by} "
            f"({found.scale} scale, vintage {found.as_of})"
        ),
        columns=(
            Column(key="holder", title=found.by, wide=30),
            Column(key="share_shown", title="share of days", only="page"),
            *raw("share"),
            Column(key="interval", title=f"{found.level:.0%}", only="page"),
            *raw("low", "high"),
            Column(key="days", title="days"),
            Column(key="records", title="records"),
        ),
        rows=tuple(
            (h.holder, f"{h.share:.0%}", h.share, _percent(h.low, h.high), h.low, h.high, h.days, h.records)
            for h in found.holders
        ),
    )


def openings_table(found: Openings) -> Table:
    """One laboratory a row."""
    return Table(
        name="openings",
        caption=(
            f"Open share of each laboratory's own frontier from {found.start} to {found.at} "
            f"({found.scale} scale, vintage {found.as_of})"
        ),
        columns=(
            Column(key="organisation", title="laboratory", wide=26),
            Column(key="country", title="seat"),
            Column(key="open_records", title="open records"),
            Column(key="records", title="of"),
            *raw("share"),
            Column(key="interval", title=f"{found.level:.0%}", only="page"),
            *raw("low", "high"),
            Column(key="open_releases", title="open releases"),
            Column(key="cadence", title="days between", digits=0),
            Column(key="days_since", title="days since"),
            Column(key="last_open", title="last open model", wide=24),
            *raw("last_date"),
        ),
        rows=tuple(
            (
                *(lab.organisation, lab.country, lab.open_records, lab.records, lab.share),
                *(_percent(lab.low, lab.high), lab.low, lab.high, lab.open_releases, lab.cadence, lab.days_since),
                *((lab.last_open.model, lab.last_open.date) if lab.last_open else (None, None)),
            )
            for lab in found.labs
        ),
    )


def diffusion_table(found: Diffusion) -> Table:
    """One technique a row, the oldest first."""
    if found.median is None:
        middle = "half of them are still waited for"
    else:
        middle = f"median {words.number(found.median)} months, quartiles {words.span(found.low, found.high)}"
    return Table(
        name="diffusion",
        caption=(
            f"{words.count(found.n, 'technique')} up to {found.at}: {middle} ({found.spread}); open came first in "
            f"{found.open_first}, {found.waiting} still waited for"
        ),
        columns=(
            Column(key="technique", title="technique", wide=26),
            Column(key="closed", title="first closed", wide=20),
            Column(key="closed_date", title="on"),
            Column(key="open", title="first open", wide=20),
            Column(key="open_date", title="on"),
            Column(key="months", title="months", digits=1),
            Column(key="waiting", title="waiting", digits=1),
            *raw("closed_precision", "open_precision", "note"),
        ),
        rows=tuple(
            (
                *(f.technique, f.closed.model, f.closed.date),
                *((f.open.model, f.open.date) if f.open else (None, None)),
                *(f.months, f.waiting, f.closed_precision, f.open_precision, f.note),
            )
            for f in found.firsts
        ),
    )


def traces_table(found: Traces) -> Table:
    """One model a row, the earliest first."""
    return Table(
        name="traces",
        caption=(
            f"{words.count(len(found.traces), 'reasoning model')} up to {found.at}: {found.raw} show raw traces "
            f"({found.raw_open} of them open), {found.summary} a summary, {found.hidden} nothing"
        ),
        columns=(
            Column(key="model", title="model", wide=30),
            Column(key="organisation", title="maker", wide=18),
            Column(key="weights", title="weights"),
            Column(key="since", title="since"),
            Column(key="trace", title="shows"),
            *raw("precision"),
            Column(key="note", title="note", wide=40, terminal=False),
        ),
        rows=tuple((t.model, t.organisation, t.weights, t.since, t.trace, t.precision, t.note) for t in found.traces),
    )


def _percent(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{low:.0%} to {high:.0%}"
