"""What changes in approved minutes: an addendum that everybody sees, never a silent correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.documents.lines import action_line
from bot.documents.minutes import addendum
from bot.documents.model import Document, Paragraph, resolved
from bot.meetings import Meetings
from bot.owed import Message, forum, owe
from bot.proceedings.common import name, room_language
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Action, Text


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
    if after.reading == text.t(room_language(session, access, after.meeting.forum_uid), "minutes-withdrawn"):
        return  # said where it was taken back
    owe_addendum(session, access, after.meeting, after.reading, after.about, cause, reason)


def withdrawn_since(session: Session, access: Access, meeting: Meeting, reason: str, now: datetime) -> None:
    """Say in an addendum, once, that a decision or action in approved minutes was taken back as if never said.

    An action that was called off since is no such thing: that is its own further life.
    """
    if meeting.minutes != "approved" or not meeting.approved_minutes:
        return
    said = text.t(room_language(session, access, meeting.forum_uid), "minutes-withdrawn")
    gone: list[tuple[str, str | None, str, str, int]] = [
        (row.label, row.text_uid, row.decided_by, row.source_event, row.source_line)
        for row in queries.decisions_withdrawn(session, meeting.uid)
    ]
    gone += [
        (str(row.number), row.text_uid, row.created_by, row.source_event, row.source_line)
        for row in queries.actions_withdrawn(session, meeting.uid)
    ]
    for about, text_uid, by, event_id, line in gone:
        if not text_uid or text_uid not in meeting.approved_minutes:
            continue
        known = [each for each in queries.remarks(session, meeting.uid) if each.about == about]
        if known and queries.words(session, known[-1].text_uid) == said:
            continue
        cause = Cause(by, now, event_id, line)
        owe_addendum(session, access, meeting, said, about, cause, f"withdrawn:{reason}:{about}")


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
    line = addendum(access, row, language, cause.at)
    message = Message(
        "minutes.addendum", f"**{head}** {line}", notify=True, language=language, meeting=meeting.uid
    )
    owe(session, f"addendum:{reason}", forum(meeting.forum_uid), message, now=cause.at)
