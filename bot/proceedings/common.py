"""Forum, language, names and times of a meeting, as its messages say them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy.orm import object_session
from sqlmodel import Session

from bot.access import Access
from bot.documents.lines import day
from bot.meetings import week_label
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Forum
from bot.when import Deadline


def room_language(session: Session, access: Access, forum_uid: str) -> str:
    """The language of a forum's room."""
    room = queries.forum_room(session, forum_uid)
    place = access.place(session, room) if room else None
    return access.language(session, None, place)


def home(session: Session, meeting: Meeting) -> Forum:
    """The forum of a meeting."""
    found = session.get(Forum, meeting.forum_uid)
    assert found is not None  # noqa: S101 - a foreign key
    return found


def when(access: Access, instant: datetime, language: str, now: datetime) -> str:
    """An instant in words: "tirs. 24. nov. kl. 10.00, uge 48"."""
    local = instant.astimezone(access.settings.general.tz)
    return day(access, Deadline(local.date(), local.time().replace(second=0, microsecond=0)), language, now)


def name(meeting: Meeting, access: Access) -> str:
    """How a meeting and its files are named: by the ISO week in which it begins, the second of a week as 2026-W48.2."""
    began = meeting.began_at or meeting.starts_at
    label = week_label(access, began)
    session = object_session(meeting)
    if session is None:
        return label
    earlier = queries.meetings_held(
        cast(Session, session), meeting.forum_uid, began - timedelta(days=7), began
    )
    before = [
        each
        for each in earlier
        if each.uid != meeting.uid and each.began_at and week_label(access, each.began_at) == label
    ]
    return f"{label}.{len(before) + 1}" if before else label


def slug(words: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in words.casefold())
    return "-".join(filter(None, kept.split("-")))[:60] or "moeder"
