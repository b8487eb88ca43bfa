"""Epoch AI's benchmark archive: every run, scaled as the archive's own tables say.

Address and format from the loader of epoch-research/eci-public (read on 2026-11-22) and from the dump of May 2026; no
live answer was seen where this was written. `benchmark_metadata.csv` says in which file and column a benchmark's scores
stand, and how they are scaled; `model_metadata.csv` says which model a version is of, with date, organisation and
accessibility (mid-2026: `eci_model_versions.csv`, with the date alone). An older dump has neither: of it, Epoch's own
runs are read by the table below, and what was copied from other boards is refused, since no file says how it is scaled.
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.identity import slug, split_effort
from nomoat.errors import SourceError
from nomoat.sources.copies import Copy
from nomoat.sources.curated import Curated
from nomoat.sources.delimited import Row, check_header
from nomoat.sources.epoch import HUB, LICENCE, openness_of
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import reason
from nomoat.sources.plain import is_plain
from nomoat.sources.web import Web
from nomoat.sources.zipped import LEADS_OUT, TWICE, leads_out

if TYPE_CHECKING:
    from nomoat.sources.naming import Naming

ADDRESS = "https://epoch.ai/data/benchmark_data.zip"
RUNS = Publication(
    key="epoch/benchmark-runs",
    publisher="Epoch AI",
    dataset="epoch-benchmarks",
    title="Benchmark runs by Epoch AI",
    address=ADDRESS,
    licence=LICENCE,
    attribution=HUB,
    evidence="measured by publisher",
)
GATHERED = Publication(
    key="epoch/benchmarks-gathered",
    publisher="Epoch AI",
    dataset="epoch-benchmarks",
    title="Scores that Epoch AI gathered from other boards",
    address=ADDRESS,
    licence=f"{LICENCE}; the boards' own terms apply too",
    attribution=HUB,
    evidence="secondary",
)

BENCHMARKS, VERSIONS = "benchmark_metadata.csv", ("model_metadata.csv", "eci_model_versions.csv")
MOST_FILES, LARGEST, MOST_BYTES = 2_000, 64 << 20, 256 << 20  # the archive has 80 files of together 6 MB
_BEST = "Best score (across scorers)"


@dataclass(frozen=True)
class Scale:
    """Where a benchmark's scores stand and which two of them are chance and the most that can be had."""

    benchmark: str
    file: str
    column: str
    scale: float = 1.0
    chance: float = 0.0
    ceiling: float = 1.0
    released: date | None = None


# Found by laying the dump of May 2026 beside the index's input of 2026-08-11: the line on which most pairs of scores
# lie, to three places (of GPQA diamond 4,082 of 4,656 pairs).
KNOWN = (
    Scale("GPQA diamond", "gpqa_diamond.csv", _BEST, chance=0.25),
    Scale("MATH level 5", "math_level_5.csv", _BEST),
    Scale("OTIS Mock AIME 2024-2025", "otis_mock_aime_2024_2025.csv", _BEST, chance=0.001),
    Scale("SimpleQA Verified", "simpleqa_verified.csv", _BEST),
    Scale("SWE-Bench verified", "swe_bench_verified.csv", _BEST),
    Scale("Chess Puzzles", "chess_puzzles.csv", _BEST, chance=0.05),
    Scale("FrontierMath-2025-02-28-Private", "frontiermath.csv", _BEST, ceiling=0.57),
    Scale("FrontierMath-Tier-4-2025-07-01-Private", "frontiermath_tier_4.csv", _BEST, ceiling=0.6),
)


