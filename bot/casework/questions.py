"""What each agency is asked about a case before a meeting: whom, in which steps, in which words (docs/domain, Records).

A question is one thread in one person's direct messages. Which message asks which step stands in `question_step`, so
that an answer, and an edit of it long after, is an answer to that step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework.wording import ALL, Asked, all_left, head, wording
from bot.documents.digest import forum_name
from bot.documents.lines import case_line, when
from bot.history import BOT
from bot.owed import Message, direct, outbox_id, owe
from bot.rhythm import morning_before
from bot.storage import queries
from bot.storage.cases import Case, CaseQuestion, QuestionStep
from bot.storage.meetings import Meeting
from bot.storage.models import Outbox

FRESH = timedelta(days=7)
"""So long an answer before one meeting is one before another that comes instead, or before it."""
KINDS = frozenset({"case.question", "case.answered", "case.question.again"})


# --- when, and whom


def asks_at(access: Access, start: datetime) -> datetime | None:
    """When the cases of a meeting are asked about; None: never."""
    span = access.settings.cases.ask_before
    return morning_before(start, span, access.office_hours()) if span is not None else None


def reminds_at(access: Access, start: datetime, now: datetime) -> datetime | None:
    """When who has not answered is reminded; None: never, or it is too late for it."""
    span = access.settings.cases.remind_before
    at = morning_before(start, span, access.office_hours()) if span is not None else None
    return at if at is not None and now < at < start else None


def respondents(
    session: Session, access: Access, meeting: Meeting, case: Case, now: datetime
) -> Iterator[tuple[str, str, str | None]]:
    """Who is asked about a case before a meeting, by agency: the case's caseworker, else the representative there.

    Each agency with who is asked, and in whose place: of a deputy, else None. Only before meetings of its own forum:
    those to whom it is lifted read there what was answered.
    """
    config = access.settings.room(queries.forum(session, meeting.forum_uid).config_room)
    if config is None or not config.personal_data or meeting.forum_uid != case.forum_uid:
        return
    inside = queries.forum_members(session, meeting.forum_uid)
    followers = queries.followers(session, case.uid)
    taken: set[str] = set()
    today = access.today(now)
    for code, agency in access.settings.agencies.items():
        workers: list[str | None] = [
            row.person for row in followers if row.role == "caseworker" and row.agency == code
        ]
        representative = agency.representative_in(config)
        asked = [*workers, *([representative] if representative in inside else [])]
        # What somebody is asked goes to their deputy, where that one may hear of the case.
        both = [(d, p) for p in asked if p for d in (*access.deputies(session, p, case.forum_uid), p)]
        able = [(d, p) for d, p in both if access.may_hear_of_case(session, d, case)]
        # Who is asked for another agency already, or is on leave, is asked only where nobody else can be.
        able.sort(key=lambda pair: (pair[0] in taken, access.hours(session, pair[0]).away(today)))
        if able:
            person, instead = able[0]
            taken.add(person)
            yield code, person, instead if instead != person else None


def ask_before(session: Session, access: Access, meeting: Meeting, now: datetime) -> None:
    """Ask about every case on a meeting's agenda that has not been asked about; drop what is not on it any more."""
    codes = [item.case_code for item in queries.case_items(session, meeting.uid) if item.case_code]
    cases = queries.cases_by_code(session, codes)
    made = Cases(session, access, Cause(BOT, now, f"ask:{meeting.occasion}"))
    remind_at = reminds_at(access, meeting.starts_at, now)
    for question in queries.questions_of_meeting(session, meeting.uid):
        about = queries.case(session, question.case_uid)
        if question.state == "open" and (about is None or about.code not in cases or not about.live):
            made.turn(question, state="dropped", step=question.step)
            question.answered_at = None
        elif remind_at is not None and question.remind_at is not None and question.remind_at > now:
            question.remind_at = remind_at  # the meeting may have been moved
    for code in codes:
        case = cases.get(code)
        if case is None or not case.live:
            continue
        for agency, person, instead in respondents(session, access, meeting, case, now):
            earlier = queries.question_of(session, meeting.uid, case.uid, agency)
            if earlier is not None:
                _take_up(session, access, made, earlier, case)
                continue
            if _carried_over(session, access, made, case, meeting, agency, remind_at):
                continue
            new = made.ask(case, meeting, agency, person, remind_at=remind_at)
            if new is not None:
                new.handed_by = instead
                owe_question(session, access, new, now)


def _take_up(session: Session, access: Access, made: Cases, question: CaseQuestion, case: Case) -> None:
    """A case that was struck from the agenda stands on it again: what was asked counts again, and is not asked anew."""
    if question.state == "dropped" and access.may_hear_of_case(session, question.person, case):
        made.turn(question, step=question.step)


