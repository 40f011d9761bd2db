"""The alarm clock: asks the tables when something is due, and wakes up then.

The only importer of apscheduler. It keeps no jobs of its own beyond the next alarm: what is owed stands in the
tables, so a restart loads nothing and an edit re-arms nothing. apscheduler sleeps by the wall clock: when somebody
sets that, the alarm is set anew, or it would sleep an hour too long after an hour back. What was handled is
advanced in the tables, so that an hour that comes twice makes nothing due twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import Clock

log = structlog.get_logger(__name__)

LONGEST = (
    30.0  # real seconds: a clock set back or a change nobody announced is noticed after this at the latest
)
AGAIN = 5.0  # real seconds after a tick that failed
WATCH = 2.0  # real seconds between looks at whether the wall clock was set
JUMP = 1.0  # seconds: less is a clock that is being put right, little by little


class Alarm:
    """Calls `tick`, which returns the next instant at which something is due, and calls it again then."""

    def __init__(
        self, clock: Clock, tick: Callable[[], Awaitable[datetime | None]], *, watch: float = WATCH
    ) -> None:
        """`watch`: real seconds between looks at whether the wall clock was set."""
        self.clock = clock
        self.tick = tick
        self.watch = watch
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._busy = asyncio.Lock()
        self._poked = False
        self._stopping = False
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with a tick now."""
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch())
        self._set(0.0)

    async def stop(self) -> None:
        """No further alarms; a tick under way is waited for."""
        self._stopping = True
        if self._watching is not None:
            self._watching.cancel()
        async with self._busy:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    def poke(self) -> None:
        """Something changed: ask the tables anew."""
        self._poked = True
        if self._scheduler.running and not self._busy.locked():
            self._set(0.0)

    async def _watch(self) -> None:
        """Set the alarm anew whenever the wall clock was set."""
        before = self.clock.ahead()
        while True:
            await asyncio.sleep(self.watch)
            ahead = self.clock.ahead()
            if abs(ahead - before) > JUMP:
                log.warning("clock.jumped", seconds=round(ahead - before))
                self.poke()
            before = ahead

    def _set(self, seconds: float) -> None:
        if self._stopping:
            return
        at = self.clock.real_in(seconds)
        self._scheduler.add_job(
            self._ring,
            DateTrigger(at),
            id="alarm",
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=2,
        )

    async def _ring(self) -> None:
        async with self._busy:
            if self._stopping:
                return
            self._poked = False
            try:
                following = await self.tick()
            except Exception as fault:
                log.exception("tick.fault", fault=type(fault).__name__)
                self._set(AGAIN)
                return
        wait = LONGEST
        if following is not None:
            wait = min(
                LONGEST, self.clock.real_seconds(max(following - self.clock.now(), timedelta())) + 0.005
            )
        self._set(0.0 if self._poked else wait)
