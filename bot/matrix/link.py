"""The way in: /sync with our own token, gaps filled page by page, rooms joined.

A sync's events, the rooms' changes and the token that covers them go to the inbox in one transaction. What a
`limited` timeline left out is paged forward from our token first, each page committed as it comes: the ledger
knows what was handled if the process dies in between. Of a room the bot has just joined, what was said since its
invitation is read backward; so is every room after the homeserver was restored from a backup.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.matrix.api import Homeserver, LoggedOut, Refused, Unavailable
from bot.matrix.batch import Arrival, Batch, Joined
from bot.matrix.lookup import is_there
from bot.storage import queries
from bot.storage.database import Database

log = structlog.get_logger(__name__)
T = TypeVar("T")
News = TypeVar("News")
News_co = TypeVar("News_co", covariant=True)

BLIND = timedelta(hours=1)  # so long at most is what time makes due kept waiting for what people have said
WAIT = 30.0  # seconds a sync waits for news
PAUSES = (0.2, 0.5, 1, 2, 5, 10, 20, 30)  # seconds between tries while the homeserver is away


class Intake(Protocol[News_co]):
    """What takes in a sync, on the storage thread; `News_co` is what came of it, None if no event was new."""

    def resolved(self, session: Session, aliases: Mapping[str, str], now: datetime) -> None:
        """Note which room ids the config's rooms have."""

    def page(self, session: Session, page: Joined, now: datetime) -> News_co | None:
        """Take in a page of a gap."""

    def sync(self, session: Session, batch: Batch) -> News_co | None:
        """Take in a sync with its token."""


