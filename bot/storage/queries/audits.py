"""The log's rows: added, walked, cut off at the front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, text
from sqlmodel import Session, SQLModel, col, select

from bot.storage.models import Action
from bot.storage.privacy import AuditEntry

__all__ = [
    "action_numbers_of_case",
    "add_audit",
    "audit_about",
    "audit_end",
    "audit_entries",
    "count_audit",
    "prune_audit",
]

_ADD = insert(SQLModel.metadata.tables["audit"])
_END = select(AuditEntry.hash).order_by(col(AuditEntry.seq).desc()).limit(1)
_ONE_WRITER = text("SELECT pg_advisory_xact_lock(1752134771, 3)")


def audit_end(session: Session) -> str | None:
    """The hash of the newest entry. Until the transaction ends nobody else adds one.

    On SQLite the transaction itself has seen to that: it began as the one writer.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ONE_WRITER)
    return session.exec(_END).first()


def add_audit(session: Session, row: Mapping[str, Any]) -> None:
    """Write an entry at the end of the log."""
    session.execute(_ADD, dict(row))


def audit_entries(
    session: Session,
    *,
    subjects: set[str] | None = None,
    by: str | None = None,
    since: datetime | None = None,
    act: str | None = None,
) -> Iterator[AuditEntry]:
    """The log in its own order, narrowed down; read in pages, so that it may be long."""
    query = select(AuditEntry).order_by(col(AuditEntry.seq))
    if subjects is not None:
        query = query.where(col(AuditEntry.subject).in_(subjects))
    if by is not None:
        query = query.where(AuditEntry.by == by)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if act is not None:
        query = query.where(AuditEntry.act == act)
    for page in session.exec(query.execution_options(yield_per=500)).partitions():
        yield from page
        for entry in page:
            session.expunge(entry)


def count_audit(session: Session) -> int:
    """How many entries there are."""
    return session.exec(select(func.count()).select_from(AuditEntry)).one()


def audit_about(session: Session, person: str) -> Iterator[AuditEntry]:
    """What the log says of one person: what they did, what was told to them alone, and what concerns them."""
    query = (
        select(AuditEntry)
        .where(
            or_(
                col(AuditEntry.by) == person,
                col(AuditEntry.recipient) == f"dm:{person}",
                col(AuditEntry.subject) == f"person:{person}",
            )
        )
        .order_by(col(AuditEntry.seq))
    )
    yield from session.exec(query)


def action_numbers_of_case(session: Session, code: str) -> Sequence[int]:
    """The numbers of what was agreed about a case: their entries are about it as well."""
    return session.exec(select(Action.number).where(Action.case_code == code)).all()


def prune_audit(session: Session, before: datetime) -> tuple[int, str | None]:
    """Cut off the front of the log, up to the first entry that is no older than a moment.

    Returns how many entries went, and the hash of the last of them. An entry that was written late (a database
    rebuilt from the rooms) stands after younger ones, and stays until those go.
    """
    kept = session.exec(select(func.min(AuditEntry.seq)).where(AuditEntry.at >= before)).one()
    old = col(AuditEntry.seq) < kept if kept is not None else col(AuditEntry.seq).is_not(None)
    last = session.exec(
        select(AuditEntry.hash).where(old).order_by(col(AuditEntry.seq).desc()).limit(1)
    ).first()
    if last is None:
        return 0, None
    gone = session.exec(select(func.count()).select_from(AuditEntry).where(old)).one()
    session.execute(delete(AuditEntry).where(old).execution_options(synchronize_session=False))
    return gone, last
