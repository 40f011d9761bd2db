"""The keyring as a PostgreSQL database of its own: the same promises as the file's, and nothing kept of a dead key."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.storage.database import Database, DatabaseError
from bot.storage.keyring import DatabaseKeyring, FileKeyring, KeyringUnavailable, SealError, move_in
from bot.storage.migrations import migrate
from bot.storage.sealing import KeyDestroyed, Vault, WrongMasterKey
from tests.conftest import PostgreSQL

from .notes import Note

MASTER_KEY = bytes(range(32))
ROOM = "room:!abc:example.dk"
WORDS = "Lene søger friplads i klubben"
Open = Callable[[], Vault]


@pytest.fixture
def open_vault(keyring_url: str) -> Iterator[Open]:
    """Opens vaults on one keyring in a database of this test's own, as so many processes would."""
    opened: list[Vault] = []

    def one() -> Vault:
        opened.append(Vault(MASTER_KEY, DatabaseKeyring(keyring_url)))
        return opened[-1]

    yield one
    for vault in opened:
        vault.close()


def asked(url: str, statement: str) -> Any:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description is not None else None
    return row[0] if row else None


def cut_all(postgresql: PostgreSQL) -> None:
    with postgresql.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'hotspotbot keyring'"
        )


def test_what_is_sealed_opens_for_every_process(open_vault: Open) -> None:
    blob = open_vault().seal(ROOM, "text:1:words", WORDS)
    assert open_vault().open(ROOM, "text:1:words", blob) == WORDS
    assert open_vault().digest("outbox", "a") == open_vault().digest("outbox", "a")


def test_what_one_process_does_to_a_key_counts_for_the_other_at_once(open_vault: Open) -> None:
    one, other = open_vault(), open_vault()
    case = one.seal("case:HS-26-014", "text:1:words", WORDS)
    room = one.seal(ROOM, "text:2:words", WORDS)
    assert other.open(ROOM, "text:2:words", room) == WORDS
    other.destroy("case:HS-26-014")
    for vault in (one, other, open_vault()):
        with pytest.raises(KeyDestroyed):
            vault.open("case:HS-26-014", "text:1:words", case)
        assert vault.open(ROOM, "text:2:words", room) == WORDS
        assert vault.destroyed("case:HS-26-014")
        assert not vault.destroyed(ROOM)
        with pytest.raises(KeyDestroyed):
            vault.seal("case:HS-26-014", "text:1:words", WORDS)


def test_of_a_destroyed_key_nothing_stays_in_the_servers_table(
    open_vault: Open, postgresql: PostgreSQL, keyring_url: str
) -> None:
    vault = open_vault()
    vault.seal(ROOM, "text:1:words", WORDS)
    before = set(json.loads(asked(keyring_url, "SELECT content FROM keyring"))["keys"].values())
    vault.seal("case:HS-26-014", "text:1:words", WORDS)
    after = set(json.loads(asked(keyring_url, "SELECT content FROM keyring"))["keys"].values())
    (wrapped,) = after - before

    def on_disk() -> bool:
        asked(keyring_url, "CHECKPOINT")
        table = Path(postgresql.data, asked(keyring_url, "SELECT pg_relation_filepath('keyring')"))
        return wrapped.encode() in table.read_bytes()

    assert on_disk(), "the test knows where to look"
    vault.destroy("case:HS-26-014")
    assert not on_disk()
    assert asked(keyring_url, "SELECT count(*) FROM keyring") == 1


def test_the_wrong_master_key_is_refused_at_once(open_vault: Open, keyring_url: str) -> None:
    open_vault()
    ring = DatabaseKeyring(keyring_url)
    with pytest.raises(WrongMasterKey, match="does not fit"):
        Vault(bytes(32), ring)
    ring.close()


def _seal_many(url: str, prefix: str, blobs: multiprocessing.Queue[tuple[str, bytes]]) -> None:
    vault = Vault(MASTER_KEY, DatabaseKeyring(url))
    for number in range(30):
        name = f"{prefix}:{number}"
        blobs.put((name, vault.seal(name, "text:1:words", name)))
    vault.close()


def test_processes_that_add_keys_at_the_same_time_lose_none(open_vault: Open, keyring_url: str) -> None:
    """And both begin with an empty database: there is one keyring afterwards, not the last one's."""
    start = multiprocessing.get_context("spawn")
    blobs = start.Queue()
    processes = [start.Process(target=_seal_many, args=(keyring_url, prefix, blobs)) for prefix in "ab"]
    for process in processes:
        process.start()
    sealed = [blobs.get(timeout=60) for _ in range(60)]
    for process in processes:
        process.join()
    blobs.close()
    blobs.join_thread()
    vault = open_vault()
    assert [vault.open(name, "text:1:words", blob) for name, blob in sealed] == [name for name, _ in sealed]


