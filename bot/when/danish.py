"""Danish: words about time and the phrases they make, over folded text (æ, ø, å are ae, oe, aa)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from .pieces import (
    DateOf,
    Edge,
    Every,
    Feast,
    Filler,
    Freq,
    Gone,
    Head,
    Meeting,
    Near,
    Nth,
    Offset,
    Part,
    Period,
    Piece,
    Relation,
    School,
    Vague,
    Weekday,
    Weekend,
)
from .rules import (
    BYDAY,
    Groups,
    Language,
    Rule,
    Vocabulary,
    clock,
    every,
    key_of,
    keys,
    numeric_rules,
    spoken_clock,
    written_clock,
)

_ONES = ("en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni")
_TEENS = "ti elleve tolv tretten fjorten femten seksten sytten atten nitten".split()
_TENS = "tyve tredive fyrre halvtreds tres halvfjerds firs halvfems".split()
_ORDINALS = (
    "foerste anden tredje fjerde femte sjette syvende ottende niende tiende ellevte tolvte trettende "
    "fjortende femtende sekstende syttende attende nittende tyvende"
).split()


def _cardinals() -> dict[str, int]:
    words = {"et": 1, "een": 1, "eet": 1, "hundrede": 100, "hundred": 100, "tredve": 30}
    words |= {word: n for n, word in enumerate((*_ONES, *_TEENS), start=1)}
    for tens, word in enumerate(_TENS, start=2):
        words[word] = tens * 10
        for n, one in enumerate(_ONES, start=1):
            words[f"{one}og{word}"] = words[f"{one} og {word}"] = tens * 10 + n
    return words


def _ordinals() -> dict[str, int]:
    words = {word: n for n, word in enumerate(_ORDINALS, start=1)}
    words |= {"andet": 2, "ellefte": 11, "tredivte": 30, "tredevte": 30}
    for n, one in enumerate(_ONES, start=1):
        words[f"{one}ogtyvende"] = words[f"{one} og tyvende"] = 20 + n
    words["enogtredivte"] = words["en og tredivte"] = 31
    return words


_MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()
WORDS = Vocabulary(
    cardinals=_cardinals(),
    ordinals=_ordinals(),
    digit_ordinal=r"\.?(?:ste|te|de|nde|ende|den|die|dje)",
    weekdays={
        **{name: n for n, name in enumerate("mandag tirsdag onsdag torsdag fredag loerdag soendag".split())},
        "lordag": 5,
        "sondag": 6,
    },
    weekday_abbreviations={
        "man": 0, "tir": 1, "tirs": 1, "ons": 2, "tor": 3, "tors": 3, "fre": 4, "loer": 5, "soen": 6,
    },
    months={name: n for n, name in enumerate(_MONTHS, start=1)},
    month_abbreviations={
        "jan": 1, "feb": 2, "febr": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
        "sep": 9, "sept": 9, "okt": 10, "nov": 11, "dec": 12,
    },
    units={
        r"min(?:utter|ut|\.)?": "minute", "kvarter(?:er)?": "quarter_hour", r"timer?": "hour", "doegn": "round",
        "dages?": "day", "(?:hver|arbejds)dages?": "workday", "ugers?": "week", "uges?": "week",
        r"m(?:aa|a)ned(?:er)?s?|mdr\.?": "month", "kvartal(?:er)?": "quarter", "halvaar": "half", "aars?": "year",
    },
    halves={
        r"(?:en|et) (?:halv|halvt)": Fraction(1, 2), r"halvand(?:en|et)": Fraction(3, 2),
        r"(?:en|et) og (?:en |et )?halvt?": Fraction(3, 2), r"to og (?:en |et )?halvt?": Fraction(5, 2),
        r"tre og (?:en |et )?halvt?": Fraction(7, 2), "et kvart": Fraction(1, 4), r"trekvart": Fraction(3, 4),
    },
)  # fmt: skip

_FEASTS = {
    r"jul(?:en)?": "christmas",
    r"nyt?aar(?:et)?": "new_year",
    r"paaske(?:n)?": "easter",
    r"pinse(?:n)?": "whitsun",
    r"lille ?juleaften(?:sdag)?": "little_christmas_eve",
    r"juleaften(?:sdag)?": "christmas_eve",
    r"(?:1\. |foerste )?juledag": "christmas_day",
    r"(?:2\. |anden )juledag": "boxing_day",
    r"nytaarsaften(?:sdag)?": "new_years_eve",
    r"nytaarsdag": "new_years_day",
    r"hell?ig ?tre ?konger(?:s ?dag|s ?aften)?": "epiphany",
    r"valentins? ?dag": "valentine",
    r"(?:kvindernes )(?:internationale )?kampdag": "womens_day",
    r"grundlovs ?dag": "constitution_day",
    r"(?:sankt?|skt\.?|sct\.?|st\.?) ?hans ?dag": "midsummer_day",
    r"(?:sankt?|skt\.?|sct\.?|st\.?) ?hans(?: ?aften)?": "midsummer_eve",
    r"hall?oween": "halloween",
    r"mortens ?aften": "martinmas_eve",
    r"mortens ?dag": "martinmas",
    r"(?:sankta |santa )?lucia(?: ?dag)?": "lucia",
    r"fastelavn(?:s ?soendag)?": "shrovetide",
    r"palmesoendag": "palm_sunday",
    r"skaertorsdag": "maundy_thursday",
    r"langfredag": "good_friday",
    r"paaskeloerdag": "holy_saturday",
    r"(?:1\. |foerste )?paaskedag|paaskesoendag": "easter_sunday",
    r"(?:2\. |anden )paaskedag|paaskemandag": "easter_monday",
    r"kristi himmelfart(?:s ?dag)?|kr\. ?himmelfart(?:sdag)?": "ascension",
    r"(?:1\. |foerste )?pinsedag|pinsesoendag": "whit_sunday",
    r"(?:2\. |anden )pinsedag|pinsemandag": "whit_monday",
    r"(?:1\. |foerste )(?:soendag i )?advent": "advent_1",
    r"(?:2\. |anden )(?:soendag i )?advent": "advent_2",
    r"(?:3\. |tredje )(?:soendag i )?advent": "advent_3",
    r"(?:4\. |fjerde )(?:soendag i )?advent": "advent_4",
}
_SCHOOL = {
    "vinterferien?s?": "winter", "paaskeferien?s?": "easter", "(?:skolernes )?sommerferien?s?": "summer",
    "efteraarsferien?s?": "autumn", "juleferien?s?": "christmas",
}  # fmt: skip
_FORUMS = {
    r"fremdrifts?(?:gruppe)?": "fremdriftsgruppe",
    r"(?:leder|ledelses?|ledelsesgruppe)": "ledelsesgruppe",
    r"politi(?:samarbejds)?": "politi",
    r"(?:gade)?team": "gadeteam",
    r"(?:hotspot-?)?raads?": "hotspotraad",
    r"byudviklings?": "byudvikling",
    r"program(?:gruppe)?": "programgruppe",
    r"samarbejds": "samarbejde",
    r"styregruppe": "styregruppe",
}
_FORUM_NAMES = {
    r"fremdriftsgruppen?": "fremdriftsgruppe",
    r"(?:ledelses|leder)gruppen?|ledelsen": "ledelsesgruppe",
    r"politiet": "politi",
    r"gadeteamet": "gadeteam",
    r"(?:hotspot-?)?raad(?:et)?": "hotspotraad",
    r"byudviklingen": "byudvikling",
    r"programgruppen?": "programgruppe",
    r"styregruppen?": "styregruppe",
}

_NEXT = r"naeste?"
_THIS = r"(?:denne|dette|indevaerende|her i)"
_KL = r"(?:(?:inden|foer|senest|til|fra) )?(?:kl\.? ?|klokken )"
_DEN = r"(?:den |d\. ?|d )"
_VAGUE_LENGTH = (
    r"(?:et par|nogle(?: faa)?|faa|ganske faa|flere|adskillige|cirka \w+|ca\.? \w+|omkring \w+|en lille|en god|"
    r"knap \w+|godt \w+)"
)


# Abbreviations that are words or names as well: one, son, Thor.
_ALSO_WORDS = {"man", "soen", "tor"}
_WORKWEEK = ("MO", "TU", "WE", "TH", "FR")
_RATES: dict[str, tuple[Freq, int]] = {
    "dag": ("DAILY", 1), "morgen": ("DAILY", 1), "aften": ("DAILY", 1), "uge": ("WEEKLY", 1),
    "maaned": ("MONTHLY", 1), "maned": ("MONTHLY", 1), "kvartal": ("MONTHLY", 3),
    "halve aar": ("MONTHLY", 6), "halvaar": ("MONTHLY", 6), "aar": ("YEARLY", 1),
}  # fmt: skip
_ADVERBS: dict[str, tuple[Freq, int]] = {
    "daglig": ("DAILY", 1), "ugentlig": ("WEEKLY", 1), "maanedlig": ("MONTHLY", 1), "manedlig": ("MONTHLY", 1),
    "kvartalsvis": ("MONTHLY", 3), "halvaarlig": ("MONTHLY", 6), "aarlig": ("YEARLY", 1),
}  # fmt: skip


def _nth(groups: Groups) -> int:
    return -1 if groups.has("last") else groups.ordinal()


def _every_nth(groups: Groups) -> Every:
    """ "hver første mandag i måneden", or in the other order, whose groups are `o`, `l` and `w`."""
    first = groups.has("weekday")
    last = groups.has("last") or groups.has("l")
    nth = -1 if last else groups.ordinal("ordinal" if first else "o")
    return Every("MONTHLY", byday=(f"{nth}{BYDAY[groups.weekday('weekday' if first else 'w')]}",))


def _every_weekdays(groups: Groups) -> Piece:
    days = tuple(BYDAY[day] for day in groups.weekdays())
    interval = groups.ordinal() if groups.has("ordinal") else 1
    return Every("WEEKLY", interval, days) if interval else Vague()


def _minutes(groups: Groups) -> Piece:
    minutes = groups.number("m") if groups.has("m") else 15
    half = 30 if groups.has("half") else 0
    return spoken_clock(groups.number("hour"), (-minutes if groups.has("to") else minutes) - half)


def _side(groups: Groups) -> Literal["before", "after"]:
    return "after" if groups.text("side") == "efter" else "before"


def _offset(groups: Groups) -> Offset:
    offset = groups.offset() if groups.has("amount") else groups.offset(amount="a", unit="u")
    return offset if groups.has("om") else replace(offset, within=True)


_ABOUT = r"(?:omkring|ca\.?|cirka|op mod|hen ad|hen mod|lige op til|nogenlunde)"
_PLACE = r"(?:(?:den|det|vores|jeres|deres) )?"
_COMING = r"(?:naeste?|kommende|foerstkommende)"
_MEET = r"(?:moedes|ses|holder moede|har moede)"
_BEGINS = r"(?: (?:begynder|starter|gaar i gang))?"
# A forum's name before "møde" and after "møde i". Each twice, for the alternatives of one rule.
_OF, _OF2 = (rf"(?:(?P<{name}>{keys(_FORUMS)})[- ]?)?" for name in ("forum", "group"))
_IN, _IN2 = (rf"(?: i (?P<{name}>{keys(_FORUM_NAMES)}))?" for name in ("name", "body"))
# Bodies whose own name stands for their meeting: "til næste fremdriftsgruppe", "på Hotspot-rådet".
_BODY = r"fremdrifts|ledelsesg|lederg|styreg|programg|hotspot"


def _forum(groups: Groups) -> tuple[str | None, ...]:
    """The forums that were named: none, one, or two that contradict each other."""
    said = [key_of(_FORUMS, groups.text(name)) for name in ("forum", "group") if groups.has(name)]
    said += [key_of(_FORUM_NAMES, groups.text(name)) for name in ("name", "body") if groups.has(name)]
    return tuple(dict.fromkeys(said)) or (None,)


def _meeting(count: int = 1, *, definite: bool = False) -> Callable[[Groups], tuple[Piece, ...]]:
    """What makes a meeting of a rule's groups; of two forums at once there is none."""

    def make(groups: Groups) -> tuple[Piece, ...]:
        forums = _forum(groups)
        return (Meeting(forums[0], definite, count),) if len(forums) == 1 else (Vague(),)

    return make


