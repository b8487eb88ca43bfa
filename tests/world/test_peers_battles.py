"""Battles as peers write them: other spellings, other columns and types, and graphs that have no finite answer."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nomoat.errors import InputError, TableError
from nomoat.world.preference import rank

A = ["x", "x", "y", "z", "y", "z", "x", "z"]
B = ["y", "z", "z", "x", "x", "y", "y", "x"]
WON = ["a", "b", "tie", "b", "a", "a", "both", "b"]
PLAIN = {"a": "model_a", "b": "model_b", "tie": "tie", "both": "both bad"}
SPELLINGS = {
    "evalica": {"a": "left", "b": "right", "tie": "tie", "both": "neither"},
    "upper case": {"a": "MODEL_A", "b": "MODEL_B", "tie": "TIE", "both": "Tie (bothbad)"},
    "a_win": {"a": "a_win", "b": "b_win", "tie": "draw", "both": "both_bad"},
    "letters": {"a": "A", "b": "B", "tie": "both good", "both": "bothbad"},
}


def battles(words, **more):
    return {"model_a": A, "model_b": B, "winner": [words[one] for one in WON], **more}


def said(found):
    return [(one.model, round(one.rating, 9), one.ties, one.both_bad) for one in found.rated]


@pytest.mark.parametrize("peer", SPELLINGS)
def test_every_spelling_gives_the_same_ranking(peer):
    assert said(rank(battles(SPELLINGS[peer]))) == said(rank(battles(PLAIN)))


def test_a_word_that_is_a_model_too_is_no_side():
    """Models called A and B, and the winner by its name: the letter does not say which column."""
    table = {"model_a": ["A", "B"], "model_b": ["B", "A"], "winner": ["A", "A"]}
    with pytest.raises(TableError, match="'A'"):
        rank(table)


@pytest.mark.parametrize("make", [pa.array, lambda cells: pa.array(cells).dictionary_encode()], ids=["text", "codes"])
def test_parquet_with_codes_further_columns_and_empty_winners_is_read(tmp_path, make):
    winner = [PLAIN[one] for one in WON]
    table = pa.table({
        "id": list(range(9)), "model_a": make([*A, "x"]), "model_b": make([*B, "y"]), "winner": make([*winner, None]),
        "judge": [1.5] * 9,
    })  # fmt: skip
    pq.write_table(table, tmp_path / "b.parquet")
    found = rank(tmp_path / "b.parquet")
    assert said(found) == said(rank(battles(PLAIN)))
    assert [(one.what, one.count) for one in found.left_out] == [("battles without a winner", 1)]


def test_models_that_are_numbers_are_names(tmp_path):
    number = {"x": 1, "y": 2, "z": 10}
    table = {"model_a": [number[one] for one in A], "model_b": [number[one] for one in B]}
    pq.write_table(pa.table({**table, "winner": [PLAIN[one] for one in WON]}), tmp_path / "b.parquet")
    ratings = {one.model: one.rating for one in rank(tmp_path / "b.parquet").rated}
    assert ratings == {str(number[one.model]): pytest.approx(one.rating) for one in rank(battles(PLAIN)).rated}


def test_a_column_of_weights_is_not_used_in_silence():
    found = rank(battles(PLAIN, weight=[5.0] * 8))
    assert said(found) == said(rank(battles(PLAIN)))
    assert [one.what for one in found.left_out] == ["columns such as 'weight'"]


def test_self_battles_one_who_never_loses_and_a_graph_in_two_pieces_are_named():
    table = battles(PLAIN)
    more = [("x", "x", "model_a"), ("top", "x", "model_a"), ("top", "y", "model_a"), ("p", "q", "model_a")]
    for a, b, won in more:
        table = {
            "model_a": [*table["model_a"], a], "model_b": [*table["model_b"], b], "winner": [*table["winner"], won],
        }  # fmt: skip
    found = rank(table)
    assert [(one.what, one.count) for one in found.left_out][:1] == [("battles of a model against itself", 1)]
    assert {one.model: one.standing for one in found.boards[0].unrated} == {"top": "above", "p": "apart", "q": "apart"}
    assert {one.model for one in found.rated} == {"x", "y", "z"}


@pytest.mark.parametrize(
    ("body", "asked", "said"),
    [
        ("model_a;model_b;winner\nx;y;tie\n", {}, "Try: save it with commas instead of ';'"),
        ("", {}, "battles.csv is empty"),
        ("left,right,winner\nx,y,tie\n", {}, "Try: --columns A,B,WINNER with the names that it has"),
        ("model_a,model_b,winner\nx,y,tie\n", {"by": "tongue"}, "Expected one of these."),
        ("model_a,model_b,winner,length_a,length_b\nx,y,tie,1,2\n", {"covariates": ["lenght"]}, "one of 'length'"),
    ],
)
def test_a_file_of_another_shape_says_what_to_type(tmp_path, body, asked, said):
    file = tmp_path / "battles.csv"
    file.write_text(body)
    with pytest.raises(InputError) as refused:
        rank(file, **asked)
    assert said in str(refused.value)
