"""How do many prompts get to several servers and back: bounded, paced, paid for once, and stopped at a budget?"""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec

from nomoat.catalog.lock import locked
from nomoat.errors import InputError, NomoatError
from nomoat.types import LeftOut
from nomoat.work import outgoing
from nomoat.work.answer import Answer
from nomoat.work.budget import Budget, Hold, hold
from nomoat.work.cache import Cache
from nomoat.work.call import ask, connected
from nomoat.work.endpoint import Endpoint, checked, hosts, secrets
from nomoat.work.interrupt import interruptible
from nomoat.work.journal import Event, Journal, place
from nomoat.work.past import billable, recall, signed
from nomoat.work.ran import Ran
from nomoat.work.reply import Reply
from nomoat.work.request import Request, content_key
from nomoat.work.station import Station, backoff

if TYPE_CHECKING:
    import aiohttp

RETRIES = 4
TIMEOUTS = 2  # attempts that may time out: a server that thinks for two minutes bills for them
PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Call:
    """One input for one arm; `adapted` says that the request's prompt was written anew for it."""

    arm: str
    endpoint: str
    request: Request
    adapted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run is: for a line that a person watches."""

    done: int
    total: int | None
    failed: int
    spent_usd: float
    per_second: float
    seconds_left: float | None


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
        self.budget, self.settings, self.say, self.watch = budget, settings, say, watch
        self.dice = random.Random()
        self.stations = {key: Station(one, settings.patience_s, self.dice) for key, one in endpoints.items()}
        self.hide = secrets(endpoints.values())
        self.asking: dict[tuple[str, str], asyncio.Event] = {}
        self.ended = ""
        self.in_flight = self.calls = self.unasked = self.bodiless = 0
        self.trimmed: Counter[str] = Counter()  # settings of the log by name

    def run(self, calls: Iterable[Call]) -> Ran:
        with locked(self.folder, ".lock"), Journal(self.folder, hide=self.hide) as self.journal:
            self.manifest = signed(self.folder, self.name, self.settings.plan, self.endpoints)
            self.past = recall(self.folder, self.endpoints, self.budget)
            self.tally, self.done = self.past.tally, self.past.done
            for arm in self.tally.arms():
                if arm.answered and (name := self.manifest.arms.get(f"{arm.arm} {arm.model}")) in self.stations:
                    self.stations[name].known = True
            self.again = self.past.failed if self.settings.failed_again else {}
            self.done -= self.again.keys()
            self.cache = Cache()
            self.number = self.cache.number(self.folder)
            if self.settings.cache:
                self.cache.learn(self.runs)
            where = hosts(self.endpoints.values())
            self.say("Prompts go to " + ", ".join(where) + " and nowhere else")
            start = perf_counter()
            try:
                asyncio.run(self._sit(calls, start))
            except BaseExceptionGroup as group:
                raise _first(group) from None
            return self._told(where, perf_counter() - start)

    async def _sit(self, calls: Iterable[Call], start: float) -> None:
        self.settled, self.halt = asyncio.Event(), asyncio.Event()
        with interruptible(self._interrupt):
            async with connected() as session, asyncio.TaskGroup() as group:
                speaker = group.create_task(self._speak(start))
                workers = [
                    group.create_task(self._work(station, session))
                    for station in self.stations.values()
                    for _ in range(station.endpoint.concurrency)
                ]
                await self._feed(calls)
                for station in self.stations.values():
                    for _ in range(station.endpoint.concurrency):
                        await station.queue.put(None)
                await asyncio.gather(*workers)
                speaker.cancel()

    def _interrupt(self) -> None:
        self.say("Stopping: the calls in flight are waited for; interrupt again to leave them")
        self.ended = self.ended or "interrupted"
        self.settled.set()
        self.halt.set()

    async def _feed(self, calls: Iterable[Call]) -> None:
        """Hand calls out as fast as the slowest endpoint takes them, so that arms are asked side by side in time."""
        for count, call in enumerate(calls):
            if not count % 1000:
                await asyncio.sleep(0)
            if self.ended:
                self.unasked += 1
                continue
            station = self.stations.get(call.endpoint)
            if station is None:
                raise InputError(
                    f"Arm {call.arm!r} asks endpoint {call.endpoint!r}, which the plan does not have",
                    "one of " + ", ".join(self.stations),
                    f"[endpoints.{call.endpoint}] in plan.toml",
                )
            key = place(call.arm, call.request.request_id)
            if key in self.done:
                continue
            if call.request.messages is None:
                self.bodiless += 1
            elif station.given_up:
                self.unasked += 1
            else:
                self.done.add(key)
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
                self.unasked += 1
            else:
                await self._serve(station, session, call)

    async def _serve(self, station: Station, session: aiohttp.ClientSession, call: Call) -> None:
        """Answer one call from what was paid for before, else by asking; the same input is never in flight twice."""
        request, endpoint = call.request, station.endpoint
        params = outgoing.settings(endpoint, request)
        self.trimmed.update(outgoing.unsent(request))
        key = content_key(request.messages, request.tools, params)
        alone = (endpoint.identity, key) if self.settings.cache and call.arm != "again" else None
        while alone in self.asking:
            await self.asking[alone].wait()
        if alone and (before := self.cache.find(endpoint, call.arm, key)):
            self._keep(station, call, msgspec.structs.replace(before, **_whose(self.name, call), cached=True))
            return
        if alone:
            self.asking[alone] = asyncio.Event()
        try:
            await self._pay(station, session, call, key, params)
        finally:
            if alone:
                self.asking.pop(alone).set()

    async def _pay(
        self, station: Station, session: aiohttp.ClientSession, call: Call, key: str, params: dict[str, Any]
    ) -> None:
        request, endpoint = call.request, station.endpoint
        body = outgoing.body(endpoint, request, params, stream=self.settings.stream)
        asked = hold(endpoint, request, len(body))
        attempts = timeouts = 0
        while True:
            if not await self._may(station, asked):
                self.unasked += 1
                return
            attempts += 1
            self.calls += 1
            self._happened("sent", call, input=asked.input, output=asked.output)
            try:
                reply = await ask(session, endpoint, station.headers, body, stream=self.settings.stream)
            finally:
                self.in_flight -= 1
                self.budget.release(asked)
                self.settled.set()
            timeouts += reply.what == "timeout"
            outcome = station.outcome(reply)
            if outcome != "answered":
                self._happened("missed", call, what=reply.what, note=reply.note, input=asked.input, output=asked.output)
                if billable(reply.what):
                    self.budget.doubt(asked)
            if outcome == "wait":
                attempts -= 1
                self._tell(station.wait(reply))
            elif outcome == "stop":
                self._tell(station.give_up(reply))
            elif outcome == "again" and attempts <= self.settings.retries and timeouts < TIMEOUTS:
                await self._rest(backoff(attempts, self.dice))
            else:
                self._settle(station, call, key, reply, asked, attempts)
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
                self.ended = "budget"
                self.settled.set()
            else:
                self.settled.clear()
                await self.settled.wait()
        return False

    def _settle(self, station: Station, call: Call, key: str, reply: Reply, asked: Hold, attempts: int) -> None:
        endpoint, good = station.endpoint, reply.outcome == "answered"
        cost = endpoint.cost(reply.usage)
        cost = reply.told_cost if cost is None and endpoint.price_input is None else cost
        if good:
            self.budget.spend(reply.usage, cost, asked)
            station.answered()
        for doubt in reply.doubts:
            self._happened("doubt", call, what=doubt)
        answer = Answer(
            **_whose(self.name, call),
            key=key,
            model=endpoint.model,
            served=reply.served,
            response=reply.message,
            finish=reply.finish,
            usage=reply.usage,
            cost_usd=cost,
            latency_ms=reply.latency_ms,
            first_token_ms=reply.first_token_ms,
            attempts=attempts,
            error=None if good else reply.what,
            at=datetime.now(UTC),
        )
        self._keep(station, call, answer)
        if not good:
            self._tell(station.failed(reply))

    def _tell(self, why: str) -> None:
        if why:
            self.say(self._hidden(why))

    def _hidden(self, text: str) -> str:
        for secret in self.hide:
            text = text.replace(secret, "[key removed]")
        return text

    def _keep(self, station: Station, call: Call, answer: Answer) -> None:
        offset, answer = self.journal.answer(answer)
        if before := self.again.pop(place(call.arm, call.request.request_id), None):
            self.tally.forget(before)
        self.tally.answer(answer)
        if self.settings.cache and not answer.cached:
            self.cache.keep(station.endpoint, answer, self.number, offset)

    def _happened(self, kind: str, call: Call, **more: Any) -> None:
        event = Event(kind=kind, arm=call.arm, request_id=call.request.request_id, endpoint=call.endpoint, **more)
        self.journal.event(event)
        self.tally.event(event)

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
        done = self.tally.answered + self.tally.failed
        rate = self.calls / seconds if seconds > 0 else 0.0
        left = None if self.settings.total is None or not rate else max(0, self.settings.total - done) / rate
        return Progress(
            done=done, total=self.settings.total, failed=self.tally.failed, spent_usd=self.budget.spent_usd,
            per_second=rate, seconds_left=left,
        )  # fmt: skip

    def _told(self, where: tuple[str, ...], seconds: float) -> Ran:
        given_up = tuple(self._hidden(station.given_up) for station in self.stations.values() if station.given_up)
        left = (
            ("calls not asked", self.unasked, "the run ended or their endpoint was given up before; resume it"),
            ("calls without a prompt", self.bodiless, "the log has no bodies"),
            *(
                (f"calls without the setting {name[:40]!r} of the log", n, "only the settings of a chat are sent")
                for name, n in self.trimmed.most_common(20)
            ),
            (
                "calls in flight when a run was killed",
                self.past.lost,
                "their answers are lost and may be billed; asked again",
            ),
            ("lines of the journal", self.past.damaged, "they are no answers; what they held is asked again"),
        )
        return Ran(
            run=self.name,
            ended=self.ended or ("stopped" if given_up else "finished"),
            why=given_up,
            hosts=where,
            arms=self.tally.arms(),
            answered=self.tally.answered,
            failed=self.tally.failed,
            cached=self.tally.cached,
            spent_usd=self.budget.spent_usd,
            possible_usd=self.budget.possible_usd,
            spent_tokens=self.budget.spent_tokens,
            missed=dict(self.tally.missed),
            doubts=dict(self.tally.doubts),
            seconds=seconds,
            calls=self.calls,
            left_out=tuple(LeftOut(what=what, count=count, why=why) for what, count, why in left if count),
        )


def _whose(name: str, call: Call) -> dict[str, Any]:
    request = call.request
    return {
        "run": name, "arm": call.arm, "request_id": request.request_id, "conversation_id": request.conversation_id,
        "adapted": call.adapted,
    }  # fmt: skip


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
