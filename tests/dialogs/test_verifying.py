"""People verify the bot, message by message: who is answered, what the operator decides, how it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.clock import RehearsalClock
from bot.matrix.batch import Arrival, Batch, Joined, Keys
from bot.matrix.crypto.signing import SigningKey
from bot.matrix.crypto.verifying import MOST, Verifying, Vouch
from bot.storage import queries
from bot.storage.crypto import KeyOwner, Unread, Verification
from bot.storage.models import Action, Outbox
from tests.dialogs.chat import BOT, ROOMS, Chat
from tests.dialogs.peer import KeyServer, Peer, b64
from tests.unit.test_verification import Asker

MASTER = SigningKey(b"\x07" * 32).public
PREFIX = "m.key.verification."
ROOM = ROOMS["fremdrift"][0]


class Phone(Peer):
    """A person's device that verifies the bot."""

    def __init__(self, server: KeyServer, who: str, room_id: str | None = None, name: str = "PHONE") -> None:
        super().__init__(server, who, name)
        self.came: list[tuple[str, Mapping[str, Any]]] = []
        self.again(room_id)

    def again(self, room_id: str | None = None, transaction_id: str = "txn") -> None:
        """Begin anew."""
        self.asker = Asker(room_id, transaction_id=transaction_id, user_id=self.user_id)
        self.asker.device_id, self.asker.bot, self.asker.bot_device = self.device_id, BOT, "BOTDEVICE"
        self.came.clear()

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """A to-device event came from the bot."""
        if kind.startswith(PREFIX):
            self.came.append((kind.removeprefix(PREFIX), content))
        else:
            super().take(kind, content)

    @property
    def heard(self) -> list[str]:
        """What came, a cancellation by its code."""
        return [str(said["code"]) if kind == "cancel" else kind for kind, said in self.came]

    def request(self) -> dict[str, Any]:
        return self.asker.request(at=self.server.now)

    def mac(self) -> dict[str, Any]:
        """The proof of this device and of the person's master key."""
        public = self.server.identity(self.user_id)["master"].public_key().public_bytes_raw()
        return self.asker.mac(
            {f"ed25519:{self.device_id}": self.ed25519, f"ed25519:{b64(public)}": b64(public)}
        )

    def compare(self) -> tuple[int, ...]:
        """By to-device events up to the emoji; those on the phone."""
        for said in (self.request(), self.asker.start(), self.asker.key()):
            self.server.sync(to_device=[said])
        assert self.heard == ["ready", "accept", "key", "mac"]
        return self.asker.agree(str(dict(self.came)["key"]["key"]))[0]