def test_looking_whether_there_is_one_makes_none(keyring_url: str) -> None:
    ring = DatabaseKeyring(keyring_url)
    assert not ring.exists()
    assert asked(keyring_url, "SELECT to_regclass('keyring')") is None
    ring.close()


def test_a_connection_that_breaks_is_made_again(open_vault: Open, postgresql: PostgreSQL) -> None:
    vault = open_vault()
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    cut_all(postgresql)
    assert vault.open(ROOM, "text:1:words", blob) == WORDS
    cut_all(postgresql)
    again = vault.seal("case:HS-26-014", "text:1:words", WORDS)
    assert open_vault().open("case:HS-26-014", "text:1:words", again) == WORDS


def test_a_keyring_that_disappears_stops_the_work(open_vault: Open, keyring_url: str) -> None:
    vault = open_vault()
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    asked(keyring_url, "DELETE FROM keyring")
    with pytest.raises(KeyringUnavailable, match="put it back"):
        vault.open(ROOM, "text:1:words", blob)
    with pytest.raises(KeyringUnavailable, match="put it back"):
        vault.seal("case:HS-26-014", "text:1:words", WORDS)


def test_a_server_that_is_not_there_says_which_and_keeps_the_password() -> None:
    with pytest.raises(KeyringUnavailable, match=r"\[keys\] keyring_url") as caught:
        Vault(MASTER_KEY, DatabaseKeyring("postgresql+psycopg://bot:hemmeligt@127.0.0.1:1/keys"))
    assert "hemmeligt" not in str(caught.value)


async def test_jobs_wait_for_a_keyring_that_is_away(
    open_vault: Open, open_database: Callable[..., Database], keyring_url: str, url: str
) -> None:
    """Nothing of the job is written, and it is tried again: what was to be kept is kept when the keyring is back."""
    open_database().close()
    vault = open_vault()
    database = Database(url, vault)
    database.open(exclusive=True)
    asked(keyring_url, "ALTER TABLE keyring RENAME TO away")

    def write(session: Session) -> None:
        note = Note(uid="1", key=ROOM)
        session.add(note)
        note.words = WORDS

    with pytest.raises(DatabaseError, match="keyring"):
        await database.run(write)
    keeping = asyncio.create_task(database.persist(write))
    with capture_logs() as said:
        await asyncio.sleep(0.5)
    assert not keeping.done()
    assert {line["event"] for line in said} == {"database.waits"}
    asked(keyring_url, "ALTER TABLE away RENAME TO keyring")
    await keeping
    assert await database.run(lambda session: session.get_one(Note, "1").words) == WORDS
    database.close()


def test_the_bots_own_database_is_no_place_for_it(keyring_url: str) -> None:
    """However it is written in the config: its backups would hold the keys."""
    migrate(keyring_url)
    ring = DatabaseKeyring(keyring_url)
    with pytest.raises(SealError, match="a database of its own"):
        Vault(MASTER_KEY, ring)
    ring.close()


def test_a_place_that_cannot_be_written_is_said_in_a_line(keyring: Path) -> None:
    """A disk that went read-only, or a folder that is a file: the work waits for it, as for a lost server."""
    taken = keyring.parent.with_name("taken")
    taken.write_text("")
    with pytest.raises(KeyringUnavailable, match="cannot be changed"):
        Vault(MASTER_KEY, taken / "keyring.json")


def test_a_keyring_moves_from_its_file_and_leaves_nothing_there(
    open_vault: Open, keyring_url: str, keyring: Path
) -> None:
    blob = Vault(MASTER_KEY, keyring).seal(ROOM, "text:1:words", WORDS)
    copy = keyring.read_bytes()
    ring = DatabaseKeyring(keyring_url)
    move_in(FileKeyring(keyring), ring)
    assert not keyring.exists()
    assert open_vault().open(ROOM, "text:1:words", blob) == WORDS
    # Killed between the two steps: the same content twice, and the next start ends it.
    keyring.write_bytes(copy)
    move_in(FileKeyring(keyring), ring)
    assert not keyring.exists()
    # Another keyring is nobody's to delete.
    Vault(MASTER_KEY, keyring)
    move_in(FileKeyring(keyring), ring)
    assert keyring.exists()
    assert open_vault().open(ROOM, "text:1:words", blob) == WORDS
    ring.close()
