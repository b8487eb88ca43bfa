"""Which wordings make a sentence a comparison, a trend, a forecast or somebody's view?

Patterns of English, kept apart from what is done with them. Each was added for a sentence of the marked documents or
for a class of wordings around it; what they miss elsewhere is what the held-out marks measure.
"""

from __future__ import annotations

import re

from nomoat.documents.connections import SETS
from nomoat.documents.entities import Found
from nomoat.documents.quantities import Quantity

_THAN = (
    r"\b(?:more|less|fewer|better|worse|\w{2,}(?:er|"
    r"ier))\b[^.;]{0,60}?\bthan\b(?! (?:one (?:might|would)|ever|you|I |we |just\b|that\b|"
    r"half|a (?:third|quarter|fifth|tenth|dozen|year|month|week|decade)\b|\d|[$€£]|one |two |"
    r"three |four |five |six |ten |twice|double))|"
    r"\bmore than (?:external|internal|closed|open|any|other)\b"
)
_COMPARATIVE = re.compile(
    rf"{_THAN}|"
    r"\b(?:replaced|displaced|supplant\w+|surpass\w*|outperform\w*|outpac\w+|outsell\w*|"
    r"overt(?:ak\w+|ook)|eclips\w+|exceed\w*|beats?\b|beating|trail(?:s|ed|ing)?\b|"
    r"(?:still )?lag(?:s|ged|ging)? (?:behind|by|far|well|the)\b|rivals?\b(?! (?:labs?|firms?|"
    r"companies))|on (?:a )?par with|as (?:good|capable|strong|cheap|fast|accurate|"
    r"well) as|ahead of|in the lead|(?:caught|catch(?:es|ing)?) up (?:to|with)|clos(?:e|ed|"
    r"ing) the gap|match(?:es|ed)? (?:the |or )|"
    r"(?:remain\w*|stay\w*|come|comes|very) (?:very )?close (?:and competitive )?(?:to|with)|"
    r"rather than|cheaper|(?:slight|clear|big|"
    r"small|narrow|strong) edge|perform(?:s|ed)? (?:better|worse)|(?:dominant|dominat\w+)|"
    r"prefer(?:s|red)? \w|second only to|"
    r"the (?:\w+ly )?(?:highest|best|largest|biggest|fastest|cheapest|strongest|leading|"
    r"top)(?:-\w+)?\b(?! (?:drawback|question|problem|thing|issue|"
    r"performance))(?=[^.]{0,25}\b(?:model|lab|"
    r"provider|share|family|open|system|compan|vendor|firm|score|platform|player))|"
    r"\bmost (?:widely|popular|used|capable|downloaded|adopted)|"
    r"(?:months|weeks|years|points|percent|%|far|well|still|lag\w*|fall\w*|"
    r"fell) (?:points )?behind|behind (?:the )?(?:closed|proprietary|frontier|"
    r"leading|best)|inferior|superior|"
    r"the (?!biggest (?:drawback|question|problem|thing|issue|news|part)|highest performance|"
    r"latest|interest|rest\b|test|west|forest|request|guest|quest|honest|best (?:for|way)|"
    r"earliest|nearest|least|most\b|harvest|contest|invest|highest-)\w{3,}est\b|"
    r"versus|compared (?:to|with)|less (?:urgent|capable|accurate|costly|expensive|reliable)|"
    r"more (?:capable|accurate|flexib\w+|expensive|"
    r"reliable|popular|diverse|customi[sz]able|private)\b)",
    re.I,
)
_BARE = re.compile(
    r"\b(?:is|are|was|were|gets?|got|becomes?|became|remains?|seems?|feels?|runs?|"
    r"works?) (?:not |no |much |far |a bit |a little |slightly |even |still |also |"
    r"often |already |now |way )*(?:bigger|smaller|larger|higher|lower|faster|slower|cheaper|"
    r"dearer|better|worse|stronger|weaker|smarter|dumber|easier|"
    r"harder|longer|shorter|closer|safer|riskier|simpler|newer|older|rarer|lighter|heavier|"
    r"broader|wider|narrower|tougher|quicker|sharper|"
    r"(?:more|less) (?:\w+ly )?\w+(?:ive|ble|ate|ful|ent|ant|ous|ed|al|ic|y))\b",
    re.I,
)
_SUPERLATIVE_PAST = re.compile(r"\b(?:best (?:for|at|practice)|at best|the best way|for the best)\b", re.I)
_UP = (
    r"increas\w+|grow(?:s|n|ing)?\b|grew|ris(?:e|es|en|ing)\b(?! of\b)|rose|surg\w+|soar\w+|"
    r"climb\w*|accelerat\w+|gain(?:s|ed|ing)?\b|"
    r"expand\w+|jump\w*|doubl\w+|tripl\w+|quadrupl\w+|heating up|skyrocket\w*|spread(?:s|"
    r"ing)?\b|emerg(?:ed|ing)\b(?! as\b.{0,5}$)|"
    r"went up|go(?:es|ing)? up|up from (?:about |around |just |only )?[\d$€£a]|(?:much |"
    r"a lot |even )?(?:higher|bigger|more expensive) (?:than )?(?:a|last|two|three) (?:year|"
    r"month|quarter|week)s?|"
    r"improv(?:ed|ing)|picking up|on the rise|taking off|getting (?:\w+ )?(?:better|good|"
    r"closer|stronger|cheaper|bigger)|becoming (?:the |all "
    r"the |more )|become all the|becomes? more"
)
_DOWN = (
    r"decreas\w+|declin\w+|shrink\w*|shrank|shrunk|fall(?:s|en|ing)?\b(?! (?:short|into|"
    r"under))|fell\b|drop(?:s|ped|ping)\b|fad(?:e|ed|ing)\b|"
    r"narrow(?:s|ed|ing)\b|shorten\w*|slow(?:s|ed|ing)\b|lost (?:ground|share|momentum)|"
    r"losing (?:ground|share|momentum|customers|users|to)|halv\w+|plateau\w*|stagnat\w+|"
    r"stall\w*|"
    r"came down|com(?:e|es|ing) down|went down|go(?:es|ing)? down|down from|slid\w*|"
    r"cut (?:its|their|our|the|his|her|my) [\w ]{1,20} by|"
    r"(?:was|were) (?:\w+ )?(?:higher|lower|bigger|smaller|cheaper|slower|faster|worse|"
    r"better) (?:a|last|two|three) (?:year|month|quarter|week)s?|"
    r"(?:less|fewer|more rarely) (?:\w+ )?than before|stopped being|no longer|used to be|any ?more\b|"
    r"dwindl\w+|erod\w+|cooling|(?:gap|lead|difference|distance) (?:is|has|was|"
    r"keeps?) (?:\w+ )?clos\w+|drying up|cut in half|plummet\w*|"
    r"(?:caught|catch(?:es|ing)?) up (?:to|with)|shift(?:ed|ing)? (?:away|from|to)"
)
_TREND = re.compile(
    rf"\b(?:{_UP}|{_DOWN}|(?:significant|dramatic|major|big) shift|chang(?:ed|ing) (?:fast|quickly|rapidly)|"
    r"shifts in [\w ]{0,20}(?:adoption|use|usage|share|patterns)|(?:more|better|faster|worse) (?:\w+ )?than before|"
    r"than (?:it|they|he|she|that) (?:was|were|did|used to)|than (?:last|a) (?:year|month|"
    r"quarter|summer|winter|spring|autumn|week)|"
    r"has (?:hardly|barely|not) (?:moved|changed)|(?:have|has) (?:replaced|displaced|"
    r"supplanted)|(?:is|are|stay(?:s|ed)?|remain\w*) (?:flat|unchanged)|"
    r"(?:a|one|two) (?:year|month)s? ago\b[^.]{3,80}\b(?:today|now)|now\b[^.]{3,80}\b(?:was|"
    r"did|had been) (?:in|a year|last))",
    re.I,
)
_IS_DOWN = re.compile(rf"\b(?:{_DOWN})", re.I)
_IS_UP = re.compile(rf"\b(?:{_UP})", re.I)
_NOT_TREND = re.compile(
    r"\b(?:growing (?:concerns?|need)|increasing (?:the )?\w+ed\b|rising star|"
    r"lower compute costs|the rise of|gain (?:access|insight)|"
    r"innovation|emerging (?:markets?|tech\w*|new))\b|\bincreasingly (?:clear|obvious)|"
    r"\bgrow (?:up|the)\b|rapidly releas\w+",
    re.I,
)
_WILL = re.compile(
    r"\b(?:will|won[’']t|shall|(?-i:going to (?=[a-z]))|gonna|is set to|are set to|"
    r"is likely to|are likely to|is expected to|are expected to|poised to|"
    r"expects?|predict(?:s|ed)?|forecasts?|projects? that|bet that|on track to|I[’']d bet|"
    r"we[’']ll|they[’']ll|it[’']ll|you[’']ll|bound to)\b",
    re.I,
)
_MAY = re.compile(
    r"\b(?<!that )(?<!who )(?<!which )(?-i:may|might|could(?! not))\b(?: (?:soon|eventually|"
    r"well|also|even|not|never|still|already))* "
    r"(?!(?:contain|be|have|include|benefit|imagine|want|feel|seem|think|argue|say|ask|tell|"
    r"see|hear|look|sound|mean|read|know|find|wonder|"
    r"expect|need|like|hold|apply|help|use|run|do|get|make|leave|afford)\b)\w+",
    re.I,
)
_SOON = re.compile(
    r"\b(?:soon|within (?:the next |about |roughly )?(?:a|one|two|three|four|five|six|\d+|"
    r"several|a few)? ?(?:\w+ )?(?:months?|years?|weeks?|quarters?)|"
    r"(?:by|before) (?:the end of |mid-?|early |late )?(?:20[2-5]\d|next \w+|"
    r"this time next year|christmas|summer|the end of)|next (?:year|month|quarter|decade)|"
    r"in (?:the )?(?:next|coming) |eventually|there is now evidence that|"
    r"not be able to keep up|in (?:20(?:2[7-9]|3\d)))\b",
    re.I,
)
_FUTURE_NOT = re.compile(
    r"\b(?:(?:I|we|you|let me|I[’']ll|we[’']ll|you[’']ll) (?:will|can|[’']ll|are going to|"
    r"am going to)?\s?(?:talk|see|get|cover|discuss|"
    r"dive|start|look|explain|walk|show|share|go|tell|be back|read|find|hear|notice)|will you|"
    r"as you will|going to (?:talk|ask|start|cover|say)|"
    r"you will|(?:ask|asks|asked|wonder|know|knows|see) (?:me |us |him |her |them )?(?:if|"
    r"whether)\b[^.,]*|predict the next|make any predictions about AI\W*$|not going to (?:lie|"
    r"say))\b",
    re.I,
)
_PREDICTION = re.compile(
    r"\bwill (?:be|become|have|run|persist|remain|never|probably|likely|also|still|continue|"
    r"\w+)\b|\bto be the future\b",
    re.I,
)
_ENDS = re.compile(
    r"(?:may|might|could)\b.{0,12}\b(?:cease|stop|surpass|overtake|become|replace|lose|catch|disappear|end|close|fall|"
    r"reach|win|collapse|vanish|not be able)\b",
    re.I,
)
_POSSIBLE = re.compile(r"\bit[’']s possible that\b[^.]*\bwill\b|\bit is possible that\b[^.]*\bwill\b", re.I)
_VERB = (
    r"(?:says?|said|argues?|argued|believes?|believed|thinks?|thought|estimates?|estimated|"
    r"suggests?|suggested|claims?|claimed|expects?|"
    r"expected|predicts?|predicted|notes?|noted|warns?|warned|told|reports?|reported|wrote|"
    r"writes|found|finds|called|calls|puts|"
    r"concluded?|concludes|observed|observes|admits?|admitted|reckons?|insists?|insisted|"
    r"explained|explains|added|shows?|showed|discuss|"
    r"agreed|agrees|pointed out|points out|described|describes)"
)
_GROUP = (
    r"(?:(?:my|our|his|her|their|the|its) (?:\w+ )?(?:colleagues?|friends?|team|customers?|"
    r"auditors?|lawyers?|boss|peers|staff|authors?|speakers?|guests?|panel)|"
    r"experts?|analysts?|respondents?|researchers?|economists?|observers|critics|developers|"
    r"executives|engineers|insiders|investors|"
    r"(?:the )?(?:\w+ )?(?:study|survey|report|poll|paper|memo|analysis|audit|index|census|"
    r"benchmark report|questionnaire)|(?:a|one) (?:specific |"
    r"rough |recent |new )?estimate|(?:the )?(?:general |prevailing |broad )?(?:sentiment|"
    r"consensus|view)(?: among [\w ]{3,40})?)"
)
_ATTRIBUTION = re.compile(
    rf"\baccording to\b|\b{_GROUP}(?: (?:of|from|by|at|"
    rf"in) [\w\s’'&-]{{2,40}}?)?(?:,[^,]{{2,40}},)?(?: that)? (?:have |has |also )?{_VERB}\b|"
    rf"\b{_GROUP}(?: among [\w ]{{3,40}}| regarding [\w ]{{3,40}})* is that\b|\b(?:in|"
    rf"from) (?:the |an? |its |their )(?:\w+ ){{0,2}}(?:study|survey|report|poll)\b|"
    rf"\b(?:study|survey|report|poll|paper)\b[^.;]{{0,80}},? (?:says|said|found|finds|shows|showed|puts|suggests)\b|"
    rf"\b(?:he|she|they) (?:also |himself |herself )?(?:says?|said|argues?|argued|believes?|"
    rf"estimates?|estimated|predicts?|predicted|reckons?|"
    rf"claims?|claimed|warns?|warned|expects?|thinks|thought|told)\b|\bby (?:his|her|their|its|"
    rf"one|some) (?:own )?(?:\w+ )?(?:estimates?|count|reckoning|account)\b|"
    rf"(?-i:\b(?!(?:This|That|These|Those|It|We|I|You|Which|What|He|She|They|The|There|Who|One|"
    rf"Nobody|Everyone|Everybody|Most|Many|Some|All)\b)"
    rf"[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)?(?:, [^,]{{3,80}},)? (?:says|said|argues|argued|"
    rf"believes|estimates|estimated|predicts|predicted|reckons|"
    rf"claims|claimed|warns|warned|expects|thinks|insists|told)\b)|"
    rf"\bestimate from\b|\bper (?:the|a) (?:report|survey|study)\b",
    re.I,
)
_REPORTED = re.compile(
    rf"^(?:[’']s (?:team|report|survey|study|analysts?|"
    rf"index))?(?:,? [^.;:]{{0,90}}?,)? ?(?:also |has |have |recently |once |himself |"
    rf"herself )*{_VERB}\b"
)
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|n[’']t|cannot|neither|nor|without|hardly|barely|no evidence)\b|n[’']t\b", re.I
)
_HEDGES = re.compile(
    r"\b(?:around|about|roughly|approximately|nearly|almost|potentially|possibly|probably|"
    r"perhaps|maybe|likely|may|might|could|"
    r"seems?|appears?|suggests?|estimated?|I think|I believe|I guess|sort of|kind of|"
    r"feels? like|felt like|it[’']s possible|often|"
    r"typically|generally|largely|some of|up to|at least|as many as|arguably|reportedly|"
    r"allegedly|tends? to|in my view|mostly)\b",
    re.I,
)


