"""Editing a message edits what its words changed, and the bot's answer along with it."""

from __future__ import annotations

from tests.dialogs.chat import Chat

LENE, ALI = "@lene:example.dk", "@ali:example.dk"


def test_an_edited_command_changes_its_action_and_its_confirmation(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    assert chat.edit("karla", said, "!aftale @ali søge to fripladser 3/12") == (
        "Aftale 1: Ali Demir (SOF): søge to fripladser – senest tors. 3. dec., uge 49"
    )
    action = chat.action(1)
    assert (action["owners"], action["text"], action["due"]) == ([ALI], "søge to fripladser", "2026-12-03")
    assert len(chat.actions()) == 1
    rows = chat.messages()
    assert [(r["what"], r["about"]) for r in rows] == [("message", None), ("edit", rows[0]["id"])]


def test_what_the_edit_leaves_alone_stays(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    chat.edit("karla", said, "!aftale @lene søge friplads i klubben fredag")
    action = chat.action(1)
    assert (action["owners"], action["due"], action["text"]) == (
        [LENE],
        "2026-11-27",
        "søge friplads i klubben",
    )


def test_a_later_command_stands_against_an_edit(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    chat.say("lene", "!frist 1 3/12")
    chat.say("lene", "!giv 1 @ali")
    chat.edit("karla", said, "!aftale @bo søge fripladsen mandag")
    action = chat.action(1)
    assert (action["text"], action["due"], action["owners"]) == ("søge fripladsen", "2026-12-03", [ALI])


def test_days_in_an_edit_are_counted_from_the_message(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads torsdag")
    chat.at("2026-11-23 12:00")
    chat.edit("karla", said, "!aftale @lene søge friplads lørdag")
    assert chat.action(1)["due"] == "2026-11-21"


def test_an_answer_to_a_question_stands_against_an_edit(chat: Chat) -> None:
    said = chat.send("karla", "!aftale søge friplads torsdag eller fredag")
    chat.answer("karla", "Lene")
    chat.answer("karla", "torsdag")
    chat.edit("karla", said, "!aftale søge en friplads torsdag eller fredag")
    action = chat.action(1)
    assert (action["owners"], action["due"]) == ([LENE], "2026-11-26")


def test_a_typo_edited_into_a_command_is_carried_out(chat: Chat) -> None:
    said = chat.send("karla", "!aftle @lene søge friplads fredag")
    answer = chat.edit("karla", said, "!aftale @lene søge friplads fredag")
    assert answer.startswith("Aftale 1: Lene Holm (BUF)")
    assert len(chat.actions()) == 1


def test_talk_edited_into_a_command_is_carried_out(chat: Chat) -> None:
    said = chat.send("karla", "aftale @lene søge friplads fredag")
    assert chat.actions() == []
    assert chat.edit("karla", said, "!aftale @lene søge friplads fredag").startswith("Aftale 1:")


def test_a_command_edited_away_is_taken_back(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    assert chat.edit("karla", said, "glem det") == "Taget tilbage, fordi beskeden blev rettet."
    assert chat.action(1)["state"] == "cancelled"
    assert chat.edit("karla", said, "!aftale @lene søge friplads mandag").startswith("Aftale 1:")
    assert (chat.action(1)["state"], chat.action(1)["due"]) == ("open", "2026-11-23")


def test_another_command_takes_the_first_ones_place(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads fredag")
    said = chat.send("lene", "!færdig 1")
    chat.edit("lene", said, "!frist 1 3/12")
    assert (chat.action(1)["state"], chat.action(1)["due"]) == ("open", "2026-12-03")


def test_of_several_lines_only_the_changed_one_is_done_anew(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag\n!aftale @ali ringe mandag")
    chat.say("lene", "!færdig 1")
    answer = chat.edit(
        "karla",
        said,
        "!aftale @lene søge friplads fredag\n!aftale @ali ringe tirsdag\n!aftale mig skrive onsdag",
    )
    assert len(answer.split("\n\n")) == 2
    assert [(a["state"], a["due"]) for a in chat.actions()] == [
        ("done", "2026-11-27"),
        ("open", "2026-11-24"),
        ("open", "2026-11-25"),
    ]


def test_the_same_words_again_change_nothing(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    chat.say("lene", "!færdig 1")
    assert chat.edit("karla", said, "!aftale @lene søge friplads fredag") == ""
    assert chat.action(1)["state"] == "done"


def test_somebody_elses_edit_is_ignored(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    assert chat.edit("bo", said, "!aftale @lene noget helt andet mandag") == ""
    assert chat.edit("bo", said, "glem det") == ""
    talk = chat.send("karla", "jeg ringer til skolen")
    assert chat.edit("bo", talk, "!aftale @karla ringe til skolen") == ""
    assert [(a["text"], a["state"]) for a in chat.actions()] == [("søge friplads", "open")]


def test_an_edit_into_what_cannot_be_done_keeps_the_promise(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    answer = chat.edit("karla", said, "!aftale @lene søge friplads for 010203-1234 fredag")
    assert "CPR-nummer" in answer
    assert chat.action(1)["text"] == "søge friplads"
    assert b"010203" not in chat.raw()


def test_an_edited_answer_is_heard_anew(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads inden torsdag")
    chat.at("2026-11-24 08:00")
    answer = chat.send("lene", "færdig", "dm")
    assert chat.action(1)["state"] == "done"
    assert "note" in chat.edit("lene", answer, "ikke færdig", "dm")
    assert chat.action(1)["state"] == "open"
    assert "senest" in chat.edit("lene", answer, "næste uge", "dm")
    assert chat.action(1)["due"] == "2026-12-04"
    assert "CPR" in chat.edit("lene", answer, "talt med 010203-1234", "dm")
    assert (chat.action(1)["state"], chat.action(1)["due"]) == ("open", "2026-12-04")


def test_an_edited_reply_in_the_room_is_heard_anew(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads inden torsdag")
    answer = chat.send("lene", "det er gjort", reply_to=chat.newest())
    assert chat.action(1)["state"] == "done"
    chat.edit("lene", answer, "det er ikke gjort endnu")
    assert chat.action(1)["state"] == "open"


def test_an_edit_after_ten_minutes_still_edits(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene søge friplads fredag")
    chat.at("2026-11-20 15:00")
    chat.edit("karla", said, "!aftale @lene søge friplads mandag")
    assert chat.action(1)["due"] == "2026-11-23"
