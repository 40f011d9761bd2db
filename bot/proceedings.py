"""What a meeting's turn makes the bot owe: agenda and invitation, draft and approved minutes, files, pins.

Commands, reactions and time all come here, so that it happens once and the same way, whoever caused it. Each message
has a reason that names its occasion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.documents import agenda as agendas
from bot.documents import ical
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, day
from bot.documents.minutes import minutes as build_minutes
from bot.documents.model import Document, Heading, Paragraph, markdown, resolved
from bot.meetings import BOT, Meetings, Planned, planned, upcoming, week_label
from bot.owed import Message, direct, forum, owe, owe_edit, owe_file, owe_pin, owe_redaction
from bot.settings import Person
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Action, Forum, Outbox, Text
from bot.when import Deadline

YEAR = timedelta(days=365)
SHOWN = 15


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


# --- before the meeting


def post_agenda(session: Session, access: Access, meeting: Meeting, now: datetime) -> None:
    """Send the agenda with its calendar entry to the room, pin it, and tell owners of what is overdue."""
    where = home(session, meeting)
    Meetings(session, access, Cause(BOT, now, f"agenda:{meeting.occasion}")).prepare(where, meeting)
    language = room_language(session, access, where.uid)
    made = _agenda(session, access, meeting, language, now)
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


def refresh_agenda(session: Session, access: Access, meeting: Meeting, reason: str, now: datetime) -> None:
    """Let what was sent about a meeting say what is so now, after it was changed or a change was taken back.

    The agenda until the meeting begins; its calendar entry; and what a taken-back ending or approval had sent.
    """
    _take_back_minutes(session, meeting, reason, now)
    _withdrawn_since(session, access, meeting, reason, now)
    if meeting.state not in ("planned", "cancelled"):
        return
    if meeting.sequence:
        where = home(session, meeting)
        again = f"calendar:{meeting.occasion}:{meeting.sequence}"
        owe_calendar(session, access, where, [planned_of(access, where, meeting)], again, now)
    said = queries.said_of_meeting(session, meeting.uid, "meeting.agenda")
    if said is None:
        return
    made = _agenda(session, access, meeting, said.language, now)
    if meeting.state == "cancelled":
        day = when(access, meeting.starts_at, said.language, now)
        made = agendas.Made(text.t(said.language, "agenda-cancelled", day=day), ())
    if made.template != said.template:
        message = Message(
            "meeting.agenda", made.template, made.actions, language=said.language, meeting=meeting.uid
        )
        owe_edit(session, said, f"agenda-edit:{reason}:{meeting.occasion}", message, now=now)


def _take_back_minutes(session: Session, meeting: Meeting, reason: str, now: datetime) -> None:
    """Delete the minutes that were sent before an approval was taken back, and drafts of a meeting that goes on."""
    sent = []
    if meeting.minutes != "approved":
        sent += [*queries.all_said_of_meeting(session, meeting.uid, "minutes")]
        files = [queries.outbox_by_reason(session, f"{row.reason}:docx") for row in sent]
        sent += [row for row in files if row is not None and row.state in ("owed", "sent")]
        sent += queries.all_said_of_meeting(session, meeting.uid, "minutes.own")
    if meeting.minutes == "none":
        sent += queries.all_said_of_meeting(session, meeting.uid, "minutes.draft")
    for row in sent:
        owe_redaction(session, row, f"gone:{reason}:{row.reason}", now=now)


def _agenda(session: Session, access: Access, meeting: Meeting, language: str, now: datetime) -> agendas.Made:
    config = access.settings.room(home(session, meeting).config_room)
    of = planned(access, config, meeting)
    return agendas.agenda(
        session, access, meeting, language, now, joining=of.joining, staying_away=of.staying_away
    )


def show_agenda(
    session: Session, access: Access, meeting: Meeting, language: str, now: datetime
) -> agendas.Made:
    """A meeting's agenda as it is now."""
    return _agenda(session, access, meeting, language, now)


