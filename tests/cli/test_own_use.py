"""A planted share comes back from a user's table with its overtake, and what cannot be a share is refused by row."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest

HEAD = "start,end,subject,unit,population,rule"


def months(first, count):
    """The first and last day of so many months."""
    for k in range(count):
        start = date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1)
        yield start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def write(path, more, rows):
    """A table of open tokens by month, each row's last cells as given."""
    days = months(date(2025, 1, 1), len(rows))
    lines = [
        f"{start},{end},open,tokens,our gateway,tokens of open models,{row}"
        for (start, end), row in zip(days, rows, strict=True)
    ]
    path.write_text("\n".join([f"{HEAD},{more}", *lines]) + "\n")


def test_a_planted_share_and_its_overtake_come_back(ask, place):
    """From 30 to 63 %, ten points unknown: the high bound passes a half in the 5th month, the low one in the 8th and in
    the two after it."""
    write(place / "use.csv", "low,high", [f"{0.30 + 0.03 * k:.2f},{0.40 + 0.03 * k:.2f}" for k in range(12)])
    found = json.loads(ask("adoption", "--on", "use.csv", "--json").out)["series"][0]
    assert (found["periods"][-1]["low"], found["periods"][-1]["high"]) == (0.63, 0.73)
    assert (found["overtake"]["earliest"], found["overtake"]["latest"]) == ("2025-05-01", "2025-08-01")
    said = ask("adoption", "--on", "use.csv")
    whole = " ".join(said.out.split())
    assert "Open models had 63% to 73% of tokens on use.csv in the month to 31 December 2025" in whole
    assert "it passed 50% in 2025-05 at the earliest and in 2025-08 at the latest" in whole
    assert "Rule: tokens of open models. Evidence: self-reported." in whole


def test_counts_become_shares_and_the_unknown_is_in_the_bounds(ask, place):
    write(place / "use.csv", "count,unknown,total", ["30,20,100", "45,10,100"])
    periods = json.loads(ask("adoption", "--on", "use.csv", "--json").out)["series"][0]["periods"]
    assert [(p["low"], p["high"], p["total"]) for p in periods] == [(0.3, 0.5, 100.0), (0.45, 0.55, 100.0)]


def test_the_same_week_is_three_shares_of_ones_own(ask, place):
    lines = [
        f"2026-05-01,2026-05-31,open,{unit},our gateway,r,{share},{more}"
        for unit, share, more in (("tokens", "67%", ","), ("requests", 0.5, ","), ("money", 0.18, "EUR,2026-05-31"))
    ]
    (place / "use.csv").write_text("\n".join([f"{HEAD},share,currency,currency_date", *lines]))
    said = ask("adoption", "--on", "use.csv")
    assert said.out.startswith("Open models had 67% of tokens, 50% of requests and 18% of money on use.csv")


def test_a_month_that_is_missing_breaks_the_run_and_is_named(ask, place):
    """Above a half in September, not known in October, above it again in November and December: no three running."""
    days = list(months(date(2025, 1, 1), 13))
    shares = [0.3] * 8 + [0.55, None, 0.55, 0.55, 0.55]
    rows = [f"{start},{end},open,tokens,ours,r,{x}" for (start, end), x in zip(days, shares, strict=True) if x]
    (place / "use.csv").write_text("\n".join([f"{HEAD},share", *rows[:-1]]))
    said = json.loads(ask("adoption", "--on", "use.csv", "--json").out)
    assert [said["series"][0]["overtake"][key] for key in ("earliest", "latest")] == ["2025-09-01", None]
    assert [(x["count"], x["what"]) for x in said["left_out"]] == [(1, "gap")]
    assert "2025-10-01 to 2025-10-31" in said["left_out"][0]["why"]
    (place / "use.csv").write_text("\n".join([f"{HEAD},share", *rows]))
    found = json.loads(ask("adoption", "--on", "use.csv", "--json").out)["series"][0]
    assert found["overtake"]["latest"] == "2025-11-01"


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("2026-02-01,2026-02-07,open,tokens,ours,r,0.4", r"row 2 .* is a week of 7 days, row 1 a month of 31 days"),
        ("2026-02-01,2026-02-01,open,tokens,ours,r,0.4", r"row 2 .* is a day of 1 day"),
        ("2026-02-01,2026-02-28,open,tokens,ours,r,0.4%", r"row 2 .* with and without a %"),
    ],
)
def test_periods_or_shares_of_two_kinds_are_no_one_series(ask, place, second, why):
    (place / "use.csv").write_text(f"{HEAD},share\n2026-01-01,2026-01-31,open,tokens,ours,r,0.3\n{second}\n")
    said = ask("adoption", "--on", "use.csv")
    assert said.code == 2
    assert re.search(why, said.err)


