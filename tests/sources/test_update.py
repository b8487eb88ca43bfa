"""An update brings what is new, whole or not at all, loses no source to another, and never what was there."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nomoat.catalog.aliases import Alias, add
from nomoat.catalog.lock import locked
from nomoat.catalog.review import unresolved
from nomoat.catalog.store import SNAPSHOT, Catalog
from nomoat.errors import InputError, OutputError, UnknownName
from nomoat.sources.disk import Disk
from nomoat.sources.update import update
from nomoat.sources.web import Web
from publisher import planted, publish, row

JUNE, JULY = date(2026, 9, 6), date(2026, 9, 7)
BASE = [row("gpt-9", 60.0), row("gpt-9-mini", 40.0, "2026-02-01")]


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def copies(tmp_path):
    return tmp_path / "copies"


@pytest.fixture
def run(home, copies):
    """Update from the folder of copies, on a day."""

    def go(*names, day=JUNE, sources=("board",), **rest):
        known = {
            one if isinstance(one, str) else one.name: planted(one) if isinstance(one, str) else one for one in sources
        }
        return update(names, lambda kept: Disk(kept, copies, retrieved=day), home=home, sources=known, **rest)

    return go


def ratings(home, dataset="board", **rest):
    found = Catalog.open(home).table("ratings", dataset=dataset, **rest).rows()
    return {one["name"]: one["rating"] for one in found}


def test_what_is_new_is_a_vintage_of_its_own(run, home, copies):
    publish(copies, "board", BASE)
    found = run()
    (board,) = found.sources
    assert (board.state, board.rows, board.new, board.changed, board.gone) == ("new", 6, 6, 0, 0)
    assert (board.retrieved, found.vintage) == (JUNE, f"{JUNE}.001")
    assert ratings(home) == {"gpt-9": 60, "gpt-9-mini": 40}
    members = Catalog.open(home).members()
    assert members.released[members.index["openai/gpt-9"]] == date(2026, 1, 1)
    assert members.organisation_name[members.index["openai/gpt-9"]] == "OpenAI"
    assert len(Catalog.open(home).table("scores")) == len(Catalog.open(home / "none").table("scores"))
    manifest = json.loads((home / "vintages" / found.vintage / "manifest.json").read_text())
    assert set(manifest["tables"]) == {"models", "openness", "ratings", "origins"}
    assert all(table["rows"] for table in manifest["tables"].values())


def test_the_same_bytes_are_no_news(run, home, copies):
    publish(copies, "board", BASE)
    run()
    before = sorted(path.name for path in (home / "vintages").iterdir())
    again = run(day=JULY)
    assert [(one.state, one.new) for one in again.sources] == [("unchanged", 0)]
    assert again.vintage is None
    assert sorted(path.name for path in (home / "vintages").iterdir()) == before


def test_a_later_copy_says_what_moved_and_the_earlier_one_stays(run, home, copies):
    publish(copies, "board", BASE)
    run()
    publish(copies, "board", [row("gpt-9", 61.0), row("claude-9", 62.0, maker="Anthropic")])
    (board,) = run(day=JULY).sources
    assert (board.new, board.changed, board.gone) == (3, 1, 3)
    assert ratings(home) == {"gpt-9": 61, "claude-9": 62}
    assert ratings(home, as_of=JUNE) == {"gpt-9": 60, "gpt-9-mini": 40}
    assert Catalog.open(home).vintages("ratings", "board") == [JUNE, JULY]


def test_two_copies_of_one_day_are_two_origins_and_the_later_counts(run, home, copies):
    for score in (60.0, 61.0, 62.0):
        publish(copies, "board", [row("gpt-9", score)])
        run()
    assert ratings(home) == {"gpt-9": 62}
    catalog = Catalog.open(home)
    assert len({one["sha256"] for one in catalog.table("origins").rows() if one["dataset"] == "board"}) == 3
    (key,) = catalog.table("ratings", dataset="board").columns["origin_id"]
    assert (
        catalog.origins([key])[0].sha256
        == max(
            (one for one in catalog.table("origins").rows() if one["dataset"] == "board"),
            key=lambda one: one["origin_id"],
        )["sha256"]
    )


def test_an_older_copy_is_history_and_not_news(run, home, copies):
    publish(copies, "board", BASE)
    run(day=JULY)
    publish(copies, "board", [row("gpt-9", 50.0)])
    run(day=JUNE)
    assert ratings(home)["gpt-9"] == 60
    assert ratings(home, as_of=JUNE)["gpt-9"] == 50


def test_a_model_that_ships_keeps_its_id(run, home, copies):
    publish(
        copies,
        "board",
        [row("o3-2025-04-16", 5.0, "2025-04-16"), row("deepseek-r1-0528", 1.0, "2025-05-28", maker="DeepSeek")],
    )
    run()
    ids = set(Catalog.open(home).table("ratings", dataset="board").columns["model_id"])
    assert ids == {"openai/o3", "deepseek/deepseek-r1-may-2025"}
    assert len(Catalog.open(home).members()) == len(Catalog.open(home / "none").members())


def test_the_users_aliases_are_followed_and_what_is_unknown_waits(run, home, copies):
    publish(copies, "board", [*BASE, row("house-model", 7.0, reads=True), row("house-model", 8.0, reads=True)])
    (board,) = run().sources
    assert board.waiting == 1
    found = {one.name: one for one in unresolved("board", catalog=Catalog.open(home)).waiting}
    assert found["house-model"].rows == 2
    add(Alias(source="board", name="house-model", id="openai/o3"), catalog=Catalog.open(home), home=home)
    run(day=JULY, again=True)
    table = Catalog.open(home).table("ratings", dataset="board").rows()
    assert [one["model_id"] for one in table if one["name"] == "house-model"] == ["openai/o3"] * 2
    assert unresolved(catalog=Catalog.open(home)).source is None


def test_one_broken_source_loses_none_of_the_others(run, home, copies):
    def broken(copies, curated, naming):
        naming.mint("gpt-9-nano", source="crash", organisation="openai")
        raise KeyError("surprise")

    sources = ["alpha", "html", "absent", planted("crash", read=broken), "omega"]
    for name in ("alpha", "crash", "omega"):
        publish(copies, name, BASE)
    publish(copies, "html", "<!DOCTYPE html><title>Gone</title>")
    found = run(*(one if isinstance(one, str) else one.name for one in sources), sources=sources)
    assert [(one.source, one.state) for one in found.sources] == [
        ("alpha", "new"), ("html", "failed"), ("absent", "failed"), ("crash", "failed"), ("omega", "new"),
    ]  # fmt: skip
    said = {one.source: one for one in found.failed}
    assert "HTML page" in said["html"].why
    assert "absent/table.json" in said["absent"].why
    assert said["crash"].why.startswith("Its reader broke: KeyError")
    assert all(one.next.startswith("nomoat update") for one in found.failed)
    assert ratings(home, "alpha") == ratings(home, "omega") == {"gpt-9": 60, "gpt-9-mini": 40}
    assert "openai/gpt-9-nano" not in Catalog.open(home).members().index


def test_a_source_that_lost_most_of_its_rows_is_refused_until_it_is_accepted(run, home, copies):
    many = [row(f"gpt-9.{n}", float(n)) for n in range(40)]
    publish(copies, "board", many)
    run()
    publish(copies, "board", many[:19])
    (board,) = run(day=JULY).sources
    assert board.state == "failed"
    assert "where it had 40" in board.why
    assert board.next == "nomoat update board --accept-fewer"
    assert len(ratings(home)) == 40
    (board,) = run(day=JULY, fewer=True).sources
    assert (board.state, len(ratings(home))) == ("new", 19)


def test_a_source_that_a_folder_holds_nothing_of_is_absent_and_no_failure_unless_it_is_named(run, copies):
    publish(copies, "board", BASE)
    found = run(sources=("board", "other"))
    assert {one.source: (one.state, one.why) for one in found.sources} == {
        "board": ("new", ""),
        "other": ("no file", ""),
    }
    assert not found.failed
    named = run("other", sources=("board", "other"))
    assert [one.source for one in named.failed] == ["other"]
    shutil.rmtree(copies)
    copies.mkdir()
    with pytest.raises(InputError, match="no file of any source"):
        run(sources=("board", "other"))


def test_records_in_the_folder_of_another_source_are_not_read_as_ones_own(home, copies):
    (copies / "litellm").mkdir(parents=True)
    (copies / "litellm" / "prices.json").write_text("{}")
    found = update([], lambda kept: Disk(kept, copies, retrieved=JUNE), home=home)
    assert {one.source: one.state for one in found.sources if one.state != "no file"} == {"litellm": "failed"}


def test_an_empty_list_is_a_failure(run, copies):
    publish(copies, "board", "[]")
    assert run().sources[0].state == "failed"


def test_a_dry_run_says_the_same_and_writes_nothing(run, home, copies):
    publish(copies, "board", BASE)
    dry = run(dry_run=True)
    assert not home.exists()
    assert dry.vintage is None
    assert dry.sources == run().sources
    before = sorted(home.rglob("*"))
    publish(copies, "board", [row("gpt-9", 1.0)])
    run(day=JULY, dry_run=True)
    assert sorted(home.rglob("*")) == before


HOSTILE = [
    row("gpt-9", float("nan")),
    row("gpt-9.1", float("inf")),
    row("gpt-9.2\u202e", 1.0),
    row("gpt-9.3", 1.0, "2999-01-01"),
    row("gpt-9.4", "=1+1"),
    row("gpt-9.5", True),
    {"table": "offerings", "provider": "x", "name": "y", "input": -1.0},
    {"table": "offerings", "provider": "x\x1b[2J", "name": "y", "input": 1.0},
    {"table": "offerings", "provider": "x", "name": "z" * 5000, "input": 1.0},
    {"table": "offerings", "provider": "x", "name": "y", "context": 10**30},
    {"table": "scores", "model_id": "nobody/nothing", "benchmark_id": "b", "performance": 0.5},
    {"table": "ratings", "board": "board", "name": "x", "published": "yesterday", "rating": 1.0},
]


def test_hostile_rows_are_left_out_and_counted(run, home, copies):
    publish(copies, "board", [*BASE, *HOSTILE])
    (board,) = run().sources
    assert board.state == "new"
    assert ratings(home) == {"gpt-9": 60, "gpt-9-mini": 40} | {
        name: value for name, value in ratings(home).items() if name == "gpt-9.3"
    }
    catalog = Catalog.open(home)
    assert len(catalog.table("offerings", dataset="board")) == 0
    assert len(catalog.table("scores", dataset="board")) == 0
    reasons = " ".join(left.why for left in board.left_out)
    for word in (
        "no finite number",
        "direction-changing",
        "a year after",
        "no number",
        "negative",
        "longer",
        "64 bits",
    ):
        assert word in reasons, word
    assert "in no table" in reasons
    assert "no date" in reasons


def test_a_model_dated_far_ahead_is_left_out_with_its_rows(run, home, copies):
    publish(copies, "board", [*BASE, row("gpt-99", 1.0, "2999-01-01")])
    run()
    assert "openai/gpt-99" not in Catalog.open(home).members().index
    assert "gpt-99" not in ratings(home)


def test_names_that_are_no_source_are_refused(run):
    with pytest.raises(UnknownName, match="board"):
        run("bord")


def test_a_source_with_a_key_is_asked_only_when_named_or_its_key_is_there(run, copies, monkeypatch):
    sources = ["board", planted("locked", key_name="LOCKED_KEY")]
    publish(copies, "board", BASE)
    publish(copies, "locked", BASE)
    monkeypatch.delenv("LOCKED_KEY", raising=False)
    assert [one.source for one in run(sources=sources, dry_run=True).sources] == ["board"]
    assert [one.source for one in run("locked", sources=sources, dry_run=True).sources] == ["locked"]
    monkeypatch.setenv("LOCKED_KEY", "secret")
    assert [one.source for one in run(sources=sources, dry_run=True).sources] == ["board", "locked"]


def test_two_updates_at_once_are_refused(run, home, copies):
    publish(copies, "board", BASE)
    with locked(home, ".updating"), pytest.raises(OutputError, match="Another nomoat"):
        run()
    assert not (home / "vintages").exists()
    assert run().vintage


def test_bytes_are_kept_under_their_day(run, home, copies):
    path = publish(copies, "board", BASE)
    first = path.read_bytes()
    run()
    publish(copies, "board", [row("gpt-9", 61.0)])
    run(day=JULY)
    kept = sorted((home / "bytes" / "board").glob("table_*.json"))
    assert [name.name[6:14] for name in kept] == [f"{JUNE:%Y%m%d}", f"{JULY:%Y%m%d}"]
    assert kept[0].read_bytes() == first


@pytest.mark.parametrize("layout", ["named", "kept", "address", "flat", "file"])
def test_files_are_found_as_people_keep_them(home, tmp_path, layout):
    folder = tmp_path / "mine"
    text = json.dumps(BASE)
    names = {
        "named": "board/table.json",
        "kept": "board/table_20260906T000000000000Z_0123456789ab.json",
        "address": "table.json",
        "flat": "table.json",
        "file": "whatever.json",
    }
    path = folder / names[layout]
    path.parent.mkdir(parents=True)
    path.write_text(text)
    place = path if layout == "file" else folder
    found = update(
        ["board"], lambda kept: Disk(kept, place, retrieved=JUNE), home=home, sources={"board": planted("board")}
    )
    assert found.sources[0].state == "new"


def test_a_link_out_of_the_folder_is_not_followed(run, copies, tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps(BASE))
    (copies / "board").mkdir(parents=True)
    (copies / "board" / "table.json").symlink_to(outside)
    assert run("board").sources[0].state == "failed"
    with pytest.raises(InputError, match="no file of any source"):
        run()


def test_files_without_a_day_are_of_today(home, copies):
    publish(copies, "board", BASE)
    update(["board"], lambda kept: Disk(kept, copies), home=home, sources={"board": planted("board")})
    (day,) = Catalog.open(home).vintages("ratings", "board")
    assert abs((day - datetime.now(UTC).date()).days) <= 1


def test_every_source_that_is_listed_can_fail_alone(home, tmp_path):
    """The real sources, on a folder with nothing in it: each says which file it misses, and nothing is written."""
    from nomoat.sources.known import SOURCES

    (tmp_path / "empty").mkdir()
    found = update(list(SOURCES), lambda kept: Disk(kept, tmp_path / "empty"), home=home)
    assert {one.state for one in found.sources} <= {"failed"}
    assert found.vintage is None
    assert all("reader broke" not in one.why for one in found.sources), [one.why for one in found.sources]


def test_the_index_itself_is_updated_and_its_past_stays(home, published):
    """Epoch's own connector on a small world: so few models are refused first, and then taken as what they are."""
    folder = published / "epoch" / "eci_2026-08"

    def go(**rest):
        return update(["epoch"], lambda kept: Disk(kept, folder, retrieved=JUNE), home=home, **rest).sources[0]

    refused = go()
    assert (refused.state, refused.next) == ("failed", "nomoat update epoch --accept-fewer")
    assert go(fewer=True).state == "new"
    catalog = Catalog.open(home)
    assert (len(catalog.table("scores")), catalog.vintage("scores")) == (7, JUNE)
    assert set(catalog.table("scores").columns["model_id"]) < set(catalog.members().index)
    assert len(catalog.table("scores", date(2026, 8, 31))) == 2249
    # Names, domains and seats that were written by hand ship with the program: an update repeats none of them.
    assert len(catalog.table("benchmarks")) == len(Catalog.open(home / "none").table("benchmarks"))


