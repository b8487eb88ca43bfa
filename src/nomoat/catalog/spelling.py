"""How a model name looks once what is mere typing is undone: case, separators, paths, regions, joined digits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from nomoat.catalog.setting import Setting, underscored

# The longest name in any shipped source has 119 characters; more is no name.
LONGEST = 200

_REGION = r"(?:us|eu|apac|au|jp|ca|sa|global|us-gov)"
_VENDORS = (
    "anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|moonshotai|moonshot|minimax|google|nvidia|openai|"
    "writer|zai|xai|stability|databricks"
)
_DOTTED = re.compile(rf"^(?:{_REGION}\.)?(?P<vendor>{_VENDORS})\.(?=[a-z])")
_PREFIXED = re.compile(
    r"^(?P<vendor>anthropic|openai|google|azure|databricks|amazon|nvidia|cohere|microsoft|zai|alibaba|meta|ibm|xiaomi"
    r"|arcee|alicloud|coding|coding-xiaomi|duo-chat|umans|parasail|z-?ai(?:-org)?|deep(?=-deepseek))-+"
    r"(?=claude|gpt|o[134](?:-|$)|gemini|gemma|(?:meta-)?llama|nova|nemotron|command|phi|glm|qwen|granite|mixtral|dbrx|mimo|trinity"
    r"|deepseek|minimax|kimi)"
)
_QUANTISATION = re.compile(
    r"[-_](?P<text>bf16|fp16|fp8|fp4|nvfp4|mxfp4|int4|int8|awq|gptq|gguf|mlx|exl2|exl3|bnb|hf|[2-8]-?bit|fp8-(?:dynamic|kv|block)|(?:quantized[-.])?w\d{1,2}a\d{1,2}|i?q[2-8](?:[-_.](?:\d|k|[sml]|x{1,2}s|nl))*)$"
)
_TIERS = re.compile(r"[-](?P<text>maas|free|tee|cloud|web-?app|customtools)$")
_TIER_WORDS = {"free", "extended", "exacto", "nitro", "floor", "online", "cloud", "beta", "discounted", "default"}

# Spellings of one and the same name, as typed by different people; each with a name that needs it.
_REWRITES = [
    (re.compile(pattern), into)
    for pattern, into in (
        (r"(?<=\d)p(?=\d)", "."),  # kimi-k2p5, qwen2p5-72b
        (r"(?<=\d)_(?=\d)", "."),  # internvl2_5, llama-3_1
        (r"[\s_/,]+", "-"),
        (r"-{2,}", "-"),
        (r"^code-llama", "codellama"),
        (r"^gpt-35-", "gpt-3.5-"),  # azure
        (r"^gpt-5([1-9])(?=-|$)", r"gpt-5.\1"),
        (r"^deepseek-chat-(?=v\d)", "deepseek-"),  # OpenRouter's deepseek-chat-v3-0324
        (r"^(?=r1$|r1-(?!1776)|v3$|v3[-.])", "deepseek-"),  # Bedrock's deepseek.r1-v1:0
        (r"^deepseekv", "deepseek-v"),
        (r"^c4ai-", ""),
        (r"^meta-(?=llama)", ""),
        (r"^(?:amazon-)?nova-(.*)-v1(?:\.0)?$", r"nova-\1"),
        (r"^amazon-(?=nova|titan)", ""),
        (r"^ai21-(?=jamba)", ""),
        (r"^(llama|gemma|phi)-?(\d)", r"\1-\2"),  # llama3, gemma3:27b
        (r"^(codellama)-?(\d)", r"\1-\2"),
        (r"^(qwen|llama|phi)-v(?=\d)", r"\1-"),  # Fireworks' llama-v3p1-70b
        (r"^qwen-(?=qw[qv]-)", ""),
        (r"^qwen-(\d(?:\.\d)?)(?=-)", r"qwen\1"),  # qwen-3-32b, qwen-2.5-72b
        (r"^qwen([23])([5-9])-", r"qwen\1.\2-"),
        (r"^qwen3-([5-9])-(?=\d+b)", r"qwen3.\1-"),  # qwen3-6-35b
        (r"^minimax-m2([1-9])(?=-|$)", r"minimax-m2.\1"),
        (r"^hunyuan-(?=hy3)", ""),
        (r"^tencent-(?=hy3)", ""),
        (r"^claude-(opus|sonnet|haiku)(?=\d)", r"claude-\1-"),
        (r"^claude-(\d)(\d)-(?=opus|sonnet|haiku)", r"claude-\1.\2-"),  # Artificial Analysis' claude-35-sonnet
        (r"^claude-(opus|sonnet|haiku)-([4-9])([1-9])(?=-|$)", r"claude-\1-\2.\3"),
        (r"(?<![\d.])(\d{1,2})-(\d)(?=-(?!\d\d(?:-|$))|-20\d{6}|-20\d\d-|$)", r"\1.\2"),  # claude-opus-4-6, gpt-5-1
        (r"^(llama-[\d.]+)-(instruct|chat)-([\d.]+b)(-vision)?$", r"\1-\3\4-\2"),  # Artificial Analysis
        (r"^(llama-[\d.]+)-vision-([\d.]+b)-", r"\1-\2-vision-"),  # Arena
        (r"^grok-4-20(?=-|$)", "grok-4.20"),
        (r"^claude-(\d(?:\.\d)?)-(opus|sonnet|haiku)(?=-|@|$)", r"claude-\2-\1"),
        (r"^claude-(opus|sonnet|haiku)-(3(?:\.\d)?)(?=-|@|$)", r"claude-\2-\1"),
        (r"^(claude-(?:opus|sonnet|haiku)-\d)\.0(?=-|$)", r"\1"),
        (r"^(claude-.*\d)-v[12]$", r"\1"),
        (r"^(claude-.*)-v\d(?=-20\d{6}$)", r"\1"),  # Vertex counts its revisions before the date
        (r"^claude-v(\d)", r"claude-\1"),
        (r"^mistral-(small|medium|large)(\d)", r"mistral-\1-\2"),
        (r"^(mistral|mixtral)-(.*)-v0?(\d)$", r"\1-\2-v0.\3"),
        (r"^(gemma-3n?-.*)-pt$", r"\1"),  # Google's word for base weights
        (r"^((?:mistral|ministral|codestral|pixtral)-.*)-(2[3-9])\.(0[1-9]|1[0-2])$", r"\1-\2\3"),
        (r"^open-(?=mistral-nemo|codestral)", ""),
        (r"^nvidia-(?=nemotron|llama)", ""),
        (r"^(qwen3-.*?)(?:-instruct)?-2507-(?:reasoning|thinking)$", r"\1-thinking-2507"),
        (r"^(qwen3-.*)-2507-instruct$", r"\1-instruct-2507"),
        (
            r"^(qwen3-\d+b(?:-a\d+b)?)-2507$",
            r"\1-instruct-2507",
        ),  # two weights of that month: the plain name is instruct
        (r"-pre-release(?=-|$)", "-prerelease"),
        (r"-web-app(?=-|$)", "-webapp"),
    )
]


@dataclass(frozen=True)
class Spelled:
    """A name without its typing: who was named before it, the name itself, and what hung on it.

    `namespaces` are the segments of the path, nearest last; `setting` what an underscore or a colon said, `level` its
    word for the effort, which with some families is a word of the name.
    """

    namespaces: tuple[str, ...]
    name: str
    setting: Setting
    tiers: tuple[str, ...] = ()
    level: str = ""


def clean(raw: str) -> str:
    """Return a name as people see it: compatibility forms folded, control and direction marks gone, lower case.

    >>> clean(" GPT\u2011OSS\u202e\\t120B ")
    'gpt-oss 120b'
    """
    text = re.sub("[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", raw))
    text = text.replace("\u2019", "'").replace("\u2018", "'")
    text = "".join(" " if sign.isspace() else sign for sign in text)
    return " ".join("".join(sign for sign in text if unicodedata.category(sign)[0] != "C").lower().split())


def spelled(raw: str) -> Spelled | None:
    """Return a name read apart, or None where it is empty or too long to be one.

    >>> spelled("us.anthropic.claude-sonnet-4-20250514-v1:0").name
    'claude-sonnet-4-20250514'
    >>> spelled("fireworks_ai/accounts/fireworks/models/kimi-k2p5").name
    'kimi-k2.5'
    >>> spelled("claude-4-5-sonnet").name, spelled("claude-sonnet-4.5").name
    ('claude-sonnet-4.5', 'claude-sonnet-4.5')
    """
    text = clean(raw)
    if not text or len(text) > LONGEST:
        return None
    text = text.lstrip("~").removeprefix("hf:")
    text = re.sub(r"[(\[](?:nano-banana)[^)\]]*[)\]]", "", text).strip()
    text = re.sub(r"\s*[(\[]([^)\]]*)[)\]]", r"-\1", text).strip("-/ ")
    text, setting = underscored(text)
    *namespaces, name = [part for part in text.split("/") if part] or [""]
    tiers: list[str] = []
    name, told = _colons(name, tiers)
    said = setting.joined(told) or setting
    name = _at(name, tiers)
    dotted = _DOTTED.match(name)
    if dotted:
        namespaces.append(dotted["vendor"])
        name = name[dotted.end() :]
    prefixed = _PREFIXED.match(name)
    if prefixed:
        name = name[prefixed.end() :]
        if prefixed["vendor"] == "azure":  # whose deployments choose what a name means
            namespaces.append("azure")
    return Spelled(tuple(namespaces), _rewritten(name), said, tuple(tiers), said.effort or "")


def without_packaging(name: str) -> tuple[str, str]:
    """Return a name without a trailing number format or serving tier, and that word.

    >>> without_packaging("llama-3.1-405b-instruct-bf16")
    ('llama-3.1-405b-instruct', 'bf16')
    """
    found = _QUANTISATION.search(name) or _TIERS.search(name)
    return (name[: found.start()], found["text"]) if found and found.start() else (name, "")


def _rewritten(name: str) -> str:
    for pattern, into in _REWRITES:
        name = pattern.sub(into, name)
    return name.strip("-.")


def _colons(name: str, tiers: list[str]) -> tuple[str, Setting]:
    """Read what follows colons: Bedrock's revision, OpenRouter's tier, Ollama's size, a mode."""
    name = re.sub(r"(claude(?:-instant)?)-v(\d):(\d)(?::\d+k)?$", r"\1-\2.\3", name)
    name = re.sub(r"-v0:(\d)$", r"-v0.\1", name)
    name = re.sub(r"-v?\d+:\d+(?::\w+)?$", "", name)
    name, *parts = name.split(":")
    setting = Setting()
    for part in parts:
        if part in _TIER_WORDS:
            tiers.append(part)
        elif part in ("thinking", "reasoning"):
            setting = Setting(setting.effort, setting.budget, "thinking")
        elif part in ("low", "medium", "high", "xhigh", "max"):
            setting = Setting(part, setting.budget, setting.mode)
        elif re.fullmatch(r"[0-9a-f]{12,64}", part):  # Replicate's own number of a build
            continue
        elif part:
            name = f"{name}-{part}"
    return name, setting


def _at(name: str, tiers: list[str]) -> str:
    """Read what follows an `@`, as Vertex writes versions."""
    head, at, tail = name.rpartition("@")
    if not at or not head:
        return name
    if tail == "default":
        tiers.append(tail)
        return head
    return f"{head}-{tail}"