RULES: tuple[Rule, ...] = (
    *numeric_rules(_DEN),
    # Prepositions and words that change nothing.
    Rule(r"(?:aller|absolut )?senest|seneste frist(?: er)?:?|due(?: by)?:?|"
         r"(?:med )?(?:sidste )?(?:frist|deadline)(?:en)?(?: er)?(?: (?:til|paa))?:?",
         lambda g: Relation("by", firm=True)),
    Rule(r"til og med|t\.?o\.?m\.?|frem til|indtil|til|paa?|i loebet af|"
         r"i(?! (?:man|tirs|ons|tors|fre|loe?r|soe?n)dag\b)|ved|pr\.?|per|hen|nu|allerede|"
         r"(?:en ?gang|paa et tidspunkt)(?= i )", lambda g: Relation("by")),
    Rule(r"inden", lambda g: Relation("inden", firm=True)),
    Rule(r"foer|sidste (?:hver|arbejds)dag (?:foer|inden)", lambda g: Relation("before")),
    Rule(r"efter|(?:den )?(?:foerste|naeste) (?:hver|arbejds)dag efter", lambda g: Relation("after")),
    Rule(r"(?:den )?foerste (?:hver|arbejds)dag i det nye aar", lambda g: (Relation("after"), Feast("new_year"))),
    Rule(r"praecist?|helst|gerne|senest|tak|venligst", lambda g: Filler(), weak=2),
    # Near days.
    Rule(r"i ?dag|(?:pr\. )?dags dato|d\.d\.|dd\.?", lambda g: Near(0)),
    Rule(r"i ?morgen(?: tidligt?)?|i ?morgen den dag", lambda g: Near(1)),
    Rule(r"i ?over ?morgen|dagen efter i ?morgen|overmorgen", lambda g: Near(2)),
    Rule(r"(?:her )?i ?formiddag", lambda g: (Near(0), Part("forenoon"))),
    Rule(r"(?:her )?i ?eftermiddag", lambda g: (Near(0), Part("afternoon"))),
    Rule(r"(?:her )?(?:i|til) ?aften", lambda g: (Near(0), Part("evening"))),
    Rule(r"(?:her )?(?:i|til) ?middag|her til middag", lambda g: (Near(0), Part("noon"))),
    Rule(r"(?:naeste|foerstkommende|foerste) (?:hver|arbejds)dag", lambda g: Offset(Fraction(1), "workday")),
    Rule(r"i (?:gaar|gar|forgaars|forrigaars)|igaar|forleden(?: dag)?|i morges|i nat(?:ten)? der gik|"
         r"i {weekday}s|(?:sidste|forrige|seneste) (?:{wd:weekday}|uges?|m(?:aa|a)ned|aar|kvartal|weekend|gang)|"
         r"for {amount} {unit} siden",
         lambda g: Gone()),
    # Weekdays.
    Rule(r"{fullday}(?P<definite>en)?", lambda g: Weekday(g.weekday("fullday"), definite=g.has("definite"))),
    Rule(r"{weekday}", lambda g: None if g.text("weekday").rstrip(".") in _ALSO_WORDS else Weekday(g.weekday()),
         weak=1),
    Rule(r"{weekday}", lambda g: Weekday(g.weekday()), weak=2),
    Rule(r"(?:den )?n(?:ae|a|e)ste {weekday}", lambda g: Weekday(g.weekday(), "next")),
    Rule(r"(?:den |nu )?(?:foerst)?kommende {weekday}|nu paa {wd:weekday}",
         lambda g: Weekday(g.weekday("weekday" if g.has("weekday") else "wd"), "coming")),
    Rule(r"(?:den )?naestkommende {weekday}", lambda g: Weekday(g.weekday(), "either")),
    Rule(r"(?:nu )?(?:her )?(?:paa )?(?:denne|indevaerende) (?:uges )?{weekday}",
         lambda g: Weekday(g.weekday(), "this")),
    # Dates.
    Rule(rf"{_DEN}?{{day}} ?(?:i |af )?{{month}}(?:,? {{year}})?",
         lambda g: DateOf(g.number("day"), g.month(), g.year())),
    Rule(rf"{{fullmonth}},? {_DEN}{{day}}(?:,? {{year}})?",
         lambda g: DateOf(g.number("day"), g.month("fullmonth"), g.year())),
    Rule(rf"{_DEN}?{{ordinal}} i {{mo:day}}(?:,? {{year}})?", lambda g: DateOf(g.ordinal(), g.number("mo"), g.year())),
    Rule(rf"{_DEN}(?P<d>\d{{1,2}}\.?(?:ste|te|de|nde|ende|den|die|dje)?)", lambda g: DateOf(g.number("d"))),
    Rule(rf"{_DEN}{{ordinal}}", lambda g: DateOf(g.ordinal(), bare=g.ordinal() <= 3), weak=1),
    Rule(r"(?P<d>\d{1,2})\.", lambda g: DateOf(g.number("d"), bare=True), weak=2),
    Rule(r"{fullday} (?P<d>2[5-9]|3[01])", lambda g: (Weekday(g.weekday("fullday")), DateOf(g.number("d")))),
    Rule(r"(?:dennes|ds\.?)", lambda g: Period("month", ahead=0)),
    # Weeks.
    Rule(r"uge(?:n|s)?\.? ?(?:nr\.? ?|nummer )?(?P<w>\d{1,2}|{card:number})(?:(?:,? (?:i )?|"
         r"[-/]){year})?(?! ?[-/] ?\d)",
         lambda g: Period("week", g.number("w"), year=g.year())),
    Rule(r"u\.? ?(?P<w>\d{1,2})(?:,? {year})?", lambda g: Period("week", g.number("w"), year=g.year()), weak=1),
    Rule(r"(?:den |hele )?(?:n(?:ae|a|e)ste|(?:foerst)?kommende) uges?", lambda g: Period("week", ahead=1)),
    Rule(r"(?:denne|indevaerende|hele denne) uges?|her i ugen|ugens", lambda g: Period("week", ahead=0)),
    Rule(r"ugen", lambda g: Period("week", ahead=0, bare=True), weak=1),
    Rule(r"ugen efter (?:den )?naeste(?: uge)?|(?:den )?overn(?:ae|e)ste uge|n(?:ae|e)ste uge igen",
         lambda g: Period("week", ahead=2)),
    Rule(r"ugen (?:efter|foer|op til)|(?:foerste|anden|sidste) uge(?= (?:i|af))", lambda g: Vague()),
    # Edges of periods.
    Rule(r"primo|(?:foerst|start)(?= (?:i|paa) )|(?:i )?(?:starten|begyndelsen) (?:af|paa)|begyndelse|start",
         lambda g: Edge("start")),
    Rule(r"medio|midt(?= (?:i|paa) )|midten af", lambda g: Edge("mid")),
    Rule(r"ultimo|ult\.?|(?:sidst|slut)(?= (?:i|paa) )|slut(?= )|(?:med |ved |inden )?(?:slutningen|udgangen|"
         r"afslutningen|enden) (?:af|paa)|"
         r"udgang|slutning|afslutning|er (?:omme|slut|forbi|gaaet|ovre)", lambda g: Edge("end")),
    # Months, quarters, half-years, years.
    Rule(r"{fullmonth}s?(?: maaneds?)?(?:,? {year})?",
         lambda g: Period("month", g.month("fullmonth"), year=g.year()), weak=1),
    Rule(r"{month}(?:,? {year})?(?<!jul)(?<!jul )", lambda g: Period("month", g.month(), year=g.year()), weak=2),
    Rule(r"(?:den )?(?:naeste|kommende) m(?:aa|a)neds?", lambda g: Period("month", ahead=1)),
    Rule(r"(?:denne|indevaerende) m(?:aa|a)neds?|her i maaneden", lambda g: Period("month", ahead=0)),
    Rule(r"m(?:aa|a)nedens?", lambda g: Period("month", bare=True), weak=1),
    Rule(r"m(?:aa|a)nedsskiftet", lambda g: (Period("month", ahead=0), Edge("end"))),
    Rule(r"(?:det )?{ordinal} ?kvartal(?:,? {year})?|(?:q|k)(?P<q>\d)(?:,? {yy:year})?",
         lambda g: Period("quarter", g.ordinal() if g.has("ordinal") else g.number("q"),
         year=g.year() or g.year("yy"))),
    Rule(r"(?:det )?naeste kvartals?", lambda g: Period("quarter", ahead=1)),
    Rule(r"(?:dette|indevaerende) kvartals?", lambda g: Period("quarter", ahead=0)),
    Rule(r"kvartalets?", lambda g: Period("quarter", ahead=0, bare=True), weak=1),
    Rule(r"(?:det )?{ordinal} ?halvaars?(?:,? {year})?", lambda g: Period("half", g.ordinal(), year=g.year())),
    Rule(r"(?:det )?naeste halvaars?", lambda g: Period("half", ahead=1)),
    Rule(r"(?:dette|indevaerende) halvaars?", lambda g: Period("half", ahead=0)),
    Rule(r"halvaarets?", lambda g: Period("half", ahead=0, bare=True), weak=1),
    Rule(r"(?:det )?(?:naeste|kommende) aars?", lambda g: Period("year", ahead=1)),
    Rule(r"(?:i |dette |indevaerende )aars?|d\.?aa\.?", lambda g: Period("year", ahead=0)),
    Rule(r"aarets?", lambda g: Period("year", ahead=0, bare=True), weak=1),
    Rule(r"aarsskiftet|aarsafslutningen", lambda g: (Period("year", ahead=0), Edge("end"))),
    Rule(r"(?:aar )?{year}", lambda g: Period("year", g.year(), bare=True), weak=2),
    # Counted days of a period.
    Rule(r"(?:den |det |paa den )?(?:{ordinal}|(?P<last>sidste)) {weekday}(?= (?:i|af|paa) )",
         lambda g: Nth(_nth(g), g.weekday())),
    Rule(r"(?:den )?(?:{ordinal}|(?P<last>sidste)) (?:hver|arbejds)dag(?= )", lambda g: Nth(_nth(g), "workday")),
    Rule(r"(?:den )?(?:{ordinal}|(?P<last>sidste)) dag(?= )", lambda g: Nth(_nth(g), "day")),
    # Lengths of time.
    Rule(r"(?:(?P<om>(?:senest )?om)|inden ?for|inden|i loebet af) (?:senest |hoejst |maks\.? |max\.? )?(?:de(?:n|"
         r"t)? )?(?:naeste |kommende )?"
         r"{amount} {unit}(?: fra (?:i ?dag|nu|dags dato))?|{amount} {unit} fra (?:i ?dag|nu|dags dato)".replace(
             "|{amount} {unit}", "|{a:amount} {u:unit}"), _offset),
    Rule(r"{amount} {unit}", lambda g: g.offset(bare=True), weak=2),
    Rule(r"{amount} {unit} (?P<side>foer|efter|fra)(?= )(?! (?:i ?dag|nu|dags))",
         lambda g: Head(g.offset(), "before" if g.text("side") == "foer" else "after")),
    Rule(r"dagen (?P<side>foer|efter)(?= )", lambda g: Head(Offset(Fraction(1), "day"), _side(g))),
    Rule(r"(?:den )?(?:foerste )?{fullday}(?:en)? (?P<side>foer|efter|inden(?= (?:jul|paaske|pinse|"
         r"nytaar)))(?= )(?! (?:kl|\d+[.:]\d\d))",
         lambda g: Head(Weekday(g.weekday("fullday")), _side(g))),
    # Feasts and holidays.
    Rule(rf"(?P<feast>{keys(_FEASTS)})", lambda g: Feast(key_of(_FEASTS, g.text("feast"))), weak=1),
    Rule(rf"(?P<school>{keys(_SCHOOL)})", lambda g: School(key_of(_SCHOOL, g.text("school"))), weak=1),
    Rule(r"(?P<next>naeste |kommende )?weekend(?:en)?s?", lambda g: Weekend(g.has("next")), weak=1),
    # Times of day.
    Rule(rf"{_KL}(?:(?P<hhmm>\d{{4}})|(?P<h>\d{{1,2}})(?:[.:](?P<mm>\d{{2}}))?)(?![.:,-]?\d)", written_clock),
    Rule(rf"{_KL}{{hourword}}", lambda g: clock(g.number("hourword"))),
    Rule(rf"(?:{_KL})?halv {{hour}}", lambda g: spoken_clock(g.number("hour"), -30)),
    Rule(rf"(?:{_KL})?(?:kvart(?:er)?|(?P<m>\d{{1,2}}|{{card:number}})(?: min(?:utter|\.)?)?) (?:over|"
         rf"(?P<to>i)) (?P<half>halv )?{{hour}}", _minutes),
    Rule(r"(?<!i )(?:(?:tidligt? )?(?:om |til |paa |i loebet af )?(?:morgenen|morgen(?!maden))(?: tidligt?)?|tidligt?)",
         lambda g: Part("morning"), weak=2),
    Rule(r"(?<!i )(?:(?:sent |tidligt )?(?:om |til |paa |i loebet af )?formiddag(?:en)?)",
         lambda g: Part("forenoon"), weak=2),
    Rule(r"(?<!i )(?:(?:sent |tidligt )?(?:om |til |paa |i loebet af )?eftermiddag(?:en)?)",
         lambda g: Part("afternoon"), weak=2),
    Rule(r"(?<!i )(?:(?:sent |tidligt )?(?:om |til |paa |i loebet af )?aften(?:en)?)",
         lambda g: Part("evening"), weak=2),
    Rule(r"(?:ved|omkring|til|inden|foer|efter|hen over|midt paa) (?:middagstide?n?|middag(?:en)?|frokosttide?n?|"
         r"frokost(?:en)?)|middag", lambda g: Part("noon", True), weak=1),
    Rule(r"(?:inden|foer|ved|til|senest) (?:fyraften|lukketid|arbejdstids? ophoer|kontortids? ophoer|"
         r"arbejdsdagens (?:udgang|ophoer|slutning))|"
         r"(?:i loebet af|inden udgangen af|senest i loebet af|senere paa|sidst paa) dagen|(?:inden |"
         r"ved )?dagens (?:udgang|slutning|ende)|inden dagen er (?:omme|slut|forbi|gaaet)",
         lambda g: Part("any", True)),
    Rule(r"(?:ved |omkring )?(?:kl\.? ?)?{hour}[- ]?tiden|(?:omkring|ca\.?|cirka) (?:kl\.? ?|"
         r"klokken )(?:\d{1,2}(?:[.:]\d\d)?|{h:hourword})", lambda g: Part("any"), weak=2),
    # Meetings.
    Rule(rf"{_PLACE}{_COMING} {_OF}moede(?:t)?{_IN}", _meeting()),
    Rule(rf"{_PLACE}naeste {_OF}moede(?:t)?{_IN} igen", _meeting(2)),
    Rule(rf"{_PLACE}(?:over|naest)naeste {_OF}moede{_IN}", _meeting(2)),
    Rule(rf"{_OF}moede(?:t)?{_IN} efter (?:det |den )?naeste(?: igen| moede)?{_IN2}", _meeting(2)),
    Rule(rf"{_PLACE}{_COMING} (?P<name>(?={_BODY}){keys(_FORUM_NAMES)})", _meeting()),
    Rule(rf"(?P<name>{keys(_FORUM_NAMES)})s {_COMING} moede", _meeting()),
    Rule(rf"(?P<name>{keys(_FORUM_NAMES)})s moede{_BEGINS}", _meeting(definite=True), weak=1),
    Rule(rf"naeste gang(?: (?:vi|(?P<name>{keys(_FORUM_NAMES)})) {_MEET})?|naar vi {_MEET} (?:naeste gang|igen)|"
         r"vi (?:moedes|ses) (?:naeste gang|igen)", _meeting()),
    Rule(rf"(?:(?<=inden )|(?<=foer ))(?:vi|(?P<name>{keys(_FORUM_NAMES)})) {_MEET}(?: naeste gang| igen)?",
         _meeting(definite=True), weak=1),
    Rule(rf"(?:(?<=inden )|(?<=foer )|(?<=senest )|(?<=paa ))(?P<name>(?={_BODY}){keys(_FORUM_NAMES)})"
         r"(?=[ .,;:!?)]*\Z|[.,;)])", _meeting(definite=True), weak=1),
    Rule(rf"(?:vores )?{_OF}moedet{_IN}{_BEGINS}|vores {_OF2}moede{_IN2}", _meeting(definite=True), weak=1),
    Rule(rf"(?P<forum>{keys(_FORUMS)})-?moede|moede i (?P<name>{keys(_FORUM_NAMES)})", _meeting(definite=True), weak=1),
    Rule(rf"(?:(?P<next>naeste)|denne) uges {_OF}moede(?:t)?{_IN}",
         lambda g: (*_meeting(definite=True)(g), Period("week", ahead=int(g.has("next"))))),
    Rule(rf"{{fullday}}(?:s-?moedet|ens moede){_IN}",
         lambda g: (*_meeting(definite=True)(g), Weekday(g.weekday("fullday")))),
    Rule(rf"(?:hvert(?: eneste)? {_OF}moede|(?:alle|samtlige) {_OF2}moeder(?:ne)?){_IN}|hver gang vi {_MEET}",
         _meeting(0)),
    Rule(r"om {number} moeder?|{n:number} moeder frem", lambda g: Vague()),
    # Recurrence.
    Rule(r"(?:fast )?(?:hver(?:t)?|alle) (?:{ordinal} )?(?P<rate>dag|morgen|aften|uge|m(?:aa|a)ned|kvartal|halvaar|"
         r"halve aar|aar)(?:e|er)?",
         lambda g: every(g.ordinal() if g.has("ordinal") else 1, *_RATES[g.text("rate")])),
    Rule(r"hver {number} dage?|med {n:number} dages mellemrum",
         lambda g: every(g.number("number" if g.has("number") else "n"), "DAILY")),
    Rule(r"(?:fast )?(?:hver(?:t)?|alle) (?:{ordinal} )?{weekdays}(?:e|ene)?", _every_weekdays),
    Rule(r"(?:om )?(?:{fullday}ene|{w:fullday}e)|om {wd:fullday}en",
         lambda g: Every("WEEKLY", byday=(BYDAY[next(g.weekday(n) for n in ("fullday", "w", "wd") if g.has(n))],))),
    Rule(r"(?:hver|alle|paa) (?:hver|arbejds)dage?(?:ene)?|hver eneste hverdag",
         lambda g: Every("WEEKLY", byday=_WORKWEEK)),
    Rule(r"(?:fast )?hver (?:{ordinal}|(?P<last>sidste)) {weekday} i (?:hver )?m(?:aa|a)ned(?:en)?|"
         r"(?:den )?(?:{o:ordinal}|(?P<l>sidste)) {w:weekday} i hver m(?:aa|a)ned", _every_nth),
    Rule(r"(?:hver )?den {ordinal} i hver m(?:aa|a)ned|hver den {o:ordinal}(?: i m(?:aa|a)neden)?",
         lambda g: Every("MONTHLY", bymonthday=g.ordinal("ordinal" if g.has("ordinal") else "o"))),
    Rule(rf"(?P<rate>{keys(dict.fromkeys(_ADVERBS, ''))})t?", lambda g: every(1, *_ADVERBS[g.text("rate")])),
    # Time without a date.
    Rule(r"(?:saa )?(?:hurtigst?(?: som)? muligt|snarest(?: muligt)?)(?:,? (?:og|men)(?= (?:aller)?senest))?|asap|"
         r"a\.s\.a\.p\.?|(?:saa )?snart som muligt|omgaaende|straks|med det samme|oejeblikkeligt|"
         r"(?:saa )?snart(?: det er)? muligt|ved foerste (?:givne )?lejlighed|ved lejlighed|(?:inden|"
         r"om) (?:ret )?(?:laenge|kort tid|kort)|i (?:den )?naermeste fremtid|"
         r"naar (?:du|vi|jeg|i|der|hun|han|de) (?:kan|har tid|faar tid|er tid)|paa sigt|efter aftale|efter behov|"
         r"i naer fremtid|en af dagene|en dag i naeste uge|"
         r"(?:engang|en ?gang|en dag)(?: snart)?|til (?:sommer|foraar|foraaret|efteraar|efteraaret|vinter|vinteren|"
         r"sommeren)|i (?:sommer|foraaret|efteraaret|vinteren|sommeren|vinter|efteraar|foraar)|"
         r"efter sommeren|inden sommeren|foer sommeren|(?:inden|foer|efter|i|til) (?:skole)?(?:ferien|skolestart)|"
         r"i nat|ved midnat|midnat|mellem jul og nytaar|(?:foerst |tidligt )?i det nye aar", lambda g: Vague()),
    Rule(r"loebende|snart|senere(?: hen)?|jaevnligt|med tiden|naar som helst|nu og her|lige nu|lige om lidt|"
         r"om lidt|om et oejeblik", lambda g: Vague(soft=True)),
    Rule(rf"(?:om |inden ?for |inden |i loebet af )(?:de )?(?:naeste |kommende )?{_VAGUE_LENGTH} {{unit}}(?: tid)?",
         lambda g: Vague()),
    Rule(r"(?:om |inden ?for |inden )?{amount} (?:dage|uger|maaneder|maaned|uge|time|aar|timer|minutter)s tid",
         lambda g: Vague()),
    Rule(rf"{_ABOUT}(?= )", lambda g: Vague(approximate=True), weak=2),
)  # fmt: skip


DANISH = Language(WORDS, RULES)
