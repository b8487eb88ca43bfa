"""nomoat work plan: what would a proof take, and what exactly is to be proven?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values
from nomoat.errors import InputError
from nomoat.views.paragraph import fill

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    "plan",
    epilog=options.examples(
        "work plan --endpoints servers.toml --incumbent gpt --candidate qwen",
        'work plan --margin "ticket triage=0.02"',
        "work plan --fix 2026-11-22",
    ),
)
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--endpoints", "servers", metavar="FILE", type=click.Path(path_type=Path), help="TOML: [endpoints.NAME].")
@click.option("--incumbent", metavar="NAME", help="The endpoint that serves the traffic today.")
@click.option("--candidate", "candidates", metavar="NAME", multiple=True, help="An endpoint to try; may be repeated.")
@click.option(
    "--margin", "margins", metavar="[USE CASE=]LOSS", multiple=True, help="The loss allowed, 0.03 = 3 points."
)
@click.option(
    "--critical", metavar="USE CASE", multiple=True, help="A use case in which no mistake of the list is allowed."
)
@click.option("--level", metavar="P", type=float, help="Of the cases listed, the share that may be wrong; 0.05.")
@click.option("--discordance", metavar="P", type=float, help="The share of answers that differ, as you expect; 0.1.")
@click.option(
    "--openness", "classes", metavar="CLASS", multiple=True, help="Only candidates of it: weights-permissive, ..."
)
@click.option("--self-hosted", is_flag=True, help="Only candidates on servers of your own.")
@click.option("--context", metavar="N", type=click.IntRange(min=1), help="Only candidates that read N tokens or more.")
@click.option("--reads", metavar="KIND", multiple=True, help="Only candidates that read it: image, audio, video, file.")
@click.option(
    "--price", metavar="USD", type=click.FloatRange(min=0), help="The most a million tokens may cost, in your own mix."
)
@click.option(
    "--adapt", "adapts", metavar="NAME=FILE", multiple=True, help="Try the candidate with this prompt as well."
)
@click.option("--budget", metavar="USD", type=click.FloatRange(min=0), help="The most that the run may cost.")
@click.option("--seed", metavar="N", type=int, help="Of the order in which conversations are drawn; 0.")
@click.option("--redact", is_flag=True, help="Mask personal data in every prompt before it leaves.")
@click.option("--fix", "fix_on", callback=values.day, metavar="DATE", help="Fix margins and frame, dated and hashed.")
@click.option("--again", is_flag=True, help="Begin the next generation of models, on fresh traffic.")
@options.lists
def command(
    folder: Path | None,
    servers: Path | None,
    incumbent: str | None,
    candidates: tuple[str, ...],
    margins: tuple[str, ...],
    critical: tuple[str, ...],
    level: float | None,
    discordance: float | None,
    classes: tuple[str, ...],
    self_hosted: bool,
    context: int | None,
    reads: tuple[str, ...],
    price: float | None,
    adapts: tuple[str, ...],
    budget: float | None,
    seed: int | None,
    redact: bool,
    fix_on: date | None,
    again: bool,
) -> Answer:
    """Plan the proof: per use case the margin, the conversations, the cost, or why it cannot be proven.

    Writes plan.toml, which you edit, and frame.json, the conversations in their random order. Nothing is asked of any
    model. With --fix the plan is hashed and dated, and a run of it can begin; without options it is shown.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.leaving import labelling, sensitive
    from nomoat.views.work import plan_table, plan_text
    from nomoat.work import drafting, leaving
    from nomoat.work.place import workplace
    from nomoat.work.plan import FILE, read

    place = workplace(folder)
    named, plain = _margins(margins)
    if again:
        drafting.again(place)
    limits = {"classes": classes, "self_hosted": self_hosted, "context": context, "reads": reads, "price": price}
    new = servers or incumbent or candidates or margins or critical or again or adapts or any(limits.values())
    new = new or redact or not (level is None and discordance is None and seed is None and budget is None)
    if new:
        found = drafting.draft(
            place, servers=servers, incumbent=incumbent, candidates=candidates, margins=named, margin=plain,
            critical=critical, settings={"level": level, "discordance": discordance, "seed": seed},
            adapted=_adapted(adapts), limits={key: value for key, value in limits.items() if value}, budget_usd=budget,
            redact=redact,
        )  # fmt: skip
    if fix_on:
        found = drafting.fixed(place, fix_on)
    elif not new:
        drafted = not (place / FILE).exists() or read(place / FILE).sha256 is None
        found = drafting.draft(place) if drafted else drafting.shown(place)
    seen = leaving.shown(found, place)

    def said(width: int) -> str:
        text, _, last = plan_text(seen, width).rpartition("\n")
        more = (fill(line, width, subsequent_indent="  ") for line in (*labelling(seen), *sensitive(seen)))
        return "\n".join([text, *more, last])

    return Told(result=seen, table=plan_table(seen.plan), said=said)


def _adapted(typed: tuple[str, ...]) -> dict[str, str]:
    """Files of adapted prompts, in the work folder, by candidate."""
    found = {}
    for text in typed:
        name, _, file = text.partition("=")
        if not name or not file:
            raise InputError(f"--adapt {text}", "a candidate and a file of the work folder", "--adapt qwen=qwen.txt")
        found[name.strip()] = file.strip()
    return found


def _margins(typed: tuple[str, ...]) -> tuple[dict[str, float], float | None]:
    """Margins of use cases, and the one of all others."""
    named: dict[str, float] = {}
    plain: float | None = None
    for text in typed:
        name, _, loss = text.rpartition("=")
        try:
            value = float(loss)
        except ValueError:
            value = -1.0
        if not 0 < value < 1:
            raise InputError(f"--margin {text}", "a loss between 0 and 1", '--margin "USE CASE=0.03"')
        if name:
            named[name.strip()] = value
        else:
            plain = value
    return named, plain
