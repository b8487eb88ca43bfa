"""How is a share written: its amount, its bounds, its place?"""

from __future__ import annotations

import re
from datetime import date

from nomoat.world.published import Figure
from nomoat.world.series import percent as percent

PLACES = {
    "openrouter": "OpenRouter",
    "vercel": "Vercel AI Gateway",
    "huggingface": "Hugging Face",
    "openai-api": "OpenAI",
}
_LARGE = re.compile(r"\b\d{6,}\b")  # 300000000 is read as three hundred million by nobody


def place(channel: str | None) -> str:
    """The name of a channel as people write it.

    >>> place("openrouter"), place("enterprises")
    ('OpenRouter', 'enterprises')
    """
    return PLACES.get(channel or "", channel or "–")


def window(start: date | None, end: date | None) -> str:
    """The days of a window, one of them where it is a day or where nobody says when it began.

    >>> window(date(2026, 9, 7), date(2026, 9, 13)), window(None, date(2026, 9, 13)), window(None, None)
    ('2026-09-07 to 2026-09-13', '2026-09-13', 'dates not stated')
    """
    if end is None:
        return "dates not stated" if start is None else f"from {start}"
    return f"{end}" if start in (None, end) else f"{start} to {end}"


def amount(kind: str, value: float | None, low: float | None, high: float | None) -> str:
    """A share or a count with what bounds it has.

    >>> amount("count", 1.15e9, None, None), amount("share", None, 0.16, 0.24), amount("share", 0.45, 0.45, None)
    ('1.15 billion', '16% to 24%', '≥ 45%')
    """

    def one(x: float) -> str:
        if kind == "share":
            return f"{100 * x:.3g}%"
        for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
            if x >= size:
                return f"{x / size:.3g} {name}"
        return f"{x:,.0f}"

    if low is not None and high is not None and one(low) != one(high):
        return f"{one(low)} to {one(high)}"
    if low is not None and high is None:
        return f"≥ {one(low)}"
    if high is not None and low is None:
        return f"≤ {one(high)}"
    known = value if value is not None else low
    return "–" if known is None else one(known)


def said(figure: Figure) -> str:
    """A published figure in the publisher's words where it was no plain number, else as it was written down."""
    if figure.quoted:
        return _LARGE.sub(lambda n: amount("count", float(n[0]), None, None), figure.quoted) + (
            "%" if figure.kind == "share" else ""
        )
    return amount(figure.kind, figure.value, figure.low, figure.high)
