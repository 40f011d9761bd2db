"""What somebody says in a room: a command, an answer, an edit or a reaction.

Each function runs in the savepoint of its event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from bot import reactions
from bot.access import Access, Place
from bot.actions import Cause
from bot.casework.questions import newest_step
from bot.commands import Context, Problem, Reply
from bot.commands.undo import ANSWER, REACTION
from bot.directory import is_citizen
from bot.edits import Edits
from bot.limits import Limits
from bot.matrix.batch import Arrival, string
from bot.matrix.reading import Line, command_lines, incoming
from bot.meetings import Meetings
from bot.owed import Message, owe, target_of
from bot.programme import Person
from bot.storage import queries
from bot.storage.models import Outbox
from bot.turns import Turns, relation_of

UNREADABLE = frozenset({"m.image", "m.audio", "m.video", "m.file", "m.location"})


class Conversation:
    """Handles what people say where they may speak."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.limits = Limits(access)
        self.turns = Turns(access)
        self.edits = Edits(self.turns, self.limits)

    # --- messages

    def message(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        content = arrival.content
        if content.get("msgtype") == "m.notice":
            return
        relation = relation_of(content)
        open_ = self.access.too_open(session, place)
        if relation.get("rel_type") == "m.replace" and not open_:
            self.edits.edit(session, arrival, place, person, string(relation.get("event_id")))
            return
        about = self._answered(session, place, relation)
        ctx = self.turns.context(session, arrival, place, person, about)
        if string(content.get("msgtype")) in UNREADABLE:
            if (place.direct or about is not None) and not self.limits.too_many(session, arrival, place):
                self.turns.answer(session, arrival, ctx, Reply("unreadable", ctx.say("unreadable")), 0)
            return
        said = incoming(content)
        if said is None:
            return
        lines = command_lines(said.text, ctx.prefix)
        acts = bool(lines) or place.direct or about is not None
        if acts and self.limits.too_many(session, arrival, place):
            return
        if ctx.meeting is not None and not open_:
            # Of nobody's message in particular: deleting that does not take back that somebody was there.
            Meetings(session, self.access, Cause(person.user_id, arrival.at, "")).heard(
                ctx.meeting, person.user_id
            )
        if open_:
            if lines:
                self.turns.answer(
                    session, arrival, ctx, Reply("unencrypted", ctx.say("problem-not-encrypted")), 0
                )
            return
        if not lines:
            self._talk(session, arrival, ctx, said.text, about)
            return
        for line in lines:
            self._command(session, arrival, replace(ctx, line=line.index), line)
            if len(lines) > 1 and place.forum is not None:
                # It may have begun a meeting to which the lines below belong.
                ctx = replace(ctx, meeting=queries.meeting_at(session, place.forum.uid, arrival.at))

    def unheard(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        """What somebody says in a room in which they are a stranger: no command or answer of theirs is carried out.

        They are told so when the bot speaks there again (bot.release), without a word of what it was about.
        """
        if arrival.event.get("type") != "m.room.message" or arrival.content.get("msgtype") == "m.notice":
            return
        relation = relation_of(arrival.content)
        if relation.get("rel_type") == "m.replace":
            mine = queries.commands_of(session, string(relation.get("event_id")))
            acts = any(row.sender == arrival.sender for row in mine)
        else:
            acts = self._answered(session, place, relation) is not None
        ctx = self.turns.context(session, arrival, place, person)
        said = incoming(arrival.content)
        if not acts and (said is None or not command_lines(said.text, ctx.prefix)):
            return
        if not self.limits.too_many(session, arrival, place):
            key = "problem-not-for-you" if is_citizen(person) else "problem-stranger"
            self.turns.answer(session, arrival, ctx, Reply("problem", ctx.say(key, prefix=ctx.prefix)), 0)

    def cleartext(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        """A message in the clear in an encrypted room: anybody on the way could have written it, so it never counts.

        Who typed a command is told so, once a day.
        """
        ctx = self.turns.context(session, arrival, place, person)
        said = incoming(arrival.content)
        if (
            said is None
            or arrival.content.get("msgtype") == "m.notice"
            or not command_lines(said.text, ctx.prefix)
        ):
            return
        owe(
            session,
            f"cleartext:{place.room_id}:{person.user_id}:{self.access.today(arrival.at)}",
            target_of(place),
            Message("cleartext", ctx.say("problem-cleartext"), language=ctx.language),
            now=arrival.at,
            reply_to=arrival.event_id,
            room_id=place.room_id if place.direct else None,
        )

    def _answered(self, session: Session, place: Place, relation: Mapping[str, Any]) -> Outbox | None:
        """The message of ours that was replied to, or in whose thread something was said.

        A thread or reply to a person's own command is about what the bot answered to it.
        """
        replied = relation.get("m.in_reply_to")
        named = [string(replied.get("event_id"))] if isinstance(replied, Mapping) else []
        if relation.get("rel_type") == "m.thread":
            root = string(relation.get("event_id"))
            named = [root, *named] if relation.get("is_falling_back") else [*named, root]
        for event_id in filter(None, named):
            row = queries.outbox_by_event(session, event_id)
            if row is None:
                row = next(iter(queries.replies_to(session, event_id)), None)
            if row is not None and self._here(session, row, place):
                last = relation.get("rel_type") == "m.thread" and relation.get("is_falling_back", True)
                # A thread names its root; what was said in it answers the step that was asked last.
                return newest_step(session, row) if last else row
        return None

    def _here(self, session: Session, row: Outbox, place: Place) -> bool:
        return row.target == target_of(place)

    def _talk(
        self, session: Session, arrival: Arrival, ctx: Context, words: str, about: Outbox | None
    ) -> None:
        """What is no command: an answer to the bot, or people's own conversation."""
        if (about is None and not ctx.place.direct) or not words.strip():
            return
        about, made = self.turns.read_talk(session, ctx, words, about)
        if made is None:
            return
        self.turns.remember(session, arrival, ctx, ANSWER, words, about.id if about else None)
        self.turns.answer(session, arrival, ctx, made, 0)

    def _command(self, session: Session, arrival: Arrival, ctx: Context, line: Line) -> None:
        name, made = self.turns.run(session, ctx, line.text)
        self.turns.remember(session, arrival, ctx, name, line.text, None)
        self.turns.answer(session, arrival, ctx, made, line.index)

    # --- reactions and deletions

    def reaction(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        relation = relation_of(arrival.content)
        about = queries.outbox_by_event(session, string(relation.get("event_id")))
        if about is None or not self._here(session, about, place):
            return
        if self.limits.too_many(session, arrival, place):
            return
        ctx = self.turns.context(session, arrival, place, person, about)
        try:
            with session.begin_nested():
                made = reactions.react(session, ctx, string(relation.get("key")), about)
        except Problem as problem:
            made = self.turns.problem(ctx, problem)
        if queries.changes_of(session, arrival.event_id):  # what a sign did is undone like any other deed
            self.turns.remember(session, arrival, ctx, REACTION, string(relation.get("key")), about.id)
        if made is not None:
            message = made.message(ctx.language)
            owe(
                session,
                f"reply:{arrival.event_id}:0",
                target_of(place),
                message,
                now=arrival.at,
                reply_to=about.event_id,
                thread=None,
            )
            self.turns.further(session, ctx, made, f"reply:{arrival.event_id}:0", arrival.at)
