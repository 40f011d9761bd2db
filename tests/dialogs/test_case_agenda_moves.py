"""Cases leave an agenda when they are closed, and stand on one planned agenda only, whatever meeting is called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import LEDELSE, codes, opened
from tests.dialogs.chat import Chat
from tests.dialogs.test_case_agenda import QUIET


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme, in which the bot asks nobody about cases by itself."""
    made = Chat(tmp_path, QUIET)
    yield made
    made.close()


class TestNominated:
    @pytest.mark.parametrize("words", ["!luk HS-26-001 flyttet", "!bero HS-26-001 til 1/3"])
    def test_one_that_is_closed_or_rests_leaves_and_comes_back(self, chat: Chat, words: str) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("lene", "!sag HS-26-001 dagsorden")
        assert "HS-26-001 · Skolevægring" in chat.say("karla", "!dagsorden")
        chat.say("karla", words)
        assert "HS-26-001" not in chat.say("karla", "!dagsorden")
        chat.say("karla", "!fortryd")
        assert "1. 10.00 HS-26-001 · Skolevægring" in chat.say("karla", "!dagsorden")

    @pytest.mark.parametrize("words", ["!luk HS-26-001 flyttet", "!bero HS-26-001 til 1/3"])
    def test_one_that_is_closed_or_rests_is_not_said_to_stand_there(self, chat: Chat, words: str) -> None:
        opened(chat, "Skolevægring")
        chat.say("karla", words)
        assert "!genåbn HS-26-001" in chat.say("lene", "!sag HS-26-001 dagsorden")

    def test_what_somebody_worded_stays(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("lene", "!dagsorden HS-26-001 hvad vi lærte")
        chat.say("karla", "!luk HS-26-001 flyttet")
        assert "hvad vi lærte" in chat.say("karla", "!dagsorden")

    def test_one_that_went_back_leaves_the_other_forums_agenda(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        chat.say("anna", "!møde ekstra tirsdag kl. 13", "ledelse")
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        chat.say("anna", "!sag HS-26-001 dagsorden", "ledelse")
        assert codes(chat, room=LEDELSE) == ["HS-26-001"]
        chat.say("karla", "!retur HS-26-001")
        assert codes(chat, room=LEDELSE) == []


class TestOneAgenda:
    def test_a_meeting_called_before_takes_nothing_from_an_agenda_that_was_sent(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        chat.at("2026-11-23 10:00")
        assert [m for m in chat.messages() if m["kind"] == "meeting.agenda"]
        chat.say("karla", "!møde ekstra i dag kl. 15")
        opened(chat, "Søskende", at="2026-11-23 10:00")
        assert codes(chat, "2026-11-23") == ["HS-26-002"]
        assert codes(chat, "2026-11-24") == ["HS-26-001"]

    def test_one_called_before_an_agenda_that_nobody_has_seen_takes_them(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        assert codes(chat, "2026-11-24") == ["HS-26-001"]
        chat.say("karla", "!møde ekstra mandag kl. 15")
        assert codes(chat, "2026-11-23") == ["HS-26-001"]
        assert codes(chat, "2026-11-24") == []

    def test_what_somebody_put_there_stays_there(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        chat.say("lene", "!sag HS-26-001 dagsorden")
        chat.say("karla", "!møde ekstra mandag kl. 15")
        assert codes(chat, "2026-11-23") == []
        assert codes(chat, "2026-11-24") == ["HS-26-001"]


class TestWaiting:
    def test_a_forum_without_meetings_sees_what_is_lifted_to_it_as_waiting(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        assert "1. HS-26-001 · Skolevægring · " in chat.say("anna", "!agenda", "ledelse")
        chat.say("anna", "!sag HS-26-001 dagsorden", "ledelse")
        assert chat.say("anna", "!agenda", "ledelse").count("HS-26-001") == 1


class TestCarriedOver:
    def test_an_item_that_is_but_a_code_reads_as_its_case(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        opened(chat, "Søskende", followed="2026-10-01")
        chat.say("lene", "!dagsorden HS-26-001.")
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        chat.at("2026-11-24 10:50")
        chat.say("karla", "!møde slut")
        chat.at("2026-11-25 10:00")
        assert "HS-26-001 · Skolevægring (overført fra uge 48)" in chat.say("karla", "!dagsorden")
