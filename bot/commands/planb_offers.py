"""When an action with a plan B is declined or fails, the bot asks whether to switch: in the forum, and its writer."""

from __future__ import annotations

from sqlmodel import Session

from bot import text
from bot.answer.failing import failed
from bot.commands import Also, Context
from bot.owed import Message, direct
from bot.owed import forum as forum_target
from bot.programme import Person
from bot.storage import queries
from bot.storage.models import Action, Text

KIND = "case.planb"


def offers(session: Session, ctx: Context, row: Action) -> list[Also]:
    """What is asked now that an action will not come true as agreed; nothing without a plan B, or once it is used."""
    if row.state == "done" or queries.words(session, row.planb_uid) is None:
        return []
    if queries.switched_to(session, row.uid) is not None:
        return []
    room = queries.forum_room(session, row.forum_uid)
    place = ctx.access.place(session, room) if room is not None else None
    found = (
        [_offer(session, ctx, row, forum_target(row.forum_uid), ctx.access.language(session, None, place))]
        if place
        else []
    )
    people = [row.created_by] if ctx.access.may_hear(session, row.created_by, row) else []
    if ctx.place.direct:
        people.append(ctx.person.user_id)  # who says so alone with the bot is asked there
    elif row.created_by == ctx.person.user_id:
        people = []
    for user_id in dict.fromkeys(people):
        person = ctx.access.person(user_id)
        if person is None or not may_know(session, ctx, person, row):
            continue
        found.append(_offer(session, ctx, row, direct(user_id), ctx.access.language(session, user_id)))
    return found


def may_know(session: Session, ctx: Context, person: Person, row: Action) -> bool:
    """Whether somebody may know an action's plan B: not who was told of the action alone, unless it is their own."""
    if not ctx.access.only_the_action(session, person, row):
        return True
    kept = session.get(Text, row.planb_uid) if row.planb_uid else None
    return kept is not None and kept.author == person.user_id


def after_note(session: Session, ctx: Context, row: Action, words: str) -> tuple[Also, ...]:
    """The same where an owner tells of an open action that it did not succeed."""
    owners = queries.owners(session, row.uid)
    is_owner = any(ctx.access.acts_for(session, ctx.person.user_id, owner, row) for owner in owners)
    return tuple(offers(session, ctx, row)) if row.state == "open" and is_owner and failed(words) else ()


def _offer(session: Session, ctx: Context, row: Action, target: str, language: str) -> Also:
    words = text.text_ref(row.planb_uid or "")
    shown = text.t(language, "planb-offer", number=row.number, words=words, prefix=ctx.prefix)
    message = Message(
        KIND, shown, (row.uid,), notify=True, language=language, case=_case(session, ctx, row, target)
    )
    return Also(f"planb:{ctx.saying}:{row.number}:{target}", target, message)


def _case(session: Session, ctx: Context, row: Action, target: str) -> str | None:
    """The case that the message speaks of, where it may be spoken of to whom it goes."""
    case = queries.case_by_code(session, row.case_code)
    if (
        case is None
        or case.state == "withdrawn"
        or row.forum_uid not in ctx.access.case_forums(session, case)
    ):
        return None
    person = target.removeprefix("dm:") if target.startswith("dm:") else None
    if person is not None and not ctx.access.may_hear_of_case(session, person, case):
        return None
    return case.uid
