"""nomoat adoption: how much are open models used?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options, values
from nomoat.cli.parts import Told

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@dataclass(frozen=True, kw_only=True)
class _Shares(Told):
    """Shares, whose sentence to quote begins with the same week in three units where there is one."""

    together: str = ""

    def cite(self) -> str:
        return f"{self.together}{super().cite()}"


@click.command(
    epilog=options.examples(
        "adoption",
        "adoption --unit tokens --channel openrouter --out share.svg",
        "adoption --by country --csv",
        "adoption --compare AD074 AD075",
        "adoption --concentration --by organisation",
        "adoption --cite",
    )
)
@click.option(
    "--by",
    metavar="openness|country|organisation|family|other",
    help="Whose shares  [default: openness; with --concentration organisation, or model].",
)
@click.option(
    "--unit",
    metavar="tokens|requests|money|downloads|derivatives|respondents",
    help="What is counted; else all of them.",
)
@click.option("--channel", metavar="NAME", help="Where it was seen: openrouter, vercel, huggingface, enterprises, ...")
@click.option("--population", metavar="WORDS", help="Only populations whose description holds these words.")
@click.option(
    "--level",
    callback=values.between_0_and_1,
    metavar="P",
    default="0.5",
    show_default=True,
    help="Share to be passed.",
)
@click.option("--partial", is_flag=True, help="Take periods in as well that were not over.")
@click.option(
    "--compare", nargs=2, metavar="ONE OTHER", help="The difference of two shares by id, where that is allowed."
)
@click.option(
    "--concentration", is_flag=True, help="How few have most of it: HHI and the share of the 1, 3 and 5 largest."
)
@click.option(
    "--on",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own shares, FILE.csv or FILE.parquet: start,end,subject,unit,population,rule and share, or low,high, or "
    "count,total.",
)
@options.dates_of("periods that were over")
@options.prints
def command(
    compare: tuple[str, str] | None,
    concentration: bool,
    on: Path | None,
    at: date | None,
    as_of: date | None,
    **asked: Any,
) -> Answer:
    """How much are open models used: in tokens, requests, money, downloads, derivatives and answers?

    A share is one number only with its unit, place, rule and window; unlike ones are not compared, and the reason is
    given.
    """
    from nomoat.views import adoption as views
    from nomoat.views import published
    from nomoat.views.series import series_figure
    from nomoat.views.split import split_figure
    from nomoat.world.adoption import adoption

    if compare:
        from nomoat.world.comparable import compare as difference

        two = difference(*compare, as_of=as_of)
        return Told(result=two, said=lambda width: views.comparison_text(two, width))
    if on is not None:
        _refuse("--on takes your own shares, for which {} has no meaning", "by", "as_of")
    if concentration:
        _refuse("--concentration passes no level: {} has no meaning with it", "level")
        asked.pop("level")
        return _concentrated(on, asked, at, as_of)
    asked["by"] = asked["by"] or "openness"
    if on is not None:
        from nomoat.world.own_use import own_adoption

        asked.pop("by")
        found = own_adoption(on, at=at, **asked)
    else:
        found = adoption(at=at, as_of=as_of, **asked)
    together = None
    if asked.get("by", "openness") == "openness" and not any(asked[key] for key in ("unit", "channel", "population")):
        from contextlib import suppress

        from nomoat.errors import InputError
        from nomoat.world.split import split

        with suppress(InputError):  # no window by then has two units: the shares themselves are shown all the same
            together = split(at=at, as_of=as_of, found=found)
    figure = None
    if together is not None:
        figure = lambda: split_figure(together)  # noqa: E731
    elif found.series:
        figure = lambda: series_figure(found.series[0], found)  # noqa: E731
    elif published.shares(found):
        figure = lambda: published.shares_figure(found)  # noqa: E731
    together_said = "" if together is None else f"{together.cite()} "
    return _Shares(
        result=found,
        together=together_said,
        figure=figure,
        table=views.adoption_table(found),
        said=lambda width: views.adoption_text(found, together, width),
    )


def _concentrated(on: Path | None, asked: dict[str, Any], at: date | None, as_of: date | None) -> Answer:
    """How few have most of it, in the catalogue or in a table of one's own."""
    from nomoat.views import concentration as views
    from nomoat.world.concentration import concentration, own_concentration

    by = asked.pop("by")
    if on is not None:
        found = own_concentration(on, at=at, **asked)
    else:
        found = concentration(by=by or "organisation", at=at, as_of=as_of, **asked)
    return Told(
        result=found,
        figure=(lambda: views.concentration_figure(found)) if found.wholes else None,
        table=views.concentration_table(found),
        said=lambda width: views.concentration_text(found, width),
    )


def _refuse(why: str, *names: str) -> None:
    """Refuse options that were typed and that the others leave without a meaning."""
    context = click.get_current_context()
    typed = [
        f"--{name.replace('_', '-')}"
        for name in names
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if typed:
        raise click.UsageError(why.format(", ".join(typed)))
