"""English: words about time and the phrases they make, over folded text. Dates are day before month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

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

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FIRSTS = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINAL_TEENS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()


def _cardinals() -> dict[str, int]:
    words = {"a": 1, "an": 1, "hundred": 100, "a hundred": 100}
    words |= {word: n for n, word in enumerate((*_ONES, *_TEENS), start=1)}
    for tens, word in enumerate(_TENS, start=2):
        words[word] = tens * 10
        words |= {
            f"{word}{joint}{one}": tens * 10 + n for n, one in enumerate(_ONES, start=1) for joint in " -"
        }
    return words


def _ordinals() -> dict[str, int]:
    words = {word: n for n, word in enumerate((*_FIRSTS, *_ORDINAL_TEENS), start=1)}
    words |= {"twentieth": 20, "thirtieth": 30}
    for n, first in enumerate(_FIRSTS, start=1):
        for joint in " -":
            words[f"twenty{joint}{first}"] = 20 + n
            words[f"thirty{joint}{first}"] = 30 + n
    return words


_MONTHS = "january february march april may june july august september october november december".split()
WORDS = Vocabulary(
    cardinals=_cardinals(),
    ordinals=_ordinals(),
    digit_ordinal="(?:st|nd|rd|th)",
    weekdays={
        name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())
    },
    weekday_abbreviations={
        "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
        "sun": 6,
    },
    months={name: n for n, name in enumerate(_MONTHS, start=1)},
    month_abbreviations={
        "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
        "nov": 11, "dec": 12,
    },
    units={
        r"min(?:ute)?s?": "minute", "quarters? of an hour": "quarter_hour", "h(?:ou)?rs?": "hour", "days?": "day",
        "(?:working|business|work) ?days?|weekdays?|workdays?": "workday", "weeks?": "week",
        "fortnights?": "fortnight", "months?": "month", "quarters?": "quarter", "years?": "year",
    },
    halves={
        r"half an?": Fraction(1, 2), "(?:one|a) and a half": Fraction(3, 2), "two and a half": Fraction(5, 2),
        "three quarters of an": Fraction(3, 4),
    },
)  # fmt: skip

_FEASTS = {
    r"christmas eve": "christmas_eve",
    r"christmas day": "christmas_day",
    r"boxing day": "boxing_day",
    r"new year'?s eve": "new_years_eve",
    r"new year'?s day": "new_years_day",
    r"epiphany": "epiphany",
    r"valentine'?s(?: day)?": "valentine",
    r"constitution day": "constitution_day",
    r"midsummer(?:'?s)? eve": "midsummer_eve",
    r"hallowe'?en": "halloween",
    r"shrovetide": "shrovetide",
    r"palm sunday": "palm_sunday",
    r"maundy thursday": "maundy_thursday",
    r"good friday": "good_friday",
    r"easter (?:sunday|day)": "easter_sunday",
    r"easter monday": "easter_monday",
    r"ascension(?: day)?": "ascension",
    r"whit sunday": "whit_sunday",
    r"whit monday": "whit_monday",
    r"christmas|xmas": "christmas",
    r"(?:the )?new year": "new_year",
    r"easter": "easter",
    r"whitsun|pentecost": "whitsun",
}
_BREAK = r"(?:holidays?|break|vacation)"
_SCHOOL = {
    rf"winter {_BREAK}": "winter", rf"easter {_BREAK}": "easter", rf"summer {_BREAK}": "summer",
    rf"(?:autumn|fall) {_BREAK}": "autumn", rf"christmas {_BREAK}": "christmas",
}  # fmt: skip
_FORUMS = {
    r"progress(?: group)?": "fremdriftsgruppe",
    r"management(?: group)?": "ledelsesgruppe",
    r"police(?: liaison)?": "politi",
    r"street team": "gadeteam",
    r"(?:citizens'? |hotspot )?council": "hotspotraad",
    r"programme group": "programgruppe",
    r"steering (?:group|committee)": "styregruppe",
}
# A forum's name before "meeting" and after "meeting of". The latter twice, for two places in one rule.
_OF = rf"(?:(?P<forum>{keys(_FORUMS)}) )?"
_IN, _IN2 = (rf"(?: (?:in|of) (?:the )?(?P<{name}>{keys(_FORUMS)}))?" for name in ("name", "other"))
# Bodies whose own name stands for their meeting: "by the next progress group".
_BODY = r"progress group|management group|steering|programme group|(?:citizens'? |hotspot )?council"


def _meeting(count: int = 1, *, definite: bool = False) -> Callable[[Groups], tuple[Piece, ...]]:
    """What makes a meeting of a rule's groups; of two forums at once there is none."""

    def make(groups: Groups) -> tuple[Piece, ...]:
        named = [key_of(_FORUMS, groups.text(g)) for g in ("forum", "body", "name", "other") if groups.has(g)]
        forums = tuple(dict.fromkeys(named)) or (None,)
        return (Meeting(forums[0], definite, count),) if len(forums) == 1 else (Vague(),)

    return make


