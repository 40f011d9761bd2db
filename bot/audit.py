"""The log of who saw and did what (docs/decisions/audit): append-only, hash-chained, without content.

One function writes it, `note`. What it may say is closed: acts, purposes and subjects from here, never words of people.
Each entry's hash is a keyed hash over it and the hash before it: who has the database but not the keyring can neither
change nor remove an entry without `verify` finding it. Where the log begins and ends is kept sealed beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn

from sqlalchemy import event, orm
from sqlmodel import Session

from bot.access import Access
from bot.storage import queries
from bot.storage.models import Forum
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
START, HEAD = "audit_start", "audit_head"
"""The sealed facts: the hash before the oldest entry, once older ones were pruned, and the newest entry's."""
_END = "audit end"  # in session.info: the newest hash, while this transaction is the one that writes


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
) -> None:
    """Write down that something was seen, changed, disclosed, exported or erased, in the caller's transaction.

    `subject` names what it concerns ("case:HS-26-014", "action:42", "person:@lene:example.dk", "forum:UID"); `by` is a
    user id, "" for the bot or "operator:NAME"; `recipient` an outbox target or the kind of a file; `detail` a name of
    ours (a field, a flow, a kind of message). None of them may hold words of people.
    """
    row: dict[str, Any] = {
        "at": at,
        "by": by,
        "act": act,
        "subject": subject,
        "recipient": recipient,
        "detail": detail,
        "purpose": purpose,
        "event_id": event_id,
        "prev": session.info.get(_END) or queries.audit_end(session) or _start(session),
    }
    row["hash"] = _digest(session, row)
    queries.add_audit(session, row)
    session.info[_END] = row["hash"]


def purpose_in(session: Session, access: Access, forum_uid: str) -> Purpose:
    """What for something is told or changed in a forum: §115 where it may speak of persons, else plain agreements."""
    forum = session.get(Forum, forum_uid)
    config = access.settings.room(forum.config_room) if forum is not None else None
    return "coordination" if config is not None and not config.personal_data else "prevention"


def head(session: Session) -> str:
    """The hash of the newest entry: kept elsewhere, it shows later that nothing before it was changed or removed."""
    return queries.meta(session, HEAD) or _start(session)


def prune(session: Session, before: datetime, now: datetime) -> int:
    """Remove the entries older than a moment, from the front; the log says how many. Returns that."""
    gone, last = queries.prune_audit(session, before)
    if last is not None:
        queries.set_meta(session, START, last)
        note(session, "pruned", "audit", by="", at=now, detail=str(gone), purpose="retention")
    return gone


# --- finding out whether it was tampered with


@dataclass(frozen=True)
class Wrong:
    """What is wrong with the log. `seq` is the entry it shows at; None: at its end, or with a head that was given.

    `changed`: the entry is not as it was written, or was never written by the bot. `gap`: what stands before it is not
    what stood there, so that entries were removed, put in or moved. `end`: the newest entries are missing, or were
    replaced by older ones. `head`: the hash that was given is not in the log.
    """

    what: Literal["changed", "gap", "end", "head"]
    seq: int | None = None
    at: datetime | None = None


def verify(
    session: Session, given: str | None = None, progress: Callable[[int], None] = lambda count: None
) -> Iterator[Wrong]:
    """Walk the chain and yield what is wrong with it, in its order; nothing where it is as it was written.

    `given`: a head that was noted down earlier, from the log's `audit.head` or an export. `progress` is called with the
    number of entries looked at.
    """
    end = _start(session)
    found = given in (None, end)
    for count, entry in enumerate(queries.audit_entries(session), 1):
        if entry.prev != end:
            yield Wrong("gap", entry.seq, entry.at)
        if entry.hash != _digest(session, entry.model_dump()):
            yield Wrong("changed", entry.seq, entry.at)
        end = entry.hash
        found = found or end == given
        progress(count)
    if end != head(session):
        yield Wrong("end")
    if not found:
        yield Wrong("head")


def _start(session: Session) -> str:
    return queries.meta(session, START) or FIRST


def _digest(session: Session, row: dict[str, Any]) -> str:
    """The keyed hash that an entry has to carry."""
    fields = (
        row["at"].astimezone(UTC).isoformat(),
        row["by"],
        row["act"],
        row["subject"],
        row["recipient"],
        row["detail"],
        row["purpose"],
        row["event_id"],
        row["prev"],
    )
    found: str = session.info["vault"].digest("audit", json.dumps(fields, ensure_ascii=False))
    return found


# --- what the session's life means for it


@event.listens_for(orm.Session, "before_commit")
def _keep_head(session: orm.Session) -> None:
    """Once for each transaction, however much it noted: the head is sealed, and that costs more than an entry."""
    if session.info.get(_END) and isinstance(session, Session) and not session.in_nested_transaction():
        queries.set_meta(session, HEAD, session.info[_END])


@event.listens_for(orm.Session, "after_soft_rollback")
def _forget_end(session: orm.Session, _previous: object) -> None:
    """What a savepoint noted is gone with it; so is, on PostgreSQL, its being the one that writes."""
    session.info.pop(_END, None)


@event.listens_for(orm.Session, "after_commit")
def _let_others(session: orm.Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_END, None)


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _append_only(*_: object) -> NoReturn:
    raise TypeError("the log of who saw what is never changed: `prune` is the one way out of it")
