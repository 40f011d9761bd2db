"""What meetings have on their agendas: items, decisions and remarks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, and_, col, or_, select

from bot.storage.meetings import COMES_AGAIN, AgendaItem, Decision, Meeting, Remark
from bot.storage.models import Action

__all__ = [
    "agenda",
    "agenda_item",
    "agenda_of_all_states",
    "decision",
    "decision_labelled",
    "decision_of_line",
    "decisions_between_meetings",
    "decisions_of",
    "decisions_since",
    "decisions_withdrawn",
    "item_carried_from",
    "item_of_line",
    "items_left_over",
    "newest_copy",
    "next_decision",
    "remarks",
    "remarks_withdrawn",
    "uncased_actions_under",
    "uncased_decisions_under",
    "waiting_items",
]


def agenda_item(session: Session, uid: str | None) -> AgendaItem | None:
    """An agenda item by its row id."""
    return session.get(AgendaItem, uid) if uid else None


def agenda(session: Session, meeting_uid: str) -> Sequence[AgendaItem]:
    """A meeting's agenda items in their order, struck and carried ones left out."""
    return session.exec(
        select(AgendaItem)
        .where(AgendaItem.meeting_uid == meeting_uid, col(AgendaItem.state).in_(("open", "done")))
        .order_by(col(AgendaItem.place), col(AgendaItem.added_at), AgendaItem.uid)
    ).all()


def agenda_of_all_states(session: Session, meeting_uid: str) -> Sequence[AgendaItem]:
    """A meeting's agenda items in their order, whatever became of them."""
    return session.exec(
        select(AgendaItem)
        .where(AgendaItem.meeting_uid == meeting_uid)
        .order_by(col(AgendaItem.place), col(AgendaItem.added_at), AgendaItem.uid)
    ).all()


def waiting_items(session: Session, forum_uid: str) -> Sequence[AgendaItem]:
    """The open items of a forum that have no meeting yet."""
    return session.exec(
        select(AgendaItem)
        .where(
            AgendaItem.forum_uid == forum_uid,
            AgendaItem.state == "open",
            col(AgendaItem.meeting_uid).is_(None),
        )
        .order_by(col(AgendaItem.added_at), AgendaItem.uid)
    ).all()


def items_left_over(session: Session, forum_uid: str, before: datetime) -> Sequence[AgendaItem]:
    """The open items of people and of cases on earlier meetings: held, called off, or never begun."""
    return session.exec(
        select(AgendaItem)
        .join(Meeting, col(Meeting.uid) == AgendaItem.meeting_uid)
        .where(
            AgendaItem.forum_uid == forum_uid,
            AgendaItem.state == "open",
            col(AgendaItem.kind).in_(COMES_AGAIN),
            or_(
                Meeting.state == "held",
                Meeting.state == "cancelled",
                and_(col(Meeting.state) == "planned", col(Meeting.ends_at) <= before),
            ),
        )
        .order_by(col(Meeting.starts_at), col(AgendaItem.place))
    ).all()


def item_of_line(session: Session, event_id: str, line: int) -> AgendaItem | None:
    """The agenda item that a line of a message added."""
    return session.exec(
        select(AgendaItem).where(
            AgendaItem.source_event == event_id,
            AgendaItem.source_line == line,
            AgendaItem.kind == "added",
        )
    ).first()


def item_carried_from(session: Session, uid: str) -> AgendaItem | None:
    """The item of a later meeting that continues an item."""
    return session.exec(select(AgendaItem).where(AgendaItem.carried_from == uid)).first()


def newest_copy(session: Session, item: AgendaItem) -> AgendaItem:
    """An item as it stands on the latest agenda that it was carried to."""
    seen = {item.uid}
    while (
        later := session.exec(
            select(AgendaItem).where(AgendaItem.carried_from == item.uid, col(AgendaItem.uid).not_in(seen))
        ).first()
    ) is not None:
        item = later
        seen.add(item.uid)
    return item


