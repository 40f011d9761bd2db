"""After a meeting: the draft of its minutes, their approval, the files and lists, and how they read later."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, when
from bot.documents.minutes import cases, with_addenda
from bot.documents.minutes import minutes as build_minutes
from bot.documents.model import Document, Paragraph, markdown
from bot.meetings import Meetings, week_label
from bot.owed import Message, direct, forum, owe, owe_edit, owe_file, owe_redaction, unused
from bot.proceedings.common import by_person, home, name, room_language, slug
from bot.programme import Person
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Forum, Outbox


def approval(access: Access, now: datetime) -> datetime | None:
    """When a draft made now is approved by itself; None where that is turned off."""
    span = access.settings.meetings.approve_after
    if span is None:
        return None
    hours = access.office_hours()
    today = hours.local(now).date()
    days = timedelta(days=span.count)
    ahead = access.calendar.shift(today, span.count) if span.unit == "workdays" else today + days
    return hours.at(access.calendar.on_or_after(ahead))


def owe_draft(session: Session, access: Access, meeting: Meeting, now: datetime) -> None:
    """Send the draft of the minutes to who is to correct and approve it."""
    where = home(session, meeting)
    document = build_minutes(session, access, meeting, room_language(session, access, where.uid), now)
    for person in editors(session, access, meeting):
        language = access.language(session, person)
        # Ended again in the same minute, after the end was taken back: the draft then is another message.
        reason = unused(session, f"draft:{meeting.occasion}:{meeting.ended_at}:{person}")
        made = _draft(access, meeting, document, language, now)
        message = Message(
            "minutes.draft",
            made,
            _actions(session, meeting),
            notify=True,
            language=language,
            meeting=meeting.uid,
        )
        owe(session, reason, direct(person), message, now=now)
    meeting.draft_change = queries.newest_change_of_meeting(session, meeting.uid)


def editors(session: Session, access: Access, meeting: Meeting) -> list[str]:
    """Who is to correct and approve the minutes: who led the meeting, else the forum's coordinators."""
    chair = meeting.chair
    if chair and access.person(chair) and chair in queries.forum_members(session, meeting.forum_uid):
        return [chair]
    return [person.user_id for person in access.coordinators(session, meeting.forum_uid)]


def _readers(session: Session, access: Access, meeting: Meeting) -> set[str]:
    """Who may have the minutes in direct messages: the forum's lead and coordinators, and its member who led it."""
    inside = queries.forum_members(session, meeting.forum_uid)
    return {
        person.user_id
        for person in access.settings.people
        if access.leads_forum(session, person, meeting.forum_uid)
        or (person.user_id == meeting.chair and person.user_id in inside)
    }


def may_read(session: Session, access: Access, person: Person, meeting: Meeting) -> bool:
    """Whether a person may read a meeting's minutes outside its room, correct and approve them."""
    return person.user_id in _readers(session, access, meeting)


def _draft(access: Access, meeting: Meeting, document: Document, language: str, now: datetime) -> str:
    prefix = access.settings.general.prefix
    label = name(meeting, access)
    until = (
        text.t(language, "minutes-draft-until", at=when(access, meeting.approve_at, language, now))
        if meeting.approve_at
        else text.t(language, "minutes-draft-open")
    )
    week = week_label(access, meeting.began_at or meeting.starts_at)
    head = text.t(language, "minutes-draft-head", until=until, prefix=prefix, label=label, week=week)
    return f"{head}\n\n{markdown(document)}"


def refresh_draft(session: Session, access: Access, meeting: Meeting, now: datetime) -> None:
    """Let a draft say what its meeting's records say now, if any has changed since."""
    newest = queries.newest_change_of_meeting(session, meeting.uid)
    if newest == meeting.draft_change:
        return
    meeting.draft_change = newest
    where = home(session, meeting)
    document = build_minutes(session, access, meeting, room_language(session, access, where.uid), now)
    theirs = {direct(person) for person in _readers(session, access, meeting)}
    for said in queries.all_said_of_meeting(session, meeting.uid, "minutes.draft"):
        if said.target not in theirs:
            continue  # who has left the forum hears no more of it
        made = _draft(access, meeting, document, said.language, now)
        if made != said.template:
            actions = _actions(session, meeting)
            message = Message(
                "minutes.draft", made, actions, notify=True, language=said.language, meeting=meeting.uid
            )
            owe_edit(session, said, f"draft-edit:{said.id}:{newest}", message, now=now)


