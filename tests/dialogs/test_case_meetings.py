"""Around a meeting: cases are followed up when it ends, summed up before it, and brought up when they stand still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.casework.refreshing import refresh
from tests.dialogs.caseload import ask, case_of, codes, moment, on_case, opened, tells
from tests.dialogs.chat import CONFIG, Chat

QUIET = CONFIG.replace("[agencies.BUF]", '[cases]\nask_before = "never"\n[agencies.BUF]', 1)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme; nobody is asked about cases by the bot itself."""
    made = Chat(tmp_path, QUIET)
    yield made
    made.close()


def followed(chat: Chat, code: str) -> str:
    """The day on which a case was last followed up."""
    at = chat.ask(lambda s: case_of(s, code).followed_at)
    return f"{at:%Y-%m-%d}" if at else ""


def meet(chat: Chat, day: str, *said: tuple[str, str], end: bool = True) -> None:
    chat.at(f"{day} 10:00")
    chat.say("karla", "!møde start")
    for who, words in said:
        chat.say(who, words)
    if end:
        chat.at(f"{day} 10:50")
        chat.say("karla", "!møde slut")


def told(chat: Chat, kind: str, room: str = "fremdrift", who: str = "", seq: int = 0) -> list[str]:
    """What can still be read of a kind, edits in place."""
    rows = chat.standing(seq, chat.target(room, who))
    found = {m["id"]: m["body"] for m in rows if m["what"] == "message" and m["kind"] == kind}
    for edit in rows:
        if edit["what"] == "edit" and edit["about"] in found:
            found[edit["about"]] = edit["body"]
    return list(found.values())


