"""What do the incumbent and the routed model answer to a small random sample of the latest requests?

The proof spoke of the conversations of a log; the sample says whether it still does. It is drawn conversation by
conversation from what was logged since, kept in the order drawn, and asked of both arms afresh: an answer from the
cache would be the old version's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from nomoat.catalog.lock import locked
from nomoat.catalog.requests import query
from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.work import frame as frames
from nomoat.work import journal, leaving, marking, seal, store
from nomoat.work.budget import Budget
from nomoat.work.drafting import PAST
from nomoat.work.formats.gateways import SUM
from nomoat.work.frame import INCUMBENT, Cell, Drawn, Frame, Split
from nomoat.work.later import SAMPLE, beside, right_answers
from nomoat.work.plan import Arm, Plan
from nomoat.work.planned import prompts, require_masking
from nomoat.work.route import Route
from nomoat.work.run import Settings, run
from nomoat.work.standing import standing
from nomoat.work.usecase import Assigner, assigner

FILE = SAMPLE
SKEW = timedelta(days=2)
MOST = 20  # conversations of a use case in one sitting: a day's, where cron starts one a day


class Sample(Noun, frozen=True, kw_only=True):
    """The conversations drawn so far, in order, and the time up to which requests were drawn from: a shadow.json."""

    schema_version: int = SCHEMA_VERSION
    until: datetime
    frame: Frame


class Right(NamedTuple):
    """The requests of which a right answer is known, and in which files it is looked for."""

    requests: frozenset[str]
    where: str


class Shadowed(Noun, frozen=True, kw_only=True):
    """One sitting of a shadow run: what it drew, what came of it, and what all sittings together have cost.

    `drawn` are conversations of this sitting, `conversations` those of all, by use case. `ended` is as in a run:
    finished, budget, interrupted or stopped.
    """

    schema_version: int = SCHEMA_VERSION
    run: str
    since: datetime
    until: datetime
    drawn: dict[str, int]
    conversations: dict[str, int]
    ended: str
    why: tuple[str, ...]
    calls: int
    answered: int
    failed: int
    marks: int
    spent_usd: float
    possible_usd: float
    spent_tokens: int
    hosts: tuple[str, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()

    def line(self) -> str:
        """All of it as one line of JSON, for a log."""
        return msgspec.json.encode(self).decode()


def name_of(plan: Plan) -> str:
    """The name of the shadow run of a plan's generation.

    >>> name_of(Plan(generation=2))
    'shadow-2'
    """
    return f"shadow-{plan.generation}"


def sample_of(place: Path) -> Sample | None:
    """What a shadow run has drawn; None for a run that is none. Raises InputError where it cannot be read."""
    path = place / FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Sample)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error})", "as nomoat work shadow wrote it") from None


def shadow(
    folder: Path,
    *,
    since: date | None = None,
    most: int = MOST,
    usd: float | None = None,
    tokens: int | None = None,
    redact: bool = False,
    unmasked: bool = False,
    settings: Settings | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Shadowed:
    """Draw up to `most` new conversations of each routed use case, ask both arms, score, and add them to the sample.

    Drawn at random from conversations that began after the last sitting (the first: after the day the margins were
    fixed, or `since`), whole, never of the plan's own frame and none twice. What an earlier sitting could not finish
    is asked first. The caps, else the plan's, hold over all sittings together. Raises InputError without a policy,
    without a routed use case, where `nomoat work run` would, and where flagged prompts would leave the house as they
    are and `unmasked` does not say that they may.
    """
    stand = standing(folder)
    policy, plan, home = stand.policy, stand.plan, stand.home
    require_masking(plan, redact)
    if not policy.routes:
        raise InputError("The policy routes no use case to a candidate", "a use case to watch", "nomoat work route")
    if most < 1:
        raise InputError(f"--most {most}", "1 conversation or more", f"--most {MOST}")
    place = folder / "runs" / name_of(plan)
    with locked(place, ".shadow.lock"):
        before = sample_of(place)
        first = datetime.combine(since or policy.fixed_on, time.min, UTC)
        old = before or Sample(until=first, frame=Frame(seed=plan.seed, use_cases={}))
        start = first if since else old.until
        frozen = frames.read(home / frames.FILE, plan)
        live = _Live(folder, assigner(folder), {one.use_case: one for one in policy.routes}, start)
        taken = _conversations(frozen) | _conversations(old.frame)
        known = _right(folder, place, plan, live.routes)
        new, left = live.draw(plan, taken, most, _reference_models(folder, plan, frozen), known)
        joined = {
            name: Split(proof=(*old.frame.use_cases.get(name, Split()).proof, *new.get(name, ())))
            for name in live.routes
        }
        until = live.last if since else max(old.until, live.last)
        sample = Sample(until=until, frame=Frame(seed=plan.seed, use_cases=joined))
        arms = {
            c.use_case: plan.use_case(c.use_case).arm(c.arm) for c in stand.verdict.cases if c.use_case in live.routes
        }
        # Another prompt than the proof's would be watched under the proof's name.
        seal.require_files(plan, folder, sorted({arm.prompt for arm in arms.values() if arm.prompt}))
        cells = list(_cells(plan, sample.frame, arms))
        outside = leaving.of(plan, ((cell.endpoint, cell.request_id) for cell in cells), folder)
        leaving.require_leave(outside, unmasked)
        place.mkdir(parents=True, exist_ok=True)
        _keep(place / FILE, msgspec.json.encode(sample))
        # Of the conversations of past/*/frame.json no later generation is proven (drafting.spent).
        past = folder / PAST / place.name
        past.mkdir(parents=True, exist_ok=True)
        _keep(past / frames.FILE, msgspec.json.encode(sample.frame, order="deterministic"))
        ran = run(
            prompts(cells, folder, redact=plan.redact),
            {name: plan.endpoints[name] for name in {cell.endpoint for cell in cells}},
            folder,
            place.name,
            budget=Budget(plan.budget_usd if usd is None else usd, plan.budget_tokens if tokens is None else tokens),
            settings=replace(settings or Settings(), cache=False, total=len(cells), plan=plan.sha256 or ""),
            say=say,
        )
        marks = 0
        if (place / journal.JOURNAL).exists():
            marks = marking.score(plan, sample.frame, folder, place.name).marks
    return Shadowed(
        run=place.name, since=start, until=sample.until, drawn={name: len(new.get(name, ())) for name in live.routes},
        conversations={name: len(split.proof) for name, split in joined.items()}, ended=ran.ended, why=ran.why,
        calls=ran.calls, answered=ran.answered, failed=ran.failed, marks=marks, spent_usd=ran.spent_usd,
        possible_usd=ran.possible_usd, spent_tokens=ran.spent_tokens, hosts=ran.hosts,
        left_out=(*left, *ran.left_out),
    )  # fmt: skip


class _Live:
    """What was logged after a moment, by use case and conversation."""

    def __init__(self, folder: Path, by: Assigner, routes: Mapping[str, Route], start: datetime) -> None:
        self.routes = routes
        naive = start.astimezone(UTC).replace(tzinfo=None)
        # A conversation that began before is not recent, whatever was added to it since.
        sql = """SELECT request_id FROM (SELECT request_id, status, min("time") OVER (PARTITION BY conversation_id) AS
                 began FROM requests) WHERE began > ? AND NOT starts_with(status, ?)"""
        ids = {row[0] for row in query(folder, sql, [naive, SUM])}
        self.timeless = int(query(folder, 'SELECT count(*) FROM requests WHERE "time" IS NULL')[0][0])
        self.talks: dict[str, dict[str, list[tuple[int, str, str]]]] = {name: {} for name in routes}
        self.bare: set[str] = set()
        times = []
        for request in store.requests(folder, ids) if ids else ():
            times.append((request.time or start).astimezone(UTC))
            if request.messages is None:
                self.bare.add(request.conversation_id)
            if (name := by.assign(request)) in self.talks:
                rows = self.talks[name].setdefault(request.conversation_id, [])
                rows.append((request.turn, request.request_id, request.model))
        times.sort()
        # One request dated 2099 by a clock that is wrong would leave no later one recent, for ever.
        believed = [when for when in times if when <= times[int(0.99 * (len(times) - 1))] + SKEW]
        self.last, self.skewed = max([start, *believed[-1:]]), len(times) - len(believed)

    def draw(
        self, plan: Plan, taken: set[str], most: int, logged: Mapping[str, set[str]], known: Mapping[str, Right]
    ) -> tuple[dict[str, tuple[Drawn, ...]], tuple[LeftOut, ...]]:
        new, other, bare = dict[str, tuple[Drawn, ...]](), 0, 0
        unknown = Counter[str]()
        for name, talks in self.talks.items():
            case, fit = plan.use_case(name), dict[str, list[str]]()
            for talk, rows in talks.items():
                if talk in taken:
                    continue
                if talk in self.bare:
                    bare += 1
                elif name in logged and not {model for _, _, model in rows} <= logged[name]:
                    other += 1
                elif name in known and not {request for _, request, _ in rows} <= known[name].requests:
                    unknown[known[name].where] += 1
                else:
                    fit[talk] = [request for _, request, _ in sorted(rows)]
            # Another order than the proof's, so that what stood late there stands anywhere here.
            chosen = sorted(fit, key=lambda talk: _lot(talk, plan.seed))[:most]
            new[name] = tuple(
                Drawn(
                    conversation_id=talk, requests=tuple(fit[talk][: case.largest]),
                    more=max(0, len(fit[talk]) - case.largest),
                )
                for talk in chosen
            )  # fmt: skip
        left = (
            LeftOut(what="requests", count=self.timeless, why="the log gives no time: whether they are recent is open"),
            LeftOut(
                what="requests", count=self.skewed,
                why="dated days after nearly all others: not taken for the end of what was drawn from",
            ),
            LeftOut(what="conversations", count=bare, why="their prompts were not all logged"),
            *(
                LeftOut(
                    what="conversations", count=n,
                    why=f"no right answer in {where}: add rows there, and draw from these again with --since DATE",
                )
                for where, n in unknown.items()
            ),
            LeftOut(
                what="conversations", count=other,
                why="the logged answer is the reference, and of another model than in the proof: it would favour that",
            ),
        )  # fmt: skip
        return new, tuple(one for one in left if one.count)


def _right(folder: Path, place: Path, plan: Plan, names: Iterable[str]) -> dict[str, Right]:
    """Use case -> the requests of which a right answer is known, where a file says what is right.

    Others would be paid for and could not be scored.
    """
    found = {}
    for name in names:
        source = str(plan.use_case(name).scorer.get("reference", ""))
        if source.endswith(".csv"):
            where = f"{source} or {beside(place, source).relative_to(folder).as_posix()}"
            found[name] = Right(frozenset(right_answers(folder, place, source, later=True)), where)
    return found


def _reference_models(folder: Path, plan: Plan, frozen: Frame) -> dict[str, set[str]]:
    """Use case -> the models whose logged answers were the references of its proof, where they were the reference.

    After a switch the logged answers are the candidate's own, and would call every loss of it a gain.
    """
    known = {name for name in frozen.use_cases if plan.use_case(name).scorer.get("reference", "logged") == "logged"}
    if not known:
        return {}
    of = {
        request: name
        for name in known
        for drawn in frozen.use_cases[name].proof
        for request in drawn.requests
    }  # fmt: skip
    found: dict[str, set[str]] = {name: set() for name in known}
    for request, model in query(folder, "SELECT request_id, model FROM requests"):
        if request in of:
            found[of[request]].add(model)
    return found


def _cells(plan: Plan, sample: Frame, arms: Mapping[str, Arm]) -> Iterator[Cell]:
    """The calls of the whole sample in the order drawn: what is answered already is passed over by the run."""
    for name, split in sample.use_cases.items():
        both = (Arm(INCUMBENT, plan.use_case(name).incumbent), arms[name])
        for drawn in split.proof:
            for request in drawn.requests:
                for one in both:
                    yield Cell(one.name, one.endpoint, name, drawn.conversation_id, request, one.prompt)


def _conversations(frame: Frame) -> set[str]:
    return {d.conversation_id for split in frame.use_cases.values() for d in (*split.tuning, *split.proof)}


def _lot(conversation: str, seed: int) -> bytes:
    return hashlib.sha256(f"shadow\0{seed}\0{conversation}".encode(errors="surrogatepass")).digest()


def _keep(path: Path, content: bytes) -> None:
    whole = path.with_name(path.name + ".new")
    whole.write_bytes(content)
    whole.replace(path)
