"""What may leave in the clear, and to which devices: asked just before each message leaves.

A room's encrypted flag is one-way in our database; what is owed to such a room leaves encrypted or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.storage.models import Room

# What may be said in the clear where encryption is required: that it is missing.
HARMLESS = frozenset({"unencrypted"})
# What holds no content and is said to all of a person's devices, the unsigned ones included: that they are unsigned.
TO_ALL_DEVICES = frozenset({"device.unsigned"})
# Reactions are not encrypted in Matrix, in no room: these signs may be set, by a message of this kind.
NOTED = "📝"
REACTIONS: Mapping[str, frozenset[str]] = {"noted": frozenset({NOTED})}


def guard(room: Room, kind: str, *, required: bool) -> tuple[str, str] | None:
    """The state and reason for which a message must not leave into a room; None when it may."""
    if required and not room.encrypted and kind not in HARMLESS:
        return "refused", "the room is not encrypted and privacy.require_encryption is on"
    return None


def guard_reaction(content: Mapping[str, Any]) -> str | None:
    """Why a reaction must not leave in the clear; None when it says nothing but one of our signs, and on what."""
    relation, mark = content.get("m.relates_to"), content.get("dk.hotspotbot")
    if not isinstance(relation, Mapping) or not isinstance(mark, Mapping):
        return "no reaction"
    event_id, key, kind = relation.get("event_id"), relation.get("key"), mark.get("kind")
    whole = set(content) == {"m.relates_to", "m.mentions", "dk.hotspotbot"} and not content["m.mentions"]
    plain = set(relation) == {"rel_type", "event_id", "key"} and set(mark) == {"id", "kind"}
    if not whole or not plain or relation["rel_type"] != "m.annotation":
        return "a reaction that says more than its sign"
    if not isinstance(event_id, str) or not event_id.startswith("$"):
        return "a reaction to nothing"
    if key not in REACTIONS.get(str(kind), frozenset()):
        return "a sign that is not ours"
    return None
