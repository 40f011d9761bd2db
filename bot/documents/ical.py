"""A forum's meetings as an iCalendar file that Outlook and Thunderbird open.

One VCALENDAR that publishes (RFC 5546, 3.2.1) each meeting as a VEVENT of its own: a rule (RRULE) would be untrue as
soon as a holiday or a person moves one. A meeting keeps its UID, and a higher SEQUENCE replaces what was imported
before (RFC 5546, 2.1.4, 2.1.5). The same meetings always give the same file: nothing here reads a clock or draws lots.

Section numbers without a name are of RFC 5545. From the library we take the framing and the folding (3.1). Ours are the
zone, whose changes the library puts at the wrong local time (3.6.5 wants it by the offset before), and the escaping of
words (3.3.11), for the library makes a line break out of the backslash in "C:\\Nord".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vCalAddress, vText

# RFC 5546 (3.2.1) wants an organizer, an address (3.3.3). A forum has none, and .invalid is nobody's (RFC 2606).
_NOBODY: Final = "mailto:noreply@hotspotbot.invalid"
# What may not stand in a text (3.3.11), and what some readers take for the end of a line.
_UNFIT: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_LAST: Final = -1
_YEARS_TO_TELL: Final = 10  # so many years tell a last Sunday from a fourth one
_DAY: Final = timedelta(days=1)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Entry:
    """One meeting as a calendar shows it.

    `uid` names it for good, over all calendars; `sequence` grows with each change, and `stamp` says when that was.
    Instants are aware. The words are people's own and may hold anything. Some readers show a cancelled meeting like any
    other, so `summary` should say it too.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    location: str | None
    description: str
    cancelled: bool
    stamp: datetime


def calendar(name: str, entries: Sequence[Entry], tz: ZoneInfo) -> str:
    """The file's text, with CRLF line ends and lines of at most 75 octets of UTF-8; `name` is the calendar's."""
    file = icalendar.Calendar()
    # 3.7. NAME is RFC 7986 (5.1), and X-WR-CALNAME what older readers know instead.
    file.add("prodid", "-//hotspotbot//hotspotbot//DA")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        file.add(key, _Words(_one_line(name)))
    file.add("x-wr-timezone", vText(tz.key))
    years = [each.astimezone(tz).year for entry in entries for each in (entry.start, entry.end)]
    file.add_component(_zone(tz, min(years, default=2000), max(years, default=2000)))
    for entry in entries:
        file.add_component(_event(name, entry, tz))
    text: str = file.to_ical().decode()
    return text


class _Words(vText):
    """TEXT (3.3.11), escaped to the letter."""

    def to_ical(self) -> bytes:
        said = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
        return said.replace("\n", "\\n").encode()


def _clean(words: str) -> str:
    return _UNFIT.sub("", _LINE_ENDS.sub("\n", words))


def _one_line(words: str) -> str:
    return " ".join(_clean(words).split())


def _event(name: str, entry: Entry, tz: ZoneInfo) -> icalendar.Event:
    """A VEVENT (3.6.1). A cancelled one stays in the file, so that a calendar which has it learns of it."""
    event = icalendar.Event()
    event.add("uid", _Words(_one_line(entry.uid)))
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("last-modified", entry.stamp.astimezone(UTC))
    start, end = (each.astimezone(tz) for each in (entry.start, entry.end))
    if start.fold or end.fold:
        # A local time that comes twice means the first one (3.3.5), so the second can only be said in UTC.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
    event.add("dtstart", start)
    if entry.end > entry.start:  # it must be later (3.8.2.2); without it the meeting is a moment
        event.add("dtend", end)
    organizer = vCalAddress(_NOBODY)
    # A parameter (3.2) cannot hold a quotation mark, and readers disagree about a backslash in one.
    organizer.params["CN"] = _one_line(name).replace('"', "'").replace("\\", "/")
    event.add("organizer", organizer)
    event.add("summary", _Words(_one_line(entry.summary)))
    if entry.location is not None:
        event.add("location", _Words(_one_line(entry.location)))
    event.add("description", _Words(_clean(entry.description)))
    return event


