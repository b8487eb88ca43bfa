"""Lists of models, and what is known of one: as tables and a sentence?"""

from __future__ import annotations

from collections.abc import Sequence

from nomoat.views import words
from nomoat.views.shares import amount
from nomoat.views.shares import place as place_name
from nomoat.views.table import Column, Table, printable, raw
from nomoat.world.model import Profile
from nomoat.world.models import Model, Models


def models_table(found: Models, rows: Sequence[Model] | None = None) -> Table:
    """One model a row; `rows` picks and orders them."""
    listed = found.models if rows is None else rows
    return Table(
        name="models",
        caption=f"{len(listed):,} of {found.total:,} models, as known on {found.as_of}",
        columns=(
            Column(key="model", title="model", wide=36),
            Column(key="id", title="id", only="file"),
            Column(key="organisation", title="maker", wide=24),
            Column(key="country", title="country"),
            Column(key="released", title="released"),
            *raw("version_released"),
            Column(key="openness", title="openness"),
            Column(key="ability", title="ECI by Epoch", digits=1),
            Column(key="scores", title="scores"),
        ),
        rows=tuple(
            (
                *(m.model, m.id, m.organisation, m.country, m.released, m.version_released, m.openness, m.ability),
                m.scores,
            )
            for m in listed
        ),
    )


def models_notes(found: Models, rows: Sequence[Model] | None = None) -> tuple[str, ...]:
    """What a reader of the list has to know: what the query was taken for, and which days are announcements."""
    listed = found.models if rows is None else rows
    said = [] if found.means is None else [f"“{printable(found.query)}” is in no name; it means {found.means}."]
    moved = [f"{printable(m.model)} {m.version_released}" for m in listed if m.version_released is not None]
    if moved:
        said.append(
            "A model has the day that Epoch's index gives it, as a rule that of its first announcement. The version "
            f"that was scored came out on another day: {words.listing(moved, most=6)}."
        )
    return tuple(said)


def released(found: Profile) -> str:
    """The day of a model in words, and that of the version that was scored where it is another."""
    if found.released is None:
        return "date unknown"
    other = found.version_released
    also = "" if other is None else f" (announced; the version that was scored: {words.day(other)})"
    return f"{words.day(found.released)}{also}"


def place(found: Profile) -> str:
    """Where the model stands, in a sentence."""
    name = printable(found.model)
    if found.ability is None:
        return f"{name} has no place on the capability scale: fewer than four of its scores are in the index."
    a = found.ability
    span = words.interval(a.low, a.high, a.level) if a.low is not None else "fixed by definition of the scale"
    said = f"{name} stands at {words.number(a.value)} ECI points ({span}), {a.rank} of {a.of}"
    if a.ties:
        said += f"; {words.count(a.ties, 'model')} cannot be told apart from it"
    said += "; it raised the frontier of its own side" if a.record else ""
    if a.behind is not None and a.behind > 0:
        said += f", {words.number(a.behind)} months after a closed model stood there"
    return f"{said}."


def claims_table(found: Profile) -> Table:
    """Who says how open it is, the claim that counts first."""
    return Table(
        name="openness",
        caption=f"How open is {printable(found.model)}? {found.openness.reason}",
        columns=(
            Column(key="publisher", title="publisher", wide=30),
            Column(key="openness", title="says"),
            Column(key="licence", title="licence", wide=30),
            Column(key="retrieved", title="known on"),
            Column(key="counts", title="counts"),
        ),
        rows=tuple(
            (c.publisher, c.openness, c.licence, c.retrieved, k == found.openness.winner)
            for k, c in enumerate(found.openness.claims)
        ),
    )


def components_table(found: Profile) -> Table:
    """What an index says of each part of the release."""
    return Table(
        name="components",
        caption=f"Parts of {printable(found.model)} and whether they are open, as indices claim",
        columns=(
            Column(key="component", title="part", wide=34),
            Column(key="open", title="open"),
            Column(key="licence", title="licence", wide=24),
            Column(key="dataset", title="index", wide=20),
        ),
        rows=tuple((c.component, c.open, c.licence, c.dataset) for c in found.openness.components),
    )


def scores_table(found: Profile) -> Table:
    """Every score, the index's first."""
    ordered = sorted(found.scores, key=lambda s: (s.dataset != "epoch-eci", s.dataset, s.benchmark))
    return Table(
        name="scores",
        caption=f"Scores of {printable(found.model)}; only those of epoch-eci enter its ability",
        columns=(
            Column(key="benchmark", title="benchmark", wide=34),
            Column(key="performance", title="score (0 to 1)", digits=3),
            Column(key="evidence", title="whose word", wide=18),
            Column(key="version", title="version", wide=34),
            Column(key="dataset", title="data set", wide=22),
            Column(key="source", title="source", wide=40, terminal=False),
        ),
        rows=tuple((s.benchmark, s.performance, s.evidence, s.version, s.dataset, s.source) for s in ordered),
    )


def ratings_table(found: Profile) -> Table:
    """The newest rating of each board and category."""
    return Table(
        name="ratings",
        caption=f"Ratings of {printable(found.model)}",
        columns=(
            Column(key="board", title="board", wide=28),
            Column(key="category", title="category", wide=22),
            Column(key="name", title="as", wide=30),
            Column(key="rating", title="rating", digits=0),
            Column(key="interval", title="interval", only="page"),
            *raw("low", "high"),
            Column(key="published", title="on"),
        ),
        rows=tuple(
            (r.board, r.category, r.name, r.rating, words.span(r.low, r.high, digits=0), r.low, r.high, r.published)
            for r in found.ratings
        ),
    )


