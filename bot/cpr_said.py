"""CPR numbers that a word says to be one: a birth or "cpr" in front of a date written in any way, and four digits soon.

"født 12/5 2012, 4321", "f. 120512 nr. 4321", "cpr på drengen er 12. maj 12 4321". And numbers with letters typed for
digits: 12O512-4321. Over the plain text of bot.cpr, in which a month's name stands as a number. What bot.cpr finds by
the digits alone is not looked for here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from bot import cpr_words as words

CENTURIES: Final = (1800, 1900, 2000)
RECENT: Final = range(15, 50)  # years of the dates that people agree on

# Two signs of bot.cpr's, which no text has when its control characters are gone: "the last four are" between date and
# number, and between day, month and year of a date that was written in another way (12. maj 2012, 12/5-12, 2012-05-12).
LAST_FOUR: Final = "\x01"
SPELLED: Final = "\x02"

_SIGN: Final = rf"[ ]{{0,2}}[-./{SPELLED}][ ]{{0,2}}|[ ]{{1,2}}"
_ONE: Final = rf"\d\d|\d(?={_SIGN})"
_DATE_AND_FOUR: Final = re.compile(
    rf"(?<!\d)(?P<day>{_ONE})(?:{_SIGN})?(?P<month>{_ONE})(?:{_SIGN})?(?P<century>18|19|20)?(?P<year>\d\d)"
    rf"(?P<gap>(?:\W|_){{0,8}}(?:{words.FILLER}(?:\W|_){{1,3}}){{0,5}})(?P<four>\d{{4}})(?!\d)"
)
_YEAR_FIRST: Final = re.compile(r"(?<!\d)((?:18|19|20)\d\d)([-./])(\d\d)\2(\d\d)(?!\d)")

# Letters for digits, Greek and Cyrillic ones as well, in the very shape of a number and nowhere else.
_LIKE: Final = r"[0-9OolI\u039f\u03bf\u041e\u043e]"
_TYPED: Final = re.compile(
    rf"(?<!\w){_LIKE}{{2}}([-./ ]?){_LIKE}{{2}}\1{_LIKE}{{2}}[ ]?-?[ ]?{_LIKE}{{4}}(?!\w)"
)
_MEANT: Final = str.maketrans("OolI\u039f\u03bf\u041e\u043e", "00110000")
_TRUE_DIGITS: Final = 6


def said(text: str) -> bool:
    """Whether a date and four digits stand behind a word of birth, or behind "cpr", and are no amount and no phone."""
    text = _YEAR_FIRST.sub(rf"\4{SPELLED}\3{SPELLED}\1", text)
    at = 0
    while (found := _DATE_AND_FOUR.search(text, at)) is not None:
        if _is_said(found):
            return True
        at = found.start() + 1
    return False


def born_before(before: str) -> bool:
    """Whether a text ends in a word of birth, or in "cpr", and a date may follow."""
    return (words.NUMBER_BEFORE.search(before) or words.BORN_BEFORE.search(before)) is not None


def typed(text: str) -> str:
    """The text with the letters that somebody typed for digits as these, where all has the shape of a number."""
    return _TYPED.sub(_as_meant, text)


def _as_meant(found: re.Match[str]) -> str:
    enough = sum(map(str.isdigit, found[0])) >= _TRUE_DIGITS
    return found[0].translate(_MEANT) if enough else found[0]


def _is_said(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - 60) : found.start()]
    after = found.string[found.end() : found.end() + 30]
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    centuries = (int(found["century"]) * 100,) if found["century"] else CENTURIES
    if not is_date(day - (60 if day > 60 else 0), month, year, centuries) or words.PHONE_AFTER.match(after):
        return False
    if LAST_FOUR in found["gap"] or words.NUMBER_BEFORE.search(before):
        return True
    born = words.BORN_BEFORE.search(before)
    return born is not None and not _is_else(found, after, weak=born["weak"] is not None)


def _is_else(found: re.Match[str], after: str, *, weak: bool) -> bool:
    """Whether four digits behind a birth are an amount, a weight, a town's, a year or an hour.

    A year: no child's last four are below 4000. An hour: a birthday is kept ("weak"), and "f" is short
    for other things as well.
    """
    four, year = found["four"], int(found["year"])
    if any(each.match(after) for each in (words.MONEY, words.UNIT, words.WEIGHT, words.TOWN)):
        return True
    if 1990 <= int(four) < 2040 and year <= 36 and found["century"] not in ("18", "19"):
        return True
    if year not in RECENT or not is_hour(four):
        return False
    return words.HOUR_AFTER.match(after) is not None or (weak and "-" not in found["gap"])


def is_hour(four: str) -> bool:
    """Whether four digits can be a clock's."""
    return int(four[:2]) < 24 and int(four[2:]) < 60


def is_date(day: int, month: int, year: int, centuries: Iterable[int]) -> bool:
    """Whether a day existed in one of the centuries: 29 February only in a leap year."""
    for century in centuries:
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False
