"""What belongs to a case: followers, relations, goals, sheet, updates; what was agreed about it, and when it moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import Session, col, select

from bot.storage.cases import (
    Case,
    CaseFollower,
    CaseGoal,
    CaseRelation,
    CaseTrend,
    CaseUpdate,
    Escalation,
    SheetValue,
)
from bot.storage.meetings import Decision
from bot.storage.models import Action, Change
from bot.storage.queries.cases import NOT_WITHDRAWN

__all__ = [
    "actions_of_case",
    "decisions_of_case",
    "follower",
    "followers",
    "goal",
    "goals",
    "history_of_case",
    "moved_at",
    "observations",
    "observations_by",
    "observations_waiting",
    "related",
    "relation",
    "reopened_at",
    "sheet_value",
    "sheet_values",
    "trend",
    "trends",
    "update",
    "update_of_line",
    "updates",
    "updates_of_event",
]


def followers(session: Session, case_uid: str) -> Sequence[CaseFollower]:
    """Who follows a case, in the order of time."""
    return session.exec(
        select(CaseFollower)
        .where(CaseFollower.case_uid == case_uid, CaseFollower.state == "standing")
        .order_by(col(CaseFollower.at), CaseFollower.person)
    ).all()


def follower(session: Session, case_uid: str, person: str) -> CaseFollower | None:
    """Somebody's row as a follower of a case, also one that was withdrawn."""
    return session.exec(
        select(CaseFollower).where(CaseFollower.case_uid == case_uid, CaseFollower.person == person)
    ).first()


def relation(session: Session, one: str, other: str) -> CaseRelation | None:
    """The row of two cases, also one that was withdrawn."""
    first, second = sorted((one, other))
    return session.exec(
        select(CaseRelation).where(CaseRelation.case_uid == first, CaseRelation.other_uid == second)
    ).first()


def related(session: Session, case_uid: str) -> list[Case]:
    """The cases that belong together with one, by code."""
    rows = session.exec(
        select(CaseRelation).where(
            or_(col(CaseRelation.case_uid) == case_uid, col(CaseRelation.other_uid) == case_uid),
            CaseRelation.state == "standing",
        )
    ).all()
    uids = {row.other_uid if row.case_uid == case_uid else row.case_uid for row in rows}
    found = (
        session.exec(select(Case).where(col(Case.uid).in_(sorted(uids)), NOT_WITHDRAWN)).all() if uids else []
    )
    return sorted(found, key=lambda row: row.code)


def goals(session: Session, case_uid: str) -> dict[str, CaseGoal]:
    """A case's goals by parameter; those without words left out."""
    rows = session.exec(select(CaseGoal).where(CaseGoal.case_uid == case_uid)).all()
    return {row.parameter: row for row in rows if row.text_uid}


def goal(session: Session, case_uid: str, parameter: str) -> CaseGoal | None:
    """The row of a case's goal on a parameter."""
    return session.exec(
        select(CaseGoal).where(CaseGoal.case_uid == case_uid, CaseGoal.parameter == parameter)
    ).first()


def trends(session: Session, case_uid: str) -> Sequence[CaseTrend]:
    """How agencies see a case go, the newest word first."""
    return session.exec(
        select(CaseTrend)
        .where(CaseTrend.case_uid == case_uid, col(CaseTrend.trend_sealed).is_not(None))
        .order_by(col(CaseTrend.said_at).desc(), CaseTrend.agency)
    ).all()


def trend(session: Session, case_uid: str, parameter: str, agency: str) -> CaseTrend | None:
    """The row of an agency's view on a parameter."""
    return session.exec(
        select(CaseTrend).where(
            CaseTrend.case_uid == case_uid, CaseTrend.parameter == parameter, CaseTrend.agency == agency
        )
    ).first()


def sheet_values(session: Session, case_uid: str) -> dict[str, SheetValue]:
    """The rows of a case's ressourceskema by field; those that were emptied left out."""
    rows = session.exec(select(SheetValue).where(SheetValue.case_uid == case_uid)).all()
    return {row.field: row for row in rows if row.text_uid}


def sheet_value(session: Session, case_uid: str, field: str) -> SheetValue | None:
    """The row of one field."""
    return session.exec(
        select(SheetValue).where(SheetValue.case_uid == case_uid, SheetValue.field == field)
    ).first()


def update(session: Session, uid: str | None) -> CaseUpdate | None:
    """An update by its row id."""
    return session.get(CaseUpdate, uid) if uid else None


def update_of_line(session: Session, event_id: str, line: int) -> CaseUpdate | None:
    """The update that a line of a message gave."""
    return session.exec(
        select(CaseUpdate).where(CaseUpdate.source_event == event_id, CaseUpdate.source_line == line)
    ).first()


def updates_of_event(session: Session, event_id: str) -> Sequence[CaseUpdate]:
    """The updates that a message gave, in the order of its lines."""
    return session.exec(
        select(CaseUpdate).where(CaseUpdate.source_event == event_id).order_by(col(CaseUpdate.source_line))
    ).all()


def updates(
    session: Session, case_uid: str, *, since: datetime | None = None, limit: int = 50
) -> Sequence[CaseUpdate]:
    """A case's standing updates, the newest first; observations that wait or were not let in left out."""
    query = select(CaseUpdate).where(CaseUpdate.case_uid == case_uid, CaseUpdate.state == "standing")
    if since is not None:
        query = query.where(CaseUpdate.said_at > since)
    return session.exec(query.order_by(col(CaseUpdate.said_at).desc(), CaseUpdate.uid).limit(limit)).all()


