"""Cases on their way out, one step after the other: the folder, the rows, the keys, what could not be deleted.

Each step is a transaction or writes files, never both, and is safe to repeat: killed anywhere, the next start goes on
and ends the same. Files are made and written in a thread, so that neither the event loop nor the database waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import Session

from bot import audit, text
from bot.access import Access
from bot.clock import Clock
from bot.erasing import destroying, folder, steps
from bot.erasing.belongings import belongings, own_messages
from bot.erasing.collecting import Collected, collect, link
from bot.faults import passing
from bot.matrix.api import Homeserver, Refused
from bot.matrix.patience import Patience
from bot.owed import Message, direct, owe
from bot.proceedings import room_language
from bot.storage import queries
from bot.storage.database import AlreadyRunning, Database, DatabaseClosed, DatabaseError
from bot.storage.keyring import KeyringUnavailable
from bot.storage.models import Outbox
from bot.storage.sealing import Vault

log = structlog.get_logger(__name__)

AGAIN = 60.0  # real seconds after a folder that could not be written
PATIENT = 5  # tries to delete a file from the homeserver before that is told without it
SOON = 2.0  # real seconds after a database or keyring that could not


# --- each step, in a transaction


@dataclass(frozen=True)
class Export:
    """A folder that is to be written."""

    uid: str
    collected: Collected
    why: folder.Why
    at: datetime
    example: str


@dataclass(frozen=True)
class Going:
    """A case that is to be destroyed, and its people's messages about it, whose edits are to be looked for."""

    uid: str
    case_uid: str
    code: str
    messages: tuple[tuple[str, str], ...]


def to_export(session: Session, access: Access, now: datetime) -> Export | None:
    """The next case whose folder is to be written, with all that goes into it."""
    found = steps.to_export(session, now)
    if found is None:
        return None
    row, case = found
    collected = collect(session, access, case, now)
    example = steps.command(access, collected.language, "archived", case.code, "NUMBER")
    why: folder.Why = "asked" if row.why == "asked" else "retention"
    return Export(row.uid, collected, why, now.astimezone(access.settings.general.tz), example)


def to_destroy(session: Session, access: Access) -> Going | None:
    """The next case that is to be destroyed."""
    found = steps.to_destroy(session)
    if found is None:
        return None
    row, case = found
    own = belongings(session, case)
    said = own_messages(session, own, access.settings.matrix.user_id)
    return Going(row.uid, case.uid, case.code, tuple((each.room_id, each.event_id) for each in said))


def destroy(
    session: Session,
    access: Access,
    going: Going,
    named_in: Iterable[str],
    looked_to: int,
    edits: Iterable[tuple[str, str]],
    now: datetime,
) -> dict[str, int] | None:
    """Take the case's rows away; None where it must not go any more."""
    row = queries.erasure_by_uid(session, going.uid)
    case = steps.standing(session, row) if row is not None else None
    if row is None or case is None or row.state not in ("exported", "confirmed"):
        return None
    if steps.is_out_of_date(session, row, belongings(session, case).counts()):
        log.info("erasure.out_of_date", case=going.code)
        return None
    return destroying.destroy(
        session, access, case, now, erasure=row, named_in=set(named_in), looked_to=looked_to, edits=set(edits)
    )


def erased_keys(session: Session) -> list[str]:
    """The keys of cases that are erased and whose keys stand: a crash came between, or it is about to be done."""
    vault: Vault = session.info["vault"]
    codes = [row.code for row in queries.erasures_in(session, "erased")]
    names = (name for code in dict.fromkeys(codes) for name in (f"case:{code}", f"names:{code}"))
    return [name for name in names if not vault.destroyed(name)]


def erase_again(session: Session, access: Access, now: datetime) -> list[str]:
    """Erase what a backup has brought back of cases whose keys are destroyed; their codes."""
    vault: Vault = session.info["vault"]
    gone = [code for code in queries.all_codes(session) if vault.destroyed(f"case:{code}")]
    for code in gone:
        case = queries.case_by_code(session, code)
        if case is None:
            continue
        log.warning("case.erased_again", case=code)
        for row in queries.erasures_of_case(session, case.uid):
            steps.withdraw(session, row)
        destroying.destroy(session, access, case, now, erasure=None)
    return gone


