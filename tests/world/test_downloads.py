"""Downloads between two readings: planted counters come back, each once, and those that fall are left out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.errors import InputError, NoVintage, UnknownName
from nomoat.world.downloads import FELL, downloads, increase
from nomoat.world.hub import Counter, Reading, observed, readings
from world.hubs import FIRST, LAST, MIDDLE, planted, small


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    return small(tmp_path_factory.mktemp("hub"))


def test_twins_and_mirrors_are_rolled_up_and_every_download_counts_once(hub):
    found = downloads(by="model", catalog=hub)
    models = {m.model: m for m in found.models}
    qwen = models["alibaba/qwen-a"]
    assert (qwen.own, qwen.twin, qwen.mirror, qwen.downloads) == (1000, 100, 30, 1130)
    assert qwen.repositories == 3
    assert models["zhipu/glm-c"].downloads == 400, "a repository made since the first reading began at nought"
    assert models["somebody/odd-model"].downloads == 100
    assert models["zai-org/glm-old"].downloads == 25, "one counter under both of its names"
    assert "THUDM/glm-old" not in models
    assert found.total == 1130 + 400 + 100 + 25


def test_a_counter_that_fell_is_left_out_and_counted(hub):
    found = downloads(catalog=hub)
    assert "meta/llama-b" not in {m.model for m in found.models}
    assert {(x.why, x.count) for x in found.left_out} == {
        (FELL, 1),
        ("the same counter under an earlier name", 1),
    }
    before = downloads(at=MIDDLE, catalog=hub)
    assert {m.model: m.downloads for m in before.models}["meta/llama-b"] == 1000, "before the fall it is counted"


def test_shares_have_the_unknown_in_and_out(hub):
    found = {g.name: g for g in downloads(by="country", catalog=hub).groups}
    whole = 1130 + 400 + 100 + 25
    assert found["CN"].low == pytest.approx((1130 + 400 + 25) / whole)
    assert found["CN"].high == pytest.approx(1.0)
    openness = downloads(by="openness", catalog=hub)
    assert openness.unknown == 125
    assert [(g.name, g.downloads) for g in openness.groups] == [("weights-permissive", 1530)]


def test_windows_and_other_counts(hub):
    assert downloads(start=MIDDLE, catalog=hub).start == MIDDLE
    month = downloads(count="month", catalog=hub)
    assert month.start is None
    assert month.total == 7 * 10
    every = downloads(count="all", by="model", catalog=hub)
    assert {m.model: m.downloads for m in every.models}["zhipu/glm-c"] == 400
    assert "meta/llama-b" not in {m.model for m in every.models}


def test_one_reading_has_no_increase(hub):
    with pytest.raises(NoVintage, match="--count month"):
        downloads(at=FIRST, catalog=hub)
    assert downloads(count="month", at=FIRST, catalog=hub).end == FIRST


def test_concentration_is_that_of_the_models(hub):
    found = downloads(catalog=hub)
    shares = [m.downloads / found.total for m in found.models]
    assert found.concentration.hhi == pytest.approx(sum(s * s for s in shares))
    assert found.concentration.largest == pytest.approx(max(shares))
    assert found.concentration.n == 4


def test_what_was_known_then_has_no_later_reading(hub):
    assert downloads(as_of=date(2026, 2, 20), catalog=hub).end == MIDDLE
    assert [r.day for r in readings(catalog=hub).readings] == [FIRST, MIDDLE, LAST]


def test_the_shipped_snapshot_has_no_such_series():
    for ask in (downloads, observed, readings):
        with pytest.raises(InputError, match=r"No such series in this snapshot.*nomoat update hub"):
            ask()


def test_unknown_words_are_named(hub):
    with pytest.raises(UnknownName, match="country"):
        downloads(by="countries", catalog=hub)
    with pytest.raises(UnknownName, match="month"):
        downloads(count="monthly", catalog=hub)


def test_formats_of_the_tracked_list_and_quantised_children_lead_to_their_base(tmp_path):
    day = date(2026, 1, 1)
    rows = [
        ("acme/base", 10, {"downloads_30d": 1}),
        ("acme/base-NVFP4", 20, {"downloads_30d": 2}),
        ("acme/packed", 30, {"downloads_30d": 4, "model_id": "acme/packed"}),
        ("acme/tuned", 40, {"downloads_30d": 8, "model_id": "acme/tuned"}),
        ("acme/merged", 50, {"downloads_30d": 16, "model_id": "acme/merged"}),
    ]
    lineage = [
        ("acme/packed", "acme/base", "quantized", "inferred"),
        ("acme/tuned", "acme/base", "finetune", "declared"),
        ("acme/merged", "acme/base", "quantized", "declared"),
        ("acme/merged", "acme/tuned", "quantized", "declared"),
    ]
    tracked = [{"repository": "acme/base-NVFP4", "format": "nvfp4"}]
    catalog = planted(tmp_path, {day: rows}, lineage=lineage, tracked=tracked)
    found = {m.model: m.downloads for m in downloads(by="model", count="month", catalog=catalog).models}
    assert found == {"acme/base": 7, "acme/tuned": 8, "acme/merged": 16}


def test_a_ring_of_renames_ends(tmp_path):
    day = date(2026, 1, 1)
    rows = [
        ("a/one", 1, {"downloads_30d": 1, "formerly": "a/two"}),
        ("a/two", 2, {"downloads_30d": 2, "formerly": "a/one"}),
    ]
    assert downloads(by="model", count="month", catalog=planted(tmp_path, {day: rows})).total in (1, 2)


@settings(max_examples=200, deadline=None)
@given(counts=st.lists(st.integers(0, 1000) | st.none(), min_size=2, max_size=8))
def test_an_increase_is_the_sum_of_steps_that_all_go_up(counts):
    days = [date(2026, month, 1) for month in range(1, len(counts) + 1)]
    rows = tuple(Reading(day, n, None, None) for day, n in zip(days, counts, strict=True))
    found, why = increase(Counter("a/b", "a/b", "own", rows, None, None), days[0], days[-1])
    known = [n for n in counts if n is not None]
    rises = known == sorted(known)
    if counts[0] is None or counts[-1] is None or not rises:
        assert found is None
        assert why
    else:
        assert found == counts[-1] - counts[0]
