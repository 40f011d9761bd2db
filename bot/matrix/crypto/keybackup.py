"""The backup of room keys on the homeserver (client-server API, "Server-side key backups").

Room keys are encrypted for a public key whose private half is sealed in our database and stands in the recovery file.
Whoever knows the public key could put a session of their own there, and the homeserver knows it. So each entry
says whose session it is under a MAC that only the private key makes; what lacks it is never taken in.

The rules and tables; all of it runs on the storage thread. bot.matrix.crypto.backup_keeper does the network's part.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
import vodozemac as vz
from sqlmodel import Session

from bot.matrix.batch import Arrival, string
from bot.matrix.crypto import megolm, olm
from bot.matrix.crypto.identity import Identity
from bot.matrix.crypto.olm import MEGOLM, pickle_key
from bot.matrix.crypto.signing import KEY_BYTES, encode, from_base64, unpadded
from bot.storage import queries

log = structlog.get_logger(__name__)

ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
AT_ONCE = 100  # room keys in one request: about 90 kB
MARK = "dk.hotspotbot"
_KEY, _VERSION = "backup_key", "backup_version"  # facts about ourselves (bot.storage.models.Meta), sealed
# The key is made with the identity and stands in the recovery file (bot.matrix.trust).


class Forged(ValueError):
    """An entry of the backup that we did not put there, or that was changed since; says why, without any key."""


@dataclass(frozen=True)
class RoomKey:
    """A room key as it goes into the backup and comes out; `exported` is vodozemac's export, secret."""

    room_id: str
    session_id: str
    first_index: int
    exported: str
    sender: str
    curve25519: str
    ed25519: str
    signed: bool = False


class Cipher:
    """Makes and opens the backup's entries with its private key (32 bytes). The key is never in its repr."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError("a backup key has 32 bytes")
        secret = vz.Curve25519SecretKey.from_bytes(key)
        self.public = unpadded(secret.public_key().to_bytes())
        self._decryption = vz.PkDecryption.from_key(secret)
        self._encryption = vz.PkEncryption.from_key(secret.public_key())
        self._mac_key = hmac.digest(key, b"hotspotbot room key backup 1", hashlib.sha256)

    def seal(self, key: RoomKey) -> dict[str, Any]:
        """A room key as the specification's KeyBackupData: Element reads it too."""
        said = {
            "algorithm": MEGOLM,
            "forwarding_curve25519_key_chain": [],
            "sender_key": key.curve25519,
            "sender_claimed_keys": {"ed25519": key.ed25519},
            "session_key": key.exported,
            MARK: {"sender": key.sender, "mac": self._mac(key)},
        }
        # By attribute: vodozemac's to_base64 has another order than from_base64.
        made = self._encryption.encrypt(json.dumps(said).encode())
        data = {"ciphertext": made.ciphertext, "mac": made.mac, "ephemeral": made.ephemeral_key}
        return {
            "first_message_index": key.first_index,
            "forwarded_count": 0,
            "is_verified": key.signed,
            "session_data": {name: unpadded(value) for name, value in data.items()},
        }

    def open(self, room_id: str, session_id: str, entry: Mapping[str, Any]) -> RoomKey:
        """The room key in an entry. Raises Forged for what we did not put there, for this room and session."""
        data = entry.get("session_data")
        data = data if isinstance(data, Mapping) else {}
        try:
            parts = [from_base64(data.get(name)) for name in ("ciphertext", "mac", "ephemeral")]
            said = json.loads(self._decryption.decrypt(vz.Message(*parts)))
        except (ValueError, RecursionError) as fault:  # everything of vodozemac's is a ValueError
            raise Forged(type(fault).__name__) from None
        said = said if isinstance(said, Mapping) else {}
        mark, claimed = said.get(MARK), said.get("sender_claimed_keys")
        mark = mark if isinstance(mark, Mapping) else {}
        key = RoomKey(
            room_id,
            session_id,
            0,
            string(said.get("session_key")),
            string(mark.get("sender")),
            string(said.get("sender_key")),
            string(claimed.get("ed25519")) if isinstance(claimed, Mapping) else "",
        )
        try:
            right = hmac.compare_digest(self._mac(key).encode(), string(mark.get("mac")).encode())
        except ValueError:  # half surrogates
            right = False
        if not right:
            raise Forged("not made by us for this session")
        return key

    def _mac(self, key: RoomKey) -> str:
        """Over everything that decides what is read with the key, and as whose word."""
        said = [key.room_id, key.session_id, key.exported, key.sender, key.curve25519, key.ed25519]
        return hmac.new(self._mac_key, encode(said), hashlib.sha256).hexdigest()


# --- the key and the version


def backup_key(session: Session) -> bytes:
    """The backup's private key, 32 bytes; made when there is none yet."""
    found = queries.meta(session, _KEY)
    if found is None:
        found = unpadded(secrets.token_bytes(KEY_BYTES))
        queries.set_meta(session, _KEY, found)
    return from_base64(found)


def keep_key(session: Session, key: bytes | None) -> None:
    """Another private key from now on: this one, or, for None, one that is made when it is needed."""
    queries.set_meta(session, _KEY, unpadded(key) if key is not None else None)


