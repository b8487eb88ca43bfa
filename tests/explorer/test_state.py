"""What stands in an address comes back as it was, defaults stay out of it, and nonsense is refused in words."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.errors import DateError, InputError, NomoatError, UnknownName
from nomoat.explorer.pages import pages
from nomoat.explorer.state import LONGEST, Param, parse, query, scale_name

TEXT = Param(name="text", title="Text", default="open")
DAY = Param(name="day", title="Day", kind="date")
NUMBER = Param(name="number", title="Number", kind="number", low=0, high=10)
FLAG = Param(name="flag", title="Flag", kind="flag")
LIST = Param(name="list", title="List", kind="list", default="a,b")
CHOICE = Param(name="choice", title="Choice", kind="choice", default="km", choices=("km", "iaps"))
ALL = (TEXT, DAY, NUMBER, FLAG, LIST, CHOICE)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=LONGEST)


def there_and_back(values):
    return parse(ALL, parse_qsl(query(ALL, values).removeprefix("?"), keep_blank_values=True))


@given(
    st.fixed_dictionaries(
        {
            "text": WORDS,
            "day": st.none() | st.dates(),
            "number": st.none() | st.integers(0, 10).map(float),
            "flag": st.booleans(),
            "list": st.lists(st.text("xyz", min_size=1, max_size=5), min_size=1, max_size=8, unique=True).map(tuple),
            "choice": st.sampled_from(CHOICE.choices),
        }
    )
)
def test_a_round_trip_through_an_address(values):
    assert there_and_back(values) == values


def test_defaults_stay_out_of_the_address():
    assert query(ALL, parse(ALL, ())) == ""
    assert query(ALL, parse(ALL, [("text", "open"), ("list", "a,b"), ("flag", "no"), ("choice", "km")])) == ""
    assert query(ALL, parse(ALL, [("flag", "yes"), ("day", "2025-06-30")])) == "?day=2025-06-30&flag=yes"


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        ([("nobody", "1")], UnknownName, "nobody"),
        ([("text", "x" * 301)], InputError, "301 characters"),
        ([("text", "a"), ("text", "b")], InputError, "2 times"),
        ([("day", "20250630")], DateError, "2025-06-30"),
        ([("day", "2025-W26-1")], DateError, "no date"),
        ([("day", "2025-02-30")], DateError, "no date"),
        ([("number", "nan")], InputError, "at least 0 and at most 10"),
        ([("number", "inf")], InputError, "at most 10"),
        ([("number", "-1")], InputError, "at least 0"),
        ([("number", "ten")], InputError, "digits"),
        ([("flag", "1")], InputError, "yes or no"),
        ([("list", ",".join("abcdefghi"))], InputError, "9 values"),
        ([("choice", "median")], UnknownName, "km"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(said, error, words):
    with pytest.raises(error, match=words):
        parse(ALL, said)


@given(st.lists(st.tuples(st.sampled_from([p.name for p in ALL] + ["x"]), st.text(max_size=320)), max_size=4))
def test_a_query_is_read_or_refused_and_never_fails(said):
    try:
        values = parse(ALL, said)
    except NomoatError:
        return
    assert set(values) == {p.name for p in ALL}
    assert there_and_back(values) == values


@pytest.mark.parametrize(
    "text",
    [
        "own.csv", "OWN.CSV", "../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "benchmark:../../x.csv",
        "benchmark:/tmp/x.Parquet", "capability:", "http://127.0.0.1/x", "", "\\\\host\\x.csv",
    ],
)  # fmt: skip
def test_a_scale_is_never_a_file(text):
    with pytest.raises(InputError, match=r"reads no file|No scale"):
        scale_name(text)


@pytest.mark.parametrize("text", ["capability", "benchmark:GPQA diamond", "arena:text/overall", "domain:math"])
def test_scales_of_the_catalogue_pass(text):
    assert scale_name(text) == text


def test_every_page_has_params_that_stand_for_themselves():
    assert {"front", "gap", "claims", "claim", "documents", "document", "graph", "entity"} <= set(pages())
    for page in pages().values():
        assert parse(page.params, ()).keys() == {param.name for param in page.params}, page.path
        assert len({param.name for param in page.params}) == len(page.params)
        assert all(param.default in param.choices for param in page.params if param.kind == "choice" and param.default)
    assert isinstance(parse(pages()["gap"].params, [("at", "2025-06-30")])["at"], date)
