"""Who is who: our cross-signing identity, and other people's identities and devices.

An account's identity is three Ed25519 keys (client-server, "Cross-signing"). The master key is the account; it signs
the self-signing key, which signs the account's own devices, and the user-signing key, which signs other people's
master keys. Others' side is computed from the whole answer of `POST /keys/query`, since nio drops their keys. That
answer is the homeserver's word: what is not signed as it should be is left out, and nothing in it raises.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.matrix.batch import short
from bot.matrix.crypto.signing import SigningKey, from_base64, is_signed_by, public_key, unpadded

# Signs an object with the device's own key; returns the key's id (`ed25519:DEVICE`) and the signature.
Sign = Callable[[Mapping[str, Any]], tuple[str, str]]


@dataclass(frozen=True)
class Identity:
    """Our own cross-signing identity, private keys and all."""

    user_id: str
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    @classmethod
    def new(cls, user_id: str) -> Identity:
        """An identity that nobody knows yet."""
        return cls(user_id, SigningKey.new(), SigningKey.new(), SigningKey.new())

    def upload_body(self, sign: Sign | None = None) -> dict[str, Any]:
        """The body for `POST /keys/device_signing/upload`; a password's `auth` is the caller's to add.

        With `sign` the master key is also signed by the device, so that who trusts the device finds the identity.
        """
        master = self._key("master", self.master)
        if sign is not None:
            key_id, signature = sign(master)
            master["signatures"] = {self.user_id: {key_id: signature}}
        body = {"master_key": master}
        for usage, key in (("self_signing", self.self_signing), ("user_signing", self.user_signing)):
            body[f"{usage}_key"] = self._signed(self._key(usage, key), self.master)
        return body

    def sign_device(self, device_keys: Mapping[str, Any]) -> dict[str, Any]:
        """The body for `POST /keys/signatures/upload` that makes one of our devices ours.

        Takes the device's object as `/keys/query` gives it. ValueError when it is not one of this account.
        """
        device_id = device_keys.get("device_id")
        if device_keys.get("user_id") != self.user_id or not isinstance(device_id, str):
            raise ValueError(f"not a device of {self.user_id}")
        return {self.user_id: {device_id: self._signed(device_keys, self.self_signing)}}

    def sign_user(self, master_key: Mapping[str, Any]) -> dict[str, Any]:
        """The body for `POST /keys/signatures/upload` that says we know this person's master key.

        Takes the object as `/keys/query` gives it. ValueError when it is no master key of somebody else.
        """
        user_id = master_key.get("user_id")
        public = _cross_signing_key(master_key, user_id, "master")
        if public is None or not isinstance(user_id, str) or user_id == self.user_id:
            raise ValueError("not another person's master key")
        return {user_id: {public: self._signed(master_key, self.user_signing)}}

    def as_json(self) -> str:
        """Everything, secret, as text to be sealed."""
        keys = {name: unpadded(getattr(self, name).seed) for name in _NAMES}
        return json.dumps({"user_id": self.user_id, **keys})

    @classmethod
    def from_json(cls, text: str) -> Identity:
        """What `as_json` gave. ValueError for anything else."""
        try:
            said = json.loads(text)
            return cls(str(said["user_id"]), *(SigningKey(from_base64(said[name])) for name in _NAMES))
        except (KeyError, TypeError, ValueError):
            raise ValueError("not an identity") from None  # without the text: it may hold keys

    def _key(self, usage: str, key: SigningKey) -> dict[str, Any]:
        return {"user_id": self.user_id, "usage": [usage], "keys": {key.key_id: key.public}}

    def _signed(self, obj: Mapping[str, Any], key: SigningKey) -> dict[str, Any]:
        """A copy with this one signature: the homeserver adds it to those it has."""
        bare = {name: value for name, value in obj.items() if name not in {"signatures", "unsigned"}}
        return {**bare, "signatures": {self.user_id: {key.key_id: key.sign(bare)}}}


_NAMES = ("master", "self_signing", "user_signing")


# What others say of themselves


@dataclass(frozen=True)
class PublicIdentity:
    """Somebody's cross-signing keys (base64) that hang together, and the master key's object as it was said.

    `user_signing` is shown only to its owner. That they hang together does not say whose they are: that takes a
    verification, or remembering the first master key that was seen.
    """

    user_id: str
    master: str
    self_signing: str
    user_signing: str | None
    master_key: Mapping[str, Any]


@dataclass(frozen=True)
class DeviceKeys:
    """A device's own word about itself, signed by itself. `raw` is the object as it was said."""

    user_id: str
    device_id: str
    curve25519: str
    ed25519: str
    algorithms: tuple[str, ...]
    raw: Mapping[str, Any]


