"""The purpose line: said and pinned once in each room with personal data, and again when the config words it anew.

What is shared there is shared for that purpose alone (docs/domain, Law). In a room that should be encrypted and is not
yet, it waits. A forum's new room after an upgrade has it as well.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.owed import Message, forum, owe, owe_pin, unused
from bot.storage import queries

KIND = "purpose"


def run(session: Session, access: Access, now: datetime) -> None:
    """Owe the line, and its pin, to each room that does not have it in its present words."""
    words = access.settings.privacy.purpose
    version = session.info["vault"].digest("purpose", words)[:16]
    for home in queries.forums(session):
        room = queries.forum_room(session, home.uid)
        place = access.place(session, room) if room is not None else None
        if place is None or place.config is None or not place.config.personal_data:
            continue
        # Which words a room has is kept by itself: the message's row goes with the retention of messages.
        has = f"purpose:{place.room_id}"
        if queries.meta(session, has) == version or access.too_open(session, place):
            continue
        reason = f"{has}:{version}"
        if queries.meta(session, has) is not None:
            reason = unused(session, reason)  # words that stood there once before, and stand again
        queries.set_meta(session, has, version)
        language = access.language(session, None, place)
        said = text.t(language, "purpose-line", purpose=text.user_text(words))
        row = owe(session, reason, forum(home.uid), Message(KIND, said, language=language), now=now)
        if row is not None:
            owe_pin(session, f"pin:{reason}", row, now=now)


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """Never by itself: a room is joined, or the bot starts with another config, and both are followed by a tick."""
    return None
