"""Cohort expressions select what they say, are spelled one way, and never fail but with an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nomoat.catalog.cohort import DEEPEST, Cohort, parse
from nomoat.catalog.terms import And, Comparison, Not, Or, Word
from nomoat.errors import DateError, InputError, NomoatError, UnknownName


def column(*values):
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@dataclass
class Rows:
    model_id: np.ndarray
    name: np.ndarray
    organisation: np.ndarray
    organisation_name: np.ndarray
    country: np.ndarray
    released: np.ndarray
    openness: np.ndarray
    distilled: np.ndarray

    def __len__(self):
        return len(self.model_id)


ROWS = Rows(
    model_id=column("deepseek/r1", "openai/gpt-5", "moonshot/k3", "zhipu/glm-5.1", "x/old", "openai/gpt-oss"),
    name=column("DeepSeek-R1", "GPT-5", "Kimi K3", "GLM-5.1", "Old", "gpt-oss"),
    organisation=column("deepseek", "openai", "moonshot", "zhipu", None, "openai"),
    organisation_name=column("DeepSeek", "OpenAI", "Moonshot AI", "Z.ai (Zhipu AI)", None, "OpenAI"),
    country=column("CN", "US", "CN", "CN", None, "US"),
    released=column(date(2025, 1, 20), date(2025, 8, 7), date(2026, 7, 16), date(2026, 4, 7), None, date(2025, 8, 5)),
    openness=column(
        "weights-permissive", "closed-api", "weights-noncommercial", "unknown", "weights-unspecified", "open-source"
    ),
    distilled=column("no", "no", "unknown", "unknown", "unknown", "yes"),
)
R1, GPT5, K3, GLM, OLD, OSS = range(6)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("open", {R1, K3, OLD, OSS}),
        ("closed", {GPT5}),
        ("unknown", {GLM}),
        ("all", {R1, GPT5, K3, GLM, OLD, OSS}),
        ("permissive", {R1, OSS}),
        ("noncommercial", {K3}),
        ("restricted", set()),
        ("open-source", {OSS}),
        ("weights-permissive", {R1}),
        ("OPEN", {R1, K3, OLD, OSS}),
        # Unknown openness is in neither of two opposites.
        ("!open", {GPT5}),
        ("!closed", {R1, K3, OLD, OSS}),
        ("open | !open", {R1, GPT5, K3, OLD, OSS}),
        ("!unknown", {R1, GPT5, K3, OLD, OSS}),
        # Of a model that is only said to be open, nobody knows whether it is permissive.
        ("!permissive", {GPT5, K3}),
        ("open & !noncommercial", {R1, OSS}),
        ("open & openness!=noncommercial", {R1, OLD, OSS}),
        ("country=CN", {R1, K3, GLM}),
        ("country=cn,us", {R1, GPT5, K3, GLM, OSS}),
        ("country!=CN", {GPT5, OLD, OSS}),
        ("!(country=CN)", {GPT5, OSS}),
        ("org=openai", {GPT5, OSS}),
        ("organisation=OpenAI", {GPT5, OSS}),
        ('organization="z.ai (zhipu ai)"', {GLM}),
        ("open & org!=DeepSeek", {K3, OLD, OSS}),
        ("model=gpt-5", {GPT5}),
        ("name='deepseek/r1'", {R1}),
        ("distilled=no", {R1, GPT5}),
        ("distilled!=yes", {R1, GPT5, K3, GLM, OLD}),
        ("!(distilled=yes)", {R1, GPT5}),
        ("distilled=unknown", {K3, GLM, OLD}),
        ("distilled=no,unknown", {R1, GPT5, K3, GLM, OLD}),
        ("released>=2025-08-07", {GPT5, K3, GLM}),
        ("released<2025-08-07", {R1, OSS}),
        ("released=2025", {R1, GPT5, OSS}),
        ("released>2025-08", {K3, GLM}),
        ("released<=2025-08", {R1, GPT5, OSS}),
        ("released!=2025", {K3, GLM, OLD}),
        ("openness=open", {R1, K3, OLD, OSS}),
        ("openness=closed-api", {GPT5}),
        ("closed | open & country=CN", {GPT5, R1, K3}),
        ("(closed | open) & country=CN", {R1, K3}),
    ],
)
def test_an_expression_selects_what_it_says(text, rows):
    assert set(np.flatnonzero(parse(text).select(ROWS))) == rows


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" Open&country = cn ", "open & country=CN"),
        ("a|(b|c)", "a | b | c"),
        ("a & (b | c)", "a & (b | c)"),
        ("!(open)", "!open"),
        ("!(a&b)", "!(a & b)"),
        ("!country=CN", "!(country=CN)"),
        ("org!='01.AI'", "organisation!=01.AI"),
        ("model=x", "name=x"),
        ("fits=24gb", "fits=24GB"),
        ("'a,b'", '"a,b"'),
    ],
)
def test_one_canonical_spelling(text, canonical):
    assert parse(text).text == str(parse(text)) == canonical
    assert parse(canonical) == parse(text)
    assert hash(parse(canonical)) == hash(parse(text))


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", InputError, "a word such as open"),
        ("open &", InputError, "The end"),
        ("open closed", UnknownName, "cohort word 'open closed'"),
        ("(open", InputError, "| or )"),
        ("open)", InputError, "')' at character 5"),
        ("opne", UnknownName, "Expected 'open'"),
        ("colour=red", UnknownName, "cohort field"),
        ("country=China", UnknownName, "two letters"),
        ("openness=opened", UnknownName, "Expected 'open'"),
        ("distilled=maybe", UnknownName, "No label 'maybe'"),
        ("distilled<yes", InputError, "= or !="),
        ("released>=soon", DateError, "'soon' is no date"),
        ("released>=2025-02-30", DateError, "is no date"),
        ("org=DeepSek", UnknownName, "Expected 'DeepSeek'"),
        ("open & org!=Open AI", UnknownName, "Expected 'OpenAI'"),
        ("fits=24GB", InputError, "nothing here says what fits a device"),
        ("fits=much", InputError, "no amount of memory"),
        ("group=a", InputError, "carry no group"),
        ("'open", InputError, "closing quote"),
        ('""', InputError, "a word"),
        ("!" * (DEEPEST + 2) + "open", InputError, "levels"),
        ("(" * 1000 + "open" + ")" * 1000, InputError, "characters"),
    ],
)
def test_what_makes_no_sense_is_answered(text, error, words):
    with pytest.raises(error) as raised:
        parse(text).select(ROWS)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_organisation_that_is_merely_absent_is_no_error():
    assert parse("org!=Baidu").select(ROWS).all()
    assert not parse("org=Baidu").select(ROWS).any()


@dataclass
class Own:
    """A user's table: names and groups, nothing else."""

    name: np.ndarray
    group: np.ndarray

    def __len__(self):
        return len(self.name)


