"""Other people's devices: whose we follow, what the homeserver proved about them, when to ask again.

Trust is computed from the raw answer to /keys/query (client-server API, "Tracking the device list for a user" and
"Cross-signing"): a device counts as signed when its owner's self-signing key, itself signed by the owner's master
key, has signed it. All of it runs on the storage thread.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot.matrix.crypto.identity import DeviceKeys, is_cross_signed, read_devices, read_identity
from bot.storage import queries
from bot.storage.crypto import Device, KeyOwner

log = structlog.get_logger(__name__)

# Between two questions about a person who writes from an unknown or unsigned device, or has just written from one.
SOON = timedelta(seconds=10)
# A new signature is no change to the homeserver: who has none is asked about again.
AGAIN = timedelta(minutes=5)


def follow(session: Session, users: Iterable[str]) -> dict[str, KeyOwner]:
    """The people's rows, made where there are none: from now on the homeserver tells of their changes."""
    wanted = set(users)
    known = queries.key_owners(session, wanted)
    for user_id in sorted(wanted - known.keys()):
        known[user_id] = KeyOwner(user_id=user_id)
        session.add(known[user_id])
    session.flush()
    return known


def to_ask(
    owners: Mapping[str, KeyOwner], now: datetime, urgent: Collection[str] = frozenset()
) -> dict[str, int]:
    """Those whose devices have changed since we asked, with the change that an answer will cover.

    Whoever was just asked about in vain holds up nobody: they are asked about again after a while, the `urgent` ones
    soon.
    """
    return {
        user_id: owner.changes
        for user_id, owner in owners.items()
        if owner.known < owner.changes and not _in_vain(owner, now, SOON if user_id in urgent else AGAIN)
    }


def _in_vain(owner: KeyOwner, now: datetime, after: timedelta) -> bool:
    just = owner.asked_at is not None and now - owner.asked_at < after
    return just and owner.known == -owner.changes


def ask_again(owners: Iterable[KeyOwner], now: datetime, after: timedelta = AGAIN) -> None:
    """Count these people's devices as changed if we asked about them so long ago."""
    for owner in owners:
        if owner.asked_at is None or now - owner.asked_at >= after:
            owner.changes = max(owner.changes, owner.known + 1)


def note(session: Session, said: Mapping[str, Any], asked: Mapping[str, int], now: datetime) -> None:
    """Take in an answer to /keys/query. What a failing server knows stays as it was, and is asked for again later."""
    failures, answered = said.get("failures"), said.get("device_keys")
    failed = set(failures) if isinstance(failures, Mapping) else set()
    for user_id, changes in asked.items():
        owner = session.get(KeyOwner, user_id)
        if owner is not None and owner.known > changes:
            continue  # a later question was answered before
        if (
            user_id.partition(":")[2] in failed
            or not isinstance(answered, Mapping)
            or user_id not in answered
        ):
            log.warning("devices.unknown", user_id=user_id)
            queries.asked_in_vain(session, user_id, changes, now)
        else:
            _note_person(session, said, user_id)
            queries.asked_until(session, {user_id: changes}, now)
    session.flush()


def _note_person(session: Session, said: Mapping[str, Any], user_id: str) -> None:
    identity = read_identity(said, user_id)
    owner = session.get(KeyOwner, user_id)
    if owner is not None:
        master = identity.master if identity is not None else None
        if owner.master is not None and owner.master != master:
            log.warning("identity.changed", user_id=user_id, vouched=owner.vouched is not None)
        owner.master = master
    # Whom an operator has verified is not somebody else because the homeserver says so.
    other = owner is not None and owner.vouched is not None and owner.vouched != owner.master
    known = queries.all_devices_of(session, user_id)
    found = read_devices(said, user_id)
    for device_id, keys in found.items():
        device = _noted(session, known.get(device_id), keys)
        if device is not None:
            device.signed = is_cross_signed(keys, identity) and not other
    for device_id, device in known.items():
        if device_id not in found:
            device.gone = True


def _noted(session: Session, known: Device | None, keys: DeviceKeys) -> Device | None:
    """The device's row; None for one that suddenly has other keys (the spec: "MUST NOT" be accepted)."""
    if known is None:
        known = Device(
            user_id=keys.user_id,
            device_id=keys.device_id,
            curve25519=keys.curve25519,
            ed25519=keys.ed25519,
            signed=False,
        )
        session.add(known)
        return known
    if (known.curve25519, known.ed25519) != (keys.curve25519, keys.ed25519):
        if not known.gone:
            log.warning("device.keys_changed", user_id=keys.user_id, device_id=keys.device_id)
            return None
        # A new login under an old name; what the old one sent is no longer vouched for.
        known.curve25519, known.ed25519, known.unreachable_at = keys.curve25519, keys.ed25519, None
    known.gone = False
    return known
