"""nomoat price: what does the same capability cost, from open models and from closed ones?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nomoat.cli import options

if TYPE_CHECKING:
    from nomoat.cli.output import Answer


@click.command(
    epilog=options.examples(
        "price",
        "price --at-level GPT-5 --at-level 140 --mix 1:1",
        "price closed 'open & country=CN' --csv",
        "price --out price.svg",
        "price --plane --out plane.svg",
        "price --cite",
    )
)
@options.cohorts
@click.option(
    "--at-level",
    metavar="MODEL|NUMBER",
    multiple=True,
    help="Capability to be had; several times for several. Default: the follower's best model that is sold.",
)
@click.option("--mix", metavar="IN:OUT", default="3:1", show_default=True, help="Tokens read for tokens written.")
@click.option(
    "--prices",
    type=click.Path(path_type=Path),
    metavar="FILE.toml",
    help="Your own prices, [[price]] with provider, model, input, output and valid_from; kept nowhere.",
)
@click.option("--quantised", is_flag=True, help="Take copies in whose name says that they are quantised.")
@click.option("--plane", is_flag=True, help="Price against capability: chart and rows of every model.")
@options.scale
@options.dates
@options.method
@options.sampling
@options.prints
def command(plane: bool, **asked: Any) -> Answer:
    """What does the same capability cost, from open models and from closed ones, and how fast does it fall?

    The cheapest offering of a model at least so able, a fixed mix of input and output, in US dollars a million tokens.
    A price of zero is a plan or a free tier and no price.

    LEADER and FOLLOWER are cohorts, as for nomoat gap.
    """
    from nomoat.cli.parts import Told
    from nomoat.views.plane import plane_figure, plane_table
    from nomoat.views.price import price_figure, price_table, price_text
    from nomoat.world.price import price

    found = price(**asked)
    return Told(
        result=found,
        figure=lambda: plane_figure(found) if plane else price_figure(found),
        table=plane_table(found) if plane else price_table(found),
        said=lambda width: plane_table(found).text(width) if plane else price_text(found, width),
    )
