"""Erasures: which are under way, everything that belongs to a case, and what may go because its time is up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, delete, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, SQLModel, col, select

from bot.storage.cases import (
    Case,
    CaseFollower,
    CaseGoal,
    CaseQuestion,
    CaseRelation,
    CaseTrend,
    CaseUpdate,
    Escalation,
    QuestionStep,
    SheetValue,
)
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting, Remark
from bot.storage.models import (
    Action,
    Change,
    Command,
    InboxEvent,
    Outbox,
    OutboxAction,
    OutboxText,
    Owner,
    Said,
    Text,
)
from bot.storage.privacy import AuditEntry, Erasure, LegalHold
from bot.storage.sealing import cases_in

__all__ = [
    "actions_closed_before",
    "actions_of_forum",
    "actions_with_code",
    "all_codes",
    "attendance_texts",
    "audit_of",
    "cases_closed_before",
    "changes_about",
    "commands_named",
    "decisions_with_code",
    "erasure_by_uid",
    "erasure_under_way",
    "erasures_in",
    "erasures_of_case",
    "events_before",
    "forget_said_of",
    "heard_events",
    "items_with_code",
    "meetings_over_before",
    "messages_about",
    "messages_after",
    "messages_by_id",
    "messages_needing",
    "messages_sent_before",
    "minutes_with_words",
    "newer_of_kind",
    "owed_purges",
    "relations_of",
    "remarks_about",
    "remove",
    "remove_owners",
    "rows_of_case",
    "rows_of_meeting",
    "rows_upon",
    "steps_of_questions",
    "texts_by_uid",
    "texts_needing",
    "texts_under",
    "unlink",
    "unlink_texts",
]

Row = TypeVar("Row", Text, Outbox, Change)
UNDER_WAY = ("asked", "announced", "exported", "confirmed")
OF_CASE: tuple[type[SQLModel], ...] = (
    CaseFollower,
    CaseGoal,
    CaseTrend,
    SheetValue,
    CaseUpdate,
    Escalation,
    CaseQuestion,
    LegalHold,
)
"""The tables whose rows name their case in `case_uid`; relations name two."""


# --- erasures


def erasures_in(session: Session, *states: str) -> Sequence[Erasure]:
    """The erasures in some states, the oldest first."""
    return session.exec(
        select(Erasure).where(col(Erasure.state).in_(states)).order_by(col(Erasure.at), Erasure.uid)
    ).all()


def erasure_under_way(session: Session, case_uid: str) -> Erasure | None:
    """The erasure of a case that is neither done nor withdrawn."""
    return session.exec(
        select(Erasure)
        .where(Erasure.case_uid == case_uid, col(Erasure.state).in_(UNDER_WAY))
        .order_by(col(Erasure.at).desc())
    ).first()


def erasures_of_case(session: Session, case_uid: str) -> Sequence[Erasure]:
    """The erasures of a case that are neither done nor withdrawn."""
    return session.exec(
        select(Erasure).where(Erasure.case_uid == case_uid, col(Erasure.state).in_(UNDER_WAY))
    ).all()


def erasure_by_uid(session: Session, uid: str) -> Erasure | None:
    """An erasure by its row id."""
    return session.get(Erasure, uid)


def cases_closed_before(session: Session, at: datetime, limit: int) -> Sequence[Case]:
    """Closed cases that no erasure under way takes and nothing holds, closed before a moment; the oldest first."""
    taken = exists().where(
        col(Erasure.case_uid) == col(Case.uid), col(Erasure.state).in_((*UNDER_WAY, "erased"))
    )
    held = exists().where(col(LegalHold.case_uid) == col(Case.uid), col(LegalHold.state) == "standing")
    return session.exec(
        select(Case)
        .where(Case.state == "closed", col(Case.closed_at) <= at, ~taken, ~held)
        .order_by(col(Case.closed_at), Case.code)
        .limit(limit)
    ).all()


def all_codes(session: Session) -> Sequence[str]:
    """The codes of all cases."""
    return session.exec(select(Case.code).order_by(Case.code)).all()


# --- what belongs to a case


def rows_of_case(session: Session, table: type[SQLModel], case_uid: str) -> Sequence[Any]:
    """The rows of one of the tables `OF_CASE` that are a case's, in whatever state."""
    named: Any = table
    return session.exec(select(named).where(named.case_uid == case_uid).order_by(named.uid)).all()


def relations_of(session: Session, case_uid: str) -> Sequence[CaseRelation]:
    """The relations of a case, withdrawn ones as well."""
    return session.exec(
        select(CaseRelation)
        .where(or_(col(CaseRelation.case_uid) == case_uid, col(CaseRelation.other_uid) == case_uid))
        .order_by(CaseRelation.uid)
    ).all()