def comparative(reading: str, amounts: tuple[Quantity, ...], found: list[Found]) -> bool:
    """Whether a sentence says how one thing stands to another, or to all others."""
    plain = _SUPERLATIVE_PAST.sub(" ", reading)
    return bool(_COMPARATIVE.search(plain) or _BARE.search(reading)) or _paired(reading, amounts, found)


def trend(reading: str) -> bool:
    """Whether a sentence says how something changes over time.

    >>> trend("Prices came down."), trend("Prices are low.")
    (True, False)
    """
    return bool(_TREND.search(_NOT_TREND.sub(" ", reading)))


def forecast(reading: str) -> bool:
    """Whether a sentence says what will or may come.

    >>> forecast("By 2028 every ship will carry one."), forecast("You will read about it below.")
    (True, False)
    """
    plain = _FUTURE_NOT.sub(" ", reading)
    if _POSSIBLE.search(plain):
        return True
    if re.search(
        r"\b(?:would|had|initially|was|were) (?:have )?(?:expected|predicted|unclear)\b|\bperception that\b",
        plain,
        re.I,
    ):
        return False
    if _WILL.search(plain) and (_PREDICTION.search(plain) or not re.search(r"\bwill\b", plain)):
        return True
    if re.search(r"\bwould(?:n[’']t| not) be surprised if\b|\bI[’']d be surprised if\b", plain):
        return True
    may = _MAY.search(plain)
    if may and not re.search(r"\b(?:was|were|had|did)\b", plain):
        return True
    if may and (_SOON.search(plain) or _ENDS.match(plain, may.start())):
        return True
    return bool(
        re.search(r"\b(?:within|in) (?:the next )?(?:\w+ )?(?:two|three|five|\d+) years\b.{0,80}\bwill\b", plain, re.I)
    )


