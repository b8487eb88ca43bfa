"""Faults below HTTP: servers that speak no HTTP, one byte at a time or without end, no TLS, or are away for a while."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from nomoat.work import journal, station
from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request
from nomoat.work.run import Call, Settings, run
from work.chatserver import Chat, Turn
from work.test_planned import place

KEY = "sk-very-secret-0123456789"
BODY = json.dumps(
    {
        "choices": [{"message": {"role": "assistant", "content": "yes"}}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1},
    }
).encode()
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(station, "SOONEST", 0.01)
    monkeypatch.setenv("A_KEY", KEY)


class Wire:
    """A socket on loopback: `script(connection, number)` does what it likes once a request's headers came."""

    def __init__(self, script, port=0):
        self.script, self.port, self.asked, self.turn = script, port, 0, threading.Lock()

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", self.port))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *error):
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # or the thread that listens takes one more
        self.socket.close()

    def _listen(self):
        with suppress(OSError):
            while True:
                line, _ = self.socket.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line):
        with line, suppress(OSError):
            line.settimeout(5)
            seen = b""
            while b"\r\n\r\n" not in seen and (part := line.recv(65_536)):
                seen += part
            if seen:
                with self.turn:
                    self.asked += 1
                self.script(line, self.asked)


def calls(n):
    for i in range(n):
        said = ({"role": "user", "content": f"q{i}"},)
        yield Call("b", "a", Request(request_id=f"r{i}", conversation_id="c", model="l", messages=said))


def ask(url, folder, n=1, *, patience=1.0, timeout=1.0, stream=False, **more):
    said = []
    settings = Settings(retries=1, patience_s=patience, stream=stream)
    endpoint = Endpoint(name="a", url=url, model="m", key_env="A_KEY", timeout_s=timeout, **more)
    ran = run(calls(n), {"a": endpoint}, folder, "one", settings=settings, say=said.append)
    shown = [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()] + [*said, repr(ran)]
    assert not [text for text in shown if KEY in text]
    return ran


def bytewise(line, number):
    for byte in WHOLE:
        line.sendall(bytes([byte]))
        time.sleep(0.05)


def for_ever(start, part):
    def script(line, number):
        line.sendall(start)
        while True:
            line.sendall(part)

    return script


WIRES = {
    "a byte at a time": (bytewise, "timeout"),
    "headers without end": (for_ever(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"y" * 1000 + b"\r\n"), "not http"),
    "continue without end": (for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "timeout"),
    "another protocol": (lambda line, n: line.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"), "not http"),
    "a negative length": (lambda line, n: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), "not http"),
    "chunks that are none": (
        lambda line, n: line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nfoo"),
        "not http",
    ),
    "a chunk cut off": (
        lambda line, n: line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nfoo"),
        "cut off",
    ),
    "nothing at all": (lambda line, n: None, "closed"),
}


@pytest.mark.parametrize(("script", "what"), WIRES.values(), ids=WIRES)
def test_what_is_no_answer_is_named_counted_and_bounded(tmp_path, script, what):
    start = time.monotonic()
    with Wire(script) as server:
        ran = ask(f"http://127.0.0.1:{server.port}/v1", tmp_path)
    assert (ran.answered, ran.failed, ran.missed) == (0, 1, {what: 2})
    assert server.asked == 2
    assert time.monotonic() - start < 15


def test_a_stream_that_is_closed_after_its_end_is_whole(tmp_path):
    piece = b'data: {"choices":[{"delta":{"content":"yes"},"finish_reason":"stop"}]}\n\n'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Wire(lambda line, n: line.sendall(head + b"%x\r\n%s\r\n" % (len(piece), piece))) as server:
        ran = ask(f"http://127.0.0.1:{server.port}/v1", tmp_path, stream=True)
    assert (ran.answered, ran.missed, server.asked) == (1, {}, 1)