def items_with_code(session: Session, code: str) -> Sequence[AgendaItem]:
    """Every agenda item of a case, in whatever state."""
    return session.exec(
        select(AgendaItem).where(AgendaItem.case_code == code).order_by(col(AgendaItem.added_at))
    ).all()


def _about(table: type[Action] | type[Decision], code: str, items: Collection[str]) -> ColumnElement[bool]:
    """Said of a case by its code, or under its agenda item without another code."""
    beneath = col(table.case_code).is_(None) & col(table.item_uid).in_(sorted(items))
    return or_(col(table.case_code) == code, beneath)


def actions_with_code(session: Session, code: str, items: Collection[str]) -> Sequence[Action]:
    """Every action about a case, in whatever forum and state, by number."""
    return session.exec(select(Action).where(_about(Action, code, items)).order_by(col(Action.number))).all()


def actions_of_forum(session: Session, forum_uid: str) -> Sequence[Action]:
    """Every action of a forum that has words, by number."""
    return session.exec(
        select(Action)
        .where(Action.forum_uid == forum_uid, col(Action.text_uid).is_not(None))
        .order_by(col(Action.number))
    ).all()


def decisions_with_code(session: Session, code: str, items: Collection[str]) -> Sequence[Decision]:
    """Every decision about a case, in whatever forum and state, in the order of time."""
    return session.exec(
        select(Decision).where(_about(Decision, code, items)).order_by(col(Decision.decided_at))
    ).all()


def remarks_about(
    session: Session, items: Collection[str], corrected: Collection[tuple[str, str]]
) -> Sequence[Remark]:
    """The remarks under some items, and those that correct something: (meeting, what it is called)."""
    found = session.exec(select(Remark).where(col(Remark.item_uid).in_(sorted(items)))).all()
    known = {row.uid for row in found}
    more = [
        row
        for meeting_uid, about in sorted(set(corrected))
        for row in session.exec(
            select(Remark).where(Remark.meeting_uid == meeting_uid, Remark.about == about)
        )
        if row.uid not in known
    ]
    return sorted([*found, *more], key=lambda row: (row.at, row.uid))


def texts_under(session: Session, keys: Collection[str]) -> Sequence[Text]:
    """The texts that belong where some keys say, whatever else they name, in the order of time."""
    homes = [
        or_(col(Text.key) == key, col(Text.key).startswith(f"{key}+", autoescape=True))
        for key in sorted(keys)
    ]
    return session.exec(select(Text).where(or_(*homes)).order_by(col(Text.at), Text.uid)).all()


def texts_needing(session: Session, code: str) -> list[Text]:
    """The texts that do not open without the key of a case, its own among them."""
    return _needing(session, Text, "key", code)


def messages_needing(session: Session, code: str) -> list[Outbox]:
    """The messages that do not open without the key of a case: what they speak of, and spoke of before an edit."""
    return _needing(session, Outbox, "key", code)


def changes_needing(session: Session, code: str) -> list[Change]:
    """The steps of histories that do not open without the key of a case."""
    return _needing(session, Change, "seal_key", code)


def _needing(session: Session, table: type[Row], name: str, code: str) -> list[Row]:
    """The rows of a table in whose column `name`, the name of a data key, a case's is one of those it is made of."""
    key = col(getattr(table, name))
    rows = session.exec(select(table).where(key.contains(f":{code}", autoescape=True)).order_by(key))
    return [row for row in rows if code in cases_in(getattr(row, name))]


def texts_by_uid(session: Session, uids: Collection[str]) -> Sequence[Text]:
    """Several texts by their row ids, in the order of time."""
    return session.exec(
        select(Text).where(col(Text.uid).in_(sorted(uids))).order_by(col(Text.at), Text.uid)
    ).all()


def changes_about(
    session: Session, case_uid: str, code: str, actions: Collection[str], rows: Collection[str]
) -> Sequence[Change]:
    """Every step of a case's history: its own, of its actions, of `rows` ("item:UID"), and those that name it."""
    found = session.exec(
        select(Change).where(
            or_(
                col(Change.case_uid) == case_uid,
                col(Change.action_uid).in_(sorted(actions)),
                col(Change.field).in_(sorted(rows)),
            )
        )
    ).all()
    every = {row.seq: row for row in (*found, *changes_needing(session, code))}
    return [every[seq] for seq in sorted(seq for seq in every if seq is not None)]


def steps_of_questions(session: Session, questions: Collection[str]) -> Sequence[QuestionStep]:
    """The messages that asked some questions."""
    return session.exec(
        select(QuestionStep).where(col(QuestionStep.question_uid).in_(sorted(questions)))
    ).all()


