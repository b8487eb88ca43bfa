"""How a publisher's prices become US dollars per million tokens."""

from __future__ import annotations

from nomoat.sources.nested import Record

# US dollars per million tokens. The dearest list price known is 600, of o1-pro's output; LiteLLM's map of August 2026
# has fourteen beyond 1,000: prices of other units that were typed as per token.
HIGHEST = 1_000.0
LONGEST = 10**9  # tokens of context


def price(record: Record, *keys: str, per: int = 1_000_000) -> float | None:
    """Return a price in US dollars per million tokens, from the first of `keys` that is there; None where none is.

    `per` is the number of tokens that the publisher's figure is for. A price that is negative, no number, or beyond
    `HIGHEST` is a `SourceError`: it is left out, never clipped.

    >>> price(Record("prices.json", "gpt", {"input_cost_per_token": 5.6e-07}), "input_cost_per_token", per=1)
    0.56
    """
    factor = 1_000_000 // per
    for key in keys:
        found = record.number(key, 0, HIGHEST / factor)
        if found is not None:
            return float(f"{found * factor:.12g}")  # 5.6e-07 a token is 0.56 and not 0.5599999999999999
    return None


def is_free(*prices: float | None) -> bool | None:
    """Return whether all given prices are zero: a plan or a free tier; None where no price is given.

    >>> is_free(0.0, 0.0), is_free(0.0, None), is_free(0.0, 0.4), is_free(None, None)
    (True, True, False, None)
    """
    given = [one for one in prices if one is not None]
    return all(one == 0 for one in given) if given else None


def context(record: Record, *keys: str) -> int | None:
    """Return how many tokens are read at most; None where nothing, or zero, is given."""
    for key in keys:
        found = record.number(key, 0, LONGEST)
        if found:
            return int(found)
    return None
