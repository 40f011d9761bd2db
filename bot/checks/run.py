"""Everything `hotspotbot check` looks at, one after the other: files, keys, the database, the homeserver.

Reads files, the database and the homeserver over plain HTTP, beside a running bot if need be; changes nothing and
leaves no device behind. What is broken is a line and never the end: the other checks still run.
"""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from bot.checks.findings import Findings, Line
from bot.checks.meetings import meeting_lines
from bot.checks.rooms import RoomChecks
from bot.checks.trust import Kept, kept, trust_lines
from bot.clock import SystemClock
from bot.config_problems import ConfigError, shown
from bot.config_values import ForumKind
from bot.masterkey import MasterKey
from bot.matrix.api import HomeserverError, LoggedOut, Refused, Unavailable
from bot.matrix.inspection import Inspector
from bot.settings import Settings
from bot.storage import health, migrations, queries
from bot.storage.database import Database, DatabaseError
from bot.storage.engine import sqlite_file
from bot.storage.keyring import keyring_at
from bot.storage.sealing import SealError, Vault, WrongMasterKey, load_master_key


def run_checks(settings: Settings) -> Iterable[Line]:
    """Check everything that a valid config leads to; yields the lines as they are found."""
    return _Check(settings).lines()


@dataclass(frozen=True)
class _Stored:
    """What the database says, as far as it can be read."""

    token: str | None = None
    has_token: bool = False
    runs: str | None = None
    stand_by: tuple[str, ...] = ()
    waiting: tuple[health.Waiting, ...] = ()
    unreachable: tuple[str, ...] = ()
    files_left: int = 0
    trust: Kept | None = None