def heard_events(session: Session, event_ids: Collection[str], not_from: str) -> Sequence[InboxEvent]:
    """Those of some events that somebody else than the bot sent, in the order of time."""
    return session.exec(
        select(InboxEvent)
        .where(col(InboxEvent.event_id).in_(sorted(event_ids)), col(InboxEvent.sender).not_in((not_from, "")))
        .order_by(col(InboxEvent.at), InboxEvent.event_id)
    ).all()


def commands_named(session: Session, event_ids: Collection[str]) -> dict[str, set[str]]:
    """The names of the commands of some events."""
    found: dict[str, set[str]] = {}
    for row in session.exec(select(Command).where(col(Command.event_id).in_(sorted(event_ids)))):
        found.setdefault(row.event_id, set()).add(row.name)
    return found


def messages_about(
    session: Session, case_uid: str, code: str, actions: Collection[str], texts: Collection[str]
) -> set[str]:
    """The ids of the messages that speak of a case, its actions or its words, or have its code in their reason."""
    rows = session.exec(
        select(Outbox.id).where(or_(col(Outbox.case_uid) == case_uid, col(Outbox.reason).contains(code)))
    )
    found = set(rows)
    found |= set(
        session.exec(select(OutboxAction.outbox_id).where(col(OutboxAction.action_uid).in_(sorted(actions))))
    )
    found |= set(
        session.exec(select(OutboxText.outbox_id).where(col(OutboxText.text_uid).in_(sorted(texts))))
    )
    return found


def messages_after(session: Session, seq: int, limit: int) -> Sequence[Outbox]:
    """A page of the messages that can still be read, in their order, after one of them."""
    return session.exec(
        select(Outbox)
        .where(col(Outbox.seq) > seq, col(Outbox.template_sealed).is_not(None))
        .order_by(col(Outbox.seq))
        .limit(limit)
    ).all()


def messages_by_id(session: Session, ids: Collection[str]) -> Sequence[Outbox]:
    """Several messages by their ids, in their order."""
    return session.exec(select(Outbox).where(col(Outbox.id).in_(sorted(ids))).order_by(col(Outbox.seq))).all()


def rows_upon(session: Session, outbox_id: str) -> Sequence[Outbox]:
    """What concerns a message: its edits, redactions and pins."""
    return session.exec(select(Outbox).where(Outbox.about == outbox_id).order_by(col(Outbox.seq))).all()


def owed_purges(session: Session, prefix: str) -> Sequence[Outbox]:
    """The redactions owed for reasons with a prefix, sent and refused ones as well."""
    return session.exec(
        select(Outbox)
        .where(col(Outbox.reason).startswith(prefix, autoescape=True), Outbox.what == "redact")
        .order_by(col(Outbox.seq))
    ).all()


def newer_of_kind(session: Session, row: Outbox) -> bool:
    """Whether a message has a later one of its kind at its target."""
    return (
        session.exec(
            select(Outbox.seq)
            .where(
                Outbox.target == row.target,
                Outbox.kind == row.kind,
                Outbox.what == row.what,
                col(Outbox.seq) > row.seq,
                col(Outbox.state).in_(("owed", "sent")),
                col(Outbox.template_sealed).is_not(None),
            )
            .limit(1)
        ).first()
        is not None
    )


def minutes_with_words(session: Session) -> Sequence[Meeting]:
    """The meetings whose approved minutes are kept."""
    return session.exec(
        select(Meeting).where(col(Meeting.minutes_sealed).is_not(None)).order_by(col(Meeting.starts_at))
    ).all()


def audit_of(session: Session, subjects: Collection[str]) -> Sequence[AuditEntry]:
    """The entries of the log about some subjects, the oldest first."""
    return session.exec(
        select(AuditEntry).where(col(AuditEntry.subject).in_(sorted(subjects))).order_by(col(AuditEntry.seq))
    ).all()


def forget_said_of(session: Session, code: str) -> None:
    """Forget what a lost database had said of a case."""
    session.exec(delete(Said).where(col(Said.case_code) == code))


# --- taking rows away


def remove(session: Session, table: type[SQLModel], column: str, values: Collection[Any]) -> int:
    """Delete the rows of a table whose column has one of some values; how many."""
    if not values:
        return 0
    session.flush()
    done = session.exec(delete(table).where(getattr(table, column).in_(sorted(values))))
    return int(done.rowcount)


def unlink(session: Session, table: type[SQLModel], column: str, values: Collection[Any]) -> None:
    """Empty a column where it names one of some rows."""
    if values:
        session.flush()
        session.exec(update(table).where(getattr(table, column).in_(sorted(values))).values({column: None}))


