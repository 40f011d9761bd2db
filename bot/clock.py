"""The only reader of time: what it is now, how to wait, and the rehearsal clock that runs faster.

Everything else takes `now` as an argument. Two kinds of time are told apart:

- *this clock's* time: what reminders, digests and people's deadlines live by. On a rehearsal clock an
  hour may pass in a second.
- *real* time: what networks and processes live by. A timeout is always real (`monotonic`).
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple, Self

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_RATE = 1_000_000.0
_EXAMPLE = "2026-11-20T08:00@3600"


class ClockError(ValueError):
    """A rehearsal that cannot be: an argument that does not parse, or one that contradicts the database."""


class Rehearsal(NamedTuple):
    """What `--rehearse` asks for: where the clock starts (aware) and how many times as fast it runs."""

    start: datetime
    rate: float


class Clock(ABC):
    """One linear map from real time to the time the bot lives by."""

    @abstractmethod
    def _map(self, real: datetime) -> datetime:
        """This clock's time at a real instant. May raise OverflowError far from today."""

    @property
    @abstractmethod
    def rate(self) -> float:
        """Seconds on this clock for each real second."""

    @abstractmethod
    def save(self) -> str | None:
        """What `open_clock` needs at the next start to go on; None when real time is enough."""

    def now(self) -> datetime:
        """The time on this clock, aware, in UTC."""
        return self._map(_real_now())

    def at_event(self, origin_server_ts: int) -> datetime:
        """When a Matrix event was sent, on this clock (aware, UTC).

        `origin_server_ts` is in milliseconds and is whatever a homeserver claims: one from the future
        counts as now, one before the calendar as 1970. Never raises.
        """
        latest = _real_now()
        milliseconds = min(max(origin_server_ts, 0), (latest - _EPOCH) // timedelta(milliseconds=1))
        try:
            return max(self._map(_EPOCH + timedelta(milliseconds=milliseconds)), _EPOCH)
        except OverflowError:
            return _EPOCH

    def real(self, at: datetime) -> datetime:
        """The real instant (aware, UTC) at which this clock shows `at`: for what is held against others' clocks."""
        return at

    def real_seconds(self, span: timedelta) -> float:
        """How many real seconds pass while this clock moves on by `span`; never negative."""
        return max(0.0, span.total_seconds() / self.rate)

    async def sleep(self, seconds: float) -> None:
        """Wait until this clock has moved on by so many of its own seconds; none or fewer only yields."""
        await asyncio.sleep(self.real_seconds(timedelta(seconds=seconds)))

    @staticmethod
    def real_in(seconds: float) -> datetime:
        """The real instant that lies so many real seconds ahead: for an alarm clock's own setting."""
        return _real_now() + timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """Real seconds since some fixed moment, unmoved by the wall clock: for timeouts and measuring."""
        return time.monotonic()

    @staticmethod
    def since_boot() -> float:
        """Like `monotonic`, and it goes on while the machine sleeps: for how long something may still be true."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def ahead(self) -> float:
        """Seconds by which the wall clock is ahead of `since_boot`: the same until somebody sets the wall clock."""
        return _real_now().timestamp() - self.since_boot()


class SystemClock(Clock):
    """Real time as it is."""

    rate = 1.0

    def _map(self, real: datetime) -> datetime:
        return real

    def save(self) -> str | None:
        """None: real time needs nothing kept."""
        return None


class RehearsalClock(Clock):
    """A clock that read `start` at the real instant `anchor` and runs `rate` times as fast.

    The map hangs on the wall clock, not on the process: a process that starts again with the same three
    values finds the clock where it would have been without the pause.
    """

    rate: float = 1.0

    def __init__(self, start: datetime, rate: float, anchor: datetime | None = None) -> None:
        """`start` and `anchor` are aware; without an anchor the rehearsal begins now."""
        self.start = start.astimezone(UTC)
        self.rate = rate
        self.anchor = (anchor or _real_now()).astimezone(UTC)

    def _map(self, real: datetime) -> datetime:
        return self.start + (real - self.anchor) * self.rate

    def real(self, at: datetime) -> datetime:
        """The real instant at which this clock shows `at`."""
        return self.anchor + (at - self.start) / self.rate

    def save(self) -> str:
        """The whole clock as JSON text, to be stored where the records are."""
        return json.dumps(
            {"start": self.start.isoformat(), "rate": self.rate, "anchor": self.anchor.isoformat()}
        )

    @classmethod
    def restore(cls, saved: str) -> Self:
        """The clock that `save` wrote. Raises ClockError when the text is not one."""
        try:
            kept = json.loads(saved)
            start, anchor = (datetime.fromisoformat(kept[key]) for key in ("start", "anchor"))
            return cls(start, float(kept["rate"]), anchor)
        except (ValueError, KeyError, TypeError) as error:
            raise ClockError(f"the stored rehearsal clock cannot be read: {saved!r}") from error


def open_clock(rehearsal: Rehearsal | None, saved: str | None) -> Clock:
    """The clock to run on, given what the command line asks for and what the database remembers.

    A stored rehearsal goes on as it is. Raises ClockError when the two contradict each other: time in a
    database must never jump back, and rehearsed promises must never meet real days.
    """
    if saved is None:
        return SystemClock() if rehearsal is None else RehearsalClock(*rehearsal)
    kept = RehearsalClock.restore(saved)
    runs = f"this database holds a rehearsal from {kept.start.isoformat()} at {kept.rate:g} times real time"
    if rehearsal is None:
        raise ClockError(f"{runs}: start it with --rehearse, or give the config a new database for real use")
    if (rehearsal.start, rehearsal.rate) != (kept.start, kept.rate):
        raise ClockError(f"{runs}: start it with the same --rehearse, or give the config a new database")
    return kept


def parse_rehearse(text: str, tz: tzinfo) -> Rehearsal:
    """Read START@RATE, for example `2026-11-20T08:00@3600`.

    START is ISO 8601, local time in `tz` unless it names an offset; RATE is a positive number. Raises
    ClockError, with an example, when either cannot be read.
    """
    start_text, at, rate_text = text.strip().partition("@")
    if not at:
        raise ClockError(f"--rehearse {text!r} lacks @RATE. Write START@RATE, for example {_EXAMPLE}")
    try:
        start = datetime.fromisoformat(start_text)
    except ValueError:
        raise ClockError(f"--rehearse: {start_text!r} is not a date and time. Example: {_EXAMPLE}") from None
    try:
        rate = float(rate_text)
    except ValueError:
        rate = math.nan
    if not 0 < rate <= _MAX_RATE:
        raise ClockError(
            f"--rehearse: the rate {rate_text!r} must be a number above 0, at most {_MAX_RATE:,.0f}."
            f" Example: {_EXAMPLE}"
        )
    local = start if start.tzinfo else start.replace(tzinfo=tz)
    return Rehearsal(local.astimezone(UTC), rate)


def _real_now() -> datetime:
    return datetime.now(UTC)