def fetch(web: Web, **options: Any) -> tuple[Copy, ...]:
    """Fetch the archive."""
    return (web.get("epoch", "benchmark_data", ADDRESS, kind="zip", limit=128 << 20),)


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read copies of the archive, with what Epoch gathered from other boards."""
    facts = Facts()
    for copy in copies:
        facts.update(read_archive(copy.path, copy.retrieved.date(), curated, naming))
    return facts


def read_archive(path: Path, retrieved: date, curated: Curated, naming: Naming, *, gathered: bool = True) -> Facts:
    """Read `benchmark_data.zip`, or the folder of an unpacked one: the best run of each version on each benchmark.

    `performance` is (score * scale - chance) / (ceiling - chance), clipped to 0..1, as Epoch's loader does; `stderr` is
    scaled alike. Without `gathered`, Epoch's own runs alone are read. A version that leads to no model is counted.
    """
    facts = Facts()
    files = _files(path, facts)
    hashed = path if path.is_file() else path / "gpqa_diamond.csv"
    runs, boards = facts.origin(RUNS, retrieved, hashed), ""
    scales, groups = list(_scales(files, facts)), _groups(files, facts, retrieved)
    found = _Models(curated, naming, facts, runs, groups, retrieved)
    best: dict[tuple[str, str, str], dict[str, Any]] = {}
    for scale in scales:
        own = not scale.file.endswith("_external.csv")
        if not own and not gathered:
            facts.leave("benchmarks of the archive", "gathered from other boards")
            continue
        if scale.file not in files:
            facts.leave("benchmarks of the archive", "their file is not in it")
            continue
        if not own:
            boards = boards or facts.origin(GATHERED, retrieved, hashed)
        for row in _rows(scale.file, files[scale.file], facts):
            try:
                cells = _score(row, scale, own, found, curated)
            except SourceError as error:
                facts.leave("scores of the archive", f"broken in the source: {reason(error)}")
                continue
            if cells is None:
                continue
            cells["origin"] = runs if own else boards
            key = cells["model_id"], cells["version"], cells["benchmark_id"]
            if key in best:
                facts.leave("runs of the archive", "another run of the version on the benchmark scored more")
            if key not in best or best[key]["performance"] < cells["performance"]:
                best[key] = cells
    if not best:
        raise SourceError(f"{path.name} has no score that can be read", "runs on benchmarks", "nomoat update epoch")
    for cells in best.values():
        facts.add("scores", cells.pop("origin"), **cells)
    return facts


class _Models:
    """Which model a version string is of: the naming's, else the one that the archive's own table has for it."""

    def __init__(
        self, curated: Curated, naming: Naming, facts: Facts, key: str, groups: dict[str, Row], retrieved: date
    ) -> None:
        self._curated, self._naming, self._facts, self._key = curated, naming, facts, key
        self._groups, self._retrieved = groups, retrieved
        self._ids: dict[str, str | None] = {}
        self._minted: set[str] = set()

    def find(self, version: str) -> tuple[str | None, str | None]:
        """(model_id, its organisation): None where it leads to no model."""
        if version not in self._ids:
            self._ids[version] = self._known(version) or self._new(version)
        model_id = self._ids[version]
        return model_id, model_id.split("/")[0] if model_id else None

    def _known(self, version: str) -> str | None:
        for spelled in dict.fromkeys((version, split_effort(version)[0])):
            named = self._naming.model(spelled, source="epoch", as_of=self._retrieved)
            if named:
                return named.model_id
        return None

    def _new(self, version: str) -> str | None:
        row = self._groups.get(version)
        written = row.text("organization") if row and "organization" in row.cells else None
        if row is None or written is None:
            return None
        group, released = row.needed("model_group"), row.day("date")
        country = row.text("country") if "country" in row.cells else None
        organisation = self._curated.organisation(written, country)
        model_id = f"{organisation}/{slug(group)}"
        if model_id not in self._minted:
            self._minted.add(model_id)
            self._facts.add(
                *("models", self._key), model_id=model_id, name=group, organisation_id=organisation, released=released
            )  # fmt: skip
            said = Row(row.file, row.line, {"Model accessibility": row.cells.get("accessibility", "")})
            openness = openness_of(said, newer=True)
            self._facts.add("openness", self._key, **{"model_id": model_id, "class": openness})
        return model_id


def _score(row: Row, scale: Scale, own: bool, models: _Models, curated: Curated) -> dict[str, Any] | None:
    facts = models._facts
    version = row.text("Model version")
    if scale.column not in row.cells:
        raise SourceError(f"{row.file}: no column {scale.column!r}", "the column that the archive names")
    written = row.number(scale.column)
    if version is None or written is None:
        facts.leave("scores of the archive", "without a version" if version is None else "without a number")
        return None
    if not is_plain(version):
        raise row.wrong("Model version", "a plain text")
    performance = (written * scale.scale - scale.chance) / (scale.ceiling - scale.chance)
    if not math.isfinite(performance) or abs(performance) > 10:
        raise row.wrong(scale.column, "a score of the scale that the archive names")
    model_id, organisation = models.find(version)
    if model_id is None:
        facts.leave("scores of the archive", "of a version that leads to no model")
        return None
    noise = row.number("stderr", 0) if "stderr" in row.cells else None
    source = row.text("Source") if "Source" in row.cells else None
    ran = [row.text(name) for name in ("Agent", "Scaffold", "Tools", "Shots") if name in row.cells]
    if own:
        evidence = "own-run"
    else:
        try:
            evidence = curated.evidence(source, organisation)
        except SourceError:
            evidence = "leaderboard" if "eaderboard" in (source or "") else "unsourced"
    said = "; ".join(filter(None, [source, *ran]))
    return {
        "model_id": model_id,
        "benchmark_id": slug(scale.benchmark),
        "version": version,
        "performance": min(1.0, max(0.0, performance)),
        "stderr": None if noise is None else noise * scale.scale / (scale.ceiling - scale.chance),
        "evidence": evidence,
        "source": said if said and is_plain(said, 600) else None,
    }


def _scales(files: dict[str, bytes], facts: Facts) -> Iterator[Scale]:
    """How each benchmark is scaled, as the archive says or, of an older one, as was found out."""
    if BENCHMARKS not in files:
        yield from (scale for scale in KNOWN if scale.file in files)
        others = set(files) - {scale.file for scale in KNOWN}
        facts.leave("benchmarks of the archive", f"of an older dump without {BENCHMARKS}: scale unknown", len(others))
        return
    needed = ("benchmark", "source_file", "score_column", "scale", "random_baseline", "score_ceiling")
    for row in _rows(BENCHMARKS, files[BENCHMARKS], facts, needed):
        try:
            low, high = row.number("random_baseline", 0, 1) or 0.0, row.number("score_ceiling", 0, 1)
            scale = Scale(
                benchmark=row.needed("benchmark"),
                file=row.text("source_file") or "",
                column=row.needed("score_column"),
                scale=row.number("scale", 1e-6, 1e3) or 1.0,
                chance=low,
                ceiling=1.0 if high is None else high,
                released=row.day("release_date") if "release_date" in row.cells else None,
            )
            if scale.ceiling <= scale.chance or not is_plain(scale.benchmark):
                raise row.wrong("score_ceiling", "more than chance")
        except SourceError as error:
            facts.leave("benchmarks of the archive", f"broken in the source: {reason(error)}")
            continue
        yield scale


def _groups(files: dict[str, bytes], facts: Facts, retrieved: date) -> dict[str, Row]:
    """What the archive says of each version; nothing where it has no such table."""
    for name in VERSIONS:
        if name in files:
            found: dict[str, Row] = {}
            for row in _rows(name, files[name], facts, ("model_version", "model_group", "date")):
                try:
                    version, group, day = row.text("model_version"), row.text("model_group"), row.day("date")
                    if not (version and group):
                        continue
                    if (day and not 1970 < day.year <= retrieved.year + 1) or not (
                        is_plain(version) and is_plain(group)
                    ):
                        raise row.wrong("date", "a plain name and a date of release")
                except SourceError as error:
                    facts.leave("versions of the archive", f"broken in the source: {reason(error)}")
                    continue
                found[version] = row
            return found
    return {}


def _rows(name: str, body: bytes, facts: Facts, needed: Sequence[str] = ("Model version",)) -> Iterator[Row]:
    """The records of a file of the archive; one of another length is left out and counted."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(f"{name} is not UTF-8", "a CSV file") from None
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [cell.strip() for cell in next(lines, [])]
        check_header(name, header, needed)
        for cells in lines:
            if len(cells) == len(header):
                yield Row(name, lines.line_num, dict(zip(header, cells, strict=True)))
            elif cells:
                facts.leave("rows of the archive", "another number of cells than the header")
    except csv.Error as error:
        raise SourceError(f"{name}, row {lines.line_num}: {error}", "comma-separated values") from None


def _files(path: Path, facts: Facts) -> dict[str, bytes]:
    """The CSV files by their bare names, read in memory and within bounds: a path in an archive leads nowhere."""
    if path.is_dir():
        return {one.name: one.read_bytes() for one in sorted(path.glob("*.csv"))}
    files: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if one.filename.endswith(".csv")]
            if len(entries) > MOST_FILES:
                raise SourceError(f"{path.name} lists {len(entries):,} files", f"at most {MOST_FILES:,}")
            for entry in entries:
                if entry.filename.startswith("additional_eci_data/"):
                    continue
                if leads_out(entry.filename):
                    facts.leave(*LEADS_OUT)
                    continue
                with archive.open(entry) as file:
                    body = file.read(LARGEST + 1)
                total += len(body)
                if len(body) > LARGEST or total > MOST_BYTES:
                    raise SourceError(f"{path.name} unpacks to more than {MOST_BYTES >> 20} MB", "benchmark scores")
                name = entry.filename.rsplit("/", 1)[-1]
                if name in files:
                    facts.leave(*TWICE)
                files.setdefault(name, body)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise SourceError(f"{path.name} cannot be read ({str(error)[:100]})", "a whole zip archive") from None
    return files
