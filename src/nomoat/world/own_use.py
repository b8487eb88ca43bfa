"""What did a user count themselves? Shares of use from their own table, or the row that cannot be one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from nomoat.catalog.files import columns
from nomoat.errors import InputError, TableError
from nomoat.types import Origin
from nomoat.world import omitted
from nomoat.world.adoption import Adoption
from nomoat.world.series import grouped, rank, series_of
from nomoat.world.subjects import UNITS

NEEDED = ("start", "end", "subject", "unit", "population", "rule")
GIVEN = (("share",), ("low", "high"), ("count", "total"))
KNOWN = (
    *(*NEEDED, "share", "low", "high", "count", "unknown", "total", "cumulative", "currency", "currency_date"),
    *("channel", "series", "partial"),
)
SHAPE = f"columns {','.join(NEEDED)}, and share, or low,high, or count,total"
JUMP = 100.0  # a whole that is so many times that of the period before is another unit, such as thousands
LONGER = 1.5  # times as long as the one before a period is of another kind: a month is 1.11 times another at most
_CURRENCY = re.compile(r"[A-Z]{3}")
_YES, _NO = ("yes", "true", "1"), ("", "no", "false", "0")

Row = dict[str, Any]


def own_use(path: str | Path) -> tuple[list[Row], Origin]:
    """Read a user's own shares of use as rows like those of the table `usage`.

    A row a period: `start`, `end`, `subject` (open, closed, or any name), `unit` (one of six), `population` and `rule`,
    without which a share means nothing, and one of `share`; `low,high`; `count,total` with `unknown` where some of the
    whole is. Shares are 0 to 1 or end with %. `cumulative` = yes says that counts are all so far; `currency` and
    `currency_date` belong to money; `series`, `channel` and `partial` (not over yet) may be given.

    Raises TableError with the row for: a share above 100 %, a negative amount, periods of a series that overlap or are
    half as long again as the one before, a unit or currency that changes within one, shares with and without a %, a
    whole that jumps a hundredfold, a cumulative count that falls, and money without the day of its currency.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "use.csv"
    ...     _ = file.write_text(
    ...         "start,end,subject,unit,population,rule,share\\n"
    ...         "2026-09-01,2026-09-30,open,tokens,our gateway,weights one may download,41%\\n"
    ...     )
    ...     rows, origin = own_use(file)
    >>> rows[0]["value"], rows[0]["ends"].isoformat(), origin.publisher
    (0.41, '2026-09-30', 'the user')
    """
    path = Path(path)
    table = columns(path)
    missing = [name for name in NEEDED if name not in table]
    if missing:
        seen = ", ".join(table) or "nothing"
        raise TableError(f"{path.name} has no column {', '.join(map(repr, missing))}; it has {seen}", SHAPE)
    unknown = [name for name in table if name not in KNOWN]
    if unknown:
        raise TableError(f"{path.name} has a column {unknown[0]!r} that means nothing here", f"of {', '.join(KNOWN)}")
    if not any(all(name in table for name in given) for given in GIVEN):
        raise TableError(f"{path.name} has no share", SHAPE)
    if not table["start"]:
        raise TableError(f"{path.name} has a header and no rows", "a row a period")
    cells = _Cells(path.name, table)
    rows = [cells.read(at) for at in range(len(table["start"]))]
    for group in _in_order(rows):
        _in_step(path.name, group)
    _one_unit(path.name, rows)
    last = max(row["ends"] for row in rows)
    origin = Origin.of_file(path.name, retrieved=last, sha256=sha256(path.read_bytes()).hexdigest())
    return [{**row, "origin_id": origin.id} for row in rows], origin


def own_adoption(
    path: str | Path,
    *,
    unit: str | None = None,
    channel: str | None = None,
    population: str | None = None,
    at: date | None = None,
    level: float = 0.5,
    partial: bool = False,
) -> Adoption:
    """Give the shares of a user's own table (`own_use`) as `adoption` gives those of the catalogue.

    Raises TableError with the row that cannot be a share, InputError where nothing matches.
    """
    read, origin = own_use(path)
    words = (population or "").casefold().split()
    kept = [
        row
        for row in read
        if unit in (None, row["unit"])
        and channel in (None, row["channel"])
        and all(word in row["population"].casefold() for word in words)
        and (at is None or row["ends"] <= at)
    ]
    over = [row for row in kept if partial or not row["partial"]]
    if not over:
        raise InputError(f"No period of {origin.title} is left", "a unit, population or date that it has")
    series = tuple(series_of(group, level, {origin.id: origin.evidence}) for group in grouped(over))
    return Adoption(
        by="openness",
        asked={k: v for k, v in (("unit", unit), ("channel", channel), ("population", population)) if v},
        as_of=origin.retrieved,
        series=tuple(sorted(series, key=rank)),
        figures=(),
        left_out=(
            *omitted.unfinished([row for row in kept if row not in over]),
            *omitted.absent(over),
            *omitted.uncounted(over, unit),
        ),
        origins=(origin,),
    )


class _Cells:
    """The table's cells, with the row and column to name when one of them is wrong."""

    def __init__(self, name: str, table: dict[str, list[str]]) -> None:
        self.name, self.table = name, table

    def read(self, at: int) -> Row:
        """One row as one of the table `usage`."""
        start, end = self._day(at, "start"), self._day(at, "end")
        if end < start:
            raise self._wrong(at, "end", f"a day from {start} on")
        unit = self._text(at, "unit")
        if unit not in UNITS:
            raise self._wrong(at, "unit", f"one of {', '.join(UNITS)}")
        currency, day = self._cell(at, "currency"), self._cell(at, "currency_date")
        if unit == "money" and (not currency or not day):
            lacks = "currency_date" if currency else "currency"
            expected = "the currency and the day of its prices or rate, such as USD and 2026-05-04"
            raise self._wrong(at, lacks, f"{expected}: a currency without a date is no amount")
        if currency and not _CURRENCY.fullmatch(currency):
            raise self._wrong(at, "currency", "three letters, such as USD")
        if day:
            self._day(at, "currency_date")
        low, high, value, total = self._share(at)
        population, subject = self._text(at, "population"), self._text(at, "subject").casefold()
        return {
            "row": at + 1, "series": self._cell(at, "series") or f"{self.name}/{population}", "subject": subject,
            "channel": self._cell(at, "channel") or self.name, "metric": "share", "unit": unit,
            "population": population, "numerator": self._text(at, "rule"), "grain": _grain(start, end),
            "period": start, "ends": end, "low": low, "high": high, "value": value, "total": total,
            "partial": self._flag(at, "partial"), "currency": currency, "percent": self._percent(at),
            "so_far": self._number(at, "count") if self._flag(at, "cumulative") else None,
        }  # fmt: skip

    def _share(self, at: int) -> tuple[float | None, float | None, float | None, float | None]:
        total = self._number(at, "total")
        if self._cell(at, "share"):
            share = self._portion(at, "share")
            return share, share, share, total
        if self._cell(at, "low") and self._cell(at, "high"):
            low, high = self._portion(at, "low"), self._portion(at, "high")
            if high < low:
                raise self._wrong(at, "high", f"at least the low bound, {self._cell(at, 'low')}")
            return low, high, None, total
        count, unknown = self._number(at, "count"), self._number(at, "unknown") or 0.0
        if count is None or not total:
            raise TableError(f"{self.name} row {at + 1} has no share", "share, or low and high, or count and total")
        if count + unknown > total:
            raise self._wrong(at, "count", f"at most the whole, {total:g}: a share above 100 % is none")
        return count / total, (count + unknown) / total, None, total

    def _percent(self, at: int) -> bool | None:
        """Whether the share is written with a %; None where counts are given."""
        text = self._cell(at, "share") or self._cell(at, "low")
        return text.endswith("%") if text else None

    def _cell(self, at: int, column: str) -> str:
        return self.table[column][at].strip() if column in self.table else ""

    def _text(self, at: int, column: str) -> str:
        text = self._cell(at, column)
        if not text or len(text) > 500 or not text.isprintable():
            raise self._wrong(at, column, f"what the {column} is, in words")
        return text

    def _day(self, at: int, column: str) -> date:
        try:
            return date.fromisoformat(self._cell(at, column))
        except ValueError:
            raise self._wrong(at, column, "a date like 2026-08-31") from None

    def _flag(self, at: int, column: str) -> bool:
        said = self._cell(at, column).casefold()
        if said not in (*_YES, *_NO):
            raise self._wrong(at, column, "yes or no")
        return said in _YES

    def _number(self, at: int, column: str) -> float | None:
        text = self._cell(at, column)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self._wrong(at, column, "a number")
        if value < 0:
            raise self._wrong(at, column, "nothing below zero")
        return value

    def _portion(self, at: int, column: str) -> float:
        text = self._cell(at, column)
        try:
            value = float(text.rstrip("% ")) / (100 if text.endswith("%") else 1)
        except ValueError:
            value = math.nan
        if not 0 <= value <= 1:
            raise self._wrong(at, column, "a share from 0 to 1, or up to 100 with a % behind it")
        return value

    def _wrong(self, at: int, column: str, expected: str) -> TableError:
        return TableError(f"{self.name} row {at + 1} has {column} {self._cell(at, column)!r}", expected)


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"


