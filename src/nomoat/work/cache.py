"""Which inputs were answered before, in this run or an earlier one of the same work?"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from nomoat.errors import InputError
from nomoat.work.answer import Answer
from nomoat.work.endpoint import Endpoint
from nomoat.work.journal import JOURNAL, at, lines
from nomoat.work.past import manifest

RUNS = 20  # bits: a million runs


def _entry(identity: str, key: str) -> int:
    return int.from_bytes(blake2b(f"{identity}\0{key}".encode(errors="surrogatepass"), digest_size=8).digest())


class Cache:
    """Where the first answer of an address and model to an input lies, in some 130 bytes of memory an answer.

    The incumbent's second answers (arm `again`) are neither found nor kept here: copies of the first would make the
    noise floor nought.
    """

    def __init__(self) -> None:
        self._where: dict[int, int] = {}  # offset and number of the journal in one: a pair takes 90 bytes more
        self._paths: list[Path] = []

    def learn(self, runs: Path) -> None:
        """Take in the journals of all runs under `runs`; one that cannot be read is passed over."""
        for folder in sorted(path for path in runs.iterdir() if path.is_dir()):
            try:
                known = manifest(folder)
            except InputError:
                continue
            if known is None:
                continue
            number = self.number(folder)
            for offset, answer in lines(folder):
                if answer is None or answer.cached or not (name := known.arms.get(f"{answer.arm} {answer.model}")):
                    continue
                if (asked := known.endpoints.get(name)) is not None:
                    self._keep(f"{asked.address} {asked.model}", answer, number, offset)

    def number(self, folder: Path) -> int:
        """The number of a run's journal, to be given with its answers."""
        path = folder / JOURNAL
        if path not in self._paths:
            self._paths.append(path)
        return self._paths.index(path)

    def keep(self, endpoint: Endpoint, answer: Answer, number: int, offset: int) -> None:
        """Remember where an answer was written."""
        self._keep(endpoint.identity, answer, number, offset)

    def _keep(self, identity: str, answer: Answer, number: int, offset: int) -> None:
        if answer.error is None and answer.arm != "again":
            self._where.setdefault(_entry(identity, answer.key), offset << RUNS | number)

    def find(self, endpoint: Endpoint, arm: str, key: str) -> Answer | None:
        """The answer that this endpoint gave to this input; None where it gave none, and always for `again`."""
        found = self._where.get(_entry(endpoint.identity, key)) if arm != "again" else None
        if found is None:
            return None
        answer = at(self._paths[found & (1 << RUNS) - 1], found >> RUNS)
        return answer if answer is not None and answer.key == key and answer.error is None else None
