"""Backup and restore: one file that holds the whole database, and never a key.

SQLite is copied with its online backup API, from one snapshot, while the bot goes on writing. PostgreSQL is
PostgreSQL's own business (`backup_postgresql`). A restore moves what was there aside and says so in the database,
for the bot that starts on it has to catch up with what the lost one had done (bot/recovery.py), on a new device: a
ratchet that is set back would encrypt two messages with one key.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, exc
from sqlalchemy.engine import URL
from sqlmodel import Session

from bot.storage import backup_postgresql, migrations, queries
from bot.storage.backup_postgresql import BackupError
from bot.storage.database import Database
from bot.storage.engine import RunningLock, SchemaTooNew, SchemaTooOld, sqlite_file
from bot.storage.sealing import Vault

PAGES = 2048  # copied at a time: 8 MB, then the progress is told
MARK = "hotspotbot_backup"  # the table by which a file says when it was made

Progress = Callable[[int, int], None]  # pages still to copy, pages in all

__all__ = ["BackupError", "Restored", "back_up", "migrate_with_backup", "restore"]


@dataclass(frozen=True)
class Restored:
    """What a restore did: when its backup was made, where the former database is (if any), what was migrated."""

    made_at: datetime
    aside: str | None
    migrated: tuple[str, ...]


def back_up(url: str, target: Path, now: datetime, progress: Progress | None = None) -> None:
    """Write the database to a new file (0600), which appears when it is complete and was checked.

    Safe while the bot runs. Raises BackupError when the file exists or the copy is not sound, SchemaTooOld when
    there is no database, SchemaTooNew when this version does not know it, DatabaseError when it cannot be read.
    """
    _not_there(target)
    state = migrations.schema_state(url)
    if state == "empty":
        raise SchemaTooOld("there is no database to back up yet")
    if state == "newer":
        raise SchemaTooNew("a newer hotspotbot has used this database: let that version back it up")
    file = sqlite_file(url)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if file is None:
            backup_postgresql.dump(url, part)
        else:
            _copy(file, part, progress)
            with closing(sqlite3.connect(part)) as copy, copy:
                copy.execute(f"CREATE TABLE {MARK} (made_at TEXT NOT NULL)")
                copy.execute(f"INSERT INTO {MARK} VALUES (?)", (now.astimezone(UTC).isoformat(),))  # noqa: S608
            _sound(part)
        _fsync(part)
        _not_there(target)
        part.rename(target)
        _fsync(target.parent)
    except OSError as error:
        raise BackupError(f"the backup {target} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, source: Path, vault: Vault, now: datetime) -> Restored:
    """Put a backup in the database's place; what is there is moved aside under a name with the date.

    An older schema is migrated, on the way. Raises AlreadyRunning while a bot runs, SchemaTooNew for a backup of
    a newer version, BackupError for a file that is no backup of ours, DatabaseError when the keyring is not the
    one that the backup was sealed with. Whatever it raises, the present database is as it was.
    """
    if not source.is_file():
        raise BackupError(f"there is no file {source}")
    file = sqlite_file(url)
    if file is None:
        made_at, aside = backup_postgresql.load(url, source, vault, now)
        migrated = migrations.migrate(url, lambda: vault)
        _renew(url, vault, made_at)
        return Restored(made_at, aside, tuple(migrated))
    lock = RunningLock(url)
    try:
        return _restore_file(file, source, vault, now)
    finally:
        lock.release()


def migrate_with_backup(
    url: str, now: datetime, vault: Callable[[], Vault] | None = None
) -> tuple[list[str], Path | None]:
    """Bring a database to the newest schema; an older SQLite one is copied beside itself first. `vault`: the keys.

    Returns the applied revisions and the copy. PostgreSQL is not copied: that is the operator's to do before.
    Raises AlreadyRunning, SchemaTooNew, BackupError, DatabaseError; then nothing has changed.
    """
    file = sqlite_file(url)
    if file is None or migrations.schema_state(url) != "older":
        return migrations.migrate(url, vault), None
    RunningLock(url).release()  # no copy for a migration that will be refused
    copy = _free(file.with_name(f"{file.name}.before-{_newest()}"))
    back_up(url, copy, now)
    try:
        return migrations.migrate(url, vault), copy
    except BaseException:
        copy.unlink(
            missing_ok=True
        )  # of a database that is as it was; a service that is started for ever fills no disk
        raise


# --- SQLite


def _restore_file(file: Path, source: Path, vault: Vault, now: datetime) -> Restored:
    part = file.with_name(f"{file.name}.restoring")
    _clear(part)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        made_at = _take_out(source, part)
        url = URL.create("sqlite", database=str(part)).render_as_string(hide_password=False)
        migrated = migrations.migrate(url, lambda: vault)
        _renew(url, vault, made_at)
        _sound(part)
        _fsync(part)
        aside = _move_aside(file, now)
        part.rename(file)
        _fsync(file.parent)
    except OSError as error:
        raise BackupError(f"the backup {source} cannot be put in place: {error.strerror}") from error
    finally:
        _clear(part)
    return Restored(made_at, str(aside) if aside else None, tuple(migrated))


def _renew(url: str, vault: Vault, made_at: datetime) -> None:
    """Note when the backup was made; the former device's Olm state is never used again, the next start makes a new one.

    DatabaseError when the keys do not fit.
    """
    database = Database(url, vault)
    database.open()
    try:
        database.run_sync(_note_renewed, made_at)
    finally:
        database.close()


def _note_renewed(session: Session, made_at: datetime) -> None:
    queries.set_meta(session, "restored", made_at.isoformat())
    queries.lose_device(session)


def _take_out(source: Path, part: Path) -> datetime:
    """Copy a backup out of its file, without its mark; when it was made. Raises BackupError, SchemaTooNew."""
    state = _state(source)
    if state == "newer":
        raise SchemaTooNew("a newer hotspotbot has made this backup: install that version to restore it")
    _copy(source, part, None)
    with closing(sqlite3.connect(part)) as copy, copy:
        names = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if state == "empty" or not {"meta", "inbox_event", "outbox"} <= names:
            raise BackupError(f"{source} is not a backup of hotspotbot")
        made_at = datetime.fromtimestamp(source.stat().st_mtime, UTC)  # a copy that another tool made
        if MARK in names:
            (said,) = copy.execute(f"SELECT made_at FROM {MARK}").fetchone()  # noqa: S608
            made_at = datetime.fromisoformat(said)
            copy.execute(f"DROP TABLE {MARK}")
    _sound(part)
    return made_at


def _copy(source: Path, part: Path, progress: Progress | None) -> None:
    """Copy an SQLite database from one snapshot into a single file, without a write-ahead log."""

    def told(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(remaining, total)

    try:
        with (
            closing(sqlite3.connect(source, isolation_level=None, timeout=10)) as reader,
            closing(sqlite3.connect(part)) as writer,
        ):
            # An open read transaction: without it, whoever writes meanwhile makes the copy begin anew, for ever.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            reader.backup(writer, pages=PAGES, progress=told)
            reader.execute("ROLLBACK")
            writer.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        raise BackupError(_why(source, error)) from error


def _why(source: Path, error: sqlite3.DatabaseError) -> str:
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    return {
        sqlite3.SQLITE_NOTADB: f"{source} is not a backup of hotspotbot",
        sqlite3.SQLITE_CORRUPT: f"{source} is damaged",
        sqlite3.SQLITE_FULL: "the disk is full: make room where the copy is to lie",
    }.get(code, f"{source} cannot be copied: {error}")


def _state(file: Path) -> migrations.State:
    engine = create_engine(URL.create("sqlite", database=str(file)), hide_parameters=True)
    try:
        with engine.connect() as connection:
            return migrations.state_of(connection)
    except exc.DBAPIError as error:
        raise BackupError(f"{file} is not a backup of hotspotbot") from error
    finally:
        engine.dispose()


def _sound(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        try:
            (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise BackupError(f"the copy is damaged: {error}") from error
    if said != "ok" or dangling is not None:
        raise BackupError("the copy is damaged: the database it was made from is, or the disk is")


def _move_aside(file: Path, now: datetime) -> Path | None:
    """Rename the present database, with what is not yet written into its file; None when there is none."""
    aside = _free(file.with_name(f"{file.name}.before-restore-{now:%Y%m%d-%H%M%S}"))
    moved = False
    for end in (
        "",
        "-wal",
        "-shm",
    ):  # a log left behind would be read into the database that comes in its place
        own = file.with_name(file.name + end)
        if own.exists():
            own.rename(aside.with_name(aside.name + end))
            moved = moved or not end
    return aside if moved else None


def _clear(part: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal", ".lock"):
        part.with_name(part.name + end).unlink(missing_ok=True)


# --- files


def _newest() -> str:
    names = sorted(Path(migrations.__file__).parent.glob("versions/*.py"))
    return names[-1].name[:4]


def _not_there(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise BackupError(f"{target} exists already and is kept as it is: give another name")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")


def _free(path: Path) -> Path:
    found, number = path, 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}.{number}")
    return found


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
