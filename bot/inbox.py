"""One event from a room → one savepoint: the ledger, who spoke, what it does, what the bot owes for it.

Events are handled in the order in which the homeserver gives them, many to a commit, each in a savepoint of its own:
a fault in one is answered with a reference and harms no other. Everything here runs on the storage thread, does no
network I/O and reads no clock.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot import cpr, deletion, replies, text
from bot.access import Access, Place
from bot.commands import Context, Problem, Reply, look_up, run, split_line
from bot.commands.me import take_back
from bot.matrix.batch import Arrival, Batch, Joined, string
from bot.matrix.reading import Line, command_lines, incoming
from bot.owed import Message, direct, forum, owe, owe_edit
from bot.rooms import Rooms
from bot.settings import Person
from bot.storage import queries
from bot.storage.models import Command, InboxEvent, Outbox, Room

log = structlog.get_logger(__name__)

ANSWER = "answer"
UNREADABLE = frozenset({"m.image", "m.audio", "m.video", "m.file", "m.location"})


class Inbox:
    """Handles arrivals. `user_id` is the bot's own."""

    def __init__(self, access: Access, user_id: str) -> None:
        self.access = access
        self.user_id = user_id
        self.rooms = Rooms(access, user_id)

    def sync(self, session: Session, batch: Batch) -> int:
        """Take in one sync: rooms, members, events, and the token, in the caller's one transaction."""
        for room_id, state in batch.invites.items():
            self.rooms.invited(session, room_id, state, batch.now)
        for room_id in batch.leaves:
            self.rooms.left(session, room_id)
        timelines: list[tuple[Arrival, ...]] = []
        for joined in batch.joins:
            room = self.rooms.joined(session, joined.room_id, batch.now, joined.events)
            if room is None:
                continue
            for before in joined.state:
                self._state_before(session, room, before)
            timelines.append(joined.timeline)
        return self.take(session, _in_order(timelines), batch.token)

    def page(self, session: Session, page: Joined, now: datetime) -> int:
        """Take in a page of a gap: events in order, the token stays where it is.

        The state block describes the room at the gap's end, so it helps only where nothing is known yet: a person
        who was removed within the gap could still speak at its beginning.
        """
        known = queries.room(session, page.room_id)
        fresh = known is None or known.state != "joined"
        room = self.rooms.joined(session, page.room_id, now, page.events)
        if room is None:
            return 0
        for before in page.state if fresh else ():
            self._state_before(session, room, before)
        return self.take(session, page.timeline)

    def resolved(self, session: Session, aliases: Mapping[str, str], now: datetime) -> None:
        """Note which room ids the config's rooms have."""
        self.rooms.resolved(session, aliases, now)

    def take(self, session: Session, arrivals: Iterable[Arrival], token: str | None = None) -> int:
        """Handle events that were not seen before, and with them the sync token that covers them.

        Returns how many were new. Runs inside the caller's transaction: all of it is committed, or nothing.
        """
        new = 0
        for arrival in arrivals:
            if not arrival.event_id:
                continue
            if queries.seen(session, arrival.event_id):
                self._state(session, arrival)  # a state block before it may just have said what was before
                continue
            new += 1
            session.add(
                InboxEvent(
                    event_id=arrival.event_id,
                    room_id=arrival.room_id,
                    sender=arrival.sender,
                    at=arrival.at,
                )
            )
            session.flush()
            try:
                with session.begin_nested():
                    self._event(session, arrival)
            except SQLAlchemyError:
                raise  # the disk or the database: nothing of this batch may count as handled
            except Exception as fault:
                self._apologise(session, arrival, fault)
        if token is not None:
            queries.set_meta(session, "sync_token", token)
        return new

    # --- one event

    def _event(self, session: Session, arrival: Arrival) -> None:
        if arrival.sender == self.user_id and "state_key" not in arrival.event:
            self._own(session, arrival)
            return
        room = queries.room(session, arrival.room_id)
        if self._state(session, arrival):
            return
        place = self.access.place(session, room) if room else None
        if place is None or room is None or arrival.at < room.since:
            return
        kind = arrival.event.get("type")
        person = self.access.may_speak(session, arrival.sender, place)
        if kind == "m.room.redaction":
            # A moderator's deletion erases words too, whoever the moderator is.
            self._redaction(session, arrival, place, person or self.access.stranger(arrival.sender))
        elif person is None:
            return
        elif kind == "m.reaction":
            self._reaction(session, arrival, place, person)
        elif kind == "m.room.message":
            self._message(session, arrival, place, person)

    def _state(self, session: Session, arrival: Arrival) -> bool:
        """Take in a state event of a known room; idempotent. Returns whether it was one."""
        room = queries.room(session, arrival.room_id)
        if room is None or "state_key" not in arrival.event:
            return False
        self.rooms.state_event(session, room, arrival.event, arrival.at)
        return True

    def _state_before(self, session: Session, room: Room, arrival: Arrival) -> None:
        """Take in an event of a sync's state block, unless we know of something newer.

        The block describes the room before the timeline, and where two events crossed, before one that we have
        had already: a joining must not turn into the invitation again, nor a kick into the membership.
        """
        if not queries.seen(session, arrival.event_id):
            self.rooms.state_event(session, room, arrival.event, arrival.at, old=True)

    def _own(self, session: Session, arrival: Arrival) -> None:
        """A message of the bot's own came back: if its acknowledgement was lost, this is it."""
        mark = arrival.content.get("dk.hotspotbot")
        row = queries.outbox(session, string(mark.get("id"))) if isinstance(mark, Mapping) else None
        if row is not None and row.state == "owed" and row.what in ("message", "edit", "picture"):
            row.state, row.event_id, row.sent_at = "sent", arrival.event_id, arrival.at
            row.content = None

    def _context(
        self, session: Session, arrival: Arrival, place: Place, person: Person, about: Outbox | None = None
    ) -> Context:
        seen = [
            row
            for row in (queries.actions_in(session, about.id) if about else ())
            if self.access.may_see(session, person, place, row)
        ]
        return Context(
            access=self.access,
            person=person,
            place=place,
            language=self.access.language(session, person.user_id, place),
            at=arrival.at,
            event_id=arrival.event_id,
            about=tuple(seen),
        )

    # --- messages

    def _message(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        content = arrival.content
        if content.get("msgtype") == "m.notice":
            return
        relation = _relation(content)
        if relation.get("rel_type") == "m.replace":
            self._edit(session, arrival, place, person, string(relation.get("event_id")))
            return
        about = self._answered(session, place, relation)
        ctx = self._context(session, arrival, place, person, about)
        if string(content.get("msgtype")) in UNREADABLE:
            if place.direct or about is not None:
                self._answer(session, arrival, ctx, Reply("unreadable", ctx.say("unreadable")), 0)
            return
        said = incoming(content)
        if said is None:
            return
        lines = command_lines(said.text, ctx.prefix)
        if self.access.too_open(session, place):
            if lines:
                self._answer(session, arrival, ctx, Reply("unencrypted", ctx.say("problem-not-encrypted")), 0)
            return
        if not lines:
            self._talk(session, arrival, ctx, said.text, about)
            return
        for line in lines:
            self._command(session, arrival, replace(ctx, line=line.index), line)

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
                return row
        return None

    def _here(self, session: Session, row: Outbox, place: Place) -> bool:
        return row.target == _target(place)

    def _talk(
        self, session: Session, arrival: Arrival, ctx: Context, words: str, about: Outbox | None
    ) -> None:
        """What is no command: an answer to the bot, or people's own conversation."""
        if about is None and ctx.place.direct:
            about = queries.last_about_actions(session, _target(ctx.place))
        if (about is None and not ctx.place.direct) or not words.strip():
            return
        try:
            if cpr.contains(words):
                raise Problem("problem-cpr")
            with session.begin_nested():
                made = replies.reply(session, ctx, words.strip(), about)
        except Problem as problem:
            made = self._problem(ctx, problem)
        if made is None:
            return
        self._remember(session, arrival, ctx, ANSWER, words, about.id if about else None)
        self._answer(session, arrival, ctx, made, 0)

    def _command(self, session: Session, arrival: Arrival, ctx: Context, line: Line) -> None:
        name, made = self._run(session, ctx, line.text)
        self._remember(session, arrival, ctx, name, line.text, None)
        self._answer(session, arrival, ctx, made, line.index)

    def _run(self, session: Session, ctx: Context, line: str) -> tuple[str, Reply]:
        """Carry out a command line; what the person can put right becomes the answer."""
        try:
            if cpr.contains(line):
                raise Problem("problem-cpr")
            with session.begin_nested():
                return run(session, ctx, line)
        except Problem as problem:
            return split_line(line, ctx.prefix)[0][:40], self._problem(ctx, problem)

    @staticmethod
    def _problem(ctx: Context, problem: Problem) -> Reply:
        uids = tuple(row.uid for row in ctx.about)
        return Reply("problem", ctx.say(problem.key, **problem.args_), uids)

    def _remember(
        self, session: Session, arrival: Arrival, ctx: Context, name: str, words: str, about: str | None
    ) -> None:
        edited = ctx.event_id != arrival.event_id
        row = session.get(Command, (ctx.event_id, ctx.line)) if edited else None
        if row is None:
            row = Command(
                event_id=ctx.event_id,
                line=ctx.line,
                room_id=arrival.room_id,
                sender=arrival.sender,
                name=name,
                at=ctx.at,
                words="",
                about=about,
            )
            session.add(row)
        row.name = name
        row.words = session.info["vault"].digest("words", words)
        session.flush()

    def _answer(self, session: Session, arrival: Arrival, ctx: Context, made: Reply, line: int) -> None:
        """Owe the answer to a line, its picture, and whatever the command tells others."""
        target = _target(ctx.place)
        relation = _relation(arrival.content)
        thread = string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
        reason = f"reply:{arrival.event_id}:{line}"
        owe(
            session,
            reason,
            target,
            made.message(ctx.language),
            now=arrival.at,
            reply_to=arrival.event_id,
            thread=thread or None,
            room_id=ctx.place.room_id if ctx.place.direct else None,
        )
        self._further(session, ctx, made, reason, arrival.at)

    def _further(self, session: Session, ctx: Context, made: Reply, reason: str, now: datetime) -> None:
        if made.picture is not None:
            owe_picture(session, f"{reason}:picture", _target(ctx.place), made.picture, ctx.language, now)
        for also in made.also:
            owe(session, also.reason, also.target, also.message, now=now)

    # --- edits

    def _edit(self, session: Session, arrival: Arrival, place: Place, person: Person, original: str) -> None:
        """An edit of one's own message changes what its words changed, and the bot's answer along with it."""
        before = {row.line: row for row in queries.commands_of(session, original)}
        if not original or not queries.seen(session, original):
            return
        if any(row.sender != arrival.sender for row in before.values()):
            return
        if not before and not self._writer_is(session, original, arrival.sender):
            return
        said = incoming(arrival.content)
        if said is None:
            return
        first_at = min((row.at for row in before.values()), default=arrival.at)
        ctx = replace(
            self._context(session, arrival, place, person), event_id=original, at=first_at, heard=arrival.at
        )
        lines = {line.index: line for line in command_lines(said.text, ctx.prefix)}
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
        existing = queries.action_of_line(session, ctx.event_id, ctx.line)
        stays = existing is not None and new is not None and _is_action(new, ctx)
        if old is not None and not stays:
            take_back(session, ctx, queries.changes_of(session, ctx.event_id, ctx.line))
            old.undone = True
        if new is None:
            if old is not None:
                gone = Message("taken-back", ctx.say("edit-taken-back"), language=ctx.language)
                self._amend(session, arrival, ctx, gone)
            return
        name, made = self._run(session, replace(ctx, existing=existing if stays else None), new.text)
        self._remember(session, arrival, ctx, name, new.text, None)
        if old is not None:
            old.undone = False
        self._amend(session, arrival, ctx, made.message(ctx.language))
        self._further(session, ctx, made, f"edit:{arrival.event_id}:{ctx.line}", arrival.at)

    def _edit_answer(
        self, session: Session, arrival: Arrival, ctx: Context, old: Command, words: str
    ) -> None:
        """An edited answer is taken back and heard anew."""
        if old.words == session.info["vault"].digest("words", words):
            return
        take_back(session, ctx, queries.changes_of(session, ctx.event_id, 0))
        about = queries.outbox(session, old.about) if old.about else None
        try:
            if cpr.contains(words):
                raise Problem("problem-cpr")
            with session.begin_nested():
                made = replies.reply(session, ctx, words.strip(), about)
        except Problem as problem:
            made = self._problem(ctx, problem)
        self._remember(session, arrival, ctx, ANSWER, words, old.about)
        made = made or Reply("taken-back", ctx.say("edit-taken-back"))
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
            owe(session, reason, _target(ctx.place), message, now=arrival.at, reply_to=ctx.event_id)
            return
        owe_edit(session, said, f"edit-reply:{arrival.event_id}:{ctx.line}", message, now=arrival.at)

    # --- reactions and deletions

    def _reaction(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        relation = _relation(arrival.content)
        about = queries.outbox_by_event(session, string(relation.get("event_id")))
        if about is None or not self._here(session, about, place):
            return
        ctx = self._context(session, arrival, place, person, about)
        try:
            with session.begin_nested():
                made = replies.react(session, ctx, string(relation.get("key")), about)
        except Problem as problem:
            made = self._problem(ctx, problem)
        if made is not None:
            message = made.message(ctx.language)
            owe(
                session,
                f"reply:{arrival.event_id}:0",
                _target(place),
                message,
                now=arrival.at,
                reply_to=about.event_id,
                thread=None,
            )
            self._further(session, ctx, made, f"reply:{arrival.event_id}:0", arrival.at)

    def _redaction(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        redacted = string(arrival.content.get("redacts")) or string(arrival.event.get("redacts"))
        if not redacted or not queries.seen(session, redacted):
            return
        ctx = replace(self._context(session, arrival, place, person), event_id=redacted)
        deletion.deleted(session, ctx, redaction_id=arrival.event_id, target=_target(place))

    # --- faults

    def _apologise(self, session: Session, arrival: Arrival, fault: Exception) -> None:
        """Log a fault with its place but without anybody's words, and give the person its reference."""
        reference = secrets.token_hex(3).upper()
        frames = [
            f"{f.filename.rsplit('/', 2)[-1]}:{f.lineno}:{f.name}"
            for f in traceback.extract_tb(fault.__traceback__)
        ]
        log.error(
            "inbox.fault",
            reference=reference,
            fault=type(fault).__name__,
            where=frames[-6:],
            event_id=arrival.event_id,
        )
        room = queries.room(session, arrival.room_id)
        place = self.access.place(session, room) if room else None
        if place is None or arrival.event.get("type") != "m.room.message":
            return
        lang = self.access.language(session, arrival.sender, place)
        sorry = Message("fault", text.t(lang, "fault", reference=reference), language=lang)
        reason = f"reply:{arrival.event_id}:fault"
        owe(session, reason, _target(place), sorry, now=arrival.at, reply_to=arrival.event_id)


def owe_picture(
    session: Session, reason: str, target: str, figures: Any, language: str, now: datetime
) -> Outbox | None:
    """Owe a picture of a digest's figures; it is drawn just before it is sent."""
    message = Message("digest.picture", figures.to_json(), language=language)
    return owe(session, reason, target, message, now=now, what="picture")


def _in_order(timelines: Iterable[tuple[Arrival, ...]]) -> list[Arrival]:
    """The events of several rooms as they were said, the order within each room kept whatever its clocks show.

    After an outage "færdig 42" in direct messages must not come before the "!aftale" in the room that made 42.
    """
    keyed: list[tuple[datetime, Arrival]] = []
    for timeline in timelines:
        latest: datetime | None = None
        for arrival in timeline:
            latest = arrival.at if latest is None else max(latest, arrival.at)
            keyed.append((latest, arrival))
    return [arrival for _, arrival in sorted(keyed, key=lambda pair: pair[0])]


def _relation(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = content.get("m.relates_to")
    return found if isinstance(found, Mapping) else {}


def _target(place: Place) -> str:
    return direct(place.person) if place.person else forum(place.forum.uid if place.forum else "")


def _is_action(line: Line, ctx: Context) -> bool:
    info = look_up(split_line(line.text, ctx.prefix)[0])
    return info is not None and info.name == "action"
