"""Which rows go into the table together? They are laid down column by column, with what tells each from others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from nomoat.catalog.arrow import Column, Texts

# column -> its type in the store; JSON documents (messages, tools, params, response, hints) are kept as text.
COLUMNS = {
    "request_id": "VARCHAR",
    "conversation_id": "VARCHAR",
    "turn": "INTEGER",
    "time": "TIMESTAMP",  # UTC
    "model": "VARCHAR",
    "provider": "VARCHAR",
    "messages": "VARCHAR",
    "tools": "VARCHAR",
    "params": "VARCHAR",
    "response": "VARCHAR",
    "input": "BIGINT",
    "output": "BIGINT",
    "cache_read": "BIGINT",
    "cache_write": "BIGINT",
    "reasoning": "BIGINT",
    "cost_usd": "DOUBLE",
    "cost_source": "VARCHAR",
    "latency_ms": "DOUBLE",
    "first_token_ms": "DOUBLE",
    "status": "VARCHAR",
    "feedback": "DOUBLE",
    "hints": "VARCHAR",
    "source": "VARCHAR",
    "redaction": "VARCHAR",
    "place": "BIGINT",  # the byte of the file at which the record begins
    "digest": "UBIGINT",
}
GIVEN = {**COLUMNS, "ended": "VARCHAR", "first_at": "VARCHAR"}  # with the times that durations are counted from
NUMBERS = {"INTEGER", "BIGINT", "DOUBLE"}
LONG = ("messages", "tools", "response")  # whose texts go from the cache to where they stay, block by block
SHORT = 2_000  # rows after which other cells follow them: 60 at a time took 0.1 s more for 35,000
ROOM = 32 * 1024 * 1024  # bytes of each of LONG at first
_SAID, _BODIES, _BETWEEN = ("time", "model", "input", "output"), ("messages", "response"), "\x1f"
_TEXTS = {bytes, msgspec.Raw}


class Batch:
    """Rows on their way into the table.

    >>> batch = Batch()
    >>> batch.add({"request_id": ["a", "b"], "input": [3, None]})
    >>> batch.add({"request_id": ["c"], "model": ["m"]})
    >>> batch.rows, {name: len(column) for name, column in batch.columns().items()}
    (3, {'request_id': 3, 'model': 3, 'input': 3, 'digest': 3})
    """

    def __init__(self) -> None:
        self.rows = 0
        self._begun = 0  # rows whose short cells were laid down
        self._cells: dict[str, list[Any]] = {}
        self._texts: dict[str, Texts] = {}
        self._spare: dict[str, Texts] = {}
        self._numbers: dict[str, list[NDArray[np.float64]]] = {}
        self._digests: list[int] = []
        self._said: list[str] = []

    def add(self, block: Mapping[str, Sequence[Any]]) -> None:
        """Put rows behind those that are there: lists of GIVEN columns of one length; what is not given is missing.

        `time`, `ended` and `first_at` are texts with an offset or in UTC; texts may be str, or UTF-8 in bytes or
        msgspec.Raw.
        """
        rows = len(block["request_id"])
        said = [_words(block.get(name), rows) for name in _SAID]
        self._said += map(_BETWEEN.join, zip(*said, strict=True))
        self._digests += _checked(self._said[self.rows :], *(_bytes(block.get(name), rows) for name in _BODIES))
        for name, cells in block.items():
            if name in LONG:
                self._column(name, self.rows).add(cells)
            else:
                waiting = self._cells.setdefault(name, [])
                if len(waiting) < self.rows - self._begun:
                    waiting += [None] * (self.rows - self._begun - len(waiting))
                waiting += cells
        self.rows += rows
        if self.rows - self._begun >= SHORT:
            self._lay()

    def emptied(self) -> Batch:
        """Itself without rows, when nobody needs its columns any more: the memory of its texts serves the next ones."""
        self._spare |= {name: texts.emptied() for name, texts in self._texts.items()}
        self.rows, self._begun, self._cells, self._texts, self._numbers = 0, 0, {}, {}, {}
        self._digests, self._said = [], []
        return self

    def columns(self) -> dict[str, Column]:
        """The columns that hold anything, and the digests."""
        self._lay()
        for texts in self._texts.values():
            texts.add_same(None, self.rows - len(texts))
        numbers = {name: np.concatenate(blocks) for name, blocks in self._numbers.items()}
        return {**self._texts, **numbers, "digest": self.digests()}

    def ids(self) -> Texts:
        """The column of ids."""
        self._lay()
        return self._texts["request_id"]

    def digests(self) -> NDArray[np.uint64]:
        """What each row says, in 64 bits: the CRC-32 of its texts, and that of all else with their sizes.

        Two rows of one id are taken for the same where they agree in it: in time, model, tokens, sizes, and one chance
        in 2^32. Nobody gains by a collision, and SHA-256 of whole bodies took 0.09 of 1.0 CPU s more for 160 MB.
        """
        return np.array(self._digests, dtype=np.uint64)

    def former(self, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
        """The same of some rows as it was until November 2026, in stores of that time and in ids that were renamed."""
        columns = self.columns()
        texts = [columns.get(name) for name in _BODIES]
        bodies = [c.picked(rows).cells() if isinstance(c, Texts) else [None] * len(rows) for c in texts]
        found = []
        for row, messages, response in zip(rows, *bodies, strict=True):
            time, other = self._said[row].split(_BETWEEN, 1)
            model, asked, answered = other.rsplit(_BETWEEN, 2)
            said = _BETWEEN.join((time, model, messages or "", response or "", asked, answered))
            found.append(int.from_bytes(hashlib.sha256(said.encode("utf-8", "replace")).digest()[:8], "little"))
        return np.array(found, dtype=np.uint64)

    def _lay(self) -> None:
        """Lay down the short cells that wait."""
        rows = self.rows - self._begun
        for name, cells in self._cells.items():
            cells += [None] * (rows - len(cells))
            # Half of the columns of most logs are empty, and one that is not handed over costs nothing.
            if all(cell is None for cell in cells):
                continue
            if GIVEN[name] in NUMBERS:
                numbers = self._numbers.setdefault(name, [])
                numbers.append(np.full(self._begun - sum(map(len, numbers)), np.nan))
                numbers.append(np.array(cells, dtype=np.float64))  # None is NaN, and NULL again in SQL
            else:
                self._column(name, self._begun).add(cells)
        self._cells, self._begun = {}, self.rows
        for numbers in self._numbers.values():
            numbers.append(np.full(self.rows - sum(map(len, numbers)), np.nan))

    def _column(self, name: str, rows: int) -> Texts:
        """The texts of a column, of as many rows as said."""
        if name not in self._texts:
            spare = self._spare.pop(name, None)
            self._texts[name] = Texts(room=ROOM if name in LONG else 65536) if spare is None else spare
        texts = self._texts[name]
        texts.add_same(None, rows - len(texts))
        return texts


def _checked(said: Sequence[str], messages: Sequence[Any], responses: Sequence[Any]) -> Iterable[int]:
    for short, asked, answered in zip(said, messages, responses, strict=True):
        sizes = f"{short}{_BETWEEN}{len(asked)}{_BETWEEN}{len(answered)}"
        yield crc32(answered, crc32(asked)) | crc32(sizes.encode("utf-8", "replace")) << 32


def _words(cells: Sequence[Any] | None, rows: int) -> Sequence[str]:
    if cells is None:
        return [""] * rows
    if set(map(type, cells)) <= {int, str}:
        return [*map(str, cells)]
    return ["" if cell is None else str(cell) for cell in cells]


def _bytes(cells: Sequence[Any] | None, rows: int) -> Sequence[Any]:
    if cells is None:
        return [b""] * rows
    if set(map(type, cells)) <= _TEXTS:
        return cells
    return [c if type(c) in _TEXTS else b"" if c is None else str(c).encode("utf-8", "replace") for c in cells]
