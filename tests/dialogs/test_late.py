"""What the bot hears late: said before a digest or a reminder, handled after it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.matrix.batch import Arrival
from tests.dialogs.chat import CPH, Chat


def _hear(chat: Chat, who: str, words: str, said: str) -> None:
    """The bot hears now what somebody said in the fremdriftsgruppe at an earlier local moment."""
    event = {
        "event_id": f"$late{len(words)}:example.dk",
        "sender": f"@{who}:example.dk",
        "type": "m.room.message",
        "content": {"msgtype": "m.text", "body": words},
    }
    at = datetime.fromisoformat(said).replace(tzinfo=CPH).astimezone(UTC)
    chat.deliver(Arrival("!fremdrift:example.dk", event, at))


def test_what_was_done_before_a_digest_and_heard_after_it_stands_in_the_next(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe 18/12")
    chat.at("2026-11-30 08:31")
    assert "Færdige" not in chat.last(chat.target("fremdrift"))["body"]
    _hear(chat, "lene", "!færdig 1", "2026-11-30 08:29")
    chat.at("2026-12-07 08:31")
    assert "Færdige siden sidst (1)" in chat.last(chat.target("fremdrift"))["body"]
    chat.at("2026-12-14 08:31")
    assert "Færdige" not in chat.last(chat.target("fremdrift"))["body"]
