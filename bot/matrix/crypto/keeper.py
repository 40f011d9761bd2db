"""Does what encryption needs of the homeserver: one request for each chore, its outcome committed before the next.

Chores of its own (our keys, questions about devices whose messages wait, keys to be asked for) run in a task of their
own; what a message waits for is done by the message's own task, through the same `do`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.faults import passing
from bot.matrix.api import Homeserver, Refused, Unavailable
from bot.matrix.crypto.chores import Chore, Claim, Deliver, Query, Upload
from bot.matrix.crypto.machine import Crypto
from bot.storage.database import Database

log = structlog.get_logger(__name__)
News = TypeVar("News")
News_co = TypeVar("News_co", covariant=True)

PAUSES = (0.2, 0.5, 1, 2, 5, 10, 20, 30, 60)  # seconds between tries
LOOK = 30.0  # seconds after which the tables are looked at without being told to


async def keep_at(
    step: Callable[[], Awaitable[bool]], wanted: asyncio.Event, what: Callable[[], str]
) -> None:
    """Take one step after another for ever, and rest while there is nothing to do and nobody asks.

    `step` says whether there was something to do; a homeserver that is away is tried again, ever slower. `what` names
    the step for the log.
    """
    tries = 0
    while True:
        wanted.clear()
        try:
            busy = await step()
        except Unavailable as fault:
            pause = max(fault.after, PAUSES[min(tries, len(PAUSES) - 1)])
            log.warning("keys.waits", what=what(), why=str(fault), pause=pause)
            tries += 1
            await asyncio.sleep(pause)
            continue
        tries = 0
        if not busy:
            with suppress(TimeoutError):
                await asyncio.wait_for(wanted.wait(), LOOK)


class Reader(Protocol[News_co]):
    """Who handles what waited, on the storage thread, once more is known of its senders' devices."""

    def devices(
        self, session: Session, said: Mapping[str, Any], asked: Mapping[str, int], now: datetime
    ) -> News_co | None:
        """Take in an answer to /keys/query; None if nothing came of it."""


class Keeper(Generic[News]):
    """Keeps the keys. `poke` after a commit that may have left a chore."""

    def __init__(
        self,
        homeserver: Homeserver,
        db: Database,
        crypto: Crypto,
        clock: Clock,
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.crypto = crypto
        self.clock = clock
        self._reader: Reader[News] | None = None
        self._on_news: Callable[[News], Awaitable[None]] | None = None
        self._wanted = asyncio.Event()
        self._doing = ""

    def tell(self, reader: Reader[News], on_news: Callable[[News], Awaitable[None]]) -> None:
        """Who reads what waited, and who hears of it."""
        self._reader, self._on_news = reader, on_news

    def poke(self) -> None:
        """There may be a chore."""
        self._wanted.set()

    async def run(self) -> None:
        """Do chores for ever. Raises LoggedOut when the token is gone."""
        await keep_at(self._step, self._wanted, lambda: self._doing)

    async def _step(self) -> bool:
        chore = await self.db.persist(self.crypto.next_chore, self.clock.now())
        if chore is None:
            return False
        self._doing = type(chore).__name__
        await self.do(chore)
        return True

    async def do(self, chore: Chore) -> None:
        """Do one chore and commit its outcome. Raises Unavailable when it has to be tried again, and LoggedOut."""
        crypto = self.crypto
        if isinstance(chore, Upload):
            await self._upload(chore)
        elif isinstance(chore, Query):
            said = await self._asked(chore, self.homeserver.query_keys(chore.asked))
            passing("keys.queried")
            await self._noted(said, chore.asked)
        elif isinstance(chore, Claim):
            said = await self._asked(chore, self.homeserver.claim_keys(chore.wanted))
            passing("keys.claimed")
            await self.db.persist(crypto.claimed, said, chore.wanted, self.clock.now())
        else:
            await self._deliver(chore)

    async def _upload(self, chore: Upload) -> None:
        try:
            await self.homeserver.upload_keys(chore.body)
        except Refused as refusal:
            # A key of the same name is there already: from a try before, whose answer was lost, or before a restore.
            log.warning("keys.refused", what="Upload", why=str(refusal))
        passing("keys.uploaded")
        await self.db.persist(self.crypto.uploaded)

    async def _asked(self, chore: Chore, asking: Awaitable[dict[str, Any]]) -> dict[str, Any]:
        """The answer; an empty one where the homeserver refuses, so that one person's keys hold up nobody else."""
        try:
            return await asking
        except Refused as refusal:
            log.warning("keys.refused", what=type(chore).__name__, why=str(refusal))
            return {}

    async def _noted(self, said: Mapping[str, Any], asked: Mapping[str, int]) -> None:
        if self._reader is None:
            await self.db.persist(self.crypto.noted, said, asked, self.clock.now())
            return
        news = await self.db.persist(self._reader.devices, said, asked, self.clock.now())
        if news is not None and self._on_news is not None:
            await self._on_news(news)

    async def _deliver(self, chore: Deliver) -> None:
        passing("keys.before-deliver")
        try:
            await self.homeserver.send_to_device(chore.type, chore.txn_id, chore.messages)
        except Refused as refusal:
            log.warning("keys.refused", what=chore.type, why=str(refusal))
            await self.db.persist(self.crypto.undelivered, chore.seq, self.clock.now())
            return
        passing("keys.delivered")
        await self.db.persist(self.crypto.delivered, chore.seq)
