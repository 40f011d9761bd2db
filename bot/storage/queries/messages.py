"""What the bot owes and has said: by reason, by event, by what it speaks of and quotes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, literal_column, or_, update
from sqlmodel import Session, SQLModel, col, select

from bot.storage.models import Action, Outbox, OutboxAction, OutboxText

__all__ = [
    "actions_in",
    "edits_of",
    "ended_before",
    "forget_actions",
    "forget_links",
    "last_about_actions",
    "link",
    "numbers_in",
    "oldest_owed",
    "oldest_owed_of_each",
    "outbox",
    "outbox_by_event",
    "outbox_by_reason",
    "owe_again",
    "owe_refused",
    "owed_count",
    "owed_deletions",
    "owed_targets",
    "quotes",
    "quoting",
    "refused",
    "replies_to",
    "seal_key_for",
    "sent_before",
]

# A literal and no parameter: a database that plans before it knows the value does not use the index of what is owed.
STANDING = (col(Outbox.state).in_(("owed", "sent")), col(Outbox.template_sealed).is_not(None))
"""A message that can be read, or will be: owed or sent, and not deleted since."""
OWED: ColumnElement[bool] = col(Outbox.state) == literal_column("'owed'")


_BY_ID = select(Outbox).where(Outbox.id == bindparam("id"))
_BY_REASON = select(Outbox).where(Outbox.reason == bindparam("reason"))


def outbox(session: Session, outbox_id: str) -> Outbox | None:
    """A message by its id."""
    return session.exec(_BY_ID, params={"id": outbox_id}).first()


def outbox_by_reason(session: Session, reason: str) -> Outbox | None:
    """A message by the reason it is owed for."""
    return session.exec(_BY_REASON, params={"reason": reason}).first()


def outbox_by_event(session: Session, event_id: str) -> Outbox | None:
    """The message of ours that an event in a room is; for an edit, the message it edits."""
    row = session.exec(select(Outbox).where(Outbox.event_id == event_id)).first()
    if row is not None and row.what == "edit" and row.about:
        return outbox(session, row.about)
    return row


def edits_of(session: Session, outbox_id: str) -> Sequence[Outbox]:
    """The edits made to a message."""
    return session.exec(
        select(Outbox).where(Outbox.about == outbox_id, Outbox.what == "edit").order_by(col(Outbox.seq))
    ).all()


_OWED_TARGETS = select(Outbox.target).where(OWED).distinct()
_OLDEST_OWED = (
    select(Outbox).where(Outbox.target == bindparam("target"), OWED).order_by(col(Outbox.seq)).limit(1)
)
_OLDEST_OF_EACH = select(Outbox).where(
    col(Outbox.seq).in_(select(func.min(Outbox.seq)).where(OWED).group_by(col(Outbox.target)))
)


def owed_targets(session: Session) -> Sequence[str]:
    """Targets that something is owed to."""
    return session.exec(_OWED_TARGETS).all()


def oldest_owed(session: Session, target: str) -> Outbox | None:
    """The message that has to leave next for a target."""
    return session.exec(_OLDEST_OWED, params={"target": target}).first()


def oldest_owed_of_each(session: Session) -> Sequence[Outbox]:
    """The message that has to leave next for each target that something is owed to."""
    return session.exec(_OLDEST_OF_EACH).all()


def owed_count(session: Session) -> int:
    """How many messages are owed."""
    return session.exec(select(func.count()).select_from(Outbox).where(OWED)).one()


def refused(session: Session) -> Sequence[Outbox]:
    """Messages that the homeserver refused for good, newest first."""
    return session.exec(
        select(Outbox).where(Outbox.state == "refused").order_by(col(Outbox.seq).desc()).limit(50)
    ).all()


def sent_before(
    session: Session, room_id: str, seq: int | None, limit: int = 100
) -> list[tuple[int, str, str, datetime | None]]:
    """Messages sent to a room, newest first, before one: (sequence number, outbox id, event id, when it was sent)."""
    query = select(Outbox.seq, Outbox.id, Outbox.event_id, Outbox.sent_at).where(
        Outbox.room_id == room_id, Outbox.state == "sent", col(Outbox.event_id).is_not(None)
    )
    if seq is not None:
        query = query.where(col(Outbox.seq) < seq)
    rows = session.exec(query.order_by(col(Outbox.seq).desc()).limit(limit)).all()
    return [(number or 0, outbox_id, str(event_id), at) for number, outbox_id, event_id, at in rows]


def ended_before(session: Session, row: Outbox) -> Outbox | None:
    """The message to the same target before this one that was sent or refused."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.target == row.target,
            col(Outbox.seq) < row.seq,
            Outbox.what != "redact",
            col(Outbox.state).in_(("sent", "refused")),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()


def owe_refused(session: Session, target: str, since: datetime) -> int:
    """Owe what was refused since then because the bot was outside or silenced; how many messages."""
    rows = session.exec(
        select(Outbox).where(
            Outbox.target == target,
            Outbox.state == "refused",
            col(Outbox.error).in_(("M_FORBIDDEN", "no room")),
            col(Outbox.created_at) > since,
            or_(col(Outbox.what).in_(("message", "edit", "file")), col(Outbox.redacts).is_not(None)),
        )
    ).all()
    for row in rows:
        row.state, row.error = "owed", None
        row.tried_at = row.tried_in = row.login = None
    session.flush()
    return len(rows)


