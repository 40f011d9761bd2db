"""Direct-message rooms: found again after a restart, made once, made anew when the person has left.

Creating a room cannot be repeated under a transaction id, but an alias can be taken only once: its name is a
keyed hash of the person and of how many rooms there were before, so a repeat finds the room it made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.faults import passing
from bot.matrix.api import Homeserver, Refused, Unavailable
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.models import Member, Room

ENCRYPTION = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}
# Who is invited reads what was said since, for the bot speaks before they come; nobody else ever does.
CLOSED = (
    {
        "type": "m.room.history_visibility",
        "state_key": "",
        "content": {"history_visibility": "invited"},
    },
    {"type": "m.room.guest_access", "state_key": "", "content": {"guest_access": "forbidden"}},
)
PATIENCE = 8  # tries, a minute and more, before a room that is half made is given up
BEFORE = timedelta(days=1)  # nothing was said in a room before it was made, whatever the clocks show

log = structlog.get_logger(__name__)


class DirectRooms:
    """Makes direct-message rooms, `encrypted` from their beginning on. `user_id` is the bot's own."""

    def __init__(
        self, homeserver: Homeserver, db: Database, clock: Clock, user_id: str, *, encrypted: bool
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.clock = clock
        self.user_id = user_id
        self.encrypted = encrypted
        self._tries: dict[str, int] = {}
        self._dead: dict[str, int] = {}  # aliases that lead nowhere, by person

    async def ensure(self, user_id: str, before: int) -> str:
        """The direct-message room with a person, made if there is none. Returns its id.

        `before`: how many there had been when none was found that could be spoken in. One that a sync has told of since
        is this one: counted, it would be made a second time.

        Raises Refused when the person cannot be invited, Unavailable when it has to be tried again.
        """
        localpart = await self.db.persist(self._alias, user_id, before + self._dead.get(user_id, 0))
        server = self.user_id.split(":", 1)[1]
        # A room of two people of one server is nothing to others: they cannot be asked in, nor find it.
        alone = user_id.split(":", 1)[1] == server
        try:
            room_id = await self.homeserver.create_room(
                {
                    "preset": "trusted_private_chat",
                    "is_direct": True,
                    "room_alias_name": localpart,
                    "invite": [user_id],
                    "visibility": "private",
                    "creation_content": {"m.federate": False} if alone else {},
                    "initial_state": [*CLOSED, *([ENCRYPTION] if self.encrypted else [])],
                }
            )
        except Refused as refusal:
            if refusal.errcode != "M_ROOM_IN_USE":
                raise
            room_id = await self._found(f"#{localpart}:{server}", user_id)
        passing("direct.created")
        encrypted = self.encrypted and await self._is_encrypted(room_id)
        await self.db.persist(self._made, room_id, user_id, self.clock.now(), encrypted=encrypted)
        # The person may have joined between the making and the writing down: no sync says so again.
        members = await self.homeserver.members(room_id)
        await self.db.persist(self._members, room_id, members, self.clock.now())
        self._dead.pop(user_id, None)
        self._tries.pop(user_id, None)
        log.info("direct.made", room_id=room_id)
        return room_id

    async def _found(self, alias: str, user_id: str) -> str:
        """The room that an earlier try has made, with the person invited.

        A homeserver gives the alias away first and invites last. One that is still at it gets time; one that died
        over it has left an alias without a room behind, and then the next alias is taken.
        """
        room_id = await self.homeserver.resolve_alias(alias)
        try:
            members = await self.homeserver.members(room_id) if room_id else []
        except Refused:
            members = []  # not in it (yet)
        memberships = {
            str(event.get("state_key")): (event.get("content") or {}).get("membership") for event in members
        }
        if room_id is None or memberships.get(self.user_id) != "join":
            tries = self._tries[user_id] = self._tries.get(user_id, 0) + 1
            if tries >= PATIENCE:
                self._tries[user_id] = 0
                self._dead[user_id] = self._dead.get(user_id, 0) + 1
            raise Unavailable("a direct-message room is not there yet, though its alias is taken")
        if memberships.get(user_id) in ("leave", "ban"):
            self._dead[user_id] = self._dead.get(user_id, 0) + 1
            raise Unavailable("that direct-message room is one the person has left")
        if memberships.get(user_id) not in ("join", "invite"):
            await self.homeserver.invite(room_id, user_id)
        return room_id

    async def _is_encrypted(self, room_id: str) -> bool:
        """Whether the room that the alias led to has its encryption: an earlier version made rooms without."""
        try:
            return bool((await self.homeserver.state(room_id, "m.room.encryption")).get("algorithm"))
        except Refused:
            return False

    @staticmethod
    def _alias(session: Session, user_id: str, before: int) -> str:
        digest: str = session.info["vault"].digest("direct", f"{user_id}:{before}")
        return f"hotspotbot-{digest[:20]}"

    @staticmethod
    def _made(session: Session, room_id: str, user_id: str, now: datetime, *, encrypted: bool) -> None:
        room = queries.room(session, room_id)
        if room is None:
            room = Room(room_id=room_id, person=user_id, state="joined", since=now - BEFORE)
            session.add(room)
        room.encrypted = room.encrypted or encrypted
        session.flush()
        if queries.member(session, room_id, user_id) is None:
            session.add(Member(room_id=room_id, user_id=user_id, membership="invite", since=now))

    @staticmethod
    def _members(session: Session, room_id: str, events: Sequence[dict[str, Any]], now: datetime) -> None:
        """Take in who is in the room, except where a sync has told more since."""
        for event in events:
            user_id, membership = event.get("state_key"), (event.get("content") or {}).get("membership")
            if not isinstance(user_id, str) or not isinstance(membership, str):
                continue
            row = queries.member(session, room_id, user_id)
            if row is None:
                row = Member(room_id=room_id, user_id=user_id, membership=membership, since=now)
                session.add(row)
            elif row.membership == "invite" and row.membership != membership:
                row.membership, row.since = membership, now
            row.ever_joined = row.ever_joined or membership == "join"
        session.flush()
