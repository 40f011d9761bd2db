"""Cases: which there are, which are due, which are seen where, and where they are lifted to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, true
from sqlmodel import Session, col, select

from bot.storage.cases import (
    Case,
    CaseFollower,
    Escalation,
)
from bot.storage.meetings import AgendaItem
from bot.storage.models import Action, Outbox, OutboxAction, Text
from bot.storage.queries.compartments import key_of_cases
from bot.storage.queries.messages import STANDING
from bot.storage.queries.places import meta
from bot.storage.sealing import home_of

__all__ = [
    "actions_about",
    "case",
    "case_by_code",
    "case_items",
    "case_of_line",
    "cases_by_code",
    "cases_by_uid",
    "cases_closed_since",
    "cases_due",
    "cases_lacking_follow_up",
    "cases_of",
    "cases_opened_since",
    "cases_said_of",
    "cases_to_look_at",
    "cases_within",
    "count_cases_due",
    "count_cases_lacking_follow_up",
    "count_cases_of",
    "count_cases_within",
    "escalated_to",
    "escalation",
    "escalation_of_line",
    "escalations",
    "escalations_of",
    "escalations_of_all_states",
    "escalations_returned_since",
    "escalations_since",
    "forums_with_live_cases",
    "has_cases",
    "next_case_number",
    "next_look",
    "said_of_case",
    "text_key",
    "times_reminded",
]

LIVE = ("open", "escalated")
"""The states of a case that is worked on."""


def case(session: Session, uid: str | None) -> Case | None:
    """A case by its row id."""
    return session.get(Case, uid) if uid else None


def case_by_code(session: Session, code: str | None) -> Case | None:
    """A case by its code, in whatever letters."""
    if not code:
        return None
    return session.exec(select(Case).where(Case.code == code.upper())).first()


def text_key(session: Session, forum_uid: str, code: str | None, before: str | None = None) -> str:
    """The data key for words said in a forum: those about a case that may be spoken of there have the case's own.

    Words about a case that is none of the forum's are the forum's, and need the case's key as well: they go with it.
    `before` is the text that they put right: words of a case that has left the forum since stay the case's.
    """
    earlier = session.get(Text, before) if before else None
    if earlier is not None and code and home_of(earlier.key) == f"case:{code}":
        return f"case:{code}"
    found = case_by_code(session, code)
    if found is not None and found.state != "withdrawn":
        lifted = escalation(session, found.uid)
        if forum_uid == found.forum_uid or (lifted is not None and lifted.to_uid == forum_uid):
            return found.key
    return key_of_cases(session, f"forum:{forum_uid}", [code] if code else [])


def cases_by_code(session: Session, codes: Collection[str]) -> dict[str, Case]:
    """Several cases by their codes."""
    found = session.exec(select(Case).where(col(Case.code).in_(sorted(codes)))).all() if codes else []
    return {row.code: row for row in found}


def case_of_line(session: Session, event_id: str, line: int) -> Case | None:
    """The case that a line of a message opened."""
    return session.exec(select(Case).where(Case.source_event == event_id, Case.source_line == line)).first()


def next_case_number(session: Session, year: int) -> int:
    """The number of a year's next case: above all there are, and above what a lost database had told people."""
    last = session.exec(select(func.max(Case.number)).where(Case.year == year)).one()
    return max(last or 0, int(meta(session, f"told_case:{year}") or 0)) + 1


def has_cases(session: Session, forum_uid: str) -> bool:
    """Whether a forum has ever opened a case."""
    return session.exec(select(Case.uid).where(Case.forum_uid == forum_uid).limit(1)).first() is not None


def forums_with_live_cases(session: Session) -> set[str]:
    """The forums that have a case which is worked on."""
    return set(session.exec(select(Case.forum_uid).where(col(Case.state).in_(LIVE)).distinct()))


NOT_WITHDRAWN = col(Case.state) != "withdrawn"
"""Whose opening was not taken back."""


