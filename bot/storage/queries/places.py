"""Rooms and people as the homeserver last described them, and the bot's own facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, insert, update
from sqlmodel import Session, SQLModel, col, select

from bot.storage.models import Forum, InboxEvent, Member, Meta, PersonState, Room
from bot.storage.queries.messages import owe_again

__all__ = [
    "awaits_joining",
    "direct_room",
    "direct_rooms",
    "forget_members",
    "forum",
    "forum_by_config",
    "forum_members",
    "forum_room",
    "forums",
    "forums_inside",
    "forums_with_rooms",
    "knows_one_of",
    "member",
    "members",
    "meta",
    "newest_events",
    "note_event",
    "people_away",
    "person_state",
    "rewind",
    "room",
    "rooms",
    "seen",
    "set_meta",
    "was_said_in",
]


def meta(session: Session, key: str) -> str | None:
    """A fact the bot keeps about itself."""
    row = session.get(Meta, key)
    return row.value if row else None


def set_meta(session: Session, key: str, value: str | None) -> None:
    """Write such a fact."""
    row = session.get(Meta, key)
    if row is None:
        row = Meta(key=key)
        session.add(row)
    row.value = value


_SEEN = select(InboxEvent.event_id).where(InboxEvent.event_id == bindparam("event_id"))
_NOTE_EVENT = insert(SQLModel.metadata.tables["inbox_event"])


def seen(session: Session, event_id: str) -> bool:
    """Whether the inbox ledger has the event."""
    return session.exec(_SEEN, params={"event_id": event_id}).first() is not None


def was_said_in(session: Session, event_id: str, room_id: str) -> bool:
    """Whether the inbox ledger has the event, and from this room."""
    row = session.get(InboxEvent, event_id)
    return row is not None and row.room_id == room_id


def note_event(session: Session, event_id: str, room_id: str, sender: str, at: datetime) -> None:
    """Write an event into the inbox ledger."""
    row = {"event_id": event_id, "room_id": room_id, "sender": sender, "at": at}
    session.execute(_NOTE_EVENT, [row])


def knows_one_of(session: Session, event_ids: Sequence[str]) -> bool:
    """Whether one of these events was handled before."""
    return any(seen(session, event_id) for event_id in event_ids)


def newest_events(session: Session) -> list[tuple[str, str]]:
    """The event that was handled last in each room the bot is in: (room id, event id)."""
    query = select(Room.room_id, Room.newest_event).where(
        Room.state == "joined", col(Room.newest_event).is_not(None)
    )
    return [(room_id, str(event_id)) for room_id, event_id in session.exec(query.order_by(Room.room_id))]


def awaits_joining(session: Session, room_id: str) -> bool:
    """Whether a room of ours is one that the bot was not in until now."""
    found = room(session, room_id)
    return found is not None and found.state in ("known", "invited", "left")


def rewind(session: Session, lost: Sequence[str]) -> None:
    """The homeserver was restored from a backup: forget what it has forgotten, and read the rooms anew.

    `lost` are the outbox ids of our messages that it no longer has. What people said is kept: they promised it.
    """
    set_meta(session, "sync_token", None)
    set_meta(session, "rewound", "1")
    session.exec(update(Room).values(newest_event=None))
    owe_again(session, lost)


def forget_members(session: Session, room_id: str) -> None:
    """Forget who is in a room: the homeserver is about to say it anew."""
    session.exec(delete(Member).where(col(Member.room_id) == room_id))


def room(session: Session, room_id: str) -> Room | None:
    """A room the bot knows."""
    return session.get(Room, room_id)


def rooms(session: Session, state: str | None = None) -> Sequence[Room]:
    """All known rooms, or those in a state."""
    query = select(Room)
    if state:
        query = query.where(Room.state == state)
    return session.exec(query.order_by(Room.room_id)).all()


_FORUMS = select(Forum).order_by(col(Forum.created_at), Forum.uid)
_FORUMS_WITH_ROOMS = _FORUMS.where(
    exists().where(col(Room.forum_uid) == Forum.uid, col(Room.state) == "joined")
)


def forums(session: Session) -> Sequence[Forum]:
    """All forums, oldest first."""
    return session.exec(_FORUMS).all()


def forum(session: Session, uid: str) -> Forum:
    """A forum by its row id, which has to be one of the database's."""
    return session.get_one(Forum, uid)


def forums_inside(session: Session, user_id: str) -> list[Forum]:
    """The forums in whose room somebody is, oldest first."""
    return [each for each in forums(session) if user_id in forum_members(session, each.uid)]


def forums_with_rooms(session: Session) -> Sequence[Forum]:
    """The forums that have a room in which the bot is, oldest first."""
    return session.exec(_FORUMS_WITH_ROOMS).all()


def forum_by_config(session: Session, config_room: str) -> Forum | None:
    """The forum of a room as the config names it."""
    return session.exec(select(Forum).where(Forum.config_room == config_room)).first()


_FORUM_ROOM = (
    select(Room)
    .where(col(Room.forum_uid) == bindparam("forum_uid"), Room.state == "joined")
    .order_by(col(Room.since).desc())
)


def forum_room(session: Session, forum_uid: str) -> Room | None:
    """The room a forum lives in now."""
    return session.exec(_FORUM_ROOM, params={"forum_uid": forum_uid}).first()


def direct_room(session: Session, user_id: str, *, encrypted: bool = False) -> Room | None:
    """The newest direct-message room that the bot is in and the person has not left; only an `encrypted` one."""
    query = (
        select(Room)
        .join(Member, and_(col(Member.room_id) == Room.room_id, col(Member.user_id) == user_id))
        .where(Room.person == user_id, Room.state == "joined", col(Member.membership).in_(("join", "invite")))
    )
    if encrypted:
        query = query.where(col(Room.encrypted).is_(True))
    return session.exec(
        query.order_by(col(Member.membership).desc(), col(Room.since).desc(), Room.room_id)
    ).first()


def direct_rooms(session: Session, user_id: str) -> Sequence[Room]:
    """All direct-message rooms there ever were with a person."""
    return session.exec(select(Room).where(Room.person == user_id)).all()


_MEMBERS = select(Member.user_id).where(
    Member.room_id == bindparam("room_id"),
    col(Member.membership).in_(bindparam("memberships", expanding=True)),
)


def members(session: Session, room_id: str, memberships: Iterable[str] = ("join", "invite")) -> set[str]:
    """User ids in a room with one of the memberships."""
    return set(session.exec(_MEMBERS, params={"room_id": room_id, "memberships": list(memberships)}))


def member(session: Session, room_id: str, user_id: str) -> Member | None:
    """One membership."""
    return session.get(Member, (room_id, user_id))


def forum_members(session: Session, forum_uid: str) -> set[str]:
    """User ids joined in the room a forum lives in now."""
    current = forum_room(session, forum_uid)
    return members(session, current.room_id, ("join",)) if current else set()


def person_state(session: Session, user_id: str) -> PersonState | None:
    """What a person set about themselves."""
    return session.get(PersonState, user_id)


def people_away(session: Session, day: Any) -> Sequence[PersonState]:
    """People whose leave has not ended on a day."""
    return session.exec(
        select(PersonState)
        .where(col(PersonState.away_until).is_not(None), col(PersonState.away_until) >= day)
        .order_by(PersonState.user_id)
    ).all()
