"""A planted series comes through `nomoat update --from` to `nomoat adoption`; what cannot be one is named by row."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from cli.test_snapshot import raw  # noqa: F401  (a folder of publishers' files)
from nomoat.catalog.store import Catalog

OPEN, CLOSED, NOBODY = "deepseek/deepseek-v3.2", "anthropic/claude-3-opus", "stealth/nobody-knows"


@pytest.fixture
def told(ask, monkeypatch, tmp_path):
    """A store of this test's own."""
    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "own"))
    return ask


def rankings(path, months, more=()):
    """Daily totals: in the k-th month 30 + 5k of 100 tokens open, ten unknown, five outside of the top 50."""
    rows, day = [], date(2025, 1, 1)
    while (k := day.month - 1 + 12 * (day.year - 2025)) < months:
        opened = 30 + 5 * k
        for slug, tokens in ((OPEN, opened), (CLOSED, 85 - opened), (NOBODY, 10), ("other", 5)):
            rows.append({"date": str(day), "model_permaslug": slug, "total_tokens": str(tokens)})
        day += timedelta(days=1)
    meta = {"as_of": f"{day}T00:10:00Z", "version": "v1", "start_date": "2025-01-01", "end_date": str(day)}
    path.mkdir(exist_ok=True)
    (path / "rankings.json").write_text(json.dumps({"data": [*rows, *more], "meta": meta}))
    return day


def test_a_planted_share_and_its_overtake_come_through_the_update(told, place):
    """Open 30 to 65 %, 15 % unknown: the high bound passes a half in the 3rd month, the low one from the 6th on."""
    day = rankings(place / "copies", 8)
    said = told("update", "openrouter", "--from", "copies", "--retrieved", str(day))
    assert said.code == 0, said.err
    answer = json.loads(told("adoption", "--unit", "tokens", "--channel", "openrouter", "--json").out)
    assert [x["count"] for x in answer["left_out"] if x["what"] == "single models"] == [
        2
    ]  # the open and the closed one
    found = answer["series"]
    series = next(s for s in found if s["id"] == "openrouter-rankings/tokens/open")
    assert [round(p["low"], 6) for p in series["periods"]] == [round(0.30 + 0.05 * k, 6) for k in range(8)]
    assert [round(p["high"] - p["low"], 6) for p in series["periods"]] == [0.15] * 8
    assert (series["overtake"]["earliest"], series["overtake"]["latest"]) == ("2025-03-01", "2025-06-01")
    assert series["evidence"] == "computed here"  # the router counted tokens; which models are open is our word
    # In the 8th month 65 tokens of 100 are of one model, 20 of another, and 15 of nobody: HHI 0.65^2 + 0.2^2 at least.
    held = json.loads(told("adoption", "--concentration", "--by", "model", "--json").out)["wholes"][0]
    last = held["periods"][-1]
    assert held["evidence"] == "measured by publisher"
    assert (held["unit"], last["holders"], len(held["periods"])) == ("tokens", 2, 8)
    assert [round(last[key], 6) for key in ("rest", "hhi_low", "hhi_high")] == [0.15, 0.4625, 0.68]
    assert [(round(t["low"], 6), round(t["high"], 6)) for t in last["top"]] == [(0.65, 0.8), (0.85, 1.0), (0.85, 1.0)]
    assert "the top 1 had 65% to 80%" in told("adoption", "--concentration", "--by", "organisation", "--cite").out


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"date": "2025-01-05", "model_permaslug": CLOSED, "total_tokens": "9"}, "model_permaslug"),  # the day twice
        ({"date": "2025-01-05", "model_permaslug": "a/b", "total_tokens": "-9"}, "total_tokens"),
        ({"date": "2025-01-05", "model_permaslug": "a/b", "total_tokens": "1e19"}, "total_tokens"),  # another unit
        ({"date": "2025-01-05", "model_permaslug": "a/b", "total_tokens": "many"}, "total_tokens"),
        ({"date": "2024-12-31", "model_permaslug": "a/b", "total_tokens": "9"}, "date"),
    ],
)
def test_a_row_that_cannot_be_one_is_named_with_its_reason_and_moves_no_share(told, place, row, why):
    day = rankings(place / "copies", 2, [row])
    said = told("update", "openrouter", "--from", "copies", "--retrieved", str(day), "--json")
    assert said.code == 0, said.err
    (brought,) = json.loads(said.out)["sources"]
    left = [x for x in brought["left_out"] if x["what"] == "daily totals of OpenRouter"]
    assert [x["count"] for x in left] == [1]
    assert why in left[0]["why"]
    found = json.loads(told("adoption", "--unit", "tokens", "--channel", "openrouter", "--json").out)["series"]
    series = next(s for s in found if s["id"] == "openrouter-rankings/tokens/open")
    assert [round(p["low"], 6) for p in series["periods"]] == [0.3, 0.35]