def source(reading: str, found: list[Found]) -> str | None:
    """Who the sentence says it is from: a name, "" for a group without a name, None for nobody."""
    for f in found:
        if f.entry.kind not in ("person", "media", "company"):
            continue
        after = reading[f.end :]
        if f.entry.kind == "person" and _REPORTED.match(after):
            return f.entry.name
        if f.entry.kind in ("media", "company") and re.match(
            rf"(?:[’']s)?(?: (?:study|survey|report|poll|index|data|analysts?|team|own (?:data|"
rf"report)))?(?:,[^,]{{3,60}},)? "
            rf"(?:also |has |have )?(?:{_VERB})\b", after
        ) and not re.match(r" (?:shows? (?:up|off)|calls? for|thinking)", after):  # fmt: skip
            return f.entry.name
        if re.search(
            r"(?:according to|estimate from|said|says|as|told) (?:an? |the )?(?:[\w-]+ ){0,3}$",
            reading[: f.start],
            re.I,
        ):
            if re.search(r"(?:according to|estimate from) (?:an? |the )?(?:[\w-]+ ){0,3}$", reading[: f.start], re.I):
                return f.entry.name
            if f.entry.kind == "person" and re.search(r"\b(?:said|says|told)\b (?:[\w-]+ ){0,3}$", reading[: f.start]):
                return f.entry.name
    group = _ATTRIBUTION.search(reading)
    if not group:
        return None
    near = [
        f
        for f in found
        if f.entry.kind in ("person", "media", "company") and f.start < group.end() + 40 and f.end > group.start() - 20
    ]
    return near[0].entry.name if near else ""


