"""The pass-through changes nothing for the caller, writes down what was asked and answered, and never a key."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import socket
import statistics
import threading
import time
from contextlib import contextmanager, suppress

import msgspec
import pytest

from nomoat.errors import InputError, OutputError
from nomoat.work import record as recording
from nomoat.work.record import record
from work.chatserver import Chat, Turn


class Wire:
    """A server that keeps the bytes of one request as they came, and answers with a page."""

    def __enter__(self):
        self.socket, self.seen = socket.create_server(("127.0.0.1", 0)), b""
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.socket.close()

    def _serve(self):
        with suppress(OSError):
            line, _ = self.socket.accept()
            with line:
                while not re.search(rb"\r\n\r\n(?:$|\x1f\x8b)", self.seen):
                    self.seen += line.recv(65_536)
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


class Through:
    def __init__(self, upstream, folder):
        self.upstream, self.folder, self.said = upstream, folder, []
        self.ready = threading.Event()

    def go(self):
        def until(stop):
            self.stop = stop
            self.ready.set()

        self.recorded = record(self.upstream, self.folder, port=0, say=self.said.append, until=until)

    @property
    def port(self):
        return int(self.said[0].split("127.0.0.1:")[1].split("/")[0])

    def lines(self):
        return [
            json.loads(line) for path in sorted(self.folder.glob("*.jsonl")) for line in path.read_text().splitlines()
        ]


@contextmanager
def through(server, folder):
    one = Through(server if isinstance(server, str) else server.url, folder)
    thread = threading.Thread(target=one.go)
    thread.start()
    assert one.ready.wait(10)
    try:
        yield one
    finally:
        one.stop()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def line_to(port):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        yield line
    finally:
        line.close()


def ask(port, text="hello", path="/v1/chat/completions", headers=(), connection=None, **more):
    if connection is None:
        with line_to(port) as connection:
            return ask(port, text, path, headers, connection, **more)
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}], **more})
    connection.request("POST", path, body, {"Content-Type": "application/json", **dict(headers)})
    with connection.getresponse() as answer:
        return answer.status, answer.read(), answer.headers


def test_the_answer_passes_as_it_is_and_both_bodies_are_written(tmp_path):
    usage = '"usage": {"prompt_tokens": 3, "completion_tokens": 1}'
    body = ('{\n "choices": [{"message": {"content": "y\\u00e9s"}}],\n ' + usage + "}").encode()
    turn = Turn(body=body, headers={"X-Request-Id": "up-1"})
    with Chat(lambda b, n: turn) as server, through(server, tmp_path) as one:
        status, got, headers = ask(one.port, temperature=0.2)
    assert (status, got, headers["X-Request-Id"]) == (200, body, "up-1")
    (line,) = one.lines()
    assert line["request"] == {"model": "m", "messages": [{"role": "user", "content": "hello"}], "temperature": 0.2}
    assert line["response"] == json.loads(body)
    assert line["status_code"] == 200
    assert line["latency_ms"] > 0
    assert (one.recorded.kept, one.recorded.others, one.recorded.unkept) == (1, 0, {})


def test_what_is_written_is_read_as_a_log(tmp_path):
    from nomoat.work.formats.openai import rows

    with Chat() as server, through(server, tmp_path) as one:
        ask(one.port)
    (path,) = tmp_path.glob("*.jsonl")
    (row,) = rows(path.read_bytes().strip())
    assert msgspec.json.decode(row.messages) == [{"role": "user", "content": "hello"}]
    assert (row.model, row.output) == ("stub-1", 1)


def test_a_stream_arrives_as_it_comes_and_is_kept_whole(tmp_path):
    def event(text):
        return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}], "model": "s"}).encode() + b"\n\n"

    chunks = (
        event("a"),
        event("b"),
        b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n',
    )
    turn = Turn(how="sse", chunks=chunks, pause=0.2)
    with Chat(lambda b, n: turn) as server, through(server, tmp_path) as one, line_to(one.port) as line:
        line.request("POST", "/v1/chat/completions", json.dumps({"messages": [{"content": "x"}], "stream": True}))
        start = time.perf_counter()
        with line.getresponse() as answer:
            first = answer.read1()
            at_first = time.perf_counter() - start
            rest = answer.read()
        at_end = time.perf_counter() - start
    assert first + rest == b"".join(chunks)
    assert at_first < at_end - 0.3
    (kept,) = one.lines()
    assert kept["response"]["choices"][0] == {
        "message": {"role": "assistant", "content": "ab"},
        "finish_reason": "stop",
    }
    assert kept["first_token_ms"] < kept["latency_ms"] - 300


RESPONSE = {
    "id": "r",
    "model": "s",
    "status": "completed",
    "usage": {"input_tokens": 3, "output_tokens": 1},
    "output": [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "ab"}]}],
}
CLAUDE = {"id": "m", "type": "message", "role": "assistant", "model": "s", "content": [{"type": "text", "text": "ab"}],
          "stop_reason": "end_turn", "usage": {"input_tokens": 3, "output_tokens": 1}}  # fmt: skip
EVENTS = {
    "/v1/responses": [{"type": "response.output_text.delta", "delta": "ab"},
                      {"type": "response.completed", "response": RESPONSE}],
    "/v1/messages": [
        {"type": "message_start", "message": {**CLAUDE, "content": [], "stop_reason": None,
                                              "usage": {"input_tokens": 3, "output_tokens": 0}}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "b"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
        {"type": "message_stop"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("path", "page"), [("/v1/responses", RESPONSE), ("/v1/messages", CLAUDE)])
def test_responses_and_messages_are_written_and_read_as_a_log(tmp_path, path, page, streamed):
    from nomoat.work.logs import read
    from nomoat.work.store import requests

    chunks = tuple(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in EVENTS[path])
    turn = Turn(how="sse", chunks=chunks) if streamed else Turn(body=json.dumps(page).encode())
    with Chat(lambda b, n: turn) as server, through(server, tmp_path / "r") as one:
        _, got, _ = ask(one.port, path=path)
    assert got == (b"".join(chunks) if streamed else turn.body)
    assert [line["response"] for line in one.lines()] == [page]
    read([tmp_path / "r"], tmp_path / "w")
    (row,) = requests(tmp_path / "w")
    assert row.messages == ({"role": "user", "content": "hello"},)
    assert "ab" in json.dumps(row.response)
    assert (row.model, row.usage.input, row.usage.output) == ("s", 3, 1)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_failures_pass_too(tmp_path, status):
    turn = Turn(status=status, body=b"<b>no</b>", headers={"Retry-After": "7", "Content-Type": "text/html"})
    with Chat(lambda b, n: turn) as server, through(server, tmp_path) as one:
        got, body, headers = ask(one.port)
    assert (got, body, headers["Retry-After"], headers["Content-Type"]) == (status, b"<b>no</b>", "7", "text/html")
    assert one.lines()[0]["status_code"] == status


def test_the_key_passes_and_is_written_nowhere(tmp_path):
    key, other = "sk-abcdef0123456789", "tok-0123456789"
    body = json.dumps({"choices": [{"message": {"content": f"you sent Bearer {key} {other} not-needed"}}]}).encode()
    with Chat(lambda b, n: Turn(body=body)) as server, through(server, tmp_path) as one:
        more = {"X-Auth-Token": other, "X-Api-Key": "not-needed"}
        _, got, _ = ask(one.port, headers={"Authorization": f"Bearer {key}", "X-Mine": "kept", **more})
    assert server.headers[0]["Authorization"] == f"Bearer {key}"
    assert server.headers[0]["X-Mine"] == "kept"
    assert key.encode() in got
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"[key removed]" in written
    assert key.encode() not in written
    assert other.encode() not in written
    assert b"not-needed" in written  # what local servers are given for a key is none


def test_other_paths_pass_and_are_not_written(tmp_path):
    with Chat() as server, through(server, tmp_path) as one:
        status, _, _ = ask(one.port, path="/v1/embeddings?a=%2Fb")
    assert status == 200
    assert (one.recorded.kept, one.recorded.others, one.lines()) == (0, 1, [])


def test_a_packed_question_passes_packed_and_is_kept_readable(tmp_path):
    asking = gzip.compress(b'{"model": "m", "messages": [{"content": "packed"}]}')
    with Wire() as server, through(f"http://127.0.0.1:{server.port}/v1", tmp_path) as one, line_to(one.port) as line:
        line.request("POST", "/v1/chat/completions", asking, {"Content-Encoding": "gzip"})
        with line.getresponse() as answer:
            assert answer.status == 200
    assert server.seen.endswith(asking)
    assert one.lines()[0]["request"]["messages"] == [{"content": "packed"}]


def test_every_header_passes_however_often_it_comes_and_however_long(tmp_path, capfd, caplog):
    token = "sk-" + "0123456789" * 2_000
    asking = "GET /v1/models HTTP/1.1\r\nHost: x\r\nBeta: a\r\nBeta: b\r\nAuthorization: Bearer {}\r\n\r\n"
    with Wire() as server, through(f"http://127.0.0.1:{server.port}/v1", tmp_path) as one:
        for number, long in enumerate((token, "k" * recording.LONGEST), 1):
            with socket.create_connection(("127.0.0.1", one.port), timeout=10) as line:
                line.sendall(asking.format(long).encode())
                assert line.recv(65_536).split(b" ")[1] == (b"200" if number == 1 else b"400")
    assert server.seen.count(b"Beta: a") == server.seen.count(b"Beta: b") == 1
    assert token.encode() in server.seen
    out, err = capfd.readouterr()
    assert "kkk" not in out + err + caplog.text


@pytest.mark.parametrize("aim", ["@elsewhere.invalid/x", "http://elsewhere.invalid/x", ".elsewhere.invalid/x"])
def test_no_path_makes_another_host_of_the_server(tmp_path, aim):
    asking = f"GET {aim} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-0123456789\r\n\r\n".encode()
    with (
        Chat() as server,
        through(server.url.removesuffix("/v1"), tmp_path) as one,
        socket.create_connection(("127.0.0.1", one.port)) as line,
    ):
        line.sendall(asking)
        assert line.recv(65_536).split(b" ")[1] == b"400"
    assert not server.headers


def test_a_caller_that_asks_whether_to_go_on_is_answered(tmp_path):
    asking = b'{"model": "m", "messages": [{"content": "x"}]}'
    head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    with Chat() as server, through(server, tmp_path) as one:
        with socket.create_connection(("127.0.0.1", one.port), timeout=10) as line:
            line.sendall(head % len(asking))
            assert line.recv(65_536).startswith(b"HTTP/1.1 100")
            line.sendall(asking)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        assert "Expect" not in server.headers[0]


def test_a_full_disk_breaks_no_call(tmp_path, monkeypatch):
    real = os.write
    full = threading.Event()

    def write(handle, data):
        if full.is_set() and b'"request"' in data:
            real(handle, data[:10])
            raise OSError(28, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", write)
    with Chat() as server, through(server, tmp_path) as one:
        assert ask(one.port, "one")[0] == 200
        time.sleep(0.2)
        full.set()
        assert ask(one.port, "two")[0] == 200
        time.sleep(0.2)
        full.clear()
        assert ask(one.port, "three")[0] == 200
    assert [line["request"]["messages"][0]["content"] for line in one.lines()] == ["one", "three"]
    assert one.recorded.unkept == {"disk: No space left on device": 1}
    assert one.said[1:] == ["Not written (disk: No space left on device): calls pass on, and are counted at the end"]


def test_a_folder_that_goes_away_and_faults_of_our_own_break_no_call(tmp_path, monkeypatch):
    whole, wrong = recording._append, threading.Event()

    def append(*about):
        if wrong.is_set():
            raise KeyError("a fault of ours")
        whole(*about)

    monkeypatch.setattr(recording, "_append", append)
    place = tmp_path / "recorded"
    with Chat() as server, through(server, place) as one:
        wrong.set()
        assert ask(one.port, "one")[0] == 200
        time.sleep(0.2)
        wrong.clear()
        place.rename(tmp_path / "elsewhere")
        assert ask(one.port, "two")[0] == 200
        time.sleep(0.2)
        (tmp_path / "elsewhere").rename(place)
        assert ask(one.port, "three")[0] == 200
    assert [line["request"]["messages"][0]["content"] for line in one.lines()] == ["three"]
    assert one.recorded.unkept == {"no chat call that can be read": 1, "disk: No such file or directory": 1}


def test_what_is_gathered_into_one_write_stands_and_falls_each_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "BEAT", 0.3)
    gathered, append = [], recording._append
    monkeypatch.setattr(
        recording, "_append", lambda folder, noted: (gathered.append(len(noted)), append(folder, noted))
    )
    with Chat() as server, through(server, tmp_path) as one, line_to(one.port) as line:
        assert ask(one.port, "one", connection=line)[0] == 200
        line.request("POST", "/v1/chat/completions", b"no chat")
        with line.getresponse() as answer:
            answer.read()
        assert ask(one.port, "x" * recording.LIGHT, connection=line)[0] == 200  # its line is made by the thread
        assert ask(one.port, "two", connection=line)[0] == 200
    said = [line["request"]["messages"][0]["content"] for line in one.lines()]
    assert said == ["one", "x" * recording.LIGHT, "two"]
    assert (one.recorded.kept, one.recorded.unkept) == (3, {"no chat call that can be read": 1})
    assert len(gathered) < sum(gathered) == 4


def test_long_bodies_pass_and_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "MOST", 1 << 20)
    with Chat(lambda b, n: Turn(text="y")) as server, through(server, tmp_path) as one:
        status, got, _ = ask(one.port, "x" * (3 << 20))
        assert status == 200
        assert json.loads(got)["choices"][0]["message"]["content"] == "y"
    assert len(server.bodies[0]["messages"][0]["content"]) == 3 << 20
    assert (one.recorded.kept, one.recorded.unkept) == (0, {"longer than 8 MB": 1})


def test_a_server_that_breaks_off_breaks_off_for_the_caller(tmp_path):
    turn = Turn(how="short", text="y" * 5000)
    broken = pytest.raises((http.client.IncompleteRead, ConnectionError))
    with Chat(lambda b, n: turn) as server, through(server, tmp_path) as one, broken:
        ask(one.port)
    assert one.recorded.unkept == {"broken off": 1}


def test_a_server_that_is_away_is_a_502_that_says_so(tmp_path):
    with Chat() as server:
        gone = server.url
    with through(gone, tmp_path) as one:
        status, body, _ = ask(one.port)
    assert status == 502
    assert "could not be asked" in json.loads(body)["error"]["message"]


def test_bodies_that_are_no_json_pass(tmp_path):
    with Chat() as server, through(server, tmp_path) as one, line_to(one.port) as line:
        line.request("POST", "/v1/chat/completions", b"\xff\xfe not json")
        with line.getresponse() as answer:
            assert answer.status == 500  # what our server makes of it
    assert one.recorded.unkept == {"no chat call that can be read": 1}


def test_nothing_waits_on_a_disk_or_a_timer(tmp_path):
    # The figure itself is benchmarks/record.py's: 0.3 ms. A delayed acknowledgement alone would be 40.
    with Chat() as server, through(server, tmp_path) as one:
        took = {}
        for name, port in (("direct", server.port), ("through", one.port)):
            times = []
            with line_to(port) as line:
                for _ in range(60):
                    start = time.perf_counter()
                    ask(port, connection=line)
                    times.append(time.perf_counter() - start)
            took[name] = statistics.median(times)
    assert took["through"] - took["direct"] < 0.03
    assert one.recorded.kept == 60


def test_only_an_address_is_taken(tmp_path):
    with pytest.raises(InputError, match="https"):
        record("http://example.com/v1", tmp_path)


def test_a_port_in_use_is_said(tmp_path):
    with Chat() as server, pytest.raises(OutputError, match="--port"):
        record(server.url, tmp_path, port=server.port)


def test_half_a_character_passes_as_it_is_and_both_bodies_are_written(tmp_path):
    half = b'{"choices":[{"message":{"role":"assistant","content":"ye\\ud83d"}}]}'
    with Chat(lambda b, n: Turn(body=half)) as server, through(server, tmp_path) as one:
        status, got, _ = ask(one.port, "so \ud83d")
    assert (status, got) == (200, half)
    (line,) = one.lines()
    assert line["request"]["messages"][0]["content"] == "so \ufffd"
    assert line["response"]["choices"][0]["message"]["content"] == "ye\ufffd"
    assert (one.recorded.kept, one.recorded.unkept) == (1, {})


def test_fifty_callers_at_once_get_each_his_own_and_all_are_written(tmp_path):
    def script(body, before):
        words = body["messages"][-1]["content"]
        if words.startswith("stream"):
            chunks = tuple(
                b"data: "
                + json.dumps({"choices": [{"delta": {"content": part}, "finish_reason": end}]}).encode()
                + b"\n\n"
                for part, end in ((words, None), ("!", "stop"))
            )
            return Turn(how="sse", chunks=chunks, pause=0.01)
        return Turn(text=words + "!", delay=0.02)

    got, faults = {}, []

    def caller(at):
        try:
            with line_to(one.port) as line:
                for turn in range(4):
                    words = f"{'stream' if (at + turn) % 2 else 'whole'} {at} {turn}"
                    got[words] = ask(one.port, words, connection=line)
        except Exception as error:
            faults.append(error)

    with Chat(script) as server, through(server, tmp_path) as one:
        callers = [threading.Thread(target=caller, args=(at,)) for at in range(50)]
        for each in callers:
            each.start()
        for each in callers:
            each.join(60)
    assert not faults
    assert len(got) == 200
    assert all(status == 200 and words.encode() in body for words, (status, body, _) in got.items())
    lines = one.lines()
    assert len({line["request_id"] for line in lines}) == 200
    told = {
        line["request"]["messages"][0]["content"]: line["response"]["choices"][0]["message"]["content"]
        for line in lines
    }
    assert told == {words: words + "!" for words in got}


def test_a_caller_that_leaves_stops_the_call_and_harms_no_other(tmp_path):
    endless = Turn(how="drip", body=b'data: {"choices":[{"delta":{"content":"y"}}]}\n\n', pause=0.01)
    asking = json.dumps({"messages": [{"content": "leave"}], "stream": True})
    with (
        Chat(lambda b, n: endless if b["messages"][-1]["content"] == "leave" else Turn()) as server,
        through(server, tmp_path) as one,
    ):
        with line_to(one.port) as line:
            line.request("POST", "/v1/chat/completions", asking)
            with line.getresponse() as answer:
                assert answer.read1()
        end = time.monotonic() + 10
        while server.flying and time.monotonic() < end:
            time.sleep(0.02)
        assert server.flying == 0  # the server upstream is let go, and writes no more
        assert ask(one.port)[0] == 200
    assert one.recorded.unkept == {"the caller left": 1}
    assert one.recorded.kept == 1
