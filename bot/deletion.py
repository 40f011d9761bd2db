"""A message was deleted: what that takes back, and where its words have to disappear (docs/domain, Commands).

One's own message within ten minutes: the promise is withdrawn. Later, or deleted by somebody else: the words are
erased at once, everywhere the bot said them, but the promise's shell stays until somebody words it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from bot import text
from bot.casework.wording import ALL
from bot.commands import Context
from bot.commands.undo import REACTION, take_back
from bot.documents.lines import action_line
from bot.owed import Message, What, direct, forum, is_pinned, owe, owe_pin, owe_redaction
from bot.storage import queries
from bot.storage.models import Action, InboxEvent, Outbox

WITHDRAW_WITHIN = timedelta(minutes=10)
# Messages that still matter without the erased words: said again, the words replaced by "[slettet]".
# So is a file, of whatever kind.
SAID_AGAIN = frozenset(
    {"reminder", "reminder.now", "digest", "actions.list", "overdue.raised", "action.shown", "me"}
    | {"meeting.agenda", "meeting.headsup"}
    | {"case.question", "case.summary", "case.escalated", "case.returned", "case.observation"}
    | {"minutes", "minutes.draft", "minutes.own", "minutes.addendum", "minutes.file"}
)


def deleted(session: Session, ctx: Context, *, redaction_id: str, target: str) -> None:
    """Handle the deletion of the event `ctx.event_id`; `ctx.person` deleted it, `ctx.at` is when."""
    event = session.get(InboxEvent, ctx.event_id)
    if event is None:
        return
    own = event.sender == ctx.person.user_id
    changes = queries.changes_of(session, ctx.event_id)
    recorded = queries.actions_of_event(session, ctx.event_id)
    is_reaction = all(row.name == REACTION for row in queries.commands_of(session, ctx.event_id))
    quick = own and ctx.at - event.at <= WITHDRAW_WITHIN
    if (own and is_reaction) or quick:
        take_back(session, ctx, changes)
    elif own:
        # An action's shell stays until it is worded anew; an update without its words says nothing.
        for update in queries.updates_of_event(session, ctx.event_id):
            if update.state != "withdrawn":
                ctx.cases(session).withdraw(update)
    erased = _erase(session, ctx, redaction_id)
    said = [row for row in queries.replies_to(session, ctx.event_id) if row.state in ("owed", "sent")]
    for row in said:
        owe_redaction(session, row, f"gone:{redaction_id}:{row.id}", now=ctx.at)
    if quick and recorded:
        _say(session, ctx, target, redaction_id, "withdrawn", recorded)
    elif erased and recorded:
        _say(session, ctx, target, redaction_id, "erased-shell", recorded)
        _tell_coordinators(session, ctx, redaction_id, recorded)


def _erase(session: Session, ctx: Context, redaction_id: str) -> bool:
    """Erase the words the message said, and redact every message of ours that quotes them."""
    found = False
    quoting: dict[str, Outbox] = {}
    for words in queries.texts_of_event(session, ctx.event_id):
        if words.erased_at is not None:
            continue
        found = True
        words.words = None
        words.erased_at = ctx.at
        for row in queries.quoting(session, words.uid):
            said = queries.outbox(session, row.about) if row.what == "edit" and row.about else row
            # One that was taken back already is gone with the edits that quoted the words.
            if said is not None and said.what in ("message", "file") and said.template is not None:
                quoting[said.id] = said
    for row in quoting.values():
        _redact_and_repeat(session, ctx, row, redaction_id)
    return found


def _redact_and_repeat(session: Session, ctx: Context, row: Outbox, redaction_id: str) -> None:
    template = row.template or ""
    actions = tuple(action.uid for action in queries.actions_in(session, row.id))
    pinned = is_pinned(session, row)
    owe_redaction(session, row, f"gone:{redaction_id}:{row.id}", now=ctx.at)
    if (row.what == "file" or row.kind in SAID_AGAIN) and _still_so(session, row):
        again = Message(
            row.kind, template, actions, language=row.language, meeting=row.meeting_uid, case=row.case_uid
        )
        reason = f"again:{redaction_id}:{row.id}"
        what: What = "file" if row.what == "file" else "message"
        said = owe(session, reason, row.target, again, now=ctx.at, what=what)
        if said is not None and pinned:
            owe_pin(session, f"pin:{reason}", said, now=ctx.at)


def _still_so(session: Session, row: Outbox) -> bool:
    """Whether a message still matters: not a summary for a meeting that is over.

    Who no longer has a case is not told once more that it was lifted to them.
    """
    if row.kind == "case.summary":
        meeting = queries.meeting(session, row.meeting_uid)
        return meeting is not None and meeting.state in ("planned", "running")
    if row.kind == "case.question":
        return not _answered(session, row)
    if row.kind != "case.escalated":
        return True
    lifted = queries.escalation(session, row.case_uid or "")
    return lifted is not None and row.target == forum(lifted.to_uid)


def _answered(session: Session, row: Outbox) -> bool:
    """Whether a message asks a step about a case that is answered: nobody is asked that again."""
    step = queries.step_of(session, row.id)
    question = queries.question(session, step.question_uid) if step is not None else None
    if step is None or question is None:
        return False
    asked = step.step == question.step or step.step.startswith(ALL)
    return question.state != "open" or question.person != step.person or not asked


def _say(
    session: Session, ctx: Context, target: str, redaction_id: str, key: str, rows: Sequence[Action]
) -> None:
    lines = [ctx.say(key, number=row.number) for row in rows]
    uids = tuple(row.uid for row in rows)
    kind = "action.withdrawn" if key == "withdrawn" else "action.shell"
    owe(
        session,
        f"deleted:{redaction_id}",
        target,
        Message(kind, "\n".join(lines), uids, language=ctx.language),
        now=ctx.at,
    )


def _tell_coordinators(session: Session, ctx: Context, redaction_id: str, rows: Sequence[Action]) -> None:
    """Each coordinator gets a message for each promise that lost its words: a reply to it words it anew."""
    for row in rows:
        if row.state != "open":
            continue
        for coordinator in ctx.access.coordinators(session, row.forum_uid):
            lang = ctx.access.language(session, coordinator.user_id)
            name = text.user_text(ctx.access.name(ctx.person.user_id))
            line = action_line(session, ctx.access, row, lang, ctx.at)
            said = text.t(lang, "erased-told", number=row.number, name=name) + f"\n- **{row.number}** {line}"
            owe(
                session,
                f"erased:{redaction_id}:{row.number}:{coordinator.user_id}",
                direct(coordinator.user_id),
                Message("action.erased", said, (row.uid,), notify=True, language=lang),
                now=ctx.at,
            )
