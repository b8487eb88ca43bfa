"""Arena's Parquet becomes ratings; history is thinned, renames are joined by date, and claims of size are not believed.

Formats: the columns of the boards are those of the data set; the files here are small and made for the tests.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.catalog.store import Catalog
from nomoat.errors import SourceError
from nomoat.sources import parquet
from nomoat.sources.arena import ADDRESS, INDEX, Arena, fetch, monthly, read
from nomoat.sources.curated import Curated
from nomoat.sources.disk import Disk
from nomoat.sources.naming import Naming
from nomoat.sources.update import update
from sources.boards import PAGE, left, put, serving
from sources.server import Reply

HUB = "https://huggingface.co"


def rated(name, rating=1400.0, day="2026-10-02", category="overall", **cells):
    return {
        "model_name": name, "organization": "openai", "license": "Proprietary", "rating": rating,
        "rating_lower": rating - 5, "rating_upper": rating + 5, "variance": 6.5, "vote_count": 1000.0, "rank": 1.0,
        "category": category, "leaderboard_publish_date": day,
    } | cells  # fmt: skip


def scored(name, score):
    return {
        "model_name": name, "organization": "openai", "license": "Proprietary", "score": score,
        "score_ci_lower": score - 0.02, "score_ci_upper": score + 0.02, "observation_count": 900, "session_count": 300,
        "rank": 1.0, "category": "overall", "leaderboard_publish_date": "2026-10-02",
    }  # fmt: skip


def packed(rows, **options):
    sink = io.BytesIO()
    pq.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), sink, **options)
    return sink.getvalue()


def board(folder, rows, subset="text", part="latest", **options):
    body = rows if isinstance(rows, bytes) else packed(rows)
    return put(folder, f"{subset}-{part}.parquet", body, called=f"{subset}/{part}", **options)


def ratings(copies):
    return read(copies, Curated(), Naming()).tables["ratings"]


def test_fetch_takes_every_board_that_the_index_lists(tmp_path):
    index = {"siblings": [{"rfilename": name} for name in (
        "README.md", "text/latest-00000-of-00001.parquet", "text/full-00000-of-00001.parquet",
        "agent/latest-00000-of-00001.parquet", "../etc/latest-00000-of-00001.parquet",
    )]}  # fmt: skip
    with serving(tmp_path, HUB) as (web, publisher):
        publisher.says(INDEX.removeprefix(HUB), json.dumps(index).encode())
        moved = Reply(b"", 302, {"Location": "/cdn/text.parquet"})
        publisher.says("/cdn/text.parquet", Reply(packed([rated("gpt-5-high")]), headers={"ETag": '"a"'}))
        for subset, part in (("text", "latest"), ("text", "full")):
            place = f"{ADDRESS}/resolve/main/{subset}/{part}-00000-of-00001.parquet"
            publisher.says(place.removeprefix(HUB), moved)
        for place in ("agent", "etc"):
            path = f"{ADDRESS}/resolve/main/{place}/latest-00000-of-00001.parquet".removeprefix(HUB)
            publisher.says(path, packed([scored("gpt-5-high", 0.4)]))
        copies = fetch(web)
        assert sorted(copy.name for copy in copies) == ["agent/latest", "etc/latest", "text/latest"]
        assert {copy.name for copy in fetch(web, history=True, boards=["text"])} == {"text/latest", "text/full"}
        assert {row["board"] for row in ratings(copies)} == {"arena:text", "arena:agent", "arena:etc"}
        assert all(tmp_path in copy.path.parents for copy in copies)
        with pytest.raises(SourceError, match=r"no board \['txt'\]"):
            fetch(web, boards=["txt"])


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(PAGE, headers={"Content-Type": "text/html"}), "HTML page"),
        (b'{"siblings": []}', "lists no board"),
        (b'{"siblings": "none"}', "siblings"),
        (b"[]", "a JSON object"),
    ],
)
def test_an_index_that_is_none_is_named(reply, said, tmp_path):
    with serving(tmp_path, HUB) as (web, publisher):
        publisher.says(INDEX.removeprefix(HUB), reply)
        with pytest.raises(SourceError, match=said):
            fetch(web)


def test_both_kinds_of_boards_are_read(tmp_path):
    rows = ratings([
        board(tmp_path, [rated("gpt-5-high", 1440.0)]),
        board(tmp_path, [scored("gpt-5-high", 0.41)], "agent"),
    ])  # fmt: skip
    text, agent = rows
    assert (text["board"], text["rating"], text["low"], text["high"], text["level"], text["votes"]) == (
        "arena:text", 1440.0, 1435.0, 1445.0, 0.95, 1000,
    )  # fmt: skip
    assert (text["model_id"], text["published"]) == ("openai/gpt-5", date(2026, 10, 2))
    assert (agent["board"], agent["rating"], agent["votes"]) == ("arena:agent", 0.41, None)


def test_the_extract_and_the_live_file_give_the_same_rows(tmp_path):
    columns = [*("subset", "category", "rank", "model_name", "organization", "license", "rating", "rating_lower")]
    columns += ["rating_upper", "vote_count", "leaderboard_publish_date"]
    row = {key: str(value) for key, value in rated("gpt-5-high").items()} | {"subset": "text"}
    text = ",".join(columns) + "\n" + ",".join(row[column] for column in columns) + "\n"
    (from_csv,) = ratings([put(tmp_path, "arena.csv", text.encode())])
    (from_parquet,) = ratings([board(tmp_path, [rated("gpt-5-high")])])
    assert from_csv == from_parquet


def test_history_keeps_one_day_a_month_and_the_newest_and_none_twice(tmp_path):
    days = ["2026-08-03", "2026-08-12", "2026-09-01", "2026-09-25", "2026-10-01", "2026-10-02"]
    rows = [rated("gpt-5-high", day=day, category=c) for day in days for c in ("overall", "coding", "polish")]
    copies = [board(tmp_path, rows, part="full"), board(tmp_path, [rated("gpt-5-high", day=days[-1])])]
    facts = read(copies, Curated(), Naming())
    found = [(str(row["published"]), row["category"]) for row in facts.tables["ratings"]]
    kept = [*("2026-08-03", "2026-09-01", "2026-10-01")]
    assert sorted(found) == sorted([("2026-10-02", "overall"), *((d, c) for d in kept for c in ("overall", "coding"))])
    assert len({row["origin_id"] for row in facts.tables["origins"]}) == len(facts.tables["origins"])
    assert left(facts)["publish dates", "one a month and the newest are kept of a history"] == 2


@given(st.sets(st.dates(date(2023, 5, 1), date(2026, 12, 31)), max_size=60), st.dates(date(2027, 1, 1)))
def test_a_later_copy_keeps_the_days_of_an_earlier_one(days, later):
    kept = monthly(days)
    assert len({(day.year, day.month) for day in kept}) == len({(day.year, day.month) for day in days})
    assert set(kept[:-1]) <= set(monthly({*days, later}))
    assert kept == sorted(kept)
    assert not days or max(days) == kept[-1]


def test_a_renamed_model_is_joined_on_its_days_only(tmp_path):
    """`claude-fable-5` was renamed on 2026-09-25; the aliases by hand know the old name alone."""
    rows = [rated("claude-fable-5-high", day=day) for day in ("2026-09-24", "2026-10-02")]
    rows += [rated("claude-fable-5", day="2026-09-24")]
    facts = read([board(tmp_path, rows)], Curated(), _Nobody())
    assert [row["model_id"] for row in facts.tables["ratings"]] == [
        None, "anthropic/claude-fable-5", "anthropic/claude-fable-5",
    ]  # fmt: skip
    (alias,) = [row for row in facts.tables["aliases"] if row["name"] == "claude-fable-5-high"]
    assert (alias["id"], alias["effort"], alias["valid_from"]) == (
        "anthropic/claude-fable-5", "high", date(2026, 9, 25),
    )  # fmt: skip


class _Nobody:
    """A naming that resolves by a rule only, which is not enough on this board."""

    def model(self, raw, *, source, as_of=None):
        return None


def test_a_name_is_joined_by_no_rule(tmp_path):
    class Ruled:
        def model(self, raw, *, source, as_of=None):
            return Naming().mint("openai/o3-2025-04-16", source="models.dev")

    facts = read([board(tmp_path, [rated("o3-2025-04-16-something")])], Curated(), Ruled())
    assert facts.tables["ratings"][0]["model_id"] is None
    assert left(facts)["arena names", "no exact alias to a dated model"] == 1


@pytest.mark.parametrize(
    "cells",
    [
        {"rating": float("nan")}, {"rating": float("inf")}, {"rating": None}, {"rating_lower": 1500.0},
        {"rating_upper": None}, {"vote_count": -1.0}, {"leaderboard_publish_date": "1970-01-01"},
        {"leaderboard_publish_date": "2031-01-01"}, {"leaderboard_publish_date": "soon"}, {"model_name": None},
        {"model_name": "gpt\u202e5"}, {"model_name": "=1+1"}, {"model_name": "a\u0007b"}, {"model_name": "x" * 5000},
        {"license": "=cmd|' /C calc'!A0"}, {"organization": "\u2066open\u2069ai"}, {"rating": 1e9},
    ],
)  # fmt: skip
def test_a_bad_row_is_left_out_and_counted(cells, tmp_path):
    bad = rated("gpt-5-chat") | cells
    rows = [rated("gpt-5-high"), bad]
    facts = read([board(tmp_path, rows)], Curated(), Naming())
    assert [row["name"] for row in facts.tables["ratings"]] == ["gpt-5-high"]
    (count,) = [n for (what, _), n in facts.left_out.items() if what == "arena ratings"]
    assert count == 1


def test_a_changed_format_is_an_error_and_not_an_empty_board(tmp_path):
    renamed = [{("elo" if key == "rating" else key): value for key, value in rated("gpt-5-high").items()}]
    with pytest.raises(SourceError, match="neither 'rating' nor 'score'"):
        ratings([board(tmp_path, renamed)])
    worded = [rated("gpt-5-high") | {"rating": "high", "rating_lower": "", "rating_upper": ""}]
    with pytest.raises(SourceError, match="No rating of"):
        ratings([board(tmp_path, worded)])
    unnamed = [{key: value for key, value in rated("gpt-5-high").items() if key != "category"}]
    with pytest.raises(SourceError, match="no column 'category'"):
        ratings([board(tmp_path, unnamed)])


def test_a_file_that_does_not_say_its_board_is_refused(tmp_path):
    with pytest.raises(SourceError, match="does not say which board"):
        ratings([put(tmp_path, "2026 10 02.parquet", packed([rated("gpt-5-high")]))])
    (row,) = ratings([put(tmp_path, "webdev.parquet", packed([rated("gpt-5-high")]))])
    assert row["board"] == "arena:webdev"


def test_dates_and_numbers_may_come_as_other_types(tmp_path):
    row = rated("gpt-5-high") | {"leaderboard_publish_date": date(2026, 10, 2), "rating": 1400, "vote_count": 7}
    stamped = rated("gpt-5-high") | {"leaderboard_publish_date": datetime(2026, 10, 2, 3, tzinfo=UTC)}
    for rows in ([row], [stamped]):
        (found,) = ratings([board(tmp_path, rows)])
        assert (found["published"], found["rating"]) == (date(2026, 10, 2), 1400.0)


def test_a_claim_of_a_thousand_million_rows_is_refused_unread(tmp_path):
    """Runs of nulls that unpack to 10^9 rows: the footer is looked at and no page is."""
    path = tmp_path / "bomb.parquet"
    table = pa.table({"model_name": pa.nulls(50_000_000, pa.int8())})
    with pq.ParquetWriter(path, table.schema, use_dictionary=False, data_page_size=2**30) as writer:
        for _ in range(20):
            writer.write_table(table, row_group_size=50_000_000)
    assert path.stat().st_size < 4_000_000
    with pytest.raises(SourceError, match="claims 1,000,000,000 rows"):
        list(parquet.read_parquet(path, ["model_name"]))


def test_too_many_columns_are_refused(tmp_path):
    wide = pa.table({f"c{i}": [1] for i in range(parquet.MOST_COLUMNS + 1)})
    with pytest.raises(SourceError, match="more than 200 columns"):
        list(parquet.read_parquet(put(tmp_path, "wide.parquet", packed(wide)).path, ["c0"]))


def test_cells_that_unpack_to_more_than_the_bound_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_BYTES", 2**22)
    body = packed([{"model_name": "x" * 3_000_000}] * 2, use_dictionary=False, compression="zstd")
    assert len(body) < 2**20
    with pytest.raises(SourceError, match="GiB unpacked"):
        list(parquet.read_parquet(put(tmp_path, "fat.parquet", body).path, ["model_name"]))


def test_memory_is_bounded_where_the_footer_lies(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MEMORY", "20MB")
    body = packed([{"model_name": "x" * 30_000_000}] * 2, use_dictionary=False, compression="zstd")
    with pytest.raises(SourceError, match="cannot be read"):
        list(parquet.read_parquet(put(tmp_path, "fat.parquet", body).path, ["model_name"]))


def test_a_long_cell_comes_cut_and_not_whole(tmp_path):
    path = put(tmp_path, "long.parquet", packed([{"model_name": "x" * 2_000_000}])).path
    (row,) = parquet.read_parquet(path, ["model_name"])
    assert len(row.cells["model_name"]) == 1000


def test_a_path_with_wildcards_means_itself(tmp_path):
    (tmp_path / "a[b]*").mkdir()
    path = put(tmp_path / "a[b]*", "x'?.parquet", packed([{"model_name": "a"}])).path
    assert [row.cells for row in parquet.read_parquet(path, ["model_name"])] == [{"model_name": "a"}]


WHOLE = packed([rated(name) for name in ("gpt-5-high", "gpt-5-chat", "deepseek-v3")])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(min_size=0, max_size=4)), min_size=1, max_size=5))
def test_damaged_parquet_raises_nothing_else(tmp_path_factory, changes):
    body = bytearray(WHOLE)
    for at, put_in in changes:
        body[at : at + len(put_in) + (not put_in)] = put_in
    copy = board(tmp_path_factory.mktemp("damaged"), bytes(body))
    try:
        rows = ratings([copy])
    except SourceError:
        return
    assert all(abs(row["rating"]) <= 1e5 and row["published"] <= date(2026, 11, 22) for row in rows)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_parquet_raise_nothing_else(tmp_path_factory, body):
    with pytest.raises(SourceError):
        ratings([board(tmp_path_factory.mktemp("random"), b"PAR1" + body)])


def test_a_missing_file_is_a_source_error(tmp_path):
    with pytest.raises(SourceError, match="cannot be read"):
        Arena(Curated()).read_board(Path(tmp_path / "none.parquet"), "text", date(2026, 11, 22))


def test_one_board_read_again_brings_no_licences_that_other_boards_stated_first(tmp_path):
    """A licence is kept once for a name, under the board that said it last; this is the text board of what ships."""
    known = Catalog.open(tmp_path).table("ratings", dataset="arena:text").rows()
    rows = [
        rated(
            row["name"], row["rating"], "2026-09-15", row["category"], license=row["licence"], vote_count=row["votes"],
            organization=row["organisation"], rating_lower=row["low"], rating_upper=row["high"],
        )
        for row in known
    ]  # fmt: skip
    rows.append(rated("gpt-77", license="Never seen 1.0", day="2026-09-15"))
    board(tmp_path / "copies" / "arena" / "text", rows).path.rename(
        tmp_path / "copies" / "arena" / "text" / "latest-00000-of-00001.parquet"
    )
    way = lambda kept: Disk(kept, tmp_path / "copies", retrieved=date(2026, 9, 20))  # noqa: E731
    (found,) = update(["arena"], way, home=tmp_path / "home", dry_run=True).sources
    assert (found.why, found.new, found.changed, found.gone) == ("", 1, 0, 0)
