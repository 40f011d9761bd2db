"""What may leave in the clear, and to which devices: asked just before each message leaves.

A room's encrypted flag is one-way in our database; what is owed to such a room leaves encrypted or not at all.
"""

from __future__ import annotations

from bot.storage.models import Room

# What may be said in the clear where encryption is required: that it is missing.
HARMLESS = frozenset({"unencrypted"})
# What holds no content and is said to all of a person's devices, the unsigned ones included: that they are unsigned.
TO_ALL_DEVICES = frozenset({"device.unsigned"})


def guard(room: Room, kind: str, *, required: bool) -> tuple[str, str] | None:
    """The state and reason for which a message must not leave into a room; None when it may."""
    if required and not room.encrypted and kind not in HARMLESS:
        return "refused", "the room is not encrypted and privacy.require_encryption is on"
    return None