def observations_waiting(session: Session, case_uid: str) -> Sequence[CaseUpdate]:
    """The observations about a case that its coordinator has not decided on."""
    return session.exec(
        select(CaseUpdate)
        .where(CaseUpdate.case_uid == case_uid, CaseUpdate.state == "waiting")
        .order_by(col(CaseUpdate.said_at), CaseUpdate.uid)
    ).all()


def actions_of_case(session: Session, code: str, forums: Collection[str]) -> Sequence[Action]:
    """The actions about a case that were agreed in some forums, cancelled ones left out: in the order of time."""
    return session.exec(
        select(Action)
        .where(
            Action.case_code == code,
            col(Action.forum_uid).in_(sorted(forums)),
            Action.state != "cancelled",
        )
        .order_by(col(Action.overdue_at).is_(None), col(Action.overdue_at), col(Action.number))
    ).all()


def decisions_of_case(session: Session, code: str, forums: Collection[str]) -> Sequence[Decision]:
    """The standing decisions about a case of some forums, the newest first."""
    return session.exec(
        select(Decision)
        .where(
            Decision.case_code == code,
            col(Decision.forum_uid).in_(sorted(forums)),
            Decision.state == "standing",
        )
        .order_by(col(Decision.decided_at).desc(), col(Decision.number).desc())
    ).all()


def history_of_case(session: Session, case_uid: str) -> Sequence[Change]:
    """What happened to a case, the oldest first."""
    return session.exec(
        select(Change)
        .where(Change.case_uid == case_uid, col(Change.undone).is_(False))
        .order_by(col(Change.seq))
    ).all()


def reopened_at(session: Session, cases: Collection[str]) -> dict[str, datetime]:
    """When each of some cases was last worked on again after it was closed or at rest, by its uid."""
    if not cases:
        return {}
    rows = session.exec(
        select(Case.uid, Case.reopened_at).where(
            col(Case.uid).in_(sorted(cases)), col(Case.reopened_at).is_not(None)
        )
    )
    return {uid: at for uid, at in rows if at is not None}


def moved_at(session: Session, cases: Sequence[Case]) -> dict[str, datetime]:
    """When each case last moved, by its uid: opened (again), an action agreed or done, a decision, agencies' news.

    That nothing is new, or may not be shared, is no movement.
    """
    found = {row.uid: row.opened_at for row in cases}
    by_code = {row.code: row for row in cases}
    codes = sorted(by_code)
    for moment in (col(Action.created_at), col(Action.closed_at)):
        query = select(Action.case_code, func.max(moment)).where(
            col(Action.case_code).in_(codes), Action.state != "cancelled", _is_the_cases(Action)
        )
        for code, at in session.exec(query.group_by(col(Action.case_code))):
            _later(found, by_code[str(code)].uid, at)
    decided = select(Decision.case_code, func.max(Decision.decided_at)).where(
        col(Decision.case_code).in_(codes), Decision.state == "standing", _is_the_cases(Decision)
    )
    for code, at in session.exec(decided.group_by(col(Decision.case_code))):
        _later(found, by_code[str(code)].uid, at)
    news = select(CaseUpdate.case_uid, func.max(CaseUpdate.said_at)).where(
        col(CaseUpdate.case_uid).in_(sorted(found)),
        CaseUpdate.state == "standing",
        col(CaseUpdate.kind).in_(("news", "observation")),
    )
    for uid, at in session.exec(news.group_by(CaseUpdate.case_uid)):
        _later(found, uid, at)
    for uid, at in reopened_at(session, list(found)).items():
        _later(found, uid, at)
    return found


def _is_the_cases(table: type[Action] | type[Decision]) -> ColumnElement[bool]:
    """Agreed in the case's own forum, or in one while it was lifted there: elsewhere its code is only a word."""
    at = col(Action.created_at) if table is Action else col(Decision.decided_at)
    lifted = exists().where(
        col(Escalation.case_uid) == Case.uid,
        col(Escalation.to_uid) == col(table.forum_uid),
        col(Escalation.state) != "withdrawn",
        col(Escalation.escalated_at) <= at,
        or_(col(Escalation.returned_at).is_(None), at <= col(Escalation.returned_at)),
    )
    return exists().where(
        col(Case.code) == col(table.case_code), or_(col(Case.forum_uid) == col(table.forum_uid), lifted)
    )


def _later(found: dict[str, datetime], uid: str, at: datetime | None) -> None:
    if at is not None and at > found[uid]:
        found[uid] = at


def observations(session: Session, case_uid: str) -> Sequence[CaseUpdate]:
    """What was observed about a case, decided on or not, the oldest first."""
    return session.exec(
        select(CaseUpdate)
        .where(CaseUpdate.case_uid == case_uid, CaseUpdate.kind == "observation")
        .order_by(col(CaseUpdate.said_at), CaseUpdate.uid)
    ).all()


def observations_by(session: Session, person: str) -> list[tuple[CaseUpdate, Case]]:
    """What somebody observed and nobody has decided on yet, the oldest first."""
    rows = session.exec(
        select(CaseUpdate, Case)
        .join(Case, col(Case.uid) == CaseUpdate.case_uid)
        .where(CaseUpdate.by == person, CaseUpdate.state == "waiting")
        .order_by(col(CaseUpdate.said_at), CaseUpdate.uid)
    ).all()
    return [(row, about) for row, about in rows]
