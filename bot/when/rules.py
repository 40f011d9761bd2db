"""How a language is declared: its words, and rules from a stretch of folded text to pieces.

A rule's pattern is a regular expression in which `{kind}` stands for a kind of word (`{weekday}`,
`{amount}`, `{day}` …) and `{name:kind}` for one that is looked up by another name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from .pieces import (
    Clock,
    DateOf,
    DateOrClock,
    Every,
    Freq,
    Impossible,
    Offset,
    Period,
    Piece,
    Unit,
    Vague,
    Weak,
    Weekday,
)

BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MACRO = re.compile(r"\{(?:([a-z_]+):)?([a-z_]+)\}")
_BEGIN = r"(?<![^\W_])"
_END = r"(?![^\W_]|-[^\W\d_])"
_FRACTIONS = {"½": Fraction(1, 2), "¼": Fraction(1, 4), "¾": Fraction(3, 4)}


def choice(words: Mapping[str, object]) -> str:
    """A pattern for any of these words, longest first so that none hides another."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


@dataclass(frozen=True)
class Vocabulary:
    """The words of a language, folded. Keys of `units` and `halves` are patterns."""

    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]
    digit_ordinal: str
    weekdays: Mapping[str, int]
    weekday_abbreviations: Mapping[str, int]
    months: Mapping[str, int]
    month_abbreviations: Mapping[str, int]
    units: Mapping[str, str]
    halves: Mapping[str, Fraction]

    def kinds(self) -> dict[str, str]:
        """The pattern of every kind of word."""
        number = rf"(?:\d{{1,4}}|{choice(self.cardinals)})"
        ordinal = rf"(?:\d{{1,2}}(?:\.|{self.digit_ordinal})|{choice(self.ordinals)})"
        weekday = rf"(?:{choice(self.weekdays)}|{choice(self.weekday_abbreviations)}\.?)"
        hours = {word: n for word, n in self.cardinals.items() if n <= 12}
        return {
            "number": number,
            "amount": rf"(?:{choice(self.halves)}|\d{{0,3}} ?[½¼¾]|\d{{1,3}}[.,]\d|\d{{1,4}} 1/2|1/2|{number})",
            "ordinal": ordinal,
            "day": rf"(?:\d{{1,2}}(?:\.|{self.digit_ordinal})?|{choice(self.ordinals)})",
            "weekday": weekday,
            "fullday": choice(self.weekdays),
            "weekdays": rf"{weekday}(?:(?:,| og| and| &)? {weekday})*",
            "month": rf"(?:{choice(self.months)}|{choice(self.month_abbreviations)}\.?)",
            "fullmonth": choice(self.months),
            "year": r"[12]\d{3}",
            "unit": choice(self.units),
            "hour": rf"(?:\d{{1,2}}|{choice(hours)})",
            "hourword": choice(hours),
        }


class Groups:
    """What a rule matched, as values."""

    def __init__(self, match: re.Match[str], words: Vocabulary) -> None:
        self._match = match
        self._words = words

    def has(self, name: str) -> bool:
        return self._match.groupdict().get(name) is not None

    def text(self, name: str) -> str:
        return self._match.groupdict().get(name) or ""

    def number(self, name: str) -> int:
        """A whole number in digits or words, or an ordinal (`3.`, `tredje`)."""
        text = self.text(name)
        digits = re.match(r"\d+", text)
        if digits:
            return int(digits.group())
        return self._words.cardinals.get(text) or self._words.ordinals[text]

    def ordinal(self, name: str = "ordinal") -> int:
        text = self.text(name)
        digits = re.match(r"\d+", text)
        return int(digits.group()) if digits else self._words.ordinals[text]

    def amount(self, name: str = "amount") -> Fraction:
        text = self.text(name)
        for pattern, value in self._words.halves.items():
            if re.fullmatch(pattern, text):
                return value
        if text[-1] in _FRACTIONS:
            return int(text[:-1].strip() or 0) + _FRACTIONS[text[-1]]
        if text.endswith("1/2"):
            return int(text[:-3].strip() or 0) + Fraction(1, 2)
        if re.fullmatch(r"\d+[.,]\d", text):
            return Fraction(text.replace(",", "."))
        return Fraction(self.number(name))

    def unit(self, name: str = "unit") -> str:
        text = self.text(name)
        return next(unit for pattern, unit in self._words.units.items() if re.fullmatch(pattern, text))

    def offset(self, amount: str = "amount", unit: str = "unit", *, bare: bool = False) -> Offset:
        return self._offset(self.amount(amount), self.unit(unit), bare)

    @staticmethod
    def _offset(amount: Fraction, unit: str, bare: bool) -> Offset:
        if unit == "quarter_hour":
            return Offset(amount * 15, "minute", bare)
        if unit == "fortnight":
            return Offset(amount * 2, "week", bare)
        return Offset(amount, cast("Unit", unit), bare)

    def weekday(self, name: str = "weekday") -> int:
        text = self.text(name).rstrip(".")
        found = self._words.weekdays.get(text)
        return self._words.weekday_abbreviations[text] if found is None else found

    def weekdays(self, name: str = "weekdays") -> tuple[int, ...]:
        names = re.split(r"(?:,| og| and| &)? ", self.text(name))
        known = {**self._words.weekday_abbreviations, **self._words.weekdays}
        return tuple(sorted({known[each.rstrip(".")] for each in names}))

    def month(self, name: str = "month") -> int:
        text = self.text(name).rstrip(".")
        found = self._words.months.get(text)
        return self._words.month_abbreviations[text] if found is None else found

    def year(self, name: str = "year") -> int | None:
        """A year in four or two digits, None if none was said."""
        text = self.text(name)
        if not text:
            return None
        return int(text) if len(text) == 4 else 2000 + int(text)


