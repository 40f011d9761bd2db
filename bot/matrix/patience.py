"""Waiting for a homeserver that is away: in one place, so that it is known since when nobody can be heard."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.matrix.api import Unavailable

log = structlog.get_logger(__name__)
T = TypeVar("T")

BLIND = timedelta(hours=1)  # so long at most is what time makes due kept waiting for what people have said
PAUSES = (0.2, 0.5, 1, 2, 5, 10, 20, 30)  # seconds between tries


class Patience:
    """Calls the homeserver until it answers. `away_since` is set at the first failure; who has caught up clears it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.away_since: datetime | None = None

    def is_over(self) -> bool:
        """Whether to go on without the homeserver: it is there, or has been away for more than an hour."""
        return self.away_since is None or self.clock.now() - self.away_since > BLIND

    async def call(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """Call until there is an answer; a refusal is raised. `what` is for the log."""
        tries = 0
        while True:
            try:
                return await call()
            except Unavailable as fault:
                await self.wait(what, fault, tries)
            tries += 1

    async def wait(self, what: str, fault: Unavailable, tries: int) -> None:
        """Wait a growing while after a failure."""
        pause = max(fault.after, PAUSES[min(tries, len(PAUSES) - 1)])
        log.warning("homeserver.away", what=what, why=str(fault), pause=pause)
        self.away_since = self.away_since or self.clock.now()
        await asyncio.sleep(pause)
