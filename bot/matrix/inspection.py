"""What `hotspotbot check` asks a homeserver: plain questions, no sync, nothing left behind."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from bot.matrix.api import PREFIX, Homeserver, Refused

_HOPS = 5  # a room upgraded more often than that is a circle
CREATOR = float("inf")


@dataclass(frozen=True)
class RoomFacts:
    """A room as its state describes it. `members` maps user ids to join or invite.

    `federates`: other servers can be in it at all (m.federate, for good); `acl` the servers that m.room.server_acl lets
    in, as it has them, None where there is none.
    """

    room_id: str
    version: str
    creators: frozenset[str]
    levels: Mapping[str, Any]
    encrypted: bool
    history: str
    join_rule: str
    guests: bool
    members: Mapping[str, str]
    federates: bool = True
    acl: tuple[str, ...] | None = None

    def reaches(self, servers: Collection[str]) -> bool:
        """Whether servers other than some may take part. A pattern (*) lets in more than anybody can list."""
        return self.federates and (self.acl is None or not set(self.acl) <= set(servers))

    def power(self, user_id: str) -> float:
        """Somebody's power level. From room version 12 on a creator stands above all levels (MSC4289)."""
        if user_id in self.creators and _creators_rule(self.version):
            return CREATOR
        if not self.levels:
            return 100 if user_id in self.creators else 0
        users = _object(self.levels.get("users"))
        return _level(users.get(user_id), _level(self.levels.get("users_default"), 0))

    @property
    def needed(self) -> int:
        """The power level needed to redact others' messages and to pin (both are 50 unless the room says else)."""
        pin = _object(self.levels.get("events")).get("m.room.pinned_events", self.levels.get("state_default"))
        return max(_level(self.levels.get("redact"), 50), _level(pin, 50))


class Inspector(Homeserver):
    """A connection that looks at rooms. Errors as in `Homeserver`."""

    async def __aenter__(self) -> Inspector:
        await super().__aenter__()
        return self

    async def logout(self) -> None:
        """End this session; its device disappears."""
        await self._call("POST", f"{PREFIX}/logout", {})

    async def joined_rooms(self) -> frozenset[str]:
        """The ids of the rooms this account is in."""
        said = (await self._call("GET", f"{PREFIX}/joined_rooms")).get("joined_rooms")
        return frozenset(said) if isinstance(said, list) else frozenset()

    async def is_invited(self, room_id: str) -> bool:
        """Whether an invitation to a room waits. Servers older than Matrix 1.15 cannot say: then False."""
        try:
            said = await self._call("GET", f"/_matrix/client/v1/room_summary/{quote(room_id, safe='')}")
        except Refused:
            return False
        return said.get("membership") == "invite"

    async def facts(self, room_id: str) -> RoomFacts:
        """The state of a room this account is in; of its successor, if it was upgraded and we are there."""
        create = await self._event(room_id, "m.room.create")
        content = _object(create.get("content"))
        extra = content.get("additional_creators")
        members = {
            str(event.get("state_key")): str(_object(event.get("content")).get("membership"))
            for event in await self.members(room_id)
        }
        return RoomFacts(
            room_id=room_id,
            version=str(content.get("room_version", "1")),
            creators=frozenset([str(create.get("sender")), *(extra if isinstance(extra, list) else [])]),
            levels=await self._content(room_id, "m.room.power_levels"),
            encrypted=bool(await self._content(room_id, "m.room.encryption")),
            history=str(
                (await self._content(room_id, "m.room.history_visibility")).get("history_visibility")
            ),
            join_rule=str((await self._content(room_id, "m.room.join_rules")).get("join_rule")),
            guests=(await self._content(room_id, "m.room.guest_access")).get("guest_access") == "can_join",
            members={who: how for who, how in members.items() if how in ("join", "invite")},
            federates=content.get("m.federate") is not False,
            acl=_acl(await self._content(room_id, "m.room.server_acl")),
        )

    async def newest(self, room_id: str, joined: frozenset[str]) -> str:
        """The room that a room was upgraded to in the end; itself if it was not, or if we are not in it."""
        for _ in range(_HOPS):
            if room_id not in joined:
                break
            following = (await self._content(room_id, "m.room.tombstone")).get("replacement_room")
            if not isinstance(following, str):
                break
            room_id = following
        return room_id

    async def _event(self, room_id: str, kind: str) -> dict[str, Any]:
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/state/{quote(kind, safe='')}/"
        return await self._call("GET", path, query={"format": "event"})

    async def _content(self, room_id: str, kind: str) -> Mapping[str, Any]:
        """The content of a state event; empty when there is none."""
        try:
            return await self.state(room_id, kind)
        except Refused as refusal:
            if refusal.status == 404:
                return {}
            raise


def _creators_rule(version: str) -> bool:
    return version.startswith("org.matrix.hydra") or (version.isdigit() and int(version) >= 12)


def _acl(content: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The servers that an access list lets in. Without a list it lets in none, which is how homeservers read it."""
    if not content:
        return None
    allowed = content.get("allow")
    return tuple(str(one) for one in allowed) if isinstance(allowed, list) else ()


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _level(value: object, default: int) -> int:
    """A power level. Rooms before version 10 may hold it as text."""
    try:
        return int(value) if isinstance(value, int | str) else default
    except ValueError:
        return default