def keys(words: Mapping[str, str]) -> str:
    """One pattern for any of these patterns, in their order: the special ones stand before the general."""
    return f"(?:{'|'.join(words)})"


def key_of(words: Mapping[str, str], text: str) -> str:
    """The value of the pattern that this text matches in full."""
    return next(value for pattern, value in words.items() if re.fullmatch(pattern, text))


Make = Callable[[Groups], "Piece | tuple[Piece, ...] | None"]


@dataclass(frozen=True)
class Rule:
    """A pattern and what it makes. `weak` is how far it is from a deadline in running text.

    0: a deadline by itself. 1: needs a preposition or a partner ("maj", "3.12"). 2: needs a partner
    that is surely a date or an hour ("søn" is also a son, "man" is also one).
    """

    pattern: str
    make: Make
    weak: Weak = 0


@dataclass(frozen=True)
class Match:
    """What a rule made of a stretch of folded text that ends at `end`."""

    pieces: tuple[Piece, ...]
    end: int
    weak: Weak


@dataclass
class Language:
    """A vocabulary with rules over it, ready to match."""

    words: Vocabulary
    rules: tuple[Rule, ...]
    _compiled: list[tuple[re.Pattern[str], Rule]] = field(init=False)
    first: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        kinds = self.words.kinds()

        def named(macro: re.Match[str]) -> str:
            return f"(?P<{macro.group(1) or macro.group(2)}>{kinds[macro.group(2)]})"

        def plain(macro: re.Match[str]) -> str:
            return f"(?:{kinds[macro.group(2)]})"

        self._compiled = [
            (re.compile(f"(?:{_MACRO.sub(named, rule.pattern)}){_END}"), rule) for rule in self.rules
        ]
        anything = "|".join(
            re.sub(r"\(\?P<[a-z_]+>", "(?:", _MACRO.sub(plain, rule.pattern)) for rule in self.rules
        )
        self.first = re.compile(f"{_BEGIN}(?:{anything}){_END}")

    def at(self, text: str, position: int) -> list[Match]:
        """Every rule's match at a position, longest first; equal lengths in the order of the rules."""
        found: list[Match] = []
        for pattern, rule in self._compiled:
            match = pattern.match(text, position)
            if match is None or match.end() == position:
                continue
            made = rule.make(Groups(match, self.words))
            if made is not None:
                pieces = made if isinstance(made, tuple) else (made,)
                found.append(Match(pieces, match.end(), rule.weak))
        found.sort(key=lambda match: -match.end)
        return found


def clock(hour: int, minute: int = 0, *, sure: bool = False) -> Piece:
    """A time of day as it was written. Midnight belongs to two days, so only 00.00 in full is one."""
    if hour > 24 or minute > 59:
        return Impossible()
    if hour == 24 or (hour == 0 and not sure):
        return Vague()
    return Clock(hour, minute, sure or hour >= 6)


