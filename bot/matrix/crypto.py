"""The one place where a message is encrypted, and where cleartext is kept out of rooms that are encrypted.

Until the encryption issue fills it, the bot speaks only in rooms that are not: a room's encrypted flag is one-way
in our database, and what is owed to such a room is refused instead of sent in the clear.
"""

from __future__ import annotations

from bot.storage.models import Room


def guard(room: Room) -> tuple[str, str] | None:
    """The state and reason for which a message must not leave into a room; None when it may."""
    if room.encrypted:
        return "refused", "the room is encrypted and this version cannot encrypt"
    return None
