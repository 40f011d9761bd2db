"""Catching up after the database was set back: restored from a backup, or its whole machine from a snapshot.

What the lost database did since stands in the rooms: people's messages, and the bot's own, whose ids are keyed hashes
of their reasons. So at every start our own messages since our token are looked at; if the database does not know one
of them, it was set back, and everything since is handled again in the order of time over all rooms:

- The bot's own messages are kept first (`Said`). What is owed again for the same reason is then noted as sent at
  once, and an action gets the number that people were told.
- At each moment at which time had made the lost database speak, the duties run again for that moment: the same
  reminders and digests are owed, and noted as sent. What it had not sent any more goes out late, as after any pause.

Before that the bot becomes a new device (`SetBack`), for its Olm state was set back as well, and the room keys of what
was said are looked for in their backup. Nothing is sent meanwhile: the way out opens when all of it has been taken in
(docs/promises).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlmodel import Session

from bot.access import Access
from bot.clock import Clock
from bot.duties import tick
from bot.inbox import Inbox
from bot.matrix.api import Homeserver, Refused
from bot.matrix.batch import Arrival, Joined
from bot.matrix.crypto import devices, keybackup
from bot.matrix.crypto.backup_keeper import BackupKeeper
from bot.matrix.patience import Patience
from bot.returning import DUTIES, Own, came_back, own_message
from bot.storage import queries
from bot.storage.database import Database

log = structlog.get_logger(__name__)

AT_ONCE = 200  # events in one transaction, about


class SetBack(Exception):
    """The database was set back and the bot is still on the device of then: it has to begin on a new one."""


@dataclass
class _Stream:
    """A room's events since our token, page by page, each with the time by which it is put among those of others."""

    room_id: str
    state: tuple[Arrival, ...]
    start: str | None
    inside: bool
    ended: bool = False
    latest: datetime | None = None
    ready: deque[tuple[datetime, Arrival]] = field(default_factory=deque)


