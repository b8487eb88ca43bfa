"""How do columns of Python reach DuckDB without an object for every cell? As a stream of Arrow, by its C interface.

https://arrow.apache.org/docs/format/CStreamInterface.html and CDataInterface.html say what the structures mean. Texts
are laid end to end as they come, while they are in the cache, and DuckDB reads them where they lie: 135 MB in 70,000 of
them take 0.05 CPU s; as objects of NumPy they first had to become str, which took 0.2 s.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from ctypes import CFUNCTYPE, c_char_p, c_int, c_int64, c_void_p
from itertools import count
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

_NULLABLE = 2
_FORMATS = {
    np.dtype(np.float64): b"g", np.dtype(np.int64): b"l", np.dtype(np.int32): b"i", np.dtype(np.uint64): b"L",
    np.dtype("datetime64[us]"): b"tsu:",
}  # fmt: skip

_TEXTS, _STR = {bytes, msgspec.Raw}, {str}


class _Schema(ctypes.Structure):
    _fields_ = (
        ("format", c_char_p), ("name", c_char_p), ("metadata", c_char_p), ("flags", c_int64), ("n_children", c_int64),
        ("children", c_void_p), ("dictionary", c_void_p), ("release", c_void_p), ("private_data", c_void_p),
    )  # fmt: skip


class _Array(ctypes.Structure):
    _fields_ = (
        ("length", c_int64), ("null_count", c_int64), ("offset", c_int64), ("n_buffers", c_int64),
        ("n_children", c_int64), ("buffers", c_void_p), ("children", c_void_p), ("dictionary", c_void_p),
        ("release", c_void_p), ("private_data", c_void_p),
    )  # fmt: skip


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", c_void_p), ("get_next", c_void_p), ("get_last_error", c_void_p), ("release", c_void_p),
        ("private_data", c_void_p),
    )  # fmt: skip


_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype, _capsule.argtypes = ctypes.py_object, (c_void_p, c_char_p, c_void_p)
_Release = CFUNCTYPE(None, c_void_p)
_Fill = CFUNCTYPE(c_int, c_void_p, c_void_p)
_Said = CFUNCTYPE(c_void_p, c_void_p)
# What a structure that DuckDB has points to: kept until it says that it is done with it.
_held: dict[int, Any] = {}
_tickets = count(1)


def _hold(*kept: Any) -> int:
    number = next(_tickets)
    _held[number] = kept
    return number


def _releasing(kind: Any) -> Any:
    def release(address: int) -> None:
        one = kind.from_address(address)
        children = one.children if kind is not _Stream else None
        for child in (c_void_p * one.n_children).from_address(children) if children else ():
            if kind.from_address(child).release:  # else it was moved, and is let go by whoever has it
                release(child)
        _held.pop(one.private_data or 0, None)
        one.release = None

    return _Release(release)


def _pointer(function: Any) -> int | None:
    return ctypes.cast(function, c_void_p).value


_SCHEMA_DONE, _ARRAY_DONE, _STREAM_DONE = map(_releasing, (_Schema, _Array, _Stream))
_FREE_SCHEMA, _FREE_ARRAY, _FREE_STREAM = map(_pointer, (_SCHEMA_DONE, _ARRAY_DONE, _STREAM_DONE))


class Texts:
    """A column of texts, laid end to end: str, or UTF-8 in bytes or msgspec.Raw, or None; what else is, as str() says.

    >>> column = Texts(["x", None])
    >>> column.add([b"yz", 3])
    >>> len(column), column.filled(), column.cells(), column.picked(np.array([3, 1])).cells()
    (4, 3, ['x', None, 'yz', '3'], ['3', None])
    """

    def __init__(self, cells: Sequence[Any] = (), room: int = 64 * 1024) -> None:
        # Room that is never written to is no memory; more of it than `room` bytes means to copy all that is there.
        self._data, self._end = np.empty(room, dtype=np.uint8), 0
        self._view = self._data.data
        self._sizes = array("q")  # -1 where there is nothing
        self.add(cells)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, cells: Sequence[Any]) -> None:
        """Put cells behind those that are there."""
        first = cells[0] if cells else None
        # A provider, a status: many columns of a log say one thing.
        if type(first) is str and first == cells[-1] == cells[len(cells) // 2] and cells.count(first) == len(cells):
            self.add_same(first, len(cells))
            return
        kinds = set(map(type, cells))
        if kinds == _STR and (joined := "".join(cells)).isascii():
            self._put(joined.encode())
        elif kinds <= _TEXTS:
            self._put(b"".join(cells))
        else:
            found = [c if c is None or type(c) in _TEXTS else str(c).encode("utf-8", "replace") for c in cells]
            self._put(b"".join([cell for cell in found if cell is not None]))
            self._sizes.extend([-1 if cell is None else len(cell) for cell in found])
            return
        self._sizes.extend(map(len, cells))

    def add_same(self, text: str | None, rows: int) -> None:
        """Put one text behind those that are there, as often as said."""
        data = b"" if text is None else text.encode("utf-8", "replace")
        self._put(data * rows)
        self._sizes.extend(array("q", [-1 if text is None else len(data)]) * rows)

    def emptied(self) -> Texts:
        """Itself without cells; the room that they took is kept, for memory that is new costs as much as the copy."""
        self._end, self._sizes = 0, array("q")
        return self

    def filled(self) -> int:
        """How many cells hold something."""
        return int((self._array() >= 0).sum())

    def cells(self) -> list[str | None]:
        """The cells as str or None."""
        at, found = 0, list[str | None]()
        for size in self._sizes:
            found.append(None if size < 0 else str(self._view[at : at + size], "utf-8", "replace"))
            at += max(0, size)
        return found

    def picked(self, rows: Iterable[int]) -> Texts:
        """The cells of these rows."""
        sizes, found = self._array(), Texts()
        ends = np.cumsum(np.maximum(sizes, 0))
        chosen = [*rows]
        found._put(b"".join([self._view[ends[row] - max(0, sizes[row]) : ends[row]] for row in chosen]))
        found._sizes.extend(sizes[chosen].tolist())
        return found

    def buffers(self) -> tuple[Any, ...]:
        """Which cells hold something (None for all), where each text begins and ends, and the texts."""
        sizes = self._array()
        nothing = sizes < 0
        valid = np.packbits(~nothing, bitorder="little") if nothing.any() else None
        ends = np.zeros(len(sizes) + 1, dtype=np.int64)
        np.cumsum(np.maximum(sizes, 0), out=ends[1:])
        return valid, ends, self._data

    def _put(self, data: bytes) -> None:
        end = self._end + len(data)
        if end > len(self._data):
            # One array twice the size, and not a bytearray that grows: two of those are copied at every step.
            room = np.empty(max(end, 2 * len(self._data)), dtype=np.uint8)
            room[: self._end] = self._data[: self._end]
            self._data, self._view = room, room.data
        self._view[self._end : end] = data
        self._end = end

    def size(self) -> int:
        """Bytes of all cells together."""
        return self._end

    def _array(self) -> NDArray[np.int64]:
        return np.array(self._sizes, dtype=np.int64)


Column = Texts | NDArray[Any]


class Frame:
    """Columns of one length that DuckDB reads in the order of their rows: `connection.register(name, Frame(...))`.

    Numbers are arrays of float64, int64, int32, uint64 or datetime64[us]; where they are masked, they are missing.

    >>> import duckdb
    >>> with duckdb.connect() as connection:
    ...     _ = connection.register("given", Frame({"a": Texts(["x", None, "é"]), "b": np.array([1.0, 2.0, 3.0])}))
    ...     connection.execute("SELECT * FROM given").fetchall()
    [('x', 1.0), (None, 2.0), ('é', 3.0)]
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._columns, self._rows = columns, len(next(iter(columns.values())))

    def __arrow_c_schema__(self) -> Any:
        """The names and types of the columns, as a capsule."""
        schema = _Schema()
        self._describe(schema)
        self._schema = schema  # the capsule points to it
        return _capsule(ctypes.addressof(schema), b"arrow_schema", None)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows in one batch, as a capsule; the types that are asked for are not heeded."""
        left = [self._rows]
        error = ctypes.create_string_buffer(256)

        def guarded(fill: Callable[[int], None], address: int) -> int:
            try:
                fill(address)
            except Exception as raised:  # what Python raises cannot pass through C: DuckDB is told, and raises it
                error.value = str(raised).encode("utf-8", "replace")[:255]
                return 5
            return 0

        def hand(address: int) -> None:
            if left[0]:
                self._fill(_Array.from_address(address))
                left[0] = 0
            else:
                ctypes.memset(address, 0, ctypes.sizeof(_Array))

        calls = (
            _Fill(lambda stream, out: guarded(lambda address: self._describe(_Schema.from_address(address)), out)),
            _Fill(lambda stream, out: guarded(hand, out)),
            _Said(lambda stream: ctypes.addressof(error)),
        )
        stream = _Stream(*map(_pointer, calls), _FREE_STREAM, None)
        stream.private_data = _hold(calls)
        self._stream = stream  # the capsule points to it until DuckDB has copied it
        return _capsule(ctypes.addressof(stream), b"arrow_array_stream", None)

    def _describe(self, out: _Schema) -> None:
        names = [name.encode() for name in self._columns]
        children = (_Schema * len(names))()
        for child, name, column in zip(children, names, self._columns.values(), strict=True):
            child.format = b"U" if isinstance(column, Texts) else _FORMATS[column.dtype]
            child.name, child.flags, child.release = name, _NULLABLE, _FREE_SCHEMA
        each = _each(children)
        out.format, out.name, out.metadata, out.flags, out.n_children = b"+s", b"", None, 0, len(names)
        out.children, out.dictionary, out.release = ctypes.addressof(each), None, _FREE_SCHEMA
        out.private_data = _hold(names, children, each)

    def _fill(self, out: _Array) -> None:
        children = (_Array * len(self._columns))()
        for child, column in zip(children, self._columns.values(), strict=True):
            buffers = column.buffers() if isinstance(column, Texts) else _numbers(column)
            pointers = (c_void_p * len(buffers))(*(None if one is None else one.ctypes.data for one in buffers))
            child.length, child.null_count = self._rows, 0 if buffers[0] is None else -1
            child.n_buffers, child.buffers = len(buffers), ctypes.addressof(pointers)
            child.release, child.private_data = _FREE_ARRAY, _hold(buffers, pointers)
        each, none = _each(children), (c_void_p * 1)(None)
        out.length, out.null_count, out.offset, out.n_buffers, out.n_children = self._rows, 0, 0, 1, len(children)
        out.buffers, out.children, out.dictionary = ctypes.addressof(none), ctypes.addressof(each), None
        out.release, out.private_data = _FREE_ARRAY, _hold(children, each, none)


def _numbers(column: NDArray[Any]) -> tuple[Any, ...]:
    missing = np.ma.getmask(column)
    valid = np.packbits(~missing, bitorder="little") if np.any(missing) else None
    return valid, np.ascontiguousarray(np.ma.getdata(column))


def _each(children: Any) -> Any:
    return (c_void_p * len(children))(*map(ctypes.addressof, children))
