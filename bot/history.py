"""The history of rows that people change: a `Change` with a snapshot of the row before and after for every step.

Undoing a command, editing a message and taking back a reaction are one operation over it, `revert`: a step is reversed
unless something later has changed the same row. Meetings and cases share it; actions have theirs by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlmodel import Session, SQLModel

from bot import audit
from bot.access import Access
from bot.actions import Cause
from bot.storage import queries
from bot.storage.models import Change, Text

BOT = ""
"""Who does what time makes due."""


@dataclass(frozen=True)
class Kept:
    """What history keeps of a table: these fields; and what they become when the making of a row is taken back."""

    table: type[SQLModel]
    fields: tuple[str, ...]
    never: Mapping[str, Any]


class History:
    """Operations on rows within one transaction, who caused them, and their history.

    `kept` names the tables, `about` the column of `Change` that says what the rows belong to.
    """

    kept: ClassVar[Mapping[str, Kept]]
    about: ClassVar[Literal["meeting_uid", "case_uid"]]

    def __init__(self, session: Session, access: Access, cause: Cause) -> None:
        self.session = session
        self.access = access
        self.cause = cause

    def _text(self, words: str, key: str, *, source: str | None = None) -> Text:
        key = queries.key_naming(self.session, key, words)
        row = Text(key=key, event_id=source or self.cause.event_id, author=self.cause.by, at=self.cause.at)
        self.session.add(row)
        row.words = words
        self.session.flush()
        return row

    def _changing(self, row: SQLModel, of: str | None) -> _Changing:
        """Note what a block changes of a row, which belongs to the meeting or case with the uid `of`."""
        return _Changing(self, row, of)

    def _note(self, of: str | None, field: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
        self.session.flush()
        if before != after:
            self._write(of, field, before, after)

    def _write(
        self, of: str | None, field: str, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        row = {
            "action_uid": None,
            "person": None,
            "meeting_uid": None,
            "case_uid": None,
            "field": field,
            "before": before,
            "after": after,
            "at": self.cause.at,
            "by": self.cause.by,
            "event_id": self.cause.event_id,
            "line": self.cause.line,
            "undone": False,
        }
        queries.note_changes(self.session, [row | {self.about: of}])
        self._log(of, field, before, after)

    def _log(
        self, of: str | None, field: str, before: dict[str, Any] | None, after: dict[str, Any], undo: str = ""
    ) -> None:
        """Into the log of who did what, for what belongs to a case: which kind of row, and which of its fields."""
        case = queries.case(self.session, of) if self.about == "case_uid" else None
        code = case.code if case is not None else after.get("case_code") or (before or {}).get("case_code")
        if not code:
            return
        kind, _, rest = field.partition(":")
        changed = (name for name in after if before is not None and before.get(name) != after[name])
        row = self._row(kind, rest) if kind in self.kept else None
        name = getattr(row, "field", None) or getattr(row, "parameter", None) or ",".join(changed)
        audit.note(
            self.session,
            "saw" if kind == "look" else "changed",
            f"case:{code}",
            by=self.cause.by,
            at=self.cause.at,
            detail=undo + (rest if kind == "look" else f"{kind}:{name}".strip(":")),
            purpose="prevention",
            event_id=self.cause.event_id or None,
        )

    def field_of(self, row: SQLModel) -> str:
        """The name of a row in the history: its kind and uid."""
        name = next(name for name, kept in self.kept.items() if isinstance(row, kept.table))
        return f"{name}:{getattr(row, 'uid', '')}"

    def snapshot(self, row: SQLModel) -> dict[str, Any]:
        """The fields of a row that history keeps, as JSON."""
        kept = next(kept for kept in self.kept.values() if isinstance(row, kept.table))
        values = {name: getattr(row, name) for name in kept.fields}
        return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}

    # --- taking back

    def revert(self, changes: Iterable[Change]) -> list[Change]:
        """Reverse steps, newest first, except what something later has superseded. Returns those reversed."""
        todo = sorted(
            (c for c in changes if not c.undone and c.action_uid is None and self._kind(c) in self.kept),
            key=lambda c: c.seq or 0,
        )
        own = {c.seq for c in todo}
        reversed_: list[Change] = []
        for change in reversed(todo):
            kind = self._kind(change)
            later = [c for c in queries.later_changes(self.session, change) if c.seq not in own]
            row = self._row(kind, change.field.partition(":")[2])
            if later or row is None or self._stands(row, change):
                continue
            restore(row, change.before if change.before is not None else self.kept[kind].never)
            self._as_before(row, change)
            change.undone = True
            reversed_.append(change)
            of: str | None = getattr(change, self.about)
            self._log(of, change.field, change.after, change.before or change.after or {}, "undo:")
        self.session.flush()
        return reversed_

    @staticmethod
    def _kind(change: Change) -> str:
        return change.field.partition(":")[0]

    def _row(self, kind: str, key: str) -> SQLModel | None:
        return self.session.get(self.kept[kind].table, key)

    def _stands(self, row: SQLModel, change: Change) -> bool:
        """Whether a step cannot be taken back any more: others have built on it."""
        return False

    def _as_before(self, row: SQLModel, change: Change) -> None:
        """What else follows when a step is taken back."""


class _Changing:
    """Notes what a block changes of a row."""

    def __init__(self, history: History, row: SQLModel, of: str | None) -> None:
        self.history, self.row, self.of = history, row, of

    def __enter__(self) -> None:
        self.before = self.history.snapshot(self.row)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.history._note(
                self.of, self.history.field_of(self.row), self.before, self.history.snapshot(self.row)
            )


def restore(row: SQLModel, before: Mapping[str, Any]) -> None:
    """Give a row the values of a snapshot."""
    for name, value in before.items():
        is_moment = name.endswith("_at") and value is not None
        setattr(row, name, datetime.fromisoformat(value) if is_moment else value)
