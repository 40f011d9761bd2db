"""What was uploaded for messages and is to be deleted at the homeserver: rows of the outbox of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bot.storage.models import Outbox
from bot.storage.queries.messages import OWED

__all__ = ["media_left", "media_owed", "media_owed_for", "media_waiting", "next_media", "uploads_left_over"]

_NEXT_MEDIA = (
    select(Outbox)
    .where(Outbox.target == "media", OWED)
    .order_by(col(Outbox.attempts), col(Outbox.seq))
    .limit(1)
)


def next_media(session: Session) -> Outbox | None:
    """The upload that is to be deleted next: one that was tried in vain lets the others go first."""
    return session.exec(_NEXT_MEDIA).first()


def media_left(session: Session) -> Sequence[Outbox]:
    """The uploads that the homeserver would not let us delete, the oldest first."""
    return session.exec(
        select(Outbox).where(Outbox.what == "media", Outbox.state == "refused").order_by(col(Outbox.seq))
    ).all()


def media_waiting(session: Session) -> Sequence[Outbox]:
    """The uploads that are to be deleted and are not, the oldest first: refused, and owed."""
    return session.exec(
        select(Outbox)
        .where(Outbox.what == "media", col(Outbox.state).in_(("owed", "refused")))
        .order_by(col(Outbox.seq))
    ).all()


def media_owed_for(session: Session, outbox_id: str) -> Sequence[Outbox]:
    """The deletions of what was uploaded for a message, done ones as well."""
    return media_owed(session, f"media:{outbox_id}:")


def media_owed(session: Session, prefix: str) -> Sequence[Outbox]:
    """The deletions of uploads for reasons with a prefix, done ones as well."""
    return session.exec(
        select(Outbox)
        .where(col(Outbox.reason).startswith(prefix, autoescape=True), Outbox.what == "media")
        .order_by(col(Outbox.seq))
    ).all()


def uploads_left_over(session: Session) -> Sequence[Outbox]:
    """Messages that will never be sent, and for which something was uploaded."""
    return session.exec(
        select(Outbox).where(
            Outbox.what != "media", Outbox.state == "dropped", col(Outbox.media).is_not(None)
        )
    ).all()
