"""What a digest says of decisions and meetings: held against planned, who came, and which come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import Chat
from tests.dialogs.records import PROGRAMME

QUIET = "Intet nyt: intet er over fristen, og intet skal være færdigt før næste ugestatus."


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Chat]:
    """A progress group of five agencies that meets on Tuesdays, the police at every second meeting (17/11, 1/12)."""
    opened = Chat(tmp_path, PROGRAMME)
    yield opened
    opened.close()


def meet(chat: Chat, day: str, *said: tuple[str, str]) -> None:
    """A meeting from 10.02 to 11.00 of a day, led by Karla, in which some words are said."""
    chat.at(f"{day} 10:02")
    chat.say("karla", "!møde start")
    for who, words in said:
        chat.say(who, words)
    chat.at(f"{day} 11:00")
    chat.say("karla", "!møde slut")


def line(said: str, start: str) -> str:
    """The one line of a digest that starts so; "" where none does."""
    return next((line for line in said.split("\n") if line.startswith(start)), "")


def part(said: str, heading: str) -> list[str]:
    """The lines of the list under a heading."""
    parts = said.split("\n\n")
    found = next((index for index, each in enumerate(parts) if each.startswith(heading)), None)
    return parts[found + 1].split("\n") if found is not None else []


class TestDecisions:
    def test_new_ones_stand_with_label_and_words_behind_what_was_declined(self, chat: Chat) -> None:
        chat.say("karla", "!aftale @bo tage kontakt tirsdag")
        meet(
            chat,
            "2026-11-24",
            ("bo", "!afvis 1 ingen hjemmel"),
            ("karla", "!beslutning vi søger puljen"),
            ("karla", "!beslutning vi mødes i klubben\n!aftale finde en mentor 31/2"),
        )
        said = chat.say("karla", "!ugestatus")
        assert part(said, "Beslutninger siden sidst (2)") == [
            "- 2026-W48-1 vi søger puljen",
            "- 2026-W48-2 vi mødes i klubben",
        ]
        order = [
            said.index(head) for head in ("Afviste siden sidst", "Beslutninger", "Mangler ejer", "Møder")
        ]
        assert order == sorted(order)

    def test_one_that_was_withdrawn_is_none(self, chat: Chat) -> None:
        meet(chat, "2026-11-24", ("karla", "!beslutning vi søger puljen"), ("karla", "!fortryd"))
        said = chat.say("karla", "!ugestatus")
        assert "Beslutninger" not in said
        assert "puljen" not in said

    def test_they_stand_in_one_digest_only(self, chat: Chat) -> None:
        meet(chat, "2026-11-24", ("karla", "!beslutning vi søger puljen"))
        seq = chat.last_seq()
        chat.at("2026-12-07 08:30")
        weekly = [m["body"] for m in chat.messages(seq, chat.target("fremdrift")) if m["kind"] == "digest"]
        assert ["vi søger puljen" in said for said in weekly] == [True, False]
        assert [line(said, "Møder") for said in weekly] == [
            "Møder: 1 holdt af 1 planlagt",
            "Møder: 0 holdt af 1 planlagt",
        ]

    def test_of_many_the_first_fifteen_are_shown_and_the_others_counted(self, chat: Chat) -> None:
        many = "\n".join(f"!beslutning punkt nummer {n}" for n in range(1, 18))
        meet(chat, "2026-11-24", ("karla", many))
        lines = part(chat.say("karla", "!ugestatus"), "Beslutninger siden sidst (17)")
        assert len(lines) == 16
        assert lines[14:] == ["- 2026-W48-15 punkt nummer 15", "- og 2 mere"]

    def test_the_code_of_a_case_stands_there_once(self, chat: Chat) -> None:
        meet(
            chat,
            "2026-11-24",
            ("karla", "!dagsorden HS-26-014 friplads"),
            ("karla", "!næste"),
            ("karla", "!beslutning familien tilbydes en kontaktperson"),
            ("karla", "!beslutning HS-26-015 venter til jul"),
        )
        assert part(chat.say("karla", "!ugestatus"), "Beslutninger") == [
            "- 2026-W48-1 HS-26-014 · familien tilbydes en kontaktperson",
            "- 2026-W48-2 HS-26-015 venter til jul",
        ]

    def test_erased_words_are_gone_from_the_digest(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:02")
        chat.say("karla", "!møde start")
        said = chat.send("karla", "!beslutning Nadia får en plads")
        chat.at("2026-11-24 11:00")
        chat.delete("karla", said)
        found = chat.say("karla", "!ugestatus")
        assert "Nadia" not in found


class TestHeldAgainstPlanned:
    def test_one_called_off_is_no_longer_planned_and_one_never_begun_was_not_held(self, chat: Chat) -> None:
        meet(chat, "2026-11-24")
        chat.say("karla", "!møde aflys uge 50")
        chat.at("2026-12-10 12:00")
        said = chat.say("karla", "!ugestatus 30 dage")
        assert line(said, "Møder") == "Møder: 1 holdt af 2 planlagte, 1 aflyst"
        assert line(chat.say("anna", "!digest 30 days", "dm"), "Møder") == line(said, "Møder")

    def test_one_that_was_only_called_off(self, chat: Chat) -> None:
        chat.say("karla", "!møde aflys")
        chat.at("2026-11-25 12:00")
        assert line(chat.say("karla", "!ugestatus"), "Møder") == "Møder: 1 aflyst"

    def test_a_single_one_that_was_taken_back_at_once_leaves_no_trace(self, chat: Chat) -> None:
        chat.say("karla", "!møde ekstra mandag kl. 9")
        chat.say("karla", "!fortryd")
        chat.say("karla", "!møde ekstra mandag kl. 12")
        chat.at("2026-11-23 15:00")
        assert line(chat.say("karla", "!ugestatus"), "Møder") == "Møder: 0 holdt af 1 planlagt"

    def test_one_under_way_counts_when_it_is_over(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:02")
        chat.say("karla", "!møde start")
        assert "Møder" not in chat.say("karla", "!ugestatus")
        chat.at("2026-11-24 11:00")
        chat.say("karla", "!møde slut")
        assert line(chat.say("karla", "!ugestatus"), "Møder") == "Møder: 1 holdt af 1 planlagt"

    def test_one_whose_hour_has_just_come_is_not_yet_missed(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:20")
        assert "Møder" not in chat.say("karla", "!ugestatus")
        chat.at("2026-11-24 11:00")
        assert line(chat.say("karla", "!ugestatus"), "Møder") == "Møder: 0 holdt af 1 planlagt"

    def test_one_that_nobody_ended_is_not_lost_between_two_digests(self, tmp_path: Path) -> None:
        config = PROGRAMME.replace('digest = "mon 08:30"', 'digest = "tue,wed 12:00"')
        chat = Chat(tmp_path, config)  # the digest comes between the end and the bot's closing of it
        try:
            chat.at("2026-11-24 10:02")
            chat.say("karla", "!møde start")
            chat.at("2026-11-25 12:00")
            digests = [m["body"] for m in chat.messages(0, chat.target("fremdrift")) if m["kind"] == "digest"]
            assert ["Møder: 1 holdt" in said for said in digests] == [False, True]
        finally:
            chat.close()

    def test_of_meetings_before_the_bot_came_it_says_nothing(self, chat: Chat) -> None:
        assert chat.say("karla", "!ugestatus 30 dage").split("\n")[2:] == [QUIET]

    def test_a_digest_may_have_nothing_but_a_meeting_to_tell_of(self, chat: Chat) -> None:
        meet(chat, "2026-11-24")
        seq = chat.last_seq()
        said = chat.say("karla", "!ugestatus")
        assert said.split("\n")[2:] == [
            "Møder: 1 holdt af 1 planlagt",
            "Fremmøde: SOF 1 af 1",
            "",
            "Næste møde: tirs. 1. dec. kl. 10.00, uge 49",
        ]
        assert {m["what"] for m in chat.messages(seq)} == {"message"}, "no picture of no actions"

    def test_figures_to_pass_on_round_meetings_and_decisions_too(self, chat: Chat) -> None:
        many = "\n".join(f"!beslutning punkt nummer {n}" for n in range(1, 8))
        meet(chat, "2026-11-24", ("karla", many))
        said = chat.say("anna", "!ugestatus direktion")
        assert line(said, "I perioden") == "I perioden: holdte møder færre end 5, beslutninger ca. 5."
        assert "punkt nummer" not in said
        assert "SOF 1" not in said


class TestAttendance:
    def test_by_agency_nobody_named(self, chat: Chat) -> None:
        chat.say("bo", "!afbud")
        meet(chat, "2026-11-24", ("lene", "godmorgen"), ("ali", "!fremmødt Boligforeningen, gæst Hanne"))
        assert line(chat.say("karla", "!ugestatus"), "Fremmøde") == (
            "Fremmøde: BUF 1 af 1, SOF 1 af 1, politi 0 af 1 (afbud)"
        )

    def test_who_was_to_come_and_said_nothing_counts_as_missing_over_several_meetings(
        self, programme: Chat
    ) -> None:
        chat = programme
        chat.say("lene", "!afbud uge 49")
        meet(chat, "2026-11-24", ("lene", "godmorgen"), ("ali", "!fremmødt BIF"))
        meet(chat, "2026-12-01", ("bo", "godmorgen"), ("ali", "!fremmødt BIF"))
        said = chat.say("karla", "!ugestatus 30 dage")
        # The police were to come on 1 December only; TMF neither came nor sent an apology.
        assert line(said, "Fremmøde") == (
            "Fremmøde: BUF 1 af 2 (afbud), SOF 2 af 2, BIF 2 af 2, TMF 0 af 2, politi 1 af 1"
        )

    def test_a_digest_of_one_agency_has_its_attendance_only_and_no_decision(self, chat: Chat) -> None:
        chat.say("karla", "!aftale @lene ringe 30/11")
        meet(chat, "2026-11-24", ("lene", "godmorgen"), ("karla", "!beslutning vi søger puljen"))
        said = chat.say("karla", "!ugestatus BUF")
        assert line(said, "Fremmøde") == "Fremmøde: BUF 1 af 1"
        assert line(said, "Møder") == "Møder: 1 holdt af 1 planlagt"
        assert "puljen" not in said

    def test_in_english(self, chat: Chat) -> None:
        chat.say("anna", "!meeting extra Tuesday at 14", "ledelse")
        chat.at("2026-11-24 14:00")
        chat.say("anna", "!meeting start", "ledelse")
        chat.say("bo", "good afternoon", "ledelse")
        chat.say("lene2", "!apologies", "ledelse")
        chat.say("anna", "!decision we apply", "ledelse")
        chat.at("2026-11-24 14:40")
        chat.say("anna", "!meeting end", "ledelse")
        said = chat.say("anna", "!digest", "ledelse")
        assert part(said, "Decided since the last one (1)") == ["- 2026-W48-1 we apply"]
        assert line(said, "Meetings") == "Meetings: 1 held of 1 planned"
        assert line(said, "Attendance") == "Attendance: BIF 0 of 1 (apology), politi 1 of 1"


class TestToCome:
    def test_the_police_come_to_every_second_meeting(self, programme: Chat) -> None:
        programme.say("karla", "!aftale @lene ringe fredag")
        said = programme.say("karla", "!ugestatus 14 dage")
        assert line(said, "Kommende møder") == (
            "Kommende møder: tirs. 24. nov. kl. 10.00, uge 48 (uden politi); "
            "tirs. 1. dec. kl. 10.00, uge 49 (med politi)"
        )

    def test_a_moved_one_stands_with_the_day_it_was_on(self, chat: Chat) -> None:
        chat.say("karla", "!møde flyt torsdag kl. 13")
        said = chat.say("karla", "!ugestatus")
        assert line(said, "Næste møde") == (
            "Næste møde: tors. 26. nov. kl. 13.00, uge 48 (flyttet fra tirs. 24. nov. kl. 10.00, uge 48)"
        )

    def test_one_that_was_put_off_until_after_the_next_digest_is_told_of(self, chat: Chat) -> None:
        chat.say("karla", "!møde flyt 3/12 kl. 13")
        assert line(chat.say("karla", "!ugestatus"), "Næste møde") == (
            "Næste møde: tors. 3. dec. kl. 13.00, uge 49 (flyttet fra tirs. 24. nov. kl. 10.00, uge 48)"
        )

    def test_a_called_off_one_is_said_to_be_with_the_next_that_takes_place(self, chat: Chat) -> None:
        chat.say("karla", "!møde aflys")
        assert line(chat.say("karla", "!ugestatus"), "Kommende") == (
            "Kommende møder: tirs. 24. nov. kl. 10.00, uge 48 (aflyst); tirs. 1. dec. kl. 10.00, uge 49"
        )

    def test_a_meeting_that_comes_as_always_is_no_news(self, chat: Chat) -> None:
        assert chat.say("karla", "!ugestatus").split("\n")[2:] == [QUIET]
