"""The log of who saw what: whoever changes, removes, inserts or moves an entry is found, on both databases."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from bot import audit
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.privacy import AuditEntry
from bot.storage.sealing import Vault

MASTER_KEY = bytes(range(32))
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
LENE, KARLA = "@lene:example.dk", "@karla:example.dk"
Found = list[tuple[str, int | None]]


def write(session: Session, count: int = 6, start: datetime = NOON) -> None:
    for number in range(count):
        audit.note(
            session,
            "saw",
            f"case:HS-26-{number:03}",
            by=LENE,
            at=start + timedelta(minutes=number),
            recipient="forum:1",
            detail="case.shown",
            purpose="prevention",
            event_id=f"$event{number}",
        )


def wrong(session: Session, given: str | None = None) -> Found:
    return [(one.what, one.seq) for one in audit.verify(session, given)]


def tampered(database: Database, *statements: str) -> Found:
    """What `verify` finds after somebody with the database, but without the keys, did this."""

    def job(session: Session) -> None:
        for statement in statements:
            session.execute(text(statement))

    database.run_sync(job)
    return database.run_sync(wrong)


@pytest.fixture
def written(database: Database) -> Database:
    database.run_sync(write)
    assert database.run_sync(wrong) == []
    return database


@pytest.mark.parametrize("column", ["by", "act", "subject", "recipient", "detail", "purpose", "event_id"])
def test_a_changed_field_is_found(written: Database, column: str) -> None:
    change = AuditEntry.__table__.update().values({column: "x"}).where(AuditEntry.seq == 3)  # type: ignore[attr-defined]
    written.run_sync(lambda session: session.execute(change))
    assert written.run_sync(wrong) == [("changed", 3)]


def test_a_changed_time_is_found(written: Database) -> None:
    assert tampered(written, "UPDATE audit SET at = '2026-11-20 11:00:00' WHERE seq = 1") == [("changed", 1)]


def test_a_purpose_that_was_taken_away_is_found(written: Database) -> None:
    assert tampered(written, "UPDATE audit SET purpose = NULL WHERE seq = 6") == [("changed", 6)]


def test_a_removed_entry_is_found_wherever_it_stood(written: Database) -> None:
    assert tampered(written, "DELETE FROM audit WHERE seq = 4") == [("gap", 5)]
    assert tampered(written, "DELETE FROM audit WHERE seq = 1") == [("gap", 2), ("gap", 5)]
    assert tampered(written, "DELETE FROM audit WHERE seq = 6") == [("gap", 2), ("gap", 5), ("end", None)]


def test_a_whole_log_that_was_emptied_is_found(written: Database) -> None:
    assert tampered(written, "DELETE FROM audit") == [("end", None)]


def test_an_entry_put_in_between_is_found(written: Database) -> None:
    """Its hash cannot be made without the keyring, whatever it says stood before it."""
    forged = (
        'INSERT INTO audit (seq, at, "by", act, subject, prev, hash)'
        " SELECT 70, at, '@lene:example.dk', 'saw', 'case:HS-26-009', hash, 'forged' FROM audit WHERE seq = 6"
    )
    assert tampered(written, forged) == [("changed", 70), ("end", None)]


def test_entries_that_changed_places_are_found(written: Database) -> None:
    moved = ("UPDATE audit SET seq = 99 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3")
    found = tampered(written, *moved, "UPDATE audit SET seq = 3 WHERE seq = 99")
    assert found == [("gap", 2), ("gap", 3), ("gap", 4)]


def test_an_end_put_back_to_what_it_was_is_found_by_a_head_noted_down(written: Database) -> None:
    """Somebody puts back older rows with their older head: only what is kept elsewhere can tell."""
    older = written.run_sync(audit.head)
    sealed = "SELECT value_sealed FROM meta WHERE key = 'audit_head'"
    before = written.run_sync(lambda session: session.execute(text(sealed)).scalar_one())
    written.run_sync(write, 3, NOON + timedelta(hours=1))
    newest = written.run_sync(audit.head)
    assert written.run_sync(wrong, older) == written.run_sync(wrong, newest) == []

    def put_back(session: Session) -> None:
        session.execute(text("DELETE FROM audit WHERE seq > 6"))
        session.execute(text("UPDATE meta SET value_sealed = :was WHERE key = 'audit_head'"), {"was": before})

    written.run_sync(put_back)
    assert written.run_sync(wrong) == []
    assert written.run_sync(wrong, older) == []
    assert written.run_sync(wrong, newest) == [("head", None)]


def test_a_log_without_its_head_is_found(written: Database) -> None:
    assert tampered(written, "DELETE FROM meta WHERE key = 'audit_head'") == [("end", None)]


def test_what_was_taken_back_left_nothing_and_the_chain_stands(database: Database) -> None:
    """A savepoint that fails takes its entries along; what is noted after it follows on what stood before it."""

    def job(session: Session) -> None:
        write(session, 2)
        fails = session.begin_nested()
        write(session, 3, NOON + timedelta(hours=1))
        fails.rollback()
        with session.begin_nested():
            write(session, 1, NOON + timedelta(hours=2))
        write(session, 1, NOON + timedelta(hours=3))

    database.run_sync(job)
    with pytest.raises(ZeroDivisionError):
        database.run_sync(lambda session: write(session, 1 // 0))
    assert database.run_sync(wrong) == []
    assert database.run_sync(queries.count_audit) == 4


def test_the_front_can_be_cut_off_and_the_rest_still_stands(written: Database) -> None:
    cut = written.run_sync(audit.prune, NOON + timedelta(minutes=4), NOON + timedelta(days=1))
    assert cut == 4
    assert written.run_sync(wrong) == []
    last = written.run_sync(lambda session: [*queries.audit_entries(session)][-1])
    assert (last.act, last.detail, last.purpose) == ("pruned", "4", "retention")
    assert written.run_sync(audit.prune, NOON + timedelta(minutes=4), NOON + timedelta(days=1)) == 0
    assert written.run_sync(queries.count_audit) == 3
    # Cutting off more than the bot did is found.
    assert tampered(written, "DELETE FROM audit WHERE seq = 5") == [("gap", 6)]


def test_all_of_it_can_be_too_old(written: Database) -> None:
    assert written.run_sync(audit.prune, NOON + timedelta(days=1), NOON + timedelta(days=1)) == 6
    assert written.run_sync(wrong) == []
    assert written.run_sync(queries.count_audit) == 1


def test_a_younger_entry_keeps_what_was_written_after_it(database: Database) -> None:
    """A database that was rebuilt notes old things late: they are not cut out of the middle."""
    database.run_sync(write, 2)
    database.run_sync(write, 2, NOON - timedelta(days=400))
    assert database.run_sync(audit.prune, NOON - timedelta(days=1), NOON) == 0
    assert database.run_sync(queries.count_audit) == 4
    assert database.run_sync(wrong) == []


def test_no_code_of_ours_changes_an_entry(written: Database) -> None:
    def change(session: Session) -> None:
        session.get_one(AuditEntry, 2).subject = "case:HS-26-099"

    def remove(session: Session) -> None:
        session.delete(session.get_one(AuditEntry, 2))

    for job in (change, remove):
        with pytest.raises(TypeError, match="never changed"):
            written.run_sync(job)
    assert written.run_sync(wrong) == []


def test_it_is_narrowed_down(written: Database) -> None:
    def found(session: Session, /, **by: object) -> list[int | None]:
        return [entry.seq for entry in queries.audit_entries(session, **by)]  # type: ignore[arg-type]

    written.run_sync(
        lambda session: audit.note(
            session, "told", "case:HS-26-001", by="", at=NOON + timedelta(days=2), recipient=f"dm:{KARLA}"
        )
    )
    assert written.run_sync(found, subjects={"case:HS-26-001"}) == [2, 7]
    assert written.run_sync(found, subjects={"case:HS-26-001"}, by=LENE) == [2]
    assert written.run_sync(found, since=NOON + timedelta(minutes=4)) == [5, 6, 7]
    assert written.run_sync(found, act="told") == [7]
    about = written.run_sync(lambda session: [entry.seq for entry in queries.audit_about(session, KARLA)])
    assert about == [7]


def _write_many(url: str, keyring: Path, who: str, together: Barrier) -> None:
    database = Database(url, Vault(MASTER_KEY, keyring))
    database.open()
    together.wait()
    for number in range(40):
        database.run_sync(
            lambda session, number=number: audit.note(  # type: ignore[misc]
                session, "exported", "actions", by=who, at=NOON, detail=f"{number}"
            )
        )
    database.close()


def test_two_processes_that_write_at_once_make_one_chain(
    open_database: Callable[..., Database], url: str, keyring: Path
) -> None:
    """The bot and the command line, on one database: neither fails, no entry is lost, nothing forks."""
    database = open_database()
    start = multiprocessing.get_context("spawn")
    together = start.Barrier(3)
    others = [
        start.Process(target=_write_many, args=(url, keyring, who, together))
        for who in ("operator:a", "operator:b")
    ]
    for process in others:
        process.start()
    together.wait()
    for number in range(40):
        database.run_sync(write, 1, NOON + timedelta(minutes=number))
    for process in others:
        process.join()
    assert [process.exitcode for process in others] == [0, 0]
    assert database.run_sync(wrong) == []

    def written(session: Session) -> list[str]:
        return [entry.by for entry in queries.audit_entries(session)]

    names = database.run_sync(written)
    assert {name: names.count(name) for name in set(names)} == {LENE: 40, "operator:a": 40, "operator:b": 40}
