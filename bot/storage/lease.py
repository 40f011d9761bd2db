"""Whose turn it is to talk to Matrix, as the database knows it (PostgreSQL; docs/decisions/standby).

The turn is the advisory lock, on the connection that writes. The lease row beside it says by which process and
which number of turn it is held and when that process last said that it lives: a lock alone would be held for ever
by a machine without power or a process that stands still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text as sql
from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session

from bot.storage.engine import ADVISORY_LOCK, AlreadyRunning, process_name, take_lock

NAME = "bot"
STANDBY = "standby "  # in the name of a standby's connection

_BEGIN = sql(
    "INSERT INTO lease (name, term, holder, backend, renewed_at)"
    " VALUES (:name, 1, :holder, pg_backend_pid(), clock_timestamp())"
    " ON CONFLICT (name) DO UPDATE SET term = lease.term + 1, holder = excluded.holder,"
    " backend = excluded.backend, renewed_at = excluded.renewed_at RETURNING term"
)
_RENEW = (
    "UPDATE lease SET backend = pg_backend_pid(), renewed_at = clock_timestamp()"
    " WHERE name = 'bot' AND term = {}"
)
_LOCK = (
    "l.locktype = 'advisory' AND l.granted AND l.classid = :space AND l.objid = :lock"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_LOOK = sql(
    "SELECT a.application_name, l.pid, r.backend = l.pid AS leased, r.renewed_at, a.state_change, a.query_start"  # noqa: S608
    " FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid LEFT JOIN lease r ON r.name = :name"
    " WHERE " + _LOCK
)
# Once more in one breath with the end: a holder that has just said that it lives is left alone.
_END = sql(
    "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN lease r ON r.name = :name"  # noqa: S608
    " WHERE l.pid = :pid AND r.backend = l.pid AND r.renewed_at = :renewed_at AND " + _LOCK
)
_NUMBER = "SELECT term FROM lease WHERE name = %s"
_OVER = "another bot has taken over; this one ends, and stands by when it is started again"
_PLACE = {"space": ADVISORY_LOCK[0], "lock": ADVISORY_LOCK[1], "name": NAME}


class Term:
    """This process's turn: taken once, and never again after another has had it.

    What the process has in its memory is true only as long as nobody else handled anything. So a connection that
    has to be made anew goes on with the same turn if nobody took it meanwhile, and is AlreadyRunning otherwise.
    """

    def __init__(self, since_boot: Callable[[], float]) -> None:
        """`since_boot`: seconds that go on while the process stands still."""
        self._since_boot = since_boot
        self._number: int | None = None
        self._lost = False

    def claim(self, connection: psycopg.Connection[Any]) -> None:
        """Take the lock on a new connection; AlreadyRunning if another has it, or has had it since our turn began."""
        if self._number is None:
            take_lock(connection)
            return
        # Jobs may be waiting in a row to hear this: only the first of them waits for the lock as well.
        now = None if self._lost else connection.execute(_NUMBER, (NAME,)).fetchone()
        try:
            if now != (self._number,):
                raise AlreadyRunning
            take_lock(connection)
            if connection.execute(_RENEW.format("%s"), (self._number,)).rowcount != 1:
                raise AlreadyRunning
        except AlreadyRunning:
            self._lost = True
            raise AlreadyRunning(_OVER) from None

    def begin(self, session: Session) -> float:
        """Begin a turn, holding the lock. Returns what `renew` does."""
        begun = self._since_boot()
        bound = {"name": NAME, "holder": process_name()}
        self._number = session.connection().execute(_BEGIN, bound).scalar_one()
        return begun

    def renew(self, session: Session) -> float:
        """Say that we live. Returns the moment from which on that is known; AlreadyRunning if the turn is over."""
        begun = self._since_boot()
        done = session.connection().execute(sql(_RENEW.format(":term")), {"term": self._number})
        if done.rowcount != 1:
            raise AlreadyRunning(_OVER)
        return begun


@dataclass(frozen=True)
class Holder:
    """Who has the lock, and the signs of its life: two equal ones mean that it did nothing in between.

    `leased`: the lease row is of this very connection; a migration holds the lock without one.
    """

    name: str
    pid: int
    leased: bool
    renewed_at: datetime | None
    state_change: datetime | None
    query_start: datetime | None


def look(session: Session) -> Holder | None:
    """Who has the lock; None when it is free."""
    row = session.connection().execute(_LOOK, _PLACE).first()
    return None if row is None else Holder(row[0], row[1], bool(row[2]), *row[3:])


def end(session: Session, holder: Holder) -> bool:
    """Cut the connection of a holder that shows no sign of life; False if this role may not."""
    bound = {**_PLACE, "pid": holder.pid, "renewed_at": holder.renewed_at}
    try:
        session.connection().execute(_END, bound)
    except ProgrammingError as fault:
        if isinstance(fault.orig, psycopg.errors.InsufficientPrivilege):
            return False
        raise
    return True
