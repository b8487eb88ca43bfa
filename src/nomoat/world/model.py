"""What is known of one model: who made it, how open it is, how good, at what price, and whose child it is?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from nomoat.catalog.openness import Openness, openness
from nomoat.errors import DateError, UnknownName
from nomoat.stats.frontier import first_reach, frontier
from nomoat.types import MONTH, SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.dates import other_day, version_days
from nomoat.world.model_use import Counted, Used, counted, used
from nomoat.world.traces import Trace, traces

if TYPE_CHECKING:
    from nomoat.catalog.rows import Table
    from nomoat.catalog.store import Catalog
    from nomoat.world.scale import Scale

LEADER = "closed"  # the frontier that a model's place is told against


class Ability(Noun, frozen=True, kw_only=True):
    """Where a model stands on the capability scale.

    `behind` are the months since the closed frontier first stood at its score, on the day it came out: 0 where no
    closed model had been there. `ties` are the models whose interval of the difference to it holds zero.
    """

    value: float
    low: float | None
    high: float | None
    level: float
    rank: int
    of: int
    record: bool  # raised the frontier of its own side on its day
    behind: float | None
    ties: int | None


class Score(Noun, frozen=True, kw_only=True):
    """One score; `performance` is 0 to 1 as its data set scales it."""

    benchmark: str
    performance: float
    evidence: str
    version: str | None
    dataset: str
    source: str | None
    origin: str


class Rated(Noun, frozen=True, kw_only=True):
    """One rating on a board at its newest publish date."""

    board: str
    category: str
    name: str
    rating: float
    low: float | None
    high: float | None
    published: date
    origin: str


class Offer(Noun, frozen=True, kw_only=True):
    """One offering: US dollars per million tokens."""

    provider: str
    name: str
    input: float | None
    output: float | None
    free: bool
    tier: str | None
    origin: str


class Kin(Noun, frozen=True, kw_only=True):
    """A parent or a child, by declaration or inference."""

    model: str
    id: str | None
    relation: str
    stated: str
    child: bool  # it is a child of the model asked about
    origin: str


class Making(Noun, frozen=True, kw_only=True):
    """What a source says of the making of a model."""

    training_flop: float | None
    cost_usd: float | None
    parameters: float | None
    active: float | None
    origin: str


class Profile(Noun, frozen=True, kw_only=True):
    """Everything that the catalogue holds of one model, each fact with its origin."""

    schema_version: int = SCHEMA_VERSION
    model: str
    id: str
    organisation: str | None
    country: str | None
    released: date | None
    version_released: date | None  # of the version that was scored, where it is another day than `released`
    modality: str | None
    as_of: date
    openness: Openness
    ability: Ability | None  # None: fewer than four scores in the index
    scores: tuple[Score, ...]
    ratings: tuple[Rated, ...]
    offers: tuple[Offer, ...]
    kin: tuple[Kin, ...]
    making: tuple[Making, ...]
    use: tuple[Used, ...]  # shares of single models: the shipped series have none
    counters: tuple[Counted, ...]
    uncounted: int  # repositories of it that no reading of the Hub counted
    traces: tuple[Trace, ...]  # what it shows of its thinking; empty: it is not in the hand-made table, no more
    traced: int  # models in that table, as far as it was known
    names: tuple[str, ...]  # how others write it
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence: maker, day, openness and place."""
        place = ""
        if self.ability is not None:
            span = "" if self.ability.low is None else f" ({self.ability.low:.1f} to {self.ability.high:.1f})"
            place = f", capability {self.ability.value:.1f}{span}, {self.ability.rank} of {self.ability.of}"
        return (
            f"{self.model} ({self.organisation or 'maker unknown'}, {self.released or 'date unknown'}, "
            f"{self.openness.openness}{place}; nomoat, as known on {self.as_of})."
        )