def version_body(session: Session, user_id: str, identity: Identity | None) -> dict[str, Any]:
    """The body for `POST /room_keys/version`, signed by our device and, if it is at hand, our identity."""
    auth: dict[str, Any] = {"public_key": Cipher(backup_key(session)).public}
    signatures = dict([olm.device_signature(session, auth)])
    if identity is not None:
        signatures[identity.master.key_id] = identity.master.sign(auth)
    return {"algorithm": ALGORITHM, "auth_data": {**auth, "signatures": {user_id: signatures}}}


def is_ours(session: Session, said: Mapping[str, Any]) -> bool:
    """Whether a version, as the homeserver describes it, is for our key: what is encrypted for it we can open."""
    auth = said.get("auth_data")
    public = string(auth.get("public_key")) if isinstance(auth, Mapping) else ""
    return said.get("algorithm") == ALGORITHM and public == Cipher(backup_key(session)).public


def use_version(session: Session, version: str) -> None:
    """This is the backup's version from now on. Another one than before has none of the room keys yet."""
    if not is_used(session, version):
        queries.set_meta(session, _VERSION, _named(session, version))
        queries.back_up_anew(session)


def is_used(session: Session, version: str) -> bool:
    """Whether this is still the version that we use: not after `hotspotbot trust` has changed our key."""
    return queries.meta(session, _VERSION) == _named(session, version)


def _named(session: Session, version: str) -> str:
    return f"{version} {Cipher(backup_key(session)).public}"


# --- putting keys there


def to_back_up(session: Session) -> list[RoomKey]:
    """Room keys that the backup does not have, as many as go into one request."""
    found = []
    for row in queries.not_backed_up(session, AT_ONCE):
        key = vz.InboundGroupSession.from_pickle(row.pickle or "", pickle_key(session))
        exported = key.export_at(row.first_index)
        if exported is None:
            log.error("backup.not_exported", session_id=row.session_id)
            row.backed_up = True
            continue
        device = queries.device_with(session, row.sender, row.curve25519)
        found.append(
            RoomKey(
                row.room_id,
                row.session_id,
                row.first_index,
                exported.to_base64(),
                row.sender,
                row.curve25519,
                row.ed25519,
                signed=device is not None and device.signed,
            )
        )
    return found


def sealed(session: Session, keys: Iterable[RoomKey]) -> dict[str, Any]:
    """The body for `PUT /room_keys/keys`."""
    cipher = Cipher(backup_key(session))
    rooms: dict[str, Any] = {}
    for key in keys:
        rooms.setdefault(key.room_id, {"sessions": {}})["sessions"][key.session_id] = cipher.seal(key)
    return {"rooms": rooms}


def backed_up(session: Session, version: str, keys: Iterable[RoomKey]) -> None:
    """The backup has these, each from the index that it had then."""
    if not is_used(session, version):
        return
    for key in keys:
        for row in queries.inbound(session, key.room_id, key.session_id):
            if (row.curve25519, row.first_index) == (key.curve25519, key.first_index):
                row.backed_up = True
    session.flush()


# --- getting keys from there


def to_look_up(session: Session) -> tuple[str, str] | None:
    """The room id and session id of a key that something waits for and that was not looked for yet."""
    row = next(iter(queries.unread_without_key(session, looked=False, limit=1)), None)
    return (row.room_id, row.session_id) if row is not None else None


def lacking(session: Session, arrivals: Iterable[Arrival]) -> Sequence[tuple[str, str]]:
    """The room keys that these events need and that we do not have: (room id, session id), each once."""
    wanted: dict[tuple[str, str], None] = {}
    for arrival in arrivals:
        session_id = string(arrival.content.get("session_id"))
        if arrival.event.get("type") == "m.room.encrypted" and session_id:
            wanted[arrival.room_id, session_id] = None
    return [place for place in wanted if not queries.inbound(session, *place)]


def looked_up(session: Session, room_id: str, session_id: str, entry: Mapping[str, Any] | None) -> str | None:
    """What the backup has for a session (None: nothing); its session id if it opens more than before."""
    found = None
    if entry is not None:
        try:
            key = Cipher(backup_key(session)).open(room_id, session_id, entry)
            found = _taken(session, key)
        except Forged as why:
            log.warning("backup.refused", room_id=room_id, session_id=session_id, why=str(why))
    queries.note_looked(session, [(room_id, session_id)])
    return found


def _taken(session: Session, key: RoomKey) -> str | None:
    found = megolm.import_key(
        session,
        key.room_id,
        key.session_id,
        key.exported,
        sender=key.sender,
        curve25519=key.curve25519,
        ed25519=key.ed25519,
    )
    if found is not None:
        for row in queries.inbound(session, key.room_id, key.session_id):
            row.backed_up = row.backed_up or row.curve25519 == key.curve25519
        log.info("backup.read", room_id=key.room_id, session_id=key.session_id)
    return found


def no_backup(session: Session) -> None:
    """The homeserver keeps no backups: what waits for a key need not wait for one."""
    while rows := queries.unread_without_key(session, looked=False):
        queries.note_looked(session, {(row.room_id, row.session_id) for row in rows})
        session.flush()
        session.expire_all()
