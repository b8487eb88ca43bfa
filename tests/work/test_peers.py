"""A task that a peer ran and scored: read from its own result file, and scored here, it has the peer's score.

peers/inspect-0.3.285.eval: twelve tickets of our own, asked of a stub on loopback by inspect_ai 0.3.285
(`inspect eval task.py --model openai-api/stub/tiny-1 --log-format eval`, scorer `exact`), which printed mean 0.833 and
stderr 0.112. The stub calls tickets 0 and 7 "sales" and answers 11 with "Login." for "login".
peers/lm-eval-0.4.13.jsonl: the same tickets and the same stub by lm_eval 0.4.13 (`--model local-chat-completions
--apply_chat_template --log_samples`, exact_match without case and punctuation), which printed 0.8333 and 0.1124.
peers/promptfoo-0.121.20.json: the same by promptfoo 0.121.20 (`promptfoo eval -o out.json`, `equals` assertions),
which printed 9 passed of 12 and cost 0, as it knows no price of the stub.

BESIDE and JSON_BESIDE are scores that Inspect 0.3.285 (match(numeric=True), exact, f1) and promptfoo 0.121.20 (equals,
rouge-n, is-json) printed of answers of our own, item by item.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nomoat.stats import paired
from nomoat.work import store
from nomoat.work.answer import Answer
from nomoat.work.logs import read
from nomoat.work.outgoing import body
from nomoat.work.place import workplace
from nomoat.work.request import Request
from nomoat.work.score import Given, mark, reference, scorer

PEERS = Path(__file__).parent / "peers"
FILES = {"inspect": PEERS / "inspect-0.3.285.eval", "lm-eval": PEERS / "lm-eval-0.4.13.jsonl",
         "promptfoo": PEERS / "promptfoo-0.121.20.json"}  # fmt: skip
PRINTED_MEAN, PRINTED_STDERR = 0.8333333333333334, 0.11236664374387367


@pytest.fixture(scope="module", params=FILES)
def requests(request, tmp_path_factory):
    folder = workplace(tmp_path_factory.mktemp("peers") / "w")
    read([FILES[request.param]], folder)
    return sorted(store.requests(folder), key=lambda one: one.messages[-1]["content"])


def scored(requests, kind):
    """The logged answers as a run would hold them, by one of our scorers against the peer's right answers."""
    by = scorer({"kind": kind})
    settings = {"kind": kind, "reference": "hint:target"}
    marks = []
    for one in requests:
        answer = Answer(
            run="r", arm="incumbent", request_id=one.request_id, conversation_id=one.conversation_id, key="k",
            model=one.model, response=one.response,
        )  # fmt: skip
        marks.append(mark(answer, "triage", by, settings, (one, reference(one, "hint:target", {}))))
    return np.array([one.score for one in marks])


def test_our_score_of_a_peers_samples_is_the_peers(requests):
    assert len(requests) == 12
    scores = scored(requests, "normalised")
    assert scores.mean() == pytest.approx(PRINTED_MEAN)
    wrong = {r.messages[-1]["content"].split(":")[0] for r, s in zip(requests, scores, strict=True) if not s}
    assert wrong == {"Ticket 0", "Ticket 7"}
    # Their standard error is the ratio estimator's, of one request a conversation.
    assert paired._ratio(scores, np.ones(12))[1] == pytest.approx(PRINTED_STDERR)


def test_our_strict_scorer_is_stricter_than_theirs(requests):
    """Theirs (Inspect's `exact`, lm-eval's exact_match as it was set) pass over case and punctuation; promptfoo's
    `equals` does not: it printed 9 of 12 passed, as our `exact` has it.
    """
    assert scored(requests, "exact").sum() == 9
    assert scored(requests, "exact").sum() == scored(requests, "normalised").sum() - 1


def test_what_is_asked_again_is_what_they_asked_and_no_key_more(requests):
    from nomoat.work.endpoint import Endpoint

    one = requests[0]
    said = {"role": "user", "content": "Ticket 0: billing problem. Which queue?"}
    if not one.source.startswith("lm-eval"):
        assert one.messages == ({"role": "system", "content": "Answer with one word."}, said)
        assert (one.usage.input, one.usage.output, one.model) == (20, 2, "tiny-1")
        assert one.cost_usd is None
    else:
        assert one.messages == (said,)
        assert one.params == {"stop": ["\n"], "max_tokens": 8, "temperature": 0.0}
    sent = body(Endpoint(name="a", url="http://127.0.0.1:1/v1", model="m"), one, {}, stream=False)
    assert b"source" not in sent


