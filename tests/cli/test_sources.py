"""`nomoat sources` lists, checks with an exit code, and puts a damaged vintage aside."""

from __future__ import annotations

import json

import pytest

from publisher import planted, publish, row


@pytest.fixture
def vintage(place, tmp_path, monkeypatch, ask):
    """A vintage in a store of this test's own."""
    from nomoat.sources import known

    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path / "own"))
    monkeypatch.setattr(known, "SOURCES", {"board": planted("board")})
    publish(place / "copies", "board", [row("gpt-9", 60.0), row("gpt-9-mini", 40.0)])
    assert ask("update", "--from", "copies", "--retrieved", "2026-09-06").code == 0
    return tmp_path / "own" / "vintages" / "2026-09-06.001"


def test_a_query_and_the_list_are_one(ask):
    assert ask("sources", "epoch", "--json").out == ask("sources", "list", "epoch", "--json").out
    first = json.loads(ask("sources", "epoch-eci", "--json").out)["datasets"][0]
    assert first["rows"] >= 2249


def test_a_vintage_of_your_own_is_listed(ask, vintage):
    found = json.loads(ask("sources", "table of the board", "--json").out)["datasets"]
    (board,) = (one for one in found if one["dataset"] == "board")
    assert (board["newest"], board["rows"], board["vintages"]) == ("2026-09-06", 6, 1)


def test_check_leaves_with_1_where_something_is_wrong(ask, vintage):
    assert ask("sources", "check").code == 0
    late = ask("sources", "check", "--on", "2027-09-06", "--json")
    assert late.code == 1
    wrong = {one["dataset"] for one in json.loads(late.out)["findings"] if one["severity"] == "wrong"}
    assert {"board", "epoch-eci"} <= wrong
    assert ask("sources", "check", "--on", "2027-09-06", "--days", "1000").code == 0
    assert "nothing wrong" in ask("sources", "check").out


def truncated(path):
    path.write_bytes(path.read_bytes()[:-10])


def flipped(path):
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))


@pytest.mark.parametrize(
    ("name", "hurt"),
    [
        ("ratings.parquet", truncated),
        ("ratings.parquet", lambda path: path.unlink()),
        ("manifest.json", truncated),
        ("manifest.json", lambda path: path.unlink()),
        ("manifest.json", lambda path: path.write_text('{"schema_version": 99}')),
    ],
)
def test_a_broken_vintage_is_named_and_does_not_take_the_shipped_one_with_it(nomoat, vintage, tmp_path, name, hurt):
    own = {"NOMOAT_HOME": str(tmp_path / "own")}
    hurt(vintage / name)
    said = nomoat("models", "gpt-5", "--csv", **own)
    assert said.code == 0
    assert "GPT-5" in said.out
    assert said.err.startswith("Warning: ")
    assert said.err.count("\n") == 1
    hint = said.err.split("Try: nomoat ")[1].split()
    assert nomoat("sources", "check", **own).code == 1
    assert nomoat(*hint, **own).code == 0
    assert nomoat("models", "gpt-5", "--csv", **own).err == ""
    assert not vintage.exists()
    assert (tmp_path / "own" / "dropped" / vintage.name).is_dir()


def test_damage_that_shows_late_is_an_error_with_the_line_to_type(nomoat, vintage, tmp_path):
    own = {"NOMOAT_HOME": str(tmp_path / "own")}
    flipped(vintage / "models.parquet")
    said = nomoat("models", "gpt-5", **own)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert nomoat(*said.err.split("Try: nomoat ")[1].split(), **own).code == 0
    assert nomoat("models", "gpt-5", **own).code == 0


def test_the_example_of_drop_runs_and_a_second_one_is_refused(ask, vintage):
    from nomoat.cli.sources import drop

    line = next(line.split() for line in drop.epilog.splitlines() if "nomoat sources" in line)
    assert ask(*line[1:]).code == 0
    again = ask(*line[1:])
    assert (again.code, again.err.count("\n")) == (2, 1)
    for name in ("../bytes", ".", "", "/etc"):
        assert ask("sources", "drop", name).code == 2


def test_every_data_set_has_a_newest_fact_an_age_and_a_health(ask):
    said = json.loads(ask("sources", "--json", "--on", "2027-08-11").out)["datasets"]
    one = next(each for each in said if each["dataset"] == "epoch-eci")
    assert (one["age"], one["health"]) == (365, "old")
    assert one["newest_fact"] == "2026-08-11"
    fresh = json.loads(ask("sources", "epoch-eci", "--json").out)["datasets"][0]
    assert fresh["health"] == "fresh"
    assert 0 <= fresh["age"] < 180
    assert "newest fact" in " ".join(ask("sources", "epoch-eci").out.split())


def test_rows_are_of_the_publisher_and_not_of_all_that_a_data_set_cites(ask):
    said = json.loads(ask("sources", "--json").out)["datasets"]
    several = {}
    for one in said:
        several.setdefault(one["dataset"], []).append(one["rows"])
    cited = max(several.values(), key=len)
    assert len(cited) > 3
    assert len(set(cited)) > 1


def test_the_openness_of_a_model_is_told_with_every_claim_and_the_licence_of_each_version(ask):
    told = json.loads(ask("models", "openness", "deepseek/deepseek-v3", "--json").out)
    assert told["claims"][told["winner"]]["openness"] == told["openness"] == "weights-restricted"
    assert {one["licence_id"] for one in told["releases"]} == {"deepseek"}
    shown = ask("models", "openness", "DeepSeek-V3").out
    for said in ("epoch/eci-scores@", "order of trust", "deepseek-ai/DeepSeek-V3-Base", "llm-stats/models@"):
        assert said in shown
    unknown = ask("models", "openness", "deepseek/deepseek-v33")
    assert unknown.code == 2
    assert "deepseek/deepseek-v3" in unknown.err


def test_licences_are_listed_by_version_for_a_query_a_cohort_or_all(ask):
    kimi = json.loads(ask("models", "licences", "kimi", "--json").out)
    assert {one["id"].split("/")[0] for one in kimi["releases"]} == {"moonshot"}
    every = json.loads(ask("models", "licences", "--json").out)
    assert len(every["releases"]) > 10 * len(kimi["releases"])
    assert all(one["origin"] for one in every["releases"])
    assert "from memory" in ask("models", "licences", "open & country=CN").out.replace("\n ", "")


def test_disagreements_come_with_every_side_its_origin_and_the_reason(ask):
    found = json.loads(ask("sources", "disagreements", "--json").out)
    shown = ask("sources", "disagreements").out
    assert found["sides"] > 0
    for one in found["rows"]:
        assert one["model"] in shown
        assert one["reason"]
        assert len({claim["openness"] for claim in one["claims"]}) > 1
    assert shown.count("why: ") == len(found["rows"])
    assert ask("sources", "disagreements", "--csv").out.count("\n") == len(found["rows"]) + 1


def test_a_board_of_images_is_shown_with_the_points_between_the_sides(ask):
    shown = ask("sources", "board", "text_to_image")
    assert shown.code == 0
    assert "points above the best open" in " ".join(shown.out.split())
    found = json.loads(ask("sources", "board", "arena:text_to_image/overall", "--json").out)
    assert found["rows"][0]["name"] in shown.out
    assert ask("sources", "board", "nothing").code == 2
