"""Logs of one's own making say times, money, durations and tokens as they please: none becomes another amount."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from nomoat.errors import InputError
from nomoat.work.formats.cells import FOREIGN, dated, length, money
from nomoat.work.logs import read
from nomoat.work.store import requests


def taken(folder, *records, text=None, **options):
    log = folder / "log"
    log.write_text("".join(json.dumps(one) + "\n" for one in records) if text is None else text, encoding="utf-8")
    done = read([log], folder / "work", **options)
    return done.files[0], list(requests(folder / "work"))


TALK = [{"role": "user", "content": "Hi"}]
DAY = datetime(2026, 10, 1, 10, tzinfo=UTC)


def test_what_a_log_says_under_names_of_its_own_beside_openais_messages_is_read(tmp_path):
    _, (row,) = taken(tmp_path, {
        "ts": DAY.timestamp(), "model": "m", "messages": TALK, "completion": "Ho", "prompt_tokens": 8,
        "completion_tokens": 4, "latency": 1.5, "conversation": "c", "stop": ["x"],
    })  # fmt: skip
    assert (row.time, row.response["content"], row.usage.input, row.usage.output) == (DAY, "Ho", 8, 4)
    assert (row.latency_ms, row.conversation_id, row.params) == (1500, "c", {"stop": ["x"]})


@pytest.mark.parametrize(
    ("cells", "usd"),
    [
        ({"cost_cents": 25}, 0.25), ({"cost_micros": 250_000}, 0.25), ({"cost": {"input": 0.2, "output": 0.05}}, 0.25),
        ({"input_cost": 0.2, "output_cost": 0.05}, 0.25), ({"cost": "25 ct"}, 0.25), ({"cost": "$0.25"}, 0.25),
        ({"cost": {"input": 1, "total": 0.25}}, 0.25), ({"total_cost": "0.25", "input_cost": 9}, 0.25),
        ({"cost": "€0.25"}, None), ({"cost": "0,25 EUR"}, None), ({"cost_eur": 0.25}, None),
        ({"Preis (£)": 0.25}, None),
    ],
)  # fmt: skip
def test_money_is_in_dollars_or_left_out_and_said(tmp_path, cells, usd):
    found, (row,) = taken(tmp_path, {"id": "a", "model": "m", "prompt": "x", **cells})
    assert row.cost_usd == (usd if usd is None else pytest.approx(usd))
    assert [count for what, count in found.faults.items() if FOREIGN in what] == ([1] if usd is None else [])


def test_money_in_another_currency_counts_as_dollars_where_somebody_says_so(tmp_path):
    _, (row,) = taken(tmp_path, {"prompt": "x", "Kosten (€)": "0,25"}, columns={"cost_usd": "Kosten (€)"})
    assert row.cost_usd == 0.25


@pytest.mark.parametrize(
    "cells",
    [
        {"latency_s": 1.5}, {"latency_seconds": "1.5"}, {"elapsed": 1.5}, {"latency": "1.5s"}, {"latency": "1500ms"},
        {"duration": "0:00:01.5"}, {"duration_ns": 1.5e9}, {"duration": 1_500_000_000}, {"took_ms": 1500},
        {"Dauer (s)": "1,5"},
    ],
)  # fmt: skip
def test_a_duration_is_in_the_unit_that_it_names(tmp_path, cells):
    _, (row,) = taken(tmp_path, {"model": "m", "prompt": "x", **cells})
    assert row.latency_ms == 1500


def test_a_duration_of_whole_seconds_with_a_point_is_in_seconds():
    assert (length(2.0), length("2.0"), length(2), length("250")) == (2000, 2000, 2, 250)


@pytest.mark.parametrize(
    "written",
    [
        "Thu, 01 Oct 2026 10:00:00 GMT", "Oct 1, 2026, 10:00:00 AM", "1 Oct 2026 10:00", "01-Oct-2026 10:00:00",
        "01/Oct/2026:12:00:00 +0200", "20261001T100000Z", "2026-10-01 10:00:00,000", "2026-10-01 12:00:00 +0200",
        "01.10.2026 10:00",
    ],
)  # fmt: skip
def test_a_time_is_read_as_programs_and_people_write_it(tmp_path, written):
    found, (row,) = taken(tmp_path, {"time": written, "prompt": "x"})
    assert row.time == DAY
    assert not found.faults


@pytest.mark.parametrize(
    ("head", "days", "seen"),
    [
        ("time,prompt", ("03/10/2026 10:00", "23/10/2026 10:00"), "2026-10-03"),
        ("time,prompt", ("10/3/2026 10:00", "10/23/2026 10:00"), "2026-10-03"),
        ("time,prompt", ('"10/3/2026, 10:00:00 AM"', '"10/4/2026, 10:00:00 AM"'), "2026-10-03"),
        ("horodatage,prompt", ("03/10/2026 10:00", "04/10/2026 10:00"), "2026-10-03"),
        ("time,prompt", ("03/10/2026 10:00", "04/10/2026 10:00"), None),
    ],
)
def test_which_of_two_numbers_is_the_day_is_told_by_the_log_or_not_guessed(tmp_path, head, days, seen):
    text = head + "\n" + "".join(f"{day},{at}\n" for at, day in enumerate(days))
    found, rows = taken(tmp_path, text=text)
    assert (rows[0].time and f"{rows[0].time:%Y-%m-%d}") == seen
    assert bool(found.faults) == (seen is None)


def test_a_log_that_has_grown_keeps_the_order_of_its_dates(tmp_path):
    log = tmp_path / "log.jsonl"
    lines = [json.dumps({"id": str(day), "time": f"10/{day:02}/2026 10:00", "prompt": "x"}) for day in (13, 2)]
    for upto in (1, 2):
        log.write_text("".join(f"{line}\n" for line in lines[:upto]))
        read([log], tmp_path / "work")
    assert [f"{row.time:%d}" for row in requests(tmp_path / "work")] == ["13", "02"]


def test_words_for_nothing_are_no_names(tmp_path):
    lines = "id,conversation_id,user_id,model,prompt,response,prompt_name\n"
    lines += "".join(
        f"{at},{no},{no},m,x{at},None,{no}\n" for at, no in enumerate(("None", "NULL", "nan", "\\N", "n/a"))
    )
    _, rows = taken(tmp_path, text=lines)
    assert [row.conversation_id for row in rows] == [row.request_id for row in rows]
    assert {str(row.hints) for row in rows} == {"{}"}
    assert {row.response["content"] for row in rows} == {"None"}  # which may well be what a model answered


def test_a_user_is_who_asked_unless_somebody_answers_beside(tmp_path):
    _, rows = taken(tmp_path, {"id": "a", "model": "m", "user": "u1"}, {"id": "b", "user": "Hi", "assistant": "Ho"})
    assert (rows[0].messages, "user" in rows[0].hints) == (None, True)
    assert (rows[1].messages[0]["content"], rows[1].response["content"]) == ("Hi", "Ho")


def test_an_answer_is_no_question(tmp_path):
    _, (row,) = taken(tmp_path, {"id": "a", "model": "m", "response": {"text": "Ho", "meta": {"input_tokens": 3}}})
    assert (row.messages, row.response["content"], row.usage.input) == (None, "Ho", 3)


def test_what_gemini_thought_is_in_the_output_and_what_bedrock_cached_in_the_input(tmp_path):
    _, rows = taken(
        tmp_path,
        {"id": "a", "prompt": "x", "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 4,
                                                     "thoughtsTokenCount": 100, "cachedContentTokenCount": 5}},
        {"id": "b", "prompt": "x", "inputTokenCount": 8, "cacheReadInputTokenCount": 90, "outputTokenCount": 4},
        {"id": "c", "prompt": "x", "prompt_tokens": 98, "cache_read_input_tokens": 90, "completion_tokens": 4},
    )  # fmt: skip
    assert [(r.usage.input, r.usage.output, r.usage.cache_read, r.usage.reasoning) for r in rows] == [
        (8, 104, 5, 100), (98, 4, 90, None), (98, 4, 90, None)]  # fmt: skip


def test_a_line_about_something_else_is_no_request_and_counted(tmp_path):
    found, rows = taken(
        tmp_path, {"level": "info", "time": "2026-10-01", "data": {"model": "m", "prompt": "x"}},
        {"level": "info", "time": "2026-10-01", "msg": "started"},
    )  # fmt: skip
    assert len(rows) == 1
    assert sum(found.skipped.values()) == 1


CALL = {"id": "s2", "run_type": "llm", "model": "m", "prompt": "x", "response": "y", "prompt_tokens": 8, "cost": 0.5}


def test_a_trace_is_the_calls_in_it_and_their_sum_is_not_counted_again(tmp_path):
    tree = {"id": "s1", "run_type": "chain", "prompt": "x", "cost": 1.0, "child_runs": [
        {"id": "t", "run_type": "tool", "input": "x", "output": "y"}, CALL, {**CALL, "id": "s3"}]}  # fmt: skip
    bare = {
        "trace_id": "t",
        "session_id": "s",
        "cost": 0.5,
        "spans": [{"id": "s4", "model": "m", "prompt": "x", "cost": 0.5}],
    }
    _, rows = taken(tmp_path, tree, bare)
    assert [row.request_id for row in rows] == ["s2", "s3", "s4"]
    assert sum(row.cost_usd for row in rows) == 1.5
    assert rows[2].conversation_id == "s"


def test_a_request_whose_steps_name_no_model_is_one_request(tmp_path):
    _, (row,) = taken(
        tmp_path, {"model": "m", "prompt": "x", "response": "y", "steps": [{"input": "1", "output": "2"}]}
    )
    assert row.messages[0]["content"] == "x"


def test_an_instruction_and_its_input_are_one_prompt(tmp_path):
    _, rows = taken(tmp_path, {"instruction": "Translate.", "input": "Good day", "output": "Guten Tag"},
                    {"instruction": "Say hi.", "input": "", "output": "hi"})  # fmt: skip
    assert [row.messages[0]["content"] for row in rows] == ["Translate.\n\nGood day", "Say hi."]


def test_a_conversation_outranks_a_trace(tmp_path):
    _, (row,) = taken(tmp_path, {"trace_id": "t", "metadata": {"thread_id": "c"}, "model": "m", "prompt": "x"})
    assert row.conversation_id == "c"


def test_messages_are_kept_without_what_no_server_takes(tmp_path):
    said = {"role": "user", "content": "x", "hashed_ip": "1", "tool_calls": None}
    _, (row,) = taken(tmp_path, {"model": "m", "chat": [said, {"role": "assistant", "content": "y", "country": "DE"}]})
    assert row.messages == ({"role": "user", "content": "x"},)
    assert row.response == {"role": "assistant", "content": "y"}


def test_a_table_with_a_title_empty_columns_and_a_name_twice_is_read(tmp_path):
    found, (row,) = taken(tmp_path, text="Use of May;;;\n;;;\nmodel;prompt;model;;\nm;x;n;;\n")
    assert (row.model, row.messages[0]["content"]) == ("m", "x")
    assert found.skipped == {"lines above the header": 1}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"model": {"0": "m"}, "spend": {"0": 1}, "request_id": {"0": "a"}, "call_type": {"0": "b"}}', "columns"),
        ("-- dump\nSET x = 0;\nINSERT INTO calls (a, b) VALUES (1, 'x');\n", "SQL"),
        ("COPY public.calls (id, model) FROM stdin;\n1\tm\n", "SQL"),
        ('1.2.3.4 - - [01/Oct/2026:10:00:00 +0000] "POST /v1/chat HTTP/1.1" 200 8 "-" "x"\n', "access log"),
        ('{"time": "2026-10-01", "request": "POST /v1/chat HTTP/1.1", "status": 200}\n', "no request that is known"),
        ('data: {"choices": []}\n\ndata: [DONE]\n', "streamed answer"),
        ('{"session_id": "s", "role": "user", "content": "x"}\n', "single messages"),
    ],
)  # fmt: skip
def test_what_is_no_log_of_requests_is_refused_in_words(tmp_path, text, seen):
    with pytest.raises(InputError) as told:
        taken(tmp_path, text=text)
    assert seen in told.value.seen


def test_arrays_in_arrays_are_read_through(tmp_path):
    _, rows = taken(tmp_path, text=json.dumps([[{"id": "a", "prompt": "x"}], [{"id": "b", "prompt": "y"}]]))
    assert [row.request_id for row in rows] == ["a", "b"]


def test_a_date_that_cannot_be_is_left_as_it_is():
    assert [dated(one, True) for one in ("45/10/2026", "13/13/2026", "1/1", "soon")] == [
        "45/10/2026", "13/13/2026", "1/1", "soon"]  # fmt: skip
    assert (money("n/a"), money({}), money("free €")) == (None, None, None)


def piece(**choice):
    return {"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": [{"index": 0, **choice}]}


CHUNKS = [*(piece(delta={"content": said}) for said in "Ho"), piece(delta={}, finish_reason="stop")]
EVENTS = [
    {"type": "message_start", "message": {"type": "message", "role": "assistant", "content": [], "usage": {}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "H"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "o"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"},
]  # fmt: skip


@pytest.mark.parametrize(
    "record",
    [
        {"modelId": "m", "input": {"inputBodyJson": {"messages": TALK}}, "output": {"outputBodyJson": EVENTS}},
        {"request": {"model": "m", "messages": TALK, "stream": True}, "response": CHUNKS},
        {"model": "m", "prompt": "Hi", "response": CHUNKS},
    ],
)
def test_a_streamed_answer_that_was_kept_in_pieces_is_whole(tmp_path, record):
    _, (row,) = taken(tmp_path, record)
    assert (row.messages[0]["content"], row.response["content"]) == ("Hi", "Ho")


def test_pieces_without_their_question_are_no_requests_and_counted(tmp_path):
    found, rows = taken(tmp_path, *CHUNKS)
    assert (rows, list(found.skipped.values())) == ([], [3])


def test_portkey_counts_in_cents_and_a_currency_beside_a_cost_is_heeded(tmp_path):
    _, rows = taken(
        tmp_path, {"id": "a", "ai_model": "m", "ai_org": "openai", "cost": 25, "cost_currency": "USD", "prompt": "x"},
        {"id": "b", "model": "m", "cost": 25, "currency": "EUR", "prompt": "x"},
    )  # fmt: skip
    assert [row.cost_usd for row in rows] == [0.25, None]


def test_what_a_batch_did_not_answer_is_a_failure(tmp_path):
    said = {"type": "message", "role": "assistant", "model": "m", "content": [{"type": "text", "text": "Ho"}]}
    _, rows = taken(tmp_path, {"custom_id": "a", "result": {"type": "succeeded", "message": said}},
                    {"custom_id": "b", "result": {"type": "expired"}})  # fmt: skip
    assert [row.status for row in rows] == ["ok", "error"]


def test_lists_that_python_wrote_into_a_table_are_read(tmp_path):
    cell = "\"[{'role': 'user', 'content': 'it\\'s me', 'name': None}]\""
    _, (row,) = taken(tmp_path, text=f"id,model,messages,response\n1,m,{cell},a\n")
    assert row.messages == ({"role": "user", "content": "it's me"},)


@pytest.mark.parametrize(
    ("status", "told"),
    [("normal", "ok"), ("200 OK", "ok"), ("answered", "ok"), ("429 Too Many Requests", "error"), ("timed out", "error"),
     ("FAILED", "error"), ("rate_limited", "error")],
)  # fmt: skip
def test_a_status_is_a_failure_where_it_says_so(tmp_path, status, told):
    _, rows = taken(tmp_path, {"id": "a", "model": "m", "prompt": "x", "status": status},
                    {"id": "b", "model": "m", "prompt": "x", "error": "something odd"})  # fmt: skip
    assert [row.status for row in rows] == [told, "error"]


def test_a_field_of_openais_name_that_is_something_else_costs_no_other(tmp_path):
    _, (row,) = taken(tmp_path, {"messages": TALK, "output": "Ho", "created_at": "2026-10-01T10:00:00", "latency": 1.5})
    assert (row.response["content"], row.time, row.latency_ms) == ("Ho", DAY, 1500)


SPENT = {"request_id": "a", "call_type": "acompletion", "spend": 0.5, "startTime": "2026-10-01T10:00:00Z", "model": "m",
         "metadata": {"prompt_management_metadata": {"prompt_id": "faq"}}}  # fmt: skip
PAID = {"id": "a", "call_type": "acompletion", "response_cost": 0.5, "startTime": 1790848800.0, "model": "m"}


@pytest.mark.parametrize(
    "records",
    [
        (SPENT, {**SPENT, "request_id": "b", "call_type": "aembedding"}),
        (PAID, {**PAID, "id": "b", "call_type": "image_generation"}),
        ({"request": {"model": "m", "messages": TALK}, "id": "a"},
         {"request": {"model": "text-embedding-3-small", "input": ["x", "y"]}, "response": {"data": []}}),
        ({"id": "a", "model": "m", "prompt": "x"}, {"id": "b", "model": "dall-e-3", "prompt": "a cat"}),
    ],
)  # fmt: skip
def test_embeddings_and_pictures_are_no_talk_and_counted_apart(tmp_path, records):
    found, rows = taken(tmp_path, *records)
    assert ([row.request_id for row in rows], list(found.skipped.values())) == (["a"], [1])


def test_the_prompt_that_a_proxy_filled_in_names_the_use(tmp_path):
    _, (row,) = taken(tmp_path, SPENT)
    assert row.hints == {"prompt_name": "faq"}


def test_ids_that_a_database_counts_up_are_ids_and_lose_no_request(tmp_path):
    asked = {"model": "m", "messages": TALK}
    found, rows = taken(tmp_path, *({"id": at, "session_id": 77, "request": asked, "response": {"choices": [
        {"message": {"role": "assistant", "content": "Ho"}}]}} for at in (1, 2)))  # fmt: skip
    assert [(row.request_id, row.conversation_id) for row in rows] == [("1", "77"), ("2", "77")]
    assert not found.faults


def test_a_response_that_is_an_error_is_a_failure(tmp_path):
    _, (row,) = taken(tmp_path, {"request": {"model": "m", "messages": TALK}, "response": {"error": {"message": "x"}}})
    assert (row.status, row.response) == ("error", None)


def test_what_mongo_exports_is_read(tmp_path):
    _, (row,) = taken(tmp_path, {
        "_id": {"$oid": "507f"}, "createdAt": {"$date": "2026-10-01T10:00:00Z"}, "model": {"name": "m"}, "prompt": "x",
        "promptTokens": {"$numberInt": "10"}, "cost": {"$numberDouble": "0.25"}})  # fmt: skip
    assert (row.request_id, row.time, row.model, row.usage.input, row.cost_usd) == ("507f", DAY, "m", 10, 0.25)
