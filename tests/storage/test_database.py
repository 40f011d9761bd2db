"""The database: one transaction a job, in order, by one bot at a time, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import Session, col, select

from bot.storage.database import AlreadyRunning, Database, DatabaseError
from bot.storage.migrations import migrate
from bot.storage.queries import set_meta
from bot.storage.sealing import KeyDestroyed, SealError, Vault
from tests.conftest import PostgreSQL

from .notes import Note

OpenDatabase = Callable[..., Database]
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
ROOM = "room:!abc:example.dk"
WORDS = "Lene søger friplads i klubben"


def uids(session: Session) -> list[str]:
    return list(session.exec(select(Note.uid).order_by(Note.uid)))


def add(session: Session, uid: str, at: datetime = NOW) -> None:
    session.add(Note(uid=uid, at=at))
    session.flush()


def seal(session: Session, uid: str, words: str, other: str | None = None, key: str = ROOM) -> None:
    note = Note(uid=uid, key=key)
    session.add(note)
    note.words, note.other = words, other


def unseal(session: Session, uid: str) -> str | None:
    return session.get_one(Note, uid).words


def execute(session: Session, statement: str) -> Any:
    result = session.execute(text(statement))
    return result.scalar() if result.returns_rows else None  # type: ignore[attr-defined]


def plain_connection(url: str) -> psycopg.Connection[Any] | sqlite3.Connection:
    """Another program at the same database."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=0)
    return psycopg.connect(url.replace("+psycopg", ""))


@contextmanager
def locked_by_another_program(url: str) -> Iterator[None]:
    with closing(plain_connection(url)) as connection:
        connection.execute("BEGIN IMMEDIATE" if url.startswith("sqlite") else "LOCK TABLE note")
        yield


def set_by_the_administrator(url: str, setting: str) -> None:
    """On PostgreSQL, a default of the database that every new connection gets."""
    if not url.startswith("sqlite"):
        with closing(plain_connection(url)) as connection:
            name = psycopg.conninfo.conninfo_to_dict(url.replace("+psycopg", ""))["dbname"]
            connection.execute(f"ALTER DATABASE {name} SET {setting}")
            connection.commit()


# --- jobs


async def test_what_a_job_returns_and_writes_is_there(database: Database) -> None:
    await database.run(add, "1", at=NOW)
    assert await database.run(uids) == ["1"]


async def test_jobs_run_in_the_order_they_came_one_at_a_time(database: Database) -> None:
    order: list[int] = []
    threads: set[str] = set()

    def job(session: Session, number: int) -> None:
        add(session, f"{number:03}")
        threads.add(threading.current_thread().name)
        order.append(number)

    await asyncio.gather(*(database.run(job, number) for number in range(100)))
    assert order == list(range(100))
    assert len(threads) == 1
    assert threads != {threading.current_thread().name}


async def test_an_exception_rolls_back_reaches_the_caller_and_harms_no_other_job(database: Database) -> None:
    def fail(session: Session) -> None:
        add(session, "lost")
        raise LookupError("nobody by that name")

    jobs = [database.run(add, "1"), database.run(fail), database.run(add, "2")]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), LookupError, type(None)]
    assert await database.run(uids) == ["1", "2"]


async def test_a_key_that_is_taken_is_told_as_such_without_the_row(database: Database) -> None:
    await database.run(add, "@lene:example.dk")
    with pytest.raises(IntegrityError) as caught:
        await database.run(add, "@lene:example.dk")
    assert "lene" not in str(caught.value)
    assert "lene" not in str(caught.value.orig)
    assert await database.run(uids) == ["@lene:example.dk"]


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    database.run_sync(add, "1")
    with pytest.raises(IntegrityError):
        database.run_sync(execute, "UPDATE note SET answers = 'nobody'")


