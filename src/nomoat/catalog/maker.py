"""Whose model a name means: its maker by family or account, unless somebody else made it from that model."""

from __future__ import annotations

import re

from nomoat.catalog.identity import slug
from nomoat.catalog.lexicon import Family, Lexicon

# What somebody made of a model is not that model.
_DERIVED = re.compile(
    r"abliterat|derestrict|uncensored|heretic|unshackled|merge|bluestar|-lora-|roleplay|finetune|r1-1776"
)
_REGION = re.compile(r"[a-z]{2}(?:-gov)?-[a-z]+-\d")  # us-gov-west-1

# The words that Meta, Google, Mistral, DeepSeek and Alibaba themselves put into the names of weights: a name with
# another word is what somebody made of them, unless it stands under the maker's own account.
_OWN = {
    "llama": r"llama|chat|instruct|vision|guard|prompt|text|base|hf|python|maverick|scout|behemoth|experimental|preview"
    r"|api|v?\d+(?:\.\d+)?|[\d.]+b|\d+e|\d+k",
    "mistral": r"mistral|small|medium|large|tiny|nemo|saba|next|ocr|document|ai|embed|moderation|instruct|base|chat"
    r"|reasoning|thinking|creative|latest|lightning|pre|v?\d+(?:\.\d+)*|[\d.]+b|a\d+b|\d+k|eagle|creation",
    "mixtral": r"mixtral|instruct|base|v?\d+(?:\.\d+)*|\d+x\d+b|32kseqlen|\d+k",
    "deepseek": r"deepseek|r\d|v\d+(?:\.\d+)*|vl\d?|chat|reasoner|coder|llm|math|moe|ocr|prover|janus(?:flow)?|base"
    r"|instruct|zero|lite|small|tiny|pro|flash|exp|experimental|terminus|speciale|dspark|distill(?:ed)?|llama[\d.]*"
    r"|qwen[\d.]*|thinking|reasoning|preview|latest|rl|sft|\d+(?:\.\d+)*|[\d.]+b|a\d+b|[\d.]+bmqa|\d+k",
    "gemma": r"gemma|it|pt|qat|\d+(?:\.\d+)?n?|e?[\d.]+b|a\d+b|preview|mtp",
}
_SIZE_THEN = re.compile(r"-[\d.]+b(?:-a\d+b)?(?P<rest>(?:-[^-]+)+)$")
_QWEN_AFTER_SIZE = re.compile(
    r"(?:-(?:instruct|thinking|base|chat|turbo|preview|hybrid|rope|a\d+b|\d+[mk]|\d{4}|captioner))+"
)


# Number formats in which others than the maker pack weights; makers themselves publish in FP8.
REPACKED = frozenset({"gptq", "awq", "gguf", "mlx", "exl2", "exl3", "bnb"})


def maker(
    stem: str,
    namespaces: tuple[str, ...],
    family: Family | None,
    source: str | None,
    table: Lexicon,
    packed: bool = False,
) -> tuple[str | None, str, str]:
    """Return (organisation or None, confidence, why) of a name and the accounts or paths before it.

    A family names its maker; an account does where no family is known. Where the two disagree nobody is named: weights
    that NVIDIA made from Llama carry Meta's family under NVIDIA's account. An account of which nothing is known names
    itself as the maker only where no family is known and the weights are not `packed` in a format of re-uploaders.

    >>> from nomoat.catalog.lexicon import lexicon
    >>> maker("glm-4.6", ("novita",), lexicon().family("glm-4.6"), None, lexicon())[0]
    'zhipu'
    >>> maker("llama-3.1-minitron-4b", ("nvidia",), lexicon().family("llama-3.1-minitron-4b"), "hf", lexicon())[0]
    """
    if _DERIVED.search(stem):
        return None, "", "it is somebody's derivative of another model"
    own = family and table.organisation(namespaces[-1] if namespaces else "") == family.organisation
    if family and not own and not _own_words(stem, family):
        return None, "", f"it has words that {family.organisation} does not use: it may be made from that model"
    account = namespaces[-1] if namespaces else None
    known = table.makers.get(account) if account else None
    if account and _REGION.fullmatch(account):
        account, known = None, None
    if known and known.serves and not (known.makes and (source == "hf" or family is None)):
        account, known = None, None
    if family and (account is None or (known and known.organisation == family.organisation)):
        return family.organisation, "high", f"{family.prefix.rstrip('-')} is a family of {family.organisation}"
    if known and account and family is None:
        return known.organisation, "high", f"{account} is an account of {known.organisation}"
    if known and family:
        why = f"{account} is {known.organisation}, but {family.prefix.rstrip('-')} a family of {family.organisation}"
        return None, "", why
    if account is None:
        return None, "", "whose model it is, is not written down"
    if source == "hf" and family is None and not packed:
        return slug(account), "low", f"the account {account} says whose it is"
    return None, "", f"who {account!r} is, is not written down"


def _own_words(stem: str, family: Family) -> bool:
    """Whether a name has only the words of its maker."""
    if family.prefix in _OWN:
        return re.fullmatch(rf"(?:(?:{_OWN[family.prefix]})(?:-|$))+", stem) is not None
    sized = _SIZE_THEN.search(stem) if family.organisation == "alibaba" else None
    return sized is None or _QWEN_AFTER_SIZE.fullmatch(sized["rest"]) is not None
