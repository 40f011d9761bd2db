"""What the tests on the model of a homeserver begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dialogs.chat import BOT, Chat
from tests.simulation.scene import Scene


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
