"""How the files of a publisher's repository are read out of one zip archive, in memory and within bounds."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from nomoat.errors import SourceError

LARGEST = 2 * 2**20  # bytes of one file: the largest list of scores of one model has 40 KB
MOST_BYTES = 128 * 2**20
MOST_FILES = 100_000


def members(path: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file whose path below the archive's first folder matches, in order of their names.

    Nothing is written to disk, so that a path that leads out of the folder leads nowhere; the sizes that the archive
    claims are not believed: reading stops at the bound. Raises `SourceError` for what is no archive, is encrypted or
    damaged, holds too much, or has no such file.
    """
    wanted = re.compile(pattern)
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise SourceError(f"{path.name} lists {len(entries):,} files", f"at most {MOST_FILES:,}")
            found = {below(one.filename): one for one in entries if wanted.fullmatch(below(one.filename))}
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
