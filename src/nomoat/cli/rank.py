"""nomoat rank: which model do people prefer?"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nomoat.cli import options, values

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples(
        "rank battles.csv",
        "rank battles.csv --by language --covariates length --json",
        "rank battles.csv --out rank.svg",
    )
)
@click.argument("battles", type=click.Path(path_type=Path))
@click.option("--by", metavar="COLUMN", help="One ranking for each of its values.")
@click.option(
    "--covariates", metavar="NAME,NAME", help="Columns whose effect on the votes is taken out of the ratings."
)
@click.option("--anchor", metavar="[MODEL=]RATING", default="1000", show_default=True, help="Where the scale is fixed.")
@click.option(
    "--columns", metavar="A,B,WINNER", default="model_a,model_b,winner", show_default=True, help="Their names."
)
@click.option("--at", callback=values.day, metavar="DATE", help="Count battles up to this day only.")
@click.option("--dated", metavar="COLUMN", help="The column that holds their dates.")
@click.option(
    "--level",
    callback=values.between_0_and_1,
    metavar="P",
    default="0.95",
    show_default=True,
    help="Of the intervals.",
)
@options.prints
def command(
    battles: Path, by: str | None, covariates: str | None, anchor: str, columns: str, at: date | None,
    dated: str | None, level: float,
) -> Answer:  # fmt: skip
    """Which model do people prefer, judged from battles, and how sure is that?

    BATTLES is a CSV or Parquet file with a battle a row: model_a, model_b, and winner, which is model_a, model_b, tie
    or both bad, also a, b, left, right, draw or neither where no model is called so. Bradley-Terry ratings, 400 points
    being odds of ten to one.
    """
    from nomoat.cli.parts import Told
    from nomoat.errors import InputError
    from nomoat.views.preference import ranking_figure, ranking_table, ranking_text
    from nomoat.world.preference import rank

    names = tuple(name.strip() for name in columns.split(","))
    if len(names) != 3 or not all(names):
        raise InputError(f"--columns {columns!r}", "three names joined by commas", "--columns model_a,model_b,winner")
    model, _, rating = anchor.rpartition("=")
    try:
        fixed = float(rating)
    except ValueError:
        raise InputError(
            f"--anchor {anchor!r}", "a rating, or a model with its rating", "--anchor MODEL=1000"
        ) from None
    if not abs(fixed) < 1e9:
        raise InputError(f"--anchor {anchor!r}", "a finite rating", "--anchor 1000")
    found = rank(
        battles,
        by=by,
        covariates=[name.strip() for name in (covariates or "").split(",") if name.strip()],
        level=level,
        anchor=(model, fixed) if model else fixed,
        at=at,
        dated=dated,
        columns=(names[0], names[1], names[2]),
    )
    return Told(
        result=found,
        table=ranking_table(found),
        figure=lambda: ranking_figure(found),
        said=lambda width: ranking_text(found, width),
    )
