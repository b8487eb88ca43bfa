"""Every chart draws what its result holds, the same way every time, on a page and on a phone, and needs no network."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import msgspec
import pytest

from nomoat.types import MONTH, Change
from nomoat.views.effort import effort_figure
from nomoat.views.frontier import frontier_figure
from nomoat.views.labels import text_width
from nomoat.views.lanes import lanes
from nomoat.views.months import months_figure, trend
from nomoat.views.panel import panel_figure
from nomoat.views.records import records_figure, waiting_figure
from nomoat.views.render import render
from nomoat.views.theme import LIGHT, NARROW, WIDE
from nomoat.views.wake import wakes
from views import planted
from views.figures import BUILDERS

GOLDEN = Path(__file__).parent / "golden"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def walk(spec, path=()):
    if isinstance(spec, dict):
        for key, value in spec.items():
            yield from walk(value, (*path, key))
    elif isinstance(spec, list):
        for value in spec:
            yield from walk(value, path)
    else:
        yield path, spec


def values(figure, mark):
    """The rows that a kind of mark draws; a written legend has one empty row."""
    drawn = [layer for layer in figure.view["layer"] if layer["mark"]["type"] == mark]
    return [row for layer in drawn for row in layer["data"]["values"] if row]


@pytest.mark.parametrize("name", BUILDERS)
def test_golden_specification(name):
    """Run with NOMOAT_GOLDEN=write after a change that was meant, and look at what git shows."""
    path = GOLDEN / f"{name}.json"
    spec = render(BUILDERS[name](), "json").decode()
    if os.environ.get("NOMOAT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(spec, encoding="utf-8")
    assert json.loads(spec) == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_figure_is_complete_and_names_light_colours_only(name, width):
    figure = BUILDERS[name](width=width)
    assert figure.finding
    assert not figure.finding.endswith(".")
    assert len(figure.alt) > 20
    assert planted.ORIGIN.publisher in " ".join(figure.footer)
    assert figure.table.rows
    spec = figure.spec()
    assert {colour for _, text in walk(spec) if isinstance(text, str) for colour in COLOUR.findall(text)} <= set(
        LIGHT.dict().values()
    )
    assert not any("url" in path for path, _ in walk(spec))


@pytest.mark.parametrize("name", BUILDERS)
def test_what_vega_lite_draws_wrongly_is_not_used(name):
    """Tooltips of nearest points and legends bound to a selection are broken in the Vega-Lite we can have."""
    spec = BUILDERS[name]().spec()
    assert not any({"nearest", "bind"} & set(path) for path, _ in walk(spec))
    assert "$schema" in spec


@pytest.mark.parametrize("name", BUILDERS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_pictures_keep_to_their_width(name, width):
    svg = render(BUILDERS[name](width=width).spec(titled=False), "svg").decode()
    drawn = float(re.search(r'width="([\d.]+)"', svg)[1])
    # A phone's column is 360 pixels; a little more scales down, half as much again would not be readable.
    assert width * 0.75 <= drawn <= width * 1.1


@pytest.mark.parametrize("name", BUILDERS)
def test_a_container_stretches(name):
    view = BUILDERS[name](container=True).view
    assert (view["width"], view["autosize"]["type"]) == ("container", "fit-x")


@pytest.mark.parametrize("name", BUILDERS)
def test_altair_takes_every_specification(name):
    assert BUILDERS[name]().chart.to_dict()["layer"]


def test_frontier_draws_every_model_and_both_gaps():
    figure = frontier_figure(planted.frontier(), planted.gap())
    drawn = {row["model"] for row in values(figure, "point") if "model" in row}
    assert drawn == {model[0] for model in planted.MODELS}
    told = {str(row["text"]) for row in values(figure, "text")}
    # Fern Large stands at 142, seven below Beta 2; Alpha 3 (143, 2025-11-05) was the first to stand that high.
    assert "['7.0', 'points']" in told
    assert f"{(planted.CUT - planted.date(2025, 11, 5)).days / MONTH:.1f} months" in told


def test_models_below_both_frontiers_are_counted_not_dropped_in_silence():
    deep = (*planted.MODELS, ("Worm", planted.date(2025, 1, 1), 10.0, "follower", "Moss"))
    figure = frontier_figure(planted.frontier(deep), planted.gap(deep))
    assert "Worm" not in {row.get("model") for row in values(figure, "point")}
    assert "1 model below" in figure.footer[0]
    assert any(row[0] == "Worm" for row in figure.table.rows)


def test_a_band_ends_at_the_floor_of_the_plot():
    figure = frontier_figure(planted.frontier(), planted.gap())
    floor = figure.view["layer"][0]["encoding"]["y"]["scale"]["domain"][0]
    assert min(row["low"] for row in values(figure, "area")) >= floor


def test_a_follower_that_leads_is_said_to_be_ahead():
    turned = tuple((m, d, s, {"leader": "follower", "follower": "leader"}[c], o) for m, d, s, c, o in planted.MODELS)
    figure = frontier_figure(planted.frontier(turned), planted.gap(turned))
    assert "7.0 points ahead of the best closed ones" in figure.finding


def test_records_censored_ones_run_to_the_cut_and_say_more_than():
    figure = records_figure(planted.gap())
    rows = {row["row"]: row for row in values(figure, "text")}
    for index, record in enumerate(planted.records()):
        assert rows[index]["text"].startswith("> ") == record.censored
        assert (rows[index]["until"] == planted.CUT.isoformat()) == record.censored
    assert "4 of" not in figure.finding
    assert figure.finding.startswith("3 of 5 records of closed models were matched, by 3 open models")


def test_kaplan_meier_curve_by_hand():
    """Waits of 7.3, 3.7 and 6.6 months are matched; 9.2 and 1.9 still run: 1, 3/4, 1/2, 1/4."""
    figure = waiting_figure(planted.gap())
    steps = next(layer for layer in figure.view["layer"] if layer["mark"]["type"] == "line")["data"]["values"]
    assert [round(row["share"], 4) for row in steps] == [1, 1, 0.75, 0.5, 0.25, 0.25]
    assert sorted(round(row["value"], 1) for row in steps) == [0.0, 1.9, 3.7, 6.6, 7.3, 9.2]


def test_panel_hollow_without_an_interval_and_reason_without_a_value():
    figure = panel_figure(planted.panel())
    hollow = [
        row["value"]
        for layer in figure.view["layer"]
        if layer["mark"].get("fill") == LIGHT.paper
        for row in layer["data"]["values"]
    ]
    assert hollow == [3.4]
    assert [row["text"] for row in values(figure, "text")].count("not defined here") == 1
    assert "from 3.1 to 14.6 months" in figure.finding
    assert figure.finding.endswith("the default gives 9.2")


def test_a_rule_of_matching_cannot_move_the_lag_and_is_drawn_where_it_can():
    names = {q: panel_figure(planted.panel(), q).spec() for q in ("months", "points", "match")}
    assert "epoch" not in str(names["months"])
    assert "epoch" not in str(names["points"])
    assert "epoch" in str(names["match"])


def test_panel_points_of_another_unit_are_counted_not_drawn():
    figure = panel_figure(planted.panel(), "points")
    assert 22.0 not in {row["value"] for row in values(figure, "point")}
    assert "1 row in another unit is in the table" in figure.footer[0]
    assert any("Elo" in row for row in figure.table.rows)


def test_an_extreme_is_not_quoted_without_its_caveat():
    rows = tuple(
        planted.choice("distillation", "not distilled", 30.0, note="labels end in 2025-09") if r.axis == "domain" else r
        for r in planted.panel().rows
    )
    import msgspec

    figure = panel_figure(msgspec.structs.replace(planted.panel(), rows=rows))
    assert "not distilled: labels end in 2025-09" in figure.finding


def test_unknown_compute_is_counted_and_not_drawn():
    figure = effort_figure(planted.effort())
    assert sorted(row["value"] for row in values(figure, "point")) == [3e24, 6e24, 2e25, 3e25, 5e25]
    assert "known for 2, of one or none for 2" in figure.footer[0]


def test_trend_compares_two_years_against_the_width_of_the_intervals():
    def said(low, high, share):
        change = Change(before=4.0, after=6.0, change=2.0, low=low, high=high, p_smaller=share)
        return trend(msgspec.structs.replace(planted.frontier(), points_change=change), "points")

    assert said(-1.0, 5.0, 0.2).direction == "level"
    assert "did not clearly move: from 4.0 to 6.0 points" in said(-1.0, 5.0, 0.2).sentence()
    assert "a growth in 80% of draws" in said(-1.0, 5.0, 0.2).sentence()
    assert said(0.5, 5.0, 0.01).direction == "growing"
    assert said(-5.0, -0.5, 0.99).direction == "shrinking"
    assert said(None, None, None).sentence().endswith("no interval).")
    assert "too few months" in trend(planted.frontier(), "months").sentence()


def test_a_lag_that_began_before_the_data_is_no_line():
    """Moss 7B (112) never reached Alpha 1 (120): before Moss 70B there is no lag to speak of."""
    early = [row for row in planted.frontier().gap_by_month if row.date < planted.date(2024, 8, 20)]
    assert early
    drawn = {row["date"] for row in values(months_figure(planted.frontier(), "months"), "line")}
    assert not drawn & {row.date.isoformat() for row in early}


def test_wake_by_hand():
    deepseek, gemma = wakes(planted.frontier(), ("deepseek-v3", "Gemma 3", "Nobody 1"))
    # DeepSeek-V3 came out at 129 when Alpha 2 (128) led; today Beta 2 stands at 149.
    assert (deepseek.behind, deepseek.now) == (-1.0, 20.0)
    # Gemma 3 came out at 124 when Beta 1 (135) led; Alpha 2 first stood above 124 on 2024-09-01.
    assert gemma.behind == 11.0
    assert gemma.months == pytest.approx((planted.date(2025, 3, 12) - planted.date(2024, 9, 1)).days / MONTH)
    assert gemma.topped.model == "Deep 2"


@pytest.mark.parametrize("compact", [True, False])
def test_lanes_hold_every_name_where_it_can_be_read(compact):
    names = ["short", "a much longer name that has to be cut somewhere on its way", "</script>'\"];alert(1)//"]
    lane = lanes(names, compact=compact)
    if compact:
        told = [row["text"] for layer in lane.layers() for row in layer["data"]["values"]]
        assert len(told) == 3
    else:
        shown = json.loads(lane.y["axis"]["labelExpr"].removesuffix("[datum.value]"))
        assert len(shown) == 3
        assert lane.margin >= max(text_width(name, 12) for name in shown)