def _carried_over(
    session: Session,
    access: Access,
    made: Cases,
    case: Case,
    meeting: Meeting,
    agency: str,
    remind_at: datetime | None,
) -> bool:
    """Whether an agency was asked the same a few days ago, before a meeting that has not been held: then not again.

    Its question goes on with the meeting that comes first; who has answered has answered for that one.
    """
    now = made.cause.at
    held = queries.last_meeting(session, meeting.forum_uid, now)
    for question in queries.questions_about(session, case.uid, agency):
        about = queries.meeting(session, question.meeting_uid)
        if about is None or about.forum_uid != meeting.forum_uid or question.asked_at <= now - FRESH:
            continue
        if held is not None and held.began_at is not None and question.asked_at <= held.began_at:
            continue
        called_off = about.state == "cancelled"
        waits = about.state == "planned" and about.starts_at > now
        hears = access.may_hear_of_case(session, question.person, case)
        if not (called_off or waits) or not hears or (question.state == "dropped" and not called_off):
            continue
        if called_off or about.starts_at > meeting.starts_at:
            question.meeting_uid = meeting.uid
            if question.state == "dropped":
                made.turn(question, step=question.step)
            if question.state == "open":
                question.remind_at = remind_at
        return True
    return False


# --- owing them


def first_step(session: Session, access: Access, question: CaseQuestion, case: Case, now: datetime) -> str:
    """What the person is asked first: a step, or all that is left of them, as they prefer."""
    state = queries.person_state(session, question.person)
    if state is None or state.asked != "all":
        return question.step
    return all_left(session, access, question, case, now)


def owe_question(
    session: Session,
    access: Access,
    question: CaseQuestion,
    now: datetime,
    saying: str = "",
    *,
    after: str | None = None,
) -> None:
    """Ask a person: the root of their thread. `saying` names what caused it, where it was not the meeting coming.

    `after`: who was asked in their place until now, and stands in for them no more.
    """
    asked = of(session, question)
    if asked is None:
        return
    language = access.language(session, question.person)
    step = first_step(session, access, question, asked.case, now)
    asked = Asked(question, asked.case, asked.meeting, step)
    made = wording(session, access, asked, language, now)
    name = text.user_text(access.name(question.person).split()[0])
    greeting = text.t(language, "question-hello", name=name)
    if after is not None:
        deputy = text.user_text(access.name(after))
        greeting = text.t(language, "question-hello-back", name=name, deputy=deputy)
    elif question.handed_by:
        by = text.user_text(access.name(question.handed_by))
        deputies = access.deputies(session, question.handed_by, asked.case.forum_uid)
        key = "question-hello-deputy" if question.person in deputies else "question-hello-handed"
        greeting = text.t(language, key, name=name, by=by)
    lines = [head(session, access, asked, language, now), "", greeting, "", made.template]
    lines += ["", text.t(language, "question-tail")]
    reason = ":".join(filter(None, (_reason(asked), question.person, saying)))
    again = 1
    while not saying and (row := queries.outbox_by_reason(session, reason)) is not None:
        step_of = queries.step_of(session, row.id)
        if step_of is None or step_of.question_uid == question.uid:
            break
        # Asked before this meeting once already, and carried over to another that came before it.
        again += 1
        reason = f"{_reason(asked)}:{question.person}:{again}"
    # Who is on leave finds it when they are back; no telephone rings.
    rings = not access.hours(session, question.person).away(access.today(now))
    message = Message(
        "case.question", "\n".join(lines), made.actions, notify=rings, language=language, case=asked.case.uid
    )
    if owe(session, reason, direct(question.person), message, now=now) is not None:
        note(session, outbox_id(session, reason), question, step)


def owe_step_again(session: Session, access: Access, question: CaseQuestion, now: datetime) -> None:
    """Ask the open step once more: the message that asked it was deleted with an answer (`can_be_read`)."""
    asked = of(session, question)
    if asked is None or _said_again(session, asked):
        return
    language = access.language(session, question.person)
    made = wording(session, access, asked, language, now)
    lines = [head(session, access, asked, language, now), "", made.template]
    count = len(queries.steps_of(session, question.uid))
    reason = f"{_reason(asked)}:{question.person}:step:{question.step}:{count}"
    message = Message(
        "case.question", "\n".join(lines), made.actions, notify=True, language=language, case=asked.case.uid
    )
    _owe_in_thread(session, reason, question, message, now)
    note(session, outbox_id(session, reason), question, question.step)


def can_be_read(question: CaseQuestion, standing: Collection[tuple[str, str]]) -> bool:
    """Whether a message asks the open step, of those that still stand: to whom, and which step."""
    return any(
        person == question.person and (step == question.step or step.startswith(ALL))
        for person, step in standing
    )


