"""Which options do the measures share? Declared once, so that they mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce, wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from nomoat.cli import values

Verb = TypeVar("Verb", bound=Callable[..., Any])


def examples(*lines: str) -> str:
    """The end of a verb's help: lines that can be typed as they stand, and that a test types."""
    return "\b\nExamples:\n" + "\n".join(f"  nomoat {line}" for line in lines)


def several(*options: Callable[[Any], Any]) -> Callable[[Verb], Verb]:
    """A few options as one decorator, in the order in which help shows them."""

    def decorate(verb: Verb) -> Verb:
        return reduce(lambda inner, option: option(inner), reversed(options), verb)

    return decorate


cohorts = several(
    click.argument("leader", required=False),
    click.argument("follower", required=False),
)
scale = click.option(
    "--on",
    metavar="SCALE|FILE",
    default="capability",
    show_default=True,
    help="What to compare on (nomoat scales lists it), or your own table as FILE.csv or FILE.parquet.",
)


def dates_of(what: str) -> Callable[[Verb], Verb]:
    """The two dates, of which `--at` cuts what the measure counts and `--as-of` what was known."""
    return several(
        click.option("--at", callback=values.day, metavar="DATE", help=f"Count {what} up to this day only."),
        click.option("--as-of", callback=values.day, metavar="VINTAGE", help="Use only what was known on this day."),
    )


dates = dates_of("releases")
start = click.option(
    "--start", callback=values.day, metavar="DATE", help="Count from this day, else from 24 months before the end."
)
reconstruct = click.option(
    "--reconstruct",
    is_flag=True,
    help="With --as-of: refit today's scores of models released by then, and call it hindsight.",
)
method = click.option(
    "--method", metavar="NAME", default="eci", show_default=True, help="How scores become one ability: eci or nomoat."
)


def draws(usual: int = 500, of: str = "sets of abilities") -> Callable[[Verb], Verb]:
    """How many draws, and of what; `usual` is what the measure takes from Python as well."""
    return click.option(
        "--draws",
        callback=values.whole(values.MOST_DRAWS),
        metavar="N",
        default=str(usual),
        show_default=True,
        help=f"Plausible {of} behind the intervals; 0 for none.",
    )


seed = click.option(
    "--seed",
    callback=values.whole(values.MOST_SEED),
    metavar="N",
    default="0",
    show_default=True,
    help="Of the draws.",
)
level = click.option(
    "--level",
    callback=values.between_0_and_1,
    metavar="P",
    default="0.9",
    show_default=True,
    help="Of the intervals.",
)
sampling = several(draws(), seed, level)


def prints(verb: Callable[..., Any]) -> Callable[..., None]:
    """Let a measure return its answer, and print it or write it to a file as the user asked."""
    cite = click.option("--cite", is_flag=True, help="Print one sentence to quote.")
    out = "Write a chart (.png, .svg, .html) or the numbers (.csv, .json) to FILE."
    return _told(several(cite, _out(out))(_telling(verb)))


def lists(verb: Callable[..., Any]) -> Callable[..., None]:
    """The same for a list of the catalogue, which has no chart and claims nothing."""
    return _told(_out("Write the list to FILE (.csv, .json).")(_telling(verb)))


def _telling(verb: Callable[..., Any]) -> Callable[..., None]:
    @wraps(verb)
    def tell(*, as_json: bool, as_csv: bool, out: Path | None, cite: bool = False, **asked: Any) -> None:
        from nomoat.cli.output import emit
        from nomoat.cli.progress import working

        if as_json + as_csv + cite > 1:
            raise click.UsageError("Of --json, --csv and --cite, one at a time", click.get_current_context())
        with working(click.get_current_context().info_name or ""):
            answer = verb(**asked)
        emit(answer, "json" if as_json else "csv" if as_csv else "cite" if cite else None, out)

    return tell


def _out(help: str) -> Callable[[Verb], Verb]:
    return click.option("--out", callback=values.file, metavar="FILE", help=help)


_told = several(
    click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON."),
    click.option("--csv", "as_csv", is_flag=True, help="Print its rows as CSV."),
)