def unlink_texts(session: Session, uids: Collection[str]) -> None:
    """Empty every column of every table that points to one of some texts."""
    session.flush()
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            if uids and any(key.column.table.name == "text" for key in column.foreign_keys):
                session.execute(update(table).where(column.in_(sorted(uids))).values({column.name: None}))


def remove_owners(session: Session, actions: Collection[str]) -> None:
    """Delete the owners of some actions."""
    remove(session, Owner, "action_uid", actions)


# --- what goes because its time is up


def actions_closed_before(session: Session, at: datetime, limit: int) -> Sequence[Action]:
    """Actions without a case that were closed before a moment, and whose meeting is not kept any more."""
    kept = exists().where(col(Meeting.uid) == col(Action.meeting_uid))
    return session.exec(
        select(Action)
        .where(
            Action.state != "open",
            col(Action.case_code).is_(None),
            func.coalesce(Action.closed_at, Action.created_at) <= at,
            ~kept,
        )
        .order_by(col(Action.number))
        .limit(limit)
    ).all()


def meetings_over_before(session: Session, at: datetime, limit: int) -> Sequence[Meeting]:
    """Meetings that were held, or cancelled, and over before a moment."""
    return session.exec(
        select(Meeting)
        .where(
            col(Meeting.state).in_(("held", "cancelled")),
            func.coalesce(Meeting.ended_at, Meeting.ends_at) <= at,
        )
        .order_by(col(Meeting.starts_at))
        .limit(limit)
    ).all()


def rows_of_meeting(session: Session, table: type[SQLModel], meeting_uid: str) -> Sequence[Any]:
    """The rows of a table that name a meeting."""
    named: Any = table
    return session.exec(select(named).where(named.meeting_uid == meeting_uid)).all()


def attendance_texts(session: Session, meeting_uid: str) -> set[str]:
    """The texts with guests' names of a meeting."""
    rows = session.exec(select(Attendance.text_uid).where(Attendance.meeting_uid == meeting_uid))
    return {uid for uid in rows if uid}


def messages_sent_before(
    session: Session, at: datetime, after: int, limit: int
) -> tuple[Sequence[Outbox], int | None]:
    """Messages settled before a moment that speak of nothing which is kept: of a page, and the page's last.

    The page begins after a row's sequence number; None for its last where it was the last page.
    """
    page = session.exec(
        select(Outbox.seq)
        .where(col(Outbox.seq) > after, col(Outbox.created_at) <= at)
        .order_by(col(Outbox.seq))
        .limit(limit)
    ).all()
    if not page:
        return (), None
    upon = aliased(Outbox)
    rows = session.exec(
        select(Outbox)
        .where(
            col(Outbox.seq) > after,
            col(Outbox.seq) <= page[-1],
            Outbox.state != "owed",
            # An upload that could not be deleted is on an operator's list.
            or_(col(Outbox.what) != "media", col(Outbox.state) == "sent"),
            col(Outbox.created_at) <= at,
            col(Outbox.case_uid).is_(None),
            col(Outbox.meeting_uid).is_(None),
            ~exists().where(
                col(upon.about) == col(Outbox.id),
                or_(col(upon.created_at) > at, col(upon.state) == "owed"),
            ),
            ~exists().where(col(OutboxAction.outbox_id) == col(Outbox.id)),
            ~exists().where(
                col(OutboxText.outbox_id) == col(Outbox.id), col(OutboxText.text_uid) == col(Text.uid)
            ),
        )
        .order_by(col(Outbox.seq))
    ).all()
    return rows, page[-1] if len(page) == limit else None


def events_before(
    session: Session, at: datetime, after: str, limit: int
) -> tuple[Sequence[InboxEvent], str | None]:
    """Events handled before a moment that say who sent them, and nothing rests on: of a page, and the page's last.

    The page begins after an event id; None for its last where it was the last page.
    """
    page = session.exec(
        select(InboxEvent.event_id)
        .where(col(InboxEvent.event_id) > after)
        .order_by(col(InboxEvent.event_id))
        .limit(limit)
    ).all()
    if not page:
        return (), None
    source = col(InboxEvent.event_id)
    rows = session.exec(
        select(InboxEvent).where(
            source > after,
            source <= page[-1],
            col(InboxEvent.at) <= at,
            InboxEvent.sender != "",
            ~exists().where(col(Text.event_id) == source),
            ~exists().where(col(Change.event_id) == source),
            ~exists().where(col(Action.source_event) == source),
        )
    ).all()
    return rows, page[-1] if len(page) == limit else None
