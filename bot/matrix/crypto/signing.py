"""Canonical JSON, unpadded base64 and Ed25519 signatures over JSON objects (Matrix appendices, "Signing JSON").

What is checked here was written by strangers, so checking never raises: whatever is not a valid signature is none.
Ed25519 is OpenSSL's, by way of `cryptography`. vodozemac would do as well, but its `Ed25519PublicKey.from_base64`
panics on 33 bytes, and a panic is no `Exception`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32
LARGEST = 2**53 - 1  # what JSON can hold exactly everywhere
DEEPEST = 100  # far more than any key object, far less than Python's stack


def encode(value: object) -> bytes:
    """Canonical JSON of a value, complete (appendices, "Canonical JSON").

    ValueError for what has no canonical form: fractions, numbers beyond 2**53 - 1, half surrogates, keys that are
    not text, what is no JSON at all, and nesting deeper than DEEPEST.
    """
    plain = _plain(value, DEEPEST)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def canonical(obj: Mapping[str, Any]) -> bytes:
    """What a signature of the object covers: `encode` of it without `signatures` and `unsigned`."""
    return encode({key: value for key, value in obj.items() if key not in {"signatures", "unsigned"}})


def unpadded(data: bytes) -> str:
    """Standard base64 without the padding."""
    return base64.b64encode(data).decode().rstrip("=")


def from_base64(text: object) -> bytes:
    """The bytes of standard base64, with or without padding; ValueError for anything else.

    Spare bits in the last character count for nothing: the specification's own test key has some.
    """
    if not isinstance(text, str):
        raise ValueError("base64 is text")  # noqa: TRY004  (one error for whatever strangers send)
    bare = text.rstrip("=")
    if len(text) - len(bare) > 2:
        raise ValueError("too much padding")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def public_key(text: object) -> str | None:
    """A public key of 32 bytes (Ed25519 or Curve25519) in its one form as unpadded base64; None if it is none."""
    try:
        data = from_base64(text)
    except ValueError:
        return None
    return unpadded(data) if len(data) == KEY_BYTES else None


class SigningKey:
    """A private Ed25519 key, made from its 32-byte seed. Its seed is never in its repr."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)  # ValueError unless 32 bytes

    @classmethod
    def new(cls) -> SigningKey:
        """A key that nobody has had."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes."""
        return self._private.private_bytes_raw()

    @property
    def public(self) -> str:
        """The public key, unpadded base64. As a cross-signing key it is also the key's name."""
        return unpadded(self._private.public_key().public_bytes_raw())

    @property
    def key_id(self) -> str:
        """Under what a cross-signing key's signatures stand: `ed25519:` and the public key."""
        return f"ed25519:{self.public}"

    def sign(self, obj: Mapping[str, Any]) -> str:
        """The signature over `canonical(obj)`, unpadded base64. ValueError when the object has no canonical form."""
        return unpadded(self._private.sign(canonical(obj)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SigningKey) and self.seed == other.seed

    def __hash__(self) -> int:
        return hash(self.public)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public!r})"


def is_signed_by(obj: object, user_id: str, key_id: str, public: str) -> bool:
    """Whether `obj["signatures"][user_id][key_id]` is a signature of the object by the public key.

    `key_id` is `ed25519:` and a device id or a cross-signing key's name, `public` the key in base64. Never raises.
    """
    if not isinstance(obj, Mapping) or not isinstance(key_id, str) or not key_id.startswith("ed25519:"):
        return False
    found: Any = obj.get("signatures")
    for name in (user_id, key_id):
        if not isinstance(found, Mapping) or not isinstance(name, str):
            return False
        found = found.get(name)
    try:
        key = Ed25519PublicKey.from_public_bytes(from_base64(public))  # ValueError unless 32 bytes
        key.verify(from_base64(found), canonical(obj))
    except (ValueError, InvalidSignature):
        return False
    return True


def _plain(value: object, deep: int) -> object:
    """A copy of only what canonical JSON knows; a number like 1e10 becomes the integer that it is."""
    if deep < 0:
        raise ValueError("nested too deep")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise ValueError("a number too large")
        return value
    if isinstance(value, list | tuple):
        return [_plain(each, deep - 1) for each in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key that is not text")
        return {key: _plain(each, deep - 1) for key, each in value.items()}
    raise ValueError(f"{type(value).__name__} has no canonical JSON")
