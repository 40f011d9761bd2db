"""Cases come to the agenda by themselves: the due ones, at most so many, urgent and longest waiting first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.actions import Cause
from bot.meetings import Meetings
from tests.dialogs.caseload import agenda, ask, codes, forum, meeting, moment, on_case, opened
from tests.dialogs.chat import CONFIG, CPH, Chat

# Questions before meetings are another matter: nobody is asked here but by the tests.
QUIET = CONFIG.replace(
    "[agencies.BUF]",
    '[cases]\nask_before = "never"\nsummary_before = "never"\n[agencies.BUF]',
    1,
)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme, in which the bot asks nobody about cases by itself."""
    opened_ = Chat(tmp_path, QUIET)
    yield opened_
    opened_.close()


def lines(chat: Chat, language: str = "!dagsorden", room: str = "fremdrift") -> list[str]:
    return chat.say("karla", language, room).split("\n")


class TestWhichCome:
    def test_one_never_taken_up_and_one_whose_month_is_over_and_no_other(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-27")
        opened(chat, "Fritidsjob", followed="2026-11-17")
        opened(chat, "Søskende")
        assert codes(chat) == ["HS-26-001", "HS-26-003"]
        shown = "\n".join(lines(chat))
        assert "HS-26-001 · Skolevægring" in shown
        assert "HS-26-003 · Søskende · ny ·" in shown
        assert "Fritidsjob" not in shown

    def test_one_due_before_the_meeting_after_this_one_comes_now(self, chat: Chat) -> None:
        # Followed up on 3 November it is due by the end of 1 December; that day's meeting would just do.
        opened(chat, followed="2026-11-03")
        # The meeting on 1 December begins before the end of that day.
        assert codes(chat) == []
        opened(chat, followed="2026-11-02")
        assert codes(chat) == ["HS-26-002"]

    def test_at_most_seven_urgent_ones_first_then_the_longest_and_the_rest_is_said_to_wait(
        self, chat: Chat
    ) -> None:
        start = datetime(2026, 9, 1, tzinfo=CPH)
        for n in range(60):
            day = start + timedelta(days=(n * 17) % 60)
            opened(chat, f"Emne {n}", at="2026-08-01 09:00", urgent=n in (31, 44), followed=f"{day:%Y-%m-%d}")
        followed = {f"HS-26-{n + 1:03d}": (n * 17) % 60 for n in range(60)}
        oldest = sorted(
            (c for c in followed if c not in ("HS-26-032", "HS-26-045")), key=followed.__getitem__
        )
        urgent = sorted(("HS-26-032", "HS-26-045"), key=followed.__getitem__)
        due = [
            c
            for c in followed
            if start + timedelta(days=followed[c] + 29) <= datetime(2026, 12, 1, 10, tzinfo=CPH)
        ]
        assert codes(chat) == [*urgent, *oldest[:5]]
        shown = "\n".join(lines(chat))
        assert f"Venter til næste gang: {', '.join(oldest[5:10])}, … ({len(due) - 7})" in shown
        assert "1. 10.00 HS-26-032" in shown or "1. 10.00 HS-26-045" in shown
        assert "· haster ·" in shown

    def test_closed_resting_and_withdrawn_ones_do_not_come(self, chat: Chat) -> None:
        for _ in range(3):
            opened(chat)
        on_case(chat, "HS-26-001", lambda cases, case: cases.close(case))
        on_case(chat, "HS-26-002", lambda cases, case: cases.rest(case, moment("2027-01-01")))
        assert codes(chat) == ["HS-26-003"]

    def test_one_that_returns_from_rest_before_the_next_meeting_comes(self, chat: Chat) -> None:
        opened(chat)
        on_case(chat, "HS-26-001", lambda cases, case: cases.rest(case, moment("2026-11-27")))
        assert codes(chat) == ["HS-26-001"]

    def test_another_forum_gets_none(self, chat: Chat) -> None:
        opened(chat)
        chat.say("anna", "!møde ekstra tirsdag kl. 13", "ledelse")
        assert codes(chat, room="#ledelse:example.dk") == []
        assert "HS-26-001" not in chat.say("anna", "!agenda", "ledelse")

    def test_what_stands_on_the_next_agenda_does_not_stand_on_the_one_after(self, chat: Chat) -> None:
        opened(chat)
        assert codes(chat) == ["HS-26-001"]
        assert codes(chat, "2026-12-01") == []


class TestOnce:
    def test_looking_twice_changes_nothing(self, chat: Chat) -> None:
        opened(chat)
        first = [(i.uid, i.place) for i in agenda(chat)]
        assert [(i.uid, i.place) for i in agenda(chat)] == first

    def test_a_persons_item_about_it_takes_its_place(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        opened(chat, "Søskende")
        assert codes(chat) == ["HS-26-001", "HS-26-002"]
        chat.say("lene", "!dagsorden HS-26-002 friplads til søskende 10 min")
        assert codes(chat) == ["HS-26-001", "HS-26-002"]
        shown = "\n".join(lines(chat))
        assert "HS-26-002 · friplads til søskende" in shown
        assert shown.count("HS-26-002") == 1

    def test_it_comes_by_itself_again_once_the_persons_item_is_taken_back(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        chat.say("lene", "!dagsorden HS-26-001 svømning")
        chat.say("lene", "!fortryd")
        assert "HS-26-001 · Skolevægring" in "\n".join(lines(chat))

    def test_a_struck_one_stays_away_from_this_meeting(self, chat: Chat) -> None:
        opened(chat)
        lines(chat)
        assert "„HS-26-001“" in chat.say("karla", "!dagsorden stryg 1")
        assert codes(chat) == []
        assert "Venter til næste gang: HS-26-001 (1)" in "\n".join(lines(chat))

    def test_nominated_ones_count_among_the_seven(self, chat: Chat) -> None:
        for n in range(9):
            opened(chat, followed=f"2026-10-{n + 1:02d}")
        opened(chat, "Fritidsjob", followed="2026-11-17")
        lines(chat)
        chat.say("lene", "!dagsorden HS-26-010 jobbet")
        assert codes(chat) == [f"HS-26-00{n}" for n in range(1, 7)] + ["HS-26-010"]

    def test_one_that_was_asked_about_does_not_make_room(self, chat: Chat) -> None:
        for n in range(7):
            opened(chat, followed=f"2026-10-{n + 1:02d}")
        assert len(codes(chat)) == 7
        ask(chat, "HS-26-007", "BUF", "lene")
        opened(chat, urgent=True)
        assert codes(chat) == ["HS-26-008", *(f"HS-26-00{n}" for n in (1, 2, 3, 4, 5, 7))]


class TestLeaves:
    def test_one_that_was_closed_leaves(self, chat: Chat) -> None:
        opened(chat)
        assert codes(chat) == ["HS-26-001"]
        on_case(chat, "HS-26-001", lambda cases, case: cases.close(case))
        assert codes(chat) == []

    def test_unless_somebody_has_given_it_time(self, chat: Chat) -> None:
        opened(chat)
        lines(chat)
        chat.say("karla", "!dagsorden 1 20 min")
        on_case(chat, "HS-26-001", lambda cases, case: cases.close(case))
        assert codes(chat) == ["HS-26-001"]

    def test_a_more_serious_one_takes_the_place_of_the_last(self, chat: Chat) -> None:
        for n in range(7):
            opened(chat, followed=f"2026-10-{n + 1:02d}")
        assert codes(chat)[-1] == "HS-26-007"
        opened(chat, urgent=True)
        assert codes(chat) == ["HS-26-008", *(f"HS-26-00{n}" for n in range(1, 7))]

    def test_an_order_of_peoples_own_stands(self, chat: Chat) -> None:
        opened(chat)
        opened(chat)
        lines(chat)
        chat.say("karla", "!dagsorden flyt 2 til 1")
        opened(chat, urgent=True)
        assert codes(chat) == ["HS-26-002", "HS-26-001", "HS-26-003"]


class TestShown:
    def test_who_has_not_answered_stands_beneath_in_the_configs_order(self, chat: Chat) -> None:
        opened(chat, "Skolevægring")
        codes(chat)
        ask(chat, "HS-26-001", "politi", "bo")
        ask(chat, "HS-26-001", "SOF", "ali")
        shown = lines(chat)
        at = next(n for n, line in enumerate(shown) if "Skolevægring" in line)
        assert shown[at + 1].strip() == "- Mangler svar: SOF, politi"

    def test_since_when_it_was_not_followed_up(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-08-01", followed="2026-10-06")
        assert "ikke fulgt op siden tirs. 6. okt., uge 41" in "\n".join(lines(chat))

    def test_in_english(self, tmp_path: Path) -> None:
        chat = Chat(
            tmp_path, QUIET.replace('digest = "mon 08:30"', 'digest = "mon 08:30"\nlanguage = "en"', 1)
        )
        try:
            for n in range(8):
                opened(chat, f"Topic {n}", at="2026-08-01", followed=f"2026-10-{n + 1:02d}", urgent=n == 0)
            codes(chat)
            ask(chat, "HS-26-001", "BUF", "lene")
            shown = "\n".join(lines(chat, "!agenda"))
            assert "HS-26-001 · Topic 0 · urgent · not followed up since Thu 1 Oct, week 40 ·" in shown
            assert "Answers to come: BUF" in shown
            assert "Waiting until next time: HS-26-008 (1)" in shown
        finally:
            chat.close()

    def test_a_nominated_one_without_words_is_called_by_its_case(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-11-17")

        def nominate(session: Session) -> None:
            cause = Cause("@lene:example.dk", moment("2026-11-20 10:00"), "$nominate:example.dk")
            Meetings(session, chat.access, cause).add_item(
                forum(session), meeting(session, chat), "", minutes=None, case="HS-26-001"
            )

        chat.ask(nominate)
        assert "1. 10.00 HS-26-001 · Skolevægring · 60 min" in "\n".join(lines(chat))


class TestLeftOver:
    def hold(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        chat.at("2026-11-24 11:00")
        chat.say("karla", "!møde slut")

    def test_one_that_was_not_reached_comes_again_and_says_from_when(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", followed="2026-10-20")
        opened(chat, "Søskende", followed="2026-10-27")
        self.hold(chat)  # the first item was under way, the second was not reached
        shown = "\n".join(lines(chat))
        assert "HS-26-002 · Søskende (overført fra uge 48)" in shown
        assert shown.count("HS-26-002") == 1
        said = chat.say("karla", "!referat")
        assert "Overført" in said or "Kommer igen" in said or "HS-26-002" in said

    def test_one_that_was_closed_meanwhile_does_not(self, chat: Chat) -> None:
        opened(chat, followed="2026-10-20")
        opened(chat, followed="2026-10-27")
        self.hold(chat)
        on_case(chat, "HS-26-002", lambda cases, case: cases.close(case))
        assert codes(chat, "2026-12-01") == []

    def test_peoples_words_about_a_closed_case_do_not_come_again_either(self, chat: Chat) -> None:
        opened(chat)
        chat.say("lene", "!dagsorden 5 minutter om kaffen")
        chat.say("lene", "!dagsorden HS-26-001 svømning")
        chat.say("lene", "!dagsorden HS-26-077 ingen sag endnu")
        chat.say("lene", "!dagsorden flyt 1 sidst")
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        on_case(chat, "HS-26-001", lambda cases, case: cases.close(case))
        chat.say("karla", "!møde slut")
        shown = "\n".join(lines(chat))
        assert "svømning" not in shown
        assert "ingen sag endnu" in shown or "kaffen" in shown
