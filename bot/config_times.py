"""The small languages of time inside the config: hours, lengths, days and the recurrence of meetings.

Every function takes what stands in the file and returns the value, or raises `fault(CODE, …)`, which
`bot.config_problems` turns into a sentence. The types at the end are for the fields of the config's tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from pydantic import AfterValidator, PlainValidator

from bot.config_problems import fault, nearest
from bot.when import Rhythm

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_SPAN: Final = re.compile(
    r"(\d{1,3}) *(?:(workdays?|arbejdsdage?)|(days?|dage?)|(?:weeks?|uger?))", re.IGNORECASE
)
_PERIOD: Final = re.compile(
    r"(\d{1,4}) *(days?|dage?|weeks?|uger?|months?|måned(?:er)?|years?|år)", re.IGNORECASE
)
# By the first letter of the unit, in both languages.
_PERIODS: Final[dict[str, tuple[int, Literal["days", "months"]]]] = {
    "d": (1, "days"),
    "w": (7, "days"),
    "u": (7, "days"),
    "m": (1, "months"),
    "y": (12, "months"),
    "å": (12, "months"),
}
_WEEKDAYS: Final = (
    ("monday", "mandag"),
    ("tuesday", "tirsdag"),
    ("wednesday", "onsdag"),
    ("thursday", "torsdag"),
    ("friday", "fredag"),
    ("saturday", "lørdag", "loerdag"),
    ("sunday", "søndag", "soendag"),
)
_RULE_PARTS: Final = ("FREQ", "INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE", "BYMONTHDAY", "BYMONTH", "BYSETPOS")
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_LONGEST_RANGE: Final = timedelta(days=366)


@dataclass(frozen=True)
class Span:
    """A length of time in whole days: working days or calendar days. A week is seven calendar days."""

    count: int
    unit: Literal["workdays", "days"]

    @property
    def days(self) -> int:
        """The count, where calendar days are meant."""
        return self.count


@dataclass(frozen=True)
class Period:
    """How long something is kept: whole days, or calendar months (a year is twelve)."""

    count: int
    unit: Literal["days", "months"]

    def after(self, moment: datetime) -> datetime:
        """The moment so much later; a day that the month lacks becomes its last."""
        return moment + (relativedelta(months=self.count) if self.unit == "months" else timedelta(self.count))

    def before(self, moment: datetime) -> datetime:
        """The moment so much earlier."""
        return moment - (relativedelta(months=self.count) if self.unit == "months" else timedelta(self.count))


@dataclass(frozen=True)
class Slot:
    """A weekly hour in local time, on one or more weekdays (Monday = 0, ascending)."""

    weekdays: tuple[int, ...]
    at: time


class DateRange(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Every day of the range."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


def time_of_day(value: object) -> time:
    """08:00, 8:00 or 8.00."""
    if isinstance(value, time) and value == time(value.hour, value.minute):
        return value
    if isinstance(value, str) and (match := _TIME.fullmatch(value.strip())):
        return time(int(match[1]), int(match[2]))
    raise fault("time", value=str(value))


def span(value: object) -> Span:
    """2 workdays, 0 days, 1 week; also in Danish."""
    if isinstance(value, Span):
        return value
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise fault("span", value=str(value))
    count = int(match[1])
    if match[2]:
        return Span(count, "workdays")
    return Span(count if match[3] else 7 * count, "days")


def period(value: object) -> Period:
    """30 days, 4 weeks, 6 months, 5 years; also in Danish."""
    if isinstance(value, Period):
        return value
    match = _PERIOD.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise fault("period", value=str(value))
    factor, unit = _PERIODS[match[2].casefold()[0]]
    return Period(int(match[1]) * factor, unit)


def positive(value: Span) -> Span:
    """A span that gets one anywhere: repeating every 0 days would never end."""
    if value.count == 0:
        raise fault("span-zero")
    return value


def span_or_never(value: object) -> Span | None:
    """A span as above, or "never" (aldrig): then None."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in ("never", "aldrig")):
        return None
    if not isinstance(value, Span) and not (isinstance(value, str) and _SPAN.fullmatch(value.strip())):
        raise fault("span-or-never", value=str(value).lower() if isinstance(value, bool) else str(value))
    return span(value)


