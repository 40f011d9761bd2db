"""Whose turn it is: one holder at a time, ended when it falls silent, and never again once another had the turn."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.storage import health
from bot.storage.database import AlreadyRunning, Database
from bot.storage.sealing import Vault
from bot.storage.standby import Standby, Times, Turn
from tests.conftest import PostgreSQL

OpenDatabase = Callable[..., Database]
QUICK = Times(renew=0.05, sure=0.2, stale=0.4, look=0.02)


class Seconds:
    """Seconds since boot, as a test sets them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["postgresql"])
def url(postgresql_url: str) -> str:
    """The turn is a matter of PostgreSQL: on SQLite a second process does not start."""
    return postgresql_url


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def holder(open_database: OpenDatabase, url: str, vault: Vault, seconds: Seconds) -> Iterator[Database]:
    """A database whose turn it is, counting the test's seconds."""
    database = Database(url, vault, since_boot=seconds)
    database.open(exclusive=True)
    yield database
    database.close()


def execute(session: Session, statement: str) -> Any:
    result = session.execute(text(statement))
    return result.scalar() if result.returns_rows else None  # type: ignore[attr-defined]


def backend_of(database: Database) -> int:
    found = database.run_sync(execute, "SELECT pg_backend_pid()")
    assert isinstance(found, int)
    return found


def cut(postgresql: PostgreSQL, backend: int) -> None:
    with postgresql.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))


@contextmanager
def renewing(turn: Turn) -> Iterator[asyncio.Task[None]]:
    task = asyncio.create_task(turn.keep())
    try:
        yield task
    finally:
        task.cancel()


async def counted(database: Database, url: str, wanted: int) -> list[str]:
    """Who waits, as soon as there are so many of them."""
    async with asyncio.timeout(10):
        while len(found := await database.run(health.who_waits, url)) != wanted:  # noqa: ASYNC110 - what another thread does
            await asyncio.sleep(0.02)
    return found


async def test_who_renews_keeps_the_turn_and_who_is_silent_loses_it(
    holder: Database, url: str, vault: Vault, open_database: OpenDatabase
) -> None:
    loop = asyncio.get_running_loop()
    waiting = asyncio.create_task(Standby(url, vault, QUICK, loop.time).wait())
    with renewing(Turn(holder, QUICK, loop.time)):
        await asyncio.sleep(3 * QUICK.stale)
        assert not waiting.done(), "a holder that renews is left alone"
    with capture_logs() as said:
        await asyncio.wait_for(waiting, 10)
    assert [line["event"] for line in said] == ["lease.ended"]
    open_database(exclusive=True)


async def test_a_holder_at_work_is_not_silent(holder: Database, url: str, vault: Vault) -> None:
    """A burst is one long job: it renews nothing until it is done, and is alive all the same."""

    def burst(session: Session) -> None:
        for _ in range(60):
            execute(session, "SELECT pg_sleep(0.03)")

    loop = asyncio.get_running_loop()
    waiting = asyncio.create_task(Standby(url, vault, QUICK, loop.time).wait())
    await holder.run(burst)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_holder_that_ends_makes_room_at_once(holder: Database, url: str, vault: Vault) -> None:
    waiting = asyncio.create_task(
        Standby(url, vault, Times(stale=3600, look=0.02), asyncio.get_running_loop().time).wait()
    )
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await holder.aclose()
    await asyncio.wait_for(waiting, 10)


async def test_a_migration_is_never_ended(url: str, vault: Vault, open_database: OpenDatabase) -> None:
    """It holds the lock without a lease, and may be silent for as long as it takes."""
    loop = asyncio.get_running_loop()
    from bot.storage.engine import build_engine

    open_database(exclusive=True).close()  # there is a lease, of another connection
    engine = build_engine(url, exclusive=True)
    with engine.connect() as migration:
        waiting = asyncio.create_task(Standby(url, vault, QUICK, loop.time).wait())
        await asyncio.sleep(3 * QUICK.stale)
        assert not waiting.done()
        assert migration.scalar(text("SELECT 1")) == 1
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    engine.dispose()


