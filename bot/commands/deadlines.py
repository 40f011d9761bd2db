"""What people say about time as an action's deadline, or as the question that it raises."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem
from bot.meetings import upcoming
from bot.storage import queries
from bot.storage.models import Forum
from bot.when import Deadline, MeetingDay, NextMeeting, Recurring, WhenError

_REACH = timedelta(days=400)


def resolve(
    session: Session,
    ctx: Context,
    forum: Forum,
    value: Deadline | NextMeeting | Recurring | None,
    problem: WhenError | None,
) -> tuple[Deadline | None, Problem | None]:
    """What was understood about time as a deadline, or as the question that it raises."""
    if problem is not None:
        return None, when_problem(problem)
    if isinstance(value, Recurring):
        return None, Problem("ask-due-repeat")
    if isinstance(value, NextMeeting):
        meeting = meeting_meant(session, ctx, forum, value)
        return meeting, None if meeting else Problem("ask-due-no-meeting")
    if isinstance(value, MeetingDay):
        on_it = NextMeeting(value.forum, first=value.day, last=value.day)
        return meeting_meant(session, ctx, forum, on_it) or Deadline(value.day), None
    return value, None


def when_problem(error: WhenError) -> Problem:
    """The question that a phrase about time raises: `when-ask-<reason>`, with the words it is about."""
    shown = {name: text.user_text(value) for name, value in error.params.items()}
    return Problem(f"when-ask-{error.reason}", **shown)


def next_meeting(session: Session, ctx: Context, forum: Forum) -> Deadline | None:
    """The forum's next meeting as a deadline; None if unknown."""
    return meeting_meant(session, ctx, forum, NextMeeting())


def meeting_meant(session: Session, ctx: Context, forum: Forum, said: NextMeeting) -> Deadline | None:
    """The meeting that was meant as a deadline, of this forum or the one forum of another kind; None if none
    or several are."""
    if said.forum is not None and forum.kind != said.forum:
        others = [each for each in queries.forums(session) if each.kind == said.forum]
        if len(others) != 1:
            return None
        forum = others[0]
    ahead = upcoming(session, ctx.access, forum, ctx.at, ctx.at + _REACH)
    tz = ctx.access.settings.general.tz
    starts = [each.start.astimezone(tz) for each in ahead if each.lay_ahead(ctx.at)]
    if said.first is not None and said.last is not None:
        starts = [start for start in starts if said.first <= start.date() <= said.last]
        if len(starts) > 1:
            return None
    if len(starts) < said.count:
        return None
    return Deadline.of(starts[said.count - 1], tz)
