"""Danish civil registration (CPR) numbers: found so that they are never stored and never repeated.

A number is six digits that are a date of birth and four more (docs/domain, Law). Modulus 11 is no help: many numbers
issued since 2007 do not satisfy it. People write them in many ways, and other things look like them; what tells them
apart is written beside each rule. Where nothing does, it counts as one: a message too many deleted is put right in a
minute. So ten digits in a row that begin with a date are one, unless a word in front says what else they are (tlf.,
konto, faktura), and so is 24-11-26-1400, unless "d." in front says that it is a day and an hour. The corpora in
tests/unit/cpr_numbers.py and cpr_lines.py show what is found and what is not.

Nothing here raises on any text, and each step takes time in proportion to its length.
"""

from __future__ import annotations

import html
import re
import unicodedata
from itertools import pairwise
from typing import Final

from bot import cpr_said
from bot import cpr_words as words
from bot.cpr_said import CENTURIES as _CENTURIES
from bot.cpr_said import LAST_FOUR as _LAST_FOUR
from bot.cpr_said import RECENT as _RECENT
from bot.cpr_said import SPELLED as _SPELLED
from bot.cpr_said import is_date as _is_date
from bot.cpr_said import is_hour as _is_hour

_DIGITS: Final = 6  # I2O5I2-432I
_LONGEST: Final = 200_000  # characters that are looked at; a homeserver takes 65,536 bytes in an event

_TAG: Final = re.compile(r"<[^<>]*>")
_ENTITY_IN_DIGITS: Final = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_MARKDOWN: Final = re.compile(r"[*`~\\]|__|\|\|")
_SPACES: Final = re.compile(r"\s")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
# What no client shows: format characters and marks, an emoji's keycap among them.
_HIDDEN: Final = frozenset({"Cf", "Mn", "Me"})

# Between day, month and year: nothing, one sign, spaces around it.
_INNER: Final = rf"(?:[ ]{{0,2}}[-./,_·{_SPELLED}][ ]{{0,2}}|[ ]{{0,2}})"
_USUAL: Final = re.compile(r"[ ]{0,3}(?:[-./:_+·=] ?){1,3}[ ]{0,3}|[ ]{0,3}|[ ]{0,6}-[ ]{0,6}")
_NUMBER: Final = re.compile(
    rf"(?<!\d)(?P<day>\d\d)(?P<a>{_INNER})(?P<month>\d\d)(?P<b>{_INNER})(?P<century>18|19|20)?(?P<year>\d\d)"
    r"(?P<c>(?:\W|_){0,14})(?P<serial>\d{4})(?!\d)"
)
_PAIRS: Final = re.compile(
    r"(?<!\d)(?<!\d[-. /])(\d\d)([-. /])(\d\d)\2(\d\d)\2(\d\d)\2(\d\d)(?!\d)(?!\2 ?\d)"
)
_SINGLES: Final = re.compile(r"(?<!\d)(?<!\d )\d(?:[ ]{1,2}(?:[-./] )?\d){9}(?!\d)(?! \d)")
# Some of it digit by digit or in pairs, some not: 120512-43-21, 1 2 0 5 1 2 4321.
_MIXED: Final = re.compile(
    r"(?<!\d)(?<!\d[-. /])(?P<six>\d{6}|\d\d[-. /]\d\d[-. /]\d\d|\d(?:[-. /]\d){5})[ ]{0,3}[-. /][ ]{0,3}"
    r"(?P<four>\d{4}|\d\d[-. ]\d\d|\d(?:[-. /]\d){3})(?!\d)(?![-. /]\d)"
)
# Ten digits with anything but words between: one only behind a word that says so.
_NAMED: Final = re.compile(r"(?<!\d)\d(?:\W{0,3}\d){9}(?!\d)")

