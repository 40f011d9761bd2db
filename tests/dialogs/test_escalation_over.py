"""A lift that is over: what belongs to the case, what may still be put right, and how rest and close end it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import opened
from tests.dialogs.chat import Chat
from tests.dialogs.test_escalation import QUIET, state, told

SUMMED = QUIET.replace('summary_before = "never"', 'summary_before = "1 workday"')


def _opened(chat: Chat) -> None:
    opened(chat, "Skolevægring")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme with a case; summaries come the working day before."""
    made = Chat(tmp_path, SUMMED)
    made.begin(_opened)
    yield made
    made.close()


def shown(chat: Chat, *views: str) -> str:
    """What the case's own room reads of it, one view after the other."""
    return "\n".join(chat.say("karla", f"!sag HS-26-001 {view}") for view in views)


VIEWS = ("", "plan", "historik")


class TestWhatBelongsToTheCase:
    def test_only_what_the_other_forum_said_while_it_had_the_case(self, chat: Chat) -> None:
        chat.say("bo", "!beslutning HS-26-001 hemmelighed før", "ledelse")
        chat.say("bo", "!aftale @bo HS-26-001 hemmelig aftale før inden fredag", "ledelse")
        chat.at("2026-11-20 11:00")
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        assert "hemmelig" not in shown(chat, *VIEWS)
        chat.say("bo", "!aftale @bo HS-26-001 skrive til kommunen inden fredag", "ledelse")
        chat.at("2026-11-20 12:00")
        chat.say("bo", "!beslutning HS-26-001 centeret betaler", "ledelse")
        assert state(chat) == "open"
        chat.at("2026-11-20 13:00")
        chat.say("bo", "!beslutning HS-26-001 hemmelighed efter", "ledelse")
        chat.say("bo", "!aftale @bo HS-26-001 hemmelig aftale efter inden fredag", "ledelse")
        read = shown(chat, *VIEWS)
        assert "centeret betaler" in read
        assert "skrive til kommunen" in read
        assert "hemmelig" not in read
        chat.at("2026-11-23 08:00")
        summary = told(chat, "case.summary", "fremdrift")[-1]
        assert "centeret betaler" in summary
        assert "hemmelig" not in summary
        assert "hemmelig" not in "\n".join(told(chat, "case.returned", "fremdrift"))