def approve(session: Session, access: Access, meeting: Meeting, cause: Cause) -> None:
    """Approve the minutes: frozen, sent to the room as text and file, and to each participant what is theirs."""
    where = home(session, meeting)
    language = room_language(session, access, where.uid)
    document = build_minutes(session, access, meeting, language, cause.at)
    parts = {
        code: build_minutes(session, access, meeting, language, cause.at, case=code).to_json()
        for code in cases(session, access, meeting, language, cause.at)
    }
    frozen = json.dumps({"whole": document.to_json(), "cases": parts}, ensure_ascii=False)
    Meetings(session, access, cause).approve(meeting, frozen)
    reason = unused(session, f"minutes:{meeting.occasion}")  # approved before, and that was taken back
    message = Message(
        "minutes", markdown(document), _actions(session, meeting), language=language, meeting=meeting.uid
    )
    owe(session, reason, forum(where.uid), message, now=cause.at)
    owe_minutes_file(session, access, meeting, document, "docx", f"{reason}:docx", forum(where.uid), cause.at)
    _own_lists(session, access, where, meeting, reason, cause.at)


def owe_minutes_file(
    session: Session,
    access: Access,
    meeting: Meeting,
    document: Document,
    format: str,
    reason: str,
    target: str,
    now: datetime,
    room_id: str | None = None,
) -> Outbox | None:
    """Owe the minutes as a file: docx, txt or md."""
    label = name(meeting, access)
    word = text.t(document.language, "minutes-file-name")
    return owe_file(
        session,
        reason,
        target,
        "minutes.file",
        name=f"{word}-{slug(forum_name(access, home(session, meeting)))}-{label}.{format}",
        format=format,
        alt=text.t(document.language, "minutes-file-alt", title=document.title, label=label),
        content=document,
        language=document.language,
        now=now,
        meeting=meeting.uid,
        actions=_actions(session, meeting),
        room_id=room_id,
    )


def _own_lists(
    session: Session, access: Access, where: Forum, meeting: Meeting, reason: str, now: datetime
) -> None:
    """Send everybody who promised something in the meeting their own list."""
    rows = queries.actions_of_meeting(session, meeting.uid)
    today = access.today(now)
    for person, theirs in by_person(session, access, rows, lambda *_: True, today).items():
        language = access.language(session, person)
        lines = [
            f"- **{row.number}** {action_line(session, access, row, language, now, marked=True, reader=person)}"
            for row in theirs
        ]
        head = text.t(
            language,
            "minutes-own",
            forum=text.user_text(forum_name(access, where)),
            label=name(meeting, access),
            count=len(theirs),
        )
        message = Message(
            "minutes.own",
            "\n".join([head, "", *lines]),
            tuple(row.uid for row in theirs),
            notify=True,
            language=language,
            meeting=meeting.uid,
        )
        owe(session, f"{reason}:own:{person}", direct(person), message, now=now)


def _actions(session: Session, meeting: Meeting) -> tuple[str, ...]:
    return tuple(row.uid for row in queries.actions_of_meeting(session, meeting.uid))


def take_back_minutes(session: Session, meeting: Meeting, reason: str, now: datetime) -> None:
    """Delete the minutes that were sent before an approval was taken back, and drafts of a meeting that goes on."""
    sent = []
    if meeting.minutes != "approved":
        sent += [*queries.all_said_of_meeting(session, meeting.uid, "minutes")]
        files = queries.files_of_meeting(session, meeting.uid, "minutes.file")
        sent += [row for row in files if not row.reason.startswith("file:")]  # those somebody asked for
        sent += queries.all_said_of_meeting(session, meeting.uid, "minutes.own")
    if meeting.minutes == "none":
        sent += queries.all_said_of_meeting(session, meeting.uid, "minutes.draft")
    for row in sent:
        owe_redaction(session, row, f"gone:{reason}:{row.reason}", now=now)


def minutes_of(
    session: Session, access: Access, meeting: Meeting, language: str, now: datetime, case: str | None = None
) -> Document:
    """A held meeting's minutes: as they were approved, with what was added since, or the draft, marked as one."""
    if meeting.minutes != "approved" or meeting.approved_minutes is None:
        document = build_minutes(session, access, meeting, language, now, case=case)
        mark = Paragraph(text.t(document.language, "minutes-is-draft"), strong=True)
        return replace(document, blocks=(mark, *document.blocks))
    frozen = json.loads(meeting.approved_minutes)
    said = frozen["whole"] if case is None else frozen["cases"].get(case)
    if said is None:  # of this case nothing was said in it
        return build_minutes(session, access, meeting, language, now, case=case)
    return with_addenda(Document.from_json(said), session, access, meeting, now, case=case)
