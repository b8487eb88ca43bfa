"""What did making or matching a model take?"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from nomoat.claims.measured import Evidence, Measured, Untestable
from nomoat.claims.metric import metric
from nomoat.errors import UnknownName
from nomoat.world.effort import REFERENCE, UTILISATION, effort
from nomoat.world.scale import z_of

if TYPE_CHECKING:
    from nomoat.claims.ask import Ask
    from nomoat.types import Effort


_UNITS = {"training_flop": "FLOP", "parameters": "parameters"}


def _effort(ask: Ask, leader: str, follower: str) -> Effort:
    """The making of both sides; what it took is known in one vintage only, which a view of then must not use."""
    ask.scale()
    if ask.then and ask.as_of is not None:
        ask.catalog.vintage("effort", ask.as_of)
        ask.catalog.vintage("scores", ask.as_of)
    key = ("effort", leader, follower, ask.as_of, ask.day())
    if key not in ask.shelf:
        ask.shelf[key] = effort(leader, follower, catalog=ask.catalog, at=ask.day(), as_of=ask.as_of)
    found: Effort = ask.shelf[key]
    return found


@metric("making.equal", "ECI points", about="follower over leader at the same parameters or compute", chart="effort")
def equal(ask: Ask, what: str = "parameters", leader: str = "closed", follower: str = "open") -> Measured:
    """The follower's coefficient in least squares on log10(what) and date; 90 % interval from its standard error."""
    found = _effort(ask, leader, follower)
    for one in found.at_equal:
        if one.what == what:
            return Measured(
                value=one.points,
                low=one.points - z_of(0.9) * one.stderr,
                high=one.points + z_of(0.9) * one.stderr,
                level=0.9,
                unit=ask.unit,
                n=one.n_leader + one.n_follower,
                spread="interval of a regression coefficient",
                at=found.cut,
                as_of=found.as_of,
                evidence=(
                    Evidence(what=f"{leader} models with known {what}", value=float(one.n_leader)),
                    Evidence(what=f"{follower} models with known {what}", value=float(one.n_follower)),
                    *(
                        Evidence(
                            what=f"{m.model}: {getattr(m, what):.3g} {_UNITS[what]}",
                            value=m.score,
                            unit=ask.unit,
                            date=m.date,
                        )
                        for m in found.models
                        if getattr(m, what)
                    ),
                ),
                left_out=found.left_out,
                origins=found.origins,
                command=ask.typed("effort", leader, follower),
            )
    raise Untestable(f"fewer than five models of each side have known {what} by {found.cut}", "more published sizes")


@metric("making.cheaper", "%", about="share of matched records whose match took less compute", chart="effort")
def cheaper(ask: Ask, leader: str = "closed", follower: str = "open") -> Measured:
    """Among records and matches of known training compute, how many matches took less; Clopper-Pearson interval."""
    from scipy.special import betaincinv

    found = _effort(ask, leader, follower)
    pairs = [pair for pair in found.pairs if pair.flop_ratio is not None and pair.match is not None]
    n, k = len(pairs), sum((pair.flop_ratio or 0) < 1 for pair in pairs)
    if not n:
        raise Untestable(
            f"no record and its match both have known compute by {found.cut}", "published training compute"
        )
    tail = (1 - ask.level) / 2
    low = float(betaincinv(k, n - k + 1, tail)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return Measured(
        value=100 * k / n,
        low=100 * low,
        high=100 * high,
        level=ask.level,
        unit=ask.unit,
        n=n,
        spread="binomial interval",
        at=found.cut,
        as_of=found.as_of,
        evidence=tuple(
            Evidence(
                what=f"{p.match.model if p.match else ''} over {p.record.model}", value=p.flop_ratio, unit="FLOP ratio"
            )
            for p in pairs
        ),
        left_out=found.left_out,
        origins=found.origins,
        command=ask.typed("effort", leader, follower),
    )


def _as_of(ask: Ask) -> list[str]:
    return [] if ask.as_of is None else [f"--as-of {ask.as_of}"]


@metric("making.hours", "hours", about="hours one device takes for a named training run", chart="effort")
def hours(ask: Ask, device: str, run: str = REFERENCE) -> Measured:
    """FLOP of the run over peak times utilisation; low and high for a utilisation of 0.5 and 0.3.

    The run's compute is that of the vintage asked for. A device's peak is its maker's data sheet, which has no vintage.
    """
    ask.catalog.vintage("effort", ask.as_of)
    found = effort(catalog=ask.catalog, as_of=ask.as_of, run=run)
    for one in found.garage:
        if one.device == device:
            return Measured(
                value=one.hours,
                low=one.hours * UTILISATION / 0.5,
                high=one.hours * UTILISATION / 0.3,
                level=None,
                unit=ask.unit,
                spread="utilisation of 0.5 to 0.3",
                as_of=found.as_of,
                evidence=(
                    Evidence(what=f"training compute of {run}", value=found.reference_flop, unit="FLOP"),
                    Evidence(what=f"peak of {device}, dense 16-bit", value=one.peak_flop_s, unit="FLOP/s"),
                ),
                origins=found.origins,
                command=" ".join(
                    ["nomoat effort", *([f"--run {shlex.quote(run)}"] if run != REFERENCE else []), *_as_of(ask)]
                ),
            )
    raise UnknownName.of("device", device, [g.device for g in found.garage])