def _within(forums: Iterable[str], follower: str | None) -> ColumnElement[bool]:
    """Cases of some forums, those lifted to them, and those that somebody follows."""
    inside = sorted(forums)
    lifted = exists().where(
        col(Escalation.case_uid) == Case.uid,
        col(Escalation.state) == "standing",
        col(Escalation.to_uid).in_(inside),
    )
    parts: list[ColumnElement[bool]] = [col(Case.forum_uid).in_(inside), lifted]
    if follower is not None:
        parts.append(
            exists().where(
                col(CaseFollower.case_uid) == Case.uid,
                col(CaseFollower.person) == follower,
                col(CaseFollower.state) == "standing",
            )
        )
    return or_(*parts)


def cases_within(
    session: Session,
    forums: Collection[str],
    follower: str | None = None,
    *,
    states: Collection[str] = (),
    limit: int = 500,
) -> Sequence[Case]:
    """The cases of some forums, lifted to them, or followed by somebody: the longest not followed up first."""
    query = select(Case).where(_within(forums, follower), NOT_WITHDRAWN)
    if states:
        query = query.where(col(Case.state).in_(sorted(states)))
    return session.exec(query.order_by(*_OLDEST_FIRST).limit(limit)).all()


def count_cases_within(
    session: Session, forums: Collection[str], follower: str | None = None, *, states: Collection[str]
) -> int:
    """How many cases that are, in some states."""
    query = select(func.count()).select_from(Case).where(_within(forums, follower))
    return session.exec(query.where(col(Case.state).in_(sorted(states)))).one()


# The longest not taken up by a meeting first; an urgent one before all others.
_OLDEST_FIRST = (
    col(Case.urgent).desc(),
    func.coalesce(Case.followed_at, Case.opened_at).asc(),
    col(Case.code).asc(),
)


def _due(forum_uid: str, before: datetime) -> tuple[ColumnElement[bool], ...]:
    over = col(Case.follow_up_at) <= before
    live = col(Case.state).in_(LIVE) & (col(Case.followed_at).is_(None) | over)
    return col(Case.forum_uid) == forum_uid, live | ((col(Case.state) == "resting") & over)


def cases_due(session: Session, forum_uid: str, before: datetime, limit: int) -> Sequence[Case]:
    """A forum's cases that are due at a meeting: never taken up yet, or due for follow-up before an instant.

    Urgent ones first, then the longest not taken up; those at rest only from the day of their return.
    """
    return session.exec(
        select(Case).where(*_due(forum_uid, before)).order_by(*_OLDEST_FIRST).limit(limit)
    ).all()


def count_cases_due(session: Session, forum_uid: str, before: datetime) -> int:
    """How many cases of a forum are due at a meeting."""
    return session.exec(select(func.count()).select_from(Case).where(*_due(forum_uid, before))).one()


def _lacking(forums: Collection[str], now: datetime) -> tuple[ColumnElement[bool], ...]:
    late = col(Case.follow_up_at) < now
    return col(Case.forum_uid).in_(sorted(forums)), col(Case.state).in_(LIVE), late


def cases_lacking_follow_up(
    session: Session, forums: Collection[str], now: datetime, limit: int
) -> Sequence[Case]:
    """The cases of some forums whose follow-up is over its time, the longest first."""
    return session.exec(
        select(Case).where(*_lacking(forums, now)).order_by(col(Case.follow_up_at), Case.code).limit(limit)
    ).all()


def count_cases_lacking_follow_up(session: Session, forums: Collection[str], now: datetime) -> int:
    """How many those are."""
    return session.exec(select(func.count()).select_from(Case).where(*_lacking(forums, now))).one()


def cases_opened_since(session: Session, forum_uid: str, since: datetime) -> Sequence[Case]:
    """A forum's cases opened after an instant, the oldest first."""
    return session.exec(
        select(Case)
        .where(Case.forum_uid == forum_uid, Case.opened_at > since, NOT_WITHDRAWN)
        .order_by(col(Case.opened_at), Case.code)
    ).all()


def cases_closed_since(session: Session, forum_uid: str, since: datetime) -> Sequence[Case]:
    """A forum's cases closed after an instant, the oldest first."""
    return session.exec(
        select(Case)
        .where(Case.forum_uid == forum_uid, Case.state == "closed", col(Case.closed_at) > since)
        .order_by(col(Case.closed_at), Case.code)
    ).all()


