"""Meetings as deadlines, as people write them: at the end of an action, in !frist, and in answers to the bot.

Said on Friday 20 November 2026 at 10:00. The fremdriftsgruppe meets on Tuesdays at 10, the ledelsesgruppe every other
Thursday at 13 from 26 November, the politi on Mondays at 14, the Hotspot-råd on Wednesday 9 December at 17.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import CONFIG, Chat

LEDELSE = """forum = "ledelsesgruppe"
meeting = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=13;BYMINUTE=0"
meeting_start = "2026-11-26"
"""
RAAD = """forum = "hotspotraad"
meeting = "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=9;BYHOUR=17;BYMINUTE=0"
"""
POLITI = """[[rooms]]
room = "#politi:example.dk"
forum = "politi"
meeting = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=14;BYMINUTE=0"
"""
MEETS = (
    CONFIG.replace('forum = "ledelsesgruppe"\n', LEDELSE).replace('forum = "hotspotraad"\n', RAAD) + POLITI
)

NEXT = "2026-11-24T10:00"
SECOND = "2026-12-01T10:00"
MANAGEMENT = "2026-11-26T13:00"
COUNCIL = "2026-12-09T17:00"
POLICE = "2026-11-23T14:00"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """A programme whose four forums meet."""
    opened = Chat(tmp_path, MEETS)
    yield opened
    opened.close()


def due(chat: Chat, number: int = 1) -> str | None:
    """An action's deadline as it is exported."""
    found = chat.action(number)["due"]
    return None if found is None else str(found)


def text(chat: Chat, number: int = 1) -> str:
    """An action's words as they are exported."""
    return str(next(row["text"] for row in chat.actions() if row["number"] == number))


PHRASES = [
    ("inden mødet", NEXT),
    ("til mødet", NEXT),
    ("før mødet", NEXT),
    ("på mødet", NEXT),
    ("senest næste møde", NEXT),
    ("frist: næste møde", NEXT),
    ("næste gang vi ses", NEXT),
    ("når vi mødes igen", NEXT),
    ("inden vi mødes", NEXT),
    ("til næste fremdriftsgruppe", NEXT),
    ("til næste fremdriftsgruppemøde", NEXT),
    ("på ledelsesmødet", MANAGEMENT),
    ("inden ledelsesgruppens møde", MANAGEMENT),
    ("inden mødet i ledelsesgruppen", MANAGEMENT),
    ("senest mødet i ledelsesgruppen", MANAGEMENT),
    ("til næste politimøde", POLICE),
    ("til rådsmødet", COUNCIL),
    ("på Hotspot-rådet", COUNCIL),
    ("til mødet i uge 49", SECOND),
    ("inden næste uges møde", NEXT),
    ("inden mødet på tirsdag", NEXT),
    ("inden mødet d. 1/12", SECOND),
    ("inden mødet på fredag", "2026-11-27"),
    ("til mødet efter næste", SECOND),
    ("til det næste møde igen", SECOND),
    ("til ledelsesmødet i uge 50", "2026-12-10T13:00"),
    ("til mødet i ledelsesgruppen efter næste", "2026-12-10T13:00"),
    ("inden politimødet på mandag", POLICE),
    ("before the meeting", NEXT),
    ("by the meeting after next", SECOND),
    ("by the management group's meeting", MANAGEMENT),
    ("before the meeting in week 49", SECOND),
    ("at the council meeting", COUNCIL),
]


@pytest.mark.parametrize(("phrase", "deadline"), PHRASES)
def test_at_the_end_of_an_action(chat: Chat, phrase: str, deadline: str) -> None:
    answer = chat.say("karla", f"!aftale @lene skrive oplæg {phrase}")
    assert "?" not in answer
    assert (due(chat), text(chat)) == (deadline, "skrive oplæg")


@pytest.mark.parametrize(("phrase", "deadline"), PHRASES)
def test_as_a_new_deadline(chat: Chat, phrase: str, deadline: str) -> None:
    chat.say("karla", "!aftale @lene skrive oplæg 1. februar")
    assert "Aftale 1 " in chat.say("karla", f"!frist 1 {phrase}")
    assert due(chat) == deadline


@pytest.mark.parametrize(
    ("phrase", "deadline"),
    [
        ("mødet i ledelsesgruppen", MANAGEMENT),
        ("mødet", NEXT),
        ("ledelsesgruppens møde", MANAGEMENT),
        ("mødet i uge 49", SECOND),
        ("mødet på tirsdag", NEXT),
        ("mødet d. 1/12", SECOND),
        ("mødet på onsdag", "2026-11-25"),
        ("mødet efter næste", SECOND),
        ("næste møde igen", SECOND),
        ("the meeting in week 49", SECOND),
    ],
)
def test_without_a_preposition(chat: Chat, phrase: str, deadline: str) -> None:
    chat.say("karla", "!aftale @lene skrive oplæg 1. februar")
    chat.say("karla", f"!frist 1 {phrase}")
    assert due(chat) == deadline


