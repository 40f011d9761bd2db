"""What a sync does not bring: history since an invitation, and what a homeserver restored from a backup forgot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.matrix import batch
from bot.matrix.api import Homeserver, Refused
from bot.matrix.batch import token
from bot.matrix.lookup import is_there
from bot.matrix.patience import Patience
from bot.storage import queries
from bot.storage.database import Database

log = structlog.get_logger(__name__)
Event = Mapping[str, Any]


class History:
    """Reads rooms backward. `user_id` is the bot's own."""

    def __init__(self, homeserver: Homeserver, db: Database, patience: Patience, user_id: str) -> None:
        self.homeserver = homeserver
        self.db = db
        self.patience = patience
        self.user_id = user_id

    async def before(self, room_id: str, timeline: Sequence[Event], start: object) -> list[Event]:
        """A new room's timeline with what was said before it, from `start` (a `prev_batch`) back, in order.

        Back to what was handled before or, in a room where nothing was, to the bot's invitation. What was said
        while the bot was neither member nor invited is left out.
        """
        room = await self.db.persist(queries.room, room_id)
        member_before = room is not None and room.newest_event is not None
        newest_first = list(reversed(timeline))
        known, place = False, token(start)
        while True:
            known = known or await self._knows(newest_first)
            if known or place is None:
                break
            if not member_before and any(self._own_membership(event) == "invite" for event in newest_first):
                break
            page = await self._page(room_id, place)
            events = _events(page.get("chunk"))
            if not events or page.get("end") == place:
                break
            newest_first += events
            place = token(page.get("end"))
        return self._while_inside(reversed(newest_first), inside=known)

    async def _page(self, room_id: str, start: str) -> Mapping[str, Any]:
        try:
            call = partial(self.homeserver.messages, room_id, start, None, back=True)
            return await self.patience.call("history", call)
        except Refused as refusal:
            log.warning("history.refused", room_id=room_id, why=str(refusal))
            return {}

    async def _knows(self, events: Iterable[Event]) -> bool:
        return await self.db.persist(
            queries.knows_one_of, [batch.event_id(event.get("event_id")) for event in events]
        )

    def _own_membership(self, event: Event) -> object:
        if event.get("type") != "m.room.member" or event.get("state_key") != self.user_id:
            return None
        content = event.get("content")
        return content.get("membership") if isinstance(content, Mapping) else None

    def _while_inside(self, events: Iterable[Event], *, inside: bool) -> list[Event]:
        """The events in their order, without what was said while the bot was neither member nor invited."""
        found: list[Event] = []
        for event in events:
            membership = self._own_membership(event)
            if membership is not None:
                inside = membership in ("invite", "join")
            if inside or "state_key" in event:
                found.append(event)
        return found

    # --- a homeserver that was restored from a backup

    async def was_rewound(self) -> bool:
        """Whether the homeserver has forgotten what we have handled: it was restored from an older backup.

        Such a homeserver hands out lower tokens than ours and would skip what is said next, in silence. So our
        token is forgotten, and what it has forgotten of our own messages is owed again.
        """
        newest = await self.db.persist(queries.newest_events)
        for room_id, event_id in newest:
            if await self._has(room_id, event_id):
                continue
            log.warning("homeserver.rewound", room_id=room_id)
            lost = [said for room_id, _ in newest for said in await self._forgotten(room_id)]
            await self.db.persist(queries.rewind, lost)
            return True
        return False

    async def vanished(self, present: Iterable[str]) -> set[str]:
        """Rooms the bot was in that a restored homeserver knows nothing of; what was said there is owed again."""
        rooms = await self.db.persist(queries.rooms, "joined")
        gone = {room.room_id for room in rooms}.difference(present)
        for room_id in gone:
            said = await self.db.persist(queries.sent_before, room_id, None)  # the newest: older is history
            await self.db.persist(queries.owe_again, [outbox_id for _, outbox_id, _, _ in said])
        return gone

    async def _has(self, room_id: str, event_id: str) -> bool:
        return await self.patience.call("verify", partial(is_there, self.homeserver, room_id, event_id))

    def _said_since(self, at: datetime | None) -> bool:
        """Whether a message left after the homeserver was missed: to the restored one, it may be."""
        away = self.patience.away_since
        return away is not None and at is not None and at >= away

    async def _forgotten(self, room_id: str) -> list[str]:
        """The outbox ids of our messages in a room that the homeserver has forgotten.

        Those after one that it has, which it was not told since: what waited for it may leave before we look.
        """
        lost: list[str] = []
        before: int | None = None
        while said := await self.db.persist(queries.sent_before, room_id, before):
            for seq, outbox_id, event_id, sent_at in said:
                before = seq
                if not await self._has(room_id, event_id):
                    lost.append(outbox_id)
                elif lost or not self._said_since(sent_at):
                    return lost
        return lost


def _events(value: object) -> list[Event]:
    return [event for event in value if isinstance(event, Mapping)] if isinstance(value, list) else []