def planned_of(access: Access, where: Forum, meeting: Meeting) -> Planned:
    """A meeting's place in its forum's calendar."""
    return planned(access, access.settings.room(where.config_room), meeting)


def _head_up(session: Session, access: Access, where: Forum, meeting: Meeting, now: datetime) -> None:
    """Tell owners which of their overdue actions the meeting will take up, so that nobody is surprised."""
    meetings = Meetings(session, access, Cause(BOT, now, f"agenda:{meeting.occasion}"))
    rows: Sequence[Action] = meetings.actions_about(where, meeting, "overdue", limit=200)
    owners = queries.owners_of(session, [row.uid for row in rows])
    mine: dict[str, list[Action]] = {}
    for row in rows:
        for owner in owners[row.uid]:
            if owner.named and owner.done_at is None:
                person = access.reached_through(owner.person)
                away = access.hours(session, person).away(access.today(now))
                if away:
                    continue  # on leave nobody is reminded
                if access.person(person) is not None and row not in mine.setdefault(person, []):
                    mine[person].append(row)
    for person, theirs in mine.items():
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
        owe(session, f"headsup:{meeting.occasion}:{person}", direct(person), message, now=now)


# --- the calendar


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
        name=f"{_slug(called)}.ics",
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


def _slug(words: str) -> str:
    kept = "".join(c if c.isalnum() else "-" for c in words.casefold())
    return "-".join(filter(None, kept.split("-")))[:60] or "moeder"


# --- after the meeting


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
        reason = f"draft:{meeting.occasion}:{meeting.ended_at}:{person}"
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
    head = text.t(language, "minutes-draft-head", until=until, prefix=prefix, label=label)
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
    Meetings(session, access, cause).approve(meeting, document.to_json())
    reason = f"minutes:{meeting.occasion}"
    if queries.outbox_by_reason(session, reason) is not None:  # approved once, and that was taken back
        reason = f"{reason}:{cause.event_id}"
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
        name=f"{word}-{_slug(forum_name(access, home(session, meeting)))}-{label}.{format}",
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
    owners = queries.owners_of(session, [row.uid for row in rows])
    mine: dict[str, list[Action]] = {}
    for row in rows:
        for owner in owners[row.uid]:
            person = access.reached_through(owner.person)
            if owner.named and access.person(person) is not None and row not in mine.setdefault(person, []):
                mine[person].append(row)
    for person, theirs in mine.items():
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


# --- what changes after the approval


@dataclass(frozen=True)
class Recorded:
    """What a line of a message put into approved minutes: under which number, and how it reads now, in plain words."""

    meeting: Meeting
    about: str
    reading: str


def recorded(session: Session, access: Access, event_id: str, line: int, now: datetime) -> Recorded | None:
    """The decision or action that a line agreed in a meeting whose minutes are approved; None where it did not."""
    decision = queries.decision_of_line(session, event_id, line)
    action = queries.action_of_line(session, event_id, line)
    row = decision or action
    meeting = queries.meeting(session, row.meeting_uid if row else None)
    if row is None or meeting is None or meeting.minutes != "approved":
        return None
    language = room_language(session, access, meeting.forum_uid)
    if row.state in ("withdrawn", "cancelled"):
        reading = text.t(language, "minutes-withdrawn")
    elif decision is not None:
        reading = queries.words(session, decision.text_uid) or text.t(language, "text-erased")
    else:
        line_ = action_line(session, access, row, language, now) if isinstance(row, Action) else ""
        reading = _plain(session, language, line_)
    return Recorded(meeting, decision.label if decision else str(action.number if action else ""), reading)


def _plain(session: Session, language: str, template: str) -> str:
    """A template of ours as plain words, people's looked up in it."""
    line = Paragraph(template.replace("*", ""))
    found = resolved(Document("", language, "", (line,)), lambda uid: queries.words(session, uid)).blocks[0]
    return found.words if isinstance(found, Paragraph) else ""


