"""What does a cell say that nobody described: when, how long, for what money? In the units of its name or its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from nomoat.work.formats.spoken import number

FOREIGN = "another currency"  # the source of a cost that is none in US dollars, and stays away
_MONEY = ("cost", "costs", "total_cost", "price", "total_price", "spend", "amount", "charge", "kosten", "coste",
          "costo", "cout", "custo", "preis", "precio", "estimated_cost")  # fmt: skip
_TIMES = ("latency", "duration", "response_time", "elapsed", "elapsed_time", "took", "time_taken", "processing_time",
          "execution_time", "generation_time", "inference_time", "total_time", "runtime", "request_latency",
          "latencia", "duracion", "dauer", "latenz", "antwortzeit", "duree", "latence", "durata")  # fmt: skip
_FIRSTS = ("time_to_first_token", "ttft", "first_token", "first_token_latency")
_DOLLARS = {"usd": 1.0, "dollar": 1.0, "dollars": 1.0, "us": 1.0, "cent": 0.01, "cents": 0.01, "ct": 0.01,
            "usd_cents": 0.01, "cents_usd": 0.01, "micros": 1e-6, "micro_usd": 1e-6, "usd_micros": 1e-6,
            "microdollars": 1e-6, "nano_usd": 1e-9, "nanodollars": 1e-9}  # fmt: skip
_CURRENCIES = frozenset(
    ("eur", "euro", "euros", "gbp", "pound", "pounds", "chf", "jpy", "yen", "cny", "rmb", "inr", "sek", "nok", "dkk",
     "pln", "czk", "brl", "cad", "aud")
)  # fmt: skip
_SIGNS = re.compile(r"[€£¥₹₩₽]|\b(?:EUR|GBP|CHF|JPY|CNY|RMB|INR|SEK|NOK|DKK|PLN|CZK|BRL|CAD|AUD)\b")
_CENTS = re.compile(r"\s*(?:¢|ct|cents?)\.?$", re.I)
_SECONDS = {"ms": 1.0, "millis": 1.0, "milliseconds": 1.0, "msec": 1.0, "s": 1e3, "sec": 1e3, "secs": 1e3,
            "seconds": 1e3, "segundos": 1e3, "sekunden": 1e3, "us": 1e-3, "microseconds": 1e-3, "ns": 1e-6,
            "nanoseconds": 1e-6, "nano": 1e-6, "min": 6e4, "minutes": 6e4}  # fmt: skip
_LENGTH = re.compile(r"([\d.,]+)\s*(ms|s|sec|secs|seconds|us|µs|ns|min|m)?")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
_DAY = 86_400_000.0


@lru_cache(maxsize=4096)
def measured(spelled: str) -> tuple[str, float | None] | None:
    """What of ours a name with a unit means, and how many of our unit one of its is; None for another currency.

    >>> measured("cost_cents"), measured("kosten_eur"), measured("latency_seconds"), measured("model")
    (('cost_usd', 0.01), ('cost_usd', None), ('latency_ms', 1000.0), None)
    """
    for ours, stems, units in (("cost_usd", _MONEY, _DOLLARS), ("latency_ms", _TIMES, _SECONDS),
                               ("first_token_ms", _FIRSTS, _SECONDS)):  # fmt: skip
        for stem in stems:
            unit = spelled.removeprefix(f"{stem}_").removeprefix("in_")
            if unit != spelled and unit in units:
                return ours, units[unit]
            if unit != spelled and ours == "cost_usd" and unit in _CURRENCIES:
                return ours, None
    return None


def money(value: Any, key: str = "") -> float | str | None:
    """US dollars of a cell under the name `key`; FOREIGN where it is in another currency.

    >>> money("$1.20"), money("0,31 €"), money("0.31 ct"), money({"input": 0.25, "output": 0.5}), money(3, "Preis (£)")
    (1.2, 'another currency', 0.0031, 0.75, 'another currency')
    """
    if isinstance(value, Mapping):
        total = next((value[name] for name in ("total", "total_cost", "totalCost", "usd") if name in value), None)
        if total is None:
            parts = [number(value.get(name)) for name in ("input", "output", "prompt", "completion")]
            told = [part for part in parts if part is not None]
            return sum(told) if told else None
        return money(total, key)
    if _SIGNS.search(key) or (isinstance(value, str) and _SIGNS.search(value)):
        return FOREIGN if number(_SIGNS.sub("", str(value))) is not None else None
    if isinstance(value, str) and (cents := _CENTS.search(value)):
        amount = number(value[: cents.start()])
        return None if amount is None else amount / 100
    return number(value)


def length(value: Any) -> float | None:
    """Milliseconds of a duration whose name says no unit.

    A text may say its own, or be a clock's. A bare number is in seconds where it is below 100 and has a point, as
    Langfuse writes it, in nanoseconds where it would be more than a day, else in milliseconds.

    >>> length("1.5s"), length("1500 ms"), length("0:00:01.5"), length(2.0), length(812), length(1_500_000_000)
    (1500.0, 1500.0, 1500.0, 2000.0, 812.0, 1500.0)
    """
    text = value.strip() if isinstance(value, str) else ""
    if clock := _CLOCK.fullmatch(text):
        return 3.6e6 * int(clock[1] or 0) + 6e4 * int(clock[2]) + 1e3 * float(clock[3])
    said = _LENGTH.fullmatch(text)
    if said and said[2]:
        amount = number(said[1])
        return None if amount is None else amount * _SECONDS.get({"µs": "us", "m": "min"}.get(said[2], said[2]), 1.0)
    amount = number(value)
    if amount is None:
        return None
    pointed = "." in text or "," in text or isinstance(value, float)
    return amount * 1e3 if amount < 100 and pointed else amount / 1e6 if amount > _DAY else amount


_ISO = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?\s*([+-]\d\d):?(\d\d)")
_COMMA = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d),(\d{3,9})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.\d+)?(Z?)")
_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b,?")
_SLASHES = re.compile(r"(\d{1,2})(?:/(\d{1,2})/(\d{4}|\d\d)|-(\d{1,2})-(\d{4}))\b,?")
_MONTHED = re.compile(r"(\d{1,2})[-/ ]([A-Za-z]{3})[a-z]*[-/ ](\d{4})[: ]*")
_HOUR = re.compile(r"\s*(\d{1,2})(:\d\d(?::\d\d(?:\.\d+)?)?)?\s*([AaPp])\.?\s?[Mm]\.?")
_NAMED = re.compile(r"([A-Za-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4}),?")
_LETTERS = re.compile(r"[A-Za-z]{3}")


def dated(value: Any, day_first: bool | None = None) -> Any:
    """A time in a form that the table reads; as it was written where its form is not known.

    Points part day, month and year, as in German and Russian. Of slashes nobody knows which comes first: `day_first`
    says it where a log's other dates tell.

    >>> dated("01.09.2026 10:00"), dated("9/1/2026, 2:30 PM", False), dated("03/10/2026 08:00", True)
    ('2026-09-01 10:00', '2026-09-01 14:30', '2026-10-03 08:00')
    >>> dated("2026-09-01 10:00:00,123 +0200"), dated("Tue, 01 Sep 2026 10:00:00 GMT"), dated("03/10/2026")
    ('2026-09-01 10:00:00.123+02:00', '2026-09-01T10:00:00+00:00', '03/10/2026')
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text[4:5] == "-":
        if zoned := _ISO.fullmatch(text):
            return zoned[1] + (f".{zoned[2]}" if zoned[2] else "") + f"{zoned[3]}:{zoned[4]}"
        return _COMMA.sub(r"\1.\2", text)
    if whole := _COMPACT.fullmatch(text):
        return f"{whole[1]}-{whole[2]}-{whole[3]}T{whole[4]}:{whole[5]}:{whole[6]}{whole[7]}"
    if said := _POINTS.match(text):
        return f"{said[3]}-{int(said[2]):02}-{int(said[1]):02}{_hour(text[said.end() :])}"
    if said := _SLASHES.match(text):
        first, second, year = int(said[1]), int(said[2] or said[4]), said[3] or said[5]
        chosen = True if first > 12 else False if second > 12 else day_first
        if chosen is None or max(first, second) > 31 or min(first, second) > 12:
            return value
        day, month = (first, second) if chosen else (second, first)
        return f"{year if len(year) == 4 else '20' + year}-{month:02}-{day:02}{_hour(text[said.end() :])}"
    if _LETTERS.search(text):
        if said := _NAMED.match(text):
            text = f"{said[2]} {said[1]} {said[3]}{_hour(text[said.end() :])}"
        elif said := _MONTHED.match(text):
            text = f"{said[1]} {said[2]} {said[3]}{_hour(' ' + text[said.end() :])}"
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return value
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    return value


