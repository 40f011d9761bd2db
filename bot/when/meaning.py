"""From the parts of a phrase to what it means, or to the reason why it has to be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from .calendar import Calendar
from .model import Deadline, Meaning, NextMeeting, Recurring, WhenError
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
from .pieces import (
    Clock,
    DateOf,
    DateOrClock,
    Edge,
    Every,
    Feast,
    Filler,
    Gone,
    Head,
    Impossible,
    Meeting,
    Near,
    Nth,
    Offset,
    Part,
    Period,
    Piece,
    Relation,
    School,
    Vague,
    Weekday,
    Weekend,
)
from .rules import BYDAY
from .say import weekday_name

# Until when a part of today can still be meant, in hours.
_PART_ENDS = {"morning": 10, "forenoon": 12, "noon": 14, "afternoon": 18, "evening": 24, "any": 24}
# Hours on the clock that fit a part of the day, after noon was added where it is meant.
_PART_HOURS = {
    "morning": range(4, 12), "forenoon": range(6, 13), "noon": range(10, 15),
    "afternoon": range(12, 19), "evening": range(17, 24), "any": range(24),
}  # fmt: skip


class Unfit(Exception):
    """These parts do not make a phrase."""


@dataclass
class Bag:
    """The parts of one phrase, each kind at most once."""

    relation: Relation | None = None
    near: Near | None = None
    weekday: Weekday | None = None
    date_of: DateOf | None = None
    period: Period | None = None
    year: Period | None = None
    feast: Feast | None = None
    school: School | None = None
    weekend: Weekend | None = None
    offset: Offset | None = None
    head: Head | None = None
    nth: Nth | None = None
    edge: Edge | None = None
    clock: Clock | None = None
    part: Part | None = None
    meeting: Meeting | None = None
    every: Every | None = None
    either: DateOrClock | None = None

    @property
    def names_a_day(self) -> bool:
        """Whether anything says which day, beside prepositions, hours and meetings."""
        beside = {"relation", "clock", "part", "meeting", "either"}
        return any(getattr(self, each.name) is not None for each in fields(self) if each.name not in beside)

    @property
    def kind(self) -> str:
        return self.relation.kind if self.relation else ""


_SLOTS: dict[type, str] = {
    Near: "near", Weekday: "weekday", DateOf: "date_of", Feast: "feast", School: "school", Weekend: "weekend",
    Offset: "offset", Head: "head", Nth: "nth", Edge: "edge", Clock: "clock", Part: "part", Meeting: "meeting",
    Every: "every", DateOrClock: "either",
}  # fmt: skip


def _gather(pieces: Sequence[Piece]) -> Bag:
    """Put each part in its place. A relation other than "by" must stand before what it relates to."""
    bag = Bag()
    for piece in pieces:
        if isinstance(piece, Filler):
            continue
        if isinstance(piece, Relation):
            if piece.kind != "by":
                if bag.kind not in {"", "by"} or (bag.names_a_day and bag.head is None):
                    raise Unfit
                bag.relation = piece
            elif bag.relation is None:
                bag.relation = piece
            continue
        if isinstance(piece, Period):
            slot = (
                "year"
                if piece.unit == "year" and (bag.period or bag.date_of or bag.feast or bag.year)
                else "period"
            )
            if slot == "period" and bag.period and bag.period.unit == "year" and bag.year is None:
                bag.year, bag.period = bag.period, None
        else:
            found = _SLOTS.get(type(piece))
            if found is None:
                raise Unfit
            slot = found
        if getattr(bag, slot) is not None:
            raise Unfit
        setattr(bag, slot, piece)
    return bag


def understand(pieces: Sequence[Piece], now: datetime, calendar: Calendar, lang: str) -> Meaning:
    """The meaning of a phrase's parts, in order. `now` is aware.

    Raises Unfit if they are no phrase, WhenError if the phrase has to be asked about.
    """
    if isinstance(pieces[-1], Relation):
        raise Unfit
    kinds = {type(piece) for piece in pieces}
    if Vague in kinds:
        return _vague(pieces, now, calendar, lang)
    if Impossible in kinds:
        raise WhenError("impossible")
    if Gone in kinds:
        if kinds <= {Gone, Clock, Part, Filler, Relation}:
            raise WhenError("past")
        raise Unfit
    bag = _gather(pieces)
    local = now.astimezone(calendar.tz)
    today = Today(local.date(), calendar, lang)
    if bag.every is not None:
        return _recurring(bag)
    if bag.meeting is not None:
        if not bag.names_a_day and bag.clock is None:
            return _meeting(bag)
        if bag.head is not None or not bag.names_a_day:
            raise WhenError("vague")
        bag.meeting = None
        if bag.kind == "inden":
            bag.relation = Relation("by")
    if bag.either is not None:
        return _either(bag, now, today)
    return _deadline(bag, now, today)


def _vague(pieces: Sequence[Piece], now: datetime, calendar: Calendar, lang: str) -> Meaning:
    """Vague, unless a firm limit follows: "hurtigst muligt og senest fredag"."""
    first, rest = pieces[0], pieces[1:]
    if isinstance(first, Vague) and not first.approximate and len(rest) > 1 and isinstance(rest[0], Relation):
        return understand(rest, now, calendar, lang)
    others = [piece for piece in pieces if not isinstance(piece, Vague | Relation | Filler)]
    if not others and any(isinstance(piece, Vague) and piece.approximate for piece in pieces):
        raise Unfit
    raise WhenError("vague")


def _meeting(bag: Bag) -> NextMeeting:
    meeting = bag.meeting
    if meeting is None or (meeting.definite and bag.relation is None):
        raise Unfit
    if bag.kind == "after":
        raise WhenError("vague")
    return NextMeeting(meeting.forum)


def _recurring(bag: Bag) -> Recurring:
    every = bag.every
    rest = replace(bag, every=None, weekday=None, clock=None, part=None)
    if every is None or rest.names_a_day or bag.kind not in {"", "by"}:
        raise WhenError("vague")
    byday = every.byday
    if bag.weekday is not None:
        if every.freq != "WEEKLY" or byday or bag.weekday.which:
            raise WhenError("vague")
        byday = (BYDAY[bag.weekday.day],)
    rule = f"FREQ={every.freq}"
    if every.interval != 1:
        rule += f";INTERVAL={every.interval}"
    if byday:
        rule += f";BYDAY={','.join(byday)}"
    if every.bymonthday is not None:
        if not 1 <= every.bymonthday <= 31:
            raise WhenError("impossible")
        rule += f";BYMONTHDAY={every.bymonthday}"
    if bag.clock is not None:
        clock = _time(bag.clock, bag.part, None)
        rule += f";BYHOUR={clock.hour};BYMINUTE={clock.minute}"
    return Recurring(rule)


def _either(bag: Bag, now: datetime, today: Today) -> Meaning:
    """`9.10` is a time where the day is said, a date where the time is; else both fit."""
    both = bag.either
    if both is None:
        raise Unfit
    as_clock, as_date = (
        replace(bag, either=None, clock=both.clock),
        replace(bag, either=None, date_of=both.date),
    )
    if bag.clock is not None:
        return _deadline(as_date, now, today)
    if bag.date_of is not None or bag.near is not None or bag.period is not None or bag.offset is not None:
        return _deadline(as_clock, now, today)
    if bag.weekday is not None and date_span(both.date, today).first.weekday() != bag.weekday.day:
        return _deadline(as_clock, now, today)
    raise WhenError(
        "two",
        params={
            "date": f"{both.date.day}/{both.date.month}",
            "other": f"{both.clock.hour}:{both.clock.minute:02d}",
        },
    )


def _deadline(bag: Bag, now: datetime, today: Today) -> Deadline:
    if bag.offset is not None and bag.offset.unit in {"minute", "hour"}:
        return _in_hours(bag, bag.offset, now, today)
    if not bag.names_a_day:
        if bag.clock is None and not (bag.part and bag.part.alone):
            raise Unfit
        if bag.kind == "after" or (bag.kind == "before" and bag.clock is None):
            raise WhenError("vague")
        day = today.day
    else:
        day = _related(bag, _span(bag, today), today)
    if bag.clock is not None and bag.names_a_day and bag.kind in {"before", "after"}:
        raise today.trouble("vague", day)
    if day < today.day:
        raise today.trouble("past", day)
    if bag.clock is None:
        local = now.astimezone(today.calendar.tz)
        if bag.part and day == today.day and local.hour >= _PART_ENDS[bag.part.name]:
            raise WhenError("clock_past")
        return Deadline(day)
    deadline = Deadline(day, _time(bag.clock, bag.part, day))
    _must_exist(deadline, today)
    if deadline.end(today.calendar.tz) <= now:
        raise WhenError("clock_past")
    return deadline


def _must_exist(deadline: Deadline, today: Today) -> None:
    """In spring the clock skips an hour: a time within it is no time."""
    tz = today.calendar.tz
    local = datetime.combine(deadline.day, deadline.time or time(), tzinfo=tz)
    if local.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise WhenError("impossible")


def _in_hours(bag: Bag, offset: Offset, now: datetime, today: Today) -> Deadline:
    """Hours and minutes as they pass, whatever the clock does; to the minute."""
    alone = replace(bag, offset=None, relation=None, part=None)
    minutes = offset.amount * (60 if offset.unit == "hour" else 1)
    if offset.bare:
        raise Unfit
    if alone.names_a_day or bag.clock is not None or bag.kind not in {"", "by"}:
        raise WhenError("vague")
    if minutes.denominator != 1 or minutes < 1:
        raise WhenError("vague")
    moment = (now.astimezone(UTC) + timedelta(minutes=int(minutes))).astimezone(today.calendar.tz)
    deadline = Deadline(moment.date(), moment.time().replace(second=0, microsecond=0, fold=0))
    if deadline.end(today.calendar.tz) <= now:
        raise WhenError("clock_past")
    return deadline


def _time(clock: Clock, part: Part | None, day: date | None) -> time:
    """The hour meant: the part of the day says which half, and must fit."""
    hour, name = clock.hour, part.name if part else "any"
    afternoon = (
        (name == "evening" and 4 <= hour <= 11)
        or (name == "afternoon" and 1 <= hour <= 6)
        or (name == "noon" and hour <= 2)
    )
    if afternoon:
        hour += 12
    elif not clock.sure and name == "any":
        other = time(hour + 12, clock.minute)
        raise WhenError(
            "clock_half",
            params={"hour": f"{hour:02d}.{clock.minute:02d}", "other": f"{hour + 12}.{clock.minute:02d}"},
            suggestion=Deadline(day, other) if day else None,
        )
    if hour not in _PART_HOURS[name]:
        raise WhenError("contradiction", params={"first": f"{clock.hour}.{clock.minute:02d}", "second": ""})
    return time(hour, clock.minute)


def _related(bag: Bag, span: Span, today: Today) -> date:
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


def _span(bag: Bag, today: Today) -> Span:
    """The days that the parts name together; raises Unfit where they name none."""
    if bag.head is not None:
        return _from_head(bag, bag.head, today)
    bag = _with_year(bag, today)
    if bag.near is not None:
        span = one(_near(bag, bag.near, today))
    elif bag.date_of is not None:
        span = _date(bag, bag.date_of, today)
    elif bag.nth is not None:
        span = _counted(bag, bag.nth, today)
    elif bag.weekday is not None:
        return _weekday(bag, bag.weekday, today)
    elif bag.offset is not None:
        span = one(_offset(bag.offset, today))
    elif bag.period is not None:
        span = _period(bag, bag.period, today)
    elif bag.feast is not None:
        span = feast_span(bag.feast, bag.year.number if bag.year else None, today)
    elif bag.school is not None:
        span = school_span(bag.school, today)
    elif bag.weekend is not None:
        span = weekend_span(bag.weekend, today)
    else:
        raise Unfit
    _agree(bag, span, today)
    return span


def _with_year(bag: Bag, today: Today) -> Bag:
    """Give the year said beside it to a month, quarter, week, date or feast: "1. marts næste år"."""
    year = bag.year
    if year is None:
        return bag
    number = year.number if year.number is not None else today.day.year + (year.ahead or 0)
    if bag.period is not None:
        if bag.period.unit == "year" or bag.period.number is None or bag.period.year not in {None, number}:
            raise WhenError("contradiction" if bag.period.year else "vague")
        return replace(bag, period=replace(bag.period, year=number), year=None)
    if bag.date_of is not None and bag.date_of.month is not None:
        if bag.date_of.year not in {None, number}:
            raise WhenError("contradiction")
        return replace(bag, date_of=replace(bag.date_of, year=number), year=None)
    if bag.feast is not None:
        return replace(bag, year=replace(year, number=number))
    raise Unfit


def _near(bag: Bag, near: Near, today: Today) -> date:
    day = today.day + timedelta(days=near.days)
    if bag.offset is None:
        return day
    if near.days < 2 and bag.offset == Offset(Fraction(8), "day", bag.offset.bare):
        return day + timedelta(days=7)  # "i dag otte dage" is a week
    if bag.offset.unit in {"week", "month", "year"} or (
        bag.offset.unit == "day" and bag.offset.amount % 7 == 0
    ):
        return later(day, bag.offset, today)
    raise WhenError("vague")


def _date(bag: Bag, date_of: DateOf, today: Today) -> Span:
    if date_of.bare and bag.weekday is None and bag.kind not in {"by", "inden"}:
        raise Unfit
    if bag.period is None or bag.period.unit == "week":
        if bag.edge is not None or bag.offset is not None:
            raise WhenError("vague")
        return date_span(date_of, today)
    if bag.period.unit != "month" or date_of.month is not None:
        raise WhenError("vague")

    def point(span: Span) -> date | None:
        return span.first.replace(day=date_of.day) if 1 <= date_of.day <= span.last.day else None

    span, day = period_span(bag.period, today, point)
    return one(day, guessed=span.guessed)


def _counted(bag: Bag, nth: Nth, today: Today) -> Span:
    if bag.period is None or bag.edge is not None or bag.offset is not None or bag.weekday is not None:
        raise Unfit
    if bag.period.unit == "week" and nth.what != "workday":
        raise WhenError("vague")
    span, day = period_span(bag.period, today, lambda span: nth_day(span, nth, today))
    return one(day, guessed=span.guessed)


def _weekday(bag: Bag, weekday: Weekday, today: Today) -> Span:
    """A weekday with a week, with "om en uge", or by itself."""
    if bag.feast or bag.school or bag.weekend or bag.edge:
        raise Unfit
    if bag.period is not None:
        if bag.period.unit != "week":
            raise Unfit
        week, _ = period_span(bag.period, today)
        day = week.first + timedelta(days=weekday.day)
        if weekday.which and day != weekday_span(weekday, today).first:
            raise WhenError(
                "contradiction", params={"first": weekday_name(day, today.lang), "second": today.say(day)}
            )
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
    if offset.unit not in {"day", "week"} or weeks.denominator != 1:
        if offset.bare:
            raise Unfit
        day = later(today.day, offset, today)
        if offset.unit in {"day", "workday"} and day.weekday() == weekday.day:
            return day
        raise WhenError(
            "contradiction", params={"first": weekday_name(base, today.lang), "second": today.say(day)}
        )
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
    base = _span(replace(bag, head=None), today)
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


def _agree(bag: Bag, span: Span, today: Today) -> None:
    """Whatever else was said about the day must be true of it."""
    day = span.first
    if bag.edge is not None and bag.period is None:
        raise Unfit
    extra = [bag.feast, bag.school, bag.weekend]
    used = (
        bag.near is None
        and bag.date_of is None
        and bag.nth is None
        and bag.offset is None
        and bag.period is None
    )
    if any(extra) and not (used and sum(each is not None for each in extra) == 1):
        if bag.feast is None or feast_span(bag.feast, day.year, today).first != day:
            raise WhenError("vague")
    if bag.weekday is not None:
        wrong = day.weekday() != bag.weekday.day
        if bag.weekday.which in {"next", "this"} and bag.date_of is not None:
            wrong = wrong or day != weekday_span(bag.weekday, today).first
        if wrong:
            raise WhenError(
                "contradiction", params={"first": today.say(day), "second": weekday_name(day, today.lang)}
            )
    if bag.near is not None and bag.date_of is not None and date_span(bag.date_of, today).first != day:
        raise WhenError(
            "contradiction", params={"first": today.say(day), "second": weekday_name(day, today.lang)}
        )
    if bag.period is not None and bag.period.unit == "week" and bag.edge is None and span.kind == "day":
        week = period_span(replace(bag.period, year=bag.period.year or _iso_year(day, bag.period)), today)[0]
        if not week.first <= day <= week.last:
            raise WhenError(
                "contradiction", params={"first": today.say(day), "second": weekday_name(day, today.lang)}
            )


def _iso_year(day: date, period: Period) -> int | None:
    return day.isocalendar().year if period.number is not None else None
