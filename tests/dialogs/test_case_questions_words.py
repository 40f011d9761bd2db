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


class TestWhichCase:
    def two(self, chat: Chat) -> None:
        open_case(chat)
        open_case(chat, "Hjemløs")
        chat.at(ASKED)

    @pytest.mark.parametrize(
        "words",
        [
            "HS-26-001 intet nyt og HS-26-002 intet nyt",
            "HS-26-001: intet nyt\nHS-26-002: han er set ved stationen",
        ],
    )
    def test_two_cases_in_one_message_are_asked_about(self, chat: Chat, words: str) -> None:
        self.two(chat)
        said = chat.say("lene", words, "dm")
        assert "Send en besked for hver" in said
        assert updates(chat) == []

    @pytest.mark.parametrize("words", ["intet nyt i HS-26-001", "intet nyt HS-26-001", "HS–26–001 intet nyt"])
    def test_a_code_behind_or_as_a_phone_writes_it_says_which(self, chat: Chat, words: str) -> None:
        self.two(chat)
        assert "HS-26-001" in chat.say("lene", words, "dm")
        kept = updates(chat)
        assert [(agency, kind) for agency, kind, _, _ in kept] == [("BUF", "nothing")]

    def test_news_that_names_another_case_is_news(self, chat: Chat) -> None:
        self.two(chat)
        chat.say("lene", "HS-26-001 han er set sammen med drengen i HS-26-002", "dm")
        assert [kind for _, kind, _, _ in updates(chat)] == ["news"]

    def test_words_about_one_case_are_no_note_on_an_action_of_another(self, chat: Chat) -> None:
        open_case(chat)
        chat.say("karla", "!aftale HS-26-001 Lene ringer til skolen senest fredag")
        chat.at("2026-11-27 09:00")
        assert "action.noted" not in [m["kind"] for m in chat.messages()]
        said = chat.say("lene", "HS-26-009 hej med jer, han er der ikke", "dm")
        assert [m["kind"] for m in chat.messages()].count("action.noted") == 0
        assert "skrevet" not in said.casefold()


