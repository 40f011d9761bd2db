"""Danish civil registration (CPR) numbers: found so that they are never stored and never repeated.

A number is six digits that are a date of birth and four more (docs/domain, Law). Modulus 11 is no help: many numbers
issued since 2007 do not satisfy it. People write them in many ways, and other things look like them; what tells them
apart is written beside each rule. Where nothing does, it counts as one: a message too many deleted is put right in a
minute. So ten digits in a row that begin with a date are one, unless a word in front says what else they are (tlf.,
konto, faktura), and so is 24-11-26-1400. The corpus in tests/unit/cpr_numbers.py shows what is found and what is not.

Nothing here raises on any text, and each step takes time in proportion to its length.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, Final

_DIGITS: Final = 10
_CENTURIES: Final = (1800, 1900, 2000)
_LONGEST: Final = 200_000  # characters that are looked at; a homeserver takes 65,536 bytes in an event

_TAG: Final = re.compile(r"<[^<>]*>")
_ENTITY_IN_DIGITS: Final = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")
_MARKDOWN: Final = re.compile(r"[*`~\\]|__|\|\|")
_SPACES: Final = re.compile(r"\s")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")
# What no client shows: format characters and marks, an emoji's keycap among them.
_HIDDEN: Final = frozenset({"Cf", "Mn", "Me"})

# Between day, month and year: nothing, one sign, spaces around it.
_INNER: Final = r"(?:[ ]{0,2}[-./,_·][ ]{0,2}|[ ]{0,2})"
_OUTER: Final = r"(?:[ ]{0,3}[-./:_+·=]{1,3}[ ]{0,3}|[ ]{0,3})"
_NUMBER: Final = re.compile(
    rf"(?<!\d)(?P<day>\d\d)(?P<a>{_INNER})(?P<month>\d\d)(?P<b>{_INNER})(?P<century>18|19|20)?(?P<year>\d\d)"
    rf"(?P<c>{_OUTER})(?P<serial>\d{{4}})(?!\d)"
)
_PAIRS: Final = re.compile(
    r"(?<!\d)(?<!\d[-. /])(\d\d)([-. /])(\d\d)\2(\d\d)\2(\d\d)\2(\d\d)(?!\d)(?!\2 ?\d)"
)
_SINGLES: Final = re.compile(r"(?<!\d)(?<!\d )\d(?:[ ]{1,2}(?:[-./] )?\d){9}(?!\d)(?! \d)")
# Ten digits with anything but words between: one only behind a word that says so.
_NAMED: Final = re.compile(r"(?<!\d)\d(?:\W{0,3}\d){9}(?!\d)")

# A word in front that says it is one, and words that say what else it is.
_IS_ONE: Final = re.compile(
    r"(?:cpr|personnummer|person ?nr|pers\.? ?nr)(?:[-. ]{0,2}(?:nr|nummer(?:et)?|no|number)|et|s)?\.?"
    r"[ ]{0,2}[:=#]?[ ]{0,3}(?:er |is )?$",
    re.IGNORECASE,
)
_IS_OTHER: Final = re.compile(
    r"\b(?:tlf|telefon|mobil|phone|tel|sms|ring|fax|isbn|ean|gln|cvr|konto|reg|faktura|ordre|bilag|iban|imei|p|se|kunde|"
    r"vare|serie|account|invoice|order|stregkode|unix|timestamp)(?:en|et)?(?:\.|[-. ]{0,2}(?:nr|nummer|no|number)\.?)?"
    r"(?: (?:til|på|er|is))?[ ]{0,2}[:=#]?[ ]{0,2}$",
    re.IGNORECASE,
)
_DATE_BEFORE: Final = re.compile(r"\d[-./]$")
_BANK: Final = re.compile(r"(?<!\d)(?!(?:18|19|20)\d\d)\d{4}[ -]$")  # registration number, then the account
_MONEY: Final = re.compile(r"[ ]{0,2}(?:kr\b|kroner\b|dkk\b|,-|€|eur\b|[.,]\d)", re.IGNORECASE)
_UNIT: Final = re.compile(
    r"[ ]?(?:år|dage?|uger?|mdr|måneder|gange?|min|timer?|kr|personer|stk|years?|days?|times)\b",
    re.IGNORECASE,
)
# Ten bare digits in an address are part of it; a hyphenated number there is one all the same.
_ADDRESS: Final = re.compile(
    r"(?:https?|mxc|ftp|matrix|tel|geo):\S{1,2000}|www\.\S{1,2000}|[@#!$+][^\s:@#!$+]{1,255}:[\w\-]+(?:\.[\w\-]+)+|"
    r"[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)+|(?=\S{32})[\w+/=$\-]{32,}",
)
_BARE: Final = re.compile(r"(?<!\d)\d{10}(?!\d)")
_RECENT: Final = range(15, 50)  # years of the dates that people agree on


def contains(text: str) -> bool:
    """Whether a text holds a CPR number, however it is written; also with Markdown or HTML tags between its digits."""
    if _few(text):
        return False
    text = text[:_LONGEST]
    tagged = "<" in text or "&" in text
    seen = {text, *(_untagged(text) if tagged else ())}
    return any(_found(_plain(each)) for each in seen)


def in_event(event: Mapping[str, Any]) -> bool:
    """Whether what people can read of an event holds one: its words, whatever its type; never ids, keys and addresses.

    The event as it was before it was encrypted. Of any shape.
    """
    if str(event.get("type")).startswith(_MACHINES):
        return False
    return any(contains(words) for words in _words(event.get("content"), ""))


# Events between machines: nothing in them is shown as words.
_MACHINES: Final = (
    "m.room.encrypted",
    "m.room.encryption",
    "m.room.create",
    "m.room.power_levels",
    "m.room.server_acl",
    "m.room.pinned_events",
    "m.room.canonical_alias",
    "m.room.tombstone.",
    "m.room.avatar",
    "m.key.verification.",
    "m.call.",
    "m.secret",
)
# Keys whose values are made by machines. "key" is the sign of a reaction where it stands in a relation.
_NOT_WORDS: Final = frozenset(
    "event_id room_id user_id sender url avatar_url thumbnail_url uri geo_uri id mimetype msgtype format key iv hashes "
    "file thumbnail_file info m.mentions m.in_reply_to rel_type via membership replacement_room predecessor algorithm "
    "ciphertext session_id sender_key device_id dk.hotspotbot blurhash xyz.amorgan.blurhash type redacts "
    "origin_server_ts third_party_invite join_authorised_via_users_server".split()
)
_DEEPEST: Final = 12
_RELATION: Final = "m.relates_to"


def _words(value: object, key: str, depth: int = 0) -> Iterable[str]:
    """Everything in a content that somebody wrote. A content nested without end is nobody's."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        return
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for name, inner in value.items():
            sign = key == _RELATION and name == "key"
            if isinstance(name, str) and (sign or name not in _NOT_WORDS):
                yield from _words(inner, name, depth + 1)
    elif depth < _DEEPEST and isinstance(value, list):
        for inner in value:
            yield from _words(inner, key, depth + 1)


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
    text = _ADDRESS.sub(_without_bare, plain)
    at = 0
    while (number := _NUMBER.search(text, at)) is not None:
        if _is_one(number, text):
            return True
        at = number.start() + 1
    return (
        any(map(_are_pairs, _PAIRS.finditer(text)))
        or any(map(_are_singles, _SINGLES.finditer(text)))
        or any(map(_are_named, _NAMED.finditer(text)))
    )


