"""The log of who saw what, erasures, holds and deputies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import Session, col, select

from bot.storage.privacy import AuditEntry, Deputy, Erasure, LegalHold

__all__ = ["audit", "deputies_of", "deputy_for", "erasure", "hold", "last_audit"]

_LAST = select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)


def last_audit(session: Session) -> AuditEntry | None:
    """The newest entry of the log."""
    return session.exec(_LAST).first()


def audit(session: Session, *, subject: str | None = None) -> Iterator[AuditEntry]:
    """The log, oldest first; of one subject, or all."""
    query = select(AuditEntry).order_by(col(AuditEntry.seq))
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    yield from session.exec(query)


def hold(session: Session, case_uid: str) -> LegalHold | None:
    """The standing hold on a case."""
    return session.exec(
        select(LegalHold).where(LegalHold.case_uid == case_uid, LegalHold.state == "standing")
    ).first()


def erasure(session: Session, case_uid: str) -> Erasure | None:
    """The newest erasure of a case that was not withdrawn."""
    return session.exec(
        select(Erasure)
        .where(Erasure.case_uid == case_uid, Erasure.state != "withdrawn")
        .order_by(col(Erasure.at).desc())
    ).first()


def deputies_of(session: Session, person: str, day: date) -> Sequence[Deputy]:
    """Who stands in for somebody on a day."""
    return session.exec(
        select(Deputy).where(
            Deputy.person == person, Deputy.state == "standing", Deputy.first <= day, Deputy.last >= day
        )
    ).all()


def deputy_for(session: Session, deputy: str, day: date) -> Sequence[Deputy]:
    """For whom somebody stands in on a day."""
    return session.exec(
        select(Deputy).where(
            Deputy.deputy == deputy, Deputy.state == "standing", Deputy.first <= day, Deputy.last >= day
        )
    ).all()