_DATE_DIGITS: Final = 4  # 1. maj 12
_TAIL: Final = (
    80  # characters at the end of a message, or at the beginning of the next, that are read together
)
_DATE_AT_END: Final = re.compile(
    r"(?<!\d)(?<!\d[-./])(?P<day>\d\d?)(?P<a>[-./ \x02]{0,2})(?P<month>\d\d?)(?P<b>[-./ \x02]{0,2})"
    r"(?P<century>18|19|20)?(?P<year>\d\d)(?:\W|_){0,6}$"
)
# Ten bare digits in an address are part of it; a hyphenated number there is one all the same.
_ADDRESS: Final = re.compile(
    r"(?P<web>(?:https?|ftp|matrix|tel|geo):\S{1,2000}|www\.\S{1,2000})|(?P<id>mxc:\S{1,300}|\$[\w\-]{30,60}|"
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)|[@#!$+][^\s:@#!$+]{1,255}:[\w\-]+(?:\.[\w\-]+)+|"
    r"[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)+|(?=\S{32})[\w+/=$\-]{32,}",
)
_EVENT_IN_LINK: Final = re.compile(r"(?:\$|%24)[\w\-]{30,60}")
_BARE: Final = re.compile(r"(?<!\d)\d{10}(?!\d)")
_IN_LINK: Final = re.compile(r"(?<!\d)(?<!\d[-./])\d\d([-.]?)\d\d\1\d\d-\d{4}(?!\d)")


def contains(text: str) -> bool:
    """Whether a text holds a CPR number, however it is written; also with Markdown or HTML tags between its digits."""
    if _few(text):
        return False
    return any(_found(each) for each in _readings(text))


def ends_in_date(text: str) -> str | None:
    """A made-up date in place of the day of birth that a text ends in, to be read on in the next message's words.

    Never the date itself: one of a year as recent or not, behind "d." where the text agrees on a day and behind "født"
    where it tells of a birth. None where it does not end in a date of day, month and year.
    """
    tail = text[-_TAIL:]
    if sum(map(str.isdigit, tail)) < _DATE_DIGITS:
        return None
    found = _DATE_AT_END.search(words.BY_NAME.sub(_by_name, f"{_plain(tail)} "))
    if found is None:
        return None
    day, month, year = int(found["day"]), int(found["month"]), int(found["year"])
    centuries = (int(found["century"]) * 100,) if found["century"] else _CENTURIES
    short = len(found["day"] + found["month"]) < 4 and not (found["a"] and found["b"])
    before = found.string[: found.start()]
    in_row = found["a"] == " " and re.search(r"\d $", before)  # a telephone: 20 10 12 12
    if short or in_row or not _is_date(day - (60 if day > 60 else 0), month, year, centuries):
        return None
    agreed = words.DAY_BEFORE.search(before) or words.HOUR_BEFORE.search(before)
    recent = year in _RECENT and found["century"] != "19"
    said = "d. " if agreed else "født " if cpr_said.born_before(before) else ""
    return f"{said}{'240526' if recent else '010190'}"


def goes_on(made_up: str, text: str) -> bool:
    """Whether a message begins with the last four digits of the number whose date the one before it ended in.

    `made_up` is what `ends_in_date` said of that. "4321", "-4321", "og så 4321", "de sidste fire er 4321".
    """
    head = _plain(text[:_TAIL]).strip()
    town = re.match(r"\W*\d{4}", head)
    return not (town and words.TOWN.match(head[town.end() :])) and contains(f"{made_up} | {head}")


def _readings(text: str) -> set[str]:
    text = text[:_LONGEST]
    seen = {text, *(_untagged(text) if "<" in text or "&" in text else ())}
    return {_plain(each) for each in seen}


def _few(text: str) -> bool:
    """Whether a text has too few digits to hold one."""
    if text.isascii():
        return sum(map(text.count, "0123456789")) < _DIGITS
    return sum(map(str.isdigit, text)) < _DIGITS and "&#" not in text