class Link(Generic[News]):
    """Reads the homeserver into the inbox, for ever.

    `rooms` are the config's rooms as written there; `on_news` is awaited after each commit that brought events,
    before the next sync is asked for: a homeserver that has to do both does the answer first. `on_back` is called
    when the homeserver was away and everything said meanwhile has been taken in.
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
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.inbox = inbox
        self.user_id = user_id
        self.rooms = rooms
        self.clock = clock
        self.on_news = on_news
        self.on_back = on_back
        self._away_since: datetime | None = None
        self._token: str | None = None
        self._rewound = False
        self._inside: set[str] = set()  # rooms whose history was looked after

    # --- start

    async def start(self) -> None:
        """Resolve the config's rooms and take in the first sync, with full state."""
        self._token = await self.db.persist(queries.meta, "sync_token")
        self._rewound = await self.db.persist(queries.meta, "rewound") is not None
        await self._resolve()
        await self._verify()
        await self._round(timeout=0, full_state=True)

    async def run(self) -> None:
        """Sync for ever. Raises LoggedOut when the token is gone; everything else waits and goes on."""
        while True:
            await self._round(timeout=WAIT)

    def current(self) -> bool:
        """Whether the bot knows what people have said: what is due now may be done already, or called off.

        True again after an hour without the homeserver: a reminder too many is better than none.
        """
        return self._away_since is None or self.clock.now() - self._away_since > BLIND

    async def _patiently(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        """Call the homeserver until it answers; a refusal is raised."""
        tries = 0
        while True:
            try:
                return await call()
            except Unavailable as fault:
                await self._away(what, fault, tries)
            tries += 1

    async def _away(self, what: str, fault: Unavailable, tries: int) -> None:
        """Wait a growing while for a homeserver that is away."""
        pause = max(fault.after, PAUSES[min(tries, len(PAUSES) - 1)])
        log.warning("homeserver.away", what=what, why=str(fault), pause=pause)
        self._away_since = self._away_since or self.clock.now()
        await asyncio.sleep(pause)

    async def _resolve(self) -> None:
        """Ask for the room ids of the config's aliases; one that does not exist yet is asked for again."""
        found: dict[str, str] = {}
        for room in self.rooms:
            room_id: str | None = room
            if room.startswith("#"):
                try:
                    room_id = await self._patiently("alias", partial(self.homeserver.resolve_alias, room))
                except Refused as refusal:
                    log.warning("alias.refused", room=room, why=str(refusal))
                    continue
            if room_id is not None:
                found[room] = room_id
        await self.db.persist(self.inbox.resolved, found, self.clock.now())

    # --- one sync

    async def _round(self, *, timeout: float, full_state: bool = False) -> None:
        said = await self._sync(timeout, full_state=full_state)
        token: str = said["next_batch"]
        rooms = _object(said.get("rooms"))
        if _object(rooms.get("invite")):
            await self._resolve()
        joins: list[Joined] = []
        for room_id, joined in _object(rooms.get("join")).items():
            joins.append(await self._joined(room_id, _object(joined)))
        leaves = set(_object(rooms.get("leave")))
        if self._rewound:
            leaves |= await self._vanished(joins)
        self._inside -= leaves
        batch = Batch(
            token=token,
            now=self.clock.now(),
            invites={
                room_id: tuple(_events(_object(_object(room).get("invite_state")).get("events")))
                for room_id, room in _object(rooms.get("invite")).items()
            },
            joins=tuple(joins),
            leaves=tuple(sorted(leaves)),
            afresh=self._rewound,
        )
        news = await self.db.persist(self.inbox.sync, batch)
        self._token, self._rewound = token, False
        if news is not None:
            await self.on_news(news)
        await self._join_invited()
        if self._away_since is not None:
            self._away_since = None
            self.on_back()

    async def _sync(self, timeout: float, *, full_state: bool) -> dict[str, Any]:
        """Ask for news. A homeserver that was away is looked at before it is asked again."""
        tries = 0
        while True:
            if self._rewound:
                timeout, full_state = 0, True
            try:
                return await self.homeserver.sync(self._token, timeout=timeout, full_state=full_state)
            except Unavailable as fault:
                await self._away("sync", fault, tries)
            tries += 1
            await self._verify()

    async def _joined(self, room_id: str, joined: Mapping[str, Any]) -> Joined:
        """One room of a sync, after its gap was filled."""
        timeline = _object(joined.get("timeline"))
        block = _events(_object(joined.get("state")).get("events"))
        state = tuple(self._arrival(room_id, event) for event in block)
        if self._rewound or (self._token is not None and await self._is_new(room_id)):
            await self._read_back(room_id, state, timeline.get("prev_batch"))
        elif timeline.get("limited") is True and self._token is not None:
            await self._fill(room_id, state, self._token, timeline.get("prev_batch"))
        self._inside.add(room_id)
        events = tuple(self._arrival(room_id, event) for event in _events(timeline.get("events")))
        return Joined(room_id, state, events)

    async def _fill(self, room_id: str, state: tuple[Arrival, ...], start: str, end: object) -> None:
        """Page from our token to where the timeline begins, committing page by page."""
        end = end if isinstance(end, str) else None
        while True:
            try:
                page = await self._patiently("gap", partial(self.homeserver.messages, room_id, start, end))
            except Refused as refusal:
                log.warning("gap.refused", room_id=room_id, why=str(refusal))
                return
            events = tuple(self._arrival(room_id, event) for event in _events(page.get("chunk")))
            if events:
                news = await self.db.persist(
                    self.inbox.page, Joined(room_id, state, events), self.clock.now()
                )
                if news is not None:
                    await self.on_news(news)
            following = page.get("end")
            if not events or not isinstance(following, str) or following in (start, end):
                return
            start = following

    async def _read_back(self, room_id: str, state: tuple[Arrival, ...], start: object) -> None:
        """Read a room backward, to the bot's own invitation or to what was handled before, and take it in in order."""
        pages: list[Sequence[Mapping[str, Any]]] = []
        while isinstance(start, str):
            call = partial(self.homeserver.messages, room_id, start, None, back=True)
            try:
                page = await self._patiently("history", call)
            except Refused as refusal:
                log.warning("history.refused", room_id=room_id, why=str(refusal))
                break
            events = _events(page.get("chunk"))
            invited = next((place for place, event in enumerate(events) if self._invites(event)), None)
            pages.append(events if invited is None else events[: invited + 1])
            known = await self.db.persist(
                queries.knows_one_of, [str(event.get("event_id")) for event in events]
            )
            following = page.get("end")
            if not events or known or invited is not None or following == start:
                break
            start = following
        for events in reversed(pages):
            arrivals = tuple(self._arrival(room_id, event) for event in reversed(events))
            news = await self.db.persist(self.inbox.page, Joined(room_id, state, arrivals), self.clock.now())
            if news is not None:
                await self.on_news(news)

    def _invites(self, event: Mapping[str, Any]) -> bool:
        """Whether an event is the bot's own invitation."""
        content = _object(event.get("content"))
        ours = event.get("type") == "m.room.member" and event.get("state_key") == self.user_id
        return ours and content.get("membership") == "invite"

    async def _is_new(self, room_id: str) -> bool:
        """Whether the bot has just joined a room of its own."""
        return room_id not in self._inside and await self.db.persist(queries.awaits_joining, room_id)

    # --- a homeserver that was restored from a backup

    async def _verify(self) -> None:
        """Find out whether the homeserver has forgotten what we have handled: it was restored from an older backup.

        Such a homeserver hands out lower tokens than ours and would skip what is said next, in silence. So the
        rooms are read anew, and what it has forgotten of our own messages is owed again.
        """
        newest = await self.db.persist(queries.newest_events)
        for room_id, event_id in newest:
            if await self._has(room_id, event_id):
                continue
            log.warning("homeserver.rewound", room_id=room_id)
            self._token, self._rewound = None, True
            lost = [said for room_id, _ in newest for said in await self._forgotten(room_id)]
            await self.db.persist(queries.rewind, lost)
            self._inside.clear()
            return

    async def _has(self, room_id: str, event_id: str) -> bool:
        return await self._patiently("verify", partial(is_there, self.homeserver, room_id, event_id))

    async def _forgotten(self, room_id: str) -> list[str]:
        """The outbox ids of our messages in a room that the homeserver has forgotten: those after one that it has."""
        lost: list[str] = []
        before: int | None = None
        while said := await self.db.persist(queries.sent_before, room_id, before):
            for seq, outbox_id, event_id in said:
                if await self._has(room_id, event_id):
                    return lost
                lost.append(outbox_id)
                before = seq
        return lost

    async def _vanished(self, joins: Sequence[Joined]) -> set[str]:
        """Rooms the bot was in that a restored homeserver knows nothing of; what was said there is owed again."""
        rooms = await self.db.persist(queries.rooms, "joined")
        gone = {room.room_id for room in rooms}.difference(joined.room_id for joined in joins)
        for room_id in gone:
            lost = [
                outbox_id for _, outbox_id, _ in await self.db.persist(queries.sent_before, room_id, None)
            ]
            await self.db.persist(queries.owe_again, lost)
        return gone

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


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _events(value: object) -> list[Mapping[str, Any]]:
    return [event for event in value if isinstance(event, Mapping)] if isinstance(value, list) else []
