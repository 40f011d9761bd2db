"""The history of meetings: a `Change` with a snapshot of the row before and after for every step a person causes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from bot.access import Access
from bot.actions import Cause
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting, Remark
from bot.storage.models import Text

BOT = ""
"""Who does what time makes due."""


class History:
    """What the operations on meetings have in common: the transaction, who caused them, and their history."""

    def __init__(self, session: Session, access: Access, cause: Cause) -> None:
        self.session = session
        self.access = access
        self.cause = cause

    def _text(self, words: str, key: str, *, source: str | None = None) -> Text:
        row = Text(key=key, event_id=source or self.cause.event_id, author=self.cause.by, at=self.cause.at)
        self.session.add(row)
        row.words = words
        self.session.flush()
        return row

    def _changing(self, row: Meeting | AgendaItem | Decision, meeting: Meeting | None = None) -> _Changing:
        return _Changing(self, row, row if isinstance(row, Meeting) else meeting)

    def _note(
        self,
        meeting: Meeting | None,
        field: str,
        before: dict[str, Any] | None,
        after: dict[str, Any],
    ) -> None:
        self.session.flush()
        if before != after:
            self._write(meeting, field, before, after)

    def _write(
        self, meeting: Meeting | None, field: str, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        row = {
            "action_uid": None,
            "person": None,
            "meeting_uid": meeting.uid if meeting else None,
            "field": field,
            "before": before,
            "after": after,
            "at": self.cause.at,
            "by": self.cause.by,
            "event_id": self.cause.event_id,
            "line": self.cause.line,
            "undone": False,
        }
        queries.note_changes(self.session, [row])


class _Changing:
    """Notes what a block changes of a row."""

    def __init__(
        self, meetings: History, row: Meeting | AgendaItem | Decision, meeting: Meeting | None
    ) -> None:
        self.meetings, self.row, self.meeting = meetings, row, meeting

    def __enter__(self) -> None:
        self.before = snapshot(self.row)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            name = next(name for name, table in TABLES.items() if isinstance(self.row, table))
            field = f"{name}:{self.row.uid}"
            self.meetings._note(self.meeting, field, self.before, snapshot(self.row))


TABLES: dict[str, type[SQLModel]] = {
    "meeting": Meeting,
    "item": AgendaItem,
    "attendance": Attendance,
    "decision": Decision,
    "remark": Remark,
}
_FIELDS: dict[type[SQLModel], tuple[str, ...]] = {
    Meeting: (
        *("state", "starts_at", "ends_at", "began_at", "ended_at", "unended", "chair", "item_uid"),
        *(
            "asked_start_at",
            "asked_end_at",
            "reordered",
            "minutes",
            "approve_at",
            "approved_at",
            "approved_by",
        ),
    ),
    AgendaItem: (
        *("meeting_uid", "place", "minutes", "text_uid", "case_code", "state", "began_at", "ended_at"),
    ),
    Attendance: ("state", "agency", "text_uid"),
    Decision: ("meeting_uid", "item_uid", "text_uid", "case_code", "state"),
    Remark: ("item_uid", "about", "text_uid", "state"),
}
CALENDAR = ("state", "starts_at", "ends_at")
# What a row becomes whose making is taken back; an attendance is forgotten altogether.
NEVER: dict[str, dict[str, Any]] = {
    "meeting": {"state": "cancelled"},
    "item": {"state": "struck"},
    "attendance": {},
    "decision": {"state": "withdrawn"},
    "remark": {"state": "withdrawn"},
}


def snapshot(row: SQLModel) -> dict[str, Any]:
    """The fields of a row that history keeps, as JSON."""
    values = {name: getattr(row, name) for name in _FIELDS[type(row)]}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


def restore(row: SQLModel, before: dict[str, Any]) -> None:
    for name, value in before.items():
        is_moment = name.endswith("_at") and value is not None
        setattr(row, name, datetime.fromisoformat(value) if is_moment else value)
