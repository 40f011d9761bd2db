"""The log of who saw and did what (docs/databeskyttelse): append-only, hash-chained, without content.

One function writes it, `note`. What it may say is closed: acts, purposes and subjects from here, never words of people.
Each entry's hash is a keyed hash over it and the hash before it: who has the database but not the keyring can neither
change nor remove an entry without `verify` finding it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from bot.storage import queries
from bot.storage.privacy import AuditEntry

Act = Literal[
    "saw",
    "told",
    "changed",
    "disclosed",
    "exported",
    "asked",
    "held",
    "released",
    "erased",
    "verified",
    "set",
    "refused",
    "pruned",
]
ACTS: frozenset[str] = frozenset(Act.__args__)  # type: ignore[attr-defined]

Purpose = Literal["prevention", "coordination", "rights", "retention", "operation", "security"]
PURPOSES: frozenset[str] = frozenset(Purpose.__args__)  # type: ignore[attr-defined]

FIRST = "0" * 32
"""What stands as `prev` of the very first entry."""


def note(
    session: Session,
    act: Act,
    subject: str,
    *,
    by: str,
    at: datetime,
    recipient: str | None = None,
    detail: str | None = None,
    purpose: Purpose | None = None,
    event_id: str | None = None,
) -> AuditEntry:
    """Write down that something was seen, changed, disclosed, exported or erased, in the caller's transaction.

    `subject` names what it concerns ("case:HS-26-014", "action:42", "person:@lene:example.dk", "forum:UID"); `by` is a
    user id, "" for the bot or "operator:NAME"; `recipient` an outbox target or the kind of a file; `detail` a name of
    ours (a field, a flow, a kind of message). None of them may hold words of people.
    """
    last = queries.last_audit(session)
    entry = AuditEntry(
        at=at,
        by=by,
        act=act,
        subject=subject,
        recipient=recipient,
        detail=detail,
        purpose=purpose,
        event_id=event_id,
        prev=last.hash if last is not None else queries.meta(session, "audit_start") or FIRST,
        hash="",
    )
    entry.hash = digest(session, entry)
    session.add(entry)
    session.flush()
    return entry


def digest(session: Session, entry: AuditEntry) -> str:
    """The keyed hash that an entry has to carry."""
    fields = (
        entry.at.isoformat(),
        entry.by,
        entry.act,
        entry.subject,
        entry.recipient,
        entry.detail,
        entry.purpose,
        entry.event_id,
        entry.prev,
    )
    found: str = session.info["vault"].digest("audit", json.dumps(fields, ensure_ascii=False))
    return found
