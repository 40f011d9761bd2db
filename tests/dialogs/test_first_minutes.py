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