@dataclass(frozen=True)
class After:
    """What is to be told of an erasure when all its deletions are settled."""

    uid: str
    code: str
    folder: str | None
    language: str
    erased_at: datetime
    deleted: int
    left: tuple[str, ...]
    files: int


def to_report(session: Session, access: Access) -> After | None:
    """The next erased case whose messages are all deleted, or refused to be."""
    for row in queries.erasures_in(session, "erased"):
        if row.reported_at is not None:
            continue
        owed = queries.owed_purges(session, f"erased:{steps.tag(session, row.code)}:")
        files = queries.media_owed(session, f"erased:{steps.tag(session, row.code)}:")
        if any(each.state == "owed" for each in owed) or any(map(_is_awaited, files)):
            continue
        left = tuple(link(each.room_id or "", each.redacts or "") for each in owed if each.state == "refused")
        language = room_language(session, access, row.forum_uid)
        deleted = sum(each.state == "sent" for each in owed)
        at = (row.erased_at or row.at).astimezone(access.settings.general.tz)
        lie = sum(each.state != "sent" for each in files)
        return After(row.uid, row.code, row.folder, language, at, deleted, left, lie)
    return None


def reported(session: Session, access: Access, after: After, now: datetime) -> None:
    """Tell the coordinators and who asked that a case is gone, and what the bot could not delete."""
    row = queries.erasure_by_uid(session, after.uid)
    if row is None or row.reported_at is not None:
        return
    row.reported_at = now
    people = {p.user_id for p in access.coordinators(session, row.forum_uid)}
    people |= {each for each in (row.by, row.consent_by, row.confirmed_by) if each and access.person(each)}
    counted = _counted(session, row.code)
    for user_id in sorted(people):
        language = access.language(session, user_id)
        key = "erasure-done" if row.folder else "erasure-done-no-folder"
        values: dict[str, Any] = {"code": row.code}
        if row.folder:
            values |= {"actions": counted, "messages": after.deleted, "folder": f"**{row.folder}**"}
        said = [text.t(language, key, **values)]
        if after.left:
            said.append(text.t(language, "erasure-done-left", links=" ".join(after.left)))
        if after.files:
            said.append(text.t(language, "erasure-done-files", files=after.files))
        reason = f"erasure:{steps.tag(session, row.code)}:done:{row.erased_at and row.erased_at.isoformat()}"
        message = Message("erasure.done", "\n".join(said), notify=True, language=language)
        owe(session, f"{reason}:{user_id}", direct(user_id), message, now=now)


def _is_awaited(file: Outbox) -> bool:
    """Whether a file may be deleted any moment; one that could not be for a while is told of as lying there."""
    return file.state == "owed" and file.attempts < PATIENT


def _counted(session: Session, code: str) -> int:
    """How many actions went with a case, as the log says."""
    entry = next(
        (row for row in reversed(queries.audit_of(session, {f"case:{code}"})) if row.act == "erased"), None
    )
    said = dict(part.split("=") for part in (entry.detail or "").split()) if entry is not None else {}
    return int(said.get("actions", 0))


def note_review(session: Session, code: str, by: str, at: datetime) -> None:
    """Somebody made a folder of a case for review."""
    audit.note(session, "exported", f"case:{code}", by=by, at=at, recipient="folder", purpose="rights")


# --- the worker