@pytest.mark.parametrize("told", ["99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "inf", "-1e300", "0x10"])
def test_an_absurd_time_to_wait_is_not_waited_for(tmp_path, told):
    page = b"HTTP/1.1 429 Busy\r\nRetry-After: %s\r\nContent-Length: 0\r\n\r\n" % told.encode()
    start = time.monotonic()
    with Wire(lambda line, number: line.sendall(page)) as server:
        ran = ask(f"http://127.0.0.1:{server.port}/v1", tmp_path, n=20, concurrency=2)
    assert (ran.ended, ran.answered, ran.failed) == ("stopped", 0, 0)
    assert "status 429" in ran.why[0]
    assert server.asked < 200
    assert time.monotonic() - start < 15


def test_a_name_that_is_nobodys_is_unreachable(tmp_path):
    ran = ask("https://nobody.invalid/v1", tmp_path, n=5, patience=0.3)
    assert (ran.ended, ran.answered, ran.failed) == ("stopped", 0, 0)
    assert "unreachable" in ran.why[0]
    assert "check url" in ran.why[0]


def test_a_server_behind_a_wall_that_swallows_is_unreachable_and_no_arms_failure(tmp_path):
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        filled = [socket.socket() for _ in range(4)]  # a full queue takes no more connections, and says nothing
        for one in filled:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        ran = ask(f"http://127.0.0.1:{server.getsockname()[1]}/v1", tmp_path, patience=0.1, timeout=0.3)
        for one in filled:
            one.close()
    assert (ran.ended, ran.failed, set(ran.missed)) == ("stopped", 0, {"unreachable"})


def test_a_server_without_tls_gets_no_key(tmp_path):
    seen = []

    def plain():
        while True:
            line, _ = server.accept()
            with line:
                seen.append(line.recv(65_536))
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_quietly, args=(plain,), daemon=True).start()
        ran = ask(f"https://127.0.0.1:{server.getsockname()[1]}/v1", tmp_path, patience=0.3)
    assert (ran.answered, ran.failed, set(ran.missed)) == (0, 0, {"no TLS"})
    assert "check url" in ran.why[0]
    assert seen
    assert not [raw for raw in seen if KEY.encode() in raw]


def _quietly(work):
    with suppress(OSError):
        work()


def test_a_server_that_dies_and_comes_back_is_waited_for(tmp_path):
    honest = lambda line, number: line.sendall(WHOLE)  # noqa: E731
    with Wire(honest) as server:
        url, port = f"http://127.0.0.1:{server.port}/v1", server.port
        assert ask(url, tmp_path, n=5).answered == 5
    back = threading.Timer(0.6, lambda: again.__enter__())
    again = Wire(honest, port)
    back.start()
    try:
        ran = ask(url, tmp_path, n=25, patience=20, concurrency=3)
    finally:
        back.join()
        again.__exit__()
    assert (ran.ended, ran.answered, ran.failed) == ("finished", 25, 0)
    assert ran.missed["unreachable"] >= 1
    assert again.asked == 20
    assert len(list(journal.answers(tmp_path / "runs" / "one"))) == 25


TWICE = """
import sys
from pathlib import Path
from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request
from nomoat.work.run import Call, run
def calls():
    for i in range(40):
        said = ({"role": "user", "content": f"q{i}"},)
        yield Call("b", "a", Request(request_id=f"r{i}", conversation_id="c", model="l", messages=said))
endpoint = Endpoint(name="a", url=sys.argv[1], model="m", key_env="A_KEY", concurrency=4)
run(calls(), {"a": endpoint}, Path(sys.argv[2]), "one", say=lambda line: print(line, flush=True))
"""


def test_a_second_interrupt_ends_at_once_and_the_same_line_goes_on(tmp_path):
    slow = [True]
    with Chat(
        lambda body, before: Turn(how="hang") if slow[0] and body["messages"][0]["content"] > "q20" else Turn()
    ) as server:
        command = [sys.executable, "-c", textwrap.dedent(TWICE), server.url, str(tmp_path)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "A_KEY": KEY}
        ) as running:
            end = time.monotonic() + 30
            while server.flying < 4 and time.monotonic() < end:
                time.sleep(0.01)
            running.send_signal(signal.SIGINT)
            while "Stopping" not in (said := running.stdout.readline()) and said:
                pass
            time.sleep(0.3)
            assert running.poll() is None  # it waits for the calls in flight
            running.send_signal(signal.SIGINT)
            start = time.monotonic()
            out, err = running.communicate(timeout=30)
        assert time.monotonic() - start < 10
        assert running.returncode != 0
        assert KEY not in out + err
        slow[0] = False
        before = {answer.request_id for answer in journal.answers(tmp_path / "runs" / "one")}
        paid = dict(server.asked)
        ran = ask(server.url, tmp_path, n=40)
    assert (ran.answered, ran.failed) == (40, 0)
    assert all(server.asked[f"q{name[1:]}"] == paid[f"q{name[1:]}"] for name in before)
    assert sum(n - 1 for n in server.asked.values()) <= 4


def test_two_interrupts_of_the_command_say_what_is_kept_and_leave_with_130(tmp_path):
    with Chat(lambda body, before: Turn(how="hang") if sum(server.asked.values()) > 6 else Turn()) as server:
        place(tmp_path, server.url, server.url)
        command = [str(Path(sys.executable).parent / "nomoat"), "work", "run", "--in", str(tmp_path)]
        environ = {**os.environ, "PLANNED_KEY": KEY}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
        ) as running:
            end = time.monotonic() + 60
            while server.flying < 4 and time.monotonic() < end:
                time.sleep(0.01)
            running.send_signal(signal.SIGINT)
            while "Stopping" not in (said := running.stderr.readline()) and said:
                pass
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "the same line, which goes on" in err
    assert "Traceback" not in err
    assert KEY not in out + err