def model(name: str, *, as_of: date | None = None, draws: int = 500, catalog: Catalog | None = None) -> Profile:
    """Gather what every table says of one model, by its name, its id, or a spelling that leads to it.

    Raises UnknownName with the nearest names.

    >>> found = model("deepseek/deepseek-r1")
    >>> found.model, found.openness.openness, found.ability is not None
    ('DeepSeek-R1', 'weights-permissive', True)
    """
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    members = catalog.members(as_of)
    row = _row(name, members, catalog, as_of)
    key = str(members.model_id[row])
    told: list[str] = []

    def rows(table: str, column: str = "model_id") -> list[dict[str, Any]]:
        found = _where(catalog.table(table, as_of), column, key)
        told.extend(line["origin_id"] for line in found)
        return found

    about = {line["origin_id"]: line for line in catalog.table("origins").rows()}
    benchmarks = {line["benchmark_id"]: line["name"] for line in catalog.table("benchmarks", as_of).rows()}
    opened = openness(key, as_of, catalog=catalog)
    scores = [
        Score(
            benchmark=benchmarks.get(line["benchmark_id"], line["benchmark_id"]),
            performance=line["performance"],
            evidence=line["evidence"],
            version=line["version"],
            dataset=about[line["origin_id"]]["dataset"],
            source=line["source"],
            origin=line["origin_id"],
        )
        for dataset in sorted({one["dataset"] for one in about.values()})
        if catalog.vintages("scores", dataset)  # without a data set, `table` gives the scores of the index alone
        for line in _where(catalog.table("scores", as_of, dataset=dataset), "model_id", key)
    ]
    told.extend(score.origin for score in scores)
    offers = [
        Offer(
            provider=line["provider"],
            name=line["name"],
            input=line["input"],
            output=line["output"],
            free=bool(line["free"]),
            tier=line["tier"],
            origin=line["origin_id"],
        )
        for line in rows("offerings")
    ]
    kin = [_kin(line, members, child=False) for line in rows("lineage", "child_id")]
    kin += [_kin(line, members, child=True) for line in rows("lineage", "parent_id")]
    made = [Making(**{f: line[f] for f in _MADE}, origin=line["origin_id"]) for line in rows("effort")]
    use = used(key, as_of, catalog=catalog)
    counters, uncounted = counted(key, as_of, catalog=catalog)
    told.extend(row.origin for row in use)
    told.extend(row.origin for row in counters)
    shown, traced, cited = _traces(str(members.name[row]), as_of)
    spelt = sorted({f"{line['name']} ({line['source']})" for line in rows("aliases", "id")})
    priced = [offer for offer in offers if not offer.free and offer.input is not None]
    left = len(offers) - len(priced)
    ids = dict.fromkeys([*told, *(origin.id for origin in opened.origins), *_released(catalog, key, as_of)])
    return Profile(
        model=str(members.name[row]),
        id=key,
        organisation=members.organisation_name[row],
        country=members.country[row],
        released=members.released[row],
        version_released=other_day(members.released[row], version_days(catalog, as_of).get(key)),
        modality=members.modality[row],
        as_of=catalog.vintage("models", as_of),
        openness=opened,
        ability=_ability(catalog, key, as_of, draws),
        scores=tuple(sorted(scores, key=lambda s: (s.dataset, s.benchmark))),
        ratings=_ratings(rows("ratings")),
        offers=tuple(sorted(priced, key=lambda o: ((o.input or 0) + (o.output or 0), o.provider))),
        kin=tuple(kin),
        making=tuple(made),
        use=use,
        counters=counters,
        uncounted=uncounted,
        traces=shown,
        traced=traced,
        names=tuple(spelt),
        left_out=(LeftOut(what="offerings", count=left, why="free tiers, plans, or no input price"),) if left else (),
        origins=(*catalog.origins(ids), *cited),
    )


def _traces(name: str, as_of: date | None) -> tuple[tuple[Trace, ...], int, tuple[Origin, ...]]:
    """What the hand-made table says of a model's thinking, how many models it has, and the pages behind that."""
    try:
        known = traces(as_of=as_of)
    except DateError:
        return (), 0, ()
    own = tuple(one for one in known.traces if one.model == name)
    pages = tuple(origin for origin in known.origins if own and origin.id.endswith(f"#{name}"))
    return own, len({one.model for one in known.traces}), pages


_MADE = ("training_flop", "cost_usd", "parameters", "active")


