"""Megolm: reading what people say in encrypted rooms, and speaking there (client-server API, "m.megolm.v1.aes-sha2").

Runs on the storage thread. Reading checks who it was: the room key came by Olm from a device of the very person who
sent the event, and each message index counts once. Speaking is three steps that are committed one after another: the
key reaches every device it is meant for, the message is encrypted once, the ciphertext leaves (bot.outgoing).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import structlog
import vodozemac as vz
from sqlmodel import Session

from bot.matrix.batch import Arrival, short, string
from bot.matrix.crypto import olm
from bot.matrix.crypto.olm import MEGOLM, Heard, pickle_key
from bot.storage import queries
from bot.storage.crypto import Device, InboundSession, KeyShare, OutboundSession
from bot.storage.models import Room

log = structlog.get_logger(__name__)

Devices = Literal["all", "signed"]  # whose devices are given keys and whose commands count
Why = Literal["key", "device", "unsigned"]

LIFE = timedelta(
    weeks=1
)  # of a room key, and its messages, where the room's state names none (the spec's values)
MESSAGES = 100
SHORTEST = timedelta(hours=1)  # a room's state may not make us share keys without end
FEWEST = 10
LAST = 2**31 - 1  # index of a message; one with more is nobody's, and PostgreSQL has no room for it


class Refused(ValueError):
    """An encrypted event that will never count; says why, without any content."""


@dataclass(frozen=True)
class Waits:
    """An encrypted event that cannot be read yet: its key, its device, or that device's signature is missing."""

    why: Why


# --- room keys that come


def take_key(session: Session, heard: Heard) -> str | None:
    """A room key that came by Olm (m.room_key). Returns its session id, None if it is not better than what we have."""
    content = heard.content
    room_id, session_id = short(content.get("room_id")), short(content.get("session_id"))
    if content.get("algorithm") != MEGOLM or not room_id or not session_id:
        return None
    try:
        key = vz.InboundGroupSession(vz.SessionKey(string(content.get("session_key"))))
    except ValueError:
        return None
    return _keep(session, room_id, session_id, key, heard.sender, heard.curve25519, heard.ed25519)


def import_key(
    session: Session,
    room_id: str,
    session_id: str,
    exported: str,
    *,
    sender: str,
    curve25519: str,
    ed25519: str,
) -> str | None:
    """An exported room key, from the backup or handed on by its own sender; as `take_key`."""
    try:
        key = vz.InboundGroupSession.import_session(vz.ExportedSessionKey(exported))
    except ValueError:
        return None
    return _keep(session, room_id, session_id, key, sender, curve25519, ed25519)


def _keep(
    session: Session,
    room_id: str,
    session_id: str,
    key: vz.InboundGroupSession,
    sender: str,
    curve25519: str,
    ed25519: str,
) -> str | None:
    if key.session_id != session_id or key.first_known_index > LAST or not room_id:
        return None
    rows = queries.inbound(session, room_id, session_id)
    row = next((one for one in rows if one.curve25519 == curve25519), None)
    if row is None:
        row = InboundSession(
            room_id=room_id,
            session_id=session_id,
            sender=sender,
            curve25519=curve25519,
            ed25519=ed25519,
            first_index=key.first_known_index,
        )
        session.add(row)
    elif row.sender != sender or row.first_index <= key.first_known_index:
        return None  # nothing new
    row.first_index, row.backed_up = key.first_known_index, False
    row.pickle = key.pickle(pickle_key(session))
    session.flush()
    return session_id


# --- reading


def read(session: Session, arrival: Arrival, devices: Devices) -> Arrival | Waits:
    """The event as it was before it was encrypted, or what it waits for.

    Raises Refused when it will never count: a replay, garbage, another room's event.
    """
    content = arrival.content
    if content.get("algorithm") != MEGOLM:
        raise Refused("not Megolm")
    session_id = short(content.get("session_id"))
    try:
        message = vz.MegolmMessage.from_base64(string(content.get("ciphertext")))
    except ValueError:
        raise Refused("no Megolm ciphertext") from None
    if not session_id or message.message_index() > LAST:
        raise Refused("no Megolm session")
    rows = queries.inbound(session, arrival.room_id, session_id)
    own = [one for one in rows if one.sender == arrival.sender]  # another's key opens nothing of theirs
    row = min(own, key=lambda one: one.first_index, default=None)
    if row is None or message.message_index() < row.first_index:
        return Waits("key")
    device = queries.device_with(session, row.sender, row.curve25519)
    if device is None or device.ed25519 != row.ed25519:
        return Waits("device")
    if devices == "signed" and not device.signed:
        return Waits("unsigned")
    try:
        key = vz.InboundGroupSession.from_pickle(row.pickle or "", pickle_key(session))
        clear = key.decrypt(message)
    except ValueError as fault:
        raise Refused(type(fault).__name__) from None
    first = queries.index_heard(session, row, clear.message_index, arrival.event_id)
    if first != arrival.event_id:
        raise Refused("replayed")
    return _opened(arrival, clear.plaintext)


