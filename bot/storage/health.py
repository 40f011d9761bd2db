"""What `hotspotbot check` asks the database and its lock: who runs, what waits, what was refused. Changes nothing."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from bot.storage.engine import ADVISORY_LOCK, sqlite_file
from bot.storage.models import Meta, Outbox, PersonState


@dataclass(frozen=True)
class Waiting:
    """Messages in one state for one reason: how many, and when the newest was owed (UTC)."""

    state: str
    reason: str
    count: int
    newest: datetime


def who_runs(session: Session, url: str) -> str | None:
    """The bot that runs on this database: a process id on SQLite, a connection's name on PostgreSQL; else None."""
    file = sqlite_file(url)
    if file is None:
        row = (
            session.connection()
            .execute(
                sql(
                    "SELECT application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
                    " WHERE locktype = 'advisory' AND granted AND classid = :space AND objid = :lock"
                    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"space": ADVISORY_LOCK[0], "lock": ADVISORY_LOCK[1]},
            )
            .first()
        )
        return str(row[0]) if row else None
    try:
        handle = os.open(file.with_name(file.name + ".lock"), os.O_RDONLY)
    except OSError:
        return None
    try:
        # Shared and for an instant: two checks do not see each other as a bot.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 20).decode("ascii", "replace").strip() or "?"
    else:
        return None
    finally:
        os.close(handle)


def has_token(session: Session) -> bool:
    """Whether the bot has logged in before, readable or not."""
    row = session.get(Meta, "access_token")
    return row is not None and row.value_sealed is not None


def waiting(session: Session) -> list[Waiting]:
    """The messages owed and those refused, by reason."""
    query = (
        select(Outbox.state, Outbox.error, func.count(), func.max(col(Outbox.created_at)))
        .where(col(Outbox.state).in_(("owed", "refused")))
        .group_by(Outbox.state, col(Outbox.error))
        .order_by(Outbox.state, col(Outbox.error))
    )
    return [Waiting(state, error or "", count, newest) for state, error, count, newest in session.exec(query)]


def unreachable(session: Session) -> list[str]:
    """User ids of people whose direct messages are refused."""
    query = select(PersonState.user_id).where(col(PersonState.unreachable_since).is_not(None))
    return sorted(session.exec(query))
