"""A chat for each dialog test: the programme of `chat.py`, on Friday 20 November 2026 at 10:00 in Copenhagen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import Chat


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """People, rooms and the bot, without a network."""
    opened = Chat(tmp_path)
    yield opened
    opened.close()
