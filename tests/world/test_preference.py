"""Raw battles in any container become the same ranking, and what cannot be ranked is named."""

from __future__ import annotations

import csv
import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from nomoat.errors import InputError, TableError, UnknownName
from nomoat.world.preference import rank
from oracles import battles as slow

ELO = 400 / math.log(10)
LABELS = {2: "model_a", 0: "model_b", 1: "tie"}


def table(seed=1, n=6, rows=1500, slopes=(), ties=0.2):
    """Columns of planted battles, with the codes behind them."""
    strength, a, b, points, features = slow.battles(seed, n, rows, slopes, ties)
    names = np.array([f"org/model-{i}" for i in range(n)], dtype=object)
    columns = {
        "model_a": names[a],
        "model_b": names[b],
        "winner": np.array([LABELS[p] for p in points], dtype=object),
        **{f"x{f}": x for f, x in enumerate(features)},
    }
    return columns, (strength, a, b, points, features)


def fought(*lines):
    """A table from lines such as "x > y" and "x = y", a number in front for how often."""
    rows = {"model_a": [], "model_b": [], "winner": []}
    for line in lines:
        *times, a, sign, b = line.split()
        for _ in range(int(times[0]) if times else 1):
            for column, cell in zip(rows, (a, b, {">": "model_a", "<": "model_b", "=": "tie"}[sign]), strict=True):
                rows[column].append(cell)
    return rows


def test_ratings_and_intervals_are_those_of_the_slow_fit():
    columns, (_, a, b, points, _) = table()
    strength, _, covariance = slow.fit(a, b, points, 6)
    ranking = rank(columns, level=0.9)
    (board,) = ranking.boards
    for row in board.rated:
        i = int(row.model[-1])
        assert row.rating == pytest.approx(1000 + ELO * strength[i], abs=1e-3)
        assert row.high - row.low == pytest.approx(2 * 1.6448536 * ELO * math.sqrt(covariance[i, i]), rel=1e-4)
        mine = (a == i) | (b == i)
        assert row.battles == mine.sum()
        assert row.ties == (mine & (points == 1)).sum()
        assert row.wins == ((a == i) & (points == 2)).sum() + ((b == i) & (points == 0)).sum()
        assert row.wins + row.losses + row.ties == row.battles
        assert row.rank_low <= row.rank <= row.rank_high
    assert [row.rating for row in board.rated] == sorted((row.rating for row in board.rated), reverse=True)
    assert [row.rank for row in board.rated] == [1, 2, 3, 4, 5, 6]
    assert (board.battles, board.ties) == (1500, (points == 1).sum())


def test_covariates_are_those_of_the_slow_fit():
    columns, (_, a, b, points, features) = table(2, 5, 1200, (0.8, -0.4))
    strength, slope, covariance = slow.fit(a, b, points, 5, features)
    ranking = rank(columns, covariates=("x0", "x1"))
    for row in ranking.rated:
        assert row.rating == pytest.approx(1000 + ELO * strength[int(row.model[-1])], abs=2e-3)
    for f, found in enumerate(ranking.boards[0].slopes):
        assert (found.covariate, found.points) == (f"x{f}", pytest.approx(ELO * slope[f], abs=2e-3))
        width = 2 * 1.959964 * ELO * math.sqrt(covariance[5 + f, 5 + f])
        assert found.high - found.low == pytest.approx(width, rel=2e-3)