class TestWhenItIsOver:
    def test_editing_the_message_that_lifted_it_lifts_nothing_again(self, chat: Chat) -> None:
        event = chat.send("karla", "!eskaler HS-26-001 skolen svare ikke", "fremdrift")
        chat.at("2026-11-20 11:00")
        chat.say("bo", "!beslutning HS-26-001 centeret betaler", "ledelse")
        seq = chat.last_seq()
        chat.edit("karla", event, "!eskaler HS-26-001 skolen svarer ikke", "fremdrift")
        assert state(chat) == "open"
        assert "centeret betaler" in told(chat, "case.returned", "fremdrift")[0]
        assert [m for m in chat.messages(seq) if m["target"] == chat.target("ledelse")] == []
        assert "er kommet tilbage. Grunden er rettet" in told(chat, "case.changed", "fremdrift")[-1]
        assert "skolen svarer ikke" in chat.say("karla", "!sag HS-26-001 historik")

    def test_a_decision_taken_back_lifts_it_again_with_the_reason_as_it_was_put_right(
        self, chat: Chat
    ) -> None:
        event = chat.send("karla", "!eskaler HS-26-001 skolen svare ikke", "fremdrift")
        chat.at("2026-11-20 11:00")
        said = chat.send("bo", "!beslutning HS-26-001 centeret betaler", "ledelse")
        chat.edit("karla", event, "!eskaler HS-26-001 skolen svarer ikke", "fremdrift")
        chat.delete("bo", said, "ledelse")
        assert state(chat) == "escalated"
        assert "Løftet til Ledelsesgruppe." in chat.say("karla", "!sag HS-26-001")
        assert "HS-26-001 Skolevægring" in chat.say("lene2", "!sag HS-26-001", "ledelse")
        assert "Grund: skolen svarer ikke" in told(chat, "case.escalated", "ledelse")[-1]

    def test_what_lifted_it_deleted_after_somebody_gave_another_reason_leaves_it_lifted(
        self, chat: Chat
    ) -> None:
        event = chat.send("karla", "!eskaler HS-26-001 skolen svare ikke", "fremdrift")
        chat.say("anna", "!eskaler HS-26-001 familien venter")
        chat.delete("karla", event, "fremdrift")
        assert state(chat) == "escalated"
        assert "Løftet til Ledelsesgruppe." in chat.say("karla", "!sag HS-26-001")

    def test_editing_it_to_another_case_says_what_to_write(self, chat: Chat) -> None:
        opened(chat, "Fritidsjob")
        event = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke", "fremdrift")
        chat.edit("karla", event, "!eskaler HS-26-002 skolen svarer ikke", "fremdrift")
        assert [state(chat), state(chat, "HS-26-002")] == ["open", "escalated"]
        assert len(told(chat, "case.escalated", "ledelse")) == 1
        chat.at("2026-11-20 11:00")
        chat.say("bo", "!beslutning HS-26-002 centeret betaler", "ledelse")
        chat.edit("karla", event, "!eskaler HS-26-001 skolen svarer ikke", "fremdrift")
        assert [state(chat), state(chat, "HS-26-002")] == ["open", "open"]
        assert "i en ny besked" in chat.messages(chat.last_seq() - 1)[-1]["body"]

    def test_deleting_it_tells_the_other_room_nothing_anew(self, chat: Chat) -> None:
        event = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke", "fremdrift")
        chat.edit("karla", event, "!eskaler HS-26-001 familien venter", "fremdrift")
        said = chat.send("bo", "!beslutning HS-26-001 centeret betaler", "ledelse")
        chat.delete("bo", said, "ledelse")
        chat.delete("karla", event, "fremdrift")
        assert state(chat) == "open"
        assert told(chat, "case.escalated", "ledelse") == []
        chat.at("2026-11-20 11:00")
        chat.say("karla", "!eskaler HS-26-001 noget andet")
        assert "Grund: noget andet" in told(chat, "case.escalated", "ledelse")[0]

    def test_deleting_it_after_the_case_came_back_does_not_either(self, chat: Chat) -> None:
        event = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke", "fremdrift")
        chat.at("2026-11-20 11:00")
        chat.say("bo", "!beslutning HS-26-001 centeret betaler", "ledelse")
        chat.delete("karla", event, "fremdrift")
        assert told(chat, "case.escalated", "ledelse") == []
        assert "centeret betaler" in told(chat, "case.returned", "fremdrift")[0]


