"""Cases, who follows them, what was asked and answered about them, and where they were lifted to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal, or_, true
from sqlmodel import Session, col, select

from bot.storage.cases import (
    Case,
    CaseFollower,
    CaseGoal,
    CaseQuestion,
    CaseRelation,
    CaseTrend,
    CaseUpdate,
    Escalation,
    QuestionStep,
    SheetValue,
)
from bot.storage.meetings import AgendaItem, Decision
from bot.storage.models import Action, Change, Outbox, OutboxAction, Text
from bot.storage.queries.places import meta

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

    `before` is the text that they put right: words of a case that has left the forum since stay the case's.
    """
    earlier = session.get(Text, before) if before else None
    if earlier is not None and code and earlier.key == f"case:{code}":
        return earlier.key
    found = case_by_code(session, code)
    if found is not None and found.state != "withdrawn":
        lifted = escalation(session, found.uid)
        if forum_uid == found.forum_uid or (lifted is not None and lifted.to_uid == forum_uid):
            return found.key
    return f"forum:{forum_uid}"


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


_NOT_WITHDRAWN = col(Case.state) != "withdrawn"


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
    query = select(Case).where(_within(forums, follower), _NOT_WITHDRAWN)
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


def cases_due(session: Session, forum_uid: str, before: datetime, limit: int) -> Sequence[Case]:
    """A forum's cases that are due at a meeting: never taken up yet, or due for follow-up before an instant.

    Urgent ones first, then the longest not taken up; those at rest only from the day of their return.
    """
    live = col(Case.state).in_(LIVE) & (col(Case.followed_at).is_(None) | (col(Case.follow_up_at) <= before))
    returning = (col(Case.state) == "resting") & (col(Case.follow_up_at) <= before)
    return session.exec(
        select(Case)
        .where(Case.forum_uid == forum_uid, live | returning)
        .order_by(*_OLDEST_FIRST)
        .limit(limit)
    ).all()


def count_cases_due(session: Session, forum_uid: str, before: datetime) -> int:
    """How many cases of a forum are due at a meeting."""
    live = col(Case.state).in_(LIVE) & (col(Case.followed_at).is_(None) | (col(Case.follow_up_at) <= before))
    returning = (col(Case.state) == "resting") & (col(Case.follow_up_at) <= before)
    return session.exec(
        select(func.count()).select_from(Case).where(Case.forum_uid == forum_uid, live | returning)
    ).one()


def cases_lacking_follow_up(
    session: Session, forums: Collection[str], now: datetime, limit: int
) -> Sequence[Case]:
    """The cases of some forums whose follow-up is over its time, the longest first."""
    return session.exec(
        select(Case)
        .where(
            col(Case.forum_uid).in_(sorted(forums)), col(Case.state).in_(LIVE), col(Case.follow_up_at) < now
        )
        .order_by(col(Case.follow_up_at), Case.code)
        .limit(limit)
    ).all()


def count_cases_lacking_follow_up(session: Session, forums: Collection[str], now: datetime) -> int:
    """How many those are."""
    return session.exec(
        select(func.count())
        .select_from(Case)
        .where(
            col(Case.forum_uid).in_(sorted(forums)), col(Case.state).in_(LIVE), col(Case.follow_up_at) < now
        )
    ).one()


