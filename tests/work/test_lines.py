"""A splitter loses nothing: what it hands on and what it sets aside are, end to end, the file."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.work import lines as module
from nomoat.work.lines import HALF, INSIDE, Aside, Records, elements, lines

TEXTS = st.binary(max_size=400).map(lambda raw: raw.replace(b"\x01", b"\n").replace(b"\x02", b"\r\n"))
VALUES = st.recursive(
    st.none() | st.integers() | st.text(alphabet='ab"\\{}[],é\n', max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=4), max_size=8)


class Slow(io.BytesIO):
    """A stream that hands out a few bytes at a time, as pipes do."""

    def __init__(self, data: bytes, step: int) -> None:
        super().__init__(data)
        self.step = step

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.step)


def tiles(found) -> list[tuple[int, int, bytes | None]]:
    out = []
    for one in found:
        if isinstance(one, Aside):
            out.append((one.start, one.length, None))
        else:
            out += [(start, len(part), part) for start, part in zip(one.starts, one.parts, strict=True)]
    return out


@given(TEXTS, st.integers(1, 50), st.integers(1, 40))
def test_lines_and_what_is_set_aside_are_the_file(data, step, longest):
    place = 0
    for start, length, part in tiles(lines(Slow(data, step), longest=longest)):
        assert start == place
        if part is not None:
            assert part == data[start : start + length]
            assert length <= longest
            assert part.count(b"\n") == part.endswith(b"\n")
        place += length
    assert place == len(data)


@given(TEXTS, st.integers(1, 50), st.integers(1, 40))
def test_only_what_is_too_long_is_set_aside(data, step, longest):
    kept = [part for _, _, part in tiles(lines(Slow(data, step), longest=longest)) if part is not None]
    whole = [part for part in data.split(b"\n")[:-1] if len(part) < longest]
    last = data.split(b"\n")[-1]
    expected = [part + b"\n" for part in whole] + ([last] if 0 < len(last) <= longest else [])
    assert kept == expected


@given(OBJECTS, st.integers(1, 30), st.sampled_from([None, 2]), st.booleans())
def test_objects_of_an_array_come_out_whole_wherever_blocks_end(objects, step, indent, ascii):
    data = json.dumps(objects, indent=indent, ensure_ascii=ascii).encode()
    found = tiles(elements(Slow(data, step)))
    assert [json.loads(part) for _, _, part in found] == objects
    assert all(data[start : start + length] == part for start, length, part in found)


@given(OBJECTS, st.integers(1, 30))
def test_objects_in_the_list_of_an_object_come_out(objects, step):
    for whole in ({"meta": {"page": {"x": 1}}, "data": objects}, {"a": {"b": {}, "data": objects}}):
        found = tiles(elements(Slow(json.dumps(whole).encode(), step), INSIDE["object"]))
        assert [json.loads(part) for _, _, part in found] == objects


@given(st.integers(1, 60), st.integers(1, 200), st.sampled_from(['"', "\\", "x", "}]"]))
def test_an_element_that_is_too_long_is_set_aside_and_the_next_one_read(step, size, sign):
    objects = [{"a": 1}, {"long": sign * size + "y" * 100}, {"b": 2}]
    data = json.dumps(objects).encode()
    found = tiles(elements(Slow(data, step), longest=60))
    assert [part and json.loads(part) for _, _, part in found] == [{"a": 1}, None, {"b": 2}]
    start, length, _ = found[1]
    assert json.loads(data[start : start + length]) == objects[1]


def test_an_array_that_ends_within_an_object_says_so():
    found = list(elements(io.BytesIO(b'[{"a": 1}, {"b": "tor')))
    assert found == [Records([1], [b'{"a": 1}']), Aside(11, 10, HALF)]


@pytest.mark.parametrize("junk", [b"]]]}}}", b'"""', b'{"a": [}', b"[[[[", b'["\\'])
def test_an_array_that_is_none_ends_without_a_record_that_is_none(junk):
    for _, _, part in tiles(elements(io.BytesIO(junk))):
        assert part is None or part.startswith(b"{")


def test_a_line_of_100_mb_costs_no_more_memory_than_a_block(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 1 << 20)

    class Endless(io.RawIOBase):
        left = 100

        def read(self, size: int = -1) -> bytes:
            self.left -= 1
            return b"x" * (1 << 20) if self.left > 0 else b"\n{}\n" if self.left == 0 else b""

    import tracemalloc

    tracemalloc.start()
    found = tiles(lines(Endless(), longest=4 << 20))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [part for _, _, part in found] == [None, b"{}\n"]
    assert peak < 20 << 20
