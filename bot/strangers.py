"""Who does not belong is in a room: the bot falls silent, says so once, and tells whom it concerns who it is.

What it owes there waits (bot.release). The room hears that the bot is silent and names nobody; the forum's coordinators
hear in their direct messages who it is and what to do. In a direct-message room only that room hears.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.directory import is_citizen
from bot.documents.digest import forum_name
from bot.owed import Message, direct, owe, target_in, unused
from bot.storage import queries
from bot.storage.models import Forum, Outbox, Room

log = structlog.get_logger(__name__)


def look_around(session: Session, access: Access, rooms: Iterable[Room], now: datetime) -> None:
    """Let some rooms hear that the bot is silent, or goes on, where that has changed; and the coordinators of them."""
    rooms = [room for room in rooms if room.state == "joined"]
    told = queries.stranger_notices(session) if rooms else {}
    for room in rooms:
        here = access.strangers(session, room)
        last = told.get(room.room_id)
        silent = last is not None and last.kind == "stranger.here"
        if here and last is not None and last.kind == "stranger.gone" and _unsaid(last):
            last.state = "dropped"  # the next one came before the room heard that the bot goes on
            before = queries.outbox_by_reason(session, last.reason.removesuffix(":gone"))
            last, silent = before, before is not None
        if here:
            notice = last if silent and last is not None else _fall_silent(session, access, room, here, now)
            _tell(session, access, room, here, notice, now)
        elif silent and last is not None:
            _go_on(session, access, room, last, now)


def _unsaid(row: Outbox) -> bool:
    return row.state == "owed" and row.attempts == 0


def _since(session: Session, room: Room, user_id: str) -> str:
    row = queries.member(session, room.room_id, user_id)
    return row.since.isoformat() if row is not None else ""


def _fall_silent(
    session: Session, access: Access, room: Room, here: set[str], now: datetime
) -> Outbox | None:
    """The room hears that the bot is silent: one message, however many strangers there are."""
    first = min(here, key=lambda user: (_since(session, room, user), user))
    reason = unused(session, f"stranger:{room.room_id}:{first}:{_since(session, room, first)}")
    language = access.language(session, room.person, access.home(session, room))
    key = "stranger-here-direct" if room.person is not None else "stranger-here"
    log.warning("stranger.here", room_id=room.room_id, count=len(here))
    message = Message("stranger.here", text.t(language, key), language=language)
    return owe(session, reason, target_in(room), message, now=now, room_id=room.room_id)


def _go_on(session: Session, access: Access, room: Room, notice: Outbox, now: datetime) -> None:
    language = access.language(session, room.person, access.home(session, room))
    log.info("stranger.gone", room_id=room.room_id)
    message = Message("stranger.gone", text.t(language, "stranger-gone"), language=language)
    owe(session, f"{notice.reason}:gone", target_in(room), message, now=now, room_id=room.room_id)
    for home, person, lang in _coordinators(session, access, room):
        where = text.user_text(forum_name(access, home))
        message = Message("stranger.over", text.t(lang, "stranger-over", forum=where), language=lang)
        owe(session, f"{notice.reason}:over:{person}", direct(person), message, now=now)


def _tell(
    session: Session, access: Access, room: Room, here: set[str], notice: Outbox | None, now: datetime
) -> None:
    """Each coordinator hears of each stranger, once."""
    if notice is None:
        return
    for home, person, lang in _coordinators(session, access, room):
        where = text.user_text(forum_name(access, home))
        for user in sorted(here):
            said = text.t(
                lang,
                "stranger-told",
                forum=where,
                who=_who(access, user),
                why=_why(access, user),
                how="invited" if _invited(session, room, user) else "joined",
            )
            reason = f"{notice.reason}:told:{user}:{_since(session, room, user)}:{person}"
            owe(
                session,
                reason,
                direct(person),
                Message("stranger.told", said, notify=True, language=lang),
                now=now,
            )


def _coordinators(session: Session, access: Access, room: Room) -> list[tuple[Forum, str, str]]:
    home = session.get(Forum, room.forum_uid) if room.person is None and room.forum_uid else None
    if home is None:
        return []
    people = access.coordinators(session, home.uid)
    return [(home, one.user_id, access.language(session, one.user_id)) for one in people]


def _who(access: Access, user_id: str) -> str:
    person = access.person(user_id)
    return text.user_text(f"{person.name} ({user_id})" if person is not None else user_id)


def _why(access: Access, user_id: str) -> str:
    person = access.person(user_id)
    if person is None:
        return "unknown"
    return "citizen" if is_citizen(person) else "agency"


def _invited(session: Session, room: Room, user_id: str) -> bool:
    row = queries.member(session, room.room_id, user_id)
    return row is not None and row.membership == "invite"
