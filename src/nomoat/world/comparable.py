"""May two shares be compared, and if not, which two may?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from nomoat.errors import NotComparable, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin
from nomoat.world.adoption import Adoption, adoption
from nomoat.world.published import Figure
from nomoat.world.series import Series
from nomoat.world.subjects import BY

if TYPE_CHECKING:
    from nomoat.catalog.store import Catalog

# Why one unit never stands for another: what a token, a request or a dollar of the same week says differs by a factor.
WHY = {
    "tokens": "tokens weigh long answers and agents",
    "requests": "requests count every call alike",
    "money": "money weighs by price, and open models are the cheaper ones",
    "downloads": "a download is a file fetched, by a test run as well as by a person",
    "derivatives": "a derivative is a model uploaded, mostly an adapter or a quantisation",
    "respondents": "a respondent is one answer of a survey, whatever it uses",
}


class Term(Noun, frozen=True, kw_only=True):
    """One side of a comparison: a series in its last period, or a published figure."""

    id: str
    kind: str  # share | count
    subject: str
    unit: str
    channel: str | None
    population: str
    start: date | None
    end: date | None
    low: float | None
    high: float | None
    numerator: str | None


class Comparison(Noun, frozen=True, kw_only=True):
    """The difference of two figures that count the same thing: at least `low`, at most `high`."""

    schema_version: int = SCHEMA_VERSION
    one: Term
    other: Term
    low: float
    high: float
    differs: tuple[str, ...]  # in what the two differ still, besides what was asked about
    as_of: date
    left_out: tuple[LeftOut, ...]
    origins: tuple[Origin, ...]

    def cite(self) -> str:
        """One sentence with both sides and their difference."""
        return (
            f"{self.one.id} less {self.other.id}: {self._said(self.low)} to {self._said(self.high)} {self.one.unit} "
            f"(nomoat, from {'; '.join(dict.fromkeys(f'{o.publisher}, {o.title}' for o in self.origins))})."
        )

    def _said(self, value: float) -> str:
        return f"{value:+.1%} of" if self.one.kind == "share" else f"{value:+,.0f}"


def compare(one: str, other: str, *, as_of: date | None = None, catalog: Catalog | None = None) -> Comparison:
    """Take the difference of two shares, or refuse with the reason and the nearest comparison that is allowed.

    Allowed: the same unit, channel, population and rule, and the same subject in two windows or two subjects in one.
    Refused: two units (a token is no dollar), channels (a router is no enterprise), populations (all startups are not
    those that use open models) or rules (a peak is no mean), and both subject and window apart.

    Raises NotComparable, and UnknownName for an id that `nomoat adoption --json` does not list.

    >>> found = compare("AD075", "AD074")
    >>> round(found.low, 2), found.differs
    (-0.23, ('window',))
    """
    if catalog is None:
        from nomoat.catalog.store import Catalog

        catalog = Catalog.open()
    every = [adoption(by=by, as_of=as_of, catalog=catalog) for by in BY]
    terms = {t.id: t for found in every for t in _terms(found)}
    ids = {s.id: s.origins for found in every for s in found.series}
    ids |= {f.id: f.origins for found in every for f in found.figures}
    for asked in (one, other):
        if asked not in terms:
            raise UnknownName.of("share", asked, terms, "nomoat adoption --csv")
    a, b = terms[one], terms[other]
    reason = _refusal(a, b)
    if reason:
        raise NotComparable(f"{one} and {other} are not compared: {reason}", *_nearest(a, b, terms))
    if None in (a.low, a.high, b.low, b.high):
        raise NotComparable(f"{one if a.low is None else other} is a bound on one side only", "two figures or ranges")
    assert a.low is not None
    assert a.high is not None
    assert b.low is not None
    assert b.high is not None
    return Comparison(
        one=a,
        other=b,
        low=a.low - b.high,
        high=a.high - b.low,
        differs=tuple(
            name
            for name, x, y in (
                ("subject", a.subject, b.subject),
                ("population", a.population, b.population),
                ("window", (a.start, a.end), (b.start, b.end)),
                ("rule", a.numerator, b.numerator),
            )
            if x != y
        ),
        as_of=every[0].as_of,
        left_out=(),
        origins=catalog.origins([*ids[one], *ids[other]]),
    )


def _terms(found: Adoption) -> list[Term]:
    out = []
    for s in found.series:
        p = s.latest
        out.append(_term(s, p.start, p.end, p.low, p.high))
    for f in found.figures:
        low, high = (f.low, f.high) if f.value is None else (f.value if f.low is None else f.low, f.high)
        out.append(_term(f, f.start, f.end, low, f.value if high is None and f.low is None else high))
    return out


def _term(x: Series | Figure, start: date | None, end: date | None, low: float | None, high: float | None) -> Term:
    return Term(
        id=x.id,
        kind=x.kind,
        subject=x.subject,
        unit=x.unit,
        channel=x.channel,
        population=x.population,
        start=start,
        end=end,
        low=low,
        high=high,
        numerator=x.numerator,
    )


def _refusal(a: Term, b: Term) -> str:
    if a.kind != b.kind:
        return f"one is a {a.kind}, the other a {b.kind}"
    if a.unit != b.unit:
        return f"one counts {a.unit}, the other {b.unit}; {WHY[a.unit]}, and {WHY[b.unit]}"
    if a.channel != b.channel:
        return f"one was seen at {a.channel or 'no named place'}, the other at {b.channel or 'no named place'}"
    if a.population != b.population:
        return f"one is of “{a.population}”, the other of “{b.population}”"
    if a.numerator != b.numerator:
        return f"they were counted by two rules: “{a.numerator}”, and “{b.numerator}”"
    if a.subject != b.subject and (a.start, a.end) != (b.start, b.end):
        return f"they speak of {a.subject} until {a.end} and of {b.subject} until {b.end}: subject and window differ"
    return ""


def _nearest(a: Term, b: Term, terms: dict[str, Term]) -> tuple[str, str]:
    """What is allowed: the same subject and unit as `a`, nearest to the window of `b`, and then of `b`'s channel."""
    for mine, yours in ((a, b), (b, a)):
        same = [
            t
            for t in terms.values()
            if t.id != mine.id and not _refusal(mine, t) and t.subject == mine.subject and None not in (t.low, t.high)
        ]
        if same:
            asked = yours.end or date.max
            best = min(same, key=lambda t: (t.channel != yours.channel, abs(((t.end or date.min) - asked).days), t.id))
            told = f"two shares of one unit, channel and subject or window, such as {mine.id} and {best.id}"
            return told, f"nomoat adoption --compare {mine.id} {best.id}"
    return "two shares of one unit and channel, in one window or of one subject", "nomoat adoption --csv"
