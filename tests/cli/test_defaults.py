"""What is not said means the same on the command line as in Python."""

from __future__ import annotations

import inspect

import click
import pytest

import nomoat
from nomoat.cli import main

MEASURES = {
    "gap": nomoat.gap,
    "frontier": nomoat.frontier,
    "panel": nomoat.panel,
    "attribute": nomoat.attribute,
    "effort": nomoat.effort,
    "reconcile": nomoat.reconcile,
    "report": nomoat.write_report,
}


def options(verb: str) -> dict[str, object]:
    """The defaults of a verb as its function receives them."""
    command = main.get_command(click.Context(main), verb)
    required = [p.name for p in command.params if p.required]
    with command.make_context(verb, ["1 month"] * len(required)) as ctx:
        return dict(ctx.params)


@pytest.mark.parametrize("verb", MEASURES)
def test_defaults_are_those_of_python(verb):
    given = options(verb)
    known = inspect.signature(MEASURES[verb]).parameters
    shared = [name for name in given if name in known and known[name].default is not inspect.Parameter.empty]
    assert len(shared) >= 2
    for name in shared:
        default = known[name].default
        assert given[name] == type(given[name])(default) if default is not None else given[name] is None, name


@pytest.mark.parametrize("verb", [verb for verb in MEASURES if verb != "report"])
def test_every_argument_of_a_measure_can_be_typed(verb):
    beside = {"catalog", "text"} | ({"seed"} if verb == "effort" else set())  # effort takes no draws, so no seed
    assert set(inspect.signature(MEASURES[verb]).parameters) - beside <= set(options(verb))
