"""The alarm clock: asks the tables when something is due, and wakes up then.

The only importer of apscheduler. It keeps no jobs of its own beyond the next alarm: what is owed stands in the
tables, so a restart loads nothing and an edit re-arms nothing.
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


class Alarm:
    """Calls `tick`, which returns the next instant at which something is due, and calls it again then."""

    def __init__(self, clock: Clock, tick: Callable[[], Awaitable[datetime | None]]) -> None:
        self.clock = clock
        self.tick = tick
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._busy = asyncio.Lock()
        self._poked = False
        self._stopping = False

    def start(self) -> None:
        """Begin with a tick now."""
        self._scheduler.start()
        self._set(0.0)

    async def stop(self) -> None:
        """No further alarms; a tick under way is waited for."""
        self._stopping = True
        async with self._busy:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)

    def poke(self) -> None:
        """Something changed: ask the tables anew."""
        self._poked = True
        if self._scheduler.running and not self._busy.locked():
            self._set(0.0)

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
