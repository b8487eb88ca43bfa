"""What does a plan ask of whom, with which prompts, and how is that run?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from nomoat.errors import InputError
from nomoat.work import adapted, outgoing, seal, store
from nomoat.work import frame as frames
from nomoat.work import plan as plans
from nomoat.work.budget import Budget
from nomoat.work.endpoint import Endpoint
from nomoat.work.frame import CHOICE, Cell, Frame, cells, read_choice
from nomoat.work.pace import Progress
from nomoat.work.past import MANIFEST, manifest
from nomoat.work.plan import Plan, require_fixed
from nomoat.work.ran import Ran
from nomoat.work.request import Request
from nomoat.work.run import Call, Settings, run
from nomoat.work.sensitive import redacted

PARTS = ("tuning", "proof")
WINDOW = 6_000  # calls whose prompts are in memory at once: some 20 MB at 10 KB a prompt and three arms


def run_plan(
    folder: Path,
    part: str = "proof",
    name: str | None = None,
    *,
    usd: float | None = None,
    tokens: int | None = None,
    settings: Settings | None = None,
    redact: bool = False,
    say: Callable[[str], None] = lambda line: None,
    watch: Callable[[Progress], None] = lambda progress: None,
) -> Ran:
    """Run a part of the fixed plan in the work folder: `tuning`, which chooses candidates, or `proof`.

    The run is named PART-GENERATION unless `name` says otherwise. The plan's budgets in money and in tokens hold, each
    unless another is given. What was answered under another plan is asked anew: it may have been looked at before this
    plan was fixed. Where the plan says `redact`, personal data are masked in every prompt before it leaves.

    Raises InputError for a plan that is not fixed or was changed, for `redact` with a plan that does not mask, for a
    file of the plan that was changed, and for a frame whose requests the table does not hold as they were.
    """
    if part not in PARTS:
        raise InputError(f"There is no part {part!r}", "tuning or proof", "--part proof")
    plan = plans.read(folder / plans.FILE)
    require_fixed(plan)
    require_masking(plan, redact)
    frozen = frames.read(folder / frames.FILE, plan)
    seal.require_files(plan, folder)
    total = sum(1 for _ in asked(plan, frozen, folder, part))
    if not total:
        few = "no use case has several candidates or adapted prompts"
        what = few if part == "tuning" else "no use case can be proven"
        next = "--part proof" if part == "tuning" else "nomoat work plan, which says what each use case lacks"
        raise InputError(f"The plan asks nothing in its part {part!r}: {what}", "calls to make", next)
    drawn = {r for s in frozen.use_cases.values() for one in (*s.tuning, *s.proof) for r in one.requests}
    seal.require_logged(plan, frozen, store.requests(folder, drawn))
    calls = prompts(asked(plan, frozen, folder, part), folder, redact=plan.redact)
    settings = replace(settings or Settings(), total=total, plan=plan.sha256 or "")
    if settings.cache and part == "proof" and _sampled(plan, store.requests(folder, drawn)):
        settings = replace(settings, cache=False)
        say("Prompts that come again are asked anew: no temperature of 0 makes their answers copies of each other")
    if settings.cache and (seen := other_plans(folder, plan)):
        settings = replace(settings, cache=False)
        say(f"What was answered under another plan ({', '.join(seen)}) was there before this one was fixed: asked anew")
    return run(
        calls,
        _named(plan, asked(plan, frozen, folder, part)),
        folder,
        name or f"{part}-{plan.generation}",
        budget=Budget(plan.budget_usd if usd is None else usd, plan.budget_tokens if tokens is None else tokens),
        settings=settings,
        say=say,
        watch=watch,
    )


def require_masking(plan: Plan, wanted: bool) -> None:
    """Raise InputError where masking is wanted of a plan without it: half a run masked would compare two things."""
    if wanted and not plan.redact:
        raise InputError(
            "--redact, and the plan does not mask",
            "one way of asking a plan, fixed with it",
            "nomoat work plan --redact before it is fixed, or --again",
        )


def asked(plan: Plan, frozen: Frame, folder: Path, part: str) -> Iterator[Cell]:
    """The calls of a part, in the order drawn, with the candidates that the tuning split chose."""
    choice = {name: one.candidate for name, one in read_choice(folder / CHOICE).items()}
    return cells(plan, frozen, choice, part=part)


def other_plans(folder: Path, plan: Plan) -> tuple[str, ...]:
    """The runs of a work folder that were made under another plan: their answers may have been looked at before it."""
    found = []
    for path in sorted((folder / "runs").glob(f"*/{MANIFEST}")):
        made = manifest(path.parent)
        if made is not None and made.plan not in ("", plan.sha256):
            found.append(path.parent.name)
    return tuple(found)


def _sampled(plan: Plan, requests: Iterable[Request]) -> bool:
    """Whether an arm's answer to some request is drawn by chance, as far as its settings say.

    One such answer, copied to all conversations with the same prompt, would be one observation that counts as many: of
    a log with a single prompt, a candidate that loses now and then would be listed nearly always.
    """
    arms = {name for case in plan.provable for name in (case.incumbent, *case.candidates)}
    return any(
        outgoing.settings(plan.endpoints[name], request).get("temperature") != 0
        for request in requests
        for name in arms
    )


def _named(plan: Plan, calls: Iterable[Cell]) -> dict[str, Endpoint]:
    """The endpoints that the calls go to: a key that no call needs need not be there."""
    wanted = {cell.endpoint for cell in calls}
    return {name: endpoint for name, endpoint in plan.endpoints.items() if name in wanted}


def prompts(calls: Iterable[Cell], folder: Path, *, redact: bool = False) -> Iterator[Call]:
    """The calls with their requests from the table, some thousands in memory at a time.

    Raises InputError where the table holds one of them no more.
    """
    rest = iter(calls)
    while window := list(islice(rest, WINDOW)):
        held = {one.request_id: one for one in store.requests(folder, {cell.request_id for cell in window})}
        masked: dict[str, Request] = {}
        texts = {name: adapted.prompt(folder / name) for name in {cell.prompt for cell in window} if name}
        for cell in window:
            request = held.get(cell.request_id)
            if request is None:
                raise InputError(
                    f"The table holds no request {cell.request_id!r}, which the plan drew",
                    "the table that the plan was made with",
                    "nomoat work read FILE with the same logs",
                )
            if redact:
                request = masked.setdefault(cell.request_id, redacted(request))
            if cell.prompt:
                request = adapted.adapted(request, texts[cell.prompt])
            yield Call(cell.arm, cell.endpoint, request, cell.prompt is not None)
