"""Which forum and which meeting is meant: the room's, that of the message answered, or the only one there is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem
from bot.commands.deadlines import when_problem
from bot.documents.digest import forum_name
from bot.documents.lines import when
from bot.meetings import Planned, next_meeting, upcoming
from bot.proceedings import home
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Forum
from bot.when import Deadline, WhenError, mentions, read
from bot.when.say import say_day

_WEEK = re.compile(r"\b(?:i\s+|for\s+|in\s+)?(?:uge|week)\s*(\d{1,2})(?:[ ,/]+(20\d\d))?\b", re.IGNORECASE)
_ONLY_WEEK = re.compile(r"(?:i\s+|in\s+)?(?:uge|week)\s*\d{1,2}(?:[ ,/]+20\d\d)?", re.IGNORECASE)
_TOWARDS = re.compile(r"\s*(?:til|to)\s+", re.IGNORECASE)
_FROM_TO = re.compile(
    r"(?:(?:mødet|moedet|møde|fra|from|the|meeting)\s+)*(.+?)\s+(?:til|to)\s+(.+)", re.IGNORECASE
)
_DATE = re.compile(r"(?:\bd\.?\s*)?\b(\d{1,2})/(\d{1,2})(?:[/ -]+(20\d\d))?\b")
_HOUR = re.compile(r"(?:kl\.?|klokken|at)?\s*(\d{1,2})(?:[.:](\d\d))?\s*", re.IGNORECASE)


def forum_of(session: Session, ctx: Context, *, reading: bool = False) -> Forum:
    """The forum that is spoken of: the room's, or in direct messages the one that can be meant.

    `reading`: what is asked for is shown there, so in direct messages only to who oversees the forum.
    """
    if ctx.place.forum is not None:
        return ctx.place.forum
    mine = ctx.access.forums_inside(session, ctx.person.user_id)
    own = ctx.access.own_forums(session, ctx.person)
    may = own if reading else mine or own
    if ctx.about_meeting is not None and any(f.uid == ctx.about_meeting.forum_uid for f in [*mine, *own]):
        return home(session, ctx.about_meeting)
    if len(may) == 1:
        return may[0]
    if may:
        names = ", ".join(text.user_text(forum_name(ctx.access, each)) for each in may)
        raise Problem("problem-meeting-which-forum", forums=names)
    raise Problem("problem-meeting-in-room", prefix=ctx.prefix)


def running(session: Session, ctx: Context) -> Meeting:
    """The meeting that is under way here; Problem that says how to begin one."""
    forum = forum_of(session, ctx)
    found = ctx.meeting
    if found is None or found.state != "running":
        found = queries.running_meeting(session, forum.uid)  # begun in the second in which another ended
    if found is None:
        raise Problem("problem-no-meeting-running", prefix=ctx.prefix)
    return found


def due_or_next(session: Session, ctx: Context, forum: Forum) -> Planned | None:
    """The meeting whose hour has come and that nobody has begun yet, else the next; None where none is known."""
    since = upcoming(session, ctx.access, forum, ctx.at - timedelta(days=1), ctx.at)
    late = [each for each in since if each.state == "planned" and each.end > ctx.at]
    return late[-1] if late else next_meeting(session, ctx.access, forum, ctx.at)


def coming(session: Session, ctx: Context, forum: Forum, words: str) -> tuple[Planned, str]:
    """The meeting that words name by its week ("uge 49"), else the one that is due; and the words without that."""
    found = _WEEK.search(words)
    if found is None or _TOWARDS.search(words[: found.start()] + " "):
        following = due_or_next(session, ctx, forum)
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


def on_day(session: Session, ctx: Context, forum: Forum, day: date) -> Planned | None:
    """The forum's planned meeting of a local day, over ones left out."""
    begin = datetime.combine(day, time(), ctx.access.calendar.tz)
    end = datetime.combine(day + timedelta(days=1), time(), ctx.access.calendar.tz)
    instant = timedelta(microseconds=1)
    meets = upcoming(
        session, ctx.access, forum, begin.astimezone(UTC) - instant, end.astimezone(UTC) - instant
    )
    return next((each for each in meets if each.state == "planned" and each.end > ctx.at), None)


def coming_on(session: Session, ctx: Context, forum: Forum, words: str, *, sure: bool) -> tuple[Planned, str]:
    """The meeting that words name by its week or its day ("1/12", "på tirsdag"), else the one that is due.

    Returns it with the other words. `sure`: a day on which there is none is a Problem whatever else is said; otherwise
    only where nothing else is said, for people tell why they stay away ("jeg er syg i dag").
    """
    found = None if _WEEK.search(words) else day_named(ctx, words)
    if found is None:
        return coming(session, ctx, forum, words)
    day, rest = found
    of = on_day(session, ctx, forum, day)
    if of is not None:
        return of, rest
    if sure or not rest:
        shown = say_day(day, ctx.language, today=ctx.access.today(ctx.at))
        raise Problem("problem-no-meeting-day", day=shown, prefix=ctx.prefix)
    return coming(session, ctx, forum, words)


