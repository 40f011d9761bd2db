"""What a phrase about time can mean: a deadline, a meeting, a recurrence, or a reason to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Lang = Literal["da", "en"]

Reason = Literal[
    "vague",  # understood as time, but no single date: "snarest", "i weekenden"
    "two",  # two dates fit: "torsdag eller fredag", "om otte dage"
    "past",  # the day is gone by
    "clock_past",  # the day is today, and the hour is gone by
    "clock_half",  # "kl. 3": at night or in the afternoon?
    "impossible",  # no such date, week or hour: 31/2, uge 54, kl. 25
    "contradiction",  # the parts do not fit: "tirsdag d. 3/12" when that is a Thursday
    "far",  # no year said and over nine months ahead, or over ten years ahead
    "needs_calendar",  # a school holiday that the configuration does not know
    "none",  # not a deadline at all
]
REASONS: tuple[Reason, ...] = get_args(Reason)


@dataclass(frozen=True)
class Deadline:
    """A day, or a minute on a day, in the programme's local time. Without a time it is a date and stays one."""

    day: date
    time: time | None = None

    def iso(self) -> str:
        """`2026-11-27`, or `2026-11-27T09:00` with a time of day."""
        return self.day.isoformat() if self.time is None else f"{self.day.isoformat()}T{self.time:%H:%M}"

    @classmethod
    def from_iso(cls, text: str) -> Deadline:
        """The inverse of `iso`. Raises ValueError for anything else."""
        day, mark, clock = text.partition("T")
        return cls(date.fromisoformat(day), time.fromisoformat(clock) if mark else None)

    @classmethod
    def of(cls, instant: datetime, tz: ZoneInfo) -> Deadline:
        """The minute of an instant, in local time."""
        local = instant.astimezone(tz)
        return cls(local.date(), local.time().replace(second=0, microsecond=0))

    def end(self, tz: ZoneInfo) -> datetime:
        """The moment (UTC) it is overdue from: the next local midnight, or the time itself.

        An hour that the clock shows twice in autumn counts as its second showing.
        """
        if self.time is None:
            local = datetime.combine(self.day + timedelta(days=1), time(), tzinfo=tz)
        else:
            local = datetime.combine(self.day, self.time.replace(fold=1), tzinfo=tz)
        return local.astimezone(UTC)

    def __lt__(self, other: Deadline) -> bool:
        """Earlier first; on one day, those with a time before the one that has the whole day."""
        return (self.day, self.time or time.max) < (other.day, other.time or time.max)


@dataclass(frozen=True)
class NextMeeting:
    """A meeting of this forum, or of the forum of the given kind (docs/domain, Forums), for its calendar to say.

    The next one, or the `count`-th from now; with `first` and `last` (days) the only one within them.
    """

    forum: str | None = None
    count: int = 1
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class MeetingDay(Deadline):
    """A day that was named by a meeting on it: "mødet på tirsdag". `forum` as in `NextMeeting`.

    Whoever knows the calendar makes it the meeting's hour; without a meeting on that day the date stands.
    """

    forum: str | None = None


@dataclass(frozen=True)
class Recurring:
    """A recurrence, as an RRULE (RFC 5545) without its name: `FREQ=WEEKLY;BYDAY=MO`. Empty: at every meeting."""

    rule: str


Meaning = Deadline | NextMeeting | Recurring


class WhenError(ValueError):
    """A phrase that has to be asked about.

    `reason` says why, `phrase` is what was written, `suggestion` is the likeliest date, to be offered and
    never to be taken. `params` are the words for the message `when-ask-<reason>`: `phrase` always, `date`
    for two, far and contradiction, `other` for two and clock_half, `hour` for clock_half.
    """

    def __init__(
        self,
        reason: Reason,
        phrase: str = "",
        params: Mapping[str, str] | None = None,
        suggestion: Deadline | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.phrase = phrase
        self.params: dict[str, str] = {**(params or {}), "phrase": phrase}
        self.suggestion = suggestion

    def about(self, phrase: str) -> WhenError:
        """The same trouble, told about these words."""
        return WhenError(self.reason, phrase, {**self.params, "phrase": phrase}, self.suggestion)

    def __str__(self) -> str:
        return f"{self.reason}: {self.phrase}" if self.phrase else self.reason
