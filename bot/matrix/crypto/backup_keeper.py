"""Keeps the backup of room keys on the homeserver: finds or makes it, puts keys there, looks for those that lack.

It runs beside the other chores of encryption (bot.matrix.crypto.keeper) and beside the answers, and holds up neither.
Like them it works from the tables: what is not noted as done is done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.faults import passing
from bot.matrix.api import Homeserver, Refused, Unavailable
from bot.matrix.crypto import keybackup
from bot.matrix.crypto.identity import Identity
from bot.matrix.crypto.keeper import keep_at
from bot.matrix.crypto.keybackup import RoomKey
from bot.storage.database import Database

log = structlog.get_logger(__name__)
News = TypeVar("News")
News_co = TypeVar("News_co", covariant=True)

_WRONG_VERSION = ("M_WRONG_ROOM_KEYS_VERSION", "M_NOT_FOUND")


class Reader(Protocol[News_co]):
    """Who handles what waited, on the storage thread, once its key was looked for in the backup."""

    def looked_up(
        self, session: Session, room_id: str, session_id: str, entry: dict[str, Any] | None, now: datetime
    ) -> News_co | None:
        """Take in what the backup has for a session; None if nothing came of it."""


class BackupKeeper(Generic[News]):
    """Keeps the backup. `poke` after a commit that may have brought a key, or something that waits for one.

    `reader` reads what waited and `on_news` hears of it; `on_nothing` is called when the backup did not have a key.
    `identity` reads our cross-signing identity from the database, if there is one.
    """

    def __init__(
        self,
        homeserver: Homeserver,
        db: Database,
        clock: Clock,
        user_id: str,
        *,
        reader: Reader[News],
        on_news: Callable[[News], Awaitable[None]],
        on_nothing: Callable[[], None],
        identity: Callable[[Session], Identity | None] = lambda _: None,
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.clock = clock
        self.user_id = user_id
        self.reader = reader
        self.on_news = on_news
        self.on_nothing = on_nothing
        self.identity = identity
        self._version: str | None = None
        self._offered = True
        self._wanted = asyncio.Event()

    def poke(self) -> None:
        """There may be something to do."""
        self._wanted.set()

    async def run(self) -> None:
        """Back up and look up for ever. Raises LoggedOut when the token is gone."""
        await keep_at(self._step, self._wanted, lambda: "backup")

    async def look_up(self, room_id: str, session_id: str) -> dict[str, Any] | None:
        """What the backup has for a session, None if nothing or if there is no backup. Raises Unavailable."""
        while (version := await self._found()) is not None:
            try:
                return await self.homeserver.room_key(version, room_id, session_id)
            except Refused as refusal:
                if refusal.errcode not in _WRONG_VERSION[:1]:
                    log.warning("keys.refused", what="room_key", why=str(refusal))
                    return None
                self._version = None
        return None

    # --- one thing at a time

    async def _step(self) -> bool:
        """Do what is next; whether there was something."""
        if await self._found() is None:
            await self.db.persist(keybackup.no_backup)
            self.on_nothing()
            return False
        wanted = await self.db.persist(keybackup.to_look_up)
        if wanted is not None:
            await self._look_for(*wanted)
            return True
        keys = await self.db.persist(keybackup.to_back_up)
        if keys:
            await self._back_up(keys)
        return bool(keys)

    async def _look_for(self, room_id: str, session_id: str) -> None:
        entry = await self.look_up(room_id, session_id)
        news = await self.db.persist(self.reader.looked_up, room_id, session_id, entry, self.clock.now())
        if news is not None:
            await self.on_news(news)
        self.on_nothing()

    async def _back_up(self, keys: Sequence[RoomKey]) -> None:
        version = await self._found()
        if version is None:
            return
        body = await self.db.persist(keybackup.sealed, keys)
        passing("backup.before-put")
        try:
            await self.homeserver.put_room_keys(version, body)
        except Refused as refusal:
            log.warning("keys.refused", what="put_room_keys", why=str(refusal))
            self._version = None
            if refusal.errcode not in _WRONG_VERSION:
                raise Unavailable(
                    str(refusal)
                ) from refusal  # these keys lie nowhere else: try again, ever slower
            return
        passing("backup.put")
        await self.db.persist(keybackup.backed_up, version, keys)

    async def _found(self) -> str | None:
        """The version of the backup on the homeserver, which is made if there is none for our key.

        None when the homeserver keeps no backups.
        """
        if self._version is not None and not await self.db.persist(keybackup.is_used, self._version):
            self._version = None
        if self._version is None and self._offered:
            try:
                self._version = await self._find()
            except Refused as refusal:
                log.warning("backup.impossible", why=str(refusal))
                self._offered = False
        return self._version

    async def _find(self) -> str:
        said = await self.homeserver.backup_version()
        version = said.get("version") if said is not None else None
        if said is not None and isinstance(version, str) and await self.db.persist(keybackup.is_ours, said):
            await self.db.persist(keybackup.use_version, version)
            return version
        if said is not None:
            log.warning("backup.not_ours", version=version)
        body = await self.db.persist(_version_body, self.user_id, self.identity)
        made = await self.homeserver.make_backup(body)
        await self.db.persist(keybackup.use_version, made)
        log.info("backup.made", version=made)
        return made


def _version_body(
    session: Session, user_id: str, identity: Callable[[Session], Identity | None]
) -> dict[str, Any]:
    return keybackup.version_body(session, user_id, identity(session))
