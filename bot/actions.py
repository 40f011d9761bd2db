"""What can happen to an action (aftale), and how it is taken back.

Every step is a `Change` row with the field's value before and after. State is derived from the same rows' effects:
an action is done when each of its owners is. Undoing a command, editing a message and taking back a reaction are
one operation, `revert`: a change is reversed unless something later has changed the same field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import audit, reminding
from bot.access import Access
from bot.owed import outbox_id
from bot.ownership import Ownership, owners_value
from bot.storage import queries
from bot.storage.models import MISSING, Action, Change, Forum, Owner, Text
from bot.when import Deadline

CONFIRMATIONS = frozenset({"action.recorded", "action.asked", "action.asked.owner", "action.disclose"})


@dataclass(frozen=True)
class Cause:
    """Who did something, when (the message's own time, aware), and by which line of which event."""

    by: str
    at: datetime
    event_id: str
    line: int = 0


class Actions:
    """The operations on actions within one transaction. Each writes its history and plans the next reminder."""

    def __init__(self, session: Session, access: Access, cause: Cause) -> None:
        self.session = session
        self.access = access
        self.cause = cause

    # --- recording and changing

    def keep_text(self, words: str, key: str) -> Text:
        """Seal words that a person wrote; `key` names the data key, e.g. `forum:UID`. Every case they name counts."""
        key = queries.key_naming(self.session, key, words)
        row = Text(key=key, event_id=self.cause.event_id, author=self.cause.by, at=self.cause.at)
        self.session.add(row)
        row.words = words
        self.session.flush()
        return row

    def _key(self, action: Action) -> str:
        return queries.text_key(self.session, action.forum_uid, action.case_code, action.text_uid)

    def record(
        self,
        forum: Forum,
        room_id: str,
        words: str,
        owners: Sequence[Ownership],
        due: Deadline | None,
        case: str | None = None,
    ) -> Action:
        """Record a new action; words, owners and deadline may be empty, asked for and completed later."""
        # Everything at once instead of field by field as `change` does: people wait for this answer.
        said = self.keep_text(words, queries.text_key(self.session, forum.uid, case)) if words else None
        number = self._told_number() or queries.next_number(self.session)
        action = Action(
            number=number,
            forum_uid=forum.uid,
            room_id=room_id,
            text_uid=said.uid if said else None,
            created_by=self.cause.by,
            created_at=self.cause.at,
            source_event=self.cause.event_id,
            source_line=self.cause.line,
            case_code=case,
        )
        value = owners_value(owners)
        rows = [Ownership.from_value(each).row(action.uid, position) for position, each in enumerate(value)]
        action.agency = self._agency(value)
        self._apply(action, "due", due.iso() if due else None)
        first = "due" if due else "owners"
        reminding.plan(self.session, self.access, action, rows, first, by=self.cause.by, now=self.cause.at)
        self.session.add(action)
        self.session.flush()
        self.session.add_all(rows)
        self.session.flush()
        steps: tuple[tuple[str, Any, Any], ...] = (
            ("created", None, number),
            ("text", None, action.text_uid),
            ("owners", [], value),
            ("due", None, action.due),
        )
        self._note_changes(action, *(step for step in steps if step[2]))
        return action

    def _told_number(self) -> int | None:
        """The number that people were told already, if a database that is lost had recorded this."""
        reply = outbox_id(self.session, f"reply:{self.cause.event_id}:{self.cause.line}")
        return queries.told_number(self.session, reply, CONFIRMATIONS)

    def change(self, action: Action, field: str, value: Any) -> bool:
        """Set a field and write it into the history. Returns whether it made a difference."""
        before = self.value(action, field)
        if before == value:
            return False
        self._apply(action, field, value)
        self._note_changes(action, (field, before, value))
        self._settle(action, field)
        return True

    def reword(self, action: Action, words: str) -> bool:
        """Give the action other words (empty: none yet); the earlier ones stay in its history."""
        if not words:
            return self.change(action, "text", None)
        if queries.words(self.session, action.text_uid) == words:
            return False
        return self.change(action, "text", self.keep_text(words, self._key(action)).uid)

    def set_owners(self, action: Action, owners: Sequence[Ownership]) -> bool:
        """Hand the action over; a declined one is open again with its new owners."""
        changed = self.change(action, "owners", self.agreed(action, owners))
        return self.reopen(action, ("declined",)) or changed

    def agreed(self, action: Action, owners: Iterable[Ownership]) -> list[list[str | None]]:
        """Owners as the history keeps them; who was told of this action already is not asked about again."""
        told = {o.person for o in queries.owners(self.session, action.uid) if o.disclosed}
        settled = [
            Ownership(o.asked_for, o.agency, disclosed=True)
            if o.asked_for in told and o.asked_for is not None
            else replace(o, disclosed=o.disclosed or o.person in told)
            for o in owners
        ]
        return owners_value(settled)

    def set_due(self, action: Action, due: Deadline) -> bool:
        """Move the deadline; one that was closed is open again."""
        changed = self.change(action, "due", due.iso())
        return self.reopen(action, ("declined", "cancelled", "done")) or changed

    def reopen(self, action: Action, states: tuple[str, ...]) -> bool:
        """Open an action that is in one of the states. Returns whether it was."""
        if action.state not in states:
            return False
        for owner in queries.owners(self.session, action.uid):
            self.change(action, f"done:{owner.person}", None)
        return self.change(action, "state", "open") or True

    def finish(self, action: Action, *, whole: bool) -> bool:
        """Mark the cause's part as done, or everybody's if `whole`. Returns whether the action is done now."""
        owners = queries.owners(self.session, action.uid)
        mine = [o for o in owners if self.access.acts_for(self.session, self.cause.by, o, action)]
        if action.state in ("declined", "cancelled"):
            self.change(action, "state", "open")
        for owner in owners if whole or not mine else mine:
            if owner.done_at is None:
                self.change(action, f"done:{owner.person}", self.cause.at.isoformat())
        if not owners:
            self.change(action, "state", "done")
        return action.state == "done"

    def decline(self, action: Action) -> bool:
        """The owner cannot: one of several steps back, an only owner declines the whole. True if the whole."""
        owners = queries.owners(self.session, action.uid)
        acts_for = self.access.acts_for
        mine = {o.person for o in owners if acts_for(self.session, self.cause.by, o, action)}
        rest = [Ownership.of(o) for o in owners if o.person not in mine]
        if mine and rest:
            self.change(action, "owners", owners_value(rest))
            return False
        self.change(action, "state", "declined")
        return True

    def note(self, action: Action, words: str) -> Text:
        """Add a note to the action's history."""
        row = self.keep_text(words, self._key(action))
        self._note_changes(action, ("note", None, row.uid))
        return row

    def withdraw(self, action: Action) -> None:
        """Take an action back as if it had not been said; its number is not used again."""
        self.change(action, "state", "cancelled")

    # --- taking back

    def revert(self, changes: Iterable[Change], *, withdraw_changed: bool = True) -> list[Change]:
        """Reverse changes, newest first, except those that something later has superseded.

        Returns the changes that were reversed. A recorded action that is taken back is withdrawn; without
        `withdraw_changed` only if nothing else has happened to it since.
        """
        todo = sorted((c for c in changes if not c.undone and c.action_uid), key=lambda c: c.seq or 0)
        own = {c.seq for c in todo}
        if not withdraw_changed:
            moved_on = {c.action_uid for c in todo if c.field == "created" and self._moved_on(c, own)}
            todo = [c for c in todo if c.action_uid not in moved_on]
        recorded = {c.action_uid for c in todo if c.field == "created"}
        reversed_: list[Change] = []
        for change in reversed(todo):
            action = queries.action_by_uid(self.session, change.action_uid or "")
            later = queries.later_changes(self.session, change)
            if action is None or any(c.seq not in own for c in later):
                continue
            if change.field == "created":
                self.withdraw(action)
            elif change.field != "note" and change.action_uid not in recorded:
                self._apply(action, change.field, change.before)
            change.undone = True
            self._log(action, f"undo:{change.field}")
            self._settle(action, change.field)
            reversed_.append(change)
        return reversed_

    def _moved_on(self, change: Change, own: set[int | None]) -> bool:
        """Whether something has happened to a change's action beyond these changes, notes and looks aside."""
        return any(
            not c.undone and c.seq not in own and c.field != "note" and not c.field.startswith("seen:")
            for c in queries.history(self.session, change.action_uid or "")
        )

    # --- the inside

    def value(self, action: Action, field: str) -> Any:
        """A field's present value in the form in which the history keeps it."""
        if field == "owners":
            return owners_value(Ownership.of(o) for o in queries.owners(self.session, action.uid))
        if field.startswith("done:"):
            owner = self.session.get(Owner, (action.uid, field.removeprefix("done:")))
            return owner.done_at.isoformat() if owner and owner.done_at else None
        if field.startswith("seen:"):
            return None
        return getattr(action, _COLUMNS[field])

    def _apply(self, action: Action, field: str, value: Any) -> None:
        if field == "owners":
            self._replace_owners(action, value or [])
        elif field.startswith("done:"):
            owner = self.session.get(Owner, (action.uid, field.removeprefix("done:")))
            if owner is not None:
                owner.done_at = datetime.fromisoformat(value) if value else None
        elif not field.startswith("seen:"):
            setattr(action, _COLUMNS[field], value)
        if field == "case":
            queries.seal_anew(self.session, action, self._key(action))
        if field == "due":
            due = Deadline.from_iso(value) if value else None
            action.overdue_at = due.end(self.access.settings.general.tz) if due else None
        if field == "state":
            action.closed_at = None if value == "open" else self._closing()

    def _replace_owners(self, action: Action, value: list[list[str | None]]) -> None:
        before = {o.person: o for o in queries.owners(self.session, action.uid)}
        wanted = {each[0]: Ownership.from_value(each) for each in value if each[0]}
        for person, row in before.items():
            if person not in wanted:
                self.session.delete(row)
        for position, (person, said) in enumerate(wanted.items()):
            row = before.get(person) or Owner(action_uid=action.uid, person=person)
            row.position, row.agency = position, said.agency
            row.asked_for, row.disclosed = said.asked_for, said.disclosed
            self.session.add(row)
            if person not in before and said.named and not self.access.holds(self.session, row, action):
                queries.people_moved(self.session)  # an owner by a step that was taken back, who has left
        self.session.flush()
        action.agency = self._agency(value)

    def _agency(self, owners: list[list[str | None]]) -> str | None:
        """The agency of the first owner of whom anything is known: the one that the action counts for."""
        known = [(p, code) for p, code, *_ in owners if p and (code or p not in MISSING)]
        person, agency = known[0] if known else ("", None)
        return agency or (self.access.agency_of(person) if person else None)

    def _note_changes(self, action: Action, *steps: tuple[str, Any, Any]) -> None:
        """Write steps (field, before, after) into the action's history."""
        self.session.flush()
        cause = {
            "action_uid": action.uid,
            "person": None,
            "at": self.cause.at,
            "by": self.cause.by,
            "event_id": self.cause.event_id,
            "line": self.cause.line,
            "undone": False,
        }
        rows = [cause | {"field": field, "before": before, "after": after} for field, before, after in steps]
        queries.note_changes(self.session, rows)
        fields = [field for field, *_ in steps]
        # Recording one is a single step to whoever looks it up, though its history has it field by field.
        for field in ["created"] if "created" in fields else fields:
            self._log(action, field)

    def _log(self, action: Action, field: str) -> None:
        audit.note(
            self.session,
            "changed",
            f"action:{action.number}",
            by=self.cause.by,
            at=self.cause.at,
            detail=_detail(field),
            purpose=audit.purpose_in(self.session, self.access, action.forum_uid),
            event_id=self.cause.event_id or None,
        )

    def _settle(self, action: Action, field: str) -> None:
        """Derive the state from the owners' parts, then plan who hears what next."""
        owners = queries.owners(self.session, action.uid)
        if owners and action.state in ("open", "done") and field != "state":
            done = all(o.done_at for o in owners)
            if done != (action.state == "done"):
                action.state = "done" if done else "open"
                action.closed_at = self._closing() if done else None
                field = "state"
        reminding.plan(self.session, self.access, action, owners, field, by=self.cause.by, now=self.cause.at)

    def _closing(self) -> datetime:
        """When an action counts as closed: as it was said, but after the last digest, which did not know of it yet."""
        told = queries.last_digest(self.session)
        return max(self.cause.at, told + timedelta(microseconds=1)) if told else self.cause.at


_COLUMNS = {
    "text": "text_uid",
    "planb": "planb_uid",
    "due": "due",
    "state": "state",
    "case": "case_code",
    "created": "number",
}


def _detail(field: str) -> str:
    """A field's name for the log: whose part it was stands in the history."""
    undo, name = ("undo:", field.removeprefix("undo:")) if field.startswith("undo:") else ("", field)
    return undo + name.partition(":")[0]
