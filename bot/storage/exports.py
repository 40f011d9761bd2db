"""Exports: records as plain data for other systems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.storage import queries
from bot.storage.meetings import AgendaItem, Attendance, Meeting
from bot.storage.models import Action, Forum, Owner


def export_actions(session: Session) -> list[dict[str, Any]]:
    """Every action by number, with the keys of the contract (docs/architecture, Export)."""
    forums = {forum.uid: forum for forum in queries.forums(session)}
    rows: list[dict[str, Any]] = []
    for action in session.exec(select(Action).order_by(col(Action.number))):
        forum: Forum = forums[action.forum_uid]
        rows.append(
            {
                "number": action.number,
                "state": action.state,
                "forum": forum.kind,
                "room": action.room_id,
                "owners": _owners(queries.owners(session, action.uid)),
                "agency": action.agency,
                "due": action.due,
                "text": queries.words(session, action.text_uid),
                "case": action.case_code,
                "created_by": action.created_by,
                "source_event": action.source_event,
            }
        )
    return rows


def _owners(owners: Sequence[Owner]) -> list[str]:
    """Who promised it; beside them the code of an agency whose person is still to be named. Empty: nobody yet."""
    if not any(owner.named for owner in owners):
        return []
    said = [owner.person if owner.named else owner.agency for owner in owners]
    return [who for who in said if who]


def export_minutes(
    session: Session, tz: ZoneInfo, label: Callable[[Meeting], str], text: Callable[[Meeting], str]
) -> list[dict[str, Any]]:
    """Every meeting that was held, in the order of time, with the keys of docs/architecture, Export.

    `label` says how a meeting is named, `text` what its minutes say. Moments are local ISO 8601 with their offset.
    """
    forums = {forum.uid: forum for forum in queries.forums(session)}
    words = partial(queries.words, session)

    def moment(instant: datetime | None) -> str | None:
        return instant.astimezone(tz).isoformat(timespec="seconds") if instant else None

    rows: list[dict[str, Any]] = []
    for meeting in queries.all_meetings_held(session):
        room = queries.forum_room(session, meeting.forum_uid)
        who = queries.attendance(session, meeting.uid)
        items = [i for i in queries.agenda_of_all_states(session, meeting.uid) if i.state != "struck"]
        numbers = {item.uid: number for number, item in enumerate(items, start=1)}
        remarks = queries.remarks(session, meeting.uid)
        rows.append(
            {
                "label": label(meeting),
                "forum": forums[meeting.forum_uid].kind,
                "room": room.room_id if room else None,
                "state": meeting.minutes,
                "start": moment(meeting.began_at),
                "end": moment(meeting.ended_at),
                "planned_start": moment(meeting.starts_at),
                "chair": meeting.chair,
                "present": [_attends(session, row) for row in who if row.state == "present"],
                "apologies": [_attends(session, row) for row in who if row.state == "apology"],
                "agenda": [
                    {
                        **_item(session, item, numbers[item.uid]),
                        "remarks": [
                            words(row.text_uid)
                            for row in remarks
                            if row.item_uid == item.uid and not row.addendum
                        ],
                    }
                    for item in items
                ],
                "decisions": [
                    {
                        "label": row.label,
                        "item": numbers.get(row.item_uid or ""),
                        "case": row.case_code,
                        "text": words(row.text_uid),
                        "by": row.decided_by,
                        "at": moment(row.decided_at),
                    }
                    for row in queries.decisions_of(session, meeting.uid)
                ],
                "actions": [
                    {
                        "number": row.number,
                        "item": numbers.get(row.item_uid or ""),
                        "case": row.case_code,
                        "state": row.state,
                        "owners": _owners(queries.owners(session, row.uid)),
                        "due": row.due,
                        "text": words(row.text_uid),
                    }
                    for row in queries.actions_of_meeting(session, meeting.uid)
                ],
                "addenda": [
                    {"at": moment(row.at), "by": row.by, "about": row.about, "text": words(row.text_uid)}
                    for row in remarks
                    if row.addendum
                ],
                "approved_at": moment(meeting.approved_at),
                "approved_by": meeting.approved_by,
                "text": text(meeting),
            }
        )
    return rows


def _attends(session: Session, row: Attendance) -> dict[str, Any]:
    """Somebody at a meeting: a user id, `agency:CODE` or `partner:KEY`; `guest` with a name."""
    guest = row.who.startswith("guest:")
    return {
        "who": "guest" if guest else row.who,
        "agency": row.agency,
        "name": queries.words(session, row.text_uid) if guest else None,
    }


def _item(session: Session, item: AgendaItem, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "kind": item.kind,
        "state": item.state,
        "minutes": item.minutes,
        "case": item.case_code,
        "text": queries.words(session, item.text_uid),
    }
