"""Every storage test runs on SQLite and on a real PostgreSQL, each time on a database of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from bot.storage.database import Database
from bot.storage.engine import build_engine, sqlite_file
from bot.storage.migrations import migrate
from bot.storage.sealing import Vault
from tests.conftest import PostgreSQL, url_of

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
def open_database(
    request: pytest.FixtureRequest, url: str, vault: Vault
) -> Iterator[Callable[..., Database]]:
    """Opens databases on the migrated `url`, with the table of notes; closes them after the test."""
    _copy_migrated(url, request)
    opened: list[Database] = []

    def open_one(*, exclusive: bool = False, read_only: bool = False, lock_wait: float = 10.0) -> Database:
        database = Database(url, vault, lock_wait=lock_wait)
        opened.append(database)
        database.open(exclusive=exclusive, read_only=read_only)
        return database

    yield open_one
    for database in opened:
        database.close()


def _migrate(url: str) -> str:
    migrate(url)
    engine = build_engine(url)
    Own.metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that SQLite tests begin with a copy of; the migrations themselves are in test_migrations."""
    file = tmp_path_factory.mktemp("migrated") / "template.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PostgreSQL) -> str:
    """The name of the database that PostgreSQL tests begin with a copy of."""
    with postgresql.connect() as connection:
        connection.execute("CREATE DATABASE migrated")
    _migrate(url_of(postgresql, "migrated"))
    return "migrated"


def _copy_migrated(url: str, request: pytest.FixtureRequest) -> None:
    """Put the migrated schema into a database that is not there yet (SQLite) or empty (PostgreSQL)."""
    if (file := sqlite_file(url)) is not None:
        shutil.copy(request.getfixturevalue("migrated_sqlite"), file)
        return
    name, template = make_url(url).database, request.getfixturevalue("migrated_postgresql")
    with request.getfixturevalue("postgresql").connect() as connection:
        connection.execute(f"DROP DATABASE {name}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    return open_database(exclusive=True)
