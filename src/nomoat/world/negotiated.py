"""What do we ourselves pay? A user's own prices, read from a TOML file and kept nowhere."""

from __future__ import annotations

import math
import re
import tomllib
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.errors import TableError, nearest
from nomoat.types import Origin

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

HIGHEST = 1_000.0  # US dollars per million tokens; the dearest list price known is 600
LARGEST = 1 << 20  # bytes; a thousand prices take a tenth of it
PRICES = ("input", "output", "cache_read", "batch_input", "batch_output")
NEEDED = ("provider", "model", "input", "output", "valid_from")
KEYS = (*NEEDED, "cache_read", "batch_input", "batch_output", "valid_to", "currency", "name")
EXAMPLE = (
    '[[price]], provider = "Our cloud", model = "deepseek/deepseek-v3.2", input = 0.2, output = 0.3, '
    "valid_from = 2026-07-01, a line each"
)
_HEADER = re.compile(r"^\s*\[\[\s*price\s*\]\]\s*(?:#.*)?$")


def negotiated(
    path: str | Path, *, catalog: Catalog | None = None, names: dict[str, str] | None = None
) -> tuple[list[dict[str, Any]], Origin]:
    """Read a user's own prices, in US dollars per million tokens, as rows like those of the table `offerings`.

    One `[[price]]` a price: `provider`, `model` (an id, a name, or any name the catalogue resolves), `input`, `output`,
    `valid_from`, and where they exist `cache_read`, `batch_input`, `batch_output`, `valid_to`, `name`, `currency` (USD
    and no other: an exchange rate would need a day of its own). `names` are further names of models, to their ids: of
    a user's own table of scores. Raises TableError with the file, the line and what to write.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "prices.toml"
    ...     _ = file.write_text(
    ...         '[[price]]\\nprovider = "Our cloud"\\nmodel = "our-model"\\ninput = 0.2\\noutput = 0.3\\n'
    ...         "valid_from = 2026-07-01\\n"
    ...     )
    ...     rows, origin = negotiated(file, names={"our-model": "acme/our-model"})
    >>> rows[0]["model_id"], rows[0]["input"], origin.retrieved.isoformat()
    ('acme/our-model', 0.2, '2026-07-01')
    """
    path = Path(path)
    text = _text(path)
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{path.name} is no TOML: {error}", EXAMPLE) from None
    entries = read.get("price")
    other = sorted(set(read) - {"price"})
    if other:
        raise TableError(f"{path.name} has {other[0]!r} outside of a price", EXAMPLE)
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise TableError(f"{path.name} has no [[price]]", EXAMPLE)
    lines = _Lines(path.name, text, len(entries))
    rows: list[dict[str, Any]] = []
    days: list[date] = []
    seen: dict[tuple[Any, ...], int] = {}
    for at, entry in enumerate(entries):
        row = _row(lines, at, entry)
        row["model_id"] = _model(lines, at, entry["model"], entry["valid_from"], catalog, names or {})
        key = (row["provider"], row["model_id"], row["name"], row["valid_from"])
        if key in seen:
            raise lines.wrong(at, "model", f"each price once; entry {seen[key] + 1} is the same from the same day")
        seen[key] = at
        rows.append(row)
        days.append(row["valid_from"])
    origin = Origin.of_file(path.name, retrieved=max(days), sha256=sha256(text.encode()).hexdigest())
    return [{**row, "origin_id": origin.id} for row in rows], origin


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise TableError(f"{path.name} has {path.stat().st_size:,} bytes", f"at most {LARGEST:,}")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise TableError(
            f"There is no file {str(path)!r}", f"a TOML file with {EXAMPLE}", "--prices FILE.toml"
        ) from None
    except UnicodeDecodeError as error:
        raise TableError(f"{path.name} is no text in UTF-8 (byte {error.start})", EXAMPLE) from None
    except OSError as error:
        raise TableError(f"{path.name} cannot be read ({error.strerror})", "a file") from None


