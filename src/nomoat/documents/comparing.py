"""Does a sentence say how one thing stands to another, or to all others?

Lists of English words and turns; what they miss and find too much is measured on marked documents.
"""

from __future__ import annotations

import re

from nomoat.documents.connections import SETS
from nomoat.documents.entities import Found
from nomoat.documents.quantities import Quantity

# adjectives and adverbs that are compared by ending; the irregular ones beside them
_STEMS = [
    "big",
    "small",
    "large",
    "high",
    "low",
    "fast",
    "slow",
    "cheap",
    "dear",
    "strong",
    "weak",
    "smart",
    "dumb",
    "hard",
    "long",
    "short",
    "close",
    "safe",
    "simple",
    "new",
    "old",
    "rare",
    "light",
    "broad",
    "wide",
    "narrow",
    "tough",
    "quick",
    "sharp",
    "great",
    "few",
    "poor",
    "deep",
    "clean",
    "rough",
    "smooth",
    "clever",
    "brief",
    "bright",
    "thin",
    "thick",
    "warm",
    "cold",
    "quiet",
    "fair",
    "loose",
    "tight",
    "young",
    "soon",
    "steep",
    "kind",
    "keen",
    "dense",
    "bold",
    "calm",
    "fresh",
    "full",
    "rich",
    "sound",
    "blunt",
    "bleak",
    "near",
]
_IN_Y = [
    "easy",
    "risky",
    "heavy",
    "early",
    "costly",
    "pricey",
    "friendly",
    "chatty",
    "noisy",
    "ready",
    "steady",
    "sturdy",
    "handy",
    "hungry",
    "wealthy",
    "healthy",
    "messy",
    "tricky",
    "likely",
    "picky",
    "speedy",
    "lengthy",
    "mighty",
    "thrifty",
    "clumsy",
    "shaky",
    "dirty",
]
_FORMS = {
    stem: stem[:-1] if stem.endswith("e") else stem + stem[-1] if stem in ("big", "thin") else stem for stem in _STEMS
}
_FORMS |= {word: (word[:-2] if word.endswith("ey") else word[:-1]) + "i" for word in _IN_Y}
_MORE = rf"(?:{'|'.join(f'{form}er' for form in _FORMS.values())}|better|worse|further|farther)"
_MOST = rf"(?:{'|'.join(f'{form}est' for form in _FORMS.values())}|best|worst|furthest|farthest)"
_SOFT = (
    r"(?:not |no |much |far |a bit |a little |a lot |a good deal |slightly |even |still |also |often |already |"
    r"now |way |any |distinctly |markedly |noticeably |significantly |considerably |somewhat |clearly |hardly |"
    r"only )*"
)
_ADVERB = r"(?:often|seldom|frequently|cheaply|quickly|slowly|easily|reliably|accurately|efficiently|rarely|heavily)"
_IS = r"(?:is|are|was|were|[’']s|[’']re|be|been|remains?|remained|stays?|seems?|looks?|feels?)"
_SIDE = r"(?:open|closed|proprietary|frontier|American|Chinese|European|Western|US|leading|top|other|rest|best)"
_MOVING = re.compile(
    rf"\b(?:get(?:s|ting)?|got(?:ten)?|become(?:s)?|becoming|became|grow(?:s|ing|n)?|grew|turn(?:s|ed|ing)?|made|"
    rf"make(?:s)?) {_SOFT}(?:{_MORE}|more \w+|less \w+)\b(?! than (?!before|last|it|they|ever|a ))",
    re.I,
)
_TIME_THAN = (
    r"(?! (?:before|ever|last|a (?:year|month|week|quarter)|it (?:was|used|did)|they (?:were|did|used)|(?:in|at) |"
    r"expected|hoped|planned|(?:\w+ ){1,3}(?:say|says|said|think|expected|hoped|had hoped|claim)\b))"
)
_WIDER = re.compile(
    rf"\b(?:"
    # than, as ... as, twice the, n times what
    rf"(?:{_MORE}|(?:more|less|fewer)(?: [\w-]+)?|other|rather|"
    rf"sooner)\b[^.;]{{0,50}}\bthan\b{_TIME_THAN}(?! (?:an? (?:hundred|thousand|million|billion|few|couple|"
    rf"dozen)\b|itself|themselves|you|I |we |just\b|that\b|half|an? |one |two |three |four |five |six |ten |twice|"
    rf"double|\d|[$€£]))|"
    rf"(?:points?|percent|%|times|months?|years?|weeks?|tasks?) (?:more|less|fewer|better|worse|higher|lower|"
    rf"cheaper|faster|slower) than\b{_TIME_THAN}|"
    r"(?:just |not |nearly |almost |half |twice |nowhere near |every bit |times )?\bas (?!well as|soon as|long as|"
    r"far as|much as (?:\d|[$€£])|many as|little as|few as|a |an |the |it |we |I |you |they |if )[\w-]+ as (?!last|"
    r"before|possible|ever|it was|in |\d)|"
    r"as (?:good|well|strong|cheap|fast|capable|accurate) as (?!last|before|possible|ever)|"
    rf"(?:twice|thrice|half|double|treble|times|(?:a |an |one |two |three |four )?(?:third|quarter|fifth|sixth|"
    rf"eighth|tenth|twentieth|hundredth|fraction|share|thirds|quarters)s?(?: of)?) (?:of )?(?:the (?:price|cost|"
    rf"size|speed|rate|score|money|number)\b|what (?!it |they |we |I )|a factor of |American|Western|closed|open|"
    rf"that of\b)|"
    # uniqueness and equality
    r"(?:no|none|nothing|nobody|no one|few|neither)\b[^.;,]{0,45}?\b(?:comes? (?:\w+ )?(?:near|close)|came (?:near|"
    r"close)|else (?:\w+ )?as|as \w+ as|undercuts?|match(?:es|ed)?|beats?|rivals?|touch(?:es)?|can (?:match|reach|"
    r"touch|beat)|compares?|of the kind|like it)|"
    r"(?:tell|told|telling|keep) (?:\w+ ){0,5}apart|indistinguishable|(?:level|tied?|equal|even|neck and neck|"
    r"on a par) (?:with|between)|a (?:tie|draw|dead heat|toss-?up)\b|"
    rf"(?:equal(?:s|led|ed)?|match(?:es|ed)?|rival(?:s|led|ed)?|mirror(?:s|ed)?) (?:the |its |their |or |most |"
    rf"any |all )?(?:{_SIDE}|(?-i:[A-Z])\w+)|(?:now |can |could |to )(?:equal|match|rival) (?:\w*\d|(?-i:[A-Z]))|"
    r"(?:cannot|can[’']t|could not|couldn[’']t|not|no|little|hardly any) (?:\w+ )?(?:find |see |measure |notice |"
    r"is )?(?:any |a |much )?(?:measurable |real |visible |meaningful |significant )?difference(?! of)|"
    r"(?:similar|comparable|equivalent|identical|inferior|superior|close|closer|second) (?:only )?(?:to|"
    r"with) (?!me|you|us|home)|the same (?:\w+ )?(?:as|level as) (?!it |they |last|before|in |we |I )|"
    # beating and losing
    r"(?:beat(?:s|en|ing)?|outdo(?:es|ne)?|outdid|outclass\w*|outrank\w*|outshin\w+|outscor\w+|outstrip\w*|"
    r"outrun\w*|surpass\w*|trounc\w+|dwarf(?:s|ed|ing)?|undercut(?:s|ting)?|trump(?:s|ed)|eclips\w+|(?:edge[sd]?|"
    r"win|wins|won) out|edge[sd]? (?:past|ahead)|pull(?:s|ed|ing)? (?:ahead|level)|leapfrog\w*)\b|"
    r"(?:routinely |often |usually |easily |narrowly |regularly |comfortably |handily |even )?bests\b|(?:routinely|"
    r"easily|narrowly|regularly|comfortably|handily) (?:bested|wins?|won|loses?|lost)\b|"
    r"(?:win|wins|won|lose|loses|lost|losing|winning) (?:\w+ ){0,3}?(?:against|out to|to (?:the |an? )?(?:open|"
    r"closed|(?-i:[A-Z])))|"
    r"(?:ate|eats?|eating) (?:its|their|his|her|\w+[’']s) lunch|circles around|in the dust|punch(?:es|ed|"
    r"ing)? (?:\w+ )?above|wip(?:es|ed) the floor|second to none|a match for|in a (?:different |other )?(?:league|"
    r"class) (?:of|than|apart)|in a class of|holds? (?:its|their) own|fall(?:s|ing)? (?:\w+ )?short of|(?:keep(?:s|"
    r"ing)?|kept) (?:up|pace) with (?!the|demand)|differs? (?:from|little)|set(?:s)? a new (?:high|record|standard|"
    r"bar)|new (?:high|record|state of the art) (?:among|for|in|on)|state of the art|state-of-the-art|"
    # places in an order
    rf"(?:miles|leagues|way|far|well|months?|years?|weeks?|points?|percent|%|still|comfortably|slightly|just|close|"
    rf"right|not far|nose) (?:ahead|behind|in front|above|below|in arrears|apart)(?! of (?:time|schedule))|"
    rf"ahead of (?!time|schedule|the (?:launch|event|release|election|conference|vote))|in arrears|(?:comes?|came|"
    rf"come) (?:out )?(?:below|above|ahead|on top|first|second|third|last|close)\b(?! (?:of |in|to )?(?:the|"
    rf"a) (?:surface|office))|"
    rf"(?:runner-up|in (?:first|second|third|last) place|(?:first|second|third|last) (?:among|of all|place|"
    rf"on the (?:list|board|index|leaderboard))|(?:top|lead|head)(?:s|ed)? (?:the|every|all|our|its) (?:list|table|"
    rf"chart|board|leaderboard|ranking|index|field|pack|way)|number one|in the lead\b|front-?runner|lag(?:s|ged|"
    rf"ging)\b|still lag\b|trail(?:s|ed|ing)?\b|(?:leads|led) (?:the|by|on|in|with|every|both)\b(?! team)|"
    rf"behind (?:the |its |their |every |all )?(?:{_SIDE}|GPT|Claude|Gemini|OpenAI|Anthropic|Google|rivals?))|"
    rf"{_IS} (?:\w+ )?nowhere\b|\w+ly (?:behind|ahead)\b|competitive (?:with|against)|within (?:\w+ )?(?:\d[\d.]*|"
    rf"one|two|three|four|five|six|a (?:few|couple of)) ?(?:points?|%|percent|months|percentage points) of|"
    rf"approach(?:es|ing) (?:the )?(?:{_SIDE}|GPT|Claude|Gemini|parity)|(?:at|near|reach\w*|close to) parity|"
    rf"parity (?:with|on|in|between)|(?:no\. ?|#)1\b|ranks? (?:first|second|third|last|highest|among|above|below|"
    rf"\d)|ranked (?:first|second|third|last|highest|above|below)|best-in-class|(?:\d+|ninety|eighty) ?(?:%|"
    rf"percent|per cent) of the (?:performance|quality|accuracy|ability|capability) (?:of|at)|"
    rf"far from (?:the )?(?:{_SIDE}|GPT)|no match\b|"
    # advantage and distance
    rf"(?<!should )(?<!to )(?<!will )(?<!must )(?<!gross )(?<!margin )(?:advantage|edge|lead|superiority|"
    rf"head start|margin) (?:over|in|remains?|is|was)\b(?! (?:time|growing|shrinking|narrowing|widening|used|"
    rf"gone))|(?<!gross )(?<!operating )(?:difference|distance|gap|deficit|lag|margin)\b[^.;,]{{0,40}}? (?:is|was|"
    rf"stands|remains|comes to) (?:still |now |only |about |at |a |some )*(?:\d|large|small|wide|narrow|big|tiny|"
    rf"huge|thin|slim|one|two|three|four|five|six|seven|eight|nine|ten|negligible)|"
    rf"puts? the (?:distance|gap|difference|lag|deficit)\b|"
    # preference and part
    rf"prefer(?:s|red|ring)?\b(?! not)|favou?r(?:s|ed)? (?:the |an? )?(?:{_SIDE}|incumbents?|\w+ over)|flatter(?:s|"
    rf"ed)? the|(?:pick|chose|choose|picks|picked|prefer\w*|took) [^.;,]{{2,40}}(?:over|more often|instead of|"
    rf"rather than)\b|more often than|less often than|in favou?r of (?:the )?(?:{_SIDE})|"
    r"(?:the )?(?:larger|greater|bigger|better|smaller|lion[’']s|bulk) (?:part|share|half|portion|slice|"
    r"chunk)(?: of)?\b|"
    r"instead of (?:the )?(?:closed|open|proprietary)|compared (?:to|with) (?!last|the (?:first|previous|last|old)|"
    r"a year|20|its predecessor)|relative to|(?:in|by) contrast\b|(?:seen|regarded|considered|viewed|described|"
    r"rated) as {_SOFT}(?:{_MORE}|more \w+|less \w+)\b|unlike (?:the |most |its )?(?-i:open|closed|proprietary|"
    r"[A-Z])|"
    # superlatives
    rf"(?:{_IS}|had|makes?|offers?|sells?|remains?|call|calls|called|consider\w*)(?: (?:not|still|also|now|by far|"
    rf"easily|probably|arguably|perhaps|among|one of|some of|always|it))* (?:the|its|my|our|their)? ?(?:single |"
    rf"very |second |third )?(?:{_MOST}|most (?!likely|of|people|recently|often)[\w-]+|"
    rf"least (?!likely)[\w-]+)\b(?! (?:of (?:the )?(?:time|us|it)|way|thing|question|part|practice|problem|issue|"
    rf"drawback|news|idea|estimate|guess|interest|of my|people (?!and)|important|interesting|difficult|surprising|"
    rf"striking))|"
    rf"(?:the|its|their|our|my|all) (?:{_MOST}|most [\w-]+|least [\w-]+)(?: [\w-]+){{0,2}} (?:of (?:them )?all|"
    rf"of the (?:lot|bunch|three|four|five|group|field|pack)|in (?:its|the|their) (?:class|field|group|category|"
    rf"industry|world|market|business)|on record|(?:I|we) (?:have|know|track)|among|around)|"
    rf"most often\b|least often\b|by far the\b|"
    # predicates: `stays weaker`, `replies sooner`
    rf"(?:{_IS}|comes?|came|works?|runs?|answers?|answered|repl(?:y|ies|ied)|finish(?:es|ed)?|performs?|performed|"
    rf"scores?|scored|costs?|does|did|fares?|fared|sits?|stands?|ranks?|ranked|find(?:s)? (?:it|them)|found (?:it|"
    rf"them)|ships?|publish(?:es)?|charges?|responds?) {_SOFT}(?:the )?(?:{_MORE}\b(?! and {_MORE})|(?:more|"
    rf"less) (?:{_ADVERB}|\w+(?:ive|ble|ate|ful|ent|ant|ous|ed|al|ic|ty|le|ing|ly))\b)|"
    rf"(?:made|err|errs|fail|fails|failed|breaks?|pay|pays|charges?|asks?|cost|costs|spend|spends|score|scores|use|"
    rf"uses|"
    rf"produce|produces|publish(?:es)?|make|makes|need|needs) {_SOFT}(?:more|less|fewer|sooner|later)\b(?! (?:of|"
    rf"and more|and less|than (?:\d|[$€£]|an? |one |two |three |half))\b)|"
    rf"(?:weak|weaker|strong|stronger|lacking|poor|better|worse) (?:at|in|on) (?:long|code|coding|math\w*|agent\w*|"
    rf"reasoning|the|every|most|many|anything)|"
    rf"(?:larger|smaller|bigger|cheaper|dearer|better|newer|older) (?:models?|ones|systems|rivals|vendors|"
    rf"labs)\b[^.;]{{0,40}} (?:remain|are|is|stay|do|win|lose|still)|"
    rf"(?:does|do|did|can do) (?:exactly |just )?what (?-i:[A-Z][\w-]+)|"
    rf"(?:below|above) (?:the |that of (?:the )?|those of )?(?:closed|open|proprietary|licen[cs]e|frontier)\b|"
    rf"dearer\b|sweet spot|split(?:s|ting)? the (?:market|field)|on (?:equal|even|level) (?:terms|footing)|"
    rf"cheaper\b(?! (?:every|each|by the|and cheaper|output|input))"
    rf")",
    re.I,
)
_THAN = (
    r"\b(?:more|less|fewer|better|worse|\w{2,}(?:er|"
    r"ier))\b[^.;]{0,60}?\bthan\b(?! (?:one (?:might|would)|itself|(?:\w+ ){1,3}(?:had )?(?:hoped|expected)|ever|"
    r"you|I |we |just\b|that\b|"
    r"half|a (?:third|quarter|fifth|tenth|dozen|year|month|week|decade)\b|\d|[$€£]|one |two |"
    r"three |four |five |six |ten |twice|double|an? (?:hundred|thousand|million|billion|few|couple)\b))|"
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
    r"versus|less (?:urgent|capable|accurate|costly|expensive|reliable)|"
    r"more (?:capable|accurate|flexib\w+|expensive|"
    r"reliable|popular|diverse|customi[sz]able|private)\b)",
    re.I,
)
_BARE = re.compile(
    r"\b(?:is|are|was|were|remains?|seems?|feels?|runs?|"
    r"works?) (?:not |no |much |far |a bit |a little |slightly |even |still |also |"
    r"often |already |now |way )*(?:bigger|smaller|larger|higher|lower|faster|slower|cheaper|"
    r"dearer|better|worse|stronger|weaker|smarter|dumber|easier|"
    r"harder|longer|shorter|closer|safer|riskier|simpler|newer|older|rarer|lighter|heavier|"
    r"broader|wider|narrower|tougher|quicker|sharper|"
    r"(?:more|less) (?:\w+ly )?\w+(?:ive|ble|ate|ful|ent|ant|ous|ed|al|ic|y))\b",
    re.I,
)
_SUPERLATIVE_PAST = re.compile(
    r"\b(?:no longer|(?:higher|lower|better|worse|cheaper|bigger|smaller) (?:a|two|three) (?:year|month|"
    r"quarter)s? ago|best (?:for|at|practice)|at best|the best way|for the best)\b",
    re.I,
)


