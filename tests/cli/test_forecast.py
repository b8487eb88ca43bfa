"""What the forecast prints is enough to score it again with pandas alone, and no option is taken and ignored."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("forecast")


@pytest.fixture
def said(ask, monkeypatch, store):
    monkeypatch.setenv("NOMOAT_HOME", str(store))  # the record is made once for this file
    return ask


def clopper_pearson(k, n, level):
    tail = (1 - level) / 2
    return (beta.ppf(tail, k, n - k + 1) if k else 0.0), (beta.ppf(1 - tail, k + 1, n - k) if k < n else 1.0)


def test_the_record_is_computed_again_from_its_json_with_pandas_alone(said):
    record = json.loads(said("forecast", "--draws", "20", "--json").out)["record"]
    cut, month = pd.Timestamp(record["cut"]), record["month"]
    rows = pd.DataFrame(
        [
            {
                "at": pd.Timestamp(q["at"]), "reached": pd.Timestamp(q["reached"]) if q["reached"] else pd.NaT,
                "method": method, "months": int(h), "p": p, "low": q["low"][method][h], "high": q["high"][method][h],
            }
            for q in record["quarters"]
            for method, chances in q["chances"].items()
            for h, p in chances.items()
        ]
    )  # fmt: skip
    assert (rows["low"] <= rows["p"] + 1e-9).all()
    assert (rows["p"] <= rows["high"] + 1e-9).all()
    assert rows["at"].nunique() == len(record["quarters"]) >= 8
    waited = (rows["reached"] - rows["at"]).dt.days.clip(lower=0)
    rows["came"] = (waited <= rows["months"] * month) & rows["reached"].notna()
    old = rows[(cut - rows["at"]).dt.days >= rows["months"] * month]
    scored = {(s["method"], s["months"]): s for s in record["scores"]}
    assert {h for _, h in scored} == {3, 6, 12}
    for (method, months), group in old[old["months"].isin([3, 6, 12])].groupby(["method", "months"]):
        score = scored.pop((method, months))
        assert (score["n"], score["happened"]) == (len(group), group["came"].sum())
        assert score["brier"] == pytest.approx(((group["p"] - group["came"]) ** 2).mean())
        assert score["expected"] == pytest.approx(group["p"].mean())
        assert score["coin"] == pytest.approx(group["came"].mean() * (1 - group["came"].mean()))
        interval = clopper_pearson(group["came"].sum(), len(group), record["level"])
        assert (score["low"], score["high"]) == pytest.approx(interval)
    assert not scored
    for method, group in rows.groupby("method"):
        assert record["log_scores"][method] == pytest.approx(np.mean([*log_scores(group, cut, month)]))


def log_scores(rows, cut, month):
    """What each quarter's forecast gave to the stretch of months in which it came, or to its not having come yet."""
    for _, quarter in rows.groupby("at"):
        by = quarter.sort_values("months")
        edges, grown = [0, *by["months"]], [0.0, *by["p"]]
        reached = by["reached"].iloc[0]
        end = cut if pd.isna(reached) else reached
        time = max(0, (end - by["at"].iloc[0]).days) / month
        if pd.isna(reached) or time > edges[-1]:
            given = 1 - max(p for edge, p in zip(edges, grown, strict=True) if edge <= time)
        else:
            at = next(k for k in range(1, len(edges)) if time <= edges[k])
            given = grown[at] - grown[at - 1]
        yield np.log(max(given, 0.01))


def test_what_came_is_what_the_frontier_of_today_says(said):
    record = json.loads(said("forecast", "--draws", "20", "--json").out)["record"]
    today = json.loads(said("frontier", "--draws", "0", "--json").out)
    scores = {p["model"]: p["score"] for p in today["points"]}
    steps = pd.DataFrame(today["follower_steps"]).sort_values("date")
    for quarter in record["quarters"]:
        assert quarter["ability"] == pytest.approx(scores[quarter["target"]])
        above = steps[steps["score"] >= quarter["ability"]]
        assert quarter["reached"] == (above["date"].iloc[0] if len(above) else None)
        assert quarter["by"] == (above["model"].iloc[0] if len(above) else None)


def test_the_rows_of_the_record_are_those_of_the_json(said):
    record = json.loads(said("forecast", "--draws", "20", "--json").out)["record"]
    rows = pd.read_csv(io.StringIO(said("forecast", "--draws", "20", "--record", "--csv").out))
    assert len(rows) == sum(3 * len(q["chances"]) for q in record["quarters"])
    for score in record["scores"]:
        of = rows[(rows["method"] == score["method"]) & (rows["months"] == score["months"]) & rows["scored"]]
        assert (len(of), (of["happened"] == True).sum()) == (score["n"], score["happened"])  # noqa: E712
        assert ((of["p"] - (of["happened"] == True)) ** 2).mean() == pytest.approx(score["brier"])  # noqa: E712
    text = said("forecast", "--draws", "20", "--record").out
    for quarter in record["quarters"]:
        assert quarter["at"] in text
        assert (quarter["reached"] or "not by 2026-08-11") in text
    for score in record["scores"]:
        assert (
            f"{score['happened']} of {score['n']} happened ({score['low']:.0%} to {score['high']:.0%})"
            in text.replace("\n", " ")
        )


