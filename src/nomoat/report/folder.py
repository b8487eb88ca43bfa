"""How do results become a folder, whole or not at all: one page that stands alone, pictures and tables beside it?"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from nomoat.errors import OutputError
from nomoat.report.chapters import chapters
from nomoat.report.page import Page, picture
from nomoat.report.parts import Parts
from nomoat.types import SCHEMA_VERSION, Noun
from nomoat.views.ledger import verdicts_table
from nomoat.views.render import raster, render
from nomoat.views.words import headline

MANIFEST = "report.json"


class Report(Noun, frozen=True, kw_only=True):
    """Where a report was written, and its answer in a sentence."""

    path: str  # of index.html
    headline: str
    files: tuple[str, ...]  # all that was written, relative to the folder


def publish(
    out: Path, parts: Parts, *, command: str = "nomoat report", progress: Callable[[str], None] | None = None
) -> Report:
    """Write the page, its pictures and its tables to `out`, all or nothing.

    Everything is written to a folder beside `out` that then takes its place. A folder that holds anything
    but an earlier report is refused; files that somebody laid beside an earlier report stay.
    Raises `OutputError` where `out` cannot be written, with nothing left behind.
    """
    out = Path(os.path.abspath(out))
    earlier = _earlier(out)
    tell = progress or (lambda _: None)
    content = _content(parts, command, tell)
    tell("writing")
    staged = ""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        staged = tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-")
        for name, data in content.items():
            target = Path(staged, name)
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        # mkdtemp makes a folder that only its owner may read; a report is for others too.
        Path(staged).chmod(0o777 & ~_umask())
        _swap(Path(staged), out, earlier)
    except OSError as error:
        if staged:
            shutil.rmtree(staged, ignore_errors=True)
        raise OutputError(
            f"{out} cannot be written ({error.strerror or error})",
            "a folder of yours",
            "nomoat report --out DIR",
        ) from None
    return Report(path=str(out / "index.html"), headline=headline(parts.gap), files=tuple(content))


def _content(parts: Parts, command: str, tell: Callable[[str], None]) -> dict[str, bytes]:
    """Every file of the report, by its name in the folder; the manifest comes last."""
    found: dict[str, bytes] = {}
    page = Page(parts=parts, chapters=chapters(parts), command=command)
    inline: dict[str, tuple[str, str]] = {}
    for chapter in page.chapters:
        tell(f"drawing: {chapter.question}")
        for figure in chapter.figures:
            name = figure.wide.name
            alone = render(figure.wide, "svg", labelled=False)
            found[f"charts/{name}.svg"] = alone
            found[f"charts/{name}.png"] = raster(alone.decode())
            found[f"data/{figure.wide.table.name}.csv"] = figure.wide.table.csv().encode()
            inline[name] = picture(figure.wide), picture(figure.narrow)
        for table in chapter.tables:
            found[f"data/{table.name}.csv"] = table.csv().encode()
    if parts.verdicts is not None:
        found["data/verdicts.csv"] = verdicts_table(parts.verdicts).csv().encode()
    for name, result in parts.results().items():
        found[f"data/{name}.json"] = (result.json() + "\n").encode()
    written = tuple(found)
    found["index.html"] = page.html(inline, frozenset(written)).encode()
    manifest = {"schema_version": SCHEMA_VERSION, "headline": headline(parts.gap), "files": sorted(found)}
    found[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode()
    return found


def _earlier(out: Path) -> Mapping[str, object]:
    """The manifest of the report that stands at `out`; empty where nothing does."""
    advice = "a new or empty folder, or an earlier report", "nomoat report --out DIR"
    try:
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return {}
        if not out.is_dir():
            raise OutputError(f"{out} is a file", *advice)
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
            raise ValueError
    except (FileNotFoundError, ValueError):
        raise OutputError(f"{out} holds other files and no earlier report", *advice) from None
    except OSError as error:
        raise OutputError(f"{out} cannot be read ({error.strerror})", *advice) from None
    return manifest


def _swap(staged: Path, out: Path, earlier: Mapping[str, object]) -> None:
    """Put the new folder in the place of the old one, and carry over what the old one's manifest does not list."""
    if not out.exists():
        staged.rename(out)
        return
    aside = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    old = aside / "old"
    try:
        out.rename(old)
        try:
            staged.rename(out)
        except OSError:
            old.rename(out)
            raise
        listed = earlier.get("files", [])
        own = {MANIFEST, *(str(name) for name in listed)} if isinstance(listed, list) else {MANIFEST}
        for path in sorted(old.rglob("*")):
            name = path.relative_to(old)
            if not path.is_dir() and name.as_posix() not in own and not (out / name).exists():
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                path.rename(out / name)
    finally:
        if out.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
