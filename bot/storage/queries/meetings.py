"""Meetings, who was there, what was said of them, and what is pinned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, or_, select

from bot.storage.meetings import Attendance, Meeting
from bot.storage.models import Action, Change, Outbox
from bot.storage.queries.messages import STANDING
from bot.storage.types import UtcDateTime

__all__ = [
    "actions_of_meeting",
    "actions_withdrawn",
    "all_meetings_held",
    "all_said_of_meeting",
    "attendance",
    "attends",
    "changes_of_meeting_since",
    "drafts",
    "files_of_meeting",
    "last_meeting",
    "meeting",
    "meeting_at",
    "meeting_in_slot",
    "meetings_around",
    "meetings_held",
    "meetings_in_slots",
    "newest_cause",
    "newest_change_of_meeting",
    "newest_pin",
    "open_due_at",
    "open_meetings",
    "owed_pins",
    "pinned_beside",
    "running_meeting",
    "said_of_meeting",
]


def meeting(session: Session, uid: str | None) -> Meeting | None:
    """A meeting by its row id."""
    return session.get(Meeting, uid) if uid else None


def meeting_in_slot(session: Session, forum_uid: str, slot: str) -> Meeting | None:
    """The row of a forum's meeting, if it has one yet."""
    return session.exec(select(Meeting).where(Meeting.forum_uid == forum_uid, Meeting.slot == slot)).first()


def meetings_in_slots(
    session: Session, forum_uids: Sequence[str], slots: Sequence[str]
) -> dict[tuple[str, str], Meeting]:
    """The rows of meetings of some forums, by forum and slot."""
    if not slots:
        return {}
    found = session.exec(
        select(Meeting).where(col(Meeting.forum_uid).in_(forum_uids), col(Meeting.slot).in_(slots))
    ).all()
    return {(row.forum_uid, row.slot): row for row in found}


_AROUND = (
    select(Meeting)
    .where(
        col(Meeting.forum_uid).in_(bindparam("forum_uids", expanding=True)),
        or_(
            and_(
                col(Meeting.starts_at) > bindparam("a", type_=UtcDateTime),
                col(Meeting.starts_at) <= bindparam("b", type_=UtcDateTime),
            ),
            col(Meeting.slot).in_(bindparam("slots", expanding=True)),
        ),
    )
    .order_by(col(Meeting.starts_at), Meeting.uid)
)


def meetings_around(
    session: Session, forum_uids: Sequence[str], slots: Sequence[str], a: datetime, b: datetime
) -> Sequence[Meeting]:
    """The rows of some forums' meetings that are in one of the slots, or begin after `a` and up to `b`."""
    asked = {"forum_uids": list(forum_uids), "slots": list(slots), "a": a, "b": b}
    return session.exec(_AROUND, params=asked).all()


def running_meeting(session: Session, forum_uid: str) -> Meeting | None:
    """The meeting that is under way in a forum."""
    return session.exec(
        select(Meeting).where(Meeting.state == "running", Meeting.forum_uid == forum_uid)
    ).first()


_OPEN = (
    select(Meeting)
    .where(or_(col(Meeting.state) == "running", col(Meeting.minutes) == "draft"))
    .order_by(col(Meeting.starts_at), Meeting.uid)
)


def open_meetings(session: Session) -> Sequence[Meeting]:
    """The meetings under way and those whose minutes are a draft, the earliest first."""
    return session.exec(_OPEN).all()


def drafts(session: Session, forum_uid: str | None = None) -> Sequence[Meeting]:
    """The meetings whose minutes are a draft, the latest first."""
    found = select(Meeting).where(Meeting.minutes == "draft")
    if forum_uid is not None:
        found = found.where(Meeting.forum_uid == forum_uid)
    return session.exec(found.order_by(col(Meeting.starts_at).desc(), Meeting.uid)).all()


def meetings_held(session: Session, forum_uid: str, a: datetime, b: datetime) -> Sequence[Meeting]:
    """A forum's meetings that were held and began after `a` and up to `b`, the latest first."""
    return session.exec(
        select(Meeting)
        .where(
            Meeting.forum_uid == forum_uid,
            Meeting.state == "held",
            col(Meeting.began_at) > a,
            col(Meeting.began_at) <= b,
        )
        .order_by(col(Meeting.began_at).desc(), Meeting.uid)
    ).all()


def last_meeting(session: Session, forum_uid: str, before: datetime) -> Meeting | None:
    """The forum's newest meeting that was held and began up to an instant."""
    return session.exec(
        select(Meeting)
        .where(Meeting.forum_uid == forum_uid, Meeting.state == "held", col(Meeting.began_at) <= before)
        .order_by(col(Meeting.began_at).desc())
    ).first()


def all_meetings_held(session: Session) -> Sequence[Meeting]:
    """Every meeting that was held, in the order of time: for the export."""
    return session.exec(
        select(Meeting).where(Meeting.state == "held").order_by(col(Meeting.began_at), Meeting.uid)
    ).all()


# --- who was there


def attendance(session: Session, meeting_uid: str) -> Sequence[Attendance]:
    """Who was at a meeting, and who sent an apology."""
    return session.exec(
        select(Attendance)
        .where(Attendance.meeting_uid == meeting_uid)
        .order_by(col(Attendance.at), Attendance.who)
    ).all()


def attends(session: Session, meeting_uid: str, who: str) -> Attendance | None:
    """What is known of somebody at a meeting."""
    return session.get(Attendance, (meeting_uid, who))


# --- its actions


