"""What was asked and answered in a run, so that a killed run goes on where it was and pays for nothing twice?"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from types import TracebackType

import msgspec

from nomoat.errors import InputError, OutputError
from nomoat.types import Noun
from nomoat.work.answer import Answer

JOURNAL, EVENTS, TORN = "journal.jsonl", "events.jsonl", "torn.jsonl"
HIDDEN = b"[key removed]"
RESERVE, ROOM = "reserve", 1 << 20  # a file, and its bytes: 16 answers in flight of 1 KB to 64 KB

FULL = (errno.ENOSPC, errno.EDQUOT)

_answer = msgspec.json.Decoder(Answer)


class Event(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """One line of events.jsonl: `sent` before a call leaves, `missed` after one without an answer, `doubt`."""

    kind: str
    arm: str
    request_id: str
    what: str = ""  # status 429 | timeout | usage: output 0 for 812 bytes | ...
    note: str = ""  # the server's words
    endpoint: str = ""
    input: int = 0  # tokens that were kept back for the call
    output: int = 0


_event = msgspec.json.Decoder(Event)


def place(arm: str, request_id: str) -> int:
    """Eight bytes that stand for one cell of a run: a set of a million of them takes 60 MB, of their names 200 MB."""
    return int.from_bytes(blake2b(f"{arm}\0{request_id}".encode(errors="surrogatepass"), digest_size=8).digest())


class Journal:
    """Two files that are only ever appended to, a line a system call: what the kernel has, kill -9 cannot take.

    A line cut in half by a kill is put aside in torn.jsonl when the journal is opened again. `hide` are the values of
    keys: whatever a server echoes, they are blotted out of each line before it is written.

    A megabyte of the disk is taken beforehand. When the disk is full, it is given to the answers that are in flight,
    which are paid for, and `full` holds the error to raise after them. Raises OutputError where that does not suffice
    or the folder cannot be written; a half line is then taken back.
    """

    def __init__(self, folder: Path, hide: Iterable[str] = ()) -> None:
        self.folder = folder
        self._hide = tuple(msgspec.json.encode(secret)[1:-1] for secret in hide)
        folder.mkdir(parents=True, exist_ok=True)
        self.torn = sum(_mend(folder / name, folder / TORN) for name in (JOURNAL, EVENTS))
        self._answers, self._events = self._open(JOURNAL), self._open(EVENTS)
        self._ends = {handle: os.fstat(handle).st_size for handle in (self._answers, self._events)}
        self.full: OutputError | None = None
        self._reserve = folder / RESERVE
        try:
            self._reserve.write_bytes(bytes(ROOM))
        except OSError as error:
            self._reserve.unlink(missing_ok=True)
            raise unwritable(self._reserve, error) from None

    def _open(self, name: str) -> int:
        try:
            return os.open(self.folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise unwritable(self.folder / name, error) from None

    def answer(self, answer: Answer) -> tuple[int, Answer]:
        """Keep an answer: on return, the kernel has it. Given back: the offset of its line, and what was kept."""
        line = msgspec.json.encode(answer)
        if (clean := self._clean(line)) != line:
            answer = _answer.decode(clean)
        return self._append(self._answers, JOURNAL, clean), answer

    def event(self, event: Event) -> None:
        """Keep what happened on the way to an answer."""
        self._append(self._events, EVENTS, self._clean(msgspec.json.encode(event)))

    def _clean(self, line: bytes) -> bytes:
        for secret in self._hide:
            if secret in line:
                line = line.replace(secret, HIDDEN)
        return line

    def _append(self, handle: int, name: str, line: bytes) -> int:
        line += b"\n"
        start = self._ends[handle]
        try:
            written = os.write(handle, line)
            while written < len(line):
                written += os.write(handle, line[written:])
        except OSError as error:
            os.ftruncate(handle, start)
            failed = unwritable(self.folder / name, error)
            if self.full or error.errno not in FULL:
                raise failed from None
            self.full = failed
            self._reserve.unlink(missing_ok=True)
            return self._append(handle, name, line[:-1])
        self._ends[handle] = start + len(line)
        return start

    def sync(self) -> None:
        """Have the disk itself keep what was written: against power cuts, which kill -9 is not."""
        os.fsync(self._answers)

    def close(self) -> None:
        """Let go of both files; the disk has them."""
        self._reserve.unlink(missing_ok=True)
        self.sync()
        os.close(self._answers)
        os.close(self._events)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def unwritable(path: Path, error: OSError) -> OutputError:
    """What to say of a file of a run that could not be written."""
    return OutputError(
        f"{path} cannot be written ({error.strerror}); every answer before it is kept",
        "a folder with space that you may write to",
        "the same line again, which goes on where it stopped",
    )


def _mend(path: Path, aside: Path) -> int:
    """Cut off a last line without an end, keep its bytes aside; 1 where there was one."""
    if not path.exists() or not (size := path.stat().st_size):
        return 0
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) == b"\n":
            return 0
        end = size
        while end:
            start = max(0, end - 65_536)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        file.seek(end)
        with aside.open("ab") as torn:
            torn.write(file.read() + b"\n")
            torn.flush()
            os.fsync(torn.fileno())
        file.truncate(end)
    return 1


def lines(folder: Path) -> Iterator[tuple[int, Answer | None]]:
    """Every line of a run's journal with the offset of its first byte, as written; None where it is no answer.

    A last line without an end is none: a kill cut it.
    """
    path = folder / JOURNAL
    if not path.exists():
        return
    offset = 0
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return
            try:
                yield offset, _answer.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                yield offset, None
            offset += len(line)


def events(folder: Path) -> Iterator[Event]:
    """Every event of a run, in order; lines that are none are passed over."""
    path = folder / EVENTS
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                try:
                    yield _event.decode(line)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    continue


def answers(folder: Path) -> Iterator[Answer]:
    """The answers of the run in `folder`, one an arm and request: where a failure was asked again, the last of them.

    Raises InputError where the folder holds no run.
    """
    if not (folder / JOURNAL).exists():
        raise InputError(f"There is no run in {folder}", f"a folder that holds {JOURNAL}", "nomoat work run")
    last: dict[int, int] = {}  # of the few that failed
    for offset, answer in lines(folder):
        if answer is not None:
            key = place(answer.arm, answer.request_id)
            if answer.error is not None or key in last:
                last[key] = offset
    for offset, answer in lines(folder):
        if answer is not None and last.get(place(answer.arm, answer.request_id), offset) == offset:
            yield answer


def at(path: Path, offset: int) -> Answer | None:
    """The answer whose line begins at `offset` of a journal; None where none does any more."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return _answer.decode(file.readline())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
