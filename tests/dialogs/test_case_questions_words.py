"""What people write when they are asked about a case and do not answer it: never taken for news of the case."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat
from tests.dialogs.test_case_questions import ASKED, ask, chat, open_case, says, state, trends, updates

__all__ = ["chat"]


class TestNoNews:
    @pytest.mark.parametrize(
        "words",
        [
            "jeg er på ferie", "ring til mig", "orker ikke det her", "det tager vi på mødet", "har svaret",
            "forkert tråd", "2: intet nyt", "stop", "I'm in a meeting", "jeg er syg, tilbage mandag",
        ],
    )  # fmt: skip
    def test_who_writes_about_themselves_has_not_answered(self, chat: Chat, words: str) -> None:
        ask(chat)
        said = says(chat, "lene", words)
        assert said
        assert "Skrevet ned" not in said
        assert updates(chat) == []
        assert state(chat) == ("open", "news")
        says(chat, "lene", "han er startet i praktik")
        assert updates(chat) == [("BUF", "news", "standing", "han er startet i praktik")]

    def test_a_colleague_named_by_the_way_is_asked(self, chat: Chat) -> None:
        code = ask(chat)
        said = says(chat, "lene", "ved det ikke, spørg evt. Karen")
        assert f"Karen Friis får spørgsmålet om {code}" in said
        assert updates(chat) == []
        assert len(chat.direct("karen")) == 1

    def test_no_name_is_asked_for(self, chat: Chat) -> None:
        ask(chat)
        assert "Hvem i BUF skal jeg spørge?" in says(chat, "lene", "spørg en kollega")
        assert "Hvem i BUF skal jeg spørge?" in says(chat, "lene", "jeg er stoppet i BUF")

    def test_nothing_new_in_every_case_is_asked_about(self, chat: Chat) -> None:
        codes = [open_case(chat), open_case(chat, "Hjemløs")]
        chat.at(ASKED)
        said = says(chat, "lene", "intet nyt i alle sager")
        assert all(code in said for code in codes)
        assert updates(chat) == []

    def test_nothing_new_in_every_case_is_so_in_the_only_one(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "intet nyt i alle sager")
        assert state(chat) == ("nothing", "done")

    def test_better_alone_is_no_trend_of_everything(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "det går bedre")
        assert trends(chat) == {}
        assert updates(chat) == [("BUF", "news", "standing", "det går bedre")]