SCRIPT = """
import json, os, resource, signal, sys
from datetime import date
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from publisher import planted
from nomoat.sources.disk import Disk
from nomoat.sources.update import update
home, copies, snapshot = map(Path, sys.argv[2:5])

def go():
    return update([], lambda kept: Disk(kept, copies, retrieved=date.fromisoformat(sys.argv[5])), home=home,
                  sources={name: planted(name) for name in ("alpha", "omega")}, snapshot=snapshot)
"""
KILLED = (
    SCRIPT
    + """
import duckdb, httpx, nomoat.sources.build  # loaded before it splits: what is killed is an update and no import

EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate", "shutil.rmtree"}

def watched(at):
    seen = 0

    def watch(event, arguments):
        nonlocal seen
        if event in EVENTS and str(home) in str(arguments[0]):
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    go()
    return seen

plain = home
for at in json.loads(sys.argv[6]):
    home = plain.parent / f"{plain.name}-{at}"
    child = os.fork()
    if child == 0:
        print(json.dumps([at, watched(at)]), flush=True)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        print(json.dumps([at, -os.WTERMSIG(status)]), flush=True)
"""
)


@pytest.fixture
def small(tmp_path):
    """A snapshot of two models: reading the shipped one takes half a second, and the update is killed many times."""
    from datetime import date as day

    from nomoat.sources.build import write
    from nomoat.sources.facts import Facts
    from publisher import publication

    facts, inputs = Facts(), tmp_path / "inputs.csv"
    inputs.write_text("x")
    key = facts.origin(publication("epoch-eci"), day(2026, 8, 11), inputs)
    for name in ("gpt-5", "o3"):
        facts.add("models", key, model_id=f"openai/{name}", name=name, organisation_id="openai")
    write(facts, {"inputs.csv": inputs}, tmp_path / "small")
    return tmp_path / "small"


