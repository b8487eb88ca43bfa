"""How do many prompts get to several servers and back: bounded, paced, paid for once, and stopped at a budget?"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from nomoat.catalog.lock import locked
from nomoat.errors import InputError, NomoatError
from nomoat.work import outgoing
from nomoat.work.books import Books, Call
from nomoat.work.budget import Budget, Hold, hold
from nomoat.work.cache import Cache
from nomoat.work.call import ask, connected
from nomoat.work.endpoint import Endpoint, checked, hosts, secrets
from nomoat.work.interrupt import interruptible
from nomoat.work.journal import Journal
from nomoat.work.pace import Pace, Progress
from nomoat.work.past import recall, signed
from nomoat.work.ran import Ran
from nomoat.work.request import content_key
from nomoat.work.station import SLOWEST, Station, backoff

if TYPE_CHECKING:
    import aiohttp

T = TypeVar("T")

__all__ = ["Call", "Settings", "run"]

RETRIES = 4
TIMEOUTS = 2  # attempts that may time out: a server that thinks for two minutes bills for them
PATIENCE = 600.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a run goes about it; what it costs is in the budget, whom it asks in the endpoints."""

    stream: bool = False  # also measures the time to the first token
    cache: bool = True  # take answers that this work has paid for before; never for the arm `again`
    failed_again: bool = False  # ask once more what failed in an earlier sitting
    retries: int = RETRIES
    patience_s: float = PATIENCE  # how long a busy or unreachable server is waited for
    total: int | None = None  # calls, where it is known
    plan: str = ""  # its hash


def run(
    calls: Iterable[Call],
    endpoints: Mapping[str, Endpoint],
    folder: Path,
    name: str,
    *,
    budget: Budget | None = None,
    settings: Settings | None = None,
    say: Callable[[str], None] = lambda line: None,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Ran:
    """Ask every call that was not answered yet, keep each answer in folder/runs/NAME/journal.jsonl, and count.

    The same line again goes on where a run stopped, however it stopped: what is in the journal is not asked again.
    `say` gets the hosts that prompts go to before the first call. An interrupt lets the calls in flight end. Raises
    InputError for an endpoint that cannot be asked, OutputError where the journal cannot be written.
    """
    chosen = {key: checked(endpoint) for key, endpoint in endpoints.items()}
    budget = budget or Budget()
    budget.check(chosen.values())
    settings = settings or Settings()
    if not settings.patience_s >= 0:
        raise InputError(f"--patience {settings.patience_s}", "seconds", "--patience 600")
    sitting = _Sitting(chosen, folder / "runs", name, budget, settings, say, watch)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return sitting.run(calls)
    found: list[Ran | BaseException] = []  # a notebook's loop is running: ours runs beside it

    def beside() -> None:
        try:
            found.append(sitting.run(calls))
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=beside)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


