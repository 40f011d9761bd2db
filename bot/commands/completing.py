"""What a reply completes or corrects: the owner, the deadline or the words of an action that has been recorded.

A bare name or a bare date is enough (docs/domain, Commands). Where an owner is still to be named the name takes that
place; where all are named it takes theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot import text
from bot.commands import Context, Reply
from bot.commands.action_changes import set_due
from bot.commands.actions import ASKED, DISCLOSE, recorded
from bot.commands.deadlines import when_problem
from bot.commands.people import gap_to_agree, lacks_owner, people_of, still_open, with_places
from bot.directory import is_citizen
from bot.ownership import Ownership
from bot.storage import queries
from bot.storage.models import Action
from bot.when import Deadline, Recurring, WhenError, read

_YES = frozenset({"ja", "ja tak", "jo", "yes", "ok", "okay", "bekræft", "bekræftet", "gælder", "confirm"})
_MOST_OF_CONSENT = 12  # where a yes or a no is waited for, of which somebody's knowing depends
_MOST_WORDS = 4  # of a reply that tries to answer a question; a longer sentence is people's talk


def name(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """A bare name: the owner who was missing or wrong; None for anything else."""
    named = people_of(session, ctx, row).whole(words)
    if named is None:
        return None
    if named.problem is not None:
        problem = ctx.say(named.problem.key, **named.problem.args_)
        return Reply(ASKED, problem, (row.uid,))
    _take(session, ctx, row, named.owners)
    return recorded(session, ctx, row, still_open(session, ctx, row))


def correct(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """A bare name or a bare date: the owner or the deadline that was missing or wrong; None for anything else."""
    said_name = name(session, ctx, row, words)
    if said_name is not None:
        return said_name
    try:
        value = read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        # Only a phrase that is about time and wrong is worth a question here; the rest is read as an answer.
        if error.reason in ("past", "impossible", "contradiction") and row.due is None:
            raise when_problem(error) from error
        return None
    if isinstance(value, Recurring):
        return None
    moved = row.due is not None
    said = set_due(session, ctx, row, value, people_of(session, ctx, row).forum)
    if moved and not lacks_owner(session, row):
        return Reply("action.moved", said, (row.uid,))
    return recorded(session, ctx, row, still_open(session, ctx, row))


def volunteer(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """Somebody who may not change an action takes it on themselves where an owner is missing."""
    if row.state != "open" or is_citizen(ctx.person) or not lacks_owner(session, row):
        return None
    named = people_of(session, ctx, row).whole(words)
    if named is None or [o.person for o in named.owners] != [ctx.person.user_id]:
        return None
    _take(session, ctx, row, named.owners)
    return recorded(session, ctx, row, still_open(session, ctx, row))


def _take(session: Session, ctx: Context, row: Action, named: Sequence[Ownership]) -> None:
    """Give those who were named the place of an owner still to be named, best their own agency's; else every place."""
    before = [Ownership.of(o) for o in queries.owners(session, row.uid)]
    gaps = [o for o in before if not o.named]
    if not gaps:
        ctx.actions(session).set_owners(row, named)
        return
    agencies = {o.agency or ctx.access.agency_of(o.asked_for or o.person) for o in named}
    gap = next((o for o in gaps if o.agency in agencies), gaps[0])
    # Who is of the agency stands for it, as its representative would: its lists go on showing the action.
    of_it = [
        replace(o, agency=gap.agency) if ctx.access.agency_of(o.asked_for or o.person) == gap.agency else o
        for o in named
    ]
    at = before.index(gap)
    ctx.actions(session).set_owners(row, with_places([*before[:at], *of_it, *before[at + 1 :]]))


def asked_again(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """What the writer or a coordinator replied to a question, and what is no name and no date: say what is missing."""
    missing = still_open(session, ctx, row)
    most = _MOST_OF_CONSENT if gap_to_agree(session, row) else _MOST_WORDS
    if not missing or len(words.split()) > most:
        return None
    said = [
        ctx.say("answer-not-that", words=text.user_text(words[:60])),
        *(ctx.say(m.key, **m.args_) for m in missing),
    ]
    return Reply(DISCLOSE if gap_to_agree(session, row) else ASKED, "\n".join(said), (row.uid,))


def reword(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """Give a promise whose text was deleted its words again, or confirm that it stands without."""
    if (
        not ctx.access.leads_forum(session, ctx.person, row.forum_uid)
        and ctx.person.user_id != row.created_by
    ):
        return None
    if row.text_uid is not None and words.strip().casefold().rstrip(".!") in _YES:
        return Reply("action.kept", ctx.say("action-kept", number=row.number), (row.uid,))
    if _is_date(ctx, words) or people_of(session, ctx, row).whole(words) is not None:
        return None
    ctx.actions(session).reword(row, words.strip())
    return recorded(session, ctx, row, still_open(session, ctx, row))


def _is_date(ctx: Context, words: str) -> bool:
    try:
        value = read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError:
        return False
    return isinstance(value, Deadline)
