"""The parts that phrases about time are made of, before anybody asks what day it is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Unit = Literal["minute", "hour", "day", "round", "workday", "week", "month", "quarter", "half", "year"]
Freq = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
Weak = Literal[0, 1, 2]


@dataclass(frozen=True)
class Relation:
    """A preposition: `by` (senest, til, på), `inden`, `before` (før) or `after` (efter).

    `firm` ones say that a limit follows (senest, inden, frist).
    """

    kind: Literal["by", "inden", "before", "after"]
    firm: bool = False


@dataclass(frozen=True)
class Near:
    """So many days from today: i dag, i morgen."""

    days: int


@dataclass(frozen=True)
class Weekday:
    """A weekday, Monday is 0: the next one, the one of next or this week, or `coming` (= the next one)."""

    day: int
    which: Literal["", "next", "this", "coming", "either"] = ""
    definite: bool = False  # "fredagen": says little without its week or date


@dataclass(frozen=True)
class DateOf:
    """A day of a month; `bare` when only a number stood there."""

    day: int
    month: int | None = None
    year: int | None = None
    bare: bool = False


@dataclass(frozen=True)
class Period:
    """A week, month, quarter, half-year or year: by number, or so many ahead of this one.

    With neither it is "the month" (måneden). `bare` ones need a preposition: "ugen", "2027".
    """

    unit: Literal["week", "month", "quarter", "half", "year"]
    number: int | None = None
    ahead: int | None = None
    year: int | None = None
    bare: bool = False


@dataclass(frozen=True)
class Feast:
    """A feast by its key in `feasts.FEASTS`."""

    name: str


@dataclass(frozen=True)
class School:
    """A school holiday by its key in `feasts.SCHOOL`."""

    name: str


@dataclass(frozen=True)
class Weekend:
    """The weekend; `next` when "næste" was said, which people understand differently."""

    next: bool = False


@dataclass(frozen=True)
class Offset:
    """So much time from now: om 14 dage.

    `bare` when it is only a length of time (torsdag 8 dage), `within` when it can be from now alone (inden 14 dage).
    """

    amount: Fraction
    unit: Unit
    bare: bool = False
    within: bool = False


@dataclass(frozen=True)
class Head:
    """What is counted from something else: dagen før X, mandagen efter X, en uge før X."""

    what: Weekday | Offset
    side: Literal["before", "after"]


@dataclass(frozen=True)
class Nth:
    """The n-th (last: -1) weekday, working day or day of a period."""

    n: int
    what: int | Literal["workday", "day"]


@dataclass(frozen=True)
class Edge:
    """Which end of a period: primo, medio, ultimo."""

    which: Literal["start", "mid", "end"]


@dataclass(frozen=True)
class Clock:
    """A time of day; `sure` when it can only mean one half of the day."""

    hour: int
    minute: int = 0
    sure: bool = False


@dataclass(frozen=True)
class DateOrClock:
    """`9.10`: the ninth of October or ten past nine."""

    date: DateOf
    clock: Clock


@dataclass(frozen=True)
class Part:
    """A part of the day, which leaves the deadline a date; `alone`: without a day it means today."""

    name: Literal["morning", "forenoon", "noon", "afternoon", "evening", "any"]
    alone: bool = False


@dataclass(frozen=True)
class Meeting:
    """A forum's meeting: the `count`-th from now, 0 for every one.

    `definite` for "mødet", which in running text needs a preposition to be a deadline.
    """

    forum: str | None = None
    definite: bool = False
    count: int = 1


@dataclass(frozen=True)
class Every:
    """A recurrence, as the parts of its RRULE."""

    freq: Freq
    interval: int = 1
    byday: tuple[str, ...] = ()
    bymonthday: int | None = None


@dataclass(frozen=True)
class Vague:
    """Time without a date; `soft` when it may as well be part of the task ("følge op løbende").

    `approximate` blurs the date beside it: "omkring 1. december".
    """

    soft: bool = False
    approximate: bool = False


@dataclass(frozen=True)
class Gone:
    """Something past: i går, i tirsdags, sidste uge."""


@dataclass(frozen=True)
class Impossible:
    """Something shaped like a time that does not exist: kl. 25."""


@dataclass(frozen=True)
class Filler:
    """A word that changes nothing: tak, præcis."""


Piece = (
    Relation
    | Near
    | Weekday
    | DateOf
    | Period
    | Feast
    | School
    | Weekend
    | Offset
    | Head
    | Nth
    | Edge
    | Clock
    | DateOrClock
    | Part
    | Meeting
    | Every
    | Vague
    | Gone
    | Impossible
    | Filler
)