def _without_bare(found: re.Match[str]) -> str:
    return found[0] if "cpr" in found[0].lower() else _BARE.sub("·", found[0])


def _is_one(number: re.Match[str], text: str) -> bool:
    """Whether ten digits that stand as six and four are a CPR number."""
    before, after = text[max(0, number.start() - 40) : number.start()], text[number.end() : number.end() + 20]
    first, second, last = number["a"], number["b"], number["c"]
    day, month, year = int(number["day"]), int(number["month"]), int(number["year"])
    centuries = (int(number["century"]) * 100,) if number["century"] else _CENTURIES
    named = _IS_ONE.search(before) is not None
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
    if not last:
        # 06-12345678 and 1012 151234 are telephones and accounts; 01-01-901234 lacks only its last dash.
        return bool(first.strip() and second.strip())
    if first and not second and "-" not in last:
        return False  # 06 1234 5678
    if "," in first + second and (" " in first + second or "-" not in last):
        return False  # numbers in a row
    if (first or second) and _DATE_BEFORE.search(before):
        return False  # the end of a longer row of dates: 12.10-12.11 2026
    if last != last.strip() and (_MONEY.match(after) or _is_in_row(number, before)):
        return False
    return not _is_moment(number, after)


def _is_in_row(number: re.Match[str], before: str) -> bool:
    """Whether the ten digits, a space before the last four, are a piece of something longer."""
    first, last = number["a"], number["c"].strip()
    if last in (".", ":", "="):
        return True  # a date, and a new sentence
    # the end of a row: 12 10 12 12 2026
    return (
        bool(first)
        and first == number["b"]
        and before.endswith(first)
        and before[: -len(first)][-2:].isdigit()
    )