def test_what_no_fact_can_be_is_named_by_row_when_a_vintage_is_built(told, raw, place):  # noqa: F811
    """The six kinds of bad series, in the files that a vintage is made of."""
    facts = raw / "adoption" / "facts.csv"
    head = facts.read_text().splitlines()[0]

    def fact(name, metric, value, unit, at="2026-03-31"):
        return f"{name},{metric},s,p,{value},{unit},{at},{at},Somebody,T,https://example.org,primary"

    facts.write_text(
        "\n".join(
            [
                head,
                fact("AD074", "token_share", 0.63, "fraction"),  # a changed unit
                fact("AD089", "token_share", 163, "percent"),  # more than all
                fact("AD091", "price_ratio", -6, "times"),  # a negative price
                fact("AD092", "unrealised_savings", 24.8, "billion USD"),  # a currency without a date
                fact("AD121", "cumulative_downloads", 350, "downloads (more than)", "2024-08-29"),
                fact("AD123", "cumulative_downloads", 300, "downloads", "2024-12-19"),  # a falling count
            ]
        )
        + "\n"
    )
    said = told("snapshot", "build", "--from", str(raw))
    assert said.code == 0, said.err
    for name, why in (
        ("AD074", "'fraction', where 'percent' was expected"),
        ("AD089", "163 % is above 100 %"),
        ("AD091", "-6 is negative"),
        ("AD092", "a currency without a date"),
        ("AD123", "fell from 350 on 2024-08-29 to 300 on 2024-12-19"),
    ):
        line = next(line for line in said.out.splitlines() if f"cited figure {name}" in line)
        assert line.startswith("Left out: 1 ")
        assert why in line
    weekly = raw / "adoption" / "openrouter_top10_weekly_open_share.csv"
    lines = weekly.read_text().splitlines()
    weekly.write_text("\n".join([*lines, lines[-1]]) + "\n")  # the last week twice: periods overlap
    refused = told("snapshot", "build", "--from", str(raw))
    assert refused.code == 2
    assert f"row {len(lines) + 1}" in refused.err
    assert "overlaps" in refused.err


def offered(name, prompt):
    return {
        "id": name, "canonical_slug": name, "hugging_face_id": "", "name": name, "created": 1744823457,
        "context_length": 200000, "architecture": {"modality": "text->text"},
        "pricing": {"prompt": prompt, "completion": "0.000008"}, "expiration_date": None,
    }  # fmt: skip


@pytest.mark.parametrize("prompt", ["-0.000002", "NaN", "1e9", "two"])
def test_a_price_that_is_none_is_named_and_enters_no_offering(told, place, prompt):
    """Negative, no number, or in another unit than dollars a token; the sound price beside it comes in."""
    (place / "copies").mkdir()
    models = {"data": [offered(CLOSED, "0.000002"), offered("openai/gpt-5", prompt)]}
    (place / "copies" / "models.json").write_text(json.dumps(models))
    said = told("update", "openrouter", "--from", "copies", "--retrieved", "2026-11-20", "--json")
    assert said.code == 0, said.err
    (brought,) = json.loads(said.out)["sources"]
    left = [x for x in brought["left_out"] if x["what"] == "offerings of OpenRouter"]
    assert [x["count"] for x in left] == [1]
    assert "prompt" in left[0]["why"]
    held = Catalog.open(place / "own").table("offerings", dataset="openrouter-models").rows()
    assert [(row["name"], row["input"]) for row in held] == [(CLOSED, 2.0)]
