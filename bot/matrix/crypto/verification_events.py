"""Verification messages as strangers send them: to-device events and, decrypted, events of a room."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.matrix.crypto.signing import LARGEST

PREFIX = "m.key.verification."


@dataclass(frozen=True)
class Heard:
    """A verification message in which everything that names it is in order."""

    sender: str
    room_id: str | None
    kind: str  # without "m.key.verification."
    transaction_id: str
    content: Mapping[str, Any]
    at: int | None  # when the homeserver got it, if it says so: milliseconds
    digest: bytes  # of kind and content

    @classmethod
    def of(cls, event: object, room_id: str | None) -> Heard | None:
        """None when it is not one."""
        if not isinstance(event, Mapping):
            return None
        kind, sender, content = event.get("type"), name(event.get("sender")), event.get("content")
        if not isinstance(kind, str) or sender is None or not isinstance(content, Mapping):
            return None
        if room_id is not None and kind == "m.room.message":
            kind, transaction_id = content.get("msgtype"), event.get("event_id")
            if kind != PREFIX + "request":
                return None
        elif room_id is not None:
            relation = content.get("m.relates_to")
            if not isinstance(relation, Mapping) or relation.get("rel_type") != "m.reference":
                return None
            transaction_id = relation.get("event_id")
            if kind == PREFIX + "request":
                return None  # in a room a request is a message
        else:
            transaction_id = content.get("transaction_id")
        named = name(transaction_id)
        if not kind.startswith(PREFIX) or named is None:
            return None
        try:
            written = json.dumps([kind, content], sort_keys=True, ensure_ascii=False).encode()
        except (ValueError, TypeError, RecursionError):
            return None
        digest = hashlib.sha256(written).digest()
        at = integer(event.get("origin_server_ts"))
        return cls(sender, room_id, kind.removeprefix(PREFIX), named, content, at, digest)


def name(said: object) -> str | None:
    """An id as they may be: text of 1 to 255 bytes, without NUL, which PostgreSQL would refuse."""
    if not isinstance(said, str) or "\x00" in said:
        return None
    try:
        return said if 0 < len(said.encode()) <= 255 else None
    except UnicodeEncodeError:
        return None


def integer(said: object) -> int | None:
    """A whole number that a float can hold, as milliseconds are."""
    if not isinstance(said, int) or isinstance(said, bool) or abs(said) > LARGEST:
        return None
    return said
