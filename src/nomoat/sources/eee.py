"""Every Eval Ever: evaluation records that many parties report in one shape, each with who ran it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nomoat.catalog.identity import slug
from nomoat.errors import SourceError
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts, Publication
from nomoat.sources.nested import MOST_RECORDS, Record, document, lines, reason

if TYPE_CHECKING:
    from nomoat.sources.copies import Copy
    from nomoat.sources.curated import Curated
    from nomoat.sources.naming import Naming
    from nomoat.sources.web import Web

DATASET = "every-eval-ever"
ADDRESS = "https://huggingface.co/datasets/evaleval/EEE_datastore"
TREE = "https://huggingface.co/api/datasets/evaleval/EEE_datastore/tree/main/data"
SCHEMAS = ("0.2.0", "0.3.0")
MOST_FILES = 2_000  # the datastore holds 77,451 records, a file each: it is fetched a collection at a time
USUAL = ("hle", "mmlu-pro")
RELATIONS = {  # who evaluated: (evidence of the copy, class of the score)
    "first_party": ("self-reported", "vendor-report"),
    "collaborative": ("self-reported", "vendor-report"),
    "third_party": ("secondary", "third-party-report"),
    "other": ("secondary", "unsourced"),
}
_EARLIEST = date(2018, 1, 1)


def publication(relation: str, called: str) -> Publication:
    """Return the data set with the evidence that an `evaluator_relationship` stands for.

    What a vendor took part in is self-reported. None of the data set is input of a fit unless it is asked for by name.
    """
    return Publication(
        key=f"eee/{relation.replace('_', '-')}/{slug(called)}",
        publisher="EvalEval Coalition",
        dataset=DATASET,
        title=f"Every Eval Ever, records of {relation.replace('_', '-')} evaluators",
        address=ADDRESS,
        licence="of each record's own source",
        attribution="EvalEval Coalition, Every Eval Ever, evalevalai.com",
        evidence=RELATIONS[relation][0],
    )


def fetch(web: Web, *, collections: Collection[str] = USUAL, most: int = MOST_FILES) -> tuple[Copy, ...]:
    """Fetch the aggregate records of some collections (`hle`, `mmlu-pro`, ...): each is a file of its own.

    The instance files (`*_samples.jsonl`) beside them are gigabytes and stay away. Raises `SourceError` where a
    collection holds no record, or all of them more than `most`. Of a disk all files of records are taken.
    """
    if isinstance(web, Disk):
        held = [path for path in web.files("eee", "json", "jsonl") if not path.name.endswith("_samples.jsonl")]
        if not 0 < len(held) <= most:
            raise SourceError(f"There are {len(held):,} files of records", f"from 1 to {most:,}", "--from DIR")
        return tuple(web.take("eee", path.stem, path, kind=path.suffix[1:]) for path in held)
    files: list[str] = []
    for collection in collections:
        if not collection or slug(collection) != collection.lower().replace("_", "-"):
            raise SourceError(f"{collection[:60]!r} is no collection", "a folder of the datastore such as hle")
        found: list[str] = []
        pages = web.pages("eee", f"tree-{collection}", f"{TREE}/{collection}", params={"recursive": "true"})
        for page in pages:
            listed = document(page.path)
            found += [path for path in map(_file, listed if isinstance(listed, list) else []) if path]
            if len(files) + len(found) > most:
                raise SourceError(f"{collection} brings the records beyond {most:,}", "a smaller collection")
        if not found:
            raise SourceError(f"{TREE}/{collection} lists no record", "files that end in .json")
        files += found
    return tuple(
        web.get("eee", file.removeprefix("data/"), f"{ADDRESS}/resolve/main/{file}", kind="json") for file in files
    )


def read(copies: Sequence[Copy], curated: Curated, naming: Naming) -> Facts:
    """Read records from copies of one record, of a list of them, or of one a line.

    A copy of which nothing can be read is left out and counted; where that is so of all, the first error is raised.
    """
    records = Records(naming)
    first: SourceError | None = None
    known = max(copy.retrieved for copy in copies).date()  # one day for all: a data set is known as of its newest
    for copy in copies:
        try:
            records.read(copy.path, known, copy.name)
        except SourceError as error:
            first = first or error
            records.facts.leave("files of records", _kind(error))
    if first and not records.facts.tables.get("scores"):
        raise first
    return records.facts


class Records:
    """Reads evaluation records into scores from 0 to 1 of the data set `every-eval-ever`.

    performance = (score - min) / (max - min), or 1 - that where lower is better; min and max are the record's own. A
    result without both bounds, or with a score beyond them, is left out: no scale is guessed. Benchmarks keep the names
    that the records give them, apart from everybody else's. Every file is an origin of its own.
    """

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.facts = Facts()
        self._benchmarks: set[str] = set()

    def read(self, path: Path, retrieved: date, called: str | None = None) -> None:
        """Read one file; only the schema versions of `SCHEMAS` are known, and another one is refused by name.

        Raises `SourceError` where no record of the file is whole.
        """
        held = list(lines(path)) if path.suffix == ".jsonl" else document(path)
        found = held if isinstance(held, list) else [held]
        if not found or len(found) > MOST_RECORDS:
            raise SourceError(f"{path.name} holds {len(found):,} records", f"from 1 to {MOST_RECORDS:,}")
        first: SourceError | None = None
        broken = 0
        for number, cells in enumerate(found, start=1):
            try:
                self._add(_versioned(path, number, cells), path, retrieved, called or path.stem)
            except SourceError as error:
                first, broken = first or error, broken + 1
                if len(found) > 1:
                    self.facts.leave("evaluation records", _kind(error))
        if first and broken == len(found):
            raise first

    def _add(self, record: Record, path: Path, retrieved: date, called: str) -> None:
        source, model = record.record("source_metadata"), record.record("model_info")
        relation = source.needed("evaluator_relationship")
        if relation not in RELATIONS:
            raise source.wrong("evaluator_relationship", f"one of {', '.join(RELATIONS)}")
        raw, name = model.needed("id"), model.needed("name")
        told = source.text("source_name") or source.needed("source_organization_name")
        day = _moment(record, "evaluation_timestamp", retrieved) or _moment(record, "retrieved_timestamp", retrieved)
        results = record.values("evaluation_results")
        if not results:
            raise record.wrong("evaluation_results", "at least one result")
        named = self.naming.model(raw, source="eee", as_of=day or retrieved)
        for number, cells in enumerate(results):
            place = f"{record.place}.evaluation_results[{number}]"
            try:
                if not isinstance(cells, dict):
                    raise SourceError(f"{path.name}, {place}: a result is no object", "a result")
                benchmark, performance, error = _scored(Record(path.name, place, cells))
            except SourceError as broken:
                self.facts.leave("evaluation results", _kind(broken))
                continue
            if named is None:
                self.facts.leave("evaluation results", "the model's name leads to no model")
                continue
            key = self.facts.origin(publication(relation, called), retrieved, path)
            self.facts.add(
                *("scores", key), model_id=named.model_id, benchmark_id=self._benchmark(benchmark, key),
                version=_version(raw, name), performance=performance, stderr=error,
                evidence=RELATIONS[relation][1], source=told,
            )  # fmt: skip

    def _benchmark(self, name: str, key: str) -> str:
        benchmark_id = f"eee/{slug(name)}"
        if benchmark_id not in self._benchmarks:
            self._benchmarks.add(benchmark_id)
            called = f"{name} (as reported)"
            self.facts.add("benchmarks", key, benchmark_id=benchmark_id, name=called, domain="other")
        return benchmark_id


def _versioned(path: Path, number: int, cells: Any) -> Record:
    if not isinstance(cells, dict):
        raise SourceError(f"{path.name}, record {number}: a record is no object", "an evaluation record")
    record = Record(path.name, f"record {number}", cells)
    if record.text("schema_version") not in SCHEMAS:
        raise record.wrong("schema_version", f"one of {', '.join(SCHEMAS)}")
    return record


def _scored(result: Record) -> tuple[str, float, float | None]:
    """The benchmark with its metric, the score from 0 to 1 with 1 the best, and its standard error on that scale."""
    benchmark = result.needed("evaluation_name")
    if not slug(benchmark):
        raise result.wrong("evaluation_name", "a name with a letter or a digit")
    metric, details = result.record("metric_config"), result.record("score_details")
    if metric.text("score_type") == "levels":
        raise metric.wrong("score_type", "a continuous or binary score")
    worse = metric.flag("lower_is_better")
    if worse is None:
        raise metric.wrong("lower_is_better", "true or false")
    score = details.number("score")
    if score is None:
        raise details.wrong("score", "a number")
    binary = metric.text("score_type") == "binary"
    low, high = (_bound(metric, key, default if binary else None) for key, default in _BOUNDS)
    if low is None or high is None or not low < high or not math.isfinite(high - low):
        raise metric.wrong("max_score", "two finite bounds of the scale")
    if not low <= score <= high:
        raise details.wrong("score", "a score within its own bounds")
    part = (score - low) / (high - low)
    error = details.record("uncertainty").record("standard_error").number("value", 0)
    label = metric.text("metric_id") or metric.text("metric_name")
    benchmark = f"{benchmark}, {label}" if label and label.casefold() not in benchmark.casefold() else benchmark
    return benchmark, 1 - part if worse else part, None if error is None else error / (high - low)


_BOUNDS = (("min_score", 0.0), ("max_score", 1.0))


def _bound(metric: Record, key: str, default: float | None) -> float | None:
    """A bound of the scale; None where it is not given or unbounded, which the schema writes "Infinity"."""
    if metric.cells.get(key) in ("Infinity", "-Infinity"):
        return None
    found = metric.number(key)
    return default if found is None else found


def _moment(record: Record, key: str, retrieved: date) -> date | None:
    """The day of a time written as seconds since 1970 or as ISO 8601: producers use both; None where it is neither."""
    found = record.cells.get(key)
    try:
        if isinstance(found, str) and found[:4].isdecimal() and found[4:5] == "-":
            day = date.fromisoformat(found[:10])
        else:
            day = datetime.fromtimestamp(float(found), UTC).date()  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError, OSError):
        return None
    return day if _EARLIEST <= day <= retrieved else None


def _version(raw: str, name: str) -> str:
    return name if raw.rpartition("/")[2].casefold() == name.casefold() else raw


def _file(entry: Any) -> str | None:
    """The path of an aggregate record in a listing; None for a folder, an instance file or a path that climbs."""
    path = entry.get("path") if isinstance(entry, dict) and entry.get("type") == "file" else None
    if not isinstance(path, str) or not path.startswith("data/") or not path.endswith(".json") or len(path) > 500:
        return None
    return None if ".." in path.split("/") else path


def _kind(error: SourceError) -> str:
    """Why something was left out: a version by its name, else what was expected where."""
    return error.seen.partition(": ")[2] if "schema_version" in error.seen else f"broken in the source: {reason(error)}"
