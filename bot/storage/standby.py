"""Two processes, one at a time: the one that talks shows that it lives, the other waits for its silence.

The numbers hang together: who has not been able to renew for `sure` seconds says nothing more, and only `stale`
seconds after its last sign of life does anybody end it. No wall clock is compared with another: each process
counts its own seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.storage import lease
from bot.storage.database import Database, DatabaseClosed, DatabaseError
from bot.storage.sealing import Vault

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Times:
    """Real seconds: between renewals; a renewal is trusted for; silence before the end; between looks."""

    renew: float = 2.0
    sure: float = 5.0
    stale: float = 8.0
    look: float = 0.5

    def scaled(self, factor: float) -> Times:
        """All of them longer or shorter, for rehearsals."""
        return Times(self.renew * factor, self.sure * factor, self.stale * factor, self.look * factor)


class Turn:
    """The turn of the process whose database was opened exclusively."""

    def __init__(self, db: Database, times: Times, since_boot: Callable[[], float]) -> None:
        self._db = db
        self._times = times
        self._since_boot = since_boot
        self._renewed = db.turn_began

    async def keep(self) -> None:
        """Renew for ever. Raises AlreadyRunning when another has taken over."""
        while True:
            await asyncio.sleep(self._times.renew)
            await self._renew()

    async def sure(self) -> None:
        """Return when it is certain that nobody else talks; waits while the database cannot say.

        Raises AlreadyRunning when another has taken over.
        """
        while self._since_boot() - self._renewed > self._times.sure:
            await self._renew()

    async def _renew(self) -> None:
        self._renewed = max(self._renewed, await self._db.persist(self._db.renew))


class Standby:
    """Waits until nobody has the lock, and ends a holder that has shown no sign of life."""

    def __init__(self, url: str, vault: Vault, times: Times, since_boot: Callable[[], float]) -> None:
        self._db = Database(url, vault, lock_wait=2.0)
        self._times = times
        self._since_boot = since_boot
        self._told: set[str] = set()

    async def wait(self) -> None:
        """Return when the lock is free. Raises DatabaseError at once when schema or keys do not fit."""
        await self._db.aopen(standby=True)
        seen: lease.Holder | None = None
        since = self._since_boot()
        try:
            while True:
                pause = self._times.look
                try:
                    found = await self._db.run(lease.look)
                    if found is None:
                        return
                    if found != seen:
                        seen, since = found, self._since_boot()
                        self._told.discard("silent")
                    elif found.leased and self._since_boot() - since > self._times.stale:
                        await self._end(found)
                        pause = min(pause, 0.1)  # the server lets go of the lock in a moment
                    self._told.discard("away")
                except DatabaseClosed:
                    raise
                except DatabaseError as fault:
                    self._tell("away", "database.waits", why=str(fault))
                await asyncio.sleep(pause)
        finally:
            await self._db.aclose()

    async def _end(self, holder: lease.Holder) -> None:
        if await self._db.run(lease.end, holder):
            self._tell("silent", "lease.ended", holder=holder.name)
        else:
            self._tell(
                "silent",
                "lease.stuck",
                holder=holder.name,
                mend="let both bots log in to PostgreSQL as the same role, or grant it pg_signal_backend",
            )

    def _tell(self, what: str, event: str, **more: object) -> None:
        """A line in the log, once for as long as it lasts."""
        if what not in self._told:
            self._told.add(what)
            log.warning(event, **more)
