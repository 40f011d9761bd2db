"""A direct-message room is made once, whenever a sync tells of it, and one that was left leads to another."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from bot.clock import SystemClock
from bot.matrix.api import Unavailable
from bot.matrix.crypto.speaking import Speaking
from bot.matrix.direct import DirectRooms
from bot.outgoing import Outgoing
from bot.owed import Message, direct, owe
from bot.steps import NeedsRoom, Ready, Step
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.chat import BOT
from tests.simulation.scene import KARLA, Scene


@pytest.mark.parametrize("told", ["before the next try", "in the next try"])
async def test_a_room_whose_making_was_answered_too_late_is_not_made_again(scene: Scene, told: str) -> None:
    chat = scene.chat
    link = await scene.process()
    rooms = DirectRooms(scene.homeserver, chat.db, SystemClock(), BOT, encrypted=False)
    outgoing = Outgoing(chat.access, Speaking(chat.access, BOT), SystemClock(), lambda: "login")
    message = Message("fault", "Det forstod jeg ikke.")

    def begin(session: Session) -> None:
        for room in queries.direct_rooms(session, KARLA):
            room.state = "left"  # she threw the bot out of the one of before
        owe(session, "hello", direct(KARLA), message, now=datetime.now(UTC))

    chat.db.run_sync(begin)

    def prepared() -> Step:
        return chat.db.run_sync(outgoing.prepare, direct(KARLA))

    scene.wire.loses.add("create")
    step = prepared()
    assert isinstance(step, NeedsRoom)
    with pytest.raises(Unavailable):
        await rooms.ensure(step.user_id, step.before)
    if told == "in the next try":
        step = prepared()
        assert isinstance(step, NeedsRoom)
        await link._round(timeout=0)
        await rooms.ensure(step.user_id, step.before)
    else:
        await link._round(timeout=0)
    assert isinstance(prepared(), Ready)
    assert scene.asked_in_alone() == [KARLA]


async def test_an_alias_that_led_nowhere_does_not_stand_in_the_way_of_the_room_after_next(
    scene: Scene,
) -> None:
    chat = scene.chat
    link = await scene.process()
    rooms = DirectRooms(scene.homeserver, chat.db, SystemClock(), BOT, encrypted=False)
    outgoing = Outgoing(chat.access, Speaking(chat.access, BOT), SystemClock(), lambda: "login")

    def begin(session: Session) -> None:
        for room in queries.direct_rooms(session, KARLA):
            room.state = "left"
        owe(session, "hello", direct(KARLA), Message("fault", "Hej."), now=datetime.now(UTC))

    def again(session: Session) -> None:
        session.exec(select(Outbox).where(Outbox.reason == "hello")).one().state = "sent"
        owe(session, "again", direct(KARLA), Message("fault", "Hej igen."), now=datetime.now(UTC))

    async def ready() -> bool:
        """Whether it can be said, after some tries at a room."""
        for _ in range(30):
            step = chat.db.run_sync(outgoing.prepare, direct(KARLA))
            if isinstance(step, Ready):
                return True
            assert isinstance(step, NeedsRoom)
            with suppress(Unavailable):
                await rooms.ensure(step.user_id, step.before)
            await link._round(timeout=0)
        return False

    chat.db.run_sync(begin)
    step = chat.db.run_sync(outgoing.prepare, direct(KARLA))
    assert isinstance(step, NeedsRoom)
    dead = chat.db.run_sync(DirectRooms._alias, KARLA, step.before)
    scene.world.aliases[f"#{dead}:example.dk"] = "!died"  # the homeserver died while it made the room
    assert await ready()
    others = (room for room in scene.world.rooms.values() if room is not scene.room)
    made = next(room.room_id for room in others if room.membership(KARLA) == "invite")
    scene.world.join(KARLA, made)
    scene.world.leave(KARLA, made)
    await link._round(timeout=0)
    chat.db.run_sync(again)
    assert await ready()
