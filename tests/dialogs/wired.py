"""A chat whose messages leave through the real way out: what is said here has passed the guard, and what waits, waits.

`chat.heard("fremdrift")` is what came into a room since it was last asked; restarting keeps the database.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.access import Access
from bot.clock import SystemClock
from bot.inbox import Inbox
from bot.matrix.batch import Arrival, Batch, Joined
from bot.matrix.crypto.speaking import Speaking
from bot.outgoing import Outgoing
from bot.owed import MEDIA
from bot.release import verdict
from bot.settings import load
from bot.steps import NeedsDeletion, NeedsFile, NeedsPicture, NeedsPin, Ready
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.chat import BOT, CONFIG, ROOMS, Chat


@dataclass(frozen=True)
class Left:
    """A message as it left: into which room, for which target, and everything that it says, files included."""

    room_id: str
    target: str
    kind: str
    what: str
    body: str
    whole: str
    seq: int
    flows: frozenset[str]


class _ChatClock(SystemClock):
    """The chat's own clock."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat

    def now(self) -> datetime:
        """The chat's moment."""
        return self.chat.now.astimezone(UTC)


class Wired(Chat):
    """A chat with its way out. While it is `mute`, what is owed waits for `speak`."""

    def __init__(self, folder: Path, config: str = CONFIG) -> None:
        super().__init__(folder, config)
        self.folder = folder
        self.left: list[Left] = []
        self.mute = False
        self._asked: dict[str, int] = {}
        self._uploads: dict[int, str] = {}
        self.media: set[str] = set()  # what lies on the homeserver
        self.is_admin = True  # the homeserver lets the bot delete it
        self.deletions: list[str] = []  # what the bot asked it to delete
        self._addresses = itertools.count(1)
        self.outgoing = self._outgoing()

    def _outgoing(self) -> Outgoing:
        return Outgoing(self.access, Speaking(self.access, BOT), _ChatClock(self), lambda: "login")

    def deliver(self, arrival: Arrival) -> None:
        """Hand an arrival to the inbox, as one sync; what can leave then leaves."""
        batch = Batch(f"t{next(self.ids)}", self.now, {}, (Joined(arrival.room_id, (), (arrival,)),), ())
        self.db.run_sync(self.inbox.sync, batch)
        if not self.mute:
            self.speak()

    def at(self, when: str) -> None:
        """Move the clock to a local moment, ringing every alarm on the way; what can leave then leaves."""
        super().at(when)
        if not self.mute:
            self.speak()

    def speak(self) -> list[Left]:
        """Everything that may leave leaves. Returns it."""
        before = len(self.left)
        for target in self.ask(queries.owed_targets):
            self.speak_to(target)
        self.speak_to(MEDIA)  # what is to be deleted has its turn when the room's is over
        return self.left[before:]

    def speak_to(self, target: str) -> None:
        """Everything owed to a target that may leave leaves."""
        db, out = self.db, self.outgoing
        step = db.run_sync(out.prepare, target)
        while step is not None:
            if isinstance(step, NeedsFile | NeedsPicture):
                made = step.make()
                self._uploads[step.seq] = read(made.data)
                uri = f"mxc://example.dk/file{next(self._addresses)}"
                assert db.run_sync(out.uploads.keep, step.seq, uri)
                self.media.add(uri)
                content = json.dumps({**made.content, "url": uri})
                db.run_sync(out.uploads.keep_content, step.seq, content)
                step = db.run_sync(out.prepare, target)
            elif isinstance(step, NeedsDeletion):
                self.deletions.append(step.uri)
                if self.is_admin:
                    self.media.discard(step.uri)
                    step = db.run_sync(out.uploads.deleted, step.seq)
                else:
                    step = db.run_sync(out.uploads.not_deleted, step.seq, "M_FORBIDDEN")
            elif isinstance(step, NeedsPin):
                step = db.run_sync(out.sent, step.seq, None, step.room_id, target)
            else:
                assert isinstance(step, Ready), step
                event_id = f"$bot{step.seq}:example.dk"
                self.left.append(self._noted(step, target, self.ask(partial(self._flows, step))))
                step = db.run_sync(out.sent, step.seq, event_id, step.room_id, target)

    def _noted(self, step: Ready, target: str, flows: frozenset[str]) -> Left:
        content: Mapping[str, Any] = step.content
        mark = content.get("dk.hotspotbot", {})
        body = str(content.get("body", ""))
        whole = json.dumps(content, ensure_ascii=False) + self._uploads.get(step.seq, "")
        return Left(step.room_id, target, str(mark.get("kind", "")), step.what, body, whole, step.seq, flows)

    def _flows(self, step: Ready, session: Session) -> frozenset[str]:
        """By which flows a message leaves, as the guard says."""
        row, room = session.get(Outbox, step.seq), queries.room(session, step.room_id)
        assert row is not None
        assert room is not None
        found = verdict(session, self.access, row, room, self.now.astimezone(UTC))
        assert found.says == "go"
        return frozenset(flow for flow, _ in found.flows)

    def since(self, seq: int, kinds: tuple[str, ...] = ("message", "edit")) -> list[str]:
        """Plain bodies of what left after a sequence number."""
        return [one.body for one in self.left if one.seq > seq and one.what in kinds]

    def heard_in(self, room_id: str) -> list[str]:
        """What people in a room have read of the bot since this was last asked, by the room's id."""
        before, self._asked[room_id] = self._asked.get(room_id, 0), len(self.left)
        return [one.body for one in self.left[before:] if one.room_id == room_id and one.body]

    def reads(self, room: str, who: str = "") -> list[str]:
        """The same by the room's short name; "dm" is somebody's direct messages."""
        return self.heard_in(self.room_id(room, who))

    # --- people come and go

    def member(self, who: str, membership: str, room: str = "fremdrift", *, of: str = "") -> None:
        """Somebody joins, is invited, leaves; "dm" is the direct messages `of` somebody."""
        user = who if who.startswith("@") else f"@{who}:example.dk"
        self.state(self.room_id(room, of), "m.room.member", user, {"membership": membership}, by="karla")

    def restart(self, config: str | None = None) -> None:
        """The bot starts anew, perhaps with another config; rooms are looked up as at every start."""
        if config is not None:
            path = self.folder / "again.toml"
            path.write_text(config, encoding="utf-8")
            self.settings = load(path)
        self.access = Access(self.settings)
        self.inbox = Inbox(self.access, BOT)
        self.outgoing = self._outgoing()
        aliases = {room.room: f"!{room.room[1:]}" for room in self.settings.rooms}
        self.db.run_sync(self.inbox.resolved, aliases, self.now.astimezone(UTC))
        self.db.run_sync(self.outgoing.uploads.begin)
        if not self.mute:
            self.speak()


def read(data: bytes) -> str:
    """Everything that a file says: of a document all its parts, also with the words of each in one."""
    if data[:2] != b"PK":
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        whole = [parts.read(name).decode("utf-8", "replace") for name in parts.namelist()]
    return "\n".join([*whole, *("".join(re.split("<[^>]*>", part)) for part in whole)])


__all__ = ["ROOMS", "Left", "Wired"]
