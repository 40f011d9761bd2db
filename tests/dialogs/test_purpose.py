"""The purpose is said and pinned once in each room with personal data, beside the agenda."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.duties import purposes
from bot.outbox import pinned_with
from bot.steps import NeedsPin
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.chat import CONFIG, ROOMS, Chat
from tests.dialogs.wired import Wired

WORDS = "Formål: forebyggelse i Valby <b>alene</b>."


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Wired]:
    opened = Wired(tmp_path)
    yield opened
    opened.close()


def lines(chat: Chat) -> list[tuple[str, str, str]]:
    """What was owed of the purpose: kind, what it is, where to."""
    return chat.ask(
        lambda s: [
            (row.kind, row.what, row.target)
            for row in s.exec(
                select(Outbox).where(col(Outbox.kind).startswith("purpose")).order_by(col(Outbox.seq))
            )
        ]
    )


def test_each_room_with_personal_data_has_it_once_and_pinned(chat: Chat) -> None:
    for _ in range(3):
        chat.at("2026-11-24 09:00")
    wanted = []
    for room in ("fremdrift", "ledelse"):
        wanted += [("purpose", "message", chat.target(room)), ("purpose.pinned", "pin", chat.target(room))]
    assert sorted(lines(chat)) == sorted(wanted), "and none in the citizens' room"


def test_new_words_are_said_anew_in_the_place_of_the_old(wired: Wired) -> None:
    wired.mute = True
    wired.restart(CONFIG.replace("[privacy]", f'[privacy]\npurpose = "{WORDS}"'))
    wired.mute = False
    wired.at("2026-11-20 10:01")
    (said,) = [one for one in wired.left if one.kind == "purpose" and one.room_id == ROOMS["fremdrift"][0]]
    assert said.body.startswith(WORDS), "as words, and no markup"
    assert "CPR" in said.body
    (english,) = [one for one in wired.left if one.kind == "purpose" and one.room_id == ROOMS["ledelse"][0]]
    assert "never CPR numbers" in english.body
    assert len(lines(wired)) == 8


def test_agenda_and_purpose_stay_pinned_side_by_side(wired: Wired) -> None:
    wired.at("2026-11-20 10:00")
    target = wired.target("fremdrift")
    rows = wired.ask(
        lambda s: [
            (row.kind, queries.pinned_beside(s, row))
            for row in s.exec(select(Outbox).where(Outbox.what == "pin", Outbox.target == target))
        ]
    )
    assert [kind for kind, _ in rows] == ["purpose.pinned", "meeting.agenda.pinned"]
    assert [set(earlier) | set(later) for _, (earlier, later) in rows] == [set(), set()]
    pin = NeedsPin(1, "!r", "$agenda", frozenset(rows[1][1][0]), frozenset(rows[1][1][1]))
    assert pinned_with(["$purpose"], pin) == ["$purpose", "$agenda"]


def test_words_that_come_back_are_said_again(chat: Chat) -> None:
    first = chat.settings
    for settings in (WORDS, first.privacy.purpose, WORDS):
        privacy = first.privacy.model_copy(update={"purpose": settings})
        chat.access.settings = first.model_copy(update={"privacy": privacy})
        chat.ask(lambda s: purposes.run(s, chat.access, chat.now))
        chat.ask(lambda s: purposes.run(s, chat.access, chat.now))
    assert len(lines(chat)) == 16


def test_a_room_that_is_to_be_encrypted_first_waits_with_it(chat: Chat) -> None:
    privacy = chat.settings.privacy.model_copy(update={"require_encryption": True, "purpose": WORDS})
    chat.access.settings = chat.settings.model_copy(update={"privacy": privacy})
    chat.ask(lambda s: purposes.run(s, chat.access, chat.now))
    assert len(lines(chat)) == 4
    chat.state(ROOMS["fremdrift"][0], "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    chat.ask(lambda s: purposes.run(s, chat.access, chat.now))
    assert len(lines(chat)) == 6


def test_a_forums_new_room_has_it_too(chat: Chat) -> None:
    old, new = ROOMS["fremdrift"][0], "!ny:example.dk"
    chat.state(old, "m.room.tombstone", "", {"replacement_room": new}, by="karla")
    chat.ask(lambda s: chat.inbox.rooms.joined(s, new, chat.now) and None)
    chat.ask(lambda s: purposes.run(s, chat.access, chat.now))
    assert [target for kind, _, target in lines(chat) if kind == "purpose"].count(
        chat.target("fremdrift")
    ) == 2