def _grain(start: date, end: date) -> str:
    """What a period is called: the day, week or month that it is.

    >>> _grain(date(2026, 9, 1), date(2026, 9, 30)), _grain(date(2026, 9, 1), date(2026, 9, 7))
    ('month', 'week')
    """
    if start == end:
        return "day"
    if start.day == 1 and (end + timedelta(days=1)).day == 1 and (start.year, start.month) == (end.year, end.month):
        return "month"
    return "week" if (end - start).days == 6 else "period"


def _in_order(rows: Iterable[Row]) -> list[list[Row]]:
    """Each series by its periods, whatever rule its rows name: that it is one rule is still to be seen."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["series"], row["unit"], row["subject"]), []).append(row)
    return [sorted(group, key=lambda row: (row["period"], row["row"])) for group in groups.values()]


def _in_step(name: str, rows: list[Row]) -> None:
    """Refuse what neighbouring periods of one series cannot be."""
    for before, row in pairwise(rows):
        who = f"{name} row {row['row']} ({row['subject']}, {row['unit']}, {row['period']} to {row['ends']})"
        if row["period"] <= before["ends"]:
            raise TableError(
                f"{who} overlaps row {before['row']} ({before['period']} to {before['ends']})", "periods apart"
            )
        if row["numerator"] != before["numerator"]:
            raise TableError(
                f"{who} has another rule than row {before['row']}", "one rule a series", "another name in column series"
            )
        days, usual = ((r["ends"] - r["period"]).days + 1 for r in (row, before))
        if not (row["partial"] or before["partial"]) and not 1 / LONGER < days / usual < LONGER:
            raise TableError(
                f"{who} is a {row['grain']} of {_days(days)}, row {before['row']} a {before['grain']} of "
                f"{_days(usual)}",
                "periods of one length: days beside months make runs that are none", "another name in column series",
            )  # fmt: skip
        if {row["percent"], before["percent"]} == {True, False}:
            raise TableError(
                f"{who} and row {before['row']} are written with and without a %", "one way of writing a share",
                "0.005 or 0.5%, and the like in each row",
            )  # fmt: skip
        if row["currency"] != before["currency"]:
            raise TableError(
                f"{who} is in {row['currency']}, row {before['row']} in {before['currency']}", "one currency"
            )
        if None not in (row["so_far"], before["so_far"]) and row["so_far"] < before["so_far"]:
            raise TableError(
                f"{who} has a cumulative count of {row['so_far']:g}, below the {before['so_far']:g} of row "
                f"{before['row']}",
                "a count of all so far does not fall", "cumulative = no where counts are of the period alone",
            )  # fmt: skip
        if row["total"] and before["total"] and not 1 / JUMP < row["total"] / before["total"] < JUMP:
            raise TableError(
                f"{who} has a whole of {row['total']:g}, row {before['row']} one of {before['total']:g}",
                "one unit throughout: thousands beside ones look so",
            )


def _one_unit(name: str, rows: list[Row]) -> None:
    """Refuse a series that goes on in another unit; several units of the same periods are several series."""
    held: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in rows:
        held.setdefault((row["series"], row["subject"]), {}).setdefault(row["unit"], []).append(row)
    for (_, subject), units in held.items():
        first = min(units, key=lambda unit: min(row["period"] for row in units[unit]))
        periods = {(row["period"], row["ends"]) for row in units[first]}
        for unit, of_it in units.items():
            if unit != first and not periods & {(row["period"], row["ends"]) for row in of_it}:
                row = min(of_it, key=lambda row: row["period"])
                raise TableError(
                    f"{name} row {row['row']} counts {subject} in {unit}, where the series counted {first} until then",
                    "one unit a series, or both for the same periods", "another name in column series",
                )  # fmt: skip
