"""From the parts of a phrase to what it means, or to the reason why it has to be asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from .bag import Bag, Unfit, gather
from .calendar import Calendar
from .days import days_of, related
from .model import Deadline, Meaning, MeetingDay, NextMeeting, Recurring, WhenError
from .periods import Today, checked, date_span
from .pieces import Clock, Filler, Gone, Impossible, Meeting, Offset, Part, Piece, Relation, Vague
from .rules import BYDAY

# Until when a part of today can still be meant, in hours.
_PART_ENDS = {"morning": 10, "forenoon": 12, "noon": 14, "afternoon": 18, "evening": 24, "any": 24}
# Hours on the clock that fit a part of the day, after noon was added where it is meant.
_PART_HOURS = {
    "morning": range(4, 12), "forenoon": range(6, 13), "noon": range(10, 15),
    "afternoon": range(12, 19), "evening": range(17, 24), "any": range(24),
}  # fmt: skip


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
    bag = gather(pieces)
    local = now.astimezone(calendar.tz)
    today = Today(local.date(), calendar, lang)
    if bag.every is not None:
        return _recurring(bag)
    if bag.meeting is not None:
        return _meeting(bag, bag.meeting, now, today)
    return understood(bag, now, today)


def understood(bag: Bag, now: datetime, today: Today) -> Meaning:
    """What parts mean of which none is a meeting or a recurrence."""
    return _deadline(bag, now, today) if bag.either is None else _either(bag, now, today)


def _vague(pieces: Sequence[Piece], now: datetime, calendar: Calendar, lang: str) -> Meaning:
    """Vague, unless a firm limit follows: "hurtigst muligt og senest fredag"."""
    first, rest = pieces[0], pieces[1:]
    limit = len(rest) > 1 and isinstance(rest[0], Relation) and rest[0].firm
    if isinstance(first, Vague) and not first.approximate and limit:
        return understand(rest, now, calendar, lang)
    others = [piece for piece in pieces if not isinstance(piece, Vague | Relation | Filler)]
    if not others and any(isinstance(piece, Vague) and piece.approximate for piece in pieces):
        raise Unfit
    raise WhenError("vague")


def _meeting(bag: Bag, meeting: Meeting, now: datetime, today: Today) -> Meaning:
    """A meeting by its turn, or by the day, week or month that it is in."""
    if not bag.names_a_day and bag.clock is None and bag.either is None:
        if bag.kind == "after":
            raise WhenError("vague")
        return NextMeeting(meeting.forum, meeting.count) if meeting.count else Recurring("")
    if bag.head is not None or meeting.count != 1:
        raise WhenError("vague")
    alone = replace(bag, meeting=None)
    if bag.near or bag.date_of or bag.weekday:
        if bag.kind == "after" or bag.either is not None:
            return understood(alone, now, today)
        # "inden mødet på fredag" is Friday: the preposition belongs to the meeting.
        found = _deadline(replace(alone, relation=Relation("by")), now, today)
        return MeetingDay(found.day, None, meeting.forum) if bag.clock is None and bag.part is None else found
    if bag.days_said_by() <= {"period", "year"} and bag.clock is None and bag.kind != "after":
        span = days_of(replace(alone, relation=Relation("by")), today)
        if span.last < today.day:
            raise today.trouble("past", span.last)
        checked(span.last, today, guessed=span.guessed)
        return NextMeeting(meeting.forum, first=span.first, last=span.last)
    raise WhenError("vague")


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
        span = days_of(bag, today)
        day = related(bag, span, today)
        named = span.first == span.last == day and bag.edge is None
        if (bag.clock or bag.part) and not named:
            raise today.trouble("vague", day)  # an hour belongs to the day that was named, or to none
    if day < today.day:
        raise today.trouble("past", day)
    if bag.clock is None:
        local = now.astimezone(today.calendar.tz)
        if bag.part and day == today.day and local.hour >= _PART_ENDS[bag.part.name]:
            raise WhenError("clock_past")
        return Deadline(day)
    try:
        deadline = Deadline(day, _time(bag.clock, bag.part, day))
    except WhenError as trouble:
        if trouble.suggestion is not None and trouble.suggestion.end(today.calendar.tz) <= now:
            trouble.suggestion = None
        raise
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
    alone = replace(bag, offset=None)
    minutes = offset.amount * (60 if offset.unit == "hour" else 1)
    if offset.bare:
        raise Unfit
    if alone.names_a_day or bag.clock or bag.part or bag.kind not in {"", "by"}:
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
        raise WhenError("vague")
    return time(hour, clock.minute)
