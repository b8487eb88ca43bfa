"""How the files of a publisher's repository are read out of one zip archive, in memory and within bounds."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from nomoat.errors import SourceError
from nomoat.sources.facts import Facts

LARGEST = 2 * 2**20  # bytes of one file: the largest list of scores of one model has 40 KB
MOST_BYTES = 128 * 2**20
MOST_FILES = 100_000
LEADS_OUT = "files of the archive", "their path leads out of it"
TWICE = "files of the archive", "a file of that name came before"


def members(path: Path, pattern: str, facts: Facts | None = None) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file whose path below the archive's first folder matches, in order of their names.

    Nothing is written to disk, so that a path that leads out of the folder leads nowhere: such files are left out, and
    so is a second of the same name; `facts` counts both. The sizes that the archive claims are not believed: reading
    stops at the bound. Raises `SourceError` for what is no archive, is encrypted or
    damaged, holds too much, or has no such file.
    """
    wanted = re.compile(pattern)
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise SourceError(f"{path.name} lists {len(entries):,} files", f"at most {MOST_FILES:,}")
            found: dict[str, zipfile.ZipInfo] = {}
            for one in entries:
                out, name = leads_out(one.filename), below(one.filename)
                if not out and not wanted.fullmatch(name):
                    continue
                if facts is not None and (out or name in found):
                    facts.leave(*(LEADS_OUT if out else TWICE))
                if not out:
                    found.setdefault(name, one)
            for name in sorted(found):
                with archive.open(found[name]) as file:
                    body = file.read(LARGEST + 1)
                total += len(body)
                if len(body) > LARGEST or total > MOST_BYTES:
                    much = f"{LARGEST / 2**20:.0f} MB a file and {MOST_BYTES / 2**20:.0f} MB in all"
                    raise SourceError(f"{path.name}: {name[:80]!r} is too large", f"at most {much}")
                yield name, body
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise SourceError(f"{path.name} cannot be read ({str(error)[:100]})", "a whole zip archive") from None
    if not found:
        raise SourceError(f"{path.name} has no file such as {pattern}", "an archive of the publisher's repository")


def below(name: str) -> str:
    """Return the path without the folder that a repository's archive puts everything into.

    >>> below("main-database-main/llama-3.3.yaml")
    'llama-3.3.yaml'
    """
    return name.partition("/")[2]


def leads_out(name: str) -> bool:
    """Whether a path in an archive leads out of the folder that it is unpacked into, or names a drive.

    >>> [leads_out(name) for name in ("a/../../b", "/etc/passwd", "C:b", "..\\\\b", "a/b..c", "a/b")]
    [True, True, True, True, False, False]
    """
    return re.match(r"[/\\]|[A-Za-z]:", name) is not None or ".." in re.split(r"[/\\]", name)