def _row(name: str, members: Any, catalog: Catalog, as_of: date | None) -> int:
    if name in members.index:
        return int(members.index[name])
    folded = name.casefold()
    hits = [k for k, known in enumerate(members.name) if str(known).casefold() == folded]
    if hits:
        return hits[0]
    from nomoat.catalog.resolve import resolve

    meant = resolve(name, as_of=as_of, catalog=catalog).catalogued
    if meant not in members.index:
        raise UnknownName.of("model", name, [*map(str, members.name)], "nomoat models")
    return int(members.index[meant])


def _where(table: Table, column: str, key: str) -> list[dict[str, Any]]:
    """The rows whose column is the key, picked by column: 34,000 ratings as dictionaries would take 60 ms."""
    columns = table.columns
    picked = np.flatnonzero(columns[column] == key)
    # An unknown number is NaN in a column of numbers, and None in a result.
    return [{name: _plain(values[k]) for name, values in columns.items()} for k in picked]


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value


def _released(catalog: Catalog, key: str, as_of: date | None) -> list[str]:
    return [line["origin_id"] for line in _where(catalog.table("models", as_of), "model_id", key)]


def _ratings(found: list[dict[str, Any]]) -> tuple[Rated, ...]:
    """The newest of each board, category and spelling."""
    newest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for line in found:
        where = (line["board"], line["category"], line["name"])
        if where not in newest or line["published"] > newest[where]["published"]:
            newest[where] = line
    return tuple(
        Rated(
            board=line["board"],
            category=line["category"],
            name=line["name"],
            rating=line["rating"],
            low=line["low"],
            high=line["high"],
            published=line["published"],
            origin=line["origin_id"],
        )
        for _, line in sorted(newest.items())
    )


def _kin(line: dict[str, Any], members: Any, *, child: bool) -> Kin:
    other = line["child_id"] if child else line["parent_id"]
    known = other is not None and other in members.index
    name = str(members.name[members.index[other]]) if known else str(other if child else line["parent"])
    return Kin(
        model=name,
        id=other if known else None,
        relation=line["relation"],
        stated=line["stated"],
        child=child,
        origin=line["origin_id"],
    )


def _ability(catalog: Catalog, key: str, as_of: date | None, draws: int) -> Ability | None:
    from nomoat.errors import NoVintage
    from nomoat.world.scale import scale

    try:
        found = scale("capability", catalog=catalog, as_of=as_of, draws=draws)
    except NoVintage:
        return None
    at = np.flatnonzero(found.members.model_id == key)
    if len(at) == 0:
        return None
    k = int(at[0])
    value = float(found.values[k])
    ties = None
    if found.draws is not None:
        less = np.quantile(found.draws - found.draws[:, [k]], [0.05, 0.95], axis=0)
        ties = int(((less[0] <= 0) & (less[1] >= 0)).sum()) - 1
    return Ability(
        value=value,
        low=None if np.isnan(found.low[k]) else float(found.low[k]),
        high=None if np.isnan(found.high[k]) else float(found.high[k]),
        level=found.level,
        rank=int((found.values > value).sum()) + 1,
        of=len(found.values),
        record=_record(found, k),
        behind=_behind(found, k),
        ties=ties,
    )


def _side(found: Scale, k: int) -> str:
    from nomoat.catalog.cohort import parse

    return "open" if parse("open").select(found.members)[k] else LEADER


def _record(found: Scale, k: int) -> bool:
    from nomoat.catalog.cohort import parse

    own = parse(_side(found, k)).select(found.members)
    earlier = own & (found.days < found.days[k])
    today = own & (found.days == found.days[k])
    best = found.values[earlier].max() if earlier.any() else -np.inf
    return bool(found.values[k] > best and found.values[k] >= found.values[today].max(initial=-np.inf))


def _behind(found: Scale, k: int) -> float | None:
    from nomoat.catalog.cohort import parse

    leaders = parse(LEADER).select(found.members)
    if not leaders.any():
        return None
    line = frontier(found.days[leaders], found.values[None, leaders])
    reached, _ = first_reach(line, np.array([[found.values[k]]]))
    return max(0.0, float(found.days[k] - reached[0, 0])) / MONTH
