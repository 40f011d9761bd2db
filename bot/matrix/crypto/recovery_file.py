"""The recovery file: our cross-signing identity and the room keys' backup key, on paper if one likes.

It is what is left when the machine and its database are lost. It is written once and may be typed again by a person,
so every key has a parity as in Matrix' own recovery keys, and the whole a check.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from bot.matrix.crypto.identity import Identity
from bot.matrix.crypto.signing import KEY_BYTES, SigningKey
from bot.storage.keyring import fsync_folder


class RecoveryError(Exception):
    """A recovery file cannot be used. Says why and, where one is to blame, which line; never what stands there."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"line {line}: {message}" if line else message)
        self.line = line


@dataclass(frozen=True)
class Recovery:
    """What a recovery file holds: the identity and, if the room keys are backed up, that backup's key (32 bytes)."""

    user_id: str
    identity: Identity
    backup_key: bytes | None


_FILE = """\
# hotspotbot recovery file, version 1
#
# DANSK: Gendannelsesfil. Med nøglerne herunder kan botten komme tilbage på en
# ny maskine som den samme og læse det, der er sikkerhedskopieret. Den, der har
# filen, kan udgive sig for botten.
# Print den, eller læg den på et USB-stik, gem det i et pengeskab, og slet så
# filen her. Lad den ikke ligge ved bottens database eller sikkerhedskopier.
# Bruges med: hotspotbot trust recover FIL
#
# ENGLISH: Recovery file. With the keys below the bot can come back on a new
# machine as the same bot and read what is backed up. Whoever has this file
# can pass for the bot.
# Print it, or put it on a USB stick, keep that in a safe, and then delete the
# file here. Do not leave it beside the bot's database or its backups.
# Used with: hotspotbot trust recover FILE
#
# Den må gerne skrives af efter papiret: mellemrum er ligegyldige, store og små
# bogstaver er ikke. It may be typed again from paper: spaces do not matter,
# capital and small letters do.

"""
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = b"\x8b\x01"  # of Matrix' own recovery keys, so that Element takes the backup's line
_LONGEST = 100_000  # bytes
_LABELS = {"master": "master", "self_signing": "self-signing", "user_signing": "user-signing"}


def write_recovery(path: Path, identity: Identity, backup_key: bytes | None) -> None:
    """Write the recovery file, for its owner only (0600), safe from a power loss when this returns.

    FileExistsError when there is something at the path: it is never overwritten. OSError when it cannot be written;
    then nothing is left. ValueError for a backup key that is not 32 bytes.
    """
    if backup_key is not None and len(backup_key) != KEY_BYTES:
        raise ValueError("a backup key has 32 bytes")
    lines = [f"user: {identity.user_id}"]
    lines += [f"{label}: {_spell(getattr(identity, name).seed)}" for name, label in _LABELS.items()]
    if backup_key is not None:
        lines.append(f"backup: {_spell(backup_key)}")
    lines.append(f"check: {_check(identity, backup_key)}")
    text = _FILE + "\n".join(lines) + "\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fsync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read_recovery(path: Path) -> Recovery:
    """What `write_recovery` wrote, also when it was typed again. RecoveryError for anything else."""
    found = _lines(_text(path))
    missing = [label for label in ("user", *_LABELS.values(), "check") if label not in found]
    if missing:
        raise RecoveryError(f"a line is missing: {', '.join(missing)}")
    number, user_id = found["user"]
    if not user_id.startswith("@") or ":" not in user_id:
        raise RecoveryError("this is not a Matrix user id", number)
    seeds = [SigningKey(_unspell(*found[label])) for label in _LABELS.values()]
    backup_key = _unspell(*found["backup"]) if "backup" in found else None
    identity = Identity(user_id, *seeds)
    number, check = found["check"]
    if "".join(check.split()) != _check(identity, backup_key).replace(" ", ""):
        raise RecoveryError(
            "the lines do not belong together: one was mistyped, swapped or left out, or it is this one",
            number,
        )
    return Recovery(user_id, identity, backup_key)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LONGEST)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise RecoveryError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RecoveryError(f"{path} is not a recovery file: it is not text") from None


def _lines(text: str) -> dict[str, tuple[int, str]]:
    """Each label with its line's number and value; comments are free."""
    known = {"user", *_LABELS.values(), "backup", "check"}
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        label, colon, value = line.partition(":")
        label = label.strip().lower()
        if not colon or label not in known:
            raise RecoveryError("this line is not from a recovery file", number)
        if label in found:
            raise RecoveryError(f"{label} stands twice, first in line {found[label][0]}", number)
        found[label] = (number, value.strip())
    return found


def _spell(key: bytes) -> str:
    """A key as Matrix spells recovery keys (client-server, "Recovery key"): base58 in groups of four, with parity."""
    data = _PREFIX + key
    return _base58(data + bytes([_parity(data)]))


def _unspell(number: int, words: str) -> bytes:
    """The key in the line with this number."""
    value, letters = 0, "".join(words.split())
    if len(letters) > 2 * KEY_BYTES:
        raise RecoveryError("too long for a key", number)
    for letter in letters:
        if letter not in _BASE58:
            hint = "; 0 (zero), O, I and l are never used" if letter in "0OIl" else ""
            raise RecoveryError(f"{letter!r} is no letter of a key{hint}", number)
        value = value * 58 + _BASE58.index(letter)
    size = len(_PREFIX) + KEY_BYTES + 1
    data = value.to_bytes(size, "big") if value < 256**size else b""
    if not data.startswith(_PREFIX) or _parity(data) != 0:
        raise RecoveryError("a typing mistake: this is not the key that was written", number)
    return data[len(_PREFIX) : -1]


def _check(identity: Identity, backup_key: bytes | None) -> str:
    """Eight or so letters over everything: finds swapped and lost lines, and the mistakes that a parity lets pass."""
    seeds = b"".join(getattr(identity, name).seed for name in _LABELS)
    everything = b"hotspotbot recovery\0" + identity.user_id.encode() + b"\0" + seeds + (backup_key or b"")
    return _base58(hashlib.sha256(everything).digest()[:6])


def _base58(data: bytes) -> str:
    value, letters = int.from_bytes(data, "big"), ""
    while value:
        value, digit = divmod(value, 58)
        letters = _BASE58[digit] + letters
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _parity(data: bytes) -> int:
    parity = 0
    for byte in data:
        parity ^= byte
    return parity
