"""Which right answers are known of requests that were logged after the plan was fixed?

The file of right answers that a scorer names is sealed with the plan, and holds none of later requests. Those of a
shadow run stand in a file of the same name in the run's own folder, which may grow; where both name a request, the
sealed one counts. A run that proves reads the sealed one alone.
"""

from __future__ import annotations

from pathlib import Path

from nomoat.work.labelled import references

SAMPLE = "shadow.json"  # a run with it is a sample of later requests


def beside(place: Path, source: str) -> Path:
    """Where right answers of later requests stand.

    >>> beside(Path("runs/shadow-1"), "truths.csv").as_posix()
    'runs/shadow-1/truths.csv'
    """
    return place / Path(source).name


def right_answers(folder: Path, place: Path, source: str, *, later: bool | None = None) -> dict[str, str]:
    """Request -> what is right, of a scorer's file in a work folder, for the run in `place`.

    `later` says that the run is a sample of later requests; else it is one where it holds a sample.
    """
    sealed, more = references(folder / source), beside(place, source)
    sample = (place / SAMPLE).exists() if later is None else later
    return references(more) | sealed if sample and more.exists() else sealed