def cases_opened_since(session: Session, forum_uid: str, since: datetime) -> Sequence[Case]:
    """A forum's cases opened after an instant, the oldest first."""
    return session.exec(
        select(Case)
        .where(Case.forum_uid == forum_uid, Case.opened_at > since, _NOT_WITHDRAWN)
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


# --- what belongs to a case


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
        session.exec(select(Case).where(col(Case.uid).in_(sorted(uids)), _NOT_WITHDRAWN)).all()
        if uids
        else []
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
        .where(CaseTrend.case_uid == case_uid, col(CaseTrend.trend).is_not(None))
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
    found: dict[str, datetime] = {}
    if cases:
        rows = session.exec(
            select(Change.case_uid, Change.at, Change.before, Change.after)
            .where(
                col(Change.case_uid).in_(sorted(cases)),
                col(Change.field) == literal("case:").concat(col(Change.case_uid)),
                col(Change.undone).is_(False),
            )
            .order_by(col(Change.seq))
        )
        for uid, at, before, after in rows:
            ended = (before or {}).get("state") in ("closed", "resting")
            if uid is not None and ended and (after or {}).get("state") in LIVE:
                found[uid] = at
    return found


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


# --- what was asked


def question(session: Session, uid: str | None) -> CaseQuestion | None:
    """A question by its row id."""
    return session.get(CaseQuestion, uid) if uid else None


def question_of(session: Session, meeting_uid: str, case_uid: str, agency: str) -> CaseQuestion | None:
    """What an agency was asked about a case before a meeting."""
    return session.exec(
        select(CaseQuestion).where(
            CaseQuestion.meeting_uid == meeting_uid,
            CaseQuestion.case_uid == case_uid,
            CaseQuestion.agency == agency,
        )
    ).first()


def questions_of_meeting(session: Session, meeting_uid: str) -> Sequence[CaseQuestion]:
    """Everything asked before a meeting, dropped questions left out, by agency."""
    return session.exec(
        select(CaseQuestion)
        .where(CaseQuestion.meeting_uid == meeting_uid, CaseQuestion.state != "dropped")
        .order_by(CaseQuestion.agency, CaseQuestion.case_uid)
    ).all()


def questions_about(session: Session, case_uid: str, agency: str) -> Sequence[CaseQuestion]:
    """What an agency was asked about a case, before whichever meeting, the newest first."""
    return session.exec(
        select(CaseQuestion)
        .where(CaseQuestion.case_uid == case_uid, CaseQuestion.agency == agency)
        .order_by(col(CaseQuestion.asked_at).desc(), CaseQuestion.uid)
    ).all()


def open_questions_of(session: Session, person: str) -> Sequence[CaseQuestion]:
    """What somebody is asked and has not answered, the oldest first."""
    return session.exec(
        select(CaseQuestion)
        .join(Case, col(Case.uid) == CaseQuestion.case_uid)
        .where(CaseQuestion.person == person, CaseQuestion.state == "open")
        .order_by(col(CaseQuestion.asked_at), Case.code, CaseQuestion.agency)
    ).all()


def open_questions_of_case(session: Session, case_uid: str) -> Sequence[CaseQuestion]:
    """What is asked about a case and not answered, by agency."""
    return session.exec(
        select(CaseQuestion)
        .where(CaseQuestion.case_uid == case_uid, CaseQuestion.state == "open")
        .order_by(CaseQuestion.agency, CaseQuestion.uid)
    ).all()


def questions_to_remind(session: Session, now: datetime, limit: int) -> Sequence[CaseQuestion]:
    """The open questions without any answer of which it is time to remind."""
    return session.exec(
        select(CaseQuestion)
        .join(Case, col(Case.uid) == CaseQuestion.case_uid)
        .where(CaseQuestion.state == "open", CaseQuestion.step == "news", col(CaseQuestion.remind_at) <= now)
        .order_by(col(CaseQuestion.remind_at), Case.code, CaseQuestion.agency)
        .limit(limit)
    ).all()


def next_question_reminder(session: Session) -> datetime | None:
    """When the next open question has to be reminded of."""
    return session.exec(
        select(CaseQuestion.remind_at)
        .where(
            CaseQuestion.state == "open",
            CaseQuestion.step == "news",
            col(CaseQuestion.remind_at).is_not(None),
        )
        .order_by(col(CaseQuestion.remind_at))
        .limit(1)
    ).first()


def questions_unanswered_since(
    session: Session, forums: Collection[str], since: datetime
) -> Sequence[CaseQuestion]:
    """What was asked after an instant about the cases of some forums and is not answered, by agency."""
    return session.exec(
        select(CaseQuestion)
        .join(Case, col(Case.uid) == CaseQuestion.case_uid)
        .where(
            col(Case.forum_uid).in_(sorted(forums)),
            col(CaseQuestion.state).in_(("open", "missed")),
            CaseQuestion.step == "news",
            CaseQuestion.asked_at > since,
        )
        .order_by(CaseQuestion.agency, Case.code)
    ).all()


def note_step(session: Session, outbox_id: str, question_uid: str, step: str, person: str) -> None:
    """Remember which step of a question a message of ours asks; the first word stands."""
    if session.get(QuestionStep, outbox_id) is None:
        session.add(QuestionStep(outbox_id=outbox_id, question_uid=question_uid, step=step, person=person))
        session.flush()


def question_to(session: Session, case_uid: str, person: str) -> CaseQuestion | None:
    """What somebody is asked about a case: the open question, else the newest that was theirs."""
    return session.exec(
        select(CaseQuestion)
        .where(CaseQuestion.case_uid == case_uid, CaseQuestion.person == person)
        .order_by((col(CaseQuestion.state) == "open").desc(), col(CaseQuestion.asked_at).desc())
        .limit(1)
    ).first()


def question_once_to(session: Session, case_uid: str, person: str) -> CaseQuestion | None:
    """The newest question about a case that a message put to somebody, whoever has it now."""
    return session.exec(
        select(CaseQuestion)
        .join(QuestionStep, col(QuestionStep.question_uid) == CaseQuestion.uid)
        .where(CaseQuestion.case_uid == case_uid, QuestionStep.person == person)
        .order_by(col(CaseQuestion.asked_at).desc(), CaseQuestion.uid)
        .limit(1)
    ).first()


def open_questions(session: Session) -> Sequence[CaseQuestion]:
    """Everything that is asked and not answered, the oldest first."""
    return session.exec(
        select(CaseQuestion)
        .join(Case, col(Case.uid) == CaseQuestion.case_uid)
        .where(CaseQuestion.state == "open")
        .order_by(col(CaseQuestion.asked_at), Case.code, CaseQuestion.agency)
    ).all()


def question_messages(session: Session, question_uid: str) -> list[tuple[Outbox, QuestionStep]]:
    """The messages that ask the steps of a question and can still be read, the oldest first."""
    rows = session.exec(
        select(Outbox, QuestionStep)
        .join(QuestionStep, col(QuestionStep.outbox_id) == Outbox.id)
        .where(QuestionStep.question_uid == question_uid, *_READABLE)
        .order_by(col(Outbox.seq))
    ).all()
    return [(row, step) for row, step in rows]


def steps_standing(session: Session, question_uids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """What messages that can still be read ask of some questions, by question: whom, and which step."""
    found: dict[str, set[tuple[str, str]]] = {uid: set() for uid in question_uids}
    rows = session.exec(
        select(QuestionStep)
        .join(Outbox, col(QuestionStep.outbox_id) == Outbox.id)
        .where(col(QuestionStep.question_uid).in_(sorted(question_uids)), *_READABLE)
    )
    for step in rows if question_uids else ():
        found[step.question_uid].add((step.person, step.step))
    return found


_READABLE = (col(Outbox.state).in_(("owed", "sent")), col(Outbox.template_sealed).is_not(None))


def asked_again(session: Session, case_uid: str, target: str) -> Outbox | None:
    """A question about a case that was said again, some words of it erased, and can still be read."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.case_uid == case_uid,
            Outbox.kind == "case.question",
            Outbox.target == target,
            col(Outbox.state).in_(("owed", "sent")),
            col(Outbox.template_sealed).is_not(None),
            col(Outbox.reason).startswith("again:", autoescape=True),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()


def last_about_questions(
    session: Session, target: str, person: str, *, waiting: bool = True
) -> tuple[Outbox, QuestionStep] | None:
    """The newest message to a target that asks a step of a question of somebody: an open one, or with any state."""
    found = session.exec(
        select(Outbox, QuestionStep)
        .join(QuestionStep, col(QuestionStep.outbox_id) == Outbox.id)
        .join(CaseQuestion, col(CaseQuestion.uid) == QuestionStep.question_uid)
        .where(
            Outbox.target == target,
            Outbox.state == "sent",
            Outbox.what == "message",
            CaseQuestion.person == person,
            *([CaseQuestion.state == "open"] if waiting else []),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def last_of_kinds(session: Session, target: str, kinds: Collection[str]) -> Outbox | None:
    """The newest message of some kinds to a target that can still be read."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.target == target,
            Outbox.state == "sent",
            Outbox.what == "message",
            col(Outbox.kind).in_(sorted(kinds)),
            col(Outbox.template_sealed).is_not(None),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()


def step_of(session: Session, outbox_id: str | None) -> QuestionStep | None:
    """Which step of which question a message of ours asked."""
    return session.get(QuestionStep, outbox_id) if outbox_id else None


def steps_of(session: Session, question_uid: str) -> Sequence[QuestionStep]:
    """The messages that asked the steps of a question."""
    return session.exec(select(QuestionStep).where(QuestionStep.question_uid == question_uid)).all()


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
            col(Outbox.state).in_(("owed", "sent")),
            col(Outbox.template_sealed).is_not(None),
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
