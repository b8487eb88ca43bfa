"""A CSV whose header changed names every column that it lacks and those that it has."""

from __future__ import annotations

import pytest

from nomoat.errors import SourceError
from nomoat.sources.delimited import read


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_all_missing_columns_are_named_and_so_are_those_that_are_there(tmp_path):
    header = ",".join(f"column_{n:02d}" for n in range(40))
    with pytest.raises(SourceError) as caught:
        list(read(written(tmp_path / "a.csv", f"model,{header}\n"), ["model", "rating", "date"]))
    assert "has no column 'rating', 'date'" in caught.value.seen
    assert "'model', 'column_00'" in caught.value.seen
    assert "and 17 more" in caught.value.seen
    assert "model, rating, date" in caught.value.expected


def test_a_header_of_one_endless_word_is_cut(tmp_path):
    with pytest.raises(SourceError) as caught:
        list(read(written(tmp_path / "a.csv", "x" * 10_000 + "\n"), ["model"]))
    assert len(str(caught.value)) < 300


def test_a_column_that_is_there_twice_is_refused_since_either_could_be_meant(tmp_path):
    with pytest.raises(SourceError, match="the column 'score' 2 times"):
        list(read(written(tmp_path / "a.csv", "model,score,score\na,1,2\n"), ["model", "score"]))
    assert [row.cells for row in read(written(tmp_path / "a.csv", "model,x,x\na,1,2\n"), ["model"])]
