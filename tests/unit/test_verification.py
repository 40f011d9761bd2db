"""A person verifies the bot: against an other side that is written from the specification and shares no code with it.

The other side is the one that asks and starts. It does its own key agreement, HKDF and HMAC with `cryptography`.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import vodozemac as vz
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st
from nio.crypto.sas import Sas as NioSas

from bot.matrix.crypto.emoji import TABLE, emoji
from bot.matrix.crypto.signing import SigningKey
from bot.matrix.crypto.verification import Flow, Message, Verifications

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BOT, BOT_DEVICE, LENE, LAPTOP = "@bot:example.dk", "BOTDEVICE", "@lene:example.dk", "LAPTOP"
ROOM = "!direct:example.dk"
BOT_KEY, BOT_MASTER, LAPTOP_KEY, LENE_MASTER = (SigningKey(bytes([n]) * 32).public for n in range(1, 5))

Change = Callable[[dict[str, Any]], object]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


class Asker:
    """Lene's app, in a room or by to-device messages."""

    def __init__(self, room_id: str | None = None, transaction_id: str = "txn", user_id: str = LENE) -> None:
        self.room_id, self.user_id, self.device_id = room_id, user_id, LAPTOP
        self.bot, self.bot_device = BOT, BOT_DEVICE
        self.id = "$request" if room_id else transaction_id
        self.private = X25519PrivateKey.generate()
        self.public = b64(self.private.public_key().public_bytes_raw())
        self.start_content: dict[str, Any] = {}
        self.secret = b""

    def event(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        if self.room_id:
            content = {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": self.id}}
            return {"type": f"m.key.verification.{kind}", "sender": self.user_id, "content": content}
        content = {**content, "transaction_id": self.id}
        return {"type": f"m.key.verification.{kind}", "sender": self.user_id, "content": content}

    def request(self, at: datetime = NOW) -> dict[str, Any]:
        content = {"from_device": self.device_id, "methods": ["m.qr_code.show.v1", "m.sas.v1"]}
        stamp = int(at.timestamp() * 1000)
        if not self.room_id:
            return self.event("request", {**content, "timestamp": stamp})
        return {
            "type": "m.room.message",
            "sender": self.user_id,
            "event_id": self.id,
            "origin_server_ts": stamp,
            "content": {
                **content,
                "msgtype": "m.key.verification.request",
                "to": self.bot,
                "body": "Bed om …",
            },
        }

    def start(self) -> dict[str, Any]:
        event = self.event(
            "start",
            {
                "from_device": self.device_id,
                "method": "m.sas.v1",
                "key_agreement_protocols": ["curve25519", "curve25519-hkdf-sha256"],
                "hashes": ["sha256"],
                "message_authentication_codes": ["hkdf-hmac-sha256", "hkdf-hmac-sha256.v2"],
                "short_authentication_string": ["emoji", "decimal"],
            },
        )
        self.start_content = event["content"]
        return event

    def key(self) -> dict[str, Any]:
        return self.event("key", {"key": self.public})

    def derive(self, info: str, length: int) -> bytes:
        return HKDF(SHA256(), length, salt=None, info=info.encode()).derive(self.secret)

    def committed(self, accept: dict[str, Any], bot_key: str) -> bool:
        """Whether the bot's key is the one it had committed to."""
        start = json.dumps(self.start_content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return bool(accept["commitment"] == b64(hashlib.sha256((bot_key + start).encode()).digest()))

    def agree(self, bot_key: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The emoji and decimals that Lene sees."""
        public = X25519PublicKey.from_public_bytes(base64.b64decode(bot_key + "="))
        self.secret = self.private.exchange(public)
        shown = self.derive(
            f"MATRIX_KEY_VERIFICATION_SAS|{self.user_id}|{self.device_id}|{self.public}|{self.bot}|{self.bot_device}|{bot_key}|{self.id}",
            6,
        )
        bits = int.from_bytes(shown, "big") >> 6
        b = shown[:5]
        decimals = (
            (b[0] << 5 | b[1] >> 3) + 1000,
            ((b[1] & 0x7) << 10 | b[2] << 2 | b[3] >> 6) + 1000,
            ((b[3] & 0x3F) << 7 | b[4] >> 1) + 1000,
        )
        return tuple(bits >> 6 * (6 - n) & 0x3F for n in range(7)), decimals

    def proof(self, said: str, key_id: str, *, bots: bool = False) -> str:
        ours, theirs = self.user_id + self.device_id, self.bot + self.bot_device
        way = theirs + ours if bots else ours + theirs
        key = self.derive(f"MATRIX_KEY_VERIFICATION_MAC{way}{self.id}{key_id}", 32)
        return b64(hmac.digest(key, said.encode(), "sha256"))

    def mac(self, keys: dict[str, str] | None = None) -> dict[str, Any]:
        keys = keys or {f"ed25519:{LAPTOP}": LAPTOP_KEY, f"ed25519:{LENE_MASTER}": LENE_MASTER}
        proofs = {key_id: self.proof(key, key_id) for key_id, key in keys.items()}
        return self.event("mac", {"mac": proofs, "keys": self.proof(",".join(sorted(keys)), "KEY_IDS")})


def keys_of(user_id: str, device_id: str) -> tuple[str | None, str | None]:
    return (LAPTOP_KEY, LENE_MASTER) if (user_id, device_id) == (LENE, LAPTOP) else (None, None)


def verifications(keys: Callable[[str, str], tuple[str | None, str | None]] = keys_of) -> Verifications:
    return Verifications(BOT, BOT_DEVICE, BOT_KEY, BOT_MASTER, keys)


def kinds(messages: list[Message]) -> list[str]:
    """What was said, a cancellation by its code."""
    return [
        m.content["code"] if m.kind.endswith("cancel") else m.kind.removeprefix("m.key.verification.")
        for m in messages
    ]


def flow(bot: Verifications) -> Flow:
    (only,) = bot.flows()
    return only


def until(bot: Verifications, asker: Asker, state: str) -> list[Message]:
    """Bring a verification to this state; the bot's last answer."""
    steps = {"ready": asker.request, "started": asker.start, "keys": asker.key}
    for name, step in steps.items():
        said = bot.handle(step(), now=NOW, room_id=asker.room_id)
        assert flow(bot).state == name
        if name == "keys":
            asker.agree(said[0].content["key"])
        if name == state:
            return said
    raise AssertionError(state)


@pytest.mark.parametrize("room_id", [None, ROOM])
def test_a_verification_from_the_request_to_the_end(room_id: str | None) -> None:
    bot, lene = verifications(), Asker(room_id)

    def say(event: dict[str, Any]) -> list[Message]:
        said = bot.handle(event, now=NOW, room_id=room_id)
        for message in said:
            assert message.to_user == LENE
            assert message.room_id == room_id
            assert message.to_device == (None if room_id else LAPTOP)
            if room_id:
                relation = {"rel_type": "m.reference", "event_id": "$request"}
                assert message.content["m.relates_to"] == relation
                assert "transaction_id" not in message.content
            else:
                assert message.content["transaction_id"] == "txn"
        return said

    (ready,) = say(lene.request())
    assert ready.kind == "m.key.verification.ready"
    assert ready.content["methods"] == ["m.sas.v1"]
    assert ready.content["from_device"] == BOT_DEVICE

    (accept,) = say(lene.start())
    assert accept.kind == "m.key.verification.accept"
    assert accept.content["method"] == "m.sas.v1"
    assert accept.content["key_agreement_protocol"] == "curve25519-hkdf-sha256"
    assert accept.content["hash"] == "sha256"
    assert accept.content["message_authentication_code"] == "hkdf-hmac-sha256.v2"
    assert sorted(accept.content["short_authentication_string"]) == ["decimal", "emoji"]

    key, mac = say(lene.key())
    assert (key.kind, mac.kind) == ("m.key.verification.key", "m.key.verification.mac")
    assert lene.committed(accept.content, key.content["key"])
    assert lene.agree(key.content["key"]) == (flow(bot).emoji, flow(bot).decimals)
    ids = {f"ed25519:{BOT_DEVICE}": BOT_KEY, f"ed25519:{BOT_MASTER}": BOT_MASTER}
    assert mac.content["mac"] == {key_id: lene.proof(said, key_id, bots=True) for key_id, said in ids.items()}
    assert mac.content["keys"] == lene.proof(",".join(sorted(ids)), "KEY_IDS", bots=True)
    assert flow(bot).state == "keys"
    assert flow(bot).master is None

    (done,) = say(lene.mac())
    assert done.kind == "m.key.verification.done"
    assert say(lene.event("done", {})) == []
    assert flow(bot).state == "done"
    assert flow(bot).master == LENE_MASTER
    assert (flow(bot).user_id, flow(bot).device_id, flow(bot).transaction_id) == (LENE, LAPTOP, lene.id)


def test_the_bots_key_is_another_each_time() -> None:
    said = [until(verifications(), Asker(), "keys")[0].content["key"] for _ in range(2)]
    assert said[0] != said[1]


def test_a_person_without_an_identity_proves_a_device() -> None:
    bot, lene = verifications(lambda *_: (LAPTOP_KEY, None)), Asker()
    until(bot, lene, "keys")
    assert kinds(bot.handle(lene.mac({f"ed25519:{LAPTOP}": LAPTOP_KEY}), now=NOW)) == ["done"]
    assert flow(bot).master is None


def test_a_master_key_that_is_not_proven_is_not_reported() -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "keys")
    other = SigningKey.new().public
    keys = {f"ed25519:{LAPTOP}": LAPTOP_KEY, f"ed25519:{other}": other}
    assert kinds(bot.handle(lene.mac(keys), now=NOW)) == ["done"]
    assert flow(bot).master is None


def altered(name: str, key_id: str | None = None) -> Change:
    def change(content: dict[str, Any]) -> None:
        place = content["mac"] if key_id else content
        proof = place[key_id or name]
        place[key_id or name] = ("B" if proof[0] == "A" else "A") + proof[1:]

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (altered("keys"), "m.key_mismatch"),
        (altered("mac", f"ed25519:{LAPTOP}"), "m.key_mismatch"),
        (altered("mac", f"ed25519:{LENE_MASTER}"), "m.key_mismatch"),
        (lambda content: content["mac"].pop(f"ed25519:{LENE_MASTER}"), "m.key_mismatch"),
        (lambda content: content["mac"].pop(f"ed25519:{LAPTOP}"), "m.key_mismatch"),
        (lambda content: content["mac"].update({"ed25519:MORE": "AAAA"}), "m.key_mismatch"),
        (lambda content: content["mac"].update({f"ed25519:{LAPTOP}": None}), "m.key_mismatch"),
        (lambda content: content["mac"].update({f"ed25519:{LAPTOP}": "æ"}), "m.key_mismatch"),
        (lambda content: content.update({"keys": ""}), "m.key_mismatch"),
        (lambda content: content.update({"keys": 7}), "m.invalid_message"),
        (lambda content: content.update({"mac": []}), "m.invalid_message"),
        (lambda content: content.pop("mac"), "m.invalid_message"),
    ],
)
def test_a_false_proof_ends_it(change: Change, code: str) -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "keys")
    event = lene.mac()
    change(event["content"])
    assert kinds(bot.handle(event, now=NOW)) == [code]
    assert (flow(bot).state, flow(bot).code, flow(bot).master) == ("cancelled", code, None)
    assert bot.handle(lene.mac(), now=NOW) == [], "the right proof afterwards counts for nothing"