@pytest.mark.parametrize("covariates", [(), ("x0",)])
def test_every_container_gives_the_same(tmp_path, covariates):
    columns, _ = table(3, 4, 400, (0.5,))
    columns["x0"] = columns["x0"].astype(np.float32).astype(np.float64)
    frame = pd.DataFrame(columns)
    arrow = pa.Table.from_pandas(frame)
    frame.to_parquet(tmp_path / "b[1]*.parquet")
    frame.to_csv(tmp_path / "b'1.csv", index=False)
    frame.to_csv(tmp_path / "b.tsv", index=False, sep="\t")

    class Stream:
        def __arrow_c_stream__(self, requested_schema=None):
            return arrow.__arrow_c_stream__(requested_schema)

    encoded = arrow.set_column(0, "model_a", arrow["model_a"].dictionary_encode())
    lists = {name: column.tolist() for name, column in columns.items()}
    sources = [
        columns,
        lists,
        frame,
        arrow,
        encoded,
        Stream(),
        pa.RecordBatchReader.from_batches(arrow.schema, arrow.to_batches()),
        tmp_path / "b[1]*.parquet",
        str(tmp_path / "b'1.csv"),
        tmp_path / "b.tsv",
    ]
    boards = [rank(source, covariates=covariates).boards for source in sources]
    for found in boards[1:]:
        assert [row.model for row in found[0].rated] == [row.model for row in boards[0][0].rated]
        for one, other in zip(found[0].rated, boards[0][0].rated, strict=True):
            assert one.dict() == pytest.approx(other.dict(), abs=1e-6)
    digests = {rank(source).origins[0].sha256 for source in sources[-3:]}
    assert len(digests) == 1
    assert rank(columns).origins == ()


def test_swapping_sides_and_winners_changes_nothing():
    columns, _ = table(4, 5, 600, (0.7,))
    other = {"model_a": "model_b", "model_b": "model_a", "tie": "tie"}
    swapped = {
        "model_a": columns["model_b"],
        "model_b": columns["model_a"],
        "winner": [other[w] for w in columns["winner"]],
        "x0": -columns["x0"],
    }
    for covariates in ((), ("x0",)):
        one, two = rank(columns, covariates=covariates), rank(swapped, covariates=covariates)
        for left, right in zip(one.rated, two.rated, strict=True):
            assert left.dict() == pytest.approx(right.dict(), abs=1e-6)


def test_both_bad_counts_as_a_tie_and_is_told_apart():
    plain = fought("5 x > y", "3 x < y", "4 x = y")
    bad = {**plain, "winner": [*plain["winner"][:-4], "tie (bothbad)", "bothbad", " Tie ", "both_bad"]}
    one, two = rank(plain).rated, rank(bad).rated
    assert [(r.rating, r.low, r.ties) for r in one] == [(r.rating, r.low, r.ties) for r in two]
    assert ([r.both_bad for r in one], [r.both_bad for r in two]) == ([0, 0], [3, 3])


def test_one_board_for_each_value_of_a_column():
    first, _ = table(5, 4, 500, (0.5,))
    second, _ = table(6, 5, 700, (0.1,))
    both = {name: [*first[name], *second[name]] for name in first}
    both["language"] = ["en"] * 500 + ["de"] * 700
    both = {
        name: [*column, extra]
        for (name, column), extra in zip(both.items(), ["x", "y", "model_a", 1.0, ""], strict=True)
    }
    for covariates in ((), ("x0",)):
        ranking = rank(both, by="language", covariates=covariates)
        assert [board.group for board in ranking.boards] == ["de", "en"]
        for board, alone in zip(ranking.boards, (second, first), strict=True):
            (expected,) = rank(alone, covariates=covariates).boards
            for one, other in zip(board.rated, expected.rated, strict=True):
                assert one.dict() == pytest.approx(other.dict(), abs=1e-6)
        assert [(item.what, item.count) for item in ranking.left_out] == [("battles without a group", 1)]


def test_a_board_that_ranks_nobody_does_not_take_the_others_along():
    columns = fought("9 x > y", "4 x < y", "z > x")
    columns["topic"] = ["a"] * 13 + ["b"]
    ranking = rank(columns, by="topic")
    assert [board.group for board in ranking.boards] == ["a"]
    (item,) = ranking.left_out
    assert (item.what, item.count) == ("battles of topic b", 1)
    assert "one battle of b, between x and z" in item.why


def test_a_covariate_may_be_two_columns():
    columns, _ = table(7, 4, 800, (0.5,))
    rng = np.random.default_rng(0)
    base = rng.normal(size=800).round(3)
    split = {k: v for k, v in columns.items() if k != "x0"} | {"length_a": base + columns["x0"], "length_b": base}
    one, two = rank(columns, covariates=["x0"]), rank(split, covariates=["length"])
    assert two.boards[0].slopes[0].points == pytest.approx(one.boards[0].slopes[0].points, rel=1e-5)