OWN = Own(column("a", "b", "c"), column("ours", "Theirs", None))


def test_groups_of_a_users_table_are_words():
    assert parse("ours").select(OWN).tolist() == [True, False, False]
    assert parse("THEIRS").select(OWN).tolist() == [False, True, False]
    assert parse("!ours").select(OWN).tolist() == [False, True, False]
    assert parse("group!=ours").select(OWN).tolist() == [False, True, True]
    assert parse("all & name=c").select(OWN).tolist() == [False, False, True]
    with pytest.raises(UnknownName, match="Expected 'ours'"):
        parse("our").select(OWN)
    with pytest.raises(InputError, match="carry no country"):
        parse("country=CN").select(OWN)


def test_a_group_named_like_a_word_wins_over_it():
    rows = Own(column("a", "b"), column("open", "shut"))
    assert parse("open").select(rows).tolist() == [True, False]


def test_groups_that_differ_by_case_alone_stay_apart():
    rows = Own(column("a", "b"), column("x", "X"))
    assert parse("x").select(rows).tolist() == [True, False]
    assert parse("X").select(rows).tolist() == [False, True]


def test_openness_is_not_asked_of_groups():
    rows = Own(column("a", "b"), column("ours", "theirs"))
    rows.openness = column("unknown", "unknown")
    with pytest.raises(UnknownName, match="No group 'closed'"):
        parse("closed").select(rows)


WORDS = st.sampled_from(["open", "closed", "permissive", "weights-restricted", "unknown", "all"]).map(Word)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="\"'"), min_size=1, max_size=6)
COMPARISONS = st.one_of(
    st.builds(
        Comparison,
        st.sampled_from(["organisation", "name"]),
        st.sampled_from(["=", "!="]),
        st.lists(NAMES, min_size=1, max_size=2).map(tuple),
    ),
    st.builds(Comparison, st.just("country"), st.sampled_from(["=", "!="]), st.tuples(st.sampled_from(["CN", "US"]))),
    st.builds(
        Comparison,
        st.just("released"),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.tuples(st.sampled_from(["2025", "2025-08", "2025-08-07"])),
    ),
)


def nested(inner):
    def joined(kind):
        parts = inner.filter(lambda node: not isinstance(node, kind))
        return st.builds(kind, st.lists(parts, min_size=2, max_size=3).map(tuple))

    return st.one_of(inner.map(Not), joined(And), joined(Or))


NODES = st.recursive(WORDS | COMPARISONS, nested, max_leaves=8)
KNOWN = st.recursive(
    WORDS | COMPARISONS.filter(lambda node: node.field in ("country", "released")), nested, max_leaves=8
)


@given(NODES)
def test_canonical_text_parses_to_the_same_cohort(node):
    cohort = Cohort(node)
    again = parse(cohort.text)
    assert again == cohort
    assert again.text == cohort.text


@given(KNOWN, KNOWN)
def test_de_morgan(one, other):
    both = Cohort(Not(And((one, other)))).select(ROWS)
    either = Cohort(Or((Not(one), Not(other)))).select(ROWS)
    assert both.tolist() == either.tolist()
    assert Cohort(Not(Not(one))).select(ROWS).tolist() == Cohort(one).select(ROWS).tolist()
    assert not (Cohort(one).select(ROWS) & Cohort(Not(one)).select(ROWS)).any()


@given(st.text(st.characters(), max_size=40) | st.text(st.sampled_from("open closed&|!()<>=,'\"2025-0"), max_size=40))
@settings(max_examples=400)
def test_any_text_is_read_or_answered(text):
    try:
        chosen, said = parse(text).select(ROWS), ""
    except NomoatError as error:
        chosen, said = None, str(error)
    if chosen is None:
        assert len(said.splitlines()) == 1
    else:
        assert chosen.dtype == bool
        assert len(chosen) == len(ROWS)
        assert parse(parse(text).text) == parse(text)
