"""A table stands in the order that the address asks for: all of its rows, the missing last, in files as well."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import date

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.errors import InputError, UnknownName
from nomoat.explorer.order import Order, asked, counted, ordered, parsed, text, turned
from nomoat.views.table import Column, Table

KEYS = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
ORDERS = st.dictionaries(
    st.from_regex(r"[a-z][a-z.-]{0,8}", fullmatch=True), st.builds(Order, KEYS, st.booleans(), st.integers(1, 10**6))
)


def table(*values):
    return Table(name="t", caption="", columns=(Column(key="x", title="x"),), rows=tuple((v,) for v in values))


def column(made):
    return [row[0] for row in made.rows]


@given(ORDERS)
def test_an_address_gives_the_order_back(orders):
    if len(text(orders)) <= 300:
        assert parsed(text(orders)) == orders
        assert asked(orders, "?q=1").startswith("?q=1")


@given(st.lists(st.one_of(st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))), st.booleans())
def test_numbers_are_ordered_and_the_missing_come_last(values, down):
    made = column(ordered(table(*values), Order("x", down)))
    known = [value for value in values if value is not None]
    assert made[: len(known)] == sorted(known, reverse=down)
    assert made[len(known) :] == [None] * (len(values) - len(known))


def test_texts_that_hold_a_number_are_ordered_by_it():
    values = ("$1,200", "$0.45", "$9", None)
    assert column(ordered(table(*values), Order("x", False))) == ["$0.45", "$9", "$1,200", None]
    spans = ("10.5 to 12.0", "3.6 to 8.0", "> 5.2")
    assert column(ordered(table(*spans), Order("x", True))) == ["10.5 to 12.0", "> 5.2", "3.6 to 8.0"]
    assert not counted(["2ac4666e", "3d62ad4d"])


def test_names_are_ordered_without_regard_to_capitals_and_days_by_day():
    assert column(ordered(table("b", "A", "C"), Order("x", False))) == ["A", "b", "C"]
    days = date(2025, 1, 2), date(2024, 12, 31)
    assert column(ordered(table(*days), Order("x", True))) == list(days)


def test_equals_keep_their_places():
    columns = Column(key="x", title="x"), Column(key="y", title="y")
    rows = ((1, "a"), (1, "b"), (0, "c"))
    made = Table(name="t", caption="", columns=columns, rows=rows)
    assert ordered(made, Order("x", True)).rows == rows
    with pytest.raises(UnknownName, match="'z'"):
        ordered(made, Order("z", True))


def test_a_heading_goes_round():
    values = [1, 2]
    now, seen = None, []
    for _ in range(3):
        now = turned(now, "x", values)
        seen.append(now)
    assert seen == [Order("x", True), Order("x", False), None]
    usual = Order("x", True)
    assert turned(usual, "x", values, usual) == Order("x", False)
    assert turned(Order("x", False), "x", values, usual) is None
    assert turned(usual, "y", ["b"], usual) == Order("y", False)


@pytest.mark.parametrize(
    "said",
    ["models", ":x", "models:", "a:x,a:y", "a:b c", "a:<script>", "a:" + "x" * 300, "a:@0", "a:@", "a:-@3", "a:x@-1"],
)
def test_an_order_that_is_none_is_refused(said):
    with pytest.raises(InputError, match="order="):
        parsed(said)


def test_page_and_file_have_the_same_order_of_all_rows(plain):
    from nomoat.world.models import models

    got = httpx.get(f"{plain}/models/models.csv?order=models:model", timeout=60).text
    names = [row["model"].removeprefix("'") for row in csv.DictReader(io.StringIO(got))]
    assert names == sorted((one.model for one in models().models), key=str.casefold)
    page = httpx.get(f"{plain}/models?order=models:model", timeout=60).text
    assert page.index(f">{names[0]}</a>") < page.index(f">{names[1]}</a>")
    assert f"Rows 1 to 300 of {len(names):,} in this order" in page
    assert 'aria-sort="ascending"><a href="/models?order=models:-model#models"' in page


def test_rows_that_a_page_has_no_room_for_are_a_link_away(plain):
    """From page to page every model is met once, in the order of the file; a search begins with its first row."""
    whole = httpx.get(f"{plain}/models/models.csv", timeout=60).text
    names = [row["model"].removeprefix("'") for row in csv.DictReader(io.StringIO(whole))]
    seen, at = [], "/models"
    while at:
        text = httpx.get(f"{plain}{at}", timeout=60).text
        table = re.search(r'<section id="models".*?<tbody>(.*?)</tbody>(.*?)</section>', text, re.DOTALL)
        seen += [html.unescape(name) for name in re.findall(r'<tr><td[^>]*><a href="[^"]+">(.*?)</a>', table[1])]
        after = re.search(r'<a rel="next" href="([^"]+)"', table[2])
        at = html.unescape(after[1]) if after else ""
        assert 'name="order" value="models:@' not in text
        assert len(seen) <= len(names)
    assert seen == names
    far = httpx.get(f"{plain}/models?order=models:model@999999", timeout=60).text
    assert f"to {len(names):,} of {len(names):,} in this order" in far, "a link of a larger store shows the last rows"
    assert 'name="order" value="models:model"' in far


def test_only_models_with_a_score_are_in_the_page_its_python_and_the_api(plain):
    text = httpx.get(f"{plain}/models?scored=yes&q=closed", timeout=60).text
    told = httpx.get(f"{plain}/api/v1/models?scored=yes&q=closed", timeout=60).json()
    source = html.unescape(re.findall(r"<pre><code>(.*?)</code></pre>", text, re.DOTALL)[-1])
    before, _, call = source.rpartition("\n")
    found = {}
    exec(f"{before}\nkept = {call}", found)
    assert [one["id"] for one in told["models"]] == [one.id for one in found["kept"]]
    assert f"of {len(found['kept']):,} in this order" in text or f"{len(found['kept']):,} of" in text
    assert all(one["scores"] for one in told["models"])
    assert any("without a score" in left["what"] for left in told["left_out"])


def test_a_section_or_column_that_is_not_there_is_told(plain):
    for asking in ("nothing:model", "models:nothing"):
        got = httpx.get(f"{plain}/models?order={asking}", timeout=60)
        assert got.status_code == 400
        assert "nothing" in got.text
    assert httpx.get(f"{plain}/api/v1/models?order=models:model", timeout=60).status_code == 400
