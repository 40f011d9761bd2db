"""Deleting a message: within ten minutes it withdraws, later it erases its words everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialogs.chat import Chat

SECRET = "Hemmelighansen"
LIST_KINDS = {"actions.list", "reminder", "digest", "action.shown", "me"}


def readable(chat: Chat) -> str:
    """Everything of the bot's that people can still read, rendered as it stands."""
    return "\n".join(m["body"] + m["html"] for m in chat.standing())


def test_within_ten_minutes_the_promise_is_withdrawn(chat: Chat) -> None:
    said = chat.send("karla", f"!aftale @lene tale med {SECRET} fredag")
    chat.now += timedelta(minutes=10)
    assert chat.delete("karla", said) == "Aftale 1 er trukket tilbage."
    assert chat.action(1)["state"] == "cancelled"
    assert SECRET not in readable(chat)
    chat.at("2026-12-01 12:00")
    assert chat.direct("lene") == []


def test_later_the_words_go_and_the_promise_stays(chat: Chat) -> None:
    said = chat.send("karla", f"!aftale @lene tale med {SECRET} fredag")
    chat.at("2026-11-20 10:11")
    answer = chat.delete("karla", said)
    assert "Ordlyden af aftale 1 er slettet. Aftalen gælder stadig" in answer
    action = chat.action(1)
    assert (action["state"], action["owners"], action["due"]) == ("open", ["@lene:example.dk"], "2026-11-27")
    assert not action["text"]


def everywhere(chat: Chat) -> str:
    """The secret is said in a confirmation, lists, a reminder, a digest and a history; then its message is deleted."""
    said = chat.send("karla", f"!aftale @lene tale med {SECRET} fredag")
    chat.say("karla", "!aftaler")
    chat.say("lene", "!mig", "dm")
    chat.say("bo", "!vis 1")
    chat.at("2026-11-25 12:00")
    assert SECRET in chat.direct("lene")[-1]
    return said


@pytest.mark.parametrize("who", ["karla", "anna", "outsider"])
def test_after_erasure_nothing_quotes_the_words_any_more(chat: Chat, who: str) -> None:
    said = everywhere(chat)
    before = [m for m in chat.messages() if SECRET in m["body"]]
    assert {m["kind"] for m in before} >= LIST_KINDS | {"action.recorded"}
    chat.delete(who, said)
    rows = chat.messages()
    gone = {r["about"] for r in rows if r["what"] == "redact"}
    assert gone >= {m["id"] for m in before}  # on the homeserver as well
    assert SECRET not in chat.everything()
    assert SECRET.encode() not in chat.raw()
    assert chat.action(1)["state"] == "open"


def test_what_still_matters_is_said_again_without_the_words(chat: Chat) -> None:
    said = everywhere(chat)
    seq = chat.last_seq()
    chat.delete("karla", said)
    again = {m["kind"]: m["body"] for m in chat.messages(seq) if m["what"] == "message"}
    assert set(again) >= LIST_KINDS
    for kind in LIST_KINDS:
        assert "[slettet]" in again[kind]
        assert "Lene" in again[kind]


def test_a_moderators_deletion_never_withdraws(chat: Chat) -> None:
    said = chat.send("lene", f"!aftale mig tale med {SECRET} fredag")
    chat.delete("anna", said)
    assert chat.action(1)["state"] == "open"
    assert SECRET not in readable(chat)


def test_words_of_an_edited_message_go_with_all_their_versions(chat: Chat) -> None:
    said = chat.send("karla", f"!aftale @lene tale med {SECRET} fredag")
    chat.edit("karla", said, "!aftale @lene tale med Nissehansen fredag")
    chat.now += timedelta(hours=2)
    chat.delete("karla", said)
    for word in (SECRET, "Nissehansen"):
        assert word not in chat.everything()
        assert word.encode() not in chat.raw()
    gone = {r["about"] for r in chat.messages() if r["what"] == "redact"}
    assert len(gone) == 2  # the confirmation and its edit


def test_an_edited_answer_of_the_bot_goes_with_the_words_it_once_said(chat: Chat) -> None:
    secret = chat.send("karla", f"!aftale @lene tale med {SECRET} fredag")
    chat.say("karla", "!aftale @ali ringe mandag")
    shown = chat.send("bo", "!vis 1")
    chat.edit("bo", shown, "!vis 2")
    chat.at("2026-11-20 12:00")
    chat.delete("karla", secret)
    rows = chat.messages()
    answer = next(r for r in rows if r["kind"] == "action.shown")
    assert answer["id"] in {r["about"] for r in rows if r["what"] == "redact"}


def test_a_deleted_note_or_reason_goes_too(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe fredag")
    noted = chat.send("lene", f"!note 1 {SECRET} var der")
    declined = chat.send("lene", f"!afvis 1 {SECRET} vil ikke")
    chat.say("karla", "!vis 1")
    chat.at("2026-11-20 12:00")
    chat.delete("lene", noted)
    chat.delete("lene", declined)
    assert SECRET not in chat.everything()
    assert SECRET.encode() not in chat.raw()
    assert chat.action(1)["state"] == "declined"


def test_a_deleted_command_within_ten_minutes_is_taken_back(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe fredag")
    done = chat.send("lene", "!færdig 1")
    chat.delete("lene", done)
    assert chat.action(1)["state"] == "open"
    late = chat.send("lene", "!færdig 1")
    chat.at("2026-11-20 10:30")
    chat.delete("lene", late)
    assert chat.action(1)["state"] == "done"


def test_a_deleted_typo_leaves_no_trace(chat: Chat) -> None:
    typo = chat.send("karla", f"!aftle @lene tale med {SECRET} fredag")
    assert SECRET in readable(chat)
    chat.delete("karla", typo)
    assert SECRET not in chat.everything()
    assert SECRET.encode() not in chat.raw()


def test_the_coordinator_words_it_anew_or_lets_it_stand(chat: Chat) -> None:
    said = chat.send("lene", f"!aftale mig tale med {SECRET} fredag")
    chat.at("2026-11-20 12:00")
    seq = chat.last_seq()
    chat.delete("lene", said)
    told = chat.heard("karla", seq)
    assert len(told) == 1
    assert told[0].startswith("Lene Holm har slettet ordlyden af aftale 1.")
    assert chat.answer("karla", "ja", "dm") == "Godt, aftale 1 gælder stadig."
    assert "[slettet]" in chat.say("bo", "!vis 1")
    shell = next(m for m in chat.messages() if m["kind"] == "action.erased")["event_id"]
    assert "tale med familien" in chat.answer("karla", "tale med familien", "dm", to=shell)
    assert chat.action(1)["text"] == "tale med familien"


def test_a_deletion_in_english(chat: Chat) -> None:
    said = chat.send("anna", "!action @lene2 write the plan by Friday", "ledelse")
    assert chat.delete("anna", said, "ledelse") == "Action 1 has been withdrawn."
    said = chat.send("anna", "!action @lene2 write the report by Friday", "ledelse")
    chat.at("2026-11-20 12:00")
    answer = chat.delete("anna", said, "ledelse")
    assert answer.startswith("The wording of action 2 has been deleted. The action still stands")


def test_somebody_elses_reaction_taken_back_is_theirs(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe fredag")
    reaction = chat.react("lene", chat.newest(), "✅")
    chat.delete("anna", reaction)
    assert chat.action(1)["state"] == "done"
