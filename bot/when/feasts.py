"""The feasts people set deadlines by, and when they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from dateutil.easter import easter

Span = tuple[date, date]


def _from_easter(first: int, last: int | None = None) -> Callable[[int], Span]:
    def span(year: int) -> Span:
        sunday = easter(year)
        return sunday + timedelta(days=first), sunday + timedelta(days=first if last is None else last)

    return span


def _fixed(month: int, day: int) -> Callable[[int], Span]:
    return lambda year: (date(year, month, day), date(year, month, day))


def _advent(sunday: int) -> Callable[[int], Span]:
    def span(year: int) -> Span:
        christmas = date(year, 12, 25)
        fourth = christmas - timedelta(days=christmas.isoweekday())
        day = fourth - timedelta(weeks=4 - sunday)
        return day, day

    return span


# Key → first and last day of the feast that begins in a year. Feasts of several days are what offices
# mean by them: "inden påske" is before Maundy Thursday, "efter jul" after the second Christmas day.
FEASTS: dict[str, Callable[[int], Span]] = {
    "christmas": lambda year: (date(year, 12, 24), date(year, 12, 26)),
    "new_year": lambda year: (date(year, 12, 31), date(year + 1, 1, 1)),
    "easter": _from_easter(-3, 1),
    "whitsun": _from_easter(49, 50),
    "little_christmas_eve": _fixed(12, 23),
    "christmas_eve": _fixed(12, 24),
    "christmas_day": _fixed(12, 25),
    "boxing_day": _fixed(12, 26),
    "new_years_eve": _fixed(12, 31),
    "new_years_day": _fixed(1, 1),
    "epiphany": _fixed(1, 6),
    "valentine": _fixed(2, 14),
    "womens_day": _fixed(3, 8),
    "constitution_day": _fixed(6, 5),
    "midsummer_eve": _fixed(6, 23),
    "midsummer_day": _fixed(6, 24),
    "halloween": _fixed(10, 31),
    "martinmas_eve": _fixed(11, 10),
    "martinmas": _fixed(11, 11),
    "lucia": _fixed(12, 13),
    "shrovetide": _from_easter(-49),
    "palm_sunday": _from_easter(-7),
    "maundy_thursday": _from_easter(-3),
    "good_friday": _from_easter(-2),
    "holy_saturday": _from_easter(-1),
    "easter_sunday": _from_easter(0),
    "easter_monday": _from_easter(1),
    "ascension": _from_easter(39),
    "whit_sunday": _from_easter(49),
    "whit_monday": _from_easter(50),
    "advent_1": _advent(1),
    "advent_2": _advent(2),
    "advent_3": _advent(3),
    "advent_4": _advent(4),
}

# Folded stems of the names a configuration may use for each school holiday.
SCHOOL: dict[str, tuple[str, ...]] = {
    "winter": ("vinterferie", "winter"),
    "easter": ("paaskeferie", "easter"),
    "summer": ("sommerferie", "summer"),
    "autumn": ("efteraarsferie", "autumn", "fall"),
    "christmas": ("juleferie", "christmas"),
}
