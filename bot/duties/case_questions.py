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
from bot.casework.questions import ask_before, asks_at, can_be_read, of, owe_step_again, remind
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
        if at is None or not at <= now < each.start:
            continue
        made = Meetings(session, access, Cause(BOT, now, f"ask:{each.slot}"))
        meeting = made.ensure(where, each)
        if meeting.asked_at is None:
            made.prepare(where, meeting)
            meeting.asked_at = now
        ask_before(session, access, meeting, now)
    _settle_all(session, access, now)
    waiting: dict[tuple[str, str], list[CaseQuestion]] = {}
    for question in queries.questions_to_remind(session, now, AT_ONCE):
        waiting.setdefault((question.person, question.meeting_uid), []).append(question)
    for questions in waiting.values():
        remind(session, access, questions, now)


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When there is something to ask, to remind of, or to settle next."""
    return min((at for at in _instants(session, access, now) if at > now), default=None)


def _instants(session: Session, access: Access, now: datetime) -> Iterator[datetime]:
    for _, each in _meetings(session, access, now):
        at = asks_at(access, each.start)
        if at is not None:
            yield at
    reminding = queries.next_question_reminder(session)
    if reminding is not None:
        yield reminding
    for uid in {question.meeting_uid for question in queries.open_questions(session)}:
        meeting = queries.meeting(session, uid)
        if meeting is not None:
            yield meeting.starts_at


def _meetings(session: Session, access: Access, now: datetime) -> list[tuple[Forum, Planned]]:
    """The planned meetings ahead of the forums that have cases: others have their agenda only when that is due."""
    having = queries.forums_with_live_cases(session)
    forums = [forum for forum in queries.forums_with_rooms(session) if forum.uid in having] if having else []
    if not forums:
        return []
    by_uid = {forum.uid: forum for forum in forums}
    found = calendar(session, access, forums, now, now + AHEAD)
    return [(by_uid[each.forum_uid], each) for each in found if each.state == "planned"]


def _settle_all(session: Session, access: Access, now: datetime) -> None:
    """Close what a meeting has overtaken; of the rest see that it can be read and answered."""
    questions = queries.open_questions(session)
    standing = queries.steps_standing(session, [question.uid for question in questions])
    hearers: dict[str, frozenset[str]] = {}
    for question in questions:
        asked = of(session, question)
        if asked is not None and asked.case.uid not in hearers:
            hearers[asked.case.uid] = access.hearers(session, asked.case)
        made = Cases(session, access, Cause(BOT, now, f"settle:{question.uid}"))
        hears = asked is not None and question.person in hearers[asked.case.uid]
        if asked is None or asked.meeting.state == "cancelled" or not asked.case.live or not hears:
            made.turn(question, state="dropped", step=question.step)
            question.answered_at = None
        elif asked.meeting.state in ("running", "held") or asked.meeting.starts_at <= now:
            # Who told what is new has answered, though not to the end.
            begun = not question.silent
            made.turn(
                question, state="answered" if begun else "missed", step="done" if begun else question.step
            )
            if not begun:
                question.answered_at = None
        elif not can_be_read(question, standing[question.uid]):
            owe_step_again(session, access, question, now)
