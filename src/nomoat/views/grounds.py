"""What is said of the log that a verdict is about, of what was sent where for it, and of the money in it?"""

from __future__ import annotations

from nomoat.views import words
from nomoat.views.table import printable
from nomoat.work.basis import Log, Sent
from nomoat.work.verdict import Verdict, percent


def grounds(found: Verdict) -> tuple[str, ...]:
    """The log, what left for whom, and what moving the listed use cases would save; a sentence or two each."""
    said = []
    if found.log is not None:
        said.append(_log(found.log))
    if found.sent:
        said.append(_sent(found.sent))
    if found.saved_spend is not None:
        said.append(_saved(found))
    return tuple(said)


def _log(log: Log) -> str:
    days = "of days that it does not name"
    if log.first is not None and log.last is not None:
        days = words.day(log.first) if log.first == log.last else f"{words.day(log.first)} to {words.day(log.last)}"
    cost = "it names no costs"
    if log.spend_usd is not None:
        rest = "" if log.priced == log.requests else f", as {log.priced:,} of them name"
        cost = f"{usd(log.spend_usd)}{rest}"
    since = f"; {words.count(log.since, 'request')} read after the plan was made are in none" if log.since else ""
    return (
        f"The log is of {words.count(log.requests, 'request')} in {words.count(log.conversations, 'conversation')}, "
        f"{days}, {cost}. Shares are of this log, and of no month or year{since}."
    )


def _sent(sent: tuple[Sent, ...]) -> str:
    each = []
    for one in sent:
        price = "at no price that plan.toml names"
        if one.price_input is not None and one.price_output is not None:
            price = f"at ${one.price_input:g} in and ${one.price_output:g} out a million tokens"
        near = ", near by its address" if one.in_house else ", outside of the house"
        house = ", a server of your own" if one.self_hosted else near
        each.append(
            f"{printable(one.endpoint)} ({printable(one.model)} at {printable(one.host)}{house}) "
            f"{words.count(one.calls, 'call')} for {words.count(one.requests, 'request')}, {price}"
        )
    masked = all(one.masked for one in sent)
    how = "with personal data masked" if masked else "as they were logged"
    unseen = any(one.in_house and not one.self_hosted for one in sent)
    passed = " What a near server passes on to others is not seen." if unseen else ""
    return f"Sent, {how}: {'; '.join(each)}.{passed}"


def _saved(found: Verdict) -> str:
    saved = found.saved_spend or 0.0
    less = f"{percent(abs(saved))} {'less' if saved >= 0 else 'more'} than this log did"
    log = found.log
    if log is not None and log.spend_usd is not None and log.priced == log.requests and not log.since:
        less += f", {usd(abs(saved) * log.spend_usd)} of {usd(log.spend_usd)}"
    ends = "how sure is not known"
    if found.saved_low is not None and found.saved_high is not None:
        low, high = (f"{-100 * saved:+.2f}".replace("-", "\u2212") for saved in (found.saved_high, found.saved_low))
        span = f"{low} to {high} %" if low != high else f"{low} % still"
        ends = f"{span} with all costs at an end of their 95 % intervals"
    return (
        f"With the listed use cases moved, the same requests would cost about {less}, at the prices of the run "
        f"({ends}); judging and routing are not in it, and hardware of your own as far as its price is."
    )


def usd(amount: float) -> str:
    """US dollars with the digits that say something.

    >>> usd(0.59265), usd(1234567.8), usd(0.00041), usd(0.0)
    ('$0.59', '$1,234,568', '$0.00041', '$0.00')
    """
    if amount >= 1000:
        return f"${amount:,.0f}"
    return f"${amount:,.2f}" if amount >= 0.1 or amount == 0 else f"${amount:.2g}"
