"""YAML is read as text, bounded, and what is no plain YAML is refused by place."""

from __future__ import annotations

import pytest

from nomoat.errors import SourceError
from nomoat.sources.indented import document, entry, parsed


def test_scalars_stay_as_they_are_written():
    found = parsed(b"a: 1e10\nb: no\nc: 2025-02-25\nd: ~\ne:\nf: '3'\ng: 0x1F\n<<: h\n", "x.yml")
    assert found == {"a": "1e10", "b": "no", "c": "2025-02-25", "d": None, "e": None, "f": "3", "g": "0x1F", "<<": "h"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a: &x [1]\nb: [*x, *x]", "an alias"),
        (b"a: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        (b"[" * 100, "nested more than 32 deep"),
        (b"a: [1,\nb: }", "line 2"),
        (b"a: 1\n---\nb: 2", "x.yml"),
        (b"\xff\xfe\x00", "x.yml"),
        (b"? [a, b]\n: c", "x.yml"),
        (b"a: \x07", "x.yml"),
    ],
)
def test_what_is_not_plain_is_refused(text, message):
    with pytest.raises(SourceError, match=message):
        parsed(text, "x.yml")


def test_nine_lines_that_stand_for_a_billion_are_refused_before_they_are_built():
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 9)]
    with pytest.raises(SourceError, match="an alias"):
        parsed(b"\n".join(lines), "x.yml")


def test_one_broken_file_of_many_is_handed_on_as_words():
    assert entry(b"a: [1", "x.yml").startswith("x.yml")
    assert entry(b"a: b", "x.yml") == {"a": "b"}


def test_a_file_that_is_not_there_or_too_large_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"none\.yml cannot be read"):
        document(tmp_path / "none.yml")
    large = tmp_path / "large.yml"
    with large.open("wb") as file:
        file.truncate(17 << 20)
    with pytest.raises(SourceError, match=r"large\.yml has 17 MB"):
        document(large)
