"""What `hotspotbot check` says of the rooms: whether the bot may work there, and who can be in them and read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from bot.belonging import oversees
from bot.checks.findings import Findings, Line
from bot.config_problems import shown
from bot.config_values import Role
from bot.directory import is_citizen
from bot.matrix.api import Refused
from bot.matrix.inspection import Inspector, RoomFacts
from bot.programme import Room
from bot.settings import Settings


class RoomChecks(Findings):
    """Asks the homeserver about each configured room. `running`: whether a bot is at work that would have joined."""

    def __init__(self, settings: Settings, *, running: bool) -> None:
        super().__init__(settings)
        self.running = running
        self.seen: set[str] = set()

    async def lines(self, server: Inspector) -> AsyncIterator[Line]:
        """A line for each finding, room by room. Raises as `Inspector` does where it is not one room's fault."""
        joined = await server.joined_rooms()
        complete = True
        for config in self.settings.rooms:
            name = shown(config.name or config.room)
            try:
                room_id = await self._resolve(server, config)
                if room_id is None:
                    complete = False
                    yield self.error("check-room-unknown", room=name, alias=config.room)
                    continue
                room_id = await server.newest(room_id, joined)
                if room_id not in joined:
                    complete = False
                    yield self._outside(name, invited=await server.is_invited(room_id))
                    continue
                facts = await server.facts(room_id)
            except Refused as refusal:
                complete = False
                yield self.error("check-room-refused", room=name, why=str(refusal))
                continue
            for line in (*self._standing(name, facts), *self.secrecy(name, config, facts)):
                yield line
            for line in self._members(name, config, facts):
                yield line
        missing = [p.user_id for p in self.settings.people if p.user_id not in self.seen]
        if complete and missing and self.settings.rooms:
            yield self.warning("check-nowhere", names=self.names(missing))

    async def _resolve(self, server: Inspector, config: Room) -> str | None:
        return await server.resolve_alias(config.room) if config.room.startswith("#") else config.room

    def _outside(self, name: str, *, invited: bool) -> Line:
        bot = self.settings.matrix.user_id
        if invited and self.running:
            return self.error("check-room-invited-long", room=name, bot=bot)
        if invited:
            return self.ok("check-room-invited", room=name)
        return self.error("check-room-out", room=name, bot=bot)

    def _standing(self, name: str, facts: RoomFacts) -> Iterator[Line]:
        yield self.ok("check-room", room=name)
        has, needs = facts.power(self.settings.matrix.user_id), facts.needed
        if has >= needs:
            yield self.ok("check-power", room=name)
        else:
            yield self.error("check-power-low", room=name, has=int(has), needs=needs)

    def secrecy(self, name: str, config: Room, facts: RoomFacts) -> Iterator[Line]:
        """Whether a room is as closed as its kind has to be: encryption, history, doors and homeservers."""
        required = self.settings.privacy.require_encryption
        if facts.encrypted:
            yield self.ok("check-encrypted", room=name)
        elif config.personal_data and required:
            yield self.error("check-cleartext", room=name)
        elif config.personal_data:
            yield self.warning("check-cleartext-rehearsal", room=name)
        if not config.personal_data:
            return
        yield from self._doors(name, facts)
        yield from self._reach(name, config, facts)

    def _doors(self, name: str, facts: RoomFacts) -> Iterator[Line]:
        """Who can read what was said before them, and who can come in, where there is personal data.

        History is right at "joined" or "invited": whoever comes later reads nothing of the children before them.
        """
        if facts.history == "world_readable":
            yield self.error("check-history-world", room=name)
        elif facts.history not in ("joined", "invited"):
            yield self.error("check-history", room=name)
        else:
            yield self.ok("check-history-good", room=name)
        if facts.join_rule in ("knock", "restricted", "knock_restricted"):
            yield self.warning("check-join-rule", room=name, rule=facts.join_rule)
        elif facts.join_rule not in ("invite", "private"):
            yield self.error("check-join-open", room=name, rule=shown(facts.join_rule))
        if facts.guests:
            yield self.error("check-guests", room=name)

    def _reach(self, name: str, config: Room, facts: RoomFacts) -> Iterator[Line]:
        """Which homeservers can be in a room with personal data, and which are."""
        own = self.settings.matrix.user_id.split(":", 1)[1]
        servers = (own, *self.settings.privacy.servers)
        if not facts.reaches(servers):
            yield self.ok("check-reach-good", room=name)
        elif config.federated:
            yield self.ok("check-reach-allowed", room=name)
        else:
            allowed = ", ".join(f'"{server}"' for server in servers)
            yield self.error("check-reach", room=name, servers=allowed)
        foreign = sorted(who for who in facts.members if who.split(":", 1)[-1] not in servers)
        if foreign:
            yield self.error("check-foreign", room=name, names=self.names(foreign))

    def _members(self, name: str, config: Room, facts: RoomFacts) -> Iterator[Line]:
        people = {person.user_id: person for person in self.settings.people}
        inside = [people[who] for who in facts.members if who in people]
        joined = {who for who, how in facts.members.items() if how == "join"}
        self.seen.update(facts.members)
        strangers = sorted(set(facts.members) - set(people) - {self.settings.matrix.user_id})
        citizens = [p.user_id for p in inside if is_citizen(p)]
        if strangers and config.personal_data:
            yield self.error("check-strangers", room=name, names=self.names(strangers))
        elif strangers:
            yield self.warning("check-strangers-unheard", room=name, names=self.names(strangers))
        if citizens and config.personal_data:
            yield self.error("check-citizens", room=name, names=self.names(citizens))
        if config.agencies:
            outside = [p.user_id for p in inside if p.agency is not None and p.agency not in config.agencies]
            if outside:
                allowed = ", ".join(config.agencies)
                yield self.warning(
                    "check-agency-outside", room=name, names=self.names(outside), agencies=allowed
                )
        expected = self._expected(config)
        absent = sorted(who for who in expected if who not in facts.members)
        pending = sorted(who for who in facts.members if who in people and who not in joined)
        if absent:
            yield self.warning("check-absent", room=name, names=self.names(absent))
        if pending:
            yield self.warning("check-pending", room=name, names=self.names(pending))
        if not any(Role.COORDINATOR in p.roles for p in inside if p.user_id in joined):
            overseen = any(oversees(lead, config) for lead in self.settings.leads)
            yield (
                self.warning("check-no-coordinator", room=name)
                if overseen
                else self.error("check-nobody-hears", room=name)
            )
        yield self.ok("check-members", room=name, count=sum(p.user_id in joined for p in inside))

    def _expected(self, config: Room) -> set[str]:
        """Who the config says belongs into a room: whom an agency's code stands for there, and the leads."""
        found = {p.user_id for p in self.settings.leads if oversees(p, config)}
        for code, agency in self.settings.agencies.items():
            named = agency.representatives.get(config.room, agency.representatives.get(config.forum))
            if named is None and code in config.agencies:
                named = agency.representative
            if named is not None:
                found.add(named)
        return found