def _said_again(session: Session, asked: Asked) -> bool:
    """Whether the words of a question were erased and it was said again without them (bot.deletion)."""
    row = queries.asked_again(session, asked.case.uid, direct(asked.question.person))
    return row is not None and row.created_at >= asked.question.asked_at


def remind(session: Session, access: Access, questions: Sequence[CaseQuestion], now: datetime) -> None:
    """Remind one person, once, of what they have not answered before one meeting."""
    found = [asked for asked in (of(session, question) for question in questions) if asked is not None]
    for question in questions:
        question.remind_at = None
    if not found:
        return
    person, meeting = found[0].question.person, found[0].meeting
    if access.hours(session, person).away(access.today(now)):
        return  # the question waits for them; who is on leave is not pressed
    language = access.language(session, person)
    day = when(access, meeting.starts_at, language, now)
    reason = f"question-again:{meeting.occasion}:{person}"
    forum = text.user_text(forum_name(access, queries.forum(session, meeting.forum_uid)))
    if len(found) == 1:
        asked = Asked(
            found[0].question,
            found[0].case,
            meeting,
            first_step(session, access, found[0].question, found[0].case, now),
        )
        made = wording(session, access, asked, language, now)
        said = text.t(language, "question-again", code=asked.case.code, forum=forum, day=day)
        message = Message(
            "case.question.again", f"{said}\n\n{made.template}", made.actions, notify=True, language=language,
            case=asked.case.uid,
        )  # fmt: skip
        if _owe_in_thread(session, reason, asked.question, message, now):
            note(session, outbox_id(session, reason), asked.question, asked.step)
        return
    codes = [asked.case.code for asked in found]
    lines = [text.t(language, "question-again-many", count=len(set(codes)), forum=forum, day=day), ""]
    for asked in found:
        # Who speaks for two agencies is asked for both.
        twice = f" ({asked.question.agency})" if codes.count(asked.case.code) > 1 else ""
        lines.append(f"- {case_line(asked.case, language)}{twice}")
    lines += ["", text.t(language, "question-again-tail", code=found[0].case.code)]
    message = Message("case.question.again", "\n".join(lines), notify=True, language=language)
    owe(session, reason, direct(person), message, now=now)


def _owe_in_thread(
    session: Session, reason: str, question: CaseQuestion, message: Message, now: datetime
) -> bool:
    root = thread_of(session, question)
    row = owe(
        session, reason, direct(question.person), message, now=now,
        reply_to=root.event_id if root else None, thread=root.event_id if root else None,
        room_id=root.room_id if root else None,
    )  # fmt: skip
    return row is not None


def note(session: Session, message_id: str, question: CaseQuestion, step: str) -> None:
    """Remember which step a message of ours asks; one that was edited asks another."""
    queries.note_step(session, message_id, question.uid, step, question.person)
    row = queries.step_of(session, message_id)
    if row is not None:
        row.step, row.question_uid, row.person = step, question.uid, question.person


def thread_of(session: Session, question: CaseQuestion) -> Outbox | None:
    """The root of a question's thread with the person who is asked now; None before it was sent."""
    for row, step in queries.question_messages(session, question.uid):
        if step.person == question.person and row.event_id and row.thread is None:
            return row
    return None


def thread_for(session: Session, message_id: str) -> str | None:
    """The event that roots the thread in which a message of ours belongs: that of its question."""
    step = queries.step_of(session, message_id)
    question = queries.question(session, step.question_uid) if step else None
    root = thread_of(session, question) if question else None
    return root.event_id if root is not None and root.id != message_id else None


# --- which question a message asks


def newest_step(session: Session, about: Outbox) -> Outbox:
    """The newest message that asks a step of the question which a message of its thread asks; else that message."""
    step = queries.step_of(session, about.id)
    if step is None:
        return about
    found = queries.question_messages(session, step.question_uid)
    return next((row for row, each in reversed(found) if each.person == step.person), about)


def of(session: Session, question: CaseQuestion | None, step: str = "") -> Asked | None:
    """A question with its case and meeting, at its open step or another one."""
    if question is None:
        return None
    case = queries.case(session, question.case_uid)
    meeting = queries.meeting(session, question.meeting_uid)
    if case is None or meeting is None:
        return None
    return Asked(question, case, meeting, step or question.step)


def asked_by(session: Session, about: Outbox, person: str) -> Asked | None:
    """The step that a message asks; one said again without erased words asks what is open about its case."""
    step: QuestionStep | None = queries.step_of(session, about.id)
    if step is not None:
        return of(session, queries.question(session, step.question_uid), step.step)
    return of(session, queries.question_to(session, about.case_uid, person)) if about.case_uid else None


def _reason(asked: Asked) -> str:
    return f"question:{asked.meeting.occasion}:{asked.case.code}:{asked.question.agency}"