def test_a_savepoint_that_is_rolled_back_leaves_the_rest(database: Database) -> None:
    def burst(session: Session) -> None:
        add(session, "before")
        for number in range(3):
            savepoint = session.begin_nested()
            add(session, f"in{number}")
            if number == 1:
                savepoint.rollback()
            else:
                savepoint.commit()
        with pytest.raises(IntegrityError), session.begin_nested():
            execute(session, "INSERT INTO note SELECT * FROM note")
        add(session, "zzz after")

    database.run_sync(burst)
    assert database.run_sync(uids) == ["before", "in0", "in2", "zzz after"]


def test_savepoints_go_when_the_whole_job_fails(database: Database) -> None:
    def fail(session: Session) -> None:
        with session.begin_nested():
            add(session, "in")
        raise LookupError

    with pytest.raises(LookupError):
        database.run_sync(fail)
    assert database.run_sync(uids) == []


async def test_closing_finishes_what_was_handed_in_and_refuses_what_comes_later(
    database: Database, open_database: OpenDatabase
) -> None:
    release = threading.Event()

    def slow(session: Session) -> None:
        release.wait(10)
        add(session, "1")

    jobs = [asyncio.create_task(database.run(slow)), asyncio.create_task(database.run(add, "2"))]
    await asyncio.sleep(0)
    closing_task = asyncio.create_task(database.aclose())
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(*jobs, closing_task)
    with pytest.raises(DatabaseError, match="closed"):
        await database.run(uids)
    assert open_database(exclusive=True).run_sync(uids) == ["1", "2"]


def test_a_job_that_waits_for_another_is_an_error_and_no_standstill(database: Database) -> None:
    with pytest.raises(DatabaseError, match="cannot start another"):
        database.run_sync(lambda _: database.run_sync(uids))


def test_rows_stay_readable_after_their_job(database: Database) -> None:
    database.run_sync(add, "1")
    note = database.run_sync(lambda session: session.get_one(Note, "1"))
    assert (note.uid, note.at) == ("1", NOW)


# --- trouble


def test_a_locked_database_says_so_and_nothing_is_half_written(url: str, open_database: OpenDatabase) -> None:
    database = open_database(exclusive=True, lock_wait=0.2)

    def write_two(session: Session) -> None:
        set_meta(session, "sync", "lost")
        session.flush()
        add(session, "lost")

    with locked_by_another_program(url), pytest.raises(DatabaseError, match="locked by another program"):
        database.run_sync(write_two)
    assert database.run_sync(execute, "SELECT count(*) FROM meta") == 0
    database.run_sync(add, "1")
    assert database.run_sync(uids) == ["1"]


async def test_a_short_lock_is_waited_for(url: str, database: Database) -> None:
    with locked_by_another_program(url):
        waiting = asyncio.create_task(database.run(add, "1"))
        assert not (await asyncio.wait([waiting], timeout=0.3))[0]
    await waiting
    assert await database.run(uids) == ["1"]


def test_a_full_disk_says_so_and_nothing_is_half_written(url: str, database: Database) -> None:
    def fill(session: Session) -> None:
        add(session, "first")
        if url.startswith("sqlite"):
            execute(session, "PRAGMA max_page_count=1")  # SQLite takes it as: not one page more
            for number in range(10_000):
                add(session, str(number))
        else:
            execute(session, "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$")

    with pytest.raises(DatabaseError, match=r"disk .*is full"):
        database.run_sync(fill)
    if url.startswith("sqlite"):
        database.run_sync(execute, "PRAGMA max_page_count=1000000")
    assert database.run_sync(uids) == []
    database.run_sync(add, "1")
    assert database.run_sync(uids) == ["1"]


def test_a_lost_connection_is_made_again(postgresql: PostgreSQL, database: Database, url: str) -> None:
    if url.startswith("sqlite"):
        pytest.skip("SQLite has no connection to lose")

    def cut(session: Session) -> None:
        add(session, "lost")
        backend = execute(session, "SELECT pg_backend_pid()")
        with postgresql.connect() as connection:
            connection.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
        add(session, "lost too")

    with pytest.raises(DatabaseError, match="no connection to PostgreSQL"):
        database.run_sync(cut)
    database.run_sync(add, "1")
    assert database.run_sync(uids) == ["1"]


