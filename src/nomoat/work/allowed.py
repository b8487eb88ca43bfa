"""Which candidates may be tried on a use case, and why not the others?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from nomoat.errors import InputError, UnknownName
from nomoat.types import LeftOut, Noun
from nomoat.work.endpoint import Endpoint
from nomoat.work.openly import Known
from nomoat.work.plan import Limits, UseCase
from nomoat.work.request import Request, Usage
from nomoat.work.verdict import OPEN

CLASSES = ("closed-api", "closed-hosted", *OPEN)
READS = ("image", "audio", "video", "file")
PARTS = {"image_url": "image", "image": "image", "input_image": "image", "input_audio": "audio", "audio": "audio",
          "file": "file", "input_file": "file", "document": "file", "video_url": "video", "video": "video"}  # fmt: skip


class Needs(Noun, frozen=True, kw_only=True):
    """What the requests of a use case take: the longest in tokens, what they hold beside text, and their mix."""

    longest: int | None = None  # input and output; None where the log names no tokens
    reads: dict[str, int] = msgspec.field(default_factory=dict)  # modality -> requests
    input: int = 0
    output: int = 0


def check(limits: Limits, endpoints: Mapping[str, Endpoint]) -> None:
    """Raise UnknownName or InputError for what no candidate can be asked, and for what an endpoint cannot be."""
    attested = [(one.openness, f"[endpoints.{one.name}] openness") for one in endpoints.values() if one.openness]
    for name, where in (*((name, "--openness") for name in limits.classes), *attested):
        if name not in CLASSES:
            raise UnknownName.of("openness class", name, CLASSES, where)
    for name in (*limits.reads, *(name for one in endpoints.values() for name in one.reads)):
        if name not in (*READS, "text"):
            raise UnknownName.of("modality", name, READS)
    if limits.price is not None and not limits.price >= 0:
        raise InputError(f"--price {limits.price}", "US dollars a million tokens", "--price 0.5")


def held(request: Request) -> frozenset[str]:
    """What a request holds beside text.

    >>> part = {"type": "image_url", "image_url": {"url": "data:..."}}
    >>> sorted(held(Request(request_id="r", conversation_id="r", model="m", messages=({"content": [part]},))))
    ['image']
    """
    contents = (one.get("content") for one in request.messages or ())
    parts = (part for content in contents if isinstance(content, list) for part in content if isinstance(part, dict))
    return frozenset(PARTS[kind] for part in parts if (kind := str(part.get("type"))) in PARTS)


def barred(limits: Limits, needs: Needs, endpoint: Endpoint, known: Known) -> str | None:
    """Why a candidate may not be tried on a use case; None where it may.

    What a limit asks for must be known; what the traffic itself takes bars only where it is known to be too much.

    >>> here = Endpoint(name="a", url="http://127.0.0.1/v1", model="m", price_input=1, price_output=3, context=8192)
    >>> barred(Limits(price=1.2), Needs(input=900, output=100), here, Known())
    >>> barred(Limits(), Needs(longest=20_000), here, Known(context=8192))
    'reads 8,192 tokens, and the longest request takes 20,000'
    """
    if limits.self_hosted and not endpoint.self_hosted:
        return "not self-hosted"
    if limits.classes and known.openness not in limits.classes:
        return f"{known.openness or 'of unknown openness'}, not {' or '.join(limits.classes)}"
    if limits.context is not None and (known.context is None or known.context < limits.context):
        said = "of unknown context" if known.context is None else f"reads {known.context:,} tokens"
        return f"{said}, and {limits.context:,} were asked for"
    if lacking := [name for name in limits.reads if name not in (known.reads or ())]:
        said = "of unknown modality" if known.reads is None else f"reads {' and '.join(known.reads)}"
        return f"{said}, and {' and '.join(lacking)} was asked for"
    if limits.price is not None and (why := _dear(limits.price, needs, endpoint)):
        return why
    if needs.longest is not None and known.context is not None and known.context < needs.longest:
        return f"reads {known.context:,} tokens, and the longest request takes {needs.longest:,}"
    if known.reads is not None and (lacking := sorted(needs.reads.keys() - set(known.reads))):
        holds = ", ".join(f"{needs.reads[name]:,} requests hold {name}" for name in lacking)
        return f"reads {' and '.join(known.reads)}, and {holds}"
    return None


def _dear(most: float, needs: Needs, endpoint: Endpoint) -> str | None:
    total = needs.input + needs.output
    cost = endpoint.cost(Usage(input=needs.input, output=needs.output))
    if cost is None or not total:
        lacks = "of unknown price" if cost is None else "of unknown cost, as the log names no tokens"
        return f"{lacks}, and ${most:g} a million tokens was the most allowed"
    price = cost / total * 1e6
    said = f"costs ${price:.3g} a million tokens in your mix, and ${most:g} was the most allowed"
    return None if price <= most else said


def left_out(cases: Sequence[UseCase]) -> tuple[LeftOut, ...]:
    """The candidates that are not tried, with why, and on how many use cases."""
    counts: dict[tuple[str, str], int] = {}
    for case in cases:
        for name, why in case.barred.items():
            counts[name, why] = counts.get((name, why), 0) + 1
    return tuple(LeftOut(what=f"use cases for candidate {name}", count=n, why=why) for (name, why), n in counts.items())


def none_left(why: Mapping[str, str]) -> str:
    """What is said where every candidate is barred.

    >>> none_left({"a": "not self-hosted"})
    'no candidate is allowed: a is not self-hosted'
    """
    said = "; ".join(f"{name} {'is ' if not reason.startswith(_VERBS) else ''}{reason}" for name, reason in why.items())
    return f"no candidate is allowed: {said}"


_VERBS = ("reads", "costs")