class Filing:
    """Does these steps as long as there are any. `on_news` is called when something is owed."""

    def __init__(
        self, homeserver: Homeserver, db: Database, access: Access, clock: Clock, on_news: Callable[[], None]
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.access = access
        self.clock = clock
        self.on_news = on_news
        self.root: Path = access.settings.retention.folder
        self._news = asyncio.Event()

    def poke(self) -> None:
        """Something may have become due."""
        self._news.set()

    async def begin(self) -> None:
        """Before anything is heard or said: end what a crash cut short, and erase what a backup brought back."""
        await self._destroy_keys()
        gone = await self.db.persist(erase_again, self.access, self.clock.now())
        if gone:
            await self._destroy_keys()

    async def run(self) -> None:
        """Work for ever."""
        self._news.set()
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                while await self._step():
                    self.on_news()
            except (AlreadyRunning, DatabaseClosed):
                raise
            except (DatabaseError, KeyringUnavailable) as fault:
                log.warning("filing.waits", why=str(fault), pause=SOON)
                await self._pause(SOON)

    async def _pause(self, seconds: float) -> None:
        """Look again after a while, or when something is new."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.set()

    async def _step(self) -> bool:
        """Do what is next; False when nothing is, or when it has to wait."""
        if await self._destroy_keys():
            return True
        going = await self.db.persist(to_destroy, self.access)
        if going is not None:
            await self._destroy(going)
            return True
        after = await self.db.persist(to_report, self.access)
        if after is not None:
            await self._report(after)
            return True
        export = await self.db.persist(to_export, self.access, self.clock.now())
        if export is not None:
            return await self._export(export)
        return False

    async def _export(self, export: Export) -> bool:
        write = partial(
            folder.write,
            export.collected,
            self.root,
            export.uid,
            export.why,
            export.at,
            example=export.example,
        )
        try:
            written = await asyncio.to_thread(write)
        except OSError as fault:
            why = fault.strerror or type(fault).__name__
            log.warning("erasure.not_written", case=export.collected.code, why=why)
            await self.db.persist(steps.stuck, self.access, export.uid, why, self.clock.now())
            self.on_news()
            asyncio.get_running_loop().call_later(AGAIN, self.poke)
            return False
        passing("erasure.written")
        counts = export.collected.counts
        await self.db.persist(steps.exported, self.access, export.uid, written, counts, self.clock.now())
        log.info("case.exported", case=export.collected.code, folder=written.name, why=export.why)
        passing("erasure.exported")
        return True

    async def _destroy(self, going: Going) -> None:
        named_in: set[str] = set()
        looked_to, more = 0, True
        while more:
            page, looked_to, more = await self.db.persist(destroying.mentioning, going.code, looked_to)
            named_in |= page
        edits = await self._edits(going.messages)
        now = self.clock.now()
        await self.db.persist(destroy, self.access, going, named_in, looked_to, edits, now)
        passing("erasure.rows")
        self.on_news()
        await self._destroy_keys()

    async def _edits(self, messages: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """People's edits of their messages: a client hides them with the original, a homeserver keeps them."""
        found: set[tuple[str, str]] = set()
        patience = Patience(self.clock)
        for room_id, event_id in messages:
            try:
                look = partial(self.homeserver.edits, room_id, event_id)
                found |= {(room_id, edit) for edit in await patience.call("erasure", look)}
            except Refused as refusal:
                log.info("erasure.edits_unknown", room_id=room_id, why=str(refusal))
        return found

    async def _destroy_keys(self) -> bool:
        names = await self.db.persist(erased_keys)
        for name in names:
            await asyncio.to_thread(self.db.vault.destroy, name)
        if names:
            passing("erasure.keys")
            log.info("erasure.keys_destroyed", count=len(names))
        return bool(names)

    async def _report(self, after: After) -> None:
        if after.folder:
            try:
                await asyncio.to_thread(write_after, self.root, after)
            except OSError as fault:
                log.warning(
                    "erasure.not_written", case=after.code, why=fault.strerror or type(fault).__name__
                )
        await self.db.persist(reported, self.access, after, self.clock.now())


def write_after(root: Path, after: After) -> None:
    """Write the later part of a receipt into its folder."""
    folder.write_after(
        root / (after.folder or ""),
        after.code,
        after.language,
        erased_at=after.erased_at,
        deleted=after.deleted,
        left=after.left,
    )


def counted(counts: Mapping[str, int]) -> str:
    """Counts on one line, for the command line."""
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