def owe_again(session: Session, outbox_ids: Sequence[str]) -> None:
    """Owe messages once more that were sent and are no longer there; a picture is not drawn again.

    So are the deletions of uploads that were done since the first of them was sent.
    """
    since: datetime | None = None
    for outbox_id in outbox_ids:
        row = outbox(session, outbox_id)
        if row is None or row.state != "sent":
            continue
        since = min(since, row.sent_at) if since and row.sent_at else since or row.sent_at
        row.state = "dropped" if row.what == "picture" else "owed"
        row.event_id = row.sent_at = row.tried_at = row.tried_in = row.login = None
        row.attempts = 0
    # A homeserver that has forgotten these may have the files again that were deleted since.
    if since is not None:
        session.exec(
            update(Outbox)
            .where(col(Outbox.what) == "media", col(Outbox.state) == "sent", col(Outbox.sent_at) >= since)
            .values(state="owed", attempts=0, sent_at=None)
        )
    session.flush()


def owed_deletions(session: Session, event_id: str) -> Sequence[Outbox]:
    """The deletions of an event, a message of ours or anything else, that are still owed."""
    about = select(Outbox.id).where(Outbox.event_id == event_id)
    of_it = or_(col(Outbox.about).in_(about), col(Outbox.redacts) == event_id)
    return session.exec(select(Outbox).where(OWED, Outbox.what == "redact", of_it)).all()


def actions_in(session: Session, outbox_id: str) -> Sequence[Action]:
    """The actions a message speaks of, in its order."""
    return session.exec(
        select(Action)
        .join(OutboxAction, col(OutboxAction.action_uid) == Action.uid)
        .where(OutboxAction.outbox_id == outbox_id)
        .order_by(col(OutboxAction.position))
    ).all()


_NUMBERS_IN = (
    select(Action.number)
    .join(OutboxAction, col(OutboxAction.action_uid) == Action.uid)
    .where(OutboxAction.outbox_id == bindparam("outbox_id"))
    .order_by(col(OutboxAction.position))
)


def numbers_in(session: Session, outbox_id: str) -> list[int]:
    """The numbers of the actions a message speaks of, in its order."""
    return list(session.exec(_NUMBERS_IN, params={"outbox_id": outbox_id}))


def quoting(session: Session, text_uid: str) -> Sequence[Outbox]:
    """The messages that quote a text and still stand."""
    return session.exec(
        select(Outbox)
        .join(OutboxText, col(OutboxText.outbox_id) == Outbox.id)
        .where(OutboxText.text_uid == text_uid, col(Outbox.state).in_(("owed", "sent")))
        .order_by(col(Outbox.seq))
    ).all()


_LINK_ACTIONS = insert(SQLModel.metadata.tables["outbox_action"])
_LINK_TEXTS = insert(SQLModel.metadata.tables["outbox_text"])


def link(session: Session, outbox_id: str, action_uids: Sequence[str], text_uids: Sequence[str]) -> None:
    """Note which actions a message speaks of, in its order, and which texts it quotes."""
    if action_uids:
        rows = [{"outbox_id": outbox_id, "action_uid": u, "position": i} for i, u in enumerate(action_uids)]
        session.execute(_LINK_ACTIONS, rows)
    if text_uids:
        session.execute(_LINK_TEXTS, [{"outbox_id": outbox_id, "text_uid": u} for u in text_uids])


def forget_actions(session: Session, outbox_id: str) -> None:
    """Forget which actions a message speaks of."""
    session.exec(delete(OutboxAction).where(col(OutboxAction.outbox_id) == outbox_id))


def forget_links(session: Session, outbox_id: str) -> None:
    """Forget what a message speaks of and quotes."""
    forget_actions(session, outbox_id)
    session.exec(delete(OutboxText).where(col(OutboxText.outbox_id) == outbox_id))


def quotes(session: Session, outbox_id: str) -> set[str]:
    """The texts that a message quotes, or quoted before it was edited."""
    return set(session.exec(select(OutboxText.text_uid).where(OutboxText.outbox_id == outbox_id)))


def seal_key_for(target: str) -> str:
    """The data key under which a message to a target is sealed."""
    return f"person:{target.removeprefix('dm:')}" if target.startswith("dm:") else target


def last_about_actions(session: Session, target: str) -> Outbox | None:
    """The newest message to a target that speaks of actions: what free text in direct messages answers."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.target == target,
            Outbox.state == "sent",
            Outbox.what == "message",
            exists().where(col(OutboxAction.outbox_id) == Outbox.id),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()


def replies_to(session: Session, event_id: str) -> Sequence[Outbox]:
    """The bot's own answers to a message."""
    return session.exec(
        select(Outbox).where(col(Outbox.reason).startswith(f"reply:{event_id}:", autoescape=True))
    ).all()