@pytest.fixture
def server(chat: Chat) -> KeyServer:
    """The chat with an encrypted room, and a bot that knows which keys it proves."""
    chat.state(ROOM, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    server = KeyServer(chat)
    chat.db.run_sync(server.crypto.verifying.begin, MASTER, server.now)
    return server


def rows(chat: Chat) -> list[Verification]:
    return chat.ask(lambda s: list(queries.verifications(s)))


def row(chat: Chat) -> Verification:
    (only,) = rows(chat)
    return only


def answer(chat: Chat, said: str) -> None:
    """What the operator says at `hotspotbot trust verify`."""

    def write(session: Session) -> None:
        (only,) = queries.verifications(session)
        only.answer = said

    chat.db.run_sync(write)


def tick(server: KeyServer) -> list[Vouch]:
    """The bot looks at the clock and at what the operator said."""
    found = server.chat.db.run_sync(server.crypto.verifying.tick, server.now)
    server.work()
    return list(found.vouches)


def test_by_device_to_the_end_and_vouched_for_once_the_operator_says_so(
    chat: Chat, server: KeyServer
) -> None:
    anna = Phone(server, "anna")
    shown = anna.compare()
    assert tuple(row(chat).emoji) == shown
    server.sync(to_device=[anna.mac()])
    assert anna.heard[-1] == "done"
    assert (row(chat).state, row(chat).answer) == ("done", None)
    assert tick(server) == [], "nobody has compared on our side"
    answer(chat, "yes")
    (vouch,) = tick(server)
    public = server.identity(anna.user_id)["master"].public_key().public_bytes_raw()
    assert (vouch.user_id, vouch.master) == (anna.user_id, b64(public))
    chat.db.run_sync(server.crypto.verifying.vouched, vouch, "signed", server.now)
    assert row(chat).outcome == "signed"
    assert chat.ask(lambda s: s.get_one(KeyOwner, anna.user_id)).vouched == b64(public)
    assert tick(server) == []
    assert not server.crypto.verifying.awaited


def test_a_verified_person_with_another_identity_is_not_heard_until_verified_again(
    chat: Chat, server: KeyServer
) -> None:
    """A homeserver can show another identity for anybody; for whom an operator has compared, it counts for nothing."""
    chat.state(ROOM, "m.room.encryption", "", {"algorithm": "m.megolm.v1.aes-sha2"})
    lead = Peer(server, "anna", "ANNA9")
    public = b64(server.identity(lead.user_id)["master"].public_key().public_bytes_raw())
    server.say(lead, "!aftale @lene søge friplads fredag")
    assert chat.ask(lambda s: len(s.exec(select(Action)).all())) == 1
    vouch = Vouch(lead.user_id, "", "t", public)
    chat.db.run_sync(server.crypto.verifying.vouched, vouch, "signed", server.now)

    server.identities.pop(lead.user_id)
    lead.sign()
    server.sync(changed=(lead.user_id,))
    server.say(lead, "!aftale @lene ringe til mor fredag", share=False)
    assert chat.ask(lambda s: len(s.exec(select(Action)).all())) == 1
    assert chat.ask(lambda s: [row.why for row in s.exec(select(Unread))]) == ["unsigned"]

    again = b64(server.identity(lead.user_id)["master"].public_key().public_bytes_raw())
    chat.db.run_sync(server.crypto.verifying.vouched, replace(vouch, master=again), "signed", server.now)
    server.work()
    assert chat.ask(lambda s: len(s.exec(select(Action)).all())) == 2


def test_a_yes_before_the_person_is_done_waits_for_them(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna")
    anna.compare()
    answer(chat, "yes")
    assert tick(server) == []
    assert server.crypto.verifying.awaited
    server.sync(to_device=[anna.mac()])
    assert [vouch.user_id for vouch in tick(server)] == [anna.user_id]


def test_a_no_ends_it_on_both_sides(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna")
    anna.compare()
    answer(chat, "no")
    assert tick(server) == []
    assert anna.heard[-1] == "m.mismatched_sas"
    assert (row(chat).state, row(chat).outcome) == ("cancelled", "no")
    server.sync(to_device=[anna.mac()])
    assert anna.heard[-1] == "m.mismatched_sas", "what comes after the end is not answered"


def test_only_a_lead_is_vouched_for_whatever_the_table_says(chat: Chat, server: KeyServer) -> None:
    karla = Phone(server, "karla")
    karla.compare()
    server.sync(to_device=[karla.mac()])
    answer(chat, "yes")
    assert tick(server) == []
    assert row(chat).outcome == "refused"


def test_a_proof_waits_until_the_persons_keys_are_known(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna")

    def unasked(event: dict[str, Any]) -> None:
        """A sync, and nothing asked of the homeserver after it."""
        batch = Batch(event["type"], server.now, {}, (), (), keys=Keys(to_device=(event,)))
        chat.db.run_sync(chat.inbox.sync, batch)

    for event in (anna.request(), anna.asker.start(), anna.asker.key()):
        unasked(event)
    (key,) = [said for kind, said in owed(chat) if kind == "key"]
    anna.asker.agree(str(key["key"]))
    unasked(anna.mac())
    assert row(chat).state == "keys"
    server.work()
    assert anna.heard == ["ready", "accept", "key", "mac", "done"]
    assert row(chat).master is not None


def owed(chat: Chat) -> list[tuple[str, dict[str, Any]]]:
    """What the bot owes to devices, by kind and content."""

    def read(session: Session) -> list[tuple[str, dict[str, Any]]]:
        import json

        found = []
        for one in queries.to_device(session, None):
            for devices in json.loads(one.messages or "{}").values():
                found += [(one.type.removeprefix(PREFIX), content) for content in devices.values()]
        return found

    return chat.db.run_sync(read)


def test_a_device_that_the_homeserver_does_not_show_proves_nothing(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna")
    anna.compare()
    proof = anna.mac()
    other = Phone(server, "bo", name="OTHER")
    anna.ed25519 = other.ed25519
    forged = anna.mac()
    assert forged != proof
    server.sync(to_device=[forged])
    assert anna.heard[-1] == "m.key_mismatch"
    assert row(chat).master is None


def test_after_ten_minutes_it_is_over(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna")
    server.sync(to_device=[anna.request()])
    assert anna.heard == ["ready"]
    chat.now += timedelta(minutes=9)
    tick(server)
    assert anna.heard == ["ready"]
    assert server.crypto.verifying.awaited
    chat.now += timedelta(minutes=2)
    tick(server)
    assert anna.heard == ["ready", "m.timeout"]
    assert (row(chat).state, row(chat).code) == ("cancelled", "m.timeout")
    assert not server.crypto.verifying.awaited


def test_after_a_restart_it_is_over_but_what_was_confirmed_is_signed(chat: Chat, server: KeyServer) -> None:
    anna, karla = Phone(server, "anna"), Phone(server, "karla")
    anna.compare()
    server.sync(to_device=[anna.mac()])
    answer(chat, "yes")
    server.sync(to_device=[karla.request()])
    server.crypto.verifying = Verifying(chat.access, BOT, lambda at: at)
    chat.db.run_sync(server.crypto.verifying.begin, MASTER, server.now)
    assert {one.user_id: one.state for one in rows(chat)} == {
        anna.user_id: "done",
        karla.user_id: "cancelled",
    }
    assert [vouch.user_id for vouch in tick(server)] == [anna.user_id]
    server.sync(to_device=[karla.asker.start()])
    assert karla.heard[-1] == "m.unknown_transaction"


def test_on_a_rehearsal_clock_a_request_is_as_old_as_it_really_is(chat: Chat, server: KeyServer) -> None:
    real = datetime(2026, 11, 23, 12, tzinfo=UTC)
    clock = RehearsalClock(server.now, 3600.0, anchor=real)
    server.crypto.verifying = Verifying(chat.access, BOT, clock.real)
    chat.db.run_sync(server.crypto.verifying.begin, MASTER, server.now)
    anna = Phone(server, "anna")
    chat.now += timedelta(hours=3)  # three seconds, really
    server.sync(to_device=[anna.asker.request(at=real)])
    assert anna.heard == ["ready"]
    anna.again(transaction_id="old")
    chat.now += timedelta(hours=700)  # twelve minutes, really
    server.sync(to_device=[anna.asker.request(at=real)])
    assert anna.heard == ["m.timeout"], "the first is over, and the second was asked twelve minutes ago"


@pytest.mark.parametrize("where", ["transaction_id", "from_device"])
def test_what_no_database_can_hold_is_left_alone(chat: Chat, server: KeyServer, where: str) -> None:
    anna = Phone(server, "anna")
    request = anna.request()
    request["content"][where] = "NU\x00L"
    server.sync(to_device=[request])
    assert rows(chat) == []
    server.sync(to_device=[anna.request()])
    assert [one.transaction_id for one in rows(chat)] == ["txn"]


def test_strangers_are_not_answered_and_the_table_stays_small(chat: Chat, server: KeyServer) -> None:
    stranger = Phone(server, "ukendt")
    server.sync(to_device=[stranger.request()])
    assert stranger.heard == []
    assert rows(chat) == []
    anna = Phone(server, "anna")
    for number in range(MOST + 60):
        anna.again(transaction_id=f"txn-{number}")
        server.sync(to_device=[anna.request()])
    assert anna.heard == ["m.user", "ready"], "one of the former gave way"
    assert len(rows(chat)) < MOST + 30


# --- in a room


def speaks(server: KeyServer, phone: Phone, event: dict[str, Any], room: str = "fremdrift") -> None:
    """A step of the person's in a room, encrypted."""
    room_id = server.chat.room_id(room, phone.who)
    keys = Keys(to_device=() if event["type"] != "m.room.message" else (phone.room_key(room_id),))
    sealed = phone.seal(room_id, event["type"], event["content"])
    if "m.relates_to" in event["content"]:
        sealed["m.relates_to"] = event["content"]["m.relates_to"]
    stamp = int(server.now.timestamp() * 1000)
    count = len(server.asked) + server.chat.last_seq()
    raw = {
        "type": "m.room.encrypted",
        "event_id": event.get("event_id", f"$step{count}-{stamp}"),
        "sender": phone.user_id,
        "origin_server_ts": stamp,
        "content": sealed,
    }
    found = Joined(room_id, (), (Arrival(room_id, raw, server.now),))
    server.chat.db.run_sync(
        server.chat.inbox.sync, Batch(f"r{count}", server.now, {}, (found,), (), keys=keys)
    )
    server.work()


def answers(server: KeyServer, phone: Phone) -> list[dict[str, Any]]:
    """What the bot says in the room now, as the phone reads it."""
    said = []
    for sealed in server.speak(server.chat.target("fremdrift")):
        assert sealed["type"] == "m.room.encrypted"
        read = phone.read(sealed)
        assert read is not None
        assert sealed["m.relates_to"] == read["content"]["m.relates_to"], (
            "the homeserver sees what belongs together"
        )
        said.append(read)
    return said


def test_in_an_encrypted_room(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna", ROOM)
    speaks(server, anna, {**anna.request(), "event_id": "$request"})
    (ready,) = answers(server, anna)
    assert ready["type"] == PREFIX + "ready"
    assert ready["content"]["m.relates_to"] == {"rel_type": "m.reference", "event_id": "$request"}
    assert ready["content"]["dk.hotspotbot"]["kind"] == "verification"
    speaks(server, anna, anna.asker.start())
    (accept,) = answers(server, anna)
    speaks(server, anna, anna.asker.key())
    key, mac = answers(server, anna)
    assert anna.asker.committed(accept["content"], key["content"]["key"])
    assert tuple(row(chat).emoji) == anna.asker.agree(key["content"]["key"])[0]
    proofs = {"ed25519:BOTDEVICE": server.bot_ed, f"ed25519:{MASTER}": MASTER}
    expected = {name: anna.asker.proof(said, name, bots=True) for name, said in proofs.items()}
    assert mac["content"]["mac"] == expected
    speaks(server, anna, anna.mac())
    assert [said["type"] for said in answers(server, anna)] == [PREFIX + "done"]
    assert row(chat).state == "done"
    texts = chat.ask(lambda s: [one.template for one in s.exec(select(Outbox).where(Outbox.what == "event"))])
    assert set(texts) == {None}, "nothing of it is kept"


def test_a_request_in_the_clear_counts_as_well(chat: Chat, server: KeyServer) -> None:
    anna = Phone(server, "anna", ROOM)
    server.say(anna, "hej")  # she is in the encrypted room, and its key is known
    request = anna.request()
    chat.event("anna", "fremdrift", "m.room.message", request["content"], event_id="$request")
    (row_,) = rows(chat)
    assert (row_.state, row_.transaction_id) == ("ready", "$request")
    assert [said["type"] for said in answers(server, anna)] == [PREFIX + "ready"], (
        "and the answer is encrypted"
    )


@pytest.mark.parametrize("encrypted", [True, False])
def test_in_a_room_nobody_is_answered_who_may_not_speak_there(
    chat: Chat, server: KeyServer, encrypted: bool
) -> None:
    stranger = Phone(server, "ukendt", ROOM)
    request = {**stranger.request(), "event_id": "$request"}
    if encrypted:
        speaks(server, stranger, request)
    else:
        chat.event("ukendt", "fremdrift", "m.room.message", request["content"], event_id="$request")
    assert answers(server, stranger) == []
    assert rows(chat) == []