def test_the_record_of_a_share_is_computed_again_from_its_rows(said):
    found = json.loads(said("forecast", "--share", "80%", "--json").out)
    rows = pd.read_csv(io.StringIO(said("forecast", "--share", "80%", "--record", "--csv").out))
    shares = {p["end"]: p["low"] for p in json.loads(said("adoption", "--json").out)["series"][0]["periods"]}
    now = shares[found["at"]]
    away = np.log(0.8 / 0.2) - np.log(now / (1 - now))
    for row in rows.itertuples():
        assert (row.stood, row.came) == pytest.approx((shares[row.at], shares[row.due]))
        assert np.log(row.level / (1 - row.level)) == pytest.approx(np.log(row.stood / (1 - row.stood)) + away)
        assert bool(row.happened) == (row.came >= row.level)
    for score in found["scores"]:
        of = rows[(rows["method"] == score["method"]) & (rows["months"] == score["months"])]
        assert (len(of), of["happened"].sum()) == (score["n"], score["happened"])
        assert ((of["p"] - of["happened"]) ** 2).mean() == pytest.approx(score["brier"])
        assert clopper_pearson(of["happened"].sum(), len(of), 0.9) == pytest.approx((score["low"], score["high"]))


def test_months_of_a_share_end_with_the_month(said):
    chances = json.loads(said("forecast", "--share", "80%", "--json").out)["chances"]
    assert {c["months"]: c["date"] for c in chances} == {3: "2026-12-31", 6: "2027-03-31", 12: "2027-09-30"}
    chances = json.loads(said("forecast", "--share", "80%", "--at", "2026-02-28", "--json").out)["chances"]
    assert {c["months"]: c["date"] for c in chances} == {3: "2026-05-31", 6: "2026-08-31", 12: "2027-02-28"}


def test_a_sentence_to_quote_has_interval_and_record(said):
    cited = said("forecast", "--draws", "20", "--cite").out
    found = json.loads(said("forecast", "--draws", "20", "--json").out)
    year = next(c for o in found["outlooks"] if o["default"] for c in o["chances"] if c["months"] == 12)
    assert f"{year['p']:.0%} (90% of 20 draws of abilities: {year['low']:.0%} to {year['high']:.0%})" in cited
    score = next(s for s in found["record"]["scores"] if (s["method"], s["months"]) == ("waits", 12))
    assert f"{score['n']} overlapping quarters" in cited
    assert f"happened in {score['happened']} (90% binomial interval {score['low']:.0%} to {score['high']:.0%})" in cited
    share = said("forecast", "--share", "80%", "--cite").out
    assert "64.1% to 74.6% of tokens" in share
    assert "1 of 1 overlapping forecasts came true (90% binomial interval 5% to 100%" in share


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (("open", "closed"), "LEADER, FOLLOWER"),
        (("--on", "arena:text/overall"), "--on"),
        (("--draws", "3"), "--draws"),
        (("--method", "eci"), "--method"),
        (("--seed", "1"), "--seed"),
        (("--reconstruct",), "--reconstruct"),
    ],
)
def test_what_a_share_has_no_use_for_is_refused(said, typed, named):
    refused = said("forecast", "--share", "80%", *typed)
    assert refused.code == 2
    assert named in refused.err


def test_a_share_close_to_the_whole_is_named_as_it_was_asked(said):
    text = said("forecast", "--share", "99.99%").out
    assert "99.99% or more" in text
    assert "100%" not in text.split("\n\n")[0]
    assert "below 1%" in text


def test_who_is_there_already_is_said_and_is_no_chance(said):
    text = said("forecast", "open", "closed", "--draws", "20").out
    assert text.startswith("Closed models have reached Kimi K3")
    assert "100% to 100%" not in text
    assert "already" in said("forecast", "open", "closed", "--draws", "20", "--cite").out


def test_one_cohort_against_itself_is_refused(said):
    refused = said("forecast", "open", "open")
    assert refused.code == 2
    assert "both 'open'" in refused.err


def test_a_device_waits_for_fit_and_is_told_so_with_the_published_base_rate(said):
    refused = said("forecast", "closed", "fits=24GB")
    assert refused.code == 2
    assert "waits for fit" in refused.err
    assert "6 to 12 months" in refused.err
    assert "Epoch AI" in refused.err
