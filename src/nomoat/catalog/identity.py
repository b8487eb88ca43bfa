"""How outside names become keys of ours, and what in them is a setting and not a name."""

from __future__ import annotations

import re
import unicodedata

# A version string ends in the effort it was run at: `_high`, `_16K`, `_promax`. Words that are also parts of
# names (`phi-1_5`, `Qwen-1_8B`) never match, since an effort is a known word or a budget of thousands.
_EFFORT = re.compile(
    r"^(?P<stem>.+?)"
    r"(?:_(?P<word>(?:pro)?(?:none|minimal|low|medium|high|xhigh|max|unknown)|thinking|\d+[kK])"
    r"|\s\((?P<budget>\d+[kK]) thinking\))$"
)


def slug(name: str) -> str:
    """Return the key form of a name: lower case, ASCII, words joined by hyphens, dots kept.

    >>> slug("Qwen 3.5 Plus (hosted 397B-A17B)")
    'qwen-3.5-plus-hosted-397b-a17b'
    >>> slug("Z.ai (Zhipu AI)")
    'z.ai-zhipu-ai'
    """
    dashes = re.sub("[\u2010-\u2015]", "-", name)  # NFKD keeps them, and ASCII would drop them
    ascii_only = unicodedata.normalize("NFKD", dashes).encode("ascii", "ignore").decode()
    spelled = ascii_only.lower().replace("+", "-plus")
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9.]+", "-", spelled)).strip("-.")


def split_effort(version: str) -> tuple[str, str | None]:
    """Return a version string without the effort it ends in, and that effort in lower case.

    >>> split_effort("gpt-5-2025-08-07_high")
    ('gpt-5-2025-08-07', 'high')
    >>> split_effort("claude-opus-4-20250514_16K")
    ('claude-opus-4-20250514', '16k')
    >>> split_effort("phi-1_5")
    ('phi-1_5', None)
    """
    found = _EFFORT.match(version.strip())
    if not found:
        return version.strip(), None
    return found["stem"], (found["word"] or found["budget"]).lower()
