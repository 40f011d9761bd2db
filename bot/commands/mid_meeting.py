"""In a meeting: going from item to item, who is there, what it decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import Session

from bot import text
from bot.casework.following import decided_between
from bot.casework.refreshing import touched
from bot.commands import Context, Problem, Reply, Rest, command
from bot.commands.actions import case_inside
from bot.commands.attending import attendees, names_line
from bot.commands.meeting_now import current_item, in_the_room
from bot.commands.meeting_places import coming_on, due_or_next, forum_of, running
from bot.documents.lines import when
from bot.meetings import EARLY
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Forum


@command("next", da=("næste",), family="meetings")
def next_(session: Session, ctx: Context, words: Rest) -> Reply:
    """Go on to the next agenda item, or to one by its number.

    da: Gå videre til næste punkt, eller til et bestemt.
        !næste
        !næste 4
    en: Go on to the next item, or to a certain one.
        !next
        !next 4
    """
    in_the_room(ctx)
    row = running(session, ctx)
    items = queries.agenda(session, row.uid)
    wanted = re.fullmatch(r"(?:punkt|item|nr\.?|#)?\s*(\d{1,3})\.?", words.strip(), re.IGNORECASE)
    if words.strip() and wanted is None:
        raise Problem("problem-next", prefix=ctx.prefix)
    target: AgendaItem | None
    if wanted is not None:
        number = int(wanted[1])
        if not 1 <= number <= len(items):
            raise Problem("problem-no-item", number=number, count=len(items), prefix=ctx.prefix)
        target = items[number - 1]
    else:
        target = _following(items, row.item_uid)
    if target is None and row.item_uid is None:
        raise Problem("problem-no-more-items", prefix=ctx.prefix)
    ctx.meetings(session).turn_to(row, target)
    current = current_item(session, ctx, row)
    if current is None:
        return Reply("meeting.item", ctx.say("meeting-last-item", prefix=ctx.prefix), meeting=row.uid)
    return Reply("meeting.item", current[0], current[1], meeting=row.uid)


def _following(items: Sequence[AgendaItem], current: str | None) -> AgendaItem | None:
    """The first open item behind the current one; then one that was passed over."""
    at = next((index for index, each in enumerate(items) if each.uid == current), -1)
    behind = [each for each in items[at + 1 :] if each.state == "open"]
    before = [each for each in items[: max(at, 0)] if each.state == "open"]
    return next(iter([*behind, *before]), None)


# --- who is there


@command("here", da=("fremmødt", "her", "tilstede"), en=("present",), family="meetings")
def here(session: Session, ctx: Context, words: Rest) -> Reply:
    """Note that you, others or an agency are at the meeting; who writes in it counts as present anyway.

    da: Notér, at du, andre eller en forvaltning er med. Skriver du i rummet under mødet, er du med af dig selv.
        !her
        !fremmødt BUF, politi
        !fremmødt gæst Hanne fra skolen
    en: Note that you, others or an agency are there. Who writes in the room during the meeting is there anyway.
        !here
        !here BUF, BIF
        !here guest Hanne from the school
    """
    forum = forum_of(session, ctx)
    row = ctx.meeting or queries.running_meeting(session, forum.uid)
    if row is None:
        # A moment before it begins people mean the one to come, afterwards the one they have just left.
        due = due_or_next(session, ctx, forum)
        if due is not None and due.start - EARLY <= ctx.at:
            row = ctx.meetings(session).ensure(forum, due)
    row = row or next(iter(queries.drafts(session, forum.uid)), None)
    if row is None:
        raise Problem("problem-no-meeting-running", prefix=ctx.prefix)
    return _attend(session, ctx, forum, row, words, "present")


@command("apologies", da=("afbud",), en=("apology",), family="meetings")
def apologies(session: Session, ctx: Context, words: Rest) -> Reply:
    """Send an apology for the next meeting or a later one, for yourself or for others. A reason is not kept.

    da: Meld afbud til næste møde, for dig selv eller andre. Grunden gemmer jeg ikke.
        !afbud
        !afbud Lene, politi
        !afbud uge 49
    en: Send an apology for the next meeting, for yourself or others. A reason is not kept.
        !apologies
        !apologies Lene, BIF
        !apologies week 49
    """
    forum = forum_of(session, ctx)
    row = ctx.meeting or queries.running_meeting(session, forum.uid)
    rest = words
    if row is None or re.search(r"\b(?:uge|week)\s*\d", words, re.IGNORECASE):
        of, rest = coming_on(session, ctx, forum, words, sure=False)
        row = ctx.meetings(session).ensure(forum, of)
    return _attend(session, ctx, forum, row, rest, "apology")


def _attend(session: Session, ctx: Context, forum: Forum, row: Meeting, words: str, state: str) -> Reply:
    people = attendees(session, ctx, forum, words, reason=state == "apology")
    meetings = ctx.meetings(session)
    for each in people:
        meetings.attend(row, each.who, state, agency=each.agency, name=each.name)
    shown = {"who": names_line(ctx, people)}
    present = state == "present"
    if row.state == "running":
        said = ctx.say("meeting-present" if present else "meeting-apology", **shown)
    else:
        shown["day"] = when(ctx.access, row.starts_at, ctx.language, ctx.at)
        said = ctx.say("meeting-present-day" if present else "meeting-apology-day", **shown)
    return Reply(f"meeting.{state}", said, meeting=row.uid)


# --- what is decided


@command("decision", da=("beslutning", "besluttet"), en=("decided",), family="meetings")
def decision(session: Session, ctx: Context, words: Rest) -> Reply:
    """Record a decision; it gets a number and stands in the minutes.

    da: Notér en beslutning. Den får et nummer og kommer i referatet.
        !beslutning vi søger puljen til fritidsjob
    en: Record a decision. It gets a number and stands in the minutes.
        !decision we apply for the leisure job fund
    """
    said = words.strip(" \t\n,;:–-")
    if not said:
        raise Problem("problem-no-words", example=f"{ctx.typed('decision')} …")
    in_the_room(ctx)
    forum = forum_of(session, ctx)
    # An edit words it anew where it stands.
    before = queries.decision_of_line(session, ctx.event_id, ctx.line)
    at = before.item_uid if before else ctx.meetings(session).item_at(ctx.meeting)
    item = queries.agenda_item(session, at)
    case = case_inside(said, ctx) or (item.case_code if item else None)
    of_before = before.case_code if before else None
    row = ctx.meetings(session).decide(forum, ctx.meeting, said, case=case)
    shown = ctx.say("decision-recorded", label=row.label, words=text.text_ref(row.text_uid or ""))
    if row.meeting_uid is None:
        shown += "\n" + ctx.say("decision-between")
    decided_between(session, ctx.access, row, ctx.cause)
    for code in sorted({code for code in (of_before, case) if code}):
        touched(session, ctx.access, code, ctx.saying, ctx.heard or ctx.at)
    return Reply("decision.recorded", shown, meeting=row.meeting_uid)