class Recovery:
    """Brings a database that was set back to where the rooms are. `inbox` is the bare one: nothing is made ready.

    `backup` has the room keys that the lost database had.
    """

    def __init__(
        self,
        homeserver: Homeserver,
        db: Database,
        inbox: Inbox,
        clock: Clock,
        patience: Patience,
        backup: BackupKeeper[Any],
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.inbox = inbox
        self.clock = clock
        self.patience = patience
        self.backup = backup
        self.user_id = inbox.user_id

    async def run(self, token: str | None) -> None:
        """Look at what the bot itself has said since `token`, and catch up with it if the database does not know it.

        Safe to be repeated from the beginning. Raises LoggedOut, and SetBack while the device is that of before.
        """
        restored = await self.db.persist(queries.meta, "restored")
        try:
            rooms = await self._rooms(token, full_state=False)
        except Refused as refusal:
            log.warning("recovery.refused", why=str(refusal))
            return
        own = [found for room_id in rooms for found in await self._own(room_id, token)]
        unknown = await self.db.persist(_keep, own)
        if restored is None and not unknown:
            await self.db.persist(queries.set_meta, "renewed", None)
            return
        if await self.db.persist(queries.meta, "renewed") is None:
            raise SetBack
        log.warning("recovery.begins", backup=restored, said=len(own), unknown=len(unknown))
        moments = sorted(
            {one.made for one in own if one.id in unknown and one.kind in DUTIES and not one.answer}
        )
        streams = [
            await self._stream(room_id, state, token)
            for room_id, state in (await self._rooms(token, full_state=True)).items()
        ]
        while (wanted := await self.db.persist(keybackup.to_look_up)) is not None:
            await self._look_for(*wanted)
        handled = await self._replay(streams, deque(moments))
        missing = await self.db.persist(_finish)
        if missing:
            log.warning("recovery.missing", numbers=missing)
        log.info("recovery.done", events=handled)

    # --- what the rooms say

    async def _rooms(self, token: str | None, *, full_state: bool) -> dict[str, tuple[Arrival, ...]]:
        """The rooms with news since the token, or all of them; each with its state, where the sync gives it."""
        call = partial(self.homeserver.sync, token, timeout=0, full_state=full_state)
        said = _object((await self.patience.call("recovery", call)).get("rooms"))
        rooms = {**_object(said.get("leave")), **_object(said.get("join"))}
        return {
            room_id: tuple(
                self._arrival(room_id, event)
                for event in _events(_object(_object(room).get("state")).get("events"))
            )
            for room_id, room in rooms.items()
        }

    async def _own(self, room_id: str, token: str | None) -> list[Own]:
        """The bot's own messages in a room since the token."""
        found: list[Own] = []
        start, ended = token, False
        while not ended:
            events, start, ended = await self._page(room_id, start, sender=self.user_id)
            arrivals = (self._arrival(room_id, event) for event in events)
            mine = (arrival for arrival in arrivals if arrival.sender == self.user_id)
            own = (own_message(arrival, self.db.vault) for arrival in mine)
            found += [message for message in own if message is not None]
        return found

    async def _page(
        self, room_id: str, start: str | None, *, sender: str | None = None
    ) -> tuple[list[Mapping[str, Any]], str | None, bool]:
        """A page of a room forward: its events, where the next begins, whether it was the last."""
        call = partial(self.homeserver.messages, room_id, start, None, sender=sender)
        try:
            page = await self.patience.call("recovery", call)
        except Refused as refusal:
            log.warning("recovery.refused", room_id=room_id, why=str(refusal))
            return [], None, True
        following = page.get("end")
        if not isinstance(following, str) or following == start:
            return _events(page.get("chunk")), None, True
        return _events(page.get("chunk")), following, False

    # --- doing it again

    async def _stream(self, room_id: str, state: tuple[Arrival, ...], token: str | None) -> _Stream:
        room = await self.db.persist(queries.room, room_id)
        return _Stream(
            room_id, state, token, inside=room is not None and room.state in ("joined", "replaced")
        )

    async def _fill(self, stream: _Stream) -> None:
        """Have an event of the stream at hand, unless it has ended."""
        while not stream.ready and not stream.ended:
            events, stream.start, stream.ended = await self._page(stream.room_id, stream.start)
            arrivals = [self._arrival(stream.room_id, event) for event in events]
            await self._make_readable(arrivals)
            for arrival in arrivals:
                if self._is_for_us(stream, arrival):
                    stream.latest = max(stream.latest or arrival.at, arrival.at)
                    stream.ready.append((stream.latest, arrival))

    def _is_for_us(self, stream: _Stream, arrival: Arrival) -> bool:
        """Whether an event is state, or was said while the bot was a member or invited."""
        if arrival.event.get("type") == "m.room.member" and arrival.event.get("state_key") == self.user_id:
            stream.inside = arrival.content.get("membership") in ("invite", "join")
        return stream.inside or "state_key" in arrival.event

    async def _replay(self, streams: Sequence[_Stream], moments: deque[datetime]) -> int:
        """Hand all events to the inbox in the order of time, and run the duties at the moments; how many events."""
        handled = 0
        while True:
            for stream in streams:
                await self._fill(stream)
            streams = [stream for stream in streams if stream.ready]
            steps: list[Joined | datetime] = []
            while streams and all(stream.ready for stream in streams) and len(steps) < AT_ONCE:
                stream = min(streams, key=lambda one: one.ready[0][0])
                at, arrival = stream.ready.popleft()
                while moments and moments[0] < at:
                    steps.append(moments.popleft())
                steps.append(Joined(stream.room_id, stream.state, (arrival,)))
                handled += 1
            if not steps:
                break
            await self.db.persist(_take, self.inbox, steps, self.clock.now())
        await self.db.persist(_take, self.inbox, list(moments), self.clock.now())
        return handled

    async def _make_readable(self, arrivals: Sequence[Arrival]) -> None:
        """Have what it takes to read these before they are handled in their order: room keys, and people's devices."""
        keys, people = await self.db.persist(_lacking, arrivals, self.clock.now())
        for room_id, session_id in keys:
            await self._look_for(room_id, session_id)
        if people:
            try:
                said = await self.patience.call("recovery", partial(self.homeserver.query_keys, people))
            except Refused as refusal:
                log.warning("recovery.refused", why=str(refusal))
                return
            await self.db.persist(self.inbox.devices, said, people, self.clock.now())

    async def _look_for(self, room_id: str, session_id: str) -> None:
        look = partial(self.backup.look_up, room_id, session_id)
        entry = await self.patience.call("recovery", look)
        await self.db.persist(self.inbox.looked_up, room_id, session_id, entry, self.clock.now())

    def _arrival(self, room_id: str, event: Mapping[str, Any]) -> Arrival:
        sent = event.get("origin_server_ts")
        at = self.clock.at_event(sent) if isinstance(sent, int) else self.clock.now()
        return Arrival(room_id, event, at)


# --- on the storage thread


def _keep(session: Session, own: Iterable[Own]) -> set[str]:
    """Keep the messages that the database does not know; their ids. From now on it counts as set back."""
    unknown = {message.id for message in own if came_back(session, message)}
    if unknown and queries.meta(session, "restored") is None:
        queries.set_meta(session, "restored", "unannounced")
    return unknown


def _take(session: Session, inbox: Inbox, steps: Sequence[Joined | datetime], now: datetime) -> None:
    access: Access = inbox.access
    for step in steps:
        if isinstance(step, datetime):
            tick(session, access, step)
        else:
            inbox.page(session, step, now)


def _lacking(
    session: Session, arrivals: Sequence[Arrival], now: datetime
) -> tuple[Sequence[tuple[str, str]], dict[str, int]]:
    """The room keys that these lack, and those senders whose devices have to be asked for."""
    senders = {one.sender for one in arrivals if one.event.get("type") == "m.room.encrypted"}
    return keybackup.lacking(session, arrivals), devices.to_ask(devices.follow(session, senders), now)


def _finish(session: Session) -> list[int]:
    for fact in ("restored", "renewed"):
        queries.set_meta(session, fact, None)
    return queries.settle_said(session)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _events(value: object) -> list[Mapping[str, Any]]:
    return [event for event in value if isinstance(event, Mapping)] if isinstance(value, list) else []