def read_identity(said: object, user_id: str) -> PublicIdentity | None:
    """The person's identity in the answer of `/keys/query`.

    None without master or self-signing key, when any of the keys is misshapen, another user's or for another use, or
    when one of the two others is not signed by the master key. Never raises.
    """
    objects = {name: _at(said, f"{name}_keys", user_id) for name in _NAMES}
    publics = {name: _cross_signing_key(obj, user_id, name) for name, obj in objects.items()}
    master, self_signing = publics["master"], publics["self_signing"]
    if master is None or self_signing is None:
        return None
    for name in ("self_signing", "user_signing"):
        if objects[name] is None and name == "user_signing":
            continue
        if publics[name] is None or not is_signed_by(objects[name], user_id, f"ed25519:{master}", master):
            return None
    return PublicIdentity(
        user_id, master, self_signing, publics["user_signing"], dict(objects["master"] or {})
    )


def read_devices(said: object, user_id: str) -> dict[str, DeviceKeys]:
    """The person's devices in the answer of `/keys/query`, by device id.

    Left out is what is misshapen, named otherwise than it says, or not signed by the device itself. Never raises.
    """
    everything = _at(said, "device_keys", user_id)
    devices = {}
    for device_id, obj in (everything or {}).items():
        device = _device(obj, user_id, device_id)
        if device is not None:
            devices[device.device_id] = device
    return devices


def is_cross_signed(device: DeviceKeys, identity: PublicIdentity | None) -> bool:
    """Whether the device's owner says that it is theirs: it is signed by the identity's self-signing key."""
    if identity is None or identity.user_id != device.user_id:
        return False
    key = identity.self_signing
    return is_signed_by(device.raw, device.user_id, f"ed25519:{key}", key)


def _at(said: object, *names: str) -> Mapping[str, Any] | None:
    """The object at this path, if there is one."""
    for name in names:
        if not isinstance(said, Mapping):
            return None
        said = said.get(name)
    return said if isinstance(said, Mapping) else None


def _cross_signing_key(obj: object, user_id: object, usage: str) -> str | None:
    """The one public key of a cross-signing key's object; None when the object is not what it should be."""
    if not isinstance(obj, Mapping) or not isinstance(user_id, str) or obj.get("user_id") != user_id:
        return None
    uses, keys = obj.get("usage"), obj.get("keys")
    if not isinstance(uses, list) or usage not in uses or not isinstance(keys, Mapping) or len(keys) != 1:
        return None
    ((key_id, value),) = keys.items()
    public = public_key(value)
    return public if public is not None and key_id == f"ed25519:{public}" else None


def _device(obj: object, user_id: str, device_id: object) -> DeviceKeys | None:
    if not isinstance(obj, Mapping) or not isinstance(device_id, str) or not short(device_id):
        return None
    keys, algorithms = obj.get("keys"), obj.get("algorithms")
    if obj.get("user_id") != user_id or obj.get("device_id") != device_id or not isinstance(keys, Mapping):
        return None
    if not isinstance(algorithms, list) or not all(isinstance(each, str) for each in algorithms):
        return None
    curve25519 = public_key(keys.get(f"curve25519:{device_id}"))
    ed25519 = public_key(keys.get(f"ed25519:{device_id}"))
    if curve25519 is None or ed25519 is None:
        return None
    if not is_signed_by(obj, user_id, f"ed25519:{device_id}", ed25519):
        return None
    return DeviceKeys(user_id, device_id, curve25519, ed25519, tuple(algorithms), dict(obj))
