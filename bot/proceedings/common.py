"""Forum, language, names and times of a meeting, as its messages say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import cast

from sqlalchemy.orm import object_session
from sqlmodel import Session

from bot.access import Access
from bot.meetings import week_label
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Action, Forum, Owner


def room_language(session: Session, access: Access, forum_uid: str) -> str:
    """The language of a forum's room."""
    room = queries.forum_room(session, forum_uid)
    place = access.place(session, room) if room else None
    return access.language(session, None, place)


def home(session: Session, meeting: Meeting) -> Forum:
    """The forum of a meeting."""
    return queries.forum(session, meeting.forum_uid)


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


def by_person(
    session: Session, access: Access, rows: Sequence[Action], counts: Callable[[Owner, str], bool], day: date
) -> dict[str, list[Action]]:
    """Actions by the people whom what concerns their owners goes to on a local day.

    `counts` is asked of each named owner and that person.
    """
    owners = queries.owners_of(session, [row.uid for row in rows])
    found: dict[str, list[Action]] = {}
    for row in rows:
        for owner in owners[row.uid]:
            person = access.reached(session, owner, row, day) if owner.named else None
            if person is not None and counts(owner, person):
                theirs = found.setdefault(person, [])
                if row not in theirs:
                    theirs.append(row)
    return found


def slug(words: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in words.casefold())
    return "-".join(filter(None, kept.split("-")))[:60] or "moeder"
