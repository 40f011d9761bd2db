"""Before a meeting: its agenda, pinned, its calendar entry, and a word to owners of what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.documents import agenda as agendas
from bot.documents import ical
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, when
from bot.meetings import BOT, Meetings, Planned, planned, upcoming
from bot.owed import Message, direct, forum, owe, owe_file, owe_pin
from bot.proceedings.common import by_person, home, room_language, slug
from bot.storage.meetings import Meeting
from bot.storage.models import Action, Forum, Outbox, Owner

YEAR = timedelta(days=365)
SHOWN = 15


def post_agenda(session: Session, access: Access, meeting: Meeting, now: datetime) -> None:
    """Send the agenda with its calendar entry to the room, pin it, and tell owners of what is overdue."""
    where = home(session, meeting)
    Meetings(session, access, Cause(BOT, now, f"agenda:{meeting.occasion}")).prepare(where, meeting)
    language = room_language(session, access, where.uid)
    made = show_agenda(session, access, meeting, language, now)
    reason = f"agenda:{meeting.occasion}:{meeting.sequence}"
    message = Message(
        "meeting.agenda", made.template, made.actions, notify=True, language=language, meeting=meeting.uid
    )
    row = owe(session, reason, forum(where.uid), message, now=now)
    meeting.posted_at = now
    if row is None:
        return
    owe_pin(session, f"{reason}:pin", row, now=now)
    owe_calendar(session, access, where, [planned_of(access, where, meeting)], f"{reason}:ics", now)
    _head_up(session, access, where, meeting, now)


def show_agenda(
    session: Session, access: Access, meeting: Meeting, language: str, now: datetime
) -> agendas.Made:
    """A meeting's agenda as it is now."""
    of = planned_of(access, home(session, meeting), meeting)
    return agendas.agenda(
        session, access, meeting, language, now, joining=of.joining, staying_away=of.staying_away
    )


def planned_of(access: Access, where: Forum, meeting: Meeting) -> Planned:
    """A meeting's place in its forum's calendar."""
    return planned(access, access.settings.room(where.config_room), meeting)


def _head_up(session: Session, access: Access, where: Forum, meeting: Meeting, now: datetime) -> None:
    """Tell owners which of their overdue actions the meeting will take up, so that nobody is surprised."""
    meetings = Meetings(session, access, Cause(BOT, now, f"agenda:{meeting.occasion}"))
    rows: Sequence[Action] = meetings.actions_about(where, meeting, "overdue", limit=200)
    today = access.today(now)

    def hears(owner: Owner, person: str) -> bool:
        return owner.done_at is None and not access.hours(session, person).away(today)  # on leave nobody does

    for person, theirs in by_person(session, access, rows, hears, today).items():
        language = access.language(session, person)
        lines = [
            f"- **{row.number}** {action_line(session, access, row, language, now, reader=person)}"
            for row in theirs[:SHOWN]
        ]
        head = text.t(
            language,
            "meeting-headsup",
            forum=text.user_text(forum_name(access, where)),
            day=when(access, meeting.starts_at, language, now),
            count=len(theirs),
        )
        more = (
            [f"- {text.t(language, 'digest-more', count=len(theirs) - SHOWN)}"] if len(theirs) > SHOWN else []
        )
        message = Message(
            "meeting.headsup",
            "\n".join([head, "", *lines, *more]),
            tuple(row.uid for row in theirs[:SHOWN]),
            notify=True,
            language=language,
            meeting=meeting.uid,
        )
        owe(
            session,
            f"headsup:{meeting.occasion}:{meeting.sequence}:{person}",
            direct(person),
            message,
            now=now,
        )


def owe_calendar(
    session: Session,
    access: Access,
    where: Forum,
    meetings: Sequence[Planned],
    reason: str,
    now: datetime,
    *,
    target: str | None = None,
    language: str | None = None,
    room_id: str | None = None,
) -> Outbox | None:
    """Owe an iCalendar file of some of a forum's meetings, to its room unless another target is named."""
    language = language or room_language(session, access, where.uid)
    config = access.settings.room(where.config_room)
    called = forum_name(access, where)
    entries = [
        ical.Entry(
            uid=f"{where.uid}-{session.info['vault'].digest('calendar', each.slot)[:16]}@hotspotbot",
            sequence=each.sequence,
            start=each.start,
            end=each.end,
            # Some calendars show a cancelled meeting like any other.
            summary=text.t(
                language,
                "calendar-cancelled" if each.state == "cancelled" else "calendar-summary",
                forum=called,
            ),
            location=config.place if config else None,
            description=_who_comes(each, language),
            cancelled=each.state == "cancelled",
            stamp=now,
        )
        for each in meetings
    ]
    return owe_file(
        session,
        reason,
        target or forum(where.uid),
        "meeting.calendar",
        name=f"{slug(called)}.ics",
        format="ics",
        alt=text.t(language, "calendar-alt", forum=called, count=len(entries)),
        content=ical.calendar(called, entries, access.settings.general.tz),
        language=language,
        now=now,
        room_id=room_id,
    )


def year_of(session: Session, access: Access, where: Forum, now: datetime) -> list[Planned]:
    """A forum's meetings from today and a year ahead, called-off ones too, for a calendar to be kept up to date."""
    return upcoming(session, access, where, now - timedelta(days=1), now + YEAR, cancelled=True)


def _who_comes(each: Planned, language: str) -> str:
    said = []
    if each.joining:
        said.append(text.t(language, "calendar-with", agencies=", ".join(sorted(each.joining))))
    if each.staying_away:
        said.append(text.t(language, "calendar-without", agencies=", ".join(sorted(each.staying_away))))
    return " ".join(said)
