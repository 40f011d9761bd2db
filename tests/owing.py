"""Writing into the database of a bot that stands still: what it owes then leaves when it is started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlmodel import Session

from bot.access import Access
from bot.app import open_vault
from bot.settings import load
from bot.storage.database import Database

T = TypeVar("T")


def in_database_of(config: Path, work: Callable[[Session, Access], T]) -> T:
    """Do something in one transaction in the database that a config names. No bot may run on it."""
    settings = load(config)
    vault = open_vault(settings)
    db = Database(settings.database.url, vault)
    db.open()
    try:
        return db.run_sync(work, Access(settings))
    finally:
        db.close()
        vault.close()
