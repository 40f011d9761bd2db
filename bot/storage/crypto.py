"""The tables of end-to-end encryption: our account and sessions, others' devices, what is still to be read or shared.

Every pickle is sealed under the data key "store". A row changes in the transaction of the sync or message that it
belongs to, so a crash leaves a ratchet and what was done with it together, or neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field, SQLModel

from bot.storage.models import new_uid
from bot.storage.sealing import sealed
from bot.storage.types import UtcDateTime

STORE = "store"  # the data key of everything here


class OlmAccount(SQLModel, table=True):
    """This device's own keys. One row; a new device (after a restore) gets a new one."""

    __tablename__ = "olm_account"
    device_id: str = Field(primary_key=True)
    uid: str = Field(default_factory=new_uid)
    key: str = STORE
    curve25519: str
    ed25519: str
    shared: bool = Field(default=False, description="the homeserver has the device's keys")
    owes_keys: bool = Field(default=True, description="one-time or fallback keys are to be uploaded")
    pickle_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    pickle = sealed("pickle_sealed")


class OlmSession(SQLModel, table=True):
    """A pairwise session with another device."""

    __tablename__ = "olm_session"
    session_id: str = Field(primary_key=True)
    uid: str = Field(default_factory=new_uid)
    key: str = STORE
    curve25519: str = Field(index=True, description="the other device's identity key")
    used_at: datetime = Field(
        sa_type=UtcDateTime, description="last heard on, or made: the newest one is spoken on"
    )
    pickle_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    pickle = sealed("pickle_sealed")


class InboundSession(SQLModel, table=True):
    """A room key that somebody shared with us: opens their messages in one room, from an index on.

    One row for each device that says it is its own: whoever knows another's key may claim it, and harms nobody.
    """

    __tablename__ = "inbound_session"
    room_id: str = Field(primary_key=True)
    session_id: str = Field(primary_key=True)
    uid: str = Field(default_factory=new_uid)
    key: str = STORE
    curve25519: str = Field(primary_key=True, description="of the device that shared it")
    sender: str = Field(description="who shared it, as their Olm message proves")
    ed25519: str
    first_index: int
    backed_up: bool = Field(default=False, index=True)
    pickle_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    pickle = sealed("pickle_sealed")


class OutboundSession(SQLModel, table=True):
    """The room key we speak with in a room just now."""

    __tablename__ = "outbound_session"
    room_id: str = Field(primary_key=True)
    uid: str = Field(default_factory=new_uid)
    key: str = STORE
    session_id: str
    devices: str = Field(description="which devices it is for: all, or signed ones")
    made_at: datetime = Field(sa_type=UtcDateTime)
    messages: int = 0
    pickle_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    pickle = sealed("pickle_sealed")


class KeyShare(SQLModel, table=True):
    """A device that a room key of ours was, is to be, or deliberately is not given to."""

    __tablename__ = "key_share"
    session_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    device_id: str = Field(primary_key=True)
    state: str = Field(description="shared (owed as long as its to-device row stands), lost or withheld")
    curve25519: str


class Device(SQLModel, table=True):
    """Another person's device, as the raw answer to /keys/query proved it."""

    __tablename__ = "device"
    user_id: str = Field(primary_key=True)
    device_id: str = Field(primary_key=True)
    curve25519: str = Field(index=True)
    ed25519: str
    signed: bool = Field(description="its owner has cross-signed it")
    gone: bool = Field(
        default=False, description="logged out: is given no keys; what it sent may still be read"
    )
    unreachable_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime, description="since when it had no one-time key for us"
    )
    wedged: bool = Field(default=False, description="its Olm messages do not open: it needs a new session")
    rescued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class KeyOwner(SQLModel, table=True):
    """A person whose devices we follow."""

    __tablename__ = "key_owner"
    user_id: str = Field(primary_key=True)
    changes: int = Field(default=1, description="how often the homeserver said that the devices changed")
    known: int = Field(
        default=0, description="the change up to which we know them; negative: asked in vain about this one"
    )
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    master: str | None = Field(default=None, description="public master key of their cross-signing identity")
    vouched: str | None = Field(
        default=None,
        description="the master key that an operator has compared: another one counts for nothing",
    )


class HeardIndex(SQLModel, table=True):
    """A message index that was used: the same ciphertext under another event id is a replay."""

    __tablename__ = "heard_index"
    session_id: str = Field(primary_key=True)
    curve25519: str = Field(primary_key=True, description="of the device whose room key it is")
    index: int = Field(primary_key=True)
    event_id: str


class Unread(SQLModel, table=True):
    """An event that cannot be read yet; handled when it can be, with its own time."""

    __tablename__ = "unread"
    seq: int | None = Field(default=None, primary_key=True)
    event_id: str = Field(unique=True)
    room_id: str
    sender: str = Field(index=True)
    session_id: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime, description="when it was sent")
    why: str = Field(description="key, device, unsigned or order")
    about: str | None = Field(default=None, description="order: the event that has to be read first")
    event: Any = Field(sa_column=Column(JSON), default=None)
    asked: bool = Field(default=False, description="its key was asked for")
    looked: bool = Field(default=False, description="its key was looked for in the backup")
    tell_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    __table_args__ = ({"sqlite_autoincrement": True},)


class ToDevice(SQLModel, table=True):
    """A to-device request that is owed, with its fixed transaction id."""

    __tablename__ = "to_device"
    seq: int | None = Field(default=None, primary_key=True)
    txn_id: str = Field(unique=True)
    uid: str = Field(default_factory=new_uid)
    key: str = STORE
    type: str
    session_id: str | None = Field(
        default=None, index=True, description="the room key of ours that it shares"
    )
    messages_sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    messages = sealed("messages_sealed")
    __table_args__ = ({"sqlite_autoincrement": True},)


class HeardToDevice(SQLModel, table=True):
    """A to-device event that was handled before its sync's token was committed, by its hash."""

    __tablename__ = "heard_to_device"
    digest: str = Field(primary_key=True)


class Verification(SQLModel, table=True):
    """A verification under way or just ended: what the operator compares and answers. Times are real ones.

    A transaction id is its asker's to choose, so it is theirs alone; `room_id` is empty for to-device messages.
    """

    __tablename__ = "verification"
    user_id: str = Field(primary_key=True)
    room_id: str = Field(default="", primary_key=True)
    transaction_id: str = Field(primary_key=True)
    device_id: str
    state: str = Field(description="ready, started, keys, done or cancelled")
    code: str | None = Field(default=None, description="why it was cancelled")
    emoji: Any = Field(default=None, sa_column=Column(JSON))
    master: str | None = Field(default=None, description="the person's proven master key")
    answer: str | None = Field(default=None, description="what the operator said: yes or no")
    outcome: str | None = Field(
        default=None, description="what came of it: signed, no, cancelled, changed, none or refused"
    )
    since: datetime = Field(sa_type=UtcDateTime)
