"""How does a log become requests in the table? Told by its content, record by record, in bounded memory, resumable."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec.structs import astuple

from nomoat.catalog.batch import Batch
from nomoat.catalog.requests import Added, Intake, intake
from nomoat.errors import InputError, NomoatError, UnknownName
from nomoat.types import LeftOut
from nomoat.work.archive import samples
from nomoat.work.batch import joined
from nomoat.work.delimited import table
from nomoat.work.formats import FORMATS, format_of, plain
from nomoat.work.formats.cells import FOREIGN
from nomoat.work.formats.row import Format, Row
from nomoat.work.lines import HALF, INSIDE, Aside, Lines, Records, elements, lines, opened
from nomoat.work.mending import mended
from nomoat.work.reading import NAMED, LogRead, LogsRead, Progress, SetAside, strays
from nomoat.work.request import content_key
from nomoat.work.shape import HEAD, SAMPLE, columned, object_of, peeked, rows_of, sampled, shape_of, unknown, unready
from nomoat.work.store import decoded

# Bytes of records that become one Parquet file: 190 MB of memory in all while it is written, 250 MB with twice as many,
# and memory that is new costs time.
PIECE = 24 * 1024 * 1024
ROWS = 100_000
_FIELDS = Row.__struct_fields__
_COUNTED = {"messages": "messages", "responses": "response", "usage": "input", "costs": "cost_usd", "times": "time"}
# What a format's reading may raise for a record that is not as it expects: `mended` looks at it again.
_ODD = (msgspec.DecodeError, ValueError, RecursionError, AttributeError, TypeError, LookupError)
Masking = Callable[[str | None], str | None]


def read(
    paths: Iterable[Path],
    folder: Path,
    *,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    mask: Masking | None = None,
    progress: Callable[[str], None] = lambda said: None,
) -> LogsRead:
    """Read logs into the table of requests in `folder`; what it holds already adds nothing.

    `format` names one of FORMATS where the content does not tell it; `columns` says under which name the log keeps
    what (prompt, response, model ...: names.NAMES); `mask` rewrites bodies before they are stored.
    Files that cannot be read are left out and named, unless none can. Raises InputError, UnknownName.
    """
    chosen = plain.mapped(columns) if columns else _named(format)
    found: list[LogRead] = []
    refused: list[tuple[Path, NomoatError]] = []
    (folder / "requests").mkdir(parents=True, exist_ok=True)
    # DuckDB writes one piece without Python's lock while the next one is read; it costs no more CPU than in turn.
    with intake(folder) as into, ThreadPoolExecutor(1) as writer:
        for path, joining in joined(_files(paths)):
            try:
                found.append(
                    _Reading(path, folder, into, joining or chosen, columns or {}, mask, progress, writer).run()
                )
            except InputError as error:
                refused.append((path, error))
        total = len(into)
    if not found and refused:
        first, why = refused[0]
        seen = why.seen if first.name in why.seen else f"{first.name}: {why.seen}"
        more = f" (and {len(refused) - 1:,} more cannot be read)" if len(refused) > 1 else ""
        raise InputError(seen + more, why.expected or "a log", why.next or "nomoat work read FILE") from why
    left = tuple(LeftOut(what=f"file {path.name}", count=1, why=error.seen) for path, error in refused)
    return LogsRead(folder=str(folder), files=tuple(found), total=total, left_out=left)


def _named(format: str | None) -> Format | None:
    if format is None:
        return None
    known = {one.name: one for one in FORMATS}
    if format not in known:
        raise UnknownName.of("format", format, known, "nomoat work read FILE")
    return known[format]


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
        else:
            yield path


class _Reading:
    """One file on its way into the table."""

    def __init__(
        self, path: Path, folder: Path, into: Intake, chosen: Format | None, columns: Mapping[str, str],
        mask: Masking | None, progress: Callable[[str], None], writer: Executor,
    ) -> None:  # fmt: skip
        self.path, self.folder, self.into, self.format, self.mask = path, folder / "requests", into, chosen, mask
        self.columns, self.progress, self.writer = columns, progress, writer
        self.writing: Future[Batch] | None = None
        self.shape = ""
        self.kept = Batch()
        self.size = 0
        self.records = 0
        self.pieces = 0
        self.end = 0
        self.latest: tuple[int, bytes] = (0, b"")  # the lines that were read last, and where they end
        self.whole = True
        self.added = Added()
        self.tally: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.aside: list[SetAside] = []
        self.days: Counter[str] = Counter()

    def run(self) -> LogRead:
        """Read from where the last read ended, to the end."""
        stream, packed = opened(self.path)
        with stream:
            head = peeked(stream)
            if not head.strip():
                raise InputError(f"{self.path.name} is empty", "a log with a request a line", "nomoat work read FILE")
            if (todo := unready(self.path.name, head)) is not None:
                raise todo
            self.head = head
            self.part = hashlib.sha256(head).hexdigest()[:12]
        before = self._before()
        start = before.offset if before else 0
        if before and self.format is None:
            self.format = next((one for one in FORMATS if one.name == before.format), None)
        self.part = before.part if before else self.part
        self.pieces, self.records_before = (before.pieces, before.records) if before else (0, 0)
        stream, packed = opened(self.path)
        with stream:
            try:
                for found in self._records(stream, start):
                    if isinstance(found, Aside):
                        self._set_aside(found)
                    else:
                        self._take(found, start)
            finally:
                self._written()
            torn = getattr(getattr(stream, "raw", None), "torn", "")
        if torn:
            self.skipped["the packed file is torn: what came before is kept"] += 1
            self.whole = False
        self._flush(last=True)
        return self._report(packed, start)

    def _records(self, stream: IO[bytes], start: int) -> Iterator[Records | Lines | Aside]:
        self.shape = shape = shape_of(self.head)
        if shape == "lines":
            _forward(stream, start)
            return sampled(lines(stream, start), self._settle)
        if shape == "archive":
            found = samples(stream)
        elif shape == "parquet":
            found = rows_of(self.path)
        else:
            found = table(stream) if shape == "table" else elements(stream, INSIDE[shape])
        return sampled(found, self._settle, document=shape == "object")

    def _settle(self, sample: Sequence[bytes]) -> None:
        """Tell the format by the first records."""
        if self.columns:
            plain.require(self.columns, [one for one in map(object_of, sample) if one is not None])
        if (todo := columned(self.path.name, sample)) is not None:
            raise todo
        if self.format is None:
            votes: Counter[str] = Counter()
            for part in sample:
                record = object_of(part)
                if record is not None and (fits := format_of(record)):
                    votes[fits.name] += 1
            if not votes:
                raise unknown(self.path.name, sample, self.shape, self.head)
            name = votes.most_common(1)[0][0]
            self.format = next(one for one in FORMATS if one.name == name)
        if self.format is plain.FORMAT:  # by the file's beginning also where it has grown
            begun = self.head.split(b"\n")[:SAMPLE] if self.shape == "lines" else sample
            self.format = plain.settled([one for one in map(object_of, begun) if one is not None])

    def _take(self, found: Records | Lines, start: int) -> None:
        assert self.format is not None
        if isinstance(found, Lines) and self._taken(found):
            return
        rows = self.format.rows
        kept: list[Row] = []
        places: list[int] = []
        size = end = 0
        for place, part in zip(found.starts, found.parts, strict=True):
            if place < start or (self.shape == "object" and not self._fits(part)):
                continue
            try:
                made = rows(part)
            except _ODD:
                if not part.strip():
                    continue
                repaired = mended(part, self.format, self.faults)
                if isinstance(repaired, str):
                    torn = not part.endswith((b"\n", b"}"))
                    self._set_aside(Aside(place, len(part), HALF if torn else repaired))
                    self.whole = self.whole and not torn
                    continue
                made = repaired
            self.records += 1
            if not made and self.format.nothing:
                self.skipped[self.format.nothing] += 1
            kept += made
            places += [place] * len(made)
            size, end = size + len(part), place + len(part)
        cells = [list(column) for column in zip(*map(astuple, kept), strict=True)] or [[] for _ in _FIELDS]
        self._keep(dict(zip(_FIELDS, cells, strict=True)), places)
        if isinstance(found, Lines):
            self._ended(found)
        self._passed(size, end)

    def _taken(self, found: Lines) -> bool:
        """Whether the lines were read at once: they are where each holds one record, and none anything odd."""
        assert self.format is not None
        if self.format.many is None:
            return False
        try:
            made = self.format.many(found.text)
        except _ODD:
            return False
        starts = found.starts
        if len(made["request_id"]) != len(starts):
            return False
        self.records += len(starts)
        self._keep(made, starts)
        self._ended(found)
        self._passed(len(found.text), found.start + len(found.text))
        return True

    def _keep(self, block: dict[str, list[Any]], places: Sequence[int]) -> None:
        """Rows become columns block by block, while they lie in the cache: 300,000 without bodies take 0.3 s less."""
        if not places:
            return
        self._finish(block)
        block["place"] = list(places)
        self.days.update([time[:10] for time in block["time"] if time])
        self.tally["cut"] += block["redaction"].count("cut")
        if others := block["cost_source"].count(FOREIGN):
            self.faults[f"costs in {FOREIGN}, left out (--map cost_usd=FIELD takes them for dollars)"] += others
        self.tally["modelless"] += block["model"].count("")
        self.kept.add(block)

    def _ended(self, found: Lines) -> None:
        """Keep the last lines, of which the next read knows the place: at least HEAD bytes of what lay side by side."""
        end, before = self.latest
        short = len(found.text) < HEAD and end == found.start
        self.latest = found.start + len(found.text), before[-HEAD:] + found.text if short else found.text

    def _passed(self, size: int, end: int) -> None:
        self.size += size
        self.end = max(self.end, end)
        if self.size >= PIECE or self.kept.rows >= ROWS:
            self._flush()
            self.progress(f"{self.path.name}: {self.end / 1e6:,.0f} MB, {self.records:,} records")

    def _fits(self, part: bytes) -> bool:
        """Whether an object in one of a document's lists is a record: others hold its prompts, scores or settings."""
        record = object_of(part)
        return record is not None and self.format is not None and self.format.fits(record)

    def _set_aside(self, found: Aside) -> None:
        self.skipped[found.why] += 1
        if len(self.aside) < NAMED:
            self.aside.append(SetAside(place=found.start, length=found.length, why=found.why))
        if found.why != HALF:
            self.end = max(self.end, found.start + found.length)

    def _flush(self, last: bool = False) -> None:
        """Hand the rows over to the writer, who is done with those before."""
        done = self._written()
        if self.kept.rows or last:
            self.writing = self.writer.submit(self._write, self.kept, self.end, self.records, self.latest)
            self.kept = done or Batch()
        self.size = 0
        if last:
            self._written()

    def _written(self) -> Batch | None:
        """Wait for the writer, say what went wrong there, and have the batch back that it wrote."""
        writing, self.writing = self.writing, None
        return None if writing is None else writing.result()

    def _write(self, batch: Batch, end: int, records: int, latest: tuple[int, bytes]) -> Batch:
        if batch.rows:
            source = f"{self.format.name if self.format else ''}: {self.path.name}"
            added = self.into.add(batch, self.part, source)
            self.added = self.added.plus(added)
            self.pieces += 1 if added.new else 0
        self._note(end, records, latest)
        return batch.emptied()

    def _finish(self, block: dict[str, list[Any]]) -> None:
        """Give every request an id and a conversation, and mask what is to be masked."""
        if self.mask is not None:
            for name in ("messages", "response"):
                block[name] = [self.mask(_str(text)) for text in block[name]]
            block["redaction"] = ["masked" if said == "none" else said for said in block["redaction"]]
        ids = block["request_id"]
        if not all(ids):
            rows = [at for at, id in enumerate(ids) if not id]
            for at in rows:
                ids[at] = _keyed(Row(**{name: cells[at] for name, cells in block.items()}))
            self.tally["unnamed"] += len(rows)
        block["conversation_id"] = [talk or id for talk, id in zip(block["conversation_id"], ids, strict=True)]

    def _before(self) -> Progress | None:
        """How far this file was read, if it was."""
        for card in sorted(self.folder.glob("*.json")):
            try:
                one = msgspec.json.decode(card.read_bytes(), type=Progress)
            except (OSError, msgspec.DecodeError, msgspec.ValidationError):
                continue
            same = hashlib.sha256(self.head[: one.head_size]).hexdigest() == one.head
            kept = len(list(self.folder.glob(f"{one.part}-*.parquet"))) >= one.pieces
            if same and kept and len(self.head) >= one.head_size and self._tail(one.offset, one.tail_size) == one.tail:
                return one
        return None

    def _tail(self, offset: int, size: int) -> str:
        stream, _ = opened(self.path)
        with stream:
            _forward(stream, offset - size)
            return hashlib.sha256(stream.read(size)).hexdigest()

    def _note(self, end: int, records: int, latest: tuple[int, bytes]) -> None:
        assert self.format is not None
        size = min(HEAD, end)
        ended, text = latest
        # A packed log would be unpacked from its first byte on for each piece: 1 GB of it in 40 pieces 20 times over.
        near = ended == end and len(text) >= size
        card = Progress(
            part=self.part, format=self.format.name, pieces=self.pieces, head_size=min(len(self.head), HEAD),
            head=hashlib.sha256(self.head).hexdigest(), offset=end, tail_size=size,
            tail=hashlib.sha256(text[len(text) - size :]).hexdigest() if near else self._tail(end, size),
            records=self.records_before + records,
        )  # fmt: skip
        path = self.folder / f"{self.part}.json"
        temporary = path.with_suffix(".tmp")
        temporary.write_text(card.json(), encoding="utf-8")
        temporary.replace(path)

    def _report(self, packed: Sequence[str], start: int) -> LogRead:
        assert self.format is not None
        faults = self.added.faults  # what cannot be is missing, and not there
        filled = {
            name: max(0, self.added.filled.get(column, 0) - sum(faults[f] for f in faults if f.split()[0] == column))
            for name, column in _COUNTED.items()
        }
        return LogRead(
            path=str(self.path), format=self.format.name, title=self.format.title, packed=tuple(packed),
            bytes=self.end, resumed_at=start, records=self.records, new=self.added.new, known=self.added.known,
            renamed=self.added.renamed, cut=self.tally["cut"], unnamed=self.tally["unnamed"],
            modelless=min(self.tally["modelless"], self.added.new),
            messages=filled["messages"], responses=filled["responses"], usage=filled["usage"], costs=filled["costs"],
            times=filled["times"], first=self.added.first, last=self.added.last, skipped=dict(self.skipped),
            aside=tuple(self.aside), whole=self.whole, faults=dict(Counter(self.added.faults) + self.faults),
            bodies=self.format.bodies, strays=strays(self.days),
        )  # fmt: skip


def _forward(stream: IO[bytes], offset: int) -> None:
    """Go to a byte of the text: a packed one has to be unpacked up to it."""
    if stream.seekable():
        stream.seek(offset, 1)
        return
    while offset > 0 and (block := stream.read(min(offset, 1 << 20))):
        offset -= len(block)


def _str(text: str | msgspec.Raw | None) -> str | None:
    return str(text, "utf-8") if isinstance(text, msgspec.Raw) else text


def _keyed(row: Row) -> str:
    texts = (_str(row.messages), row.tools, row.params, _str(row.response))
    said = [None if text is None else decoded(text) for text in texts]
    params = {"params": said[2], "response": said[3], "model": row.model, "time": row.time, "status": row.status,
              "tokens": [row.input, row.output], "cost": row.cost_usd, "hints": row.hints}  # fmt: skip
    if row.conversation_id:
        params["conversation"] = row.conversation_id
    return content_key(said[0], said[1], params)
