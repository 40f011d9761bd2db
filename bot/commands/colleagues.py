"""Handing a question about a case to a colleague: of the same agency, who may hear of the case."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlmodel import Session

from bot import text
from bot.casework import questions
from bot.casework.wording import Asked
from bot.commands import Context, Reply, fold
from bot.directory import is_citizen
from bot.programme import Person
from bot.storage import queries

_ROUND = 3  # asked first, a colleague, and whom the colleague gave it back to


def hand_on(session: Session, ctx: Context, asked: Asked, name: str) -> Reply:
    """Ask the colleague with a name instead, or say why that cannot be and what can."""
    case, question = asked.case, asked.question
    named = _named(ctx, question.agency, name)
    able = [
        p.user_id
        for p in ctx.access.settings.people
        if p.agency == question.agency
        and p.user_id != ctx.person.user_id
        and ctx.access.may_hear_of_case(session, p.user_id, case)
    ]
    if len(named) == 1 and named[0].user_id == ctx.person.user_id:
        return _stays(ctx, asked, ctx.say("question-hand-self"))
    if len(named) != 1:
        key = "question-hand-which" if named else "question-hand-unknown" if name else "question-hand-whom"
        lines = [ctx.say(key, name=text.user_text(name[:60]), agency=question.agency)]
        offered = [p.user_id for p in named] or able
        if offered:
            lines.append(ctx.say("question-hand-able", names=_names(ctx, offered)))
        return _stays(ctx, asked, *lines)
    person = named[0]
    shown = text.user_text(person.name)
    if person.user_id not in able:
        localpart = person.user_id[1:].split(":")[0]
        command = (
            f"{ctx.prefix}{ctx.say('question-hand-command', code=case.code)} @{localpart} {question.agency}"
        )
        who = _names(ctx, [p.user_id for p in ctx.access.coordinators(session, case.forum_uid)])
        said = ctx.say(
            "question-hand-may-not", name=shown, code=case.code, who=who, command=text.user_text(command)
        )
        return _stays(ctx, asked, said)
    asked_so_far = [row for row, _ in queries.question_messages(session, question.uid)]
    roots = [row for row in asked_so_far if row.reason.startswith("question:") and row.thread is None]
    # Given back once it is asked again; a second round would never end.
    if question.handed_by == person.user_id and len(roots) >= _ROUND:
        return _stays(ctx, asked, ctx.say("question-hand-back", name=shown))
    already = any(
        step.person == person.user_id for _, step in queries.question_messages(session, question.uid)
    )
    ctx.cases(session).hand_on(question, person.user_id)
    questions.owe_question(session, ctx.access, question, ctx.cause.at, ctx.event_id if already else "")
    return Reply("case.answered", ctx.say("question-handed", name=shown, code=case.code), case=case.uid)


def _stays(ctx: Context, asked: Asked, *lines: str) -> Reply:
    return Reply("case.answered", " ".join(lines), case=asked.case.uid)


def _names(ctx: Context, people: Iterable[str]) -> str:
    return ", ".join(text.user_text(ctx.access.name(person)) for person in people)


def _named(ctx: Context, agency: str, name: str) -> list[Person]:
    """The people of an agency whom a name fits: user id, whole name, first name, nickname; a genitive as well."""
    said = fold(name.strip().strip(".!,"))
    exact: list[Person] = []
    near: list[Person] = []
    for person in ctx.access.settings.people:
        if person.agency != agency or is_citizen(person) or not said:
            continue
        localpart = person.user_id[1:].split(":")[0]
        if said in {fold(person.user_id), fold(f"@{localpart}"), fold(person.name)}:
            exact.append(person)
        called = {fold(word) for word in (localpart, person.name.split()[0], *person.nicknames, person.name)}
        if said.lstrip("@") in called or re.sub(r"(?:'s|'|s)$", "", said) in called:
            near.append(person)
    return exact or near
