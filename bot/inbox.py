"""One event from a room → one savepoint: the ledger, who spoke, and to whom it is handed.

Events are handled in the order in which the homeserver gives them, many to a commit, each in a savepoint of its own:
a fault in one is answered with a reference and harms no other. Everything here runs on the storage thread, does no
network I/O and reads no clock.
"""

from __future__ import annotations

import secrets
import traceback
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot import cpr_events, deletion, purging, text
from bot.access import Access, Place
from bot.conversation import Conversation
from bot.matrix.batch import Arrival, Batch, Joined, Keys, string
from bot.matrix.crypto import keybackup
from bot.matrix.crypto.machine import Crypto, News
from bot.matrix.crypto.verifying import is_verification
from bot.owed import Message, give_up_media, owe, target_of
from bot.programme import Person
from bot.returning import came_back, deletion_came_back, own_message
from bot.rooms import Rooms
from bot.storage import queries
from bot.storage.models import Room
from bot.storage.sealing import KeyringUnavailable

log = structlog.get_logger(__name__)

# People's homeservers may be behind the inviter's; the link hands on nothing from before an invitation anyway.
SKEW = timedelta(hours=1)


class Inbox:
    """Handles arrivals. `user_id` is the bot's own."""

    def __init__(self, access: Access, user_id: str, crypto: Crypto | None = None) -> None:
        self.access = access
        self.user_id = user_id
        self.crypto = crypto or Crypto(access, user_id)
        self.rooms = Rooms(access, user_id)
        self.conversation = Conversation(access)
        self.halves = cpr_events.Halves()

    def sync(self, session: Session, batch: Batch) -> int:
        """Take in one sync: rooms, members, events, and the token, in the caller's one transaction."""
        timelines: list[tuple[Arrival, ...]] = []
        heard = self.crypto.take_in(session, batch.keys, batch.now)
        for joined in batch.joins:
            room = self.rooms.joined(session, joined.room_id, batch.now, joined.events)
            if room is None:
                continue
            if batch.afresh:
                queries.forget_members(session, joined.room_id)
            for before in joined.state:
                self._state_before(session, room, before)
            timelines.append(joined.timeline)
        outside = self._partings(session, batch.partings, timelines)
        if batch.afresh:
            queries.set_meta(session, "rewound", None)
            queries.devices_changed(session, None)
        new = self._read_again(session, heard, batch.now)
        new += self.take(session, _in_order(timelines), batch.now, batch.token)
        for room in outside:
            room.state = "left"
        if batch.keys.to_device:
            queries.forget_heard(session)
        # A room that the bot was removed from and asked back to stands in both.
        for room_id in batch.leaves:
            if room_id not in batch.invites:
                self.rooms.left(session, room_id, batch.now)
        for room_id, state in batch.invites.items():
            self.rooms.invited(session, room_id, state, batch.now)
        self.rooms.look_around(session, batch.now)
        return new

    @staticmethod
    def _partings(
        session: Session, partings: Iterable[Joined], timelines: list[tuple[Arrival, ...]]
    ) -> list[Room]:
        """Add what was said in rooms before the bot was removed. Returns those it counted as outside of by then.

        It was asked back, and could not come: what it heard as a member is handled as a member's.
        """
        outside: list[Room] = []
        for parting in partings:
            room = queries.room(session, parting.room_id)
            if room is None or not parting.timeline or room.state not in ("joined", "invited", "left"):
                continue
            timelines.append(parting.timeline)
            if room.state != "joined":
                room.state = "joined"
                outside.append(room)
        return outside

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
        for before in page.state:
            # Encrypted once, encrypted for ever: the answers to this page must not leave in the clear.
            if fresh or before.event.get("type") == "m.room.encryption":
                self._state_before(session, room, before)
        return self.take(session, page.timeline, now)

    def keys(self, session: Session, keys: Keys, now: datetime) -> int:
        """Take in what a sync says of keys before its gaps are read; the token stays where it is."""
        return self._read_again(session, self.crypto.take_in(session, keys, now), now)

    def devices(
        self, session: Session, said: Mapping[str, Any], asked: Mapping[str, int], now: datetime
    ) -> int:
        """Take in what the homeserver says of people's devices; how many events that waited were handled."""
        return self._read_again(session, self.crypto.noted(session, said, asked, now), now)

    def looked_up(
        self, session: Session, room_id: str, session_id: str, entry: Mapping[str, Any] | None, now: datetime
    ) -> int:
        """Take in what the backup has for a session; how many events that waited were handled."""
        found = keybackup.looked_up(session, room_id, session_id, entry)
        return self._read_again(session, News(sessions=frozenset({found} if found else ())), now)

    def resolved(self, session: Session, aliases: Mapping[str, str], now: datetime) -> None:
        """Note which room ids the config's rooms have."""
        self.rooms.resolved(session, aliases, now)

    def take(
        self, session: Session, arrivals: Iterable[Arrival], now: datetime, token: str | None = None
    ) -> int:
        """Handle events that were not seen before, and with them the sync token that covers them.

        Returns how many were new. Runs inside the caller's transaction: all of it is committed, or nothing.
        """
        new = 0
        newest: dict[str, str] = {}
        for arrival in arrivals:
            if not arrival.event_id:
                continue
            if queries.seen(session, arrival.event_id):
                self._state(session, arrival)  # a state block before it may just have said what was before
                continue
            new += 1
            newest[arrival.room_id] = arrival.event_id
            queries.note_event(session, arrival.event_id, arrival.room_id, arrival.sender, arrival.at)
            self._handle(session, arrival, now)
        for room_id, event_id in newest.items():
            room = queries.room(session, room_id)
            if room is not None:
                room.newest_event = event_id
        if token is not None:
            queries.set_meta(session, "sync_token", token)
        return new

    def _read_again(self, session: Session, news: News, now: datetime) -> int:
        """Handle what waited for these keys or devices, in the order in which it came; how much came of it."""
        if not news.sessions and not news.people:
            return news.owed
        waiting = deque(queries.unread_about(session, sessions=news.sessions, senders=news.people))
        handled = news.owed
        over: set[str] = set()
        while waiting:
            row = waiting.popleft()
            if row.event_id in over:
                continue  # it waited for an event before it as well
            room = queries.room(session, row.room_id)
            place = self.access.place(session, room) if room else None
            arrival = self.crypto.again(session, row, place)
            if queries.unread(session, row.event_id) is None:
                over.add(row.event_id)
                waiting.extend(queries.unread_after(session, row.event_id))
            if arrival is not None:
                handled += 1
                self._handle(session, arrival, now, waited=True)
        return handled

    # --- one event

    def _handle(self, session: Session, arrival: Arrival, now: datetime, *, waited: bool = False) -> None:
        """An event in a savepoint of its own; what goes wrong with it is answered with a reference."""
        try:
            with session.begin_nested():
                self._event(session, arrival, now, waited=waited)
        except (SQLAlchemyError, KeyringUnavailable):
            raise  # the disk or the database: nothing of this batch may count as handled
        except Exception as fault:
            self._apologise(session, arrival, fault)

    def _event(self, session: Session, arrival: Arrival, now: datetime, *, waited: bool) -> None:
        if arrival.sender == self.user_id and "state_key" not in arrival.event:
            self._own(session, arrival)
            return
        room = queries.room(session, arrival.room_id)
        place = self.access.place(session, room) if room else None
        if self._state(session, arrival):
            self._look(session, arrival, place)
            return
        if place is None or room is None or arrival.at < room.since - SKEW:
            return
        # Who was heard when it was said may have left since.
        person = self.access.may_speak(session, arrival.sender, place) or (
            self.access.person(arrival.sender) if waited else None
        )
        if arrival.event.get("type") == "m.room.encrypted":
            if not arrival.content:
                return  # deleted before we saw it
            read = self.crypto.read(session, arrival, place, now) if person is not None else None
            if read is None:
                return
            arrival = read
        kind = arrival.event.get("type")
        if self._look(session, arrival, place) and kind != "m.room.redaction":
            return
        if kind == "m.room.redaction":
            # A moderator's deletion erases words too, whoever the moderator is.
            self._redaction(session, arrival, place, person or self.access.stranger(arrival.sender))
        elif person is not None:
            self._said(session, arrival, place, person, now, clear=room.encrypted and not arrival.encrypted)

    def _said(
        self, session: Session, arrival: Arrival, place: Place, person: Person, now: datetime, *, clear: bool
    ) -> None:
        """What a person said; `clear` where they should have encrypted it."""
        kind = arrival.event.get("type")
        if is_verification(string(kind), arrival.content):
            # Element sends these in the clear, in encrypted rooms as well; what they prove does not rest on secrecy.
            self.crypto.verifying.heard(session, arrival.event, now, arrival.room_id)
        elif not place.direct and not self.access.fits_in(person, place.config):
            self.conversation.unheard(session, arrival, place, person)
        elif kind == "m.reaction":
            self.conversation.reaction(session, arrival, place, person)
        elif kind == "m.room.message" and clear:
            self.conversation.cleartext(session, arrival, place, person)
        elif kind == "m.room.message":
            self.conversation.message(session, arrival, place, person)

    def _look(self, session: Session, arrival: Arrival, place: Place | None) -> bool:
        """Whether an event holds a CPR number, whoever sent it: then it is deleted, and nothing in it counts."""
        if place is None or arrival.sender == self.user_id:
            return False
        first = None
        if not cpr_events.in_event(arrival.event):
            first = self.halves.first_of(arrival.room_id, arrival.event_id, arrival.event, arrival.at)
            if first is None:
                return False
        purging.purge(session, self.access, arrival, place, first=first)
        return True

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
            if arrival.event_id:
                self._look(session, arrival, self.access.place(session, room))

    def _own(self, session: Session, arrival: Arrival) -> None:
        """A message of the bot's own came back: if its acknowledgement was lost, this is it."""
        if arrival.event.get("type") == "m.room.redaction":
            deletion_came_back(session, _redacted(arrival))
        elif (own := own_message(arrival, session.info["vault"])) is not None:
            came_back(session, own)

    # --- deletions

    def _redaction(self, session: Session, arrival: Arrival, place: Place, person: Person) -> None:
        if arrival.encrypted:
            return  # who may delete what is the homeserver's to judge, and of this it has not
        redacted = _redacted(arrival)
        purging.gone(session, redacted)
        self._file_gone(session, redacted, arrival)
        if not redacted or not queries.was_said_in(session, redacted, arrival.room_id):
            return
        if (waiting := queries.unread(session, redacted)) is not None:
            session.delete(waiting)
        ctx = replace(self.conversation.turns.context(session, arrival, place, person), event_id=redacted)
        deletion.deleted(session, ctx, redaction_id=arrival.event_id, target=target_of(place))

    @staticmethod
    def _file_gone(session: Session, redacted: str, arrival: Arrival) -> None:
        """Somebody deleted a message of ours with a file: that file is to be deleted as well."""
        row = queries.outbox_by_event(session, redacted) if redacted else None
        if row is not None and row.room_id == arrival.room_id and row.event_id == redacted:
            give_up_media(session, row, now=arrival.at)

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
        if place is None or arrival.event.get("type") not in ("m.room.message", "m.room.encrypted"):
            return
        lang = self.access.language(session, arrival.sender, place)
        sorry = Message("fault", text.t(lang, "fault", reference=reference), language=lang)
        reason = f"reply:{arrival.event_id}:fault"
        owe(session, reason, target_of(place), sorry, now=arrival.at, reply_to=arrival.event_id)


def _redacted(arrival: Arrival) -> str:
    """The event that a deletion deletes; room versions before 11 name it beside the content."""
    return string(arrival.content.get("redacts")) or string(arrival.event.get("redacts"))


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