def _opened(arrival: Arrival, clear: bytes) -> Arrival:
    try:
        said = json.loads(clear)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping) or said.get("room_id") != arrival.room_id:
        raise Refused("another room's event")
    inner = said.get("content")
    if not isinstance(inner, Mapping) or not isinstance(said.get("type"), str):
        raise Refused("no event inside")
    # Clients leave the relation outside, for the homeserver, and most keep it inside as well.
    relation, kept = arrival.content.get("m.relates_to"), inner.get("m.relates_to")
    if relation is not None and kept is not None and relation != kept:
        raise Refused("its relation was changed on the way")
    if relation is not None:
        inner = {**inner, "m.relates_to": relation}
    event = {**arrival.event, "type": said["type"], "content": inner}
    return Arrival(arrival.room_id, event, arrival.at, encrypted=True)


# --- speaking


def speaking(
    session: Session, room: Room, intended: Mapping[tuple[str, str], str], devices: Devices, now: datetime
) -> tuple[OutboundSession, dict[tuple[str, str], tuple[str, str]]]:
    """The room key to speak with: the present one, or a new one where that has served, or somebody has left.

    `intended`: the identity keys of the devices it is for, by user id and device id. Also returns who was given it or
    was not (`queries.shares`).
    """
    row = queries.outbound(session, room.room_id)
    if row is not None:
        life = max(timedelta(seconds=room.rotate_after), SHORTEST) if room.rotate_after else LIFE
        most = max(room.rotate_messages, FEWEST) if room.rotate_messages else MESSAGES
        shares = queries.shares(session, row.session_id)
        gone = any(
            state != "withheld" and intended.get(at) != curve25519
            for at, (state, curve25519) in shares.items()
        )
        if row.devices == devices and row.messages < most and now - row.made_at < life and not gone:
            return row, shares
        queries.forget_shares(session, row.session_id)
        session.delete(row)
        session.flush()
    key = vz.GroupSession()
    row = OutboundSession(room_id=room.room_id, session_id=key.session_id, devices=devices, made_at=now)
    session.add(row)
    row.pickle = key.pickle(pickle_key(session))
    session.flush()
    return row, {}


def share(session: Session, row: OutboundSession, user_id: str, to: list[Device]) -> None:
    """Owe the room key, from its next message on, to devices that we have Olm sessions with."""
    key = vz.GroupSession.from_pickle(row.pickle or "", pickle_key(session))
    content = {
        "algorithm": MEGOLM,
        "room_id": row.room_id,
        "session_id": row.session_id,
        "session_key": key.session_key.to_base64(),
    }
    messages = olm.encrypt(session, user_id, to, "m.room_key", content)
    olm.owe(session, "m.room.encrypted", messages, session_id=row.session_id)
    _note(session, row, [d for d in to if d.device_id in messages.get(d.user_id, {})], "shared")


def withhold(
    session: Session, row: OutboundSession, account: str, code: str, reason: str, to: list[Device]
) -> None:
    """Tell devices that they are not given the room key, and why (m.room_key.withheld), once for each room key."""
    content = {
        "algorithm": MEGOLM,
        "room_id": row.room_id,
        "session_id": row.session_id,
        "sender_key": account,
        "code": code,
        "reason": reason,
    }
    messages: dict[str, dict[str, Any]] = {}
    for device in to:
        messages.setdefault(device.user_id, {})[device.device_id] = content
    olm.owe(session, "m.room_key.withheld", messages, session_id=row.session_id)
    _note(session, row, to, "withheld")


def _note(session: Session, row: OutboundSession, to: list[Device], state: str) -> None:
    for device in to:
        share = session.get(KeyShare, (row.session_id, device.user_id, device.device_id)) or KeyShare(
            session_id=row.session_id,
            user_id=device.user_id,
            device_id=device.device_id,
            state=state,
            curve25519=device.curve25519,
        )
        share.state, share.curve25519 = state, device.curve25519
        session.add(share)
    session.flush()


def encrypt(session: Session, row: OutboundSession, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """An event's content as m.room.encrypted, the ratchet moved on. The relation stays readable for the homeserver."""
    account = olm.our_account(session)
    key = vz.GroupSession.from_pickle(row.pickle or "", pickle_key(session))
    said = {"type": kind, "content": content, "room_id": row.room_id}
    ciphertext = key.encrypt(json.dumps(said, ensure_ascii=False).encode()).to_base64()
    row.pickle = key.pickle(pickle_key(session))
    row.messages += 1
    sealed: dict[str, Any] = {
        "algorithm": MEGOLM,
        "ciphertext": ciphertext,
        "session_id": row.session_id,
        "sender_key": account.curve25519,
        "device_id": account.device_id,
    }
    if "m.relates_to" in content:
        sealed["m.relates_to"] = content["m.relates_to"]
    return sealed
