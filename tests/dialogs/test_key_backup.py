"""The backup of room keys: what goes there comes back, and nothing that somebody else put there is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import vodozemac as vz
from sqlalchemy import delete, func
from sqlmodel import Session, SQLModel, select

from bot.matrix.crypto import keybackup
from bot.matrix.crypto.keybackup import Cipher, Forged, RoomKey
from bot.owed import outbox_id
from bot.storage import queries
from bot.storage.crypto import InboundSession, OlmAccount, OlmSession, OutboundSession, Unread
from tests.dialogs.chat import ROOMS, Chat
from tests.dialogs.peer import KeyServer, Peer, b64, device, waiting
from tests.dialogs.test_encrypted import COMMAND, ROOM, actions, said

KEY = bytes(range(32))
OTHER_ROOM = ROOMS["ledelse"][0]


def a_room_key(room_id: str = ROOM, sender: str = "@karla:example.dk") -> RoomKey:
    session = vz.InboundGroupSession(vz.GroupSession().session_key)
    exported = session.export_at(0)
    assert exported is not None
    return RoomKey(room_id, session.session_id, 0, exported.to_base64(), sender, "curve", "ed")


def sealed_by_a_stranger(public: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """An entry made by somebody who knows the backup's public key, as the homeserver does."""
    made = vz.PkEncryption.from_key(vz.Curve25519PublicKey.from_base64(public)).encrypt(
        json.dumps(said).encode()
    )
    data = {"ciphertext": made.ciphertext, "mac": made.mac, "ephemeral": made.ephemeral_key}
    return {"session_data": {name: b64(value) for name, value in data.items()}}


def opened(entry: Mapping[str, Any], key: bytes = KEY) -> dict[str, Any]:
    """What stands in an entry, by the specification alone."""
    data = entry["session_data"]
    secret = vz.Curve25519SecretKey.from_bytes(key)
    message = vz.Message.from_base64(data["ciphertext"], data["mac"], data["ephemeral"])
    said: dict[str, Any] = json.loads(vz.PkDecryption.from_key(secret).decrypt(message))
    return said


def test_an_entry_comes_back_as_it_went() -> None:
    key = a_room_key()
    entry = Cipher(KEY).seal(key)
    assert Cipher(KEY).open(key.room_id, key.session_id, json.loads(json.dumps(entry))) == key
    said = opened(entry)
    assert said["algorithm"] == "m.megolm.v1.aes-sha2"
    assert said["forwarding_curve25519_key_chain"] == []
    assert (said["sender_key"], said["sender_claimed_keys"]) == ("curve", {"ed25519": "ed"})
    assert said["session_key"] == key.exported


def test_what_a_stranger_put_there_is_not_believed() -> None:
    """They know the public key, and even a genuine entry's content, and want another session or another sender."""
    genuine, theirs = a_room_key(), a_room_key()
    cipher = Cipher(KEY)
    content = opened(cipher.seal(genuine))
    forgeries: list[dict[str, Any]] = [
        {name: value for name, value in content.items() if name != keybackup.MARK},
        {**content, "session_key": theirs.exported},
        {**content, "sender_key": "another"},
        {**content, "sender_claimed_keys": {"ed25519": "another"}},
        {**content, keybackup.MARK: {**content[keybackup.MARK], "sender": "@ali:example.dk"}},
        {**content, keybackup.MARK: {**content[keybackup.MARK], "mac": ""}},
        {**content, keybackup.MARK: {**content[keybackup.MARK], "mac": "æ\ud800"}},
        {**content, keybackup.MARK: []},
    ]
    for forged in forgeries:
        with pytest.raises(Forged):
            cipher.open(ROOM, genuine.session_id, sealed_by_a_stranger(cipher.public, forged))
    with pytest.raises(Forged):
        cipher.open(OTHER_ROOM, genuine.session_id, cipher.seal(genuine))
    with pytest.raises(Forged):
        cipher.open(ROOM, theirs.session_id, cipher.seal(genuine))


@pytest.mark.parametrize(
    "change",
    [
        {"ciphertext": "AAAA"},
        {"mac": "AAAAAAAAAAA"},
        {"ephemeral": b64(bytes(31))},
        {"ephemeral": None},
        {"mac": "?"},
    ],
)
def test_what_was_changed_is_refused(change: dict[str, Any]) -> None:
    key = a_room_key()
    entry = Cipher(KEY).seal(key)
    entry["session_data"] |= change
    with pytest.raises(Forged):
        Cipher(KEY).open(key.room_id, key.session_id, entry)
    with pytest.raises(Forged):
        Cipher(KEY).open(key.room_id, key.session_id, {})
    with pytest.raises(Forged):
        Cipher(bytes(32)).open(key.room_id, key.session_id, Cipher(KEY).seal(key))


def put_all(chat: Chat, version: str = "1") -> dict[str, Any]:
    """Everything that is to be backed up, put there; what the homeserver then has, by room and session."""
    chat.db.run_sync(keybackup.use_version, version)
    keys = chat.db.run_sync(keybackup.to_back_up)
    body = chat.db.run_sync(keybackup.sealed, keys)
    chat.db.run_sync(keybackup.backed_up, version, keys)
    return {room: held["sessions"] for room, held in body["rooms"].items()}