_NUMBERS = re.compile(
    r"(?<![\w.,-])(?!(?:19|20)\d\d\b)[$€£]?\d[\d.,]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve|fifteen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozen|half)\b",
    re.I,
)


def comparative(reading: str, amounts: tuple[Quantity, ...], found: list[Found]) -> bool:
    """Whether a sentence says how one thing stands to another, or to all others."""
    plain = _SUPERLATIVE_PAST.sub(" ", reading)
    if _COMPARATIVE.search(plain) or _BARE.search(plain) or _paired(reading, amounts, found):
        return True
    return bool(_WIDER.search(_MOVING.sub(" ", plain)))


def _paired(reading: str, amounts: tuple[Quantity, ...], found: list[Found]) -> bool:
    """Two amounts of one unit beside two makers, models or kinds of models: `0.4% for GPT-5, 1.9% for open models`."""
    units = [q.unit for q in amounts]
    alike = any(units.count(unit) > 1 for unit in units)
    sides = {f.entry.id for f in found if f.entry.kind in ("company", "product") or f.entry.id in SETS}
    either = len(re.findall(r"\b(?:open|closed|proprietary)(?:-source| source| ones| models)?\b", reading, re.I)) > 1
    numbers = _NUMBERS.findall(reading)
    if {"open", "closed"} <= set(re.findall(r"\b(?:open|closed)\b", reading.lower())) and amounts and len(numbers) > 1:
        return True
    return alike and (len(sides) > 1 or either or bool(re.search(r"\b(?:against|versus|compared)\b", reading)))
