"""Lists of actions: filters, pages, and how they read."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat


def _agreed(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads mandag")
    chat.say("karla", "!aftale @ali #HS-26-014 lave en plan fredag")
    chat.say("karla", "!aftale @bo ringe til skolen 3/12")
    chat.say("karla", "!aftale finde en mentor 31/2")
    chat.say("karla", "!aftale @lene holde møde 18/12")
    chat.say("karla", "!aftale @ali sende brev fredag")
    chat.say("ali", "!færdig 6")
    chat.at("2026-11-25 12:00")


@pytest.fixture
def agreed(chat: Chat) -> Chat:
    """Five promises in different states, the clock on Wednesday 25 November."""
    chat.begin(_agreed)
    return chat


def numbers(answer: str) -> list[int]:
    """The numbers of the actions in a list, in its order."""
    return [int(line.split()[1]) for line in answer.split("\n") if line.startswith("- ")]


def test_a_list_reads_from_what_is_late_to_what_has_time(agreed: Chat) -> None:
    assert agreed.say("bo", "!aftaler").split("\n") == [
        "5 aftaler:",
        "",
        "Over fristen",
        "",
        "- 1 Lene Holm (BUF): søge friplads – senest man. 23. nov., uge 48",
        "",
        "Denne uge",
        "",
        "- 2 Ali Demir (SOF): HS-26-014 · lave en plan – senest fre. 27. nov., uge 48",
        "",
        "Næste uge",
        "",
        "- 3 Bo Lund (politi): ringe til skolen – senest tors. 3. dec., uge 49",
        "",
        "Senere",
        "",
        "- 5 Lene Holm (BUF): holde møde – senest fre. 18. dec., uge 51",
        "",
        "Uden frist",
        "",
        "- 4 mangler ejer: finde en mentor – mangler frist",
    ]


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", [1, 2, 3, 5, 4]),
        ("overskredne", [1]),
        ("overdue", [1]),
        ("over fristen", [1]),
        ("BUF", [1, 5]),
        ("buf", [1, 5]),
        ("fra BUF", [1, 5]),
        ("Lene", [1, 5]),
        ("@ali", [2]),
        ("Ali", [2]),
        ("færdige", [6]),
        ("done", [6]),
        ("alle", [1, 2, 3, 5, 4, 6]),
        ("HS-26-014", [2]),
        ("#hs-26-014", [2]),
        ("uden ejer", [4]),
        ("uden frist", [4]),
        ("BUF overskredne", [1]),
        ("overskredne, SOF", []),
        ("HS-26-999", []),
    ],
)
def test_filters(agreed: Chat, words: str, shown: list[int]) -> None:
    assert numbers(agreed.say("bo", f"!aftaler {words}")) == shown
    assert numbers(agreed.say("bo", f"!actions {words}")) == shown


def test_mine_are_mine(agreed: Chat) -> None:
    assert numbers(agreed.say("lene", "!aftaler mine")) == [1, 5]
    assert numbers(agreed.say("lene", "!actions mine")) == [1, 5]
    assert numbers(agreed.say("lene", "!aftaler mig")) == [1, 5]
    assert numbers(agreed.say("lene", "!aftaler mine", "dm")) == [1, 5]
    assert agreed.say("karla", "!aftaler mine") == "Ingen aftaler at vise."


def test_an_unknown_filter_gets_the_nearest_one(agreed: Chat) -> None:
    answer = agreed.say("bo", "!aftaler overskrdne")
    assert answer.startswith("Jeg kender ikke filteret „overskrdne“. Mente du !aftaler overskredne?")


def test_a_long_list_comes_in_pages(chat: Chat) -> None:
    for number in range(1, 31):
        chat.say("karla", f"!aftale @lene opgave {'x' * number} 3/12")
    first = chat.say("karla", "!aftaler Lene")
    assert numbers(first) == list(range(1, 13))
    assert first.endswith("18 mere: skriv !aftaler Lene side 2.")
    second = chat.say("karla", "!aftaler Lene side 2")
    assert numbers(second) == list(range(13, 25))
    assert second.endswith("6 mere: skriv !aftaler Lene side 3.")
    assert numbers(chat.say("karla", "!aftaler lene side 3")) == list(range(25, 31))
    assert numbers(chat.say("karla", "!aftaler side 99")) == list(range(25, 31))
    assert chat.say("bo", "!actions").endswith("18 mere: skriv !aftaler side 2.")


def test_a_list_in_english(chat: Chat) -> None:
    assert chat.say("anna", "!actions", "ledelse") == "No actions to show."
    chat.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    assert chat.say("anna", "!actions", "ledelse") == (
        "1 action:\n\nNext week\n\n- 1 Lene Skov (BIF): write the plan – by Fri 27 Nov, week 48"
    )
    assert "Did you mean !actions overdue?" in chat.say("anna", "!actions overdu", "ledelse")


def test_the_lead_lists_by_name_across_forums(agreed: Chat) -> None:
    agreed.say("anna", "!action @lene2 write the report by Friday", "ledelse")
    assert numbers(agreed.say("anna", "!aftaler Lene", "dm")) == [1, 7, 5]
