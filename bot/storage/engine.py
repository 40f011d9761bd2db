"""Where SQLite and PostgreSQL differ: connections, transactions, the running bot's lock, what errors mean.

Everything above this file writes the same for both.
"""

import errno
import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, exc
from sqlalchemy.engine import URL, make_url

_PROBE = 65_536  # bytes; SQLite's shared memory takes 32,768
ADVISORY_LOCK = (0x686F7473, 1)  # "hots", number one: the running bot
Claim = Callable[
    [psycopg.Connection[Any]], None
]  # what a new connection does first; AlreadyRunning if it may not


class DatabaseError(Exception):
    """The database cannot be used, or could not do what was asked; nothing was half-written.

    The message says why and what to do, and holds no data.
    """


class AlreadyRunning(DatabaseError):
    """Another bot (or a migration) has this database, or has taken it over."""


class DatabaseClosed(DatabaseError):
    """The database was closed: the process is about to end."""


class SchemaTooNew(DatabaseError):
    """A newer version of hotspotbot has migrated this database."""


class SchemaTooOld(DatabaseError):
    """The database is empty or has an older schema: it needs `migrate`."""


def parse(url: str) -> URL:
    """The URL of a config, checked: `sqlite:///FILE` or `postgresql+psycopg://…`; else DatabaseError."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise DatabaseError("the database url is not one: sqlite:///FILE or postgresql+psycopg://…") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseError("the database url must be sqlite:///FILE or postgresql+psycopg://…")


def process_name() -> str:
    """How this process is called where several machines meet: `process 1234 on bot1`."""
    return f"process {os.getpid()} on {os.uname().nodename}"


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    parsed = parse(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def build_engine(
    url: str,
    *,
    lock_wait: float = 10.0,
    read_only: bool = False,
    exclusive: bool = False,
    claim: Claim | None = None,
    role: str = "",
    foreign_keys: bool = True,
) -> Engine:
    """An engine with one connection, on which a commit that returned survives a power loss.

    `lock_wait`: seconds to wait for another program's lock. `read_only`: one consistent picture for each
    transaction, never in a writer's way. `exclusive`: on PostgreSQL every connection takes the lock of the
    running bot or raises AlreadyRunning, and does it by `claim` where that is given; on SQLite hold a RunningLock
    beside it. `role` stands in the connection's name at PostgreSQL. `foreign_keys=False` is for SQLite migrations,
    which make tables anew.
    """
    parsed = parse(url)
    # Parameters hold people's names: they never stand in an error or a log.
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": 1, "max_overflow": 0}
    if parsed.get_backend_name() == "sqlite":
        options["connect_args"] = {"check_same_thread": False, "timeout": lock_wait, "isolation_level": None}
        engine = create_engine(parsed, **options)
        _set_up_sqlite(engine, read_only=read_only, foreign_keys=foreign_keys)
    else:
        options["connect_args"] = {
            "application_name": f"hotspotbot {role}{process_name()}"[:63],
            "connect_timeout": 10,
            # A network that swallows packets is noticed in half a minute instead of two hours.
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        }
        engine = create_engine(parsed, pool_pre_ping=True, **options)
        taking = (claim or take_lock) if exclusive else None
        _set_up_postgresql(engine, lock_wait=lock_wait, read_only=read_only, claim=taking)
    return engine


def _set_up_sqlite(engine: Engine, *, read_only: bool, foreign_keys: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")

    # The driver's own transaction control would begin late and commit before DDL; so it is switched off
    # (isolation_level=None) and the transaction is begun here, as SQLAlchemy's page on pysqlite describes.
    # IMMEDIATE: a writer waits for its turn at the start instead of failing in the middle.
    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _set_up_postgresql(engine: Engine, *, lock_wait: float, read_only: bool, claim: Claim | None) -> None:
    settings = {"timezone": "UTC", "lock_timeout": f"{int(lock_wait * 1000)}ms"}
    # The server notices as soon as we do when the machine at the other end is gone, and lets go of its lock.
    settings |= {"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
    if read_only:
        settings["default_transaction_read_only"] = "on"
        settings["default_transaction_isolation"] = "repeatable read"

    @event.listens_for(engine, "connect")
    def connected(connection: psycopg.Connection[Any], _record: object) -> None:
        connection.autocommit = True
        for name, value in settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        # A server tuned for speed may lose the last commits in a crash; ours have been answered for already.
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
        )
        # The lock lives on the connection that writes: when one is lost, so is the other.
        if claim is not None:
            try:
                claim(connection)
            except BaseException:
                connection.close()
                raise
        connection.autocommit = False

    # PostgreSQL adds the whole row to what it says; that belongs in no log.
    @event.listens_for(engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        original, wrapper = context.original_exception, context.sqlalchemy_exception
        if isinstance(original, psycopg.Error) and original.diag.message_primary:
            original.args = (original.diag.message_primary,)
            if wrapper is not None:
                wrapper.args = (f"({type(original).__name__}) {original}",)


def take_lock(connection: psycopg.Connection[Any]) -> None:
    """Take the lock of the running bot on a connection in autocommit; AlreadyRunning with who has it."""
    if not _take_advisory_lock(connection):
        raise AlreadyRunning(f"another bot is running on this database: {_advisory_lock_holder(connection)}")


def _take_advisory_lock(connection: psycopg.Connection[Any]) -> bool:
    # The server may need a moment to notice that a killed bot is gone: a restart waits for that.
    (usual,) = connection.execute("SELECT current_setting('lock_timeout')").fetchone() or ("0",)
    connection.execute("SELECT set_config('lock_timeout', '2s', false)")
    try:
        connection.execute("SELECT pg_advisory_lock(%s, %s)", ADVISORY_LOCK)
    except psycopg.errors.LockNotAvailable:
        return False
    connection.execute("SELECT set_config('lock_timeout', %s, false)", (usual,))
    return True


def _advisory_lock_holder(connection: psycopg.Connection[Any]) -> str:
    row = connection.execute(
        "SELECT application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
        " WHERE locktype = 'advisory' AND granted AND classid = %s AND objid = %s"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        ADVISORY_LOCK,
    ).fetchone()
    return f"{row[0]} (PostgreSQL backend {row[1]})" if row else "it has just stopped, try again"


class RunningLock:
    """The lock of the one running bot on an SQLite database: a file beside it, held by this process.

    The kernel lets go of it when the process ends, however it ends. On PostgreSQL it does nothing, see
    `build_engine`.
    """

    def __init__(self, url: str) -> None:
        """Take the lock; AlreadyRunning with the holder's process id when it is taken."""
        file = sqlite_file(url)
        self._handle: int | None = None
        if file is None:
            return
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file.with_name(file.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise AlreadyRunning(f"another bot is running on {file}: process {holder}") from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Let go of the lock; the file stays, for removing it could let two bots lock two files."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def make_private(file: Path, *, create: bool) -> None:
    """Let only its owner read the database file (SQLite gives its -wal and -shm files the same mode)."""
    try:
        if create:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
    except OSError as error:
        raise DatabaseError(f"the database file {file} cannot be used: {error.strerror}") from error


def _file(engine: Engine | None) -> Path | None:
    if engine is None or engine.url.get_backend_name() != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database.removeprefix("file:"))


