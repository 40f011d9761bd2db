"""What somebody meets who has never talked to the bot: help, a quiet week, a word that is no filter."""

from __future__ import annotations

from tests.dialogs.chat import Chat


def test_help_begins_with_recording_an_action(chat: Chat) -> None:
    commands = [line for line in chat.say("lene", "!hjælp").splitlines() if line.startswith("- !")]
    assert commands[0].startswith("- !aftale ")
    assert chat.say("anna", "!help", "ledelse").splitlines()[2].startswith("- !action ")


def test_a_quiet_week_does_not_deny_what_is_open_later(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads senest 23/12")
    said = chat.say("karla", "!ugestatus").splitlines()
    assert "ingen åbne" not in said[2]
    assert said[2] == "Intet nyt: intet er over fristen, og intet skal være færdigt før næste ugestatus."


def test_a_word_that_is_near_no_filter_gets_examples_and_no_guess(chat: Chat) -> None:
    said = chat.say("karla", "!aftaler xyzxyz")
    assert said.startswith("Jeg kender ikke filteret „xyzxyz“. Skriv fx !aftaler mine")
    assert "Mente du" not in said
    assert "BUF" not in said


def test_a_question_rings_and_an_answer_does_not(chat: Chat) -> None:
    chat.say("karla", "!aftale søge friplads inden fredag")
    assert chat.last()["kind"] == "action.asked"
    assert chat.last()["notify"] is True
    chat.say("karla", "!aftale Lene søge friplads inden fredag")
    assert chat.last()["notify"] is False


def test_a_case_code_anywhere_in_the_sentence_files_the_action_under_it(chat: Chat) -> None:
    chat.say("karla", "!aftale Lene skal ringe om HS-26-010 på fredag")
    chat.say("karla", "!aftale Jørgen HS-26-011 ringe til far fredag")  # nobody here is called that
    chat.say("karla", "!aftale Lene sammenholde HS-26-010 og HS-26-011 fredag")
    assert [chat.action(n)["case"] for n in (1, 2, 3)] == ["HS-26-010", "HS-26-011", None]
    assert chat.action(1)["text"] == "skal ringe om HS-26-010"
    assert "ringe til far" in chat.say("karla", "!aftaler HS-26-011")


def test_a_word_before_a_case_code_is_an_owner(chat: Chat) -> None:
    chat.say("karla", "!aftale Bo HS-26-003 følge op på klubben fredag")
    chat.say("karla", "!aftale bo på hotel fredag")
    assert chat.action(1)["owners"] == ["@bo:example.dk"]
    assert (chat.action(1)["case"], chat.action(1)["text"]) == ("HS-26-003", "følge op på klubben")
    assert chat.action(2)["owners"] == []


def test_a_slash_between_two_names_loses_neither(chat: Chat) -> None:
    chat.say("karla", "!aftale Lene/Ali ringe til skolen fredag")
    assert chat.action(1)["owners"] == ["@lene:example.dk", "@ali:example.dk"]
    assert chat.action(1)["text"] == "ringe til skolen"


def test_everyday_words_for_a_command_do_what_they_say(chat: Chat) -> None:
    chat.say("karla", "!aftale Lene ringe til skolen fredag")
    assert "ringe til skolen" in chat.say("karla", "!liste")
    chat.say("karla", "!udsæt 1 til mandag")
    assert chat.action(1)["due"] == "2026-11-23"
    assert chat.say("karla", "!slet 1").startswith("Annulleret, aftale 1:")


def test_a_wish_that_is_near_nothing_is_not_answered_with_another_command(chat: Chat) -> None:
    assert "Mente du" not in chat.say("karla", "!ryd 1")
    assert "Mente du" not in chat.say("karla", "!påmind Lene")


def test_leave_without_a_day_is_asked_about(chat: Chat) -> None:
    for said in ("!mig syg", "!mig fri"):
        assert chat.say("lene", said, "dm").startswith("Til og med hvornår?")


def test_numbers_without_commas_are_asked_about(chat: Chat) -> None:
    for matter in ("søge friplads", "ringe til skolen"):
        chat.say("karla", f"!aftale mig {matter} inden fredag")
    assert "!færdig 1, 2" in chat.say("karla", "!færdig 1 2")
    assert [row["state"] for row in chat.actions()] == ["open", "open"]
    assert "senest ons. 2. dec." in chat.say("karla", "!frist 1 2/12")


def test_a_reply_to_a_question_that_is_no_answer_is_told_so(chat: Chat) -> None:
    chat.say("karla", "!aftale søge friplads inden fredag")
    asked = chat.last()["event_id"]
    assert "Hvem tager den?" in chat.say("karla", "Lne", reply_to=asked)
    assert chat.say("karla", "vi tager den lige på næste møde tror jeg nok", reply_to=asked) == ""
    assert "Lene Holm" in chat.say("karla", "Lene", reply_to=asked)


def test_a_new_date_in_a_reply_says_that_it_moved(chat: Chat) -> None:
    chat.say("karla", "!aftale Lene søge friplads inden fredag")
    moved = chat.say("karla", "onsdag", reply_to=chat.last()["event_id"])
    assert "flyttet til" in moved
    assert "før: fre. 27. nov." in moved


def test_a_note_to_one_of_several_keeps_the_persons_own_words(chat: Chat) -> None:
    for matter in ("søge friplads", "ringe til skolen"):
        chat.say("karla", f"!aftale Lene {matter} inden fredag")
    chat.at("2026-11-23 08:05")
    chat.direct("lene")
    chat.say("lene", "1 er i gang, mangler svar fra klubben", "dm")
    assert "„1 er i gang, mangler svar fra klubben“" in chat.say("karla", "!vis 1")
