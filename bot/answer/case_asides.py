"""What people write about themselves when they are asked about a case, and what is therefore no news of it.

Somebody on leave, in a car or fed up tells nothing of the case; nor does who points at a mail, another message or the
telephone. Words that speak of anybody else are never taken for one of these: they may tell something.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Aside = Literal["away", "later", "aside"]

_ENGLISH: Final = frozenset("am im ive the to with was saw see met call from is".split())
MOST: Final = 20  # words of a clause that may be one


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


OTHERS: Final = _set(
    "han hun drengen pigen moren moderen mor faren faderen far broderen soesteren familien foraeldrene skolen klubben "
    "laereren he she they mother father school parents boy girl hans hendes ham hende him her dem them "
    "drengens pigens morens farens foraeldre bror broren soester mentor mentoren klassen barnet "
    "borger borgeren kontaktpersonen politiet teacher brother sister kid child family his their youth mum mom "
    "dad club ung unge"
)
# Around dates and a return: nothing of the case.
_PLAIN: Final = _set(
    "jeg vi i im ill ive we were er har am are be will have been kommer vender foerst igen tilbage retur back paa til "
    "fra med den det der saa og men naar om senest tidligst arbejde arbejder kontoret work at on in the until till "
    "again only not ikke before again mandag tirsdag onsdag torsdag fredag loerdag soendag man tirs ons tors fre loer "
    "soen morgen overmorgen dag i_dag uge ugen naeste januar februar marts april maj juni juli august september "
    "oktober november december jan feb mar apr jun jul aug sep sept okt nov dec monday tuesday wednesday thursday "
    "friday saturday sunday tomorrow today tonight next week month january february march may october nytaar jul "
    "weekenden weekend a an kl"
)
_ME: Final = (
    r"(?:(?:beklager|sorry|desvaerre|undskyld|altsaa|for|fordi|da|og|saa|nej|ja|naa|aah|av|men|lige|nu|"
    r"faktisk|pt|"
    r"because|so|well|no|yes|unfortunately|currently|right now) )*"
)
_I: Final = r"(?:jeg|vi|i|we|undertegnede)"
_BETWEEN: Final = (
    r"(?:(?:desvaerre|stadig|lige|nu|altsaa|paa|i|til|en|et|ret|saa|meget|helt|hjemme|on|at|in|a|an|my|"
    r"the|currently|"
    r"still|all|jo|also|ogsaa|med|min|mit|holdt|gaaet|taget|just|home|today|this|too|pt|super|vildt|"
    r"frygtelig|for|"
    r"really|very|so|blevet|ikke|not|gaar|bliver|again|igen) )*"
)
# "er på ferie" is said of oneself; "er væk" may well be said of the young person.
_SELF: Final = (
    rf"{_ME}(?:(?:{_I} (?:\w+ )?)?(?:er|har|holder|ligger|sidder|gaar|bliver|am|are|have|was)|im|ive|weve|"
    rf"were)"
    rf"(?: (?:jeg|vi))? {_BETWEEN}"
)
_SAID_BY_ME: Final = (
    rf"{_ME}(?:{_I} (?:\w+ )?(?:er|har|holder|ligger|sidder|staar|gaar|bliver|am|are|have)|im|ive|weve|were|"
    rf"(?:er|har) (?:jeg|vi)) {_BETWEEN}"
)
_AWAY: Final = (
    r"(?:(?:sommer|vinter|jule|efteraars|paaske|foraeldre|barsels|barns)?(?:ferie\w*|orlov)|syg|sygemeldt|"
    r"barsel|"
    r"kursus|konference|seminar|afspadsering|omsorgsdag|fri(?= i dag| til| hele| denne| fra| indtil|"
    r" resten|$)|"
    r"barns (?:foerste|1|anden|2)? ?sygedag|holiday|holidays|vacation|sick|leave|maternity leave|"
    r"paternity leave|annual leave|ooo)\b"
)
_AWAY_OF_MINE: Final = (
    r"(?:influenza|feber|migraene|corona|covid|fridag|sygedag|udlandet|bortrejst|vaek|sengen|ill|unwell|"
    r"course|"
    r"conference|off|away|abroad|out|laege|laegen|hospitalet|hospital|tandlaegen|dentist|doctor|flu|fever|"
    r"fri|"
    r"barnet syg|sygt barn|barn syg|barns sygedag|rejse|lagt ned|ude af huset|ude af byen)\b"
)
_IS_AWAY: Final = re.compile(
    rf"(?:{_SELF}{_AWAY}.*|{_SAID_BY_ME}{_AWAY_OF_MINE}.*|"
    rf"{_SELF}(?:ikke|not|out of)(?: \w+)? (?:arbejde|kontoret|work|office|the office|skrivebordet|"
    rf"my desk)\b.*|"
    rf"{_ME}(?:{_I} )?(?:er |am )?(?:ikke|not) (?:paa|at|in) (?:arbejde|kontoret|work|the office)\b.*|"
    rf"{_ME}(?:{_I} )?(?:afspadserer|ferierer)\b.*|{_ME}jeg rejser\b.*|"
    r"(?:out of office|out of the office|ooo|off (?:sick|work|today)|barn syg|barns (?:foerste )?sygedag|"
    r"on (?:annual |sick |parental |maternity )?(?:leave|holiday|vacation)|paa "
    r"(?:ferie|barsel|orlov|kursus)|ferie|syg|sygemeldt|barsel|orlov|sick|ill|fri i dag|autosvar|"
    r"automatic reply|"
    r"auto reply)(?: .*)?|"
    rf"{_ME}{_I} (?:\w+ )?(?:kan|kommer|deltager|can|cant|wont|will)\b.*\b(?:ikke|cant|cannot|wont|not)\b.*\b"
    r"(?:moedet|meeting|deltage|attend|make it|med paa)\b.*|"
    rf"{_ME}{_I} (?:deltager|kommer) ikke\b.*|(?:jeg )?(?:melder |maa melde |desvaerre )*afbud\b.*)"
)
_BUSY: Final = re.compile(
    rf"(?:{_SELF}(?:travlt|bil|bilen|bus|bussen|tog|toget|farten|busy|swamped|driving|train|vej(?= |"
    rf"$)(?! ud| ind| til| "
    r"frem| op| ned| mod))\b.*|"
    rf"{_SAID_BY_ME}(?:presset|pressede|optaget|overbelastet|bagud|cyklen|koe|car|overworked|snowed|tight|"
    rf"stresset|"
    r"stressed|vagt|telefonen|phone|koerende|retten|court)\b.*|"
    rf"{_ME}(?:{_I} )?(?:er|sidder|staar|skal|im|am|were|are)(?: (?:jeg|vi|lige|til|i|ind|et|in|a|nu|paa|"
    rf"vej|back|to|"
    r"straks|fast))+ (?:moede|moeder|retsmoede|meeting|meetings)\b.*|in (?:a )?meetings?\b.*|i moede\b.*|"
    rf"{_ME}(?:{_I} )?(?:kan|cant|cannot|not)(?: jeg| desvaerre)?(?: ikke)?(?: det|"
    rf" svare)?(?: desvaerre)? (?:lige nu|nu|"
    r"right now|i dag|i aften|today|tonight|lige)(?: desvaerre)?|"
    rf"{_ME}(?:{_I} )?naar(?: jeg)?(?: det| det her)? ikke\b(?: (?:det|at svare|foer|inden|i dag|moedet|"
    rf"til|paa|lige|"
    r"mandag|tirsdag|onsdag|torsdag|fredag|naeste uge|alligevel|mere|det her))*|"
    r"(?:er |jeg er |foerst )*(?:ved|tilbage ved|foran) (?:min |en )?(?:computer|pc|skaerm|skrivebord)\b.*|"
    r"(?:swamped|snowed under|slammed|overworked)(?: .{0,20})?|"
    rf"{_ME}(?:{_I} )?(?:kan|cant|cannot)(?: jeg| vi)? (?:desvaerre )?(?:ikke )?(?:svare|answer|reply)(?: .{{0,25}})?|"
    rf"{_ME}{_I} (?:vender tilbage|skriver|svarer|melder tilbage)\b(?! sammen).*|"
    rf"{_ME}(?:{_I} )?(?:koerer|cykler|driving)(?: bil| lige| nu)*|"
    rf"{_ME}(?:{_I} )?(?:orker|gider|magter|overskuer|overkommer)(?: simpelthen| virkelig| altsaa| bare|"
    rf" lige| det|"
    r" jeg| faktisk)* ikke(?: (?:det|det her|her|mere|nu|lige|i|dag|svare|skrive|flere|dine|de|alle|"
    r"spoergsmaal|at|paa|"
    r"aften|en|bot|robot|lige|altsaa|idag|uge|denne|lang|besked|dumme|beskeder))*|"
    r"(?:det )?(?:passer|er) (?:rigtig )?(?:daarligt|ikke (?:saa )?godt) (?:lige )?(?:nu|i dag|timing|"
    r"tidspunkt)|"
    r"(?:too |for |very |super )?(?:travlt|busy)(?: .{0,20})?|bad time|not a good time.*|(?:lige |"
    r"et )?(?:to )?(?:oejeblik|sekund|sek|min|minut|minutter)|"
    r"one moment|hold on|vent lige(?: lidt| nu)?|just a (?:sec|minute|moment).*)"
)
# What is still to be asked is not known yet, whoever it is asked of.
_FIRST: Final = re.compile(
    rf"{_ME}(?:{_I} )?skal (?:lige|foerst|lige foerst) (?:hoere|tale|snakke|spoerge|ringe|vende|tjekke)\b.*|"
    rf"{_ME}{_I} (?:vender tilbage|skriver|svarer|melder tilbage) (?:naar|efter|saa snart) .*|"
    r"(?:vender tilbage|skriver|svarer) (?:naar|efter|saa snart) (?:jeg|vi) .*|(?:i )?need to (?:ask|check|talk) .*"
)
_NOT_ABLE: Final = _set(
    "overskue overskud svare se kigge naa kraefter energi adgang computer pc net signal forbindelse login batteri "
    "stroem answer reply look deal access laptop capacity energy time tid internet daekning face"
)
_NOT_ABLE_FILL: Final = _set(
    "har kan faar have can got jeg vi i cant cannot dont ikke ingen intet no not any heller lige nu i dag aften idag "
    "paa det her den det til system systemet journalen min mit mine my the system to right now at with from this that "
    "it im here desvaerre sorry en saa lang tekst alle de spoergsmaal mere i flere disse til faktisk simpelthen at "
    "overhovedet mobil mobilen telefon telefonen derfra toget naaede have for before foer efter until today tonight "
    "beklager and og denne uge week mailen vpn"
)
_LOOKS: Final = re.compile(
    rf"{_ME}(?:(?:{_I}|im|ill|det|skal|will|vil|nok|lige|er|jeg) )*(?:kigger|ser|kigge|kig|undersoeger|"
    rf"tjekker|"
    r"arbejder|hoerer|spoerger|ringer|looking|look|checking|check|working|on it|will do|skal nok)\b"
    r"(?: (?:lige|nok|naermere|rundt|efter|paa|om|ad|til|det|den|sagen|her|nu|med|min|mine|kollega|"
    r"kolleger|leder|"
    r"into|at|on|it|that|this|my|colleague|colleagues|i|morgen|dag|senere|later|tomorrow|around|snarest|"
    r"straks))*"
)
_AT_MEETING: Final = (
    r"(?: \w+){0,3}? (?:moedet|moede|meeting|telefonen|telefon|tlf|phone|mundtligt|person|gangen|tirsdag)\b"
    r"(?: (?:paa|i|saa|lige|naar|det|den|mandag|tirsdag|onsdag|torsdag|fredag|i_morgen|morgen|instead|"
    r"stedet|tak))*"
)
_OF_MINE: Final = (
    r"(?:tager?|siger?|fortaeller?|naevner?|orienterer?|forklarer?|vender?|snakkes?|snakker?|taler?|tages|"
    r"tales?|"
    r"gemmer?|uddyber?|praesenterer?|kommer|melder|take|tell|talk|discuss|explain|bring|raise|say|save|share)"
)
_MEETING: Final = re.compile(
    rf"{_ME}(?:(?:(?:det|den|resten|noget|mere|more|the rest|lets|let|lad|os|us|kan|skal|vil|maa|will|can|"
    rf"saa|ill|well|"
    rf"lige|{_I}) )+{_OF_MINE}\b{_AT_MEETING}|"
    rf"(?:tager|tag|siger|fortaeller|naevner|vender|forklarer|gemmer|taking|telling|saving)(?: om)? (?:det|"
    rf"den|det op|den op|resten|mere|"
    rf"it|that|the rest|jer){_AT_MEETING}|(?:tages|snakkes|tales ved|vi ses|ses|"
    rf"hoeres)(?: \w+)?{_AT_MEETING})"
)
_CALL: Final = re.compile(
    rf"{_ME}(?:(?:du|i|you) (?:maa|kan|skal|can|may) )?(?:(?:lige|bare|venligst|hellere|please|just|proev|"
    rf"at|godt) )*"
    r"(?:ring|ringe|spoerg|ask|call|phone|text|sms|mail|skriv|kontakt|kontakte|message|email|grib|fang|contact|giv|"
    r"give|send)(?: (?:lige|bare|til|tilbage|gerne|en|et|a))* (?:mig|os|me|us)\b.*|"
    r"(?:ring|ring lige|ring i stedet|ring tak|ring naar .*|(?:lad os|vi kan) (?:ringes|snakkes)(?: ved)?|"
    r"ringes ved|"
    r"snakkes(?: ved)?|vi (?:snakkes|ringes)(?: ved)?|lets (?:talk|speak)|we should talk)(?: .{0,30})?"
)
_TOLD_WORDS: Final = _set(
    "svaret skrevet sendt fortalt sagt oplyst meldt indberettet givet answered sent written told replied said "
    "posted given skrev sagde svarede fortalte sendte wrote lagt"
)
_TOLD_FILL: Final = _set(
    "det den dette har jeg vi i allerede jo ogsaa lige en et mail mailen mails email emails besked beskeden sms "
    "beskeder gruppen rummet chatten traaden koordinatoren koordinator karla dig jer os mig paa til gaar morges foer "
    "sidst sidste uge mandag tirsdag onsdag torsdag fredag med om svar svaret svaretet alt alting hele nu to gange "
    "flere som notat notatet journalen systemet referatet nej ja men altsaa hvad jeg have ive already the a you it "
    "that this to by in group chat room thread coordinator yesterday last week earlier before as i we everything all "
    "my answer twice mundtligt telefonen telefon tlf tidligere dengang skriftligt ad gang gange derinde andet sted "
    "and og on time"
)
_POINTS: Final = re.compile(
    rf"{_ME}(?:se|laes|jf|jaevnfoer|jævnfør|see|read|check|tjek|kig|slaa|look)\b(?: \w+){{0,4}}? "
    r"(?:mail|mailen|mails|ovenfor|ovenover|notat|notatet|notater|besked|beskeden|journal|journalen|referat|"
    r"referatet|system|systemet|sidste|tidligere|email|above|note|notes|message|minutes|svar|svaret|"
    r"svar sidst|op|"
    r"record|file|nedenfor|vedhaeftet|vedhaeftede|attached|attachment|indbakke|indbakken|inbox)\b.{0,40}|"
    r"(?:det |alt |alting |resten |svaret |its |it is |it |everything )?(?:hele |jo )?(?:staar|ligger|"
    r"fremgaar|stands|"
    r"its all|all|fremgik)(?: (?:jo|allerede|alt|sammen|det hele|hele|already|all))* (?:i|paa|af|"
    r"in) (?:min |mit |"
    r"mine |my |the |en |et |sidste )?(?:mail|mailen|notat|notatet|journal|journalen|referat|referatet|"
    r"system|"
    r"systemet|besked|beskeden|sagen|email|notes|record|file|minutes|note|sagsakterne|akterne|kalenderen|"
    r"skemaet|svar)"
    r"\b.{0,30}|its all in .{0,30}|(?:as|like) (?:i|we) (?:said|wrote|told).{0,30}|som (?:jeg|"
    r"vi) (?:sagde|skrev|"
    r"har (?:skrevet|sagt)|naevnte).{0,20}"
)
_MISTAKE: Final = re.compile(
    rf"{_ME}(?:(?:hov|ups|oops|whoops|argh|doh|woops)|(?:hov |ups |oops |undskyld )?(?:det|den|den her|"
    rf"den besked|beskeden|that|it|"
    r"this) (?:var|er|skulle|was|is|gjaldt|hoerte)(?: (?:slet|vist|da|bare|kun|altsaa))* (?:ikke )?(?:til|"
    r"for|meant|en|"
    r"not|a|i|min|my|have)\b(?: (?:dig|jer|en|anden|andre|fejl|you|someone|somebody|else|mistake|for|a|"
    r"test|forkert|"
    r"besked|den|traad|chat|her|my|koordinatoren|vaeret|to|min))+|(?:forkert|wrong|fejl|anden|other)"
    r" (?:chat|traad|besked|kanal|gruppe|rum|vindue|sag|thread|message|room|channel|group|window|case|"
    r"besked igen)"
    r"(?: .{0,20})?|fejl(?:besked|40)?|fejlsendt|my (?:mistake|bad)|min fejl|glem (?:det|den|alt|"
    r"hvad jeg skrev|"
    r"min besked)(?: .{0,20})?|(?:never ?mind|nvm|forget (?:it|that)|ignore (?:that|this|it|me)|"
    r"ignorer .{0,20}|"
    r"slet (?:det|den).{0,20}|se bort fra .{0,20}|disregard .{0,20}|annuller.{0,20}|scratch that)|"
    r"(?:det er |bare |dette er )?(?:en )?test(?:er)?(?: \d)?|just testing)"
)
_FED_UP: Final = re.compile(
    rf"{_ME}(?:(?:fortryd|slet|undo|delete|cancel|annuller|afbryd|menu|start|info|status)"
    rf"(?: det| den| min besked| it)?|"
    rf"(?:stop|lad vaere)(?: (?:nu|det|det her|med|at|skrive|spoerge|spam|spamme|mig|it|that|asking|writing|"
    rf"please|tak))*|"
    r"lad mig vaere.*|leave me alone.*|hold (?:nu )?(?:op|kaeft|mund)(?: .{0,20})?|shut up.*|"
    r"(?:det er )?(?:simpelthen |bare |alt )*for meget(?: det her)?|too much|(?:du|i) (?:spoerger|spurgte|"
    r"har (?:lige|allerede) (?:spurgt|faaet)).*|you (?:keep|already|just asked|asked).*|det (?:spurgte|"
    r"har) (?:du|i) "
    r".*|(?:ikke )?(?:igen|again)(?: nu)?|suk|sigh|argh|aargh|aarh|oh|ah|"
    r"(?:jeg |i |vi )?(?:(?:forstaar|fatter|kender)(?: (?:det|det her|spoergsmaalet|du|simpelthen|"
    r"altsaa))* ikke|"
    r"dont understand|do not understand|dont get)(?: (?:spoergsmaalet|det|det her|hvad .*|en (?:skid|dyt|"
    r"bjael).*|"
    r"this|it|the question|what .*))?|"
    r"(?:dum|fjollet|irriterende|stupid|annoying|silly)(?: (?:bot|robot|spoergsmaal|question))?|"
    r"(?:hjaelp|help)(?: mig| me| tak)?)"
)
_NOT: Final = _set("ikke ingen intet no not cant cannot dont heller")
_NUMBERED: Final = re.compile(
    r"\s*\(?(?:punkt|nr\.?|nummer|sag|no\.?|item|case)?\s*\d{1,2}\s*[:.)]\s*(?=\S)", re.I
)
_EVERY: Final = re.compile(
    r"(?:(?:i|paa|om|fra|til|for|in|on|about|med|det gaelder) )*(?:dem |them )?\b(?:alle|begge|nogen af|"
    r"ingen af|"
    r"samtlige|all|both|any of|either of|none of|hver af|alle mine|all of|all my|resten af)(?: (?:to|tre|"
    r"fire|fem|mine|"
    r"vores|de|the|of|my|our|dine|jeres|your|two|three|four|\d|oevrige|andre|other))*(?: (?:sager|sagerne|"
    r"dem|cases|"
    r"them|sammen|steder|spoergsmaal|spoergsmaalene|questions))?\b"
)


def aside(bare: str) -> Aside | None:
    """What the folded words of a clause say of the writer alone: away, later (busy, on it, at the meeting), or
    anything else that is no news; None where they may tell something. Pure, never raises."""
    said = bare.split()
    inside = set(said)
    if len(said) <= MOST and _FIRST.fullmatch(bare):
        return "later"
    if not said or len(said) > MOST or inside & OTHERS - {"her"}:
        return None
    if "her" in inside and inside & _ENGLISH:
        return None  # "see her", not "det her"
    if _MISTAKE.fullmatch(bare) or _FED_UP.fullmatch(bare) or _CALL.fullmatch(bare):
        return "aside"
    if _MEETING.fullmatch(bare) or _BUSY.fullmatch(bare) or _LOOKS.fullmatch(bare):
        return "later"
    if _IS_AWAY.fullmatch(bare):
        return "away"
    if _POINTS.fullmatch(bare) or (inside & _TOLD_WORDS and inside <= _TOLD_WORDS | _TOLD_FILL):
        return "aside"
    if inside & _NOT_ABLE and inside & _NOT and inside <= _NOT_ABLE | _NOT_ABLE_FILL:
        return "later"
    returns = inside & {"tilbage", "retur", "back"} and len(said) > 1
    mine = inside & {"jeg", "vi", "im", "ill", "we"} or not inside & {"arbejde", "work"}
    if returns and mine and all(word in _PLAIN or word.isdigit() for word in said):
        return "later"
    return None


def numbered(words: str) -> str | None:
    """What stands behind a number in front ("2: intet nyt"); None without one."""
    mark = _NUMBERED.match(words)
    return words[mark.end() :] if mark else None


def everywhere(bare: str) -> str | None:
    """The folded words without "i alle sager"; None where they do not say so."""
    without, count = _EVERY.subn(" ", bare, count=1)
    return " ".join(without.split()) if count and re.search(r"\b(?:sager\w*|cases|dem|them|begge|both|"
                                                            r"spoergsmaal\w*)\b", bare) else None  # fmt: skip