@pytest.mark.parametrize(
    "known",
    [
        (None, None),
        (None, LENE_MASTER),
        (BOT_KEY, LENE_MASTER),
    ],
)
def test_other_keys_than_the_homeserver_gave_end_it(known: tuple[str | None, str | None]) -> None:
    bot, lene = verifications(lambda *_: known), Asker()
    until(bot, lene, "keys")
    assert kinds(bot.handle(lene.mac(), now=NOW)) == ["m.key_mismatch"]


def test_a_device_that_is_named_like_the_master_key_proves_nothing() -> None:
    """Its one proof would count for two keys."""
    bot, lene = verifications(lambda *_: (LAPTOP_KEY, LENE_MASTER)), Asker()
    lene.device_id = LENE_MASTER
    until(bot, lene, "keys")
    mac = lene.mac({f"ed25519:{LENE_MASTER}": LENE_MASTER})
    assert kinds(bot.handle(mac, now=NOW)) == ["m.key_mismatch"]


def test_a_proof_over_another_device_key_ends_it() -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "keys")
    keys = {f"ed25519:{LAPTOP}": SigningKey.new().public, f"ed25519:{LENE_MASTER}": LENE_MASTER}
    assert kinds(bot.handle(lene.mac(keys), now=NOW)) == ["m.key_mismatch"]