_RATES: dict[str, tuple[Freq, int]] = {
    "day": ("DAILY", 1), "morning": ("DAILY", 1), "evening": ("DAILY", 1), "week": ("WEEKLY", 1),
    "month": ("MONTHLY", 1), "quarter": ("MONTHLY", 3), "half year": ("MONTHLY", 6), "year": ("YEARLY", 1),
    "fortnight": ("WEEKLY", 2),
}  # fmt: skip
_ADVERBS: dict[str, tuple[Freq, int]] = {
    "daily": ("DAILY", 1), "weekly": ("WEEKLY", 1), "fortnightly": ("WEEKLY", 2), "monthly": ("MONTHLY", 1),
    "quarterly": ("MONTHLY", 3), "half-yearly": ("MONTHLY", 6), "yearly": ("YEARLY", 1), "annually": ("YEARLY", 1),
}  # fmt: skip
_AT = r"(?:(?:by|before|at|until|till) )?"
_THE = r"(?:on )?(?:the )?"
_SHORT_MONTHS = {"may", "march", "mar", "jul"}  # words, or Danish ones
_WORKWEEK = ("MO", "TU", "WE", "TH", "FR")
# "I sat", "the sun", "we wed", "mon" (Danish: I wonder): surely a weekday only beside a date or an hour.
_ALSO_WORDS = {"sat", "sun", "wed", "mon"}


def _nth(groups: Groups) -> int:
    return -1 if groups.has("last") else groups.ordinal()


def _twelve_hours(groups: Groups) -> Piece:
    """ "9am", "9:30 pm"."""
    hour, minute = groups.number("h"), int(groups.text("mm") or 0)
    if not 1 <= hour <= 12:
        return clock(25)
    return clock(hour % 12 + (12 if groups.text("half").startswith("p") else 0), minute, sure=True)


def _minutes(groups: Groups) -> Piece:
    minutes = groups.number("m") if groups.has("m") else 15
    return spoken_clock(groups.number("hour"), -minutes if groups.has("to") else minutes)


def _every_weekdays(groups: Groups) -> Piece:
    interval = 2 if groups.has("other") else groups.ordinal() if groups.has("ordinal") else 1
    return Every("WEEKLY", interval, tuple(BYDAY[day] for day in groups.weekdays())) if interval else Vague()


def _short_month(groups: Groups) -> tuple[Piece, ...]:
    """May and March are words as well: months only after a preposition."""
    month = Period("month", groups.month("fullmonth"), year=groups.year())
    before = groups.text("in").strip()
    if before == "next":
        return (Vague(),)
    if before == "end of":
        return Edge("end"), month
    kinds = {"by": "inden", "before": "before", "after": "after"}
    return Relation(kinds.get(before, "by")), month  # type: ignore[arg-type]


def _offset(groups: Groups) -> Offset:
    offset = groups.offset() if groups.has("amount") else groups.offset(amount="a", unit="u")
    return offset if groups.has("om") else replace(offset, within=True)


