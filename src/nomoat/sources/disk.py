"""How files that somebody fetched already stand in for a publisher's server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from nomoat.errors import SourceError
from nomoat.sources.copies import Copy, slot
from nomoat.sources.web import Web


class Disk(Web):
    """A `Web` that asks no server: each thing is a file below `folder`, or `folder` itself where that is a file.

    A thing NAME of SOURCE is looked for as SOURCE/NAME.KIND, as this store keeps it (SOURCE/NAME_<date>_<hash>.KIND,
    the newest), and under the last part of its address, in SOURCE/ and in `folder`; where one source is asked for,
    `alone`, the only file of its kind in `folder` is taken under any name. The copies count as retrieved on
    `retrieved`; without it, today.
    """

    def __init__(
        self, home: Path | None, folder: Path, *, retrieved: date | None = None, alone: bool = False, **rest: Any
    ) -> None:
        if retrieved is not None:
            rest["now"] = lambda: datetime.combine(retrieved, time(), UTC)
        super().__init__(home, **rest)
        self._folder, self._alone = folder, alone
        self.met = 0  # how often a file was there for what was asked

    def get(
        self,
        source: str,
        name: str,
        address: str,
        *,
        kind: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | list[tuple[str, str]] | None = None,
        limit: int | None = None,
    ) -> Copy:
        """Take the file of a thing; raises SourceError with the names that were looked for where there is none."""
        path = self._found(source, name, address, kind)
        self.met += path is not None
        if path is None:
            looked = f"{source}/{name}.{kind}"
            last = _last(address)
            raise SourceError(
                f"{self._folder} has no file for {name!r} of {source}",
                f"{looked}, or {last}" if last else looked,
                f"nomoat update {source} --from DIR",
            )
        if limit is not None and path.stat().st_size > limit:
            raise SourceError(f"{path} is larger than {limit:,} bytes", "a smaller file")
        return self.take(source, name, path, kind=kind, address=address)

    def pages(
        self,
        source: str,
        name: str,
        address: str,
        *,
        kind: str = "json",
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | list[tuple[str, str]] | None = None,
        limit: int | None = None,
        most: int = 1000,
    ) -> Iterator[Copy]:
        """Take NAME-000, NAME-001, ... until one is not there, else the one file of that name."""
        first = f"{name}-000"
        if self._found(source, first, address, kind) is None or self._folder.is_file():
            yield self.get(source, name, address, kind=kind, limit=limit)
            return
        for number in range(most):
            page = f"{name}-{number:03d}"
            if self._found(source, page, "", kind) is None and number:
                return
            yield self.get(source, page, address if not number else "", kind=kind, limit=limit)

    def files(self, source: str, *kinds: str) -> tuple[Path, ...]:
        """Every file of these kinds in SOURCE/ or, where that is not there, in `folder`; else `folder` itself, a file.

        What lies in the folder of another source is of that one.

        For sources whose things nobody can list without their server: the names of the files say what they are.
        """
        from nomoat.sources.known import SOURCES

        if self._folder.is_file():
            self.met += 1
            return (self._folder,)
        place = self._folder / source
        own = place.is_dir()
        place = place if own else self._folder
        others = {cut for name in SOURCES for cut in (name, name.replace("-", "_"), name.split("-")[0])}
        within = (path for kind in kinds for path in place.rglob(f"*.{kind}"))
        found = [path for path in within if own or path.relative_to(place).parts[0] not in others]
        found = [path for path in found if path.resolve().is_relative_to(self._folder.resolve())]
        self.met += bool(found) and (own or self._alone)
        return tuple(sorted(found))

    def _found(self, source: str, name: str, address: str, kind: str) -> Path | None:
        if self._folder.is_file():
            return self._folder
        last = _last(address)
        for place in (self._folder / slot(source), self._folder / source, self._folder):
            plain = [f"{slot(name)}.{kind}", f"{name}.{kind}", *([last] if last else [])]
            for one in plain:
                if (place / one).is_file() and (place / one).resolve().is_relative_to(self._folder.resolve()):
                    return place / one
            kept = re.compile(rf"{re.escape(slot(name))}_\d{{8}}T\d{{12}}Z_[0-9a-f]{{12}}\.{kind}")
            held = (
                sorted(path for path in place.glob(f"*.{kind}") if kept.fullmatch(path.name)) if place.is_dir() else []
            )
            if held:
                return held[-1]
        if self._alone:
            only = [path for path in self._folder.glob(f"*.{kind}") if path.is_file() and not path.is_symlink()]
            return only[0] if len(only) == 1 else None
        return None


def _last(address: str) -> str:
    """The file name that an address ends in; empty where it has none."""
    last = unquote(urlsplit(address).path).rpartition("/")[2]
    return last if "." in last.strip(".") and slot(last) else ""