@pytest.mark.parametrize(
    ("words", "deadline"),
    [
        ("udsæt til mødet", NEXT),
        ("jeg når det til mødet i uge 49", SECOND),
        ("vi tager den på mødet i ledelsesgruppen", MANAGEMENT),
        ("jeg tager det næste gang vi ses", NEXT),
        ("udsæt til mødet på tirsdag", NEXT),
        ("kan den vente til mødet efter næste?", SECOND),
        ("jeg gør det inden ledelsesgruppens møde", MANAGEMENT),
        ("until the meeting after next", SECOND),
    ],
)
def test_in_an_answer_to_a_reminder(chat: Chat, words: str, deadline: str) -> None:
    chat.say("karla", "!aftale @lene skrive oplæg inden mandag")
    chat.at("2026-11-23 08:00")
    assert "skrive oplæg" in chat.direct("lene")[-1]
    chat.say("lene", words, "dm")
    assert due(chat) == deadline


@pytest.mark.parametrize(
    "words",
    ["jeg kommer til mødet", "jeg har møde med moren", "mødet er på onsdag", "vi drøftede det på mødet"],
)
def test_an_answer_that_only_speaks_of_a_meeting_moves_nothing(chat: Chat, words: str) -> None:
    chat.say("karla", "!aftale @lene skrive oplæg inden mandag")
    chat.at("2026-11-23 08:00")
    chat.say("lene", words, "dm")
    assert due(chat) == "2026-11-23"


@pytest.mark.parametrize(
    "words",
    [
        "indkalde til mødet med skolen",
        "indkalde skolen til mødet",
        "skrive referat af mødet",
        "skrive referat af mødet i ledelsesgruppen",
        "holde møde med moren",
        "aflyse næste møde",
        "følge op på mødet",
        "tale med moren inden forældremødet",
    ],
)
def test_a_meeting_that_is_only_spoken_of_stays_text(chat: Chat, words: str) -> None:
    answer = chat.say("karla", f"!aftale @lene {words}")
    assert text(chat) == words
    assert "Jeg har sat næste møde som frist" in answer or "næste møde" in answer.splitlines()[-1]


@pytest.mark.parametrize(
    "phrase",
    [
        "om to møder",
        "på hvert møde",
        "inden mødet i december",
        "inden mødet med skolen",
        "inden mødet i styregruppen",
    ],
)
def test_what_is_no_one_meeting_is_asked_about(chat: Chat, phrase: str) -> None:
    answer = chat.say("karla", f"!aftale @lene skrive oplæg {phrase}")
    assert due(chat) is None
    assert "Svar med en dag" in answer or "Skriv en dag" in answer
    chat.answer("karla", "til mødet på tirsdag")
    assert due(chat) == NEXT


def test_an_answer_to_the_question_may_be_a_meeting(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene skrive oplæg snarest")
    assert due(chat) is None
    chat.answer("karla", "mødet i ledelsesgruppen")
    assert due(chat) == MANAGEMENT


def test_moved_and_called_off_meetings_count(chat: Chat) -> None:
    chat.say("karla", "!møde flyt onsdag kl. 9")
    for number, phrase in enumerate(
        ("til mødet", "inden mødet på onsdag", "inden mødet på tirsdag"), start=1
    ):
        chat.say("karla", f"!aftale @lene skrive oplæg {phrase}")
        assert due(chat, number) == ("2026-11-24" if number == 3 else "2026-11-25T09:00")
    chat.say("karla", "!møde aflys")
    for phrase in ("til mødet", "til mødet efter næste"):
        chat.say("karla", f"!aftale @lene skrive oplæg {phrase}")
    assert (due(chat, 4), due(chat, 5)) == (SECOND, "2026-12-08T10:00")
    chat.say("karla", "!aftale @lene skrive oplæg til mødet i uge 48")
    assert due(chat, 6) is None


def test_a_forum_without_a_calendar_asks(tmp_path: Path) -> None:
    plain = Chat(tmp_path)
    try:
        answer = plain.say("karla", "!aftale @lene skrive oplæg inden mødet i ledelsesgruppen")
        assert "Jeg kan ikke se i kalenderen, hvilket møde det er." in answer
        assert due(plain) is None
    finally:
        plain.close()


def test_the_meeting_of_the_room_in_which_it_is_said(chat: Chat) -> None:
    chat.say("karla", "!action @bo write a note before the meeting", "ledelse")
    assert (due(chat), text(chat)) == (MANAGEMENT, "write a note")
    chat.say("karla", "!action @bo write a note by the next progress group meeting", "ledelse")
    assert due(chat, 2) == NEXT