def decision(session: Session, uid: str) -> Decision | None:
    """A decision by its row id."""
    return session.get(Decision, uid)


def next_decision(session: Session, forum_uid: str, week: str) -> int:
    """The number of a forum's next decision of a week; one that was withdrawn keeps its own."""
    last = session.exec(
        select(func.max(Decision.number)).where(Decision.forum_uid == forum_uid, Decision.week == week)
    ).one()
    return (last or 0) + 1


def decision_labelled(session: Session, forum_uid: str, week: str, number: int) -> Decision | None:
    """A forum's decision by its label's parts."""
    return session.exec(
        select(Decision).where(
            Decision.forum_uid == forum_uid, Decision.week == week, Decision.number == number
        )
    ).first()


def decision_of_line(session: Session, event_id: str, line: int) -> Decision | None:
    """The decision that a line of a message recorded."""
    return session.exec(
        select(Decision).where(Decision.source_event == event_id, Decision.source_line == line)
    ).first()


def decisions_of(session: Session, meeting_uid: str) -> Sequence[Decision]:
    """A meeting's standing decisions, in the order of their numbers."""
    return session.exec(
        select(Decision)
        .where(Decision.meeting_uid == meeting_uid, Decision.state == "standing")
        .order_by(col(Decision.week), col(Decision.number))
    ).all()


def decisions_withdrawn(session: Session, meeting_uid: str) -> Sequence[Decision]:
    """A meeting's decisions that were taken back, in the order of their numbers."""
    return session.exec(
        select(Decision)
        .where(Decision.meeting_uid == meeting_uid, Decision.state == "withdrawn")
        .order_by(col(Decision.week), col(Decision.number))
    ).all()


def decisions_between_meetings(session: Session, forum_uid: str) -> Sequence[Decision]:
    """A forum's standing decisions that no meeting has taken in yet."""
    return session.exec(
        select(Decision)
        .where(
            Decision.forum_uid == forum_uid,
            col(Decision.meeting_uid).is_(None),
            Decision.state == "standing",
        )
        .order_by(col(Decision.decided_at))
    ).all()


def decisions_since(session: Session, forum_uid: str, since: datetime) -> Sequence[Decision]:
    """A forum's standing decisions after an instant, the oldest first."""
    return session.exec(
        select(Decision)
        .where(Decision.forum_uid == forum_uid, Decision.decided_at > since, Decision.state == "standing")
        .order_by(col(Decision.decided_at), col(Decision.number))
    ).all()


def remarks(session: Session, meeting_uid: str) -> Sequence[Remark]:
    """The standing remarks on a meeting's minutes, in the order of time."""
    return session.exec(
        select(Remark)
        .where(Remark.meeting_uid == meeting_uid, Remark.state == "standing")
        .order_by(col(Remark.at), Remark.uid)
    ).all()


def remarks_withdrawn(session: Session, meeting_uid: str) -> Sequence[Remark]:
    """The addenda to a meeting's minutes that were taken back."""
    return session.exec(
        select(Remark).where(
            Remark.meeting_uid == meeting_uid,
            Remark.state == "withdrawn",
            col(Remark.addendum).is_(True),
        )
    ).all()


def uncased_actions_under(session: Session, item_uid: str) -> Sequence[Action]:
    """The actions agreed under an item that are about no case, by number."""
    return session.exec(
        select(Action)
        .where(Action.item_uid == item_uid, col(Action.case_code).is_(None))
        .order_by(col(Action.number))
    ).all()


def uncased_decisions_under(session: Session, item_uid: str) -> Sequence[Decision]:
    """The decisions made under an item that are about no case, in order."""
    return session.exec(
        select(Decision)
        .where(Decision.item_uid == item_uid, col(Decision.case_code).is_(None))
        .order_by(col(Decision.decided_at))
    ).all()