def test_the_bots_own_proof_sent_back_ends_it() -> None:
    bot, lene = verifications(), Asker()
    mac = until(bot, lene, "keys")[1]
    assert kinds(bot.handle(lene.event("mac", mac.content), now=NOW)) == ["m.key_mismatch"]


def test_a_homeserver_in_the_middle_shows_other_emoji_and_learns_no_key_it_did_not_commit_to() -> None:
    bot, lene, middle = verifications(), Asker(), Asker()
    (accept,) = [bot.handle(event, now=NOW) for event in (lene.request(), lene.start())][-1]
    key, _ = bot.handle(middle.key(), now=NOW)
    middle.start_content = lene.start_content
    assert lene.committed(accept.content, key.content["key"])
    assert not lene.committed(accept.content, middle.public)
    assert lene.agree(key.content["key"]) != (flow(bot).emoji, flow(bot).decimals)
    assert kinds(bot.handle(lene.mac(), now=NOW)) == ["m.key_mismatch"]


@pytest.mark.parametrize("room_id", [None, ROOM])
@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("ready", "key"),
        ("ready", "mac"),
        ("ready", "done"),
        ("ready", "ready"),
        ("started", "mac"),
        ("started", "done"),
        ("started", "accept"),
        ("keys", "start"),
        ("keys", "done"),
    ],
)
def test_a_message_out_of_order_ends_it(room_id: str | None, state: str, kind: str) -> None:
    bot, lene = verifications(), Asker(room_id)
    until(bot, lene, state)
    event = lene.event(kind, {"key": lene.public, "mac": {}, "keys": "", "from_device": LAPTOP})
    assert kinds(bot.handle(event, now=NOW, room_id=room_id)) == ["m.unexpected_message"]
    assert flow(bot).code == "m.unexpected_message"