def test_battles_after_the_date_are_left_out():
    early, late = fought("20 x > y", "10 x < y"), fought("20 x < y")
    both = {name: early[name] + late[name] for name in early}
    expected = rank(early).rated
    days = [date(2026, 1, 31)] * 30 + [date(2026, 2, 1)] * 20
    seconds = [datetime.fromisoformat(f"{day}T23:59:59+00:00").timestamp() for day in days]
    for name, column in [
        ("date", np.array(days, dtype="datetime64[s]")),
        ("tstamp", seconds),
        ("timestamp", [f"{day} 12:30:00" for day in days]),
        ("when", [str(int(s)) for s in seconds]),
    ]:
        ranking = rank({**both, name: column}, at=date(2026, 1, 31), dated=name if name == "when" else None)
        assert [r.rating for r in ranking.rated] == [r.rating for r in expected]
        assert [(item.what, item.count) for item in ranking.left_out] == [("battles after the date asked for", 20)]
    with pytest.raises(TableError, match="no column date, tstamp, timestamp"):
        rank(both, at=date(2026, 1, 31))


def test_other_names_of_columns_and_their_winners():
    plain = fought("5 x > y", "3 x < y", "2 x = y")
    renamed = {
        "left": plain["model_a"],
        "right": plain["model_b"],
        "who": [{"model_a": "left", "model_b": "right"}.get(w, w) for w in plain["winner"]],
    }
    assert rank(renamed, columns=("left", "right", "who")).rated == rank(plain).rated


def test_an_anchor_holds_its_model():
    columns, _ = table(8)
    free, held = rank(columns), rank(columns, anchor=("org/model-2", 1114))
    at = {row.model: row for row in held.rated}
    assert at["org/model-2"].rating == at["org/model-2"].low == at["org/model-2"].high == 1114
    shift = {round(at[row.model].rating - row.rating, 6) for row in free.rated}
    assert len(shift) == 1
    assert [(r.rank, r.rank_low, r.rank_high) for r in free.rated] == [
        (r.rank, r.rank_low, r.rank_high) for r in held.rated
    ]
    assert np.mean([row.rating for row in rank(columns, anchor=1500).rated]) == pytest.approx(1500)
    with pytest.raises(UnknownName, match="org/model-2"):
        rank(columns, anchor=("org/model2", 1114))


def test_a_model_that_never_loses_is_named_with_what_it_exceeds():
    ranking = rank(fought("30 x > y", "20 x < y", "6 star > x", "2 star > y"), level=0.9)
    assert [row.model for row in ranking.rated] == ["x", "y"]
    (star,) = ranking.boards[0].unrated
    assert (star.model, star.standing, star.battles, star.wins) == ("star", "above", 8, 8)
    rating = {row.model: row.rating for row in ranking.rated}
    chance = 1.0
    for opponent, games in (("x", 6), ("y", 2)):
        chance *= (1 / (1 + 10 ** ((rating[opponent] - star.bound) / 400))) ** games
    assert chance == pytest.approx(0.05, rel=1e-6)
    assert any("never lost to the rated models: star" in said for said in ranking.boards[0].warnings)
    without = rank(fought("30 x > y", "20 x < y"))
    assert [r.rating for r in ranking.rated] == pytest.approx([r.rating for r in without.rated])


def test_a_model_that_never_wins_falls_short_of_a_bound():
    ranking = rank(fought("30 x > y", "20 x < y", "5 y > dud"))
    (dud,) = ranking.boards[0].unrated
    assert (dud.standing, dud.losses) == ("below", 5)
    y = next(row.rating for row in ranking.rated if row.model == "y")
    assert (1 / (1 + 10 ** ((dud.bound - y) / 400))) ** 5 == pytest.approx(0.025, rel=1e-6)


def test_a_graph_in_two_pieces_rates_the_busier_and_names_the_other():
    ranking = rank(fought("30 x > y", "20 x < y", "9 p > q", "9 p < q", "r > q"))
    (board,) = ranking.boards
    assert [row.model for row in board.rated] == ["x", "y"]
    assert {(row.model, row.standing, row.bound) for row in board.unrated} == {(m, "apart", None) for m in "pqr"}
    assert any("2 pieces that never met" in said and "2 more" in said for said in board.warnings)


