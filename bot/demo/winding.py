"""Winding the rehearsal clock of a bot that stands still: to another moment, to go on at another pace.

A rehearsal runs on one linear map from real time. A story that has to be quick over a weekend and slow in a meeting
is several rehearsals of one bot, one after the other.
"""

from __future__ import annotations

from datetime import datetime

from bot.app import open_vault
from bot.clock import RehearsalClock
from bot.demo.process import BotProcess
from bot.settings import load
from bot.storage import queries
from bot.storage.database import Database


async def wind(bot: BotProcess, at: datetime, rate: float) -> RehearsalClock:
    """Let the bot's clock show `at` (aware) now and run `rate` times as fast, from when it is begun again.

    `at` is not to lie before what its clock has shown: time in a database never jumps back. Raises RuntimeError
    while the bot runs.
    """
    if bot.running:
        raise RuntimeError("its clock is wound while the bot stands still")
    clock = RehearsalClock(at, rate)
    settings = load(bot.config)
    database = Database(settings.database.url, open_vault(settings))
    database.open(exclusive=True)
    try:
        await database.run(queries.set_meta, "clock", clock.save())
    finally:
        database.close()
    bot.rehearse(f"{clock.start.isoformat()}@{clock.rate:g}")
    return clock
