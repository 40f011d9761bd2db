"""A homeserver in memory: rooms, one stream of events, accounts and devices, and nothing that can fail.

It behaves as Synapse does where the bot leans on it, and `tests/e2e/test_model.py` asks both the same questions.
Failures belong to the wire between the bot and it (`tests/simulation/wire.py`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bot.matrix.api import LoggedOut, Refused
from tests.simulation.keys import KeyStore

TRANSACTIONS_LAST = 24 * 3600.0  # seconds until Synapse forgets a transaction id (FACTS)
ANSWERS_LAST = 120.0  # seconds for which a sync's answer is kept (sync_response_cache_duration)
PAGE = 100  # what the bot's filter asks a timeline for

Content = Mapping[str, Any]


@dataclass
class Event:
    """One event as it was accepted: `pos` is its place in the one stream, `ts` what its sender's clock showed."""

    pos: int
    room_id: str
    event_id: str
    sender: str
    type: str
    content: Content
    ts: int
    state_key: str | None = None
    redacts: str | None = None
    redacted_by: Event | None = None
    inside: tuple[str, Content] | None = None  # what an encrypted event says, to those who can read it

    @property
    def said(self) -> Content:
        """Its content as people read it."""
        return self.content if self.inside is None else self.inside[1]

    @property
    def kind(self) -> str:
        """Its type as people read it."""
        return self.type if self.inside is None else self.inside[0]

    def shown(self, *, room: bool = True) -> dict[str, Any]:
        """The event as clients get it."""
        gone = self.redacted_by is not None
        content = {k: v for k, v in self.content.items() if k == "membership"} if gone else self.content
        found: dict[str, Any] = {
            "event_id": self.event_id,
            "sender": self.sender,
            "type": self.type,
            "content": dict(content),
            "origin_server_ts": self.ts,
            "unsigned": {},
        }
        if room:
            found["room_id"] = self.room_id
        if self.state_key is not None:
            found["state_key"] = self.state_key
        if self.redacts is not None and not gone:
            found["redacts"] = self.redacts
        if self.redacted_by is not None:
            found["unsigned"] = {"redacted_because": self.redacted_by.shown()}
        return found


@dataclass
class Room:
    """A room's events in the order in which they were accepted."""

    room_id: str
    events: list[Event] = field(default_factory=list)
    state: dict[tuple[str, str], Event] = field(default_factory=dict)

    def state_before(self, pos: int) -> dict[tuple[str, str], Event]:
        """The state just before a place in the stream."""
        return {(e.type, e.state_key): e for e in self.events if e.pos < pos and e.state_key is not None}

    @property
    def encrypted(self) -> bool:
        """Whether what is said there is encrypted."""
        return ("m.room.encryption", "") in self.state

    def membership(self, user: str, before: int | None = None) -> str:
        """What a user is to the room, now or just before a place in the stream; "" for nothing."""
        event = self.member_event(user, before)
        return str(event.content.get("membership")) if event else ""

    def member_event(self, user: str, before: int | None = None) -> Event | None:
        """The event that says so."""
        state = self.state if before is None else self.state_before(before)
        return state.get(("m.room.member", user))

    def between(self, after: int, until: int | None = None) -> list[Event]:
        """The events after a place in the stream, up to and with another."""
        return [e for e in self.events if e.pos > after and (until is None or e.pos <= until)]


@dataclass(frozen=True)
class Login:
    """Who a request comes from."""

    user: str
    device: str


