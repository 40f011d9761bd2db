"""People's devices that encrypt, as Element does: on vodozemac, with keys of their own, signed by their owner.

Written from the specification, not from the bot. A phone hears events to it as they come, shares the key of what it
says with the bot's device as the homeserver knows it, and gives a key again only to whom it was meant for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import vodozemac as vz
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.simulation.homeserver import Content, Event, World
from tests.simulation.keys import ONE_TIME
from tests.simulation.loop import VirtualLoop

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
PREFIX = "/_matrix/client/v3"
MOST = 20  # messages under one room key: few, so that keys are changed within a story

Json = dict[str, Any]


@dataclass
class Sharing:
    """A room key of a phone's own: to which of the bot's devices it was given, from which message on."""

    key: vz.GroupSession
    to: dict[str, vz.ExportedSessionKey | None]
    own: vz.InboundGroupSession
    messages: int = 0


class Phone:
    """One device of a person."""

    def __init__(self, phones: Phones, user: str, device: str, *, signed: bool) -> None:
        self.phones = phones
        self.world = phones.world
        self.random = phones.random
        self.user = user
        self.device = device
        account: Any = vz.Account()
        self.account = account  # its stubs do not know of fallback keys
        self.curve25519 = self.account.curve25519_key.to_base64()
        self.ed25519 = self.account.ed25519_key.to_base64()
        self.olm: dict[str, list[vz.Session]] = {}  # by the other's identity key, the one to speak on last
        self.ours: dict[str, Sharing] = {}  # by room
        self.shared: dict[str, Sharing] = {}  # by session, all there ever were
        self.keys: dict[str, vz.InboundGroupSession] = {}  # of others, by session
        self.keyed_at: dict[str, int] = {}  # when the homeserver accepted each of them
        self.since = self.world.keys.step()
        self.signed_at_once = signed
        self.signed_at = phones.now() if signed else None
        self.account.generate_one_time_keys(3)
        self.account.generate_fallback_key()
        self._publish(signed=signed)

    # --- keys

    def _publish(self, *, signed: bool) -> None:
        master, signing = _identity(self.user)
        body = {
            "master_key": _purpose(self.user, "master", master),
            "self_signing_key": _signed(
                self.user, _name(master), master, _purpose(self.user, "self_signing", signing)
            ),
        }
        if not self.world.keys.identities[self.user]:
            self._call("POST", "keys/device_signing/upload", body)
        keys = {
            "user_id": self.user,
            "device_id": self.device,
            "algorithms": [OLM, MEGOLM],
            "keys": {f"curve25519:{self.device}": self.curve25519, f"ed25519:{self.device}": self.ed25519},
        }
        keys = self._own(keys)
        once = self.account.one_time_keys.items()
        spare = self.account.fallback_key.items()
        upload = {
            "device_keys": _signed(self.user, _name(signing), signing, keys) if signed else keys,
            "one_time_keys": {f"{ONE_TIME}:{n}": self._own({"key": key.to_base64()}) for n, key in once},
            "fallback_keys": {
                f"{ONE_TIME}:{n}": self._own({"key": key.to_base64(), "fallback": True}) for n, key in spare
            },
        }
        self._call("POST", "keys/upload", upload)
        self.account.mark_keys_as_published()

    def sign(self) -> None:
        """Its owner signs it, later than at once. The homeserver tells nobody."""
        if self.signed_at is None:
            _, signing = _identity(self.user)
            keys = self.world.keys.devices(self.user)[self.device]
            signed = _signed(self.user, _name(signing), signing, keys)
            self._call("POST", "keys/signatures/upload", {self.user: {self.device: signed}})
            self.signed_at = self.phones.now()

    def _own(self, what: Json) -> Json:
        signature = self.account.sign(_canonical(what)).to_base64()
        return {**what, "signatures": {self.user: {f"ed25519:{self.device}": signature}}}

    def _call(self, method: str, path: str, body: Json) -> Json:
        said = self.world.keys.handle(self.user, self.device, method, f"{PREFIX}/{path}", body)
        assert said is not None
        return said

    # --- hearing

    def hear(self, event: Json, pos: int) -> None:
        """An event to this device. What it cannot make sense of it lets lie, as everybody should."""
        content = event["content"]
        if event["type"] == "m.room_key_request" and event["sender"] == self.phones.bot:
            self._asked(content)
        text = (
            content.get("ciphertext", {}).get(self.curve25519)
            if event["type"] == "m.room.encrypted"
            else None
        )
        if not isinstance(text, dict):
            return
        said = self._open(content["sender_key"], text)
        if (
            said is None
            or said["recipient_keys"]["ed25519"] != self.ed25519
            or said["recipient"] != self.user
        ):
            return
        key = said["content"]
        if said["type"] == "m.room_key" and key["session_id"] not in self.keys:
            self.keys[key["session_id"]] = vz.InboundGroupSession(vz.SessionKey(key["session_key"]))
            self.keyed_at[key["session_id"]] = pos

    def _open(self, sender: str, text: Json) -> Json | None:
        message = vz.AnyOlmMessage.from_parts(text["type"], _bytes(text["body"]))
        first = message.to_pre_key()
        known = self.olm.setdefault(sender, [])
        for one in reversed(known):
            if first is not None and one.session_id != first.session_id():
                continue
            try:
                clear = one.decrypt(message)
            except vz.OlmDecryptionException:
                continue
            known.remove(one)
            known.append(one)
            return dict(json.loads(clear))
        if first is None or any(one.session_id == first.session_id() for one in known):
            return None  # it came twice
        session, clear = self.account.create_inbound_session(
            vz.Curve25519PublicKey.from_base64(sender), first
        )
        known.append(session)
        return dict(json.loads(clear))

    def read(self, content: Content, pos: int) -> tuple[str, Json] | None:
        """What an encrypted event says, if its key had been accepted before the event was."""
        session = str(content["session_id"])
        if session not in self.keys or self.keyed_at[session] > pos:
            return None
        try:
            clear = self.keys[session].decrypt(vz.MegolmMessage.from_base64(content["ciphertext"]))
        except vz.MegolmDecryptionException:
            return None
        said = json.loads(clear.plaintext)
        return said["type"], said["content"]

    # --- saying

    def say(self, room_id: str, kind: str, content: Content) -> tuple[Json, bool]:
        """Something as it is sent to an encrypted room, and whether its key goes to the bot, sooner or later."""
        ours = self.ours.get(room_id)
        if ours is None or ours.messages >= MOST or self.random.random() < 0.1:
            key = vz.GroupSession()
            ours = Sharing(key, {}, vz.InboundGroupSession(key.session_key))
            self.ours[room_id] = self.shared[key.session_id] = ours
        devices = self.world.keys.devices(self.phones.bot)
        if self.world.rooms[room_id].membership(self.phones.bot) not in ("join", "invite"):
            devices = {}
        for device, keys in devices.items():
            if device not in ours.to:
                self._share(ours, room_id, device, keys)
        said = {"type": kind, "content": content, "room_id": room_id}
        ours.messages += 1
        sealed = {
            "algorithm": MEGOLM,
            "ciphertext": ours.key.encrypt(json.dumps(said).encode()).to_base64(),
            "session_id": ours.key.session_id,
        }
        if self.random.random() < 0.5:  # both are deprecated, and Element still sends them
            sealed |= {"sender_key": self.curve25519, "device_id": self.device}
        if "m.relates_to" in content:
            sealed["m.relates_to"] = content["m.relates_to"]
        return sealed, any(device in ours.to for device in devices)

    def _share(self, ours: Sharing, room_id: str, device: str, keys: Json) -> None:
        """Give the bot's device a room key."""
        exported = ours.own.export_at(ours.key.message_index)
        content = {
            "algorithm": MEGOLM,
            "room_id": room_id,
            "session_id": ours.key.session_id,
            "session_key": ours.key.session_key.to_base64(),
        }
        event = self._to(device, keys, "m.room_key", content)
        if event is None:
            return
        ours.to[device] = exported
        chance = self.random.random()
        if chance < 0.03:
            self.phones.tally["key lost"] += 1
            return  # on its way for ever: the bot has to ask for it
        if chance < 0.85:
            self.world.keys.put(self.user, self.phones.bot, device, "m.room.encrypted", event)
            return
        self.phones.tally["key late"] += 1
        delay = self.random.choice((0.01, 0.5, 30.0, 300.0, 3 * 3600.0))
        self.phones.later(delay, self.user, device, event)

    def _asked(self, content: Json) -> None:
        """The bot asks for a key. It gets what was meant for it, and nothing else (as Element does)."""
        wanted, device = content.get("body", {}), str(content.get("requesting_device_id"))
        ours = self.shared.get(str(wanted.get("session_id")))
        exported = ours.to.get(device) if ours else None
        keys = self.world.keys.devices(self.phones.bot).get(device)
        if content.get("action") != "request" or exported is None or keys is None:
            return
        self.phones.tally["key asked for"] += 1
        forwarded = {
            "algorithm": MEGOLM,
            "room_id": wanted["room_id"],
            "session_id": wanted["session_id"],
            "session_key": exported.to_base64(),
            "sender_key": self.curve25519,
            "sender_claimed_ed25519_key": self.ed25519,
            "forwarding_curve25519_key_chain": [],
        }
        event = self._to(device, keys, "m.forwarded_room_key", forwarded)
        if event is not None:
            self.world.keys.put(self.user, self.phones.bot, device, "m.room.encrypted", event)

    def _to(self, device: str, keys: Json, kind: str, content: Json) -> Json | None:
        """An Olm message to the bot's device; None when it has no key left to begin one with."""
        other = keys["keys"][f"curve25519:{device}"]
        known = self.olm.setdefault(other, [])
        if not known or self.random.random() < 0.02:  # now and then a phone has lost its sessions
            key = next(iter(self.world.keys.claim(self.phones.bot, device).values()), None)
            if key is None:
                return None
            made = self.account.create_outbound_session(
                vz.Curve25519PublicKey.from_base64(other), vz.Curve25519PublicKey.from_base64(key["key"])
            )
            known.append(made)
        said = {
            "type": kind,
            "content": content,
            "sender": self.user,
            "recipient": self.phones.bot,
            "recipient_keys": {"ed25519": keys["keys"][f"ed25519:{device}"]},
            "keys": {"ed25519": self.ed25519},
        }
        message_type, body = known[-1].encrypt(json.dumps(said).encode()).to_parts()
        text = {"type": message_type, "body": base64.b64encode(body).decode().rstrip("=")}
        return {"algorithm": OLM, "sender_key": self.curve25519, "ciphertext": {other: text}}

    def garbage(self, device: str) -> tuple[str, Any]:
        """Something that nobody should send to a device."""
        keys = self.world.keys.devices(self.phones.bot)[device]["keys"]
        other = keys[f"curve25519:{device}"]

        def sealed(text: Any) -> Json:
            return {"algorithm": OLM, "sender_key": self.curve25519, "ciphertext": {other: text}}

        deep: Any = {}
        for _ in range(200):
            deep = {"content": [deep]}
        return self.random.choice(
            (
                ("m.room.encrypted", sealed({"type": 0, "body": "AwogGARBAGE"})),
                ("m.room.encrypted", sealed({"type": 1, "body": base64.b64encode(bytes(64)).decode()})),
                ("m.room.encrypted", sealed({"type": "0", "body": 7})),
                ("m.room.encrypted", sealed(None)),
                ("m.room.encrypted", {"algorithm": OLM, "sender_key": None, "ciphertext": []}),
                ("m.room.encrypted", {"algorithm": ["m.megolm.v1.aes-sha2"]}),
                ("m.room_key", {"algorithm": MEGOLM, "room_id": 1, "session_id": "x", "session_key": "y"}),
                ("m.forwarded_room_key", {}),
                ("m.room_key_request", {"action": "request", "body": {"room_id": "!r1"}}),
                ("m.secret.request", {"name": "m.cross_signing.master", "action": "request"}),
                ("m.dummy", deep),
                ("org.example.ukendt", {"body": "\x00\ud800"}),
            )
        )


