"""nomoat work run: what do the incumbent and the candidates answer?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options
from nomoat.cli.code import Coded, leave_with

if TYPE_CHECKING:
    from nomoat.work.pace import Progress


@click.command(
    "run", cls=Coded, epilog=options.examples("work run", "work run --part tuning", "work run --budget 20 --json")
)
@click.option("--in", "folder", metavar="DIR", type=click.Path(path_type=Path), help="The folder of the work.")
@click.option("--part", metavar="PART", default="proof", show_default=True, help="tuning, which chooses, or proof.")
@click.option("--run", "name", metavar="NAME", help="The run's name; else the part and the plan's generation.")
@click.option("--budget", metavar="USD", type=click.FloatRange(min=0), help="US dollars; else the plan's.")
@click.option("--tokens", metavar="N", type=click.IntRange(min=0), help="Tokens in and out; else the plan's.")
@click.option("--stream", is_flag=True, help="Stream answers, which also times their first token.")
@click.option("--redact", is_flag=True, help="Go on only if the plan masks personal data.")
@click.option("--unmasked", is_flag=True, help="Let prompts leave that hold keys, addresses or numbers of people.")
@click.option("--no-cache", is_flag=True, help="Ask anew what other runs of this work have paid for.")
@click.option("--failed-again", is_flag=True, help="Ask once more what failed before.")
@click.option(
    "--patience",
    metavar="S",
    type=click.FloatRange(0, 86_400),
    default=600.0,
    show_default=True,
    help="Seconds to wait for a busy server.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Print its rows as CSV.")
def command(
    folder: Path | None,
    part: str,
    name: str | None,
    budget: float | None,
    tokens: int | None,
    stream: bool,
    redact: bool,
    unmasked: bool,
    no_cache: bool,
    failed_again: bool,
    patience: float,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Ask the incumbent and the candidates of the fixed plan; what is answered is kept and never paid for twice.

    Prompts go to the endpoints of plan.toml and nowhere else; their hosts are said first. Those that hold what should
    not leave the house go masked, by a plan with --redact, or with --unmasked, or not at all. Keys come from the
    environment. The same line goes on after an interrupt, a kill or an empty budget. The exit code is 1 where the run
    did not get to its end.
    """
    if as_json and as_csv:
        raise click.UsageError("Of --json and --csv, one at a time", click.get_current_context())
    from nomoat.cli.output import emit
    from nomoat.cli.parts import Told
    from nomoat.views.ran import ran_table, ran_text
    from nomoat.work.leaving import leaving, require_leave
    from nomoat.work.place import workplace
    from nomoat.work.planned import run_plan
    from nomoat.work.run import Settings

    place = workplace(folder)
    require_leave(leaving(place, part), unmasked)
    try:
        ran = run_plan(
            place,
            part,
            name,
            usd=budget,
            tokens=tokens,
            settings=Settings(stream=stream, cache=not no_cache, failed_again=failed_again, patience_s=patience),
            redact=redact,
            say=lambda line: click.echo(line, err=True),
            watch=_watcher(),
        )
    except KeyboardInterrupt:
        said = "Left at once: calls in flight may be billed and are asked again; every answer before is kept."
        click.echo(f"{said} Try: the same line, which goes on", err=True)
        raise
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)
    answer = Told(result=ran, table=ran_table(ran), said=lambda width: ran_text(ran, width))
    emit(answer, "json" if as_json else "csv" if as_csv else None, None)
    leave_with(0 if ran.ended == "finished" else 1)


def _watcher() -> Callable[[Progress], None]:
    """A line that is written over on a terminal; elsewhere one a minute, for whoever reads the log later."""
    beats = 0

    def watch(now: Progress) -> None:
        nonlocal beats
        beats += 1
        of = f" of {now.total:,}" if now.total is not None else ""
        left = f", {_time(now.seconds_left)} left" if now.seconds_left is not None else ""
        waits = f", waiting for {', '.join(now.waiting)}" if now.waiting else ""
        rate = f"{now.per_second:,.0f}" if now.per_second >= 10 else f"{now.per_second:.1f}"
        line = f"{now.done:,}{of} calls, {now.failed:,} failed, ${now.spent_usd:,.2f}, {rate}/s{left}{waits}"
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        elif not beats % 120:
            click.echo(line, err=True)

    return watch


def _time(seconds: float) -> str:
    """A time to wait, in the unit that one thinks of it.

    >>> _time(8.6), _time(100), _time(20_000)
    ('9 s', '2 min', '5.6 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3600:,.1f} h"
