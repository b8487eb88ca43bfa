"""How fast, how cheap and how flat is a run? Our runner beside bare aiohttp, on a server of its own process.

python benchmarks/runner.py                rates at 50 ms and 50 in flight, CPU seconds per 1,000
python benchmarks/runner.py --stream 100000   memory over so many requests from an iterator

Of 100,000 requests on two busy cores (2026-11-22): with the cache 38 MB at the start and 61 MB at the highest, some 200
bytes a request, which tell the done from the undone and where each answer lies; without it 5 MB in all. The same line
again reads the journal in 1.4 s and asks nothing; 65 MB at the highest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from nomoat.work.endpoint import Endpoint
from nomoat.work.request import Request
from nomoat.work.run import Call, Settings, run

# The least server that speaks HTTP: it costs little CPU, so that the runner is what is measured.
STUB = """
import asyncio, sys
delay = float(sys.argv[1])
body = (b'{"id":"x","model":"stub-1","choices":[{"index":0,"message":{"role":"assistant","content":"' + b"word " * 40
        + b'"},"finish_reason":"stop"}],"usage":{"prompt_tokens":60,"completion_tokens":40}}')
page = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body
async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            for line in head.split(b"\\r\\n"):
                if line.lower().startswith(b"content-length:"):
                    await reader.readexactly(int(line.split(b":")[1]))
            if delay:
                await asyncio.sleep(delay)
            writer.write(page)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
TEXT = "Sort this ticket into billing, access, bug or other, and answer with the one word. " * 3


class Stub:
    """The stub in a process of its own, so that its CPU is not ours."""

    def __init__(self, delay: float) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", STUB, str(delay)], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1"

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()


def calls(n):
    for i in range(n):
        messages = ({"role": "system", "content": TEXT}, {"role": "user", "content": f"ticket {i}: it does not work"})
        request = Request(
            request_id=f"request-{i:08d}", conversation_id=f"conversation-{i:08d}", model="logged", messages=messages
        )
        yield Call("incumbent", "a", request)


def ours(url, n, in_flight, cache=True):
    with tempfile.TemporaryDirectory() as folder:
        endpoints = {"a": Endpoint(name="a", url=url, model="m", concurrency=in_flight)}
        ran = run(calls(n), endpoints, Path(folder), "one", settings=Settings(cache=cache))
        assert ran.answered == n, ran


def bare(url, n, in_flight):
    """What a loop of aiohttp alone takes: posts, reads, keeps nothing."""
    import aiohttp

    async def go():
        queue = iter(calls(n))

        async def work():
            for call in queue:
                page = {"model": "m", "messages": call.request.messages}
                async with session.post(url + "/chat/completions", json=page) as answer:
                    (await answer.json())["choices"][0]["message"]["content"]

        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            await asyncio.gather(*(work() for _ in range(in_flight)))

    asyncio.run(go())


def measured(what, *arguments):
    """Answers a second and CPU seconds of this process per 1,000."""
    before, start = os.times(), time.perf_counter()
    what(*arguments)
    wall, after = time.perf_counter() - start, os.times()
    n = arguments[1]
    return n / wall, 1000 * (after.user + after.system - before.user - before.system) / n


def memory():
    """MB of this process now; at its highest where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def flat(n):
    """Memory while a stream of requests goes through: it may grow by what tells the done from the undone."""
    seen = []

    def counted():
        for i, call in enumerate(calls(n)):
            if i % (n // 10) == 0:
                seen.append((i, memory()))
            yield call

    with Stub(0.0) as stub, tempfile.TemporaryDirectory() as folder:
        for cache in (True, False):
            seen.clear()
            endpoints = {"a": Endpoint(name="a", url=stub.url, model="m", concurrency=50)}
            start = time.perf_counter()
            ran = run(counted(), endpoints, Path(folder), f"cache-{cache}", settings=Settings(cache=cache))
            seconds = time.perf_counter() - start
            size = sum(p.stat().st_size for p in (Path(folder) / "runs" / f"cache-{cache}").iterdir()) / 2**20
            print(f"\n{n:,} requests, cache {'on' if cache else 'off'}: {ran.answered / seconds:,.0f} answers/s, "
                  f"journal and events {size:,.0f} MB")  # fmt: skip
            print("  " + ", ".join(f"{i:,}: {mb:.0f} MB" for i, mb in seen) + f", end: {memory():.0f} MB")
        start = time.perf_counter()
        again = run(counted(), endpoints, Path(folder), "cache-False", settings=Settings(cache=False))
        print(f"the same line again: {time.perf_counter() - start:.1f} s, {again.calls} calls")
    print(f"highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MB")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--runs", type=int, default=3)
    reader.add_argument("--calls", type=int, default=4000)
    reader.add_argument("--stream", type=int, default=0)
    asked = reader.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {asked.runs} runs each")
    print(f"Python {platform.python_version()}, aiohttp {version('aiohttp')}, msgspec {version('msgspec')}")
    if asked.stream:
        flat(asked.stream)
        return
    print(f"\n{'':<22}{'answers/s':>12}{'fastest':>10}{'CPU s/1,000':>14}{'least':>8}")
    for delay, in_flight, aims in ((0.05, 50, (800, 0.5)), (0.05, 10, None), (0.0, 50, None)):
        print(f"{1000 * delay:.0f} ms, {in_flight} in flight")
        with Stub(delay) as stub:
            rows = {"nomoat": [], "bare aiohttp": []}
            for what in (ours, bare):
                what(stub.url, 200, in_flight)
            for _ in range(asked.runs):  # in turn: a busy minute then costs both
                for what, name in ((ours, "nomoat"), (bare, "bare aiohttp")):
                    rows[name].append(measured(what, stub.url, asked.calls, in_flight))
        for name, found in rows.items():
            rates, costs = zip(*found, strict=True)
            rate, cost = statistics.median(rates), statistics.median(costs)
            missed = ""
            if aims and name == "nomoat":
                missed = "  reached" if rate >= aims[0] and cost <= aims[1] else f"  missed {aims[0]} and {aims[1]}"
            print(f"  {name:<20}{rate:>12,.0f}{max(rates):>10,.0f}{cost:>14.3f}{min(costs):>8.3f}{missed}")


if __name__ == "__main__":
    main()
