"""Which measures can a statement be tested on, and what does each take?"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from nomoat.claims.measured import Measured
from nomoat.errors import InputError, UnknownName
from nomoat.types import SCHEMA_VERSION, LeftOut, Noun, Origin

FOLDER = (
    *(
        "gap",
        "change",
        "record",
        "credit",
        "making",
        "technique",
        "lab",
        "top",
        "trace",
        "figure",
        "label",
        "board",
        "use",
        "price",
    ),
    "unanswered",
)
Function = Callable[..., Measured]
_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "date": (date,)}
_READ: dict[str, Callable[[str], Any]] = {"str": str, "int": int, "float": float, "date": date.fromisoformat}


class Measure(Noun, frozen=True, kw_only=True):
    """A measure as it is listed."""

    name: str
    about: str
    units: tuple[str, ...]
    arguments: str  # those in brackets may be left out
    needs: str  # the part of the house that it waits for


class Measures(Noun, frozen=True, kw_only=True):
    """Every measure that a statement can be tested on: the document of `claims measure --json`."""

    schema_version: int = SCHEMA_VERSION
    metrics: tuple[Measure, ...]
    left_out: tuple[LeftOut, ...] = ()
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class Metric:
    """One test by name: what it measures, in which units, which chart shows it, and the file of its own tests."""

    name: str
    about: str
    units: tuple[str, ...]
    chart: str
    needs: str
    grows: bool
    function: Function

    def told(self) -> Measure:
        """The measure for people: its name, what it is, its units and its arguments."""
        given = [k if p.default is inspect.Parameter.empty else f"[{k}]" for k, p in self.arguments().items()]
        return Measure(name=self.name, about=self.about, units=self.units, arguments=" ".join(given), needs=self.needs)

    def unit(self, given: str | None) -> str:
        """The unit asked for, or the measure's own where there is one.

        >>> metrics()["gap.months"].unit(None)
        'months'
        """
        if given is None:
            return self.units[0]
        if given not in self.units:
            raise UnknownName.of(f"unit of {self.name}", given, self.units)
        return given

    @property
    def test(self) -> str:
        """The file under tests/ that holds this measure to planted truth."""
        return f"tests/claims/test_{self.function.__module__.rsplit('.', 1)[-1]}.py"

    def arguments(self) -> dict[str, inspect.Parameter]:
        """The arguments that a claim may give, by name."""
        return {k: p for k, p in inspect.signature(self.function).parameters.items() if k != "ask"}

    def accept(self, given: dict[str, Any]) -> None:
        """Refuse arguments that the measure does not take, lacks, or cannot read.

        >>> metrics()["gap.points"].accept({"leader": "closed"})
        """
        known = self.arguments()
        for name, value in given.items():
            if name not in known:
                raise UnknownName.of(f"argument of {self.name}", name, known)
            wanted = self._type(name)
            if not isinstance(value, _TYPES[wanted]) or isinstance(value, bool):
                raise InputError(f"{name}={value!r} of {self.name}", f"a {wanted}")
        for name, parameter in known.items():
            if parameter.default is inspect.Parameter.empty and name not in given:
                raise InputError(
                    f"{self.name} without {name}",
                    f"arguments = {{ {name} = ... }}",
                    f"nomoat claims measure {self.name} {name}=...",
                )

    def read(self, words: Iterable[str]) -> dict[str, Any]:
        """Read arguments as they are typed, `name=value` each.

        >>> metrics()["lab.releases"].read(["lab=OpenAI", "since=2025-08-05"])
        {'lab': 'OpenAI', 'since': datetime.date(2025, 8, 5)}
        """
        known, given = self.arguments(), {}
        for word in words:
            name, equals, text = word.partition("=")
            if not equals or name not in known:
                raise UnknownName.of(f"argument of {self.name}", name, known, f"nomoat claims measure {self.name}")
            try:
                given[name] = _READ[self._type(name)](text)
            except ValueError:
                raise InputError(f"{word!r} of {self.name}", f"{name}= and a {self._type(name)}") from None
        self.accept(given)
        return given

    def _type(self, name: str) -> str:
        return str(self.arguments()[name].annotation).split(" |")[0]


_REGISTER: dict[str, Metric] = {}


def metric(
    name: str, *units: str, about: str, chart: str = "table", needs: str = "", grows: bool = False
) -> Callable[[Function], Function]:
    """Enter a function as the measure `name`; `needs` marks one that waits for another part of the house.

    `grows` marks a count that no later day can lower: once it is too high for a forecast, the forecast has failed.
    """

    def enter(function: Function) -> Function:
        _REGISTER[name] = Metric(name, about, units, chart, needs, grows, function)
        return function

    return enter


def found_metric(name: str) -> Metric:
    """A measure by its name; raises UnknownName with the nearest ones."""
    if name not in metrics():
        raise UnknownName.of("metric", name, metrics(), "nomoat claims measure, for all of them")
    return metrics()[name]


@cache
def metrics() -> dict[str, Metric]:
    """Every measure that a claim can name.

    >>> "gap.points" in metrics()
    True
    """
    for module in FOLDER:
        import_module(f"nomoat.claims.tests.{module}")
    return dict(sorted(_REGISTER.items()))
