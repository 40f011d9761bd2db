"""What time makes of meetings: agendas before them, the question at the hour, minutes that nobody objects to.

The agenda goes out some working days before; who was not reached in time gets it late rather than not. A meeting that
nobody ends is asked about a while after its end, and closed with a draft when there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.casework.following import meeting_ended, meeting_reworded
from bot.casework.summary import sum_up
from bot.documents.lines import with_agency
from bot.meetings import BOT, Meetings, Planned, asking_at, calendar, closing_at, last_heard
from bot.owed import Message, forum, owe
from bot.proceedings import (
    approval,
    approve,
    owe_draft,
    post_agenda,
    refresh_draft,
    room_language,
)
from bot.rhythm import morning_before
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.when.say import say_clock

BEHIND = timedelta(days=2)
AHEAD = timedelta(days=35)


def run(session: Session, access: Access, now: datetime) -> None:
    """Owe what is due for the meetings of all forums."""
    for row in queries.open_meetings(session):
        if row.state == "running":
            _ask_or_close(session, access, row, now)
            continue
        before = row.draft_change
        refresh_draft(session, access, row, now)
        if row.draft_change != before:
            meeting_reworded(session, access, row, f"draft:{row.occasion}:{row.draft_change}", now)
        if row.approve_at is not None and row.approve_at <= now:
            approve(session, access, row, Cause(BOT, now, f"approve:{row.occasion}"))
    for each, personal in _calendar(session, access, now):
        posting = _agenda_at(access, each)
        if posting is not None and posting <= now < each.start and _unposted(each, posting):
            post_agenda(session, access, _row(session, access, each, now), now)
        summing = _summary_at(access, each) if personal else None
        if summing is not None and summing <= now < each.start:
            sum_up(session, access, _row(session, access, each, now), now)
        if _asks_to_start(access, each) and each.start <= now < each.end:
            _ask_to_start(session, access, each, now)


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When a meeting wants something next."""
    return min((at for at in _instants(session, access, now) if at > now), default=None)


def _instants(session: Session, access: Access, now: datetime) -> Iterator[datetime]:
    for row in queries.open_meetings(session):
        if row.state == "running":
            yield asking_at(row)
            closing = closing_at(row)
            if closing is not None:
                yield closing
        elif row.approve_at is not None:
            yield row.approve_at
    for each, personal in _calendar(session, access, now):
        posting = _agenda_at(access, each)
        if posting is not None and _unposted(each, posting):
            yield posting
        summing = _summary_at(access, each) if personal else None
        if summing is not None:
            yield summing
        if _asks_to_start(access, each):
            yield each.start


def _calendar(session: Session, access: Access, now: datetime) -> list[tuple[Planned, bool]]:
    """The planned meetings around now of all forums that the bot has a room of; whether they may speak of cases."""
    forums = queries.forums_with_rooms(session)
    if not forums:
        return []
    found = calendar(session, access, forums, now - BEHIND, now + AHEAD)
    configs = {each.uid: access.settings.room(each.config_room) for each in forums}
    personal = {uid for uid, config in configs.items() if config is not None and config.personal_data}
    return [(each, each.forum_uid in personal) for each in found if each.state == "planned"]


def _unposted(each: Planned, posting: datetime) -> bool:
    """Whether a meeting's agenda is still to be sent: never was, or long before the day it has been moved to."""
    posted = each.row.posted_at if each.row else None
    return posted is None or posted < posting - BEHIND


def _row(session: Session, access: Access, each: Planned, now: datetime) -> Meeting:
    where = queries.forum(session, each.forum_uid)
    return Meetings(session, access, Cause(BOT, now, f"meeting:{each.slot}")).ensure(where, each)


def _agenda_at(access: Access, each: Planned) -> datetime | None:
    """When a meeting's agenda is sent: at the office's morning hour, some working days before."""
    span = access.settings.meetings.agenda_before
    return morning_before(each.start, span, access.office_hours()) if span is not None else None


def _summary_at(access: Access, each: Planned) -> datetime | None:
    """When the cases of a meeting are summed up; None where that is off, or was done for the day it is on now."""
    span = access.settings.cases.summary_before
    if span is None:
        return None
    at = morning_before(each.start, span, access.office_hours())
    done = each.row.summed_at if each.row else None
    return at if done is None or done < at - BEHIND else None


def _asks_to_start(access: Access, each: Planned) -> bool:
    return access.settings.meetings.ask_to_start and (each.row is None or each.row.asked_start_at is None)


def _ask_to_start(session: Session, access: Access, each: Planned, now: datetime) -> None:
    """Ask once, at the hour, whether to begin; not beside a meeting that is under way."""
    row = _row(session, access, each, now)
    row.asked_start_at = now
    if queries.running_meeting(session, each.forum_uid) is not None:
        return
    language = room_language(session, access, each.forum_uid)
    local = each.start.astimezone(access.settings.general.tz)
    said = text.t(
        language,
        "meeting-ask-start" if now - each.start < timedelta(minutes=2) else "meeting-ask-start-late",
        at=say_clock(local.time(), language),
        prefix=access.settings.general.prefix,
    )
    message = Message("meeting.ask_start", said, notify=True, language=language, meeting=row.uid)
    owe(session, f"ask-start:{row.occasion}:{row.sequence}", forum(each.forum_uid), message, now=now)


def _ask_or_close(session: Session, access: Access, row: Meeting, now: datetime) -> None:
    heard = last_heard(row)
    closing = closing_at(row)
    language = room_language(session, access, row.forum_uid)
    if closing is not None and closing <= now:
        cause = Cause(BOT, now, f"close:{row.occasion}")
        Meetings(session, access, cause).end(row, approve_at=approval(access, now), unended=True)
        row.ended_at = heard
        meeting_ended(session, access, row, cause)
        owe_draft(session, access, row, now)
        said = text.t(language, "meeting-closed")
        message = Message("meeting.ended", said, language=language, meeting=row.uid)
        owe(session, f"closed:{row.occasion}:{heard.isoformat()}", forum(row.forum_uid), message, now=now)
    elif asking_at(row) <= now:
        row.asked_end_at = now
        chair = row.chair if row.chair and access.person(row.chair) else None
        said = text.t(
            language,
            "meeting-ask-end" if chair else "meeting-ask-end-all",
            **({"who": with_agency(access, chair)} if chair else {}),
            prefix=access.settings.general.prefix,
        )
        mentions = frozenset({chair} if chair else ())
        message = Message(
            "meeting.ask_end", said, (), mentions, notify=True, language=language, meeting=row.uid
        )
        owe(session, f"ask-end:{row.occasion}:{heard.isoformat()}", forum(row.forum_uid), message, now=now)
