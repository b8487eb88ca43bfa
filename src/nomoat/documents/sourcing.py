"""Whom does a sentence name as its source: a person, a firm, a study, a group, or nobody?"""

from __future__ import annotations

import re

from nomoat.documents.entities import Found

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
# verbs that report wherever they stand; the next ones only behind a name or a group
_STRONG = (
    r"(?:says|said|argues|argued|believes|believed|reckons?|reckoned|insists?|insisted|predicts|predicted|warns|"
    r"warned|claims that|"
    r"claimed|estimates that|estimated that|thinks|admits?|admitted|concedes?|conceded|maintains?|contends?|"
    r"contended|concludes?|"
    r"concluded|complains?|complained|suspects?|suspected|expects|tells|told|writes|wrote|remarks?|remarked|points out|"
    r"pointed out|doubts|stresse[sd]|cautions?|cautioned|announce[sd]|reveal(?:s|ed)|disclose[sd]|acknowledge[sd]|"
    r"emphasi[sz]e[sd]|stated|testified|adds|added|explains|explained|recalls?|recalled|swears|would say|(?:has|"
    r"have) been saying|"
    r"(?:has|have) (?:long )?(?:said|argued|warned))"
)
_WEAK = (
    r"(?:puts?|counts?|counted|measur(?:es|ed)|finds?|found|considers?|considered|calls?|called|describes?|"
    r"described|sees?|"
    r"lists?|listed|ranks?|ranked|rates?|rated|names?|named|shows?|showed|suggests?|suggested|reports?|reported|"
    r"records?|"
    r"recorded|calculat(?:es|ed)|estimat(?:es|ed?)|notes?|noted|observ(?:es|ed)|comes? to|came to|has|have|had|"
    r"gives?|gave|"
    r"think|say|believe|argue|expect|predict|warn|claim|agree|complain|insist|documents?|documented|cites?|cited|"
    r"places?|"
    r"placed|values?|valued|projects?|projected|forecasts?|asked|surveyed|polled|detect(?:s|ed)|confirm(?:s|ed)|tested)"
)
_HELD = (
    _WEAK.replace("has|have|had|gives?|gave|", "")
    + r"(?<!put)(?<!call)(?<!note)|\b(?:see|cite|blame|name|regard|consider|find|put|rank|rate)"
)
_MADE = (
    r"(?:survey|study|report|index|paper|poll|data|figures?|numbers|charts?|tracker|census|audit|memo|filings?|"
    r"blog post|note|analysis|review|questionnaire|panel|dashboard|leaderboard|barometer|white ?paper|letter|"
    r"keynote|testimony|channel check|figures)"
)
_WHO = (
    r"(?:researchers?|analysts?|economists?|lawyers?|auditors?|engineers?|officers?|testers?|reviewers?|"
    r"scientists?|critics?|"
    r"experts?|insiders?|observers?|investors?|buyers?|customers?|respondents?|executives?|developers?|colleagues?|"
    r"professors?|"
    r"regulators?|officials?|managers?|directors?|founders?|consultants?|consultanc(?:y|ies)|ministr(?:y|ies)|"
    r"chamber|court|"
    r"agenc(?:y|ies)|service|office|bank|commission|institute|universit(?:y|ies)|team|group|authorit(?:y|ies)|"
    r"board|union|"
    r"association|economist|statistician|minister|spokes(?:man|woman|person)|author|guest|speaker|host|boss|friend|"
    r"reader|"
    r"sceptics?|skeptics?|optimists?|pessimists?|vendors?|insurers?|foundation|think ?tank|departments?|clients?|"
    r"insurer)"
)
_NOBODY = (
    r"(?:This|That|These|Those|It|We|I|You|Which|What|He|She|They|The|There|Who|One|Nobody|Everyone|Everybody|Most|"
    r"Many|Some|"
    r"All|And|But|So|If|When|As|Or|Not|Then|Here|Today|Now|People|Anyone|Someone|None|Both|No|Yes|Our|My|Their|His|"
    r"Her|Its|"
    r"Half|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Only|Input|Output|Price|Prices|Cost|Open|Closed|Usage)"
)
_REPORTS = re.compile(
    rf"\bin the words of\b|\b(?:quoted|cited|reported|estimated|measured|counted|compiled|published) by (?:the |"
    rf"an? )?(?-i:[A-Z])|"
    rf"\b(?:the|an?|its|their|her|his|one|some|most|many|several|two|three|early|our|my|"
    rf"[\w’'-]+s) (?:[\w’'&-]+ ){{0,3}}{_WHO}"
    rf"(?: (?:of|at|from|for|in|with|among|behind) (?:[\w’'&.-]+ ?){{1,5}}?)?(?:,[^,;.]{{2,50}},)? (?:\w+ly |also |"
    rf"still |now |has |have |had |would )?(?:{_STRONG}|{_HELD})\b|"
    rf"(?-i:^|(?<=[,;:] ))(?:early |most |many |some |several )?{_WHO} (?:[\w’'-]+ )?(?:{_STRONG}|find|say|tell|"
    rf"report|think|believe|argue|complain)\b|"
    rf"\b(?:[A-Z][\w’'&-]+(?:[’']s)?|the|an?|our|its|their|his|her|my|this|that|one|new|recent|"
    rf"own) (?:[\w’'&-]+ ){{0,3}}{_MADE}(?: (?:of|by|from|at|on|in|"
    rf"among) (?:[\w’'&.%-]+ ?){{1,5}}?)?(?:,[^,;.]{{2,60}},)? (?:\w+ly |also |still |now |even )?(?:{_STRONG}|"
    rf"{_WEAK}|came out and|out this)\b|"
    rf"\b(?:in|from|per|on|by) (?:an?|the|our|its|their|this|one|[\w’']+[’']s) (?:[\w’'&-]+ ){{0,3}}(?:survey|"
    rf"study|report|poll|census|audit|filings?|questionnaire|channel check|white ?paper)\b|"
    rf"\b(?:[\d,]+ )?(?:of (?:the )?)?(?:[\d,]+ )?respondents (?:\w+ly )?(?:name|cite|say|said|prefer|would|put|"
    rf"rank|told|list|report|use|want)\w*|"
    rf"\b(?!(?:this|was|is|has|does|yes|us|always|as|its|models|tokens|prices|costs|users|than|times|years|"
    rf"months)\b)(?<!than )(?-i:[a-z]{{3,}}s) (?:say|said|told|argue|argued|believe|believed|insist|insisted|"
    rf"complain|complained|warn|warned|reckon|agree|agreed|admit|admitted)\b(?! (?:that be|a lot))|\b(?:some|many|"
    rf"most|a lot of|other|few) (?:\w+ )?people (?:say|think|believe|argue|claim|complain|expect)\b|"
    rf"\b(?:several|some|many|most|two|three|half|one) of (?:them|those|whom) (?:told|said|say|tell|think|argue|"
    rf"complain)|"
    rf"\b(?:he|she|they) (?:\w+ly |also |still |now |herself |himself |themselves |has |have |would )?(?:{_STRONG}|"
    rf"say|think|consider|considers|believe|argue|admit|reckon|expect|cite|blame|put it|puts? (?:it|the|"
    rf"that))\b(?! (?:so much|goodbye|hello|twice))|"
    rf"(?-i:\b(?!{_NOBODY}\b)[A-Z][\w’'&-]+(?: (?:[A-Z][\w’'&-]+|of|de|van|von))*)(?:,[^,;.]{{2,60}},)? (?:\w+ly |"
    rf"also |still |now |even |itself |has |have |would |recently )?(?-i:{_STRONG}|puts|counts|counted|sees|"
    rf"considers|measured|calculated|reports|reported|found|finds|estimates|estimated|ranks|rates|values|projects|"
    rf"describes|calls (?:it|the|this|them|that)|forecasts|polled|surveyed)\b(?! (?:that be|up|off|itself))|"
    rf"[,”\"] (?-i:says|said|argues|admits|writes|reckons|adds|notes|explains|warns|thinks|concedes) (?!I |we |"
    rf"you |it )(?:(?-i:[A-Z])|the |an? |one |her |his |its |my |our )|"
    rf"(?-i:\b(?:One|Another|Others|Some|Several|Both)) (?:called|said|told|described|put it|admitted|complained|"
    rf"joked)\b|(?-i:\b[A-Z][\w’'&-]+), (?:which|who|whose) [^,;.]{{3,90}}, (?:still |also |now )?(?:gives|gave|"
    rf"says|said|puts|sees|counts|ranks|thinks|finds|found|estimates|rates|measured|told)\b|\b(?:research|data|"
    rf"figures|numbers|analysis) (?:from|by|at) (?-i:[A-Z])|(?-i:[A-Z][\w’'&-]+)(?:[’']s)? (?:\w+ )?data (?:show|"
    rf"suggest|put|say|have)|\bas (?-i:[A-Z][\w’'&-]+)(?: [A-Z]\w+)? (?:puts|put|says|said|notes|wrote) (?:it|in)?|"
    rf"\b(?:for its part|for his part|for her part|by (?:one|some|its own|their own|his|her|most|official|"
    rf"industry) (?:\w+ )?(?:counts?|estimates?|reckonings?|accounts?|measures?))\b|"
    rf"\b(?:to (?:hear|believe) )?(?-i:[A-Z][\w’'&-]+)[’']s (?:view|word|words|estimate|count|argument|thesis|bet|"
    rf"claim|reading|forecast|own (?:figures|numbers|count|data))\b",
    re.I,
)
_NO_REPORT = re.compile(
    r"\bthan [^.;,]{2,40} (?:say|says|said|think|expected|claim|hoped)\b|\b(?:I|we|you) (?:would |will |can |"
    r"could |also |still )?"
    r"(?:say|said|think|thought|expect|believe|tell|told|found|find|call|put|asked)\b|\btell (?:\w+ ){1,4}apart\b|"
    r"\b(?:which|that|it) says (?:a lot|something|enough)|"
    r"\b(?:is|are|was|were|be) (?:said|believed|thought|expected|estimated|reported|called|told)\b|\basked (?:me|"
    r"for|if|whether|about)\b",
    re.I,
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
    group = _ATTRIBUTION.search(reading) or _REPORTS.search(_NO_REPORT.sub(lambda m: "." * len(m.group()), reading))
    if not group:
        return None
    near = [
        f
        for f in found
        if f.entry.kind in ("person", "media", "company") and f.start < group.end() + 40 and f.end > group.start() - 20
    ]
    return near[0].entry.name if near else ""
