"""A chat for each dialog test: the programme of `chat.py`, on Friday 20 November 2026 at 10:00 in Copenhagen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import ROOMS, Chat
from tests.dialogs.peer import KeyServer, Peer


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """People, rooms and the bot, without a network."""
    opened = Chat(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def server(chat: Chat) -> KeyServer:
    """The chat with an encrypted room; everybody in it has one signed device."""
    chat.at("2026-11-20 10:00")  # the next meeting's agenda has been posted, and is not asked about here
    chat.state(ROOMS["fremdrift"][0], "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    server = KeyServer(chat)
    for who in ROOMS["fremdrift"][1]:
        Peer(server, who, f"{who.upper()}1")
    return server
