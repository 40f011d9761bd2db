"""What people say with a sign on one of the bot's messages (docs/domain, Commands)."""

from __future__ import annotations

from sqlmodel import Session

from bot.casework.questions import KINDS
from bot.commands import Context, Reply, meetings, minutes
from bot.commands import action_changes as acts
from bot.commands.asking import which
from bot.commands.heard import CANNOT, DONE, NotMine, hears_reaction
from bot.commands.people import people_of
from bot.directory import is_citizen
from bot.meetings import EARLY
from bot.proceedings import home, may_read, planned_of
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Action, Outbox
from bot.when import Deadline

BEGIN = frozenset("▶")
MEETING_KINDS = frozenset({"meeting.started", "meeting.ask_start", "meeting.ask_end", "minutes.draft"})
SNOOZE = frozenset("⏰⏲⏱")
SEEN = frozenset("👀")


def react(session: Session, ctx: Context, key: str, about: Outbox) -> Reply | None:
    """A reaction to one of the bot's messages; None when it has no effect."""
    sign = key.replace("\ufe0f", "").replace("\ufe0e", "").strip()[:1]
    if ctx.about_meeting is not None and about.kind in MEETING_KINDS:
        return _at_meeting(session, ctx, ctx.about_meeting, sign, about.kind)
    if (heard := hears_reaction(about.kind)) is not None and not (
        about.kind in KINDS and queries.actions_in(session, about.id)
    ):
        try:
            return heard(session, ctx, sign, about)
        except NotMine:
            pass  # a sign about the action after all
    if not sign or sign not in DONE | SNOOZE | SEEN | CANNOT:
        return None
    rows = [
        row
        for row in queries.actions_in(session, about.id)
        if ctx.access.may_see(session, ctx.person, ctx.place, row)
        and ctx.access.may_change(session, ctx.person, row)
    ]
    if not rows:
        return None
    if len(rows) > 1 or len(queries.actions_in(session, about.id)) > 1:
        return which(session, ctx, rows) if sign not in SEEN else None
    row = rows[0]
    if sign in DONE:
        return acts.finish(session, ctx, [row]) if row.state == "open" else None
    if sign in SNOOZE:
        return _snooze(session, ctx, row)
    if sign in CANNOT:
        return Reply("action.why", ctx.say("answer-why", number=row.number), (row.uid,))
    ctx.actions(session).change(row, f"seen:{ctx.person.user_id}", True)
    return None


def _at_meeting(session: Session, ctx: Context, meeting: Meeting, sign: str, kind: str) -> Reply | None:
    """A reaction that begins or ends a meeting, says that somebody is there, or approves its minutes."""
    if kind == "meeting.started":
        if sign not in CANNOT and meeting.state == "running":
            agency = ctx.person.agency
            ctx.meetings(session).attend(meeting, ctx.person.user_id, "present", agency=agency)
        return None
    if sign not in DONE | BEGIN or is_citizen(ctx.person):
        return None
    if kind == "meeting.ask_start" and meeting.state == "planned" and ctx.at < meeting.ends_at + EARLY:
        forum = home(session, meeting)
        return meetings.start(session, ctx, forum, planned_of(ctx.access, forum, meeting))
    if kind == "meeting.ask_end" and meeting.state == "running":
        return meetings.end(session, ctx, meeting)
    may = may_read(session, ctx.access, ctx.person, meeting)
    if kind == "minutes.draft" and meeting.minutes == "draft" and may:
        return minutes.approved(session, ctx, meeting)
    return None


def _snooze(session: Session, ctx: Context, row: Action) -> Reply:
    """Two working days from the later of the deadline and today."""
    before = deadline(row)
    hours = ctx.access.hours(session, ctx.person.user_id)
    today = ctx.access.today(ctx.at)
    start = max(before.day, today) if before else today
    new = Deadline(ctx.access.calendar.shift(start, 2, hours.workdays), before.time if before else None)
    forum = people_of(session, ctx, row).forum
    return Reply("action.moved", acts.set_due(session, ctx, row, new, forum), (row.uid,))