def test_a_second_start_and_a_second_key_end_it() -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "started")
    again = lene.start()
    again["content"]["hashes"] = ["sha256", "sha512"]
    assert kinds(bot.handle(again, now=NOW)) == ["m.unexpected_message"]
    bot, lene = verifications(), Asker()
    until(bot, lene, "keys")
    assert kinds(bot.handle(Asker().key(), now=NOW)) == ["m.unexpected_message"]


@pytest.mark.parametrize("room_id", [None, ROOM])
def test_the_same_message_again_gets_the_same_answer(room_id: str | None) -> None:
    """A sync is repeated when its transaction was rolled back."""
    bot, lene = verifications(), Asker(room_id)
    for step in (lene.request, lene.start, lene.key):
        event = step()
        said = bot.handle(event, now=NOW, room_id=room_id)
        assert said
        assert bot.handle(json.loads(json.dumps(event)), now=NOW, room_id=room_id) == said
        if step == lene.key:
            lene.agree(said[0].content["key"])
    before = [
        bot.handle(event, now=NOW, room_id=room_id) for event in (lene.request(), lene.start(), lene.key())
    ]
    assert [kinds(said) for said in before] == [["ready"], ["accept"], ["key", "mac"]]
    mac = lene.mac()
    assert bot.handle(mac, now=NOW, room_id=room_id) == bot.handle(mac, now=NOW, room_id=room_id)
    assert flow(bot).state == "done"


@pytest.mark.parametrize("state", ["ready", "started", "keys"])
def test_they_may_cancel_at_any_time(state: str) -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, state)
    assert bot.handle(lene.event("cancel", {"code": "m.mismatched_sas", "reason": "Nej"}), now=NOW) == []
    assert (flow(bot).state, flow(bot).code, flow(bot).master) == ("cancelled", "m.mismatched_sas", None)
    if state == "keys":
        assert bot.handle(lene.mac(), now=NOW) == []
        assert flow(bot).state == "cancelled"


