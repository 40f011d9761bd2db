"""Deputies, leavers and case questions on PostgreSQL: a short history of each, as the other tests play it on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.inbox import Inbox
from bot.storage.database import Database
from bot.storage.migrations import migrate
from bot.storage.sealing import Vault
from tests.dialogs import chat as chats
from tests.dialogs import test_deputies, test_disclosure, test_leavers
from tests.dialogs.chat import BOT, Chat


@pytest.fixture
def chat(tmp_path: Path, postgresql_url: str) -> Iterator[Chat]:
    """The programme of the dialogs, on PostgreSQL."""
    opened = Chat(tmp_path)
    opened.db.close()
    migrate(postgresql_url)
    opened.url, opened.vault = postgresql_url, Vault(b"k" * 32, tmp_path / "keys.json")
    opened.db = Database(postgresql_url, opened.vault)
    opened.db.open()
    opened.db.run_sync(chats._furnish, opened.settings)
    opened.inbox = Inbox(opened.access, BOT)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "history",
    [
        test_deputies.test_a_forum_that_the_deputy_is_not_in_has_to_be_agreed_to,
        test_deputies.test_questions_about_cases_go_to_the_deputy_and_come_back,
        test_leavers.test_what_was_disclosed_to_them_stays_theirs,
        test_leavers.test_nor_by_taking_a_step_back,
        test_disclosure.test_a_list_that_they_had_is_said_again_without_it,
    ],
    ids=lambda history: history.__name__,
)
def test_a_history(chat: Chat, history: Callable[[Chat], None]) -> None:
    history(chat)


def test_who_leaves_has_nothing_more_and_their_deputy_neither(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo: finde praktikplads inden fredag")
    chat.say("bo", "!mig stedfortræder Lene Skov til 12/12", "dm")
    chat.answer("bo", "ja", "dm")
    seq = chat.last_seq()
    test_leavers.moves(chat, "bo", "leave")
    test_deputies.has_nothing(chat, seq)
