"""The one place where a message is encrypted, and where cleartext is kept out of rooms that must not have it.

Until the encryption issue fills it, the bot speaks only in rooms that are not encrypted: a room's encrypted flag is
one-way in our database, and what is owed to such a room is refused instead of sent in the clear.
"""

from __future__ import annotations

from bot.storage.models import Room

# What may be said in the clear where encryption is required: that it is missing.
HARMLESS = frozenset({"unencrypted"})


def guard(room: Room, kind: str, *, required: bool) -> tuple[str, str] | None:
    """The state and reason for which a message must not leave into a room; None when it may."""
    if room.encrypted:
        return "refused", "the room is encrypted and this version cannot encrypt"
    if required and kind not in HARMLESS:
        return "refused", "the room is not encrypted and privacy.require_encryption is on"
    return None
