"""Does the owner ask for another deadline, and which?"""

import re
from collections.abc import Sequence
from typing import Final

from bot.answer import words as w
from bot.answer.done import is_reach
from bot.answer.reading import DATES, SEPARATORS, Token
from bot.when import MeetingDay, NextMeeting

_REQUEST: Final = re.compile(
    r"(?:\S+ ){0,3}?(?:"
    r"(?:kan|maa|kunne|skal|can|could|may) (?:jeg|vi|den|det|fristen|opgaven|sagen|du|i|we|it|you|the deadline|"
    r"the task) (?:ikke |godt |gerne |lige |mon |please |paa nogen maade )*"
    r"(?:faa|blive|vente|udsaette|udsaettes|udskyde|udskydes|skubbe|skubbes|rykke|rykkes|flytte|flyttes|forlaenge|"
    r"forlaenges|tage|tages|sige|naa|naas|goere|goeres|give|klare|ordne|"
    r"have|get|wait|postpone|move|be moved|be postponed|push|delay|extend|take|do|give|say|make)\b"
    r"|(?:er det |er |is it |is |would it be |ville det vaere |vil det vaere )?(?:okay|i orden|fint|muligt|fine|"
    r"alright|all right|possible|possible)\b"
    r"|er (?:DATE|MEETING) (?:okay|i orden|fint|muligt)"
    r"|is (?:DATE|MEETING) (?:okay|fine|alright)"
    r"|gaar det an\b|passer det\b|hvad med (?:\S+ )?(?:DATE|MEETING)|how about (?:\S+ )?(?:DATE|MEETING)|"
    r"what about (?:\S+ )?(?:DATE|MEETING)|hvad siger du til\b"
    r"|(?:vil|kan|gider|would|will|can|could) (?:du|i|you) (?:please |ikke |lige |godt |gerne |"
    r"venligst )*(?:udsaette|udskyde|flytte|rykke|skubbe|give|forlaenge|saette|postpone|move|push|extend|give|"
    r"change)\b"
    r"|skal vi sige\b|shall we say\b|er der mulighed for\b"
    r")"
)
# A participle with a day: "klaret mandag" can be a promise as well as a report.
_REPORT_OR_PROMISE: Final = w.DONE_WORDS - {
    "faerdig",
    "lukkes",
    "afsluttes",
    "hus",
    "maal",
    "finished",
    "done",
}
_AHEAD: Final = frozenset(
    "faar bliver blive skal kan maa vil naar regner forventer haaber tror satser goer ordner klarer tager foerst ikke "
    "senest inden til mere udsaet lukker lukke will can need until before by have be".split()
)
_NEGATED_BEFORE: Final = frozenset("ikke fra instead stedet not from".split())


def new_deadline(words: Sequence[Token], *, question: bool) -> tuple[str, Token | None]:
    """What the answer asks the deadline to become.

    Returns ("due", the date token), or ("ask", a token or None) where a new date is asked for but not said, or
    ("two", None) for several, ("doubt", token) for "måske fredag", ("", None) where nothing is asked for.
    """
    dates: list[Token] = []
    asked: list[Token] = []
    vague = doubt = unsure = False
    for clause, only in _clauses(words):
        verdict = _verdict(clause, only=only, question=question)
        found = [token for i, token in enumerate(clause) if token.word in DATES and not _ruled_out(clause, i)]
        if verdict == "vague":
            vague = True
        elif verdict == "due" and found:
            dates += [t for t in found if t.word in {"DATE", "TODAY", "MEETING"}]
            asked += [t for t in found if t.word in {"VAGUE", "WRONG", "GONE"}]
            doubt = doubt or any(token.word in w.MAYBE for token in clause)
            unsure = unsure or _unsure(clause)
    values = {token.value for token in dates if not isinstance(token.value, ValueError)}
    if len(values) > 1:
        return "two", None
    if dates and doubt:
        return "doubt", dates[0]
    if dates and unsure:
        return "unsure", dates[0]
    if dates:
        return "due", dates[0]
    if asked:
        return "ask", asked[0]
    return ("ask", None) if vague else ("", None)


def is_request(words: Sequence[Token]) -> bool:
    """Whether a question asks for more time: "kan jeg få til på torsdag?"."""
    line = " ".join(token.word for token in words if token.word not in SEPARATORS)
    return bool(_REQUEST.match(line))


def puts_off(words: Sequence[Token]) -> bool:
    """Whether the owner puts the action off to no day at all: "når jeg får tid", "senere", "har brug for mere tid"."""
    line = " ".join(token.word for token in words if token.word not in SEPARATORS)
    return bool(_PUTS_OFF.fullmatch(line))


