"""The way in: /sync with our own token, gaps filled page by page, rooms joined.

A sync's events, the rooms' changes and the token that covers them go to the inbox in one transaction. What a
`limited` timeline left out is paged forward from our token first, each page committed as it comes: the ledger
knows what was handled if the process dies in between. What lies before a new room's timeline is bot.matrix.history.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.matrix.api import Homeserver, LoggedOut, Refused, Unavailable
from bot.matrix.batch import Arrival, Batch, Joined, Keys, short, string, token
from bot.matrix.history import History
from bot.matrix.patience import Patience
from bot.storage import queries
from bot.storage.database import Database

log = structlog.get_logger(__name__)
News = TypeVar("News")
News_co = TypeVar("News_co", covariant=True)

WAIT = 30.0  # seconds a sync waits for news


class Intake(Protocol[News_co]):
    """What takes in a sync, on the storage thread; `News_co` is what came of it, None if no event was new."""

    def resolved(self, session: Session, aliases: Mapping[str, str], now: datetime) -> None:
        """Note which room ids the config's rooms have."""

    def keys(self, session: Session, keys: Keys, now: datetime) -> News_co | None:
        """Take in what a sync says of keys, before its gaps are read."""

    def page(self, session: Session, page: Joined, now: datetime) -> News_co | None:
        """Take in a page of a gap."""

    def sync(self, session: Session, batch: Batch) -> News_co | None:
        """Take in a sync with its token."""


