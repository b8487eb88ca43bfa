"""The use of one model is counted where somebody counts it, and is never called zero where nobody does."""

from __future__ import annotations

import os
from datetime import date

from nomoat.catalog.store import Catalog
from nomoat.sources.build import write
from nomoat.sources.facts import Facts, Publication
from nomoat.views.profile import counters_table, unused, use_table
from nomoat.world.model import model
from nomoat.world.model_use import counted, used

KEY, DAY = "deepseek/deepseek-r1", date(2026, 11, 30)


def store(home):
    """An update with two weeks of one model's share, and a reading of the Hub."""
    copied = home / "copy.csv"
    home.mkdir(parents=True, exist_ok=True)
    copied.write_text("x")
    facts = Facts()
    common = {
        "publisher": "Counting House", "title": "Counts", "address": "https://example.org", "licence": "CC BY 4.0",
        "attribution": "Counting House", "evidence": "measured by publisher",
    }  # fmt: skip
    board = facts.origin(Publication(key="test/board", dataset="board", **common), DAY, copied)
    hub = facts.origin(Publication(key="test/hub", dataset="hub", **common), DAY, copied)
    for week, share in ((2, 0.03), (9, 0.04)):
        first = date(2026, 11, week)
        facts.add(
            "usage", board, series="test-models", channel="openrouter", subject=KEY, metric="share", unit="tokens",
            population="tokens routed", numerator="tokens of the model", grain="week", period=first,
            ends=first.replace(day=week + 6), value=share, low=share, high=share + 0.01, partial=week == 9,
        )  # fmt: skip
    for name, ever in (("deepseek-ai/DeepSeek-R1", 1_000), ("somebody/R1-GGUF", 50), ("somebody/R1-empty", None)):
        facts.add("repositories", hub, repository=name, model_id=KEY, observed=DAY, downloads_all=ever)
    write(facts, {copied.name: copied}, home / "vintages" / ".building-test")
    os.replace(home / "vintages" / ".building-test", home / "vintages" / DAY.isoformat())
    return Catalog.open(home)


def test_shares_and_counters_stand_with_their_origin_the_newest_first(tmp_path):
    catalog = store(tmp_path)
    found = model(KEY, catalog=catalog)
    assert [(one.start.day, one.value, one.low, one.high, one.partial) for one in found.use] == [
        (9, 0.04, 0.04, 0.05, True),
        (2, 0.03, 0.03, 0.04, False),
    ]
    assert [(one.repository, one.ever) for one in found.counters] == [
        ("deepseek-ai/DeepSeek-R1", 1_000),
        ("somebody/R1-GGUF", 50),
    ]
    assert found.uncounted == 1
    assert {one.publisher for one in found.origins} >= {"Counting House"}
    assert unused(found) == ""
    rows = use_table(found).csv()
    assert "4% to 5%" in str(use_table(found).shown())
    assert "0.04" in rows
    assert "period not over" in rows
    assert "deepseek-ai/DeepSeek-R1" in counters_table(found).csv()


def test_what_was_fetched_later_was_not_known_before(tmp_path):
    catalog = store(tmp_path)
    assert used(KEY, date(2026, 11, 29), catalog=catalog) == ()
    assert counted(KEY, date(2026, 11, 29), catalog=catalog)[0] == ()
    assert used("openai/gpt-5", catalog=catalog) == ()


def test_nobody_counts_is_said_and_is_not_zero():
    found = model(KEY)
    assert found.use == found.counters == ()
    said = unused(found)
    assert "does not mean that nobody uses it" in said
    assert "nomoat update openrouter" in said
