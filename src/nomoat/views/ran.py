"""What is said of a run that ended, and of a recording?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nomoat.views.paragraph import fill
from nomoat.views.table import Column, Table, printable
from nomoat.views.words import count

if TYPE_CHECKING:
    from nomoat.work.ran import Ran
    from nomoat.work.record import Recorded

_ARMS = (
    Column(key="arm", title="arm", wide=24),
    Column(key="model", title="model", wide=30),
    Column(key="served", title="answers as", terminal=False),
    Column(key="answered", title="answered"),
    Column(key="failed", title="failed"),
    Column(key="refused", title="refused"),
    Column(key="cut_off", title="cut off", terminal=False),
    Column(key="empty", title="empty", terminal=False),
    Column(key="cached", title="copied", terminal=False),
    Column(key="input_tokens", title="tokens in"),
    Column(key="output_tokens", title="tokens out"),
    Column(key="cost_usd", title="US$", digits=4),
    Column(key="latency_ms", title="median ms", digits=0),
    Column(key="latency_p95_ms", title="95 % ms", digits=0),
    Column(key="first_token_ms", title="first token ms", digits=0, terminal=False),
)
_ENDINGS = {
    "refused": "refused, in its own field or by a content filter",
    "cut off": "cut off by their length limit",
    "empty": "empty",
}
_ENDED = {
    "finished": "Every call is answered or has failed",
    "budget": "The budget ended the run",
    "interrupted": "The run was interrupted",
    "stopped": "An endpoint was given up",
}


def ran_table(ran: Ran) -> Table:
    """A row an arm; a cost is missing where no answer of it has a price."""
    rows = tuple(
        (
            printable(arm.arm), printable(arm.model), ", ".join(map(printable, arm.served)), arm.answered, arm.failed,
            *(arm.endings.get(how, 0) for how in _ENDINGS), arm.cached, arm.input_tokens, arm.output_tokens,
            arm.cost_usd if arm.unpriced < arm.answered or not arm.answered else None,
            arm.latency_ms, arm.latency_p95_ms, arm.first_token_ms,
        )
        for arm in ran.arms
    )  # fmt: skip
    return Table(name="run", caption=f"{_ENDED[ran.ended]}: {_counts(ran)}.", columns=_ARMS, rows=rows)


def _counts(ran: Ran) -> str:
    said = f"{count(ran.answered, 'answer')}, {count(ran.failed, 'failure')}"
    return said + (f", {ran.cached:,} of the answers paid for before" if ran.cached else "")


def ran_text(ran: Ran, width: int) -> str:
    """The same in words: what it cost, what went wrong, what is left."""
    table = ran_table(ran)
    said = [f"Spent: ${ran.spent_usd:,.4f} and {ran.spent_tokens:,} tokens."]
    if ran.possible_usd:
        said.append(f"Up to ${ran.possible_usd:,.4f} more may be billed for calls that brought no answer.")
    if unpriced := sum(arm.unpriced for arm in ran.arms):
        why = "no price in the plan, or no believable usage; where there is a price, the limit of each counts as spent"
        said.append(f"{count(unpriced, 'answer')} without a known cost: {why}.")
    if ran.calls and ran.seconds:
        said.append(f"This sitting: {count(ran.calls, 'call')} in {ran.seconds:,.0f} s.")
    for what, found in (("Attempts without an answer", ran.missed), ("Not believed", ran.doubts)):
        if found:
            said.append(
                f"{what}: " + ", ".join(f"{n:,} × {printable(name)}" for name, n in sorted(found.items())) + "."
            )
    for arm in ran.arms:
        if len(arm.served) > 1:
            named = ", ".join(f"{printable(name)} ({n:,})" for name, n in arm.served.items())
            said.append(f"{printable(arm.arm)} was answered by several models: {named}.")
        if arm.errors:
            kinds = ", ".join(f"{n:,} × {printable(kind)}" for kind, n in sorted(arm.errors.items()))
            said.append(f"Failures of {printable(arm.arm)}, which count against it: {kinds}.")
        if arm.endings:
            kinds = ", ".join(f"{arm.endings[how]:,} {words}" for how, words in _ENDINGS.items() if how in arm.endings)
            said.append(f"Answers of {printable(arm.arm)} that are scored as they are: {kinds}.")
    said += [printable(line) for line in ran.why]
    if ran.ended in ("budget", "interrupted"):
        more = " with a larger --budget or --tokens" if ran.ended == "budget" else ""
        said.append(f"Try: the same line again{more}; what is answered is not asked again.")
    return "\n".join([table.caption, "", table.text(width), "", *(fill(line, width) for line in said)])


def recorded_table(found: Recorded) -> Table:
    """How many calls were written and how many passed unrecorded, by reason."""
    columns = (Column(key="what", title="calls", wide=60), Column(key="count", title="count"))
    rows = (
        ("written", found.kept),
        ("no chat calls", found.others),
        *((f"passed on, not written: {printable(why)}", n) for why, n in sorted(found.unkept.items())),
    )
    caption = f"{count(found.kept, 'chat call')} in {found.folder}. Next: nomoat work read {found.folder}"
    return Table(name="recorded", caption=caption, columns=columns, rows=rows)
