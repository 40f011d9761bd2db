"""A programme set up on a homeserver: its people and rooms made, the bot invited, its config file written.

Both the demo and the end-to-end tests say what they need as a `Programme` and get a `Stage` back.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

from bot.demo.account import Event
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import PATIENCE, Participant

Settings = Mapping[str, Mapping[str, Any]]

ENCRYPTED = True
"""Whether a programme that says nothing is encrypted: the demo's and those of the tests."""


@dataclass(frozen=True)
class PersonSpec:
    """Somebody of the programme. `key` is the localpart (before the stage's suffix) and the name in code.

    `more` is what else stands in the person's config: nicknames, workdays, at, language, manager, oversees.
    `signed` False leaves their device unsigned where a programme has encrypted rooms.
    """

    key: str
    name: str
    agency: str | None = None
    roles: Sequence[str] = ("member",)
    more: Mapping[str, Any] = field(default_factory=dict)
    configured: bool = True
    signed: bool = True


@dataclass(frozen=True)
class RoomSpec:
    """A room and the forum that meets in it. The first of `people` makes the room and invites the bot.

    `more` is what else stands in the room's config: digest, meeting, meeting_start, joins, standing, language …
    `encrypted` None is as the programme is.
    """

    key: str
    forum: str
    people: Sequence[str]
    name: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    configured: bool = True
    invite_bot: bool = True
    version: str | None = None
    encrypted: bool | None = None


@dataclass(frozen=True)
class Programme:
    """What to set up. `agencies` maps a code to its config (name, representative as a person's key).

    `settings` are further config sections by name; they win over what the stage writes itself. `encrypted` makes
    every room so that does not say otherwise, direct messages included, and lets the bot insist on it.
    """

    people: Sequence[PersonSpec]
    rooms: Sequence[RoomSpec]
    agencies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    settings: Settings = field(default_factory=dict)
    encrypted: bool = ENCRYPTED

    def encrypts(self, room: RoomSpec) -> bool:
        """Whether one of its rooms is encrypted."""
        return self.encrypted if room.encrypted is None else room.encrypted