def test_whoever_lost_the_lock_with_its_connection_writes_no_more(
    postgresql: PostgreSQL, database: Database, open_database: OpenDatabase, url: str
) -> None:
    if url.startswith("sqlite"):
        pytest.skip("on SQLite the kernel keeps the lock")
    backend = database.run_sync(execute, "SELECT pg_backend_pid()")
    with postgresql.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
    other = open_database(exclusive=True)
    with pytest.raises(AlreadyRunning):
        database.run_sync(add, "lost")
    assert other.run_sync(uids) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("hotspotbot.db", "url is not one"),
        ("sqlite://", "must be sqlite:///FILE"),
        ("mysql://localhost/x", "must be sqlite:///FILE"),
        ("postgresql+psycopg://bot:hemmeligt@127.0.0.1:1/hotspotbot", "is the server running"),
    ],
)
def test_a_url_that_leads_nowhere_says_so_and_keeps_the_password(vault: Vault, given: str, said: str) -> None:
    with pytest.raises(DatabaseError, match=said) as caught:
        Database(given, vault).open()
    assert "hemmeligt" not in str(caught.value)


def test_a_file_that_is_no_database_says_so(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dette er ikke en database " * 100)
    with pytest.raises(DatabaseError, match="not an SQLite database"):
        Database(f"sqlite:///{tmp_path / 'notes.txt'}", vault).open()


# --- one running bot

HOLD = """
import sys
from bot.storage.database import Database
database = Database(sys.argv[1], None)
database.open(exclusive=True)
print("running", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_killed(url: str, open_database: OpenDatabase) -> None:
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "running\n"
        with pytest.raises(AlreadyRunning, match=rf"another bot is running on .*process {first.pid}\b"):
            open_database(exclusive=True)
        with pytest.raises(AlreadyRunning):
            migrate(url)
        assert open_database().run_sync(uids) == []  # other commands may work beside it
        first.send_signal(signal.SIGKILL)
        first.wait()
        open_database(exclusive=True).run_sync(add, "1")


def test_a_bot_that_stopped_leaves_room_for_the_next_and_for_no_more(open_database: OpenDatabase) -> None:
    open_database(exclusive=True).close()
    open_database(exclusive=True)
    with pytest.raises(AlreadyRunning):
        open_database(exclusive=True)


async def test_an_export_neither_blocks_the_bot_nor_writes(
    database: Database, open_database: OpenDatabase
) -> None:
    await database.run(add, "1")
    export = open_database(read_only=True)
    first_look, go_on = threading.Event(), threading.Event()

    def look_twice(session: Session) -> tuple[list[str], list[str]]:
        before = uids(session)
        first_look.set()
        go_on.wait(10)
        return before, uids(session)

    looking = asyncio.create_task(export.run(look_twice))
    await asyncio.to_thread(first_look.wait, 10)
    await asyncio.wait_for(database.run(add, "2"), 5)
    go_on.set()
    assert await looking == (["1"], ["1"])  # one picture, however long it takes
    assert await export.run(uids) == ["1", "2"]
    with pytest.raises(DatabaseError):
        await export.run(add, "3")


def test_only_its_owner_may_read_the_database_file(url: str, vault: Vault) -> None:
    if not url.startswith("sqlite"):
        pytest.skip("the server's own matter")
    file = Path(url.removeprefix("sqlite:///"))
    before = os.umask(0)
    try:
        migrate(url)
        file.chmod(0o644)
        with closing(Database(url, vault)) as database:
            database.open(exclusive=True)
            database.run_sync(set_meta, "sync", "s1_2_3")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.parent.glob("*.db*")}
    finally:
        os.umask(before)
    assert set(modes) == {file.name, f"{file.name}-wal", f"{file.name}-shm", f"{file.name}.lock"}
    assert set(modes.values()) == {0o600}


def test_a_commit_waits_for_the_disk(url: str, open_database: OpenDatabase) -> None:
    migrate(url)
    set_by_the_administrator(url, "synchronous_commit = off")
    setting = "PRAGMA synchronous" if url.startswith("sqlite") else "SHOW synchronous_commit"
    assert open_database(exclusive=True).run_sync(execute, setting) in {2, "on"}


# --- sealed columns


def test_a_sealed_text_is_read_back_by_the_next_process(
    database: Database, open_database: OpenDatabase
) -> None:
    database.run_sync(seal, "1", WORDS)
    assert database.run_sync(unseal, "1") == WORDS
    database.close()
    assert open_database().run_sync(unseal, "1") == WORDS


def test_no_text_means_none(database: Database) -> None:
    database.run_sync(seal, "1", WORDS)

    def erase(session: Session) -> None:
        note = session.get_one(Note, "1")
        note.words = None

    database.run_sync(erase)
    assert database.run_sync(unseal, "1") is None
    assert database.run_sync(execute, "SELECT words_sealed FROM note") is None


def test_a_value_moved_to_another_row_or_column_does_not_open(database: Database) -> None:
    database.run_sync(seal, "1", WORDS)
    database.run_sync(seal, "2", "noget andet")
    database.run_sync(seal, "3", "ord", "andre ord")
    stolen = "(SELECT words_sealed FROM note WHERE uid = '1')"
    database.run_sync(execute, f"UPDATE note SET words_sealed = {stolen} WHERE uid = '2'")  # noqa: S608
    database.run_sync(execute, "UPDATE note SET other_sealed = words_sealed WHERE uid = '3'")
    with pytest.raises(SealError, match="moved from its place"):
        database.run_sync(unseal, "2")
    with pytest.raises(SealError, match="moved from its place"):
        database.run_sync(lambda session: session.get_one(Note, "3").other)
    assert database.run_sync(unseal, "3") == "ord"
    assert database.run_sync(unseal, "1") == WORDS


def test_nothing_of_a_text_is_in_any_file(
    database: Database, url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    places = [tmp_path]  # the database with its -wal, and the keyring
    if not url.startswith("sqlite"):
        server: PostgreSQL = request.getfixturevalue("postgresql")
        places.append(server.data)  # its tables and its write-ahead log

    def in_any_file(needle: str) -> bool:
        forms = [needle.encode(), needle.encode("utf-16-le"), needle.encode().hex().encode()]
        files = [path for place in places for path in place.rglob("*") if path.is_file()]
        return any(form in content for content in map(Path.read_bytes, files) for form in forms)

    database.run_sync(seal, "1", WORDS, WORDS)
    assert in_any_file("@marker-in-clear:example.dk")  # the search finds what is there in clear
    assert not in_any_file(WORDS)
    assert not in_any_file("friplads")
    database.close()  # SQLite now moves the -wal into the database
    assert in_any_file("@marker-in-clear:example.dk")
    assert not in_any_file("friplads")


def test_a_destroyed_key_leaves_the_row_without_its_text(database: Database, vault: Vault) -> None:
    database.run_sync(seal, "1", WORDS, key="case:HS-26-014")
    database.run_sync(seal, "2", "noget andet")
    vault.destroy("case:HS-26-014")
    with pytest.raises(KeyDestroyed):
        database.run_sync(unseal, "1")
    assert database.run_sync(unseal, "2") == "noget andet"


def test_a_text_set_outside_a_session_is_an_error_and_not_a_silence(database: Database) -> None:
    with pytest.raises(SealError, match="add the row to a session first"):
        Note(uid="1", words=WORDS)  # type: ignore[call-arg]
    note = Note(uid="1")
    with pytest.raises(SealError, match="add it to a session"):
        note.words = WORDS
    database.run_sync(seal, "1", WORDS)
    detached = database.run_sync(lambda session: session.get_one(Note, "1"))
    with pytest.raises(SealError, match="add it to a session"):
        _ = detached.words


def test_a_session_without_keys_reads_everything_but_sealed_texts(database: Database, url: str) -> None:
    database.run_sync(seal, "1", WORDS)
    with closing(Database(url, None)) as keyless:
        keyless.open()
        assert keyless.run_sync(execute, "SELECT author FROM note") == "@marker-in-clear:example.dk"
        with pytest.raises(SealError, match="without the keys"):
            keyless.run_sync(unseal, "1")


def test_another_bots_keyring_is_refused_at_the_start(database: Database, url: str, tmp_path: Path) -> None:
    database.run_sync(set_meta, "sync", "s1_2_3")
    with pytest.raises(DatabaseError, match="keyring does not belong to this database"):
        Database(url, Vault(bytes(32), tmp_path / "other.json")).open()


CRASH = """
import os, signal, sys
from pathlib import Path
from bot.storage.database import Database
from bot.storage.sealing import Vault
from notes import Note

def die(session):
    note = Note(uid="1", key="case:HS-26-014")
    session.add(note)
    note.words = "tabt"
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)

