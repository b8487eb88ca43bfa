"""A plan is read and written without loss, says on which line it is wrong, and shows every change after fixing."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.errors import InputError
from nomoat.work.endpoint import Endpoint
from nomoat.work.plan import Plan, UseCase, digest, fix, parsed, read, require_fixed, text

GOOD = """\
level = 0.05
seed = 7

[endpoints.closed]
url = "https://closed.example/v1"
model = "big"
key_env = "CLOSED_KEY"

[endpoints.open]
url = "http://127.0.0.1:8000/v1"
model = "small"
params = { temperature = 0.2 }
without = ["top_p"]

[use_cases."ticket triage"]
incumbent = "closed"
candidates = ["open"]
margin = 0.03
scorer = "exact"
"""


def test_a_plan_written_by_hand_is_read():
    plan = parsed(GOOD)
    assert (plan.level, plan.seed, plan.fixed_on) == (0.05, 7, None)
    assert plan.endpoints["open"].model == "small"
    (case,) = plan.use_cases
    assert (case.name, case.candidates, case.margin, case.scorer) == (
        "ticket triage",
        ("open",),
        0.03,
        {"kind": "exact"},
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("margin = 0.03", "margin = 3", 18, "margin 3"),
        ("margin = 0.03", 'margin = "small"', 18, "margin"),
        ("margin = 0.03", "margin = nan", 18, "margin nan"),
        ("margin = 0.03", "power = 2.0", 18, "power 2.0"),
        ("margin = 0.03", "discordance = -1.0", 18, "discordance -1.0"),
        ("margin = 0.03", "margn = 0.03", 18, "margn"),
        ('candidates = ["open"]', 'candidates = ["opne"]', 17, "opne"),
        ('candidates = ["open"]', 'candidates = ["closed"]', 17, "candidates"),
        ('candidates = ["open"]', "candidates = []", 17, "candidates"),
        ('incumbent = "closed"', 'incumbent = "clsed"', 16, "clsed"),
        ("level = 0.05", "level = 5", 1, "level 5"),
        ("level = 0.05", "level = true", 1, "level True"),
        ("seed = 7", "seed = -1", 2, "seed -1"),
        ("seed = 7", "sed = 7", 2, "sed"),
        ('model = "small"', 'modl = "small"', 9, "modl"),
        ('"http://127.0.0.1:8000/v1"', '"http://far.example/v1"', 9, "unencrypted"),
        ('scorer = "exact"', "scorer = {}", 19, "scorer"),
        ("seed = 7", "seed = ", 2, "line 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old, new, line, said):
    with pytest.raises(InputError) as caught:
        parsed(GOOD.replace(old, new))
    assert f"line {line}" in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "plan.toml").write_bytes(b"level = \xff")
    with pytest.raises(InputError, match="UTF-8 at byte 8"):
        read(tmp_path / "plan.toml")
    with pytest.raises(InputError, match="cannot be read"):
        read(tmp_path / "none.toml")


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    name=words,
    margin=st.floats(0.0001, 0.9999),
    pattern=words,
    share=st.none() | st.floats(0, 1),
    why=st.none() | words,
    on=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_writing_and_reading_give_the_same_plan(name, margin, pattern, share, why, on):
    ends = {
        "a": Endpoint(name="a", url="https://a.example/v1", model="m", headers_env={"x-key": "A"}, price_input=0.1),
        "b b": Endpoint(name="b b", url="https://b.example/v1", model="n"),
    }
    case = UseCase(
        name=name, incumbent="a", candidates=("b b",), margin=margin, share_spend=share, why_not=why,
        scorer={"kind": "regex", "pattern": pattern, "deep": {"k": [1, 2.5, True, pattern]}},
    )  # fmt: skip
    plan = Plan(endpoints=ends, use_cases=(case,), budget_usd=1e-7, frame="ab")
    plan = fix(plan, on) if on else plan
    assert parsed(text(plan)) == plan


@pytest.mark.parametrize(
    "change",
    [
        ("margin = 0.03", "margin = 0.04"),
        ('model = "small"', 'model = "other"'),
        ('url = "http://127.0.0.1:8000/v1"', 'url = "http://127.0.0.1:8001/v1"'),
        ("level = 0.05", "level = 0.1"),
        ("seed = 7", "seed = 8"),
        ('kind = "exact"', 'kind = "regex"'),
        ("critical = false", "critical = true"),
        ("largest = 1", "largest = 2"),
        ("params = { temperature = 0.2 }", "params = { temperature = 0.9 }"),
        ('without = ["top_p"]', 'without = ["top_p", "seed"]'),
    ],
)
def test_any_change_after_fixing_is_seen(change):
    fixed = text(fix(parsed(GOOD), date(2026, 11, 22)))
    require_fixed(parsed(fixed))
    assert change[0] in fixed
    with pytest.raises(InputError, match="changed after it was fixed on 2026-11-22"):
        require_fixed(parsed(fixed.replace(*change)))


def test_prices_and_budgets_may_change_and_a_draft_may_not_run():
    plan = fix(parsed(GOOD), date(2026, 11, 22))
    require_fixed(msgspec.structs.replace(plan, budget_usd=5.0))
    dearer = msgspec.structs.replace(plan.endpoints["open"], price_input=2.0, key_env="OTHER")
    assert digest(msgspec.structs.replace(plan, endpoints={**plan.endpoints, "open": dearer})) == plan.sha256
    with pytest.raises(InputError, match="draft"):
        require_fixed(parsed(GOOD))
    with pytest.raises(InputError, match="was fixed on"):
        fix(plan, date(2026, 11, 23))


def test_a_candidate_that_is_the_incumbent_under_another_name_is_refused():
    """It would be as good as itself, and listed as an open model."""
    twin = GOOD.replace("http://127.0.0.1:8000/v1", "https://closed.example/v1").replace('"small"', '"big"')
    parsed(twin)  # with other params it is another way to ask
    plain = twin.replace("params = { temperature = 0.2 }\n", "").replace('without = ["top_p"]\n', "")
    with pytest.raises(InputError, match=r"'open' is the incumbent itself: big at closed\.example"):
        parsed(plain)
