"""Every check finds what was planted for it, and a store without it is in order."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from nomoat.catalog.store import Catalog
from nomoat.sources.build import write
from nomoat.sources.disk import Disk
from nomoat.sources.facts import Facts
from nomoat.sources.health import CHECKS, health
from nomoat.sources.update import update
from nomoat.views.updates import health_text
from publisher import planted, publication, publish, row

OLD, NEW = date(2026, 6, 1), date(2026, 9, 1)


class Store:
    """A shipped vintage and one of the user's own, which tests fill by hand."""

    def __init__(self, place):
        self.home, self.place = place / "home", place
        self.shipped, self.own = Facts(), Facts()
        (place / "bytes.csv").write_text("x")

    def add(self, facts, dataset, day, table, **cells):
        key = facts.origin(publication(dataset), day, self.place / "bytes.csv")
        facts.add(table, key, **cells)

    def look(self, **rest):
        inputs = {"bytes.csv": self.place / "bytes.csv"}
        write(self.shipped, inputs, self.place / "shipped")
        if self.own.tables:
            write(self.own, inputs, self.home / "vintages" / "2026-09-01.001")
        return health(catalog=Catalog.open(self.home, self.place / "shipped"), **rest)


@pytest.fixture
def store(tmp_path):
    found = Store(tmp_path)
    found.add(found.shipped, "epoch-eci", OLD, "models", model_id="openai/gpt-5", name="GPT-5", released=OLD)
    return found


def said(found, check):
    return [(one.severity, one.dataset, one.subject) for one in found.findings if one.check == check]


def test_a_store_in_order_has_no_findings(store):
    store.add(store.own, "epoch-eci", NEW, "models", model_id="openai/gpt-5", name="GPT-5", released=OLD)
    found = store.look()
    assert found.findings == ()
    assert found.on == NEW
    assert found.checks == ("damage", *CHECKS)


def test_what_the_gap_rests_on_and_what_you_keep_must_be_fresh_the_rest_is_a_notice(store):
    store.add(store.shipped, "once", date(2024, 1, 1), "models", model_id="x/old", name="Old")
    late = NEW + timedelta(400)
    found = store.look(on=late)
    assert said(found, "freshness") == [("wrong", "epoch-eci", "epoch-eci"), ("notice", "once", "once")]
    assert said(store.look(on=OLD + timedelta(180)), "freshness") == [("notice", "once", "once")]
    assert said(store.look(on=late, stale=5000), "freshness") == []


def test_an_origin_without_licence_or_address_is_wrong(store):
    key = store.shipped.origin(publication("bare"), OLD, store.place / "bytes.csv")
    store.shipped.add("models", key, model_id="x/y", name="Y")
    next(one for one in store.shipped.tables["origins"] if one["origin_id"] == key)["licence"] = ""
    found = store.look()
    assert said(found, "licence") == [("wrong", "bare", key)]
    assert "no licence" in found.wrong[0].said


@pytest.mark.parametrize(("rows", "severity"), [(9, []), (8, ["notice"]), (4, ["wrong"])])
def test_rows_that_went_since_the_vintage_before(store, rows, severity):
    for n in range(10):
        store.add(store.shipped, "board", OLD, "effort", model_id="openai/gpt-5", parameters=float(n))
    for n in range(rows):
        store.add(store.own, "board", NEW, "effort", model_id="openai/gpt-5", parameters=float(n))
    assert [one[0] for one in said(store.look(), "counts")] == severity


def test_doublets_in_one_data_set_and_repositories_under_two_names(store):
    for price in (1.0, 2.0):
        store.add(store.shipped, "prices", OLD, "offerings", provider="A", name="x", input=price)
    store.add(store.shipped, "prices", OLD, "offerings", provider="B", name="x", input=1.0)
    for name, formerly in (("new/model", "old/model"), ("old/model", None), ("same/model", "same/model")):
        store.add(store.shipped, "hub", OLD, "repositories", repository=name, formerly=formerly)
    found = store.look()
    assert said(found, "doublets") == [("notice", "hub", "new/model"), ("notice", "prices", "A · x")]
    assert "input 1.0 and 2.0" in next(one.said for one in found.findings if one.dataset == "prices")


