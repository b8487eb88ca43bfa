"""What is said of prompts that would leave the house with what should stay in it?"""

from __future__ import annotations

from nomoat.views.table import printable
from nomoat.views.words import count, listing
from nomoat.work.leaving import Shown


def sensitive(found: Shown) -> tuple[str, ...]:
    """A sentence for every use case with flagged prompts that go out, and what to type where they go unmasked."""
    told = []
    for one in found.sensitive:
        if not one.flagged:
            continue
        looked = f"{one.prompts:,} prompts" if one.prompts == one.drawn else f"the first {one.prompts:,} prompts drawn"
        kinds = ", ".join(f"{kind} in {n:,}" for kind, n in one.kinds.items())
        masked = "masked" if found.plan.redact else "as they are"
        told.append(
            f"{printable(one.use_case)}: {one.flagged:,} of {looked} hold what should stay in the house ({kinds}) "
            f"and go {masked} to {listing(list(map(printable, one.hosts)))}."
        )
    if told and not found.plan.redact:
        again = " --again" if found.plan.sha256 else ""
        word = "A run will ask for your word before it sends them (--unmasked)"
        told.append(f"{word}; nomoat work plan{again} --redact masks them.")
    elif found.sensitive and not told:
        seen, drawn = (sum(getattr(one, name) for one in found.sensitive) for name in ("prompts", "drawn"))
        of = f"the first {seen:,} of {count(drawn, 'prompt')}" if seen < drawn else count(seen, "prompt")
        told.append(f"Nothing that should stay in the house was seen in {of} that go out.")
    return tuple(told)


def labelling(found: Shown) -> tuple[str, ...]:
    """What people have to do for a use case that they or a judge score, said before anything is paid."""
    told = []
    for case in found.plan.provable:
        if case.scorer["kind"] not in ("human", "rubric", "pairwise") or not case.needed:
            continue
        talks = found.frame.use_cases[case.name].proof[: case.needed]
        answers = 2 * sum(len(one.requests) for one in talks)
        alone = "" if case.scorer["kind"] == "human" else " The judge alone proves nothing."
        told.append(
            f"{printable(case.name)}: people label up to {answers:,} answers for that, blind: nomoat work score "
            f"--to-label {len(talks)} after the run.{alone}"
        )
    return tuple(told)