def _every_nth(groups: Groups) -> Every:
    """ "first Tuesday of every month", or in the other order, whose groups are `o`, `l` and `w`."""
    first = groups.has("weekday")
    last = groups.has("last") or groups.has("l")
    nth = -1 if last else groups.ordinal("ordinal" if first else "o")
    return Every("MONTHLY", byday=(f"{nth}{BYDAY[groups.weekday('weekday' if first else 'w')]}",))


RULES: tuple[Rule, ...] = (
    *numeric_rules(r"(?:the |on )"),
    # Prepositions and words that change nothing.
    Rule(r"no later than|not later than|at the latest by|at the latest|on or before|"
         r"(?:with (?:a )?)?(?:the )?deadline(?: is)?(?: of)?:?|"
         r"due(?: date)?(?: (?:by|on))?:?", lambda g: Relation("by", firm=True)),
    Rule(r"until|till|up to|on|in|at|during|of|the|(?:some ?time |at some point )(?=in )", lambda g: Relation("by")),
    Rule(r"by|within", lambda g: Relation("inden", firm=True)),
    Rule(r"before|ahead of|prior to", lambda g: Relation("before")),
    Rule(r"after", lambda g: Relation("after")),
    Rule(r"at the latest|latest|sharp|please|pls|thanks|or earlier|of this year(?=$)", lambda g: Filler(), weak=2),
    # Near days.
    Rule(r"today", lambda g: Near(0)),
    Rule(r"tomorrow|tmrw|tomorow", lambda g: Near(1)),
    Rule(r"(?:the )?day after tomorrow", lambda g: Near(2)),
    Rule(r"tonight|this evening", lambda g: (Near(0), Part("evening"))),
    Rule(r"this morning", lambda g: (Near(0), Part("forenoon"))),
    Rule(r"this afternoon", lambda g: (Near(0), Part("afternoon"))),
    Rule(r"(?:the )?(?:next|following) (?:working|business) ?day", lambda g: Offset(Fraction(1), "workday")),
    Rule(r"yesterday|(?:the )?day before yesterday|(?:last|previous) (?:{weekday}|week|month|year|weekend|night|"
         r"time)|{amount} {unit} ago", lambda g: Gone()),
    # Weekdays.
    Rule(r"{fullday}", lambda g: Weekday(g.weekday("fullday"))),
    Rule(r"{weekday}", lambda g: None if g.text("weekday").rstrip(".") in _ALSO_WORDS else Weekday(g.weekday()),
         weak=1),
    Rule(r"{weekday}", lambda g: Weekday(g.weekday()), weak=2),
    Rule(r"next {weekday}", lambda g: Weekday(g.weekday(), "next")),
    Rule(r"(?:this )?coming {weekday}", lambda g: Weekday(g.weekday(), "coming")),
    Rule(r"this {weekday}", lambda g: Weekday(g.weekday(), "this")),
    Rule(r"{weekday} week|(?:a )?week on {wd:weekday}",
         lambda g: (Weekday(g.weekday("weekday" if g.has("weekday") else "wd")), Offset(Fraction(1), "week", True))),
    Rule(r"{weekday} fortnight", lambda g: (Weekday(g.weekday()), Offset(Fraction(2), "week", True))),
    # Dates.
    Rule(rf"{_THE}{{day}}(?: of|,)? ?{{month}}(?:,? {{year}})?",
         lambda g: DateOf(g.number("day"), g.month(), g.year())),
    Rule(r"{month} (?:the )?{day}(?:,? {year})?(?!\d|[:/.]\d)", lambda g: DateOf(g.number("day"), g.month(), g.year())),
    Rule(r"(?:on )?the {ordinal}(?! of)", lambda g: DateOf(g.ordinal(), bare=g.text("ordinal") in _FIRSTS)),
    Rule(r"(?P<d>\d{1,2})(?:st|nd|rd|th)", lambda g: DateOf(g.number("d"), bare=True), weak=2),
    # Weeks.
    Rule(r"(?:week|wk)\.? ?(?:no\.? ?|number )?(?P<w>\d{1,2}|{card:number})(?:(?:,? (?:of |in )?|"
         r"[-/]){year})?(?! ?[-/] ?\d)",
         lambda g: Period("week", g.number("w" if g.text("w").isdigit() else "card"), year=g.year())),
    Rule(r"(?:the )?(?:next|coming|following) week(?:'s)?", lambda g: Period("week", ahead=1)),
    Rule(r"this week(?:'s)?", lambda g: Period("week", ahead=0)),
    Rule(r"the week|week", lambda g: Period("week", ahead=0, bare=True), weak=1),
    Rule(r"(?:the )?week after next(?: week)?", lambda g: Period("week", ahead=2)),
    Rule(r"(?:the )?week (?:after|before|of)|(?:the )?(?:first|last|second) week(?= (?:of|in))", lambda g: Vague()),
    # Edges of periods.
    Rule(r"(?:the )?(?:beginning|start)(?: of)?", lambda g: Edge("start")),
    Rule(r"(?:the )?middle of", lambda g: Edge("mid")),
    Rule(r"mid[- ]{fullmonth}(?:,? {year})?",
         lambda g: (Edge("mid"), Period("month", g.month("fullmonth"), year=g.year()))),
    Rule(r"(?:the )?(?:very )?end(?: of)?", lambda g: Edge("end")),
    Rule(r"eow", lambda g: (Edge("end"), Period("week", ahead=0))),
    Rule(r"eom", lambda g: (Edge("end"), Period("month", ahead=0))),
    Rule(r"eoq", lambda g: (Edge("end"), Period("quarter", ahead=0))),
    Rule(r"eoy", lambda g: (Edge("end"), Period("year", ahead=0))),
    # Months, quarters, half-years, years.
    Rule(r"{fullmonth}(?:,? {year})?",
         lambda g: None if g.text("fullmonth") in _SHORT_MONTHS and not g.has("year") else Period("month",
         g.month("fullmonth"), year=g.year()), weak=1),
    Rule(r"(?P<in>in |of |end of |by |before |until |after |next )(?P<fullmonth>may|march)(?:,? {year})?",
         _short_month),
    Rule(r"{month}(?:,? {year})?",
         lambda g: None if g.text("month") in _SHORT_MONTHS and not g.has("year") else Period("month", g.month(),
         year=g.year()), weak=2),
    Rule(r"(?:the )?(?:next|coming|following) month(?:'s)?", lambda g: Period("month", ahead=1)),
    Rule(r"this month(?:'s)?", lambda g: Period("month", ahead=0)),
    Rule(r"the month|month", lambda g: Period("month", bare=True), weak=1),
    Rule(r"(?:the )?{ordinal} quarter(?:(?: of|,)? {year})?|q(?P<q>\d)(?:,? {yy:year})?",
         lambda g: Period("quarter", g.ordinal() if g.has("ordinal") else g.number("q"),
         year=g.year() or g.year("yy"))),
    Rule(r"(?:the )?next quarter", lambda g: Period("quarter", ahead=1)),
    Rule(r"this quarter", lambda g: Period("quarter", ahead=0)),
    Rule(r"the quarter", lambda g: Period("quarter", ahead=0, bare=True), weak=1),
    Rule(r"(?:the )?{ordinal} half(?:(?: of|,)? {year})?",
         lambda g: Period("half", g.ordinal(), year=g.year()), weak=1),
    Rule(r"(?:the )?next year", lambda g: Period("year", ahead=1)),
    Rule(r"this year", lambda g: Period("year", ahead=0)),
    Rule(r"the year", lambda g: Period("year", ahead=0, bare=True), weak=1),
    Rule(r"{year}", lambda g: Period("year", g.year(), bare=True), weak=2),
    # Counted days of a period.
    Rule(r"(?:on )?(?:the )?(?:{ordinal}|(?P<last>last)) {weekday}(?= (?:of|in) )",
         lambda g: Nth(_nth(g), g.weekday())),
    Rule(r"(?:on )?(?:the )?(?:{ordinal}|(?P<last>last)) (?:working|business|week) ?day(?= (?:of|in) )",
         lambda g: Nth(_nth(g), "workday")),
    Rule(r"(?:on )?(?:the )?(?:{ordinal}|(?P<last>last)) day(?= (?:of|in) )", lambda g: Nth(_nth(g), "day")),
    # Lengths of time.
    Rule(r"(?:(?P<om>in)|within)(?: (?:at most|"
         r"no more than))? (?:the next )?{amount} {unit}(?:'?s?'? time)?(?: (?:from (?:now|today)))?|"
         r"{a:amount} {u:unit} from (?:now|today)",
         _offset),
    Rule(r"(?:in|within) (?:an hour and a half|one hour and a half)", lambda g: Offset(Fraction(90), "minute")),
    Rule(r"{amount} {unit}", lambda g: g.offset(bare=True), weak=2),
    Rule(r"{amount} {unit} (?P<side>before|after|from)(?= )(?! (?:now|today))",
         lambda g: Head(g.offset(), "before" if g.text("side") == "before" else "after")),
    Rule(r"(?:the )?day (?P<side>before|after)(?= )",
         lambda g: Head(Offset(Fraction(1), "day"), "before" if g.text("side") == "before" else "after")),
    Rule(r"(?:the )?(?:first )?{fullday} (?P<side>before|after)(?= )",
         lambda g: Head(Weekday(g.weekday("fullday")), "before" if g.text("side") == "before" else "after")),
    # Feasts and holidays.
    Rule(rf"(?P<feast>{keys(_FEASTS)})", lambda g: Feast(key_of(_FEASTS, g.text("feast"))), weak=1),
    Rule(rf"(?:the )?(?P<school>{keys(_SCHOOL)})", lambda g: School(key_of(_SCHOOL, g.text("school"))), weak=1),
    Rule(r"(?:the |this )?(?P<next>next )?weekend", lambda g: Weekend(g.has("next")), weak=1),
    # Times of day.
    Rule(rf"{_AT}(?P<h>\d{{1,2}})(?:[.:](?P<mm>\d{{2}}))? ?(?P<half>[ap])\.?m\.?", _twelve_hours),
    Rule(r"(?:by|before|at) (?:(?P<hhmm>\d{4})(?! )|"
         r"(?P<h>\d{1,2})(?:[.:](?P<mm>\d{2}))?)(?: o'?clock)?(?![.:,/-]?\d)(?! ?[ap]\.?m)", written_clock),
    Rule(rf"{_AT}(?P<h>\d{{1,2}}) o'?clock", written_clock),
    Rule(r"(?:by|before|at) {hourword}(?: o'?clock)?", lambda g: clock(g.number("hourword"))),
    Rule(rf"{_AT}(?:a )?half past {{hour}}", lambda g: spoken_clock(g.number("hour"), 30)),
    Rule(rf"{_AT}(?:at )?half {{hour}}", lambda g: Vague(), weak=1),
    Rule(rf"{_AT}(?:a )?(?:quarter|(?P<m>\d{{1,2}}|{{card:number}})(?: min(?:ute)?s?)?) (?:past|"
         rf"(?P<to>to)) {{hour}}", _minutes),
    Rule(rf"{_AT}(?:12 )?noon", lambda g: clock(12)),
    Rule(r"(?:at |by )?midnight", lambda g: Vague()),
    Rule(r"(?:early )?(?:in the )?morning|early", lambda g: Part("morning"), weak=2),
    Rule(r"(?:late |early )?(?:in the )?afternoon", lambda g: Part("afternoon"), weak=2),
    Rule(r"(?:late |early )?(?:in the )?evening|night", lambda g: Part("evening"), weak=2),
    Rule(r"(?:before|by|at|around|after) (?:lunch ?time|lunch|midday)", lambda g: Part("noon", True), weak=1),
    Rule(r"(?:by |at |before )?(?:the )?(?:end of (?:the )?(?:(?:working|business) )?day|close of business|eod|"
         r"cob)|(?:later|during) (?:today|the day)", lambda g: Part("any", True)),
    # Meetings.
    Rule(r"(?:to|for)(?= (?:the |our )?(?:next )?(?:[\w']+ ){0,3}meeting)", lambda g: Relation("by")),
    Rule(rf"(?:the |our )?(?:next|coming|upcoming) {_OF}meeting{_IN}|"
         rf"(?:the |our )?next (?P<body>(?={_BODY}){keys(_FORUMS)})", _meeting()),
    Rule(rf"(?:the )?{_OF}meeting{_IN} after (?:the )?next(?: one| meeting)?{_IN2}", _meeting(2)),
    Rule(rf"(?:the )?(?P<body>{keys(_FORUMS)})'?s (?P<next>next )?meeting",
         lambda g: _meeting(definite=not g.has("next"))(g), weak=1),
    Rule(r"(?:the )?next time we meet|we (?:next )?meet(?: again| next)?", _meeting()),
    Rule(rf"(?:the|our) {_OF}meeting{_IN}(?: (?:begins|starts))?", _meeting(definite=True), weak=1),
    Rule(rf"(?:(?P<next>next)|this) week'?s {_OF}meeting{_IN}",
         lambda g: (*_meeting(definite=True)(g), Period("week", ahead=int(g.has("next"))))),
    Rule(rf"{{fullday}}'?s {_OF}meeting{_IN}", lambda g: (*_meeting(definite=True)(g), Weekday(g.weekday("fullday")))),
    Rule(rf"(?:every|each) (?:single )?{_OF}meeting{_IN}|all (?:the |our )?meetings|every time we meet", _meeting(0)),
    Rule(r"in {number} meetings?|{n:number} meetings from now", lambda g: Vague()),
    # Recurrence.
    Rule(r"(?:every|each) (?:(?P<other>other|second) |{number} )?(?P<rate>day|morning|evening|week|month|quarter|"
         r"half year|year|fortnight)s?",
         lambda g: every(2 if g.has("other") else g.number("number") if g.has("number") else 1,
         *_RATES[g.text("rate")])),
    Rule(r"(?:every|each) (?:(?P<other>other) |{ordinal} )?{weekdays}s?", _every_weekdays),
    Rule(r"(?:on )?{fullday}s", lambda g: Every("WEEKLY", byday=(BYDAY[g.weekday("fullday")],))),
    Rule(r"(?:every|each) (?:working|business|week) ?day|(?:on )?weekdays", lambda g: Every("WEEKLY", byday=_WORKWEEK)),
    Rule(r"(?:on )?(?:the )?(?:{ordinal}|(?P<last>last)) {weekday} (?:of|in) (?:every|each) month|"
         r"every (?:{o:ordinal}|(?P<l>last)) {w:weekday} (?:of|in) the month", _every_nth),
    Rule(r"(?:on )?the {ordinal} of (?:every|each) month", lambda g: Every("MONTHLY", bymonthday=g.ordinal())),
    Rule(rf"(?P<rate>{keys(dict.fromkeys(_ADVERBS, ''))})", lambda g: every(1, *_ADVERBS[g.text("rate")]), weak=1),
    # Time without a date.
    Rule(r"(?:asap|a\.s\.a\.p\.?)|as (?:soon|quickly|fast) as possible|as soon as (?:you|we|i|they) can|soonest|"
         r"immediately|right away|straight away|at once|"
         r"when(?:ever)? (?:possible|you can|we can|there is time)|in due course|in the (?:near )?future|"
         r"before long|shortly|one of these days|some ?(?:day|time)|"
         r"(?:in|by|before|after|this|next) (?:the )?(?:summer|spring|autumn|fall|winter)|(?:in|after|"
         r"before) (?:the )?(?:holidays?|break|vacation)|this weekend|between christmas and new year|"
         r"(?:early|late)(?: in)? {fullmonth}", lambda g: Vague()),
    Rule(r"ongoing|soon|later|continuously|regularly|in time|now", lambda g: Vague(soft=True)),
    Rule(r"(?:in |within )?(?:the next )?(?:a )?(?:couple(?: of)?|few|several|some|about \w+|around \w+) {unit}",
         lambda g: Vague()),
    Rule(r"(?:in )?{amount} {unit} or so", lambda g: Vague()),
    Rule(r"(?:around|about|approximately|approx\.?|circa|ca\.?|roughly)(?= )",
         lambda g: Vague(approximate=True), weak=2),
)  # fmt: skip


ENGLISH = Language(WORDS, RULES)
