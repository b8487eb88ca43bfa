"""How many names of one source lead to the same version as some name of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from nomoat.catalog.lexicon import Lexicon
from nomoat.catalog.resolve import Resolution, resolve
from nomoat.types import Noun


class JoinRate(Noun, frozen=True, kw_only=True):
    """Of the names of `source`, the share that meets a name of `target` at each level; counts beside it."""

    source: str
    target: str
    names: int
    version: int
    model: int
    unresolved: int

    @property
    def rate(self) -> float:
        """The share that joins at version level."""
        return self.version / self.names if self.names else float("nan")


def joins(one: Resolution, other: Resolution) -> bool:
    """Whether two names mean the same version: the same model and date, or the same model and both without one.

    A floating name of a vendor means the same to all who use it, also where what that was is not written down.

    >>> joins(resolve("deepseek-r1-0528"), resolve("deepseek-ai/DeepSeek-R1-0528", source="hf"))
    True
    >>> joins(resolve("deepseek-r1-0528"), resolve("deepseek-r1", source="arena"))
    False
    """
    return _met(one) is not None and _met(one) == _met(other)


def join_rates(
    names: Mapping[str, Iterable[str]],
    as_of: Mapping[str, date | None],
    *,
    publisher: Mapping[str, str] | None = None,
    table: Lexicon | None = None,
) -> tuple[JoinRate, ...]:
    """Return the join rate of every ordered pair of sources.

    `as_of` is the day of each source's copy, on which its floating names are followed; `publisher` says whose spelling
    a list is where its key does not. Names are counted once; what resolves nowhere stays in the denominator.

    >>> names = {"arena": ["o3-2025-04-16", "vicuna-13b"], "litellm": ["azure/o3-2025-04-16"]}
    >>> [rate.rate for rate in join_rates(names, {})]
    [0.5, 1.0]
    """
    said = publisher or {}
    found = {
        key: [
            resolve(raw, source=said.get(key, key), as_of=as_of.get(key), table=table) for raw in dict.fromkeys(listed)
        ]
        for key, listed in names.items()
    }
    met = {key: {_met(answer) for answer in answers} - {None} for key, answers in found.items()}
    models = {key: {answer.model_id or answer.pointer for answer in answers} - {None} for key, answers in found.items()}
    return tuple(
        JoinRate(
            source=one,
            target=other,
            names=len(answers),
            version=sum(_met(answer) in met[other] for answer in answers),
            model=sum((answer.model_id or answer.pointer) in models[other] for answer in answers),
            unresolved=sum(not answer.resolved for answer in answers),
        )
        for one, answers in found.items()
        for other in found
        if one != other
    )


def _met(answer: Resolution) -> str | None:
    """What two names must share to be one version."""
    return answer.version_id or answer.pointer
