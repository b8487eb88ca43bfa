"""Three verdicts keep three knowledges apart, and new data change a verdict by themselves."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from claims.planted import catalogue, closed, opened
from nomoat.claims.check import check, check_all
from nomoat.claims.claim import Claim, Test

EARLY = [closed("A", "2024-01-01", 130), opened("B", "2024-03-01", 120), closed("C", "2024-06-01", 140)]
# What became known later: C is no better than A, and an open model has caught up.
LATE = [
    closed("A", "2024-01-01", 130),
    opened("B", "2024-03-01", 129),
    closed("C", "2024-06-01", 130.5),
    opened("D", "2025-06-01", 140),
]


def claim(**changes) -> Claim:
    test = {
        "metric": "gap.points", "population": "p", "unit": "ECI points", "window": "w", "reading": "r",
        "comparison": "at least 5", **changes.pop("test", {}),
    }  # fmt: skip
    plain = {
        "id": "c", "says": "s", "quote": "q", "speaker": "x", "polarity": "against open", "topic": "t",
        "document": "d", "title": "t", "sha256": "0" * 64, "line": 1, "earliest": date(2024, 9, 1),
        "latest": date(2024, 9, 1), "dated": "printed",
    }  # fmt: skip
    return Claim(**{**plain, **changes}, test=Test(**test))


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    return catalogue(tmp_path_factory.mktemp("two"), ("2024-08-01", EARLY), ("2025-07-01", LATE))


def test_then_uses_the_newest_vintage_of_its_day_and_now_the_newest_of_all(two):
    found = check(claim(), two)
    # Then: 140 - 120. As known now, with releases of then: 130.5 - 129. Now: 130.5 - 140.
    assert [round(v.measured.value, 6) for v in (found.then, found.since, found.now)] == [20, 1.5, -9.5]
    assert [v.verdict for v in (found.then, found.since, found.now)] == ["supported", "contradicted", "contradicted"]
    assert [v.measured.as_of for v in (found.then, found.since)] == [date(2024, 8, 1), date(2025, 7, 1)]
    assert found.now.at is None
    assert found.since.at == date(2024, 9, 1)


def test_new_data_change_a_verdict_by_themselves(tmp_path):
    before = catalogue(tmp_path / "a", ("2024-08-01", EARLY))
    after = catalogue(tmp_path / "b", ("2024-08-01", EARLY), ("2025-07-01", LATE))
    assert check(claim(), before).now.verdict == "supported"
    assert check(claim(), after).now.verdict == "contradicted"


def test_as_of_turns_now_back(two):
    assert check(claim(), two, as_of=date(2024, 8, 1)).now.verdict == "supported"


def test_before_the_first_vintage_there_is_no_vintage_but_a_view_from_now(two):
    found = check(claim(earliest=date(2024, 7, 1), latest=date(2024, 7, 1)), two)
    assert found.then.verdict == "no vintage"
    assert "2024-08-01" in found.then.why
    assert found.since.verdict == "contradicted"


def test_a_range_of_days_is_mixed_when_its_ends_differ_and_keeps_both(two):
    found = check(claim(earliest=date(2024, 4, 1), latest=date(2025, 6, 15), test={"comparison": "less than 0"}), two)
    assert found.since.verdict == "mixed"
    assert [end.verdict for end in found.since.ends] == ["contradicted", "supported"]
    assert [end.at for end in found.since.ends] == [date(2024, 4, 1), date(2025, 6, 15)]


def test_a_range_of_days_whose_ends_agree_has_their_verdict(two):
    found = check(claim(earliest=date(2024, 4, 1), latest=date(2024, 5, 1)), two)
    assert found.since.verdict == "contradicted"
    assert len(found.since.ends) == 2


def test_an_interval_across_the_bound_is_mixed(two):
    assert check(claim(test={"comparison": "at most -9.4"}), two).now.verdict == "mixed"


@pytest.mark.parametrize(("due", "verdict"), [(date(2030, 1, 1), "still open"), (date(2025, 1, 1), "contradicted")])
def test_a_forecast_is_open_until_due_and_then_it_is_judged(two, due, verdict):
    assert check(claim(due=due), two).now.verdict == verdict


def test_a_forecast_that_has_come_true_is_supported_before_it_is_due(two):
    found = check(claim(due=date(2030, 1, 1), test={"comparison": "less than 0"}), two)
    assert (found.then.verdict, found.now.verdict) == ("still open", "supported")


def test_a_forecast_is_judged_on_the_day_it_is_due_and_not_later(two):
    # On 2025-05-01 the best open model stood at 129, below 130.5; D at 140 came a month after.
    found = check(claim(due=date(2025, 5, 1), test={"comparison": "less than 0"}), two)
    assert found.now.measured.value == pytest.approx(1.5)
    assert (found.now.verdict, found.now.at) == ("contradicted", date(2025, 5, 1))


def test_a_sentence_about_the_past_is_judged_for_it_and_one_of_the_present_rolls(two):
    past = check(claim(until=date(2024, 5, 1)), two)
    assert [round(v.measured.value, 6) for v in (past.then, past.since, past.now)] == [10, 1, 1]
    assert [v.at for v in (past.then, past.since, past.now)] == [date(2024, 5, 1)] * 3
    assert check(claim(), two).now.measured.value == pytest.approx(-9.5)


def test_a_time_that_is_not_over_yet_ends_where_the_data_do(two):
    assert check(claim(until=date(2030, 1, 1)), two).now.measured.at == date(2025, 7, 1)


def test_a_count_that_is_too_high_already_fails_before_it_is_due(two):
    test = {
        "metric": "lab.releases", "unit": "models", "comparison": "at most 0",
        "arguments": {"lab": "Ours", "since": date(2025, 1, 1)},
    }  # fmt: skip
    said = {"earliest": date(2025, 1, 2), "latest": date(2025, 1, 2)}
    found = check(claim(due=date(2030, 1, 1), test=test, **said), two)
    assert (found.since.verdict, found.now.verdict) == ("still open", "contradicted")
    nothing = check(claim(test={**test, "arguments": {"lab": "Ours", "since": date(2025, 6, 15)}}, **said), two)
    assert nothing.now.verdict == "mixed"
    assert "a lower bound" in nothing.now.why


def test_an_end_without_data_leaves_the_verdict_to_the_other(two):
    found = check(claim(earliest=date(2023, 1, 1), latest=date(2024, 9, 1)), two).since
    assert found.verdict == "contradicted"
    assert "On 2023-01-01: " in found.why
    assert [end.verdict for end in found.ends] == ["not testable", "contradicted"]


def test_a_cohort_without_a_score_is_said_in_plain_words(two):
    test = {"arguments": {"follower": "open & released>2030"}}
    why = check(claim(test=test), two).now.why
    assert why.startswith("'open & released>2030' has no model with a score")
    assert "cohort" not in why
    assert "Try:" not in why


def test_what_waits_for_a_measure_names_it(two):
    test = {
        "metric": "fit.device", "unit": "GB", "comparison": "at most 24",
        "arguments": {"board": "capability", "level": "A"},
    }  # fmt: skip
    found = check(claim(test=test), two)
    assert found.now.verdict == "not testable"
    assert (found.now.needs, found.now.why) == ("fit", "Not testable yet: needs fit.")


def test_a_day_after_the_last_that_the_data_speak_of_is_not_testable(two):
    late = claim(earliest=date(2026, 1, 1), latest=date(2026, 1, 1))
    assert check(late, two).since.verdict == "not testable"


def test_the_same_question_twice_gives_the_same_answer(two):
    one, other = check_all([claim(), claim(id="e")], two)
    assert msgspec.to_builtins(one.now) == msgspec.to_builtins(other.now)
    assert check(claim(), two).json() == one.json()


def test_a_model_that_a_vintage_lacks_is_not_testable_with_it(two):
    test = {"metric": "record.points", "comparison": "at most 5", "arguments": {"model": "D"}}
    found = check(claim(earliest=date(2025, 6, 15), latest=date(2025, 6, 15), test=test), two)
    assert found.then.verdict == "not testable"
    assert found.now.verdict == "supported"
