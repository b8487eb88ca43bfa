"""What is said of the traffic of a piece of work: its models, and how much of it is open?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count

if TYPE_CHECKING:
    from nomoat.work.profile import Profile
    from nomoat.work.usecase import UseCases

_MODELS = (
    Column(key="model", title="model", wide=36),
    Column(key="provider", title="provider", only="file"),
    Column(key="openness", title="openness"),
    Column(key="requests", title="requests"),
    Column(key="conversations", title="conversations", only="file"),
    Column(key="errors", title="errors"),
    Column(key="input", title="input tokens"),
    Column(key="output", title="output tokens"),
    Column(key="cost_usd", title="spend, USD"),
    Column(key="with_cost", title="requests with a cost", only="file"),
    Column(key="cost_estimated", title="at list prices"),
    Column(key="latency_ms", title="median ms", digits=0),
    Column(key="latency_p95_ms", title="95 % ms", digits=0),
    Column(key="model_id", title="model in the catalogue", only="file"),
)
_SHARES = (
    Column(key="period", title="month"),
    Column(key="unit", title="share of"),
    Column(key="open", title="open, %", digits=1),
    Column(key="closed", title="closed, %", digits=1),
    Column(key="unknown", title="unknown, %", digits=1),
    Column(key="requests", title="requests that say it"),
)
NOTHING = "No request is read yet. Try: nomoat work read FILE"
MONTHS = 12  # in a terminal; files hold all


def profile_table(found: Profile) -> Table:
    """A row a model; a sum of nothing is missing and not zero."""
    rows = tuple(
        tuple(
            None
            if (column.key in ("input", "output") and not use.with_tokens)
            or (column.key == "cost_usd" and not use.with_cost)
            else getattr(use, column.key)
            for column in _MODELS
        )
        for use in found.models
    )
    return Table(name="models", caption=_caption(found), columns=_MODELS, rows=rows)


def shares_table(found: Profile) -> Table:
    """How much of requests, tokens and spend open and closed models have, over all and in the last months."""
    periods = sorted({share.period for share in found.shares} - {"all"})[-MONTHS:]
    shown = [share for period in ("all", *periods) for share in found.shares if share.period == period]
    rows = tuple(
        (s.period, s.unit, 100 * s.open, 100 * s.closed, 100 * s.unknown, s.requests) for s in shown
    )  # fmt: skip
    return Table(name="shares", caption="Open and closed", columns=_SHARES, rows=rows)


def profile_text(found: Profile, width: int) -> str:
    """Both tables; what there is to type where nothing was read yet."""
    if not found.requests:
        return NOTHING
    models, shares = profile_table(found), shares_table(found)
    said = [models.caption, "", models.text(width), "", shares.caption, "", shares.text(width)]
    return "\n".join([*said, *_ceiling(found, width), *_sensitive(found)])


def _ceiling(found: Profile, width: int) -> list[str]:
    """What prices alone allow, in words."""
    if (one := found.ceiling) is None:
        closed = any(use.side == "closed" for use in found.models)
        return ["", "No price ceiling: requests to closed models say no tokens, or no cost is known."] if closed else []
    listed = f", {_usd(one.listed_usd)} of it at list prices," if one.listed_usd else ""
    said = (
        f"Price ceiling, not a proof: closed models took {_usd(one.usd)} USD{listed} for "
        f"{one.input + one.output:,} tokens of {count(one.requests, 'request')}: {_usd(one.usd_per_million)} USD "
        f"a million, which an open model must cost less than. Of {count(one.offered, 'open model')} on sale "
        f"{one.cheaper:,} list less for these tokens: {_usd(one.middle_usd)} USD the middle one, "
        f"{_usd(one.cheapest_usd)} the cheapest ({printable(one.cheapest)}). So at most "
        f"{100 * one.saving:.0f} % of it could be saved, were that model good enough for all of it: prices do not "
        "say so."
    )
    return ["", fill(said, width)]


def _usd(amount: float) -> str:
    """An amount of money with three digits to read, however small."""
    digits = 2 if not 0 < amount < 1 else 2 - math.floor(math.log10(amount))
    return f"{amount:,.{digits}f}"


def _sensitive(found: Profile) -> list[str]:
    if found.sensitive is None:
        return []
    seen = [f"{kind} in {count(number, 'request')}" for kind, number in found.sensitive.items() if number]
    return ["", "What should not leave the house: " + (", ".join(seen) or "none seen by these patterns") + "."]


def _caption(found: Profile) -> str:
    said = f"{count(found.requests, 'request')} in {count(found.conversations, 'conversation')}"
    if found.first and found.last:
        said += f", {found.first.date()} to {found.last.date()}"
    return f"{said}, by model; openness as of {found.as_of}. No proof of anything yet."


_USE_CASES = (
    Column(key="name", title="use case", wide=32),
    Column(key="requests", title="requests"),
    Column(key="share", title="%", digits=1),
    Column(key="conversations", title="conver- sations"),
    Column(key="spend_usd", title="spend, USD"),
    Column(key="spend_share", title="% of spend", digits=1),
    Column(key="bodies", title="prompts", only="file"),
    Column(key="model", title="model", wide=26),
    Column(key="known_by", title="known by", wide=36),
    Column(key="ids", title="ids", only="file"),
    Column(key="example", title="example", only="file"),
)


def usecases_table(found: UseCases) -> Table:
    """A row a use case, "other" last."""
    rows = tuple(
        (
            one.name, one.requests, 100 * one.share, one.conversations, one.spend_usd,
            None if one.spend_share is None else 100 * one.spend_share, one.bodies, one.model,
            "; ".join(one.known_by) or "no rule", " ".join(one.ids), one.example,
        )
        for one in found.use_cases
    )  # fmt: skip
    said = count(found.requests, "request") + f" in {count(len(found.use_cases), 'use case')}"
    named = "as you named them" if found.confirmed else "not yet named by you: edit usecases.toml"
    return Table(name="usecases", caption=f"{said}, {named}.", columns=_USE_CASES, rows=rows)


def usecases_text(found: UseCases, width: int) -> str:
    """The table; what there is to type where nothing was read yet."""
    if not found.requests:
        return NOTHING
    table = usecases_table(found)
    return f"{table.caption}\n\n{table.text(width)}"
