"""What did the user say that outside names mean? A small CSV file in the store, for people to read and to version."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from datetime import date
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

import msgspec

from nomoat.catalog.home import store_home
from nomoat.catalog.lexicon import Meaning, lexicon
from nomoat.catalog.lock import locked
from nomoat.catalog.spelling import LONGEST, clean
from nomoat.errors import InputError, OutputError, SnapshotError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

if TYPE_CHECKING:
    from nomoat.catalog.resolve import Resolution
    from nomoat.catalog.store import Catalog

NAME = "aliases.csv"
COLUMNS = ("source", "name", "from", "to", "id", "because")
YOURS = "you said so"


class Alias(Noun, frozen=True, kw_only=True):
    """A name of a source and the id that you gave it, on the days from `since` to `until`, both included."""

    source: str
    name: str
    id: str
    since: date | None = None
    until: date | None = None
    because: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """How a name is looked up: spellings that differ in case or in invisible signs are one."""
        return self.source, clean(self.name)

    @property
    def days(self) -> str:
        """The days in words."""
        if self.since is None and self.until is None:
            return "always"
        return f"{self.since or '...'} to {self.until or '...'}"

    def meaning(self) -> Meaning:
        """The same as an entry of the lexicon."""
        why = f"{YOURS} ({self.because})" if self.because else YOURS
        return Meaning(self.id, why, self.since, self.until)

    def meets(self, other: Alias) -> bool:
        """Whether some day has both."""
        latest = max(self.since or date.min, other.since or date.min)
        return self.key == other.key and latest <= min(self.until or date.max, other.until or date.max)


class Aliases(Noun, frozen=True, kw_only=True):
    """All aliases of yours, in the order of the file; `said` is what was just done."""

    schema_version: int = SCHEMA_VERSION
    file: str
    aliases: tuple[Alias, ...]
    said: str = ""
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


def aliases(home: Path | None = None) -> Aliases:
    """Return what the user said that names mean, from `aliases.csv` in the store.

    Raises SnapshotError with the line where the file cannot be read, since it can be edited by hand.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     aliases(Path(folder)).aliases
    ()
    """
    path = store_home(home) / NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Aliases(file=str(path), aliases=())
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SnapshotError(f"{path} cannot be read ({why})", ",".join(COLUMNS), f"mend it, or remove {NAME}") from None
    found: list[Alias] = []
    for at, cells in _lines(path, text):
        alias = _read(path, at, cells)
        if any(alias.meets(other) for other in found):
            raise _broken(path, at, f"gives {alias.name!r} a second meaning for the same days")
        found.append(alias)
    return Aliases(file=str(path), aliases=tuple(found))


def add(alias: Alias, *, catalog: Catalog, home: Path | None = None) -> Aliases:
    """Enter one alias after it was checked; return all of them.

    The id is a model of the catalogue, as `nomoat models --csv` prints it, or a canonical id whose model is known.
    Refused with InputError or UnknownName: a name that no source could write, dates in reverse, days on which the
    name has a meaning already, and an id whose date or settings contradict those that the name itself carries.
    """
    from nomoat.catalog.resolve import SOURCES

    source = alias.source.strip().casefold()
    alias = msgspec.structs.replace(
        alias, source=SOURCES.get(source, source), name=alias.name.strip(), id=alias.id.strip()
    )
    _check(alias, catalog)
    folder = store_home(home)
    with locked(folder):
        known = aliases(home)
        for other in known.aliases:
            if alias.meets(other):
                again = f"nomoat models alias remove {other.name!r} --source {other.source}"
                raise InputError(
                    f"{other.name!r} of {other.source} means {other.id} already ({other.days})",
                    "days that no other line has",
                    again + (f" --from {other.since}" if other.since else ""),
                )
        _write(folder / NAME, [*known.aliases, alias])
    return msgspec.structs.replace(
        known, aliases=(*known.aliases, alias), said=f"{alias.name!r} of {alias.source} now means {alias.id}"
    )


def remove(name: str, *, source: str, since: date | None = None, home: Path | None = None) -> Aliases:
    """Take out the alias of a name, the one that begins on `since` where there are several; return the others."""
    from nomoat.catalog.resolve import SOURCES

    source = source.strip().casefold()
    key = SOURCES.get(source, source), clean(name)
    folder = store_home(home)
    if not (folder / NAME).exists():
        raise InputError("There are no aliases of yours", "one that was added", "nomoat models alias list")
    with locked(folder):
        known = aliases(home)
        held = [alias for alias in known.aliases if alias.key == key]
        if not held:
            spellings = {f"{alias.name} --source {alias.source}" for alias in known.aliases}
            raise UnknownName.of("alias", f"{name} --source {source}", spellings, "nomoat models alias list")
        chosen = [alias for alias in held if len(held) == 1 or alias.since == since]
        if len(chosen) != 1:
            days = ", ".join(alias.days for alias in held)
            raise InputError(f"{name!r} has {len(held)} meanings: {days}", "the first day of one", f"--from {since}")
        kept = tuple(alias for alias in known.aliases if alias is not chosen[0])
        _write(folder / NAME, kept)
    return msgspec.structs.replace(known, aliases=kept, said=f"{name!r} of {source} no longer means {chosen[0].id}")


def _check(alias: Alias, catalog: Catalog) -> None:
    """Raise where the alias cannot hold."""
    from nomoat.catalog.held import held
    from nomoat.catalog.resolve import parse, resolve

    for what, text in (("name", alias.name), ("source", alias.source), ("id", alias.id), ("reason", alias.because)):
        if any(unicodedata.category(sign)[0] == "C" for sign in text) or len(text) > LONGEST:
            raise InputError(f"The {what} {text[:60]!r} has invisible signs or is too long", "plain text in one line")
    if not clean(alias.name) or not alias.source or alias.source == "*":
        raise InputError(
            f"{alias.name!r} of {alias.source!r} is no name", "a name and whose spelling it is", "--source arena"
        )
    if alias.since and alias.until and alias.since > alias.until:
        raise InputError(f"{alias.since} is after {alias.until}", "--from before --to", f"--from {alias.until}")
    meant, known = parse(alias.id), held(catalog)
    if meant is None or not (
        {meant.version_id, meant.model_id} & known.ids or known.model(meant) or meant.model_id in lexicon().models
    ):
        raise UnknownName.of("model", alias.id, known.ids, "nomoat models, which lists the ids with --csv")
    plain = resolve(alias.name, source=alias.source, table=lexicon().rules_only())
    if plain.version and meant.version and not _one_time(plain.version, meant.version):
        raise InputError(
            f"{alias.name!r} carries the date {plain.version}, and {alias.id} is of {meant.version}",
            "an id of the same date",
            f"nomoat models resolve {alias.name!r}",
        )
    if against := _settings(plain, meant):
        raise InputError(
            f"{alias.name!r} says {against}, and {alias.id} says otherwise", "an id with the same settings"
        )


def _one_time(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _settings(plain: Resolution, meant: Resolution) -> str:
    """The setting that a name carries and an id contradicts, empty where there is none."""
    for key in ("effort", "budget", "mode"):
        said, other = getattr(plain, key), getattr(meant, key)
        if said and other and said != other:
            return f"{key}={said}"
    return ""


def _lines(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The cells of each line under the header, with its number."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise _broken(path, reader.line_num, f"cannot be read ({error})") from None
    if lines and tuple(lines[0][1]) != COLUMNS:
        raise _broken(path, lines[0][0], "is not the header")
    return lines[1:]


def _read(path: Path, at: int, cells: list[str]) -> Alias:
    if len(cells) != len(COLUMNS):
        raise _broken(path, at, f"has {len(cells)} cells")
    source, name, since, until, id, because = cells
    try:
        days = [date.fromisoformat(day) if day else None for day in (since, until)]
    except ValueError:
        raise _broken(path, at, "has a date that is none") from None
    if not (source and clean(name) and id):
        raise _broken(path, at, "has no source, no name or no id")
    return Alias(source=source, name=name, since=days[0], until=days[1], id=id, because=because)


def _broken(path: Path, line: int, what: str) -> SnapshotError:
    return SnapshotError(f"{path}, line {line}, {what}", ",".join(COLUMNS), f"mend that line, or remove {NAME}")


def _write(path: Path, found: list[Alias] | tuple[Alias, ...]) -> None:
    """Put the whole table at `path`, or leave what is there."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in found:
        writer.writerow([one.source, one.name, one.since or "", one.until or "", one.id, one.because])
    temporary = ""
    try:
        handle, temporary = mkstemp(dir=path.parent, prefix=".aliases-")
        with os.fdopen(handle, "wb") as file:
            file.write(text.getvalue().encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"{path} cannot be written ({error.strerror})", "a folder of yours", "NOMOAT_HOME=DIR nomoat ..."
        ) from None