def direction(reading: str) -> str | None:
    """Which way a trend goes: up, down, or None where both or neither are named."""
    plain = _NOT_TREND.sub(" ", reading)
    up, down = _IS_UP.search(plain), _IS_DOWN.search(plain)
    if up and down:
        return None
    return "up" if up else "down" if down else None


def negated(reading: str) -> bool:
    """Whether a sentence denies something."""
    return bool(_NEGATED.search(reading))


def hedges(reading: str) -> tuple[str, ...]:
    """The words that keep a sentence from being firm.

    >>> hedges("It may be around 5 %, probably.")
    ('may', 'around', 'probably')
    """
    return tuple(dict.fromkeys(found.group().lower() for found in _HEDGES.finditer(reading)))


def _paired(reading: str, amounts: tuple[Quantity, ...], found: list[Found]) -> bool:
    """Two amounts of one unit beside two makers, models or kinds of models: `0.4% for GPT-5, 1.9% for open models`."""
    units = [q.unit for q in amounts]
    alike = any(units.count(unit) > 1 for unit in units)
    sides = {f.entry.id for f in found if f.entry.kind in ("company", "product") or f.entry.id in SETS}
    either = len(re.findall(r"\b(?:open|closed|proprietary)(?:-source| source| ones| models)?\b", reading, re.I)) > 1
    return alike and (len(sides) > 1 or either or bool(re.search(r"\b(?:against|versus|compared)\b", reading)))