class _Check(Findings):
    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.stored = _Stored()
        self.ring = keyring_at(settings.keys.keyring_url, settings.keys.keyring_file)
        self.vault: Vault | None = None

    def lines(self) -> Iterator[Line]:
        yield from self._config()
        yield self._timezone()
        yield from meeting_lines(self.settings, SystemClock().now())
        in_use, database = self._schema()
        yield from self._keys(in_use)
        yield database
        if in_use:
            yield from self._database()
        yield from asyncio.run(_collect(self._homeserver()))
        if in_use:
            yield from self._outbox()
        self.ring.close()

    # --- files

    def _config(self) -> Iterator[Line]:
        settings = self.settings
        yield self.ok("check-config", people=len(settings.people), rooms=len(settings.rooms))
        if not settings.rooms:
            yield self.warning("check-config-no-rooms")
        if not settings.leads and not settings.coordinators:
            yield self.warning("check-config-no-lead")
        for path in (settings.matrix.password_file, settings.matrix.access_token_file):
            if path is not None and _open_to_others(path):
                yield self.warning("check-open-file", path=str(path))
        if settings.matrix.homeserver.startswith("http://") and not settings.matrix.is_loopback:
            yield self.warning("check-http", url=settings.matrix.homeserver)
        if any(room.forum == ForumKind.FREMDRIFTSGRUPPE for room in settings.rooms):
            yield self._form()

    def _form(self) -> Line:
        """The ressourceskema: whose form it is, how long, and who is asked; a field that repeats counts once."""
        form = self.settings.form
        fields = [field for field in form.fields() if field.person in (None, 1)]
        asked = {code: sum(code in field.agencies for field in fields) for code in self.settings.agencies}
        if not any(asked.values()):
            return self.warning("check-form-nobody")
        counts = ", ".join(f"{code} {count}" for code, count in asked.items() if count)
        own = self.settings.cases.form_file
        path = str(own) if own is not None else "ressourceskema.toml"
        names = "on" if form.personal else "off"
        return self.ok("check-form", path=path, count=len(fields), names=names, asked=counts)

    def _timezone(self) -> Line:
        """The zone itself is checked with the config; old data would get Danish summer time wrong."""
        zone = self.settings.general.timezone
        offsets = [datetime(2026, month, 1, tzinfo=self.settings.general.tz).utcoffset() for month in (1, 7)]
        if zone == "Europe/Copenhagen" and offsets != [timedelta(hours=1), timedelta(hours=2)]:
            return self.error("check-timezone-old", zone=zone)
        return self.ok("check-timezone", zone=zone)

    def _keys(self, in_use: bool) -> Iterator[Line]:
        keys = self.settings.keys
        given = keys.master_key.get_secret_value() if keys.master_key else None
        path = keys.master_key_file
        master: bytes | None = None
        try:
            master = load_master_key(path, given)
        except SealError as fault:
            if path is None:
                yield self.error("check-key-none")
            elif not path.exists():
                yield self.error("check-key-missing", path=str(path))
            elif _open_to_others(path):
                yield self.error("check-key-open", path=str(path))
            else:
                yield self.error("check-key-unusable", why=str(fault))
        else:
            where = "HOTSPOTBOT_MASTER_KEY" if given else str(path)
            yield self.ok("check-key", path=where)
        yield self._ring(master, in_use)

    def _ring(self, master: bytes | None, in_use: bool) -> Line:
        """The keyring, and with it the vault. Opening a vault makes a keyring, and that is not for a check to do."""
        keys = self.settings.keys
        where = self.ring.where
        if keys.keyring_url is None and _open_to_others(keys.keyring_file):
            return self.error("check-key-open", path=where)
        try:
            if not self.ring.exists():
                moves = keys.keyring_url is not None and keys.keyring_file.exists()
                if moves:
                    return self.warning("check-ring-moves", path=str(keys.keyring_file), to=where)
                return (self.error if in_use else self.ok)(
                    "check-ring-lost" if in_use else "check-ring-new", path=where
                )
            if master is None:
                return self.error("check-ring-unread", path=where)
            self.vault = Vault(master, self.ring, MasterKey.of(self.settings).others)
        except WrongMasterKey:
            return self.error("check-ring-other", path=where)
        except (SealError, OSError) as fault:
            return self.error("check-ring-unusable", path=where, why=str(fault))
        if keys.keyring_url is not None and keys.keyring_file.exists():
            return self.warning("check-ring-two", path=str(keys.keyring_file), used=where)
        return self.ok("check-ring")

    def _ring_exists(self) -> bool:
        try:
            return self.ring.exists()
        except SealError:
            return False

    # --- the database

    def _schema(self) -> tuple[bool, Line]:
        """Whether there is a database to read, and how its schema stands."""
        url = self.settings.database.url
        file = sqlite_file(url)
        where = str(file) if file else "PostgreSQL"
        try:
            state = migrations.schema_state(url)
        except DatabaseError as fault:
            return False, self.error("check-database", path=where, why=str(fault))
        if state == "empty" and self._ring_exists():
            # Keys were made for a database once: this one is a new file at a wrong path, or the old one is gone.
            return False, self.error("check-database-lost", path=where)
        if state == "empty":
            return False, self.warning("check-database-none", path=where)
        if state == "newer":
            return False, self.error("check-database-newer")
        if state == "older":
            return False, self.warning("check-database-older")
        return True, self.ok("check-database-good", path=where)

    def _database(self) -> Iterator[Line]:
        url = self.settings.database.url
        with _told() as problems:
            self.stored = _read(url, self.vault)
        if problems and self.vault is not None:
            self.vault = None
            with _told() as again:
                self.stored = _read(url, None)
            problems += [other for other in again if other not in problems]
        for why in problems:
            yield self.error("check-database", path=str(sqlite_file(url) or "PostgreSQL"), why=why)
        runs = self.stored.runs
        yield self.ok("check-running", who=runs) if runs else self.ok("check-not-running")
        for name in self.stored.stand_by:
            yield self.ok("check-stands-by", who=name)

    def _outbox(self) -> Iterator[Line]:
        owed = sum(row.count for row in self.stored.waiting if row.state == "owed")
        if owed and self.stored.runs is None:
            yield self.warning("check-owed-waiting", count=owed)
        else:
            yield self.ok("check-owed", count=owed)
        for row in self.stored.waiting:
            if row.state == "refused":
                day = row.newest.astimezone(self.settings.general.tz).date().isoformat()
                yield self.warning("check-refused", count=row.count, why=row.reason or "?", day=day)
        if self.stored.files_left:
            yield self.warning("check-files-left", count=self.stored.files_left)
        if self.stored.unreachable:
            yield self.warning("check-unreachable", names=self.names(self.stored.unreachable))

    # --- the homeserver

    async def _homeserver(self) -> AsyncIterator[Line]:
        matrix = self.settings.matrix
        try:
            async with Inspector(
                matrix.homeserver, timeout=matrix.request_timeout, ca_file=matrix.ca_file
            ) as server:
                leave = False
                try:
                    async for line in self._login(server):
                        yield line
                    leave = server.token != "" and server.token not in (self.stored.token, self._given())
                    if server.token:
                        if self.stored.trust is not None:
                            for line in await trust_lines(server, self.settings, self.stored.trust):
                                yield line
                        rooms = RoomChecks(self.settings, running=bool(self.stored.runs))
                        async for line in rooms.lines(server):
                            yield line
                finally:
                    if leave:
                        await server.logout()
        except Unavailable as fault:
            yield self.error("check-server-away", url=matrix.homeserver, why=str(fault))
        except HomeserverError as fault:
            yield self.error("check-server-refuses", url=matrix.homeserver, why=str(fault))
        except ConfigError as fault:
            yield Line("error", str(fault), self.language)

    def _given(self) -> str | None:
        token = self.settings.read_access_token()
        return token.get_secret_value() if token else None

    async def _login(self, server: Inspector) -> AsyncIterator[Line]:
        """Log in as the bot would: configured token, stored token, password.

        Leaves `server.token` empty if none of them works.
        """
        given = self._given()
        server.token = given or self.stored.token or ""
        ended = False
        if server.token:
            try:
                who = str((await server.whoami()).get("user_id"))
            except LoggedOut:
                server.token, ended = "", True
                if given:
                    yield self.error("check-token-ended")
                    return
            else:
                if who != self.settings.matrix.user_id:
                    server.token = ""
                    yield self.error("check-token-other", who=shown(who), user=self.settings.matrix.user_id)
                else:
                    yield self.ok("check-login-token", user=who)
                return
        async for line in self._password(server, ended=ended):
            yield line

    async def _password(self, server: Inspector, *, ended: bool) -> AsyncIterator[Line]:
        matrix = self.settings.matrix
        password = self.settings.read_password()
        if password is None:
            unread = self.stored.has_token and not ended and self.stored.token is None
            yield self.error(
                "check-token-ended" if ended else "check-token-unread" if unread else "check-login-none"
            )
            return
        try:
            server.token, _ = await server.login(
                matrix.user_id, password.get_secret_value(), f"{matrix.device_name} check"
            )
        except Refused as refusal:
            yield self.error("check-login-refused", user=matrix.user_id, why=str(refusal))
        else:
            good = self.warning if ended else self.ok
            yield good("check-login-again" if ended else "check-login-password", user=matrix.user_id)


def _open_to_others(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
    except OSError:
        return False


def _read(url: str, vault: Vault | None) -> _Stored:
    """Everything wanted from the database, beside a bot that may be running on it."""
    database = Database(url, vault, lock_wait=3.0)
    database.open(read_only=True)
    try:
        return database.run_sync(_look, url)
    finally:
        database.close()


def _look(session: Session, url: str) -> _Stored:
    return _Stored(
        token=queries.meta(session, "access_token") if session.info["vault"] is not None else None,
        has_token=health.has_token(session),
        runs=health.who_runs(session, url),
        stand_by=tuple(health.who_waits(session, url)),
        waiting=tuple(health.waiting(session)),
        unreachable=tuple(health.unreachable(session)),
        files_left=health.files_left(session),
        trust=kept(session) if session.info["vault"] is not None else None,
    )


@contextmanager
def _told() -> Iterator[list[str]]:
    """Collect what is wrong with the database or the sealed texts in it."""
    problems: list[str] = []
    try:
        yield problems
    except (DatabaseError, SealError) as fault:
        problems.append(str(fault))


async def _collect(lines: AsyncIterator[Line]) -> list[Line]:
    return [line async for line in lines]
