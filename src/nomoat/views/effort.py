"""What did it take to set records and to match them, and what would that be on a device of today?"""

from __future__ import annotations

from math import floor, log10

from nomoat.types import Effort, Pair, Spent
from nomoat.views import lanes, marks, words
from nomoat.views.figure import Figure
from nomoat.views.table import Column, Table, raw
from nomoat.views.theme import FOLLOWER_SHAPE, LEADER_SHAPE, LIGHT, WIDE


def effort_figure(effort: Effort, *, width: int = WIDE, container: bool = False) -> Figure:
    """Training compute of each record beside that of the model that matched it, on a logarithmic scale."""
    compact = width < 560
    pairs = [
        pair
        for pair in effort.pairs
        if pair.record.training_flop or (pair.match is not None and pair.match.training_flop)
    ]
    names = [
        f"{pair.record.model} → {pair.match.model if pair.match else 'unmatched'}"
        for pair in pairs
    ]  # fmt: skip
    lane = lanes.lanes(names, compact=compact)
    records = [
        {"row": i, "value": pair.record.training_flop} for i, pair in enumerate(pairs) if pair.record.training_flop
    ]
    matches = [
        {"row": i, "value": pair.match.training_flop}
        for i, pair in enumerate(pairs)
        if pair.match is not None and pair.match.training_flop
    ]
    both = [
        {"row": i, "value": pair.record.training_flop, "until": pair.match.training_flop}
        for i, pair in enumerate(pairs)
        if pair.match is not None and pair.record.training_flop and pair.match.training_flop
    ]
    known = [
        spent
        for pair in pairs
        for model in (pair.record, pair.match)
        if model is not None and (spent := model.training_flop)
    ]
    x = lanes.log_scale(_decades(known), "Training compute (FLOP)", compact=compact)
    layers = [
        marks.rule(both, x, lane.y, x2="until", color=LIGHT.other, strokeWidth=1.6),
        marks.points(records, x, lane.y, LIGHT.leader, LEADER_SHAPE, size=70),
        marks.points(matches, x, lane.y, LIGHT.follower, FOLLOWER_SHAPE, size=70),
        *lane.layers(),
    ]
    unknown = len(effort.pairs) - effort.n_flop_ratio
    said = finding(effort)
    return Figure(
        name="effort",
        finding=said,
        alt=f"Pairs of marks on a logarithmic axis, one row a record. {said}",
        footer=(
            f"Diamond: the {effort.leader} record; circle: the {effort.follower} model that matched it. "
            f"{words.count(len(effort.pairs), 'record')}; the compute of both sides is known for "
            f"{effort.n_flop_ratio}, of one or none for {unknown}: unknown is not small.",
            f"Vintage {effort.as_of}. {words.sources(effort.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=effort_table(effort),
    )


def finding(effort: Effort) -> str:
    """The median ratio of compute, follower over leader, and on how few pairs it stands."""
    if effort.median_flop_ratio is None:
        return "No match has known training compute on both sides"
    return (
        f"The model that matched a record took {effort.median_flop_ratio:.2g} times its training compute (median of "
        f"{words.count(effort.n_flop_ratio, 'pair')} with both known, of {len(effort.pairs)})"
    )


def equal_findings(effort: Effort) -> tuple[str, ...]:
    """How the two sides compare at the same effort and date, one sentence a kind of effort."""
    said = []
    for row in effort.at_equal:
        what = {"training_flop": "training compute", "parameters": "number of parameters"}.get(row.what, row.what)
        side = "above" if row.points >= 0 else "below"
        said.append(
            f"At the same {what} and release date {words.cohort(effort.follower)} stand "
            f"{words.number(abs(row.points))} ± {words.number(row.stderr)} points (standard error) {side} "
            f"{words.rest(effort.leader, effort.follower)} "
            f"({row.n_follower} and {row.n_leader} models with a published figure)."
        )
    return tuple(said)


def garage_figure(effort: Effort, *, width: int = WIDE, container: bool = False) -> Figure:
    """Hours that one device of today takes for the reference run, on a logarithmic scale."""
    compact = width < 560
    found = sorted(effort.garage, key=lambda row: (row.hours, row.device))
    lane = lanes.lanes([row.device for row in found], compact=compact)
    rows = [{"row": i, "value": row.hours, "text": hours(row.hours)} for i, row in enumerate(found)]
    low, high = _decades([row.hours for row in found])
    x = lanes.log_scale((low, high * 2), "Hours on one device", compact=compact)
    base = [{**row, "until": low} for row in rows]
    layers = [
        marks.bar(base, x, lane.y, LIGHT.follower, x2="until", opacity=0.75),
        marks.texts(rows, x, lane.y, dx=7, weight="bold"),
        *lane.layers(),
    ]
    used = sorted({row.utilisation for row in found})
    said = garage_finding(effort)
    return Figure(
        name="garage",
        finding=said,
        alt=f"{words.count(len(found), 'horizontal bar')}, shortest first. {said}",
        footer=(
            f"{effort.reference_run}: {flop(effort.reference_flop)} FLOP over the device's dense 16-bit peak times a "
            f"utilisation of {words.listing([f'{u:.0%}' for u in used])}; arithmetic only, not memory or data.",
            f"Vintage {effort.as_of}. {words.sources(effort.origins)}",
        ),
        view=marks.plot(layers, width=lane.inner(width), height=lane.height, container=container),
        margin=lane.margin,
        table=garage_table(effort),
    )


def garage_table(effort: Effort) -> Table:
    """Every device and the hours it takes for the reference run, fastest first."""
    return Table(
        name="garage",
        caption=f"{effort.reference_run} on one device",
        columns=(
            Column(key="device", title="device", wide=40),
            Column(key="hours", title="hours", digits=1),
            Column(key="peak_flop_s", title="peak (FLOP/s)"),
            Column(key="utilisation", title="utilisation", digits=2),
        ),
        rows=tuple(
            (row.device, row.hours, row.peak_flop_s, row.utilisation)
            for row in sorted(effort.garage, key=lambda row: (row.hours, row.device))
        ),
    )


def garage_finding(effort: Effort) -> str:
    """The fastest and the slowest device for the reference run."""
    if not effort.garage:
        return f"No device with a published peak to compare {effort.reference_run} with"
    found = sorted(effort.garage, key=lambda row: (row.hours, row.device))
    fast, slow = found[0], found[-1]
    run = f"The training run of {effort.reference_run} ({flop(effort.reference_flop)} FLOP)"
    said = f"{run} takes {hours(fast.hours)} on one {fast.device}"
    return said if fast is slow else f"{said} and {hours(slow.hours)} on one {slow.device}"


def flop(value: float) -> str:
    """Floating-point operations with two digits.

    >>> flop(7.4e18)
    '7.4e18'
    """
    return f"{value:.1e}".replace("e+", "e")


def hours(value: float) -> str:
    """Hours in a unit that people feel.

    >>> hours(0.4), hours(5.2), hours(80.0)
    ('24 minutes', '5.2 hours', '3.3 days')
    """
    if value < 1:
        return f"{value * 60:.0f} minutes"
    return f"{value:.1f} hours" if value < 48 else f"{value / 24:,.1f} days"


def _wait(pair: Pair) -> str:
    """The wait, with "more than" while nobody has matched and a star where the data begin with the record."""
    return f"{'> ' if pair.censored else ''}{words.number(pair.months)}{'*' if pair.left_truncated else ''}"


def effort_table(effort: Effort) -> Table:
    """Records and matchers with compute and parameters; what is unknown stays empty."""
    return Table(
        name="effort",
        caption="Training compute and parameters of each record and of the model that matched it",
        columns=(
            Column(key="record", title="record", wide=24),
            Column(key="record_date", title="released"),
            Column(key="record_flop", title="FLOP"),
            *raw("record_parameters", "record_cost_usd"),
            Column(key="match", title="matched by", wide=24),
            *raw("match_date"),
            Column(key="match_flop", title="FLOP "),
            *raw("match_parameters", "match_cost_usd"),
            Column(key="wait", title="months", only="page"),
            *raw("months", "censored"),
            Column(key="flop_ratio", title="FLOP ratio"),
            Column(key="parameter_ratio", title="parameter ratio"),
        ),
        rows=tuple(
            (
                pair.record.model,
                pair.record.date,
                *_spent(pair.record),
                pair.match.model if pair.match else None,
                pair.match.date if pair.match else None,
                *_spent(pair.match),
                _wait(pair),
                pair.months,
                pair.censored,
                pair.flop_ratio,
                pair.parameter_ratio,
            )
            for pair in effort.pairs
        ),
    )


def _spent(model: Spent | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if model is None else (model.training_flop, model.parameters, model.cost_usd)


def _decades(values: list[float]) -> tuple[float, float]:
    if not values:
        return 1.0, 10.0
    return 10.0 ** floor(log10(min(values))), 10.0 ** (floor(log10(max(values))) + 1)
