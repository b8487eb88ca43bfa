"""Statements and verdicts on the command line: the same numbers as in Python, and nothing half entered."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex

import msgspec
import pytest

from nomoat.claims.check import check
from nomoat.claims.ledger import ledger
from nomoat.claims.seeds import answers
from nomoat.views.ledger import MARKS
from pages import ROOT, blocks

FEW = ("--draws", "20")
MINE = next(b.text for b in blocks(ROOT / "docs" / "how-to" / "check-what-people-say.md") if b.file == "mine.toml")
ID = "two-years-behind"


@pytest.fixture
def store(ask, place, monkeypatch):
    """A store of its own, so that claims added here are seen by nobody else."""
    monkeypatch.setenv("NOMOAT_HOME", str(place / "store"))
    (place / "mine.toml").write_text(MINE)
    return place / "store"


def test_a_verb_with_parts_lists_by_itself(ask):
    assert ask("claims").out == ask("claims", "list").out
    assert json.loads(ask("claims", "--json").out)["total"] == len(ledger())


def test_a_list_keeps_what_holds_the_words(ask):
    rows = list(csv.DictReader(io.StringIO(ask("claims", "list", "DeepSeek", "--csv").out)))
    assert {"deepseek-v3", "deepseek-not-team"} <= {row["id"] for row in rows}
    assert all("deepseek" in " ".join(row.values()).lower() for row in rows)


def test_a_check_says_what_python_says(ask):
    said = json.loads(ask("claims", "check", "china-performance", *FEW, "--seed", "3", "--json").out)
    assert said["checked"] == [json.loads(check(ledger().claim("china-performance"), draws=20, seed=3).json())]
    assert said["counts"]["supported"] == 1
    assert said["origins"]


def test_the_table_has_a_row_of_three_verdicts_a_claim(ask):
    ids = ("china-performance", "meta-400-million")
    said = ask("claims", "check", *ids, *FEW)
    for id in ids:
        row = next(line for line in said.out.splitlines() if line.startswith(id))
        found = check(ledger().claim(id), draws=20)
        wanted = [v.verdict for v in (found.then, found.since, found.now)]
        assert re.findall("|".join(MARKS), row) == wanted
        assert [mark for mark in row if mark in MARKS.values()] == [MARKS[v] for v in wanted]
    assert max(map(len, said.out.split("\nData:")[0].splitlines())) <= 100


def test_as_of_cuts_what_now_knows(ask):
    said = json.loads(ask("claims", "check", "china-performance", *FEW, "--as-of", "2025-12-01", "--json").out)
    assert said["checked"][0]["now"]["measured"]["as_of"] <= "2025-12-01"


def test_one_claim_in_full(ask):
    claim = ledger().claim("enterprise-five-percent")
    said = " ".join(ask("claims", "show", claim.id, *FEW).out.split())
    for part in (claim.says, f"“{claim.quote}”", claim.place, claim.test.comparison, claim.test.population, "now"):
        assert part in said


def test_both_sides_of_a_disagreement_show_their_denominators(ask):
    said = json.loads(ask("claims", "conflicts", "enterprise-five-percent", *FEW, "--json").out)
    pair = next(c for c in said["conflicts"] if "adoption-increasing" in (c["one"]["id"], c["other"]["id"]))
    assert pair["both_can_be_right"]
    assert pair["one"]["population"] != pair["other"]["population"]
    assert {pair["one"]["id"], pair["other"]["id"]} <= set(said["now"])
    assert all(c["kind"] != "topic" for c in said["conflicts"])
    every = json.loads(ask("claims", "conflicts", "enterprise-five-percent", "--every", *FEW, "--json").out)
    assert len(every["conflicts"]) == len(said["conflicts"]) + said["topic_only"]
    shown = " ".join(ask("claims", "conflicts", "enterprise-five-percent", *FEW).out.split())
    assert pair["one"]["population"] in shown
    assert pair["other"]["population"] in shown


def test_an_own_claim_is_judged_like_the_others(ask, store):
    assert ask("claims", "add", "mine.toml").code == 0
    said = json.loads(ask("claims", "check", ID, *FEW, "--json").out)
    assert said["checked"][0]["now"]["verdict"] == "contradicted"
    assert ask("claims", "add", "mine.toml").code == 0, "the same bytes are there already"
    assert len(list((store / "claims").iterdir())) == 1


BAD = {
    "share.toml": MINE.replace(ID, "share").replace('"gap.months"', '"figure.level"').replace('"months"', '"%"')
    .replace("at least 24", "at least 240").replace("{}", '{ kind = "x", subject = "y" }'),
    "metric.toml": MINE.replace(ID, "metric").replace("gap.months", "gap.moons"),
    "known.toml": MINE.replace(ID, "garage"),
    "place.toml": MINE.replace(ID, "place").replace("line = 12\n", ""),
    "day.toml": MINE.replace(ID, "day").replace("latest = 2025-06-01", "latest = 2199-06-01"),
    "cohort.toml": MINE.replace(ID, "cohort").replace("{}", '{ leader = "clsoed" }'),
    "quote.toml": MINE.replace(ID, "quote").replace('quote = "open', 'quote = "' + "o" * 5000),
    "bidi.toml": MINE.replace(ID, "bidi").replace('says = "', 'says = "\u202e'),
    "text.toml": "what is this",
    "not-text.toml": b"\xff\xfe\x00\x01",
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_claim_is_named_and_leaves_nothing(ask, store, place, name):
    content = BAD[name]
    (place / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    said = ask("claims", "add", name)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert name in said.err
    assert not (store / "claims").exists()


def test_the_file_that_help_shows_can_be_entered(ask, store, place):
    said = ask("claims", "add", "--help").out
    lines = said[said.index("[document]") : said.index("sha256 is what")].splitlines()
    (place / "help.toml").write_text("\n".join(line.strip() for line in lines))
    assert ask("claims", "add", "help.toml").code == 0


def test_what_a_file_of_the_store_holds_cannot_move_the_cursor(ask):
    from nomoat.claims.verdicts import verdicts
    from nomoat.views.ledger import claim_text, verdicts_text

    bad = "a\x1b[31mb\u202ec"
    one = verdicts([ledger().claim("garage")], draws=0)
    held = msgspec.structs.replace(one.checked[0].claim, says=bad, quote=bad, speaker=bad, topic=bad, title=bad)
    now = msgspec.structs.replace(one.checked[0].now, why=bad)
    hostile = msgspec.structs.replace(one.checked[0], claim=held, now=now, command=bad)
    told = msgspec.structs.replace(one, checked=(hostile,))
    for text in (verdicts_text(told, 100), claim_text(hostile, 100)):
        assert not set(text) & {"\x1b", "\u202e"}


def test_a_measure_by_its_own_name(ask):
    said = json.loads(ask("claims", "measure", "lab.share", "lab=OpenAI", "since=2025-08-06", "--json").out)
    claimed = check(ledger().claim("gpt-oss-follow-through")).now.measured
    assert (said["value"], said["evidence"]) == (claimed.value, json.loads(claimed.json())["evidence"])
    assert "change.months" in ask("claims", "measure").out
    for line in (("lab.release",), ("lab.releases", "lab=OpenAI"), ("lab.releases", "lab=OpenAI", "since=soon")):
        wrong = ask("claims", "measure", *line)
        assert (wrong.code, wrong.err.count("\n")) == (2, 1)


def test_what_was_good_is_kept(ask, store, place):
    (place / "metric.toml").write_text(BAD["metric.toml"])
    said = ask("claims", "add", "metric.toml", "mine.toml")
    assert said.code == 0
    assert said.err.startswith("Refused: metric.toml, claim 'metric'")
    assert ask("claims", "check", ID, *FEW).code == 0


def test_a_file_of_another_content_never_takes_a_name(ask, store, place):
    ask("claims", "add", "mine.toml")
    (place / "mine.toml").write_text(MINE.replace(ID, "another"))
    said = ask("claims", "add", "mine.toml")
    assert said.code == 2
    assert (store / "claims" / "mine.toml").read_text() == MINE


@pytest.mark.parametrize(
    "arguments", [("chek",), ("show", "chin"), ("check", "nobody"), ("list", "zzzz"), ("add", "nowhere.toml"), ("add",)]
)
def test_what_is_not_there_is_one_line(ask, arguments):
    said = ask("claims", *arguments)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert ". Expected " in said.err or ". Try: " in said.err


def distinct(lines: list[str]) -> list[str]:
    """One line for each verb with its parts."""
    kept = {}
    for line in lines:
        words = shlex.split(line)
        kept.setdefault(tuple(w for w in words[1:3] if w.islower() and not w.startswith("-")), line)
    return sorted(kept.values())


def test_every_command_that_a_verdict_prints_runs(ask):
    found = json.loads(ask("claims", "check", *FEW, "--json").out)
    for line in distinct([one["command"] for one in found["checked"] if one["command"]]):
        quick = FEW if line.split()[1] not in ("effort", "diffusion", "traces", "adoption") else ()
        said = ask(*shlex.split(line)[1:], *quick)
        assert said.code == 0, (line, said.err)


def test_every_command_of_the_seeds_is_there():
    """The verbs that docs/seeds.md names, with the words that stand for a file."""
    from nomoat.cli import main

    told = {command for a in answers(ledger()) for command in re.findall(r"`(nomoat [^`]+)`", a.command)}
    assert told
    for line in told:
        group = main.get_command(None, line.split()[1])
        assert group is not None, line
        assert line.split()[2] in group.commands, line
