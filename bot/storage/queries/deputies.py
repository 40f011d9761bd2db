"""Who is of a forum now, who stands in for whom, and who has left with promises open."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import and_, bindparam
from sqlmodel import Session, col, select

from bot.storage.meetings import Meeting
from bot.storage.models import MISSING, Action, Member, Outbox, OutboxAction, Owner, Room
from bot.storage.privacy import Deputy
from bot.storage.queries.places import meta, set_meta

__all__ = [
    "deputies",
    "deputy",
    "homes",
    "leavers",
    "open_promises",
    "people_moved",
    "promising",
    "residents",
    "running_chair",
    "set_leavers",
    "standing_deputies",
    "stands_in_for",
    "told_of_action",
]

_HOMES = (
    select(Room.forum_uid, Room.state, Member.membership)
    .outerjoin(Member, and_(col(Member.room_id) == Room.room_id, col(Member.user_id) == bindparam("user_id")))
    .where(col(Room.forum_uid).is_not(None))
    .order_by(col(Room.since).desc(), Room.room_id)
)


def homes(session: Session, user_id: str) -> frozenset[str]:
    """The forums in whose rooms somebody is.

    Whoever has not followed into the successor of a room yet, and has not left it either, is still of the forum.
    Where the bot is outside now, what it knew last counts.
    """
    rooms: dict[str, list[tuple[str, str | None]]] = {}
    for forum_uid, state, membership in session.exec(_HOMES, params={"user_id": user_id}):
        rooms.setdefault(str(forum_uid), []).append((state, membership))
    return frozenset(uid for uid, found in rooms.items() if _inside(found))


_RESIDENTS = (
    select(Room.room_id, Room.state, Member.user_id, Member.membership)
    .outerjoin(Member, col(Member.room_id) == Room.room_id)
    .where(Room.forum_uid == bindparam("forum_uid"))
    .order_by(col(Room.since).desc(), Room.room_id)
)


def residents(session: Session, forum_uid: str) -> frozenset[str]:
    """Who is in a forum's rooms, as `homes` has it for one of them."""
    rooms: dict[str, str] = {}
    known: dict[str, dict[str, str]] = {}
    for room_id, state, user_id, membership in session.exec(_RESIDENTS, params={"forum_uid": forum_uid}):
        rooms[room_id] = state
        if user_id is not None:
            known.setdefault(user_id, {})[room_id] = membership
    return frozenset(
        user_id
        for user_id, found in known.items()
        if _inside([(state, found.get(room_id)) for room_id, state in rooms.items()])
    )


def _inside(found: Sequence[tuple[str, str | None]]) -> bool:
    """Whether somebody is in the newest of a forum's rooms, or on the way there from the one before."""
    current = next((each for each in found if each[0] == "joined"), None)
    current = current or next((each for each in found if each[0] == "left"), None)
    if current is None or current[1] == "join":
        return current is not None
    return current[1] not in ("leave", "ban") and ("replaced", "join") in found


_DEPUTIES_OF = select(Deputy).where(Deputy.person == bindparam("person"), Deputy.state == "standing")
_DEPUTY_FOR = select(Deputy).where(Deputy.deputy == bindparam("deputy"), Deputy.state == "standing")
_DEPUTIES = (
    select(Deputy)
    .where(col(Deputy.state).in_(("coming", "standing")))
    .order_by(col(Deputy.first), col(Deputy.at), Deputy.uid)
)


def standing_deputies(session: Session, person: str) -> Sequence[Deputy]:
    """Who stands in for somebody now."""
    return session.exec(_DEPUTIES_OF, params={"person": person}).all()


def stands_in_for(session: Session, deputy: str) -> Sequence[Deputy]:
    """For whom somebody stands in now."""
    return session.exec(_DEPUTY_FOR, params={"deputy": deputy}).all()


def deputies(session: Session) -> Sequence[Deputy]:
    """Everybody who stands in for somebody, or will."""
    return session.exec(_DEPUTIES).all()


def deputy(session: Session, uid: str) -> Deputy | None:
    """A deputy by its row id."""
    return session.get(Deputy, uid)


_OPEN_WITHIN = (
    Action.state == "open",
    col(Owner.done_at).is_(None),
    col(Owner.disclosed).is_(False),
    col(Owner.person).not_in(MISSING),
)
_PROMISING = (
    select(Owner.person, Action.forum_uid)
    .join(Action, col(Action.uid) == Owner.action_uid)
    .where(*_OPEN_WITHIN)
    .distinct()
)


def promising(session: Session) -> Sequence[tuple[str, str]]:
    """Who has open parts of actions promised within a forum: (owner, forum's uid); read when somebody has moved."""
    return session.exec(_PROMISING).all()


def open_promises(session: Session, owner: str, forum_uid: str) -> Sequence[tuple[Owner, Action]]:
    """An owner's open parts of actions that were promised within a forum, by number."""
    return session.exec(
        select(Owner, Action)
        .join(Action, col(Action.uid) == Owner.action_uid)
        .where(*_OPEN_WITHIN, Owner.person == owner, Action.forum_uid == forum_uid)
        .order_by(col(Action.number), col(Owner.position))
    ).all()


def leavers(session: Session) -> list[tuple[str, str, str | None]]:
    """Who is not of a forum any more and still has promises there: (owner, forum's uid, agency)."""
    found = meta(session, "leavers")
    return [(person, forum, agency) for person, forum, agency in json.loads(found)] if found else []


def set_leavers(session: Session, found: Sequence[tuple[str, str, str | None]]) -> None:
    """Remember who has left with promises open."""
    set_meta(session, "leavers", json.dumps(found))


def people_moved(session: Session) -> None:
    """Note that somebody came to a forum or left it: who has left with promises open is looked at again."""
    if meta(session, "people_moved") != "1":
        set_meta(session, "people_moved", "1")


def told_of_action(session: Session, action_uid: str, target: str) -> Sequence[Outbox]:
    """The messages to a target that speak of this action, redacted ones left out, oldest first."""
    return session.exec(
        select(Outbox)
        .join(OutboxAction, col(OutboxAction.outbox_id) == Outbox.id)
        .where(
            OutboxAction.action_uid == action_uid,
            Outbox.target == target,
            Outbox.what == "message",
            col(Outbox.state).in_(("owed", "sent")),
        )
        .order_by(col(Outbox.seq))
    ).all()


def running_chair(session: Session, forum_uid: str) -> str | None:
    """Who leads the meeting that is under way in a forum."""
    return session.exec(
        select(Meeting.chair).where(Meeting.forum_uid == forum_uid, Meeting.state == "running")
    ).first()
