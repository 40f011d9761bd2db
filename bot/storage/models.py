"""The tables. What each row means; no behaviour beyond opening its own sealed text.

Words people wrote live in one table only (`Text`): an action, a note or a plan B points there, and a
message that quotes them points there too. Erasing a text is therefore one write, and whoever quoted it is known.
"""

from __future__ import annotations

import json
import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.storage.sealing import sealed
from bot.storage.types import UtcDateTime


def new_uid() -> str:
    """A random row id: it exists before the row is written, so that a sealed value can be bound to it."""
    return secrets.token_hex(12)


class Meta(SQLModel, table=True):
    """One fact about the bot itself: sync token, clock anchor, device, access token."""

    __tablename__ = "meta"
    key: str = Field(default="store", primary_key=True)
    uid: str = Field(default_factory=new_uid)
    seal_key: str = "store"
    value_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    value = sealed("value_sealed", key="seal_key")


class Forum(SQLModel, table=True):
    """A compartment: the body that a configured room belongs to. Outlives room upgrades and renamed aliases."""

    __tablename__ = "forum"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    config_room: str = Field(unique=True, description="the room as the config names it: alias or room id")
    kind: str
    created_at: datetime = Field(sa_type=UtcDateTime)


class Room(SQLModel, table=True):
    """A Matrix room that the bot was invited to or made itself."""

    __tablename__ = "room"
    room_id: str = Field(primary_key=True)
    forum_uid: str | None = Field(default=None, foreign_key="forum.uid", index=True)
    person: str | None = Field(default=None, index=True, description="whose direct-message room this is")
    state: str = Field(description="known, invited, joined, left or replaced")
    inviter: str | None = None
    encrypted: bool = Field(default=False, description="one-way: never becomes false again")
    successor: str | None = Field(default=None, description="the room this one was upgraded to")
    since: datetime = Field(sa_type=UtcDateTime)
    newest_event: str | None = Field(default=None, description="the event of it that was handled last")
    rotate_after: int | None = Field(default=None, description="seconds a room key serves; none: a week")
    rotate_messages: int | None = Field(default=None, description="messages it serves; none: a hundred")


class Member(SQLModel, table=True):
    """Who is in a room, as the homeserver last said."""

    __tablename__ = "member"
    room_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True, index=True)
    membership: str = Field(description="join, invite, leave, ban or knock")
    ever_joined: bool = False
    since: datetime = Field(sa_type=UtcDateTime)


class InboxEvent(SQLModel, table=True):
    """The inbox ledger: an event id that stands here has been handled and is never handled again."""

    __tablename__ = "inbox_event"
    event_id: str = Field(primary_key=True)
    room_id: str
    sender: str
    at: datetime = Field(sa_type=UtcDateTime, description="when it was sent, on the bot's clock")


class Command(SQLModel, table=True):
    """One command line that was carried out: what `!undo` and an edited message look up."""

    __tablename__ = "command"
    event_id: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    room_id: str
    sender: str
    name: str
    at: datetime = Field(sa_type=UtcDateTime)
    words: str = Field(description="keyed hash of the words: did an edit change this line?")
    about: str | None = Field(default=None, description="the message it answered, where it answered one")
    undone: bool = False
    __table_args__ = (Index("ix_command_last", "sender", "room_id", "at"),)


class Text(SQLModel, table=True):
    """Words a person wrote, sealed. `sealed_text` is empty once they were erased."""

    __tablename__ = "text"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    key: str = Field(
        description="the data keys, each of which it needs: forum:UID, person:MXID, case:CODE or names:CODE first, "
        "which says where it belongs; then case:CODE of every other case that it is about or names"
    )
    sealed_text: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    event_id: str = Field(index=True, description="the message that said it; an edit counts as its original")
    author: str
    at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    words = sealed("sealed_text")


