"""The page of one's own work: who serves one's requests, and which of them may an open model take?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import msgspec

from nomoat.catalog.home import store_home
from nomoat.errors import NomoatError
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values
from nomoat.types import SCHEMA_VERSION, Noun

if TYPE_CHECKING:  # 0.1 s of imports that no other page needs, and every page waits for all modules of pages
    from nomoat.catalog.store import Catalog
    from nomoat.views.figure import Figure
    from nomoat.work.plan import Plan
    from nomoat.work.profile import Profile
    from nomoat.work.route import Policy
    from nomoat.work.usecase import UseCases
    from nomoat.work.verdict import Verdict

T = TypeVar("T")

_PLACE = "from nomoat.work.place import workplace\n"
_POLICY = "from nomoat.work.route import read\nread((workplace() / 'policy.json').read_bytes())"

PARAMS = (Param(name="as_of", title="Known on", kind="date", help="say of models what was known on this day"),)
FOLDERS = ("work", "work/requests", "work/runs")
QUESTION = "Which of your own requests may an open model take?"
BEGIN = (
    "nomoat work read FILE reads logs of LiteLLM, OpenAI, Langfuse and others, or a CSV with a request a row.",
    "nomoat work profile says who serves your requests today, nomoat work usecases what they are made of.",
    "nomoat work plan fixes what is to be proven before any data, nomoat work run asks the models, nomoat work score "
    "and nomoat work prove give the verdict, nomoat work route writes the policy.",
    "Nothing leaves this machine but prompts to the endpoints that the plan names.",
)

WATCH = (
    "Whether it still holds on a day (versions, prices, drift) nomoat work watch --on DATE says; this page shows the "
    "policy as it was made."
)


class YourWork(Noun, frozen=True, kw_only=True):
    """What there is in the work folder of the store; None for what was not done yet."""

    schema_version: int = SCHEMA_VERSION
    profile: Profile | None = None
    use_cases: UseCases | None = None
    plan: Plan | None = None
    verdict: Verdict | None = None  # of the newest run that has one
    policy: Policy | None = None
    faults: tuple[str, ...] = ()  # files that are there and cannot be read


def held(folder: Path, catalog: Catalog, as_of: date | None = None, *, counted: bool = True) -> YourWork:
    """Look into a work folder, which is not made by looking; a file that cannot be read hides no other.

    Use cases are `counted` by reading every prompt: 3,505 requests take 0.8 s on a busy machine.
    """
    from nomoat.work import plan as plans
    from nomoat.work import route
    from nomoat.work.profile import profile
    from nomoat.work.store import count
    from nomoat.work.usecase import FROZEN, usecases

    if not (folder / "requests").is_dir() or not count(folder):
        return YourWork()
    faults: list[str] = []

    def there(file: Path, read: Callable[[], T]) -> T | None:
        try:
            return read() if file.exists() else None
        except (NomoatError, msgspec.MsgspecError, OSError, UnicodeDecodeError) as error:
            faults.append(str(error) if isinstance(error, NomoatError) else f"{file.name} cannot be read: {error}")
            return None

    written = sorted((folder / "runs").glob("*/verdict.json"))
    verdicts = [there(file, partial(_verdict, file)) for file in written]
    found = [verdict for verdict in verdicts if verdict is not None]
    plan, policy = folder / plans.FILE, folder / route.FILE
    return YourWork(
        profile=profile(folder, as_of=as_of, catalog=catalog),
        use_cases=there(folder / FROZEN, lambda: usecases(folder)) if counted else None,
        plan=there(plan, lambda: plans.read(plan)),
        verdict=max(found, key=lambda one: (one.generation, one.last_answer or date.min, one.run), default=None),
        policy=there(policy, lambda: route.read(policy.read_bytes())),
        faults=tuple(faults),
    )


def _verdict(file: Path) -> Verdict:
    from nomoat.work.verdict import Verdict

    return msgspec.json.decode(file.read_bytes(), type=Verdict)


def answer(catalog: Catalog, values: Values) -> View:
    """The verdict and its evidence, the plan, use cases, models and shares; how to begin where nothing was read."""
    from nomoat.views.words import count

    folder = store_home(catalog.home) / "work"
    found = held(folder, catalog, values["as_of"], counted=False)
    told = python(values)
    traffic, verdict = found.profile, found.verdict
    if traffic is None:
        begin = Section(
            id="begin", title="How do I begin?", build=lambda: Content(words=BEGIN), python=told, origins=()
        )
        said = "No request of yours is in the work folder of this store yet."
        return View(title=QUESTION, result=found, lead=(said,), sections=(begin,), python=told)
    read = f"{count(traffic.requests, 'request')} in {count(traffic.conversations, 'conversation')} were read."
    return View(
        title=QUESTION,
        result=partial(held, folder, catalog, values["as_of"]),
        lead=(verdict.sentence if verdict else f"{read} Nothing is proven yet.",),
        sections=(*_proof(found), *_gap(folder, catalog, found), _use_cases(folder), *_traffic(traffic, told)),
        warnings=found.faults,
        left_out=(*(verdict.left_out if verdict else ()), *traffic.left_out),
        origins=traffic.origins,
        cite=verdict.cite() if verdict else "",
        python=told,
        as_of=traffic.as_of,
    )


def _proof(found: YourWork) -> tuple[Section, ...]:
    """What was promised, and what came of it."""
    from nomoat.views.routed import policy_table
    from nomoat.views.signed import told as told_of
    from nomoat.views.work import cost_figure, plan_table, verdict_figure

    sections = []
    verdict, plan = found.verdict, found.plan
    if verdict is not None:
        told = f"{_PLACE}(workplace() / 'runs' / {verdict.run!r} / 'verdict.json').read_text()"
        sections.append(
            Section(
                id="verdict", title="Which use cases can be listed, and on what evidence?", python=told, origins=(),
                build=lambda: Content(
                    figure=partial(verdict_figure, verdict), words=_evidence(verdict),
                    notes=tuple(line.strip() for case in verdict.cases for line in told_of(case)),
                ),
            )
        )  # fmt: skip
        if any(case.cost.ratio is not None for case in verdict.cases):
            sections.append(
                Section(
                    id="cost", title="What does a success cost?", python=told, origins=(),
                    build=lambda: Content(figure=cast("Callable[..., Figure]", partial(cost_figure, verdict))),
                )
            )  # fmt: skip
    policy = found.policy
    if policy is not None:
        rules = policy_table(policy)
        held_until = f"From {policy.made_from}; it holds until {policy.expires}." if policy.expires else ""
        sections.append(
            Section(
                id="policy", title="Which requests may go where?", python=f"{_PLACE}{_POLICY}", origins=(),
                build=lambda: Content(words=tuple(filter(None, (rules.caption, held_until, WATCH))), table=rules),
            )
        )  # fmt: skip
    if plan is not None:
        read = f"{_PLACE}from nomoat.work.plan import read\nread(workplace() / 'plan.toml')"
        table = plan_table(plan)
        sections.append(
            Section(
                id="plan", title="What is to be proven, and what does that take?", python=read, origins=(),
                build=lambda: Content(words=(table.caption, *_refused(plan)), table=table),
            )
        )  # fmt: skip
    return tuple(sections)


def _gap(folder: Path, catalog: Catalog, found: YourWork) -> tuple[Section, ...]:
    """How far behind open models are on the user's own use cases, or why that cannot be said."""
    if found.verdict is None:
        return ()
    told = f"{_PLACE}from nomoat import gap\nfrom nomoat.work.measured import measured, write\n"
    told += "gap(on=write(workplace(), measured(workplace())))"

    def build() -> Content:
        from tempfile import TemporaryDirectory

        from nomoat.views.words import headline
        from nomoat.work.measured import measured, write
        from nomoat.world.gap import gap

        try:
            table = measured(folder, catalog=catalog)
            with TemporaryDirectory() as place:  # looking at a page writes nothing into the work folder
                own = table.beside(gap(on=write(Path(place), table)))
        except NomoatError as error:
            return Content(words=(f"This cannot be said yet. {error}",))
        alike = f"On {', '.join(table.use_cases)}; the same as nomoat gap --on work."
        return Content(words=(headline(own), alike, *(f"{one[0].upper()}{one[1:]}." for one in own.warnings)))

    return (Section(id="gap", title="How far behind is open on your own work?", build=build, python=told, origins=()),)


