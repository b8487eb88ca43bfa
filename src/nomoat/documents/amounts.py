"""How does English write an amount: numbers, units, fractions, factors, what it is divided by, which way it moved?"""

from __future__ import annotations

import re

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
number_words = {word: float(k) for k, word in enumerate(ONES)} | {word: float(k) for word, k in TENS.items()}
SCALE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
SCALE |= {f"hundred {word}": 100 * SCALE[word] for word in ("thousand", "million", "billion", "trillion")}
LETTER = {"k": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9, "t": 1e12}
PARTS = [
    "half",
    "third",
    "quarter",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "twelfth",
    "twentieth",
    "fiftieth",
    "hundredth",
]
PART = dict(zip(PARTS, (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100), strict=True))

WORD = rf"(?:(?:{'|'.join(TENS)})[- ](?:{'|'.join(ONES[1:10])})|{'|'.join([*reversed(ONES), *TENS])})(?![a-z])"
SPOKEN = rf"(?:(?:{'|'.join(ONES)}) point (?:{'|'.join(ONES[:10])})(?![a-z]))"
NUMBER = (
    rf"(?:an?(?= (?:hundred|thousand|million|billion|trillion|dozen)\b)|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|"
    rf"\d+(?:\.\d+)?|{SPOKEN}|{WORD})"
)
MEASURED = (
    r"percentage points?|percent|per cent|%|points?|times(?! (?:when|that|where))|-?fold|x\b|seconds?|minutes?|hours?|"
    r"days?|weeks?|months?|years?|decades?|dollars?|euros?|pounds|yuan|cents?|downloads?|tokens?|parameters?|models?|"
    r"users?|people|gigawatts?|megawatts?|kilowatts?|watts?|gigabytes?|terabytes?|megabytes?|gigs|GB|TB|MB|"
    r"[HAB]\d00s?|GPUs?|tonnes?|entries|queries|countries|companies|CIOs|CTOs"
)
NO_ADJECTIVE = (
    r"(?:of|and|or|to|in|on|for|that|is|are|was|were|has|have|had|at|by|from|with|as|than|but|not|the|a|an|it|its|"
    r"which|who|per|will|can|may|when|while|where|so|if|into|after|before|since|ago|against|out|more|less|later|"
    r"earlier)\b"
)
LEADS = (
    "Of|In|At|Only|About|Some|The|All|Over|Under|Nearly|Almost|With|From|For|By|To|And|But|Below|Above|Around|Roughly|Just|"
    "Our|My|Their|Its|These|Those|We|I|They|After|Among|Another|Between|Within|Since|Or|So|Last|Every|Each|Up"
)
NO_NOUN = (
    r"(?:is|was|has|does|this|its|as|us|less|versus|various|always|perhaps|yes|plus|thus|across|towards|besides)\b"
)
CORE = re.compile(
    rf"(?:(?P<money>[$€£¥])\s?)?(?P<low>{NUMBER})(?P<lowletter>[kmbKMBT](?![\w]))?(?:\s?(?P<lowunit>%|percent))?"
    rf"(?:\s?(?:-|–|—|to|and|or)\s?(?P<money2>[$€£¥])?(?P<high>{NUMBER}))?"
    rf"(?:[ -]?(?P<scale>(?:hundred )?(?:thousand|million|billion|trillion)|hundred|dozen|bn(?!\w)|"
    rf"[kmbKMBT](?![\w])))?",
    re.I,
)
UNIT = re.compile(
    rf"(?:[ -](?:(?!{NO_ADJECTIVE})[A-Za-z][\w’'-]* ){{0,2}}?|-)?"
    rf"(?P<unit>(?i:{MEASURED})|(?!{NO_NOUN})[a-z][a-z-]{{2,}}(?<![su’'])s)(?![\w])"
)
PER = re.compile(
    r"\s?(?:/\s?|per |an? |each |every (?=(?:second|minute|hour|day|week|month|year))|for (?:a|each|every) )"
    r"(?P<per>(?:1\s?)?(?:M|million|billion|thousand|1,000|1K)?\s?(?:(?:input|output|blended) )?"
    r"(?:tokens?|requests?|quer(?:y|ies)|calls?|users?|seats?|GPU[- ]hour|GPUs?|second|minute|hour|day|week|month|"
    r"year)|"
    r"(?:1\s?)?(?:M|million|billion))(?![\w])(?! (?:ago|earlier|before|later|in a row))",
    re.I,
)
OF = re.compile(
    rf"\b(?P<n>{NUMBER}) (?:[a-z-]+ )?(?:(?P<out>out of|in)|of) "
    rf"(?:every |the |our |my |its |their |her |his |all |those |these |last |some |about ){{0,3}}(?P<m>{NUMBER})"
    r"(?![,.]?\d| (?:years|months|weeks|days|hours|minutes|seconds|million|billion|thousand)\b)",
    re.I,
)
PART_OF = re.compile(
    rf"\bof (?:the |our |my |its |some |about )*(?P<m>{NUMBER}) [^.;,]{{3,70}}, (?:only |just |"
    rf"about )?(?P<n>{NUMBER})(?= [a-z])"
    rf"(?! (?:{MEASURED}|million|billion|thousand|hundred)\b)",
    re.I,
)
OF_THEM = re.compile(
    rf"\b(?:fewer than|more than|at least|at most|up to|only|just|all but|as many as) (?P<n>{NUMBER})"
    r"(?:(?=[.,;]|$)| (?:had|have|has|were|are|could|did|(?!hundred|times|and)[a-z]{3,}ed)\b)",
    re.I,
)
SPELL = re.compile(
    r"\b(?:(?:took|takes|lasts|lasted|needs|needed|in(?= an? (?:single )?(?:minute|hour|afternoon|day|night|"
    r"weekend))) (?:(?:us|them|me|him|her|it) )?(?:just |only |less than |about |"
    r"under )?(?P<n>an? (?:single )?(?P<unit>minute|hour|"
    r"afternoon|day|night|weekend|week|month|year)))\b(?! (?:of|or))",
    re.I,
)
FRACTION = re.compile(
    rf"\b(?:(?P<n>an?|one|two|three|four|five|seven|nine)[- ](?P<part>(?:{'|'.join(PARTS)}))s?"
    r"(?! (?:time|way|party|option|lab|ago|model|attempt|try|century|wave|generation|year|of (?:a|an) (?:year|hour|"
    r"century)))"
    r"|(?P<half>half)(?= (?:of|the|as|our|its|their|that|what|my|a (?!year|hour|century|dozen)|are|is)\b|[.,;]|$)"
    r"|every (?P<every>second|third|fourth|fifth|tenth)(?= \w))\b",
    re.I,
)
FACTOR = re.compile(
    r"\b(?P<w>doubl(?:e|ed|es|ing)|tripl(?:e|ed|es|ing)|quadrupl(?:e|ed|es|ing)|halv(?:e|ed|es|ing)|twice|thrice|"
    rf"(?P<fold>{'|'.join([*ONES[2:], *TENS])})fold|(?:an |one )order of magnitude|two orders of magnitude)\b",
    re.I,
)
VAGUE = re.compile(
    r"\b(?:a few|several|a couple of|a matter of|dozens of|hundreds of|thousands of|millions of|billions of|"
    r"tens of \w+ of|tens of|orders of magnitude)(?: (?!of\b)[a-z-]+)?? ?"
    r"(?P<unit>seconds|minutes|hours|days|weeks|months|years|dollars|euros|models|downloads|percent|companies|"
    r"developers|"
    r"users|GPUs|points|tokens|firms|requests)?\b",
    re.I,
)
BARE = re.compile(
    rf"\b(?:(?P<factor>factor of)|(?P<split>split\b[^.;]{{0,40}}(?:was|is|at))|"
    r"(?P<level>had|was|is|were|are|at|hit|did|to|from|against|versus)|"
    r"(?:scor(?:es|ed|ing)?(?: of)?|got|gets|rated(?: at)?|reach(?:es|ed)?|manages?|managed))"
    rf" (?:about |around |only |just |barely |nearly )?(?P<low>{NUMBER})(?: (?:to|-|–) (?P<high>{NUMBER}))?"
    rf"(?![,.]?\d|[:/\w]|[ -]?(?:{MEASURED}|million|billion|thousand|out of|of|in (?:two|three|four|five|ten))\b)",
    re.I,
)
PAIR = re.compile(
    r"(?<![\w.,:$-])(?P<low>\d{1,3}(?:\.\d)?) to (?P<high>\d{1,3}(?:\.\d)?)(?=[.,;)]|$| (?:on|in|for|at)\b)",
)
HEDGE = re.compile(
    r"(?:around|about|roughly|approximately|nearly|almost|some|up to|at least|at most|more than|over|under|less than|"
    r"fewer than|close to|perhaps|maybe|an estimated|as (?:much|many|little|few) as|north of|just|barely|well over|"
    r"only|below|above|upwards of)\s*(?:the\s)?[$€£¥]?$",
    re.I,
)
HORIZON = re.compile(
    r"(?:within|in the next|over the next|next|by|in about|in|inside of) (?:the next )?(?:about |around |roughly )?$",
    re.I,
)
DURING = re.compile(
    r"\b(?:within|in|over|during|inside of) (?:the (?:last|past|first|next) |about |just |only |less than |"
    r"under )*$",
    re.I,
)
TIME = re.compile(r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)$", re.I)
MOVED = re.compile(
    r"\b(?:rose|risen|ris(?:es|ing)|fell|fall(?:s|en|ing)|dropp?(?:ed|s|ing)?|grew|grown|grow(?:s|ing)|jump(?:ed|s)|"
    r"climb(?:ed|s|ing)|declin(?:ed|es|ing)|went|gone|go(?:es|ing)|mov(?:ed|es|ing)|shr[aiu]nk|cut|lowered|raised|"
    r"increas(?:ed|es|ing)|decreas(?:ed|es|ing)|slid|sank|up|down|doubl\w+|com(?:e|es|ing) down|came down|slipped|"
    r"narrowed|widened|improved|swung|surged|plunged)\b",
    re.I,
)
BY = re.compile(
    r"(?:\bby|\b(?:rose|fell|dropped|grew|jumped|climbed|declined|gained|lost|"
    r"(?<!make )(?<!makes )(?<!made )(?<!making )up|down|increased|decreased|shrank|improved|risen|fallen|grown|slid))"
    r"(?: by| a| an| some| about| around| roughly| nearly| over| more than| almost| only)*\s*(?:the\s)?[$€£¥]?$",
    re.I,
)
MORE = re.compile(
    r"^ (?:\w+ )?(?:more|less|fewer|cheaper|faster|slower|higher|lower|better|worse|bigger|smaller|longer|shorter|"
    r"sooner)\b",
    re.I,
)
FROM = re.compile(
    r"\b(?P<way>up|down)? ?from (?:about |around |roughly |only |just |nearly |over |some )?[$€£¥]?$",
    re.I,
)
ONWARD = re.compile(
    rf"[^.;]{{0,60}}? to (?:about |around |under |just |only |nearly |over )?(?P<next>[$€£¥]?{NUMBER})(?![\w%])",
    re.I,
)
ROSE = re.compile(
    rf"(?:went|gone|rose|risen|fell|fallen|grew|grown|dropped|climbed|jumped|moved|shrank|shrunk) from (?:about |"
    rf"around |just |only )?"
    rf"(?P<low>{NUMBER})(?= \w)(?! (?:to|million|billion|thousand|per|"
    rf"{MEASURED}))(?: [\w’'-]+){{0,6}}? to (?:about |around |just |only )?"
    rf"(?P<high>{NUMBER})(?![\w%])",
    re.I,
)
OF_MANY = re.compile(
    r"\b(?:one of the|some of the|these|those|the|all|last|first|other|past|my|our|your|her|his|their|both) $", re.I
)
MARKS = {
    "percent": "%",
    "per cent": "%",
    "x": "times",
    "fold": "times",
    "percentage points": "points",
    "percentage point": "points",
    "point": "points",
    "gigs": "GB",
    "gigabytes": "GB",
    "terabytes": "TB",
    "megabytes": "MB",
}


def value(written: str) -> float:
    """The number that digits or words stand for.

    >>> value("1,200"), value("forty-two"), value("one point seven"), value("a")
    (1200.0, 42.0, 1.7, 1.0)
    """
    words = written.lower()
    if words in ("a", "an"):
        return 1.0
    if not words[0].isalpha():
        return float(words.replace(",", ""))
    if " point " in words:
        whole, _, part = words.partition(" point ")
        return number_words[whole] + number_words[part] / 10
    return sum(number_words[word] for word in re.split("[- ]", words))