class TestDoneByTheWay:
    def test_an_action_is_done_though_something_else_was_asked(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.say("karla", f"!aftale Lene ringer til skolen om {code} senest fredag")
        chat.at(ASKED)
        says(chat, "lene", "1 færdig")
        assert chat.action(1)["state"] == "done"
        assert updates(chat) == []
        assert state(chat) == ("open", "news")

    def test_done_behind_the_code_is_about_the_action_of_the_case(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.say("karla", f"!aftale Lene ringer til skolen om {code} senest fredag")
        chat.at(ASKED)
        chat.say("lene", f"{code} færdig", "dm")
        assert chat.action(1)["state"] == "done"
        assert updates(chat) == []

    def test_what_an_agency_tells_in_the_room_is_its_answer(self, chat: Chat) -> None:
        code = ask(chat)
        chat.say("lene", f"!status {code} han er startet i praktik")
        assert state(chat) == ("answered", "done")
        assert state(chat, "SOF") == ("open", "news")

    def test_a_taken_back_answer_is_named_in_words(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "intet nyt")
        said = chat.say("lene", "!fortryd", "dm")
        assert "er taget tilbage" in said
        assert "answer" not in said


class TestObservations:
    def test_a_plain_yes_lets_in_what_was_asked_last(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.say("gurli", f"!status {code} set glad ved klubben", "dm")
        assert f"Observationen står nu i {code}" in chat.say("karla", "ja", "dm")
        assert [each[2] for each in updates(chat)] == ["standing"]

    def test_a_yes_to_the_question_asked_back_counts(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.say("gurli", f"!status {code} set glad ved klubben", "dm")
        chat.answer("karla", "måske", "dm", chat.newest("dm", "karla"))
        assert f"Observationen står nu i {code}" in chat.answer(
            "karla", "ja", "dm", chat.newest("dm", "karla")
        )

    def test_other_words_than_those_let_in_are_for_the_coordinator_again(self, chat: Chat) -> None:
        code = open_case(chat)
        event = chat.send("gurli", f"!status {code} set glad ved klubben", "dm")
        chat.answer("karla", "ja", "dm", chat.newest("dm", "karla"))
        chat.at("2026-11-24 12:30")
        before = chat.last_seq()
        chat.edit("gurli", event, f"!status {code} set med våben", "dm")
        assert [each[2] for each in updates(chat)] == ["waiting"]
        assert any("set med våben" in said for said in chat.heard("karla", before))


class TestNothingIsLost:
    def test_what_comes_to_mind_a_moment_later_is_added(self, chat: Chat) -> None:
        ask(chat)
        chat.say("bo", "nothing new", "dm")
        said = chat.say("bo", "oh yes, he was seen at the station", "dm")
        assert "as news from politi" in said
        assert ("politi", "news", "standing", "oh yes, he was seen at the station") in updates(chat)

    def test_what_comes_a_day_later_is_asked_about(self, chat: Chat) -> None:
        code = ask(chat)
        chat.say("lene", "intet nyt", "dm")
        chat.at("2026-11-26 12:00")
        said = chat.say("lene", "han er set ved stationen", "dm")
        assert f"skriv koden foran, fx „{code}" in said
        assert "!aftaler mine" not in said
        chat.say("lene", f"{code} han er set ved stationen", "dm")
        assert ("BUF", "news", "standing", "han er set ved stationen") in updates(chat)

    def test_letters_in_one_line_are_heard_one_by_one(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "alle")
        says(chat, "lene", "a) han er startet b) fremgang i skolen")
        assert [words for _, _, _, words in updates(chat)] == ["han er startet"]
        assert trends(chat) == {("BUF", "education"): "better"}

    def test_what_was_told_before_a_question_is_handed_on_stays_told(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "han er startet i praktik")
        says(chat, "lene", "spørg Karen")
        assert state(chat) == ("open", "trend")
        assert "Hvordan går det" in chat.direct("karen")[-1]

    def test_a_question_does_not_go_back_and_forth(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "spørg Karen")
        says(chat, "karen", "spørg Lene")
        asked = len(chat.direct("karen"))
        assert "gav dig spørgsmålet" in chat.say("lene", "spørg Karen", "dm")
        assert len(chat.direct("karen")) == asked

    def test_a_number_alone_names_the_case(self, chat: Chat) -> None:
        code = open_case(chat)
        assert code in chat.say("lene", "!status 1 han er startet i praktik")
        assert updates(chat)[0][3] == "han er startet i praktik"

    def test_who_handed_a_question_on_may_tell_news_behind_the_code(self, chat: Chat) -> None:
        code = ask(chat)
        says(chat, "lene", "spørg Karen")
        said = chat.say("lene", f"{code} han er startet i praktik", "dm")
        assert "Karen Friis har fået spørgsmålet" in said
        assert updates(chat) == [("BUF", "news", "standing", "han er startet i praktik")]


class TestAskedOnce:
    def test_deleting_the_opening_asks_nobody_who_has_answered(self, chat: Chat) -> None:
        event = chat.send("karla", "!sag ny Skolevægring i 5. klasse")
        chat.say("karla", "!dagsorden HS-26-001")
        chat.at(ASKED)
        says(chat, "lene", "intet nyt")
        chat.at("2026-11-26 12:00")
        asked = {who: len(chat.direct(who)) for who in ("lene", "ali")}
        chat.delete("karla", event)
        chat.at("2026-11-26 13:00")
        assert [m["kind"] for m in chat.messages(0, "dm:@lene:example.dk")].count("case.question") <= 1
        assert len(chat.direct("lene")) <= asked["lene"]

    def test_no_telephone_rings_for_who_is_on_leave(self, chat: Chat) -> None:
        open_case(chat)
        chat.say("lene", "!mig fri til 30/11", "dm")
        chat.at(ASKED)
        rang = {
            who: [
                m["notify"] for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"] == "case.question"
            ]
            for who in ("lene", "ali")
        }
        assert rang == {"lene": [False], "ali": [True]}

    def test_an_edited_answer_is_in_the_agenda_at_once(self, chat: Chat) -> None:
        ask(chat)
        chat.at("2026-11-30 11:00")
        event = chat.send("lene", "intet nyt", "dm")
        chat.edit("lene", event, "han er blevet anholdt", "dm")
        shown = [m for m in chat.messages(0, chat.target("fremdrift")) if m["kind"] == "meeting.agenda"]
        assert "Mangler svar: SOF, politi" in shown[-1]["body"]

    def test_a_late_answer_to_the_only_question_needs_no_thread(self, chat: Chat) -> None:
        ask(chat)
        chat.at("2026-12-01 10:05")
        said = chat.say("lene", "han er set ved banen", "dm")
        assert "er begyndt, men det står i sagen" in said
        assert updates(chat) == [("BUF", "news", "standing", "han er set ved banen")]
