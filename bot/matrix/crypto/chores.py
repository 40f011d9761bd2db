"""What the homeserver has to be asked or told about keys: one request each (bot.matrix.crypto.keeper does them)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from bot.storage import queries


@dataclass(frozen=True)
class Upload:
    """POST /keys/upload."""

    body: Mapping[str, Any]


@dataclass(frozen=True)
class Query:
    """POST /keys/query about people, with the change of theirs that the answer covers."""

    asked: Mapping[str, int]


@dataclass(frozen=True)
class Claim:
    """POST /keys/claim: one-time keys of devices, by user and device."""

    wanted: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Deliver:
    """PUT /sendToDevice under a fixed transaction id."""

    seq: int
    type: str
    txn_id: str
    messages: Mapping[str, Any]


Chore = Upload | Query | Claim | Deliver


def to_deliver(session: Session, session_id: str | None) -> Deliver | None:
    """The next to-device request that is owed for a room key of ours, or for none."""
    row = next(iter(queries.to_device(session, session_id, 1)), None)
    if row is None:
        return None
    return Deliver(row.seq or 0, row.type, row.txn_id, json.loads(row.messages or "{}"))
