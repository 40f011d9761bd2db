"""When an owner hears of a promise: the reminder rules as pure functions of dates (docs/domain, Time).

Nothing here reads a clock or a database. Instants are aware; days are local days of the programme's time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.config_sections import Reminders
from bot.config_times import Span
from bot.when import Calendar, Deadline


@dataclass(frozen=True)
class Hours:
    """When one person can be reminded: working days, morning hour and leave (both ends included)."""

    calendar: Calendar
    workdays: frozenset[int]
    morning: time
    away_from: date | None = None
    away_until: date | None = None

    def available(self, day: date) -> bool:
        """Whether the person works on that day: an open working day outside leave."""
        return self.calendar.is_workday(day, self.workdays) and not self.away(day)

    def away(self, day: date) -> bool:
        """Whether the person is on leave that day."""
        if self.away_until is None or day > self.away_until:
            return False
        return self.away_from is None or day >= self.away_from

    def local(self, instant: datetime) -> datetime:
        """The instant as the person's clock shows it."""
        return instant.astimezone(self.calendar.tz)

    def at(self, day: date) -> datetime:
        """The morning hour of that day, in UTC."""
        return datetime.combine(day, self.morning, self.calendar.tz).astimezone(UTC)

    def next_morning(self, after: datetime) -> datetime:
        """The first morning hour, strictly later, on a day the person is available."""
        day = self.local(after).date()
        if self.at(day) <= after:
            day += timedelta(days=1)
        if self.away(day) and self.away_until is not None:
            day = self.away_until + timedelta(days=1)
        while not self.available(day):
            day += timedelta(days=1)
        return self.at(day)

    def may_hear_now(self, now: datetime) -> bool:
        """Whether a morning message that is late may still go out: same working day, after the hour."""
        day = self.local(now).date()
        return self.available(day) and self.at(day) <= now


def morning_before(start: datetime, span: Span, hours: Hours) -> datetime:
    """The morning hour that lies a span ahead of a meeting; never later than an hour before it begins."""
    last = hours.local(start).date()
    if span.unit == "workdays":
        last = hours.calendar.shift(last, -span.count)
    else:
        last = hours.calendar.on_or_before(last - timedelta(days=span.count))
    # At the day's own morning hour a meeting at eight has begun.
    return min(hours.at(last), start - timedelta(hours=1))


def _before(day: date, span: Span, hours: Hours) -> date:
    """The day that lies a span ahead of the deadline; on a closed day the last working day before it."""
    if span.unit == "workdays" and span.count:
        return hours.calendar.shift(day, -span.count, hours.workdays)
    return hours.calendar.on_or_before(day - timedelta(days=span.days), hours.workdays)


def _after(day: date, span: Span, hours: Hours) -> date:
    if span.unit == "workdays":
        return hours.calendar.shift(day, span.count, hours.workdays)
    return hours.calendar.on_or_after(day + timedelta(days=span.days), hours.workdays)


def reminder_days(due: date, hours: Hours, rules: Reminders) -> Iterator[date]:
    """The days on which an open action is reminded: before, on, and then for ever while overdue."""
    yield from sorted({_before(due, span, hours) for span in rules.before})
    day = due
    while True:
        day = _after(day, rules.overdue_every, hours)
        yield day


def hour_before(due: Deadline, hours: Hours) -> datetime | None:
    """An hour before a deadline that has a time of day; none for a date."""
    if due.time is None:
        return None
    return due.end(hours.calendar.tz).astimezone(UTC) - timedelta(hours=1)


def at_once(due: Deadline | None, hours: Hours, now: datetime) -> bool:
    """Whether an owner must hear of a new deadline now, because it passes before the next morning message."""
    return due is not None and due.end(hours.calendar.tz) <= hours.next_morning(now)


def next_reminder(
    due: Deadline | None, *, told: bool, hours: Hours, rules: Reminders, after: datetime
) -> datetime | None:
    """The next instant, strictly after `after`, at which an owner is reminded of one open action.

    `told` is whether the owner has heard of the action at all: a new one stands in the next morning message.
    A reminder that falls in the owner's leave waits for the first morning after it.
    """
    candidates: list[datetime] = []
    if not told:
        candidates.append(hours.next_morning(after))
    if due is not None:
        candidates += _early(due, hours, rules, after)
        candidates.append(_first_morning(reminder_days(due.day, hours, rules), hours, after))
    return min(candidates, default=None)


def postponed(due: Deadline | None, hours: Hours, rules: Reminders, now: datetime) -> datetime:
    """When a reminder that cannot be heard now is tried again: the next morning, or the hour before if sooner."""
    early = _early(due, hours, rules, now) if due is not None else []
    return min([hours.next_morning(now), *early])


def after_new_hours(
    planned: datetime | None,
    due: Deadline | None,
    *,
    told: bool,
    before: Hours,
    hours: Hours,
    rules: Reminders,
    since: datetime,
    now: datetime,
) -> datetime | None:
    """The next reminder when somebody's morning hour or leave was `before` and is now `hours`.

    Nothing that waits is lost: who comes back early hears on the first morning of what fell into the leave (after
    `since`, when this deadline was set or the owner last heard), and an earlier hour still reminds today.
    """
    today = hours.local(now).date()
    if planned is None:
        return next_reminder(due, told=told, hours=hours, rules=rules, after=now)
    if before.away(today):
        waits = planned <= now or (due is not None and _fell(due, before, rules, since, now))
        following = next_reminder(due, told=told, hours=hours, rules=rules, after=now)
        return min((at for at in (following, hours.next_morning(now) if waits else None) if at), default=None)
    day = before.local(planned).date()
    morning = planned == before.at(day)
    if planned <= now and not morning:
        return planned
    # Today's morning, if it was heard, was heard at the hour as it was then.
    heard = before.at(today) <= now and not (morning and day <= today)
    found = [
        next_reminder(
            due, told=told, hours=hours, rules=rules, after=max(now, hours.at(today)) if heard else now
        )
    ]
    found += _early(due, hours, rules, now) if due else []
    if morning:
        found.append(hours.next_morning(hours.at(day)) if hours.away(day) else hours.at(day))
    return min((at for at in found if at), default=None)


def _early(due: Deadline, hours: Hours, rules: Reminders, after: datetime) -> list[datetime]:
    """The hour before a deadline with a time of day, if it is still to come and not in leave."""
    early = hour_before(due, hours) if rules.hour_before else None
    heard = early is not None and early > after and not hours.away(hours.local(early).date())
    return [early] if early is not None and heard else []


def _fell(due: Deadline, hours: Hours, rules: Reminders, since: datetime, until: datetime) -> bool:
    """Whether a reminder's morning lies after one instant and not after another."""
    for day in reminder_days(due.day, hours, rules):
        if hours.at(day) > since:
            return hours.at(day) <= until
    raise AssertionError("reminder days never end")


def _first_morning(days: Iterator[date], hours: Hours, after: datetime) -> datetime:
    """The first of the days' mornings after an instant, moved behind leave."""
    for day in days:
        instant = hours.at(day)
        if instant > after:
            return hours.next_morning(instant) if hours.away(day) else instant
    raise AssertionError("reminder days never end")


def raise_at(due: Deadline, hours: Hours, rules: Reminders) -> datetime:
    """When an overdue action is raised with the coordinator; `hours` are the office's, not the owner's."""
    return hours.at(_after(due.day, rules.raise_after, hours))