def test_a_lost_room_key_is_read_from_the_backup(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, "!aftaler")
    [(session_id, entry)] = put_all(chat)[ROOM].items()
    assert entry["is_verified"]
    assert put_all(chat) == {}, "once is enough"
    assert put_all(chat, "2").keys() == {ROOM}, "another backup has nothing yet"

    chat.ask(lambda s: s.exec(delete(InboundSession)))
    server.say(karla, COMMAND, share=False)
    assert (waiting(chat), actions(chat)) == (["key"], [])
    chat.db.run_sync(chat.inbox.looked_up, ROOM, session_id, entry, server.now)
    assert actions(chat) == [(1, "2026-11-21")]
    assert waiting(chat) == []


def test_a_session_of_the_homeservers_own_is_not_taken(chat: Chat, server: KeyServer) -> None:
    """It seals a session of its own as Karla's for our public key, and says in her name what she never said."""
    karla = device(server, "karla")
    forger = Peer(server, "karla", "KARLA9")
    forger.speaks[ROOM] = vz.GroupSession()
    session = vz.InboundGroupSession(forger.speaks[ROOM].session_key)
    exported = session.export_at(0)
    server.say(forger, COMMAND, share=False)
    assert exported is not None
    key = RoomKey(
        ROOM, session.session_id, 0, exported.to_base64(), karla.user_id, karla.curve25519, karla.ed25519
    )
    content = opened(Cipher(bytes(32)).seal(key), bytes(32))
    public = chat.ask(lambda s: Cipher(keybackup.backup_key(s)).public)
    entry = sealed_by_a_stranger(public, content)
    chat.db.run_sync(chat.inbox.looked_up, ROOM, session.session_id, entry, server.now)
    assert (waiting(chat), actions(chat)) == (["key"], [])
    assert chat.ask(lambda s: s.exec(select(InboundSession)).all()) == []


def test_a_key_that_got_better_meanwhile_is_backed_up_again(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    early = karla.room_key(ROOM)
    karla.seal(ROOM, "m.room.message", {"msgtype": "m.text", "body": "hej"})
    server.say(karla, "!aftaler")
    chat.db.run_sync(keybackup.use_version, "1")
    [later] = chat.db.run_sync(keybackup.to_back_up)
    server.sync(to_device=[early])
    chat.db.run_sync(keybackup.backed_up, "1", [later])
    [better] = chat.db.run_sync(keybackup.to_back_up)
    assert (later.first_index, better.first_index) == (1, 0)


def count(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_a_lost_device_leaves_no_ratchet_behind(chat: Chat, server: KeyServer) -> None:
    karla = device(server, "karla")
    server.say(karla, COMMAND)
    assert said(server, karla)
    chat.db.run_sync(queries.lose_device)
    for table in (OlmAccount, OlmSession, OutboundSession):
        assert chat.db.run_sync(count, table) == 0
    assert chat.ask(lambda s: queries.meta(s, "lost_device")) == "BOTDEVICE"
    assert chat.ask(lambda s: queries.meta(s, "access_token")) is None
    assert chat.ask(lambda s: s.exec(select(InboundSession)).all()), "what people said stays readable"


def test_a_great_many_unread_messages_are_named_in_messages_that_can_be_sent(
    chat: Chat, server: KeyServer
) -> None:
    karla = device(server, "karla")
    chat.now -= timedelta(days=1)
    events = [server.say(karla, "!aftaler", share=False) for _ in range(50)]
    chat.now += timedelta(days=1)
    chat.at("2026-11-20T10:05:00")
    left = server.speak(chat.target("fremdrift"))
    assert len(left) == 2
    assert all(len(json.dumps(sealed)) < 40_000 for sealed in left), "a homeserver takes 65 kB"
    told = [karla.read(sealed) for sealed in left]
    bodies = [unquote(found["content"]["body"]) for found in told if found is not None]
    assert [sum(event in body for event in events) for body in bodies] == [40, 10]
    assert all(any(event in body for body in bodies) for event in events)
    assert bodies[0].startswith("Jeg kunne ikke læse 40 af dine beskeder")
    assert all(body.count("tors. 19. nov.") == 1 for body in bodies), "the day, once"


def test_after_a_lost_machine_its_writer_hears_that_the_answer_is_gone_too(
    chat: Chat, server: KeyServer
) -> None:
    karla = device(server, "karla")
    event = server.say(karla, COMMAND, share=False)

    def answered_by_the_lost_database(session: Session) -> None:
        answer = outbox_id(session, f"reply:{event}:1")
        queries.note_said(
            session, answer, event_id="$a", room_id=ROOM, kind="action.recorded", numbers=[1], at=chat.now
        )

    chat.ask(answered_by_the_lost_database)
    chat.at("2026-11-20T10:01:01")
    [told] = said(server, karla)
    assert told["content"]["body"].startswith("Jeg er gendannet fra en sikkerhedskopi")
    assert event in unquote(told["content"]["body"])
    assert len(chat.ask(lambda s: s.exec(select(Unread)).all())) == 1
