"""The way out: what is owed leaves once, in order for each room, under a transaction id that never changes.

For each target one task: take the oldest row owed, make its content (guard, render, later encrypt) and commit it,
PUT it, note its event id, take the next. Until the homeserver answers, the same content goes out again under the
same transaction id; a refusal for good becomes a state that the duties see. A target that waits holds up no other.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.access import Access
from bot.clock import Clock
from bot.documents.chart import AgencyCount, WeekCount, chart
from bot.documents.digest import Figures
from bot.faults import passing
from bot.matrix.api import Homeserver, Refused, Unavailable
from bot.matrix.crypto import guard
from bot.matrix.direct import DirectRooms
from bot.matrix.lookup import find_said, is_redacted
from bot.matrix.markup import EDIT_LIMIT, LIMIT, render
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.models import Outbox, PersonState, Room
from bot.storage.sealing import KeyringUnavailable

log = structlog.get_logger(__name__)

# A homeserver forgets transaction ids after a day, and knows them for one login only (docs/promises).
DOUBT = timedelta(hours=12)
PAUSES = (0.2, 0.5, 1, 2, 5, 10, 20, 30, 60)  # seconds between tries at one message


@dataclass(frozen=True)
class _Ready:
    """A message ready to leave: where to, what, under which transaction id."""

    seq: int
    what: str
    room_id: str
    txn_id: str
    content: Mapping[str, Any]
    redacts: str = ""


@dataclass(frozen=True)
class _InDoubt:
    """A message that may have arrived under a transaction id that the homeserver no longer knows."""

    seq: int
    outbox_id: str
    room_id: str
    tried_at: datetime
    redacts: str


@dataclass(frozen=True)
class _NeedsRoom:
    """The person has no direct-message room yet, or has left it."""

    user_id: str


@dataclass(frozen=True)
class _NeedsPicture:
    """The picture has to be drawn and uploaded first."""

    seq: int
    figures: Figures
    language: str


_Step = _Ready | _InDoubt | _NeedsRoom | _NeedsPicture | None
Steps = Mapping[str, _Step]  # what to do first for each target


class Sender:
    """Sends what is owed. `poke` after a commit that owes something."""

    def __init__(
        self, homeserver: Homeserver, db: Database, access: Access, clock: Clock, direct: DirectRooms
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.access = access
        self.clock = clock
        self.direct = direct
        self._running = False
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
        steps: dict[str, _Step] = {}
        for row in queries.oldest_owed_of_each(session):
            if (
                row.target in self._tasks
            ):  # has a task that will come to it; one about to end is told by `begin`
                continue
            try:
                steps[row.target] = self._prepare(session, row.target, row)
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

    def _start(self, target: str, first: _Step = None) -> asyncio.Task[None]:
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

    async def _drain(self, target: str, first: _Step) -> None:
        """Send everything owed to one target, in order; `first` is its oldest row where that is ready already."""
        tries = 0
        step = first or await self.db.persist(self._prepare, target)
        while step is not None:
            try:
                if isinstance(step, _InDoubt):
                    step = await self._look_for(step, target)
                elif isinstance(step, _NeedsRoom):
                    await self.direct.ensure(step.user_id)
                    step = await self.db.persist(self._prepare, target)
                elif isinstance(step, _NeedsPicture):
                    await self._draw(step)
                    step = await self.db.persist(self._prepare, target)
                else:
                    passing("outbox.before-send")
                    event_id = await self._put(step)
                    passing("outbox.sent")
                    step = await self.db.persist(self._sent, step.seq, event_id, step.room_id, target)
                tries = 0
            except Unavailable as fault:
                pause = max(fault.after, PAUSES[min(tries, len(PAUSES) - 1)])
                log.warning("send.waits", why=str(fault), pause=pause)
                tries += 1
                passing("outbox.retry")
                await asyncio.sleep(pause)
                step = await self.db.persist(self._prepare, target)  # who is in the room, and doubt, anew
            except Refused as refusal:
                step = await self.db.persist(self._refused, target, refusal.errcode)

    async def _look_for(self, step: _InDoubt, target: str) -> _Step:
        """Look in the room for a message in doubt: it is noted as sent, or tried again as if for the first time."""
        if step.redacts:
            done = await is_redacted(self.homeserver, step.room_id, step.redacts)
            found = step.redacts if done else None
        else:
            found = await find_said(
                self.homeserver,
                self.clock,
                step.room_id,
                step.outbox_id,
                since=step.tried_at,
                user_id=self.direct.user_id,
            )
        log.info("send.doubt", outbox=step.outbox_id, found=found is not None)
        if found is None:
            return await self.db.persist(self._untried, step.seq, target)
        event_id = None if step.redacts else found
        return await self.db.persist(self._sent, step.seq, event_id, step.room_id, target)

    async def _put(self, step: _Ready) -> str:
        if step.what == "redact":
            return await self.homeserver.redact(step.room_id, step.redacts, step.txn_id)
        return await self.homeserver.send(step.room_id, "m.room.message", step.txn_id, step.content)

    async def _draw(self, step: _NeedsPicture) -> None:
        """Draw the picture off the event loop, upload it, and keep its address with its row."""
        agencies = [AgencyCount(*row) for row in step.figures.agencies]
        weeks = [WeekCount(*row) for row in step.figures.weeks]
        picture = await asyncio.to_thread(chart, agencies, weeks, step.language)
        uri = await self.homeserver.upload(picture.png, "image/png", "ugestatus.png")
        content = {
            "msgtype": "m.image",
            "body": picture.alt,
            "filename": "ugestatus.png",
            "url": uri,
            "info": {
                "mimetype": "image/png",
                "w": picture.width,
                "h": picture.height,
                "size": len(picture.png),
            },
        }
        await self.db.persist(_keep_content, step.seq, json.dumps(content))

    # --- on the storage thread

    def _prepare(self, session: Session, target: str, oldest: Outbox | None = None) -> _Step:
        """The oldest row owed to a target, ready to leave; rows that no longer can are settled on the way."""
        row = oldest or queries.oldest_owed(session, target)
        while row is not None:
            about = queries.outbox(session, row.about) if row.about else None
            room = self._room(session, row, about)
            if room is None and target.startswith("dm:") and row.about is None and row.room_id is None:
                return _NeedsRoom(target.removeprefix("dm:"))
            settled = self._settled(session, row, room, about)
            if settled is not None:
                row.state, row.error = settled
                session.flush()
                row = queries.oldest_owed(session, target)
                continue
            if row.what == "picture" and row.content is None:
                return _NeedsPicture(row.seq or 0, Figures.from_json(row.template or "[[],[]]"), row.language)
            redacts = about.event_id or "" if about is not None and row.what == "redact" else ""
            now, login = self.clock.now(), self.homeserver.login_id
            if row.tried_at is None:
                row.tried_at, row.login = now, login
            elif row.login != login or now - row.tried_at > DOUBT:
                return _InDoubt(row.seq or 0, row.id, room.room_id if room else "", row.tried_at, redacts)
            content = self._kept_or_made(session, row, about)
            row.attempts += 1
            return _Ready(row.seq or 0, row.what, room.room_id if room else "", row.txn_id, content, redacts)
        return None

    def _kept_or_made(self, session: Session, row: Outbox, about: Outbox | None) -> Mapping[str, Any]:
        """The content that leaves: made once and kept with its row; a picture's gets its marks each time."""
        if row.what == "redact":
            return {}
        if row.content is not None and row.what != "picture":
            return cast(dict[str, Any], json.loads(row.content))
        content = self._content(session, row, about)
        row.content = json.dumps(content)
        return content

    def _room(self, session: Session, row: Outbox, about: Outbox | None) -> Room | None:
        """Where a row goes: an edit or redaction to where its original went, the rest to the target's room now."""
        if row.about is not None or row.room_id is not None:
            room_id = row.room_id if row.about is None else about.room_id if about else None
            return queries.room(session, room_id) if room_id else None
        if row.target.startswith("dm:"):
            return queries.direct_room(session, row.target.removeprefix("dm:"))
        return queries.forum_room(session, row.target.removeprefix("forum:"))

    def _settled(
        self, session: Session, row: Outbox, room: Room | None, about: Outbox | None
    ) -> tuple[str, str] | None:
        """The state of a row that cannot be sent (any more), and why; None if it can."""
        if row.about is not None and (about is None or about.event_id is None):
            return "dropped", "the message it concerns was never sent"
        if room is None or room.state not in ("joined", "replaced"):
            return "refused", "no room"
        return guard(room, row.kind, required=self._must_be_encrypted(session, room))

    def _must_be_encrypted(self, session: Session, room: Room) -> bool:
        """Whether the config wants this room encrypted: direct messages and forums with personal data."""
        if not self.access.settings.privacy.require_encryption:
            return False
        if room.person is not None:
            return True
        place = self.access.place(session, room)
        return place is None or place.config is None or place.config.personal_data

    def _content(self, session: Session, row: Outbox, about: Outbox | None) -> dict[str, Any]:
        """The event content of a row, as the contract says (docs/architecture, Messages)."""
        of = about.id if about is not None else row.id
        mark = {
            "id": row.id,
            "kind": row.kind,
            "numbers": queries.numbers_in(session, of),
        }
        if row.what == "picture":
            return {**json.loads(row.content or "{}"), "m.mentions": {}, "dk.hotspotbot": mark}
        limit = LIMIT if about is None else EDIT_LIMIT  # an edit says everything twice
        words = partial(queries.words, session)
        shown = render(row.template or "", words, lang=row.language, limit=limit)
        new: dict[str, Any] = {
            "msgtype": "m.text" if row.notify else "m.notice",
            "body": shown.body,
            "format": "org.matrix.custom.html",
            "formatted_body": shown.html,
        }
        mentions = {"user_ids": row.mentions} if row.mentions else {}
        content: dict[str, Any] = {**new, "m.mentions": mentions, "dk.hotspotbot": mark}
        if about is not None:
            content["body"] = f"* {shown.body}"
            content["formatted_body"] = f"* {shown.html}"
            content["m.mentions"] = {}
            content["m.new_content"] = {**new, "m.mentions": mentions, "dk.hotspotbot": mark}
            content["m.relates_to"] = {"rel_type": "m.replace", "event_id": about.event_id}
        elif row.reply_to is not None:
            replied: dict[str, Any] = {"m.in_reply_to": {"event_id": row.reply_to}}
            if row.thread is not None:
                replied |= {"rel_type": "m.thread", "event_id": row.thread, "is_falling_back": False}
            content["m.relates_to"] = replied
        return content

    def _untried(self, session: Session, seq: int, target: str) -> _Step:
        """Note that a message in doubt has not arrived, and make it ready to be sent under today's login."""
        row = session.get(Outbox, seq)
        if row is not None:
            row.tried_at, row.login = None, None
            session.flush()
        return self._prepare(session, target)

    def _sent(self, session: Session, seq: int, event_id: str | None, room_id: str, target: str) -> _Step:
        """Note that the homeserver has a message, and take the next."""
        row = session.get(Outbox, seq)
        if row is not None and row.state == "owed":
            row.state, row.event_id, row.room_id, row.sent_at = "sent", event_id, room_id, self.clock.now()
            row.content = None
            if row.what in ("redact", "picture"):
                row.template = None
            session.flush()
        return self._prepare(session, target)

    def _refused(self, session: Session, target: str, errcode: str) -> _Step:
        """The homeserver refused the oldest row for good: a state that the duties and the operator see."""
        row = queries.oldest_owed(session, target)
        if row is not None:
            log.error("send.refused", outbox=row.id, kind=row.kind, errcode=errcode)
            row.state, row.error, row.content = "refused", errcode, None
            if target.startswith("dm:") and row.what == "message":
                self._unreachable(session, target.removeprefix("dm:"), row, self.clock.now())
            session.flush()
        return self._prepare(session, target)

    def _unreachable(self, session: Session, user_id: str, row: Outbox, now: datetime) -> None:
        """Direct messages do not reach a person: what the row reminded of falls due again, to go another way."""
        state = queries.person_state(session, user_id) or PersonState(user_id=user_id)
        state.unreachable_since = state.unreachable_since or now
        session.add(state)
        if row.kind.startswith("reminder"):
            for action in queries.actions_in(session, row.id):
                for owner in queries.owners(session, action.uid):
                    if self.access.reached_through(owner.person) == user_id and action.state == "open":
                        owner.remind_at = now


def _keep_content(session: Session, seq: int, content: str) -> None:
    row = session.get(Outbox, seq)
    if row is not None:
        row.content = content
