"""End-to-end encryption of one device of a participant: its keys, those of others, room messages in and out.

On nio's Olm machine, while the bot is on vodozemac directly, and with a cross-signing identity of its own, so that
a misunderstanding the bot has with itself shows here. Nothing of it outlives the participant. Section names are
those of the client-server API, v1.11 and later: "End-to-End Encryption", "Cross-signing".
"""

import asyncio
import base64
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nio.crypto import DeviceStore, GroupSessionStore, InboundGroupSession, Olm, OlmDevice, SessionStore
from nio.crypto.attachments import decrypt_attachment, encrypt_attachment
from nio.events import OlmEvent, RoomKeyEvent
from nio.responses import KeysClaimResponse, KeysQueryResponse, KeysUploadResponse

from bot.demo.account import Account, Event

RoomKey = tuple[str, str]  # room id, session id
_REFILL_BELOW = 25  # of the 50 one-time keys that the homeserver may hold


class Encryption:
    """What one device of an account knows about keys. Make it once the account is logged in, then `upload_keys`.

    `broken` counts what others sent that made no sense and was skipped.
    """

    def __init__(self, account: Account) -> None:
        self.broken = 0
        self._account = account
        self._machine = Olm(account.user_id, account.device_id, _NoStore())
        # By owner, for a session id proves nothing: who has a session's key can pass it on as their own.
        self._keys: dict[RoomKey, dict[str, InboundGroupSession]] = {}
        self._read: dict[tuple[str, str, int], str] = {}
        self._followed: set[str] = set()
        self._outdated: set[str] = set()
        self._turn = asyncio.Lock()

    # -- our own keys

    async def upload_keys(self, on_server: int = 0) -> None:
        """Upload the device's keys the first time, and as many one-time keys as `on_server` leaves room for."""
        self._machine.uploaded_key_count = on_server
        answer = await self._call("POST", "keys/upload", self._machine.share_keys())
        count = answer["one_time_key_counts"].get("signed_curve25519", 0)
        self._machine.handle_response(KeysUploadResponse(0, count))

    async def refill(self, answer: Mapping[str, Any]) -> None:
        """Upload one-time keys when a /sync says that few are left, or none."""
        counts = answer.get("device_one_time_keys_count")
        if counts is not None and (left := counts.get("signed_curve25519", 0)) < _REFILL_BELOW:
            await self.upload_keys(left)

    async def sign(self, identity: "Identity") -> None:
        """Let the identity say that this device is its person's; the first time, publish the identity too.

        Raises MatrixError when the account already has another identity, RuntimeError when a signature is refused.
        """
        if not identity.published:
            # Synapse takes a first identity without asking for the password again; a second one it refuses.
            await self._call("POST", "keys/device_signing/upload", identity.public())
            identity.published = True
        user, device = self._account.user_id, self._account.device_id
        known = await self._call("POST", "keys/query", {"device_keys": {user: [device]}})
        own = identity.signed(known["device_keys"][user][device], "self_signing")
        answer = await self._call("POST", "keys/signatures/upload", {user: {device: own}})
        if answer.get("failures"):
            raise RuntimeError(f"the signature was refused: {answer['failures']}")

    # -- other people's keys

    def take_in(self, answer: Mapping[str, Any]) -> set[RoomKey]:
        """What one /sync says about keys and devices; returns which room keys came."""
        lists = answer.get("device_lists", {})
        self._outdated |= self._followed.intersection(lists.get("changed", ()))
        self._followed.difference_update(lists.get("left", ()))
        came: set[RoomKey] = set()
        for event in answer.get("to_device", {}).get("events", ()):
            try:
                if (key := self._receive(event)) is not None:
                    came.add(key)
            except Exception:  # whatever a stranger may send: the next one counts again
                self.broken += 1
        return came

    def reaches(self, user: str, device: str) -> bool:
        """Whether the next message in a room with them would be encrypted for that device, or it be asked about."""
        asks = user not in self._followed or user in self._outdated
        return asks or any(one.id == device for one in self._machine.device_store.active_user_devices(user))

    async def signed_devices(self, user: str) -> set[str]:
        """Which devices of somebody carry the signature of their own cross-signing identity, asked just now."""
        answer = await self._call("POST", "keys/query", {"device_keys": {user: []}})
        master, signing = (answer.get(kind, {}).get(user) for kind in ("master_keys", "self_signing_keys"))
        if master is None or signing is None or not _is_signed(signing, user, _key(master)):
            return set()
        devices = answer["device_keys"].get(user, {})
        return {name for name, keys in devices.items() if _is_signed(keys, user, _key(signing))}

    # -- room messages

    async def encrypt(
        self, room: str, members: Collection[str], kind: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The content of the m.room.encrypted event that says this to every device of all `members`.

        Raises MatrixError when the homeserver refused to pass on a key; nothing was said then.
        """
        async with self._turn:
            await self._share(room, members)
            sealed: dict[str, Any] = self._machine.group_encrypt(
                room, {"type": kind, "content": dict(content)}
            )
        if "m.relates_to" in content:  # the homeserver must see what belongs together
            sealed["m.relates_to"] = content["m.relates_to"]
        return sealed

    def decrypt(self, room: str, event: Event) -> tuple[str, dict[str, Any]] | None:
        """Type and content of an m.room.encrypted event, or None as long as its key is missing.

        None stays for what no key will help with: garbage, another's key, a message sent a second time, one of
        another room. Like the spec ("Editing encrypted events") it believes m.relates_to only outside.
        """
        sealed, sender = event["content"], event["sender"]
        session = self._keys.get((room, str(sealed.get("session_id"))), {}).get(sender)
        if session is None:
            return None
        try:
            text, index = session.decrypt(sealed["ciphertext"])
            payload = json.loads(text)
            kind, content = str(payload["type"]), dict(payload["content"])
        except Exception:  # the sender decides what stands in it
            self.broken += 1
            return None
        first = self._read.setdefault((session.id, sender, index), event["event_id"])
        if payload.get("room_id") != room or first != event["event_id"]:
            self.broken += 1
            return None
        content.pop("m.relates_to", None)
        if "m.relates_to" in sealed:
            content["m.relates_to"] = sealed["m.relates_to"]
        return kind, content

    def exported(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every room key: room, session id, and the key as a backup holds it, with its `first_known_index`."""
        for (room, name), owners in self._keys.items():
            session = min(owners.values(), key=lambda one: int(one.first_known_index))
            first = session.first_known_index
            yield (
                room,
                name,
                {
                    "algorithm": "m.megolm.v1.aes-sha2",
                    "forwarding_curve25519_key_chain": [],
                    "sender_key": session.sender_key,
                    "sender_claimed_keys": {"ed25519": session.ed25519},
                    "session_key": session.export_session(first),
                    "first_known_index": first,
                },
            )

    # -- beneath

    async def _call(self, method: str, path: str, body: Any) -> dict[str, Any]:
        return await self._account.call(method, f"/_matrix/client/v3/{path}", body)

    def _receive(self, event: Event) -> RoomKey | None:
        if event["type"] != "m.room.encrypted":
            return None  # a room key in the clear is nobody's
        arrived = self._machine.decrypt_event(OlmEvent.from_dict(event))
        if not isinstance(arrived, RoomKeyEvent):
            return None
        room, name = arrived.room_id, arrived.session_id
        session = self._machine.inbound_group_store.get(room, event["content"]["sender_key"], name)
        if session is None:
            return None
        self._keep(room, event["sender"], session)
        return room, name

    def _keep(self, room: str, owner: str, session: InboundGroupSession) -> None:
        """Keep a room key, unless the one we have reads from further back."""
        owners = self._keys.setdefault((room, session.id), {})
        if owner not in owners or session.first_known_index < owners[owner].first_known_index:
            owners[owner] = session

    async def _share(self, room: str, members: Collection[str]) -> None:
        """See to it that every device of the members, and no other, has the key of the next message."""
        await self._query(members)
        await self._claim(members)
        machine = self._machine
        reachable = {(one.user_id, one.id) for one in self._devices(members) if self._has_session(one)}
        session = machine.outbound_group_sessions.get(room)
        current = session is not None and session.shared and not session.expired
        if current and session.users_shared_with == reachable:
            return
        machine.create_outbound_group_session(room)
        session = machine.outbound_group_sessions[room]
        for devices, body in machine.share_group_session_parallel(room, sorted(members)):
            await self._call("PUT", f"sendToDevice/m.room.encrypted/{self._account.new_transaction()}", body)
            session.users_shared_with.update(devices)
        session.mark_as_shared()
        own_key = machine.account.identity_keys["curve25519"]
        own = machine.inbound_group_store.get(room, own_key, session.id)
        self._keep(room, self._account.user_id, own)

    async def _query(self, users: Collection[str]) -> None:
        """Ask for the devices of those we do not follow yet or whose devices have changed."""
        wanted = set(users) - self._followed | self._outdated.intersection(users)
        if not wanted:
            return
        self._followed |= wanted
        self._outdated -= wanted  # before asking: a change that is heard meanwhile makes them outdated again
        try:
            answer = await self._call("POST", "keys/query", {"device_keys": {user: [] for user in wanted}})
        except BaseException:
            self._outdated |= wanted
            raise
        needed = {"user_id", "device_id", "keys"}
        whole = {
            user: {name: keys for name, keys in devices.items() if needed <= keys.keys()}
            for user, devices in answer["device_keys"].items()
        }
        for user, devices in whole.items():
            known = self._machine.device_store[user]
            for device in devices.keys() & known.keys():
                known[device].deleted = False  # nio would never see one again that was logged out for a while
        self._machine.handle_response(KeysQueryResponse(whole, {}))

    async def _claim(self, users: Collection[str]) -> None:
        """Begin an Olm session with every device that we have none with and that left one-time keys."""
        wanted: dict[str, dict[str, str]] = {}
        for device in self._devices(users):
            if not self._has_session(device):
                wanted.setdefault(device.user_id, {})[device.id] = "signed_curve25519"
        if not wanted:
            return
        answer = await self._call("POST", "keys/claim", {"one_time_keys": wanted})
        for user, devices in answer["one_time_keys"].items():
            for device, keys in devices.items():
                try:
                    self._machine.handle_response(KeysClaimResponse({user: {device: keys}}, {}))
                except Exception:  # a key that is none: the other devices are not to suffer
                    self.broken += 1

    def _devices(self, users: Collection[str]) -> Iterator[OlmDevice]:
        """Every device of theirs that we know, but for this one."""
        for user in users:
            for device in self._machine.device_store.active_user_devices(user):
                if (user, device.id) != (self._account.user_id, self._account.device_id):
                    yield device

    def _has_session(self, device: OlmDevice) -> bool:
        return self._machine.session_store.get(device.curve25519) is not None


class Identity:
    """The cross-signing keys of one person, which say which devices are theirs. All their devices may share it."""

    def __init__(self, user_id: str) -> None:
        self.published = False
        self._user_id = user_id
        usages = ("master", "self_signing", "user_signing")
        self._private = {usage: Ed25519PrivateKey.generate() for usage in usages}

    def public(self) -> dict[str, Any]:
        """The body of /keys/device_signing/upload: the public keys, the master key's signature on the others."""
        body = {}
        for usage in self._private:
            name = self._name(usage)
            keys = {"user_id": self._user_id, "usage": [usage], "keys": {f"ed25519:{name}": name}}
            body[f"{usage}_key"] = keys if usage == "master" else self.signed(keys, "master")
        return body

    def private(self) -> dict[str, str]:
        """The private keys by the names under which a person's clients keep them ("Secret storage")."""
        return {
            f"m.cross_signing.{usage}": _base64(key.private_bytes_raw())
            for usage, key in self._private.items()
        }

    def signed(self, what: Mapping[str, Any], usage: str) -> dict[str, Any]:
        """A copy of an object with the signature of one of the keys beside those it has."""
        signature = _base64(self._private[usage].sign(_canonical(what)))
        others = what.get("signatures", {})
        own = others.get(self._user_id, {}) | {f"ed25519:{self._name(usage)}": signature}
        return {**what, "signatures": {**others, self._user_id: own}}

    def _name(self, usage: str) -> str:
        return _base64(self._private[usage].public_key().public_bytes_raw())


class _NoStore:
    """What nio's machine asks a store, for a device that forgets: nothing is there, everything counts as trusted.

    nio's own stores, in memory as well, cost thirty times the encryption itself.
    """

    load_sessions = staticmethod(SessionStore)
    load_inbound_group_sessions = staticmethod(GroupSessionStore)
    load_device_keys = staticmethod(DeviceStore)

    def load_outgoing_key_requests(self) -> dict[str, Any]:
        return {}

    def load_account(self) -> None:
        return None

    def is_device_verified(self, _: OlmDevice) -> bool:
        return True

    def is_device_blacklisted(self, _: OlmDevice) -> bool:
        return False

    def _forget(self, *_: Any) -> None:
        return None

    save_account = save_session = save_inbound_group_session = save_device_keys = _forget


def open_file(sealed: bytes, file: Mapping[str, Any]) -> bytes:
    """The bytes of an encrypted attachment by its `content.file`. Raises nio's EncryptionError when they differ."""
    plain: bytes = decrypt_attachment(sealed, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    return plain


def seal_file(plain: bytes) -> tuple[bytes, dict[str, Any]]:
    """The bytes to upload, and what stands in `content.file` beside the url."""
    sealed, file = encrypt_attachment(plain)
    return sealed, file


def _key(keys: Mapping[str, Any]) -> str:
    """The one public key of a cross-signing key object."""
    return str(next(iter(keys["keys"].values())))


def _is_signed(what: Mapping[str, Any], user: str, key: str) -> bool:
    try:
        signature = what["signatures"][user][f"ed25519:{key}"]
        Ed25519PublicKey.from_public_bytes(_bytes(key)).verify(_bytes(signature), _canonical(what))
    except (KeyError, TypeError, ValueError, InvalidSignature):
        return False
    return True


def _canonical(what: Mapping[str, Any]) -> bytes:
    """What a signature is made over (Appendices, "Signing JSON")."""
    bare = {name: value for name, value in what.items() if name not in ("signatures", "unsigned")}
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