def written_clock(groups: Groups) -> Piece:
    """`9`, `9.30`, `0930`. A leading zero says that the 24-hour clock is meant."""
    if groups.has("hhmm"):
        digits = groups.text("hhmm")
        return clock(int(digits[:2]), int(digits[2:]), sure=True)
    hour = groups.text("h")
    full = hour.startswith("0") and len(hour) == 2 and groups.has("mm")
    return clock(int(hour), int(groups.text("mm") or 0), sure=full)


def spoken_clock(hour: int, minutes: int) -> Piece:
    """An hour on the twelve-hour face with minutes added or taken away: "fem i halv ti"."""
    if hour > 12:
        return Impossible()
    total = ((hour % 12) * 60 + minutes) % 720
    return clock(total // 60 or 12, total % 60)


def every(interval: int, freq: Freq, times: int = 1) -> Every | Vague:
    """A recurrence without days. Fortnights are weeks, so that reminders keep their weekday."""
    if not 1 <= interval <= 366:
        return Vague()
    if freq == "DAILY" and interval % 7 == 0:
        return Every("WEEKLY", interval // 7)
    return Every(freq, interval * times)


def _date(groups: Groups) -> DateOf:
    return DateOf(int(groups.text("d")), int(groups.text("mo")), groups.year("y"))


def _iso(groups: Groups) -> tuple[Piece, ...]:
    day = _date(groups)
    if not groups.has("h"):
        return (day,)
    return day, clock(int(groups.text("h")), int(groups.text("mm")), sure=True)


def _date_or_clock(groups: Groups) -> Piece | None:
    """`3.12` is a date; `14.30` an hour; `9.10` could be both, and is asked about."""
    first, second = int(groups.text("d")), int(groups.text("mo"))
    hour = 6 <= first <= 23 and len(groups.text("mo")) == 2 and second < 60 and second % 5 == 0
    date = 1 <= first <= 31 and 1 <= second <= 12
    if hour and date:
        return DateOrClock(DateOf(first, second), Clock(first, second, True))
    if hour:
        return Clock(first, second, True)
    return DateOf(first, second)


def _iso_week(groups: Groups) -> Piece | tuple[Piece, ...]:
    week = Period("week", int(groups.text("w")), year=groups.year("y"))
    if not groups.has("wd"):
        return week
    return week, Weekday(int(groups.text("wd")) - 1)


def numeric_rules(den: str) -> tuple[Rule, ...]:
    """Dates in figures, day before month as in Denmark. `den` is the pattern of "d." and "den"."""
    d, mo, y = r"(?P<d>\d{1,2})", r"(?P<mo>\d{1,2})", r"(?P<y>\d{4}|\d{2})"
    after_year = r"(?![.,/:-]?\d)"
    return (
        Rule(
            r"(?P<y>[12]\d{3})[-/.](?P<mo>\d{2})[-/.](?P<d>\d{2})(?:[t ](?P<h>\d{2}):(?P<mm>\d{2})(?::00)?)?"
            + after_year,
            _iso,
        ),
        Rule(r"(?P<y>[12]\d{3})-?w(?P<w>\d{1,2})(?:-(?P<wd>[1-7]))?" + after_year, _iso_week),
        Rule(
            rf"{den}?{d} ?/ ?{mo}(?:(?:[-/.]|\.? ?- ?){y}|\.?,? (?P<year>[12]\d{{3}}))?{after_year}", _slashed
        ),
        Rule(rf"{den}?{d}-{mo}-{y}{after_year}", _date),
        Rule(rf"{den}?{d}\. ?{mo}\. ?{y}{after_year}", _date),
        Rule(rf"{den}?{d}\. ?{mo}(?:\.|[-/]{y}|\.? (?P<year>[12]\d{{3}})){after_year}", _slashed),
        Rule(rf"{den}{d}[.-] ?{mo}{after_year}", _date),
        Rule(rf"{d}-{mo}{after_year}", _date, weak=1),
        Rule(rf"{d}\.{mo}{after_year}", _date_or_clock, weak=1),
        Rule(r"(?P<h>\d{1,2}):(?P<mm>\d{2})" + after_year, written_clock),
    )


def _slashed(groups: Groups) -> DateOf:
    return DateOf(
        int(groups.text("d")), int(groups.text("mo")), groups.year("y") if groups.has("y") else groups.year()
    )
