"""Between two vintages the gap is walked a kind of change a step; each step shows what was planted, and all sum."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.catalog.store import Catalog
from nomoat.errors import InputError, NoVintage
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication
from nomoat.world.changes import changes
from nomoat.world.gap import gap

OLD, NEW = date(2026, 3, 1), date(2026, 6, 1)
SHIPPED = [date(2025, 11, 7), date(2026, 5, 31), date(2026, 6, 30), date(2026, 8, 11)]


def publication(dataset):
    return Publication(
        key=f"test/{dataset}", publisher="A publisher", dataset=dataset, title=dataset, address="https://example.org",
        licence="CC BY 4.0", attribution="A publisher", evidence="measured by publisher",
    )  # fmt: skip


def vintage(folder, day, models, prices=(), licences=()):
    """Write what an index of abilities said on a day: name -> (released, class, ability)."""
    inputs = folder.parent / f"{folder.name}.csv"
    inputs.parent.mkdir(parents=True, exist_ok=True)
    inputs.write_text(f"{day} {models}")
    facts = Facts()
    key = facts.origin(publication("epoch-eci"), day, inputs)
    for name, (released, openness, ability) in models.items():
        id = f"maker/{name.lower()}"
        facts.add("models", key, model_id=id, name=name, organisation_id="maker", released=released)
        facts.add("openness", key, **{"model_id": id, "class": openness, "licence": dict(licences).get(name)})
        facts.add("ratings", key, board="eci", published=day, name=name, model_id=id, rating=ability)
    market = facts.origin(publication("prices"), day, inputs)
    for provider, name, input in prices:
        facts.add("offerings", market, provider=provider, name=name, input=input, output=1.0)
    return write(facts, {inputs.name: inputs}, folder)


def between(place, old, new, **rest):
    vintage(place / "shipped", OLD, old)
    vintage(place / "home" / "vintages" / "later", NEW, new)
    catalog = Catalog.open(place / "home", place / "shipped")
    return changes(since=OLD, until=NEW, catalog=catalog, **rest), catalog


def day(n):
    return date(2025, 1, 1) + timedelta(n)


BASE = {
    "Lead": (day(0), "closed-api", 100.0),
    "Lead2": (day(200), "closed-api", 120.0),
    "Follow": (day(100), "weights-permissive", 95.0),
    "Follow2": (day(300), "weights-permissive", 105.0),
}
PLANTED = {
    "scored otherwise": ({**BASE, "Follow2": (day(300), "weights-permissive", 110.0)}, -5.0, 1),
    "withdrawn": ({name: said for name, said in BASE.items() if name != "Lead2"}, -20.0, 1),
    "added": ({**BASE, "Late": (day(310), "weights-permissive", 112.0)}, -7.0, 1),
    "dated otherwise": ({**BASE, "Lead2": (OLD + timedelta(1), "closed-api", 120.0)}, -20.0, 1),
    "classed otherwise": ({**BASE, "Follow2": (day(300), "unknown", 105.0)}, 10.0, 1),
    "released since": ({**BASE, "Newest": (OLD + timedelta(30), "closed-api", 130.0)}, 10.0, 1),
}


@pytest.mark.parametrize("changed", PLANTED)
def test_what_was_planted_moves_its_own_step_alone(tmp_path, changed):
    new, moved, touched = PLANTED[changed]
    found, _ = between(tmp_path, BASE, new)
    steps = {step.changed: step for step in found.steps}
    assert steps["old gap"].points == pytest.approx(15.0)
    assert steps[changed].points_moved == pytest.approx(moved)
    assert steps[changed].models == touched
    # A record that is dated past the old cut comes back with the releases since: the one case of two steps.
    back = {"released since"} if changed == "dated otherwise" else set()
    for name, step in steps.items():
        if name not in {changed, "old gap", *back}:
            assert step.points_moved == pytest.approx(0.0), name
    assert steps["days passed"].months_moved >= 0


def test_time_alone_is_news_and_no_revision(tmp_path):
    found, _ = between(tmp_path, BASE, BASE)
    assert [step.points_moved for step in found.steps] == [0.0] * len(found.steps)
    waited = {step.changed: step.months_moved for step in found.steps}
    assert waited.pop("days passed") == pytest.approx((NEW - OLD).days / 30.4375)
    assert set(waited.values()) == {0.0}


NAMES = st.sampled_from([f"M{n}" for n in range(12)])
SAID = st.tuples(
    st.integers(0, 500).map(day),
    st.sampled_from(["closed-api", "weights-permissive", "weights-noncommercial", "unknown"]),
    st.integers(0, 40).map(lambda n: 100.0 + n),
)
WORLD = st.dictionaries(NAMES, SAID, max_size=10)
ANCHORS = {"Zc": (day(0), "closed-api", 90.0), "Zo": (day(1), "weights-permissive", 80.0)}


@given(WORLD, WORLD)
@settings(max_examples=25)
def test_the_steps_start_at_the_old_gap_end_at_the_new_one_and_sum(old, new):
    with tempfile.TemporaryDirectory() as folder:
        found, catalog = between(Path(folder), {**old, **ANCHORS}, {**new, **ANCHORS})
        then, now = (gap(as_of=when, draws=0, catalog=catalog) for when in (OLD, NEW))
    first, last = found.steps[0], found.steps[-1]
    assert (first.points, first.months) == (then.quality_gap.value, then.current_lag.months)
    assert last.points == pytest.approx(now.quality_gap.value, abs=1e-12)
    assert last.months == pytest.approx(now.current_lag.months, abs=1e-12)
    assert sum(step.points_moved for step in found.steps) == pytest.approx(last.points - first.points, abs=1e-9)
    assert sum(step.months_moved for step in found.steps) == pytest.approx(last.months - first.months, abs=1e-9)
    assert (last.leader, last.follower) == (now.quality_gap.leader.model, now.quality_gap.follower.model)


@pytest.mark.parametrize("pair", [(a, b) for n, a in enumerate(SHIPPED) for b in SHIPPED[n + 1 :]], ids=str)
def test_shipped_vintages_are_walked_from_the_one_gap_to_the_other(pair, tmp_path):
    catalog = Catalog.open(tmp_path)
    found = changes(since=pair[0], until=pair[1], catalog=catalog)
    then, now = (gap(as_of=when, draws=0, catalog=catalog) for when in pair)
    assert found.steps[0].points == then.quality_gap.value
    assert found.steps[-1].points == pytest.approx(now.quality_gap.value, abs=1e-9)
    assert found.steps[-1].months == pytest.approx(now.current_lag.months, abs=1e-9)
    assert found.cite().startswith(f"Between the vintages {pair[0]} and {pair[1]} the gap of open behind closed")


def test_any_two_cohorts_are_walked(tmp_path):
    catalog = Catalog.open(tmp_path)
    found = changes("closed", "open & country=CN", since=SHIPPED[2], until=SHIPPED[3], catalog=catalog)
    now = gap("closed", "open & country=CN", as_of=SHIPPED[3], draws=0, catalog=catalog)
    assert found.steps[-1].points == pytest.approx(now.quality_gap.value, abs=1e-9)


def test_what_moved_is_named_with_before_and_after(tmp_path):
    vintage(tmp_path / "shipped", OLD, BASE, [("A", "x", 2.0), ("B", "y", 3.0)], [("Follow", "MIT")])
    new = {**BASE, "Follow2": (day(301), "weights-noncommercial", 105.0), "Extra": (day(9), "closed-api", 1.0)}
    del new["Lead"]
    prices = [("A", "x", 1.5), ("C", "z", 1.0)]
    vintage(tmp_path / "home" / "vintages" / "later", NEW, new, prices, [("Follow", "Apache-2.0")])
    found = changes(since=OLD, until=NEW, catalog=Catalog.open(tmp_path / "home", tmp_path / "shipped"))
    said = {(one.what, one.subject, one.column): (one.before, one.after) for one in found.models}
    assert said == {
        ("changed", "Follow2", "released"): (str(day(300)), str(day(301))),
        ("changed", "Follow2", "openness"): ("weights-permissive", "weights-noncommercial"),
        ("new", "Extra", "released"): (None, str(day(9))),
        ("gone", "Lead", ""): (None, None),
    }
    rows = {(one.table, one.what, one.subject, one.column): (one.before, one.after) for one in found.rows}
    assert rows["offerings", "changed", "A · x", "input"] == ("2", "1.5")
    assert rows["openness", "changed", "maker/follow", "licence"] == ("MIT", "Apache-2.0")
    assert ("offerings", "new", "C · z", "") in rows
    assert ("offerings", "gone", "B · y", "") in rows
    tallies = {(one.table, one.dataset): (one.new, one.changed, one.gone) for one in found.tallies}
    assert tallies["offerings", "prices"] == (1, 1, 1)
    assert tallies["models", "epoch-eci"] == (1, 1, 1)


def test_the_document_holds_every_step_and_row(tmp_path):
    found = changes(since=SHIPPED[2], until=SHIPPED[3], catalog=Catalog.open(tmp_path))
    document = json.loads(found.json())
    assert document["schema_version"] == 1
    assert [step["changed"] for step in document["steps"]] == [step.changed for step in found.steps]
    assert len(document["rows"]) == len(found.rows) > 0
    assert document["origins"]


def test_without_dates_it_is_what_the_last_update_brought(tmp_path):
    from nomoat.sources.vintage import write_vintage

    vintage(tmp_path / "shipped", OLD, BASE)
    new = {**BASE, "Lead2": (day(200), "closed-api", 121.0)}
    facts, inputs = Facts(), tmp_path / "new.csv"
    inputs.write_text("new")
    key = facts.origin(publication("epoch-eci"), NEW, inputs)
    for name, (released, openness, ability) in new.items():
        id = f"maker/{name.lower()}"
        facts.add("models", key, model_id=id, name=name, released=released)
        facts.add("openness", key, **{"model_id": id, "class": openness})
        facts.add("ratings", key, board="eci", published=NEW, name=name, model_id=id, rating=ability)
    write_vintage(facts, {"new.csv": inputs}, tmp_path / "home")
    found = changes(catalog=Catalog.open(tmp_path / "home", tmp_path / "shipped"))
    assert (found.since, found.until) == (NEW - timedelta(1), NEW)
    assert {step.changed: step.points_moved for step in found.steps}["scored otherwise"] == pytest.approx(1.0)


def test_a_board_that_an_update_brought_is_news_though_it_is_dated_before_the_copies_beside_it(tmp_path):
    """A board's vintages are its own publish days; the index beside it was fetched weeks later."""
    models = {"Closed": (day(0), "closed-api", 150.0), "Open": (day(9), "weights-permissive", 140.0)}
    shipped, later = tmp_path / "shipped", tmp_path / "home" / "vintages" / "later"
    vintage(shipped, OLD, models, prices=[("router", "closed", 1.0)])
    inputs, facts = tmp_path / "more.csv", Facts()
    inputs.write_text("later")
    key = facts.origin(publication("epoch-eci"), NEW, inputs)
    for name, (released, openness, ability) in models.items():
        id = f"maker/{name.lower()}"
        facts.add("models", key, model_id=id, name=name, organisation_id="maker", released=released)
        facts.add("openness", key, **{"model_id": id, "class": openness})
        facts.add("ratings", key, board="eci", published=NEW, name=name, model_id=id, rating=ability)
    market = facts.origin(publication("prices"), NEW - timedelta(20), inputs)
    facts.add("offerings", market, provider="router", name="closed", input=0.5, output=1.0)
    write(facts, {inputs.name: inputs}, later)
    catalog = Catalog.open(tmp_path / "home", shipped)
    found = [one for one in changes(catalog=catalog).rows if one.table == "offerings"]
    assert [(one.subject, one.column, one.before, one.after) for one in found] == [
        ("router · closed", "input", "1", "0.5")
    ]
    dated = changes(since=NEW - timedelta(1), until=NEW, catalog=catalog)
    assert not [one for one in dated.rows if one.table == "offerings"]  # by its own date it was out by then