class Action(SQLModel, table=True):
    """An agreed action (aftale)."""

    __tablename__ = "action"
    uid: str = Field(default_factory=new_uid, primary_key=True)
    number: int = Field(unique=True)
    forum_uid: str = Field(foreign_key="forum.uid")
    room_id: str = Field(description="the room it was agreed in")
    agency: str | None = None
    state: str = Field(default="open", description="open, done, declined or cancelled")
    text_uid: str | None = Field(default=None, foreign_key="text.uid")
    planb_uid: str | None = Field(default=None, foreign_key="text.uid")
    parameter: str | None = Field(default=None, description="work, social or education, if it serves one")
    instead_of: str | None = Field(default=None, description="the action whose plan B it is")
    case_code: str | None = Field(default=None, index=True)
    due: str | None = Field(default=None, description="ISO: a date stays a date, else local date and time")
    overdue_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="from then on overdue")
    raise_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    created_by: str
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    source_event: str
    source_line: int = 0
    meeting_uid: str | None = Field(default=None, index=True, description="the meeting it was agreed in")
    item_uid: str | None = Field(default=None, description="the agenda item it was agreed under")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    __table_args__ = (
        UniqueConstraint("source_event", "source_line"),
        Index("ix_action_open", "forum_uid", "state", "overdue_at"),
        Index("ix_action_standing", "forum_uid", "state", "agency", "overdue_at", "created_at"),
        Index("ix_action_closed", "forum_uid", "closed_at", "state", "created_at", "overdue_at"),
    )


MISSING = tuple(f"missing:{place}" for place in range(1, 10))
"""What stands as `person` of owners who are still to be named; `agency` is the code, where one was said."""


class Owner(SQLModel, table=True):
    """Someone who promised an action, and when they hear of it next (UTC; empty: never)."""

    __tablename__ = "owner"
    action_uid: str = Field(primary_key=True, foreign_key="action.uid")
    person: str = Field(
        primary_key=True,
        description="a user id, partner:KEY for an outside partner, one of MISSING for who is still to be named",
    )
    position: int = 0
    agency: str | None = Field(
        default=None, description="set when the agency's code stood for its representative"
    )
    told: bool = Field(default=False, description="the owner has had a direct message about it")
    asked_for: str | None = Field(
        default=None,
        description="somebody outside the forum, until the writer has agreed to the disclosure; person is missing",
    )
    disclosed: bool = Field(
        default=False, description="outside the forum, and the writer agreed to tell them"
    )
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    __table_args__ = (Index("ix_owner_person", "person", "remind_at"),)

    @property
    def named(self) -> bool:
        """Whether it is known who this is; a part without a name is kept, but reminds nobody."""
        return self.person not in MISSING


class Change(SQLModel, table=True):
    """One step in the history of an action, a meeting, a case or somebody's own settings.

    Who changed which field, when, by which message, from what to what.

    Values are JSON without people's words: those are Text rows, named by uid. Undoing, editing and taking back
    a reaction all read this table: a change is reversed unless a later one has changed the same field.

    What belongs to a case is sealed under its key, before and after together: how a life went is told by no more than
    the steps. `queries.note_changes` writes the rows and knows which those are.
    """

    __tablename__ = "change"
    seq: int | None = Field(default=None, primary_key=True)
    action_uid: str | None = Field(default=None, foreign_key="action.uid", index=True)
    person: str | None = Field(default=None, description="the person whose own settings changed")
    meeting_uid: str | None = Field(default=None, index=True, description="the meeting that changed")
    case_uid: str | None = Field(default=None, index=True, description="the case that changed")
    field: str
    before_clear: Any = Field(default=None, sa_column=Column("before", JSON))
    after_clear: Any = Field(default=None, sa_column=Column("after", JSON))
    seal_key: str | None = Field(default=None, description="data key of the sealed column; none: in clear")
    step_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    step = sealed("step_sealed", key="seal_key")
    at: datetime = Field(sa_type=UtcDateTime)
    by: str
    event_id: str = Field(index=True)
    line: int = 0
    undone: bool = False
    __table_args__ = (Index("ix_change_field_at", "field", "at"), {"sqlite_autoincrement": True})

    @property
    def uid(self) -> str:
        """What its sealed value is bound to: what never changes of it, and is known before it has a number."""
        return place_of_change(self.action_uid, self.case_uid, self.field, self.event_id, self.line)

    @property
    def before(self) -> Any:
        """The value before; KeyDestroyed where its case is erased."""
        return self.before_clear if self.step_sealed is None else json.loads(self.step or "[null, null]")[0]

    @property
    def after(self) -> Any:
        """The value after; KeyDestroyed where its case is erased."""
        return self.after_clear if self.step_sealed is None else json.loads(self.step or "[null, null]")[1]


def place_of_change(
    action_uid: str | None, case_uid: str | None, field: str, event_id: str, line: int
) -> str:
    """To what the sealed value of a change is bound, in the place of a row id."""
    return f"{action_uid or case_uid or ''}:{field}:{event_id}:{line}"


