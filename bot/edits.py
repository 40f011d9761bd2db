"""Edits of one's own messages: they change what their words changed, and the bot's answer along with it."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from bot import proceedings
from bot.access import Place
from bot.commands import Context, Reply, escalation, look_up, meetings, minutes, split_line
from bot.commands.undo import ANSWER, REACTION, is_over, take_back
from bot.limits import Limits
from bot.matrix.batch import Arrival
from bot.matrix.reading import Line, command_lines, incoming
from bot.owed import Message, owe, owe_edit, target_of
from bot.programme import Person
from bot.storage import queries
from bot.storage.models import Command, InboxEvent
from bot.turns import Turns


class Edits:
    """Hears an edited message."""

    def __init__(self, turns: Turns, limits: Limits) -> None:
        self.access = turns.access
        self.turns = turns
        self.limits = limits

    def edit(self, session: Session, arrival: Arrival, place: Place, person: Person, original: str) -> None:
        """An edit of one's own message changes what its words changed, and the bot's answer along with it."""
        before = {row.line: row for row in queries.commands_of(session, original)}
        # From another room it may have come in the clear, or from a device that does not count here.
        if not original or not queries.was_said_in(session, original, arrival.room_id):
            return
        if any(row.sender != arrival.sender or row.name == REACTION for row in before.values()):
            return
        if not before and not self._writer_is(session, original, arrival.sender):
            return
        said = incoming(arrival.content)
        if said is None:
            return
        first_at = min((row.at for row in before.values()), default=arrival.at)
        ctx = replace(
            self.turns.context(session, replace(arrival, at=first_at), place, person),
            event_id=original,
            heard=arrival.at,
        )
        lines = {line.index: line for line in command_lines(said.text, ctx.prefix)}
        if (lines or before) and self.limits.too_many(session, arrival, place):
            return
        if place.direct and any(
            is_over(session, ctx, each) for each in queries.changes_of(session, original)
        ):
            message = Message("problem", ctx.say("edit-left"), language=ctx.language)
            reason = f"edit-left:{arrival.event_id}"
            owe(session, reason, target_of(place), message, now=arrival.at, reply_to=original)
            return
        if not lines and before and all(row.name == ANSWER for row in before.values()):
            self._edit_answer(session, arrival, ctx, before[0], said.text)
            return
        for index in sorted({*before, *lines}):
            self._edit_line(session, arrival, replace(ctx, line=index), before.get(index), lines.get(index))

    def _writer_is(self, session: Session, event_id: str, sender: str) -> bool:
        """Whether a message that did nothing so far was this person's: then an edit may make it a command."""
        row = session.get(InboxEvent, event_id)
        return row is not None and row.sender == sender

    def _edit_line(
        self, session: Session, arrival: Arrival, ctx: Context, old: Command | None, new: Line | None
    ) -> None:
        vault = session.info["vault"]
        if old is not None and new is not None and old.words == vault.digest("words", new.text):
            return
        if old is not None and new is not None and self._same_step(session, ctx, new):
            self.turns.remember(session, arrival, ctx, old.name, new.text, None)
            return
        existing = queries.action_of_line(session, ctx.event_id, ctx.line)
        stays = existing is not None and new is not None and _is(new, ctx, "action")
        # A decision is worded anew where it stands, under its own number.
        decided = queries.decision_of_line(session, ctx.event_id, ctx.line)
        stays |= decided is not None and new is not None and _is(new, ctx, "decision")
        # So is an agenda item, whichever agenda it has come to.
        item = queries.item_of_line(session, ctx.event_id, ctx.line)
        stays |= item is not None and new is not None and _is(new, ctx, "agenda")
        # A lifted case gets another reason where it is.
        stays |= (
            new is not None and _is(new, ctx, "escalate") and escalation.same_case(session, ctx, new.text)
        )
        approved = proceedings.recorded(session, self.access, ctx.event_id, ctx.line, ctx.at)
        reason = f"edit:{arrival.event_id}:{ctx.line}"
        if old is not None and not stays:
            before = replace(ctx, at=arrival.at)
            take_back(session, before, queries.changes_of(session, ctx.event_id, ctx.line))
            old.undone = True
        if new is None:
            if old is not None:
                opened = queries.case_of_line(session, ctx.event_id, ctx.line)
                stays_open = opened is not None and opened.state not in ("withdrawn", "closed")
                said = (
                    ctx.say("edit-case-stays", code=opened.code, prefix=ctx.prefix)
                    if opened is not None and stays_open
                    else ctx.say("edit-taken-back")
                )
                gone = Message("taken-back", said, language=ctx.language)
                self._amend(session, arrival, ctx, gone)
            proceedings.amended(session, self.access, approved, ctx.cause, reason)
            return
        name, made = self.turns.run(session, replace(ctx, existing=existing if stays else None), new.text)
        self.turns.remember(session, arrival, ctx, name, new.text, None)
        if old is not None:
            old.undone = False
        self._amend(session, arrival, ctx, made.message(ctx.language))
        self.turns.further(session, ctx, made, reason, arrival.at)
        proceedings.amended(session, self.access, approved, ctx.cause, reason)

    def _same_step(self, session: Session, ctx: Context, new: Line) -> bool:
        """Whether a line that began or ended a meeting, or approved its minutes, was only worded otherwise."""
        changes = queries.changes_of(session, ctx.event_id, ctx.line)
        words = split_line(new.text, ctx.prefix)[1]
        return (_is(new, ctx, "meeting") and meetings.same_step(words, changes)) or (
            _is(new, ctx, "minutes") and minutes.same_step(words, changes)
        )

    def _edit_answer(
        self, session: Session, arrival: Arrival, ctx: Context, old: Command, words: str
    ) -> None:
        """An edited answer is taken back and heard anew."""
        if old.words == session.info["vault"].digest("words", words):
            return
        take_back(session, ctx, queries.changes_of(session, ctx.event_id, 0))
        about, made = self.turns.read_talk(
            session, ctx, words, queries.outbox(session, old.about) if old.about else None
        )
        old.about = about.id if about else None
        self.turns.remember(session, arrival, ctx, ANSWER, words, old.about)
        made = made or Reply("taken-back", ctx.say("edit-taken-back"))
        self.turns.seen(session, ctx, made, arrival.at)
        self.turns.about_case(session, made, f"edit:{arrival.event_id}", arrival.at)
        self._amend(session, arrival, ctx, made.message(ctx.language))

    def _amend(self, session: Session, arrival: Arrival, ctx: Context, message: Message) -> None:
        """Edit the bot's answer to a line, or answer now if it had none."""
        said = queries.outbox_by_reason(session, f"reply:{ctx.event_id}:{ctx.line}")
        if said is None or said.state in ("dropped", "refused"):
            reason = (
                f"reply:{ctx.event_id}:{ctx.line}"
                if said is None
                else f"reply:{ctx.event_id}:{ctx.line}:{arrival.event_id}"
            )
            owe(session, reason, target_of(ctx.place), message, now=arrival.at, reply_to=ctx.event_id)
            return
        owe_edit(session, said, f"edit-reply:{arrival.event_id}:{ctx.line}", message, now=arrival.at)


def _is(line: Line, ctx: Context, name: str) -> bool:
    """Whether a line is a command of a name."""
    info = look_up(split_line(line.text, ctx.prefix)[0])
    return info is not None and info.name == name
