"""Who does not belong is in a room: the bot says nothing there, notes everything, and answers afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Attendance
from bot.storage.models import Action, Change, Owner, Text
from tests.dialogs.chat import BOT, CONFIG
from tests.dialogs.wired import Wired

SILENT = "Jeg er stille her for nu"
AGAIN = "Nu svarer jeg igen."
OVER = "Fremdriftsgruppe: Der er ingen fremmede i rummet mere. Jeg svarer der igen."
MORTEN = "@morten:fremmed.dk"
NAMED = f'[[people]]\nuser_id = "{MORTEN}"\nname = "Morten Kjær"\nagency = "SOF"\n'


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Wired]:
    """The programme on Friday at ten; everything said so far has left."""
    opened = Wired(tmp_path)
    opened.at("2026-11-20 10:00")
    for who in ("karla", "anna", "lene"):
        opened.reads("dm", who)
    opened.reads("fremdrift")
    yield opened
    opened.close()


class TestInAForum:
    def test_the_room_hears_once_that_the_bot_is_silent_and_nobody_is_named(self, chat: Wired) -> None:
        chat.member(MORTEN, "invite")
        (said,) = chat.reads("fremdrift")
        assert said.startswith(SILENT)
        assert "morten" not in said.casefold()
        chat.member(MORTEN, "join")
        chat.member("@en.til:fremmed.dk", "join")
        assert chat.reads("fremdrift") == []

    def test_the_coordinator_hears_who_it_is_and_what_to_do(self, chat: Wired) -> None:
        chat.member(MORTEN, "invite")
        (told,) = chat.reads("dm", "karla")
        assert told.startswith(
            f"Fremdriftsgruppe: {MORTEN} er inviteret ind i rummet og står ikke i programmets liste."
        )
        assert "fjern dem fra rummet" in told
        assert chat.reads("dm", "lene") == []
        chat.member("@en.til:fremmed.dk", "join")
        (told,) = chat.reads("dm", "karla")
        assert told.startswith("Fremdriftsgruppe: @en.til:fremmed.dk er kommet ind i rummet")

    def test_commands_are_carried_out_at_once_and_answered_in_order_when_they_are_gone(
        self, chat: Wired
    ) -> None:
        chat.member(MORTEN, "join")
        chat.reads("fremdrift"), chat.reads("dm", "karla")
        chat.send("karla", "!aftale @lene ringe til skolen fredag")
        chat.send("ali", "!aftale @ali finde en plads i klubben mandag")
        assert chat.reads("fremdrift") == []
        assert [row["text"] for row in chat.actions()] == ["ringe til skolen", "finde en plads i klubben"]
        chat.member(MORTEN, "leave")
        first, second, again = chat.reads("fremdrift")
        assert "ringe til skolen" in first
        assert "finde en plads" in second
        assert again == AGAIN
        (over,) = chat.reads("dm", "karla")
        assert over == OVER

    def test_an_invitation_alone_is_enough_for_they_can_read(self, chat: Wired) -> None:
        chat.member(MORTEN, "invite")
        chat.reads("fremdrift")
        chat.send("karla", "!aftaler")
        assert chat.reads("fremdrift") == []
        chat.member(MORTEN, "leave")
        assert len(chat.reads("fremdrift")) == 2

    def test_whoever_was_invited_and_leaves_before_the_bot_spoke_is_no_matter(self, chat: Wired) -> None:
        chat.mute = True
        chat.send("karla", "!aftaler")
        chat.member(MORTEN, "join")
        chat.member(MORTEN, "leave")
        chat.speak()
        assert "aftale" in chat.reads("fremdrift")[0]

    def test_a_message_made_ready_before_they_came_is_not_sent(self, chat: Wired) -> None:
        target = chat.target("fremdrift")
        chat.mute = True
        chat.send("karla", "!aftale @lene ringe til skolen fredag")
        assert chat.ask(lambda s: chat.outgoing.prepare(s, target)) is not None
        chat.member(MORTEN, "join")
        chat.speak()
        assert [said[:24] for said in chat.reads("fremdrift")] == [SILENT]
        chat.member(MORTEN, "leave")
        chat.speak()
        assert "ringe til skolen" in chat.reads("fremdrift")[0]

    def test_an_edit_waits_and_a_deletion_does_not(self, chat: Wired) -> None:
        kept = chat.send("karla", "!aftale @lene ringe til skolen fredag")
        gone = chat.send("karla", "!aftale @lene skrive til klubben fredag")
        chat.member(MORTEN, "join")
        chat.reads("fremdrift")
        chat.edit("karla", kept, "!aftale @lene ringe til lægen fredag")
        chat.delete("karla", gone)
        assert chat.reads("fremdrift") == []
        assert [one.what for one in chat.left[-1:]] == ["redact"]
        chat.member(MORTEN, "leave")
        assert "lægen" in chat.reads("fremdrift")[0]

    def test_two_strangers_one_goes_and_the_bot_stays_silent(self, chat: Wired) -> None:
        chat.member(MORTEN, "join")
        chat.member("@en.til:fremmed.dk", "join")
        chat.reads("fremdrift")
        chat.member(MORTEN, "ban")
        assert chat.reads("fremdrift") == []
        chat.member("@en.til:fremmed.dk", "leave")
        assert chat.reads("fremdrift") == [AGAIN]

    def test_the_next_time_the_room_hears_it_again(self, chat: Wired) -> None:
        for _ in range(2):
            chat.member(MORTEN, "join")
            chat.member(MORTEN, "leave")
            chat.now = chat.now.replace(minute=chat.now.minute + 1)
        first, gone, second, again = chat.reads("fremdrift")
        assert (first, gone) == (second, again)
        assert first.startswith(SILENT)

    def test_reminders_in_direct_messages_go_on(self, chat: Wired) -> None:
        chat.send("karla", "!aftale @lene ringe til skolen fredag 27. november")
        chat.member(MORTEN, "join")
        chat.reads("fremdrift"), chat.reads("dm", "lene")
        chat.at("2026-11-25 09:00")
        assert "ringe til skolen" in chat.reads("dm", "lene")[-1]
        assert chat.reads("fremdrift") == []

    def test_who_is_not_of_an_agency_of_the_forum_is_a_stranger_in_it(self, tmp_path: Path) -> None:
        only = CONFIG.replace(
            'forum = "fremdriftsgruppe"', 'forum = "fremdriftsgruppe"\nagencies = ["BUF", "SOF"]'
        )
        chat = Wired(tmp_path, only)
        chat.restart()
        (told,) = [one.body for one in chat.left if one.kind == "stranger.told"]
        assert told.startswith(
            "Fremdriftsgruppe: Bo Lund (@bo:example.dk) er kommet ind i rummet og er fra en forvaltning, "
        )
        chat.send("karla", "!aftaler")
        assert [said[:24] for said in chat.reads("fremdrift")] == [SILENT]
        chat.member("bo", "leave")
        assert chat.reads("fremdrift")[-1] == AGAIN, "Anna and Karla belong wherever they lead"
        chat.close()

    def test_a_citizen_is_a_stranger_where_there_is_personal_data(self, chat: Wired) -> None:
        chat.member("clara", "invite")
        assert chat.reads("fremdrift")[0].startswith(SILENT)
        assert "er med som borger" in chat.reads("dm", "karla")[0]

    def test_in_the_council_anybody_may_sit(self, chat: Wired) -> None:
        chat.reads("raad")
        chat.member(MORTEN, "join", "raad")
        chat.send("anna", "!aftaler", "raad")
        (said,) = chat.reads("raad")
        assert "aftale" in said


class TestAfterARestart:
    def test_whoever_becomes_known_is_no_stranger_any_more(self, chat: Wired) -> None:
        chat.member(MORTEN, "join")
        chat.send("karla", "!aftale @lene ringe til skolen fredag")
        chat.reads("fremdrift"), chat.reads("dm", "karla")
        chat.restart()
        assert chat.reads("fremdrift") == [], "a restart alone changes nothing"
        chat.restart(CONFIG.replace("[[partners]]", NAMED + "[[partners]]"))
        answer, again = chat.reads("fremdrift")
        assert "ringe til skolen" in answer
        assert again == AGAIN
        assert chat.reads("dm", "karla") == [OVER]

    def test_whoever_is_taken_out_of_the_config_becomes_one(self, chat: Wired) -> None:
        without = CONFIG.replace('user_id = "@bo:example.dk"', 'user_id = "@bodil:example.dk"')
        chat.restart(without)
        assert chat.reads("fremdrift")[0].startswith(SILENT)
        assert chat.reads("dm", "karla")[0].startswith(
            "Fremdriftsgruppe: @bo:example.dk er kommet ind i rummet"
        )
        chat.restart(without)
        assert chat.reads("fremdrift") + chat.reads("dm", "karla") == []
        chat.restart(CONFIG)
        assert chat.reads("fremdrift") == [AGAIN]
        chat.restart(without)
        assert chat.reads("fremdrift")[0].startswith(SILENT), "and once more, for the same person"

    def test_nothing_turns_round_while_it_waits(self, chat: Wired) -> None:
        chat.member(MORTEN, "join")
        for number in range(5):
            chat.send("karla", f"!aftale @lene tale med nummer {number} fredag")
        before = chat.ask(queries.owed_count)
        assert chat.speak() == []
        assert chat.ask(queries.owed_count) == before
        assert chat.ask(lambda s: {row.attempts for row in queries.oldest_owed_of_each(s)}) == {0}


class TestInDirectMessages:
    def test_a_third_in_the_conversation_stops_the_answers(self, chat: Wired) -> None:
        chat.member(MORTEN, "invite", "dm", of="lene")
        (said,) = chat.reads("dm", "lene")
        assert said.startswith("Vi er flere end to i denne samtale")
        assert chat.reads("dm", "karla") == [], "no coordinator is told of somebody's own conversation"
        chat.send("lene", "!mig", "dm")
        assert chat.reads("dm", "lene") == []
        chat.member(MORTEN, "leave", "dm", of="lene")
        answer, again = chat.reads("dm", "lene")
        assert "8.00" in answer
        assert again == AGAIN

    def test_a_colleague_of_the_programme_is_one_too(self, chat: Wired) -> None:
        chat.member("ali", "join", "dm", of="lene")
        assert chat.reads("dm", "lene")[0].startswith("Vi er flere end to")

    def test_the_bot_and_the_person_are_none(self, chat: Wired) -> None:
        chat.member(BOT, "join", "dm", of="lene")
        chat.send("lene", "!mig", "dm")
        assert len(chat.reads("dm", "lene")) == 1

    def test_reminders_go_to_the_forum_meanwhile_and_the_coordinator_hears(self, chat: Wired) -> None:
        chat.send("karla", "!aftale @lene ringe til skolen inden fredag 27. november")
        chat.member(MORTEN, "join", "dm", of="lene")
        chat.reads("dm", "lene"), chat.reads("fremdrift"), chat.reads("dm", "karla")
        chat.at("2026-11-25 09:00")
        assert chat.reads("dm", "lene") == []
        assert any("ringe til skolen" in said for said in chat.reads("fremdrift"))
        assert any("bed Lene Holm om at rette det" in said for said in chat.reads("dm", "karla"))


class TestAnAgencyThatTheForumIsNotFor:
    """Bo sits in the room, and the config has come to say that the police do not belong there."""

    @pytest.fixture
    def chat(self, chat: Wired) -> Wired:
        chat.say("karla", "!sag ny skolefravær")
        chat.say("karla", "!aftale @bo HS-26-001 finde praktikplads inden fredag")
        chat.say("karla", "!aftale @lene HS-26-001 ringe hjem inden fredag")
        for who in ("karla", "bo"):
            chat.reads("dm", who)
        chat.reads("fremdrift")
        chat.restart(
            CONFIG.replace(
                'forum = "fremdriftsgruppe"', 'forum = "fremdriftsgruppe"\nagencies = ["BUF", "SOF"]'
            )
        )
        chat.reads("dm", "karla")
        return chat

    @pytest.mark.parametrize(
        "words", ["!sag HS-26-001", "!status HS-26-001 alt vel", "!vis 1", "!vis 2", "!luk HS-26-001"]
    )
    def test_they_learn_as_little_as_somebody_outside(self, chat: Wired, words: str) -> None:
        chat.send("bo", words, "dm")
        (said,) = chat.reads("dm", "bo")
        assert said.startswith(("Jeg kender ingen sag HS-26-001 her. Se", "Jeg finder ingen aftale"))

    def test_what_they_promised_is_the_coordinators_to_hear_of(self, chat: Wired) -> None:
        chat.at("2026-11-25 09:00")
        assert chat.reads("dm", "bo") == []
        told = "\n".join(chat.reads("dm", "karla"))
        assert "Bo Lund er ikke med i Fremdriftsgruppe længere" in told
        assert "finde praktikplads" in told

    @pytest.mark.parametrize(
        "words",
        [
            "!færdig 1",
            "!aftale @lene fodre ulven inden fredag",
            "!luk HS-26-001",
            "!note 2 fodre ulven",
            "!her",
        ],
    )
    def test_what_they_type_in_the_room_is_not_carried_out_and_answered_without_a_word_of_it(
        self, chat: Wired, words: str
    ) -> None:
        before = chat.ask(everything)
        chat.reads("fremdrift")
        chat.send("bo", words)
        assert chat.reads("fremdrift") == []
        assert chat.ask(everything) == before
        chat.member("bo", "leave")
        assert NOT_DONE in chat.reads("fremdrift")

    def test_nor_are_their_answers_signs_and_edits(self, chat: Wired) -> None:
        chat.restart(CONFIG)
        said = chat.send("bo", "!aftale @bo fodre ulven inden fredag")
        confirmed = chat.newest()
        chat.restart(
            CONFIG.replace(
                'forum = "fremdriftsgruppe"', 'forum = "fremdriftsgruppe"\nagencies = ["BUF", "SOF"]'
            )
        )
        before = chat.ask(everything)
        chat.reads("fremdrift")
        chat.answer("bo", "færdig", to=confirmed)
        chat.react("bo", confirmed, "✅")
        chat.edit("bo", said, "!aftale @bo fodre bjørnen inden fredag")
        assert chat.ask(everything) == before
        assert chat.reads("fremdrift") == []
        chat.restart(CONFIG)
        assert chat.reads("fremdrift").count(NOT_DONE) == 2, "the answer and the edit; a sign is passed over"
        chat.react("bo", confirmed, "✅")
        assert chat.action(3)["state"] == "done"

    def test_talk_of_theirs_is_nobodys_business(self, chat: Wired) -> None:
        chat.send("bo", "hvornår er der kaffe?")
        chat.restart(CONFIG)
        assert NOT_DONE not in chat.reads("fremdrift")

    def test_a_citizen_in_the_room_changes_nothing_either(self, chat: Wired) -> None:
        chat.restart(CONFIG)
        chat.send("karla", "!vis 1")
        shown = chat.newest()
        chat.member("clara", "join")
        before = chat.ask(everything)
        chat.send("clara", "!her")
        chat.send("clara", "færdig 1", reply_to=shown)
        assert chat.ask(everything) == before
        chat.member("clara", "leave")
        told = [said for said in chat.reads("fremdrift") if said.startswith("Den kommando kan du ikke")]
        assert len(told) == 2


NOT_DONE = (
    "Det har jeg ikke gjort: du hørte ikke til i dette forum, da du skrev det. "
    "Skriv det igen, hvis du er lukket ind siden."
)


def everything(session: Session) -> list[str]:
    """The records, as they are."""
    return [
        repr(sorted(row.model_dump().items()))
        for table in (Action, Owner, Change, Case, Attendance, Text)
        for row in session.exec(select(table))
    ]
