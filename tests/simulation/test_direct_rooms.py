"""A direct-message room is made once, whenever a sync tells of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from bot.clock import SystemClock
from bot.matrix.api import Unavailable
from bot.matrix.crypto.speaking import Speaking
from bot.matrix.direct import DirectRooms
from bot.outgoing import Outgoing
from bot.owed import Message, direct, owe
from bot.steps import NeedsRoom, Ready, Step
from bot.storage import queries
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
