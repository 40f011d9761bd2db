"""The mark of our own messages beside their ciphertext, sealed with our keyring.

The contract's mark (`dk.hotspotbot`) stands inside the encrypted content. A bot that has lost its room keys could not
read it, and would say again what it has said. So the same mark travels outside as well, sealed: only who has the
keyring opens it, and it opens in its own room only (docs/decisions/encryption.md).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from bot.storage.crypto import STORE
from bot.storage.sealing import SealError, Vault

SEALED = "dk.hotspotbot.sealed"


def seal_mark(vault: Vault, room_id: str, mark: Mapping[str, Any]) -> str:
    """The mark, sealed for a room."""
    return base64.b64encode(vault.seal(STORE, f"mark:{room_id}", json.dumps(mark))).decode()


def mark_of(vault: Vault, room_id: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The mark in the content of an event of ours, encrypted or not; empty if there is none that is ours."""
    mark, sealed = content.get("dk.hotspotbot"), content.get(SEALED)
    if isinstance(sealed, str):
        try:
            blob = base64.b64decode(sealed, validate=True)
            mark = json.loads(vault.open(STORE, f"mark:{room_id}", blob))
        except (ValueError, SealError):
            mark = None
    return mark if isinstance(mark, Mapping) else {}
