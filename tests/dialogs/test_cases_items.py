"""An item that an edit puts to a case takes with it what was agreed under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.storage.meetings import Decision
from bot.storage.models import Action, Text
from tests.dialogs.caseload import opened
from tests.dialogs.chat import CONFIG, Chat

QUIET = CONFIG.replace("[agencies.BUF]", '[cases]\nask_before = "never"\n[agencies.BUF]', 1)
CODE = "HS-26-001"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    made = Chat(tmp_path, QUIET)
    yield made
    made.close()


def keys(session: Session) -> dict[str, str]:
    """The keys under which what people said lies, by the first word of it."""
    return {(row.words or "").split()[0]: row.key for row in session.exec(select(Text))}


def test_what_was_agreed_under_it_is_the_case_s(chat: Chat) -> None:
    opened(chat, "Emne")
    chat.at("2026-11-24 09:55")
    item = chat.send("karla", "!dagsorden friplads")
    chat.at("2026-11-24 10:00")
    chat.say("karla", "!møde start")
    places = [words for words in chat.say("karla", "!dagsorden").splitlines() if "friplads" in words]
    number = places[0].split(".")[0].strip("* ")
    chat.say("karla", f"!næste {number}")
    chat.say("karla", "!aftale @lene ringe til klubben fredag")
    chat.say("karla", "!beslutning kontingentet betales")
    chat.at("2026-11-24 10:50")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat ret beslutning 1: halvdelen betales", "dm")
    chat.say("karla", f"!referat tilføj punkt {number}: naboerne inviteres", "dm")
    said = ("ringe", "kontingentet", "halvdelen", "naboerne")
    before = chat.ask(keys)
    assert not [word for word in said if CODE in before[word]]

    chat.edit("karla", item, f"!dagsorden {CODE} friplads")
    after = chat.ask(keys)
    assert all(CODE in after[word] for word in said), "the earlier words of the decision as well"
    action = chat.ask(lambda s: s.exec(select(Action)).first())
    decision = chat.ask(lambda s: s.exec(select(Decision)).one())
    assert action is not None
    assert (action.case_code, decision.case_code) == (CODE, CODE)
    assert "ringe til klubben" in chat.say("karla", f"!sag {CODE}")
