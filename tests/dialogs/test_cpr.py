"""A CPR number in whatever somebody writes: deleted at once, told kindly in private, nothing of it kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.matrix.batch import Arrival, Batch, Joined
from bot.outgoing import Outgoing
from bot.steps import Ready
from bot.storage import queries
from bot.storage.models import Command, InboxEvent, Outbox
from tests.dialogs.chat import BOT, ROOMS, Chat
from tests.dialogs.peer import KeyServer, device
from tests.dialogs.wired import Wired

NUMBER = "120512-4321"
ROOM = ROOMS["fremdrift"][0]
EDIT = {"rel_type": "m.replace", "event_id": "$x:example.dk"}
CONTENTS: list[tuple[str, dict[str, Any]]] = [
    ("m.room.message", {"msgtype": "m.text", "body": f"familien {NUMBER} flytter"}),
    ("m.room.message", {"msgtype": "m.text", "body": f"!aftale @lene ringe om {NUMBER} fredag"}),
    ("m.room.message", {"msgtype": "m.emote", "body": f"tænker på {NUMBER}"}),
    ("m.room.message", {"msgtype": "m.notice", "body": NUMBER}),
    ("m.room.message", {"msgtype": "m.text", "body": "hej", "formatted_body": "<b>1205</b>12-4321"}),
    (
        "m.room.message",
        {"msgtype": "m.text", "body": "* x", "m.new_content": {"body": NUMBER}, "m.relates_to": EDIT},
    ),
    ("m.room.message", {"msgtype": "m.file", "body": f"{NUMBER}.pdf", "url": "mxc://x/y"}),
    (
        "m.room.message",
        {"msgtype": "m.image", "body": "tegning", "filename": f"{NUMBER}.png", "url": "mxc://x/y"},
    ),
    ("m.room.message", {"msgtype": "m.audio", "body": NUMBER, "filename": "lyd.ogg", "url": "mxc://x/y"}),
    (
        "m.room.message",
        {"body": NUMBER, "m.relates_to": {"rel_type": "m.thread", "event_id": "$x:example.dk"}},
    ),
    (
        "m.reaction",
        {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x:example.dk", "key": NUMBER}},
    ),
    (
        "m.poll.start",
        {"m.poll.start": {"question": {"m.text": [{"body": f"Hvem kender {NUMBER}?"}]}, "answers": []}},
    ),
    ("m.sticker", {"body": NUMBER, "url": "mxc://x/y"}),
    ("dk.example.whatever", {"note": [NUMBER]}),
]
STATES = [("m.room.topic", {"topic": f"om {NUMBER}"}), ("m.room.name", {"name": NUMBER})]


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Wired]:
    """A chat whose messages leave through the real way out."""
    opened = Wired(tmp_path)
    yield opened
    opened.close()


def purges(chat: Chat) -> list[Outbox]:
    """What the bot deletes, or is to."""
    return chat.ask(lambda s: list(s.exec(select(Outbox).where(Outbox.kind == "cpr.purge"))))


def told(chat: Chat, who: str) -> list[str]:
    """What somebody heard of CPR numbers."""
    return [
        m["body"] for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"] in ("cpr.told", "cpr.ask")
    ]


def audited(chat: Chat) -> list[tuple[str, str, str | None, str | None]]:
    return chat.ask(
        lambda s: [(e.subject, e.by, e.detail, e.event_id) for e in queries.audit(s) if e.detail == "cpr"]
    )


def nothing_kept(chat: Chat, logs: object = "") -> None:
    """Neither the database nor what the bot says nor what it logs has the number, or the date in it."""
    whole = chat.everything() + repr(logs)
    assert b"120512" not in chat.raw()
    assert "120512" not in whole


@pytest.mark.parametrize("room", ["fremdrift", "raad", "dm"])
@pytest.mark.parametrize(("kind", "content"), CONTENTS, ids=lambda value: str(value)[:60])
def test_every_kind_of_event_is_deleted_and_its_writer_told(
    chat: Chat, room: str, kind: str, content: Mapping[str, Any]
) -> None:
    with capture_logs() as logs:
        event = chat.event("anna", room, kind, content)
    assert [(row.redacts, row.room_id, row.what) for row in purges(chat)] == [
        (event, chat.room_id(room, "anna"), "redact")
    ]
    assert len(told(chat, "anna")) == 1
    assert "CPR-nummer" in told(chat, "anna")[0]
    if room != "dm":
        where = "Fremdriftsgruppe" if room == "fremdrift" else "Hotspot-råd"
        assert where in told(chat, "anna")[0]
        assert chat.standing(0, chat.target(room)) == [], "the room hears nothing"
    assert audited(chat) == [(f"room:{chat.room_id(room, 'anna')}", "@anna:example.dk", "cpr", event)]
    assert chat.ask(lambda s: s.exec(select(Command)).all()) == [], "not even a hash of it"
    nothing_kept(chat, logs)


@pytest.mark.parametrize(("kind", "content"), STATES)
def test_so_is_the_topic_and_the_name_of_a_room(chat: Chat, kind: str, content: Mapping[str, Any]) -> None:
    chat.state(ROOM, kind, "", content, by="karla")
    assert len(purges(chat)) == 1
    assert "indstillinger" in told(chat, "karla")[0]
    nothing_kept(chat)


def test_a_topic_from_before_the_bot_came_goes_once(chat: Chat) -> None:
    topic = {"event_id": "$t", "type": "m.room.topic", "state_key": "", "sender": "@karla:example.dk"}
    state = (Arrival(ROOM, {**topic, "content": {"topic": NUMBER}}, chat.now.astimezone(UTC)),)
    for round_ in range(3):
        batch = Batch(f"s{round_}", chat.now, {}, (Joined(ROOM, state, ()),), ())
        chat.db.run_sync(chat.inbox.sync, batch)
    assert [row.redacts for row in purges(chat)] == ["$t"]
    assert len(told(chat, "karla")) == 1


def test_nothing_in_the_message_is_carried_out(chat: Chat) -> None:
    chat.send(
        "karla",
        f"!aftale @lene søge friplads fredag\n!aftale @ali tale med {NUMBER} fredag\n!aftale @bo gå hjem",
    )
    assert chat.actions() == []
    assert len(told(chat, "karla")) == 1
    assert "uden nummeret" in told(chat, "karla")[0]
    assert "Din besked i Fremdriftsgruppe" in told(chat, "karla")[0]


def test_a_number_over_two_messages_goes_whole_and_is_told_once(chat: Chat) -> None:
    with capture_logs() as logs:
        first = chat.send("anna", "hun er født 120512")
        chat.now += timedelta(seconds=40)
        chat.send("lene", "ok, tak")
        second = chat.send("anna", "4321 hedder hun så")
    assert [row.redacts for row in purges(chat)] == [first, second]
    assert len(told(chat, "anna")) == 1
    assert "To af dine beskeder i Fremdriftsgruppe indeholdt tilsammen et CPR-nummer" in told(chat, "anna")[0]
    assert told(chat, "lene") == []
    nothing_kept(chat, logs)


def test_the_last_four_are_no_answer_and_no_command(chat: Chat) -> None:
    first = chat.send("karla", "!note 1 født 120512", "dm")
    second = chat.send("karla", "de sidste fire er 4321", "dm")
    assert [row.redacts for row in purges(chat)] == [first, second]
    assert "To af dine beskeder her" in told(chat, "karla")[0]


def test_a_date_and_an_hour_in_two_messages_are_no_reason(chat: Chat) -> None:
    chat.send("anna", "vi ses d. 241126")
    chat.send("anna", "1400 på rådhuset")
    chat.send("lene", "mødet er 241126")
    chat.now += timedelta(minutes=6)
    chat.send("lene", "4321 er koden")
    assert purges(chat) == []


def test_an_answer_in_direct_messages_is_answered_there_alone(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads inden fredag")
    chat.at("2026-11-25 08:00")
    before = chat.last_seq()
    chat.send("lene", f"færdig, talte med {NUMBER}", "dm")
    assert [m["kind"] for m in chat.messages(before)] == ["cpr.purge", "cpr.told"]
    assert "Din besked her" in told(chat, "lene")[0]
    assert chat.action(1)["state"] == "open"


def test_an_edit_with_a_number_goes_and_the_original_stands(chat: Chat) -> None:
    event = chat.send("karla", "!aftale @lene søge friplads inden fredag")
    chat.edit("karla", event, f"!aftale @lene søge friplads til {NUMBER} inden fredag")
    assert [row.redacts for row in purges(chat)] != [event]
    assert len(purges(chat)) == 1
    assert chat.action(1)["text"] == "søge friplads"
    assert "gælder endnu" in told(chat, "karla")[0]


def test_an_edit_that_takes_the_number_out_counts(chat: Chat) -> None:
    event = chat.send("karla", f"!aftale @lene søge friplads til {NUMBER} inden fredag")
    assert chat.actions() == []
    chat.edit("karla", event, "!aftale @lene søge friplads inden fredag")
    assert chat.action(1)["text"] == "søge friplads"
    assert len(purges(chat)) == 1


def test_whoever_left_meanwhile_is_told_as_well(chat: Chat) -> None:
    at = chat.now.astimezone(UTC)
    said = {"event_id": "$s", "type": "m.room.message", "sender": "@ali:example.dk"}
    left = {
        "event_id": "$l",
        "type": "m.room.member",
        "state_key": "@ali:example.dk",
        "sender": "@ali:example.dk",
    }
    timeline = (
        Arrival(ROOM, {**left, "content": {"membership": "leave"}}, at),
        Arrival(ROOM, {**said, "content": {"msgtype": "m.text", "body": NUMBER}}, at),
    )
    chat.db.run_sync(chat.inbox.sync, Batch("s", chat.now, {}, (Joined(ROOM, (), timeline),), ()))
    assert [row.redacts for row in purges(chat)] == ["$s"]
    assert len(told(chat, "ali")) == 1


def test_of_a_strangers_message_the_coordinators_hear(chat: Chat) -> None:
    event = chat.send("finn", f"{NUMBER} bor hos mig")
    assert [row.redacts for row in purges(chat)] == [event]
    assert chat.direct("finn") == []
    assert "@finn:example.dk" in told(chat, "karla")[0]
    assert told(chat, "anna") == [], "the coordinator is enough"
    nothing_kept(chat)


def test_in_somebodys_direct_messages_it_is_theirs_to_know(chat: Chat) -> None:
    event = chat.event_in(
        "!dm-lene:example.dk", "finn", "m.room.message", {"msgtype": "m.text", "body": NUMBER}
    )
    assert [row.redacts for row in purges(chat)] == [event]
    assert len(told(chat, "lene")) == 1
    assert told(chat, "karla") == []


def test_the_bots_own_messages_are_left_alone(chat: Chat) -> None:
    chat.event("hotspotbot", "fremdrift", "m.room.message", {"msgtype": "m.text", "body": NUMBER})
    assert purges(chat) == []


def test_the_reason_of_a_deletion_goes_and_the_deletion_counts(chat: Chat) -> None:
    event = chat.send("karla", "!aftale @lene søge friplads inden fredag")
    reason = {"redacts": event, "reason": f"handlede om {NUMBER}"}
    gone = chat.event("karla", "fremdrift", "m.room.redaction", reason, redacts=event)
    assert chat.action(1)["state"] == "cancelled"
    assert [row.redacts for row in purges(chat)] == [gone]


def test_an_encrypted_message_is_deleted_once_it_is_read(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    event = server.say(karla, f"!aftale @lene ringe om {NUMBER} fredag")
    assert [row.redacts for row in purges(chat)] == [event]
    assert chat.actions() == []
    assert len(told(chat, "karla")) == 1
    nothing_kept(chat)


def test_so_is_one_in_the_clear_in_an_encrypted_room(chat: Chat, server: KeyServer) -> None:
    event = chat.send("karla", f"om {NUMBER}")
    assert [row.redacts for row in purges(chat)] == [event]
    assert len(told(chat, "karla")) == 1


def test_it_is_deleted_once_however_often_it_comes(chat: Chat) -> None:
    at = chat.now.astimezone(UTC)
    event = {"event_id": "$again", "type": "m.room.message", "sender": "@lene:example.dk"}
    arrival = Arrival(ROOM, {**event, "content": {"msgtype": "m.text", "body": NUMBER}}, at)
    chat.deliver(arrival)

    def forget(session: Session) -> None:  # as if the ledger had been set back and the outbox not
        session.delete(session.get(InboxEvent, "$again"))

    chat.ask(forget)
    chat.deliver(arrival)
    assert len(purges(chat)) == len(told(chat, "lene")) == len(audited(chat)) == 1


def test_a_fault_over_it_says_nothing_of_it(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError(NUMBER)

    monkeypatch.setattr("bot.purging.owe_purge", breaks)
    with capture_logs() as logs:
        chat.send("lene", f"om {NUMBER}")
    assert [entry["event"] for entry in logs] == ["inbox.fault"]
    nothing_kept(chat, logs)


def test_telephones_codes_and_dates_are_no_reason(chat: Chat) -> None:
    said = (
        "!aftale @lene ringe til 20 10 15 12 om #HS-26-014 d. 24.11.26 kl. 1400 om 10.121,50 kr. inden fredag"
    )
    chat.send("karla", said)
    assert len(chat.actions()) == 1
    assert purges(chat) == []


class TestWithoutPower:
    """The homeserver does not let the bot delete: it asks."""

    def refuse(self, wired: Wired, where: str) -> Outgoing:
        """The redaction is tried and refused."""
        target = wired.target(where, "lene")
        step = wired.db.run_sync(wired.outgoing.prepare, target)
        assert isinstance(step, Ready)
        assert step.what == "redact"
        wired.db.run_sync(wired.outgoing.refused, target, wired.outgoing.tried(target), "M_FORBIDDEN")
        wired.speak()
        return wired.outgoing

    def test_writer_and_coordinator_are_asked_with_a_link(self, wired: Wired) -> None:
        wired.mute = True
        event = wired.send("lene", f"om {NUMBER}")
        self.refuse(wired, "fremdrift")
        (row,) = purges(wired)
        assert (row.state, row.error) == ("refused", "M_FORBIDDEN")
        mine = [one for one in wired.left if one.target == "dm:@lene:example.dk"]
        assert [one.kind for one in mine] == ["cpr.told", "cpr.ask"]
        assert "Slet den selv" in mine[1].body
        (theirs,) = [one for one in wired.left if one.target == "dm:@karla:example.dk"]
        assert "moderator" in theirs.body
        for one in (mine[1], theirs):
            assert re.search(r"matrix\.to/#/[^/]+/%24?" + event[1:].split(":")[0], one.whole), one.whole
        assert [one for one in wired.left if one.room_id == ROOM] == []
        assert NUMBER not in json.dumps([one.whole for one in wired.left])

    def test_in_direct_messages_the_writer_alone(self, wired: Wired) -> None:
        wired.mute = True
        wired.send("lene", f"om {NUMBER}", "dm")
        self.refuse(wired, "dm")
        assert [one.target for one in wired.left] == ["dm:@lene:example.dk"] * 2

    def test_given_the_power_it_deletes(self, wired: Wired) -> None:
        wired.mute = True
        event = wired.send("lene", f"om {NUMBER}")
        self.refuse(wired, "fremdrift")
        wired.mute = False
        wired.state(ROOM, "m.room.power_levels", "", {"users": {BOT: 50}})
        (row,) = purges(wired)
        assert (row.state, row.redacts) == ("sent", event)

    def test_deleted_by_the_writer_there_is_nothing_left_to_do(self, wired: Wired) -> None:
        wired.mute = True
        event = wired.send("lene", f"om {NUMBER}")
        self.refuse(wired, "fremdrift")
        wired.delete("lene", event)
        assert [row.state for row in purges(wired)] == ["dropped"]

    def test_one_in_doubt_for_a_night_is_looked_for_before_it_is_tried_again(self, wired: Wired) -> None:
        wired.mute = True
        event = wired.send("lene", f"om {NUMBER}")
        target = wired.target("fremdrift")
        wired.db.run_sync(wired.outgoing.prepare, target)
        wired.now += timedelta(hours=13)
        step: Any = wired.db.run_sync(wired.outgoing.prepare, target)
        assert (type(step).__name__, step.redacts) == ("InDoubt", event)

    def test_a_room_that_should_be_encrypted_is_cleaned_as_well(self, wired: Wired) -> None:
        strict = wired.settings.model_copy(
            update={"privacy": wired.settings.privacy.model_copy(update={"require_encryption": True})}
        )
        wired.access.settings = strict
        wired.mute = True
        event = wired.send("lene", f"!aftale ringe om {NUMBER}")
        wired.speak_to(wired.target("fremdrift"))
        assert [(row.redacts, row.state) for row in purges(wired)] == [(event, "sent")]
