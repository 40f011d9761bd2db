"""Who wrote something that the bot cannot read is told, once, and each message is named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from sqlmodel import Session

from bot import text
from bot.access import Access, Place
from bot.owed import Message, direct, forum, owe
from bot.storage import queries
from bot.storage.crypto import Unread


def run(session: Session, access: Access, now: datetime) -> None:
    """Owe one message for each writer and room: what could not be read there for a minute or longer."""
    waiting = sorted(
        queries.unread_to_tell(session, now), key=lambda row: (row.room_id, row.sender, row.seq or 0)
    )
    for (room_id, sender), group in groupby(waiting, key=lambda row: (row.room_id, row.sender)):
        rows = list(group)
        room = queries.room(session, room_id)
        place = access.place(session, room) if room else None
        if place is not None:
            _tell(session, access, place, sender, rows, now)
        for row in rows:
            row.tell_at = None


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When somebody has to be told next."""
    return queries.next_unread_to_tell(session)


def _tell(
    session: Session, access: Access, place: Place, sender: str, rows: Sequence[Unread], now: datetime
) -> None:
    lang = access.language(session, sender, place)
    zone = access.settings.general.tz
    links = ", ".join(
        f"[{row.at.astimezone(zone):%H:%M}](https://matrix.to/#/{quote(row.room_id)}/{quote(row.event_id)})"
        for row in rows
    )
    key = "event-unsigned" if all(row.why == "unsigned" for row in rows) else "event-unread"
    said = text.t(lang, key, count=len(rows), events=links)
    owe(
        session,
        f"unread:{rows[0].event_id}",
        direct(place.person) if place.person else forum(place.forum.uid if place.forum else ""),
        Message("event.unread", said, mentions=frozenset({sender}), notify=True, language=lang),
        now=now,
        reply_to=rows[0].event_id,
        room_id=place.room_id if place.person else None,
    )
