"""Encrypted rooms against people and homeservers that mean harm: what does not count, and what stops nothing."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import vodozemac as vz
from sqlmodel import select

from bot.clock import SystemClock
from bot.documents.digest import Figures
from bot.matrix.api import Homeserver, Unavailable
from bot.matrix.batch import Arrival, Batch, Joined, Keys
from bot.matrix.crypto import olm
from bot.matrix.trust import Trust, identity
from bot.steps import NeedsPicture
from bot.storage.crypto import InboundSession, ToDevice
from bot.storage.models import Action
from bot.turns import owe_picture
from tests.dialogs.chat import BOT, CONFIG, ROOMS, Chat
from tests.dialogs.peer import KeyServer, Peer, b64, device, waiting

ROOM = ROOMS["fremdrift"][0]
COMMAND = "!aftale @lene søge friplads i morgen"


def actions(chat: Chat) -> list[int]:
    """The number of every action."""
    return chat.ask(lambda s: [row.number for row in s.exec(select(Action))])


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


# --- commands by another way


def test_a_deletion_inside_an_encrypted_event_deletes_nothing(chat: Chat, server: KeyServer) -> None:
    """The homeserver asks who may delete what of others; of what is encrypted it knows nothing."""
    said = server.say(device(server, "karla"), COMMAND)
    ali = device(server, "ali")
    server.sync(to_device=[ali.room_key(ROOM)])
    server.say(ali, "", share=False, sealed=ali.seal(ROOM, "m.room.redaction", {"redacts": said}))
    assert chat.action(1)["text"] == "søge friplads"


def test_an_edit_in_another_room_changes_nothing(chat: Chat, server: KeyServer) -> None:
    """Where nothing is encrypted, anybody on the way can write one in somebody's name."""
    said = server.say(device(server, "karla"), COMMAND)
    chat.edit("karla", said, "!aftale @ali afvise friplads i dag", room="ledelse")
    assert (chat.action(1)["text"], chat.action(1)["state"]) == ("søge friplads", "open")
    silent = server.say(device(server, "karla"), "godmorgen", share=False)
    chat.edit("karla", silent, COMMAND, room="ledelse")
    assert actions(chat) == [1]


def test_a_deletion_in_another_room_deletes_nothing(chat: Chat, server: KeyServer) -> None:
    said = server.say(device(server, "karla"), COMMAND)
    chat.delete("anna", said, room="ledelse")
    assert chat.action(1)["text"] == "søge friplads"


# --- done twice, or in silence