def test_a_repository_under_two_owners_with_the_same_birthday_would_count_twice(store):
    for name, made in (
        ("THUDM/glm-4", OLD), ("zai-org/GLM-4", OLD), ("other/glm-4", NEW), ("x/no-day", None), ("y/no-day", None),
    ):  # fmt: skip
        store.add(store.shipped, "hub", OLD, "repositories", repository=name, created=made)
    found = store.look()
    assert len(said(found, "doublets")) == 1
    told = next(one for one in found.findings if one.check == "doublets")
    assert {"THUDM/glm-4", "zai-org/GLM-4"} <= {told.subject, *told.said.split()}


def test_every_finding_about_data_names_its_copies_in_the_terminal_too(store):
    store.add(store.shipped, "once", date(2024, 1, 1), "models", model_id="x/old", name="Old")
    for n in range(10):
        store.add(store.shipped, "board", OLD, "effort", model_id="openai/gpt-5", parameters=float(n))
    store.add(store.own, "board", NEW, "effort", model_id="openai/gpt-5", parameters=1.0)
    store.add(store.shipped, "prices", OLD, "offerings", provider="A", name="x", input=-1.0)
    store.add(
        store.shipped, "router", OLD, "usage", series="s", period=date(2026, 5, 1), ends=NEW, grain="month"
    )  # fmt: skip
    found = store.look(on=NEW + timedelta(400))
    assert {one.check for one in found.findings} >= {"freshness", "counts", "prices", "periods"}
    known = {origin.id for origin in found.origins}
    text = health_text(found, 200)
    for one in found.findings:
        keys = one.origins or (one.origin,)
        assert set(keys) <= known, one
        assert f"origin: {keys[0]}" in text


def test_a_board_that_nobody_writes_any_more_is_dead_though_its_copies_are_fresh(store):
    for board, day in (("live", NEW), ("dead", NEW - timedelta(181))):
        cells = {"category": "overall", "published": day, "name": "m", "rating": 1.0}
        store.add(store.own, f"arena:{board}", NEW, "ratings", board=f"arena:{board}", **cells)
    assert said(store.look(), "dead") == [("notice", "arena:dead", "arena:dead")]


def test_publishers_who_disagree_on_side_or_date(store):
    for dataset, openness, day in (
        ("one", "weights-permissive", OLD),
        ("two", "closed-api", OLD + timedelta(61)),
        ("three", "unknown", OLD + timedelta(1)),
    ):
        store.add(store.shipped, dataset, OLD, "models", model_id="x/y", name="Y", released=day)
        store.add(store.shipped, dataset, OLD, "openness", **{"model_id": "x/y", "class": openness})
        store.add(store.shipped, dataset, OLD, "openness", **{"model_id": "x/agreed", "class": "weights-restricted"})
    found = store.look()
    assert said(found, "conflicts") == [("notice", "openness", "x/y"), ("notice", "released", "x/y")]
    for one in found.findings:
        if one.check == "conflicts":
            assert one.next == f"nomoat models {'openness ' if one.dataset == 'openness' else ''}x/y --json"
            assert len(one.origins) > 1
            assert set(one.origins) <= {origin.id for origin in found.origins}


def test_a_parent_that_is_younger_than_its_child(store):
    for name, day in (("old", date(2025, 1, 1)), ("young", date(2026, 1, 1))):
        store.add(store.shipped, "maker", OLD, "models", model_id=f"x/{name}", name=name, released=day)
    store.add(store.shipped, "maker", OLD, "lineage", child_id="x/old", parent_id="x/young", parent="y", relation="f")
    store.add(store.shipped, "maker", OLD, "lineage", child_id="x/young", parent_id="x/old", parent="o", relation="f")
    assert said(store.look(), "lineage") == [("notice", "maker", "x/old")]