class Stage:
    """A programme that stands on a homeserver. Make one with `set_up`; close it in the same event loop."""

    def __init__(self, synapse: Synapse, programme: Programme, directory: Path, suffix: str) -> None:
        self.synapse = synapse
        self.programme = programme
        self.directory = directory
        self.suffix = suffix
        self.people: dict[str, Participant] = {}
        self.rooms: dict[str, str] = {}
        self.bot = synapse.mxid("hotspotbot" + suffix)
        self.config = directory / "hotspot.toml"

    def user_id(self, key: str) -> str:
        """The user id of a person by their key."""
        return self.synapse.mxid(key + self.suffix)

    def alias(self, key: str) -> str:
        """The alias of a room by its key."""
        return f"#{key}{self.suffix}:{self.synapse.server_name}"

    @property
    def timezone(self) -> ZoneInfo:
        """The programme's time zone."""
        return ZoneInfo(self.programme.settings.get("general", {}).get("timezone", "Europe/Copenhagen"))

    async def bot_joined(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot is in every room that invited it, as the room's first person sees it."""
        for spec in self.programme.rooms:
            if spec.invite_bot and spec.configured:
                person, room = self.people[spec.people[0]], self.rooms[spec.key]
                await person.wait_for(self._bot_joins, room, timeout=timeout)

    async def direct_room(self, key: str, timeout: float = PATIENCE) -> str:
        """The newest room in which the bot writes to that person alone, as soon as it has written there."""
        await self.people[key].wait_for(self._written_alone, timeout=timeout)
        room = self.known_direct_room(key)
        assert room is not None  # noqa: S101 - just heard
        return room

    def known_direct_room(self, key: str) -> str | None:
        """The newest room with the bot alone that the person knows of, None when there is none yet."""
        person = self.people[key]
        heard = (
            room for room in reversed(person.rooms) if any(map(self._written_alone, person.timeline(room)))
        )
        return next(heard, None)

    async def open_direct_room(self, key: str, *, encrypted: bool | None = None) -> str:
        """Let the person start direct messages with the bot; returns the room once the bot has joined.

        `encrypted` None is as the programme is. Raises NeverCameError when the bot does not come.
        """
        person = self.people[key]
        room = await person.create_room(
            invite=[self.bot],
            encrypted=self.programme.encrypted if encrypted is None else encrypted,
            is_direct=True,
            preset="trusted_private_chat",
        )
        await person.wait_for(self._bot_joins, room)
        return room

    async def close(self) -> None:
        """Close every participant. The homeserver and its data stay."""
        await asyncio.gather(*(person.close() for person in self.people.values()))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _written_alone(self, event: Event) -> bool:
        return event["room_id"] not in self.rooms.values() and event["sender"] == self.bot

    def _bot_joins(self, event: Event) -> bool:
        is_bot = event["type"] == "m.room.member" and event.get("state_key") == self.bot
        return is_bot and event["content"].get("membership") == "join"

    async def _make_people(self) -> None:
        specs = self.programme.people
        registered = await asyncio.gather(
            *(self.synapse.register(spec.key + self.suffix, PASSWORD, spec.name) for spec in specs),
            self.synapse.register("hotspotbot" + self.suffix, PASSWORD, "hotspotbot"),
        )
        *people, bot = registered
        await bot.close()
        self.people = {spec.key: person for spec, person in zip(specs, people, strict=True)}
        somewhere = any(map(self.programme.encrypts, self.programme.rooms)) or self.programme.encrypted
        await asyncio.gather(
            *(
                self.people[spec.key].sign_device()
                if spec.signed and somewhere
                else self.people[spec.key].set_up_keys()
                for spec in specs
            )
        )

    async def _make_room(self, spec: RoomSpec) -> None:
        maker, *others = (self.people[key] for key in spec.people)
        guests = [other.user_id for other in others] + ([self.bot] if spec.invite_bot else [])
        # The bot deletes CPR numbers and pins the purpose: 50 (docs/domain, Law). From room version 12 on the
        # maker stands above the list and must not be named in it; before, it must be.
        users = {self.bot: 50}
        if spec.version is not None and int(spec.version) < 12:
            users[maker.user_id] = 100
        room = await maker.create_room(
            alias=spec.key + self.suffix,
            name=spec.name,
            invite=guests,
            encrypted=self.programme.encrypts(spec),
            version=spec.version,
            power={"users": users},
            federate=False,
            # As `check` wants it where there is personal data.
            state=[
                ("m.room.history_visibility", {"history_visibility": "invited"}),
                ("m.room.guest_access", {"guest_access": "forbidden"}),
            ],
        )
        self.rooms[spec.key] = room
        await asyncio.gather(*(other.join(room) for other in others))

    def _write_config(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        _write_private(self.directory / "password", PASSWORD)
        key = self.directory / "master.key"
        if not key.exists():
            _write_private(key, secrets.token_hex(32))
        sections: dict[str, dict[str, Any]] = {
            "matrix": {
                "homeserver": self.synapse.url,
                "user_id": self.bot,
                "password_file": "password",
                "store_path": "store",
            },
            "database": {"url": "sqlite:///hotspotbot.db"},
            "keys": {"master_key_file": "master.key", "keyring_file": "keyring.json"},
            "privacy": {"require_encryption": self.programme.encrypted},
            # Tests and benchmarks say in a minute what people say in a week.
            "limits": {"messages": 100_000},
        }
        for name, values in self.programme.settings.items():
            sections[name] = sections.get(name, {}) | dict(values)
        lines = [_table(f"[{name}]", values) for name, values in sections.items()]
        for code, agency in self.programme.agencies.items():
            lines.append(_table(f"[agencies.{code}]", self._with_ids(agency)))
        for person in self.programme.people:
            if person.configured:
                who = {"user_id": self.user_id(person.key), "name": person.name, "roles": list(person.roles)}
                if person.agency:
                    who["agency"] = person.agency
                lines.append(_table("[[people]]", who | self._with_ids(person.more)))
        for room in self.programme.rooms:
            if room.configured:
                what = {"room": self.alias(room.key), "forum": room.forum}
                if room.name:
                    what["name"] = room.name
                lines.append(_table("[[rooms]]", what | dict(room.more)))
        self.config.write_text("\n".join(lines), encoding="utf-8")

    def _with_ids(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Config values that name people, from keys to user ids."""
        ids = dict(values)
        for name in ("representative", "manager"):
            if name in ids:
                ids[name] = self.user_id(ids[name])
        if "managers" in ids:
            ids["managers"] = [self.user_id(key) for key in ids["managers"]]
        return ids


SetUp = Callable[[Programme], Awaitable[Stage]]


async def set_up(synapse: Synapse, programme: Programme, directory: Path, *, suffix: str = "") -> Stage:
    """Make the programme's people and rooms on the homeserver and write the bot's config into `directory`.

    `suffix` is added to every localpart and alias, so that several stages share one homeserver. Everybody
    listens from the beginning. The bot is invited and not yet there: nothing runs it here.
    """
    stage = Stage(synapse, programme, directory, suffix)
    try:
        await stage._make_people()
        for spec in programme.rooms:
            await stage._make_room(spec)
        stage._write_config()
        for person in stage.people.values():
            person.listen()
        for spec in programme.rooms:
            await stage.people[spec.people[-1]].caught_up(stage.rooms[spec.key])
    except BaseException:
        await stage.close()
        raise
    return stage


def _table(head: str, values: Mapping[str, Any]) -> str:
    """A TOML table."""
    return "\n".join([head, *(f"{name} = {_toml(value)}" for name, value in values.items()), ""])


def _toml(value: Any) -> str:
    """A value in TOML: JSON's strings, numbers and booleans are TOML's as well, its objects are not."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
