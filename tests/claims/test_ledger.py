"""The shipped claims are all placed and dated, and a bad claim is refused by file, name and reason."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import nomoat
from nomoat.claims.ledger import WORDS, ledger, read
from nomoat.claims.metric import metrics
from nomoat.errors import InputError, NomoatError, UnknownName

LEDGER = ledger(home=Path("/nonexistent"))

GOOD = """
[document]
name = "doc"
title = "A document"
sha256 = "{sha}"
earliest = 2025-01-01
latest = 2025-02-01
dated = "its heading"

[[claim]]
id = "one"
says = "Open is five points behind."
quote = "five points"
speaker = "somebody"
polarity = "against open"
topic = "the gap"
line = 3
[claim.test]
metric = "gap.points"
population = "open and closed models"
unit = "ECI points"
window = "on the day"
comparison = "at most 5"
reading = "as said"
""".replace("{sha}", "a" * 64)


def one(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return read(path)


def test_there_are_more_than_fifty_claims_of_five_documents():
    assert len(LEDGER) >= 100
    assert len(LEDGER.documents()) == 5
    assert len({c.sha256 for c in LEDGER}) == 5


@pytest.mark.parametrize("claim", LEDGER.claims, ids=lambda c: c.id)
def test_no_claim_without_place_date_speaker_and_test(claim):
    assert claim.line >= 1
    assert re.fullmatch(r"[0-9a-f]{64}", claim.sha256)
    assert claim.speaker
    assert claim.dated
    assert date(2023, 5, 4) <= claim.earliest <= claim.latest <= date(2025, 10, 16)
    assert claim.test.population
    assert claim.test.window
    assert claim.test.reading
    assert len(claim.quote.split()) <= WORDS
    # Documents made of recordings give the time as well, but for the first paragraph of one note.
    unstamped = (claim.document, claim.line) == ("redpoint-adoption", 8)
    assert bool(claim.stamp) == (claim.document.startswith("redpoint") and not unstamped)


def test_every_claim_of_the_issue_is_there():
    said = " ".join(f"{c.id} {c.says} {c.quote}" for c in LEDGER).casefold()
    for word in ("5%", "80%–90%", "46%", "60%", "400 million", "10 times", "doubl", "gemma 3", "deepseek v3",
                 "time gap", "quality gap", "cease", "distill", "replicat", "full traces", "pivotal",
                 "bloomberggpt", "robotics",
                 "model companies", "lora", "pound-for-pound", "slight edge", "test-time compute", "llama", "qwen",
                 "moo 2 32b", "gpt-oss", "acknowledgment", "propaganda", "unprovable", "sora 2", "less urgent",
                 "garage", "internal"):  # fmt: skip
        assert word in said, word


def test_every_metric_is_used_or_waits_and_has_a_test_file():
    root = Path(nomoat.__file__).parents[2]
    for metric in metrics().values():
        assert (root / metric.test).exists(), metric.test
    assert {c.test.metric for c in LEDGER} <= set(metrics())


def test_a_good_file_reads(tmp_path):
    (claim,) = one(tmp_path, GOOD)
    assert (claim.id, claim.earliest, claim.source) == ("one", date(2025, 1, 1), "mine.toml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('metric = "gap.points"', 'metric = "gap.point"', "gap.points"),
        ("line = 3\n", "", "no line"),
        ("line = 3", "line = 0", "line 0"),
        ("line = 3", 'line = "three"', "line"),
        ('unit = "ECI points"', 'unit = "%"', "unit"),
        ('comparison = "at most 5"', 'comparison = "small"', "no comparison"),
        ('topic = "the gap"', 'topics = "the gap"', "topic"),
        ('reading = "as said"', 'reading = "as said"\nfoo = 1', "foo"),
        ('reading = "as said"', 'reading = "as said"\narguments = { ladder = "closed" }', "leader"),
        ('reading = "as said"', 'reading = "as said"\narguments = { leader = 3 }', "leader"),
        ('quote = "five points"', 'quote = "' + "word " * 16 + '"', "16 words"),
        ("earliest = 2025-01-01", "earliest = 2025-03-01", "earliest"),
        ("earliest = 2025-01-01", 'earliest = "soon"', "earliest"),
        ("line = 3", "line = 3\ndue = 2024-01-01", "due"),
        ("a" * 64, "abc", "sha256"),
        ('polarity = "against open"', 'polarity = "sideways"', "polarity"),
        ('id = "one"', 'id = "One claim"', "id"),
        ('speaker = "somebody"', 'speaker = " "', "speaker"),
        ("line = 3", 'line = 3\nstamp = "2:46"', "stamp"),
        ('quote = "five points"', 'quote = "' + "x" * 301 + '"', "at most 300 of a brief quotation"),
        ('says = "Open is', 'says = "Open\\u202e is', "says with the character U+202E"),
        ('speaker = "somebody"', 'speaker = "some\\u001b[31mbody"', "speaker with the character U+001B"),
        ('reading = "as said"', 'reading = "as\\u0007 said"', "reading with the character U+0007"),
        ('reading = "as said"', 'reading = "as said"\narguments = { leader = "open\\u2066" }', "U+2066"),
        ('sha256 = "' + "a" * 64 + '"\n', "", "sha256sum FILE"),
        ('topic = "the gap"\n', "", 'topic = "the gap"'),
        ('metric = "gap.points"\n', "", 'metric = "gap.months"'),
    ],
)
def test_a_bad_claim_is_refused_by_file_and_name(tmp_path, old, new, says):
    assert old in GOOD
    with pytest.raises(NomoatError) as refused:
        one(tmp_path, GOOD.replace(old, new, 1))
    assert "mine.toml" in str(refused.value)
    assert says in str(refused.value)


def test_every_needed_key_has_an_example_and_none_is_an_empty_one(tmp_path):
    for line in GOOD.splitlines():
        key = line.split(" = ")[0]
        if " = " not in line or key == "comparison":
            continue
        with pytest.raises(NomoatError) as refused:
            one(tmp_path, GOOD.replace(line + "\n", "", 1))
        assert refused.value.expected.startswith(f"{key} = ")
        assert not refused.value.expected.endswith("= ...")
        assert refused.value.next


def test_a_contradicted_claim_must_be_there(tmp_path):
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "mine.toml").write_text(GOOD.replace("line = 3", 'line = 3\ncontrary = { garages = "why" }'))
    with pytest.raises(UnknownName, match=r"mine\.toml, claim 'one': contrary to no claim 'garages'.*garage"):
        ledger(home=tmp_path)


@pytest.mark.parametrize("bound", ["at least 101", "between 40 and 150", "about 99 give 2"])
def test_a_share_above_one_hundred_percent_is_refused(tmp_path, bound):
    text = GOOD.replace("gap.points", "credit.share").replace("ECI points", "%").replace("at most 5", bound)
    text = text.replace('reading = "as said"', 'reading = "as said"\narguments = { player = "X" }')
    with pytest.raises(InputError, match=r"mine\.toml, claim 'one': a share of 1\d\d %"):
        one(tmp_path, text)


def test_a_metric_without_its_argument_is_refused(tmp_path):
    text = GOOD.replace("gap.points", "credit.share").replace("ECI points", "%")
    with pytest.raises(InputError, match="without player"):
        one(tmp_path, text)


def test_an_undecidable_claim_names_the_data_that_would_decide(tmp_path):
    text = GOOD.replace("gap.points", "none").replace('comparison = "at most 5"\n', "")
    with pytest.raises(InputError, match="without the data that would"):
        one(tmp_path, text)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[document", b"x = 1", b"document = 1\nclaim = 2", b"claim = [1]"])
def test_a_file_that_is_no_ledger_is_refused_by_name(tmp_path, raw):
    path = tmp_path / "broken.toml"
    path.write_bytes(raw)
    with pytest.raises(NomoatError, match=r"broken\.toml"):
        read(path)


def test_the_users_claims_come_in_and_may_not_take_an_id(tmp_path):
    folder = tmp_path / "claims"
    folder.mkdir()
    (folder / "mine.toml").write_text(GOOD)
    assert ledger(home=tmp_path).claim("one").document == "doc"
    (folder / "mine.toml").write_text(GOOD.replace('id = "one"', 'id = "garage"'))
    with pytest.raises(InputError, match=r"mine\.toml, claim 'garage': redpoint-gap\.toml"):
        ledger(home=tmp_path)


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(UnknownName, match="enterprise-five-percent"):
        LEDGER.claim("enterprise-five-percents")