database = Database(sys.argv[1], Vault(bytes(range(32)), Path(sys.argv[2])))
database.open(exclusive=True)
database.run_sync(die)
"""


def test_a_crash_between_keyring_and_commit_leaves_a_key_but_no_row(
    url: str, keyring: Path, open_database: OpenDatabase
) -> None:
    keys_before = keyring.read_text().count("\n")
    crashed = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CRASH, url, str(keyring)], cwd=Path(__file__).parent, check=False
    )
    assert crashed.returncode == -signal.SIGKILL
    assert keyring.read_text().count("\n") > keys_before
    database = open_database(exclusive=True)
    assert database.run_sync(uids) == []
    database.run_sync(seal, "1", WORDS, key="case:HS-26-014")
    assert database.run_sync(unseal, "1") == WORDS


# --- moments

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MOMENTS = [  # (local, UTC as worked out by hand)
    (datetime(2026, 3, 29, 1, 59, 59, tzinfo=COPENHAGEN), "2026-03-29T00:59:59"),
    (datetime(2026, 3, 29, 3, 0, tzinfo=COPENHAGEN), "2026-03-29T01:00:00"),
    (datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=COPENHAGEN), "2026-10-25T00:30:00"),
    (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=COPENHAGEN), "2026-10-25T01:30:00"),
    (datetime(2026, 11, 27, 9, 0, 0, 123456, tzinfo=COPENHAGEN), "2026-11-27T08:00:00.123456"),
    (datetime(2026, 11, 27, 8, 0, 1, tzinfo=timezone(timedelta(hours=-5))), "2026-11-27T13:00:01"),
]


def test_moments_come_back_the_same_in_utc_and_in_order(url: str, open_database: OpenDatabase) -> None:
    set_by_the_administrator(url, "timezone = 'America/New_York'")
    database = open_database(exclusive=True)
    for number, (local, _) in reversed(list(enumerate(MOMENTS))):
        database.run_sync(add, str(number), at=local)
    found = database.run_sync(lambda session: session.exec(select(Note).order_by(col(Note.at))).all())
    assert [note.at and note.at.isoformat() for note in found] == [f"{utc}+00:00" for _, utc in MOMENTS]
    until = MOMENTS[2][0]
    due = database.run_sync(lambda session: session.exec(select(Note.uid).where(col(Note.at) <= until)).all())
    assert sorted(due) == ["0", "1", "2"]


def test_a_naive_moment_is_an_error(database: Database) -> None:
    with pytest.raises(StatementError, match="a naive datetime cannot be stored"):
        database.run_sync(add, "1", at=NOW.replace(tzinfo=None))
    assert database.run_sync(uids) == []