def _untagged(text: str) -> set[str]:
    """The text without tags: as if nothing had been between, and as if a space had; entities as what they stand for."""
    return {_ENTITY_IN_DIGITS.sub(_entity, _TAG.sub(gap, text)) for gap in ("", " ")}


def _entity(found: re.Match[str]) -> str:
    return html.unescape(found[0])


def _plain(text: str) -> str:
    """The text in ASCII digits, plain spaces and hyphens, without what does not show."""
    if not text.isascii():
        shown = (letter for letter in text if unicodedata.category(letter) not in _HIDDEN)
        text = "".join(map(_ascii, unicodedata.normalize("NFKC", "".join(shown))))
    return _MARKDOWN.sub("", _SPACES.sub(" ", _CONTROL.sub("", text)))


def _ascii(letter: str) -> str:
    """A digit of any script as 0 to 9, a dash of any length as a hyphen."""
    if letter.isascii():
        return letter
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if letter in "\u2044\u2215":
        return "/"
    return "-" if unicodedata.category(letter) == "Pd" or letter in "\u2212\u2043\u00ac" else letter


def _found(plain: str) -> bool:
    text = cpr_said.typed(_ADDRESS.sub(_of_address, plain))
    if _has_number(text):
        return True
    spelled = words.BETWEEN.sub(_between, text)
    if cpr_said.said(words.BY_NAME.sub(_by_name, spelled)):
        return True
    spelled = words.YEAR_FIRST.sub(rf"\4{_SPELLED}\3{_SPELLED}\1", spelled)
    spelled = words.SHORT.sub(_short, words.BY_NAME.sub(_by_name, spelled))
    return (
        (spelled != text and _has_number(spelled))
        or any(map(_are_pairs, _PAIRS.finditer(text)))
        or any(map(_are_singles, _SINGLES.finditer(text)))
        or any(map(_are_mixed, _MIXED.finditer(text)))
        or any(map(_are_named, _NAMED.finditer(text)))
    )


def _has_number(text: str) -> bool:
    at = 0
    while (number := _NUMBER.search(text, at)) is not None:
        if _is_one(number, text):
            return True
        at = number.start() + 1
    return False


def _of_address(found: re.Match[str]) -> str:
    """What of an address is looked at: in a link nothing but a hyphenated number, of an id nothing."""
    if "cpr" in found[0].lower():
        return found[0]
    if found["id"]:
        return "·"
    if found["web"]:
        return "·".join(each[0] for each in _IN_LINK.finditer(_EVENT_IN_LINK.sub("·", found[0]))) or "·"
    return _BARE.sub("·", found[0])


def _between(found: re.Match[str]) -> str:
    if found["last"]:
        return _LAST_FOUR
    return "-" if found["dash"] else " # "


def _by_name(found: re.Match[str]) -> str:
    return f"{int(found[1]):02}{_SPELLED}{(found.lastindex or 2) - 1:02}{_SPELLED}"


def _short(found: re.Match[str]) -> str:
    if len(found[1]) == len(found[3]) == 2:
        return found[0]
    return f"{int(found[1]):02}{_SPELLED}{int(found[3]):02}{_SPELLED}"