class TestRestAndClose:
    def test_a_lifted_case_at_rest_is_lifted_no_more_and_both_rooms_hear(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        chat.say("karla", "!bero HS-26-001 til 1/3")
        assert told(chat, "case.changed", "ledelse") == [
            "HS-26-001 er i bero i Fremdriftsgruppe og ikke længere løftet til jer."
        ]
        chat.say("karla", "!genåbn HS-26-001")
        assert state(chat) == "open"
        assert "Løftet til" not in chat.say("karla", "!sag HS-26-001")
        assert "kender ingen sag HS-26-001" in chat.say("bo", "!sag HS-26-001", "ledelse")

    def test_taking_the_rest_back_lifts_it_again(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        chat.say("karla", "!bero HS-26-001 til 1/3")
        chat.say("karla", "!fortryd")
        assert state(chat) == "escalated"
        assert told(chat, "case.changed", "ledelse") == []

    @pytest.mark.parametrize(
        ("words", "done"), [("!luk HS-26-001 flyttet", "lukket"), ("!bero HS-26-001", "lagt")]
    )
    def test_from_the_room_it_was_lifted_to_its_own_room_hears(
        self, chat: Chat, words: str, done: str
    ) -> None:
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        chat.say("bo", "!aftale @bo HS-26-001 skrive til kommunen inden fredag", "ledelse")
        seq = chat.last_seq()
        said = chat.say("anna", words, "ledelse")
        assert "ikke længere løftet hertil. Jeg siger det i Fremdriftsgruppe." in said
        assert "genåbn" not in said
        assert len([m for m in chat.messages(seq) if m["target"] == chat.target("ledelse")]) == 1
        heard = "\n".join(told(chat, "case.changed", "fremdrift"))
        assert f"har {done}" in heard
        assert "Den er ikke længere løftet til Ledelsesgruppe." in heard
        assert "skrive til kommunen" in told(chat, "case.returned", "fremdrift")[0]

    def test_opened_again_it_is_due_at_the_next_meeting_and_late_with_nothing(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        chat.at("2026-11-24 10:50")
        chat.say("karla", "!møde slut")
        chat.say("karla", "!luk HS-26-001 flyttet")
        chat.at("2026-12-01 12:00")
        chat.wake("2026-12-30 11:00")
        chat.say("karla", "!genåbn HS-26-001")
        card = chat.say("karla", "!sag HS-26-001")
        assert "skulle være fulgt op" not in card
        assert "Åbnet igen ons. 30. dec." in card
        plan = chat.say("karla", "!dagsorden")
        assert "HS-26-001 · Skolevægring" in plan
        assert "genåbnet" in plan
        assert "ikke fulgt op" not in plan
        chat.at("2026-12-31 11:00")
        assert "opfølgning" not in chat.say("karla", "!status", "dm").lower()

    def test_a_number_is_enough(self, chat: Chat) -> None:
        assert "HS-26-001 er løftet" in chat.say("karla", "!eskaler 1 ingen vil betale")
        assert "HS-26-001 er ikke længere løftet" in chat.say("karla", "!retur 1")
        assert "HS-26-001 er i bero" in chat.say("karla", "!bero 1 til 1/3")
        assert "HS-26-001 er åben igen" in chat.say("karla", "!genåbn 1")
        assert "HS-26-001 er lukket" in chat.say("karla", "!luk 1 flyttet")


class TestHistory:
    def test_a_lift_whose_reason_came_later_is_told_once(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001")
        assert "løftede den til Ledelsesgruppe\n" in chat.say("karla", "!sag HS-26-001 historik") + "\n"
        chat.say("karla", "!eskaler HS-26-001 familien venter")
        told_so = chat.say("karla", "!sag HS-26-001 historik")
        assert told_so.count("løftede den") == 1
        assert "løftede den til Ledelsesgruppe: „familien venter“" in told_so

    def test_a_rest_that_was_agreed_is_no_standing_still(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        chat.at("2026-11-24 10:50")
        chat.say("karla", "!møde slut")
        chat.say("karla", "!bero HS-26-001 til 1/2")
        chat.wake("2027-01-29 09:00")
        for day in ("2027-02-01", "2027-02-02", "2027-02-03", "2027-02-10"):
            chat.at(f"{day} 09:00")
        assert "Åbnet igen" in chat.say("karla", "!sag HS-26-001")
        assert told(chat, "case.propose", "dm") == []
        assert [m for m in chat.messages() if m["kind"] == "case.propose"] == []


class TestAfterItCameBack:
    def test_a_name_taken_out_of_the_case_does_not_stay_in_the_room_it_was_lifted_to(
        self, chat: Chat
    ) -> None:
        said = chat.send("karla", "!sag ny skolefravær hos Viggo")
        chat.say("karla", "!eskaler HS-26-002 mangler plads")
        assert "Viggo" in chat.messages(0, chat.target("ledelse"))[-1]["body"]
        chat.say("karla", "!retur HS-26-002", "ledelse")
        seq = chat.last_seq()
        chat.edit("karla", said, "!sag ny skolefravær")
        assert [m["kind"] for m in chat.messages(seq, chat.target("ledelse"))] == ["case.escalated.redacted"]
