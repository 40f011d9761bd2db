"""What was sent about a meeting follows what has changed since."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents import agenda as agendas
from bot.documents.lines import when
from bot.owed import Message, owe_edit, owe_redaction
from bot.proceedings.addenda import withdrawn_since
from bot.proceedings.common import home
from bot.proceedings.invitation import owe_calendar, planned_of, show_agenda
from bot.proceedings.minutes import take_back_minutes
from bot.storage import queries
from bot.storage.meetings import Meeting


def refresh(session: Session, access: Access, meeting: Meeting, reason: str, now: datetime) -> None:
    """Let what was sent about a meeting say what is so now, after it was changed or a change was taken back.

    The agenda until the meeting begins; its calendar entry; and what a taken-back ending or approval had sent.
    """
    take_back_minutes(session, meeting, reason, now)
    _take_back_news(session, meeting, reason, now)
    withdrawn_since(session, access, meeting, reason, now)
    if meeting.state not in ("planned", "cancelled"):
        return
    if meeting.sequence:
        where = home(session, meeting)
        again = f"calendar:{meeting.occasion}:{meeting.sequence}"
        owe_calendar(session, access, where, [planned_of(access, where, meeting)], again, now)
    said = queries.said_of_meeting(session, meeting.uid, "meeting.agenda")
    if said is None:
        return
    made = show_agenda(session, access, meeting, said.language, now)
    if meeting.state == "cancelled":
        day = when(access, meeting.starts_at, said.language, now)
        made = agendas.Made(text.t(said.language, "agenda-cancelled", day=day), ())
    if made.template != said.template:
        message = Message(
            "meeting.agenda", made.template, made.actions, language=said.language, meeting=meeting.uid
        )
        owe_edit(session, said, f"agenda-edit:{reason}:{meeting.occasion}", message, now=now)


def _take_back_news(session: Session, meeting: Meeting, reason: str, now: datetime) -> None:
    """Delete from the room what was written elsewhere and is so no more: a move, or an addendum that was taken back."""
    said = [
        row
        for kind in ("meeting.moved", "meeting.cancelled")
        for row in queries.all_said_of_meeting(session, meeting.uid, kind)
        if row.reason.endswith(":said")
        and row.reason != f"calendar:{meeting.occasion}:{meeting.sequence}:said"
    ]
    for remark in queries.remarks_withdrawn(session, meeting.uid):
        said += [
            row
            for row in queries.quoting(session, remark.text_uid or "")
            if row.kind == "minutes.addendum" and row.reason.startswith("addendum:") and row.template
        ]
    for row in said:
        owe_redaction(session, row, f"gone:{reason}:{row.reason}", now=now)
