"""Keeping a case by the lead's word: nothing erases it until that is ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from bot.storage.models import Text
from bot.storage.privacy import AuditEntry
from tests.dialogs.chat import Chat
from tests.dialogs.filing import Records

CODE = "HS-26-001"


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    made = Chat(tmp_path)
    made.say("karla", "!sag ny bliver væk fra skolen")
    yield made
    made.close()


@pytest.fixture
def records(chat: Chat, tmp_path: Path) -> Records:
    return Records(chat, tmp_path / "records")


def test_the_lead_holds_a_case_and_it_cannot_be_erased(chat: Chat, records: Records) -> None:
    assert "skal bevares" in chat.say("anna", f"!sag hold {CODE} klagesag ved Ankestyrelsen")
    assert "Skal bevares siden" in chat.say("karla", f"!sag {CODE}")
    refused = chat.say("karla", f"!sag slet {CODE}")
    assert "klagesag ved Ankestyrelsen" in refused
    assert "kan ikke slettes" in refused
    assert records.work() == 0
    assert "ikke bevares længere" in chat.say("anna", f"!sag hold {CODE} slut")
    entries = chat.ask(lambda s: [(e.act, e.by, e.purpose) for e in s.exec(select(AuditEntry))])
    for act in ("held", "released"):
        assert (act, "@anna:example.dk", "retention") in entries
    assert "Jeg har spurgt" in chat.say("karla", f"!sag slet {CODE}")


def test_only_the_lead_says_so(chat: Chat) -> None:
    for who in ("karla", "lene"):
        said = chat.say(who, f"!sag hold {CODE} klagesag")
        assert "Kun den, der leder programmet" in said
        assert "Anna Vind" in said, "whom to ask"
    assert "bevares" not in chat.say("karla", f"!sag {CODE}")


@pytest.mark.parametrize("words", [f"slet {CODE}", f"arkiveret {CODE} K7F2-9QXM"])
def test_who_may_not_erase_hears_who_may(chat: Chat, words: str) -> None:
    """Leading the meeting is not enough, so it is not offered."""
    said = chat.say("lene", f"!sag {words}")
    assert "Karla Bech" in said
    assert "Anna Vind" in said
    assert "leder mødet" not in said


@pytest.mark.parametrize("word", ["slut", "nej", "ophævet"])
def test_it_says_how_a_hold_ends_and_takes_a_no_for_it(chat: Chat, word: str) -> None:
    assert f"!sag hold {CODE} slut" in chat.say("anna", f"!sag hold {CODE} klagesag")
    assert "ikke bevares længere" in chat.say("anna", f"!sag hold {CODE} {word}")


def test_it_takes_a_reason(chat: Chat) -> None:
    assert "Skriv hvorfor" in chat.say("anna", f"!sag hold {CODE}")
    assert "ikke sat til at blive bevaret" in chat.say("anna", f"!sag {CODE} hold slut")


def test_a_hold_stops_an_erasure_that_two_have_asked_for(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    asked = chat.newest("dm", "anna")
    assert "Sletningen, der var på vej, er stoppet" in chat.say("anna", f"!sag hold {CODE} klagesag")
    assert "slettes ikke alligevel" in chat.last("dm:@karla:example.dk")["body"]
    assert "afgjort" in chat.say("anna", "ja", "dm", reply_to=asked)
    assert records.work() == 0


def test_a_hold_between_consent_and_folder_is_in_time(chat: Chat, records: Records) -> None:
    chat.say("karla", f"!sag slet {CODE}")
    chat.say("anna", "ja", "dm")
    assert records.step()
    chat.say("anna", f"!sag hold {CODE} klagesag")
    records.work()
    assert records.state(CODE) == "withdrawn"
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_its_reason_is_sealed_under_the_forums_key_and_who_held_it_stands_in_the_log(chat: Chat) -> None:
    chat.say("anna", f"!sag hold {CODE} klagesag")
    chat.say("anna", f"!sag hold {CODE} slut")
    keys = chat.ask(lambda s: [row.key for row in s.exec(select(Text)) if row.words == "klagesag"])
    assert [key.partition(":")[0] for key in keys] == ["forum"]
    acts = chat.ask(
        lambda s: [
            (row.act, row.by)
            for row in s.exec(select(AuditEntry).where(AuditEntry.subject == f"case:{CODE}"))
            if row.act in ("held", "released")
        ]
    )
    assert acts == [("held", "@anna:example.dk"), ("released", "@anna:example.dk")]


@pytest.mark.parametrize("words", ["slut nu", "ikke længere", "ophæves"])
def test_it_ends_in_other_words_as_well(chat: Chat, words: str) -> None:
    chat.say("anna", f"!sag hold {CODE} klagesag")
    assert "ikke bevares længere" in chat.say("anna", f"!sag hold {CODE} {words}")


@pytest.mark.parametrize("words", ["klagen er slut", "ophører til nytår"])
def test_words_that_sound_like_its_end_are_asked_about(chat: Chat, words: str) -> None:
    chat.say("anna", f"!sag hold {CODE} klagesag ved Ankestyrelsen")
    assert f"!sag hold {CODE} slut" in chat.say("anna", f"!sag hold {CODE} {words}")
    assert "klagesag ved Ankestyrelsen" in chat.say("karla", f"!sag slet {CODE}"), "the reason stands"
