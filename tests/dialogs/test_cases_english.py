"""Cases in the chat, in English."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import codes, tells
from tests.dialogs.caserooms import english, open_rooms
from tests.dialogs.chat import Chat


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_rooms(tmp_path, english()) as opened:
        yield opened


def test_a_case_from_its_opening_to_its_end(chat: Chat) -> None:
    assert chat.say("lene", "!case new absence from school, urgent").splitlines() == [
        "Case HS-26-001 is open: absence from school · urgent",
        "The next meeting takes it up, Tue 24 Nov at 10:00, week 48. Use the code instead of names.",
    ]
    assert "goal for education: at school daily" in chat.say("lene", "!case 1 goal school at school daily")
    assert chat.say("ali", "!case 1 trend social better") == "HS-26-001, social: better (SOF)."
    chat.say("lene", "!action @lene HS-26-001 call the school by Thursday")
    chat.say("lene", "!planb 1 ask the youth school")
    tells(chat, "HS-26-001", "BUF", "is back at school")
    assert chat.say("bo", "!case 1").splitlines() == [
        "HS-26-001 absence from school",
        "Open · urgent · follow up by Fri 18 Dec, week 51",
        "Opened Fri 20 Nov, not taken up at a meeting yet.",
        "",
        "- Social: no goal yet – better (SOF, Fri 20 Nov)",
        "- Education: at school daily",
        "",
        "1 open action. First:",
        "",
        "- 1 Lene Holm (BUF): call the school – by Thu 26 Nov, week 48",
        "",
        "News from the agencies:",
        "",
        "- BUF Fri 20 Nov: is back at school",
    ]
    plan = chat.say("bo", "!case 1 action plan")
    assert (
        "- 1 call the school – Lene Holm (BUF), by Thu 26 Nov, week 48\n- Plan B ask the youth school" in plan
    )
    assert "Kirsten Lind (BIF) is now a caseworker" in chat.say("karla", "!case 1 caseworker Kirsten")
    assert (
        chat.say("karla", "!case 1 follow-up 1 December")
        == "HS-26-001 is to be followed up by Tue 1 Dec, week 49."
    )
    assert "was to be followed up" not in chat.say("karla", "!cases")
    chat.say("karla", "!case 1 followed up")
    assert codes(chat) == []
    assert "is on the agenda of the meeting Tue 24 Nov" in chat.say("lene", "!case 1 on the agenda")
    assert "rests until Mon 1 Feb" in chat.say("karla", "!rest 1 the school looks after it until 1 February")
    assert "is open again" in chat.say("karla", "!reopen 1")
    assert "is closed. !reopen HS-26-001 opens it again." in chat.say("karla", "!close 1 all is well")
    history = chat.say("bo", "!case 1 history")
    for step in (
        "opened the case",
        "goal for education",
        "social: better",
        "let it rest: “the school",
        "closed it",
    ):
        assert step in history
    assert chat.say("bo", "!case closed").startswith("1 closed case:")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("!case new", "What is the case about?"),
        ("!case trouble", "Do you want to open a case? Then write !case new trouble."),
        ("!case goal work a job", "Which case do you mean?"),
        ("!case 1 gaol", "Do you mean: !case HS-26-001 goal school at school every day"),
        ("!case 1 goal money", "I do not know “money”."),
        ("!case 1 trend school purple", "Is “purple” better, unchanged or worse?"),
        ("!case 1 caseworker Kirstn", "Do you mean Kirsten Lind?"),
        ("!case 9", "I know no case HS-26-009 here. Do you mean HS-26-001?"),
        ("!rest 1 until 1 January 2031", "More than a year is too long"),
        ("!close", "for example: !close HS-26-014"),
    ],
)
def test_wrong_input(chat: Chat, words: str, said: str) -> None:
    chat.say("lene", "!case new trouble")
    assert said in chat.say("karla", words)


def test_danish_words_are_understood_as_well(chat: Chat) -> None:
    assert chat.say("lene", "!sag ny uro haster").startswith("Case HS-26-001 is open: uro · urgent")
    assert chat.say("lene", "!sag 1 trend skole værre") == "HS-26-001, education: worse (BUF)."
    assert "is closed" in chat.say("karla", "!luk 1 alt er godt")
