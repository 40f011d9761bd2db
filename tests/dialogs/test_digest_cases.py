"""What a digest says of cases: what lacks its follow-up, what came and went, who is silent, what stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import ask, codes, on_case, opened
from tests.dialogs.chat import CONFIG, Chat

QUIET = CONFIG.replace(
    "[agencies.BUF]",
    '[cases]\nask_before = "never"\nsummary_before = "never"\n[agencies.BUF]',
    1,
).replace(
    'forum = "ledelsesgruppe"\nlanguage = "en"',
    'forum = "ledelsesgruppe"\nmeeting = "FREQ=WEEKLY;BYDAY=TH;BYHOUR=13;BYMINUTE=0"',
)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme; nobody is asked about cases by the bot itself."""
    made = Chat(tmp_path, QUIET)
    yield made
    made.close()


def part(said: str, heading: str) -> list[str]:
    """The lines of the list under a heading."""
    parts = said.split("\n\n")
    found = next((index for index, each in enumerate(parts) if each.startswith(heading)), None)
    return parts[found + 1].split("\n") if found is not None else []


def line(said: str, start: str) -> str:
    return next((line for line in said.split("\n") if line.startswith(start)), "")


class TestARoomsOwn:
    def test_what_lacks_its_follow_up_the_longest_first(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-09-01", followed="2026-10-13")
        opened(chat, "Søskende", at="2026-09-01", followed="2026-10-06", urgent=True)
        opened(chat, "Fritidsjob", at="2026-09-01", followed="2026-11-10")
        opened(chat, "Glemt", at="2026-09-02")
        said = chat.say("karla", "!ugestatus")
        assert part(said, "Sager, der mangler opfølgning (3)") == [
            "- HS-26-004 · Glemt · ikke taget op siden ons. 2. sept., uge 36",
            "- HS-26-002 · Søskende · haster · sidst fulgt op tirs. 6. okt., uge 41",
            "- HS-26-001 · Skolevægring · sidst fulgt op tirs. 13. okt., uge 42",
        ]
        assert "Fritidsjob" not in said

    def test_of_many_the_first_fifteen_and_how_many_more(self, chat: Chat) -> None:
        for n in range(18):
            opened(chat, at="2026-08-01", followed=f"2026-09-{n + 1:02d}")
        lines = part(chat.say("karla", "!ugestatus"), "Sager, der mangler opfølgning (18)")
        assert len(lines) == 16
        assert lines[-1] == "- og 3 mere"

    def test_what_came_and_went_since_the_last(self, chat: Chat) -> None:
        for _ in range(4):
            opened(chat, at="2026-09-01", followed="2026-11-17")
        opened(chat, at="2026-11-19 12:00")
        on_case(chat, "HS-26-001", lambda cases, case: cases.close(case), "2026-11-20 09:00")
        on_case(chat, "HS-26-002", lambda cases, case: cases.close(case), "2026-11-01 09:00")
        chat.say("karla", "!eskaler HS-26-003 fordi")
        chat.say("karla", "!eskaler HS-26-004 fordi")
        chat.at("2026-11-20 10:05")
        chat.say("anna", "!beslutning HS-26-004 vi betaler", "ledelse")
        said = chat.say("karla", "!ugestatus 7 dage")
        assert line(said, "Nye sager") == "Nye sager (1): HS-26-005"
        assert line(said, "Lukkede sager") == "Lukkede sager (1): HS-26-001"
        assert line(said, "Løftet herfra") == "Løftet herfra (2): HS-26-003, HS-26-004"
        assert line(said, "Kommet tilbage") == "Kommet tilbage (1): HS-26-004"
        there = chat.say("anna", "!ugestatus 7 dage", "ledelse")
        assert line(there, "Løftet hertil") == "Løftet hertil (1): HS-26-003"
        assert line(there, "Sendt tilbage") == "Sendt tilbage (1): HS-26-004"
        for other in ("HS-26-001", "HS-26-002", "HS-26-005"):
            assert other not in there

    def test_answers_missing_by_agency_in_the_configs_order(self, chat: Chat) -> None:
        for _ in range(2):
            opened(chat)
        codes(chat)
        ask(chat, "HS-26-002", "politi", "bo")
        ask(chat, "HS-26-001", "politi", "bo")
        ask(chat, "HS-26-001", "BUF", "lene")
        chat.at("2026-11-20 11:00")
        said = chat.say("karla", "!ugestatus 7 dage")
        assert part(said, "Mangler svar om sager") == ["- BUF: HS-26-001", "- politi: HS-26-001, HS-26-002"]
        chat.at("2026-11-23 08:29")
        only = chat.say("karla", "!ugestatus politi")
        assert part(only, "Mangler svar om sager") == ["- politi: HS-26-001, HS-26-002"]
        assert "Nye sager" not in only

    def test_in_the_order_of_the_rest(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-09-01", followed="2026-10-13")
        chat.say("karla", "!aftale @lene ringe til skolen i dag")
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        chat.say("karla", "!beslutning vi søger puljen")
        opened(chat, at="2026-11-23 10:10")
        said = chat.say("karla", "!ugestatus 7 dage")
        heads = ["Over fristen", "Beslutninger", "Sager, der mangler", "Nye sager", "Næste møde"]
        order = [said.index(head) for head in heads]
        assert order == sorted(order)

    def test_without_cases_not_a_word_more(self, chat: Chat) -> None:
        said = chat.say("karla", "!ugestatus 30 dage")
        assert "Sager" not in said
        assert "sag" not in said.replace("ugestatus", "")

    def test_in_english(self, tmp_path: Path) -> None:
        chat = Chat(
            tmp_path, QUIET.replace("[agencies.BUF]", '[general]\nlanguage = "en"\n[agencies.BUF]', 1)
        )
        try:
            opened(chat, "Absence", at="2026-09-01", followed="2026-10-13")
            opened(chat)
            said = chat.say("karla", "!digest")
            assert part(said, "Cases that lack their follow-up (1)") == [
                "- HS-26-001 · Absence · last followed up Tue 13 Oct, week 42"
            ]
            assert line(said, "New cases") == "New cases (1): HS-26-002"
        finally:
            chat.close()


class TestAcross:
    def test_the_lead_sees_where_nothing_moves(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-08-03", followed="2026-11-17")
        opened(chat, "Søskende", at="2026-08-10", followed="2026-11-17")
        opened(chat, "Fritidsjob", at="2026-08-10", followed="2026-11-17")
        chat.say("karla", "!aftale @lene HS-26-003 ringe til skolen inden fredag i næste uge")
        said = chat.say("anna", "!ugestatus", "dm")
        assert "Sager uden bevægelse (2)\n\nFremdriftsgruppe 2\n\n" in said
        assert said.index("HS-26-001 · Skolevægring · intet sket siden man. 3. aug.") < said.index(
            "HS-26-002 · Søskende · intet sket siden man. 10. aug."
        )
        assert "HS-26-003 · Fritidsjob · intet" not in said
        assert "uden bevægelse" not in chat.say("karla", "!ugestatus")

    def test_figures_to_pass_on_are_coarse(self, chat: Chat) -> None:
        for n in range(13):
            opened(chat, "Hemmeligt", at="2026-09-01", followed="2026-10-01" if n < 4 else "2026-11-17")
        for n in (11, 12, 13):
            on_case(chat, f"HS-26-0{n}", lambda cases, case: cases.close(case))
        said = chat.say("anna", "!ugestatus direktion", "dm")
        assert (
            line(said, "Sager")
            == "Sager: ca. 10 i gang, heraf færre end 5 uden opfølgning i tide. Lukkede i perioden: færre end 5."
        )
        assert "HS-26" not in said
        assert "Hemmeligt" not in said

    def test_figures_without_cases_do_not_speak_of_them(self, chat: Chat) -> None:
        assert "Sager" not in chat.say("anna", "!ugestatus direktion", "dm")

    def test_citizens_hear_nothing_of_cases(self, chat: Chat) -> None:
        opened(chat, "Skolevægring", at="2026-08-03")
        said = chat.say("anna", "!ugestatus 30 dage", "raad")
        assert "HS-26" not in said
        assert "Sager" not in said
