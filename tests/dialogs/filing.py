"""The worker that files and destroys cases, beside a chat: its own code, with a homeserver that only knows of edits."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlmodel import Session, select

from bot.erasing.folder import number_of
from bot.filing import Filing
from bot.storage.models import Outbox
from bot.storage.privacy import Erasure
from tests.dialogs.chat import Chat


class _Clock:
    """The chat's moment."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat

    def now(self) -> datetime:
        return self.chat.now.astimezone(UTC)


class _Homeserver:
    """Which edits there are of a message."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}

    async def edits(self, room_id: str, event_id: str) -> list[str]:
        return self.known.get(event_id, [])


class Records:
    """The folders of a chat's cases, and the worker that makes them."""

    def __init__(self, chat: Chat, root: Path) -> None:
        self.chat = chat
        self.root = root
        self.homeserver = _Homeserver()
        self.pokes = 0

    def _filing(self) -> Filing:
        def poke() -> None:
            self.pokes += 1

        made = Filing(
            cast(Any, self.homeserver), self.chat.db, self.chat.access, cast(Any, _Clock(self.chat)), poke
        )
        made.root = self.root
        return made

    def start(self) -> None:
        """What the worker does before anything is heard."""
        asyncio.run(self._filing().begin())

    def work(self) -> int:
        """Everything there is to do now; how many steps that was. What is owed counts as sent in between."""

        async def all_of_it() -> int:
            filing, steps = self._filing(), 0
            while await filing._step():
                self.chat.messages()
                steps += 1
            return steps

        return asyncio.run(all_of_it())

    def step(self) -> bool:
        """One step of it."""
        return asyncio.run(self._filing()._step())

    def folders(self) -> list[str]:
        """The names of the folders that lie there."""
        return sorted(path.name for path in self.root.iterdir()) if self.root.exists() else []

    def number(self, code: str) -> str:
        """The number of a case's receipt, as one reads it in the folder."""
        receipt = self.chat.ask(lambda s: _erasure(s, code).receipt)
        assert receipt is not None
        return number_of(receipt)

    def state(self, code: str) -> str:
        """How far a case's newest erasure is."""
        return self.chat.ask(lambda s: _erasure(s, code).state)

    def deleted(self) -> set[str]:
        """The events whose deletion was owed."""
        rows = self.chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.what == "redact")).all())
        return {row.redacts for row in rows if row.redacts}


def _erasure(session: Session, code: str) -> Erasure:
    return session.exec(select(Erasure).where(Erasure.code == code).order_by(Erasure.at)).all()[-1]  # type: ignore[arg-type]