def test_prices_that_cannot_be(store):
    for name, price in (("paid", -0.5), ("dear", 50_000.0), ("usual", 75.0), ("free", 0.0)):
        store.add(store.shipped, "prices", OLD, "offerings", provider="A", name=name, input=price)
    for name, cells in (
        ("token", {"input": 2.5e-6}), ("cached", {"input": 0.5, "cache_read": 1.25}), ("ok", {"input": 0.05}),
        ("batch", {"input": 0.5, "batch_input": 0.6}), ("write", {"input": 3.0, "cache_write": 3.75}),
        ("owed", {"input": 3.0, "batch_output": -1.0}),
    ):  # fmt: skip
        store.add(store.shipped, "prices", OLD, "offerings", provider="B", name=name, **cells)
    found = store.look()
    assert said(found, "prices") == [
        ("wrong", "prices", "A · paid"), ("wrong", "prices", "B · owed"), ("notice", "prices", "A · dear"),
        ("notice", "prices", "B · batch"), ("notice", "prices", "B · cached"), ("notice", "prices", "B · token"),
    ]  # fmt: skip


def test_all_time_downloads_that_fall(store):
    for name, then, now in (("a/falls", 10, 9), ("a/grows", 10, 11), ("a/unknown", 10, None)):
        store.add(store.shipped, "hub", OLD, "repositories", repository=name, downloads_all=then)
        store.add(store.own, "hub", NEW, "repositories", repository=name, downloads_all=now)
    assert said(store.look(), "downloads") == [("notice", "hub", "a/falls")]


def test_a_last_period_that_was_not_over(store):
    for series, ends in (("done", OLD), ("running", OLD + timedelta(9))):
        store.add(
            store.shipped, "router", OLD, "usage", series=series, period=date(2026, 5, 1), ends=ends, grain="month"
        )
        store.add(
            store.shipped, "router", OLD, "usage", series=series, period=date(2026, 4, 1), ends=OLD + timedelta(9)
        )
    assert said(store.look(), "periods") == [("notice", "router", "running")]


def test_a_release_far_beyond_its_copy_is_wrong(store):
    store.add(store.shipped, "typo", OLD, "models", model_id="x/y", name="Y", released=date(2062, 6, 1))
    assert said(store.look(), "dates") == [("wrong", "typo", "x/y")]


def test_damage_is_found_wherever_it_is_and_says_what_to_type(store):
    store.add(store.own, "board", NEW, "models", model_id="x/y", name="Y")
    store.look()
    path = store.home / "vintages" / "2026-09-01.001" / "models.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    catalog = Catalog.open(store.home, store.place / "shipped")
    found = health(catalog=catalog)
    assert said(found, "damage") == [("wrong", "", "2026-09-01.001")]
    assert found.wrong[0].next == "nomoat sources drop 2026-09-01.001"


def test_bytes_that_stay_the_same_for_long_are_a_dead_source(tmp_path):
    home, copies = tmp_path / "home", tmp_path / "copies"
    publish(copies, "board", [row("gpt-9", 1.0)])
    for day in (OLD, OLD + timedelta(200)):
        update(
            [], lambda kept, day=day: Disk(kept, copies, retrieved=day), home=home, sources={"board": planted("board")}
        )
    found = health(catalog=Catalog.open(home))
    assert [one[1:] for one in said(found, "dead")] == [("board", "table")]
    slip = next((home / "bytes" / "board").glob("*.copy"))
    slip.write_text("no slip")
    assert said(health(catalog=Catalog.open(home)), "dead") == []


def test_what_ships_is_in_order():
    found = health()
    assert found.wrong == ()
    assert json.loads(found.json())["findings"]
