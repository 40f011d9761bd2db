"""A meeting of the management group, whose room speaks English."""

from __future__ import annotations

from tests.dialogs.chat import Chat
from tests.dialogs.test_meetings import pass_minutes

ROOM = "ledelse"


def test_a_whole_meeting(chat: Chat) -> None:
    assert "Extra meeting: Thu 26 Nov at 14:00" in chat.say("anna", "!meeting extra Thursday at 14", ROOM)
    assert "15:00" in chat.say("anna", "!meeting move to 15:00", ROOM)
    assert "item 1 (10 min)" in chat.say("bo", "!agenda the fund 10 min", ROOM).lower()
    chat.say("bo", "!agenda the youth club half an hour", ROOM)
    chat.say("bo", "!agenda move 2 to 1", ROOM)
    assert chat.say("lene2", "!apologies I am ill", ROOM).endswith(": Lene Skov (BIF).")
    chat.at("2026-11-26 15:01")
    assert "1. the youth club" in chat.say("anna", "!meeting start", ROOM)
    assert (
        chat.say("anna", "!here everyone", ROOM) == "Present: Anna Vind, Karla Bech (SOF), Bo Lund (politi)."
    )
    assert (
        chat.say("anna", "!decision: we open on Sundays", ROOM) == "Decision 2026-W48-1: we open on Sundays"
    )
    assert "2. the fund" in chat.say("anna", "!next", ROOM)
    pass_minutes(chat, 5)
    assert "Item 2 has 5 min left" in chat.say("anna", "!meeting time", ROOM)
    chat.say("anna", "!action @bo ask the schools by Friday", ROOM)
    assert "chairs the meeting" in chat.say("bo", "!meeting end", ROOM)
    chat.say("karla", "!meeting take over", ROOM)
    assert "1 action, 1 decision" in chat.say("karla", "!meeting end", ROOM)
    chat.say("karla", "!minutes correct decision 1: we open every Sunday", "dm")
    chat.say("karla", "!minutes approve", "dm")
    shown = chat.say("bo", "!minutes week 48", ROOM)
    assert shown.index("2026-W48-1: we open every Sunday") < shown.index("Bo Lund (politi): ask the schools")
    assert "Apologies" in shown
    assert "Addendum" in chat.say("karla", "!minutes add item 2: the fund is 5,000 kr.", ROOM)
    assert "the fund is 5,000 kr." in chat.say("bo", "!minutes", ROOM)


def test_what_is_typed_wrongly(chat: Chat) -> None:
    assert "!meeting start" in chat.say("bo", "!meeting strat", ROOM)
    assert "!meeting extra tomorrow at 10" in chat.say("bo", "!meeting tomorrow", ROOM)
    assert "!referat" in chat.say("bo", "!minutes", "dm")  # his own language, not the room's
    for words in ("!meeting end", "!next", "!here", "!meeting time"):
        assert "!meeting start" in chat.say("bo", words, ROOM)
