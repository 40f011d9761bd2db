"""What goes because its time is up: cases with notice and receipt, the rest quietly, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from bot.storage.meetings import Meeting
from bot.storage.models import Action, InboxEvent, Outbox
from bot.storage.privacy import AuditEntry
from tests.dialogs.chat import CONFIG, Chat
from tests.dialogs.filing import Records

CODE = "HS-26-001"
SHORT = CONFIG.replace(
    "[agencies.BUF]",
    '[retention]\ncases = "3 months"\nnotice = "14 days"\nactions = "2 months"\nmeetings = "4 months"\n'
    'messages = "2 months"\n[agencies.BUF]',
    1,
).replace('\nmeeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"', "")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    made = Chat(tmp_path, SHORT)
    yield made
    made.close()


@pytest.fixture
def records(chat: Chat, tmp_path: Path) -> Records:
    return Records(chat, tmp_path / "records")


def close_one(chat: Chat) -> None:
    chat.say("karla", "!sag ny bliver væk fra skolen")
    chat.say("karla", f"!aftale {CODE} @lene ringe til skolen inden fredag")
    chat.say("lene", "!færdig 1")
    chat.say("karla", f"!luk {CODE} flyttet")  # Friday 20 November: due 20 February, announced on 8 February


def closed_in_autumn(chat: Chat) -> None:
    """The same, some days before its time is up: the bot was down over the winter."""
    close_one(chat)
    chat.wake("2027-02-05 12:00")


def kinds(chat: Chat, who: str = "karla") -> list[str]:
    return [m["kind"] for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"].startswith("erasure")]


def test_a_closed_case_is_announced_exported_confirmed_and_gone(chat: Chat, records: Records) -> None:
    chat.begin(closed_in_autumn)
    assert kinds(chat) == []
    chat.at("2027-02-08 12:00")
    told = chat.last("dm:@karla:example.dk")
    assert told["kind"] == "erasure.announced"
    assert f"{CODE} blev lukket fre. 20. nov." in told["body"]
    assert "!sag hold" in told["body"]
    assert "!genåbn" in told["body"]
    assert records.work() == 0
    assert "Når sin slettefrist" in chat.say("karla", f"!sag {CODE}")
    chat.at("2027-02-24 12:00")
    records.work()
    assert records.folders() == [f"{CODE}-2027-02-24"]
    ready = chat.last("dm:@karla:example.dk")
    assert ready["kind"] == "erasure.exported"
    assert records.number(CODE) not in ready["body"], "somebody has to have looked into the folder"
    assert "ringe til skolen" in chat.say("karla", "!vis 1"), "nothing goes before the receipt is confirmed"
    wrong = chat.say("karla", f"!sag arkiveret {CODE} K7F2-9QXM", "dm")
    assert "Det er ikke nummeret" in wrong
    records.work()
    assert records.state(CODE) == "exported"
    assert "Nu slettes sagen" in chat.say(
        "karla", f"!sag arkiveret {CODE} {records.number(CODE).lower()}", "dm"
    )
    records.work()
    assert chat.last("dm:@karla:example.dk")["kind"] == "erasure.done"
    assert f"Jeg kender ingen sag {CODE}" in chat.say("karla", f"!sag {CODE}")


def test_what_is_said_after_the_folder_was_written_has_it_written_anew(chat: Chat, records: Records) -> None:
    chat.begin(closed_in_autumn)
    chat.at("2027-02-24 12:00")
    records.work()
    former = records.number(CODE)
    chat.say("karla", "!note 1 skolen ringede om zebrafisken")
    assert "Intet er slettet" in chat.say("karla", f"!sag arkiveret {CODE} {former}", "dm")
    records.work()
    assert records.state(CODE) == "exported"
    assert kinds(chat)[-1] == "erasure.exported", "there is another number to be found"
    assert "zebrafisken" in "".join(path.read_text() for path in records.root.rglob("case.json"))
    assert "Det er ikke nummeret" in chat.say("karla", f"!sag arkiveret {CODE} {former}", "dm")
    assert "Nu slettes sagen" in chat.say("karla", f"!sag arkiveret {CODE} {records.number(CODE)}", "dm")
    records.work()
    assert records.state(CODE) == "erased"


def test_it_is_reminded_of_each_week_and_never_erased_by_itself(chat: Chat, records: Records) -> None:
    chat.begin(closed_in_autumn)
    chat.at("2027-02-24 12:00")
    records.work()
    chat.at("2027-03-18 12:00")
    assert kinds(chat) == ["erasure.announced", "erasure.exported", *["erasure.reminder"] * 3]
    records.work()
    assert records.state(CODE) == "exported"


@pytest.mark.parametrize("when", ["2027-02-10 12:00", "2027-02-25 12:00"])
@pytest.mark.parametrize("how", ["!genåbn HS-26-001", "!sag hold HS-26-001 klagesag"])
def test_opening_it_again_or_a_hold_stops_it_at_any_step(
    chat: Chat, records: Records, when: str, how: str
) -> None:
    chat.begin(closed_in_autumn)
    chat.at(when)
    records.work()
    chat.say("anna", how)
    assert "ikke" in chat.say("karla", f"!sag arkiveret {CODE} AAAA-AAAA")
    chat.at("2027-03-02 12:00")
    records.work()
    chat.wake("2027-04-18 12:00")
    chat.at("2027-04-20 12:00")
    records.work()
    assert records.state(CODE) == "withdrawn"
    assert "bliver væk" in chat.say("karla", f"!sag {CODE}")


def test_after_the_hold_its_time_is_announced_anew_with_full_notice(chat: Chat, records: Records) -> None:
    chat.begin(closed_in_autumn)
    chat.at("2027-02-10 12:00")
    chat.say("anna", f"!sag hold {CODE} klagesag")
    chat.at("2027-02-28 12:00")
    chat.wake("2027-05-01 12:00")
    chat.at("2027-05-03 12:00")
    assert kinds(chat).count("erasure.announced") == 1
    chat.say("anna", f"!sag hold {CODE} slut")
    chat.at("2027-05-10 12:00")
    assert kinds(chat).count("erasure.announced") == 2
    records.work()
    assert records.folders() == []
    chat.at("2027-05-19 12:00")
    records.work()
    assert len(records.folders()) == 1


def test_kept_for_ever_where_the_config_says_never(tmp_path: Path) -> None:
    chat = Chat(tmp_path, SHORT.replace('cases = "3 months"', 'cases = "never"'))
    try:
        close_one(chat)
        for months_later in ("2027-02-22 12:00", "2027-03-22 12:00", "2029-02-22 12:00"):
            chat.wake(months_later)
            chat.at(f"{months_later[:8]}24 12:00")
            assert kinds(chat) == []
    finally:
        chat.close()


def test_closed_actions_without_a_case_go_and_their_numbers_never_come_again(chat: Chat) -> None:
    for number in range(1, 46):
        chat.say("karla", f"!aftale @lene købe kaffe nummer {number} i dag kl. 16")
    chat.say("karla", "!aftale @lene stadig åben i dag kl. 16")
    chat.say("lene", "!færdig " + ", ".join(str(n) for n in range(1, 46)))
    chat.at("2026-11-30 12:00")
    chat.wake("2027-01-14 12:00")
    chat.at("2027-01-15 12:00")
    assert len(chat.ask(lambda s: s.exec(select(Action)).all())) == 46
    chat.at("2027-01-22 12:00")
    assert [row.number for row in chat.ask(lambda s: s.exec(select(Action)).all())] == [46]
    assert chat.say("karla", "!aftale @lene ny i morgen").startswith("Aftale 47:")
    erased = chat.ask(lambda s: [e.detail for e in s.exec(select(AuditEntry)) if e.subject == "actions"])
    assert erased == ["actions=20", "actions=20", "actions=5"], "some at a time"


def test_a_meeting_goes_with_its_minutes_and_a_cases_decision_stays(chat: Chat) -> None:
    chat.say("karla", "!møde start")
    chat.say("karla", "!aftale @lene gøre rent inden fredag")
    chat.say("karla", "!beslutning kaffen er god")
    chat.say("karla", "!sag ny uro i gården")
    chat.say("karla", f"!beslutning {CODE} vi ringer til skolen")
    chat.say("karla", "!møde slut")
    chat.say("lene", "!færdig 1")
    chat.at("2026-11-30 12:00")
    chat.wake("2027-03-09 12:00")
    chat.at("2027-03-10 12:00")
    assert "gøre rent" in chat.say("karla", "!vis 1"), "what was agreed in a meeting stays with its minutes"
    chat.at("2027-03-24 12:00")
    assert chat.ask(lambda s: [m for m in s.exec(select(Meeting)).all() if m.state == "held"]) == []
    assert "gøre rent" not in chat.say("karla", "!vis 1")
    assert "vi ringer til skolen" in chat.say("karla", f"!sag {CODE} historik")


def test_old_messages_go_and_nothing_is_handled_or_said_twice(chat: Chat) -> None:
    agreed = chat.send("karla", "!aftale @lene købe kaffe i dag kl. 16")
    chat.say("lene", "!færdig 1")
    helped = chat.send("lene", "!hjælp")
    chatter = chat.send("bo", "så går vi hjem")
    chat.at("2026-11-30 12:00")
    chat.wake("2027-02-10 12:00")
    chat.messages()  # all of it has been sent
    chat.at("2027-02-20 12:00")

    def ledger(session):  # type: ignore[no-untyped-def]
        return {row.event_id: row.sender for row in session.exec(select(InboxEvent))}

    heard = chat.ask(ledger)
    assert {heard[event] for event in (agreed, helped, chatter)} == {""}, "that is all that is left of it"
    assert not chat.ask(
        lambda s: s.exec(select(Outbox).where(Outbox.created_at < chat.now - timedelta(62))).all()
    )
    before = chat.last_seq()
    from bot.matrix.batch import Arrival

    for event, words in ((helped, "!hjælp"), (agreed, "!aftale @lene købe kaffe i dag kl. 16")):
        again = {
            "event_id": event,
            "sender": "@karla:example.dk",
            "type": "m.room.message",
            "content": {"msgtype": "m.text", "body": words},
        }
        chat.deliver(Arrival("!fremdrift:example.dk", again, chat.now))
    assert chat.since(before) == []
