"""What has to be done next so that what is owed to a target leaves: said by `outgoing`, done by `outbox`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import attached
from bot.documents.digest import Figures
from bot.matrix.crypto.chores import Chore
from bot.owed import File


@dataclass(frozen=True)
class Ready:
    """A message ready to leave: where to, what, under which transaction id."""

    seq: int
    what: str
    room_id: str
    txn_id: str
    content: Mapping[str, Any]
    redacts: str = ""
    type: str = "m.room.message"


@dataclass(frozen=True)
class InDoubt:
    """A message that may have arrived under a transaction id that the homeserver no longer knows."""

    seq: int
    outbox_id: str
    room_id: str
    tried_at: datetime
    redacts: str


@dataclass(frozen=True)
class NeedsRoom:
    """The person has no direct-message room yet, or has left it; `before` it there were so many."""

    user_id: str
    before: int


@dataclass(frozen=True)
class NeedsPicture:
    """The picture has to be drawn and uploaded first."""

    seq: int
    figures: Figures
    language: str
    encrypted: bool

    def make(self) -> attached.Made:
        """Draw it; takes a while."""
        return attached.picture(self.figures, self.language)


@dataclass(frozen=True)
class NeedsFile:
    """The file, whose words were looked up, has to be made and uploaded first."""

    seq: int
    file: File
    at: datetime
    encrypted: bool

    def make(self) -> attached.Made:
        """Write it; takes a while."""
        return attached.written(self.file, self.at)


@dataclass(frozen=True)
class NeedsDeletion:
    """An upload has to be deleted at the homeserver."""

    seq: int
    uri: str


@dataclass(frozen=True)
class NeedsPin:
    """A message of ours is to be pinned, in the place of the `earlier` ones of its kind, unless a `later` one is."""

    seq: int
    room_id: str
    event_id: str
    earlier: frozenset[str]
    later: frozenset[str]


@dataclass(frozen=True)
class NeedsKeys:
    """Not every device in the room that is meant to has its key yet: this has to be done first."""

    chore: Chore


Work = Ready | InDoubt | NeedsRoom | NeedsPicture | NeedsFile | NeedsDeletion | NeedsPin | NeedsKeys
Step = Work | None
