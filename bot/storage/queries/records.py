"""Actions by number, row or message; their owners, words and history; the commands people gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert
from sqlmodel import Session, SQLModel, col, select

from bot.storage.models import Action, Change, Command, Owner, Text
from bot.storage.queries.compartments import sealed_changes
from bot.storage.queries.places import meta

__all__ = [
    "action",
    "action_by_uid",
    "action_of_line",
    "actions_by_uid",
    "actions_of_event",
    "changes_of",
    "commands_of",
    "history",
    "last_command",
    "later_changes",
    "next_number",
    "note_changes",
    "owners",
    "owners_of",
    "switched_to",
    "texts_of_event",
    "words",
]


def words(session: Session, text_uid: str | None) -> str | None:
    """A stored text; None when there is none or it was erased."""
    row = session.get(Text, text_uid) if text_uid else None
    return row.words if row else None


def texts_of_event(session: Session, event_id: str) -> Sequence[Text]:
    """The texts that a message (with its edits) said."""
    return session.exec(select(Text).where(Text.event_id == event_id)).all()


_LAST_NUMBER = select(func.max(Action.number))


def next_number(session: Session) -> int:
    """The number of the next action: above all there are, and above what a lost database had told people."""
    told = meta(session, "told_number")
    return max(session.exec(_LAST_NUMBER).one() or 0, int(told or 0)) + 1


def action(session: Session, number: int) -> Action | None:
    """An action by its number; None also for a number beyond what the column holds."""
    if not 0 < number < 2**31:
        return None
    return session.exec(select(Action).where(Action.number == number)).first()


def action_by_uid(session: Session, uid: str) -> Action | None:
    """An action by its row id."""
    return session.get(Action, uid)


def actions_by_uid(session: Session, uids: Sequence[str]) -> dict[str, Action]:
    """Several actions by their row ids."""
    return {row.uid: row for row in session.exec(select(Action).where(col(Action.uid).in_(uids)))}


def action_of_line(session: Session, event_id: str, line: int) -> Action | None:
    """The action that a line of a message recorded."""
    return session.exec(
        select(Action).where(Action.source_event == event_id, Action.source_line == line)
    ).first()


def switched_to(session: Session, uid: str) -> Action | None:
    """The action that stands in the place of one whose plan B it is."""
    return session.exec(select(Action).where(Action.instead_of == uid, Action.state != "cancelled")).first()


def actions_of_event(session: Session, event_id: str) -> Sequence[Action]:
    """The actions that a message recorded."""
    return session.exec(
        select(Action).where(Action.source_event == event_id).order_by(col(Action.source_line))
    ).all()


_OWNERS = (
    select(Owner)
    .where(Owner.action_uid == bindparam("action_uid"))
    .order_by(col(Owner.position), Owner.person)
)


def owners(session: Session, action_uid: str) -> Sequence[Owner]:
    """An action's owners in their order."""
    return session.exec(_OWNERS, params={"action_uid": action_uid}).all()


def owners_of(session: Session, action_uids: Sequence[str]) -> dict[str, list[Owner]]:
    """The owners of several actions at once."""
    found: dict[str, list[Owner]] = {uid: [] for uid in action_uids}
    if action_uids:
        query = select(Owner).where(col(Owner.action_uid).in_(action_uids)).order_by(col(Owner.position))
        for owner in session.exec(query):
            found[owner.action_uid].append(owner)
    return found


def history(session: Session, action_uid: str) -> Sequence[Change]:
    """An action's history, oldest first."""
    return session.exec(select(Change).where(Change.action_uid == action_uid).order_by(col(Change.seq))).all()


_NOTE_CHANGES = insert(SQLModel.metadata.tables["change"])


def note_changes(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write steps into the history, in their order; their actions are written already.

    A row has `before` and `after` and the fields of a `Change`; what belongs to a case is sealed here.
    """
    if rows:
        session.execute(_NOTE_CHANGES, sealed_changes(session, rows))


def changes_of(session: Session, event_id: str, line: int | None = None) -> Sequence[Change]:
    """What a message changed, or one of its lines."""
    query = select(Change).where(Change.event_id == event_id)
    if line is not None:
        query = query.where(Change.line == line)
    return session.exec(query.order_by(col(Change.seq))).all()


def later_changes(session: Session, change: Change) -> Sequence[Change]:
    """Standing changes of the same field of the same action that came after one."""
    return session.exec(
        select(Change).where(
            Change.action_uid == change.action_uid,
            Change.field == change.field,
            Change.field != "note",
            col(Change.seq) > change.seq,
            col(Change.undone).is_(False),
        )
    ).all()


def commands_of(session: Session, event_id: str) -> Sequence[Command]:
    """The command lines of a message that were carried out."""
    return session.exec(select(Command).where(Command.event_id == event_id).order_by(col(Command.line))).all()


def last_command(session: Session, sender: str, room_id: str, since: datetime) -> Command | None:
    """A person's newest command, answer or reaction in a room that can still be undone; taking back is none."""
    newest = (
        select(func.max(Change.seq))
        .where(col(Change.event_id) == Command.event_id, col(Change.line) == Command.line)
        .scalar_subquery()
    )
    return session.exec(
        select(Command)
        .where(
            Command.sender == sender,
            Command.room_id == room_id,
            col(Command.at) >= since,
            Command.name != "undo",
            col(Command.undone).is_(False),
            exists().where(
                col(Change.event_id) == Command.event_id,
                col(Change.line) == Command.line,
                col(Change.undone).is_(False),
            ),
        )
        .order_by(col(Command.at).desc(), newest.desc())
    ).first()
