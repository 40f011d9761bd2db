"""Encrypted rooms against people and homeservers that mean harm: what does not count, and what stops nothing."""

from __future__ import annotations

from typing import Any

import pytest
import vodozemac as vz
from sqlmodel import select

from bot.matrix.crypto import olm
from bot.storage.crypto import InboundSession, Unread
from bot.storage.models import Action
from tests.dialogs.chat import ROOMS, Chat
from tests.dialogs.peer import KeyServer, Peer, b64

ROOM = ROOMS["fremdrift"][0]
COMMAND = "!aftale @lene søge friplads i morgen"


@pytest.fixture
def server(chat: Chat) -> KeyServer:
    """The chat with an encrypted room; everybody in it has one signed device."""
    chat.state(ROOM, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    server = KeyServer(chat)
    for who in ROOMS["fremdrift"][1]:
        Peer(server, who, f"{who.upper()}1")
    return server


def device(server: KeyServer, who: str, number: int = 1) -> Peer:
    """A person's device."""
    return server.devices[f"@{who}:example.dk", f"{who.upper()}{number}"]


def actions(chat: Chat) -> list[int]:
    """The number of every action."""
    return chat.ask(lambda s: [row.number for row in s.exec(select(Action))])


def waiting(chat: Chat) -> list[str]:
    """Why each event waits."""
    return chat.ask(lambda s: [row.why for row in s.exec(select(Unread).order_by("seq"))])


def exported(peer: Peer, room_id: str = ROOM) -> dict[str, Any]:
    """A device's present room key as the content of an m.forwarded_room_key, said to be another device's."""
    key = peer.speaks.setdefault(room_id, vz.GroupSession())
    known = vz.InboundGroupSession(vz.SessionKey(key.session_key.to_base64()))
    whole = known.export_at(known.first_known_index)
    assert whole is not None
    return {
        "algorithm": olm.MEGOLM,
        "room_id": room_id,
        "session_id": key.session_id,
        "session_key": whole.to_base64(),
        "forwarding_curve25519_key_chain": [],
    }


# --- speaking as somebody else


def test_an_unsigned_device_does_not_speak_as_a_signed_one_by_handing_on_its_key(
    chat: Chat, server: KeyServer
) -> None:
    """A stolen password is enough to log in, to send events and to hand on keys; not to be a signed device."""
    karla = device(server, "karla")
    server.say(karla, "!aftaler")  # the bot knows her device
    thief = Peer(server, "karla", "THIEF", signed=False)
    server.sync(changed=("@karla:example.dk",))
    key = exported(thief)
    server.say(thief, COMMAND, share=False)
    for claimed in (karla, thief):
        said = {**key, "sender_key": claimed.curve25519, "sender_claimed_ed25519_key": claimed.ed25519}
        server.sync(to_device=[thief.olm("m.forwarded_room_key", said)])
    assert (actions(chat), waiting(chat)) == ([], ["unsigned"])


def test_a_signed_device_hands_on_the_key_of_another_one(chat: Chat, server: KeyServer) -> None:
    karla, second = device(server, "karla"), Peer(server, "karla", "KARLA2")
    server.say(karla, "!aftaler")
    server.say(second, "!aftaler")
    karla.speaks.pop(ROOM)
    key = exported(karla)
    server.say(karla, COMMAND, share=False)
    said = {**key, "sender_key": karla.curve25519, "sender_claimed_ed25519_key": karla.ed25519}
    server.sync(to_device=[second.olm("m.forwarded_room_key", said)])
    assert (actions(chat), waiting(chat)) == ([1], [])


# --- what would end the sync for ever

DEEP = b"[" * 50_000


def test_an_olm_message_of_nothing_but_brackets_stops_nothing(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, "!aftaler")
    number, body = karla.sessions["@hotspotbot:example.dk"].encrypt(DEEP).to_parts()
    broken = karla.room_key(ROOM)
    broken["content"]["ciphertext"][server.bot_curve] = {"type": number, "body": b64(body)}
    server.sync(to_device=[broken])
    server.say(karla, COMMAND)
    assert actions(chat) == [1]


@pytest.mark.parametrize("kind", [1.0, 0.0, True, [], {}, "1", None, 10**30])
def test_an_olm_message_of_a_strange_type_stops_nothing(chat: Chat, server: KeyServer, kind: Any) -> None:
    karla = device(server, "karla")
    broken = karla.room_key(ROOM)
    broken["content"]["ciphertext"][server.bot_curve]["type"] = kind
    server.sync(to_device=[broken])
    server.say(karla, COMMAND)
    assert actions(chat) == [1]


def test_brackets_in_an_event_whose_key_comes_later_stop_nothing(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    share = karla.room_key(ROOM)
    key = karla.speaks[ROOM]
    sealed = {
        "algorithm": olm.MEGOLM,
        "session_id": key.session_id,
        "ciphertext": key.encrypt(DEEP).to_base64(),
    }
    server.say(karla, "", share=False, sealed=sealed)
    server.say(karla, COMMAND, share=False)
    server.sync(to_device=[share])
    assert (actions(chat), waiting(chat)) == ([1], [])


# What PostgreSQL has no room for: an index row beyond 2,700 bytes, a number beyond 31 bits, NUL.


def test_a_room_key_for_a_room_of_an_endless_name_is_nobodys(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.sync(to_device=[karla.room_key("!" + "x" * 3000)])
    assert chat.ask(lambda s: s.exec(select(InboundSession)).all()) == []


def test_a_room_key_far_into_its_ratchet_is_not_kept(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    key = vz.InboundGroupSession(
        vz.SessionKey(karla.speaks.setdefault(ROOM, vz.GroupSession()).session_key.to_base64())
    )
    far = key.export_at(3_000_000_000)
    assert far is not None
    server.say(karla, COMMAND, share=False)
    said = {**exported(karla), "session_key": far.to_base64(), "sender_key": karla.curve25519}
    server.sync(to_device=[karla.olm("m.forwarded_room_key", said)])
    assert chat.ask(lambda s: s.exec(select(InboundSession)).all()) == []


@pytest.mark.parametrize("session_id", ["", "x" * 3000, "a\x00b", 7])
def test_an_event_of_no_proper_session_does_not_wait(chat: Chat, server: KeyServer, session_id: Any) -> None:
    karla = device(server, "karla")
    sealed = {**karla.seal(ROOM, "m.room.message", {"body": "hej"}), "session_id": session_id}
    server.say(karla, "", share=False, sealed=sealed)
    assert waiting(chat) == []


@pytest.mark.parametrize("name", ["A\x00B", "X" * 3000])
def test_a_device_of_an_impossible_name_is_none(chat: Chat, server: KeyServer, name: str) -> None:
    Peer(server, "lene", name)
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert karla.read(sealed) is not None
    assert server.devices["@lene:example.dk", name].withheld == []
    assert server.devices["@lene:example.dk", name].read(sealed) is None
