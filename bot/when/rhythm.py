"""Recurrence in local time: a meeting at 10 stays at 10 when the clocks change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

_HORIZON = timedelta(days=366 * 9)
_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_DAY_PARTS = {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER"}
_PARTS = _DAY_PARTS | {
    "FREQ",
    "INTERVAL",
    "BYMONTH",
    "BYSETPOS",
    "BYHOUR",
    "BYMINUTE",
    "WKST",
    "COUNT",
    "UNTIL",
}


class Rhythm:
    """The instants of an RRULE (RFC 5545; DAILY to YEARLY) in a time zone.

    `start` is its first day (or moment; a naive one is local) and decides which weeks count when
    INTERVAL is over 1, for ever: no drift at New Year. It may be left out where the rule says
    everything itself. `duration` is in minutes.

    Raises ValueError that says what is missing or wrong.
    """

    def __init__(
        self, rule: str, *, tz: ZoneInfo, start: datetime | date | None = None, duration: int = 60
    ) -> None:
        self.tz = tz
        self.rule = rule.strip().removeprefix("RRULE:")
        self.duration = timedelta(minutes=duration)
        if duration < 0:
            raise ValueError("a meeting cannot last less than 0 minutes")
        parts = _parts(self.rule)
        self._until = _until(parts.pop("UNTIL", ""), tz)
        self._counted = "COUNT" in parts
        self._anchored = self._counted or int(parts.get("INTERVAL", "1")) > 1
        self._start = None if start is None else _local(start, parts, tz)
        if self._start is None:
            _must_stand_alone(parts)
        else:
            _complete(parts, self._start)
        parts.setdefault("BYSECOND", "0")
        self._text = ";".join(f"{name}={value}" for name, value in parts.items())
        try:
            self._from(datetime(2026, 1, 1), datetime(2026, 1, 1))  # noqa: DTZ001 (local wall clock)
        except (ValueError, TypeError, KeyError, IndexError) as fault:
            raise ValueError(f"not a recurrence rule: {self.rule!r} ({fault})") from fault

    def next_after(self, instant: datetime) -> datetime | None:
        """The first occurrence later than this instant, in UTC; None if there is none within nine years."""
        return next(self._after(instant, instant + _HORIZON), None)

    def between(self, a: datetime, b: datetime) -> list[datetime]:
        """The occurrences later than `a` and up to and including `b`, in UTC."""
        return list(self._after(a, b))

    def _after(self, a: datetime, b: datetime) -> Iterator[datetime]:
        low, high = (each.astimezone(self.tz).replace(tzinfo=None) for each in (a, b))
        # The wall clock repeats an hour in autumn: look from well before, and compare instants.
        low, high = low - timedelta(hours=3), high + timedelta(hours=3)
        if self._until is not None:
            high = min(high, self._until)
        for wall in self._from(low, high).xafter(low, inc=True):
            if wall > high:
                return
            instant = wall.replace(tzinfo=self.tz).astimezone(UTC)
            if a < instant <= b:
                yield instant

    def _from(self, low: datetime, high: datetime) -> rrule:
        """The rule as dateutil has it, over local wall-clock times up to `high`."""
        start = self._start
        if start is None or (not self._anchored and start < low):
            # Every week is every week wherever one begins to count, so begin near: a year covers all parts.
            wall = start.time() if start else time()
            near = datetime.combine(date(max(low.year - 1, 1), 1, 1), wall)
            start = near if start is None else max(start, near)
        found = rrulestr(self._text, dtstart=start)
        if not isinstance(found, rrule):
            raise TypeError("one rule, not a set")
        return found if self._counted else found.replace(until=high)


def _parts(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in rule.upper().split(";"):
        name, mark, value = part.partition("=")
        if not mark or not value or name in parts:
            raise ValueError(f"not a recurrence rule: {rule!r}")
        if name not in _PARTS:
            raise ValueError(f"{name} is not supported in a recurrence rule")
        parts[name] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        raise ValueError(f"FREQ must be one of {', '.join(sorted(_FREQUENCIES))}: {rule!r}")
    if not re.fullmatch(r"[1-9]\d{0,3}", parts.get("INTERVAL", "1")):
        raise ValueError(f"INTERVAL must be a whole number from 1: {rule!r}")
    return parts


def _must_stand_alone(parts: dict[str, str]) -> None:
    if int(parts.get("INTERVAL", "1")) > 1 or "COUNT" in parts:
        raise ValueError("a rule with INTERVAL over 1 or COUNT needs a start, to know which weeks count")
    if "BYHOUR" not in parts:
        raise ValueError("a rule without BYHOUR needs a start with a time of day")
    if parts["FREQ"] != "DAILY" and not _DAY_PARTS & parts.keys():
        raise ValueError("a rule without BYDAY or BYMONTHDAY needs a start, to know which day is meant")
    if parts["FREQ"] == "YEARLY" and parts.keys().isdisjoint(
        {"BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYEASTER"}
    ):
        raise ValueError("a yearly rule without BYMONTH needs a start, to know which month is meant")
    parts.setdefault("BYMINUTE", "0")


def _complete(parts: dict[str, str], start: datetime) -> None:
    """Name the day that the rule leaves to its start (RFC 5545, 3.3.10), however far from it one begins to look."""
    if _DAY_PARTS & parts.keys():
        return
    if parts["FREQ"] == "WEEKLY":
        parts["BYDAY"] = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[start.weekday()]
    elif parts["FREQ"] in ("MONTHLY", "YEARLY"):
        parts["BYMONTHDAY"] = str(start.day)
        if parts["FREQ"] == "YEARLY":
            parts.setdefault("BYMONTH", str(start.month))


def _local(start: datetime | date, parts: dict[str, str], tz: ZoneInfo) -> datetime:
    """The start as a local wall-clock time. The rule's own hour, if it has one, stands above it."""
    if not isinstance(start, datetime):
        if "BYHOUR" not in parts:
            raise ValueError("a rule without BYHOUR needs a start with a time of day")
        parts.setdefault("BYMINUTE", "0")
        return datetime.combine(start, time())
    if start.tzinfo is not None:
        start = start.astimezone(tz).replace(tzinfo=None)
    if "BYHOUR" in parts:
        parts.setdefault("BYMINUTE", "0")
        start = datetime.combine(start.date(), time())
    return start.replace(second=0, microsecond=0)


def _until(text: str, tz: ZoneInfo) -> datetime | None:
    """UNTIL as a local wall-clock time; a date includes its whole day."""
    if not text:
        return None
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?", text)
    if match is None:
        raise ValueError(f"UNTIL must be a date or a UTC time: {text!r}")
    day = date(int(match[1]), int(match[2]), int(match[3]))
    if match[4] is None:
        return datetime.combine(day, time.max)
    moment = datetime.combine(day, time(int(match[4]), int(match[5]), int(match[6])))
    return moment.replace(tzinfo=UTC).astimezone(tz).replace(tzinfo=None) if match[7] else moment
