"""Use cases planted in a log are found, stay frozen, take people's names, and leave strangers to "other"."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import msgspec
import pytest

from nomoat.errors import InputError
from nomoat.work.cluster import fit, terms
from nomoat.work.request import Request
from nomoat.work.route import _alone, _matchers
from nomoat.work.store import append
from nomoat.work.template import masked, shape, traits
from nomoat.work.usecase import FILE, OTHER, Traits, assigner, discover, freeze, usecases

NOUNS = "invoice refund order parcel contract router printer meeting salary holiday server window engine".split()  # noqa: SIM905


def said(task: str, draw: random.Random) -> str:
    noun, other, number = draw.choice(NOUNS), draw.choice(NOUNS), draw.randrange(10_000)
    return {
        "sql": f"Write a SQL query that selects every {noun} with more than {number} rows from the {other} table",
        "translate": f"Translate this sentence into German please: the {noun} of the {other} is late by {number} days",
        "summary": f"Summarise the following report about the {noun} in three bullet points, mention the {other}",
        "mail": f"Draft a polite email reply to a customer who complains about the {noun} and wants a {other}",
    }[task]


def planted(n: int, *, seed: int = 0, system: bool = False, tag: bool = False) -> list[tuple[str, Request]]:
    draw, out = random.Random(seed), []
    for i in range(n):
        task = draw.choice(["sql", "translate", "summary", "mail"])
        asked = [{"role": "user", "content": said(task, draw)}]
        if system:
            day = f"2026-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
            asked.insert(0, {"role": "system", "content": f"Today is {day}. You do {task} for user {i}."})
        hints = {"tag": task} if tag else {}
        name = f"{seed}-{i}"
        out.append((task, Request(request_id=name, conversation_id=name, model="m", messages=tuple(asked), hints=hints,
                                  cost_usd=0.01)))  # fmt: skip
    return out


@pytest.mark.parametrize("by", ["tag", "system"])
def test_labels_and_templates_find_the_planted_use_cases_exactly(tmp_path, by):
    truth = planted(1200, system=by == "system", tag=by == "tag")
    append(tmp_path, (request for _, request in truth))
    made = discover(tmp_path)
    found = defaultdict(set)
    for task, request in [*truth, *planted(300, seed=1, system=by == "system", tag=by == "tag")]:
        found[task].add(made.assign(request))
    assert len(made.use_cases) == 4
    assert all(len(names) == 1 for names in found.values())
    assert len(set.union(*found.values())) == 4
    assert OTHER not in set.union(*found.values())


def test_clusters_of_words_are_pure_on_requests_they_were_not_fitted_on(tmp_path):
    truth = planted(2000)
    append(tmp_path, (request for _, request in truth))
    made = discover(tmp_path)
    fresh = planted(600, seed=1)
    table = defaultdict(Counter)
    for task, request in fresh:
        table[made.assign(request)][task] += 1
    assert table.pop(OTHER, Counter()).total() < 60
    assert len(table) >= 4
    assert sum(max(row.values()) for row in table.values()) / sum(row.total() for row in table.values()) > 0.97
    stranger = Request(
        request_id="x", conversation_id="x", model="m",
        messages=({"role": "user", "content": "Qual é a capital do Brasil e quantos habitantes tem?"},),
    )  # fmt: skip
    assert made.assign(stranger) == OTHER
    shared = sum(made.fitted(request.conversation_id) for _, request in truth) / len(truth)
    assert 0.2 < shared < 0.3


def test_clusters_are_the_same_for_the_same_requests():
    texts = [said(task, random.Random(i)) for i in range(200) for task in ("sql", "mail")]
    assert fit(texts, seed=3).json() == fit(texts, seed=3).json()


@pytest.mark.parametrize("texts", [[], ["a"] * 500, [""] * 500, [f"unique{i}" for i in range(300)]])
def test_texts_without_clusters_have_none_or_one(texts):
    assert len(fit(texts).clusters) <= 1


def test_names_that_a_person_gives_are_kept_and_two_of_one_name_are_one(tmp_path):
    truth = planted(1200, tag=True)
    append(tmp_path, (request for _, request in truth))
    path = freeze(tmp_path, discover(tmp_path))
    before = usecases(tmp_path)
    assert not before.confirmed
    assert {one.name for one in before.use_cases} == {"sql", "translate", "summary", "mail"}
    path.write_text(path.read_text().replace('"sql"', '"writing"').replace('"mail"', '"writing"'))
    after = usecases(tmp_path)
    assert after.confirmed
    counts = Counter(task for task, _ in truth)
    assert {one.name: one.requests for one in after.use_cases} == {
        "writing": counts["sql"] + counts["mail"], "summary": counts["summary"], "translate": counts["translate"],
    }  # fmt: skip
    assert sum(one.share for one in after.use_cases) == pytest.approx(1)
    assert sum(one.spend_usd for one in after.use_cases) == pytest.approx(12)


def test_an_edited_file_that_is_none_is_refused_with_what_to_type(tmp_path):
    with pytest.raises(InputError, match="nomoat work usecases"):
        assigner(tmp_path)
    append(tmp_path, (request for _, request in planted(100, tag=True)))
    path = freeze(tmp_path, discover(tmp_path))
    text = path.read_text()
    drop = text[: text.index("[u-") if "[u-" in text else text.index('["u-')]
    for broken in (
        "",
        drop,
        text.replace("name = ", "margin = 0.1\nname = ", 1),
        text.replace('"sql"', '"\\u202e "'),
        text + '\n["u-nothing"]\nname = "x"\n',
        text.replace("name = ", "nome = ", 1),
        "[[",
    ):
        path.write_text(broken)
        with pytest.raises(InputError, match="usecases --again"):
            assigner(tmp_path)


def test_a_use_case_named_other_is_none_and_names_move_no_cursor(tmp_path):
    append(tmp_path, [request for _, request in planted(400, tag=True)])
    path = freeze(tmp_path, discover(tmp_path))
    path.write_text(path.read_text().replace('"sql"', '"other"').replace('"mail"', '"let\\u001b[2Jters"'))
    names = {one.name for one in usecases(tmp_path).use_cases}
    assert names == {"other", "let [2Jters", "summary", "translate"}


def test_what_has_no_label_is_called_by_the_words_of_its_system_prompt(tmp_path):
    append(tmp_path, (request for _, request in planted(400, system=True)))
    assert set(discover(tmp_path).names.values()) == {"sql", "translate", "summary", "mail"}
    keyed = [Request(request_id=str(i), conversation_id=str(i), model="m", hints={"api_key": "aaa9402664f1"})
             for i in range(50)]  # fmt: skip
    append(tmp_path / "keyed", keyed)
    assert list(discover(tmp_path / "keyed").names.values()) == ["key aaa9402664f1"]


def logged(systems: list[str], **more) -> list[Request]:
    return [
        Request(request_id=str(i), conversation_id=str(i), model="m",
                messages=({"role": "system", "content": one}, {"role": "user", "content": "Hi"}), **more)
        for i, one in enumerate(systems)
    ]  # fmt: skip


HELP = "You are the help desk of ACME. You talk to {}, who is a customer. Be brief, be kind, and promise nothing."
FIRST, LAST = ("Ada", "Bea", "Cem", "Dan", "Eva", "Fay"), ("Ek", "Ito", "Roy", "Zed")
NAMES = [f"{first} {last}" for first in FIRST for last in LAST]


def test_a_prompt_with_a_name_filled_in_is_one_use_case_for_names_never_seen_too(tmp_path):
    append(tmp_path, logged([HELP.format(name) for name in NAMES for _ in range(10)]))
    freeze(tmp_path, discover(tmp_path))
    found = usecases(tmp_path)
    assert [(one.requests, one.known_by) for one in found.use_cases] == [(240, ("its system prompt",))]
    assert not any(name.split()[0].lower() in found.use_cases[0].name for name in NAMES)
    assert assigner(tmp_path).assign(logged([HELP.format("Grace Brewster Hopper")])[0]) == found.use_cases[0].name
    assert assigner(tmp_path).assign(logged(["You are a poet."])[0]) == OTHER


def test_a_few_use_cases_that_differ_in_a_word_stay_apart(tmp_path):
    append(tmp_path, logged([HELP.format(task) for task in ("buyers", "sellers", "drivers", "staff", "the press")
                             for _ in range(40)]))  # fmt: skip
    found = discover(tmp_path).use_cases
    assert len(found) == 5
    assert all(one.startswith("help desk acme talk") for one in found)  # what is filled in may be who somebody is


def test_prompts_with_passages_in_them_are_one_use_case_by_how_they_begin(tmp_path):
    draw = random.Random(0)
    begun = "Use the passages below to answer the question of an employee, and name the passage that you used. "
    append(tmp_path, logged([begun + " ".join(draw.choices(NOUNS, k=80)) for _ in range(60)]))
    made = discover(tmp_path)
    assert len(made.use_cases) == 1
    assert made.assign(logged([begun + "Something else."])[0]) == made.use_cases[0]


def test_what_a_gateway_notes_by_itself_is_no_use_case(tmp_path):
    agents = [f"User-Agent: OpenAI,User-Agent: OpenAI/Python 1.{i}" for i in range(3)]
    rows = [one for agent in agents for one in logged(["You sort tickets."] * 30, hints={"tag": agent})]
    append(tmp_path, (msgspec.structs.replace(one, request_id=str(i)) for i, one in enumerate(rows)))
    assert discover(tmp_path).use_cases == ("sort tickets",)


def test_a_key_of_which_only_a_hash_is_known_names_nothing_that_has_words(tmp_path):
    append(tmp_path, logged(["You sort tickets."] * 50, hints={"api_key": "aaa9402664f1"}))
    assert discover(tmp_path).use_cases == ("sort tickets",)


def test_a_label_that_no_person_can_see_cannot_break_the_file(tmp_path):
    evil = 'x"]\n[injected]\nname = "\x1b[31m\u202e'
    rows = [
        Request(request_id=str(i), conversation_id=str(i), model="m", hints={"tag": evil},
                messages=({"role": "user", "content": 'a\n[evil]\nname="b"'},))
        for i in range(50)
    ]  # fmt: skip
    append(tmp_path, rows)
    freeze(tmp_path, discover(tmp_path))
    held = assigner(tmp_path)
    assert len(held.rules) == 1
    assert held.assign(rows[0]) == held.use_cases[0]
    assert "\x1b" not in (tmp_path / FILE).read_text()


def test_traits_leave_out_what_varies_and_keep_what_does_not():
    assert masked("User 0f8fad5b-d9cd-469f-a165-70867728950e, Friday 3 March 2026") == "user 0, 0 0 0 0"
    schema = {"type": "json_schema", "json_schema": {"schema": {"properties": {"b": 1, "a": 2}}}}
    assert shape((), {"response_format": schema}) == "json a,b"
    assert shape(({"type": "function", "function": {"name": "f"}},), {}) == "tools f"
    bare = Request(request_id="", conversation_id="", model="m")
    assert traits(bare) == Traits()
    assert traits(msgspec.structs.replace(bare, hints={"session": "s", "user": "u"})) == Traits()
    assert terms("") == []


def test_a_prompt_that_several_labels_share_still_names_them(tmp_path):
    rows = [one for tag in ("a", "b", "c") for one in logged(["You sort tickets."] * 30, hints={"tag": tag})]
    rows += logged(["You sort tickets."] * 30)
    append(tmp_path, (msgspec.structs.replace(one, request_id=str(i)) for i, one in enumerate(rows)))
    assert set(discover(tmp_path).use_cases) == {"a", "b", "c", "sort tickets"}


def test_a_label_beside_a_filled_prompt_routes_nothing_by_itself(tmp_path):
    append(tmp_path, logged([HELP.format(name) for name in NAMES for _ in range(10)], hints={"tag": "help"}))
    made = discover(tmp_path)
    (name,) = made.use_cases
    assert _alone(made, name) == []
    assert [set(one) for one in _matchers(made, name)] == [{"label", "slot"}]