def amended(session: Session, access: Access, before: Recorded | None, cause: Cause, reason: str) -> None:
    """Say in an addendum what an edit made of a decision or action in approved minutes, for everybody to see."""
    after = recorded(session, access, cause.event_id, cause.line, cause.at)
    if before is None or after is None or before.reading == after.reading:
        return
    withdrawn = queries.decision_of_line(session, cause.event_id, cause.line)
    if withdrawn is not None and withdrawn.state == "withdrawn":
        return  # said where it was taken back
    owe_addendum(session, access, after.meeting, after.reading, after.about, cause, reason)


def _withdrawn_since(session: Session, access: Access, meeting: Meeting, reason: str, now: datetime) -> None:
    """Say in an addendum that a decision in approved minutes was taken back, once."""
    if meeting.minutes != "approved" or not meeting.approved_minutes:
        return
    said = text.t(room_language(session, access, meeting.forum_uid), "minutes-withdrawn")
    for row in queries.decisions_withdrawn(session, meeting.uid):
        if not row.text_uid or row.text_uid not in meeting.approved_minutes:
            continue
        about = [each for each in queries.remarks(session, meeting.uid) if each.about == row.label]
        if about and queries.words(session, about[-1].text_uid) == said:
            continue
        cause = Cause(row.decided_by, now, row.source_event, row.source_line)
        owe_addendum(session, access, meeting, said, row.label, cause, f"withdrawn:{reason}:{row.label}")


def owe_addendum(
    session: Session, access: Access, meeting: Meeting, words: str, about: str, cause: Cause, reason: str
) -> None:
    """Add to approved minutes that what they say of a decision or action is so no more, and tell the room."""
    # Of nobody's message: a later edit or deletion makes a further addendum, and leaves this one. Its words go with
    # the message they are from.
    row = Meetings(session, access, Cause(cause.by, cause.at, "", cause.line)).remark(
        meeting, words, about=about
    )
    kept = session.get(Text, row.text_uid)
    if kept is not None:
        kept.event_id = cause.event_id
    language = room_language(session, access, meeting.forum_uid)
    head = text.t(language, "minutes-addendum-head", label=name(meeting, access))
    line = addendum(access, row.by, row.at, row.about, row.text_uid, language, cause.at)
    message = Message(
        "minutes.addendum", f"**{head}** {line}", notify=True, language=language, meeting=meeting.uid
    )
    owe(session, f"addendum:{reason}", forum(meeting.forum_uid), message, now=cause.at)


# --- the record


@dataclass(frozen=True)
class Shown:
    """Minutes as they can be read now: the document, and whether it is a draft still."""

    document: Document
    draft: bool


def minutes_of(
    session: Session, access: Access, meeting: Meeting, language: str, now: datetime, case: str | None = None
) -> Shown:
    """A held meeting's minutes: as they were approved, with what was added since, or the draft as it is now."""
    if meeting.minutes != "approved" or case is not None or meeting.approved_minutes is None:
        document = build_minutes(session, access, meeting, language, now, case=case)
        return Shown(document, meeting.minutes != "approved")
    document = Document.from_json(meeting.approved_minutes)
    added = [row for row in queries.remarks(session, meeting.uid) if row.addendum]
    if not added:
        return Shown(document, draft=False)
    blocks = [Heading(text.t(document.language, "minutes-addenda"))]
    said = [
        Paragraph(addendum(access, row.by, row.at, row.about, row.text_uid, document.language, now))
        for row in added
    ]
    whole = Document(document.title, document.language, document.subtitle, (*document.blocks, *blocks, *said))
    return Shown(whole, draft=False)


def addendum(
    access: Access,
    by: str,
    at: datetime,
    about: str | None,
    text_uid: str | None,
    language: str,
    now: datetime,
) -> str:
    """An addendum in words: when, who, about what."""
    if about is not None and about.isdigit():
        about = text.t(language, "minutes-about-action", number=about)
    return text.t(
        language,
        "minutes-addendum" if about is None else "minutes-addendum-about",
        at=when(access, at, language, now),
        who=text.user_text(access.name(by)),
        words=text.text_ref(text_uid) if text_uid else text.t(language, "text-erased"),
        **({} if about is None else {"about": about}),
    )