def offers_table(found: Profile) -> Table:
    """Who sells it, the cheapest first."""
    return Table(
        name="offers",
        caption=f"Offerings of {printable(found.model)}, US dollars per million tokens",
        columns=(
            Column(key="provider", title="provider", wide=24),
            Column(key="name", title="as", wide=40),
            Column(key="input", title="input", digits=2),
            Column(key="output", title="output", digits=2),
            Column(key="tier", title="tier", wide=16),
        ),
        rows=tuple((o.provider, o.name, o.input, o.output, o.tier) for o in found.offers),
    )


def kin_table(found: Profile) -> Table:
    """Parents and children."""
    return Table(
        name="kin",
        caption=f"Parents and children of {printable(found.model)}",
        columns=(
            Column(key="kin", title="is"),
            Column(key="model", title="model", wide=36),
            Column(key="relation", title="made by"),
            Column(key="stated", title="stated"),
        ),
        rows=tuple(("child" if k.child else "parent", k.model, k.relation, k.stated) for k in found.kin),
    )


def making_table(found: Profile) -> Table:
    """What sources say of its making; they may differ."""

    def said(value: float | None, unit: str = "") -> str | None:
        return None if value is None else f"{unit}{amount('count', value, None, None)}"

    return Table(
        name="making",
        caption=f"What it took to make {printable(found.model)}",
        columns=(
            Column(key="flop", title="training FLOP"),
            *raw("cost", "parameters", "active"),
            Column(key="cost_said", title="compute cost (2023 US dollars)", only="page"),
            Column(key="parameters_said", title="parameters", only="page"),
            Column(key="active_said", title="active for a token", only="page"),
            Column(key="origin", title="origin", wide=40),
        ),
        rows=tuple(
            (
                *(m.training_flop, m.cost_usd, m.parameters, m.active),
                *(said(m.cost_usd, "$"), said(m.parameters), said(m.active), m.origin),
            )
            for m in found.making
        ),
    )


def use_table(found: Profile) -> Table:
    """Its shares of use, the newest period first."""
    return Table(
        name="use",
        caption=f"Shares of use of {printable(found.model)} that boards count",
        columns=(
            Column(key="channel", title="where", wide=20),
            Column(key="unit", title="of"),
            Column(key="start", title="from"),
            Column(key="end", title="to"),
            Column(key="share", title="share", only="page"),
            *raw("value", "low", "high", "partial"),
            Column(key="rule", title="rule", wide=60),
        ),
        rows=tuple(
            (
                *(place_name(u.channel), u.unit, u.start, u.end, amount("share", u.value, u.low, u.high)),
                *(u.value, u.low, u.high, u.partial, u.rule + (" (period not over)" if u.partial else "")),
            )
            for u in found.use
        ),
    )


def thinking_table(found: Profile) -> Table:
    """What it shows of its thinking, from a day on."""
    return Table(
        name="traces",
        caption=f"What {printable(found.model)} shows of its thinking",
        columns=(
            Column(key="trace", title="shows"),
            Column(key="since", title="since"),
            Column(key="note", title="as its maker says", wide=60),
        ),
        rows=tuple((one.trace, one.since, one.note) for one in found.traces),
    )


def counters_table(found: Profile) -> Table:
    """Its repositories on the Hub with their counters."""
    return Table(
        name="counters",
        caption=f"Counters of {printable(found.model)} on the Hugging Face Hub",
        columns=(
            Column(key="repository", title="repository", wide=44),
            Column(key="observed", title="read on"),
            Column(key="month", title="downloads in 30 days"),
            Column(key="ever", title="downloads of all time"),
            Column(key="likes", title="likes"),
        ),
        rows=tuple((c.repository, c.observed, c.month, c.ever, c.likes) for c in found.counters),
    )


def unused(found: Profile) -> str:
    """Why nothing is known of its use, and what to type; empty where something is.

    Missing is not zero: a board names its largest models only, and the shipped series name none.
    """
    if found.use or found.counters:
        return ""
    listed = words.count(found.uncounted, "repository", "repositories")
    weights = f" {listed} of it on the Hub are listed here without a count." if found.uncounted else ""
    return (
        "No copy here counts the use of this model alone, which does not mean that nobody uses it: the shipped series "
        f"are of open and closed models as a whole.{weights} Shares of single models come with: nomoat update "
        "openrouter, or nomoat update vercel; downloads with: nomoat update hub"
    )


def beside_table(found: Sequence[Profile]) -> Table:
    """Several models beside each other, a model a row."""
    return Table(
        name="compare",
        caption="Models beside each other",
        columns=(
            Column(key="model", title="model", wide=34),
            Column(key="organisation", title="maker", wide=22),
            Column(key="country", title="country"),
            Column(key="released", title="released"),
            Column(key="openness", title="openness"),
            Column(key="ability", title="ability fitted here", digits=1),
            Column(key="interval", title="90%", only="page"),
            *raw("low", "high"),
            Column(key="behind", title="months behind at release", digits=1),
            Column(key="parameters", title="parameters"),
            Column(key="cheapest_input", title="cheapest input", digits=2),
            Column(key="cheapest_output", title="its output", digits=2),
        ),
        rows=tuple(_beside(p) for p in found),
    )


def _beside(p: Profile) -> tuple[str | float | None, ...]:
    a, offer = p.ability, p.offers[0] if p.offers else None
    size = next((m.parameters for m in p.making if m.parameters is not None), None)
    low, high = (None, None) if a is None else (a.low, a.high)
    return (
        *(p.model, p.organisation, p.country, p.released, p.openness.openness),  # type: ignore[return-value]
        *(None if a is None else a.value, words.span(low, high), low, high, None if a is None else a.behind),
        *(size, None if offer is None else offer.input, None if offer is None else offer.output),
    )
