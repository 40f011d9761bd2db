"""When a forum meets: the rhythm of its config, after holidays, closed days and breaks were skipped or moved.

Pure functions of the config. A meeting is named for good by its slot, the instant at which the rhythm puts it,
so that a rule which moves it, or a holiday that is added later, never makes another meeting of it.

A meeting belongs to the day on which it begins, over midnight or not, and its clock time is the same on the wall all
year. A clock time that the clocks skip (2.30 in March) is an hour later on the wall; one that comes twice is the first.
A duration is real minutes, as it is in RFC 5545 (3.3.6), for an agenda of 60 minutes needs 60: a meeting from 22.00 for
480 minutes ends at 6.00, but at 7.00 in the night when the clocks go forward and at 5.00 when they go back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.config_times import DateRange
from bot.programme import Room
from bot.when import Calendar, Rhythm

# A working day is looked for within 366 days (Calendar), so no rule moves a meeting by two years.
_FURTHEST = 2
_WEEK = timedelta(days=7)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Occurrence:
    """One meeting as it is planned. Instants are in UTC.

    `slot` is the instant that the rhythm names (`2026-11-24T09:00+00:00`), whatever rule moved the meeting.
    `joining` and `staying_away` are the agencies of the room's `joins`: those that come to this one, and the others.
    """

    slot: str
    start: datetime
    end: datetime
    joining: frozenset[str]
    staying_away: frozenset[str]


def rhythm(room: Room, tz: ZoneInfo) -> Rhythm | None:
    """The rhythm of a configured room, before any rule; None where the config names none."""
    if room.meeting is None:
        return None
    return _rhythm(room.meeting, room.meeting_start, tz, room.duration)


def occurrences(room: Room, calendar: Calendar, a: datetime, b: datetime) -> tuple[Occurrence, ...]:
    """The meetings that begin, after the rules, later than `a` and up to and including `b`; in order.

    A break goes before everything: what the rhythm or a rule puts into one is skipped. On a closed day `on_closed`
    says what happens. A moved meeting that would fall on another is dropped, of two moved ones the later in the rhythm.
    """
    if room.meeting is None or b <= a:
        return ()
    school = (DateRange(*each) for ranges in calendar.school_holidays.values() for each in ranges)
    plan = _plan(
        room.meeting,
        room.meeting_start,
        room.duration,
        calendar,
        room.on_closed,
        room.breaks + (tuple(school) if room.school_break else ()),
        tuple(sorted(room.joins.items())),
    )
    years = range(a.astimezone(UTC).year, b.astimezone(UTC).year + 1)
    return tuple(each for year in years for each in plan.beginning_in(year) if a < each.start <= b)


@lru_cache(maxsize=256)
def _rhythm(rule: str, start: date | datetime | None, tz: ZoneInfo, duration: int) -> Rhythm:
    return Rhythm(rule, start=start, tz=tz, duration=duration)


@dataclass(frozen=True)
class _Plan:
    """A room's meetings by year: worked out once, for they are asked for at each tick."""

    rhythm: Rhythm
    first: date | None
    calendar: Calendar
    on_closed: str
    breaks: tuple[DateRange, ...]
    joins: tuple[tuple[str, int], ...]
    _slots: dict[int, tuple[datetime, ...]] = field(default_factory=dict)
    _begin: dict[int, tuple[Occurrence, ...]] = field(default_factory=dict)

    def beginning_in(self, year: int) -> tuple[Occurrence, ...]:
        """The meetings that begin in a year (UTC), in order."""
        if year not in self._begin:
            self._begin[year] = tuple(self._worked_out(year))
        return self._begin[year]

    def _worked_out(self, year: int) -> Iterator[Occurrence]:
        near = range(year - _FURTHEST, year + _FURTHEST + 1)
        starts = [(self._moved(slot), slot) for each in near for slot in self._in(each)]
        # At the same instant the meeting that stays where it is goes before one that was moved there.
        held = sorted((start, start != slot, slot) for start, slot in starts if start and start.year == year)
        last = None
        for start, _, slot in held:
            if start != last:
                joining = frozenset(agency for agency, every in self.joins if self._number(slot) % every == 0)
                yield Occurrence(
                    slot.isoformat(timespec="minutes"),
                    start,
                    start + self.rhythm.duration,
                    joining,
                    frozenset(agency for agency, _ in self.joins) - joining,
                )
            last = start

    def _moved(self, slot: datetime) -> datetime | None:
        """When the meeting of a slot is held; None when it is skipped."""
        local = slot.astimezone(self.calendar.tz)
        day = local.date()
        if self._in_break(day):
            return None
        if self.calendar.is_open(day):
            return slot
        other = self._other_day(day)
        if other is None or self._in_break(other):
            return None
        at = local.time().replace(fold=0)
        return datetime.combine(other, at, self.calendar.tz).astimezone(UTC)

    def _other_day(self, day: date) -> date | None:
        """Where the rule for closed days puts a meeting of that day; None when it skips it."""
        if self.on_closed == "week":
            # If the rhythm meets then anyway, the two fall on the same hour and this one is dropped.
            later = day + _WEEK
            return later if self.calendar.is_open(later) else None
        if self.on_closed == "skip":
            return None
        try:
            return self.calendar.shift(day, -1 if self.on_closed == "before" else 1)
        except ValueError:  # a year without a working day
            return None

    def _in_break(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.breaks)

    def _in(self, year: int) -> tuple[datetime, ...]:
        """The rhythm's own instants in a year (UTC), in order, each once though two clock times may name it."""
        if year not in self._slots:
            begin, end = (datetime(each, 1, 1, tzinfo=UTC) - _MOMENT for each in (year, year + 1))
            self._slots[year] = tuple(sorted(set(self.rhythm.between(begin, end))))
        return self._slots[year]

    def _number(self, slot: datetime) -> int:
        """Which meeting of the rhythm a slot is, counted from its first, which is 0; skipped ones count."""
        first = self.first.year - 1 if self.first else slot.year
        return sum(len(self._in(year)) for year in range(first, slot.year)) + self._in(slot.year).index(slot)


@lru_cache(maxsize=256)
def _plan(
    rule: str,
    start: date | datetime | None,
    duration: int,
    calendar: Calendar,
    on_closed: str,
    breaks: tuple[DateRange, ...],
    joins: tuple[tuple[str, int], ...],
) -> _Plan:
    return _Plan(_rhythm(rule, start, calendar.tz, duration), start, calendar, on_closed, breaks, joins)