class Phones:
    """Everybody's devices. `now` gives the time in seconds since 1970."""

    def __init__(
        self, loop: VirtualLoop, rng: random.Random, world: World, bot: str, now: Callable[[], float]
    ) -> None:
        self.loop = loop
        self.random = rng
        self.world = world
        self.bot = bot
        self.now = now
        self.tally: Counter[str] = Counter()
        self.all: dict[str, list[Phone]] = {}
        self.pending: list[Callable[[], None]] = []  # keys on their way
        world.keys.told.append(self._told)

    def new(self, user: str, *, signed: bool = True) -> Phone:
        """One more device for somebody."""
        own = self.all.setdefault(user, [])
        own.append(Phone(self, user, f"PHONE{len(own) + 1}", signed=signed))
        return own[-1]

    def of(self, user: str) -> Phone:
        """The phone that somebody has in the hand just now."""
        return self.random.choice(self.all[user])

    def each(self) -> Iterator[Phone]:
        """All of them."""
        for own in self.all.values():
            yield from own

    def _told(self, user: str, device: str, pos: int, event: Json) -> None:
        for phone in self.all.get(user, ()):
            if phone.device == device:
                self.loop.call_later(self.random.uniform(0, 2.0), phone.hear, event, pos)

    def later(self, delay: float, user: str, device: str, event: Json) -> None:
        """A key that comes late."""

        def arrive() -> None:
            if arrive in self.pending:
                self.pending.remove(arrive)
                self.world.keys.put(user, self.bot, device, "m.room.encrypted", event)

        self.pending.append(arrive)
        self.loop.call_later(delay, arrive)

    def settle(self) -> None:
        """What was on its way arrives, and who has not signed a phone does it."""
        for arrive in list(self.pending):
            arrive()
        for phone in self.each():
            phone.sign()

    def read(self, event: Event) -> list[Phone]:
        """The phones that can read what the bot said; the event knows from then on what it says."""
        found = []
        for phone in self.each():
            inside = phone.read(event.content, event.pos)
            if inside is not None:
                event.inside = inside
                found.append(phone)
        return found


def _purpose(user: str, usage: str, key: Ed25519PrivateKey) -> Json:
    return {"user_id": user, "usage": [usage], "keys": {f"ed25519:{_name(key)}": _name(key)}}


@cache
def _identity(user: str) -> tuple[Ed25519PrivateKey, Ed25519PrivateKey]:
    """Somebody's master and self-signing keys: the same in every story, for they cost time."""
    seeds = (hashlib.sha256(f"{user} {usage}".encode()).digest() for usage in ("master", "self_signing"))
    master, signing = map(Ed25519PrivateKey.from_private_bytes, seeds)
    return master, signing


@cache
def _name(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")


def _signed(user: str, name: str, key: Ed25519PrivateKey, what: Json) -> Json:
    signature = base64.b64encode(key.sign(_canonical(what))).decode().rstrip("=")
    others: Json = what.get("signatures", {})
    return {**what, "signatures": {**others, user: others.get(user, {}) | {f"ed25519:{name}": signature}}}


def _canonical(what: Json) -> bytes:
    """What a signature is made over (Appendices, "Signing JSON")."""
    bare = {name: value for name, value in what.items() if name not in ("signatures", "unsigned")}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
