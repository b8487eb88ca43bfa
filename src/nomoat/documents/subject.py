"""Is an amount about models and their market, or about the room in which they were spoken of?

A note on a recording holds many amounts that nobody would hold against data: how long the episode is, how many rooms
the fair had, the speaker's age. What is kept: amounts in a unit of the field (tokens, GPUs, shares, points), and
others if the sentence, or the one before it, speaks of the field and not of the setting.
"""

from __future__ import annotations

import re

from nomoat.documents.quantities import Quantity

_UNITS = re.compile(
    r"(?:%|share|points|score|to|count|tokens?|parameters?|GPUs?|[HAB]\d00s?|GB|TB|MB|downloads?|models?|requests?|"
    r"prompts?|quer(?:y|ies)|calls|checkpoints|derivatives|benchmarks|tasks|labs|weights|gigawatts?|megawatts?|"
    r"kilowatts?|enterprises|respondents|customers|developers|deployments|workloads|repositories|licen[cs]es)$",
    re.I,
)
_FIELD = re.compile(
    r"\b(?:models?|open[- ]?(?:source|weights?)?|closed|proprietary|weights|tokens?|AI|A\.I\.|LLMs?|GPUs?|cards?|"
    r"inference|training|trained|fine-tun\w+|tuned|tuning|pre-?train\w*|distil\w*|benchmarks?|leaderboards?|arena|"
    r"scor(?:es?|ed)|licen[cs]es?|labs?|vendors?|providers?|API|prompts?|requests?|calls|hosting|hosted|host|"
    r"costs?|prices?|priced|pay|pays|paid|bills?|budgets?|revenue|spend\w*|spent|margins?|invest\w+|rais(?:ed|es)|"
    r"users?|usage|adoption|market|share|downloads?|downloaded|deploy\w*|accuracy|answers?|parameters?|hallucinat\w+|"
    r"agents?|surveys?|poll|respondents|buyers|enterprises|companies|firms|start-?ups|customers|developers|data|"
    r"compute|chips|servers?|latency|context|checkpoints?|releases?|released|frontier|gap|lag|software|contract|"
    r"research(?:ers)?|papers?|robots?|driving|datasets?|tasks?|experts|attention|weights?|systems?|errors?|outage|"
    r"quality|safety|safer|translat\w+|summar\w+|laptops?|data cent(?:re|er)s?|power|procurement|pilots?|migrat\w+|"
    r"switch\w*|experiments?|startups?)\b",
    re.I,
)
_SETTING = re.compile(
    r"\b(?:visas?|hotels?|flights?|flew|airports?|taxis?|trains?(?= to\b)|dinner|lunch|breakfast|coffees?|beers?|"
    r"wine|conference|venue|halls?|rooms?|seats?|chairs?|floors?|stairs|toilets?|booths?|doors|T-?shirts?|stickers|"
    r"microphones?|kettle|garden|weather|degrees|kilomet\w+|miles|children|kids|sons?|daughters?|dogs?|cats?|married|"
    r"birthday|born|aged|holidays?|podcasts?|episodes?|subscribe\w*|listeners?|audience|newsletter|minute read|"
    r"this (?:note|issue|post|essay|article|talk|report) is)\b",
    re.I,
)
_OF_SETTING = re.compile(
    r"(?:rooms?|seats?|chairs?|floors?|stairs|coffees?|beers?|drinks?|visas?|episodes?|issues?|slides?|doors?|toilets?|"
    r"children|kids|sons|daughters|dogs|cats|nights?|flights?|hotels?|kilomet\w+|miles|degrees|T-?shirts?|stickers|"
    r"listeners|subscribers|followers|guests|speakers|hosts|panels|friends|sentences|words|paragraphs|chapters|"
    r"things|ways|reasons|options|sides|kinds|types|sorts|parts|steps|worlds|camps|cases|bets|ideas|lessons|notes|"
    r"categories|groups|topics|themes|points of|pillars|hands|thoughts|stories|charts|staff)$",
    re.I,
)
_AGE = re.compile(r"^(?:[ -]years?)?[ -]old\b|^,? (?:of (?:experience|age)|later)\b", re.I)
_AGED = re.compile(r"\b(?:aged|age|turn(?:ed|s)|(?:she|he|I|who) (?:was|is|am|started at|began at))\s+$", re.I)
_HEADCOUNT = re.compile(r"\b(?:teams?|group|staff) of (?:about |some |around )?$", re.I)
_TALK = re.compile(
    r"\b(?:spoke|speak|talk(?:ed|ing)?|chat(?:ted)?|interview\w*|conversation|episode|session|recorded|we have|read)\b",
    re.I,
)
_CAREER = re.compile(
    r"\b(?:(?:I|she|he|you)(?:[’']ve| have| has|[’']s)? (?:been|worked|spent|taught|done|served)|for the last|career|"
    r"veteran)\b",
    re.I,
)
_SPAN = re.compile(r"(?:second|minute|hour|afternoon|day|night|weekend|week|month|year|decade)s?$", re.I)


def about_the_field(sentence: str) -> bool:
    """Whether a sentence speaks of models, of who makes or uses them, or of what they cost.

    >>> about_the_field("Tokens got cheaper."), about_the_field("The hotel was cold.")
    (True, False)
    """
    return bool(_FIELD.search(sentence))


def bears(reading: str, quantity: Quantity, named: bool, before: str = "") -> bool:
    """Whether an amount says something about the field.

    `named` tells that the sentence names a maker, a model or a concept; `before` is the sentence before it.

    >>> from nomoat.documents.quantities import quantities
    >>> for text in ("The fair had 1,200 seats.", "It costs 400 euros a month.", "She is 26 years old."):
    ...     print([bears(text, q, named=False) for q in quantities(text)])
    [False]
    [True]
    [False]
    """
    ahead, behind = reading[: quantity.start], reading[quantity.end :]
    lower = ahead.lower()
    if lower.endswith(("every ", "each ")) and _SPAN.search(quantity.unit):
        return False  # `every two weeks` is a habit
    if _AGE.match(behind) or _AGED.search(ahead) or _HEADCOUNT.search(ahead):
        return False
    if _SPAN.search(quantity.unit) and quantity.role == "level":
        if re.match(r",? (?:ago|earlier|later|before)\b", behind):
            return False  # a date, told from now
        if _CAREER.search(reading) or (_TALK.search(ahead) and re.search("minute|hour", quantity.unit)):
            return False
    if _OF_SETTING.search(quantity.unit):
        return False
    if quantity.unit == "people" and quantity.low is not None and quantity.low < 5:
        return False
    if (
        _UNITS.search(quantity.unit)
        or quantity.role in ("ratio", "change")
        or (quantity.per and "token" in quantity.per)
    ):
        return True
    if _SETTING.search(reading) and not named:
        return False
    return named or about_the_field(reading) or (about_the_field(before) and not _SPAN.search(quantity.unit))
