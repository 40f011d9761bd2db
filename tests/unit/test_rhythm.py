"""The reminder rules as functions of dates, where the simulated year comes by too seldom."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from bot import rhythm
from bot.config_sections import Reminders
from bot.rhythm import Hours
from bot.when import Calendar, Deadline

CPH = ZoneInfo("Europe/Copenhagen")
RULES = Reminders()


def _hours(away: tuple[date, date] | None = None) -> Hours:
    first, last = away or (None, None)
    return Hours(Calendar(tz=CPH), frozenset(range(5)), time(8), first, last)


def _at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CPH)


def test_the_example_of_the_domain() -> None:
    """Due Fri 27 Nov: Wed 25, Fri 27, Tue 1 Dec, Thu 3; raised on Fri 4."""
    days = islice(rhythm.reminder_days(date(2026, 11, 27), _hours(), RULES), 4)
    assert [f"{day:%a %-d %b}" for day in days] == ["Wed 25 Nov", "Fri 27 Nov", "Tue 1 Dec", "Thu 3 Dec"]
    assert rhythm.raise_at(Deadline(date(2026, 11, 27)), _hours(), RULES) == _at("2026-12-04T08:00")


def test_a_reminder_that_waits_over_the_weekend_does_not_wait_past_the_hour_before() -> None:
    """Friday's message was missed; the deadline is on Saturday at 11, so Saturday at 10 is next, not Monday."""
    due = Deadline(date(2026, 11, 28), time(11))
    assert rhythm.postponed(due, _hours(), RULES, _at("2026-11-28T06:00")) == _at("2026-11-28T10:00")
    assert rhythm.postponed(due, _hours(), RULES, _at("2026-11-28T10:30")) == _at("2026-11-30T08:00")


def test_leave_is_not_disturbed_by_the_hour_before() -> None:
    """On leave until Tuesday: nothing on Saturday, the first morning after it is Wednesday's."""
    due = Deadline(date(2026, 11, 28), time(11))
    hours = _hours((date(2026, 11, 27), date(2026, 12, 1)))
    assert rhythm.postponed(due, hours, RULES, _at("2026-11-28T06:00")) == _at("2026-12-02T08:00")