class PersonState(SQLModel, table=True):
    """What a person set about themselves with `!me`; empty fields mean the config's value."""

    __tablename__ = "person_state"
    user_id: str = Field(primary_key=True)
    language: str | None = None
    morning: str | None = Field(default=None, description="HH:MM, local")
    asked: str | None = Field(default=None, description="each: one question at a time; all: all at once")
    away_from: date | None = None
    away_until: date | None = Field(default=None, description="the last day of leave")
    unreachable_since: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="direct messages are refused since then"
    )


class Outbox(SQLModel, table=True):
    """A message the bot owes or has sent. The unique reason makes it owed once, the transaction id sent once."""

    __tablename__ = "outbox"
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True, description="keyed hash of the reason; in the content as dk.hotspotbot.id")
    uid: str = Field(default_factory=new_uid)
    key: str = Field(
        description="data keys of the sealed columns: of every case it speaks of, else the target's"
    )
    reason: str = Field(unique=True)
    kind: str = Field(description="action.recorded, reminder, digest, …")
    what: str = Field(
        default="message", description="message, edit, redact, picture, file, event, reaction, pin or media"
    )
    target: str = Field(description="forum:UID or dm:MXID")
    room_id: str | None = Field(default=None, description="where it was sent, or has to be")
    txn_id: str
    state: str = Field(default="owed", description="owed, sent, refused or dropped")
    template_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    content_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    template = sealed("template_sealed")
    content = sealed("content_sealed")
    ciphertext: str | None = Field(default=None, description="as it leaves into an encrypted room: made once")
    language: str = "da"
    notify: bool = Field(default=False, description="m.text instead of m.notice")
    mentions: Any = Field(default=None, sa_column=Column(JSON))
    reply_to: str | None = None
    thread: str | None = None
    about: str | None = Field(default=None, description="edit, redact, pin: the outbox id it concerns")
    redacts: str | None = Field(
        default=None, description="redact: the event itself, where it is not a row's of ours (in room_id)"
    )
    media: str | None = Field(
        default=None, description="the address of what was uploaded for it; media: what is to be deleted"
    )
    meeting_uid: str | None = Field(default=None, description="the meeting it speaks of")
    case_uid: str | None = Field(default=None, description="the case it speaks of")
    event_id: str | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    tried_at: datetime | None = Field(default=None, sa_type=UtcDateTime, description="when it was first sent")
    tried_in: str | None = Field(default=None, description="the room it was first sent to")
    login: str | None = Field(default=None, description="the login that first sent it")
    error: str | None = None
    __table_args__ = (
        Index(
            "ix_outbox_owed",
            "target",
            "seq",
            sqlite_where=text("state = 'owed'"),
            postgresql_where=text("state = 'owed'"),
        ),
        Index("ix_outbox_about", "about"),
        Index("ix_outbox_meeting", "meeting_uid", "kind"),
        Index("ix_outbox_case", "case_uid", "kind"),
        {"sqlite_autoincrement": True},  # the number of a row that was deleted never comes back
    )


class OutboxAction(SQLModel, table=True):
    """Which actions a message speaks of, in its order: what a reply or a reaction to it is about."""

    __tablename__ = "outbox_action"
    outbox_id: str = Field(primary_key=True)
    action_uid: str = Field(primary_key=True, index=True)
    position: int = 0


class OutboxText(SQLModel, table=True):
    """Which texts a message quotes: where an erased text has to disappear."""

    __tablename__ = "outbox_text"
    outbox_id: str = Field(primary_key=True)
    text_uid: str = Field(primary_key=True, index=True)


class Said(SQLModel, table=True):
    """A message of the bot's own, found in a room, that this database does not know: a lost one had sent it."""

    __tablename__ = "said"
    id: str = Field(primary_key=True, description="the outbox id it carries")
    event_id: str
    room_id: str
    kind: str
    numbers: Any = Field(default=None, sa_column=Column(JSON))
    case_code: str | None = Field(default=None, description="the case it spoke of")
    media: str | None = Field(default=None, description="the address of its file")
    at: datetime = Field(sa_type=UtcDateTime)


class Lease(SQLModel, table=True):
    """Which process talks to Matrix, and when it last said that it lives (PostgreSQL; the server's own clock)."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    term: int = Field(description="grows by one with each process that takes over")
    holder: str
    backend: int = Field(description="the process id of its connection, at the server")
    renewed_at: datetime = Field(sa_type=UtcDateTime)


class DigestSent(SQLModel, table=True):
    """The last regular digest of a room or a person. A digest that was asked for leaves no trace here."""

    __tablename__ = "digest_sent"
    target: str = Field(primary_key=True, description="forum:UID or dm:MXID")
    at: datetime = Field(sa_type=UtcDateTime)
