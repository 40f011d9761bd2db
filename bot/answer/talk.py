"""What people also say in a conversation: a goodbye, a wish, that they are ill. It is about no action at all."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot import when
from bot.answer import words as w
from bot.answer.reading import DATES, SEPARATORS, Token, tidy, tokens

_MOST: Final = 15  # words; what is longer says something
_COURTESY: Final = re.compile(
    r"\b(?:"
    r"(?:god|glaedelig|godt|glaedeligt) (?:weekend|jul|paaske|pinse|ferie|sommer|sommerferie|aften|dag|nat|bedring|"
    r"fornoejelse|arbejdslyst|tur|rejse|middag|frokost|nytaar|uge)"
    r"|(?:hav|ha|have) (?:en |a |it )?(?:rigtig )?(?:god|dejlig|nice|good|great|lovely)"
    r"(?: (?:weekend|dag|aften|ferie|jul|paaske|sommer|day|evening|holiday|one))"
    r"|i lige maade|ligeledes|selv tak|det var saa lidt|saa lidt|velbekomme|tillykke|"
    r"godnat|sov godt|farvel|paa gensyn|hej hej|"
    r"pas (?:godt )?paa dig(?: selv)?|vi ses(?: (?:DATE|TODAY|VAGUE|MEETING|snart|igen))?|ses|"
    r"tak for (?:TODAY|denne gang|nu|snakken|moedet)"
    r"|(?:happy|merry) (?:holidays|christmas|easter|new year)|see you(?: (?:DATE|TODAY|VAGUE|soon|then|later))?|"
    r"bye(?: bye)?|goodbye|good night|take care|you too|likewise|same to you|youre welcome|congratulations|"
    r"get well soon|thanks for (?:TODAY|now)"
    r")(?= |$)"
)
_BESIDE: Final = w.ACKNOWLEDGEMENTS | frozenset("til dig jer alle og and to all i rigtig en da her".split())

_ABSENT: Final = frozenset(
    "syg syge sygt sygemeldt sygmeldt sygedag sygedage forkoelet influenza ferie fri orlov barsel kursus arbejde job "
    "kontoret afspadsering afspadserer sick ill leave holiday vacation away office work".split()
)
_AROUND: Final = frozenset(
    "hej hejsa godmorgen desvaerre altsaa ogsaa lige nu stadig igen jeg vi er har holder tager ligger melder mig "
    "meldt gaar skal have bliver faar til paa og med min mit mine en et lidt hele dagen ugen uge resten af i derhjemme "
    "hjemme ikke kommer barn barnet barns boern boernene sygt foerste anden kraftigt meget okay bare fra undskyld "
    "beklager so im i am on is are still at from the my not in out of be will off today rest week day been home".split()
)
_NEEDS_NOT: Final = frozenset(
    {"arbejde", "job", "kontoret", "work", "office"}
)  # only who is not there is away


def is_courtesy(row: Sequence[Token]) -> bool:
    """Whether an answer is nothing but a wish, a thank you or a goodbye: "tak, god weekend", "vi ses på mandag"."""
    said = [token.word for token in row if token.word not in SEPARATORS]
    if len(said) > _MOST:
        return False
    left, found = _COURTESY.subn(" ", " ".join(said))
    return bool(found) and set(left.split()) <= _BESIDE


def says_away(text: str, *, now: datetime, lang: str = "da", calendar: when.Calendar) -> bool:
    """Whether somebody says no more than that they are ill, on leave or off work: "jeg er syg i dag".

    The arguments are those of `bot.answer.read`. Never raises.
    """
    if len(text) > 200 or "?" in text:
        return False
    row = tokens(tidy(text), now=now, lang=lang, calendar=calendar)
    said = {token.word for token in row if token.word not in SEPARATORS} - DATES
    kinds = said & _ABSENT
    if not kinds or not said <= _ABSENT | _AROUND:
        return False
    negated = bool(said & {"ikke", "not", "out", "from", "fra"})
    if kinds <= _NEEDS_NOT:
        return negated
    return not negated or bool(said & (_NEEDS_NOT | {"kommer", "fra", "from"}))