def cases_to_look_at(session: Session, now: datetime, limit: int) -> Sequence[Case]:
    """The cases at which it is time to look: whether they move, whether they return from rest."""
    return session.exec(
        select(Case)
        .where(col(Case.look_at) <= now, col(Case.state).in_((*LIVE, "resting")))
        .order_by(col(Case.look_at), Case.code)
        .limit(limit)
    ).all()


def next_look(session: Session) -> datetime | None:
    """When the next case has to be looked at."""
    return session.exec(
        select(Case.look_at)
        .where(col(Case.look_at).is_not(None), col(Case.state).in_((*LIVE, "resting")))
        .order_by(col(Case.look_at))
        .limit(1)
    ).first()


# --- where it was lifted to


def escalation(session: Session, case_uid: str) -> Escalation | None:
    """Where a case is lifted to now."""
    return session.exec(
        select(Escalation)
        .where(Escalation.case_uid == case_uid, Escalation.state == "standing")
        .order_by(col(Escalation.escalated_at).desc())
    ).first()


def escalations(session: Session, case_uid: str) -> Sequence[Escalation]:
    """Where a case has been lifted to, the oldest first; withdrawn ones left out."""
    return session.exec(
        select(Escalation)
        .where(Escalation.case_uid == case_uid, Escalation.state != "withdrawn")
        .order_by(col(Escalation.escalated_at), Escalation.uid)
    ).all()


def escalations_of_all_states(session: Session, case_uid: str) -> Sequence[Escalation]:
    """Every time a case was lifted, also those taken back, the oldest first."""
    return session.exec(
        select(Escalation)
        .where(Escalation.case_uid == case_uid)
        .order_by(col(Escalation.escalated_at), Escalation.uid)
    ).all()


def escalation_of_line(session: Session, event_id: str, line: int) -> Escalation | None:
    """The escalation that a line of a message made."""
    return session.exec(
        select(Escalation).where(Escalation.source_event == event_id, Escalation.source_line == line)
    ).first()


def escalated_to(session: Session, forum_uid: str) -> list[tuple[Escalation, Case]]:
    """What is lifted to a forum now: urgent ones first, then the oldest."""
    rows = session.exec(
        select(Escalation, Case)
        .join(Case, col(Case.uid) == Escalation.case_uid)
        .where(Escalation.to_uid == forum_uid, Escalation.state == "standing")
        .order_by(col(Escalation.urgent).desc(), col(Escalation.escalated_at), Case.code)
    ).all()
    return [(row, about) for row, about in rows]


def escalations_since(session: Session, forum_uid: str, since: datetime) -> list[tuple[Escalation, Case]]:
    """What was lifted from or to a forum after an instant, the oldest first."""
    rows = session.exec(
        select(Escalation, Case)
        .join(Case, col(Case.uid) == Escalation.case_uid)
        .where(
            or_(col(Escalation.forum_uid) == forum_uid, col(Escalation.to_uid) == forum_uid),
            Escalation.escalated_at > since,
            Escalation.state != "withdrawn",
        )
        .order_by(col(Escalation.escalated_at), Case.code)
    ).all()
    return [(row, about) for row, about in rows]


def case_items(session: Session, meeting_uid: str) -> Sequence[AgendaItem]:
    """The items of a meeting's agenda that are about a case, in their order; struck and carried ones left out."""
    return session.exec(
        select(AgendaItem)
        .where(
            AgendaItem.meeting_uid == meeting_uid,
            col(AgendaItem.state).in_(("open", "done")),
            col(AgendaItem.case_code).is_not(None),
        )
        .order_by(col(AgendaItem.place), col(AgendaItem.added_at), AgendaItem.uid)
    ).all()


# --- what was said and agreed about cases


