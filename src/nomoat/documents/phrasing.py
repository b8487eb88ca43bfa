"""Which wordings make a sentence a trend or a forecast, a denial, or something less than firm?

Patterns of English, kept apart from what is done with them. Each was added for a sentence of the marked documents or
for a class of wordings around it; what they miss elsewhere is what the held-out marks measure.
"""

from __future__ import annotations

import re

_UP = (
    r"increas\w+|grow(?:s|n|ing)?\b|grew|ris(?:e|es|en|ing)\b(?! of\b)|rose|surg\w+|soar\w+|"
    r"climb\w*|accelerat\w+|gain(?:s|ed|ing)?\b|"
    r"expand\w+|jump\w*|doubl\w+|tripl\w+|quadrupl\w+|heating up|skyrocket\w*|spread(?:s|"
    r"ing)?\b|emerg(?:ed|ing)\b(?! as\b.{0,5}$)|"
    r"went up|go(?:es|ing)? up|up from (?:about |around |just |only )?(?:[\d$€£]|a (?:third|quarter|half|fifth|"
    r"tenth))|(?:much |"
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
    r"came down|com(?:e|es|ing) down|went down|go(?:es|ing)? down|down from|slid\b|sliding\b|"
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
    r"quarter(?! of)|summer|winter|spring|autumn|week)|"
    r"has (?:hardly|barely|not) (?:moved|changed)|(?:have|has) (?:replaced|displaced|overtaken|"
    r"supplanted)|(?:is|are|stay(?:s|ed)?|remain\w*) (?:flat|unchanged)\b|(?:prices?|costs?|shares?|rates?|"
    r"bills?) (?:drop|fall|rise|climb|sink|shrink|grow)\b|the same as (?:it (?:did|was)|they (?:did|were)|last|"
    r"before|in )|"
    r"(?:a|one|two) (?:year|month)s? ago\b[^.]{3,80}\b(?:today|now)|now\b[^.]{3,80}\b(?:was|"
    r"did|had been) (?:in|a year|last))",
    re.I,
)
_HAS = r"(?:has|have|had|[’']s|[’']ve|is|are|was|were|keeps?|kept|been|started|began|begun)"
_TURN = r"(?:get|gets|getting|got|gotten|become|becomes|becoming|became|grow|grows|growing|grew|grown|turned|went|gone)"
_PAST = (
    r"(?:(?:a|an|one|two|three|four|five|six|nine|ten|twelve|eighteen|\d+|several|a few|a couple of) (?:days?|"
    r"weeks?|months?|"
    r"quarters?|years?) (?:ago|earlier|before)|(?:last|the previous) (?:year|quarter|spring|summer|autumn|winter|"
    r"month)|"
    r"(?:back )?in (?:early |late |mid-?|(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|"
    r"December|spring|summer|autumn|winter) (?:of )?)?20[12]\d|at first|initially|in the (?:first|"
    r"beginning)(?: round)?|"
    r"(?:in|last) (?:January|February|March|April|May|June|July|August|September|October|November|December|spring|"
    r"summer|"
    r"autumn|winter)|before (?:the|that|we|they)\b[^,]{0,30})"
)
_NOW = (
    r"(?:today|now|nowadays|currently|at the moment|by (?:now|then|\w+ber|\w+ary|March|April|May|June|July|August)|"
    r"these days|(?<!of )this (?:year|month|week|spring|summer|autumn|winter))"
)
_MORE = (
    r"(?:better|worse|cheaper|dearer|faster|slower|smaller|bigger|larger|stronger|weaker|closer|wider|narrower|"
    r"easier|harder|"
    r"shorter|longer|sooner|later|higher|lower|smarter|safer|quicker|richer|poorer|rarer|tighter|quieter|louder|"
    r"simpler|"
    r"fewer|more|less|tougher|thinner|cleaner)"
)
_TURNS = re.compile(
    r"\b(?:"
    # moving words that are no others
    r"(?:dip(?:s|ped|ping)|sank|sunk|sinking|slip(?:s|ped|ping)|slid(?:es|ing)|plung\w+|tumbl(?:ed|es|ing)|"
    r"collaps(?:ed|es|ing)|"
    r"crash(?:ed|es|ing)|evaporat\w+|vanish(?:ed|es|ing)|disappear(?:ed|s|ing)|wan(?:ed|ing)|melt(?:s|ed|ing)|cooled|"
    r"dr(?:y|ies|ied|ying) up|d(?:ies|ied|ying) out|widen(?:s|ed|ing)|deepen(?:s|ed|ing)|lengthen(?:s|ed|ing)|"
    r"quicken\w*|"
    r"pick(?:s|ed|ing) up|sped up|speeding up|speeds up|flatten(?:s|ed|ing)|worsen\w*|deteriorat\w+|recover(?:ed|ing)|"
    r"rebound\w*|balloon(?:ed|ing)|mushroom(?:ed|ing)|boom(?:ed|ing)|explod(?:ed|es|ing)|tak(?:es|ing|en) off|took off|"
    r"caught on|catch(?:es|ing) on|ramp(?:s|ed|ing) up|matur(?:ed|es|ing)|converg(?:ed|es|ing)|diverg(?:ed|es|ing)|"
    r"drift(?:ed|s|ing) (?:apart|away|toward)|ebb(?:s|ed|ing)|swell(?:s|ed|ing)?|swollen|level(?:l)?ed off|"
    r"bottom(?:ed|ing) out|"
    r"ticked (?:up|down)|edg(?:ed|ing) (?:up|down|lower|higher|closer)|creep(?:s|ing) (?:up|down|closer|into)|crept|"
    r"inch(?:ed|ing|es) (?:up|closer|toward)|multipl(?:ied|ying)|snowball\w*|thin(?:ned|ning) out|phased out|died down|"
    r"(?:fallen|falling|gone|going) out of (?:fashion|favou?r)|on the (?:wane|rise|decline|up|way (?:up|down|out))|"
    r"(?:is|are|has been|was) (?:breaking|crumbling|unravel\w+|fraying|reced\w+|broken)|crumbl(?:ed|es)|reced(?:ed|"
    r"es)|trimm(?:ed|ing)|not budged|hardly budged|has not moved|stayed put|only (?:ever )?goes (?:up|down)|"
    r"each time(?=[.,;]|$)|growth (?:in|of|rate|since|has|is|was)|momentum|reduc(?:ed|ing) (?:\w+ ){1,3}by|"
    r"(?:improvement|reduction|increase|decrease|decline|drop|rise|fall|surge|jump|shift|spike|slump) (?:in|of|"
    r"since|over) (?!the next|a (?:pen|hat))|record (?:high|low)|all-time (?:high|low)|at a (?:faster|slower|rapid|"
    r"growing|record) (?:pace|rate|clip)|(?:for most|for much) of (?:20[12]\d|last year)|until (?:recently|"
    r"last (?:year|month|spring|summer|autumn|winter)|20[12]\d)|(?:no|not)(?: \w+){1,4} (?:for|in|"
    r"since) (?:\w+ )?(?:months|years|quarters)\b|"
    r"(?:one|only|same|wrong|right) (?:one )?direction|gather(?:s|ed|ing) (?:pace|steam)|losing steam|lost (?:its|"
    r"their) "
    r"(?:lead|crown|place|edge|appeal|share|shine|way)|gain(?:ed|ing) (?:ground|traction|share)|turn(?:s|ed|"
    r"ing) (?:in)?to\b|"
    r"turn(?:ed|ing) (?:away|against)|"
    r"(?:(?<!are )(?<!is )(?<!be )(?:mov|shift|switch|migrat)ed|(?<!interested in )(?:mov|shift|switch|migrat)ing) "
    r"(?:\w+ ){0,3}?(?:to|from|away|towards?|over)\b|"
    r"swit?ched (?:to|from)|gave way|giving way|a shadow of|upended|flip(?:ped|ping)|revers(?:ed|ing))\b|"
    # ambiguous ones only where the tense or the object shows a change
    rf"{_HAS} (?:\w+ )?(?:closing|opened up|cooling|rais(?:ed|ing)|lower(?:ed|ing)|cut(?:ting)?|slash(?:ed|ing)|"
    r"eas(?:ed|ing)|spread(?:ing)?|mov(?:ed|ing) (?:up|down|on)|chang(?:ed|ing)|evolv(?:ed|ing)|begun|dwindled|"
    r"picked up|"
    r"tightened|loosened|softened|hardened|swung|turned|improved|tumbled|dying|eating into|"
    r"flat\b|stuck\b)\b(?! (?:questions?|concerns?|\$))|"
    r"(?:rais|lower|cut|slash|trimm|reduc|hik)(?:ed|es|s|ing|ting)? (?:its|their|our|the|his|her|my) (?:\w+ )?"
    r"(?:prices?|rates?|fees?|bills?|costs?|budgets?|margins?|list price|share|spend\w*|tariffs?)\b|"
    rf"(?:up|down) (?:by )?(?:about |around |some |almost |nearly |over |roughly |more than |a |an )*(?:\d|[$€£]|"
    rf"third|quarter|half|fifth|tenth)|"
    rf"(?:fell|fallen|dropped|rose|risen|grown|grew|climbed|come down|came down|shrunk) (?:\w+ ){{0,3}}?(?:from|to|"
    rf"by|through|below|above|past)\b|(?:went|gone|moved) (?:\w+ ){{0,3}}?from\b|"
    r"from (?:about |around |roughly |barely |just |under |over )?[$€£]?[\w.,]+ ?(?:%|per ?cent|cents?|points?|"
    r"dollars?|euros?|million|billion|months?|weeks?|days?|hours?)?(?: [\w-]+){0,6}? to (?:about |around |roughly |"
    r"barely |just |under |over )?[$€£]?[\d.,]*\d(?![\w]*[-–]\d)[^.;]{0,30}?\b(?:within|in|over|since|during|last|"
    r"this) (?!the (?:model|table|list)|every)|"
    r"(?:has|have|had) (?:\w+ )?closed\b|(?:has|have)(?:n[’']t| not| never) [^.;]{3,50}? since\b|"
    rf"last year,? [^.;]{{0,60}}?(?:was|were|had been) (?:far |much |even |still )?{_MORE}\b|"
    # then and now
    rf"(?:used to (?:be|have|cost|take|need|run|come|lead|own|hold|mean|win|lose|pay|go|dominate)|no longer|"
    rf"any longer|any ?more|not (?:\w+ ){{0,3}}as before|formerly|(?:once|previously) (?:the|a|an|first|dominant|"
    rf"so|at|had|was|were|led|ruled|top)|(?:was|were) once)\b|"
    rf"{_TURN} (?:\w+ ){{0,4}}?(?:{_MORE}|quiet|rare|common|scarce|dearer|routine|normal|mainstream|stale)\b|"
    rf"keep(?:s)? (?:getting|growing|falling|rising|climbing|dropping|sliding|shrinking|sinking|coming down|"
    rf"improving|slipping)|"
    rf"(?P<more>{_MORE}) and (?P=more)\b|ever {_MORE}\b|increasingly (?!clear|obvious)\w+|"
    rf"(?:from one|with (?:each|every)|every|each) (?:release|quarter|month|year|week|generation|"
    rf"version)(?: to the next)?(?= \w*(?:er|s)?\b)(?=.*|$)(?<=to the next)|"
    rf"(?:{_MORE}|climbs?|falls?|rises?|drops?|grows?|shrinks?|goes up|goes down|tenfold) (?:\w+ )?(?:every|each|"
    rf"by the) (?:release|quarter|month|year|week|generation|version|day)\b|"
    r"(?:year|month|quarter|week)[- ](?:on|over|by|after)[- ](?:year|month|quarter|week)\b|"
    rf"(?:{_MORE}|(?:more|less) \w+) (?:\w+ )?than (?:before|ever|last|a (?:year|month)|in 20|(?:it|"
    rf"they) (?:was|were|did|used)|(?:the )?(?:year|quarter|month) before|(?:\w+ ){{1,3}}(?:had )?(?:hoped|"
    rf"expected|planned))|never been (?:{_MORE}|so)|"
    r"(?:as|than) (?:long |much |many |often |fast )?(?:as )?last time|(?:what )?(?:its|their|his|"
    r"the) predecessor(?:s)? (?:cost|did|took|had|was|needed)|compared (?:to|with) (?:last|the (?:first|previous|"
    r"last|old)|a year|20[12]\d|its predecessor)|(?:double|triple|twice|half) (?:what it was|last year|"
    r"the (?:level|figure|number) of)|"
    rf"(?:has|have|had) (?:since |already |almost |nearly |more than |roughly |about )*(?:doubled|tripled|halved|"
    rf"quadrupled)|[a-z]+fold (?:since|in|over|within|every)|"
    rf"(?:{_PAST})\b[^;]{{2,110}}\b{_NOW}\b|\b{_NOW}\b[^;]{{3,90}}\b(?:was|were|did|had been|had|"
    rf"used to) (?:[^.;]{{0,40}})?(?:{_PAST})|before (?:the|that|we|they)\b[^;]{{3,100}}\b(?:and )?now\b|"
    rf"(?:(?:\w+ ){{1,2}}(?:ago|earlier)|last year|in 20[12]\d|at first),? (?:it|that|this|the (?:figure|number|"
    rf"share|gap|two|same|price|ratio)|they|there|half|most|a (?:third|quarter)|nobody|"
    rf"barely)\b[^.;]{{0,30}}?\b(?:was|were)\b|(?:the )?(?:figure|share|number|gap|price) (?:was|were|"
    rf"had been) [^.;]{{1,30}} (?:ago|earlier|last year|before|in 20[12]\d)|(?:was|were) (?:barely |about |around |"
    rf"only |just |still )?[\d$€£][^.;]{{0,25}} (?:a year|two years|\w+ months) (?:ago|earlier|before)|"
    r"(?:got|gotten|become|grown) (?:a good deal |a lot |much |far |so much )(?:better|worse|cheaper|faster)|"
    r"(?:better|worse|cheaper|faster|smaller|larger) since\b|"
    r"against (?:every )?[\w$€£.,%]+(?: \w+)? (?:in 20[12]\d|last year|a year (?:ago|earlier|before)|the year before)"
    r")",
    re.I,
)
_IS_DOWN = re.compile(rf"\b(?:{_DOWN})", re.I)
_IS_UP = re.compile(rf"\b(?:{_UP})", re.I)
_NOT_TREND = re.compile(
    r"\b(?:growing (?:concerns?|need)|increasing (?:the )?\w+ed\b|rising star|"
    r"lower compute costs|the rise of|gain (?:access|insight)|"
    r"innovation|emerging (?:markets?|tech\w*|new))\b|\bincreasingly (?:clear|obvious)|"
    r"\bclimb\w* (?:\w+ )?(?:floors|stairs|steps)\b|g(?:i|a)ves? rise\b|\bgrow (?:up|the)\b|rapidly releas\w+",
    re.I,
)
_WILL = re.compile(
    r"\b(?:will|won[’']t|shall|(?-i:going to (?=[a-z]))|gonna|is set to|are set to|"
    r"is likely to|are likely to|is expected to|are expected to|poised to|"
    r"expects?|predict(?:s|ed)?|forecasts?|projects? that|bet that|on track to|I[’']d bet|"
    r"we[’']ll|they[’']ll|there[’']ll|it[’']ll|you[’']ll|bound to)\b",
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
_THEN = re.compile(
    r"(?:(?:Only |Just |Barely )?(?:A|An|One|Two|Three|Four|Five|Six|Ten|Twelve|Eighteen|\d+|Several|"
    r"A few) (?:months?|years?|quarters?) "
    r"(?:ago|earlier|before)|Back then|At first)\b(?! today)"
)
_SINCE = re.compile(r"(?:But |And |So )?(?:Today|Now|Nowadays|At the moment|Currently|These days|This year)\b")
_YEARS = r"(?:a|one|two|three|four|five|six|ten|eighteen|twelve|\d+|several|a few|a couple of)"
_AHEAD = re.compile(
    rf"\b(?:(?:is|are|[’']s|[’']re) (?:about to|set to|due (?:in|to|out|by|before|next|this)|sure to|bound to|"
    rf"likely to|expected to|poised to|going to (?!talk|ask|start|say|cover|lie))|"
    rf"due in (?:\w+ber|\w+ary|March|April|May|June|July|August|20\d\d|spring|summer|autumn|winter|{_YEARS} )|"
    r"(?:(?<!to )(?<!not )(?:expects?|anticipates?|foresees?|forecasts?) (?!him|her|me|us|you|from|of you)\w|(?:we|"
    r"I) (?:forecast|expect|anticipate|foresee)|(?:my|our|the safe|a safe) (?:bet|guess|prediction|forecast|"
    r"hunch) (?:is|would be|for)|I[’']?d? ?(?:would )?bet|bets? (?:that|on (?!\w+ and))|doubts? (?:that|if|whether|"
    r"it)|(?:will|would) not last|can(?:not)? last|can[’']t last|not (?:be )?coming back|"
    r"(?:we|they|it|(?-i:[A-Z][\w’']+)) (?:intends?|plans?|aims?|hopes?) (?:to|on)\b|(?:do not|don[’']t|cannot|"
    r"can[’']t) see (?:that|it|this|them|any\w*|how)\b[^.;]{0,40}?(?:happening|decade|year|ever|last|surviv|\bing)|"
    r"matter of time|(?:the |my |our )?(?:odds|chances?|probability|likelihood) (?:of (?:that|this|it|a|the)|that|"
    r"are|is)|(?:would|[’']d) be (?:astonished|shocked|stunned|amazed|astounded) if|at some point(?! (?:in|last|we|"
    r"I))|(?:is|are|was|were)? ?(?:projected|forecast|slated|anticipated|predicted|scheduled|tipped|"
    r"destined) (?:to|for|that)|only a question of (?:time|when)|(?:looks?|seems?|is|are) (?:all but )?inevitable|"
    r"inevitably|sooner or later(?=[^.;]*\bwill)|not (?:be )?surprised (?:to see|if|when)|(?:I|"
    r"we)[’']d (?:be surprised|not rule out|expect|say (?:the|by|in|within|it|that))|(?:next|future) (?:wave|"
    r"generation|release|step|version|flagship)s? (?:is|are|follows|comes|brings|may|should)|(?:main |big |"
    r"biggest |chief )?risks? (?:\w+ ){0,4}(?:is|are|remains?) (?:that|if)|on (?:course|track) (?:to|for)|"
    r"heading (?:for|to|towards)|in the (?:works|pipeline|offing)|"
    rf"(?:years|months|decades) away|(?:this|next) decade\b|some ?day\b|years? from now|in (?:the )?(?:long|"
    rf"medium) (?:run|term)|(?:perhaps|maybe|probably|likely|and) (?:with)?in {_YEARS} (?:years|months|decades)|"
    rf"[A-Z][^.;]{{2,60}} (?:follows?|ships?|arrives?|comes?|launch(?:es)?|lands?|goes|go|starts?|ends?|closes?|"
    rf"stops?) (?:\w+ ){{0,2}}?(?:before|by|in|next) (?:the )?(?:end|christmas|summer|spring|autumn|winter|"
    rf"new year|next|20\d\d|year|\w+ quarter|January|February|March|April|May|June|July|August|September|October|"
    rf"November|December)|"
    r"if (?!you\b|we\b|I\b|it is\b|anything\b)[^,.;]{4,80}? (?:decides?|closes?|stops?|fails?|goes|wins?|loses?|"
    r"bans?|pulls?|happens?|continues?|holds?|keeps?|collapses?|cuts?|raises?|runs? out|gives? up|changes?|"
    r"disappears?|persists?)\b[^,.;]{0,60}, (?!(?:\w+ ){0,4}(?:was|were|had|did|would have)\b)|(?:20[2-4]\d|"
    r"next year) is the year|(?:should|ought to) (?:arrive|reach|fall|rise|follow|be (?:ready|here|enough|"
    r"possible) (?:by|in|within)|double|overtake|catch|close|settle|stabili[sz]e|narrow|widen|continue)|(?:could|"
    r"may|might) (?:well |soon |eventually |yet |still )+\w|(?:could|may|might) (?:\w+ )?(?:be|"
    r"have)\b[^.;]{0,60}\b(?:by|within|before|next) (?:the |20|a |two|three|year)|would (?:then |soon )?(?:follow|"
    r"collapse|disappear|overtake)|not (?:survive|outlive|outlast)|stop(?:s)? (?:publishing|releasing|"
    r"opening)\b(?=[^.;]*risk)|remains? to be seen)"
    r")",
    re.I,
)
_LATER = re.compile(
    r"\b(?:by|before|in|until|through|after|of|for|beyond|around) (?:the (?:end|middle|start|summer|spring|autumn|"
    r"fall) of |early |late |mid-?|Q[1-4] )?(20[2-4]\d)\b",
    re.I,
)
_FUTURE_NOT = re.compile(
    r"\b(?:(?:I|we|you|let me|I[’']ll|we[’']ll|you[’']ll) (?:will|can|[’']ll|are going to|"
    r"am going to)?\s?(?:talk|see|get|cover|discuss|take|turn|come|move|leave|stop|meet|begin|"
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
_NEGATED = re.compile(
    r"\b(?:not|never|no longer|n[’']t|cannot|neither|nor|without|hardly|barely|no evidence)\b|n[’']t\b", re.I
)
# `may not leave the country` forbids, it does not foresee
_PERMIT = re.compile(
    r"\b(?:may|might|could) not be (?:forwarded|copied|shared|used|sold)\b|\bmay (?:not |only )(?:leave|enter|see|"
    r"touch|be \w+ed)\b",
    re.I,
)
_NUMBER = (
    r"(?:an? |the |one |another |only |just )?(?:[$€£~]? ?\d|(?:half|third|quarter|dozen|couple|few|hundreds?|"
    r"thousands?|millions?|billions?|percent|double|twice|triple|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|one (?:in|of|out|percent|third|"
    r"half|quarter|million|billion|year|month|week|day|cent|dollar|euro))\b)"
)
# `around`, `about` and `up to` soften an amount; `discussions around licences` and `caught up to` soften nothing
_HEDGES = re.compile(
    rf"(?<!talk )(?<!talks )(?<!talked )(?<!talking )(?<!worry )(?<!worried )(?<!worries )(?<!think )(?<!care )"
    rf"(?<!asked )(?<!know )(?<!heard )(?<!read )(?<!concerned )(?<!story )(?<!stories )(?<!excited )"
    rf"\babout(?= {_NUMBER})|\b(?:around|approximately|at least|as many as)(?= {_NUMBER})|"
    rf"\broughly(?= (?:{_NUMBER}|equal\b|the same\b|equivalent\b|as \w))|"
    rf"(?<!catch )(?<!caught )(?<!catching )(?<!catches )(?<!add )(?<!adds )(?<!live )\bup to(?= {_NUMBER})|"
    # the month is no modal verb, nor is the might of a firm
    r"(?-i:\bmay\b)(?= (?:[a-z]+\b))(?! (?:and|or|of|to|through|until)\b)|"
    r"(?<!the )(?<!its )(?<!their )(?<!our )\b(?-i:might)\b(?=,? [a-z])(?! (?:of|and|or)\b)|"
    r"\b(?-i:could)\b(?=,? [a-z])|"
    r"(?<!a )(?<!the )(?<!this )(?<!that )(?<!what )(?<!which )(?<!any )(?<!some )(?<!every )(?<!each )(?<!same )"
    r"(?<!new )(?<!one )(?<!different )(?<!another )(?<!no )(?<!best )\b(?:sort|kind) of\b|"
    r"\b(?:nearly|almost|potentially|possibly|probably|"
    r"perhaps|maybe|likely|seems?|appears?|suggests?|estimated?|I think|I believe|I guess|"
    r"feels? like|felt like|it[’']s possible|often|"
    r"typically|generally|largely|some of|arguably|reportedly|"
    r"allegedly|tends? to|in my view|mostly)\b",
    re.I,
)


def trend(reading: str, before: str = "") -> bool:
    """Whether a sentence says how something changes over time; `before` is the sentence ahead of it.

    `Two years ago we had one closed model. Today we run four open ones.` is a change told in two sentences.

    >>> trend("Prices came down."), trend("Prices are low.")
    (True, False)
    """
    plain = _NOT_TREND.sub(" ", reading)
    if _THEN.match(reading) or (_SINCE.match(reading) and _THEN.match(before)):
        return True
    return bool(_TREND.search(plain) or _TURNS.search(plain))


def forecast(reading: str, year: int | None = None) -> bool:
    """Whether a sentence says what will or may come; `year` is that of the document, where it is known.

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
    if _PERMIT.search(plain):
        plain = _PERMIT.sub(" ", plain)
    if _AHEAD.search(plain) or any(year is not None and int(found[1]) > year for found in _LATER.finditer(plain)):
        return True
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

    `around`, `about`, `roughly` and `up to` soften an amount only, `may`, `might` and `could` a verb.

    >>> hedges("It may be around 5 %, probably."), hedges("From May to July talks around licences caught up to it.")
    (('may', 'around', 'probably'), ())
    """
    return tuple(dict.fromkeys(found.group().lower() for found in _HEDGES.finditer(reading)))