class World:
    """The homeserver. `now` gives the time in seconds since 1970."""

    def __init__(self, now: Callable[[], float], *, server: str = "example.dk", page: int = PAGE) -> None:
        self.now = now
        self.server = server
        self.page = page  # at most so many events in a timeline or a page of messages
        self.rooms: dict[str, Room] = {}
        self.aliases: dict[str, str] = {}
        self.events: dict[str, Event] = {}
        self.passwords: dict[str, str] = {}
        self.logins: dict[str, Login] = {}
        self.watchers: list[Callable[[Event], None]] = []  # told of each event
        self.uploads: dict[str, bytes] = {}
        self._reserved: set[str] = set()
        self._media = itertools.count(1)
        self.shy: set[str] = set()  # who refuses every invitation
        self._answers: dict[tuple[Login, str | None, bool], tuple[dict[str, Any], float]] = {}
        self._transactions: dict[tuple[Login, str, str], tuple[str, float]] = {}
        self._pos = itertools.count(1)
        self._last = 0
        self._ids = itertools.count(1)
        self.keys = KeyStore(self._step, now)

    def _step(self) -> int:
        self._last = next(self._pos)
        return self._last

    # --- accounts

    def log_in(self, user: str, password: str, device: str | None = None) -> tuple[str, str]:
        """A new access token, and its device: the one named, else a new one."""
        if self.passwords.get(user) != password:
            raise Refused("M_FORBIDDEN", 403)
        login = Login(user, device or f"DEVICE{next(self._ids)}")
        token = f"token-{next(self._ids)}"
        self.logins[token] = login
        return token, login.device

    def login(self, token: str) -> Login:
        """Whose token this is."""
        login = self.logins.get(token)
        if login is None:
            raise LoggedOut("M_UNKNOWN_TOKEN")
        return login

    def log_out(self, token: str) -> None:
        """A session ends: its device and the keys of that device are gone, and what waited for it."""
        login = self.logins.pop(token)
        if login not in self.logins.values():
            self.keys.forget(login.user, login.device)

    # --- writing

    def append(
        self,
        room: Room,
        sender: str,
        kind: str,
        content: Content,
        *,
        state_key: str | None = None,
        redacts: str | None = None,
        skew: float = 0.0,
    ) -> Event:
        """Accept an event. `skew`: how many seconds the sender's clock is ahead."""
        self._step()
        ts = int((self.now() + skew) * 1000)
        event_id = f"$e{next(self._ids)}"
        event = Event(self._last, room.room_id, event_id, sender, kind, content, ts, state_key, redacts)
        room.events.append(event)
        self.events[event.event_id] = event
        if state_key is not None:
            room.state[kind, state_key] = event
        for watcher in tuple(self.watchers):
            watcher(event)
        return event

    def send(self, login: Login, room_id: str, kind: str, txn_id: str, content: Content) -> str:
        """PUT /send: the same transaction id is the same event."""
        room = self._joined(login.user, room_id)

        def said() -> Event:
            self._refuse_relation(login.user, room, content.get("m.relates_to"))
            return self.append(room, login.user, kind, dict(content))

        return self._once(login, room, txn_id, said)

    @staticmethod
    def _refuse_relation(user: str, room: Room, relation: Any) -> None:
        """A reaction to what is not there, or the same one twice, is refused."""
        if not isinstance(relation, Mapping) or relation.get("rel_type") != "m.annotation":
            return
        if all(event.event_id != relation["event_id"] for event in room.events):
            raise Refused("M_UNKNOWN", 400)
        own = (event for event in room.events if event.sender == user and event.redacted_by is None)
        if any(event.content.get("m.relates_to") == relation for event in own):
            raise Refused("M_DUPLICATE_ANNOTATION", 400)

    def put_state(self, login: Login, room_id: str, kind: str, key: str, content: Content) -> str:
        """PUT /state: what is there already makes no new event."""
        room = self._joined(login.user, room_id)
        before = room.state.get((kind, key))
        if before is not None and (before.sender, before.content) == (login.user, content):
            return before.event_id
        return self.append(room, login.user, kind, dict(content), state_key=key).event_id

    def upload(self, data: bytes) -> str:
        """POST /upload: each one is a file of its own."""
        uri = self.reserve_upload()
        self.uploads[uri] = data
        return uri

    def reserve_upload(self) -> str:
        """POST /create: an address at which nothing lies yet."""
        uri = f"mxc://{self.server}/{next(self._media)}"
        self._reserved.add(uri)
        return uri

    def put_upload(self, uri: str, data: bytes) -> None:
        """PUT /upload/SERVER/ID: once."""
        if uri in self.uploads:
            raise Refused("M_CANNOT_OVERWRITE_MEDIA", 409)
        if uri not in self._reserved:
            raise Refused("M_NOT_FOUND", 404)
        self.uploads[uri] = data

    def delete_upload(self, uri: str) -> None:
        """DELETE as Synapse's admin API does: what comes there later is refused."""
        self.uploads.pop(uri, None)
        self._reserved.discard(uri)

    def redact(self, login: Login, room_id: str, event_id: str, txn_id: str) -> str:
        """PUT /redact, under the same transaction ids as /send."""
        room = self._joined(login.user, room_id)

        def redaction() -> Event:
            made = self.append(room, login.user, "m.room.redaction", {"redacts": event_id}, redacts=event_id)
            victim = self.events.get(event_id)
            if victim is not None and victim.room_id == room_id and victim.redacted_by is None:
                victim.redacted_by = made
            return made

        return self._once(login, room, txn_id, redaction)

    def _once(self, login: Login, room: Room, txn_id: str, make: Callable[[], Event]) -> str:
        key = (login, room.room_id, txn_id)
        known = self._transactions.get(key)
        if known is not None and self.now() - known[1] < TRANSACTIONS_LAST:
            return known[0]
        event_id = make().event_id
        self._transactions[key] = (event_id, self.now())
        return event_id

    def _joined(self, user: str, room_id: str) -> Room:
        room = self.rooms.get(room_id)
        if room is None or room.membership(user) != "join":
            raise Refused("M_FORBIDDEN", 403)
        return room

    # --- rooms

    def create_room(self, user: str, body: Content) -> str:
        """POST /createRoom. An invitation that is refused leaves the room behind, as with Synapse."""
        alias = f"#{body['room_alias_name']}:{self.server}" if body.get("room_alias_name") else None
        if alias is not None and alias in self.aliases:
            raise Refused("M_ROOM_IN_USE", 400)
        room = Room(f"!r{next(self._ids)}")
        self.rooms[room.room_id] = room
        self.append(room, user, "m.room.create", {"room_version": "12"}, state_key="")
        self.append(room, user, "m.room.member", {"membership": "join"}, state_key=user)
        if alias is not None:
            self.aliases[alias] = room.room_id
        for state in body.get("initial_state", ()):
            self.append(
                room, user, state["type"], dict(state["content"]), state_key=state.get("state_key", "")
            )
        for guest in body.get("invite", ()):
            self.invite(user, room.room_id, guest, direct=bool(body.get("is_direct")))
        return room.room_id

    def invite(self, by: str, room_id: str, user: str, *, direct: bool = False) -> None:
        """POST /invite; the very same invitation twice adds nothing."""
        room = self._joined(by, room_id)
        if room.membership(user) == "join":
            raise Refused("M_FORBIDDEN", 403)
        if user in self.shy:
            raise Refused("M_FORBIDDEN", 403)
        content = {"membership": "invite"} | ({"is_direct": True} if direct else {})
        before = room.member_event(user)
        if before is not None and (before.sender, before.content) == (by, content):
            return
        self.append(room, by, "m.room.member", content, state_key=user)

    def join(self, user: str, room_id: str) -> str:
        """POST /join."""
        room = self.rooms.get(self.aliases.get(room_id, room_id))
        if room is None:
            raise Refused("M_NOT_FOUND", 404)
        if room.membership(user) == "join":
            return room.room_id
        if room.membership(user) != "invite":
            raise Refused("M_FORBIDDEN", 403)
        self.append(room, user, "m.room.member", {"membership": "join"}, state_key=user)
        return room.room_id

    def leave(self, user: str, room_id: str, *, by: str | None = None) -> None:
        """Leave a room, or be removed from it."""
        room = self.rooms[room_id]
        if room.membership(user) in ("join", "invite"):
            self.append(room, by or user, "m.room.member", {"membership": "leave"}, state_key=user)

    def upgrade(self, by: str, room_id: str) -> str:
        """A new room in an old one's place: a tombstone, and the aliases move. Returns the new room's id."""
        old = self._joined(by, room_id)
        room = Room(f"!r{next(self._ids)}")
        self.rooms[room.room_id] = room
        before = {"room_version": "12", "predecessor": {"room_id": room_id}}
        self.append(room, by, "m.room.create", before, state_key="")
        self.append(room, by, "m.room.member", {"membership": "join"}, state_key=by)
        if (encryption := old.state.get(("m.room.encryption", ""))) is not None:
            self.append(room, by, encryption.type, encryption.content, state_key="")
        body = {"body": "This room has been replaced", "replacement_room": room.room_id}
        self.append(old, by, "m.room.tombstone", body, state_key="")
        self.aliases |= {alias: room.room_id for alias, rid in self.aliases.items() if rid == room_id}
        return room.room_id

    # --- reading

    def sync(self, login: Login, since: str | None, *, full_state: bool = False) -> dict[str, Any]:
        """GET /sync, at once. Asked again with the same token, Synapse may give the same answer for a while."""
        asked = (login, since, full_state)
        said, at = self._answers.get(asked, ({}, -math.inf))
        if self.now() - at < ANSWERS_LAST:
            return said
        first, after = since is None, _pos(since)
        said = self._sync(login.user, after, first=first, full_state=full_state)
        said |= self.keys.part(login.user, login.device, after, self._others(login.user, after), first=first)
        if news(said):
            self._answers[asked] = (said, self.now())
        return said

    def _sync(self, user: str, after: int, *, first: bool, full_state: bool) -> dict[str, Any]:
        joins: dict[str, Any] = {}
        invites: dict[str, Any] = {}
        leaves: dict[str, Any] = {}
        for room in self.rooms.values():
            own = [e for e in room.events if (e.type, e.state_key) == ("m.room.member", user)]
            if not own:
                continue
            membership = room.membership(user)
            if membership == "join":
                found = self._joined_part(room, user, after, own, first=first, full_state=full_state)
                if found is not None:
                    joins[room.room_id] = found
                continue
            if membership == "invite" and own[-1].pos > after:
                invites[room.room_id] = {"invite_state": {"events": [_stripped(own[-1])]}}
            gone = [e for e in own if e.pos > after and e.content.get("membership") == "leave"]
            if gone and not first:
                joined = any(e.pos > after and e.content.get("membership") == "join" for e in own)
                leaves[room.room_id] = self._part(
                    room, room.between(after, gone[-1].pos), after, {}, cut=joined
                )
        parts = {"join": joins, "invite": invites, "leave": leaves}
        rooms = {name: part for name, part in parts.items() if part}
        return {"next_batch": f"s{self._last}"} | ({"rooms": rooms} if rooms else {})

    def _others(self, user: str, after: int) -> set[str]:
        """Whose devices a user hears of: of those who share a room with them, the changed and the new."""
        found = self.keys.changed_since(after)
        shared: set[str] = set()
        for room in self.rooms.values():
            if room.membership(user) == "join":
                members = {str(key): e for (kind, key), e in room.state.items() if kind == "m.room.member"}
                here = {who for who, e in members.items() if e.content.get("membership") == "join"}
                shared |= here & found
                shared |= here if members[user].pos > after else {w for w in here if members[w].pos > after}
        return shared

    def _joined_part(
        self, room: Room, user: str, after: int, own: list[Event], *, first: bool, full_state: bool
    ) -> dict[str, Any] | None:
        """A room that somebody is in. One they came (back) to is told from its beginning, and counts as cut."""
        outside = room.membership(user, after + 1) != "join"
        fresh = outside or any(e.pos > after and e.content.get("membership") != "join" for e in own)
        events = room.between(0 if fresh else after)
        if not events and not full_state:
            return None
        begin = events[-self.page :][0].pos if events else self._last + 1
        before = room.state_before(begin)
        if not fresh and not full_state:
            before = {key: event for key, event in before.items() if event.pos > after}
        return self._part(room, events, after, before, cut=fresh and not first)

    def _part(
        self,
        room: Room,
        events: list[Event],
        after: int,
        state: Mapping[tuple[str, str], Event],
        *,
        cut: bool,
    ) -> dict[str, Any]:
        shown = events[-self.page :]
        timeline = {
            "events": [event.shown(room=False) for event in shown],
            "limited": cut or len(events) > len(shown),
            "prev_batch": f"s{shown[0].pos - 1 if shown else after}",
        }
        return {"timeline": timeline, "state": {"events": [e.shown(room=False) for e in state.values()]}}

    def messages(
        self,
        user: str,
        room_id: str,
        start: str | None,
        end: str | None,
        *,
        back: bool,
        sender: str | None,
        limit: int,
    ) -> dict[str, Any]:
        """GET /messages. `end` is missing from the answer where nothing follows."""
        room = self.rooms.get(room_id)
        mine = room.member_event(user) if room is not None else None
        if room is None or mine is None or room.membership(user) == "invite":
            raise Refused("M_FORBIDDEN", 403)
        last = self._last if room.membership(user) == "join" else mine.pos
        visible: Iterable[Event] = [e for e in room.events if e.pos <= last]
        at = (self._last if back else 0) if start is None else _pos(start)
        if back:
            until = _pos(end)
            visible = [e for e in reversed(room.events) if until < e.pos <= min(at, last)]
        else:
            until = self._last if end is None else _pos(end)
            visible = [e for e in room.events if at < e.pos <= min(until, last)]
        found = [e for e in visible if sender is None or e.sender == sender][: min(limit, self.page)]
        answer: dict[str, Any] = {"chunk": [e.shown() for e in found], "start": f"s{at}"}
        if found:
            answer["end"] = f"s{found[-1].pos - 1 if back else found[-1].pos}"
        return answer

    def event(self, user: str, room_id: str, event_id: str) -> dict[str, Any]:
        """GET /event."""
        found = self.events.get(event_id)
        room = self.rooms.get(room_id)
        if found is None or room is None or found.room_id != room_id or not self._visible(room, user, found):
            raise Refused("M_NOT_FOUND", 404)
        return found.shown()

    @staticmethod
    def _visible(room: Room, user: str, event: Event) -> bool:
        """Whether somebody may read an event: while in the room all of it, afterwards what came before they left."""
        if room.membership(user) == "join":
            return True
        own = [e for e in room.events if (e.type, e.state_key) == ("m.room.member", user)]
        return any(
            before.content["membership"] == "join" and event.pos < gone.pos for before, gone in pairwise(own)
        )

    def state(self, user: str, room_id: str, kind: str, key: str) -> dict[str, Any]:
        """GET /state: the content of one state event."""
        found = self._joined(user, room_id).state.get((kind, key))
        if found is None:
            raise Refused("M_NOT_FOUND", 404)
        return dict(found.content)

    def members(self, user: str, room_id: str) -> list[dict[str, Any]]:
        """GET /members."""
        room = self._joined(user, room_id)
        return [e.shown() for (kind, _), e in room.state.items() if kind == "m.room.member"]


def news(said: Mapping[str, Any]) -> bool:
    """Whether a sync says anything."""
    return any(part in said for part in ("rooms", "to_device", "device_lists"))


def _pos(token: str | None) -> int:
    return 0 if token is None else int(token.removeprefix("s"))


def _stripped(event: Event) -> dict[str, Any]:
    shown = event.shown()
    return {key: shown[key] for key in ("type", "sender", "content", "state_key")}