def test_an_edit_whose_key_came_in_two_parts_is_heard_once(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    early = karla.room_key(ROOM)
    first = server.say(karla, "!aftale @lene søge friplads fredag", share=False)
    late = karla.room_key(ROOM)
    new = {"msgtype": "m.text", "body": "!aftale @ali søge friplads fredag"}
    relation = {"rel_type": "m.replace", "event_id": first}
    more = {"m.new_content": new, "m.relates_to": relation}
    server.say(karla, f"* {new['body']}", share=False, more=more)
    server.sync(to_device=[late])
    assert waiting(chat) == ["key", "order"]
    server.sync(to_device=[early])
    assert (actions(chat), waiting(chat)) == ([1], [])


def test_a_fault_is_told_where_the_message_came_encrypted(
    chat: Chat, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    karla = device(server, "karla")
    server.say(karla, "godmorgen")  # her device is known from now on
    monkeypatch.setattr(chat.inbox.conversation, "message", broken)
    event = server.say(karla, COMMAND, share=False)
    # Beside it stands the agenda, which had been posted before.
    [told] = [m for m in chat.messages(0, chat.target("fremdrift")) if not m["kind"].startswith("meeting.")]
    assert (told["kind"], told["reason"]) == ("fault", f"reply:{event}:fault")


def test_what_somebody_said_before_leaving_counts_when_its_key_comes(chat: Chat, server: KeyServer) -> None:
    ali = device(server, "ali")
    key = ali.room_key(ROOM)
    server.say(ali, COMMAND, share=False)
    chat.state(ROOM, "m.room.member", "@ali:example.dk", {"membership": "leave"}, by="ali")
    server.sync(to_device=[key])
    assert (actions(chat), waiting(chat)) == ([1], [])


# --- who is given keys


def test_a_device_that_asks_for_its_key_again_does_not_read_on_after_its_owner_left(
    chat: Chat, server: KeyServer
) -> None:
    karla, ali = device(server, "karla"), device(server, "ali")
    server.say(karla, COMMAND)
    server.speak(chat.target("fremdrift"))
    server.sync(to_device=[ali.olm("m.dummy", {})])
    chat.state(ROOM, "m.room.member", "@ali:example.dk", {"membership": "leave"}, by="ali")
    server.say(karla, "!aftaler", share=False)
    [second] = server.speak(chat.target("fremdrift"))
    assert karla.read(second) is not None
    assert ali.read(second) is None


def test_a_homeserver_that_could_not_say_is_asked_again(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    server.speak(chat.target("fremdrift"))
    second = Peer(server, "lene", "LENE2")
    server.sync(changed=("@lene:example.dk",))
    server.silent = True
    server.say(karla, "!aftaler", share=False)
    [meanwhile] = server.speak(chat.target("fremdrift"))
    assert karla.read(meanwhile) is not None, "who cannot be asked about holds up nobody"
    server.silent = False
    chat.now += timedelta(minutes=6)
    server.say(karla, "!aftaler", share=False)
    [sealed] = server.speak(chat.target("fremdrift"))
    assert second.read(sealed) is not None


def test_whose_devices_were_never_asked_for_is_asked_however_old_the_message(
    chat: Chat, server: KeyServer
) -> None:
    """The bot was down for longer than it asks about an unsigned device."""
    karla = device(server, "karla")
    chat.now -= timedelta(days=9)
    key = karla.room_key(ROOM)
    sealed = karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": COMMAND})
    event = {"event_id": "$old", "sender": karla.user_id, "type": "m.room.encrypted", "content": sealed}
    arrival = Arrival(ROOM, event, server.now)
    chat.now += timedelta(days=9)
    batch = Batch("k", server.now, {}, (Joined(ROOM, (), (arrival,)),), (), keys=Keys((key,)))
    chat.db.run_sync(chat.inbox.sync, batch)
    server.work()
    assert (actions(chat), waiting(chat)) == ([1], [])


# --- what leaves in the clear


def test_a_room_that_was_encrypted_meanwhile_is_told_nothing_in_the_clear(chat: Chat) -> None:
    """A gap is read page by page, and each page is answered; that the room is encrypted stands at its end."""
    server = KeyServer(chat)
    words = {"msgtype": "m.text", "body": "!aftaler"}
    event = {"event_id": "$gap", "sender": "@karla:example.dk", "type": "m.room.message", "content": words}
    flag = {
        "event_id": "$flag",
        "sender": "@anna:example.dk",
        "type": "m.room.encryption",
        "state_key": "",
        "content": {"algorithm": "m.megolm.v1.aes-sha2"},
    }
    room_id = ROOMS["ledelse"][0]
    page = Joined(room_id, (Arrival(room_id, flag, server.now),), (Arrival(room_id, event, server.now),))
    chat.db.run_sync(chat.inbox.page, page, server.now)
    left = server.speak(chat.target("ledelse"))
    assert [sealed["type"] for sealed in left] == ["m.room.encrypted"]


def test_an_edit_records_nothing_where_nothing_may_be_recorded(tmp_path: Path) -> None:
    config = CONFIG.replace("require_encryption = false", "require_encryption = true")
    with closing(Chat(tmp_path, config)) as chat:
        said = chat.send("karla", "godmorgen")
        chat.edit("karla", said, COMMAND)
        assert actions(chat) == []
        assert [row["kind"] for row in chat.messages()] == ["unencrypted"], "and its writer is told why"


def test_a_room_key_that_many_messages_lack_is_asked_for_once(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    for _ in range(25):
        server.say(karla, "godmorgen", share=False)
    assert len(server.requests) == 1


def test_proofs_of_verifications_that_nobody_began_are_not_kept(chat: Chat, server: KeyServer) -> None:
    chat.db.run_sync(server.crypto.verifying.begin, "A" * 43, server.now)
    for number in range(3):
        content = {"transaction_id": str(number), "mac": {}, "keys": ""}
        server.sync(
            to_device=[{"type": "m.key.verification.mac", "sender": "@ali:example.dk", "content": content}]
        )
    assert server.crypto.verifying._held == []


def test_a_picture_drawn_before_the_room_was_encrypted_is_drawn_anew(chat: Chat) -> None:
    server = KeyServer(chat)
    target = chat.target("ledelse")
    chat.ask(lambda s: owe_picture(s, "digest", target, Figures((), ()), "da", server.now))
    step = chat.db.run_sync(server.outgoing.prepare, target)
    assert isinstance(step, NeedsPicture)
    clear = {"msgtype": "m.image", "body": "x", "url": "mxc://example.dk/clear"}
    chat.db.run_sync(server.outgoing.uploads.keep_content, step.seq, json.dumps(clear))
    room_id = ROOMS["ledelse"][0]
    flag = {"event_id": "$flag", "sender": "@anna:example.dk", "type": "m.room.encryption", "state_key": ""}
    flag["content"] = {"algorithm": olm.MEGOLM}  # type: ignore[assignment]
    page = Joined(room_id, (Arrival(room_id, flag, server.now),), ())
    chat.db.run_sync(chat.inbox.page, page, server.now)
    again = chat.db.run_sync(server.outgoing.prepare, target)
    assert isinstance(again, NeedsPicture)
    assert again.encrypted


# --- floods


def test_who_has_a_great_many_unsigned_devices_gets_a_few_messages(chat: Chat, server: KeyServer) -> None:
    phones = [Peer(server, "lene", f"P{number:03}", signed=False) for number in range(50)]
    server.say(device(server, "karla"), COMMAND)
    server.speak(chat.target("fremdrift"))
    assert all(len(phone.withheld) == 1 for phone in phones)
    told = [row for row in chat.messages(0, chat.target("dm", "lene")) if row["kind"] == "device.unsigned"]
    assert len(told) == 3


def test_a_flood_of_messages_of_no_verification_is_not_answered_by_another(
    chat: Chat, server: KeyServer
) -> None:
    chat.db.run_sync(server.crypto.verifying.begin, "A" * 43, server.now)
    flood = tuple(
        {
            "type": "m.key.verification.key",
            "sender": "@ali:example.dk",
            "content": {"transaction_id": str(number), "from_device": "ALI1", "key": "x"},
        }
        for number in range(500)
    )
    chat.db.run_sync(chat.inbox.keys, Keys(flood), server.now)
    assert chat.ask(lambda s: len(s.exec(select(ToDevice)).all())) == 20


# --- our own identity


class Wordless(Homeserver):
    """A homeserver whose answers about keys say nothing of anybody."""

    published = 0

    async def query_keys(self, users: Any) -> dict[str, Any]:
        """An answer with status 200."""
        return {"failures": {}}

    async def upload_identity(self, body: Any, auth: Any = None) -> dict[str, Any]:
        """It would take the place of the account's identity."""
        self.published += 1
        return {}


async def test_an_answer_that_says_nothing_is_not_taken_for_an_account_without_an_identity(
    chat: Chat, server: KeyServer, tmp_path: Path
) -> None:
    homeserver = Wordless("http://127.0.0.1:9")
    path = tmp_path / "recovery.txt"
    trust = Trust(
        homeserver,
        chat.db,
        SystemClock(),
        server.crypto.verifying,
        user_id=BOT,
        password="hemmeligt",
        path=path,
    )
    with pytest.raises(Unavailable):
        await trust._ensure()
    assert homeserver.published == 0
    assert not path.exists()
    assert chat.ask(identity) is None


async def test_an_answer_without_one_time_keys_does_not_say_that_nobody_has_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else every device would be left out for an hour, and the message would leave without anybody to read it."""
    homeserver = Homeserver("http://127.0.0.1:9")

    async def empty(*_: object, **__: object) -> dict[str, Any]:
        return {}

    monkeypatch.setattr(homeserver, "_call", empty)
    with pytest.raises(Unavailable):
        await homeserver.claim_keys({"@karla:example.dk": {"KARLA1": "signed_curve25519"}})


def test_room_keys_of_who_is_not_listened_to_are_not_kept(chat: Chat, server: KeyServer) -> None:
    stranger = Peer(server, "fremmed", "X1")
    chat.state(ROOM, "m.room.member", "@fremmed:example.dk", {"membership": "join"}, by="fremmed")
    server.sync(to_device=[stranger.room_key(ROOM)])
    assert chat.ask(lambda s: s.exec(select(InboundSession)).all()) == []
