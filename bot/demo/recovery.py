"""A recovery key: with it another client of the same person, Element say, counts as theirs and reads what was said.

Somebody's identity and room keys lie on the homeserver, locked by it, where clients look for them. Section names are
those of the client-server API, v1.11 and later: "Secret storage", "Recovery key", "Server-side key backups".
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from functools import reduce
from operator import xor
from typing import Any

import vodozemac
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.demo.account import quoted
from bot.demo.device import Device

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"
_BACKUP = "m.megolm_backup.v1.curve25519-aes-sha2"


class RecoveryKey:
    """One key, which may be several people's; `words` is how one types it."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._id = secrets.token_hex(16)
        data = b"\x8b\x01" + self._key
        value, letters = int.from_bytes(data + bytes([reduce(xor, data)]), "big"), ""
        while value:
            value, digit = divmod(value, 58)
            letters = _BASE58[digit] + letters
        self.words = " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))

    async def open_for(self, person: Device) -> None:
        """Let this key open the person's identity and every room key they have now. Asks for a signed device.

        Raises MatrixError when the homeserver refuses, RuntimeError for a device that nobody signed.
        """
        if person.identity is None or person.encryption is None:
            raise RuntimeError(f"{person.user_id} has no identity to recover")
        locked = person.identity.private()
        backup = vodozemac.Curve25519SecretKey()
        authority = {"public_key": backup.public_key().to_base64()}
        version = await person.call(
            "POST",
            "/_matrix/client/v3/room_keys/version",
            {"algorithm": _BACKUP, "auth_data": person.identity.signed(authority, "master")},
        )
        lock = vodozemac.PkEncryption.from_key(backup.public_key())
        rooms: dict[str, dict[str, Any]] = {}
        for room, session, exported in person.encryption.exported():
            entry = {"first_message_index": exported.pop("first_known_index"), "forwarded_count": 0}
            sealed = lock.encrypt(json.dumps(exported).encode())
            parts = {"ephemeral": sealed.ephemeral_key, "ciphertext": sealed.ciphertext, "mac": sealed.mac}
            data = {name: _base64(part).rstrip("=") for name, part in parts.items()}
            sessions = rooms.setdefault(room, {"sessions": {}})["sessions"]
            sessions[session] = entry | {"is_verified": True, "session_data": data}
        path, query = "/_matrix/client/v3/room_keys/keys", {"version": str(version["version"])}
        await person.call("PUT", path, {"rooms": rooms}, query=query)
        locked["m.megolm_backup.v1"] = _base64(backup.to_bytes())
        for name, secret in locked.items():
            await self._store(person, name, {"encrypted": {self._id: self._seal(name, secret.encode())}})
        check = self._seal("", bytes(32))  # so that a typing mistake shows
        described = {"algorithm": _ALGORITHM, "iv": check["iv"], "mac": check["mac"]}
        await self._store(person, f"m.secret_storage.key.{self._id}", described)
        await self._store(person, "m.secret_storage.default_key", {"key": self._id})

    async def _store(self, person: Device, kind: str, content: Mapping[str, Any]) -> None:
        user = quoted(person.user_id)
        await person.call("PUT", f"/_matrix/client/v3/user/{user}/account_data/{quoted(kind)}", content)

    def _seal(self, name: str, secret: bytes) -> dict[str, str]:
        keys = HKDF(SHA256(), 64, salt=bytes(32), info=name.encode()).derive(self._key)
        iv = bytearray(secrets.token_bytes(16))
        iv[8] &= 0x7F  # bit 63, as the specification has it
        encryptor = Cipher(AES256(keys[:32]), CTR(bytes(iv))).encryptor()
        ciphertext = encryptor.update(secret) + encryptor.finalize()
        mac = hmac.new(keys[32:], ciphertext, hashlib.sha256).digest()
        return {"iv": _base64(bytes(iv)), "ciphertext": _base64(ciphertext), "mac": _base64(mac)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