def test_wins_only_by_way_of_the_unrated_are_beside():
    """star beats x and side; side is linked to the rated by star alone, and by a loss."""
    ranking = rank(fought("30 x > y", "20 x < y", "star > x", "star > side"))
    assert {row.model: row.standing for row in ranking.boards[0].unrated} == {"star": "above", "side": "beside"}


def test_a_covariate_fit_leaves_the_unrated_out_as_well():
    columns, _ = table(9, 4, 600, (0.5,))
    more = {
        k: [*v, *e]
        for (k, v), e in zip(
            columns.items(), (["star"] * 3, ["org/model-0"] * 3, ["model_a"] * 3, [0.1, 0.2, 0.3]), strict=True
        )
    }
    plain, starred = rank(columns, covariates=["x0"]), rank(more, covariates=["x0"])
    assert [row.model for row in starred.boards[0].unrated] == ["star"]
    for one, other in zip(plain.rated, starred.rated, strict=True):
        assert one.rating == pytest.approx(other.rating, abs=1e-6)


@pytest.mark.parametrize(
    ("battles", "said"),
    [
        (fought("x > y"), "one battle, between x and y"),
        (fought("3 x > y", "y > z"), "4 battles no two models both won"),
        (fought(), "no battle that counts"),
        (fought("x > x"), "1 battles of a model against itself"),
        ({"model_a": ["x"], "model_b": ["y"]}, "no column 'winner'; it has model_a, model_b"),
        ({"model_a": ["x"], "model_b": ["y", "z"], "winner": ["tie"]}, "differ in length"),
        ({}, "no columns"),
        (7, "int is no table"),
    ],
)
def test_what_ranks_nobody_is_said(battles, said):
    with pytest.raises(TableError, match=said):
        rank(battles)


def test_one_tie_is_two_equal_models_without_an_interval():
    ranking = rank(fought("x = y"))
    assert [(row.rating, row.low, row.rank, row.rank_high) for row in ranking.rated] == [(1000, None, 1, 2)] * 2
    assert any("no interval" in said for said in ranking.boards[0].warnings)
    assert "no interval" in ranking.cite()


def test_an_unknown_winner_is_named_and_counted():
    columns = fought("5 x > y", "3 x < y")
    columns["winner"][:2] = ["model_c", "model_c"]
    with pytest.raises(TableError, match=r"winner 'model_c' \(2 times\).*Expected one of model_a, model_b, tie"):
        rank(columns)


def test_dirty_rows_are_counted_under_one_reason_each():
    columns = fought("9 x > y", "9 x < y", "x = y")
    extra = [
        (None, "y", "tie", 0),
        ("x", "  ", None, 0),
        ("x", "y", None, 0),
        ("x", " x ", "tie", 0),
        ("x", "y", "tie", np.nan),
    ]
    for row in extra:
        for name, cell in zip(("model_a", "model_b", "winner"), row, strict=False):
            columns[name].append(cell)
    columns["length"] = [*np.linspace(-1, 1, 19), *(row[3] for row in extra)]
    plain, with_length = rank(columns), rank(columns, covariates=["length"])
    counts = {item.what: item.count for item in plain.left_out}
    assert counts == {
        "battles without a model": 2,
        "battles without a winner": 1,
        "battles of a model against itself": 1,
    }
    assert plain.boards[0].battles + sum(counts.values()) == len(columns["winner"])
    assert {item.what: item.count for item in with_length.left_out} == {**counts, "battles with a covariate missing": 1}


