"""A yes to what cannot be taken back is a yes and nothing else; whoever says more is asked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.commands.consent import reading
from bot.storage import queries
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import Chat

CODE, OTHER = "HS-26-001", "HS-26-002"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_rooms(tmp_path) as made:
        made.say("karla", "!sag ny bliver væk fra skolen")
        yield made


def state(chat: Chat, code: str = CODE) -> tuple[str, str | None] | None:
    def look(session: Session) -> tuple[str, str | None] | None:
        case = queries.case_by_code(session, code)
        row = queries.erasure_under_way(session, case.uid) if case else None
        return (row.state, row.consent_by) if row else None

    return chat.ask(look)


@pytest.mark.parametrize(
    "words",
    "ja|Ja!|ja tak|ok|jo da|ja, det er i orden|det er i orden|det må du godt|ja, slet den|gerne|helt fint med mig|"
    "ja ✅|ja til HS-26-001|HS-26-001 ja|yes please|sure, go ahead".split("|"),
)
def test_a_yes(words: str) -> None:
    assert reading(words, CODE) is True


@pytest.mark.parametrize(
    "words",
    "ok hvorfor?|ja, men vent til efter mødet|jo hvis skolen siger ja|ok, jeg kigger på det i morgen|ja?|"
    "ja til HS-26-002|ok, men hvem var det?|ja nej|måske|det|slet|ja ikke endnu|yes, but wait|ok why".split(
        "|"
    ),
)
def test_no_yes_and_no_no(words: str) -> None:
    assert reading(words, CODE) is None


@pytest.mark.parametrize(
    "words", "nej|nej tak|nej, behold den|det må du ikke|ikke endnu|lad være|no|don't|vi vil ikke".split("|")
)
def test_a_no(words: str) -> None:
    assert reading(words) is False


@pytest.mark.parametrize("words", ["ok hvorfor?", "ja, men vent til efter mødet", "jo hvis skolen siger ja"])
def test_what_only_begins_as_a_yes_erases_nothing(chat: Chat, words: str) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    asked = chat.last("dm:@anna:example.dk")
    assert asked["kind"] == "erasure.consent"
    assert "ja eller nej" in chat.say("anna", words, "dm", reply_to=asked["event_id"])
    assert state(chat) == ("asked", None)
    assert "slettes så helt" in chat.say("anna", "ja, det er i orden", "dm", reply_to=asked["event_id"])
    assert state(chat) == ("asked", "@anna:example.dk")


def test_of_several_that_wait_a_yes_says_which(chat: Chat) -> None:
    chat.say("karla", "!sag ny sover dårligt")
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("karla", f"!sag slet {OTHER}")
    assert f"{CODE}, {OTHER}" in chat.say("anna", "ja", "dm")
    assert state(chat) == state(chat, OTHER) == ("asked", None)
    assert "slettes så helt" in chat.say("anna", f"ja til {CODE}", "dm")
    assert (state(chat), state(chat, OTHER)) == (("asked", "@anna:example.dk"), ("asked", None))
    chat.say("anna", "nej", "dm")
    assert state(chat, OTHER) is None
