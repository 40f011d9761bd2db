"""A deputy begins, ends or is agreed to: what that makes the bot owe (docs/domain, Forums: deputies and leavers).

Used by the command that names one and by the duty that lets time pass. The state of the row says whether somebody
stands in now: `coming`, `standing`, `ended`, `withdrawn`.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework import questions
from bot.documents.lines import action_line, day
from bot.owed import Message, direct, owe
from bot.reminding import replan
from bot.storage import queries
from bot.storage.models import Action
from bot.storage.privacy import Deputy
from bot.when import Deadline

SHOWN = 12  # promises in one message; the rest is counted


def begin(session: Session, access: Access, row: Deputy, cause: Cause) -> None:
    """Somebody stands in from now on: reminders and questions are theirs, and they are told what of."""
    before = access.hours(session, row.person)
    row.state = "standing"
    session.flush()
    replan(session, access, row.person, before, cause.at)
    _hand_on(session, access, row, cause)
    tell_begun(session, access, row, cause.at)


def end(session: Session, access: Access, row: Deputy, cause: Cause, *, state: str = "ended") -> None:
    """Somebody stands in no more: what is open comes back to who it is; both are told."""
    began, before = row.state == "standing", access.hours(session, row.deputy)
    row.state = state
    session.flush()
    if began:
        replan(session, access, row.person, before, cause.at)
        _hand_back(session, access, row, cause)
    for user_id in (row.person, row.deputy):
        if access.person(user_id) is None or user_id == cause.by:
            continue
        language = access.language(session, user_id)
        key = "deputy-over-own" if user_id == row.person else "deputy-over"
        said = text.t(language, key, **_names(access, row))
        reason = f"deputy-over:{row.source_event}:{row.deputy}:{user_id}:{access.today(cause.at)}"
        owe(session, reason, direct(user_id), Message("deputy", said, language=language), now=cause.at)


def tell_begun(session: Session, access: Access, row: Deputy, now: datetime, saying: str = "") -> None:
    """Tell a deputy whom they stand in for, until when, and what is open."""
    language = access.language(session, row.deputy)
    rows = promised(session, access, row) if row.state == "standing" else []
    said = [
        text.t(
            language,
            "deputy-told" if row.state == "standing" else "deputy-told-ahead",
            **_names(access, row),
            start=day(access, Deadline(row.first), language, now),
            until=day(access, Deadline(row.last), language, now),
            count=len(rows),
        )
    ]
    if rows:
        lines = [
            f"- **{each.number}** {action_line(session, access, each, language, now, marked=True)}"
            for each in rows[:SHOWN]
        ]
        more = len(rows) - SHOWN
        lines += [f"- {text.t(language, 'digest-more', count=more)}"] if more > 0 else []
        said += ["", *lines]
    uids = tuple(each.uid for each in rows[:SHOWN])
    message = Message("deputy", "\n".join(said), uids, notify=True, language=language)
    owe(session, told_as(row, saying), direct(row.deputy), message, now=now)


def told_as(row: Deputy, saying: str) -> str:
    """The reason of the message that tells a deputy so; `saying` is the event of what was agreed to since."""
    return f"deputy:{row.source_event}:{row.deputy}:{row.first}:{row.last}:{row.state}:{saying}"


def promised(session: Session, access: Access, row: Deputy) -> list[Action]:
    """The open promises that somebody stands in for, the most urgent first."""
    own = set(access.owners_behind(row.person))
    parts = [part for part in access.parts(session, row.deputy) if part.owner in own]
    return list(queries.open_of_parts(session, parts)) if parts else []


def unshared(session: Session, access: Access, row: Deputy) -> tuple[list[str], list[str]]:
    """The forums in which somebody has promises and their deputy is not: those with personal data, and the others.

    Of those with personal data only the ones that somebody is of: who was told of an action cannot pass it on.
    """
    inside = access.belonging(session, row.person)
    theirs = set(inside)
    for owned in access.owners_behind(row.person):
        theirs |= {action.forum_uid for action in queries.open_of_owner(session, owned)}
    theirs -= access.belonging(session, row.deputy)
    personal: list[str] = []
    others: list[str] = []
    for forum in queries.forums(session):
        config = access.settings.room(forum.config_room)
        if forum.uid not in theirs or config is None:
            continue
        if not config.personal_data:
            others.append(forum.uid)
        elif forum.uid in inside:
            personal.append(forum.uid)
    return personal, others


def _names(access: Access, row: Deputy) -> dict[str, object]:
    return {
        "name": text.user_text(access.name(row.person)),
        "deputy": text.user_text(access.name(row.deputy)),
    }


def _hand_on(session: Session, access: Access, row: Deputy, cause: Cause) -> None:
    """What is asked about cases is asked of the deputy, where they may hear of the case themselves."""
    made = Cases(session, access, Cause(row.person, cause.at, cause.event_id, cause.line))
    for question in queries.open_questions_of(session, row.person):
        asked = questions.of(session, question)
        if asked is not None and access.may_hear_of_case(session, row.deputy, asked.case):
            made.hand_on(question, row.deputy)
            questions.owe_question(session, access, question, cause.at, f"deputy:{row.source_event}")


def _hand_back(session: Session, access: Access, row: Deputy, cause: Cause) -> None:
    """What the deputy was asked in somebody's place and has not answered is asked of that somebody again."""
    made = Cases(session, access, cause)
    for question in queries.open_questions_of(session, row.deputy):
        asked = questions.of(session, question)
        if question.handed_by != row.person or asked is None:
            continue
        if access.may_hear_of_case(session, row.person, asked.case):
            made.hand_back(question, row.person)
            saying = f"deputy-over:{row.source_event}"
            questions.owe_question(session, access, question, cause.at, saying, after=row.deputy)
