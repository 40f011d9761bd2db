"""A database that was set back: what the bot had said stands in the rooms, in whatever order it is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.matrix.batch import Arrival
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.chat import BOT, Chat


@pytest.fixture
def lost(tmp_path: Path) -> Any:
    """The chat whose database is going to be lost; `chat` is what it was before, with the same keys."""
    made = Chat(tmp_path / "lost")
    yield made
    made.close()


def heard(lost: Chat) -> list[Arrival]:
    """The bot's own messages as they stand in the rooms."""

    def collect(session: Session) -> list[Arrival]:
        found: list[Arrival] = []
        for row in session.exec(select(Outbox).order_by(col(Outbox.seq))):
            about = queries.outbox(session, row.about) if row.about else None
            content: dict[str, Any] = {
                "dk.hotspotbot": {
                    "id": row.id,
                    "kind": row.kind,
                    "numbers": queries.numbers_in(session, about.id if about else row.id),
                }
            }
            if about is not None:
                content["m.relates_to"] = {"rel_type": "m.replace", "event_id": about.event_id}
            event = {"event_id": row.event_id, "sender": BOT, "type": "m.room.message", "content": content}
            found.append(Arrival(lost.room_id("fremdrift"), event, lost.now))
        return found

    lost.messages()  # all of it was sent
    return lost.db.run_sync(collect)


def numbers(chat: Chat) -> dict[str, int]:
    return {row["text"]: row["number"] for row in chat.actions()}


def owed(chat: Chat) -> int:
    return chat.db.run_sync(queries.owed_count)


def say(chat: Chat, number: int, who: str, words: str, room: str) -> None:
    """Somebody says something under an event id of its own, the same in both databases."""
    event = {
        "event_id": f"$said-{number}:example.dk",
        "sender": f"@{who}:example.dk",
        "type": "m.room.message",
        "content": {"msgtype": "m.text", "body": words},
    }
    arrival = Arrival(chat.room_id(room, who), event, chat.now)
    chat.db.run_sync(lambda session: chat.inbox.take(session, [arrival], chat.now))


FIRST = (1, "karla", "!aftale @lene ringe til skolen inden fredag", "fremdrift")
SECOND = (2, "anna", "!action @bo call the club by Friday", "ledelse")
THIRD = (3, "karla", "!aftale @lene ringe til hallen inden fredag", "fremdrift")


@pytest.mark.parametrize("own_first", [True, False])
def test_the_numbers_are_those_that_people_saw_and_nothing_is_said_again(
    lost: Chat, chat: Chat, own_first: bool
) -> None:
    for said in (FIRST, SECOND):
        say(lost, *said)
    messages = heard(lost)
    if own_first:
        chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
        for said in (SECOND, FIRST):  # the other room is read first
            say(chat, *said)
        assert owed(chat) == 0, "it was sent"
    else:
        for said in (FIRST, SECOND):
            say(chat, *said)
        assert owed(chat) == 2
        chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
        assert owed(chat) == 0, "it was sent"
    assert numbers(chat) == numbers(lost)
    say(chat, *THIRD)
    assert numbers(chat)["ringe til hallen"] == 3
    assert owed(chat) == 1


def test_a_number_that_people_saw_is_not_given_to_another(lost: Chat, chat: Chat) -> None:
    for said in (FIRST, SECOND):
        say(lost, *said)
    messages = heard(lost)
    chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
    say(chat, *THIRD)  # the first two were deleted by their writers since
    assert numbers(chat) == {"ringe til hallen": 3}
    assert chat.db.run_sync(queries.settle_said) == [1, 2], "the operator hears of them"


def test_an_answer_edited_into_a_confirmation_tells_the_number(lost: Chat, chat: Chat) -> None:
    original = "$said-7:example.dk"
    for each in (lost, chat):
        say(each, 7, "karla", "!aftle @lene ringe til skolen inden fredag", "fremdrift")
    heard(chat)  # the answer to the mistake was sent before the backup
    say(lost, *SECOND)
    lost.edit("karla", original, "!aftale @lene ringe til skolen inden fredag")
    messages = heard(lost)
    chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
    chat.edit("karla", original, "!aftale @lene ringe til skolen inden fredag")
    say(chat, *SECOND)
    assert numbers(chat) == numbers(lost) == {"call the club": 1, "ringe til skolen": 2}
