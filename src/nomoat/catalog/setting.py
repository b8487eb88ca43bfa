"""Which effort, budget and mode a model name carries: run settings, spelled in some seventy ways."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_LEVEL = "minimal|min|low|medium|med|high|xhigh|x-high|extra-high|max"
_THINK = "thinking|think|reasoning|reasoner"
_OFF = r"non-?(?:thinking|think|reasoning)|no-?(?:thinking|think|reasoning)|instant|disabled"

# Each pattern is one trailing setting; a name may end in several. A bare number of thousands is a context length
# (`phi-3-mini-4k`), so a budget needs a word beside it.
_ENDINGS = [
    (re.compile(rf"-(?:{_OFF})-(?P<level>{_LEVEL})(?:-effort)?$"), "non-thinking"),
    (re.compile(rf"-(?P<off>{_OFF})$"), ""),
    (re.compile(rf"-(?P<mode>adaptive)(?:-(?:{_THINK}))?$"), "adaptive"),
    (re.compile(rf"-(?:{_THINK})-(?P<budget>auto|\d{{4,6}})$"), "thinking"),
    (re.compile(r"-budget-(?P<budget>\d+k)$"), "thinking"),
    (re.compile(rf"-(?P<level>{_LEVEL})-?(?:effort|{_THINK})(?:-effort)?$"), "thinking"),
    (re.compile(rf"-(?:{_THINK})-(?P<level>{_LEVEL})(?:-effort)?$"), "thinking"),
    (re.compile(rf"-(?P<level>{_LEVEL})-(?P<budget>\d+k)$"), ""),
    (re.compile(rf"-(?:{_THINK})-(?P<budget>\d+k)$"), "thinking"),
    (re.compile(rf"-(?P<budget>\d+k)-(?:{_THINK})$"), "thinking"),
    (re.compile(rf"-(?P<level>none|{_LEVEL}|unknown|default)-effort$"), ""),
    (re.compile(rf"(?<!-deep)-(?P<mode>{_THINK})$"), "thinking"),
    (re.compile(rf"-(?P<level>{_LEVEL}|none|unknown|default)$"), ""),
]
_UNDERSCORED = re.compile(
    r"_(?:(?P<pro>pro)?(?P<level>none|minimal|low|medium|high|xhigh|max|unknown|default)"
    r"|(?P<mode>thinking|adaptive)|(?P<budget>\d+k))$"
)
_LEVELS = {"x-high": "xhigh", "extra-high": "xhigh", "min": "minimal", "med": "medium"}


@dataclass(frozen=True)
class Setting:
    """What a name says about how the model was run; None is not said, which is not the same as 'unknown'."""

    effort: str | None = None
    budget: str | None = None
    mode: str | None = None

    def __bool__(self) -> bool:
        return any((self.effort, self.budget, self.mode))

    def joined(self, other: Setting) -> Setting | None:
        """Both settings in one, or None where they contradict."""
        for mine, theirs in zip(self._parts, other._parts, strict=True):
            if mine and theirs and mine != theirs:
                return None
        parts = (mine or theirs for mine, theirs in zip(self._parts, other._parts, strict=True))
        return Setting(*parts)

    @property
    def _parts(self) -> tuple[str | None, str | None, str | None]:
        return self.effort, self.budget, self.mode


def underscored(name: str) -> tuple[str, Setting]:
    """Return a name without the effort that Epoch hangs on by an underscore, and that effort.

    >>> underscored("claude-3-7-sonnet-20250219_64k")
    ('claude-3-7-sonnet-20250219', Setting(effort=None, budget='64k', mode='thinking'))
    >>> underscored("phi-1_5")
    ('phi-1_5', Setting(effort=None, budget=None, mode=None))
    """
    found = _UNDERSCORED.search(name)
    if not found:
        return name, Setting()
    budget = found["budget"]
    mode = "pro" if found["pro"] else (found["mode"] or ("thinking" if budget else None))
    return name[: found.start()], Setting(found["level"], budget, mode)


def ending(
    name: str, names: Callable[[str, str], bool] = lambda before, words: False
) -> tuple[str, Setting, str] | None:
    """Return a name without its last run setting, the setting, and the words that spelled it; None without one.

    `names(before, words)` says whether words behind `before` are part of the name (`qwen3-max`, `phi-4-reasoning`), as
    the caller knows from the family. Where several words spell one setting and one of them is the name's, only those
    behind it are taken.

    >>> ending("claude-opus-4.5-thinking-64k-medium-effort")[1:]
    (Setting(effort='medium', budget=None, mode=None), 'medium-effort')
    >>> ending("gpt-5.1-nothinking")
    ('gpt-5.1', Setting(effort='none', budget=None, mode=None), 'nothinking')
    >>> ending("phi-4-reasoning-high", lambda before, words: words == "reasoning")
    ('phi-4-reasoning', Setting(effort='high', budget=None, mode=None), 'high')
    """
    for pattern, mode in _ENDINGS:
        found = pattern.search(name)
        if not found or not found.start():
            continue
        before, words = name[: found.start()], found[0][1:]
        if names(before, words):
            return None
        own = _own(before, words, names)
        if own:
            return _behind(f"{before}-{own}", words[len(own) :], names)
        return before, _said(found.groupdict(), mode, words), words
    return None


def _own(before: str, words: str, names: Callable[[str, str], bool]) -> str:
    """The longest beginning of some words with which the name ends; empty where it takes none of them."""
    ends = [at for at, sign in enumerate(words) if sign == "-"]
    joined = re.fullmatch(rf"({_LEVEL})-?(?:{_THINK})", words)
    if joined:
        ends.append(joined.end(1))
    for at in sorted(set(ends), reverse=True):
        start = words.rfind("-", 0, at) + 1
        if names(f"{before}-{words[:start]}".rstrip("-"), words[start:at]) or names(before, words[:at]):
            return words[:at]
    return ""


def _behind(stem: str, words: str, names: Callable[[str, str], bool]) -> tuple[str, Setting, str] | None:
    """What the words behind a name's own say; None where they are the name's too, or no setting by themselves.

    A number of thousands is none: `nemotron-h-47b-reasoning-128k` says its context.
    """
    rest = words.lstrip("-")
    found = ending(f"x-{rest}", lambda before, words: names(stem, words))
    return (stem, *found[1:]) if found and found[0] == "x" else None


def _said(parts: dict[str, str | None], mode: str, words: str) -> Setting:
    if parts.get("off"):
        return Setting(effort="none")
    level = parts.get("level")
    plain = "effort" in words and not re.search(_THINK, words)
    return Setting(
        level and _LEVELS.get(level, level), _thousands(parts.get("budget")), None if plain or not mode else mode
    )


def _thousands(budget: str | None) -> str | None:
    """A budget of tokens as the field writes it: 16000 and 16384 are both 16k."""
    if budget is None or not budget.isdigit():
        return budget
    tokens = int(budget)
    return next((f"{tokens // unit}k" for unit in (1000, 1024) if tokens % unit == 0), budget)