def _is_one(number: re.Match[str], text: str) -> bool:
    """Whether ten digits that stand as six and four are a CPR number."""
    before, after = text[max(0, number.start() - 40) : number.start()], text[number.end() : number.end() + 30]
    first, second, last = number["a"], number["b"], number["c"]
    day, month, year = int(number["day"]), int(number["month"]), int(number["year"])
    centuries = (int(number["century"]) * 100,) if number["century"] else _CENTURIES
    named = words.IS_ONE.search(before) is not None or _LAST_FOUR in last
    parted = "-" in last or bool(first and second and last)
    # A replacement number (erstatnings-CPR) has sixty added to its day. Ten bare digits like that are mostly others.
    if not _is_date(day, month, year, centuries) and not (
        (named or parted) and 61 <= day <= 91 and _is_date(day - 60, month, year, centuries)
    ):
        return False
    if named:
        return True
    if not (first or second or last):
        stamp = bool(number["century"]) and year in _RECENT and _is_hour(number["serial"])  # 241120261400
        return _bare(before, after) and not stamp
    if _SPELLED in first + second and (
        last != "-"
        or after.startswith("-")
        or (year in _RECENT and number["century"] != "19" and _is_hour(number["serial"]))
    ):
        return False  # 12. maj 2012 4321: only a hyphen says that it belongs together, unless an hour stands behind it
    if not last:
        # 06-12345678 and 1012 151234 are telephones and accounts; 01-01-901234 lacks only its last dash.
        return bool(first.strip() and second.strip())
    if not _USUAL.fullmatch(last):
        return not (first or second or number["century"]) and _loosely(number, before, after)
    if first and not second and "-" not in last:
        return False  # 06 1234 5678
    if "," in first + second and (" " in first + second or "-" not in last):
        return False  # numbers in a row
    if (first or second) and words.DATE_BEFORE.search(before):
        return False  # the end of a longer row of dates: 12.10-12.11 2026
    return not (_is_counted(number, before, after) or _is_moment(number, before, after))


def _is_counted(number: re.Match[str], before: str, after: str) -> bool:
    """Whether the last four digits are an amount, a distance or a town's, or the ten a piece of something longer."""
    first, last = number["a"], number["c"]
    if words.CURRENCY.match(after) or words.DISTANCE.match(after) or words.OTHER_NUMBER.search(before):
        return True
    if last == "." and re.match(r"\.\d", after):
        return True  # 10.10.10.1234.5
    if last == last.strip():
        return False
    return bool(
        words.MONEY.match(after)
        or (first and words.TOWN.match(after))
        or (int(number["year"]) in _RECENT and words.UNIT.match(after))
        or _is_in_row(number, before)
    )


def _loosely(number: re.Match[str], before: str, after: str) -> bool:
    """Whether six digits in a row and four more with other signs between are one: 120512, 4321 and 120512 (4321)."""
    serial = number["serial"]
    if words.MONEY.match(after) or words.UNIT.match(after) or words.OTHER_NUMBER.search(before):
        return False
    if 1990 <= int(serial) < 2040 or (int(number["year"]) in _RECENT and _is_round(serial)):
        return False
    if "§" in number["c"]:
        return False
    listed = number["c"].strip() in (",", ";")
    if listed and (
        words.ROW_AFTER.match(after) or re.search(r"\d[,;] ?$", before) or re.match(r" [A-ZÆØÅ]", after)
    ):
        return False  # numbers in a row, and a town: 4300 Holbæk
    return not (words.DAY_BEFORE.search(before) and _is_hour(serial) and int(number["year"]) in _RECENT)


def _is_in_row(number: re.Match[str], before: str) -> bool:
    """Whether the ten digits, a space before the last four, are a piece of something longer."""
    first, last = number["a"], number["c"].strip()
    if last == "." or (last == "=" and first) or (last == ":" and first):
        return True  # a date, and a new sentence
    # the end of a row: 12 10 12 12 2026
    return (
        bool(first)
        and first == number["b"]
        and before.endswith(first)
        and before[: -len(first)][-2:].isdigit()
    )