class _Lines:
    """Where in the file an entry and its cells stand."""

    def __init__(self, name: str, text: str, entries: int) -> None:
        self.name, self.lines = name, text.split("\n")
        headers = [at for at, line in enumerate(self.lines) if _HEADER.match(line)]
        # Written in another way (inline tables), entries have no line of their own.
        self.headers = headers if len(headers) == entries else None

    def at(self, entry: int, key: str) -> str:
        """The place of a cell, as people look for it."""
        if self.headers is None:
            return f"{self.name} entry {entry + 1}"
        start = self.headers[entry]
        end = self.headers[entry + 1] if entry + 1 < len(self.headers) else len(self.lines)
        own = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=")
        line = next((at for at in range(start + 1, end) if own.match(self.lines[at])), start)
        return f"{self.name} line {line + 1}"

    def wrong(self, entry: int, key: str, expected: str, said: str = "") -> TableError:
        """What is wrong with one cell."""
        return TableError(f"{self.at(entry, key)}: {said or key}", expected)


def _row(lines: _Lines, at: int, entry: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(entry) - set(KEYS))
    if unknown:
        raise lines.wrong(at, unknown[0], f"one of {', '.join(KEYS)}", f"unknown {unknown[0]!r}")
    currency = entry.get("currency", "USD")
    if currency != "USD":
        said = f"currency {currency!r}"
        raise lines.wrong(at, "currency", "US dollars: converted by you, at the rate of a day that you know", said)
    for key in NEEDED:
        if key not in entry:
            why = "the day it holds from: a price without a date is none" if key == "valid_from" else f"{key} = ..."
            raise lines.wrong(at, key, why, f"a price without {key}")
    for key in ("provider", "model", "name"):
        value = entry.get(key, "x")
        if not isinstance(value, str) or not value.strip() or len(value) > 200 or not value.isprintable():
            raise lines.wrong(at, key, "a name", f"{key} = {value!r:.60}")
    for key in PRICES:
        value = entry.get(key, 0.0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise lines.wrong(at, key, "a number of US dollars per million tokens", f"{key} = {value!r:.60}")
        if not math.isfinite(value) or not 0 <= value <= HIGHEST:
            expected = f"0 to {HIGHEST:,.0f} US dollars per million tokens"
            raise lines.wrong(at, key, expected, f"{key} = {value!r:.60}")
    for key in ("valid_from", "valid_to"):
        value = entry.get(key)
        if key in entry and (isinstance(value, datetime) or not isinstance(value, date)):
            raise lines.wrong(at, key, "a day without quotes, such as 2026-07-01", f"{key} = {value!r:.60}")
    start, end = entry["valid_from"], entry.get("valid_to")
    if end is not None and end < start:
        raise lines.wrong(at, "valid_to", f"a day from {start} on", f"valid_to = {end}, before valid_from")
    priced: dict[str, float | None] = {key: float(entry[key]) if key in entry else None for key in PRICES}
    return {
        **priced,
        "provider": entry["provider"].strip(),
        "name": entry.get("name", entry["model"]).strip(),
        "tier": None,
        "mode": "chat",
        "valid_from": start,
        "seen": start,
        "previous": None,
        "until": end,
        "yours": True,
    }


def _model(lines: _Lines, at: int, written: str, day: date, catalog: Catalog | None, names: dict[str, str]) -> str:
    if written.strip().casefold() in names:
        return names[written.strip().casefold()]
    found, near = meant(written, day, catalog) if catalog is not None else (None, ())
    if found is None:
        expected = f"one of {', '.join(near[:3])}" if near else "an id that nomoat models lists"
        raise lines.wrong(at, "model", expected, f"no model {written!r:.60}")
    return found


def meant(written: str, day: date, catalog: Catalog) -> tuple[str | None, tuple[str, ...]]:
    """The id of a model written as id or name, or as the catalogue resolves it on a day; else None and the nearest.

    >>> from nomoat.catalog.store import Catalog
    >>> meant("GPT-5", date(2026, 8, 1), Catalog.open())[0]
    'openai/gpt-5'
    """
    written, members = written.strip(), catalog.members()
    if written in members.index:
        return written, ()
    pairs = zip(members.model_id, members.name, strict=True)
    named = [str(id) for id, name in pairs if name.casefold() == written.casefold()]
    if len(named) == 1:
        return named[0], ()
    from nomoat.catalog.resolve import resolve

    found = resolve(written, as_of=day, catalog=catalog)
    return found.catalogued, tuple(found.candidates) or tuple(nearest(written, members.index))