def test_a_file_with_everything_at_once_is_counted_as_the_table_is(tmp_path):
    """Parquet is counted another way than a table in memory, so both see groups, dates, covariates and dirt."""
    rng = np.random.default_rng(0)
    columns, _ = table(12, 5, 2000, (0.5,))
    columns["x0"][rng.random(2000) < 0.01] = np.nan
    for name in ("model_a", "winner"):
        columns[name][rng.random(2000) < 0.01] = None
    columns["model_b"][rng.random(2000) < 0.1] = " org/model-1 "
    columns["winner"][rng.random(2000) < 0.05] = "bothbad"
    columns["language"] = rng.choice(np.array(["de", "en", "", None], dtype=object), 2000, p=[0.4, 0.4, 0.1, 0.1])
    columns["date"] = np.datetime64("2026-01-01", "s") + rng.integers(0, 90, 2000).astype("timedelta64[D]")
    pd.DataFrame(columns).to_parquet(tmp_path / "b.parquet")
    for choices in (
        {},
        {"by": "language"},
        {"covariates": ["x0"]},
        {"at": date(2026, 3, 1)},
        {"by": "language", "covariates": ["x0"], "at": date(2026, 3, 1)},
    ):
        one, two = rank(columns, **choices), rank(tmp_path / "b.parquet", **choices)
        assert one.left_out == two.left_out
        counted = sum(board.battles for board in two.boards) + sum(item.count for item in two.left_out)
        assert counted == 2000
        for left, right in zip(one.boards, two.boards, strict=True):
            assert (left.group, left.battles, left.ties, left.both_bad) == (
                (right.group, right.battles, right.ties, right.both_bad)
            )
            for row, other in zip(left.rated, right.rated, strict=True):
                assert row.dict() == pytest.approx(other.dict(), abs=1e-6)


def test_hostile_files_are_refused_in_words(tmp_path):
    def written(name, content):
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    head = b"model_a,model_b,winner\n"
    for path, said in [
        (tmp_path / "none.parquet", "There is no file"),
        (written("empty.csv", b""), "empty.csv"),
        (written("noise.parquet", b"PAR1" + bytes(range(256)) * 9), "noise.parquet cannot be read"),
        (written("short.csv", head + b"x,y\n"), "short.csv"),
        (written("page.csv", b"<!doctype html>\n<title>404</title>\n"), "page.csv has no column 'model_a'"),
        (written("binary.csv", head + b"\xff\xfe\x00,y,tie\n"), "binary.csv"),
    ]:
        with pytest.raises(TableError, match=said.replace(".", r"\.")):
            rank(path)


def test_names_are_kept_as_written(tmp_path):
    """Numbers, quotes, formulas, bidi marks, long and equal-looking names stay what they are; spaces around go."""
    names = ["01", "1", "1.0", '=HYPERLINK("x")', "a,b", "\u202eevil", "'; DROP TABLE cells; --", "m" * 5000, "Ünï"]
    path = tmp_path / "names.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["model_a", "model_b", "winner"])
        for i, name in enumerate(names):
            out.writerows([[name, names[i - 1], "tie"], [f" {name} ", names[i - 2], "model_a"]])
    assert {row.model for row in rank(path).rated} == set(names)


def test_too_many_models_or_groups_are_refused_before_anything_is_fitted():
    many = [f"m{i}" for i in range(5002)]
    with pytest.raises(TableError, match="more than 5,000 models"):
        rank({"model_a": many, "model_b": many[1:] + many[:1], "winner": ["tie"] * 5002})
    with pytest.raises(TableError, match="more than 1,000 values of prompt"):
        rank(
            {"model_a": ["x"] * 1200, "model_b": ["y"] * 1200, "winner": ["tie"] * 1200, "prompt": many[:1200]},
            by="prompt",
        )


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, float("nan")])
def test_a_level_is_a_share(level):
    with pytest.raises(InputError, match="a share between 0 and 1"):
        rank(fought("x = y"), level=level)


def test_an_unknown_covariate_or_group_is_answered_with_what_there_is():
    columns, _ = table(10, 3, 60, (0.1,))
    with pytest.raises(UnknownName, match="Expected 'x0'"):
        rank(columns, covariates=["x1"])
    with pytest.raises(TableError, match="no column 'language'"):
        rank(columns, by="language")


def test_the_document_can_be_written_and_quoted(tmp_path):
    columns, _ = table(11)
    pd.DataFrame(columns).to_parquet(tmp_path / "b.parquet")
    ranking = rank(tmp_path / "b.parquet", level=0.9)
    document = ranking.dict()
    assert document["schema_version"] == 1
    assert document["boards"][0]["rated"][0]["model"] == ranking.rated[0].model
    first = ranking.rated[0]
    quoted = ranking.cite()
    for part in (
        first.model,
        f"{first.rating:.0f}",
        f"90% interval {first.low:.0f} to {first.high:.0f}",
        "1,500 battles",
        "b.parquet",
    ):
        assert part in quoted
    assert str(tmp_path) not in ranking.json()
