"""Which model and version a stem means once its family's habits, its line and its numbering are known."""

from __future__ import annotations

import re
from dataclasses import replace

from nomoat.catalog.lexicon import Family, Lexicon
from nomoat.catalog.reading import Reading

# Sources that list only what one can talk to, so that a name without `-it` still means the tuned weights.
CHAT_ONLY = {"aa", "arena", "openrouter", "livebench"}
# Qwen3 could think or not; in July 2025 its three sizes were released again as two weights each, and some publishers
# call the modes of the former (Artificial Analysis) what others call the latter.
_EITHER_QWEN3 = re.compile(r"qwen3-(?:4b|30b-a3b|235b-a22b)-(?:instruct|thinking|reasoning)")
_SIZED = re.compile(r"-e?\d+(?:\.\d+)?b(?:-a\d+b)?$")

# Weights whose plain name means the base model at their maker's; lists of offerings drop `-instruct` as well, so that
# there `llama-3.1-70b` is either (Cerebras serves the tuned one under it, Fireworks the base).
_BARE = re.compile(
    r"llama-(?:2|3|3\.\d)-\d+b|codellama-\d+b|gemma-(?:[23]-)?\d+b|qwen(?:1\.5|2|2\.5)(?:-(?:coder|math|vl))?-[\d.]+b|"
    r"yi-\d+b|mixtral-8x\d+b|mistral-7b|gemma-4-(?:\d+b|26b-a4b)"
)
OFFERS = {"litellm", "models.dev", "openrouter", "vercel"}
# Who runs models to be talked to and drops `-instruct` as well, by the first word of a path where no source is said.
SERVERS = {"azure_ai", "bedrock", "cerebras", "cloudflare", "deepinfra", "friendliai", "github", "groq", "hyperbolic"}
SERVERS |= {"lambda_ai", "nebius", "novita", "nscale", "ollama", "ollama_chat", "openrouter", "sambanova"}
SERVERS |= {"together_ai", "vercel_ai_gateway"}
_SAYS_BASE = {"fireworks", "fireworks_ai", "replicate", "qwen", "meta-llama"}


def settled(read: Reading, family: Family | None, source: str | None, table: Lexicon) -> tuple[str, Reading]:
    """Return the model's name, and the reading with the version that its family and line give it.

    >>> from nomoat.catalog.lexicon import lexicon
    >>> read = Reading("mistral-medium", version="2025-08", style="YYMM", text="2508")
    >>> settled(read, lexicon().family("mistral-medium"), None, lexicon())[0]
    'mistral-medium-3.1'
    """
    stem = read.stem
    if family and family.folds:
        stem = stem.removesuffix(f"-{family.folds}")
    if family and family.chat and source in CHAT_ONLY and _SIZED.search(stem):
        stem = f"{stem}-{family.chat}"
    if family and family.prefix == "qwen3-" and read.style == "YYMM" and re.search("-(?:instruct|thinking)$", stem):
        stem = f"{stem}-{read.text}"  # the repositories of one size differ in nothing but this
    if not read.style and _EITHER_QWEN3.fullmatch(stem):
        return stem, replace(read, trouble="it is the mode of a hybrid model, or the weights of July 2025")
    line = table.lines.get(stem)
    if line and read.stage == "preview" and line.preview not in ("", "only"):
        stem, line = line.preview, table.lines.get(line.preview)
    numbered = table.numbering.get(stem.removesuffix("-instruct"))
    if numbered:
        read = _numbered(read, stem, numbered)
        stem = numbered.get(read.version or "", stem)
        return stem, read
    previewed = line is not None and line.preview == "only"
    if read.version is None and not read.style and read.stage not in (None, "prerelease") and not previewed:
        read = replace(read, version=read.stage)
    if line and read.version and re.fullmatch(r"\d{4}-\d\d", read.version):
        days = [day for day in line.snapshots if day.startswith(read.version)]
        if len(days) == 1:
            read = replace(read, version=days[0])
    return stem, read


def either_weights(
    stem: str, namespaces: tuple[str, ...], source: str | None, tiers: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Return the two stems that a name may mean where it does not say base or tuned weights; else nothing.

    Lists of offerings leave it out, and so does whoever writes how many tokens of context are served.

    >>> either_weights("llama-3.1-70b", ("vercel_ai_gateway", "meta"), "litellm")
    ('llama-3.1-70b', 'llama-3.1-70b-instruct')
    >>> either_weights("llama-3.1-70b", ("meta-llama",), "hf")
    ()
    >>> either_weights("llama-3.1-8b", ("cerebras",), None)
    ('llama-3.1-8b', 'llama-3.1-8b-instruct')
    """
    offered = source in OFFERS or bool(SERVERS & set(namespaces)) or any(tier.startswith("context-") for tier in tiers)
    if not offered or not _BARE.fullmatch(stem) or _SAYS_BASE & set(namespaces):
        return ()
    return stem, f"{stem}-{_word(stem)}"


def tagged(stem: str, namespaces: tuple[str, ...]) -> str:
    """Return the stem of an Ollama tag: there a size alone is the tuned weights, and the base is called `text`.

    >>> tagged("qwen2.5-coder-32b", ("ollama",)), tagged("llama-3-8b", ("groq",))
    ('qwen2.5-coder-32b-instruct', 'llama-3-8b')
    """
    tuned = {"ollama", "ollama_chat"} & set(namespaces) and _BARE.fullmatch(stem)
    return f"{stem}-{_word(stem)}" if tuned and stem.startswith(("llama-3", "qwen2", "gemma")) else stem


def _word(stem: str) -> str:
    """What the maker of a family calls its tuned weights."""
    return "it" if stem.startswith("gemma") else "chat" if stem.startswith(("llama-2", "yi")) else "instruct"


def _numbered(read: Reading, stem: str, numbered: dict[str, str]) -> Reading:
    """Mistral numbers its releases in public and dates them in its API: only months that are written down count."""
    if read.latest or read.version in numbered:
        return read
    if read.version:
        return replace(read, trouble=f"which number {stem} had in {read.version} is not written down")
    if len(set(numbered.values())) > 1:
        return replace(read, trouble=f"{stem} without a number or date is any of {len(set(numbered.values()))} models")
    return read
