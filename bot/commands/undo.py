"""`!fortryd`, and taking back what somebody said by other means: an edit, a deleted message, a reaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from bot.casework.refreshing import after_taking_back
from bot.commands import Context, Problem, Reply, command, disclosing, registry
from bot.commands.me import own_as_before
from bot.documents.lines import action_line
from bot.owed import Message, owe_edit
from bot.ownership import Ownership
from bot.proceedings import refresh
from bot.storage import queries
from bot.storage.models import Change

UNDO_WITHIN = timedelta(minutes=10)
ANSWER, REACTION = "answer", "reaction"
"""What is remembered of what was said without a command, as commands are by their name: it can be undone as well."""
_UNDONE = {ANSWER: "undone-answer", REACTION: "undone-reaction"}


@command("undo", da=("fortryd",), family="self")
def undo(session: Session, ctx: Context) -> Reply:
    """Take back your last command here, within ten minutes.

    da: Tag din seneste kommando her tilbage (inden for ti minutter).
        !fortryd
    en: Take back your last command here (within ten minutes).
        !undo
    """
    last = queries.last_command(session, ctx.person.user_id, ctx.place.room_id, ctx.at - UNDO_WITHIN)
    if last is None:
        raise Problem("problem-nothing-to-undo")
    changes = queries.changes_of(session, last.event_id, last.line)
    if ctx.place.direct and any(is_over(session, ctx, change) for change in changes):
        raise Problem("edit-left")
    done = take_back(session, ctx, changes, withdraw_changed=False)
    if not done:
        raise Problem("problem-undo-superseded")
    last.undone = True
    uids = tuple(dict.fromkeys(c.action_uid for c in done if c.action_uid))
    lines = [_undone(ctx, last.name)]
    for uid in uids:
        row = queries.action_by_uid(session, uid)
        if row is not None:
            line = action_line(session, ctx.access, row, ctx.language, ctx.at, marked=True)
            lines.append(f"- **{row.number}** {line}")
    said = queries.outbox_by_reason(session, f"reply:{last.event_id}:{last.line}")
    if said is not None and any(c.field == "created" for c in done):
        gone = Message("action.withdrawn", "\n".join(_gone(session, ctx, uids)), uids, language=said.language)
        owe_edit(session, said, f"undo:{ctx.event_id}:{ctx.line}", gone, now=ctx.at)
    return Reply("undone", "\n".join(lines), uids)


def is_over(session: Session, ctx: Context, change: Change) -> bool:
    """Whether somebody has left what a step of theirs was about.

    In direct messages it would be changed unseen: the answer is not theirs to read any more.
    """
    access, person = ctx.access, ctx.person
    action = queries.action_by_uid(session, change.action_uid) if change.action_uid else None
    if action is not None and not access.is_of(session, person.user_id, action.forum_uid):
        gave = queries.gave_away(session, action.uid, person.user_id, change.event_id or "")
        was_told = change.field == "owners" and any(
            Ownership.from_value(each).disclosed for each in change.before or ()
        )
        return not ((gave and was_told) or access.may_change(session, person, action))
    case = queries.case(session, change.case_uid)
    if case is None:
        return False
    may = access.may_see_case(session, person, ctx.place, case) or case.state == "withdrawn"
    return not (may or access.may_observe(session, person, case))


def _undone(ctx: Context, name: str) -> str:
    """The line that says what was taken back: a command by what it is called, else an answer or a reaction."""
    if name in _UNDONE:
        return ctx.say(_UNDONE[name])
    info = registry().get(name)
    return ctx.say("undone", command=ctx.prefix + info.verb(ctx.language) if info else name)


def _gone(session: Session, ctx: Context, uids: Sequence[str]) -> list[str]:
    """What the confirmation of a recorded action says once that was taken back."""
    rows = [row for row in (queries.action_by_uid(session, uid) for uid in uids) if row is not None]
    return [
        f"**{ctx.say('action-head', number=row.number)}** "
        + action_line(session, ctx.access, row, ctx.language, ctx.at, marked=True)
        for row in rows
    ]


def take_back(
    session: Session, ctx: Context, changes: Sequence[Change], *, withdraw_changed: bool = True
) -> list[Change]:
    """Reverse changes of actions, of meetings and of the writer's own settings; returns those that were reversed.

    An action recorded by them is withdrawn; without `withdraw_changed` only if nothing has happened to it since.
    """
    done = ctx.actions(session).revert(changes, withdraw_changed=withdraw_changed)
    done += _meetings_as_before(session, ctx, changes, done)
    if not _ending_stands(changes):
        done += ctx.cases(session).revert(changes)
    disclosing.taken_back(session, ctx.access, done, f"{ctx.event_id}:{ctx.line}", ctx)
    after_taking_back(session, ctx.access, done, f"{ctx.event_id}:{ctx.at.isoformat()}", ctx.at)
    return done + own_as_before(session, ctx, changes)


def _ending_stands(changes: Sequence[Change]) -> bool:
    """Whether a meeting's end is too old to be taken back: then what it meant for its cases stands as well."""
    return any(
        change.field.startswith("meeting:")
        and not change.undone
        and (change.before or {}).get("state") == "running"
        and (change.after or {}).get("state") == "held"
        for change in changes
    )


def _meetings_as_before(
    session: Session, ctx: Context, changes: Sequence[Change], actions: Sequence[Change]
) -> list[Change]:
    """Reverse what happened to meetings; what was sent about them, and about these actions in them, says so."""
    done = ctx.meetings(session).revert(changes)
    rows = queries.actions_by_uid(session, [change.action_uid for change in actions if change.action_uid])
    about = {change.meeting_uid for change in done} | {row.meeting_uid for row in rows.values()}
    for uid in sorted(filter(None, about)):
        meeting = queries.meeting(session, uid)
        if meeting is not None:
            refresh(session, ctx.access, meeting, f"{ctx.event_id}:{ctx.at.isoformat()}", ctx.at)
    return done