def period_or_never(value: object) -> Period | None:
    """A period as above, or "never" (aldrig): then None."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in ("never", "aldrig")):
        return None
    return period(value)


def _weekday(word: str) -> int | None:
    word = word.casefold().rstrip(".")
    if len(word) < 3:
        return None
    return next(
        (day for day, names in enumerate(_WEEKDAYS) if any(name.startswith(word) for name in names)), None
    )


def weekdays(value: object) -> frozenset[int]:
    """A list of weekdays: names or their first three letters, English or Danish."""
    if isinstance(value, frozenset):
        return value
    if not isinstance(value, list | tuple) or not value:
        raise fault("weekdays")
    return frozenset(_known_weekdays(value))


def _known_weekdays(words: Iterable[object]) -> Iterator[int]:
    for word in words:
        day = _weekday(word) if isinstance(word, str) else None
        if day is None:
            raise fault("weekday", value=str(word))
        yield day


def slot(value: object) -> Slot:
    """mon 08:30, or mon,thu 08:30."""
    if isinstance(value, Slot):
        return value
    words = re.split(r"[,\s]+", value.strip()) if isinstance(value, str) else []
    if len(words) < 2 or not _TIME.fullmatch(words[-1]):
        raise fault("slot", value=str(value))
    return Slot(tuple(sorted(set(_known_weekdays(words[:-1])))), time_of_day(words[-1]))


def date_range(value: object) -> DateRange:
    """2026-12-28, or 2026-12-28..2026-12-30."""
    if isinstance(value, DateRange):
        return value
    first, dots, last = (part.strip() for part in str(value).partition(".."))
    try:
        days = DateRange(date.fromisoformat(first), date.fromisoformat(last if dots else first))
    except ValueError:
        raise fault("date-range", value=str(value)) from None
    if days.last < days.first:
        raise fault("date-range-backwards", value=str(value))
    if days.last - days.first > _LONGEST_RANGE:
        raise fault("date-range-long", value=str(value))
    return days


def recurrence_parts(rule: str) -> dict[str, str]:
    """FREQ=WEEKLY;BYDAY=TU as a dictionary with keys in upper case."""
    pairs = (part.partition("=") for part in rule.split(";"))
    return {name.strip().upper(): content.strip().upper() for name, _, content in pairs}


def recurrence(value: str) -> str:
    """A meeting's recurrence: an RRULE of RFC 5545 by days or longer, in local time."""
    rule = re.sub(r"\s+", "", value).upper().removeprefix("RRULE:").rstrip(";")
    parts = recurrence_parts(rule)
    unknown = next((name for name in parts if name not in (*_RULE_PARTS, "COUNT", "UNTIL", "WKST")), None)
    if unknown is not None:
        raise fault("meeting", value=value, nearest=nearest(unknown, _RULE_PARTS))
    if parts.get("FREQ") not in _FREQUENCIES:
        said = parts.get("FREQ", "")
        raise fault("meeting-frequency", known=", ".join(_FREQUENCIES), nearest=nearest(said, _FREQUENCIES))
    try:
        # With some start: whether the rule needs one of its own is asked when that is known.
        Rhythm(rule, tz=ZoneInfo("UTC"), start=datetime(2026, 1, 1))  # noqa: DTZ001  (a rule is local time)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError):
        raise fault("meeting", value=value) from None
    return rule


def meeting_start(value: object) -> date | datetime:
    """The day, or day and local time, of the first meeting."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            raise fault("meeting-start", value=str(value)) from None
    if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo is not None):
        raise fault("meeting-start", value=str(value))
    # Meetings are counted from here on, so a slip in the century would be counted for long.
    if not 1990 <= value.year < 2200:
        raise fault("meeting-start-year", value=str(value))
    return value


TimeOfDay = Annotated[time, PlainValidator(time_of_day)]
SlotText = Annotated[Slot, PlainValidator(slot)]
SpanText = Annotated[Span, PlainValidator(span)]
SpanOrNever = Annotated[Span | None, PlainValidator(span_or_never)]
PositiveSpan = Annotated[Span, PlainValidator(span), AfterValidator(positive)]
PeriodText = Annotated[Period, PlainValidator(period)]
PeriodOrNever = Annotated[Period | None, PlainValidator(period_or_never)]
Dates = Annotated[DateRange, PlainValidator(date_range)]
Workdays = Annotated[frozenset[int], PlainValidator(weekdays)]
Recurrence = Annotated[str, AfterValidator(recurrence)]
MeetingStart = Annotated[date | datetime, PlainValidator(meeting_start)]
