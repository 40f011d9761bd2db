"""Encrypted rooms, message by message: what counts, what waits, what is told to whom, who is given keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import vodozemac as vz
from sqlalchemy import delete
from sqlmodel import Session, select

from bot.matrix.batch import Arrival, Keys
from bot.matrix.crypto import olm
from bot.matrix.crypto.chores import Claim, Deliver, Query
from bot.returning import own_message
from bot.storage import queries
from bot.storage.crypto import HeardToDevice, InboundSession, OlmSession, OutboundSession
from bot.storage.models import Action
from tests.dialogs.chat import BOT, ROOMS, Chat
from tests.dialogs.peer import KeyServer, Peer, device, waiting

ROOM = ROOMS["fremdrift"][0]
COMMAND = "!aftale @lene søge friplads i morgen"


def actions(chat: Chat) -> list[tuple[int, str | None]]:
    """Number and deadline of every action."""
    return chat.ask(lambda s: [(row.number, row.due) for row in s.exec(select(Action))])


def said(server: KeyServer, peer: Peer, target: str | None = None) -> list[dict[str, Any]]:
    """What the bot says now, as a device reads it; unreadable messages are left out."""
    left = server.speak(target or server.chat.target("fremdrift"))
    return [found for sealed in left if (found := peer.read(sealed)) is not None]


def test_a_command_and_its_answer(chat: Chat, server: KeyServer) -> None:
    karla, lene = device(server, "karla"), device(server, "lene")
    event = server.say(karla, COMMAND)
    assert actions(chat) == [(1, "2026-11-21")]
    left = server.speak(chat.target("fremdrift"))
    assert [sealed["type"] for sealed in left] == ["m.room.encrypted"]
    assert "friplads" not in str(left)
    for peer in (karla, lene):
        answer = peer.read(left[0])
        assert answer is not None
        assert "søge friplads" in answer["content"]["body"]
        assert answer["room_id"] == ROOM
        assert answer["content"]["dk.hotspotbot"]["numbers"] == [1]
        assert answer["content"]["m.relates_to"] == left[0]["m.relates_to"]
        assert left[0]["m.relates_to"]["m.in_reply_to"]["event_id"] == event


def test_keys_reach_every_device_before_the_message_and_only_once(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    server.asked.clear()
    said(server, karla)
    assert [type(chore) for chore in server.asked] == [Query, Claim, Deliver]
    server.say(karla, "!aftaler", share=False)
    server.asked.clear()
    assert said(server, karla)
    assert server.asked == []
    second = Peer(server, "lene", "LENE2")
    server.sync(changed=("@lene:example.dk",))
    server.say(karla, "!aftaler", share=False)
    left = server.speak(chat.target("fremdrift"))
    assert second.read(left[-1]) is not None


def test_what_waits_is_handled_once_with_its_own_time(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    key = karla.room_key(ROOM)
    server.say(karla, COMMAND, share=False)
    assert (waiting(chat), actions(chat)) == (["key"], [])
    [(user, asked)] = server.requests
    assert (user, asked["body"]["session_id"]) == ("@karla:example.dk", karla.speaks[ROOM].session_id)

    chat.now += timedelta(days=3)
    server.sync(to_device=[key])
    assert actions(chat) == [(1, "2026-11-21")], "tomorrow is the day after it was said"
    assert waiting(chat) == []
    server.sync(to_device=[karla.room_key(ROOM)])
    assert len(actions(chat)) == 1


def test_later_messages_do_not_wait(chat: Chat, server: KeyServer) -> None:
    server.say(device(server, "karla"), COMMAND, share=False)
    server.say(device(server, "ali"), "!aftale @lene ringe til mor fredag")
    assert len(actions(chat)) == 1
    assert waiting(chat) == ["key"]


def test_the_writer_is_told_once_after_a_minute_and_each_message_is_named(
    chat: Chat, server: KeyServer
) -> None:
    karla = device(server, "karla")
    first = server.say(karla, COMMAND, share=False)
    second = server.say(karla, "!aftaler", share=False)
    chat.at("2026-11-20T10:00:59")
    assert said(server, karla) == []
    chat.at("2026-11-20T10:01:01")
    [told] = said(server, karla)
    assert "kunne ikke læse 2 af dine beskeder" in told["content"]["body"]
    assert first in told["content"]["formatted_body"].replace("%24", "$").replace("%3A", ":")
    assert second in told["content"]["formatted_body"].replace("%24", "$").replace("%3A", ":")
    assert told["content"]["m.mentions"] == {"user_ids": ["@karla:example.dk"]}
    assert told["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] == first
    chat.at("2026-11-20T12:00:00")
    assert said(server, karla) == []


def test_a_ciphertext_counts_once(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    key = karla.room_key(ROOM)
    sealed = karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": COMMAND})
    server.sync(to_device=[key])
    server.say(karla, "", sealed=sealed, share=False)
    assert len(actions(chat)) == 1
    server.say(karla, "", sealed=sealed, share=False)  # as a homeserver could repeat it, under a new id
    assert len(actions(chat)) == 1


def test_a_ciphertext_counts_for_nobody_else(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.sync(to_device=[karla.room_key(ROOM)])
    sealed = karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": COMMAND})
    server.say(device(server, "ali"), "", sealed=sealed, share=False)
    assert (actions(chat), waiting(chat)) == ([], ["key"])


def test_a_key_claimed_by_another_takes_nothing_from_its_owner(chat: Chat, server: KeyServer) -> None:
    """Ali knows Karla's room key from further back. He shares it as his before her own comes."""
    karla, ali = device(server, "karla"), device(server, "ali")
    ali.speaks[ROOM] = karla.speaks.setdefault(ROOM, vz.GroupSession())
    stolen = ali.room_key(ROOM)
    karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": "hej"})
    server.sync(to_device=[stolen, karla.room_key(ROOM)])
    sealed = karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": COMMAND})
    server.say(karla, "", sealed=sealed, share=False)
    written = chat.ask(lambda s: [row.created_by for row in s.exec(select(Action))])
    assert written == ["@karla:example.dk"], "her own counts as hers, though his claim came first"