def _is_moment(number: re.Match[str], before: str, after: str) -> bool:
    """Whether the ten digits are a date and an hour, or dates and their year.

    24-11-26 1400, 10-12.11 2026. The last four of whoever was born since 2000 begin with 4 to 9: it is no child's.
    """
    first, second, last, serial = number["a"], number["b"], number["c"], number["serial"]
    spaced = last != last.strip()
    if first and second and (spaced or first != second) and 1990 <= int(serial) < 2040:
        return True
    if not _is_hour(serial):
        return False
    if words.HOUR_BEFORE.search(before):
        return True  # kl. 10.11.12 - 1314
    if int(number["year"]) not in _RECENT or number["century"] not in (None, "20"):
        return False
    said = words.DAY_BEFORE.search(before) is not None or last == "_"  # 241126_1830.m4a
    if not spaced:
        return said and _is_round(serial)
    if said or (_is_round(serial) and words.HOUR_AFTER.match(after)):
        return True
    if (first.isspace() or "-" in last) and not _is_round(serial):
        return False  # 24 11 26 1234 and 24.11.26 - 1234 are how a number is written; 24.11.26 1337 is not
    return bool((first and second) or number["century"])


def _bare(before: str, after: str) -> bool:
    """Whether ten digits in a row that begin with a date are one (twelve, with a year of four)."""
    if (
        before.endswith("+")
        or re.search(r"\d[.,]$", before)
        or words.BANK.search(before)
        or words.IS_OTHER.search(before)
    ):
        return False
    return not words.MONEY.match(after)


def _are_pairs(found: re.Match[str]) -> bool:
    """Whether five pairs of digits are one: 01 01 90 12 34.

    Numbers that rise from pair to pair are a list, and after "tlf." they are a foreign telephone's.
    """
    pairs = [int(found[n]) for n in (1, 3, 4, 5, 6)]
    before, after = _around(found)
    if not _is_date(pairs[0], pairs[1], pairs[2], _CENTURIES):
        return False
    if words.IS_ONE.search(before):
        return True
    if pairs[2] in _RECENT and pairs[3] < 24 and pairs[4] < 60:
        return False  # 24-11-26-14-00
    rising = all(one < other for one, other in pairwise(pairs))
    return not (rising or before.endswith("+") or words.IS_OTHER.search(before) or words.UNIT.match(after))


def _are_singles(found: re.Match[str]) -> bool:
    """Whether ten digits one by one are one: 0 1 0 1 9 0 - 1 2 3 4."""
    digits = "".join(filter(str.isdigit, found[0]))
    return _is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6]), _CENTURIES)


def _are_mixed(found: re.Match[str]) -> bool:
    """Whether ten digits, some of them one by one or in pairs, are one; what the other shapes have is theirs."""
    six, four = found["six"], found["four"]
    if (len(six) < 9 and len(four) == 4) or (len(six) == 8 and len(four) == 5 and len(found[0]) == 14):
        signs = {each for each in found[0] if not each.isdigit()}
        if len(four) == 4 or len(signs) == 1:
            return False
    before, after = _around(found)
    day, month, year = (int("".join(filter(str.isdigit, six))[at : at + 2]) for at in (0, 2, 4))
    serial = "".join(filter(str.isdigit, four))
    if not _is_date(day, month, year, _CENTURIES) or (year in _RECENT and _is_round(serial)):
        return False
    return not (
        before.endswith("+")
        or words.IS_OTHER.search(before)
        or words.UNIT.match(after)
        or words.MONEY.match(after)
    )


def _are_named(found: re.Match[str]) -> bool:
    """Whether ten digits however they are parted are one because a word in front says so: cpr 010190, 12 34."""
    before = found.string[max(0, found.start() - 40) : found.start()].rstrip("( ")
    digits = "".join(filter(str.isdigit, found[0]))
    day = int(digits[:2]) - (60 if digits[0] in "6789" else 0)
    return words.IS_ONE.search(before) is not None and _is_date(
        day, int(digits[2:4]), int(digits[4:6]), _CENTURIES
    )


def _around(found: re.Match[str]) -> tuple[str, str]:
    text = found.string
    return text[max(0, found.start() - 40) : found.start()], text[found.end() : found.end() + 20]


def _is_round(four: str) -> bool:
    """An hour as people agree on them, 1400 and 0815; and the end of a day."""
    return four == "2400" or (_is_hour(four) and (int(four[2:]) % 5 == 0 or four == "2359"))
