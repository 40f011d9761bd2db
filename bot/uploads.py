"""What lies on the homeserver for rows of the outbox: where, noted before it lies there, and what is to be deleted.

On the storage thread; `outbox.Sender` speaks with the homeserver. `Outbox.media` is the address of what may be read
there for a row now. As soon as it is no longer what the message shows, its deletion is owed (`owed.give_up_media`): a
row of its own, behind the message's redaction, that goes over into a queue of its own when its turn has come. No room
waits for it, and it waits for nobody who is in one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, TypeGuard

import structlog
from sqlmodel import Session

from bot import attached, contents
from bot.clock import Clock
from bot.documents.digest import Figures
from bot.owed import MEDIA, File, give_up_media, owe_media
from bot.steps import NeedsDeletion, NeedsFile, NeedsPicture
from bot.storage import queries
from bot.storage.models import Outbox, Room

log = structlog.get_logger(__name__)

NO_POWER = "M_FORBIDDEN"


class Uploads:
    """The uploads of one login. Whether it may delete is asked once, by the first that is to be deleted."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.moved = False  # something went over into the queue of deletions: somebody has to look at it
        self._powerless = False

    def begin(self, session: Session) -> None:
        """At each start: what a crash left over is to be deleted, and whether we may by now is asked anew."""
        now = self.clock.now()
        for row in queries.uploads_left_over(session):
            give_up_media(session, row, now=now)
        refused = [row for row in queries.media_left(session) if row.error == NO_POWER]
        if refused:
            refused[0].state, refused[0].error = "owed", None
        session.flush()

    # --- on its way there

    def keep(self, session: Session, seq: int, uri: str) -> bool:
        """Note where a row's file is about to be put; False where it is not wanted any more.

        What was put elsewhere for the same row before is nobody's then, and is to be deleted.
        """
        row = session.get(Outbox, seq)
        if not _is_wanted(row):
            return False  # nothing lies there yet: the address expires by itself
        if row.media != uri:
            give_up_media(session, row, now=self.clock.now())
        row.media, row.content = uri, None
        session.flush()
        return True

    def keep_content(self, session: Session, seq: int, content: str) -> None:
        """Keep the content of a message that was made outside: an uploaded file.

        One that is not owed any more needs none, and what was uploaded for it is to be deleted.
        """
        row, uri = session.get(Outbox, seq), address(json.loads(content))
        if not _is_wanted(row):
            if uri is not None:
                owe_media(session, f"{MEDIA}:late:{uri}", MEDIA, uri, now=self.clock.now())
            return
        if row.media != uri:
            give_up_media(session, row, now=self.clock.now())
        row.media, row.content, row.ciphertext = uri, content, None
        session.flush()

    # --- on its way out

    def put_off(self, session: Session, row: Outbox) -> None:
        """The turn of a deletion has come, behind its redaction: it goes over into the queue of deletions."""
        row.target = MEDIA
        self.moved = True
        session.flush()

    def next(self, session: Session) -> NeedsDeletion | None:
        """The upload that is to be deleted next; all are refused where it is known that we may not."""
        while (row := queries.next_media(session)) is not None:
            if row.media is not None and not self._powerless:
                row.tried_at = row.tried_at or self.clock.now()
                return NeedsDeletion(row.seq or 0, row.media)
            row.state, row.error = "refused", NO_POWER
            session.flush()
        return None

    def in_vain(self, session: Session, seq: int) -> None:
        """The homeserver did not answer: the others go first, and after a while this one is told of as lying there."""
        row = session.get(Outbox, seq)
        if row is not None:
            row.attempts += 1

    def deleted(self, session: Session, seq: int) -> NeedsDeletion | None:
        """An upload is gone; those that were refused for want of power are owed again. Returns what is next."""
        row = session.get(Outbox, seq)
        if row is not None:
            row.state, row.error, row.sent_at = "sent", None, self.clock.now()
        for other in queries.media_left(session):
            if other.error == NO_POWER:
                other.state, other.error = "owed", None
        session.flush()
        return self.next(session)

    def not_deleted(self, session: Session, seq: int, errcode: str) -> NeedsDeletion | None:
        """The homeserver does not let us: an operator has to (`hotspotbot media`). Returns what is next."""
        row = session.get(Outbox, seq)
        self._powerless = self._powerless or errcode == NO_POWER
        if row is not None:
            log.warning("media.refused", outbox=row.id, errcode=errcode)
            row.state, row.error = "refused", errcode
        session.flush()
        return self.next(session)


def needed(session: Session, row: Outbox, room: Room) -> NeedsPicture | NeedsFile | None:
    """What has to be uploaded for a row before it can leave; None if nothing has, or if it is no longer to be."""
    if row.what not in contents.UPLOADED or row.ciphertext is not None:
        return None
    # One from before the room's encryption lies in the clear.
    if row.content is not None and (not room.encrypted or "file" in json.loads(row.content)):
        return None
    if row.what == "picture":
        figures = Figures.from_json(row.template or "[[],[]]")
        return NeedsPicture(row.seq or 0, figures, row.language, room.encrypted)
    if row.template is None:
        return None  # taken back while it was under way: what is left of it is redacted next
    words = partial(queries.words, session)
    file = attached.plan(File.from_json(row.template), words, row.language)
    return NeedsFile(row.seq or 0, file, row.created_at, room.encrypted)


def address(content: Mapping[str, Any]) -> str | None:
    """Where the file of an event's content lies, encrypted or not."""
    file = content.get("file")
    found = file.get("url") if isinstance(file, Mapping) else content.get("url")
    return found if isinstance(found, str) and found.startswith("mxc://") else None


def _is_wanted(row: Outbox | None) -> TypeGuard[Outbox]:
    return row is not None and row.state == "owed" and row.template_sealed is not None
