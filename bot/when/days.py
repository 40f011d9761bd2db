"""Which day a phrase's parts name together, and what its preposition makes of it (docs/domain, Time)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from .bag import Bag, Unfit
from .model import WhenError
from .periods import (
    Span,
    Today,
    checked,
    date_span,
    edge_day,
    feast_span,
    last_day,
    later,
    nth_day,
    one,
    period_span,
    school_span,
    weekday_span,
    weekend_span,
)
from .pieces import DateOf, Head, Near, Nth, Offset, Period, Weekday


def related(bag: Bag, span: Span, today: Today) -> date:
    """What "inden", "før", "efter" or no preposition make of the days named (docs/domain, Time)."""
    calendar, before = today.calendar, span.first - timedelta(days=1)
    if bag.kind == "before" or (bag.kind == "inden" and span.kind in {"feast", "weekend"}):
        day = calendar.on_or_before(before)
    elif bag.kind == "after":
        day = calendar.on_or_after(span.last + timedelta(days=1))
    elif span.kind == "weekend" or (span.kind == "feast" and span.first != span.last):
        raise today.trouble("vague", calendar.on_or_before(before))
    elif bag.kind == "inden" and span.kind in {"week", "period"}:
        raise today.trouble("two", calendar.on_or_before(before), last_day(span, today))
    else:
        day = last_day(span, today)
    return checked(day, today, guessed=span.guessed)


def days_of(bag: Bag, today: Today) -> Span:
    """The days that the parts name together. Raises Unfit where they name none, or one part has no place."""
    if bag.head is not None:
        return _from_head(bag, bag.head, today)
    _reachable(bag, today)
    bag = _with_year(bag, today)
    if bag.near is not None:
        return _fit(bag, one(_near(bag, bag.near, today)), today, "near offset weekday date_of period")
    if bag.date_of is not None:
        return _fit(bag, _date(bag, bag.date_of, today), today, "date_of weekday period feast")
    if bag.nth is not None:
        return _fit(bag, _counted(bag, bag.nth, today), today, "nth period")
    if bag.weekday is not None:
        return _fit(bag, _weekday(bag, bag.weekday, today), today, "weekday period offset")
    if bag.offset is not None:
        return _fit(bag, one(_offset(bag.offset, today)), today, "offset")
    if bag.period is not None:
        return _fit(bag, _period(bag, bag.period, today), today, "period edge")
    if bag.feast is not None:
        year = bag.year.number if bag.year else None
        return _fit(bag, feast_span(bag.feast, year, today), today, "feast year")
    if bag.school is not None:
        return _fit(bag, school_span(bag.school, today), today, "school")
    if bag.weekend is not None:
        return _fit(bag, weekend_span(bag.weekend, today), today, "weekend")
    raise Unfit


def _reachable(bag: Bag, today: Today) -> None:
    """A year that was said must be about now, before anything is reckoned with it."""
    years = [part.year for part in (bag.date_of, bag.period) if part is not None]
    years += [part.number for part in (bag.year, bag.period) if part is not None and part.unit == "year"]
    for year in years:
        if year is not None and year < today.day.year - 1:
            raise WhenError("past")
        if year is not None and year > today.day.year + 11:
            raise WhenError("far", params={"date": str(year)})


def _fit(bag: Bag, span: Span, today: Today, places: str) -> Span:
    """The span, if every part of the phrase has a place in it and whatever else is said of the day is true."""
    if not bag.days_said_by() <= set(places.split()):
        raise Unfit
    day = span.first
    if bag.weekday is not None:
        strict = bag.weekday.which in {"next", "this"} and bag.date_of is not None
        true = day == weekday_span(bag.weekday, today).first if strict else day.weekday() == bag.weekday.day
        if not true:
            raise today.contradiction(day)
    if bag.near is not None and bag.date_of is not None and date_span(bag.date_of, today).first != day:
        raise today.contradiction(date_span(bag.date_of, today).first)
    if bag.date_of is not None and bag.feast is not None:
        feast = feast_span(bag.feast, day.year, today)
        if not feast.first == feast.last == day:
            raise today.contradiction(day)
    if bag.period is not None and (bag.near or (bag.date_of and bag.period.unit != "month")):
        year = bag.period.year or (day.isocalendar().year if bag.period.unit == "week" else day.year)
        numbered = bag.period.number is not None and bag.period.unit != "year"
        around = period_span(replace(bag.period, year=year) if numbered else bag.period, today)[0]
        if not around.first <= day <= around.last:
            raise today.contradiction(day)
    return span


def _with_year(bag: Bag, today: Today) -> Bag:
    """Give the year said beside it to a month, quarter, week, date or feast: "1. marts næste år"."""
    year = bag.year
    if year is None:
        return bag
    number = year.number if year.number is not None else today.day.year + (year.ahead or 0)
    if bag.period is not None:
        if bag.period.unit == "year" or bag.period.number is None or bag.period.year not in {None, number}:
            raise WhenError("vague")
        return replace(bag, period=replace(bag.period, year=number), year=None)
    if bag.date_of is not None and bag.date_of.month is not None:
        if bag.date_of.year not in {None, number}:
            raise WhenError("vague")
        return replace(bag, date_of=replace(bag.date_of, year=number), year=None)
    if bag.feast is not None:
        return replace(bag, year=replace(year, number=number))
    raise Unfit


def _near(bag: Bag, near: Near, today: Today) -> date:
    day = today.day + timedelta(days=near.days)
    if bag.offset is None:
        return day
    if bag.offset.within:
        raise Unfit
    if bag.offset.unit == "day" and bag.offset.amount == 8:
        return day + timedelta(days=7)  # "i dag otte dage" is a week
    if bag.offset.unit == "week" or (bag.offset.unit == "day" and bag.offset.amount % 7 == 0):
        return later(day, bag.offset, today)
    raise WhenError("vague")


def _date(bag: Bag, date_of: DateOf, today: Today) -> Span:
    if date_of.bare and bag.weekday is None and bag.kind not in {"by", "inden"}:
        raise Unfit
    if bag.period is None or bag.period.unit != "month":
        return date_span(date_of, today)
    if date_of.month is not None:
        raise Unfit

    def point(span: Span) -> date | None:
        return span.first.replace(day=date_of.day) if 1 <= date_of.day <= span.last.day else None

    span, day = period_span(bag.period, today, point)
    return one(day, guessed=span.guessed)


def _counted(bag: Bag, nth: Nth, today: Today) -> Span:
    if bag.period is None:
        raise Unfit
    if bag.period.unit == "week" and nth.what != "workday":
        raise WhenError("vague")
    span, day = period_span(bag.period, today, lambda span: nth_day(span, nth, today))
    return one(day, guessed=span.guessed)


def _weekday(bag: Bag, weekday: Weekday, today: Today) -> Span:
    """A weekday with a week, with "om en uge", or by itself."""
    if bag.period is not None:
        if bag.period.unit != "week" or bag.offset is not None:
            raise Unfit
        week, _ = period_span(bag.period, today)
        day = week.first + timedelta(days=weekday.day)
        if weekday.which and day != weekday_span(weekday, today).first:
            raise today.contradiction(day)
        return one(day, guessed=week.guessed)
    base = weekday_span(weekday, today)
    if bag.offset is None:
        if weekday.definite:
            raise Unfit
        return base
    return one(_weekday_plus(weekday, base.first, bag.offset, today))


def _weekday_plus(weekday: Weekday, base: date, offset: Offset, today: Today) -> date:
    """ "torsdag om en uge", "torsdag 8 dage": counted from the next Thursday.

    On a Thursday it may as well be counted from today, so it is asked about.
    """
    weeks = offset.amount / 7 if offset.unit == "day" else offset.amount
    if offset.unit == "day" and offset.amount == 8:
        weeks = Fraction(1)
    if offset.unit not in {"day", "week"} or weeks.denominator != 1 or offset.within:
        if offset.bare or offset.within:
            raise Unfit
        day = later(today.day, offset, today)
        if offset.unit in {"day", "workday"} and day.weekday() == weekday.day:
            return day
        raise today.contradiction(day)
    if today.day.weekday() == weekday.day:
        raise today.trouble(
            "two", today.day + timedelta(weeks=int(weeks)), base + timedelta(weeks=int(weeks))
        )
    return base + timedelta(weeks=int(weeks))


def _offset(offset: Offset, today: Today) -> date:
    if offset.bare:
        raise Unfit
    if offset.amount <= 0:
        raise WhenError("vague")
    if offset.unit == "day" and offset.amount == 8:
        raise today.trouble("two", today.day + timedelta(days=7), today.day + timedelta(days=8))
    return later(today.day, offset, today)


def _period(bag: Bag, period: Period, today: Today) -> Span:
    edge = bag.edge
    if period.bare and edge is None and bag.kind in {"", "inden"}:
        raise Unfit
    if edge is None:
        return period_span(period, today)[0]
    span, day = period_span(period, today, lambda span: edge_day(span, edge, today))
    return one(day, guessed=span.guessed)


def _from_head(bag: Bag, head: Head, today: Today) -> Span:
    """The day, weekday or length of time before or after what the rest names."""
    base = days_of(replace(bag, head=None), today)
    if isinstance(head.what, Weekday):
        weekday = head.what.day
        if head.side == "after":
            day = base.last + timedelta(days=(weekday - base.last.weekday() - 1) % 7 + 1)
        else:
            day = base.first - timedelta(days=(base.first.weekday() - weekday - 1) % 7 + 1)
    else:
        single = base.first == base.last or head.what == Offset(Fraction(1), "day")
        if not single or head.what.bare:
            raise WhenError("vague")
        day = (
            later(base.last, head.what, today)
            if head.side == "after"
            else later(base.first, head.what, today, -1)
        )
    return one(day, guessed=base.guessed)