_FILL = (
    r"(?:(?:det|den|ok|okay|ja|jo|nej|saa|jeg|vi|goer|tager|ordner|klarer|kigger paa|ser paa|svarer|"
    r"vender tilbage|kommer|i|we|it|ill|will|do|get to|bliver|nok|lige|men|skal nok|det bliver|bare|gerne|desvaerre|"
    r"ikke nu|faar|naar|venter|vent|please|med det|med den|paa det|paa den|til det|to|can|this|that|tag|tage|maa|vil|"
    r"kan|kunne) )*"
)
_PUTS_OFF: Final = re.compile(
    rf"{_FILL}(?:"
    r"(?:naar|saa snart|saasnart|hvis) (?:jeg|vi|der|man) (?:\S+ ){0,2}?(?:faar|har|er|kan|kommer|naar|bliver|"
    r"finder|orker|gider|kan faa)\b(?: (?:det|den|tid|lidt tid|mulighed|overskud|luft|ro|plads|hul|lejlighed|"
    r"mulighed for det|tid til det|tilbage|rask|fri|igen|paa arbejde|fra ferie|hjem|lidt luft|lidt ro|et hul|"
    r"til det|mere tid|bedre tid|noget tid|lidt bedre tid|i kalenderen|igen paa arbejde))*"
    r"|naar det passer(?: mig| bedre| ind)?|naar tiden er til det|naar lejlighed byder sig"
    r"|(?:when|if|once|as soon as|whenever) (?:i|we|theres|there is) (?:have|get|find|can|am|are)?(?: (?:some|more|"
    r"the|a|time|chance|moment|back|around to it|it|well))*"
    r"|(?:lidt )?senere(?: hen| paa| engang)?|snart|snarest(?: muligt)?|hurtigst muligt|saa (?:hurtigt|"
    r"snart) (?:som muligt|jeg kan)|engang|en anden (?:dag|gang)|en af dagene|paa et tidspunkt|"
    r"ved lejlighed|ved foerste lejlighed|en dag|om lidt|later(?: on)?|soon|sometime|asap|some other time|"
    r"another time|at some point|as soon as possible|when possible"
    r"|(?:jeg |vi |i |we )?(?:har (?:brug for |behov for )?|behoever |skal (?:bruge|have) |need |giv mig |give me |"
    r"maa faa |vil gerne have |kan faa )(?:lidt |noget |some |a bit |en smule )?(?:mere|bedre|more|"
    r"laengere) (?:tid|time|frist)"
    r"|(?:lidt |noget )?mere tid|more time|vent(?: lidt)?|udsaettelse|ny (?:frist|dato|deadline)|anden (?:frist|dato)"
    r"|(?:kan |maa |skal |bliver |er )?(?:udsaet|udsat|udskyd|udsaettes|udskydes|udskudt|skub|ryk|flyt|forlaeng|"
    r"udsaette|udskyde|rykkes|flyttes|postpone|delay|extend|snooze|postponed)(?: (?:den|det|fristen|opgaven|sagen|"
    r"lidt|it|the deadline|this|lige|please|tak|igen|venligst|a bit|deadline|deadlinen))*"
    r"|(?:den|det|fristen|opgaven|deadlinen) (?:skal|maa|bliver|kan) (?:udsaettes|udskydes|rykkes|flyttes|skubbes|"
    r"forlaenges|udskudt)(?: lidt)?"
    r"|⏰)(?: (?:tak|please|igen|lidt|desvaerre))*"
)


def _clauses(words: Sequence[Token]) -> list[tuple[Sequence[Token], bool]]:
    """The clauses, each with whether nothing but short words stands beside it."""
    parts: list[list[Token]] = [[]]
    for token in words:
        if token.word in SEPARATORS or token.word in {"men", "but"}:
            parts.append([])
        elif token.word in {"saa", "so", "og", "and"} and parts[-1]:
            parts.append([token])
        else:
            parts[-1].append(token)
    parts = [part for part in parts if part]
    # A date after "og" or a comma may continue the clause before it: "i morgen og onsdag".
    return [
        (part, all(_small(other) for other in parts if other is not part))
        for part in parts
        if len(part) <= 30
    ]


def _small(clause: Sequence[Token]) -> bool:
    return all(
        token.word in w.ACKNOWLEDGEMENTS | w.NEGATION | w.DEADLINE_WORDS | DATES
        or token.word
        in {"syg", "travlt", "ferie", "fri", "kursus", "jul", "endnu", "sick", "busy", "holiday", "nummer"}
        for token in clause
    )


