"""A database that was set back: a case has the code that people were told, in whatever order things are read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.matrix.batch import Arrival
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Outbox
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import BOT, Chat


def say(chat: Chat, number: int, who: str, words: str, room: str) -> None:
    """Somebody says something under an event id of its own, the same in both databases."""
    content = {"msgtype": "m.text", "body": words}
    event = {
        "event_id": f"$said-{number}:example.dk",
        "sender": f"@{who}:example.dk",
        "type": "m.room.message",
        "content": content,
    }
    arrival = Arrival(chat.room_id(room, who), event, chat.now)
    chat.db.run_sync(lambda session: chat.inbox.take(session, [arrival], chat.now))


def heard(lost: Chat) -> list[Arrival]:
    """The bot's own messages as they stand in the rooms, with the code of their case."""

    def collect(session: Session) -> list[Arrival]:
        found: list[Arrival] = []
        for row in session.exec(select(Outbox).order_by(col(Outbox.seq))):
            mark: dict[str, Any] = {"id": row.id, "kind": row.kind, "numbers": []}
            case = queries.case(session, row.case_uid)
            mark |= {"case": case.code} if case else {}
            content = {"dk.hotspotbot": mark}
            event = {"event_id": row.event_id, "sender": BOT, "type": "m.room.message", "content": content}
            found.append(Arrival(lost.room_id("fremdrift"), event, lost.now))
        return found

    lost.messages()  # all of it was sent
    return lost.db.run_sync(collect)


def codes(chat: Chat) -> dict[str, str]:
    return chat.ask(lambda s: {queries.words(s, c.text_uid) or "": c.code for c in s.exec(select(Case))})


SAID = [
    (1, "lene", "!sag ny uro i gården", "fremdrift"),
    (2, "mona", "!sag ny fravær", "nord"),
    (3, "lene", "!sag ny hærværk", "dm"),
]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_the_codes_are_those_that_people_saw(tmp_path: Path, order: list[int]) -> None:
    with open_rooms(tmp_path / "lost") as lost, open_rooms(tmp_path / "now") as chat:
        for each in SAID:
            say(lost, *each)
        messages = heard(lost)
        chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
        for at in order:
            say(chat, *SAID[at])
        assert codes(chat) == codes(lost)
        assert chat.db.run_sync(queries.owed_count) == 0, "it was all said before, to the room as well"
        say(chat, 4, "lene", "!sag ny noget nyt", "fremdrift")
        assert codes(chat)["noget nyt"] == "HS-26-004"


def test_a_code_that_people_saw_is_not_given_to_another_case(tmp_path: Path) -> None:
    with open_rooms(tmp_path / "lost") as lost, open_rooms(tmp_path / "now") as chat:
        for each in SAID:
            say(lost, *each)
        messages = heard(lost)
        chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
        say(chat, 4, "lene", "!sag ny noget nyt", "fremdrift")
        assert codes(chat) == {"noget nyt": "HS-26-004"}


def test_what_was_asked_and_told_before_is_neither_asked_nor_told_again(tmp_path: Path) -> None:
    with open_rooms(tmp_path / "lost") as lost, open_rooms(tmp_path / "now") as chat:
        lost.at("2026-11-23 12:00")
        chat.at("2026-11-23 12:00")
        said = [
            (1, "lene", "!sag ny uro i gården", "fremdrift"),
            (2, "karla", "!eskaler HS-26-001 ingen betaler", "fremdrift"),
            (3, "anna", "!beslutning HS-26-001 vi betaler et hegn", "ledelse"),
            (4, "karla", "!dagsorden HS-26-001", "fremdrift"),
        ]
        for each in said:
            say(lost, *each)
        lost.at("2026-11-25 08:05")
        asked = [m for m in lost.messages(0, "dm:@lene:example.dk") if m["kind"] == "case.question"]
        assert len(asked) == 2, "before the meeting of that week, and before the next one"
        messages = heard(lost)
        chat.db.run_sync(lambda session: chat.inbox.take(session, messages, chat.now))
        for each in said:
            say(chat, *each)
        chat.at("2026-11-25 08:05")
        of_cases = chat.ask(
            lambda s: [
                (row.kind, row.target.partition(":")[0], row.state)
                for row in s.exec(select(Outbox).where(col(Outbox.case_uid).is_not(None)))
            ]
        )
        assert {state for _, _, state in of_cases} == {"sent"}, "it was all said before"
        assert {"case.question", "case.escalated", "case.returned"} <= {kind for kind, _, _ in of_cases}
        again = [m for m in chat.messages(0, "dm:@lene:example.dk") if m["kind"] == "case.question"]
        assert [m["id"] for m in again] == [m["id"] for m in asked]
