"""Somebody sets the machine's clock while the bot runs: nothing is lost, nothing comes twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from bot import clock
from bot.clock import SystemClock
from bot.duties import tick
from bot.schedule import Alarm
from tests.dialogs.chat import CPH, Chat

HOUR = timedelta(hours=1)


class Wall:
    """The machine's wall clock, as `date --set` would leave it: for the bot and for apscheduler."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.set("2026-11-27 08:00")
        wall = self

        class Now(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return wall.now().astimezone(tz)

        patch.setattr(clock, "_real_now", self.now)
        patch.setattr(base, "datetime", Now)

    def set(self, when: str, seconds: float = 0.0) -> None:
        """Set it to a local moment, and so many seconds more."""
        self._shown = datetime.fromisoformat(when).replace(tzinfo=CPH) + timedelta(seconds=seconds)
        self._since = time.monotonic()

    def move(self, by: timedelta) -> None:
        """Set it forward or back."""
        self._shown += by

    def now(self) -> datetime:
        return (self._shown + timedelta(seconds=time.monotonic() - self._since)).astimezone(UTC)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall(monkeypatch)


@asynccontextmanager
async def alarm(chat: Chat) -> AsyncIterator[None]:
    """The bot's own alarm over the chat's tables."""
    real = SystemClock()

    async def ring() -> datetime | None:
        return await chat.db.run(tick, chat.access, real.now())

    ringing = Alarm(real, ring, watch=0.05)
    ringing.start()
    try:
        yield
    finally:
        await ringing.stop()


async def heard(chat: Chat, count: int) -> list[str]:
    """What Lene was told, as soon as it is so much."""
    async with asyncio.timeout(5):
        while len(chat.direct("lene")) < count:  # noqa: ASYNC110 - the alarm rings by itself
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)  # and no more
    return chat.direct("lene")


def promise(chat: Chat) -> None:
    """Lene promises something for 14:00 today, and has heard of it: what is left is the hour before."""
    chat.at("2026-11-27 08:30")
    chat.say("karla", "!aftale @lene ringe til klubben i dag kl. 14")
    chat.at("2026-11-27 12:59")
    assert len(chat.direct("lene")) == 1


async def test_an_hour_back_and_put_right_again(chat: Chat, wall: Wall) -> None:
    promise(chat)
    wall.set("2026-11-27 12:59", 59.5)
    async with alarm(chat):
        await asyncio.sleep(0.1)
        wall.move(-HOUR)
        await asyncio.sleep(1.0)
        assert len(chat.direct("lene")) == 1, "by the clock it is noon: it waits"
        wall.move(HOUR)
        first, second = await heard(chat, 2)
        assert first != second
        wall.move(-HOUR)
        await asyncio.sleep(0.3)
        wall.move(HOUR)
        assert len(await heard(chat, 2)) == 2, "the hour comes again, the message does not"


async def test_an_hour_forward_is_early_and_back_again_is_not_twice(chat: Chat, wall: Wall) -> None:
    promise(chat)
    wall.set("2026-11-27 12:30")
    async with alarm(chat):
        await asyncio.sleep(0.2)
        assert len(chat.direct("lene")) == 1
        wall.move(HOUR)
        assert len(await heard(chat, 2)) == 2, "at once, and not when the alarm would have looked next"
        wall.move(-HOUR)
        await asyncio.sleep(0.2)
        wall.set("2026-11-27 13:00", -0.2)
        assert len(await heard(chat, 2)) == 2
