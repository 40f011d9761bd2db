"""Where a meeting is: the item it has come to, and how much time it has left."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.commands import Context, Problem
from bot.documents.agenda import ABOUT_ACTIONS, SHOWN
from bot.documents.agenda import lines as agenda_lines
from bot.documents.lines import action_line
from bot.proceedings import home
from bot.storage.meetings import Meeting
from bot.when.say import say_clock


def in_the_room(ctx: Context) -> None:
    """Raise a Problem in direct messages: what a meeting does, everybody in it sees."""
    if ctx.place.direct:
        raise Problem("problem-meeting-in-room", prefix=ctx.prefix)


def time_left(session: Session, ctx: Context, row: Meeting) -> str:
    """How long item and meeting have left, in whole minutes, and how many items are to come."""
    said: list[str] = []
    items = agenda_lines(session, ctx.access, row, ctx.language, ctx.at)
    current = next((each for each in items if each.item.uid == row.item_uid), None)
    if current is not None and current.item.began_at is not None and current.minutes:
        until = current.item.began_at + timedelta(minutes=current.minutes)
        left = _minutes(until - ctx.at)
        key = "time-item" if left >= 0 else "time-item-over"
        said.append(ctx.say(key, number=current.number, minutes=abs(left), at=clock(ctx, until)))
    left = _minutes(row.ends_at - ctx.at)
    key = "time-meeting" if left >= 0 else "time-meeting-over"
    said.append(ctx.say(key, minutes=abs(left), at=clock(ctx, row.ends_at)))
    to_come = sum(1 for each in items if each.item.state == "open" and each.item.uid != row.item_uid)
    said.append(ctx.say("time-items", count=to_come))
    return " ".join(said)


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def clock(ctx: Context, instant: datetime) -> str:
    """The time of day of an instant."""
    return say_clock(instant.astimezone(ctx.access.settings.general.tz).time(), ctx.language)


def current_item(session: Session, ctx: Context, row: Meeting) -> tuple[str, tuple[str, ...]] | None:
    """The item that the meeting is at: number, title, until when, and the actions that it is about."""
    items = agenda_lines(session, ctx.access, row, ctx.language, ctx.at)
    each = next((each for each in items if each.item.uid == row.item_uid), None)
    if each is None:
        return None
    said = f"**{each.number}. {each.title}**"
    if each.minutes and each.item.began_at is not None:
        until = each.item.began_at + timedelta(minutes=each.minutes)
        said += " " + ctx.say("meeting-item-time", minutes=each.minutes, at=clock(ctx, until))
    if each.item.kind not in ABOUT_ACTIONS:
        return said, ()
    rows = ctx.meetings(session).actions_about(home(session, row), row, each.item.kind, limit=SHOWN)
    lines = [f"- **{a.number}** {action_line(session, ctx.access, a, ctx.language, ctx.at)}" for a in rows]
    return "\n".join([said, "", *lines]), tuple(a.uid for a in rows)