# --- the zone


class _Onset(NamedTuple):
    """A change of the clocks: the local time at which it happens by the offset before it, as 3.6.5 asks."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str
    standard: bool


def _zone(tz: ZoneInfo, first: int, last: int) -> icalendar.Timezone:
    """A VTIMEZONE (3.6.5) that is right for local times from January of the first year to December of the last.

    Yearly changes by one rule are said as that rule, from the year before on: Outlook knows no other form.
    """
    zone = icalendar.Timezone()
    zone.add("tzid", tz.key)
    years = range(first - 1, max(last, first + _YEARS_TO_TELL) + 1)
    onsets = _onsets(tz, years[0], years[-1])
    begin = datetime(years[0], 1, 1, tzinfo=tz)
    alike: dict[tuple[object, ...], list[_Onset]] = defaultdict(list)
    for onset in onsets:
        alike[onset.before, onset.after, onset.name, onset.wall.month].append(onset)
    rules = [_rule(each) for each in alike.values()]
    yearly = all(rules) and all(len(each) == len(years) for each in alike.values())
    if not onsets or not yearly:
        offset, name = begin.utcoffset() or timedelta(), begin.tzname() or tz.key
        standing = _Onset(begin.replace(tzinfo=None), offset, offset, name, not begin.dst())
        zone.add_component(_observance(standing))
    if yearly:
        for each, rule in zip(alike.values(), rules, strict=True):
            zone.add_component(_observance(each[0], rule))
    else:
        for onset in onsets:
            zone.add_component(_observance(onset))
    return zone


def _observance(
    onset: _Onset, rule: dict[str, object] | None = None
) -> icalendar.TimezoneStandard | icalendar.TimezoneDaylight:
    part = icalendar.TimezoneStandard() if onset.standard else icalendar.TimezoneDaylight()
    part.add("dtstart", onset.wall)
    part.add("tzoffsetfrom", onset.before)
    part.add("tzoffsetto", onset.after)
    part.add("tzname", onset.name)
    if rule is not None:
        part.add("rrule", rule)
    return part


def _rule(onsets: Sequence[_Onset]) -> dict[str, object] | None:
    """The yearly rule of changes that are all on the n-th or the last such weekday of a month, or None."""
    if len({(each.wall.weekday(), each.wall.time()) for each in onsets}) > 1:
        return None
    walls = [each.wall for each in onsets]
    if [wall.year for wall in walls] != list(range(walls[0].year, walls[0].year + len(walls))):
        return None
    numbers = {(wall.day - 1) // 7 + 1 for wall in walls}
    last = all((wall + 7 * _DAY).month != wall.month for wall in walls)
    if not last and len(numbers) > 1:
        return None
    number = _LAST if last else numbers.pop()
    return {"freq": "yearly", "bymonth": walls[0].month, "byday": f"{number}{_WEEKDAYS[walls[0].weekday()]}"}


@lru_cache(maxsize=16)  # every calendar of a year asks for the same
def _onsets(tz: ZoneInfo, first: int, last: int) -> tuple[_Onset, ...]:
    """Every change of offset or name in these years."""
    return tuple(_found(tz, first, last))


def _found(tz: ZoneInfo, first: int, last: int) -> Iterator[_Onset]:
    instant, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while instant < end:
        if _state(tz, instant) != _state(tz, instant + _DAY):
            low, high = instant, instant + _DAY
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if _state(tz, middle) == _state(tz, low) else (low, middle)
            before, (after, name, dst) = _state(tz, low)[0], _state(tz, high)
            yield _Onset((high + before).replace(tzinfo=None), before, after, name, not dst)
        instant += _DAY


def _state(tz: ZoneInfo, instant: datetime) -> tuple[timedelta, str, timedelta]:
    local = instant.astimezone(tz)
    return local.utcoffset() or timedelta(), local.tzname() or tz.key, local.dst() or timedelta()