class Link(Generic[News]):
    """Reads the homeserver into the inbox, for ever.

    `rooms` are the config's rooms as written there; `on_news` is awaited after each commit that brought events,
    before the next sync is asked for: a homeserver that has to do both does the answer first. `on_back` is called
    when the homeserver was away and everything said meanwhile has been taken in. `before` is awaited with our token
    before the first sync.
    """

    def __init__(
        self,
        homeserver: Homeserver,
        db: Database,
        inbox: Intake[News],
        clock: Clock,
        *,
        user_id: str,
        rooms: Sequence[str],
        on_news: Callable[[News], Awaitable[None]],
        on_back: Callable[[], None],
        before: Callable[[str | None], Awaitable[None]] | None = None,
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.inbox = inbox
        self.rooms = rooms
        self.clock = clock
        self.on_news = on_news
        self.on_back = on_back
        self.before = before
        self.patience = Patience(clock)
        self.history = History(homeserver, db, self.patience, user_id)
        self._token: str | None = None
        self._rewound = False
        self._inside: set[str] = set()  # rooms whose history was looked after

    # --- start

    async def start(self) -> None:
        """Resolve the config's rooms and take in the first sync, with full state."""
        self._token = await self.db.persist(queries.meta, "sync_token")
        self._rewound = await self.db.persist(queries.meta, "rewound") is not None
        await self._resolve()
        await self._look_back()
        if self.before is not None and not self._rewound:
            await self.before(self._token)
        await self._round(timeout=0, full_state=True)

    async def run(self) -> None:
        """Sync for ever. Raises LoggedOut when the token is gone; everything else waits and goes on."""
        while True:
            await self._round(timeout=WAIT)

    def current(self) -> bool:
        """Whether the bot knows what people have said: what is due now may be done already, or called off.

        True again after an hour without the homeserver: a reminder too many is better than none.
        """
        return self.patience.is_over()

    async def _resolve(self) -> None:
        """Ask for the room ids of the config's aliases; one that does not exist yet is asked for again."""
        found: dict[str, str] = {}
        for room in self.rooms:
            room_id: str | None = room
            if room.startswith("#"):
                try:
                    room_id = await self.patience.call("alias", partial(self.homeserver.resolve_alias, room))
                except Refused as refusal:
                    log.warning("alias.refused", room=room, why=str(refusal))
                    continue
            if room_id is not None:
                found[room] = room_id
        await self.db.persist(self.inbox.resolved, found, self.clock.now())

    # --- one sync

    async def _round(self, *, timeout: float, full_state: bool = False) -> None:
        said = await self._sync(timeout, full_state=full_state)
        following: str = said["next_batch"]
        rooms = _object(said.get("rooms"))
        if _object(rooms.get("invite")):
            await self._resolve()
        keys = _keys(said)
        if keys.to_device and self._token is not None and _has_gap(rooms):
            await self._told(await self.db.persist(self.inbox.keys, keys, self.clock.now()))
        asked = dict(_each(rooms, "invite"))
        told = {room_id: await self._joined(room_id, _object(room)) for room_id, room in _each(rooms, "join")}
        joins = [joined for joined in told.values() if joined is not None]
        partings = [
            await self._left(room_id, _object(room), asked_back=room_id in asked)
            for room_id, room in _each(rooms, "leave")
        ]
        leaves = {parting.room_id for parting in partings}
        leaves |= {room_id for room_id, joined in told.items() if joined is None}
        if self._rewound:
            leaves |= await self.history.vanished(joined.room_id for joined in joins)
        invites = {
            room_id: tuple(_events(_object(_object(room).get("invite_state")).get("events")))
            for room_id, room in asked.items()
        }
        self._inside -= leaves | invites.keys()
        batch = Batch(
            token=following,
            now=self.clock.now(),
            invites=invites,
            joins=tuple(joins),
            partings=tuple(partings),
            leaves=tuple(sorted(leaves)),
            keys=keys,
            afresh=self._rewound,
        )
        news = await self.db.persist(self.inbox.sync, batch)
        self._token, self._rewound = following, False
        await self._told(news)
        await self._join_invited()
        if self.patience.away_since is not None:
            self.patience.away_since = None
            self.on_back()

    async def _told(self, news: News | None) -> None:
        if news is not None:
            await self.on_news(news)

    async def _sync(self, timeout: float, *, full_state: bool) -> dict[str, Any]:
        """Ask for news. A homeserver that was away is looked at before it is asked again."""
        tries = 0
        while True:
            if self._rewound:
                timeout, full_state = 0, True
            try:
                return await self.homeserver.sync(self._token, timeout=timeout, full_state=full_state)
            except Unavailable as fault:
                await self.patience.wait("sync", fault, tries)
            tries += 1
            await self._look_back()

    async def _look_back(self) -> None:
        """Begin anew with a homeserver that has forgotten what we have handled."""
        if await self.history.was_rewound():
            self._token, self._rewound = None, True
            self._inside.clear()

    async def _joined(self, room_id: str, joined: Mapping[str, Any]) -> Joined | None:
        """One room of a sync, after its gap was filled; a new one with what was said since the invitation.

        None for one whose gap may not be read: the bot is no longer in it, as the next sync will say.
        """
        timeline = _object(joined.get("timeline"))
        state = self._state(room_id, joined)
        said: Sequence[Mapping[str, Any]] = _events(timeline.get("events"))
        if self._rewound or (self._token is not None and await self._is_new(room_id)):
            said = await self.history.before(room_id, said, timeline.get("prev_batch"))
        elif not await self._fill(room_id, (*state, *self._encryption(room_id, said)), timeline):
            return None
        self._inside.add(room_id)
        return Joined(room_id, state, tuple(self._arrival(room_id, event) for event in said))

    def _encryption(self, room_id: str, said: Iterable[Mapping[str, Any]]) -> tuple[Arrival, ...]:
        """What turns encryption on at the gap's other side: what is answered in between must know of it."""
        return tuple(self._arrival(room_id, one) for one in said if one.get("type") == "m.room.encryption")

    async def _left(self, room_id: str, left: Mapping[str, Any], *, asked_back: bool) -> Joined:
        """One room that the bot is no longer in, with what was said before it was removed.

        Whoever is invited reads nothing before they have come. What follows a gap that may not be read is left for
        then as well: a room is read back to what was handled, and the gap would lie before that for ever.
        """
        timeline = _object(left.get("timeline"))
        state = self._state(room_id, left)
        said = _events(timeline.get("events"))
        room = await self.db.persist(queries.room, room_id)
        if room is None or room.state != "joined":
            # Perhaps the invitation that the rest was left for was taken back: now it may be read.
            before = room is not None and room.state in ("invited", "left") and room.newest_event is not None
            readable = before and not asked_back
            said = await self.history.before(room_id, said, timeline.get("prev_batch")) if readable else []
        elif timeline.get("limited") is True and (
            asked_back or not await self._fill(room_id, state, timeline)
        ):
            said = []
        return Joined(room_id, state, tuple(self._arrival(room_id, event) for event in said))

    def _state(self, room_id: str, room: Mapping[str, Any]) -> tuple[Arrival, ...]:
        block = _events(_object(room.get("state")).get("events"))
        return tuple(self._arrival(room_id, event) for event in block)

    async def _fill(self, room_id: str, state: tuple[Arrival, ...], timeline: Mapping[str, Any]) -> bool:
        """Page from our token to where a limited timeline begins, committing page by page. False if we may not."""
        if timeline.get("limited") is not True or self._token is None:
            return True
        start, end = self._token, token(timeline.get("prev_batch"))
        while True:
            try:
                page = await self.patience.call("gap", partial(self.homeserver.messages, room_id, start, end))
            except Refused as refusal:
                log.warning("gap.refused", room_id=room_id, why=str(refusal))
                return refusal.status != 403
            events = tuple(self._arrival(room_id, event) for event in _events(page.get("chunk")))
            if events:
                page_taken = Joined(room_id, state, events)
                await self._told(await self.db.persist(self.inbox.page, page_taken, self.clock.now()))
            following = token(page.get("end"))
            if not events or following is None or following in (start, end):
                return True
            start = following

    async def _is_new(self, room_id: str) -> bool:
        """Whether the bot has just joined a room of its own."""
        return room_id not in self._inside and await self.db.persist(queries.awaits_joining, room_id)

    def _arrival(self, room_id: str, event: Mapping[str, Any]) -> Arrival:
        sent = event.get("origin_server_ts")
        at = self.clock.at_event(sent) if isinstance(sent, int) else self.clock.now()
        return Arrival(room_id, event, at)

    # --- rooms

    async def _join_invited(self) -> None:
        """Accept the invitations that the inbox found to be for us."""
        for room in await self.db.persist(queries.rooms, "invited"):
            try:
                await self.homeserver.join(room.room_id)
            except Unavailable as fault:
                log.warning("join.waits", room_id=room.room_id, why=str(fault))
                continue
            except LoggedOut:
                raise
            except Refused as refusal:
                log.warning("join.refused", room_id=room.room_id, why=str(refusal))
                await self.db.persist(_forget_invitation, room.room_id)
                continue
            log.info("room.joined", room_id=room.room_id)


def _forget_invitation(session: Session, room_id: str) -> None:
    room = queries.room(session, room_id)
    if room is not None and room.state == "invited":
        room.state = "left"


def _keys(said: Mapping[str, Any]) -> Keys:
    """What a sync says about keys. An algorithm that is not counted has none left; no count at all says nothing."""
    changed = _object(said.get("device_lists")).get("changed")
    return Keys(
        to_device=tuple(_events(_object(said.get("to_device")).get("events"))),
        changed=tuple(filter(None, map(string, changed))) if isinstance(changed, list) else (),
        one_time_keys=said.get("device_one_time_keys_count"),
        unused_fallback=said.get("device_unused_fallback_key_types"),
    )


def _has_gap(rooms: Mapping[str, Any]) -> bool:
    return any(
        _object(_object(room).get("timeline")).get("limited") is True
        for section in ("join", "leave")
        for _, room in _each(rooms, section)
    )


def _each(rooms: Mapping[str, Any], section: str) -> Iterable[tuple[str, Any]]:
    """The rooms of a part of a sync; one whose id is none is no room of ours."""
    return [(room_id, room) for room_id, room in _object(rooms.get(section)).items() if short(room_id)]


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _events(value: object) -> list[Mapping[str, Any]]:
    return [event for event in value if isinstance(event, Mapping)] if isinstance(value, list) else []
