"""The only place where the parts are put together: start, run, stop."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.access import Access
from bot.clock import Clock, Rehearsal, RehearsalClock, open_clock
from bot.duties import tick
from bot.faults import arm, passing
from bot.filing import Filing
from bot.inbox import Inbox
from bot.login import Awaited, Login, LoginFailed
from bot.masterkey import MasterKey
from bot.matrix.api import Homeserver, LoggedOut, Unavailable
from bot.matrix.batch import Batch, Joined, Keys
from bot.matrix.crypto.backup_keeper import BackupKeeper
from bot.matrix.crypto.keeper import Keeper
from bot.matrix.crypto.machine import PATIENCE, Crypto
from bot.matrix.crypto.speaking import Speaking
from bot.matrix.direct import DirectRooms
from bot.matrix.link import Link
from bot.matrix.patience import Patience
from bot.matrix.trust import Trust, identity
from bot.outbox import Sender, Steps
from bot.recovery import Recovery, SetBack
from bot.schedule import Alarm
from bot.settings import Settings
from bot.storage import queries
from bot.storage.database import (
    AlreadyRunning,
    Database,
    DatabaseError,
    SchemaTooNew,
    SchemaTooOld,
    holds_texts,
)
from bot.storage.keyring import DatabaseKeyring, FileKeyring, KeyringUnavailable, keyring_at, move_in
from bot.storage.sealing import SealError, Vault
from bot.storage.standby import Standby, Times, Turn

log = structlog.get_logger(__name__)

STOP_WITHIN = 4.0  # seconds from SIGTERM to the end, at most (the issue asks for 5)
ANSWER_FIRST = 0.2  # seconds that the next sync waits for the answers to the last one
DATABASE_AGAIN = 2.0  # seconds after which what is due is asked for again when the database could not say


def open_vault(settings: Settings) -> Vault:
    """The vault of the configured master key and keyring.

    The first start makes the keyring. Where the database holds sealed texts already, one that is missing is lost, and
    none is made: an empty one in its place would be copied over the last good copy (docs/drift, „Kun den nyeste …“).

    Raises SealError with the mend, DatabaseError when the database or the keyring's cannot be reached just now.
    """
    keys, key = settings.keys, MasterKey.of(settings)
    master = key.load()
    ring = keyring_at(keys.keyring_url, keys.keyring_file)
    try:
        if isinstance(ring, DatabaseKeyring):
            move_in(FileKeyring(keys.keyring_file), ring)
        if not ring.exists() and holds_texts(settings.database.url):
            raise SealError(f"the keyring is missing: put its newest copy back first (at {ring.where})")
        return Vault(master, ring, key.others)
    except KeyringUnavailable as fault:
        if not isinstance(ring, DatabaseKeyring):
            raise
        raise DatabaseError(str(fault)) from fault


class App:
    """The running bot."""

    def __init__(self, settings: Settings, rehearsal: Rehearsal | None = None) -> None:
        self.settings = settings
        self.rehearsal = rehearsal
        if rehearsal is not None and (wanted := os.environ.get("HOTSPOTBOT_KILL")):
            arm(wanted)
        factor = os.environ.get("HOTSPOTBOT_LEASE") if rehearsal is not None else None
        self.times = Times().scaled(float(factor or 1))
        self.access = Access(settings)
        self.vault = open_vault(settings)
        MasterKey.of(settings).settle(self.vault)
        self.db = Database(settings.database.url, self.vault, since_boot=Clock.since_boot)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT, then stop cleanly. Raises LoginFailed and DatabaseError."""
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        work = asyncio.create_task(self._work())
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait({work}, timeout=STOP_WITHIN)
        if work.done() and not work.cancelled():
            work.result()

    async def _work(self) -> None:
        begun = False
        try:
            await self._take_turn()
            begun = True
            if self.db.shared:
                turn = Turn(self.db, self.times, Clock.since_boot)
                await _until_one_ends(turn.keep(), self._talk(turn))
            else:
                await self._talk(None)
        finally:
            await self.db.aclose()
            self.vault.close()
            if begun:
                log.info("stopped")

    async def _take_turn(self) -> None:
        """Open the database as the one bot that talks. On PostgreSQL wait for as long as another does."""
        waited = False
        while True:
            try:
                await self.db.aopen(exclusive=True)
            except (SchemaTooNew, SchemaTooOld):
                raise
            except AlreadyRunning as other:
                if not self.db.shared:
                    raise
                log.info("standby", why=str(other))
                waited = True
                url = self.settings.database.url
                await Standby(url, self.vault, self.times, Clock.since_boot).wait()
            except DatabaseError as fault:
                if not waited:
                    raise
                # The server went away between the look and the lock.
                log.warning("database.waits", why=str(fault), pause=self.times.look)
                await asyncio.sleep(self.times.look)
            else:
                if waited:
                    log.warning("lease.taken")
                return

    async def _talk(self, turn: Turn | None) -> None:
        clock = await self._clock()
        matrix = self.settings.matrix
        login = Login(self.settings, self.db)
        async with Homeserver(
            matrix.homeserver, timeout=matrix.request_timeout, ca_file=matrix.ca_file
        ) as homeserver:
            homeserver.before_change = turn.sure if turn is not None else None
            while True:
                await login.log_in(homeserver)
                await login.log_lost_out(homeserver)
                try:
                    await self._serve(homeserver, clock)
                except SetBack:
                    await login.renew()
                else:
                    return

    async def _clock(self) -> Clock:
        saved = await self.db.run(queries.meta, "clock")
        clock = open_clock(self.rehearsal, saved)
        kept = clock.save()
        if kept is not None and saved is None:
            await self.db.run(queries.set_meta, "clock", kept)
        return clock

    async def _serve(self, homeserver: Homeserver, clock: Clock) -> None:
        user_id = self.settings.matrix.user_id
        required = self.settings.privacy.require_encryption
        direct = DirectRooms(homeserver, self.db, clock, user_id, encrypted=required)
        crypto = Crypto(self.access, user_id, PATIENCE * clock.rate, clock.real)
        keeper: Keeper[Steps] = Keeper(homeserver, self.db, crypto, clock)
        sender = Sender(
            homeserver,
            self.db,
            self.access,
            Speaking(self.access, user_id),
            keeper,
            clock,
            direct,
            on_deleted=lambda: filing.poke(),  # noqa: PLW0108 - it is made below
        )
        trust = self._trust(homeserver, clock, crypto)

        async def ring() -> datetime | None:
            if not link.current():
                return None
            try:
                following = await self.db.run(tick, self.access, clock.now())
            except AlreadyRunning:
                return None  # the renewal hears of it as well, and ends this process
            except DatabaseError as fault:
                log.warning("database.waits", why=str(fault), pause=DATABASE_AGAIN)
                return clock.now() + timedelta(seconds=DATABASE_AGAIN * clock.rate)
            passing("tick.committed")
            sender.poke()
            filing.poke()
            return following

        alarm = Alarm(clock, ring)

        def owed() -> None:
            keeper.poke()
            sender.poke()

        trust.tell(owed)

        async def news(steps: Steps) -> None:
            passing("inbox.committed")
            await sender.begin(steps, within=ANSWER_FIRST)
            keeper.poke()  # after the answer has left: all of them use the one database thread
            backup.poke()
            filing.poke()
            alarm.poke()

        bare = Inbox(self.access, user_id, crypto)
        inbox = _Intake(bare, sender)
        keeper.tell(inbox, news)
        backup: BackupKeeper[Steps] = BackupKeeper(
            homeserver,
            self.db,
            clock,
            user_id,
            reader=inbox,
            on_news=news,
            on_nothing=keeper.poke,
            identity=identity,
        )
        filing = Filing(homeserver, self.db, self.access, clock, owed)
        link = Link(
            homeserver,
            self.db,
            inbox,
            clock,
            user_id=user_id,
            rooms=[room.room for room in self.settings.rooms],
            on_news=news,
            on_back=alarm.poke,
            before=Recovery(homeserver, self.db, bare, clock, Patience(clock), backup).run,
        )
        # The demo has to fail when the way out is closed; only a rehearsal can be told to close it.
        deaf = self.rehearsal is not None and os.environ.get("HOTSPOTBOT_FAULT") == "outbox"
        try:
            await self._keys(keeper)
            await trust.ensure()
            await filing.begin()
            await link.start()
            self._ready(clock)
            alarm.start()
            await _until_one_ends(
                link.run(),
                keeper.run(),
                trust.run(),
                backup.run(),
                filing.run(),
                *([] if deaf else [sender.run()]),
            )
        except LoggedOut as fault:
            raise LoginFailed("the homeserver has ended the bot's session; log it in again") from fault
        finally:
            await alarm.stop()

    def _trust(self, homeserver: Homeserver, clock: Clock, crypto: Crypto) -> Trust:
        password = self.settings.read_password()
        return Trust(
            homeserver,
            self.db,
            clock,
            crypto.verifying,
            user_id=self.settings.matrix.user_id,
            password=password.get_secret_value() if password is not None else None,
            path=self.settings.keys.recovery_file,
        )

    async def _keys(self, keeper: Keeper[Steps]) -> None:
        """Publish our keys before anybody can look for them."""
        patience = Awaited()
        while (chore := await self.db.persist(keeper.crypto.to_publish)) is not None:
            try:
                await keeper.do(chore)
            except Unavailable as fault:
                await patience.wait(fault)

    def _ready(self, clock: Clock) -> None:
        known = {}
        if isinstance(clock, RehearsalClock):
            known = {
                "anchor": clock.anchor.isoformat(),
                "start": clock.start.astimezone(UTC).isoformat(),
                "rate": clock.rate,
            }
        log.info("ready", user_id=self.settings.matrix.user_id, **known)


