"""A room on the model of a homeserver, and a bot whose every sync a test plays itself.

The link and the inbox as they are; something can happen just before one of their requests arrives.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from bot.clock import SystemClock
from bot.matrix.api import Unavailable
from bot.matrix.link import Link
from tests.dialogs.chat import BOT, Chat
from tests.simulation.homeserver import Room, World
from tests.simulation.wire import Direct, ModelHomeserver

ANNA, KARLA = "@anna:example.dk", "@karla:example.dk"
PAGE = 4  # events in a timeline
T = TypeVar("T")


class Meanwhile(Direct):
    """A wire on which something happens just before a request arrives, or its answer is lost, once."""

    def __init__(self) -> None:
        self.before: dict[str, Callable[[], None]] = {}
        self.loses: set[str] = set()

    async def carry(
        self, what: str, handle: Callable[[], T], *, timeout: float, hold: Callable[[T], float] | None = None
    ) -> T:
        self.before.pop(what, lambda: None)()
        answer = handle()
        if what in self.loses:
            self.loses.remove(what)
            raise Unavailable("the answer is lost")
        return answer


class Scene:
    """A room of Anna's and Karla's in which the bot is."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.world = World(time.time, page=PAGE)
        self.wire = Meanwhile()
        self.world.passwords[BOT] = "hotspot"
        self.homeserver = ModelHomeserver(self.world, self.wire)
        room_id = self.world.create_room(ANNA, {"room_alias_name": "fremdrift", "invite": [KARLA, BOT]})
        self.world.join(KARLA, room_id)
        self.room: Room = self.world.rooms[room_id]

    async def process(self) -> Link[int]:
        """A bot that has just started and taken in one sync."""

        async def heard(_: int) -> None:
            return

        link = Link(
            self.homeserver,
            self.chat.db,
            self.chat.inbox,
            SystemClock(),
            user_id=BOT,
            rooms=["#fremdrift:example.dk"],
            on_news=heard,
            on_back=lambda: None,
        )
        await link.start()
        return link

    def say(self, count: int = 1) -> list[str]:
        """Karla promises something, so many times."""
        events = []
        for _ in range(count):
            body = f"!aftale mig ringe til skole {len(self.room.events)} inden 2099-06-01"
            content = {"msgtype": "m.text", "body": body}
            events.append(self.world.append(self.room, KARLA, "m.room.message", content).event_id)
        return events

    def forget(self, since: int) -> None:
        """Restore the homeserver from a backup in which the room had so many events."""
        for event in self.room.events[since:]:
            del self.world.events[event.event_id]
        del self.room.events[since:]

    def remove(self) -> None:
        """Anna removes the bot."""
        self.world.leave(BOT, self.room.room_id, by=ANNA)

    def ask_back(self) -> None:
        """Anna invites it again."""
        self.world.invite(ANNA, self.room.room_id, BOT)

    def asked_in_alone(self) -> list[str]:
        """Whom the bot has invited into rooms of their own, once for each."""
        others = (room for room in self.world.rooms.values() if room is not self.room)
        return [user for room in others for user in (KARLA, ANNA) if room.membership(user) == "invite"]

    def recorded(self) -> list[str]:
        """The messages whose actions were recorded, in the order of their numbers."""
        return [action["source_event"] for action in self.chat.actions()]
