"""Who has answered about a case is not asked again because another meeting comes first, or one is called off."""

from __future__ import annotations

from sqlmodel import select

from bot.storage.cases import CaseQuestion
from tests.dialogs.chat import Chat
from tests.dialogs.test_case_questions import ask, chat, says

__all__ = ["chat"]


def asked(chat: Chat, who: str) -> int:
    """How often somebody was asked from the beginning."""
    return sum("Hej " in words or "Hello " in words or "Hi " in words for words in chat.direct(who))


def questions(chat: Chat) -> list[tuple[str, str]]:
    rows = chat.ask(lambda s: [(r.agency, r.state) for r in s.exec(select(CaseQuestion)).all()])
    return sorted(rows)


class TestAnotherMeeting:
    def test_an_extra_meeting_before_asks_nobody_again(self, chat: Chat) -> None:
        code = ask(chat)
        says(chat, "lene", "intet nyt")
        says(chat, "ali", "han er startet i praktik")
        chat.at("2026-11-27 12:00")
        chat.say("karla", "!møde ekstra 30/11 kl 13")
        chat.say("karla", f"!dagsorden {code}")
        chat.at("2026-11-27 13:00")
        assert [asked(chat, who) for who in ("lene", "ali", "bo")] == [1, 1, 1]
        assert questions(chat) == [("BUF", "nothing"), ("SOF", "open"), ("politi", "open")]
        says(chat, "bo", "nothing new")
        chat.at("2026-11-30 12:00")
        assert [asked(chat, who) for who in ("lene", "ali", "bo")] == [1, 1, 1]

    def test_a_thread_goes_on_to_the_next_meeting_when_one_is_called_off(self, chat: Chat) -> None:
        code = ask(chat)
        says(chat, "lene", "intet nyt")
        chat.at("2026-11-26 12:00")
        chat.say("karla", "!møde aflys")
        chat.at("2026-11-26 13:00")
        chat.say("karla", "!møde ekstra 30/11 kl 13")
        chat.say("karla", f"!dagsorden {code}")
        chat.at("2026-11-26 14:00")
        assert [asked(chat, who) for who in ("lene", "ali", "bo")] == [1, 1, 1]
        assert questions(chat) == [("BUF", "nothing"), ("SOF", "open"), ("politi", "open")]
        said = says(chat, "ali", "han er startet i praktik")
        assert "2 af" in said

    def test_after_a_meeting_was_held_everybody_is_asked_anew(self, chat: Chat) -> None:
        code = ask(chat)
        says(chat, "lene", "intet nyt")
        chat.at("2026-12-01 10:00")
        chat.say("karla", "!møde start")
        chat.at("2026-12-01 11:00")
        chat.say("karla", "!møde slut")
        chat.say("karla", f"!dagsorden {code}")
        chat.at("2026-12-02 08:00")
        assert [asked(chat, who) for who in ("lene", "ali")] == [2, 2]
