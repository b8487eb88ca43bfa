"""What may be typed for a date, a level, a number of draws, a file? Checked before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import nan
from pathlib import Path

import click

from nomoat.errors import DateError, InputError, OutputError

ENDINGS = ("png", "svg", "html", "csv", "json")
MOST_DRAWS = 100_000  # abilities of 222 models in so many draws take 180 MB
MOST_SEED = 2**63 - 1

Check = Callable[[click.Context, click.Parameter, str], object]


def day(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """A calendar day as YYYY-MM-DD; no other of the ISO forms, which people read in two ways."""
    if value is None:
        return None
    try:
        if len(value) != len("2026-08-11"):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        option = param.opts[0]
        raise DateError(f"{option} {value!r} is no date", "YYYY-MM-DD", f"{option} 2026-08-11") from None


def between_0_and_1(ctx: click.Context, param: click.Parameter, value: str | float) -> float:
    """A share or a level, neither end included."""
    try:
        share = float(value)
    except ValueError:
        share = nan
    if not 0 < share < 1:
        option = param.opts[0]
        raise InputError(f"{option} {value}", "a number between 0 and 1", f"{option} {param.default}")
    return share


def whole(most: int) -> Callable[[click.Context, click.Parameter, str | int], int]:
    """A whole number from 0 up to `most`."""

    def check(ctx: click.Context, param: click.Parameter, value: str | int) -> int:
        try:
            number = int(value)
        except ValueError:
            number = -1
        if not 0 <= number <= most:
            option = param.opts[0]
            expected = f"a whole number from 0 to {most:,}"
            raise InputError(f"{option} {value}", expected, f"{option} {param.default}")
        return number

    return check


def file(ctx: click.Context, param: click.Parameter, value: str | None) -> Path | None:
    """A file to write, in the format that its ending names, in a folder that exists."""
    if value is None:
        return None
    path = Path(value)
    ending = path.suffix.lower().lstrip(".")
    if ending not in ENDINGS:
        known = ", ".join(f".{name}" for name in ENDINGS)
        raise OutputError(
            f"--out {value!r} names no format", f"a file name that ends in {known}", f"--out {path.stem or 'gap'}.svg"
        )
    if not path.parent.is_dir():
        raise OutputError(f"There is no folder {str(path.parent)!r}", "a folder that exists", f"--out {path.name}")
    if path.is_dir():
        raise OutputError(f"{value!r} is a folder", "a file name", f"--out {path.stem}-1.{ending}")
    return path


def folder(ctx: click.Context, param: click.Parameter, value: str) -> Path:
    """A folder to write, which may not be there yet; tried out before a report of many seconds is computed for it."""
    from tempfile import TemporaryDirectory

    path = Path(value)
    there = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
    try:
        with TemporaryDirectory(dir=there, prefix=".nomoat-"):
            return path
    except OSError as error:
        raise OutputError(
            f"{value!r} cannot be written ({error.strerror})", "a folder that you may write to", f"--out ~/{path.name}"
        ) from None
