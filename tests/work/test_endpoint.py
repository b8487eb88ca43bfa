"""An endpoint is checked before anything is sent: addresses, secrets, prices; what cannot be says what to type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nomoat.errors import InputError, NomoatError, UnknownName
from nomoat.work.budget import Budget, Hold, hold
from nomoat.work.endpoint import Endpoint, checked, endpoints, headers, hosts, secrets
from nomoat.work.request import Request, Usage

GOOD = {"url": "https://api.example.com/v1", "model": "m"}

WRONG = {
    "no address": ({"url": "api.example.com"}, "https://HOST/v1"),
    "another scheme": ({"url": "ftp://api.example.com"}, "https://HOST/v1"),
    "a port that is none": ({"url": "https://a.example:99999/v1"}, "https://HOST/v1"),
    "a password": ({"url": "https://me:hunter2@a.example/v1"}, "headers_env"),
    "a key in the query": ({"url": "https://a.example/v1?api_key=hunter2"}, "headers_env"),
    "unencrypted to the world": ({"url": "http://a.example/v1"}, "https://a.example/v1"),
    "a line break": ({"url": "https://a.example/v1\nX: y"}, "one word"),
    "no model": ({"model": ""}, 'model = "NAME"'),
    "no concurrency": ({"concurrency": 0}, "concurrency = 8"),
    "negative time": ({"timeout_s": -1.0}, "timeout_s = 120"),
    "a negative price": ({"price_input": -2}, "price_input = 2.5"),
    "no number": ({"price_input": float("nan")}, "price_input = 2.5"),
    "a word for a number": ({"concurrency": "many"}, "endpoints.gpt"),
    "the run's own settings": ({"params": {"stream": True}}, "params"),
    "a key": ({"api_key": "hunter2"}, 'key_env = "MY_KEY"'),
    "a key among the params": ({"params": {"extra_body": [{"api_key": "hunter2"}]}}, "key_env"),
    "the key in place of its variable": ({"key_env": "sk-proj-hunter2"}, "export MY_KEY"),
    "a misspelt setting": ({"modle": "m"}, "model"),
}


@pytest.mark.parametrize(("change", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_asked_is_refused_with_what_to_type(change, says):
    with pytest.raises(NomoatError) as error:
        endpoints({"gpt": {**GOOD, **change}})
    assert says in str(error.value)
    assert "endpoints.gpt" in str(error.value)
    assert "hunter2" not in str(error.value)


def test_a_setting_that_is_not_there_names_the_nearest():
    with pytest.raises(UnknownName, match="'timeout_s'"):
        endpoints({"gpt": {**GOOD, "timeout": 3}})


def test_a_key_in_place_of_its_variable_is_not_shown():
    with pytest.raises(NomoatError) as error:
        headers(endpoints({"gpt": {**GOOD, "key_env": "gsk_4f9a0c7b2e5d8f1a3c6b"}})["gpt"], {})
    assert "gsk_..." in str(error.value)
    assert "4f9a0c7b" not in str(error.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "192.168.0.9"])
def test_near_servers_may_be_unencrypted(host):
    assert checked(Endpoint(name="a", url=f"http://{host}:8000/v1", model="m")).host == f"{host}:8000"


def test_a_far_server_of_ones_own_may_be_too():
    assert checked(Endpoint(name="a", url="http://gpu.corp.example/v1", model="m", self_hosted=True))


@pytest.mark.parametrize(
    ("url", "chat"),
    [
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"),
        ("https://a.example", "https://a.example/chat/completions"),
        (
            "https://x.azure.example/openai/deployments/d?api-version=2026-01-01",
            "https://x.azure.example/openai/deployments/d/chat/completions?api-version=2026-01-01",
        ),
    ],
)
def test_the_address_of_the_chat(url, chat):
    assert Endpoint(name="a", url=url, model="m").chat == chat


def test_keys_come_from_the_environment_and_a_missing_one_is_named():
    one = Endpoint(name="gpt", **GOOD, key_env="MY_KEY", headers_env={"api-key": "OTHER_KEY"})
    sent = headers(one, {"MY_KEY": " sk-1\n", "OTHER_KEY": "abc"})
    assert (sent["Authorization"], sent["api-key"]) == ("Bearer sk-1", "abc")
    with pytest.raises(InputError, match=r"'gpt'.*MY_KEY.*export MY_KEY"):
        headers(one, {"OTHER_KEY": "abc"})


@pytest.mark.parametrize("value", ["sk-1\r\nX-Evil: 1", "sk\x00", "clé"])
def test_a_key_that_no_header_may_hold_is_refused_without_being_shown(value):
    with pytest.raises(InputError) as error:
        headers(Endpoint(name="gpt", **GOOD, key_env="MY_KEY"), {"MY_KEY": value})
    assert value not in str(error.value)
    assert "MY_KEY" in str(error.value)


def test_placeholders_of_local_servers_are_no_secrets():
    one = Endpoint(name="a", **GOOD, key_env="K")
    assert [bool(secrets([one], {"K": key})) for key in ("ollama", "not-needed", "EMPTY", "token-abc123")] == [
        False, False, False, True,
    ]  # fmt: skip


def test_hosts_are_named_once():
    named = [
        Endpoint(name=n, url=u, model="m") for n, u in (("a", "https://x.example/v1"), ("b", "https://x.example/v2"))
    ]
    assert hosts(named) == ("x.example (a, b)",)


tokens = st.integers(0, 10**7)
prices = st.floats(0, 1000)


@given(tokens, tokens, tokens, prices, prices, prices)
def test_a_cost_is_never_negative_and_cached_tokens_never_count_twice(into, out, cached, a, b, c):
    one = Endpoint(name="a", **GOOD, price_input=a, price_output=b, price_cached=c)
    cost = one.cost(Usage(input=into, output=out, cache_read=cached))
    assert 0 <= cost <= (into * max(a, c) + out * b) / 1e6 * (1 + 1e-12)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=40), st.integers(0, 5000))
def test_honest_calls_never_pass_a_cap(calls, cap):
    budget = Budget(tokens=cap)
    for limit, used in calls:
        asked = Hold(10, limit, 0.0)
        if budget.fits(asked):
            budget.take(asked)
            budget.release(asked)
            budget.spend(Usage(input=10, output=min(used, limit)), None, asked)
    assert budget.spent_tokens <= cap


def test_what_is_kept_back_follows_the_log_and_the_limit():
    one = Endpoint(name="a", **GOOD)
    bare = Request(request_id="r", conversation_id="r", model="m")
    known = Request(request_id="r", conversation_id="r", model="m", usage=Usage(input=100, output=70))
    short = Request(request_id="r", conversation_id="r", model="m", params={"max_completion_tokens": 9})
    assert (hold(one, bare, 300).input, hold(one, bare, 300).output) == (100, 1024)
    assert (hold(one, known, 300).input, hold(one, known, 300).output) == (146, 140)
    assert hold(one, short, 300).output == 9
    # What goes out counts, not what the log had: an endpoint's own limit, or none where it does not take one.
    assert hold(Endpoint(name="a", **GOOD, params={"max_tokens": 4000}), bare, 300).output == 4000
    assert hold(Endpoint(name="a", **GOOD, without=("max_completion_tokens",)), short, 300).output == 1024
