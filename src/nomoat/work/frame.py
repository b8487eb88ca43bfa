"""Which conversations are drawn, in which order, and which calls does that make: frozen before any data?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from nomoat.errors import InputError
from nomoat.types import SCHEMA_VERSION, Noun
from nomoat.work.plan import AGAIN, Arm, Plan

FILE, CHOICE = "frame.json", "choice.json"
INCUMBENT = "incumbent"
FLOOR = 200  # conversations that the incumbent answers twice: the noise floor to about 3 points


class Drawn(Noun, frozen=True, kw_only=True):
    """One conversation of a use case: the requests that count, in the order of their turns."""

    conversation_id: str
    requests: tuple[str, ...]
    more: int = 0  # requests of it beyond the largest size that counts


class Split(Noun, frozen=True, kw_only=True):
    """The conversations of one use case in the order drawn: first those that choose a candidate, then the proof."""

    tuning: tuple[Drawn, ...] = ()
    proof: tuple[Drawn, ...] = ()
    logged: str | None = None  # sha256 of what the table says of these requests: prompts and logged answers (seal.py)


class Frame(Noun, frozen=True, kw_only=True):
    """Everything that will be asked: a frame.json, hashed into the plan."""

    schema_version: int = SCHEMA_VERSION
    seed: int
    use_cases: dict[str, Split]

    @property
    def sha256(self) -> str:
        """What the plan holds, so that the frame cannot be changed after it was fixed."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class Chosen(Noun, frozen=True, kw_only=True):
    """The one arm of a use case that goes to the proof, a candidate with or without adapted prompts, and why."""

    candidate: str
    why: str


class Cell(NamedTuple):
    """One call to be made: `arm` is incumbent, again or an arm of the plan; `endpoint` names the server there."""

    arm: str
    endpoint: str
    use_case: str
    conversation_id: str
    request_id: str
    prompt: str | None = None  # the file of an adapted prompt


def place(conversation: str, seed: int) -> bytes:
    """Where a conversation stands in the one random order of the log: by its hash with the seed.

    All use cases keep to this one order, so that a conversation that holds several enters all of them at one step: the
    bets on them are then bets in one filtration. It depends neither on when conversations came nor on which others did.
    """
    return hashlib.sha256(f"{seed}\0{conversation}".encode(errors="surrogatepass")).digest()


def order(conversations: Iterable[str], seed: int) -> list[str]:
    """The conversations in the random order of the seed.

    >>> order(["a", "b", "c"], 0) == order(["c", "a", "b"], 0)
    True
    """
    return sorted(set(conversations), key=lambda name: place(name, seed))


def draw(
    conversations: Mapping[str, list[str]],
    *,
    seed: int,
    tuning: int,
    proof: int | None = None,
    largest: int,
    spent: frozenset[str] = frozenset(),
) -> Split:
    """Draw the conversations of one use case: `tuning` of them, then `proof` of the rest (all, where None).

    `conversations` maps an id to its requests by turn; `spent` are those that an earlier generation was proven on.
    """
    drawn = [
        Drawn(
            conversation_id=name,
            requests=tuple(conversations[name][:largest]),
            more=max(0, len(conversations[name]) - largest),
        )
        for name in order(conversations, seed)
        if name not in spent and conversations[name]
    ]
    end = None if proof is None else tuning + proof
    return Split(tuning=tuple(drawn[:tuning]), proof=tuple(drawn[tuning:end]))


def cells(plan: Plan, frame: Frame, choice: Mapping[str, str] | None = None, *, part: str = "proof") -> Iterator[Cell]:
    """Every call of a part of the run, conversation by conversation in the order drawn.

    `part` "tuning": the incumbent and all arms, of use cases with several. "proof": the incumbent, the chosen arm
    (`choice` maps a use case to it), the same candidate with the other prompts where there are any, and for the first
    FLOOR conversations the incumbent again. Raises InputError where a use case has several arms and none was chosen.
    """
    steps = []
    for case in plan.provable:
        split = frame.use_cases.get(case.name, Split())
        base = (Arm(INCUMBENT, case.incumbent),)
        if part == "tuning":
            arms = (*base, *case.arms)
            asked = [(drawn, arms) for drawn in split.tuning] if len(case.arms) > 1 else []
        else:
            arm = case.arm(chosen(case.name, tuple(one.name for one in case.arms), choice))
            pair = (*base, *(one for one in (arm, case.beside(arm)) if one is not None))
            twice = (*pair, Arm(AGAIN, case.incumbent))
            asked = [(drawn, twice if k < FLOOR else pair) for k, drawn in enumerate(split.proof)]
        steps += [(place(drawn.conversation_id, frame.seed), case.name, drawn, arms) for drawn, arms in asked]
    for _, name, drawn, arms in sorted(steps, key=lambda step: step[:2]):
        for request in drawn.requests:
            for one in arms:
                yield Cell(one.name, one.endpoint, name, drawn.conversation_id, request, one.prompt)


def chosen(use_case: str, arms: tuple[str, ...], choice: Mapping[str, str] | None) -> str:
    """The arm that goes to the proof: the only one, or the one chosen on the tuning split."""
    if len(arms) == 1:
        return arms[0]
    found = (choice or {}).get(use_case)
    if found not in arms:
        raise InputError(
            f"Use case {use_case!r} has {len(arms)} candidates, adapted prompts counted, and none is chosen",
            "one, chosen on the tuning split",
            "nomoat work run --part tuning, then nomoat work score",
        )
    return found


def write(path: Path, noun: Frame) -> None:
    """Write the frame beside the plan."""
    path.write_bytes(msgspec.json.encode(noun, order="deterministic"))


def read(path: Path, plan: Plan | None = None) -> Frame:
    """The frozen frame; with its plan, InputError where it is another one than the plan was made with."""
    try:
        frame = msgspec.json.decode(path.read_bytes(), type=Frame)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "a frame", "nomoat work plan") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no frame: {error}", "frame.json as nomoat wrote it", "nomoat work plan") from None
    if plan is not None and plan.frame != frame.sha256:
        raise InputError(
            f"{path} is not the frame that the plan was made with",
            f"sha256 {(plan.frame or 'none')[:12]}, seen {frame.sha256[:12]}",
            "put the frame back, or nomoat work plan --again, which begins a generation",
        )
    return frame


def read_choice(path: Path) -> dict[str, Chosen]:
    """What was chosen on the tuning split, use case by use case; empty where nothing was."""
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Chosen])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no choice: {error}", "as nomoat work score wrote it") from None
