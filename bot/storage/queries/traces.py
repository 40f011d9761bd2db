"""What a message speaks of and who would read it: asked just before it leaves (bot.release)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, String, and_, bindparam, func, literal, null, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.storage.cases import CaseUpdate, Escalation
from bot.storage.meetings import AgendaItem, Decision
from bot.storage.models import Change, Command, InboxEvent, Member, Outbox, OutboxAction, OutboxText, Text
from bot.storage.sealing import home_of

__all__ = [
    "Quote",
    "Trace",
    "commands_since",
    "gave_away",
    "lifts_to",
    "observed_here",
    "owed_beside",
    "said_in_forums",
    "stranger_notices",
    "trace",
    "undecided",
]


@dataclass(frozen=True)
class Quote:
    """A text that a message quotes: its row id, the name of the data key that says whose it is, and who wrote it."""

    uid: str
    key: str
    author: str


@dataclass(frozen=True)
class Trace:
    """Who is in the room a message goes to, joined or invited; the actions it speaks of, the texts it quotes."""

    present: frozenset[str]
    actions: tuple[str, ...]
    quotes: tuple[Quote, ...]


_TRACE: CompoundSelect[Any] = union_all(
    select(literal("m", String), Member.user_id, null(), null()).where(
        Member.room_id == bindparam("room_id"), col(Member.membership).in_(("join", "invite"))
    ),
    select(literal("a", String), OutboxAction.action_uid, null(), null()).where(
        col(OutboxAction.outbox_id).in_((bindparam("id"), bindparam("about")))
    ),
    select(literal("t", String), Text.uid, Text.key, Text.author)
    .join(OutboxText, col(OutboxText.text_uid) == Text.uid)
    .where(OutboxText.outbox_id == bindparam("id")),
)


def trace(session: Session, room_id: str, outbox_id: str, about: str | None) -> Trace:
    """Who would read a message, and what it says; of an edit also what the message it edits speaks of."""
    rows = session.execute(_TRACE, {"room_id": room_id, "id": outbox_id, "about": about or ""}).all()
    return Trace(
        frozenset(row[1] for row in rows if row[0] == "m"),
        tuple(dict.fromkeys(row[1] for row in rows if row[0] == "a")),
        tuple(Quote(row[1], home_of(row[2]), row[3]) for row in rows if row[0] == "t"),
    )


_ABOUT = aliased(Outbox)
_BESIDE = (
    select(Outbox)
    .outerjoin(_ABOUT, col(_ABOUT.id) == col(Outbox.about))
    .where(
        Outbox.target == bindparam("target"),
        col(Outbox.state) == "owed",
        col(Outbox.seq) > bindparam("seq"),
        or_(
            col(Outbox.kind).in_(bindparam("notices", expanding=True)),
            col(Outbox.what) == "media",
            and_(col(Outbox.what) == "redact", or_(col(Outbox.about).is_(None), col(_ABOUT.state) != "owed")),
            and_(
                col(Outbox.about).is_(None),
                func.coalesce(Outbox.room_id, bindparam("current")).not_in(bindparam("held", expanding=True)),
            ),
            and_(
                col(_ABOUT.room_id).is_not(None),
                col(_ABOUT.room_id).not_in(bindparam("held", expanding=True)),
            ),
        ),
    )
    .order_by(col(Outbox.seq))
    .limit(1)
)


def owed_beside(
    session: Session, target: str, seq: int, held: Collection[str], current: str, notices: Collection[str]
) -> Outbox | None:
    """The next message owed to a target after one that waits, that need not wait with it.

    One to another room than those `held` (`current` is the target's own room now), a redaction of what was sent, the
    deletion of an upload, or one of a kind of `notices`.
    """
    return session.exec(
        _BESIDE,
        params={
            "target": target,
            "seq": seq,
            "held": sorted(held),
            "current": current,
            "notices": sorted(notices),
        },
    ).first()


def gave_away(session: Session, action_uid: str, person: str, event_id: str) -> bool:
    """Whether somebody was an owner of an action until a message of theirs changed its owners."""
    rows = session.exec(
        select(Change).where(
            Change.action_uid == action_uid,
            Change.event_id == event_id,
            Change.by == person,
            Change.field == "owners",
        )
    ).all()
    return any(
        person in (entry if isinstance(entry, list) else [entry])
        for row in rows
        for entry in row.before or ()
    )


def undecided(session: Session, case_uid: str, texts: Collection[str]) -> set[str]:
    """Which of some texts are observations that nobody has let into the case."""
    found = session.exec(
        select(CaseUpdate.text_uid).where(
            CaseUpdate.case_uid == case_uid,
            CaseUpdate.kind == "observation",
            CaseUpdate.state != "standing",
            col(CaseUpdate.text_uid).in_(sorted(texts)),
        )
    )
    return {uid for uid in found if uid}


def said_in_forums(session: Session, code: str, forums: Collection[str]) -> set[str]:
    """The texts about a case that are some forums' own for good: their decisions, and items of their agendas."""
    decided = select(Decision.text_uid).where(
        Decision.case_code == code, col(Decision.forum_uid).in_(sorted(forums))
    )
    listed = select(AgendaItem.text_uid).where(
        AgendaItem.case_code == code, col(AgendaItem.forum_uid).in_(sorted(forums))
    )
    return {uid for uid in [*session.exec(decided), *session.exec(listed)] if uid}


def lifts_to(session: Session, case_uid: str, forums: Collection[str]) -> Sequence[Escalation]:
    """The lifts of a case to some forums that were not taken back, those that are over among them."""
    return session.exec(
        select(Escalation).where(
            Escalation.case_uid == case_uid,
            col(Escalation.to_uid).in_(sorted(forums)),
            Escalation.state != "withdrawn",
        )
    ).all()


def observed_here(session: Session, case_uid: str, person: str | None, room_id: str) -> bool:
    """Whether somebody sent word of a case themselves, or anybody did from a room."""
    query = select(CaseUpdate.uid).where(CaseUpdate.case_uid == case_uid)
    if person is not None:
        query = query.where(CaseUpdate.by == person)
    else:
        query = query.join(InboxEvent, col(InboxEvent.event_id) == CaseUpdate.source_event).where(
            InboxEvent.room_id == room_id
        )
    return session.exec(query.limit(1)).first() is not None


_NOTICES = (
    select(Outbox)
    .where(
        col(Outbox.kind).in_(("stranger.here", "stranger.gone")),
        Outbox.what == "message",
        col(Outbox.state).in_(("owed", "sent")),
    )
    .order_by(col(Outbox.seq))
)


def stranger_notices(session: Session) -> dict[str, Outbox]:
    """What each room was told last of strangers, by room id: that the bot is silent, or that it goes on."""
    return {row.room_id or "": row for row in session.exec(_NOTICES)}


_COMMANDS_SINCE = (
    select(Command.at, Command.event_id)
    .where(
        Command.sender == bindparam("sender"),
        col(Command.room_id).in_(select(Member.room_id).where(Member.user_id == bindparam("sender"))),
        col(Command.at) > bindparam("since"),
    )
    .distinct()
)


def commands_since(session: Session, sender: str, since: datetime) -> list[tuple[datetime, str]]:
    """When somebody said what was carried out since a moment, and in which message."""
    return [
        (at, event_id)
        for at, event_id in session.execute(_COMMANDS_SINCE, {"sender": sender, "since": since})
    ]
