"""The page of one's own work: who serves one's requests, and which of them may an open model take?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.catalog.home import store_home
from nomoat.explorer.page import Content, Page, Section, View
from nomoat.explorer.state import Param, Values
from nomoat.types import SCHEMA_VERSION, Noun
from nomoat.work.profile import Profile
from nomoat.work.usecase import UseCases

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

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


class YourWork(Noun, frozen=True, kw_only=True):
    """What there is in the work folder of the store; None for what was not done yet."""

    schema_version: int = SCHEMA_VERSION
    folder: str
    profile: Profile | None = None
    use_cases: UseCases | None = None


def held(catalog: Catalog, as_of: date | None = None) -> YourWork:
    """Look into the work folder, which is not made by looking."""
    from nomoat.work.profile import profile
    from nomoat.work.store import count
    from nomoat.work.usecase import FROZEN, usecases

    folder = store_home(catalog.home) / "work"
    if not (folder / "requests").is_dir() or not count(folder):
        return YourWork(folder=str(folder))
    return YourWork(
        folder=str(folder),
        profile=profile(folder, as_of=as_of, catalog=catalog),
        use_cases=usecases(folder) if (folder / FROZEN).exists() else None,
    )


def answer(catalog: Catalog, values: Values) -> View:
    """Models, shares and use cases of the log; how to begin where nothing was read."""
    from nomoat.views.words import count

    found = held(catalog, values["as_of"])
    told = python(values)
    traffic = found.profile
    if traffic is None:
        return View(
            title=QUESTION, result=found, lead=("No request of yours is in the work folder of this store yet.",),
            sections=(Section(id="begin", title="How do I begin?", build=_begin, python=told, origins=()),),
            python=told,
        )  # fmt: skip
    return View(
        title=QUESTION,
        result=found,
        lead=(f"{count(traffic.requests, 'request')} in {count(traffic.conversations, 'conversation')} were read.",),
        sections=(*_use_cases(found), *_traffic(traffic, told)),
        left_out=traffic.left_out,
        origins=traffic.origins,
        python=told,
        as_of=traffic.as_of,
    )


def _begin() -> Content:
    return Content(words=BEGIN)


def _use_cases(found: YourWork) -> tuple[Section, ...]:
    from nomoat.views.traffic import usecases_table

    told = "from nomoat.work.place import workplace\nfrom nomoat.work.usecase import usecases\nusecases(workplace())"
    cases = found.use_cases

    def build() -> Content:
        if cases is None:
            return Content(empty="They were not looked for yet: nomoat work usecases.")
        table = usecases_table(cases)
        return Content(words=(table.caption,), table=table)

    return (Section(id="use-cases", title="What is your traffic made of?", build=build, python=told, origins=()),)


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
    lines = "from nomoat.work.place import workplace\nfrom nomoat.work.profile import profile\n"
    return f"{dated}{lines}profile(workplace(){known})"


PAGE = Page(path="work", nav="Your work", question=QUESTION, params=PARAMS, answer=answer, folders=FOLDERS)
