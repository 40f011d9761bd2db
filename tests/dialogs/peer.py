"""A person's device in a chat without a network, and the key server between it and the bot.

On vodozemac and `cryptography` alone: it shares no code with the bot's encryption but the libraries beneath.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import vodozemac as vz
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import select

from bot.clock import SystemClock
from bot.matrix.batch import Arrival, Batch, Joined, Keys
from bot.matrix.crypto import keybackup, olm
from bot.matrix.crypto.chores import Chore, Claim, Deliver, Query, Upload
from bot.matrix.crypto.speaking import Speaking
from bot.outgoing import Outgoing
from bot.steps import NeedsKeys, Ready
from bot.storage.crypto import Unread
from tests.dialogs.chat import BOT, Chat


def b64(data: bytes) -> str:
    """Unpadded base64."""
    return base64.b64encode(data).decode().rstrip("=")


def canonical(what: Mapping[str, Any]) -> bytes:
    """What is signed."""
    bare = {name: value for name, value in what.items() if name not in ("signatures", "unsigned")}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class Peer:
    """One device of `@who:example.dk`; unsigned until `sign`."""

    def __init__(self, server: KeyServer, who: str, device_id: str, *, signed: bool = True) -> None:
        self.server = server
        self.user_id = f"@{who}:example.dk"
        self.who = who
        self.device_id = device_id
        self.account: Any = vz.Account()
        self.account.generate_one_time_keys(10)
        self.one_time_keys = list(self.account.one_time_keys.items())
        self.account.mark_keys_as_published()
        self.curve25519 = self.account.curve25519_key.to_base64()
        self.ed25519 = self.account.ed25519_key.to_base64()
        self.sessions: dict[str, vz.Session] = {}
        self.room_keys: dict[str, vz.InboundGroupSession] = {}
        self.withheld: list[Mapping[str, Any]] = []
        self.told: list[Mapping[str, Any]] = []  # what came by Olm
        self.speaks: dict[str, vz.GroupSession] = {}
        self.signatures: dict[str, str] = {}
        if signed:
            self.sign()
        server.devices[self.user_id, device_id] = self

    def sign(self) -> None:
        """Its owner says that it is theirs."""
        key = self.server.identity(self.user_id)["self_signing"]
        public = b64(key.public_key().public_bytes_raw())
        self.signatures = {f"ed25519:{public}": b64(key.sign(canonical(self._bare())))}

    def _bare(self) -> dict[str, Any]:
        keys = {f"curve25519:{self.device_id}": self.curve25519, f"ed25519:{self.device_id}": self.ed25519}
        algorithms = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
        return {
            "user_id": self.user_id,
            "device_id": self.device_id,
            "algorithms": algorithms,
            "keys": keys,
        }

    def signed(self, what: dict[str, Any]) -> dict[str, Any]:
        """An object with the device's own signature."""
        own = {f"ed25519:{self.device_id}": self.account.sign(canonical(what)).to_base64(), **self.signatures}
        return {**what, "signatures": {self.user_id: own}}

    def keys(self) -> dict[str, Any]:
        """The device's keys as the homeserver shows them."""
        return self.signed(self._bare())

    # --- saying

    def olm(self, kind: str, content: Mapping[str, Any], **instead: Any) -> dict[str, Any]:
        """A to-device event for the bot; `instead` replaces fields of the plaintext."""
        if BOT not in self.sessions:
            self.sessions[BOT] = self.account.create_outbound_session(
                vz.Curve25519PublicKey.from_base64(self.server.bot_curve), self.server.one_time_key_of_bot()
            )
        said = {
            "type": kind,
            "content": content,
            "sender": self.user_id,
            "recipient": BOT,
            "recipient_keys": {"ed25519": self.server.bot_ed},
            "keys": {"ed25519": self.ed25519},
            **instead,
        }
        number, body = self.sessions[BOT].encrypt(json.dumps(said).encode()).to_parts()
        text = {self.server.bot_curve: {"type": number, "body": b64(body)}}
        content = {"algorithm": olm.OLM, "sender_key": self.curve25519, "ciphertext": text}
        return {"type": "m.room.encrypted", "sender": self.user_id, "content": content}

    def room_key(self, room_id: str, **instead: Any) -> dict[str, Any]:
        """A to-device event that shares the room's present key, from its next message on."""
        key = self.speaks.setdefault(room_id, vz.GroupSession())
        content = {"algorithm": olm.MEGOLM, "room_id": room_id, "session_id": key.session_id}
        return self.olm("m.room_key", {**content, "session_key": key.session_key.to_base64()}, **instead)

    def seal(self, room_id: str, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content of an encrypted event."""
        key = self.speaks.setdefault(room_id, vz.GroupSession())
        said = json.dumps({"type": kind, "content": content, "room_id": room_id})
        sealed = {
            "algorithm": olm.MEGOLM,
            "session_id": key.session_id,
            "ciphertext": key.encrypt(said.encode()).to_base64(),
        }
        if "m.relates_to" in content:
            sealed["m.relates_to"] = content["m.relates_to"]
        return sealed

    # --- hearing

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """A to-device event came from the bot."""
        if kind == "m.room_key.withheld":
            self.withheld.append(content)
            return
        text = content["ciphertext"][self.curve25519]
        message = vz.AnyOlmMessage.from_parts(text["type"], base64.b64decode(text["body"] + "=="))
        first = message.to_pre_key()
        known = self.sessions.get(BOT)
        if first is not None and known is not None and known.session_id == first.session_id():
            clear = known.decrypt(message)
        elif first is not None:
            sender = vz.Curve25519PublicKey.from_base64(content["sender_key"])
            self.sessions[BOT], clear = self.account.create_inbound_session(sender, first)
        else:
            clear = self.sessions[BOT].decrypt(message)
        said = json.loads(clear)
        self.told.append(said)
        assert (said["sender"], said["recipient"]) == (BOT, self.user_id)
        assert said["recipient_keys"]["ed25519"] == self.ed25519
        if said["type"] == "m.room_key":
            key = vz.InboundGroupSession(vz.SessionKey(said["content"]["session_key"]))
            self.room_keys[said["content"]["session_id"]] = key

    def read(self, sealed: Mapping[str, Any]) -> dict[str, Any] | None:
        """What an encrypted event of the bot says; None when this device was not given its key."""
        key = self.room_keys.get(sealed["session_id"])
        if key is None:
            return None
        clear = key.decrypt(vz.MegolmMessage.from_base64(sealed["ciphertext"]))
        said: dict[str, Any] = json.loads(clear.plaintext)
        return said


class KeyServer:
    """What the homeserver knows of keys, and the bot's side of it: `chat` with the room encrypted.

    `asked` are the bot's chores so far, `requests` what it asked people's devices for.
    """

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.devices: dict[tuple[str, str], Peer] = {}
        self.identities: dict[str, dict[str, Ed25519PrivateKey]] = {}
        self.uploaded: dict[str, Any] = {}
        self.fallback: dict[str, Any] = {}
        self.asked: list[Chore] = []
        self.silent = False  # cannot say whose devices there are, as when another homeserver is away
        self.swapped: Peer | None = None  # who signs the one-time keys, on a homeserver that cheats
        self.requests: list[tuple[str, Mapping[str, Any]]] = []
        self._ids = itertools.count(1)
        self.crypto = chat.inbox.crypto
        self.outgoing = Outgoing(chat.access, Speaking(chat.access, BOT), _ChatClock(chat), lambda: "login")
        chat.db.run_sync(olm.begin, "BOTDEVICE")
        self.work()

    # --- what the homeserver holds

    def identity(self, user_id: str) -> dict[str, Ed25519PrivateKey]:
        """A person's cross-signing keys, made at the first use."""
        return self.identities.setdefault(
            user_id, {usage: Ed25519PrivateKey.generate() for usage in ("master", "self_signing")}
        )

    @property
    def bot_curve(self) -> str:
        """The bot's identity key."""
        return str(self.uploaded["device_keys"]["keys"]["curve25519:BOTDEVICE"])

    @property
    def bot_ed(self) -> str:
        """The bot's signing key."""
        return str(self.uploaded["device_keys"]["keys"]["ed25519:BOTDEVICE"])

    def one_time_key_of_bot(self) -> vz.Curve25519PublicKey:
        """One of the bot's one-time keys, its fallback key when there is none left."""
        keys = self.uploaded["one_time_keys"]
        key = keys.pop(next(iter(keys))) if keys else next(iter(self.fallback.values()))
        return vz.Curve25519PublicKey.from_base64(key["key"])

    def query(self, users: Mapping[str, int]) -> dict[str, Any]:
        """The answer to /keys/query."""
        if self.silent:
            return {"device_keys": {}, "failures": {"example.dk": {}}}
        said: dict[str, Any] = {"device_keys": {}, "master_keys": {}, "self_signing_keys": {}, "failures": {}}
        for user in users:
            mine = [peer for (owner, _), peer in self.devices.items() if owner == user]
            said["device_keys"][user] = {peer.device_id: peer.keys() for peer in mine}
            if user in self.identities:
                public = {u: b64(k.public_key().public_bytes_raw()) for u, k in self.identities[user].items()}
                objects = {
                    usage: {"user_id": user, "usage": [usage], "keys": {f"ed25519:{key}": key}}
                    for usage, key in public.items()
                }
                master = self.identities[user]["master"]
                signature = b64(master.sign(canonical(objects["self_signing"])))
                objects["self_signing"]["signatures"] = {user: {f"ed25519:{public['master']}": signature}}
                said["master_keys"][user] = objects["master"]
                said["self_signing_keys"][user] = objects["self_signing"]
        return said

    def claim(self, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """The answer to /keys/claim."""
        found: dict[str, Any] = {}
        for user, ids in wanted.items():
            for device_id in ids:
                peer = self.devices.get((user, device_id))
                if peer is not None and peer.one_time_keys:
                    key_id, key = peer.one_time_keys.pop()
                    signed = (self.swapped or peer).signed({"key": key.to_base64()})
                    found.setdefault(user, {})[device_id] = {f"signed_curve25519:{key_id}": signed}
        return {"one_time_keys": found, "failures": {}}

    # --- the bot's chores

    def do(self, chore: Chore) -> None:
        """The homeserver does as asked, and the bot takes in the answer."""
        self.asked.append(chore)
        db, crypto = self.chat.db, self.crypto
        if isinstance(chore, Upload):
            self.uploaded = {**self.uploaded, **chore.body}
            self.fallback = dict(chore.body.get("fallback_keys", self.fallback))
            db.run_sync(crypto.uploaded)
        elif isinstance(chore, Query):
            db.run_sync(self.chat.inbox.devices, self.query(chore.asked), chore.asked, self.now)
        elif isinstance(chore, Claim):
            db.run_sync(crypto.claimed, self.claim(chore.wanted), chore.wanted, self.now)
        elif isinstance(chore, Deliver):
            for user, messages in chore.messages.items():
                for device_id, content in messages.items():
                    if device_id == "*":
                        self.requests.append((user, content))
                    elif (peer := self.devices.get((user, device_id))) is not None:
                        peer.take(chore.type, content)
            db.run_sync(crypto.delivered, chore.seq)

    def work(self) -> None:
        """Everything the bot has to do now; the backup of room keys is empty."""
        db, wanted = self.chat.db, True
        while wanted:
            while (chore := db.run_sync(self.crypto.next_chore, self.now)) is not None:
                self.do(chore)
            lacking = db.run_sync(keybackup.to_look_up)
            wanted = lacking is not None
            if lacking is not None:
                db.run_sync(self.chat.inbox.looked_up, *lacking, None, self.now)

    def speak(self, target: str) -> list[dict[str, Any]]:
        """The bot says what it owes to a target; the contents as they leave."""
        left = []
        step = self.chat.db.run_sync(self.outgoing.prepare, target)
        while step is not None:
            if isinstance(step, NeedsKeys):
                self.do(step.chore)
                step = self.chat.db.run_sync(self.outgoing.prepare, target)
                continue
            assert isinstance(step, Ready), step
            left.append({"type": step.type, "room_id": step.room_id, **step.content})
            event_id = f"$bot{next(self._ids)}:example.dk"
            step = self.chat.db.run_sync(self.outgoing.sent, step.seq, event_id, step.room_id, target)
        return left

    # --- what a sync brings

    def sync(self, *, to_device: list[dict[str, Any]] | None = None, **keys: Any) -> None:
        """A sync with to-device events and news of keys, but no messages; then the bot's chores."""
        found = Keys(tuple(to_device or ()), **keys)
        batch = Batch(f"k{next(self._ids)}", self.now, {}, (), (), keys=found)
        self.chat.db.run_sync(self.chat.inbox.sync, batch)
        self.work()

    def say(
        self,
        peer: Peer,
        words: str,
        room: str = "fremdrift",
        *,
        share: bool = True,
        event_id: str = "",
        sender: str = "",
        sealed: Mapping[str, Any] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """A person writes encrypted, the room key coming in the same sync if it is to be shared. The event's id."""
        room_id = self.chat.room_id(room, peer.who)
        to_device = [peer.room_key(room_id)] if share else []
        said = {"msgtype": "m.text", "body": words, **(more or {})}
        event_id = event_id or f"$enc{next(self._ids)}:example.dk"
        event = {
            "event_id": event_id,
            "sender": sender or peer.user_id,
            "type": "m.room.encrypted",
            "content": dict(sealed) if sealed else peer.seal(room_id, "m.room.message", said),
        }
        arrival = Arrival(room_id, event, self.now)
        found = Joined(room_id, (), (arrival,))
        batch = Batch(
            f"k{next(self._ids)}", self.now, {}, (found,), (), keys=Keys(to_device=tuple(to_device))
        )
        self.chat.db.run_sync(self.chat.inbox.sync, batch)
        self.work()
        return event_id

    @property
    def now(self) -> Any:
        """The chat's moment, in UTC."""
        return self.chat.now.astimezone(UTC)


class _ChatClock(SystemClock):
    """The chat's clock."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat

    def now(self) -> datetime:
        """The chat's moment."""
        return self.chat.now.astimezone(UTC)


def device(server: KeyServer, who: str, number: int = 1) -> Peer:
    """A person's device."""
    return server.devices[f"@{who}:example.dk", f"{who.upper()}{number}"]


def waiting(chat: Chat) -> list[str]:
    """Why each event waits."""
    return chat.ask(lambda s: [row.why for row in s.exec(select(Unread).order_by("seq"))])
