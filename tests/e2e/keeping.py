"""What a running bot has brought into safety, asked of its database from beside it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import psycopg

from bot.demo.stage import Stage

_LEFT = "SELECT count(*) FROM inbound_session WHERE NOT backed_up"
_THERE = "SELECT count(*) FROM inbound_session"


async def all_backed_up(stage: Stage, database: str | None = None) -> None:
    """Wait until the homeserver's backup has every room key of the bot; `database` is a PostgreSQL URL, else SQLite.

    What a key came with is answered first and its key backed up behind it: a disk that is lost between the two loses
    the key, and its writer is asked to write again.
    """
    opened = (
        psycopg.connect(database.replace("+psycopg", ""), autocommit=True)
        if database
        else sqlite3.connect(f"file:{stage.directory / 'hotspotbot.db'}?mode=ro", uri=True)
    )
    with closing(opened) as connection:
        for _ in range(600):
            left, there = (connection.execute(query).fetchone() for query in (_LEFT, _THERE))
            if there != (0,) and left == (0,):
                return
            await asyncio.sleep(0.05)
    raise AssertionError("room keys are not backed up")