def test_a_connection_lost_without_a_rival_goes_on_with_the_same_turn(
    holder: Database, postgresql: PostgreSQL
) -> None:
    before = holder.run_sync(execute, "SELECT term FROM lease")
    cut(postgresql, backend_of(holder))
    holder.run_sync(holder.renew)
    assert holder.run_sync(execute, "SELECT term FROM lease") == before
    assert holder.run_sync(execute, "SELECT backend = pg_backend_pid() FROM lease") is True


def test_who_lost_the_turn_does_not_take_it_back_when_it_is_free_again(
    holder: Database, postgresql: PostgreSQL, open_database: OpenDatabase
) -> None:
    """Another handled things meanwhile, so what this process has in its memory is no longer true."""
    cut(postgresql, backend_of(holder))
    other = open_database(exclusive=True)
    other.close()
    with pytest.raises(AlreadyRunning, match="taken over"):
        holder.run_sync(execute, "SELECT 1")
    with pytest.raises(AlreadyRunning, match="taken over"):
        holder.run_sync(holder.renew)
    open_database(exclusive=True)


async def test_who_stood_still_asks_before_it_speaks(
    holder: Database, seconds: Seconds, postgresql: PostgreSQL, open_database: OpenDatabase
) -> None:
    times = Times()
    turn = Turn(holder, times, seconds)
    backend = backend_of(holder)
    await turn.sure()
    seconds.now += times.sure + 1
    cut(postgresql, backend)
    other = open_database(exclusive=True)
    with pytest.raises(AlreadyRunning, match="taken over"):
        await turn.sure()
    other.close()
    with pytest.raises(AlreadyRunning):
        await turn.sure()


async def test_who_stood_still_alone_goes_on(holder: Database, seconds: Seconds) -> None:
    turn = Turn(holder, Times(), seconds)
    before = await holder.run(execute, "SELECT renewed_at FROM lease")
    await turn.sure()
    assert await holder.run(execute, "SELECT renewed_at FROM lease") == before, "nothing to ask yet"
    seconds.now += 3600
    await turn.sure()
    assert await holder.run(execute, "SELECT renewed_at FROM lease") > before


async def test_a_standby_that_may_not_end_the_holder_says_so_and_waits(
    holder: Database, url: str, vault: Vault, postgresql: PostgreSQL
) -> None:
    with postgresql.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS other")
        connection.execute("CREATE ROLE other LOGIN")
    await holder.run(execute, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO other")
    loop = asyncio.get_running_loop()
    as_other = url.replace("//postgres:", "//other:")
    assert as_other != url
    waiting = asyncio.create_task(Standby(as_other, vault, QUICK, loop.time).wait())
    with capture_logs() as said:
        await asyncio.sleep(3 * QUICK.stale)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert [(line["event"], "pg_signal_backend" in line["mend"]) for line in said] == [("lease.stuck", True)]
    assert backend_of(holder), "the holder goes on"
    await holder.run(execute, "DROP OWNED BY other")
    with postgresql.connect() as connection:
        connection.execute("DROP ROLE other")


async def test_who_runs_and_who_waits_can_be_told_apart(
    holder: Database, open_database: OpenDatabase, url: str, vault: Vault
) -> None:
    beside = open_database(read_only=True)
    assert await counted(beside, url, 0) == []
    waiting = [
        asyncio.create_task(Standby(url, vault, Times(), asyncio.get_running_loop().time).wait())
        for _ in range(2)
    ]
    found = await counted(beside, url, 2)
    assert all(name.startswith(f"hotspotbot standby process {os.getpid()} on") for name in found)
    runs = await beside.run(health.who_runs, url)
    assert runs is not None
    assert runs.startswith(f"hotspotbot process {os.getpid()} on")
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await counted(beside, url, 0) == []
