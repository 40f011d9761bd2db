"""What time makes of questions about cases: asked some working days before a meeting, reminded of once, missed.

Nobody is asked about a case that they may not hear of, and nobody twice about the same one before the same meeting.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework.questions import ask_before, asks_at, of, owe_step_again, remind
from bot.meetings import BOT, Meetings, Planned, calendar
from bot.storage import queries
from bot.storage.cases import CaseQuestion
from bot.storage.models import Forum

AHEAD = timedelta(days=60)
AT_ONCE = 500  # questions in one transaction, about


def run(session: Session, access: Access, now: datetime) -> None:
    """Owe the questions about the cases of the meetings that come, and settle those of the meetings that have begun."""
    for where, each in _meetings(session, access, now):
        at = asks_at(access, each.start)
        if at is None or not at <= now < each.start or not _has_cases(session, where, each):
            continue
        made = Meetings(session, access, Cause(BOT, now, f"ask:{each.slot}"))
        meeting = made.ensure(where, each)
        if meeting.asked_at is None:
            made.prepare(where, meeting)
            meeting.asked_at = now
        ask_before(session, access, meeting, now)
    for question in queries.open_questions(session):
        _settle(session, access, question, now)
    waiting: dict[tuple[str, str], list[CaseQuestion]] = {}
    for question in queries.questions_to_remind(session, now, AT_ONCE):
        waiting.setdefault((question.person, question.meeting_uid), []).append(question)
    for questions in waiting.values():
        remind(session, access, questions, now)


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When there is something to ask, to remind of, or to settle next."""
    return min((at for at in _instants(session, access, now) if at > now), default=None)


def _instants(session: Session, access: Access, now: datetime) -> Iterator[datetime]:
    for where, each in _meetings(session, access, now):
        at = asks_at(access, each.start)
        if at is not None and _has_cases(session, where, each):
            yield at
    reminding = queries.next_question_reminder(session)
    if reminding is not None:
        yield reminding
    for uid in {question.meeting_uid for question in queries.open_questions(session)}:
        meeting = queries.meeting(session, uid)
        if meeting is not None:
            yield meeting.starts_at


def _meetings(session: Session, access: Access, now: datetime) -> list[tuple[Forum, Planned]]:
    """The planned meetings ahead of the forums in which cases may be spoken of."""
    forums = [
        forum
        for forum in queries.forums_with_rooms(session)
        if (config := access.settings.room(forum.config_room)) is not None and config.personal_data
    ]
    if not forums:
        return []
    by_uid = {forum.uid: forum for forum in forums}
    found = calendar(session, access, forums, now, now + AHEAD)
    return [(by_uid[each.forum_uid], each) for each in found if each.state == "planned"]


def _has_cases(session: Session, where: Forum, each: Planned) -> bool:
    """Whether there is anything to ask about: a forum without cases has its agenda only when that is due."""
    if each.row is not None and queries.case_items(session, each.row.uid):
        return True
    return queries.has_cases(session, where.uid) or bool(queries.escalated_to(session, where.uid))


def _settle(session: Session, access: Access, question: CaseQuestion, now: datetime) -> None:
    """Close a question whose meeting has begun or was called off; else see that it can be read and answered."""
    asked = of(session, question)
    made = Cases(session, access, Cause(BOT, now, f"settle:{question.uid}"))
    hears = asked is not None and access.may_hear_of_case(session, question.person, asked.case)
    if asked is None or asked.meeting.state == "cancelled" or not asked.case.live or not hears:
        made.turn(question, state="dropped", step=question.step)
        question.answered_at = None
    elif asked.meeting.state in ("running", "held") or asked.meeting.starts_at <= now:
        # Who told what is new has answered, though not to the end.
        begun = question.step != "news"
        made.turn(question, state="answered" if begun else "missed", step="done" if begun else question.step)
        if not begun:
            question.answered_at = None
    else:
        owe_step_again(session, access, question, now)
