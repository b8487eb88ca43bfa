"""What did earlier sittings of a run leave: whom it asked, what is answered, what was spent, what a kill took?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, Noun
from nomoat.work.answer import Answer
from nomoat.work.budget import Budget, Hold
from nomoat.work.endpoint import Endpoint
from nomoat.work.journal import Event, events, lines, place, unwritable
from nomoat.work.ran import Tally
from nomoat.work.reply import CREDIT, KEY
from nomoat.work.request import Usage

MANIFEST = "run.json"


class Asked(Noun, frozen=True, kw_only=True):
    """One endpoint as a run asked it: where, and for which model."""

    address: str
    model: str


class Manifest(Noun, frozen=True, kw_only=True):
    """run.json: what a run asks whom, without keys, so that going on with it means the same."""

    schema_version: int = SCHEMA_VERSION
    run: str
    plan: str = ""  # the hash of the plan; empty where there is none
    endpoints: dict[str, Asked]
    arms: dict[str, str] = msgspec.field(default_factory=dict)  # "arm model" -> endpoint; empty where several are

    def write(self, folder: Path) -> None:
        """Put it in the folder, whole or not at all. Raises OutputError where there is no room."""
        whole = folder / (MANIFEST + ".new")
        try:
            whole.write_bytes(msgspec.json.format(msgspec.json.encode(self)))
            whole.replace(folder / MANIFEST)
        except OSError as error:
            raise unwritable(folder / MANIFEST, error) from None


def manifest(folder: Path) -> Manifest | None:
    """What the run in `folder` asked whom; None where there is none. Raises InputError where it cannot be read."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"{path} cannot be read ({error})", "what nomoat wrote", "another name with --run") from None


def signed(folder: Path, name: str, plan: str, endpoints: Mapping[str, Endpoint]) -> Manifest:
    """Write down whom the run asks. Raises InputError where it asked somebody else, or by another plan, before."""
    mine = {key: Asked(address=e.chat, model=e.model) for key, e in endpoints.items()}
    known = manifest(folder)
    if known is None:
        found = Manifest(run=name, plan=plan, endpoints=mine)
        found.write(folder)
        return found
    if known.plan != plan:
        raise InputError(
            f"Run {name!r} was begun with another plan ({known.plan[:12] or 'none'}, now {plan[:12] or 'none'})",
            "one plan a run",
            "a new run with --run NAME",
        )
    for key in known.endpoints.keys() & mine.keys():
        was, now = known.endpoints[key], mine[key]
        if was != now:
            raise InputError(
                f"Run {name!r} asked {was.model} at {was.address} as {key!r}; now it is {now.model} at {now.address}",
                "one model an endpoint in a run",
                "a new run with --run NAME, or another name for the endpoint",
            )
    found = msgspec.structs.replace(known, endpoints={**known.endpoints, **mine})
    found.write(folder)
    return found


def billable(what: str) -> bool:
    """May an attempt that came to nothing stand on the bill? A status of refusal and an unreachable server do not."""
    return not what.startswith("status") and what not in ("unreachable", "certificate", "no TLS", CREDIT, KEY)


class Past:
    """The cells of a run that are done, its counts, and the failures that may be asked again."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.done: set[int] = set()
        self.failed: dict[int, Answer] = {}
        self.lost = self.damaged = 0


def recall(folder: Path, endpoints: Mapping[str, Endpoint], budget: Budget) -> Past:
    """Read a run's two files, and count into the budget what it spent and what it may have spent.

    A call that was sent, and of which neither an answer nor a failure was kept, was in flight when the run was killed:
    it is counted as lost, as possibly billed, and asked again. It stays counted when the second asking was answered.
    """
    past, unpriced = Past(), set()
    for _, answer in lines(folder):
        if answer is None:
            past.damaged += 1
            continue
        key = place(answer.arm, answer.request_id)
        if key in past.failed:
            past.tally.forget(past.failed.pop(key))
        past.tally.answer(answer)
        past.done.add(key)
        if answer.error is not None:
            past.failed[key] = answer
        elif not answer.cached:
            if answer.usage.input is None or answer.usage.output is None:
                unpriced.add(key)
            else:
                budget.spend(answer.usage, answer.cost_usd, Hold(0, 0, 0.0))
    pending: dict[int, Event | None] = {}  # of the answered ones without an event: a run has 100,000 of them
    for event in events(folder):
        past.tally.event(event)
        key = place(event.arm, event.request_id)
        if event.kind == "sent":
            if key in pending:  # a cell is in flight once at a time: what was sent before came to nothing
                past.lost += 1
                budget.doubt(_held(event, endpoints))
            pending[key] = event if key in unpriced or key not in past.done else None
        elif event.kind == "missed":
            pending.pop(key, None)
            if billable(event.what):
                budget.doubt(_held(event, endpoints))
    for key, sent in pending.items():
        if sent is not None and key in unpriced:
            budget.spend(Usage(), None, _held(sent, endpoints))
        elif sent is not None and key not in past.done:
            past.lost += 1
            budget.doubt(_held(sent, endpoints))
    return past


def _held(sent: Event, endpoints: Mapping[str, Endpoint]) -> Hold:
    endpoint = endpoints.get(sent.endpoint)
    usd = endpoint.cost(Usage(input=sent.input, output=sent.output)) if endpoint else None
    return Hold(sent.input, sent.output, usd or 0.0)
