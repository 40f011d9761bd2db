"""The bot's own messages as they come back from the homeserver: a lost acknowledgement, or a lost database's word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from bot.actions import CONFIRMATIONS
from bot.matrix.batch import Arrival, string
from bot.matrix.crypto.mark import mark_of
from bot.owed import give_up_media
from bot.storage import queries
from bot.storage.sealing import Vault
from bot.uploads import address

# What time makes the bot say (bot.duties): such a message tells that the duties ran at the moment it was owed.
DUTIES = frozenset(
    {
        "reminder",
        "reminder.now",
        "overdue.raised",
        "unreachable",
        "digest",
        "digest.picture",
        "meeting.ask_start",
        "meeting.ask_end",
        "meeting.headsup",
        "meeting.agenda",
        "case.question",
        "case.question.again",
        "case.summary",
        "case.propose",
        "erasure.announced",
        "erasure.reminder",
    }
)


@dataclass(frozen=True)
class Own:
    """One such message: its mark, when it was owed (`made`) and sent (`at`), the message it edits, if it does.

    `answer`: it replies to somebody's message, so that its moment is that message's.
    """

    id: str
    event_id: str
    room_id: str
    kind: str
    numbers: tuple[int, ...]
    case: str
    made: datetime
    at: datetime
    edits: str
    answer: bool
    media: str = ""


def own_message(arrival: Arrival, vault: Vault) -> Own | None:
    """A message of the bot's own that carries its mark; None for anything else of its own, a deleted one included."""
    mark = mark_of(vault, arrival.room_id, arrival.content)
    relation = arrival.content.get("m.relates_to")
    relation = relation if isinstance(relation, Mapping) else {}
    if not string(mark.get("id")) or not arrival.event_id:
        return None
    numbers = mark.get("numbers")
    return Own(
        id=string(mark.get("id")),
        event_id=arrival.event_id,
        room_id=arrival.room_id,
        kind=string(mark.get("kind")),
        numbers=tuple(n for n in numbers if isinstance(n, int)) if isinstance(numbers, list) else (),
        case=string(mark.get("case")),
        made=min(_moment(mark.get("at")) or arrival.at, arrival.at),
        at=arrival.at,
        edits=string(relation.get("event_id")) if relation.get("rel_type") == "m.replace" else "",
        answer=isinstance(relation.get("m.in_reply_to"), Mapping),
        media=string(mark.get("media")) or address(arrival.content) or "",
    )


def came_back(session: Session, own: Own) -> bool:
    """Note a message of our own as sent, if it was owed still. Returns whether the database does not know it.

    Then it is kept: what is owed for the same reason later was sent already.
    """
    row = queries.outbox(session, own.id)
    if row is not None:
        if row.state == "owed" and row.what not in ("redact", "pin"):
            row.state, row.event_id, row.room_id, row.sent_at = "sent", own.event_id, own.room_id, own.at
            row.content = row.ciphertext = None
            if own.media and own.media != row.media:
                give_up_media(session, row, now=own.at)
                row.media = own.media
        return False
    queries.note_said(
        session,
        own.id,
        event_id=own.event_id,
        room_id=own.room_id,
        kind=own.kind,
        numbers=own.numbers,
        case=own.case,
        at=own.at,
        media=own.media,
    )
    if own.edits and own.kind in CONFIRMATIONS:
        _says_now(session, own)
    return True


def _says_now(session: Session, own: Own) -> None:
    """An answer that was edited into a confirmation: the number stands there."""
    original = queries.outbox_by_event(session, own.edits)
    if original is not None:
        queries.note_said(
            session,
            original.id,
            event_id=own.edits,
            room_id=own.room_id,
            kind=own.kind,
            numbers=own.numbers,
            case=own.case,
            at=own.at,
        )
    queries.says_now(session, own.edits, own.kind, own.numbers)


def deletion_came_back(session: Session, event_id: str) -> None:
    """A deletion of a message of our own came back: if it was owed still, it is done."""
    for row in queries.owed_deletions(session, event_id):
        row.state = "sent"


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(string(value))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
