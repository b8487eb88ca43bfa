"""What does `nomoat work record` add to a call, to a piece of a stream, and to 200 callers at once?

python benchmarks/record.py     beside the same calls without it, in turn; server and recorder in their own processes

A busy machine adds to both sides: the two are asked in turn, and of several rounds the median one counts. On two quiet
cores (load 0.5, 2026-11-22): 0.4 ms at the median and 0.6 ms at the 99th percentile, 0.3 to 0.6 ms to a
piece of a stream, 0.5 ms of CPU a call, so 200 callers that ask in the same instant wait for each other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from runner import TEXT, Stub

RECORDER = """
import signal, sys, time
from pathlib import Path
from nomoat.work.record import record
signal.signal(signal.SIGUSR1, lambda *_: print(time.process_time(), flush=True))
record(sys.argv[1], Path(sys.argv[2]), port=0, say=lambda line: print(line, flush=True))
"""
# Each piece of the stream says when it left, by a clock that all processes of a machine share.
STREAMS = """
import asyncio, sys, time
piece = b'{"choices":[{"index":0,"delta":{"content":"@%.6f@"},"finish_reason":%s}],"model":"stub-1","id":"' + b"x" * 150
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0]))
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n")
            writer.write(b"Transfer-Encoding: chunked\\r\\n\\r\\n")
            for left in range(49, -1, -1):
                one = b"data: " + piece % (time.perf_counter(), b"null" if left else b'"stop"') + b'"}\\n\\n'
                writer.write(b"%x\\r\\n%s\\r\\n" % (len(one), one))
                await asyncio.sleep(0.01)
            writer.write(b"0\\r\\n\\r\\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": TEXT}]}).encode()
ASK = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-0123456789abcdef\r\n"
    b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
)


class Recorder:
    """A recorder in a process of its own before a server."""

    def __init__(self, upstream: str, folder: str) -> None:
        line = [sys.executable, "-c", RECORDER, upstream, folder]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split("127.0.0.1:")[1].split("/")[0])

    def cpu(self) -> float:
        self.process.send_signal(signal.SIGUSR1)
        return float(self.process.stdout.readline())

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


@contextmanager
def between(upstream, port):
    with tempfile.TemporaryDirectory() as folder:
        one = Recorder(upstream, folder)
        try:
            yield {"direct": port, "through": one.port}, one
        finally:
            one.end()
            one.written = sum(len(path.read_bytes().splitlines()) for path in Path(folder).iterdir())


def whole(got):
    head, found, rest = got.partition(b"\r\n\r\n")
    return found and len(rest) >= int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])


def once(line):
    start, got = time.perf_counter(), b""
    line.sendall(ASK)
    while not whole(got):
        got += line.recv(65_536)
    return 1000 * (time.perf_counter() - start)


def at(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def told(name, times, more=""):
    print(f"  {name:<10}{at(times, 0.5):>10.2f}{at(times, 0.99):>10.2f}{max(times):>10.2f}{more}")


def single(rounds, calls):
    print(f"\none call after the other, {calls} a round{'':<6}median ms, 99 %, longest")
    added = []
    with Stub(0.0) as stub, between(stub.url, int(stub.url.split(":")[2][:-3])) as (ports, recorder):
        lines = {name: socket.create_connection(("127.0.0.1", port)) for name, port in ports.items()}
        for line in lines.values():
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(50):
                once(line)
        before = recorder.cpu()
        for _ in range(rounds):
            times = {name: [] for name in lines}
            for _ in range(calls):
                for name, line in lines.items():
                    times[name].append(once(line))
            for name, found in times.items():
                told(name, found)
            added.append([at(times["through"], share) - at(times["direct"], share) for share in (0.5, 0.99)])
        cost = 1000 * (recorder.cpu() - before) / (rounds * calls)
    median, slow = (at(found, 0.5) for found in zip(*added, strict=True))
    reached = "reached" if median < 1 and slow < 1 else "missed 1 ms"
    print(
        f"  adds {median:.2f} ms at the median and {slow:.2f} ms at 99 % in the median round, {reached}; "
        f"{cost:.2f} ms CPU a call"
    )


async def caller(port, rounds, delays):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(rounds):
        writer.write(ASK)
        got, start = b"", time.perf_counter()
        while not (got.endswith(b"\r\n0\r\n\r\n") or (b"Content-Length" in got and whole(got))):
            part = await reader.read(65_536)
            now = time.perf_counter()
            got += part
            delays += [1000 * (now - float(left)) for left in part.split(b"@")[1::2]]
        if b"@" not in got:
            delays.append(1000 * (now - start))
    writer.close()


async def callers(port, count, rounds):
    delays = []
    await asyncio.gather(*(caller(port, rounds, delays) for _ in range(count)))
    return delays


def many(title, upstream, port, count, rounds, again):
    print(f"\n{title:<44}median ms, 99 %, longest")
    with between(upstream, port) as (ports, recorder):
        before = recorder.cpu()
        for _ in range(again):
            for name, aim in ports.items():
                told(name, asyncio.run(callers(aim, count, rounds)))
        cost = 1000 * (recorder.cpu() - before) / (again * count * rounds)
    print(f"  {recorder.written:,} of {again * count * rounds:,} written, {cost:.2f} ms CPU a call")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--calls", type=int, default=500)
    asked = reader.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"Python {platform.python_version()}, aiohttp {version('aiohttp')}, msgspec {version('msgspec')}")
    single(asked.rounds, asked.calls)
    with Stub(0.2) as stub:
        many("200 callers at once, answers after 200 ms", stub.url, int(stub.url.split(":")[2][:-3]), 200, 2, 2)
    server = subprocess.Popen([sys.executable, "-c", STREAMS], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        many("a piece of a stream, 10 streams at once", f"http://127.0.0.1:{port}/v1", port, 10, 2, 2)
    finally:
        server.kill()
        server.communicate()


if __name__ == "__main__":
    main()