def actions_of_meeting(session: Session, meeting_uid: str) -> Sequence[Action]:
    """The actions agreed in a meeting, by number; cancelled ones left out."""
    return session.exec(
        select(Action)
        .where(Action.meeting_uid == meeting_uid, Action.state != "cancelled")
        .order_by(col(Action.number))
    ).all()


def open_due_at(session: Session, forum_uid: str, due: str) -> Sequence[Action]:
    """A forum's open actions with just this deadline, by number."""
    return session.exec(
        select(Action)
        .where(Action.forum_uid == forum_uid, Action.state == "open", Action.due == due)
        .order_by(col(Action.number))
    ).all()


def actions_withdrawn(session: Session, meeting_uid: str) -> Sequence[Action]:
    """The actions agreed in a meeting whose recording was taken back, by number."""
    taken_back = select(Change.action_uid).where(Change.field == "created", col(Change.undone).is_(True))
    return session.exec(
        select(Action)
        .where(
            Action.meeting_uid == meeting_uid, Action.state == "cancelled", col(Action.uid).in_(taken_back)
        )
        .order_by(col(Action.number))
    ).all()


# --- history and messages


def newest_cause(session: Session, field: str) -> str | None:
    """The event of the newest standing change of a meeting's field; None where it never changed."""
    return session.exec(
        select(Change.event_id)
        .where(Change.field == field, col(Change.undone).is_(False))
        .order_by(col(Change.seq).desc())
        .limit(1)
    ).first()


def changes_of_meeting_since(session: Session, meeting_uid: str, seq: int) -> Sequence[Change]:
    """What changed about a meeting after a change."""
    return session.exec(
        select(Change)
        .where(Change.meeting_uid == meeting_uid, col(Change.seq) > seq)
        .order_by(col(Change.seq))
    ).all()


def newest_change_of_meeting(session: Session, meeting_uid: str) -> int:
    """A number that grows with each change of a meeting, its agenda, decisions, remarks or actions; 0 without any.

    A change that is taken back lets it grow as well.
    """
    undone = func.count().filter(col(Change.undone))
    own = session.exec(select(func.max(Change.seq), undone).where(Change.meeting_uid == meeting_uid)).one()
    agreed = session.exec(
        select(func.max(Change.seq), undone)
        .join(Action, col(Action.uid) == Change.action_uid)
        .where(Action.meeting_uid == meeting_uid)
    ).one()
    return max(own[0] or 0, agreed[0] or 0) + own[1] + agreed[1]


def said_of_meeting(session: Session, meeting_uid: str, kind: str) -> Outbox | None:
    """The newest message of a kind about a meeting that stands: owed or sent, and not deleted since."""
    return next(iter(all_said_of_meeting(session, meeting_uid, kind)), None)


def files_of_meeting(session: Session, meeting_uid: str, kind: str) -> Sequence[Outbox]:
    """The files of a kind about a meeting that stand: owed or sent, and not deleted since."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.meeting_uid == meeting_uid,
            Outbox.kind == kind,
            Outbox.what == "file",
            *STANDING,
        )
        .order_by(col(Outbox.seq))
    ).all()


def all_said_of_meeting(session: Session, meeting_uid: str, kind: str) -> Sequence[Outbox]:
    """The messages of a kind about a meeting that stand, the newest first."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.meeting_uid == meeting_uid,
            Outbox.kind == kind,
            Outbox.what == "message",
            *STANDING,
        )
        .order_by(col(Outbox.seq).desc())
    ).all()


_MEETING_AT = (
    select(Meeting)
    .where(
        Meeting.forum_uid == bindparam("forum_uid"),
        col(Meeting.began_at) <= bindparam("at", type_=UtcDateTime),
        or_(
            col(Meeting.state) == "running",
            and_(
                col(Meeting.minutes) == "draft", col(Meeting.ended_at) >= bindparam("at", type_=UtcDateTime)
            ),
        ),
    )
    .order_by(col(Meeting.began_at).desc())
    .limit(1)
)


def meeting_at(session: Session, forum_uid: str, at: datetime) -> Meeting | None:
    """The meeting that was under way in a forum at a moment: said then, though perhaps heard only now."""
    return session.exec(_MEETING_AT, params={"forum_uid": forum_uid, "at": at}).first()


# --- what is pinned


def owed_pins(session: Session, outbox_id: str) -> Sequence[Outbox]:
    """The pins of a message that are still owed."""
    return session.exec(
        select(Outbox).where(Outbox.about == outbox_id, Outbox.what == "pin", Outbox.state == "owed")
    ).all()


def newest_pin(session: Session, target: str, kind: str) -> Outbox | None:
    """The newest pin of a kind in a target's room, owed or done."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.target == target,
            Outbox.kind == kind,
            Outbox.what == "pin",
            col(Outbox.state).in_(("owed", "sent")),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()


def pinned_beside(session: Session, pin: Outbox) -> tuple[list[str], list[str]]:
    """The messages of ours, by their events, that were to be pinned for the same purpose before a pin, and after it.

    Those after it count while they stand.
    """
    message = aliased(Outbox)
    rows = session.exec(
        select(Outbox.seq, message.event_id, message.template_sealed, Outbox.state)
        .join(message, col(message.id) == Outbox.about)
        .where(
            Outbox.target == pin.target,
            Outbox.kind == pin.kind,
            Outbox.what == "pin",
            Outbox.about != pin.about,
            col(message.event_id).is_not(None),
        )
        .order_by(col(Outbox.seq))
    ).all()
    before = [str(event) for seq, event, _, _ in rows if (seq or 0) < (pin.seq or 0)]
    after = [
        str(event)
        for seq, event, words, state in rows
        if (seq or 0) > (pin.seq or 0) and words is not None and state in ("owed", "sent")
    ]
    return before, after
