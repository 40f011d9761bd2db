"""Which forum and which meeting is meant: the room's, that of the message answered, or the only one there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem
from bot.commands.actions import when_problem
from bot.meetings import Planned, next_meeting, upcoming
from bot.proceedings import home, when
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Forum
from bot.when import Deadline, WhenError, read

_WEEK = re.compile(r"\b(?:i\s+|for\s+|in\s+)?(?:uge|week)\s*(\d{1,2})(?:[ ,/]+(20\d\d))?\b", re.IGNORECASE)


def forum_of(session: Session, ctx: Context, *, reading: bool = False) -> Forum:
    """The forum that is spoken of: the room's, or in direct messages the one that can be meant.

    `reading`: what is asked for is shown there, so in direct messages only to who oversees the forum.
    """
    if ctx.place.forum is not None:
        return ctx.place.forum
    mine = [f for f in queries.forums(session) if ctx.person.user_id in queries.forum_members(session, f.uid)]
    own = ctx.access.own_forums(session, ctx.person)
    may = own if reading else mine or own
    if ctx.about_meeting is not None and any(f.uid == ctx.about_meeting.forum_uid for f in [*mine, *own]):
        return home(session, ctx.about_meeting)
    if len(may) == 1:
        return may[0]
    raise Problem("problem-meeting-in-room", prefix=ctx.prefix)


def running(session: Session, ctx: Context) -> Meeting:
    """The meeting that is under way here; Problem that says how to begin one."""
    forum = forum_of(session, ctx)
    found = ctx.meeting if ctx.meeting is not None else queries.running_meeting(session, forum.uid)
    if found is None or found.state != "running":
        raise Problem("problem-no-meeting-running", prefix=ctx.prefix)
    return found


def coming(session: Session, ctx: Context, forum: Forum, words: str) -> tuple[Planned, str]:
    """The meeting that words name by its week ("uge 49"), else the next; and the words without that."""
    found = _WEEK.search(words)
    if found is None:
        following = next_meeting(session, ctx.access, forum, ctx.at)
        if following is None:
            raise Problem("problem-no-meeting-known", prefix=ctx.prefix)
        return following, words
    rest = f"{words[: found.start()]} {words[found.end() :]}".strip()
    monday = week_start(ctx, int(found[1]), int(found[2]) if found[2] else None, ahead=True)
    meets = upcoming(session, ctx.access, forum, monday, monday + timedelta(days=7))
    meets = [each for each in meets if each.state == "planned" and each.end > ctx.at]
    if not meets:
        raise Problem("problem-no-meeting-week", week=int(found[1]), prefix=ctx.prefix)
    return meets[0], rest


def week_start(ctx: Context, week: int, year: int | None, *, ahead: bool) -> datetime:
    """The instant just before an ISO week's Monday: of the year said, else of the nearest ahead, or back."""
    today = ctx.access.today(ctx.at)
    this, _, _ = today.isocalendar()
    years = [year] if year else [this, this + (1 if ahead else -1)]
    for each in years:
        try:
            monday = datetime.fromisocalendar(each, week, 1).replace(tzinfo=ctx.access.calendar.tz)
        except ValueError:
            continue
        gone = monday + timedelta(days=7) <= ctx.at
        if year or (not gone if ahead else monday <= ctx.at):
            return monday.astimezone(UTC) - timedelta(microseconds=1)
    raise Problem("problem-no-such-week", week=week)


def week_named(words: str) -> tuple[int, int | None, str] | None:
    """The week that words name, the year if they say one, and the words without it."""
    found = _WEEK.search(words)
    if found is None:
        label = re.search(r"\b(20\d\d)-?[wWuU](\d{1,2})\b(?!-)", words)
        if label is None:
            return None
        rest = f"{words[: label.start()]} {words[label.end() :]}".strip()
        return int(label[2]), int(label[1]), rest
    rest = f"{words[: found.start()]} {words[found.end() :]}".strip()
    return int(found[1]), int(found[2]) if found[2] else None, rest


def moment(ctx: Context, words: str, like: datetime | None) -> datetime:
    """The instant that words name; without a time of day at the hour of `like`. Problem when they name none."""
    said = re.sub(r"^\s*(?:til|to)\s+", "", words, flags=re.IGNORECASE).strip()
    try:
        value = read(said, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        raise when_problem(error) from error
    if not isinstance(value, Deadline):
        raise Problem("problem-meeting-when", word=text.user_text(said[:60]), prefix=ctx.prefix)
    tz = ctx.access.settings.general.tz
    clock = value.time or (like.astimezone(tz).time() if like else None)
    if clock is None:
        raise Problem("problem-meeting-hour", prefix=ctx.prefix)
    instant = datetime.combine(value.day, clock.replace(tzinfo=None), tz).astimezone(UTC)
    if instant <= ctx.at:
        raise Problem("problem-meeting-past", when=when(ctx.access, instant, ctx.language, ctx.at))
    return instant
