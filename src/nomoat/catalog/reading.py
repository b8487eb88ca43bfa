"""What the end of a name says, taken off word by word: packaging, date, stage, serving tier, run setting."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from nomoat.catalog import datetoken, setting
from nomoat.catalog.lexicon import Family, Lexicon
from nomoat.catalog.maker import REPACKED
from nomoat.catalog.setting import Setting
from nomoat.catalog.spelling import Spelled, without_packaging

_STAGE = re.compile(r"-(preview|exp|experimental|prerelease|beta|alpha|rc\d?)$")

# Shapes that can only be dates: where they are no day of the calendar, they are no part of a name either.
_SHAPED = re.compile(r"-(20[2-9]\d-\d\d?(?:[-.]\d\d?)?|20\d{6}|\d\d-\d\d-20\d\d|0\d{3})$")
_WHOLE = ("YYYY-MM-DD", "YYYYMMDD", "YYYY-MM", "MM-DD-YYYY", "YYMM", "MMDD")

# Groq's ids end in the tokens of context, llama3-70b-8192; behind `thinking` they are a budget.
_CONTEXT = re.compile(r"(?<!-thinking)(?<!-reasoning)(?<!-think)-(4096|8192|16384|32768|65536|131072)$")

# Together serves weights packed as it likes under these words, behind the maker's own name.
_SERVED = re.compile(r"(?<=-instruct)-(turbo|lite)$")

# Arena's own boards let models search or run in a harness and hang that on their names.
_TOOLS = re.compile(r"-((?:no|with|without)-(?:tools|python|search|browsing))$")
_TOOLED = re.compile(r"-(search|grounding|codex-harness|web-search)$")


@dataclass(frozen=True)
class Reading:
    """A name while it is taken apart from its end; `trouble` says why it cannot be read.

    `style` and `text` are those of the date; with a style and no `version` its year is not known. `packed` says that a
    number format is one in which others than the maker publish weights.
    """

    stem: str
    version: str | None = None
    style: str = ""
    text: str = ""
    setting: Setting = field(default_factory=Setting)
    stage: str | None = None
    quantisation: str | None = None
    packed: bool = False
    tiers: tuple[str, ...] = ()
    latest: bool = False
    trouble: str = ""


def peeled(words: Spelled, source: str | None, table: Lexicon, written: Callable[[Reading], bool]) -> Reading:
    """Return what is left of a name, and what was taken off, until nothing is left to take.

    It stops early at a name that is `written` down as an alias or is a line of its own (`gpt-5.1-codex-max`): the words
    that such a name ends in are part of it.

    >>> from nomoat.catalog.lexicon import lexicon
    >>> from nomoat.catalog.spelling import spelled
    >>> read = peeled(spelled("claude-opus-4-5-20251101-thinking-32k"), None, lexicon(), lambda read: False)
    >>> read.stem, read.version, read.setting.budget
    ('claude-opus-4.5', '2025-11-01', '32k')
    """
    read = Reading(words.name, setting=words.setting, tiers=words.tiers)
    family = table.family(read.stem)
    if family and words.level in family.keeps and source != "epoch":  # phi3:medium, mistral_medium
        read = replace(read, stem=f"{read.stem}-{words.level}", setting=replace(words.setting, effort=None))
    while not (written(read) or read.trouble or read.latest or _is_line(read.stem, table)):
        shorter = _shorter(read, family, source, table)
        if shorter is None:
            break
        read = shorter
    return read


def _is_line(stem: str, table: Lexicon) -> bool:
    return stem in table.lines and not stem.endswith("-latest")


def _shorter(read: Reading, family: Family | None, source: str | None, table: Lexicon) -> Reading | None:
    """Take one thing off the end; None where there is nothing to take."""
    stem, packaging = without_packaging(read.stem)
    if packaging:
        number_format = any(sign.isdigit() for sign in packaging) or packaging in REPACKED
        if number_format:
            return replace(read, stem=stem, quantisation=packaging, packed=read.packed or packaging in REPACKED)
        return replace(read, stem=stem, tiers=(*read.tiers, *([] if packaging == "hf" else [packaging])))
    token = datetoken.ending(read.stem, lambda before: _since(before, family, table))
    shaped = _SHAPED.search(read.stem)
    if shaped and shaped.start() and (token is None or token.style not in _WHOLE):
        return replace(read, trouble=f"{shaped[1]} has the shape of a date and is none that can be read")
    if token and token.before:
        return _dated(read, token)
    if context := _CONTEXT.search(read.stem):
        return replace(read, stem=read.stem[: context.start()], tiers=(*read.tiers, f"context-{context[1]}"))
    head, _, last = read.stem.rpartition("-")
    if last == "latest" and head and not (family and last in family.keeps):
        return replace(read, stem=head, latest=True)
    if family is None:
        return None
    if last in family.keeps and head:  # llama-4-maverick-03-26-experimental: the word is the model's, the date is not
        token = datetoken.ending(head, lambda before: _since(f"{before}-{last}", family, table))
        if token and token.before and last in ("thinking", "reasoning"):  # behind a date it says how it was run
            return _set(read, head, Setting(mode="thinking"))
        if token and token.before and token.version and token.style != "tag":
            return _dated(read, replace(token, before=f"{token.before}-{last}"))
    if last in family.tiers and head:
        return replace(read, stem=head, tiers=(*read.tiers, last))
    if tools := _TOOLS.search(read.stem):
        return replace(read, stem=read.stem[: tools.start()], tiers=(*read.tiers, tools[1]))
    if served := _SERVED.search(read.stem):
        return replace(read, stem=read.stem[: served.start()], tiers=(*read.tiers, served[1]))
    if source == "arena" and (worked := _TOOLED.search(read.stem)):
        return replace(read, stem=read.stem[: worked.start()], tiers=(*read.tiers, worked[1]))
    staged = _STAGE.search(read.stem)
    tested = staged and staged[1] == "beta" and read.version and read.stem[: staged.start()] in table.lines
    if staged and (staged[1] not in family.keeps or tested):  # grok-4.20-beta-0309, where grok-3-beta is a name
        return replace(read, stem=read.stem[: staged.start()], stage=read.stage or staged[1])
    if source == "livebench" and last == "base" and last not in family.keeps:
        return _set(read, head, Setting(effort="none"))
    found = setting.ending(read.stem, lambda before, words: _names(before, words, family, table))
    return _set(read, found[0], found[1]) if found else None


def _names(before: str, words: str, family: Family, table: Lexicon) -> bool:
    """Whether words at an end belong to the name: the family's own, or the end of a line that is known."""
    return words in family.keeps or f"{before}-{words}" in table.lines


