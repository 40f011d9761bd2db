"""Somebody who is not in a forum's room any more, or not in the config, has nothing of it at once; nothing gets lost.

What they promised stays in their name, and reminds their agency's representative there, else the coordinators.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.access import Access
from bot.inbox import Inbox
from bot.settings import load
from tests.dialogs.chat import BOT, CONFIG, ROOMS, Chat

LENE = "@lene:example.dk"
BOTH = CONFIG.replace(
    '[agencies.politi]\nname = "Politiet"\n',
    '[agencies.politi]\nname = "Politiet"\nrepresentative = "@bo:example.dk"\n',
).replace('name = "Ali Demir"\nagency = "SOF"', 'name = "Ali Demir"\nagency = "BUF"')
"""Ali is from BUF as Lene is, and politi has a representative."""
WITH_ALI = BOTH.replace('representative = "@lene:example.dk"', 'representative = "@ali:example.dk"')
"""And he is BUF's representative."""


def moves(chat: Chat, who: str, membership: str, room: str = "fremdrift", by: str = "") -> None:
    """Somebody comes to a room or leaves it; the tick that follows every sync."""
    content = {"membership": membership}
    chat.state(ROOMS[room][0], "m.room.member", f"@{who}:example.dk", content, by=by or who)
    chat.at(f"{chat.now:%Y-%m-%d %H:%M}")


def new_config(chat: Chat, folder: Path, config: str) -> None:
    """The bot starts again with another config."""
    path = folder / "again.toml"
    path.write_text(config, encoding="utf-8")
    chat.settings = load(path)
    chat.access = Access(chat.settings)
    chat.inbox = Inbox(chat.access, BOT)
    chat.at(f"{chat.now:%Y-%m-%d %H:%M}")


def without_lene(config: str) -> str:
    """A config without Lene Holm, and without her as anybody's representative."""
    person = '[[people]]\nuser_id = "@lene:example.dk"\nname = "Lene Holm"\nagency = "BUF"\n'
    assert person in config
    return config.replace(person, "").replace('representative = "@lene:example.dk"\n', "")


@pytest.fixture
def promised(chat: Chat) -> Chat:
    """Lene has promised something, and was reminded of it on Monday."""
    chat.say("karla", "!aftale @lene finde praktikplads inden fredag")
    chat.at("2026-11-23 08:30")
    assert "praktikplads" in chat.direct("lene")[-1]
    return chat


def asks(chat: Chat, number: int, reminder: str) -> list[str]:
    """What Lene gets to know in direct messages of an action by everything she can think of."""
    words: tuple[str, ...] = (
        f"!vis {number}",
        f"!færdig {number}",
        f"!frist {number} fredag",
        f"!giv {number} @bo",
        f"!note {number} x",
    )
    words += ("!aftaler", "!aftaler alle", "!mig", "!ugestatus", f"{number} færdig", "færdig", "næste uge")
    said = [chat.say("lene", each, "dm") for each in words]
    said += [
        chat.say("lene", each, "dm", reply_to=reminder) for each in ("færdig", "næste uge", f"!vis {number}")
    ]
    said += [chat.reacts("lene", sign, "dm", to=reminder) for sign in "✅⏰❌👀"]
    return [each.replace(str(number), "N") for each in said]


@pytest.mark.parametrize("membership", ["leave", "ban"])
def test_who_left_or_was_removed_gets_the_answers_of_an_unknown_number(
    promised: Chat, membership: str
) -> None:
    reminder = promised.newest("dm", "lene")
    moves(promised, "lene", membership, by="anna")
    answers = asks(promised, 1, reminder)
    assert not any("praktikplads" in each for each in answers)
    assert answers[:5] == asks(promised, 777, reminder)[:5]
    assert (promised.action(1)["state"], promised.action(1)["owners"]) == ("open", [LENE])
    assert promised.action(1)["due"] == "2026-11-27"


def test_the_coordinator_is_told_once_with_what_is_open(promised: Chat) -> None:
    seq = promised.last_seq()
    moves(promised, "lene", "leave")
    assert promised.heard("karla", seq) == [
        "Lene Holm er ikke med i Fremdriftsgruppe længere og kan ikke se noget derfra mere. Påmindelser går til dig. "
        "Der er én åben aftale; giv den videre med !giv 1 …:\n\n"
        "- 1 Lene Holm (BUF): finde praktikplads – senest fre. 27. nov., uge 48"
    ]
    seq = promised.last_seq()
    moves(promised, "bo", "leave")
    moves(promised, "bo", "join")
    assert not any("Lene Holm er ikke med" in said for said in promised.heard("karla", seq))