class _Sitting:
    def __init__(
        self,
        endpoints: dict[str, Endpoint],
        runs: Path,
        name: str,
        budget: Budget,
        settings: Settings,
        say: Callable[[str], None],
        watch: Callable[[Progress], None],
    ) -> None:
        if not name or Path(name).name != name or name.startswith("."):
            raise InputError(f"{name!r} is no name of a run", "letters, digits and -", "--run 2026-11-a")
        self.endpoints, self.name, self.folder, self.runs = endpoints, name, runs / name, runs
        self.budget, self.settings, self.say, self.watch = budget, settings, _unbroken(say), _unbroken(watch)
        self.dice = random.Random()
        self.stations = {key: Station(one, settings.patience_s, self.dice) for key, one in endpoints.items()}
        self.hide = secrets(endpoints.values())
        self.asking: dict[tuple[str, str], asyncio.Event] = {}
        self.ended = ""
        self.in_flight = 0
        self.pace = Pace()

    def run(self, calls: Iterable[Call]) -> Ran:
        with locked(self.folder, ".lock"), Journal(self.folder, hide=self.hide) as self.journal:
            self.manifest = signed(self.folder, self.name, self.settings.plan, self.endpoints)
            past = recall(self.folder, self.endpoints, self.budget)
            self.books = Books(self.name, self.journal, past, self.budget, self.hide, self.say)
            for arm in past.tally.arms():
                if arm.answered and (name := self.manifest.arms.get(f"{arm.arm} {arm.model}")) in self.stations:
                    self.stations[name].known = True
            if self.settings.failed_again:
                self.books.ask_again()
            if self.settings.cache:
                cache = Cache()
                self.books.remember(cache)
                cache.learn(self.runs)
            where = hosts(self.endpoints.values())
            self.say("Prompts go to " + ", ".join(where) + " and nowhere else")
            start = perf_counter()
            try:
                asyncio.run(self._sit(calls, start))
            except BaseExceptionGroup as group:
                raise _first(group) from None
            if self.journal.full:
                raise self.journal.full
            given_up = tuple(station.given_up for station in self.stations.values() if station.given_up)
            ended = self.ended or ("stopped" if given_up else "finished")
            return self.books.told(ended, given_up, where, perf_counter() - start)

    async def _sit(self, calls: Iterable[Call], start: float) -> None:
        self.settled, self.halt = asyncio.Event(), asyncio.Event()
        self._progress(0.0)
        with interruptible(self._interrupt):
            async with connected() as session, asyncio.TaskGroup() as group:
                speaker = group.create_task(self._speak(start))
                workers = [
                    group.create_task(self._work(station, session))
                    for station in self.stations.values()
                    for _ in range(station.endpoint.concurrency)
                ]
                fault: Exception | None = None
                try:
                    await self._feed(calls)
                except Exception as error:  # of the log's table, say: what is in flight is paid for, and kept first
                    fault = error
                    self._end("failed")
                for station in self.stations.values():
                    for _ in range(station.endpoint.concurrency):
                        await station.queue.put(None)
                await asyncio.gather(*workers)
                speaker.cancel()
                if fault is not None:
                    raise fault

    def _interrupt(self) -> None:
        self.say("Stopping: the calls in flight are waited for; interrupt again to leave them")
        self._end("interrupted")

    def _end(self, how: str) -> None:
        """Begin no call any more; those in flight are waited for."""
        self.ended = self.ended or how
        self.settled.set()
        self.halt.set()

    async def _feed(self, calls: Iterable[Call]) -> None:
        """Hand calls out as fast as the slowest endpoint takes them, so that arms are asked side by side in time."""
        for count, call in enumerate(calls):
            if not count % 1000:
                await asyncio.sleep(0)
            if self.ended:
                self.books.unasked += 1
                continue
            station = self.stations.get(call.endpoint)
            if station is None:
                raise InputError(
                    f"Arm {call.arm!r} asks endpoint {call.endpoint!r}, which the plan does not have",
                    "one of " + ", ".join(self.stations),
                    f"[endpoints.{call.endpoint}] in plan.toml",
                )
            if (cell := call.place) in self.books.done:
                continue
            if call.request.messages is None:
                self.books.bodiless += 1
            elif station.given_up:
                self.books.unasked += 1
            else:
                self.books.done.add(cell)
                self._note_arm(call, station.endpoint)
                await station.queue.put(call)

    def _note_arm(self, call: Call, endpoint: Endpoint) -> None:
        """Write down which endpoint an arm's answers come from, so that later runs may take them."""
        arms, arm = self.manifest.arms, f"{call.arm} {endpoint.model}"
        known, asked = arms.get(arm), self.manifest.endpoints
        if known is None or (known and asked[known] != asked[endpoint.name]):
            # Two servers under one arm and model: whose answer it was cannot be told later.
            arms[arm] = endpoint.name if known is None else ""
            self.manifest.write(self.folder)

    async def _work(self, station: Station, session: aiohttp.ClientSession) -> None:
        while (call := await station.queue.get()) is not None:
            if self.ended or station.given_up:
                self.books.unasked += 1
            else:
                await self._serve(station, session, call)

    async def _serve(self, station: Station, session: aiohttp.ClientSession, call: Call) -> None:
        """Answer one call from what was paid for before, else by asking; the same input is never in flight twice."""
        request, endpoint = call.request, station.endpoint
        params = outgoing.settings(endpoint, request)
        self.books.trimmed(request)
        key = content_key(request.messages, request.tools, params)
        alone = (endpoint.identity, key) if self.settings.cache and call.arm != "again" else None
        while alone in self.asking:
            await self.asking[alone].wait()
        if alone and self.books.copied(station, call, key):
            return
        if alone:
            self.asking[alone] = asyncio.Event()
        try:
            await self._pay(station, session, call, key, params)
        finally:
            if alone:
                self.asking.pop(alone).set()
            if self.journal.full:  # what is in flight has room in the reserve, and no more
                self._end("disk")

    async def _pay(
        self, station: Station, session: aiohttp.ClientSession, call: Call, key: str, params: dict[str, Any]
    ) -> None:
        request, endpoint = call.request, station.endpoint
        body = outgoing.body(endpoint, request, params, stream=self.settings.stream)
        asked = hold(endpoint, request, len(body))
        attempts = timeouts = 0
        while True:
            if not await self._may(station, asked):
                self.books.unasked += 1
                return
            attempts += 1
            try:
                self.books.sent(call, asked)
                reply = await ask(session, endpoint, station.headers, body, stream=self.settings.stream)
            finally:
                self.in_flight -= 1
                self.budget.release(asked)
                self.settled.set()
            timeouts += reply.what == "timeout"
            outcome = station.outcome(reply)
            if outcome != "answered":
                self.books.missed(call, reply, asked)
            if outcome == "wait":
                attempts -= 1
                self.books.tell(station.wait(reply))
            elif outcome == "stop":
                self.books.tell(station.give_up(reply))
            elif outcome == "again" and attempts <= self.settings.retries and timeouts < TIMEOUTS:
                await self._rest(max(backoff(attempts, self.dice), min(reply.wait_s or 0.0, SLOWEST)))
            else:
                self.books.settled(station, call, key, reply, asked, attempts, datetime.now(UTC))
                return

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until the run is interrupted."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.halt.wait(), seconds)

    async def _may(self, station: Station, asked: Hold) -> bool:
        """Wait until the server lets us in and the budget allows it; on True, the call counts as in flight."""
        while not (self.ended or station.given_up):
            if (pause := station.pause) > 0:
                await self._rest(min(pause, 1.0))
            elif self.budget.fits(asked):
                self.in_flight += 1
                self.budget.take(asked)
                return True
            elif not self.in_flight:
                self.books.short = self.budget.lack(asked, station.endpoint.name)
                self.books.tell(self.books.short)
                self._end("budget")
            else:
                self.settled.clear()
                await self.settled.wait()
        return False

    async def _speak(self, start: float) -> None:
        """Twice a second, say where the run is; every ten seconds, have the disk keep it."""
        beat = 0
        while True:
            await asyncio.sleep(0.5)
            beat += 1
            self.watch(self._progress(perf_counter() - start))
            if not beat % 20:
                await asyncio.to_thread(self.journal.sync)

    def _progress(self, seconds: float) -> Progress:
        tally, total = self.books.tally, self.settings.total
        done = tally.answered + tally.failed
        self.pace.note(seconds, done)
        rest = None if total is None else total - done - self.books.unasked - self.books.bodiless
        return Progress(
            done=done, total=total, failed=tally.failed, spent_usd=self.budget.spent_usd,
            per_second=self.pace.per_second, seconds_left=self.pace.seconds_left(rest),
            waiting=tuple(name for name, station in self.stations.items() if station.pause > 0),
        )  # fmt: skip


def _unbroken(say: Callable[[T], None]) -> Callable[[T], None]:
    """The same, but for a terminal that went away: that ends no call in flight."""

    def told(what: T) -> None:
        with suppress(OSError):
            say(what)

    return told


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure to tell: ours before others'."""
    flat: list[BaseException] = []
    stack: list[BaseException] = [group]
    while stack:
        error = stack.pop()
        if isinstance(error, BaseExceptionGroup):
            stack.extend(error.exceptions)
        else:
            flat.append(error)
    return next((error for error in flat if isinstance(error, NomoatError)), flat[0])
