"""The way out: what is owed leaves once, in order for each room, under a transaction id that never changes.

For each target one task: take the oldest row owed, make its content (guard, render, encrypt) and commit it,
PUT it, note its event id, take the next. Until the homeserver answers, the same content goes out again under the
same transaction id; a refusal for good becomes a state that a coordinator hears of. A target that waits holds up
no other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.access import Access
from bot.clock import Clock
from bot.faults import passing
from bot.matrix.api import Homeserver, Refused, Unavailable
from bot.matrix.crypto.attachments import encrypt_attachment
from bot.matrix.crypto.keeper import Keeper
from bot.matrix.crypto.speaking import Speaking
from bot.matrix.direct import DirectRooms
from bot.matrix.lookup import find_said, is_redacted
from bot.outgoing import Outgoing
from bot.owed import MEDIA
from bot.steps import (
    InDoubt,
    NeedsDeletion,
    NeedsFile,
    NeedsKeys,
    NeedsPicture,
    NeedsPin,
    NeedsRoom,
    Ready,
    Step,
    Work,
)
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.sealing import KeyringUnavailable

log = structlog.get_logger(__name__)

PAUSES = (0.2, 0.5, 1, 2, 5, 10, 20, 30, 60)  # seconds between tries at one message
TAKEN = frozenset({"M_CANNOT_OVERWRITE_MEDIA", "M_NOT_FOUND", "M_UNRECOGNIZED"})  # an address is no good
PINNED = "m.room.pinned_events"

Steps = Mapping[str, Step]  # what to do first for each target


class Sender:
    """Sends what is owed. `poke` after a commit that owes something.

    `on_deleted` is called when an upload that was to be deleted is, or could not be.
    """

    def __init__(
        self,
        homeserver: Homeserver,
        db: Database,
        access: Access,
        speaking: Speaking,
        keeper: Keeper[Any],
        clock: Clock,
        direct: DirectRooms,
        on_deleted: Callable[[], None] = lambda: None,
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.clock = clock
        self.keeper = keeper
        self.direct = direct
        self.outgoing = Outgoing(access, speaking, clock, lambda: homeserver.login_id)
        self.on_deleted = on_deleted
        self._running = False
        self._reserves = True  # the homeserver gives an address before the file is there
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._missed: set[str] = set()
        self._news = asyncio.Event()
        self._fault: BaseException | None = None

    def poke(self) -> None:
        """Something may be owed."""
        self._news.set()

    def ahead(self, session: Session) -> Steps:
        """On the storage thread, in the transaction that owed it: make ready what can leave at once.

        Its content is committed together with what it answers, which saves the answer a commit of its own. What
        cannot be made ready is left to its target's task.
        """
        steps: dict[str, Step] = {}
        for row in queries.oldest_owed_of_each(session):
            if (
                row.target in self._tasks
            ):  # has a task that will come to it; one about to end is told by `begin`
                continue
            try:
                steps[row.target] = self.outgoing.prepare(session, row.target, row)
            except (SQLAlchemyError, KeyringUnavailable):
                raise
            except Exception as fault:
                log.exception("send.not_ready", fault=type(fault).__name__)
        return steps

    async def begin(self, steps: Steps, *, within: float) -> None:
        """Send what `ahead` made ready, after its commit; wait until it has left, `within` seconds at most."""
        if not self._running:
            return
        begun = [self._start(target, step) for target, step in steps.items() if step is not None]
        self.poke()
        if begun:
            await asyncio.wait(begun, timeout=within)

    async def run(self) -> None:
        """Send for ever. Raises LoggedOut when the token is gone."""
        self._running = True
        self._news.set()
        try:
            await self.db.persist(self.outgoing.uploads.begin)
            while True:
                await self._news.wait()
                self._news.clear()
                if self._fault is not None:
                    raise self._fault
                for target in await self.db.persist(queries.owed_targets):
                    self._start(target)
        finally:
            self._running = False
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _start(self, target: str, first: Step = None) -> asyncio.Task[None]:
        """The task that sends to a target: the one under way, which looks once more, or a new one."""
        task = self._tasks.get(target)
        if task is not None:
            self._missed.add(target)
            return task
        task = asyncio.create_task(self._drain(target, first))
        self._tasks[target] = task
        task.add_done_callback(partial(self._ended, target))
        return task

    def _ended(self, target: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(target, None)
        if task.cancelled():
            return
        fault = task.exception()
        if fault is not None:
            self._fault = fault
            self._news.set()
        if target in self._missed:  # owed while the task was about to end
            self._missed.discard(target)
            self._news.set()

    async def _drain(self, target: str, first: Step) -> None:
        """Send everything owed to one target, in order; `first` is its oldest row where that is ready already."""
        tries = 0
        step = first or await self._prepared(target)
        while step is not None:
            try:
                step = await self._do(step, target)
                tries = 0
            except Unavailable as fault:
                pause = max(fault.after, PAUSES[min(tries, len(PAUSES) - 1)])
                log.warning("send.waits", why=str(fault), pause=pause)
                tries += 1
                passing("outbox.retry")
                if isinstance(step, NeedsDeletion):
                    await self.db.persist(self.outgoing.uploads.in_vain, step.seq)
                    self.on_deleted()
                await asyncio.sleep(pause)
                step = await self._prepared(target)  # who is in the room, and doubt, anew
            except Refused as refusal:
                seq = self.outgoing.tried(target)  # before: a commit that fails is done again
                step = await self.db.persist(self.outgoing.refused, target, seq, refusal.errcode)
        if target == MEDIA:
            self.on_deleted()
        elif self.outgoing.uploads.moved:
            self.outgoing.uploads.moved = False
            self.poke()

    async def _prepared(self, target: str) -> Step:
        return await self.db.persist(self.outgoing.prepare, target)

    async def _do(self, step: Work, target: str) -> Step:
        """Do one step for a target; what is to be done next."""
        match step:
            case InDoubt():
                return await self._look_for(step, target)
            case NeedsDeletion():
                return await self._delete(step)
            case NeedsRoom():
                await self.direct.ensure(step.user_id, step.before)
            case NeedsKeys():
                await self.keeper.do(step.chore)
            case NeedsPicture() | NeedsFile():
                await self._upload(step)
            case NeedsPin():
                event_id = await self._pin(step)
                passing("pin.put")
                return await self.db.persist(self.outgoing.sent, step.seq, event_id, step.room_id, target)
            case Ready():
                passing("outbox.before-send")
                event_id = await self._put(step)
                passing("outbox.sent")
                return await self.db.persist(self.outgoing.sent, step.seq, event_id, step.room_id, target)
        return await self._prepared(target)

    async def _delete(self, step: NeedsDeletion) -> Step:
        """Delete an upload, or note that the homeserver does not let us."""
        passing("media.before-delete")
        try:
            await self.homeserver.delete_upload(step.uri)
        except Refused as refusal:
            return await self.db.persist(self.outgoing.uploads.not_deleted, step.seq, refusal.errcode)
        passing("media.deleted")
        return await self.db.persist(self.outgoing.uploads.deleted, step.seq)

    async def _look_for(self, step: InDoubt, target: str) -> Step:
        """Look in the room for a message in doubt: it is noted as sent, or tried again as if for the first time."""
        if step.redacts:
            done = await is_redacted(self.homeserver, step.room_id, step.redacts)
            found = step.redacts if done else None
        else:
            found = await find_said(
                self.homeserver,
                self.clock,
                self.db.vault,
                step.room_id,
                step.outbox_id,
                since=step.tried_at,
                user_id=self.direct.user_id,
            )
        log.info("send.doubt", outbox=step.outbox_id, found=found is not None)
        if found is None:
            return await self.db.persist(self.outgoing.untried, step.seq, target)
        event_id = None if step.redacts else found
        return await self.db.persist(self.outgoing.sent, step.seq, event_id, step.room_id, target)

    async def _put(self, step: Ready) -> str:
        if step.what == "redact":
            return await self.homeserver.redact(step.room_id, step.redacts, step.txn_id)
        return await self.homeserver.send(step.room_id, step.type, step.txn_id, step.content)

    async def _pin(self, step: NeedsPin) -> str | None:
        """Pin a message beside what others have pinned. Returns the state event's id, None if nothing was to change.

        Somebody who pins something between our reading and our writing loses it: Matrix has no way to exclude that.
        """
        try:
            content = await self.homeserver.state(step.room_id, PINNED)
        except Refused as refusal:
            if refusal.errcode != "M_NOT_FOUND":
                raise
            content = {}
        listed = content.get("pinned")
        before = listed if isinstance(listed, list) else []
        after = pinned_with(before, step)
        passing("pin.before-put")
        if after == before:
            return None
        return await self.homeserver.put_state(step.room_id, PINNED, {**content, "pinned": after})

    async def _upload(self, step: NeedsPicture | NeedsFile) -> None:
        """Make a file off the event loop, upload it, and keep its address with its row before anything lies there."""
        made = await asyncio.to_thread(step.make)
        passing("file.made")
        if step.encrypted:
            # The name and kind of an encrypted file are nobody's business but the room's.
            data, file = await asyncio.to_thread(encrypt_attachment, made.data)
            mime, name = "application/octet-stream", ""
        else:
            data, file, name = made.data, {}, made.name
            mime = f"{made.mime}; charset=utf-8" if made.mime.startswith("text/") else made.mime
        uri = await self._put_up(step.seq, data, mime, name)
        if uri is None:
            return
        passing("file.uploaded")
        where = {"file": {**file, "url": uri}} if step.encrypted else {"url": uri}
        content = json.dumps({**made.content, **where})
        await self.db.persist(self.outgoing.uploads.keep_content, step.seq, content)

    async def _put_up(self, seq: int, data: bytes, mime: str, name: str) -> str | None:
        """Upload a file for a row: where it lies; None where it is not wanted any more.

        The address is reserved and noted first. Where the homeserver gives none beforehand, a crash right after the
        upload leaves a file that nobody knows of.
        """
        uri = await self.homeserver.reserve_upload() if self._reserves else None
        if uri is not None:
            if not await self.db.persist(self.outgoing.uploads.keep, seq, uri):
                return None
            passing("file.reserved")
            try:
                await self.homeserver.put_upload(uri, data, mime, name)
            except Refused as refusal:
                if refusal.errcode not in TAKEN:
                    raise
                log.warning("upload.not_reserved", errcode=refusal.errcode)
                self._reserves = False
            else:
                return uri
        return await self.homeserver.upload(data, mime, name)


def pinned_with(before: Sequence[Any], step: NeedsPin) -> list[Any]:
    """What is pinned afterwards: everybody else's pins in their order, ours last, once, without its predecessors.

    `before` is what somebody's client wrote, and may hold anything.
    """
    if any(isinstance(one, str) and one in step.later for one in before):
        return list(before)  # a newer one of ours stands there already
    after = [one for one in before if not (isinstance(one, str) and one in step.earlier)]
    return after if step.event_id in after else [*after, step.event_id]
