"""Who wrote something that the bot cannot read is told, once, and each message is named.

Usually its key did not come in time. After a lost machine the key may be gone for good, and with it what was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

from sqlmodel import Session

from bot import text
from bot.access import Access, Place
from bot.owed import Message, outbox_id, owe, target_of
from bot.storage import queries
from bot.storage.crypto import Unread
from bot.when.say import say_clock, say_day

AT_ONCE = (
    40  # events named in one message: with their links, and encrypted, well below what a homeserver takes
)


def run(session: Session, access: Access, now: datetime) -> None:
    """Owe one message for each writer and room: what could not be read there for a minute or longer.

    A great many events take several messages.
    """
    waiting = sorted(
        queries.unread_to_tell(session, now), key=lambda row: (row.room_id, row.sender, row.seq or 0)
    )
    for (room_id, sender), group in groupby(waiting, key=lambda row: (row.room_id, row.sender)):
        rows = list(group)
        room = queries.room(session, room_id)
        place = access.place(session, room) if room else None
        if place is not None:
            for start in range(0, len(rows), AT_ONCE):
                _tell(session, access, place, sender, rows[start : start + AT_ONCE], now)
        for row in rows:
            row.tell_at = None


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When somebody has to be told next."""
    return queries.next_unread_to_tell(session)


def _tell(
    session: Session, access: Access, place: Place, sender: str, rows: Sequence[Unread], now: datetime
) -> None:
    lang = access.language(session, sender, place)
    if all(row.why == "unsigned" for row in rows):
        key = "event-unsigned"
    elif any(queries.said(session, outbox_id(session, f"reply:{row.event_id}:1")) for row in rows):
        key = "event-lost"
    else:
        key = "event-unread"
    events = _links(rows, lang, now.astimezone(access.settings.general.tz))
    said = text.t(lang, key, count=len(rows), events=events)
    owe(
        session,
        f"unread:{rows[0].event_id}",
        target_of(place),
        Message("event.unread", said, mentions=frozenset({sender}), notify=True, language=lang),
        now=now,
        reply_to=rows[0].event_id,
        room_id=place.room_id if place.person else None,
    )


def _links(rows: Sequence[Unread], lang: str, now: datetime) -> str:
    """Their times, each a link to its message; the day where it is not today, once for the events of a day."""
    parts, day = [], now.date()
    for row in rows:
        at = row.at.astimezone(now.tzinfo)
        shown = say_clock(at.time(), lang)
        if at.date() != day:
            day = at.date()
            shown = f"{say_day(day, lang, today=day)} {shown}"
        parts.append(f"[{shown}](https://matrix.to/#/{quote(row.room_id)}/{quote(row.event_id)})")
    return ", ".join(parts)