REFUSED = {
    "changed unit": ("share,series", ["0.1,a", "0.2,a"], (2, "open,tokens", "open,requests"), "row 2 counts open in"),
    "a whole in thousands": ("share,total", ["0.1,5000000", "0.2,5100"], None, "row 2 .*a whole of 5100"),
    "percent without a sign": ("share", ["0.1", "35"], None, r"row 2 has share '35'.*% behind it"),
    "overlap": ("share", ["0.1", "0.2"], (2, "2025-02-01", "2025-01-20"), "row 2 .*overlaps row 1"),
    "above the whole": ("share", ["0.1", "101%"], None, "row 2 has share '101%'"),
    "more than the total": ("count,total", ["10,100", "101,100"], None, "row 2 has count '101'.*above 100 %"),
    "a falling count": (
        "count,total,cumulative",
        ["50,100,yes", "49,120,yes"],
        None,
        "row 2 .*count of 49, below the 50",
    ),
    "undated currency": (
        "share,currency",
        ["0.1,USD", "0.2,USD"],
        (1, "open,tokens", "open,money"),
        "row 1 .*without a",
    ),
    "no currency": ("share", ["0.1", "0.2"], (2, "open,tokens", "open,money"), "row 2 has currency ''"),
    "negative": ("count,total", ["10,100", "-1,100"], None, "row 2 has count '-1'.*nothing below zero"),
    "no number": ("share", ["0.1", "nan"], None, "row 2 has share 'nan'"),
    "no rule": ("share", ["0.1", "0.2"], (2, "tokens of open models", ""), "row 2 has rule ''"),
    "another rule": ("share", ["0.1", "0.2"], (2, "tokens of open models", "peak"), "row 2 .*another rule than row 1"),
    "back to front": ("share", ["0.1", "0.2"], (2, "2025-02-28", "2025-01-28"), "row 2 has end"),
    "bounds crossed": ("low,high", ["0.1,0.2", "0.3,0.2"], None, "row 2 has high '0.2'"),
    "a column that means nothing": ("share,shares", ["0.1,1", "0.2,1"], None, "column 'shares'"),
    "no share": ("total", ["100", "100"], None, "has no share"),
    "nothing in the row": ("count,total", ["10,100", ",100"], None, "row 2 has no share"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_share_is_refused_by_row(ask, place, name):
    more, rows, changed, said = REFUSED[name]
    write(place / "use.csv", more, rows)
    if changed is not None:
        at, old, new = changed
        lines = (place / "use.csv").read_text().splitlines()
        assert old in lines[at]
        lines[at] = lines[at].replace(old, new, 1)
        (place / "use.csv").write_text("\n".join(lines))
    refused = ask("adoption", "--on", "use.csv")
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "use.csv" in refused.err
    import re

    assert re.search(said, refused.err), refused.err


def test_what_a_table_has_no_use_for_is_refused(ask, place):
    write(place / "use.csv", "share", ["0.1"])
    for typed in (("--by", "country"), ("--as-of", "2026-01-01")):
        refused = ask("adoption", "--on", "use.csv", *typed)
        assert refused.code == 2
        assert typed[0] in refused.err
    assert "There is no file" in ask("adoption", "--on", "missing.csv").err


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("input = -0.2", "line 4: input = -0.2"),
        ('currency = "EUR"', "currency 'EUR'"),
        ("valid_from = 2026-13-01", "is no TOML"),
        ("", "a price without valid_from"),
    ],
)
def test_prices_that_are_none_are_refused_by_line(ask, place, cell, said):
    """A negative price, another currency, and a price without its day, through the file that a user has."""
    lines = ["[[price]]", 'provider = "us"', 'model = "openai/gpt-5"', "input = 0.2", "output = 0.3"]
    dated = ["valid_from = 2026-07-01"]
    key = cell.partition(" ")[0]
    kept = [line for line in [*lines, *dated] if line.partition(" ")[0] != key and (cell or line not in dated)]
    where = next((at for at, line in enumerate([*lines, *dated]) if line.partition(" ")[0] == key), len(kept))
    kept.insert(where, cell)
    (place / "my.toml").write_text("\n".join(kept))
    refused = ask("price", "--prices", "my.toml", "--draws", "0")
    assert refused.code == 2
    assert "my.toml" in refused.err
    assert said in refused.err
