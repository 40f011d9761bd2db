"""What `hotspotbot check` asks the database and its lock: who runs, what waits, what was refused. Changes nothing."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select

from bot.storage import lease
from bot.storage.engine import sqlite_file
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
        holder = lease.look(session)
        return holder.name if holder is not None else None
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


def who_waits(session: Session, url: str) -> list[str]:
    """The processes that stand by for the one that runs, by their connections' names; none on SQLite."""
    if sqlite_file(url) is not None:
        return []
    query = sql(
        "SELECT application_name FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE :named ORDER BY backend_start"
    )
    return list(session.connection().scalars(query, {"named": f"hotspotbot {lease.STANDBY}%"}))


def has_token(session: Session) -> bool:
    """Whether the bot has logged in before, readable or not."""
    row = session.get(Meta, "access_token")
    return row is not None and row.value_sealed is not None


def waiting(session: Session) -> list[Waiting]:
    """The messages owed and those refused, by reason."""
    query = (
        select(Outbox.state, Outbox.error, func.count(), func.max(col(Outbox.created_at)))
        .where(col(Outbox.state).in_(("owed", "refused")), Outbox.what != "media")
        .group_by(Outbox.state, col(Outbox.error))
        .order_by(Outbox.state, col(Outbox.error))
    )
    return [Waiting(state, error or "", count, newest) for state, error, count, newest in session.exec(query)]


def files_left(session: Session) -> int:
    """How many uploads are to be deleted that the homeserver would not let us delete, or not yet."""
    tried = or_(col(Outbox.state) == "refused", (col(Outbox.state) == "owed") & (col(Outbox.attempts) > 0))
    return session.exec(select(func.count()).select_from(Outbox).where(Outbox.what == "media", tried)).one()


def unreachable(session: Session) -> list[str]:
    """User ids of people whose direct messages are refused."""
    query = select(PersonState.user_id).where(col(PersonState.unreachable_since).is_not(None))
    return sorted(session.exec(query))
