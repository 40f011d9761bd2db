"""What is kept of one participant: their own settings, and where they occur in the programme's records, by count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func
from sqlmodel import Session, col, select

from bot.storage.cases import Case, CaseFollower, CaseQuestion, CaseUpdate, SheetValue
from bot.storage.crypto import Device, KeyOwner, KeyShare, Unread, Verification
from bot.storage.meetings import Attendance, Decision, Meeting
from bot.storage.models import (
    Action,
    Change,
    InboxEvent,
    Member,
    Outbox,
    OutboxAction,
    Owner,
    PersonState,
    Room,
    Text,
)
from bot.storage.privacy import Deputy

__all__ = [
    "forget_devices",
    "forget_own",
    "over_messages",
    "own_actions",
    "own_cases",
    "own_counts",
    "own_deputies",
    "own_devices",
    "own_rooms",
    "own_verification",
]

_OVER = ("done", "cancelled")


def own_actions(session: Session, person: str) -> list[tuple[int, str, bool, bool]]:
    """The actions that somebody promised or wrote: number, state, whether they own it, whether they wrote it."""
    owned = exists().where(col(Owner.action_uid) == Action.uid, col(Owner.person) == person)
    query = (
        select(Action, owned).where(owned | (col(Action.created_by) == person)).order_by(col(Action.number))
    )
    return [
        (row.number, row.state, bool(theirs), row.created_by == person) for row, theirs in session.exec(query)
    ]


def own_cases(session: Session, person: str) -> Sequence[str]:
    """The codes of the cases that somebody follows, or is a caseworker of."""
    return session.exec(
        select(Case.code)
        .join(CaseFollower, col(CaseFollower.case_uid) == Case.uid)
        .where(CaseFollower.person == person, CaseFollower.state == "standing", Case.state != "withdrawn")
        .order_by(Case.code)
    ).all()


def own_counts(session: Session, person: str) -> dict[str, int]:
    """How often somebody occurs where their words or acts are the programme's records, by a name for each."""

    def count(*where: Any) -> int:
        return session.exec(select(func.count()).where(*where)).one()

    return {
        "messages": count(InboxEvent.sender == person),
        "words": count(Text.author == person, col(Text.erased_at).is_(None)),
        "questions": count(CaseQuestion.person == person, CaseQuestion.state != "open"),
        "updates": count(CaseUpdate.by == person, CaseUpdate.state != "withdrawn"),
        "fields": count(SheetValue.by == person, col(SheetValue.text_uid).is_not(None)),
        "decisions": count(Decision.decided_by == person, Decision.state == "standing"),
        "present": count(Attendance.who == person, Attendance.state == "present"),
        "apologies": count(Attendance.who == person, Attendance.state == "apology"),
        "told": count(
            Outbox.target == f"dm:{person}", Outbox.state == "sent", col(Outbox.template_sealed).is_not(None)
        ),
    }


def own_rooms(session: Session, person: str) -> list[tuple[str, str | None]]:
    """The rooms with the bot in which somebody is: room id, and the uid of its forum (None: direct messages)."""
    query = (
        select(Room.room_id, Room.forum_uid)
        .join(Member, col(Member.room_id) == Room.room_id)
        .where(Member.user_id == person, Member.membership == "join", Room.state == "joined")
        .order_by(Room.room_id)
    )
    return [(room_id, forum_uid) for room_id, forum_uid in session.exec(query)]


def own_deputies(session: Session, person: str) -> Sequence[Deputy]:
    """Who stands or stood in for somebody, and for whom they do."""
    return session.exec(
        select(Deputy)
        .where((col(Deputy.person) == person) | (col(Deputy.deputy) == person))
        .order_by(col(Deputy.first), Deputy.uid)
    ).all()


def own_devices(session: Session, person: str) -> Sequence[Device]:
    """The devices that are known of somebody."""
    return session.exec(select(Device).where(Device.user_id == person).order_by(Device.device_id)).all()


def own_verification(session: Session, person: str) -> tuple[bool, int]:
    """Whether an operator has vouched for somebody, and how many verifications there were."""
    owner = session.get(KeyOwner, person)
    there = session.exec(select(func.count()).where(Verification.user_id == person)).one()
    return owner is not None and owner.vouched is not None, there


def over_messages(session: Session, person: str, before: datetime) -> Sequence[Outbox]:
    """The bot's direct messages to somebody that speak of no open action, case or meeting; oldest first."""
    open_action = exists().where(
        col(OutboxAction.outbox_id) == Outbox.id,
        col(OutboxAction.action_uid) == Action.uid,
        col(Action.state) == "open",
    )
    open_case = exists().where(
        col(Case.uid) == Outbox.case_uid, col(Case.state).not_in(("closed", "withdrawn"))
    )
    open_meeting = exists().where(
        col(Meeting.uid) == Outbox.meeting_uid,
        col(Meeting.state).in_(("planned", "running")) | (col(Meeting.minutes) == "draft"),
    )
    return session.exec(
        select(Outbox)
        .where(
            Outbox.target == f"dm:{person}",
            Outbox.state == "sent",
            col(Outbox.what).in_(("message", "file", "picture")),
            col(Outbox.template_sealed).is_not(None) | (Outbox.what == "picture"),
            col(Outbox.created_at) < before,
            ~open_action,
            ~open_case,
            ~open_meeting,
        )
        .order_by(col(Outbox.seq))
    ).all()


def forget_own(session: Session, person: str) -> int:
    """Delete somebody's settings with their history, their leave, and who stands in for them. Returns how many rows."""
    gone = 0
    for table, whose in (
        (PersonState, PersonState.user_id),
        (Change, Change.person),
        (Deputy, Deputy.person),
    ):
        rows = session.exec(select(table).where(whose == person)).all()
        for row in rows:
            session.delete(row)
        gone += len(rows)
    session.flush()
    return gone


def forget_devices(session: Session, person: str) -> int:
    """Delete verifications that are over, and devices that are logged out unless a message of theirs still waits."""
    over = session.exec(
        select(Verification).where(Verification.user_id == person, col(Verification.state).in_(_OVER))
    ).all()
    waits = session.exec(select(Unread).where(Unread.sender == person).limit(1)).first()
    gone = (
        session.exec(select(Device).where(Device.user_id == person, col(Device.gone).is_(True))).all()
        if waits is None
        else []
    )
    for device in gone:
        session.execute(
            delete(KeyShare).where(
                col(KeyShare.user_id) == person, col(KeyShare.device_id) == device.device_id
            )
        )
    for row in (*over, *gone):
        session.delete(row)
    session.flush()
    return len(over) + len(gone)