def test_without_a_representative_the_coordinator_is_reminded_and_answers(promised: Chat) -> None:
    moves(promised, "lene", "leave")
    seq = promised.last_seq()
    promised.at("2026-11-25 09:00")
    (reminder,) = promised.heard("karla", seq)
    assert (
        "- 1 Lene Holm er ikke med i forummet længere, og aftalen er åben: Lene Holm (BUF): finde" in reminder
    )
    assert promised.heard("lene", seq) == []
    assert promised.answer("karla", "færdig", "dm").startswith("Færdig, aftale 1")


@pytest.fixture
def both(tmp_path: Path) -> Chat:
    """Ali is BUF's representative; Lene, from BUF as well, has promised something with Bo."""
    chat = Chat(tmp_path, WITH_ALI)
    chat.say("karla", "!aftale @lene, @bo: finde praktikplads inden fredag")
    chat.at("2026-11-23 08:30")
    return chat


def test_the_agencys_representative_is_reminded_and_answers_as_if_it_were_theirs(both: Chat) -> None:
    moves(both, "lene", "leave")
    assert "Påmindelser går til Ali Demir." in both.direct("karla")[-1]
    seq = both.last_seq()
    both.at("2026-11-25 09:00")
    assert "Lene Holm er ikke med i forummet længere" in both.heard("ali", seq)[0]
    assert both.heard("karla", seq) == []
    assert "praktikplads" in both.say("ali", "!mig", "dm")
    assert both.answer("ali", "mandag", "dm").startswith("Aftale 1 er flyttet til senest man. 30. nov.")
    said = both.say("ali", "1 færdig", "dm")
    assert said == "Din del af aftale 1 er færdig. Vi venter stadig på Bo Lund (politi)."
    both.close()


def test_the_representative_hands_it_on(both: Chat) -> None:
    moves(both, "lene", "leave")
    assert both.say("ali", "!giv 1 mig", "dm").startswith("Overdraget, aftale 1: Ali Demir (BUF)")
    both.close()


def test_coming_back_restores_it_all(promised: Chat) -> None:
    moves(promised, "lene", "leave")
    moves(promised, "lene", "join")
    seq = promised.last_seq()
    promised.at("2026-11-25 09:00")
    assert "praktikplads" in promised.heard("lene", seq)[0]
    assert promised.answer("lene", "færdig", "dm").startswith("Færdig, aftale 1")
    moves(promised, "lene", "leave")
    assert "praktikplads" not in promised.say("lene", "!aftaler alle", "dm")


def test_leaving_again_is_told_again(promised: Chat) -> None:
    moves(promised, "lene", "leave")
    promised.at("2026-11-23 09:00")
    moves(promised, "lene", "join")
    seq = promised.last_seq()
    promised.at("2026-11-23 09:10")
    moves(promised, "lene", "leave")
    assert len([said for said in promised.heard("karla", seq) if "Lene Holm er ikke med" in said]) == 1


