"""Verdicts on the shipped snapshot that were reckoned by hand, each with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nomoat import Catalog
from nomoat.claims.check import MOMENTS, VERDICTS, check_all
from nomoat.claims.ledger import ledger

LEDGER = ledger(home=Path("/nonexistent"))

# id -> (then, then as known now, now), and why each must be so from the rows alone.
BY_HAND = {
    # Kimi K3 stands at 157; the best American open model, Inkling, at 149.5 with its upper end at 151.8. On the day
    # of the talk it was DeepSeek-V3.2-Exp, 144.8, against gpt-oss-120b, 140.5.
    "china-performance": ("no vintage", "supported", "supported"),
    # Gemma 4 31B at 142.3 (at most 147.0), Kimi K3 at 157 (at least 154.9).
    "gemma-not-closed": ("no vintage", "supported", "supported"),
    # GPT-5.6 Sol at 161.6 against Kimi K3 at 157.0; in spring 2025 o3 at 146.9 against DeepSeek-R1 at 139.5.
    "closed-were-better": ("no vintage", "supported", "supported"),
    # The memo's readers feared for 2024: the best open model never stood above the best closed one.
    "could-soon-surpass": ("no vintage", "still open", "contradicted"),
    # Gemma 3 27B, 130.8, came out under o1 at 142.5: 11.6 apart, with a lower end below 10. o3, 146.9, had been shown
    # in December 2024 and was not on offer before April 2025: it would have made it more than 10 for sure.
    "gemma-3": ("no vintage", "mixed", "mixed"),
    # R1, 139.5 (137.1 to 140.8), lies between o1-mini (136.5, at most 138.1) and o1 (142.5): closed models first
    # stood there with o1 on 2024-12-05, 46 days before 2025-01-20.
    "r1-powerful": ("no vintage", "supported", "supported"),
    # QwQ-32B-Preview showed its raw thinking with open weights on 2024-11-28, R1 came on 2025-01-20.
    "r1-traces-unique": ("contradicted", "contradicted", "contradicted"),
    # o1-preview on 2024-09-12, QwQ-32B-Preview on 2024-11-28: 77 days.
    "test-time-compute": ("supported", "supported", "supported"),
    # 7.42e18 FLOP at 40 % of 165.2 TFLOP/s are 31 hours on one card; the paper's run took 84 hours on eight.
    "garage": ("no vintage", "supported", "supported"),
    # DeepSeek opened V3.1, V3.2-Exp, V3.2 and V4 in the year after 2025-05-28, when the forecast was a day old at most.
    "deepseek-may-stop": ("no vintage", "still open", "contradicted"),
    # None of the seven models that raised OpenAI's own frontier since is open (two of them by the day it was said);
    # gpt-oss-safeguard of 2025-10-29 is a release, and no follow-through at the front.
    "gpt-oss-follow-through": ("no vintage", "supported", "supported"),
    # No newcomer with a score led the closed frontier in that year; a newcomer without a score cannot be seen.
    "agents-hard-for-newcomers": ("no vintage", "still open", "mixed"),
    # Of 2023 and 2024 Meta held 223 of 676 days (LLaMA-65B, Llama 2, 3 and 3.1), models tuned from Llama not counted.
    "llama-had-dominated": ("no vintage", "mixed", "mixed"),
    # On the memo's day both frontiers had existed together for seven weeks: nothing was eight months old.
    "closing-quickly": ("no vintage", "not testable", "not testable"),
    # On the memo's day GPT-4 stood at 125.8 and LLaMA-65B at 109.3: 16.5 apart, with a lower end above 5.
    "slight-edge": ("no vintage", "contradicted", "contradicted"),
    # Fourteen open models of Alibaba in the twelve months to August 2026, and what no source lists beside them.
    "qwen-releases-rapidly": ("no vintage", "supported", "supported"),
    # On the Arena's text board of 2026-08-19, the first here that names it; it has no score on the capability scale.
    "olmo-not-closed": ("not testable", "not testable", "supported"),
    # What there should be is a wish.
    "no-more-makers": ("not testable", "not testable", "not testable"),
    # "Specific entities like DeepSeek": the three that raised the open frontier most have 63.6 % of it by Shapley.
    "deepseek-not-team": ("no vintage", "supported", "supported"),
    # Every open record from DeepSeek-V3 (2024-12-24) on is Chinese.
    "china-dominant": ("no vintage", "supported", "supported"),
    # minimax-h3, whose weights can be had, is rated 1453 (1440 to 1466), sora-2 1340 (1333 to 1347). Boards of video
    # are in the catalogue only since 2026.
    "sora-2-open": ("no vintage", "no vintage", "supported"),
    # Today's lag of 5.2 months has a lower end of 3.6; on 2025-03-12 R1 stood where o1 had stood 97 days before.
    "time-gap-small": ("no vintage", "contradicted", "contradicted"),
    # Two boards of early 2025 name R1 near the top beside names whose licence no board prints.
    "closed-highest-performing": ("mixed", "mixed", "supported"),
    # Nobody's data here say what people feel.
    "passion": ("not testable", "not testable", "not testable"),
}


@pytest.fixture(scope="module")
def checked():
    return {found.claim.id: found for found in check_all(LEDGER, Catalog.open())}


@pytest.mark.parametrize("id", BY_HAND)
def test_the_verdict_reckoned_by_hand_is_the_one_given(checked, id):
    found = checked[id]
    assert (found.then.verdict, found.since.verdict, found.now.verdict) == BY_HAND[id], found.now.why


def test_every_claim_has_three_verdicts_in_words_that_exist_and_a_reason(checked):
    assert len(checked) == len(LEDGER)
    for found in checked.values():
        for verdict, moment in zip((found.then, found.since, found.now), MOMENTS, strict=True):
            assert verdict.moment == moment
            assert verdict.verdict in VERDICTS
            assert verdict.why
            if verdict.verdict == "not testable":
                assert verdict.measured is None


def test_a_decided_verdict_can_be_walked_back_to_its_origins(checked):
    decided = [f for f in checked.values() if f.now.verdict in ("supported", "contradicted", "mixed")]
    assert len(decided) > 40
    for found in decided:
        assert found.now.measured.origins
        assert all(origin.address for origin in found.now.measured.origins)
        assert found.command.startswith("nomoat ")
        assert found.now.measured.unit == found.claim.test.unit
        assert found.cite()


# What the documents say of a time that has passed, by the last day it speaks of.
TIED = {"slight-edge": date(2023, 5, 4), "meta-held-the-lead": date(2023, 12, 31),
        "china-dominant": date(2025, 12, 31), "llama-had-dominated": date(2024, 12, 31)}  # fmt: skip


@pytest.mark.parametrize("id", TIED)
def test_a_sentence_about_a_year_never_rolls_on(checked, id):
    found = checked[id].now.measured
    assert found.at <= TIED[id]
    assert str(TIED[id]) in found.command


def test_no_count_over_an_incomplete_list_supports_that_there_is_nothing(checked):
    for found in checked.values():
        if found.claim.test.comparison == "at most 0" and found.now.measured and found.now.measured.value == 0:
            assert found.now.verdict != "supported", found.claim.id
            assert "a lower bound" in found.now.why


def test_bounds_have_no_middle_that_nobody_estimated(checked):
    found = checked["catching-up-is-distillation"].now
    assert found.measured.value is None
    assert "5.26 to 42.1 %" in found.why
    assert "23.7" not in found.why


def test_the_rows_that_decide_are_among_the_evidence(checked):
    assert "o1" in [row.what for row in checked["r1-powerful"].now.measured.evidence]
    for found in checked.values():
        if found.now.measured is not None:
            assert found.now.measured.evidence, found.claim.id


def test_no_reason_carries_what_is_meant_for_one_who_types(checked):
    for found in checked.values():
        for verdict in (found.then, found.since, found.now):
            assert "Try:" not in verdict.why
            assert "cohort 'open" not in verdict.why.partition(":")[0]


def test_no_command_is_the_check_itself(checked):
    for found in checked.values():
        assert not found.command.startswith("nomoat claims check"), found.claim.id
        assert bool(found.command) == (found.now.measured is not None)


def test_the_commands_that_are_printed_run(checked, tmp_path, monkeypatch):
    import shlex

    from click.testing import CliRunner

    from nomoat.cli import main

    monkeypatch.setenv("NOMOAT_HOME", str(tmp_path))
    lines = {found.command for found in checked.values()}
    lines |= {v.measured.command for f in checked.values() for v in (f.then, f.since) if v.measured}
    typed = sorted(line for line in lines if line)
    assert len(typed) > 50
    for line in typed:
        verb = shlex.split(line)[1:]
        quick = [] if verb[0] in ("effort", "diffusion", "traces", "adoption") else ["--draws", "0"]
        ran = CliRunner().invoke(main, [*verb, *quick, "--json"])
        assert ran.exit_code == 0, f"{line}: {ran.output}"
