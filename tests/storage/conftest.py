"""Every storage test runs on SQLite and on a real PostgreSQL, each time on a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.engine import build_engine
from bot.storage.migrations import migrate
from bot.storage.sealing import Vault

from .notes import Own


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that does not exist yet (SQLite) or is empty (PostgreSQL)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hotspotbot.db'}"
        return
    yield request.getfixturevalue("postgresql_url")


@pytest.fixture
def master_key() -> bytes:
    return bytes(range(32))


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring.json"


@pytest.fixture
def vault(master_key: bytes, keyring: Path) -> Vault:
    return Vault(master_key, keyring)


@pytest.fixture
def open_database(url: str, vault: Vault) -> Iterator[Callable[..., Database]]:
    """Opens databases on the migrated `url`, with the table of notes; closes them after the test."""
    migrate(url)
    engine = build_engine(url)
    Own.metadata.create_all(engine)
    engine.dispose()
    opened: list[Database] = []

    def open_one(*, exclusive: bool = False, read_only: bool = False, lock_wait: float = 10.0) -> Database:
        database = Database(url, vault, lock_wait=lock_wait)
        opened.append(database)
        database.open(exclusive=exclusive, read_only=read_only)
        return database

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    return open_database(exclusive=True)
