"""Who sees what, where: a forum's records stay in its room, with their owners, its coordinator and the lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogs.chat import CONFIG, Chat

SECRET = "Hemmelighansen"


def _divided(chat: Chat) -> None:
    chat.say("karla", f"!aftale @lene tale med {SECRET} fredag")
    chat.say("anna", "!action @lene2 write the Verysecret plan by Friday", "ledelse")


@pytest.fixture
def divided(chat: Chat) -> Chat:
    """Action 1 is Lene's in the fremdriftsgruppe, action 2 Lene Skov's in the ledelsesgruppe."""
    chat.begin(_divided)
    return chat


@pytest.mark.parametrize("verb", ["færdig", "frist", "giv", "note", "afvis", "annuller", "planb", "vis"])
def test_an_unknown_and_a_forbidden_number_give_the_same_answer(divided: Chat, verb: str) -> None:
    forbidden = divided.say("karla", f"!{verb} 2 fredag")
    unknown = divided.say("karla", f"!{verb} 77 fredag")
    assert forbidden == unknown.replace("77", "2")
    assert forbidden.startswith("Jeg finder ingen aftale 2 her.")


def test_a_room_lists_its_own_only(divided: Chat) -> None:
    for who in ("anna", "karla", "bo"):
        assert SECRET not in divided.say(who, "!actions", "ledelse")
        assert "Verysecret" not in divided.say(who, "!aftaler")
        assert SECRET not in divided.say(who, "!digest", "ledelse")
        assert "Verysecret" not in divided.say(who, "!digest")


def test_an_owner_sees_own_actions_in_direct_messages_and_no_others(divided: Chat) -> None:
    assert SECRET in divided.say("lene", "!aftaler", "dm")
    assert SECRET in divided.say("lene", "!vis 1", "dm")
    assert divided.say("lene", "!vis 2", "dm").startswith("Jeg finder ingen aftale 2 her.")
    assert divided.say("bo", "!aftaler", "dm") == "Ingen aftaler at vise."
    assert (
        divided.say("bo", "!vis 1", "dm")
        == "Jeg finder ingen aftale 1 her. Skriv !aftaler mine, så viser jeg dine."
    )


def test_a_coordinator_sees_the_forums_they_sit_in(divided: Chat) -> None:
    said = divided.say("karla", "!aftaler", "dm")
    assert SECRET in said
    assert "Verysecret" in said
    divided.state("!ledelse:example.dk", "m.room.member", "@karla:example.dk", {"membership": "leave"})
    said = divided.say("karla", "!aftaler", "dm")
    assert SECRET in said
    assert "Verysecret" not in said


def test_the_lead_sees_across_in_direct_messages_and_may_change(divided: Chat) -> None:
    said = divided.say("anna", "!aftaler", "dm")
    assert SECRET in said
    assert "Verysecret" in said
    assert divided.say("anna", "!annuller 1", "dm").startswith("Annulleret, aftale 1")


def test_a_lead_oversees_what_the_config_says(tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.dialogs.chat import CONFIG

    config = CONFIG.replace('roles = ["lead"]', 'roles = ["lead"]\noversees = ["ledelsesgruppe"]')
    chat = Chat(tmp_path_factory.mktemp("lead"), config)
    try:
        chat.say("karla", f"!aftale @lene tale med {SECRET} fredag")
        assert SECRET not in chat.say("anna", "!aftaler", "dm")
        assert SECRET not in chat.say("anna", "!ugestatus", "dm")
        assert SECRET in chat.say("anna", "!aftaler")  # a member of the room all the same
    finally:
        chat.close()


def test_somebody_who_left_is_a_stranger(divided: Chat) -> None:
    divided.state("!fremdrift:example.dk", "m.room.member", "@bo:example.dk", {"membership": "leave"})
    assert divided.say("bo", "!aftaler") == ""
    assert divided.say("stranger", "!aftaler") == ""
    assert divided.reacts("stranger", "✅", "fremdrift") == ""


def test_a_writer_who_left_the_forum_hears_no_more_of_it(divided: Chat) -> None:
    divided.say("bo", "!aftale @lene holde øje med klubben fredag")
    divided.state("!fremdrift:example.dk", "m.room.member", "@bo:example.dk", {"membership": "leave"})
    seq = divided.last_seq()
    divided.say("lene", f"!afvis 3 på grund af {SECRET}")
    assert divided.heard("bo", seq) == []
    assert divided.say("bo", "!vis 3", "dm").startswith("Jeg finder ingen aftale 3 her.")


def test_nobody_speaks_in_somebody_elses_direct_messages(divided: Chat) -> None:
    divided.state("!dm-lene:example.dk", "m.room.member", "@bo:example.dk", {"membership": "join"}, by="bo")
    before = divided.last_seq()
    content = {"msgtype": "m.text", "body": "!aftaler"}
    divided.event_in("!dm-lene:example.dk", "bo", "m.room.message", content)
    assert divided.since(before) == []


def test_a_reply_in_another_room_to_a_message_of_this_one_is_about_nothing(divided: Chat) -> None:
    divided.say("karla", "!vis 1")
    elsewhere = divided.newest()
    assert "Hvilken aftale?" not in divided.say("bo", "!done", "ledelse", reply_to=elsewhere)
    assert divided.say("bo", "!done", "ledelse", reply_to=elsewhere).startswith("Which action?")
    assert divided.say("karla", "færdig", "ledelse", reply_to=elsewhere) == ""
    assert divided.action(1)["state"] == "open"


TWO_COORDINATORS = CONFIG.replace(
    'name = "Ali Demir"\nagency = "SOF"\n',
    'name = "Ali Demir"\nagency = "SOF"\nroles = ["coordinator"]\nat = "09:30"\n',
)


def _raised(chat: Chat) -> list[tuple[str, str]]:
    """Whom of the coordinators was told about which action: (target, the number at the front)."""
    return [
        (m["target"].removeprefix("dm:@").split(":")[0], line.split()[1])
        for m in chat.messages()
        if m["kind"] == "overdue.raised"
        for line in m["body"].split("\n")
        if line.startswith("- ")
    ]


def test_coordinators_with_different_mornings_both_hear_what_is_raised_once(tmp_path: Path) -> None:
    chat = Chat(tmp_path, TWO_COORDINATORS)
    chat.say("karla", "!aftale @lene ringe mandag")
    chat.say("anna", "!action @lene2 write by Monday", "ledelse")  # Karla alone coordinates there
    chat.at("2026-12-11 12:00")
    told = _raised(chat)
    assert sorted(told) == [("ali", "1"), ("karla", "1"), ("karla", "2")]
    chat.close()


def test_a_coordinator_on_leave_holds_up_no_colleague(tmp_path: Path) -> None:
    chat = Chat(tmp_path, TWO_COORDINATORS)
    chat.say("karla", "!aftale @lene ringe mandag")
    chat.say("ali", "!mig fri til 18/12", "dm")
    chat.at("2026-12-11 12:00")
    assert _raised(chat) == [("karla", "1")]
    chat.close()
