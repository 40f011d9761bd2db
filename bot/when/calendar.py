"""Working days and holidays in Denmark (docs/domain, Time)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

WEEKDAYS: frozenset[int] = frozenset(range(5))
DAY = timedelta(days=1)
# Closed by agreement in municipalities though not public holidays.
_ALSO_CLOSED = {
    (6, 5): {"da": "Grundlovsdag", "en": "Constitution Day"},
    (12, 24): {"da": "Juleaftensdag", "en": "Christmas Eve"},
    (12, 31): {"da": "Nytårsaftensdag", "en": "New Year's Eve"},
}


@lru_cache(maxsize=256)
def _public(year: int, lang: str) -> dict[date, str]:
    found = holidays.country_holidays("DK", years=year, language="da" if lang == "da" else "en_US")
    return {day: name for day, name in found.items() if day.year == year}


@dataclass(frozen=True)
class Calendar:
    """When a municipality is at work.

    `closed` are the configuration's own closing days. `school_holidays` maps a name (`vinterferie`,
    `winter holiday`) to its periods, first and last day included.
    """

    tz: ZoneInfo
    closed: frozenset[date] = frozenset()
    school_holidays: Mapping[str, tuple[tuple[date, date], ...]] = field(default_factory=dict, hash=False)

    def holiday(self, day: date, lang: str) -> str | None:
        """The holiday's name, or None. Closing days from the configuration have no name."""
        also = _ALSO_CLOSED.get((day.month, day.day))
        if also is not None:
            return also["da" if lang == "da" else "en"]
        return _public(day.year, lang).get(day)

    def is_open(self, day: date) -> bool:
        """False on holidays and closing days. Weekends are a question of whose working days they are."""
        return (
            day not in self.closed
            and (day.month, day.day) not in _ALSO_CLOSED
            and day not in _public(day.year, "da")
        )

    def is_workday(self, day: date, workdays: frozenset[int] = WEEKDAYS) -> bool:
        """Whether somebody who works on these weekdays (Monday is 0) is at work."""
        return day.weekday() in workdays and self.is_open(day)

    def shift(self, day: date, n: int, workdays: frozenset[int] = WEEKDAYS) -> date:
        """The n-th working day after `day`, or before it when n is negative. n = 0 is the day itself.

        Raises ValueError when there are no working days at all, OverflowError past the calendar's ends.
        """
        step = DAY if n > 0 else -DAY
        for _ in range(abs(n)):
            day = self._seek(day + step, step, workdays)
        return day

    def on_or_before(self, day: date, workdays: frozenset[int] = WEEKDAYS) -> date:
        """The last working day up to and including `day`."""
        return self._seek(day, -DAY, workdays)

    def on_or_after(self, day: date, workdays: frozenset[int] = WEEKDAYS) -> date:
        """The first working day from and including `day`."""
        return self._seek(day, DAY, workdays)

    def _seek(self, day: date, step: timedelta, workdays: frozenset[int]) -> date:
        for _ in range(366):
            if self.is_workday(day, workdays):
                return day
            day += step
        raise ValueError("no working day within a year")