def _hour(text: str) -> str:
    """The rest of a time, on the clock of 24 hours.

    >>> _hour(" 2:30:05 PM"), _hour(" 14:30"), _hour(", 12 am")
    (' 14:30:05', ' 14:30', ' 00:00')
    """
    said = _HOUR.match(text.lstrip(","))
    if said is None:
        return text.removeprefix(",")
    hour = int(said[1]) % 12 + (12 if said[3] in "Pp" else 0)
    return f" {hour:02}{said[2] or ':00'}"


def day_first(times: Iterable[Any], local: bool) -> bool | None:
    """Whether the day comes first in a log's dates with slashes; None where nothing tells.

    A number above 12 can be no month. Where no date has one, AM and PM in capitals tell American dates, and `local`,
    that the log names its columns in a language that puts the day first.

    >>> day_first(["10/2/2026", "10/13/2026"], False), day_first(["10/2/2026"], True), day_first(["10/2/2026"], False)
    (False, True, None)
    """
    told: bool | None = None
    for one in times:
        said = _SLASHES.match(one.strip()) if isinstance(one, str) else None
        if said is None:
            continue
        if int(said[1]) > 12 or int(said[2] or said[4]) > 12:
            return int(said[1]) > 12
        if told is None and re.search(r"\d ?[AP]M\b", str(one)):
            told = False
    return told if told is not None else True if local else None
