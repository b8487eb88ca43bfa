"""What is published about how much models are used: cited figures with the rule of each, and two router series."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from nomoat.errors import SourceError
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, read
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.published import METRICS as GAPS

MONTHLY = Publication(
    key="openrouter/routed-share-monthly",
    publisher="OpenRouter",
    dataset="openrouter-monthly",
    title="OpenRouter rankings by month, open and closed as classified by halcyonic-systems/facets",
    address="https://github.com/halcyonic-systems/facets",
    licence="CC BY 4.0",
    attribution="Source: OpenRouter (openrouter.ai/rankings); open or closed by halcyonic-systems/facets; shares "
    "computed here",
    evidence="computed here",
)
WEEKLY = Publication(
    key="openrouter/top10-weekly",
    publisher="OpenRouter",
    dataset="openrouter-top10-weekly",
    title="The ten most-used models on OpenRouter by week, from johnbean393/openrouter-inference-stats",
    address="https://github.com/johnbean393/openrouter-inference-stats",
    licence="shares computed from public pages",
    attribution="OpenRouter (openrouter.ai/rankings), gathered by johnbean393, shares computed here",
    evidence="computed here",
)
QUANTITIES = ("tokens", "requests", "money", "downloads", "derivatives", "respondents", "other")
GRADES = {"primary": "measured by publisher", "secondary": "secondary", "computed": "computed here"}

_COLUMNS = ("fact_id", "metric", "subject", "population", "value", "unit", "as_of", "published", "publisher", "title")
_CURRENCY = re.compile(r"\b(?:USD|EUR|GBP|CNY|dollars?)\b|[$€£¥]")
_ABOUT = ("about", "approx.")
_AT_LEAST = ("more than", "over")
_AT_MOST = ("nearly", "just under")
_ROUNDED = 2e-6  # the shares are printed with six digits
_PRINTED = 0.05  # the percentages are printed with two digits and there are three of them


class _Refused(Exception):
    """The reason for which a row cannot be a fact."""


def read_facts(path: Path, retrieved: date, curated: Curated) -> Facts:
    """Read the cited figures of `facts.csv`; what the file lacks of each stands in `curated/adoption.csv`.

    Lags and gaps are read by `published.py`. Values keep the publisher's unit. A value printed with a word has
    bounds: "more than" a low one, "nearly" a high one, "about" half a unit of its last digit that is not zero to
    either side. The two ends of a printed range carry both of them. A row without a line in the curated table, with
    another unit than that line was written for, or that cannot be true is left out and counted with the reason.
    Raises `SourceError` where the file is not the one that is described, or a fact stands in it twice.
    """
    facts = Facts()
    said = {row.needed("fact_id"): row for row in curated.rows("adoption", ["fact_id", "unit", "quantity", "rule"])}
    rows = [row for row in read(path, [*_COLUMNS, "url", "evidence"]) if row.needed("metric") not in GAPS]
    ends = _ends(rows)
    seen: set[str] = set()
    highest: dict[tuple[str, str, str, str], tuple[date, float]] = {}
    for row in sorted(rows, key=lambda row: (row.cells["as_of"], row.line)):
        name = row.needed("fact_id")
        if name in seen:
            raise row.wrong("fact_id", "each fact once")
        seen.add(name)
        try:
            _add_fact(facts, row, said.get(name), ends, highest, retrieved, path)
        except _Refused as refused:
            facts.leave(f"cited figure {name}", str(refused))
    return facts


def _add_fact(
    facts: Facts,
    row: Row,
    said: Row | None,
    ends: dict[tuple[str, ...], tuple[float, float]],
    highest: dict[tuple[str, str, str, str], tuple[date, float]],
    retrieved: date,
    path: Path,
) -> None:
    if said is None:
        raise _Refused("no line in curated/adoption.csv says what it counts")
    written = row.needed("unit")
    unit, _, bracket = written.partition(" (")
    if unit != said.needed("unit"):
        raise _Refused(f"its unit is {written!r}, where {said.needed('unit')!r} was expected")
    quantity = said.needed("quantity")
    if quantity not in QUANTITIES:
        raise said.wrong("quantity", "one of " + ", ".join(QUANTITIES))
    quoted = said.text("quoted")
    value = _value(row, unit, bracket.rstrip(")"), quoted)
    low, high = _bounds(row, said, value, bracket.rstrip(")"), ends)
    if value is not None and row.needed("metric").startswith("cumulative_"):
        _must_not_fall(row, value, highest)
    if bracket and value is not None and quoted is None and (low is not None or high is not None):
        quoted = f"{bracket.rstrip(')')} {row.needed('value')}"
    grade = row.needed("evidence")
    if grade not in GRADES:
        raise row.wrong("evidence", "one of " + ", ".join(GRADES))
    published = Publication(
        key=f"adoption/{row.needed('fact_id')}",
        publisher=row.needed("publisher"),
        dataset="adoption-facts",
        title=row.needed("title"),
        address=row.needed("url"),
        licence=said.text("licence") or "a cited fact",
        attribution=row.needed("publisher"),
        evidence=said.text("evidence") or GRADES[grade],
    )
    facts.add(
        *("facts", facts.origin(published, retrieved, path)), fact_id=row.needed("fact_id"),
        metric=row.needed("metric"), subject=row.text("subject"), population=said.text("population"), value=value,
        low=low, high=high, unit=unit, rule=said.text("rule"), quoted=quoted, channel=said.text("channel"),
        quantity=quantity, window_from=said.day("window_from"), window_to=said.day("window_to"),
        published=row.day("published"),
    )  # fmt: skip


def _value(row: Row, unit: str, bracket: str, quoted: str | None) -> float | None:
    """The figure, or None where the curated line quotes it because it is no number."""
    if quoted is not None and quoted == row.text("value"):
        return None
    value = row.number("value")
    if value is None:
        raise _Refused("it has no value")
    if value < 0:
        raise _Refused(f"{value:g} is negative, where prices, counts and shares are not")
    if unit.split()[0] == "percent" and value > 100:
        raise _Refused(f"a share of {value:g} % is above 100 %")
    if _CURRENCY.search(unit) and not re.search(r"\b(?:19|20)\d\d\b", bracket):
        raise _Refused(f"{row.needed('unit')!r} is a currency without a date")
    return value


def _bounds(
    row: Row, said: Row, value: float | None, word: str, ends: dict[tuple[str, ...], tuple[float, float]]
) -> tuple[float | None, float | None]:
    """The ends of a printed range, those written by hand, or those that a word before the figure means."""
    both = ends.get(_range_of(row))
    if both is not None:
        return both
    low, high = said.number("low"), said.number("high")
    if value is None or low is not None or high is not None:
        return low, high
    if word in _AT_LEAST:
        return value, None
    if word in _AT_MOST:
        return None, value
    if word in _ABOUT:
        exponent = Decimal(row.needed("value").replace(",", "")).normalize().as_tuple().exponent
        half = 0.5 * 10.0 ** int(exponent)
        return value - half, value + half
    metric = row.needed("metric")
    return (value if metric.endswith("_low") else None), (value if metric.endswith("_high") else None)


def _range_of(row: Row) -> tuple[str, ...]:
    stem = re.sub(r"_(?:low|high)$", "", row.cells["metric"])
    return (stem, row.cells["subject"], row.cells["as_of"], row.cells["publisher"], row.cells["url"])


def _ends(rows: list[Row]) -> dict[tuple[str, ...], tuple[float, float]]:
    """The two ends of each range that the file prints as two rows, `..._low` and `..._high`."""
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for row in rows:
        end = row.cells["metric"].rpartition("_")[2]
        if end in ("low", "high") and (value := row.number("value")) is not None:
            found.setdefault(_range_of(row), {})[end] = value
    return {key: (both["low"], both["high"]) for key, both in found.items() if both.keys() == {"low", "high"}}


def _must_not_fall(row: Row, value: float, highest: dict[tuple[str, str, str, str], tuple[date, float]]) -> None:
    """Refuse a cumulative count below an earlier one of the same publisher, subject and population."""
    key = (row.cells["metric"], row.cells["subject"], row.cells["population"], row.cells["publisher"])
    day = row.day("as_of")
    if day is None:
        raise _Refused("a cumulative count without its day")
    before = highest.get(key)
    if before is not None and value < before[1]:
        raise _Refused(f"a cumulative count fell from {before[1]:g} on {before[0]} to {value:g} on {day}")
    highest[key] = (day, value)


def read_monthly(path: Path, retrieved: date) -> Facts:
    """Read the open and the closed share of OpenRouter's tokens by month, each as a low and a high bound.

    low = open / (open + closed + unknown + other), high = open / (open + closed): `other` is what lies outside of
    the daily top 50, `unknown` what nobody could classify. Both are computed from the token counts, which the
    printed shares must agree with; a row where they do not, or whose counts are negative, is left out and counted.
    A month that was not over on the day of the copy is entered as partial.
    Raises `SourceError` where months overlap, are missing or out of order.
    """
    facts = Facts()
    key = facts.origin(MONTHLY, retrieved, path)
    counts = ("frontier_tokens", "open_tokens", "unknown_tokens", "other_tokens")
    for row, period, ends in _months(path, [*counts, "open_share_low", "open_share_high"]):
        closed, opened, unknown, other = (row.number(column) for column in counts)
        printed = row.number("open_share_low"), row.number("open_share_high")
        if closed is None or opened is None or unknown is None or other is None or None in printed:
            facts.leave("months of OpenRouter's tokens", f"{period:%Y-%m}: a cell is empty")
            continue
        if min(closed, opened, unknown, other) < 0:
            facts.leave("months of OpenRouter's tokens", f"{period:%Y-%m}: a count of tokens is negative")
            continue
        total, known = closed + opened + unknown + other, closed + opened
        if known <= 0:
            facts.leave("months of OpenRouter's tokens", f"{period:%Y-%m}: no token is classified")
            continue
        computed = opened / total, opened / known
        if any(abs(one - float(other or 0)) > _ROUNDED for one, other in zip(computed, printed, strict=True)):
            facts.leave("months of OpenRouter's tokens", f"{period:%Y-%m}: its shares are not those of its counts")
            continue
        for subject, tokens in (("open", opened), ("closed", closed)):
            facts.add(
                *("usage", key), series="openrouter-monthly", channel="openrouter", subject=subject, metric="share",
                unit="tokens", population="tokens routed by OpenRouter", numerator=_MONTHLY_RULE.format(subject),
                grain="month", period=period, ends=ends, low=tokens / total, high=tokens / known, total=total,
                partial=ends > retrieved,
            )  # fmt: skip
    return facts


_MONTHLY_RULE = (
    "tokens of models classified as {}; low: of all tokens, unknown models and those outside of the daily top 50 "
    "counted as something else; high: of the classified tokens alone"
)


def _months(path: Path, columns: list[str]) -> Iterator[tuple[Row, date, date]]:
    """The rows of a monthly series with first and last day, each month once and after the one before."""
    expected: date | None = None
    for row in read(path, ["date", *columns]):
        if not re.fullmatch(r"20\d\d-(?:0[1-9]|1[0-2])", row.needed("date")):
            raise row.wrong("date", "a month such as 2026-09")
        period = date.fromisoformat(row.needed("date") + "-01")
        if expected is not None and period != expected:
            kind = "the months overlap or are out of order" if period < expected else "a month is missing"
            raise SourceError(f"{row.file}, row {row.line}: {kind}", f"{expected:%Y-%m}")
        expected = (period + timedelta(days=31)).replace(day=1)
        yield row, period, expected - timedelta(days=1)


def read_weekly(path: Path, retrieved: date) -> Facts:
    """Read the open share of the ten most-used models on OpenRouter by week, in tokens, requests and money.

    The file's percentages become shares from 0 to 1. Of tokens, the unclassified part widens the high bound; of
    requests and money it is not stated, so that the high bound is missing where a model was unclassified. Money is
    tokens at list price. A week whose prices are zero or missing keeps its tokens alone.
    A row whose percentages do not add to 100 (a changed unit, a share above 100 %) is left out and counted.
    Raises `SourceError` where weeks overlap or are out of order.
    """
    facts = Facts()
    key = facts.origin(WEEKLY, retrieved, path)
    parts = ("open_token_pct", "closed_token_pct", "unknown_token_pct")
    before: date | None = None
    for row in read(path, ["date", "tokens_total", *parts, "est_revenue_usd", "open_revenue_pct", "open_request_pct"]):
        ends = row.day("date")
        if ends is None or ends.year < 2000:
            raise row.wrong("date", "the last day of a week")
        period = ends - timedelta(days=6)
        if before is not None and period <= before:
            raise SourceError(f"{row.file}, row {row.line}: the week to {ends} overlaps the one before", "seven days")
        before = ends
        shares = [row.number(column) for column in parts]
        if None in shares or min(s or 0.0 for s in shares) < 0 or abs(sum(s or 0.0 for s in shares) - 100) > _PRINTED:
            facts.leave("weeks of OpenRouter's top ten", f"{ends}: open, closed and unknown do not add to 100 %")
            continue
        opened, closed, unknown = (round((share or 0.0) / 100, 6) for share in shares)
        total = row.number("tokens_total")
        common: dict[str, Any] = {
            "series": "openrouter-top10-weekly", "channel": "openrouter", "metric": "share",
            "population": "ten most-used models on OpenRouter", "grain": "week", "period": period, "ends": ends,
            "partial": ends > retrieved,
        }  # fmt: skip
        for subject, share in (("open", opened), ("closed", closed)):
            facts.add(
                *("usage", key), **common, subject=subject, unit="tokens", value=share, low=share,
                high=round(share + unknown, 6), total=total,
                numerator=f"tokens of models classified as {subject}; high: with the unclassified ones",
            )  # fmt: skip
        spent, of_money, of_requests = (
            row.number(column) for column in ("est_revenue_usd", "open_revenue_pct", "open_request_pct")
        )
        if not spent or spent < 0 or of_money is None or of_requests is None:
            facts.leave("weeks of OpenRouter's top ten, money and requests", f"{ends}: prices are zero or missing")
            continue
        for unit, share, whole in (
            ("money", round(of_money / 100, 6), spent),
            ("requests", round(of_requests / 100, 6), None),
        ):
            if not 0 <= share <= 1:
                facts.leave(f"weeks of OpenRouter's top ten, {unit}", f"{ends}: a share of {share:.0%}")
                continue
            priced = "tokens at list price, US dollars of that week, " if unit == "money" else "requests "
            facts.add(
                *("usage", key), **common, subject="open", unit=unit, value=share, low=share,
                high=share if unknown == 0 else None, total=whole,
                numerator=f"{priced}of models classified as open, the unclassified ones counted as not open",
            )  # fmt: skip
    return facts