def _disk(file: Path | None) -> str:
    """What is wrong with the disk that an SQLite file lies on, as the system says when something is written there."""
    known = "the disk of the database failed: look at the system's log"
    if file is None:
        return known
    try:
        with tempfile.TemporaryFile(dir=file.parent, prefix=".hotspotbot-") as probe:
            probe.write(b"\0" * _PROBE)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"the disk is full: make room where the database lies, in {file.parent}"
        return f"the folder of the database, {file.parent}, cannot be written: {error.strerror}"
    return known


def explain(error: exc.DBAPIError, engine: Engine | None = None) -> str:
    """One line for a person about an error of the database: what happened and what to do. Holds no data.

    `engine`: the one it comes from. SQLite calls it a failed disk also where the disk is full when it opens one, for
    it cannot make room for what its connections share; what it is, a trial shows.
    """
    original = error.orig
    if isinstance(original, psycopg.Error):
        return explain_postgresql(original)
    code = getattr(original, "sqlite_errorcode", 0) & 0xFF
    return {
        sqlite3.SQLITE_BUSY: "the database is locked by another program; try again when it has finished",
        sqlite3.SQLITE_LOCKED: "the database is locked by another program; try again when it has finished",
        sqlite3.SQLITE_FULL: "the disk is full: make room where the database lies",
        **({sqlite3.SQLITE_IOERR: _disk(_file(engine))} if code == sqlite3.SQLITE_IOERR else {}),
        sqlite3.SQLITE_READONLY: "the database cannot be written: look at the owner and mode of its file",
        sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened: look at its folder, owner and mode",
        sqlite3.SQLITE_CORRUPT: "the database file is damaged: restore a backup",
        sqlite3.SQLITE_NOTADB: "the file is not an SQLite database: look at [database] url",
    }.get(code, f"the database refused: {original}")


def explain_postgresql(error: psycopg.Error, key: str = "[database] url") -> str:
    """The same for PostgreSQL's own errors; `key` is where the config says which database is meant."""
    state = error.sqlstate or ""
    if state == "55P03":
        return "the database is locked by another program; try again when it has finished"
    if state == "53100":
        return "the disk of the PostgreSQL server is full: make room there"
    if not state or state.startswith(("08", "57P")):
        return f"no connection to PostgreSQL: is the server running, and is {key} right?"
    if state.startswith("28"):
        return f"PostgreSQL refused the login: look at user and password in {key}"
    return f"PostgreSQL refused: {error.diag.message_primary} ({state})"
