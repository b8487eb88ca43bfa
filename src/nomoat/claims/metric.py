"""Which measures can a statement be tested on, and what does each take?"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

from nomoat.claims.measured import Measured
from nomoat.errors import InputError, UnknownName

FOLDER = (
    *("gap", "change", "record", "credit", "making", "technique", "lab", "top", "trace", "figure", "label", "board"),
    "unanswered",
)
Function = Callable[..., Measured]
_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "date": (date,)}


@dataclass(frozen=True)
class Metric:
    """One test by name: what it measures, in which units, which chart shows it, and the file of its own tests."""

    name: str
    about: str
    units: tuple[str, ...]
    chart: str
    needs: str
    function: Function

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
            wanted = str(known[name].annotation).split(" |")[0]
            if not isinstance(value, _TYPES[wanted]) or isinstance(value, bool):
                raise InputError(f"{name}={value!r} of {self.name}", f"a {wanted}")
        for name, parameter in known.items():
            if parameter.default is inspect.Parameter.empty and name not in given:
                raise InputError(f"{self.name} without {name}", f"arguments = {{ {name} = ... }}")


_REGISTER: dict[str, Metric] = {}


def metric(name: str, *units: str, about: str, chart: str = "table", needs: str = "") -> Callable[[Function], Function]:
    """Enter a function as the measure `name`; `needs` marks one that waits for another part of the house."""

    def enter(function: Function) -> Function:
        _REGISTER[name] = Metric(name, about, units, chart, needs, function)
        return function

    return enter


@cache
def metrics() -> dict[str, Metric]:
    """Every measure that a claim can name.

    >>> "gap.points" in metrics()
    True
    """
    for module in FOLDER:
        import_module(f"nomoat.claims.tests.{module}")
    return dict(sorted(_REGISTER.items()))
