"""What is wrong with a claim is said when it enters, not when it is judged."""

from __future__ import annotations

import pytest

from claims.planted import catalogue, closed, opened
from claims.test_ledger import GOOD
from nomoat.claims.entry import enter
from nomoat.errors import InputError, NomoatError, UnknownName


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    models = [closed("A", "2024-01-01", 130), opened("B", "2024-03-01", 120), opened("C", "2024-04-01", 121)]
    return catalogue(tmp_path_factory.mktemp("entry"), ("2025-06-01", models))


def entered(tmp_path, world, old="", new=""):
    path = tmp_path / "mine.toml"
    path.write_text(GOOD.replace(old, new, 1) if old else GOOD)
    return enter([path], home=tmp_path / "home", catalog=world)


def test_a_good_claim_enters(tmp_path, world):
    found, refused = entered(tmp_path, world)
    assert ([c.id for c in found.claims], refused) == (["one"], [])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("latest = 2025-02-01", "latest = 2099-01-01", "after 2025-06-01"),
        ('reading = "as said"', 'reading = "as said"\narguments = { follower = "opne" }', "opne"),
        (
            'reading = "as said"',
            'reading = "as said"\narguments = { follower = "open & country=CN" }',
            "No model is in",
        ),
        ('reading = "as said"', 'reading = "as said"\narguments = { follower = "open &" }', "cohort"),
        ('metric = "gap.points"', 'metric = "record.points"\narguments = { model = "BB" }', "BB"),
    ],
)
def test_what_the_catalogue_does_not_know_is_refused_on_entry(tmp_path, world, old, new, says):
    with pytest.raises(NomoatError, match=says) as refused:
        entered(tmp_path, world, old, new)
    assert "mine.toml, claim 'one'" in str(refused.value)
    assert isinstance(refused.value, InputError)
    assert not (tmp_path / "home" / "claims").exists()


def test_a_measure_of_use_checks_its_cohorts_as_well(tmp_path, world):
    text = (
        GOOD.replace("gap.points", "adoption.share")
        .replace("ECI points", "%")
        .replace(
            'reading = "as said"',
            'reading = "as said"\narguments = { channel = "openrouter", quantity = "tokens", cohort = "opened" }',
        )
    )
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(UnknownName, match="opened"):
        enter([path], home=tmp_path / "home", catalog=world)
    path.write_text(text.replace("opened", "open"))
    assert enter([path], home=tmp_path / "home", catalog=world)[1] == []


def test_what_cannot_be_measured_on_this_day_is_no_fault(tmp_path, world):
    new = 'metric = "change.points"\narguments = { span = 60 }'
    assert entered(tmp_path, world, 'metric = "gap.points"', new)[1] == []