@pytest.mark.parametrize(
    "instead",
    [{"sender": "@ali:example.dk"}, {"recipient": "@x:example.dk"}, {"recipient_keys": {"ed25519": "x"}}],
)
def test_an_olm_message_that_names_others_is_not_believed(
    chat: Chat, server: KeyServer, instead: dict[str, Any]
) -> None:
    karla = device(server, "karla")
    server.sync(to_device=[karla.room_key(ROOM, **instead)])
    server.say(karla, COMMAND, share=False)
    assert (actions(chat), waiting(chat)) == ([], ["key"])


def test_a_room_key_in_the_clear_is_nobodys(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    clear = {"type": "m.room_key", "sender": karla.user_id, "content": karla.room_key(ROOM)["content"]}
    server.sync(to_device=[clear])
    server.say(karla, COMMAND, share=False)
    assert actions(chat) == []


def test_another_rooms_message_does_not_count_here(chat: Chat, server: KeyServer) -> None:
    karla, other = device(server, "karla"), ROOMS["ledelse"][0]
    chat.state(other, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    keys = [karla.room_key(ROOM)]
    karla.speaks[other] = karla.speaks[ROOM]
    keys.append(karla.room_key(other))
    server.sync(to_device=keys)
    sealed = karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": COMMAND})
    server.say(karla, "", room="ledelse", sealed=sealed, share=False)
    assert (actions(chat), waiting(chat)) == ([], [])


def test_a_command_in_the_clear_never_counts_and_its_writer_is_told_once(
    chat: Chat, server: KeyServer
) -> None:
    chat.send("karla", COMMAND)
    chat.send("karla", COMMAND)
    chat.send("karla", "hej alle")
    assert actions(chat) == []
    told = [row for row in chat.messages() if not row["kind"].startswith("meeting.")]
    assert ["uden kryptering" in row["body"] for row in told] == [True]


def test_an_unsigned_device_is_not_heard_until_it_is_signed(chat: Chat, server: KeyServer) -> None:
    phone = Peer(server, "karla", "PHONE", signed=False)
    server.sync(changed=("@karla:example.dk",))
    server.say(phone, COMMAND)
    assert (actions(chat), waiting(chat)) == ([], ["unsigned"])
    chat.at("2026-11-20T10:01:01")
    [told] = said(server, device(server, "karla"))
    assert "ikke bekræftet" in told["content"]["body"]

    phone.sign()
    chat.at("2026-11-20T10:07:00")
    server.work()
    assert actions(chat) == [(1, "2026-11-21")]
    assert waiting(chat) == []


@pytest.mark.parametrize("fails", [True, False], ids=["it cannot say", "it names no device"])
def test_one_bad_answer_about_a_device_costs_a_writer_no_minutes(
    chat: Chat, server: KeyServer, fails: bool
) -> None:
    karla = device(server, "karla")
    kept = server.devices.copy()
    server.silent = fails
    if not fails:
        server.devices.clear()
    server.say(karla, COMMAND)
    assert (waiting(chat), actions(chat)) == (["device"], [])
    server.silent = False
    server.devices.update(kept)
    chat.now += timedelta(seconds=31)  # the keeper looks every thirty
    server.work()
    assert (waiting(chat), len(actions(chat))) == ([], 1)


def test_an_unsigned_device_is_given_no_keys_and_its_owner_is_told_what_to_do(
    chat: Chat, server: KeyServer
) -> None:
    karla = device(server, "karla")
    phone = Peer(server, "lene", "PHONE", signed=False)
    server.say(karla, COMMAND)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert karla.read(sealed) is not None
    assert phone.read(sealed) is None
    [withheld] = phone.withheld
    assert (withheld["code"], withheld["session_id"]) == ("m.unverified", sealed["session_id"])

    direct = chat.target("dm", "lene")
    chat.state("!dm-lene:example.dk", "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    told = [row for row in chat.messages(0, direct) if row["kind"] == "device.unsigned"]
    assert len(told) == 1
    assert "PHONE" in told[0]["body"]
    assert "friplads" not in told[0]["body"]

    server.say(karla, "!aftaler", share=False)
    server.speak(chat.target("fremdrift"))
    assert len(phone.withheld) == 1, "once for each room key"
    assert len([row for row in chat.messages(0, direct) if row["kind"] == "device.unsigned"]) == 1


def test_that_it_is_unsigned_reaches_the_unsigned_device_and_nothing_else_does(
    chat: Chat, server: KeyServer
) -> None:
    phone, signed = Peer(server, "lene", "PHONE", signed=False), device(server, "lene")
    chat.state("!dm-lene:example.dk", "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    server.say(device(server, "karla"), "!aftale @lene søge friplads i dag kl. 12")
    server.speak(chat.target("fremdrift"))  # leaves her phone out, which owes her the message
    heard = server.speak(chat.target("dm", "lene"))
    chat.at("2026-11-20T11:05:00")
    heard += server.speak(chat.target("dm", "lene"))
    kinds = {
        peer.device_id: [
            found["content"]["dk.hotspotbot"]["kind"]
            for sealed in heard
            if (found := peer.read(sealed)) is not None
        ]
        for peer in (phone, signed)
    }
    assert kinds["PHONE"] == ["device.unsigned"]
    assert "device.unsigned" in kinds["LENE1"]
    assert len(kinds["LENE1"]) > 1, "the reminder as well"


def test_a_stranger_in_the_room_is_given_no_keys(chat: Chat, server: KeyServer) -> None:
    stranger = Peer(server, "fremmed", "X1")
    chat.state(ROOM, "m.room.member", "@fremmed:example.dk", {"membership": "join"}, by="fremmed")
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert karla.read(sealed) is not None
    assert stranger.read(sealed) is None


def test_who_leaves_does_not_read_on_and_who_is_invited_reads(chat: Chat, server: KeyServer) -> None:
    karla, ali = device(server, "karla"), device(server, "ali")
    server.say(karla, COMMAND)
    [first] = server.speak(chat.target("fremdrift"))
    chat.state(ROOM, "m.room.member", "@ali:example.dk", {"membership": "leave"}, by="ali")
    invited = Peer(server, "lene2", "L2")
    chat.state(ROOM, "m.room.member", "@lene2:example.dk", {"membership": "invite"})
    server.say(karla, "!aftaler", share=False)
    [second] = server.speak(chat.target("fremdrift"))
    assert ali.read(first) is not None
    assert ali.read(second) is None
    assert invited.read(second) is not None
    assert invited.read(first) is None
    assert first["session_id"] != second["session_id"]


def test_a_room_key_serves_as_long_as_the_room_says(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    content = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "rotation_period_msgs": 12,
        "rotation_period_ms": 7_200_000,
    }
    chat.state(ROOM, "m.room.encryption", "", content)
    sessions = []
    for _ in range(13):
        server.say(karla, "!aftaler")
        sessions += [sealed["session_id"] for sealed in server.speak(chat.target("fremdrift"))]
    assert len(set(sessions[:12])) == 1
    assert sessions[12] != sessions[11]
    chat.now += timedelta(hours=3)
    server.say(karla, "!aftaler")
    [later] = server.speak(chat.target("fremdrift"))
    assert later["session_id"] != sessions[12]


def test_a_device_without_one_time_keys_holds_up_nobody(chat: Chat, server: KeyServer) -> None:
    karla, ali = device(server, "karla"), device(server, "ali")
    kept, ali.one_time_keys = ali.one_time_keys, []
    server.say(karla, COMMAND)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert karla.read(sealed) is not None
    assert [one["code"] for one in ali.withheld] == ["m.no_olm"]
    ali.one_time_keys = kept
    chat.now += timedelta(hours=2)
    server.say(karla, "!aftaler")
    [sealed] = server.speak(chat.target("fremdrift"))
    assert ali.read(sealed) is not None


def test_keys_that_a_device_did_not_sign_are_not_used(chat: Chat, server: KeyServer) -> None:
    """A homeserver that swaps a one-time key would read along."""
    karla, ali = device(server, "karla"), device(server, "ali")
    server.say(karla, COMMAND)
    server.swapped = Peer(server, "fremmed", "X1")
    [sealed] = server.speak(chat.target("fremdrift"))
    assert karla.read(sealed) is not None, "she had begun a session herself"
    assert ali.read(sealed) is None
    server.swapped = None
    chat.now += timedelta(hours=2)
    server.say(karla, "!aftaler", share=False)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert karla.read(sealed) is not None
    assert ali.read(sealed) is not None


def test_a_device_does_not_change_its_keys(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    server.speak(chat.target("fremdrift"))
    other = Peer(server, "ali", "ALI1")  # the same name, other keys
    server.sync(changed=("@ali:example.dk",))
    server.say(karla, "!aftaler")
    left = server.speak(chat.target("fremdrift"))
    assert all(other.read(sealed) is None for sealed in left)


def test_an_edit_waits_for_what_it_edits(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    key = karla.room_key(ROOM)
    first = server.say(karla, "!aftale @lene søge friplads fredag", share=False)
    late = karla.speaks.pop(ROOM)  # its next messages come under a key that the bot has at once
    replaced = {"rel_type": "m.replace", "event_id": first}
    new = {"msgtype": "m.text", "body": "!aftale @ali søge friplads fredag"}
    server.say(karla, f"* {new['body']}", more={"m.new_content": new, "m.relates_to": replaced})
    assert waiting(chat) == ["key", "order"]
    server.sync(to_device=[key])
    assert late
    assert waiting(chat) == []
    assert len(actions(chat)) == 1
    owners = chat.ask(lambda s: [o.person for o in queries.owners(s, s.exec(select(Action)).one().uid)])
    assert owners == ["@ali:example.dk"]


def test_what_is_deleted_while_it_waits_never_counts(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    key = karla.room_key(ROOM)
    event = server.say(karla, COMMAND, share=False)
    chat.delete("karla", event)
    server.sync(to_device=[key])
    assert (actions(chat), waiting(chat)) == ([], [])


def test_a_broken_olm_session_is_mended(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    said(server, karla)
    chat.db.run_sync(lambda s: s.exec(delete(OlmSession)))  # the bot's side is lost
    event = karla.room_key(ROOM)
    event["content"]["ciphertext"][server.bot_curve]["type"] = 1
    server.sync(to_device=[event])
    server.work()
    assert karla.told[-1]["type"] == "m.dummy", (
        "the bot speaks on a new session, which the device uses from now on"
    )
    karla.speaks.pop(ROOM)
    server.say(karla, "!aftale @ali ringe til mor fredag")
    assert len(actions(chat)) == 2


def test_a_device_that_lost_its_session_is_given_the_key_again(chat: Chat, server: KeyServer) -> None:
    karla, ali = device(server, "karla"), device(server, "ali")
    server.say(karla, COMMAND)
    [first] = server.speak(chat.target("fremdrift"))
    ali.room_keys.clear()
    ali.sessions.clear()
    chat.now += timedelta(seconds=1)
    server.sync(to_device=[ali.olm("m.dummy", {})])
    server.say(karla, "!aftaler", share=False)
    [second] = server.speak(chat.target("fremdrift"))
    assert first["session_id"] == second["session_id"]
    assert ali.read(second) is not None


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": 7},
        {"type": "m.room.encrypted", "sender": "@karla:example.dk"},
        {"type": "m.room.encrypted", "sender": "@karla:example.dk", "content": {"algorithm": olm.OLM}},
        {"type": "m.room_key_request", "sender": "@karla:example.dk", "content": None},
        {"type": "m.room.encrypted", "sender": ["x"], "content": {"ciphertext": []}},
    ],
)
def test_garbage_to_the_device_stops_nothing(chat: Chat, server: KeyServer, event: dict[str, Any]) -> None:
    karla = device(server, "karla")
    broken = karla.room_key(ROOM)
    broken["content"]["ciphertext"][server.bot_curve]["body"] = "AAAA"
    server.sync(to_device=[event, broken, event])
    server.say(karla, COMMAND)
    assert len(actions(chat)) == 1


def test_what_strangers_send_to_the_device_leaves_no_trace(chat: Chat, server: KeyServer) -> None:
    stranger = Peer(server, "langtborte", "X1")
    server.sync(to_device=[stranger.room_key(ROOM)])
    assert chat.ask(lambda s: (s.exec(select(InboundSession)).all(), s.exec(select(OlmSession)).all())) == (
        [],
        [],
    )


def test_to_device_events_that_come_twice_are_handled_once(chat: Chat, server: KeyServer) -> None:
    """A crash between reading a sync's keys and committing its token lets the homeserver send them again."""
    karla = device(server, "karla")
    server.say(karla, "!aftaler")
    events = (karla.room_key(ROOM),)
    chat.db.run_sync(chat.inbox.keys, Keys(events), server.now)
    server.sync(to_device=list(events))
    assert chat.ask(lambda s: s.exec(select(HeardToDevice)).all()) == []
    server.say(karla, COMMAND, share=False)
    assert len(actions(chat)) == 1
    assert "m.dummy" not in [said["type"] for said in karla.told], "nor taken for a broken session"


def test_a_transaction_that_fails_moves_no_ratchet(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    event = karla.room_key(ROOM)

    def fails(session: Session) -> None:
        chat.inbox.keys(session, Keys((event,)), server.now)
        raise KeyError("the disk is full")

    with pytest.raises(KeyError):
        chat.db.run_sync(fails)
    server.sync(to_device=[event])
    server.say(karla, COMMAND, share=False)
    assert len(actions(chat)) == 1


def test_one_time_keys_are_refilled_also_when_none_is_left(chat: Chat, server: KeyServer) -> None:
    server.uploaded["one_time_keys"] = {}
    before = server.fallback
    server.sync(one_time_keys={}, unused_fallback=[])
    assert len(server.uploaded["one_time_keys"]) == 50
    assert server.fallback != before
    server.asked.clear()
    server.sync(one_time_keys={"signed_curve25519": 50}, unused_fallback=["signed_curve25519"])
    assert server.asked == []


def test_keys_are_the_same_at_every_try_to_upload_them(chat: Chat, server: KeyServer) -> None:
    keys = Keys(one_time_keys={"signed_curve25519": 0}, unused_fallback=[])
    chat.db.run_sync(chat.inbox.keys, keys, server.now)
    first = chat.db.run_sync(server.crypto.to_publish)
    assert first == chat.db.run_sync(server.crypto.to_publish)


def test_the_ciphertext_is_made_once(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    target = chat.target("fremdrift")
    step: Any = chat.db.run_sync(server.outgoing.prepare, target)
    while not hasattr(step, "content"):
        server.do(step.chore)
        step = chat.db.run_sync(server.outgoing.prepare, target)
    again: Any = chat.db.run_sync(server.outgoing.prepare, target)
    assert again.content == step.content
    assert again.txn_id == step.txn_id
    assert chat.ask(lambda s: s.exec(select(OutboundSession)).one().messages) == 1


def test_the_bots_own_mark_is_readable_to_nobody_else(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert "dk.hotspotbot" not in sealed
    assert "action.recorded" not in str(sealed)
    event = {"event_id": "$own", "sender": BOT, "type": "m.room.encrypted", "content": sealed}
    own = own_message(Arrival(ROOM, event, server.now), chat.vault)
    assert own is not None
    assert (own.kind, own.numbers) == ("action.recorded", (1,))
    assert own_message(Arrival("!other", event, server.now), chat.vault) is None, "bound to its room"