def test_what_is_unknown_is_told_so_but_never_a_cancellation() -> None:
    bot, lene = verifications(), Asker()
    for event in (lene.start(), lene.key(), lene.event("mac", {})):
        (said,) = bot.handle(event, now=NOW)
        assert said.kind == "m.key.verification.cancel"
        assert said.content["code"] == "m.unknown_transaction"
        assert said.content["reason"]
        assert said.content["transaction_id"] == "txn"
        assert (said.to_user, said.room_id) == (LENE, None)
    assert bot.handle(lene.event("cancel", {"code": "m.user"}), now=NOW) == []
    assert bot.handle(lene.event("done", {}), now=NOW) == []
    assert bot.flows() == ()


def test_in_a_room_other_peoples_verifications_are_left_alone() -> None:
    bot, lene = verifications(), Asker(ROOM)
    request = lene.request()
    request["content"]["to"] = "@bo:example.dk"
    for event in (request, lene.start(), lene.key(), lene.event("mac", {})):
        assert bot.handle(event, now=NOW, room_id=ROOM) == []
    assert bot.flows() == ()


def test_nobody_else_gets_into_a_verification() -> None:
    bot, lene = verifications(), Asker(ROOM)
    until(bot, lene, "started")
    bo = Asker(ROOM, user_id="@bo:example.dk")
    assert bot.handle(bo.key(), now=NOW, room_id=ROOM) == []
    assert bot.handle(bo.event("cancel", {"code": "m.user"}), now=NOW, room_id=ROOM) == []
    assert bot.handle(lene.key(), now=NOW, room_id="!another:example.dk") == []
    assert flow(bot).state == "started"


def test_two_people_may_use_the_same_transaction_id() -> None:
    bot = verifications()
    for user_id in (LENE, "@bo:example.dk"):
        assert kinds(bot.handle(Asker(user_id=user_id).request(), now=NOW)) == ["ready"]
    assert [each.user_id for each in bot.flows()] == [LENE, "@bo:example.dk"]


def test_our_own_messages_come_back_from_the_room() -> None:
    bot, lene = verifications(), Asker(ROOM)
    said = until(bot, lene, "keys")
    for message in said:
        event = {"type": message.kind, "sender": BOT, "content": message.content}
        assert bot.handle(event, now=NOW, room_id=ROOM) == []
    assert flow(bot).state == "keys"


@pytest.mark.parametrize("room_id", [None, ROOM])
def test_a_verification_lasts_ten_minutes_from_its_request(room_id: str | None) -> None:
    bot, lene = verifications(), Asker(room_id)
    asked = NOW - timedelta(minutes=4)
    assert kinds(bot.handle(lene.request(asked), now=NOW, room_id=room_id)) == ["ready"]
    assert bot.expire(asked + timedelta(minutes=9, seconds=59)) == []
    assert kinds(bot.expire(asked + timedelta(minutes=10))) == ["m.timeout"]
    assert flow(bot).code == "m.timeout"
    assert bot.expire(asked + timedelta(minutes=11)) == []
    assert bot.handle(lene.start(), now=asked + timedelta(minutes=11), room_id=room_id) == []


def test_what_is_too_late_is_told_with_the_next_event() -> None:
    bot, lene, bo = verifications(), Asker(), Asker(user_id="@bo:example.dk")
    until(bot, lene, "keys")
    later = NOW + timedelta(minutes=10)
    told = bot.handle(bo.request(later), now=later)
    assert kinds(told) == ["m.timeout", "ready"]
    assert [message.to_user for message in told] == [LENE, "@bo:example.dk"]


@pytest.mark.parametrize("room_id", [None, ROOM])
@pytest.mark.parametrize("minutes", [-10, -600, 6])
def test_requests_from_another_time_are_not_answered(room_id: str | None, minutes: int) -> None:
    bot, lene = verifications(), Asker(room_id)
    assert bot.handle(lene.request(NOW + timedelta(minutes=minutes)), now=NOW, room_id=room_id) == []
    assert bot.flows() == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "m.reciprocate.v1"}, "m.unknown_method"),
        ({"method": None}, "m.unknown_method"),
        ({"key_agreement_protocols": ["curve25519"]}, "m.unknown_method"),
        ({"hashes": ["sha512"]}, "m.unknown_method"),
        ({"message_authentication_codes": ["hkdf-hmac-sha256"]}, "m.unknown_method"),
        ({"short_authentication_string": ["song"]}, "m.unknown_method"),
        ({"hashes": "sha256"}, "m.invalid_message"),
        ({"short_authentication_string": {"emoji": 1}}, "m.invalid_message"),
        ({"from_device": "PHONE"}, "m.invalid_message"),
        ({"more": 1.5}, "m.invalid_message"),
    ],
)
def test_a_start_that_does_not_fit_ends_it(change: dict[str, Any], code: str) -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "ready")
    event = lene.start()
    event["content"].update(change)
    assert kinds(bot.handle(event, now=NOW)) == [code]