def _is_moment(number: re.Match[str], after: str) -> bool:
    """Whether the ten digits are a date and an hour, or dates and their year.

    24-11-26 1400, 10-12.11 2026. The last four of whoever was born since 2000 begin with 4 to 9: it is no child's.
    """
    first, second, last = number["a"], number["b"], number["c"]
    spaced = last != last.strip()
    if first and second and (spaced or first != second) and 1990 <= int(number["serial"]) < 2040:
        return True
    if not spaced or not _is_hour(number["serial"]) or int(number["year"]) not in _RECENT:
        return False
    if number["century"] not in (None, "20"):
        return False
    until = re.match(r" ?- ?[0-2]\d[0-5]\d(?!\d)", after)
    return bool((first and second) or number["century"] or until)


def _bare(before: str, after: str) -> bool:
    """Whether ten digits in a row that begin with a date are one (twelve, with a year of four)."""
    if (
        before.endswith("+")
        or re.search(r"\d[.,]$", before)
        or _BANK.search(before)
        or _IS_OTHER.search(before)
    ):
        return False
    return not _MONEY.match(after)


def _are_pairs(found: re.Match[str]) -> bool:
    """Whether five pairs of digits are one: 01 01 90 12 34.

    Numbers that rise from pair to pair are a list, and after "tlf." they are a foreign telephone's.
    """
    pairs = [int(found[n]) for n in (1, 3, 4, 5, 6)]
    text = found.string
    before, after = text[max(0, found.start() - 40) : found.start()], text[found.end() : found.end() + 20]
    if not _is_date(pairs[0], pairs[1], pairs[2], _CENTURIES):
        return False
    if _IS_ONE.search(before):
        return True
    if pairs[2] in _RECENT and pairs[3] < 24 and pairs[4] < 60:
        return False  # 24-11-26-14-00
    rising = all(one < other for one, other in pairwise(pairs))
    return not (rising or before.endswith("+") or _IS_OTHER.search(before) or _UNIT.match(after))


def _are_singles(found: re.Match[str]) -> bool:
    """Whether ten digits one by one are one: 0 1 0 1 9 0 - 1 2 3 4."""
    digits = "".join(filter(str.isdigit, found[0]))
    return _is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6]), _CENTURIES)


def _are_named(found: re.Match[str]) -> bool:
    """Whether ten digits however they are parted are one because a word in front says so: cpr 010190, 12 34."""
    before = found.string[max(0, found.start() - 40) : found.start()].rstrip("( ")
    digits = "".join(filter(str.isdigit, found[0]))
    day = int(digits[:2]) - (60 if digits[0] in "6789" else 0)
    return _IS_ONE.search(before) is not None and _is_date(
        day, int(digits[2:4]), int(digits[4:6]), _CENTURIES
    )


def _is_hour(four: str) -> bool:
    return int(four[:2]) < 24 and int(four[2:]) < 60


def _is_date(day: int, month: int, year: int, centuries: Iterable[int]) -> bool:
    """Whether a day existed in one of the centuries: 29 February only in a leap year."""
    for century in centuries:
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False