def test_an_older_copy_in_the_store_is_no_newest_update(tmp_path):
    models = {"Closed": (day(0), "closed-api", 150.0), "Open": (day(9), "weights-permissive", 140.0)}
    vintage(tmp_path / "shipped", NEW, models)
    vintage(tmp_path / "home" / "vintages" / "older", OLD, models)
    found = changes(catalog=Catalog.open(tmp_path / "home", tmp_path / "shipped"))
    assert (found.since, found.until) == (OLD, NEW)  # the two vintages of the index, and not the day before the copy


def test_of_what_ships_it_is_the_last_two_vintages_of_the_index(tmp_path):
    found = changes(catalog=Catalog.open(tmp_path))
    assert found.since == SHIPPED[2]
    assert found.until >= SHIPPED[3]


@pytest.mark.parametrize(
    ("since", "until", "error"),
    [
        (date(2001, 1, 1), None, NoVintage),
        (SHIPPED[3], SHIPPED[3], InputError),
        (SHIPPED[3], SHIPPED[0], InputError),
        (date(2030, 1, 1), None, InputError),
    ],
)
def test_dates_that_mean_nothing_are_refused(tmp_path, since, until, error):
    with pytest.raises(error):
        changes(since=since, until=until, catalog=Catalog.open(tmp_path))


def test_where_no_abilities_were_known_the_rows_are_still_compared(tmp_path):
    found = changes(since=date(2024, 11, 30), until=SHIPPED[0], catalog=Catalog.open(tmp_path))
    assert found.steps == ()
    assert "Nothing was known" in found.unexplained
    assert found.tallies
    assert "cannot be compared" in found.cite()
