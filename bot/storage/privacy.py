"""The tables of what the law asks for: who saw and did what, what is to be erased or kept, who stands in for whom.

None of them holds words of people: the reason for a hold is a `Text` row like all others.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from bot.storage.models import new_uid
from bot.storage.types import UtcDateTime


class AuditEntry(SQLModel, table=True):
    """One thing that was seen, changed, disclosed or erased: who, what, when, for which purpose, never what it said.

    `hash` is a keyed hash over the entry and the one before it, so that changing, removing or inserting one is found.
    """

    __tablename__ = "audit"
    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    by: str = Field(description='a user id, "" for the bot itself, operator:NAME for the command line')
    act: str = Field(description="one of bot.audit.ACTS")
    subject: str = Field(
        index=True, description="what it concerns: case:CODE, action:42, person:MXID, forum:UID, …"
    )
    recipient: str | None = Field(
        default=None, description="who was told: forum:UID, dm:MXID, or a file's kind"
    )
    detail: str | None = Field(
        default=None, description="a field's, flow's or message kind's name; never words"
    )
    purpose: str | None = Field(default=None, description="what for: one of bot.audit.PURPOSES")
    event_id: str | None = Field(default=None, description="the message that caused it")
    prev: str = Field(unique=True, description="the hash of the entry before: a chain does not fork")
    hash: str
    __table_args__ = ({"sqlite_autoincrement": True},)


class Erasure(SQLModel, table=True):
    """The way of a case out of the programme: announced, exported, its receipt confirmed, gone.

    It outlives the case, so that it can be shown that and when it was erased.
    """

    __tablename__ = "erasure"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(index=True)
    code: str = Field(index=True)
    forum_uid: str
    why: str = Field(description="retention (its time was up) or asked")
    state: str = Field(description="asked, announced, exported, confirmed, erased or withdrawn")
    by: str = Field(description="who asked; empty for the bot")
    at: datetime = Field(sa_type=UtcDateTime, description="when it was asked for or announced")
    consent_by: str | None = Field(default=None, description="the second person who agreed")
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime, description="what was announced")
    folder: str | None = Field(default=None, description="where the export lies, under [retention] folder")
    receipt: str | None = Field(default=None, description="the hash over what was exported")
    records: int | None = Field(default=None, description="how many records of the case the export holds")
    exported_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    confirmed_by: str | None = Field(default=None, description="who says that the records system has it")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reported_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when it was told which messages could not be deleted"
    )
    source_event: str | None = None
    __table_args__ = (Index("ix_erasure_state", "state", "not_before"),)


class LegalHold(SQLModel, table=True):
    """A case that must not be erased for now, by the lead's word."""

    __tablename__ = "legal_hold"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(index=True)
    text_uid: str | None = Field(default=None, foreign_key="text.uid", description="the reason")
    state: str = Field(default="standing", description="standing, lifted or withdrawn")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    lifted_by: str | None = None
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Deputy(SQLModel, table=True):
    """Somebody who stands in for somebody else for a time (stedfortræder)."""

    __tablename__ = "deputy"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    person: str = Field(index=True)
    deputy: str = Field(index=True)
    first: date = Field(description="the first day, local")
    last: date = Field(description="the last day, local")
    state: str = Field(default="standing", description="coming, standing, ended or withdrawn")
    forums: Any = Field(
        default=None,
        sa_column=Column(JSON),
        description="forums that the deputy is not in, once agreed: uids",
    )
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    source_event: str
