"""Which days a part of a phrase covers, seen from today."""

from __future__ import annotations

import calendar as months
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from .calendar import Calendar
from .feasts import FEASTS, SCHOOL
from .folding import fold
from .model import Deadline, WhenError
from .pieces import DateOf, Edge, Feast, Nth, Offset, Period, School, Weekday, Weekend
from .say import HORIZON, say_day

_SIZE = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_LIMIT = relativedelta(years=10)
_DAYS = {"week": 7, "month": 30, "quarter": 91, "half": 182, "year": 365}


@dataclass(frozen=True)
class Today:
    """The day a phrase is said on, and what is needed to speak about others."""

    day: date
    calendar: Calendar
    lang: str

    def say(self, day: date) -> str:
        return say_day(day, self.lang, today=self.day)

    def trouble(self, reason: Literal["vague", "two", "far", "past"], *days: date) -> WhenError:
        """A reason with the days in question; the first that is not gone by is the suggestion."""
        ahead = [day for day in days if day >= self.day]
        params = dict(zip(("date", "other"), (self.say(day) for day in days), strict=False))
        return WhenError(reason, params=params, suggestion=Deadline(ahead[0]) if ahead else None)

    def contradiction(self, day: date) -> WhenError:
        """The date said is this day, and something else said of it is not true."""
        return WhenError("contradiction", params={"date": self.say(day)}, suggestion=None)


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last` that a phrase names, and what kind of stretch they are.

    `guessed`: no year was said, so that it must not be far ahead.
    """

    first: date
    last: date
    kind: Literal["day", "week", "period", "feast", "weekend"] = "day"
    guessed: bool = False


def one(day: date, *, guessed: bool = False) -> Span:
    """A span of a single day."""
    return Span(day, day, "day", guessed)


def checked(day: date, today: Today, *, guessed: bool) -> date:
    """The day itself, unless it is too far ahead to be taken without asking."""
    limit = today.day + (HORIZON if guessed else _LIMIT)
    if day > limit:
        raise today.trouble("far", day)
    return day


def weekday_span(weekday: Weekday, today: Today) -> Span:
    """The weekday by itself: the next one, never today; or that of this or the next ISO week."""
    monday = today.day - timedelta(days=today.day.weekday())
    coming = today.day + timedelta(days=(weekday.day - today.day.weekday() - 1) % 7 + 1)
    following = monday + timedelta(days=7 + weekday.day)
    if weekday.which == "next":
        return one(following)
    if weekday.which == "this":
        return one(monday + timedelta(days=weekday.day))
    if weekday.which == "either" and coming != following:
        raise today.trouble("two", coming, following)
    return one(coming)


def date_span(date_of: DateOf, today: Today) -> Span:
    """A date; without a year (or month) today's or the next one."""
    day, month, year = date_of.day, date_of.month, date_of.year
    if not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
        swapped = month is not None and 1 <= day <= 12 and 1 <= month <= 31
        raise WhenError(
            "impossible", suggestion=_exists(year or today.day.year, day, month or 1) if swapped else None
        )
    if month is None:
        first = today.day.replace(day=1)
        for ahead in range(12):
            start = first + relativedelta(months=ahead)
            if day <= months.monthrange(start.year, start.month)[1] and start.replace(day=day) >= today.day:
                return one(start.replace(day=day))
        raise WhenError("impossible")
    if day > months.monthrange(2000, month)[1]:
        raise WhenError("impossible")
    guessed = year is None
    if year is None:
        year = today.day.year + ((month, day) < (today.day.month, today.day.day))
    if year > MAXYEAR or day > months.monthrange(year, month)[1]:
        raise WhenError("impossible")
    return one(date(year, month, day), guessed=guessed)


def _exists(year: int, month: int, day: int) -> Deadline | None:
    return Deadline(date(year, month, day)) if day <= months.monthrange(year, month)[1] else None


def _week(year: int, number: int) -> Span | None:
    try:
        monday = date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
    return Span(monday, monday + timedelta(days=6), "week")


def _numbered(unit: str, number: int, year: int) -> Span | None:
    """The span of week, month, quarter or half-year `number` of a year; None if there is no such."""
    if unit == "week":
        return _week(year, number)
    if unit == "year":
        return Span(date(number, 1, 1), date(number, 12, 31), "period")
    size = _SIZE[unit]
    if not 1 <= number <= 12 // size:
        return None
    first = date(year, (number - 1) * size + 1, 1)
    return Span(first, first + relativedelta(months=size, days=-1), "period")


def _ahead(period: Period, ahead: int, today: Today) -> Span:
    if period.unit == "week":
        monday = today.day + timedelta(days=7 * ahead - today.day.weekday())
        return Span(monday, monday + timedelta(days=6), "week")
    size = _SIZE[period.unit]
    first = today.day.replace(day=1, month=(today.day.month - 1) // size * size + 1)
    first += relativedelta(months=ahead * size)
    return Span(first, first + relativedelta(months=size, days=-1), "period")


def _candidates(period: Period, today: Today) -> Iterator[Span]:
    """The spans a period may mean, soonest first."""
    if period.number is None:
        if period.ahead is not None:
            yield _ahead(period, period.ahead, today)
        else:
            yield _ahead(period, 0, today)
            yield _ahead(period, 1, today)
        return
    if period.year is not None or period.unit == "year":
        spans = [_numbered(period.unit, period.number, period.year or period.number)]
    else:
        year = today.day.isocalendar().year if period.unit == "week" else today.day.year
        spans = [_numbered(period.unit, period.number, year + n) for n in (0, 1)]
    if spans[0] is None:
        raise WhenError("impossible")
    guessed = len(spans) > 1
    for span in spans:
        if span is not None:
            yield Span(span.first, span.last, span.kind, guessed)


def period_span(
    period: Period, today: Today, point: Callable[[Span], date | None] = lambda span: span.last
) -> tuple[Span, date]:
    """The first span of a period whose `point` is not gone by, with that point; else the last one tried.

    `point` answers None where the period has no such day.
    """
    tried: tuple[Span, date] | None = None
    for span in _candidates(period, today):
        day = point(span)
        if day is None:
            continue
        tried = span, day
        if day >= today.day:
            break
    if tried is None:
        raise WhenError("impossible")
    return tried


def edge_day(span: Span, edge: Edge, today: Today) -> date:
    """Primo is the first working day, ultimo the last day (of a week: the last working day), medio the 15th."""
    if edge.which == "start":
        return today.calendar.on_or_after(span.first)
    if edge.which == "end":
        return last_day(span, today)
    if span.kind == "period" and span.last - span.first < timedelta(days=31):
        return span.first.replace(day=15)
    raise today.trouble(
        "vague", span.first + (span.last - span.first) // 2 - timedelta(days=span.kind == "week")
    )


def last_day(span: Span, today: Today) -> date:
    """A week's last working day; any other span's last day."""
    if span.kind != "week":
        return span.last
    day = today.calendar.on_or_before(span.last)
    if day < span.first:
        raise today.trouble("vague", day)
    return day


def nth_day(span: Span, nth: Nth, today: Today) -> date | None:
    """The n-th weekday, working day or day of a span."""
    length = (span.last - span.first).days + 1
    days = [
        day
        for day in (span.first + timedelta(days=n) for n in range(length))
        if nth.what == "day"
        or (today.calendar.is_workday(day) if nth.what == "workday" else day.weekday() == nth.what)
    ]
    index = nth.n - 1 if nth.n > 0 else nth.n
    return days[index] if nth.n != 0 and -len(days) <= index < len(days) else None


def feast_span(feast: Feast, year: int | None, today: Today) -> Span:
    """The feast of a year, or the one that comes next or is now."""
    when = FEASTS[feast.name]
    for candidate in (
        (year,) if year is not None else (today.day.year - 1, today.day.year, today.day.year + 1)
    ):
        first, last = when(candidate)
        if last >= today.day or year is not None:
            return Span(first, last, "feast", guessed=year is None)
    raise WhenError("impossible")


def school_span(school: School, today: Today) -> Span:
    """The school holiday as the configuration has it; asks when it has none ahead."""
    stems = SCHOOL[school.name]
    known = [
        period
        for name, periods in today.calendar.school_holidays.items()
        if any(stem in fold(name).text for stem in stems)
        for period in periods
        if period[1] >= today.day
    ]
    if not known:
        raise WhenError("needs_calendar")
    first, last = min(known)
    return Span(first, last, "feast", guessed=True)


def weekend_span(weekend: Weekend, today: Today) -> Span:
    """Saturday and Sunday of this ISO week."""
    saturday = today.day + timedelta(days=5 - today.day.weekday())
    if weekend.next:
        raise today.trouble("two", saturday - timedelta(days=1), saturday + timedelta(days=6))
    return Span(saturday, saturday + timedelta(days=1), "weekend")


def later(day: date, offset: Offset, today: Today, sign: int = 1) -> date:
    """The day so many days, working days, weeks, months or years from another."""
    amount = offset.amount * sign
    years = abs(amount) * _DAYS.get(offset.unit, 1) // 365
    if years > 10:
        raise WhenError("far", params={"date": str(today.day.year + int(years))})
    if offset.unit == "year" and amount.denominator == 2:
        return day + relativedelta(months=int(amount * 12))
    if offset.unit == "year" and amount.denominator == 4:
        return day + relativedelta(months=int(amount * 12))
    if amount.denominator != 1 or offset.unit not in {"day", "workday", "week", *_SIZE}:
        raise WhenError("vague")
    n = int(amount)
    if offset.unit == "workday":
        return today.calendar.shift(day, n)
    if offset.unit in {"day", "week"}:
        return day + timedelta(days=n * (7 if offset.unit == "week" else 1))
    return day + relativedelta(months=n * _SIZE[offset.unit])