async def _until_one_ends(*works: Coroutine[object, object, None]) -> None:
    """Do several things at once until one of them ends; the others are cancelled, and its exception is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Intake:
    """The inbox, and in the same transaction what its answers need to leave at once."""

    def __init__(self, inbox: Inbox, sender: Sender) -> None:
        self.inbox = inbox
        self.sender = sender

    def resolved(self, session: Session, aliases: Mapping[str, str], now: datetime) -> None:
        """Note which room ids the config's rooms have."""
        self.inbox.resolved(session, aliases, now)

    def keys(self, session: Session, keys: Keys, now: datetime) -> Steps | None:
        """Take in what a sync says of keys."""
        return self._made(session, self.inbox.keys(session, keys, now))

    def devices(
        self, session: Session, said: Mapping[str, Any], asked: Mapping[str, int], now: datetime
    ) -> Steps | None:
        """Take in what the homeserver says of people's devices."""
        return self._made(session, self.inbox.devices(session, said, asked, now))

    def looked_up(
        self, session: Session, room_id: str, session_id: str, entry: dict[str, Any] | None, now: datetime
    ) -> Steps | None:
        """Take in what the backup of room keys has for a session."""
        return self._made(session, self.inbox.looked_up(session, room_id, session_id, entry, now))

    def page(self, session: Session, page: Joined, now: datetime) -> Steps | None:
        """Take in a page of a gap."""
        return self._made(session, self.inbox.page(session, page, now))

    def sync(self, session: Session, batch: Batch) -> Steps | None:
        """Take in a sync with its token."""
        return self._made(session, self.inbox.sync(session, batch))

    def _made(self, session: Session, new: int) -> Steps | None:
        steps = self.sender.ahead(session)
        if not new and not steps:
            return None
        passing("inbox.before-commit")
        return steps