def test_what_was_disclosed_to_them_stays_theirs(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    moves(chat, "lene2", "leave", "ledelse")
    chat.at("2026-11-25 09:00")
    assert "praktikplads" in chat.direct("lene2")[-1]
    assert not any("ikke med i Fremdriftsgruppe længere" in said for said in chat.direct("karla"))


def test_removed_from_the_config_the_bot_says_nothing_there_any_more(promised: Chat, tmp_path: Path) -> None:
    seq = promised.last_seq()
    new_config(promised, tmp_path, without_lene(CONFIG))
    assert any("1 åben" in said or "én åben" in said for said in promised.heard("karla", seq))
    seq = promised.last_seq()
    assert promised.say("lene", "!aftaler", "dm") == ""
    assert promised.say("lene", "!hjælp", "dm") == ""
    assert promised.say("lene", "!aftaler") == ""  # in the forum's room as well
    promised.at("2026-11-25 09:00")
    assert promised.heard("lene", seq) == []
    assert any("finde praktikplads" in said for said in promised.heard("karla", seq))


def test_back_in_the_config_it_is_theirs_again(promised: Chat, tmp_path: Path) -> None:
    new_config(promised, tmp_path, without_lene(CONFIG))
    new_config(promised, tmp_path, CONFIG)
    seq = promised.last_seq()
    promised.at("2026-11-25 09:00")
    assert "praktikplads" in promised.heard("lene", seq)[0]


def test_another_agency_in_the_config_takes_nothing_from_them(promised: Chat, tmp_path: Path) -> None:
    moved = CONFIG.replace('name = "Lene Holm"\nagency = "BUF"', 'name = "Lene Holm"\nagency = "BIF"')
    new_config(promised, tmp_path, moved)
    seq = promised.last_seq()
    promised.at("2026-11-25 09:00")
    assert "praktikplads" in promised.heard("lene", seq)[0]


def test_an_upgraded_room_makes_nobody_a_leaver(promised: Chat) -> None:
    seq = promised.last_seq()
    tombstone = {"replacement_room": "!ny:example.dk"}
    promised.state(ROOMS["fremdrift"][0], "m.room.tombstone", "", tombstone)

    def joined(session: object) -> None:
        promised.inbox.rooms.joined(session, "!ny:example.dk", promised.now)  # type: ignore[arg-type]

    promised.db.run_sync(joined)
    for who in ("anna", "karla"):
        promised.state(
            "!ny:example.dk", "m.room.member", f"@{who}:example.dk", {"membership": "join"}, by=who
        )
    promised.at("2026-11-25 09:00")
    assert not any("ikke med i" in said for said in promised.heard("karla", seq))
    assert "praktikplads" in promised.heard("lene", seq)[0]


def test_who_led_the_meeting_and_left_is_told_of(chat: Chat) -> None:
    chat.at("2026-11-24 10:00")
    chat.say("bo", "!møde start")
    seq = chat.last_seq()
    moves(chat, "bo", "leave")
    assert "Bo Lund ledede mødet, der er i gang." in chat.heard("karla", seq)[0]
    assert "slut" in chat.say("karla", "!møde slut").lower() or chat.last()["kind"] == "meeting.ended"


def test_in_english(chat: Chat) -> None:
    chat.say("anna", "!action @bo: write the plan by Friday", "ledelse")
    chat.say("karla", "!mig engelsk", "dm")
    seq = chat.last_seq()
    moves(chat, "bo", "leave", "ledelse")
    assert chat.heard("karla", seq)[0].startswith(
        "Bo Lund is no longer in Ledelsesgruppe and cannot see anything of it any more. Reminders go to you. "
        "There is one open action; hand it on with !give 1 …:"
    )


@pytest.mark.parametrize("words", ["!aftale mig ringe til naboen inden fredag", "taget tilbage", "!vis 1"])
def test_who_has_left_changes_nothing_unseen_by_editing_an_old_message(chat: Chat, words: str) -> None:
    said = chat.send("ali", "!aftale mig ringe hjem inden fredag", "dm")
    chat.at("2026-11-20 11:00")
    moves(chat, "ali", "leave")
    assert chat.edit("ali", said, words, "dm").startswith("Det kan du ikke rette længere")
    assert (chat.action(1)["text"], chat.action(1)["state"]) == ("ringe hjem", "open")


def test_who_is_outside_and_was_told_corrects_their_own_step(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    said = chat.send("lene2", "!frist 1 torsdag", "dm")
    chat.edit("lene2", said, "!frist 1 onsdag", "dm")
    assert chat.action(1)["due"] == "2026-11-25"


def test_nor_by_taking_a_step_back(chat: Chat) -> None:
    chat.say("ali", "!aftale mig ringe hjem inden fredag", "dm")
    chat.at("2026-11-20 10:05")
    moves(chat, "ali", "leave")
    assert chat.say("ali", "!fortryd", "dm").startswith("Det kan du ikke rette længere")
    assert chat.action(1)["state"] == "open"


def test_who_was_told_takes_back_that_they_gave_it_away(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.say("lene2", "!giv 1 @bo", "dm")
    chat.say("lene2", "!fortryd", "dm")
    assert chat.action(1)["owners"] == ["@lene2:example.dk"]
