"""Whoever's form a talk was logged in, what is run again and scored is what was said."""

from __future__ import annotations

import json

import pytest

from nomoat.work.allowed import held
from nomoat.work.endpoint import Endpoint
from nomoat.work.formats import chat
from nomoat.work.logs import read
from nomoat.work.outgoing import body
from nomoat.work.score import content, reference
from nomoat.work.store import requests

PICTURE = "data:image/png;base64,AA"
TALK = [
    {"role": "user", "content": [{"type": "text", "text": "q"}, {"type": "image_url", "image_url": {"url": PICTURE}}]},
    {"role": "assistant", "content": None,
     "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a":1}'}}]},
    {"role": "tool", "tool_call_id": "c", "content": "42"},
    {"role": "user", "content": "and now?"},
]  # fmt: skip
SCHEMA = {"type": "object"}
TOOL = {"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA}}
ANTHROPIC = [
    {"role": "user", "content": [
        {"type": "text", "text": "q"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png",
                                                                    "data": "AA"}}]},
    {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm", "signature": "s"},
                                      {"type": "tool_use", "id": "c", "name": "f", "input": {"a": 1}}]},
    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text",
                                                                                         "text": "42"}]},
                                 {"type": "text", "text": "and now?"}]},
]  # fmt: skip
ITEMS = [
    {"role": "user", "content": [{"type": "input_text", "text": "q"}, {"type": "input_image", "image_url": PICTURE}]},
    {"type": "reasoning", "id": "rs", "summary": []},
    {"type": "function_call", "id": "fc", "call_id": "c", "name": "f", "arguments": '{"a":1}'},
    {"type": "function_call_output", "call_id": "c", "output": "42"},
    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "and now?"}]},
]
GEMINI = [
    {"role": "user", "parts": [{"text": "q"}, {"inlineData": {"mimeType": "image/png", "data": "AA"}}]},
    {"role": "model", "parts": [{"functionCall": {"id": "c", "name": "f", "args": {"a": 1}}}]},
    {"role": "user", "parts": [{"functionResponse": {"id": "c", "name": "f", "response": "42"}}, {"text": "and now?"}]},
]
BEDROCK = [
    {"role": "user", "content": [{"text": "q"}, {"image": {"format": "png", "source": {"bytes": "AA"}}}]},
    {"role": "assistant", "content": [{"toolUse": {"toolUseId": "c", "name": "f", "input": {"a": 1}}}]},
    {"role": "user", "content": [{"toolResult": {"toolUseId": "c", "content": [{"text": "42"}]}},
                                 {"text": "and now?"}, {"cachePoint": {"type": "default"}}]},
]  # fmt: skip
CALLED = {"candidates": [{"content": {"role": "model", "parts": [
    {"text": "hm", "thought": True}, {"text": "Yes."}]}}]}  # fmt: skip
LOGGED = {
    "anthropic": {
        "request": {"model": "m", "messages": ANTHROPIC, "tools": [{"name": "f", "description": "d",
                                                                    "input_schema": SCHEMA}]},
        "response": {"role": "assistant", "model": "m", "content": [{"type": "thinking", "thinking": "hm"},
                                                                    {"type": "text", "text": "Yes."}]}},
    "responses api": {
        "request": {"model": "m", "input": ITEMS, "tools": [{"type": "function", "name": "f", "description": "d",
                                                             "parameters": SCHEMA}]},
        "response": {"model": "m", "output": [
            {"type": "reasoning", "summary": []},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Yes."}]}]}},
    "gemini": {
        "request": {"model": "m", "contents": GEMINI, "tools": [{"functionDeclarations": [
            {"name": "f", "description": "d", "parameters": SCHEMA}]}]}, "response": CALLED},
    "bedrock": {
        "input": {"inputBodyJson": {"messages": BEDROCK, "toolConfig": {"tools": [{"toolSpec": {
            "name": "f", "description": "d", "inputSchema": {"json": SCHEMA}}}]}}}, "modelId": "m",
        "output": {"outputBodyJson": {"output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "hm"}}}, {"text": "Yes."}]}}}}},
}  # fmt: skip


@pytest.mark.parametrize("whose", LOGGED)
def test_a_talk_in_anybodys_form_goes_out_as_the_same_request(tmp_path, whose):
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(LOGGED[whose]) + "\n")
    read([log], tmp_path / "work")
    (one,) = requests(tmp_path / "work")
    sent = json.loads(body(Endpoint(name="a", url="http://127.0.0.1/v1", model="m"), one, {}, stream=False))
    assert sent["messages"] == TALK
    assert sent["tools"] == [TOOL]
    assert held(one) == {"image"}
    assert reference(one, "logged", {}) == "Yes."


def test_what_the_server_knows_stays_as_it_was_logged():
    assert chat.messages(TALK) == TALK
    assert all(made is one for made, one in zip(chat.messages(TALK), TALK, strict=True))
    assert chat.tools([TOOL]) == [TOOL]
    assert chat.params({"tool_choice": "auto", "stop": ["x"]}) == {"tool_choice": "auto", "stop": ["x"]}


def test_a_call_in_an_answer_is_a_call_and_its_words_are_words():
    said = {"role": "assistant", "content": [
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Wait."}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}]}  # fmt: skip
    made = chat.answer(said)
    assert content(made) == "Wait."
    assert [one["function"]["name"] for one in made["tool_calls"]] == ["f"]
    lang = {"role": "assistant", "content": "", "tool_calls": [{"name": "f", "args": {"a": 1}, "id": "c"}]}
    assert json.loads(chat.answer(lang)["tool_calls"][0]["function"]["arguments"]) == {"a": 1}


def test_settings_of_other_servers_get_the_names_of_this_one():
    form = {"type": "json_schema", "name": "n", "schema": SCHEMA, "strict": True}
    made = chat.params({"text": {"format": form}, "tool_choice": {"type": "tool", "name": "f"}})
    assert made == {
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA, "strict": True}},
        "tool_choice": {"type": "function", "function": {"name": "f"}},
    }