def test_an_app_without_emoji_gets_decimals() -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "ready")
    event = lene.start()
    event["content"]["short_authentication_string"] = ["decimal"]
    (accept,) = bot.handle(event, now=NOW)
    assert accept.content["short_authentication_string"] == ["decimal"]


def test_the_commitment_is_over_the_whole_start_as_it_was_written() -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "ready")
    event = lene.start()
    event["content"].update({"unsigned": {"a": 1}, "signatures": {}, "dk.example": "Blåbærgrød 🫐"})
    (accept,) = bot.handle(event, now=NOW)
    key, _ = bot.handle(lene.key(), now=NOW)
    assert lene.committed(accept.content, key.content["key"])


@pytest.mark.parametrize("key", ["", "A" * 43, "A" * 42, "A" * 44, "æ", None, 7, ["A"]])
def test_a_key_that_is_none_ends_it(key: object) -> None:
    """Forty-three A are a key with which every secret is the same."""
    bot, lene = verifications(), Asker()
    until(bot, lene, "started")
    assert kinds(bot.handle(lene.event("key", {"key": key}), now=NOW)) == ["m.invalid_message"]


def test_a_request_without_our_method_is_left_to_others() -> None:
    bot, lene = verifications(), Asker()
    event = lene.request()
    event["content"]["methods"] = ["m.qr_code.scan.v1"]
    assert bot.handle(event, now=NOW) == []
    assert bot.flows() == ()


def test_a_person_has_three_at_once_and_the_oldest_gives_way() -> None:
    bot = verifications()
    askers = [Asker(transaction_id=f"txn{n}") for n in range(4)]
    for asker in askers[:3]:
        assert kinds(bot.handle(asker.request(), now=NOW)) == ["ready"]
    told = bot.handle(askers[3].request(), now=NOW)
    assert kinds(told) == ["m.user", "ready"]
    assert told[0].content["transaction_id"] == "txn0"
    assert [each.state for each in bot.flows()] == ["cancelled", "ready", "ready", "ready"]


def test_many_askers_do_not_fill_the_memory_nor_push_out_what_is_done() -> None:
    bot, lene = verifications(), Asker()
    until(bot, lene, "keys")
    bot.handle(lene.mac(), now=NOW)
    told = [
        message
        for n in range(100)
        for message in bot.handle(Asker(user_id=f"@stranger{n}:example.dk").request(), now=NOW)
    ]
    assert kinds(told).count("ready") == 100
    assert kinds(told).count("m.user") == 80
    states = [each.state for each in bot.flows()]
    assert states.count("ready") == 20
    assert len(states) == 40
    assert bot.flows()[0].state == "done"


names = st.sampled_from(
    ["txn", "$request", LAPTOP, BOT_DEVICE, BOT, LENE, "m.sas.v1", "m.reference", "", "\ud800"]
)
scraps: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(max_size=5) | names,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
FIELDS = "transaction_id from_device methods method msgtype to m.relates_to timestamp key mac keys code"
events = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["m.room.message"]
            + [
                f"m.key.verification.{kind}"
                for kind in ("request", "ready", "start", "accept", "key", "mac", "done", "cancel", "")
            ]
        )
        | scraps,
        "sender": st.sampled_from([LENE, BOT]) | scraps,
        "event_id": st.just("$request") | scraps,
        "origin_server_ts": scraps,
        "content": st.dictionaries(st.sampled_from(FIELDS.split()), scraps, max_size=8)
        | st.fixed_dictionaries(
            {"transaction_id": st.just("txn"), "m.relates_to": scraps},
            optional={
                field: scraps for field in FIELDS.split() if field not in {"transaction_id", "m.relates_to"}
            },
        )
        | scraps,
    },
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(events | scraps, max_size=6), st.sampled_from(["", "ready", "started", "keys"]), st.booleans()
)
def test_nothing_that_strangers_send_raises_or_proves_anything(
    said: list[Any], state: str, room: bool
) -> None:
    room_id = ROOM if room else None
    bot, lene = verifications(), Asker(room_id)
    if state:
        until(bot, lene, state)
    for event in said:
        for message in bot.handle(event, now=NOW, room_id=room_id):
            assert isinstance(message, Message)
            json.dumps(message.content).encode()
    assert all(each.state != "done" for each in bot.flows())