def script(text, home, copies, snapshot, *rest):
    told = [sys.executable, "-c", text, str(Path(__file__).parents[1]), str(home), str(copies), str(snapshot), *rest]
    return subprocess.run(told, capture_output=True, text=True, timeout=120, env={**os.environ})


def state(home, snapshot):
    """What the store says: the names of its vintages and every row of the ratings."""
    catalog = Catalog.open(home, snapshot)
    assert not catalog.skipped
    rows = sorted((one["board"], one["name"], one["rating"]) for one in catalog.table("ratings").rows())
    return tuple(path.name for path in catalog.folders[1:]), tuple(rows)


def test_killed_at_any_moment_the_store_is_the_old_or_the_new_one(tmp_path, small):
    """An update that is killed with -9 at its n-th touch of the store, for n from the first to the last."""
    home, copies = tmp_path / "home", tmp_path / "copies"
    for name in ("alpha", "omega"):
        publish(copies, name, BASE)
    assert script(SCRIPT + "go()", home, copies, small, str(JUNE)).returncode == 0
    old = state(home, small)
    for name in ("alpha", "omega"):
        publish(copies, name, [row("gpt-9", 99.0)])

    def trials(points):
        for at in points:
            shutil.copytree(home, tmp_path / f"home-{at}")
        ran = script(KILLED, home, copies, small, str(JULY), json.dumps(points))
        assert ran.returncode == 0, ran.stderr
        return dict(map(json.loads, ran.stdout.splitlines()))

    steps = trials([0])[0]
    new = state(tmp_path / "home-0", small)
    assert new != old
    assert steps > 40
    points = sorted({*range(1, steps, 4), *range(steps - 4, steps + 1)})
    assert trials(points) == dict.fromkeys(points, -9)
    found = {at: state(tmp_path / f"home-{at}", small) for at in points}
    assert set(found.values()) == {old, new}
    assert found[points[0]] == old
    # What was left beside is in nobody's way: the next update makes the new vintage of it.
    for at in points[:: len(points) // 4]:
        trial = tmp_path / f"home-{at}"
        assert script(SCRIPT + "go()", trial, copies, small, str(JULY)).returncode == 0
        assert state(trial, small) == new
        assert not list((trial / "vintages").glob(".building-*"))


FULL = (
    SCRIPT
    + """
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
import duckdb
limit = int(sys.argv[6])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from nomoat.errors import OutputError
try:
    found = go()
except OutputError as error:
    print("refused", error)
else:
    print([one.why for one in found.failed])
"""
)


@pytest.mark.parametrize("limit", [0, 100, 700, 2000])
def test_a_full_disk_is_said_and_changes_nothing(tmp_path, small, limit):
    home, copies = tmp_path / "home", tmp_path / "copies"
    for name in ("alpha", "omega"):
        publish(copies, name, BASE)
    assert script(SCRIPT + "go()", home, copies, small, str(JUNE)).returncode == 0
    old = state(home, small)
    for name in ("alpha", "omega"):
        publish(copies, name, [row("gpt-9", 99.0)])
    full = script(FULL, home, copies, small, str(JULY), str(limit))
    assert full.returncode == 0, full.stderr
    assert "cannot be written" in full.stdout or "cannot be kept" in full.stdout
    assert "Traceback" not in full.stderr
    assert state(home, small) == old
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != limit


def test_the_shipped_snapshot_is_never_written(run, copies):
    before = {path.name: path.stat().st_mtime_ns for path in SNAPSHOT.iterdir()}
    publish(copies, "board", BASE)
    run()
    assert {path.name: path.stat().st_mtime_ns for path in SNAPSHOT.iterdir()} == before


def test_a_server_that_is_not_there_is_one_line_a_source(home):
    def away(kept):
        return Web(kept, roots={"https://": "http://127.0.0.1:1/"}, retries=0, backoff=0.0)

    found = update([], away, home=home, sources={name: planted(name) for name in ("alpha", "omega")})
    assert [one.state for one in found.sources] == ["failed", "failed"]
    assert all("127.0.0.1" not in one.why or "cannot be reached" in one.why for one in found.sources)
    assert found.vintage is None


def test_a_wrong_argument_is_an_input_error():
    with pytest.raises(InputError):
        update(["nothing"], lambda kept: Web(kept), sources={})


def _many(**changes):
    """A list of forty models with offerings, as its publisher's next copy has it."""
    rows = [row(f"gpt-9.{n}", float(n), reads=False) for n in range(40)]
    prices = [
        {"table": "offerings", "provider": "A", "name": f"x{n}", "input": 1.0, "output": 2.0, **changes}
        for n in range(40)
    ]
    return rows, prices


def test_a_table_or_a_column_that_is_gone_without_a_word_is_refused_until_it_is_accepted(run, home, copies):
    """A field under another name leaves no row broken: what no longer comes is held against what came before."""
    rows, prices = _many()
    publish(copies, "board", [*rows, *prices])
    run()
    publish(copies, "board", rows)
    (board,) = run(day=JULY).sources
    assert (board.state, board.next) == ("failed", "nomoat update board --accept-fewer")
    assert "no rows of offerings where it had 40" in board.why
    publish(copies, "board", [*rows, *_many(output=None)[1]])
    (board,) = run(day=JULY).sources
    assert "no output in any of its 40 rows of offerings where 40 had one" in board.why
    assert len(Catalog.open(home).table("offerings", dataset="board")) == 40
    publish(copies, "board", rows)
    (board,) = run(day=JULY, fewer=True).sources
    assert board.state == "new"
    assert len(Catalog.open(home).table("offerings", dataset="board")) == 40  # as it was last said
