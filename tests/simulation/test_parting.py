"""The bot is removed from a room and asked back while more was said than a timeline holds: nothing of it is lost.

The link and the inbox as they are, on the model of a homeserver, whose answers here are asked of Synapse in
`tests/e2e/test_model.py`. Each `start` of a link is a process that takes in one sync.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.clock import SystemClock
from bot.matrix.link import Link
from tests.dialogs.chat import BOT, Chat
from tests.simulation.homeserver import Room, World
from tests.simulation.wire import Direct, ModelHomeserver

ANNA, KARLA = "@anna:example.dk", "@karla:example.dk"
PAGE = 4  # events in a timeline
T = TypeVar("T")


class Meanwhile(Direct):
    """A wire on which something happens just before a request arrives, once."""

    def __init__(self) -> None:
        self.before: dict[str, Callable[[], None]] = {}

    async def carry(
        self, what: str, handle: Callable[[], T], *, timeout: float, hold: Callable[[T], float] | None = None
    ) -> T:
        self.before.pop(what, lambda: None)()
        return handle()


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

    def remove(self) -> None:
        """Anna removes the bot."""
        self.world.leave(BOT, self.room.room_id, by=ANNA)

    def ask_back(self) -> None:
        """Anna invites it again."""
        self.world.invite(ANNA, self.room.room_id, BOT)

    def recorded(self) -> list[str]:
        """The messages whose actions were recorded, in the order of their numbers."""
        return [action["source_event"] for action in self.chat.actions()]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    chat = Chat(tmp_path)
    scene = Scene(chat)
    scene.homeserver.token, _ = await scene.homeserver.login(BOT, "hotspot", "test")
    await scene.process()  # asked, and comes
    await scene.process()  # there
    assert scene.room.membership(BOT) == "join"
    yield scene
    chat.close()


async def test_removed_and_asked_back_while_the_bot_is_down(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.say()  # nobody of the bot's is there
    scene.ask_back()
    said += scene.say()
    await scene.process()
    await scene.process()
    assert scene.recorded() == said


async def test_removed_while_the_bot_is_down_and_asked_back_days_later(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    await scene.process()
    assert scene.recorded() == said
    scene.ask_back()
    said += scene.say(3 * PAGE)
    await scene.process()
    await scene.process()
    assert scene.recorded() == said


async def test_removed_and_asked_back_while_a_running_bot_cannot_be_reached(scene: Scene) -> None:
    link = await scene.process()
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.ask_back()
    await link._round(timeout=0)
    said += scene.say()
    await link._round(timeout=0)
    assert scene.recorded() == said


async def test_asked_back_just_before_the_bot_reads_what_it_missed(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.wire.before["messages"] = scene.ask_back
    link = await scene.process()
    assert scene.room.membership(BOT) == "invite"
    said += scene.say()
    await link._round(timeout=0)
    await link._round(timeout=0)
    assert scene.recorded() == said


async def test_removed_and_asked_back_just_before_the_bot_reads_what_it_missed(scene: Scene) -> None:
    def there_and_back() -> None:
        scene.remove()
        scene.ask_back()

    said = scene.say(3 * PAGE)
    scene.wire.before["messages"] = there_and_back
    link = await scene.process()
    assert scene.room.membership(BOT) == "invite"
    said += scene.say()
    await link._round(timeout=0)
    await link._round(timeout=0)
    assert scene.recorded() == said


async def test_asked_back_and_not_any_more_before_the_bot_has_come(scene: Scene) -> None:
    said = scene.say(3 * PAGE)
    scene.remove()
    scene.ask_back()
    scene.wire.before["join"] = scene.remove
    link = await scene.process()
    scene.say()
    assert scene.room.membership(BOT) == "leave"
    await link._round(timeout=0)
    assert scene.recorded() == said
    scene.ask_back()
    said += scene.say()
    await link._round(timeout=0)
    await link._round(timeout=0)
    assert scene.recorded() == said