def _verdict(clause: Sequence[Token], *, only: bool, question: bool) -> str:
    there = {token.word for token in clause}
    rest = [token.word for token in clause if token.word not in DATES and token.word != "PAST"]
    if not there & DATES:
        return "vague" if not question and puts_off(clause) else ""
    if "PAST" in there or _attends(clause, set(rest)):
        return ""
    if question:
        rest = [
            word
            for word in rest
            if word
            not in w.FINITE_FIRST
            | {
                "hvad",
                "hvis",
                "how",
                "about",
                "siger",
                "du",
                "you",
                "would",
                "okay",
                "fine",
                "orden",
                "muligt",
                "mulighed",
                "mon",
                "vil",
                "possible",
                "alright",
                "jer",
            }
        ]
    allowed = w.DEADLINE_WORDS | w.MAYBE | {"hvis"}
    if any(word not in allowed for word in rest):
        return ""
    if not rest:
        return "due" if only or clause[0] else ""
    if (set(rest) <= w.DEADLINE_SUBJECT_ONLY | {"paa", "i", "on"} and set(rest) & {"er", "is", "its"}) or (
        "hvis" in rest and len(rest) > 3 and "okay" not in rest
    ):
        return ""  # "det er på onsdag" tells when something is
    line = " ".join(token.word for token in clause)
    if re.search(r"\b(?:faerdig|done|finished) (?:for|with) (?:TODAY|DATE)", line):
        return ""  # the day's work is over, not this
    if there & {"VAGUE"} and set(rest) & w.DONE_WORDS and not set(rest) & w.DEADLINE_MOVES:
        return ""  # "snart færdig" tells how far it has come
    if "naar" in rest:
        at = [i for i, token in enumerate(clause) if token.word == "naar"]
        if any(not is_reach(clause, i) for i in at):
            return ""
    if {"ikke", "not", "cant", "wont"} & set(rest) and not _not_before(clause):
        return ""
    if {"har", "have"} & set(rest) and not {
        "tid",
        "brug",
        "behov",
        "foerst",
        "time",
        "need",
        "travlt",
        "til",
        "can",
        "could",
        "may",
        "kan",
        "maa",
        "kunne",
        "until",
        "faerdig",
        "den",
        "det",
        "it",
    } & (set(rest) | {t.word for t in clause}):
        return ""
    return "due"


_ATTENDS: Final = frozenset("jeg vi er kommer gerne ogsaa nok lige ja okay men og i am will".split())


def _attends(clause: Sequence[Token], rest: set[str]) -> bool:
    """Whether nothing is said but who comes to a meeting: "jeg kommer til mødet"."""
    meeting = any(isinstance(token.value, NextMeeting | MeetingDay) for token in clause)
    return meeting and rest <= _ATTENDS and bool(rest & {"er", "kommer", "am"})


def _not_before(clause: Sequence[Token]) -> bool:
    """Whether the negation is that of "ikke før". Any other gives no date, unless another date follows it."""
    line = " ".join(token.word for token in clause)
    raws = " ".join(token.raw.casefold() for token in clause if token.word in DATES)
    if re.search(r"\b(?:ikke|cant|not|wont)\b.{0,60}?(?:\b(?:foer|foerend|before|until|till)\b)", line):
        return True
    if re.search(r"\b(?:ikke|cant|not|wont)\b", line) and re.match(
        r"(?:før|foer|før|before|until|førend)\b", raws
    ):
        return True
    return any(
        token.word in {"DATE", "MEETING"} and not _ruled_out(clause, i) for i, token in enumerate(clause)
    ) and any(_ruled_out(clause, i) for i, token in enumerate(clause) if token.word in DATES)


def _ruled_out(clause: Sequence[Token], i: int) -> bool:
    """Whether the date at `i` is one that the owner moves away from: "ikke i dag", "fra fredag til mandag"."""
    before = [token.word for token in clause[max(0, i - 4) : i]]
    if (
        before[-1:] in (["fra"], ["from"])
        or before[-3:] == ["i", "stedet", "for"]
        or before[-2:] == ["istedet", "for"]
        or before[-2:] == ["instead", "of"]
    ):
        return True
    raw = clause[i].raw.casefold()
    if raw.startswith(("fra ", "from ")):
        return True
    if raw.startswith(("før", "foer", "before", "until")):
        return False
    tail = [
        word
        for word in before
        if word
        not in {
            "paa",
            "i",
            "til",
            "naa",
            "klare",
            "goere",
            "lige",
            "det",
            "den",
            "allerede",
            "do",
            "make",
            "it",
            "on",
        }
    ]
    return tail[-1:] in (["ikke"], ["not"], ["cant"], ["wont"])


def _unsure(clause: Sequence[Token]) -> bool:
    there = {token.word for token in clause}
    return bool(there & _REPORT_OR_PROMISE) and not there & _AHEAD
