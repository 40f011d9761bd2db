"""What is exported of a case: its records as plain data with stable keys, and the documents made of them.

The keys are documented in docs/architecture.md (Export); they only grow. Everything is read in one transaction; making
and writing the files needs no database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlmodel import Session

from bot.access import Access
from bot.documents.casefile import casefile, cover
from bot.documents.digest import forum_name
from bot.documents.model import Document, resolved
from bot.documents.sheet import sheet
from bot.erasing.belongings import Belongings, belongings, own_messages
from bot.proceedings import minutes_of, room_language
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Action, Change

FORMAT: Final = "hotspotbot-case/1"


@dataclass(frozen=True)
class Collected:
    """A case as it is exported: its records, its documents with their words, and what the receipt says of it."""

    code: str
    language: str
    data: dict[str, Any]
    documents: dict[str, Document]
    counts: dict[str, int]
    mentions: tuple[str, ...] = ()

    def record(self) -> str:
        """The records as JSON."""
        return json.dumps(self.data, ensure_ascii=False, indent=2) + "\n"


def collect(
    session: Session, access: Access, case: Case, now: datetime, *, review: bool = False
) -> Collected:
    """Everything on a case. `review`: with a cover page for who has to review it (subject access)."""
    own = belongings(session, case)
    made = _Collector(session, access, own, now)
    data = made.data()
    language = made.language
    documents = {"case.docx": casefile(data, language, access.settings.general.tz)}
    if review:
        documents["cover.docx"] = cover(data, language, access.settings.general.tz)
    documents["sheet.docx"] = made.resolved(
        sheet(
            session,
            access,
            case,
            access.stranger(access.settings.matrix.user_id),
            language,
            now,
            personal=True,
            steps=True,
        )
    )
    for each in data["meetings"]:
        meeting = queries.meeting(session, each.pop("uid"))
        if meeting is not None:
            part = minutes_of(session, access, meeting, language, now, case=case.code)
            documents[each["file"]] = made.resolved(part)
    return Collected(case.code, language, data, documents, own.counts(), _mentions(session, own))


class _Collector:
    """Turns the rows of one case into plain data."""

    def __init__(self, session: Session, access: Access, own: Belongings, now: datetime) -> None:
        self.session, self.access, self.own, self.now = session, access, own, now
        self.case = own.case
        self.language = room_language(session, access, own.case.forum_uid)
        self.words: Callable[[str | None], str | None] = partial(queries.words, session)
        self.tz = access.settings.general.tz
        self.forums = {row.uid: row for row in queries.forums(session)}

    def resolved(self, document: Document) -> Document:
        """A document with people's words in it."""
        return resolved(document, self.words)

    def person(self, user_id: str | None) -> dict[str, Any] | None:
        """Somebody by id, name and agency; the bot has the id ""."""
        if user_id is None:
            return None
        name = self.access.name(user_id) if user_id else ""
        agency = self.access.agency_of(user_id) if user_id else None
        return {"id": user_id, "name": name, "agency": agency}

    def forum(self, uid: str | None) -> str | None:
        """A forum by its name."""
        found = self.forums.get(uid or "")
        return forum_name(self.access, found) if found else None

    def at(self, moment: datetime | None) -> str | None:
        """A moment in local time."""
        return moment.astimezone(self.tz).isoformat() if moment is not None else None

    def data(self) -> dict[str, Any]:
        """The whole, in the order in which one reads it."""
        case, own = self.case, self.own
        known = {row.uid for row in own.actions}
        subjects = {f"case:{case.code}", *(f"action:{row.number}" for row in own.actions)}
        return {
            "format": FORMAT,
            "code": case.code,
            "forum": self.forum(case.forum_uid),
            "state": case.state,
            "urgent": case.urgent,
            "subject": self.words(case.text_uid),
            "opened_at": self.at(case.opened_at),
            "opened_by": self.person(case.opened_by),
            "closed_at": self.at(case.closed_at),
            "closing": self.words(case.closing_uid),
            "followed_at": self.at(case.followed_at),
            "follow_up_at": self.at(case.follow_up_at),
            "followers": [
                {
                    "person": self.person(row.person),
                    "role": row.role,
                    "agency": row.agency,
                    "state": row.state,
                    "by": self.person(row.by),
                    "at": self.at(row.at),
                }
                for row in own.followers
            ],
            "related": [
                {"code": code, "state": row.state, "by": self.person(row.by), "at": self.at(row.at)}
                for row in own.relations
                if (code := self._other(row.case_uid, row.other_uid)) is not None
            ],
            "goals": [
                {
                    "parameter": row.parameter,
                    "text": self.words(row.text_uid),
                    "by": self.person(row.by),
                    "at": self.at(row.at),
                }
                for row in own.goals
            ],
            "trends": [
                {
                    "parameter": row.parameter,
                    "agency": row.agency or None,
                    "trend": row.trend,
                    "by": self.person(row.by),
                    "at": self.at(row.said_at),
                }
                for row in own.trends
            ],
            "sheet": [self._value(row) for row in own.values],
            "updates": [self._update(row) for row in own.updates],
            "questions": [self._question(row) for row in own.questions],
            "escalations": [self._escalation(row) for row in own.escalations],
            "actions": [self._action(row) for row in own.actions],
            "decisions": [
                {
                    "label": row.label,
                    "forum": self.forum(row.forum_uid),
                    "state": row.state,
                    "text": self.words(row.text_uid),
                    "by": self.person(row.decided_by),
                    "at": self.at(row.decided_at),
                }
                for row in own.decisions
            ],
            "agenda": [self._item(row) for row in own.items],
            "remarks": [
                {
                    "about": row.about,
                    "addendum": row.addendum,
                    "state": row.state,
                    "text": self.words(row.text_uid),
                    "by": self.person(row.by),
                    "at": self.at(row.at),
                }
                for row in own.remarks
            ],
            "holds": [
                {
                    "state": row.state,
                    "reason": self.words(row.text_uid),
                    "by": self.person(row.by),
                    "at": self.at(row.at),
                    "ended_by": self.person(row.lifted_by),
                    "ended_at": self.at(row.lifted_at),
                }
                for row in own.holds
            ],
            "history": [self._change(row) for row in own.changes if row.action_uid not in known],
            "people": [self.person(user_id) for user_id in self._named()],
            "texts": [
                {"text": row.words, "by": self.person(row.author), "at": self.at(row.at), "event": row.event_id}
                for row in own.texts
                if row.erased_at is None
            ],
            "meetings": self._meetings(),
            "messages": [
                {
                    "event": row.event_id,
                    "room": row.room_id,
                    "link": link(row.room_id, row.event_id),
                    "by": self.person(row.sender),
                    "at": self.at(row.at),
                }
                for row in own_messages(self.session, own, self.access.settings.matrix.user_id)
            ],
            "files": self._files(),
            "log": [
                {
                    "at": self.at(row.at),
                    "by": self.person(row.by),
                    "act": row.act,
                    "subject": row.subject,
                    "recipient": row.recipient,
                    "receiver": self._receiver(row.recipient),
                    "detail": row.detail,
                    "purpose": row.purpose,
                }
                for row in queries.audit_of(self.session, subjects)
            ],
        }  # fmt: skip

    def _other(self, one: str, other: str) -> str | None:
        found = queries.case(self.session, other if one == self.case.uid else one)
        return found.code if found is not None else None

    def _value(self, row: Any) -> dict[str, Any]:
        field = next((each for each in self.access.settings.form.fields() if each.name == row.field), None)
        return {
            "field": row.field,
            "label": field.title(self.language) if field is not None else row.field,
            "text": self.words(row.text_uid),
            "agency": row.agency,
            "by": self.person(row.by),
            "at": self.at(row.said_at),
        }

    def _update(self, row: Any) -> dict[str, Any]:
        return {
            "kind": row.kind,
            "state": row.state,
            "agency": row.agency,
            "text": self.words(row.text_uid),
            "by": self.person(row.by),
            "at": self.at(row.said_at),
            "decided_by": self.person(row.decided_by),
        }

    def _question(self, row: Any) -> dict[str, Any]:
        meeting = queries.meeting(self.session, row.meeting_uid)
        return {
            "agency": row.agency,
            "person": self.person(row.person),
            "meeting": self.at(meeting.starts_at) if meeting is not None else None,
            "state": row.state,
            "asked_at": self.at(row.asked_at),
            "answered_at": self.at(row.answered_at),
            "handed_by": self.person(row.handed_by),
        }

    def _escalation(self, row: Any) -> dict[str, Any]:
        return {
            "from": self.forum(row.forum_uid),
            "to": self.forum(row.to_uid),
            "state": row.state,
            "urgent": row.urgent,
            "reason": self.words(row.text_uid),
            "by": self.person(row.by),
            "at": self.at(row.escalated_at),
            "returned_at": self.at(row.returned_at),
            "returned_by": self.person(row.returned_by),
        }

    def _action(self, row: Action) -> dict[str, Any]:
        steps = queries.history(self.session, row.uid)
        notes = [step for step in steps if step.field == "note" and not step.undone]
        return {
            "number": row.number,
            "forum": self.forum(row.forum_uid),
            "state": row.state,
            "text": self.words(row.text_uid),
            "agency": row.agency,
            "owners": [
                {
                    "person": self.person(each.person) if each.named else None,
                    "agency": each.agency,
                    "done_at": self.at(each.done_at),
                }
                for each in queries.owners(self.session, row.uid)
            ],
            "due": row.due,
            "planb": self.words(row.planb_uid),
            "parameter": row.parameter,
            "notes": [
                {
                    "text": self.words(str(step.after)),
                    "by": self.person(step.by),
                    "at": self.at(step.at),
                }
                for step in notes
            ],
            "history": [self._change(step) for step in steps],
            "created_by": self.person(row.created_by),
            "created_at": self.at(row.created_at),
            "closed_at": self.at(row.closed_at),
        }

    def _item(self, row: Any) -> dict[str, Any]:
        meeting = queries.meeting(self.session, row.meeting_uid)
        return {
            "meeting": self.at(meeting.starts_at) if meeting is not None else None,
            "forum": self.forum(row.forum_uid),
            "kind": row.kind,
            "state": row.state,
            "minutes": row.minutes,
            "text": self.words(row.text_uid),
            "by": self.person(row.added_by),
            "at": self.at(row.added_at),
        }

    def _change(self, row: Change) -> dict[str, Any]:
        """A step of the history. The ids of texts in it are replaced by their words."""
        return {
            "at": self.at(row.at),
            "by": self.person(row.by),
            "field": row.field.partition(":")[0] if row.action_uid is None else row.field,
            "before": self._said(row.before),
            "after": self._said(row.after),
            "undone": row.undone,
        }

    def _named(self) -> list[str]:
        """Who stands in the history by id alone: earlier owners, and who was asked for, done or handed on to."""
        found: set[str] = set()
        steps = [*self.own.changes]
        for row in self.own.actions:
            steps += queries.history(self.session, row.uid)
        for step in steps:
            found |= _ids([step.before, step.after, step.field.partition(":")[2]])
        return sorted(found)

    def _receiver(self, recipient: str | None) -> dict[str, Any]:
        """Who an entry of the log says was told: a person, or a forum by its name."""
        kind, _, name = (recipient or "").partition(":")
        return {
            "person": self.person(name) if kind == "dm" else None,
            "forum": self.forum(name) if kind == "forum" else None,
        }

    def _said(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name.removesuffix("_uid") if name in ("text_uid", "closing_uid") else name: self._said(each)
                for name, each in value.items()
            }
        if isinstance(value, str) and value in self.own.text_uids:
            return self.words(value)
        return value

    def _meetings(self) -> list[dict[str, Any]]:
        found = [queries.meeting(self.session, uid) for uid in self.own.meetings]
        held = sorted(
            (each for each in found if each is not None and each.state == "held"),
            key=lambda each: each.starts_at,
        )
        made: list[dict[str, Any]] = []
        for place, each in enumerate(held, start=1):
            day = (each.began_at or each.starts_at).astimezone(self.tz).date()
            made.append(
                {
                    "uid": each.uid,
                    "forum": self.forum(each.forum_uid),
                    "start": self.at(each.began_at or each.starts_at),
                    "end": self.at(each.ended_at or each.ends_at),
                    "minutes": each.minutes,
                    "file": f"minutes/{place:02d}-{day}.docx",
                }
            )
        return made

    def _files(self) -> list[dict[str, Any]]:
        """The files that the bot has sent about the case."""
        own = self.own
        ids = queries.messages_about(
            self.session, self.case.uid, self.case.code, own.action_uids, own.text_uids
        )
        return [
            {
                "kind": row.kind,
                "link": link(row.room_id or "", row.event_id or ""),
                "at": self.at(row.sent_at),
            }
            for row in queries.messages_by_id(self.session, ids)
            if row.what == "file" and row.event_id
        ]


def _ids(value: Any) -> set[str]:
    """The people and partners that stand in a value of the history."""
    if isinstance(value, dict):
        return _ids([value.get(name) for name in ("person", "by", "decided_by", "returned_by", "handed_by")])
    if isinstance(value, list):
        return set().union(*(_ids(each) for each in value))
    is_somebody = isinstance(value, str) and re.fullmatch(r"@\S+:\S+|partner:\S+", value)
    return {value} if is_somebody else set()


def _mentions(session: Session, own: Belongings) -> tuple[str, ...]:
    """Other open and closed actions of the case's forums whose words name its code: they are not erased."""
    spaced = re.compile(rf"(?<![\w-]){re.escape(own.case.code)}(?!\d)", re.IGNORECASE)
    found = []
    for row in queries.actions_of_forum(session, own.case.forum_uid):
        if row.uid not in own.action_uids and spaced.search(queries.words(session, row.text_uid) or ""):
            found.append(str(row.number))
    return tuple(found)


def link(room_id: str, event_id: str) -> str:
    """Where a Matrix client finds an event."""
    return f"https://matrix.to/#/{room_id}/{event_id}"
