"""Answers that are edited, deleted, late, long or in the wrong place; and word sent without being asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.actions import Cause
from bot.cases import Cases
from bot.storage import queries
from bot.storage.cases import Case, CaseUpdate
from tests.dialogs.chat import Chat
from tests.dialogs.test_case_questions import (
    ASKED,
    MEETING,
    ask,
    chat,
    open_case,
    root,
    says,
    state,
    thread_event,
    trends,
    updates,
)

__all__ = ["chat"]


def change(chat: Chat, code: str, doing: str) -> None:
    """The coordinator closes a case, or lets somebody in."""

    def do(session: Session) -> None:
        case = queries.case_by_code(session, code)
        assert isinstance(case, Case)
        cases = Cases(session, chat.access, Cause("@karla:example.dk", chat.now, f"${doing}{code}"))
        if doing == "close":
            cases.close(case)
        elif doing == "caseworker":
            cases.follow(case, "@sara:example.dk", "caseworker", "SOF")
        else:
            cases.follow(case, "@ditte:example.dk", "follower", None)

    chat.ask(do)


class TestEdits:
    def test_an_edited_answer_is_read_again_as_the_answer_to_its_step(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "intet nyt")
        assert state(chat) == ("nothing", "done")
        said = chat.edit("lene", event, "han er begyndt i praktik", "dm")
        assert "nyt fra BUF" in said
        assert "2 af" in said
        assert updates(chat) == [("BUF", "news", "standing", "han er begyndt i praktik")]
        assert state(chat) == ("open", "trend")

    def test_an_earlier_step_is_corrected_without_going_back(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "han er begyndt i praktik")
        says(chat, "lene", "job bedre")
        step = state(chat)
        assert step[1].startswith("field:")
        said = chat.edit("lene", event, "han er begyndt i lære", "dm")
        assert "nyt fra BUF" in said
        assert "3 af" not in said
        assert updates(chat) == [("BUF", "news", "standing", "han er begyndt i lære")]
        assert state(chat) == step
        assert trends(chat)[("BUF", "work")] == "better"

    def test_an_edited_trend_is_another_trend(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "han er begyndt i praktik")
        event = thread_event(chat, "lene", "job bedre")
        chat.edit("lene", event, "skole værre", "dm")
        assert trends(chat) == {("BUF", "work"): None, ("BUF", "education"): "worse"}
        assert state(chat)[0] == "open"

    def test_an_edit_into_a_doubt_takes_the_update_back(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "han er begyndt i praktik")
        chat.edit("lene", event, "det ved jeg ikke endnu", "dm")
        assert [u[2] for u in updates(chat)] == ["withdrawn"]
        assert state(chat) == ("open", "news")
        assert "nyt fra BUF" in says(chat, "lene", "nu ved jeg det: han er i praktik")

    def test_an_edited_reply_without_a_thread(self, chat: Chat) -> None:
        ask(chat)
        event = chat.send("lene", "han er begyndt i praktik", "dm")
        assert updates(chat)[0][3] == "han er begyndt i praktik"
        chat.edit("lene", event, "intet nyt", "dm")
        assert updates(chat) == [("BUF", "nothing", "standing", None)]
        assert state(chat) == ("nothing", "done")


class TestDeletions:
    def test_soon_deleted_the_step_is_open_again(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "han er begyndt i praktik")
        chat.delete("lene", event, "dm")
        assert [(u[2], u[3]) for u in updates(chat)] == [("withdrawn", None)]
        assert state(chat) == ("open", "news")
        assert "nyt fra BUF" in says(chat, "lene", "han er begyndt i lære")

    def test_later_the_words_are_gone_and_the_question_goes_on(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "han er begyndt i praktik")
        chat.at("2026-11-25 09:00")
        chat.delete("lene", event, "dm")
        assert [(u[2], u[3]) for u in updates(chat)] == [("withdrawn", None)]
        assert state(chat) == ("open", "trend")
        before = chat.last_seq()
        chat.at("2026-11-25 09:01")
        (again,) = chat.heard("lene", before)
        assert "2 af" in again, "the receipt that asked it went with the answer"
        assert "Skrevet ned: uddannelse: fremgang." in chat.answer("lene", "skole bedre", "dm")
        chat.at("2026-11-25 12:00")
        assert len(chat.heard("lene", before)) == 2

    def test_a_deleted_hand_over_is_the_first_ones_again(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "spørg Karen")
        chat.delete("lene", event, "dm")
        assert "intet nyt fra BUF" in says(chat, "lene", "intet nyt")
        assert "Lene Holm har fået spørgsmålet" in says(chat, "karen", "intet nyt")
        assert updates(chat) == [("BUF", "nothing", "standing", None)]


class TestLate:
    def test_a_late_answer_still_counts(self, chat: Chat) -> None:
        ask(chat)
        chat.at(MEETING)
        said = says(chat, "lene", "han er begyndt i praktik")
        assert "Mødet (tirs. 1. dec. kl. 10.00, uge 49) er begyndt" in said
        assert updates(chat) == [("BUF", "news", "standing", "han er begyndt i praktik")]
        assert state(chat) == ("answered", "done")

    def test_after_a_closed_case_nothing_is_kept(self, chat: Chat) -> None:
        code = ask(chat)
        change(chat, code, "close")
        assert f"{code} er lukket" in says(chat, "lene", "han er begyndt i praktik")
        assert updates(chat) == []

    def test_who_may_not_hear_of_it_any_more_learns_nothing(self, chat: Chat) -> None:
        code = ask(chat)
        chat.state(
            "!fremdrift:example.dk", "m.room.member", "@lene:example.dk", {"membership": "leave"}, "lene"
        )
        said = says(chat, "lene", "han er begyndt i praktik")
        assert "ikke dit mere" in said
        assert code not in said
        assert updates(chat) == []

    def test_who_left_the_room_is_not_reminded(self, chat: Chat) -> None:
        ask(chat)
        chat.state(
            "!fremdrift:example.dk", "m.room.member", "@lene:example.dk", {"membership": "leave"}, "lene"
        )
        before = chat.last_seq()
        chat.at("2026-11-27 12:00")
        assert chat.heard("lene", before) == []
        assert state(chat)[0] == "dropped"
        assert len(chat.heard("ali", before)) == 1

    def test_something_to_add_is_an_update_of_its_own(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "intet nyt")
        assert "nyt fra BUF" in says(chat, "lene", "alligevel: han er i praktik")
        assert [u[1] for u in updates(chat)] == ["nothing", "news"]
        assert state(chat)[0] == "answered"
        assert says(chat, "lene", "tak") == ""


class TestWhere:
    def test_one_open_question_needs_no_thread(self, chat: Chat) -> None:
        ask(chat)
        said = chat.say("lene", "han er begyndt i praktik", "dm")
        assert "nyt fra BUF" in said
        assert chat.last("dm:@lene:example.dk")["kind"] == "case.question"
        assert "uddannelse: fremgang" in chat.say("lene", "skole bedre", "dm")

    def test_who_always_replies_to_the_first_message_is_understood(self, chat: Chat) -> None:
        ask(chat)
        first = root(chat, "lene")
        chat.answer("lene", "han er begyndt i praktik", "dm", to=first)
        said = chat.answer("lene", "skole bedre", "dm", to=first)
        assert "Skrevet ned: uddannelse: fremgang." in said
        assert len(updates(chat)) == 1
        assert state(chat)[1].startswith("field:")

    def test_of_several_the_bot_asks_which(self, chat: Chat) -> None:
        first, second = open_case(chat), open_case(chat, "Uro")
        chat.at(ASKED)
        said = chat.say("lene", "han er begyndt i praktik", "dm")
        assert first in said
        assert second in said
        assert updates(chat) == []
        event = chat.send("lene", f"{second} han er begyndt i praktik", "dm")
        assert "nyt fra BUF i HS-26-002" in chat.last("dm:@lene:example.dk")["body"]
        assert updates(chat)[0][3] == "han er begyndt i praktik"
        chat.edit("lene", event, f"{first} han er begyndt i praktik", "dm")
        assert "nyt fra BUF i HS-26-001" in chat.everything()
        assert len([u for u in updates(chat) if u[2] == "standing"]) == 1

    def test_in_the_wrong_thread_the_code_decides(self, chat: Chat) -> None:
        open_case(chat)
        other = open_case(chat, "Uro")
        chat.at(ASKED)
        said = says(chat, "lene", f"{other}: intet nyt")
        assert said.startswith(f"Du skrev {other}")
        cases = chat.ask(lambda s: [queries.case(s, u.case_uid) for u in _all(s)])
        assert [case.code for case in cases if case] == [other]

    def test_an_unknown_and_a_forbidden_code_get_the_same_answer(self, chat: Chat) -> None:
        code, other = open_case(chat), open_case(chat, "Uro")
        change(chat, code, "caseworker")
        chat.at(ASKED)
        one = says(chat, "sara", f"{other} intet nyt")
        assert one == says(chat, "sara", "HS-26-003 intet nyt").replace("HS-26-003", other)
        assert updates(chat) == []

    def test_actions_are_still_answered_beside_questions(self, chat: Chat) -> None:
        open_case(chat)
        open_case(chat, "Uro")
        chat.say("karla", "!aftale @lene ringe til klubben fredag")
        chat.at("2026-11-25 08:01")
        assert "Færdig, aftale 1" in chat.say("lene", "1 færdig", "dm")

    def test_nothing_new_is_no_answer_to_that_mornings_reminder(self, chat: Chat) -> None:
        open_case(chat)
        chat.say("karla", "!aftale @lene ringe til klubben fredag")
        chat.at("2026-11-25 08:01")
        assert "Husk denne aftale" in chat.direct("lene")[-1]
        assert "intet nyt fra BUF" in chat.say("lene", "intet nyt", "dm")
        assert state(chat) == ("nothing", "done")

    def test_ten_thousand_characters_are_kept(self, chat: Chat) -> None:
        ask(chat)
        words = "Han er begyndt i praktik. " * 400
        said = says(chat, "lene", words)
        assert "jeg gemmer det hele" in said.casefold()
        assert len(said) < 1_000
        assert updates(chat)[0][3] == words.strip()

    def test_markup_in_an_answer_is_text(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "<b>praktik</b> [x](javascript:alert(1)) **fed**")
        assert "<b>praktik" not in str([m["html"] for m in chat.messages()])

    def test_a_cpr_number_is_never_kept(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "han hedder 010190-1234 og er i praktik")
        assert updates(chat) == []

    def test_a_reaction_says_too_little(self, chat: Chat) -> None:
        ask(chat)
        assert "for lidt" in chat.reacts("lene", "✅", "dm")
        assert chat.reacts("lene", "👍", "dm") == ""
        assert state(chat) == ("open", "news")


class TestStatus:
    def test_a_member_gives_an_update_of_their_agency(self, chat: Chat) -> None:
        code = open_case(chat)
        assert chat.say("ali", f"!status {code} familien har fået en kontaktperson") == (
            f"Skrevet ned som nyt fra SOF i {code}."
        )
        chat.say("bo", f"!update {code} seen at the station", "dm")
        assert [u[:3] for u in updates(chat)] == [("SOF", "news", "standing"), ("politi", "news", "standing")]

    def test_it_answers_what_was_asked(self, chat: Chat) -> None:
        code = ask(chat)
        event = chat.send("lene", f"!status {code} han er i praktik", "dm")
        assert state(chat) == ("open", "trend")
        chat.edit("lene", event, f"!status {code} han er i lære", "dm")
        assert [u[2:] for u in updates(chat)] == [("standing", "han er i lære")]

    def test_a_caseworker_counts_and_a_follower_is_an_observer(self, chat: Chat) -> None:
        code = open_case(chat)
        change(chat, code, "caseworker")
        change(chat, code, "follower")
        chat.say("sara", f"!status {code} ny bolig", "dm")
        chat.say("ditte", f"!status {code} glad i klubben", "dm")
        assert [u[:3] for u in updates(chat)] == [
            ("SOF", "news", "standing"),
            ("BUF", "observation", "waiting"),
        ]

    def test_an_observation_waits_for_the_coordinator(self, chat: Chat) -> None:
        code = open_case(chat)
        before = chat.last_seq()
        chat.say("gurli", f"!status {code} set glad i klubben", "dm")
        (said,) = chat.heard("gurli", before)
        assert "Koordinatoren" in said
        assert "Skolevægring" not in said
        (told,) = chat.heard("karla", before)
        assert "Gurli Mose (gade)" in told
        assert "set glad i klubben" in told
        assert updates(chat) == [("gade", "observation", "waiting", "set glad i klubben")]
        assert f"står nu i {code}" in chat.reacts("karla", "✅", "dm")
        assert updates(chat)[0][2] == "standing"

    @pytest.mark.parametrize(
        ("words", "kept"), [("ja", "standing"), ("nej", "declined"), ("Ja tak", "standing")]
    )
    def test_the_coordinator_may_answer_in_words(self, chat: Chat, words: str, kept: str) -> None:
        code = open_case(chat)
        chat.say("gurli", f"!status {code} set i klubben", "dm")
        chat.answer("karla", words, "dm")
        assert updates(chat)[0][2] == kept

    def test_a_reaction_taken_back_opens_it_again(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.say("gurli", f"!status {code} set i klubben", "dm")
        reaction = chat.react("karla", chat.newest("dm", "karla"), "❌", "dm")
        assert updates(chat)[0][2] == "declined"
        chat.delete("karla", reaction, "dm")
        assert updates(chat)[0][2] == "waiting"

    def test_an_edited_observation_is_told_and_decided_on_anew(self, chat: Chat) -> None:
        code = open_case(chat)
        event = chat.send("gurli", f"!status {code} set i klubben", "dm")
        before = chat.last_seq()
        chat.now += timedelta(minutes=1)
        chat.edit("gurli", event, f"!status {code} set i parken", "dm")
        assert "set i parken" in chat.heard("karla", before)[0]
        chat.answer("karla", "ja", "dm")
        chat.edit("gurli", event, f"!status {code} set i skoven", "dm")
        assert updates(chat) == [("gade", "observation", "waiting", "set i skoven")]

    def test_a_deleted_observation_is_gone(self, chat: Chat) -> None:
        code = open_case(chat)
        event = chat.send("gurli", f"!status {code} set i klubben", "dm")
        told = chat.newest("dm", "karla")
        chat.delete("gurli", event, "dm")
        assert updates(chat)[0][2:] == ("withdrawn", None)
        assert "trukket tilbage" in chat.answer("karla", "ja", "dm", to=told)

    def test_a_street_worker_learns_nothing(self, chat: Chat) -> None:
        code, closed = open_case(chat), open_case(chat, "Uro")
        change(chat, closed, "close")
        one = chat.say("gurli", f"!status {closed} set i klubben", "dm")
        other = chat.say("gurli", "!status HS-26-009 set i klubben", "dm")
        assert one.replace(closed, "X") == other.replace("HS-26-009", "X")
        assert "Skolevægring" not in chat.say("gurli", f"!status {code}", "dm")
        assert updates(chat) == []

    def test_in_a_room_that_the_case_is_not_of_it_is_left_to_direct_messages(self, chat: Chat) -> None:
        code = open_case(chat)
        one = chat.say("gurli", f"!status {code} set i klubben", "gade")
        assert "direkte besked" in one
        assert one == chat.say("gurli", "!status HS-26-009 set i klubben", "gade")
        assert updates(chat) == []

    def test_a_stranger_to_the_case_is_told_there_is_none(self, chat: Chat) -> None:
        code = open_case(chat)
        one = chat.say("sara", f"!status {code} set i klubben", "dm")
        assert one.replace(code, "X") == chat.say("sara", "!status HS-26-009 x", "dm").replace(
            "HS-26-009", "X"
        )

    def test_without_a_code_it_shows_what_is_open(self, chat: Chat) -> None:
        code = ask(chat)
        said = chat.say("lene", "!status", "dm")
        assert code in said
        assert "!ugestatus" in said
        assert "ingen åbne spørgsmål" in chat.say("gurli", "!status", "dm")
        chat.say("gurli", f"!status {code} set i klubben", "dm")
        assert f"venter på koordinatoren ({code})" in chat.say("gurli", "!status", "dm")
        assert code not in chat.say("gurli", "!status", "gade")

    def test_a_name_is_suggested_to_be_left_out(self, chat: Chat) -> None:
        code = open_case(chat)
        assert "Jeg ser et navn" in chat.say("ali", f"!status {code} Mikkel Brandt er begyndt i klubben")
        assert updates(chat)[0][3] == "Mikkel Brandt er begyndt i klubben"


def _all(session: Session) -> list[CaseUpdate]:
    return list(session.exec(select(CaseUpdate)).all())


def test_asked_again_after_a_restart_nothing_is_asked_twice(chat: Chat) -> None:
    ask(chat)
    says(chat, "lene", "han er i praktik")
    count = len(chat.direct("lene"))
    chat.db.close()
    chat.db.open()
    chat.now += timedelta(minutes=5)
    chat.at("2026-11-25 12:00")
    assert len(chat.direct("lene")) == count
    assert root(chat, "lene")
    assert "uddannelse: fremgang" in says(chat, "lene", "skole bedre")