class TestFollowedUp:
    def test_what_was_taken_up_is_followed_up_and_the_rest_is_carried(self, chat: Chat) -> None:
        for n in range(3):
            opened(chat, f"Emne {n}", followed=f"2026-10-{n + 1:02d}")
        meet(chat, "2026-11-24", ("karla", "!næste"))
        assert [followed(chat, f"HS-26-00{n}") for n in (1, 2, 3)] == [
            "2026-11-24",
            "2026-11-24",
            "2026-10-03",
        ]
        assert codes(chat, "2026-12-01") == ["HS-26-003"]

    def test_one_decided_on_without_being_turned_to_counts_as_well(self, chat: Chat) -> None:
        for n in range(3):
            opened(chat, f"Emne {n}", followed=f"2026-10-{n + 1:02d}")
        meet(
            chat,
            "2026-11-24",
            ("karla", "!beslutning HS-26-003 kontaktperson"),
            ("karla", "!aftale @lene HS-26-002 ringe til skolen inden fredag"),
        )
        assert [followed(chat, f"HS-26-00{n}") for n in (1, 2, 3)] == ["2026-11-24"] * 3
        assert codes(chat, "2026-12-01") == []

    def test_it_comes_again_a_month_later(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        meet(chat, "2026-11-24")
        weeks = {day: codes(chat, day) for day in ("2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22")}
        assert weeks == {
            "2026-12-01": [],
            "2026-12-08": [],
            "2026-12-15": [],
            "2026-12-22": ["HS-26-001"],  # the last day of the four weeks
        }

    def test_taking_the_end_back_takes_that_back(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-01")
        meet(chat, "2026-11-24")
        assert followed(chat, "HS-26-001") == "2026-11-24"
        chat.say("karla", "!fortryd")
        assert followed(chat, "HS-26-001") == "2026-10-01"
        chat.say("karla", "!møde slut")
        assert followed(chat, "HS-26-001") == "2026-11-24"

    def test_an_end_by_reaction_and_that_taken_back(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-01")
        meet(chat, "2026-11-24", end=False)
        chat.at("2026-11-24 11:20")
        question = next(m for m in chat.messages() if m["kind"] == "meeting.ask_end")
        sign = chat.react("karla", question["event_id"], "✅")
        assert followed(chat, "HS-26-001") == "2026-11-24"
        chat.delete("karla", sign)
        assert followed(chat, "HS-26-001") == "2026-10-01"

    def test_a_reaction_taken_back_too_late_leaves_both(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-01")
        meet(chat, "2026-11-24", end=False)
        chat.at("2026-11-24 11:20")
        question = next(m for m in chat.messages() if m["kind"] == "meeting.ask_end")
        sign = chat.react("karla", question["event_id"], "✅")
        chat.at("2026-11-24 12:20")
        chat.delete("karla", sign)
        assert followed(chat, "HS-26-001") == "2026-11-24"

    def test_one_that_nobody_ended(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-01")
        meet(chat, "2026-11-24", end=False)
        chat.at("2026-11-24 18:00")
        assert followed(chat, "HS-26-001") == "2026-11-24"

    def test_one_put_to_rest_or_closed_in_the_meeting_stays_so(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-01")
        opened(chat, "Søskende", followed="2026-10-02")
        meet(chat, "2026-11-24", ("karla", "!næste"), end=False)
        at = "2026-11-24 10:20"
        on_case(chat, "HS-26-001", lambda cases, case: cases.rest(case, moment("2026-11-27")), at)
        on_case(chat, "HS-26-002", lambda cases, case: cases.close(case), at)
        chat.say("karla", "!møde slut")
        states = chat.ask(lambda s: [case_of(s, f"HS-26-00{n}").state for n in (1, 2)])
        assert states == ["resting", "closed"]

    def test_the_minutes_speak_of_an_item_without_words_by_its_case(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-01")
        opened(chat, "Søskende", followed="2026-10-02")
        meet(chat, "2026-11-24", ("karla", "!beslutning familien tilbydes en kontaktperson"))
        said = chat.say("karla", "!referat")
        assert "Sag HS-26-001" in said
        assert "1. Skolevægring" in said
        assert "punkt uden ordlyd" not in said
        assert "Sag HS-26-002\n\nOverført til næste møde\n\n- Søskende" in said


class TestRest:
    def test_it_comes_back_on_its_day_and_says_so_once(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        on_case(chat, "HS-26-001", lambda cases, case: cases.rest(case, moment("2026-12-02 00:00")))
        chat.at("2026-12-01 23:00")
        assert told(chat, "case.changed") == []
        chat.at("2026-12-04 12:00")
        assert told(chat, "case.changed") == [
            "HS-26-001 · Skolevægring hviler ikke længere. Den kommer på dagsordenen for næste møde."
        ]
        assert chat.ask(lambda s: case_of(s, "HS-26-001").state) == "open"
        assert codes(chat, "2026-12-08") == ["HS-26-001"]


def propose(chat: Chat) -> str:
    """The case stands still since 20 November. Returns the event of the bot's question to Karla."""
    opened(chat, "Skolevægring", at="2026-11-20 09:00", followed="2026-11-20 09:30")
    chat.at("2026-11-24 12:00")
    chat.wake("2026-12-31 12:00")
    chat.at("2027-01-04 12:00")
    asked = [m for m in chat.messages(0, chat.target("dm", "karla")) if m["kind"] == "case.propose"]
    return str(asked[-1]["event_id"])


class TestProposals:
    def test_an_action_long_overdue_and_reminded_of_twice(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("karla", "!aftale @lene HS-26-001 ringe til skolen inden mandag")
        chat.at("2026-11-30 12:00")
        assert told(chat, "case.propose", "dm", "karla") == []
        seq = chat.last_seq()
        chat.at("2026-12-03 12:00")
        asked = told(chat, "case.propose", "dm", "karla", seq)
        assert len(asked) == 1
        assert asked[0].splitlines()[0] == "Skal HS-26-001 · Skolevægring løftes til Ledelsesgruppe?"
        assert "aftale 1 er 7 dage over fristen og påmindet" in asked[0]
        assert told(chat, "case.propose", "dm", "lene") == []
        chat.at("2026-12-20 12:00")
        assert len(told(chat, "case.propose", "dm", "karla", seq)) == 1, "once for the occasion"

    def test_one_that_was_not_reminded_of_is_not_brought_up(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("karla", "!aftale @lene HS-26-001 ringe til skolen inden mandag")
        chat.say("lene", "!mig fri til 18/12", "dm")
        chat.at("2026-12-11 12:00")
        assert told(chat, "case.propose", "dm", "karla") == []

    def test_no_movement_for_six_weeks_and_a_sign_lifts_it_for_that_reason(self, chat: Chat) -> None:
        question = chat.begin(propose)
        said = chat.reacts("karla", "✅", "dm", to=question)
        assert "HS-26-001 was" not in said
        assert "er løftet til Ledelsesgruppe" in said
        told_there = told(chat, "case.escalated", "ledelse")
        assert len(told_there) == 1
        assert "Reason: Nothing has happened in the case since Fri 20 Nov, week 47" in told_there[0]
        assert any("Karla Bech (SOF) har løftet HS-26-001" in said for said in told(chat, "case.changed"))
        assert "allerede" in chat.reacts("karla", "✅", "dm", to=question)

    def test_each_room_reads_the_reason_in_its_own_language(self, chat: Chat) -> None:
        question = chat.begin(propose)
        chat.reacts("karla", "✅", "dm", to=question)
        here = "\n".join(told(chat, "case.changed"))
        assert "Grund: Der er ikke sket noget i sagen siden fre. 20. nov., uge 47" in here
        assert "Nothing has happened" not in here
        assert "Der er ikke sket noget" in chat.say("karla", "!sag HS-26-001 historik")
        assert "Nothing has happened" in chat.say("anna", "!case HS-26-001 history", "ledelse")
        chat.at("2027-01-05 12:00")
        chat.say("karla", "!eskaler HS-26-001 mor er rejst")
        assert "Reason: mor er rejst" in told(chat, "case.escalated", "ledelse")[0]

    def test_the_reason_stays_what_it_was_when_the_action_gets_another_deadline(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("karla", "!aftale @lene HS-26-001 ringe til skolen inden mandag")
        chat.at("2026-12-03 12:00")
        chat.reacts("karla", "✅", "dm")
        because = told(chat, "case.escalated", "ledelse")[0].splitlines()[2]
        assert because.startswith("Reason: Action 1 is 9 days past its deadline and was reminded of ")
        chat.at("2026-12-10 12:00")
        chat.say("karla", "!frist 1 18/12")
        chat.at("2026-12-11 12:00")
        assert because in told(chat, "case.escalated", "ledelse")[0]

    def test_taking_the_sign_back_takes_the_lift_back(self, chat: Chat) -> None:
        question = chat.begin(propose)
        sign = chat.react("karla", question, "✅", "dm")
        assert chat.ask(lambda s: case_of(s, "HS-26-001").state) == "escalated"
        chat.delete("karla", sign, "dm")
        assert chat.ask(lambda s: case_of(s, "HS-26-001").state) == "open"
        assert told(chat, "case.escalated", "ledelse") == []

    def test_yes_in_words(self, chat: Chat) -> None:
        question = chat.begin(propose)
        assert "Svar ja eller nej" in chat.answer("karla", "hvad mener du", "dm", to=question)
        assert "er løftet" in chat.answer("karla", "ja tak", "dm", to=question)

    def test_no_leaves_it_and_it_is_not_asked_again(self, chat: Chat) -> None:
        question = chat.begin(propose)
        assert chat.answer("karla", "nej, vi venter", "dm", to=question) == "Så lader jeg HS-26-001 stå."
        seq = chat.last_seq()
        chat.at("2027-01-12 12:00")
        chat.wake("2027-02-25 12:00")
        chat.at("2027-03-01 12:00")
        assert told(chat, "case.propose", "dm", "karla", seq) == []
        assert chat.ask(lambda s: case_of(s, "HS-26-001").state) == "open"

    def test_news_is_movement_and_that_nothing_is_new_is_none(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-20 09:30")
        opened(chat, "Søskende", followed="2026-11-20 09:30")
        tells(chat, "HS-26-001", "BUF", "kom i skole", at="2026-12-10")
        tells(chat, "HS-26-002", "BUF", "", kind="nothing", at="2026-12-10")
        chat.wake("2026-12-31 12:00")
        chat.at("2027-01-05 12:00")
        asked = "\n".join(told(chat, "case.propose", "dm", "karla"))
        assert "HS-26-002" in asked
        assert "HS-26-001" not in asked

    def test_a_declined_action_without_plan_b(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("karla", "!aftale @lene HS-26-001 ringe til skolen inden fredag 4/12")
        chat.say("lene", "!afvis 1 ingen hjemmel")
        chat.at("2026-11-23 12:00")
        asked = told(chat, "case.propose", "dm", "karla")
        assert len(asked) == 1
        assert "aftale 1 blev afvist, og der er ingen plan B" in asked[0]

    def test_nothing_is_proposed_of_what_is_lifted_resting_or_closed(self, chat: Chat) -> None:
        for _ in range(3):
            opened(chat, followed="2026-11-20 09:30")
        chat.say("karla", "!eskaler HS-26-001 fordi")
        on_case(chat, "HS-26-002", lambda cases, case: cases.rest(case, moment("2027-05-01")))
        on_case(chat, "HS-26-003", lambda cases, case: cases.close(case))
        chat.wake("2026-12-31 12:00")
        chat.at("2027-01-05 12:00")
        chat.wake("2027-01-29 12:00")
        chat.at("2027-02-01 12:00")
        assert told(chat, "case.propose", "dm", "karla") == []

    def test_of_many_that_stand_still_five_are_brought_up_a_morning_urgent_ones_first(
        self, chat: Chat
    ) -> None:
        for n in range(12):
            opened(chat, at="2026-09-01 09:00", followed="2026-11-17", urgent=n == 11)
        chat.at("2026-11-23 07:00")
        first = told(chat, "case.propose", "dm", "karla")
        assert len(first) == 5
        assert "HS-26-012" in first[0]
        chat.at("2026-11-23 12:00")
        assert len(told(chat, "case.propose", "dm", "karla")) == 10
        chat.at("2026-11-30 12:00")
        assert len(told(chat, "case.propose", "dm", "karla")) == 12

    def test_of_a_thousand_each_is_looked_at_once_a_morning(self, chat: Chat) -> None:
        for _ in range(250):
            opened(chat, followed="2026-11-19 09:30")
        chat.at("2026-11-23 08:05")
        waiting = chat.ask(lambda s: {case_of(s, f"HS-26-{n:03d}").look_at for n in (1, 125, 250)})
        assert waiting == {moment("2026-11-24 08:00")}


class TestSummaries:
    def test_one_for_each_case_a_working_day_before(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-10-01", followed="2026-10-06", urgent=True)
        opened(chat, "Søskende", at="2026-10-01", followed="2026-10-07")
        on_case(chat, "HS-26-001", lambda cases, case: cases.set_goal(case, "education", "i skole hver dag"))
        on_case(chat, "HS-26-001", lambda cases, case: cases.set_trend(case, "education", "better", "BUF"))
        tells(chat, "HS-26-001", "BUF", "kom tre dage i sidste uge", at="2026-11-12")
        tells(chat, "HS-26-001", "SOF", "familien har fået en kontakt", kind="observation", at="2026-11-13")
        tells(chat, "HS-26-001", "SOF", "for længe siden", at="2026-10-01")
        chat.say("karla", "!aftale @lene HS-26-001 ringe til skolen i dag")
        chat.say("karla", "!aftale @ali HS-26-001 skrive til familien inden fredag")
        chat.say("ali", "!færdig 2")
        chat.at("2026-11-23 07:59")
        assert told(chat, "case.summary") == []
        codes(chat)
        ask(chat, "HS-26-001", "politi", "bo")
        chat.at("2026-11-23 09:00")
        first, second = told(chat, "case.summary")
        lines = first.splitlines()
        assert lines[0] == "HS-26-001 · Skolevægring · haster"
        assert "Nyt siden tirs. 6. okt.:" in lines
        assert "- BUF: kom tre dage i sidste uge" in lines
        assert "- Observation (SOF): familien har fået en kontakt" in lines
        assert "for længe siden" not in first
        assert "- Færdig: aftale 2" in lines
        assert any(line.startswith("- 1 Lene Holm (BUF): ringe til skolen") for line in lines)
        assert "- Uddannelse: i skole hver dag – fremgang (BUF)" in lines
        assert lines[-1].startswith("Mangler svar: politi")
        assert lines[lines.index("- Uddannelse: i skole hver dag – fremgang (BUF)") - 2] == "Mål:"
        assert " · Skemaet: " in lines[-1]
        assert second.startswith("HS-26-002 · Søskende · intet nyt siden ons. 7. okt., ingen åbne aftaler")
        assert "\n" not in second
        rows = [m for m in chat.messages() if m["kind"] == "case.summary"]
        assert not any(m["notify"] for m in rows)
        chat.at("2026-11-23 15:00")
        assert len(told(chat, "case.summary")) == 2

    def test_a_reply_in_its_thread_is_about_its_case(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-06")
        chat.at("2026-11-23 09:00")
        root = next(m["event_id"] for m in chat.messages() if m["kind"] == "case.summary")
        words = "!aftale @lene ringe til skolen inden fredag"
        relation = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
        content = {"msgtype": "m.text", "body": words, "m.relates_to": relation}
        chat.event("karla", "fremdrift", "m.room.message", content)
        assert chat.action(1)["case"] == "HS-26-001"
        assert "ringe til skolen" in told(chat, "case.summary")[0], "and the summary says so"

    def test_a_late_answer_changes_it(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-06")
        chat.at("2026-11-23 09:00")
        tells(chat, "HS-26-001", "BUF", "kom tre dage", at="2026-11-23 09:30")
        chat.ask(
            lambda s: refresh(s, chat.access, case_of(s, "HS-26-001"), "$late:0", moment("2026-11-23 09:30"))
        )
        only = told(chat, "case.summary")
        assert len(only) == 1
        assert "BUF: kom tre dage" in only[0]
        chat.ask(
            lambda s: refresh(s, chat.access, case_of(s, "HS-26-001"), "$late:1", moment("2026-11-23 09:31"))
        )
        assert len([m for m in chat.messages() if m["kind"] == "case.summary"]) == 2, "said, and edited once"

    def test_after_the_meeting_it_stands_as_it_was(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-06")
        meet(chat, "2026-11-24")
        before = told(chat, "case.summary")
        tells(chat, "HS-26-001", "BUF", "kom tre dage", at="2026-11-24 12:00")
        chat.ask(
            lambda s: refresh(s, chat.access, case_of(s, "HS-26-001"), "$late:0", moment("2026-11-24 12:00"))
        )
        assert told(chat, "case.summary") == before

    def test_the_forum_it_is_lifted_to_gets_one_too(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("anna", "!meeting extra Thursday at 14", "ledelse")
        chat.at("2026-11-26 09:00")
        assert [said.splitlines()[0] for said in told(chat, "case.summary", "ledelse")] == [
            "HS-26-001 · Skolevægring · nothing new since Tue 17 Nov, no open actions · "
            + told(chat, "case.summary", "ledelse")[0].rpartition(" · ")[2]
        ]

    def test_without_cases_nothing_is_said(self, chat: Chat) -> None:
        chat.at("2026-11-24 09:00")
        assert not [m for m in chat.messages() if str(m["kind"]).startswith("case.")]

    def test_it_can_be_turned_off(self, tmp_path: Path) -> None:
        chat = Chat(
            tmp_path, QUIET.replace('ask_before = "never"', 'ask_before = "never"\nsummary_before = "never"')
        )
        try:
            opened(chat, "Skolevægring")
            chat.at("2026-11-24 09:00")
            assert told(chat, "case.summary") == []
        finally:
            chat.close()

    def test_in_english(self, tmp_path: Path) -> None:
        chat = Chat(
            tmp_path, QUIET.replace("[agencies.BUF]", '[general]\nlanguage = "en"\n[agencies.BUF]', 1)
        )
        try:
            opened(chat, "Absence", followed="2026-10-06")
            tells(chat, "HS-26-001", "BUF", "at school again", at="2026-11-12")
            chat.at("2026-11-23 09:00")
            only = told(chat, "case.summary")[0]
            assert "New since Tue 6 Oct:" in only
            assert "BUF: at school again" in only
            assert "The sheet: " in only
        finally:
            chat.close()

    def test_what_an_agency_said_is_told_without_its_nothing_new(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-10-01", followed="2026-10-06")
        tells(chat, "HS-26-001", "BUF", "", kind="nothing", at="2026-11-12")
        tells(chat, "HS-26-001", "BUF", "kom tre dage i sidste uge", at="2026-11-13")
        tells(chat, "HS-26-001", "SOF", "", kind="nothing", at="2026-11-12")
        tells(chat, "HS-26-001", "SOF", "", kind="nothing", at="2026-11-13")
        chat.at("2026-11-23 09:00")
        (only,) = told(chat, "case.summary")
        assert only.count("- BUF:") == 1
        assert "- BUF: kom tre dage" in only
        assert only.count("- SOF: intet nyt") == 1

    def test_who_says_the_code_themselves_reads_it_once(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        said = chat.say("karla", "!aftale @lene ring til skolen om HS-26-001 inden fredag")
        assert said.count("HS-26-001") == 1
        chat.say("karla", "!dagsorden HS-26-001")
        assert "HS-26-001 · Skolevægring" in chat.say("karla", "!dagsorden")
        assert "HS-26-001 · HS-26-001" not in chat.say("karla", "!dagsorden")

    def test_a_sentence_ends_with_one_stop(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-10-01", followed="2026-10-06")
        assert ".." not in chat.say("karla", "!sag HS-26-001")
