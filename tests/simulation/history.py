"""What must hold of a whole history: what people said, what the homeserver holds, what the database has written."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, select

from bot.storage.models import Action, Change, Outbox
from tests.simulation.bot import BOT, START
from tests.simulation.gatherings import Gatherings
from tests.simulation.held import Meetings
from tests.simulation.homeserver import Event, Room, World
from tests.simulation.people import FORUMS, Command, mxid
from tests.simulation.phones import Phone

AGAIN = 310.0  # seconds after which the bot has asked once more about a device that was not signed
_WORD = re.compile(r"ord(\d+)q")


@dataclass
class History:
    """A history that is over. `broken` says, one line each, what does not hold."""

    session: Session
    life: Gatherings

    def __post_init__(self) -> None:
        self.world: World = self.life.world
        self.rows = list(self.session.exec(select(Outbox).order_by(Outbox.seq)))  # type: ignore[arg-type]
        self.by_reason = {row.reason: row for row in self.rows}
        self.said = [e for e in self.world.events.values() if e.sender == BOT]
        self.by_id: dict[str, list[Event]] = defaultdict(list)
        self.readers: dict[str, list[Phone]] = {}
        sent = {row.event_id: row.id for row in self.rows}
        for event in self.said:
            if event.type == "m.room.encrypted" and self.life.phones is not None:
                self.readers[event.event_id] = self.life.phones.read(event)
            if event.kind in ("m.room.message", "m.reaction"):
                self.by_id[event.said["dk.hotspotbot"]["id"]].append(event)
            elif event.kind == "m.room.encrypted" and event.event_id in sent:
                self.by_id[sent[event.event_id]].append(event)

    def broken(self) -> list[str]:
        """Everything that does not hold."""
        return [
            *self._debts(),
            *self._commands(),
            *self._order(),
            *self._places(),
            *self._occasions(),
            *self._void(),
            *self._keys(),
            *self._files(),
            *Meetings(self.session, self.life, self.rows, self.said).broken(),
        ]

    # --- each debt once

    def _debts(self) -> Iterator[str]:
        for outbox_id, events in self.by_id.items():
            if len(events) > 1:
                kind = events[0].said.get("dk.hotspotbot", {}).get("kind")
                yield f"said {len(events)} times: {kind} {outbox_id} in {[e.room_id for e in events]}"
        redactions = Counter(e.redacts for e in self.said if e.type == "m.room.redaction")
        for event_id, count in redactions.items():
            if count > 1:
                yield f"redacted {count} times: {event_id}"
        for row in self.rows:
            events = self.by_id.get(row.id, [])
            what = f"{row.kind} ({row.what}, {row.reason}, seq {row.seq})"
            if row.state == "owed":
                yield f"still owed: {what}"
            elif row.state == "sent" and row.what == "redact":
                about = next((r for r in self.rows if r.id == row.about), None)
                event = self.world.events.get(about.event_id or "") if about else None
                if event is None or event.redacted_by is None:
                    yield f"counts as redacted and is not: {what}"
            elif row.state == "sent" and row.what == "media":
                if row.media in self.world.uploads:
                    yield f"counts as deleted and is not: {what}"
            elif row.state == "sent" and row.what == "pin":
                continue  # looked at where the meetings are
            elif row.state == "sent" and [e.event_id for e in events] != [row.event_id]:
                yield f"counts as sent as {row.event_id}, is {[e.event_id for e in events]}: {what}"
            elif row.state in ("refused", "dropped") and events:
                yield f"{row.state} and yet there: {what}"
            elif row.state == "refused" and not row.error:
                yield f"refused without a reason: {what}"
        known = {row.id for row in self.rows}
        for outbox_id in self.by_id.keys() - known:
            yield f"said without being owed: {outbox_id}"

    def _files(self) -> Iterator[str]:
        """What lies on the homeserver is what somebody can open; nothing else that was uploaded lies there still."""
        shown = {
            str((event.said.get("file") or event.said)["url"])
            for event in self.said
            if event.said.get("msgtype") in ("m.file", "m.image") and event.redacted_by is None
        }
        for uri in sorted(shown - self.world.uploads.keys()):
            yield f"a file that people see is gone: {uri}"
        for uri in sorted(self.world.uploads.keys() - shown):
            yield f"a file that nobody is to read any more lies there: {uri}"

    # --- each command once

    def _commands(self) -> Iterator[str]:
        replies: dict[str, list[Event]] = defaultdict(list)
        for event in self.said:
            relation, mark = event.said.get("m.relates_to"), event.said.get("dk.hotspotbot", {})
            if mark.get("kind") in ("event.unread", "cleartext"):
                continue  # says that nothing was understood
            if isinstance(relation, dict) and "m.in_reply_to" in relation:
                replies[relation["m.in_reply_to"]["event_id"]].append(event)
        actions = Counter((a.source_event, a.source_line) for a in self.session.exec(select(Action)))
        changes = Counter(
            (c.event_id, c.line, c.field) for c in self.session.exec(select(Change)) if c.field == "note"
        )
        for command in self.life.said:
            yield from self._command(command, replies[command.event.event_id], actions, changes)

    def _command(
        self,
        command: Command,
        replies: list[Event],
        actions: Counter[tuple[str, int]],
        changes: Counter[tuple[str, int, str]],
    ) -> Iterator[str]:
        event = command.event
        what = f"{'/'.join(command.verbs)} by {event.sender} ({event.event_id} in {event.room_id})"
        lines = len(command.verbs)
        heard = command.readable and self._must_be_heard(event)
        if len(replies) > lines and not command.edited:
            yield f"answered {len(replies)} times: {what}"
        if command.deleted or command.edited:
            return
        for line, verb in enumerate(command.verbs, 1):
            row = self.by_reason.get(f"reply:{event.event_id}:{line}")
            if row is None:
                if heard:
                    yield f"never handled: {what}, line {line}"
                continue
            if row.kind == "fault":
                yield f"answered with a fault: {what}, line {line}"
            if verb == "record" and actions[event.event_id, line] != 1:
                yield f"{actions[event.event_id, line]} actions recorded: {what}, line {line}"
            if row.kind == "action.noted" and changes[event.event_id, line, "note"] != 1:
                yield f"noted {changes[event.event_id, line, 'note']} times: {what}, line {line}"
            if row.state == "refused" and self._always_in(event):
                yield f"the answer was refused ({row.error}) though the bot was always there: {what}"
        sent = [self.by_reason.get(f"reply:{event.event_id}:{n}") for n in range(1, lines + 1)]
        owing = sum(1 for row in sent if row is not None and row.state == "sent")
        if len(replies) != owing:
            yield f"{len(replies)} answers in the room, {owing} in the books: {what}"

    def _must_be_heard(self, event: Event) -> bool:
        """Whether the bot was in the room when the homeserver accepted an event, or invited and then came."""
        room = self.world.rooms[event.room_id]
        membership = room.membership(BOT, before=event.pos)
        if membership == "join":
            return True
        later = [e for e in room.events if e.pos > event.pos and e.state_key == BOT]
        return membership == "invite" and bool(later) and later[0].content.get("membership") == "join"

    def _always_in(self, event: Event) -> bool:
        """Whether the bot and its writer stayed in the room after an event, and the room stayed the forum's."""
        room = self.world.rooms[event.room_id]
        gone = [
            e
            for e in room.events
            if e.pos > event.pos
            and (e.type == "m.room.tombstone" or e.content.get("membership") in ("leave", "invite"))
        ]
        return not gone

    # --- order

    def _order(self) -> Iterator[str]:
        edited = {c.event.event_id for c in self.life.said if c.edited}
        # Later events do not wait for what cannot be read yet.
        edited |= {line["event_id"] for line in self.life.bot.logged if line["event"] == "event.waits"}
        for room in self.world.rooms.values():
            latest = 0
            for event in room.events:
                relation = event.said.get("m.relates_to") if event.sender == BOT else None
                replied = relation.get("m.in_reply_to") if isinstance(relation, dict) else None
                asked = self.world.events.get(replied["event_id"]) if replied else None
                if asked is None or asked.room_id != room.room_id or asked.sender == BOT:
                    continue
                if asked.event_id in edited:
                    continue
                if asked.pos < latest:
                    yield f"answered out of turn in {room.room_id}: {asked.event_id}"
                latest = max(latest, asked.pos)

    # --- places

    def _places(self) -> Iterator[str]:
        for event in self.said:
            room = self.world.rooms[event.room_id]
            people = {
                e.state_key
                for (kind, _), e in room.state.items()
                if kind == "m.room.member" and e.state_key != BOT
            }
            home = self.life.homes.get(event.room_id)
            for number in {int(n) for n in _WORD.findall(str(event.said))}:
                forum = self.life.words.get(number)
                if forum is None or home == forum:
                    continue
                if home is not None:
                    yield f"a word of {forum} in {home}: {event.event_id}"
                elif not people <= self._may_hear(forum):
                    yield f"a word of {forum} told to {people}: {event.event_id}"

    def _may_hear(self, forum: str) -> set[str | None]:
        """Whose direct messages a forum's words may reach: its members own and wrote them; the lead oversees all."""
        return {mxid(name) for name in (*FORUMS[forum], "anna")}

    # --- occasions

    def _occasions(self) -> Iterator[str]:
        """One morning message for a person and day; after a standstill one digest for a target, not five."""
        mornings: Counter[tuple[str, str]] = Counter()
        digests: dict[str, datetime] = {}
        for row in self.rows:
            asked = row.reason.startswith(("reply:", "again:"))
            if row.what != "message" or asked or row.id not in self.by_id:
                continue
            if row.kind == "reminder" and row.target.startswith("dm:"):
                mornings[row.target, f"{row.created_at.date()}"] += 1
            elif row.kind == "digest":
                before = digests.get(row.target)
                if before is not None and row.created_at - before < timedelta(minutes=5):
                    yield f"two digests at once to {row.target} at {row.created_at}"
                digests[row.target] = row.created_at
        yield from (f"{n} morning messages to {to} on {day}" for (to, day), n in mornings.items() if n > 1)

    # --- keys

    def _void(self) -> Iterator[str]:
        """What looks like a command and is none: said in the clear where all is encrypted, or said again."""
        recorded = {action.source_event for action in self.session.exec(select(Action))}
        for event in self.life.void:
            first = self.life.first.get(event.event_id)
            if first is not None and first.redacted_by is not None:
                continue  # deleted before the bot had read it, perhaps: then the repetition is the first it reads
            answered = f"reply:{event.event_id}:1" in self.by_reason
            if answered or event.event_id in recorded:
                yield f"counted, though it was {event.type} out of place: {event.event_id}"

    def _keys(self) -> Iterator[str]:
        """Sent means that every device it was meant for had its key by then, and nobody else ever."""
        by_event = {row.event_id: row for row in self.rows}
        for event in self.said:
            room = self.world.rooms[event.room_id]
            if event.type == "m.room.message" and room.encrypted:
                yield f"said in the clear in an encrypted room: {event.event_id} ({event.said.get('dk.hotspotbot')})"
            row = by_event.get(event.event_id)
            if event.type != "m.room.encrypted" or row is None or row.tried_at is None:
                continue
            assert self.life.phones is not None
            made_at = row.tried_at.timestamp()
            known = self._known_at(made_at)
            for phone in self.life.phones.each():
                place = f"{phone.user} {phone.device}: {row.kind} {event.event_id} in {event.room_id}"
                memberships = self._memberships(room, phone.user, known, event.pos)
                reads = phone in self.readers[event.event_id]
                if not reads and memberships <= {"join", "invite"} and self._is_known(phone, known, made_at):
                    yield f"sent before its key was there for {place}"
                if reads and not memberships & {"join", "invite"}:
                    yield f"its key was given to somebody outside, {place}"

    def _known_at(self, made_at: float) -> int:
        """Up to which place in the stream the bot had taken in all when it made a message."""
        since = START.timestamp()
        return max((pos for at, pos in self.life.wire.acknowledged if since + at <= made_at), default=0)

    @staticmethod
    def _is_known(phone: Phone, known: int, made_at: float) -> bool:
        """Whether the bot must have known a device, and its signature, which nobody tells it of."""
        signed = phone.signed_at is not None and phone.signed_at + AGAIN <= made_at
        return phone.since <= known and (signed or phone.signed_at_once)

    @staticmethod
    def _memberships(room: Room, user: str, known: int, pos: int) -> set[str]:
        """What somebody was to a room from what the bot knew for sure until its message was accepted."""
        since = [e for e in room.between(known, pos) if (e.type, e.state_key) == ("m.room.member", user)]
        return {room.membership(user, known + 1), *(str(e.content["membership"]) for e in since)}