# Their scorer, ours, what is right, the answer, their score, and why ours is another where it is.
BESIDE = [
    ("match", "numeric", "42", "The answer is 42.", 1, ""),
    ("match", "numeric", "42", "42 apples, out of 50", 0, ""),
    ("match", "numeric", "1234.5", "1,234.5", 1, ""),
    ("match", "numeric", "-5", "(5)", 0, ""),
    ("match", "numeric", "7", "seven", 0, ""),
    ("match", "numeric", "1234.5", "1.234,5 EUR", 0, "a decimal comma"),
    ("match", "numeric", "12", "12%", 0, "a sign behind the number"),
    ("match", "numeric", "0.75", "3/4", 0, "a fraction"),
    ("match", "numeric", "72", r"so \boxed{72} in 3 steps", 0, "the number in the box"),
    ("match", "numeric", "5", "between 3-5", 0, "a dash that is no minus"),
    ("exact", "normalised", "Paris", "paris.", 1, ""),
    ("exact", "normalised", "Paris", "It is Paris", 0, ""),
    ("exact", "normalised", "New York", "new  york", 1, ""),
    ("exact", "normalised", "15", "1.5", 0, ""),
    ("exact", "normalised", "-5", "(5)", 1, "no minus is no minus"),
    ("exact", "normalised", "-5", "−5", 0, "a minus in print"),
    ("exact", "normalised", "1000", "1e3", 1, "texts, not numbers"),
    ("exact", "normalised", "the cat", "cat", 1, "articles count"),
    ("f1", "similarity", "3", "I count 3 (three), not 4", 0.286, ""),
    ("f1", "similarity", "42", "42 apples, out of 50", 0.333, ""),
    ("f1", "similarity", "a b c d", "a b x y", 0.333, "articles count"),
    ("f1", "similarity", "42", "The answer is 42.", 0.5, "articles count"),
    ("rouge-n", "similarity", "a b c d", "a b x y", 0.5, ""),
    ("rouge-n", "similarity", "the cat sat", "cat sat", 0.8, ""),
    ("equals", "exact", "billing", "Billing", 0, ""),
    ("equals", "exact", "billing", "billing.", 0, ""),
    ("equals", "exact", "1.0", "1", 0, ""),
    ("equals", "exact", "billing", " billing\n", 0, "spaces at the ends do not count"),
]
SHAPE = {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 0}},
         "additionalProperties": False}  # fmt: skip
JSON_BESIDE = [
    ('{"a": 1}', 1, ""), ('```json\n{"a": 1}\n```', 0, ""), ('{"a": 1} done', 0, ""), ('Here: {"a": 1}', 0, ""),
    ('{"a": NaN}', 0, ""), ('{"a": 1, "a": 2}', 1, "a name that comes twice"), ('{"a": "1"}', 0, ""),
    ('{"a": 1.0}', 1, ""), ('{"a": -1}', 0, ""), ('{"a": 1, "b": 2}', 0, ""), ("[]", 0, ""), ("", 0, ""),
]  # fmt: skip


def ours(kind, wanted, text, **settings):
    by = scorer({"kind": kind, **settings})
    return by(Given(text, {"content": text}, wanted, Request(request_id="r", conversation_id="c", model="m")),
              {"kind": kind, **settings}).value  # fmt: skip


@pytest.mark.parametrize(("peer", "kind", "wanted", "text", "printed", "why"), BESIDE)
def test_item_by_item_our_score_is_the_peers_or_the_reason_is_known(peer, kind, wanted, text, printed, why):
    score = ours(kind, wanted, text)
    if not why:
        assert score == pytest.approx(printed, abs=5e-4)
    else:
        assert abs(score - printed) > 0.05


@pytest.mark.parametrize(("text", "printed", "why"), JSON_BESIDE)
def test_strict_json_is_what_promptfoo_calls_json_but_for_names_that_come_twice(text, printed, why):
    assert (ours("json_schema", None, text, schema=SHAPE, strict=True) == printed) == (not why)
    fenced = 1 if text.startswith("`") else ours("json_schema", None, text, schema=SHAPE, strict=True)
    assert ours("json_schema", None, text, schema=SHAPE) == fenced