@pytest.mark.parametrize("bad", ["", "\ud800", "a" * 256, "å" * 128, None, 7])
def test_what_is_named_by_no_name_is_left_alone(bad: object) -> None:
    for room_id, field in ((None, "transaction_id"), (None, "from_device"), (ROOM, "from_device")):
        event = Asker(room_id).request()
        event["content"][field] = bad
        assert verifications().handle(event, now=NOW, room_id=room_id) == []
    for field in ("sender", "event_id"):
        assert verifications().handle({**Asker(ROOM).request(), field: bad}, now=NOW, room_id=ROOM) == []


def test_a_moment_beyond_all_numbers_does_no_harm() -> None:
    event = Asker().request()
    event["content"]["timestamp"] = 10**400
    verifications().handle(event, now=NOW)
    verifications().handle({**Asker(ROOM).request(), "origin_server_ts": -(10**400)}, now=NOW, room_id=ROOM)


def test_an_answer_of_another_kind_to_the_request_is_no_step() -> None:
    bot, lene = verifications(), Asker(ROOM)
    until(bot, lene, "ready")
    event = lene.start()
    event["content"]["m.relates_to"]["rel_type"] = "m.thread"
    assert bot.handle(event, now=NOW, room_id=ROOM) == []
    assert flow(bot).state == "ready"


def test_deep_nesting_does_no_harm() -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    bot, lene = verifications(), Asker()
    event = lene.request()
    event["content"]["more"] = deep
    assert bot.handle(event, now=NOW) == []


def test_our_own_other_device_may_verify_this_one_but_not_this_one_itself() -> None:
    bot = verifications()
    own = Asker(user_id=BOT)
    assert kinds(bot.handle(own.request(), now=NOW)) == ["ready"]
    own = Asker(user_id=BOT, transaction_id="another")
    own.device_id = BOT_DEVICE
    assert bot.handle(own.request(), now=NOW) == []


def test_the_emoji_are_the_specifications_and_have_a_name_of_their_own_in_each_language() -> None:
    assert [each.symbol for each in TABLE] == [symbol for symbol, _ in NioSas.emoji]
    renamed = {
        "Wrench": "Spanner",
        "Thumbs up": "Thumbs Up",
        "Airplane": "Aeroplane",
    }  # since nio copied them
    assert [each.en for each in TABLE] == [renamed.get(name, name) for _, name in NioSas.emoji]
    assert len({each.da for each in TABLE}) == len({each.en for each in TABLE}) == 64
    assert [each.da for each in emoji((0, 63, 17))] == ["Hund", "Tegnestift", "Kaktus"]


def test_vodozemac_as_the_other_side_agrees() -> None:
    """The other side once more, as most apps have it: on vodozemac."""
    bot, lene, sas = verifications(), Asker(), vz.Sas()
    until(bot, lene, "started")
    lene.public = sas.public_key.to_base64()
    key, mac = bot.handle(lene.key(), now=NOW)
    theirs = key.content["key"]
    shared = sas.diffie_hellman(vz.Curve25519PublicKey.from_base64(theirs))
    shown = shared.bytes(
        f"MATRIX_KEY_VERIFICATION_SAS|{LENE}|{LAPTOP}|{lene.public}|{BOT}|{BOT_DEVICE}|{theirs}|txn"
    )
    assert tuple(shown.emoji_indices) == flow(bot).emoji
    assert shown.decimals == flow(bot).decimals
    info = f"MATRIX_KEY_VERIFICATION_MAC{BOT}{BOT_DEVICE}{LENE}{LAPTOP}txned25519:{BOT_DEVICE}"
    shared.verify_mac(BOT_KEY, info, mac.content["mac"][f"ed25519:{BOT_DEVICE}"])
