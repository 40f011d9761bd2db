"""The digest: what it says, in which order, how long, and to whom."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat


def _busy(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe mandag")
    chat.say("karla", "!aftale @ali besøge familien mandag")
    chat.say("karla", "!aftale @bo skrive brev 30/11")
    chat.say("karla", "!aftale @ali holde møde 18/12")
    chat.say("karla", "!aftale @lene lave plan tirsdag")
    chat.say("karla", "!aftale @bo tage kontakt tirsdag")
    chat.say("karla", "!aftale finde en mentor 31/2")
    chat.at("2026-11-24 12:00")
    chat.say("lene", "!færdig 5")
    chat.say("bo", "!afvis 6 ingen hjemmel")
    chat.say("ali", "!frist 4 1/12")
    chat.at("2026-11-26 12:00")


@pytest.fixture
def busy(chat: Chat) -> Chat:
    """A forum on Thursday 26 November with something in each part of its digest."""
    chat.begin(_busy)
    return chat


def headings(said: str) -> list[str]:
    """The lines of a digest that head a part."""
    return [line for line in said.split("\n") if line and not line.startswith("- ")]


def test_a_digest_says_first_what_is_late_then_what_comes_then_what_was(busy: Chat) -> None:
    said = busy.say("karla", "!ugestatus")
    assert headings(said) == [
        "Ugestatus for Fremdriftsgruppe, tors. 26. nov., uge 48",
        "Over fristen (2)",
        "Frist før næste ugestatus (2)",
        "Færdige siden sidst (1)",
        "Flyttede frister siden sidst (1)",
        "Afviste siden sidst (1)",
        "Mangler ejer (1)",
        "Møder: 0 holdt af 1 planlagt",
        "Næste møde: tirs. 1. dec. kl. 10.00, uge 49",
    ]
    late = said.split("\n\n")[2].split("\n")
    assert [line.split()[1] for line in late] == ["1", "2"]  # by agency: BUF, SOF


def numbers(said: str, heading: str) -> list[str]:
    """The numbers of the actions that stand under a heading."""
    part = next((part for part in said.split("\n\n") if part.startswith(heading)), "")
    lines = said.split("\n\n")[said.split("\n\n").index(part) + 1].split("\n") if part else []
    return [line.split()[1] for line in lines if line.startswith("- ")]


def test_what_lacks_an_owner_stands_once_where_it_presses_most(busy: Chat) -> None:
    busy.say("karla", "!aftale finde en fritidsklub 1/12")  # before the next digest
    busy.say("karla", "!aftale finde en cykel 18/12")
    busy.say("karla", "!aftale Lene købe lås 31/2")
    busy.say("karla", "!aftale finde en hjelm mandag")
    busy.at("2026-12-01 12:00")
    said = busy.say("karla", "!ugestatus")
    assert numbers(said, "Over fristen")[-1:] == ["11"]
    assert "- 11 mangler ejer: finde en hjelm" in said
    assert "8" in numbers(said, "Frist før næste ugestatus")
    assert numbers(said, "Mangler ejer (2)") == ["9", "7"]
    assert numbers(said, "Mangler frist (1)") == ["10"]
    lines = [line for line in said.split("\n") if line.startswith("- ")]
    assert len(lines) == len({line.split()[1] for line in lines})


def test_a_deadline_put_right_at_once_is_no_moved_deadline(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe fredag")
    chat.say("karla", "!aftale @bo skrive fredag")
    chat.at("2026-11-20 10:09")
    chat.answer("karla", "3/12")
    chat.say("karla", "!frist 1 2/12")
    assert "Flyttede frister" not in chat.say("karla", "!ugestatus")
    chat.at("2026-11-20 10:11")
    chat.say("karla", "!frist 1 4/12")
    said = chat.say("karla", "!ugestatus")
    assert numbers(said, "Flyttede frister siden sidst (1)") == ["1"]
    assert "(før: ons. 2. dec., uge 49)" in said  # and not Friday, which stood for minutes


def test_a_digest_in_english(busy: Chat) -> None:
    busy.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    said = busy.say("anna", "!digest", "ledelse")
    assert headings(said)[:2] == [
        "Digest for Ledelsesgruppe, Thu 26 Nov, week 48",
        "Due before the next digest (1)",
    ]


def test_a_quiet_digest_is_one_line(chat: Chat) -> None:
    said = chat.say("anna", "!ugestatus", "raad")
    assert said.split("\n")[1:] == [
        "",
        "Intet nyt: intet er over fristen, og intet skal være færdigt før næste ugestatus.",
    ]


def test_a_digest_of_one_agency(busy: Chat) -> None:
    said = busy.say("karla", "!ugestatus BUF")
    assert "Lene Holm" in said
    assert "Ali Demir" not in said
    assert "Bo Lund" not in said
    assert busy.say("karla", "!digest buf") == said


def test_a_digest_over_a_fortnight(busy: Chat) -> None:
    said = busy.say("karla", "!ugestatus 14 dage")
    assert "Kommende møder: tirs. 1. dec. kl. 10.00, uge 49; tirs. 8. dec. kl. 10.00, uge 50" in said
    assert busy.say("karla", "!digest 2 uger") == said
    assert busy.say("karla", "!digest 14 days") == said


def test_figures_that_may_be_passed_on_hold_no_names_and_no_small_numbers(busy: Chat) -> None:
    said = busy.say("anna", "!ugestatus direktion", "dm")
    for word in ("Lene", "Ali", "Bo ", "Karla", "familien", "brev", "(1)"):
        assert word not in said
    assert "færre end 5" in said
    assert busy.say("anna", "!digest board", "dm") == said


def test_an_unknown_wish_is_answered_with_what_there_is(chat: Chat) -> None:
    answer = chat.say("karla", "!ugestatus hest")
    assert answer.startswith("Jeg kender ikke „hest“. Skriv fx !ugestatus, !ugestatus 14 dage")
    assert "BUF, SOF, BIF, politi" in answer


def test_the_leads_digest_covers_the_forums_one_after_the_other_in_the_configs_order(busy: Chat) -> None:
    busy.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    said = busy.say("anna", "!ugestatus", "dm")
    assert said.startswith("Ugestatus på tværs, tors. 26. nov., uge 48")
    places = [said.index(f"\n\n{name}\n") for name in ("Fremdriftsgruppe", "Ledelsesgruppe", "Hotspot-råd")]
    assert places == sorted(places)
    assert "write the plan" in said
    assert "ringe" in said


def test_a_member_without_a_forum_to_oversee_is_pointed_to_the_room(chat: Chat) -> None:
    assert chat.say("lene", "!ugestatus", "dm").startswith("Skriv !ugestatus i det rum, du vil se.")


def test_the_regular_digest_comes_at_the_rooms_hour_and_asking_moves_nothing(chat: Chat) -> None:
    chat.at("2026-11-23 08:30")
    chat.say("karla", "!aftale @lene ringe tirsdag")
    chat.at("2026-11-23 09:00")
    chat.say("lene", "!færdig 1")
    assert "Færdige siden sidst (1)" in chat.say("karla", "!ugestatus")
    seq = chat.last_seq()
    chat.at("2026-11-30 08:29")
    assert not [m for m in chat.messages(seq, chat.target("fremdrift")) if m["kind"] == "digest"]
    chat.at("2026-11-30 08:30")
    regular = [m["body"] for m in chat.messages(seq, chat.target("fremdrift")) if m["kind"] == "digest"]
    assert len(regular) == 1
    assert "Færdige siden sidst (1)" in regular[0]