def day_named(ctx: Context, words: str) -> tuple[date, str] | None:
    """The one day that stands at the end of words, and the words before it; None where there is none."""
    found = mentions(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    last = found[-1] if found else None
    if last is None or not isinstance(last.meaning, Deadline) or words[last.end :].strip(" .!)"):
        return None
    rest = re.sub(
        r"(?:^|\s)(?:mødet|moedet|møde|til|for|på|paa|den|d\.?|the|meeting|on|of)*\s*$",
        "",
        words[: last.start],
    )
    return last.meaning.day, rest.strip(" ,")


def day_gone(ctx: Context, words: str) -> tuple[date, str] | None:
    """The day behind us that words name as a date ("24/11", "24/11 2026"), and the words without it."""
    found = _DATE.search(words)
    if found is None:
        return None
    today = ctx.access.today(ctx.at)
    for year in [int(found[3])] if found[3] else [today.year, today.year - 1]:
        try:
            day = date(year, int(found[2]), int(found[1]))
        except ValueError:
            continue
        if day <= today:
            return day, f"{words[: found.start()]} {words[found.end() :]}".strip()
    return None


def hour_ahead(ctx: Context, words: str) -> bool:
    """Whether words name a time of day that is still to come, by more than people's clocks differ."""
    found = mentions(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    for each in found:
        if isinstance(each.meaning, Deadline) and each.meaning.time is not None:
            local = datetime.combine(each.meaning.day, each.meaning.time, ctx.access.calendar.tz)
            return local - ctx.at > timedelta(minutes=10)
    return False


def to_move(session: Session, ctx: Context, forum: Forum, words: str) -> tuple[Planned, datetime]:
    """The meeting that is to be moved, and where to: "tirsdag kl. 13", "uge 49 til torsdag", "1/12 til 3/12 kl. 10"."""
    both = _FROM_TO.fullmatch(words.strip())
    if both is not None and not _HOUR.fullmatch(both[2]) and not _WEEK.search(both[1]):
        named = day_named(ctx, both[1])
        if named is not None and not named[1]:
            of, _ = coming_on(session, ctx, forum, both[1], sure=True)
            return of, moment(ctx, both[2], of.start, week_of=of.start)
    of, rest = coming(session, ctx, forum, words)
    if not _TOWARDS.sub("", f" {rest}", count=1).strip():
        raise Problem("problem-meeting-when-missing", prefix=ctx.prefix)
    return of, moment(ctx, rest, of.start, week_of=of.start if rest != words else None)


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


def moment(ctx: Context, words: str, like: datetime | None, *, week_of: datetime | None = None) -> datetime:
    """The instant that words name; Problem when they name none.

    Without a time of day at the hour of `like`, without a day on its day, and of a week on its weekday. A weekday is
    the next one, or that of the week of `week_of`.
    """
    said = _TOWARDS.sub("", f" {words}", count=1).strip() if _TOWARDS.match(f" {words}") else words.strip()
    tz = ctx.access.settings.general.tz
    hour = _HOUR.fullmatch(said)
    if like is not None and hour is not None and int(hour[1]) < 24 and int(hour[2] or 0) < 60:
        written = time(int(hour[1]), int(hour[2] or 0))
        return _ahead(ctx, datetime.combine(like.astimezone(tz).date(), written, tz))
    if like is not None and _ONLY_WEEK.fullmatch(said) and (named := week_named(said)) is not None:
        monday = week_start(ctx, named[0], named[1], ahead=True) + timedelta(microseconds=1)
        local = like.astimezone(tz)
        day = monday.astimezone(tz).date() + timedelta(days=local.weekday())
        return _ahead(ctx, datetime.combine(day, local.time(), tz))
    now = ctx.at
    if week_of is not None:
        # Seen from the Sunday before, so that a Monday is one of that week as well.
        local = week_of.astimezone(tz)
        now = max(now, local - timedelta(days=local.isoweekday()))
    try:
        value = read(said, now=now, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        raise when_problem(error) from error
    if not isinstance(value, Deadline):
        raise Problem("problem-meeting-when", word=text.user_text(said[:60]), prefix=ctx.prefix)
    clock = value.time or (like.astimezone(tz).time() if like else None)
    if clock is None:
        raise Problem("problem-meeting-hour", prefix=ctx.prefix)
    return _ahead(ctx, datetime.combine(value.day, clock.replace(tzinfo=None), tz))


def _ahead(ctx: Context, local: datetime) -> datetime:
    """A local moment as an instant that is still to come; Problem for one that is not."""
    instant = local.astimezone(UTC)
    if instant <= ctx.at:
        raise Problem("problem-meeting-past", when=when(ctx.access, instant, ctx.language, ctx.at))
    return instant
