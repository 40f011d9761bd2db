"""What the bot asks back when it cannot tell which action is meant: never more than fits on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from babel.lists import format_list
from sqlmodel import Session

from bot import text
from bot.commands import Context, Reply
from bot.storage import queries
from bot.storage.models import Action
from bot.text.excerpt import excerpt

SHOWN = 5  # actions to choose from; the rest is counted


def mine(session: Session, ctx: Context) -> list[Action]:
    """The person's open actions that may be spoken of here, the soonest deadline first."""
    scope = ctx.access.scope(session, ctx.person, ctx.place)
    rows = queries.open_of_parts(session, ctx.access.parts(session, ctx.person.user_id))
    return [row for row in rows if ctx.place.direct or scope.covers(row, ())]


def which(session: Session, ctx: Context, rows: Sequence[Action]) -> Reply:
    """Ask which of several actions was meant: of the open ones, if there are any."""
    rows = _soonest_first([row for row in rows if row.state == "open"] or rows)
    uids = tuple(row.uid for row in rows)
    if len(rows) == 1:
        one = ctx.say("answer-which-one", number=rows[0].number)
        return Reply("action.which", one, uids)
    own = {row.uid for row in mine(session, ctx)}
    # "All done" is offered where all of them are seen and all are one's own to report.
    key = "answer-which" if len(rows) <= SHOWN and own.issuperset(uids) else "answer-which-many"
    lines = _choice(session, ctx, rows)
    return Reply("action.which", "\n".join([ctx.say(key, first=rows[0].number), "", *lines]), uids)


def not_yours(session: Session, ctx: Context, numbers: Iterable[int]) -> Reply:
    """Say that numbers in an answer are none of the person's open actions, and which are.

    Somebody else's action and one that does not exist get the same answer.
    """
    rows = mine(session, ctx)
    said = [not_yours_line(ctx, numbers)]
    if rows:
        said += [ctx.say("answer-yours"), "", *_choice(session, ctx, rows)]
    else:
        said.append(ctx.say("answer-yours-none"))
    return Reply("action.which", "\n".join(said), tuple(row.uid for row in rows))


def not_yours_line(ctx: Context, numbers: Iterable[int]) -> str:
    """The sentence that numbers are none of the person's open actions."""
    named = [str(number) for number in dict.fromkeys(numbers)]
    return ctx.say("answer-not-yours", count=len(named), numbers=format_list(named, locale=ctx.language))


def _choice(session: Session, ctx: Context, rows: Sequence[Action]) -> list[str]:
    """A line with number and first words for some of the actions, and how many more there are."""
    lines = [
        f"- **{row.number}** {excerpt(text.text_ref(row.text_uid)) if row.text_uid else ctx.say('line-no-text')}"
        for row in rows[:SHOWN]
    ]
    if len(rows) > SHOWN:
        own = {row.uid for row in mine(session, ctx)}
        key = "answer-more-mine" if all(row.uid in own for row in rows) else "answer-more"
        lines += ["", ctx.say(key, count=len(rows) - SHOWN, prefix=ctx.prefix)]
    return lines


def _soonest_first(rows: Iterable[Action]) -> list[Action]:
    return sorted(rows, key=lambda row: (row.overdue_at is None, row.overdue_at, row.number))