def said_of_case(session: Session, case_uid: str, kind: str) -> Sequence[Outbox]:
    """The messages of a kind about a case that stand, owed or sent and not deleted since: the newest first."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.case_uid == case_uid,
            Outbox.kind == kind,
            Outbox.what == "message",
            *STANDING,
        )
        .order_by(col(Outbox.seq).desc())
    ).all()


def cases_said_of(session: Session, kind: str, since: datetime) -> set[str]:
    """The cases that a message of a kind spoke of after an instant, by uid."""
    found = session.exec(
        select(Outbox.case_uid).where(
            Outbox.kind == kind, Outbox.created_at > since, col(Outbox.case_uid).is_not(None)
        )
    ).all()
    return {uid for uid in found if uid}


def actions_about(session: Session, codes: Collection[str], states: Collection[str]) -> Sequence[Action]:
    """The actions about some cases that are in some states, wherever they were agreed: in the order of time."""
    if not codes:
        return ()
    return session.exec(
        select(Action)
        .where(col(Action.case_code).in_(sorted(codes)), col(Action.state).in_(sorted(states)))
        .order_by(col(Action.overdue_at).is_(None), col(Action.overdue_at), col(Action.number))
    ).all()


def escalations_of(session: Session, cases: Collection[str]) -> dict[str, list[Escalation]]:
    """Where some cases are or were lifted, by the uid of the case, the oldest first; withdrawn ones left out."""
    found: dict[str, list[Escalation]] = {}
    if cases:
        rows = session.exec(
            select(Escalation)
            .where(col(Escalation.case_uid).in_(sorted(cases)), Escalation.state != "withdrawn")
            .order_by(col(Escalation.escalated_at), Escalation.uid)
        )
        for row in rows:
            found.setdefault(row.case_uid, []).append(row)
    return found


def times_reminded(
    session: Session, actions: Collection[str], until: datetime | None = None
) -> dict[str, int]:
    """In how many reminders each of some actions has stood, up to a moment."""
    if not actions:
        return {}
    earlier = col(Outbox.created_at) <= until if until is not None else true()
    rows = session.exec(
        select(OutboxAction.action_uid, func.count(func.distinct(Outbox.id)))
        .join(Outbox, col(Outbox.id) == OutboxAction.outbox_id)
        .where(
            col(OutboxAction.action_uid).in_(sorted(actions)),
            col(Outbox.kind).in_(("reminder", "reminder.now")),
            Outbox.what == "message",
            earlier,
        )
        .group_by(OutboxAction.action_uid)
    ).all()
    return dict(rows)


def escalations_returned_since(
    session: Session, forum_uid: str, since: datetime
) -> list[tuple[Escalation, Case]]:
    """What was lifted from or to a forum and went back after an instant, the oldest first."""
    rows = session.exec(
        select(Escalation, Case)
        .join(Case, col(Case.uid) == Escalation.case_uid)
        .where(
            or_(col(Escalation.forum_uid) == forum_uid, col(Escalation.to_uid) == forum_uid),
            col(Escalation.returned_at) > since,
            Escalation.state == "returned",
        )
        .order_by(col(Escalation.returned_at), Case.code)
    ).all()
    return [(row, about) for row, about in rows]


# --- several at once, for digests


def cases_by_uid(session: Session, uids: Collection[str]) -> dict[str, Case]:
    """Several cases by their row ids."""
    found = session.exec(select(Case).where(col(Case.uid).in_(sorted(uids)))).all() if uids else []
    return {row.uid: row for row in found}


def cases_of(
    session: Session, forums: Collection[str], states: Collection[str], limit: int
) -> Sequence[Case]:
    """The cases that some forums opened and that are in some states, the oldest first."""
    return session.exec(
        select(Case)
        .where(col(Case.forum_uid).in_(sorted(forums)), col(Case.state).in_(sorted(states)))
        .order_by(col(Case.opened_at), Case.code)
        .limit(limit)
    ).all()


def count_cases_of(session: Session, forums: Collection[str], states: Collection[str]) -> int:
    """How many those are."""
    return session.exec(
        select(func.count())
        .select_from(Case)
        .where(col(Case.forum_uid).in_(sorted(forums)), col(Case.state).in_(sorted(states)))
    ).one()
