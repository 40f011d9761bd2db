"""Forum, language, names and times of a meeting, as its messages say them."""

from __future__ import annotations

from datetime import datetime

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
    """How a meeting and its files are named: by the ISO week in which it begins."""
    return week_label(access, meeting.began_at or meeting.starts_at)


def slug(words: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in words.casefold())
    return "-".join(filter(None, kept.split("-")))[:60] or "moeder"
