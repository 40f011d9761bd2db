"""What agencies were asked about cases, by which messages, and what is not answered yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from bot.storage.cases import (
    Case,
    CaseQuestion,
    QuestionStep,
)
from bot.storage.models import Outbox
from bot.storage.queries.messages import STANDING

__all__ = [
    "asked_again",
    "last_about_questions",
    "last_of_kinds",
    "next_question_reminder",
    "note_step",
    "open_questions",
    "open_questions_of",
    "open_questions_of_case",
    "question",
    "question_messages",
    "question_of",
    "question_once_to",
    "question_to",
    "questions_about",
    "questions_of_meeting",
    "questions_to_remind",
    "questions_unanswered_since",
    "step_of",
    "steps_of",
    "steps_standing",
]


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
        .where(QuestionStep.question_uid == question_uid, *STANDING)
        .order_by(col(Outbox.seq))
    ).all()
    return [(row, step) for row, step in rows]


def steps_standing(session: Session, question_uids: Collection[str]) -> dict[str, set[tuple[str, str]]]:
    """What messages that can still be read ask of some questions, by question: whom, and which step."""
    found: dict[str, set[tuple[str, str]]] = {uid: set() for uid in question_uids}
    rows = session.exec(
        select(QuestionStep)
        .join(Outbox, col(QuestionStep.outbox_id) == Outbox.id)
        .where(col(QuestionStep.question_uid).in_(sorted(question_uids)), *STANDING)
    )
    for step in rows if question_uids else ():
        found[step.question_uid].add((step.person, step.step))
    return found


def asked_again(session: Session, case_uid: str, target: str) -> Outbox | None:
    """A question about a case that was said again, some words of it erased, and can still be read."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.case_uid == case_uid,
            Outbox.kind == "case.question",
            Outbox.target == target,
            *STANDING,
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


def last_of_kinds(
    session: Session, target: str, kinds: Collection[str], case_uid: str | None = None
) -> Outbox | None:
    """The newest message of some kinds to a target that can still be read; of a case, if one is given."""
    query = select(Outbox) if case_uid is None else select(Outbox).where(Outbox.case_uid == case_uid)
    return session.exec(
        query.where(
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
