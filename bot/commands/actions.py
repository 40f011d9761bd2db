"""`!aftale`: record an action; what is unclear is asked for. What happens to it afterwards is in `action_changes`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from bot.cases import code_of
from bot.casework.refreshing import touched
from bot.commands import Context, Problem, Reply, Rest, command, listing
from bot.commands.case_places import code_at, unknown
from bot.commands.deadlines import next_meeting, resolve
from bot.commands.people import People, may_tell
from bot.ownership import Ownership
from bot.storage import queries
from bot.storage.models import Action, Forum
from bot.when import Deadline, find

ASKED = "action.asked"
DISCLOSE = "action.disclose"


@command("action", da=("aftale",), en=("agree", "todo"), family="actions")
def action(session: Session, ctx: Context, words: Rest) -> Reply:
    """Record an agreed action; what is unclear is left empty and asked for.

    da: Noter en aftale: hvem, hvad og hvornår.
        !aftale @lene søge friplads i klubben inden fredag
        !aftale BUF, SOF #HS-26-014 holde netværksmøde senest 3/12
    en: Record an agreed action: who, what and when.
        !action @lene apply for a place at the club by Friday
        !action BUF, SOF #HS-26-014 hold a network meeting by 3 December
    """
    if not words.strip(" \t\n,;:.!?–-"):
        raise Problem("problem-empty-action", prefix=ctx.prefix)
    forum = _forum_of(session, ctx)
    people = People(session, ctx, forum, owning=True)
    case, rest = code_at(words, ctx)
    named = people.leading(rest)
    if case is None:
        case, rest = code_at(named.rest, ctx)
    else:
        rest = named.rest
    case = case or case_inside(rest, ctx) or _case_at(session, ctx)
    of_before = ctx.existing.case_code if ctx.existing else None
    found = find(rest, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    due, due_problem = resolve(session, ctx, forum, found.deadline, found.problem)
    assumed = False
    if due is None and due_problem is None:
        due = next_meeting(session, ctx, forum)
        assumed = due is not None
        due_problem = None if due else Problem("ask-due")
    said = _tidy(found.text)
    row = _write(session, ctx, forum, said, named.owners, due, case)
    for code in sorted({code for code in (of_before, row.case_code) if code}):
        touched(session, ctx.access, code, ctx.saying, ctx.heard or ctx.at)
    # Of an edited message some may have been completed in the meantime: nobody is asked for that again.
    owners = queries.owners(session, row.uid)
    asked = [may_tell(session, ctx, row)] if any(owner.asked_for for owner in owners) else []
    # Who only has to be agreed to is named already.
    if not owners or any(not owner.named and owner.asked_for is None for owner in owners):
        asked.append(named.problem or Problem("ask-owner"))
    if row.due is None:
        asked.append(due_problem or Problem("ask-due"))
    if row.text_uid is None:
        asked.append(Problem("ask-text"))
    made = recorded(session, ctx, row, asked, assumed=assumed)
    strange = _no_such_case(session, ctx, forum, row)
    return replace(made, template=f"{made.template}\n{strange}") if strange else made


def _no_such_case(session: Session, ctx: Context, forum: Forum, row: Action) -> str | None:
    """The line that an action's case is none that is known here, where the forum has cases; unknown or not theirs."""
    if row.case_code is None or not queries.has_cases(session, forum.uid):
        return None
    found = queries.case_by_code(session, row.case_code)
    if found is not None and ctx.access.may_see_case(session, ctx.person, ctx.place, found):
        return None
    problem = unknown(session, ctx, row.case_code)
    return ctx.say(problem.key, **problem.args_)


def _write(
    session: Session,
    ctx: Context,
    forum: Forum,
    said: str,
    owners: Sequence[Ownership],
    due: Deadline | None,
    case: str | None,
) -> Action:
    """Record the action; of an edited message only what its words changed, where nothing later stands."""
    actions = ctx.actions(session)
    existing = ctx.existing
    if existing is None:
        row = actions.record(forum, ctx.place.room_id, said, owners, due, case)
        if ctx.meeting is not None:
            row.meeting_uid, row.item_uid = ctx.meeting.uid, _item_at(session, ctx)
        return row
    later = {
        change.field
        for change in queries.history(session, existing.uid)
        if not change.undone and (change.event_id, change.line) != (ctx.event_id, ctx.line)
    }
    if "text" not in later:
        actions.reword(existing, said)
    wanted = actions.agreed(existing, owners)
    for name, value in (("owners", wanted), ("due", due.iso() if due else None), ("case", case)):
        if name not in later:
            actions.change(existing, name, value)
    if existing.state == "cancelled" and "state" not in later:
        actions.change(existing, "state", "open")
    return existing


def recorded(
    session: Session,
    ctx: Context,
    row: Action,
    questions: Sequence[Problem] = (),
    *,
    assumed: bool = False,
) -> Reply:
    """The confirmation of an action: number, owner, agency, what and by when, and what is asked."""
    lines = [f"**{ctx.say('action-recorded', number=row.number)}** {listing.line(session, ctx, row)}"]
    if assumed and ctx.meeting is not None and not questions:
        lines[0] += f" {ctx.say('action-next-meeting-short')}"  # in a meeting one line is enough
    elif assumed:
        lines.append(ctx.say("action-next-meeting"))
    lines += [ctx.say(q.key, **q.args_) for q in questions]
    kind = ASKED if questions else "action.recorded"
    kind = DISCLOSE if any(q.key == "ask-disclose" for q in questions) else kind
    return Reply(kind, "\n".join(lines), (row.uid,))


def _forum_of(session: Session, ctx: Context) -> Forum:
    """The forum an action belongs to: the room's, or in direct messages the person's only one."""
    if ctx.existing is not None:
        own = next((f for f in queries.forums(session) if f.uid == ctx.existing.forum_uid), None)
        if own is not None:
            return own
    if ctx.place.forum is not None:
        return ctx.place.forum
    mine = ctx.access.forums_inside(session, ctx.person.user_id)
    if len(mine) == 1:
        return mine[0]
    raise Problem("problem-action-in-room", prefix=ctx.prefix)


def _case_at(session: Session, ctx: Context) -> str | None:
    """The case whose thread this is; else that of the agenda item that the meeting is, or was, at."""
    if ctx.about_case is not None:
        return ctx.about_case.code
    item = queries.agenda_item(session, _item_at(session, ctx))
    return item.case_code if item else None


def _item_at(session: Session, ctx: Context) -> str | None:
    return ctx.existing.item_uid if ctx.existing else ctx.meetings(session).item_at(ctx.meeting)


def case_inside(words: str, ctx: Context) -> str | None:
    """The one case code that a sentence mentions: the action belongs to it, and the sentence stays as it is."""
    prefix = re.escape(ctx.access.settings.general.case_prefix)
    codes = {
        code_of(ctx.access, 2000 + int(year), int(number))
        for year, number in re.findall(
            rf"(?<![\w-]){prefix}-(\d\d)-(\d{{1,5}})(?![\w-])", words, re.IGNORECASE
        )
    }
    return codes.pop() if len(codes) == 1 else None


def _tidy(words: str) -> str:
    return words.replace("\ue002", "").replace("\ue003", "").strip(" \t\n,;–-")