def _evidence(verdict: Verdict) -> tuple[str, ...]:
    from nomoat.views.signed import NAMED
    from nomoat.views.work import relied

    until = f"It holds until {verdict.holds_until}." if verdict.holds_until else "How long it holds is not known."
    said = [f"{case.use_case}: {NAMED[case.status]}, {case.why}." for case in verdict.cases]
    plan = f"plan {verdict.plan_sha256[:12]}, run {verdict.run}"
    fixed = f"Margins were fixed on {verdict.fixed_on}, as its owner says ({plan}). {until}"
    left = (f"Left out: {row.what}, {row.count:,}: {row.why}." for row in verdict.left_out)
    return (*said, fixed, *relied(verdict), *left, *(f"Not known: {line.rstrip('.')}." for line in verdict.unknown))


def _refused(plan: Plan) -> tuple[str, ...]:
    return tuple(
        f"{case.name}: not provable with your traffic, because {case.why_not}."
        for case in plan.use_cases
        if case.why_not is not None
    )


def _use_cases(folder: Path) -> Section:
    from nomoat.views.traffic import usecases_table
    from nomoat.work.usecase import FROZEN, usecases

    told = f"{_PLACE}from nomoat.work.usecase import usecases\nusecases(workplace())"

    def build() -> Content:
        if not (folder / FROZEN).exists():
            return Content(empty="They were not looked for yet: nomoat work usecases.")
        table = usecases_table(usecases(folder))
        return Content(words=(table.caption,), table=table)

    title = "What is your traffic made of?"
    return Section(id="use-cases", title=title, build=build, python=told, later=True, origins=())


def _traffic(traffic: Profile, told: str) -> tuple[Section, ...]:
    from nomoat.views.traffic import profile_table, shares_table

    return (
        Section(
            id="models", title="Who serves your requests, and what does it cost?",
            build=lambda: Content(table=profile_table(traffic)), python=told, origins=(),
        ),
        Section(
            id="shares", title="How much of it do open models serve already?",
            build=lambda: Content(table=shares_table(traffic)), python=told, origins=(),
        ),
    )  # fmt: skip


def python(values: Values) -> str:
    """The lines that give the same result in Python.

    >>> print(python({"as_of": date(2026, 8, 1)}))
    from datetime import date
    from nomoat.work.place import workplace
    from nomoat.work.profile import profile
    profile(workplace(), as_of=date(2026, 8, 1))
    """
    day = values["as_of"]
    dated = "from datetime import date\n" if day else ""
    known = f", as_of=date({day.year}, {day.month}, {day.day})" if day else ""
    return f"{dated}{_PLACE}from nomoat.work.profile import profile\nprofile(workplace(){known})"


PAGE = Page(path="work", nav="Your work", question=QUESTION, params=PARAMS, answer=answer, folders=FOLDERS)
