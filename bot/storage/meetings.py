"""The tables of meetings: what is planned, what stands on the agenda, who was there, what was decided and written.

A meeting gets a row once there is something to remember about it; until then it is what the config's rhythm says
(bot.planned). Words of people are `Text` rows, as everywhere.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.models import new_uid
from bot.storage.sealing import sealed
from bot.storage.types import UtcDateTime


class Meeting(SQLModel, table=True):
    """One meeting (møde) of a forum.

    `slot` names it for good: the instant at which the rhythm puts it (ISO, UTC), wherever it was moved, or
    `extra:EVENT:LINE` for a single one that was called in the room.
    """

    __tablename__ = "meeting"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    forum_uid: str = Field(foreign_key="forum.uid")
    slot: str
    state: str = Field(default="planned", description="planned, cancelled, running or held")
    starts_at: datetime = Field(sa_type=UtcDateTime, description="when it is to begin, moved or not")
    ends_at: datetime = Field(sa_type=UtcDateTime)
    sequence: int = Field(default=0, description="SEQUENCE of its iCalendar entry: grows when it changes")
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unended: bool = Field(default=False, description="nobody ended it; the bot closed it")
    chair: str | None = Field(default=None, description="who leads it: who started it, or took over")
    item_uid: str | None = Field(default=None, description="the agenda item it is at")
    heard_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when somebody last said something in it"
    )
    posted_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="its agenda went out")
    asked_start_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    asked_end_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reordered: bool = Field(default=False, description="somebody put the agenda in an order of their own")
    minutes: str = Field(default="none", description="none, draft or approved")
    asked_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="its cases were asked about"
    )
    summed_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="its cases were summed up"
    )
    draft_change: int = Field(default=0, description="the newest change that the draft shows")
    approve_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when the draft is approved if nobody says otherwise"
    )
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by: str | None = Field(default=None, description="a user id; empty: nobody objected in time")
    key: str = Field(description="data key of the sealed column")
    minutes_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    approved_minutes = sealed("minutes_sealed")
    __table_args__ = (
        UniqueConstraint("forum_uid", "slot"),
        Index("ix_meeting_forum", "forum_uid", "starts_at"),
        Index("ix_meeting_state", "state", "starts_at"),
        Index("ix_meeting_minutes", "minutes", "approve_at"),
    )

    @property
    def occasion(self) -> str:
        """What names the meeting in the reasons of messages: the same in every database that was restored."""
        return f"{self.forum_uid}:{self.slot}"


COMES_AGAIN = ("added", "carried", "case", "escalated")
"""The kinds of agenda items that go on to the next meeting where one was not reached."""


class AgendaItem(SQLModel, table=True):
    """An item of an agenda (dagsordenspunkt). Without a meeting it waits for the forum's next one."""

    __tablename__ = "agenda_item"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    forum_uid: str = Field(foreign_key="forum.uid")
    meeting_uid: str | None = Field(default=None, foreign_key="meeting.uid")
    kind: str = Field(description="escalated, case, carried, overdue, due, added or standing")
    place: int = Field(description="where it stands: items are shown in this order")
    minutes: int | None = Field(default=None, description="how long somebody asked for")
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    case_code: str | None = None
    state: str = Field(
        default="open", description="open, done, struck, carried, or gone while its case is closed or away"
    )
    carried_from: str | None = Field(default=None, description="the item of an earlier meeting it continues")
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    added_by: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    source_event: str = Field(index=True)
    source_line: int = 0
    __table_args__ = (
        Index("ix_agenda_item_meeting", "meeting_uid", "place"),
        Index("ix_agenda_item_waiting", "forum_uid", "state", "meeting_uid"),
    )


class Attendance(SQLModel, table=True):
    """Who was at a meeting, or sent an apology. `who`: a user id, `agency:CODE`, `partner:KEY` or `guest:UID`."""

    __tablename__ = "attendance"
    meeting_uid: str = Field(primary_key=True, foreign_key="meeting.uid")
    who: str = Field(primary_key=True)
    state: str = Field(description="present or apology")
    agency: str | None = None
    text_uid: str | None = Field(default=None, foreign_key="text.uid", description="a guest's name")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)


class Decision(SQLModel, table=True):
    """A decision (beslutning), numbered within its forum and ISO week: 2026-W48-3."""

    __tablename__ = "decision"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    forum_uid: str = Field(foreign_key="forum.uid")
    meeting_uid: str | None = Field(default=None, index=True, description="empty: decided between meetings")
    item_uid: str | None = None
    week: str = Field(description="2026-W48, of the day on which its meeting began")
    number: int
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    case_code: str | None = Field(default=None, index=True)
    state: str = Field(default="standing", description="standing or withdrawn")
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    source_event: str
    source_line: int = 0
    __table_args__ = (
        UniqueConstraint("forum_uid", "week", "number"),
        UniqueConstraint("source_event", "source_line"),
        Index("ix_decision_forum", "forum_uid", "decided_at"),
    )

    @property
    def label(self) -> str:
        """How people name it: 2026-W48-3."""
        return f"{self.week}-{self.number}"


class Remark(SQLModel, table=True):
    """Words added to minutes: to an item or the whole of a draft, or as an addendum after the approval."""

    __tablename__ = "remark"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    meeting_uid: str = Field(foreign_key="meeting.uid", index=True)
    item_uid: str | None = None
    about: str | None = Field(
        default=None, description="what it corrects: a decision's label, an action's number"
    )
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    addendum: bool = False
    state: str = Field(default="standing", description="standing or withdrawn")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    source_event: str = Field(index=True)
    source_line: int = 0
