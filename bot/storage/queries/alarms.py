"""What time makes due: reminders, what is raised, digests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, func
from sqlmodel import Session, col, select

from bot.storage.models import Action, DigestSent, Owner
from bot.storage.queries.lists import URGENT_FIRST, Part, part_in

__all__ = [
    "actions_to_raise",
    "digest_sent",
    "first_slot",
    "last_digest",
    "next_raise",
    "next_reminder",
    "open_of_owner",
    "open_of_parts",
    "owners_to_remind",
]

_TO_REMIND = (
    select(Owner)
    .where(col(Owner.remind_at) <= bindparam("now"))
    .order_by(col(Owner.remind_at), Owner.person, Owner.action_uid)
    .limit(bindparam("most"))
)
_TO_RAISE = (
    select(Action)
    .where(col(Action.raise_at) <= bindparam("now"))
    .order_by(col(Action.raise_at), col(Action.number))
    .limit(bindparam("most"))
)
_NEXT_REMINDER = select(func.min(Owner.remind_at))
_NEXT_RAISE = select(func.min(Action.raise_at))


def owners_to_remind(session: Session, now: datetime, limit: int = 500) -> Sequence[Owner]:
    """Owners whose reminder has come, oldest first."""
    return session.exec(_TO_REMIND, params={"now": now, "most": limit}).all()


def actions_to_raise(session: Session, now: datetime, limit: int = 500) -> Sequence[Action]:
    """Open actions that a coordinator must hear of, oldest first."""
    return session.exec(_TO_RAISE, params={"now": now, "most": limit}).all()


def next_reminder(session: Session) -> datetime | None:
    """The next moment at which an owner is reminded."""
    return session.exec(_NEXT_REMINDER).one()


def next_raise(session: Session) -> datetime | None:
    """The next moment at which a coordinator hears of an action."""
    return session.exec(_NEXT_RAISE).one()


def open_of_owner(session: Session, person: str) -> Sequence[Action]:
    """An owner's open actions whose own part is not done."""
    waiting = exists().where(
        col(Owner.action_uid) == Action.uid, col(Owner.person) == person, col(Owner.done_at).is_(None)
    )
    return session.exec(select(Action).where(waiting, Action.state == "open").order_by(*URGENT_FIRST)).all()


def open_of_parts(session: Session, parts: Iterable[Part]) -> Sequence[Action]:
    """The open actions with one of these parts that is not done, each once, the most urgent first."""
    waiting = part_in(parts, col(Owner.done_at).is_(None))
    return session.exec(select(Action).where(waiting, Action.state == "open").order_by(*URGENT_FIRST)).all()


def digest_sent(session: Session, target: str) -> datetime | None:
    """When a target had its last regular digest."""
    row = session.get(DigestSent, target)
    return row.at if row else None


def last_digest(session: Session) -> datetime | None:
    """When anybody had the newest regular digest."""
    return session.exec(select(func.max(DigestSent.at))).one()


def first_slot(session: Session, target: str, now: datetime) -> datetime:
    """From when on a target's digests are owed: the moment it was first asked for."""
    row = session.get(DigestSent, target)
    if row is None:
        row = DigestSent(target=target, at=now)
        session.add(row)
        session.flush()
    return row.at
