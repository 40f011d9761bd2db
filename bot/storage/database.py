"""The database: one worker thread, one transaction for each job, in the order the jobs came."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Engine, event, exc
from sqlmodel import Session, col, select

from bot.storage import lease, migrations
from bot.storage.engine import (
    AlreadyRunning,
    DatabaseClosed,
    DatabaseError,
    RunningLock,
    SchemaTooNew,
    SchemaTooOld,
    build_engine,
    explain,
    make_private,
    sqlite_file,
)
from bot.storage.models import Forum, Meta, Room, Text
from bot.storage.sealing import KeyDestroyed, KeyringUnavailable, Vault

log = structlog.get_logger(__name__)

PAUSES = (0.1, 0.2, 0.5, 1, 2, 5)  # seconds between tries while the database cannot

__all__ = ["AlreadyRunning", "Database", "DatabaseClosed", "DatabaseError", "SchemaTooNew", "SchemaTooOld"]

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """The one way to the tables.

    A job is a function `fn(session, ...)`. It runs on the worker thread in one transaction: committed when
    it returns, rolled back when it raises, and the exception reaches the caller. What goes wrong with the
    database itself (locked, full, gone) is a DatabaseError, and nothing of the job is written then. One
    exception: when the connection to PostgreSQL breaks during the commit, nobody knows whether it took; jobs
    are safe to repeat for that reason, by unique keys.

    Rows stay readable after the job, except their sealed texts, which need the session.
    """

    def __init__(
        self,
        url: str,
        vault: Vault | None,
        *,
        lock_wait: float = 10.0,
        since_boot: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """`vault` opens sealed texts (None: jobs that touch none); `lock_wait`: seconds for others' locks.

        `since_boot`: the seconds in which `turn_began` and `renew` speak of a standby's turn.
        """
        self.info: dict[str, object] = {"vault": vault}  # what every session carries in session.info
        self._url = url
        self._vault = vault
        self._lock_wait = lock_wait
        self._since_boot = since_boot
        self._term: lease.Term | None = None
        self.turn_began = 0.0
        self._engine: Engine | None = None
        self._lock: RunningLock | None = None
        self._worker: ThreadPoolExecutor | None = None

    def open(self, *, exclusive: bool = False, read_only: bool = False, standby: bool = False) -> None:
        """Connect, and check that schema and keys fit.

        `exclusive`: be the one running bot, or AlreadyRunning with who is. `read_only`: for exports, never in
        the running bot's way. `standby`: read only, and seen as the one that waits for its turn (PostgreSQL).
        Raises SchemaTooOld, SchemaTooNew, DatabaseError.
        """
        if self._worker is not None:
            raise DatabaseError("the database is open already")
        file = sqlite_file(self._url)
        if file is not None and not file.exists():
            raise SchemaTooOld(f"there is no database at {file} yet: run `hotspotbot migrate`")
        if exclusive:
            self._lock = RunningLock(self._url)
            self._term = lease.Term(self._since_boot) if file is None else None
        try:
            if file is not None:
                make_private(file, create=False)
            self._engine = build_engine(
                self._url,
                lock_wait=self._lock_wait,
                read_only=read_only or standby,
                exclusive=exclusive,
                claim=self._term.claim if self._term is not None else None,
                role=lease.STANDBY if standby else "",
            )
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
            self.run_sync(_check_schema)
            if self._vault is not None:
                self.run_sync(_check_keys)
            if self._term is not None:
                self.turn_began = self.run_sync(self._term.begin)
        except BaseException:
            self.close()
            raise

    async def aopen(self, *, exclusive: bool = False, standby: bool = False) -> None:
        """`open` without holding up the event loop; a caller cancelled meanwhile leaves it closed."""
        opening = asyncio.ensure_future(asyncio.to_thread(self.open, exclusive=exclusive, standby=standby))
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            await asyncio.gather(opening, return_exceptions=True)
            await self.aclose()
            raise

    @property
    def vault(self) -> Vault:
        """The keys that open its texts. DatabaseError for one that was opened without."""
        if self._vault is None:
            raise DatabaseError("the database was opened without the keys")
        return self._vault

    @property
    def shared(self) -> bool:
        """Whether several processes may take turns on it: PostgreSQL."""
        return sqlite_file(self._url) is None

    def renew(self, session: Session) -> float:
        """A job: say that the holder of the turn lives; when that became known. AlreadyRunning if it is over."""
        return self._term.renew(session) if self._term is not None else self._since_boot()

    async def run(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job and await its result. A caller cancelled meanwhile does not stop a job that has begun."""
        return await asyncio.wrap_future(self._submit(fn, *args, **kwargs))

    async def persist(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`run`, tried again for as long as the database cannot: a full disk, a lock, a restarted server.

        For what must not be lost and is safe to repeat. What says that another process has taken over, or that
        the database was closed, is raised at once.
        """
        tries = 0
        while True:
            try:
                return await self.run(fn, *args, **kwargs)
            except (AlreadyRunning, DatabaseClosed):
                raise
            except DatabaseError as fault:
                pause = PAUSES[min(tries, len(PAUSES) - 1)]
                log.warning("database.waits", why=str(fault), pause=pause)
                tries += 1
                await asyncio.sleep(pause)

    def run_sync(self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job and wait for its result: for command-line commands and tests."""
        return self._submit(fn, *args, **kwargs).result()

    async def aclose(self) -> None:
        """`close` without holding up the event loop."""
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """Finish the jobs handed in so far, then let go of the database; a later job is a DatabaseError."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.shutdown(wait=True)
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
        self._term = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _submit(
        self, fn: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        if self._worker is None or self._engine is None:
            raise DatabaseClosed("the database is closed")
        if threading.current_thread().name.startswith("database"):
            raise DatabaseError("a job cannot start another: call the function with the session at hand")
        engine = self._engine

        def job() -> T:
            try:
                with (
                    Session(engine, expire_on_commit=False, info=dict(self.info)) as session,
                    session.begin(),
                ):
                    return fn(session, *args, **kwargs)
            except (exc.OperationalError, exc.InterfaceError, exc.InternalError) as error:
                raise DatabaseError(explain(error, engine)) from error
            except KeyringUnavailable as error:
                raise DatabaseError(str(error)) from error
            except exc.DBAPIError as error:
                if type(error) is exc.DatabaseError:  # SQLite's word for a damaged file
                    raise DatabaseError(explain(error, engine)) from error
                raise

        # The logger's context goes along to the worker thread.
        return self._worker.submit(contextvars.copy_context().run, job)


# A session remembers a row only for as long as somebody has it: what follows is held until the transaction ends.


@event.listens_for(Session, "loaded_as_persistent")
def _keep_places(session: Session, row: object) -> None:
    """Rooms and forums are looked up again and again."""
    if isinstance(row, Room | Forum):
        session.info.setdefault("kept", []).append(row)


@event.listens_for(Session, "pending_to_persistent")
def _keep_words(session: Session, row: object) -> None:
    """What was just said is quoted by the message that answers it."""
    if isinstance(row, Text):
        session.info.setdefault("kept", []).append(row)


def _check_schema(session: Session) -> None:
    state = migrations.state_of(session.connection())
    if state == "newer":
        raise SchemaTooNew("a newer hotspotbot has used this database: install that version, or a backup")
    if state == "empty":
        raise SchemaTooOld("the database is empty: run `hotspotbot migrate`")
    if state == "older":
        raise SchemaTooOld("the database has an older schema: run `hotspotbot migrate`")


def holds_texts(url: str) -> bool:
    """Whether something sealed is in a database of any schema; not in an empty one, nor where there is no file.

    Raises DatabaseError when it cannot be read.
    """
    if migrations.schema_state(url) == "empty":
        return False
    engine = build_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            sealed = connection.execute(select(Meta.key).where(col(Meta.value_sealed).is_not(None)).limit(1))
            return sealed.first() is not None
    except exc.DBAPIError as error:
        raise DatabaseError(explain(error, engine)) from error
    finally:
        engine.dispose()


def _check_keys(session: Session) -> None:
    """A new keyring for an old database would read as if every text had been destroyed: say so at once."""
    fact = session.exec(select(Meta).where(col(Meta.value_sealed).is_not(None)).limit(1)).first()
    try:
        _ = fact and fact.value
    except KeyDestroyed:
        raise DatabaseError("the keyring does not belong to this database: put the right one back") from None
