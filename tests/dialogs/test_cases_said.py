"""Small things that people write about cases, and what they read: numbers, plan B behind a code, near words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import opened
from tests.dialogs.chat import CONFIG, Chat
from tests.dialogs.test_escalation import QUIET, state, told


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme with a case; nobody is asked about it by the bot itself."""
    made = Chat(tmp_path, QUIET)
    opened(made, "Skolevægring")
    yield made
    made.close()


class TestWhatIsMeant:
    def test_plan_b_behind_the_code_of_a_case_is_written_down(self, chat: Chat) -> None:
        chat.say("karla", "!aftale @ali HS-26-001 skrive til familien inden fredag")
        chat.say("karla", "!sag HS-26-001 plan b 1 ali tager hjem")
        assert "ali tager hjem" in chat.say("karla", "!sag HS-26-001 plan")

    def test_a_number_is_enough_for_the_sheet(self, chat: Chat) -> None:
        assert "HS-26-001" in chat.say("karla", "!skema 1").splitlines()[0]
        chat.say("karla", "!skema 1 skole: begynder efter jul")
        assert "begynder efter jul" in chat.say("karla", "!skema HS-26-001 skole")

    def test_weeks_are_no_case(self, chat: Chat) -> None:
        for _ in range(3):
            opened(chat, "En anden")
        chat.say("karla", "!sag HS-26-001")
        said = chat.answer("karla", "!bero 3 måneder")
        assert "HS-26-001 er i bero til" in said
        chat.say("karla", "!genåbn HS-26-001")
        chat.say("karla", "!sag HS-26-001")
        assert "HS-26-001 er løftet" in chat.answer("karla", "!eskaler 2 forældre venter på svar")

    def test_a_word_nearly_right_is_named_though_it_is_a_command_of_its_own(self, chat: Chat) -> None:
        assert "!sag HS-26-001 luk" in chat.say("karla", "!sag HS-26-001 lukk")
        assert "eskaler" in chat.say("karla", "!sag HS-26-001 xyzzy")

    @pytest.mark.parametrize("words", ["i går", "til i går", "til 1/11 2026", "indtil sidste uge"])
    def test_a_rest_until_a_day_that_is_over_is_none(self, chat: Chat, words: str) -> None:
        said = chat.say("karla", f"!bero HS-26-001 {words}")
        assert "i bero til" not in said
        assert state(chat) == "open"

    def test_who_opens_no_cases_is_not_told_to(self, tmp_path: Path) -> None:
        made = Chat(tmp_path, CONFIG)
        try:
            assert "!case new" not in made.say("lene2", "!cases", "ledelse")
            assert "!sag ny" in made.say("karla", "!sager")
        finally:
            made.close()


class TestWhatIsRead:
    def test_a_long_subject_is_shortened_where_it_is_one_of_several(self, tmp_path: Path) -> None:
        made = Chat(tmp_path, QUIET.replace('summary_before = "never"', 'summary_before = "1 workday"'))
        try:
            opened(made, "skolevægring og uro i hjemmet, og en lang række andre ting som alle bør vide")
            made.at("2026-11-23 09:00")
            head = told(made, "case.summary", "fremdrift")[0].splitlines()[0]
            assert head.startswith("HS-26-001 · skolevægring og uro")
            assert "…" in head
            assert "alle bør vide" not in head
        finally:
            made.close()

    def test_a_word_that_was_deleted_leaves_the_history_and_wakes_no_old_summary(
        self, tmp_path: Path
    ) -> None:
        made = Chat(tmp_path, QUIET.replace('summary_before = "never"', 'summary_before = "1 workday"'))
        try:
            opened(made, "Skolevægring")
            event = made.send("ali", "!status HS-26-001 intet nyt", "dm")
            other = made.send("ali", "!status HS-26-001 han er set ved banen", "dm")
            made.at("2026-11-23 09:00")
            assert "ved banen" in told(made, "case.summary", "fremdrift")[0]
            made.at("2026-11-24 10:00")
            made.say("karla", "!møde start")
            made.at("2026-11-24 10:50")
            made.say("karla", "!møde slut")
            made.delete("ali", event, "dm")
            made.delete("ali", other, "dm")
            assert told(made, "case.summary", "fremdrift") == []
            assert "Ali" not in made.say("karla", "!sag HS-26-001 historik")
        finally:
            made.close()

    def test_who_observed_is_named_not_who_let_it_in(self, chat: Chat) -> None:
        chat.say("karla", "!sag HS-26-001 følger @lene2")
        chat.say("lene2", "!status HS-26-001 set glad i aften", "dm")
        chat.reacts("karla", "✅", "dm")
        read = chat.say("karla", "!sag HS-26-001 historik").splitlines()
        (line,) = [each for each in read if "set glad i aften" in each]
        assert "Karla" not in line
        assert "Lene" in line


class TestWhereItBelongs:
    def test_an_action_that_came_back_with_a_case_is_said_to_belong_elsewhere(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        chat.say("lene2", "!aftale @lene2 HS-26-001 finde pengene inden fredag", "ledelse")
        chat.say("lene2", "!beslutning HS-26-001 centeret betaler", "ledelse")
        assert "finde pengene" in chat.say("karla", "!sag HS-26-001 plan")
        said = chat.say("lene", "!færdig 1")
        assert "Aftale 1 er indgået i Ledelsesgruppe og hører til HS-26-001." in said

    def test_what_the_other_forum_agreed_for_itself_is_not_told_to_be_there(self, chat: Chat) -> None:
        chat.say("lene2", "!aftale @lene2 HS-26-001 hemmelig aftale inden fredag", "ledelse")
        assert chat.say("lene", "!vis 1") == chat.say("lene", "!vis 2").replace("2", "1")

    def test_an_opening_that_is_edited_away_says_that_the_case_stays(self, chat: Chat) -> None:
        event = chat.send("karla", "!sag ny Fritidsjob", "fremdrift")
        chat.say("karla", "!eskaler HS-26-002 ingen vil betale")
        chat.edit("karla", event, "hov", "fremdrift")
        assert state(chat, "HS-26-002") == "escalated"
        assert "HS-26-002 er åben endnu" in chat.messages()[-1]["body"]
