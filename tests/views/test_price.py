"""The words, charts and tables of price say what the result holds, at every width, and lay nothing over each other."""

from __future__ import annotations

import json
from datetime import date

import pytest

from nomoat.views.plane import plane_figure, plane_table
from nomoat.views.price import fallen, finding, price_figure, price_table, price_text
from nomoat.views.render import render
from nomoat.world.price import price
from world.shops import catalogue, model, offer, opened

MODELS = [
    model("C", "2024-01-01", 125),
    model("D", "2025-01-01", 125.5, half=1.0),
    opened("O", "2024-06-01", 120),
    opened("P", "2025-06-01", 124),
]
OFFERS = [
    offer("s", "c", 8, 8, cache_read=1, batch_input=4, batch_output=4),
    offer("s", "d", 3, 3),
    offer("s", "o", 2, 2),
    offer("s", "p", 1, 1),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return catalogue(tmp_path_factory.mktemp("views"), ("2026-01-01", MODELS, OFFERS))


@pytest.fixture(scope="module")
def found(world):
    return price(catalog=world, at_level=["P", 120, "C"], draws=100)


def test_the_finding_names_the_dearer_side_and_both_offers(found, world):
    assert finding(found) == (
        "At the capability of P (124.0 ECI points) a million tokens cost $3 from closed models (D at s) and $1 from "
        "open ones (P at s): closed models cost 3 times as much (90% interval 3 to 3)"
    )
    assert finding(found, found.levels[1]).startswith("At 120.0 ECI points a million tokens")
    turned = finding(price("open", "closed", catalog=world, at_level=["P"], draws=0))
    assert "closed models cost 3 times as much" in turned


def test_a_side_without_a_price_is_said_to_have_none(found, world):
    assert finding(found, found.levels[2]).endswith("none of the open ones so able has a known price")
    nobody = price(catalog=world, at_level=[999], draws=0)
    assert finding(nobody).endswith("no model with a price is known on 2026-01-01")
    assert price_figure(nobody).spec()
    assert "no model" in price_text(nobody, 80)


def test_equal_prices_are_the_same(tmp_path):
    rows = [offer("s", "c", 2, 2), offer("s", "o", 2, 2)]
    models = [model("C", "2024-01-01", 120), opened("O", "2024-01-01", 120)]
    found = price(catalog=catalogue(tmp_path, ("2026-01-01", models, rows)), draws=0, at_level=[119])
    assert finding(found).endswith("the same")
    assert fallen(found.levels[0].leader.fall).endswith("it did not fall")


@pytest.mark.parametrize("size", [{"width": 760}, {"width": 360}, {"width": 360, "container": True}])
def test_charts_hold_every_price_on_a_logarithmic_axis(found, size):
    for figure in (*(price_figure(found, at, **size) for at in range(3)), plane_figure(found, **size)):
        spec = figure.spec()
        json.dumps(spec, allow_nan=False)
        axes = [layer["encoding"]["y"] for layer in spec["layer"] if "field" in layer.get("encoding", {}).get("y", {})]
        scale = next(y["scale"] for y in axes if "scale" in y)
        assert scale["type"] == "log"
        for layer in spec["layer"]:
            y = layer.get("encoding", {}).get("y", {})
            for row in layer["data"]["values"]:
                value = row.get(y.get("field"))
                assert value is None or scale["domain"][0] <= value <= scale["domain"][1]
        shapes = {layer["mark"].get("shape") for layer in spec["layer"] if isinstance(layer["mark"], dict)}
        assert {"diamond", "circle"} <= shapes
        assert figure.alt
        assert figure.table.rows


def test_a_chart_is_drawn(found):
    assert render(plane_figure(found), "svg").startswith(b"<svg")
    assert render(price_figure(found), "png").startswith(b"\x89PNG")


def test_tables_hold_what_the_result_holds(found):
    table = price_table(found)
    keys = [column.key for column in table.columns]
    assert len(table.rows) == 6
    assert all(len(row) == len(keys) for row in table.rows)
    rows = [dict(zip(keys, row, strict=True)) for row in table.rows]
    assert [row["price"] for row in rows] == [3, 1, 3, 1, 3, None]
    assert rows[0]["cached"] == (3 * 1 + 8) / 4  # of the offering that states one
    assert rows[0]["batch"] == 4
    assert rows[0]["second"] == 8
    assert rows[0]["since"] == date(2024, 1, 1)
    plane = plane_table(found)
    assert [row[0] for row in plane.rows] == ["D", "C", "P", "O"]
    for width in (60, 100, 160):
        assert max(map(len, price_text(found, width).splitlines())) <= max(width, 90)


def test_the_text_says_what_hangs_on_one_model_and_what_is_not_compared(found):
    said = price_text(found, 100)
    assert "Without D, closed models cost $8 (C)." in said
    assert "Price a token, not a task" in said
    assert "reconstructed" in said.casefold()
