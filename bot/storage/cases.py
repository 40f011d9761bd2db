"""The tables of cases (sager): what is known, who follows, what was asked and answered, where it was lifted to.

Words of people are `Text` rows, as everywhere; those of a case are sealed under a key of its own (`case:CODE`), so that
destroying that key takes them out of every backup as well.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.models import new_uid
from bot.storage.sealing import sealed
from bot.storage.types import UtcDateTime

PARAMETERS = ("work", "social", "education")
"""What progress is measured on: beskæftigelse, social, uddannelse (docs/domain, Records)."""
TRENDS = ("better", "same", "worse")


class Case(SQLModel, table=True):
    """A case (sag), by a neutral code: no initials, no birth year."""

    __tablename__ = "case_file"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    code: str = Field(unique=True, description="HS-26-014")
    year: int
    number: int
    forum_uid: str = Field(foreign_key="forum.uid", description="the fremdriftsgruppe it was opened in")
    state: str = Field(default="open", description="open, resting, escalated or closed")
    urgent: bool = False
    text_uid: str | None = Field(default=None, foreign_key="text.uid", description="what it is about")
    opened_by: str
    opened_at: datetime = Field(sa_type=UtcDateTime)
    source_event: str
    source_line: int = 0
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closing_uid: str | None = Field(
        default=None, foreign_key="text.uid", description="why it was closed or rests"
    )
    followed_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="a meeting last took it up"
    )
    follow_up_at: datetime | None = Field(
        default=None,
        sa_type=UtcDateTime,
        description="by then it has to be followed up; of one at rest: its return",
    )
    reopened_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="last worked on again after it was closed or at rest"
    )
    look_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="when the bot next looks whether it moves"
    )
    __table_args__ = (
        UniqueConstraint("year", "number"),
        UniqueConstraint("source_event", "source_line"),
        Index("ix_case_file_due", "forum_uid", "state", "follow_up_at"),
        Index("ix_case_file_look", "look_at"),
        Index("ix_case_file_opened", "forum_uid", "opened_at"),
        Index("ix_case_file_closed", "forum_uid", "closed_at"),
    )

    @property
    def key(self) -> str:
        """The name of its data key."""
        return f"case:{self.code}"

    @property
    def live(self) -> bool:
        """Whether it is worked on."""
        return self.state in ("open", "escalated")


class CaseFollower(SQLModel, table=True):
    """Who may know of one case beside its forum: a follower, or a caseworker (sagsbehandler) of an agency."""

    __tablename__ = "case_follower"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    person: str = Field(index=True)
    role: str = Field(description="follower or caseworker")
    agency: str | None = None
    state: str = Field(default="standing", description="standing or withdrawn")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    __table_args__ = (UniqueConstraint("case_uid", "person"),)


class CaseRelation(SQLModel, table=True):
    """Two cases that belong together (beslægtede sager); the smaller uid stands first."""

    __tablename__ = "case_relation"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    other_uid: str = Field(foreign_key="case_file.uid", index=True)
    state: str = Field(default="standing", description="standing or withdrawn")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    __table_args__ = (UniqueConstraint("case_uid", "other_uid"),)


class CaseGoal(SQLModel, table=True):
    """The goal on one of the three parameters; without text there is none."""

    __tablename__ = "case_goal"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    parameter: str = Field(description="work, social or education")
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    __table_args__ = (UniqueConstraint("case_uid", "parameter"),)


class CaseTrend(SQLModel, table=True):
    """How an agency sees one of the three parameters go. The forum's own view has the agency ""."""

    __tablename__ = "case_trend"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    parameter: str
    agency: str = ""
    key: str = Field(description="data key of the sealed column: the case's")
    trend_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    by: str
    said_at: datetime = Field(sa_type=UtcDateTime)
    trend = sealed("trend_sealed")
    """Better, same or worse; None where nothing is said."""
    __table_args__ = (UniqueConstraint("case_uid", "parameter", "agency"),)


class SheetValue(SQLModel, table=True):
    """The value of a field of a case's ressourceskema; without text it is empty. Earlier ones are in its history."""

    __tablename__ = "sheet_value"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    field: str = Field(
        description="section.field of the form, with a number where a section repeats: person.2.school"
    )
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    agency: str | None = Field(default=None, description="of who said it")
    by: str
    said_at: datetime = Field(sa_type=UtcDateTime)
    __table_args__ = (UniqueConstraint("case_uid", "field"),)


class CaseUpdate(SQLModel, table=True):
    """What an agency answered about a case (statusmelding), or somebody observed, in their words."""

    __tablename__ = "case_update"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    agency: str | None = None
    kind: str = Field(description="news, nothing (intet nyt), withheld (må ikke deles) or observation")
    state: str = Field(
        default="standing", description="standing, waiting (for the coordinator), declined or withdrawn"
    )
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    question_uid: str | None = Field(default=None, description="the question it answers")
    by: str
    said_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, description="who let an observation in, or not")
    source_event: str
    source_line: int = 0
    __table_args__ = (
        UniqueConstraint("source_event", "source_line"),
        Index("ix_case_update_case", "case_uid", "said_at"),
    )


class Escalation(SQLModel, table=True):
    """A case lifted from its forum to another, with a reason, until that sends it back."""

    __tablename__ = "escalation"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid")
    forum_uid: str = Field(foreign_key="forum.uid", description="where it comes from")
    to_uid: str = Field(foreign_key="forum.uid", index=True, description="where it was lifted to")
    state: str = Field(default="standing", description="standing, returned or withdrawn")
    urgent: bool = False
    text_uid: str | None = Field(default=None, foreign_key="text.uid", description="the reason")
    by: str
    escalated_at: datetime = Field(sa_type=UtcDateTime)
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    returned_by: str | None = None
    source_event: str
    source_line: int = 0
    __table_args__ = (
        UniqueConstraint("source_event", "source_line"),
        Index("ix_escalation_case", "case_uid", "state"),
    )


class CaseQuestion(SQLModel, table=True):
    """What one agency is asked about one case before one meeting: at most once, in one thread of one person."""

    __tablename__ = "case_question"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    case_uid: str = Field(foreign_key="case_file.uid", index=True)
    meeting_uid: str = Field(foreign_key="meeting.uid")
    agency: str
    person: str = Field(index=True, description="who is asked now")
    state: str = Field(default="open", description="open, answered, nothing, withheld, missed or dropped")
    step: str = Field(
        default="news", description="what is asked now: news, trend, actions, field:NAME or done"
    )
    asked_at: datetime = Field(sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_by: str | None = None
    __table_args__ = (
        UniqueConstraint("meeting_uid", "case_uid", "agency"),
        Index("ix_case_question_remind", "state", "remind_at"),
    )

    @property
    def silent(self) -> bool:
        """Whether nothing was answered: who told what is new has, though not to the end."""
        return self.state in ("open", "missed") and self.step == "news"


class QuestionStep(SQLModel, table=True):
    """Which message of ours asked which step of a question: what a reply to it, or an edit of that, answers."""

    __tablename__ = "question_step"
    outbox_id: str = Field(primary_key=True)
    question_uid: str = Field(foreign_key="case_question.uid", index=True)
    step: str
    person: str = Field(description="who was asked")
