"""A case's code as phones and hurried people write it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import Chat


def _opened(chat: Chat) -> None:
    chat.say("karla", "!sag ny bliver væk fra skolen")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    chat = Chat(tmp_path)
    chat.begin(_opened)
    yield chat
    chat.close()


@pytest.mark.parametrize(
    "code",
    [
        *("HS-26-001", "hs-26-1", "#HS-26-001", "HS 26 001", "hs 26 1", "HS26001", "HS-2026-001", "hs2026-1"),
        *("HS–26–001", "HS‑26‑001", "HS-26-001.", "HS-26-001,", "HS-26-001:", "1", "001", "26-1", "#1"),
    ],
)
def test_a_code_is_understood(chat: Chat, code: str) -> None:
    assert chat.say("lene", f"!sag {code} plan").startswith("Handleplan for HS-26-001")


@pytest.mark.parametrize("code", ["HS-26-001-1", "HSX-26-001", "HS202614", "HS-26-0011x"])
def test_what_is_none_is_no_code(chat: Chat, code: str) -> None:
    assert "HS-26-001 bliver" not in chat.say("lene", f"!sag {code}")