def _dated(read: Reading, token: datetoken.Token) -> Reading:
    later = read.version
    if later and token.version and token.version != later:
        if later.startswith(token.version):  # "V3 0324 (Mar '25)": one day, said twice
            return replace(read, stem=token.before)
        if token.version.startswith(later):
            return replace(read, stem=token.before, version=token.version, style=token.style, text=token.text)
        if token.style == "tag":  # gemini-1.5-pro-001-feb24: the date says more than the tag
            return replace(read, stem=token.before)
        if read.style != "tag":
            return replace(read, trouble=f"it carries two dates, {token.version} and {later}")
    if read.style and token.version is None:
        return replace(read, trouble=f"it carries two dates, {token.text} and {read.text}")
    return replace(read, stem=token.before, version=token.version, style=token.style, text=token.text)


def _set(read: Reading, stem: str, said: Setting) -> Reading:
    joined = read.setting.joined(said)
    if joined is None:
        return replace(read, trouble=f"its settings contradict: {read.setting} and {said}")
    return replace(read, stem=stem, setting=joined)


def _since(before: str, family: Family | None, table: Lexicon) -> date | None:
    """The first release of the line that a date is put behind, its stage and folded word aside."""
    stem = before
    while True:
        if stem in table.lines:
            return table.lines[stem].since
        staged = _STAGE.search(stem)
        if staged:
            stem = stem[: staged.start()]
        elif family and family.folds and stem.endswith(f"-{family.folds}"):
            stem = stem.removesuffix(f"-{family.folds}")
        else:
            return None
